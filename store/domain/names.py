"""Normalisation of names and item numbers for storing, comparing, searching and sorting.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from store.domain.errors import BadInput

_JOINING = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
"""Letters that no normal form takes apart, as they are typed on a keyboard without them."""


def join_names(names: Iterable[str]) -> str:
    """Join names as a cell or a field shows them, with semicolons: `split_cell` reads it back.

    A name with a semicolon or a quotation mark of its own is written in double quotes, each mark in it twice.
    """
    return "; ".join('"' + name.replace('"', '""') + '"' if re.search('[;"]', name) else name for name in names)


def split_cell(cell: str) -> list[str]:
    """The names that `join_names` joined."""
    return _split(cell, ";")


def split_names(typed: str, existing: Iterable[str], what: str = "lead") -> tuple[str, ...]:
    """Split what was typed into names: one rule for every option and field that takes some.

    A name that exists here is whole, semicolons, commas and all, and gets its spelling; so is one in double quotes. Else
    a semicolon is between names, and a comma where they exist here. Raises BadInput where a comma may be in a name that
    is new here, where a comma or a slash is not as the name here has it, or a double quote has no second.
    """
    by_fold = {fold_name(name): name for name in existing}
    with_semicolons = {_fold_pieces(name.split(";")): name for name in by_fold.values() if ";" in name}
    found: list[str] = []
    pieces = _split(typed, ";", keep_quotes=True)
    while pieces:
        sizes = range(len(pieces), 1, -1) if with_semicolons else ()
        size = next((n for n in sizes if _fold_pieces(pieces[:n]) in with_semicolons), 1)
        if size > 1:
            found.append(with_semicolons[_fold_pieces(pieces[:size])])
        else:
            found += _split_commas(pieces[0], by_fold, what)
        pieces = pieces[size:]
    return tuple(dict.fromkeys(found))


def one_name(typed: str, existing: Iterable[str], what: str = "lead") -> str:
    """The one name that was typed, by the rule of `split_names`; "" for none. Raises BadInput where it is several."""
    names = split_names(typed, existing, what)
    if len(names) > 1:
        raise BadInput(what, f"“{typed.strip()}” is more than one {what}: name one, in double quotes where it has a ;")
    return names[0] if names else ""


def _fold_pieces(pieces: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(fold_name, pieces))


def _split_commas(piece: str, by_fold: dict[str, str], what: str) -> list[str]:
    parts = _split(piece, ",", keep_quotes=True)
    found: list[str] = []
    new: list[str] = []
    while parts:
        for size in range(len(parts), 0, -1):
            whole = ", ".join(parts[:size])
            plain = unquote(whole)
            if name := by_fold.get(fold_name(plain)):
                if plain == whole and _may_be_more(plain, name, by_fold):
                    raise _one_or_more(whole, what, f"{name} is one here")
                found.append(name)
                break
        else:
            size, plain = 1, unquote(parts[0])
            if parts[0].count('"') % 2:
                raise BadInput(
                    f"{what}s", f"“{parts[0]}” has a double quote without a second one. Close it, or leave it out."
                )
            found.append(plain)
            new += [plain] if plain == parts[0] else []
        parts = parts[size:]
    if new and len(found) > 1:
        raise _one_or_more(piece, what, f"{new[0]} is no {what} here")
    return found


def _may_be_more(typed: str, name: str, by_fold: dict[str, str]) -> bool:
    """Whether what was typed for an existing name may be more than that: its commas or slashes are not those of the name,
    or each name between them exists too."""
    pieces = _between_marks(typed)
    return len(pieces) > 1 and (pieces != _between_marks(name) or all(piece in by_fold for piece in pieces[::2]))


def _between_marks(name: str) -> list[str]:
    """A name in the pieces between its commas and slashes, folded, with these."""
    pieces = re.split("([,/])", unicodedata.normalize("NFKC", name))
    return [piece if n % 2 else fold_name(piece) for n, piece in enumerate(pieces)]


def _one_or_more(typed: str, what: str, why: str) -> BadInput:
    return BadInput(
        f"{what}s",
        f"“{typed}” may be one {what} or more: {why}. Put semicolons between names, or double quotes round a name that "
        "has a comma.",
    )


def _split(text: str, separator: str, *, keep_quotes: bool = False) -> list[str]:
    """The pieces between separators outside of quotes, without empty ones."""
    pieces = re.findall(f'(?:"(?:[^"]|"")*"(?=\\s*(?:{separator}|$))|[^{separator}])+', text)
    plain = (piece.strip() for piece in pieces)
    return [piece if keep_quotes else unquote(piece) for piece in plain if piece.strip('"')]


def unquote(piece: str) -> str:
    """A name without the double quotes round the whole of it."""
    quoted = re.fullmatch('"((?:[^"]|"")*)"', piece)
    return quoted[1].replace('""', '"').strip() if quoted else piece


def fold_name(text: str) -> str:
    """The comparison key of a name: without case, punctuation, extra spaces, ligatures and composition of accents."""
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _JOINING.sub("", text)).casefold())
        if folded != text:
            return fold_name(folded)
    return " ".join(re.findall(r"\w+", text.casefold()))


def similar_names(name: str, existing: Iterable[str]) -> tuple[str, ...]:
    """The names that one may have been meant for, at most three: those that begin with it first."""
    from difflib import get_close_matches

    by_fold = {fold_name(other): other for other in existing}
    typed = fold_name(name)
    longer = sorted(other for other in by_fold if len(typed) > 1 and other.startswith(typed))
    found = dict.fromkeys((*longer, *get_close_matches(typed, by_fold, 3, 0.7)))
    return tuple(by_fold[other] for other in found)[:3]


def _fold_marks(text: str) -> str:
    """Without case, accents and ligatures."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", _JOINING.sub("", text)).casefold()
    plain = re.sub(r"[^\0-\x7f]", lambda char: "" if unicodedata.category(char[0])[0] == "M" else char[0], plain)
    return plain if plain == text else _fold_marks(plain)


