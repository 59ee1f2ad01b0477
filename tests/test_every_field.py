"""Each field that trackers have: added, corrected, listed, filtered, asked for, exported, in the history, taken back."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from test_tui_cli_work import run

from store.domain.dates import format_date
from store.domain.references import find_item
from store.queries.filter import COLUMNS
from store.queries.item_list import rows_at, seq_of
from store.register import Register
from tui.tables.items import ALL_COLUMNS, item_row


@dataclass(frozen=True)
class OfItem:
    """A field of an item: how it is given, and where it is then seen."""

    given: Sequence[str]
    """The arguments of the command that sets it, the item's reference aside."""
    key: str
    """The key of the exports that has it."""
    stored: Any
    query: str
    """A query that finds the item by it."""
    column: str
    """The name of the list's column."""
    heading: str
    """The heading of its column in CSV and Excel."""
    shown: str
    """Its text where a person reads it."""
    options: Sequence[str] = ()
    """The options of `fairlead list` that find it, where there are some."""
    added: Sequence[str] = field(default_factory=tuple)
    """The options of `fairlead add` that set it, where it is recorded with the item."""


FIELDS = {
    "response": OfItem(
        ("edit", "{}", "--response", "partly-accepted"), "response", "partly-accepted", "response:partly-accepted",
        "response", "Response", "Partly accepted", ("--response", "partly-accepted"), ("--response", "partly-accepted"),
    ),
    "priority": OfItem(
        ("edit", "{}", "--priority", "fundamental"), "priority", "Urgent", "priority:urgent", "priority", "Priority",
        "Urgent", ("--priority", "urgent"), ("--priority", "Urgent"),
    ),
    "per cent done": OfItem(
        ("edit", "{}", "--percent-done", "60"), "percent_done", 60, "percent>=60 percent<61", "percent",
        "Done, in per cent", "60", (), ("--percent-done", "60"),
    ),
    "risk accepted": OfItem(
        ("set", "{}", "--stage", "risk-accepted", "--by", "The board", "--reason", "Small.", "--review", "1 June 2025"),
        "stage", "risk-accepted", "stage:risk-accepted", "stage", "Stage", "Risk accepted", ("--stage", "risk-accepted"),
    ),
    "an extension": OfItem(
        ("set", "{}", "--extension", "refused", "--asked-for", "June 2025", "--asked-by", "C3", "--decided-by", "Audit"),
        "extension", "refused", "extension:refused", "extension", "Extension", "Refused", ("--extension", "refused"),
    ),
    "a kind of delay": OfItem(
        ("set", "{}", "--target", "June 2025", "--delay", "waiting on another body"), "delay", "Waiting on another body",
        'delay:"waiting on another body"', "delay", "Kind of delay", "Waiting on another body",
        ("--delay", "Waiting on another body"),
    ),
    "when a risk is looked at again": OfItem(
        ("set", "{}", "--stage", "risk-accepted", "--by", "The board", "--reason", "Small.", "--review", "1 June 2025"),
        "review", "1 June 2025", "review<2026", "review", "Looked at again", "1 June 2025",
    ),
    "a kind of our own": OfItem(
        ("edit", "{}", "--kind", "key action"), "kind", "Key Action", 'kind:"key action"', "", "Kind", "Key Action",
        ("--kind", "Key action"), ("--kind", "Key Action"),
    ),
    "a kind of inspectorates": OfItem(
        ("edit", "{}", "--kind", "Cause of concern"), "kind", "cause-of-concern", "kind:cause-of-concern", "", "Kind",
        "Cause of concern", ("--kind", "cause-of-concern"), ("--kind", "cause-of-concern"),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def lists_of_its_own(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample, with priorities and a kind of its own; somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    run(
        "edit", "register", "--priority", "Urgent = fundamental; critical", "--priority", "Important",
        "--priority", "Desirable", "--own-kind-apart", "Key Action",
    )  # fmt: skip


def listed(*arguments: str) -> list[str]:
    """The references that a list shows."""
    return [item["ref"] for item in json.loads(run("list", *arguments, "--format", "json").stdout)]


def exported(out: Path) -> Path:
    """Everything, exported to a file."""
    run("export", str(out))
    return out


def cells_of(header: Sequence[Any], row: Sequence[Any]) -> dict[str, Any]:
    """A row by heading."""
    return dict(zip(header, row, strict=False))


@pytest.mark.slow
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_an_item_is_seen_wherever_items_are(name: str, mine: Path, tmp_path: Path) -> None:
    one = FIELDS[name]
    run("set", "HC-6", "--target", "December 2024")
    run(*(argument.format("HC-6") for argument in one.given))
    assert one.shown.lower() in run("show", "HC-6").stdout.lower()
    assert listed(one.query) == ["HC-6"]
    assert not one.options or listed(*one.options) == ["HC-6"]

    register = Register.open(mine)
    item = find_item(register.conn, "HC-6")[0]
    if one.column:
        (row,) = rows_at(register.conn, [seq_of(register.conn, item) or 0])
        assert one.shown in str(item_row(row, register.today(), (ALL_COLUMNS[one.column],)).cells[0])
    register.close()

    if one.column and one.column != "stage":
        assert listed("--sort", one.column)[0] == "HC-6"

    whole = json.loads(exported(tmp_path / "out.json").read_text(encoding="utf-8"))
    (of_json,) = [each for each in whole["items"] if each["ref"] == "HC-6"]
    assert of_json[one.key] == one.stored

    header, *rows = csv.reader((exported(tmp_path / "out.csv")).read_text(encoding="utf-8-sig").splitlines())
    (of_csv,) = [cells_of(header, each) for each in rows if "HC-6" in each[:1]]
    assert of_csv[one.heading] == one.shown

    sheet = load_workbook(exported(tmp_path / "out.xlsx"))["Recommendations"]
    found = [[cell.value for cell in each] for each in sheet.iter_rows()]
    start = next(n for n, each in enumerate(found) if "Reference" in each)
    (of_excel,) = [cells_of(found[start], each) for each in found[start + 1 :] if each[0] == "HC-6"]
    cell = of_excel[one.heading]
    assert (format_date(cell.date()) if isinstance(cell, datetime) else str(cell)) == one.shown

    shared = Register.open(exported(tmp_path / "out.sqlite"))
    assert shared.conn.execute(
        f"SELECT {COLUMNS.get(one.key, one.key)} FROM recommendation WHERE id = ?", (item,)
    ).fetchone() == (one.stored,)
    shared.close()

    assert one.shown.lower() in exported(tmp_path / "out.md").read_text(encoding="utf-8").lower()
    assert one.shown.lower() in run("log", "--item", "HC-6", "--format", "csv").stdout.lower()
    run("undo")
    assert listed(one.query) == []


@pytest.mark.parametrize("name", [name for name, one in FIELDS.items() if one.added])
def test_a_field_is_recorded_with_a_new_item(name: str) -> None:
    one = FIELDS[name]
    run("add", "recommendation", "HC", "Record outcomes in one place", "--number", "77", *one.added)
    found = listed(one.query)
    assert len(found) == 1 and found[0].endswith("77")


def test_kinds_that_are_counted_apart_are_added_to_no_recommendation() -> None:
    before = run("publications").stdout
    assert "All recommendations" in before and "All other items" in before
    run("edit", "HC-6", "--kind", "Key Action")
    counted = json.loads(run("list", "--format", "json").stdout)
    assert sum(each["kind"] == "Key Action" for each in counted) == 1
    total = [line.split() for line in run("publications").stdout.splitlines() if "All " in line]
    assert [
        words[words.index("recommendations" if "recommendations" in words else "items") + 1] for words in total
    ] == [
        *("65", "6"),
    ]
    run("edit", "register", "--own-kind", "Key Action", "--own-kind-apart", "")
    assert "All commitments" in run("publications").stdout


def test_a_word_that_the_register_does_not_have_is_refused_with_those_there_are() -> None:
    refused = run("edit", "HC-6", "--priority", "whenever", code=2)
    assert "no priority “whenever”" in refused.stderr and "Urgent, Important, Desirable" in refused.stderr
    assert "no kind “wish”" in run("edit", "HC-6", "--kind", "wish", code=2).stderr


def test_priorities_are_in_the_order_of_the_register_and_follow_it() -> None:
    for ref, word in (("HC-6", "Desirable"), ("HC-10", "Urgent"), ("HC-3", "Important")):
        run("edit", ref, "--priority", word)
    assert listed("--sort", "priority")[:3] == ["HC-10", "HC-3", "HC-6"]
    run("edit", "register", "--priority", "Desirable", "--priority", "Important", "--priority", "Urgent")
    assert listed("--sort", "priority")[:3] == ["HC-6", "HC-3", "HC-10"]
    run("undo")
    assert listed("--sort", "-priority")[:3] == ["HC-6", "HC-3", "HC-10"]


# A risk that is accepted


ACCEPT = ("set", "HC-6", "--stage", "risk-accepted", "--by", "The board", "--reason", "The risk is small.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--by", "", "--reason", "Small.", "--review", "2025"), "say who accepts the risk"),
        (("--by", "The board", "--reason", " ", "--review", "2025"), "say why"),
        (("--by", "The board", "--reason", "Small."), "say when it is looked at again"),
    ],
)
def test_a_risk_is_accepted_by_somebody_for_a_reason_and_for_a_time(arguments: Sequence[str], words: str) -> None:
    assert words in run("set", "HC-6", "--stage", "risk-accepted", *arguments, code=2).stderr
    assert listed("stage:risk-accepted") == []


