"""One table of keys: the screens, the bottom line, the help, the palette and the README agree, and it is
true."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from screen import WIDE, sitting
from textual.binding import Binding

from tui.app import FairleadApp
from tui.keys import (
    ATTENTION,
    CHART,
    CHECK,
    CONFLICTS,
    DIFFERENCES,
    EVERYWHERE,
    HISTORY,
    IMPORT,
    ITEM,
    KEYS,
    LIST,
    PALETTE,
    PAPER,
    PUBLICATIONS,
    RECEIVE,
    ROUND,
    ROWS,
    SHARE,
    THEMES,
    TICKS,
    footer_for,
    format_key,
    format_keys,
    keys_for,
    readme_table,
)
from tui.palette import Palette
from tui.screens.attention import AttentionScreen
from tui.screens.base import RegisterScreen
from tui.screens.chart import ChartScreen
from tui.screens.check import CheckScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.help import HelpScreen
from tui.screens.history import HistoryScreen
from tui.screens.import_file import ImportScreen
from tui.screens.item import ItemScreen
from tui.screens.ledger import LedgerScreen
from tui.screens.paper import PaperScreen
from tui.screens.publications import PublicationsScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.recommendations import RecommendationsScreen
from tui.screens.round import RoundScreen
from tui.screens.share import ShareScreen
from tui.screens.themes import ThemesScreen
from widgets.form import Form
from widgets.windowed_table import WindowedTable

ROOT = Path(__file__).parent.parent
SCREENS: tuple[type[RegisterScreen], ...] = (
    PublicationsScreen,
    RecommendationsScreen,
    AttentionScreen,
    ThemesScreen,
    LedgerScreen,
    ItemScreen,
    ShareScreen,
    RoundScreen,
    ReceiveScreen,
    ConflictsScreen,
    DifferencesScreen,
    ImportScreen,
    HistoryScreen,
    HelpScreen,
    PaperScreen,
    ChartScreen,
    CheckScreen,
)
PLACES = {
    PAPER,
    CHECK,
    CHART,
    ITEM,
    ROWS,
    TICKS,
    LIST,
    ATTENTION,
    PUBLICATIONS,
    THEMES,
    HISTORY,
    SHARE,
    ROUND,
    RECEIVE,
    CONFLICTS,
    DIFFERENCES,
    IMPORT,
}


def test_the_readme_has_the_table_of_keys() -> None:
    between = re.search(r"<!-- keys -->\n(.*?)\n?<!-- /keys -->", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert between is not None, "the README has no place for the keys"
    assert between[1].strip() == readme_table(), "put what `python -m tui.keys` prints between the README's markers"


def test_the_table_can_be_printed() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "tui.keys"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert printed.stdout.decode("utf-8").replace("\r\n", "\n").strip() == readme_table()


def test_every_key_of_the_table_is_in_the_readme_table_with_what_it_does() -> None:
    table = readme_table()
    for key in KEYS:
        assert key.tip in table and all(f"`{format_key(k)}`" in table for k in key.keys), key


@pytest.mark.parametrize("screen", SCREENS)
def test_every_action_of_the_table_exists_where_its_key_acts(screen: type[RegisterScreen]) -> None:
    for key in keys_for(*screen.PLACES):
        assert hasattr(screen, f"action_{key.action.partition('(')[0]}"), (screen, key.action)
    for key in keys_for(EVERYWHERE):
        assert hasattr(FairleadApp, f"action_{key.action.partition('(')[0]}"), key.action


def test_every_place_is_on_some_screen() -> None:
    assert {key.where for key in KEYS} == {EVERYWHERE, *PLACES}
    assert {place for screen in SCREENS for place in screen.PLACES} == PLACES


@pytest.mark.parametrize("screen", SCREENS)
def test_no_two_keys_clash_on_one_screen(screen: type[RegisterScreen]) -> None:
    # What a key does everywhere it may do on a screen of what is under the cursor.
    # That a table opens what is under the cursor is by its own enter.
    acting = {(k, key.action) for key in keys_for(*screen.PLACES, EVERYWHERE) if key.action != "open" for k in key.keys}
    keys = [k for k, _ in acting]
    lists = WindowedTable.BINDINGS if screen not in (ItemScreen, HelpScreen) else ()
    keys += [k for binding in lists if isinstance(binding, Binding) for k in binding.key.split(",") if k.islower()]
    twice = [k for k, count in Counter(keys).items() if count > 1]
    assert not twice


def _actions(bindings: object) -> dict[str, str]:
    """Each key of a class's own bindings, and the action it is bound to."""
    assert isinstance(bindings, list | tuple)
    return {k: b.action for b in bindings if isinstance(b, Binding) for k in b.key.split(",")}


