"""A reader of the stored log of a register, written from its page (LOG-FORMAT.md) alone.

    python log_reader.py LOG-FORMAT.md register.fairlead

It checks the file and adds its changes up. It takes the kinds, fields, parts, ends and replaced characters from the tables
of the page, and alters nothing. Where the page would have the file refused, it reports a problem and reads on: a change that
does not check is left out of what it adds up, and a body that does not check is read as an absent one.
"""

import hashlib
import json
import re
import sqlite3
import sys
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

APPLICATION, VERSION, FORMAT = 1179403346, 1, 1
BASES = ("entered", "stated", "in-our-words", "derived", "inferred", "assigned")
CLOSING = ("discharged", "closed-not-adopted", "delivered", "superseded", "risk-accepted", "closed-not-known-how")
LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
ID = re.compile("[0-9a-f]{32}")
TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")


def hash_of(*texts: str) -> str:
    """The hash of one or more texts (section 3)."""
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()


def canonical(value: object) -> str:
    """The one canonical JSON text of a value (section 2)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> Any:
    """The value of a canonical JSON text; a ValueError where the text is in another form."""
    try:
        value = json.loads(text, parse_float=int, parse_constant=int)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if canonical(value) != text:
        raise ValueError("not canonical JSON")
    return value


def is_id(value: object) -> bool:
    """Whether a value is 32 hex digits."""
    return isinstance(value, str) and bool(ID.fullmatch(value))


def is_ids(value: object) -> bool:
    """Whether a value is a list of ids, sorted, each once."""
    return isinstance(value, list) and all(map(is_id, value)) and value == sorted(set(value))


def is_day(value: object) -> bool:
    """Whether a value is a day of the Gregorian calendar."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: str) -> bool:
    """Whether a text is a time of a change."""
    match = TIME.fullmatch(value)
    return match is not None and is_day(match[1])


def quoted(cell: str) -> list[str]:
    """The words between backticks in a cell of a table."""
    return re.findall("`([^`]*)`", cell)


def tables(page: str) -> Iterator[tuple[tuple[str, ...], list[list[str]]]]:
    """Each table of the page: its header and its rows."""
    for block in re.findall(r"(?:^\|.*\|\n)+", page, re.M):
        header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        yield tuple(header), rows


class Rules:
    """The tables of the page: `types` and `in_clear` by kind and field, `ends` by kind, `parts` by object."""

    def __init__(self, page: str) -> None:
        found = dict(tables(page))
        self.types: dict[str, dict[str, str]] = {}
        self.in_clear: dict[str, set[str]] = {}
        for cells in found["kind", "field", "type", "in"]:
            kind, name = quoted(cells[0])[0], quoted(cells[1])[0]
            self.types.setdefault(kind, {"withdrawn": "boolean"})[name] = cells[2]
            self.in_clear.setdefault(kind, {"withdrawn"}).update([name] if cells[3] == "clear" else [])
        self.ends = {quoted(kind)[0]: quoted(ends) for kind, ends in found["kind", "ends"]}
        self.parts: dict[str, dict[str, tuple[str, bool]]] = {}
        for name, part, type_, there in found["object", "part", "type", "there"]:
            self.parts.setdefault(name, {})[quoted(part)[0]] = type_, there == "always there"
        self.replaced: dict[int, str] = {}
        for span in (span for cells in found["replaced", ""] for span in quoted(cells[0])):
            first, last = (int(end, 16) for end in (span.split("-")[0], span.split("-")[-1]))
            for code in range(first, last + 1):
                self.replaced[code] = (
                    chr(0x2400 + code) if code < 32 else "\u2421" if code == 127 else f"⟨U+{code:04X}⟩"
                )

    def text_fits(self, text: object, line: bool) -> bool:
        """Whether a text is as the steps of section 2 leave it."""
        if not isinstance(text, str):
            return False
        form = " ".join(text.split()) if line else LINE_BREAKS.sub("\n", text)
        form = form.translate(self.replaced).strip("\n\t ")
        return form == text and (len(text) <= 500 if line else len(text.encode()) <= 200_000)

    def fits(self, value: Any, type_: str) -> bool:
        """Whether a value is of a type of section 4."""
        simple = {"boolean": lambda each: isinstance(each, bool), "day": is_day, "ids of changes": is_ids}
        if type_ in simple:
            return simple[type_](value)
        if type_.startswith("id of "):
            return is_id(value)
        if type_.startswith("one of "):
            return value in quoted(type_)
        if type_.startswith("whole number"):
            low, high = map(int, re.findall("-?[0-9]+", type_))
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        if type_ in self.parts:
            return self.object_fits(value, self.parts[type_])
        match = re.fullmatch("(line|text)(?: of at most ([0-9]+))?(?:, `(.+)`)?", type_)
        if match is None:
            raise ValueError(f"the page has a type that this reader cannot check: {type_}")
        if not self.text_fits(value, match[1] == "line") or (match[2] and len(value) > int(match[2])):
            return False
        if match[3] == r"\w":
            return any(each in "\u200c\u200d" or re.match("L|M|Nd|Pc", unicodedata.category(each)) for each in value)
        return not match[3] or bool(re.search(match[3].replace("$", r"\Z"), value))

    def object_fits(self, value: Any, parts: dict[str, tuple[str, bool]]) -> bool:
        """Whether a value is an object of these parts."""
        if not isinstance(value, dict) or not value.keys() <= parts.keys():
            return False
        if any(there and name not in value for name, (_, there) in parts.items()):
            return False
        if not all(self.fits(part, parts[name][0]) for name, part in value.items()):
            return False
        return "earliest" not in value or "latest" not in value or value["earliest"] <= value["latest"]


