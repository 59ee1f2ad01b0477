"""JSON: everything of what is shown, in the shape that docs/export.md describes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.commands import AddAction, AddItem, AddLink, AddNote, AddPublication, MoveTarget, SetLeads, correct
from store.domain.fields import KINDS
from store.domain.references import find_item
from store.exchange.export import export
from store.exchange.json_rows import item_json, item_row_json, publication_row_json
from store.queries.filter import Filter
from store.queries.item_detail import item_detail
from store.queries.item_list import window
from store.queries.publications import publications
from store.register import Author, Register

DOC = Path(__file__).parent.parent / "docs" / "export.md"
EVERYTHING = Filter()


def written(register: Register, tmp_path: Path, shown: Filter = EVERYTHING, sort: str = "ref") -> dict[str, Any]:
    export(register, tmp_path / "out.json", shown, sort, force=True)
    found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    return found


def described(section: str) -> list[str]:
    text = DOC.read_text(encoding="utf-8").split(f"### {section}\n")[1].split("###")[0]
    return re.findall(r"^\| `(\w+)` \|", text, re.M)


def every(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Every object in a list under a key, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, list):
                yield from (row for row in inner if isinstance(row, dict))
            yield from every(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner, key)


def test_the_document_describes_each_field_of_the_json_in_its_order(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddAction(item=item, text="Write it", due="May 2025"))
    sample.do(MoveTarget(item=item, text="June 2025"))
    whole = written(sample, tmp_path)
    assert list(whole) == described("File")
    assert list(whole["publications"][0]) == described("Publication")
    assert list(whole["items"][0]) == described("Item")
    for section, key in (
        ("Note", "notes"),
        ("Submission", "submissions"),
        ("Reply", "replies"),
        ("Target", "targets"),
        ("Action", "actions"),
        ("History", "history"),
        ("Theme", "themes"),
        ("Paper", "papers"),
    ):
        rows = list(every(whole, key))
        assert rows, key
        assert all(list(row) == described(section) for row in rows), key


SECTIONS = {
    "Publication": "publication",
    "Item": "recommendation",
    "Note": "note",
    "Submission": "submission",
    "Reply": "reply",
    "Action": "action",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_where_the_document_lists_the_choices_of_a_field_they_are_those_declared(section: str) -> None:
    text = DOC.read_text(encoding="utf-8").split(f"### {section}\n")[1].split("###")[0]
    declared = {name: field.choices for name, field in KINDS[SECTIONS[section]].fields.items() if field.choices}
    lines = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.M))
    listed = {name: re.findall(r"`(?!null)([\w-]+)`", lines[name]) for name in declared if name in lines}
    choices = {name: words for name, words in listed.items() if words}
    assert choices == {name: list(declared[name]) for name in choices}
    assert choices


def test_what_the_list_prints_is_the_beginning_of_the_item(sample: Register) -> None:
    rows = window(sample.conn, Filter(), "ref", sample.today(), 0, 100)
    assert len(rows) == 71
    for row in rows:
        whole = item_json(sample.conn, row.id)
        assert whole is not None
        listed = item_row_json(row, whole["leads"])
        assert listed == {name: whole[name] for name in listed}
        assert list(listed) == described("Item")[: len(listed)]


def test_every_item_and_publication_is_there_with_the_figures_of_the_register(sample: Register, tmp_path: Path) -> None:
    whole = written(sample, tmp_path)
    assert whole["counts"] == {"recommendations": 66, "commitments": 5}
    assert len(whole["items"]) == 71
    assert [p["total"] for p in whole["publications"]] == [p.total for p in publications(sample.conn)]
    status = [item["status"] for item in whole["items"] if item["kind"] != "commitment"]
    assert (status.count("closed"), status.count("on-track"), status.count("delayed")) == (28, 17, 21)
    assert whole["filter"] == "Everything" and whole["day"] == "2024-09-18" and whole["marking"] == "OFFICIAL"


def test_an_item_carries_its_notes_submissions_replies_and_history(sample: Register) -> None:
    whole = item_json(sample.conn, find_item(sample.conn, "HC-6")[0])
    assert whole is not None
    detail = item_detail(sample.conn, whole["id"])
    assert detail is not None
    assert [n["text"] for n in whole["notes"]] == [n.fields["text"] for n in detail.notes]
    assert [s["asks"] for s in whole["submissions"]] == ["closure"]
    assert [r["verdict"] for s in whole["submissions"] for r in s["replies"]] == ["remain-open"]
    assert whole["replies_unasked"] == []
    assert whole["history"][-1]["field"] == "recommendation added"


def test_parts_stand_within_their_item_and_are_not_listed_beside_it(sample: Register, tmp_path: Path) -> None:
    whole = written(sample, tmp_path, Filter(publication=("CCP",)))
    assert whole["counts"] == {"recommendations": 0, "commitments": 5}
    ten = next(item for item in whole["items"] if item["ref"] == "CCP-10")
    assert [part["ref"] for part in ten["parts"]] == ["CCP-10a", "CCP-10b"]
    assert all(part["part_of"] == "CCP-10" for part in ten["parts"])
    assert [item["ref"] for item in whole["items"]] == ["CCP-10", "CCP-11", "CCP-12", "CCP-13", "CCP-14"]


def test_what_is_not_known_is_null_and_leads_are_a_list_even_with_a_comma(empty: Register) -> None:
    publication = empty.do(AddPublication(title="One")).created or ""
    item = empty.do(AddItem(publication=publication, title="Alone")).created or ""
    empty.do(SetLeads(item=item, leads=("Local Policing, North", "C3")))
    whole = item_json(empty.conn, item)
    assert whole is not None
    assert whole["leads"] == ["C3", "Local Policing, North"]
    for name in ("number", "text", "theme", "target", "target_text", "target_latest", "next_move", "stage_day"):
        assert whole[name] is None, name
    assert item_json(empty.conn, "0" * 32) is None
    assert publication_row_json(publications(empty.conn)[0])["total"] == 1


def test_targets_tell_each_move_with_its_reason(empty: Register) -> None:
    publication = empty.do(AddPublication(title="One")).created or ""
    item = empty.do(AddItem(publication=publication, title="Late", target="May 2025")).created or ""
    empty.do(MoveTarget(item=item, text="June 2025", reason="Staff moved on"))
    whole = item_json(empty.conn, item)
    assert whole is not None
    assert [(t["text"], t["later"], t["reason"]) for t in whole["targets"]] == [
        ("May 2025", False, None),
        ("June 2025", True, "Staff moved on"),
    ]
    assert (whole["first_target"], whole["moved_later"], whole["target_latest"]) == ("May 2025", 1, "2025-06-30")


def test_a_filter_is_honoured_and_nothing_outside_it_is_named(sample: Register, tmp_path: Path) -> None:
    here, there = (find_item(sample.conn, ref)[0] for ref in ("HC-6", "CAM-4"))
    sample.do(correct("recommendation", there, title="Zebra crossing"))
    sample.do(AddLink(item=here, relation="depends-on", other=there))
    sample.do(AddNote(items=(there,), text="Quokka", dated="May 2024"))
    inside = written(sample, tmp_path, Filter(publication=("HC",)), "-ref")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert [item["ref"] for item in inside["items"]] == [f"HC-{n}" for n in range(15, 0, -1)]
    assert [p["code"] for p in inside["publications"]] == ["HC"]
    for word in ("Zebra", "Quokka", "CAM", "Contact Assessment", "Crime Audit"):
        assert word not in text, word
    assert inside["papers"] == []
    both = written(sample, tmp_path, Filter(publication=("HC", "CAM")))
    six = next(item for item in both["items"] if item["ref"] == "HC-6")
    assert [link["reference"] for link in six["links"]] == ["CAM-4"]


def test_notes_of_a_publication_go_only_with_all_of_it(sample: Register, tmp_path: Path) -> None:
    code = "HC"
    entity = next(p.id for p in publications(sample.conn) if p.code == code)
    sample.do(AddNote(publication=entity, text="Of the whole report", dated="May 2024"))
    whole = written(sample, tmp_path, Filter(publication=(code,)))
    assert "Of the whole report" in [n["text"] for n in whole["publications"][0]["notes"]]
    part = written(sample, tmp_path, Filter(publication=(code,), status=("delayed",)))
    assert part["publications"][0]["notes"] == []
    assert part["publications"][0]["total"] == len(part["items"]) == 5
    assert "Of the whole report" not in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_the_history_names_who_wrote_and_when(sample_path: Path, tmp_path: Path) -> None:
    register = Register.open(sample_path, Author("Ailsa Craig"))
    item = find_item(register.conn, "HC-6")[0]
    register.do(AddNote(items=(item,), text="Today", dated="18 September 2024"))
    whole = written(register, tmp_path, Filter(publication=("HC",)))
    register.close()
    six = next(row for row in whole["items"] if row["ref"] == "HC-6")
    newest = six["history"][0]
    assert (newest["author"], newest["field"], newest["after"]) == ("Ailsa Craig", "note added", "Today")
    assert newest["time"].startswith("2024-09-18T")
