"""The work itself on the command line: evidence and replies, what needs attention, many at once, views, handing
over."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from screen import history_of, recorded

from tui.cli.group import cli

FIVE = ["CA-2", "CA-3", "CA-4", "CA-5", "CA-6"]
MOVE = ("--filter", "publication:CA status:delayed", "--target", "December 2025")


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The day is 15 January 2025, the sample is the usual register, somebody writes and nobody is there to ask."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there to answer."""
    for module in ("base", "set", "batch"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)


def run(*arguments: str, code: int = 0, typed: str = "") -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), input=typed, prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def data(*arguments: str) -> Any:
    """A command's JSON."""
    return json.loads(run(*arguments, "--format", "json").stdout)


def refused(path: Path, code: int, words: str, *arguments: str, typed: str = "") -> None:
    """Assert that a command is refused in these words, prints nothing and writes nothing."""
    before = history_of(path)
    result = run(*arguments, code=code, typed=typed)
    assert words in " ".join(result.stderr.split()), result.stderr
    assert history_of(path) == before


# -- evidence and replies


def test_an_item_goes_from_remain_open_to_a_discharge(mine: Path) -> None:
    result = run("submit", "hc-6", "--dated", "20 Nov 2024", "--reference", "PS/2", "--note", "Figures of the sites")
    assert len(result.stdout.strip()) == 8
    assert recorded(mine, "HC-6").row.stage == "submitted"
    assert data("show", "HC-6")["status"] == "closed"
    run(
        "reply", "HC-6", "--dated", "10 Dec 2024", "--verdict", "more-evidence", "--words", "Show the effect.",
        "--would-satisfy", "A year", "--next-move", "us", "--until", "March 2025", "--track", "delayed",
    )  # fmt: skip
    row = recorded(mine, "HC-6").row
    assert (row.stage, row.track, row.next_move, row.next_move_until) == ("remain-open", "delayed", "us", "March 2025")
    sent = run("submit", "HC-6", "--dated", "8 Jan 2025", "--note", "-", typed="A year of figures\n").stdout.strip()
    run("reply", "HC-6", "--dated", "14 Jan 2025", "--verdict", "discharged", "--submission", sent)
    found = recorded(mine, "HC-6")
    assert (found.row.stage, found.row.status) == ("discharged", "closed")
    assert "A year of figures" in [note.fields["text"] for note in found.notes]
    answers = next(reply.fields["submission"] for reply in found.replies if reply.fields["verdict"] == "discharged")
    assert str(answers).startswith(sent)
    for _ in range(4):
        run("undo")
    assert recorded(mine, "HC-6").row.stage == "remain-open"


def test_several_items_are_sent_as_one_action(mine: Path) -> None:
    result = run("submit", "HC-2,HC-5", "HC-13", "--dated", "8 Jan 2025", "--note", "Figures", "--asks", "view")
    assert len(set(result.stdout.split())) == 3
    assert {recorded(mine, ref).row.stage for ref in ("HC-2", "HC-5", "HC-13")} == {"submitted"}
    assert recorded(mine, "HC-2").row.status == "delayed"
    run("undo")
    assert {recorded(mine, ref).row.stage for ref in ("HC-2", "HC-5", "HC-13")} == {"collating-evidence"}


@pytest.mark.parametrize(
    ("code", "words", "arguments"),
    [
        (2, "HC-6 has no evidence note to send.", ("submit", "HC-6", "--dated", "8 Jan 2025")),
        (2, "Say when it was sent", ("submit", "HC-6", "--note", "Figures")),
        (2, '"one day" is not a date', ("submit", "HC-6", "--note", "Figures", "--dated", "one day")),
        (1, "CA-1 is closed already", ("submit", "CA-1", "--note", "Figures", "--dated", "8 Jan 2025")),
        (1, "CAM-2 is with the inspectorate already.", ("set", "CAM-2", "--believed-done")),
        (1, "There is no HC-99", ("submit", "HC-6", "HC-99", "--note", "Figures", "--dated", "8 Jan 2025")),
        (1, "There is no note with the id abcdef", ("submit", "HC-6", "--evidence", "abcdef", "--dated", "8 Jan 2025")),
        (2, "Missing argument", ("submit", "--note", "Figures")),
        (2, "Missing option '--verdict'", ("reply", "HC-6")),
        (2, "is not one of discharged, remain-open", ("reply", "HC-6", "--verdict", "refused")),
        (2, "Say when HC-6 was replied to", ("reply", "HC-6", "--verdict", "discharged")),
        (2, "only with the inspectorate's own words", ("reply", "HC-6", "--verdict", "not-adopted", "--dated", "2025")),
        (2, "Say which part of HC-6", ("reply", "HC-6", "--verdict", "partly-discharged", "--dated", "2025")),
        (1, "There is no submission with the id abcdef", (
            "reply", "HC-6", "--verdict", "discharged", "--dated", "2025", "--submission", "abcdef")),
        (1, "HC-6 cannot be set to discharged by hand", ("set", "HC-6", "--stage", "discharged")),
        (1, "HC-6 cannot be set to submitted by hand", ("set", "HC-6", "--stage", "submitted")),
        (1, "CA-1 is closed: there is nothing to wait for.", ("nothing-new", "HC-2", "CA-1")),
    ],
)  # fmt: skip
def test_what_is_missing_or_not_allowed_is_said_and_nothing_is_written(
    mine: Path, code: int, words: str, arguments: tuple[str, ...]
) -> None:
    refused(mine, code, words, *arguments)


