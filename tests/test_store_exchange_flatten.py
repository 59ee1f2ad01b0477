"""A register without history: present values and no more, to be read and exported, and refused by a merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from exported import bytes_of, statuses

from store.commands import AddNote, Correct, MoveTarget, SetTrack, Withdraw, correct
from store.domain.errors import BadInput, Refused
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.exchange.export import describe_export, export
from store.exchange.foreign import open_foreign, save_as_own
from store.exchange.integrity import check
from store.exchange.merge import open_incoming
from store.exchange.redaction import Terms
from store.queries.filter import Filter
from store.register import Author, Register

FLAT = Terms(flattened=True)
ALL = Filter(parts=True)


@pytest.fixture
def worked(sample: Register) -> Register:
    """The sample with something corrected, undone, withdrawn and moved, and reasons given."""
    sample.author = Author("Wilma Writer")
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, title="First wording"))
    sample.do(correct("recommendation", item, title="Present wording"))
    sample.do(SetTrack(item=item, track=Track.DELAYED, reason="Secret reason"))
    note = sample.do(AddNote(items=(item,), text="Withdrawn wording")).created
    sample.do(Withdraw(kind="note", entity=str(note)))
    sample.do(AddNote(items=(item,), text="Present note"))
    sample.do(MoveTarget(item=item, text="December 2030", reason="Moved reason"))
    return sample


@pytest.mark.slow
def test_it_holds_present_values_and_nothing_of_the_past(worked: Register, tmp_path: Path) -> None:
    out = export(worked, tmp_path / "flat.sqlite", ALL, terms=FLAT).path
    found = bytes_of(out)
    for word in (b"First wording", b"Secret reason", b"Withdrawn wording", b"Moved reason", b"Wilma"):
        assert word not in found, word
    assert b"Present wording" in found and b"Present note" in found and b"December 2030" in found
    flat = open_foreign(out, tmp_path)
    per_entity = flat.conn.execute(
        "SELECT max(c), min(p) FROM (SELECT count(*) c, parents = '[]' p FROM change GROUP BY entity)"
    )
    assert per_entity.fetchone() == (1, 1)
    shown = {item: row[:3] for item, row in statuses(flat).items()}
    assert shown == {item: row[:3] for item, row in statuses(worked).items()}
    # What it keeps of the past, by docs/SHARING.md: of each entity its id, and when it was last changed.
    times = "SELECT entity, max(time) FROM change GROUP BY entity"
    assert set(flat.conn.execute(times)) <= set(worked.conn.execute(times))
    here = {
        row[0]
        for change in ("author", "action", "device")
        for row in worked.conn.execute(f"SELECT {change} FROM change")
    }
    assert not here & {
        row[0] for change in ("author", "action", "device") for row in flat.conn.execute(f"SELECT {change} FROM change")
    }
    again = export(flat, tmp_path / "again.xlsx", ALL)
    assert again.recommendations == 66
    flat.close()


def test_it_checks_as_ones_own_and_no_merge_takes_it_nor_what_is_shared_of_it(worked: Register, tmp_path: Path) -> None:
    out = export(worked, tmp_path / "flat.sqlite", Filter(publication=("HC",)), terms=FLAT).path
    own = save_as_own(out, tmp_path / "own.fairlead", Author("Lead"), tmp_path)
    report = check(own)
    assert report.sound and not report.faults
    further = export(own, tmp_path / "further.sqlite", ALL).path
    own.close()
    for path in (out, tmp_path / "own.fairlead", further):
        with pytest.raises(Refused, match="no history, so it can be read and not merged"):
            open_incoming(worked, path, tmp_path)


def test_what_is_marked_or_named_stays_behind_of_it_too(worked: Register, tmp_path: Path) -> None:
    item = find_item(worked.conn, "CAM-7")[0]
    worked.do(Correct(kind="recommendation", entity=item, values={"title": "Wombat", "marking": "OFFICIAL-SENSITIVE"}))
    terms = Terms(max_marking="OFFICIAL", without_names=True, flattened=True)
    out = export(worked, tmp_path / "flat.sqlite", ALL, terms=terms).path
    assert b"Wombat" not in bytes_of(out) and b"Speirs" not in bytes_of(out)
    flat = open_foreign(out, tmp_path)
    manifest = json.loads(flat.conn.execute("SELECT value FROM this_file WHERE name = 'from a share'").fetchone()[0])
    assert manifest["flattened"] is True and manifest["left_out"]["marked"] and manifest["left_out"]["names"]
    flat.close()


def test_the_preview_says_so_and_other_kinds_are_refused(worked: Register, tmp_path: Path) -> None:
    lines = " ".join(describe_export(worked.conn, ".sqlite", ALL, FLAT))
    assert "cannot be merged" in lines and "history, but for notes" not in lines and "Wilma" not in lines
    for suffix, terms in ((".json", FLAT), (".sqlite", Terms(flattened=True, with_withdrawn=True))):
        with pytest.raises(BadInput, match="history"):
            export(worked, tmp_path / f"flat{suffix}", ALL, terms=terms)
    assert not list(tmp_path.glob("flat*"))
