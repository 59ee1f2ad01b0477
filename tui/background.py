"""Background work: runs in a worker thread, and its result is shown in the app's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from store.file.database import Connection

if TYPE_CHECKING:
    from tui.register_app import RegisterApp

T = TypeVar("T")

Cancelled = Callable[[], bool]
"""Polled by long work: whether its worker has been cancelled."""


def work_in_background(
    node: RegisterApp | Screen[Any],
    work: Callable[[Cancelled], T | None],
    then: Callable[[T], object],
    *,
    group: str,
    exclusive: bool = True,
    failed: Callable[[Exception], object] | None = None,
) -> Worker[None]:
    """Run `work` in a thread and pass its result to `then` in the app's thread; None is not passed on.

    The worker is cancelled with the app or screen that is its node, and by the next `exclusive` one of its group; then
    result and error are dropped. An error goes to `failed`, or to the app's boundary.
    """
    app = node.app

    def run() -> None:
        worker = get_current_worker()
        try:
            found = work(lambda: worker.is_cancelled)
        except Exception as error:
            if worker.is_cancelled:
                return
            if failed is None:
                raise
            app.call_from_thread(failed, error)
        else:
            if found is not None and not worker.is_cancelled:
                app.call_from_thread(then, found)

    return node.run_worker(run, thread=True, group=group, exclusive=exclusive, exit_on_error=False)


def read_in_background(
    node: RegisterApp | Screen[Any],
    read: Callable[[Connection], T],
    then: Callable[[T], object],
    *,
    group: str,
    exclusive: bool = True,
) -> Worker[None]:
    """Read from the open register in a thread, on a connection that a save interrupts; as work_in_background.

    The result is dropped where another register is shown by then.
    """
    app = cast("RegisterApp", node.app)
    register = app.register

    def show(found: T) -> None:
        if app.register is register:
            then(found)

    return work_in_background(
        node,
        lambda cancelled: register.file.read_interruptible(read, cancelled),
        show,
        group=group,
        exclusive=exclusive,
    )
