"""What the words of a file are here: each status, kind or theme in it, with its count, guessed and corrected."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.domain.errors import BadInput
from store.domain.fields import KINDS
from store.domain.lists import register_lists
from store.domain.names import fold_name
from store.domain.vocabulary import LABELS, ItemKind, Stage, Track, label_of

_SIMILAR = 88

_STATUS = {
    "discharged": ("discharged", "discharged by hmics", "recommendation discharged"),
    "closed-not-known-how": (
        "closed", "complete", "completed", "implemented", "done", "fully implemented", "closed complete", "signed off",
        "closed implemented", "achieved", "action complete", "complete and closed", "blue", "finalised", "c",
    ),
    "closed-not-adopted": (
        "not adopted", "rejected", "closed not implemented", "closed not adopted", "not implemented closed",
        "no longer required", "withdrawn", "not accepted",
    ),
    "risk-accepted": ("risk accepted", "accepted risk", "risk tolerated", "closed risk accepted"),
    "superseded": ("superseded", "replaced", "merged with another"),
    "delivered": ("delivered",),
    "submitted": ("submitted", "awaiting closure", "closure requested", "with hmics", "with the inspectorate", "proposed for closure", "with hmicfrs"),
    "remain-open": ("remain open", "remains open"),
    "in-progress": (
        "in progress", "open", "ongoing", "on going", "under way", "underway", "partially implemented", "started",
        "partly complete", "partially complete", "active", "being implemented", "part implemented", "wip",
    ),
    "collating-evidence": ("collating evidence", "gathering evidence", "evidence gathering"),
    "not-started": ("not started", "not yet started", "not begun", "to be started", "pending", "not yet due", "proposed"),
    "on-track": ("on track", "on target", "on schedule", "green", "g", "on time", "in progress on track", "open on track"),
    "delayed": (
        "delayed", "overdue", "red", "behind", "behind schedule", "slipped", "off track", "late", "off target", "r",
        "past due", "open overdue", "in progress overdue", "in progress delayed", "target date missed",
    ),
    "not-stated": ("not stated", "unknown", "no update", "not known"),
}  # fmt: skip

_ANSWERS = {
    "accepted": ("accepted", "yes", "agreed", "accept", "fully accepted", "y", "accepted in full"),
    "partly-accepted": ("partly accepted", "partially accepted", "accepted in part", "part accepted", "partially"),
    "not-accepted": ("not accepted", "rejected", "no", "declined", "disagreed", "n", "not agreed"),
    "not-yet-said": ("not yet said", "awaiting response", "under consideration", "tbc", "pending"),
}

KIND_WORDS = {
    "recommendation": ("recommendation", "rec", "r"),
    "area-for-development": ("area for development", "afd"),
    "area-for-improvement": ("area for improvement", "afi"),
    "cause-of-concern": ("cause of concern", "coc", "cause for concern"),
    "commitment": ("commitment",),
}

_PRIORITIES: dict[str, tuple[str, ...]] = {"High": ("h",), "Medium": ("m", "med"), "Low": ("l",)}

WORDED = ("status", "kind", "response", "priority", "theme", "marking")
"""The fields whose words are mapped to ours."""


@dataclass(frozen=True, slots=True)
class WordGuess:
    """One word of a file in a field: how often it is there, what it is taken for (None: nothing), whether by its name."""

    field: str
    word: str
    count: int
    meaning: str | None
    exact: bool


def choices_of(conn: sqlite3.Connection, field: str) -> tuple[str, ...]:
    """What the words of a field may be mapped to in a register: stored words, and the names that it has."""
    lists = register_lists(conn)
    match field:
        case "status":
            return (*(str(track) for track in Track), *(str(stage) for stage in Stage if stage != Stage.NOT_STATED))
        case "theme":
            rows = conn.execute(
                "SELECT name FROM theme WHERE withdrawn = 0 AND name IS NOT NULL ORDER BY position, name"
            )
            return tuple(row[0] for row in rows.fetchall())
        case "priority":
            return tuple(lists.priorities)
        case "kind":
            return (*map(str, ItemKind), *lists.kinds, *lists.kinds_apart)
    declared = KINDS["recommendation"].editable.get(field)
    return declared.choices if declared else ()


def guess_words(
    field: str,
    texts: Iterable[str],
    choices: Iterable[str],
    given: Mapping[str, str | None] | None = None,
    same: Mapping[str, str] | None = None,
) -> list[WordGuess]:
    """Each word that a column holds, the most frequent first, with what it is taken for; `given` is as corrected.

    `same` are other words for those of a list that the register defines, folded for comparison.
    """
    corrected = {fold_name(word): meaning for word, meaning in (given or {}).items()}
    counted = Counter(" ".join(text.split()) for text in texts if text.strip())
    by_fold: dict[str, tuple[str, int]] = {}
    for word, count in counted.items():
        shown, before = by_fold.get(fold_name(word), (word, 0))
        by_fold[fold_name(word)] = (shown, before + count)
    words = tuple(choices)
    found = []
    for folded, (word, count) in sorted(by_fold.items(), key=lambda entry: (-entry[1][1], entry[0])):
        if folded in corrected:
            found.append(WordGuess(field, word, count, corrected[folded], is_own_word(word, corrected[folded])))
            continue
        meaning = (same or {}).get(folded) or _guess(field, folded, words)
        found.append(WordGuess(field, word, count, meaning, is_own_word(word, meaning)))
    return found


def same_words(conn: sqlite3.Connection, field: str) -> dict[str, str]:
    """The other words that the register's lists have for a priority or a kind, folded for comparison."""
    lists = register_lists(conn)
    words = {"priority": lists.priorities, "kind": lists.kinds | lists.kinds_apart}.get(field, {})
    return {fold_name(other): word for word, others in words.items() for other in others}


