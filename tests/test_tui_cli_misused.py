"""Commands that are at odds with themselves, or name what is not there, and the sentences that refuse them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from screen import history_of

from tui.cli.group import cli


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The day is 15 January 2025, the sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def refused(path: Path, code: int, words: str, *arguments: str) -> None:
    """Assert that a command is refused in these words, and writes nothing."""
    before = history_of(path)
    result = run(*arguments, code=code)
    assert words in " ".join(result.stderr.split()), result.stderr
    assert history_of(path) == before


AT_ODDS: list[tuple[str, tuple[str, ...]]] = [
    ("--track is given twice, and takes one value", ("set", "HC-6", "--track", "delayed", "--track", "on-track")),
    ("No such option: --status. Here it is --track.", ("set", "HC-6", "--status", "on-track")),
    ("No such option: --track. Here it is --status.", ("list", "--track", "delayed")),
    ("The command comes before the file: fairlead list --mine --register x.db", ("x.db", "list", "--mine")),
    ("The command comes before the file: fairlead keep x.db", ("x.db", "keep")),
    ("The command comes first: fairlead set HC-6 --track delayed", ("HC-6", "set", "--track", "delayed")),
    ("The command comes before the file: fairlead edit HC --register x.db", ("x.db", "edit", "HC")),
    ("--target is given more than once", ("set", "HC-6", *("--target", "June 2025") * 3)),
    ("Give one of --believed-done and --not-believed-done", ("set", "HC-6", "--believed-done", "--not-believed-done")),
    ("--dated is given twice", ("reply", "HC-6", "--dated", "2024", "--dated", "2023", "--verdict", "remain-open")),
    ("--lead is given twice", ("handover", "--lead", "C3", "--lead", "G Division")),
    ("--title is given twice", ("edit", "HC-6", "--title", "One", "--title", "Two")),
    ("not both", ("set", "HC-6", "--track", "delayed", "--apply", "--dry-run")),
    ("not both", ("handover", "--lead", "C3", "--to", "Custody", "--apply", "--dry-run")),
    ("not both", ("merge", "theirs.db", "--apply", "--dry-run")),
    ("names its own days", ("set", "HC-6", "--target", "2024-12-01", "--latest", "2025-01-01", "--reason", "r")),
    (
        "Only a reply that discharges in part",
        ("reply", "HC-6", *("--dated", "2024"), *("--verdict", "discharged"), *("--discharges", "half")),
    ),
    (
        "nobody has to act next",
        ("reply", "HC-6", *("--dated", "2024"), *("--verdict", "discharged"), *("--next-move", "us")),
    ),
    ("has no track", ("reply", "HC-6", *("--dated", "2024"), *("--verdict", "discharged"), *("--track", "delayed"))),
    (
        "is before HC-6 was published",
        ("reply", "HC-6", *("--dated", "2001"), *("--verdict", "remain-open"), *("--next-move", "us")),
    ),
    ("It is empty", ("set", "HC-6", "--believed-done", "--author", "")),
    ("It is empty", ("list", "--lead", ";")),
    ("It is empty", ("list", "--search", " , ")),
    ("--lead: It is empty", ("list", "--lead", '""')),
    ("--theme: It is empty", ("export", "out.csv", "--theme", '"";')),
    ("A query has no brackets", ("list", "(status:closed)")),
    ("Write status:…", ("list", "status：closed")),
    ("--since 2025 is after --until 2024", ("log", "--since", "2025", "--until", "2024")),
]


@pytest.mark.parametrize(("words", "arguments"), AT_ODDS)
def test_what_is_at_odds_with_itself_is_refused_in_a_sentence(
    mine: Path, words: str, arguments: tuple[str, ...]
) -> None:
    refused(mine, 2, words, *arguments)


def test_a_reason_that_is_added_is_all_that_is_named_as_changed(mine: Path) -> None:
    run("set", "HC-6", "--track", "delayed", "--reason", "One.")
    done = run("set", "HC-6", "--track", "delayed", "--reason", "Another.")
    assert "Delayed, as before, with a reason" in done.stderr and "→" not in done.stderr


def test_the_last_day_of_a_vague_target_is_named_as_that_which_counts(mine: Path) -> None:
    done = run("set", "HC-6", "--target", "early 2026", "--reason", "The audit.")
    assert "“early 2026” is 1 January 2026 to 31 December 2026 (late only after 31 December 2026)." in done.stderr


def test_a_lead_is_not_taken_for_another_for_want_of_a_comma(mine: Path) -> None:
    run("edit", "HC-10", "--lead", "C3 & Local Policing", "--new-is", "unit")
    for typed in ("C3, Local Policing", "C3/Local Policing"):
        refused(mine, 2, "may be one lead or more: C3 & Local Policing is one here", "edit", "HC-10", "--lead", typed)


def test_a_file_that_is_not_there_is_advised_about_by_what_it_was_to_be(mine: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    refused(mine, 1, f"start one with: fairlead new {missing}", "list", "--register", str(missing))
    for arguments in (("list", "--register", "/nowhere/at-all/x.db"), ("import", str(tmp_path / "missing.xlsx"))):
        result = run(*arguments, code=1)
        assert "Check the name." in result.stderr and "fairlead new" not in result.stderr


def test_the_register_used_last_is_named_where_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FAIRLEAD_REGISTER", raising=False)
    run("new", str(tmp_path / "first.db"))
    assert f"--register {tmp_path / 'first.db'}" in " ".join(run("list", code=1).stderr.split())
