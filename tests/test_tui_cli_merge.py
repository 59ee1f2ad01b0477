"""`fairlead merge` and `conflicts`: what is printed, what is taken, and the exit codes."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pyrage
import pytest
from click.testing import CliRunner, Result
from returns import come_back, damage, give, work
from screen import history_of, recorded
from test_tui_receive import item, note_on, track, two_values, values_in_conflict

from store.commands import NothingNew, SetLeads, SetStage
from store.domain.errors import Refused
from store.domain.vocabulary import Stage, Track
from store.exchange import merge
from store.file.backups import list_backups
from store.register import Register
from tui.cli.group import cli
from tui.desk.settings import folders

GOOD = "ladder otter chalk violet"


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and its coordinator writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "Test Lead")


def run(*arguments: str, code: int = 0, typed: str = "") -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), input=typed, prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def spoken(result: Result) -> str:
    """What was printed to stderr, however its lines were broken."""
    return " ".join(result.stderr.split())


def texts(path: Path, reference: str) -> set[str]:
    """The texts of an item's notes on the disk."""
    return {str(note.fields["text"]) for note in recorded(path, reference).notes}


@pytest.fixture
def back(mine: Path, tmp_path: Path) -> Path:
    """A file that comes back, with one note."""
    return come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", [note_on(mine, "HC-6", "A form is tried.")])


