"""Import: what four made-up trackers become, their next editions, and one undo that takes each back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from registers import MakeRegister
from trackers import TRACKERS, council, force, inspectorate, partnership

from store.commands import AddNote, SetTrack, Withdraw
from store.domain.errors import BadInput
from store.domain.vocabulary import Track
from store.exchange.importing.cells import (
    clean_text,
    number_in_text,
    read_number,
    separators_in,
    split_names_of,
    title_from_text,
)
from store.exchange.importing.describe import describe_plan, saved_choices
from store.exchange.importing.mapping import ImportMapping, proposed_separators, read_mapping, to_json
from store.exchange.importing.matching import AlikeTexts
from store.exchange.importing.plan import ImportPlan, Outcome, check_plan
from store.exchange.importing.planner import plan_import
from store.exchange.importing.read import read_source
from store.exchange.importing.words import guess_words
from store.queries.attention import Reason, attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.filter import Filter
from store.register import Register

pytest_plugins = ["registers"]

CODES = {"Payroll 2023/24": "PAY", "Fleet": "FLE", "Custody inspection": "CUS", "Stop and search": "SAS"}


@pytest.fixture
def desk(make_register: MakeRegister) -> Register:
    return make_register("desk")


def planned(register: Register, file: Path, **settings: Any) -> ImportPlan:
    """The checked plan of a file, with codes chosen."""
    given = {name: settings.pop(name) for name in ("as_published", "title") if name in settings}
    mapping = ImportMapping(codes=dict(CODES), **settings)
    plan = plan_import(register, read_source(file), mapping, **given)
    check_plan(register, plan)
    return plan


def taken(register: Register, file: Path, **settings: Any) -> ImportPlan:
    """A plan that was executed."""
    plan = planned(register, file, **settings)
    assert plan.problem is None
    register.do_all(plan.commands())
    return plan


def of_tracker(name: str, folder: Path, *, second: bool = False) -> tuple[Path, dict[str, Any]]:
    """A tracker's file, and the settings that name its publication."""
    make, file, options = TRACKERS[name]
    folder.mkdir(exist_ok=True)
    given = {"publication": options[1], "title": options[3]} if options else {}
    return make(folder / file, second=second), given | {"as_published": True}


def items(register: Register) -> dict[str, dict[str, Any]]:
    cursor = register.conn.execute("SELECT * FROM recommendation WHERE withdrawn = 0 ORDER BY sort_key")
    names = [column[0] for column in cursor.description]
    return {row["reference"]: row for row in (dict(zip(names, values, strict=True)) for values in cursor.fetchall())}


def leads(register: Register, reference: str) -> set[str]:
    sql = (
        "SELECT y.name FROM lead l JOIN party y ON y.id = l.party JOIN recommendation r ON r.id = l.recommendation "
        "WHERE r.reference = ? AND l.withdrawn = 0"
    )
    return {row[0] for row in register.conn.execute(sql, (reference,))}


def tables(register: Register) -> dict[str, list[tuple[Any, ...]]]:
    """What is current in the register, without the parties, who stay known."""
    shown = {
        "publication": "SELECT code, title FROM publication WHERE withdrawn = 0 ORDER BY code",
        "recommendation": "SELECT reference, title, text, status, target FROM recommendation WHERE withdrawn = 0 ORDER BY reference",
        "note": "SELECT text FROM note WHERE withdrawn = 0 ORDER BY text",
        "theme": "SELECT name FROM theme WHERE withdrawn = 0 ORDER BY name",
    }
    return {name: register.conn.execute(sql).fetchall() for name, sql in shown.items()}


@pytest.mark.parametrize("name", TRACKERS)
def test_every_row_of_a_tracker_is_taken_or_named(desk: Register, tmp_path: Path, name: str) -> None:
    file, given = of_tracker(name, tmp_path)
    plan = taken(desk, file, **given)
    rows = {row.number for row in plan.rows} | {row.number for row in plan.skipped}
    first = plan.table.heading_row + 1
    assert rows >= set(range(first, max(row.number for row in plan.table.rows) + 1))
    assert all(row.refused for row in plan.rows if row.outcome == Outcome.REFUSED)
    assert len(items(desk)) == plan.count(Outcome.NEW)
    shown = " ".join(describe_plan(plan))
    assert all(f"Row {row.number}" in shown for row in plan.rows if row.refused or row.problems)


