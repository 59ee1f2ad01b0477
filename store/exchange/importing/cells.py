"""What a cell holds: text without HTML and the marks of a PDF, the number in a text, the names in a list of names."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

from store.domain.names import fold_name, fold_number, tidy_number
from store.domain.text import drop_layout_marks, validate_text

_TAG = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|strong|b|em|i|u|a|h[1-6]|table|tr|td|th|tbody|font|sup|sub)\b[^<>]*>", re.I
)
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.I)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.I)
_EXCEL_ESCAPE = re.compile(r"_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")
_LIGATURES = {char: unicodedata.normalize("NFKC", char) for char in map(chr, range(0xFB00, 0xFB07))}
_BULLETS = re.compile("[\ue000-\uf8ff]")
_SYMBOLS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "-", "\uf0e0": "→", "\uf076": "❖"}
"""What Word's Symbol and Wingdings bullets are, which a copied text keeps as private code points."""

_LEADING_NUMBER = re.compile(
    r"""^\s*(?:(?P<new>new)\s+)?
        (?:(?P<word>[A-Za-z]{3,20})\s*(?:no\.?|number|\#)?\s*[.:#-]?\s*|(?P<short>AFI|AFD|COC|R|Rec)[\s.\-#]*)?
        (?P<number>\d{1,3}(?:\.\d{1,3}){0,2}(?:\s?\((?:[a-z]|[ivx]{2,4})\)|(?:\s|\.)?\(?[a-h]\)?(?![A-Za-z0-9]))?)
        (?P<after>\s*(?:[:.)\]–—-]|\s|$))""",
    re.X | re.I,
)
_WORDS = {
    "recommendation": None,
    "commitment": "commitment",
    "action": None,
    "area": None,
    "finding": None,
}

_NO_LIMIT = 1 << 40
"""How long a text may be is the rule of its field."""

_SEPARATORS = ("|", "\n", ";", "/")
_AND = re.compile(r"\s+(?:and|&)\s+", re.I)


def clean_text(text: str) -> str:
    """A cell's text without HTML, ligatures, private bullets and Excel's escapes; its words are left as they are.

    What it returns is what a register holds of it: the same file again has the same text.
    """
    if "_x" in text:
        text = _EXCEL_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if "<" in text and _TAG.search(text):
        text = _TAG.sub("", _BREAKS.sub("\n", re.sub(r"<li\b[^<>]*>", "• ", text, flags=re.I)))
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if not text.isascii():
        text = "".join(_LIGATURES.get(char, char) for char in text)
        text = _BULLETS.sub(lambda found: _SYMBOLS.get(found[0], "•"), text)
        text = drop_layout_marks(text).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2007", " ")
    text = validate_text(text, lines=True, limit=_NO_LIMIT)
    lines = (" ".join(line.split(" ")).rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]{2,}", " ", "\n".join(lines))).strip()


def read_number(cell: str, code: str = "", *, floats: bool = False) -> str:
    """An item's number as a cell has it: "R4", "Rec. 4", "HC-4" of HC and, with `floats`, "4.0" are 4."""
    joined = has_more_numbers(clean_text(cell))
    text = " ".join(clean_text(cell).replace("\n", ", " if joined else " ").split()).strip(" .:")
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(" .:")
    if code and (own := re.fullmatch(rf"{re.escape(code)}[\s\-/._]*(.+)", text, re.I)):
        text = own[1]
    if floats:
        text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    found = number_in_text(text + " ")
    if found and len(text) > 4 and not joined:
        return found
    return tidy_number(text)


def has_more_numbers(number: str) -> bool:
    """Whether a cell of numbers has more than one: "R1 & R2", "Recs 3-5", "6a and 6b"; "2024-25" and "1/2" are one."""
    one = r"(?:new )?(?:[a-z]{1,20}[\s.#]*)?\d{1,3}[a-z]?(?:\(\w{1,4}\))?"
    pattern = rf"(?:(?:{one})\s*(?:,|;|&|\+|\band\b|\bto\b|\n)\s*)+(?:{one})|(?:recs|recommendations|afis)[\s.]*\d+\s*[-–]\s*(?:r|rec)?\d+"
    return re.fullmatch(pattern, " ".join(number.split(" ")).strip(" .:)"), re.I) is not None


def has_floats(cells: Iterable[str]) -> bool:
    """Whether a column's numbers are whole numbers that some program wrote with a point: all are "4" or "4.0"."""
    texts = [text.strip() for text in cells if text.strip()]
    return any(re.fullmatch(r"\d+\.0+", text) for text in texts) and not any(
        re.fullmatch(r"\d+\.\d*[1-9]\d*", text) for text in texts
    )


