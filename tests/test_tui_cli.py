"""The command line: reading, writing, refusing, exit codes, and the help that has to be true."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from examples import every_command, examples, invoke, make_ready

from store.domain.errors import BadInput
from store.domain.text import quote_for_shell
from store.register import Author, Register
from tui.cli import base
from tui.cli.group import cli
from tui.desk.settings import ensure_folder, folders, load, update_settings


def run(*arguments: str, code: int = 0, typed: str = "") -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = invoke(*arguments, typed=typed)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def data(*arguments: str) -> Any:
    """A command's JSON."""
    return json.loads(run(*arguments, "--format", "json").stdout)


@pytest.fixture
def author(monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody is writing."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    return "C3 lead"


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there to answer."""
    for module in ("base", "history"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)


# -- list


def test_the_delayed_ones_of_hate_crime_are_these_five_in_order(mine: Path) -> None:
    rows = data("list", "--publication", "HC", "--status", "delayed")
    assert [row["ref"] for row in rows] == ["HC-2", "HC-5", "HC-6", "HC-10", "HC-13"]


def test_a_json_row_has_what_is_promised_of_it(mine: Path) -> None:
    row = data("list", "--search", "third-party reporting", "--publication", "HC", "--status", "delayed")[0]
    promised = (
        "ref publication kind number title status stage track theme leads next_move target_text target_latest updated"
    )
    assert set(promised.split()) <= set(row)
    assert row["number"] == "6" and row["publication"] == "HC" and row["leads"] == []
    assert (row["status"], row["stage"], row["track"], row["theme"]) == (
        "delayed",
        "remain-open",
        "delayed",
        "better-practice",
    )
    assert row["target_text"] is None and row["updated"] == "2024-09-18"


def test_sixty_six_recommendations_and_five_commitments_are_listed_and_parts_only_when_asked(mine: Path) -> None:
    kinds = [row["kind"] for row in data("list")]
    assert (len(kinds), kinds.count("commitment")) == (71, 5)
    assert {row["ref"] for row in data("list", "--parts")} >= {"CCP-10a", "CCP-10b"}


def test_two_comes_before_ten(mine: Path) -> None:
    refs = [row["ref"] for row in data("list", "--publication", "HC")]
    assert refs.index("HC-2") < refs.index("HC-10")
    turned = [row["ref"] for row in data("list", "--publication", "HC", "--sort", "-ref")]
    assert turned == refs[::-1]


@pytest.mark.parametrize(
    ("options", "same"),
    [
        (["--status", "delayed,on-track"], ["--status", "on-track", "--status", "delayed"]),
        (["--status", "Delayed"], ["--status", "delayed"]),
        (["--theme", "better-practice"], ["--theme", "Better Practice"]),
        (["--publication", "hc,cam"], ["--publication", "CAM", "--publication", "HC"]),
        (["--due-before", "2025-07-01"], ["--due-before", "July 2025"]),
        (["--stage", "remain-open"], ["--stage", "remain open"]),
    ],
)
def test_a_filter_may_be_written_in_several_ways(mine: Path, options: list[str], same: list[str]) -> None:
    rows = data("list", *options)
    assert rows and rows == data("list", *same)


def test_what_has_no_theme_and_no_lead_can_be_listed(mine: Path) -> None:
    assert all(row["theme"] is None for row in data("list", "--theme", "not-allocated"))
    assert all(row["leads"] == [] for row in data("list", "--lead", "no-lead"))
    assert {"C3"} <= {name for row in data("list", "--lead", "C3") for name in row["leads"]}


def test_those_with_the_inspectorate_count_as_closed(mine: Path) -> None:
    assert {row["ref"] for row in data("list", "--status", "with-inspectorate")} == {"HC-8", "CAM-2", "DA-12"}
    assert all(row["status"] == "closed" for row in data("list", "--status", "with-inspectorate"))


def test_mine_are_those_of_the_leads_i_act_for(mine: Path) -> None:
    assert "--lead" in run("list", "--mine", code=2).stderr
    update_settings(acts_for=("C3",))
    assert data("list", "--mine") == data("list", "--lead", "C3")


def test_an_unknown_publication_theme_or_word_is_refused_and_the_known_ones_are_named(mine: Path) -> None:
    assert "HC" in run("list", "--publication", "XX", code=1).stderr
    assert "Better Practice" in run("list", "--theme", "worse-practice", code=1).stderr
    assert "on-track" in run("list", "--status", "late", code=2).stderr
    assert "--due-before" in run("list", "--due-before", "soon", code=2).stderr


def test_a_table_into_a_pipe_has_no_colour_no_box_and_no_cut(mine: Path) -> None:
    out = run("list").stdout
    assert "\x1b" not in out and not set(out) & set("│┃━─┏┡╇…")
    assert out.splitlines()[0].split()[:2] == ["Ref", "Recommendation"]
    assert len(out.splitlines()) == 72


def test_csv_is_quoted_whole_and_holds_no_formula(mine: Path, author: str) -> None:
    run("edit", "HC-6", "--title", "=1+1", "--lead", "C3,Local Policing")
    rows = list(csv.DictReader(io.StringIO(run("list", "--publication", "HC", "--format", "csv").stdout)))
    row = next(row for row in rows if row["ref"] == "HC-6")
    assert row["title"] == "'=1+1" and row["leads"] == "C3; Local Policing" and row["target_text"] == ""


def test_an_empty_list_is_an_empty_list_in_every_format(mine: Path) -> None:
    nothing = ("list", "--search", "no such words anywhere")
    assert data(*nothing) == []
    assert run(*nothing).stdout.startswith("Ref")
    for command in ("list", "attention", "ledger"):
        heading = run(command, "--format", "csv").stdout.splitlines()[0]
        assert run(command, *nothing[1:], "--format", "csv").stdout == f"{heading}\n"


# -- show and log


def test_show_gives_the_whole_item(mine: Path) -> None:
    whole = data("show", "HC-6")
    assert whole["ref"] == "HC-6" and whole["theme"] == "better-practice"
    assert whole["notes"] and whole["history"] and whole["targets"] == []
    assert whole["submissions"][0]["asks"] == "closure" and whole["submissions"][0]["replies"]
    assert data("show", "hc 6") == whole


def test_show_prints_the_description_of_an_item_line_by_line(mine: Path) -> None:
    shown = run("show", "HC-6").stdout
    for text in (
        "HC-6 · Third-party reporting\n  Publication: Hate Crime (HC), June 2021, 3 yr 2 mo ago\n"
        "  Status: Delayed (worked out from the source)\n",
        "without going to the police themselves.\n",
        "  Stage: Remain open\n  On time?: Delayed (worked out from the source, 2.5)\n",
        "  Action with: Us (in our words)\n  Target: none\n  Theme: Better Practice (our own label)\n"
        "  Lead: none recorded\n  Source: 2.5.2, which states: addressed to, stage; the title is ours\n"
        "  Marking: OFFICIAL\n  Changed here: 2024-09-18\nNotes (in our words)\n",
        "Submissions\n  May 2024: sent, asking for closure\n    Evidence proposing closure. (in our words)\n"
        "    ↳ day not known: HMICS: remain open\n      in short: HMICS recommended that it remain open. (in our words)\n",
    ):
        assert text in shown
    assert run("show", "CCP-10").stdout.count("Training will be rolled out jointly by Police Scotland, SAS, HSCPs") == 1


def test_a_target_that_was_moved_shows_its_steps(mine: Path) -> None:
    targets = data("show", "CA-2")["targets"]
    assert [step["text"] for step in targets] == ["not known", "June 2025"]
    assert "Moved later: at least once" in run("show", "CA-2").stdout


def test_a_code_shows_the_publication_with_its_items_and_notes(mine: Path) -> None:
    whole = data("show", "HC")
    assert whole["code"] == "HC" and len(whole["items"]) == 15 and whole["notes"]
    out = run("show", "HC").stdout
    assert "15: 10 closed (1 with the inspectorate†, 1 discharged†, 8 closed otherwise†)" in out and "HC-13" in out


def test_show_of_every_item_and_publication_works(mine: Path) -> None:
    for row in data("list", "--parts"):
        assert row["ref"] in run("show", row["ref"]).stdout
    for code in ("OCSA", "CA", "HC", "CAM", "DA", "MHD", "CCP"):
        assert code in run("show", code).stdout


def test_what_is_not_there_is_said_with_what_may_have_been_meant(mine: Path) -> None:
    assert "HC-9" in run("show", "HC-99", code=1).stderr


def test_the_log_tells_who_changed_what(mine: Path, author: str) -> None:
    run("set", "HC-6", "--track", "on-track")
    row = data("log", "--item", "HC-6", "--by", "c3 lead")[0]
    assert (row["author"], row["about"], row["after"]) == ("C3 lead", "HC-6", "On track")
    assert data("log", "--action", row["action"][:8])[0] == row
    assert len(data("log", "--on", "18 September 2024", "--limit", "3")) == 3
    assert "Nobody" in run("log", "--by", "Nobody", code=1).stderr
    assert "--on" in run("log", "--on", "May 2024", code=2).stderr
    assert run("log", "--limit", "1", "--format", "csv").stdout.startswith('"time"')


# -- writing


def test_a_track_is_set_with_a_reason_and_read_back(mine: Path, author: str) -> None:
    run("set", "HC-6", "--track", "on-track")
    result = run("set", "HC-6", "--track", "delayed", "--reason", "Waits for guidance.")
    assert result.stdout == "" and "HC-6" in result.stderr
    whole = data("show", "HC-6")
    assert whole["track"] == "delayed" and whole["history"][0]["reason"] == "Waits for guidance."


def test_a_reason_owed_without_a_terminal_is_misuse_and_names_the_option(mine: Path, author: str) -> None:
    run("set", "HC-6", "--track", "on-track")
    assert "--reason" in run("set", "HC-6", "--track", "delayed", code=2).stderr
    assert data("show", "HC-6")["track"] == "on-track"
    run("set", "HC-6", "--track", "delayed", "--reason", "")


def test_a_reason_owed_is_asked_for_at_a_terminal(mine: Path, author: str, at_terminal: None) -> None:
    run("set", "HC-6", "--track", "on-track")
    run("set", "HC-6", "--track", "delayed", typed="Waits for guidance.\n")
    assert data("show", "HC-6")["history"][0]["reason"] == "Waits for guidance."


def test_nobody_writing_without_a_terminal_is_misuse_and_names_the_option(mine: Path) -> None:
    before = data("log")
    assert "--author" in run("note", "HC-6", "x", code=2).stderr
    assert data("log") == before


def test_who_is_writing_is_asked_once_and_kept(mine: Path, at_terminal: None) -> None:
    run("note", "HC-6", "One.", typed="Jo Smith\n")
    run("note", "HC-6", "Two.")
    assert [note["recorded_by"] for note in data("show", "HC-6")["notes"]][:2] == ["Jo Smith"] * 2
    settings, _ = load()
    assert settings.name == "Jo Smith" and settings.author_id


def test_the_author_named_wins_over_the_environment(mine: Path, author: str) -> None:
    run("note", "HC-6", "One.", "--author", "Jo")
    assert data("log")[0]["author"] == "Jo"


def test_fairlead_today_is_the_day_that_is_stamped(mine: Path, author: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-05")
    run("note", "HC-6", "One.")
    whole = data("show", "HC-6")
    assert whole["updated"] == "2024-11-05" and whole["notes"][0]["dated"] == "5 November 2024"
    monkeypatch.setenv("FAIRLEAD_TODAY", "November")
    assert "FAIRLEAD_TODAY" in run("note", "HC-6", "x", code=2).stderr


def test_a_note_keeps_its_kind_date_and_marking(mine: Path, author: str) -> None:
    options = ["--kind", "evidence", "--dated", "2024-09-01", "--marking", "OFFICIAL-SENSITIVE", "--also", "HC-5,HC-2"]
    start = run("note", "HC-6", "Figures.\nTwo lines.", *options).stdout.strip()
    for ref in ("HC-6", "HC-5", "HC-2"):
        note = next(note for note in data("show", ref)["notes"] if note["id"].startswith(start))
        assert note["text"] == "Figures.\nTwo lines." and note["kind"] == "evidence"
        assert (note["dated"], note["marking"]) == ("1 September 2024", "OFFICIAL-SENSITIVE")


def test_a_note_may_come_from_stdin_and_be_on_a_publication_or_a_theme(mine: Path, author: str) -> None:
    run("note", "HC", "-", typed="From a pipe.\n")
    assert "From a pipe." in [note["text"] for note in data("show", "HC")["notes"]]
    run("note", "better-practice", "Learned.")
    assert "Better Practice" in data("log")[0]["about"]


def test_several_items_are_set_as_one_action_and_undone_as_one(mine: Path, author: str) -> None:
    run("set", "HC-2", "HC-5", "--stage", "in-progress", "--next-move", "us", "--until", "the response is sent")
    assert {data("show", ref)["stage"] for ref in ("HC-2", "HC-5")} == {"in-progress"}
    run("undo")
    assert {data("show", ref)["stage"] for ref in ("HC-2", "HC-5")} == {"collating-evidence"}
    run("redo")
    assert {data("show", ref)["next_move_until"] for ref in ("HC-2", "HC-5")} == {"the response is sent"}


def test_reopening_takes_the_stage_that_is_given(mine: Path, author: str) -> None:
    run("set", "HC-3", "--track", "delayed", "--stage", "collating-evidence", "--reason", "The unit was closed.")
    row = data("show", "HC-3")
    assert (row["status"], row["stage"], row["track"]) == ("delayed", "collating-evidence", "delayed")


def test_a_target_is_moved_and_emptied(mine: Path, author: str) -> None:
    run("set", "MHD-2", "--target", "in the spring", "--latest", "2025-05-31", "--reason", "Training first.")
    row = data("show", "MHD-2")
    assert (row["target_text"], row["target_latest"], row["moved_later"]) == ("in the spring", "2025-05-31", 1)
    assert "needs a reason" in run("set", "MHD-2", "--target", "", code=2).stderr
    run("set", "MHD-2", "--target", "", "--reason", "Nobody holds to it.")
    assert data("show", "MHD-2")["target_text"] is None


def test_believed_done_stays_open(mine: Path, author: str) -> None:
    run("set", "HC-6", "--believed-done", "--by", "C3")
    row = data("show", "HC-6")
    assert row["believed_done"] is True and row["status"] == "delayed"
    run("set", "HC-6", "--not-believed-done")
    assert data("show", "HC-6")["believed_done"] is False


def test_no_quick_way_closes_ones_own_recommendation(mine: Path, author: str) -> None:
    for stage in ("discharged", "submitted", "remain-open", "delivered", "closed-not-adopted"):
        assert "HC-6" in run("set", "HC-6", "--stage", stage, code=1).stderr
    run("set", "HC-6", "--stage", "superseded", "--superseded-by", "HC-5")
    assert data("show", "HC-6")["closed_as"] == "superseded"


def test_all_that_is_set_at_once_is_named(mine: Path, author: str) -> None:
    done = run(
        "set",
        "HC-6",
        "--track",
        "on-track",
        "--next-move",
        "inspectorate",
        "--target",
        "June 2025",
        "--reason",
        "Agreed.",
    )
    assert done.stderr == "HC-6: Delayed → On track; action with the inspectorate, was us; target set to June 2025\n"
    assert "target removed, was June 2025" in run("undo").stderr
    edited = run("edit", "HC", "--total", "16", "--updates", "7").stderr
    assert edited == "HC: total, as printed 15 → 16; updates, as printed 5 → 7\n"
    two = run("set", "HC-2", "HC-5", "--next-move", "us", "--target", "June 2025", "--reason", "Agreed.").stderr
    assert two.startswith("HC-2: action with us; target set to June 2025 and 2 more")


@pytest.mark.parametrize(
    "command",
    [
        ("note", "HC-6"),
        ("add", "action", "HC-6"),
        ("add", "publication"),
        ("add", "recommendation", "HC"),
        ("add", "theme"),
    ],
    ids=" ".join,
)
def test_a_text_that_begins_with_a_hyphen_is_answered_with_how_it_is_given(
    mine: Path, author: str, command: tuple[str, ...]
) -> None:
    error = run(*command, "-5 degrees", code=2).stderr
    assert "Such a text goes last, after two: -- '-5 degrees'" in error and "taken for an option" in error
    run(*command, "--", "-5 degrees")
    error = run(*command, "--zzqx", code=2).stderr
    assert "No such option: --zzqx. If it is a text, it goes last, after two: -- --zzqx" in error


def test_a_query_that_begins_with_a_hyphen_is_told_that_nothing_can_be_left_out(mine: Path) -> None:
    for query in ("-status:closed", "-hate"):
        error = run("list", query, code=2).stderr
        assert "nothing can be left out with a minus" in error and f"fairlead list -- '\"{query}\"'" in error
        assert "nothing can be left out with a minus" in run("list", "--", query, code=2).stderr
        run("list", "--", f'"{query}"')
    assert "Did you mean" in run("list", "--statu", "closed", code=2).stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["add", "publication", "X", "--code", "A" * 35], "Code: it has 35 characters, and 20 is the most"),
        (["add", "publication", "X", "--code", "A-1"], "Code: use letters and digits only, starting with a letter"),
        (["add", "recommendation", "HC", "X", "--number", "9" * 21], "it has 21 characters, and 20 is the most"),
        (["add", "publication", "X", "--total", "-1"], "“-1” is less than none"),
        (["edit", "HC", "--total", "-1"], "“-1” is less than none"),
        (["add", "publication", "X", "--total", "9" * 30], "9,007,199,254,740,992 is the most"),
        (["log", "--limit", "-1"], "It takes a whole number from 1 to 10,000,000, not -1."),
        (["alike", "--limit", "many"], "It takes a whole number from 1 to 1,000, not many."),
        (["edit", "register", "--stale-after", "0"], "It takes a whole number from 1 to"),
    ],
)
def test_what_is_too_long_or_no_number_is_answered_in_plain_words(
    mine: Path, author: str, command: list[str], words: str
) -> None:
    error = run(*command, code=2).stderr
    assert words in error
    assert not [
        jargon
        for jargon in ("items after validation", "String should", "Input should", "<=", "pattern")
        if jargon in error
    ]


def test_a_command_that_is_printed_quotes_what_a_shell_would_take_apart(
    sample_path: Path, tmp_path: Path, author: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "o'ther & file.db"
    shutil.copyfile(sample_path, theirs)
    error = run("note", "HC-6", "x", "--register", str(theirs), code=1).stderr.strip()
    advised = shlex.split(error.partition("as your own register: ")[2])
    assert advised == ["fairlead", "keep", str(theirs)]
    run(*advised[1:], "--as", str(tmp_path / "own.db"))
    missing = run("list", "--register", str(tmp_path / "not here.db"), code=1).stderr.strip()
    assert shlex.split(missing.partition("start one with: ")[2]) == ["fairlead", "new", str(tmp_path / "not here.db")]
    made = run("new", str(tmp_path / "a b.db")).stderr.strip()
    assert shlex.split(made.partition("Open it with: ")[2]) == ["fairlead", str(tmp_path / "a b.db")]
    monkeypatch.setattr("sys.platform", "win32")
    assert quote_for_shell(r"C:\Users\Jo Ann\r.db") == r'"C:\Users\Jo Ann\r.db"'
    assert quote_for_shell(r"C:\Users\Jo\r.db") == r"C:\Users\Jo\r.db"


@pytest.mark.parametrize(
    "options", [[], ["--until", "May"], ["--earliest", "2025-01-01"], ["--stage", "superseded", "--track", "delayed"]]
)
def test_options_that_mean_nothing_are_misuse(mine: Path, author: str, options: list[str]) -> None:
    assert "--" in run("set", "HC-6", *options, code=2).stderr


def test_a_publication_and_its_items_are_added_from_nothing(tmp_path: Path, author: str) -> None:
    path = str(tmp_path / "own.fairlead")
    run("new", path, "--title", "Our register", "--marking", "OFFICIAL-SENSITIVE")
    at = ("--register", path)
    assert (
        run("add", "publication", "Custody Centres", "--published", "May 2024", "--total", "12", *at).stdout == "CC\n"
    )
    options = ["--number", "1", "--theme", "human-error", "--lead", "C3; Local Policing", "--track", "on-track"]
    assert run("add", "recommendation", "cc", "Check each cell", *options, *at).stdout == "CC-1\n"
    assert run("add", "recommendation", "CC", "Not numbered", *at).stdout.startswith("CC-x")
    row = data("list", "--publication", "CC", *at)[0]
    assert (row["number"], row["theme"], row["leads"]) == ("1", "human-error", ["C3", "Local Policing"])
    assert run("add", "recommendation", "CC", "Again", "--number", "R01", *at, code=1).stderr.startswith("CC-1")
    assert "Our register" in json.dumps(data("log", *at))


def test_an_action_is_added_finished_and_withdrawn(mine: Path, author: str) -> None:
    start = run("add", "action", "HC-6", "Send it", "--due", "November 2024", "--whose", "C3").stdout.strip()

    def action() -> Any:
        return next((a for a in data("show", "HC-6")["actions"] if a["id"].startswith(start)), None)

    assert (action()["text"], action()["due"], action()["done"]) == ("Send it", "November 2024", None)
    run("edit", "action", start, "--done", "--on", "September 2024")
    assert action()["done"] == "September 2024"
    run("edit", "action", start, "--not-done", "--text", "Send it signed")
    assert (action()["text"], action()["done"]) == ("Send it signed", None)
    run("edit", "action", start, "--withdraw")
    assert action() is None
    assert "0123456789" in run("edit", "action", "0123456789", "--done", code=1).stderr


def test_a_note_is_corrected_by_the_beginning_of_its_id(mine: Path, author: str) -> None:
    start = run("note", "HC-6", "Frist.").stdout.strip()
    run("edit", "note", start, "--text", "First.")
    texts = [note["text"] for note in data("show", "HC-6")["notes"]]
    assert "First." in texts and "Frist." not in texts


def test_links_are_added_and_withdrawn(mine: Path, author: str) -> None:
    run("add", "link", "HC-6", "same-work", "CAM-1", "--why", "One team.")
    assert {link["reference"] for link in data("show", "CAM-1")["links"]} >= {"HC-6"}
    run("edit", "link", "CAM-1", "same-work", "HC-6", "--withdraw")
    assert "HC-6" not in {link["reference"] for link in data("show", "CAM-1")["links"]}


def test_a_reference_is_an_item_to_edit_and_a_code_a_publication(mine: Path, author: str) -> None:
    run("edit", "HC-6", "--title", "Reporting by others", "--theme", "not-allocated", "--lead", "C3")
    run("edit", "HC", "--updates", "6", "--code", "HCR")
    row = data("show", "HCR-6")
    assert (row["title"], row["theme"], row["leads"]) == ("Reporting by others", None, ["C3"])
    assert data("show", "HCR")["stated_updates"] == "6"
    run("edit", "HCR-6", "--lead", "no-lead", "--text", "")
    assert data("show", "HCR-6")["leads"] == [] and data("show", "HCR-6")["text"] is None


def test_the_register_itself_is_described(mine: Path, author: str) -> None:
    run("edit", "register", "--title", "C3 register", "--next-committee", "4 December 2024")
    register = Register.open(mine)
    assert register.own_fields()["title"] == "C3 register"
    assert register.own_fields()["next_committee_latest"] == "2024-12-04"
    register.close()


def test_an_item_is_withdrawn_and_brought_back_by_undo(mine: Path, author: str) -> None:
    run("edit", "HC-6", "--withdraw", "--reason", "Entered twice.")
    run("show", "HC-6", code=1)
    run("undo")
    assert data("show", "HC-6")["ref"] == "HC-6"


def test_an_edit_without_anything_to_correct_is_misuse(mine: Path, author: str) -> None:
    for what in (
        ["HC-6"],
        ["HC"],
        ["register"],
        ["note", "335eb407"],
        ["action", "cbc880e6"],
        ["link", "CCP-10", "same-work", "MHD-2"],
    ):
        assert "--help" in run("edit", *what, code=2).stderr


def test_undoing_over_later_edits_needs_force_or_a_yes(mine: Path, author: str) -> None:
    run("edit", "HC-6", "--title", "One")
    action = data("log")[0]["action"]
    run("edit", "HC-6", "--title", "Two", "--author", "Jo")
    assert "--force" in run("undo", code=2).stderr
    run("undo", "--action", action[:8], "--force")
    assert data("show", "HC-6")["title"] == "Third-party reporting"


def test_undoing_over_later_edits_is_asked_about_at_a_terminal(mine: Path, author: str, at_terminal: None) -> None:
    run("edit", "HC-6", "--title", "One")
    run("edit", "HC-6", "--title", "Two", "--author", "Jo")
    run("undo", typed="n\n", code=1)
    assert data("show", "HC-6")["title"] == "Two"
    run("undo", typed="y\n")
    assert data("show", "HC-6")["title"] == "Third-party reporting"


def test_undoing_that_is_stopped_changes_nothing(mine: Path, author: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("edit", "HC-6", "--title", "One")
    monkeypatch.setattr("tui.cli.history.showing_progress", lambda _what: nullcontext(lambda _done, _of: False))
    assert "was stopped. Nothing was changed." in run("undo", code=130).stderr
    assert data("show", "HC-6")["title"] == "One"


def test_nothing_to_undo_is_said(mine: Path, author: str) -> None:
    assert "nothing" in run("undo", code=1).stderr
    assert "nothing" in run("redo", code=1).stderr


def _conflict(mine: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.fairlead"
    shutil.copyfile(mine, other)
    theirs = Register.open(other, Author("Jo"))
    newest = theirs.newest()
    from store.commands import correct
    from store.domain.references import find_item

    theirs.do(correct("recommendation", find_item(theirs.conn, "HC-6")[0], title="Theirs"))
    brought = [change for n, change in enumerate(theirs.log.all(), 1) if n > newest]
    theirs.close()
    run("edit", "HC-6", "--title", "Ours")
    register = Register.open(mine)
    register.apply(brought)
    register.close()


def test_an_edit_of_a_field_in_conflict_has_to_settle_it(mine: Path, author: str, tmp_path: Path) -> None:
    _conflict(mine, tmp_path)
    assert "title: Several values: " in run("show", "HC-6").stdout
    message = run("edit", "HC-6", "--title", "Agreed", code=1).stderr
    assert "Ours" in message and "Theirs" in message and "--resolve" in message
    run("edit", "HC-6", "--title", "Agreed", "--resolve")
    assert data("show", "HC-6")["title"] == "Agreed" and data("show", "HC-6")["conflicts"] == {}


# -- files


def test_new_is_empty_but_for_the_themes_unless_told(tmp_path: Path) -> None:
    run("new", str(tmp_path / "a.db"))
    assert data("list", "--register", str(tmp_path / "a.db")) == []
    run("new", str(tmp_path / "b.db"), "--sample")
    assert len(data("list", "--register", str(tmp_path / "b.db"))) == 71


def test_overwriting_needs_force(tmp_path: Path, mine: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    assert "--force" in run("export", str(path), code=1).stderr
    assert path.read_text() == "mine"
    run("export", str(path), "--force")
    assert "HC-6" in path.read_text(encoding="utf-8")
    assert "--force" in run("new", str(path), code=1).stderr


def test_an_export_is_narrowed_and_its_digest_told(tmp_path: Path, mine: Path) -> None:
    from hashlib import sha256

    path = tmp_path / "delayed.json"
    digest, name = run("export", str(path), "--publication", "HC", "--status", "delayed").stdout.split()
    assert name == str(path) and digest == sha256(path.read_bytes()).hexdigest()
    assert ".csv" in run("export", str(tmp_path / "x.doc"), code=2).stderr


def test_a_file_from_elsewhere_is_read_but_not_written(sample_path: Path, author: str) -> None:
    at = ("--register", str(sample_path))
    before = sample_path.read_bytes()
    assert len(data("list", *at)) == 71
    for command in (["note", "HC-6", "x"], ["set", "HC-6", "--track", "on-track"], ["undo"], ["add", "theme", "X"]):
        assert f"fairlead keep {sample_path}" in run(*command, *at, code=1).stderr
    assert sample_path.read_bytes() == before


def test_a_kept_copy_can_be_written(sample_path: Path, tmp_path: Path, author: str) -> None:
    ours = str(tmp_path / "ours.fairlead")
    assert run("keep", str(sample_path), "--as", ours).stdout.strip() == ours
    run("note", "HC-6", "Ours.", "--register", ours)
    assert "--force" in run("keep", str(sample_path), "--as", ours, code=1).stderr
    assert Path(run("keep", str(sample_path)).stdout.strip()).is_relative_to(tmp_path / "home")


def test_a_file_that_is_no_register_is_refused_in_words(tmp_path: Path) -> None:
    for name, content in (("a", b""), ("b", b"hello"), ("c", b"SQLite format 3\x00" + bytes(2000))):
        path = tmp_path / name
        path.write_bytes(content)
        for command in ("list", "check-file", "log"):
            assert name in run(command, "--register", str(path), code=1).stderr
        assert str(path) in run("keep", str(path), code=1).stderr
    assert "no file" in run("list", "--register", str(tmp_path / "none"), code=1).stderr


def test_without_any_register_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    assert "fairlead new FILE --sample" in run("list", code=1).stderr


def test_the_data_folders_register_is_the_usual_one(sample_path: Path) -> None:
    run("keep", str(sample_path))
    assert len(data("list")) == 71


def test_without_a_name_a_command_opens_what_the_app_would_of_the_data_folder(
    sample_path: Path, tmp_path: Path
) -> None:
    # Whatever it is called: ctrl+k gives a copy the name of what was open.
    run("keep", str(sample_path), "--as", str(ensure_folder(folders().data) / "as-at-september.fairlead"))
    assert len(data("list")) == 71
    # The one used last of several there, and not the one with the usual name.
    run("new", str(folders().own_register))
    assert data("list") == []
    run("keep", str(sample_path), "--as", str(folders().data / "ours.fairlead"))
    assert len(data("list")) == 71
    # What is elsewhere is named, and not opened: where there is none in the folder it is in the sentence.
    run("new", str(tmp_path / "elsewhere.fairlead"))
    assert data("list") == []
    for path in folders().data.glob("*.fairlead"):
        path.unlink()
    shown = " ".join(run("list", code=1).stderr.split())
    assert (
        "the one used last is not in" in shown and "Name it with: --register" in shown and "elsewhere.fairlead" in shown
    )


def test_check_file_finds_a_sound_register_sound(mine: Path) -> None:
    assert run("check-file").stdout == ""


def test_check_file_finds_what_another_tool_altered(mine: Path, tmp_path: Path) -> None:
    import sqlite3

    copy = tmp_path / "copy.fairlead"
    shutil.copyfile(mine, copy)
    for path in (mine, copy):
        conn = sqlite3.connect(path)
        conn.execute("UPDATE recommendation SET title = 'Altered' WHERE reference = 'HC-6'")
        conn.commit()
        conn.close()
        assert "HC-6" in run("check-file", str(path), code=1).stdout


# -- what is printed, and safely


@pytest.mark.slow
def test_hostile_text_reaches_no_terminal(mine: Path, author: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from hostile import HOSTILE, UNSAFE

    for text in HOSTILE:
        if not text.strip() or re.search("[\ud800-\udfff]", text):
            continue
        run("note", "HC-6", text)
        run("edit", "HC-6", "--title", text[:400], "--theme", "governance")
    for command in (["show", "HC-6"], ["list", "--publication", "HC"], ["log"], ["log", "--format", "csv"]):
        for line in run(*command).stdout.split("\n"):
            assert not UNSAFE.search(line)
    for text in HOSTILE:
        for command in (
            ["show", text or "x"],
            ["list", "--search", text],
            ["list", "--lead", text, "--publication", text],
        ):
            result = CliRunner().invoke(cli, [*command, "--"][:-1], prog_name="fairlead")
            assert isinstance(result.exception, SystemExit | None)
            assert not any(UNSAFE.search(line) for line in result.output.split("\n"))


def test_an_unknown_command_or_option_is_misuse() -> None:
    run("frobnicate", code=2)
    run("list", "--frobnicate", code=2)
    run("show", code=2)


def test_every_command_is_where_the_table_has_it() -> None:
    names = cli.list_commands(click.Context(cli))
    assert [getattr(cli.get_command(click.Context(cli), name), "name", None) for name in names] == names


def test_the_register_given_wins_over_the_environment(mine: Path, tmp_path: Path) -> None:
    run("new", str(tmp_path / "a.db"))
    assert data("list", "--register", str(tmp_path / "a.db")) == []
    assert len(data("list")) == 71


def test_shells_complete_commands_words_and_references(mine: Path) -> None:
    def complete(line: str) -> set[str]:
        words = line.split(" ")
        result = CliRunner().invoke(
            cli,
            [],
            prog_name="fairlead",
            env={"_FAIRLEAD_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        )
        return {entry.partition(",")[2] for entry in result.output.split("\n") if entry}

    assert complete("fairlead ch") == {"chart", "check", "check-file"}
    assert complete("fairlead list --status del") == {"delayed"}
    assert complete("fairlead show M") == {"MHD-2", *complete("fairlead show MHD-")}
    assert {"HC-1", "HC-10"} <= complete("fairlead show HC-1")
    for shell in ("bash", "zsh", "fish"):
        assert "_FAIRLEAD_COMPLETE" in run("completion", shell).stdout


@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_the_help_of_a_command_shows_examples_that_work(
    path: tuple[str, ...], mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = examples(*path)
    assert shown and all(arguments[: len(path)] == list(path) for arguments in shown if len(path) == 1)
    monkeypatch.chdir(mine.parent)
    if path in (("undo",), ("redo",)):
        monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    assert all(result.exit_code == 0 for result in make_ready(path, mine))
    for arguments in shown:
        run(*arguments)


def test_the_programs_own_help_shows_examples_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = run("--help").stdout
    monkeypatch.chdir(tmp_path)
    examples = [line.strip() for line in text.splitlines() if line.startswith("    fairlead ")]
    assert len(examples) == 2
    for example in examples:
        run(*shlex.split(example)[1:])


def test_a_terminal_is_asked_for_only_where_somebody_can_answer(mine: Path) -> None:
    assert base.at_terminal() is False
    with pytest.raises(BadInput):
        base.require_author(load()[0], None)
