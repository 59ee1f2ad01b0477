"""What is typed is read by the type of its field, and every kind is corrected by one command."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from registers import refused, the_item

from store.commands import AddItem, Correct
from store.commands.values import read_value
from store.domain.errors import BadInput
from store.domain.fields import KINDS
from store.register import Register

pytest_plugins = ["registers"]

TODAY = date(2024, 9, 18)

READ: list[tuple[str, str, object, object]] = [
    ("recommendation", "title", "Speed up reporting", "Speed up reporting"),
    ("recommendation", "addressed_to", "", None),
    ("recommendation", "addressed_to", "   ", None),
    ("recommendation", "kind", "commitment", "commitment"),
    ("publication", "stated_total", "8 recs", {"text": "8 recs", "number": 8}),
    ("publication", "stated_total", "some", {"text": "some", "number": None}),
    ("register", "aged_after", "3", 3),
    ("register", "embed_limit", 0, 0),
]


@pytest.mark.parametrize(("kind", "name", "typed", "value"), READ)
def test_what_is_typed_is_read_by_the_type_of_its_field(kind: str, name: str, typed: object, value: object) -> None:
    assert read_value(kind, name, typed, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "name", "day"),
    [
        ("publication", "published", "2024-06-30"),
        ("submission", "sent", "2024-06-30"),
        ("register", "next_committee", "2025-06-30"),
        ("action", "due", "2025-06-30"),
    ],
)
def test_a_day_without_a_year_is_the_last_one_or_the_next_by_the_type_of_its_field(
    kind: str, name: str, day: str
) -> None:
    assert read_value(kind, name, "30 June", TODAY)["latest"] == day


BAD = [
    ("recommendation", "title", " ", "An item needs its title."),
    ("publication", "closed_by", "", "Say who closes its items."),
    ("action", "text", None, "Say what is to be done."),
    ("submission", "sent", "", "Say when it was sent."),
    ("reply", "dated", "30 June 2030", "has not come yet"),
    ("register", "stale_after", "a few", "“a few” is not a whole number."),
    ("action", "due", "31 June 2025", "31 June"),
]


@pytest.mark.parametrize(("kind", "name", "typed", "words"), BAD)
def test_what_cannot_be_read_is_refused_in_words_that_name_the_field(
    kind: str, name: str, typed: Any, words: str
) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        read_value(kind, name, typed, TODAY)
    assert refusal.value.field == name


def test_a_command_takes_fields_by_name_and_in_values_alike(report: str) -> None:
    by_name = AddItem(publication=report, title="Speed up reporting", number="6")
    assert by_name == AddItem(publication=report, values={"title": "Speed up reporting", "number": "6"})


@pytest.mark.parametrize(("kind", "name"), [("recommendation", "stage"), ("reply", "verdict"), ("party", "name")])
def test_what_has_a_command_of_its_own_is_not_corrected_like_any_other_field(kind: str, name: str) -> None:
    with pytest.raises(ValueError, match=r"not an editable field|is not corrected"):
        Correct(kind=kind, entity="0" * 32, values={name: "x"})


@pytest.mark.parametrize("name", [name for name, field in KINDS["recommendation"].editable.items() if field.required])
def test_an_item_is_never_left_without_what_it_needs(empty: Register, hc6: str, name: str) -> None:
    refused(
        empty, Correct(kind="recommendation", entity=hc6, values={name: ""}), BadInput, f"An item needs its {name}."
    )
    assert the_item(empty, hc6, name)
