"""The tallies of themes, outcomes and leads: the lines equal the lists that they open, and the totals are of items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from seed.large import load_large
from store.commands import AddNote, AddPublication, AddTheme, SetLeads, Withdraw, correct
from store.domain.references import find_item, find_publication, find_theme
from store.domain.vocabulary import NoteKind, PublicationKind
from store.queries.filter import NO_LEAD, NO_OUTCOME, NO_THEME, Filter
from store.queries.item_list import counts
from store.queries.themes import NONE_OF, Block, StatusTally, filter_of, learning_notes, line_name, status_tallies
from store.register import Author, Register

TODAY = date(2024, 9, 18)
STATUSES = {
    "closed": "closed",
    "with_inspectorate": "with-inspectorate",
    "on_track": "on-track",
    "delayed": "delayed",
    "not_stated": "not-stated",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A varied register with outcomes, some of them with several items and some items with several of them."""
    register = Register.create(tmp_path_factory.mktemp("large") / "large.db", Author("Test Lead"))
    assert list(load_large(register, 900))
    with register.file.transaction() as conn:
        for number in (1, 2, 10):
            conn.execute(
                "INSERT INTO outcome VALUES (?, ?, 'Something', 0, NULL, 0, '', '', '', '')",
                (f"o{number}", str(number)),
            )
        conn.execute(
            "INSERT INTO contribution SELECT o.id || r.id, r.id, o.id, 0, NULL, 0, '', '', '', '' "
            "FROM outcome o, recommendation r WHERE r.seq % (2 + o.number) = 0"
        )
    yield register
    register.close()


def line(blocks: tuple[Block, ...], name: str | None, *, commitments: bool = False) -> StatusTally:
    """The line of this name, or the total with None."""
    block = next(block for block in blocks if block.total.commitments == commitments)
    return block.total if name is None else next(row for row in block.rows if row.name == name)


def figures(row: StatusTally) -> tuple[int, ...]:
    """A line's figures: total, closed, with the inspectorate, on track, delayed, not stated."""
    return row.total, row.closed, row.with_inspectorate, row.on_track, row.delayed, row.not_stated


def test_the_samples_themes_stand_as_its_paper_has_them(sample: Register) -> None:
    blocks = status_tallies(sample.conn, "theme", Filter(), TODAY)
    assert [line_name("theme", row) for row in blocks[0].rows] == [
        "Governance",
        "Guidelines",
        "Compliance",
        "Resources",
        "Human Error",
        "Better Practice",
        "No theme recorded",
    ]
    assert figures(line(blocks, "Resources")) == (11, 3, 1, 4, 4, 0)
    assert figures(line(blocks, "Human Error")) == (0, 0, 0, 0, 0, 0)
    assert figures(line(blocks, NO_THEME)) == (39, 24, 1, 10, 5, 0)
    assert figures(line(blocks, None)) == (66, 28, 3, 17, 21, 0)


def test_a_plans_own_theme_is_told_as_its_own_and_commitments_are_counted_apart(sample: Register) -> None:
    blocks = status_tallies(sample.conn, "theme", Filter(), TODAY)
    own = line(blocks, "Building Capacity and Capability", commitments=True)
    assert own.plans == ("CCP",) and own.about and figures(own) == (5, 0, 0, 0, 0, 5)
    assert [row.name for row in blocks[1].rows] == [own.name]
    assert line(blocks, None, commitments=True).total == 5 and line(blocks, None).total == 66


def test_a_plans_theme_that_nothing_has_is_told_unless_another_publication_is_asked_for(sample: Register) -> None:
    plan = find_publication(sample.conn, "CCP")[0]
    sample.do(AddTheme(name="Prevention", publication=plan))
    assert line(status_tallies(sample.conn, "theme", Filter(), TODAY), "Prevention", commitments=True).total == 0
    of_hate_crime = status_tallies(sample.conn, "theme", Filter(publication=("HC",)), TODAY)
    assert "Prevention" not in {row.name for block in of_hate_crime for row in block.rows}
    assert len(of_hate_crime) == 1 and of_hate_crime[0].total.total == 15


