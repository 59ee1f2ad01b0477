"""What a text of a paper speaks of: the items and the counts that it names, as they were when it was written, and what of
them is another now."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.domain.names import fold_number
from store.domain.vocabulary import label_of
from store.queries.paper_movements import describe_status
from store.queries.paper_rows import ItemState, PaperRow, PaperTextRow
from store.queries.papers import figure_label, figure_lines, reported_publications, states

_NUMBER = r"\d{1,4}[a-z]?"
_LISTED = re.compile(
    rf"\b(?:recommendations?|recs?\.?|r)\s*({_NUMBER}\b(?:\s*(?:,|;|&|and|to|[-–])+\s*(?:recs?\.?\s*|r)?{_NUMBER}\b)*)",
    re.IGNORECASE,
)
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


def context_of(conn: sqlite3.Connection, row: PaperRow, publication: str | None, text: str) -> str:
    """What a text speaks of, a line each: the items that it names, each with status, stage and target, and the figures of
    its publication, or of the paper, whose number it has. "" where it names nothing.

    `item`, id, status, closed as, stage, target; `figure`, id of the publication or nothing, name, number; tabs between.
    """
    items = _items(conn, row)
    named = _named(items.values(), publication, text)
    lines = [_item_line(items[entity]) for entity in named]
    numbers = _numbers(text)
    for (owner, name), count in _figures(conn, row).items():
        if owner == (publication or "") and count in numbers:
            lines.append(f"figure\t{owner}\t{name}\t{count}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SinceWritten:
    """What has changed of one item or figure since a text was written: a sentence, the id of the item, "" for none, and
    both values, worded nowhere."""

    sentence: str
    item: str
    about: tuple[str, ...]


def changed_since_written(conn: sqlite3.Connection, row: PaperRow, text: PaperTextRow) -> list[str]:
    """What a text speaks of and is another now than when it was written: a sentence each, with old and new."""
    return [one.sentence for one in changes_since_written(conn, row, text)]


def changes_since_written(conn: sqlite3.Connection, row: PaperRow, text: PaperTextRow) -> Iterator[SinceWritten]:
    """What a text speaks of and is another now than when it was written, each with the item that it is of."""
    items, figures = _items(conn, row), _figures(conn, row)
    for line in text.context.split("\n") if text.context else ():
        kind, entity, *then = line.split("\t")
        # Of an item without a target the last tab is not stored, where it ends the text.
        if kind == "item" and len(then) in (3, 4):
            now = items.get(entity)
            is_now = (now.status, now.closed_as, now.stage, now.target or "") if now else ()
            for sentence in _item_changes(conn, entity, [*then, ""][:4], now):
                yield SinceWritten(sentence, entity, (*then, *is_now))
        elif kind == "figure" and len(then) == 2:
            count = figures.get((entity, then[0]))
            if count is not None and str(count) != then[1]:
                sentence = f"{_figure_name(conn, entity, then[0])}: {then[1]} → {count}."
                yield SinceWritten(sentence, "", (entity, *then, str(count)))


def _items(conn: sqlite3.Connection, row: PaperRow) -> dict[str, ItemState]:
    publications = (*reported_publications(conn, row, False), *reported_publications(conn, row, True))
    return states(conn, row, [*dict.fromkeys(publications)])


def _figures(conn: sqlite3.Connection, row: PaperRow) -> dict[tuple[str, str], int]:
    return {
        (line.publication or "", line.name): line.derived
        for line in figure_lines(conn, row)
        if line.derived is not None
    }


def _item_line(item: ItemState) -> str:
    return "\t".join(("item", item.id, item.status, item.closed_as, item.stage, item.target or ""))


def _named(items: Iterable[ItemState], publication: str | None, text: str) -> Iterator[str]:
    """The ids of the items that a text names: by reference, or in the text of a publication by number alone."""
    numbers = {fold_number(number) for number in _listed(text)} if publication else set[str]()
    for item in items:
        _, _, number = item.reference.partition("-")
        by_number = item.publication == publication and fold_number(number) in numbers
        if by_number or re.search(rf"(?<![\w-]){re.escape(item.reference)}(?!\w)", text, re.IGNORECASE):
            yield item.id


def _listed(text: str) -> Iterator[str]:
    """The numbers after "Recommendations", "Recs" or "R"; of "2 to 6" all five."""
    for match in _LISTED.finditer(text):
        last = None
        for between, number in re.findall(rf"(to|[-–])?\s*(?:recs?\.?\s*|r)?({_NUMBER})", match[1], re.IGNORECASE):
            if between and last is not None and number.isdigit() and last < int(number) < last + 200:
                yield from map(str, range(last + 1, int(number)))
            yield number
            last = int(number) if number.isdigit() else None


def _numbers(text: str) -> set[int]:
    """The whole numbers in a text, in digits or, up to twenty, in words."""
    words = {word: n for n, word in enumerate(_WORDS)}
    found = {int(number.replace(",", "")) for number in re.findall(r"(?<![\w.,])\d[\d,]{0,8}(?![\w])", text)}
    return found | {words[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in words}


def _item_changes(conn: sqlite3.Connection, entity: str, then: list[str], now: ItemState | None) -> Iterator[str]:
    if now is None:
        found = conn.execute("SELECT reference FROM recommendation WHERE id = ?", (entity,)).fetchone()
        yield f"{found[0] if found and found[0] else 'An item'} is not in the paper any more."
        return
    status, closed_as, stage, target = then
    was = ItemState(entity, "", now.reference, status, closed_as, stage, None, target or None, None, False)
    if (status, closed_as) != (now.status, now.closed_as):
        yield f"{now.reference}: {describe_status(was)} → {describe_status(now)}."
    elif stage != now.stage:
        yield f"{now.reference}: {label_of(stage)} → {label_of(now.stage)}."
    if target != (now.target or ""):
        yield f"{now.reference}: target {target or 'none'} → {now.target or 'none'}."


def _figure_name(conn: sqlite3.Connection, publication: str, name: str) -> str:
    if not publication:
        return figure_label(name)
    row = conn.execute("SELECT code FROM publication WHERE id = ?", (publication,)).fetchone()
    return f"{row[0] if row and row[0] else 'a publication'}, {figure_label(name).lower()}"
