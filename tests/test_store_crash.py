"""What was acknowledged is there: after kill -9 at any moment, and after a power cut, as far as one can be
simulated."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tampering import python, rows, small_register

from store.exchange.integrity import check
from store.register import Author, Register

pytestmark = pytest.mark.slow

WRITES = """
import sys
from pathlib import Path
from store.commands import AddNote, SetTrack
from store.register import Author, Register
from store.domain.vocabulary import Track
register = Register.open(Path(sys.argv[1]), Author("Test Lead"))
if len(sys.argv) > 3:
    register.conn.execute(f"PRAGMA journal_mode={sys.argv[3]}").fetchone()
items = [row[0] for row in register.conn.execute("SELECT id FROM recommendation")]
number = 0
while number < int(sys.argv[2]):
    number += 1
    done = register.do_all(
        [
            AddNote(items=(items[number % 2],), text=f"note {number} " + "long " * (number * 37 % 400)),
            SetTrack(item=items[number % 2], track=(Track.DELAYED, Track.ON_TRACK)[number // 2 % 2], reason="so"),
        ]
    )
    sys.stdout.write(done.action + "\\n")
    sys.stdout.flush()
register.close()
"""


def actions(path: Path) -> set[str]:
    return {action for (action,) in rows(path, "SELECT DISTINCT action FROM change")}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    path = small_register(tmp_path / "small.fairlead")
    dice = random.Random(20240918)
    acknowledged: set[str] = set()
    for rounds in range(1, 26):
        with python(WRITES, str(path), "1000000") as program:
            assert program.stdout
            some = dice.randrange(1, 25)
            printed = [program.stdout.readline().strip() for _ in range(some)]
            # Anywhere in the next commit, and not at its beginning: the program runs on while this one counts.
            for _ in range(dice.randrange(60_000)):
                pass
            program.kill()
            printed += program.stdout.read().split("\n")[:-1]
        acknowledged |= set(printed)
        assert "" not in acknowledged
        # The next opening plays back what was cut off; this one must find all that was reported as saved.
        register = Register.open(path, Author("Test Lead"))
        here = {row[0] for row in register.conn.execute("SELECT DISTINCT action FROM change")}
        assert acknowledged <= here
        assert len(here) - len(acknowledged) <= rounds + 20
        register.close()
    register = Register.open(path, Author("Test Lead"))
    report = check(register)
    assert report.sound, report.faults
    register.close()


@dataclass
class Disk:
    """A disk that remembers only what was forced to it; what was not may be there or not, file by file, write by
    write."""

    synced: dict[str, bytes] = field(default_factory=dict)
    """Content of each file as it surely is, by inode."""
    pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)
    """Writes (offset, bytes) and cuts (length, None) since the last fsync."""
    names: dict[str, str] = field(default_factory=dict)
    """Path to inode, as the program sees it."""
    synced_names: dict[str, str] = field(default_factory=dict)
    renames: list[tuple[str, str | None]] = field(default_factory=list)
    """Entries made (path, inode) and taken out (path, None) since the folder was last forced to the disk."""

    def content(self, inode: str, writes: int | None = None, dice: random.Random | None = None) -> bytes:
        """A file with its first so many pending writes, or with any of them."""
        raw = bytearray(self.synced.get(inode, b""))
        pending = self.pending.get(inode, [])
        for offset, data in pending[:writes]:
            if dice is not None and dice.random() < 0.5:
                continue
            if data is None:
                raw = raw[:offset].ljust(offset, b"\0")
            else:
                raw[len(raw) :] = bytes(max(0, offset - len(raw)))
                raw[offset : offset + len(data)] = data
        return bytes(raw)

    def sync(self, inode: str) -> None:
        self.synced[inode] = self.content(inode)
        self.pending[inode] = []

    def sync_folder(self) -> None:
        self.synced_names = dict(self.names)
        self.renames = []

    def after_power_cut(self, dice: random.Random) -> dict[str, bytes]:
        """What may be found when the power is back."""
        names = dict(self.synced_names)
        for path, inode in self.renames[: dice.randrange(len(self.renames) + 1)]:
            if inode is None:
                names.pop(path, None)
            else:
                names[path] = inode
        found = {}
        for path, inode in names.items():
            pending = len(self.pending.get(inode, []))
            if dice.random() < 0.5:
                found[path] = self.content(inode, dice.randrange(pending + 1))
            else:
                found[path] = self.content(inode, pending, dice)
        return found


_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?')


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class Trace:
    """The system calls of a program that writes to a register, played to a Disk one by one."""

    lines: list[str]
    folder: Path
    disk: Disk
    descriptors: dict[int, str] = field(default_factory=dict)
    made: int = 0

    def play(self) -> Iterator[str | None]:
        """Play every call; yields what the program acknowledged after it, or None."""
        for line in self.lines:
            found = _LINE.match(line)
            if not found or int(found[3]) < 0:
                continue
            call, arguments, result = found[1], found[2], int(found[3])
            text = _TEXT.search(arguments)
            data = _bytes(text[1]) if text else b""
            if call == "openat":
                self._open(os.fsdecode(data), arguments, result)
            elif call == "unlink":
                self._unlink(os.fsdecode(data))
            elif call == "write" and arguments.startswith("1,"):
                yield data.decode().strip()
                continue
            elif call == "close":
                self.descriptors.pop(int(arguments), None)
            else:
                self._change(call, arguments, data, result)
            yield None

    def _open(self, name: str, arguments: str, descriptor: int) -> None:
        path = Path(name)
        if path == self.folder:
            self.descriptors[descriptor] = "folder"
        elif path.parent == self.folder:
            if name not in self.disk.names:
                assert "O_CREAT" in arguments
                self.made += 1
                self.disk.names[name] = f"inode {self.made}"
                self.disk.renames.append((name, self.disk.names[name]))
            self.descriptors[descriptor] = self.disk.names[name]

    def _unlink(self, name: str) -> None:
        if self.disk.names.pop(name, None):
            self.disk.renames.append((name, None))

    def _change(self, call: str, arguments: str, data: bytes, result: int) -> None:
        numbers = [int(part) for part in arguments.replace('"', "").split(", ") if part.lstrip("-").isdigit()]
        inode = self.descriptors.get(numbers[0]) if numbers else None
        if inode is None:
            return
        if call in ("fsync", "fdatasync"):
            self.disk.sync_folder() if inode == "folder" else self.disk.sync(inode)
        elif call == "pwrite64":
            assert len(data) == result
            self.disk.pending.setdefault(inode, []).append((numbers[-1], data))
        elif call == "ftruncate":
            self.disk.pending.setdefault(inode, []).append((numbers[1], None))
        else:
            assert call not in ("write", "rename", "fallocate"), "a call that this simulation does not know"


def lost_in_power_cuts(tmp_path: Path, journal_mode: str | None) -> tuple[int, int]:
    """Cut the power after every call of a program that saves; returns how many cuts, and how many lost or spoiled what
    had been acknowledged."""
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("not run: there is no strace here")
    folder = tmp_path / "here"
    folder.mkdir()
    path = small_register(folder / "small.fairlead")
    Path(f"{path}-journal").unlink(missing_ok=True)
    disk = Disk(synced={"inode 0": path.read_bytes()}, names={str(path): "inode 0"})
    disk.sync_folder()
    before = actions(path)
    calls = "openat,close,write,pwrite64,pwritev,ftruncate,fsync,fdatasync,unlink,rename,fallocate"
    traced = tmp_path / "trace"
    arguments = [sys.executable, "-c", WRITES, str(path), "12", *([journal_mode] if journal_mode else [])]
    root = str(Path(__file__).parent.parent)
    ran = subprocess.run(
        [strace, "-xx", "-s", "10000000", "-o", str(traced), "-e", f"trace={calls}", *arguments],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        check=False,
    )
    if ran.returncode:
        pytest.skip(f"not run: strace cannot trace here ({ran.stderr.strip()[-80:]})")
    dice = random.Random(20240918)
    trace = Trace(traced.read_text(encoding="ascii", errors="replace").splitlines(), folder, disk)
    acknowledged: list[str] = []
    cuts = lost = 0
    again = tmp_path / "again"
    again.mkdir()
    for printed in trace.play():
        if printed:
            acknowledged.append(printed)
        if not disk.renames and not any(disk.pending.values()) and not printed:
            continue
        for _ in range(2):
            cuts += 1
            lost += not _is_whole_after(disk.after_power_cut(dice), again, path.name, before | set(acknowledged))
    assert len(acknowledged) == 12
    return cuts, lost


def _is_whole_after(found: dict[str, bytes], folder: Path, name: str, wanted: set[str]) -> bool:
    for left in folder.iterdir():
        left.unlink()
    for left_there, raw in found.items():
        (folder / Path(left_there).name).write_bytes(raw)
    path = folder / name
    try:
        return wanted <= actions(path) and rows(path, "PRAGMA integrity_check") == [("ok",)]
    except Exception:
        return False


def test_what_was_acknowledged_is_there_after_a_power_cut(tmp_path: Path) -> None:
    cuts, lost = lost_in_power_cuts(tmp_path, None)
    assert cuts > 200
    assert lost == 0


def test_sqlites_own_default_would_have_lost_some_of_it(tmp_path: Path) -> None:
    cuts, lost = lost_in_power_cuts(tmp_path, "DELETE")
    assert cuts > 200
    assert lost > 0