@dataclass(eq=False)
class Change:
    """A row of the log, its JSON parsed; `body` is None where it was left out."""

    n: int
    id: str
    kind: str
    entity: str
    fields: list[str]
    author: str
    device: str
    time: str
    action: str
    undoes: str | None
    parents: list[str]
    clear: dict[str, Any]
    body_hash: str
    salt: str | None
    body: dict[str, Any] | None
    written: str | None = None

    @property
    def rank(self) -> tuple[str, str]:
        """The place of the change in the order of (time, id)."""
        return self.time, self.id

    def value(self, name: str) -> Any:
        """The value that the change sets a field to; None for nothing, or where it is not readable."""
        values = (self.body or {}).get("values")
        return self.clear.get(name, values.get(name) if isinstance(values, dict) else None)

    def envelope(self) -> str:
        """The line of canonical JSON that the id is the hash of."""
        columns = ["action", "author", "clear", "device", "entity", "fields", "kind", "parents", "time", "undoes"]
        return canonical({name: getattr(self, name) for name in columns} | {"body": self.body_hash, "format": FORMAT})


def association_id(kind: str, ends: dict[str, str]) -> str:
    """The id that the ends of an association give (section 5)."""
    if ends.get("relation") == "same-work":
        ends = ends | dict(
            zip(("recommendation", "other"), sorted((ends["recommendation"], ends["other"])), strict=True)
        )
    return hash_of(kind, *(f"{name}={ends[name]}" for name in sorted(ends)))


def change_problems(change: Change, rules: Rules) -> Iterator[str]:
    """What is wrong with one change, its body aside (sections 1 and 3)."""
    ids = [change.id, change.author, change.device, change.action, change.body_hash]
    ids += [each for each in (change.undoes, change.salt) if each is not None]
    if change.kind != "register":
        ids.append(change.entity)
    if not all(map(is_id, ids)) or (change.kind == "register") != (change.entity == "register"):
        yield "a column that holds an id has another form"
    if not is_time(change.time):
        yield "the time has another form"
    if not is_ids(change.parents):
        yield "the parents are not ids, sorted, each once"
    if change.id != hash_of(change.envelope()):
        yield "the id is not the hash of the envelope"
    if change.kind not in rules.types:
        yield f"the page has no kind {change.kind}"
        return
    types, creation, fields = rules.types[change.kind], not change.parents, set(change.fields)
    if change.fields != sorted(fields) or not fields <= types.keys() or len(canonical(change.fields)) > 2000:
        yield "the fields are not fields of the kind, sorted, each once"
    if creation and (change.clear.get("withdrawn") is not False or change.undoes is not None):
        yield "a creation does not set withdrawn to false, or undoes a change"
    if not creation and len(change.fields) != 1:
        yield "an edit does not set exactly one field"
    if not creation and fields.intersection(rules.ends.get(change.kind, [])):
        yield "an edit sets an end"
    if not change.clear.keys() <= rules.in_clear[change.kind] & fields or "withdrawn" in fields - change.clear.keys():
        yield "clear does not have the fields that it is to have"
    elif not all(rules.fits(value, types[name]) for name, value in change.clear.items()):
        yield "a value in clear is not of its type"