def test_a_theme_that_both_the_register_and_a_plan_have_is_one_line_and_the_registers(sample: Register) -> None:
    plan = find_publication(sample.conn, "CCP")[0]
    sample.do(AddTheme(name="Governance", publication=plan))
    theme = find_theme(sample.conn, "Governance", plan)[0]
    sample.do(correct("recommendation", find_item(sample.conn, "CCP-10")[0], theme=theme))
    blocks = status_tallies(sample.conn, "theme", Filter(), TODAY)
    assert line(blocks, "Governance").total == 3
    assert line(blocks, "Governance", commitments=True).plans == ()
    kinds = [filter_of("theme", line(blocks, "Governance", commitments=c), blocks).kind for c in (False, True)]
    assert kinds == [("recommendation",), ("commitment",)]


def test_an_item_with_several_leads_or_outcomes_is_in_the_line_of_each_and_once_in_the_total(sample: Register) -> None:
    by_lead = status_tallies(sample.conn, "lead", Filter(), TODAY)
    assert line(by_lead, "Police Scotland", commitments=True).total == 5
    assert line(by_lead, "SAS", commitments=True).total == 3
    assert line(by_lead, None, commitments=True).total == 5 and by_lead[1].overlaps
    assert figures(line(by_lead, NO_LEAD)) == (51, 28, 3, 4, 19, 0)
    by_outcome = status_tallies(sample.conn, "outcome", Filter(), TODAY)
    assert [row.total for row in by_outcome[0].rows] == [0, 6, 2, 7, 59] and by_outcome[0].overlaps
    assert line(by_outcome, NO_OUTCOME, commitments=True).total == 5 and not by_outcome[1].overlaps
    assert not any(block.overlaps for block in status_tallies(sample.conn, "theme", Filter(), TODAY))


def test_the_case_of_letters_does_not_part_a_lead(sample: Register) -> None:
    sample.do(SetLeads(item=find_item(sample.conn, "HC-6")[0], leads=("c3",)))
    rows = status_tallies(sample.conn, "lead", Filter(), TODAY)[0].rows
    assert len([row for row in rows if row.name and row.name.casefold() == "c3"]) == 1


@pytest.mark.parametrize("by", NONE_OF)
def test_every_cell_counts_what_its_filter_lists(large: Register, by: str) -> None:
    blocks = status_tallies(large.conn, by, Filter(), TODAY)
    assert len(blocks) == 2 and all(block.rows for block in blocks)
    for block in blocks:
        for row in (*block.rows, block.total):
            narrowed = filter_of(by, row, blocks)
            for name, status in {"total": (), **{name: (status,) for name, status in STATUSES.items()}}.items():
                listed = counts(large.conn, narrowed.replace(status=status), TODAY)
                assert listed[row.commitments] == getattr(row, name), (row, status)


@pytest.mark.parametrize("by", NONE_OF)
def test_a_filter_narrows_every_line_and_its_totals(large: Register, by: str) -> None:
    shown = Filter(status=("delayed", "closed"))
    blocks = status_tallies(large.conn, by, shown, TODAY)
    assert tuple(block.total.total for block in blocks) == counts(large.conn, shown, TODAY)
    for block in blocks:
        for row in (*block.rows, block.total):
            assert row.total == row.closed + row.delayed
            assert row.total == counts(large.conn, filter_of(by, row, blocks).joined(shown), TODAY)[row.commitments]


@pytest.mark.parametrize("by", NONE_OF)
def test_an_empty_register_has_no_lines(empty: Register, by: str) -> None:
    assert status_tallies(empty.conn, by, Filter(), TODAY) == ()


def test_a_table_by_something_else_is_refused(empty: Register) -> None:
    with pytest.raises(ValueError, match="colour"):
        status_tallies(empty.conn, "colour", Filter(), TODAY)


