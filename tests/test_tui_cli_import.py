"""`fairlead import`: what it prints and asks, what its options correct, and what it refuses."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from openpyxl import load_workbook
from test_tui_cli import data, run
from trackers import TRACKERS, council, force

from store.domain.fields import KINDS
from store.domain.text import cell_width
from store.domain.vocabulary import PartyKind
from store.exchange.importing.columns import import_fields
from store.exchange.importing.mapping import read_mapping, to_json
from store.register import Register

CODES = ("--code", "Payroll 2023/24=PAY", "--code", "Fleet=FLE")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty register of one's own, which every command takes."""
    path = tmp_path / "mine.db"
    monkeypatch.setenv("FAIRLEAD_REGISTER", str(path))
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    run("new", str(path))
    return path


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there to answer."""
    monkeypatch.setattr("tui.cli.import_file.at_terminal", lambda: True)
    monkeypatch.setattr("tui.cli.base.at_terminal", lambda: True)


@pytest.fixture
def tracker(tmp_path: Path) -> str:
    """A council's workbook."""
    return str(council(tmp_path / "council.xlsx"))


def references() -> list[str]:
    return [row["ref"] for row in data("list")]


def planned(*arguments: str) -> Any:
    return json.loads(run("import", *arguments, "--dry-run", "--format", "json").stdout)


def test_a_dry_run_prints_everything_and_takes_nothing(mine: Path, tracker: str) -> None:
    done = run("import", tracker, "--dry-run")
    for part in ("Original due date", "hidden, not taken", "On Track / Complete", "P24", "new, code proposed"):
        assert part in done.stdout
    for part in ("Row 13 is skipped", "Other sheets not taken: Archive", "7 rows: 6 new, 1 refused; 4 skipped."):
        assert part in done.stderr
    assert references() == []


@pytest.mark.parametrize("name", TRACKERS)
def test_every_row_of_the_file_is_in_what_is_printed(mine: Path, tmp_path: Path, name: str) -> None:
    make, file, options = TRACKERS[name]
    done = run("import", str(make(tmp_path / file)), *options, "--dry-run")
    rows = set(re.findall(r"(?m)^(\d+) ", done.stdout.partition("\nRows\n")[2]))
    named = rows | set(re.findall(r"Row (\d+)", done.stderr))
    plan = planned(str(tmp_path / file), *options)
    assert {str(row["row"]) for row in (*plan["rows"], *plan["skipped"])} == named
    if name == "council":
        sheet = load_workbook(tmp_path / file)["Actions"]
        filled = {str(n) for n, row in enumerate(sheet.values, 1) if any(row)}
        assert filled - {str(plan["heading_row"])} == named


def test_it_is_taken_as_one_action_and_one_undo_takes_it_back(mine: Path, tracker: str) -> None:
    done = run("import", tracker, *CODES, "--as-published", "--apply")
    assert "council.xlsx" in done.output
    assert [ref for ref in references() if "x" not in ref] == ["FLE-1", "PAY-1", "PAY-2", "PAY-3", "PAY-4"]
    again = run("import", tracker, *CODES, "--as-published", "--apply")
    assert "Nothing to change." in again.stderr
    run("undo")
    assert references() == []


def test_the_next_edition_prints_what_it_changes_and_what_vanished(mine: Path, tracker: str, tmp_path: Path) -> None:
    run("import", tracker, *CODES, "--apply")
    done = run("import", str(council(tmp_path / "council.xlsx", second=True)), "--apply")
    assert "No longer in the file, and kept here: PAY-4." in done.stderr
    assert re.search(r"FLE-1 +text +Recommendation 1: Fleet should be checked weekly.* → .*every day", done.stdout)
    assert "FLE-2" in references() and "PAY-4" in references()


def test_codes_and_the_question_are_asked_at_a_terminal(mine: Path, tracker: str, at_terminal: None) -> None:
    done = run("import", tracker, typed="PAY\n\ny\n")
    assert "Code of Payroll 2023/24 [P24]:" in done.stderr
    assert "Code of Fleet [FLE]:" in done.stderr
    assert "Take 6 rows? [y/N]:" in done.stderr
    assert {ref.partition("-")[0] for ref in references()} == {"PAY", "FLE"}


def test_no_takes_nothing(mine: Path, tracker: str, at_terminal: None) -> None:
    run("import", tracker, *CODES, typed="n\n", code=1)
    assert references() == []


def test_new_names_are_asked_about_once(
    mine: Path, tracker: str, at_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "party_kinds", {})
    done = run("import", tracker, *CODES, "--apply", typed="person\n")
    assert "6 names new here (Head of Finance; Jane Smith; IT; Smith, Jane; Brown, Al …). What are they?" in done.stderr
    register = Register.open(mine)
    kinds = register.conn.execute("SELECT DISTINCT y.kind FROM party y JOIN lead l ON l.party = y.id").fetchall()
    register.close()
    assert kinds == [(PartyKind.PERSON,)]


