"""The screens at other widths: where the pane is, what the columns get, and that a resize loses nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from screen import Seat, sitting

from tui.keys import EVERYWHERE, keys_for
from widgets.pane import Pane
from widgets.table_columns import Column, place_columns
from widgets.table_line import Row, needed_widths, row_pieces
from widgets.windowed_table import WindowedTable


def _is_beside(seat: Seat) -> bool:
    table, pane = seat.app.screen.query_one(WindowedTable).region, seat.app.screen.query_one(Pane).region
    assert table.height > 3 and pane.height > 3 and table.width > 3 and pane.width > 3
    return table.right == pane.x and table.y == pane.y


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["1", "2", "3", "4", "l"])
async def test_the_pane_is_beside_the_list_where_it_is_wide_and_below_where_not(sample_path: Path, keys: str) -> None:
    async with sitting(sample_path, (200, 50), at=keys) as seat:
        assert _is_beside(seat)
        await seat.resize(120, 36)
        assert not _is_beside(seat)
        await seat.resize(160, 45)
        assert _is_beside(seat)


async def test_a_resize_keeps_the_cursor_the_tab_and_the_place_in_the_text(sample_path: Path) -> None:
    async with sitting(sample_path, (120, 36), at="2") as seat:
        while "CA-6 " not in seat.line("▌"):
            await seat.press("down")
        await seat.press("right_square_bracket", "ctrl+down")
        pane = seat.app.screen.query_one(Pane)
        first = pane._text.paragraph_at(pane._top)
        assert first > 0
        for size in ((160, 16), (80, 30), (160, 20), (120, 36)):
            await seat.resize(*size)
            assert "CA-6 " in seat.line("▌")
            assert pane._current == "notes" and pane._text.paragraph_at(pane._top) in (first, first - 1), size
            assert any(tab.key == "notes" for _, _, tab, _ in pane._placed())


@pytest.mark.slow
@pytest.mark.parametrize("size", [(160, 45), (80, 24), (50, 15), (30, 12), (18, 10)])
async def test_the_current_screen_and_the_current_tab_are_seen_at_any_width(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        for key in keys_for(EVERYWHERE):
            if key.action.startswith("go("):
                await seat.press(key.keys[0])
                assert f"{key.keys[0]} {key.label}"[: size[0] - 3] in seat.lines()[1]
        await seat.press("2", "enter")
        pane = seat.app.screen.query_one(Pane)
        for _ in pane._tabs:
            await seat.press("right_square_bracket")
            assert any(tab.key == pane._current and end <= size[0] for _, end, tab, _ in pane._placed())


def test_a_long_line_goes_where_it_makes_most_cells_whole() -> None:
    columns = (
        Column("ref", "Ref", 8, priority=9),
        Column("title", "Title", None, min_width=28, priority=9),
        Column("stage", "Stage", 18, priority=6, most=22),
        Column("theme", "Theme", 14, priority=3, most=20),
    )
    needs = ({7: 9}, {30: 4, 40: 4, 60: 1}, {11: 6, 22: 3}, {1: 5, 16: 2, 34: 1})

    def widths(width: int) -> list[int]:
        places = place_columns(columns, width, needs)
        assert all(one.x + one.width < other.x for one, other in pairwise(places))
        return [place.width for place in places]

    assert widths(70) == [8, 38, 22], "the least of each first, and no room beside what is cut"
    assert widths(90) == [8, 41, 22, 16]
    assert widths(110) == [8, 58, 22, 16]
    assert widths(130) == [8, 60, 22, 34], "and beyond the most of each where the title is whole"
    assert widths(200) == [8, 130, 22, 34], "the title has what is left"
    assert [place.width for place in place_columns(columns, 90)] == [8, 47, 18, 14], "nothing is read"


def test_on_a_long_line_what_makes_no_text_whole_in_a_column_goes_to_one_where_it_does() -> None:
    columns = (
        Column("title", "Title", None, min_width=28, priority=9),
        Column("target", "Target", 28, priority=5, most=30),
        Column("theme", "Theme", 14, priority=3, most=34),
    )
    needs = ({48: 7}, {1: 3, 13: 1, 60: 3}, {32: 7})

    def widths(width: int) -> list[int]:
        return [place.width for place in place_columns(columns, width, needs)]

    assert widths(109) == [48, 28, 29], "on a shorter one it would move the columns for little"
    assert widths(110) == [48, 26, 32]
    assert widths(116) == [48, 32, 32]


async def test_a_theme_is_whole_on_a_wide_terminal_beside_a_target_that_is_cut(sample_path: Path) -> None:
    async with sitting(sample_path, (200, 50), at="2 x slash") as seat:
        await seat.write("CCP")
        await seat.press("enter")
        assert seat.line("CCP-13").count("Building Capacity and Capability") == 1
        assert "during 2025…" in seat.line("CCP-13") and "during 2025 " in seat.line("CCP-12")


def test_a_narrow_line_has_the_start_of_the_title_beside_the_whole_reference() -> None:
    columns = (
        Column("ref", "Ref", 8, priority=9),
        Column("title", "Title", None, min_width=28, priority=9),
        Column("status", "Status", 13, priority=8),
    )
    assert [place.width for place in place_columns(columns, 36)] == [8, 27]
    assert [place.width for place in place_columns(columns, 20)] == [8]
    row = Row("1", ("CAM-4", "Resolution Teams", "Delayed"), marks=" · believed done")
    line = row_pieces(row, columns, place_columns(columns, 20), 20, None)
    assert "".join(piece.text for piece in line) == "CAM-4"


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        (" · believed done", "Enhanced Menta… · believed done"),
        (" · 1 of 3 leads under way · believed done", "Enhanced Menta… · believed done"),
        (" · 1 of 3 leads under way", "Enhanced Menta… · 1 of 3 leads…"),
        (" · 1 of 3 leads under way · believed done ≠", "Enhanced Men… · believed done ≠"),
        (" ≠", "Enhanced Mental Health Pathw… ≠"),
    ],
)
def test_a_title_can_be_read_beside_its_marks(marks: str, shown: str) -> None:
    columns = (Column("ref", "Ref", 8, priority=9), Column("title", "Title", None, min_width=28, priority=9))
    row = Row("1", ("CCP-11", "Enhanced Mental Health Pathway"), marks=marks)
    line = row_pieces(row, columns, place_columns(columns, 40), 40, None)
    assert "".join(piece.text for piece in line).split("  ")[-1].strip() == shown


def test_no_column_has_room_to_spare_while_another_is_cut() -> None:
    columns = (
        Column("ref", "Ref", 8, priority=9),
        Column("title", "Title", None, min_width=28, priority=9),
        Column("target", "Target", 14, priority=5, most=24),
        Column("theme", "Theme", 14, priority=3, most=30),
    )

    def widths(width: int, *needs: int) -> list[int]:
        return [place.width for place in place_columns(columns, width, [{size: 9} for size in needs])]

    assert widths(73, 8, 40, 14, 14) == [8, 34, 14, 14], "all are needed"
    assert widths(73, 8, 34, 1, 16) == [8, 38, 8, 16], "a column of dashes gives what it has no need of"
    assert widths(73, 8, 40, 1, 16) == [8, 38, 8, 16], "to what lacks the least first"
    assert widths(106, 8, 30, 14, 30) == [8, 48, 14, 30], "a title takes no more than it needs before the others"
    assert widths(80, 8, 30, 14, 30) == [8, 30, 14, 25], "nor where the others stay cut: they show more"
    rows = [
        Row("group", ("A heading as long as the line",)),
        Row("1", ("HC-1", "Ten", "—", ("Twenty", "muted")), 1, " ≠"),
    ]
    needs = needed_widths(rows, columns, ({4: 1}, {9: 1}))
    assert needs == ({4: 2}, {9: 1, 8: 1}, {1: 1}, {6: 1})
    assert needed_widths(rows, columns, needs) is needs, "columns stay where they are until a cell is wider"
