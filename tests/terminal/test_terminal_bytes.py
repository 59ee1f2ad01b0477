"""What the bytes of a terminal mean to the app, whatever they are."""

from __future__ import annotations

import pytest
from textual import events

from tui import terminal
from tui.terminal import KeyParser


def parsed(keys: KeyParser, *pieces: bytes) -> list[str]:
    """What comes of these pieces: a key's character or name, or a paste's text in brackets."""
    messages = [message for piece in pieces for message in keys.feed(piece)]
    found = []
    for message in messages:
        if isinstance(message, events.Key):
            found.append(message.character or message.key)
        elif isinstance(message, events.Paste):
            found.append(f"<{message.text}>")
    return found


@pytest.mark.parametrize(
    ("pieces", "meant"),
    [
        ([b"a\xa35"], ["a", "�", "5"]),
        ([b"\xff\xfe", b"a"], ["�", "�", "a"]),
        (["£".encode()[:1], "£".encode()[1:]], ["£"]),
        ([b"\xe2\x82", b"a"], ["�", "a"]),
        (["漢".encode()], ["漢"]),
    ],
    ids=[
        "a pound sign in Latin-1",
        "no character at all",
        "a character in two pieces",
        "half a character",
        "a wide one",
    ],
)
def test_a_byte_that_is_no_utf_8_is_seen_and_the_next_key_acts(pieces: list[bytes], meant: list[str]) -> None:
    assert parsed(KeyParser(), *pieces) == meant


@pytest.mark.parametrize(
    "sequence",
    [b"\x1b[97;1:1u", b"\x1b[99999999999u", b"\x1b[1114112u", b"\x1b[48;0;0;0;0t", b"\x1b[<0;0;0M", b"\x1b[1;99R"],
)
def test_a_sequence_that_no_terminal_sends_does_not_end_the_input(sequence: bytes) -> None:
    keys = KeyParser()
    parsed(keys, sequence)
    assert parsed(keys, b"a")[-1:] == ["a"]


def test_a_paste_whose_end_never_comes_is_ended_and_the_next_key_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PASTE_SECONDS", 0.0)
    keys = KeyParser()
    assert parsed(keys, b"\x1b[20", b"0~half a", b" text") == []
    assert parsed(keys, b"") == ["<half a text>"]
    assert parsed(keys, b"a") == ["a"]


def test_a_paste_that_is_slow_is_one_paste() -> None:
    keys = KeyParser()
    assert parsed(keys, b"\x1b[200~one", b"", b" and two", b"\x1b[201~", b"a") == ["<one and two>", "a"]
