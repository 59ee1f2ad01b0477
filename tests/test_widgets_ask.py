"""Questions: a letter answers one, a line the other, and esc always leaves."""

from __future__ import annotations

from typing import Any, cast

import pytest
from dialog_app import DialogApp, hurry, paste
from hostile import HOSTILE
from textual.geometry import Size
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.visual import RenderOptions, visualize

from widgets.ask import Answer, Ask, AskReason
from widgets.dialog import Dimmed

ANSWERS = (Answer("k", "keep mine", "mine"), Answer("t", "keep theirs", "theirs"))


def question() -> DialogApp:
    return DialogApp(
        lambda: Ask("HC-6 was changed twice", "Mine: Delayed\nTheirs: On track", ANSWERS, leave="leave it open")
    )


def reason(value: str = "") -> DialogApp:
    return DialogApp(lambda: AskReason("Move the target later", "From June 2025 to December 2025. Why?", value=value))


@pytest.mark.parametrize(
    ("keys", "result"), [(["k"], "mine"), (["T"], "theirs"), (["x", "enter", "escape"], None), (["k", "k"], "mine")]
)
async def test_a_letter_answers_whatever_its_case_and_esc_leaves(keys: list[str], result: str | None) -> None:
    app = question()
    async with app.run_test() as pilot:
        assert "Theirs: On track" in app.shown() and "esc leave it open" in app.shown()
        await pilot.press(*keys)
    assert app.results == [result]


async def test_a_click_answers() -> None:
    app = question()
    async with app.run_test() as pilot:
        await pilot.click("#answers", offset=(4, 1))
    assert app.results == ["theirs"]


@pytest.mark.parametrize(
    ("keys", "result"),
    [(["enter"], ""), ([*" Staff", "space", "enter"], "Staff"), ([*"Staff", "escape"], None)],
)
async def test_a_line_is_the_reason_an_empty_one_is_none_given_and_esc_leaves(
    keys: list[str], result: str | None
) -> None:
    app = reason()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
    assert app.results == [result]


async def test_keys_typed_while_the_question_opens_are_taken_in_order() -> None:
    app = DialogApp()
    async with app.run_test() as pilot:
        app.open(AskReason("Move the target later", "Why?"))
        await hurry(pilot, "Staff")
    assert app.results == ["Staff"]


async def test_a_reason_that_is_too_long_is_said_and_stays() -> None:
    app = reason(value="x" * 501)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert "The text is too long: 501 characters, and 500 is the most." in app.shown() and app.results == []
        await pilot.press("end", "backspace", "enter")
    assert app.results == ["x" * 500]


async def test_the_keys_can_be_clicked() -> None:
    app = reason(value="Staff")
    async with app.run_test() as pilot:
        await pilot.click("#keys", offset=(1, 0))
    assert app.results == ["Staff"]


@pytest.mark.parametrize("size", [(120, 36), (20, 5), (1, 1)])
async def test_a_long_sentence_scrolls_and_the_answers_stay_in_sight(size: tuple[int, int]) -> None:
    app = DialogApp(lambda: Ask("Delete", "\n".join(f"line {n}" for n in range(99)), ANSWERS))
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "pagedown")
        if size > (1, 1):
            assert "line 11" in app.shown() and "keep theirs" in app.shown()
        await pilot.press("k")
    assert app.results == ["mine"]


async def test_no_hostile_text_reaches_the_screen_raw() -> None:
    everything = " ".join(HOSTILE)
    answers = tuple(Answer(str(n), text, text) for n, text in enumerate(HOSTILE))
    app = DialogApp()
    async with app.run_test(size=(120, 300)) as pilot:
        app.open(Ask(everything[:300], everything, answers, leave="\x1b[2J"))
        await pilot.pause()
        assert "[x] done" in app.shown() and app.unsafe() == []
        await pilot.press("escape")
        app.open(AskReason(everything[:300], everything, value=everything[:300], hint=everything[:300]))
        await pilot.pause()
        assert app.unsafe() == []
        await paste(pilot, everything[:400])
        assert app.unsafe() == [] and "Characters that cannot be seen were made visible." in app.shown()


async def test_what_is_under_a_dialog_is_dimmed_as_textual_dims_it() -> None:
    app = question()
    async with app.run_test() as pilot:
        under = app.screen
        app.open(AskReason("Move the target later", "Why?"))
        await pilot.pause()
        over, behind = app.screen, BackgroundScreen(under, app.screen.styles.background)
        width, height = Size(80, 24)
        options = RenderOptions(over._get_style, cast("Any", over.styles))
        ours, its = (
            Strip.join(visual.render_strips(width, height, over.visual_style, options))
            for visual in (Dimmed(behind), visualize(over, behind))
        )
    assert "keep theirs" in ours.text and 0 < behind.color.a < 1
    assert ours.simplify() == its.simplify()
