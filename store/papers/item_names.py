"""How items are named in a paper: by their numbers where they have them, else by their references."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.vocabulary import label_of
from store.queries.rows import ItemRow

RUN = 4
"""So many numbers in a row are printed as a range: "2 to 5"."""

_PLURALS = {"area for development": "Areas for development", "area for improvement": "Areas for improvement"}


def name_items(items: Sequence[ItemRow]) -> str:
    """Name items of one publication: "Recommendations 5, 6 and 7"; by reference where a number or one kind is wanting."""
    if not items:
        return ""
    kinds = {item.kind for item in items}
    if len(kinds) > 1 or any(not item.number for item in items):
        return join_and(ranges([item.ref for item in items]))
    kind = label_of(items[0].kind)
    if len(items) > 1:
        kind = _PLURALS.get(kind.lower(), f"{kind}s")
    return f"{kind} {name_numbers(items)}"


def name_numbers(items: Sequence[ItemRow]) -> str:
    """The numbers alone: "5, 6 and 7"; of an item without one its reference."""
    return join_and(ranges([item.number or item.ref for item in items]))


def ranges(names: Sequence[str]) -> list[str]:
    """Names in their order, with numbers that follow one another as a range."""
    found: list[str] = []
    run: list[str] = []
    for name in [*names, ""]:
        if run and _follows(run[-1], name):
            run.append(name)
            continue
        found += [f"{run[0]} to {run[-1]}"] if len(run) >= RUN else run
        run = [name]
    return found


def _follows(before: str, name: str) -> bool:
    """Whether the numbers that two names end in follow one another, after the same letters."""
    head, number = _split(before)
    other, following = _split(name)
    return head == other and bool(number) and bool(following) and int(following) == int(number) + 1


def _split(name: str) -> tuple[str, str]:
    head = name.rstrip("0123456789")
    number = name[len(head) :]
    return head, number if number.isascii() and len(number) < 10 else ""


def join_and(names: Sequence[str]) -> str:
    """Names in a sentence: "5, 6 and 7"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def lowered(text: str) -> str:
    """A text that goes on in a sentence."""
    return f"{text[:1].lower()}{text[1:]}"


_SMALL = {"The", "A", "An", "Evidence", "It", "This", "That"}


def lowered_word(text: str) -> str:
    """A text that goes on after a colon, its first word lowered where that is no name."""
    return lowered(text) if text.split(" ")[0] in _SMALL else text
