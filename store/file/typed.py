"""Validation of a path that somebody typed."""

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
