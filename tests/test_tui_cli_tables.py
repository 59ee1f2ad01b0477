"""The tables of the command line at a terminal of any width: what is whole, what is wrapped and what goes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from examples import every_command
from hypothesis import given
from hypothesis import strategies as st
from test_tui_cli import run

from store.domain.text import cell_width
from store.queries.item_list import everything_count
from store.queries.publications import publications
from store.register import Register
from tui.cli.group import cli
from tui.cli.layout import GAP, LEAST_WIDE, lay_out, wrap, wrap_message

WIDTHS = (60, 80, 100, 120, 160, 200)

TABLES = (
    ("list",), ("list", "--parts"), ("list", "--count-by", "lead"), ("publications",), ("show", "HC"), ("attention",),
    ("ledger",), ("themes",), ("themes", "--by", "lead"), ("themes", "--by", "outcome"), ("log", "--limit", "40"), ("alike",),
    ("evidence",), ("view", "list"), ("set", "HC-2", "HC-5", "--next-move", "us", "--until", "the reply", "--dry-run"),
)  # fmt: skip

Terminal = Callable[[int], None]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Lets commands print to a terminal of some width."""

    def of(width: int) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr("tui.cli.printing.to_terminal", lambda: True)

    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")
    return of


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", TABLES, ids=" ".join)
def test_no_line_of_any_table_is_wider_than_the_terminal(
    mine: Path, terminal: Terminal, width: int, command: tuple[str, ...]
) -> None:
    run("note", "HC-6", "漢字かな交じりの注記 👩‍👩‍👧 é", "--kind", "learning", "--author", "C3 lead")
    run("view", "save", "Waiting on us, by when it was asked for", "--filter", "next:us", "--sort", "target")
    run("cite", "CAM-4", "Figures of the evaluation.xlsx", "--reference", "IMP/24/117")
    terminal(width)
    printed = run(*command).stdout
    assert printed
    assert [line for line in printed.splitlines() if cell_width(click.unstyle(line)) > width] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reference_is_whole_and_a_title_has_twenty_cells_at_any_width(
    mine: Path, sample: Register, terminal: Terminal, width: int
) -> None:
    terminal(width)
    lines = run("list").stdout.partition("\n\n")[0].splitlines()
    heading = lines[0]
    assert heading.startswith("Ref ") and "Recommendation" in heading and "Status" in heading
    start, end = heading.index("Recommendation"), heading.index("Status")
    assert end - GAP - start >= LEAST_WIDE
    refs = [line[:start].strip() for line in lines[1:] if line[:start].strip()]
    assert len(refs) == everything_count(sample.conn, parts=False) and "CCP-11" in refs and "MHD-13" in refs
    titles = " ".join(line[start : end - GAP].strip() for line in lines[1:])
    assert "National policy and local delivery" in titles


def test_what_there_is_no_room_for_is_named_and_a_wide_window_has_all(mine: Path, terminal: Terminal) -> None:
    terminal(60)
    assert "No room here for: Stage, Leads, Changed here." in run("list", "--publication", "HC").stderr
    terminal(200)
    assert "No room" not in run("list").stderr


EMPTY = (
    (("list", "zzzz"), "0 recommendations"), (("list", "zzzz", "--count-by", "lead"), "Nothing fits: "),
    (("attention", "--filter", "zzzz"), "Nothing needs attention"), (("ledger", "--filter", "zzzz"), "Nothing waits"),
    (("themes", "--filter", "zzzz"), "Nothing fits: "), (("themes", "--by", "lead", "--filter", "zzzz"), "Nothing fits: "),
    (("log", "--since", "2030"), "No change fits."), (("view", "list"), "No view is kept here yet."),
    (("evidence",), "0 files are cited."), (("alike", "--filter", "zzzz"), "No two items"),
)  # fmt: skip
"""Lists of which nothing is left, and what a person then reads."""


