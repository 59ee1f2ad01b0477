"""Keys in a burst: what they do is what they do one by one, and no question that nobody asked for takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import recorded, sitting, sitting_with

from store.register import Register
from tui.app import FairleadApp
from tui.desk.settings import load

BURSTS = {
    "a note": ("2", "n", *"Seen.", "ctrl+s"),
    "a search": ("2", "x", "slash", *"third party", "enter", "enter"),
    "a filter": ("2", "f", "d", "f", "t"),
    "a status": ("2", "s", "d", *"Staff left.", "enter"),
    "a promise": ("2", "p", *"A response", "tab", *"May 2025", "ctrl+s"),
    "a palette": ("ctrl+p", *"ledger", "enter"),
    "back and forth": ("2", "enter", "escape", "3", "enter", "right_square_bracket", "escape", "1"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BURSTS)
async def test_a_burst_does_what_its_keys_do_one_by_one(name: str, sample_path: Path, tmp_path: Path) -> None:
    shown = []
    for is_burst in (True, False):
        path = tmp_path / f"{is_burst}.fairlead"
        path.write_bytes(sample_path.read_bytes())
        async with sitting(path) as seat:
            await (seat.hurry if is_burst else seat.press)(*BURSTS[name])
            shown.append((seat.lines(), seat.toasts))
    assert shown[0] == shown[1]


async def test_no_key_is_lost_where_nothing_comes_back_from_what_had_the_focus(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.typed_ahead.LONGEST_SECONDS", 0.02)
    async with sitting(sample_path) as seat:
        monkeypatch.setattr(seat.app, "_follow", lambda pump, number: None)
        await seat.hurry("2", "down", "down", "3")
        await seat.until(lambda: "need attention" in seat.shown(), "3 was lost")


async def test_who_is_writing_is_asked_once_and_takes_no_key_that_was_meant_for_the_list(sample_path: Path) -> None:
    async with sitting_with(FairleadApp(Register.open(sample_path), load()[0])) as seat:
        await seat.hurry("2", "n", *"Seen at the site.", "ctrl+s", *"jjs")
        seat.sees("Who is writing?", "(others see it beside what you write)")
        await seat.hurry(*"Ann", "enter")
        assert "note added: Seen at the site." in seat.toasts
        assert seat.register.author is not None and seat.register.author.name == "Ann"
        await seat.hurry("ctrl+w", "shift+tab", *"Lee", "enter", "enter")
        seat.sees("as Lee")


async def test_a_paste_that_comes_as_keys_stays_in_the_text_and_does_nothing_else(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        before = seat.register.newest()
        await seat.press("n")
        await seat.hurry(*"The unit met.", "enter", "enter", *"It agreed more training.", "enter", *"Superintendent")
        seat.sees("Add a note to CA-2", "The unit met.", "It agreed more training.", "Superintendent")
        assert seat.register.newest() == before
        await seat.press("enter")
        await seat.press("ctrl+s")
        texts = [str(note.fields["text"]) for note in recorded(sample_path, "CA-2").notes]
        assert "The unit met.\n\nIt agreed more training.\nSuperintendent" in texts
