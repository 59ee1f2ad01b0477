"""The digest, the migrations, the kinds, the models and the tables agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from store.domain.errors import BadInput
from store.domain.field_types import BOUNDS, TARGET_PARTS, FieldType
from store.domain.fields import KINDS, label_of_field
from store.domain.models import MODELS, validate_values
from store.domain.vocabulary import MARKINGS, ItemKind, Stage
from store.file.schema import (
    APPLICATION_ID,
    DIGESTS,
    VERSION,
    describe_differences,
    expected_schema,
    schema_digest,
    schema_of,
)
from store.log.table_rows import columns_of
from store.register import Register

MIGRATIONS = Path(__file__).parent.parent / "store" / "file" / "migrations"
FIELDS = [(kind, field) for kind, current in KINDS.items() for field in current.fields]

WORKED_OUT = {
    "party": {"shown_id", "shown_name"},
    "recommendation": {
    "seq", "code", "reference", "sort_key", "status", "status_rank", "stage_rank", "closed_as", "theme_name", "leads",
    "title_key", "theme_key", "leads_key", "updated", "listed", "counted", "published", "said_on", "highest_marking",
    "promised", "waits_on", "any_conflict", "unevidenced", "apart", "priority_rank", "not_agreed",
    },
}  # fmt: skip
"""The columns of a kind that follow from its own and from what is round it."""


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A new register's connection."""
    register = Register.create(tmp_path_factory.mktemp("schema") / "new.db")
    yield register.conn
    register.close()


