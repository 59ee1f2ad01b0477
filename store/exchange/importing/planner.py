"""Plan an import: from a file's table and a person's choices to commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from store.commands.base import Command
from store.commands.imports import ImportNewItem, import_place
from store.commands.items import item_id
from store.commands.parties import existing_party_names
from store.commands.themes import AddTheme, theme_id
from store.domain.errors import BadInput, Cancelled, NotFound
from store.domain.names import fold_name, number_key
from store.domain.references import find_theme
from store.domain.text import LINE_LIMIT, one_line
from store.domain.vocabulary import Basis, Stage, Track
from store.exchange.importing.cells import has_floats, has_fractions, separators_in
from store.exchange.importing.columns import ColumnGuess, guess_columns, import_fields, read_map
from store.exchange.importing.editions import Edition, was_imported
from store.exchange.importing.mapping import ImportMapping, proposed_separators
from store.exchange.importing.matching import ExistingItem, Finder, existing_items
from store.exchange.importing.plan import ImportPlan, NewEntity, Outcome, PlannedRow
from store.exchange.importing.publications import PlannedPublication, plan_publications
from store.exchange.importing.rows import Problem, RowReader, RowValues
from store.exchange.importing.tables import Row, Source, Table
from store.exchange.importing.words import WORDED, WordGuess, choices_of, guess_words, read_word, same_words
from store.file.office_parts import Progress
from store.log.change_log import ChangeLog
from store.register import Register

_EVERY = 100


def plan_import(
    register: Register,
    source: Source,
    mapping: ImportMapping,
    *,
    as_published: bool = False,
    title: str | None = None,
    progress: Progress | None = None,
) -> ImportPlan:
    """Plan the import of a file. `title` is that of a new publication for every row.

    Where something has to be chosen first, the plan has no rows and has what, in `problem`. Raises BadInput where the
    choices do not fit the file, NotFound and Cancelled.
    """
    table = source.table(mapping.sheet)
    if table is None:
        names = ", ".join(one.name for one in source.tables if one.name)
        raise BadInput(
            "sheet", f"There is no sheet {mapping.sheet or ''} with rows. The sheets are: {names or 'none'}."
        )
    if not table.rows:
        raise BadInput("sheet", "No headings with rows under them were found in it.")
    return _Planner(register, source, table, mapping, as_published, title, progress).plan()


class _Planner:
    def __init__(
        self,
        register: Register,
        source: Source,
        table: Table,
        mapping: ImportMapping,
        as_published: bool,
        title: str | None,
        progress: Progress | None,
    ) -> None:
        self.conn, self.log, self.today = register.conn, ChangeLog(register.conn), register.today()
        self.source, self.table, self.mapping = source, table, mapping
        self.title, self.progress, self.steps = title, progress, 0
        guesses = _apply_map(table, guess_columns(table, hidden=mapping.hidden), mapping)
        self.positions = _positions(guesses)
        words = {name: self._words(name) for name in WORDED if name in self.positions}
        separators = {
            name: found
            for name in ("leads", "addressed_to")
            if name in self.positions and (found := separators_in(self._texts(name)))
        }
        splits = {name: mapping.splits.get(name, proposed_separators(found)) for name, found in separators.items()}
        self.result = ImportPlan(source, table, guesses, words, splits, separators)
        self.result.as_published, self.result.comments = as_published, mapping.comments
        self.themes: dict[str, str] = {}

    def plan(self) -> ImportPlan:
        """The whole plan, or the columns and words of one without rows, with its problem."""
        try:
            self._plan_all()
        except BadInput as error:
            self.result.problem = error
        return self.result

    def _plan_all(self) -> None:
        if not ({"text", "title"} & self.positions.keys()):
            headings = ", ".join(column.heading for column in self.result.columns[:20])
            raise BadInput(
                "map",
                f"No column is taken as the text or the title of an item. The columns are: {headings}.",
            )
        publications = plan_publications(self.conn, self.table, self.positions, self.mapping, self.title, self.today)
        place = import_place(self.source.name, self.table.name, self.table.heading_row)
        self.result.publications = list(dict.fromkeys(publications.values()))
        self.result.before = [
            NewEntity(one.id, one.code, one.command(place)) for one in self.result.publications if one.is_new
        ]
        reader = RowReader(
            self.table,
            self.positions,
            {name: {fold_name(guess.word): guess for guess in found} for name, found in self.result.words.items()},
            self.result.splits,
            self.today,
            has_floats(self._texts("number")),
            has_fractions(self._texts("percent_done")),
            self._comments(),
        )
        by_publication: dict[PlannedPublication, list[tuple[Row, int]]] = {}
        for position, row in enumerate(self.table.rows):
            by_publication.setdefault(publications[row.number], []).append((row, position))
        planned: dict[int, PlannedRow] = {}
        for publication, rows in by_publication.items():
            planned |= self._plan_rows(publication, rows, reader)
        self.result.rows = [planned[position] for position in sorted(planned)]
        self._name_new_parties()

    def _texts(self, name: str) -> list[str]:
        return [row.cells[position] for position in self.positions.get(name, ()) for row in self.table.rows]

    def _words(self, name: str) -> list[WordGuess]:
        choices = choices_of(self.conn, name)
        given = {
            word: None if meaning is None else read_word(name, meaning, choices)
            for word, meaning in self.mapping.words.get(name, {}).items()
        }
        guesses = guess_words(name, self._texts(name), choices, given, same_words(self.conn, name))
        if name != "theme":
            return guesses
        # A theme that is not here yet is added, by its own name, where that can be a name.
        left = {fold_name(word) for word in given} | {""}
        return [
            guess if guess.meaning or fold_name(guess.word) in left or len(guess.word) > LINE_LIMIT else _as_new(guess)
            for guess in guesses
        ]

    def _comments(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for address, text in self.table.comments if self.mapping.comments else ():
            found.setdefault(int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), []).append(text)
        return found

    def _go_on(self) -> None:
        """Report that a step was done. Raises Cancelled where the person leaves."""
        self.steps += 1
        steps = 3 * len(self.table.rows)
        if self.steps % _EVERY == 0 and self.progress and not self.progress(min(self.steps, steps), steps):
            raise Cancelled("The import")

    def _plan_rows(
        self, publication: PlannedPublication, rows: Iterable[tuple[Row, int]], reader: RowReader
    ) -> dict[int, PlannedRow]:
        """The rows of one publication, by their position in the file."""
        read: list[tuple[RowValues, int]] = []
        for row, position in rows:
            self._go_on()
            read.append((reader.read(row, publication.code), position))
        _refuse_same_numbers(found for found, _ in read)
        here = [] if publication.is_new else existing_items(self.log, publication.id)
        finder = Finder(self.log, here, self._go_on)
        finder.find([(found, self._place(found.row)) for found, _ in read if not found.refused] if here else [])
        planned: dict[int, PlannedRow] = {}
        for found, position in read:
            if here:
                self._go_on()
            row = found.row
            reference = (
                f"{publication.code}-{found.number}" if found.number else f"{publication.code}, row {row.number}"
            )
            planned[position] = PlannedRow(
                row.number, reference, found.title or "", Outcome.REFUSED, problems=found.problems
            )
            if found.refused:
                planned[position].refused = found.refused
                continue
            self._plan_row(publication, found, finder, planned[position])
        for item in finder.unmatched():
            if was_imported(self.log, item.id):
                self.result.vanished.append((item.reference, item.title))
        return planned

    def _place(self, row: Row) -> str:
        return import_place(self.source.name, self.table.name, row.number)

    def _plan_row(self, publication: PlannedPublication, found: RowValues, finder: Finder, planned: PlannedRow) -> None:
        place = self._place(found.row)
        theme = self._theme(found, publication, place)
        if found.is_history:
            self.result.history.append(planned.reference)
        item, how = finder.found.get(found.row.number, (None, ""))
        if item is None:
            planned.outcome = Outcome.NEW
            planned.commands = [self._new_item(publication, found, theme, place, finder)]
            return
        planned.matched, planned.reference = how, item.reference
        if item.withdrawn or item.left_out:
            planned.refused = "it was withdrawn here" if item.withdrawn else "it was left out of this copy"
            return
        if found.number and item.text and found.text and how == "by its number":
            self._notice_other_text(item, found)
        planned.commands = Edition(self.log, item, found, place, self.today).compare(theme, self.result.as_published)
        planned.outcome = Outcome.CHANGED if planned.commands else Outcome.SAME

    def _notice_other_text(self, item: ExistingItem, found: RowValues) -> None:
        from rapidfuzz import fuzz

        like = fuzz.ratio(fold_name(item.text), fold_name(found.text or ""))
        if like < 50:
            found.problems.append(Problem("", f"the text is quite another ({like:.0f} % alike): is it the same item?"))

    def _new_item(
        self, publication: PlannedPublication, found: RowValues, theme: str | None, place: str, finder: Finder
    ) -> Command:
        values = dict(found.values)
        values |= {
            name: text
            for name, text in {
                "number": found.number,
                "title": found.title,
                "text": found.text,
                "kind": found.kind,
            }.items()
            if text
        }
        if theme:
            values["theme"] = theme
        if found.part_of and (whole := finder.part_id(found.part_of, values.get("scope"))):
            values["part_of"] = whole
        elif found.part_of:
            found.problems.append(Problem("", f"what it is a part of, {found.part_of}, is not there: taken by itself"))
        takes_stage = found.stage is not None and (self.result.as_published or not found.is_history)
        if found.is_history and not self.result.as_published:
            found.problems.append(Problem("", "comes in open: how it was closed is taken only as published"))
        bases = found.bases | ({"title": Basis.DERIVED} if found.title_is_made else {})
        if found.number:
            finder.planned[number_key(found.number, values.get("scope"))] = item_id(
                publication.id, found.number, values.get("scope")
            )
        return ImportNewItem(
            basis=Basis.STATED, place=place, as_words=True, publication=publication.id, values=values, bases=bases,
            stage=(found.stage or Stage.NOT_STATED) if takes_stage else Stage.NOT_STATED,
            track=found.track or Track.NOT_STATED, reached=found.closed_on if takes_stage else None,
            target=found.target, revised=found.revised, leads=found.leads, notes=found.notes,
        )  # fmt: skip

    def _theme(self, found: RowValues, publication: PlannedPublication, place: str) -> str | None:
        """The id of a row's theme; a new one is added before the rows."""
        if found.theme is None:
            return None
        folded = fold_name(found.theme)
        if folded not in self.themes:
            try:
                self.themes[folded] = find_theme(self.conn, found.theme, publication.id)[0]
            except NotFound:
                self.themes[folded] = theme_id(found.theme)
                self.result.new_themes.append(found.theme)
                command = AddTheme(values={"name": found.theme}, basis=Basis.STATED, place=place)
                name = f"theme {one_line(found.theme, most=60)}"
                self.result.before.append(NewEntity(self.themes[folded], name, command))
        return self.themes[folded]

    def _name_new_parties(self) -> None:
        existing = existing_party_names(self.conn)
        names = (
            name
            for row in self.result.rows
            for command in row.commands
            for name in getattr(command, "leads", ())
        )  # fmt: skip
        self.result.new_names = list(
            {fold_name(name): name for name in names if fold_name(name) not in existing}.values()
        )


