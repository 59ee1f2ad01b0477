"""Text at every door: what comes in is made visible once and passes again unchanged; what goes out commands no
terminal."""

from __future__ import annotations

import re

import pytest
from hostile import HOSTILE, UNSAFE
from hypothesis import given
from hypothesis import strategies as st

from store.domain.text import LINE_LIMIT, NOTE_LIMIT, TextError, one_line, sanitise, shorten_middle, validate_text

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
"""Any code points at all, lone surrogates among them."""

UNCHANGED = ["👩‍👩‍👧‍👦", "👩🏽‍🚒", "❤️", "🇬🇧", "क्‍ष", "مرحبا", "漢字", "naïve – “so”", "⟨U+001B⟩", "␛", "x² ≤ 3 €"]


@given(ANY, st.booleans())
def test_what_comes_in_passes_again_unchanged(text: str, lines: bool) -> None:
    once = validate_text(text, lines=lines)
    assert validate_text(once, lines=lines) == once
    once.encode("utf-8")


@given(ANY)
def test_nothing_that_comes_in_hides_reorders_or_commands(text: str) -> None:
    assert not UNSAFE.search(validate_text(text))
    assert not UNSAFE.search(validate_text(text, lines=True).replace("\n", "").replace("\t", ""))


@given(ANY)
def test_a_title_is_one_line(text: str) -> None:
    assert not re.search(r"[\n\t]|^ | $|  ", validate_text(text))


@given(ANY)
def test_nothing_that_goes_out_commands_a_terminal(text: str) -> None:
    assert not UNSAFE.search(sanitise(text).replace("\n", ""))
    assert not UNSAFE.search(one_line(text))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_hostile_text_comes_in_or_goes_out_as_it_is(text: str) -> None:
    for made in (validate_text(text, lines=True), sanitise(text), one_line(text)):
        assert not UNSAFE.search(made.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert validate_text(text) == validate_text(text, lines=True) == sanitise(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b", "a␀b"),
        ("a\x7fb", "a␡b"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("ta\U000e0067", "ta⟨U+E0067⟩"),
        ("lone \ud800", "lone ⟨U+D800⟩"),
        ("a\u200eb", "a⟨U+200E⟩b"),
        ("\x9b31m", "⟨U+009B⟩31m"),
    ],
)
def test_what_hides_is_shown_for_what_it_is(text: str, seen: str) -> None:
    assert validate_text(text) == sanitise(text) == seen


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_line_ends_of_any_kind_become_one(end: str) -> None:
    assert validate_text(f"a{end}b", lines=True) == sanitise(f"a{end}b") == "a\nb"
    assert validate_text(f"a{end}b") == one_line(f"a{end}b") == "a b"


def test_newlines_and_tabs_stay_inside_a_note_and_not_round_it() -> None:
    assert validate_text("\n\ta\n\n\tb \n", lines=True) == "a\n\n\tb"


def test_tabs_go_to_a_screen_as_spaces() -> None:
    assert sanitise("a\tb") == "a    b"


def test_a_note_may_have_200_kb_and_no_more() -> None:
    assert len(validate_text("é" * (NOTE_LIMIT // 2), lines=True)) == NOTE_LIMIT // 2
    with pytest.raises(TextError, match="200,002 bytes, and 200,000 is the most"):
        validate_text("é" * (NOTE_LIMIT // 2 + 1), lines=True)


def test_a_line_may_have_500_characters_and_no_more() -> None:
    assert validate_text("é" * LINE_LIMIT)
    with pytest.raises(TextError, match="501 characters, and 500 is the most"):
        validate_text("é" * (LINE_LIMIT + 1))


def test_a_text_that_is_made_longer_by_being_made_visible_is_measured_as_it_is_kept() -> None:
    with pytest.raises(TextError):
        validate_text("\u202e" * 100)


@pytest.mark.parametrize("most", [1, 10, 500])
def test_a_long_text_is_cut_with_a_sign(most: int) -> None:
    assert sanitise("x" * 501, most=most) == "x" * (most - 1) + "…"
    assert sanitise("x" * most, most=most) == "x" * most


def test_anything_can_be_shown() -> None:
    assert sanitise(None) == "None"
    assert sanitise(12) == "12"


def test_a_sentence_that_is_too_long_keeps_its_beginning_and_its_end() -> None:
    sentence = f"CP-1: {'lead withdrawn; ' * 40}u takes it back."
    for most in (60, 120, 400):
        short = shorten_middle(sentence, most=most)
        assert (
            len(short) <= most
            and short.startswith("CP-1: lead")
            and short.endswith("u takes it back.")
            and "…" in short
        )
    assert shorten_middle(sentence, most=len(sentence)) == sentence
    assert [len(shorten_middle("x" * 50, most=most)) <= most for most in (4, 10, 49)] == [True] * 3
    assert shorten_middle("one\x1b\nline", most=9) == one_line("one\x1b\nline", most=9)
