"""The share screen: the files that can be exported, and what each will contain, before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from store.domain.errors import BadInput, FolderMissing
from store.domain.text import format_size
from store.exchange.encrypted import came_encrypted
from store.exchange.export import describe_export, export
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.exchange.round import read_round
from store.exchange.send_back import ToSendBack, describe_send_back, to_send_back
from store.file.database import Connection
from store.file.typed import free_path, plain_name, typed_path
from store.queries.filter import Filter
from store.queries.leads import anybody_leads
from store.register import Register
from tui.background import Cancelled, read_in_background, work_in_background
from tui.dialogs.export_terms import check_clear, named_as, passphrase_from, terms_fields, terms_from
from tui.dialogs.round import ask_for_round
from tui.dialogs.send_back import changed_lines, write_back
from tui.keys import SHARE, bindings
from tui.messages import ReceiveRequested
from tui.screens.list_screen import ListScreen
from widgets.ask import Answer, Ask
from widgets.form import Form, FormField
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import Column, Row, WindowedTable

if TYPE_CHECKING:
    from store.exchange.export import Exported

KINDS = (
    (".sqlite", "A register", "for another Fairlead, or any SQLite tool, with its history"),
    (".xlsx", "A workbook", "for Excel: recommendations, publications, notes, submissions, targets"),
    (".csv", "A table", "one line an item, for any spreadsheet"),
    (".md", "A text", "to read, or to paste into a document"),
    (".json", "Data", "for another program, with all its fields"),
)

BACK = "send back"
"""In place of a suffix: the file that goes back to whoever gave the register."""

HAND_OVER = "hand over"
"""In place of a suffix: no file, but a lead's open items to another lead, in this register."""

_HANDING_OVER = (
    "It asks from whom, and to whom: whoever takes items over from somebody does it here, in their own copy too.",
    "The open items go over with what the lead does in each, how far they have got, and the actions they have still to do.",
    "It is shown item by item first: enter does it, after tab with a reason. It is one action that u takes back.",
    "In a register that somebody gave you it goes back to them with the rest of what you changed.",
)

COLUMNS = (
    Column("kind", "File", 10, priority=9),
    Column("scope", "Of what", 20, priority=9, most=100),
    Column("tip", "For", None, min_width=30),
)


class _Kinds:
    """What can be handed on: what goes back, each kind of file of what the list shows now and of everything, and items."""

    def __init__(self, shown: Filter, waiting: ToSendBack | None, *, can_hand_over: bool) -> None:
        """`waiting` is what is to be sent back, of a register that was given by somebody."""
        whole = Filter(parts=True)
        scopes = [(shown, f"Shown: {shown.describe()}")] if shown.is_active else []
        scopes.append((whole, "Everything"))
        self.waiting = waiting
        self.choices = [(suffix, scope, label, tip) for scope, label in scopes for suffix, _, tip in KINDS]
        if waiting is not None:
            self.choices.insert(0, (BACK, whole, waiting.describe(), "to whoever gave you this register"))
        if can_hand_over:
            place = 1 if waiting is not None else len(self.choices)
            self.choices.insert(place, (HAND_OVER, whole, "A lead's items", "to another lead, or take them over"))

    @property
    def count(self) -> int:
        return len(self.choices)

    def rows(self, start: int, count: int) -> list[Row]:
        lines = []
        for suffix, scope, label, tip in self.choices[start : start + count]:
            lines.append(Row(f"{suffix} {scope.describe()}", (suffix, label, (tip, "windowed-table--muted"))))
        return lines


