"""The app: one register, its screens, and the one way that what a person does reaches the register."""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from store.errors import FairleadError, InConflict, LaterEdits, ReasonOwed, Stale
from store.filter import Filter
from store.register import Done, NoWriter, Register
from store.text import one_line
from store.words import short_day
from tui.drafts import Drafts, Values
from tui.keys import EVERYWHERE, bindings
from tui.messages import RegisterChanged
from tui.opening import remember_author, remember_writer
from tui.settings import Settings, folders, log_unexpected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import SystemCommand

    from store.commands.base import Command
    from widgets.form import FormField

LOOK_SECONDS = 1.0
"""How often the app asks whether another program has written to the register."""

Then = Callable[[Done], None]


class FairleadApp(App[None]):
    """Fairlead on a terminal."""

    TITLE = "Fairlead"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)

    def __init__(self, register: Register, settings: Settings, *, notice: str = "") -> None:
        """`notice` is a sentence to show under the top line for as long as the register is open; "" for none."""
        super().__init__()
        self.register = register
        self.settings = settings
        self.notice = notice
        self.revision = 0
        self.passed: deque[tuple[events.Key, Screen[Any], Widget | None]] = deque(maxlen=200)
        """Keys on their way up from a screen, with what had the keys when they passed it."""
        self._version = 0
        self._screens_made: dict[str, Screen[Any]] = {}
        self._said_moved = False

    @property
    def drafts(self) -> Drafts:
        """The drafts of the open register."""
        return Drafts(folders().drafts, self.register.id)

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
        titles = list(self.drafts.titles())
        if titles:
            what = titles[0] + (f" and {len(titles) - 1} more" if len(titles) > 1 else "")
            self.say(f"A draft is kept from before: {what}. Open the same dialog to go on with it.")
        self.run_worker(_load_the_rest, thread=True, exit_on_error=False, group="load")

    def on_key(self, event: events.Key) -> None:
        """Give a key that was typed ahead to what the key before it opened: s d, or / and a word, in one breath."""
        for known, screen, focused in self.passed:
            if known is event and (screen is not self.screen or focused is not self.focused):
                event.stop()
                event.prevent_default()
                (self.focused or self.screen).post_message(events.Key(event.key, event.character))
                return

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say in words what went wrong in a worker; it would vanish otherwise."""
        if event.state == WorkerState.ERROR:
            error = event.worker.error
            self.say_error(error if isinstance(error, Exception) else RuntimeError("worker"))

    # -- screens

    def _screen(self, name: str) -> Screen[Any]:
        if name not in self._screens_made:
            self._screens_made[name] = _make_screen(name)
        return self._screens_made[name]

    def action_go(self, name: str) -> None:
        """Go to a numbered screen, closing what lies over the present one."""
        wanted = self._screen(name)
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if self.screen is not wanted:
            self.switch_screen(wanted)

    def show_items(self, **narrowed: object) -> None:
        """Go to the recommendations, narrowed to this."""
        from tui.screens.recommendations import RecommendationsScreen

        screen = self._screen("recommendations")
        assert isinstance(screen, RecommendationsScreen)
        self.action_go("recommendations")
        screen.narrow_to(Filter(parts=True).having(**narrowed))

    def shown_now(self) -> Filter:
        """What the list of recommendations is narrowed to."""
        made = self._screens_made.get("recommendations")
        return getattr(made, "shown", Filter(parts=True))

    def open_item(self, item: str) -> None:
        """Open an item whole."""
        from tui.screens.item import ItemScreen

        self.push_screen(ItemScreen(item))

    def action_help(self) -> None:
        """Help for where one is."""
        from tui.screens.help import HelpScreen

        places = getattr(self.screen, "PLACES", ())
        self.push_screen(HelpScreen(places))

    # -- saying

    def say(self, sentence: str) -> None:
        """A toast, in place of the one before. Nothing in it is markup."""
        self.clear_notifications()
        self.notify(one_line(sentence, most=400), markup=False, timeout=5)

    def say_error(self, error: Exception) -> None:
        """What went wrong, in words; what is not ours to explain is logged without values."""
        if isinstance(error, FairleadError):
            sentence = str(error)
        else:
            log_unexpected(error)
            sentence = "Something went wrong that Fairlead did not expect. Your saved work is safe; go on, or quit."
        self.clear_notifications()
        self.notify(one_line(sentence, most=400), severity="error", markup=False, timeout=10)

    def top_line(self) -> tuple[tuple[str, ...], str]:
        """The parts of the top line: on the left, and on the right."""
        about = self.register.described()
        left = ["Fairlead", about["title"] or self.register.path.name, about["marking"] or "OFFICIAL"]
        if self.register.only_looking:
            left.append("only looking")
        import datetime

        today = self.register.today()
        writer = self.register.writer.name if self.register.writer else ""
        right = [f"day {short_day(today)}"] if today != datetime.date.today() else []
        right += [f"as {writer}"] if writer else []
        return tuple(left), " · ".join(right)

    # -- doing

    def do(
        self, commands: Sequence[Command], *, seen: int | None = None, resolving: bool = False, then: Then | None = None
    ) -> None:
        """Do commands as one action, and say what happened; where somebody has to be asked, ask and go on."""
        try:
            done = self.register.do_all(commands, seen=seen, resolving=resolving)
        except NoWriter:
            self.introduce(lambda: self.do(commands, seen=seen, resolving=resolving, then=then))
        except ReasonOwed as error:
            self._ask_reason(error, commands, seen, resolving, then)
        except (Stale, InConflict) as error:
            self._ask_which(error, commands, then)
        except FairleadError as error:
            self.say_error(error)
        else:
            self.changed(done)
            if then:
                then(done)

    def _ask_reason(
        self, error: ReasonOwed, commands: Sequence[Command], seen: int | None, resolving: bool, then: Then | None
    ) -> None:
        from widgets.ask import AskReason

        def go_on(reason: str | None) -> None:
            if reason is not None:
                given = [command.model_copy(update={"reason": reason}) for command in commands]
                self.do(given, seen=seen, resolving=resolving, then=then)

        self.push_screen(AskReason("Why?", f"{error.what} owes a reason. Left empty, none is given."), go_on)

    def _ask_which(self, error: Stale | InConflict, commands: Sequence[Command], then: Then | None) -> None:
        from widgets.ask import Answer, Ask

        def go_on(answer: str | None) -> None:
            if answer == "mine":
                self.do(commands, resolving=True, then=then)

        mine = "yours: write it over what is there now" if isinstance(error, Stale) else "settle it with yours"
        answers = (Answer("k", "keep what is there", "theirs"), Answer("w", mine, "mine"))
        self.push_screen(Ask("Two people wrote different things", str(error), answers), go_on)

    def changed(self, done: Done) -> None:
        """Tell the screens that the register says something else now, and the person what was done."""
        self.revision += 1
        self._version = self.register.changed_elsewhere()
        if self.register.writer:
            self.settings = remember_author(self.settings, self.register.writer, done)
        self.screen.post_message(RegisterChanged(done.action, done.items))
        self.say(f"{done.summary}. u takes it back." if done.action else done.summary)

    def _look(self) -> None:
        """See whether another program has written to the register, or moved its file away."""
        try:
            version = self.register.changed_elsewhere()
        except FairleadError as error:
            if not self._said_moved:
                self._said_moved = True
                self.say_error(error)
            return
        if version != self._version:
            self._version = version
            self.revision += 1
            self.screen.post_message(RegisterChanged())

    def action_undo(self) -> None:
        """Take back this person's newest action."""
        self._take_back(lambda force: self.register.undo(force=force))

    def undo_action(self, action: str) -> None:
        """Take back one action, whoever made it."""
        self._take_back(lambda force: self.register.undo(action, force=force))

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self._take_back(lambda force: self.register.redo(force=force))

    def _take_back(self, act: Callable[[bool], Done], force: bool = False) -> None:
        try:
            done = act(force)
        except NoWriter:
            self.introduce(lambda: self._take_back(act, force))
        except LaterEdits as error:
            from widgets.ask import Answer, Ask

            def go_on(answer: str | None) -> None:
                if answer == "over":
                    self._take_back(act, True)

            question = Ask("Changed again since", str(error), (Answer("o", "overrule it", "over"),), leave="leave it")
            self.push_screen(question, go_on)
        except FairleadError as error:
            self.say_error(error)
        else:
            self.revision += 1
            self._version = self.register.changed_elsewhere()
            self.screen.post_message(RegisterChanged(done.action, done.items))
            self.say(f"Taken back: {done.summary}. ctrl+r does it again.")

    def introduce(self, then: Callable[[], None]) -> None:
        """Ask, once, who is writing and whom they act for; then go on."""
        from widgets.form import Form, FormField

        fields = (
            FormField("name", "Your name", required=True, hint="others see it beside what you write"),
            FormField("acts_for", "You act for", hint="leads whose items are yours, with commas: C3, Local Policing"),
        )

        def save(values: Values) -> str | None:
            try:
                self.settings, self.register.writer = remember_writer(
                    self.settings, values["name"] or "", (values["acts_for"] or "").split(",")
                )
            except FairleadError as error:
                return str(error)
            return None

        form = Form("Who is writing?", fields, intro="Asked once, at the first change.", submit=save)
        self.push_screen(form, lambda values: then() if values is not None else None)

    def open_form(
        self,
        key: str,
        title: str,
        fields: tuple[FormField, ...],
        build: Callable[[Values], Sequence[Command]],
        *,
        first_focus: str | None = None,
        intro: str | None = None,
        then: Then | None = None,
    ) -> None:
        """Open a dialog whose answers become commands. It stays open, with a sentence, while they cannot be saved.

        `key` is what its draft is kept under. An edit that another has overtaken is told; saving again keeps it.
        """
        if self.refuse_looking():
            return
        if self.register.writer is None:
            self.introduce(
                lambda: self.open_form(key, title, fields, build, first_focus=first_focus, intro=intro, then=then)
            )
            return
        from widgets.form import Form

        seen = self.register.newest()
        insist = False
        result: list[Done] = []

        def save(values: Values) -> str | None:
            nonlocal insist
            try:
                result.append(self.register.do_all(build(values), seen=seen, resolving=insist))
            except (Stale, InConflict) as error:
                insist = True
                return f"{error} Press ctrl+s again to write yours over it, or esc to leave it."
            except (FairleadError, ValueError) as error:
                return str(error)
            return None

        draft = self.drafts.get(key)

        def finish(values: Values | None) -> None:
            if values is not None and result:
                self.drafts.drop(key)
                self.changed(result[0])
                if then:
                    then(result[0])

        form = Form(
            title,
            fields,
            first_focus=first_focus,
            intro="Your draft from before is here again." if draft else intro,
            draft=draft,
            keep_draft=lambda values: self.drafts.keep(key, title, values),
            submit=save,
        )
        self.push_screen(form, finish)

    def refuse_looking(self) -> bool:
        """Say that nothing can be changed, where that is so."""
        if self.register.only_looking:
            self.say(self.register.only_looking)
            return True
        return False

    def keep_drafts(self) -> None:
        """Keep what is typed in any open dialog."""
        for screen in self.screen_stack:
            keep = getattr(screen, "keep_now", None)
            if keep:
                keep()

    # -- the register itself

    def action_register(self) -> None:
        """Correct the register's title, marking, day and next committee."""
        from tui.edits import edit_register

        edit_register(self)

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
        from tui.files import keep_copy

        keep_copy(self)

    def take_register(self, register: Register, notice: str = "") -> None:
        """Show another register from now on; the one before is closed."""
        before, self.register, self.notice = self.register, register, notice
        self._said_moved = False
        self._version = register.changed_elsewhere()
        self.revision += 1
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._screens_made.clear()
        self.push_screen(self._screen("publications"))
        before.close()

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
    if name == "share":
        from tui.screens.share import ShareScreen

        return ShareScreen()
    from tui.screens.history import HistoryScreen

    return HistoryScreen()


def _load_the_rest() -> None:
    """Load what the first edit needs, in a thread, once the first screen is shown."""
    import widgets.form
    import widgets.status_panel  # noqa: F401


def run(register: Register, settings: Settings, *, notice: str = "") -> None:
    """Run the app until the person quits."""
    app = FairleadApp(register, settings, notice=notice)
    try:
        app.run()
    finally:
        app.register.close()
