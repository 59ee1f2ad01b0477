"""The charts of a register as text: status by publication, over time, and the age of what is open; each with its numbers.

A series has a character of its own, so that a chart is read without colour. What is drawn is drawn by plotext, which is
loaded only then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.dates import format_short_date
from store.domain.text import one_line
from store.domain.vocabulary import GLYPHS, Status, label_of
from store.file.database import Connection
from store.queries.over_time import age_bands, month_counts
from store.queries.publications import publications

CHARTS = {"status": "Status by publication", "time": "Over time", "age": "Age of what is open"}
"""The charts there are, with their titles."""

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_LABEL = 12
"""Cells of the longest label beside a bar."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart: its name, its character, and a number for each label; None where it is not known."""

    name: str
    glyph: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: a label and a number of each series for every bar or point, and what its numbers do not show."""

    title: str
    column: str
    """The heading of the labels in the table."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()
    stacked: bool = True
    """Whether it has stacked bars; else lines over time."""
    also: tuple[Series, ...] = ()
    """The series that only the table has."""

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Its numbers: the headings, and a row for each label."""
        columns = (*self.series, *self.also)
        headings = (self.column, *(each.name for each in columns))
        rows = [
            (label, *("—" if each.numbers[n] is None else f"{each.numbers[n]:,}" for each in columns))
            for n, label in enumerate(self.labels)
        ]
        return headings, rows

    def legend(self) -> str:
        """Which character is which series."""
        return "   ".join(f"{each.glyph} {each.name}" for each in self.series)


def read_chart(conn: Connection, kind: str, today: date) -> Chart:
    """Read what one of CHARTS shows."""
    return {"status": _status, "time": _time, "age": _age}[kind](conn, today)


def draw(chart: Chart, width: int, height: int) -> list[str]:
    """Draw a chart as lines of text, no wider and no higher; without colours."""
    if not chart.labels:
        return ["There is nothing to draw yet."]
    import plotext

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    if chart.stacked:
        height = min(height, 2 * len(chart.labels) + 3)
    figure.plot_size(max(width, 30), max(height, 6))
    (_bars if chart.stacked else _lines)(figure, chart)
    text = _ESCAPES.sub("", figure.build().string())
    figure.clear()
    return [line.rstrip() for line in text.rstrip("\n").split("\n")]


def _bars(figure: object, chart: Chart) -> None:
    labels = [one_line(label, most=_LABEL) for label in reversed(chart.labels)]
    heights = [[number or 0 for number in reversed(each.numbers)] for each in chart.series]
    most = max(sum(column) for column in zip(*heights, strict=True))
    places = list(range(1, len(labels) + 1))
    bars = figure.bar(  # type: ignore[attr-defined]
        places, heights, orientation="horizontal", stacked=True, marker=[each.glyph for each in chart.series], width=0.1
    )
    figure.draw(bars)  # type: ignore[attr-defined]
    figure.ruler("y").ticks(places, labels)  # type: ignore[attr-defined]
    _whole_ticks(figure, "x", most)


def _lines(figure: object, chart: Chart) -> None:
    most = max((number for each in chart.series for number in each.numbers if number is not None), default=0)
    for each in chart.series:
        stated = [(n, number) for n, number in enumerate(each.numbers) if number is not None]
        if stated:
            line = figure.signal([n for n, _ in stated], [n for _, n in stated], marker=each.glyph)  # type: ignore[attr-defined]
            if len(stated) > 1:
                line.lines()
            figure.draw(line)  # type: ignore[attr-defined]
    last = len(chart.labels) - 1
    shown = sorted({0, last // 2, last})
    figure.ruler("x").ticks(shown, [chart.labels[n] for n in shown])  # type: ignore[attr-defined]
    figure.ruler("y").lim(0, max(most, 1))  # type: ignore[attr-defined]
    _whole_ticks(figure, "y", most)


def _whole_ticks(figure: object, axis: str, most: int) -> None:
    """Ticks at whole numbers, at most about eight of them."""
    step = next(size for size in _steps() if most <= 8 * size)
    ticks = list(range(0, most + 1, step))
    figure.ruler(axis).ticks(ticks, [f"{tick:,}" for tick in ticks])  # type: ignore[attr-defined]


def _steps() -> Sequence[int]:
    return [size * 10**power for power in range(9) for size in (1, 2, 5)]


def _status(conn: Connection, _today: date) -> Chart:
    rows = [row for row in publications(conn) if row.total]
    counted: tuple[tuple[str, tuple[int, ...]], ...] = (
        (Status.CLOSED, tuple(row.closed for row in rows)),
        (Status.ON_TRACK, tuple(row.on_track for row in rows)),
        (Status.DELAYED, tuple(row.delayed for row in rows)),
        (Status.NOT_STATED, tuple(row.not_stated for row in rows)),
    )
    series = tuple(Series(label_of(name), GLYPHS[name], numbers) for name, numbers in counted if any(numbers))
    total = (Series("Total", "", tuple(row.total for row in rows)),)
    ending = sum(row.with_inspectorate for row in rows)
    notes = (f"Of what is closed, {ending:,} with the inspectorate.",) if ending else ()
    codes = tuple(row.display_code for row in rows)
    return Chart(CHARTS["status"], "Publication", codes, series, notes, also=total)


def _time(conn: Connection, today: date) -> Chart:
    found = month_counts(conn, today)
    series = (
        Series("Open", "o", tuple(each.open for each in found)),
        Series("Closed", GLYPHS[Status.CLOSED], tuple(each.closed for each in found)),
        Series("Delayed", GLYPHS[Status.DELAYED], tuple(each.delayed for each in found)),
    )
    unknown = Series("Not known", "", tuple(each.unknown for each in found))
    labels = tuple(format_short_date(date.fromisoformat(each.last_day)) for each in found)
    notes = ["Recommendations at the end of each month; commitments and parts are not counted."]
    if most := max((each.unknown for each in found), default=0):
        until = next(label for label, each in zip(reversed(labels), reversed(found), strict=True) if each.unknown)
        notes.append(
            f"Up to {until}, of {most:,} it is not known whether they were open: they are recorded as closed, with no day. "
            "They are in none of the lines until they were recorded."
        )
    if delayed := [label for label, each in zip(labels, found, strict=True) if each.delayed is not None]:
        notes.append(f"Since when something is delayed is known from {delayed[0]} on, where it was first recorded.")
    return Chart(CHARTS["time"], "End of month", labels, series, tuple(notes), stacked=False, also=(unknown,))


def _age(conn: Connection, today: date) -> Chart:
    bands = age_bands(conn, today)
    delayed = tuple(band.delayed for band in bands)
    others = tuple(band.open - band.delayed for band in bands)
    series = (
        Series("Delayed", GLYPHS[Status.DELAYED], delayed),
        Series("Other open ones", GLYPHS[Status.ON_TRACK], others),
    )
    total = (Series("Open", "", tuple(band.open for band in bands)),)
    notes = ("Since publication, of open recommendations; commitments and parts are not counted.",)
    names = tuple(band.name for band in bands) if any(band.open for band in bands) else ()
    return Chart(CHARTS["age"], "Age", names, series, notes, also=total)