def body_problems(change: Change, rules: Rules) -> Iterator[str]:
    """What is wrong with the body of a sound change, and with the ends of an association (sections 3 to 5)."""
    if change.salt is None or change.written is None:
        if change.salt is not change.written:
            yield "salt and body are not NULL at once"
        return
    body, types, fields = change.body or {}, rules.types[change.kind], set(change.fields)
    values, basis = body.get("values"), body.get("basis", {change.fields[0]: ["entered", None]})
    if canonical(body) != change.written:
        yield "the body is not an object in canonical JSON"
    if change.body_hash != hash_of(change.salt, change.written):
        yield "body_hash is not the hash of the body"
    if not body.keys() <= {"values", "basis", "reason"} or not rules.text_fits(body.get("reason", ""), False):
        yield "the body has another key, or a reason that is no text"
    if not isinstance(values, dict) or values.keys() != fields - rules.in_clear[change.kind]:
        yield "values does not have the fields that it is to have"
        return
    if not all(value is None or rules.fits(value, types[name]) for name, value in values.items()):
        yield "a value in values is not of its type"
    if (
        not isinstance(basis, dict)
        or not basis
        or not basis.keys() <= fields
        or not all(
            isinstance(pair, list)
            and len(pair) == 2
            and pair[0] in BASES
            and (pair[1] is None or rules.text_fits(pair[1], False))
            for pair in basis.values()
        )
    ):
        yield "the basis is not of its form"
    if change.parents or change.kind not in rules.ends:
        return
    ends = {end: change.value(end) for end in rules.ends[change.kind] if change.value(end)}
    missing = (
        set(rules.ends[change.kind]) - ends.keys() - {"publication" if change.kind in ("figure", "paper_text") else ""}
    )
    if missing and not (change.kind == "note_on" and "note" in ends and len(ends) == 2):
        yield "an end is not set"
    elif change.kind == "note_on" and len(ends) != 2:
        yield "a note_on has more than one end beside its note"
    elif change.entity != association_id(change.kind, ends):
        yield "the id of the association is not that of its ends"
    elif ends.get("relation") == "same-work" and ends["recommendation"] > ends["other"]:
        yield "same work has the greater id in recommendation"


@dataclass
class Item:
    """An item as the log adds it up."""

    id: str
    reference: str
    status: str
    closed_as: str
    listed: bool
    counted: bool
    first_target: str
    moved_later: int
    moved_at_least: bool
    joined_to: list[str]
    conflicts: set[str]


