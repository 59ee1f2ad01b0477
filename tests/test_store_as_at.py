"""The register as at a day where clocks disagree: what was known by then, whatever the date on it, and what came
late."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from oracle import is_sound
from registers import MakeRegister, conflicts, item, meet, publication, retitle, send, title

from store.commands import AddItem, correct
from store.domain.errors import FairleadError
from store.register import Register

pytest_plugins = ["registers"]


def test_what_a_row_names_is_shown_as_it_was_made_and_not_as_it_was_edited_since(
    here: Register, there: Register, make_register: MakeRegister, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """A publication made by a clock ahead, edited by the right clock after the day, and named by an item on that
    day."""
    day("2025-06-01")
    where = publication(here)
    third = make_register("third")
    meet(here, there, third)
    day("2024-09-18")
    there.do(AddItem(publication=where, number="1", title="One"))
    day("2024-10-01")
    third.do(correct("publication", where, title="Renamed"))
    send(third, there)
    day("2025-07-01")
    past = there.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert past.conn.execute("SELECT title FROM publication").fetchall() == [("Hate Crime",)]
    assert past.conn.execute("SELECT reference, listed FROM recommendation").fetchall() == [("HC-1", 1)]
    assert is_sound(past)
    past.close()


def test_an_edit_that_rests_on_one_of_a_clock_that_ran_ahead_takes_that_along(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """Each edit rests on the one before it; the second is dated after the day, the third, which saw it, on that day."""
    entity = item(here)
    send(here, there)
    day("2025-06-01")
    ahead = retitle(there, entity, "By a clock ahead")
    send(there, here)
    day("2024-09-18")
    last = retitle(here, entity, "By the right clock")
    day("2024-10-01")
    retitle(here, entity, "Later")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert (title(past, entity), conflicts(past)) == ("By the right clock", [])
    assert [c.id for c in past.log.of_entity(entity)][1:] == [ahead.id, last.id]
    assert is_sound(past)
    past.close()


def test_what_was_made_elsewhere_is_late_news_where_it_came_after_something_of_a_later_day(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """Counted by the day before, of, and after: what came before anything later was no news then."""
    entity = item(here)
    send(here, there)
    retitle(there, entity, "Theirs of the 18th")
    day("2024-09-19")
    retitle(there, entity, "Theirs of the 19th")
    meet(here, there)
    day("2024-09-20")
    send(there, here)
    item(here, "7")
    day("2024-09-21")

    def late(asked: str) -> int:
        past = here.as_at(date.fromisoformat(asked), tmp_path / "past.db")
        found = past.late_news
        past.close()
        past.path.unlink()
        return found

    assert [late(asked) for asked in ("2024-09-18", "2024-09-19", "2024-09-20")] == [0, 0, 0]
    other = retitle(there, entity, "Theirs of the 21st")
    day("2024-09-22")
    item(here, "8")
    send(there, here)
    day("2024-09-23")
    assert other.time.startswith("2024-09-21")
    assert [late(asked) for asked in ("2024-09-20", "2024-09-21", "2024-09-22")] == [0, 1, 0]


def test_what_sqlite_cannot_do_for_an_as_at_is_said_in_words(
    here: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item(here)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("store.as_at._rewind", fail)
    with pytest.raises(FairleadError):
        here.as_at(date(2024, 9, 1), tmp_path / "past.db")
    assert not (tmp_path / "past.db").exists()
