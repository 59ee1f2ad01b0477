"""The words of a search: split, written again, and as a query of the full-text index."""

from __future__ import annotations

import re

from store.domain.names import fold_number, fold_words


def search_words(text: str) -> list[str]:
    """Split a search into words, and phrases in double quotes; what has neither letter nor digit is ignored.

    "Rec 6" is one word, as what people call an item.
    """
    plain = re.sub("[“”„«»]", '"', text)
    found = [phrase or word for phrase, word in re.findall(rf'"([^"]+)"|({_CALLED}|[^\s"]+)', plain, re.IGNORECASE)]
    return [word for word in found if re.search(r"[^\W_]", word)]


_CALLED = r"\b(?:recommendation|rec)\.?[\s-]*\d[^\s\"]*"
_REFERENCE = re.compile(r"([a-z][a-z0-9]*?)[\s.\-‐-―−]*?(?:(?:recommendation|rec|r)[\s.\-]*)?(\d[^\s]*)")


def search_query(text: str) -> str:
    """The full-text query of a search: all words must match, each as a prefix.

    A word that may be a reference, as `show` takes one, also matches the item: HC6, hc-06, HC-R6, "Rec 6".
    """
    return " AND ".join(_search_term(fold_words(word).strip()) for word in search_words(text))


def _search_term(word: str) -> str:
    plain = '"' + re.sub('["\x00]', "", word) + '" *'
    if not (found := _REFERENCE.fullmatch(word)):
        return plain
    code, number = found[1], fold_number(found[2])
    said = number if code in ("rec", "recommendation", "r", "no") else f"{code} {number}"
    return f'({plain} OR reference : "{said}" *)'


def tidy_words(text: str) -> str:
    """Normalise a search: words and phrases, a space between."""
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in search_words(text))
