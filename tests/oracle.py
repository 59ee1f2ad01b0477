"""What the log should add up to, worked out a second time and without the store's own folding; and every table, to
compare."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from store.domain.fields import KINDS, UNKNOWN
from store.domain.names import fold_indexed, fold_number, sort_key
from store.domain.vocabulary import AS_PUBLISHED, CLOSING_STAGES, IMPORTED, Stage, Status
from store.log.change import Change
from store.log.projection import clear, derive_dependents, project, sort_key_of
from store.register import Author, Register

LOCAL = {"recommendation": {"seq"}}
"""Columns that are this file's own."""


def tables(register: Register) -> dict[str, Any]:
    """Every table that the log adds up to, by id, without what is local to the file."""
    conn = register.conn
    found: dict[str, Any] = {}
    for kind in KINDS:
        cursor = conn.execute(f"SELECT * FROM {kind}")
        names = [column[0] for column in cursor.description]
        found[kind] = {
            row[0]: {n: v for n, v in zip(names, row, strict=True) if n not in LOCAL.get(kind, ())} for row in cursor
        }
    found["conflict"] = sorted(conn.execute("SELECT * FROM conflict"))
    found["tally"] = sorted(conn.execute("SELECT * FROM tally"), key=str)
    found["waiting"] = sorted(conn.execute("SELECT change, waits_for FROM waiting"))
    found["search"] = sorted(
        conn.execute(
            "SELECT r.id, s.reference, s.title, s.text, s.notes, s.people "
            "FROM search s LEFT JOIN recommendation r ON r.seq = s.rowid"
        ),
        key=str,
    )
    return found


def without_stamps(found: dict[str, Any]) -> dict[str, Any]:
    """Tables without when and by whom they were last written."""
    stamps = {"changed", "changed_by", "updated"}
    return {
        name: {key: {n: v for n, v in row.items() if n not in stamps} for key, row in table.items()}
        if isinstance(table, dict)
        else table
        for name, table in found.items()
    }


