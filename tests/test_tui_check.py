"""Checking a paper on the screen, by keys: which file, what is found and where, the items behind it, and what is no fault."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from screen import NARROW, WIDE, Seat, sitting, sitting_with
from test_tui_golden import Album
from textual.screen import Screen
from typed_paper import TYPED

from store.commands import SetTrack
from store.domain.errors import Cancelled
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.register import Author, Register
from tui.app import FairleadApp
from tui.desk.settings import load
from tui.dialogs import check
from tui.screens.check import CheckScreen
from tui.screens.item import ItemScreen
from tui.screens.paper import PaperScreen
from tui.screens.paper_items import PaperItemsScreen
from tui.tables.check import NOT_READ, marked
from tui.toast import Toast
from widgets.file_form import FileForm

SIZES = [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")]
FAULT = "Hate Crime: 11 closed in the table; the register has 10."
WHY = "Counted with the one of May."


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A paper about the sample with one fault put in, alone in the current folder."""
    folder = tmp_path / "papers"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "paper.txt"
    path.write_text(TYPED.replace("15\t10\t0\t5", "15\t11\t0\t5"), encoding="utf-8")
    return path


async def checking(seat: Seat, name: str = "paper.txt") -> CheckScreen:
    """Check a file from the paper's screen."""
    await seat.press("5", "h")
    await seat.write(name)
    await seat.press("enter")
    return await found(seat)


async def found(seat: Seat) -> CheckScreen:
    await seat.until(lambda: isinstance(seat.app.screen, CheckScreen), "nothing is found")
    screen = seat.app.screen
    assert isinstance(screen, CheckScreen)
    return screen


async def to_fault(seat: Seat, words: str) -> None:
    """Move to the first finding that has these words."""
    screen = seat.app.screen
    assert isinstance(screen, CheckScreen)
    await seat.press("home")
    for _ in range(60):
        current = screen.current()
        if current and words in current.message:
            return
        await seat.press("j")
    raise AssertionError(f"{words} is not found:\n{seat.shown()}")


def shown(seat: Seat) -> Screen[Any]:
    return seat.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_found_looks_as_kept(sample_path: Path, paper: Path, size: tuple[int, int]) -> None:
    album = Album(size)
    async with sitting(sample_path, size) as seat:
        await checking(seat)
        album.compare(seat, "check")
        await to_fault(seat, "more than two years after March 2021")
        album.compare(seat, "check-weakness")
        await seat.press("z")
        album.compare(seat, "check-no-fault")
    album.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_what_is_accepted_and_what_was_not_read_look_as_kept(
    sample_path: Path, paper: Path, size: tuple[int, int]
) -> None:
    paper.write_text(paper.read_text(encoding="utf-8") + "\n***?!***\n\n<img src='x.png'>\n", encoding="utf-8")
    album = Album(size)
    async with sitting(sample_path, size) as seat:
        screen = await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("z")
        await seat.write(WHY)
        await seat.press("ctrl+s", "m", "k")
        album.compare(seat, "check-accepted")
        await seat.press("end")
        assert screen.table.cursor_key == NOT_READ
        await seat.press("enter", "end")
        album.compare(seat, "check-not-read")
        seat.sees("172", "***?!***", "174 ▸", "Members are invited to discuss")
        await seat.press("k", "k", "enter")
        seat.lacks("***?!***")
    album.close()


