"""The models of papers to a committee: what they are written with, their figures as printed, and as they were fixed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from store.domain.values import (
    ChangeIds,
    DateValue,
    Day,
    EntityModel,
    Id,
    Line,
    Lines,
    Marking,
    PrintedValue,
    StageValue,
    TargetValue,
)
from store.domain.vocabulary import Status


class Paper(EntityModel):
    """One report to a committee."""

    title: Line | None = None
    meeting: Line | None = None
    date: DateValue | None = None
    location: Line | None = None
    presenter: Line | None = None
    asked: Line | None = None
    purpose: Lines | None = None
    appendix: Line | None = None
    form: Line | None = None
    since: DateValue | None = None
    marking: Marking | None = None


class PaperPublication(EntityModel):
    """That a paper reports on a publication; a paper without any reports on all that its form counts."""

    paper: Id | None = None
    publication: Id | None = None


class PaperText(EntityModel):
    """What people wrote in a paper under a section, of one publication or of none.

    `context` is what it was written of: the figures of the section and of the items that it names, as they were then.
    """

    paper: Id | None = None
    publication: Id | None = None
    section: Line | None = None
    text: Lines | None = None
    context: Lines | None = None
    marking: Marking | None = None


class AcceptedFinding(EntityModel):
    """That a person looked at a finding about a paper, and why it is no fault."""

    paper: Id | None = None
    finding: Line | None = None
    reason: Line | None = None


class Figure(EntityModel):
    """A figure as a paper printed it; blank is an empty text without a number, which is not zero."""

    paper: Id | None = None
    publication: Id | None = None
    name: Line | None = None
    figure: PrintedValue | None = None


class Fixing(EntityModel):
    """The fixing of a paper's figures at the end of a day; a paper may be fixed again, and every fixing is kept."""

    paper: Id | None = None
    day: Day | None = None


class FixedItem(EntityModel):
    """The status, stage and target of an item when a paper's figures were fixed, and the heads that it was read from."""

    fixing: Id | None = None
    recommendation: Id | None = None
    status: Annotated[Status, Field(strict=False)] | None = None
    closed_as: Line | None = None
    stage: StageValue | None = None
    target: TargetValue | None = None
    heads: ChangeIds | None = None
