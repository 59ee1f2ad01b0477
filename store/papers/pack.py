"""The pack of evidence on one item: a zip with a cover sheet, an index of what is cited, and the files kept inside.

What is printed is the item's one description (store/queries/describe_item.py). Nothing above the marking asked for goes in.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.domain.dates import format_date
from store.domain.errors import BadInput, Cancelled, NotAllowed, NotFound
from store.domain.text import format_size
from store.domain.vocabulary import MARKINGS, Status
from store.exchange.as_csv import escape_formula
from store.exchange.export import Exported, measure, redacted_copy
from store.exchange.extract import translating_write_errors
from store.exchange.redaction import Terms
from store.file.atomic import atomic_write, check_destination
from store.file.attachments import attachment_state, read_chunks
from store.papers.document import Block, Cell, Document, Heading, Paragraph, Span, Table
from store.queries.describe import LabelledLine, describe_notes, format_day, format_line
from store.queries.describe_item import describe_item
from store.queries.describe_records import describe_action, describe_reply, last_reply
from store.queries.evidence import safe_name
from store.queries.item_detail import item_detail
from store.queries.markings import highest_marking, register_marking
from store.queries.rows import EntityRow, ItemDetail
from store.register import Register

ASKED = {"closure": "Closure is asked for.", "view": "A view is asked for."}
"""What a pack asks for, in words of its cover sheet."""

COLUMNS = ("No.", "File", "Reference", "Place", "Date", "Marking", "SHA-256")
"""The columns of the index."""

_COVER, _INDEX, _FOLDER = "00 cover sheet", "index.csv", "files"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_STATES = {
    "missing": "not in this pack: its bytes are not in this copy of the register",
    "spoilt": "not in this pack: its bytes are not those that were cited",
}

Progress = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A cited file in the index, and the SHA-256 to read its bytes by; None where it is not in the pack."""

    number: int
    name: str
    reference: str
    place: str
    dated: str
    marking: str
    sha256: str
    content: str | None
    note: str
    """The id of the note that cites it."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of COLUMNS."""
        return (str(self.number), self.name, self.reference, self.place, self.dated, self.marking, self.sha256)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it will be written."""

    item: str
    reference: str
    marking: str
    cover: Document
    index: tuple[IndexRow, ...]
    messages: tuple[str, ...]
    """What a person should read before it is sent: files that are not in it, and why."""

    @property
    def files(self) -> tuple[IndexRow, ...]:
        """The cited files whose bytes are in it."""
        return tuple(row for row in self.index if row.content)

    def describe(self) -> str:
        """What it holds, in words."""
        held, cited = len(self.files), len(self.index)
        files = f"{held} file{'' if held == 1 else 's'}"
        more = f", {cited - held} more cited and not in it" if cited > held else ""
        return f"the pack of {self.reference}: a cover sheet, an index, {files}{more}; {self.marking}"


def write_pack(
    register: Register,
    item: str,
    out: Path,
    *,
    asks: str = "closure",
    max_marking: str = MARKINGS[-1],
    force: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write the pack of an item to a zip, atomically: the same register makes the same bytes.

    Raises BadInput for another suffix, NotFound, NotAllowed where the item is marked higher, FileAlreadyExists and the
    other errors of writing a file, and Cancelled.
    """
    if out.suffix.casefold() != ".zip":
        raise BadInput("out", f"A pack is a zip: end the name in .zip, as in {out.stem or 'pack'}.zip.")
    check_destination(out, force=force)
    with _source(register, max_marking) as (source, withheld):
        pack = compose_pack(source, item, asks=asks, max_marking=max_marking, withheld=withheld)
        with atomic_write(out, force=force) as temporary, translating_write_errors(out, register.path):
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            _write_zip(source, pack, temporary, progress)
            size, digest = measure(temporary)
    wrote = f"Wrote {out.name}: {pack.describe()}, {format_size(size)}."
    apart = item_detail(register.conn, item)
    counts = (0, 1) if apart and apart.row.apart else (1, 0)
    return Exported(out, size, digest, *counts, (wrote, *pack.messages))


def preview_pack(register: Register, item: str, *, asks: str = "closure", max_marking: str = MARKINGS[-1]) -> Pack:
    """The pack of an item as it would be written. Raises as write_pack does."""
    with _source(register, max_marking) as (source, withheld):
        return compose_pack(source, item, asks=asks, max_marking=max_marking, withheld=withheld)


@contextmanager
def _source(register: Register, max_marking: str) -> Iterator[tuple[Register, frozenset[str]]]:
    """The register to read a pack from, without what ever bore a higher marking, and the files that stay behind with it."""
    if max_marking == MARKINGS[-1]:
        yield register, frozenset()
    else:
        with redacted_copy(register, Terms(max_marking, with_files=True, with_locations=True)) as (copy, redacted, _):
            yield copy, redacted.files


