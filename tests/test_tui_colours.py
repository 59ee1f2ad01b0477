"""The colours: none is rounded by a terminal of 256 or 16, all can be read, and a person's choice is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich._palettes import EIGHT_BIT_PALETTE, STANDARD_PALETTE
from rich.color import Color, ColorSystem
from rich.style import Style
from screen import Seat, sitting
from textual._context import visible_screen_stack
from textual.theme import Theme

from tui.colours import SCHEMES, THEMES, theme_name
from tui.desk.settings import load
from widgets.line import LineInput
from widgets.text_box import TextBox

SYSTEMS = {"": (ColorSystem.EIGHT_BIT, EIGHT_BIT_PALETTE), "-16": (ColorSystem.STANDARD, STANDARD_PALETTE)}

KEYS = (
    *("1", "c", "escape", "2", "space", "slash", "t h escape", "s", "escape", "n", "tab", "escape", "f", "s", "escape"),
    *("f s", "down", "escape", "ctrl+p", "escape", "3", "l", "escape", "4", "6", "w", "escape", "7", "question_mark"),
)
"""Over all the screens, and over dialogs of each kind."""

IN_EVERY_RUN = ("dark", "light-16", "monochrome")
"""Each scheme once, and each kind of terminal; the wide run tries every scheme on both."""

IN_A_FIELD = ("ctrl+w shift+tab", "n A b o u t f7")
"""To a line whose text is selected as it gets the focus, and to a text, of which all is selected."""

READABLE, SEEN = 4.5, 3.0
"""The least contrast of a text with its ground, and of the thumb of a scrollbar, which is no text; of what is
selected in a field, with the field."""

UNSEEN = 10
"""A step of the 256 greys: Rich rounds some to their neighbour, which nobody sees."""


def _drawn(seat: Seat) -> set[tuple[Color | None, Color | None]]:
    """Each pair of colours, of text and of its ground, that is on the screen."""
    token = visible_screen_stack.set(seat.app._background_screens)
    try:
        strips = seat.app.screen._compositor.render_strips()
    finally:
        visible_screen_stack.reset(token)
    for box in seat.app.screen.query("#box"):
        # Behind a dialog the screen is dimmed, to colours that no palette has.
        strips = [strip.crop(box.region.x, box.region.right) for strip in strips[box.region.y : box.region.bottom]]
    styles = [(s.style, s.text) for strip in strips for s in strip if s.style]
    return {(style.color if text.strip() else None, style.bgcolor) for style, text in styles}


def _contrast(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG defines it, from 1 to 21."""

    def light(colour: Color) -> float:
        parts = (part / 255 for part in colour.get_truecolor())
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    "theme",
    [
        pytest.param(theme, id=theme.name, marks=() if theme.name in IN_EVERY_RUN else pytest.mark.slow)
        for theme in THEMES
    ],
)
async def test_no_terminal_rounds_a_colour_and_all_text_can_be_read(sample_path: Path, theme: object) -> None:
    name = theme.name  # type: ignore[attr-defined]
    system, palette = SYSTEMS["-16" if name.endswith("-16") else ""]
    rounded, faint = set(), set()
    bar = None if name.endswith("-16") else Color.parse(theme.variables["scrollbar"])  # type: ignore[attr-defined]
    async with sitting(sample_path, (120, 36), toasts=True) as seat:
        seat.app.theme = name
        for keys in KEYS:
            await seat.press(*keys.split())
            for text, ground in _drawn(seat):
                for colour in filter(None, (text, ground)):
                    number = colour.downgrade(system).number
                    there = palette[number] if number is not None else ()
                    if any(abs(a - b) > UNSEEN for a, b in zip(there, colour.get_truecolor(), strict=bool(there))):
                        rounded.add((keys, colour.name, number))
                least = READABLE if text != bar else SEEN
                if text and ground and not text.is_default and _contrast(text, ground) < least:
                    faint.add((keys, text.name, ground.name))
    assert not rounded, rounded
    assert not faint, faint


