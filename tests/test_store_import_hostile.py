"""Import of hostile and broken files: each is refused in one sentence, or read with what is missing named."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE, UNSAFE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from registers import MakeRegister

from store.commands import Withdraw
from store.domain.errors import FairleadError, FileMissing, FolderMissing, Refused
from store.domain.text import sanitise
from store.domain.vocabulary import PartyKind
from store.exchange.importing.describe import describe_plan
from store.exchange.importing.mapping import ImportMapping
from store.exchange.importing.plan import ImportPlan, Outcome, check_plan
from store.exchange.importing.planner import plan_import
from store.exchange.importing.read import read_source
from store.exchange.importing.tables import MOST_ROWS
from store.register import Register

pytest_plugins = ["registers"]

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def desk(make_register: MakeRegister) -> Register:
    return make_register("desk")


def refusal(path: Path) -> str:
    """The sentence with which a file is refused, which has to be plain."""
    with pytest.raises(FairleadError) as error:
        read_source(path)
    text = str(error.value)
    assert not any(name in text for name in ("Error", "Exception", "BadZipFile", "Traceback")), text
    return text


def plan_of(register: Register, path: Path, mapping: ImportMapping | None = None) -> ImportPlan:
    """A plan that was checked, of a publication X."""
    wanted = mapping or ImportMapping(publication="X")
    plan = plan_import(register, read_source(path), wanted, title="Report X", as_published=True)
    if plan.problem is None:
        check_plan(register, plan)
    return plan


def csv_file(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("No,Recommendation,Owner,Status,Update", *rows)), encoding="utf-8")
    return path


def workbook(path: Path, fill: Callable[[Any], None] | None = None) -> Path:
    """A small workbook; `fill` is given its sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "Recommendation", "Owner", "Status"])
    sheet.append([1, "Write a policy on the use of force", "Ops", "Open"])
    if fill:
        fill(sheet)
    book.save(path)
    return path


def with_parts(path: Path, change: dict[str, bytes | Callable[[bytes], bytes]]) -> Path:
    """A workbook with some of its parts replaced, altered or added."""
    with zipfile.ZipFile(workbook(path)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for name, new in change.items():
        parts[name] = new(parts.get(name, b"")) if callable(new) else new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def in_sheet(rows: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")


def after_rows(more: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + more)


# -- what is no file to read


def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    assert "it is a folder" in refusal(tmp_path)
    fifo = tmp_path / "pipe.csv"
    if hasattr(os, "mkfifo"):
        os.mkfifo(fifo)
        assert "no ordinary file" in refusal(fifo)
    with pytest.raises(FileMissing):
        read_source(tmp_path / "none.csv")
    with pytest.raises(FolderMissing):
        read_source(tmp_path / "nowhere" / "none.csv")
    refusal(tmp_path / ("n" * 5000 + ".csv"))
    refusal(tmp_path / ("n" * 5000) / "a.csv")
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "none.csv")
    with pytest.raises(FileMissing):
        read_source(tmp_path / "dangling.csv")


def test_a_symbolic_link_to_a_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    csv_file(tmp_path / "real.csv", "1,Write a policy,Ops,Open,")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    assert read_source(link).name == "link.csv"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".xls", ".xlsm", ".json", ".txt", ""])
@pytest.mark.parametrize(
    "data",
    [b"", b" \n \n", b"\x00" * 500, os.urandom(3000), b"PK\x03\x04" + os.urandom(500), b"\xff\xfe\x00\xd8" * 50,
     b"\xd0\xcf\x11\xe0" + os.urandom(500), b"%PDF-1.4\n", b"SQLite format 3\x00" + b"\0" * 90, b"{", b"[]", b"[1, 2]"],
)  # fmt: skip
def test_bytes_that_are_no_tracker_are_refused_under_any_suffix(tmp_path: Path, suffix: str, data: bytes) -> None:
    file = tmp_path / f"file{suffix}"
    file.write_bytes(data)
    try:
        source = read_source(file)
    except FairleadError as error:
        assert "Error" not in str(error)
    else:
        assert source.tables


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as handle:
        handle.truncate(60_000_000)
    assert "the most that is read at once" in refusal(file)


