"""The Excel workbook: the facts of the register, real dates, and pages that can be handed to a committee."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

from store.commands import AddItem, AddNote, AddPublication, MoveTarget
from store.domain.references import find_item
from store.exchange.export import export
from store.exchange.worksheet import CELL, _lines, cut
from store.queries.describe_item import describe_item
from store.queries.filter import Filter
from store.queries.item_detail import item_detail
from store.queries.publications import publications
from store.register import Register


def test_excel_holds_the_facts_of_the_register(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == [
        "About",
        "Publications",
        "Chart",
        "Attention",
        "Recommendations",
        "Submissions",
        "Targets and actions",
        "Figures",
        "Notes",
    ]
    printed = [[cell.value for cell in row] for row in book["Publications"]]
    by_name = {row[1]: row for row in printed}
    assert by_name["Recommendations"][3:11] == [66, 28, 3, 3, 22, 17, 21, 0]
    assert by_name["Commitments"][3] == 5
    assert [row[0] for row in printed[1:-3]] == [p.code for p in publications(sample.conn)]
    sent = [[cell.value for cell in row] for row in book["Submissions"]]
    may = datetime(2024, 5, 31)
    wanted, words = "Evidence that the existing arrangements have improved.", "HMICS recommended that it remain open."
    expected = ["HC-6", may, "Closure", "Evidence proposing closure.", None, "HMICS", "Remain open"]
    bases = (
        "evidence: in our words; words: in our words; evidence still required: in our words; action with: in our words"
    )
    found = [row for row in sent if row[0] == "HC-6"]
    assert [row[:10] for row in found] == [[*expected, words, wanted, None]]
    assert found[0][10] == "Us" and found[0][12] == "OFFICIAL"
    assert sorted(str(found[0][11]).split("; ")) == sorted(bases.split("; "))
    targets = [[cell.value for cell in row] for row in book["Targets and actions"]]
    assert {row[1] for row in targets[1:]} >= {"First target recorded", "Target", "Promise"}
    about = {row[0].value: row[1].value for row in book["About"]}
    assert about["It holds"] == "66 recommendations · 5 commitments" and about["As it stood on"] == "2024-09-18"


def test_excel_and_the_pane_agree_on_which_targets_were_moved_later(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    for text in ("in due course", "June 2030", "December 2030"):
        sample.do(MoveTarget(item=item, text=text, reason="It takes longer."))
    detail = item_detail(sample.conn, item)
    assert detail is not None and detail.row.moved_later == 1
    (targets,) = describe_item(detail, "targets")
    assert [line.label for line in targets.lines] == ["First recorded", "changed", "moved later"]
    export(sample, tmp_path / "out.xlsx", Filter())
    rows = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "out.xlsx")["Targets and actions"]
    ]
    later = rows[0].index("Moved later")
    assert [row[later] for row in rows[1:] if row[0] == "HC-6"] == [None, None, "yes"]


def test_a_date_in_excel_is_real_and_shows_no_more_than_is_known(sample: Register, tmp_path: Path) -> None:
    wanted = {
        "3 March 2025": (datetime(2025, 3, 3), "d mmm yyyy", "3 March 2025"),
        "June 2030": (datetime(2030, 6, 30), "mmm yyyy", "June 2030"),
        "2031": (datetime(2031, 12, 31), "yyyy", "2031"),
        "in due course": (None, "General", "in due course"),
    }
    for text, (last, shown, words) in wanted.items():
        sample.do(MoveTarget(item=find_item(sample.conn, "HC-6")[0], text=text, reason="Work."))
        export(sample, tmp_path / "out.xlsx", Filter(), force=True)
        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Recommendations"]
        head = [cell.value for cell in sheet[1]]
        row = next(row for row in sheet if row[0].value == "HC-6")
        cell = row[head.index("Target, latest day as read")]
        assert (cell.value, cell.number_format, row[head.index("Target")].value) == (last, shown, words), text


def test_totals_are_outside_of_what_a_filter_and_a_chart_take(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Publications"]
    count = len(publications(sample.conn))
    assert sheet.auto_filter.ref == f"A1:S{count + 1}" and [cell.value for cell in sheet[count + 2]] == [None] * 19
    with zipfile.ZipFile(tmp_path / "out.xlsx") as file:
        chart = file.read("xl/charts/chart1.xml").decode()
    assert {f"Publications!$B$2:$B${count + 1}"} == set(re.findall(r"Publications!\$B[^<]*", chart))


def test_a_printed_page_is_one_wide_bears_its_marking_and_cuts_no_line(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(item,), text="Words of a position. " * 40, dated="18 September 2024"))
    export(sample, tmp_path / "out.xlsx", Filter())
    book: Any = openpyxl.load_workbook(tmp_path / "out.xlsx")
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "OFFICIAL"
        assert sheet.oddFooter.right.text == "&P of &N"
    items = book["Recommendations"]
    head = [cell.value for cell in items[1]]
    folded = {head[column_index_from_string(name) - 1] for name, at in items.column_dimensions.items() if at.hidden}
    assert "Publication" in folded and not folded & {"Title", "Status", "Newest position", "† inferred or ours"}
    row = next(row for row in items if row[0].value == "HC-6")
    width = items.column_dimensions[get_column_letter(head.index("Newest position") + 1)].width
    digits = 16.4  # of the words, in the widths of Arial
    assert items.row_dimensions[row[0].row].height >= 13 * (40 * digits / width)
    assert _lines("Change Programme; Command", 16) == 3, "wide letters in a narrow column"
    assert next(str(rule.sqref) for rule in items.conditional_formatting).startswith("C2:C")


def test_a_committee_page_marks_what_is_a_guess_and_the_workbook_says_on_which_basis(
    sample: Register, tmp_path: Path
) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx")["Recommendations"].values)
    head = [str(name) for name in rows[0]]
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows[1:]}
    assert found["CA-2"]["† inferred or ours"] == "status, theme, action with"
    assert "on time: worked out from the source" in str(found["CA-2"]["How known"])
    assert found["DA-3"]["† inferred or ours"] is None


def test_a_committee_sees_what_needs_attention_and_why(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx")["Attention"].values)
    assert rows[0][:7] == ("Reference", "Title", "Status", "Why", "Action with", "Target", "Leads")
    assert {row[7] for row in rows[1:]} == {"OFFICIAL"}
    assert "on time: worked out from the source" in {row[0]: str(row[8]) for row in rows}["HC-2"]
    why = {row[0]: row[3] for row in rows[1:]}
    assert why["MHD-13"] == "target September 2024, in 12 days"
    assert str(why["HC-2"]).startswith("promised “in the coming weeks”: Submit our response to HMICS.")
    assert "DA-x2" not in why


def test_a_publication_begins_a_page_where_the_one_before_is_half_full(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    items = book["Recommendations"]
    first = [str(items.cell(row=mark.id + 1, column=1).value) for mark in items.row_breaks.brk]
    before = [str(items.cell(row=mark.id, column=1).value) for mark in items.row_breaks.brk]
    assert first and all(a.split("-")[0] != b.split("-")[0] for a, b in zip(before, first, strict=True))
    export(sample, tmp_path / "sorted.xlsx", Filter(), sort="title")
    assert not openpyxl.load_workbook(tmp_path / "sorted.xlsx")["Recommendations"].row_breaks.brk


def test_excel_of_a_filter_counts_what_is_shown(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter(status=("delayed",)))
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    printed = {row[1].value: [cell.value for cell in row][3:11] for row in book["Publications"]}
    assert printed["Recommendations"] == [21, 0, 0, 0, 0, 0, 21, 0]
    assert "Mental Health Demand" not in str(printed)
    assert {row[0].value for row in book["Notes"]} <= {row[0].value for row in book["Recommendations"]}


def test_a_text_too_long_for_a_cell_is_cut_and_said(empty: Register, tmp_path: Path) -> None:
    publication = empty.do(AddPublication(title="One")).created or ""
    empty.do(AddItem(publication=publication, title="Long", text="x" * 40_000))
    done = export(empty, tmp_path / "out.xlsx", Filter())
    assert done.messages[1].startswith("Recommendations: 1 text was longer than the 32,767 characters")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    about: dict[Any, Any] = dict(book["About"].values)  # type: ignore[arg-type]
    head, row = book["Recommendations"].values
    assert row[head.index("Text")] == "x" * (CELL - 1) + "…"
    assert about["What did not fit"] == done.messages[1]
    face = "👩" * 20_000
    assert len(cut(face).encode("utf-16-le")) <= 2 * CELL and cut(face).endswith("👩…")
    assert cut("👩" * 16_383) == "👩" * 16_383