def test_an_accepted_risk_is_closed_and_comes_up_when_it_is_to_be_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(*ACCEPT, "--review", "June 2025")
    (one,) = [each for each in json.loads(run("list", "--format", "json").stdout) if each["ref"] == "HC-6"]
    assert (one["status"], one["closed_as"], one["track"]) == ("closed", "risk-accepted", None)
    assert "Risk accepted, accepted by The board" in run("show", "HC-6").stdout
    assert "The risk is small." in run("show", "HC-6").stdout
    assert "HC-6" not in run("attention", "--format", "csv").stdout

    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-07-10")
    shown = run("attention", "--format", "csv").stdout
    assert "risk accepted, to be looked at again June 2025, 10 days past" in shown
    run("set", "HC-6", "--review", "1 July 2027", "--reason", "Still small.")
    assert "risk accepted" not in run("attention", "--format", "csv").stdout
    run("set", "HC-6", "--track", "on-track", "--reason", "It grew.")
    assert "July 2027" not in run("show", "HC-6").stdout
    assert "nothing to be looked at again" in run("set", "HC-6", "--review", "2028", code=1).stderr


# More time that is asked for


def test_an_extension_is_asked_for_and_granted_and_only_then_moves_the_target() -> None:
    run("set", "HC-6", "--target", "December 2024")
    run("set", "HC-6", "--extension", "asked", "--asked-for", "June 2025", "--asked-by", "C3")
    assert "December 2024" in run("show", "HC-6").stdout
    assert "to June 2025 asked for by C3" in run("show", "HC-6").stdout
    granted = ("--extension", "granted", "--decided-by", "Audit Committee", "--decided", "1 September 2024")
    assert "--reason" in run("set", "HC-6", *granted, code=2).stderr
    run("set", "HC-6", *granted, "--delay", "A system is not ready")
    (one,) = json.loads(run("list", "extension:granted", "--format", "json").stdout)
    assert (one["target_text"], one["moved_later"], one["delay"]) == ("June 2025", 1, "A system is not ready")
    shown = run("show", "HC-6").stdout
    assert "extension to June 2025 asked for by C3: granted, by Audit Committee, 1 September 2024" in " ".join(
        shown.split()
    )
    run("undo")
    assert listed("extension:asked") == ["HC-6"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--extension", "refused", "--target", "June 2025"), "Only an extension that is granted moves the target"),
        (("--target", "June 2025", "--decided-by", "Audit"), "--decided-by goes with --extension"),
        (("--target", "June 2025", "--delay", "mice"), "no kind of delay “mice”"),
        (("--target", "", "--extension", "granted"), "has no target that could be extended"),
    ],
)
def test_what_an_extension_cannot_be_is_refused(arguments: Sequence[str], words: str) -> None:
    assert words in " ".join(run("set", "HC-6", *arguments, code=2).stderr.split())


