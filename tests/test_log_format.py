"""docs/LOG-FORMAT.md: its tables are those of the code, and its worked example holds with hashlib alone."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import seed.sample as sample
from store.commands.items import item_id
from store.commands.parties import party_id
from store.commands.publications import publication_id
from store.commands.themes import theme_id
from store.domain import values as stored
from store.domain.fields import KINDS
from store.domain.models import MODELS
from store.domain.names import fold_name, fold_number
from store.domain.text import LINE_LIMIT, NOTE_LIMIT, validate_text
from store.domain.vocabulary import MARKINGS, Basis, NextMove, Stage, Value
from store.file.schema import APPLICATION_ID, VERSION, statements
from store.log.change import FORMAT, Change, association_id, canonical_names, digest, make_change
from store.log.manifest import NO_IDS, digest_of
from store.log.validate import InvalidRow, read_row

HOUSE = Path(__file__).parent.parent
PAGE = (HOUSE / "docs" / "LOG-FORMAT.md").read_text(encoding="utf-8")

OBJECTS: dict[str, type[BaseModel]] = {
    "date": stored.DateValue,
    "target": stored.TargetValue,
    "stage": stored.StageValue,
    "belief": stored.BelievedValue,
    "move": stored.MoveValue,
    "printed": stored.PrintedValue,
    "figure": stored.FigureValue,
}
"""The objects that are one value, by what the page calls them."""

PLAIN = {stored.Line: "line", stored.Lines: "text", stored.Day: "day", bool: "boolean"}


def section(title: str) -> str:
    """What is under a heading, without what is under others of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", PAGE, re.M | re.S)
    assert found, title
    return found[2]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text: their rows without the heading, a list of cells each."""
    found = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [[[cell.strip() for cell in row.strip("|").split("|")] for row in each.splitlines()[2:]] for each in found]


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a text that are marked as this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def words_of(choices: typing.Iterable[object]) -> str:
    """A closed set of words as the page writes it."""
    return "one of " + ", ".join(f"`{choice}`" for choice in choices)


def type_of(kind: str, name: str) -> str:
    """What the page calls the type of a field, from its declaration and its model."""
    (annotation,) = {*typing.get_args(MODELS[kind].model_fields[name].annotation)} - {type(None)}
    if other := KINDS[kind].names.get(name):
        assert annotation == stored.Id
        return f"id of `{other}`"
    return described(annotation)


def described(annotation: Any) -> str:
    """What the page calls the type that a model gives a field or a part."""
    if annotation == stored.ChangeId:
        return "id of a change"
    if annotation == stored.ChangeIds:
        return "ids of changes"
    if annotation in PLAIN:
        return PLAIN[annotation]
    for name, model in OBJECTS.items():
        if annotation is model:
            return name
    if typing.get_origin(annotation) is typing.Literal:
        return words_of(typing.get_args(annotation))
    base, *more = typing.get_args(annotation)
    if issubclass(base, StrEnum):
        return words_of(base)
    rules = [rule for found in more for rule in getattr(found, "metadata", ())]
    limits = {
        key: getattr(rule, key) for rule in rules for key in ("ge", "le", "max_length", "pattern") if hasattr(rule, key)
    }
    if base is int:
        return f"whole number from {limits['ge']} to {limits['le']}"
    length = f" of at most {limits['max_length']}" if "max_length" in limits else ""
    return f"{'line' if length else 'text'}{length}, `{limits['pattern']}`"


def kind_rows() -> Iterator[list[str]]:
    """A row for each field of each kind, as the page has them; `withdrawn` is on every kind and on none of the rows."""
    for kind, declared in KINDS.items():
        for name in declared.fields:
            if name != "withdrawn":
                yield [f"`{kind}`", f"`{name}`", type_of(kind, name), "clear" if name in declared.clear else "body"]


def part_rows() -> Iterator[list[str]]:
    """A row for each part of each object that is one value."""
    for name, model in OBJECTS.items():
        for part, field in model.model_fields.items():
            inner = [each for each in typing.get_args(field.annotation) if each is not type(None)]
            is_optional = type(None) in typing.get_args(field.annotation)
            annotation = inner[0] if is_optional else field.annotation
            if not is_optional and field.metadata:
                annotation = typing.Annotated[(field.annotation, *field.metadata)]
            text = PLAIN_PARTS.get((name, part)) or described(annotation)
            yield [name, f"`{part}`", text, "may be omitted" if is_optional else "always there"]


PLAIN_PARTS = {(name, "text"): "line" for name in ("date", "target", "printed", "figure")} | {
    ("stage", "text"): words_of(Stage),
    ("move", "text"): words_of(NextMove),
}
"""The parts whose rules pydantic keeps beside their type."""


def hashed(*parts: str) -> str:
    """The hash of the page's section 3, with hashlib alone."""
    return blake2b("\n".join(parts).encode("utf-8"), digest_size=16).hexdigest()


