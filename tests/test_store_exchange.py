"""Files for elsewhere: where they go, what stops them, and what CSV, Excel and Markdown have in them."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import stat
import sys
import threading
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hostile import HOSTILE, UNSAFE
from markdown_it import MarkdownIt

from store.commands import AddItem, AddNote, AddPublication, DescribeRegister, correct
from store.domain.errors import BadInput, Cancelled, CannotWrite, DiskFull, FileAlreadyExists, FolderMissing, SameFile
from store.domain.references import find_item
from store.exchange.as_csv import escape_formula
from store.exchange.as_markdown import escape
from store.exchange.export import SHARES, SUFFIXES, describe_export, export
from store.queries.filter import Filter
from store.queries.item_list import window
from store.queries.publications import publications
from store.register import Register

EVERY = pytest.mark.parametrize("suffix", SUFFIXES)
OF_EACH_KIND = pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix not in SHARES[1:]])
"""One ending a kind of file: the three of a share are written by the same code."""
FORMULAS = [
    "=1+1",
    "  =cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "{=1}",
    "|x",
    "%0A=1",
]
TEXTS = [
    before + text + after
    for text in [*HOSTILE, *FORMULAS]
    for before, after in (("", ""), ("=", ")"), ("| ", "\n# x"), ("<b>", "</b>"))
]


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture
def hostile(empty: Register) -> Register:
    """A register whose titles, texts and notes are all hostile."""
    publication = empty.do(AddPublication(title="=HYPERLINK(1)", code="H")).created or ""
    empty.do(DescribeRegister(title="<script>[x](y)</script>"))
    titles = [text[:400] if text.strip() else "blank" for text in TEXTS]
    empty.do_all(
        AddItem(publication=publication, number=str(number), title=title, text=text, target=text[:200], as_words=True)
        for number, (title, text) in enumerate(zip(titles, TEXTS, strict=True))
    )
    items = dict(empty.conn.execute("SELECT number, id FROM recommendation"))
    empty.do_all(
        AddNote(items=(items[str(number)],), text=text, dated="May 2024", said_by=text[:100])
        for number, text in enumerate(TEXTS)
        if text.strip()
    )
    return empty


@EVERY
def test_a_file_is_whole_private_and_told_of(sample: Register, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    done = export(sample, out, Filter())
    data = out.read_bytes()
    assert (done.path, done.size, done.sha256) == (out, len(data), hashlib.sha256(data).hexdigest())
    assert (done.recommendations, done.commitments) == (66, 5)
    assert done.messages[0].startswith(f"Wrote out{suffix}: 66 recommendations · 5 commitments, ")
    assert data.startswith(b"SQLite format 3") is (suffix in SHARES)
    assert not leftovers(tmp_path)
    if sys.platform != "win32":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600


@OF_EACH_KIND
def test_a_file_that_is_there_is_kept_unless_forced(sample: Register, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    out.write_text("mine")
    with pytest.raises(FileAlreadyExists, match="exists already"):
        export(sample, out, Filter())
    assert out.read_text() == "mine"
    assert export(sample, out, Filter(), force=True).size == out.stat().st_size > 1000


@OF_EACH_KIND
def test_an_export_that_fails_half_way_leaves_nothing(
    sample: Register, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"out{suffix}"
    causes = [(errno.ENOSPC, DiskFull), (errno.EROFS, CannotWrite), (errno.EACCES, CannotWrite)]
    for cause, error in causes if suffix == ".csv" else causes[:1]:

        def fail(path: Path, cause: int = cause) -> tuple[int, str]:
            assert path.stat().st_size
            raise OSError(cause, os.strerror(cause))

        monkeypatch.setattr("store.exchange.export.measure", fail)
        with pytest.raises(error, match=r"out\."):
            export(sample, out, Filter())
        assert not out.exists() and not leftovers(tmp_path)


@OF_EACH_KIND
def test_an_export_can_be_stopped_and_leaves_nothing(sample: Register, tmp_path: Path, suffix: str) -> None:
    steps: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> bool:
        steps.append((done, of))
        return False

    with pytest.raises(Cancelled, match=f"Writing out{suffix} was stopped"):
        export(sample, tmp_path / f"out{suffix}", Filter(), progress=stop)
    assert len(steps) == 1 and not leftovers(tmp_path) and not (tmp_path / f"out{suffix}").exists()


@OF_EACH_KIND
def test_progress_runs_to_the_end_and_never_back(sample: Register, tmp_path: Path, suffix: str) -> None:
    steps: list[float] = []

    def note(done: int, of: int) -> bool:
        steps.append(done / max(of, 1))
        return True

    export(sample, tmp_path / f"out{suffix}", Filter(), progress=note)
    assert steps and steps == sorted(steps) and steps[-1] <= 1


def test_an_unknown_ending_is_refused_naming_those_there_are(sample: Register, tmp_path: Path) -> None:
    for name in ("out.pdf", "out", "out.CSV.bak"):
        with pytest.raises(BadInput, match=r"\.sqlite, .*\.csv, \.xlsx, \.json or \.md"):
            export(sample, tmp_path / name, Filter())
    assert export(sample, tmp_path / "OUT.CSV", Filter()).size
    with pytest.raises(BadInput, match="no sort"):
        export(sample, tmp_path / "out.csv", Filter(), "colour")


def test_a_missing_folder_a_folder_and_an_open_register_are_refused_in_words(sample: Register, tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match="Make it first"):
        export(sample, tmp_path / "none" / "out.csv", Filter())
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CannotWrite, match="it is a folder"):
        export(sample, tmp_path / "folder.csv", Filter(), force=True)
    other = tmp_path / "other.sqlite"
    for make in (os.link,) if sys.platform == "win32" else (os.link, os.symlink):
        make(sample.path, other)
        with pytest.raises(SameFile):
            export(sample, other, Filter(), force=True)
        other.unlink()
    with pytest.raises(SameFile):
        export(sample, sample.path.with_name(sample.path.name), Filter(), force=True)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this account may write anywhere")
def test_a_folder_that_can_only_be_read_is_said(sample: Register, tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o500)
    with pytest.raises(CannotWrite, match="this account may not write there"):
        export(sample, folder / "out.csv", Filter())


def described(register: Register, suffix: str, shown: Filter) -> tuple[str, ...]:
    """What a file would hold, read on a connection of its own."""
    with register.file.reading() as conn:
        return describe_export(conn, suffix, shown)


def test_an_export_runs_beside_the_register_in_a_thread(sample: Register, tmp_path: Path) -> None:
    found: list[object] = []

    def work() -> None:
        try:
            found.append(described(sample, ".csv", Filter()))
            found.append(export(sample, tmp_path / "out.csv", Filter()).recommendations)
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[1:] == [66]


def test_a_save_during_an_export_neither_waits_for_it_nor_is_half_in_it(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]

    def save(done: int, of: int) -> bool:
        sample.do(correct("recommendation", item, title=f"Changed at {done}"))
        return True

    export(sample, tmp_path / "out.csv", Filter(), progress=save)
    assert "Changed at" not in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert find_item(sample.conn, "HC-6")[2].startswith("Changed at")


def test_what_a_file_will_hold_is_said_before_it_is_written(sample: Register) -> None:
    for suffix in SUFFIXES:
        whole = " ".join(described(sample, suffix, Filter()))
        assert "66 recommendations · 5 commitments: everything in this register." in whole
        assert "Marking: OFFICIAL, the highest" in whole
        part = " ".join(described(sample, suffix, Filter(publication=("HC",), status=("delayed",))))
        assert "5 recommendations: Delayed · HC." in part and "No other item is in it" in part
    assert "Only part of HC is in it" in " ".join(described(sample, ".json", Filter(search="third party")))
    assert "Parts of items (2)" in " ".join(described(sample, ".csv", Filter()))
    with pytest.raises(BadInput):
        described(sample, ".pdf", Filter())


def test_the_marking_said_is_the_highest_of_what_is_in_the_file(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(item,), text="Held back", dated="18 September 2024", marking="OFFICIAL-SENSITIVE"))
    assert "OFFICIAL-SENSITIVE." in export(sample, tmp_path / "hc.csv", Filter(publication=("HC",))).messages[0]
    assert "kB, OFFICIAL." in export(sample, tmp_path / "cam.csv", Filter(publication=("CAM",))).messages[0]


def test_csv_says_what_the_list_says(sample: Register, tmp_path: Path) -> None:
    shown = Filter(status=("delayed",))
    export(sample, tmp_path / "out.csv", shown, "-ref")
    assert (tmp_path / "out.csv").read_bytes().startswith(b'\xef\xbb\xbf"Reference","Title",')
    head, *rows = rows_of(tmp_path / "out.csv")
    wanted = window(sample.conn, shown, "-ref", sample.today(), 0, 100)
    assert [row[0] for row in rows] == [item.ref for item in wanted]
    first = dict(zip(head, next(row for row in rows if row[0] == "CA-2"), strict=True))
    assert (
        first["Status"] == "Delayed"
        and first["Stage"] == "Remain open"
        and first["Target, latest day as read"] == "2025-06-30"
    )
    assert first["Moved later, as recorded"] == "1" and first["Moved later, at least"] == "yes"
    assert first["First target recorded"] == "not known"
    assert first["Action with"].startswith("The inspectorate, until ") and first["Publication"] == "Crime Audit 2020"
    assert all(len(row) == len(head) for row in rows)


def test_parts_have_rows_when_they_are_shown_and_say_of_what(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.csv", Filter(publication=("CCP",)))
    assert len(rows_of(tmp_path / "out.csv")) == 6
    export(sample, tmp_path / "out.csv", Filter(publication=("CCP",), parts=True), force=True)
    head, *rows = rows_of(tmp_path / "out.csv")
    assert [(row[0], row[head.index("Part of")]) for row in rows[:3]] == [
        ("CCP-10", ""),
        ("CCP-10a", "CCP-10"),
        ("CCP-10b", "CCP-10"),
    ]


def test_line_breaks_stay_inside_their_cell(empty: Register, tmp_path: Path) -> None:
    publication = empty.do(AddPublication(title="One")).created or ""
    empty.do(AddItem(publication=publication, title="Lines", text='a\r\n=1\n"b",c'))
    export(empty, tmp_path / "out.csv", Filter())
    head, row = rows_of(tmp_path / "out.csv")
    assert row[head.index("Text")] == 'a\n=1\n"b",c'
    assert (tmp_path / "out.csv").read_bytes().endswith(b'"\r\n')


def test_no_cell_of_csv_begins_a_formula(hostile: Register, tmp_path: Path) -> None:
    assert len(TEXTS) >= 200
    export(hostile, tmp_path / "out.csv", Filter())
    rows = rows_of(tmp_path / "out.csv")
    assert len(rows) == len(TEXTS) + 1
    for row in rows:
        for cell in row:
            assert not cell.lstrip().startswith(tuple("=+-@\t＝＋－＠")), cell
            assert not UNSAFE.search(cell.replace("\n", "")), cell
    assert [escape_formula(text) for text in ("=1", " +1", "\tx", "1-1", None, 0)] == [
        "'=1",
        "' +1",
        "'    x",
        "1-1",
        "",
        "0",
    ]


@pytest.mark.slow
def test_nothing_in_excel_is_live(hostile: Register, tmp_path: Path) -> None:
    done = export(hostile, tmp_path / "out.xlsx", Filter())
    with zipfile.ZipFile(tmp_path / "out.xlsx") as file:
        names = file.namelist()
        sheets = "".join(file.read(name).decode() for name in names if name.startswith("xl/worksheets/"))
    assert "<f>" not in sheets and "<hyperlink" not in sheets and not any("external" in name for name in names)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    items = book["Recommendations"]
    assert items.max_row == len(TEXTS) + 1 and items.freeze_panes == "B2" and items.auto_filter.ref
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "d", "inlineStr"}
    assert done.messages[1:] == ()


def test_the_view_of_publications_has_one_row_each_with_the_counts_of_the_screen(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT code, recommendations + counted_apart, closed, on_track, delayed, not_stated, next_target "
        "FROM publications_as_they_stand"
    ).fetchall()
    wanted = publications(sample.conn)
    assert sorted(tuple(row) for row in rows) == sorted(
        (p.code, p.total, p.closed, p.on_track, p.delayed, p.not_stated, p.next_target) for p in wanted
    )


@pytest.mark.slow
def test_nothing_of_the_data_is_markup_in_markdown(hostile: Register, tmp_path: Path) -> None:
    export(hostile, tmp_path / "out.md", Filter())
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert not UNSAFE.search(text.replace("\n", ""))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {token.type for token in tokens} | {t.type for token in tokens for t in token.children or ()}
    ours = {"heading", "paragraph", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "strong"}
    ours |= {"bullet_list", "list_item"}
    assert kinds <= {f"{name}_{end}" for name in ours for end in ("open", "close")} | {
        "inline",
        "text",
        "softbreak",
        "text_special",
    }
    heads = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert len(heads) == len(TEXTS) + 2


def test_a_line_of_markdown_reads_as_it_was_written() -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False})
    for line in (" ".join(text.encode("utf-8", "ignore").decode().split()) for text in TEXTS):
        if "\x00" in line or not line:
            continue
        paragraph = parser.parse(escape(line))
        assert [token.type for token in paragraph] == ["paragraph_open", "inline", "paragraph_close"], line
        assert all(token.type in ("text", "text_special") for token in paragraph[1].children or ()), line
        assert "".join(token.content for token in paragraph[1].children or ()) == line


def test_markdown_tells_each_publication_and_item(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.md", Filter())
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert text.startswith(
        "# HMICS improvement register\n\n**OFFICIAL** · as it stood on 18 September 2024 · Everything"
    )
    assert text.count("\n## ") == len(publications(sample.conn)) and text.count("\n### ") == 71
    assert "| **Recommendations** | 66 | 28 | 3 | 17 | 21 | 0 |" in text
    assert (
        "### HC-6 · Third-party reporting\n\n▲ **Delayed** (worked out from the source) · Recommendation · "
        "**3 yr 2 mo since publication**" in text
    )
    assert "#### CCP-10a · " in text
    export(sample, tmp_path / "out.md", Filter(publication=("HC",)), force=True)
    assert (tmp_path / "out.md").read_text(encoding="utf-8").count("\n### ") == 15
