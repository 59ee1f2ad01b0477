"""The registers that are measured, and the desks at which they are used."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]

SAMPLE = 70
"""The size that means the sample."""


def build(path: Path, size: int) -> None:
    """Make the register of a size where there is none that this version can open."""
    from store.domain.errors import FairleadError
    from store.register import Register

    if path.exists():
        try:
            Register.open(path).close()
            return
        except FairleadError as error:
            print(f"{path} is made anew: {error}", flush=True)
            path.unlink()
    print(f"Making a register of {size:,} …", flush=True)
    register = Register.create(path)
    if size == SAMPLE:
        from seed import load_sample

        load_sample(register)
    else:
        from seed.large import load_large

        for _ in load_large(register, size):
            pass
    register.close()


def desk(home: Path, register: Path, acts_for: tuple[str, ...] = ()) -> dict[str, str]:
    """The environment of a person at a desk whose own this register is.

    The day's backup counts as made: it would fall on whichever session is the first.
    """
    from store.register import Register
    from tui.desk.settings import ensure_folder, folders, update_settings

    os.environ["FAIRLEAD_HOME"] = str(home)
    opened = Register.open(register)
    update_settings(mine=(register, opened.id), name="Bench", acts_for=acts_for)
    (ensure_folder(folders().backups) / f"{opened.id}.{date.today().isoformat()}.000001.fairlead").touch()
    opened.close()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRLEAD", "PYTHON"))}
    return environment | {"FAIRLEAD_HOME": str(home), "FAIRLEAD_TODAY": "2024-09-18", "TERM": "xterm-256color"} | {
        "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@dataclass
class Case:
    """A register to measure, and what the bare app needs beside it."""

    size: int
    register: Path
    home: Path
    folder: Path

    def start(self, acts_for: tuple[str, ...] = ()) -> Terminal:
        """Start Fairlead on it."""
        environment = desk(self.home, self.register, acts_for)
        return Terminal([sys.executable, "-m", "tui", str(self.register)], environment, self.folder)

    def start_bare(self) -> Terminal:
        """Start the bare app."""
        environment = desk(self.home, self.register)
        return Terminal([sys.executable, str(ROOT / "tests/bench/bare.py")], environment, self.folder)

    def clear_values(self, what: str) -> str:
        """What a line of the table is about, in words."""
        return f"{self.size:>9,}  {what}"
