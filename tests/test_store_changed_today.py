"""A file of a part names what was changed here today and is not in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from secret_words import item_of

from store.commands import AddAction, AddNote, Correct, SetTrack
from store.domain.vocabulary import Track
from store.exchange.export import describe_export, export
from store.exchange.foreign import save_as_own
from store.queries.filter import Filter
from store.register import Author, Register
from tui.cli.group import cli

HATE_CRIME = Filter(publication=("HC",))


def described(register: Register, shown: Filter = HATE_CRIME, suffix: str = ".sqlite") -> list[str]:
    """The sentences on what was changed today, of the preview of a file."""
    with closing(sqlite3.connect(register.path)) as conn:
        return [line for line in describe_export(conn, suffix, shown) if "here today" in line]


def note_on(register: Register, *references: str, text: str = "A form is being tried.") -> AddNote:
    return AddNote(items=tuple(item_of(register, reference) for reference in references), text=text)


@pytest.mark.parametrize("suffix", [".sqlite", ".csv", ".md"])
def test_the_items_that_were_changed_are_named_in_the_order_of_the_list(
    sample: Register, tmp_path: Path, suffix: str
) -> None:
    assert described(sample) == []
    sample.do(note_on(sample, "CAM-2", "HC-6"))
    sample.do(SetTrack(item=item_of(sample, "CAM-8"), track=Track.ON_TRACK, reason="Again."))
    sample.do(AddAction(item=item_of(sample, "CAM-3"), text="Write to them"))
    expected = "Not in it: 3 items changed here today: CAM-2, CAM-3, CAM-8."
    assert described(sample, suffix=suffix) == [expected]
    assert export(sample, tmp_path / f"out{suffix}", HATE_CRIME).messages[1] == expected
    assert described(sample, Filter(parts=True)) == described(sample, Filter(publication=("HC", "CAM"))) == []


def test_what_is_undone_does_not_count_and_what_is_redone_does(sample: Register) -> None:
    sample.do(note_on(sample, "CAM-2"))
    sample.undo()
    assert described(sample) == []
    sample.redo()
    assert described(sample) == ["Not in it: 1 item changed here today: CAM-2."]


def test_a_change_of_another_day_is_not_of_today(sample: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.do(note_on(sample, "CAM-2"))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-20")
    assert described(sample) == []


def test_what_is_of_a_whole_publication_is_named_by_its_code(sample: Register) -> None:
    (publication,) = sample.conn.execute("SELECT id FROM publication WHERE code = 'CAM'").fetchone()
    sample.do(AddNote(publication=publication, text="A risk to all of it."))
    assert described(sample) == ["Not in it: what was changed here today of CAM as a whole."]
    assert described(sample, Filter(publication=("CAM",))) == []


def test_a_copy_that_was_saved_as_ones_own_has_nothing_of_its_givers_day(sample: Register, tmp_path: Path) -> None:
    sample.do(note_on(sample, "CAM-2"))
    given = export(sample, tmp_path / "given.sqlite", Filter(parts=True)).path
    (tmp_path / "scratch").mkdir()
    own = save_as_own(given, tmp_path / "own.fairlead", Author("C3 lead"), tmp_path / "scratch")
    with closing(own) as register:
        assert described(register) == []
        register.do(note_on(register, "CAM-3"))
        assert described(register) == ["Not in it: 1 item changed here today: CAM-3."]


def test_a_past_day_has_no_today(sample: Register, tmp_path: Path) -> None:
    sample.do(note_on(sample, "CAM-2"))
    with closing(sample.as_at(date(2024, 9, 18), tmp_path / "as-at.fairlead")) as past:
        assert described(past) == []


def test_the_command_line_names_them_in_one_line_on_stderr(mine: Path, tmp_path: Path) -> None:
    with closing(Register.open(mine, Author("Test Lead"))) as register:
        register.do(note_on(register, "CAM-2"))
        register.do(
            Correct(kind="recommendation", entity=item_of(register, "CAM-3"), values={"title": "Another title"})
        )
    done = CliRunner().invoke(cli, ["export", str(tmp_path / "out.csv"), "--publication", "HC"], prog_name="fairlead")
    assert done.exit_code == 0
    assert "Not in it: 2 items changed here today: CAM-2, CAM-3." in done.stderr.splitlines()
    assert "CAM-2" not in done.stdout


def test_what_was_withdrawn_is_named_by_its_item(sample: Register) -> None:
    sample.do(note_on(sample, "HC-6"))
    sample.undo()
    with closing(sqlite3.connect(sample.path)) as conn:
        lines = describe_export(conn, ".sqlite", Filter(parts=True))
    left_out = [line for line in lines if "withdrawn or taken back" in line]
    assert len(left_out) == 1 and left_out[0].endswith(": of HC-6.")
