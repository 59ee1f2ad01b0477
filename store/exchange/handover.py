"""The hand-over page: the items of one lead, in Markdown, for whoever takes them on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from store.domain.dates import format_date
from store.domain.errors import BadInput, NotFound
from store.domain.fields import REGISTER
from store.domain.lists import register_lists
from store.domain.names import fold_name
from store.domain.text import format_size
from store.domain.vocabulary import MARKINGS
from store.exchange.as_markdown import TITLES
from store.exchange.export import Exported, redacted_copy
from store.exchange.handover_item import Handover, ended_line, is_done, item_lines, md
from store.exchange.redaction import Terms
from store.file.atomic import write_whole
from store.queries.describe import format_counts
from store.queries.filter import WITH_INSPECTORATE, Filter
from store.queries.item_detail import item_detail
from store.queries.item_list import rows_at, seqs
from store.queries.markings import highest_marking
from store.queries.rows import ItemDetail, ItemRow
from store.register import Register

_NEVER = "9999"


@dataclass(frozen=True, slots=True)
class Page:
    """A hand-over page: its lead, its marking, its text, and its counts of open items, without parts."""

    lead: str
    marking: str
    text: str
    open_recommendations: int
    open_commitments: int
    apart_noun: str = "commitment"
    """What is counted apart from recommendations is called, one of it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item of the lead: its row, whether something is promised, its sort key by urgency, and its lines."""

    row: ItemRow
    promised: bool
    urgency: tuple[str, bool]
    lines: list[str]


def find_lead(conn: sqlite3.Connection, name: str) -> str:
    """Resolve the name of a lead, in any case, to the name as it is stored.

    Raises NotFound, with similar names.
    """
    rows = conn.execute(
        "SELECT DISTINCT y.shown_name, y.name FROM lead l JOIN party y ON y.id = l.party "
        "JOIN recommendation r ON r.id = l.recommendation AND r.listed = 1 "
        "WHERE l.withdrawn = 0 AND y.shown_name IS NOT NULL ORDER BY y.shown_name COLLATE NOCASE, y.shown_name"
    ).fetchall()
    names = list(dict.fromkeys(str(row[0]) for row in rows))
    wanted = name.strip()
    for same in (str, str.casefold, fold_name):
        for shown, own in rows:
            if same(wanted) and any(same(wanted) == same(str(each)) for each in (shown, own) if each):
                return str(shown)
    raise NotFound(f'lead "{wanted[:60]}"', _near(names, wanted))


def _near(names: list[str], wanted: str) -> tuple[str, ...]:
    folded = {fold_name(lead): lead for lead in names}
    within = [lead for key, lead in folded.items() if fold_name(wanted) and fold_name(wanted) in key]
    close = [folded[key] for key in get_close_matches(fold_name(wanted), folded, n=3)]
    return tuple(dict.fromkeys([*close, *within[:3]])) or tuple(names[:8])


def hand_over(conn: sqlite3.Connection, lead: str, today: date) -> Page:
    """Compose the hand-over page of a lead, named in any case. Raises NotFound, with similar names."""
    page = Handover(find_lead(conn, lead), today)
    shown = Filter(lead=(page.lead,), parts=True)
    entries = [
        _entry(page, detail)
        for piece in seqs(conn, shown, "ref", today)
        for row in rows_at(conn, list(piece))
        if (detail := item_detail(conn, row.id)) is not None
    ]
    body: list[str] = []
    numbers: list[str] = []
    noun = register_lists(conn).apart_noun
    for apart, word in ((False, "recommendations"), (True, f"{noun}s")):
        of_kind = [entry for entry in entries if entry.row.apart == apart]
        if of_kind:
            numbers.append(_numbers(of_kind, word, today))
            body += _sections(of_kind, word)
    title, marked = conn.execute("SELECT title, marking FROM register WHERE id = ?", (REGISTER,)).fetchone() or ("", "")
    marking = highest_marking(conn, str(marked or MARKINGS[0]), page.included)
    parts = any(entry.row.part for entry in entries)
    lines = [
        f"# Hand-over: {md(page.lead)}",
        "",
        f"**{md(marking)}** · {md(title) or 'Improvement register'} · as it stood on {format_date(today)}",
        "",
        *(f"- {line}" for line in numbers),
        f"- {TITLES}",
        *(["- Parts of items are shown where they have this lead, and are not counted."] if parts else []),
        "",
        *body,
        f"**{md(marking)}**",
    ]
    still = [entry.row.apart for entry in entries if _open(entry.row)]
    return Page(page.lead, marking, "\n".join(lines) + "\n", still.count(False), still.count(True), noun)


def hand_over_at_most(register: Register, lead: str, max_marking: str) -> Page:
    """Compose a lead's page without what ever bore a higher marking than this. Raises NotFound, NotAllowed, DiskFull."""
    if max_marking == MARKINGS[-1]:
        return hand_over(register.conn, lead, register.today())
    with redacted_copy(register, Terms(max_marking)) as (copy, _, _):
        return hand_over(copy.conn, lead, copy.today())


