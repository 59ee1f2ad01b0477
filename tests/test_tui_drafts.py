"""What is being typed, kept at this desk until it is saved: each register's and each dialog's by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store.file.scratch import ProcessFolder
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
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(broken)
    assert drafts.get("note") is None
    assert list(drafts.titles()) in ([], ["4"])
    drafts.save("note", "A note", {"text": "Again"})
    assert drafts.get("note") == {"text": "Again"} and list(tmp_path.glob("*.json")) == [file]


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Callable[[], ProcessFolder]]:
    """Opens windows, each as a program of its own."""
    with ExitStack() as stack:

        def one() -> ProcessFolder:
            window = ProcessFolder(tmp_path / "looked-at")
            stack.callback(window.close)
            return window

        yield one


def test_two_windows_do_not_share_a_draft_and_both_are_offered_after_a_crash(
    tmp_path: Path, windows: Callable[[], ProcessFolder]
) -> None:
    first, second = windows(), windows()
    for window, text in ((first, "Mine"), (second, "Yours")):
        Drafts(tmp_path, ONE, window).save("note HC-6", "A note on HC-6", {"text": text})
    assert Drafts(tmp_path, ONE, first).get("note HC-6") == {"text": "Mine"}
    assert Drafts(tmp_path, ONE, second).get("note HC-6") == {"text": "Yours"}
    assert len(list(Drafts(tmp_path, ONE, first).titles())) == 1
    first.close()
    second.close()
    next_one = Drafts(tmp_path, ONE, windows())
    assert list(next_one.titles()) == ["A note on HC-6"] * 2
    offered = []
    while draft := next_one.get("note HC-6"):
        offered.append(draft["text"])
        next_one.delete("note HC-6")
    assert sorted(filter(None, offered)) == ["Mine", "Yours"] and list(next_one.titles()) == []


def test_what_one_window_takes_up_again_is_not_offered_to_another(
    tmp_path: Path, windows: Callable[[], ProcessFolder]
) -> None:
    ended = windows()
    Drafts(tmp_path, ONE, ended).save("note", "A note", {"text": "Left"})
    ended.close()
    first, second = Drafts(tmp_path, ONE, windows()), Drafts(tmp_path, ONE, windows())
    assert first.get("note") == {"text": "Left"} and second.get("note") is None


def test_a_draft_of_a_version_that_named_no_window_is_offered(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, ONE)
    drafts.save("note", "A note", {"text": "Mine"})
    (file,) = tmp_path.glob("*.json")
    file.rename(file.with_name(f"{file.stem.rpartition('-')[0]}.json"))
    assert list(drafts.titles()) == ["A note"] and drafts.get("note") == {"text": "Mine"}