def test_what_a_person_did_is_counted_and_not_what_the_log_wrote(mine: Path, tmp_path: Path) -> None:
    hc6 = item(mine, "HC-6")
    did = [
        track(mine, "HC-6", Track.ON_TRACK),
        SetLeads(item=hc6, leads=("Roads Policing",)),
        NothingNew(items=(hc6, item(mine, "HC-10"))),
    ]
    result = run("merge", str(come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", did)), "--dry-run")
    assert "C3 lead: 2 edits, nothing new on 2 items." in spoken(result)
    # Whom the register did not know comes last, and who wrote it is named once.
    assert "new name: Roads Policing" in result.stdout.rstrip().splitlines()[-1] and "new name: C3" not in result.stdout
    for words in ("1 item changed", "1 lead added"):
        assert words in spoken(result)
    assert "party" not in result.output and "nothing new added" not in result.output


def test_a_file_of_a_clock_that_is_ahead_and_one_received_before_are_named_so(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-11-01")
    ahead = come_back(mine, tmp_path / "In" / "ahead.sqlite", "C3 lead", [note_on(mine, "HC-6", "Next year.")])
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-04")
    assert "Its clock is ahead: it has changes of 1 Nov 2025, a day to come." in spoken(
        run("merge", str(ahead), "--apply")
    )
    # Under another name, too.
    again = ahead.rename(ahead.with_name("Final (2).db"))
    (ahead.parent / "notes.sqlite").write_text("hello")
    result = spoken(run("merge", str(again.parent), "--dry-run", code=1))
    assert "It was received here on 4 Oct 2024." in result and "is not a Fairlead register" in result


def test_a_dry_run_prints_what_would_change_and_takes_nothing(mine: Path, back: Path) -> None:
    before = mine.read_bytes()
    result = run("merge", str(back), "--dry-run")
    for words in ("c3.sqlite", "HC-6", "C3 lead", "A form is tried."):
        assert words in result.stdout, words
    assert "C3 lead: 1 edit. 1 note added." in spoken(result) and "new name" not in result.output
    assert mine.read_bytes() == before


def test_it_is_taken_once_after_a_backup_and_one_undo_takes_it_back(mine: Path, back: Path) -> None:
    assert "Received from C3 lead: 1 edit · c3.sqlite" in spoken(run("merge", str(back), "--apply"))
    assert "A form is tried." in texts(mine, "HC-6")
    register = Register.open(mine)
    assert list_backups(folders().backups, register.id)
    register.close()
    after = history_of(mine)
    assert "Nothing in it is new here." in spoken(run("merge", str(back), "--apply"))
    assert history_of(mine) == after
    assert "received from C3 lead: 1 edit · c3.sqlite" in spoken(run("undo"))
    assert "A form is tried." not in texts(mine, "HC-6")


def test_it_asks_at_a_terminal_and_takes_nothing_where_nobody_is_there(
    mine: Path, back: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = history_of(mine)
    assert "give --apply to take them" in spoken(run("merge", str(back), code=2))
    monkeypatch.setattr("tui.cli.merge.at_terminal", lambda: True)
    run("merge", str(back), code=1, typed="n\n")
    assert history_of(mine) == before
    assert "Take 1 file?" in spoken(run("merge", str(back), typed="y\n"))
    assert "A form is tried." in texts(mine, "HC-6")


@pytest.mark.slow
def test_json_has_what_each_file_would_change_and_why_others_are_refused(mine: Path, back: Path) -> None:
    broken = damage(come_back(mine, back.parent / "broken.sqlite", "Anna", [note_on(mine, "HC-6", "Lost.")]))
    result = run("merge", str(back.parent), "--dry-run", "--format", "json", code=1)
    held: dict[str, Any] = json.loads(result.stdout)
    assert [file["file"] for file in held["files"]] == ["c3.sqlite"]
    (file,) = held["files"]
    assert any(change["after"] == "A form is tried." and change["by"] == "C3 lead" for change in file["changes"])
    assert file["new"] >= len(file["changes"]) and file["conflicts"] == []
    assert len(held["refused"]) == 1 and broken.name in held["refused"][0]


@pytest.mark.parametrize("how", ["--dry-run", "--apply"])
def test_a_refused_file_among_good_ones_holds_up_none_and_shows_in_the_exit_code(
    mine: Path, back: Path, how: str
) -> None:
    damage(come_back(mine, back.parent / "broken.sqlite", "Anna", [note_on(mine, "HC-6", "Lost.")]))
    result = run("merge", str(back.parent), how, code=1)
    assert "broken.sqlite" in spoken(result) and "1 file of these could not be taken" in spoken(result)
    assert ("A form is tried." in texts(mine, "HC-6")) is (how == "--apply")
    if how == "--apply":
        # The others are here by now; the one is refused again.
        assert "Nothing to take" in spoken(run("merge", str(back.parent), how, code=1))


@pytest.mark.slow
def test_a_file_that_is_refused_while_it_is_taken_holds_up_no_other(
    mine: Path, back: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = come_back(mine, back.parent / "anna.sqlite", "Anna", [note_on(mine, "HC-6", "From Anna.")])

    def take(register: Register, file: merge.IncomingFile, go_on: object) -> object:
        if file.path == first:
            raise Refused(file.path, "it does not fit")
        return taking(register, file, go_on)  # type: ignore[arg-type]

    taking = merge.take
    monkeypatch.setattr(merge, "take", take)
    assert "it does not fit" in spoken(run("merge", str(first), str(back), "--apply", code=1))
    assert "A form is tried." in texts(mine, "HC-6") and "From Anna." not in texts(mine, "HC-6")


def test_none_that_can_be_taken_is_an_error(mine: Path, back: Path, tmp_path: Path) -> None:
    damage(back)
    before = history_of(mine)
    assert "None of these files can be taken." in spoken(run("merge", str(back), "--apply", code=1))
    (tmp_path / "empty").mkdir()
    assert "no register in the folder" in spoken(run("merge", str(tmp_path / "empty"), "--apply", code=2))
    run("merge", str(tmp_path / "nowhere.sqlite"), "--apply", code=1)
    (tmp_path / "letter.docx").write_text("Dear lead")
    run("merge", str(tmp_path / "letter.docx"), "--apply", code=1)
    assert history_of(mine) == before


@pytest.mark.slow
def test_ctrl_c_while_files_are_checked_stops_all_of_it(
    mine: Path, back: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(mine, back.parent / "anna.sqlite", "Anna", [note_on(mine, "HC-6", "From Anna.")])
    before, opened = history_of(mine), []

    def open_incoming(register: Register, path: Path, *rest: Any) -> merge.IncomingFile:
        opened.append(path)
        signal.raise_signal(signal.SIGINT)
        return checking(register, path, *rest)

    checking = merge.open_incoming
    monkeypatch.setattr(merge, "open_incoming", open_incoming)
    run("merge", str(back.parent), "--apply", code=130)
    assert len(opened) == 1 and history_of(mine) == before


@pytest.mark.slow
def test_a_register_that_is_looked_at_takes_nothing_and_shows_what_it_would(
    mine: Path, back: Path, tmp_path: Path
) -> None:
    theirs = give(mine, tmp_path / "theirs.sqlite")
    before = theirs.read_bytes()
    refused = spoken(run("merge", str(back), "--apply", "--register", str(theirs), code=1))
    assert "keep" in refused, refused
    assert "A form is tried." in run("merge", str(back), "--dry-run", "--register", str(theirs)).stdout
    assert theirs.read_bytes() == before


# Two values


def test_what_two_people_wrote_differently_is_printed_and_shows_in_the_exit_code(mine: Path, tmp_path: Path) -> None:
    two_values(mine, tmp_path / "In")
    shown = spoken(run("merge", str(tmp_path / "In"), "--dry-run"))
    assert "≠ HC-10, on time?" in shown and "The form is late." in shown and "2 fields with two values" in shown
    assert "settle them: fairlead conflicts" in spoken(run("merge", str(tmp_path / "In"), "--apply", code=3))
    assert values_in_conflict(mine) == 2
    damage(tmp_path / "In" / "c3.sqlite")
    assert "None of these" in spoken(run("merge", str(tmp_path / "In"), "--apply", code=1))


def test_conflicts_prints_both_values_with_who_when_and_why(mine: Path, tmp_path: Path) -> None:
    assert "No field has several values" in spoken(run("conflicts"))
    two_values(mine, tmp_path / "In")
    run("merge", str(tmp_path / "In"), "--apply", code=3)
    shown = run("conflicts").stdout
    for words in ("HC-10", "CA-3", "on time?", "Delayed", "On track", "C3 lead", "Test Lead", "No staff."):
        assert words in shown, words
    found = json.loads(run("conflicts", "HC-10", "--format", "json").stdout)
    assert [one["about"] for one in found] == ["HC-10"]
    sides = found[0]["sides"]
    assert {(side["by"], side["ours"]) for side in sides} == {("C3 lead", False), ("Test Lead", True)}
    assert [side["shown"] for side in sides] == [False, True]
    assert "CA-3" not in run("conflicts", "--by", "C3 lead", "HC-10").stdout
    assert "No field" in spoken(run("conflicts", "--by", "Nobody"))
    run("conflicts", "HC-10", "title", code=1)


@pytest.mark.parametrize(("taken", "held"), [("mine", "on-track"), ("theirs", "delayed")])
def test_all_are_settled_at_once(mine: Path, tmp_path: Path, taken: str, held: str) -> None:
    two_values(mine, tmp_path / "In")
    run("merge", str(tmp_path / "In"), "--apply", code=3)
    run("conflicts", "--take", taken, "--reason", "Agreed by telephone.")
    assert values_in_conflict(mine) == 0
    assert recorded(mine, "HC-10").row.track == recorded(mine, "CA-3").row.track == held
    run("undo")
    assert values_in_conflict(mine) == 2


def test_one_is_settled_by_the_id_of_a_value_and_nothing_else_is(mine: Path, tmp_path: Path) -> None:
    two_values(mine, tmp_path / "In")
    run("merge", str(tmp_path / "In"), "--apply", code=3)
    (one,) = json.loads(run("conflicts", "CA-3", "--format", "json").stdout)
    theirs = next(side["id"] for side in one["sides"] if not side["ours"])
    run("conflicts", "CA-3", "--take", "0000", code=1)
    assert values_in_conflict(mine) == 2
    run("conflicts", "CA-3", "--take", theirs[:8], "--reason", "")
    assert recorded(mine, "CA-3").row.track == "delayed" and values_in_conflict(mine) == 1


def test_a_stage_is_settled_only_where_it_is_named(mine: Path, tmp_path: Path) -> None:
    hc10 = item(mine, "HC-10")
    theirs = [SetStage(item=hc10, stage=Stage.COLLATING), track(mine, "CA-3", Track.DELAYED, "No staff.")]
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", theirs)
    work(mine, "Test Lead", [SetStage(item=hc10, stage=Stage.IN_PROGRESS), track(mine, "CA-3", Track.ON_TRACK)])
    run("merge", str(back), "--apply", code=3)
    assert "Left: HC-10" in spoken(run("conflicts", "--take", "theirs", "--reason", ""))
    assert values_in_conflict(mine) == 1 and recorded(mine, "CA-3").row.track == "delayed"
    run("conflicts", "HC-10", "stage", "--take", "theirs")
    assert values_in_conflict(mine) == 0 and recorded(mine, "HC-10").row.stage == "collating-evidence"


# Encrypted


@pytest.mark.slow
def test_an_encrypted_file_is_asked_about_and_a_wrong_passphrase_holds_up_no_other(
    mine: Path, back: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("base", "terminal", "merge"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)
    plain = come_back(mine, back.parent / "anna.sqlite", "Anna", [note_on(mine, "HC-6", "From Anna.")])
    locked = plain.with_suffix(".sqlite.age")
    locked.write_bytes(pyrage.passphrase.encrypt(plain.read_bytes(), GOOD))
    plain.unlink()
    result = run("merge", str(back.parent), "--apply", code=1, typed="not these words\n")
    assert "passphrase does not open" in spoken(result) and "Received from C3 lead: 1 edit · c3.sqlite" in spoken(
        result
    )
    assert "From Anna." not in texts(mine, "HC-6") and "A form is tried." in texts(mine, "HC-6")
    result = run("merge", str(locked), "--apply", typed=f"{GOOD}\n")
    assert "From Anna." in texts(mine, "HC-6") and GOOD not in result.output


# In the history


@pytest.mark.slow
def test_the_history_has_a_line_for_each_file_after_what_it_brought(mine: Path, back: Path) -> None:
    anna = come_back(mine, back.parent / "anna.sqlite", "Anna", [note_on(mine, "HC-6", "From Anna.")])
    run("merge", str(back), str(anna), "--apply")
    run("note", "CAM-7", "Since then")
    rows: list[dict[str, Any]] = json.loads(run("log", "--format", "json", "--limit", "8").stdout)
    at = [n for n, row in enumerate(rows) if row["kind"] == "receipt"]
    files = [(rows[n]["author"], rows[n]["after"]) for n in at]
    assert files == [
        ("Test Lead", "from Anna: 1 edit · anna.sqlite"),
        ("Test Lead", "from C3 lead: 1 edit · c3.sqlite"),
    ]
    assert rows[0]["about"] == "CAM-7" and rows[at[0] + 1]["received_from"] == "anna.sqlite"
    assert rows[at[1] + 1]["received_from"] == "c3.sqlite"
    found = run("log", "--kind", "received")
    assert "from C3 lead: 1 edit · c3.sqlite" in " ".join(found.stdout.split()) and "CAM-7" not in found.stdout
    assert not [
        row for row in json.loads(run("log", "--item", "HC-6", "--format", "json").stdout) if "sqlite" in row["after"]
    ]
    assert [
        row["after"] for row in json.loads(run("log", "--limit", "1", "--kind", "received", "--format", "json").stdout)
    ] == [files[0][1]]


@pytest.mark.slow
def test_a_file_is_taken_back_by_the_id_of_its_line(mine: Path, back: Path) -> None:
    anna = come_back(mine, back.parent / "anna.sqlite", "Anna", [note_on(mine, "HC-6", "From Anna.")])
    run("merge", str(back), str(anna), "--apply")
    rows = json.loads(run("log", "--kind", "received", "--format", "json").stdout)
    run("undo", "--action", next(row["action"] for row in rows if "c3.sqlite" in row["after"])[:8])
    assert "From Anna." in texts(mine, "HC-6") and "A form is tried." not in texts(mine, "HC-6")
    rows = json.loads(run("log", "--kind", "received", "--format", "json").stdout)
    assert [row["undone"] for row in rows] == [False, True]
    assert "taken back" in spoken(run("undo", "--action", rows[1]["action"], code=1))
