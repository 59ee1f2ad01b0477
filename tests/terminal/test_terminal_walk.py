"""A random walk over the program in a terminal finds nothing: see walk.py, which walks for as long as wanted by
hand, with any seed. Here the seed is always the same, so that one state of the project has one verdict."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from walk import Walk

SECONDS = float(os.environ.get("FAIRLEAD_WALK_SECONDS", "60"))
SEED = int(os.environ.get("FAIRLEAD_WALK_SEED", "290232"))


@pytest.mark.slow
def test_a_random_walk_finds_nothing(tmp_path: Path) -> None:
    """What it finds is reported with the seed, the last acts, the screen and the error log."""
    walk = Walk(tmp_path / "walk", SEED, SECONDS)
    walk.walk()
    assert walk.acts > SECONDS / 4, f"seed {SEED}: only {walk.acts} acts"