@pytest.mark.parametrize("name", TRACKERS)
def test_the_same_file_again_changes_nothing(desk: Register, tmp_path: Path, name: str) -> None:
    file, given = of_tracker(name, tmp_path)
    taken(desk, file, **given)
    again = planned(desk, file, **given)
    assert not [row for row in again.rows if row.commands]
    assert not again.needed()
    assert not again.vanished


@pytest.mark.parametrize("name", TRACKERS)
def test_one_undo_takes_an_import_back_and_another_its_next_edition(desk: Register, tmp_path: Path, name: str) -> None:
    before = tables(desk)
    file, given = of_tracker(name, tmp_path)
    taken(desk, file, **given)
    first = tables(desk)
    file, given = of_tracker(name, tmp_path, second=True)
    taken(desk, file, **given)
    assert tables(desk) != first
    desk.undo()
    assert tables(desk) == first
    desk.undo()
    assert tables(desk) == before


@pytest.mark.parametrize("name", TRACKERS)
def test_an_import_that_was_taken_back_can_be_taken_again(desk: Register, tmp_path: Path, name: str) -> None:
    first, given = of_tracker(name, tmp_path)
    second, _ = of_tracker(name, tmp_path / "again", second=True)
    for file in (first, second):
        before = tables(desk)
        refused = [row.number for row in taken(desk, file, **given).rows if row.outcome == Outcome.REFUSED]
        after = tables(desk)
        desk.undo()
        assert tables(desk) == before
        assert [row.number for row in taken(desk, file, **given).rows if row.outcome == Outcome.REFUSED] == refused
        assert {row[2] for row in tables(desk)["recommendation"]} == {row[2] for row in after["recommendation"]}


def test_what_a_person_withdrew_stays_withdrawn_and_is_named(desk: Register, tmp_path: Path) -> None:
    file, given = of_tracker("force", tmp_path)
    taken(desk, file, **given)
    desk.do(Withdraw(kind="recommendation", entity=items(desk)["FP25-2"]["id"]))
    plan = planned(desk, file, **given)
    assert [row.refused for row in plan.rows if row.refused] == ["it was withdrawn here"]


def test_a_council_s_workbook_becomes_what_it_says(desk: Register, tmp_path: Path) -> None:
    plan = taken(desk, council(tmp_path / "council.xlsx"), as_published=True)
    found = items(desk)
    assert list(found) == [
        "FLE-1",
        *[ref for ref in found if ref.startswith("FLE-x")],
        "PAY-1",
        "PAY-2",
        "PAY-3",
        "PAY-4",
    ]
    pay1 = found["PAY-1"]
    assert pay1["text"] == "Management should review access rights every quarter. This includes leavers."
    assert pay1["title"] == "Management should review access rights every quarter"
    assert (pay1["status"], pay1["target"], pay1["target_latest"]) == ("delayed", "30 September 2025", "2025-09-30")
    assert found["PAY-2"]["text"] == "Segregate duties & record approvals"
    assert (found["PAY-2"]["closed_as"], found["PAY-2"]["stage_day"]) == ("closed-not-known-how", "20 June 2024")
    assert leads(desk, "PAY-2") == {"Jane Smith", "IT"}
    assert found["PAY-3"]["text"] == "The finance team should reconcile monthly"
    assert leads(desk, "PAY-3") == {"Smith, Jane", "Brown, Al"}
    assert found["PAY-4"]["text"] == "• Write a policy\n• Train staff"
    assert found["PAY-4"]["target"] == "30 September 2025"
    assert found["FLE-1"]["target"] == "31 Febuary 2025"
    assert found["FLE-1"]["target_latest"] is None
    shown = " ".join(describe_plan(plan))
    assert "G8: “On Track / Complete” is mapped to nothing" in shown
    assert "Row 10 is not taken: it has the same number as row 9." in shown
    assert "1 hidden column not taken: Internal note." in shown
    assert "Other sheets not taken: Archive (1 row, hidden)." in shown
    assert "1 comment on cells: not taken." in shown
    assert "Row 13 is skipped: it is a row of totals" in shown
    assert "merged cells filled" in shown
    moved = desk.conn.execute("SELECT count(*) FROM change WHERE fields = '[\"target\"]'").fetchone()[0]
    assert moved == 1


