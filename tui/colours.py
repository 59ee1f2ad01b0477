"""The colours of the app: dark, light or monochrome, for terminals of 16, of 256 and of all colours.

Every colour is one that the terminal has, of xterm's 256 or of the 16: it is shown as it is here, and none is rounded
to another one.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

SCHEMES = {
    "dark": "Dark",
    "light": "Light",
    "monochrome": "Monochrome",
}
"""The schemes that a person may choose, each with its label."""

DEFAULT = "dark"

_NAMES = [
    "background",
    "surface",
    "panel",
    "foreground",
    "muted",
    "hint",
    "accent",
    "cursor",
    "on_cursor",
    "focus",
    "selection",
    "closed",
    "on_track",
    "delayed",
    "warning",
    "bar",
]
"""The roles: the ground, the lines of the frame, a field; text, quiet text, and quiet text in a field; keys and marks;
the cursor's row; the field with the focus, and what is selected in it, whose text has the colour of the ground; the
statuses; a warning; the thumb of a scrollbar."""

_256 = {
    "dark": "#121212 #1c1c1c #303030 #e4e4e4 #b2b2b2 #dadada #afd7ff #005f87 #ffffff #005f87 #afd7ff #87d787 #87afff "
    "#ff8787 #ffd787 #767676",
    "light": "#eeeeee #dadada #ffffff #121212 #4e4e4e #4e4e4e #005f87 #005f87 #ffffff #afd7ff #005f87 #005f00 #0000af "
    "#af0000 #5f5f00 #767676",
    "monochrome": "#121212 #1c1c1c #303030 #e4e4e4 #b2b2b2 #d0d0d0 #ffffff #d0d0d0 #121212 #585858 #d0d0d0 #e4e4e4 "
    "#e4e4e4 #e4e4e4 #e4e4e4 #767676",
}

_16 = {
    "dark": "#000000 #000000 #555555 #ffffff #aaaaaa #ffffff #55ffff #0000aa #ffffff #0000aa #55ffff #55ff55 #55ffff "
    "#ff5555 #ffff55 #aaaaaa",
    "light": "#ffffff #ffffff #aaaaaa #000000 #555555 #000000 #0000aa #0000aa #ffffff #55ffff #0000aa #000000 #0000aa "
    "#aa0000 #aa0000 #555555",
    "monochrome": "#000000 #000000 #555555 #ffffff #aaaaaa #ffffff #ffffff #aaaaaa #000000 #555555 #aaaaaa #ffffff "
    "#ffffff #ffffff #ffffff #aaaaaa",
}


def _theme(name: str, colours: str, *, dark: bool) -> Theme:
    c = dict(zip(_NAMES, colours.split(), strict=True))
    bars = {
        f"scrollbar{of}": colour
        for of, colour in {
            "": c["bar"],
            "-hover": c["bar"],
            "-active": c["accent"],
            "-background": c["surface"],
            "-background-hover": c["surface"],
            "-background-active": c["surface"],
            "-corner-color": c["surface"],
        }.items()
    }
    return Theme(
        name=name,
        primary=c["accent"],
        accent=c["accent"],
        secondary=c["muted"],
        success=c["closed"],
        error=c["delayed"],
        warning=c["warning"],
        foreground=c["foreground"],
        background=c["background"],
        surface=c["surface"],
        panel=c["panel"],
        dark=dark,
        variables=bars
        | {
            "text": c["foreground"],
            "text-muted": c["hint"],
            "text-disabled": c["muted"],
            "foreground-muted": c["muted"],
            "foreground-disabled": c["muted"],
            "text-primary": c["on_track"],
            "text-accent": c["accent"],
            "text-success": c["closed"],
            "text-error": c["delayed"],
            "text-warning": c["warning"],
            "accent-muted": c["focus"],
            "block-cursor-foreground": c["on_cursor"],
            "block-cursor-background": c["cursor"],
            "block-cursor-blurred-foreground": c["foreground"],
            "block-cursor-blurred-background": c["panel"],
            "block-hover-background": c["panel"],
            "surface-active": c["panel"],
            "border": c["accent"],
            "border-blurred": c["muted"],
            "input-cursor-background": c["foreground"],
            "input-cursor-foreground": c["background"],
            "input-selection-background": c["selection"],
            "input-selection-foreground": c["background"],
            "screen-selection-background": c["selection"],
            "screen-selection-foreground": c["background"],
        },
    )


THEMES = tuple(
    _theme(f"{scheme}{suffix}", colours, dark=scheme != "light")
    for suffix, palettes in (("", _256), ("-16", _16))
    for scheme, colours in palettes.items()
)
"""Each scheme for 256 colours and more, and for 16."""


def theme_name(scheme: str | None, color_system: str | None, *, no_color: bool = False) -> str:
    """The theme of a scheme (None for the default) on a terminal with this color system of Rich's."""
    if no_color:
        return "monochrome"
    scheme = scheme if scheme in SCHEMES else DEFAULT
    return scheme if color_system in ("256", "truecolor") else f"{scheme}-16"


def set_colours(app: App[None], scheme: str | None) -> None:
    """Give an app that does not run yet a scheme (None for the default), as far as its terminal has the colours."""
    for theme in THEMES:
        app.register_theme(theme)
    # Set as if by default: a theme that is set once the app runs has every style sheet parsed and applied again.
    app.set_reactive(App.theme, theme_name(scheme, app.console.color_system, no_color=app.no_color))
    app.set_class(app.current_theme.dark, "-dark-mode", update=False)
    app.set_class(not app.current_theme.dark, "-light-mode", update=False)
    app.stylesheet.set_variables(app.get_css_variables())
    if app.no_color:
        app._filters = [NoColours()]


class NoColours(LineFilter):
    """Sends no colour at all: what is bright behind becomes reverse, what is quiet dim, and a field underlined."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text, style and _without_colours(style), control) for text, style, control in segments]


_BRIGHT, _QUIET = 0.4, 0.85
"""The brightness (0 to 1) of a background from which it is shown in reverse, and of a text up to which it is dim."""

_FIELDS = {
    colour for name, colour in zip(_NAMES, _256["monochrome"].split(), strict=True) if name in ("panel", "focus")
}
"""The grounds of a field, which has no other mark than that."""


@lru_cache(1024)
def _without_colours(style: Style) -> Style:
    plain = Style(
        bold=style.bold,
        dim=style.dim
        or (_brightness(style.color) < _QUIET and not style.bold and _brightness(style.bgcolor) < _BRIGHT),
        italic=style.italic,
        underline=style.underline or (style.bgcolor is not None and style.bgcolor.name in _FIELDS),
        strike=style.strike,
        reverse=bool(style.reverse) != (style.bgcolor is not None and _brightness(style.bgcolor) >= _BRIGHT),
    )
    return plain + Style.from_meta(style.meta) if style.meta else plain


def _brightness(colour: RichColor | None) -> float:
    if colour is None or colour.is_default:
        return 1.0
    return Color.from_rich_color(colour).brightness