@pytest.mark.parametrize("size", SIZES)
async def test_a_fault_has_its_place_both_values_and_the_items_behind_it(
    sample_path: Path, paper: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        await checking(seat)
        seat.sees("Disagreements 4", "4 disagreements · 6 weaknesses")
        await to_fault(seat, "11 closed")
        seat.sees("certain", "74", "Expected")
        while size == NARROW and "15 | 11 | 0 | 5" not in seat.shown():
            await seat.press("shift+down")
        seat.sees("74 ▸   15 | 11 | 0 | 5", "73     Total | Closed")


@pytest.mark.slow
async def test_in_word_a_place_is_its_section_table_and_words_and_no_number_of_a_line(
    sample_path: Path, paper: Path
) -> None:
    from docx import Document

    document = Document()
    document.add_heading("Hate Crime", 1)
    document.add_paragraph("Table 5 Hate Crime: status")
    table = document.add_table(2, 4)
    for row, texts in enumerate((("Total", "Closed", "On track", "Delayed"), ("15", "11", "0", "4"))):
        for cell, text in enumerate(texts):
            table.cell(row, cell).text = text
    document.save(str(paper.with_suffix(".docx")))
    async with sitting(sample_path, NARROW) as seat:
        await checking(seat, "paper.docx")
        await to_fault(seat, "11 closed")
        seat.sees("Sure", "Section", "Finding", "Hate Crime · Table 5 Hate Crime", "▸ 15 | 11 | 0 | 4")
        seat.lacks("Line")


async def test_enter_opens_the_items_and_escape_comes_back_to_the_finding(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        screen = await checking(seat)
        await to_fault(seat, "after March 2021")
        finding = screen.current()
        await seat.press("enter")
        assert isinstance(shown(seat), PaperItemsScreen)
        seat.sees("CA-2", "CA-6", "5 items")
        await seat.press("enter")
        assert isinstance(shown(seat), ItemScreen)
        await seat.press("escape", "escape")
        assert shown(seat) is screen and screen.current() == finding
        await to_fault(seat, "HC-8: reported as closed")
        await seat.press("enter")
        assert isinstance(shown(seat), ItemScreen)
        seat.sees("HC-8")
        await seat.press("escape")
        assert shown(seat) is screen
        await seat.press("escape")
        assert isinstance(seat.app.screen, PaperScreen)


@pytest.mark.slow
async def test_what_is_no_fault_is_kept_with_the_paper_and_not_named_again(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("z")
        seat.sees("Not a fault", FAULT)
        await seat.write(WHY)
        await seat.press("ctrl+s")
        seat.lacks(FAULT)
        seat.sees("3 disagreements · 6 weaknesses · 1 accepted")
        await seat.press("m")
        seat.sees(f"{WHY} ← Hate Crime: 11 closed")
        # A later check of the same paper has it too.
        await seat.press("escape")
        paper.write_text(paper.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        await checking(seat)
        seat.sees("Disagreements 3", "1 accepted")
        await seat.press("end", "u")
        seat.sees("Disagreements 4", FAULT)
        assert WHY in seat.toasts
        current = (await found(seat)).current()
        assert current is not None and current.message == FAULT, "the cursor is not on what was taken back"
    register = Register.open(sample_path)
    assert register.conn.execute("SELECT COUNT(*) FROM accepted_finding WHERE withdrawn = 0").fetchone() == (0,)
    register.close()


@pytest.mark.slow
async def test_an_accepted_one_is_a_fault_after_all_by_the_same_key(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("m")
        assert "Nothing was accepted" in seat.toasts
        await seat.press("z")
        await seat.write(WHY)
        await seat.press("ctrl+s", "m")
        seat.sees("z not a fault")
        await to_fault(seat, "11 closed")
        seat.sees("z a fault after all")
        await seat.press("z")
        seat.sees("Disagreements 4", "certain", "z not a fault")
        seat.lacks("1 accepted")
        assert "It is a fault again." in seat.toasts


@pytest.mark.slow
async def test_a_reason_has_to_be_given_and_escape_leaves_it_a_fault(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("z", "ctrl+s")
        seat.sees("Not a fault")
        await seat.press("escape")
        seat.sees("Disagreements 4", FAULT)


async def test_what_the_register_has_now_is_checked_against_when_it_changes(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        screen = await checking(seat)
        before = seat.app.screen
        item = find_item(seat.register.conn, "MHD-2")[0]
        seat.app.do([SetTrack(item=item, track=Track.DELAYED, reason="Staff are away.")])
        words = "13 on track in the table; the register has 12"
        await seat.until(lambda: words in seat.shown(), "it is not checked again")
        assert seat.app.screen is before is screen


@pytest.mark.slow
async def test_who_comes_back_finds_the_check_as_it_was_until_the_file_or_the_register_changes(
    sample_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await checking(seat)
        await to_fault(seat, "after March 2021")
        await seat.press("escape")
        monkeypatch.chdir(paper.parent.parent)
        # The same key asks for a file everywhere: the last one first, which leads back to where one was.
        await seat.press("2", "5", "h")
        seat.sees("Used last", "paper.txt", "as you left it")
        await seat.press("enter")
        current = (await found(seat)).current()
        assert current is not None and "after March 2021" in current.message
        await seat.press("h")
        seat.sees("Used last", "paper.txt", "as you left it")
        await seat.press("escape", "escape")
        item = find_item(seat.register.conn, "MHD-2")[0]
        seat.register.do(SetTrack(item=item, track=Track.DELAYED, reason="Staff are away."))
        await seat.press("h")
        seat.sees("checked last")
        seat.lacks("as you left it")
        await seat.press("enter")
        await found(seat)
        seat.sees("13 on track in the table; the register has 12")
        await seat.press("escape")
        paper.write_text(TYPED, encoding="utf-8")
        await seat.press("h")
        seat.sees("checked last")
        await seat.press("enter")
        await found(seat)
        seat.lacks(FAULT)
    # After a restart too it is first, also from another folder; another register has another.
    async with sitting(sample_path, NARROW) as seat:
        await seat.press("5", "h")
        seat.sees("Used last", "checked last")
        await seat.press("enter")
        await found(seat)
    assert load()[0].checked_last(sample_path) == paper
    assert load()[0].checked_last(sample_path.with_name("other.fairlead")) is None


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_done_covers_nothing_of_the_paper(sample_path: Path, paper: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size, toasts=True) as seat:
        screen = await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("m")
        seat.sees("Nothing was accepted as no fault.")
        toast = next(iter(screen.query(Toast))).region
        assert toast.height and toast.bottom <= screen.query_one("#place").region.y


@pytest.mark.slow
async def test_why_it_is_no_fault_is_asked_before_who_is_writing(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE, author=None) as seat:
        await checking(seat)
        await to_fault(seat, "11 closed")
        await seat.press("z")
        seat.sees("Not a fault")
        await seat.write(WHY)
        await seat.press("ctrl+s")
        seat.sees("Who is writing?")
        await seat.answer(name="Ann Lead")
        seat.lacks(FAULT)
        seat.sees("1 accepted", "as Ann Lead")


async def test_a_paper_about_nothing_in_this_register_is_shown_to_be_that(sample_path: Path, paper: Path) -> None:
    paper.write_text("Title\tNursery places\n\n1 PLACES\n\n1.1 There are 40 of them.\n", encoding="utf-8")
    async with sitting(sample_path, NARROW) as seat:
        await checking(seat)
        seat.sees("No publication of this register is named in it: nothing could be compared.")
        seat.sees("nothing compared", "0 of 3 lines compared")
        seat.lacks("0 disagreements")
        await seat.press("escape")
        paper.write_text(paper.read_text() + "It is so.\n" * 20 + "\nHate Crime is another subject.\n")
        await checking(seat)
        seat.sees("Next to nothing was compared with the register: 1 of", "next to nothing compared · ")
        seat.lacks("0 disagreements")


async def test_a_smaller_window_has_a_title_that_fits_it(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await checking(seat)
        whole = seat.line("Check of")
        assert "lines compared" in whole
        await seat.resize(*NARROW)
        assert seat.line("Check of").split(" · ")[-1] in whole, "it is cut within a count"
        seat.sees("lines compared")
        await seat.resize(*WIDE)
        assert seat.line("Check of") == whole


async def test_without_a_file_the_register_is_checked_against_itself(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "h")
        await seat.write("no file")
        await seat.press("enter")
        await found(seat)
        seat.sees("Check of the register", "blank as published", "It is of the register, and of no file.")


@pytest.mark.slow
async def test_it_is_asked_for_by_name_from_any_screen_too(sample_path: Path, paper: Path) -> None:
    async with sitting(sample_path, NARROW) as seat:
        await seat.press("2", "ctrl+p")
        await seat.choose("check a paper")
        assert isinstance(seat.app.screen, FileForm)
        await seat.press("enter")
        await found(seat)
        await seat.press("h")
        await seat.write("paper.txt")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, CheckScreen), "it is not checked again")
        await seat.press("escape")
        seat.sees("2 Recommendations")
        assert len(seat.app.screen_stack) == 2


async def test_a_register_that_is_read_only_is_checked_and_names_why_nothing_is_kept(
    sample_path: Path, paper: Path
) -> None:
    register = Register.open(sample_path, Author("Test Lead"), read_only_reason="It is somebody else's.")
    async with sitting_with(FairleadApp(register, load()[0])) as seat:
        await checking(seat)
        seat.lacks("z not a fault")
        await to_fault(seat, "11 closed")
        await seat.press("z")
        assert seat.toasts == "It is somebody else's."


async def test_in_a_register_without_a_paper_nothing_can_be_kept_and_that_is_shown(
    empty: Register, paper: Path
) -> None:
    empty.close()
    paper.write_text("Title of Paper\tPlans\n\n1 STATUS\n\n1.1 It was sent on 31 February 2024.\n", encoding="utf-8")
    async with sitting(empty.path, WIDE) as seat:
        await checking(seat)
        seat.sees("of no paper in this register", "31 February 2024")
        await to_fault(seat, "31 February")
        await seat.press("z")
        assert "There is no paper in this register" in seat.toasts


async def test_a_check_that_takes_long_is_stopped_by_escape(
    sample_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def check_for_ever(*given: Any) -> None:
        go_on = given[-1]
        while go_on(1, 4):
            time.sleep(0.01)
        ended.set()
        raise Cancelled("The check")

    monkeypatch.setattr(check, "check_page", check_for_ever)
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "h")
        await seat.write("paper.txt")
        await seat.hurry("enter")
        await seat.until(lambda: "Checking paper.txt … 25 %" in seat.shown(), "how far it is is not shown")
        await seat.press("escape")
        await seat.until(ended.is_set, "it goes on")
        assert isinstance(seat.app.screen, PaperScreen)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("paper.docx", b"not a document", "paper.docx"),
        ("paper.docx", b"PK\x03\x04" + b"\0" * 80, "paper.docx"),
        ("paper.txt", b"SQLite format 3\0" + b"\0" * 90, "check-file"),
        ("paper.txt", None, "paper.txt"),
    ],
)
async def test_a_hostile_file_is_refused_in_words(
    sample_path: Path, paper: Path, name: str, content: bytes | None, sentence: str
) -> None:
    paper.unlink()
    if content is None:
        paper.with_name(name).symlink_to("/dev/zero")
    else:
        paper.with_name(name).write_bytes(content)
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "h")
        await seat.write(name)
        await seat.press("enter")
        await seat.until(lambda: "It could not be done" in seat.shown(), "it is not refused")
        seat.sees(sentence)
        seat.lacks("Traceback", "did not expect")
        await seat.press("escape")
        assert isinstance(seat.app.screen, PaperScreen)


async def test_a_file_of_another_kind_is_refused_in_the_form(sample_path: Path, paper: Path) -> None:
    paper.rename(paper.with_suffix(".xlsx"))
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "h")
        await seat.write("paper.xlsx")
        await seat.press("enter")
        assert isinstance(seat.app.screen, FileForm)
        # In the words of the command line.
        seat.sees("is refused: a paper that is checked ends in .docx, .md, .markdown or .txt")


def test_the_words_are_marked_and_of_a_whole_line_what_is_at_fault() -> None:
    assert marked("Total 15, closed 11.", "closed 11", "11") == (("Total 15, ", ""), ("closed 11", "hit"), (".", ""))
    assert marked("15 | 11 | 0", "15 | 11 | 0", "11") == (("15 | ", ""), ("11", "hit"), (" | 0", ""))
    # Where it is there twice, or is a part of another number, the whole line is marked.
    assert marked("11 | 11", "11 | 11", "11") == (("11 | 11", "hit"),)
    assert marked("211 | 0", "211 | 0", "11") == (("211 | 0", "hit"),)
    assert marked("Something else.", "not in it", "") == (("Something else.", "strong"),)
    # Of a long line the beginning is left out, so that the words are in sight.
    first, hit, _ = marked(f"{'a ' * 2000}closed 11 of them", "closed 11", "")
    assert len(first[0]) < 250 and hit == ("closed 11", "hit")