def test_an_inspectorate_s_csv_keeps_its_numbers_and_its_letters(desk: Register, tmp_path: Path) -> None:
    plan = taken(desk, inspectorate(tmp_path / "inspectorate.csv"))
    found = items(desk)
    assert plan.source.reading == "Windows-1252, commas between cells"
    assert plan.table.heading_row == 6
    assert [row for row in found if "x" not in row] == ["CUS-2", "CUS-AFI1", "CUS-New 1", "SAS-3.1", "SAS-3.10"]
    assert found["CUS-AFI1"]["text"] == "Recommendation 1: The force’s café should open"
    unnumbered = next(row for ref, row in found.items() if "-x" in ref)
    assert unnumbered["text"].startswith("12 officers were absent")
    published = desk.conn.execute("SELECT code, published, publisher FROM publication ORDER BY code").fetchall()
    assert published == [("CUS", "Jun-23", "HMICS"), ("SAS", "2022", "HMICS")]


def test_rows_that_do_not_agree_on_their_publication_are_named(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "No,Recommendation,Report,Published by,Date published\n"
        "1,Write a policy on force,Annual review,,2021\n2,Write another on custody,,HMICS,2022\n3,And a third,,hmics,2022\n"
    )
    plan = taken(desk, tmp_path / "a.csv")
    assert "Annual review: published is 2021 in row 2 and 2022 in row 3 (2 rows differ): the first is taken." in (
        describe_plan(plan)
    )
    assert desk.conn.execute("SELECT published, publisher FROM publication").fetchall() == [("2021", "HMICS")]


def test_three_trackers_become_one_register_row_by_row(desk: Register, tmp_path: Path) -> None:
    rows = 0
    for name in ("council", "inspectorate", "force"):
        file, given = of_tracker(name, tmp_path)
        plan = taken(desk, file, **given)
        rows += len(plan.table.rows) - plan.count(Outcome.REFUSED)
    sql = (
        "SELECT p.code, count(*) FROM recommendation r JOIN publication p ON p.id = r.publication GROUP BY 1 ORDER BY 1"
    )
    assert desk.conn.execute(sql).fetchall() == [("CUS", 4), ("FLE", 2), ("FP25", 4), ("PAY", 4), ("SAS", 2)]
    assert len(items(desk)) == rows == 16
    for _ in range(3):
        desk.undo()
    assert items(desk) == {}


def test_numbers_that_begin_again_for_each_body_are_kept_apart(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "No,Recommendation,Numbered within,Addressed to\n1,Write a policy on force,Police,Police Scotland | SPA\n"
        "1,Write a policy on fire,Fire,SFRS\n2,Write another on custody,Police,Police Scotland\n"
    )
    settings = {"publication": "JI", "title": "Joint inspection"}
    plan = taken(desk, tmp_path / "a.csv", **settings)
    assert [row.refused for row in plan.rows if row.refused] == []
    rows = desk.conn.execute("SELECT number, scope, addressed_to FROM recommendation ORDER BY scope, number").fetchall()
    assert [row[:2] for row in rows] == [("1", "Fire"), ("1", "Police"), ("2", "Police")]
    assert "Police Scotland" in str(rows[1][2]) and "SPA" in str(rows[1][2]) and "|" not in str(rows[1][2])
    assert not planned(desk, tmp_path / "a.csv", **settings).commands()


def test_a_next_edition_changes_what_it_changed_keeps_notes_and_names_what_vanished(
    desk: Register, tmp_path: Path
) -> None:
    file = inspectorate(tmp_path / "a.csv")
    taken(desk, file)
    item = items(desk)["CUS-2"]["id"]
    desk.do(AddNote(items=(item,), text="A note of ours."))
    plan = taken(desk, inspectorate(tmp_path / "b.csv", second=True))
    assert [row.reference for row in plan.rows if row.outcome == Outcome.CHANGED] == ["CUS-2"]
    assert [reference for reference, _ in plan.vanished] == ["CUS-New 1"]
    assert "CUS-New 1" in items(desk)
    assert items(desk)["CUS-2"]["text"].endswith("every year")
    assert desk.conn.execute("SELECT count(*) FROM note WHERE withdrawn = 0").fetchone()[0] == 1


