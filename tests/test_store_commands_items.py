"""The rules of what a person can do with items, links, publications and the register itself, a claim a test."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from registers import refused, row, the_item

from store.commands import (
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    Command,
    DescribeRegister,
    MoveTarget,
    SetLeads,
    SetOutcomes,
    SetTrack,
    Withdraw,
    correct,
    propose_code,
)
from store.commands.items import item_id
from store.commands.publications import publication_id
from store.domain.errors import BadInput, NotAllowed, ReasonRequired
from store.domain.fields import REGISTER
from store.domain.vocabulary import Basis, ClosedBy, ItemKind, PublicationKind, Stage, Track
from store.log.writer import ChangeWriter
from store.register import Register

pytest_plugins = ["registers"]


# Items


def test_an_item_of_a_plan_is_a_commitment_and_of_a_report_a_recommendation(
    empty: Register, hc6: str, cp1: str
) -> None:
    assert the_item(empty, hc6, "kind") == ItemKind.RECOMMENDATION
    assert the_item(empty, cp1, "kind") == ItemKind.COMMITMENT


def test_an_item_has_a_title(empty: Register, report: str) -> None:
    refused(empty, AddItem(publication=report, number="8", title=" "), BadInput, "short title")


@pytest.mark.parametrize("number", ["6", "R6", "Rec. 06", "rec 6"])
def test_a_number_that_is_here_is_refused_however_it_is_written(
    empty: Register, report: str, hc6: str, number: str
) -> None:
    refused(empty, AddItem(publication=report, number=number, title="Again"), NotAllowed, "HC-6 is here already")


@pytest.mark.parametrize("number", ["--", "…", "()"])
def test_a_number_has_a_letter_or_a_digit(empty: Register, report: str, number: str) -> None:
    refused(
        empty, AddItem(publication=report, number=number, title="Nothing"), BadInput, "neither a letter nor a digit"
    )


def test_an_item_without_a_number_gets_a_label(empty: Register, report: str) -> None:
    entity = str(empty.do(AddItem(publication=report, title="Unnumbered")).created)
    assert the_item(empty, entity, "reference") == f"HC-x{entity[:4]}"


def test_a_number_learnt_later_is_a_field_and_leaves_the_id(empty: Register, report: str) -> None:
    entity = str(empty.do(AddItem(publication=report, title="Unnumbered")).created)
    empty.do(correct("recommendation", entity, number="9"))
    assert the_item(empty, entity, "id", "reference") == (entity, "HC-9")


def test_an_item_that_loses_its_number_is_called_by_a_label(empty: Register, hc6: str) -> None:
    empty.do(correct("recommendation", hc6, number=""))
    assert the_item(empty, hc6, "number", "reference") == (None, f"HC-x{hc6[:4]}")


def test_a_number_is_not_corrected_to_one_that_is_taken(empty: Register, hc6: str, hc7: str) -> None:
    refused(empty, correct("recommendation", hc7, number="Rec 6"), BadInput, "HC-6 has that number already")


def test_while_a_refusal_is_shown_another_program_can_write(empty: Register, report: str, hc6: str, hc7: str) -> None:
    empty.do(AddItem(publication=report, number="8", title="One more, which the refusal does not come to"))
    with pytest.raises(BadInput) as shown:
        empty.do(correct("recommendation", hc7, number="6"))
    with closing(sqlite3.connect(empty.path, isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN EXCLUSIVE")
    assert shown.value.args


def test_a_new_item_is_open(empty: Register, report: str) -> None:
    command = AddItem(publication=report, number="8", title="Done", stage=Stage.DISCHARGED)
    refused(empty, command, NotAllowed, "A new item is open")


@pytest.mark.parametrize("field", ["title", "kind", "marking"])
def test_what_an_item_needs_is_not_emptied(empty: Register, hc6: str, field: str) -> None:
    emptied: dict[str, Any] = {field: None}
    refused(empty, correct("recommendation", hc6, **emptied), BadInput, f"An item needs its {field}")


def test_what_is_not_given_stays_as_it_is(empty: Register, hc6: str) -> None:
    empty.do(correct("recommendation", hc6, text="The full text.", addressed_to="Police Scotland"))
    empty.do(correct("recommendation", hc6, text=""))
    assert the_item(empty, hc6, "title", "text", "addressed_to") == ("Speed up reporting", None, "Police Scotland")


def test_a_theme_is_our_own_label_unless_a_source_says_it(empty: Register, hc6: str, hc7: str) -> None:
    theme = str(empty.do(AddTheme(name="Guidelines")).created)
    empty.do(correct("recommendation", hc6, theme=theme))
    empty.do(correct("recommendation", hc7, theme=theme, basis=Basis.STATED))
    assert the_item(empty, hc6, "theme_name", "basis") == ("Guidelines", '{"theme": "assigned"}')
    assert the_item(empty, hc7, "theme_name", "basis") == ("Guidelines", None)


def test_parts_are_shown_and_never_counted(empty: Register, report: str, hc6: str) -> None:
    part = str(empty.do(AddItem(publication=report, number="6a", title="A part", part_of=hc6)).created)
    assert the_item(empty, part, "listed", "counted") == (1, 0)
    assert empty.conn.execute("SELECT sum(items) FROM tally").fetchone() == (1,)


@pytest.mark.parametrize("case", ["itself", "a part", "its own part", "elsewhere"])
def test_a_part_belongs_to_a_whole_item_of_its_publication(
    empty: Register, report: str, hc6: str, hc7: str, cp1: str, case: str
) -> None:
    part = str(empty.do(AddItem(publication=report, number="6a", title="A part", part_of=hc6)).created)
    item, whole = {"itself": (hc7, hc7), "a part": (hc7, part), "its own part": (hc6, hc7), "elsewhere": (hc7, cp1)}[
        case
    ]
    refused(empty, correct("recommendation", item, part_of=whole), BadInput, "part")


def test_an_item_is_not_added_to_what_was_withdrawn(empty: Register, report: str) -> None:
    empty.do(Withdraw(kind="publication", entity=report))
    refused(empty, AddItem(publication=report, number="1", title="One"), NotAllowed, "has been withdrawn")


def test_leads_are_who_is_named_and_nobody_else(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("Local Policing", "C3")))
    empty.do(SetLeads(item=hc6, leads=("c3", "Custody")))
    assert the_item(empty, hc6, "leads") == "C3\nCustody"
    assert empty.conn.execute("SELECT count(*) FROM party WHERE kind = 'unit'").fetchone() == (3,)


def test_outcomes_are_what_is_named_and_nothing_else(empty: Register, hc6: str) -> None:
    first, second = (str(empty.do(AddOutcome(text=text)).created) for text in ("Safer", "Fairer"))
    empty.do(SetOutcomes(item=hc6, outcomes=(first,)))
    empty.do(SetOutcomes(item=hc6, outcomes=(second,)))
    assert empty.conn.execute("SELECT outcome FROM contribution WHERE withdrawn = 0").fetchall() == [(second,)]


class AddOutcome(Command):
    """An outcome, in the fewest words."""

    text: str

    def write(self, writer: ChangeWriter) -> None:
        writer.create("outcome", {"text": self.text})


# Links


def test_an_item_joined_to_another_is_not_counted_and_not_listed(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    assert [the_item(empty, item, "listed", "counted") for item in (hc6, hc7)] == [(1, 1), (0, 0)]
    assert empty.conn.execute("SELECT sum(items) FROM tally").fetchone() == (1,)


def test_what_an_item_was_joined_to_being_withdrawn_it_counts_again(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    empty.do(Withdraw(kind="recommendation", entity=hc6))
    assert the_item(empty, hc7, "listed", "counted") == (1, 1)


def test_an_item_is_not_joined_to_what_is_joined_to_it(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    refused(empty, AddLink(item=hc6, relation="same-as", other=hc7), NotAllowed, "HC-7 is joined to HC-6 already")


def test_of_items_joined_in_a_ring_by_several_people_one_is_counted(empty: Register, report: str) -> None:
    entities = [
        str(empty.do(AddItem(publication=report, number=str(n), title=f"Title {n}")).created) for n in range(1, 4)
    ]
    empty.do(Ring(items=tuple(entities)))
    counted = [item for item in entities if the_item(empty, item, "counted")]
    assert counted == [min(entities)]


class Ring(Command):
    """What three people bring who each joined one item to the next."""

    items: tuple[str, ...]

    def write(self, writer: ChangeWriter) -> None:
        for item, other in zip(self.items, (*self.items[1:], self.items[0]), strict=True):
            writer.create("link", {"relation": "same-as", "recommendation": item, "other": other})


def test_an_item_is_not_linked_to_itself(empty: Register, hc6: str) -> None:
    refused(empty, AddLink(item=hc6, relation="depends-on", other=hc6), NotAllowed, "to itself")


def test_the_same_work_is_linked_once(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc6, relation="same-work", other=hc7))
    assert empty.do(AddLink(item=hc7, relation="same-work", other=hc6)).action is None


def test_a_link_withdrawn_comes_back_when_it_is_added_again(empty: Register, hc6: str, hc7: str) -> None:
    link = str(empty.do(AddLink(item=hc6, relation="depends-on", other=hc7)).created)
    empty.do(Withdraw(kind="link", entity=link))
    assert empty.do(AddLink(item=hc6, relation="depends-on", other=hc7)).created == link
    assert empty.conn.execute("SELECT id, withdrawn FROM link").fetchall() == [(link, 0)]


# Publications


def test_a_publication_has_a_title(empty: Register) -> None:
    refused(empty, AddPublication(title=" – "), BadInput, "needs a title")


def test_a_publication_that_is_here_is_refused_by_its_code(empty: Register, report: str) -> None:
    refused(empty, AddPublication(title="HATE CRIME", published="2021-06"), NotAllowed, "here already, as HC")


def test_a_publication_withdrawn_comes_back_when_it_is_recorded_again(empty: Register, report: str) -> None:
    empty.do(Withdraw(kind="publication", entity=report))
    done = empty.do(AddPublication(title="Hate Crime", published="June 2021", publisher="HMICS"))
    assert done.created == report
    found = row(empty, "publication", report)
    assert (found["withdrawn"], found["publisher"], found["code"]) == (0, "HMICS", "HC")


def test_a_code_that_is_taken_is_refused(empty: Register, report: str) -> None:
    refused(empty, AddPublication(title="Other", code="hc"), BadInput, "The code HC is taken by Hate Crime")


def test_a_code_is_letters_and_digits(empty: Register) -> None:
    refused(empty, AddPublication(title="Other", code="A-1"), BadInput, "letters and digits only")


@pytest.mark.parametrize(
    ("title", "year", "taken", "code"),
    [
        ("Hate Crime", 2021, set(), "HC"),
        ("Custody of Adults", 2025, {"CA"}, "CA25"),
        ("Custody of Adults", 2025, {"ca", "CA25"}, "CA2"),
        ("Custody of Adults", None, {"CA"}, "CA2"),
        ("Custody", None, set(), "CUS"),
        ("101 calls", None, set(), "P1C"),
        ("Plan 2024", None, set(), "PLA"),
        ("“…”", None, set(), "P"),
    ],
)
def test_a_code_is_proposed_from_the_title(title: str, year: int | None, taken: set[str], code: str) -> None:
    assert propose_code(title, year, taken) == code


def test_the_proposed_code_is_always_one_that_is_taken_by_none(empty: Register) -> None:
    codes = []
    for n in range(12):
        done = empty.do(AddPublication(title="Hate Crime", published=f"June {2010 + n}"))
        codes.append(row(empty, "publication", str(done.created))["code"])
    assert len(set(codes)) == 12


def test_who_closes_items_follows_from_the_kind_unless_said(empty: Register, report: str, plan: str) -> None:
    group = empty.do(AddPublication(title="Group plan", kind=PublicationKind.PLAN, closed_by=ClosedBy.GROUP)).created
    found = [row(empty, "publication", entity)["closed_by"] for entity in (report, plan, str(group))]
    assert found == ["inspectorate", "leads", "group"]


@pytest.mark.parametrize(("printed", "number"), [("14", 14), ("8 recs", 8), ("New Plan", None)])
def test_a_printed_number_is_kept_as_printed(empty: Register, printed: str, number: int | None) -> None:
    entity = str(empty.do(AddPublication(title="Hate Crime", stated_total=printed)).created)
    found = row(empty, "publication", entity)
    assert (found["stated_total"], found["stated_total_number"]) == (printed, number)


def test_correcting_a_publications_code_renames_its_items(empty: Register, report: str, hc6: str) -> None:
    empty.do(correct("publication", report, code="hate"))
    assert the_item(empty, hc6, "reference", "sort_key") == ("HATE-6", "hate 000000006")


@pytest.mark.parametrize("field", ["title", "code", "kind", "closed_by", "marking"])
def test_what_a_publication_needs_is_not_emptied(empty: Register, report: str, field: str) -> None:
    emptied: dict[str, Any] = {field: None}
    needed = "Say who closes its items" if field == "closed_by" else "A publication needs its"
    refused(empty, correct("publication", report, **emptied), BadInput, needed)


def test_a_publication_that_holds_items_is_not_withdrawn(empty: Register, report: str, hc6: str) -> None:
    refused(empty, Withdraw(kind="publication", entity=report), NotAllowed, "HC still has 1 item. Withdraw it first.")


def test_the_ids_of_publications_and_items_are_for_good() -> None:
    where = publication_id("Hate Crime", {"earliest": "2021-06-01", "latest": "2021-06-30"})
    assert (where, item_id(where, "Rec. 06")) == (
        "9cee1dfdaef3bb10faf85370bc0ac31f",
        "295d662cbd71b926be1f2bd7a4a6ce16",
    )


# The register itself


def test_a_register_is_described_once_and_then_field_by_field(empty: Register) -> None:
    empty.do(DescribeRegister(title="HMICS improvement register", next_committee="12 December 2024"))
    empty.do(DescribeRegister(day="2024-09-18"))
    assert empty.own_fields() == {
        "title": "HMICS improvement register",
        "marking": "OFFICIAL",
        "day": "2024-09-18",
        "next_committee": "12 December 2024",
        "next_committee_latest": "2024-12-12",
        **dict.fromkeys(
            ("priorities", "kinds", "kinds_apart", "delay_kinds", "aged_after", "stale_after", "embed_limit")
        ),
    }


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("field", ["title", "marking"])
def test_a_register_needs_its_title_and_marking(empty: Register, first: bool, field: str) -> None:
    if not first:
        empty.do(DescribeRegister(title="A register"))
    emptied: dict[str, Any] = {field: ""}
    refused(empty, DescribeRegister(**emptied), BadInput, f"A register needs its {field}")


def test_the_registers_own_day_is_the_day_where_nothing_else_is_said(
    empty: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.do(DescribeRegister(day="2024-09-10"))
    assert empty.today().isoformat() == "2024-09-18"
    monkeypatch.delenv("FAIRLEAD_TODAY")
    assert empty.today().isoformat() == "2024-09-10"
    assert empty.stamp().startswith("2024-09-10T")


def test_a_day_that_is_none_is_refused(empty: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(empty, DescribeRegister(day="tomorrow"), BadInput, "Day")
    monkeypatch.setenv("FAIRLEAD_TODAY", "tomorrow")
    refused(empty, DescribeRegister(title="Any"), BadInput, "FAIRLEAD_TODAY is")


def test_two_registers_mean_the_same_theme_by_its_name(empty: Register, sample: Register) -> None:
    theme = empty.do(AddTheme(name="guidelines")).created
    assert theme in {row[0] for row in sample.conn.execute("SELECT id FROM theme WHERE name = 'Guidelines'")}
    for name in ("Guidelines", '"guidelines"'):
        refused(empty, AddTheme(name=name), NotAllowed, "There is a theme guidelines already. To correct it: fairlead")
    empty.do(correct("theme", str(theme), name="Guidance", definition="What is written down"))
    refused(empty, AddTheme(name="guidance"), NotAllowed, "There is a theme Guidance already")
    other = empty.do(AddTheme(name="Guidelines")).created
    refused(empty, correct("theme", str(other), name="GUIDANCE"), NotAllowed, "There is a theme Guidance already")
    rows = empty.conn.execute("SELECT name, definition FROM theme ORDER BY name").fetchall()
    assert rows == [("Guidance", "What is written down"), ("Guidelines", None)]


def test_a_theme_has_a_name(empty: Register) -> None:
    refused(empty, AddTheme(name="?"), BadInput, "A theme needs a name")


def test_the_register_itself_and_people_are_not_withdrawn(empty: Register) -> None:
    empty.do(DescribeRegister(title="A register"))
    refused(empty, Withdraw(kind="register", entity=REGISTER), BadInput, "cannot be withdrawn")


def test_an_unknown_kind_is_not_withdrawn(empty: Register) -> None:
    refused(empty, Withdraw(kind="sqlite_master", entity="0" * 32), BadInput, "cannot be withdrawn")


# What every command does


def test_what_is_said_already_changes_nothing(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    done = empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    assert (done.action, done.items) == (None, ())


def test_several_commands_are_one_action_or_none(empty: Register, hc6: str, hc7: str) -> None:
    number = empty.newest()
    with pytest.raises(ReasonRequired):
        empty.do_all([SetTrack(item=hc6, track=Track.ON_TRACK), SetTrack(item=hc7, track=Track.DELAYED)])
    assert empty.newest() == number
    done = empty.do_all([SetTrack(item=item, track=Track.ON_TRACK) for item in (hc6, hc7)])
    assert set(done.items) == {hc6, hc7}
    empty.undo()
    assert {the_item(empty, item, "track") for item in (hc6, hc7)} == {"not-stated"}


def test_a_reason_of_more_than_200_kb_is_refused(empty: Register, hc6: str) -> None:
    refused(empty, SetTrack(item=hc6, track=Track.DELAYED, reason="x" * 200_001), BadInput, "too long")


SUMMARIES: list[tuple[Callable[[str], Command], str]] = [
    (lambda item: SetTrack(item=item, track=Track.ON_TRACK), "HC-6: Not stated → On track"),
    (lambda item: correct("recommendation", item, number="8"), "HC-8: number 6 → 8"),
    (lambda item: AddNote(items=(item,), text="A word."), "HC-6: note added: A word."),
    (lambda item: SetLeads(item=item, leads=("C3",)), "HC-6: lead added: C3"),
    (lambda item: MoveTarget(item=item, text="June 2025"), "HC-6: target set to June 2025"),
    (lambda item: Withdraw(kind="recommendation", entity=item), "HC-6: recommendation withdrawn: Speed up reporting"),
]


@pytest.mark.parametrize(("build", "summary"), SUMMARIES, ids=[summary for _, summary in SUMMARIES])
def test_an_action_is_said_in_one_line(
    empty: Register, hc6: str, build: Callable[[str], Command], summary: str
) -> None:
    assert empty.do(build(hc6)).summary == summary
