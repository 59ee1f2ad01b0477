"""The screen of an import: what each column, word and publication of a file is taken for, to be corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.domain.errors import FairleadError
from store.domain.text import count_of, one_line
from store.domain.vocabulary import PublicationKind, label_of
from store.exchange.importing.columns import import_fields
from store.exchange.importing.describe import describe_plan, saved_choices, sign_name
from store.exchange.importing.mapping import ImportMapping, fit_mapping, read_mapping, to_json
from store.exchange.importing.plan import ImportPlan, check_plan
from store.exchange.importing.planner import plan_import
from store.exchange.importing.words import choices_of
from store.file.typed import free_path, typed_path
from store.register import ActionResult, Register
from tui.dialogs.checking import wait_for
from tui.dialogs.import_file import choose_tracker, keep_choices, preview_import
from tui.keys import IMPORT, bindings
from tui.screens.list_screen import ListScreen
from widgets.form import Form, FormField
from widgets.pane import Pane, Paragraph
from widgets.picker import MultiPicker, Picker, PickOption
from widgets.windowed_table import Column, Row, WindowedTable

if TYPE_CHECKING:
    from pathlib import Path

    from store.exchange.importing.publications import PlannedPublication
    from store.exchange.importing.tables import Source
    from tui.register_app import RegisterApp

_NOTHING = "nothing"
_MOST_CODES = 12
_QUIET = "windowed-table--muted"

_HINTS = {
    "publication": "ctrl+s asks which publication they are of.",
    "title": "ctrl+s asks which publication they are of.",
    "map": "enter on a column chooses what it is.",
}
"""What a person can press, by what the problem asks for."""

COLUMNS = (
    Column("what", "In the file", 26, priority=9, most=40),
    Column("taken", "Taken as", 24, priority=9, most=34),
    Column("count", "Cells", 7, priority=5),
    Column("first", "First texts", None, min_width=16, priority=4),
)


def import_tracker(app: RegisterApp) -> None:
    """Ask for a tracker's file, and open the screen of its import."""
    choose_tracker(app, lambda source: app.push_screen(ImportScreen(source)))


class _Lines:
    """The lines of the screen: each with its key, and headings between."""

    def __init__(self, lines: Sequence[Row]) -> None:
        self.lines = list(lines)

    @property
    def count(self) -> int:
        return len(self.lines)

    def rows(self, start: int, count: int) -> list[Row]:
        return self.lines[start : start + count]


