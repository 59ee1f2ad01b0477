"""Part-known dates, ages, numbers and names as they are compared, and the words for what is stored."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.words import (
    GLYPHS,
    ActionKind,
    Basis,
    ClosedBy,
    ItemKind,
    NextMove,
    NoteKind,
    PartDate,
    PublicationKind,
    Stage,
    Status,
    Track,
    age,
    fold_name,
    fold_number,
    month_end,
    said,
    say_day,
    short_day,
    sort_key,
    tidy_number,
)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("May 2024", "2024-05-01", "2024-05-31"),
        ("Feb 2024", "2024-02-01", "2024-02-29"),
        ("feb. 2023", "2023-02-01", "2023-02-28"),
        ("Sept 2024", "2024-09-01", "2024-09-30"),
        ("2024-09", "2024-09-01", "2024-09-30"),
        ("18 September 2024", "2024-09-18", "2024-09-18"),
        ("18th Sep 2024", "2024-09-18", "2024-09-18"),
        ("1st May, 2024", "2024-05-01", "2024-05-01"),
        ("2024-09-18", "2024-09-18", "2024-09-18"),
        ("18/9/2024", "2024-09-18", "2024-09-18"),
        ("18.09.24", "2024-09-18", "2024-09-18"),
        ("  18   SEPTEMBER 2024 ", "2024-09-18", "2024-09-18"),
    ],
)
def test_a_date_is_known_as_far_as_it_is_written(text: str, earliest: str, latest: str) -> None:
    known = PartDate.parse(text)
    assert (str(known.earliest), str(known.latest)) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "in the coming weeks", "31 February 2024", "2024-13", "2024-02-30", "31/6/25", "0000", "May", "May 24",
     "0000-01-01", "18 Septober 2024", "9/18/2024", "12345", "May 2024 or so", "2024-9-181"],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (date that Fairlead understands|day in the calendar)"):
        PartDate.parse(text)


@given(st.dates())
def test_a_day_that_is_said_is_understood_again(day: date) -> None:
    if day.year >= 1000:
        for said_day in (say_day(day), short_day(day), day.isoformat()):
            assert PartDate.parse(said_day) == PartDate(said_day, day, day)


@given(st.dates())
def test_the_end_of_a_month_is_its_last_day(day: date) -> None:
    if day < date(9999, 12, 1):
        end = month_end(day)
        assert (end.year, end.month) == (day.year, day.month)
        assert date.fromordinal(end.toordinal() + 1).day == 1


@pytest.mark.parametrize(
    ("since", "today", "told"),
    [
        ("2021-06-30", "2024-09-18", "3 yr 2 mo"),
        ("2024-09-18", "2024-09-18", "0 mo"),
        ("2024-08-19", "2024-09-18", "0 mo"),
        ("2024-08-18", "2024-09-18", "1 mo"),
        ("2023-09-19", "2024-09-18", "11 mo"),
        ("2023-09-18", "2024-09-18", "1 yr 0 mo"),
        ("2024-09-19", "2024-09-18", "—"),
        ("2025-01-01", "2024-09-18", "—"),
    ],
)
def test_an_age_is_told_in_whole_years_and_months(since: str, today: str, told: str) -> None:
    assert age(date.fromisoformat(since), date.fromisoformat(today)) == told


@pytest.mark.parametrize(
    "alike",
    [
        ("6", "06", "R6", "r 6", "Rec 6", "Rec. 06", "Recommendation 6", "No. 6", "R-6"),
        ("10a", "10A", "10(a)", "10-a", "10.a", "10 a"),
        ("1.1", "1/1", "1-1", "1(1)", "01.01"),
        ("x1", "X1", "x01"),
    ],
)
def test_a_number_is_one_however_it_is_written(alike: tuple[str, ...]) -> None:
    assert len({fold_number(number) for number in alike}) == 1


@pytest.mark.parametrize("apart", [("1.1", "11"), ("10", "10a"), ("6", "16"), ("10", "1"), ("0", ""), ("AFD1", "1")])
def test_numbers_that_differ_stay_apart(apart: tuple[str, str]) -> None:
    assert fold_number(apart[0]) != fold_number(apart[1])


@given(st.text("0123456789 .-/abR", max_size=8))
def test_a_folded_number_and_a_tidied_one_fold_to_themselves(number: str) -> None:
    folded = fold_number(number)
    assert fold_number(tidy_number(number)) == folded
    assert fold_number(folded) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hate Crime", "hate  crime"), ("Hate-Crime", "HATE CRIME."), ("Café", "Cafe\u0301"), ("Straße", "STRASSE")],
)
def test_a_name_is_one_whatever_its_case_spaces_and_accents(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@given(st.text())
def test_a_folded_name_folds_to_itself(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@given(st.integers(0, 999_999_999), st.integers(0, 999_999_999))
def test_numbers_in_a_text_sort_as_numbers(one: int, other: int) -> None:
    assert (sort_key(f"HC-{one}") < sort_key(f"hc-{other}")) == (one < other)


def test_every_stored_word_is_said_with_a_capital() -> None:
    kinds = (ItemKind, Stage, Track, Status, NextMove, NoteKind, ActionKind, PublicationKind, ClosedBy)
    for word in (word for kind in kinds for word in kind):
        assert said(word)[0].isupper()
        assert "-" not in said(word)


def test_every_basis_is_said_in_words() -> None:
    assert len({said(basis) for basis in Basis}) == len(Basis)


def test_nothing_is_said_as_a_dash() -> None:
    assert said(None) == "—"


def test_every_status_has_a_glyph_of_its_own() -> None:
    assert set(Status) <= GLYPHS.keys()
    assert len(set(GLYPHS.values())) == len(GLYPHS)
