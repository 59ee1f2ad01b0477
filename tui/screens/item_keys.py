"""The key actions of an item, wherever one is shown: in a list, or on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from store.queries.item_detail import item_detail
from store.queries.rows import ItemDetail
from store.register import ActionResult
from tui.keys import ITEM, bindings
from tui.screens.base import RegisterScreen
from widgets.item_pane import TABS, ItemPane
from widgets.pane import Pane

if TYPE_CHECKING:
    from tui.dialogs.selection import Selection
    from tui.register_app import RegisterApp


class ItemScreenKeys(RegisterScreen):
    """Base class of screens with items: the keys act on the current item, which a subclass gives."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ITEM)

    def __init__(self) -> None:
        super().__init__()
        self.tab = TABS[0]
        self.edited_tick = ""
        """The id of the single ticked item that was edited last; "" where the last edit was of others."""

    def current_item(self) -> str | None:
        """The id of the current item, or None."""
        raise NotImplementedError

    def ticked(self) -> tuple[str, ...]:
        """The ids of the ticked items, which the next edit is of; empty on a screen without ticks."""
        return ()

    def clear_ticks(self, done: ActionResult | None = None) -> None:
        """Clear the ticks: the edit that they were for is done."""

    def _edit(self, edit: Callable[[RegisterApp, Selection], None]) -> None:
        """Edit the selection: the ticked items, or the one under the cursor. A single ticked one is edited as that is."""
        from tui.dialogs.selection import Selection

        if self.register_app.refuse_read_only():
            return
        self.register_app.prepare_to_write()
        self.edited_tick = ""
        if items := self.ticked():
            found = item_detail(self.register.conn, items[0]) if len(items) == 1 else None
            self.edited_tick = items[0] if found else ""
            edit(self.register_app, Selection(items, found, then=self.clear_ticks, is_ticked=True))
        elif found := self.detail():
            edit(self.register_app, Selection((found.row.id,), found))

    def detail(self) -> ItemDetail | None:
        """The detail of the current item; None, with a toast, where there is none."""
        item = self.current_item()
        found = item_detail(self.register.conn, item) if item else None
        if found is None:
            self.register_app.show_toast("There is no item under the cursor.")
        return found

    def fill_pane(self, *, top: bool = True) -> None:
        """Show the item in the pane."""
        pane = self.query_one(ItemPane)
        if pane.display:
            with self.register_app.showing_errors():
                self._fill(pane, top)

    def _fill(self, pane: ItemPane, top: bool) -> None:
        from store.queries.attention import rules_of
        from store.queries.history import history, history_seqs

        item = self.current_item()
        conn = self.register.conn
        found = item_detail(conn, item) if item else None
        if item is None or found is None:
            pane.show_nothing("Nothing is chosen.")
            return
        history_rows = history(conn, item=item) if self.tab == "history" else []
        changes = len(history_seqs(conn, item=item))
        today = self.register.today()
        aged_after = rules_of(conn, today).aged_after
        read_only = bool(self.register.read_only_reason)
        pane.show_item(
            found, self.tab, today, changes, history_rows, aged_after=aged_after, top=top, read_only=read_only
        )

    def action_tab(self, step: int) -> None:
        """Show the next tab of the pane (1), or the previous one (-1)."""
        if not self.query_one(ItemPane).display:
            self.register_app.show_toast("There is no room for the tabs here: enter opens the item with them.")
            return
        self.tab = TABS[(TABS.index(self.tab) + step) % len(TABS)]
        self.fill_pane()

    def on_pane_tab_requested(self, event: Pane.TabRequested) -> None:
        event.stop()
        self.tab = event.key
        self.fill_pane()

    def action_status(self) -> None:
        """Open the status panel."""
        from tui.dialogs.edits import status

        self._edit(status)

    def action_note(self) -> None:
        """Add a note."""
        from tui.dialogs.edits import note

        self._edit(note)

    def action_target(self) -> None:
        """Move the target."""
        from tui.dialogs.edits import target

        self._edit(target)

    def action_promise(self) -> None:
        """Add or finish an action or promise."""
        from tui.dialogs.edits import promise

        self._edit(promise)

    def action_correct(self) -> None:
        """Correct what is recorded of the item."""
        from tui.dialogs.corrections import correct

        self._edit(correct)

    def action_send(self) -> None:
        """Send evidence."""
        from tui.dialogs.replies import send

        self._edit(send)

    def action_reply(self) -> None:
        """Record a reply."""
        from tui.dialogs.replies import reply

        self._edit(reply)

    def action_nothing_new(self) -> None:
        """Record that there is nothing new."""
        from tui.dialogs.edits import nothing_new

        self._edit(nothing_new)

    def action_evidence(self) -> None:
        """List the evidence files of the item, and add one."""
        if found := self.detail():
            from tui.dialogs.evidence import show_evidence

            show_evidence(self.register_app, found)

    def action_pack(self) -> None:
        """Write the pack of evidence on the item."""
        if found := self.detail():
            from tui.dialogs.pack import ask_for_pack

            ask_for_pack(self.register_app, found)

    def action_copy(self) -> None:
        """Copy the reference, title and text with its basis to the clipboard."""
        if found := self.detail():
            from store.queries.describe_item import format_copied

            self.app.copy_to_clipboard(format_copied(found))
            self.register_app.show_toast(f"Copied {found.row.ref} with its text, if this terminal lets programs do so.")
