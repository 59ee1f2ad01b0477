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
    assert "4 disagreements, 6 weaknesses." in shown.stderr
    assert "0 not read" in shown.stderr
    # The place is below each: the section, the words to search for, and then the line.
    assert "    2.4 Hate Crime · “15 | 11 | 0 | 5” · line 74 · certain · " in shown.stdout


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
    assert "Nothing compared, 2 weaknesses." in shown.stderr and "0 disagreements" not in shown.stderr
    rows = json.loads(run("check", str(other), "--format", "json").stdout)
    assert [(row["kind"], row["rule"], row["message"]) for row in rows][-1] == ("weakness", "nothing-compared", words)


def test_a_finding_that_is_accepted_is_printed_only_with_all(file: Path) -> None:
    rows = json.loads(run("check", str(file), "--format", "json", code=3).stdout)
    for row in rows:
        if row["kind"] == "disagreement":
            run("check", str(file), "--accept", row["id"], "So it is counted.")
    shown = run("check", str(file))
    assert "Hate Crime: 11" not in shown.stdout
    assert "4 accepted as no fault (--all)" in shown.stderr
    assert "Accepted: So it is counted." in run("check", str(file), "--all").stdout
    gone = next(row["id"] for row in rows if row["rule"] == "count-in-table")
    run("check", str(file), "--accept", gone, "")
    assert "Hate Crime: 11" in run("check", str(file), code=3).stdout


def test_only_a_finding_that_the_check_has_now_is_accepted(mine: Path, file: Path) -> None:
    has = json.loads(run("check", str(file), "--format", "json", code=3).stdout)[0]["id"]
    words = "No finding of the check of paper.txt has the id 4f0c12ab9e."
    refused(mine, 2, words, "check", str(file), "--accept", "4f0c12ab9e", "why")
    refused(
        mine, 2, "No finding of the check of paper.txt has the id", "check", str(file), "--accept", "nothing", "why"
    )
    refused(mine, 2, "fairlead check PAPER --accept", "check", "--accept", has, "why")
    # Nor is what was mended meanwhile; that it is no fault can still be taken back.
    run("check", str(file), "--accept", has.upper(), "why")
    file.write_text(TYPED, encoding="utf-8")
    refused(mine, 2, f"has the id {has}", "check", str(file), "--accept", has, "another reason")
    run("check", str(file), "--accept", has, "")


@pytest.mark.slow
def test_a_written_paper_agrees_and_the_register_is_checked_without_a_file(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    run("paper", "write", str(path))
    assert run("check", str(path)).stderr.startswith("0 disagreements, 3 weaknesses.")
    assert "MHD, Delayed: blank as published; by the register 0." in run("check").stdout


def test_what_cannot_be_checked_is_refused_in_words(mine: Path, tmp_path: Path) -> None:
    refused(mine, 1, "check-file is for", "check", str(mine))
    refused(mine, 1, "There is no file", "check", str(tmp_path / "none.docx"))
    refused(mine, 2, "is a folder. Name a file in it, a paper: .docx, .md or .txt.", "check", str(tmp_path))


def test_nothing_read_and_a_row_of_a_table_are_told_as_they_are(tmp_path: Path) -> None:
    blank = tmp_path / "blank.txt"
    blank.write_text("OFFICIAL\n", encoding="utf-8")
    shown = run("check", str(blank))
    assert shown.stderr.startswith("No line of it is text that was read: nothing could be compared.")
    assert "0 read, 0 of them compared" in shown.stderr
    written = tmp_path / "paper.md"
    run("paper", "write", str(written))
    text = written.read_text(encoding="utf-8")
    assert "\n| 15 | 10 | 0 | 5 |" in text
    written.write_text(text.replace("\n| 15 | 10 | 0 | 5 |", "\n| 15 | 11 | 0 | 5 |"), encoding="utf-8")
    place = "2.5 Hate Crime · Table 5 Hate Crime: status · “15 | 11 | 0 | 5” · line "
    assert place in run("check", str(written), code=3).stdout
