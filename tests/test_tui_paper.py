"""The paper screen, by keys: its figures, what changed, what is missing, its texts, fixing, writing it out, and Word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from docx import Document as WordFile
from screen import NARROW, WIDE, Seat, sitting
from test_tui_golden import Album

from store.commands import Correct, DescribeRegister, FixFigures, MoveTarget, SetTrack, WriteText
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.queries.papers import paper_texts, papers
from store.register import Author, Register
from tui.desk.settings import folders
from tui.dialogs.paper import form_choices
from tui.screens.item import ItemScreen
from tui.screens.paper import PaperScreen
from tui.screens.paper_items import PaperItemsScreen

SIZES = [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")]
NEXT = "right_square_bracket"


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own folder, which files are written to."""
    folder = tmp_path / "person"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


async def to_tab(seat: Seat, name: str) -> None:
    """Go to the paper, and to one of its tabs."""
    await seat.press("5")
    screen = seat.app.screen
    assert isinstance(screen, PaperScreen)
    while screen.tab != name:
        await seat.press(NEXT)


def register_of(path: Path) -> Register:
    return Register.open(path, Author("Test Lead"))


async def written(seat: Seat, path: Path) -> None:
    await seat.until(lambda: path.exists() and "Wrote" in seat.toasts, f"{path.name} is not written")


# -- what it shows


@pytest.mark.parametrize("size", SIZES)
async def test_the_paper_looks_as_kept(sample_path: Path, size: tuple[int, int]) -> None:
    album = Album(size)
    async with sitting(sample_path, size) as seat:
        await seat.press("5")
        for name in ("figures", "changes", "missing", "texts", "outline", "papers"):
            album.compare(seat, f"paper-{name}")
            await seat.press(NEXT)
        await seat.press("g")
        album.compare(seat, "chart-status")
        await seat.press(NEXT)
        album.compare(seat, "chart-time")
    album.close()


async def test_figures_are_as_published_beside_the_register_and_differences_marked(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5")
        seat.sees("Paper of 18 September 2024", "DRAFT", "Figures 1 ≠")
        assert seat.line("Hate Crime").split()[-4:] == ["15", "10", "0", "5"]
        # A blank as published is no zero.
        assert "blank ≠ 0" in seat.line("Mental Health Demand")
        await seat.press(*"jjjjj")
        seat.sees("as published a blank · by the register 0 · they differ")
        seat.sees("ACC Professionalism and Assurance", "OCSA, CA, HC, CAM, DA, MHD", "March 2024, the last update")


async def test_enter_on_a_figure_lists_the_items_behind_it_and_esc_comes_back(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "j", "j", "enter")
        seat.sees("HC · Hate Crime", "published: 15")
        await seat.press("d")
        assert isinstance(seat.app.screen, PaperItemsScreen)
        seat.sees("HC: Delayed", "5 items", "HC-2", "HC-5", "HC-6", "HC-10", "HC-13")
        await seat.press("enter")
        assert isinstance(seat.app.screen, ItemScreen)
        await seat.press("escape", "escape")
        assert isinstance(seat.app.screen, PaperScreen)
        # Of a figure that no item is behind, that is shown.
        await seat.press("enter", "o")
        await seat.until(lambda: "No item is behind it" in seat.toasts, "nothing is shown")
        # One of the whole paper needs no second key.
        await seat.press(*"jjjjjj", "enter")
        seat.sees("Closed since the last update", "6 items", "OCSA-11", "DA-4")
        seat.lacks("DA-12")


async def test_what_changed_is_grouped_and_enter_opens_the_item(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "changes")
        seat.sees("Closed since: 6", "Closed, it is not known whether since: 1", "Moved later: 5")
        assert "Closed: discharged" in seat.line("HC-3")
        await seat.press("j", "enter")
        screen = seat.app.screen
        assert isinstance(screen, ItemScreen)
        seat.sees("HC-3")


async def test_what_is_missing_opens_its_items(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "missing")
        seat.sees("Missing 3", "Nobody has confirmed")
        await seat.press("enter")
        assert isinstance(seat.app.screen, PaperItemsScreen)
        seat.sees("DA-x2", "9 items")
        await seat.press("escape", "j", "enter")
        assert "No item is behind this" in seat.toasts


# -- texts


@pytest.mark.slow
async def test_an_implication_is_confirmed_with_one_key_and_goes_on_to_the_next(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "texts")
        seat.sees("Texts 8 to confirm")
        await seat.press(*["full_stop"] * 8)
        seat.lacks("to confirm", "not confirmed")
        await seat.press("u")
        seat.sees("Texts 1 to confirm")
    register = register_of(sample_path)
    (row,) = papers(register.conn)
    texts = {text.section: text.text for text in paper_texts(register.conn, row.id)}
    assert len(texts) == 7 and texts["financial"] == "There are no financial implications in this report."
    register.close()


@pytest.mark.slow
async def test_a_passage_is_edited_from_its_default_and_flagged_when_what_it_speaks_of_changes(
    sample_path: Path,
) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "texts")
        await seat.press("home", "j", "j", "j", "j", "enter")
        seat.sees("Introduction HC, in the paper of 18 September 2024")
        await seat.write("HC-6 is delayed; five are.")
        await seat.press("ctrl+s")
        assert "written" in seat.line("HC-6 is delayed")
        seat.sees("Texts 8 to confirm")
    register = register_of(sample_path)
    register.do(SetTrack(item=find_item(register.conn, "HC-6")[0], track=Track.ON_TRACK))
    register.close()
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "texts")
        seat.sees("changed since", "Texts 9 to confirm", "HC-6: Delayed → On track.")
        # Confirmed as it is, it speaks of what is now.
        await seat.press("full_stop")
        seat.lacks("changed since")
        # And taken away, the default is in its place.
        await seat.press("home", "j", "j", "j", "j", "c", "enter")
        seat.lacks("HC-6 is delayed")


