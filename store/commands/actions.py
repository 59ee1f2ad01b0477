"""Move a target; add and finish the actions under an item."""

from __future__ import annotations

from store.commands.base import Command, item_status, part_date, past_date, stated_on, target_value
from store.commands.values import FieldsCommand
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.field_types import BOUNDS
from store.domain.vocabulary import Status
from store.log.writer import ChangeWriter


class MoveTarget(Command):
    """Set or move the target of an item; a reason is required for a later target, or for one without a day.

    `text` is as written, "" for no target; `earliest` and `latest` are its bounds (days) where they cannot be
    parsed from the text; `said` and `where` are when and where it was stated.
    """

    item: str
    text: str
    earliest: str | None = None
    latest: str | None = None
    said: str | None = None
    where: str | None = None
    condition: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        name = writer.name_of("recommendation", self.item)
        if item_status(writer, self.item) == Status.CLOSED:
            raise NotAllowed(f"{name} is closed. Reopen it before giving it another target.")
        value: dict[str, str | None] | None = None
        if self.text.strip():
            value = self._value(writer)
        held = writer.current(self.item, "target").value
        now = held if isinstance(held, dict) else {}
        latest = value.get("latest") if value else None
        later = bool(now.get("latest") and latest and latest > now["latest"])
        if later:
            self.require_reason(f"Moving the target of {name} later, from {now['text']} to {value and value['text']},")
        if now.get("latest") and not latest:
            self.require_reason(f"Leaving {name} without a day that its target can be held to")
        reason = self.reason_to_record(later)
        writer.set("recommendation", self.item, "target", value, basis=self.basis, place=self.place, reason=reason)

    def _value(self, writer: ChangeWriter) -> dict[str, str | None]:
        more = {
            "said": stated_on(self.said, writer.today),
            "where": self.where or None,
            "condition": self.condition or None,
        }
        now = writer.current(self.item, "target").value
        given = bool(self.earliest or self.latest)
        if isinstance(now, dict) and now["text"] == self.text and not given:
            # An unchanged text is not parsed again: "June" keeps the year that it had.
            return {**now, **{name: value for name, value in more.items() if value}}
        today = None if given else writer.today
        value = target_value(self.text, said=more["said"], today=today, as_words=given or self.as_words) | more
        for part in BOUNDS:
            day = part_date(getattr(self, part), part, writer.today)
            value[part] = (day or value)[part]
        if value["earliest"] and value["latest"] and value["earliest"] > value["latest"]:
            raise BadInput("latest", "The target's last possible day is before its first.")
        return value


class AddAction(FieldsCommand):
    """Add an action (promise, milestone or dependency) to an item.

    `said` and `where` are when and where the due date was stated. A dependency waits on `whose`, another body or
    programme, `since` a day.
    """

    entity_kind = "action"
    item: str
    said: str | None = None
    where: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        values = self.read(writer, "text") | {"recommendation": self.item}
        if values["due"]:
            values["due"] |= {
                "said": stated_on(self.said, writer.today) or format_date(writer.today),
                "where": self.where or None,
            }
        writer.create("action", values, basis=self.provenance(values), reason=self.reason)


class FinishAction(Command):
    """Mark an action as done on a day (today by default), or as not done."""

    action: str
    done: bool = True
    day: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        value = past_date(self.day or format_date(writer.today), "day", writer.today) if self.done else None
        writer.set("action", self.action, "done", value, basis=self.basis, place=self.place, reason=self.reason)
