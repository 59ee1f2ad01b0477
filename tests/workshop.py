"""A folder of registers with clocks and chances of our own, for machines that hunt with hypothesis."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from oracle import new_register

from store.register import Register

_LIMITS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "database": None,
}
FEW = settings(max_examples=10, stateful_step_count=22, **_LIMITS)
MANY = settings(max_examples=60, stateful_step_count=45, **_LIMITS)
START = date(2024, 9, 18)


class Workshop(RuleBasedStateMachine):
    """A folder of registers, and the day."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="fairlead-"))
        self.opened: list[Register] = []
        self.patch = pytest.MonkeyPatch()
        self.day = START
        self.patch.setenv("FAIRLEAD_TODAY", START.isoformat())
        self.chance = random.Random(5)
        self.patch.setattr("secrets.token_hex", lambda size: self.chance.randbytes(size).hex())
        self.patch.setattr(Register, "stamp", self.stamp)
        self.moment = 0

    def make(self, name: str) -> Register:
        register = new_register(self.folder, name, self.template)
        self.opened.append(register)
        return register

    def stamp(self) -> str:
        """The time by a clock of our own: the same whenever the test runs, and now and then the same twice."""
        self.moment += self.chance.randint(0, 2)
        second, day = divmod(self.moment, 1000), os.environ["FAIRLEAD_TODAY"]
        return f"{day}T09:{second[0] // 60:02d}:{second[0] % 60:02d}.{second[1]:03d}Z"

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            for register in self.opened:
                register.close()
            shutil.rmtree(self.folder)
            self.patch.undo()

    def finish(self) -> None:
        raise NotImplementedError


def run(machine: type[Workshop], template: Path, how: settings) -> None:
    """Run a machine."""
    machine.template = template
    run_state_machine_as_test(machine, settings=how)
