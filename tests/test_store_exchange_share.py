"""A share: a register of its own, closed on itself, without a trace of what is not in it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    Command,
    SetLeads,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.errors import CannotWrite
from store.domain.fields import KINDS
from store.domain.references import find_item
from store.domain.vocabulary import NoteKind, Track
from store.exchange import share
from store.exchange.export import export
from store.exchange.foreign import open_foreign, read_log
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.exchange.scope import select_scope
from store.file.schema import APPLICATION_ID, VERSION
from store.log.writer import ChangeWriter
from store.queries.filter import Filter
from store.queries.item_list import counts, window
from store.queries.publications import publications
from store.register import Author, Register

TABLES = [*KINDS, "tally", "conflict", "waiting", "search", "sqlar"]
LOCAL = {"seq"}


class CiteInEvidence(Command):
    """Let a note go with evidence sent, which no command does afterwards."""

    submission: str
    note: str

    def write(self, writer: ChangeWriter) -> None:
        writer.create("evidence", {"submission": self.submission, "note": self.note})


def publication_id(register: Register, code: str) -> str:
    return next(p.id for p in publications(register.conn) if p.code == code)


def shared(
    register: Register, tmp_path: Path, shown: Filter, name: str = "share.sqlite", terms: Terms = DEFAULT_TERMS
) -> Path:
    return export(register, tmp_path / name, shown, terms=terms, force=True).path


def rows(conn: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = conn.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    found = [{n: v for n, v in zip(names, row, strict=True) if n not in LOCAL} for row in cursor]
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def texts(path: Path) -> str:
    """All that a file holds: its bytes, and every cell of every table, search index included."""
    conn = opened(path)
    tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    cells = [str(cell) for table in tables for row in conn.execute(f"SELECT * FROM {table}") for cell in row]
    conn.close()
    return path.read_bytes().decode("utf-8", "replace") + "\n".join(cells)


def test_a_share_of_everything_adds_up_to_the_same_tables(sample: Register, tmp_path: Path) -> None:
    sample.do(SetTrack(item=find_item(sample.conn, "CAM-7")[0], track=Track.DELAYED, reason="It came back"))
    sample.undo()
    path = shared(sample, tmp_path, Filter(), terms=Terms(with_withdrawn=True))
    conn = opened(path)
    for table in TABLES:
        assert rows(conn, table) == rows(sample.conn, table), table
    log = "SELECT * FROM change ORDER BY n"
    assert conn.execute(log).fetchall() == sample.conn.execute(log).fetchall()
    hits = (
        "SELECT r.reference FROM recommendation r WHERE r.seq IN (SELECT rowid FROM search WHERE search MATCH 'third')"
    )
    assert conn.execute(hits).fetchall() == sample.conn.execute(hits).fetchall() != []
    conn.close()


def test_a_share_is_the_same_however_small_the_pieces_it_is_written_in(
    sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share, "_PIECE", 100)
    conn = opened(shared(sample, tmp_path, Filter()))
    for table in ("change", *TABLES):
        assert rows(conn, table) == rows(sample.conn, table), table
    conn.close()


def test_it_says_what_it_is(sample: Register, tmp_path: Path) -> None:
    conn = opened(shared(sample, tmp_path, Filter(status=("delayed",))))
    held = dict(conn.execute("SELECT name, value FROM this_file").fetchall())
    assert held.keys() == {"id", "share", "changes", "digest"} and held["id"] != sample.id
    ids = [int(row[0], 16) for row in conn.execute("SELECT id FROM change")]
    assert (held["changes"], held["digest"]) == (str(len(ids)), f"{sum(ids) % 2**128:032x}")
    assert json.loads(held["share"]) == {
        "format": 1,
        "id": held["id"],
        "made_by": sample.id,
        "day": "2024-09-18",
        "scope": "Delayed",
        "whole": False,
        "marking": "OFFICIAL",
        "recommendations": 21,
        "commitments": 0,
        "flattened": False,
        "left_out": {"marked": 0, "withdrawn": 0, "names": 0, "earlier": 0},
    }
    conn.close()
    again = opened(shared(sample, tmp_path, Filter(), "again.sqlite"))
    other = dict(again.execute("SELECT name, value FROM this_file").fetchall())
    assert other["id"] != held["id"] and json.loads(other["share"])["whole"] is True
    again.close()


def test_one_file_that_opens_anywhere_read_only(sample: Register, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    folder.mkdir()
    path = shared(sample, folder, Filter())
    assert [file.name for file in folder.iterdir()] == ["share.sqlite"]
    header = path.read_bytes()[:100]
    assert header[18:20] == b"\x01\x01" and int.from_bytes(header[36:40], "big") == 0
    assert int.from_bytes(header[60:64], "big") == VERSION and int.from_bytes(header[68:72], "big") == APPLICATION_ID
    path.chmod(0o400)
    folder.chmod(0o500)
    code = (
        "import sqlite3, sys; c = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True); "
        "print(c.execute('PRAGMA journal_mode').fetchone()[0], c.execute('PRAGMA integrity_check').fetchone()[0], "
        "c.execute('SELECT count(*) FROM recommendations_as_they_stand').fetchone()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    folder.chmod(0o700)
    assert done.stdout.split() == ["delete", "ok", "73"]
    assert [file.name for file in folder.iterdir()] == ["share.sqlite"]


def test_the_import_takes_it_and_shows_the_same_list(sample: Register, tmp_path: Path) -> None:
    shown = Filter(status=("delayed",))
    path = shared(sample, tmp_path, shown)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    theirs = open_foreign(path, scratch)
    mine = window(sample.conn, shown, "ref", sample.today(), 0, 100)
    assert [
        (i.ref, i.status, i.target_text, i.leads) for i in window(theirs.conn, Filter(), "ref", theirs.today(), 0, 100)
    ] == [(i.ref, i.status, i.target_text, i.leads) for i in mine]
    assert counts(theirs.conn, shown, theirs.today()) == (21, 0)
    theirs.close()


def test_a_share_holds_nothing_of_what_is_outside_it(sample: Register, tmp_path: Path) -> None:
    here, there = (find_item(sample.conn, ref)[0] for ref in ("HC-6", "CAM-4"))
    sample.do(correct("recommendation", there, title="Zebra crossing", text="Okapi"))
    sample.do(AddLink(item=here, relation="depends-on", other=there, why="Because of the Pangolin"))
    sample.do(AddNote(items=(there,), text="Quokka", dated="May 2024"))
    sample.do(AddNote(items=(here, there), text="Of both", dated="May 2024"))
    sample.do(SetLeads(item=there, leads=("Gannet Unit",)))
    text = texts(shared(sample, tmp_path, Filter(publication=("HC",))))
    for word in ("Zebra", "zebra", "Okapi", "okapi", "Pangolin", "Quokka", "quokka", "Gannet", "gannet"):
        assert word not in text, word
    for publication in publications(sample.conn):
        assert (str(publication.title) in text) is (publication.code == "HC"), publication.title
    assert "Of both" in text and there not in text


def test_everything_in_a_share_rests_on_what_is_in_it(sample: Register, tmp_path: Path) -> None:
    for shown in (
        Filter(publication=("CCP",)),
        Filter(search="training"),
        Filter(lead=("C3",)),
        Filter(status=("closed",), publication=("OCSA", "DA")),
        Filter(theme=("Governance",)),
        Filter(publication=("CCP",), search="b", parts=True),
    ):
        path = shared(sample, tmp_path, shown)
        log = read_log(path, tmp_path)
        entities = {change.entity for change in log}
        ids = {change.id for change in log}
        assert {change.author for change in log} <= entities
        for change in log:
            assert set(change.parents) <= ids
            named = [change.value(field).value for field in KINDS[change.kind].names if field in change.fields]
            assert {str(name) for name in named if name} <= entities
        conn = opened(path)
        assert conn.execute("SELECT count(*) FROM waiting").fetchone()[0] == 0
        assert counts(conn, shown, date(2024, 9, 18)) == counts(sample.conn, shown, date(2024, 9, 18))
        conn.close()


def test_a_part_comes_with_its_item_and_all_its_parts(sample: Register, tmp_path: Path) -> None:
    part = find_item(sample.conn, "CCP-10a")[0]
    sample.do(correct("recommendation", part, title="Wombat"))
    conn = opened(shared(sample, tmp_path, Filter(search="wombat", parts=True)))
    refs = [row[0] for row in conn.execute("SELECT reference FROM recommendation ORDER BY sort_key")]
    assert refs == ["CCP-10", "CCP-10a", "CCP-10b"]
    conn.close()


def test_notes_on_a_publication_go_only_with_all_of_it(sample: Register, tmp_path: Path) -> None:
    entity = next(p.id for p in publications(sample.conn) if p.code == "DA")
    sample.do(AddNote(publication=entity, text="Numbat", dated="May 2024"))
    assert "Numbat" in texts(shared(sample, tmp_path, Filter(publication=("DA",))))
    assert "Numbat" not in texts(shared(sample, tmp_path, Filter(publication=("DA",), status=("delayed",))))


def test_what_was_withdrawn_travels_with_its_publication_and_not_with_a_narrower_view(
    sample: Register, tmp_path: Path
) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, title="Bandicoot"))
    sample.do(Withdraw(kind="recommendation", entity=item))
    assert "Bandicoot" not in texts(shared(sample, tmp_path, Filter(publication=("HC",))))
    asked = Terms(with_withdrawn=True)
    assert "Bandicoot" in texts(shared(sample, tmp_path, Filter(publication=("HC",)), terms=asked))
    assert "Bandicoot" not in texts(shared(sample, tmp_path, Filter(publication=("HC",), status=("delayed", "closed"))))


def test_a_note_taken_off_an_item_stays_behind(empty: Register, tmp_path: Path) -> None:
    publication = empty.do(AddPublication(title="One", code="ONE")).created or ""
    a, b = (empty.do(AddItem(publication=publication, title=t)).created or "" for t in ("Alpha", "Beta"))
    empty.do(AddNote(items=(a, b), text="Dugong", dated="May 2024"))
    association = empty.conn.execute("SELECT id FROM note_on WHERE recommendation = ?", (a,)).fetchone()[0]
    empty.do(Withdraw(kind="note_on", entity=association))
    assert "Dugong" not in texts(shared(empty, tmp_path, Filter(search="alpha")))
    assert "Dugong" in texts(shared(empty, tmp_path, Filter(search="beta")))


def test_an_earlier_theme_and_whoever_wrote_travel_with_the_item(sample_path: Path, tmp_path: Path) -> None:
    register = Register.open(sample_path, Author("Ailsa Craig"))
    item, _, _ = find_item(register.conn, "HC-6")
    other = register.conn.execute("SELECT id, name FROM theme WHERE name = 'Human Error'").fetchone()
    register.do(correct("recommendation", item, theme=other[0]))
    register.do(correct("recommendation", item, theme=""))
    conn = opened(shared(register, tmp_path, Filter(publication=("HC",), search="third party")))
    assert {row[0] for row in conn.execute("SELECT name FROM party")} >= {"Ailsa Craig", "Fairlead sample"}
    assert "Human Error" in {row[0] for row in conn.execute("SELECT name FROM theme")}
    conn.close()
    register.close()


def test_a_publication_without_items_can_be_shared(empty: Register, tmp_path: Path) -> None:
    empty.do(AddPublication(title="Nothing yet", code="NY"))
    empty.do(AddPublication(title="Another", code="AN"))
    conn = opened(shared(empty, tmp_path, Filter(publication=("NY",))))
    assert [row[0] for row in conn.execute("SELECT code FROM publication")] == ["NY"]
    conn.close()


def test_changes_that_wait_are_passed_on_and_still_wait(empty: Register, tmp_path: Path) -> None:
    other = Register.create(tmp_path / "other.fairlead", Author("Other"))
    publication = other.do(AddPublication(title="One", code="ONE")).created or ""
    item = other.do(AddItem(publication=publication, number="1", title="Early")).created or ""
    changes = [change for change in other.log.all() if change.entity == item]
    other.close()
    empty.do(AddPublication(title="Mine", code="MINE"))
    empty.apply(changes)
    conn = opened(shared(empty, tmp_path, Filter()))
    assert rows(conn, "waiting") == rows(empty.conn, "waiting") != []
    conn.close()


def test_the_register_as_at_a_day_can_be_shared(
    sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-01")
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, title="Platypus"))
    then = sample.as_at(date(2024, 9, 20), tmp_path / "then.sqlite")
    text = texts(shared(then, tmp_path, Filter()))
    then.close()
    assert "Platypus" not in text and "Third-party reporting" in text
    assert "Platypus" in texts(shared(sample, tmp_path, Filter()))


def test_hostile_texts_come_through_as_the_register_holds_them(empty: Register, tmp_path: Path) -> None:
    publication = empty.do(AddPublication(title="One", code="ONE")).created or ""
    empty.do_all(
        AddItem(publication=publication, number=str(number + 1), title=f"t{text[:300]}", text=text)
        for number, text in enumerate(HOSTILE * 6)
    )
    conn = opened(shared(empty, tmp_path, Filter(publication=("ONE",))))
    assert rows(conn, "recommendation") == rows(empty.conn, "recommendation")
    assert len(rows(conn, "recommendation")) > 200
    conn.close()


def test_a_share_that_does_not_check_is_not_delivered(
    sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = share._fingerprint
    monkeypatch.setattr(share, "_fingerprint", lambda conn, table: (*whole(conn, table), id(conn)))
    with pytest.raises(CannotWrite, match="not what was to be written"):
        export(sample, tmp_path / "out.sqlite", Filter())
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name or path.name.startswith(".")] == []


def test_the_scope_counts_what_it_holds(sample: Register) -> None:
    scope = select_scope(sample.conn, Filter(publication=("HC", "CCP")), sample.today())
    assert (scope.recommendations, scope.commitments) == (15, 5)
    assert (scope.whole, scope.in_part) == (("CCP", "HC"), ())
    assert (
        scope.entities["recommendation"] == 22 and scope.entities["publication"] == 2 and "paper" not in scope.entities
    )
    part = select_scope(sample.conn, Filter(publication=("HC",), status=("delayed",)), sample.today())
    assert (part.whole, part.in_part, part.recommendations) == ((), ("HC",), 5)


def test_a_publication_is_whole_where_only_what_is_in_no_list_stays_behind(sample: Register, tmp_path: Path) -> None:
    gone, joined, remaining = (find_item(sample.conn, f"HC-{number}")[0] for number in (1, 2, 3))
    sample.do(correct("recommendation", gone, title="Bandicoot"))
    sample.do(Withdraw(kind="recommendation", entity=gone))
    sample.do(correct("recommendation", joined, title="Axolotl"))
    sample.do(AddLink(item=joined, relation="same-as", other=remaining))
    sample.do(AddNote(publication=publication_id(sample, "HC"), text="Numbat", dated="May 2024"))
    shown = Filter(publication=("HC",), kind=("recommendation",))
    scope = select_scope(sample.conn, shown, sample.today())
    assert (scope.whole, scope.in_part, scope.recommendations) == (("HC",), (), 13)
    text = texts(shared(sample, tmp_path, shown))
    assert "Numbat" in text and "Bandicoot" not in text and "Axolotl" not in text


def test_a_publication_that_was_withdrawn_is_in_no_share_of_its_code(empty: Register, tmp_path: Path) -> None:
    gone = empty.do(AddPublication(title="Wallaby", code="ONE", published="2020")).created or ""
    empty.do(Withdraw(kind="publication", entity=gone))
    empty.do(AddPublication(title="Potoroo", code="ONE", published="2021"))
    text = texts(shared(empty, tmp_path, Filter(publication=("ONE",))))
    assert "Potoroo" in text and "Wallaby" not in text
    scope = select_scope(empty.conn, Filter(), empty.today())
    assert scope.whole == ("ONE",)


def test_evidence_that_was_taken_off_a_submission_stays_behind_unless_it_is_noted_on_the_item(
    empty: Register, tmp_path: Path
) -> None:
    publication = empty.do(AddPublication(title="One", code="ONE")).created or ""
    a, b = (empty.do(AddItem(publication=publication, title=t)).created or "" for t in ("Alpha", "Beta"))
    note = empty.do(AddNote(items=(b,), kind=NoteKind.EVIDENCE, text="Dugong", dated="May 2024")).created or ""
    submission = empty.do(SubmitEvidence(items=(a,), sent="May 2024", note="Manatee", asks="view")).created
    (sent,) = empty.conn.execute("SELECT id FROM submission").fetchone()
    empty.do_all([CiteInEvidence(submission=sent, note=note)])
    assert submission and "Dugong" in texts(shared(empty, tmp_path, Filter(search="alpha")))
    association = empty.conn.execute("SELECT id FROM evidence WHERE note = ?", (note,)).fetchone()[0]
    empty.do(Withdraw(kind="evidence", entity=association))
    text = texts(shared(empty, tmp_path, Filter(search="alpha")))
    assert "Dugong" not in text and "Manatee" in text


@pytest.mark.parametrize("what", ["item", "note", "submission", "action", "publication"])
def test_a_marking_of_anything_in_it_is_the_marking_of_the_file_and_of_what_is_not_is_not(
    empty: Register, what: str
) -> None:
    def marking(name: str) -> str:
        return "OFFICIAL-SENSITIVE" if name == what else "OFFICIAL"

    one = empty.do(AddPublication(title="One", code="ONE", marking=marking("publication"))).created or ""
    two = empty.do(AddPublication(title="Two", code="TWO")).created or ""
    item = empty.do(AddItem(publication=one, title="Alpha", marking=marking("item"))).created or ""
    empty.do(AddItem(publication=two, title="Beta"))
    empty.do(AddNote(items=(item,), kind=NoteKind.EVIDENCE, text="A note", marking=marking("note")))
    empty.do(AddAction(item=item, text="A promise", marking=marking("action")))
    empty.do(SubmitEvidence(items=(item,), sent="May 2024", asks="view", marking=marking("submission")))
    found = [select_scope(empty.conn, Filter(search=word), empty.today()).marking for word in ("alpha", "beta")]
    assert found == ["OFFICIAL-SENSITIVE", "OFFICIAL"]


def test_a_marking_that_two_people_gave_apart_counts_as_the_higher(
    sample: Register, sample_path: Path, tmp_path: Path
) -> None:
    other = Register.open(Path(shutil.copyfile(sample_path, tmp_path / "other.fairlead")), Author("Another"))
    with other.file.transaction() as conn:
        conn.execute("UPDATE this_file SET value = ? WHERE name = 'id'", ("f" * 32,))
    other.id = "f" * 32
    item = find_item(sample.conn, "HC-6")[0]
    for register, marking in ((other, "OFFICIAL-SENSITIVE"), (sample, "OFFICIAL-SENSITIVE")):
        register.do(correct("recommendation", item, marking=marking))
    other.do(correct("recommendation", item, marking="OFFICIAL"))
    sample.apply(list(other.log.all()))
    other.close()
    assert sample.conn.execute("SELECT field FROM conflict WHERE entity = ?", (item,)).fetchall() == [("marking",)]
    for shown, marking in ((Filter(search="third-party"), "OFFICIAL-SENSITIVE"), (Filter(search="cam"), "OFFICIAL")):
        assert select_scope(sample.conn, shown, sample.today()).marking == marking
