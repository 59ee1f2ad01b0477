"""The frame of a paper while it is composed: what it reads of the register, its numbering, and what it has printed."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from store.domain.dates import format_date
from store.domain.vocabulary import MARKINGS, Basis
from store.papers.basis_marks import IN_OUR_WORDS, TITLES, Marks
from store.papers.document import Block, Cell, Figure, Heading, Paragraph, Span, Table, WrittenText
from store.papers.forms import Form
from store.papers.item_names import name_items, ranges
from store.papers.missing import Missing, missing
from store.queries.describe import (
    GUESS,
    basis_of,
    format_day,
    parse_bases,
)
from store.queries.describe_status import status_basis
from store.queries.item_detail import entity_rows, publication_fields
from store.queries.item_details import item_details
from store.queries.markings import highest_marking, register_marking
from store.queries.paper_movements import Start, start_of
from store.queries.papers import (
    FigureLine,
    ItemState,
    Movement,
    Movements,
    PaperRow,
    PaperTextRow,
    figure_lines,
    movements,
    paper_texts,
    reported_publications,
    since_fixing,
    states,
)
from store.queries.publications import publication as publication_row
from store.queries.rows import EntityRow, ItemDetail, ItemRow, PublicationRow


@dataclass(slots=True)
class _Numbers:
    """The numbers given so far: of sections at each level, of tables and of figures."""

    section: int = 0
    paragraph: int = 0
    below: int = 0
    tables: int = 0
    figures: int = 0
    numbered: bool = False
    level: int = 0


@dataclass(slots=True)
class Frame(Marks):
    """A paper while it is composed. Sections add blocks to it; it numbers them and notes which entities they print."""

    conn: sqlite3.Connection
    row: PaperRow
    form: Form
    today: date
    lead: str | None
    publications: list[PublicationRow] = field(default_factory=list)
    states: dict[str, ItemState] = field(default_factory=dict)
    """The items that the paper counts."""
    moved: Movements = field(default_factory=lambda: Movements(""))
    start: Start = field(default_factory=lambda: Start("", {}, {}))
    """What changes are counted from."""
    figures: list[FigureLine] = field(default_factory=list)
    late: list[Movement] = field(default_factory=list)
    """What has come in since its figures were fixed."""
    lacking: list[Missing] = field(default_factory=list)
    """What is missing of it, beside what its head lacks."""
    blocks: list[Block] = field(default_factory=list)
    included: dict[str, set[str]] = field(default_factory=dict)
    """The entities that are printed, by kind."""
    apart: Counter[str] = field(default_factory=Counter)
    """How many items of each publication are counted apart, and not by this form."""
    lead_items: tuple[str, ...] = ()
    """Of a page for one lead, the open items that are theirs."""
    warn: Callable[[PaperTextRow], Sequence[str]] = lambda text: ()
    """What a text that was written speaks of and has changed since."""
    _numbers: _Numbers = field(default_factory=_Numbers)
    _details: dict[str, ItemDetail] = field(default_factory=dict)
    _texts: dict[tuple[str, str], PaperTextRow] = field(default_factory=dict)
    _of: dict[str, list[ItemState]] = field(default_factory=dict)
    _bases: dict[str, str | None] = field(default_factory=dict)
    _fields: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def load(self) -> None:
        """Read what every section needs."""
        ids = reported_publications(self.conn, self.row, self.form.apart)
        self.start = start_of(self.conn, self.row, ids)
        every = states(self.conn, self.row, ids)
        self.moved = movements(self.conn, self.row, every, self.start)
        self.apart = Counter(item.publication for item in every.values() if item.apart != self.form.apart)
        self.states = {key: item for key, item in every.items() if item.apart == self.form.apart}
        found = (publication_row(self.conn, key) for key in ids)
        counted = {item.publication for item in self.states.values()}
        # A plan's paper is of the plans among its publications; one about recommendations names those without any, too.
        self.publications = [one for one in found if one is not None and (not self.form.apart or one.id in counted)]
        self.figures = figure_lines(self.conn, self.row, self.moved)
        self.late = since_fixing(self.conn, self.row) if self.row.fixings else []
        confirm = {one.section: one.heading for one in self.form.written if one.confirm}
        only = self.lead_items if self.lead is not None else None
        self.lacking = missing(
            self.conn, self.row, self.today.isoformat(),
            apart=self.form.apart, confirm=confirm, start=self.start, only=only, every=every,
        )  # fmt: skip
        codes = {one.id: one.id for one in self.publications}
        self._texts = {
            (text.section, codes.get(text.publication or "", text.publication or "")): text
            for text in paper_texts(self.conn, self.row.id)
        }
        changed = (*self.moved.closed, *self.moved.reopened, *self.moved.delayed, *self.moved.moved_later)
        changed += (*self.moved.sent, *self.moved.came_back, *self.moved.added)
        wanted = [item.id for item in self.states.values() if item.status != "closed"]
        wanted += [move.item for move in changed if move.item in self.states]
        self._details = item_details(self.conn, list(dict.fromkeys(wanted)))
        self.include("paper", self.row.id)

    # -- what it reads

    def items_of(self, publication: str, *statuses: str) -> list[ItemState]:
        """The items of a publication that are counted, those of some statuses where any are named."""
        if not self._of and self.states:
            for item in self.states.values():
                self._of.setdefault(item.publication, []).append(item)
        return [item for item in self._of.get(publication, ()) if not statuses or item.status in statuses]

    def discharged_later(self) -> list[ItemState]:
        """The items that were with the inspectorate in the paper before, counted as closed, and are discharged now."""
        return [
            item
            for item in self.states.values()
            if item.closed_as == "discharged"
            and (was := self.start.was.get(item.id))
            and was.closed_as == "with-inspectorate"
        ]

    def open_items(self) -> list[ItemState]:
        """The items that are open, by publication."""
        return [item for item in self.states.values() if item.status != "closed"]

    def detail(self, item: str) -> ItemDetail | None:
        """An item in full, which is then printed."""
        if item not in self._details:
            self._details |= item_details(self.conn, [item])
        self.include("recommendation", item)
        return self._details.get(item)

    def has_text(self, section: str, publication: str = "") -> bool:
        """Whether a person wrote a text."""
        return (section, publication) in self._texts

    def read_detail(self, item: str) -> ItemDetail | None:
        """An item in full where it was read already; it is not printed by that."""
        return self._details.get(item)

    def fields_of(self, publication: str) -> dict[str, str | None]:
        """The recorded fields of a publication."""
        if publication not in self._fields:
            self._fields[publication] = publication_fields(self.conn, publication)
            row = self.conn.execute(
                "SELECT published_printed, last_update_latest FROM publication WHERE id = ?", (publication,)
            ).fetchone()
            self._fields[publication] |= {"published_printed": row[0], "last_update_latest": row[1]}
        return self._fields[publication]

    def since_day(self, publication: str) -> str:
        """The day from which news of a publication is news, ISO; "" where none is recorded."""
        since = self.start.of.get(publication)
        return since.earliest if since else ""

    def publisher(self) -> str:
        """Who closes the items: the one publisher of all of its publications, else the inspectorate."""
        names = {one.publisher for one in self.publications if one.closed_by in (None, "inspectorate")}
        only = next(iter(names)) if len(names) == 1 else None
        return only or "the inspectorate"

    def figure(self, name: str, publication: str | None = None) -> FigureLine | None:
        """A figure of the paper, or None."""
        return next((one for one in self.figures if one.name == name and one.publication == publication), None)

    def left_out(self) -> int:
        """How many items of its publications were left out of this copy, under a higher marking."""
        ids = json.dumps([one.id for one in self.publications])
        sql = "SELECT count(*) FROM recommendation WHERE left_out = 1 AND withdrawn = 0 AND part_of IS NULL"
        return int(
            self.conn.execute(f"{sql} AND publication IN (SELECT value FROM json_each(?))", (ids,)).fetchone()[0]
        )

    def notes_of(self, publication: str) -> tuple[EntityRow, ...]:
        """The notes on a publication itself, oldest first."""
        return entity_rows(
            self.conn,
            "note",
            "SELECT n.*, o.basis AS on_basis FROM note_on o JOIN note n ON n.id = o.note WHERE o.publication = ? "
            "AND o.withdrawn = 0 AND n.withdrawn = 0 ORDER BY COALESCE(n.dated_latest, ''), n.recorded, n.id",
            (publication,),
        )

    # -- what it has printed

    def include(self, kind: str, *ids: str) -> None:
        """Note that entities are printed, whose markings the paper then bears."""
        self.included.setdefault(kind, set()).update(ids)

    def include_all(self, rows: Iterable[EntityRow]) -> None:
        """Note that the rows of entities are printed."""
        for row in rows:
            self.include(row.kind, row.id)

    def marking(self) -> str:
        """The highest marking of what is printed, and of the register and the paper themselves."""
        for one in self.publications:
            self.include("publication", one.id)
        lowest = max(register_marking(self.conn), self.row.marking or MARKINGS[0], key=_rank)
        return highest_marking(self.conn, lowest, self.included)

    # -- texts and marks

    def explain_whose_words(self, rows: Iterable[EntityRow | ItemRow], name: str = "text") -> None:
        """Print once that the texts that follow are in our words, where no fewer of these are than are their source's."""
        found = [_text_of(row, name) for row in rows]
        ours = sum(basis == Basis.OURS for *_, basis in found)
        plain = {entity: text for entity, text, basis in found if text and not basis}
        stated = self._stated(plain, name) if ours > 1 else []
        self.ours_unmarked = ours > 1 and ours >= len(stated)
        self.source_texts = frozenset(plain[entity] for entity in stated)
        if self.ours_unmarked:
            self.paragraph(Span(IN_OUR_WORDS, emphasis=True), numbered=False)

    def _stated(self, entities: Iterable[str], name: str) -> list[str]:
        """Those of some entities whose text is in the words of a source: neither typed in nor in ours."""
        sql = (
            "SELECT entity, json_extract(body, ?1) FROM change WHERE entity IN (SELECT value FROM json_each(?2)) "
            "AND json_type(body, ?3) IS NOT NULL ORDER BY n"
        )
        values = (f"$.basis.{name}[0]", json.dumps([*entities]), f"$.values.{name}")
        return [entity for entity, basis in dict(self.conn.execute(sql, values)).items() if basis == Basis.STATED]

    def bases_of(self, items: Sequence[ItemState]) -> dict[str, str | None]:
        """The stored bases of items, by id."""
        if not self._bases:
            sql = "SELECT id, basis FROM recommendation WHERE id IN (SELECT value FROM json_each(?)) AND basis IS NOT NULL"
            self._bases = dict(self.conn.execute(sql, (json.dumps([*self.states]),)).fetchall()) or {"": None}
        return {item.id: self._bases.get(item.id) for item in items}

    def reference(self, item: ItemState) -> str:
        """The reference of an item, with † where the stage or track that its status follows from is a guess."""
        self.include("recommendation", item.id)
        return self.marked(item.reference, status_basis(item.status, self.bases_of([item])[item.id]))

    def references(self, items: Iterable[ItemState], *, runs: bool = False) -> str:
        """The references of items, one after the other; with `runs`, those that follow one another as a range."""
        if not runs:
            return ", ".join(self.reference(item) for item in items)
        found: list[str] = []
        for mark, group in groupby((self.reference(item) for item in items), key=lambda name: name[-1:] == GUESS):
            names = [name.removesuffix(GUESS) for name in group]
            found += [f"{name}{GUESS if mark else ''}" for name in ranges(names)]
        return ", ".join(found)

    def name(self, items: Sequence[ItemState]) -> str:
        """Items of one publication as they are named in a paper: "Recommendations 5, 6 and 7"."""
        details = [self.detail(item.id) for item in items]
        return name_items([detail.row for detail in details if detail is not None])

    def titled(self, row: ItemRow) -> str:
        """An item as a table names it, by its reference and title."""
        if row.title:
            self.explain(TITLES)
        return " ".join(filter(None, (row.ref, row.title)))

    def published(self, publication: PublicationRow) -> str:
        """When a publication came out, as printed where that is recorded."""
        printed = self.fields_of(publication.id)["published_printed"]
        basis = parse_bases(publication.basis).get("published")
        return self.marked(printed or publication.published or "not known", basis if publication.published else "")

    # -- blocks

    def heading(self, text: str, level: int = 1, *, numbered: bool = True) -> None:
        """Begin a section, or one under it."""
        numbers = self._numbers
        number = ""
        if level == 1:
            numbers.numbered, numbers.paragraph, numbers.below = numbered, 0, 0
            if numbered:
                numbers.section += 1
                number = str(numbers.section)
            text = text.upper()
        elif level == 2:
            numbers.paragraph, numbers.below = numbers.paragraph + 1, 0
            number = f"{numbers.section}.{numbers.paragraph}"
        else:
            numbers.below += 1
            number = f"{numbers.section}.{numbers.paragraph}.{numbers.below}"
        numbers.level = level
        self.blocks.append(Heading(text, level, number if numbers.numbered else ""))

    def _next_number(self) -> str:
        """The number of a paragraph that is directly under a numbered section; "" for any other."""
        numbers = self._numbers
        if not numbers.numbered or numbers.level != 1:
            return ""
        numbers.paragraph += 1
        return f"{numbers.section}.{numbers.paragraph}"

    def paragraph(self, *pieces: str | Span, items: Iterable[str] = (), numbered: bool = True) -> None:
        """Add a paragraph, which has a number where it is directly under a numbered section."""
        number = self._next_number() if numbered else ""
        self.blocks.append(Paragraph(_spans(pieces), number=number, items=tuple(items)))

    def bullet(self, *pieces: str | Span, items: Iterable[str] = ()) -> None:
        """Add an item of a list."""
        self.blocks.append(Paragraph(_spans(pieces), bullet=True, items=tuple(items)))

    def next_caption(self, what: str) -> Span:
        """A reference to the table or figure that is added next: "Table 3"."""
        numbers = self._numbers
        n = (numbers.tables if what == "table" else numbers.figures) + 1
        return Span(f"{what.capitalize()} {n}", bookmark=f"{what}-{n}")

    def table(
        self,
        caption: str,
        header: Sequence[str],
        rows: Iterable[Sequence[Cell | str]],
        *,
        numeric: Iterable[int] = (),
        widths: Sequence[int] = (),
    ) -> None:
        """Add a table, with its caption and number."""
        label = self.next_caption("table")
        self._numbers.tables += 1
        cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
        for row in cells:
            assert len(row) == len(header), (caption, header, row)
        numbers = frozenset(numeric)
        self.blocks.append(Table(tuple(header), cells, caption, label.text, label.bookmark, numbers, tuple(widths)))

    def picture(self, figure: Figure) -> None:
        """Add a figure, with its number."""
        label = self.next_caption("figure")
        self._numbers.figures += 1
        self.blocks.append(Figure(figure.caption, figure.series, figure.bars, figure.alt, label.text, label.bookmark))

    def written(
        self, section: str, heading: str, publication: PublicationRow | None = None, default: str = "", prompt: str = ""
    ) -> None:  # fmt: skip
        """Add a place for text that people write. `prompt` states what is to be written there, the heading otherwise."""
        text = self._texts.get((section, publication.id if publication else ""))
        if text is not None:
            self.include("paper_text", text.id)
        shown = text.text if text else default
        about = prompt or heading
        if about[1:2].islower():
            about = about[:1].lower() + about[1:]
        self.blocks.append(
            WrittenText(
                section=section,
                publication=publication.display_code if publication else "",
                text=shown,
                prompt=f"To be written: {about.removesuffix('.')}.",
                written=text is not None,
                number=self._next_number() if shown else "",
                warnings=tuple(self.warn(text)) if text else (),
            )
        )


def _text_of(row: EntityRow | ItemRow, name: str) -> tuple[str, str, str]:
    """The id of what a text is of, the text as it is printed, and its basis where that is weaker than stated."""
    if isinstance(row, ItemRow):
        return row.id, row.text or "", parse_bases(row.basis).get(name, "")
    text = str(row.fields[name] or "")
    return row.id, f"{row.fields['number']}: {text}" if row.kind == "outcome" else text, basis_of(row, name)


def _rank(marking: str) -> int:
    return MARKINGS.index(marking) if marking in MARKINGS else 0


def _spans(pieces: Iterable[str | Span]) -> tuple[Span, ...]:
    return tuple(piece if isinstance(piece, Span) else Span(piece) for piece in pieces if piece)


def format_iso(day: str) -> str:
    """An ISO day as it is printed."""
    return format_date(date.fromisoformat(day)) if day else format_day(None)
