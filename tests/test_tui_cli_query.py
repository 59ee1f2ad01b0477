"""The typed query on the command line: in list and export, beside the options, and its errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tui.cli.group import cli
from tui.desk.settings import update_settings


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process; it must end with that exit code."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def data(*arguments: str) -> Any:
    """The references that a list has."""
    return [row["ref"] for row in json.loads(run("list", *arguments, "--format", "json").stdout)]


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("status:delayed theme:governance", ["--status", "delayed", "--theme", "governance"]),
        ("pub:hc,cam lead:none", ["--publication", "HC,CAM", "--lead", "no-lead"]),
        ("third-party pub:HC", ["--search", "third-party", "--publication", "HC"]),
        ("due<2025-07 parts", ["--due-before", "July 2025", "--parts"]),
        ("outcome:1,none status:open", ["--outcome", "1,no-outcome", "--status", "on-track,delayed,not-stated"]),
    ],
)
def test_a_query_lists_what_the_options_list(mine: Path, query: str, options: list[str]) -> None:
    assert data(query) and data(query) == data(*options) == data(*query.split())


def test_a_query_and_options_hold_together(mine: Path) -> None:
    assert data("status:delayed", "--publication", "HC") == data("status:delayed pub:HC")
    assert data("status:delayed", "--status", "on-track") == data("status:delayed,on-track")


def test_mine_in_a_query_are_those_of_the_leads_i_act_for(mine: Path) -> None:
    assert "whom you act for" in run("list", "mine", code=2).stderr
    update_settings(acts_for=("C3",))
    assert data("mine") == data("--lead", "C3")


def test_a_word_that_cannot_be_taken_is_pointed_at_on_stderr(mine: Path) -> None:
    result = run("list", "pub:HC status:delayd", code=2)
    assert result.stdout == ""
    assert result.stderr.splitlines()[:2] == ["pub:HC status:delayd", "              ^^^^^^"]
    assert "Did you mean status:delayed?" in result.stderr


def test_an_export_takes_the_same_query(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run("export", str(out), "--filter", "pub:HC status:delayed")
    assert {item["ref"] for item in json.loads(out.read_text("utf-8"))["items"]} == set(data("pub:HC status:delayed"))
    assert "    ^^" in run("export", str(out), "--filter", "pub:ZZ", code=2).stderr


def test_an_outcome_that_is_not_here_is_answered_with_those_that_are(mine: Path) -> None:
    assert "There are: 1, 2, 3, 4." in run("list", "--outcome", "9", code=2).stderr