def current_rows(found: dict[str, Any]) -> dict[str, Any]:
    """What is there for a person to see: rows not withdrawn, without their stamps."""
    return {
        name: {key: row for key, row in table.items() if not row["withdrawn"]} if isinstance(table, dict) else table
        for name, table in without_stamps(found).items()
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What differs between two sets of tables, a line each; far shorter to read than both."""
    lines: list[str] = []
    for name in one:
        if isinstance(one[name], list):
            lines += [f"{name}: {row} only in the first" for row in one[name] if row not in other[name]]
            lines += [f"{name}: {row} only in the second" for row in other[name] if row not in one[name]]
            continue
        for key in one[name].keys() | other[name].keys():
            a, b = one[name].get(key), other[name].get(key)
            if a is None or b is None:
                lines.append(f"{name} {key} only in the {'second' if a is None else 'first'}: {a or b}")
            else:
                lines += [f"{name} {key}.{c}: {a[c]!r} and {b[c]!r}" for c in a if a[c] != b[c]]
    return lines


def new_register(folder: Path, name: str, template: Path, author: Author | None = None) -> Register:
    """A new, empty register with an id of its own, made from a template: much faster than making its tables."""
    path = folder / f"{name}.db"
    shutil.copyfile(template, path)
    conn = sqlite3.connect(path)
    device = (name.encode().hex() + "0" * 32)[:32]
    with conn:
        conn.execute("UPDATE this_file SET value = ? WHERE name = 'id'", (device,))
    conn.close()
    return opened(path, author or Author(name))


def opened(path: Path, author: Author) -> Register:
    """Open a register that need not outlive a power cut: waiting for the disk is most of what a test would do."""
    register = Register.open(path, author)
    register.conn.execute("PRAGMA synchronous=OFF")
    return register


def rebuild(register: Register) -> None:
    """Work out every table again from the log."""
    with register.file.transaction() as conn:
        clear(conn)
        touched = dict(conn.execute("SELECT DISTINCT entity, kind FROM change").fetchall())
        project(conn, touched, register.log.of_entity)
        derive_dependents(conn, touched)


def is_sound(register: Register) -> bool:
    """Whether SQLite finds the file whole: its pages, its foreign keys, its search index."""
    conn = register.conn
    if not register.read_only_reason:
        conn.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    broken = conn.execute("PRAGMA foreign_key_check").fetchall()
    return not broken and conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def values_of(change: Change) -> dict[str, Any]:
    """What a change sets its fields to."""
    found: dict[str, Any] = (json.loads(change.body)["values"] if change.body else {}) | json.loads(change.clear)
    return found


def taken_back(changes: Iterable[Change]) -> set[str]:
    """The ids of changes that an undo takes back which is not taken back itself."""
    undos = [c for c in changes if c.undoes]
    gone: set[str] = set()
    for _ in undos:
        gone = {str(c.undoes) for c in undos if c.id not in gone}
    return gone


def named_by(kind: str, values: dict[str, Any]) -> set[str]:
    """The entities that some values name."""
    return {values[field] for field in KINDS[kind].names if values.get(field)}


def changes_until(changes: Iterable[Change], day: str) -> list[Change]:
    """Of changes that are all ready, those known by the end of a day: those of it or before, and what they rest on."""
    by_id = {c.id: c for c in changes}
    current = {c.id for c in by_id.values() if c.time[:10] <= day}
    while True:
        while above := {p for c in current for p in by_id[c].parents} - current:
            current |= above
        there = Expected([by_id[c] for c in current], all_ready=True)
        named = {n for entity, values in there.entities.items() for n in named_by(there.kind[entity], values)}
        unborn = named - there.entities.keys()
        if not unborn:
            return [by_id[c] for c in current]
        for entity in unborn:
            creations = [c for c in by_id.values() if c.entity == entity and not c.parents]
            current.add(min(creations, key=lambda c: (c.time, c.id)).id)


def ready(changes: Iterable[Change]) -> tuple[list[Change], list[tuple[str, str]]]:
    """The changes that rest on nothing that is missing; and of the others each with every entity that it waits for."""
    left = {c.id: c for c in changes}
    done: dict[str, Change] = {}
    born: set[str] = set()
    moved = True
    while moved:
        moved = False
        for change in list(left.values()):
            if needs(change) <= done.keys() | born:
                done[change.id] = left.pop(change.id)
                if not change.parents:
                    born.add(change.entity)
                moved = True
    return list(done.values()), sorted((c.id, need) for c in left.values() for need in needs(c) - done.keys() - born)


def needs(change: Change) -> set[str]:
    """What a change rests on: the changes before it, the entities that it names, and its own entity's creation."""
    named = named_by(change.kind, values_of(change))
    return set(change.parents) | named | ({change.entity} if change.parents else set())


class Expected:
    """What the tables should hold, after a set of changes."""

    def __init__(self, changes: Iterable[Change], *, all_ready: bool = False) -> None:
        self.all = list(changes)
        self.changes, self.waiting = (self.all, []) if all_ready else ready(self.all)
        self.of_field: dict[tuple[str, str], list[Change]] = {}
        self.kind: dict[str, str] = {}
        for change in self.changes:
            self.kind[change.entity] = change.kind
            for field in change.fields:
                self.of_field.setdefault((change.entity, field), []).append(change)
        self.entities: dict[str, dict[str, Any]] = {}
        self.conflicts: dict[tuple[str, str], list[str]] = {}
        for entity, kind in self.kind.items():
            self.entities[entity] = {field: self._value(entity, field) for field in KINDS[kind].fields}
        for entity in self.entities:
            self._overlooked(entity)

    def heads(self, entity: str, field: str) -> list[Change]:
        """A field's heads, the shown one last."""
        here = self.of_field.get((entity, field), [])
        tops = [c for c in here if not any(c.id in other.parents for other in here)]
        return sorted(tops, key=lambda c: (c.time, c.id))

    def _value(self, entity: str, field: str) -> Any:
        tops = self.heads(entity, field)
        values = [values_of(c).get(field) for c in tops]
        if any(v != values[0] for v in values):
            self.conflicts[entity, field] = [c.id for c in tops]
        return values[-1] if values else None

    def _overlooked(self, entity: str) -> None:
        """A withdrawal that had not seen an edit leaves that edit's field in conflict."""
        if not self.entities[entity]["withdrawn"]:
            return
        by_id = {c.id: c for c in self.changes if c.entity == entity}
        seen = {c.id for c in self.heads(entity, "withdrawn") if values_of(c)["withdrawn"]}
        while more := {p for c in seen for p in by_id[c].parents if p in by_id} - seen:
            seen |= more
        for field in KINDS[self.kind[entity]].fields:
            tops = [c.id for c in self.heads(entity, field)]
            if field != "withdrawn" and not set(tops) <= seen:
                self.conflicts[entity, field] = tops

    def bases(self, entity: str) -> dict[str, str]:
        """How each field of an entity is known, where that is neither as entered here nor as stated."""
        shown = {field: self.heads(entity, field)[-1:] for field in KINDS[self.kind[entity]].fields}
        stated = {field: json.loads(c.body).get("basis", {}) for field, top in shown.items() for c in top if c.body}
        current = {field: bases[field][0] for field, bases in stated.items() if field in bases}
        return {field: basis for field, basis in current.items() if basis not in ("entered", "stated")}

    def of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entities of a kind."""
        return {entity: values for entity, values in self.entities.items() if self.kind[entity] == kind}

    def current_of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entities of a kind that are not withdrawn."""
        return {entity: values for entity, values in self.of_kind(kind).items() if not values["withdrawn"]}

    def recorded(self, entity: str) -> str:
        """When an entity was first recorded."""
        return min((c.time, c.id) for c in self.changes if c.entity == entity and not c.parents)[0]

    def closed_as(self, item: str) -> str | None:
        """What closes an item, or None while it is open."""
        current = self.entities[item]["stage"] or {}
        stage = current.get("text")
        if stage in (
            "discharged",
            "closed-not-adopted",
            "delivered",
            "superseded",
            "risk-accepted",
            "closed-not-known-how",
        ):
            return str(stage)
        if stage != "submitted":
            return None
        if "asks" in current:
            return "with-inspectorate" if current["asks"] == "closure" else None
        sent = [
            ((s["sent"] or {}).get("latest") or self.recorded(entity)[:10], self.recorded(entity), entity, s["asks"])
            for entity, s in self.current_of("submission").items()
            if s["recommendation"] == item
        ]
        return "with-inspectorate" if sent and max(sent)[3] == "closure" else None

    def _under(self, item: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """The entities of a kind that belong to an item, and are not withdrawn."""
        return [
            (entity, values) for entity, values in self.current_of(kind).items() if values["recommendation"] == item
        ]

    def _is_left_out(self, entity: str) -> bool:
        return any(c.body is None for c in self.changes if c.entity == entity)

    def open_actions(self, item: str) -> tuple[str | None, bool]:
        """The day of the first action that is open, and whether the item waits on a dependency."""
        actions = [(entity, action) for entity, action in self._under(item, "action") if not action["done"]]
        days = [
            (action["due"] or {}).get("latest") or self.recorded(entity)[:10]
            for entity, action in actions
            if action["kind"] != "dependency"
        ]
        return min(days, default=None), len(days) < len(actions)

    def is_unevidenced(self, item: str) -> bool:
        """Whether an item is discharged without a reply that does, or was closed without evidence or words, by a reply or
        an import, and there are none since."""
        replies = [reply for _, reply in self._under(item, "reply") if reply["unevidenced"] and reply["words"] is None]
        stage = (self.entities[item]["stage"] or {}).get("text")
        top = self.heads(item, "stage")
        place = top[-1].value("stage").place if top else None
        by_a_file = stage in CLOSING_STAGES and (place or "").startswith(IMPORTED) and not self._under(item, "reply")
        answers = self._under(item, "reply")
        discharges = any(r["verdict"] == "discharged" or self._is_left_out(entity) for entity, r in answers)
        is_own = bool(top) and top[-1].body is not None and top[-1].value("stage").basis not in AS_PUBLISHED
        if stage == "discharged" and is_own and not discharges:
            return True
        return (by_a_file or (stage == "discharged" and bool(replies))) and not self._under(item, "submission")

    def status(self, item: str) -> str:
        """An item's status."""
        return "closed" if self.closed_as(item) else self.entities[item]["track"] or "not-stated"

    def joined(self) -> set[str]:
        """The items that are not counted because they are the same as another."""
        here = {
            item
            for item, values in self.current_of("recommendation").items()
            if not self.entities[values["publication"]]["withdrawn"]
        }
        pairs = {
            (link["recommendation"], link["other"])
            for link in self.current_of("link").values()
            if link["relation"] == "same-as" and link["other"] in here
        }
        while more := {(a, d) for (a, b), (c, d) in product(pairs, pairs) if b == c} - pairs:
            pairs |= more
        return {a for a, b in pairs if (b, a) not in pairs or b < a}

    def listed(self) -> set[str]:
        """The items that a list shows."""
        joined = self.joined()
        return {
            item
            for item, values in self.current_of("recommendation").items()
            if item not in joined
            and not self.entities[values["publication"]]["withdrawn"]
            and not (values["part_of"] and self.entities[values["part_of"]]["withdrawn"])
        }

    def leads(self, item: str) -> str:
        """The names of an item's leads."""
        names = [
            self.entities[lead["party"]]["name"]
            for lead in self.current_of("lead").values()
            if lead["recommendation"] == item
        ]
        return "\n".join(sorted(names, key=lambda name: (sort_key(name), name)))

    def last_stated(self, item: str) -> tuple[bool, str]:
        """Whether a required reason was declined, and the day on which something was last stated of an item."""
        mine = [c for c in self.changes if c.entity == item]
        gone = taken_back(mine)
        where = {"stage", "track", "target", "believed_done", "next_move"}
        stating = [c for c in mine if not c.parents or (not c.undoes and c.id not in gone and where & set(c.fields))]
        declined = False
        for field in ("stage", "track", "target"):
            here = [c for c in stating if field in c.fields]
            top = [c for c in here if not any(c.id in other.parents for other in here)]
            newest = max(top, key=lambda c: (c.time, c.id), default=None)
            declined |= bool(newest and newest.body and json.loads(newest.body).get("reason") == "")
        days = [c.time[:10] for c in stating]
        for kind, day in (("submission", "sent"), ("reply", "dated"), ("nothing_new", "dated"), ("action", None)):
            for entity, values in self.current_of(kind).items():
                if values["recommendation"] == item:
                    days.append(self._day(entity, values[day] if day else None))
        for note_on in self.current_of("note_on").values():
            if note_on["recommendation"] == item and not self.entities[note_on["note"]]["withdrawn"]:
                days.append(self._day(note_on["note"], self.entities[note_on["note"]]["dated"]))
        for entity, values in self.current_of("action").items():
            if values["recommendation"] == item and (values["done"] or {}).get("latest"):
                changed = max(c.time for c in self.changes if c.entity == entity)[:10]
                days.append(min(values["done"]["latest"], changed))
        return declined, max(days)

    def _day(self, entity: str, current: dict[str, str] | None) -> str:
        """The day that a text bears, or that it was recorded, whichever is earlier."""
        recorded = self.recorded(entity)[:10]
        return min((current or {}).get("latest") or recorded, recorded)

    def check(self, found: dict[str, Any]) -> None:
        """Assert that tables hold what they should."""
        assert found["waiting"] == self.waiting
        conflicts = [(entity, field, kind, json.loads(heads)) for entity, field, kind, heads in found["conflict"]]
        assert conflicts == sorted((*place, self.kind[place[0]], heads) for place, heads in self.conflicts.items())
        for kind in KINDS:
            assert found[kind].keys() == self.of_kind(kind).keys(), kind
        for entity, values in self.entities.items():
            self._check_row(found[self.kind[entity]][entity], entity, values)
        self._check_items(found)

    def _check_row(self, row: dict[str, Any], entity: str, values: dict[str, Any]) -> None:
        for field, declared in KINDS[self.kind[entity]].fields.items():
            value = values[field]
            if field == "withdrawn":
                assert row[field] == int(bool(value))
            elif parts := declared.parts:
                assert row[field] == (value or {}).get("text"), (entity, field)
                assert [row[f"{field}_{p}"] for p in parts] == [(value or {}).get(p) for p in parts], (entity, field)
            else:
                stored = json.loads(row[field]) if isinstance(value, list) else row[field]
                assert stored == value, (entity, field)
        mine = sorted((c for c in self.changes if c.entity == entity), key=lambda c: (c.time, c.id))
        first = next(c for c in mine if not c.parents)
        assert (row["recorded"], row["recorded_by"]) == (first.time, first.author)
        assert (row["changed"], row["changed_by"]) == (mine[-1].time, mine[-1].author)
        assert json.loads(row["basis"] or "{}") == self.bases(entity)
        assert bool(row["left_out"]) == self._is_left_out(entity)

    def updated(self, item: str) -> str:
        """When an item, or what hangs on it, was last changed, withdrawn or not; a note that was taken off it does not."""
        notes = {v["note"] for v in self.current_of("note_on").values() if v["recommendation"] == item}
        owned = ("submission", "reply", "action", "lead", "nothing_new")
        under = {entity for kind in owned for entity, v in self.of_kind(kind).items() if v["recommendation"] == item}
        return max(c.time for c in self.changes if c.entity in {item, *notes, *under})

    def next_targets(self, items: Iterable[str]) -> str | None:
        """The first day on which one of these items is to be done, of those that are open."""
        days = [(self.entities[i]["target"] or {}).get("latest") for i in items if self.status(i) != "closed"]
        return min(filter(None, days), default=None)

    def words(self, item: str, row: dict[str, Any]) -> tuple[str, ...]:
        """An item's row in the search: its reference, title and text, what was noted of it, who leads and its
        publication."""
        values = self.entities[item]
        note_ids = {
            note_on["note"] for note_on in self.current_of("note_on").values() if note_on["recommendation"] == item
        }
        notes = sorted((self.recorded(note), note) for note in note_ids if not self.entities[note]["withdrawn"])
        texts = "\n".join(self.entities[note]["text"] for _, note in notes)
        people = f"{self.leads(item)}\n{self.entities[values['publication']]['title'] or ''}"
        spoken = f"{row['reference']} {row['code'] or ''}-{fold_number(values['number'] or '')}"
        return (item, *map(fold_indexed, (spoken, values["title"] or "", values["text"] or "", texts, people)))

    def _check_items(self, found: dict[str, Any]) -> None:
        listed = self.listed()
        tally: dict[tuple[Any, ...], list[str]] = {}
        for item, row in found["recommendation"].items():
            self._check_item(row, item, item in listed)
            if row["counted"]:
                commitment = row["apart"]
                tally.setdefault((row["publication"], commitment, row["status"], row["closed_as"] or ""), []).append(
                    item
                )
        assert found["tally"] == sorted(
            ((*place, len(items), self.next_targets(items)) for place, items in tally.items()), key=str
        )
        assert found["search"] == sorted((self.words(item, found["recommendation"][item]) for item in listed), key=str)

    def _check_item(self, row: dict[str, Any], item: str, listed: bool) -> None:
        values = self.entities[item]
        code = self.entities[values["publication"]]["code"]
        reference = f"{code or '?'}-{values['number'] or values['label'] or '?'}"
        theme = self.entities[values["theme"]]["name"] if values["theme"] else None
        status, stage = self.status(item), (values["stage"] or {}).get("text") or "not-stated"
        assert (row["code"], row["reference"]) == (code, reference)
        assert row["sort_key"] == sort_key_of(code, values["number"], values["label"])
        assert (row["status"], row["closed_as"]) == (status, self.closed_as(item))
        assert (row["status_rank"], row["stage_rank"]) == ([*Status].index(status), [*Stage].index(stage))
        keys = (values["title"], theme, self.leads(item))
        assert (row["title_key"], row["theme_key"], row["leads_key"]) == tuple(
            sort_key(key or "") or None for key in keys
        )
        assert (row["leads"], row["theme_name"]) == (self.leads(item), theme)
        assert bool(row["listed"]) == listed
        assert bool(row["counted"]) == (listed and values["part_of"] is None)
        assert bool(row["in_conflict"]) == any(entity == item for entity, _ in self.conflicts)
        assert row["published"] == (self.entities[values["publication"]]["published"] or {}).get("latest")
        assert (bool(row["no_reason"]), row["said_on"]) == self.last_stated(item)
        assert row["updated"] == self.updated(item)
        assert (row["promised"], bool(row["waits_on"])) == self.open_actions(item)
        assert bool(row["any_conflict"]) == any(
            item in (entity, self.entities[entity].get("recommendation"))
            for entity, _ in self.conflicts
            if self.kind[entity] not in ("note_on", "link", "fixed_item")
        )
        assert bool(row["unevidenced"]) == self.is_unevidenced(item)
        assert not row["moved_at_least"] or (row["first_target"] == UNKNOWN and row["moved_later"])
