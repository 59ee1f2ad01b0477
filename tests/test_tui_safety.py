"""Whatever a register holds and whatever happens to its file: nothing commands the terminal, nothing typed is lost."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE, UNSAFE
from screen import WIDE, Seat, recorded, sitting

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    Command,
    DescribeRegister,
    MoveTarget,
    RecordReply,
    SaveView,
    SetOutcomes,
    SetTrack,
    SubmitEvidence,
)
from store.domain.errors import CannotWrite, DiskFull, FairleadError
from store.domain.names import fold_name
from store.domain.vocabulary import NextMove, Track, Verdict
from store.register import ActionResult, Author, Register
from tui.desk.settings import folders, load, update_settings
from widgets.form import Form

TEXTS = [text[:400] for text in HOSTILE if text.strip() and not re.search("[\ud800-\udfff\x00]", text)]
SIZES = [(200, 60), (80, 24), (40, 10), (20, 5), (5, 3), (1, 1)]


@pytest.fixture(scope="module")
def hostile_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register that holds hostile texts as they are, as none of Fairlead's own doors would let them in."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.fairlead"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.domain.text._BAD", re.compile("(?!)"))
        register = Register.create(path, Author(TEXTS[0]))
        register.do(DescribeRegister(title=TEXTS[1], marking="OFFICIAL"))
        publications = [
            register.do(AddPublication(title=text, publisher=text, published="May 2024", code=f"P{n}")).created
            for n, text in enumerate(TEXTS[:8])
        ]
        themes = [register.do(AddTheme(name=text[:200])).created for text in TEXTS[:4]]
        assert all(publications) and all(themes)
        items = []
        for n, text in enumerate(TEXTS):
            add = AddItem(
                publication=publications[n % 3] or "",
                number=str(n + 1),
                title=text,
                text=text,
                leads=(text[:199] if fold_name(text[:199]) else f"{text[:199]}A",),
                target=text,
                as_words=True,
                theme=themes[n % 4],
            )
            items.append(register.do(add).created or "")
        first = items[0]
        about: list[Command] = [AddNote(items=(first,), text=text, said_by=text[:200]) for text in TEXTS]
        about += [AddNote(publication=publications[0], text=text) for text in TEXTS]
        about += [AddAction(item=first, text=text, due=text, whose=text[:200], as_words=True) for text in TEXTS]
        about += [
            AddLink(item=first, other=item, relation="same-work", why=text)
            for item, text in zip(items[1:6], TEXTS[:5], strict=True)
        ]
        register.do_all(about)
        register.do(
            MoveTarget(item=first, text=TEXTS[2], as_words=True, reason=TEXTS[3], where=TEXTS[4], condition=TEXTS[5])
        )
        register.do(SetTrack(item=first, track=Track.DELAYED, reason=TEXTS[6]))
        register.do(SetOutcomes(item=first, outcomes=()))
        for item, text in zip(items[1:9], TEXTS[:8], strict=True):
            register.do(SubmitEvidence(items=(item,), sent="May 2024", note=text, reference=text, text=text))
        for item, text in zip(items[1:5], TEXTS[8:12], strict=True):
            more: dict[str, Any] = {
                "words": text,
                "would_satisfy": text,
                "who": text[:200],
                "discharges": text,
                "until": text,
            }
            register.do(
                RecordReply(item=item, dated="June 2024", verdict=Verdict.PARTLY, next_move=NextMove.US, **more)
            )
        register.do_all([SaveView(name=text[:60], query=text) for text in TEXTS[:4]])
        register.close()
    return path


@pytest.fixture
def hostile(hostile_built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(hostile_built, tmp_path / "hostile.fairlead"))


def safe(seat: Seat, where: object) -> None:
    """Fail where a line of the screen, or a toast, holds what no terminal may get."""
    assert not seat.unsafe(), (where, seat.unsafe())
    assert not UNSAFE.search(seat.toasts.replace("\n", "")), (where, seat.toasts)


PLACES = (
    "1", "1 end", "1 c", "1 c enter", "1 n", "1 a", "ctrl+e", "ctrl+o", "ctrl+n", "question_mark", "ctrl+p",
    "2", "2 a", "2 o", "2 f", "2 f t", "2 f l", "2 f p", "2 slash", "2 s", "2 s d", "2 c", "2 c enter", "2 n", "2 t",
    "2 p", "2 enter", "2 enter right right right", "6", "6 w", "7", "7 f", "7 t", "7 enter",
    "2 e", "2 r", "2 v", "2 f a", "2 f q", "2 colon", "2 colon x ctrl+s", "2 space space t", "2 space space c",
    "2 space space full_stop", "2 space space full_stop enter", "2 space space s d", "3", "3 end", "3 end enter",
    "3 s", "3 e", "3 space asterisk", "4", "4 f", "4 t", "4 t t", "4 n", "4 enter", "l", "l end", "l enter", "ctrl+d",
)  # fmt: skip


async def leave(seat: Seat) -> None:
    """Close every dialog and page, and clear the search."""
    for _ in range(6):
        if len(seat.app.screen_stack) == 2:
            break
        await seat.press("escape")
    await seat.press("escape")


@pytest.mark.slow
@pytest.mark.parametrize("step", [pytest.param(6, id="one size each"), pytest.param(1, marks=pytest.mark.slow)])
async def test_every_screen_and_dialog_is_safe_over_hostile_texts_at_any_size(hostile: Path, step: int) -> None:
    async with sitting(hostile, toasts=True) as seat:
        for n, place in enumerate(PLACES):
            await seat.press(*place.split())
            safe(seat, place)
            for size in SIZES[n % step :: step]:
                await seat.resize(*size)
                safe(seat, (place, size))
            if step == 1:
                await seat.resize(*WIDE)
            await leave(seat)
            assert len(seat.app.screen_stack) == 2, place


@pytest.mark.slow
async def test_every_item_and_change_of_a_hostile_register_can_be_looked_at(hostile: Path) -> None:
    async with sitting(hostile, toasts=True, at="2") as seat:
        for _ in TEXTS:
            await seat.press("j")
            safe(seat, "the list")
        await seat.press("home", "enter")
        for _ in range(6):
            await seat.press("right")
            safe(seat, "a tab")
            for _ in range(3):
                await seat.press("pagedown")
                safe(seat, "further down")
        await seat.press("escape", "s", "o")
        safe(seat, "a toast")
        for _ in range(3):
            await seat.press("u")
            safe(seat, "a toast of undo")
        await seat.press("7")
        for _ in range(12):
            await seat.press("pagedown")
            safe(seat, "the history")
        await seat.press("1")
        for _ in range(12):
            await seat.press("j", "shift+down")
            safe(seat, "the publications")


async def test_what_is_typed_and_pasted_is_made_visible_before_it_is_kept(sample_path: Path) -> None:
    from textual import events

    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("n")
        for text in HOSTILE[:12]:
            seat.app.post_message(events.Paste(text))
        await seat.settle()
        safe(seat, "the note form")
        await seat.press("ctrl+s", "right")
        safe(seat, "the notes")
    saved = str(recorded(sample_path, "HC-6").notes[0].fields["text"])
    assert "␛[2J" in saved and not UNSAFE.search(saved.replace("\n", ""))


@pytest.mark.slow
async def test_a_store_error_is_said_in_words_and_the_form_keeps_the_text(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> ActionResult:
        raise DiskFull(sample_path)

    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s")
        monkeypatch.setattr(Register, "do_all", full)
        await seat.press("o")
        assert "is full. Nothing was saved just now" in seat.toasts
        seat.sees("HC-6 ▲ Delayed")
        await seat.write("nKept all the same")
        await seat.press("ctrl+s")
        seat.sees("is full", "Kept all the same", "ctrl+s save")
        monkeypatch.undo()
        monkeypatch.setenv("FAIRLEAD_HOME", str(sample_path.parent / "home"))
        monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
        await seat.press("ctrl+s", "right")
        seat.sees("Kept all the same", "Notes 4")
        assert seat.app.drafts.get(f"note {recorded(sample_path, 'HC-6').row.id}") is None


@pytest.mark.slow
async def test_a_busy_register_is_said_and_the_save_works_when_it_is_free_again(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nWritten in between")
        monkeypatch.setattr("store.file.database.BUSY_MS", 20)
        with closing(sqlite3.connect(sample_path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await seat.press("ctrl+s")
            seat.sees("is busy", "Written in between")
            other.execute("ROLLBACK")
        await seat.press("ctrl+s", "right")
        seat.sees("Written in between", "Notes 4")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move a file that is open")
@pytest.mark.parametrize("how", ["deleted", "replaced", "moved"])
async def test_a_file_taken_away_under_the_app_is_said_and_nothing_typed_is_lost(sample_path: Path, how: str) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nNot to be lost")
        original = sample_path.with_name("kept")
        shutil.copyfile(sample_path, original)
        if how == "deleted":
            sample_path.unlink()
        elif how == "moved":
            sample_path.rename(sample_path.with_name("elsewhere"))
        else:
            os.replace(shutil.copyfile(original, sample_path.with_name("other")), sample_path)
        seat.app.check_for_changes()
        await seat.settle()
        assert "was moved, replaced or deleted" in seat.toasts
        await seat.press("ctrl+s")
        seat.sees("was moved, replaced or deleted by another program", "Not to be lost", "ctrl+s save")
        await seat.press("escape", "s", "o")
        assert "was moved, replaced or deleted" in seat.toasts
        await seat.press("u", "7", "1", "2", "escape")
        os.replace(original, sample_path)
    async with sitting(sample_path) as seat:
        assert "A draft is kept from before: Add a note to HC-6" in seat.toasts
        await seat.open("HC-6")
        await seat.press("n")
        seat.sees("Your draft from before is here again.", "Not to be lost")
        await seat.press("ctrl+s")
    assert recorded(sample_path, "HC-6").notes[0].fields["text"] == "Not to be lost"


@pytest.mark.slow
async def test_a_register_that_became_read_only_says_so_and_keeps_the_text(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nNot written")
        seat.register.conn.execute("PRAGMA query_only=ON")
        await seat.press("ctrl+s")
        seat.sees("can only be read", "Not written", "ctrl+s save")
        seat.register.conn.execute("PRAGMA query_only=OFF")
        await seat.press("ctrl+s", "right")
        seat.sees("Not written", "Notes 4")


async def test_a_text_that_cannot_be_read_is_said_in_words(sample_path: Path) -> None:
    with closing(sqlite3.connect(sample_path)) as conn:
        conn.execute("UPDATE recommendation SET title = CAST(x'ff80' AS TEXT) WHERE reference = 'CA-1'")
        conn.commit()
    async with sitting(sample_path) as seat:
        await seat.press("2", "j", "enter", "escape", "7")
        assert seat.app.failure is None
        await seat.press("2")
        assert "is damaged" in seat.toasts or "CA-2" in seat.shown()


@pytest.mark.slow
async def test_a_draft_is_kept_on_leaving_and_offered_again(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nHalf a thought")
        await seat.press("tab", "r", "escape")
        seat.lacks("Half a thought")
        await seat.open("HC-2")
        await seat.press("n")
        seat.lacks("Half a thought")
        await seat.press("escape")
        await seat.open("HC-6")
        await seat.press("n")
        seat.sees("Your draft from before is here again.", "Half a thought", "▸ risk")
        await seat.press("ctrl+s", "n")
        seat.lacks("Your draft")
    note = recorded(sample_path, "HC-6").notes[0].fields
    assert (note["text"], note["kind"]) == ("Half a thought", "risk")


@pytest.mark.slow
@pytest.mark.parametrize("end", ["terminal closed", "crash after a second"])
async def test_what_is_being_typed_outlives_the_program(sample_path: Path, end: str) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nHalf a thought")
        form = seat.app.screen
        assert isinstance(form, Form)
        if end == "terminal closed":
            seat.app.closed_from_outside()
        else:
            assert form.DRAFT_EVERY <= 1
            form.save_draft_now()
    async with sitting(sample_path) as seat:
        assert "A draft is kept from before: Add a note to HC-6" in seat.toasts
        assert "Half a thought" in str([p.read_text("utf-8") for p in sorted(folders().drafts.iterdir())])


@pytest.mark.slow
async def test_q_quits_and_ctrl_q_in_a_dialog_loses_nothing(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nHalf a thought")
        await seat.press("ctrl+q")
        if seat.app.is_running and seat.app._exit is False:
            await seat.press("escape", "q")
        assert seat.app._exit and seat.app.return_code == 0
    async with sitting(sample_path) as seat:
        assert "A draft is kept from before" in seat.toasts


@pytest.mark.parametrize("error", [RuntimeError("a note's own words"), CannotWrite(Path("x"), "no reason")])
async def test_an_error_in_a_worker_is_said_in_words(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("tui.app._load_dialogs", fail)
    async with sitting(sample_path) as seat:
        await seat.until(lambda: seat.toasts, "nothing is said of it")
        sentence = (
            str(error) if isinstance(error, FairleadError) else "Something went wrong that Fairlead did not expect."
        )
        assert sentence in seat.toasts and "own words" not in seat.toasts
        await seat.press("2")
        seat.sees("66 recommendations")
        assert seat.unforeseen() is (None if isinstance(error, FairleadError) else error)
    log = folders().state / "errors.log"
    assert log.exists() is not isinstance(error, FairleadError)
    if log.exists():
        assert "RuntimeError" in log.read_text("utf-8") and "own words" not in log.read_text("utf-8")


async def test_settings_that_cannot_be_kept_do_not_lose_what_was_saved(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_settings(name="Ann")

    def fail(*_: object) -> None:
        raise CannotWrite(Path("settings.json"), "the disk is full")

    async with sitting(sample_path) as seat:
        monkeypatch.setattr("tui.desk.settings.save", fail)
        await seat.open("HC-6")
        await seat.press("s", "o")
        seat.sees("HC-6 ■ On track")
        await seat.press("u")
        seat.sees("HC-6 ▲ Delayed")
        assert load()[0].author_id is None


async def test_an_error_that_nobody_foresaw_is_said_without_a_word_of_the_register_and_the_app_goes_on(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        words = "a note's own words"
        raise RuntimeError(words)

    async with sitting(sample_path) as seat:
        monkeypatch.setattr("tui.app.FairleadApp.action_help", fail)
        await seat.press("question_mark")
        assert "Something went wrong that Fairlead did not expect." in seat.toasts
        assert "own words" in str(seat.unforeseen())
        await seat.press("2")
        seat.sees("66 recommendations")
    printed = capsys.readouterr()
    logged = (folders().state / "errors.log").read_text("utf-8")
    assert "RuntimeError" in logged and "own words" not in printed.out + printed.err + logged
