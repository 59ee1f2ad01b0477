"""`fairlead check`: what a person reads, the JSON, the exit codes, and what is accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_tui_cli_work import refused, run
from typed_paper import TYPED


@pytest.fixture(autouse=True)
def somebody_writes(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_text(TYPED.replace("15\t10\t0\t5", "15\t11\t0\t5"), encoding="utf-8")
    return path


def test_findings_are_printed_with_their_lines_and_the_exit_code_is_3(file: Path) -> None:
    shown = run("check", str(file), code=3)
    assert "Hate Crime: 11 closed in the table; the register has 10." in shown.stdout
    assert "4 disagreements, 7 weaknesses." in shown.stderr
    assert "0 not read" in shown.stderr


def test_the_json_has_a_row_for_each(file: Path) -> None:
    rows = json.loads(run("check", str(file), "--format", "json", code=3).stdout)
    row = next(one for one in rows if one["rule"] == "count-in-table")
    assert {name: row[name] for name in ("kind", "section", "line", "expected", "found", "certainty")} == {
        "kind": "disagreement",
        "section": "2.4 Hate Crime",
        "line": 74,
        "expected": "10",
        "found": "11",
        "certainty": "certain",
    }
    assert row["message"].startswith("Hate Crime: 11 closed")


def test_a_paper_about_nothing_in_the_register_is_named_as_that_first(tmp_path: Path, file: Path) -> None:
    assert "67 of them compared with the register" in run("check", str(file), code=3).stderr
    other = tmp_path / "other.txt"
    other.write_text("Title\tNursery places\n\n1 PLACES\n\n1.1 There are 40 of them.\n", encoding="utf-8")
    shown = run("check", str(other))
    words = "No publication of this register is named in it: nothing could be compared."
    assert shown.stderr.startswith(words)
    assert "3 read, 0 of them compared with the register" in shown.stderr
    rows = json.loads(run("check", str(other), "--format", "json").stdout)
    assert [(row["kind"], row["rule"], row["message"]) for row in rows][-1] == ("weakness", "nothing-compared", words)


def test_a_finding_that_is_accepted_is_printed_only_with_all(file: Path) -> None:
    rows = json.loads(run("check", str(file), "--format", "json", code=3).stdout)
    for row in rows:
        if row["kind"] == "disagreement":
            run("check", "--accept", row["id"], "So it is counted.")
    shown = run("check", str(file))
    assert "Hate Crime: 11" not in shown.stdout
    assert "4 accepted as no fault (--all)" in shown.stderr
    assert "Accepted: So it is counted." in run("check", str(file), "--all").stdout


@pytest.mark.slow
def test_a_written_paper_agrees_and_the_register_is_checked_without_a_file(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    run("paper", "write", str(path))
    assert run("check", str(path)).stderr.startswith("0 disagreements, 3 weaknesses.")
    assert "MHD, Delayed: blank as published; by the register 0." in run("check").stdout


def test_what_cannot_be_checked_is_refused_in_words(mine: Path, tmp_path: Path) -> None:
    refused(mine, 1, "check-file is for", "check", str(mine))
    refused(mine, 1, "There is no file", "check", str(tmp_path / "none.docx"))
    refused(mine, 2, "ten letters and digits", "check", "--accept", "nothing", "why")
