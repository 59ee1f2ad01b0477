"""The preview: what will change, what is refused, what is left out, and the one reason for it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from dialog_app import DialogApp, paste
from hostile import HOSTILE
from textual.pilot import Pilot
from wide import widely

from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine
from widgets.table_line import Row

LINES = (
    PreviewLine("a", "CA-2", "Target", "June 2025", "December 2025"),
    PreviewLine("b", "CA-3", "Target", "June 2025", "December 2025", refused="it is closed"),
    PreviewLine("c", "CA-4", "Target", "in the coming weeks", "December 2025", note="a promise until now"),
    PreviewLine("d", "CA-5", "Target", "", "December 2025"),
)
REASONS = ("Staff have left", "Waiting on another body")
SIZES = [(80, 24), (20, 6), (120, 36), (60, 15), (40, 12), (1, 1)]


def preview(lines: Sequence[PreviewLine] = LINES, **more: Any) -> DialogApp:
    return DialogApp(lambda: Preview("Move the target of 4 items", lines, **{"verb": "move them", **more}))


def many(count: int) -> list[PreviewLine]:
    return [PreviewLine(str(n), f"HC-{n}", "On time?", "On track", "Delayed") for n in range(count)]


async def shown(pilot: Pilot[None]) -> str:
    await pilot.pause()
    assert isinstance(pilot.app, DialogApp)
    return pilot.app.shown()


def line_with(screen: str, words: str) -> str:
    return next(line for line in screen.split("\n") if words in line)


async def test_every_line_is_seen_with_what_it_is_and_will_be_and_the_counts_are_in_words() -> None:
    app = preview(summary="The first target of each is kept.")
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await shown(pilot)
        assert "Move the target of 4 items" in screen and "The first target of each is kept." in screen
        assert "3 of 4 will change · 1 refused " in screen
        for label in ("About", "Now", "Will be", "To mind"):
            assert label in line_with(screen, "Will be")
        assert "✓ CA-2   June 2025 " in screen and "December 2025" in line_with(screen, "✓ CA-2")
        assert "✓" not in line_with(screen, "CA-3") and "Refused: it is closed" in line_with(screen, "CA-3")
        assert "a promise until now" in line_with(screen, "✓ CA-4")
        assert "—" in line_with(screen, "✓ CA-5")
        assert "enter move them · space in or out · * none · esc change nothing" in screen


async def test_what_every_line_is_about_is_said_once_over_the_table() -> None:
    app = preview()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await shown(pilot)
        assert "1 refused · in each: Target" in screen and "What" not in line_with(screen, "Will be")
    app = preview([*LINES, *many(1)])
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await shown(pilot)
        assert "in each" not in screen and "What" in line_with(screen, "Will be")
        assert "✓ CA-2   Target    June 2025 " in screen
    app = preview(LINES[:1])
    async with app.run_test(size=(120, 36)) as pilot:
        assert "What" in line_with(await shown(pilot), "Will be")


async def test_a_long_remark_has_the_room_and_is_whole_under_the_table() -> None:
    remark = (
        "HMICS: remain open, date not known · action with us · Still required: that it has improved, as figures show"
    )
    lines = [
        PreviewLine("a", "HC-6", "lead", "C3; Local Policing", "Heir; Local Policing", note=remark, title="A" * 30)
    ]
    app = preview([*lines, replace(lines[0], key="b", about="HC-7", note="")])
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await shown(pilot)
        assert "HMICS: remain open, date" in line_with(screen, "▌✓ HC-6")
        assert "To mind  HMICS: remain open, date not known · action with us" in screen and "as figures show" in screen


@pytest.mark.parametrize("keys", [["enter"], ["ctrl+s"], ["end", "enter"], ["enter", "enter"]])
async def test_without_a_reason_enter_takes_it_all_wherever_the_cursor_is(keys: list[str]) -> None:
    app = preview()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
    assert app.results == [PreviewAccepted(None, frozenset())]


async def test_esc_leaves_everything_as_it_was() -> None:
    app = preview(reason="owed")
    async with app.run_test() as pilot:
        await pilot.press("space", "tab", *"Staff", "escape")
    assert app.results == [None]


async def test_space_leaves_a_line_out_and_takes_it_again() -> None:
    app = preview()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("space")
        screen = await shown(pilot)
        assert "2 of 4 will change · 1 refused · 1 left out" in screen
        assert "✓" not in line_with(screen, "▌  CA-2") and "Left out" in line_with(screen, "▌  CA-2")
        await pilot.press("down", "down", "space", "home", "space")
        screen = await shown(pilot)
        assert "✓" in line_with(screen, "▌✓ CA-2") and "Left out · a promise until now" in line_with(screen, "  CA-4")
        await pilot.press("ctrl+s")
    assert app.results == [PreviewAccepted(None, frozenset({"c"}))]


async def test_one_key_takes_all_lines_or_none() -> None:
    app = preview()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("space")
        assert "· * all ·" in await shown(pilot)
        await pilot.press("asterisk")
        screen = await shown(pilot)
        assert "3 of 4 will change · 1 refused " in screen and "· * none ·" in screen
        await pilot.press("asterisk")
        screen = await shown(pilot)
        assert "None of 4 will change · 1 refused · 3 left out" in screen and "✓" not in screen
        await pilot.press("ctrl+s")
        assert "space takes a line again, * all." in await shown(pilot) and app.results == []
        await pilot.press("end", "space", "ctrl+s")
    assert app.results == [PreviewAccepted(None, frozenset({"a", "c"}))]


async def test_an_asterisk_in_the_reason_is_one_and_a_single_line_has_no_key_for_all() -> None:
    app = preview(reason="optional")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("tab", "asterisk", "enter")
    assert app.results == [PreviewAccepted("*", frozenset())]
    app = preview(LINES[:2])
    async with app.run_test(size=(120, 36)) as pilot:
        assert "* none" not in await shown(pilot)


@pytest.mark.parametrize("reason", ["none", "optional", "owed"])
async def test_the_keys_are_on_one_line_at_80_columns(reason: str) -> None:
    app = preview(reason=reason, verb="do it")
    async with app.run_test(size=(80, 24)) as pilot:
        line = line_with(await shown(pilot), "space in or out")
        assert "enter " in line and "esc change nothing" in line


async def test_a_refused_line_cannot_be_taken_and_says_why() -> None:
    app = preview()
    async with app.run_test() as pilot:
        await pilot.press("down", "space")
        screen = await shown(pilot)
        assert "CA-3 cannot be taken: it is closed" in screen and "3 of 4 will change · 1 refused " in screen
        await pilot.press("down")
        assert "cannot be taken" not in await shown(pilot)
        await pilot.press("enter")
    assert app.results == [PreviewAccepted(None, frozenset())]


@pytest.mark.parametrize(
    ("lines", "keys", "counts", "sentence"),
    [
        (LINES[:1], ["space"], "None of 1 will change · 1 left out", "Nothing is left to take: space takes a line"),
        (LINES[1:2], [], "None of 1 will change · 1 refused", "Every line is refused, so there is nothing to take."),
        ((), [], "Nothing will change", "There is nothing to change."),
    ],
)
@pytest.mark.parametrize("reason", ["none", "owed"])
async def test_with_nothing_left_to_take_it_says_so_and_stays(
    lines: tuple[PreviewLine, ...], keys: list[str], counts: str, sentence: str, reason: str
) -> None:
    app = preview(lines, reason=reason)
    async with app.run_test() as pilot:
        await pilot.press(*keys, "ctrl+s")
        screen = await shown(pilot)
        assert counts in screen and sentence in screen and app.results == []
        await pilot.press("escape")
    assert app.results == [None]


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (["down", "down"], "CA-4"),
        (["j", "J", "k"], "CA-3"),
        (["end"], "CA-5"),
        (["end", "home"], "CA-2"),
        (["pagedown", "K"], "CA-4"),
        (["pagedown", "pageup"], "CA-2"),
        (["end", "up"], "CA-4"),
    ],
)
async def test_the_keys_move_the_cursor_and_its_line_is_said_whole(keys: list[str], at: str) -> None:
    app = preview()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        screen = await shown(pilot)
        assert at in line_with(screen, "▌") and f"│ {at} · Target" in screen


async def test_enter_goes_to_the_reason_and_from_there_takes_it_all() -> None:
    app = preview(reason="owed")
    async with app.run_test() as pilot:
        assert "enter reason · ctrl+s move them" in await shown(pilot)
        await pilot.press("enter")
        assert "enter move them · tab the lines" in await shown(pilot) and app.results == []
        await pilot.press("j", "space", "k", "enter")
    assert app.results == [PreviewAccepted("j k", frozenset())]


@pytest.mark.parametrize("back", ["tab", "shift+tab"])
async def test_tab_goes_to_the_reason_and_back(back: str) -> None:
    app = preview(reason="optional")
    async with app.run_test() as pilot:
        await pilot.press("tab", *"Staff", back, "space", "ctrl+s")
    assert app.results == [PreviewAccepted("Staff", frozenset({"a"}))]


@pytest.mark.parametrize("reason", ["owed", "optional"])
async def test_a_reason_left_empty_counts_as_none_given_and_the_line_says_what_follows(reason: str) -> None:
    app = preview(reason=reason)
    async with app.run_test() as pilot:
        shows_it = "Left empty counts as no reason given" in await shown(pilot)
        assert shows_it == (reason == "owed")
        await pilot.press("ctrl+s")
    assert app.results == [PreviewAccepted("", frozenset())]


async def test_where_no_reason_is_asked_for_tab_goes_nowhere_and_no_line_is_shown() -> None:
    app = preview(reasons=REASONS)
    async with app.run_test() as pilot:
        assert "Why?" not in await shown(pilot)
        await pilot.press("tab", "down", "space", "down", "space", "tab", "ctrl+s")
    assert app.results == [PreviewAccepted(None, frozenset({"c"}))]


async def test_a_usual_reason_is_chosen_from_a_list_and_can_be_written_on() -> None:
    app = preview(reason="owed", reasons=REASONS)
    async with app.run_test() as pilot:
        await pilot.press("tab", *"xyz")
        assert "↓ usual reasons" in await shown(pilot)
        await pilot.press("down")
        assert "Staff have left" in await shown(pilot)
        await pilot.press(*"another", "enter")
        await pilot.press("comma", "space", *"again", "enter")
    assert app.results == [PreviewAccepted("Waiting on another body, again", frozenset())]


async def test_leaving_the_usual_reasons_keeps_what_was_written() -> None:
    app = preview(reason="owed", reasons=REASONS)
    async with app.run_test() as pilot:
        await pilot.press("tab", *"Staff", "down", "escape", "enter")
    assert app.results == [PreviewAccepted("Staff", frozenset())]


@pytest.mark.slow
async def test_the_lines_can_be_paged_while_the_reason_is_written() -> None:
    app = preview(many(200), reason="owed")
    async with app.run_test() as pilot:
        await pilot.press("tab", *"Staff", "pagedown", "pagedown", "pageup", "pagedown")
        assert "▌✓ HC-0 " not in await shown(pilot)
        await pilot.press("enter")
    assert app.results == [PreviewAccepted("Staff", frozenset())]


async def test_a_reason_that_is_too_long_is_said_and_stays() -> None:
    app = preview(reason="owed")
    async with app.run_test() as pilot:
        await pilot.press("tab")
        await paste(pilot, "x" * 500)
        await pilot.press("y", "enter")
        assert "The text is too long: 501 characters" in await shown(pilot) and app.results == []
        await pilot.press("backspace", "enter")
    assert app.results == [PreviewAccepted("x" * 500, frozenset())]


async def test_nothing_is_taken_before_it_was_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    app, preview = DialogApp(), Preview("Move the target", LINES)
    on_screen = preview._seen
    monkeypatch.setattr(preview, "_seen", lambda: None)
    async with app.run_test() as pilot:
        app.open(preview)
        await pilot.press("enter", "ctrl+s", "space", "tab")
        assert app.results == [] and "3 of 4 will change" in await shown(pilot)
        on_screen()
        await pilot.press("enter")
    assert app.results == [PreviewAccepted(None, frozenset())]


async def test_a_click_on_the_cursors_line_leaves_it_out_and_never_takes_it_all() -> None:
    app = preview()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.click("#body", offset=(6, 4))
        assert "3 of 4" in await shown(pilot) and "▌✓ CA-5" in app.shown()
        await pilot.click("#body", offset=(6, 4))
        assert "2 of 4 will change · 1 refused · 1 left out" in await shown(pilot) and app.results == []
        await pilot.click("#keys", offset=(1, 0))
    assert app.results == [PreviewAccepted(None, frozenset({"d"}))]


@pytest.mark.slow
async def test_the_keys_can_be_clicked() -> None:
    app = preview(reason="owed", reasons=REASONS)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.click("#keys", offset=(line_with(app.shown(), "space in").index("space") - 4, 0))
        assert "1 left out" in await shown(pilot)
        await pilot.click("#keys", offset=(line_with(app.shown(), "* all").index("* all") - 4, 0))
        assert "3 of 4 will change · 1 refused " in await shown(pilot)
        await pilot.press("home", "space")
        await pilot.click("#keys", offset=(1, 0))
        await pilot.click("#keys", offset=(line_with(app.shown(), "↓ usual").index("↓") - 4, 0))
        assert "The usual reasons" in await shown(pilot)
        await pilot.press("enter")
        await pilot.click("#keys", offset=(1, 0))
    assert app.results == [PreviewAccepted("Staff have left", frozenset({"a"}))]


async def test_ten_thousand_lines_open_with_only_those_on_the_screen_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    rows = Preview.rows

    def counted(self: Preview, start: int, count: int) -> list[Row]:
        made.append(count)
        return rows(self, start, count)

    monkeypatch.setattr(Preview, "rows", counted)
    app = preview([*many(10_000), replace(LINES[1], key="no")])
    async with app.run_test(size=(80, 24)) as pilot:
        assert "10,000 of 10,001 will change · 1 refused" in await shown(pilot)
        await pilot.press("end", "up", "space")
        screen = await shown(pilot)
        assert "9,999 of 10,001 will change" in screen and "HC-9999" in line_with(screen, "▌")
        assert sum(made) < 500
        await pilot.press("enter")
    assert app.results == [PreviewAccepted(None, frozenset({"9999"}))]


async def test_a_long_value_is_cut_and_leaves_room_for_the_others() -> None:
    long = "a very long value that goes on and on " * 9
    app = preview([PreviewLine("a", long, long, long, long, refused=long), *LINES[2:]])
    async with app.run_test(size=(80, 24)) as pilot:
        line = line_with(await shown(pilot), "▌  a very")
        assert line.count("…") == 5 and "Refused: a" in line


@pytest.mark.parametrize("size", widely(SIZES, 2))
@pytest.mark.parametrize("reason", ["none", "owed"])
async def test_it_holds_at_any_size(size: tuple[int, int], reason: str) -> None:
    app = preview([*LINES, *many(99)], reason=reason, reasons=REASONS, summary="The first is kept. " * 9)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "down", "space")
        screen = await shown(pilot)
        if size >= (20, 6):
            assert "▌  CA-4" in screen and "Left o" in line_with(screen, "▌")
            assert "enter" in screen and ("101 of 103" in screen)
            assert ("Why?" in screen) == (reason == "owed")
        await pilot.press("ctrl+s")
    assert app.results == [PreviewAccepted("" if reason == "owed" else None, frozenset({"c"}))]


async def test_two_lines_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="the same key"):
        Preview("Move", [LINES[0], LINES[0]])


@pytest.mark.slow
async def test_no_hostile_text_reaches_the_screen_raw() -> None:
    everything = " ".join(HOSTILE)
    lines = [
        PreviewLine(text + str(n), text, text, text, text, refused=text if n % 2 else "", note=text)
        for n, text in enumerate(HOSTILE)
    ]
    app = DialogApp()
    async with app.run_test(size=(160, 90)) as pilot:
        app.open(
            Preview(
                everything[:300], lines, summary=everything[:600], reason="owed", reasons=tuple(HOSTILE), verb="\x1b[2J"
            )
        )
        await pilot.pause()
        assert "[x] done" in app.shown() and app.unsafe() == []
        for _ in HOSTILE:
            await pilot.press("space", "down")
            assert app.unsafe() == []
        await pilot.press("tab")
        await paste(pilot, everything[:400])
        assert "Characters that cannot be seen were made visible." in app.shown() and app.unsafe() == []
        await pilot.press("down")
        assert app.unsafe() == []
        await pilot.press("enter")
        assert app.unsafe() == []
