"""The help: the keys of the screen that it was opened from, then the glossary."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.queries.describe import GUESS, GUESS_MEANS
from tui.keys import EVERYWHERE, MOVING, format_keys, keys_for
from tui.screens.base import PageScreen
from widgets.pane import Pane, Paragraph

GLOSSARY = (
    ("Closed ●", "ended: discharged, superseded, delivered, closed without being adopted, or closed not known how"),
    ("With … ◐", "evidence is sent and closure asked for; it counts as Closed, and every count can say so"),
    ("On track ■", "open, and its lead says that it is on time"),
    ("Delayed ▲", "open, and its lead says that it is not"),
    ("Not stated ○", "open, and nobody has said"),
    (
        "How far",
        "from not started to discharged; submitted, remain open and discharged follow from evidence and replies",
    ),
    ("Believed done", "its owner thinks so and nothing is submitted: it stays open until it is agreed"),
    ("Target", "the item's own completion date, as written; the first is kept, and each move later is counted"),
    ("Promise", "an action under an item: something said for a day, such as evidence in the coming weeks"),
    (
        "Submission, reply",
        "evidence sent, and what came back; where an item stands follows, and only a reply discharges",
    ),
    ("Nothing new", "the nil return: it stands as it did; it ends stale"),
    ("Late, due", "past its target; before the next committee, or within 90 days while none is known"),
    ("Old, stale", "open two years since publication; no word for 90 days, unless the register says otherwise"),
    ("Ticked", "takes the next edit together with the others that are, shown first, as one action"),
    ("Position", "the kind of note that a paper prints: the newest one"),
    ("Title", "a short name of ours, unless its publication has it so: the overview says which"),
    (GUESS, f"{GUESS_MEANS}: the overview says which, and where in the source"),
    ("≠", "two people wrote different things: the overview shows both"),
    ("Marking", "OFFICIAL or OFFICIAL-SENSITIVE, of a text or of the whole register"),
)

MARGIN = 22
"""Cells before the text, for keys and terms."""


class HelpScreen(PageScreen):
    """The help page; esc closes it."""

    NAME = "help"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "help", show=False)]

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__()
        self.places = places

    def body(self) -> ComposeResult:
        yield Pane()

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.call_after_refresh(self.fill)

    def on_resize(self) -> None:
        self.call_after_refresh(self.fill)

    def fill(self) -> None:
        """Fill the pane with the keys and the glossary."""
        lines: list[Paragraph] = []
        for place in (*self.places, EVERYWHERE):
            lines.append(Paragraph(((f"Keys for {place}" if place != EVERYWHERE else "Keys everywhere", "accent"),)))
            lines += [Paragraph(((key.tip, ""),), MARGIN, format_keys(key)) for key in keys_for(place)]
            lines.append(Paragraph(()))
        lines.append(Paragraph((("Moving", "accent"),)))
        lines += [Paragraph(((tip, ""),), MARGIN, keys) for keys, tip in MOVING]
        lines += [Paragraph(()), Paragraph((("Words", "accent"),))]
        lines += [Paragraph(((meaning, ""),), MARGIN, word) for word, meaning in GLOSSARY]
        self.query_one(Pane).show((("Help", "strong"), ("   esc closes it", "quiet")), (), "", lines)

    def action_help(self) -> None:
        """Close the help with the key that opened it."""
        self.action_back()
