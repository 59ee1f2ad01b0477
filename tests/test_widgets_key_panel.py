"""The status panel: two keys change a status, a key that cannot act shows why, and esc changes nothing."""

from __future__ import annotations

import pytest
from dialog_app import DialogApp, hurry, paste
from hostile import HOSTILE
from wide import widely

from widgets.key_panel import MORE, Choice, Chosen, KeyPanel

CHOICES = (
    Choice("o", "On track", "On time?", "on-track"),
    Choice("d", "Delayed", "On time?", "delayed", reason="asked", ask="Why is it delayed?", current=True),
    Choice("p", "In progress", "Stage?", "in-progress"),
    Choice("w", "Delivered…", "Stage?", "delivered", disabled_because="HC-6 is no commitment."),
    Choice("s", "Superseded", MORE, "superseded"),
    Choice("a", "Closed without being adopted", MORE, "not-adopted", reason="asked", ask="What are their words?"),
)


def panel() -> DialogApp:
    return DialogApp(
        lambda: KeyPanel("HC-6", "Third-party reporting", "▲ Delayed, remain open", "Recommendation", CHOICES)
    )


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (["o"], Chosen("on-track", None)),
        (["P"], Chosen("in-progress", None)),
        (["d", "enter"], Chosen("delayed", "")),
        (["D", *"Staff", "enter"], Chosen("delayed", "Staff")),
        (["d", *"Staff", "escape"], None),
        (["escape"], None),
        (["o", "o"], Chosen("on-track", None)),
        (["w", "x", "escape"], None),
        (["m", "s"], Chosen("superseded", None)),
        (["M", "a", *"No", "enter"], Chosen("not-adopted", "No")),
        (["s", "escape"], None),
        (["up", "enter"], Chosen("on-track", None)),
        (["j", "enter"], Chosen("in-progress", None)),
        (["end", "enter", "enter"], Chosen("superseded", None)),
    ],
)
async def test_one_key_takes_a_choice(keys: list[str], result: Chosen | None) -> None:
    app = panel()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
    assert app.results == [result]


async def test_keys_typed_while_the_panel_opens_are_taken_in_order() -> None:
    app = DialogApp()
    async with app.run_test() as pilot:
        app.open(KeyPanel("HC-6", "Reporting", "Delayed", "Recommendation", CHOICES))
        await hurry(pilot, "dStaff")
    assert app.results == [Chosen("delayed", "Staff")]


async def test_the_panel_says_what_holds_and_marks_it() -> None:
    app = panel()
    async with app.run_test(size=(80, 24)):
        shown = app.shown()
    assert "HC-6 · Third-party reporting" in shown
    assert "Recommendation, now ▲ Delayed, remain open" in shown
    assert "▸ d  Delayed" in shown and "Superseded" not in shown


async def test_a_choice_that_cannot_act_says_why() -> None:
    app = panel()
    async with app.run_test() as pilot:
        assert "HC-6 is no commitment." not in app.shown()
        await pilot.press("w")
        assert "HC-6 is no commitment." in app.shown()
        await pilot.press("up")
        assert "HC-6 is no commitment." not in app.shown()
    assert app.results == []


async def test_the_reason_is_asked_for_in_the_same_place() -> None:
    app = panel()
    async with app.run_test() as pilot:
        await pilot.press("d")
        assert "Why is it delayed?" in app.shown() and "no reason given" in app.shown()
        await paste(pilot, "x" * 300)
        await paste(pilot, "y" * 300)
        await pilot.press("enter")
        assert "The text is too long" in app.shown() and app.results == []


async def test_the_mouse_takes_a_choice() -> None:
    app = panel()
    async with app.run_test() as pilot:
        await pilot.click("#body", offset=(6, 2))
        await paste(pilot, "Staff")
        await pilot.click("#keys", offset=(1, 0))
    assert app.results == [Chosen("delayed", "Staff")]


@pytest.mark.parametrize("size", widely([(80, 24), (20, 5), (120, 36), (1, 1)], 2))
async def test_the_panel_works_at_any_size(size: tuple[int, int]) -> None:
    app = panel()
    async with app.run_test(size=size) as pilot:
        await pilot.press("m", "down")
        if size > (1, 1):
            assert "▸ a  Closed" in app.shown()
        await pilot.press("d", "x", "enter")
    assert app.results == [Chosen("delayed", "x")]


async def test_no_hostile_text_reaches_the_screen_raw() -> None:
    everything = " ".join(HOSTILE)
    choices = tuple(
        Choice("abcdefghijklmnopqrstuvwxyz0123456789éèà"[n], text, text, text, current=True, note=text)
        for n, text in enumerate(HOSTILE)
    )
    why = Choice("!", "Why", "Why", "why", disabled_because=everything[:400])
    ask = Choice("?", "Ask", "Ask", "ask", reason="asked", ask=everything[:400])
    app = DialogApp(
        lambda: KeyPanel(everything[:90], everything[:90], everything[:90], "\x1b[2J", (*choices, why, ask))
    )
    async with app.run_test(size=(120, 150)) as pilot:
        assert "[x] done" in app.shown() and app.unsafe() == []
        await pilot.press("end", "up", "enter")
        assert "another title" in app.shown() and app.unsafe() == []
        await pilot.press("down", "enter")
        await paste(pilot, everything[:400])
        assert app.unsafe() == []
