"""No path through the program connects, binds, looks a name up or sends: the screens and every command are run to
see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_no_path_through_the_program_uses_a_network(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "no_network.py"), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "FAIRLEAD_AUTHOR": "Test Lead", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "EVENTS []" in ran.stdout, ran.stdout[-500:]
    assert "socket.connect" in ran.stdout.split("PROOF")[1], "the hook would not have seen a connection"
    for kind in ("sqlite", "csv", "xlsx", "json", "md"):
        assert (tmp_path / f"all.{kind}").stat().st_size
