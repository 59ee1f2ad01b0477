"""Logs forged, spoiled and left half: whatever a file from elsewhere holds, only words come of it."""

from __future__ import annotations

import inspect
import random
import shutil
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tampering import alter, forged, insert, rows, small_register

from store.commands import SetTrack
from store.domain.errors import (
    FairleadError,
    Refused,
)
from store.domain.fields import KINDS
from store.domain.vocabulary import Track, Value
from store.exchange.foreign import open_foreign, read_log
from store.exchange.untrusted import open_untrusted
from store.log.change import Change, association_id
from store.register import Author, Register

WRITER = Author("Test Lead")
CRASHERS = sorted((Path(__file__).parent / "crashers").glob("*.toml"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "from elsewhere"
    folder.mkdir()
    return small_register(folder / "small.fairlead")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def log_of(register: Register) -> list[Change]:
    return list(register.log.all())


NOTE: dict[str, Any] = {
    "kind": "position",
    "text": "Forged.",
    "dated": None,
    "said_by": None,
    "marking": None,
    "withdrawn": False,
}
AN_ID = "d" * 32


def note(**more: Any) -> Change:
    """A note forged from nothing, with some of its values changed."""
    return forged("note", AN_ID, NOTE | more)


def body(text: str) -> Change:
    """A note whose body is any text, under an id that fits."""
    from store.log.change import digest, envelope_id

    change = note()
    assert change.salt
    hashed = digest(change.salt, text)
    names = set(inspect.signature(envelope_id).parameters) - {"body_hash"}
    made = envelope_id(**{name: getattr(change, name) for name in names}, body_hash=hashed)
    return replace(change, id=made, body_hash=hashed, body=text)


def whole(kind: str, **values: Any) -> dict[str, Any]:
    """All the fields of a kind, None where not given."""
    return dict.fromkeys(KINDS[kind].fields) | {"withdrawn": False} | values


def association(kind: str, **values: Any) -> Change:
    fields = whole(kind, **values)
    return forged(kind, association_id(kind, fields), fields)


def cleared(text: str) -> Change:
    """A note with any text in the place of what stays in the clear, under an id that fits."""
    from store.log.change import envelope_id

    change = note()
    names = set(inspect.signature(envelope_id).parameters) - {"clear"}
    made = envelope_id(**{name: getattr(change, name) for name in names}, clear=text)
    return replace(change, id=made, clear=text)


BASE = note()
NOTE_ON = association("note_on", note=AN_ID)
FORGED: dict[str, tuple[list[Change], str]] = {
    "a terminal's command in a text": ([note(text="\x1b[2Jgone")], "does not let in"),
    "a text that hides": ([note(text="a\u202eb")], "does not let in"),
    "a text that is too long": ([note(text="x" * 200_001)], "too long"),
    "a text too long to read": ([note(text="x" * 17_000_000)], "too long"),
    "a word that is none": ([note(kind="prophecy")], "a value cannot be taken"),
    "a number for a text": ([note(text=7)], "a value cannot be taken"),
    "a number that is not whole": ([body('{"values":{"text":1.5}}')], "not whole"),
    "no number at all": ([body('{"values":{"text":NaN}}')], "not whole"),
    "a field that nobody knows": ([forged("note", AN_ID, NOTE | {"sly": 1})], "does not know"),
    "a kind that nobody knows": ([replace(BASE, kind="sly")], "does not know"),
    "a body that is no JSON": ([body("{")], "not written as"),
    "a body without end": ([body("[" * 100_000)], "not written as"),
    "a number without end": ([body('{"values":{"text":' + "9" * 100_000 + "}}")], "not written as"),
    "spaces in the body": ([body('{"values": {}}')], "not written as"),
    "a field named twice": ([body('{"values":{"text":"a","text":"b"}}')], "not written as"),
    "a lone surrogate": ([body('{"values":{"text":"\\ud800"}}')], "not written as"),
    "a body that sets other fields": ([body('{"values":{"text":"a"}}')], "does not set the fields"),
    "nothing said in the clear": ([cleared('{"withdrawn":null}')], "in the clear is not written as"),
    "a text said in the clear": ([cleared('{"text":"a","withdrawn":false}')], "not of the fields"),
    "a list in the clear": ([cleared("[]")], "not of the fields"),
    "more in the body": ([body('{"more":1,"values":{}}')], "not written as"),
    "a body that is a list": ([body("[]")], "not written as"),
    "a basis that is none": ([forged("note", AN_ID, NOTE | {"text": Value("a", "sworn")})], "how a value is known"),
    "a place that hides": ([forged("note", AN_ID, NOTE | {"text": Value("a", "stated", "\x9b")})], "a place"),
    "a reason that hides": ([forged("note", AN_ID, NOTE, reason="\x07")], "its reason"),
    "an author that is none": ([forged("note", AN_ID, NOTE, author="me")], "author is not an id"),
    "a thing that is none": ([forged("note", "it", NOTE)], "thing is not an id"),
    "a register that is a note": ([forged("note", "register", NOTE)], "thing is not an id"),
    "a time that is none": ([forged("note", AN_ID, NOTE, time="2024-13-45T99:00:00.000Z")], "not written as"),
    "a time in another form": ([forged("note", AN_ID, NOTE, time="2024-09-18 09:00")], "not a time"),
    "an id in capitals": ([forged("note", AN_ID.upper(), NOTE)], "thing is not an id"),
    "a beginning that is none": ([forged("note", AN_ID, {"text": "a"})], "bring its thing into being"),
    "an undoing that begins": ([forged("note", AN_ID, NOTE, undoes=BASE.id)], "bring its thing into being"),
    "two fields at once": (
        [BASE, forged("note", AN_ID, {"text": "a", "kind": "risk"}, parents=[BASE.id])],
        "does not set one field",
    ),
    "a parent that is none": ([BASE, forged("note", AN_ID, {"text": "a"}, parents=["x"])], "not a list of ids"),
    "a parent named twice": (
        [BASE, replace(forged("note", AN_ID, {"text": "a"}, parents=[BASE.id]), parents=(BASE.id,) * 2)],
        "not in order",
    ),
    "a parent of another thing": (
        [BASE, forged("note", "e" * 32, NOTE), forged("note", "e" * 32, {"text": "a"}, parents=[BASE.id])],
        "of another thing",
    ),
    "one thing of two kinds": ([BASE, forged("party", AN_ID, whole("party", name="x"))], "two kinds"),
    "a tie with an id of its own": (
        [forged("note_on", AN_ID, whole("note_on", note=AN_ID))],
        "does not say of what alone",
    ),
    "a tie whose end is changed": (
        [BASE, NOTE_ON, forged("note_on", NOTE_ON.entity, {"note": "e" * 32}, parents=[NOTE_ON.id])],
        "what a tie is known by",
    ),
    "a tie to a thing of another kind": (
        [BASE, association("note_on", note=AN_ID, recommendation=AN_ID)],
        "fit together",
    ),
    "an item of a note": (
        [BASE, forged("recommendation", "e" * 32, whole("recommendation", publication=AN_ID))],
        "fit",
    ),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_change_is_refused_in_words_though_its_id_fits(how: str, small: Path, scratch: Path) -> None:
    changes, words = FORGED[how]
    insert(small, changes)
    with pytest.raises(Refused, match=words):
        open_foreign(small, scratch)
    assert not list(scratch.iterdir())


LOOSE: dict[str, Change] = {
    "a body of bytes": replace(BASE, body=b"{}"),  # type: ignore[arg-type]
    "an id of bytes": replace(BASE, id=b"\xff" * 16),  # type: ignore[arg-type]
    "an author of nothing": replace(BASE, author=None),  # type: ignore[arg-type]
    "a time that is a number": replace(BASE, time=7),  # type: ignore[arg-type]
    "fields that are a number": replace(BASE, fields=7),  # type: ignore[arg-type]
    "parents that are no list": replace(BASE, parents='{"a":1}'),  # type: ignore[arg-type]
    "parents that are numbers": replace(BASE, parents="[1]"),  # type: ignore[arg-type]
    "fields without end": replace(BASE, fields="[" * 50_000),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("how", LOOSE)
def test_a_value_of_the_wrong_type_is_refused_in_words(how: str, small: Path, scratch: Path) -> None:
    insert(small, [LOOSE[how]], loose=True)
    with pytest.raises(Refused):
        open_foreign(small, scratch)


def test_bytes_that_are_not_text_are_refused(small: Path, scratch: Path) -> None:
    alter(small, "UPDATE change SET body = CAST(x'7bff7d' AS TEXT) WHERE n = 2")
    with pytest.raises(Refused, match="change 2"):
        open_foreign(small, scratch)


def test_only_the_first_reasons_are_given(small: Path, scratch: Path) -> None:
    alter(small, "UPDATE change SET author = 'me'")
    with pytest.raises(Refused) as refused:
        open_foreign(small, scratch)
    assert str(refused.value).count("is not an id") == 3


def test_a_change_whose_text_was_left_out_is_taken_and_shown_so(small: Path, scratch: Path) -> None:
    alter(small, "UPDATE change SET body = NULL, salt = NULL WHERE kind = 'note'")
    shown = open_foreign(small, scratch)
    assert shown.conn.execute("SELECT text, left_out FROM note").fetchall() == [(None, 1)] * 2
    shown.close()


def test_a_share_says_what_it_is_and_a_register_made_from_it_remembers(small: Path, scratch: Path) -> None:
    alter(small, """INSERT INTO this_file VALUES ('share', '{"scope": "all"}')""")
    with open_untrusted(small, scratch) as log:
        assert log.manifest() == {"scope": "all"}
        assert log.source and len(log.source.sha256) == 64
    shown = open_foreign(small, scratch)
    assert shown.conn.execute("SELECT value FROM this_file WHERE name = 'from a share'").fetchone()
    shown.close()


def test_a_chain_of_a_thousand_undos_is_followed_to_its_end(small: Path, scratch: Path) -> None:
    item = rows(small, "SELECT id FROM recommendation")[0][0]
    created = rows(small, f"SELECT id FROM change WHERE entity = '{item}' AND parents = '[]'")[0][0]
    target = {"text": "May 2025"}
    chain = [forged("recommendation", item, {"target": target}, parents=[created])]
    for n in range(1500):
        above = chain[-1]
        chain.append(
            forged("recommendation", item, {"target": target if n % 2 else None}, parents=[above.id], undoes=above.id)
        )
    insert(small, chain)
    shown = open_foreign(small, scratch)
    assert shown.conn.execute("SELECT target FROM recommendation WHERE id = ?", (item,)).fetchone() == ("May 2025",)
    shown.close()


@pytest.mark.slow
def test_changes_that_come_in_the_worst_order_are_read_in_reasonable_time(small: Path, scratch: Path) -> None:
    item = rows(small, "SELECT id FROM recommendation")[0][0]
    created = rows(small, f"SELECT id FROM change WHERE entity = '{item}' AND parents = '[]'")[0][0]
    chain = [forged("recommendation", item, {"title": "0"}, parents=[created])]
    for n in range(1, 3000):
        chain.append(forged("recommendation", item, {"title": str(n)}, parents=[chain[-1].id]))
    insert(small, reversed(chain))
    began = time.process_time()
    shown = open_foreign(small, scratch)
    assert shown.conn.execute("SELECT title FROM recommendation WHERE id = ?", (item,)).fetchone() == ("2999",)
    shown.close()
    assert time.process_time() - began < 60


def spoiled_in_some_way(dice: random.Random, whole: bytes) -> bytes:
    """A file with flipped bits, or with a page of zeros, of noise, or of another page."""
    raw = bytearray(whole)
    if dice.randrange(4):
        for _ in range(dice.choice((1, 1, 8, 50))):
            raw[dice.choice((dice.randrange(len(raw)), dice.randrange(4096)))] ^= 1 << dice.randrange(8)
    else:
        page, other = (dice.randrange(len(raw) // 4096) * 4096 for _ in range(2))
        raw[page : page + 4096] = dice.choice((bytes(4096), dice.randbytes(4096), raw[other : other + 4096]))
    return bytes(raw)


def try_spoiled(small: Path, scratch: Path, seeds: range) -> None:
    """Whatever is spoiled, it is refused in words, or its log is the one that was written."""
    raw, log = small.read_bytes(), read_log(small, scratch)
    spoiled = scratch.with_name("spoiled.fairlead")
    refused = 0
    for seed in seeds:
        spoiled.write_bytes(spoiled_in_some_way(random.Random(seed), raw))
        try:
            assert read_log(spoiled, scratch) == log, seed
        except FairleadError as error:
            assert error.__cause__ is None, (seed, error.__cause__)
            refused += 1
    assert 0 < refused < len(seeds)
    assert not list(scratch.iterdir())


def test_whatever_bits_are_flipped_it_is_refused_in_words_or_reads_as_it_was(small: Path, scratch: Path) -> None:
    try_spoiled(small, scratch, range(100))


@pytest.mark.slow
def test_so_it_is_for_thousands_of_spoiled_files(small: Path, scratch: Path) -> None:
    try_spoiled(small, scratch, range(100, 7000))


@pytest.mark.slow
def test_a_looked_at_file_shows_what_was_written_however_it_is_spoiled(small: Path, scratch: Path) -> None:
    raw, log = small.read_bytes(), read_log(small, scratch)
    spoiled = scratch.with_name("spoiled.fairlead")
    for seed in range(10_000, 10_300):
        spoiled.write_bytes(spoiled_in_some_way(random.Random(seed), raw))
        try:
            shown = open_foreign(spoiled, scratch)
        except FairleadError:
            continue
        assert log_of(shown) == log
        assert shown.conn.execute("SELECT count(*) FROM recommendation WHERE listed = 1").fetchone() == (2,)
        shown.close()
        shutil.rmtree(scratch)
        scratch.mkdir()


@pytest.mark.parametrize("crasher", CRASHERS, ids=lambda path: path.name)
def test_what_once_got_through_lets_nothing_out_but_words(crasher: Path, small: Path, scratch: Path) -> None:
    recipe, spoiled = tomllib.loads(crasher.read_text(encoding="utf-8")), small
    alter(spoiled, *recipe.get("sql", ()))
    for swap in recipe.get("swap", ()):
        raw = spoiled.read_bytes()
        assert swap["old"].encode() in raw
        spoiled.write_bytes(raw.replace(swap["old"].encode(), bytes.fromhex(swap["new"]), 1))
    for read in (look_at, write_to):
        try:
            read(spoiled, scratch)
        except FairleadError as error:
            assert error.__cause__ is None


def look_at(path: Path, scratch: Path) -> None:
    open_foreign(path, scratch).close()


def write_to(path: Path, _scratch: Path) -> None:
    """Open it as if it were one's own, and write what rests on its changes."""
    register = Register.open(path, WRITER)
    try:
        for (item,) in register.conn.execute("SELECT id FROM recommendation").fetchall():
            register.do(SetTrack(item=item, track=Track.DELAYED, reason="so"))
    finally:
        register.close()
