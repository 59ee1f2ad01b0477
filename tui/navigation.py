"""Navigation: the numbered screens, those that open over them, and the same screens of a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from textual.screen import Screen

from store.queries.filter import Filter
from store.queries.leads import shown_as, unmatched_names
from store.register import Register
from tui.desk.settings import Settings
from tui.messages import (
    ActsForChanged,
    ItemRequested,
    LeadHandedOver,
    ListRequested,
    ReceiveRequested,
    RevertRequested,
)
from tui.register_app import RegisterApp

if TYPE_CHECKING:
    from tui.screens.attention import AttentionScreen
    from tui.screens.item_list import ListView
    from tui.screens.recommendations import RecommendationsScreen
    from tui.screens.share import ShareScreen

_SNAPSHOT_PREFIX = "past "
"""The prefix of the names of a snapshot's screens."""


@dataclass(frozen=True, slots=True)
class _PresentView:
    """What was shown of the present register, to be restored after a snapshot."""

    screen: str
    item: str | None
    notice: str


@dataclass(frozen=True, slots=True)
class _CameFrom:
    """Where a list was asked for: the numbered screen, what is open over it, and how the list was before."""

    screen: str
    reopen: Callable[[], object] | None
    asked: Filter
    before: ListView | None
    """None where the list was not seen before."""


