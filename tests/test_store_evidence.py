"""Evidence files: cited by name and hash, kept inside when asked, and never more than what was cited."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from tampering import alter, rows

import store.exchange.untrusted
import store.file.attachments
import store.queries.evidence
from store.commands import AddNote, CiteEvidence, CorrectNote, EmbedEvidence, Withdraw
from store.domain.errors import BadInput, Cancelled, CannotWrite, NotAllowed, Refused
from store.domain.references import find_item
from store.domain.vocabulary import NoteKind
from store.exchange.export import describe_export, export
from store.exchange.foreign import open_foreign, save_as_own
from store.exchange.integrity import check
from store.exchange.redaction import Terms
from store.file.attachments import MAX_SIZE, AttachmentMissing, read_chunks
from store.queries.evidence import (
    FileState,
    all_citations,
    citation_of,
    compare,
    extract_attachment,
    find_file,
    limit_of,
    read_file,
    safe_name,
)
from store.queries.filter import Filter
from store.queries.history import history
from store.queries.item_detail import item_detail
from store.queries.rows import EntityRow
from store.register import Author, Register

TEXT = b"Figures of the pilot.\n" * 500
NOISE = bytes(range(256)) * 3
WITH_FILES = Terms(with_files=True)


@pytest.fixture
def item(sample: Register) -> str:
    return find_item(sample.conn, "HC-6")[0]


@pytest.fixture
def note(sample: Register, item: str) -> str:
    return sample.do(AddNote(items=(item,), text="Figures of the pilot", kind=NoteKind.EVIDENCE)).created or ""


def made(folder: Path, name: str = "Figures.pdf", content: bytes = TEXT) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def cite(register: Register, note: str, path: Path, *, inside: bool = True) -> str:
    found = read_file(path, keep=inside)
    command = CiteEvidence(
        note=note,
        name=found.name,
        where=found.where,
        size=found.size,
        sha256=found.sha256,
        content=found.content,
        reference="IMP/24/117",
    )
    return register.do(command).created or ""


def cited(register: Register, item: str) -> list[EntityRow]:
    detail = item_detail(register.conn, item)
    assert detail
    return list(detail.citations)


def content_of(register: Register, name: str) -> bytes:
    return b"".join(read_chunks(register.conn, name))


def folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


# -- citing


def test_a_note_cites_a_file_by_name_place_reference_and_hash(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    path = made(tmp_path)
    cite(sample, note, path, inside=False)
    (found,) = cited(sample, item)
    assert {name: found.fields[name] for name in ("note", "name", "reference", "place", "size", "marking")} == {
        "note": note,
        "name": "Figures.pdf",
        "reference": "IMP/24/117",
        "place": str(path),
        "size": len(TEXT),
        "marking": "OFFICIAL",
    }
    assert found.fields["sha256"] == sha256(TEXT).hexdigest()
    assert not found.fields["embedded"] and not found.fields["kept"]
    assert sample.conn.execute("SELECT count(*) FROM sqlar").fetchone() == (0,)


def test_the_history_of_an_item_tells_what_its_notes_cite(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    cite(sample, note, made(tmp_path))
    history_rows = [(row.about, row.field, row.after) for row in history(sample.conn, item=item)[:2]]
    assert ("HC-6", "evidence file added", "Figures.pdf") in history_rows
    assert ("HC-6", "place of a file added", str(tmp_path / "Figures.pdf")) in history_rows


def test_a_citation_is_marked_as_its_note_unless_said(sample: Register, item: str) -> None:
    secret = sample.do(AddNote(items=(item,), text="Closed", marking="OFFICIAL-SENSITIVE")).created or ""
    sample.do(CiteEvidence(note=secret, name="One"))
    sample.do(CiteEvidence(note=secret, name="Two", marking="OFFICIAL"))
    assert [c.fields["marking"] for c in cited(sample, item)] == ["OFFICIAL-SENSITIVE", "OFFICIAL"]


def test_a_corrected_note_keeps_its_citations(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    cite(sample, note, made(tmp_path))
    sample.do(CorrectNote(note=note, text="Figures of the second pilot"))
    (found,) = cited(sample, item)
    assert found.fields["note"] != note and found.fields["place"]
    sample.undo()
    assert cited(sample, item)[0].fields["note"] == note


def test_the_same_file_is_not_cited_twice_on_a_note_nor_on_one_withdrawn(
    sample: Register, note: str, tmp_path: Path
) -> None:
    path = made(tmp_path)
    cite(sample, note, path, inside=False)
    with pytest.raises(NotAllowed, match=r"Figures\.pdf is cited on that note already"):
        cite(sample, note, path)
    with pytest.raises(BadInput, match="Say which file"):
        sample.do(CiteEvidence(note=note, name=" "))
    with pytest.raises(NotAllowed, match="not in this register"):
        sample.do(CiteEvidence(note="a" * 32, name="X"))
    sample.do(Withdraw(kind="note", entity=note))
    with pytest.raises(NotAllowed, match="withdrawn"):
        sample.do(CiteEvidence(note=note, name="X"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither links nor pipes for everybody")
def test_what_is_no_plain_file_with_something_in_it_is_refused_in_words(sample: Register, tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "Figures.pdf")
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("empty", "is empty"),
        ("link", "is a link to a file"),
        ("pipe", "is not a plain file"),
        ("", "is a folder"),
        ("gone", "There is no file"),
        ("Figures.pdf/x", "There is no file"),
        ("a\0b", "cannot be reached"),
        ("x" * 300, "cannot be reached"),
    ):
        with pytest.raises(BadInput, match=why) as refusal:
            read_file(tmp_path / name)
        assert refusal.value.field == "file"
    with pytest.raises(BadInput, match="is the register that is open"):
        read_file(sample.path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the one who may read everything reads it")
def test_a_file_that_this_account_may_not_read_is_said(tmp_path: Path) -> None:
    made(tmp_path).chmod(0)
    with pytest.raises(BadInput, match="may not read it"):
        read_file(tmp_path / "Figures.pdf")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path)

    def grow() -> bool:
        with path.open("ab") as file:
            file.write(b"more")
        return True

    with pytest.raises(BadInput, match="was written to while it was read"):
        read_file(path, go_on=grow)


def test_reading_a_large_file_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        read_file(made(tmp_path), go_on=lambda: False)


def test_a_name_alone_is_no_file_and_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    assert find_file("Figures of 2023.pdf") is None
    assert find_file(str(made(tmp_path))) == tmp_path / "Figures.pdf"
    with pytest.raises(BadInput, match="There is no file"):
        find_file(str(tmp_path / "gone.pdf"))


# -- keeping inside


@pytest.mark.parametrize("content", [TEXT, NOISE, b"x"], ids=["shrinks", "stays", "a byte"])
def test_the_sqlite3_programs_archive_form_holds_the_file(
    sample: Register, note: str, tmp_path: Path, content: bytes
) -> None:
    cite(sample, note, made(tmp_path, content=content))
    name, mode, size, data = sample.conn.execute("SELECT name, mode, sz, data FROM sqlar").fetchone()
    assert (name, size) == (sha256(content).hexdigest(), len(content)) and mode == 0o100600
    assert (data if len(data) == size else zlib.decompress(data)) == content
    assert len(data) <= size and content_of(sample, name) == content


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the sqlite3 program is not here")
def test_the_sqlite3_program_takes_it_out(sample: Register, note: str, tmp_path: Path) -> None:
    cite(sample, note, made(tmp_path))
    out = folder(tmp_path, "out")
    subprocess.run(["sqlite3", str(sample.path), "-A", "-x", "-C", str(out)], check=True, capture_output=True)
    assert (out / sha256(TEXT).hexdigest()).read_bytes() == TEXT


def test_the_limit_is_five_megabytes_unless_the_register_says(
    sample: Register, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limit_of(sample.conn) == 5_000_000
    monkeypatch.setattr(store.queries.evidence, "LIMIT", 0)
    with pytest.raises(BadInput, match=r"Figures\.pdf has 11 kB, and 0 bytes is the most that is kept inside"):
        cite(sample, note, made(tmp_path))
    assert not all_citations(sample.conn)
    assert sample.conn.execute("SELECT count(*) FROM sqlar").fetchone() == (0,)


def test_a_cited_file_can_be_kept_inside_later_if_it_is_still_the_same(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    path = made(tmp_path)
    citation = cite(sample, note, path, inside=False)
    path.write_bytes(b"other")
    other = read_file(path, keep=True).content
    path.write_bytes(TEXT)
    same = read_file(path, keep=True).content
    assert other and same
    with pytest.raises(NotAllowed, match="was altered since it was cited"):
        sample.do(EmbedEvidence(citation=citation, content=other))
    sample.do(EmbedEvidence(citation=citation, content=same))
    assert cited(sample, item)[0].fields["kept"] and content_of(sample, same.sha256) == TEXT


def test_undoing_leaves_the_bytes_so_that_redoing_finds_them(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    cite(sample, note, made(tmp_path))
    sample.undo()
    assert cited(sample, item) == [] and content_of(sample, sha256(TEXT).hexdigest()) == TEXT
    sample.redo()
    assert cited(sample, item)[0].fields["kept"] and cited(sample, item)[0].fields["place"]


def test_taking_a_file_out_writes_it_under_a_safe_name_for_its_owner_alone(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    cite(sample, note, made(tmp_path))
    out = folder(tmp_path, "out")
    path = extract_attachment(sample.conn, cited(sample, item)[0], out)
    assert path == out / "Figures.pdf" and path.read_bytes() == TEXT
    assert sys.platform == "win32" or path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CannotWrite, match="there is a file of that name already"):
        extract_attachment(sample.conn, cited(sample, item)[0], out)
    assert [left.name for left in out.iterdir()] == ["Figures.pdf"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\x.exe", "x.exe"),
        ("a:b\n.pdf", "a_b_.pdf"),
        ("con.txt", "_con.txt"),
        ("..", "evidence"),
        ("", "evidence"),
        ("-rf", "rf"),
        ("x" * 500 + ".pdf", "x" * 60 + ".pdf"),
        ("Bericht für März.docx", "Bericht für März.docx"),
    ],
)
def test_no_name_leads_out_of_its_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_altered_bytes_never_reach_a_file(sample: Register, note: str, tmp_path: Path) -> None:
    citation = citation_of(sample.conn, cite(sample, note, made(tmp_path, content=NOISE)))
    assert citation
    out = folder(tmp_path, "out")
    for change in (
        "data = zeroblob(768)",
        "sz = 5",
        f"sz = {MAX_SIZE + 1}",
        "sz = 'many'",
        "data = NULL",
        "data = x'789c'",
        "sz = 1000000, data = x'789cedc1010d000000c2a0f74f6d0e37a0000000000000000000be0d210001'",
    ):
        with sample.file.transaction() as conn:
            conn.execute(f"UPDATE sqlar SET {change}")
        with pytest.raises(AttachmentMissing):
            extract_attachment(sample.conn, citation, out)
    with sample.file.transaction() as conn:
        conn.execute("DELETE FROM sqlar")
    with pytest.raises(AttachmentMissing, match="left out, or never came"):
        extract_attachment(sample.conn, citation, out)
    assert list(out.iterdir()) == []


@pytest.mark.slow
def test_no_more_is_inflated_than_a_file_is_said_to_have(sample: Register) -> None:
    bomb = zlib.compress(bytes(200_000_000))
    with sample.file.transaction() as conn:
        conn.execute("INSERT INTO sqlar VALUES ('x', 0, 0, 3000000, ?)", (bomb,))
    taken = 0
    with pytest.raises(AttachmentMissing):
        for part in read_chunks(sample.conn, "x"):
            taken += len(part)
    assert taken <= 3_000_000


# -- shares


@pytest.mark.slow
def test_a_share_has_the_kept_file_and_never_where_it_lies(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    where = folder(tmp_path, "Quokka drive")
    cite(sample, note, made(where))
    for shown in (Filter(), Filter(publication=("HC",)), Filter(search="pilot")):
        for ending in ("sqlite", "json", "md", "xlsx"):
            out = tmp_path / f"out.{ending}"
            export(sample, out, shown, terms=WITH_FILES, force=True)
            assert b"Quokka" not in out.read_bytes()
        assert rows(tmp_path / "out.sqlite", "SELECT name FROM sqlar") == [(sha256(TEXT).hexdigest(),)]
        assert rows(tmp_path / "out.sqlite", "SELECT count(*) FROM location") == [(0,)]
        with sample.file.reading() as conn:
            lines = describe_export(conn, ".sqlite", shown, WITH_FILES)
        assert "Evidence files cited: 1, of which 1 go along (11 kB). Where they lie is not in it." in lines
    theirs = open_foreign(tmp_path / "out.sqlite", folder(tmp_path, "scratch"))
    (found,) = cited(theirs, item)
    assert found.fields["kept"] and found.fields["place"] is None
    assert content_of(theirs, str(found.fields["sha256"])) == TEXT
    theirs.close()


def test_a_note_in_an_export_names_its_files_without_their_places(sample: Register, note: str, tmp_path: Path) -> None:
    cite(sample, note, made(tmp_path))
    export(sample, tmp_path / "out.json", Filter(publication=("HC",)))
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    notes = [n for i in json.loads(text)["items"] for n in i["notes"] if n["id"] == note]
    (citation,) = notes[0]["citations"]
    assert (citation["name"], citation["kept"], citation["size"]) == ("Figures.pdf", True, len(TEXT))


def test_bytes_of_what_was_taken_back_or_is_out_of_scope_stay_behind(
    sample: Register, note: str, tmp_path: Path
) -> None:
    cite(sample, note, made(tmp_path, "taken back", b"Pangolin" * 9))
    sample.undo()
    export(sample, tmp_path / "all.sqlite", Filter(), terms=WITH_FILES)
    cite(sample, note, made(tmp_path))
    export(sample, tmp_path / "other.sqlite", Filter(publication=("CAM",)), terms=WITH_FILES)
    sample.do(Withdraw(kind="note", entity=note))
    export(sample, tmp_path / "without.sqlite", Filter(), terms=WITH_FILES)
    for name in ("all.sqlite", "other.sqlite", "without.sqlite"):
        assert rows(tmp_path / name, "SELECT count(*) FROM sqlar") == [(0,)]
        assert b"Pangolin" not in (tmp_path / name).read_bytes()


# -- files from elsewhere


@pytest.fixture
def theirs(sample: Register, note: str, tmp_path: Path) -> Path:
    cite(sample, note, made(tmp_path, content=NOISE))
    path = folder(tmp_path, "theirs") / "theirs.sqlite"
    export(sample, path, Filter(), terms=WITH_FILES)
    return path


def test_a_kept_copy_has_the_files_that_its_citations_name_and_no_others(
    theirs: Path, item: str, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(theirs)) as conn:
        conn.execute("INSERT INTO sqlar VALUES ('../evil', 40960, -1, 3, 'abc')")
        conn.execute("UPDATE sqlar SET mode = 40960, mtime = 'x' WHERE name <> '../evil'")
        conn.commit()
    own = save_as_own(theirs, tmp_path / "own.fairlead", Author("Test Lead"), folder(tmp_path, "scratch"))
    found = own.conn.execute("SELECT name, mode, mtime, sz FROM sqlar").fetchall()
    assert found == [(sha256(NOISE).hexdigest(), 0o100600, 0, len(NOISE))]
    assert content_of(own, found[0][0]) == NOISE and check(own).sound
    own.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sqlar SET data = zeroblob(768)",
        "UPDATE sqlar SET sz = 2000000000",
        "UPDATE sqlar SET data = 'text', sz = 'text'",
        "UPDATE sqlar SET data = NULL",
        "UPDATE sqlar SET data = 7",
        "UPDATE sqlar SET name = upper(name)",
        "DELETE FROM sqlar",
    ],
)
def test_where_the_bytes_are_wrong_or_missing_the_citation_stays_and_says_so(
    theirs: Path, item: str, tmp_path: Path, change: str
) -> None:
    alter(theirs, change)
    shown = open_foreign(theirs, folder(tmp_path, "scratch"))
    (found,) = cited(shown, item)
    assert found.fields["embedded"] and not found.fields["kept"]
    report = check(shown)
    assert report.sound
    assert (
        'The evidence file "Figures.pdf" of HC-6 is said to be kept inside, and is not in this copy.' in report.remarks
    )
    with pytest.raises(AttachmentMissing):
        extract_attachment(shown.conn, found, folder(tmp_path, "out"))
    shown.close()


def test_a_kept_file_may_be_longer_than_any_text_that_is_read(
    sample: Register, item: str, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(3_000_000)
    cite(sample, note, made(tmp_path, content=content))
    export(sample, tmp_path / "out.sqlite", Filter(), terms=WITH_FILES)
    monkeypatch.setitem(store.exchange.untrusted._LIMITS, sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
    shown = open_foreign(tmp_path / "out.sqlite", folder(tmp_path, "scratch"))
    assert content_of(shown, sha256(content).hexdigest()) == content
    shown.close()


def test_a_copy_of_the_open_register_has_its_files(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    cite(sample, note, made(tmp_path))
    own = save_as_own(sample.path, tmp_path / "own.fairlead", Author("Test Lead"), folder(tmp_path, "scratch"))
    assert cited(own, item)[0].fields["kept"] and content_of(own, sha256(TEXT).hexdigest()) == TEXT
    own.close()


def test_copying_the_files_can_be_stopped(theirs: Path, tmp_path: Path) -> None:
    def go_on(done: int, of: int) -> bool:
        return done < of

    with pytest.raises(Cancelled):
        open_foreign(theirs, folder(tmp_path, "scratch"), go_on=go_on)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_that_are_too_much_together_stay_behind(
    theirs: Path, item: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.file.attachments, "MAX_TOTAL_SIZE", 100)
    shown = open_foreign(theirs, folder(tmp_path, "scratch"))
    assert not cited(shown, item)[0].fields["kept"]
    shown.close()


def test_a_view_in_place_of_the_files_is_refused(theirs: Path, tmp_path: Path) -> None:
    alter(theirs, "DROP TABLE sqlar", "CREATE VIEW sqlar AS SELECT 'x' name, 1 mode, 1 mtime, 1 sz, x'00' data")
    with pytest.raises(Refused):
        open_foreign(theirs, folder(tmp_path, "scratch"))


# -- the check


def test_the_check_names_files_that_moved_or_were_altered_and_the_register_stays_sound(
    sample: Register, note: str, tmp_path: Path
) -> None:
    for name in ("fine.pdf", "moved.pdf", "grown.pdf", "other.pdf"):
        cite(sample, note, made(tmp_path, name, TEXT + name.encode()), inside=False)
    away = made(folder(tmp_path, "away"), "away.pdf")
    cite(sample, note, away, inside=False)
    sample.do(CiteEvidence(note=note, name="Cabinet", where="the cabinet in room 4"))
    sample.do(CiteEvidence(note=note, name="Server", where="\\\\server\\share\\x.pdf"))
    assert [remark for remark in check(sample).remarks if "Server" not in remark] == []
    (tmp_path / "moved.pdf").unlink()
    made(tmp_path, "grown.pdf", b"x")
    made(tmp_path, "other.pdf", (TEXT + b"other.pdf").swapcase())
    shutil.rmtree(away.parent)
    report = check(sample)
    assert report.sound
    remarks = {remark.split('"')[1]: remark for remark in report.remarks}
    assert set(remarks) == {"moved.pdf", "grown.pdf", "other.pdf", "away.pdf", "Server"}
    assert "of HC-6 is not where it lay when it was cited" in remarks["moved.pdf"]
    assert "was altered" in remarks["grown.pdf"] and "was altered" in remarks["other.pdf"]
    assert "cannot be reached" in remarks["away.pdf"] and "cannot be reached" in remarks["Server"]


def test_no_path_in_a_file_from_elsewhere_is_followed(
    sample: Register, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cite(sample, note, made(tmp_path), inside=False)
    looked = Register.open(sample.path, read_only_reason="From elsewhere.")
    monkeypatch.setattr("store.exchange.integrity.compare", lambda *_: pytest.fail("it was followed"))
    check(looked)
    looked.close()
    assert compare("//server/share/x", 1, None) == FileState.OUT_OF_REACH
    assert compare("notes/x.pdf", 1, None) is None


def test_the_check_finds_kept_bytes_that_were_altered(sample: Register, note: str, tmp_path: Path) -> None:
    cite(sample, note, made(tmp_path, content=NOISE))
    assert check(sample).sound
    with sample.file.transaction() as conn:
        conn.execute("UPDATE sqlar SET data = zeroblob(768)")
    assert check(sample).faults == (
        'What is kept of the evidence file "Figures.pdf" of HC-6 is not the file that was cited: '
        "it is damaged or was altered.",
    )


def test_the_hash_of_a_large_cited_file_can_be_stopped(tmp_path: Path) -> None:
    path = made(tmp_path)
    with pytest.raises(Cancelled):
        compare(str(path), None, "0" * 64, lambda: False)
