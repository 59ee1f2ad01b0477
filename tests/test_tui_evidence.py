"""Evidence files in the app: a file is cited by the keys, kept inside when asked, and opened as a private copy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE, UNSAFE
from screen import Seat, recorded, sitting

import tui.dialogs.evidence
from store.commands import AddNote, CiteEvidence
from store.domain.errors import BadInput
from store.domain.references import find_item
from store.domain.vocabulary import NoteKind
from store.queries.evidence import read_file
from store.queries.item_detail import item_detail
from store.queries.rows import EntityRow, ItemDetail
from store.register import Author, Register
from tui.dialogs.evidence import cite_evidence, open_attachment, open_with_system, show_evidence

TEXT = b"Figures of the pilot.\n" * 500


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "Figures.pdf"
    path.write_bytes(TEXT)
    return path


@pytest.fixture
def path(sample_path: Path) -> Path:
    """The sample, with a note of evidence on HC-6."""
    register = Register.open(sample_path, Author("Test Lead"))
    register.do(
        AddNote(items=(find_item(register.conn, "HC-6")[0],), text="Figures of the pilot", kind=NoteKind.EVIDENCE)
    )
    register.close()
    return sample_path


@pytest.fixture
def attached(path: Path, figures: Path) -> Path:
    """The same, with a file kept inside."""
    register = Register.open(path, Author("Test Lead"))
    found = read_file(figures, keep=True)
    note = _note(_detail(register)).id
    register.do(CiteEvidence(note=note, name=found.name, where=found.where, content=found.content))
    register.close()
    return path


def _detail(register: Register) -> ItemDetail:
    found = item_detail(register.conn, find_item(register.conn, "HC-6")[0])
    assert found
    return found


def _note(detail: ItemDetail) -> EntityRow:
    return next(note for note in detail.notes if note.fields["text"] == "Figures of the pilot")


async def on_note(seat: Seat) -> None:
    """Open the item, and the dialog that cites a file on its note."""
    await seat.open("HC-6")
    cite_evidence(seat.app, "HC-6", _note(_detail(seat.register)))
    await seat.settle()


async def in_list(seat: Seat) -> None:
    """Open the item, and the list of its evidence files."""
    await seat.open("HC-6")
    show_evidence(seat.app, _detail(seat.register))
    await seat.settle()


def citations(path: Path) -> list[dict[str, object]]:
    return [citation.fields for citation in recorded(path, "HC-6").citations]


async def until_done(seat: Seat, condition: Callable[[], Any], why: str) -> None:
    await seat.until(condition, why)


@pytest.mark.slow
async def test_a_file_is_cited_and_shown_under_its_note_and_one_key_takes_it_back(path: Path, figures: Path) -> None:
    async with sitting(path) as seat:
        await on_note(seat)
        seat.sees("Cite evidence on HC-6", "On the note: Figures of the pilot", "5.0 MB at the most")
        await seat.answer(file=str(figures), reference="IMP/24/117")
        await until_done(seat, lambda: "evidence file added" in seat.toasts, "it was not cited")
        assert seat.toasts == "HC-6: evidence file added: Figures.pdf. u takes it back."
        await seat.press("right")
        seat.sees("evidence", "Figures.pdf · reference IMP/24/117 · 11 kB")
        (found,) = citations(path)
        assert (found["sha256"], found["embedded"]) == (sha256(TEXT).hexdigest(), None)
        assert found["place"] == str(figures)
        await seat.press("u")
        seat.lacks("Figures.pdf")
        assert citations(path) == []


@pytest.mark.slow
async def test_a_file_is_kept_inside_only_after_its_size_is_said(path: Path, figures: Path) -> None:
    async with sitting(path) as seat:
        await on_note(seat)
        await seat.answer(file=str(figures), keep="y")
        seat.sees("Keep the file inside?", "Figures.pdf has 11 kB.", "Taking it back later leaves the bytes")
        await seat.press("k")
        await until_done(seat, lambda: "evidence file added" in seat.toasts, "it was not cited")
        await seat.press("right")
        seat.sees("Figures.pdf · 11 kB, kept inside")
        assert citations(path)[0]["kept"]


@pytest.mark.slow
async def test_what_cannot_be_cited_is_said_in_the_form_and_what_was_typed_stays(path: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(5_200_000))
    async with sitting(path) as seat:
        await on_note(seat)
        await seat.answer(file=str(tmp_path / "gone.pdf"))
        seat.sees("There is no file")
        await seat.answer(file=str(tmp_path))
        seat.sees("is a folder. Name one file in it.")
        await seat.answer(file=str(path))
        seat.sees("is the register that is open.")
        await seat.answer(file=str(large), keep="y")
        seat.sees("large.pdf has 5.2 MB, and 5.0 MB is the most that is kept inside.")
        await seat.answer(file="gone.pdf")
        seat.sees("There is no file gone.pdf here to be kept inside.")
        await seat.press("escape")
        cite_evidence(seat.app, "HC-6", _note(_detail(seat.register)))
        await seat.settle()
        seat.sees("Your draft from before is here again.", "gone.pdf")
        assert citations(path) == []


async def test_a_name_alone_is_cited_without_a_place(path: Path) -> None:
    async with sitting(path) as seat:
        await on_note(seat)
        await seat.answer(file="Figures of 2023.pdf")
        (found,) = citations(path)
        assert (found["name"], found["sha256"], found["size"], found["place"]) == (
            "Figures of 2023.pdf",
            None,
            None,
            None,
        )


@pytest.mark.slow
async def test_somebody_new_is_asked_who_is_writing_first(path: Path, figures: Path) -> None:
    async with sitting(path, author=None) as seat:
        await on_note(seat)
        seat.sees("Who is writing?")
        await seat.answer(name="Ailsa Craig")
        seat.sees("Cite evidence on HC-6")


async def test_a_kept_file_is_opened_as_a_private_copy(attached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def open_it(path: Path) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr(tui.dialogs.evidence, "open_with_system", open_it)
    async with sitting(attached) as seat:
        await in_list(seat)
        seat.sees("Evidence files of HC-6", "Figures.pdf · 11 kB, kept inside")
        await seat.press("enter")
        seat.sees("open it", "withdraw it")
        await seat.press("o")
        await until_done(seat, lambda: opened, "it was not opened")
        assert "private copy" in seat.toasts
    (path,) = opened
    assert path.name == "Figures.pdf" and path.read_bytes() == TEXT
    assert sys.platform == "win32" or (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )


@pytest.mark.slow
async def test_a_kept_file_that_was_altered_is_not_opened(attached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui.dialogs.evidence, "open_with_system", lambda path: pytest.fail(f"{path} was opened"))
    async with sitting(attached) as seat:
        with seat.register.file.transaction() as conn:
            conn.execute("UPDATE sqlar SET data = zeroblob(11000)")
        await in_list(seat)
        await seat.press("enter", "o")
        await until_done(seat, lambda: "not in this copy" in seat.toasts, "nothing was said")


async def test_what_may_run_is_never_opened(attached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui.dialogs.evidence, "open_with_system", lambda path: pytest.fail(f"{path} was opened"))
    async with sitting(attached) as seat:
        (citation,) = _detail(seat.register).citations
        for name in ("run.exe", "run.desktop", "page.html", "macro.docm", "x.pdf.lnk", "plain"):
            seat.app.clear_notifications()
            open_attachment(seat.app, EntityRow("citation", citation.id, citation.fields | {"name": name}))
            await seat.settle()
            assert f"{name} is not opened from here" in seat.toasts


@pytest.mark.slow
async def test_a_cited_file_is_kept_inside_from_the_list_and_withdrawn_from_it(path: Path, figures: Path) -> None:
    async with sitting(path) as seat:
        await on_note(seat)
        await seat.answer(file=str(figures))
        await until_done(seat, lambda: "evidence file added" in seat.toasts, "it was not cited")
        show_evidence(seat.app, _detail(seat.register))
        await seat.press("enter")
        seat.lacks("open it")
        await seat.press("k")
        seat.sees("Figures.pdf has 11 kB.")
        await seat.press("k")
        await until_done(seat, lambda: citations(path)[0]["kept"], "it was not kept inside")
        show_evidence(seat.app, _detail(seat.register))
        await seat.press("enter", "w")
        assert citations(path) == [] and "evidence file withdrawn" in seat.toasts


@pytest.mark.slow
async def test_in_a_register_that_is_only_looked_at_a_file_can_be_opened_and_no_more(attached: Path) -> None:
    async with sitting(attached) as seat:
        seat.register.file.read_only_reason = "From elsewhere."
        await in_list(seat)
        await seat.press("enter")
        seat.sees("open it")
        seat.lacks("withdraw it", "keep it inside")
        await seat.press("escape", "escape")
        cite_evidence(seat.app, "HC-6", _note(_detail(seat.register)))
        await seat.settle()
        seat.lacks("Cite evidence")


async def test_an_item_without_evidence_files_says_so(path: Path) -> None:
    async with sitting(path) as seat:
        await in_list(seat)
        seat.sees("No note of this item cites a file.")


async def test_no_name_of_a_file_reaches_the_terminal_raw(path: Path) -> None:
    register = Register.open(path, Author("Test Lead"))
    note = _note(_detail(register)).id
    for number, text in enumerate(HOSTILE):
        name = f"{number} {text}".replace("\n", " ")[:300]
        with suppress(BadInput):
            register.do(CiteEvidence(note=note, name=name, reference=name, where=name))
    assert len(_detail(register).citations) > 20
    register.close()
    async with sitting(path) as seat:
        await in_list(seat)
        assert seat.unsafe() == []
        await seat.press("enter")
        assert seat.unsafe() == []
        await seat.press("escape", "right")
        assert seat.unsafe() == [] and not UNSAFE.search(seat.toasts)


def test_where_the_system_names_no_opener_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has its own")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert open_with_system(tmp_path / "x.pdf") is False


def test_the_opener_gets_the_path_and_nothing_a_shell_would_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("tui.dialogs.evidence.sys.platform", "linux")
    monkeypatch.setattr("tui.dialogs.evidence.shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("tui.dialogs.evidence.subprocess.Popen", lambda command, **_: started.append(command))
    assert open_with_system(tmp_path / "a; b.pdf")
    assert started == [["/bin/xdg-open", str(tmp_path / "a; b.pdf")]]
    tui.dialogs.evidence._started.clear()


@pytest.mark.slow
async def test_evidence_is_added_where_evidence_is(path: Path, figures: Path) -> None:
    async with sitting(path) as seat:
        await seat.open("HC-6")
        await seat.press("]", "]")
        seat.sees("Press i to list the evidence files and to add one.")
        await seat.press("i")
        await seat.choose("add")
        await seat.choose("on a new note")
        seat.sees("its file is asked for next")
        await seat.write("The figures of the quarter.")
        await seat.press("ctrl+s")
        await seat.answer(file=str(figures))
        await until_done(seat, lambda: "Cited" in seat.toasts or figures.name in seat.toasts, "it is not cited")
        await seat.press("i")
        seat.sees("Evidence files of HC-6", figures.name)


@pytest.mark.slow
async def test_a_pack_is_shown_before_it_is_written_and_counts_as_sent_when_that_is_recorded(
    attached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with sitting(attached) as seat:
        await seat.open("HC-6")
        await seat.press("s", "g")
        seat.sees("The pack of evidence on HC-6", "HC-6 evidence.zip", "nothing marked higher goes in")
        await seat.press("ctrl+s")
        await seat.until(lambda: "will hold" in seat.shown(), "it is not shown what it will hold")
        seat.sees("The pack of HC-6: a cover sheet, an index, 1 file; OFFICIAL")
        await seat.press("w")
        await seat.until(lambda: "Nothing is recorded yet" in seat.shown(), "it is not written")
        assert (tmp_path / "HC-6 evidence.zip").exists()
        await seat.press("s")
        seat.sees("Send evidence on HC-6", "HC-6 evidence.zip, SHA-256")
        await seat.press("ctrl+s")
        await seat.until(lambda: "Sent. The paper will count HC-6 as Closed" in seat.toasts, "it is not recorded")
    register = Register.open(attached)
    (*_, sent) = _detail(register).submissions
    assert str(sent.fields["text"]).startswith("HC-6 evidence.zip, SHA-256 ")
    register.close()
