"""Papers on the command line: recorded, shown, fixed, written and compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_tui_cli_work import data, refused, run


@pytest.fixture(autouse=True)
def somebody_writes(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


def test_the_papers_are_listed_the_newest_first_with_when_they_were_fixed() -> None:
    run("paper", "fix")
    run("paper", "new", "Progress", "--date", "4 December 2024")
    lines = run("paper", "list").stdout.splitlines()
    assert len(lines) == 3
    assert "4 December 2024" in lines[1]
    assert lines[2].endswith("progress  18 September 2024  66")
    assert [row["items"] for row in data("paper", "list")] == [None, 66]


def test_show_prints_the_figures_beside_each_other_and_marks_what_differs() -> None:
    shown = run("paper", "show", "18/9/24").stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines[0] == "Paper of 18 September 2024 · HMICS Improvement Plans – Progress Summary"
    assert "Committee: SPA Policing Performance Committee" in lines
    assert "Figures: not fixed: a draft" in lines
    assert "MHD as published 13 0 13 blank" in lines
    assert "MHD by the register 13 0 13 0 ≠" in lines
    assert sum("≠" in line for line in lines) == 1
    assert "Open recommendations: 135 as published" in lines
    assert "Open recommendations of this register: 38 by the register" in lines
    assert "Changed since March 2024, the last update" in lines
    assert "Closed: 6: OCSA-11, HC-3, HC-8, CAM-2, DA-3, DA-4; undated, 1: DA-12" in lines
    missing = lines[lines.index("Missing") :]
    assert missing[1].startswith("DA-x2 to DA-x10 have no position")
    assert missing[2].startswith("Nobody has confirmed: ")
    assert missing[3].startswith("DA-12 is closed on a day that is not recorded")


def test_a_form_that_is_not_there_is_missing_too() -> None:
    run("paper", "edit", "--form", "quarterly")
    assert 'There is no form "quarterly"' in run("paper", "show").stdout


def test_show_as_json_has_the_items_behind_each_figure() -> None:
    shown = data("paper", "show")
    (delayed,) = (row for row in shown["derived"] if (row["publication"], row["name"]) == ("HC", "delayed"))
    assert delayed["items"] == ["HC-2", "HC-5", "HC-6", "HC-10", "HC-13"]
    assert [row["reference"] for row in shown["changes"]["closed"] if row["undated"]] == ["DA-12"]
    assert shown["publications"] == ["OCSA", "CA", "HC", "CAM", "DA", "MHD"]
    assert shown["fixings"] == []


def test_a_new_paper_has_what_is_not_given_from_the_newest_and_is_corrected() -> None:
    run("paper", "new", "Progress", "--date", "4 December 2024", "--publication", "HC", "--publication", "DA")
    shown = data("paper", "show")
    assert (shown["meeting"], shown["form"], shown["location"]) == (
        "SPA Policing Performance Committee",
        "progress",
        "Webex",
    )
    assert shown["publications"] == ["HC", "DA"]
    run("paper", "edit", "--location", "Pacific Quay", "--publication", "CAM", "--since", "1 October 2024", code=2)
    run("paper", "edit", "--location", "Pacific Quay", "--publication", "CAM", "--since", "1 September 2024")
    shown = data("paper", "show", "4 December 2024")
    assert (shown["location"], shown["publications"]) == ("Pacific Quay", ["CAM"])
    assert shown["changes"]["since"] == "1 September 2024"
    run("paper", "edit", "--all-publications")
    assert data("paper", "show")["publications"] == []
    run("paper", "edit", "--withdraw")
    assert len(data("paper", "list")) == 1


def test_figures_are_fixed_and_the_next_paper_counts_from_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Paper of 18 September 2024: figures fixed, 66 items" in run("paper", "fix", "September 2024").stderr
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-20")
    run("set", "MHD-3", "--track", "delayed", "--reason", "Training.")
    run("set", "MHD-2", "--target", "June 2025", "--reason", "Training.")
    run("paper", "new", "Progress", "--date", "4 December 2024")
    assert data("paper", "changes")["changes"] == [
        {"change": "Newly delayed", "reference": "MHD-3", "before": "On track", "after": "Delayed", "undated": False},
        {
            "change": "Target moved later", "reference": "MHD-2", "before": "January 2025", "after": "June 2025",
            "undated": False,
        },
    ]  # fmt: skip
    lines = [" ".join(line.split()) for line in run("paper", "show", "Sep-24").stdout.splitlines()]
    assert "Figures fixed: 18 September 2024, 66 items, by C3 lead" in lines
    assert "MHD-3: On track → Delayed" in lines[lines.index("Since its figures were fixed") :]
    assert "MHD by the register 13 0 13 0 ≠" in lines


def test_a_text_is_written_read_from_stdin_and_printed_with_what_changed() -> None:
    run("paper", "text", "introduction", "Five are delayed, HC-5 among them.", "--publication", "HC")
    assert run("paper", "text", "introduction", "--publication", "HC").stdout == "Five are delayed, HC-5 among them.\n"
    run("set", "HC-5", "--track", "on-track")
    printed = run("paper", "text", "introduction", "--publication", "HC").stderr
    assert "HC-5: Delayed → On track." in printed
    assert "HC, delayed: 5 → 4." in printed
    assert "≠ HC, delayed: 5 → 4." in run("paper", "show").stdout
    run("paper", "text", "introduction", "-", "--publication", "HC", typed="Four are delayed.\nAnd one is on track.")
    assert run("paper", "text", "introduction", "--publication", "HC").stdout.splitlines()[1] == "And one is on track."
    run("paper", "text", "introduction", "--withdraw", "--publication", "HC")
    assert "Texts" not in run("paper", "show").stdout


def test_a_figure_is_recorded_as_printed_and_compared() -> None:
    run("paper", "figure", "delayed", "4", "--publication", "HC")
    lines = [" ".join(line.split()) for line in run("paper", "show").stdout.splitlines()]
    assert "HC as published 15 10 0 4" in lines
    assert "HC by the register 15 10 0 5 ≠" in lines
    run("undo")
    assert data("paper", "show")["derived"][11]["published"] == "5"


@pytest.mark.slow
def test_what_cannot_be_is_refused_in_a_sentence(mine: Path) -> None:
    refused(mine, 1, "There is no paper of 2023 in this register.", "paper", "fix", "2023")
    refused(mine, 2, "has not come yet", "paper", "fix", "--day", "1 October 2024")
    refused(mine, 1, "there is nothing to fix", "paper", "fix", "--day", "1 March 2024")
    refused(mine, 2, "There is no text.", "paper", "text", "risks", " ")
    refused(mine, 1, "There is no text under risks", "paper", "text", "risks")
    refused(mine, 2, "not both at once", "paper", "text", "risks", "One.", "--withdraw")
    refused(mine, 2, "needs its date", "paper", "new", "Progress")
    refused(
        mine, 1, "is here already", "paper", "new", "HMICS Improvement Plans – Progress Summary", "--date", "18/9/24"
    )
    refused(mine, 1, "publication XX", "paper", "new", "Progress", "--date", "4 December 2024", "--publication", "XX")
    refused(mine, 2, "Say what to correct", "paper", "edit")
    run("paper", "new", "Another", "--date", "18 September 2024", code=0)
    refused(mine, 1, "fits more than one", "paper", "fix")


def test_a_register_without_a_paper_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", str(tmp_path / "own.fairlead"))
    monkeypatch.setenv("FAIRLEAD_REGISTER", str(tmp_path / "own.fairlead"))
    assert "There is no paper in this register." in run("paper", "show", code=1).stderr
    assert run("paper", "list").stdout.splitlines() == [run("paper", "list").stdout.strip()]