def test_nothing_new_ends_stale(mine: Path) -> None:
    stale = [row["ref"] for row in data("attention") if row["reason"] == "stale"]
    assert {"HC-2", "HC-6"} <= set(stale)
    result = run("nothing-new", "HC-2", "HC-6", "--dated", "10 January 2025")
    assert result.stdout == "" and "and 1 more" in result.stderr
    assert [row["ref"] for row in data("attention") if row["reason"] == "stale"] == [
        ref for ref in stale if ref not in ("HC-2", "HC-6")
    ]
    run("undo")
    assert [row["ref"] for row in data("attention") if row["reason"] == "stale"] == stale


# -- attention


def test_attention_names_an_item_once_for_each_reason() -> None:
    rows = data("attention")
    assert all(list(row) == ["ref", "reason", "since", "detail", "group"] for row in rows)
    assert len({(row["ref"], row["reason"]) for row in rows}) == len(rows)
    reasons = {(row["ref"], row["reason"]): row for row in rows}
    assert reasons["MHD-13", "late"]["since"] == "2024-09-30"
    assert reasons["MHD-13", "late"]["detail"] == "target September 2024, 3 mo past, though on track"
    assert reasons["HC-2", "promised"]["since"] == "2024-09-18"
    assert reasons["HC-6", "aged"]["detail"] == "open 3 yr 6 mo since publication"
    waiting = {row["ref"] for row in rows if row["reason"] == "waits-on-inspectorate"}
    assert waiting == {*FIVE, "HC-8", "CAM-2", "DA-12"}
    assert all(row["reason"] == "waits-on-inspectorate" for row in rows if row["ref"] in waiting)
    assert not {"CA-1", "HC-1"} & {row["ref"] for row in rows}


def test_csv_and_table_have_the_same_rows_as_json() -> None:
    rows = data("attention", "--publication", "HC")
    printed = csv.DictReader(io.StringIO(run("attention", "--publication", "HC", "--format", "csv").stdout))
    assert list(printed) == [{name: value or "" for name, value in row.items()} for row in rows]
    table = run("attention", "--publication", "HC").stdout.splitlines()
    assert re.split(" {2,}", table[1]) == ["Ref", "Reason", "Day, as read", "Detail"]
    assert [line.split()[2:4] for line in table[2:4]] == [["said", "2024-09-18"], ["since", "2024-09-18"]]
    lines = [line.split()[:2] for line in table if line and ":" not in line.split("  ")[0] and line.split()[0] != "Ref"]
    assert lines == [[row["ref"], row["reason"]] for row in rows]
    assert data("attention", "--filter", "pub:HC") == rows


def test_attention_as_at_a_day_is_what_it_was_then() -> None:
    result = run("attention", "--as-at", "2024-09-20", "--format", "json")
    assert "As at 20 September 2024." in result.stderr
    rows = {(row["ref"], row["reason"]): row["detail"] for row in json.loads(result.stdout)}
    assert rows["MHD-13", "due"] == "target September 2024, in 10 days"
    assert not [key for key in rows if key[1] in ("late", "stale")]
    assert "has not come" in run("attention", "--as-at", "2026-01-01", code=2).stderr


# -- many at once


