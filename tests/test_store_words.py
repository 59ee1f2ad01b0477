"""Part-known dates, ages, numbers and names as they are compared, and the words for what is stored."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.commands.base import part_date, past_date, target_value
from store.domain.date_reading import NotADay, NotUnderstood, read_date
from store.domain.dates import (
    PartDate,
    format_date,
    format_duration,
    format_short_date,
    month_end,
)
from store.domain.errors import BadInput, UnclearDate
from store.domain.names import (
    fold_name,
    fold_number,
    sort_key,
    tidy_number,
)
from store.domain.vocabulary import (
    GLYPHS,
    ActionKind,
    Basis,
    ClosedBy,
    ItemKind,
    NextMove,
    NoteKind,
    PublicationKind,
    Stage,
    Status,
    Track,
    label_of,
)

PIECES = (
    "by before during in end of the early mid to + 3 2025 2025/26 30 31 June jnue Q2 spring next year months ago "
    "- / , . 9999 0000"
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
        ("30-6-2025", "2025-06-30", "2025-06-30"),
        ("30-Jun-2025", "2025-06-30", "2025-06-30"),
        ("30th of June 25", "2025-06-30", "2025-06-30"),
        ("June 30th, 2025", "2025-06-30", "2025-06-30"),
        ("2025/6/30", "2025-06-30", "2025-06-30"),
        ("6/2025", "2025-06-01", "2025-06-30"),
        ("May, 2024.", "2024-05-01", "2024-05-31"),
        ("second quarter of calendar 2025", "2025-04-01", "2025-06-30"),
        ("calendar 2025 q4", "2025-10-01", "2025-12-31"),
        ("FY 2025/26", "2025-04-01", "2026-03-31"),
        ("financial year 25-26", "2025-04-01", "2026-03-31"),
        ("2025/26", "2025-04-01", "2026-03-31"),
        ("2011-12", "2011-12-01", "2011-12-31"),
        ("Q4 2024/25", "2025-01-01", "2025-03-31"),
        ("spring 2025", "2025-03-01", "2025-05-31"),
        ("Autumn of 2025", "2025-09-01", "2025-11-30"),
        ("winter 2027/28", "2027-12-01", "2028-02-29"),
        ("early 2025", "2025-01-01", "2025-12-31"),
        ("mid-2025", "2025-01-01", "2025-12-31"),
        ("late June 2025", "2025-06-01", "2025-06-30"),
        ("end of 2025", None, "2025-12-31"),
        ("the end of June 2025", None, "2025-06-30"),
        ("by June 2025", None, "2025-06-30"),
        ("by the end of Q2 2025/26", None, "2025-09-30"),
        ("before June 2025", None, "2025-05-31"),
        ("before the end of June 2025", None, "2025-06-30"),
        ("before mid 2025", None, "2025-12-31"),
        ("before 30 June 2025", None, "2025-06-29"),
        ("during 2025", "2025-01-01", "2025-12-31"),
        ("during 2025, continuing into 2026", "2025-01-01", "2026-12-31"),
        ("April to June 2025", "2025-04-01", "2025-06-30"),
        ("1 April 2025 to 30 June 2025", "2025-04-01", "2025-06-30"),
    ],
)
def test_a_date_is_known_as_far_as_it_is_written(text: str, earliest: str | None, latest: str) -> None:
    expected = PartDate(
        " ".join(text.split()), date.fromisoformat(earliest) if earliest else None, date.fromisoformat(latest)
    )
    assert read_date(text) == expected
    assert read_date(text, date(2024, 9, 18)) == expected


@pytest.mark.parametrize(
    ("text", "today", "meant", "earliest", "latest"),
    [
        ("today", "2024-09-18", "18 September 2024", "2024-09-18", "2024-09-18"),
        ("Tomorrow", "2024-12-31", "1 January 2025", "2025-01-01", "2025-01-01"),
        ("yesterday", "2024-03-01", "29 February 2024", "2024-02-29", "2024-02-29"),
        ("+3 months", "2024-09-18", "18 December 2024", "2024-12-18", "2024-12-18"),
        ("+3 months", "2024-11-30", "28 February 2025", "2025-02-28", "2025-02-28"),
        ("in three months' time", "2024-09-18", "18 December 2024", "2024-12-18", "2024-12-18"),
        ("+ 2 weeks", "2024-09-18", "2 October 2024", "2024-10-02", "2024-10-02"),
        ("10 days from now", "2024-09-18", "28 September 2024", "2024-09-28", "2024-09-28"),
        ("a week ago", "2024-09-18", "11 September 2024", "2024-09-11", "2024-09-11"),
        ("+1 year", "2024-02-29", "28 February 2025", "2025-02-28", "2025-02-28"),
        ("next month", "2024-12-18", "January 2025", "2025-01-01", "2025-01-31"),
        ("last quarter", "2024-01-18", "October to December 2023", "2023-10-01", "2023-12-31"),
        ("this year", "2024-09-18", "2024", "2024-01-01", "2024-12-31"),
        ("next financial year", "2024-03-31", "FY 2024/25", "2024-04-01", "2025-03-31"),
        ("end of the year", "2024-09-18", "end of 2024", None, "2024-12-31"),
        ("by end of month", "2024-02-01", "by end of February 2024", None, "2024-02-29"),
        ("end of financial year", "2024-04-01", "end of FY 2024/25", None, "2025-03-31"),
        ("before next year", "2024-09-18", "before 2025", None, "2024-12-31"),
        ("by tomorrow", "2024-09-18", "by 19 September 2024", None, "2024-09-19"),
        ("30 June", "2024-06-30", "30 June 2024", "2024-06-30", "2024-06-30"),
        ("30th of June", "2024-07-01", "30 June 2025", "2025-06-30", "2025-06-30"),
        ("29 February", "2024-09-18", "29 February 2028", "2028-02-29", "2028-02-29"),
        ("June", "2024-06-30", "June 2024", "2024-06-01", "2024-06-30"),
        ("end of June", "2024-07-01", "end of June 2025", None, "2025-06-30"),
        ("by end of quarter", "2024-09-18", "by end of September 2024", None, "2024-09-30"),
        ("before next quarter", "2024-09-18", "before October 2024", None, "2024-09-30"),
        ("+6m", "2024-09-18", "18 March 2025", "2025-03-18", "2025-03-18"),
        ("in 6 months", "2024-09-18", "18 March 2025", "2025-03-18", "2025-03-18"),
        ("6 weeks from today", "2024-09-18", "30 October 2024", "2024-10-30", "2024-10-30"),
        ("in a fortnight", "2024-09-18", "2 October 2024", "2024-10-02", "2024-10-02"),
        ("Friday", "2024-09-18", "20 September 2024", "2024-09-20", "2024-09-20"),
        ("by Wed", "2024-09-18", "by 18 September 2024", None, "2024-09-18"),
        ("next Tuesday", "2024-09-18", "24 September 2024", "2024-09-24", "2024-09-24"),
        ("last Wednesday", "2024-09-18", "11 September 2024", "2024-09-11", "2024-09-11"),
        (
            "+3 months (subject to funding)",
            "2024-09-18",
            "18 December 2024 (subject to funding)",
            "2024-12-18",
            "2024-12-18",
        ),
        ("expected 30 June - revised", "2024-09-18", "30 June 2025 (revised, expected)", "2025-06-30", "2025-06-30"),
        ("August to October", "2024-09-18", "August 2024 to October 2024", "2024-08-01", "2024-10-31"),
    ],
)
def test_a_date_that_follows_from_the_day_is_kept_as_what_it_means(
    text: str, today: str, meant: str, earliest: str | None, latest: str
) -> None:
    expected = PartDate(meant, date.fromisoformat(earliest) if earliest else None, date.fromisoformat(latest))
    assert read_date(text, date.fromisoformat(today)) == expected
    assert read_date(meant) == expected
    with pytest.raises(NotUnderstood):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30 June", "30 June 2024"),
        ("18 September", "18 September 2024"),
        ("19 September", "19 September 2023"),
        ("September", "September 2024"),
        ("Friday", "13 September 2024"),
        ("next Tuesday", "24 September 2024"),
        ("29 February", "29 February 2024"),
    ],
)
def test_what_has_happened_is_of_the_last_such_day(text: str, meant: str) -> None:
    assert read_date(text, date(2024, 9, 18), prefer_past=True).text == meant


def test_a_command_takes_a_date_as_of_its_day_and_keeps_a_target_without_one_as_words() -> None:
    day = date(2024, 9, 18)
    assert part_date("yesterday", "dated", day) == {
        "text": "17 September 2024", "earliest": "2024-09-17", "latest": "2024-09-17",
    }  # fmt: skip
    assert (past_date("June", "dated", day) or {})["latest"] == "2024-06-30"
    assert target_value("end of June", today=day)["latest"] == "2025-06-30"
    with pytest.raises(UnclearDate, match=r"--target: .* give --as-words"):
        target_value("end of June")
    target = target_value("end of June", as_words=True)
    assert (target["text"], target["earliest"], target["latest"]) == ("end of June", None, None)
    with pytest.raises(BadInput):
        part_date("yesterday", "dated")


@pytest.mark.parametrize("text", ["31 June", "30 February", "+9999 years", "end of 31 June 2025", "by 31 June"])
def test_a_day_that_no_year_has_is_not_in_the_calendar(text: str) -> None:
    with pytest.raises(NotADay):
        read_date(text, date(2024, 9, 18))


@pytest.mark.parametrize(
    "text",
    ["winter 2025", "next week", "May 14", "June 30", "2024-2025", "FY25", "2025/27", "by the year", "3 months", "within six months",
     "in 3 months ago", "in the spring", "early today", "2026 to 2025", "Q5 2025", "by by 2025"],
)  # fmt: skip
def test_what_could_mean_two_things_is_left_as_words(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_date(text, date(2024, 9, 18))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Jnue 2025", "June 2025"),
        ("septmber 2024", "September 2024"),
        ("18 Septober 2024", "18 September 2024"),
        ("by end of Augst 2025", "by end of August 2025"),
        ("30 Jnue", "30 June 2025"),
        ("31 Septober 2024", ""),
        ("Autum 2025", "Autumn 2025"),
        ("Sumer 2025", "Summer 2025"),
        ("Wintre 2025/26", "Winter 2025/26"),
        ("soon", ""),
    ],
)
def test_a_month_with_a_slip_in_it_is_guessed_at_and_not_taken(text: str, meant: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_date(text, date(2024, 9, 18))
    assert caught.value.meant == meant
    assert (f"Did you mean {meant}?" in str(caught.value)) == bool(meant)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "in the coming weeks", "31 February 2024", "2024-13", "2024-02-30", "31/6/25", "0000", "May", "May 14",
     "0000-01-01", "18 Septober 2024", "9/18/2024", "12345", "May 2024 or so", "2024-9-181"],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (date that Fairlead understands|day in the calendar)"):
        read_date(text)


@given(st.dates())
def test_a_day_that_is_said_is_understood_again(day: date) -> None:
    if day.year >= 1000:
        for written in (format_date(day), format_short_date(day), day.isoformat()):
            assert read_date(written) == PartDate(written, day, day)


@given(
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=8,
    ),
    st.dates(),
    st.booleans(),
)
def test_whatever_is_written_is_understood_in_order_or_refused_in_words(
    words: list[str], today: date, past: bool
) -> None:
    try:
        current = read_date(" ".join(words), today, prefer_past=past)
    except (NotUnderstood, NotADay):
        return
    assert current.latest
    assert current.earliest is None or current.earliest <= current.latest


@given(st.text(max_size=200), st.dates())
def test_no_text_is_more_than_refused(text: str, today: date) -> None:
    with suppress(NotUnderstood, NotADay):
        read_date(text, today)


@given(st.dates())
def test_the_end_of_a_month_is_its_last_day(day: date) -> None:
    if day < date(9999, 12, 1):
        end = month_end(day)
        assert (end.year, end.month) == (day.year, day.month)
        assert date.fromordinal(end.toordinal() + 1).day == 1


@pytest.mark.parametrize(
    ("since", "today", "age"),
    [
        ("2021-06-30", "2024-09-18", "3 yr 2 mo"),
        ("2024-09-18", "2024-09-18", "0 days"),
        ("2024-09-17", "2024-09-18", "1 day"),
        ("2024-08-29", "2024-09-18", "20 days"),
        ("2024-08-28", "2024-09-18", "3 weeks"),
        ("2024-06-19", "2024-09-18", "13 weeks"),
        ("2024-06-18", "2024-09-18", "3 mo"),
        ("2023-09-19", "2024-09-18", "11 mo"),
        ("2023-09-18", "2024-09-18", "1 yr"),
        ("2018-12-31", "2024-09-18", "5 yr 8 mo"),
        ("2024-09-19", "2024-09-18", "—"),
        ("2025-01-01", "2024-09-18", "—"),
    ],
)
def test_a_length_of_time_is_told_as_people_say_it(since: str, today: str, age: str) -> None:
    assert format_duration(date.fromisoformat(since), date.fromisoformat(today)) == age


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
        assert label_of(word)[0].isupper()
        assert "-" not in label_of(word)


def test_every_basis_is_said_in_words() -> None:
    assert len({label_of(basis) for basis in Basis}) == len(Basis)


def test_nothing_is_said_as_a_dash() -> None:
    assert label_of(None) == "—"


def test_every_status_has_a_glyph_of_its_own() -> None:
    assert set(Status) <= GLYPHS.keys()
    assert len(set(GLYPHS.values())) == len(GLYPHS)
