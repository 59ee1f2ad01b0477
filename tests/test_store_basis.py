"""How a value is known goes wherever the value goes: the pane, the pages, the data, the sheets, and what is copied."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_tui_cli import data, run

from store.commands import AddItem, AddNote, AddPublication, AddTheme, MarkReason, MoveTarget, SetLeads, correct
from store.domain.references import find_item
from store.domain.vocabulary import Basis, label_of
from store.exchange.export import describe_export, export
from store.exchange.export_preview import not_held
from store.exchange.handover import hand_over
from store.exchange.json_rows import item_json
from store.queries.describe import GUESS, GUESS_LEGEND, WEAKER, LabelledLine, format_bases, share_basis
from store.queries.describe_item import describe_item, format_copied
from store.queries.filter import Filter
from store.queries.item_detail import item_detail
from store.queries.reply_ledger import ledger, ledger_rows
from store.queries.rows import ItemDetail
from store.queries.themes import status_tallies
from store.register import Register
from tui.dialogs.similar import _describe
from tui.screens.ledger import row_lines
from tui.tables.items import ITEM_COLUMNS, item_row
from tui.tables.ledger import _line
from tui.tables.themes import LineDetails, pane_head, pane_lines
from widgets.item_pane import submissions
from widgets.table_line import Piece, truncate, truncate_pieces


def whole(register: Register, reference: str) -> ItemDetail:
    found = item_detail(register.conn, find_item(register.conn, reference)[0])
    assert found is not None
    return found


def every_line(lines: Iterable[LabelledLine]) -> Iterator[LabelledLine]:
    for line in lines:
        yield from (line, *every_line(line.under))


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    head, *rows = openpyxl.load_workbook(path)[name].values
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def listed(register: Register, folder: Path, shown: Filter | None = None) -> dict[str, dict[str, str]]:
    export(register, folder / "out.csv", shown or Filter(), force=True)
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["Reference"]: row for row in csv.DictReader(file)}


def test_no_text_of_the_sample_is_described_as_its_source_states_it(sample: Register) -> None:
    references = [row[0] for row in sample.conn.execute("SELECT reference FROM recommendation WHERE withdrawn = 0")]
    found = {key: set[str]() for key in ("text", "note", "benefit", "words", "action", "outcome")}
    for reference in references:
        for section in describe_item(whole(sample, reference)):
            for line in every_line(section.lines):
                if line.key in found:
                    found[line.key].add(line.basis)
    assert found["text"] == {"in-our-words", "inferred"}
    assert found["words"] == {"in-our-words"} and found["benefit"] == found["outcome"] == {"in-our-words"}
    assert found["note"] <= {"in-our-words", "assigned", "derived"} and found["action"] <= {"in-our-words", "inferred"}


def test_each_value_of_an_overview_shows_its_basis_or_is_named_with_its_place(sample: Register) -> None:
    references = [row[0] for row in sample.conn.execute("SELECT reference FROM recommendation WHERE withdrawn = 0")]
    for reference in references:
        *lines, source = describe_item(whole(sample, reference), "overview")[0].lines
        assert source.key == "source" and source.text.endswith("; the title is ours"), reference
        for line in lines:
            if line.label == label_of(Basis.OURS).capitalize():
                assert line.place is None or line.place in line.shown_basis + source.text
            elif line.basis in WEAKER and line.key != "benefit":
                assert line.shown_basis.startswith(label_of(line.basis)), (reference, line)
                assert line.place is None or line.basis == "assigned" or line.place in line.shown_basis + source.text
            elif line.basis == Basis.STATED:
                named = source.text.split(f"{line.place}, which states: ")[-1].split(f"{line.place} states: ")[-1]
                assert line.label.lower().rstrip("?") in named.split(";")[0].split(", "), (reference, line)


def test_what_was_typed_in_is_not_named_as_stated(sample: Register) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, addressed_to="A board"))
    lines = {line.key: line for line in describe_item(whole(sample, "HC-6"), "overview")[0].lines}
    assert lines["addressed_to"].shown_basis == "" and "addressed to" not in lines["source"].text


def test_a_basis_that_most_notes_have_is_shown_once_and_the_others_beside_them(sample: Register) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    (notes,) = describe_item(whole(sample, "HC-6"), "notes")
    assert notes.basis == "in our words" and {line.shown_basis for line in notes.lines} == {""}
    sample.do(AddNote(items=(item,), text="Typed in.", dated="18 September 2024"))
    (notes,) = describe_item(whole(sample, "HC-6"), "notes")
    assert notes.basis == "in our words, but where marked"
    assert [line.shown_basis for line in notes.lines] == ["as recorded", "", "", ""]
    assert share_basis([LabelledLine("", basis="") for _ in range(3)])[0] == ""


def test_delayed_is_stated_only_where_the_text_and_not_the_table_has_it(sample: Register) -> None:
    rows = sample.conn.execute(
        "SELECT reference, json_extract(basis, '$.track') FROM recommendation WHERE track = 'delayed'"
    ).fetchall()
    assert [reference for reference, basis in rows if basis != "derived"] == ["DA-x1"] and len(rows) == 21


def test_a_number_by_elimination_is_marked_wherever_an_item_is_described(mine: Path, tmp_path: Path) -> None:
    assert "  Number: 1 (worked out from the source)\n" in run("show", "HC-1").stdout
    assert "Number:" not in run("show", "HC-2").stdout
    run("export", str(tmp_path / "out.md"))
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert text.count("- **Number**:") == 12 and "Titles of items are short names given here" in text


def test_lists_of_what_waits_show_what_no_source_states(mine: Path) -> None:
    rows = {row["ref"]: row for row in data("ledger")}
    assert rows["HC-10"]["weaker_bases"]["sent"] == "inferred"
    assert (
        rows["CA-3"]["weaker_bases"] | {"sent": "inferred", "asks": "inferred", "until": "inferred"}
        == (rows["CA-3"]["weaker_bases"])
    )
    assert "asks" not in rows["HC-6"]["weaker_bases"] and "sent" not in rows["CA-2"]["weaker_bases"]
    details = {row["ref"]: row["detail"] for row in data("attention") if row["reason"] == "waits-on-inspectorate"}
    assert "has taken place (inferred); evidence sent August 2024 (inferred)" in details["CA-3"]
    assert "evidence sent July 2024," in details["CA-2"]
    waits = next(row["detail"] for row in data("attention") if row["ref"] == "CCP-10" and row["reason"] == "waits-on")
    assert waits.startswith("waiting for HSCPs (inferred)")


def test_a_list_has_the_basis_of_leads(mine: Path) -> None:
    listed = {row["ref"]: row["weaker_bases"].get("leads") for row in data("list")}
    assert listed["CAM-1"] == listed["CAM-4"] == listed["MHD-4"] == "inferred" and listed["CCP-11"] is None
    assert data("show", "CAM-1")["weaker_bases"]["leads"] == "inferred"
    assert "leads: inferred" in run("list", "--publication", "CAM", "--format", "csv").stdout


def test_a_hand_over_marks_who_closes_an_item_and_its_roles(sample: Register) -> None:
    page = hand_over(sample.conn, "SAS", sample.today()).text
    assert "- **Who closes it**: the partnership group (inferred)\n" in page


def test_a_reading_of_words_and_a_rule_of_ours_are_outside_of_the_basis(sample: Register) -> None:
    target = next(line for line in describe_item(whole(sample, "CCP-11"), "targets")[0].lines)
    assert target.label == "First recorded" and target.basis == "stated"
    lines = {line.key: line for line in describe_item(whole(sample, "CAM-4"), "overview")[0].lines}
    assert (lines["believed_done"].text, lines["believed_done"].details["rule"]) == (
        "by C3",
        "still open until it is agreed",
    )
    lines = {line.key: line for line in describe_item(whole(sample, "CCP-11"), "overview")[0].lines}
    assert lines["target"].details["bounds"] == "read as 1 January 2025 to 31 December 2026"
    sent = describe_item(whole(sample, "CA-3"), "submissions")[0].lines[0]
    assert sent.text == "sent (when: inferred), asking for a view (inferred)" and sent.shown_basis == ""


def test_y_copies_a_text_of_ours_as_ours_and_the_sources_as_it_is(sample: Register) -> None:
    copied = format_copied(whole(sample, "HC-6"))
    assert copied.startswith("HC-6 Third-party reporting\nWith partners") and copied.endswith("\n(in our words, 2.5.2)")
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, text="Do it.", basis=Basis.STATED, place="2.5.2"))
    assert format_copied(whole(sample, "HC-6")) == "HC-6 Third-party reporting\nDo it."


def test_likely_duplicates_are_asked_about_with_the_basis_of_their_texts(sample: Register) -> None:
    assert _describe(whole(sample, "HC-6").row).endswith("the police themselves. (in our words)")


def test_what_is_inferred_of_links_leads_replies_and_figures_is_shown_as_such(mine: Path) -> None:
    assert "that they are linked: inferred\n    CAM-5 cites the Mental Health Pathway" in run("show", "CCP-11").stdout
    assert "Lead: Local Policing (inferred) · also responsible: manages the appointments" in run("show", "CAM-1").stdout
    assert "Lead: C3 · leads the improvement (in our words)" in run("show", "CAM-1").stdout
    assert "Kind: Report (inferred)" in run("show", "HC").stdout
    assert "evidence still required: The findings of the 2025 Crime Audit. (inferred)" in run("show", "CA-2").stdout


def test_each_object_of_the_json_has_its_basis_and_place(sample: Register, tmp_path: Path) -> None:
    cam = item_json(sample.conn, find_item(sample.conn, "CAM-4")[0])
    assert cam is not None
    assert cam["basis"]["text"] == {"basis": "in-our-words", "place": "2.6.2"}
    assert cam["lead_states"][0]["basis"]["party"]["basis"] == "inferred"
    assert cam["weaker_bases"]["text"] == "in-our-words" and cam["weaker_bases"]["theme"] == cam["theme_basis"]
    plan = item_json(sample.conn, find_item(sample.conn, "CCP-11")[0])
    assert plan is not None
    assert {link["basis"]["relation"]["basis"] for link in plan["links"]} == {"inferred"}
    assert [(step["basis"], step["place"]) for step in plan["targets"]] == [("stated", "plan, 11")]
    assert "on" in {name for note in plan["notes"] for name in note["basis"]}
    export(sample, tmp_path / "out.json", Filter())
    file = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {theme["basis"]["definition"]["basis"] for theme in file["themes"] if theme["definition"]} == {
        "in-our-words",
        "inferred",
    }
    assert file["outcomes"][0]["basis"]["text"]["basis"] == "in-our-words"
    assert all(figure["basis"]["figure"]["basis"] == "stated" for figure in file["papers"][0]["figures"])
    measures = [measure for publication in file["publications"] for measure in publication["measures"]]
    assert {measure["basis"]["figure"]["basis"] for measure in measures} == {"stated"}
    assert {publication["basis"]["code"]["basis"] for publication in file["publications"]} == {"assigned"}


def test_what_was_typed_in_has_an_empty_basis(empty: Register) -> None:
    publication = empty.do(AddPublication(title="One")).created or ""
    item = empty.do(AddItem(publication=publication, title="Typed", text="In.")).created or ""
    empty.do(AddNote(items=(item,), text="So."))
    found = item_json(empty.conn, item)
    assert found is not None and found["basis"] == found["notes"][0]["basis"] == found["weaker_bases"] == {}


def test_our_own_themes_are_filtered_by_in_a_sheet(sample: Register, tmp_path: Path) -> None:
    rows = listed(sample, tmp_path)
    ours = [row for row in rows.values() if row["Theme, basis"] == "Our own label"]
    assert len(ours) == 27 and all("theme: our own label" in row["How known"] for row in ours)
    assert rows["CCP-11"]["Theme"] and rows["CCP-11"]["Theme, basis"] == ""
    assert "text: in our words" in rows["HC-6"]["How known"]
    assert "target:" not in rows["CCP-11"]["How known"] and "leads: inferred" in rows["CAM-4"]["How known"]


def test_a_sheet_has_what_is_believed_done_to_whom_it_is_addressed_roles_and_outcomes(
    sample: Register, tmp_path: Path
) -> None:
    rows = listed(sample, tmp_path)
    assert rows["CAM-4"]["Believed done"] == "yes, by C3" and rows["HC-6"]["Believed done"] == ""
    assert rows["CAM-1"]["Leads, with roles"].startswith(
        "C3 (leads the improvement (in our words)); Local Policing (that it"
    )
    assert rows["HC-6"]["Addressed to"] == "Police Scotland"
    item = find_item(sample.conn, "HC-6")[0]
    number, text, end = sample.conn.execute(
        "SELECT o.number, o.text, r.reference FROM contribution c JOIN outcome o ON o.id = c.outcome "
        "JOIN recommendation r ON r.id = c.recommendation WHERE c.basis IS NOT NULL LIMIT 1"
    ).fetchone()
    expected = f"{number}: {text} (in our words; that it contributes: inferred)"
    assert expected in rows[end]["Outcomes"].split("\n") and "outcomes: inferred" in rows[end]["How known"]
    sample.do(correct("recommendation", item, addressed_to="A board"))
    assert listed(sample, tmp_path)["HC-6"]["Addressed to"] == "A board"


def test_every_sheet_of_excel_has_its_bases_and_its_marking(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "CA-2")[0]
    sample.do(MoveTarget(item=item, text="December 2025", reason="For few."))
    action = sample.conn.execute("SELECT action FROM change WHERE body LIKE '%For few.%'").fetchone()[0]
    sample.do(MarkReason(action=action, marking="OFFICIAL-SENSITIVE"))
    export(sample, tmp_path / "out.xlsx", Filter())
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    for name in [sheet.title for sheet in book if sheet.title != "About" and sheet.title != "Chart"]:
        head = [cell.value for cell in book[name][1]]
        assert {"Marking", "How known"} <= {*head}, name
    assert {page.oddHeader.center.text for page in book if page.oddHeader} == {"OFFICIAL-SENSITIVE"}
    targets = sheet(tmp_path / "out.xlsx", "Targets and actions")
    assert {row["Marking"] for row in targets if row["Reference"] == "CA-2"} >= {"OFFICIAL-SENSITIVE"}
    assert {row["Marking"] for row in targets if row["Reference"] != "CA-2"} == {"OFFICIAL"}
    assert any("inferred" in str(row["How known"]) for row in targets)
    assert any("note: in our words" in str(row["How known"]) for row in sheet(tmp_path / "out.xlsx", "Notes"))


@pytest.mark.parametrize("suffix", [".xlsx", ".md", ".json", ".sqlite"])
def test_a_marked_reason_marks_the_file_that_a_filter_narrows(sample: Register, tmp_path: Path, suffix: str) -> None:
    item = find_item(sample.conn, "CA-2")[0]
    sample.do(MoveTarget(item=item, text="December 2025", reason="For few."))
    action = sample.conn.execute("SELECT action FROM change WHERE body LIKE '%For few.%'").fetchone()[0]
    sample.do(MarkReason(action=action, marking="OFFICIAL-SENSITIVE"))
    for code, marking in (("CA", "OFFICIAL-SENSITIVE"), ("HC", "OFFICIAL")):
        done = export(sample, tmp_path / f"{code}{suffix}", Filter(publication=(code,)))
        assert done.messages[0].endswith(f", {marking}."), code


def test_a_marked_reason_marks_the_hand_over_page(sample: Register) -> None:
    item = find_item(sample.conn, "CAM-4")[0]
    sample.do(MoveTarget(item=item, text="June 2025"))
    sample.do(MoveTarget(item=item, text="December 2025", reason="For few."))
    assert hand_over(sample.conn, "C3", sample.today()).marking == "OFFICIAL"
    action = sample.conn.execute("SELECT action FROM change WHERE body LIKE '%For few.%'").fetchone()[0]
    sample.do(MarkReason(action=action, marking="OFFICIAL-SENSITIVE"))
    assert hand_over(sample.conn, "C3", sample.today()).marking == "OFFICIAL-SENSITIVE"


def test_notes_on_themes_and_papers_and_every_figure_are_in_excel(sample: Register, tmp_path: Path) -> None:
    theme = sample.do(AddTheme(name="Prevention")).created or ""
    sample.do(AddNote(theme=theme, text="What was learned.", kind="learning"))
    export(sample, tmp_path / "out.xlsx", Filter())
    notes = sheet(tmp_path / "out.xlsx", "Notes")
    assert [(row["Theme or paper"], row["Kind"]) for row in notes if row["Note"] == "What was learned."] == [
        ("Prevention", "Learning")
    ]
    figures = sheet(tmp_path / "out.xlsx", "Figures")
    assert len([row for row in figures if row["Paper"]]) == 27 and len(figures) == 30
    assert "name: in our words" in str([row["How known"] for row in figures])
    export(sample, tmp_path / "hc.xlsx", Filter(publication=("HC",)))
    assert {row["Publication"] for row in sheet(tmp_path / "hc.xlsx", "Notes")} == {"HC"}
    assert not [row for row in sheet(tmp_path / "hc.xlsx", "Figures") if row["Paper"]]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".md"])
def test_what_is_not_in_a_file_is_worded_once(sample: Register, tmp_path: Path, suffix: str) -> None:
    with sample.file.reading() as conn:
        assert f"Not in it: {not_held(suffix)}." in describe_export(conn, suffix, Filter())
    for word in ("links", "evidence files", "history"):
        assert word in not_held(suffix)
    if suffix == ".xlsx":
        export(sample, tmp_path / "out.xlsx", Filter())
        about: dict[Any, Any] = dict(openpyxl.load_workbook(tmp_path / "out.xlsx")["About"].values)  # type: ignore[arg-type]
        assert str(about["Not in it"]).casefold() == f"{not_held(suffix)}.".casefold()


def test_themes_count_those_that_no_source_states(mine: Path) -> None:
    rows = {row["theme"]: row for row in data("themes") if row["kind"] == "recommendation"}
    assert rows[None]["weaker_basis"] == 27 and rows["governance"]["weaker_basis"] == rows["governance"]["total"]
    assert rows["not-allocated"]["weaker_basis"] == 0 and rows["governance"]["about_basis"] == "in-our-words"
    assert run("themes").stdout.splitlines()[0].endswith("Of all †")
    c3 = next(row for row in data("themes", "--by", "lead") if row["lead"] == "C3")
    assert (c3["total"], c3["weaker_basis"]) == (2, 1)
    narrowed = {row["theme"]: row for row in data("themes", "--filter", "status:closed")}
    assert narrowed[None]["weaker_basis"] == 4


def test_a_basis_is_named_after_the_column_of_its_field() -> None:
    bases = {"theme": "assigned", "text": "in-our-words", "believed_done": "inferred"}
    assert format_bases("recommendation", bases) == (
        "text: in our words; theme: our own label; believed done: inferred"
    )


def row_of(out: str, reference: str) -> list[str]:
    line = next(line for line in out.splitlines() if line.startswith(f"{reference} "))
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_a_table_marks_each_value_that_no_source_states(mine: Path) -> None:
    listed = run("list")
    assert GUESS_LEGEND in listed.stderr and GUESS_LEGEND not in (out := listed.stdout)
    assert row_of(out, "HC-3")[2:4] == ["Closed†", "Discharged†"]
    assert row_of(out, "HC-8")[2:4] == ["With HMICS†", "Submitted†"]
    assert row_of(out, "HC-1")[2:4] == ["Closed†", "Closed, not known how†"]
    # The status of an open item is by whether it is on time; its stage has a basis of its own.
    assert row_of(out, "MHD-2")[2:4] == ["On track", "In progress†"]
    assert row_of(out, "DA-x1")[2:4] == ["Delayed", "In progress†"]
    assert row_of(out, "HC-6")[2:4] == ["Delayed†", "Remain open"]
    assert row_of(out, "CAM-4")[2:] == ["Delayed†", "Collating evidence, believed done", "C3†", "2024-09-18"]
    assert row_of(run("show", "HC").stdout, "HC-3")[2:4] == ["Closed†", "Discharged†"]
    assert run("show", "HC").stdout.endswith(f"\n\n{GUESS_LEGEND}\n")
    assert GUESS not in run("list", "--publication", "CCP").stdout


def test_a_row_on_screen_marks_each_value_that_no_source_states(sample: Register) -> None:
    def row(reference: str) -> dict[str, str]:
        cells = item_row(whole(sample, reference).row, date(2024, 9, 18)).cells
        texts = [cell if isinstance(cell, str) else str(cell[0]) for cell in cells]
        return dict(zip([column.key for column in ITEM_COLUMNS], texts, strict=True))

    assert row("HC-8")["status"].endswith("With HMICS†") and row("HC-8")["stage"] == "Submitted†"
    assert (row("MHD-2")["status"], row("MHD-2")["stage"]) == ("■ On track", "In progress†")
    assert row("HC-6")["status"].endswith("Delayed†") and row("HC-6")["theme"] == "Better Practice†"
    assert row("CAM-4")["leads"] == "C3†"
    assert GUESS not in "".join(row("CCP-11").values())
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(MoveTarget(item=item, text="June 2025", basis=Basis.INFERRED))
    assert row("HC-6")["target"] == "June 2025†"


def test_a_cut_does_not_take_the_mark_away() -> None:
    assert truncate("Closed, not known how†", 18) == "Closed, not know…†"
    pieces = truncate_pieces([Piece("Closed, not "), Piece("known how†", "", hit=True)], 18)
    assert "".join(piece.text for piece in pieces) == "Closed, not know…†"
    assert truncate("Closed†", 7) == "Closed†" and truncate("Closed†", 1) == "…"


def test_a_sheet_has_the_next_move_as_it_is_shown(sample: Register, tmp_path: Path) -> None:
    expected = "The inspectorate, until its 2025 Crime Audit has taken place"
    assert listed(sample, tmp_path)["CA-3"]["Action with"] == expected
    assert expected in [line.text for line in describe_item(whole(sample, "CA-3"), "overview")[0].lines]
    export(sample, tmp_path / "out.xlsx", Filter())
    assert expected in [row["Action with"] for row in sheet(tmp_path / "out.xlsx", "Recommendations")]
    moves = [str(row["Action with"]) for row in sheet(tmp_path / "out.xlsx", "Submissions")]
    assert any(", until " in move for move in moves) and not any("(" in move for move in moves)


def test_what_is_not_in_this_register_is_not_denied(mine: Path, sample: Register) -> None:
    themes = {row.text for row in describe_item(whole(sample, "HC-1"), "overview")[0].lines if row.key == "theme"}
    assert themes == {"not recorded here"}
    details = {row["reason"]: row["detail"] for row in data("attention")}
    assert details["no-lead"] == "no lead recorded" and details["no-theme"] == "no theme recorded"


def test_a_submission_and_a_reply_show_on_what_basis_they_belong_here(
    mine: Path, sample: Register, tmp_path: Path
) -> None:
    sql = "SELECT r.reference FROM {} t JOIN recommendation r ON r.id = t.recommendation WHERE json_extract(t.basis, ?) = 'inferred'"
    sent, replied = (
        [row[0] for row in sample.conn.execute(sql.format(kind), (f"$.{end}",))]
        for kind, end in (("submission", "recommendation"), ("reply", "submission"))
    )
    assert sent and replied
    for reference in sent + replied:
        assert "that it belongs here: inferred" in run("show", reference).stdout, reference
        shown = [text for shown in submissions(whole(sample, reference)) for text, _ in shown.pieces]
        assert any("that it belongs here: inferred" in text for text in shown), reference
    export(sample, tmp_path / "out.md", Filter())
    page = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert page.count("that it belongs here: inferred") >= len(sent + replied)
    for reference in sent + replied:
        sample.do(SetLeads(item=find_item(sample.conn, reference)[0], leads=("C3",)))
    assert "that it belongs here: inferred." in hand_over(sample.conn, "C3", sample.today()).text


def test_a_hand_over_has_the_basis_of_a_link_beside_the_relation(sample: Register) -> None:
    page = hand_over(sample.conn, "SAS", sample.today()).text
    links = [line for line in page.splitlines() if line.startswith(("  - the same work as", "  - depends on"))]
    assert links and all("(inferred) " in line.partition(" · ")[0] for line in links)


def test_a_number_of_an_outcome_that_is_inferred_is_marked_with_what_the_mark_means(
    mine: Path, sample: Register
) -> None:
    number = sample.conn.execute(
        "SELECT number FROM outcome WHERE json_extract(basis, '$.number') = 'inferred'"
    ).fetchone()[0]
    out = run("themes", "--by", "outcome").stdout
    marked = [line for line in out.splitlines() if line.startswith("Outcome ") and "†  " in line.partition(",")[0]]
    assert [line.split("†")[0] for line in marked] == [f"Outcome {number}"] and GUESS_LEGEND in out
    rows = {row["outcome"]: row["name_basis"] for row in data("themes", "--by", "outcome")}
    assert {name for name, basis in rows.items() if basis} == {number} and rows[number] == "inferred"
    blocks = status_tallies(sample.conn, "outcome", Filter(), sample.today())
    row = next(row for block in blocks for row in block.rows if row.name == number)
    assert pane_head("outcome", row)[0][0] == f"Outcome {number}†"
    lines = pane_lines("outcome", row, LineDetails((), (), 0))
    assert lines[-1].label == GUESS


def test_benefits_are_headed_as_such(mine: Path) -> None:
    assert ": what was learned, and benefits" in run("themes", "--by", "outcome", "--learning").stdout


def test_publications_have_their_bases(mine: Path) -> None:
    rows = {row["code"]: row["weaker_bases"] for row in data("publications")}
    assert rows["HC"]["kind"] == "inferred" and rows["HC"]["code"] == "assigned"
    out = run("publications", "--format", "csv").stdout
    assert out.splitlines()[0].endswith('"weaker_bases"') and "kind: inferred" in out
    assert "Total, as printed: " in run("show", "HC").stdout


def test_a_wait_that_is_counted_from_what_is_inferred_is_marked(mine: Path, sample: Register) -> None:
    rows = {row["ref"]: row["weaker_bases"].get("days") for row in data("ledger")}
    assert rows["HC-8"] == rows["CA-3"] == "inferred"
    # What is counted from the day on which it was recorded is certain, though what it names may not be.
    assert rows["HC-10"] is rows["HC-6"] is rows["CA-2"] is None
    assert "sent April 2024 (inferred)" in run("ledger").stdout.split("HC-10")[1].split("More evidence")[0]
    found = ledger(sample.conn, Filter(), sample.today())
    shown = {row.ref: row for row in ledger_rows(sample.conn, sample.today(), found.row_numbers)}
    assert _line(shown["HC-10"]).cells[4] == "not known; sent April 2024†"
    for reference in ("CA-2", "HC-10"):
        assert row_lines(shown[reference])[0].pieces[0][0].endswith("†"), reference
