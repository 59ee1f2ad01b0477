"""The sample register has what its two sources have, no more and no less, and is the same log everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from oracle import differences, is_sound, rebuild, tables

from seed import load_sample, load_themes, sample_changes, theme_changes
from seed.__main__ import main
from seed.entry import NO_DATE, DataError, Entry
from seed.sample import AUTHOR, TIME
from store.commands import AddItem, AddPublication, AddTheme, HandOver
from store.commands.items import item_id
from store.domain.fields import KINDS, UNKNOWN
from store.domain.models import validate_values
from store.log.author_context import add_milliseconds
from store.log.change import Change, association_id, matches_id
from store.queries.facets import facet
from store.queries.filter import FACETS, Filter
from store.queries.history import history
from store.queries.item_detail import item_detail, notes_on
from store.queries.publications import publications, totals
from store.register import Author, Register

DIGEST = "e4356a953306c6f029af9be9daeecaf6"
"""Over the ids of every change. Once released, a sample that no longer has it is a sample that cannot be merged."""

DAY = date(2024, 9, 18)

# Publication: total, closed, on track, delayed, not stated, as the tables of the paper have them (MHD's blank aside).
PAPER = {
    "OCSA": (11, 10, 0, 1, 0),
    "CA": (6, 1, 0, 5, 0),
    "HC": (15, 10, 0, 5, 0),
    "CAM": (8, 4, 0, 4, 0),
    "DA": (13, 3, 4, 6, 0),
    "MHD": (13, 0, 13, 0, 0),
}

STAGES = {
    "closed-not-known-how": "OCSA-11 OCSA-x2 OCSA-x3 OCSA-x4 OCSA-x5 OCSA-x6 OCSA-x7 OCSA-x8 OCSA-x9 OCSA-x10 CA-1 "
    "HC-1 HC-4 HC-7 HC-9 HC-11 HC-12 HC-14 HC-15 CAM-6 CAM-7 CAM-8",
    "discharged": "HC-3 DA-3 DA-4",
    "submitted": "HC-8 CAM-2 DA-12",
    "remain-open": "CA-2 CA-3 CA-4 CA-5 CA-6 HC-6 HC-10",
    "collating-evidence": "HC-2 HC-5 HC-13 CAM-1 CAM-3 CAM-4 CAM-5",
    "in-progress": "OCSA-x1 DA-x1 MHD-2 MHD-3 MHD-4 MHD-5 MHD-6 MHD-7 MHD-8 MHD-10 MHD-11 MHD-12 MHD-14",
    "not-stated": "DA-x2 DA-x3 DA-x4 DA-x5 DA-x6 DA-x7 DA-x8 DA-x9 DA-x10 MHD-13 MHD-x1 "
    "CCP-10 CCP-10a CCP-10b CCP-11 CCP-12 CCP-13 CCP-14",
}


@pytest.fixture(scope="module")
def log() -> list[Change]:
    """The sample's changes, made once."""
    return sample_changes()


def references(register: Register, where: str) -> set[str]:
    """The references of the items that a condition leaves."""
    return {row[0] for row in register.conn.execute(f"SELECT reference FROM recommendation r WHERE {where}")}


def one(register: Register, reference: str, columns: str) -> tuple[Any, ...]:
    """Some columns of one item."""
    row = register.conn.execute(f"SELECT {columns} FROM recommendation WHERE reference = ?", (reference,)).fetchone()
    return tuple(row)


def test_each_publication_adds_up_to_the_papers_own_table(sample: Register) -> None:
    found = {p.code: (p.total, p.closed, p.on_track, p.delayed, p.not_stated) for p in publications(sample.conn)}
    assert found == PAPER | {"CCP": (5, 0, 0, 0, 5)}
    assert [p.code for p in publications(sample.conn)] == [*PAPER, "CCP"]