@pytest.mark.slow
async def test_a_text_that_is_left_is_kept_as_a_draft(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "texts")
        await seat.press("home", "enter")
        await seat.write("Half a thought")
        await seat.press("escape", "enter")
        seat.sees("Half a thought", "Your draft from before is here again.")


# -- fixing


async def test_the_pane_says_how_the_paper_will_be_marked_and_why_where_it_is_not_its_own(sample_path: Path) -> None:
    register = register_of(sample_path)
    register.do(DescribeRegister(values={"marking": "OFFICIAL-SENSITIVE"}))
    register.close()
    async with sitting(sample_path, NARROW) as seat:
        await to_tab(seat, "papers")
        seat.sees("OFFICIAL-SENSITIVE, as the register is; its own is OFFICIAL")


@pytest.mark.slow
async def test_fixing_asks_first_and_late_news_does_not_alter_what_was_fixed(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "number_sign")
        seat.sees("Fix the figures?", "each of 66 items", "1 figure as published differs: see Figures.")
        await seat.press("escape")
        seat.sees("DRAFT")
        await seat.press("number_sign", "x")
        seat.sees("figures fixed on 18 September 2024")
        seat.lacks("DRAFT")
    register = register_of(sample_path)
    register.do(SetTrack(item=find_item(register.conn, "HC-6")[0], track=Track.ON_TRACK))
    register.do(MoveTarget(item=find_item(register.conn, "CA-2")[0], text="December 2025", reason="The audit moved."))
    register.close()
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5")
        assert seat.line("Hate Crime").split()[-4:] == ["15", "10", "0", "5"]
        await seat.press(NEXT)
        seat.sees("Come in since the figures were fixed: 2")
        assert seat.line("HC-6").split("  ")[-1].strip() == "On track"
        await seat.press("number_sign")
        seat.sees("that fixing is kept", "Come in since: CA-2, HC-6.")


@pytest.mark.slow
async def test_the_next_paper_counts_from_the_figures_that_were_fixed(sample_path: Path) -> None:
    register = register_of(sample_path)
    (row,) = papers(register.conn)
    register.do(FixFigures(paper=row.id))
    register.do(SetTrack(item=find_item(register.conn, "MHD-2")[0], track=Track.DELAYED, reason="No trainer."))
    register.close()
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "a", "enter")
        seat.sees("Add a paper", "SPA Policing Performance Committee")
        await seat.answer(title="Progress", date="10 December 2024")
        seat.sees("Paper of 10 December 2024", "DRAFT")
        await seat.press(NEXT)
        seat.sees("Newly delayed: 1", "MHD-2")
        # The earlier one is a choice away.
        await seat.press("left_square_bracket", "left_square_bracket")
        seat.sees("18 September 2024", "10 December 2024")
        await seat.press("j", "enter")
        seat.sees("Paper of 18 September 2024")


@pytest.mark.slow
async def test_a_paper_is_corrected_from_its_declared_fields(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "c", "enter")
        await seat.answer(location="Pacific Quay")
        seat.sees("Pacific Quay")
        await seat.press("c")
        await seat.choose("publications")
        seat.sees("Which publications?", "[x] OCSA", "[ ] CCP")
        await seat.press("space", "enter")
        # What was published of it stays beside; the paper reports on it no more.
        seat.sees("CA, HC, CAM, DA, MHD")
        seat.lacks("OCSA, CA")


# -- files


