"""What follows from a guess is marked as one wherever it is shown: a status, a lead, a first target, a change, a reading."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from screen import NARROW, WIDE, sitting
from test_store_basis import listed, sheet, whole
from test_tui_cli import data, run

from store.commands import AddItem, AddLink, AddPublication, MoveTarget, SetLeads, SetTrack, correct
from store.domain.references import find_item
from store.domain.vocabulary import Basis, Track
from store.exchange.export import export
from store.exchange.handover import hand_over
from store.queries import publications
from store.queries.attention import attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.describe import GUESS_IN_SHORT, GUESS_LEGEND, GUESS_MEANS, format_line
from store.queries.describe_item import describe_item
from store.queries.describe_status import format_leads
from store.queries.filter import Filter
from store.queries.history import history
from store.queries.item_list import shown_bases
from store.queries.reply_ledger import ledger, ledger_rows
from store.queries.rows import ItemRow
from store.register import Register
from tui.tables.attention import AttentionRows
from tui.tables.history import HistoryRows
from tui.tables.items import ALL_COLUMNS, item_row
from tui.tables.ledger import LedgerRows
from widgets.item_pane import history_lines, item_head

DAY = date(2024, 9, 18)


def row(register: Register, reference: str) -> ItemRow:
    return whole(register, reference).row


def show_error(error: Exception) -> None:
    raise error


def head(register: Register, reference: str) -> str:
    return "".join(text for text, _ in item_head(whole(register, reference), date(2024, 9, 18)))


# A status


@pytest.mark.parametrize(
    ("reference", "in_a_list", "in_words"),
    [
        ("CA-2", "▲ Delayed†", "Delayed (worked out from the source)"),
        ("DA-x1", "▲ Delayed", "Delayed"),
        ("HC-3", "● Closed†", "Closed (inferred)"),
        ("DA-3", "● Closed", "Closed"),
        ("HC-8", "◐ With HMICS†", "With HMICS (inferred)"),
        ("CAM-2", "◐ With HMICS", "With HMICS"),
        ("MHD-8", "■ On track", "On track"),
        ("OCSA-11", "● Closed", "Closed"),
    ],
)
def test_a_status_is_marked_where_the_stage_or_track_under_it_is_a_guess_and_only_there(
    sample: Register, mine: Path, reference: str, in_a_list: str, in_words: str
) -> None:
    cells = item_row(row(sample, reference), DAY).cells
    assert cells[2][0] == in_a_list
    assert f"{in_a_list} · " in head(sample, reference)
    assert f"  Status: {in_words}\n" in run("show", reference).stdout


def test_attention_marks_each_status_as_the_list_does(sample: Register) -> None:
    rules = rules_of(sample.conn, sample.today())
    lines = AttentionRows(sample, show_error, attention(sample.conn, Filter(), rules), rules).lines(0, 40)
    marked = {line.cells[0]: line.cells[1][0] for line in lines if len(line.cells) > 1 and line.cells[0]}
    assert marked["HC-2"] == "▲ Delayed†" and marked["DA-x1"] == "▲ Delayed" and marked["MHD-11"] == "■ On track"
    assert marked["HC-8"] == "◐ With HMICS†" and marked["CAM-2"] == "◐ With HMICS"


def test_the_markdown_and_the_hand_over_page_have_the_basis_beside_the_status(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.md", Filter())
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "◐ **With HMICS** (inferred) · Closed · Recommendation" in text
    assert "▲ **Delayed** · Recommendation · 1 yr 7 mo" in text  # DA-x1, of which the paper states it
    assert "- **Status**: ▲ Delayed (worked out from the source)" in hand_over(sample.conn, "C3", sample.today()).text


def test_the_other_end_of_a_link_has_the_basis_of_its_status_and_its_stage(sample: Register) -> None:
    line = next(line for line in describe_item(whole(sample, "CCP-11"), "links")[0].lines if "CAM-5" in line.text)
    assert format_line(line).endswith(
        "▲ Delayed (worked out from the source) · Collating evidence · that they are linked: inferred"
    )
    item, other = (find_item(sample.conn, reference)[0] for reference in ("DA-x1", "HC-3"))
    sample.do(AddLink(item=item, other=other, relation="depends-on"))
    (line,) = describe_item(whole(sample, "DA-x1"), "links")[0].lines
    assert "Closed (inferred)" in line.text and line.details["progress"] == "Discharged (inferred)"


# A lead, a first target


def test_each_of_several_leads_has_its_own_mark(sample: Register, mine: Path) -> None:
    assert format_leads(row(sample, "CAM-1")) == "C3; Local Policing†"
    assert format_leads(row(sample, "CCP-11")) == "NHS 24; Police Scotland; SAS"
    assert "C3; Local Policing†" in run("list", "--publication", "CAM").stdout
    assert "†" in run("list", "lead:c3").stdout.splitlines()[-1]
    item = find_item(sample.conn, "CAM-4")[0]
    sample.do(SetLeads(item=item, leads=("C3", "Fleet; Estates", "Zetland")))
    assert format_leads(row(sample, "CAM-4")) == 'C3†; "Fleet; Estates"; Zetland'
    assert row(sample, "CAM-4").leads_basis == "inferred"


@pytest.fixture
def guessed_first(empty: Register) -> Register:
    """A register of one item whose first target is inferred, and whose second one was typed in."""
    plan = empty.do(AddPublication(title="A report", code="AR")).created or ""
    first = AddItem(publication=plan, number="1", title="One", target="June 2024", basis=Basis.INFERRED, place="2.1")
    item = empty.do(first).created or ""
    empty.do(MoveTarget(item=item, text="June 2025", reason="later"))
    return empty


def test_a_first_target_that_is_a_guess_is_marked_after_the_target_has_moved(
    guessed_first: Register, tmp_path: Path
) -> None:
    columns = tuple(ALL_COLUMNS[key] for key in ("first", "target"))
    assert item_row(row(guessed_first, "AR-1"), DAY, columns).cells == ("June 2024†", "June 2025")
    bases = listed(guessed_first, tmp_path)["AR-1"]["How known"]
    assert "first target recorded: inferred" in bases and "; target: " not in bases
    assert shown_bases(row(guessed_first, "AR-1"))["first_target"] == "inferred"


# A change


def shown(register: Register, reference: str) -> dict[str, str]:
    """By what was changed, the basis of the change."""
    return {row.field: row.basis for row in history(register.conn, item=find_item(register.conn, reference)[0])}


def test_the_history_has_the_basis_of_what_was_recorded(sample: Register) -> None:
    assert shown(sample, "HC-8") == {
        "note added": "in-our-words",
        "closure note added": "in-our-words",
        "evidence note added": "in-our-words",
        "evidence sent": "inferred",  # when it was sent is
        "outcome added": "inferred",
        "recommendation added": "assigned",  # its title is ours
    }
    assert shown(sample, "DA-3")["reply recorded"] == "stated" and shown(sample, "HC-3")["reply recorded"] == "inferred"
    assert shown(sample, "CAM-4")["lead added"] == "inferred" and shown(sample, "CCP-13")["link added"] == "inferred"


def test_a_change_of_ones_own_has_no_basis_and_a_corrected_one_has_it(sample: Register) -> None:
    item = find_item(sample.conn, "HC-2")[0]
    sample.do(SetTrack(item=item, track=Track.ON_TRACK, reason="done soon"))
    sample.do(correct("recommendation", item, text="Do it.", basis=Basis.INFERRED, place="2.5.2"))
    text, track = history(sample.conn, item=item, limit=2)
    assert (track.after, track.basis) == ("On track", "") and (text.after, text.basis) == ("Do it.", "inferred")


def test_log_the_screen_the_pane_and_the_data_say_that_a_change_is_not_simply_stated(
    sample: Register, mine: Path, tmp_path: Path
) -> None:
    printed = run("log", "--item", "HC-3").stdout
    assert "reply recorded: Discharged (inferred)" in printed and "agreed to close. (in our words)" in printed
    assert "reply recorded: Discharged\n" in run("log", "--item", "DA-3").stdout
    assert {line["basis"] for line in data("log", "--item", "DA-3") if line["field"] == "reply recorded"} == {"stated"}
    item = find_item(sample.conn, "HC-3")[0]
    lines = HistoryRows(sample, show_error, item=item).lines(0, 20)
    assert {line.cells[4][0] for line in lines if line.cells[3] == "reply recorded"} == {"Discharged†"}
    pane = ["".join(text for text, _ in line.pieces) for line in history_lines(history(sample.conn, item=item))]
    assert "reply recorded Discharged  (inferred)  Fairlead sample" in pane
    export(sample, tmp_path / "out.json", Filter(publication=("HC",)))
    assert '"after": "Discharged", "basis": "inferred"' in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_the_history_screen_marks_a_guess_and_keeps_our_words_beside_a_text_that_is_cut(sample: Register) -> None:
    item = find_item(sample.conn, "HC-2")[0]
    sample.do(MoveTarget(item=item, text="June 2025", reason="as read", basis=Basis.INFERRED, place="2.5"))
    moved, note, *_, added = HistoryRows(sample, show_error, item=item).lines(0, 20)
    assert moved.cells[4][0] == "set to June 2025† · as read" and moved.marks == ""
    assert note.marks == "(in our words)" and added.cells[4][0] == "National policy and local delivery†"


# A reply to what was sent, a day that is read out of words, and who has to act


def test_the_ledger_marks_a_verdict_that_may_answer_something_else(sample: Register, mine: Path) -> None:
    found = ledger(sample.conn, Filter(), sample.today())
    verdicts = {line.cells[0]: line.cells[5][0] for line in LedgerRows(sample, show_error, found).lines(0, 20)[1:9]}
    assert verdicts["CA-2"] == "Remain open†" and verdicts["DA-12"] == "No reply"
    assert {entry.bases.get("verdict") for entry in ledger_rows(sample.conn, sample.today(), found.row_numbers)} == {
        None
    }
    assert "Remain open (that it answers this: inferred)" in run("ledger").stdout


def test_the_sheet_of_submissions_tells_what_was_sent_from_the_reply_to_it(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    bases = {line["Reference"]: line["How known"] for line in sheet(tmp_path / "out.xlsx", "Submissions")}
    assert "that the reply belongs to it: inferred" in str(bases["CA-2"])
    assert "that it belongs here" not in str(bases["CA-2"])
    assert "that it belongs here: inferred" in str(bases["CA-3"])
    assert "that the reply belongs to it: inferred" in str(bases["CA-3"])


def test_a_day_that_is_read_out_of_words_is_headed_as_read(sample: Register, mine: Path, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    heads = {name: {cell.value for cell in book[name][1]} for name in ("Publications", "Targets and actions")}
    assert "Next target, latest day as read" in heads["Publications"] and "Next target" not in heads["Publications"]
    assert "Latest day as read" in heads["Targets and actions"] and "Latest day" not in heads["Targets and actions"]
    export(sample, tmp_path / "out.md", Filter())
    assert "| Next target, latest day as read |" in (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "Next target, as read" in run("publications").stdout and "Day, as read" in run("attention").stdout


def test_a_hand_over_page_has_our_reading_of_a_target_beside_the_days_that_are_left(sample: Register) -> None:
    page = hand_over(sample.conn, "NHS 24", sample.today()).text
    assert (
        "- **Target**: during 2025, continuing into 2026; read as 1 January 2025 to 31 December 2026; 2 yr 3 mo" in page
    )


def test_a_wait_of_which_nothing_is_known_has_no_day(sample: Register, mine: Path) -> None:
    days = {(line["ref"], line["reason"]): line["since"] for line in data("attention")}
    assert days["OCSA-x1", "waits-on"] is days["DA-12", "waits-on-inspectorate"] is None
    assert days["CA-2", "waits-on-inspectorate"] == "2024-07-31"


def test_an_item_of_which_no_next_move_is_recorded_is_not_said_to_be_with_us(sample: Register, mine: Path) -> None:
    assert row(sample, "OCSA-x1").next_move is None
    rules = rules_of(sample.conn, sample.today())
    found = attention(sample.conn, Filter(), rules)
    assert "OCSA-x1" in {one.item.ref for one in attention_rows(sample.conn, rules, found.seqs, found.flags)}
    assert run("attention").stdout.startswith("Action with us, or not recorded: 15 recommendations · 1 commitment\n")


def test_a_note_worked_out_from_the_paper_has_the_day_of_the_paper(sample: Register) -> None:
    note = next(note for note in whole(sample, "MHD-x1").notes)
    assert '"dated"' not in str(note.fields["basis"]) and '"text": "derived"' in str(note.fields["basis"])


def test_what_closed_is_made_of_is_marked_where_an_item_is_closed_on_a_guess(sample: Register, mine: Path) -> None:
    rows = {row.code: row for row in publications.publications(sample.conn)}
    expected = {
        "HC": {"discharged", "with-inspectorate", "closed-not-known-how"},
        "CAM": {"closed-not-known-how"},
        "DA": set(),
    }
    for code, ways in expected.items():
        found = publications.closed_on_guesses(sample.conn, rows[str(code)].id)
        assert {how for _, how in found} == ways, code
    assert publications.format_closed(rows["DA"], set()) == "1 with the inspectorate, 2 discharged"
    guessed = {how for _, how in publications.closed_on_guesses(sample.conn)}
    total = publications.totals(sample.conn)[0]
    assert publications.format_closed(total, guessed) == (
        "3 with the inspectorate†, 3 discharged†, 22 closed otherwise†"
    )
    assert "10 closed (1 with the inspectorate†, 1 discharged†, 8 closed otherwise†)" in run("show", "HC").stdout


async def test_the_screens_mark_what_closed_is_made_of_and_say_what_the_mark_means(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.press("j", "j")
        seat.sees("8 closed, not known how†, 1 discharged†, 1 with inspectorate†", GUESS_MEANS)
        await seat.press("j", "j")
        seat.sees("2 discharged, 1 with inspectorate")
        await seat.press("end", "k")
        seat.sees("3 with the inspectorate†, 3 discharged†, 22 closed otherwise†", GUESS_MEANS)
        await seat.press("4", "j")
        seat.sees("1 with the inspectorate†, 0 ended")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_each_list_that_has_the_mark_says_what_it_means(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size) as seat:
        for place in ("2", "3", "l"):
            await seat.press(place)
            assert GUESS_IN_SHORT in seat.shown() or GUESS_LEGEND in seat.shown(), seat.shown()


async def test_the_pane_has_the_days_that_a_target_is_counted_by(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.open("CA-2")
        seat.sees("9 mo to its target", "June 2025 · read as 1 June 2025 to 30 June 2025")
