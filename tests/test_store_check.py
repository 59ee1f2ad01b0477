"""Checking a register: what another tool altered is found and named, and nothing else is."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tampering import alter, forged, insert, rows, small_disk, small_register
from wide import widely

from store.commands import (
    AddItem,
    AddLink,
    AddNote,
    BelieveDone,
    Command,
    MoveTarget,
    SetLeads,
    SetStage,
    SetTrack,
    Withdraw,
    correct,
)
from store.domain.errors import Cancelled, DiskFull, FairleadError
from store.domain.vocabulary import Stage, Track
from store.exchange.integrity import Report, check
from store.register import Author, Register

WRITER = Author("Test Lead")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_register(tmp_path / "small.fairlead")


def report_on(path: Path) -> Report:
    register = Register.open(path, WRITER)
    try:
        return check(register)
    finally:
        register.close()


def test_the_sample_is_sound(sample: Register) -> None:
    report = check(sample)
    assert report.sound and not report.faults and not report.remarks
    assert report.changes == sample.newest()
    assert report.sentences == (
        f"{report.changes:,} changes to {report.entities:,} things were checked: everything agrees.",
    )


def test_an_empty_register_is_sound(empty: Register) -> None:
    assert check(empty).sound


def test_checking_leaves_the_file_as_it_is(small: Path) -> None:
    before = small.read_bytes()
    report_on(small)
    assert small.read_bytes() == before


def any_command(dice: random.Random, register: Register) -> Command:
    """Something a person might do."""

    def one(table: str) -> str:
        return str(dice.choice(register.conn.execute(f"SELECT id FROM {table} ORDER BY id").fetchall())[0])

    item = one("recommendation")
    return dice.choice(
        (
            lambda: SetTrack(item=item, track=dice.choice(tuple(Track)), reason="so"),
            lambda: AddNote(items=(item,), text=f"note {dice.random()}"),
            lambda: MoveTarget(item=item, text=dice.choice(("May 2025", "June 2026", "soon")), reason=""),
            lambda: SetLeads(item=item, leads=tuple(dice.sample(("A", "B", "C d", "E"), 2))),
            lambda: AddLink(item=item, relation=dice.choice(("same-work", "same-as")), other=one("recommendation")),
            lambda: correct("recommendation", item, title=f"title {dice.random()}", theme=one("theme"), reason="so"),
            lambda: correct("recommendation", item, number=str(dice.randrange(1, 60)), reason="so"),
            lambda: SetStage(item=item, stage=dice.choice((Stage.IN_PROGRESS, Stage.NOT_ADOPTED)), reason="so"),
            lambda: Withdraw(kind="note", entity=one("note"), reason="so"),
            lambda: Withdraw(kind="recommendation", entity=item, reason="so"),
            lambda: AddItem(publication=one("publication"), number=str(dice.randrange(1, 60)), title="new"),
            lambda: correct("publication", one("publication"), code=f"P{dice.randrange(99)}", reason="so"),
            lambda: correct("publication", one("publication"), title=f"P {dice.random()}", reason="so"),
            lambda: BelieveDone(item=item, believed=dice.random() < 0.5, by="them"),
        )
    )()


def do_anything(dice: random.Random, register: Register, times: int) -> None:
    """Many actions, with undo and redo among them; those that the rules forbid are passed over."""
    for _ in range(times):
        with suppress(FairleadError):
            way = dice.random()
            if way < 0.2:
                register.undo(force=True)
            elif way < 0.3:
                register.redo(force=True)
            else:
                register.do_all([any_command(dice, register) for _ in range(dice.choice((1, 1, 3)))])


def test_whatever_was_done_the_tables_are_what_the_log_adds_up_to(sample: Register) -> None:
    do_anything(random.Random(1), sample, 60)
    assert check(sample).faults == ()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 8))
def test_so_they_are_after_much_more(seed: int, sample: Register) -> None:
    do_anything(random.Random(seed), sample, 500)
    assert check(sample).faults == ()


ALTERED: dict[str, tuple[tuple[str, ...], str]] = {
    "a change's text": (
        ("UPDATE change SET body = replace(body, 'Item 1', 'Item 9') WHERE kind = 'recommendation'",),
        "of HC-1: it is not what its id says: another tool altered it",
    ),
    "a change's time": (
        ("UPDATE change SET time = '2020-01-01T00:00:00.000Z' WHERE kind = 'note'",),
        'of the note "What was done about 1. And then more." of HC-1: it is not what its id says',
    ),
    "a change's type": (("UPDATE change SET kind = 'sly' WHERE n = 4",), "Change 4: it is about a kind of thing"),
    "a change taken out": (
        ("DELETE FROM change WHERE kind = 'recommendation' AND parents = '[]'",),
        "A change that HC-1 (on time?, 2024-09-18) rests on is missing from the log",
    ),
    "a change of a thing named taken out": (
        ("DELETE FROM change WHERE kind = 'theme'",),
        "rests on is missing from the log",
    ),
    "a text taken out": (
        ("UPDATE change SET body = NULL, salt = NULL WHERE n = 5",),
        "1 change is here without what they say, and nothing here says who left it out",
    ),
    "the newest change taken out": (
        ("DELETE FROM change WHERE kind = 'note_on' AND n = (SELECT max(n) FROM change)",),
        "The log is not whole: it says that it holds 14 changes, and it holds 13.",
    ),
    "a value in a table": (
        ("UPDATE recommendation SET track = 'delayed' WHERE number = '1'",),
        'HC-1: on time? is "Delayed" in the tables, and the log adds up to "On track"',
    ),
    "what follows in a table": (
        ("UPDATE recommendation SET counted = 0, moved_later = 3 WHERE number = '2'",),
        'HC-2: moved later is "3" in the tables, and the log adds up to "0"',
    ),
    "a note's text in a table": (
        ("UPDATE note SET text = 'Nothing was done.' WHERE text LIKE '%2.%'",),
        'The note "Nothing was done." of HC-2: text is "Nothing was done." in the tables',
    ),
    "a row taken out of a table": (
        ("DELETE FROM lead WHERE rowid = 1",),
        "the log has it, and the tables do not",
    ),
    "a row put into a table": (
        (
            "INSERT INTO party (id, name, recorded, recorded_by, changed, changed_by) VALUES ('x', 'Sly', '', '', '', '')",
        ),
        'The party "Sly": the tables have it, and the log does not',
    ),
    "a tie to nothing": (
        ("UPDATE note_on SET note = 'gone' WHERE rowid = 1",),
        "names a note that is not in the register",
    ),
    "a count": (
        ("UPDATE tally SET items = 7 WHERE status = 'on-track'",),
        "HC: 7 on track are counted in the tables, and the log adds up to 2",
    ),
    "a next target": (("UPDATE tally SET next_target = '2030-01-01'",), "the next target is"),
    "a conflict": (
        ("INSERT INTO conflict SELECT id, 'title', 'recommendation', '[]' FROM recommendation",),
        "HC-1: the tables have a conflict in title that differs",
    ),
    "a waiting change": (
        ("INSERT INTO waiting SELECT id, 'x' FROM change WHERE n = 2",),
        "The list of changes that wait is not what the log adds up to",
    ),
    "the words to search": (
        ("UPDATE search SET title = 'other' WHERE rowid = 1",),
        "HC-1: the words it is searched by are not",
    ),
    "words of no item": (
        ("INSERT INTO search (rowid, title) VALUES (99, 'x')",),
        "The words to search have entries that belong to no item (1)",
    ),
    "the search index": (
        ("UPDATE search_content SET c1 = 'other' WHERE id = 1",),
        "The words to search do not fit the texts",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_another_tool_altered_is_found_and_named(what: str, small: Path) -> None:
    statements, words = ALTERED[what]
    alter(small, *statements)
    report = report_on(small)
    assert not report.sound
    assert any(words in sentence for sentence in report.faults), report.faults
    assert report.sentences[-1].endswith("something is wrong.")


def test_an_altered_row_is_found_among_many_and_nothing_else_is_named(sample_path: Path) -> None:
    alter(sample_path, "UPDATE recommendation SET title = 'altered' WHERE seq = 7")
    report = report_on(sample_path)
    assert len(report.faults) == 1
    assert '"altered"' in report.faults[0]


def test_an_index_that_lacks_a_row_is_found(small: Path) -> None:
    statement = "UPDATE sqlite_schema SET sql = sql || ' WHERE 0' WHERE name = 'party_by_name'"
    whole = rows(small, "SELECT sql FROM sqlite_schema WHERE name = 'party_by_name'")[0][0]
    alter(small, "PRAGMA writable_schema=ON", statement)
    alter(
        small,
        "INSERT INTO party (id, name, recorded, recorded_by, changed, changed_by) VALUES ('x', 'Sly', '', '', '', '')",
        "PRAGMA writable_schema=ON",
        f"UPDATE sqlite_schema SET sql = '{whole}' WHERE name = 'party_by_name'",
    )
    report = report_on(small)
    assert any("SQLite says" in sentence and "party_by_name" in sentence for sentence in report.faults)


def _spoil_pages(path: Path, where: Callable[[sqlite3.Connection], int]) -> None:
    conn = sqlite3.connect(path)
    page = where(conn)
    conn.close()
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(range(256)) * 16)


@pytest.mark.parametrize("table", ["change", "note", "recommendation", "search_data", "tally"])
def test_a_damaged_page_is_found_whatever_lies_on_it(table: str, small: Path) -> None:
    _spoil_pages(
        small,
        lambda conn: int(conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]),
    )
    report = report_on(small)
    assert not report.sound
    assert any("damaged" in sentence for sentence in report.faults)


@pytest.mark.parametrize("seeds", widely((range(15), range(15, 100)), 1), ids=str)
def test_flipped_bits_let_nothing_out_of_a_check_but_a_report(seeds: range, small: Path, tmp_path: Path) -> None:
    whole, spoiled = small.read_bytes(), tmp_path / "spoiled.fairlead"
    for seed in seeds:
        dice, raw = random.Random(seed), bytearray(whole)
        for _ in range(4):
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        spoiled.write_bytes(raw)
        try:
            register = Register.open(spoiled)
        except FairleadError:
            continue
        try:
            assert check(register).sentences
        finally:
            register.close()


def test_a_change_that_waits_is_said_at_every_check(small: Path, tmp_path: Path) -> None:
    register = Register.open(small, WRITER)
    changes = list(register.log.all())
    register.close()
    part = Register.create(tmp_path / "part.fairlead", WRITER)
    part.apply([change for change in changes if change.kind != "theme"])
    report = check(part)
    assert len(report.faults) == 1
    assert "kept waiting for something that has not come" in report.faults[0]
    part.close()


def test_what_a_share_left_out_is_said_and_is_not_wrong(small: Path, tmp_path: Path) -> None:
    from store.exchange.foreign import save_as_own

    alter(
        small,
        "UPDATE change SET body = NULL, salt = NULL WHERE kind = 'note'",
        """INSERT INTO this_file VALUES ('share', '{"left_out": {"marked": 2}}')""",
    )
    own = save_as_own(small, tmp_path / "mine.fairlead", WRITER, tmp_path)
    report = check(own)
    assert report.sound
    assert report.remarks == (
        "2 changes are here without what they say: that was left out of the share, or taken out for good.",
    )
    own.close()


def test_changes_that_do_not_fit_together_are_said(small: Path) -> None:
    note = forged(
        "note",
        "d" * 32,
        {"kind": "position", "text": "x", "dated": None, "said_by": None, "marking": None, "withdrawn": False},
    )
    lead = forged("recommendation", "e" * 32, {"publication": "d" * 32, "withdrawn": False})
    insert(small, [note, lead])
    report = report_on(small)
    assert not report.sound


def test_a_check_can_be_stopped_at_any_step(sample: Register) -> None:
    steps: list[int] = []

    def listen(done: int, of: int) -> bool:
        steps.append(done)
        assert 0 <= done <= of
        return True

    check(sample, listen)
    assert len(steps) > 10
    for most in (1, len(steps) // 2, len(steps) - 1):
        left = [most]

        def stop(_done: int, _of: int, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] >= 0

        with pytest.raises(Cancelled):
            check(sample, stop)


def test_a_register_can_be_checked_from_another_thread_while_it_is_written_to(sample: Register) -> None:
    item = sample.conn.execute("SELECT id FROM recommendation").fetchone()[0]
    reports: list[Report] = []
    begun, written = threading.Event(), threading.Event()

    def wait(_done: int, _of: int) -> bool:
        begun.set()
        return written.wait(60)

    checking = threading.Thread(target=lambda: reports.append(check(sample, wait)))
    checking.start()
    assert begun.wait(60)
    sample.do(AddNote(items=(item,), text="written in the middle of it"))
    written.set()
    checking.join(60)
    assert reports[0].sound, reports[0].faults


def test_no_room_for_the_copies_is_said(sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk", 200) as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        with pytest.raises(DiskFull):
            check(sample)
        assert not list(disk.iterdir())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET id = substr(id, 1, 20) || '?' || substr(id, 22) WHERE n = 5",
        "UPDATE this_file SET value = 'damaged' WHERE name = 'digest'",
        "UPDATE this_file SET value = 'damaged' WHERE name = 'changes'",
    ],
)
def test_a_damaged_id_or_manifest_is_a_fault_in_the_report(small: Path, statement: str) -> None:
    alter(small, statement)
    register = Register.open(small)
    assert any("The log is not whole" in fault for fault in check(register).faults)
    register.close()
