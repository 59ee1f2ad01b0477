"""The screen of an import: from the file to its rows, by the keys that a person presses."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hostile import HOSTILE
from screen import NARROW, WIDE, Seat, sitting
from trackers import council, force, inspectorate

from store.domain.vocabulary import PartyKind
from store.log.change import Change
from store.log.writer import ChangeWriter
from store.register import Register


@pytest.fixture
def empty_path(empty_built: Path, tmp_path: Path) -> Path:
    """A copy of an empty register."""
    path = tmp_path / "mine.fairlead"
    path.write_bytes(empty_built.read_bytes())
    return path


@asynccontextmanager
async def importing(register: Path, file: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Seat]:
    """Somebody at the screen of an import of this file."""
    async with sitting(register, size, at="6 i") as seat:
        seat.sees("Receive", "Nothing is taken before you have seen")
        await read(seat, file)
        yield seat


async def read(seat: Seat, file: Path) -> None:
    """Give the path of a file, and wait for its screen."""
    await seat.press("ctrl+u")
    await seat.write(str(file))
    await seat.press("enter")
    await seat.until(lambda: "Taken as" in seat.shown(), "the file is not shown")
    await planned(seat)


async def planned(seat: Seat) -> None:
    """Wait until what runs in a thread is done, and shown."""
    await seat.until(lambda: all(worker.is_finished for worker in seat.app.workers), "it is not planned")
    await seat.settle()
    await seat.until(lambda: "A moment" not in seat.shown(), "it is not shown")


async def go_to(seat: Seat, text: str) -> None:
    """Put the cursor on the line that begins with this."""
    await seat.press("home")
    for _ in range(60):
        if seat.line("▌").strip("▌ ").startswith(text):
            return
        await seat.press("down")
    raise AssertionError(f"no line {text}:\n{seat.shown()}")


async def taken(seat: Seat, kind: str = "u") -> None:
    """Take what the preview shows, and wait until it is in the register."""
    await seat.until(lambda: "take them" in seat.shown(), "there is no preview")
    await seat.press("enter")
    if "What are they?" in seat.shown():
        await seat.press(kind)
    await planned(seat)


def references(register: Register) -> list[str]:
    rows = register.conn.execute("SELECT reference FROM recommendation WHERE withdrawn = 0 ORDER BY sort_key")
    return [row[0] for row in rows]


@pytest.mark.slow
async def test_a_council_s_workbook_is_taken_and_taken_back(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        seat.sees("Import council.xlsx", "7 rows: 6 new, 1 refused; 4 skipped.", "hidden, not taken", "P24", "proposed")
        await seat.press("ctrl+s")
        seat.sees("Codes of the new publications", "Payroll 2023/24", "Fleet")
        await seat.press("ctrl+u")
        await seat.write("PAY")
        await seat.press("enter", "enter")
        await seat.until(lambda: "6 of 7 will change" in seat.shown(), "there is no preview")
        seat.sees("PAY-1", "Management should review access", "Refused: it has", "1 refused")
        await taken(seat)
        seat.sees("Payroll 2023/24", "Fleet", "All recommendations")
        assert [ref for ref in references(seat.register) if "x" not in ref] == [
            "FLE-1", "PAY-1", "PAY-2", "PAY-3", "PAY-4",
        ]  # fmt: skip
        assert "council.xlsx" in seat.toasts
        await seat.press("u")
        assert references(seat.register) == []


@pytest.mark.slow
async def test_undo_of_a_large_import_shows_its_progress_and_can_be_stopped(
    empty_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        await seat.press("ctrl+s", "enter", "enter")
        await taken(seat)
        items = references(seat.register)
        assert len(items) == 6
        monkeypatch.setattr("tui.dialogs.undo.AT_ONCE", 10)
        release = threading.Event()
        revert_field = ChangeWriter._revert_field

        def wait(writer: ChangeWriter, changes: list[Change]) -> None:
            assert threading.current_thread() is not threading.main_thread()
            release.wait(10)
            revert_field(writer, changes)

        monkeypatch.setattr(ChangeWriter, "_revert_field", wait)
        await seat.press("u")
        await seat.until(lambda: "Reverting it" in seat.shown(), "there is no progress")
        await seat.press("escape")
        release.set()
        await planned(seat)
        assert references(seat.register) == items
        await seat.press("u")
        await planned(seat)
        await seat.until(lambda: "ctrl+r does it again" in seat.toasts, "it is not taken back")
        assert references(seat.register) == []
        await seat.press("ctrl+r")
        await planned(seat)
        await seat.until(lambda: "Done again" in seat.toasts, "it is not done again")
        assert references(seat.register) == items


@pytest.mark.slow
async def test_a_column_a_word_a_sheet_and_how_it_is_taken_are_changed(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        await go_to(seat, "Owner")
        await seat.press("enter")
        seat.sees("What is Owner?", "Nothing", "Leads")
        await seat.choose("nothing")
        await planned(seat)
        assert "nothing" in seat.line("▌")
        await go_to(seat, "On Track / Complete")
        await seat.press("enter")
        seat.sees("What is “On Track / Complete” here?")
        await seat.choose("on track")
        await planned(seat)
        assert "On track" in seat.line("▌")
        seat.lacks("is mapped to nothing")
        await go_to(seat, "Closed or sent in the file")
        await seat.press("enter")
        await planned(seat)
        assert "as published" in seat.line("▌")
        await go_to(seat, "Hidden columns")
        await seat.press("enter")
        await planned(seat)
        assert "taken" in seat.line("▌") and "not taken" not in seat.line("▌")
        await go_to(seat, "New publications")
        await seat.press("enter")
        await planned(seat)
        assert "plans, with commitments" in seat.line("▌")
        await go_to(seat, "Sheet")
        await seat.press("enter")
        await seat.choose("archive")
        await planned(seat)
        seat.sees("Archive", "No column names the publication")


@pytest.mark.slow
async def test_names_in_a_cell_are_split_where_a_person_chooses(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        await go_to(seat, "Leads, several in a cell")
        assert "“|”" in seat.line("▌")
        await seat.press("enter")
        seat.sees("Split names at")
        await seat.press("space", "ctrl+s" if "ctrl+s" in seat.shown() else "enter")
        await planned(seat)
        assert "“|”" not in seat.line("▌")


@pytest.mark.slow
async def test_without_a_publication_it_leads_to_the_choice(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, force(tmp_path / "force.csv")) as seat:
        seat.sees("No column names the publication")
        seat.lacks("--publication", "--title")
        await seat.press("ctrl+s")
        seat.sees("Which publication?")
        await seat.answer(code="FP25", title="Force plan 2025")
        await planned(seat)
        await taken(seat)
        assert references(seat.register) == ["FP25-1", "FP25-2", "FP25-2a", "FP25-3"]


@pytest.mark.slow
async def test_a_row_is_left_out_and_the_rest_is_taken(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, inspectorate(tmp_path / "a.csv")) as seat:
        await seat.press("ctrl+s", "ctrl+s")
        await seat.until(lambda: "6 of 6 will change" in seat.shown(), "there is no preview")
        await seat.press("space")
        seat.sees("5 of 6 will change")
        await taken(seat)
        assert len(references(seat.register)) == 5


@pytest.mark.slow
async def test_what_new_names_are_is_asked_once(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        await seat.press("ctrl+s", "ctrl+s")
        await seat.until(lambda: "take them" in seat.shown(), "there is no preview")
        await seat.press("enter")
        seat.sees("What are they?", "6 names new here as leads")
        await seat.press("p")
        await planned(seat)
        kinds = seat.register.conn.execute("SELECT DISTINCT y.kind FROM party y JOIN lead l ON l.party = y.id")
        assert kinds.fetchall() == [(PartyKind.PERSON,)]


@pytest.mark.slow
async def test_choices_are_kept_and_used_again(empty_path: Path, tmp_path: Path) -> None:
    file, saved = council(tmp_path / "council.xlsx"), tmp_path / "choices.json"
    async with importing(empty_path, file) as seat:
        await go_to(seat, "Owner")
        await seat.press("enter")
        await seat.choose("nothing")
        await planned(seat)
        await seat.press("w")
        await seat.answer(path=str(saved))
        assert saved.exists()
        await seat.press("escape", "i")
        await read(seat, file)
        await go_to(seat, "Owner")
        assert "Leads" in seat.line("▌")
        await seat.press("v")
        await seat.answer(path=str(saved))
        await planned(seat)
        await go_to(seat, "Owner")
        assert "nothing" in seat.line("▌")


@pytest.mark.slow
async def test_the_same_file_again_has_nothing_to_change(empty_path: Path, tmp_path: Path) -> None:
    file = inspectorate(tmp_path / "a.csv")
    async with importing(empty_path, file) as seat:
        await seat.press("ctrl+s", "ctrl+s")
        await taken(seat)
        await seat.press("6", "i")
        await read(seat, file)
        await seat.press("ctrl+s")
        await seat.until(lambda: "Nothing to change" in seat.toasts, "it is not said")


@pytest.mark.slow
async def test_esc_leaves_and_nothing_was_taken(empty_path: Path, tmp_path: Path) -> None:
    async with importing(empty_path, council(tmp_path / "council.xlsx")) as seat:
        await seat.press("escape")
        seat.sees("for Excel")
        assert references(seat.register) == []


async def test_a_read_only_register_takes_nothing_and_says_so(empty_path: Path) -> None:
    async with sitting(empty_path) as seat:
        seat.register.file.read_only_reason = "From elsewhere."
        await seat.press("6", "i")
        seat.lacks("Receive")
        assert "From elsewhere" in seat.toasts


@pytest.mark.slow
async def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(empty_path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04nothing")
    async with sitting(empty_path, at="6 i") as seat:
        await seat.press("ctrl+u")
        await seat.write(str(tmp_path / "a.xlsx"))
        await seat.press("enter")
        await seat.until(lambda: "damaged" in seat.shown(), "it is not refused")
        await seat.press("escape")
        seat.sees("for Excel")


@pytest.mark.slow
async def test_the_palette_imports_a_tracker_from_any_screen(empty_path: Path) -> None:
    async with sitting(empty_path, at="2 ctrl+p") as seat:
        await seat.write("import a tracker")
        await seat.press("enter")
        await seat.until(lambda: "Nothing is taken before" in seat.shown(), "it is not asked for")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_screen_is_whole_at_both_sizes_whatever_the_file_holds(
    empty_path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    import csv

    name = ("a long name of a tracker, as committees give them, " * 4) + ".csv"
    plain = [text.replace("\x00", "") for text in HOSTILE if "\ud800" not in text and "\udcff" not in text]
    with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["No", "Recommendation", "Owner", "Status", "Report", *plain[:6]])
        writer.writerows([n, f"Text {n} {text}", text, text, "Rep A", *plain[:6]] for n, text in enumerate(plain, 1))
    async with importing(empty_path, tmp_path / name, size) as seat:
        assert len(seat.lines()) == size[1]
        for key in ("end", "home", "shift+down", "down"):
            await seat.press(key)
            assert not seat.unsafe()
        await seat.press("ctrl+s", "ctrl+s")
        await seat.until(lambda: "take them" in seat.shown(), "there is no preview")
        await taken(seat)
        assert references(seat.register)
