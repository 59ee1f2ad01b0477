"""The words of a search: split, written again, and as a query of the full-text index."""

from __future__ import annotations

import re
from itertools import pairwise

from store.domain.names import MARKS, bare_reference, fold_number, fold_words, join_hyphenated


def search_words(text: str) -> list[str]:
    """Split a search into words, and phrases in double quotes; what has neither letter nor digit is ignored.

    "Rec 6" is one word, as what people call an item.
    """
    plain = re.sub("[“”„«»]", '"', text)
    found = [phrase or word for phrase, word in re.findall(rf'"([^"]+)"|({_CALLED}|[^\s"]+)', plain, re.IGNORECASE)]
    return [word for word in found if re.search(r"[^\W_]", word)]


_CALLED = r"(?:\b(?:recommendation|rec)\.?[\s-]*(?:(?:no|number)\b\.?\s*|#)?|#)\d[^\s\"]*"
_REFERENCE = re.compile(
    rf"(?:([a-z][a-z0-9]*?){MARKS}*?|#)(?:(?:recommendation|rec|r|number|no){MARKS}*)*(\d[^\s]*)",
)
_ITSELF = ("rec", "recommendation", "r", "no", "number", None)
"""What is before an item's number and is no publication's code."""


def search_query(text: str) -> str:
    """The full-text query of a search: all words must match, each as a prefix.

    A word that may be a reference, as `show` takes one, also matches the item: HC6, hc-06, HC-R6, "Rec 6"; so do two
    that are a code and a number.
    """
    words = [fold_words(word).strip() for word in search_words(text)]
    terms = [_search_term(word) for word in words]
    for n, (code, number) in enumerate(pairwise(words)):
        if re.fullmatch("[a-z][a-z0-9]*", code) and re.fullmatch(r"\d[^\s]*", number):
            terms[n : n + 2] = ["", f"(({terms[n] or terms[n + 1]} AND {terms[n + 1]}) OR {_reference(code, number)})"]
    return " AND ".join(filter(None, terms))


def _search_term(word: str) -> str:
    forms = dict.fromkeys((word, join_hyphenated(word)))
    plain = " OR ".join('"' + re.sub('["\x00]', "", form) + '" *' for form in forms)
    if found := _REFERENCE.fullmatch(bare_reference(word)):
        plain = _reference(found[1], found[2]) if found[1] is None else f"{plain} OR {_reference(found[1], found[2])}"
    return f"({plain})" if " OR " in plain else plain


def _reference(code: str | None, number: str) -> str:
    """The term for an item's reference, which may lack the code of its publication."""
    plain = fold_number(number)
    return f'reference : "{plain if code in _ITSELF else f"{code} {plain}"}" *'


def tidy_words(text: str) -> str:
    """Normalise a search: words and phrases, a space between."""
    return " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in search_words(text))
