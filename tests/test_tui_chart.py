"""Charts in the terminal: what they count by hand, what is not known, in the app and on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from screen import NARROW, WIDE, sitting

from store.commands import AddItem, AddPublication, SetStage, SetTrack
from store.domain.references import find_item
from store.domain.vocabulary import Stage, Track
from store.queries.over_time import age_bands, month_counts
from store.register import Author, Register
from tui.charts import CHARTS, Chart, Series, draw, read_chart
from tui.cli.chart import chart
from tui.cli.group import Group
from tui.screens.chart import ChartScreen
from tui.screens.publications import PublicationsScreen

cli = Group("fairlead", commands=[chart])
TODAY = date(2024, 9, 18)


def run(*arguments: str, code: int = 0) -> Result:
    """Run the command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, ["chart", *arguments], prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


# -- over time


def test_the_months_of_the_sample_count_what_its_dates_state(sample: Register) -> None:
    found = month_counts(sample.conn, TODAY)
    assert len(found) == 36 and found[0].last_day == "2021-10-31"
    last = found[-1]
    assert (last.last_day, last.open, last.closed, last.delayed, last.unknown) == ("2024-09-18", 38, 28, 21, 0)
    # In August the six of which it is recorded that they closed by September were open yet, and of 22 it is not known.
    august = found[-2]
    assert (august.last_day, august.open, august.closed, august.delayed, august.unknown) == (
        *("2024-08-31", 44, 0),
        *(None, 22),
    )


def test_an_item_is_open_delayed_and_closed_from_the_days_that_were_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register.create(tmp_path / "own.fairlead", Author("Test Lead"))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    publication = register.do(
        AddPublication(title="Custody", code="CU", publisher="HMICS", published="March 2024", closed_by="leads")
    )
    for number in ("1", "2"):
        register.do(
            AddItem(publication=publication.created or "", number=number, title="A", text="A", kind="recommendation")
        )
    first, second = (find_item(register.conn, f"CU-{n}")[0] for n in "12")
    register.do(SetTrack(item=first, track=Track.DELAYED, reason="Late"))
    register.do(SetStage(item=second, stage=Stage.DELIVERED, by="The group", reached="10 June 2024"))
    found = {each.last_day[:7]: each for each in month_counts(register.conn, TODAY)}
    # The publication is of March, and the first month is that in which it came out.
    assert next(iter(found)) == "2024-03"
    assert (found["2024-05"].open, found["2024-05"].closed) == (2, 0)
    assert (found["2024-06"].open, found["2024-06"].closed) == (1, 1)
    newest = month_counts(register.conn, date(2027, 1, 31))[-1]
    assert (newest.open, newest.closed, newest.delayed) == (1, 1, 1)
    # What is taken back has not been.
    register.undo()
    newest = month_counts(register.conn, date(2027, 1, 31))[-1]
    assert (newest.open, newest.closed) == (2, 0)
    register.redo()
    newest = month_counts(register.conn, date(2027, 1, 31))[-1]
    assert (newest.open, newest.closed) == (1, 1)
    register.close()


def test_the_ages_of_the_sample_add_up_to_what_is_open(sample: Register) -> None:
    bands = {band.name: (band.open, band.delayed) for band in age_bands(sample.conn, TODAY)}
    assert bands == {
        "under 1 year": (13, 0),
        "1 to 2 years": (14, 10),
        "2 to 3 years": (0, 0),
        "3 to 5 years": (11, 11),
        "over 5 years": (0, 0),
    }


def test_an_empty_register_has_nothing_to_draw(tmp_path: Path) -> None:
    register = Register.create(tmp_path / "empty.fairlead")
    for kind in CHARTS:
        assert draw(read_chart(register.conn, kind, TODAY), 79, 20) == ["There is nothing to draw yet."]
    register.close()


# -- the drawing


@pytest.mark.parametrize("width", [79, 119])
@pytest.mark.parametrize("kind", list(CHARTS))
def test_a_chart_fits_and_is_read_without_colour(sample: Register, kind: str, width: int) -> None:
    found = read_chart(sample.conn, kind, TODAY)
    lines = draw(found, width, 20)
    assert max(map(len, lines)) <= width and len(lines) <= 20
    assert "\x1b" not in "".join(lines)
    # Each series has a character of its own, and it is in the legend.
    glyphs = [each.glyph for each in found.series]
    assert len(set(glyphs)) == len(glyphs)
    for each in found.series:
        assert f"{each.glyph} {each.name}" in found.legend()
        assert any(each.glyph in line for line in lines) or not any(each.numbers)


def test_a_large_number_has_whole_ticks() -> None:
    found = Chart("T", "Of", ("A",), (Series("Open", "o", (12_345,)),))
    assert "12,000" in draw(found, 79, 10)[-1] or "10,000" in draw(found, 79, 10)[-1]


# -- the command line


def test_the_command_prints_a_chart_its_numbers_and_what_is_not_known(mine: Path) -> None:
    assert "● Closed   ■ On track   ▲ Delayed   ○ Not stated" in run("status").stdout
    table = run("status", "--table").stdout
    assert [line.split() for line in table.splitlines() if line.startswith("MHD")] == [
        ["MHD", "0", "13", "0", "0", "13"]
    ]
    over_time = " ".join(run("time").stdout.split())
    assert "of 22 it is not known whether they were open" in over_time
    assert "from 18 Sep 2024 on, where it was first recorded" in over_time
    assert run("age", "--table").stdout.splitlines()[1].split()[-1] == "13"
    assert "status, time" in run("pie", code=2).stderr.replace("'", "")


# -- the app


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_g_shows_the_charts_and_t_their_numbers(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size) as seat:
        await seat.press("1", "g")
        assert isinstance(seat.app.screen, ChartScreen)
        seat.sees("Status by publication", "● Closed", "▲ Delayed", "OCSA", "t shows the numbers")
        await seat.press("t")
        seat.sees("Publication", "On track", "t draws it")
        assert seat.line("MHD").split()[:6] == ["MHD", "0", "13", "0", "0", "13"]
        await seat.press("t", "right_square_bracket")
        seat.sees("o Open", "18 Sep 2024", "it is not known whether they were open")
        await seat.press("right_square_bracket")
        seat.sees("under 1 year", "Other open ones")
        await seat.press("escape")
        assert isinstance(seat.app.screen, PublicationsScreen)
