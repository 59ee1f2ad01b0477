"""Who writes at this desk: as configured, and as it is saved."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.domain.errors import BadInput
from store.domain.text import TextError, decode_typed, validate_typed
from store.register import ActionResult, Author
from tui.desk.settings import Settings, update_settings

if TYPE_CHECKING:
    pass


def configured_author(settings: Settings, named: str | None = None) -> Author | None:
    """The author: of the name given, else FAIRLEAD_AUTHOR, else the settings. None where none is configured.

    Raises BadInput where the name is too long, or cannot be read.
    """
    try:
        from_outside = decode_typed(os.environ.get("FAIRLEAD_AUTHOR", ""))[0]
    except TextError as error:
        raise BadInput("name", f"FAIRLEAD_AUTHOR: {error}") from None
    name = _name(named or from_outside or settings.name or "")
    return Author(name, settings.author_id if name == settings.name else None) if name else None


def save_author(settings: Settings, name: str, acts_for: Iterable[str] = ()) -> tuple[Settings, Author]:
    """Save the author and the leads they act for in the settings. Raises BadInput or CannotWrite."""
    name = _name(name)
    if not name:
        raise BadInput("name", "Say who is writing: the name that others will see.")
    leads = tuple(lead for lead in map(_name, acts_for) if lead)
    same = name == settings.name
    settings = update_settings(name=name, acts_for=leads, author_id=settings.author_id if same else None)
    return settings, Author(name, settings.author_id)


def save_author_id(settings: Settings, author: Author, done: ActionResult) -> Settings:
    """Save the party id of an author who wrote for the first time, so that every register gets the same id."""
    if done.author and author.name == settings.name and settings.author_id is None:
        return update_settings(author_id=done.author)
    return settings


def _name(text: str) -> str:
    try:
        return validate_typed(text, limit=200)
    except TextError as error:
        raise BadInput("name", str(error)) from None
