"""Targets as they move, and the register as it was on a day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from oracle import differences, is_sound, tables
from registers import MakeRegister, conflicts, item, meet, publication, retitle, send, title

from store.as_at import describe_late_news, parse_past_day
from store.commands import (
    AddItem,
    AddNote,
    AddTheme,
    MoveTarget,
    SetTrack,
    correct,
)
from store.domain.errors import BadInput, Cancelled, FileAlreadyExists, OpenedReadOnly
from store.domain.fields import KINDS
from store.domain.vocabulary import Track
from store.log.change import target_moves
from store.queries.history import GROUPS, authors, history
from store.queries.item_detail import item_detail
from store.register import Register

pytest_plugins = ["registers"]


# Targets


def moves(register: Register, entity: str) -> tuple[Any, int, bool]:
    """First target, times moved later, and whether that is a floor, as the tables have them."""
    row = register.conn.execute(
        "SELECT first_target, moved_later, moved_at_least FROM recommendation WHERE id = ?", (entity,)
    ).fetchone()
    return row[0], row[1], bool(row[2])


@pytest.mark.parametrize(
    ("targets", "first", "later", "at_least"),
    [
        (["June 2025"], "June 2025", 0, False),
        (["June 2025", "July 2025"], "June 2025", 1, False),
        (["June 2025", "July 2025", "August 2025"], "June 2025", 2, False),
        (["June 2025", "30 June 2025"], "June 2025", 0, False),
        (["June 2025", "May 2025"], "June 2025", 0, False),
        (["June 2025", "May 2025", "June 2025"], "June 2025", 1, False),
        (["2025", "June 2025"], "2025", 0, False),
        (["not known", "June 2025"], "not known", 1, True),
        (["not known", "June 2025", "July 2025"], "not known", 2, True),
        (["in the coming weeks", "June 2025"], "in the coming weeks", 0, False),
        (["June 2025", "in the coming weeks", "May 2025"], "June 2025", 0, False),
        (["June 2025", "in the coming weeks", "July 2025"], "June 2025", 1, False),
        (["June 2025", "", "July 2025"], "June 2025", 1, False),
    ],
)
def test_the_first_target_is_kept_and_only_a_later_day_moves_it_later(
    here: Register, targets: list[str], first: str, later: int, at_least: bool
) -> None:
    entity = item(here)
    for text in targets:
        here.do(MoveTarget(item=entity, text=text, reason=""))
    assert moves(here, entity) == (first, later, at_least)
    detail = item_detail(here.conn, entity)
    assert detail is not None and sum(step.later for step in detail.targets) == later


def test_a_move_that_was_undone_does_not_count_until_it_is_redone(here: Register) -> None:
    entity = item(here)
    for text in ("June 2025", "July 2025"):
        here.do(MoveTarget(item=entity, text=text, reason=""))
    here.undo()
    assert moves(here, entity) == ("June 2025", 0, False)
    here.redo()
    assert moves(here, entity) == ("June 2025", 1, False)


def test_a_first_target_that_was_undone_is_not_the_first(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    here.undo()
    here.do(MoveTarget(item=entity, text="December 2025"))
    assert moves(here, entity) == ("December 2025", 0, False)


def test_a_target_moved_on_two_desks_moves_alike_on_both(here: Register, there: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    send(here, there)
    here.do(MoveTarget(item=entity, text="July 2025", reason=""))
    there.do(MoveTarget(item=entity, text="May 2025"))
    meet(here, there)
    assert moves(here, entity) == moves(there, entity) == ("June 2025", 0, False)
    here.do(MoveTarget(item=entity, text="July 2025", reason=""), resolving=True)
    meet(here, there)
    assert moves(here, entity) == moves(there, entity) == ("June 2025", 1, False)


def test_a_settled_target_has_moved_as_often_as_the_side_that_holds(here: Register, there: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    send(here, there)
    here.do(MoveTarget(item=entity, text="July 2025", reason=""))
    for text in ("August 2025", "September 2025"):
        there.do(MoveTarget(item=entity, text=text, reason=""))
    meet(here, there)
    here.do(MoveTarget(item=entity, text="July 2025", reason=""), resolving=True)
    assert moves(here, entity) == ("June 2025", 1, False)
    here.undo()
    here.do(MoveTarget(item=entity, text="September 2025", reason=""), resolving=True)
    assert moves(here, entity) == ("June 2025", 2, False)


def test_every_step_of_a_target_is_kept_with_its_reason(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    here.do(MoveTarget(item=entity, text="July 2025", reason="Staff were moved."))
    assert [c.reason for c in target_moves(here.log.of_entity(entity)).path] == [None, "Staff were moved."]


# As at a day


def test_as_at_a_day_shows_what_was_known_then_and_today_everything(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    first = tables(here)
    day("2024-10-01")
    retitle(here, entity, "Edited")
    here.do(AddNote(items=(entity,), text="Said later."))
    item(here, "7")
    then = here.as_at(date(2024, 9, 30), tmp_path / "then.db")
    now = here.as_at(date(2024, 10, 1), tmp_path / "now.db")
    assert differences(first, tables(then)) == []
    assert differences(tables(here), tables(now)) == []
    assert is_sound(then)
    assert is_sound(now)
    then.close()
    now.close()


def test_as_at_today_shows_what_clocks_that_run_ahead_have_stamped(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    day("2025-03-01")
    retitle(here, entity, "From the future")
    day("2024-09-18")
    now = here.as_at(date(2024, 9, 18), tmp_path / "now.db")
    assert title(now, entity) == "From the future"
    now.close()


def test_late_news_alters_a_past_day(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    send(here, there)
    day("2024-09-20")
    retitle(there, entity, "Known there since the 20th")
    day("2024-10-01")
    send(there, here)
    for asked, shown in (("2024-09-19", "Speed up reporting"), ("2024-09-20", "Known there since the 20th")):
        past = here.as_at(date.fromisoformat(asked), tmp_path / f"{asked}.db")
        assert title(past, entity) == shown
        past.close()


def test_what_somebody_had_seen_by_then_was_there_whatever_its_date(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """A desk whose clock ran ahead made the publication; another, by the right clock, an item in it and an edit of
    that."""
    day("2025-06-01")
    where = publication(here)
    theme = here.do(AddTheme(name="Guidelines")).created
    send(here, there)
    day("2024-09-18")
    entity = there.do(AddItem(publication=where, number="1", title="One", theme=theme)).created
    day("2025-07-01")
    past = there.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert past.conn.execute("SELECT id, code, theme_name, listed FROM recommendation").fetchall() == [
        (entity, "HC", "Guidelines", 1)
    ]
    assert is_sound(past)
    past.close()


def test_as_at_a_day_a_conflict_that_came_later_is_not_there(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    send(here, there)
    day("2024-10-01")
    other = item(here, "7")
    send(here, there)
    for register in (here, there):
        retitle(register, entity, f"By {register.path.stem}")
        retitle(register, other, f"By {register.path.stem}")
    meet(here, there)
    assert len(conflicts(here)) == 2
    day("2024-10-02")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert conflicts(past) == []
    assert past.conn.execute("SELECT in_conflict FROM recommendation").fetchall() == [(0,)]
    past.close()


def test_any_thread_may_ask_for_a_past_day(here: Register, tmp_path: Path, day: Callable[[str], None]) -> None:
    item(here)
    day("2024-10-01")

    def ask() -> int:
        past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
        found = past.conn.execute("SELECT count(*) FROM recommendation").fetchone()[0]
        past.close()
        return int(found)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() == 1


def test_a_register_as_at_a_day_is_only_looked_at_and_leaves_the_other_as_it_is(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    before = tables(here)
    day("2024-10-01")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    with pytest.raises(OpenedReadOnly, match="as known on 2024-09-18"):
        retitle(past, entity, "Edited")
    assert tables(here) == before
    past.close()


def test_an_as_at_is_not_written_over_a_file_that_is_there(here: Register, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("Mine.")
    with pytest.raises(FileAlreadyExists):
        here.as_at(date(2024, 9, 1), tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "Mine."


def test_an_as_at_that_fails_leaves_no_file(here: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item(here)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("store.as_at._rewind", fail)
    with pytest.raises(RuntimeError):
        here.as_at(date(2024, 9, 1), tmp_path / "past.db")
    assert not (tmp_path / "past.db").exists()


def test_the_history_as_at_a_day_ends_there(here: Register, tmp_path: Path, day: Callable[[str], None]) -> None:
    entity = item(here)
    current = [c.id for c in here.log.all()]
    day("2024-10-01")
    retitle(here, entity, "Edited")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert [c.id for c in past.log.all()] == current
    past.close()


def test_a_register_as_at_a_day_says_that_day_whatever_day_it_is(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    item(here)
    day("2025-01-15")
    past = here.as_at(date(2024, 9, 20), tmp_path / "past.db")
    assert past.today() == past.as_at_day == date(2024, 9, 20)
    assert past.origin == here.origin
    assert (here.today(), here.as_at_day, here.late_news) == (date(2025, 1, 15), None, 0)
    past.close()


def test_late_news_is_counted_and_said(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    entity = item(here)
    send(here, there)
    day("2024-09-19")
    retitle(there, entity, "Known there since the 19th")
    day("2024-10-01")
    retitle(here, item(here, "7"), "Ours in October")
    send(there, here)
    past = here.as_at(date(2024, 9, 20), tmp_path / "past.db")
    # Whoever writes there is new to us too.
    assert past.late_news == 2
    assert "2 changes made elsewhere by then came here after 20 September 2024" in describe_late_news(
        2, date(2024, 9, 20)
    )
    before = here.as_at(date(2024, 9, 17), tmp_path / "before.db")
    assert (before.late_news, describe_late_news(0, date(2024, 9, 17))) == (0, "")
    for register in (past, before):
        register.close()


def test_an_as_at_can_be_stopped_and_leaves_no_file(here: Register, tmp_path: Path, day: Callable[[str], None]) -> None:
    item(here)
    day("2024-10-01")
    item(here, "7")
    with pytest.raises(Cancelled, match="18 September 2024 was stopped"):
        here.as_at(date(2024, 9, 18), tmp_path / "past.db", lambda: True)
    assert not (tmp_path / "past.db").exists()


def test_what_many_items_rest_on_is_as_it_was_and_so_are_they(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """A publication and a theme that changed after the day, and one of each that only was not dated before it."""
    where = publication(here)
    theme = here.do(AddTheme(name="Guidelines")).created
    here.do(AddItem(publication=where, number="1", title="One", theme=theme))
    then = tables(here)
    day("2024-10-01")
    here.do(correct("publication", where, title="Hate Crime Again", code="HCA"))
    here.do(AddTheme(name="Learning"))
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert differences(then, tables(past)) == []
    assert is_sound(past)
    past.close()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("18 September 2024", "2024-09-18"),
        ("18/9/24", "2024-09-18"),
        ("yesterday", "2024-09-19"),
        ("18 September", "2024-09-18"),
    ],
)
def test_a_past_day_may_be_written_as_people_write_it(text: str, meant: str) -> None:
    assert parse_past_day(text, date(2024, 9, 20)).isoformat() == meant


@pytest.mark.parametrize("text", ["", "soon", "21 September 2024", "September 2024", "end of 2023", "30/2/24"])
def test_what_is_no_day_or_has_not_come_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_past_day(text, date(2024, 9, 20))


# The history, narrowed


def test_every_kind_of_change_but_a_notes_tie_is_in_one_group() -> None:
    grouped = [kind for group in GROUPS.values() if not group.fields for kind in group.kinds]
    assert sorted(grouped) == sorted(set(KINDS) - {"note_on"})


def test_each_change_is_told_in_one_group_and_in_no_other(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    here.do(SetTrack(item=entity, track=Track.ON_TRACK))
    here.do(AddNote(items=(entity,), text="Said."))
    retitle(here, entity, "Edited")
    fields = {name: [row.field for row in history(here.conn, kind=name)] for name in GROUPS}
    assert fields["targets"] == ["target"] and fields["status"] == ["on time?"] and fields["notes"] == ["note added"]
    assert fields["items"] == ["title", "recommendation added"] and fields["submissions"] == []
    assert sum(map(len, fields.values())) == len(history(here.conn))


def test_the_history_is_narrowed_to_days_both_of_them_counted(here: Register, day: Callable[[str], None]) -> None:
    entity = item(here)
    for when in ("2024-10-01", "2024-10-02", "2024-10-03"):
        day(when)
        retitle(here, entity, when)

    def titles(since: str | None, until: str | None) -> list[str]:
        return [row.after for row in history(here.conn, item=entity, since=since, until=until, kind="items")]

    assert titles("2024-10-02", "2024-10-02") == ["2024-10-02"]
    assert titles("2024-10-02", None) == ["2024-10-03", "2024-10-02"]
    assert titles("2024-10-01", "2024-10-02") == ["2024-10-02", "2024-10-01"]
    assert titles(None, "2024-09-18") == ["Speed up reporting"]


def test_whoever_wrote_is_named_once_and_by_name(here: Register, there: Register, make_register: MakeRegister) -> None:
    assert authors(here.conn) == []
    desks = (there, make_register("a third"), make_register("a fourth"))
    item(here)
    for number, desk in enumerate(desks):
        send(here, desk)
        retitle(desk, item(desk, f"7{number}"), "Theirs")
        send(desk, here)
    assert [name for _, name in authors(here.conn)] == ["a fourth", "a third", "here", "there"]
    assert {who for who, _ in authors(here.conn)} == {c.author for c in here.log.all()}
