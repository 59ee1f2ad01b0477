"""The windowed table: what is seen on it, what its keys do, what it posts."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest
from hostile import HOSTILE, UNSAFE
from rich.cells import cell_len
from textual import events, on
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from wide import widely

from widgets.table_columns import Column, place_columns
from widgets.windowed_table import Row, WindowedTable

COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("title", "Recommendation", priority=8),
    Column("status", "Status", 12, priority=5),
    Column("moved", "Moved", 5, priority=1, align="right"),
)


@dataclass
class Numbers:
    """Rows made up as they are asked for, with every question noted."""

    count: int
    asked: list[tuple[int, int]] = field(default_factory=list)
    prefix: str = "k"

    def rows(self, start: int, count: int) -> Sequence[Row]:
        self.asked.append((start, count))
        return [self.row(n) for n in range(start, min(start + count, self.count))]

    def row(self, n: int) -> Row:
        cells = (f"HC-{n}", f"Third-party reporting {n}", ("▲ Delayed", "status--delayed"), str(n % 10))
        return Row(f"{self.prefix}{n}", cells)


@dataclass
class Listed:
    """Rows from a list, which a test may alter."""

    listed: list[Row]

    @property
    def count(self) -> int:
        return len(self.listed)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        return self.listed[start : start + count]


class TableApp(App[None]):
    """A table alone, and the messages it posted."""

    CSS = "WindowedTable { height: 1fr; }"

    def __init__(self, table: WindowedTable) -> None:
        super().__init__()
        self.table = table
        self.received: list[tuple[str, str, int]] = []

    def compose(self) -> ComposeResult:
        yield self.table

    @on(WindowedTable.RowHighlighted)
    def note_highlight(self, message: WindowedTable.RowHighlighted) -> None:
        self.received.append(("highlighted", message.key, message.index))

    @on(WindowedTable.RowSelected)
    def note_selection(self, message: WindowedTable.RowSelected) -> None:
        self.received.append(("selected", message.key, message.index))

    @on(WindowedTable.HeaderClicked)
    def note_header(self, message: WindowedTable.HeaderClicked) -> None:
        self.received.append(("header", message.column, -1))


@asynccontextmanager
async def shown(table: WindowedTable, size: tuple[int, int] = (60, 8)) -> AsyncIterator[tuple[Pilot[None], TableApp]]:
    app = TableApp(table)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app


def seen(table: WindowedTable) -> list[str]:
    width, height = table.scrollable_content_region.size
    return [strip.text for strip in table.render_lines(Region(0, 0, width, height))]


def cursor_lines(table: WindowedTable) -> list[str]:
    return [line for line in seen(table) if line.startswith("▌")]


async def test_the_header_the_rows_and_the_cursor_are_seen() -> None:
    table = WindowedTable(COLUMNS, Numbers(3))
    async with shown(table):
        assert [line.rstrip() for line in seen(table)[:5]] == [
            "   Ref      Recommendation                Status       Moved",
            "▌  HC-0     Third-party reporting 0       ▲ Delayed        0",
            "   HC-1     Third-party reporting 1       ▲ Delayed        1",
            "   HC-2     Third-party reporting 2       ▲ Delayed        2",
            "",
        ]


async def test_each_key_moves_the_cursor_and_says_so() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, app):
        places = []
        for key in ["down", "j", "up", "k", "k", "pagedown", "end", "down", "pageup", "home", "pageup"]:
            await pilot.press(key)
            places.append(table.cursor_index)
            assert cursor_lines(table)[0].split()[1] == f"HC-{table.cursor_index}"
        assert places == [1, 2, 1, 0, 0, 7, 99, 99, 92, 0, 0]
        assert [place for _, _, place in app.received] == [0, 1, 2, 1, 0, 7, 99, 92, 0]
        assert app.received[6] == ("highlighted", "k99", 99)


async def test_enter_chooses_the_cursors_row() -> None:
    table = WindowedTable(COLUMNS, Numbers(9))
    async with shown(table) as (pilot, app):
        await pilot.press("down", "enter")
        assert app.received[-1] == ("selected", "k1", 1)


async def test_left_right_and_space_are_left_to_the_screen() -> None:
    heard: list[str] = []

    class Listening(TableApp):
        BINDINGS: ClassVar = [(key, f"note('{key}')", key) for key in ("left", "right", "space", "down")]

        def action_note(self, key: str) -> None:
            heard.append(key)

    table = WindowedTable(COLUMNS, Numbers(9))
    async with Listening(table).run_test(size=(60, 8)) as pilot:
        await pilot.press("left", "right", "space", "down")
        assert heard == ["left", "right", "space"]


async def test_the_source_is_asked_for_little_more_than_the_screen_shows() -> None:
    source = Numbers(1_000_000)
    table = WindowedTable(COLUMNS, source)
    async with shown(table) as (pilot, _):
        await pilot.press("end", "home", "pagedown", "pagedown")
        assert all(count <= 8 + 20 for _, count in source.asked)
        assert (999_983, 17) in source.asked
        before = len(source.asked)
        await pilot.press("up", "down", "up", "down")
        assert len(source.asked) == before


async def test_the_last_row_of_a_million_stands_on_the_last_line() -> None:
    table = WindowedTable(COLUMNS, Numbers(1_000_000))
    async with shown(table) as (pilot, _):
        await pilot.press("end")
        assert seen(table)[0].split()[0] == "Ref"
        assert seen(table)[-1].startswith("▌  HC-9999…")
        assert table.cursor_key == "k999999"


async def test_paging_keeps_the_cursor_on_its_line() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, _):
        await pilot.press("down", "down", "pagedown")
        assert seen(table)[3].startswith("▌  HC-9 ")


async def test_ticked_rows_show_a_tick_and_sorting_an_arrow() -> None:
    table = WindowedTable(COLUMNS, Numbers(5))
    async with shown(table) as (pilot, _):
        table.ticked = {"k0", "k2"}
        table.sort = ("ref", False)
        await pilot.pause()
        assert [line[:2] for line in seen(table)[1:5]] == ["▌✓", "  ", " ✓", "  "]
        assert "Ref ↑" in seen(table)[0]
        table.sort = ("moved", True)
        await pilot.pause()
        assert seen(table)[0].endswith("Mo… ↓") and "↑" not in seen(table)[0]


async def test_a_key_ticked_in_the_same_set_is_seen() -> None:
    ticked = {"k0"}
    table = WindowedTable(COLUMNS, Numbers(5))
    async with shown(table) as (pilot, _):
        table.ticked = ticked
        await pilot.pause()
        ticked.add("k1")
        table.ticked = ticked
        await pilot.pause()
        assert seen(table)[2].startswith(" ✓")


async def test_hits_are_underlined_whatever_their_case() -> None:
    table = WindowedTable(COLUMNS, Numbers(5))
    async with shown(table) as (pilot, _):
        table.hits = ("PARTY", "hc-1", "[")
        await pilot.pause()
        strips = table.render_lines(Region(0, 1, 59, 2))
        underlined = [[s.text for s in strip if s.style and s.style.underline] for strip in strips]
        assert underlined == [["party"], ["HC-1", "party"]]


async def test_a_hit_takes_its_accents_and_joined_emoji_along() -> None:
    listed = Listed([Row("a", ("x", "cafe\u0301s 👩\u200d🚒 fire")), Row("b", ("x", "z\u200d👩"))])
    table = WindowedTable(COLUMNS[:2], listed)
    async with shown(table) as (pilot, _):
        table.hits = ("cafe", "👩")
        await pilot.pause()
        strips = table.render_lines(Region(0, 1, 60, 2))
        underlined = [[s.text for s in strip if s.style and s.style.underline] for strip in strips]
        assert underlined == [["cafe\u0301", "👩\u200d🚒"], ["z\u200d👩"]]
        assert {cell_len(strip.text) for strip in strips} == {60}


async def test_the_cursor_shows_in_monochrome_with_and_without_focus() -> None:
    table = WindowedTable(COLUMNS, Numbers(3))
    async with shown(table) as (pilot, app):
        looks = []
        for focused in (table, None):
            app.screen.set_focus(focused)
            await pilot.pause()
            strip = table.render_lines(Region(0, 1, 59, 1))[0]
            assert strip.text.startswith("▌")
            assert all(segment.style and segment.style.bold for segment in strip)
            looks.append(list(strip)[-1].style)
        assert looks[0] != looks[1]


async def test_parts_are_indented_and_marks_outlive_the_cut() -> None:
    rows = [Row("10", ("CCP-10", "Whole " * 20), marks="†"), Row("10a", ("CCP-10a", "Part"), indent=1, marks="†")]
    table = WindowedTable(COLUMNS, Listed(rows))
    async with shown(table, (40, 6)):
        lines = seen(table)
        assert lines[1].rstrip() == "▌  CCP-10   Whole Whole Whol… †"
        assert lines[2].rstrip() == "   CCP-10a    Part †"


async def test_a_row_of_one_cell_runs_across_the_columns() -> None:
    heading = Row("us", (("Action with us: four items promised in the coming weeks", "windowed-table--strong"),))
    table = WindowedTable(COLUMNS, Listed([heading, Numbers(1).row(0)]))
    async with shown(table):
        assert "promised in the coming weeks" in seen(table)[1]


async def test_several_pieces_in_a_cell_are_drawn_one_after_the_other() -> None:
    bar = [("██", "status--closed"), ("▒▒▒", "status--delayed"), ("░", "no such style")]
    table = WindowedTable(COLUMNS[1:3], Listed([Row("a", ("Hate Crime", bar)), Row("b", ("x", bar * 4))]))
    async with shown(table):
        assert seen(table)[1].rstrip().endswith("██▒▒▒░")
        assert seen(table)[2].rstrip().endswith("██▒▒▒░██▒▒▒…")


async def test_the_least_important_columns_vanish_first() -> None:
    table = WindowedTable(COLUMNS, Numbers(3))
    async with shown(table) as (pilot, _):
        headers = []
        for width in (45, 40, 30, 20, 9):
            await pilot.resize_terminal(width, 8)
            await pilot.pause()
            headers.append(seen(table)[0].split())
        assert headers == [
            ["Ref", "Recommendation", "Status", "Moved"],
            ["Ref", "Recommendation", "Status"],
            ["Ref", "Recommendation"],
            ["Ref"],
            ["Ref"],
        ]


def test_columns_begin_with_their_least_before_one_vanishes() -> None:
    columns = (
        Column("ref", "Ref", 8, priority=9),
        Column("who", "Who", 14, priority=8, least=8),
        Column("what", "What", None, min_width=20, priority=9),
    )
    widths = {at: [place.width for place in place_columns(columns, at)] for at in (44, 40, 38, 37)}
    assert widths == {44: [8, 14, 20], 40: [8, 8, 22], 38: [8, 8, 20], 37: [8, 28]}


@pytest.mark.parametrize("size", widely([(1, 1), (3, 3), (200, 2), (2, 1), (1, 2), (5, 40), (300, 90)], 3))
async def test_no_size_breaks_it_and_the_cursor_stays_in_sight(size: tuple[int, int]) -> None:
    table = WindowedTable(COLUMNS, Numbers(1_000))
    async with shown(table, (80, 24)) as (pilot, _):
        await pilot.press("end", "up", "up")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        first = table.scroll_offset.y
        assert first <= 997 < first + size[1]
        if size[0] > 2:
            assert len(cursor_lines(table)) == 1
        await pilot.press("down", "home", "pagedown", "enter")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert len(cursor_lines(table)) == 1


async def test_an_empty_table_says_its_text_on_several_lines() -> None:
    table = WindowedTable(COLUMNS, Numbers(0), empty="No recommendation is delayed.\n\nx clears the filter.")
    async with shown(table, (24, 8)) as (pilot, app):
        assert [line.strip() for line in seen(table)[1:6]] == [
            "No recommendation is",
            "delayed.",
            "",
            "x clears the filter.",
            "",
        ]
        await pilot.press("down", "end", "pagedown", "enter")
        assert app.received == []
        assert table.cursor_index is None and table.cursor_key is None


async def test_a_source_that_shrinks_takes_the_cursor_to_its_last_row() -> None:
    source = Numbers(100)
    table = WindowedTable(COLUMNS, source)
    async with shown(table) as (pilot, app):
        await pilot.press("end")
        source.count = 3
        table.refresh_rows()
        await pilot.pause()
        assert cursor_lines(table)[0].split()[1] == "HC-2"
        assert app.received[-1] == ("highlighted", "k2", 2)
        source.count = 0
        table.refresh_rows()
        await pilot.pause()
        assert table.cursor_index is None
        source.count = 4
        table.refresh_rows()
        await pilot.pause()
        assert table.cursor_key == "k0"


async def test_rows_that_are_gone_before_they_are_asked_for_are_blank() -> None:
    source = Numbers(100)
    table = WindowedTable(COLUMNS, source)
    async with shown(table) as (pilot, app):
        source.count = 2
        await pilot.press("end", "enter")
        assert all(not line.strip() for line in seen(table)[1:])
        assert app.received == [("highlighted", "k0", 0)]


async def test_the_cursor_follows_its_row_when_rows_come_before_it() -> None:
    listed = Listed([Numbers(20).row(n) for n in range(20)])
    table = WindowedTable(COLUMNS, listed)
    async with shown(table) as (pilot, app):
        await pilot.press("down", "down")
        listed.listed.insert(0, Row("new", ("HC-99", "New")))
        table.refresh_rows()
        await pilot.pause()
        assert (table.cursor_key, table.cursor_index) == ("k2", 3)
        assert app.received[-1] == ("highlighted", "k2", 3)
        assert seen(table)[3].startswith("▌  HC-2 ")


async def test_a_new_source_starts_at_its_first_row_or_where_it_is_told() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, app):
        await pilot.press("end")
        table.set_source(Numbers(50, prefix="n"))
        await pilot.pause()
        assert app.received[-1] == ("highlighted", "n0", 0)
        table.set_source(Numbers(1_000, prefix="m"), cursor_key="m700", position=700)
        await pilot.pause()
        assert app.received[-1] == ("highlighted", "m700", 700)
        assert cursor_lines(table)[0].split()[1] == "HC-700"


async def test_a_source_given_before_the_table_is_shown_keeps_its_position() -> None:
    table = WindowedTable(COLUMNS)
    table.set_source(Numbers(1_000), cursor_key="k500", position=500)
    async with shown(table) as (_, app):
        assert app.received == [("highlighted", "k500", 500)]
        assert len(cursor_lines(table)) == 1


async def test_it_moves_to_a_key_that_is_near_or_whose_place_is_told() -> None:
    table = WindowedTable(COLUMNS, Numbers(1_000))
    async with shown(table):
        assert table.move_to_key("k5") and table.cursor_index == 5
        assert table.move_to_key("k900", 900) and table.cursor_index == 900
        assert table.move_to_key("k903", 901) and table.cursor_index == 903
        assert not table.move_to_key("k1") and table.cursor_index == 903


async def test_a_click_moves_the_cursor_and_a_second_one_chooses() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, app):
        await pilot.click(table, offset=(10, 3))
        assert app.received[1:] == [("highlighted", "k2", 2)]
        await pilot.click(table, offset=(10, 3))
        assert app.received[2:] == [("selected", "k2", 2)]
        await pilot.click(table, offset=(10, 4), times=2)
        assert app.received[3:] == [("highlighted", "k3", 3), ("selected", "k3", 3)]


async def test_a_click_on_a_label_says_which_column() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, app):
        for x in (0, 4, 14, 42):
            await pilot.click(table, offset=(x, 0))
        assert [key for kind, key, _ in app.received if kind == "header"] == ["ref", "title", "status"]


async def test_a_click_below_the_last_row_does_nothing() -> None:
    table = WindowedTable(COLUMNS, Numbers(2))
    async with shown(table) as (pilot, app):
        await pilot.click(table, offset=(10, 6))
        assert app.received == [("highlighted", "k0", 0)]


async def test_the_wheel_scrolls_and_leaves_the_cursor_and_a_key_comes_back_to_it() -> None:
    table = WindowedTable(COLUMNS, Numbers(100))
    async with shown(table) as (pilot, _):
        wheel = events.MouseScrollDown(table, 5, 5, 0, 0, 0, False, False, False)
        for _ in range(10):
            table.post_message(wheel)
        await pilot.pause()
        assert table.scroll_offset.y > 5 and not cursor_lines(table)
        top = table.scroll_offset.y
        table.refresh_rows()
        await pilot.pause()
        assert table.scroll_offset.y == top
        await pilot.press("down")
        assert cursor_lines(table)[0].split()[1] == "HC-1"


async def test_wide_text_is_cut_by_the_cells_that_it_takes() -> None:
    table = WindowedTable(COLUMNS[:2], Listed([Row("a", ("漢字漢字漢字", "かな" * 40))]))
    async with shown(table, (31, 4)):
        line = seen(table)[1]
        assert line.startswith("▌  漢字漢…")
        assert cell_len(line) == 31 and line.rstrip().endswith("…")


@pytest.mark.slow
async def test_no_hostile_text_reaches_the_terminal() -> None:
    table = WindowedTable(COLUMNS, Numbers(1))
    async with shown(table) as (pilot, app):
        table.sort = ("title", True)
        for width in (60, 23, 7):
            await pilot.resize_terminal(width, 6)
            for text in HOSTILE:
                table.columns = tuple(replace(column, label=text) for column in COLUMNS)
                table.hits = (text, text[:3], "x")
                table.empty_text = text
                pieces = [(text, "status--closed"), (text, "")]
                full = Row("a", (text, text, (text, "status--delayed"), pieces), indent=1, marks=text)
                table.set_source(Listed([full, Row("b", (text,)), Row("c", (text, text))]))
                table.action_move(1)
                check(table)
                table.set_source(Listed([]))
                table.action_select()
                check(table)
            await pilot.pause()
        assert app.is_running


def check(table: WindowedTable) -> None:
    width, height = table.scrollable_content_region.size
    for strip in table.render_lines(Region(0, 0, width, height)):
        assert not UNSAFE.search(strip.text), repr(strip.text)
        assert strip.cell_length == sum(segment.cell_length for segment in strip) == width
        for segment in strip:
            assert segment.control is None and segment.style
            assert not segment.style.link and "@click" not in segment.style.meta


async def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    table = WindowedTable(COLUMNS[:2], Listed([Row("a", ("[/]", "[x] done [@click=app.quit]x[/]"))]))
    async with shown(table):
        assert "[/]" in seen(table)[1] and "[x] done [@click=app.quit]x[/]" in seen(table)[1]


async def test_a_key_costs_no_more_among_a_million_rows() -> None:
    usual: dict[int, float] = {}
    for count in (70, 1_000_000):
        source = Numbers(count)
        table = WindowedTable(COLUMNS, source)
        async with shown(table, (120, 36)):
            spent = []
            for move in [1] * 20 + [count // 3, count // 2, count, -count] * 5:
                start = time.thread_time()
                table.action_move(move)
                seen(table)
                spent.append(time.thread_time() - start)
            usual[count] = sorted(spent)[len(spent) // 2]
            assert all(asked <= 36 + 20 for _, asked in source.asked)
    # Some clocks measure no less than a hundredth of a second.
    assert usual[1_000_000] <= max(5 * usual[70], 0.016)