def test_several_are_shown_and_done_as_one_action_with_one_reason(mine: Path) -> None:
    before = [recorded(mine, ref).row for ref in FIVE]
    result = run("set", *MOVE, "--apply", "--reason", "The audit moved")
    assert result.stdout == "" and "and 4 more" in result.stderr
    rows = [recorded(mine, ref).row for ref in FIVE]
    assert [(row.target_text, row.moved_later, row.moved_at_least) for row in rows] == [("December 2025", 2, True)] * 5
    assert len({row.action for row in history_of(mine) if row.reason == "The audit moved"}) == 1
    run("undo")
    after = [recorded(mine, ref).row for ref in FIVE]
    assert [(r.target_text, r.moved_later, r.first_target) for r in after] == [
        (r.target_text, r.moved_later, r.first_target) for r in before
    ]


def test_a_dry_run_shows_what_would_change_and_what_is_left_out_and_writes_nothing(mine: Path) -> None:
    before = history_of(mine)
    result = run("set", *FIVE, "CA-1", "--target", "December 2025", "--dry-run")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["Ref", "What", "Now", "Will", "be"]
    move = ["target", "June", "2025", "December", "2025", "(needs", "a", "reason)"]
    assert lines[1:] == [[reference, *move] for reference in FIVE]
    assert "CA-1 is left out: CA-1 is closed." in result.stderr
    assert history_of(mine) == before


def test_with_nobody_there_to_ask_a_filter_needs_apply(mine: Path) -> None:
    refused(mine, 2, "Nobody is there to ask: give --apply to do it, or --dry-run", "set", *MOVE, "--reason", "So")
    refused(mine, 2, "needs a reason: give one with --reason", "set", *MOVE, "--apply")
    refused(mine, 2, "Name the items, or say which with --filter", "set", *MOVE, "HC-6", "--apply")
    refused(mine, 2, "Name the items, or say which with --filter", "set", "--target", "2026", "--apply")
    refused(
        mine, 2, "Did you mean status:delayed?", "set", "--filter", "status:delayd", "--track", "on-track", "--apply"
    )
    refused(mine, 1, "Nothing fits", "set", "--filter", "pub:CA status:on-track", "--track", "delayed", "--apply")
    refused(mine, 1, "Nothing of this can be done.", "set", "CA-1", "CAM-6", "--target", "2026")


def test_items_that_are_named_need_nobody_to_ask_and_what_is_refused_is_left_out(mine: Path) -> None:
    result = run("set", "CA-2", "CA-1", "CA-3", "--target", "December 2025", "--reason", "So")
    assert "CA-1 is left out" in result.stderr
    assert {recorded(mine, ref).row.target_text for ref in ("CA-2", "CA-3")} == {"December 2025"}
    assert recorded(mine, "CA-1").row.target_text is None
    result = run("set", "HC-2", "MHD-2", "--track", "on-track")
    assert "1 says that already." in result.stderr


def test_at_a_terminal_it_is_shown_then_asked_and_the_reason_asked_for_once(mine: Path, at_terminal: None) -> None:
    before = history_of(mine)
    result = run("set", *MOVE, code=1, typed="n\n")
    assert "Do this to 5 items?" in result.stderr and "CA-6" in result.stdout
    assert history_of(mine) == before
    result = run("set", *MOVE, typed="y\nThe audit moved\n")
    assert result.stderr.count("Reason (empty for none given)") == 1
    assert {history_of(mine, ref)[0].reason for ref in FIVE} == {"The audit moved"}


# -- views


def test_a_view_is_saved_listed_shown_and_forgotten() -> None:
    run("view", "save", "Late in HC", "--filter", "status:delayed pub:HC", "--sort", "-ref", "--columns", "ref, status")
    assert data("view", "list") == [
        {"name": "Late in HC", "query": "status:delayed pub:HC", "sort": "-ref", "columns": "ref status"}
    ]
    assert run("view", "list").stdout.splitlines()[1].startswith("Late in HC  status:delayed pub:HC")
    assert list(csv.reader(io.StringIO(run("view", "list", "--format", "csv").stdout)))[1][0] == "Late in HC"
    assert [row["ref"] for row in data("list", "--view", "late in hc")] == ["HC-13", "HC-10", "HC-6", "HC-5", "HC-2"]
    assert data("list", "--view", "late in hc", "--sort", "ref")[0]["ref"] == "HC-2"
    run("view", "save", "late in HC", "--filter", "pub:CA")
    assert [view["query"] for view in data("view", "list")] == ["pub:CA"]
    assert "is forgotten" in run("view", "forget", "Late in HC").stderr
    assert data("view", "list") == []
    run("undo")
    assert len(data("view", "list")) == 1