def compose_pack(
    register: Register, item: str, *, asks: str, max_marking: str, withheld: frozenset[str] = frozenset()
) -> Pack:
    """Compose the pack of an item from a register that has nothing above the marking; `withheld` are files by SHA-256.

    Raises NotFound, and NotAllowed where the item itself was left out.
    """
    conn = register.conn
    detail = item_detail(conn, item)
    if detail is None:
        raise NotFound(item[:60])
    if detail.row.status == Status.LEFT_OUT:
        raise NotAllowed(f"This item is marked higher than {max_marking}: no pack of it can be written so low.")
    notes = {note.id: note for note in detail.notes}
    cited = [row for row in detail.citations if not row.fields["left_out"] and row.fields["sha256"] not in withheld]
    index = tuple(_index_row(register, n, row, notes) for n, row in enumerate(cited, 1))
    left_out = len(detail.citations) - len(cited)
    included: dict[str, set[str]] = {
        "recommendation": {detail.row.id},
        "publication": {detail.publication.id},
        "note": {*notes, *(note.id for note in detail.evidence)},
        "citation": {row.id for row in cited},
        "submission": {row.id for row in detail.submissions},
        "reply": {row.id for row in detail.replies},
        "action": {row.id for row in detail.actions},
    }
    marking = highest_marking(conn, register_marking(conn), included)
    messages = [f"{row.name}: {row.place}." for row in index if row.place in _STATES.values()]
    if left_out:
        messages.append(
            f"{left_out} evidence file{' is' if left_out == 1 else 's are'} marked higher than {max_marking}, and left out."
        )
    cover = _cover(detail, index, asks, marking, register.today(), left_out, max_marking)
    return Pack(item, detail.row.ref, marking, cover, index, tuple(messages))


def _index_row(register: Register, number: int, cited: EntityRow, notes: dict[str, EntityRow]) -> IndexRow:
    fields, note = cited.fields, notes.get(str(cited.fields["note"]))
    digest, name = str(fields["sha256"] or ""), str(fields["name"] or "name not known")
    content = None
    if fields["embedded"] and digest:
        state = attachment_state(register.conn, digest)
        content = digest if state == "kept" else None
        place = f"{_FOLDER}/{number:02} {safe_name(name)}" if content else _STATES[state]
    else:
        place = str(fields["place"] or "cited by its name alone; where it lies is not recorded")
    dated = format_day(note.fields["dated"] if note else None)
    marking = str(fields["marking"] or MARKINGS[0])
    return IndexRow(
        number, name, str(fields["reference"] or ""), place, dated, marking, digest, content, str(fields["note"])
    )


# -- the cover sheet


def _cover(
    detail: ItemDetail,
    index: Sequence[IndexRow],
    asks: str,
    marking: str,
    today: date,
    left_out: int,
    max_marking: str,
) -> Document:
    row, publication = detail.row, detail.publication
    closer = publication.publisher or "The inspectorate"
    head = (
        ("Recommendation", f"{row.ref} {row.display_title}"),
        ("Publication", ", ".join(filter(None, (publication.display_title, publication.published)))),
        ("To", closer),
        ("Asks for", ASKED[asks]),
        ("Written on", format_date(today)),
    )
    blocks = [
        *(Heading("What was asked", 1, "1"), *_asked(detail)),
        *(Heading("What was done", 1, "2"), *_done(detail, index)),
        *(Heading(f"What {closer} last said, and how it is answered", 1, "3"), *_answered(detail, index)),
        *(Heading("What was sent before", 1, "4"), *_sent_before(detail)),
        *(Heading("Index of evidence", 1, "5"), *_indexed(index, left_out, max_marking)),
    ]
    return Document(
        title=f"Evidence on {row.ref}",
        marking=marking,
        head=Table((), tuple((Cell(label, strong=True), Cell(text)) for label, text in head), widths=(1, 3)),
        foot=f"{row.ref}, {format_date(today)}",
        draft=False,
        blocks=tuple(blocks),
    )


def _paragraph(text: str, *, bullet: bool = False, label: str = "") -> Paragraph:
    strong = (Span(f"{label}: ", strong=True),) if label else ()
    return Paragraph((*strong, Span(text)), bullet=bullet)


def _with_basis(line: LabelledLine) -> str:
    """The text of a line with its basis where that is weaker than the source's own words."""
    return f"{line.text} ({line.shown_basis})" if line.shown_basis and line.basis != "stated" else line.text


def _asked(detail: ItemDetail) -> Iterator[Block]:
    (overview,) = describe_item(detail, "overview")
    lines = [line for line in overview.lines if line.key == "text"]
    yield from (_paragraph(line.text, label=line.label) for line in lines)
    if not lines:
        yield _paragraph("The text of it is not in this register.")
    yield from (_paragraph(f"{part.ref} {part.text or part.display_title}", bullet=True) for part in detail.parts)


