"""A share of a part: the same filter leaves the same items of it as of the register that it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from acts import Send

from store.commands import (
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    JoinParties,
    NothingNew,
    SetLeads,
    Withdraw,
    correct,
)
from store.exchange.export import export
from store.exchange.foreign import open_foreign
from store.exchange.scope import select_scope
from store.queries.filter import Filter
from store.register import Register


@pytest.fixture
def items(empty: Register) -> tuple[str, str, str]:
    """Two items of ONE and one of TWO."""
    one, two = (empty.do(AddPublication(title=code, code=code)).created or "" for code in ("ONE", "TWO"))
    a, b, c = (
        empty.do(AddItem(publication=publication, number=number, title=f"Title {number}")).created or ""
        for publication, number in ((one, "1"), (one, "2"), (two, "3"))
    )
    return a, b, c


def listed(register: Register, shown: Filter) -> list[str]:
    where, values = shown.where(register.today())
    rows = register.conn.execute(f"SELECT reference FROM recommendation r WHERE {where} ORDER BY sort_key", values)
    return [row[0] for row in rows]


def shared(register: Register, folder: Path, shown: Filter) -> list[str]:
    """What the same filter lists in a share, which is what it lists here."""
    path = export(register, folder / "share.sqlite", shown, force=True).path
    theirs = open_foreign(path, folder)
    found = listed(theirs, shown)
    theirs.close()
    assert found == listed(register, shown)
    return found


def test_an_item_joined_to_one_of_another_publication_is_listed_in_neither_share(
    empty: Register, tmp_path: Path, items: tuple[str, str, str]
) -> None:
    a, _, c = items
    empty.do(AddLink(item=a, relation="same-as", other=c))
    assert shared(empty, tmp_path, Filter(publication=("ONE",))) == ["ONE-2"]
    assert shared(empty, tmp_path, Filter(publication=("TWO",))) == ["TWO-3"]
    scope = select_scope(empty.conn, Filter(publication=("ONE",)), empty.today())
    assert (scope.recommendations, scope.entities["recommendation"]) == (1, 3)


def test_a_part_of_an_item_that_is_joined_elsewhere_comes_with_all_of_that(
    empty: Register, tmp_path: Path, items: tuple[str, str, str]
) -> None:
    a, b, c = items
    empty.do(correct("recommendation", b, part_of=a))
    empty.do(AddLink(item=b, relation="same-as", other=c))
    empty.do(AddLink(item=c, relation="same-as", other=a))
    assert shared(empty, tmp_path, Filter(publication=("ONE",), parts=True)) == ["ONE-1"]


def test_an_item_that_another_once_was_part_of_comes_with_its_status(
    empty: Register, tmp_path: Path, items: tuple[str, str, str]
) -> None:
    a, b, _ = items
    empty.do(correct("recommendation", a, part_of=b))
    empty.do(correct("recommendation", a, part_of=""))
    empty.do(Send(item=b, asks="closure"))
    empty.do(NothingNew(items=(b,)))
    assert shared(empty, tmp_path, Filter(status=("not-stated",))) == ["ONE-1", "TWO-3"]


def test_an_item_is_found_by_the_name_that_its_lead_is_joined_to(
    empty: Register, tmp_path: Path, items: tuple[str, str, str]
) -> None:
    a, b, c = items
    for item, lead in ((a, "C3"), (b, "Custody"), (c, "Custody Division")):
        empty.do(SetLeads(item=item, leads=(lead,)))
    empty.do(JoinParties(name="C3", other="Custody"))
    empty.do(JoinParties(name="Custody", other="Custody Division"))
    assert shared(empty, tmp_path, Filter(lead=("Custody Division",))) == ["ONE-1", "ONE-2", "TWO-3"]
    assert shared(empty, tmp_path, Filter(lead=("Custody Division",), publication=("ONE",))) == ["ONE-1", "ONE-2"]


def test_that_nothing_is_new_of_an_item_goes_with_it(
    empty: Register, tmp_path: Path, items: tuple[str, str, str]
) -> None:
    empty.do(NothingNew(items=items[:1]))
    path = export(empty, tmp_path / "share.sqlite", Filter(publication=("ONE",))).path
    theirs = open_foreign(path, tmp_path)
    assert theirs.conn.execute("SELECT recommendation FROM nothing_new").fetchall() == [(items[0],)]
    theirs.close()
    text = export(empty, tmp_path / "share.json", Filter(publication=("ONE",))).path.read_text("utf-8")
    assert '"nothing_new": [{' in text


def test_a_note_that_was_undone_or_taken_off_is_no_update_of_an_item(
    empty: Register, tmp_path: Path, items: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, _ = items
    empty.do(AddNote(items=(a, b), text="Dugong", dated="May 2024"))
    monkeypatch.setattr(Register, "stamp", lambda _: "2030-09-18T09:00:00.000Z")
    empty.do(AddNote(items=(b,), text="Manatee", dated="May 2024"))
    empty.undo()
    (association,) = empty.conn.execute("SELECT id FROM note_on WHERE recommendation = ?", (a,)).fetchone()
    empty.do(Withdraw(kind="note_on", entity=association))
    empty.do(AddNote(items=items[2:], text="Numbat", dated="May 2024"))
    assert shared(empty, tmp_path, Filter(changed_after="2029-01-01")) == ["TWO-3"]
