"""Items of different publications that may be the same work: pairs whose titles and texts share uncommon words."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from math import log, sqrt

from store.domain.errors import BadInput
from store.queries.filter import Filter
from store.queries.item_list import rows_at, seqs
from store.queries.rows import ItemRow

MOST = 5_000
"""The most items that are compared; the time grows faster than their number."""

LEAST = 0.15
"""The least score, from 0 to 1, of a pair that is proposed."""

_STEM = 6
"""The length of the prefix by which words are compared: "report", "reports" and "reporting" are one."""

_COMMON = 100
"""The share of items, one in so many, above which a word is too common to compare by."""

_FEW = 12
"""A word in at most so many items is never too common, however few items there are."""


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two items that may be the same work, and how alike they are, from 0 to 1."""

    one: ItemRow
    other: ItemRow
    score: float

    @property
    def pair(self) -> frozenset[str]:
        """Their ids."""
        return frozenset((self.one.id, self.other.id))


def find_similar(
    conn: sqlite3.Connection,
    shown: Filter,
    today: date,
    most: int = 50,
    *,
    excluded_pairs: Collection[frozenset[str]] = (),
    go_on: Callable[[], bool] = lambda: True,
) -> list[SimilarPair]:
    """Pairs of items of a list that are alike and of different publications, the most alike first.

    Linked items are left out, as are the `excluded_pairs` of ids. [] where `go_on` is False. Raises BadInput where the
    list is longer than MOST.
    """
    chosen: list[int] = []
    for piece in seqs(conn, shown, "ref", today):
        chosen.extend(piece)
        if len(chosen) > MOST:
            raise BadInput(
                "query", f"At most {MOST:,} items are compared. Filter them with: fairlead alike --filter QUERY"
            )
    marks = ",".join("?" * len(chosen))
    rows = conn.execute(
        f"SELECT id, seq, publication, COALESCE(title, '') || ' ' || COALESCE(text, '') FROM recommendation "
        f"WHERE seq IN ({marks}) ORDER BY sort_key, seq",
        chosen,
    ).fetchall()
    linked = conn.execute("SELECT recommendation, other FROM link WHERE withdrawn = 0")
    excluded = {frozenset(ends) for ends in linked} | set(excluded_pairs)
    words = [frozenset(word[:_STEM] for word in re.findall(r"\w{3,}", row[3].casefold())) for row in rows]
    weights = _weights(words)
    sizes = [sqrt(sum(weights.get(word, 0.0) ** 2 for word in own)) for own in words]
    holders: dict[str, list[int]] = defaultdict(list)
    found: list[tuple[float, int, int]] = []
    for n, own in enumerate(words):
        if not go_on():
            return []
        shared: dict[int, float] = defaultdict(float)
        for word in own & weights.keys():
            for before in holders[word]:
                shared[before] += weights[word] ** 2
            holders[word].append(n)
        for before, product in shared.items():
            score = product / (sizes[n] * sizes[before])
            apart = rows[n][2] != rows[before][2] and frozenset((rows[n][0], rows[before][0])) not in excluded
            if score >= LEAST and apart:
                found.append((score, before, n))
        if len(found) > 10 * most:
            found = nlargest(most, found)
    best = nlargest(most, found)
    items = {row.id: row for row in rows_at(conn, [rows[n][1] for _, *ends in best for n in ends])}
    return [SimilarPair(items[rows[one][0]], items[rows[other][0]], score) for score, one, other in best]


def _weights(words: list[frozenset[str]]) -> dict[str, float]:
    """The weight of each word: the fewer items have it, the higher; a common word has none."""
    counts = Counter(word for own in words for word in own)
    many = max(len(words) // _COMMON, _FEW)
    return {word: log(len(words) / held) + 1 for word, held in counts.items() if held <= many}