def test_an_edit_made_here_stays_while_the_file_says_what_it_said(desk: Register, tmp_path: Path) -> None:
    settings = {"publication": "FP25", "title": "Force plan 2025"}
    taken(desk, force(tmp_path / "force.csv"), **settings)
    desk.do(SetTrack(item=items(desk)["FP25-2a"]["id"], track=Track.ON_TRACK))
    plan = taken(desk, force(tmp_path / "force.csv", second=True), **settings)
    assert {row.reference: row.outcome for row in plan.rows}["FP25-2a"] == Outcome.SAME
    assert items(desk)["FP25-2a"]["track"] == "on-track"
    assert items(desk)["FP25-2"]["track"] == "delayed"


def test_a_value_that_both_sides_changed_is_replaced_and_named(desk: Register, tmp_path: Path) -> None:
    settings = {"publication": "FP25", "title": "Force plan 2025"}
    taken(desk, force(tmp_path / "force.csv"), **settings)
    desk.do(SetTrack(item=items(desk)["FP25-2"]["id"], track=Track.NOT_STATED))
    plan = planned(desk, force(tmp_path / "force.csv", second=True), **settings)
    (row,) = [row for row in plan.rows if row.reference == "FP25-2"]
    assert row.outcome == Outcome.CHANGED
    assert "edited here since" in " ".join(problem.sentence for problem in row.problems)


def test_closed_rows_come_in_open_unless_taken_as_published(desk: Register, tmp_path: Path) -> None:
    plan = taken(desk, council(tmp_path / "council.xlsx"))
    assert plan.history == ["PAY-2"]
    assert items(desk)["PAY-2"]["status"] == "not-stated"
    assert any("PAY-2" in line and "comes in open" in line for line in describe_plan(plan))
    later = taken(desk, council(tmp_path / "council.xlsx"), as_published=True)
    assert [row.reference for row in later.rows if row.outcome == Outcome.CHANGED] == ["PAY-2"]
    assert items(desk)["PAY-2"]["closed_as"] == "closed-not-known-how"


def test_what_a_file_closed_is_housekeeping_until_it_is_said_how(desk: Register, tmp_path: Path) -> None:
    taken(desk, council(tmp_path / "council.xlsx"), as_published=True)
    rules = rules_of(desk.conn, desk.today())

    def count() -> int:
        return attention(desk.conn, Filter(), rules).reasons[Reason.NO_EVIDENCE]

    found = attention(desk.conn, Filter(), rules)
    rows = attention_rows(desk.conn, rules, found.folded, found.folded_flags)
    details = {row.item.ref: [reason.detail for reason in row.because] for row in rows}
    assert details["PAY-2"] == ["closed as published with no evidence recorded, and no words"]
    assert count() == 1
    desk.do(SetTrack(item=items(desk)["PAY-2"]["id"], track=Track.ON_TRACK, reason="It was not done"))
    assert count() == 0
    desk.undo()
    assert count() == 1


def test_a_column_of_fractions_is_read_as_per_cent(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "No,Recommendation,% complete\n1,One policy,1\n2,Two policies,0.5\n3,Three,\n4,Four,0\n"
    )
    (tmp_path / "b.csv").write_text("No,Recommendation,% complete\n5,One policy,1\n6,Two policies,50%\n")
    for name in ("a.csv", "b.csv"):
        taken(desk, tmp_path / name, publication="P", title="Plan")
    assert [row["percent_done"] for row in items(desk).values()] == [100, 50, None, 0, 1, 50]


def test_a_column_with_some_months_first_is_named(desk: Register, tmp_path: Path) -> None:
    text = '"Ref\nno.",Recommendation,Due date\n1,One,03/25/2025\n2,Two,03/04/2025\n3,Three,5/5/25\n'
    (tmp_path / "a.csv").write_text(text)
    plan = planned(desk, tmp_path / "a.csv", publication="P", title="Plan")
    assert [row.reference for row in plan.rows] == ["P-1", "P-2", "P-3"]
    assert (
        "Due date: 1 cell with the month first, as 12/31/2024. 1 cell that may be either taken with the day first: look "
        "at these." in describe_plan(plan)
    )
    (tmp_path / "b.csv").write_text(text.replace("03/25", "25/03"))
    plan = planned(desk, tmp_path / "b.csv", publication="P", title="Plan")
    assert not any("month first" in line for line in describe_plan(plan))


