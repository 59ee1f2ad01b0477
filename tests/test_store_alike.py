"""Items that may be the same work: proposed across publications, by uncommon words, never when linked already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import store.queries.similar
from store.commands import AddItem, AddLink, AddPublication, Withdraw
from store.domain.errors import BadInput
from store.queries.filter import Filter
from store.queries.similar import SimilarPair, find_similar
from store.register import Register
from tui.cli.alike import alike_items
from tui.desk.not_alike import not_alike, save_not_alike

WORDS = "forensic laptops examined within ninety days of seizure"


@pytest.fixture
def two(empty: Register) -> dict[str, str]:
    """Two reports that ask nearly the same, among other items: ids by reference."""
    made = {}
    for code, text in (("AA", f"Have {WORDS}"), ("BB", f"Every force has {WORDS}.")):
        publication = empty.do(AddPublication(title=f"Report {code}", code=code)).created
        texts = ("Answer calls sooner", text, f"{text} and again") if code == "AA" else (text, "Publish yearly figures")
        for number, asked in enumerate(texts, 1):
            item = AddItem(publication=str(publication), number=str(number), title=f"Item {number}", text=asked)
            made[f"{code}-{number}"] = str(empty.do(item).created)
    return made


def found(register: Register, shown: Filter | None = None, most: int = 50) -> list[SimilarPair]:
    return find_similar(register.conn, shown or Filter(), register.today(), most)


def refs(pairs: list[SimilarPair]) -> set[str]:
    return {f"{pair.one.ref} {pair.other.ref}" for pair in pairs}


def test_items_that_share_uncommon_words_are_proposed_across_publications_only(
    empty: Register, two: dict[str, str]
) -> None:
    pairs = found(empty)
    assert refs(pairs) == {"AA-2 BB-1", "AA-3 BB-1"}
    scores = [pair.score for pair in pairs]
    assert scores == sorted(scores, reverse=True) and all(0 < score <= 1.0001 for score in scores)
    assert refs(found(empty, most=1)) == {f"{pairs[0].one.ref} {pairs[0].other.ref}"}


@pytest.mark.parametrize("relation", ["same-work", "depends-on", "supersedes", "same-as"])
def test_items_that_are_tied_are_not_proposed_and_come_back_when_they_are_not(
    empty: Register, two: dict[str, str], relation: str
) -> None:
    link = {"item": two["BB-1"], "other": two["AA-2"], "relation": relation}
    empty.do(AddLink.model_validate(link))
    assert "AA-2 BB-1" not in refs(found(empty))
    empty.undo()
    assert "AA-2 BB-1" in refs(found(empty))


def test_a_withdrawn_item_is_not_proposed_and_a_filter_narrows(empty: Register, two: dict[str, str]) -> None:
    assert not found(empty, Filter(publication=("AA",)))
    empty.do(Withdraw(kind="recommendation", entity=two["BB-1"]))
    assert not found(empty)


def test_pairs_that_were_said_not_to_be_alike_are_left_out(empty: Register, two: dict[str, str]) -> None:
    pair = next(pair for pair in found(empty) if pair.one.ref == "AA-2")
    save_not_alike(empty, pair.pair)
    save_not_alike(empty, frozenset(("a", "b")))
    assert not_alike(empty) == {pair.pair, frozenset(("a", "b"))}
    left = find_similar(empty.conn, Filter(), empty.today(), excluded_pairs=not_alike(empty))
    assert refs(left) == {"AA-3 BB-1"}


def test_more_items_than_are_compared_are_refused_in_words(
    empty: Register, two: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.queries.similar, "MOST", 3)
    with pytest.raises(BadInput, match="At most 3 items are compared"):
        found(empty)
    assert not found(empty, Filter(publication=("BB",)))


def test_it_stops_when_told_and_an_empty_register_has_nothing_alike(empty: Register) -> None:
    assert found(empty) == []
    publication = empty.do(AddPublication(title="Report")).created
    empty.do(AddItem(publication=str(publication), title="One"))
    assert found(empty) == []
    assert find_similar(empty.conn, Filter(), empty.today(), go_on=lambda: False) == []


def test_the_command_line_lists_what_is_alike(mine: Path) -> None:
    shown = CliRunner().invoke(alike_items, ["--limit", "2"])
    assert shown.exit_code == 0 and "CCP-11" in shown.stdout and "MHD-10" in shown.stdout
    rows = json.loads(CliRunner().invoke(alike_items, ["--format", "json"]).stdout)
    assert set(rows[0]) == {"ref", "title", "other", "other_title", "score"}
    assert ("CCP-11", "MHD-10") in {(row["ref"], row["other"]) for row in rows}
    register = Register.open(mine)
    for pair in found(register):
        save_not_alike(register, pair.pair)
    register.close()
    assert json.loads(CliRunner().invoke(alike_items, ["--format", "json"]).stdout) == []
    assert json.loads(CliRunner().invoke(alike_items, ["--format", "json", "--all"]).stdout) == rows
    assert "No two items" in CliRunner().invoke(alike_items, []).stderr