def _refuse_same_numbers(rows: Iterable[RowValues]) -> None:
    """Refuse each row that has the number of one before it."""
    first: dict[tuple[str, str], int] = {}
    for found in rows:
        if not found.number or found.refused:
            continue
        key = number_key(found.number, found.values.get("scope"))
        if key in first:
            found.refused = f"it has the same number as row {first[key]}"
        else:
            first[key] = found.row.number


def _as_new(guess: WordGuess) -> WordGuess:
    return WordGuess(guess.field, guess.word, guess.count, guess.word, True)


def _apply_map(table: Table, guesses: list[ColumnGuess], mapping: ImportMapping) -> list[ColumnGuess]:
    """The guesses with what a person mapped; a field that is given goes to no other column."""
    given = read_map(table, mapping.columns)
    fields = import_fields()
    chosen = {name for name in given.values() if name and not fields[name].repeats}
    return [
        ColumnGuess(
            guess.position, guess.heading, given.get(guess.position, None if guess.field in chosen else guess.field),
            200 if guess.position in given else guess.sure, guess.filled, guess.first, guess.hidden,
        )
        for guess in guesses
    ]  # fmt: skip


def _positions(guesses: Iterable[ColumnGuess]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for guess in guesses:
        if guess.field:
            found[guess.field] = (*found.get(guess.field, ()), guess.position)
    return found
