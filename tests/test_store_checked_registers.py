"""A file from elsewhere that was checked once is not checked again while its bytes are the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tampering import alter, another_register, small_register

import store.exchange.checked_registers
import store.exchange.foreign
from store.domain.errors import Refused
from store.exchange.checked_registers import CheckedRegisters
from store.exchange.foreign import open_foreign, save_as_own
from store.register import Register

LONG_AGO = 10**18


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file from elsewhere that has not changed for a long time."""
    path = small_register(tmp_path / "theirs.fairlead")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> CheckedRegisters:
    return CheckedRegisters(tmp_path / "checked")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def _noting(steps: list[str], step: str, function: Any) -> Any:
    """A function that notes a step before it does what another does."""

    def noting(*arguments: Any, **named: Any) -> Any:
        steps.append(step)
        return function(*arguments, **named)

    return noting


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is done from now on: files are checked, and hashed."""
    steps: list[str] = []
    for module, name, step in (
        (store.exchange.foreign, "open_untrusted", "check"),
        (store.exchange.checked_registers, "read_bytes", "hash"),
    ):
        monkeypatch.setattr(module, name, _noting(steps, step, vars(module)[name]))
    yield steps


def look(path: Path, scratch: Path, cache: CheckedRegisters) -> tuple[Path, int]:
    """Look at a file; returns what was opened for it, and how many changes that has."""
    with closing(open_foreign(path, scratch, cache=cache)) as register:
        return register.path, register.newest()


def test_an_unchanged_file_is_neither_checked_nor_hashed_again(
    theirs: Path, scratch: Path, cache: CheckedRegisters, done: list[str]
) -> None:
    first, count = look(theirs, scratch, cache)
    assert done == ["check"]
    again, same = look(theirs, scratch, cache)
    assert done == ["check"] and same == count
    assert first != again and {first.parent, again.parent} == {scratch}


def test_a_copy_of_it_and_a_file_that_was_only_touched_are_hashed_alone(
    theirs: Path, scratch: Path, cache: CheckedRegisters, done: list[str]
) -> None:
    look(theirs, scratch, cache)
    look(Path(shutil.copyfile(theirs, theirs.with_name("copy.fairlead"))), scratch, cache)
    os.utime(theirs, ns=(LONG_AGO + 1, LONG_AGO + 1))
    look(theirs, scratch, cache)
    look(theirs, scratch, cache)
    assert done == ["check", "hash", "hash"]


def test_a_file_that_changed_a_moment_ago_is_hashed_every_time(
    theirs: Path, scratch: Path, cache: CheckedRegisters, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.checked_registers, "SETTLED_NS", 10**20)
    look(theirs, scratch, cache)
    look(theirs, scratch, cache)
    look(theirs, scratch, cache)
    assert done == ["check", "hash", "hash"]


def test_other_bytes_are_checked_though_size_and_time_are_the_same(
    theirs: Path, scratch: Path, cache: CheckedRegisters, done: list[str]
) -> None:
    look(theirs, scratch, cache)
    alter(theirs, "UPDATE change SET author = substr(author, 2) || 'a' WHERE n = 3")
    os.utime(theirs, ns=(LONG_AGO, LONG_AGO))
    with pytest.raises(Refused, match="change 3"):
        look(theirs, scratch, cache)
    assert done == ["check", "hash", "check"]


def test_what_is_looked_at_stays_whatever_is_removed_of_the_cache(
    theirs: Path, scratch: Path, cache: CheckedRegisters, tmp_path: Path
) -> None:
    look(theirs, scratch, cache)
    with closing(open_foreign(theirs, scratch, cache=cache)) as register:
        shutil.rmtree(tmp_path / "checked")
        theirs.unlink()
        assert register.data_version() and register.own_fields() and register.origin == theirs


def test_one_that_is_spoilt_on_the_disk_is_made_again(
    theirs: Path, scratch: Path, cache: CheckedRegisters, tmp_path: Path, done: list[str]
) -> None:
    look(theirs, scratch, cache)
    (cached,) = (tmp_path / "checked").glob("*.fairlead")
    cached.write_bytes(b"nothing")
    look(theirs, scratch, cache)
    look(theirs, scratch, cache)
    assert done == ["check", "check"]


def test_only_the_newest_are_kept_in_number_and_in_size(
    scratch: Path, cache: CheckedRegisters, tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.checked_registers, "MOST_REGISTERS", 2)
    files = [another_register(tmp_path / f"{name}.fairlead") for name in "abc"]
    for file in files:
        os.utime(file, ns=(LONG_AGO, LONG_AGO))
        look(file, scratch, cache)
    folder = tmp_path / "checked"
    assert len(list(folder.glob("*.fairlead"))) == 2 and len(list(folder.glob("*.json"))) == 2
    done.clear()
    look(files[2], scratch, cache)
    assert done == []
    monkeypatch.setattr(store.exchange.checked_registers, "MOST_BYTES", 1)
    look(files[0], scratch, cache)
    assert len(list(folder.glob("*.fairlead"))) == 1


def test_a_file_is_kept_as_ones_own_without_a_second_check_and_under_a_new_id(
    theirs: Path, scratch: Path, cache: CheckedRegisters, tmp_path: Path, done: list[str]
) -> None:
    with closing(open_foreign(theirs, scratch, cache=cache)) as looked:
        shown = looked.id
    with closing(save_as_own(theirs, tmp_path / "own.fairlead", None, scratch, cache=cache)) as own:
        assert own.id != shown and own.read_only_reason is None
    with closing(Register.open(tmp_path / "own.fairlead")) as again:
        assert again.id == own.id
    assert done == ["check"]