def is_own_word(word: str, meaning: str | None) -> bool:
    """Whether a word of the file is the very word that we have for it: then its value is stated, else worked out."""
    return meaning is not None and fold_name(word) in (
        fold_name(meaning.replace("-", " ")),
        fold_name(label_of(meaning)),
    )


def read_word(field: str, meaning: str, choices: Iterable[str]) -> str | None:
    """A meaning as a person gives it, as the stored word; None for nothing. Raises BadInput."""
    if fold_name(meaning) in ("", "nothing", "skip"):
        return None
    words = tuple(choices)
    by_fold = {fold_name(word.replace("-", " ")): word for word in words}
    by_fold |= {fold_name(LABELS.get(word, word)): word for word in words}
    if field == "status" and "+" in meaning:
        parts = [read_word(field, part, words) or "" for part in meaning.split("+")]
        return "+".join(parts)
    wanted = by_fold.get(fold_name(meaning.replace("-", " ")))
    if wanted is None and field == "theme" and meaning.strip():
        return meaning.strip()
    if wanted is None:
        raise BadInput("word", f"“{meaning}” is no {field} here. These are: {', '.join(words)}; or nothing.")
    return wanted


def _guess(field: str, folded: str, choices: tuple[str, ...]) -> str | None:
    own = {fold_name(choice.replace("-", " ")): choice for choice in choices}
    own |= {fold_name(label_of(choice)): choice for choice in choices}
    if folded in own:
        return own[folded]
    tables: dict[str, dict[str, tuple[str, ...]]] = {
        "status": _STATUS,
        "response": _ANSWERS,
        "kind": KIND_WORDS,
        "priority": _PRIORITIES,
    }
    table = tables.get(field, {})
    allowed = {meaning: words for meaning, words in table.items() if meaning in choices}
    plain = re.sub(r"\s+", " ", folded)
    for meaning, words in allowed.items():
        if plain in words:
            return meaning
    from rapidfuzz import fuzz, process

    names = {word: meaning for meaning, words in allowed.items() for word in words if len(word) > 4}
    names |= own
    if len(plain) < 5 or not names:
        return None
    near = process.extract(plain, list(names), scorer=fuzz.ratio, limit=2)
    if (
        near
        and near[0][1] >= _SIMILAR
        and {names[hit[0]] for hit in near if hit[1] >= near[0][1] - 2} == {names[near[0][0]]}
    ):
        return names[near[0][0]]
    return None
