"""The lists of words that a register defines for its items: priorities in order, kinds of its own.

A list is a text with a line for each word. After an equals sign a line may have other words that mean the same, as
other sources have them, between semicolons: "High = fundamental; critical".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.domain.names import fold_name
from store.domain.vocabulary import DELAY_KINDS, LABELS, PRIORITIES, ItemKind

LISTS = ("priorities", "kinds", "kinds_apart", "delay_kinds")
"""The fields of the register that are such lists."""

Words = dict[str, tuple[str, ...]]
"""The words of a list in order, each with those that mean the same."""


def parse_list(text: str | None) -> Words:
    """The words of a list; a line without a letter or digit, and a word that is there already, is passed over."""
    found: Words = {}
    folded: set[str] = set()
    for line in (text or "").splitlines():
        word, _, others = line.partition("=")
        word = " ".join(word.split())
        if (key := fold_name(word)) and key not in folded:
            folded.add(key)
            found[word] = tuple(" ".join(other.split()) for other in others.split(";") if fold_name(other))
    return found


def find_word(words: Mapping[str, Iterable[str]], typed: str) -> str | None:
    """The word of a list that was typed, by itself or by one that means the same, in any case; None for none."""
    wanted = fold_name(typed)
    for word in words:
        if fold_name(word) == wanted:
            return word
    return next((word for word, others in words.items() if wanted in map(fold_name, others)), None)


@dataclass(frozen=True, slots=True)
class RegisterLists:
    """The lists of one register."""

    priorities: Words
    """From the highest to the lowest."""
    kinds: Words
    """Kinds of its own that are counted with recommendations."""
    kinds_apart: Words
    """Kinds of its own that are counted apart, as commitments are."""
    delay_kinds: Words

    def rank(self, priority: str | None) -> int | None:
        """The place of a priority in the order, from 0; one that is in the list no longer comes last. None for none."""
        if priority is None:
            return None
        word = find_word(self.priorities, priority)
        return len(self.priorities) if word is None else list(self.priorities).index(word)

    def is_apart(self, kind: str | None) -> bool:
        """Whether items of a kind are counted apart from recommendations."""
        return kind is not None and (kind == ItemKind.COMMITMENT or find_word(self.kinds_apart, kind) is not None)

    def find_kind(self, typed: str) -> str | None:
        """The kind that was typed, as it is stored; None for none."""
        usual = {kind: (LABELS[kind],) for kind in map(str, ItemKind)}
        return find_word(usual, typed) or find_word(self.kinds | self.kinds_apart, typed)

    @property
    def apart_noun(self) -> str:
        """What is counted apart from recommendations is called, one of it."""
        return "other item" if self.kinds_apart else "commitment"


def register_lists(conn: sqlite3.Connection) -> RegisterLists:
    """The lists of the register; where it has no priorities or kinds of delay of its own, the usual ones."""
    row = conn.execute(f"SELECT {', '.join(LISTS)} FROM register WHERE id = 'register'").fetchone()
    priorities, kinds, apart, delays = map(parse_list, row or (None,) * len(LISTS))
    return RegisterLists(
        priorities or dict.fromkeys(PRIORITIES, ()), kinds, apart, delays or dict.fromkeys(DELAY_KINDS, ())
    )