@pytest.mark.parametrize("keys", IN_A_FIELD)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_what_is_selected_in_a_field_is_seen(sample_path: Path, theme: Theme, keys: str) -> None:
    async with sitting(sample_path, at="2") as seat:
        seat.app.theme = theme.name
        await seat.press(*keys.split())
        selected, rest = _field(seat)
        assert selected.color and selected.bgcolor and rest.bgcolor
        assert _contrast(selected.bgcolor, rest.bgcolor) >= SEEN, "its ground is another one than the field's"
        assert _contrast(selected.color, selected.bgcolor) >= READABLE


@pytest.mark.parametrize("keys", IN_A_FIELD)
async def test_without_colours_what_is_selected_in_a_field_is_reversed(
    keys: str, sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sitting(sample_path, at="2") as seat:
        await seat.press(*keys.split())
        selected, rest = _field(seat)
        assert selected.reverse and not rest.reverse and rest.underline


def _field(seat: Seat) -> tuple[Style, Style]:
    """How the first cell that is selected in the field with the focus is sent to the terminal, and the last cell, empty."""
    field = seat.app.focused
    assert isinstance(field, LineInput | TextBox) and field.selected_text
    strip = field.render_line(0)
    if seat.app.no_color:
        strip = strip.apply_filter(seat.app._filters[0], seat.app.screen.background_colors[1])
    *_, rest = (part.style for part in strip if part.style)
    return next(part.style for part in strip if part.style and field.selected_text[:2] in part.text), rest


def test_the_theme_follows_the_terminal_and_no_color() -> None:
    assert theme_name(None, "truecolor") == theme_name("dark", "256") == "dark"
    assert theme_name("light", "standard") == "light-16"
    assert theme_name("light", "256", no_color=True) == "monochrome"
    assert theme_name("of a later Fairlead", None) == "dark-16"
    assert {theme.name for theme in THEMES} == {f"{scheme}{suffix}" for scheme in SCHEMES for suffix in SYSTEMS}


@pytest.mark.slow
async def test_the_colours_that_were_chosen_are_there_at_the_next_start(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+p")
        await seat.choose("colours")
        await seat.choose("light")
        assert seat.app.theme.startswith("light") and load()[0].colours == "light"
    async with sitting(sample_path) as seat:
        assert seat.app.theme.startswith("light")


@pytest.mark.parametrize("keys", ["2", "2 s", "2 n", "3", "4", "5", "6", "7", "g", "question_mark", "ctrl+p"])
async def test_no_color_sends_no_colour_and_shows_the_cursor_by_more_than_that(
    keys: str, sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sitting(sample_path) as seat:
        await seat.press(*keys.split())
        screen = seat.app.screen
        lines = screen._compositor.render_strips()
        sent = [strip.apply_filter(seat.app._filters[0], screen.background_colors[1]) for strip in lines]
        styles = [segment.style for strip in sent for segment in strip if segment.style]
        assert not [style for style in styles if style.color or style.bgcolor]
        assert any(style.reverse or style.bold or style.dim for style in styles)
        fields = [strip for strip in sent if "Dated" in strip.text]
        assert bool(fields) == (keys == "2 n")
        assert all(any(part.style and part.style.underline for part in strip) for strip in fields), "a field is seen"


async def test_without_colours_the_choice_that_has_the_focus_is_seen(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sitting(sample_path, at="2") as seat:

        def is_reversed() -> bool:
            strips = seat.app.screen._compositor.render_strips()
            (kind,) = [strip for strip in strips if "Kind" in strip.text and "position" in strip.text]
            sent = kind.apply_filter(seat.app._filters[0], seat.app.screen.background_colors[1])
            return any(part.style and part.style.reverse for part in sent if "evidence" in part.text)

        await seat.press("n")
        assert not is_reversed()
        await seat.press("tab")
        assert is_reversed()
        await seat.press("tab")
        assert not is_reversed()