def save(page: Page, out: Path, *, force: bool = False) -> Exported:
    """Write a page to a .md file, atomically.

    `force` allows an existing file to be replaced. Raises BadInput for another suffix, FileAlreadyExists,
    FolderMissing, SameFile, CannotWrite or DiskFull.
    """
    if out.suffix.casefold() != ".md":
        raise BadInput("out", f"A hand-over page is Markdown: end the name in .md, as in {out.stem or 'page'}.md.")
    written = page.text.encode("utf-8")
    write_whole(out, [written], force=force)
    of = format_counts(page.open_recommendations, page.open_commitments, noun=page.apart_noun)
    wrote = f"Wrote {out.name}: open items of {page.lead}, {of}, {format_size(len(written))}, {page.marking}."
    digest = sha256(written).hexdigest()
    return Exported(out, len(written), digest, page.open_recommendations, page.open_commitments, (wrote,))


def _open(row: ItemRow) -> bool:
    return row.status != "closed" and not row.part


def _past(row: ItemRow, today: date) -> bool:
    return bool(row.target_latest) and str(row.target_latest) < today.isoformat()


def _numbers(entries: list[_Entry], word: str, today: date) -> str:
    still = [entry for entry in entries if _open(entry.row)]
    ended = [entry.row for entry in entries if entry.row.status == "closed" and not entry.row.part]
    sent = sum(row.closed_as == WITH_INSPECTORATE for row in ended)
    return (
        f"{word.capitalize()}: {len(still)} open ({sum(_past(entry.row, today) for entry in still)} past target, "
        f"{sum(entry.promised for entry in still)} with something promised or planned) · {sent} with the inspectorate · "
        f"{len(ended) - sent} closed for the record."
    )


def _sections(entries: list[_Entry], word: str) -> list[str]:
    still = sorted((entry for entry in entries if entry.row.status != "closed"), key=lambda entry: entry.urgency)
    lines = [f"## Open {word}", ""]
    if len(still) > 1:
        lines += [
            "Most urgent first: by the earliest day of a target or promise, then delayed ones, then by reference.",
            "",
        ]
    lines += [line for entry in still for line in entry.lines] or ["None.", ""]
    for title, sent in ((f"{word.capitalize()} with the inspectorate", True), (f"Closed {word}", False)):
        ended = [
            entry
            for entry in entries
            if entry.row.status == "closed" and (entry.row.closed_as == WITH_INSPECTORATE) == sent
        ]
        if ended:
            lines += [f"## {title}", "", *(line for entry in ended for line in entry.lines), ""]
    return lines


def _entry(page: Handover, detail: ItemDetail) -> _Entry:
    row = detail.row
    page.include("recommendation", row.id)
    page.include("publication", detail.publication.id)
    promises = [action for action in detail.actions if not is_done(action) and action.fields["kind"] != "dependency"]
    days = [str(day) for day in (row.target_latest, *(p.fields["due_latest"] for p in promises)) if day]
    urgency = (min(days, default=_NEVER), row.status != "delayed")
    lines = ended_line(page, detail) if row.status == "closed" else item_lines(page, detail, promises)
    return _Entry(row, any(not promise.fields["left_out"] for promise in promises), urgency, lines)
