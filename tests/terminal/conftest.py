"""Windows for the tests, closed when they end; there are none of this kind on Windows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from window import Window

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []

OpenWindow = Callable[..., "Window"]


@pytest.fixture
def open_window() -> Iterator[OpenWindow]:
    """Opens windows with Fairlead in them."""
    from window import Window

    opened: list[Window] = []

    def open_one(*arguments: str, **more: object) -> Window:
        opened.append(Window(*arguments, **more))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for window in opened:
        window.shut()
