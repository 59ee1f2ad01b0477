"""The plan of an import: what each row of a file becomes, with everything of the file accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from store.commands.base import Command
from store.commands.preview import NO_CHANGE, PreviewRow
from store.domain.errors import BadInput
from store.exchange.importing.columns import ColumnGuess
from store.exchange.importing.publications import PlannedPublication
from store.exchange.importing.rows import Problem
from store.exchange.importing.tables import Skipped, Source, Table
from store.exchange.importing.words import WordGuess
from store.file.office_parts import Progress
from store.register import Register


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "nothing to change"
    REFUSED = "refused"


@dataclass(slots=True)
class PlannedRow:
    """A row of the file, what becomes of it and why."""

    number: int
    reference: str
    title: str
    outcome: Outcome
    commands: list[Command] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    matched: str = ""
    """How it was found to be an item that is here: by its number, or how alike its text is."""
    refused: str = ""
    changes: list[PreviewRow] = field(default_factory=list)
    """What its commands would change; see `check_plan`."""


@dataclass(frozen=True, slots=True)
class NewEntity:
    """A publication or theme that rows refer to: its id, its name and the command that adds it."""

    id: str
    name: str
    command: Command


@dataclass(slots=True)
class ImportPlan:
    """What an import would do, and all that it found in the file."""

    source: Source
    table: Table
    columns: list[ColumnGuess]
    words: dict[str, list[WordGuess]]
    splits: dict[str, tuple[str, ...]]
    separators: dict[str, dict[str, int]]
    publications: list[PlannedPublication] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    before: list[NewEntity] = field(default_factory=list)
    """The publications and themes that are not here yet."""
    vanished: list[tuple[str, str]] = field(default_factory=list)
    """Reference and title of each item that an earlier import brought and that the file no longer has."""
    new_names: list[str] = field(default_factory=list)
    """Leads that are no party here yet."""
    new_themes: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    """References of rows with a closing stage; without `as_published` they come in open."""
    as_published: bool = False
    comments: bool = False
    """Whether the comments on cells are taken, as notes."""
    problem: BadInput | None = None
    """What has to be chosen before there can be rows; None where there are."""

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(1 for row in self.rows if row.outcome == outcome)

    def needed(self) -> list[NewEntity]:
        """The new publications and themes to which the commands of the rows refer; they are added before them."""
        used = {
            entity
            for row in self.rows
            for command in row.commands
            for entity in (getattr(command, "publication", None), getattr(command, "values", {}).get("theme"))
        }
        return [new for new in self.before if new.id in used]

    def commands(self) -> list[Command]:
        """All commands, in the order in which they are executed, as one action."""
        return [*(new.command for new in self.needed()), *(command for row in self.rows for command in row.commands)]

    def names(self) -> list[str]:
        """What each of the commands is about, in their order."""
        return [*(new.name for new in self.needed()), *(row.reference for row in self.rows for _ in row.commands)]

    @property
    def skipped(self) -> Sequence[Skipped]:
        """The rows of the file that hold no item."""
        return self.table.skipped

    def unmapped(self) -> list[ColumnGuess]:
        """The columns with text that map to nothing, hidden ones aside."""
        return [column for column in self.columns if column.field is None and column.filled and not column.hidden]

    def codes_to_choose(self) -> list[PlannedPublication]:
        """The publications whose code is only proposed."""
        return [publication for publication in self.publications if publication.is_proposed]


def check_plan(register: Register, plan: ImportPlan, progress: Progress | None = None) -> None:
    """Preview the commands of a plan: what each row changes is noted with it, and a row that is refused is left out.

    Raises Cancelled, and BadInput where a publication or theme of it is refused.
    """
    commands, names = plan.commands(), plan.names()
    owners = [None for _ in plan.needed()] + [row for row in plan.rows for _ in row.commands]
    for row in plan.rows:
        row.changes = []
    for owner, previewed in zip(owners, register.preview(commands, names, progress), strict=True):
        if owner is None:
            if previewed.refused:
                raise BadInput("publication", f"{previewed.about}: {previewed.refused}")
        elif previewed.refused and previewed.refused != NO_CHANGE:
            owner.refused = previewed.refused
        elif not previewed.refused:
            owner.changes.append(previewed)
    for row in plan.rows:
        if row.refused:
            row.outcome, row.commands, row.changes = Outcome.REFUSED, [], []
        elif row.outcome == Outcome.CHANGED and not row.changes:
            row.outcome, row.commands = Outcome.SAME, []
