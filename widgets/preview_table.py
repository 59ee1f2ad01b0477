"""The lines of a preview, and its table, whose columns follow from what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.table_columns import Column, width_of
from widgets.windowed_table import GUTTER, RowProvider, WindowedTable


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One change: what it is about ("HC-6"), what of it ("Target"), its value now and the one asked for ("" for none).

    `key` is the caller's, and unique. `refused` is why it cannot be made ("" where it can), `note` a remark. Text is
    sanitised to be shown.
    """

    key: str
    about: str
    what: str
    now: str
    new: str
    refused: str = ""
    note: str = ""
    title: str = ""
    """The title of what it is about, shown beside where there is room for it."""


class PreviewTable(WindowedTable):
    """A table whose column widths follow from the longest values and from its own width."""

    def __init__(
        self, preview: RowProvider, lines: Sequence[PreviewLine], labels: tuple[str, str], *, shows_what: bool
    ) -> None:
        self._labels = labels
        super().__init__(source=preview, empty="There is nothing to change.", id="body")
        whys = (f"Refused: {line.refused}" if line.refused else line.note for line in lines)
        self._longest = [
            max((width_of(text[:60]) for text in texts), default=0)
            for texts in (
                (line.about for line in lines),
                (line.title for line in lines),
                (line.what for line in lines if shows_what),
                (line.now for line in lines),
                (line.new for line in lines),
                whys,
            )
        ]

    def on_resize(self) -> None:
        # One cell is reserved for the scrollbar.
        self.columns = _columns(self._longest, self.scrollable_content_region.width - GUTTER - 1, self._labels)


def _columns(longest: Sequence[int], room: int, labels: tuple[str, str]) -> tuple[Column, ...]:
    """The columns for a width: short values get the cells that they need, the others share the rest; what no line has,
    or what is shown once over the table, has no column."""
    about_longest, title_longest, what_longest, now_longest, new_longest, why_longest = longest
    about = min(max(about_longest, 5), 14 if now_longest else room // 3)
    what = min(max(what_longest, 4), 18) if what_longest else 0
    title = min(title_longest, room // 4 if room >= 60 else 6)
    rest = room - about - what - (title + 1 if title else 0) - 4 * (2 if room >= 100 else 1)
    why = rest // 2 if room >= 100 else rest * 3 // 5
    values = max(16, rest - max(8, min(why_longest, why)))
    new = max(7, min(new_longest, max(values // 2, values - now_longest)))
    now = max(5, min(now_longest, values - new)) if now_longest else 0
    return (
        Column("about", labels[0], about, priority=9),
        *([Column("title", "Title", title, priority=4)] if title else []),
        *([Column("what", "What", what, priority=5)] if what else []),
        *([Column("now", "Now", now, priority=6)] if now else []),
        Column("new", labels[1], new, priority=7),
        Column("why", "To mind", None, min_width=8, priority=8),
    )
