"""The terminal that the app runs in, where it is not as Textual's driver expects it to be.

A byte that is no UTF-8 becomes � and is seen, a sequence that no terminal sends is passed over, and a terminal that is gone
ends the app as a closed window does; Textual's driver ends with its thread of input, and says that all is well. Windows
hands over characters, not bytes: there Textual's own driver stands.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

if sys.platform == "win32":

    def driver_class() -> type[Driver] | None:
        """The driver for the app; None for Textual's own."""
        return None

else:
    import os
    import select
    from codecs import getincrementaldecoder
    from contextlib import suppress
    from typing import Any, TextIO

    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    if TYPE_CHECKING:
        from tui.boundary import BoundedApp

    WAIT_SECONDS = 0.1
    """After so long without a key it is asked whether the app is ending, and a lone escape is taken for the key."""

    class _Output:
        """Where the screen is drawn; once it is gone, nothing is. The thread that draws would end, and the app wait for it."""

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

        _app: BoundedApp

        def __init__(self, app: BoundedApp, **more: Any) -> None:
            super().__init__(app, **more)
            self._file: Any = _Output(sys.__stderr__)

        def run_input_thread(self) -> None:
            """Read keys until the app ends, or the terminal is gone."""
            decode = getincrementaldecoder("utf-8")("replace").decode
            parser = XTermParser(self._debug)
            while not self.exit_event.is_set():
                text = ""
                if select.select([self.fileno], [], [], WAIT_SECONDS)[0]:
                    data = self._read()
                    if not data:
                        self._loop.call_soon_threadsafe(self._app.closed_from_outside)
                        return
                    text = decode(data)
                try:
                    # An empty text would mean the end of all input to the parser.
                    for event in (*(parser.feed(text) if text else ()), *parser.tick()):
                        self.process_message(event)
                except Exception:
                    parser = XTermParser(self._debug)

        def _read(self) -> bytes:
            try:
                return os.read(self.fileno, 4096)
            except OSError:
                return b""

    def driver_class() -> type[Driver] | None:
        """The driver for the app; None for Textual's own."""
        return TerminalDriver
