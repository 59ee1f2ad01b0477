"""Text at the door of the command line: what comes as bytes is decoded as what it is, or refused in a sentence."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from partial import leave_out

from store.domain.text import READ_AS_WINDOWS, TextError, decode, validate_text, validate_typed
from tui.cli.group import cli
from tui.cli.typed_text import WORDS, read_stdin

WINDOWS = "The force’s café – “quoted” £5".encode("cp1252")

READ = {
    "the bytes of UTF-8": ("naïve – ☃".encode(), "naïve – ☃"),
    "UTF-8 with a mark": (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
    "UTF-16, little end first": ("\ufeffcafé".encode("utf-16-le"), "café"),
    "UTF-16, big end first": ("\ufeffcafé".encode("utf-16-be"), "café"),
    "UTF-32, little end first": ("\ufeffcafé".encode("utf-32-le"), "café"),
    "UTF-32, big end first": ("\ufeffcafé".encode("utf-32-be"), "café"),
    "Windows-1252": (WINDOWS, "The force’s café – “quoted” £5"),
    "one byte of Windows-1252 at the end": (b"caf\xe9", "café"),
    "nothing": (b"", ""),
}

REFUSED = {
    "random bytes": bytes(range(0x80, 0x100)) + bytes(range(0x20)),
    "UTF-16 without a mark": "plain words".encode("utf-16-le"),
    "UTF-16 that breaks off": b"\xff\xfea\x00b",
    "UTF-16 with half a pair": b"\xff\xfe\x00\xd8a\x00",
    "UTF-8 with a mark and a wrong byte": b"\xef\xbb\xbfcaf\xe9",
    "UTF-8 and Windows-1252 together": "café ".encode() + "café".encode("cp1252"),
    "what Windows-1252 does not define": b"a long line of words \x81 and more",
    "the beginning of a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a compressed file": b"PK\x03\x04\x14\x00\xe9\xff",
}


@pytest.mark.parametrize("case", READ)
def test_bytes_are_read_as_what_they_are(case: str) -> None:
    data, text = READ[case]
    assert decode(data) == (text, "Windows" in case)


@pytest.mark.parametrize("case", REFUSED)
def test_bytes_that_are_no_text_are_refused_and_nothing_is_replaced(case: str) -> None:
    with pytest.raises(TextError, match=r"Save it as UTF-8"):
        decode(REFUSED[case])


def notes() -> list[str]:
    shown = CliRunner().invoke(cli, ["show", "HC-6", "--format", "json"], prog_name="fairlead")
    return [note["text"] for note in json.loads(shown.stdout)["notes"]]


@pytest.mark.parametrize("command", [("note", "HC-6", "-"), ("submit", "HC-6", "--dated", "2024-09-01", "--note", "-")])
def test_stdin_is_read_as_what_it_is_or_refused(mine: Path, command: tuple[str, ...]) -> None:
    before = notes()
    for data in (REFUSED["random bytes"], "a lost \ufffd".encode()):
        done = CliRunner().invoke(cli, [*command, "--author", "Jo"], input=data, prog_name="fairlead")
        assert done.exit_code == 2 and "Traceback" not in done.output and notes() == before
    done = CliRunner().invoke(cli, [*command, "--author", "Jo"], input=WINDOWS, prog_name="fairlead")
    assert done.exit_code == 0 and READ_AS_WINDOWS in done.stderr
    assert "The force’s café – “quoted” £5" in notes()


@pytest.mark.skipif(sys.platform == "win32", reason="there arguments are characters, not bytes")
def test_an_argument_or_option_is_read_as_stdin_is(mine: Path) -> None:
    text, author = (os.fsdecode(data) for data in (WINDOWS, b"Zo\xeb"))
    done = CliRunner().invoke(cli, ["note", "HC-6", text, "--author", author], prog_name="fairlead")
    assert done.exit_code == 0 and READ_AS_WINDOWS in done.stderr
    assert "The force’s café – “quoted” £5" in notes()
    for bad in (os.fsdecode(REFUSED["UTF-8 and Windows-1252 together"]), "lost \ufffd", "half \ud83d"):
        for arguments in (["note", "HC-6", bad], ["edit", "HC-6", "--title", bad], ["set", "HC-6", "--target", bad]):
            done = CliRunner().invoke(cli, [*arguments, "--author", "Jo"], prog_name="fairlead")
            assert done.exit_code == 2 and "\ufffd" not in json.dumps(notes(), ensure_ascii=False), arguments


@pytest.mark.skipif(sys.platform == "win32", reason="there the environment is characters, not bytes")
def test_the_author_of_the_environment_is_read_as_an_argument_is(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_AUTHOR", os.fsdecode(b"a long name \x81 and more"))
    refused = CliRunner().invoke(cli, ["note", "HC-6", "Not saved"], prog_name="fairlead")
    assert refused.exit_code == 2 and "FAIRLEAD_AUTHOR: This is neither UTF-8" in refused.stderr
    monkeypatch.setenv("FAIRLEAD_AUTHOR", os.fsdecode(b"Zo\xeb"))
    assert CliRunner().invoke(cli, ["note", "HC-6", "Saved"], prog_name="fairlead").exit_code == 0
    assert "Zoë" in run("log") and "Not saved" not in notes()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Windows closes no stdin")
def test_a_closed_stdin_is_a_sentence(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(TextError, match="stdin: it is closed"):
        read_stdin()


def test_what_is_typed_or_pasted_in_the_app_may_have_lost_nothing() -> None:
    with pytest.raises(TextError, match="could not be read after “caf”"):
        validate_typed("caf\ufffd")
    assert WORDS.convert("plain", None, None) == validate_typed("plain") == "plain"


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_marks_of_layout_are_left_out_of_what_is_stored(mark: str) -> None:
    assert validate_text(f"inves{mark}tigation") == validate_text(f"inves{mark}tigation", lines=True) == "investigation"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments], prog_name="fairlead")
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_theme_and_a_lead_with_commas_are_one_wherever_they_are_named(mine: Path) -> None:
    name, who = "Policy, Training and Guidance", ("--author", "Jo")
    run("add", "theme", name, *who)
    run("edit", "HC-6", "--theme", name, "--lead", f'"{name}"', "--lead", "C3", "--new-is", "unit", *who)
    for named in (("--theme", name), ("--theme", f"{name}, governance"), ("--lead", name), ("--lead", name.upper())):
        listed = json.loads(run("list", *named, "--publication", "HC", "--format", "json"))
        assert "HC-6" in [item["ref"] for item in listed]
    (item,) = json.loads(run("list", "--lead", name, "--format", "json"))
    assert item["leads"] == ["C3", name]
    run("edit", "HC-6", "--lead", f"{name}, C3", *who)
    refused = CliRunner().invoke(cli, ["edit", "HC-6", "--lead", "Fleet, Estates", "--new-is", "unit", *who])
    assert refused.exit_code == 2 and "double quotes" in refused.output
    assert json.loads(run("show", "HC-6", "--format", "json"))["leads"] == ["C3", name]


def test_a_lead_that_nobody_is_is_refused_with_those_that_are_like_it(mine: Path, tmp_path: Path) -> None:
    for command in (["list"], ["export", str(tmp_path / "x.csv")]):
        refused = CliRunner().invoke(cli, [*command, "--lead", "NHS 42"], prog_name="fairlead")
        assert (
            refused.exit_code == 1 and "There is no lead NHS 42 in this register. Did you mean NHS 24" in refused.stderr
        )
    assert not (tmp_path / "x.csv").exists()


def test_every_change_of_the_leads_is_printed(mine: Path) -> None:
    done = CliRunner().invoke(cli, ["edit", "CAM-1", "--lead", "NHS 24", "--title", "Other", "--author", "Jo"])
    assert all(change in done.stderr for change in ("lead added: NHS 24", "lead withdrawn: C3", "→ Other")), done.stderr


def test_one_name_is_one_name_wherever_one_is_given(mine: Path) -> None:
    handing = ("handover", "--lead", "C3", "--apply", "--author", "Jo", "--new-is", "unit", "--to")
    refused = CliRunner().invoke(cli, [*handing, "New, Unit"], prog_name="fairlead")
    assert refused.exit_code == 2 and "double quotes" in refused.stderr
    run(*handing, '"New, Unit"')
    assert json.loads(run("list", "--lead", "New, Unit", "--format", "json"))
    assert '"New' not in run("list", "--count-by", "lead", "--format", "json").replace('"New, Unit"', "")


def test_a_theme_that_is_here_is_corrected_and_not_added_again(mine: Path) -> None:
    refused = CliRunner().invoke(cli, ["add", "theme", '"governance"', "--author", "Jo"], prog_name="fairlead")
    assert refused.exit_code == 1 and "To correct it: fairlead edit theme Governance" in refused.stderr
    done = CliRunner().invoke(cli, ["edit", "theme", "governance", "--definition", "Who decides", "--author", "Jo"])
    assert done.exit_code == 0 and "→ Who decides" in done.stderr, done.output


def test_a_note_on_a_publication_is_named_where_a_search_finds_it(mine: Path) -> None:
    run("note", "HC", "A workshop in Dalmarnock.", "--author", "Jo")
    done = CliRunner().invoke(cli, ["list", "dalmarnock"], prog_name="fairlead")
    assert done.exit_code == 0 and "Found in the notes on HC, MHD." in done.stderr and "HC-6" not in done.stdout


def test_a_theme_that_was_left_out_of_a_copy_is_not_here_to_be_corrected(mine: Path) -> None:
    leave_out(mine, ["theme"])
    for options in (["--definition", "Who decides"], ["--name", "Decisions"], ["--withdraw"]):
        refused = CliRunner().invoke(cli, ["edit", "theme", "Governance", *options, "--author", "Jo"])
        assert refused.exit_code == 1 and "There is no theme Governance in this register." in refused.stderr


def test_what_is_corrected_is_named_by_what_was_done_to_it(mine: Path) -> None:
    for arguments, summary in (
        (["edit", "theme", "Governance", "--definition", "Who decides"], "Governance: definition "),
        (["edit", "theme", "Governance", "--name", "Decisions"], "Decisions: name Governance → Decisions"),
        (["edit", "theme", "Decisions", "--withdraw"], "theme withdrawn: Decisions"),
        (["view", "save", "Ours", "--filter", "next:us"], "view saved: Ours"),
        (["view", "save", "Ours", "--filter", "next:other"], "Ours: query next:us → next:other"),
    ):
        assert CliRunner().invoke(cli, [*arguments, "--author", "Jo"]).stderr.startswith(summary)
    listed = [row["about"] for row in json.loads(run("log", "--limit", "5", "--format", "json"))]
    assert listed == ["Ours", "", "", "Decisions", "Decisions"]


EMPTIED = (
    *(["list", f"--{name}"] for name in ("lead", "theme", "publication", "outcome", "view", "due-before", "search",
                                         "status", "as-at", "register")),
    ["attention", "--filter"], ["ledger", "--filter"], ["themes", "--publication"], ["export", "all.csv", "--filter"],
    *(["log", f"--{name}"] for name in ("item", "by", "on", "since", "until", "action")),
    ["evidence", "--take-out"], ["handover", "--lead"], ["handover", "--lead", "C3", "--to"],
    ["undo", "--author", "Jo", "--action"], ["set", "--author", "Jo", "--next-move", "us", "--apply", "--filter"],
    ["reply", "HC-8", "--author", "Jo", "--dated", "2024", "--verdict", "discharged", "--submission"],
    ["edit", "theme", "Governance", "--author", "Jo", "--withdraw", "--publication"], ["new"], ["export"], ["keep"],
)  # fmt: skip
"""What a script runs whose last variable is not set."""


@pytest.mark.parametrize("arguments", EMPTIED, ids=" ".join)
def test_a_name_or_filter_that_is_empty_is_refused_and_means_neither_all_nor_the_newest(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for empty in ("", " ") if arguments[-1].startswith("--") and arguments[-1] != "--register" else ("",):
        refused = CliRunner().invoke(cli, [*arguments, empty], prog_name="fairlead")
        assert refused.exit_code == 2 and "It is empty. " in refused.stderr and not refused.stdout


@pytest.mark.parametrize("query", [":", '""', "…", "status:delayed - ", "–"])
def test_a_query_with_nothing_to_search_for_is_refused_and_does_not_mean_all(mine: Path, query: str) -> None:
    for arguments in (
        ["list", "--", query],
        ["set", "--next-move", "us", "--apply", "--author", "Jo", "--filter", query],
    ):
        refused = CliRunner().invoke(cli, arguments, prog_name="fairlead")
        assert refused.exit_code == 2 and "neither a letter nor a digit" in refused.stderr


def test_an_id_that_is_not_here_is_answered_with_where_ids_are(mine: Path) -> None:
    for arguments, see in (
        (["undo", "--action", "zz"], "fairlead log"),
        (["edit", "note", "zz", "--dated", "2024"], "fairlead show REF"),
        (["evidence", "--take-out", "zz"], "fairlead evidence"),
    ):
        who = [] if arguments[0] == "evidence" else ["--author", "Jo"]
        refused = CliRunner().invoke(cli, [*arguments, *who], prog_name="fairlead")
        assert refused.exit_code == 1 and refused.stderr.rstrip().endswith(f"See: {see}")