def test_kinds_of_delay_are_the_registers_own() -> None:
    run("edit", "register", "--delay-kind", "Legal advice = lawyers", "--delay-kind", "Money")
    run("set", "HC-6", "--target", "December 2024")
    run("set", "HC-6", "--target", "June 2025", "--delay", "lawyers", "--reason", "The opinion is not in.")
    shown = " ".join(run("show", "HC-6").stdout.split())
    assert "Legal advice: The opinion is not in." in shown
    assert json.loads(run("list", "--count-by", "delay", "--format", "json").stdout)[0] == {
        "delay": "Legal advice", "items": 1,
    }  # fmt: skip


# Positions that are agreed


def test_that_a_position_is_agreed_is_recorded_on_it_and_what_is_not_is_found(tmp_path: Path) -> None:
    first = run("note", "HC-6", "The draft is with the board.").stdout.strip()
    assert "HC-6" in listed("not-agreed")
    before = json.loads(run("attention", "--format", "json").stdout)
    assert not any(row["reason"] == "not-agreed" for row in before)

    run("edit", "note", first, "--agreed-by", "The deputy chief", "--agreed", "17 September 2024")
    assert "HC-6" not in listed("not-agreed") and "HC-10" in listed("not-agreed")
    shown = run("show", "HC-6").stdout
    assert "agreed by The deputy chief, 17 September 2024" in " ".join(shown.split()) and first[:6] in shown
    after = json.loads(run("attention", "--format", "json").stdout)
    assert any(row["reason"] == "not-agreed" and row["ref"] == "HC-10" for row in after)
    assert not any(row["reason"] == "not-agreed" and row["ref"] == "HC-6" for row in after)

    whole = json.loads(exported(tmp_path / "out.json").read_text(encoding="utf-8"))
    (note,) = [each for item in whole["items"] for each in item["notes"] if each["agreed_by"]]
    assert (note["agreed_by"], note["agreed_latest"]) == ("The deputy chief", "2024-09-17")
    sheet = load_workbook(exported(tmp_path / "out.xlsx"))["Notes"]
    assert any("The deputy chief" in [cell.value for cell in row] for row in sheet.iter_rows())
    assert "The deputy chief" in run("log", "--item", "HC-6", "--format", "csv").stdout

    run("undo")
    assert "HC-6" in listed("not-agreed")
    run("redo")
    run("edit", "note", first, "--text", "The draft is with the committee.")
    assert "HC-6" in listed("not-agreed")


