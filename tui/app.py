"""The app: its screens, its keys, and its life from the first screen to the last draft kept."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState, get_current_worker

from store.errors import Damaged, FairleadError
from store.filter import Filter
from store.register import Register
from tui.desk import Desk
from tui.keys import EVERYWHERE, bindings
from tui.messages import ItemAsked, ListAsked, RegisterChanged, TakeBackAsked
from tui.settings import Settings
from tui.upkeep import Upkeep, look_after

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import SystemCommand

    from tui.screens.recommendations import RecommendationsScreen
    from tui.screens.share import ShareScreen

UPKEEP_AFTER_SECONDS = 3.0
"""How long after the first screen the check and the backup begin, so that the first keys have the machine."""

LOOK_SECONDS = 1.0
"""How often the app asks whether another program has written to the register."""


_PAST = "past "
"""Before the name of a screen of the register as at a day."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What was shown of the present register when it was left, to be shown again."""

    screen: str
    item: str | None
    notice: str


class FairleadApp(Desk):
    """Fairlead on a terminal."""

    TITLE = "Fairlead"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)

    def __init__(self, register: Register, settings: Settings, *, notice: str = "") -> None:
        """`notice` is a sentence to show under the top line for as long as the register is open; "" for none."""
        super().__init__(register, settings, notice=notice)
        self._screens_made: dict[str, Screen[Any]] = {}
        self._left: _Left | None = None
        self._check_due = False

    def on_mount(self) -> None:
        self.theme = "textual-dark"
        self._version = self.register.changed_elsewhere()
        self.push_screen(self._screen("recommendations" if self.settings.acts_for else "publications"))
        self.set_interval(LOOK_SECONDS, self._look)
        self.call_after_refresh(self._once_shown)
        for name in ("SIGHUP", "SIGTERM"):
            if hasattr(signal, name) and sys.platform != "win32":
                self._loop_signal(getattr(signal, name))

    def _loop_signal(self, number: int) -> None:
        import asyncio

        try:
            asyncio.get_running_loop().add_signal_handler(number, self._closed_from_outside)
        except (NotImplementedError, RuntimeError, ValueError):
            return

    def _closed_from_outside(self) -> None:
        self.keep_drafts()
        self.exit()

    def _once_shown(self) -> None:
        # What the start made stays: to look through it for garbage again and again would hold up a key now and then.
        gc.freeze()
        titles = list(self.drafts.titles())
        if titles:
            what = titles[0] + (f" and {len(titles) - 1} more" if len(titles) > 1 else "")
            self.say(f"A draft is kept from before: {what}. Open the same dialog to go on with it.")
        self.run_worker(_load_the_rest, thread=True, exit_on_error=False, group="load")
        if not self.register.only_looking:
            self._check_due = Upkeep(self.register).opened(date.today())
            self.set_timer(UPKEEP_AFTER_SECONDS, self._begin_upkeep)

    def _begin_upkeep(self) -> None:
        """Check and back up one's own register in a thread; a file from elsewhere was checked on its way in."""
        register, due = self.register, self._check_due
        if register.only_looking:
            return

        def work() -> None:
            worker = get_current_worker()
            try:
                wrong = look_after(register, due, lambda: worker.is_cancelled)
            except FairleadError as error:
                wrong = "" if worker.is_cancelled else str(error)
            if wrong:
                self.call_from_thread(self._found_damage, register, wrong)

        self.run_worker(work, thread=True, exit_on_error=False, group="upkeep", exclusive=True)

    def _found_damage(self, register: Register, wrong: str) -> None:
        """Write no more to a damaged register, and say so for as long as it is open."""
        register.file.only_looking = str(Damaged(register.path, wrong))
        if register is self.register:
            self.notice = register.file.only_looking
        self.say_error(Damaged(register.path, wrong))
        self.revision += 1
        self.screen.post_message(RegisterChanged())

    async def on_event(self, event: events.Event) -> None:
        """Note what had the keys when a key was pressed."""
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            self.passed.append((event, self.screen, self.focused))
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Give a key that was typed ahead to what the key before it opened: s d, or / and a word, in one breath."""
        for known, screen, focused in self.passed:
            if known is event and (screen is not self.screen or focused is not self.focused):
                event.stop()
                event.prevent_default()
                again = events.Key(event.key, event.character)
                self.passed.append((again, self.screen, self.focused))
                # Marked as forwarded: a key that is not would come back here before the bindings are asked.
                (self.focused or self.screen)._forward_event(again)
                return

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say in words what went wrong in a worker; it would vanish otherwise."""
        if event.state == WorkerState.ERROR:
            error = event.worker.error
            self.say_error(error if isinstance(error, Exception) else RuntimeError("worker"))

    # -- screens

    def _key(self, name: str) -> str:
        """What a numbered screen is installed as: the past has screens of its own."""
        return _PAST + name if self.present else name

    def _screen(self, name: str) -> Screen[Any]:
        key = self._key(name)
        if key not in self._screens_made:
            self._screens_made[key] = _make_screen(name)
            # Installed, or Textual would take it apart whenever another is switched to.
            self.install_screen(self._screens_made[key], key)
        return self._screens_made[key]

    def action_go(self, name: str) -> None:
        """Go to a numbered screen, closing what lies over the present one."""
        wanted = self._screen(name)
        if name == "share":
            made = self._screens_made.get(self._key("recommendations"))
            cast("ShareScreen", wanted).shown = getattr(made, "shown", Filter(parts=True))
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if self.screen is not wanted:
            self.switch_screen(wanted)

    def on_list_asked(self, message: ListAsked) -> None:
        """Go to the recommendations, narrowed."""
        screen = cast("RecommendationsScreen", self._screen("recommendations"))
        self.action_go("recommendations")
        screen.narrow_to(message.shown)

    def on_item_asked(self, message: ItemAsked) -> None:
        """Open an item whole."""
        from tui.screens.item import ItemScreen

        self.push_screen(ItemScreen(message.item, message.hits))

    def on_take_back_asked(self, message: TakeBackAsked) -> None:
        """Take an action back."""
        self.undo_action(message.action)

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

    def action_help(self) -> None:
        """Help for where one is."""
        from tui.screens.help import HelpScreen

        places = getattr(self.screen, "PLACES", ())
        self.push_screen(HelpScreen(places))

    # -- the register itself

    def action_register(self) -> None:
        """Correct the register's title, marking, day and next committee."""
        from tui.edits import edit_register

        edit_register(self)

    def action_who(self) -> None:
        """Say who is writing, and whom one acts for."""
        self.introduce(self._introduced)

    def _introduced(self) -> None:
        self.screen.post_message(RegisterChanged())

    def action_open_file(self) -> None:
        """Open a file."""
        from tui.files import open_file

        open_file(self)

    def action_new_file(self) -> None:
        """Start a register of one's own."""
        from tui.files import new_file

        new_file(self)

    def action_keep(self) -> None:
        """Keep a copy of a file that is only looked at, and work in it."""
        if self.present and self.refuse_looking():
            return
        from tui.files import keep_copy

        keep_copy(self)

    def action_as_at(self, offered: str | None = None) -> None:
        """See the register as at a day, and come back from it; `offered` is an ISO day."""
        if self.present:
            self.back_to_present()
            return
        from tui.past import ask_for_day

        ask_for_day(self, offered)

    def enter_past(self, past: Register, notice: str) -> None:
        """Show the register as at a day, on the screen where the person is; the present one stays open as it is."""
        name, item = self._where()
        shown = getattr(self._screens_made.get("recommendations"), "shown", None)
        self._left = _Left(name, item, self.notice)
        self._show_other(past, notice, present=self.register)
        screen = self._screen(name)
        if name == "recommendations" and shown is not None:
            cast("RecommendationsScreen", screen).narrow_to(shown)
        self.push_screen(screen)
        if item and past.conn.execute("SELECT 1 FROM recommendation WHERE id = ?", (item,)).fetchone():
            self.call_after_refresh(self.on_item_asked, ItemAsked(item))

    def back_to_present(self) -> None:
        if self.present is None or self._left is None:
            return
        from tui.past import close

        past, present, left = self.register, self.present, self._left
        present.writer = past.writer or present.writer
        before = list(self.screen_stack)
        self._show_other(present, present.only_looking or left.notice, present=None)
        self._left = None
        for key in [key for key in self._screens_made if key.startswith(_PAST)]:
            screen = self._screens_made.pop(key)
            self.workers.cancel_node(screen)
            self.uninstall_screen(key)
            if screen not in before:
                screen.remove()
        close(past)
        self.push_screen(self._screen(left.screen))
        if left.item:
            self.call_after_refresh(self.on_item_asked, ItemAsked(left.item))
        self.say("This is the present register again.")

    def _where(self) -> tuple[str, str | None]:
        """The numbered screen that is shown, or lies beneath, and the item that is open over it."""
        from tui.screens.item import ItemScreen

        made = {screen: name for name, screen in self._screens_made.items()}
        name = next((made[screen] for screen in self.screen_stack if screen in made), "publications")
        return name, next((screen.item for screen in self.screen_stack if isinstance(screen, ItemScreen)), None)

    def _show_other(self, register: Register, notice: str, *, present: Register | None) -> None:
        """Take every screen off, the numbered ones to live on, and show another register; none is closed."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.present = present
        self.set_class(present is not None, "-as-at")
        self.show_register(register, notice)

    def take_register(self, register: Register, notice: str = "") -> None:
        """Show another register from now on, from its first screen."""
        self.back_to_present()
        Upkeep(self.register).closed()
        self.workers.cancel_all()
        shown = list(self.screen_stack)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        for name, screen in self._screens_made.items():
            self.uninstall_screen(name)
            if screen not in shown:
                screen.remove()
        self._screens_made.clear()
        super().take_register(register, notice)
        self.push_screen(self._screen("publications"))
        if not register.only_looking:
            self._check_due = Upkeep(register).opened(date.today())
            self._begin_upkeep()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every command by name, for the palette: those of the key table, and nothing else."""
        from textual.app import SystemCommand

        from tui.keys import keys_for, say_keys

        for key in keys_for(*getattr(screen, "PLACES", ()), EVERYWHERE):
            if key.action != "command_palette":
                run = self._runner(screen, key.action)
                yield SystemCommand(f"{key.label} ({say_keys(key)})", key.tip, run)

    def _runner(self, screen: Screen[Any], action: str) -> Callable[[], Any]:
        async def run() -> None:
            await self.run_action(action, screen)

        async def run_in_app() -> None:
            await self.run_action(action, self)

        name = action.partition("(")[0]
        return run if hasattr(screen, f"action_{name}") else run_in_app

    async def action_quit(self) -> None:
        """Quit; a dialog with something typed in it keeps it as a draft first."""
        self.keep_drafts()
        self.exit()


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
    if name == "attention":
        from tui.screens.attention import AttentionScreen

        return AttentionScreen()
    from tui.screens.history import HistoryScreen

    return HistoryScreen()


def _load_the_rest() -> None:
    """Load what the first edit needs, in a thread, once the first screen is shown."""
    import widgets.form
    import widgets.key_panel  # noqa: F401


def run(register: Register, settings: Settings, *, notice: str = "") -> None:
    """Run the app until the person quits."""
    app = FairleadApp(register, settings, notice=notice)
    try:
        app.run()
    finally:
        Upkeep(app.register).closed()
        for left in filter(None, (app.present, app.register)):
            left.close()
    if app.failure is not None:
        raise app.failure