# -- workbooks


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = with_parts(tmp_path / "bomb.xlsx", {"xl/media/a.bin": b"\0" * 60_000_000})
    tracemalloc.start()
    try:
        assert "it would unpack to" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    many: dict[str, Any] = {f"xl/media/{n}.xml": b"<a/>" for n in range(2100)}
    assert "its parts are too many" in refusal(with_parts(tmp_path / "many.xlsx", many))


def test_a_workbook_within_a_workbook_is_not_opened(tmp_path: Path) -> None:
    inner = workbook(tmp_path / "inner.xlsx").read_bytes()
    file = with_parts(tmp_path / "outer.xlsx", {"xl/embeddings/inner.xlsx": inner})
    assert len(read_source(file).tables) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "docProps/core.xml", "xl/other.dat"]
)
@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE a SYSTEM "http://localhost/a.dtd">'],
)
def test_entities_are_refused_in_any_part_and_encoding(tmp_path: Path, encoding: str, part: str, declared: str) -> None:
    name = "utf-16" if encoding.startswith("utf-16") else "utf-8"
    xml = f'<?xml version="1.0" encoding="{name}"?>{declared}<a>x</a>'.encode(encoding)
    assert "declares entities" in refusal(with_parts(tmp_path / "x.xlsx", {part: xml}))


def test_entities_in_an_encoding_of_their_own_are_refused(tmp_path: Path) -> None:
    declared = b'<?xml version="1.0" encoding="cp037"?>' + '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("cp037")
    refusal(with_parts(tmp_path / "x.xlsx", {SHEET: declared}))


def test_macros_are_refused(tmp_path: Path) -> None:
    for name, part in (
        ("a.xlsx", "xl/vbaProject.bin"),
        ("b.xlsm", "xl/vbaProject.bin"),
        ("c.xlsx", "xl/macrosheets/s.xml"),
    ):
        assert "it holds macros" in refusal(with_parts(tmp_path / name, {part: b"x"}))


@pytest.mark.parametrize(
    "more",
    [
        b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        b'<mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>',
        b'<mergeCells count="1"><mergeCell ref="&#65;1:xfd900000"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
    ],
)
def test_ranges_of_whole_sheets_are_refused_and_not_gone_through(tmp_path: Path, more: bytes) -> None:
    assert "merges or links whole columns" in refusal(with_parts(tmp_path / "m.xlsx", {SHEET: after_rows(more)}))


def test_a_million_empty_rows_are_refused_under_any_prefix(tmp_path: Path) -> None:
    empty = b"".join(b'<row r="%d"/>' % n for n in range(3, MOST_ROWS + 5))
    file = with_parts(tmp_path / "rows.xlsx", {SHEET: in_sheet(empty)})
    assert f"more than {MOST_ROWS:,} rows: delete the empty ones" in refusal(file)


@pytest.mark.slow
def test_more_cells_than_memory_are_refused(tmp_path: Path) -> None:
    row = b"<row>" + b"<c/>" * 500 + b"</row>"
    assert "cells: delete the empty ones" in refusal(with_parts(tmp_path / "c.xlsx", {SHEET: in_sheet(row * 3100)}))


def test_a_dimension_that_lies_and_a_row_far_down_are_read(tmp_path: Path, desk: Register) -> None:
    far = b'<row r="900000"><c r="A900000"><v>2</v></c><c r="B900000" t="inlineStr"><is><t>Far down the sheet</t></is></c></row>'
    lies: Callable[[bytes], bytes] = lambda xml: in_sheet(far)(xml).replace(b"A1:D2", b"A1:XFD1048576")  # noqa: E731
    plan = plan_of(desk, with_parts(tmp_path / "far.xlsx", {SHEET: lies}))
    assert [row.number for row in plan.rows] == [2, 900_000]
    further = far.replace(b"900000", b"99999999999")
    refusal(with_parts(tmp_path / "further.xlsx", {SHEET: in_sheet(further)}))