def test_what_cannot_be_a_view_is_refused_in_words(mine: Path) -> None:
    refused(mine, 2, "Did you mean status:delayed?", "view", "save", "Late", "--filter", "status:delayd")
    columns = ("--columns", "ref colour")
    refused(mine, 2, "There is no column called colour. The columns are: ref,", "view", "save", "Late", *columns)
    refused(mine, 2, "is not one of", "view", "save", "Late", "--sort", "colour")
    refused(mine, 1, "There is no view Late in this register. See: fairlead view list", "view", "forget", "Late")
    refused(mine, 1, "There is no view Late in this register. See: fairlead view list", "list", "--view", "Late")


# -- handing over


def test_a_leads_open_items_are_handed_over_shown_first(mine: Path) -> None:
    before = history_of(mine)
    result = run("handover", "--lead", "c3", "--to", "Response", "--dry-run")
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["Ref", "CAM-1", "CAM-4"]
    assert all(line.index("C3") < line.index("Response") for line in lines[1:])
    assert lines[0].endswith("To mind")
    promised = "Promised, due in the coming weeks: Submit our response to HMICS."
    assert all(promised in line and "none recorded, nor that anything was sent" in line for line in lines[1:])
    assert "Role that goes over: leads the improvement (in our words)" in lines[1] and "Role" not in lines[2]
    assert history_of(mine) == before
    refused(mine, 2, "Nobody is there to ask: give --apply", "handover", "--lead", "C3", "--to", "Response")
    nobody = ("--lead", "Nobody here", "--to", "C3", "--apply")
    refused(mine, 1, "Nobody here leads on nothing that is open.", "handover", *nobody)
    refused(mine, 2, "The page is written without --to", "handover", "--lead", "C3", "--to", "Response", "page.md")
    run("handover", "--lead", "C3", "--to", "Response", "--apply")
    for ref in ("CAM-1", "CAM-4"):
        leads = recorded(mine, ref).row.leads.split("; ")
        assert "Response" in leads and "C3" not in leads
    assert len({row.action for row in history_of(mine)[:6] if row.kind == "lead"}) == 1
    run("undo")
    assert "C3" in recorded(mine, "CAM-1").row.leads


# -- what leaves


def test_what_a_lowered_marking_is_to_free_is_written_again(mine: Path, tmp_path: Path) -> None:
    high = ("--marking", "OFFICIAL-SENSITIVE")
    run("edit", "HC-6", "--title", "Of Numbat", *high)
    lowered = run("edit", "HC-6", "--marking", "OFFICIAL")
    assert (
        "stays out of copies marked OFFICIAL. To let what is there now leave, do the same with --restate."
        in " ".join(lowered.stderr.split())
    )
    out = tmp_path / "out.json"
    run("export", str(out), "--max-marking", "OFFICIAL")
    assert "Numbat" not in out.read_text(encoding="utf-8")
    run("edit", "HC-6", "--restate")
    run("export", str(out), "--max-marking", "OFFICIAL", "--force")
    assert "Numbat" in out.read_text(encoding="utf-8")
    made = run("add", "action", "HC-6", "Of Wombat", *high).stdout.strip()
    assert recorded(mine, "HC-6").actions[-1].fields["marking"] == "OFFICIAL-SENSITIVE" and made


def test_a_dry_run_names_what_the_file_will_hold_and_writes_nothing(mine: Path, tmp_path: Path) -> None:
    run("note", "CAM-7", "Seen by DCC Speirs", "--marking", "OFFICIAL-SENSITIVE")
    out = tmp_path / "out.sqlite"
    lines = run("export", str(out), "--dry-run").stdout.splitlines()
    assert "Persons named in it: Alistair Cook; C3 lead; DCC Speirs; Jo Farrell; Matt Paden." in lines
    assert "Marked OFFICIAL-SENSITIVE: 1 note: CAM-7." in lines
    without = run("export", str(out), "--dry-run", "--without", "names", "--max-marking", "official").stdout
    assert "Persons named in it: none." in without and "OFFICIAL-SENSITIVE" not in without
    assert "Speirs" not in without and "persons are left out" in without
    assert not out.exists()
    run("export", str(out), "--without", "names", "--with", "files,withdrawn")
    assert b"Speirs" not in out.read_bytes()
    assert "'people' is not one of names" in run("export", str(out), "--without", "people", code=2).stderr


