"""A path that somebody typed, which may be anything."""

from __future__ import annotations

from pathlib import Path

from store.domain.errors import BadInput
from store.domain.text import one_line


def typed_path(text: str, field: str = "path") -> Path:
    """The path that a person means, and one that the system can be asked about. Raises BadInput for any other."""
    try:
        path = Path(text).expanduser()
        # Asked here, where it is refused in words: a name may be too long, or a folder on the way closed.
        path.exists()
        path.parent.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        why = (getattr(error, "strerror", None) or "it leads nowhere").lower()
        raise BadInput(field, f"{one_line(text, most=80)} cannot be reached: {why}.") from None
    return path
