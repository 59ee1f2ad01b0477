"""What is to be seen on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

from terminal import Picture


def has_rows(picture: Picture) -> bool:
    """Whether rows are to be seen, in whichever table is shown."""
    row = (
        picture.line_after("Ref", "Recommendation")
        or picture.line_after("Code", "Publication")
    ).strip()  # fmt: skip
    return bool(row) and not row.startswith("…")


def title(picture: Picture) -> str:
    """The line with what is shown and how many."""
    lines = picture.lines
    return next((lines[n - 1] for n, line in enumerate(lines) if "Ref" in line and "Recommendation" in line), "")


def shows(*words: str) -> Callable[[Picture], bool]:
    """Whether the list is narrowed as these words describe, and the first hits are there."""
    return lambda picture: all(word in title(picture) for word in words) and has_rows(picture)


def cursor_line(picture: Picture) -> str:
    """The row that the cursor is on; "" under a dialog."""
    return next((line for line in picture.lines if line.startswith("▌")), "")


def counted(picture: Picture) -> bool:
    """Whether the counts have come."""
    return bool(title(picture)) and not re.search(r"… (of|recomm|commit)", title(picture))


def has_text(words: str) -> Callable[[Picture], bool]:
    """Whether these words are on the screen."""
    return lambda picture: any(words in line for line in picture.lines)


def has_options(picture: Picture) -> bool:
    """Whether a facet's values are there, with their counts."""
    return any(re.search(r"\[[ x]\] .*\d", line) for line in picture.lines)


def toast(picture: Picture) -> str:
    """The words of the toast, which is at the right, under the list; "" where there is none."""
    return " ".join(line[1:].partition("▌")[2].strip() for line in picture.lines if "▌" in line[1:]).strip()


def has_toast(*words: str) -> Callable[[Picture], bool]:
    """Whether a toast has all these words."""
    return lambda picture: all(word in toast(picture) for word in words)


def has_tallies(name: str) -> Callable[[Picture], bool]:
    """Whether the table of themes, outcomes or leads is there: its first column is called so, and it has rows."""

    def seen(picture: Picture) -> bool:
        row = picture.line_after(name, "Total", "On track").strip()
        return bool(row) and not row.startswith("…")

    return seen
