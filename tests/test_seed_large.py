"""Large registers are varied, the same every time, and made of changes that the one door would let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle import differences, is_sound, rebuild, tables

from seed import theme_changes
from seed.__main__ import main
from seed.large import _batches_from_beside, large_changes, load_large
from store.domain.errors import DiskFull
from store.domain.models import validate_values
from store.domain.vocabulary import ItemKind, NextMove, NoteKind, Stage, Track
from store.file.schema import expected_schema, schema_of
from store.log.change import Change, matches_id
from store.queries.publications import publications, totals
from store.register import Author, Register

ITEMS = 2000


@pytest.fixture(scope="module")
def log() -> list[Change]:
    """The changes of a register of 2,000 items."""
    return [change for _, changes in large_changes(ITEMS) for change in changes]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The same, loaded."""
    register = Register.create(tmp_path_factory.mktemp("large") / "large.fairlead", Author("Test Lead"))
    assert list(load_large(register, ITEMS)) == [ITEMS]
    yield register
    register.close()


def values_of(register: Register, column: str) -> set[Any]:
    """The values that occur in a column of the items."""
    return {row[0] for row in register.conn.execute(f"SELECT DISTINCT {column} FROM recommendation")}


def count(register: Register, table: str, where: str = "1") -> int:
    """How many rows a condition leaves."""
    return int(register.conn.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


@pytest.mark.slow
def test_it_has_as_many_items_as_were_asked_for_beside_their_parts(large: Register) -> None:
    recommendations, commitments = totals(large.conn)
    assert recommendations.total + commitments.total == ITEMS
    assert recommendations.total > 1000 and commitments.total > 50
    parts = count(large, "recommendation", "part_of IS NOT NULL")
    assert parts > 0 and count(large, "recommendation") == ITEMS + parts
    assert all(5 <= p.total <= 500 for p in publications(large.conn)[:-1])
    assert len({p.code for p in publications(large.conn)}) == len(publications(large.conn))


@pytest.mark.slow
def test_everything_that_an_item_can_be_occurs(large: Register) -> None:
    assert values_of(large, "stage") == set(Stage)
    assert values_of(large, "track") == {*Track, None}
    assert values_of(large, "kind") == set(ItemKind)
    assert values_of(large, "next_move") == {*NextMove, None}
    assert values_of(large, "status") == {"closed", "on-track", "delayed", "not-stated"}
    assert len(values_of(large, "theme_name")) == 7 and len(values_of(large, "leads")) > 20
    assert {"not known", "in due course", None} < values_of(large, "target")
    assert {0, 1, 2} < values_of(large, "moved_later") and values_of(large, "moved_at_least") == {0, 1}
    assert values_of(large, "marking") == {"OFFICIAL", "OFFICIAL-SENSITIVE"}
    kinds = {row[0] for row in large.conn.execute("SELECT DISTINCT kind FROM note")}
    assert kinds == set(NoteKind)


@pytest.mark.slow
def test_notes_submissions_replies_actions_and_links_are_there_in_proportion(large: Register) -> None:
    assert 0.15 * ITEMS < count(large, "note_on", "recommendation IS NOT NULL") < 0.25 * ITEMS
    assert 0.05 * ITEMS < count(large, "submission") < 0.2 * ITEMS
    assert 0 < count(large, "reply") < count(large, "submission")
    assert count(large, "action") > 0.02 * ITEMS
    assert count(large, "link", "relation = 'supersedes'") > 0
    closing = "r.stage = 'submitted' AND r.closed_as IS NULL"
    assert count(large, "recommendation r", closing) == 0


def test_it_is_the_same_every_time(large: Register, log: list[Change]) -> None:
    again = [change for _, changes in large_changes(ITEMS) for change in changes]
    assert again == log
    assert list(large.log.all()) == theme_changes() + log


def test_a_second_process_makes_the_same_batches() -> None:
    assert list(_batches_from_beside(300)) == list(large_changes(300))


def test_every_change_would_pass_the_one_door_unchanged(log: list[Change]) -> None:
    for change in log:
        assert matches_id(change)
        values = change.payload["values"]
        assert validate_values(change.kind, values) == values
        assert ("withdrawn" in change.fields) is change.creates
    assert len({c.entity for c in log if c.creates}) == sum(c.creates for c in log)


@pytest.mark.slow
def test_the_tables_are_what_the_log_adds_up_to(large: Register) -> None:
    before = tables(large)
    assert before["waiting"] == before["conflict"] == []
    rebuild(large)
    assert differences(before, tables(large)) == []
    assert is_sound(large)


def test_a_file_that_was_filled_is_left_as_any_other(large: Register) -> None:
    assert schema_of(large.conn) == expected_schema()
    found = {name: large.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert found == {"journal_mode": "truncate", "synchronous": 2}
    assert large.conn.execute("PRAGMA secure_delete").fetchone() == (1,)
    other = Register.open(large.path)
    assert other.newest() == large.newest()
    other.close()


def test_the_command_writes_a_large_register_and_says_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "large.fairlead"
    assert main(["--recommendations", "300", str(path)]) == 0
    output = capsys.readouterr()
    assert "300 of 300 items" in output.err and str(path) in output.out
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_filled_is_said_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(register: Register, items: int) -> Iterator[int]:
        yield 5
        raise DiskFull(register.path)

    path = tmp_path / "large.fairlead"
    monkeypatch.setattr("seed.__main__.load_large", full)
    assert main(["--recommendations", "300", str(path)]) == 1
    assert "full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
