"""Finding items: the numbered screens, search, filter and sort, history, sharing, opening files, by pressed keys."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from screen import NARROW, Seat, recorded, sitting, sitting_with

from store.commands import AddItem, AddPublication
from store.exchange.export import SUFFIXES, export_kind
from store.file.database import Connection
from store.queries.item_detail import item_detail
from store.queries.rows import ItemDetail
from store.register import Author, Register
from tui.app import FairleadApp
from tui.desk.open_register import open_for_app
from tui.desk.settings import folders, load, update_settings
from tui.screens.share import KINDS
from widgets.windowed_table import WindowedTable


def references(seat: Seat) -> list[str]:
    """The references in the list, as far as they are on the screen."""
    return [line.split()[1 if line.startswith("▌") else 0] for line in seat.lines() if _is_row(line)]


def _is_row(line: str) -> bool:
    words = line.replace("▌", " ").split()
    return len(words) > 3 and line[1:3] == "  " and any(glyph in line for glyph in "●◐■▲○") and "-" in words[0]


async def test_three_keys_find_the_delayed_ones_and_a_few_more_the_notes_of_one(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("2", "f", "d")
        assert "Delayed" in seat.line("of 66 recommendations") and "21 of 66" in seat.shown()
        assert all("▲" in line for line in seat.lines() if _is_row(line))
        await seat.press("x")
        await seat.hurry(*"/hc-6", "enter")
        assert references(seat) == ["HC-6"]
        await seat.press("enter", "right_square_bracket")
        seat.sees("HC-6 ▲ Delayed", "A response to HMICS is", "recorded by")
        await seat.press("escape")
        seat.sees('"hc-6"', "1 of 66 recommendations")
        await seat.press("escape")
        seat.sees("Everything", "66 recommendations · 5 commitments")


@pytest.mark.parametrize("keys", ["/third", "2/third"])
async def test_a_search_typed_in_one_breath_narrows_as_one_types(sample_path: Path, keys: str) -> None:
    async with sitting(sample_path, at="" if keys.startswith("2") else "2") as seat:
        await seat.write(keys)
        seat.sees('"third"', "5 of 66 recommendations · 1 of 5 commitments", "HC-6", "MHD-2")
        assert seat.app.screen.query_one(WindowedTable).hits == ("third",)
        await seat.write(" zzz")
        seat.sees("Nothing fits", "x to clear")
        await seat.press("escape", "escape", "x")
        seat.sees("66 recommendations · 5 commitments")


@pytest.mark.slow
async def test_the_facets_respect_each_other_and_x_clears_them(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 f d f t") as seat:
        seat.sees("Theme", "Governance", "Resources")
        offered = seat.shown()
        assert "No theme recorded" in offered
        await seat.choose("governance")
        shown = seat.sees("Delayed", "Governance")
        governed = [line for line in seat.lines() if _is_row(line)]
        assert governed and all("▲" in line for line in governed)
        await seat.press("f", "s")
        assert seat.line("]  Delayed").rstrip("│ ▁▂▃▄▅▆▇█").endswith(f" {len(governed)}")
        await seat.press("escape", "f", "p")
        counts = [line for line in seat.lines() if "[ ]" in line]
        assert 0 < len(counts) < 7 and shown
        await seat.press("space", "down", "space", "enter")
        assert len([line for line in seat.lines() if _is_row(line)]) <= len(governed)
        await seat.press("x")
        seat.sees("Everything")


async def test_a_list_is_sorted_and_turned_round_and_the_cursor_moves_in_either_case(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 o") as seat:
        await seat.choose("title")
        seat.sees("Recommendation ↑")
        titles = [line[10:30] for line in seat.lines() if _is_row(line)]
        assert titles == sorted(titles, key=str.casefold)
        await seat.press("o")
        await seat.choose("title")
        seat.sees("Recommendation ↓")
        table = seat.app.screen.query_one(WindowedTable)
        await seat.press("j", "J", "k", "K", "j", "down", "up")
        assert table.cursor_index == 1
        await seat.press("end")
        assert table.cursor_index == table.count - 1
        await seat.press("home", "X", "2", "F", "C")
        seat.sees("28 of 66")


async def test_enter_on_a_publication_shows_its_recommendations_and_on_a_total_those_it_counts(
    sample_path: Path,
) -> None:
    async with sitting(sample_path) as seat:
        seat.sees("Crime Audit 2020", "Hate Crime", "All recommendations", "All commitments")
        await seat.press("enter")
        seat.sees("11 of 66 recommendations", "Publication OCSA")
        await seat.press("1", "end", "enter")
        seat.sees("5 of 5 commitments", "CCP-14")
        seat.lacks("OCSA-11")
        await seat.press("1", "end", "k", "enter")
        seat.sees("66 of 66 recommendations · 0 of 5 commitments", "CAM-8")
        seat.lacks("CCP-10")
        await seat.press("x")
        seat.sees("66 recommendations · 5 commitments")


@pytest.mark.slow
async def test_esc_in_a_list_that_was_asked_for_elsewhere_goes_back_there_and_the_filter_with_it(
    sample_path: Path,
) -> None:
    async with sitting(sample_path, NARROW) as seat:
        await seat.press("j", "enter")
        seat.sees("Publication CA", "of 66 recommendations")
        await seat.press("enter", "escape")
        seat.sees("Publication CA", "of 66 recommendations")
        await seat.press("space", "escape", "escape")
        assert seat.line("▌").split()[1] == "CA" and "All recommendations" in seat.shown()
        await seat.press("2")
        seat.sees("Everything", "66 recommendations · 5 commitments")
        await seat.press("f", "d", *"jjj")
        at = seat.line("▌")
        # From the themes, one kind of a line, and from what Attention folds: what was shown before is shown again.
        for keys, here in ((("4", "j", "enter"), "Theme"), (("4", "f", "d"), "Theme"), (("3", "end", "enter"), "Why")):
            await seat.press(*keys)
            seat.lacks(at)
            await seat.press("escape")
            seat.sees(here, "Housekeeping" if here == "Why" else "Governance")
            await seat.press("2")
            assert seat.line("▌") == at and "21 of 66" in seat.shown()
            await seat.press("escape")
            assert "21 of 66" in seat.shown()


async def test_esc_keeps_the_filter_that_was_chosen_in_a_list_asked_for_elsewhere(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("enter", "x", "f", "d", "escape", "2")
        seat.sees("21 of 66")
        await seat.press("1", "enter", "1", "2", "escape")
        # Who went on by a number is not taken back.
        seat.sees("Publication OCSA")


async def test_who_begins_on_a_view_finds_it_after_a_first_list_of_another(sample_path: Path) -> None:
    update_settings(name="Ann", acts_for=("Mental Health Taskforce",))
    async with sitting(sample_path, at="1") as seat:
        await seat.press("enter", "escape", "2")
        seat.sees("Mine", "13 of 66")


async def test_a_total_of_all_there_is_filters_nothing(empty_built: Path, tmp_path: Path) -> None:
    path = tmp_path / "cells.fairlead"
    path.write_bytes(empty_built.read_bytes())
    with closing(Register.open(path, Author("Ann"))) as register:
        publication = str(register.do(AddPublication(title="Cells", code="CE")).created)
        register.do(AddItem(publication=publication, number="1", title="Doors"))
    async with sitting(path) as seat:
        seat.sees("All recommendations")
        await seat.press("end", "enter")
        seat.sees("1 recommendation", "CE-1")
        seat.lacks("Kind Recommendation")


async def test_mine_and_all_are_one_key(sample_path: Path) -> None:
    update_settings(name="Ann", acts_for=("Mental Health Taskforce",))
    async with sitting(sample_path) as seat:
        seat.sees("Mine", "13 of 66")
        await seat.press("m")
        seat.sees("66 recommendations · 5 commitments")
        await seat.press("M")
        seat.sees("13 of 66")


async def test_m_asks_for_whom_one_acts_where_nobody_has_said(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 m") as seat:
        seat.sees("Who is writing?")
        await seat.answer(name="Ann", acts_for="mental health taskforce")
        seat.sees("Mine", "13 of 66")


@pytest.mark.slow
async def test_the_pane_and_the_page_turn_their_tabs_and_are_read_up_and_down(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        heads = []
        for _ in range(6):
            heads.append(seat.shown())
            await seat.press("right_square_bracket")
        assert len(set(heads)) == 6 and seat.shown() == heads[0]
        await seat.press("left_square_bracket", "right")
        assert seat.shown() == heads[0]
        await seat.press("right")
        top = seat.shown()
        await seat.press("pagedown", "J", "k", "shift+down", "ctrl+up")
        assert seat.shown() != top
        await seat.press("home")
        assert seat.shown() == top
        await seat.press("escape", "x", "end", "home", "left_square_bracket", "left_square_bracket")
        await seat.press("shift+down", "ctrl+down", "shift+up")
        seat.sees("Overview", "Notes")


async def test_a_step_of_the_cursor_reads_the_item_once(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(conn: Connection, item: str) -> ItemDetail | None:
        read.append(item)
        return item_detail(conn, item)

    async with sitting(sample_path, at="2") as seat:
        monkeypatch.setattr("tui.screens.item_keys.item_detail", noted)
        await seat.press("down")
        assert len(read) == 1


async def test_y_copies_the_reference_and_text_and_says_so(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("y")
        assert seat.app.clipboard.startswith("HC-6 Third-party reporting\nWith partners")
        assert "Copied HC-6" in seat.toasts


@pytest.mark.slow
async def test_the_history_is_narrowed_and_an_action_taken_back_from_there(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s", "o", "n")
        await seat.write("Something else")
        await seat.press("ctrl+s", "7")
        seat.sees("Every change", "Test Lead", "Something else")
        await seat.press("f")
        await seat.answer(item="HC-99")
        seat.sees("There is no HC-99")
        await seat.answer(item="HC-6", day="soon")
        seat.sees("is not a date that Fairlead understands")
        await seat.answer(day="2024-09-18")
        shown = seat.sees("HC-6 · 2024-09-18", "Delayed → On track", "Something else")
        assert "MHD-2" not in shown
        at = next(n for n, line in enumerate(line for line in seat.lines() if "HC-6" in line[30:50]) if n >= 0)
        assert at == 0
        await seat.press("f")
        await seat.answer(author="t")
        seat.sees("Test Lead")
        await seat.press("end", "enter")
        seat.sees("HC-6 ■ On track")
        await seat.press("escape", "t")
        seat.sees("Take this back?", "Delayed → On track")
        await seat.press("escape")
        assert recorded(sample_path, "HC-6").row.status == "on-track"
        await seat.press("t", "t")
        seat.sees("On track → Delayed", "(taken back)")
        found = recorded(sample_path, "HC-6")
        assert found.row.status == "delayed" and any(n.fields["text"] == "Something else" for n in found.notes)
        await seat.press("x")
        seat.sees("Every change")


@pytest.mark.slow
async def test_taking_back_what_was_changed_since_asks_before_it_overrules(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s", "o", "s", "p", "s", "d", "enter", "7")
        await seat.press("f")
        await seat.answer(item="HC-6")
        for _ in range(9):
            if "Delayed → On track" in seat.line("▌"):
                break
            await seat.press("j")
        before = seat.register.newest()
        await seat.press("t", "t")
        seat.sees("Changed again since", "overrule it")
        await seat.press("escape")
        assert seat.register.newest() == before
        await seat.press("t", "t", "o")
        assert seat.register.newest() > before


def test_share_offers_every_kind_of_file_that_there_is() -> None:
    assert {suffix for suffix, _, _ in KINDS} == {export_kind(suffix) for suffix in SUFFIXES}


def is_reported_written(seat: Seat, path: Path) -> bool:
    """Whether a file is reported as written."""
    return "Written at" in seat.shown() and str(path) in seat.shown() and not seat.toasts


async def test_share_says_what_a_file_will_hold_and_writes_each_kind(
    sample_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    async with sitting(sample_path, at="2 f d 6") as seat:
        seat.sees("A register (.sqlite) of what the list shows: Delayed")
        await seat.press("w")
        seat.sees("sample-delayed-")
        await seat.press("escape", *"jjjjj")
        for n, (suffix, name, _) in enumerate(KINDS):
            await seat.until(lambda: "66 recommendations" in seat.shown(), "it does not say what the file will hold")
            seat.sees(f"{name} ({suffix}) of everything")
            await seat.press("w")
            assert suffix in seat.line("Write ")
            path = out / f"all{n}{suffix}"
            await seat.answer(path=str(path))
            shown = await seat.until(partial(is_reported_written, seat, path), f"{path} was not written")
            assert hashlib.sha256(path.read_bytes()).hexdigest() in shown
            await seat.press("j")
        seat.sees("Hand a lead's open items over to another", "Shown: Delayed")
        await seat.press("ctrl+p")
        await seat.write("hand over")
        assert seat.shown().count("open items over, or take") == 1, "it is listed once, with its key"
        await seat.press("escape")
        await seat.press("home", "j", "j", "enter")
        await seat.answer(path=str(out / "delayed"))
        await seat.until(lambda: "delayed.csv" in seat.shown() and "Written at" in seat.shown(), "nothing was written")
        await seat.press("enter")
        await seat.answer(path=str(out / "delayed"))
        seat.sees("exists", "Choose another name.")
        await seat.answer(path=str(out / "none" / "delayed"))
        seat.sees("There is no folder")
        await seat.press("escape")
    with (out / "delayed.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 22
    assert json.loads((out / "all4.json").read_text(encoding="utf-8"))
    assert (out / "all1.xlsx").read_bytes()[:2] == b"PK" and "HC-6" in (out / "all3.md").read_text(encoding="utf-8")
    with closing(sqlite3.connect(out / "all0.sqlite")) as conn:
        assert conn.execute("SELECT count(*) FROM recommendation").fetchone()[0] >= 71


async def test_help_tells_the_keys_that_act_there_and_the_words(sample_path: Path) -> None:
    async with sitting(sample_path, at="7 question_mark") as seat:
        seat.sees("Keys for history", "take back the action under the cursor", "Keys everywhere")
        await seat.press("pagedown", "end")
        seat.sees("Marking")
        await seat.press("question_mark")
        seat.sees("Every change")
        await seat.press("2", "f1")
        seat.sees("Keys for an item", "change the status")
        await seat.press("escape", "6")
        assert not seat.app.screen.query("#problem")


async def test_the_help_is_filtered_by_what_is_typed(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 question_mark slash") as seat:
        await seat.write("evidence inspectorate")
        seat.sees("send evidence to the inspectorate", "Keys for an item")
        seat.lacks("open a file", "Moving")
        await seat.write(" nowhere")
        seat.sees("Nothing here has that.")
        await seat.press("escape")
        seat.sees("Keys for an item", "/ filters it")
        await seat.press("escape")
        seat.sees("66 recommendations")


async def test_every_command_can_be_run_by_its_name(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        await seat.press("ctrl+p")
        await seat.write("sort")
        await seat.until(lambda: "choose what to sort by" in seat.shown(), "the palette did not find it")
        await seat.press("enter")
        await seat.until(lambda: "Sort by" in seat.shown(), "the palette did not run it")


@pytest.mark.slow
async def test_the_sample_opens_first_and_says_how_to_go_on(tmp_path: Path) -> None:
    register, notice = open_for_app(None, load()[0])
    assert register.path == folders().sample
    async with sitting_with(FairleadApp(register, load()[0], notice=notice)) as seat:
        assert "sample: what you try is kept here" in seat.line("ctrl+o").lower() and "ctrl+n" in seat.line("ctrl+o")
        await seat.press("ctrl+n")
        path = tmp_path / "ours.fairlead"
        await seat.answer(title="Our improvements", path=str(path))
        seat.sees("Who is writing?")
        await seat.answer(name="Ann")
        seat.sees("Our improvements", "This register is empty")
        assert not seat.line("sample register")
        assert path.exists() and load()[0].last_register == str(path) and load()[0].is_mine(path)


async def test_a_file_of_ones_own_opens_to_be_worked_in_and_anothers_is_only_looked_at(
    mine: Path, sample_built: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.fairlead"
    other = Register.create(theirs, Author("Somebody"))
    from store.commands import AddPublication

    other.do(AddPublication(title="Their publication"))
    other.close()
    before = theirs.read_bytes()
    async with sitting(mine) as seat:
        await seat.press("ctrl+o")
        await seat.answer(path=str(tmp_path / "none.fairlead"))
        seat.sees("There is no file")
        await seat.answer(path=str(mine))
        seat.sees("is open already")
        await seat.answer(path=str(theirs))
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        seat.sees("Their publication", "theirs.fairlead", "stays as it is")
        for keys in ("n", "a", "c", "2 a", "ctrl+e", "u"):
            await seat.press(*keys.split())
            seat.lacks("ctrl+s save")
            assert "theirs stays as it is" in seat.toasts, keys
            seat.app.clear_notifications()
            await seat.press("1")
        own = tmp_path / "kept.fairlead"
        await seat.press("ctrl+k")
        await seat.answer(path=str(own))
        await seat.until(lambda: "Publications" in seat.shown() and not seat.register.read_only_reason, "no copy")
        await seat.press("1")
        seat.sees("Their publication")
        seat.lacks("read-only")
        await seat.press("n")
        await seat.write("Ours now")
        await seat.press("ctrl+s")
        seat.sees("Ours now")
        await seat.press("ctrl+k")
        assert "nothing to keep" in seat.toasts
        await seat.press("ctrl+o")
        await seat.answer(path=str(mine))
        seat.sees("Crime Audit 2020")
        seat.lacks("read-only")
    assert theirs.read_bytes() == before


async def test_the_mouse_presses_what_the_keys_do(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:

        def at(part: str) -> tuple[int, int]:
            y = next(n for n, line in enumerate(seat.lines()) if part in line)
            return seat.lines()[y].index(part), y

        for part, seen in (
            ("2 Recommendations", "66 recommendations"),
            ("Theme ·", "Governance"),
        ):
            await seat.pilot.click(offset=at(part))
            await seat.settle()
            seat.sees(seen)
        await seat.press("escape")
        await seat.pilot.click(offset=at("Notes "))
        await seat.pilot.click(offset=at("CA-2"))
        await seat.settle()
        seat.sees("CA-2 ▲ Delayed")
        await seat.pilot.click(offset=at("s status"))
        await seat.settle()
        seat.sees("On time?", "esc leave it as it was")
        await seat.pilot.click(offset=at("On track"))
        await seat.settle()
        assert recorded(sample_path, "CA-2").row.status == "on-track"


async def test_the_row_of_the_cursor_is_in_sight_at_any_size(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 end") as seat:
        last = seat.line("▌").split()[1]
        for size in ((120, 36), (120, 27), (80, 24), (60, 16), (40, 10), (30, 6), (200, 60)):
            await seat.resize(*size)
            assert last in seat.line("▌"), (size, seat.shown())
            await seat.press("home")
            assert "CA-1" in seat.line("▌"), (size, seat.shown())
            await seat.press("end")
            assert last in seat.line("▌"), (size, seat.shown())


async def test_a_search_names_the_publications_whose_notes_have_it(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("2", "slash", *"dalmarnock")
        seat.sees("Found in the notes on MHD. To read them: press 1 (Publications).")


@pytest.mark.slow
async def test_a_first_look_falls_on_an_open_item_with_a_story(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        assert "CA-2" in seat.line("▌") and "▲ Delayed" in seat.line("▌")
        assert "CA-1" in seat.shown()
        await seat.press("1", "end", "up", "up", "enter")
        assert any(mark in seat.line("▌") for mark in ("▲", "■", "○"))
        await seat.press("x", "f", "c")
        assert references(seat)[0] in seat.line("▌")


async def test_how_the_many_items_of_a_publication_ended_is_marked_once_it_has_been_read(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path, at="1") as seat:
        seat.sees("10 closed, not known how†")
        monkeypatch.setattr("tui.screens.publications.SHORT", 5)
        await seat.press("down", "down")
        marked = "8 closed, not known how†, 1 discharged†"
        await seat.until(lambda: marked in seat.shown(), "it is not marked")
        await seat.press("up")
        seat.lacks(marked)
