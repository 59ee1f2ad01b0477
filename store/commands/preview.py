"""A dry run of commands: what they would change, without storing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.domain.errors import Cancelled, FairleadError, ReasonRequired
from store.log.change import WITHDRAWN, Change
from store.log.describe import describe_change
from store.queries.history import value_before

if TYPE_CHECKING:
    from store.commands.base import Command
    from store.log.writer import ChangeWriter

NO_CHANGE = "it says that already"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """The effect of one command: on what, which fields, their current and new values; `refused` is the reason why
    not."""

    about: str
    what: str
    now: str
    new: str
    refused: str | None = None
    requires_reason: bool = False


def _listed(values: Sequence[str]) -> str:
    """Values in a line; one that is the same in each place, as a person is who goes over with their promises, once."""
    return "; ".join(filter(None, {*values} if len({*values}) == 1 else values))


def preview(
    writer: ChangeWriter,
    commands: Sequence[Command],
    names: Sequence[str],
    go_on: Callable[[int, int], bool] | None = None,
) -> list[PreviewRow]:
    """The effect of each command in order, each applied after those before it; nothing is stored.

    `names` is what each command is about, for those that are refused. Raises Cancelled where `go_on`, called with how
    many are done, of how many, returns False.
    """
    from store.commands.stage_rules import derive_touched_stages

    found: list[PreviewRow] = []
    for command, name in zip(commands, names, strict=True):
        if go_on is not None and not go_on(len(found), len(commands)):
            raise Cancelled("The preview")
        before = len(writer.changes)
        lacks_reason = False
        try:
            try:
                with writer.savepoint():
                    command.write(writer)
                    derive_touched_stages(writer, before)
            except ReasonRequired:
                lacks_reason = True
                with writer.savepoint():
                    command.model_copy(update={"reason": ""}).write(writer)
                    derive_touched_stages(writer, before)
        except FairleadError as error:
            found.append(PreviewRow(name, "", "", "", str(error)))
            continue
        described = _describe_changes(writer, writer.changes[before:])
        if not described:
            found.append(PreviewRow(name, "", "", "", NO_CHANGE))
            continue
        what, now, new = (list(column) for column in zip(*described, strict=True))
        found.append(
            PreviewRow(
                name,
                "; ".join(dict.fromkeys(what)),
                _listed(now),
                _listed(new),
                None,
                lacks_reason,
            )
        )
    return found


def _describe_changes(writer: ChangeWriter, changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Each change as (field, before, after), without the associations of a new entity."""
    described = _describe_lead_changes(
        writer, [c for c in changes if c.kind == "lead" and (c.creates or c.fields == (WITHDRAWN,))]
    )
    quiet = ("note_on", "party", "evidence", "fixed_item", *(("lead",) if described else ()))
    for change in [c for c in changes if c.kind not in quiet] or ([] if described else changes):
        changes_by_id = {c.id: c for c in writer.of_entity(change.entity)}
        before = None if change.creates else value_before(change, changes_by_id)
        what, now, new = describe_change(writer.conn, change, before)
        if change.fields == (WITHDRAWN,) and change.value(WITHDRAWN).value:
            # A withdrawal removes the current value.
            now, new = new, ""
        elif now and now == new:
            new = "as before" if change.reason is None else "as before, with a reason"
        described.append((what, now, new))
    return described


def _describe_lead_changes(writer: ChangeWriter, changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Added and withdrawn leads of an item as one row (field, before, after)."""
    if not changes:
        return []
    item = writer.current(changes[0].entity, "recommendation").value
    names = {c.entity: str(c.value("name").value) for c in writer.created("party")}
    names |= dict(writer.conn.execute("SELECT id, name FROM party").fetchall())
    rows = writer.conn.execute("SELECT party FROM lead WHERE recommendation = ? AND withdrawn = 0", (item,)).fetchall()
    now, new = [names[row[0]] for row in rows], [names[row[0]] for row in rows]
    for change in changes:
        party = names[str(writer.current(change.entity, "party").value)]
        if writer.current(change.entity, WITHDRAWN).value:
            new = [name for name in new if name != party]
        elif party not in new:
            new.append(party)
    return [("lead", "; ".join(sorted(now)), "; ".join(sorted(new)) or "nobody")]
