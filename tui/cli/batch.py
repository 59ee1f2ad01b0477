"""Batch edits on the command line: preview the changes, item by item, then execute them as one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from store.domain.errors import ReasonRequired
from store.domain.references import references_of
from tui.cli import printing
from tui.cli.base import CommandFailed, CommandMisused, WritingSession, at_terminal, print_notice

if TYPE_CHECKING:
    from store.commands import Command

Build = Callable[[str, str | None], "Sequence[Command]"]
"""Builds the commands for one item, by its id, and a reason."""


@dataclass(frozen=True, slots=True)
class BatchEdit:
    """An edit of many items; `confirmed` executes it without asking, `dry_run` only prints the preview."""

    build: Build
    confirmed: bool = False
    dry_run: bool = False
    remark: Callable[[str], str] | None = None
    """Makes what is shown beside the changes of an item, by its id; None for nothing."""

    def do(self, session: WritingSession, items: Sequence[str], *, ask: bool = True) -> None:
        """Print the preview, ask for confirmation, and execute the commands of the items that are not refused.

        Without `ask`, execute them all at once. Raises CommandFailed where no item is left, CommandMisused and
        ReasonRequired.
        """
        if not (ask or self.dry_run):
            session.do(lambda reason: [command for item in items for command in self.build(item, reason)])
            return
        wanted, is_reason_required = self._show(session, items)
        if self.dry_run:
            return
        if not wanted:
            raise CommandFailed("Nothing of this can be done.")
        if not self.confirmed:
            if not at_terminal():
                raise CommandMisused("Nobody is there to ask: give --apply to do it, or --dry-run to look only.")
            if not click.confirm(f"Do this to {len(wanted)} item{'' if len(wanted) == 1 else 's'}?", err=True):
                raise click.Abort
        if is_reason_required and session.reason is None and not at_terminal():
            raise ReasonRequired("This")
        session.do(lambda reason: [command for item in wanted for command in self.build(item, reason)])

    def _show(self, session: WritingSession, items: Sequence[str]) -> tuple[list[str], bool]:
        """Print what would change of each item; returns the items not refused, and whether a reason is required."""
        from store.commands.preview import NO_CHANGE

        names = references_of(session.register.conn, items)
        commands = [(item, command) for item in items for command in self.build(item, session.reason)]
        previewed = session.register.preview(
            [command for _, command in commands], [names[item] for item, _ in commands]
        )
        rows: list[tuple[str, ...]] = []
        refused: dict[str, str] = {}
        changing: dict[str, None] = {}
        for (item, _), one in zip(commands, previewed, strict=True):
            if one.refused and one.refused != NO_CHANGE:
                refused[item] = one.refused
            elif not one.refused:
                changing[item] = None
                remarks = (self.remark(item),) if self.remark else ()
                new = one.new + (" (needs a reason)" if one.requires_reason else "")
                rows.append((names[item], one.what, one.now, new, *remarks))
        rows = [row for row in rows if row[0] not in {names[item] for item in refused}]
        if self.dry_run or not self.confirmed:
            more = ("To mind",) if self.remark else ()
            wide = more or ("Will be",)
            printing.table(("Ref", "What", "Now", "Will be", *more), rows, wide=wide, first_out=("Now",))
        for item, why in refused.items():
            print_notice(f"{names[item]} is left out: {why}")
        same = sum(1 for item in items if item not in changing and item not in refused)
        if same:
            print_notice(f"{same} say{'s' if same == 1 else ''} that already.")
        return [item for item in changing if item not in refused], any(one.requires_reason for one in previewed)
