"""`fairlead diff`: what differs between two registers, or in one between two days, in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from returns import come_back, damage

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


def test_it_prints_a_line_a_difference_with_both_values_and_as_json_what_it_is_of(mine: Path, tmp_path: Path) -> None:
    before = Path(shutil.copyfile(mine, tmp_path / "before.fairlead"))
    assert json.loads(run("diff", str(before), "--format", "json").stdout) == []
    edit()
    lines = [" ".join(line.split()) for line in run("diff", str(before), str(mine)).stdout.splitlines()]
    assert lines[0].startswith("About What before.fairlead"), lines
    assert "HC-6 note not there It waits for guidance" in lines
    assert any(line.startswith("CAM-7 title") and line.endswith("Another title") for line in lines), lines
    rows = json.loads(run("diff", str(before), str(mine), "--format", "json").stdout)
    assert all(set(row) == {"about", "kind", "entity", "field", "before", "after"} for row in rows)
    assert {row["kind"] for row in rows} == {"recommendation", "note"}


def test_the_same_file_differs_in_nothing_and_a_damaged_one_is_refused(mine: Path, tmp_path: Path) -> None:
    assert "Nothing differs." in run("diff", str(mine)).stderr
    assert "Nothing differs." in run("diff", str(mine), str(mine), "--exit-code").stderr
    damage(come_back(mine, tmp_path / "In" / "ben.sqlite", "Ben", []))
    result = run("diff", str(tmp_path / "In" / "ben.sqlite"), code=1)
    assert "ben.sqlite" in result.stderr and "Traceback" not in result.output and not result.stdout
    (tmp_path / "letter.txt").write_text("Dear lead")
    assert "letter.txt" in run("diff", str(tmp_path / "letter.txt"), code=1).stderr


@pytest.mark.slow
def test_an_encrypted_file_is_compared_once_its_passphrase_is_given(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("base", "terminal"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)
    out, words = tmp_path / "before.age", "ladder otter chalk violet"
    CliRunner().invoke(cli, ["export", str(out)], input=f"{words}\n{words}\n")
    edit()
    result = CliRunner().invoke(cli, ["diff", str(out)], input="other words\n")
    assert result.exit_code == 1 and "does not open" in " ".join(result.stderr.split())
    result = CliRunner().invoke(cli, ["diff", str(out)], input=f"{words}\n")
    assert "It waits for guidance" in result.stdout and words not in result.output


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


def test_what_comes_back_of_a_part_is_compared_with_what_was_given(mine: Path, tmp_path: Path) -> None:
    out, own, back = (str(tmp_path / name) for name in ("hc.sqlite", "own.fairlead", "back.sqlite"))
    run("export", out, "--publication", "HC")
    run("keep", out, "--as", own)
    run("note", "HC-6", "It waits for guidance", "--register", own)
    run("send-back", back, "--register", own)
    assert found(back) == [("HC-6", "note", "not there", "It waits for guidance")]
    assert "a part of a register" in run("merge", back, "--dry-run").stderr


def test_of_a_part_that_comes_back_taken_over_nothing_is_called_left_out(mine: Path, tmp_path: Path) -> None:
    run("round", "--send", str(tmp_path), "--by", "2 October 2030", "--lead", "C3")
    own, back = (str(tmp_path / name) for name in ("own.fairlead", "back.sqlite"))
    run("keep", str(next(tmp_path.glob("c3-*.sqlite"))), "--as", own)
    run("handover", "--lead", "C3", "--to", "Jo Park", "--apply", "--register", own, "--author", "Jo Park")
    run("send-back", back, "--register", own)
    assert sorted(found(back)) == [
        (item, "lead", *sides)
        for item in ("CAM-1", "CAM-4")
        for sides in (("C3", "not there"), ("not there", "Jo Park"))
    ]
    assert "Received from Jo Park: 1 edit · back.sqlite" in " ".join(run("merge", back, "--apply").stderr.split())
    assert "left out" not in run("log").stdout


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


def test_what_was_added_to_a_part_between_two_days_is_named(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, part = str(tmp_path / "hc.sqlite"), str(tmp_path / "part.fairlead")
    run("export", share, "--publication", "HC")
    run("keep", share, "--as", part)
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-01")
    run("note", "HC-6", "It waits for guidance", "--register", part)
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-12-01")
    assert found(part, "--since", "1 October 2024") == [("HC-6", "note", "not there", "It waits for guidance")]
    assert "of a part" not in run("diff", part, "--since", "1 October 2024").stderr


def test_it_is_used_in_one_of_three_ways(tmp_path: Path) -> None:
    a, b, c = (str(tmp_path / name) for name in "abc")
    for arguments in ((), (a, b, c), (a, b, "--since", "2024-01-01"), (a, "--until", "2024-01-01")):
        assert "--since" in run("diff", *arguments, code=2).stderr
    assert "before" in run("diff", "--since", "18 September 2024", code=2).stderr
    assert "There is no file" in run("diff", a, b, code=1).stderr