def columns(conn: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns."""
    return [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]


def nested(kind: str, field: str) -> type[BaseModel] | None:
    """The model of a field that is an object, or None."""
    for option in get_args(MODELS[kind].model_fields[field].annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


@pytest.mark.parametrize("version", DIGESTS)
def test_the_digest_made_anew_from_the_migrations_is_the_one_in_the_sql(version: int) -> None:
    made = schema_digest(expected_schema(version))
    assert DIGESTS[version] == made, f"the first line of migration {version} is to be: -- digest: {made}"


def test_the_migrations_are_numbered_by_version() -> None:
    names = sorted(path.name for path in MIGRATIONS.glob("*.sql"))
    assert [int(name[:4]) for name in names] == [*range(1, VERSION + 1)] == [*DIGESTS]


def test_a_new_register_has_the_known_schema_and_says_whose_it_is(conn: sqlite3.Connection) -> None:
    assert schema_of(conn) == expected_schema()
    assert conn.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.parametrize(
    ("sql", "difference"),
    [
        ("CREATE TABLE more (x)", "it adds table more"),
        ("CREATE VIEW more AS SELECT 1", "it adds view more"),
        ("CREATE TRIGGER more AFTER INSERT ON note BEGIN SELECT 1; END", "it adds trigger more"),
        ("CREATE INDEX more ON note (text)", "it adds index more"),
        ("DROP VIEW notes_as_they_stand", "it lacks view notes_as_they_stand"),
        ("ALTER TABLE note ADD COLUMN more TEXT", "it alters table note"),
    ],
)
def test_what_differs_from_the_known_schema_is_named(conn: sqlite3.Connection, sql: str, difference: str) -> None:
    conn.execute("BEGIN")
    conn.execute(sql)
    found = schema_of(conn)
    conn.execute("ROLLBACK")
    assert schema_digest(found) != DIGESTS[VERSION]
    assert describe_differences(found) == difference


def test_every_table_of_things_is_strict(conn: sqlite3.Connection) -> None:
    strict = {row[1]: row[5] for row in conn.execute("PRAGMA table_list")}
    assert all(strict[kind] for kind in (*KINDS, "change", "conflict", "waiting", "this_file", "tally"))


def test_every_kind_has_a_model_and_every_model_a_kind() -> None:
    assert KINDS.keys() == MODELS.keys()


def test_the_fields_of_a_kind_are_those_of_its_model() -> None:
    of_models = {kind: set(model.model_fields) for kind, model in MODELS.items()}
    assert {kind: set(current.fields) for kind, current in KINDS.items()} == of_models


def test_the_parts_of_a_field_are_those_of_its_model() -> None:
    models = {(kind, field): nested(kind, field) for kind, field in FIELDS}
    of_models = {at: set(model.model_fields) - {"text"} if model else set() for at, model in models.items()}
    assert {(kind, field): set(KINDS[kind].fields[field].parts) for kind, field in FIELDS} == of_models
    assert all("text" in model.model_fields for model in models.values() if model)


def test_every_field_has_its_columns(conn: sqlite3.Connection) -> None:
    for kind, field in FIELDS:
        wanted = {field, *(f"{field}_{part}" for part in KINDS[kind].fields[field].parts)}
        assert wanted <= set(columns(conn, kind)), (kind, field)


def test_every_column_is_written_by_changes_or_worked_out(conn: sqlite3.Connection) -> None:
    for kind in KINDS:
        beside = WORKED_OUT.get(kind, set())
        assert set(columns(conn, kind)) == set(columns_of(kind)) | beside, kind
        assert not set(columns_of(kind)) & beside, kind


def test_every_field_that_names_a_thing_is_a_foreign_key_and_there_is_no_other(conn: sqlite3.Connection) -> None:
    keys = {
        kind: {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({kind})").fetchall()} for kind in KINDS
    }
    assert keys == {kind: current.names for kind, current in KINDS.items()}


def test_what_a_tie_is_known_by_is_among_its_fields() -> None:
    for kind, current in KINDS.items():
        assert set(current.ends) <= set(current.fields), kind
        assert current.label in {"", *current.fields}, kind


def test_every_field_can_be_said_in_a_sentence() -> None:
    for kind, field in FIELDS:
        assert label_of_field(kind, field) and "_" not in label_of_field(kind, field), (kind, field)


def test_dates_and_targets_have_their_bounds_everywhere() -> None:
    for kind, field in FIELDS:
        parts = KINDS[kind].fields[field].parts
        assert "earliest" not in parts or {*BOUNDS} <= {*parts}
        assert "said" not in parts or parts == TARGET_PARTS


STORED: dict[FieldType, tuple[object, ...]] = {
    FieldType.LINE: ("x",),
    FieldType.TEXT: ("x\ny",),
    FieldType.PAST_DATE: ({"text": "2024", "earliest": "2024-01-01", "latest": "2024-12-31"},),
    FieldType.COMING_DATE: ({"text": "2024", "earliest": "2024-01-01", "latest": "2024-12-31"},),
    FieldType.TARGET: ({"text": "soon", "said": "2024", "where": "here", "condition": "a\nb"},),
    FieldType.PRINTED: ({"text": "8 recs", "number": 8},),
    FieldType.WHOLE: (2,),
    FieldType.ENTITY: ("0" * 32,),
}
"""A value of each type as it is stored."""


def stored(kind: str, field: str) -> list[object]:
    """Values that a field can hold, by its declaration."""
    current = KINDS[kind].fields[field]
    if current.choices:
        return [{"text": choice} if current.parts else str(choice) for choice in current.choices]
    if current.bounds:
        return list(current.bounds)
    return list(STORED.get(current.type, ()))


# Not any text is one of these: a day, an address, an object with only one text.
PARTICULAR = {("register", "day"), ("publication", "link"), ("fixing", "day"), ("recommendation", "believed_done")}


def test_the_model_takes_what_the_declaration_says_a_field_holds() -> None:
    for kind, field in (pair for pair in FIELDS if pair not in PARTICULAR):
        for value in stored(kind, field):
            assert validate_values(kind, {field: value}) == {field: value}


def test_the_choices_of_a_field_are_those_of_its_model_in_their_order() -> None:
    for kind, field in FIELDS:
        current, model = KINDS[kind].fields[field], nested(kind, field)
        hint: Any = model.model_fields["text"].annotation if model else MODELS[kind].model_fields[field].annotation
        # A register may list further choices, so that the model takes any word.
        wanted = ("yes",) if field == "believed_done" else () if current.lists else tuple(map(str, current.choices))
        assert tuple(words_of(hint)) == wanted, (kind, field)
        assert current.default in ("", *current.choices), (kind, field)


def words_of(hint: Any) -> Iterator[str]:
    """The words that an enumeration or a Literal allows."""
    if isinstance(hint, type):
        yield from map(str, hint) if issubclass(hint, StrEnum) else ()
    elif get_args(hint):
        for inner in get_args(hint):
            if isinstance(inner, str):
                yield inner
            else:
                yield from words_of(inner)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_the_limits_of_a_field_are_those_of_its_model(kind: str, field: str) -> None:
    current = KINDS[kind].fields[field]
    if current.limit:
        assert validate_values(kind, {field: "A" * current.limit}) == {field: "A" * current.limit}
        with pytest.raises(BadInput):
            validate_values(kind, {field: "A" * (current.limit + 1)})
    for bound, past in zip(current.bounds or (), (-1, 1), strict=False):
        assert validate_values(kind, {field: bound}) == {field: bound}
        with pytest.raises(BadInput):
            validate_values(kind, {field: bound + past})


# What a value may be


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("recommendation", {"stage": {"text": Stage.DISCHARGED, "day": "May 2024"}}),
    ("recommendation", {"kind": ItemKind.COMMITMENT, "title": "Café", "marking": "OFFICIAL"}),
    ("publication", {"code": "CA25", "stated_total": {"text": "", "number": None}}),
    ("note", {"text": "a\nb\tc", "dated": {"text": "2024", "earliest": "2024-01-01", "latest": "2024-12-31"}}),
    ("figure", {"figure": {"text": "4,141", "number": 4141}}),
]


@pytest.mark.parametrize(("kind", "values"), GOOD)
def test_a_value_that_was_taken_is_taken_again_unchanged(kind: str, values: dict[str, Any]) -> None:
    once = validate_values(kind, values)
    assert validate_values(kind, once) == once
    assert once.keys() == values.keys()


BAD: list[tuple[str, str, Any]] = [
    ("recommendation", "title", 6),
    ("recommendation", "title", "x" * 501),
    ("recommendation", "number", "…"),
    ("recommendation", "number", "1" * 21),
    ("recommendation", "stage", {"text": "finished"}),
    ("recommendation", "stage", "discharged"),
    ("recommendation", "stage", {"text": "discharged", "when": "today"}),
    ("recommendation", "publication", "HC"),
    ("recommendation", "publication", "A" * 32),
    ("recommendation", "marking", "SECRET"),
    ("recommendation", "track", "closed"),
    ("recommendation", "withdrawn", 1),
    ("recommendation", "target", {"text": "June 2025", "latest": "June 2025"}),
    ("recommendation", "target", {"text": "x", "earliest": "2025-02-01", "latest": "2025-01-01"}),
    ("recommendation", "nonsense", "x"),
    ("publication", "code", "H-C"),
    ("publication", "code", "1A"),
    ("publication", "stated_total", {"text": "14", "number": 14.0}),
    ("theme", "position", 2**53 + 1),
    ("theme", "position", 1.5),
    ("note", "text", "é" * 100_001),
    ("note", "dated", {"text": "2024", "latest": "2024-02-30"}),
    ("note", "dated", {"text": "2024", "latest": "20240229"}),
    ("measure", "figure", {"text": "1", "number": True}),
    ("register", "day", "18 September 2024"),
]


@pytest.mark.parametrize(("kind", "field", "value"), BAD, ids=[f"{k} {f} {str(v)[:20]}" for k, f, v in BAD])
def test_a_value_that_cannot_be_is_refused_in_words(kind: str, field: str, value: Any) -> None:
    with pytest.raises(BadInput) as refused:
        validate_values(kind, {field: value})
    assert "validation error" not in str(refused.value)
    assert "pydantic" not in str(refused.value)


def test_there_are_no_floats_anywhere() -> None:
    def annotations(model: type[BaseModel]) -> Iterator[str]:
        for info in model.model_fields.values():
            yield str(info.annotation)

    models = [*MODELS.values(), *(m for k, f in FIELDS if (m := nested(k, f)))]
    assert not [text for model in models for text in annotations(model) if "float" in text]


def test_a_model_is_frozen() -> None:
    note, field = MODELS["note"].model_validate({"text": "A"}), "text"
    with pytest.raises(ValidationError):
        setattr(note, field, "B")


def test_markings_go_from_the_lowest_to_the_highest() -> None:
    assert MARKINGS == ("OFFICIAL", "OFFICIAL-SENSITIVE")
