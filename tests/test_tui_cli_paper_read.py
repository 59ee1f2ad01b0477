"""`fairlead paper read`: texts that were edited in Word come home, and are shown first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_word
from docx.oxml.ns import qn
from test_tui_cli_work import refused, run


@pytest.fixture(autouse=True)
def somebody_writes(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sample's paper in Word, in which an introduction was written and a number altered."""
    path = tmp_path / "paper.docx"
    run("paper", "write", str(path))
    made: Any = open_word(str(path))
    for sdt in made.element.body.iter(qn("w:sdt")):
        if sdt.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).endswith("HC:introduction"):
            next(sdt.iter(qn("w:t"))).text = "Two were closed."
    table = next(
        t for t in made.tables if t.rows[0].cells[0].text == "Publication" and t.rows[0].cells[2].text == "Closed"
    )
    table.cell(1, 2).text = "11"
    made.save(str(path))
    return path


@pytest.mark.slow
def test_an_edited_text_is_shown_taken_and_a_number_named(file: Path) -> None:
    shown = run("paper", "read", str(file), "--dry-run")
    lines = [line.strip() for line in shown.stdout.splitlines()]
    assert lines[:3] == ["HC · introduction", "In the file, where nothing was written yet:", "Two were closed."]
    assert lines[3:] == [
        "Numbers altered in the file, and not taken",
        "Table 2, Online Child Sexual Abuse, Closed: 11 was 10",
    ]
    run("paper", "read", str(file), "--apply")
    assert run("paper", "text", "introduction", "--publication", "HC").stdout == "Two were closed.\n"
    assert "Nothing to take." in run("paper", "read", str(file), "--apply").stderr
    run("undo")
    assert "1 text to take" in run("paper", "read", str(file), "--dry-run").stderr


@pytest.mark.slow
def test_a_text_that_was_changed_here_too_is_named_and_left(file: Path) -> None:
    run("paper", "text", "introduction", "Written here since.", "--publication", "HC")
    shown = run("paper", "read", str(file), "--apply")
    assert "HC · introduction: it was changed in the file and here since. In the file: Two were closed." in shown.stdout
    assert run("paper", "text", "introduction", "--publication", "HC").stdout == "Written here since.\n"


def test_a_file_in_another_form_is_read_in_its_own(tmp_path: Path) -> None:
    path = tmp_path / "open.docx"
    run("paper", "write", str(path), "--form", "open")
    shown = run("paper", "read", str(path), "--dry-run")
    assert shown.stdout == "" and shown.stderr.startswith("0 texts to take")


def test_a_file_that_is_no_paper_is_refused_and_nobody_there_is_asked(mine: Path, tmp_path: Path, file: Path) -> None:
    (tmp_path / "x.docx").write_text("no document")
    refused(mine, 1, "it is no Word document", "paper", "read", str(tmp_path / "x.docx"))
    assert "give --apply" in run("paper", "read", str(file), code=2).stderr
