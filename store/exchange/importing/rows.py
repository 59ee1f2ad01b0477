"""Read a row of a file by its mapping: its fields as typed, what its words mean, and what of it is not understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from store.commands.base import past_date, target_value
from store.commands.items import recorded_number
from store.commands.values import read_value
from store.domain.errors import BadInput
from store.domain.field_types import FieldType
from store.domain.fields import KINDS
from store.domain.names import fold_name, fold_number
from store.domain.text import TextError, check_readable, one_line
from store.domain.vocabulary import CLOSING_STAGES, REPLY_STAGES, Basis, ItemKind, NoteKind, Stage, Track
from store.exchange.importing.cells import (
    clean_text,
    has_more_numbers,
    is_blank,
    kind_in_number,
    number_in_text,
    numbers_in_lines,
    read_number,
    split_names_of,
    title_from_text,
)
from store.exchange.importing.tables import Row, Table
from store.exchange.importing.words import WordGuess
from store.exchange.importing.workbook import serial_date

_LONG_TITLE = 140
_NUMBER_LIMIT = 20

OWN_FIELDS = frozenset({
    "number", "title", "text", "kind", "theme", "publication", "publisher", "published", "status", "closed_on", "target",
    "revised_target", "leads", "note", "evidence", "part_of",
})  # fmt: skip
"""The fields that are read here by rules of their own; the others are read as they are declared."""

HISTORY = CLOSING_STAGES | REPLY_STAGES
"""The stages that pass only as recorded as published."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a row is not taken, or taken otherwise than it is there: the address of the cell, and a sentence."""

    address: str
    sentence: str


