"""The app: its screens and keys, from the start to quitting."""

from __future__ import annotations

import gc
import signal
import sys
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.timer import Timer

from store.domain.dates import local_day
from store.domain.errors import Damaged
from store.register import Register
from tui.background import Cancelled, work_in_background
from tui.colours import DEFAULT, SCHEMES, set_colours, theme_name
from tui.desk.maintenance import MaintenanceRecord, run_maintenance
from tui.desk.open_register import not_sent_back, sweep_left_behind
from tui.desk.settings import Settings, update_settings
from tui.keys import EVERYWHERE, bindings
from tui.messages import ActsForChanged, ItemRequested
from tui.navigation import NavigationApp

if TYPE_CHECKING:
    from tui.screens.recommendations import RecommendationsScreen

PAUSE_SECONDS = 3.0
"""The check and the backup begin when no key was pressed for so long, so that they slow neither the start nor a key."""

START_SECONDS = 0.5
"""When what the start made is set aside: by then the first screen is drawn."""

GARBAGE_OBJECTS = 10_000
"""Objects made before a garbage collection, once the start is over, which has its own (tui/__main__.py)."""

POLL_SECONDS = 1.0
"""The interval at which the app checks whether another program has written to the register."""


class FairleadApp(NavigationApp):
    """The Textual app: its life cycle, its global actions, and switching registers."""

    TITLE = "Fairlead"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)

    def __init__(self, register: Register, settings: Settings, *, notice: str = "") -> None:
        """`notice` is a sentence to show under the top line for as long as the register is open; "" for none."""
        super().__init__(register, settings, notice=notice)
        set_colours(self, settings.colours)
        self._check_due = False
        self._last_key = 0.0
        self._pause_timer: Timer | None = None

    def on_mount(self) -> None:
        self.note_version()
        self.push_screen(self._screen(self._first_screen()))
        self.set_interval(POLL_SECONDS, self.check_for_changes)
        self.call_after_refresh(self._after_start)
        self.watch_loop()

    def _after_start(self) -> None:
        self.set_timer(START_SECONDS, set_start_aside)
        titles = list(self.drafts.titles())
        if titles:
            what = titles[0] + (f" and {len(titles) - 1} more" if len(titles) > 1 else "")
            self.show_toast(f"A draft is kept from before: {what}. Open the same dialog to go on with it.")
        self.run_worker(_load_dialogs, thread=True, exit_on_error=False, group="load")
        self.run_worker(sweep_left_behind, thread=True, exit_on_error=False, group="sweep")
        if not self.register.read_only_reason:
            self._check_due = MaintenanceRecord(self.register).opened(local_day())
            self._last_key = monotonic()
            self._wait_for_a_pause()

    def _wait_for_a_pause(self) -> None:
        """Begin the maintenance when no key has been pressed for a while."""
        if self._pause_timer:
            self._pause_timer.stop()
        left = self._last_key + PAUSE_SECONDS - monotonic()
        if left > 0:
            self._pause_timer = self.set_timer(left, self._wait_for_a_pause)
        else:
            self._begin_maintenance()

    def _begin_maintenance(self) -> None:
        """Check and back up one's own register in a thread; a file from elsewhere was checked on its way in."""
        register, due = self.register, self._check_due
        if register.read_only_reason:
            return

        def work(cancelled: Cancelled) -> None:
            if wrong := run_maintenance(register, due, cancelled):
                raise Damaged(register.path, wrong)

        work_in_background(self, work, lambda _: None, group="upkeep")

    async def on_event(self, event: events.Event) -> None:
        """Note when the latest key was pressed."""
        if isinstance(event, events.Key):
            self._last_key = monotonic()
        await super().on_event(event)

    # -- screens

    def action_command_palette(self) -> None:
        """Show every command by name, and run the one chosen on the screen beneath."""
        from tui.palette import Palette

        screen = self.screen
        if isinstance(screen, Palette):
            return

        async def on_choice(action: str | None) -> None:
            if action:
                name = action.partition("(")[0]
                await self.run_action(action, screen if hasattr(screen, f"action_{name}") else self)

        self.push_screen(Palette(getattr(screen, "PLACES", ())), on_choice)

    def action_colours(self) -> None:
        """Choose the colours, which are kept for this person."""
        from widgets.picker import Picker, PickOption

        def on_choice(scheme: str | None) -> None:
            if scheme:
                self.settings = update_settings(colours=scheme)
                self.theme = theme_name(scheme, self.console.color_system, no_color=self.no_color)

        options = tuple(PickOption(scheme, words) for scheme, words in SCHEMES.items())
        self.push_screen(Picker("Colours", options, current=self.settings.colours or DEFAULT), on_choice)

    def action_help(self) -> None:
        """Show the help of the current screen."""
        from tui.screens.help import HelpScreen

        places = getattr(self.screen, "PLACES", ())
        self.push_screen(HelpScreen(places))

    # -- the register itself

    def action_register(self) -> None:
        """Correct the register's title, marking, day and next committee."""
        from tui.dialogs.edits import edit_register

        edit_register(self)

    def action_who(self) -> None:
        """Ask for the author, and the leads that they act for."""
        before = self.settings.acts_for

        def go_on() -> None:
            if self.settings.acts_for != before:
                self.post_message(ActsForChanged())

        self.ask_author(go_on, is_asked_for=True, asks_leads=True)

    def action_hand_over(self) -> None:
        """Hand a lead's open items over to another."""
        from tui.dialogs.hand_over import hand_over

        hand_over(self)

    def action_join_leads(self) -> None:
        """Ask for two names of one lead, and join or separate them."""
        from tui.dialogs.hand_over import join_leads

        join_leads(self)

    def action_handover_page(self) -> None:
        """Write a lead's hand-over page."""
        from tui.dialogs.files import write_handover_page

        write_handover_page(self)

    def action_check_paper(self) -> None:
        """Check a paper."""
        from tui.screens.check import check_paper

        check_paper(self)

    def action_import_tracker(self) -> None:
        """Import a tracker."""
        from tui.screens.import_file import import_tracker

        import_tracker(self)

    def action_alike(self) -> None:
        """Propose items that may be the same work."""
        from tui.dialogs.similar import propose_similar

        propose_similar(self)

    def action_open_file(self) -> None:
        """Open a file."""
        from tui.dialogs.files import open_file

        open_file(self)

    def action_new_file(self) -> None:
        """Start a register of one's own."""
        from tui.dialogs.files import new_file

        new_file(self)

    def action_save_copy(self) -> None:
        """Save a copy of a register that is open read-only, and work in it."""
        if self.present and self.refuse_read_only():
            return
        from tui.dialogs.files import save_copy

        save_copy(self)

    def _first_screen(self) -> str:
        """The name of the screen that a register opens on."""
        return "recommendations" if self.settings.acts_for or self.settings.start_view else "publications"

    def switch_register(self, register: Register, notice: str = "", *, is_copy: bool = False) -> None:
        """Switch to another register, at its first screen; to a copy of the one that is shown, where the person is."""
        self.back_to_present()
        name, item = self._location() if is_copy else (self._first_screen(), None)
        place = None
        if is_copy and name == "recommendations":
            before = cast("RecommendationsScreen", self._screen(name))
            place = before.shown, item or before.current_item()
        MaintenanceRecord(self.register).closed()
        unsent = not_sent_back(self.register)
        self.workers.cancel_all()
        shown = list(self.screen_stack)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        for installed, screen in self._numbered_screens.items():
            self.uninstall_screen(installed)
            if screen not in shown:
                screen.remove()
        self._numbered_screens.clear()
        super().switch_register(register, notice)
        screen = self._screen(name)
        if place:
            cast("RecommendationsScreen", screen).open_on(*place)
        self.push_screen(screen)
        if item:
            # At once: a question that follows is then over it.
            self.on_item_requested(ItemRequested(item))
        if not register.read_only_reason:
            self._check_due = MaintenanceRecord(register).opened(local_day())
            self._wait_for_a_pause()
        if unsent:
            self.show_toast(unsent)

    def action_help_quit(self) -> None:
        """Show how to quit, where that was meant by ctrl+c."""
        self.show_toast("q quits, and ctrl+q where you type.")

    async def action_quit(self) -> None:
        """Quit, after saving what is typed in open dialogs as drafts."""
        self.save_drafts()
        self.exit()


def set_start_aside() -> None:
    """Free the garbage of the start, and keep what it made from being scanned by each garbage collection, which delays keys."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)


def _load_dialogs() -> None:
    """Import what the first edit and the next screens need; run in a thread once the first screen is shown."""
    import tui.dialogs.edits
    import tui.dialogs.filter_and_views
    import tui.dialogs.undo
    import tui.screens.attention
    import tui.screens.ledger
    import tui.screens.recommendations
    import tui.screens.themes  # noqa: F401


def run(register: Register, settings: Settings, *, notice: str = "") -> None:
    """Run the app until the person quits."""
    app = FairleadApp(register, settings, notice=notice)
    # In the app ctrl+c is a key; a signal it is only before and after, where it would cut short what is begun or left to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        app.run()
        if unsent := not_sent_back(app.present or app.register):
            print(unsent, file=sys.stderr)
    finally:
        MaintenanceRecord(app.register).closed()
        for register_open in filter(None, (app.present, app.register)):
            register_open.close()
    if app.failure is not None:
        raise app.expected_error(app.failure) or app.failure
