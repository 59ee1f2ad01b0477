"""What is being typed, kept at this desk until it is saved: each register's and each dialog's by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.desk.drafts import Drafts

ONE, OTHER = "a" * 32, "b" * 32


def test_words_are_there_again_until_they_are_dropped(tmp_path: Path) -> None:
    Drafts(tmp_path / "drafts", ONE).save("note HC-6", "A note on HC-6", {"text": "Half a thought", "dated": None})
    drafts = Drafts(tmp_path / "drafts", ONE)
    assert drafts.get("note HC-6") == {"text": "Half a thought", "dated": None}
    assert list(drafts.titles()) == ["A note on HC-6"]
    drafts.delete("note HC-6")
    assert drafts.get("note HC-6") is None and list(drafts.titles()) == []
    assert not list((tmp_path / "drafts").iterdir())
    drafts.delete("note HC-6")


def test_each_dialog_and_each_register_has_its_own(tmp_path: Path) -> None:
    mine, theirs = Drafts(tmp_path, ONE), Drafts(tmp_path, OTHER)
    mine.save("note HC-6", "A note on HC-6", {"text": "Mine"})
    mine.save("note HC-7", "A note on HC-7", {"text": "Another"})
    theirs.save("note HC-6", "A note on HC-6, elsewhere", {"text": "Theirs"})
    mine.delete("note HC-7")
    assert (mine.get("note HC-6"), mine.get("note HC-7")) == ({"text": "Mine"}, None)
    assert theirs.get("note HC-6") == {"text": "Theirs"}
    assert (list(mine.titles()), list(theirs.titles())) == (["A note on HC-6"], ["A note on HC-6, elsewhere"])


@pytest.mark.parametrize("broken", [b"", b"\xff", b"[]", b"{}", b'{"values": 3, "title": 4}', b'{"values": {'])
def test_a_draft_that_cannot_be_read_is_none_and_the_next_takes_its_place(tmp_path: Path, broken: bytes) -> None:
    drafts = Drafts(tmp_path, ONE)
    drafts.save("note", "A note", {"text": "Mine"})
    (file,) = tmp_path.iterdir()
    file.write_bytes(broken)
    assert drafts.get("note") is None
    assert list(drafts.titles()) in ([], ["4"])
    drafts.save("note", "A note", {"text": "Again"})
    assert drafts.get("note") == {"text": "Again"} and list(tmp_path.iterdir()) == [file]