def has_fractions(cells: Iterable[str]) -> bool:
    """Whether a column of per cent has fractions of one, as a spreadsheet stores them: 0.5 for 50 %."""
    texts = [text.strip() for text in cells if text.strip()]
    fractions = [text for text in texts if re.fullmatch(r"0?\.\d+|[01](?:\.0+)?", text)]
    return any(re.fullmatch(r"0?\.\d*[1-9]\d*", text) for text in fractions) and len(fractions) == len(texts)


def number_in_text(text: str) -> str:
    """The number with which a text begins ("Recommendation 10: …", "Recomemendation 3", "AFI 1", "3.1 The force"); or "".

    A plain number counts only where a point, colon or bracket follows it: "12 officers were …" begins with a count.
    """
    found = _LEADING_NUMBER.match(text[:80])
    if not found:
        return ""
    number, word, short = re.sub(r"[\s()]", "", found["number"]), found["word"], found["short"]
    if word and not _is_item_word(word):
        return ""
    if not (word or short) and found["after"].strip() not in (":", ".", ")", "]") and "." not in number:
        return ""
    if short and short.upper() in ("AFI", "AFD", "COC"):
        number = f"{short.upper()}{number}"
    elif word and fold_number(word) in ("afi", "afd", "coc"):
        number = f"{word.upper()}{number}"
    return f"New {number}" if found["new"] else number


def numbers_in_lines(text: str) -> list[str]:
    """The items that lines of a text begin with, "Recommendation 2", "R3", each once: more than one in a cell is named."""
    found = (
        (_LEADING_NUMBER.match(line.strip()[:80]), number_in_text(line.strip()))
        for line in text.split("\n")
        if line.strip()[:1].isalpha()
    )
    named = (one[0].strip(" :.)]–—-") for one, number in found if one and number)
    return list(dict.fromkeys(name for name in named if re.match(r"rec|afi|afd|coc|r[\s.#-]*\d", name, re.I)))


def _is_item_word(word: str) -> bool:
    folded = word.casefold()
    if folded in _WORDS or folded in ("rec", "recs", "afi", "afd", "coc", "no", "number", "item"):
        return True
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(folded, "recommendation") >= 80)


def kind_in_number(number: str) -> str | None:
    """The kind of item that a number names: AFI1 is an area for improvement; None where it names none."""
    letters = re.match(r"[A-Za-z]*", number)
    kinds = {"AFI": "area-for-improvement", "AFD": "area-for-development", "COC": "cause-of-concern"}
    return kinds.get((letters[0] if letters else "").upper())


def title_from_text(text: str, most: int = 90) -> str:
    """A short title from an item's text: its first sentence without its number, cut between words."""
    plain = " ".join(text.split()).lstrip("•▪➢✓❖-–— ")
    found = _LEADING_NUMBER.match(plain[:80])
    if found and number_in_text(plain):
        plain = plain[found.end() :].lstrip(" :.)–—-")
    first = re.split(r"(?<=[a-z\)])[.;:]\s+(?=[A-Z•(])|\s•\s", plain, maxsplit=1)[0].rstrip(" .;:")
    if len(first) <= most:
        return first or plain[:most]
    return first[:most].rsplit(" ", 1)[0].rstrip(",;:–—-") + " …"


def separators_in(cells: Iterable[str]) -> dict[str, int]:
    """The separators between names in a column's cells, with how many cells have each; "/" and "and" among them."""
    counts = dict.fromkeys((*_SEPARATORS, "and"), 0)
    for cell in cells:
        text = clean_text(cell)
        for separator in _SEPARATORS:
            counts[separator] += separator in text
        counts["and"] += _AND.search(text) is not None
    return {separator: count for separator, count in counts.items() if count}


def split_names_of(cell: str, separators: Sequence[str]) -> tuple[str, ...]:
    """The names in a cell, split only at these separators; never at a comma. "?" and "…" are no names."""
    pieces = [clean_text(cell)]
    for separator in separators:
        pieces = [
            part for piece in pieces for part in (_AND.split(piece) if separator == "and" else piece.split(separator))
        ]
    names = (" ".join(piece.split()).strip(" ,;") for piece in pieces)
    return tuple(dict.fromkeys(name for name in names if fold_name(name)))


EMPTY_WORDS = frozenset({"", "-", "–", "—", "n/a", "na", "none", "nil", "tbc", "tba", "not applicable", "unknown", "."})
"""What cells hold that have no value, for names and dates."""


def is_blank(cell: str) -> bool:
    """Whether a cell of names or of a date has no value: empty, a dash, "n/a"."""
    return cell.strip().casefold() in EMPTY_WORDS
