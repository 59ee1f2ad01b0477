"""The changes of the sample register: the paper of September 2024 and the commitments plan, read from data/ in order.

Every id and salt is a hash of the path of an entry in its file ("hc/6/note/2"), and author, device and time are fixed:
the log is the same to the byte on every machine, so that two people who each began with it can merge. Once released it
is never edited: a correction is one more change at the end.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seed.entry import NO_DATE, Entry, is_unknown
from store.commands.base import part_date
from store.commands.items import item_id
from store.commands.parties import party_id
from store.commands.publications import publication_id
from store.commands.themes import theme_id
from store.domain.field_types import BOUNDS
from store.domain.fields import KINDS, REGISTER
from store.domain.models import validate_values
from store.domain.vocabulary import Basis, Stage, Value, label_of
from store.log.author_context import add_milliseconds
from store.log.change import BUILT_IN, WITHDRAWN, Change, association_id, digest, make_change
from store.register import Register

TIME = "2024-09-18T00:00:00.000Z"
PAPER_DAY = "18 September 2024"
AUTHOR_NAME = "Fairlead sample"
MARKING = "OFFICIAL"

_DATA = Path(__file__).with_name("data")
_PUBLICATIONS = ("ocsa", "ca", "hc", "cam", "da", "mhd", "ccp")


def fixed(*path: str) -> str:
    """A deterministic id: 32 hex digits, the hash of a path."""
    return digest("sample", *path)


AUTHOR = party_id(AUTHOR_NAME)
DEVICE = BUILT_IN


@dataclass
class _Log:
    """Collects the changes of the sample, and the ids of entities by name."""

    changes: list[Change] = field(default_factory=list)
    action: str = ""
    parties: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    publications: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    """Reference (HC-6) to id."""
    own_notes: list[tuple[str, Entry]] = field(default_factory=list)
    """(item's id, note) of the notes on a single item of the publication being written."""

    def begin(self, name: str) -> None:
        """Begin an action: the changes that follow are one group in the history."""
        self.action = fixed("action", name)

    def add(
        self,
        kind: str,
        entry: Entry,
        values: dict[str, Any],
        *,
        entity: str | None = None,
        more_bases: dict[str, tuple[str, str]] | None = None,
    ) -> str:
        """Create an entity with its first fields; returns its id. `more_bases` overrides the bases of the entry."""
        validated = validate_values(kind, values)
        whole: dict[str, Any] = {name: validated[name] for name in validated if validated[name] is not None} | {
            WITHDRAWN: False
        }
        if entity is None:
            entity = association_id(kind, whole) if KINDS[kind].ends else fixed(kind, entry.path)
        bases = more_bases or {}
        fields = {
            name: Value(value)
            if name == WITHDRAWN or is_unknown(value)
            else Value(value, *(bases.get(name) or entry.basis_and_place(kind, name)))
            for name, value in whole.items()
        }
        self._write(kind, entity, fields, [], None, f"{kind}/{entity}")
        return entity

    def move(self, item: str, entry: Entry, target: dict[str, Any], reason: str | None) -> None:
        """Move an item's target: set one after its first."""
        value = Value(
            validate_values("recommendation", {"target": target})["target"], *entry.basis_and_place("target", "target")
        )
        before = [c for c in self.changes if c.entity == item and "target" in c.fields][-1]
        self._write("recommendation", item, {"target": value}, [before.id], reason, f"target/{entry.path}")

    def _write(
        self, kind: str, entity: str, values: dict[str, Value], parents: list[str], reason: str | None, path: str
    ) -> None:
        self.changes.append(
            make_change(
                kind=kind,
                entity=entity,
                values=values,
                reason=reason,
                parents=parents,
                author=AUTHOR,
                device=DEVICE,
                time=add_milliseconds(TIME, len(self.changes)),
                action=self.action,
                salt=fixed("salt", path),
            )
        )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _entries(name: str, tables: dict[str, Any], key: str) -> list[Entry]:
    return Entry(name, {key: tables.get(key, [])}).entries(key)


def _note(log: _Log, entry: Entry, ends: Iterable[tuple[str, str]], kind: str = "position") -> None:
    """Write a note and its associations; `kind` where the entry has none. Without a date it has that of the paper.

    Where its text is ours, so is what it is on, and the date of our own label.
    """
    dated, basis = entry.date("dated"), entry.basis_of("text")
    ours = (basis, entry.place) if basis else None
    of_date = ours if basis == Basis.ASSIGNED else None
    more_bases = {} if dated else {"dated": of_date or (str(Basis.STATED), "heading")}
    values = {
        "kind": entry.pop("kind") or kind,
        "text": entry.pop("text"),
        "dated": dated or part_date(PAPER_DAY),
        "said_by": entry.pop("said_by"),
        "marking": MARKING,
    }
    note = log.add("note", entry, values, more_bases=more_bases)
    for end, entity in ends:
        log.add(
            "note_on", entry, {"note": note, end: entity}, more_bases=dict.fromkeys(("note", end), ours) if ours else {}
        )
    entry.finish()


def _theme(log: _Log, entry: Entry) -> None:
    code = entry.pop("publication")
    publication = log.publications[code] if code else None
    name = entry.pop("name")
    values = {
        "name": name,
        "definition": entry.pop("definition"),
        "position": entry.pop("position"),
        "publication": publication,
    }
    log.add("theme", entry, values, entity=theme_id(name, publication))
    entry.pop("learning")
    entry.finish()


def _standard_themes(log: _Log, tables: dict[str, Any]) -> None:
    """Write the sample's author and the themes of no single plan, in an action of their own."""
    log.begin("themes")
    author = Entry("author", {"place": "the sample", "basis": {"name": "assigned", "kind": "assigned"}})
    log.add("party", author, {"name": AUTHOR_NAME, "kind": "body"}, entity=AUTHOR)
    for entry in _entries("register", {"theme": [t for t in tables["theme"] if "publication" not in t]}, "theme"):
        _theme(log, entry)


def _register(log: _Log, tables: dict[str, Any]) -> None:
    log.begin("register")
    entry = Entry("register", tables["register"])
    log.add("register", entry, {key: entry.pop(key) for key in ("title", "marking", "day")}, entity=REGISTER)
    entry.finish()
    for entry in _entries("register", tables, "party"):
        name = entry.pop("name")
        log.parties[name] = log.add(
            "party",
            entry,
            {"name": name, "kind": (kind := entry.pop("kind"))},
            entity=fixed("party", name) if kind == "person" else party_id(name),
        )
        entry.finish()
    for entry in _entries("register", tables, "outcome"):
        number = entry.pop("number")
        log.outcomes[number] = log.add(
            "outcome", entry, {"number": number, "text": entry.pop("text")}, entity=fixed("outcome", number)
        )
        entry.finish()
    for theme in _entries("register", tables, "theme"):
        name = theme.pop("name")
        for entry in theme.entries("learning"):
            _note(log, entry, [("theme", theme_id(name))], kind="learning")


def _publication(log: _Log, name: str, themes: list[dict[str, Any]]) -> None:
    tables = _read(name)
    log.begin(name)
    entry = Entry(name, tables["publication"])
    code, title, published = entry.pop("code"), entry.pop("title"), entry.date("published")
    total, number = entry.pop("stated_total"), entry.pop("stated_total_number")
    values = {
        "code": code,
        "title": title,
        "published": published,
        "stated_total": {"text": total, "number": number} if total else None,
        "marking": MARKING,
    }
    publication = log.add(
        "publication", entry, _others("publication", entry, values), entity=publication_id(title, published)
    )
    entry.finish()
    log.publications[code] = publication
    own = [theme for theme in themes if theme.get("publication") == code]
    for entry in _entries(name, {"theme": own}, "theme"):
        _theme(log, entry)
    named = {theme["name"]: theme_id(theme["name"], publication if theme in own else None) for theme in themes}
    for entry in _entries(name, tables, "item"):
        _item(log, entry, code, publication, named)
    for entry in _entries(name, tables, "note"):
        on = entry.pop("on")
        ends = [("recommendation", log.items[f"{code}-{n}"]) for n in on] if on else [("publication", publication)]
        _note(log, entry, ends)
    # After the shared notes, so that a note on an item alone is its newest position.
    for entity, entry in log.own_notes:
        _note(log, entry, [("recommendation", entity)])
    log.own_notes.clear()
    for entry in _entries(name, tables, "measure"):
        figure = {"text": entry.pop("value")} | {key: entry.pop(key) for key in ("number", "unit", "period")}
        log.add("measure", entry, {"publication": publication, "name": entry.pop("name"), "figure": figure})
        entry.finish()


def _others(kind: str, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The given values and those of a kind's other fields, read from keys of the same name."""
    others = {name: field for name, field in KINDS[kind].fields.items() if name not in values and name != WITHDRAWN}
    return values | {
        name: entry.date(name) if field.parts == BOUNDS else entry.pop(name) for name, field in others.items()
    }


def _stage(entry: Entry) -> dict[str, Any]:
    reached = entry.date("stage_day") or {"text": None}
    stage, sent = entry.pop("stage"), entry.get("submission")
    return {
        "text": stage,
        "asks": sent[-1]["asks"] if sent and stage == Stage.SUBMITTED else None,
        "day": reached["text"],
        "earliest": reached.get("earliest"),
        "latest": reached.get("latest"),
    }


def _move(entry: Entry) -> dict[str, Any] | None:
    who, until = entry.pop("next_move"), entry.pop("next_move_until")
    return {"text": who, "until": until} if who else None


def _target(entry: Entry) -> dict[str, Any]:
    given = {key: value for key in ("text", "earliest", "latest") if (value := entry.pop(key))}
    return entry.target(given, entry.pop("said"), entry.pop("where"))


def _item(log: _Log, entry: Entry, code: str, publication: str, themes: dict[str, str]) -> None:
    number, label = entry.pop("number"), entry.pop("label")
    entry.path = f"{code.lower()}/{number or label}"
    entity = item_id(publication, number) if number else fixed("recommendation", entry.path)
    part_of, theme, believed = entry.pop("part_of"), entry.pop("theme"), entry.pop("believed_done")
    targets = entry.entries("target")
    first = targets[0] if targets else None
    values = {
        "publication": publication,
        "part_of": log.items[f"{code}-{part_of}"] if part_of else None,
        "number": number,
        "label": label,
        "stage": _stage(entry),
        "believed_done": {"text": "yes", "by": None if believed is True else believed} if believed else None,
        "next_move": _move(entry),
        "theme": themes[theme] if theme else None,
        "target": _target(first) if first else None,
        "marking": MARKING,
    }
    more_bases = {"target": first.basis_and_place("target", "target")} if first else {}
    log.add("recommendation", entry, _others("recommendation", entry, values), entity=entity, more_bases=more_bases)
    log.items[f"{code}-{number or label}"] = entity
    for moved in targets[1:]:
        reason, basis = moved.pop("reason"), moved.basis_of("reason")
        log.move(entity, moved, _target(moved), f"{reason} ({label_of(basis)})" if basis else reason)
    for outcome in entry.pop("outcomes") or ():
        log.add("contribution", entry, {"recommendation": entity, "outcome": log.outcomes[outcome]})
    _owned(log, entry, entity)
    for done in (*targets, entry):
        done.finish()


def _owned(log: _Log, item: Entry, entity: str) -> None:
    """Write what an item owns: leads, submissions with replies, and actions; its own notes are written later."""
    for entry in item.entries("lead"):
        party = log.parties[entry.pop("party")]
        log.add("lead", entry, {"recommendation": entity, "party": party, "role": entry.pop("role")})
        entry.finish()
    for entry in item.entries("submission"):
        replies = entry.entries("reply")
        values: dict[str, Any] = {"recommendation": entity, "marking": MARKING}
        submission = log.add("submission", entry, _others("submission", entry, values))
        entry.finish()
        for reply in replies:
            _reply(log, reply, entity, submission)
    for entry in item.entries("action"):
        due = entry.pop("due")
        value = entry.target(due or {"text": NO_DATE}, entry.pop("said"), entry.pop("where"))
        values = {"recommendation": entity, "due": value, "marking": MARKING}
        log.add("action", entry, _others("action", entry, values))
        entry.finish()
    log.own_notes += [(entity, entry) for entry in item.entries("note")]


def _reply(log: _Log, entry: Entry, item: str, submission: str) -> None:
    values = {"recommendation": item, "submission": submission, "next_move": _move(entry), "marking": MARKING}
    log.add("reply", entry, _others("reply", entry, values))
    entry.finish()


def _links(log: _Log) -> None:
    log.begin("links")
    for entry in _entries("links", _read("links"), "link"):
        relation, ends = entry.pop("relation"), (log.items[entry.pop("from")], log.items[entry.pop("to")])
        one, other = sorted(ends) if relation == "same-work" else ends
        values = {"relation": relation, "recommendation": one, "other": other, "why": entry.pop("why")}
        log.add("link", entry, values)
        entry.finish()


def _paper(log: _Log) -> None:
    tables = _read("paper")
    log.begin("paper")
    entry = Entry("paper", tables["paper"])
    keys = ("title", "meeting", "location", "presenter", "asked", "purpose", "appendix", "form")
    values = {"date": entry.date("date"), "marking": MARKING} | {key: entry.pop(key) for key in keys}
    codes = entry.pop("publications")
    paper = log.add("paper", entry, values)
    entry.finish()
    for code in codes:
        reported = Entry("paper", {"place": "1.1"})
        log.add("paper_publication", reported, {"paper": paper, "publication": log.publications[code]})
        reported.finish()
    for entry in _entries("paper", tables, "figure"):
        code = entry.pop("publication")
        figure = {
            "paper": paper,
            "publication": log.publications[code] if code else None,
            "name": entry.pop("name"),
            "figure": {"text": entry.pop("value"), "number": entry.pop("number")},
        }
        log.add("figure", entry, figure)
        entry.finish()
    for entry in _entries("paper", tables, "note"):
        _note(log, entry, [("paper", paper)])


def sample_changes() -> list[Change]:
    """The changes of the whole sample."""
    log, tables = _Log(), _read("register")
    _standard_themes(log, tables)
    _register(log, tables)
    for name in _PUBLICATIONS:
        _publication(log, name, tables["theme"])
    _links(log)
    _paper(log)
    return log.changes


def theme_changes() -> list[Change]:
    """The changes of the standard themes and their author alone, the same as in the sample."""
    log = _Log()
    _standard_themes(log, _read("register"))
    return log.changes


def load_sample(register: Register) -> None:
    """Apply the sample's changes to a register; those in its log already are skipped. Raises FairleadError."""
    register.apply(sample_changes())


def load_themes(register: Register) -> None:
    """Apply the changes of the standard themes to a new register. Raises FairleadError."""
    register.apply(theme_changes())
