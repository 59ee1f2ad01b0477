"""Who writes, when and where: what the changes of one action have in common; and what is random in them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta


def random_token() -> str:
    """32 random hex digits: a salt or an id."""
    return secrets.token_hex(16)


def add_milliseconds(time: str, milliseconds: int) -> str:
    """Add milliseconds to a time stamp."""
    if not milliseconds:
        return time
    moved = datetime.fromisoformat(time) + timedelta(milliseconds=milliseconds)
    return f"{moved:%Y-%m-%dT%H:%M:%S}.{moved.microsecond // 1000:03d}Z"


@dataclass(frozen=True, slots=True)
class AuthorContext:
    """Who writes: author (the id of a party), device (the id of the register), the time stamp, UTC, and the person's day."""

    author: str
    device: str
    time: str
    day: date
