"""Validation of a path that somebody typed, and a free one to propose."""

from __future__ import annotations

from pathlib import Path

from store.domain.errors import BadInput
from store.domain.text import one_line


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


def free_path(path: Path) -> Path:
    """The path, or where there is such a file the next one that is free: register-2.fairlead."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 10_000))
    return next((free for free in (path, *numbered) if not free.exists()), path)
