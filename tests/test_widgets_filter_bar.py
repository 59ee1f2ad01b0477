"""The filter in sight: chips that can be clicked, and the line that searches as one types."""

from __future__ import annotations

from dialog_app import paste
from hostile import HOSTILE, UNSAFE
from textual.app import App, ComposeResult

from widgets.filter_bar import SEARCH, Chip, FilterBar, SearchInput
from widgets.line import LineInput

CHIPS = (Chip("status", "Status", "Delayed"), Chip("theme", "Theme"), Chip("publication", "Publication", "HC"))


class BarApp(App[None]):
    """Shows the bar and the search line, and keeps what they post."""

    def __init__(self, chips: tuple[Chip, ...] = CHIPS, search: str = "third party") -> None:
        super().__init__()
        self.chips = chips
        self.search = search
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield FilterBar(self.chips, self.search)
        yield SearchInput()

    def on_filter_bar_chip_pressed(self, event: FilterBar.ChipPressed) -> None:
        self.heard.append(event.key)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        self.heard.append(f"typed {event.value}")

    def on_search_input_to_list(self) -> None:
        self.heard.append("to the list")

    def on_search_input_left(self) -> None:
        self.heard.append("left")

    def shown(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_chips_stand_in_a_line_with_the_search_last() -> None:
    app = BarApp()
    async with app.run_test() as pilot:
        assert "Status Delayed · Theme · Publication HC · / “third party”" in app.shown()
        app.query_one(FilterBar).show(CHIPS[:1])
        await pilot.pause()
        assert "Status Delayed · / search" in app.shown() and "third party" not in app.shown()


async def test_a_click_on_a_chip_says_which() -> None:
    app = BarApp()
    async with app.run_test() as pilot:
        await pilot.click(FilterBar, offset=(3, 0))
        await pilot.click(FilterBar, offset=(19, 0))
        await pilot.click(FilterBar, offset=(46, 0))
        await pilot.click(FilterBar, offset=(75, 0))
    assert app.heard == ["status", "theme", SEARCH]


async def test_chips_that_do_not_fit_go_to_the_next_line() -> None:
    app = BarApp()
    async with app.run_test(size=(30, 8)) as pilot:
        lines = app.shown().split("\n")
        assert "Status Delayed · Theme" in lines[0] and "Publication HC" in lines[1]
        await pilot.click(FilterBar, offset=(2, 1))
        await pilot.resize_terminal(1, 1)
    assert app.heard == ["publication"]


async def test_typing_is_said_at_once_and_enter_goes_to_the_list() -> None:
    app = BarApp()
    async with app.run_test() as pilot:
        app.query_one(SearchInput).focus()
        await pilot.press("a", "B", "enter", "down")
    assert app.heard == ["typed a", "typed aB", "to the list", "to the list"]


async def test_esc_clears_and_leaves() -> None:
    app = BarApp()
    async with app.run_test() as pilot:
        app.query_one(SearchInput).focus()
        await pilot.press("a", "escape")
    assert app.heard == ["typed a", "typed ", "left"]


async def test_no_hostile_text_reaches_the_screen_raw() -> None:
    app = BarApp(tuple(Chip(str(n), text, text) for n, text in enumerate(HOSTILE)), " ".join(HOSTILE))
    async with app.run_test(size=(120, 300)) as pilot:
        app.query_one(FilterBar).styles.max_height = 200
        app.query_one(SearchInput).focus()
        for text in HOSTILE:
            await paste(pilot, text)
        assert "[x] done" in app.shown()
        assert [line for line in app.shown().split("\n") if UNSAFE.search(line)] == []
