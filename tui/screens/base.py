"""The base classes of screens: the frame, and reading again when the register changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from tui.background import read_in_background
from tui.keys import EVERYWHERE, Key, footer_for, format_key, keys_for
from tui.messages import RegisterChanged
from tui.summary_line import SUMMARY_DELAY_SECONDS, is_quick, summary_of
from widgets.frame import KeyBar, Notice, TopLine
from widgets.pane import Pane

if TYPE_CHECKING:
    from store.file.database import Connection
    from store.register import Register
    from tui.register_app import RegisterApp

T = TypeVar("T")

LOW = 10
"""Lines of terminal below which the line of screens and the notices are hidden."""


class RegisterScreen(Screen[None]):
    """Base class of screens: a frame around a body. A subclass implements `body` and `reread`."""

    PLACES: ClassVar[tuple[str, ...]] = ()
    NAME: ClassVar[str] = ""
    SUMMARISES_ALL: ClassVar[bool] = False
    """Whether the counts of the whole register are shown to somebody who acts for nobody."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]
    AUTO_FOCUS = "WindowedTable"

    def __init__(self) -> None:
        super().__init__()
        self._revision = -1
        self._was_shown = False

    @property
    def register_app(self) -> RegisterApp:
        """The app, typed as a RegisterApp."""
        return cast("RegisterApp", self.app)

    @property
    def register(self) -> Register:
        """The register that is open."""
        return self.register_app.register

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield KeyBar(keeps_all=True, id="screens")
        yield Notice()
        yield Notice(id="yours")
        yield from self.body()
        yield KeyBar(id="keys")

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """As Textual's, but the callback is dropped where another register is shown by then."""
        return super().call_after_refresh(self._call_if_open, self.register, partial(callback, *args, **kwargs))

    def _call_if_open(self, register: Register, callback: Callable[[], Any]) -> Any:
        return callback() if register is self.register else None

    def body(self) -> ComposeResult:
        """The widgets between the lines of the frame."""
        raise NotImplementedError

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Read from the register again; `items` are those that an action here touched."""
        raise NotImplementedError

    def read_and_show(
        self, read: Callable[[Connection], T], show: Callable[[T], object], *, group: str, at_once: bool
    ) -> None:
        """Read from the register and show it, in a worker unless `at_once`; cancels the workers of the group."""
        self.workers.cancel_group(self, group)
        if at_once:
            show(read(self.register.conn))
        else:
            read_in_background(self, read, show, group=group)

    def on_mount(self) -> None:
        self.register_changed()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # What is new has its styles already.
        event.refresh_styles, self._was_shown = event.refresh_styles and self._was_shown, True
        if self._revision not in (-1, self.register_app.revision):
            self.register_changed(self.register_app.touched)

    def on_register_changed(self, message: RegisterChanged) -> None:
        message.stop()
        # Where a dialog closed over it, the screen was resumed first, and has read already.
        if self._revision != self.register_app.revision:
            self.register_changed(message.items)

    def register_changed(self, items: tuple[str, ...] = ()) -> None:
        """Show the frame, and read again; the screens beneath do so when they are resumed."""
        self._revision = self.register_app.revision
        self._show_frame()
        with self.register_app.showing_errors():
            self.reread(items)

    def _show_frame(self) -> None:
        """Show the frame, whether or not the register can be read: its name, the screens, the keys, the notice."""
        top: tuple[tuple[str, ...], str] = (("Fairlead", self.register.origin.name), "")
        with self.register_app.showing_errors():
            top = self.register_app.top_line()
        self.query_one(TopLine).show(*top)
        screens = [key for key in keys_for(EVERYWHERE) if key.action.startswith("go(")]
        parts = [(key.keys[0], key.label, key.action) for key in screens]
        self.query_one("#screens", KeyBar).show(parts, f"go('{self.NAME}')")
        self.show_keys()
        self.query(Notice).first().show(self.register_app.notice)
        # After the frame is drawn: the counts take longer.
        self.call_after_refresh(self._show_summary)

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """The keys of the bottom line: each with its label and action."""
        return named_keys(footer_for(*self.PLACES, EVERYWHERE, read_only=bool(self.register.read_only_reason)))

    def keys_to_conflicts(self) -> list[tuple[str, str, str]]:
        """The key to what two people wrote differently, for the bottom line; none where nothing is in conflict."""
        with self.register_app.showing_errors():
            if self.register.conn.execute("SELECT 1 FROM conflict LIMIT 1").fetchone():
                return named_keys([key for key in keys_for(EVERYWHERE) if key.action == "conflicts"])
        return []

    def with_hint(self, sentence: str, hint: str) -> str:
        """The sentence for an empty list, with a hint which key changes that; without it where the register is read-only.

        Of a snapshot the sentence is another: what is empty then may not be so now.
        """
        if self.register_app.present:
            return "Nothing of this was recorded by that day."
        return sentence if self.register.read_only_reason else f"{sentence} {hint}"

    def show_keys(self) -> None:
        """Show the keys that act here now in the bottom line."""
        self.query_one("#keys", KeyBar).show(self.footer_keys())

    def _show_summary(self) -> None:
        """Show the summary line; of a large register the latest one, until a worker has computed the next."""
        app, names = self.register_app, self.register_app.settings.acts_for
        with app.showing_errors():
            if not (names or self.SUMMARISES_ALL):
                sentence = ""
            elif is_quick(self.register.conn):
                sentence = summary_of(self.register.conn, names)
            else:
                sentence = app.last_summary
                if names:
                    app.set_timer(SUMMARY_DELAY_SECONDS, lambda: read_summary(app, names))
            self.query_one("#yours", Notice).show(sentence)

    async def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        event.stop()
        await self.press_action(event.action)

    async def press_action(self, action: str) -> None:
        """Run the action of a key of the table, on this screen or on the app."""
        holder: Any = self if hasattr(self, f"action_{action.partition('(')[0]}") else self.app
        await self.app.run_action(action, holder)

    def action_back(self) -> None:
        """Close a screen that is open over a numbered one; on a numbered one go back to where one came from."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        else:
            self.register_app.go_back()

    def on_resize(self) -> None:
        """Hide lines of the frame where the terminal has few."""
        low = self.size.height < LOW
        set_display(self.query_one("#screens"), not low)
        for notice in self.query(Notice):
            set_display(notice, not low and bool(notice.text))

    def action_scroll_pane(self, by: int) -> None:
        """Scroll the pane by a few lines."""
        pane = self.query_one(Pane)
        if pane.display:
            pane.scroll(by * 3)
        else:
            self.register_app.show_toast("There is no room here for more than the list: enter opens what it is on.")


