"""The Themes screen by pressed keys: its counts, what a line opens, the table turned, what was learned under a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import HOSTILE
from screen import NARROW, Seat, recorded, sitting

from store.commands import AddNote, SetTrack
from store.domain.references import find_item, find_theme
from store.domain.vocabulary import NoteKind, Track
from store.queries.item_detail import notes_on
from store.register import Author, Register
from tui.screens import themes
from widgets.windowed_table import WindowedTable


def cells(seat: Seat, name: str) -> list[str]:
    """The figures on the line of this name, without its bar."""
    line = next(line for line in seat.lines() if line[1:].strip(" ").startswith(name) and line[:1] in "▌ ")
    return [word for word in line.partition(name)[2].split() if word.replace(",", "").isdigit()]


async def go_to(seat: Seat, name: str) -> None:
    """Put the cursor on the line of this name."""
    await seat.press("home")
    for _ in range(40):
        if seat.line("▌").strip("▌ ").startswith(name):
            return
        await seat.press("down")
    raise AssertionError(f"there is no line {name}:\n{seat.shown()}")


async def test_a_line_a_theme_with_totals_and_commitments_apart(sample_path: Path) -> None:
    async with sitting(sample_path, at="4") as seat:
        assert cells(seat, "Resources") == ["11", "3", "1", "4", "4", "0"]
        assert cells(seat, "No theme recorded") == ["39", "24", "1", "10", "5", "0"]
        assert cells(seat, "All recommendations") == ["66", "28", "3", "17", "21", "0"]
        assert cells(seat, "All commitments") == ["5", "0", "0", "0", "0", "5"]
        seat.sees("Building Capacity and Capability · CCP", "66 recommendations · 5 commitments", "What was learned")
        assert "█" in seat.line("Resources") and "▒" in seat.line("Resources")


async def test_enter_opens_the_lines_items_and_f_those_that_stand_one_way(sample_path: Path) -> None:
    async with sitting(sample_path, at="4") as seat:
        await go_to(seat, "Resources")
        await seat.press("enter")
        seat.sees("Resources", "11 of 66 recommendations")
        await seat.press("4")
        assert seat.line("▌").strip("▌ ").startswith("Resources")
        await seat.press("f", "d")
        seat.sees("Delayed · Resources", "4 of 66 recommendations")
        await seat.press("4")
        await go_to(seat, "All recommendations")
        await seat.press("f", "w")
        seat.sees("3 of 66 recommendations", "0 of 5 commitments")


async def test_a_status_that_nothing_has_is_not_opened_and_esc_leaves(sample_path: Path) -> None:
    async with sitting(sample_path, at="4 f o") as seat:
        seat.sees("Governance has none of these")
        await seat.press("escape")
        assert seat.app.screen.query_one(WindowedTable).has_focus and "All commitments" in seat.shown()


@pytest.mark.slow
async def test_items_not_allocated_are_listed_under_their_line_those_still_open_first(sample_path: Path) -> None:
    async with sitting(sample_path, at="4") as seat:
        await go_to(seat, "No theme recorded")
        pane = seat.shown().partition("closed:")[2].split("\n")
        items = [line for line in pane if "●" in line or "■" in line or "▲" in line]
        assert len(items) > 10 and "DA-x2" in "".join(items) and not any("●" in line for line in items)
        await seat.press("enter")
        seat.sees("No theme recorded", "39 of 66 recommendations")


async def test_one_key_turns_the_table_to_outcomes_then_leads_and_back(sample_path: Path) -> None:
    async with sitting(sample_path, at="4 t") as seat:
        assert cells(seat, "Outcome 2") == ["6", "6", "3", "0", "0", "0"]
        seat.sees("No outcome", "several outcomes: the lines add up to more than the total")
        await go_to(seat, "Outcome 4")
        seat.sees("benefit", "A positive working environment supports our people")
        await seat.press("enter")
        seat.sees("Outcome 4", "7 of 66 recommendations")
        await seat.press("4", "t")
        assert cells(seat, "Mental Health Taskforce") == ["13", "0", "0", "13", "0", "0"]
        seat.sees("several leads")
        await go_to(seat, "No lead")
        await seat.press("f", "c")
        seat.sees("Closed · No lead", "28 of 66 recommendations")
        await seat.press("4", "T")
        seat.sees("Governance")
        seat.lacks("add up to more")


async def test_what_was_learned_can_be_added_to_a_theme_and_is_then_under_it(sample_path: Path) -> None:
    async with sitting(sample_path, at="4") as seat:
        await go_to(seat, "Human Error")
        seat.sees("Nothing is recorded as learned. Press n")
        await seat.press("n")
        await seat.answer(text="Check what was entered.")
        seat.sees("What was learned", "Check what was entered.", "on the theme")
        register = seat.register
        note = notes_on(register.conn, "theme", find_theme(register.conn, "Human Error")[0])[0]
        assert note.fields["kind"] == "learning"
        await seat.press("u")
        seat.lacks("Check what was entered.")
        await go_to(seat, "No theme recorded")
        await seat.press("n")
        assert "no theme under the cursor" in seat.toasts


async def test_the_learning_of_an_item_names_it_and_a_marking_is_told(sample_path: Path) -> None:
    register = Register.open(sample_path, Author("Ann"))
    item = find_item(register.conn, "HC-6")[0]
    register.do(
        AddNote(items=(item,), kind=NoteKind.LEARNING, text="Ask partners first.", marking="OFFICIAL-SENSITIVE")
    )
    register.close()
    async with sitting(sample_path, at="4") as seat:
        await go_to(seat, "Better Practice")
        seat.sees("Ask partners first.", "HC-6 · OFFICIAL-SENSITIVE")


async def test_a_change_is_counted_and_the_cursor_stays(sample_path: Path) -> None:
    async with sitting(sample_path, at="4") as seat:
        await go_to(seat, "Better Practice")
        total, closed, sent, on_track, delayed, not_stated = cells(seat, "Better Practice")
        item = recorded(sample_path, "HC-6").row.id
        seat.app.do([SetTrack(item=item, track=Track.ON_TRACK)])
        await seat.settle()
        after = [total, closed, sent, str(int(on_track) + 1), str(int(delayed) - 1), not_stated]
        assert cells(seat, "Better Practice") == after and after[3] == "1"
        assert seat.line("▌").strip("▌ ").startswith("Better Practice")


async def test_a_large_register_is_counted_in_a_thread(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "SHORT", 5)
    async with sitting(sample_path, at="4") as seat:
        await seat.until(lambda: "All commitments" in seat.shown(), "the themes are not counted")
        await seat.until(lambda: "What was learned" in seat.shown(), "what was learned is not shown")
        await seat.press("t", "t")
        await seat.until(lambda: "Mental Health Taskforce" in seat.shown(), "the leads are not counted")
        assert cells(seat, "All recommendations") == ["66", "28", "3", "17", "21", "0"]


async def test_an_empty_register_says_how_to_begin(empty: Register) -> None:
    empty.close()
    async with sitting(empty.path, at="4") as seat:
        seat.sees("This register is empty. Press 1 and a")
        await seat.press("f", "enter", "t")
        seat.sees("This register is empty")
        assert "nothing here to filter" in seat.toasts


async def test_every_size_shows_the_lines_and_the_bars_stay_at_eighty_columns(sample_path: Path) -> None:
    async with sitting(sample_path, NARROW, at="4") as seat:
        seat.sees("All recommendations", "Building Capa… · CCP", "What was learned")
        assert "▒" in seat.line("Compliance")
        for size in ((120, 20), (60, 12), (40, 8), (12, 4), (1, 1), (200, 60)):
            await seat.resize(*size)
            await seat.press("end", "home")
            assert not seat.unsafe() and (size[0] < 40 or "Governance" in seat.line("▌")), (size, seat.shown())


async def test_what_a_theme_is_called_is_never_obeyed(sample_path: Path) -> None:
    register = Register.open(sample_path, Author("Ann"))
    theme = find_theme(register.conn, "Governance")[0]
    text = " ".join(HOSTILE)[:2000].encode("utf-8", "replace").decode("utf-8")
    with register.file.transaction() as conn:
        conn.execute("UPDATE theme SET name = ?1, definition = ?1 WHERE id = ?2", (text, theme))
    register.close()
    async with sitting(sample_path, at="4") as seat:
        for _ in range(9):
            assert not seat.unsafe()
            await seat.press("down")