@dataclass(slots=True)
class RowValues:
    """What a row has: `values` are fields of an item, as typed; None where the row has none."""

    row: Row
    number: str | None = None
    title: str | None = None
    title_is_made: bool = False
    text: str | None = None
    kind: str | None = None
    theme: str | None = None
    part_of: str | None = None
    stage: Stage | None = None
    track: Track | None = None
    closed_on: str | None = None
    target: str | None = None
    revised: str | None = None
    leads: tuple[str, ...] = ()
    notes: tuple[tuple[NoteKind, str], ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    bases: dict[str, Basis] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: str | None = None
    """Why the row is not taken; None where it is."""

    @property
    def is_history(self) -> bool:
        """Whether its stage is one that only passes as recorded as published."""
        return self.stage in HISTORY


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one table.

    `columns` is the field of each position, `words` the guesses of each worded field by the folded word, `splits` the
    separators of a field's names.
    """

    table: Table
    columns: Mapping[str, tuple[int, ...]]
    words: Mapping[str, Mapping[str, WordGuess]]
    splits: Mapping[str, Sequence[str]]
    today: date
    floats: bool
    fractions: bool
    comments: Mapping[int, Sequence[str]]

    def read(self, row: Row, code: str) -> RowValues:
        """What a row of the publication with this code has."""
        found = RowValues(row)
        for position, cell in enumerate(row.cells):
            try:
                check_readable(cell)
            except TextError:
                found.refused = (
                    f"{self.table.address(row.number, position)} has a character that was lost: type it again"
                )
                return found
        self._read_texts(found, code)
        if found.refused:
            return found
        self._read_words(found)
        self._read_dates(found)
        self._read_names(found)
        self._read_notes(found)
        self._read_declared(found)
        return found

    def cell(self, row: Row, name: str) -> str:
        """The cleaned text of the column of a field; "" where there is none."""
        return clean_text(row.cells[self.columns[name][0]]) if self.columns.get(name) else ""

    def _problem(self, found: RowValues, name: str, sentence: str) -> None:
        address = self.table.address(found.row.number, self.columns[name][0]) if self.columns.get(name) else ""
        found.problems.append(Problem(address, sentence))

    def _read_texts(self, found: RowValues, code: str) -> None:
        row = found.row
        text, title = self.cell(row, "text"), " ".join(self.cell(row, "title").split())
        if title and not text and len(title) > _LONG_TITLE:
            text, title = self.cell(row, "title"), ""
        if not (text or title):
            found.refused = "it has neither a text nor a title"
            return
        found.text = text or None
        found.title, found.title_is_made = (title, False) if title else (title_from_text(text), True)
        if len(found.title) > 500:
            found.title, found.title_is_made = title_from_text(title), True
        if len(named := numbers_in_lines(text)) > 1:
            self._problem(found, "text", f"names {', '.join(named)}: several in one cell, taken as one item")
        number = read_number(self.cell(row, "number"), code, floats=self.floats) if self.columns.get("number") else ""
        if has_more_numbers(self.cell(row, "number")):
            self._problem(found, "number", "names several numbers: taken as one item")
        number = number or number_in_text(text) or number_in_text(title)
        found.kind = kind_in_number(number)
        if found.kind not in KINDS["recommendation"].fields["kind"].choices:
            found.kind = None
        if number and len(number) > _NUMBER_LIMIT:
            self._problem(found, "number", f"“{one_line(number, most=40)}” is too long for a number: taken without one")
            number = ""
        if number and not fold_number(number):
            number = ""
        found.number = number or None

    def _read_words(self, found: RowValues) -> None:
        for name in ("status", "kind", "theme"):
            word = " ".join(self.cell(found.row, name).split())
            if not word:
                continue
            guess = self.words[name].get(fold_name(word))
            meaning = guess.meaning if guess else None
            if meaning is None:
                if not is_blank(word):
                    self._problem(found, name, f"“{one_line(word, most=60)}” is mapped to nothing")
                continue
            basis = Basis.STATED if guess and guess.exact else Basis.DERIVED
            if name == "status":
                self._read_status(found, meaning, basis)
            elif name == "kind":
                found.kind, found.bases["kind"] = meaning, basis
            else:
                found.theme, found.bases["theme"] = meaning, basis
        try:
            found.number = recorded_number(found.number, found.kind or ItemKind.RECOMMENDATION)
        except BadInput as error:
            self._problem(found, "number", str(error))
            found.number = None

    def _read_status(self, found: RowValues, meaning: str, basis: Basis) -> None:
        for part in meaning.split("+"):
            if part in set(Track) and part != Track.NOT_STATED:
                found.track, found.bases["track"] = Track(part), basis
            elif part in set(Stage) and part != Stage.NOT_STATED:
                found.stage, found.bases["stage"] = Stage(part), basis

    def _read_dates(self, found: RowValues) -> None:
        for name in ("target", "revised_target"):
            typed = self._date_text(found.row, name)
            if typed is None:
                continue
            try:
                target_value(typed, today=self.today)
            except BadInput as error:
                self._problem(found, name, f"kept as words, without a day: {_reason(error)}")
            if name == "target":
                found.target = typed
            else:
                found.revised = typed
        if found.target is None:
            found.target, found.revised = found.revised, None
        elif found.revised == found.target:
            found.revised = None
        closed = self._date_text(found.row, "closed_on")
        if closed is not None:
            try:
                past_date(closed, "closed_on", self.today)
                found.closed_on = closed
            except BadInput as error:
                self._problem(found, "closed_on", f"the day is left out: {error}")

    def _date_text(self, row: Row, name: str) -> str | None:
        text = " ".join(self.cell(row, name).split())
        if is_blank(text):
            return None
        return serial_date(text) or text

    def _read_names(self, found: RowValues) -> None:
        leads = self.cell(found.row, "leads")
        if not is_blank(leads):
            names = split_names_of(leads, self.splits.get("leads", ()))
            long = [name for name in names if len(name) > 200]
            for name in long:
                self._problem(found, "leads", f"“{one_line(name, most=40)}” is too long for a name: not taken")
            found.leads = tuple(name for name in names if name not in long)
        part_of = self.cell(found.row, "part_of")
        found.part_of = read_number(part_of) if part_of and not is_blank(part_of) else None

    def _read_notes(self, found: RowValues) -> None:
        notes: list[tuple[NoteKind, str]] = []
        for name, kind in (("note", NoteKind.POSITION), ("evidence", NoteKind.EVIDENCE)):
            columns = self.columns.get(name, ())
            for position in columns:
                text = clean_text(found.row.cells[position])
                if not is_blank(text):
                    before = f"{self.table.heading(position)}: " if len(columns) > 1 else ""
                    notes.append((kind, f"{before}{text}"))
        notes += [(NoteKind.POSITION, f"Comment on a cell: {text}") for text in self.comments.get(found.row.number, ())]
        found.notes = tuple(notes)

    def _read_declared(self, found: RowValues) -> None:
        for name in (name for name in self.columns if name not in OWN_FIELDS):
            text = self.cell(found.row, name)
            if not text or (is_blank(text) and name != "marking"):
                continue
            declared = KINDS["recommendation"].editable[name]
            typed = "; ".join(split_names_of(text, self.splits[name])) if self.splits.get(name) else text
            if name in self.words:
                guess = self.words[name].get(fold_name(text))
                if guess is None or guess.meaning is None:
                    self._problem(found, name, f"“{one_line(text, most=60)}” is mapped to nothing")
                    continue
                typed = guess.meaning
                found.bases[name] = Basis.STATED if guess.exact else Basis.DERIVED
            if declared.type == FieldType.WHOLE:
                typed = re.sub(r"(?<=\d)\.0+$", "", typed.strip().removesuffix("%").strip())
                typed = f"{float(typed) * 100:.0f}" if name == "percent_done" and self.fractions else typed
            if declared.type != FieldType.TEXT:
                typed = " ".join(typed.split())
            try:
                self._check_declared(name, typed)
            except (BadInput, TextError) as error:
                self._problem(found, name, f"not taken: {error}")
                continue
            found.values[name] = typed

    def _check_declared(self, name: str, typed: Any) -> None:
        from store.domain.models import validate_values

        value = read_value("recommendation", name, typed, self.today)
        if KINDS["recommendation"].fields[name].type != FieldType.ENTITY:
            validate_values("recommendation", {name: value})


def _reason(error: BadInput) -> str:
    return str(error).removeprefix(f"--{error.field}: ").partition(" To keep it as words")[0].rstrip(".")
