"""A stacked bar and its legend."""

import pytest

from widgets.bars import legend, stacked_bar

PARTS = [(28, "closed"), (17, "on-track"), (21, "delayed"), (0, "not-stated")]


def text(pieces: list[tuple[str, str]]) -> str:
    return "".join(piece for piece, _ in pieces)


def test_a_bar_shares_its_cells_by_largest_remainder() -> None:
    assert text(stacked_bar(PARTS, 20)) == "█" * 9 + "▓" * 5 + "▒" * 6


@pytest.mark.parametrize("width", range(1, 60))
def test_a_bar_is_as_wide_as_it_was_told(width: int) -> None:
    assert len(text(stacked_bar(PARTS, width))) == width
    assert len(text(stacked_bar([(1, "closed"), (1, "delayed"), (10**9, "not-stated")], width))) == width


def test_a_part_that_is_not_zero_never_vanishes_while_there_is_room() -> None:
    pieces = stacked_bar([(10_000, "closed"), (1, "on-track"), (1, "delayed"), (1, "not-stated")], 4)
    assert text(pieces) == "█▓▒░"


def test_where_there_is_no_room_for_all_the_largest_parts_stay() -> None:
    assert text(stacked_bar([(1, "closed"), (50, "on-track"), (49, "delayed")], 2)) == "▓▒"


def test_a_zero_part_has_no_piece_and_each_piece_names_its_status() -> None:
    assert [style for _, style in stacked_bar(PARTS, 10)] == ["status--closed", "status--on-track", "status--delayed"]


def test_nothing_counted_or_no_room_is_no_bar() -> None:
    assert stacked_bar([(0, "closed")], 10) == []
    assert stacked_bar([], 10) == []
    assert stacked_bar(PARTS, 0) == []


def test_the_legend_says_glyph_word_and_count_also_of_zero() -> None:
    assert text(legend(PARTS)) == "█ Closed 28  ▓ On track 17  ▒ Delayed 21  ░ Not stated 0"