def _files_of(note: str, index: Sequence[IndexRow]) -> str:
    """The numbers in the index of the files that a note cites: " [1, 2]"."""
    numbers = ", ".join(str(row.number) for row in index if row.note == note)
    return f" [{numbers}]" if numbers else ""


def _evidence_notes(detail: ItemDetail, index: Sequence[IndexRow]) -> list[LabelledLine]:
    """The notes that are evidence, or cite a file, oldest first."""
    citing = {row.note for row in index}
    evidence = [note for note in detail.notes if note.fields["kind"] == "evidence" or note.id in citing]
    return list(describe_notes(evidence[::-1]))


def _note(line: LabelledLine, index: Sequence[IndexRow]) -> str:
    said_by = line.details.get("said_by", "")
    return f"{line.label}{f', {said_by}' if said_by else ''}: {_with_basis(line)}{_files_of(line.id, index)}"


def _done(detail: ItemDetail, index: Sequence[IndexRow]) -> Iterator[Block]:
    """The evidence notes, what was promised and is done, and the newest position."""
    evidence = _evidence_notes(detail, index)
    yield from (_paragraph(_note(line, index), bullet=True) for line in evidence)
    actions = [action for action in detail.actions if action.fields["done"]]
    yield from (_paragraph(format_line(describe_action(action)), bullet=True) for action in actions)
    positions = describe_notes([note for note in detail.notes if note.fields["kind"] == "position"][:1])
    yield from (_paragraph(_note(line, index), label="Position") for line in positions)
    if not (evidence or actions or positions):
        yield _paragraph("Nothing is recorded as done.")


def _answered(detail: ItemDetail, index: Sequence[IndexRow]) -> Iterator[Block]:
    """Each point of the last reply beside the evidence recorded since the submission that it answered."""
    reply = last_reply(detail)
    if reply is None:
        yield _paragraph("No reply is recorded.")
        return
    line = describe_reply(reply)
    yield _paragraph(f"{_with_basis(line)}, {format_day(reply.fields['dated'])}.")
    replied_to = {each.fields["submission"] for each in detail.replies}
    sent = {note.id for note in detail.evidence if note.fields["submission"] in replied_to}
    since = [note for note in _evidence_notes(detail, index) if note.id not in sent]
    answer = "\n".join(_note(note, index) for note in since) or "No evidence is recorded since: to be answered here."
    points = [point for point in line.under if point.key in ("words", "would_satisfy", "discharges")]
    if not points:
        yield _paragraph(f"No words of it are recorded. Since then: {answer}")
        return
    header = ("What was said", "How it is answered")
    rows = tuple(
        (Cell(f"{point.label[:1].upper()}{point.label[1:]}: {_with_basis(point)}"), Cell(answer)) for point in points
    )
    yield Table(header, rows, widths=(1, 1))


def _sent_before(detail: ItemDetail) -> Iterator[Block]:
    (section,) = describe_item(detail, "submissions")
    for line in section.lines:
        text = f"{line.label.removeprefix('↳ ')}: {_with_basis(line)}"
        replies = "; ".join(f"{n.label.removeprefix('↳ ')}, {_with_basis(n)}" for n in line.under if n.key == "reply")
        yield _paragraph(f"{text}{f'. Reply: {replies}' if replies else ''}", bullet=True)
    if not section.lines:
        yield _paragraph("Nothing.")


def _indexed(index: Sequence[IndexRow], left_out: int, max_marking: str) -> Iterator[Block]:
    if index:
        rows = tuple(tuple(Cell(text) for text in row.cells) for row in index)
        yield Table(COLUMNS, rows, numeric=frozenset({0}), widths=(1, 4, 3, 4, 3, 3, 6))
    else:
        yield _paragraph("No file is cited.")
    if left_out:
        yield _paragraph(f"Left out, marked higher than {max_marking}: {left_out}.")


# -- the zip


def _write_zip(source: Register, pack: Pack, path: Path, progress: Progress | None) -> None:
    from store.papers.docx import docx_bytes

    total = len(pack.files) + 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with _member(archive, f"{_COVER} {safe_name(pack.reference)}.docx") as member:
            member.write(docx_bytes(pack.cover))
        with _member(archive, _INDEX) as member:
            member.write(_index_csv(pack.index))
        for done, row in enumerate(pack.files, 1):
            if progress and not progress(done, total):
                raise Cancelled(f"Writing {pack.reference}'s pack")
            with _member(archive, row.place) as member:
                for part in read_chunks(source.conn, str(row.content)):
                    member.write(part)


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[io.BufferedIOBase]:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    with archive.open(info, "w", force_zip64=True) as member:
        yield member  # type: ignore[misc]


def _index_csv(index: Sequence[IndexRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([escape_formula(cell) for cell in row.cells] for row in index)
    return text.getvalue().encode("utf-8-sig")
