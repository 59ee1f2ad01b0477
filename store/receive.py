"""Receive what another register holds, in the transaction of the caller, and take back what a file brought.

What a file would change is shown before by store/exchange/merge.py, which does this on a copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from store.domain.errors import CannotUndo
from store.file.attachments import cited_attachments, copy_attachments
from store.file.bulk_load import deferred_list_indexes
from store.log.author_context import AuthorContext, random_token
from store.log.change import Change
from store.log.change_log import ChangeLog
from store.log.manifest import count_left_out_of_received
from store.log.projection import Step, apply_changes
from store.log.receipts import Receipt, mark_taken_back, receipts, write_receipt
from store.log.revert_received import revert_received
from store.log.undo_order import is_taken_back
from store.log.writer import ChangeWriter

_MANY = 1000
"""Fewer new items than this are written with their indexes."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What to receive: the file's name, its hash, who made it where it states that, and its validated changes.

    Those that are here already may be missing from `changes`. `left_out` is how many of their bodies the file accounts
    for as left out; `attachments` is where the files that its notes cite are copied from.
    """

    file: str
    sha256: str
    made_by: str | None
    changes: Sequence[Change]
    left_out: int = 0
    attachments: sqlite3.Connection | None = None


def receive(
    log: ChangeLog, incoming: Incoming, context: Callable[[], AuthorContext], step: Step | None = None
) -> tuple[Receipt | None, tuple[str, ...]]:
    """Take in changes; those in the log are skipped, bodies that were left out here are filled in.

    Returns the receipt, None where nothing was new, and the items touched. `context` gives who takes it, and is called
    only where something is new. Raises Misfit, and what `step` raises.
    """
    conn = log.conn
    fresh = log.missing(incoming.changes)
    log.check_fit(fresh)
    without = _absent(conn)
    filled = log.fill(incoming.changes)
    filled_in = without - _absent(conn)
    taken = context() if fresh or filled else None
    last = log.newest()
    with deferred_list_indexes(conn) if _are_many_items(conn, fresh) else nullcontext():
        items = apply_changes(log, fresh, filled, step)
    newest = log.newest()
    files = _copy_missing_attachments(conn, incoming.attachments)
    if not (taken or files):
        return None, items
    taken = taken or context()
    left_out = min(_absent(conn, last), incoming.left_out)
    count_left_out_of_received(conn, left_out)
    without_value = _absent(conn, last, _LACKS_A_VALUE)
    receipt = Receipt(
        id=random_token(),
        file=incoming.file,
        sha256=incoming.sha256,
        made_by=incoming.made_by,
        taken=taken.time,
        taken_by=taken.author,
        first_n=last + 1,
        last_n=newest,
        changes=newest - last,
        filled=filled_in,
        left_out=min(without_value, left_out),
    )
    write_receipt(conn, receipt)
    return receipt, items


def _are_many_items(conn: sqlite3.Connection, fresh: Sequence[Change]) -> bool:
    """Whether so many of the items are new that to create the indexes of lists once more takes less time."""
    new = sum(change.creates and change.kind == "recommendation" for change in fresh)
    return new > _MANY and 4 * new > int(conn.execute("SELECT count(*) FROM recommendation").fetchone()[0])


_LACKS_A_VALUE = "AND EXISTS (SELECT 1 FROM json_each(fields) f WHERE json_type(clear, '$.' || f.value) IS NULL)"
"""Of a change without its body: that a value went with it. What was withdrawn, and who leads, is readable all the same."""


def _absent(conn: sqlite3.Connection, after: int = 0, which: str = "") -> int:
    """How many bodies are absent, of the changes with a greater number than this; `which` is SQL for fewer of them."""
    sql = f"SELECT count(*) FROM change INDEXED BY change_left_out WHERE body IS NULL AND n > ? {which}"
    return int(conn.execute(sql, (after,)).fetchone()[0])


def _copy_missing_attachments(conn: sqlite3.Connection, source: sqlite3.Connection | None) -> int:
    """Copy the files that are cited here, are not here, and are in the source; returns how many."""
    if source is None:
        return 0
    here, there = ({str(row[0]) for row in one.execute("SELECT name FROM sqlar")} for one in (conn, source))
    wanted = [name for name in cited_attachments(conn, withdrawn=True) if name in there - here] if there - here else []
    return len(wanted) - len(copy_attachments(source, conn, wanted))


def newest_receipt(log: ChangeLog) -> Receipt | None:
    """The newest receipt of changes that was not taken back; None where there is none."""
    return next((one for one in receipts(log.conn) if one.changes and not is_taken_back(log, one)), None)


def _taken_back_at(log: ChangeLog, receipt: Receipt) -> int:
    """The number of the last change that took a file back; of its own last where nothing had to be written."""
    changes = log.of_action(str(receipt.taken_back))
    return log.last_of(str(receipt.taken_back)) if changes else receipt.last_n


def take_back(writer: ChangeWriter, receipt_id: str, *, force: bool) -> Receipt:
    """Write what the tables are without the changes of one receipt, which it returns. Raises CannotUndo or LaterEdits."""
    from store.commands.stage_rules import derive_touched_stages

    log, every = writer.log, receipts(writer.conn)
    wanted = next((one for one in every if one.id == receipt_id), None)
    if wanted is None or not wanted.changes:
        raise CannotUndo("No changes of such a file were received here.")
    if is_taken_back(log, wanted):
        raise CannotUndo(f"What {wanted.file} brought has been taken back already.")
    since = [one for one in every if is_taken_back(log, one) and _taken_back_at(log, one) > wanted.last_n]
    gone = {change.id for one in since for change in log.between(one.first_n, one.last_n)}
    gone |= {change.id for one in since for change in log.of_action(str(one.taken_back))}
    is_newest = log.newest() == wanted.last_n
    received = log.between(wanted.first_n, wanted.last_n)
    writer.step(0, 2 * len(received))
    revert_received(writer, received, gone, force=force)
    if not is_newest:
        derive_touched_stages(writer, restored=True)
    mark_taken_back(writer.conn, wanted.id, writer.action)
    return wanted