class ImportScreen(ListScreen):
    """Correct what a file's columns, words and publications are taken for; then see what each row becomes."""

    PLACES = (IMPORT,)
    NAME = "share"
    PANE_FROM = 16
    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT)

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.mapping = ImportMapping()
        self.as_published = False
        self.title: str | None = None
        self.plan: ImportPlan | None = None
        self.problem = ""
        self._asks = ""
        """What the problem asks for: the field of its error."""
        self.notice = ""
        """What of the saved choices does not fit the file."""
        self._goes_on = False
        """Whether the rows are shown as soon as the plan is made again."""

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield self.list_and_pane(WindowedTable(COLUMNS, empty="…"), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Plan the import again, in a thread: another choice, or a change of the register, may alter every row."""
        path, source, mapping = self.register.path, self.source, self.mapping
        as_published, title = self.as_published, self.title

        def work(go_on: Callable[[int, int], bool]) -> ImportPlan | FairleadError:
            own = Register.open(path, read_only_reason="planning an import")
            try:
                return plan_import(own, source, mapping, as_published=as_published, title=title, progress=go_on)
            except FairleadError as error:
                return error
            finally:
                own.close()

        wait_for(self.register_app, f"Comparing {one_line(source.name, most=60)}", work, self._show)

    def _show(self, found: ImportPlan | FairleadError) -> None:
        if not self.is_attached:
            return
        error = found if isinstance(found, FairleadError) else found.problem
        self.plan = self.plan if isinstance(found, FairleadError) else found
        self.problem, self._asks = str(error or ""), getattr(error, "field", "")
        lines = list(self._rows())
        first = "publication" if self._asks in ("publication", "title") else next(
            (line.key for line in lines if not line.key.startswith("heading")), None
        )  # fmt: skip
        self.show_rows(_Lines(lines), self.table.cursor_key or first)
        counts = describe_plan(self.plan)[-1] if self.plan and not self.problem else self.problem
        self.show_title(f"Import {one_line(self.source.name, most=60)}", counts)
        self.call_after_refresh(self.fill_pane)
        if self._goes_on:
            self._goes_on = False
            self.call_later(self.action_preview_import)

    # -- lines

    def _rows(self) -> Iterator[Row]:
        table = self.source.table(self.mapping.sheet)
        if table is not None and len(self.source.tables) > 1:
            yield Row("sheet", ("Sheet", table.name, f"{len(table.rows):,}", _others(self.source, table.name)))
        if self.plan is None:
            return
        yield _heading("Publications")
        if not self.plan.publications:
            yield Row("publication", ("of these items", self.mapping.publication or "choose", "", self.title or ""))
        for n, one in enumerate(self.plan.publications):
            taken = f"{one.code}{'  proposed' if one.is_proposed else '  new' if one.is_new else ''}"
            yield Row(f"publication {n}", (one.title, taken, f"{one.rows:,}", ""))
        yield _heading("Columns")
        for column in self.plan.columns:
            untaken = "hidden, not taken" if column.hidden else _NOTHING
            label = import_fields()[column.field].label if column.field else untaken
            first = " · ".join(one_line(text, most=60) for text in column.first)
            style = "" if column.field else _QUIET
            yield Row(
                f"column {column.position}", (column.heading, (label, style), f"{column.filled:,}", (first, _QUIET))
            )
        for name, guesses in self.plan.words.items():
            yield _heading(f"Words of {import_fields()[name].label.lower()}")
            for n, guess in enumerate(guesses[:200]):
                meaning = label_of(guess.meaning) if guess.meaning else _NOTHING
                style = "" if guess.meaning else _QUIET
                yield Row(f"word {name} {n}", (guess.word, (meaning, style), f"{guess.count:,}", ""))
        yield _heading("How it is taken")
        closed = count_of(len(self.plan.history), "row")
        yield Row(
            "published", ("Closed or sent in the file", "as published" if self.as_published else "open", closed, "")
        )
        for name, found in self.plan.separators.items():
            at = " ".join(sign_name(sign) for sign in self.plan.splits.get(name, ())) or "one name a cell"
            label = f"{import_fields()[name].label}, several in a cell"
            yield Row(f"split {name}", (label, at, f"{sum(found.values()):,}", ""))
        if any(one.is_new for one in self.plan.publications):
            is_plan = any(one.values.get("kind") == PublicationKind.PLAN for one in self.plan.publications)
            yield Row("plan", ("New publications", "plans, with commitments" if is_plan else "reports", "", ""))
        if any(column.hidden for column in self.plan.columns):
            yield Row("hidden", ("Hidden columns", "taken" if self.mapping.hidden else "not taken", "", ""))
        if self.plan.table.comments:
            comments = f"{len(self.plan.table.comments):,}"
            yield Row(
                "comments", ("Comments on cells", "as notes" if self.mapping.comments else "not taken", comments, "")
            )

    def fill_pane(self, *, top: bool = True) -> None:
        """Show what of the file is not taken, or taken otherwise than it is there."""
        sentences = [self.problem] if self.problem else describe_plan(self.plan) if self.plan else []
        sentences = [self.notice, *sentences] if self.notice else sentences
        if hint := _HINTS.get(self._asks, ""):
            sentences.append(hint)
        lines = [Paragraph(((sentence, "strong" if self.problem else ""),), 2, "·") for sentence in sentences]
        head = (
            (self.source.reading, "strong"),
            ("   enter changes the line, ctrl+s shows what each row becomes", "quiet"),
        )
        self.query_one(Pane).show(head, (), "", lines, top=top)

    # -- choices

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Change what the line under the cursor is taken for."""
        what, _, rest = (self.table.cursor_key or "").partition(" ")
        match what:
            case "sheet":
                names = tuple(PickOption(table.name, table.name, len(table.rows)) for table in self.source.tables)
                self._pick("Sheet", names, self._set_sheet)
            case "publication":
                self._ask_publication(int(rest) if rest else None)
            case "column":
                self._pick_field(int(rest))
            case "word":
                name, _, n = rest.partition(" ")
                self._pick_word(name, int(n))
            case "published":
                self.as_published = not self.as_published
                self.reread()
            case "plan":
                publications = self.plan.publications if self.plan else ()
                self.mapping.plan = not any(one.values.get("kind") == PublicationKind.PLAN for one in publications)
                self.reread()
            case "hidden":
                self.mapping.hidden = not self.mapping.hidden
                self.reread()
            case "comments":
                self.mapping.comments = not self.mapping.comments
                self.reread()
            case "split":
                self._pick_separators(rest)

    def _pick(
        self, title: str, options: tuple[PickOption, ...], then: Callable[[str], None], current: str = ""
    ) -> None:
        def chosen(key: str | None) -> None:
            if key is not None:
                then(key)
                self.reread()

        self.app.push_screen(Picker(title, options, current=current or None), chosen)

    def _set_sheet(self, name: str) -> None:
        self.mapping = ImportMapping(sheet=name, publication=self.mapping.publication, codes=self.mapping.codes)

    def _pick_field(self, position: int) -> None:
        assert self.plan is not None
        column = self.plan.columns[position]
        options = (
            PickOption(_NOTHING, "Nothing", note="not taken"),
            *(PickOption(name, field.label) for name, field in import_fields().items()),
        )

        def choose(name: str) -> None:
            letter = self.plan.table.columns[position].letter if self.plan else ""
            if column.hidden and name != _NOTHING:
                self.mapping.hidden = True
            self.mapping.columns = {
                key: value for key, value in self.mapping.columns.items() if value != name or name == _NOTHING
            } | {letter: name}

        self._pick(f"What is {one_line(column.heading, most=40)}?", options, choose, column.field or _NOTHING)

    def _pick_word(self, name: str, n: int) -> None:
        assert self.plan is not None
        guess = self.plan.words[name][n]
        choices = choices_of(self.register.conn, name)
        options = [PickOption(_NOTHING, "Nothing", note="not taken")]
        options += [PickOption(word, label_of(word)) for word in choices]
        if name == "theme" and guess.word not in choices:
            options.append(PickOption(guess.word, guess.word, note="as a new theme"))

        def choose(word: str) -> None:
            self.mapping.words.setdefault(name, {})[guess.word] = None if word == _NOTHING else word

        self._pick(
            f"What is “{one_line(guess.word, most=40)}” here?", tuple(options), choose, guess.meaning or _NOTHING
        )

    def _pick_separators(self, name: str) -> None:
        assert self.plan is not None
        found = self.plan.separators[name]
        options = tuple(PickOption(sign, sign_name(sign), count) for sign, count in found.items())

        def chosen(signs: tuple[str, ...] | None) -> None:
            if signs is not None:
                self.mapping.splits[name] = tuple(signs)
                self.reread()

        picker = MultiPicker("Split names at", options, ticked=self.plan.splits.get(name, ()))
        self.app.push_screen(picker, chosen)

    def _ask_publication(self, n: int | None, *, goes_on: bool = False) -> None:
        one = self.plan.publications[n] if self.plan is not None and n is not None else None
        has_column = self.plan is not None and any(column.field == "publication" for column in self.plan.columns)
        code = FormField("code", "Code", value=one.code if one else None, required=True, hint="as in HC-6")
        title = FormField("title", "Title", value=self.title, hint="where it is not here yet")

        def save(values: dict[str, str | None]) -> str | None:
            if one is not None and has_column and not self.mapping.publication:
                self.mapping.codes[one.title] = values["code"] or ""
            else:
                self.mapping.publication, self.title = values["code"], values.get("title")
            return None

        def answered(values: dict[str, str | None] | None) -> None:
            if values is not None:
                self._goes_on = goes_on
                self.reread()

        fields = (code,) if one is not None and has_column else (code, title)
        name = one_line(one.title, most=60) if one else "the publication of these items"
        self.app.push_screen(
            Form(f"Code of {name}" if one else "Which publication?", fields, submit=save, main_field="code"), answered
        )

    def _ask_codes(self, waiting: Sequence[PlannedPublication]) -> None:
        """Ask for the codes that are only proposed, and go on to the rows."""
        fields = tuple(
            FormField(str(n), one_line(one.title, most=40), value=one.code, required=True)
            for n, one in enumerate(waiting[:_MOST_CODES])
        )

        def go_on(values: dict[str, str | None] | None) -> None:
            if values is not None:
                self.mapping.codes |= {one.title: values[str(n)] or "" for n, one in enumerate(waiting[:_MOST_CODES])}
                self._goes_on = True
                self.reread()

        self.app.push_screen(Form("Codes of the new publications", fields, intro="As in HC-6."), go_on)

    # -- what follows

    def action_preview_import(self) -> None:
        """Show what each row becomes, and take it; the first code that is only proposed is asked for."""
        if self._asks in ("publication", "title"):
            self._ask_publication(None, goes_on=True)
            return
        if self.plan is None or self.problem:
            self.register_app.show_toast(self.problem or "The file is still being read.")
            return
        waiting = self.plan.codes_to_choose()
        if waiting:
            self._ask_codes(waiting)
            return
        plan, path = self.plan, self.register.path

        def work(go_on: Callable[[int, int], bool]) -> ImportPlan:
            own = Register.open(path, read_only_reason="planning an import")
            try:
                check_plan(own, plan, go_on)
            finally:
                own.close()
            return plan

        wait_for(self.register_app, f"Comparing {one_line(self.source.name, most=60)}", work, self._preview)

    def _preview(self, plan: ImportPlan) -> None:
        if not any(row.commands or row.refused for row in plan.rows):
            self.register_app.show_toast("Nothing to change: the register has what the file says.")
            return
        preview_import(self.register_app, plan, self._taken)

    def _taken(self, done: ActionResult) -> None:
        if done.action and self.is_attached:
            self.register_app.action_go("publications")  # type: ignore[attr-defined]

    def action_keep_choices(self) -> None:
        """Keep the choices in a file, for the next edition."""
        if self.plan is not None:
            proposed = self.register.origin.with_name(f"{self.source.name.rpartition('.')[0]}.mapping.json")
            keep_choices(self.register_app, to_json(saved_choices(self.mapping, self.plan)), free_path(proposed))

    def action_use_choices(self) -> None:
        """Use the choices that were kept in a file."""

        def save(values: dict[str, str | None]) -> str | None:
            path: Path = typed_path(values["path"] or "")
            self.mapping, self.notice = fit_mapping(read_mapping(path), self.source, None)
            return None

        field = FormField("path", "File", required=True, hint="kept here with w")
        self.app.push_screen(
            Form("Use kept choices", (field,), submit=save, main_field="path"),
            lambda values: self.reread() if values is not None else None,
        )


def _heading(text: str) -> Row:
    return Row(f"heading {text}", (text,))


def _others(source: Source, shown: str) -> str:
    others = [f"{table.name}{' (hidden)' if table.hidden else ''}" for table in source.tables if table.name != shown]
    return f"also: {', '.join(others)}" if others else ""
