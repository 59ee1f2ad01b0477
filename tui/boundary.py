"""The error boundary: an error in whatever runs in the app is shown here, and the app goes on where it can.

Textual calls handlers and callbacks through `invoke` and dispatches messages through `_dispatch_message`; an error that
leaves one of them ends the loop that it ran in, and the app with it. Both are replaced here, once, by ones that let no
error out. What Textual catches by itself (timers, layout, painting) it hands to `_handle_exception`, where errors of
workers and of the event loop itself go, too; `dismiss` ends a screen once. These names are private to the Textual that
is pinned: tests/test_tui_boundary.py checks that each still does what is described here.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

from textual import events, message_pump, screen
from textual._callback import invoke
from textual._context import active_app, active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.await_remove import AwaitRemove
from textual.css.query import QueryError
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerFailed, WorkerState, active_worker

from tui.terminal import driver_class
from tui.toast import Toast

READ_SECONDS = 1.5
"""How long a toast stays whatever is pressed: it covers what is at the bottom right, the keys of a dialog among it."""

LOOP_ERRORS = 20
"""So many errors in a row, beyond those that keys account for, are taken for an endless loop."""

ERRORS_PER_KEY = 5
"""So many errors are allowed for each key, which may be handled long after it was pressed."""

ERROR_GAP_SECONDS = 0.5
"""An error so long after another begins a new row."""


class BoundedApp(App[None]):
    """An app that no error ends while it can go on; a subclass shows the error and saves drafts."""

    def __init__(self) -> None:
        super().__init__(driver_class=driver_class())
        self.failure: Exception | None = None
        """The error that ended the app, or None."""
        self._errors_left = LOOP_ERRORS
        self._last_error = 0.0

    def show_error(self, error: Exception) -> None:
        """Show an error as a sentence."""
        raise NotImplementedError

    def expected_error(self, error: Exception) -> Exception | None:
        """Translate an error into one that has a sentence; None for an unexpected one."""
        raise NotImplementedError

    def save_drafts(self) -> None:
        """Save what is typed in any open dialog as a draft."""
        raise NotImplementedError

    def _handle_exception(self, error: Exception) -> None:
        """Show an uncaught error, and go on; exit where the app does not run, or errors come in a loop."""
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        pump = active_message_pump.get(None)
        if isinstance(error, QueryError) and (self._exit or is_closing(pump)):
            # A query on a screen, or in an app, that is closing finds nothing, and nothing is lost by that.
            return
        self.save_drafts()
        if self.expected_error(error) is None:
            # Textual's own harness for tests raises this when the test has ended.
            self._exception = self._exception or error
            self._exception_event.set()
        if not self.is_running or (pump is self and not self._mounted_event.is_set()):
            self.exit_with(error)
            return
        in_loop = self._is_error_loop()
        if in_loop and self.expected_error(error) is not None:
            # A register that is busy, or damaged, ends nothing; its sentence is on the screen.
            return
        self.show_error(error)
        if in_loop:
            if len(self.screen_stack) <= 2:
                self.exit_with(error)
            else:
                self.call_later(self._pop_broken, self.screen)
        elif isinstance(pump, Widget) and (not pump.is_mounted or _in_drawing(error)):
            self.call_later(self._pop_broken, pump.screen)

    def _is_error_loop(self) -> bool:
        """Whether errors come in a loop: too fast to be read, and more of them than keys account for."""
        now = time.monotonic()
        if now - self._last_error > ERROR_GAP_SECONDS:
            self._errors_left = max(self._errors_left, LOOP_ERRORS)
        self._errors_left -= 1
        self._last_error = now
        if self._errors_left > 0:
            return False
        self._errors_left = LOOP_ERRORS
        return True

    def _pop_broken(self, broken: Screen[Any]) -> None:
        """Pop a screen that cannot be mounted or drawn."""
        if self.screen is broken and len(self.screen_stack) > 2:
            self.pop_screen()

    def exit_with(self, error: Exception) -> None:
        """Exit the app: it cannot go on from this error."""
        self.failure = self.failure or error
        self.save_drafts()
        self.exit(return_code=1)

    async def on_event(self, event: events.Event) -> None:
        """Count the keys pressed: errors that follow on a key are no loop. With a key goes the toast that has been read."""
        if isinstance(event, events.Key):
            self._errors_left = max(self._errors_left, LOOP_ERRORS) + ERRORS_PER_KEY
            if any(
                one.severity == "information" and time.time() - one.raised_at > READ_SECONDS
                for one in self._notifications
            ):
                self.clear_notifications()
        try:
            await super().on_event(event)
        except AttributeError:
            # Textual looks up the parent of what was clicked, which may be closing: such a click is lost.
            if not isinstance(event, events.MouseEvent):
                raise

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        """Remove nodes. Where a screen closes, the one beneath is laid out already: Textual would do it again, twice."""
        return super()._prune(*nodes, parent=None if parent is self else parent)

    def pop_screen(self) -> AwaitComplete:
        """Close the screen; a toast that came while it was closing is shown on the one beneath."""
        closing = super().pop_screen()
        self.call_later(self._refresh_notifications)
        return closing

    def _refresh_notifications(self) -> None:
        """Show the newest notification in the toast of the current screen."""
        if self.screen_stack:
            newest = next(reversed(list(self._notifications)), None)
            for shown in self.screen_stack:
                for toast in shown.query_children(Toast):
                    # Behind a dialog it would be dimmed, too faint to be read, and stay when its time is over.
                    toast.show(newest if shown is self.screen else None)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Handle an error in a worker; it would vanish otherwise."""
        if event.state == WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self._handle_exception(event.worker.error)

    def call_from_thread(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """As Textual's, but the result of a cancelled worker is dropped: its screen or register is gone."""
        worker = active_worker.get(None)

        async def run_unless_cancelled() -> None:
            if worker is None or not worker.is_cancelled:
                await _invoke(partial(callback, *args, **kwargs))

        return super().call_from_thread(cast("Callable[[], Any]", run_unless_cancelled))

    def closed_from_outside(self) -> None:
        """Exit: the window was closed, or a signal ends the program."""
        self.save_drafts()
        self.exit()

    def on_terminal_gone(self) -> None:
        """Exit: the window was closed, and no signal came."""
        self.closed_from_outside()

    def watch_loop(self) -> None:
        """Handle what comes to the event loop itself: signals, and errors of tasks that nobody waits for."""
        loop = asyncio.get_running_loop()

        def on_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, Exception):
                with self._context():
                    self._handle_exception(error)

        loop.set_exception_handler(on_loop_error)
        if sys.platform != "win32":
            # A signal handler can be added in the main thread only.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                for number in (signal.SIGHUP, signal.SIGTERM):
                    loop.add_signal_handler(number, self.closed_from_outside)

    async def _shutdown(self) -> None:
        """Shut down, for whatever reason; drafts are saved while the dialogs are still there."""
        self.save_drafts()
        # What a worker brings from here on would be shown on screens that are being taken apart.
        self.workers.cancel_all()
        asyncio.get_running_loop().set_exception_handler(None)
        await super()._shutdown()