def example() -> list[dict[str, str]]:
    """The changes of the worked example, each as the names and the texts of its block."""
    found = [
        dict(line.split(" = ", 1) for line in each.splitlines())
        for each in blocks(section("11. A worked example"), "change")
    ]
    assert len(found) == 3
    return found


def row_of(change: Change) -> tuple[object, ...]:
    """The row of a change as a file holds it, the number first."""
    parents = json.dumps(change.parents, separators=(",", ":"))
    envelope = (change.id, change.kind, change.entity, canonical_names(change.fields), change.author, change.device)
    rest = (
        change.time,
        change.action,
        change.undoes,
        parents,
        change.clear,
        change.body_hash,
        change.salt,
        change.body,
    )
    return (1, *envelope, *rest)


def test_the_table_of_kinds_has_every_field_with_its_type_and_whether_it_stays_in_the_clear() -> None:
    assert tables(section("Fields"))[0] == list(kind_rows())


def test_withdrawn_is_a_boolean_in_the_clear_of_every_kind() -> None:
    assert all(
        "withdrawn" in declared.clear and MODELS[kind].model_fields["withdrawn"].annotation is bool
        for kind, declared in KINDS.items()
    )


def test_the_table_of_objects_has_every_part_of_every_value() -> None:
    assert tables(section("Objects that are one value"))[0] == list(part_rows())


def test_the_table_of_associations_has_the_ends_of_every_kind_that_has_some() -> None:
    expected = [
        [f"`{kind}`", ", ".join(f"`{end}`" for end in declared.ends)]
        for kind, declared in KINDS.items()
        if declared.ends
    ]
    assert tables(section("Associations"))[0] == expected


def test_the_bases_and_the_file_s_numbers_are_those_of_the_code() -> None:
    assert all(f"`{basis}`" in section("The body") for basis in Basis)
    assert f"| {APPLICATION_ID}, which is `FLDR`" in PAGE and APPLICATION_ID.to_bytes(4, "big") == b"FLDR"
    assert f"| {VERSION}, the version of the schema" in PAGE and FORMAT == 1
    assert (LINE_LIMIT, NOTE_LIMIT) == (500, 200_000) and MARKINGS == ("OFFICIAL", "OFFICIAL-SENSITIVE")


def test_the_tables_of_the_file_are_those_of_the_migration() -> None:
    migration = (HOUSE / "store" / "file" / "migrations" / "0001_first.sql").read_text(encoding="utf-8")
    (shown,) = blocks(section("1. The file"), "sql")
    assert len(statements(shown)) == 3 and {*statements(shown)} <= {*statements(migration)}


@pytest.mark.slow
def test_the_replaced_code_points_are_those_of_the_page() -> None:
    ranges = [
        (int(first, 16), int(last or first, 16))
        for first, last in re.findall(r"`([0-9A-F]{4,6})(?:-([0-9A-F]{4,6}))?`", section("What a text may hold"))
    ]
    listed = {code for first, last in ranges for code in range(first, last + 1)}
    ends = {0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029}
    changed = {code for code in range(0x110000) if validate_text(f"a{chr(code)}a", lines=True) != f"a{chr(code)}a"}
    assert changed | ends == listed
    assert validate_text("\x07\x7f\u00ad\u061c\U000e0001") == "␇␡⟨U+061C⟩⟨U+E0001⟩"


def test_the_examples_of_folding_fold_as_the_page_has_them() -> None:
    rows = tables(section("Folding a number"))[0]
    assert len(rows) > 10
    for text, folded_as, result in rows:
        fold = fold_name if folded_as == "name" else fold_number
        assert fold(text.strip("`")) == result.strip("`")