def test_a_withdrawn_theme_without_items_is_no_line_and_its_learning_is_not_told(sample: Register) -> None:
    theme = find_theme(sample.conn, "Human Error")[0]
    sample.do(AddNote(theme=theme, kind=NoteKind.LEARNING, text="Check twice."))
    shown = Filter(theme=("Human Error",))
    assert [note.fields["text"] for note in learning_notes(sample.conn, "theme", shown, TODAY, 9)] == ["Check twice."]
    sample.do(Withdraw(kind="theme", entity=theme))
    rows = status_tallies(sample.conn, "theme", Filter(), TODAY)[0].rows
    assert "Human Error" not in {row.name for row in rows}
    assert learning_notes(sample.conn, "theme", shown, TODAY, 9) == ()


def test_what_was_learned_on_the_items_and_on_the_theme_is_told_newest_first_and_once(sample: Register) -> None:
    items = tuple(find_item(sample.conn, reference)[0] for reference in ("HC-6", "CAM-4"))
    sample.do(AddNote(items=items, kind=NoteKind.LEARNING, text="Ask partners first.", dated="1 August 2024"))
    sample.do(AddNote(items=items, kind=NoteKind.POSITION, text="Not learning."))
    notes = learning_notes(sample.conn, "theme", Filter(theme=("Better Practice",), parts=True), TODAY, 9)
    *of_the_theme, of_the_items = notes
    assert [note.fields["about"] for note in of_the_theme] == [None, None]
    assert [note.fields["dated_latest"] for note in notes] == ["2024-09-18", "2024-09-18", "2024-08-01"]
    assert set(str(of_the_items.fields["about"]).split(", ")) == {"HC-6", "CAM-4"}
    assert of_the_items.fields["text"] == "Ask partners first."
    assert len(learning_notes(sample.conn, "theme", Filter(theme=("Better Practice",)), TODAY, 2)) == 2
    assert learning_notes(sample.conn, "theme", Filter(theme=(NO_THEME,)), TODAY, 9) == ()


def test_benefits_are_told_under_an_outcome_and_not_under_a_theme(sample: Register) -> None:
    kinds = {note.fields["kind"] for note in learning_notes(sample.conn, "outcome", Filter(outcome=("4",)), TODAY, 9)}
    assert kinds == {"benefit"}
    of_the_plan = learning_notes(sample.conn, "theme", Filter(theme=("Building Capacity and Capability",)), TODAY, 50)
    assert of_the_plan == ()


def test_the_theme_of_a_plan_that_was_withdrawn_is_no_line(sample: Register) -> None:
    plan = sample.do(AddPublication(title="A short plan", code="ASP", kind=PublicationKind.PLAN)).created or ""
    sample.do(AddTheme(name="Prevention", publication=plan))
    names = {row.name for block in status_tallies(sample.conn, "theme", Filter(), TODAY) for row in block.rows}
    assert "Prevention" in names
    sample.do(Withdraw(kind="publication", entity=plan))
    names = {row.name for block in status_tallies(sample.conn, "theme", Filter(), TODAY) for row in block.rows}
    assert "Prevention" not in names


def test_of_what_was_learned_on_one_day_the_last_to_be_recorded_comes_first(sample: Register) -> None:
    theme = find_theme(sample.conn, "Human Error")[0]
    for text in ("First.", "Second.", "Third."):
        sample.do(AddNote(theme=theme, kind=NoteKind.LEARNING, text=text))
    notes = learning_notes(sample.conn, "theme", Filter(theme=("Human Error",)), TODAY, 9)
    assert [note.fields["text"] for note in notes] == ["Third.", "Second.", "First."]


def test_the_registers_themes_come_before_those_of_plans(sample: Register) -> None:
    sample.do(AddTheme(name="Aardvarks", publication=find_publication(sample.conn, "CCP")[0]))
    rows = status_tallies(sample.conn, "theme", Filter(publication=("CCP",)), TODAY)[0].rows
    names = [row.name for row in rows]
    assert names.index("Better Practice") < names.index("Aardvarks")
