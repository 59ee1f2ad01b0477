"""Dialogs to choose from a list, filtered as one types: one option (Picker) or several (MultiPicker)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from store.domain.text import one_line
from widgets.dialog import Dialog
from widgets.line import LineInput
from widgets.rows import Row, Rows

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class PickOption:
    """One option: its key for the caller, its label, a count, a muted note, a text at the right edge, and the text that
    it acts on, where its label has that cut or with other words."""

    key: str
    label: str
    count: int | None = None
    note: str | None = None
    right: str = ""
    acts_on: str = ""


class _FilteredList(Dialog[ResultT]):
    """Base class of both pickers: an input, and the options that contain every word of its text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("enter", "accept", show=False),
    ]
    AUTO_FOCUS = "#narrow"
    HINT = "type to filter"

    def __init__(
        self,
        title: str,
        options: tuple[PickOption, ...],
        *,
        intro: str | None = None,
        empty: str = "There is nothing to choose from.",
        counting: bool = False,
    ) -> None:
        """`empty` is shown when there are no options; `counting` shows … until `show_options` brings the counts."""
        super().__init__(title, intro)
        self._options = options
        self._empty = empty
        self._counting = counting
        self._shown: list[PickOption] = list(options)

    def head(self) -> list[Widget]:
        return [LineInput(placeholder=self.HINT, id="narrow")]

    def body(self) -> Widget:
        return Rows(id="body")

    def on_mount(self) -> None:
        # A fixed height keeps the box from jumping while the list gets shorter.
        self._rows().styles.height = max(1, len(self._options))
        self._refill(self._first())

    def show_options(self, options: tuple[PickOption, ...], *, counting: bool = False) -> None:
        """Replace the options, for example when counts have been read; the cursor stays on its key."""
        here = self._here()
        self._options = options
        self._counting = counting
        self._rows().styles.height = max(1, len(options))
        self._refill(here.key if here else None)

    def _first(self) -> str | None:
        """The key that the cursor starts on."""
        return None

    def _with_typed(self, shown: list[PickOption], typed: str) -> list[PickOption]:
        """What may be chosen once something is typed, of which these options have every word."""
        return shown

    def _row(self, option: PickOption) -> Row:
        count = f"{option.count:,}" if option.count is not None else "…" if self._counting else ""
        return Row(option.label, note=option.note or "", right=option.right or count)

    def _rows(self) -> Rows:
        return self.query_one("#body", Rows)

    def _here(self) -> PickOption | None:
        at = self._rows().cursor
        return self._shown[at] if at < len(self._shown) else None

    def _refill(self, key: str | None = None) -> None:
        typed = self.query_one("#narrow", LineInput).value
        words = typed.casefold().split()

        def has_all(text: str) -> bool:
            folded = one_line(text).casefold()
            return all(word in folded for word in words)

        self._shown = [one for one in self._options if has_all(f"{one.label} {one.note or ''} {one.acts_on}")]
        if words:
            self._shown = self._with_typed(self._shown, typed.strip())
        by_label = (n for n, one in enumerate(self._shown) if has_all(f"{one.label} {one.acts_on}"))
        at = next((n for n, option in enumerate(self._shown) if option.key == key), next(by_label, 0))
        rows = tuple(self._row(option) for option in self._shown)
        nothing = f"Nothing here has “{one_line(typed)}”." if words else self._empty
        self._rows().show(rows or (Row(nothing, heading=True),), at)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        event.stop()
        self._refill()

    def on_input_submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        self.action_accept()

    def on_key(self, event: events.Key) -> None:
        self.query_one("#narrow", LineInput).receive_key(event)

    def press(self, key: str) -> None:
        if key == "enter":
            self.action_accept()
        super().press(key)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._rows().move(by)

    def action_accept(self) -> None:
        """End with what the cursor or the ticks select."""
        raise NotImplementedError


class Picker(_FilteredList[str]):
    """Choose one: ends with its key, or None when left."""

    KEYS = (("enter", "choose"), ("↑ ↓", "move"), ("esc", "leave"))

    def __init__(
        self,
        title: str,
        options: tuple[PickOption, ...],
        *,
        current: str | None = None,
        intro: str | None = None,
        empty: str = "There is nothing to choose from.",
        counting: bool = False,
        adds: PickOption | None = None,
    ) -> None:
        """`current` is the key of the current value, where the cursor starts.

        `adds` is the option that adds a new one: it is offered with what is typed, which goes to the caller after its
        key, before all others unless that is word for word the text that one of them acts on.
        """
        super().__init__(title, options, intro=intro, empty=empty, counting=counting)
        self._current = current
        self._adds = adds
        if adds:
            self.HINT = "type a new one, or take one below with ↓"

    def _with_typed(self, shown: list[PickOption], typed: str) -> list[PickOption]:
        if (adds := self._adds) is None:
            return shown
        new = PickOption(f"{adds.key} {typed}", f"{adds.label}: “{one_line(typed)}”")
        others = [option for option in shown if option is not adds]
        is_copy = any(one_line(option.acts_on).casefold() == one_line(typed).casefold() for option in others)
        return [*others, new] if is_copy else [new, *others]

    def _first(self) -> str | None:
        return self._current

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        self.finish(self._shown[event.index].key)

    def action_accept(self) -> None:
        if here := self._here():
            self.finish(here.key)


class _TickLine(LineInput):
    """An input that leaves the space key to the list."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "space" and super().check_consume_key(key, character)


class MultiPicker(_FilteredList[tuple[str, ...]]):
    """Choose several: ends with the ticked keys in the order of the options, or None when left.

    Where no tick was changed, enter on an unticked line chooses that line alone; where all were unticked, the result
    is the empty tuple.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", show=False, priority=True)]
    KEYS = (("space", "tick several"), ("enter", "take"), ("↑ ↓", "move"), ("esc", "leave"))

    def __init__(
        self,
        title: str,
        options: tuple[PickOption, ...],
        *,
        ticked: tuple[str, ...] = (),
        intro: str | None = None,
        empty: str = "There is nothing to choose from.",
        counting: bool = False,
    ) -> None:
        super().__init__(title, options, intro=intro, empty=empty, counting=counting)
        self._ticked = set(ticked)
        self._touched = False

    def head(self) -> list[Widget]:
        return [_TickLine(placeholder=self.HINT, id="narrow")]

    def _first(self) -> str | None:
        return next((option.key for option in self._options if option.key in self._ticked), None)

    def _row(self, option: PickOption) -> Row:
        row = super()._row(option)
        return Row(row.text, mark="[x]" if option.key in self._ticked else "[ ]", note=row.note, right=row.right)

    def _toggle(self, at: int) -> None:
        self._touched = True
        self._ticked ^= {self._shown[at].key}
        self._rows().show(tuple(self._row(option) for option in self._shown), at)

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        self._toggle(event.index)

    def press(self, key: str) -> None:
        if key == "space":
            self.action_tick()
        super().press(key)

    def action_tick(self) -> None:
        """Tick or untick the line under the cursor."""
        if self._here():
            self._toggle(self._rows().cursor)

    def action_accept(self) -> None:
        here = self._here()
        if self._touched or (here and here.key in self._ticked):
            self.finish(tuple(option.key for option in self._options if option.key in self._ticked))
        elif here:
            self.finish((here.key,))
