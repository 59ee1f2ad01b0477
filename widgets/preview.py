"""The preview dialog of a batch of changes: new values, refusals and why, and one reason for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.domain.text import TextError, one_line, validate_typed
from widgets.dialog import Dialog, DialogKeys, SafeText
from widgets.line import InputNotice, LineInput
from widgets.picker import Picker, PickOption
from widgets.preview_table import PreviewLine, PreviewTable
from widgets.table_columns import width_of
from widgets.table_line import Cell, Row
from widgets.windowed_table import WindowedTable

_NOTHING = "—"
_QUIET = "windowed-table--muted"

_LABEL = 9
"""Cells of the label before a value of the cursor's line."""

_SHORT_ENOUGH = 30
"""The most cells of a value that is shown once over the table, because every line has it."""

_SHORT = 20
"""Lines of terminal below which the detail of the cursor's line is hidden, to leave the table its room."""

_LONG_REMARK = 120
"""Characters of a remark beyond which two lines of a narrow terminal have no room for it: it has four."""

_REASON_HINTS = {
    "none": "",
    "optional": "Why? tab goes here; it may be left empty",
    "owed": "Why? Left empty counts as no reason given",
}


@dataclass(frozen=True, slots=True)
class PreviewAccepted:
    """The result of an accepted preview. `reason` is None where none was asked for, "" where none was given.

    `left_out` has the keys that the person excluded; refused lines are not among them.
    """

    reason: str | None
    left_out: frozenset[str]


