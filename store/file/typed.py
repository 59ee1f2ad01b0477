"""Validation of a path that somebody typed, and a free one to propose."""

from __future__ import annotations

import re
from pathlib import Path

from store.domain.errors import BadInput
from store.domain.names import fold_letters
from store.domain.text import one_line

_DOUBLE_ENDINGS = (".mapping.json", ".age")


def typed_path(text: str, field: str = "path") -> Path:
    """Parse a typed path, and check that it is reachable. Raises BadInput."""
    try:
        path = Path(text).expanduser()
        # Checked here, for a proper error: a name may be too long, or a folder above it not readable.
        path.exists()
        path.parent.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        why = (getattr(error, "strerror", None) or "it leads nowhere").lower()
        raise BadInput(field, f"{one_line(text, most=80)} cannot be reached: {why}.") from None
    return path


def plain_name(text: str) -> str:
    """A text as a part of a file's name, of letters and digits only, so that every system takes it; "" where none is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold_letters(text)).strip("-")[:60].rstrip("-")


def free_path(path: Path, *also: str) -> Path:
    """The path, or where there is such a file the next one that is free: register-2.fairlead.

    A number goes before the ending, of two as in .mapping.json before both; `also` are further endings with which the
    name has to be free, of a file that may get one of them.
    """
    endings = path.suffixes[-2:] if path.name.casefold().endswith(_DOUBLE_ENDINGS) else path.suffixes[-1:]
    ending = "".join(endings)
    stem = path.name.removesuffix(ending)
    numbered = (path.with_name(f"{stem}-{n}{ending}") for n in range(2, 10_000))

    def is_free(free: Path) -> bool:
        return not any(free.with_name(free.name + more).exists() for more in ("", *also))

    return next((free for free in (path, *numbered) if is_free(free)), path)