@pytest.mark.parametrize("holder", [FairleadApp, WindowedTable, *SCREENS])
def test_no_key_means_something_else_in_capitals(holder: type[FairleadApp | WindowedTable | RegisterScreen]) -> None:
    actions = {
        k: action
        for cls in reversed(holder.__mro__)
        for k, action in _actions(cls.__dict__.get("BINDINGS", ())).items()
    }
    letters = [k for k in actions if len(k) == 1 and k.isalpha()]
    for letter in letters:
        assert actions[letter] == actions.get(letter.swapcase()), (holder, letter)


def test_the_table_is_what_the_screens_and_the_app_are_bound_to() -> None:
    holders: list[tuple[type, tuple[str, ...]]] = [(FairleadApp, (EVERYWHERE,))]
    holders += [(screen, screen.PLACES) for screen in SCREENS]
    for holder, places in holders:
        actions = {
            k: a for cls in reversed(holder.__mro__) for k, a in _actions(cls.__dict__.get("BINDINGS", ())).items()
        }
        for key in keys_for(*places):
            for k in key.keys:
                assert actions[k] == key.action, (holder, k)


async def test_the_bottom_line_the_help_and_the_palette_are_made_from_the_table(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        for keys in ("1", "2", "enter", "3", "4", "6", "7", "l"):
            await seat.press(keys)
            screen = seat.app.screen
            assert isinstance(screen, RegisterScreen)
            acting = keys_for(*screen.PLACES, EVERYWHERE)
            bottom = seat.lines()[-1]
            shown = [f"{format_key(key.keys[0])} {key.label}" for key in footer_for(*screen.PLACES, EVERYWHERE)]
            assert re.split(r"\s{2,}", bottom.strip()) == [part for part in shown if part in bottom]
            assert {"? help", "q quit"} <= set(re.split(r"\s{2,}", bottom.strip()))
            commands = {(option.key, option.note) for option in Palette(screen.PLACES)._options}
            assert commands == {(key.action, key.tip) for key in acting if key.action != "command_palette"}
            await seat.press("question_mark")
            page = seat.shown()
            for _ in range(6):
                await seat.press("pagedown")
                page += seat.shown()
            assert all(format_keys(key) in page and key.tip in page for key in acting)
            await seat.press("escape")


@pytest.mark.slow
async def test_what_has_no_key_of_its_own_is_in_the_palette(sample_path: Path) -> None:
    without = [key for key in KEYS if not key.keys]
    assert without and all(format_keys(key) == PALETTE and not key.footer for key in without)
    async with sitting(sample_path) as seat:
        before = len(seat.app.screen_stack)
        for key in without:
            seat.app.clear_notifications()
            await seat.press("2" if key.where == ITEM else "1", PALETTE)
            await seat.write(key.label)
            seat.sees(key.tip)
            await seat.press("enter")
            await seat.until(
                lambda: len(seat.app.screen_stack) > before or seat.toasts, f"nothing comes of {key.label}"
            )
            await seat.press("escape")
            assert len(seat.app.screen_stack) == before, key


@pytest.mark.slow
@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_every_key_of_the_table_is_answered_wherever_it_acts(sample_path: Path, everywhere: bool) -> None:
    """Each key, a letter as a capital, is pressed where it acts: something is seen to happen, and esc gets back."""
    passed_over = ("go(", "scroll_pane", "quit", "command_palette", "clear")
    async with sitting(sample_path) as seat:
        for at in (
            (EVERYWHERE, "1"),
            (PUBLICATIONS, "1"),
            (LIST, "2"),
            (TICKS, "2"),
            (ITEM, "2", "enter"),
            (ATTENTION, "3"),
            (THEMES, "4"),
            (PAPER, "5"),
            (CHART, "1", "g"),
            (SHARE, "6"),
            (HISTORY, "7"),
            *(((ITEM, "2"), (ITEM, "3"), (TICKS, "3"), (ITEM, "l")) if everywhere else ()),
        ):
            await seat.press(*at[1:])
            stack = list(seat.app.screen_stack)
            for key in keys_for(at[0]):
                if key.action.startswith(passed_over) or not key.keys:
                    continue
                k = key.keys[-1].upper() if len(key.keys[-1]) == 1 else key.keys[-1]
                seat.app.clear_notifications()
                before = seat.shown()
                await seat.press(k)
                assert seat.shown() != before or seat.toasts or list(seat.app.screen_stack) != stack, (at, k, key)
                await seat.press("escape")
                while len(seat.app.screen_stack) > len(stack):
                    await seat.press("escape")


@pytest.mark.slow
@pytest.mark.parametrize(("keys", "name"), [("ctrl+o", "path"), ("2 n", "text")])
async def test_a_key_that_edits_acts_before_what_is_typed_after_it_in_one_breath(
    sample_path: Path, keys: str, name: str
) -> None:
    async with sitting(sample_path, at=keys) as seat:
        await seat.hurry("a", "b", "c", "backspace", "d", "home", "x", "end", "y")
        form = seat.app.screen
        assert isinstance(form, Form) and form.values()[name] == "xabdy"
        await seat.hurry("ctrl+u", "z")
        assert form.values()[name] == "z"