async def test_from_opening_to_the_word_file_in_a_handful_of_keys(sample_path: Path, person: Path) -> None:
    out = person / "paper-2024-09-18.docx"
    keys = ["5", NEXT, NEXT, NEXT, *["full_stop"] * 8, "number_sign", "x", "w"]
    async with sitting(sample_path, NARROW) as seat:
        await seat.press(*keys)
        # What is missing is shown first.
        seat.sees("Missing in the paper", "DA-x2")
        await seat.press("w", "ctrl+s")
        await written(seat, out)
    text = "".join(node.text or "" for node in WordFile(str(out)).element.body.iter() if node.tag.endswith("}t"))
    assert "There are no financial implications in this report." in text
    assert len(keys) + 2 <= 17


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".html", ".md"])
async def test_it_is_written_by_the_ending_of_the_name_and_never_over_a_file_unasked(
    sample_path: Path, person: Path, ending: str
) -> None:
    out = person / f"paper{ending}"
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "w", "w")
        await seat.answer(path=str(out))
        await written(seat, out)
        assert "Hate Crime" in out.read_text("utf-8")
        await seat.press("w", "w")
        await seat.answer(path=str(out))
        seat.sees("exists already. Choose another name.")
        await seat.answer(path=str(person / "paper.pdf"))
        seat.sees("end the name in one of them")


async def test_texts_come_home_from_word_and_a_number_altered_there_is_named(sample_path: Path, person: Path) -> None:
    register = register_of(sample_path)
    (row,) = papers(register.conn)
    register.do(WriteText(paper=row.id, section="financial", text="There is a cost."))
    register.close()
    out = person / "paper-2024-09-18.docx"
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "w", "w", "ctrl+s")
        await written(seat, out)
        _edit_word(out)
        await seat.press("i")
        await seat.answer(path=str(out))
        await seat.until(lambda: "Not taken" in seat.shown() or "altered" in seat.shown(), "it is not read")
        seat.sees("1 number altered: not taken")
        await seat.press("g")
        seat.sees("Financial implications", "There is a cost of £2,000.")
        await seat.press("ctrl+s")
    register = register_of(sample_path)
    texts = {text.section: text.text for text in paper_texts(register.conn, row.id)}
    assert texts["financial"] == "There is a cost of £2,000."
    register.close()


def _edit_word(path: Path) -> None:
    """Edit a text in its content control, and a number in a table, as somebody does in Word."""
    word = WordFile(str(path))
    for node in word.element.body.iter():
        if node.tag.endswith("}t") and node.text == "There is a cost.":
            node.text = "There is a cost of £2,000."
    cell = next(c for table in word.tables for r in table.rows for c in r.cells if c.text == "15")
    run = next(run for paragraph in cell.paragraphs for run in paragraph.runs if run.text == "15")
    run.text = "16"
    word.save(str(path))


@pytest.mark.slow
async def test_a_file_that_is_no_word_is_refused_in_words(sample_path: Path, person: Path) -> None:
    path = person / "not.docx"
    path.write_bytes(os.urandom(500))
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("5", "i")
        await seat.answer(path=str(path))
        await seat.until(lambda: "It could not be done" in seat.shown(), "it is not refused")
        seat.sees("it is no Word document")


# -- where nothing can be written


async def test_read_only_the_paper_is_shown_and_the_keys_say_why_they_do_nothing(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        seat.register.file.read_only_reason = "This register is open to be read only."
        await seat.press("5")
        for key in ("a", "c", "number_sign", "i"):
            seat.app.clear_notifications()
            await seat.press(key)
            assert "read only" in seat.toasts, key
        await to_tab(seat, "texts")
        for key in ("enter", "full_stop"):
            seat.app.clear_notifications()
            await seat.press(key)
            assert "read only" in seat.toasts, key


async def test_a_register_without_a_paper_says_how_to_add_one(tmp_path: Path) -> None:
    path = tmp_path / "empty.fairlead"
    Register.create(path).close()
    async with sitting(path, NARROW) as seat:
        await seat.press("5")
        seat.sees("There is no paper in this register. Press a to add one.")
        await seat.press("w")
        assert "Press a to add one" in seat.toasts


async def test_a_form_of_the_persons_own_is_offered_and_one_with_a_fault_shows_it(sample_path: Path) -> None:
    own = folders().forms
    own.mkdir(parents=True)
    (own / "short.toml").write_text(
        'name = "short"\ntitle = "Our short one"\n[[section]]\nkind = "purpose"\nheading = "Why"\n', encoding="utf-8"
    )
    (own / "broken.toml").write_text("title = 7\n", encoding="utf-8")
    assert {("short", "Our short one"), ("broken", "broken")} <= set(form_choices())
    register = register_of(sample_path)
    (row,) = papers(register.conn)
    register.do(Correct(kind="paper", entity=row.id, values={"form": "broken"}))
    register.close()
    async with sitting(sample_path, WIDE) as seat:
        await to_tab(seat, "missing")
        seat.sees("The form broken.toml cannot be used")
