"""Compare a row with the item that is here already: what the file changed since it was last imported, and only that.

A value that was edited here stays as long as the file has what it had before: what an import last wrote is found in
the log, by the place of its values.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from store.commands import Correct, MoveTarget, SetLeads, SetStage, SetTrack
from store.commands.base import Command, target_value
from store.commands.imports import ImportNote
from store.commands.values import read_value
from store.domain.names import fold_name
from store.domain.vocabulary import CLOSING_STAGES, IMPORTED, Basis, NoteKind, Stage, Status, Track
from store.exchange.importing.matching import ExistingItem, words_of_text
from store.exchange.importing.rows import Problem, RowValues
from store.log.change import Change, canonical, heads
from store.log.change_log import ChangeLog
from store.log.describe import format_value

_NEVER = object()


def was_imported(log: ChangeLog, item: str) -> bool:
    """Whether an item was created by an import."""
    return any(change.creates and _is_imported(change, "title") for change in log.of_entity(item))


class Edition:
    """The commands that bring one existing item to what a row of a newer file has."""

    def __init__(self, log: ChangeLog, item: ExistingItem, found: RowValues, place: str, today: date) -> None:
        self.log, self.conn, self.item, self.found = log, log.conn, item, found
        self.place, self.today = place, today
        self.changes = log.of_entity(item.id)
        self.commands: list[Command] = []

    def compare(self, theme: str | None, as_published: bool) -> list[Command]:
        """The commands; `theme` is the id of the row's theme. Adds to the row's problems."""
        found = self.found
        texts = {"text": found.text, "kind": found.kind, "number": found.number, "theme": theme} | found.values
        if not found.title_is_made and self._last("title") is not _NEVER:
            texts["title"] = found.title
        for name, typed in texts.items():
            if typed is not None:
                self._compare_field(name, typed)
        self._compare_made_title()
        self._compare_status(as_published)
        self._compare_target()
        self._compare_leads()
        for kind, text in found.notes:
            self._compare_note(kind, text)
        return self.commands

    def _last(self, field: str) -> Any:
        """The value that an import last gave a field, current or not; _NEVER where none did."""
        return next((c.value(field).value for c in reversed(self.changes) if _is_imported(c, field)), _NEVER)

    def _current(self, field: str) -> Any:
        top = heads(self.changes, field)
        return top[-1].value(field).value if top else None

    def _differs(self, field: str, value: Any) -> bool:
        """Whether the file has another value than when it was last imported, and than here. Notes where both differ."""
        last, current = self._last(field), self._current(field)
        wanted = canonical(value)
        if canonical(current) == wanted or (last is not _NEVER and canonical(last) == wanted):
            return False
        if last is not _NEVER and canonical(last) != canonical(current):
            was = format_value(current)
            self.found.problems.append(
                Problem("", f"{field.replace('_', ' ')} was edited here since ({was}): replaced")
            )
        return True

    def _compare_field(self, name: str, typed: str) -> None:
        value = read_value("recommendation", name, typed, self.today)
        if name == "number" and fold_name(str(self.item.number or "")) == fold_name(typed):
            return
        if name in ("text", "title") and words_of_text(self._current(name)) == words_of_text(value):
            return
        if self._differs(name, value):
            basis = self.found.bases.get(name, Basis.STATED)
            values = {name: typed}
            self.commands.append(
                Correct(kind="recommendation", entity=self.item.id, values=values, basis=basis, place=self.place)
            )

    def _compare_made_title(self) -> None:
        """A title that was made from the text follows it, unless it was edited here."""
        made, last = self.found.title, self._last("title")
        text_changed = any(isinstance(c, Correct) and "text" in c.values for c in self.commands)
        if self.found.title_is_made and text_changed and last == self._current("title") != made:
            self.commands.append(
                Correct(
                    kind="recommendation", entity=self.item.id, values={"title": made}, basis=Basis.DERIVED,
                    place=self.place,
                )
            )  # fmt: skip

    def _compare_status(self, as_published: bool) -> None:
        found, bases = self.found, self.found.bases
        if found.is_history and not as_published:
            return
        if found.stage is not None and self._stage_differs(found.stage):
            self.commands.append(
                SetStage(
                    item=self.item.id, stage=found.stage, reached=found.closed_on, reason="",
                    basis=bases.get("stage", Basis.STATED), place=self.place,
                )
            )  # fmt: skip
        closes = found.stage in CLOSING_STAGES or found.stage == Stage.SUBMITTED
        if found.track is not None and not closes and self._differs("track", str(found.track)):
            basis = bases.get("track", Basis.STATED)
            self.commands.append(
                SetTrack(item=self.item.id, track=Track(found.track), reason="", basis=basis, place=self.place)
            )

    def _stage_differs(self, stage: Stage) -> bool:
        last, current = self._last("stage"), self._current("stage")
        before = last["text"] if isinstance(last, dict) else None
        now = current["text"] if isinstance(current, dict) else None
        if stage in (before, now):
            return False
        if before is not None and before != now:
            self.found.problems.append(Problem("", f"stage was edited here since ({format_value(current)}): replaced"))
        return True

    def _compare_target(self) -> None:
        typed = self.found.revised or self.found.target
        if typed is None:
            return
        value = target_value(typed, today=self.today, as_words=True)
        last, current = self._last("target"), self._current("target")
        if _bounds(value) in (_bounds(current), *([_bounds(last)] if last is not _NEVER else [])):
            return
        status = self.conn.execute("SELECT status FROM recommendation WHERE id = ?", (self.item.id,)).fetchone()
        if status and status[0] == Status.CLOSED and not any(isinstance(c, SetStage | SetTrack) for c in self.commands):
            self.found.problems.append(Problem("", f"it is closed here: its target is left ({typed} in the file)"))
            return
        if not any(isinstance(c, SetStage) and c.stage in CLOSING_STAGES for c in self.commands):
            self.commands.append(
                MoveTarget(
                    item=self.item.id, text=typed, as_words=True, reason="", basis=Basis.STATED, place=self.place
                )
            )

    def _compare_leads(self) -> None:
        """Leads by name, as sets: what the file added or no longer has; those that were added here stay."""
        if not self.found.leads:
            return
        rows = self.conn.execute(
            "SELECT l.id, y.name, l.withdrawn FROM lead l JOIN party y ON y.id = l.party WHERE l.recommendation = ?",
            (self.item.id,),
        ).fetchall()
        current = {fold_name(name or ""): name for _, name, gone in rows if not gone}
        imported = {
            fold_name(name or "")
            for lead, name, _ in rows
            if any(c.creates and _is_imported(c, "party") for c in self.log.of_entity(lead))
        }
        in_file = {fold_name(name): name for name in self.found.leads}
        added = [name for folded, name in in_file.items() if folded not in current and folded not in imported]
        gone = [folded for folded in current if folded in imported and folded not in in_file]
        if added or gone:
            remaining = tuple(name for folded, name in current.items() if folded not in gone)
            leads = (*remaining, *added)
            self.commands.append(SetLeads(item=self.item.id, leads=leads, basis=Basis.STATED, place=self.place))

    def _compare_note(self, kind: NoteKind, text: str) -> None:
        rows = self.conn.execute(
            "SELECT n.text FROM note n JOIN note_on o ON o.note = n.id WHERE o.recommendation = ? AND n.kind = ?",
            (self.item.id, str(kind)),
        ).fetchall()
        if words_of_text(text) not in {words_of_text(row[0]) for row in rows}:
            self.commands.append(ImportNote(item=self.item.id, kind=kind, text=text, place=self.place))


def _is_imported(change: Change, field: str) -> bool:
    return field in change.fields and (change.value(field).place or "").startswith(IMPORTED)


def _bounds(value: Any) -> tuple[Any, Any, str] | None:
    """What makes a target the same: its days, and its words where it has none."""
    if not isinstance(value, dict):
        return None
    days = value.get("earliest"), value.get("latest")
    return (*days, "" if any(days) else fold_name(str(value.get("text") or "")))