# Dates


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", "HC-6", "--reason", "It moved.", "--target"),
        ("add", "recommendation", "HC", "Another", "--target"),
        ("add", "action", "HC-6", "Send it", "--due"),
    ],
)
def test_a_date_that_is_not_understood_is_refused_and_the_options_are_named(
    mine: Path, arguments: tuple[str, ...]
) -> None:
    for text in ("31 Febuary 2025", "31/6/25", "12 months from publication", "Tuesday 3 March 2025"):
        refusal = run(*arguments, text, code=2)
        assert refusal.stderr.startswith(f"{arguments[-1]}: ") and "--as-words" in refusal.stderr
        assert "has no day" not in refusal.stderr
    done = run(*arguments, "31 Febuary 2025", "--as-words")
    assert "“31 Febuary 2025” has no day: it is kept as words, and is never late." in done.stderr


def test_a_target_without_a_day_is_told_to_have_none_and_a_financial_year_when_it_begins(mine: Path) -> None:
    words = run("set", "HC-6", "--target", "ongoing", "--reason", "")
    assert "“ongoing” has no day: it is kept as words, and is never late." in words.stderr
    quarter = run("set", "HC-6", "--target", "Q4 24/25", "--reason", "")
    assert "“Q4 24/25” is 1 January 2025 to 31 March 2025 (a financial year begins on 1 April)." in quarter.stderr
    assert "has no day" not in run("set", "HC-6", "--target", "June '25", "--reason", "").stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("note", "HC-6", "Noted.", "--dated", "20 December"), "“20 December” is 20 December 2024."),
        (("note", "HC-6", "Noted.", "--dated", "30/06/99"), "“30/06/99” is 30 June 1999."),
        (("submit", "HC-6", "--note", "Sent.", "--dated", "Monday"), "“Monday” is 13 January 2025."),
        (("nothing-new", "HC-2", "--dated", "yesterday"), "“yesterday” is 14 January 2025."),
        (("reply", "HC-6", "--verdict", "more-evidence", "--words", "More.", "--next-move", "us", "--track", "delayed",
          "--until", "next month", "--reason", "", "--dated", "2 January"), "“2 January” is 2 January 2025."),
        (("add", "action", "HC-6", "Send it", "--due", "20 January"), "“20 January” is 20 January 2025."),
        (("set", "HC-6", "--reason", "", "--target", "Friday (provisional)"), "“Friday (provisional)” is 17 January 2025."),
        (("set", "HC-6", "--reason", "", "--target", "June 2025", "--said", "1 Dec"), "“1 Dec” is 1 December 2024."),
        (("edit", "register", "--next-committee", "5 March"), "“5 March” is 5 March 2025."),
    ],
)  # fmt: skip
def test_the_day_taken_for_what_was_typed_is_printed(mine: Path, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in run(*arguments).stderr


def test_a_quarter_of_two_years_and_an_unlikely_year_are_refused_with_what_is_likely(mine: Path) -> None:
    quarter = run("set", "HC-6", "--reason", "", "--target", "Q4 2025", code=2).stderr
    assert "Is it October to December 2025, Q4 2024/25 or Q4 2025/26?" in quarter and "--as-words" in quarter
    year = run("set", "HC-6", "--reason", "", "--target", "31 March 2205", code=2).stderr
    assert "2205 is far ahead. Is the year right? To take it as it is, give --as-words." in year
    run("set", "HC-6", "--reason", "", "--target", "31 March 2205", "--as-words")
    assert "31 March 2205" in run("show", "HC-6").stdout


def test_a_day_to_come_of_what_has_happened_is_refused_and_an_old_year_of_two_digits_is_past(mine: Path) -> None:
    for arguments in (
        ("add", "publication", "Custody", "--published"),
        ("edit", "HC", "--last-update"),
        ("note", "HC-6", "Noted.", "--dated"),
        ("set", "HC-6", "--target", "June 2025", "--reason", "", "--said"),
        ("nothing-new", "HC-6", "--dated"),
    ):
        assert "has not come yet: today is 15 January 2025." in run(*arguments, "30 June 2099", code=2).stderr
    run("add", "publication", "Custody", "--published", "30/06/99")
    assert "30 June 1999" in run("show", "CUS").stdout
