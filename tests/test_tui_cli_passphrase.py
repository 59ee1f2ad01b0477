"""Encrypted files on the command line: written and read under a passphrase that is asked for, and refused in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result
from screen import history_of

from store.exchange.encrypted import MOST_WORK, is_encrypted
from store.register import Register
from tui.cli.group import cli

GOOD = "ladder otter chalk violet"


@pytest.fixture(autouse=True)
def at_terminal(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """Somebody is there to answer; the sample is the usual register."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    for module in ("base", "terminal", "merge"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)


def run(*arguments: str, code: int = 0, typed: str = "") -> Result:
    result = CliRunner().invoke(cli, list(arguments), input=typed, prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def written(tmp_path: Path, name: str = "out.sqlite.age", *more: str) -> Path:
    run("export", str(tmp_path / name), *more, typed=f"{GOOD}\n{GOOD}\n")
    return tmp_path / name


def made_elsewhere(tmp_path: Path) -> Path:
    """An encrypted file with a note that is not here."""
    plain = tmp_path / "theirs.fairlead"
    run("keep", str(written(tmp_path, "first.age")), "--as", str(plain), typed=f"{GOOD}\n")
    run("note", "CAM-7", "Wombat was here", "--register", str(plain), "--author", "Local lead")
    run("export", str(tmp_path / "back.age"), "--register", str(plain), typed=f"{GOOD}\n{GOOD}\n")
    return tmp_path / "back.age"


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("out.age", "out.csv.age", "out.xlsx.age")]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out.sqlite.age", *SLOW])
def test_it_is_a_file_in_the_age_format_and_nothing_in_the_clear_is_left(tmp_path: Path, name: str) -> None:
    before = set(all_files(tmp_path))
    out = written(tmp_path, name)
    assert is_encrypted(out) and b"Hate" not in out.read_bytes() and out.stat().st_mode & 0o777 == 0o600
    plain = pyrage.passphrase.decrypt(out.read_bytes(), GOOD)
    assert plain.startswith(b"SQLite format 3" if "csv" not in name and "xlsx" not in name else plain[:2])
    new = {path for path in set(all_files(tmp_path)) - before if "lock" not in path.name and path.suffix != ".json"}
    assert {path.name for path in new} == {name}, new


@pytest.mark.slow
def test_it_is_kept_merged_checked_and_read_with_its_passphrase(tmp_path: Path, mine: Path) -> None:
    back = made_elsewhere(tmp_path)
    run("check-file", str(back), typed=f"{GOOD}\n")
    assert "Wombat" in run("show", "CAM-7", "--register", str(back), typed=f"{GOOD}\n").stdout
    result = run("merge", str(back), "--apply", typed=f"{GOOD}\n")
    stated = " ".join(result.stderr.split())
    assert "marked OFFICIAL at most" in stated and "It came encrypted" in stated
    assert "Received from" in result.stderr and "back.age" in result.stderr
    assert "Wombat was here" in run("show", "CAM-7").stdout
    assert GOOD not in result.output


@pytest.mark.slow
def test_nothing_decrypted_is_cached_for_a_later_start(tmp_path: Path) -> None:
    back = written(tmp_path)
    run("list", "--register", str(back), typed=f"{GOOD}\n")
    cached = [
        path for path in all_files(tmp_path / "home") if path.parent.name == "checked" and path.suffix == ".fairlead"
    ]
    assert cached == []


@pytest.mark.slow
def test_a_wrong_passphrase_is_refused_and_nothing_is_written(tmp_path: Path, mine: Path) -> None:
    out, before = written(tmp_path), history_of(mine)
    for arguments in (("keep", str(out), "--as", str(tmp_path / "own.db")), ("check-file", str(out))):
        assert "passphrase does not open" in " ".join(
            run(*arguments, code=1, typed="wrong words here\n").stderr.split()
        )
    assert "does not open" in " ".join(run("merge", str(out), "--apply", code=1, typed="wrong\n").stderr.split())
    assert not (tmp_path / "own.db").exists() and history_of(mine) == before