def test_a_workbook_cut_anywhere_or_with_flipped_bytes_is_refused_or_read(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx").read_bytes()
    file = tmp_path / "broken.xlsx"
    for end in range(10, len(whole) - 1, 397):
        file.write_bytes(whole[:end])
        assert "damaged" in refusal(file)
    for at in range(0, len(whole), 61):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        try:
            read_source(file)
        except FairleadError as error:
            assert "Error" not in str(error)


def test_a_part_that_is_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    data = bytearray(workbook(tmp_path / "w.xlsx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as book:
        size = book.getinfo(SHEET).file_size
    at = data.rindex(SHEET.encode()) - 46
    assert int.from_bytes(data[at + 24 : at + 28], "little") == size
    data[at + 24 : at + 28] = (50).to_bytes(4, "little")
    (tmp_path / "w.xlsx").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "w.xlsx")


# -- CSV


def test_a_quotation_mark_that_is_never_closed_is_refused_by_its_row(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path / "a.csv", "1,One policy,Ops,Open,", '2,"Two policies,Ops,Open,', "3,Three policies,Ops,Open,"
    )
    assert "a quotation mark in row 3 is never closed" in refusal(file)
    file = csv_file(tmp_path / "b.csv", '1,"' + "x,y\n" * 800_000)
    assert "row 2 has a cell that does not end" in refusal(file)


def test_rows_that_a_quotation_mark_takes_in_are_named(tmp_path: Path, desk: Register) -> None:
    rows = [f"{n},Policy {n} is to be written,Ops,Open," for n in range(1, 9)]
    rows[1] = '2,"Policy 2 is to be written,Ops,Open,'
    rows[6] = '7,Policy 7,"Ops",Open,'
    plan = plan_of(desk, csv_file(tmp_path / "a.csv", *rows))
    assert any("look like rows of their own" in line for line in describe_plan(plan))


def test_six_hundred_columns_are_read_as_far_as_can_be_and_the_rest_is_named(tmp_path: Path, desk: Register) -> None:
    more = [f"Extra {n}" for n in range(600)]
    file = tmp_path / "wide.csv"
    file.write_text("No,Recommendation," + ",".join(more) + "\n1,Write a policy on force," + ",".join(more) + "\n")
    plan = plan_of(desk, file)
    assert "It has 602 columns: those after column SF are not read." in describe_plan(plan)
    wide = workbook(tmp_path / "wide.xlsx", lambda sheet: sheet.append([2, "Second policy", *more]))
    assert any("columns: those after" in line for line in describe_plan(plan_of(desk, wide)))


def test_a_wide_table_with_many_rows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    file.write_text("No,Recommendation" + ",x" * 490 + "\n" + "1,Write a policy\n" * 11_000)
    assert "is too large: split it" in refusal(file)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Recommendation,Recommendation,Status\nWrite one policy,Write it,Open", "taken"),
        ("1,Write a policy on the use of force\n2,Write another policy on custody", "asked"),
        ("No,Recommendation,Owner", "asked"),
        ("\n\n\n", "refused"),
        ("just one line of text", "asked"),
        (",,,,\n,,,,\n", "asked"),
        ("№,Recommendation\nтри,Write a policy on force\nА1,Write another policy", "taken"),
        ("No,Recommendation\n1,\ufffd lost", "named"),
        ("No,Recommendation\n1,a\x00b policy", "refused"),
    ],
)
def test_headings_that_are_not_there_or_there_twice(tmp_path: Path, desk: Register, text: str, outcome: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    try:
        plan = plan_of(desk, file)
    except FairleadError as error:
        assert outcome in ("refused", "asked")
        assert str(error).endswith((".", ")"))
        return
    assert (plan.problem is not None) == (outcome == "asked")
    if outcome == "named":
        assert "a character that was lost" in plan.rows[0].refused
    elif outcome == "taken":
        desk.do_all(plan.commands())


# -- JSON


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
        ('{"a":' * 900 + "[{}]" + "}" * 900, ""),
        ('[{"a":' * 400 + "1" + "}]" * 400, ""),
        ('[{"' + "n" * 5000 + '": 1}]', "a name of 5,000 characters"),
        ("[" + '{"a": {' * 1 + ",".join(f'"k{n}": 1' for n in range(3)) + "}}]", ""),
        ('{"rows": [1, 2, "x"]}', "no list of objects"),
        ('{"a": 1}\n{"a": ', "it is not JSON (line 2)"),
        ("[1,]", "it is not JSON"),
    ],
)
def test_json_that_is_hostile_or_broken(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    if why:
        assert why in refusal(file)
    else:
        try:
            read_source(file)
        except FairleadError as error:
            assert "nested too deeply" in str(error)


def test_json_numbers_constants_and_lost_halves_are_read_as_they_are_written(tmp_path: Path, desk: Register) -> None:
    rows = (
        '[{"no": 1, "recommendation": "Write a policy on force", "update": NaN, "status": true},'
        f'{{"no": 2, "recommendation": {"9" * 10_000}, "update": -Infinity}},'
        '{"no": 3, "recommendation": "half a character \\ud800 here"}, "loose", 7,'
        '{"no": 4, "recommendation": "Fourth", "\\ud800": "x", "theme": "\\udfff"}]'
    )
    (tmp_path / "a.json").write_text(rows)
    plan = plan_of(desk, tmp_path / "a.json")
    assert plan.problem is None
    by_row = {row.number: row for row in plan.rows}
    assert "a character that was lost" in by_row[3].refused
    assert by_row[4].refused and by_row[5].refused, "what is no object is named"
    desk.do_all(plan.commands())
    text = desk.conn.execute("SELECT text FROM recommendation WHERE number = '2'").fetchone()[0]
    assert text == "9" * 10_000


# -- what cells hold


def test_texts_that_are_too_long_are_named_with_their_row(tmp_path: Path, desk: Register) -> None:
    rows = [
        "1," + "word " * 60_000 + ",Ops,Open,",
        "2,Write a policy," + "n" * 5000 + ",Open,",
        "3,Third policy,Ops,Open," + "x " * 150_000,
    ]
    plan = plan_of(desk, csv_file(tmp_path / "a.csv", *rows))
    assert plan.rows[0].refused and "too long" in plan.rows[0].refused
    assert "too long for a name" in plan.rows[1].problems[0].sentence
    assert plan.rows[2].refused or plan.rows[2].problems
    desk.do_all(plan.commands())


def test_formulas_as_text_stay_text(tmp_path: Path, desk: Register) -> None:
    file = csv_file(tmp_path / "a.csv", '1,"=HYPERLINK(""http://x"",""y"")",@SUM(A1),-1+1,+cmd|\' /C calc\'!A0')
    plan = plan_of(desk, file)
    desk.do_all(plan.commands())
    assert desk.conn.execute("SELECT text FROM recommendation").fetchone()[0] == '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_no_control_character_of_a_file_is_printed_or_stored(tmp_path: Path, desk: Register, form: str) -> None:
    """Texts that command a terminal, as headings, as cells, as names of sheets and of files."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    plain = [text.replace("\x00", "") for text in HOSTILE if "\ud800" not in text and "\udcff" not in text]
    rows = [["No", "Recommendation", "Owner", "Theme", "Status", "Update", *plain[:8]]]
    rows += [[str(n), f"Text {n} {text}", text, text, text, text, *plain[:8]] for n, text in enumerate(plain, 1)]
    file = tmp_path / f"\x1b[31mred\x9b{form}.{form}"
    if form == "json":
        file.write_text(json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
    elif form == "csv":
        import csv

        with file.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows(rows)
    else:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("_x001B_", text.replace("\uffff", "")) for text in row])
        book.save(file)
    plan = plan_of(desk, file)
    assert plan.problem is None, plan.problem
    for line in describe_plan(plan):
        assert not UNSAFE.search(sanitise(line).replace("\n", "")), ascii(line)
    assert not UNSAFE.search(plan.source.name)
    desk.do_all(plan.commands())
    for value in desk.conn.execute("SELECT body FROM change"):
        assert "\x1b" not in json.dumps(json.loads(value[0]), ensure_ascii=False)


_TOO_LONG = "x " * 150_000


@pytest.mark.parametrize(
    "rows",
    [
        [{"Recommendation": "1", "No": "x", "Update": _TOO_LONG}, {"Recommendation": "1"}],
        [{"Recommendation": "1"}, {"Recommendation": "1", "No": "x", "Update": _TOO_LONG}],
        [{"Recommendation": "One text", "Update": _TOO_LONG}, {"Recommendation": "One text", "Update": "Begun"}],
        [{"Recommendation": "One text"}, {"Recommendation": "One text", "Update": _TOO_LONG}, {"Recommendation": "One text"}],
        [{"Recommendation": "Whole", "No": "7", "Update": _TOO_LONG}, {"Recommendation": "Part", "No": "7a", "Part of": "7"}],
    ],
)  # fmt: skip
def test_a_row_that_is_refused_takes_no_item_of_another_with_its_text(
    tmp_path: Path, desk: Register, rows: list[dict[str, str]]
) -> None:
    any_table_is_refused_or_taken_and_taken_back(desk, tmp_path, rows)


def test_of_two_with_one_text_each_row_finds_its_own_although_one_was_withdrawn(tmp_path: Path, desk: Register) -> None:
    file = csv_file(tmp_path / "a.csv", ",Check the log,Ops,Open,First", ",Check the log,Custody,Open,Second")
    desk.party_kinds = {"": PartyKind.UNIT}
    desk.do_all(plan_of(desk, file).commands())
    first = desk.conn.execute("SELECT recommendation FROM lead WHERE party = (SELECT id FROM party WHERE name = 'Ops')")
    desk.do(Withdraw(kind="recommendation", entity=first.fetchone()[0]))
    again = plan_of(desk, file)
    assert [row.refused for row in again.rows] == ["it was withdrawn here", ""]
    assert again.commands() == []


# -- at random

_TEXTS = st.one_of(
    st.sampled_from([*HOSTILE, "Closed", "On track", "R1", "1", "1.0", "n/a", "30/6/2025", "Jun-25", "45000", "A | B"]),
    st.text(max_size=40),
    st.integers(1, 30).map(str),
)
_HEADINGS = st.lists(
    st.sampled_from(
        ["No", "Recommendation", "Title", "Status", "Owner", "Due date", "Revised date", "Update", "Report", "Theme",
         "Type", "Date closed", "Evidence", "Addressed to", "Part of", "Classification", "Published", "x", ""]
    ),
    min_size=2,
    max_size=9,
)  # fmt: skip


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    headings = ["Recommendation", *draw(_HEADINGS)]
    return [headings, *draw(st.lists(st.lists(_TEXTS, min_size=1, max_size=len(headings)), max_size=7))]


def _state(register: Register) -> list[list[Any]]:
    kinds = ("publication", "recommendation", "note", "theme", "lead")
    return [register.conn.execute(f"SELECT * FROM {kind} WHERE withdrawn = 0 ORDER BY id").fetchall() for kind in kinds]


def any_table_is_refused_or_taken_and_taken_back(register: Register, folder: Path, rows: list[dict[str, str]]) -> None:
    """Whatever a table holds: what is taken is the same when it is read again, and one undo takes it back."""
    file = folder / "any.json"
    file.write_text(json.dumps(rows))
    mapping = ImportMapping(publication="X", comments=True)
    before = _state(register)
    try:
        plan = plan_of(register, file, mapping)
        if plan.problem is not None or not plan.commands():
            return
        register.do_all(plan.commands())
    except FairleadError as error:
        assert str(error)
        return
    again = plan_of(register, file, mapping)
    register.undo()
    assert _state(register) == before
    changed = [(row.number, row.reference, row.changes) for row in again.rows if row.commands]
    assert changed == []
    assert not again.needed()
    assert {row.number for row in again.rows if row.outcome == Outcome.SAME} == {
        row.number for row in plan.rows if row.outcome == Outcome.NEW
    }


@pytest.mark.slow
@pytest.mark.parametrize("count", [25, pytest.param(400, marks=pytest.mark.slow)])
def test_any_table_at_all(make_register: MakeRegister, tmp_path: Path, count: int) -> None:
    register = make_register("any")

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_tables())
    def hunt(rows: list[list[str]]) -> None:
        taken = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
        any_table_is_refused_or_taken_and_taken_back(register, tmp_path, taken)

    hunt()


@pytest.mark.slow
def test_any_bytes_at_all_are_refused_or_read(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "w.xlsx").read_bytes()

    @settings(max_examples=1500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300), st.integers(0, len(whole)), st.sampled_from([".csv", ".json", ".xlsx"]))
    def hunt(data: bytes, at: int, suffix: str) -> None:
        file = tmp_path / f"any{suffix}"
        file.write_bytes(whole[:at] + data + whole[at + len(data) :] if suffix == ".xlsx" else data)
        try:
            read_source(file)
        except FairleadError as error:
            assert isinstance(error, Refused)

    hunt()