class Log:
    """The changes of a register and what they add up to (section 6)."""

    def __init__(self, rules: Rules, changes: dict[str, Change]) -> None:
        self.rules, self.changes = rules, changes
        self.ready: set[str] = set()
        self.kinds: dict[str, str] = {}
        self._find_ready()
        self.setters: dict[tuple[str, str], list[Change]] = defaultdict(list)
        self.undoers: dict[tuple[str, str | None], list[Change]] = defaultdict(list)
        for change in sorted((changes[id_] for id_ in self.ready), key=lambda change: change.rank):
            self.undoers[change.entity, change.undoes].append(change)
            for name in change.fields:
                self.setters[change.entity, name].append(change)

    def names(self, change: Change) -> Iterator[tuple[str, str]]:
        """Each entity that the clear part of a change names, and the kind that it is to be of."""
        for name, value in change.clear.items():
            type_ = self.rules.types.get(change.kind, {}).get(name, "")
            if type_.startswith("id of `") and isinstance(value, str):
                yield value, quoted(type_)[0]

    def _find_ready(self) -> None:
        """Every change that does not wait; the others wait."""
        before = -1
        while before != len(self.ready):
            before = len(self.ready)
            for change in self.changes.values():
                needed = [entity for entity, _ in self.names(change)] + ([change.entity] if change.parents else [])
                if self.ready.issuperset(change.parents) and all(entity in self.kinds for entity in needed):
                    self.ready.add(change.id)
                    if not change.parents:
                        self.kinds.setdefault(change.entity, change.kind)

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the log as a whole: an entity, and a sentence."""
        kind_of = {change.entity: change.kind for change in self.changes.values()}
        for change in self.changes.values():
            if kind_of[change.entity] != change.kind:
                yield change.entity, f"{change.id} is of another kind than others of its entity"
            if any(id_ in self.changes and self.changes[id_].entity != change.entity for id_ in change.parents):
                yield change.entity, f"a parent of {change.id} is of another entity"
            for entity, kind in self.names(change):
                if kind_of.get(entity, kind) != kind:
                    yield change.entity, f"{change.id} names an entity that is not of the kind {kind}"

    def waiting(self) -> list[Change]:
        """The changes that wait."""
        return [change for change in self.changes.values() if change.id not in self.ready]

    def of_kind(self, kind: str) -> list[str]:
        """The entities of a kind, in the order of their ids."""
        return sorted(entity for entity, its in self.kinds.items() if its == kind)

    @cache  # noqa: B019
    def heads(self, entity: str, name: str) -> list[Change]:
        """The heads of a field of an entity, in the order of their rank."""
        setters = self.setters.get((entity, name), [])
        replaced = {id_ for change in setters for id_ in change.parents}
        return [change for change in setters if change.id not in replaced]

    def readable(self, change: Change, name: str) -> bool:
        """Whether a change can be read for a field."""
        return change.body is not None or name in self.rules.in_clear[change.kind]

    def value(self, entity: str | None, name: str) -> Any:
        """The value of a field of an entity; None for nothing."""
        read = [change for change in self.heads(entity, name) if self.readable(change, name)] if entity else []
        return read[-1].value(name) if read else None

    def withdrawn(self, entity: str | None) -> bool:
        """Whether an entity is withdrawn."""
        return self.value(entity, "withdrawn") is True

    def all_heads(self, entity: str) -> list[tuple[str, Change]]:
        """Each field of an entity with each of its heads."""
        return [(name, head) for name in self.rules.types[self.kinds[entity]] for head in self.heads(entity, name)]

    def left_out(self, entity: str) -> bool:
        """Whether an entity is left out."""
        return any(not self.readable(head, name) for name, head in self.all_heads(entity))

    def conflicts(self, entity: str) -> set[str]:
        """The fields of an entity that are in conflict."""
        values: dict[str, set[str]] = defaultdict(set)
        for name, head in self.all_heads(entity):
            values[name].update([canonical(head.value(name))] if self.readable(head, name) else [])
        found = {name for name in values if len(values[name]) > 1}
        if not self.withdrawn(entity):
            return found
        seen: set[str] = set()
        rest = [head.id for head in self.heads(entity, "withdrawn") if head.value("withdrawn")]
        while rest:
            seen.add(id_ := rest.pop())
            rest += [parent for parent in self.changes[id_].parents if parent not in seen]
        return found | {name for name, head in self.all_heads(entity) if name != "withdrawn" and head.id not in seen}

    @cache  # noqa: B019
    def undone(self, entity: str, id_: str) -> bool:
        """Whether a change of an entity is undone."""
        return any(not self.undone(entity, change.id) for change in self.undoers.get((entity, id_), []))

    def target_path(self, entity: str) -> tuple[list[dict[str, Any]], bool]:
        """The targets that an item has had, the first one first, and whether one on the way was left out."""
        path: list[Change] = []
        step = self.heads(entity, "target")[-1:]
        while step:
            path.append(step[0])
            parents = [change for id_ in step[0].parents if "target" in (change := self.changes[id_]).fields]
            like = canonical(step[0].value("target"))
            step = sorted(parents, key=lambda change: (canonical(change.value("target")) == like, change.rank))[-1:]
        steps = [change for change in reversed(path) if not change.undoes and not self.undone(entity, change.id)]
        targets = [change.value("target") for change in steps if change.value("target") is not None]
        return targets, not all(self.readable(change, "target") for change in steps)

    def closed_as(self, entity: str) -> str:
        """What an item is closed as; empty for nothing."""
        stage = self.value(entity, "stage") or {}
        if self.left_out(entity) or stage.get("text") not in (*CLOSING, "submitted"):
            return ""
        if stage["text"] in CLOSING:
            return str(stage["text"])
        newest = max(
            (
                (self._sent(each), each)
                for each in self.of_kind("submission")
                if self.value(each, "recommendation") == entity and not self.withdrawn(each)
            ),
            default=(None, None),
        )[1]
        return "with-inspectorate" if (stage.get("asks") or self.value(newest, "asks")) == "closure" else ""

    def _sent(self, submission: str) -> tuple[str, str]:
        """The day of a submission, and when it was recorded."""
        recorded = min(change.time for change in self.setters[submission, "withdrawn"] if not change.parents)
        return (self.value(submission, "sent") or {}).get("latest") or recorded[:10], recorded

    @cache  # noqa: B019
    def reach(self, entity: str) -> frozenset[str]:
        """An item and all that the arrows of same-as lead to from it."""
        arrows: dict[str, set[str]] = defaultdict(set)
        for link in self.of_kind("link"):
            other = self.value(link, "other")
            if self.value(link, "relation") == "same-as" and not any(
                map(self.withdrawn, (link, other, self.value(other, "publication")))
            ):
                arrows[self.value(link, "recommendation")].add(other)
        reached, rest = {entity}, [entity]
        while rest:
            new = arrows[rest.pop()] - reached
            reached |= new
            rest += new
        return frozenset(reached)

    def joined(self, entity: str) -> list[str]:
        """The items that an item is joined to."""
        final = [
            each
            for each in sorted(self.reach(entity))
            if each == min(self.reach(each)) and all(each in self.reach(other) for other in self.reach(each))
        ]
        return [] if entity in final else final

    def reference(self, entity: str) -> str:
        """The reference of an item."""
        code = self.value(self.value(entity, "publication"), "code") or "?"
        scope = self.value(entity, "scope")
        number = self.value(entity, "number") or self.value(entity, "label") or "?"
        return f"{code}-{number}" + (f" ({scope})" if scope else "")

    def moves(self, entity: str) -> tuple[str, int, bool]:
        """The text of an item's first target, how often it moved later, and whether that is a minimum."""
        path, minimum = self.target_path(entity)
        if not path:
            return "", 0, minimum
        latest, count = path[0].get("latest"), 0
        for day in (target["latest"] for target in path[1:] if "latest" in target):
            lost = latest is None and path[0]["text"] == "not known"
            count += lost or (latest is not None and day > latest)
            latest, minimum = day, minimum or lost
        return path[0]["text"], count, minimum

    def item(self, entity: str) -> Item:
        """An item with what the log adds up to for it."""
        publication, whole = self.value(entity, "publication"), self.value(entity, "part_of")
        closed, left, joined = self.closed_as(entity), self.left_out(entity), self.joined(entity)
        status = "left-out" if left else "closed" if closed else self.value(entity, "track") or "not-stated"
        listed = bool(publication) and not joined and not any(map(self.withdrawn, (entity, publication, whole)))
        return Item(
            entity,
            self.reference(entity),
            status,
            closed,
            listed,
            listed and not left and not whole,
            *self.moves(entity),
            joined,
            self.conflicts(entity),
        )

    def items(self) -> list[Item]:
        """Every item of the log, sorted by its reference."""
        return sorted(map(self.item, self.of_kind("recommendation")), key=lambda item: (item.reference, item.id))