def test_66_recommendations_and_5_commitments_are_counted_apart(sample: Register) -> None:
    recommendations, commitments = totals(sample.conn)
    assert (recommendations.total, commitments.total) == (66, 5)
    assert (recommendations.closed, recommendations.on_track, recommendations.delayed) == (28, 17, 21)
    made_of = (recommendations.discharged, recommendations.with_inspectorate, recommendations.closed_otherwise)
    assert made_of == (3, 3, 22)
    assert references(sample, "part_of IS NOT NULL") == {"CCP-10a", "CCP-10b"}
    assert references(sample, "listed = 1 AND counted = 0") == {"CCP-10a", "CCP-10b"}


@pytest.mark.parametrize("stage", STAGES)
def test_every_item_is_at_the_stage_its_case_says(sample: Register, stage: str) -> None:
    assert references(sample, f"stage = '{stage}'") == set(STAGES[stage].split())


def test_every_open_recommendation_has_the_track_its_case_says(sample: Register) -> None:
    delayed = "OCSA-x1 CA-2 CA-3 CA-4 CA-5 CA-6 HC-2 HC-5 HC-6 HC-10 HC-13 CAM-1 CAM-3 CAM-4 CAM-5"
    assert references(sample, "status = 'delayed'") == {*delayed.split(), *(f"DA-x{n}" for n in range(1, 7))}
    on_track = {*(f"MHD-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14)), "MHD-x1"}
    assert references(sample, "status = 'on-track'") == on_track | {f"DA-x{n}" for n in range(7, 11)}
    assert references(sample, "status = 'closed' AND track IS NOT NULL") == set()


def test_six_items_are_dated_as_closed_since_the_last_update_and_da_12_stands_beside_them(sample: Register) -> None:
    dated = "stage_earliest = '2024-03-01' AND stage_latest = '2024-09-18'"
    assert references(sample, dated) == {"OCSA-11", "HC-3", "HC-8", "CAM-2", "DA-3", "DA-4"}
    assert one(sample, "DA-12", "stage_day, closed_as") == (None, "with-inspectorate")
    figure = sample.conn.execute("SELECT figure FROM figure WHERE name = 'closed-since-last-update'").fetchone()
    assert figure == ("6",)


def test_the_figures_stand_as_printed_and_agree_with_what_the_items_add_up_to(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT p.code, f.name, f.figure, f.figure_number FROM figure f JOIN publication p ON p.id = f.publication"
    ).fetchall()
    printed = {(code, name): (text, number) for code, name, text, number in rows}
    names = ("total", "closed", "on-track", "delayed")
    expected = {(c, name): (str(n), n) for c, counts in PAPER.items() for name, n in zip(names, counts, strict=False)}
    assert printed == expected | {("MHD", "delayed"): ("", None)}
    whole = sample.conn.execute("SELECT name, figure_number FROM figure WHERE publication IS NULL ORDER BY 1")
    assert dict(whole) == {"open-recommendations": 135, "publications-with-open": 21, "closed-since-last-update": 6}


def test_the_crime_audit_targets_moved_at_least_once_from_a_first_that_nobody_has(sample: Register) -> None:
    for reference in ("CA-2", "CA-3", "CA-4", "CA-5", "CA-6"):
        columns = "first_target, target, target_latest, moved_later, moved_at_least, next_move"
        moved = ("not known", "June 2025", "2025-06-30", 1, 1, "inspectorate")
        assert one(sample, reference, columns) == moved
    assert one(sample, "CA-2", "next_move_until") != one(sample, "CA-3", "next_move_until")
    assert references(sample, "moved_later > 0") == {f"CA-{n}" for n in range(2, 7)}


def test_other_targets_are_as_written_with_bounds_no_closer_than_the_source(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT reference, target, target_earliest, target_latest FROM recommendation "
        "WHERE target IS NOT NULL AND code <> 'CA'"
    )
    into_2026 = ("during 2025, continuing into 2026", "2025-01-01", "2026-12-31")
    september = ("September 2024", "2024-09-01", "2024-09-30")
    january = ("January 2025", "2025-01-01", "2025-01-31")
    assert {row[0]: row[1:] for row in rows} == {
        **dict.fromkeys(("MHD-13", "MHD-14"), september),
        **dict.fromkeys(("MHD-2", "MHD-4", "MHD-7"), january),
        **dict.fromkeys(("CCP-11", "CCP-13", "CCP-14"), into_2026),
        "CCP-12": ("during 2025", "2025-01-01", "2025-12-31"),
    }
    for reference in ("CCP-11", "CCP-12", "MHD-2"):
        assert "target" not in json.loads(one(sample, reference, "basis")[0])


def test_promises_and_milestones_are_actions_and_never_targets(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT r.reference, a.kind, a.due, a.due_latest FROM action a JOIN recommendation r ON r.id = a.recommendation"
    ).fetchall()
    weeks = {row[0] for row in rows if row[1:] == ("promise", "in the coming weeks", None)}
    assert weeks == {"HC-2", "HC-5", "HC-13", "CAM-1", "CAM-3", "CAM-4", "CAM-5"}
    year = {row[0] for row in rows if row[1] == "promise" and row[3] == "2024-12-31"}
    assert year == {f"DA-x{n}" for n in range(1, 11)}
    template = {row[0] for row in rows if row[1:] == ("milestone", "November 2024", "2024-11-30")}
    assert template == {"MHD-11", "MHD-12"}
    others = {row[0] for row in rows if row[1] == "dependency"}
    assert others == {"OCSA-x1", "DA-x1", "CCP-10"}


def test_evidence_and_replies_are_told_as_far_as_they_are_known(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT r.reference, s.asks, s.sent, y.verdict, y.dated, y.next_move FROM submission s "
        "JOIN recommendation r ON r.id = s.recommendation LEFT JOIN reply y ON y.submission = s.id"
    )
    found = {row[0]: row[1:] for row in rows}
    assert found["HC-6"] == ("closure", "May 2024", "remain-open", None, "us")
    assert found["HC-10"] == ("closure", "April 2024", "more-evidence", None, "us")
    assert found["DA-12"] == ("closure", None, None, None, None)
    assert found["CAM-2"] == ("closure", "since the March 2024 update", None, None, None)
    assert found["HC-3"] == ("closure", None, "discharged", "since the March 2024 update", None)
    assert {reference for reference, row in found.items() if row[0] == "view"} == {f"CA-{n}" for n in range(2, 7)}
    assert "OCSA-11" not in found


def test_believed_done_stands_beside_the_stage_and_says_by_whom(sample: Register) -> None:
    assert references(sample, "believed_done = 'yes'") == {"CAM-4", "CAM-5"}
    assert one(sample, "CAM-4", "believed_done_by, status") == ("C3", "delayed")
    assert one(sample, "CAM-5", "believed_done_by, status") == (None, "delayed")


def test_a_belief_is_no_role_and_stays_with_whom_it_is_of_when_the_item_is_handed_over(sample: Register) -> None:
    item = one(sample, "CAM-4", "id")[0]
    roles = "SELECT l.role FROM lead l WHERE l.recommendation = ? AND l.withdrawn = 0"
    assert sample.conn.execute(roles, (item,)).fetchall() == [(None,)]
    sample.do(HandOver(item=item, lead="C3", to="Custody"))
    assert one(sample, "CAM-4", "believed_done_by") == ("C3",)
    assert sample.conn.execute(roles, (item,)).fetchall() == [(None,)]
    detail = item_detail(sample.conn, item)
    assert detail is not None
    said_by = {note.fields["said_by"] for note in detail.notes if "considers it closed" in str(note.fields["text"])}
    assert said_by == {"C3"}


def test_leads_belong_to_the_whole_commitment_and_a_guess_is_marked_as_one(sample: Register) -> None:
    assert one(sample, "CCP-10", "leads") == ("HSCPs\nPolice Scotland\nSAS",)
    assert one(sample, "CCP-10a", "leads") == ("",)
    rows = sample.conn.execute(
        "SELECT r.code FROM lead l JOIN recommendation r ON r.id = l.recommendation "
        "WHERE json_extract(l.basis, '$.party') = 'inferred'"
    )
    assert {row[0] for row in rows} == {"MHD", "CAM"}
    assert one(sample, "OCSA-x1", "leads") == ("",)


def test_what_the_numbers_rest_on_is_said(sample: Register) -> None:
    by_elimination = references(sample, "json_extract(basis, '$.number') = 'derived'")
    closed = {"CA-1", *(f"HC-{n}" for n in (1, 4, 7, 9, 11, 12, 14, 15)), "CAM-6", "CAM-7", "CAM-8"}
    assert by_elimination == closed
    assert len(references(sample, "number IS NULL")) == 21
    assert references(sample, "theme IS NOT NULL AND json_extract(basis, '$.theme') IS NULL AND code <> 'CCP'") == set()


def test_every_value_says_how_it_is_known_and_where_but_one_that_says_that_nothing_is(log: list[Change]) -> None:
    unknown = 0
    for change in log:
        for name in change.fields:
            current = change.value(name)
            text = current.value["text"] if isinstance(current.value, dict) else current.value
            if text in ("not-stated", UNKNOWN, NO_DATE):
                assert (current.basis, current.place) == ("entered", None), (change.kind, name)
                unknown += 1
            elif current.value is not None and name != "withdrawn":
                sources = ("stated", "in-our-words", "derived", "inferred", "assigned")
                assert current.basis in sources and current.place, (change.kind, name)
    assert unknown > 50


def test_a_note_of_our_own_is_ours_in_all_it_says(log: list[Change]) -> None:
    ours = {c.entity for c in log if c.kind == "note" and c.value("text").basis == "assigned"}
    assert len(ours) > 30
    for change in log:
        if change.kind == "note_on" and change.value("note").value in ours:
            assert {change.value(name).basis for name in change.fields if name != "withdrawn"} == {"assigned"}
        if change.kind == "note":
            assert change.value("kind").basis == "assigned"
            assert change.entity not in ours or change.value("dated").basis in ("assigned", "entered")


def test_both_sides_are_kept_where_the_sources_disagree_and_none_is_the_newest_position(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT COALESCE(r.reference, p.code, 'paper'), n.text FROM note n JOIN note_on o ON o.note = n.id "
        "LEFT JOIN recommendation r ON r.id = o.recommendation LEFT JOIN publication p ON p.id = o.publication "
        "WHERE n.text LIKE '%Both are kept.' AND json_extract(n.basis, '$.text') = 'assigned'"
    ).fetchall()
    both = {row[0] for row in rows}
    assert both >= {
        "paper",
        "OCSA",
        "HC",
        "DA",
        "MHD",
        "CCP",
        "CA-2",
        "CA-3",
        "CAM-4",
        "CAM-5",
        "DA-x1",
        "MHD-2",
        "MHD-7",
    }
    for reference in ("CA-2", "CA-3", "CAM-4", "CAM-5", "DA-x1", "MHD-2", "MHD-7"):
        notes = notes_on(sample.conn, "recommendation", one(sample, reference, "id")[0])
        newest = next(note for note in notes if note.fields["kind"] == "position")
        assert json.loads(str(newest.fields["basis"])).get("text") == "in-our-words", reference


def test_what_the_paper_is_for_and_what_members_are_asked_stand_apart(sample: Register) -> None:
    paper, purpose = sample.conn.execute("SELECT id, purpose FROM paper").fetchone()
    assert purpose.endswith("Domestic Abuse and Mental Health Demand.")
    assert any("For Discussion" in str(note.fields["text"]) for note in notes_on(sample.conn, "paper", paper))


def test_a_reply_that_seeks_evidence_leads_to_remain_open_by_inference(sample: Register) -> None:
    basis = json.loads(one(sample, "HC-10", "basis")[0])
    assert (basis["stage"], basis["next_move"]) == ("inferred", "inferred")
    assert "stage" not in json.loads(one(sample, "HC-6", "basis")[0])


def test_every_change_passes_the_one_door_unchanged(log: list[Change]) -> None:
    for change in log:
        assert matches_id(change)
        values = change.payload["values"]
        assert validate_values(change.kind, values) == values
        assert ("withdrawn" in change.fields) is change.creates
        assert all(change.value(name).value is not None for name in change.fields)


def test_the_log_is_the_same_every_time_and_as_released(log: list[Change]) -> None:
    assert sample_changes() == log
    assert blake2b("".join(c.id for c in log).encode(), digest_size=16).hexdigest() == DIGEST
    assert len({c.id for c in log}) == len({c.salt for c in log}) == len(log)
    assert {c.author for c in log} == {AUTHOR}
    assert [c.time for c in log] == [add_milliseconds(TIME, n) for n in range(len(log))]


def test_another_process_with_another_hash_seed_makes_the_same_log(log: list[Change]) -> None:
    code = "from seed import sample_changes; print(''.join(c.id for c in sample_changes()))"
    found = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "".join(c.id for c in log)


def test_two_registers_that_begin_with_the_sample_have_the_same_log_and_tables(
    sample: Register, tmp_path: Path
) -> None:
    other = Register.create(tmp_path / "other.fairlead")
    load_sample(other)
    assert list(other.log.all()) == list(sample.log.all())
    assert other.id != sample.id
    assert differences(tables(other), tables(sample)) == []
    before = other.newest()
    load_sample(other)
    assert other.newest() == before
    other.close()


def test_the_tables_are_what_the_log_adds_up_to(sample: Register) -> None:
    before = tables(sample)
    rebuild(sample)
    assert differences(before, tables(sample)) == []
    assert before["waiting"] == before["conflict"] == []
    assert is_sound(sample)


def test_the_order_of_the_changes_does_not_matter(log: list[Change], sample: Register, tmp_path: Path) -> None:
    other = Register.create(tmp_path / "other.fairlead")
    for start in range(0, len(log), 100):
        other.apply(list(reversed(log))[start : start + 100])
    assert differences(tables(other), tables(sample)) == []
    other.close()


def test_what_a_person_records_by_hand_meets_the_samples_things(log: list[Change], tmp_path: Path) -> None:
    register = Register.create(tmp_path / "by-hand.fairlead", Author("Alex Reid"))
    publication = register.do(AddPublication(title="Hate crime", code="HC", published="June 2021")).created
    item = register.do(AddItem(publication=publication or "", number="Rec. 06", title="Third-party reporting")).created
    theme = register.do(AddTheme(name="better practice")).created
    assert {publication, item, theme} <= {c.entity for c in log}
    assert item == item_id(publication or "", "6")
    register.apply(log)
    assert len(references(register, "code = 'HC'")) == 15
    register.close()


def test_ties_are_known_by_their_ends(log: list[Change]) -> None:
    associations = [c for c in log if KINDS[c.kind].ends]
    assert {c.kind for c in associations} == {"lead", "contribution", "link", "note_on", "figure", "paper_publication"}
    for change in associations:
        assert change.entity == association_id(change.kind, change.payload["values"] | change.clear_values)
    assert {c.payload["values"]["relation"] for c in associations if c.kind == "link"} == {"same-work"}


def test_the_standard_themes_alone_are_the_samples_own_changes(log: list[Change], tmp_path: Path) -> None:
    themes = theme_changes()
    assert themes == log[: len(themes)]
    register = Register.create(tmp_path / "new.fairlead")
    load_themes(register)
    names = [row[0] for row in register.conn.execute("SELECT name FROM theme ORDER BY position")]
    assert names == ["Governance", "Guidelines", "Compliance", "Resources", "Human Error", "Better Practice"]
    assert register.conn.execute("SELECT count(*) FROM recommendation").fetchone() == (0,)
    assert register.own_fields()["title"] is None
    register.apply(log)
    assert register.newest() == len(log)
    register.close()


def test_the_register_says_its_name_its_marking_and_the_day_it_stands_at(sample: Register) -> None:
    described = sample.own_fields()
    assert (described["marking"], described["day"]) == ("OFFICIAL", "2024-09-18")
    assert described["title"] and described["next_committee"] is None


def test_an_items_detail_history_and_facets_can_be_read(sample: Register) -> None:
    (item,) = one(sample, "HC-6", "id")
    detail = item_detail(sample.conn, item)
    assert detail is not None
    assert (len(detail.submissions), len(detail.replies), detail.row.theme) == (1, 1, "Better Practice")
    assert detail.fields["stage"].place == "2.5.2" and detail.fields["title"].basis == "assigned"
    fields = [row.field for row in history(sample.conn, item=item)]
    assert fields[-1] == "recommendation added" and "evidence sent" in fields and "reply recorded" in fields
    assert dict(facet(sample.conn, Filter(), "status", DAY))["with-inspectorate"] == 3
    assert dict(facet(sample.conn, Filter(), "publication", DAY))["HC"] == 15
    for name in FACETS:
        assert all(count > 0 for _, count in facet(sample.conn, Filter(), name, DAY)), name


def test_learning_stands_on_the_themes_and_the_papers_own_notes_on_the_paper(sample: Register) -> None:
    rows = sample.conn.execute("SELECT id FROM theme WHERE publication IS NULL").fetchall()
    learning = [note for row in rows for note in notes_on(sample.conn, "theme", row[0])]
    assert len(learning) == 8 and {note.fields["kind"] for note in learning} == {"learning"}
    (paper,) = sample.conn.execute("SELECT id FROM paper").fetchone()
    assert len(notes_on(sample.conn, "paper", paper)) == 13
    columns = "figure, figure_number, figure_unit, figure_period"
    figures = {row[0]: row[1:] for row in sample.conn.execute(f"SELECT {columns} FROM measure")}
    assert figures == {
        "370": (370, "referrals a month", "3 months (June, July, August)"),
        "4141": (4141, "referrals", "since 5 September 2023 (Phase 3)"),
        "20,202": (20202, "officer hours", None),
    }


@pytest.mark.parametrize(
    "table",
    [
        {"text": "A", "place": "1", "colour": "red"},
        {"text": "A", "place": "1", "basis": {"colour": "inferred"}},
        {"text": "A"},
    ],
)
def test_a_key_of_a_data_file_that_nobody_understands_is_found(table: dict[str, Any]) -> None:
    entry = Entry("note", table)
    entry.pop("text")
    entry.basis_and_place("note", "text")
    with pytest.raises(DataError):
        entry.finish()


def test_the_command_writes_the_sample_to_a_new_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sample.fairlead"
    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    assert "66 recommendations and 5 commitments" in printed and f"fairlead keep {path} --as OUT" in printed
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    register = Register.open(path)
    assert register.newest() == len(sample_changes())
    register.close()


def test_the_command_does_not_write_over_a_file_unless_it_is_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.fairlead"
    path.write_text("my own words")
    assert main([str(path)]) == 1
    assert path.read_text() == "my own words" and "exists already" in capsys.readouterr().err
    assert main([str(path), "--force"]) == 0
    Register.open(path).close()


def test_the_command_says_in_words_what_it_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere" / "a.fairlead")]) == 1
    assert "no folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--recommendations", "0", str(tmp_path / "a.fairlead")])
    assert ended.value.code == 2
    assert list(tmp_path.iterdir()) == []
