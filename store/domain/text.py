"""Decode and validate text on input, and sanitise text for display.

`decode` is for bytes that should be text, `validate_typed` for what a person types or pastes, `validate_text` for that
and for an import or a share; `sanitise` is for output to a terminal. Validating and sanitising use one fixed list of
code points, and not Python's own tables, which differ by version: what one register can hold, another must accept.
"""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata

NOTE_LIMIT = 200_000
"""Bytes of UTF-8 that a text may have."""

LINE_LIMIT = 500
"""Characters that a one-line field (a title, a name, a reference) may have."""

# U+200C and U+200D join letters and emoji, and U+FE0F picks an emoji's form: they stay.
_HIDDEN = (
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls, tab and newline aside
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible letters and marks
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidirectional
    "\u3164\ufeff\uffa0\ufff0-\ufffb"  # fillers, byte order mark, annotation
    "\ufe00-\ufe0e\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # variation selectors, musical controls, tags
    "\ufdd0-\ufdef\ufffe\uffff"  # not characters
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: no two machines draw them alike
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff"
)
_BAD = re.compile(f"[{_HIDDEN}\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LAYOUT = re.compile(r"\u00ad(?:[ \t]*\r?\n[ \t]*(?=\w))?|[\u200b\u2060\ufeff]")
"""Where a line may be broken or not, or was, and the mark of a file's beginning: a PDF or Word leaves them in a text."""

_UNREADABLE = "\ufffd"
"""What some program put for a character that it could not read."""

# The longer marks first: that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

READ_AS_WINDOWS = "This is no UTF-8: it was read as Windows-1252. Check its accents and quotation marks."
"""The notice of a text that `decode` read as Windows-1252."""


class TextError(ValueError):
    """Text that is not valid, with the reason as its message."""


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def decode(data: bytes) -> tuple[str, bool]:
    """Decode bytes as text: by a byte order mark, else as UTF-8, else as Windows-1252 where they fit; and whether so.

    Raises TextError where they are none of these: nothing is replaced and nothing guessed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.removeprefix(mark).decode(encoding), False
            except UnicodeDecodeError:
                name = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise TextError(f"This begins as {name} text and goes on as something else. {_SAVE_IT}") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_windows(data), True
    if "\x00" in text:
        raise TextError(f"This is no text, or UTF-16 without its mark. {_SAVE_IT}")
    return text, False


_SAVE_IT = "Save it as UTF-8, or paste it in the app."


def _decode_windows(data: bytes) -> str:
    """Decode Windows-1252, where it is mostly ASCII and has nothing that is valid UTF-8. Raises TextError."""
    high = sum(byte > 0x7F for byte in data)
    is_mixed = any(char > "\x7f" and char != _UNREADABLE for char in data.decode("utf-8", "replace"))
    try:
        if not (is_mixed or _NO_TEXT.search(data) or high > 1 + len(data) // 3):
            return data.decode("cp1252")
    except UnicodeDecodeError:
        pass
    raise TextError(f"This is neither UTF-8 nor Windows-1252 text, or only in part. {_SAVE_IT}")


def decode_typed(typed: str) -> tuple[str, bool]:
    """An argument, option, answer or environment variable as text, and whether it was read as Windows-1252.

    Bytes of it that Python could not decode are decoded as `decode` does. Raises TextError.
    """
    as_windows = False
    if any("\ud800" <= char <= "\udfff" for char in typed):
        try:
            typed, as_windows = decode(typed.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            raise TextError("A character of it could not be read. Type it again.") from None
    check_readable(typed)
    return typed, as_windows


def check_readable(text: str) -> None:
    """Raise TextError where a character of a text was lost on its way here."""
    if _UNREADABLE in text:
        before = one_line(text.partition(_UNREADABLE)[0][-20:])
        after = f" after “{before}”" if before else ""
        raise TextError(f"A character could not be read{after}, and is {_UNREADABLE} now. Type it again.")


def validate_typed(text: str, *, lines: bool = False, limit: int | None = None) -> str:
    """As `validate_text`, for what a person typed or pasted; see `check_readable`."""
    check_readable(text)
    return validate_text(text, lines=lines, limit=limit)


def validate_text(text: str, *, lines: bool = False, limit: int | None = None) -> str:
    """Validate and normalise text on input; it is idempotent.

    Line ends of any kind become newline; with `lines` off (titles, names) newlines and tabs become spaces. Marks of
    layout (a soft hyphen, a space of no width) are left out. Code points that are invisible, reorder text or control a terminal are replaced by a visible form: the result then differs.
    `limit` is in bytes where `lines` is on and in characters elsewhere. Raises TextError when the text is too long.
    """
    plain = text.isascii() and text.isprintable()
    if not plain:
        text = drop_layout_marks(_LINE_ENDS.sub("\n", text))
    if not lines:
        text = " ".join(text.split())
    text = (text if plain else _BAD.sub(_visible, text)).strip("\n\t ")
    size = len(text.encode("utf-8")) if lines else len(text)
    most = limit or (NOTE_LIMIT if lines else LINE_LIMIT)
    if size > most:
        unit = "bytes" if lines else "characters"
        raise TextError(f"The text is too long: {size:,} {unit}, and {most:,} is the most. Shorten it or split it.")
    return text


def drop_layout_marks(text: str) -> str:
    """Leave out of a text the soft hyphens and the like that a PDF or Word leaves in it."""
    return text if text.isascii() else _LAYOUT.sub("", text)


def sanitise(text: object, *, most: int = 20_000) -> str:
    """Sanitise text for display: no control characters for a terminal, and truncated with … past `most` characters.

    Newlines stay; tabs become spaces, since their width depends on the terminal. The result is plain text, not markup:
    pass it to Content(…) or Text(…).
    """
    shown = str(text)
    if len(shown) > most:
        shown = shown[: most - 1] + "…"
    shown = _LINE_ENDS.sub("\n", shown).replace("\t", "    ")
    return _BAD.sub(_visible, shown)


def one_line(text: object, *, most: int = 500) -> str:
    """Sanitise text for display on one line: in cells, titles and toasts."""
    return " ".join(sanitise(text, most=most).split())


def shorten_middle(text: str, *, most: int) -> str:
    """As `one_line`, but past `most` characters what is left out is in the middle: a sentence ends in what can be done.

    A third of what stays is of the end.
    """
    line = one_line(text, most=len(text) + 1)
    if len(line) <= most:
        return line
    end = most // 3
    before, after = line[: most - end - 3], line[-end:] if end else ""
    # Between words, where there are some.
    return f"{before.rpartition(' ')[0] or before} … {after.partition(' ')[2] or after}"


def cell_width(text: str) -> int:
    """The width of a text in cells of a terminal: two for a wide character, none for one that joins or combines."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def count_of(number: int, what: str) -> str:
    """A number with what is counted: "1 row", "2,000 rows"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def format_size(size: int) -> str:
    """Format a file size: 800 bytes, 120 kB, 1.2 MB, 4.3 GB."""
    if size < 1000:
        return count_of(size, "byte")
    if size < 999_500:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 999_950_000 else f"{size / 1_000_000_000:.1f} GB"


def quote_for_shell(text: object) -> str:
    """A path or a name as it is typed in a command that is printed: in quotes where a shell would take it apart."""
    shown = one_line(text)
    if sys.platform == "win32":
        return shown if re.fullmatch(r"[\w@%+=:,./\\~-]+", shown) else f'"{shown}"'
    from shlex import quote

    return quote(shown)


NONE = "none"
"""A value that is empty, in words."""


def format_step(old: str, new: str, reason: str | None) -> str:
    """From which value to which, in words; where both are one, that it is as before, and whether a reason was added."""
    if old and old == new != NONE:
        return f"{new}, as before{', with a reason' if reason else ''}"
    if new == NONE and old:
        return "removed" if old == NONE else f"removed, was {old}"
    if old == NONE:
        return f"set to {new}"
    return f"{old} → {new}" if old else new