def header_problems(register: Path, connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the header of the file (section 1)."""
    head = register.read_bytes()[:100]
    if int.from_bytes(head[68:72], "big") != APPLICATION:
        yield "the application_id is not that of a register"
    if int.from_bytes(head[60:64], "big") != VERSION:
        yield "the user_version is not the one that this reader reads"
    if head[18:20] != b"\x01\x01" or connection.execute("PRAGMA encoding").fetchone() != ("UTF-8",):
        yield "the journal mode or the encoding is another"


def evidence_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the evidence files that are inside."""
    for name, size, data in connection.execute("SELECT name, sz, data FROM sqlar"):
        try:
            content = data if len(data) == size else zlib.decompress(data)
        except (zlib.error, TypeError):
            content = b""
        if len(content) != size or hashlib.sha256(content).hexdigest() != name:
            yield f"the evidence file {name} does not match"


def manifest_problems(changes: list[Change], this_file: dict[str, str]) -> Iterator[str]:
    """What is wrong with the manifest, and with the number of absent bodies (sections 1 and 7)."""
    if this_file.get("changes") != str(len(changes)):
        yield f"the manifest counts {this_file.get('changes')} changes, and {len(changes)} are here"
    if this_file.get("digest") != f"{sum(int(change.id, 16) for change in changes if is_id(change.id)) % 2**128:032x}":
        yield "the digest is not that of the changes"
    absent = {change.id for change in changes if change.written is None}
    expunged = {id_ for change in changes if change.kind == "expunge" for id_ in change.clear.get("changes", [])}
    shares = [json.loads(this_file[name]) for name in ("share", "from a share") if name in this_file]
    counted = sum(max(0, count) for share in shares for count in share.get("left_out", {}).values()) + len(
        absent & expunged
    )
    if len(absent) > counted:
        yield f"{len(absent)} bodies are absent, and {counted} accounted for"


def change_of(row: tuple[Any, ...]) -> tuple[Change, list[str]]:
    """The change of a row, and what is wrong with its JSON, the body aside. What is wrong is read as empty."""
    change, problems = Change(*row, written=row[-1]), list[str]()  # type: ignore[misc]
    for name, shape in ("fields", list), ("parents", list), ("clear", dict), ("body", dict):
        text = getattr(change, name)
        try:
            value = shape() if text is None else parsed(text)
            if not isinstance(value, shape) or (shape is list and not all(isinstance(each, str) for each in value)):
                raise ValueError("another shape")
        except ValueError as error:
            value = shape()
            if name != "body":
                problems.append(f"{name}: {error}")
        setattr(change, name, None if text is None else value)
    return change, problems


def read(page: str | Path, register: str | Path) -> tuple[Log, list[tuple[str, str]]]:
    """The log of a register file, and each problem found: the entity that it is of, or nothing, and a sentence."""
    rules, register = Rules(Path(page).read_text(encoding="utf-8")), Path(register)
    connection = sqlite3.connect(f"{register.resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with closing(connection):
        problems = [("", text) for text in (*header_problems(register, connection), *evidence_problems(connection))]
        columns = ", ".join(each.name for each in dataclass_fields(Change) if each.name != "written")
        rows = connection.execute(f"SELECT {columns} FROM change ORDER BY n").fetchall()
        this_file = dict(connection.execute("SELECT name, value FROM this_file"))
    changes: list[Change] = []
    sound: dict[str, Change] = {}
    for row in rows:
        change, wrong = change_of(row)
        before = changes[-1].n if changes else 0
        changes.append(change)
        wrong += change_problems(change, rules)
        if not wrong:
            sound[change.id] = change
            wrong += body_problems(change, rules)
            change.body = None if wrong else change.body
        if change.n != before + 1:
            wrong.append(f"n is {change.n}, and {before} in the row before")
        problems += [(change.entity, f"{change.id}: {text}") for text in wrong]
    log = Log(rules, sound)
    problems += [*log.problems(), *(("", text) for text in manifest_problems(changes, this_file))]
    return log, problems


def main(page: str, register: str) -> int:
    """One line an item, with its problems and what waits of it; then those of no item. 1 where there is a problem."""
    log, problems = read(page, register)
    notes = problems + [(change.entity, f"{change.id}: waits") for change in log.waiting()]
    items = log.items()
    for item in items:
        its = "; ".join(text for entity, text in notes if entity == item.id)
        print(item.id, item.reference, item.status, item.closed_as, its, sep="\t")
    for entity, text in notes:
        if entity not in {item.id for item in items}:
            print(entity, "", "", "", text, sep="\t")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
