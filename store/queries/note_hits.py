"""Find the notes of publications and themes that a search fits: they are of no item, and the list has items only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from store.domain.names import fold_indexed, fold_words, join_hyphenated
from store.queries.filter import Filter
from store.queries.search import search_words

_NOTES = """
SELECT 'publication', p.code, p.title, n.text, p.published_latest
  FROM note_on o JOIN publication p ON p.id = o.publication JOIN note n ON n.id = o.note
 WHERE o.publication IS NOT NULL AND o.withdrawn = 0 AND p.withdrawn = 0 AND n.withdrawn = 0
UNION ALL
SELECT 'theme', t.name, t.name, n.text, t.position
  FROM note_on o JOIN theme t ON t.id = o.theme JOIN note n ON n.id = o.note
 WHERE o.theme IS NOT NULL AND o.withdrawn = 0 AND t.withdrawn = 0 AND n.withdrawn = 0
 ORDER BY 1, 5, 2
"""
# They are few, hundreds in a register of 100,000 items: read whole, they need no index.


@dataclass(frozen=True, slots=True)
class NoteHit:
    """A publication or theme with a note that a search fits."""

    kind: str
    name: str
    """The code of the publication (its title where it has none), or the name of the theme."""


def note_hits(conn: sqlite3.Connection, search: str) -> list[NoteHit]:
    """The publications and themes with a note in which every word of a search begins a word."""
    patterns = [_pattern(word) for word in search_words(search)]
    if not patterns:
        return []
    found: dict[NoteHit, None] = {}
    for kind, name, title, text, _ in conn.execute(_NOTES):
        folded = fold_indexed(text or "")
        if all(pattern.search(folded) for pattern in patterns):
            found[NoteHit(kind, str(name or title or "?"))] = None
    return list(found)


def _pattern(word: str) -> re.Pattern[str]:
    """Matches the word as the full-text index does: what is between its letters and digits does not matter."""
    folded = fold_words(word)
    forms = (r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", form))) for form in (folded, join_hyphenated(folded)))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(dict.fromkeys(forms))})")


def describe_note_hits(conn: sqlite3.Connection, shown: Filter, places: Mapping[str, str]) -> str:
    """Sentences that name the publications and themes with a note that has what a filter searches for, anywhere or in
    notes, and where the notes on each kind are; or ""."""
    hits = note_hits(conn, f"{shown.search} {shown.note}")
    if not hits:
        return ""
    where = " or ".join(place for kind, place in places.items() if any(hit.kind == kind for hit in hits))
    names = [f"the {hit.kind} {hit.name}" if hit.kind == "theme" else hit.name for hit in hits]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f"Found in the notes on {', '.join(names[:4])}{more}. To read them: {where}."
