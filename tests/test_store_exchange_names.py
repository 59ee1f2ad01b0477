"""An export without names: no person's name in any byte of it, and the register that it is checks and merges back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from exported import bytes_of

from store.commands import AddNote, Correct, SetLeads, SetTrack, correct
from store.domain.errors import NotAllowed
from store.domain.names import fold_letters
from store.domain.references import find_item
from store.domain.vocabulary import PartyKind, Track
from store.exchange.export import SUFFIXES, describe_export, export
from store.exchange.foreign import save_as_own
from store.exchange.integrity import check
from store.exchange.persons import person_names
from store.exchange.redaction import Terms
from store.queries.filter import Filter
from store.register import Author, Register

NAMELESS = Terms(without_names=True, with_withdrawn=True, with_locations=True, with_files=True)
ALL = Filter(parts=True)
PERSON = "Zoë O'Hara-Quigley"
WRITTEN = ("Zoë O'Hara-Quigley", "ZOE O'HARA QUIGLEY", "Quigley, Zoë O'Hara", "zoe.o-hara.quigley@example.org")
ONE_OF_EACH_KIND = tuple(suffix for suffix in SUFFIXES if suffix not in (".db", ".fairlead"))


@pytest.fixture
def named(sample: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    """The sample, where a person leads, writes, and is named in a note, a title, a reason and by whoever spoke."""
    sample.author = Author(PERSON)
    item = find_item(sample.conn, "HC-6")[0]
    monkeypatch.setattr(Register, "party_kinds", {"": PartyKind.PERSON})
    sample.do(SetLeads(item=item, leads=("C3", "Moira Baird-Zeller")))
    for text in WRITTEN:
        sample.do(AddNote(items=(item,), text=f"Spoken\nto {text}, again"))
    sample.do(AddNote(items=(item,), text="Agreed.", said_by="Moira Baird-Zeller"))
    sample.do(SetTrack(item=find_item(sample.conn, "HC-7")[0], track=Track.DELAYED, reason=f"{PERSON} is ill"))
    sample.do(AddNote(items=(item,), text="Nobody is named here"))
    return sample


def plain(path: Path) -> str:
    return fold_letters(bytes_of(path).decode("utf-8", "replace"))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ONE_OF_EACH_KIND)
def test_no_name_of_a_person_is_in_any_byte(named: Register, tmp_path: Path, suffix: str) -> None:
    whole = plain(export(named, tmp_path / f"whole{suffix}", ALL).path)
    found = plain(export(named, tmp_path / f"out{suffix}", ALL, terms=NAMELESS).path)
    assert "moira baird-zeller" in whole and "C3" in bytes_of(tmp_path / f"out{suffix}").decode("utf-8", "replace")
    for name in (*person_names(named.conn), "Quigley", "Baird"):
        assert fold_letters(name) not in found, name


def test_it_checks_and_opens_and_merges_back_with_the_edits_made_in_it(named: Register, tmp_path: Path) -> None:
    out = export(named, tmp_path / "out.sqlite", ALL, terms=NAMELESS).path
    own = save_as_own(out, tmp_path / "own.fairlead", Author("Local Lead"), tmp_path)
    report = check(own)
    assert report.sound, report.faults
    before = named.conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0]
    own.do(correct("recommendation", find_item(own.conn, "CAM-7")[0], title="Edited away"))
    named.apply(list(own.log.all()))
    title = named.conn.execute("SELECT title FROM recommendation WHERE reference = 'CAM-7'").fetchone()[0]
    assert title == "Edited away" and before == 0
    assert named.conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0] == 0
    texts = [row[0] for row in own.conn.execute("SELECT text FROM note WHERE text LIKE '%named here%'")]
    assert texts == ["Nobody is named here"]
    own.close()


def test_what_is_left_out_is_counted_and_the_limit_is_named(named: Register, tmp_path: Path) -> None:
    lines = " ".join(describe_export(named.conn, ".sqlite", ALL, Terms(without_names=True)))
    counted = re.search(r"The names of (\d+) persons are left out, and (\d+) changes that have one in them", lines)
    assert counted and (int(counted[1]), int(counted[2]) > 6) == (len(person_names(named.conn)), True), lines
    assert "A name that this register does not know as a person's is not found" in lines
    assert "Moira" not in lines
    manifest = json.loads(
        save_as_own(export(named, tmp_path / "o.sqlite", ALL, terms=NAMELESS).path, tmp_path / "p.db", None, tmp_path)
        .conn.execute("SELECT value FROM this_file WHERE name = 'from a share'")
        .fetchone()[0]
    )
    assert manifest["left_out"]["names"] > 8 and not manifest["left_out"]["marked"]


def test_a_filter_that_names_a_person_is_refused(named: Register, tmp_path: Path) -> None:
    for shown in (Filter(lead=("Moira Baird-Zeller",)), Filter(search='"moira baird zeller"')):
        with pytest.raises(NotAllowed, match="names are to be left out"):
            export(named, tmp_path / "out.sqlite", shown, terms=NAMELESS)
        with pytest.raises(NotAllowed, match="names are to be left out"):
            describe_export(named.conn, ".sqlite", shown, NAMELESS)
    assert not list(tmp_path.glob("out*"))


@pytest.mark.slow
def test_a_marking_that_stays_behind_with_a_name_still_counts(named: Register, tmp_path: Path) -> None:
    item = find_item(named.conn, "CAM-7")[0]
    named.do(
        Correct(
            kind="recommendation", entity=item, values={"marking": "OFFICIAL-SENSITIVE"}, reason=f"Asked by {PERSON}"
        )
    )
    for suffix in ONE_OF_EACH_KIND:
        done = export(named, tmp_path / f"m{suffix}", ALL, terms=NAMELESS)
        assert "OFFICIAL-SENSITIVE" in done.messages[0], suffix


def test_a_unit_that_bears_the_name_of_a_person_stays(named: Register, tmp_path: Path) -> None:
    named.author = Author("C3")
    named.do(AddNote(items=(find_item(named.conn, "HC-6")[0],), text="C3 will look"))
    out = export(named, tmp_path / "out.json", ALL, terms=NAMELESS).path
    assert "C3 will look" in out.read_text(encoding="utf-8")