class ShareScreen(ListScreen):
    """Choose a file; the pane shows what it will contain; enter or w writes it."""

    PLACES = (SHARE,)
    NAME = "share"
    BINDINGS: ClassVar[list[BindingType]] = bindings(SHARE)

    def __init__(self) -> None:
        super().__init__()
        self.shown = Filter(parts=True)
        """The filter of the list of recommendations: a file can be of that."""
        self._is_first_look = True
        self.kinds = _Kinds(self.shown, None, can_hand_over=False)
        self.written: list[Paragraph] = []
        self.descriptions: dict[tuple[str, Filter], tuple[str, ...]] = {}

    def body(self) -> ComposeResult:
        yield WindowedTable(COLUMNS)
        yield Pane()

    def start_on(self, shown: Filter) -> None:
        """Offer files of what the list shows first; where that is another than before the cursor goes there."""
        self._is_first_look |= shown != self.shown
        self.shown = shown

    def reread(self, items: tuple[str, ...] = ()) -> None:
        conn, is_own = self.register.conn, not self.register.read_only_reason
        waiting = to_send_back(conn) if is_own else None
        self.kinds = _Kinds(self.shown, waiting, can_hand_over=is_own and anybody_leads(conn))
        self.descriptions.clear()
        self.show_rows(self.kinds, None if self._is_first_look else self.table.cursor_key)
        self._is_first_look = False
        self.call_after_refresh(self.fill_pane)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self.is_mounted:
            self.reread()

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """First the key to what is in conflict, where anything is."""
        return [*self.keys_to_conflicts(), *super().footer_keys()]

    def _choice(self) -> tuple[str, Filter]:
        index = self.table.cursor_index or 0
        suffix, scope, _, _ = self.kinds.choices[index]
        return suffix, scope

    def fill_pane(self, *, top: bool = True) -> None:
        """Show what the file will and will not contain, once a thread has read it."""
        suffix, scope = self._choice()
        if suffix == HAND_OVER:
            self.descriptions[suffix, scope] = _HANDING_OVER
        elif self.descriptions.get((suffix, scope)) is None:
            read_in_background(
                self,
                lambda conn: self._describe(conn, suffix, scope),
                lambda sentences: self._set_description(suffix, scope, sentences),
                group="describe",
            )
        sentences = self.descriptions.get((suffix, scope), ("…",))
        lines = [*self.written, *(Paragraph(((sentence, ""),), 2, "·") for sentence in sentences)]
        if suffix == BACK and self.kinds.waiting is not None:
            lines = [*self.written, *changed_lines(self.kinds.waiting), *lines[len(self.written) :]]
            head = ((f"Send back: {self.kinds.waiting.describe()}", "strong"), ("   enter writes it", "quiet"))
        elif suffix == HAND_OVER:
            head = (
                ("Hand a lead's open items over to another, or take them over", "strong"),
                ("   enter asks whose", "quiet"),
            )
        else:
            name = next(name for kind, name, _ in KINDS if kind == suffix)
            of = f" of what the list shows: {scope.describe()}" if scope.is_active else " of everything"
            head = ((f"{name} ({suffix}){of}", "strong"), ("   enter writes it", "quiet"))
        self.query_one(Pane).show(head, (), "", lines, top=top)

    def _describe(self, conn: Connection, suffix: str, scope: Filter) -> tuple[str, ...]:
        """In a thread, with a connection of its own."""
        if suffix != BACK:
            return describe_export(conn, suffix, scope)
        waiting = to_send_back(conn)
        return describe_send_back(conn, waiting) if waiting is not None else ()

    def _set_description(self, suffix: str, scope: Filter, sentences: tuple[str, ...]) -> None:
        self.descriptions[suffix, scope] = sentences
        if self.is_attached:
            self.fill_pane()

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        self.action_write_file()

    def action_receive(self) -> None:
        """Take in registers that come back."""
        self.post_message(ReceiveRequested())

    def action_round(self) -> None:
        """Show the round; where none was sent, send each lead their items."""
        from tui.screens.round import RoundScreen

        if read_round(self.register.conn) is not None:
            self.app.push_screen(RoundScreen())
        else:
            ask_for_round(self.register_app, lambda made: self.app.push_screen(RoundScreen()))

    def action_hand_over(self) -> None:
        """Hand a lead's open items over to another."""
        from tui.dialogs.hand_over import hand_over

        hand_over(self.register_app)

    def action_write_file(self) -> None:
        """Ask for a path, then write the file in a thread; of what goes back without asking. Items are handed over."""
        suffix, scope = self._choice()
        if suffix == BACK:
            write_back(self.register_app, self._report)
            return
        if suffix == HAND_OVER:
            self.action_hand_over()
            return
        of = plain_name(scope.describe()) if scope.is_active else ""
        name = "-".join(filter(None, (self.register.origin.stem, of, self.register.today().isoformat()))) + suffix
        fields = (
            FormField("path", "File", value=str(free_path(Path.home() / name, ".age")), required=True),
            *terms_fields(suffix, came_encrypted=came_encrypted(self.register.conn)),
        )

        def save(values: dict[str, str | None]) -> str | None:
            terms, passphrase = terms_from(values), passphrase_from(values)
            path = named_as(typed_path(values["path"] or ""), suffix, passphrase)
            if path.exists():
                raise BadInput("path", f"{path} exists already. Choose another name.")
            if not path.parent.is_dir():
                raise FolderMissing(path.parent)
            check_clear(values, passphrase)
            if terms == DEFAULT_TERMS:
                self._begin(path, scope, terms, passphrase)
            else:
                self._confirm(path, suffix, scope, terms, passphrase)
            return None

        self.app.push_screen(Form(f"Write {suffix} of: {scope.describe()}", fields, submit=save, main_field="path"))

    def _confirm(self, path: Path, suffix: str, scope: Filter, terms: Terms, passphrase: str | None) -> None:
        """Show exactly what the file will hold on other terms than the pane shows it on, and write it if that is meant."""

        def answered(answer: str | None) -> None:
            if answer:
                self._begin(path, scope, terms, passphrase)

        def ask(sentences: tuple[str, ...]) -> None:
            question = Ask(
                f"{path.name} will hold",
                "\n".join(sentences),
                (Answer("w", "write it", "write"),),
                leave="write nothing",
            )
            self.app.push_screen(question, answered)

        read_in_background(self, lambda conn: describe_export(conn, suffix, scope, terms), ask, group="confirm")

    def _begin(self, path: Path, scope: Filter, terms: Terms, passphrase: str | None) -> None:
        self.register_app.show_toast(f"Writing {path.name} …")
        work_in_background(
            self,
            lambda cancelled: self._write(path, scope, terms, passphrase, cancelled),
            self._report,
            group="write",
            exclusive=False,
        )

    def _write(self, path: Path, scope: Filter, terms: Terms, passphrase: str | None, cancelled: Cancelled) -> Exported:
        """In a thread, with a connection of its own."""
        own = Register.open(self.register.path, self.register.author, read_only_reason="exporting")
        try:
            return export(
                own,
                path,
                scope,
                terms=terms,
                passphrase=passphrase,
                in_the_clear=True,
                progress=lambda _done, _of: not cancelled(),
            )
        finally:
            own.close()

    def _report(self, done: Exported) -> None:
        self.app.copy_to_clipboard(str(done.path))
        self.written = [
            Paragraph((("Written: ", "accent"), (str(done.path), "strong"))),
            Paragraph(((f"{format_size(done.size)} · SHA-256 {done.sha256}", "quiet"),)),
            *(Paragraph(((sentence, "quiet"),)) for sentence in done.messages),
            Paragraph(()),
        ]
        self.register_app.show_toast(f"Written: {done.path}. Its path is copied, if this terminal lets programs do so.")
        if self.is_attached:
            self.fill_pane()
