"""The app that Fairlead is measured against: what Textual itself costs with a table of seventy rows."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class Bare(App[None]):
    """A header, a table and a footer."""

    BINDINGS = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("Ref", "Recommendation", "Status", "Stage", "Target", "Later", "Theme", "Leads")
        for n in range(70):
            table.add_row(
                f"HC-{n}", f"Row {n} of a table that says something", "On track", "In progress", "May 2024", "2",
                "Governance", "Somebody",
            )  # fmt: skip


if __name__ == "__main__":
    Bare().run()