def _in_drawing(error: Exception) -> bool:
    """Whether an error came from the layout or painting of a screen: a message on it would not be seen, either."""
    names = {frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)}
    return not names.isdisjoint({"_refresh_layout", "_compositor_refresh"})


def is_closing(pump: MessagePump | None) -> bool:
    """Whether a screen or widget is closing or closed."""
    return isinstance(pump, Widget) and (pump._pruning or pump._closing or pump._closed)


async def _invoke(callback: Callable[..., Any], *params: object) -> Any:
    """Textual's `invoke`, which lets no error out in an app with a boundary."""
    app = active_app.get(None)
    if not isinstance(app, BoundedApp):
        return await invoke(callback, *params)
    try:
        return await invoke(callback, *params)
    except Exception as error:
        app._handle_exception(error)


async def _invoke_later(callback: Callable[..., Any], *params: object) -> Any:
    """`_invoke` for what was to wait for a refresh; not for a screen that has closed meanwhile."""
    owner: Any = callback
    while isinstance(owner, partial):
        owner = owner.func
    if not is_closing(getattr(owner, "__self__", None)):
        await _invoke(callback, *params)


_dispatch_message = MessagePump._dispatch_message


async def _dispatch(self: MessagePump, message: Message) -> None:
    """Textual's `_dispatch_message`, which lets no error out in an app with a boundary."""
    try:
        await _dispatch_message(self, message)
    except Exception as error:
        app = active_app.get(None)
        if not isinstance(app, BoundedApp):
            raise
        app._handle_exception(error)


_dismiss: Callable[..., AwaitComplete] = Screen.dismiss


def _dismiss_once(self: Screen[Any], result: Any = None) -> AwaitComplete:
    """Textual's `dismiss`, which ends this screen and no other: called twice it would end the one beneath as well."""
    stack = self.app._screen_stack
    if self not in stack:
        return AwaitComplete(asyncio.sleep(0)).call_next(self.app)
    if stack[-1] is not self:
        # Another was opened over it meanwhile, and stays.
        stack.remove(self)
        stack.append(self)
    return _dismiss(self, result)


message_pump.invoke = _invoke  # type: ignore[attr-defined]
screen.invoke = _invoke_later  # type: ignore[attr-defined]
MessagePump._dispatch_message = _dispatch  # type: ignore[method-assign]
Screen.dismiss = _dismiss_once  # type: ignore[method-assign]
