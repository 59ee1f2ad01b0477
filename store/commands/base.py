"""The base class of commands, and the helpers that they share."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from store.domain.date_reading import NotUnderstood, UnlikelyYear, read_coming_date, read_date, read_past_date
from store.domain.date_wording import remarks_in
from store.domain.dates import PartDate, format_date
from store.domain.errors import BadInput, NotAllowed, ReasonRequired, UnclearDate
from store.domain.vocabulary import (
    CLOSING_STAGES,
    Basis,
    Stage,
    Status,
)
from store.log.writer import ChangeWriter


class Command(BaseModel):
    """Base class of commands, the edits that a person can make. Entities are given by id; text is as typed.

    `basis` and `place` are those of its values; a basis that is a source lets a value pass the workflow's rules, since
    it is recorded as published. `reason` is None where none was given, "" where it was asked for and declined.
    `as_words` accepts what is asked about in a target or due date: as words what seems to have a day and is not
    understood, and a year that is unlikely as it is.
    """

    # Built when it is first used: an action needs few of the commands.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    basis: Basis = Basis.ENTERED
    place: str | None = None
    reason: str | None = None
    as_words: bool = False

    def write(self, writer: ChangeWriter) -> None:
        """Write the changes. Raises NotAllowed, ReasonRequired or BadInput."""
        raise NotImplementedError

    def require_reason(self, what: str) -> None:
        """Raise ReasonRequired unless a reason was given or declined."""
        if self.reason is None:
            raise ReasonRequired(what)

    def reason_to_record(self, is_required: bool) -> str | None:
        """The reason to record: a declined one ("") only where one is required."""
        return self.reason if is_required else self.reason or None

    def provenance(self, values: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
        """The basis and place of every value that is not empty."""
        if self.basis == Basis.ENTERED and not self.place:
            return {}
        return {name: (str(self.basis), self.place) for name, value in values.items() if value is not None}


def part_date(text: str | None, field: str = "date", today: date | None = None) -> dict[str, str | None] | None:
    """Parse a typed part-known date to a stored value; None for empty text. Raises BadInput.

    "tomorrow" and "30 June", the next one, are relative to `today`; without it they are refused.
    """
    if not text or not text.strip():
        return None
    try:
        read = read_date(text, today)
    except ValueError as error:
        raise BadInput(field, str(error)) from None
    return _value(read)


def past_date(text: str | None, field: str, today: date) -> dict[str, str | None] | None:
    """Parse the part-known date of a past event; None for empty text. Raises BadInput for a future or too early one."""
    if not text or not text.strip():
        return None
    try:
        return _value(read_past_date(text, today))
    except ValueError as error:
        raise BadInput(field, str(error)) from None


def coming_date(text: str, field: str, today: date) -> dict[str, str | None]:
    """Parse the part-known date of what is to come. Raises BadInput, also for one in an unlikely year."""
    try:
        return _value(read_coming_date(text, today))
    except ValueError as error:
        raise BadInput(field, str(error)) from None


def stated_on(text: str | None, today: date) -> str | None:
    """The day on which a target was stated, as text; None for empty text. Raises BadInput as `past_date`."""
    return (past_date(text, "said", today) or {}).get("text")


def _value(read: PartDate) -> dict[str, str | None]:
    earliest, latest = read.earliest, read.latest
    is_day = earliest is not None and earliest == latest and not remarks_in(read.text)
    return {
        "text": format_date(earliest) if earliest and is_day else read.text,
        "earliest": earliest.isoformat() if earliest else None,
        "latest": latest.isoformat() if latest else None,
    }


def target_value(
    text: str,
    field: str = "target",
    *,
    said: str | None = None,
    where: str | None = None,
    today: date | None = None,
    as_words: bool = False,
) -> dict[str, str | None]:
    """Parse a target to a stored value; its bounds are None where it contains no day ("in the coming weeks").

    "+3 months" and "30 June" are relative to `today`; without it they are not understood. Raises UnclearDate for what is
    not understood and seems to be meant as a date, or in a year that is unlikely beside `said`, unless `as_words`.
    """
    try:
        since = read_date(said).earliest if said else None
        value = _value(read_coming_date(text, today, since) if today and not as_words else read_date(text, today))
    except UnlikelyYear as error:
        raise UnclearDate(field, str(error), "To take it as it is, give --as-words.") from None
    except ValueError as error:
        if not as_words and not (isinstance(error, NotUnderstood) and not error.hints_at_day):
            raise UnclearDate(field, str(error)) from None
        value = {"text": text, "earliest": None, "latest": None}
    return value | {"said": said or None, "where": where or None, "condition": None}


def until_text(text: str | None, today: date) -> str | None:
    """Until when or what, as text; a relative date ("next month") as what it means; None for empty text."""
    try:
        return read_date(text or "", today).text
    except ValueError:
        return text or None


def item_status(writer: ChangeWriter, item: str) -> str:
    """An item's current status, pending changes included.

    Raises NotAllowed for an item that is missing, withdrawn or left out of this copy.
    """
    row = writer.conn.execute(
        "SELECT closed_as, left_out, withdrawn FROM recommendation WHERE id = ?", (item,)
    ).fetchone()
    if row is None:
        raise NotAllowed("That item is not in this register.")
    if row[1]:
        raise NotAllowed(
            f"{writer.name_of('recommendation', item)} was left out of this copy and cannot be edited here."
        )
    if row[2]:
        raise NotAllowed(f"{writer.name_of('recommendation', item)} has been withdrawn. Undo that to edit it.")
    value = writer.current(item, "stage").value
    stage = value["text"] if isinstance(value, dict) else None
    asks = value.get("asks") if isinstance(value, dict) else None
    if stage in CLOSING_STAGES or (stage == Stage.SUBMITTED and (asks == "closure" if asks else row[0])):
        return Status.CLOSED
    return str(writer.current(item, "track").value or Status.NOT_STATED)