def fold_letters(text: str) -> str:
    """A text in the letters that a plain keyboard has: without case, accents, ligatures, and marks of layout."""
    return text.casefold() if text.isascii() else _fold_marks(text).translate(_STROKES)


_WITHOUT_SPACES = (
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
"""Letters of scripts that put no space between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Chinese. Text, compiled
when it is needed: the start is not to wait for it."""

_LETTER = r"[^\W\d_]"
_LINE_END = re.compile(rf"(?:[-\u2010](?<={_LETTER}.)\s+|\u00ac(?<={_LETTER}.)\s*)(?={_LETTER})")
"""What a PDF leaves where it divided a word at the end of a line; ¬ is how some programs write a soft hyphen."""


def fold_words(text: str) -> str:
    """As `fold_letters`, with a space round each letter of a script without spaces: any part of it can be searched."""
    folded = fold_letters(text)
    return folded if folded.isascii() else re.sub(_WITHOUT_SPACES, r" \g<0> ", folded)


_ELIDED = re.compile(r"(?<![^\W_])([^\W\d_])['’ʼ](?=[^\W\d_]{2})")
"""The beginning of a name that is typed without its apostrophe as often: O'Neill, D’Arcy."""
_ELIDED_WORD = re.compile(_ELIDED.pattern + r"[^\W_]+(?:[-\u2010][^\W_]+)*")

_HYPHENATED = re.compile(rf"(?<![^\W_]){_LETTER}+(?:[-\u2010]{_LETTER}+)+(?![^\W_])")


_DIVIDES = re.compile("[-\u2010\u00ac]")
"""What divides a word, in all that is joined: most texts have none of it."""


def join_hyphenated(folded: str) -> str:
    """A folded text with its words that have hyphens in one: "cooperation" for "co-operation", "oneill" for "o'neill"."""
    folded = _ELIDED.sub(r"\1", folded)
    return _HYPHENATED.sub(lambda word: re.sub("[-\u2010]", "", word[0]), folded)


def fold_indexed(text: str) -> str:
    """As `fold_words`, for the index of a search: where lines divide words it comes once more, with these whole.

    Words with hyphens, and names as O'Neill, are at the end once more, without them.
    """
    folded = fold_words(text)
    has_elided = ("'" in folded or "’" in folded or "ʼ" in folded) and _ELIDED.search(folded)
    if not has_elided and not _DIVIDES.search(folded):
        return folded
    whole = _LINE_END.sub("", folded)
    joined = dict.fromkeys(join_hyphenated(word[0]) for word in _HYPHENATED.finditer(folded))
    if has_elided:
        joined |= dict.fromkeys(join_hyphenated(word[0]) for word in _ELIDED_WORD.finditer(folded))
    return "\n".join((folded, *([whole] if whole != folded else []), *joined))


_PREFIX = re.compile(r"^(?:recommendation|rec|no|r)[\s.\-]*(?=\d)", re.IGNORECASE | re.ASCII)


def tidy_number(number: str) -> str:
    """An item's number as it is stored: "Rec. 6" and "R6" become 6."""
    return _PREFIX.sub("", " ".join(number.split()))


@lru_cache(maxsize=10_000)
def fold_number(number: str) -> str:
    """The comparison key of an item's number: no "R", "Rec" or "No", no leading zeros, no case and accents.

    "Rec. 06", "R-6" and "6" are one number, as are "10a", "10-a" and "10(a)". Anything between two digits separates
    them: "1.1", "1/1" and "1(1)" are one number, and not 11. A letter of another alphabet is another letter.
    """
    plain = tidy_number(_fold_marks(number))
    plain = re.sub(r"(?<=[0-9])[\W_]+(?=[0-9])", "-", plain)
    plain = re.sub(r"[^\w-]+|_|(?<![0-9])-|-(?![0-9])", "", plain)
    plain = re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain)
    # What was between a prefix and its number is gone now: "R/6" has become "r6".
    return plain if plain == number else fold_number(plain)


def foreign_letter(number: str) -> str:
    """The first letter or digit of a number that is none of a to z and 0 to 9, accents aside; "" where none is.

    It may look like one of them, as the Cyrillic А does, and would be another number all the same.
    """
    return next((char for char in fold_number(number) if not char.isascii()), "")


MARKS = r"[\s./_:#\-‐-―−]"
"""What may be between a publication's code and an item's number, as a pattern."""


def bare_reference(typed: str) -> str:
    """A reference without the brackets or quotation marks round the whole of it."""
    quoted = re.fullmatch(r"""\((.+)\)|\[(.+)\]|["“”„'‘’](.+)["“”'‘’]""", typed.strip())
    return next(filter(None, quoted.groups())).strip() if quoted else typed.strip()


def number_key(number: str | None, scope: str | None) -> tuple[str, str]:
    """The comparison key of an item's number within its publication: folded, with what it is numbered within."""
    return fold_number(number or ""), fold_name(scope or "")


_DIGITS = re.compile(r"\d+")
_BEFORE_LETTER = re.compile(r"^[\W_]+(?=\w)")


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> str:
    """The natural sort key of a text: 2 before 10, é as e, and no punctuation before its first letter or digit.

    Each run of digits is padded to nine.
    """
    return _DIGITS.sub(lambda run: run[0].zfill(9), _BEFORE_LETTER.sub("", fold_letters(text)))
