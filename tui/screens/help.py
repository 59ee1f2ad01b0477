"""The help: the keys of the screen that it was opened from, then the glossary; what is typed filters it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.queries.describe import GUESS, GUESS_MEANS
from tui.keys import EVERYWHERE, MOVING, ROWS, format_keys, keys_for
from tui.screens.base import PageScreen
from widgets.filter_bar import SearchInput
from widgets.pane import Pane, Paragraph

GLOSSARY = (
    (
        "Closed ●",
        "ended: discharged, superseded, delivered, risk accepted, closed without being adopted, or closed, not known how",
    ),
    ("With … ◐", "evidence is sent and closure asked for; it counts as Closed, and every count can say so"),
    ("On track ■", "open, and its lead says that it is on time"),
    ("Delayed ▲", "open, and its lead says that it is not"),
    ("Not stated ○", "open, and nobody has said"),
    (
        "Stage",
        "from not started to discharged; submitted, remain open and discharged follow from evidence and replies",
    ),
    ("Believed done", "its owner thinks so and nothing is submitted: it stays open until it is agreed"),
    ("Target", "the item's own completion date, as written; the first is kept, and each move later is counted"),
    ("Response", "whether an item is accepted, partly or not: beside the stage, it alters no status"),
    ("Priority", "a word of the register's list, from the highest; the list is with what is recorded of the register"),
    ("Risk accepted", "an ending: by whom, why, and when it is looked at again, which comes up in Attention"),
    ("Extension", "more time asked for, granted or refused; only one that is granted moves the target"),
    ("Kind of delay", "why a target moves, from the register's list, beside the reason in words"),
    ("Agreed by", "who signed a note off; the query not-agreed finds newest positions that nobody did"),
    ("Promise", "an action under an item: something said for a day, such as evidence in the coming weeks"),
    (
        "Submission, reply",
        "evidence sent, and what came back; where an item stands follows, and only a reply discharges",
    ),
    ("Nothing new", "the nil return: it stands as it did; it ends stale"),
    ("Late, due", "past its target; before the next committee, or within 90 days while none is known"),
    ("Remain open", "in Attention: what the inspectorate last replied, where nothing was sent since"),
    ("Old, stale", "open two years since publication; no word for 90 days, unless the register says otherwise"),
    (
        "Ticked",
        "takes the next edit with the others, shown first, as one action; one alone, as under the cursor",
    ),
    ("Position", "the kind of note that a paper prints: the newest one"),
    ("Title", "a short name of ours, unless its publication has it so: the overview says which"),
    (GUESS, f"{GUESS_MEANS}: the overview says which, and where in the source"),
    ("≠", "two people wrote different things: the overview shows both, b settles which holds"),
    (
        "As published",
        "taken as a source has it, such as how an item of a tracker was closed; ticked for, and counted first",
    ),
    (
        "Disagreement",
        "what a check finds: a paper against the register or against itself; certain, likely or possible",
    ),
    ("Weakness", "what a check finds that is true, and that members will ask about"),
    ("Bars", "█ closed, ▓ on track, ▒ delayed, ░ not stated"),
    ("Marking", "OFFICIAL or OFFICIAL-SENSITIVE, of a text or of the whole register"),
)

MARGIN = 22
"""Cells before the text, for keys and terms."""


class HelpScreen(PageScreen):
    """The help page; / filters it, esc closes it."""

    NAME = "help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", show=False),
        Binding("slash,ctrl+f", "search", show=False),
    ]

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__()
        self.places = places

    def body(self) -> ComposeResult:
        yield SearchInput(placeholder="a key, or words of what you look for", id="search")
        yield Pane()

    def on_mount(self) -> None:
        self.query_one("#search").display = False

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.call_after_refresh(self.fill)

    def on_resize(self) -> None:
        self.call_after_refresh(self.fill)

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each heading, with its entries: a key or a word, and what it does or means."""
        for place in (*(place for place in self.places if place != ROWS), EVERYWHERE):
            heading = "Keys everywhere" if place == EVERYWHERE else f"Keys for {place}"
            yield heading, [(format_keys(key), key.tip) for key in keys_for(place)]
        yield "Moving", [*((format_keys(key), key.tip) for key in keys_for(ROWS)), *MOVING]
        yield "Words", list(GLOSSARY)

    def fill(self) -> None:
        """Fill the pane with the keys and the glossary, of them those that have all the words of the search."""
        pane = self.query_one(Pane)
        typed = self.query_one("#search", SearchInput).value
        words = typed.casefold().split()
        lines: list[Paragraph] = []
        for heading, entries in self._sections():
            found = [entry for entry in entries if all(word in " ".join(entry).casefold() for word in words)]
            if found:
                lines += (
                    [Paragraph(()), Paragraph(((heading, "accent"),))] if lines else [Paragraph(((heading, "accent"),))]
                )
                lines += [Paragraph(((text, ""),), MARGIN, label) for label, text in found]
        pane.hits = tuple(words)
        keys = f"   of “{typed}” · esc shows all" if words else "   / filters it · esc closes it"
        pane.show(
            (("Help", "strong"), (keys, "quiet")), (), "", lines or [Paragraph((("Nothing here has that.", ""),))]
        )

    def on_input_changed(self, event: SearchInput.Changed) -> None:
        event.stop()
        self.fill()

    def on_search_input_to_list(self) -> None:
        self.set_focus(None)

    def on_search_input_left(self) -> None:
        self.query_one("#search").display = False
        self.set_focus(None)

    def action_search(self) -> None:
        """Open the search input, and focus it."""
        line = self.query_one("#search", SearchInput)
        line.display = True
        self.set_focus(line)

    def action_back(self) -> None:
        """On esc show all again first."""
        line = self.query_one("#search", SearchInput)
        if line.display:
            line.clear()
            self.on_search_input_left()
        else:
            super().action_back()

    def action_help(self) -> None:
        """Close the help with the key that opened it."""
        super().action_back()
