"""What the paper screen shows: the paper as read, the rows of each of its tabs, and what the pane has of a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.dates import format_date
from store.domain.errors import FairleadError
from store.domain.vocabulary import MARKINGS
from store.file.database import Connection
from store.papers.document import Document, Heading, WrittenText
from store.papers.forms import DEFAULT_FORM, load_form
from store.queries.markings import register_marking
from store.queries.papers import (
    FigureLine,
    Movement,
    Movements,
    PaperRow,
    PaperTextRow,
    figure_label,
    paper_texts,
    papers,
)
from store.queries.publications import publications
from tui.desk.settings import folders
from widgets.windowed_table import Cell, Column, Row

TABS = {
    "figures": "Figures",
    "changes": "Changes",
    "missing": "Missing",
    "texts": "Texts",
    "outline": "As written",
    "papers": "Papers",
}
"""The tabs of the screen with their names, in their order."""

_COUNTED = ("total", "closed", "on-track", "delayed", "not-stated")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "figures": (
        Column("code", "Code", 6, priority=9),
        Column("title", "Publication", None, min_width=20, priority=8),
        *(
            Column(name, figure_label(name), max(9, len(figure_label(name))), priority=7, align="right", most=16)
            for name in _COUNTED
        ),
    ),
    "changes": (
        Column("ref", "Ref", 9, priority=9),
        Column("before", "Before", 24, priority=5, most=40),
        Column("after", "Now", None, min_width=24, priority=8),
    ),
    "missing": (Column("what", "What is missing", None, min_width=30, priority=9),),
    "texts": (
        Column("heading", "Text", 30, priority=9, most=44),
        Column("of", "Of", 6, priority=6),
        Column("state", "State", 17, priority=8),
        Column("text", "", None, min_width=12, priority=5),
    ),
    "outline": (Column("heading", "Section", None, min_width=30, priority=9),),
    "papers": (
        Column("date", "Date", 18, priority=9),
        Column("title", "Paper", None, min_width=20, priority=8),
        Column("meeting", "Committee", 28, priority=4, most=40),
        Column("fixed", "Figures", 22, priority=7),
    ),
}
"""The columns of each tab."""


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """A place for text in a paper: its heading, what is there, and its state."""

    key: str
    section: str
    publication: str
    """The code of the publication that it is of; "" for none."""
    heading: str
    block: WrittenText
    default: str
    confirm: bool

    @property
    def state(self) -> tuple[str, str]:
        """Its state in words, and the style that it is shown in."""
        if self.block.warnings:
            return "changed since", "status--delayed"
        if self.block.written:
            is_default = bool(self.default) and self.block.text.strip() == self.default.strip()
            return ("confirmed" if is_default else "written"), "status--on-track"
        if self.confirm:
            return "not confirmed", "status--delayed"
        return ("default" if self.block.text else "empty"), "windowed-table--muted"


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A sentence of what is missing, and the items that it is of."""

    text: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper as it would be today: all that the screen shows of it."""

    row: PaperRow
    every: tuple[PaperRow, ...]
    codes: dict[str, str]
    """The code of each publication by its id."""
    titles: dict[str, str]
    """The title of each publication by its code."""
    figures: tuple[FigureLine, ...]
    moved: Movements
    late: tuple[Movement, ...]
    document: Document | None
    problem: str
    """Why it cannot be composed; "" where it can."""
    texts: tuple[PaperTextRow, ...]
    places: tuple[WrittenPlace, ...]
    missing: tuple[MissingLine, ...]
    apart: bool
    register_marking: str

    @property
    def marking(self) -> str:
        """How it will be marked as it would be written today, and why where that is not its own marking."""
        own = self.row.marking or MARKINGS[0]
        printed = self.document.marking if self.document else max(own, self.register_marking, key=MARKINGS.index)
        if printed == own:
            return own
        why = "as the register is" if printed == self.register_marking else "as a text in it is"
        return f"{printed}, {why}; its own is {own}"

    @property
    def due(self) -> tuple[WrittenPlace, ...]:
        """The texts that a person has to look at: not confirmed, or something has changed since."""
        return tuple(p for p in self.places if p.block.warnings or (p.confirm and not p.block.written))

    @property
    def differing(self) -> int:
        """How many figures were published as other numbers than the register derives."""
        return sum(line.differs for line in self.figures)

    def state(self) -> str:
        """DRAFT, or when its figures were fixed."""
        return format_state(self.row)


def format_state(row: PaperRow) -> str:
    """Whether the figures of a paper are fixed: DRAFT, or since when."""
    if not row.fixings:
        return "DRAFT"
    again = f", {len(row.fixings)} times" if len(row.fixings) > 1 else ""
    return f"figures fixed on {format_date(date.fromisoformat(row.fixings[0].day))}{again}"


def read_page(conn: Connection, wanted: str | None, today: date) -> PaperPage | None:
    """Read a paper, the newest where none is wanted, or the one wanted is gone; None where there is none."""
    from store.papers.compose import compose_read, missing_of, read_frame

    every = papers(conn)
    row = next((paper for paper in every if paper.id == wanted), every[0] if every else None)
    if row is None:
        return None
    document, problem, places = None, "", []
    try:
        form = load_form(row.form or DEFAULT_FORM, folders().forms)
    except FairleadError as error:
        form, problem = load_form(DEFAULT_FORM), str(error)
    frame = read_frame(conn, row, form, today=today)
    try:
        document = None if problem else compose_read(frame, max_marking=MARKINGS[-1])
    except FairleadError as error:
        problem = str(error)
    if document is not None:
        declared = {(each.section, each.each_publication): each for each in form.written}
        for block in document.blocks:
            if isinstance(block, WrittenText) and (found := declared.get((block.section, bool(block.publication)))):
                key = f"{block.section}\t{block.publication}"
                places.append(
                    WrittenPlace(
                        key, block.section, block.publication, found.heading, block, found.default, found.confirm
                    )
                )
    listed = publications(conn)
    return PaperPage(
        row,
        tuple(every),
        {one.id: one.display_code for one in listed},
        {one.display_code: one.display_title for one in listed},
        tuple(frame.figures),
        frame.moved,
        tuple(frame.late),
        document,
        problem,
        tuple(paper_texts(conn, row.id)),
        tuple(places),
        tuple(MissingLine(one.sentence, one.items) for one in missing_of(frame)),
        form.apart,
        register_marking(conn),
    )


class PaperRows:
    """The rows of one tab, as the source of the table."""

    def __init__(self, tab: str, page: PaperPage) -> None:
        self.items: dict[str, str] = {}
        """The item that a row is of, by the key of the row."""
        self._rows: list[Row] = list(getattr(self, f"_{tab}")(page))

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some rows from `start` on."""
        return self._rows[start : start + count]

    def first(self, wanted: Collection[str]) -> int:
        """The index of the first row whose key is wanted, else of the first that is no heading."""
        first = next((n for n, row in enumerate(self._rows) if row.key in wanted), None)
        return (
            next((n for n, row in enumerate(self._rows) if not row.key.startswith("heading ")), 0)
            if first is None
            else first
        )

    def place_of(self, key: str) -> int | None:
        """The index of the row with this key; None where it is gone."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), None)

    def _figures(self, page: PaperPage) -> list[Row]:
        by_code: dict[str, dict[str, FigureLine]] = {}
        for line in page.figures:
            if line.publication:
                by_code.setdefault(line.code, {})[line.name] = line
        rows = [
            Row(f"of {code}", (code, page.titles.get(code, ""), *(_figure(lines.get(name)) for name in _COUNTED)))
            for code, lines in by_code.items()
        ]
        whole = [line for line in page.figures if not line.publication]
        for line in whole:
            shown = _figure(line)
            rows.append(Row(f"whole {line.name}", ("", figure_label(line.name), shown, "", "", "", "")))
        return rows

    def _changes(self, page: PaperPage) -> list[Row]:
        rows: list[Row] = []
        for name, moved in change_groups(page):
            rows.append(Row(f"heading {name}", ((f"{name}: {len(moved)}", "windowed-table--strong"),)))
            for n, move in enumerate(moved):
                key = f"{name} {n} {move.item}"
                self.items[key] = move.item
                undated = ", day not known" if move.undated and "not known" not in move.after else ""
                rows.append(Row(key, (move.reference, move.before or "—", f"{move.after}{undated}")))
        return rows

    def _missing(self, page: PaperPage) -> list[Row]:
        return [Row(f"missing {n}", (line.text,)) for n, line in enumerate(missing_lines(page))]

    def _texts(self, page: PaperPage) -> list[Row]:
        return [
            Row(place.key, (place.heading, place.publication, place.state, place.block.text.replace("\n", " ")))
            for place in page.places
        ]

    def _outline(self, page: PaperPage) -> list[Row]:
        blocks = page.document.blocks if page.document else ()
        rows = [Row("head", ("The paper's head",))] if page.document else []
        for n, block in enumerate(blocks):
            if isinstance(block, Heading):
                number = f"{block.number} " if block.number else ""
                rows.append(Row(f"block {n}", (f"{number}{block.text}",), indent=block.level - 1))
        return rows

    def _papers(self, page: PaperPage) -> list[Row]:
        return [
            Row(each.id, (each.date or "date not known", each.title or "—", each.meeting or "—", format_state(each)))
            for each in page.every
        ]


def missing_lines(page: PaperPage) -> list[MissingLine]:
    """What is missing in a paper, the texts that something has changed under among it."""
    lines = [MissingLine(page.problem, ())] if page.problem else []
    lines += page.missing
    changed = [place for place in page.places if place.block.warnings]
    if changed:
        names = ", ".join(" ".join(filter(None, (place.publication, place.heading.lower()))) for place in changed)
        lines.append(MissingLine(f"Texts that speak of what has changed since: {names}.", ()))
    return lines


def change_groups(page: PaperPage) -> list[tuple[str, tuple[Movement, ...]]]:
    """What has changed since the paper before, in groups that have something in them."""
    moved = page.moved
    dated = tuple(move for move in moved.closed if not move.undated)
    groups = (
        ("Come in since the figures were fixed", page.late),
        ("Closed since", dated),
        ("Closed, it is not known whether since", tuple(move for move in moved.closed if move.undated)),
        ("Reopened", moved.reopened),
        ("Newly delayed", moved.delayed),
        ("Moved later", moved.moved_later),
        ("New", moved.added),
        ("Sent", moved.sent),
        ("Came back", moved.came_back),
    )
    return [(name, found) for name, found in groups if found]


def _figure(line: FigureLine | None) -> Cell:
    """A figure: what the register derives, and beside it what was published where that is another."""
    if line is None:
        return ""
    derived = "—" if line.derived is None else f"{line.derived:,}"
    if line.published is None or (line.derived is not None and not line.differs):
        return derived
    printed = line.published.strip() or "blank"
    return (f"{printed} ≠ {derived}", "status--delayed") if line.differs else printed
