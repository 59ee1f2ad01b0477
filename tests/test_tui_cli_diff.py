"""`fairlead diff`: what differs between two registers, or in one between two days, in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tui.cli.group import cli


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def found(*arguments: str) -> list[tuple[str, str, str, str]]:
    rows: list[dict[str, Any]] = json.loads(run("diff", *arguments, "--format", "json").stdout)
    return [(row["about"], row["field"], row["before"], row["after"]) for row in rows]


def edit() -> None:
    run("set", "HC-6", "--track", "delayed", "--reason", "Waits")
    run("edit", "CAM-7", "--title", "Another title")
    run("note", "HC-6", "It waits for guidance")


def test_two_files_are_compared_item_by_item_in_words(mine: Path, tmp_path: Path) -> None:
    before = Path(shutil.copyfile(mine, tmp_path / "before.fairlead"))
    assert "Nothing differs." in run("diff", str(before), str(mine), "--exit-code").stderr
    run("set", "HC-6", "--track", "on-track")
    before = Path(shutil.copyfile(mine, tmp_path / "before.fairlead"))
    edit()
    rows = found(str(before), str(mine))
    assert ("HC-6", "on time?", "On track", "Delayed") in rows
    assert ("HC-6", "note", "not there", "It waits for guidance") in rows
    assert next(row for row in rows if row[:2] == ("CAM-7", "title"))[3] == "Another title"
    assert {row[0] for row in rows} == {"HC-6", "CAM-7"}
    assert sorted((a, f, y, x) for a, f, x, y in rows) == sorted(found(str(mine), str(before)))
    assert found(str(before)) == found(str(mine), str(before))
    shown = run("diff", str(before), str(mine), "--exit-code", code=3).stdout
    assert "before.fairlead" in shown and "It waits for guidance" in shown


def test_what_is_withdrawn_is_not_there(mine: Path, tmp_path: Path) -> None:
    edit()
    before = Path(shutil.copyfile(mine, tmp_path / "before.fairlead"))
    run("undo")
    assert found(str(before), str(mine)) == [("HC-6", "note", "It waits for guidance", "not there")]


def test_a_share_of_a_part_is_compared_with_what_it_has(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "hc.sqlite"
    run("export", str(out), "--publication", "HC")
    run("note", "CAM-7", "Outside")
    result = run("diff", str(out), str(mine))
    assert "of a part" in result.stderr and "Nothing differs." in result.stderr
    run("set", "HC-6", "--track", "on-track")
    assert [row[:2] for row in found(str(out), str(mine))] == [("HC-6", "on time?")]


def test_what_was_left_out_is_named_as_that(mine: Path, tmp_path: Path) -> None:
    run("edit", "HC-6", "--marking", "OFFICIAL-SENSITIVE")
    out = tmp_path / "hc.sqlite"
    run("export", str(out), "--publication", "HC", "--max-marking", "OFFICIAL")
    rows = found(str(mine), str(out))
    assert next(row for row in rows if row[:2] == ("HC-6", "title"))[3] == "left out of this copy", rows


def test_one_register_on_two_days(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, track in (("2024-10-01", "on-track"), ("2024-11-01", "delayed")):
        monkeypatch.setenv("FAIRLEAD_TODAY", day)
        run("set", "HC-6", "--track", track, "--reason", "Because")
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-12-01")
    october = found("--since", "1 October 2024")
    assert october == [("HC-6", "on time?", "On track", "Delayed")]
    since = found("--since", "2024-09-30", "--until", "2024-10-02")
    assert [row[3] for row in since] == ["On track"]
    assert found("--since", "2024-11-02") == []
    assert "1 October 2024" in run("diff", "--since", "1 October 2024").stdout


def test_it_is_used_in_one_of_three_ways(tmp_path: Path) -> None:
    a, b, c = (str(tmp_path / name) for name in "abc")
    for arguments in ((), (a, b, c), (a, b, "--since", "2024-01-01"), (a, "--until", "2024-01-01")):
        assert "--since" in run("diff", *arguments, code=2).stderr
    assert "before" in run("diff", "--since", "18 September 2024", code=2).stderr
    assert "There is no file" in run("diff", a, b, code=1).stderr
