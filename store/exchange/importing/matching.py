"""Find the item that is here already of a row: by its number, else by its text or the likeness of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.domain.names import fold_name, number_key
from store.exchange.importing.rows import RowValues
from store.log.change_log import ChangeLog


@dataclass(frozen=True, slots=True)
class ExistingItem:
    """An item that is here: its id, reference, number, text and title, and whether it can be edited."""

    id: str
    reference: str
    number: str | None
    scope: str | None
    text: str
    title: str
    withdrawn: bool
    left_out: bool


def existing_items(log: ChangeLog, publication: str) -> list[ExistingItem]:
    """The items of a publication, in the order in which they were added; withdrawn ones too.

    One whose adding was undone is none of them.
    """
    rows = log.conn.execute(
        "SELECT id, reference, number, scope, text, title, withdrawn, left_out FROM recommendation "
        "WHERE publication = ? ORDER BY withdrawn, (SELECT min(n) FROM change WHERE entity = recommendation.id)",
        (publication,),
    ).fetchall()
    return [
        ExistingItem(entity, reference, number, scope, text or "", title or "", bool(gone), bool(left_out))
        for entity, reference, number, scope, text, title, gone, left_out in rows
        if not (gone and _was_undone(log, entity))
    ]


def _was_undone(log: ChangeLog, item: str) -> bool:
    """Whether an item is withdrawn because the action that added it was undone: then it can be added again."""
    withdrawals = [change for change in log.of_entity(item) if "withdrawn" in change.fields]
    return bool(withdrawals) and withdrawals[-1].undoes is not None


class Finder:
    """Finds the existing item of a row, each at most once. `texts` are those of all rows of the publication.

    Only an item whose text no row has word for word can be found by its likeness.
    """

    def __init__(self, items: Sequence[ExistingItem], texts: Iterable[str]) -> None:
        self.items = items
        self.by_number: dict[tuple[str, str], ExistingItem] = {}
        self.by_text: dict[str, list[ExistingItem]] = {}
        for item in items:
            if item.number:
                self.by_number.setdefault(number_key(item.number, item.scope), item)
            else:
                self.by_text.setdefault(words_of_text(item.text or item.title), []).append(item)
        in_file = set(map(words_of_text, texts)) if self.by_text else set()
        self.changed = {
            item.id: fold_name(text) for text, found in self.by_text.items() if text not in in_file for item in found
        }
        """The folded texts of the items that can be found by likeness."""
        self.by_id = {item.id: item for item in items}
        self.numbers_seen: dict[tuple[str, str], int] = {}
        self.planned: dict[tuple[str, str], str] = {}
        self.matched: set[str] = set()

    def find(self, key: tuple[str, str] | None, found: RowValues) -> tuple[ExistingItem | None, str]:
        """The item of a row, and how it was found; an item without a number by its text."""
        if key and (item := self.by_number.get(key)):
            self.matched.add(item.id)
            return item, "by its number"
        text = found.text or found.title or ""
        for item in self.by_text.get(words_of_text(text), ()):
            if item.id not in self.matched:
                self.matched.add(item.id)
                return item, "by its text"
        if self.changed and (near := alike(fold_name(text), self.changed)):
            del self.changed[near[0]]
            self.matched.add(near[0])
            return self.by_id[near[0]], f"by its text, {near[1]} % alike"
        return None, ""

    def unmatched(self) -> list[ExistingItem]:
        """The items that no row was found to be; withdrawn ones aside."""
        return [item for item in self.items if item.id not in self.matched and not item.withdrawn]

    def part_id(self, number: str, scope: str | None) -> str | None:
        """The id of an item by its number, here or earlier in the file."""
        key = number_key(number, scope)
        here = self.by_number.get(key)
        return here.id if here else self.planned.get(key)


def words_of_text(text: object) -> str:
    """A text for comparison: where its lines break makes no other text of it."""
    return " ".join(str(text or "").split())


def alike(text: str, texts: Mapping[str, str], least: int = 90) -> tuple[str, int] | None:
    """The id of the text that is most like this one, and how much in hundredths; None below `least`.

    All are folded. A short text is like none but itself: other words of it would be another text.
    """
    from rapidfuzz import fuzz, process

    if not text:
        return None
    near = process.extractOne(text, texts, scorer=fuzz.ratio, score_cutoff=least if len(text) >= 15 else 100)
    return None if near is None else (near[2], round(near[1]))
