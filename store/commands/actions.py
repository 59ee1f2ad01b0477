"""Move a target; add and finish the actions under an item."""

from __future__ import annotations

from store.commands.base import Command, item_status, part_date, past_date, stated_on, target_value, until_text
from store.commands.items import listed_word
from store.commands.values import FieldsCommand
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.field_types import BOUNDS
from store.domain.vocabulary import Extension, Status
from store.log.writer import ChangeWriter


class MoveTarget(Command):
    """Set or move the target of an item; a reason, or a kind of delay, is required for a later target, and a reason for
    one without a day.

    `text` is as written, "" for no target, None for the one that it has; `earliest` and `latest` are its bounds (days)
    where they cannot be parsed from the text; `said` and `where` are when and where it was stated.

    `extension` is what became of more time that was asked for: `asked_by` whom, until when (`asked_for`), and `decided_by`
    whom, when (`decided`; today where that is not given). Only one that is granted moves the target: to the text, else
    to what was asked for.
    """

    item: str
    text: str | None = None
    earliest: str | None = None
    latest: str | None = None
    said: str | None = None
    where: str | None = None
    condition: str | None = None
    delay: str | None = None
    extension: Extension | None = None
    asked_by: str | None = None
    asked_for: str | None = None
    decided_by: str | None = None
    decided: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        name = writer.name_of("recommendation", self.item)
        if item_status(writer, self.item) == Status.CLOSED:
            raise NotAllowed(f"{name} is closed. Reopen it before giving it another target.")
        held = writer.current(self.item, "target").value
        now = held if isinstance(held, dict) else {}
        text = self._new_text(name, now)
        value = self._value(writer, text, now) if text.strip() else None
        latest = value.get("latest") if value else None
        later = bool(now.get("latest") and latest and latest > now["latest"])
        if later and not self.delay:
            self.require_reason(f"Moving the target of {name} later, from {now['text']} to {value and value['text']},")
        if now.get("latest") and not latest:
            self.require_reason(f"Leaving {name} without a day that its target can be held to")
        reason = self.reason_to_record(later and not self.delay)
        writer.set("recommendation", self.item, "target", value, basis=self.basis, place=self.place, reason=reason)

    def _new_text(self, name: str, now: dict[str, str]) -> str:
        """The text of the target: that given, else what is granted, else that which the item has."""
        if self.extension is None and any((self.asked_by, self.asked_for, self.decided_by, self.decided)):
            raise BadInput("extension", "Say whether the extension is asked for, granted or refused.")
        granted = self.asked_for or now.get("asked_for") if self.extension == Extension.GRANTED else None
        held = now.get("text", "")
        text = granted or held if self.text is None or self.text == held else self.text
        if self.extension in (Extension.ASKED, Extension.REFUSED) and text != held:
            raise BadInput(
                "text",
                f"Only an extension that is granted moves the target of {name}: say until when it was asked for, and leave "
                "the target as it is.",
            )
        if self.extension and not text.strip():
            raise BadInput("text", f"{name} has no target that could be extended.")
        return text

    def _value(self, writer: ChangeWriter, text: str, now: dict[str, str]) -> dict[str, str | None]:
        more = {
            "said": stated_on(self.said, writer.today),
            "where": self.where or None,
            "condition": self.condition or None,
            "delay": listed_word(writer, "delay", self.delay),
            **(self._extension(writer, now) if self.extension else {}),
        }
        given = bool(self.earliest or self.latest)
        if now and now["text"] == text and not given:
            # An unchanged text is not parsed again: "June" keeps the year that it had.
            return {**now, **{name: value for name, value in more.items() if value}}
        today = None if given else writer.today
        value = target_value(text, said=more["said"], today=today, as_words=given or self.as_words) | more
        from_words = {part: value[part] for part in BOUNDS}
        for part in BOUNDS:
            bound = part_date(getattr(self, part), part, writer.today)
            value[part] = (bound or value)[part]
        if value["earliest"] and value["latest"] and value["earliest"] > value["latest"]:
            raise BadInput("latest", "The target's last possible day is before its first.")
        for part, day in from_words.items():
            if day and day != value[part]:
                raise BadInput(
                    part, f"“{text}” names its own days: a first and a last possible day are for words that name none."
                )
        return value

    def _extension(self, writer: ChangeWriter, now: dict[str, str]) -> dict[str, str | None]:
        """The parts about the extension; who asked, and until when, is that of the request that is decided."""
        asked = now if now.get("decision") == Extension.ASKED else {}
        until = until_text(self.asked_for, writer.today) if self.asked_for else None
        if self.asked_for:
            # It may become the target: what of that is asked about is asked about here.
            target_value(self.asked_for, "asked_for", today=writer.today, as_words=self.as_words)
        day = (past_date(self.decided, "decided", writer.today) or {}).get("text")
        is_decided = self.extension != Extension.ASKED
        return {
            "decision": self.extension,
            "asked_by": self.asked_by or asked.get("asked_by"),
            "asked_for": until or asked.get("asked_for"),
            "decided_by": self.decided_by or None,
            "decided": day or (format_date(writer.today) if is_decided else None),
        }


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
