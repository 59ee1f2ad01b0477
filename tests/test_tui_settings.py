"""The settings of the person at this desk, and whose a register is."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tampering import small_register

import store.file.database
import tui.desk.open_register
from store.domain.errors import BadInput, FileAlreadyExists, FileMissing
from store.file.schema import VERSION
from store.register import ActionResult, Author, Register
from tui.desk.at_risk import at_risk
from tui.desk.author import configured_author, save_author, save_author_id
from tui.desk.open_register import (
    FromElsewhere,
    fill_with_themes,
    keep_register,
    last_used,
    new_register,
    open_for_app,
    open_register,
)
from tui.desk.settings import Settings, folders, load, log_unexpected, save, update_settings


def _settings_file() -> Path:
    return folders().config / "settings.json"


def test_fairlead_home_moves_every_folder(tmp_path: Path) -> None:
    places = folders()
    for place in (places.data, places.config, places.backups, places.drafts, places.state, places.sample):
        assert place.is_relative_to(tmp_path / "home")


def test_without_fairlead_home_the_platform_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAIRLEAD_HOME")
    assert "fairlead" in str(folders().data).casefold()


def test_nothing_is_written_by_looking_at_the_settings(tmp_path: Path) -> None:
    assert load() == (Settings(), None)
    assert not (tmp_path / "home").exists()


def test_what_is_remembered_is_there_again() -> None:
    update_settings(name="Jo", acts_for=("C3", "Local Policing"), last_register="/x/y.fairlead")
    update_settings(author_id="ab" * 16)
    settings, problem = load()
    assert (settings.name, settings.acts_for, settings.author_id, problem) == (
        "Jo",
        ("C3", "Local Policing"),
        "ab" * 16,
        None,
    )


def test_what_a_later_fairlead_added_survives_a_save() -> None:
    save(Settings(name="Jo", others={"later_setting": "delayed"}))
    update_settings(name="Jo Smith")
    assert json.loads(_settings_file().read_text())["later_setting"] == "delayed"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"format": "1"}',
        b'{"format": 1, "name": 5}',
        b'{"format": 1, "mine": 7}',
        b'{"format": 1, "mine": [["a"]]}',
        b'{"format": 1, "acts_for": "C3"}',
        b'{"format": 99}',
        b"[" * 100_000,
    ],
)
def test_a_broken_or_newer_settings_file_is_said_and_kept(broken: bytes) -> None:
    save(Settings(name="Jo"))
    _settings_file().write_bytes(broken)
    settings, problem = load()
    assert settings == Settings()
    assert problem and "settings.broken" in problem
    assert _settings_file().with_name("settings.broken").read_bytes() == broken
    assert load() == (Settings(), None)


def test_settings_are_for_their_owner_alone() -> None:
    save(Settings(name="Jo"))
    if sys.platform != "win32":
        assert folders().config.stat().st_mode & 0o077 == 0


def test_no_half_written_settings_are_left_behind() -> None:
    save(Settings(name="Jo"))
    assert [path.name for path in folders().config.iterdir()] == ["settings.json"]


def test_an_unexpected_error_is_logged_without_its_values() -> None:
    try:
        raise RuntimeError("the secret text of a note")
    except RuntimeError as error:
        path = log_unexpected(error)
    assert path is not None
    written = path.read_text()
    assert "RuntimeError" in written and "test_tui_settings.py" in written and "secret" not in written


def test_a_register_made_here_is_ones_own_and_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.fairlead"
    settings = new_register(path, fill_with_themes)
    assert settings.is_mine(path)
    register = open_register(path, settings)
    assert register.read_only_reason is None
    assert register.conn.execute("SELECT count(*) FROM theme").fetchone()[0] == 6
    register.close()


def test_a_file_from_elsewhere_is_only_looked_at_and_not_touched(sample_path: Path) -> None:
    before = sample_path.read_bytes()
    register = open_register(sample_path, Settings())
    assert register.read_only_reason
    assert register.path != sample_path
    register.close()
    with pytest.raises(FromElsewhere, match=r"fairlead keep .*sample\.fairlead"):
        open_register(sample_path, Settings(), to_write=True)
    assert sample_path.read_bytes() == before


def test_another_register_put_where_ones_own_was_is_from_elsewhere(sample_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.fairlead"
    settings = new_register(path, fill_with_themes)
    os.replace(sample_path, path)
    with pytest.raises(FromElsewhere):
        open_register(path, settings, to_write=True)


def test_a_kept_copy_is_ones_own_with_an_id_of_its_own(sample_path: Path, tmp_path: Path) -> None:
    before = sample_path.read_bytes()
    out = keep_register(sample_path, tmp_path / "ours.fairlead", Settings())
    register = open_register(out, load()[0], to_write=True)
    theirs = Register.open(sample_path)
    assert register.id != theirs.id
    assert register.newest() == theirs.newest()
    register.close()
    theirs.close()
    assert sample_path.read_bytes() == before


def test_a_new_register_writes_over_nothing_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "a.fairlead"
    path.write_text("mine")
    with pytest.raises(FileAlreadyExists):
        new_register(path, fill_with_themes)
    assert path.read_text() == "mine"
    new_register(path, fill_with_themes, force=True)
    Register.open(path).close()


def test_a_register_that_fails_half_way_is_not_left_there(tmp_path: Path) -> None:
    def fail(_: Register) -> None:
        raise BadInput("x", "no")

    with pytest.raises(BadInput):
        new_register(tmp_path / "a.fairlead", fail)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_the_first_run_makes_the_sample_and_the_second_opens_it_again() -> None:
    register, notice = open_for_app(None, load()[0])
    assert register.path == folders().sample and register.read_only_reason is None
    assert "Sample: what you try is kept here" in notice and "ctrl+o" in notice
    register.close()
    assert load()[0].last_register == str(folders().sample)
    made = folders().sample.stat().st_mtime_ns
    register, _ = open_for_app(None, load()[0])
    register.close()
    assert folders().sample.stat().st_mtime_ns == made


def test_the_app_opens_the_register_used_last(tmp_path: Path) -> None:
    first, second = tmp_path / "a.fairlead", tmp_path / "b.fairlead"
    for path in (first, second):
        new_register(path, fill_with_themes)
    open_for_app(first, load()[0])[0].close()
    register, _ = open_for_app(None, load()[0])
    assert register.path == first
    register.close()


def test_a_last_register_that_is_gone_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.fairlead"
    new_register(path, fill_with_themes)
    path.unlink()
    register, notice = open_for_app(None, load()[0])
    assert "a.fairlead" in notice and "not there any more" in notice
    register.close()


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_for_app(tmp_path / "typo.fairlead", Settings())
    assert not (tmp_path / "typo.fairlead").exists()


def test_the_name_comes_from_the_command_line_then_the_environment_then_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(name="Jo", author_id="ab" * 16)
    assert configured_author(settings) == Author("Jo", "ab" * 16)
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "Sam")
    assert configured_author(settings) == Author("Sam", None)
    assert configured_author(settings, "Jo") == Author("Jo", "ab" * 16)


def test_an_author_has_one_id_in_every_register(tmp_path: Path) -> None:
    from store.commands import AddTheme

    settings, author = save_author(Settings(), " Jo ", ["C3", " ", "Local Policing"])
    assert (settings.name, settings.acts_for) == ("Jo", ("C3", "Local Policing"))
    ids = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.fairlead"
        settings = new_register(path, fill_with_themes)
        register = open_register(path, settings, configured_author(settings))
        done = register.do(AddTheme(name="Training"))
        settings = save_author_id(settings, author, done)
        ids.append(done.author)
        register.close()
    assert ids[0] == ids[1] == settings.author_id


def test_another_name_is_not_given_the_settings_id() -> None:
    save_author(Settings(), "Jo")
    settings = save_author_id(load()[0], Author("Sam"), ActionResult("x", "", (), "cd" * 16))
    assert settings.author_id is None


def test_a_new_name_gets_a_new_id() -> None:
    update_settings(name="Jo", author_id="ab" * 16)
    settings, author = save_author(load()[0], "Sam")
    assert settings.author_id is None and author == Author("Sam", None)


@pytest.mark.parametrize(
    "path",
    [
        "/home/jo/OneDrive - Police Scotland/r.fairlead",
        "/home/jo/Dropbox/r.fairlead",
        "/Users/jo/Library/Mobile Documents/r.fairlead",
        "//server/share/r.fairlead",
    ],
)
def test_a_synchronised_folder_or_network_drive_is_warned_about(path: str) -> None:
    risk = at_risk(Path(path))
    assert risk and "fairlead keep" in risk


def test_a_folder_of_this_machine_is_not_warned_about(tmp_path: Path) -> None:
    assert at_risk(tmp_path / "r.fairlead") is None
    assert at_risk(tmp_path / "boxes" / "r.fairlead") is None


@pytest.mark.slow
def test_only_what_was_checked_stays_when_the_program_ends(sample_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tui.desk.open_register import open_register; from tui.desk.settings import Settings\n"
        "register = open_register(Path(sys.argv[1]), Settings())\n"
        "assert register.path.exists(); register.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(sample_path)], check=True, cwd=Path(__file__).parent.parent)
    assert {path.name for path in (folders().state / "looked-at").iterdir()} == {"lock", "checked"}


def test_ones_own_register_is_known_through_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.fairlead", tmp_path / "link.fairlead"
    settings = new_register(path, fill_with_themes)
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("this account may make no links")
    register = open_register(link, settings)
    assert register.read_only_reason is None
    register.close()
    shutil.copyfile(path, tmp_path / "copy.fairlead")
    assert not settings.is_mine(tmp_path / "copy.fairlead")


def test_registers_of_ones_own_that_many_programs_add_at_once_are_all_known(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tui.desk.settings import update_settings\n"
        "for n in range(6): update_settings(mine=(Path(sys.argv[1]) / f'{sys.argv[2]}-{n}.fairlead', 'ab' * 16))"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)], cwd=Path(__file__).parent.parent)
        for n in range(4)
    ]
    assert [program.wait() for program in programs] == [0] * 4
    assert len(load()[0].mine) == 24


def test_an_older_file_at_the_path_of_ones_own_is_not_migrated(
    sample_path: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = small_register(sample_path.with_name("other.fairlead"))
    os.replace(other, mine)
    before = mine.read_bytes()
    monkeypatch.setattr(store.file.database, "VERSION", VERSION + 1)
    monkeypatch.setattr(store.file.database, "migrate", lambda *_, **__: pytest.fail("it is migrated"))
    monkeypatch.setattr(tui.desk.open_register, "_back_up", lambda _: pytest.fail("it is backed up"))
    assert tui.desk.open_register._open_own(mine, load()[0], None) is None
    assert mine.read_bytes() == before


def test_what_cannot_be_looked_for_is_as_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive that is away, or a folder that is closed to the user: nothing is raised where a register is named, or a paper."""
    away = tmp_path / "away" / "mine.fairlead"
    settings = replace(Settings(), last_register=str(away)).with_checked(tmp_path / "here", away)
    whole = os.stat

    def stat(path: str | os.PathLike[str], *given: Any, **named: Any) -> os.stat_result:
        if "away" in os.fspath(path):
            raise OSError(errno.EHOSTDOWN, "Host is down", path)
        return whole(path, *given, **named)

    monkeypatch.setattr(os, "stat", stat)
    assert last_used(settings) is None and settings.checked_last(tmp_path / "here") is None
    assert last_used(replace(settings, last_register="x" * 5000)) is None