def test_what_nobody_is_there_to_answer_is_said_with_what_to_type(
    mine: Path, tracker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = run("import", tracker, "--apply", code=2).stderr
    assert "--code 'Payroll 2023/24=P24' --code Fleet=FLE" in asked
    assert "--apply" in run("import", tracker, *CODES, code=2).stderr
    monkeypatch.setattr(Register, "party_kinds", {})
    assert "--new-is unit" in run("import", tracker, *CODES, "--apply", code=2).stderr
    run("import", tracker, *CODES, "--apply", "--new-is", "unit")


def test_columns_words_and_splits_are_corrected(mine: Path, tmp_path: Path, tracker: str) -> None:
    options = (
        "--map",
        "Progress update=nothing",
        "--map",
        "d=nothing",
        "--word",
        "status:On Track / Complete=on-track",
    )
    plan = planned(tracker, *options)
    fields = {column["column"]: column["field"] for column in plan["columns"]}
    assert (fields["Progress update"], fields["Owner"]) == (None, None)
    assert {word["word"]: word["here"] for word in plan["words"]}["On Track / Complete"] == "on-track"
    file = str(force(tmp_path / "force.csv"))
    of = ("--publication", "FP25", "--title", "Plan")
    assert "C3 and Local Policing" in planned(file, *of)["new_leads"]
    assert "Local Policing" in planned(file, *of, "--split", "leads=newline and")["new_leads"]
    assert "C3 Corporate Services" in planned(file, *of, "--split", "leads=nothing")["new_leads"]


def test_hidden_columns_and_comments_are_taken_when_it_is_said(mine: Path, tracker: str) -> None:
    plan = planned(tracker, "--hidden", "--comments", "--map", "Internal note=note")
    assert {column["column"]: column["field"] for column in plan["columns"]}["Internal note"] == "note"
    run("import", tracker, *CODES, "--hidden", "--comments", "--map", "Internal note=note", "--apply")
    shown = run("show", "PAY-1").stdout
    assert "Comment on a cell: Ask Bob" in shown
    assert "Internal note: x" in shown


def test_another_sheet_is_read_by_its_name(mine: Path, tracker: str) -> None:
    plan = planned(tracker, "--sheet", "archive", "--publication", "ARC", "--title", "Old ones")
    assert [row["title"] for row in plan["rows"]] == ["An old one"]


def test_a_plan_has_commitments(mine: Path, tmp_path: Path) -> None:
    file = str(force(tmp_path / "force.csv"))
    run("import", file, "--publication", "FP25", "--title", "Plan", "--plan", "--apply")
    assert {row["kind"] for row in data("list")} == {"commitment"}


def test_names_with_equals_signs_and_colons_are_taken_whole(mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("No,a=b: what,State: of it,Report\n1,Write a policy on force,on: track = yes,One = two\n")
    done = run(
        "import", str(file), "--map", "a=b: what=text", "--map", "State: of it=status",
        "--word", "status:on: track = yes=on-track", "--code", "One = two=ONE", "--apply",
    )  # fmt: skip
    assert "1 row: 1 new; 0 skipped." in done.stderr
    assert references() == ["ONE-1"]


def test_choices_are_kept_for_the_next_edition(mine: Path, tracker: str, tmp_path: Path) -> None:
    saved = tmp_path / "choices.json"
    run("import", tracker, *CODES, "--map", "Owner=nothing", "--keep-mapping", str(saved), "--dry-run")
    run("import", tracker, "--mapping", str(saved), "--apply")
    assert {ref.partition("-")[0] for ref in references()} == {"PAY", "FLE"}
    assert data("list")[0]["leads"] == []
    again = run("import", tracker, "--mapping", str(saved), "--keep-mapping", str(saved), "--dry-run", code=1)
    assert "exists already" in again.stderr
    assert run("import", tracker, "--mapping", str(tmp_path / "none.json"), "--dry-run", code=1).stderr


def test_choices_fit_a_file_with_headings_twice_and_one_that_lost_a_column(mine: Path, tmp_path: Path) -> None:
    file, saved = tmp_path / "twice.csv", tmp_path / "choices.json"
    file.write_text("No,Recommendation,Update,Update,,Owner\n1,Write a policy on force,first,second,third,Ops\n")
    options = ("--publication", "T", "--title", "Twice", "--map", "E=evidence", "--map", "D=nothing")
    run("import", str(file), *options, "--keep-mapping", str(saved), "--dry-run")
    plan = planned(str(file), "--title", "Twice", "--mapping", str(saved))
    assert [column["field"] for column in plan["columns"]] == ["number", "text", "note", None, "evidence", "leads"]
    file.write_text("No,Recommendation\n1,Write a policy on force\n")
    done = run("import", str(file), "--title", "Twice", "--mapping", str(saved), "--dry-run")
    assert "Columns of the choices that this file does not have: C, D, E, Owner." in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--dry-run", "--apply"), 2, "not both"),
        (("--dry-run", "--map", "Owner"), 2, "not as --map COLUMN=FIELD"),
        (("--dry-run", "--map", "Onwer=leads"), 2, "There is no column “Onwer”"),
        (("--dry-run", "--map", "Owner=boss"), 2, "“boss” is no field to import"),
        (("--dry-run", "--map", "Owner=text"), 0, ""),
        (("--dry-run", "--map", "Owner=text", "--map", "Audit=text"), 2, "choose one"),
        (("--dry-run", "--word", "status=x"), 2, "has no field"),
        (("--dry-run", "--word", "status:Overdue=lost"), 2, "“lost” is no status here"),
        (("--dry-run", "--word", "status:Overdoo=delayed"), 2, "“Overdoo” is not among the words of status"),
        (("--dry-run", "--word", "colour:Red=delayed"), 2, "No column is taken as “colour”"),
        (("--dry-run", "--split", "colour=|"), 2, "No cell of “colour”"),
        (("--dry-run", "--sheet", "Aktions"), 2, "There is no sheet Aktions"),
        (("--dry-run", "--publication", "NEW"), 2, "Give --title TITLE."),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(
    mine: Path, tracker: str, options: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in run("import", tracker, *options, code=code).stderr


def test_a_file_that_cannot_be_read_is_refused_with_code_one(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04nothing")
    assert "damaged" in run("import", str(tmp_path / "a.xlsx"), "--dry-run", code=1).stderr
    run("import", str(tmp_path), "--dry-run", code=1)
    run("import", str(tmp_path / "none.csv"), "--dry-run", code=1)


@pytest.mark.parametrize("width", (60, 80, 120))
@pytest.mark.parametrize("name", TRACKERS)
def test_no_line_of_its_tables_is_wider_than_the_terminal(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, width: int
) -> None:
    make, file, options = TRACKERS[name]
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("tui.cli.printing.to_terminal", lambda: True)
    printed = run("import", str(make(tmp_path / file)), *options, "--dry-run").stdout
    assert [line for line in printed.splitlines() if cell_width(click.unstyle(line)) > width] == []


def test_at_a_terminal_a_long_file_is_cut_and_the_rest_counted(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "long.csv"
    rows = [f"{n},Policy {n} is to be written,nobody knows" for n in range(1, 301)]
    file.write_text("\n".join(("No,Recommendation,Status", *rows)))
    options = ("--publication", "L", "--title", "Long", "--dry-run")
    in_a_pipe = run("import", str(file), *options)
    assert in_a_pipe.stdout.count(" is to be written") >= 300
    assert in_a_pipe.stderr.count("is mapped to nothing") == 300
    monkeypatch.setattr("tui.cli.printing.to_terminal", lambda: True)
    at_a_terminal = run("import", str(file), *options).stderr
    assert "100 more lines." in at_a_terminal
    assert "100 more remarks on rows." in at_a_terminal


def test_the_readme_s_example_does_what_it_promises(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    example = readme.partition("<!-- import -->")[2].partition("<!-- /import -->")[0]
    commands = [shlex.split(line)[1:] for line in example.splitlines() if line.startswith("fairlead ")]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tracker.csv").write_text("No,Wording,Status\n1,Review access rights each quarter,Parked\n")
    printed = [run(*command).output for command in commands]
    assert "1 row: 1 new; 0 skipped." in printed[0]
    assert "AU25-1" in printed[2]
    assert references() == []


def test_the_page_of_the_mapping_file_shows_one_that_is_read(mine: Path, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "import.md").read_text(encoding="utf-8")
    (tmp_path / "choices.json").write_text(page.partition("```json\n")[2].partition("```")[0])
    mapping = read_mapping(tmp_path / "choices.json")
    assert mapping.columns["Wording"] == "text"
    assert json.loads(to_json(mapping)).keys() == json.loads((tmp_path / "choices.json").read_text()).keys()
    named = set(re.findall(r"`([a-z_]+)`", page.partition("| field | is |")[2].partition("Any other field")[0]))
    assert named & {*import_fields()} >= {"number", "text", "title", "publication", "status", "leads", "note"}
    assert {*import_fields()} - named <= {*KINDS["recommendation"].editable}
