"""What every run tries, and what only the wide run of `.ci/run` tries as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def widely(values: Iterable[Any], quick: int) -> list[Any]:
    """The values of a parameter: the first few in every run, the others in the wide one."""
    return [pytest.param(value, marks=[] if n < quick else pytest.mark.slow) for n, value in enumerate(values)]
