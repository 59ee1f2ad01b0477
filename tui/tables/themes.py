"""The rows of the Themes screen's table, and the paragraphs of its pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.domain.names import sort_key
from store.domain.text import one_line
from store.domain.vocabulary import NoteKind, label_of
from store.queries.describe import GUESS, GUESS_MEANS, GUESSED, basis_of, format_basis
from store.queries.describe_status import format_item_status
from store.queries.rows import EntityRow, ItemRow, format_text
from store.queries.themes import NONE_OF, Block, StatusTally, learned_title, line_name
from tui.tables.status_counts import bar_parts, count_cell
from widgets.bars import legend, stacked_bar
from widgets.item_pane import MARGIN
from widgets.pane import Paragraph
from widgets.windowed_table import Cell, Column, Row

MOST_SHOWN = 100
"""The most notes, or items with no theme recorded, that the pane shows; enter lists all items."""

NAMES = {"theme": "Theme", "outcome": "Outcome", "lead": "Lead"}
"""The facets that the table counts by, with their labels, in the order in which a key switches them."""

_BAR = 12


def theme_columns(by: str) -> tuple[Column, ...]:
    """The columns of the table by theme, outcome or lead."""
    return (
        Column("name", NAMES[by], None, min_width=19, priority=9),
        Column("total", "Total", 7, priority=9, align="right"),
        Column("closed", "Closed", 7, priority=9, align="right"),
        Column("with_inspectorate", "of which ◐", 10, priority=4, align="right"),
        Column("on_track", "On track", 8, priority=9, align="right"),
        Column("delayed", "Delayed", 7, priority=9, align="right"),
        Column("not_stated", "Not stated", 10, priority=7, align="right"),
        Column("bar", "", _BAR, priority=5),
    )


@dataclass(frozen=True, slots=True)
class LineDetails:
    """The details of a line: its notes of learning, on the line of items that have none those items, and its bases."""

    notes: tuple[EntityRow, ...]
    items: tuple[ItemRow, ...]
    weaker: int
    """How many of its items are in it on a basis that † marks."""
    closed_on_guess: tuple[bool, bool] = (False, False)
    """Whether that an item is with the inspectorate is a guess, and that one ended."""


class ThemeRows:
    """The lines of the table: each block's, and its total. A heading parts the blocks where there are two."""

    def __init__(self, by: str, blocks: Sequence[Block]) -> None:
        self.tally: dict[str, StatusTally] = {}
        self._rows: list[Row] = []
        for block in blocks:
            kind = f"{block.total.noun}s"
            if block is not blocks[0]:
                self._add(f"{kind}:", block.total, ((f" {kind.capitalize()}", "windowed-table--header"),))
            for tally in block.rows:
                self._add(f"{kind}:row:{tally.name}", tally, _cells(by, tally))
            self._add(f"{kind}:total", block.total, _cells(by, block.total))

    def _add(self, key: str, tally: StatusTally, cells: tuple[Cell, ...]) -> None:
        self.tally[key] = tally
        marks = f"· {', '.join(tally.plans)}" if tally.plans else ""
        self._rows.append(Row(key, cells, marks=marks))

    @property
    def count(self) -> int:
        """How many lines there are, totals and headings among them."""
        return len(self._rows)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        return self._rows[start : start + count]


def _cells(by: str, row: StatusTally) -> tuple[Cell, ...]:
    name = line_name(by, row)
    pieces: list[tuple[str, str]] = [(name, "windowed-table--strong" if row.name is None else "")]
    if by == "outcome" and row.about:
        pieces.append((f"  {one_line(row.about)}", "windowed-table--muted"))
    return (
        pieces,
        count_cell(row.total, "windowed-table--strong" if row.name is None else ""),
        count_cell(row.closed, "status--closed"),
        count_cell(row.with_inspectorate, "status--with-inspectorate"),
        count_cell(row.on_track, "status--on-track"),
        count_cell(row.delayed, "status--delayed"),
        count_cell(row.not_stated, "status--not-stated"),
        stacked_bar(bar_parts(row), _BAR),
    )


