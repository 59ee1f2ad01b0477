"""Find the item that is here already of a row: by its number, else by its text or the likeness of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from store.domain.names import fold_name, number_key
from store.exchange.importing.rows import RowValues
from store.log.change_log import ChangeLog

_ALIKE = 90
"""How much two texts have to be alike to be one item's, in hundredths."""

_SHORT = 15
"""The characters below which a text is like none but itself."""

_MOST_COMPARED = 300
"""The most texts that one row's is compared with."""


@dataclass(frozen=True, slots=True)
class ExistingItem:
    """An item that is here: its id, reference, number, text and title, whether it can be edited, and its first change."""

    id: str
    reference: str
    number: str | None
    scope: str | None
    text: str
    title: str
    withdrawn: bool
    left_out: bool
    added: int


def existing_items(log: ChangeLog, publication: str) -> list[ExistingItem]:
    """The items of a publication, in the order in which they were added; withdrawn ones too.

    One whose adding was undone is none of them.
    """
    rows = log.conn.execute(
        "SELECT id, reference, number, scope, text, title, withdrawn, left_out, "
        "(SELECT min(n) FROM change WHERE entity = recommendation.id) AS added FROM recommendation "
        "WHERE publication = ? ORDER BY withdrawn, added",
        (publication,),
    ).fetchall()
    return [
        ExistingItem(entity, reference, number, scope, text or "", title or "", bool(gone), bool(left_out), added)
        for entity, reference, number, scope, text, title, gone, left_out, added in rows
        if not (gone and _was_undone(log, entity))
    ]


def _was_undone(log: ChangeLog, item: str) -> bool:
    """Whether an item is withdrawn because the action that added it was undone: then it can be added again."""
    withdrawals = [change for change in log.of_entity(item) if "withdrawn" in change.fields]
    return bool(withdrawals) and withdrawals[-1].undoes is not None


class Finder:
    """Finds which item that is here already each row is; no item is found twice."""

    def __init__(self, log: ChangeLog, items: Sequence[ExistingItem], go_on: Callable[[], object]) -> None:
        self.log, self.items, self.go_on = log, items, go_on
        self.by_number: dict[tuple[str, str], ExistingItem] = {}
        self.by_text: dict[str, list[ExistingItem]] = {}
        for item in items:
            if item.number:
                self.by_number.setdefault(number_key(item.number, item.scope), item)
            else:
                self.by_text.setdefault(words_of_text(item.text or item.title), []).append(item)
        self.planned: dict[tuple[str, str], str] = {}
        self.found: dict[int, tuple[ExistingItem, str]] = {}
        """The item of each row that is one, by the row's number, and how it was found."""

    def find(self, rows: Sequence[tuple[RowValues, str]]) -> None:
        """Find the items of rows, each with the place that its values would have: by number, by text, by likeness.

        A row that was refused when the file was imported must not take the item of another with the same text the next
        time: so a text without a number comes before one with, and the places decide where rows and items are not as
        many. `go_on` is called meanwhile.
        """
        by_text: dict[str, list[tuple[RowValues, str]]] = {}
        for row, place in rows:
            item = self.by_number.get(number_key(row.number, row.values.get("scope"))) if row.number else None
            if item:
                self.found[row.row.number] = item, "by its number"
            else:
                by_text.setdefault(words_of_text(_text_of(row)), []).append((row, place))
        left = {text: list(items) for text, items in self.by_text.items()}
        for text in by_text.keys() & left.keys():
            self._find_same(by_text[text], left.pop(text))
        changed = {item.id: item for items in left.values() for item in items}
        unfound = [row for found in by_text.values() for row, _ in found if row.row.number not in self.found]
        self._find_alike(sorted(unfound, key=lambda row: row.row.number), changed)

    def _find_same(self, rows: list[tuple[RowValues, str]], items: list[ExistingItem]) -> None:
        """Match rows and items of one text: as many as each other in their order, others first by their places."""
        rows.sort(key=lambda found: (bool(found[0].number), found[0].row.number))
        if len(rows) == len(items):
            items.sort(key=lambda item: item.added)
        elif len(rows) > 1 or len(items) > 1:
            of_place = {place: item for item in reversed(items) for place in self._places(item)}
            for row, place in list(rows):
                if (item := of_place.get(place)) in items:
                    self.found[row.row.number] = item, "by its text"
                    rows.remove((row, place))
                    items.remove(item)
        for (row, _), item in zip(rows, items, strict=False):
            self.found[row.row.number] = item, "by its text"

    def _places(self, item: ExistingItem) -> set[str | None]:
        """The places in files that the values with which an item was created have."""
        return {
            change.value(name).place
            for change in self.log.of_entity(item.id)
            if change.creates
            for name in change.fields
        } - {None}

    def _find_alike(self, rows: Iterable[RowValues], changed: Mapping[str, ExistingItem]) -> None:
        """Match the rows that are left with the items whose text no row has word for word."""
        texts = AlikeTexts({id_: fold_name(item.text or item.title) for id_, item in changed.items()})
        for row in rows:
            if not texts.left:
                return
            self.go_on()
            if near := texts.take(fold_name(_text_of(row))):
                self.found[row.row.number] = changed[near[0]], f"by its text, {near[1]} % alike"

    def unmatched(self) -> list[ExistingItem]:
        """The items that no row was found to be; withdrawn ones aside."""
        matched = {item.id for item, _ in self.found.values()}
        return [item for item in self.items if item.id not in matched and not item.withdrawn]

    def part_id(self, number: str, scope: str | None) -> str | None:
        """The id of an item by its number, here or earlier in the file."""
        key = number_key(number, scope)
        here = self.by_number.get(key)
        return here.id if here else self.planned.get(key)


def _text_of(row: RowValues) -> str:
    return row.text or row.title or ""


def words_of_text(text: object) -> str:
    """A text for comparison: where its lines break makes no other text of it."""
    return " ".join(str(text or "").split())


class AlikeTexts:
    """Texts, by id and folded, of which the one that is most like another is taken.

    A short text is like none but itself: other words of it would be another text. Of many texts, those that share its
    rarest words are compared: two that are as alike as this share most of their words, and all against all takes hours.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        self.left = texts
        self.with_word: dict[str, dict[str, None]] = {}
        for one, text in texts.items():
            for word in set(text.split()):
                self.with_word.setdefault(word, {})[one] = None

    def take(self, text: str) -> tuple[str, int] | None:
        """Take the text that is most like this one: its id, and how alike they are in hundredths; None for none."""
        from rapidfuzz import fuzz, process

        if not text:
            return None
        least = _ALIKE if len(text) >= _SHORT else 100
        near = process.extractOne(text, self._candidates(text), scorer=fuzz.ratio, score_cutoff=least)
        if near is None:
            return None
        for word in set(self.left.pop(near[2]).split()):
            del self.with_word[word][near[2]]
        return near[2], round(near[1])

    def _candidates(self, text: str) -> dict[str, str]:
        if len(self.left) <= _MOST_COMPARED:
            return self.left
        found: dict[str, str] = {}
        for ids in sorted((self.with_word[word] for word in set(text.split()) & self.with_word.keys()), key=len):
            found |= {one: self.left[one] for one in islice(ids, _MOST_COMPARED - len(found))}
            if len(found) >= _MOST_COMPARED:
                break
        return found
