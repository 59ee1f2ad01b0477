"""`fairlead themes`: the same counts as the screen's, as a table, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from test_tui_cli import data, run

COUNTS = ("total", "closed", "with_inspectorate", "on_track", "delayed", "not_stated")


def test_json_has_a_row_a_theme_and_a_total_for_each_kind(mine: Path) -> None:
    rows = data("themes")
    assert [row["theme"] for row in rows if row["kind"] == "recommendation"] == [
        "governance",
        "guidelines",
        "compliance",
        "resources",
        "human-error",
        "better-practice",
        "not-allocated",
        None,
    ]
    totals = {row["kind"]: [row[name] for name in COUNTS] for row in rows if row["theme"] is None}
    assert totals == {"recommendation": [66, 28, 3, 17, 21, 0], "commitment": [5, 0, 0, 0, 0, 5]}
    assert rows[-2]["theme"] == "building-capacity-and-capability" and rows[-2]["plans"] == ["CCP"]


def test_the_table_says_where_lines_add_up_to_more(mine: Path) -> None:
    shown = run("themes")
    assert "Theme, recommendations" in shown.stdout and "Theme, commitments" in shown.stdout
    assert "Building Capacity and Capability (CCP)" in shown.stdout and not shown.stderr
    shown = run("themes", "--by", "lead")
    assert shown.stdout.split("\n")[0].startswith("Lead, recommendations")
    assert "add up to more" in shown.stderr


def test_a_query_and_a_publication_narrow_what_is_counted(mine: Path) -> None:
    rows = {row["theme"]: row for row in data("themes", "--filter", "status:delayed", "--publication", "hc")}
    assert rows[None]["total"] == rows[None]["delayed"] == len(data("list", "status:delayed", "--publication", "HC"))
    assert rows["better-practice"]["total"] == len(
        data("list", "--status", "delayed", "--publication", "HC", "--theme", "better-practice")
    )
    run("themes", "--publication", "NOPE", code=1)
    assert "^" in run("themes", "--filter", "colour:red", code=2).stderr


@pytest.mark.parametrize("by", ["theme", "outcome", "lead"])
def test_csv_has_the_rows_of_json(mine: Path, by: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("themes", "--by", by, "--format", "csv").stdout)))
    tallies = data("themes", "--by", by)
    assert [row[by] or None for row in rows] == [row[by] for row in tallies]
    assert [[int(row[name]) for name in COUNTS] for row in rows] == [[row[name] for name in COUNTS] for row in tallies]


def test_an_empty_register_prints_no_row(mine: Path, tmp_path: Path) -> None:
    run("new", str(tmp_path / "a.db"))
    new = str(tmp_path / "a.db")
    for form, printed in (("table", ""), ("json", "[]\n")):
        assert run("themes", "--register", new, "--format", form).stdout == printed
    for by in ("theme", "lead", "outcome"):
        heading = run("themes", "--by", by, "--format", "csv").stdout.splitlines()[0]
        assert run("themes", "--by", by, "--register", new, "--format", "csv").stdout == f"{heading}\n"
