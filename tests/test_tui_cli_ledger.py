"""`fairlead ledger`: what it prints, in each of its formats, and how it is narrowed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from store.commands import RecordReply, SubmitEvidence
from store.domain.references import find_item
from store.domain.vocabulary import NextMove, Verdict
from store.register import Author, Register
from tui.cli.group import cli

KEYS = [
    "ref", "title", "move", "until", "sent", "sent_latest", "asks", "days", "at_least", "verdict", "dated", "who", "words",
    "would_satisfy", "submission", "weaker_bases",
]  # fmt: skip


def run(*arguments: str, code: int = 0) -> Result:
    """Run the command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, ["ledger", *arguments], prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The day is 15 January 2025, and the sample is the usual register."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


def test_the_table_tells_what_waits_on_the_inspectorate_apart_from_what_waits_on_us() -> None:
    theirs, ours = run().stdout.split("\n\n")
    assert theirs.startswith("Action with the inspectorate: 8 submissions or refusals\nRef ") and ours.startswith(
        "Action with us, or not recorded: 2 submissions or refusals\nRef "
    )
    assert [line.split()[0] for line in ours.splitlines()[2:]] == ["HC-6", "HC-10"]
    (line,) = (line for line in theirs.splitlines() if line.startswith("DA-12"))
    assert "day not known" in line and "at least 3 mo" in line and "No reply" in line
    assert all(part in theirs for part in ("a view", "Remain open", "The findings of the 2025 Crime Audit."))


def test_the_json_has_every_field_of_a_row() -> None:
    rows = json.loads(run("--format", "json").stdout)
    assert len(rows) == 10 and all(list(row) == KEYS for row in rows)
    eight = next(row for row in rows if row["ref"] == "HC-8")
    assert (eight["move"], eight["asks"], eight["days"], eight["at_least"]) == ("inspectorate", "closure", 119, True)
    assert (eight["sent"], eight["sent_latest"]) == ("since the March 2024 update", "2024-09-18")
    assert eight["verdict"] is None and eight["submission"]
    ten = next(row for row in rows if row["ref"] == "HC-10")
    assert (ten["move"], ten["verdict"], ten["who"]) == ("us", "more-evidence", "HMICS")
    assert ten["weaker_bases"]["words"] == "in-our-words" and eight["weaker_bases"] == {
        "sent": "inferred",
        "days": "inferred",
    }


def test_the_csv_has_the_same_columns() -> None:
    table = list(csv.reader(io.StringIO(run("--format", "csv").stdout)))
    assert table[0] == KEYS and len(table) == 11


def test_it_is_narrowed_as_a_list_is() -> None:
    def refs(*arguments: str) -> list[str]:
        return [row["ref"] for row in json.loads(run("--format", "json", *arguments).stdout)]

    assert refs("--publication", "HC") == ["HC-8", "HC-6", "HC-10"]
    assert refs("--filter", "stage:submitted", "--publication", "HC,CAM") == ["CAM-2", "HC-8"]
    assert "There is no lead Nobody at all" in run("--lead", "Nobody at all", code=1).stderr
    assert "No such option" in run("--sort", "title", code=2).stderr


def test_another_bodys_move_is_told_last_and_until_what(mine: Path) -> None:
    register = Register.open(mine, Author("Test Lead"))
    six = find_item(register.conn, "HC-6")[0]
    register.do(SubmitEvidence(items=(six,), sent="2024-12-18", note="What it shows."))
    register.do(
        RecordReply(
            item=six,
            dated="2025-01-08",
            verdict=Verdict.PARTLY,
            discharges="The forms.",
            next_move=NextMove.OTHER,
            until="May",
        )
    )
    register.close()
    last = run().stdout.split("\n\n")[-1]
    assert (
        last.startswith("Action with another body: 1 submission or refusal\n")
        and "Partly discharged" in last
        and "  May 2025\n" in last
    )
    assert "7 days" in last and "at least" not in last


def test_the_ledger_of_an_earlier_day_is_what_was_known_then() -> None:
    rows = json.loads(run("--as-at", "2024-10-01", "--format", "json").stdout)
    assert {row["days"] for row in rows if not row["ref"].startswith("CA-")} == {13}