def test_headings_that_are_there_twice_have_their_group_before_them(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Improvement plan,,,,,\n,,Q1 update,,Q2 update,\nRef,Recommendation,RAG,Comment,RAG,Comment\n"
        "1,Do one thing,Green,Begun,Red,Late\n2,Do two things,Green,Also begun,Green,All well\n"
    )
    plan = taken(desk, tmp_path / "a.csv", publication="P", title="Plan")
    assert [guess.heading for guess in plan.columns[2:]] == [
        "Q1 update: RAG", "Q1 update: Comment", "Q2 update: RAG", "Q2 update: Comment",
    ]  # fmt: skip
    assert [guess.field for guess in plan.columns[2:]] == ["status", "note", None, "note"]
    assert "Not taken: Q2 update: RAG (2 cells)." in describe_plan(plan)
    notes = {row[0] for row in desk.conn.execute("SELECT text FROM note")}
    assert {"Q1 update: Comment: Begun", "Q2 update: Comment: Late"} <= notes


def test_a_row_with_more_cells_than_headings_is_named(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Ref;Recommendation;Owner\n1;One;A\n2;Two &amp; three;B\n3;Four;C\n4;Five;D\n")
    plan = planned(desk, tmp_path / "a.csv", publication="P", title="Plan")
    assert any(line.startswith("Row 3: more cells than headings.") for line in describe_plan(plan))


def test_of_an_object_within_another_the_name_that_tells_something_is_the_heading(
    desk: Register, tmp_path: Path
) -> None:
    rows = [
        {"id": n, "text": text, "target": {"text": "by end Q3 2024/25"}, "owner": {"name": "C3"}, "progress": "50%"}
        for n, text in enumerate(("Write one policy for all", "Train all of the staff in it"), 1)
    ]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    plan = planned(desk, tmp_path / "a.json", publication="P", title="Plan")
    assert {guess.heading: guess.field for guess in plan.columns} == {
        "id": "number", "text": "text", "target.text": "target", "owner.name": "leads", "progress": "percent_done",
    }  # fmt: skip


def test_several_items_in_one_cell_are_named(desk: Register, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'No,Recommendation\n2,"Recommendation 2: Train staff.\nRecommendation 3: Train them again."\n'
        '"4, 5",Write a policy\n6,"Do this:\n1. one\n2. two"\n1-2,A policy\n'
    )
    plan = taken(desk, tmp_path / "a.csv", publication="P", title="Plan")
    assert {(one.address, one.sentence) for row in plan.rows for one in row.problems} == {
        ("B2", "names Recommendation 2, Recommendation 3: several in one cell, taken as one item"),
        ("A3", "names several numbers: taken as one item"),
    }


def test_a_formula_without_a_value_is_named_on_its_own_sheet(desk: Register, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Cover"])
    sheet = book.create_sheet("Actions")
    sheet.append(["No", "Recommendation", "Update"])
    sheet.append([1, "Write a policy", '=CONCATENATE("Begun"," in May")'])
    sheet.append([2, "Train the staff", "Begun"])
    book.save(tmp_path / "a.xlsx")
    plan = taken(desk, tmp_path / "a.xlsx", publication="P", title="Plan")
    assert "1 formula without a stored value read as empty: C2." in " ".join(describe_plan(plan))


def test_objects_in_a_list_of_json_are_their_names_or_a_line_each(desk: Register, tmp_path: Path) -> None:
    row = {
        "id": "R1", "description": "Agree a strategy", "percent": 35.0, "due": {"original": "2024-03-31", "revised": None},
        "owners": [{"name": "Smith, Jo", "role": "SRO"}, {"name": "C3"}],
        "updates": [{"date": "2024-05-01", "text": "Draft out"}, {"date": "2024-08-01", "text": "Agreed"}],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps([row, {"id": "R2", "description": "Train"}]))
    plan = taken(desk, tmp_path / "a.json", publication="P", title="Plan")
    found = items(desk)["P-1"]
    assert (found["target"], found["percent_done"]) == ("31 March 2024", 35)
    assert leads(desk, "P-1") == {"Smith, Jo", "C3"}
    notes = [row[0] for row in desk.conn.execute("SELECT text FROM note")]
    assert notes == ["2024-05-01: Draft out\n2024-08-01: Agreed"]
    assert "Not taken: owners.role (1 cell)." in describe_plan(plan)


def test_a_column_of_kinds_is_none_of_themes_and_a_day_in_other_words_is_the_same(
    desk: Register, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(
        "Inspection,No,Recommendation,Category,Date published,Priority,Date Implemented,% done,Closed\n"
        "Custody,1,One,AFI,15 Feb 2023,H,,10%,yes\nCustody,2,Two,Recommendation,15/02/2023,Med,1/3/24,20%,no\n"
        "Custody,3,Three,Cause of concern,15.2.23,L,,30%,no\n"
    )
    plan = planned(desk, tmp_path / "a.csv")
    assert {guess.heading: guess.field for guess in plan.columns} == {
        "Inspection": "publication", "No": "number", "Recommendation": "text", "Category": "kind", "Priority": "priority",
        "Date published": "published", "Date Implemented": "closed_on", "% done": "percent_done", "Closed": None,
    }  # fmt: skip
    assert [guess.meaning for guess in plan.words["priority"]] == ["High", "Low", "Medium"]
    assert not any("published is" in line for line in describe_plan(plan))


def test_a_plan_s_rows_are_commitments_and_its_themes_are_added(desk: Register, tmp_path: Path) -> None:
    plan = taken(desk, partnership(tmp_path / "p.json"), publication="PP", title="Partnership plan")
    found = items(desk)
    assert {row["kind"] for row in found.values()} == {"commitment"}
    assert plan.new_themes == ["Pathways", "Training"]
    first = next(ref for ref, row in found.items() if "one pathway" in row["text"])
    assert leads(desk, first) == {"NHS 24", "Police Scotland"}
    assert [row.refused for row in plan.rows if row.refused] == ["it has neither a text nor a title"]


def test_items_in_the_lists_of_publications_are_rows_with_the_publication_repeated(
    desk: Register, tmp_path: Path
) -> None:
    custody: dict[str, object] = {
        "title": "Custody", "code": "CUS", "published": "June 2024", "publisher": "HMICS", "status": "current",
        "recommendations": [
            {"number": 1, "title": "Cells", "text": "Check each cell", "status": "Open", "updates": [{"on": "May", "text": "Begun"}]},
            {"number": 2, "text": "Train the staff of custody", "status": "Closed"},
        ],
        "areas for improvement": [{"number": 1, "text": "Record meals as they are given"}],
    }  # fmt: skip
    search = {
        "title": "Stop and search",
        "chapters": [{"name": "Data", "recommendations": [{"number": 1, "text": "Publish"}]}],
    }
    (tmp_path / "a.json").write_text(
        json.dumps({"publications": [custody, {"title": "Fleet", "recommendations": []}, search]})
    )
    codes = {"Custody": "CUS", "Stop and search": "SS", "Fleet": "FLE"}
    plan = plan_import(desk, read_source(tmp_path / "a.json"), ImportMapping(codes=codes))
    found = [(one.title, one.rows) for one in plan.publications]
    assert found == [("Custody", 3), ("Fleet", 1), ("Stop and search", 1)]
    titles = ["Cells", "Train the staff of custody", "Record meals as they are given", "Publish"]
    assert [row.title for row in plan.rows if not row.refused] == titles
    assert plan.rows[3].refused == "it has neither a text nor a title", "a publication without items is named"
    (tmp_path / "one.json").write_text(json.dumps(custody))
    one = plan_import(desk, read_source(tmp_path / "one.json"), ImportMapping())
    assert [row.number for row in one.rows] == [1, 2, 3]
    columns = {column.heading: column.field for column in plan.columns}
    assert columns["publication"] == "publication" and columns["status"] == "status" and columns["number"] == "number"
    assert columns["publication status"] is None and columns["publication code"] is None
    assert columns["published"] == "published" and columns["kind"] == "kind"


def test_an_item_without_a_number_is_found_by_the_likeness_of_its_text(desk: Register, tmp_path: Path) -> None:
    settings = {"publication": "PP", "title": "Partnership plan"}
    taken(desk, partnership(tmp_path / "p.json"), **settings)
    plan = taken(desk, partnership(tmp_path / "p.json", second=True), **settings)
    assert len(items(desk)) == 2
    first = plan.rows[0]
    assert first.matched.startswith("by its text, 9")
    assert any("alike" in line for line in describe_plan(plan))
    changed = next(row for row in items(desk).values() if "one pathway" in row["text"])
    assert changed["text"].endswith("every year")
    assert changed["title"].endswith("every year")


def test_many_texts_are_compared_by_the_words_that_they_share_and_found_all_the_same() -> None:
    """Each of many items whose text was edited is found, and none of what is new is taken for one."""
    words = [f"{name}{n}" for n in range(60) for name in ("alpha", "beta", "gamma", "delta", "epsilon")]
    here = {
        str(
            n
        ): f"the force should review how {words[n % 300]} and {words[n * 7 % 300]} are checked in division {n} by its lead"
        for n in range(2000)
    }
    texts = AlikeTexts(dict(here))
    for n in range(0, 2000, 3):
        found = texts.take(here[str(n)].replace("its lead", "the lead"))
        assert found and found[0] == str(n)
    assert texts.take("publish a plan for the whole of the service and say by when") is None
    assert len(texts.left) == 2000 - len(range(0, 2000, 3))


def test_the_place_of_every_value_is_the_file_the_sheet_and_the_row(desk: Register, tmp_path: Path) -> None:
    taken(desk, council(tmp_path / "council.xlsx"))
    log = " ".join(row[0] or "" for row in desk.conn.execute("SELECT body FROM change"))
    assert "imported from council.xlsx, sheet “Actions”, row 5" in log
    assert str(tmp_path) not in log


def test_a_made_title_is_worked_out_and_a_text_is_stated(desk: Register, tmp_path: Path) -> None:
    taken(desk, council(tmp_path / "council.xlsx"))
    item = items(desk)["PAY-1"]["id"]
    created = desk.log.of_entity(item)[0]
    assert created.value("title").basis == "derived"
    assert created.value("text").basis == "stated"
    assert created.value("track").basis == "derived"
    assert created.value("kind").basis == "entered"


def test_choices_are_kept_and_used_again(desk: Register, tmp_path: Path) -> None:
    file = council(tmp_path / "council.xlsx")
    mapping = ImportMapping(
        columns={"Owner": "nothing"}, words={"status": {"On Track / Complete": "on-track"}}, codes=CODES
    )
    plan = plan_import(desk, read_source(file), mapping)
    saved = tmp_path / "saved.json"
    saved.write_text(to_json(saved_choices(mapping, plan)), encoding="utf-8")
    again = plan_import(desk, read_source(file), read_mapping(saved))
    assert [column.field for column in again.columns] == [column.field for column in plan.columns]
    assert again.words == plan.words
    assert not again.codes_to_choose()
    assert again.new_names == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "no mapping that Fairlead wrote"),
        ("{", "no mapping that can be read"),
        ('{"format": "fairlead-import-mapping", "columns": []}', "has a list"),
        ('{"format": "fairlead-import-mapping", "columns": {"A": 1}}', "is no text"),
        ('{"format": "fairlead-import-mapping", "split": {"leads": "x"}}', "something else than lists"),
    ],
)
def test_a_mapping_that_is_none_is_refused_in_words(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "m.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=why):
        read_mapping(file)


def test_what_has_to_be_chosen_first_is_said(desk: Register, tmp_path: Path) -> None:
    source = read_source(force(tmp_path / "force.csv"))
    assert "No column names the publication" in str(plan_import(desk, source, ImportMapping()).problem)
    assert "needs a title" in str(plan_import(desk, source, ImportMapping(publication="FP25")).problem)
    nothing = ImportMapping(publication="FP25", columns={"Action": "nothing"})
    assert "No column is taken as the text" in str(plan_import(desk, source, nothing, title="x").problem)
    with pytest.raises(BadInput, match="no field to import"):
        plan_import(desk, source, ImportMapping(columns={"Action": "wording"}))
    with pytest.raises(BadInput, match="There is no column"):
        plan_import(desk, source, ImportMapping(columns={"Acton": "text"}))
    with pytest.raises(BadInput, match="There is no sheet"):
        plan_import(desk, source, ImportMapping(sheet="Actions"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Recommendation 10: The force should", "10"),
        ("Recomemendation 3", "3"),
        ("New Recommendation 1 – say more", "New 1"),
        ("R4", "4"),
        ("AFI 1", "AFI1"),
        ("Rec. 7) do it", "7"),
        ("3.1 The force should", "3.1"),
        ("7. The force should", "7"),
        ("12 officers were absent", ""),
        ("2024 was a good year", ""),
        ("Officers should", ""),
        ("Recommendation", ""),
        ("Action 2a: write it", "2a"),
        ("Recommendation 2(ii): supervise", "2ii"),
        ("Rec 4 (in part) do it", "4"),
    ],
)
def test_the_number_in_a_text(text: str, number: str) -> None:
    assert number_in_text(text) == number


@pytest.mark.parametrize(
    ("cell", "code", "number"),
    [
        ("R4", "HC", "4"),
        ("HC-6", "HC", "6"),
        ("hc 6a", "HC", "6a"),
        ("3.0", "", "3"),
        ("Rec 12", "", "12"),
        ("3.10", "", "3.10"),
        ("Rec 2(i)", "", "2i"),
        ("2(iv)", "", "2(iv)"),
        ("1a)", "", "1a"),
        ("R12.b", "", "12.b"),
        ("R1 & R2", "", "1 & R2"),
        ("R1\nR2", "", "1, R2"),
        ("Recommendation 6a and 6b", "", "6a and 6b"),
        ("Recommendation 5 - Training", "", "5"),
    ],
)
def test_the_number_in_a_cell_of_numbers(cell: str, code: str, number: str) -> None:
    assert read_number(cell, code, floats=cell == "3.0") == number


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<p>One</p><p>two &amp; three</p>", "One\ntwo & three"),
        ("a < b and c > d", "a < b and c > d"),
        ("the ﬁrst ofﬁce", "the first office"),
        ("\uf0b7 one\n\uf0b7 two", "• one\n• two"),
        ("safe\u00adguarding", "safeguarding"),
        ("a_x000D_\nb", "a\nb"),
        ("AT&T and R&D;", "AT&T and R&D;"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
    ],
)
def test_what_html_and_a_pdf_leave_in_a_text_is_taken_off(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_names_are_split_only_where_it_is_said_and_never_at_a_comma() -> None:
    assert split_names_of("Smith, Jane | Brown, Al", ("|",)) == ("Smith, Jane", "Brown, Al")
    assert split_names_of("C3 and Local Policing", ("|",)) == ("C3 and Local Policing",)
    assert split_names_of("C3 and Local Policing", ("and",)) == ("C3", "Local Policing")
    assert split_names_of("A\nB; C", ("\n", ";")) == ("A", "B", "C")
    assert split_names_of("Finance / Estates", ("/",)) == ("Finance", "Estates")


def test_names_with_a_slash_or_an_and_are_split_when_a_person_chooses_it() -> None:
    found = separators_in(["Digital/ICT lead", "C3 and CAM", "A; B"])
    assert found == {"/": 1, "and": 1, ";": 1}
    assert proposed_separators(found) == (";",)


def test_a_title_made_from_a_text_is_cut_between_words() -> None:
    text = "Recommendation 3: The chief officers of every force should, before the end of the next financial year, publish it."
    title = title_from_text(text)
    assert title.startswith("The chief officers")
    assert title.endswith(" …")
    assert len(title) <= 92


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Complete", "closed-not-known-how"), ("Discharged", "discharged"), ("On Target", "on-track"), ("RED", "delayed"),
        ("Overdue", "delayed"), ("In Progres", "in-progress"), ("Amber", None), ("Complete / Overdue", None), ("Closed.", "closed-not-known-how"),
        ("Not yet started", "not-started"), ("Superseded", "superseded"), ("Submitted", "submitted"),
    ],
)  # fmt: skip
def test_words_of_a_status_are_guessed_or_left_to_a_person(desk: Register, word: str, meaning: str | None) -> None:
    from store.exchange.importing.words import choices_of

    (guess,) = guess_words("status", [word], choices_of(desk.conn, "status"))
    assert guess.meaning == meaning


def test_progress_is_told_and_a_person_can_stop_it(desk: Register, tmp_path: Path) -> None:
    from store.domain.errors import Cancelled

    file = council(tmp_path / "council.xlsx")
    reported: list[tuple[int, int]] = []

    def note(done: int, of: int) -> bool:
        reported.append((done, of))
        return False

    stop: Callable[[int, int], bool] = note
    plan = planned(desk, file)
    with pytest.raises(Cancelled):
        desk.do_all(plan.commands(), go_on=stop)
    with pytest.raises(Cancelled):
        check_plan(desk, plan, stop)
    assert reported
    assert not items(desk)