class Preview(Dialog[PreviewAccepted]):
    """A dialog of changes to be made: ends with a PreviewAccepted, or None when left.

    | key | does |
    |---|---|
    | up, down, j, k, pgup, pgdn, home, end | move |
    | space | exclude the line, or include it again; shows why a refused one is refused |
    | * | include all lines that are not refused; where all are, exclude them |
    | tab | go to the reason, and back |
    | down, in the reason | the usual reasons, to choose from |
    | enter | go from the lines to the reason where one is required; else, and there, accept |
    | ctrl+s | accept, from anywhere |
    | esc | leave |

    Enter never acts on a single line. Nothing can be accepted or excluded before the lines were on the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+s", "accept", show=False),
        Binding("space", "leave_out", show=False),
        Binding("asterisk", "leave_out_all", show=False),
        Binding("down", "usual", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        # With priority: the table would select a row, and letters typed after these keys are for the reason.
        Binding("enter", "go_on", show=False, priority=True),
        Binding("tab,shift+tab", "change_place", show=False, priority=True),
    ]
    AUTO_FOCUS = "#body"
    DEFAULT_CSS = """
    Preview > #box { width: 96%; max-width: 160; }
    Preview #counts { text-style: bold; }
    Preview #detail { height: 3; color: $foreground-muted; text-wrap: nowrap; text-overflow: ellipsis; margin: 0 0 1 0; }
    Preview.-remarks #detail { height: 5; }
    Preview.-long-remarks #detail { height: 7; }
    Preview.-middling #detail { margin: 0; }
    Preview.-short #detail, Preview.-tiny #detail { display: none; }
    Preview.-short #head, Preview.-short #foot { margin: 0; }
    Preview.-low #counts { text-wrap: nowrap; text-overflow: ellipsis; }
    Preview #said { max-height: 2; }
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[PreviewLine],
        *,
        summary: str = "",
        reason: Literal["none", "optional", "owed"] = "none",
        reasons: tuple[str, ...] = (),
        verb: str = "do it",
        outcome: str = "will change",
        labels: tuple[str, str] = ("About", "Will be"),
    ) -> None:
        """`reason` is whether one is asked for; `reasons` are the usual ones, to choose from and edit.

        `verb` is the label of the key that accepts ("move them"), `outcome` what is counted of the lines, `labels` what
        heads the first column and that of the values asked for. Raises ValueError where two lines have the same key.
        """
        super().__init__(title, summary)
        self._lines = lines
        self._has_titles = any(line.title for line in lines)
        every = {line.what for line in lines} if len(lines) > 1 else set()
        self._in_each = next((what for what in every if len(every) == 1 and 0 < width_of(what) <= _SHORT_ENOUGH), "")
        """What every line is about, where that is the same: shown once, and in no column."""
        self.set_class(any(line.refused or line.note for line in lines), "-remarks")
        self._remark_lines = 4 if any(len(line.note) > _LONG_REMARK for line in lines) else 2
        self.set_class(self._remark_lines > 2, "-long-remarks")
        self._by_key = {line.key: line for line in lines}
        if len(self._by_key) != len(lines):
            raise ValueError("Two lines of a preview have the same key.")
        self._possible = frozenset(line.key for line in lines if not line.refused)
        self._accepted = set(self._possible)
        self._is_asking = reason != "none"
        self._is_reason_required = reason == "owed"
        self._usual = reasons if self._is_asking else ()
        self._verb = verb
        self._outcome = outcome
        self._is_seen = False
        self._reason = LineInput(placeholder=_REASON_HINTS[reason], id="reason")
        self._problem = SafeText(id="said")
        self._sentence = ""
        self._detail = Static(markup=False, id="detail")
        self._counted = SafeText(self._counts_text(), id="counts")
        self._has_now = any(line.now for line in lines)
        self._labels = labels
        self._table = PreviewTable(self, lines, labels, shows_what=not self._in_each)
        self.KEYS = self._keys_here()

    @property
    def count(self) -> int:
        """The number of lines; the dialog is the source of its table."""
        return len(self._lines)

    def rows(self, start: int, count: int) -> list[Row]:
        """The lines from `start` on, as rows of the table."""
        return [self._row(line) for line in self._lines[start : start + count]]

    def head(self) -> list[Widget]:
        return [self._counted]

    def body(self) -> Widget:
        return self._table

    def foot(self) -> list[Widget]:
        return [self._detail, self._problem, *([self._reason] if self._is_asking else [])]

    def on_mount(self) -> None:
        self._table.ticked = self._accepted
        self._table.styles.min_height = 1
        # As high as its rows and the header; the box limits it.
        self._table.styles.height = max(1, len(self._lines)) + 1
        self.call_after_refresh(self._seen)

    def _seen(self) -> None:
        self._is_seen = True

    def _to_mind(self, line: PreviewLine) -> str:
        if line.refused:
            return f"Refused: {line.refused}"
        if line.key in self._accepted:
            return line.note
        return f"Left out · {line.note}" if line.note else "Left out"

    def _row(self, line: PreviewLine) -> Row:
        title = (line.title,) if self._has_titles else ()
        now = (line.now or _NOTHING,) if self._has_now else ()
        what = () if self._in_each else (line.what,)
        texts = (line.about, *title, *what, *now, line.new or _NOTHING, self._to_mind(line))
        cells: tuple[Cell, ...] = texts if line.key in self._accepted else tuple((text, _QUIET) for text in texts)
        return Row(line.key, cells)

    def _counts_text(self) -> str:
        total, accepted = len(self._lines), len(self._accepted)
        if not total:
            return f"Nothing {self._outcome}"
        refused, left_out = total - len(self._possible), len(self._possible) - accepted
        parts = [f"{accepted:,} of {total:,} {self._outcome}" if accepted else f"None of {total:,} {self._outcome}"]
        parts += [f"{refused:,} refused"] if refused else []
        parts += [f"{left_out:,} left out"] if left_out else []
        parts += [f"in each: {one_line(self._in_each)}"] if self._in_each else []
        return " · ".join(parts)

    def _keys_here(self) -> tuple[tuple[str, str], ...]:
        leave = ("esc", "change nothing")
        every = (("*", "none" if self._accepted == self._possible else "all"),) if len(self._possible) > 1 else ()
        choose = (("space", "in or out"), *every)
        if not self._is_asking:
            return (("enter", self._verb), *choose, leave)
        if self._is_in_reason:
            usual = (("↓", "usual reasons"),) if self._usual else ()
            return (("enter", self._verb), *usual, ("tab", "the lines"), leave)
        keys = (
            (("enter", "reason"), ("ctrl+s", self._verb))
            if self._is_reason_required
            else (("enter", self._verb), ("tab", "reason"))
        )
        return (*keys, *choose, leave)

    @property
    def _is_in_reason(self) -> bool:
        return self._reason.has_focus

    def _show_problem(self, sentence: str, *, wrong: bool = False) -> None:
        # A new layout costs more than the rest of a key, so only where the sentence has changed.
        if sentence == self._sentence:
            return
        self._sentence = sentence
        self._problem.show(sentence)
        self._problem.set_class(wrong, "-wrong")

    def _show_detail(self) -> None:
        """Show the texts of the cursor's line in full, where the columns cut them."""
        line = self._by_key.get(self._table.cursor_key or "")
        if line is None:
            return
        first = " · ".join(one_line(part) for part in (line.about, line.title, line.what) if part)
        values = [*([("Now", line.now)] if self._has_now else []), (self._labels[1], line.new)]
        lines = [first, *(f"{label:<8} {one_line(value or _NOTHING)}" for label, value in values)]
        if remark := self._to_mind(line):
            width = max(1, self._detail.size.width - _LABEL)
            for label, part in zip_longest(
                ("To mind",), wrap(one_line(remark), width, max_lines=self._remark_lines, placeholder=" …")
            ):
                lines.append(f"{label or '':<8} {part}")
        self._detail.update(Content("\n".join(lines)), layout=False)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < _SHORT, "-short")

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        event.stop()
        self._show_problem("")
        self._show_detail()

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        # Only a click posts this: enter has a priority binding.
        event.stop()
        self.action_leave_out()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.query_one("#keys", DialogKeys).show(self._keys_here())

    def on_input_notice(self, event: InputNotice) -> None:
        self._show_problem(event.sentence)

    def press(self, key: str) -> None:
        acts = {
            "enter": self.action_go_on,
            "ctrl+s": self.action_accept,
            "space": self.action_leave_out,
            "*": self.action_leave_out_all,
            "tab": self.action_change_place,
            "↓": self.action_usual,
        }
        if key in acts:
            acts[key]()
        super().press(key)

    def action_page(self, step: int) -> None:
        """Move the table by so many pages while the reason has the focus."""
        self._table.action_page(step)

    def action_leave_out(self) -> None:
        """Exclude the cursor's line, or include it again; a refused one stays refused."""
        line = self._by_key.get(self._table.cursor_key or "")
        if line is None or not self._is_seen:
            return
        if line.refused:
            self._show_problem(f"{one_line(line.about)} cannot be taken: {one_line(line.refused)}", wrong=True)
            return
        self._accept_only(self._accepted ^ {line.key})

    def action_leave_out_all(self) -> None:
        """Include every line that is not refused; where all of them are, exclude them."""
        if self._is_seen and self._possible:
            self._accept_only(set() if self._accepted == self._possible else set(self._possible))

    def _accept_only(self, keys: set[str]) -> None:
        self._accepted = keys
        self._show_problem("")
        self._counted.show(self._counts_text())
        self.query_one("#keys", DialogKeys).show(self._keys_here())
        self._table.ticked = self._accepted
        self._table.refresh_rows()
        self._show_detail()

    def action_change_place(self) -> None:
        """Move the focus from the table to the reason, or back; nothing where no reason is asked for."""
        if self._is_asking and self._is_seen:
            self.set_focus(self._table if self._is_in_reason else self._reason)

    def action_go_on(self) -> None:
        """Go to the reason where one is required; from there, or where none is, accept."""
        if self._is_reason_required and not self._is_in_reason:
            self.action_change_place()
        else:
            self.action_accept()

    def action_usual(self) -> None:
        """List the usual reasons; the one chosen replaces the text of the reason, and can be edited."""
        if not self._usual or not self._is_in_reason:
            return

        def chosen(key: str | None) -> None:
            if key is not None:
                self._reason.value = ""
                self._reason.insert_text_at_cursor(self._usual[int(key)])

        options = tuple(PickOption(str(n), reason) for n, reason in enumerate(self._usual))
        self.app.push_screen(Picker("The usual reasons", options), chosen)

    def action_accept(self) -> None:
        """Accept the lines that are not excluded, or show why that is not possible."""
        if not self._is_seen:
            return
        if not self._accepted:
            self._show_problem(self._why_nothing(), wrong=True)
            return
        try:
            reason = validate_typed(self._reason.value) if self._is_asking else None
        except TextError as error:
            self._show_problem(str(error), wrong=True)
            return
        self.finish(PreviewAccepted(reason, frozenset(self._possible - self._accepted)))

    def _why_nothing(self) -> str:
        if not self._lines:
            return "There is nothing to change."
        if not self._possible:
            return "Every line is refused, so there is nothing to take."
        return "Nothing is left to take: space takes a line again, * all."
