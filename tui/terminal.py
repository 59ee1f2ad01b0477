"""The terminal driver: Textual's, for terminals that are not as it expects them to be.

A byte that is no UTF-8 becomes � and is seen, a sequence that no terminal sends is ignored, a paste whose end never
comes is ended, and a terminal that is gone ends the app as a closed window does: Textual's driver ends its input
thread, and reports no error. Windows delivers characters, not bytes: there Textual's own driver is used.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.driver import Driver


class TerminalGone(Message):
    """The terminal is not there any more, or nothing can be read from it."""


if sys.platform == "win32":

    def driver_class() -> type[Driver] | None:
        """The driver for the app; None for Textual's own."""
        return None

else:
    import os
    import select
    import time
    from codecs import getincrementaldecoder
    from collections.abc import Iterator
    from contextlib import suppress
    from typing import Any, TextIO

    from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    from tui.desk.settings import log_unexpected

    if TYPE_CHECKING:
        from textual.app import App

    WAIT_SECONDS = 0.1
    """Timeout of a read: after it the driver checks whether the app is ending, and reads a lone escape as the key."""

    PASTE_SECONDS = 1.0
    """Timeout of a paste whose end mark does not come: every key would go into it otherwise."""

    class KeyParser:
        """Parses the bytes of a terminal into messages, and tolerates invalid ones."""

        def __init__(self) -> None:
            self._decode = getincrementaldecoder("utf-8")("replace").decode
            self._parser = XTermParser()
            self._end = ""
            self._pasting_since: float | None = None

        def feed(self, data: bytes) -> Iterator[Message]:
            """Parse these bytes, after those before, into messages; b"" where nothing came for a while."""
            text = self._decode(data)
            if text:
                self._track_paste(text)
            elif self._pasting_since is not None and time.monotonic() - self._pasting_since > PASTE_SECONDS:
                self._pasting_since = None
                text = BRACKETED_PASTE_END
            try:
                # An empty text would mean the end of all input to the parser.
                yield from self._parser.feed(text) if text else ()
                yield from self._parser.tick()
            except Exception:
                self._parser, self._pasting_since = XTermParser(), None

        def _track_paste(self, text: str) -> None:
            """Note whether a paste has begun and not ended; its marks may come in two pieces."""
            here = self._end + text
            self._end = here[1 - len(BRACKETED_PASTE_START) :]
            begun, ended = here.rfind(BRACKETED_PASTE_START), here.rfind(BRACKETED_PASTE_END)
            if begun != ended:
                self._pasting_since = time.monotonic() if begun > ended else None
            elif self._pasting_since is not None:
                self._pasting_since = time.monotonic()

    class _Output:
        """The file that the screen is drawn on. Errors are ignored: its thread would end, and the app wait for it."""

        def __init__(self, file: TextIO | None) -> None:
            assert file is not None
            self._file = file

        def write(self, text: str) -> None:
            with suppress(OSError, ValueError):
                self._file.write(text)

        def flush(self) -> None:
            with suppress(OSError, ValueError):
                self._file.flush()

        def fileno(self) -> int:
            return self._file.fileno()

    class TerminalDriver(LinuxDriver):
        """Textual's driver, for a terminal that may send anything and go at any time."""

        def __init__(self, app: App[Any], **more: Any) -> None:
            super().__init__(app, **more)
            self._file: Any = _Output(sys.__stderr__)

        def _run_input_thread(self) -> None:
            """Run the input thread; post TerminalGone where it ends before the app does."""
            try:
                self.run_input_thread()
            except Exception as error:
                log_unexpected(error)
            if not self.exit_event.is_set():
                self._app.post_message(TerminalGone())

        def run_input_thread(self) -> None:
            """Read keys until the app ends, or the terminal is gone."""
            keys = KeyParser()
            while not self.exit_event.is_set():
                data = b""
                if select.select([self.fileno], [], [], WAIT_SECONDS)[0] and not (data := self._read()):
                    return
                for message in keys.feed(data):
                    self.process_message(message)

        def _read(self) -> bytes:
            try:
                return os.read(self.fileno, 4096)
            except OSError:
                return b""

    def driver_class() -> type[Driver] | None:
        """The driver for the app; None for Textual's own."""
        return TerminalDriver
