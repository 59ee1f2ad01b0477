"""Windows for the tests, closed when they end; there are none of this kind on Windows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from window import OpenWindow, Window

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []


@pytest.fixture
def open_window() -> Iterator[OpenWindow]:
    """Opens windows with Fairlead in them."""
    from window import Window

    opened: list[Window] = []

    def open_one(*arguments: str, **more: Any) -> Window:
        opened.append(Window(*arguments, **more))
        return opened[-1]

    yield open_one
    for window in opened:
        window.shut()