def test_a_day_of_agreement_needs_somebody_and_who_agreed_gets_a_day() -> None:
    assert "who agreed it" in run("note", "HC-6", "Sent.", "--agreed", "2024-09-01", code=2).stderr
    run("note", "HC-6", "Sent.", "--agreed-by", "The board")
    assert "agreed by The board, 18 September 2024" in " ".join(run("show", "HC-6").stdout.split())


# Figures and dated events


def test_a_figure_is_added_corrected_and_withdrawn_by_people(tmp_path: Path) -> None:
    made = run(
        "add", "measure", "HC-6", "Reports", "4,141", "--unit", "reports", "--period", "since May 2023"
    ).stdout.strip()
    assert (
        "Reports: 4,141 reports since May 2023" in run("show", "HC-6").stdout and made[:6] in run("show", "HC-6").stdout
    )
    run("edit", "measure", made, "--figure", "4,200")
    whole = json.loads(exported(tmp_path / "out.json").read_text(encoding="utf-8"))
    (found,) = [each for item in whole["items"] if item["ref"] == "HC-6" for each in item["measures"]]
    assert (found["figure"], found["number"], found["unit"], found["period"]) == (
        *("4,200", 4200, "reports", "since May 2023"),
    )
    run("edit", "measure", made, "--unit", "")
    assert "Reports: 4,200 since May 2023" in run("show", "HC-6").stdout
    run("undo")
    run("edit", "measure", made, "--withdraw")
    assert "4,200" not in run("show", "HC-6").stdout
    of_publication = run("add", "measure", "HC", "Calls", "12").stdout.strip()
    assert "Calls: 12" in run("show", "HC").stdout and of_publication[:6] in run("show", "HC").stdout
    assert "its figure" in run("edit", "measure", of_publication, "--figure", "", code=2).stderr


def test_a_dated_event_is_added_and_corrected_by_people() -> None:
    made = run("note", "HC-6", "The unit opened.", "--kind", "event", "--dated", "May 2024").stdout.strip()
    run("edit", "note", made, "--dated", "June 2024")
    shown = run("show", "HC-6").stdout
    assert "June 2024" in shown and "event" in shown and "The unit opened." in shown


# Where a publication is read


@pytest.mark.slow
def test_a_public_link_leaves_and_a_path_of_this_machine_only_where_it_is_asked_for(tmp_path: Path) -> None:
    run("edit", "HC", "--link", "https://www.example.org/hate-crime.pdf", "--file", "/home/lead/hc-annotated.pdf")
    shown = run("show", "HC").stdout
    assert "Link: https://www.example.org/hate-crime.pdf" in shown and "File: /home/lead/hc-annotated.pdf" in shown
    assert "begins with https://" in run("edit", "HC", "--link", "C:\\reports\\hc.pdf", code=2).stderr
    for suffix in ("sqlite", "json", "xlsx", "md"):
        out = exported(tmp_path / f"out.{suffix}")
        assert b"hc-annotated" not in out.read_bytes()
    whole = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [each["link"] for each in whole["publications"] if each["code"] == "HC"] == [
        "https://www.example.org/hate-crime.pdf",
    ]
    run("export", str(tmp_path / "all.sqlite"), "--with", "locations")
    assert b"hc-annotated" in (tmp_path / "all.sqlite").read_bytes()
    run("edit", "HC", "--file", "")
    assert "hc-annotated" not in run("show", "HC").stdout
    run("undo")
    assert "hc-annotated" in run("show", "HC").stdout


# Numbers that begin again for each body


def test_numbers_begin_again_within_a_body_and_each_is_found() -> None:
    for body in ("Fife", "Tayside"):
        made = run("add", "recommendation", "HC", f"Train in {body}", "--number", "1", "--scope", body).stdout.strip()
        assert made == f"HC-1 ({body})"
    assert "Train in Tayside" in run("show", "HC-1 (Tayside)").stdout
    assert (
        "here already" in run("add", "recommendation", "HC", "Again", "--number", "1", "--scope", "Fife", code=1).stderr
    )
    run("edit", "HC-1 (Fife)", "--scope", "Angus")
    assert "Train in Fife" in run("show", "HC-1 (Angus)").stdout