def test_a_short_one_is_refused_with_what_would_do_and_two_that_differ(tmp_path: Path) -> None:
    out = tmp_path / "out.age"
    for short in ("hunter2", "aaaaaaaaaaaaaaaaaaaaaaaa"):
        assert "Four words" in " ".join(run("export", str(out), code=2, typed=f"{short}\n{short}\n").stderr.split())
    assert "not the same" in run("export", str(out), code=2, typed=f"{GOOD}\n{GOOD}x\n").stderr
    assert not out.exists()


@pytest.mark.slow
def test_it_is_no_argument_and_is_asked_only_at_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        "End the name"
        in run("export", str(tmp_path / "o.sqlite"), "--passphrase", code=2, typed=f"{GOOD}\n{GOOD}\n").stderr
    )
    run("export", str(tmp_path / "o.age"), f"--passphrase={GOOD}", code=2)
    out = written(tmp_path)
    monkeypatch.setattr("tui.cli.terminal.at_terminal", lambda: False)
    for arguments in (("export", str(tmp_path / "p.age")), ("keep", str(out)), ("list", "--register", str(out))):
        assert "asked for at a terminal" in " ".join(run(*arguments, code=2, typed=f"{GOOD}\n{GOOD}\n").stderr.split())
    assert not (tmp_path / "p.age").exists()


@pytest.mark.slow
@pytest.mark.parametrize("armoured", [False, True])
def test_absurd_work_is_refused_before_any_is_done(
    tmp_path: Path, armoured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64

    content = pyrage.passphrase.encrypt(b"x" * 100, GOOD)
    head, rest = content.split(b"\n", 2)[1], content.split(b"\n", 2)[2]
    crafted = b"age-encryption.org/v1\n" + head.rsplit(b" ", 1)[0] + b" %d\n" % (MOST_WORK + 1) + rest
    if armoured:
        crafted = (
            b"-----BEGIN AGE ENCRYPTED FILE-----\n"
            + base64.encodebytes(crafted)
            + b"-----END AGE ENCRYPTED FILE-----\n"
        )
    path = tmp_path / "crafted.age"
    path.write_bytes(crafted)
    monkeypatch.setattr("pyrage.passphrase.decrypt", lambda *_: pytest.fail("it was tried"))
    assert "absurd work" in " ".join(run("keep", str(path), code=1, typed=f"{GOOD}\n").stderr.split())


@pytest.mark.slow
def test_what_is_for_a_key_or_cut_or_no_register_is_refused_in_words(tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate().to_public()
    contents = {
        "to a key": pyrage.encrypt(b"x", [key]),
        "head is damaged": b"age-encryption.org/v1\n",
        "does not open": written(tmp_path).read_bytes()[:-20],
        "not a SQLite file": pyrage.passphrase.encrypt(b"Only words, and no register." * 10, GOOD),
    }
    for words, content in contents.items():
        path = tmp_path / "bad.age"
        path.write_bytes(content)
        assert words in " ".join(run("keep", str(path), code=1, typed=f"{GOOD}\n").stderr.split()), words


@pytest.mark.slow
def test_what_came_encrypted_does_not_go_back_in_the_clear_unasked(tmp_path: Path) -> None:
    own = tmp_path / "own.fairlead"
    run("keep", str(written(tmp_path)), "--as", str(own), typed=f"{GOOD}\n")
    run("keep", str(own), "--as", str(tmp_path / "again.fairlead"))
    for name in ("o.sqlite", "o.csv", "o.md"):
        run("export", str(tmp_path / name), "--register", str(tmp_path / "again.fairlead"), code=1)
        refused = run("export", str(tmp_path / name), "--register", str(own), code=1)
        assert "came encrypted" in refused.stderr and not (tmp_path / name).exists()
    run("export", str(tmp_path / "o.age"), "--register", str(own), typed=f"{GOOD}\n{GOOD}\n")
    run("export", str(tmp_path / "o.sqlite"), "--register", str(own), "--in-the-clear")
    clear = Register.open(tmp_path / "o.sqlite", read_only_reason="test")
    assert not clear.conn.execute("SELECT 1 FROM this_file WHERE name = 'came encrypted'").fetchone()
    clear.close()


def test_the_program_starts_without_the_library(tmp_path: Path) -> None:
    code = "import sys, tui.cli.group, tui.desk.open_register, store.exchange.foreign; print('pyrage' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert found.stdout.strip() == "False"