class NavigationApp(RegisterApp):
    """An app that goes from screen to screen, and from the present register to a snapshot and back."""

    def __init__(self, register: Register, settings: Settings, *, notice: str = "") -> None:
        """`notice` is a sentence to show under the top line for as long as the register is open; "" for none."""
        super().__init__(register, settings, notice=notice)
        self._numbered_screens: dict[str, Screen[Any]] = {}
        self._present_view: _PresentView | None = None
        self._came_from: _CameFrom | None = None
        """Where the list that is shown was asked for, until one goes elsewhere."""

    def _key(self, name: str) -> str:
        """The name that a numbered screen is installed under: a snapshot has screens of its own."""
        return _SNAPSHOT_PREFIX + name if self.present else name

    def _screen(self, name: str) -> Screen[Any]:
        key = self._key(name)
        if key not in self._numbered_screens:
            self._numbered_screens[key] = _make_screen(name)
            # Installed, or Textual would remove it whenever another is switched to.
            self.install_screen(self._numbered_screens[key], key)
        return self._numbered_screens[key]

    def show_register(self, register: Register, notice: str) -> None:
        self._came_from = None
        super().show_register(register, notice)

    def action_go(self, name: str) -> None:
        """Go to a numbered screen, closing those over the current one."""
        self._came_from = None
        wanted = self._screen(name)
        if name == "share":
            recommendations = self._numbered_screens.get(self._key("recommendations"))
            cast("ShareScreen", wanted).start_on(getattr(recommendations, "shown", Filter(parts=True)))
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if self.screen is not wanted:
            self.switch_screen(wanted)

    def action_undo(self) -> None:
        """Revert this person's newest action."""
        from tui.dialogs.undo import revert

        revert(self, lambda register, force, go_on: register.undo(force=force, go_on=go_on))

    def undo_action(self, action: str) -> None:
        """Revert one action, whoever made it."""
        from tui.dialogs.undo import revert

        revert(self, lambda register, force, go_on: register.undo(action, force=force, go_on=go_on))

    def action_redo(self) -> None:
        """Redo the action that was reverted last."""
        from tui.dialogs.undo import revert

        again = "Done again: {}. u takes it back."
        revert(self, lambda register, force, go_on: register.redo(force=force, go_on=go_on), sentence=again)

    def on_list_requested(self, message: ListRequested) -> None:
        """Go to the recommendations under a filter."""
        screen = cast("RecommendationsScreen", self._screen("recommendations"))
        name, _ = self._location()
        came_from = _CameFrom(name, message.reopen, message.shown, screen.view_now())
        self.action_go("recommendations")
        screen.apply_filter(message.shown, is_first_look=True)
        self._came_from = came_from

    def go_back(self) -> None:
        came_from = self._came_from
        if came_from is None:
            self.back_to_present()
            return
        screen = cast("RecommendationsScreen", self._screen("recommendations"))
        if screen.shown == came_from.asked:
            # Whatever else was chosen there since is the person's own.
            screen.show_again(came_from.before)
        self.action_go(came_from.screen)
        if came_from.reopen is not None:
            came_from.reopen()

    def on_item_requested(self, message: ItemRequested) -> None:
        """Open an item on a page of its own."""
        from tui.screens.item import ItemScreen

        self.push_screen(ItemScreen(message.item, message.hits))

    def on_acts_for_changed(self, message: ActsForChanged) -> None:
        """Show mine where a list of items has no other filter, and whom the person acts for leads on something."""
        if unmatched_names(self.register.conn, self.settings.acts_for):
            return
        for name in ("attention", "recommendations"):
            screen = self._numbered_screens.get(self._key(name))
            shown = getattr(screen, "shown", None)
            if shown is not None and (shown.mine or not shown.is_active):
                cast("AttentionScreen | RecommendationsScreen", screen).shown = shown.replace(
                    mine=self.settings.acts_for
                )
        self.refresh_screens()

    def on_lead_handed_over(self, message: LeadHandedOver) -> None:
        """Have a list that is filtered on the lead follow to the new one, so that the items are not looked for in vain."""
        screen = cast("RecommendationsScreen | None", self._numbered_screens.get(self._key("recommendations")))
        if screen is None:
            return
        lead, to = (shown_as(self.register.conn, name) for name in (message.lead, message.to))
        shown = [shown_as(self.register.conn, name) for name in screen.shown.lead]
        if lead in shown:
            followed = tuple(dict.fromkeys(to if name == lead else name for name in shown))
            screen.shown, screen.view = screen.shown.replace(lead=followed), ""
            self.refresh_screens()

    def on_revert_requested(self, message: RevertRequested) -> None:
        """Revert an action."""
        self.undo_action(message.action)

    def on_receive_requested(self, message: ReceiveRequested) -> None:
        """Ask for files that come back, and show what they would change."""
        from tui.dialogs.receive import choose_files
        from tui.screens.import_file import ImportScreen
        from tui.screens.receive import ReceiveScreen

        choose_files(
            self,
            lambda files: self.push_screen(ReceiveScreen(files)),
            lambda source: self.push_screen(ImportScreen(source)),
        )

    def action_chart(self) -> None:
        """Show the charts."""
        from tui.screens.chart import ChartScreen

        self.push_screen(ChartScreen())

    def action_ledger(self) -> None:
        """Show the remain-open ledger, or leave it."""
        from tui.screens.ledger import LedgerScreen

        if any(isinstance(screen, LedgerScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, LedgerScreen):
                self.pop_screen()
            self.pop_screen()
            return
        chosen = getattr(self.screen, "current_item", None)
        self.push_screen(LedgerScreen(chosen() if chosen else None))

    def action_conflicts(self) -> None:
        """Show what two people wrote differently, or leave it."""
        from tui.screens.conflicts import ConflictsScreen

        if any(isinstance(screen, ConflictsScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, ConflictsScreen):
                self.pop_screen()
            self.pop_screen()
            return
        chosen = getattr(self.screen, "current_item", None)
        self.push_screen(ConflictsScreen(chosen() if chosen else None))

    def action_as_at(self, offered: str | None = None) -> None:
        """Open a snapshot as at a day, or go back from one; `offered` is an ISO day."""
        if self.present:
            self.back_to_present()
            return
        from tui.dialogs.as_at import ask_for_day

        ask_for_day(self, offered, self.enter_as_at)

    def action_differences(self, offered: str | None = None) -> None:
        """Show what differs: of what is open read-only from one's own register, else between two days.

        `offered` is the ISO day of the first.
        """
        from tui.dialogs.differences import Compared, ask_for_days, compare_shown
        from tui.screens.differences import DifferencesScreen

        def show(compared: Compared) -> None:
            self.push_screen(DifferencesScreen(compared))

        if not compare_shown(self, show):
            ask_for_days(self, offered, show)

    def enter_as_at(self, snapshot: Register, notice: str) -> None:
        """Show a snapshot on the current screen; the present register stays open as it is."""
        name, item = self._location()
        shown = getattr(self._numbered_screens.get("recommendations"), "shown", None)
        self._present_view = _PresentView(name, item, self.notice)
        self._replace_register(snapshot, notice, present=self.register)
        screen = self._screen(name)
        if name == "recommendations" and shown is not None:
            cast("RecommendationsScreen", screen).apply_filter(shown)
        self.push_screen(screen)
        if item and snapshot.conn.execute("SELECT 1 FROM recommendation WHERE id = ?", (item,)).fetchone():
            self.call_after_refresh(self.on_item_requested, ItemRequested(item))

    def back_to_present(self) -> None:
        if self.present is None or self._present_view is None:
            return
        from tui.dialogs.as_at import close

        snapshot, present, view = self.register, self.present, self._present_view
        present.author = snapshot.author or present.author
        before = list(self.screen_stack)
        self._replace_register(present, present.read_only_reason or view.notice, present=None)
        self._present_view = None
        for key in [key for key in self._numbered_screens if key.startswith(_SNAPSHOT_PREFIX)]:
            screen = self._numbered_screens.pop(key)
            self.workers.cancel_node(screen)
            self.uninstall_screen(key)
            if screen not in before:
                screen.remove()
        close(snapshot)
        self.push_screen(self._screen(view.screen))
        if view.item:
            # At once: where another register is opened next, it is closed with the other screens.
            self.on_item_requested(ItemRequested(view.item))
        self.show_toast("This is the present register again.")

    def _location(self) -> tuple[str, str | None]:
        """The current numbered screen, and the item that is open over it, or None."""
        from tui.screens.item import ItemScreen

        names = {screen: name for name, screen in self._numbered_screens.items()}
        name = next((names[screen] for screen in self.screen_stack if screen in names), "publications")
        return name, next((screen.item for screen in self.screen_stack if isinstance(screen, ItemScreen)), None)

    def _replace_register(self, register: Register, notice: str, *, present: Register | None) -> None:
        """Pop every screen, keeping the numbered ones, and show another register; neither register is closed."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.present = present
        self.set_class(present is not None, "-as-at")
        self.show_register(register, notice)


def _make_screen(name: str) -> Screen[Any]:
    if name == "publications":
        from tui.screens.publications import PublicationsScreen

        return PublicationsScreen()
    if name == "recommendations":
        from tui.screens.recommendations import RecommendationsScreen

        return RecommendationsScreen()
    if name == "themes":
        from tui.screens.themes import ThemesScreen

        return ThemesScreen()
    if name == "share":
        from tui.screens.share import ShareScreen

        return ShareScreen()
    if name == "paper":
        from tui.screens.paper import PaperScreen

        return PaperScreen()
    if name == "attention":
        from tui.screens.attention import AttentionScreen

        return AttentionScreen()
    from tui.screens.history import HistoryScreen

    return HistoryScreen()