def test_the_ids_of_the_page_are_the_hashes_of_the_lines_above_them() -> None:
    found: dict[str, list[str]] = {}
    for each in blocks(section("5. Ids"), "id"):
        *parts, last = each.splitlines()
        assert hashed(*parts) == last.removeprefix("= ")
        found.setdefault(parts[0], []).append(last.removeprefix("= "))
    (publication,), (item, in_scope) = found["publication"], found["recommendation"]
    month: dict[str, str | None] = {"earliest": "2021-06-01", "latest": "2021-06-30"}
    assert publication == publication_id("Hate Crime: a Thematic Inspection", month)
    assert (item, in_scope) == (item_id(publication, "R06"), item_id(publication, "6", "Tayside"))
    assert found["party"] == [party_id("Contact, Command & Control")]
    assert found["theme"] == [theme_id("Call Handling")]
    assert found["lead"] == [association_id("lead", {"recommendation": item, "party": found["party"][0]})]
    other = item_id(publication, "7")
    for one, two in ((item, other), (other, item)):
        ends: dict[str, object] = {"relation": "same-work", "recommendation": one, "other": two}
        assert found["link"] == [association_id("link", ends)]


def test_every_hash_of_the_worked_example_is_made_with_hashlib_alone() -> None:
    for change in example():
        assert hashed(change["salt"], change["body"]) == change["body_hash"]
        assert hashed(change["envelope"]) == change["id"]


def test_the_envelopes_of_the_worked_example_are_written_from_the_columns() -> None:
    for change in example():
        assert change["envelope"] == (
            f'{{"action":"{change["action"]}","author":"{change["author"]}","body":"{change["body_hash"]}",'
            f'"clear":{change["clear"]},"device":"{change["device"]}","entity":"{change["entity"]}",'
            f'"fields":{change["fields"]},"format":1,"kind":"{change["kind"]}","parents":{change["parents"]},'
            f'"time":"{change["time"]}","undoes":null}}'
        )


def test_the_manifest_of_the_worked_example_is_the_sum_of_its_ids() -> None:
    (block,) = blocks(section("11. A worked example"), "manifest")
    ids = [change["id"] for change in example()]
    total = f"{sum(int(change, 16) for change in ids) % 2**128:032x}"
    assert block == f"changes = 3\ndigest = {total}\n"
    assert digest_of(ids) == total and NO_IDS == "0" * 32


def test_the_worked_example_is_what_the_code_makes_of_the_same_values_and_accepts() -> None:
    for change in example():
        body, clear = json.loads(change["body"]), json.loads(change["clear"])
        values = {
            name: Value((clear | body["values"])[name], *body.get("basis", {}).get(name, ("entered", None)))
            for name in json.loads(change["fields"])
        }
        made = make_change(
            kind=change["kind"],
            entity=change["entity"],
            values=values,
            reason=body.get("reason"),
            parents=json.loads(change["parents"]),
            author=change["author"],
            device=change["device"],
            time=change["time"],
            action=change["action"],
            salt=change["salt"],
        )
        assert made.id == change["id"]
        assert (made.clear, made.body, made.body_hash) == (change["clear"], change["body"], change["body_hash"])
        assert canonical_names(made.fields) == change["fields"]
        assert read_row(row_of(made)) == made


def test_the_sample_is_hashed_as_the_page_has_it() -> None:
    for change in sample.sample_changes():
        assert change.salt is not None and change.body is not None
        body_hash = hashed(change.salt, change.body)
        envelope = {
            "action": change.action,
            "author": change.author,
            "body": body_hash,
            "clear": json.loads(change.clear),
            "device": change.device,
            "entity": change.entity,
            "fields": change.fields,
            "format": 1,
            "kind": change.kind,
            "parents": change.parents,
            "time": change.time,
            "undoes": change.undoes,
        }
        assert hashed(json.dumps(envelope, separators=(",", ":"), ensure_ascii=False)) == change.id


@pytest.mark.parametrize("time", ["2024-09-18T24:00:00.000Z", "2024-09-18T09:30:60.000Z", "2024-02-30T09:30:00.000Z"])
def test_a_time_that_the_page_does_not_allow_is_refused(time: str) -> None:
    first = example()[0]
    made = make_change(
        kind="note", entity=first["id"], values={"withdrawn": Value(False)}, reason=None, parents=[],
        author=first["author"], device=first["device"], time=time, action=first["action"], salt=first["salt"],
    )  # fmt: skip
    with pytest.raises(InvalidRow):
        read_row(row_of(made))


def test_the_hash_of_the_page_is_that_of_the_code() -> None:
    assert digest("a", "é") == hashed("a", "é")
