"""What a killed program leaves is removed by the next one, and nothing of a program that still runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import store.file.scratch
from store.file.atomic import write_whole
from store.file.lock import locked
from store.file.scratch import ProcessFolder, is_running, private_folder, sweep, use_root

HOUSE = Path(__file__).parent.parent

BUSY = """
import sys
from pathlib import Path
from store.file.atomic import temporary_beside
from store.file.scratch import private_folder, use_root
root, out = Path(sys.argv[1]), Path(sys.argv[2])
use_root(lambda: root)
with private_folder() as folder, temporary_beside(out) as temporary:
    (folder / "copy.sqlite").write_bytes(b"a copy")
    temporary.write_bytes(b"half a file")
    print(folder, flush=True)
    sys.stdin.read()
"""
"""A program that writes a file, with a private copy of what it writes it from, until its input ends."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the private folders are, in this process too."""
    monkeypatch.setattr(store.file.scratch, "_root", None)
    monkeypatch.setattr(store.file.scratch, "_folders", {})
    folder = tmp_path / "looked-at"
    use_root(lambda: folder)
    return folder


@pytest.fixture
def start(root: Path, tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], Path]]]:
    """Starts such a program, and returns it with its private copy's folder."""
    with ExitStack() as stack:

        def one() -> tuple[subprocess.Popen[str], Path]:
            program = subprocess.Popen(
                [sys.executable, "-c", BUSY, str(root), str(tmp_path / "out.csv")],
                cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            stack.callback(program.communicate)
            stack.callback(program.kill)
            assert program.stdout is not None
            return program, Path(program.stdout.readline().strip())

        yield one


def partial_in(folder: Path) -> int:
    return len([path for path in folder.iterdir() if path.name.endswith(".part")])


Start = Callable[[], tuple[subprocess.Popen[str], Path]]


def test_what_a_killed_program_left_is_gone_at_the_next_start_and_nothing_of_one_that_runs(
    root: Path, tmp_path: Path, start: Start
) -> None:
    (killed, left), (_, current) = start(), start()
    killed.kill()
    killed.wait()
    assert left.exists() and partial_in(tmp_path) == 2
    sweep(root)
    assert not left.parent.exists() and (current / "copy.sqlite").exists() and partial_in(tmp_path) == 1


def test_a_program_that_ends_leaves_nothing(root: Path, tmp_path: Path, start: Start) -> None:
    program, folder = start()
    program.communicate()
    assert not folder.parent.exists() and partial_in(tmp_path) == 0


def test_half_a_file_is_gone_once_the_next_is_written_in_its_folder(root: Path, tmp_path: Path, start: Start) -> None:
    killed, _ = start()
    with ExitStack() as stack:
        own = ProcessFolder(root)
        stack.callback(own.close)
        killed.kill()
        killed.wait()
        own.note_partial(tmp_path)
        assert partial_in(tmp_path) == 0


def test_half_a_file_of_nobody_known_here_is_gone_after_a_day_alone(root: Path, tmp_path: Path) -> None:
    old, new = tmp_path / f".fairlead-{'a' * 12}.part", tmp_path / f".fairlead-{'b' * 16}-{'b' * 12}.part"
    others = [tmp_path / ".fairlead-mine.part", tmp_path / "x.part"]
    for file in (old, new, *others):
        file.touch()
        os.utime(file, ns=(0, 0))
    os.utime(new)
    write_whole(tmp_path / "out.txt", [b"whole"], force=False)
    assert not old.exists() and new.exists() and all(other.exists() for other in others)


def test_a_private_folder_lies_where_the_next_start_finds_it(root: Path) -> None:
    with private_folder() as folder:
        assert folder.is_relative_to(root)
        sweep(root)
        assert folder.exists()
    assert not folder.exists()


def test_whether_a_program_runs_is_known_by_its_lock(root: Path) -> None:
    window = ProcessFolder(root)
    assert is_running(root, window.name)
    window.close()
    assert not is_running(root, window.name)
    assert not any(is_running(root, name) for name in (None, "", "..", "0" * 16))


def test_folders_of_a_version_without_locks_go_after_a_day(root: Path) -> None:
    for name, when in (("tmpold", 0), ("tmpnew", None), ("checked", 0)):
        (root / name).mkdir(parents=True)
        os.utime(root / name, None if when is None else (when, when))
    sweep(root)
    assert {path.name for path in root.iterdir()} == {"tmpnew", "checked", "lock"}


def test_a_lock_is_free_again_when_its_block_ends(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / "lock"):
            pass
