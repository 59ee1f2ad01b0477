"""The program as it is started: arguments, terminals, pipes, exit codes, and what the start does not load."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tui import __main__ as start

ROOT = Path(__file__).parent.parent


def fairlead(
    *arguments: str, cwd: Path | None = None, typed: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Start the program in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        input=typed,
        capture_output=True,
        cwd=cwd or ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        timeout=120,
    )


def test_a_list_goes_to_stdout_and_nothing_to_stderr(mine: Path) -> None:
    done = fairlead("list", "--publication", "HC", "--status", "delayed", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [row["ref"] for row in json.loads(done.stdout)] == ["HC-2", "HC-5", "HC-6", "HC-10", "HC-13"]


def test_without_a_terminal_the_screens_end_with_one_line_and_two(mine: Path) -> None:
    for arguments in ((), (str(mine),)):
        done = fairlead(*arguments)
        assert done.returncode == 2 and done.stdout == b""
        assert done.stderr.count(b"\n") == 1 and b"terminal" in done.stderr


def test_nothing_is_made_where_there_is_no_terminal(tmp_path: Path) -> None:
    fairlead()
    assert not (tmp_path / "home" / "data").exists()


def test_a_commands_name_wins_over_a_file_and_a_path_does_not(mine: Path, tmp_path: Path) -> None:
    shutil.copyfile(mine, tmp_path / "list")
    assert fairlead("list", cwd=tmp_path).stdout.startswith(b"Ref")
    assert b"terminal" in fairlead("./list", cwd=tmp_path).stderr


def test_what_is_neither_a_command_nor_a_file_is_misuse(tmp_path: Path) -> None:
    done = fairlead("lsit", cwd=tmp_path)
    assert done.returncode == 2 and b"--help" in done.stderr
    done = fairlead("lsit.fairlead", cwd=tmp_path)
    assert done.returncode == 1 and b"lsit.fairlead" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["--help"], 0),
        (["--version"], 0),
        (["show", "HC-99"], 1),
        (["list", "--register", "none.fairlead"], 1),
        (["list", "--status", "late"], 2),
        (["note", "HC-6", "x"], 2),
        (["set", "HC-6", "--track", "on-track", "--author", "Jo"], 0),
    ],
)
def test_exit_codes_tell_done_could_not_and_misused(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    monkeypatch.setattr(start, "configure_streams", lambda: None)
    monkeypatch.setattr(sys, "argv", ["fairlead", *arguments])
    with pytest.raises(SystemExit) as ended:
        start.main()
    printed = capsys.readouterr().err
    assert (ended.value.code or 0) == code, printed
    assert bool(printed) or code == 0
    assert "Traceback" not in printed


def test_a_reader_that_goes_away_ends_it_quietly(mine: Path) -> None:
    command = [sys.executable, "-m", "tui", "list", "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)


PRINTING = (("list",), ("list", "--format", "json"), ("show", "HC-6"), ("--help",), ("list", "--help"), ("--version",))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("into", ["/dev/full", "&-"])
@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_what_cannot_be_printed_ends_with_a_sentence(mine: Path, command: tuple[str, ...], into: str) -> None:
    started = f'"{sys.executable}" -m tui {" ".join(command)} >{into}'
    done = subprocess.run(["sh", "-c", started], stderr=subprocess.PIPE, cwd=ROOT, timeout=60)
    why = b"no space left on device" if into == "/dev/full" else b"nothing takes it (stdout is closed)"
    assert (done.returncode, done.stderr) == (1, b"What is printed could not be written: " + why + b".\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Windows closes no stdout")
def test_a_note_is_saved_whether_or_not_its_id_can_be_printed(mine: Path) -> None:
    started = f'"{sys.executable}" -m tui note HC-6 "Into nowhere." --author Jo >&-'
    done = subprocess.run(["sh", "-c", started], stderr=subprocess.PIPE, cwd=ROOT, timeout=60)
    assert done.returncode == 1 and b"note added: Into nowhere." in done.stderr
    assert b"The change was saved all the same." in done.stderr
    assert b"Into nowhere." in fairlead("show", "HC-6").stdout


READING = (
    ("list", "HC-6"), ("list", "HC-6", "--as-at", "2024-09-18"), ("show", "HC-6"), ("publications",), ("themes",), ("ledger",),
    ("attention",), ("log",), ("check-file",), ("handover", "--lead", "C3"), ("export", "out.csv", "--force"), ("view", "list"),
)  # fmt: skip
MAKES_FILES = tuple(command for command in READING if command[0] in ("check-file", "export") or "--as-at" in command)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unwritable", "commands"),
    [
        pytest.param("home", MAKES_FILES, id="home, what makes files"),
        pytest.param("home", READING, id="home", marks=pytest.mark.slow),
        pytest.param("home/state", READING, id="home/state", marks=pytest.mark.slow),
    ],
)
def test_a_register_is_read_where_fairleads_folders_cannot_be_written(
    mine: Path, tmp_path: Path, unwritable: str, commands: tuple[tuple[str, ...], ...]
) -> None:
    folder, temporary = tmp_path / unwritable, tmp_path / "temporary"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    # In the place of a folder, a file: nothing can be made under it, whoever runs the tests.
    folder.write_bytes(b"")
    temporary.mkdir()
    for command in commands:
        done = fairlead(*command, "--register", str(mine), cwd=tmp_path, TMPDIR=str(temporary), TEMP=str(temporary))
        assert done.returncode == 0, (command, done.stderr)
        assert list(temporary.iterdir()) == [], command


def test_pipes_carry_utf8_whatever_the_locale(mine: Path) -> None:
    plain: dict[str, Any] = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "FAIRLEAD_AUTHOR": "Zoë"}
    done = fairlead("note", "HC-6", "-", typed="naïve – ☃\n".encode(), **plain)
    assert done.returncode == 0, done.stderr
    assert "naïve – ☃".encode() in fairlead("show", "HC-6", **plain).stdout


@pytest.mark.slow
def test_bad_bytes_on_stdin_or_among_the_arguments_end_nothing(mine: Path) -> None:
    assert fairlead("note", "HC-6", "-", "--author", "Jo", typed=b"\xff\xfe ok\n").returncode == 0
    if sys.platform != "win32":
        done = subprocess.run(
            [sys.executable.encode(), b"-m", b"tui", b"note", b"HC-6", b"bad \xff byte", b"--author", b"Jo"],
            capture_output=True,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stderr


def test_what_was_written_is_there_for_the_next_process(mine: Path) -> None:
    written = fairlead("note", "HC-6", "From a process.", FAIRLEAD_AUTHOR="Jo")
    note = json.loads(fairlead("show", "HC-6", "--format", "json").stdout)["notes"][0]
    assert note["text"] == "From a process." and note["id"].startswith(written.stdout.decode().strip())


def test_an_error_that_nobody_foresaw_is_one_sentence_and_a_log_without_values(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret text of a note")

    monkeypatch.setattr("tui.cli.group.cli.main", fail)
    monkeypatch.setattr(sys, "argv", ["fairlead", "list"])
    monkeypatch.setattr(start, "configure_streams", lambda: None)
    with pytest.raises(SystemExit) as ended:
        start.main()
    printed = capsys.readouterr().err
    assert ended.value.code == 1 and printed.count("\n") == 1 and "RuntimeError" in printed and "secret" not in printed
    assert "secret" not in (tmp_path / "home" / "state" / "errors.log").read_text()


def test_an_unfit_sqlite_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("store.file.database.check_sqlite", lambda: "Fairlead needs SQLite 3.37 or newer.")
    monkeypatch.setattr(start, "configure_streams", lambda: None)
    monkeypatch.setattr(sys, "argv", ["fairlead", "list"])
    with pytest.raises(SystemExit) as ended:
        start.main()
    assert ended.value.code == 1 and "3.37" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such permissions")
def test_new_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.fairlead"
    assert fairlead("new", str(path)).returncode == 0
    assert path.stat().st_mode & 0o077 == 0


def _loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


HEAVY = {"click", "pydantic", "sqlite_utils", "textual", "rich"}


def test_the_start_loads_nothing_of_the_command_line_or_the_models() -> None:
    assert not _loaded("import tui.__main__") & HEAVY


def test_opening_a_register_for_the_app_loads_nothing_heavy(mine: Path) -> None:
    code = (
        "import tui.__main__; from pathlib import Path; from tui.desk.open_register import open_for_app; from tui.desk.settings import load\n"
        f"open_for_app(Path({str(mine)!r}), load()[0])"
    )
    assert not _loaded(code) & HEAVY


def test_listing_loads_neither_the_models_nor_the_screens(mine: Path) -> None:
    code = (
        "import sys; sys.argv = ['fairlead', 'list', '--format', 'json']\n"
        "from tui.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print()"
    )
    assert not _loaded(code) & {"pydantic", "sqlite_utils", "textual", "rich"}