@pytest.mark.parametrize(
    ("command", "sentence"), EMPTY, ids=lambda value: " ".join(value) if value is not str else value
)
def test_an_empty_list_is_a_sentence_at_a_terminal_and_headings_in_a_pipe(
    mine: Path, terminal: Terminal, command: tuple[str, ...], sentence: str
) -> None:
    if command[0] not in ("evidence", "alike"):
        done = run(*command, "--format", "csv")
        assert re.fullmatch(r'"[^\n]+"\n', done.stdout) and not done.stderr
    assert run(*command, "--format", "json").stdout == "[]\n"
    terminal(80)
    done = run(*command)
    assert done.stdout == "" and sentence in done.stderr and done.stderr.count("\n") == 1


def test_a_register_without_publications_says_so_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    run("new", str(tmp_path / "new.db"), "--author", "C3 lead")
    monkeypatch.setenv("FAIRLEAD_REGISTER", str(tmp_path / "new.db"))
    assert run("publications").stdout.startswith("Code ")
    terminal(80)
    done = run("publications")
    assert done.stdout == "" and done.stderr == "No publication is recorded here yet.\n"


# -- what is printed beside the data


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("command", [(), *every_command()], ids=" ".join)
def test_help_is_no_wider_than_the_terminal_and_no_name_in_it_is_taken_apart(
    monkeypatch: pytest.MonkeyPatch, width: int, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    found: click.Command = cli
    context = cli.context_class(cli, info_name="fairlead")
    for name in command:
        assert isinstance(found, click.Group)
        found = found.commands[name]
        context = found.context_class(found, info_name=name, parent=context)
    lines = found.get_help(context).splitlines()
    assert [line for line in lines if cell_width(line) > width] == []
    assert [line for line in lines if re.search(r"\w-$|^ .*\w\.\.\.$", line)] == []
    options = [name for param in found.params if isinstance(param, click.Option) for name in param.opts]
    assert [name for name in options if not re.search(rf"(^| ){name}(?![\w-])", "\n".join(lines), re.MULTILINE)] == []


def test_a_message_is_broken_between_words_and_a_command_at_its_end_is_whole() -> None:
    text = "There is no file here of that name. Make one with: fairlead new 'A register of ours.db' --sample"
    assert wrap_message(text, 40).split("\n") == [
        "There is no file here of that name. Make",
        "one with:",
        "  fairlead new 'A register of ours.db' --sample",
    ]
    assert wrap_message(text, 200) == text and wrap_message("  ^^^\nshort", 40) == "  ^^^\nshort"
    assert wrap_message("A name that has 漢字漢字漢字 in it", 20) == "A name that has\n漢字漢字漢字 in it"


def test_a_group_without_a_command_is_answered_with_its_help_once(mine: Path) -> None:
    for group in ("add", "edit", "view"):
        assert run(group, code=2).stderr.count("Usage: ") == 1


ADVISED = re.compile(r"fairlead ((?:[a-z]+[a-z-]* ?){1,2})")


def test_every_command_that_is_advised_exists() -> None:
    sources = [path for top in ("store", "tui") for path in sorted((Path(__file__).parent.parent / top).rglob("*.py"))]
    names = {name for name, *_ in every_command()}
    groups = {name for name, *under in every_command() if under}
    found = {
        words[1].strip()
        for path in sources
        for words in ADVISED.finditer(re.sub(r'"\s*f?"', "", path.read_text("utf-8")))
    }
    assert len(found) > 20
    for advised in found:
        first, *more = advised.split()
        assert first in names | {"prog_name"}, advised
        assert first not in groups or not more or (first, more[0]) in set(every_command()), advised


def test_each_reference_of_a_pair_is_shown_at_sixty_columns(mine: Path, terminal: Terminal) -> None:
    terminal(60)
    assert re.search(r"^CCP-11 .*MHD-10 ", run("alike").stdout, re.MULTILINE)


def test_colour_is_for_a_terminal_and_for_those_who_want_it(
    mine: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run("list").stdout
    assert "\x1b" not in plain and "●" not in plain
    terminal(100)
    # The runner takes colour away again, as click does in a pipe.
    monkeypatch.setattr("click.echo", lambda text="", **_: print(text))
    assert "\x1b[31m" in run("list").stdout
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patched:
            patched.setenv(name, value)
            assert "\x1b" not in run("list").stdout and "\x1b" not in run("show", "HC-6").stdout


texts = st.text(st.sampled_from("ab 漢字é\u0301👩\u200d👧"), max_size=60).map(lambda text: " ".join(text.split()))


@given(
    st.lists(st.tuples(st.from_regex(r"\A[A-Z]{2,4}-[0-9]{1,2}\Z"), texts, texts, texts), max_size=8),
    st.integers(60, 200),
)
def test_any_texts_are_laid_out_within_the_width_and_none_is_lost(rows: list[tuple[str, ...]], width: int) -> None:
    headings = ("Ref", "Recommendation", "Status", "Updated")
    widths = lay_out(headings, rows, width, wide=("Recommendation",), first_out=("Updated",))
    assert {0, 1} <= widths.keys()
    assert sum(widths.values()) + GAP * (len(widths) - 1) <= width
    for row in rows:
        assert cell_width(row[0]) <= widths[0]
        assert widths[1] >= min(LEAST_WIDE, cell_width(row[1]))
        for n, cells in widths.items():
            lines = wrap(row[n], cells)
            assert all(cell_width(line) <= cells for line in lines)
            assert "".join(lines).replace(" ", "") == row[n].replace(" ", "")


def test_a_wide_letter_has_two_cells_and_a_mark_none() -> None:
    assert [cell_width(text) for text in ("ab", "漢字", "e\u0301", "👩", "\u200d")] == [2, 4, 1, 2, 0]
    assert wrap("漢字漢字", 5) == ["漢字", "漢字"] and wrap("e\u0301e\u0301", 1) == ["e\u0301", "e\u0301"]


# -- lists that the screens have


def test_items_are_counted_by_what_they_have_in_common(mine: Path) -> None:
    assert re.search(r"^Delayed +21$", run("list", "--count-by", "status").stdout, re.MULTILINE)
    narrowed = run("list", "status:delayed", "--count-by", "publication", "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(narrowed)))[:2] == [["publication", "items"], ["CA", "5"]]
    assert run("list", "zzzz", "--count-by", "next-move", "--format", "csv").stdout == '"next-move","items"\n'


def test_publications_have_their_counts_and_the_table_its_totals(mine: Path, sample: Register) -> None:
    table = run("publications").stdout
    assert re.search(r"^HC +Hate Crime +June 2021 +15 +15 +10 +1 +0 +5 +0 ", table, re.MULTILINE)
    assert re.search(r"^ +All recommendations +66 +28 +3 +17 +21 +0 ", table, re.MULTILINE)
    rows = list(csv.DictReader(io.StringIO(run("publications", "--format", "csv").stdout)))
    assert [row["code"] for row in rows] == [row.code for row in publications(sample.conn)]


def test_themes_come_with_what_was_learned_where_it_is_asked_for(mine: Path) -> None:
    assert "learned" not in run("themes").stdout
    learned = run("themes", "--learning").stdout
    assert "Compliance: what was learned" in learned and "standards we set ourselves. (in our words)" in learned
    assert "--format json" in run("themes", "--learning", "--format", "csv", code=2).stderr


def test_outcomes_are_set_on_an_item(mine: Path) -> None:
    run("edit", "HC-6", "--outcome", "2,4", "--author", "C3 lead")
    for number in ("2", "4"):
        assert "HC-6" in run("list", "--outcome", number).stdout
    run("edit", "HC-6", "--outcome", "no-outcome", "--author", "C3 lead")
    assert "HC-6" not in run("list", "--outcome", "2").stdout
    assert "2" in run("edit", "HC-6", "--outcome", "77", "--author", "C3 lead", code=1).stderr
    for number, options in (("91", ["--outcome", "2", "--outcome", "4"]), ("92", ["--outcome", "2,4"])):
        run("add", "commitment", "CCP", "A new one", "--number", number, *options, "--author", "C3 lead")
        assert re.findall("Outcome: ([24]):", run("show", f"CCP-{number}").stdout) == ["2", "4"]
    assert "2" in run("add", "commitment", "CCP", "None", "--outcome", "77", "--author", "C3 lead", code=1).stderr