def set_display(widget: Widget, display: bool) -> None:
    """Show or hide a widget; one that is as it should be already is left alone: Textual lays the screen out each time."""
    if widget.display != display:
        widget.display = display


def named_keys(keys: Sequence[Key]) -> list[tuple[str, str, str]]:
    """Keys as the bottom line shows them: each with its label and action."""
    return [(format_key(key.keys[0]), key.label, key.action) for key in keys]


def read_summary(app: RegisterApp, names: tuple[str, ...]) -> None:
    """Compute the summary line in a worker, and show it on the screen that is current then."""

    def show(sentence: str) -> None:
        app.last_summary = sentence
        for notice in app.screen.query("#yours").results(Notice):
            notice.show(sentence)

    read_in_background(app, lambda conn: summary_of(conn, names), show, group="yours")


class PageScreen(RegisterScreen):
    """A screen whose pane is scrolled by the arrow and page keys."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,K", "read(-1)", show=False),
        Binding("down,j,J", "read(1)", show=False),
        Binding("pageup", "read(-12)", show=False),
        Binding("pagedown", "read(12)", show=False),
        Binding("home", "read(-100000)", show=False),
        Binding("end", "read(100000)", show=False),
    ]

    def action_read(self, by: int) -> None:
        """Scroll the pane by so many lines."""
        self.query_one(Pane).scroll(by)
