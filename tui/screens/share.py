"""The share screen: the files that can be exported, and what each will contain, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from store.domain.dates import local_time
from store.domain.errors import BadInput, FolderMissing
from store.exchange.encrypted import came_encrypted
from store.exchange.export import Preview, describe_export, export, preview_export
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.exchange.round import RunningRound, read_round, running_round
from store.exchange.send_back import ToSendBack, describe_send_back, to_send_back
from store.file.database import Connection
from store.file.typed import free_path, plain_name, typed_path
from store.log.manifest import share_manifest
from store.queries.filter import Filter
from store.queries.leads import anybody_leads
from store.register import Register
from tui.background import Cancelled, read_in_background, work_in_background
from tui.dialogs.export_terms import (
    CAME_ENCRYPTED,
    USUAL,
    check_clear,
    named_as,
    passphrase_from,
    terms_fields,
    terms_from,
)
from tui.dialogs.round import ask_for_round
from tui.dialogs.send_back import changed_lines, write_back
from tui.keys import SHARE, bindings
from tui.messages import ReceiveRequested
from tui.screens.list_screen import ListScreen
from widgets.ask import Answer, Ask
from widgets.form import Form, FormField
from widgets.frame import Notice
from widgets.pane import Pane, Paragraph
from widgets.table_columns import width_of
from widgets.windowed_table import Column, Row, WindowedTable

if TYPE_CHECKING:
    from store.exchange.export import Exported

KINDS = (
    (".sqlite", "A register", "comes home: they take it into their register"),
    (".xlsx", "A workbook", "for Excel: items, notes, submissions, targets"),
    (".csv", "A table", "one line an item, for any spreadsheet"),
    (".md", "A text", "to read, or to paste into a document"),
    (".json", "Data", "for another program, with all its fields"),
)
"""The kinds of file: suffix, name and what it is for, which is whole on 80 columns."""

_NOT_SENT_BACK, _FLATTENED = "they can take it into their register", "to be read in Fairlead: it has no history"
"""What a register is for where another row sends back what was changed, and where it came without history."""

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

_COPIED = "the path is copied, if this terminal lets programs do so"

COLUMNS = (
    Column("kind", "File", 10, priority=9),
    Column("scope", "Of what", 20, priority=9, most=100, least=12),
    Column("tip", "For", None, min_width=max(len(tip) for _, _, tip in KINDS)),
)


class _Kinds:
    """What can be handed on: what goes back, each kind of file of what the list shows now and of everything, and items."""

    def __init__(self, shown: Filter, waiting: ToSendBack | None, *, can_hand_over: bool, came_flattened: bool) -> None:
        """`waiting` is what is to be sent back, of a register that was given by somebody."""
        whole = Filter(parts=True)
        scopes = [(shown, f"Shown: {shown.describe()}")] if shown.is_active else []
        scopes.append((whole, "Everything"))
        self.waiting = waiting
        tips = {suffix: tip for suffix, _, tip in KINDS}
        if came_flattened or waiting is not None:
            tips[".sqlite"] = _FLATTENED if came_flattened else _NOT_SENT_BACK
        self.choices = [(suffix, scope, label, tip) for scope, label in scopes for suffix, tip in tips.items()]
        if waiting is not None:
            to_whom = "to whoever gave you this register"
            if waiting.back_by:
                to_whom = f"to whoever gave it, by {waiting.back_by}"
            self.choices.insert(0, (BACK, whole, waiting.describe(), to_whom))
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


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written last: of which row, up to which change, and the lines on it."""

    choice: tuple[str, Filter]
    newest: int
    lines: tuple[Paragraph, ...]


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
        self.kinds = _Kinds(self.shown, None, can_hand_over=False, came_flattened=False)
        self.written: _Written | None = None
        """It is shown with its row, until the register is another."""
        self.previews: dict[tuple[str, Filter], Preview] = {}
        self.running: RunningRound | None = None

    def body(self) -> ComposeResult:
        yield Notice(id="round")
        yield WindowedTable(COLUMNS)
        yield Pane()

    def start_on(self, shown: Filter) -> None:
        """Offer files of what the list shows first; where that is another than before the cursor goes there."""
        self._is_first_look |= shown != self.shown
        self.shown = shown

    def reread(self, items: tuple[str, ...] = ()) -> None:
        conn, is_own = self.register.conn, not self.register.read_only_reason
        waiting = to_send_back(conn) if is_own else None
        came_flattened = (share_manifest(conn) or {}).get("flattened") is True
        self.kinds = _Kinds(
            self.shown, waiting, can_hand_over=is_own and anybody_leads(conn), came_flattened=came_flattened
        )
        self.previews.clear()
        if self.written is not None and self.written.newest != self.register.newest():
            self.written = None
        self.show_rows(self.kinds, None if self._is_first_look else self.table.cursor_key)
        self._is_first_look = False
        # What came back since is in no snapshot.
        self.running = None if self.register_app.present else running_round(self.register)
        self._show_running()
        self.call_after_refresh(self.fill_pane)

    def on_resize(self) -> None:
        self._show_running()

    def _show_running(self) -> None:
        """Show in one line that a round is running: until when, and as many of those who are not back as have room."""
        line, room = "", self.app.size.width - 2
        if (running := self.running) is not None:
            lines = (running.describe(names) for names in range(len(running.leads), -1, -1))
            line = next((one for one in lines if width_of(one) <= room), running.describe(0))
        self.query_one("#round", Notice).show(line)

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
        suffix, scope = choice = self._choice()
        if suffix == HAND_OVER:
            self.previews[choice] = Preview(_HANDING_OVER, frozenset())
        elif choice not in self.previews:
            read_in_background(
                self,
                lambda conn: self._preview(conn, suffix, scope),
                lambda preview: self._set_preview(choice, preview),
                group="describe",
            )
        sentences = self.previews[choice].sentences if choice in self.previews else ("…",)
        lines = list(self.written.lines) if self.written is not None and self.written.choice == choice else []
        if suffix == BACK and self.kinds.waiting is not None:
            if not lines and (last := self.kinds.waiting.describe_last()):
                lines += [Paragraph(((last, ""),)), Paragraph(())]
            lines += changed_lines(self.kinds.waiting)
        lines += [Paragraph(((sentence, ""),), 2, "·") for sentence in sentences]
        if suffix == BACK and self.kinds.waiting is not None:
            # What was changed since a file was written is stated with that.
            what = "" if self.kinds.waiting.last_file else f": {self.kinds.waiting.describe()}"
            head = ((f"Send back{what}", "strong"), ("   enter writes it", "quiet"))
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

    def _preview(self, conn: Connection, suffix: str, scope: Filter) -> Preview:
        """In a thread, with a connection of its own."""
        if suffix != BACK:
            return preview_export(conn, suffix, scope)
        waiting = to_send_back(conn)
        return Preview(describe_send_back(conn, waiting) if waiting is not None else (), frozenset())

    def _set_preview(self, choice: tuple[str, Filter], preview: Preview) -> None:
        self.previews[choice] = preview
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
        suffix, scope = choice = self._choice()
        if suffix == BACK:
            write_back(self.register_app, partial(self._report, choice, self.register.newest()))
            return
        if suffix == HAND_OVER:
            self.action_hand_over()
            return
        of = plain_name(scope.describe()) if scope.is_active else ""
        name = "-".join(filter(None, (self.register.origin.stem, of, self.register.today().isoformat()))) + suffix
        is_encrypted = came_encrypted(self.register.conn)
        preview = self.previews.get(choice)
        fields = (
            FormField("path", "File", value=str(free_path(Path.home() / name, ".age")), required=True),
            *terms_fields(suffix, preview.has_effect if preview else None, came_encrypted=is_encrypted),
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

        title, intro = f"Write {suffix} of: {scope.describe()}", CAME_ENCRYPTED if is_encrypted else USUAL
        self.app.push_screen(Form(title, fields, intro=intro, submit=save, main_field="path"))

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
        choice, newest = self._choice(), self.register.newest()
        work_in_background(
            self,
            lambda cancelled: self._write(path, scope, terms, passphrase, cancelled),
            partial(self._report, choice, newest),
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

    def _report(self, choice: tuple[str, Filter], newest: int, done: Exported) -> None:
        """Show where a file is, that was written of a row as of a change: here, or in a toast where one is elsewhere."""
        self.app.copy_to_clipboard(str(done.path))
        time_of_day = local_time(self.register.stamp())[11:]
        lines = (
            Paragraph(((f"Written at {time_of_day}", "accent"), (f"; {_COPIED}:", "quiet"))),
            Paragraph(((str(done.path), "strong"),)),
            Paragraph(((f"SHA-256 {done.sha256}", "quiet"),)),
            *(Paragraph(((sentence, ""),)) for sentence in done.messages),
            Paragraph(()),
        )
        self.written = _Written(choice, newest, lines)
        if self.is_current:
            # A toast would lie over these lines.
            self.app.clear_notifications()
        else:
            self.register_app.show_toast(f"Written: {done.path}; {_COPIED}.")
        if self.is_attached:
            self.fill_pane()
