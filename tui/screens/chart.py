"""The charts of the register, over the screen that they were asked for on, each with its numbers one key away."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.queries.item_list import everything_count
from tui.charts import CHARTS, Chart, draw, read_chart
from tui.keys import CHART, bindings
from tui.screens.base import PageScreen
from tui.tables.row_source import SHORT
from widgets.pane import Pane, Paragraph, Tab


class ChartScreen(PageScreen):
    """One chart, or its numbers as a table; esc goes back."""

    PLACES = (CHART,)
    NAME = "publications"
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHART)

    def __init__(self) -> None:
        super().__init__()
        self.kind = next(iter(CHARTS))
        self.as_table = False
        self.chart: Chart | None = None

    def body(self) -> ComposeResult:
        yield Pane()

    def reread(self, items: tuple[str, ...] = ()) -> None:
        kind, today = self.kind, self.register.today()
        self.read_and_show(
            lambda conn: read_chart(conn, kind, today),
            self._set_chart,
            group="chart",
            at_once=everything_count(self.register.conn, parts=False) <= SHORT,
        )

    def _set_chart(self, chart: Chart) -> None:
        self.chart = chart
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        pane, chart = self.query_one(Pane), self.chart
        if chart is None:
            return
        width, height = pane.size.width - 4, pane.size.height - len(chart.notes) * 2 - 5
        if self.as_table:
            lines = _numbers(chart)
        else:
            lines = [Paragraph(((line, ""),)) for line in draw(chart, width, height)]
            lines.append(Paragraph(((chart.legend(), "strong"),)))
        lines += [Paragraph(((note, "quiet"),)) for note in chart.notes]
        tabs = tuple(Tab(kind, name) for kind, name in CHARTS.items())
        head = ((chart.title, "strong"), ("   t draws it" if self.as_table else "   t shows the numbers", "quiet"))
        pane.show(head, tabs, self.kind, lines)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def on_pane_tab_requested(self, event: Pane.TabRequested) -> None:
        event.stop()
        self._go_to(event.key)

    def _go_to(self, kind: str) -> None:
        self.kind = kind
        with self.register_app.showing_errors():
            self.reread()

    def action_tab(self, step: int) -> None:
        """Show the next chart (1), or the previous one (-1)."""
        order = list(CHARTS)
        self._go_to(order[(order.index(self.kind) + step) % len(order)])

    def action_turn(self) -> None:
        """Show the numbers as a table, or the chart again."""
        self.as_table = not self.as_table
        self._fill()


def _numbers(chart: Chart) -> list[Paragraph]:
    headings, rows = chart.table()
    widths = [max(len(row[n]) for row in (headings, *rows)) for n in range(len(headings))]
    lines = []
    for n, row in enumerate((headings, *rows)):
        first, *others = (
            text.ljust(width) if at == 0 else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(Paragraph((("  ".join((first, *others)), "" if n else "strong"),)))
    return lines