def pane_head(by: str, row: StatusTally) -> tuple[tuple[str, str], ...]:
    """The name of a line, and the plans whose priority theme it is."""
    own = f" · priority theme of {', '.join(row.plans)}" if row.plans else ""
    return ((line_name(by, row), "strong"), (own, "quiet"))


def pane_lines(by: str, row: StatusTally, details: LineDetails | None, *, read_only: bool = False) -> list[Paragraph]:
    """The counts of a line, its definition, and its details; `details` is None until it has been read.

    Where the register is `read_only`, no key is named that changes it.
    """
    lines = [Paragraph(tuple(legend(bar_parts(row))), MARGIN, f"{row.total:,} in all")]
    if row.closed:
        counts = ((row.with_inspectorate, "with the inspectorate"), (row.closed - row.with_inspectorate, "ended"))
        guesses = details.closed_on_guess if details else (False, False)
        parts = [f"{n:,} {how}{GUESS if guess else ''}" for (n, how), guess in zip(counts, guesses, strict=True)]
        lines.append(Paragraph(((", ".join(parts), "quiet"),), MARGIN, "  closed:"))
    if row.about:
        about = ((row.about, ""), (_basis(row.about_basis), "quiet"))
        lines.append(Paragraph(about, MARGIN, "Outcome" if by == "outcome" else "Definition"))
    if details is None:
        return [*lines, Paragraph((("…", "quiet"),), MARGIN)]
    of_line = _detail_lines(by, row, details, read_only) if row.name is not None else []
    return [*lines, *of_line, *_weaker_line(row, details)]


def _weaker_line(row: StatusTally, details: LineDetails) -> list[Paragraph]:
    """What † means, and how many items of a line are in it on a weaker basis; no line where nothing is marked."""
    if not (details.weaker or any(details.closed_on_guess) or row.name_basis in GUESSED):
        return []
    text = f"{details.weaker:,} of {row.total:,}: {GUESS_MEANS}" if details.weaker else GUESS_MEANS
    return [Paragraph(()), Paragraph(((text, "quiet"),), MARGIN, GUESS)]


def _detail_lines(by: str, row: StatusTally, details: LineDetails, read_only: bool) -> list[Paragraph]:
    lines: list[Paragraph] = []
    if details.notes:
        lines += [
            Paragraph(()),
            Paragraph(((learned_title(by), "strong"),)),
            *(_note_line(note, by) for note in details.notes),
        ]
    elif row.name != NONE_OF[by]:
        how = "It is told by notes of learning on the items."
        if by == "theme":
            how = "" if read_only else "Press n to add a note of learning."
        lines += [Paragraph(()), Paragraph(((f"Nothing is recorded as learned. {how}".rstrip(), "quiet"),))]
    if details.items:
        lines += [Paragraph(()), Paragraph(((line_name(by, row), "strong"),))]
    for item in details.items:
        pieces = ((f"{item.display_title}  ", ""), format_item_status(item))
        lines.append(Paragraph(pieces, MARGIN, item.ref))
    if len(details.items) == MOST_SHOWN:
        lines.append(Paragraph((("Enter shows them all.", "quiet"),), MARGIN))
    return lines


def _note_line(note: EntityRow, by: str) -> Paragraph:
    """A note, its day in the margin, and after it its other details."""
    fields = note.fields
    text = format_text(note)
    kind = "" if fields["kind"] in (None, NoteKind.LEARNING) else label_of(str(fields["kind"])).lower()
    items = sorted(str(fields["about"] or "").split(", "), key=sort_key)
    about = one_line(", ".join(items), most=60) or ("on the theme" if by == "theme" else "")
    marking = "" if fields["marking"] in (None, "OFFICIAL") else str(fields["marking"])
    more = " · ".join(part for part in (about, kind, marking) if part)
    pieces = ((text, ""), (f"{_basis(basis_of(note, 'text'))}{f'  {more}' if more else ''}", "quiet"))
    return Paragraph(pieces, MARGIN, str(fields["dated"] or "day not known"))


def _basis(basis: str | None) -> str:
    """The basis of a text, after it."""
    how = format_basis(basis)
    return f"  ({how})" if how else ""
