"""A pane: its head, its tabs and its paragraphs, wrapped in their margins, at any width and over any text."""

from __future__ import annotations

import pytest
from hostile import HOSTILE, UNSAFE
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection
from wide import widely

from store.domain.text import NOTE_LIMIT
from widgets.pane import AHEAD, Pane, Paragraph, Tab
from widgets.wrapped_text import CHUNK, MOST_ROWS

TABS = (Tab("one", "Overview"), Tab("two", "Notes", 2), Tab("three", "Links", 0))
LONG = "Speed up better third-party reporting so that people may report hate crime without going to the police."


class Shelf(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield Pane()

    def on_pane_tab_requested(self, event: Pane.TabRequested) -> None:
        self.asked.append(event.key)

    @property
    def pane(self) -> Pane:
        return self.query_one(Pane)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def test_a_paragraph_hangs_in_its_margin_with_its_label() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show(
            (("HC-6 ", "strong"), ("▲ Delayed", "status--delayed")), TABS, "two", [Paragraph(((LONG, ""),), 10, "Asks")]
        )
        await pilot.pause()
        lines = app.lines()
    assert lines[0].strip() == "HC-6 ▲ Delayed" and lines[1].strip() == "Overview   Notes 2   Links 0"
    assert lines[2].startswith(" Asks      Speed up better")
    assert all(line.startswith(" " * 11) and line[11] != " " for line in lines[3:7] if line.strip())
    assert " ".join(line[11:].strip() for line in lines[2:8] if line.strip()).startswith(LONG)


async def test_line_ends_of_a_text_stay_and_a_label_too_long_for_its_margin_is_above_its_text() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show(
            (), (), "", [Paragraph((("One\n\nTwo", ""),), 8, "Addressed to"), Paragraph((("Three", ""),), 0, "Head")]
        )
        await pilot.pause()
        lines = [line.strip() for line in app.lines()]
    assert lines[1:7] == ["Addressed to", "One", "", "Two", "Head", "Three"]


async def test_tabs_come_closer_to_each_other_before_they_lose_their_counts() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((("Head", ""),), TABS, "one", [])
        for width, shown in (
            (28, "Overview   Notes 2   Links 0"),
            (26, "Overview  Notes 2  Links 0"),
            (24, "Overview Notes 2 Links 0"),
            (23, "Overview  Notes  Links"),
        ):
            await pilot.resize_terminal(width + 2, 12)
            await pilot.pause()
            assert app.lines()[1].strip() == shown, width


async def test_a_click_on_a_tab_asks_for_it_and_no_tabs_take_no_room() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((("Head", ""),), TABS, "one", [])
        await pilot.pause()
        for part in ("Notes", "Links", "Overview"):
            await pilot.click(offset=(app.lines()[1].index(part), 1))
        await pilot.click(offset=(38, 1))
        assert app.asked == ["two", "three", "one"]
        app.pane.show((("Head", ""),), (), "", [Paragraph((("Text", ""),))])
        await pilot.pause()
        assert app.lines()[1].strip() == "Text"


async def test_a_long_text_is_read_on_and_back_and_shown_from_its_top_unless_told_otherwise() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = [Paragraph(((f"Line {n}", ""),)) for n in range(40)]
        app.pane.show((), (), "", lines)
        await pilot.pause()
        app.pane.scroll(5)
        await pilot.pause()
        assert "Line 5" in app.lines()[1]
        app.pane.show((), (), "", lines, top=False)
        await pilot.pause()
        assert "Line 5" in app.lines()[1]
        app.pane.show((), (), "", lines)
        await pilot.pause()
        assert any(line.strip().startswith("Line 0") for line in app.lines())


@pytest.mark.parametrize("size", widely([(80, 24), (5, 3), (200, 60), (20, 5), (1, 1)], 2))
async def test_no_hostile_text_reaches_the_screen_raw_at_any_size(size: tuple[int, int]) -> None:
    app = Shelf()
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE:
            tabs = (Tab("a", text[:40], 3), *TABS)
            app.pane.show(
                ((text, "strong"), (text, "")), tabs, "a", [Paragraph(((text, ""), (text, "quiet")), 12, text)]
            )
            await pilot.pause(0)
            assert not [line for line in app.lines() if UNSAFE.search(line)], repr(text[:40])


async def test_words_that_look_like_markup_are_shown_as_they_are() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show(
            (("[bold]x[/bold] [/]", ""),), (), "", [Paragraph((("[x] done [@click=app.quit]y[/]", ""),), 8, "[red]")]
        )
        await pilot.pause()
        shown = "\n".join(app.lines())
    assert "[bold]x[/bold] [/]" in shown and "[x] done [@click=app.quit]y[/]" in shown and "[red]" in shown


async def test_to_show_another_text_lays_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((), (), "", [Paragraph((("Short", ""),))])
        await pilot.pause()
        laid_out = 0
        lay_out = app.screen._refresh_layout

        def counted(*args: object) -> None:
            nonlocal laid_out
            laid_out += 1
            lay_out()

        monkeypatch.setattr(app.screen, "_refresh_layout", counted)
        for head, tabs, count in ((LONG, TABS, 40), ("Head", (), 1), (LONG, (), 12)):
            app.pane.show(((head, ""),), tabs, "one", [Paragraph(((f"{count} {LONG}", ""),)) for _ in range(count)])
            await pilot.pause()
            assert any(f"{count} Speed" in line for line in app.lines())
            app.pane.scroll(3)
            await pilot.pause()
        assert laid_out == 0


async def test_only_what_is_read_of_a_huge_text_is_wrapped_and_all_of_a_note_can_be_read() -> None:
    app = Shelf()
    words = ("0123456789 " * NOTE_LIMIT)[: NOTE_LIMIT - 4] + " end"
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show((), (), "", [Paragraph(((words, ""),), 8, "Note"), *[Paragraph((("Change", ""),))] * 5000])
        await pilot.pause()
        assert len(app.pane._text.rows) < 12 + AHEAD + 100 and 8000 < app.pane._text.length < MOST_ROWS
        app.pane.show((), (), "", [Paragraph(((words, ""),), 8, "Note")])
        app.pane.scroll(100_000)
        await pilot.pause()
        assert any(line.rstrip(" ▁▂▃▄▅▆▇").endswith("end") for line in app.lines())
        read = " ".join(row.plain.removeprefix("Note").strip() for row in app.pane._text.rows)
        assert read == words


@pytest.mark.parametrize("text", ["漢字かな" * CHUNK, "x" * CHUNK * 3, " " * CHUNK * 2 + "end", "👩‍👩‍👧‍👦" * CHUNK])
async def test_a_text_wrapped_chunk_by_chunk_loses_and_adds_nothing(text: str) -> None:
    app = Shelf()
    async with app.run_test(size=(61, 12)):
        app.pane.show((), (), "", [Paragraph(((text, ""), (" last", "quiet")))])
        app.pane.scroll(100_000)
        rows = app.pane._text.rows
    assert "".join("".join(row.plain for row in rows).split()) == "".join(text.split()) + "last"
    assert all(row.cell_length <= 58 for row in rows)


async def test_a_text_too_long_to_read_says_that_more_follows() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show((), (), "", [Paragraph((("a\n" * MOST_ROWS * 2, ""),))])
        app.pane.scroll(10 * MOST_ROWS)
        await pilot.pause()
        assert len(app.pane._text.rows) == MOST_ROWS and "more follows" in app.lines()[-1]
        app.pane.show((), (), "", [Paragraph((("a\n" * (MOST_ROWS - 2) + "end", ""),))])
        app.pane.scroll(10 * MOST_ROWS)
        await pilot.pause()
        assert "end" in app.lines()[-1]


async def test_the_wheel_reads_on_and_stops_at_both_ends() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((), (), "", [Paragraph(((f"Line {n}", ""),)) for n in range(20)])
        await pilot.pause()
        for turns, wheel, first in (
            (1, events.MouseScrollDown, 2),
            (2, events.MouseScrollUp, 0),
            (6, events.MouseScrollDown, 9),
        ):
            for _ in range(turns):
                await pilot._post_mouse_events([wheel], Pane, offset=(5, 5))
            await pilot.pause()
            assert app.lines()[1].strip(" ▁▂▃▄▅▆▇") == f"Line {first}"


async def test_the_bar_is_there_when_needed_and_goes_where_it_is_pressed_and_dragged() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((), (), "", [Paragraph((("Short", ""),))])
        await pilot.pause()
        assert not app.pane._bar
        app.pane.show((), (), "", [Paragraph(((f"Line {n}", ""),)) for n in range(40)])
        await pilot.pause()
        assert len(app.pane._bar) == 11
        await pilot.mouse_down(offset=(38, 11))
        await pilot.pause()
        assert "Line 39" in app.lines()[-1]
        await pilot.hover(offset=(20, 6))
        await pilot.pause()
        assert "Line 14" in app.lines()[1]
        await pilot.mouse_up(offset=(20, 6))
        await pilot.hover(offset=(20, 1))
        await pilot.pause()
        assert "Line 14" in app.lines()[1] and not app.screen.selections


async def test_text_selected_with_the_mouse_is_what_stands_there() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((("Head", ""),), (), "", [Paragraph(((f"Line {n}", ""),)) for n in range(40)])
        await pilot.pause()
        app.pane.scroll(5)
        await pilot.pause()
        plain = app.screen.get_style_at(3, 2).bgcolor
        await pilot.mouse_down(offset=(6, 1))
        await pilot.hover(offset=(4, 3))
        await pilot.mouse_up(offset=(4, 3))
        await pilot.pause()
        assert app.screen.get_selected_text() == "5\nLine 6\nLine"
        assert app.screen.get_style_at(3, 2).bgcolor != plain
        everything = app.pane.get_selection(Selection(Offset(0, 0), Offset(7, 40)))
    assert everything and everything[0].splitlines() == ["Head", *(f"Line {n}" for n in range(40))]


async def test_a_selection_goes_with_its_text_and_an_empty_last_row_can_be_selected() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((("Head", ""),), (), "", [Paragraph((("Text", ""),)), Paragraph(())])
        await pilot.pause()
        for start, end, selected in (((2, 2), (3, 2), ""), ((2, 2), (6, 5), ""), ((6, 5), (2, 1), "ext")):
            await pilot.mouse_down(offset=start)
            await pilot.hover(offset=end)
            await pilot.mouse_up(offset=end)
            assert (app.screen.get_selected_text() or "").strip() == selected
        await pilot.mouse_down(offset=(1, 1))
        await pilot.hover(offset=(3, 1))
        await pilot.mouse_up(offset=(3, 1))
        assert app.screen.get_selected_text() == "Tex"
        app.pane.show((("Head", ""),), (), "", [])
        assert app.screen.get_selected_text() is None
        assert app.pane.get_selection(Selection(Offset(0, 40), Offset(2, 40))) is None


async def test_a_text_is_wrapped_anew_for_another_width() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show(((LONG, ""),), (), "", [Paragraph(((LONG, ""),), 10, "Asks")])
        await pilot.pause()
        await pilot.resize_terminal(120, 12)
        await pilot.pause()
        assert app.lines()[0].strip() == LONG and app.lines()[1].split("Asks")[1].strip() == LONG


async def test_words_that_were_searched_for_are_marked() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.hits = ("crime",)
        app.pane.show((), (), "", [Paragraph((("Hate Crime", ""),))])
        await pilot.pause()
        assert app.screen.get_style_at(6, 1).underline and not app.screen.get_style_at(2, 1).underline
