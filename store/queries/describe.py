"""The parts of a description, and the text of single facts of an entity, shared by all renderers.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from store.domain.dates import format_date
from store.domain.field_types import Field, as_typed
from store.domain.fields import KINDS, UNKNOWN, label_of_field
from store.domain.text import format_size, format_step
from store.domain.vocabulary import LEFT_OUT, MARKINGS, RELATIONS, Basis, label_of
from store.queries.rows import EntityRow, HistoryRow, ItemRow, format_text

Piece = tuple[str, str]
"""A text and its emphasis: "" for none, strong, quiet, accent, or status--… ."""

GUESSED = frozenset({Basis.DERIVED, Basis.INFERRED, Basis.ASSIGNED})
"""Bases of values that are derived, inferred or assigned, and not recorded from a source."""

SQL_GUESSED = ", ".join(f"'{basis}'" for basis in sorted(GUESSED))
"""The same for SQL, between brackets after IN."""

GUESS = "†"
"""The mark of a value whose basis is one of them, where there is no room for the basis."""

GUESS_MEANS = "inferred, worked out from the source, or our own label"
GUESS_LEGEND = f"{GUESS} {GUESS_MEANS}"
"""What the mark means, for wherever it is shown."""

GUESS_IN_SHORT = f"{GUESS} inferred or ours"
"""The same, for a line that has no room for it; help has the rest."""

GUESS_LEGENDS = (GUESS_LEGEND, GUESS_IN_SHORT)
"""Both, for a line that takes the first that it has room for."""

WEAKER = GUESSED | {Basis.OURS}
"""Bases of values that are neither typed in nor simply stated: shown wherever the value is."""


@dataclass(slots=True)
class LabelledLine:
    """A line of a description: a label and its text; a heading where it has no text.

    Text is as recorded: a renderer makes it safe to show.
    """

    label: str
    pieces: tuple[Piece, ...] = ()
    key: str = ""
    """The name of the field that it shows, or of a group of fields."""
    details: dict[str, str] = field(default_factory=dict)
    """Further details as text ("" for none), by the name of the field; the marking among them."""
    basis: str = ""
    """The basis of its value, as stored; "" for a value that was typed in."""
    place: str | None = None
    """The place of its value in the source, or None."""
    mark: str | None = None
    """Its basis as shown beside it, where its section has part of it elsewhere; None for the whole of it."""
    id: str = ""
    """The id of the entity that it describes."""
    under: tuple[LabelledLine, ...] = ()
    """Nested lines: the files that a note cites, the replies to a submission."""

    @property
    def text(self) -> str:
        """Its text without emphasis."""
        return "".join(text for text, _ in self.pieces)

    @property
    def shown_basis(self) -> str:
        """Its basis as shown after its text and before its details, which have bases of their own; "" for none."""
        return format_basis(self.basis, self.place) if self.mark is None else self.mark


@dataclass(frozen=True, slots=True)
class Section:
    """Labelled lines of one subject."""

    key: str
    title: str
    lines: tuple[LabelledLine, ...]
    basis: str = ""
    """The basis of every line that shows none, as text; "" where it is not shown for all at once."""


def format_details(line: LabelledLine) -> str:
    """The details of a line, one after the other; "" for none."""
    return (", " if line.key == "lead" else " · ").join(filter(None, line.details.values()))


def format_line(line: LabelledLine) -> str:
    """The text of a line, its basis, its details."""
    basis = f" ({line.shown_basis})" if line.shown_basis else ""
    return " · ".join(filter(None, (f"{line.text}{basis}", format_details(line))))


# -- text of single facts


def format_counts(recommendations: int, commitments: int, parts: int = 0, *, noun: str) -> str:
    """How many of each, never their sum: "66 recommendations · 5 commitments"; no commitments or parts are left out.

    `noun` is what the register calls one of what is counted apart: see `RegisterLists.apart_noun`.
    """
    counts = ((recommendations, "recommendation"), (commitments, noun), (parts, "part"))
    return " · ".join(f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in counts if n or word == "recommendation")


def format_change(row: HistoryRow, *, with_its_basis: bool = True) -> str:
    """What a change did: the value before and after it, with its basis where that is weaker than stated."""
    change = format_step(row.before, row.after, row.reason)
    return with_basis(change, row.basis) if with_its_basis else change


def format_basis(basis: str | None, place: str | None = None) -> str:
    """The basis of a value and its place in the source; "" for a value that was typed in. What is ours has no place."""
    if not basis or basis == Basis.ENTERED:
        return ""
    return label_of(basis) + (f", {place}" if place and basis != Basis.ASSIGNED else "")


def with_basis(text: str, basis: object) -> str:
    """A text with its basis where that is neither typed in nor simply stated: "a view (inferred)"."""
    return f"{text} ({label_of(str(basis))})" if text and basis in WEAKER else text


def mark_guessed(text: str, *bases: object) -> str:
    """A text in a narrow place, with † where a basis is that of no source's own word: "a view†"."""
    return f"{text}{GUESS}" if any(basis in GUESSED for basis in bases) else text


def share_source(lines: Sequence[LabelledLine], title_basis: str) -> tuple[LabelledLine, ...]:
    """Lines with a last one of their source: the place that most have, named once, and what is stated there.

    A line then shows only a basis that is weaker, and a place that is another.
    """
    sourced = [line for line in lines if line.place and line.basis not in ("", Basis.ENTERED, Basis.ASSIGNED)]
    if not sourced:
        return tuple(lines)
    common = Counter(line.place for line in sourced).most_common(1)[0][0]
    stated: dict[str, list[str]] = {}
    for line in sourced:
        if line.basis == Basis.STATED:
            stated.setdefault(str(line.place), []).append(line.label.lower().rstrip("?"))
            line.mark = ""
        elif line.place == common:
            line.mark = format_basis(line.basis)
    names = ", ".join(stated.pop(str(common), ()))
    parts = [f"{common}, which states: {names}" if names else str(common)]
    parts += [f"{place} states: {', '.join(names)}" for place, names in stated.items()]
    parts += ["the title is ours"] if title_basis == Basis.ASSIGNED else []
    return (*lines, LabelledLine("Source", (("; ".join(parts), "quiet"),), "source"))


def share_basis(lines: Sequence[LabelledLine]) -> tuple[str, tuple[LabelledLine, ...]]:
    """The basis that most of the lines have, as text, and the lines, which then show only another.

    "" where no weaker one is that of most. What is stated or typed in is shown as recorded.
    """
    basis, count = Counter(line.basis for line in lines).most_common(1)[0] if lines else ("", 0)
    if count < 2 or 2 * count <= len(lines) or basis not in WEAKER:
        return "", tuple(lines)
    marks = [
        "" if line.basis == basis else "as recorded" if line.basis not in WEAKER else line.shown_basis for line in lines
    ]
    marked = tuple(replace(line, mark=mark) for line, mark in zip(lines, marks, strict=True))
    return f"{label_of(basis)}{', but where marked' if any(marks) else ''}", marked


def parse_bases(stored: object) -> dict[str, str]:
    """The bases in a table's column `basis`, by field: of those that are neither typed in nor simply stated."""
    return json.loads(str(stored)) if stored else {}


BELONGS = "that it belongs here"
"""In place of the name of the owner of an entity, in front of the basis on which it has that owner."""

_LABELS = ("marking", "kind", "position")
"""Fields that are our own label by what they are: that they are is not repeated beside each value."""


def format_bases(kind: str, bases: Mapping[str, str], belongs: str = BELONGS) -> str:
    """The bases of an entity's fields in words: "theme: our own label; text: in our words".

    `belongs` is in front of the basis on which it has its owner.
    """
    declared = [name for name in KINDS[kind].fields if bases.get(name) and not _is_label(name, bases[name])]
    return "; ".join(dict.fromkeys(f"{_name_of(kind, name) or belongs}: {label_of(bases[name])}" for name in declared))


def _is_label(name: str, basis: str) -> bool:
    return name in _LABELS and basis == Basis.ASSIGNED


def _name_of(kind: str, name: str) -> str:
    """The name of a field in front of its basis: its heading in lower case; "" for the owner of an entity."""
    declared = KINDS[kind].fields[name]
    if declared.names and not declared.editable and not declared.column:
        return ""
    return (declared.column[0] if declared.column else label_of_field(kind, name)).lower().rstrip("?")


def basis_of(entity: EntityRow, *names: str) -> str:
    """The stored basis of an entity's fields: of the first of them that was not typed in."""
    bases = parse_bases(entity.fields.get("basis"))
    values = (str(bases[name]) for name in names if bases.get(name))
    return next((basis for basis in values if basis != Basis.ENTERED), "")


def other_bases(entity: EntityRow, *names: str) -> str:
    """The bases of these fields of an entity in words, of those that have a value; "" for none that is weaker."""
    bases = parse_bases(entity.fields.get("basis"))
    return format_bases(entity.kind, {n: bases[n] for n in names if n in bases and entity.fields.get(n)})


def format_day(text: object) -> str:
    """A day as recorded, or that it is not known."""
    return "day not known" if text in (None, "", UNKNOWN) else str(text)


def format_marking(marking: object) -> str:
    """A marking; "" for the lowest."""
    return "" if marking in (None, "", MARKINGS[0]) else str(marking)


def format_next_move(move: object, until: object) -> str:
    """Who has the next move, and until when or what; "" where that is not recorded."""
    return label_of(str(move)) + (f", until {until}" if until else "") if move else ""


def format_times_moved(row: ItemRow) -> str:
    """How often the target was moved later: "at least 2 times", "once"."""
    times = "once" if row.moved_later == 1 else f"{row.moved_later:,} times"
    return f"{'at least ' if row.moved_at_least else ''}{times}"


def format_bounds(target: object) -> str:
    """The bounds of a target, which are ours: "read as 1 January 2025 to 31 December 2026"; "" where it has none, or its
    text contains them."""
    if not isinstance(target, dict):
        return ""
    first, last = (
        format_date(date.fromisoformat(day)) if (day := target.get(bound)) else "" for bound in ("earliest", "latest")
    )
    if first and last:
        bounds = first if first == last else f"{first} to {last}"
    else:
        bounds = f"from {first}" if first else f"by {last}" if last else ""
    return "" if bounds in ("", target.get("text")) else f"read as {bounds}"


def format_asked(submission: EntityRow) -> str:
    """What was asked for with evidence: "asking for closure"; "" where that is not recorded."""
    asked = {"closure": "asking for closure", "view": "asking for a view"}
    return asked.get(str(submission.fields["asks"]), "")


def format_relation(link: EntityRow) -> str:
    """The relation of an item to the other end of a link; "tied to" where that was left out of a copy."""
    return RELATIONS.get((str(link.fields["relation"]), str(link.fields["direction"])), "tied to")


def is_needed(link: EntityRow) -> bool:
    """Whether the item depends on the one at the other end."""
    return (link.fields["relation"], link.fields["direction"]) == ("depends-on", "out")


def format_progress(link: EntityRow) -> str:
    """The stage of the item at a link's other end; of one that is depended on, whether it is still open. "" for
    nothing."""
    values = link.fields
    of_stage = parse_bases(values["item_basis"]).get("stage")
    stage = values["stage"]
    parts = [with_basis(label_of(str(stage)), of_stage)] if stage not in (None, "not-stated") else []
    if is_needed(link):
        if values["status"] != "closed":
            parts.append("not closed yet")
        elif values["closed_as"] == "with-inspectorate":
            parts.append("no reply yet")
    return ", ".join(parts)


def format_field(declared: Field, value: object) -> str:
    """The value of a field as a person reads it; "" for none."""
    text = as_typed(value) or ""
    return label_of(text) if text and declared.choices else text


def other_details(entity: EntityRow, *described: str) -> dict[str, str]:
    """The declared fields of an entity that are not formatted elsewhere, as details of its line."""
    found = {}
    for name, declared in KINDS[entity.kind].editable.items():
        if name == "marking":
            text = format_marking(entity.fields.get(name))
        else:
            text = format_field(declared, entity.fields.get(name))
            text = f"{declared.label.lower()}: {text}" if text else ""
        if text and name not in described:
            found[name] = text
    return found


# -- lines of items, publications and themes alike


def describe_notes(notes: Sequence[EntityRow], citations: Sequence[EntityRow] = ()) -> tuple[LabelledLine, ...]:
    """Notes in the order given, a line each under its day, with the files that it cites."""
    return tuple(_note(note, citations) for note in notes)


def _note(note: EntityRow, citations: Sequence[EntityRow]) -> LabelledLine:
    fields = note.fields
    details = {
        "kind": str(fields["kind"] or ""),
        "said_by": f"said by {fields['said_by']}" if fields["said_by"] else "",
        "agreed": f"agreed by {fields['agreed_by']}, {format_day(fields['agreed'])}" if fields["agreed_by"] else "",
        "marking": format_marking(fields["marking"]),
        **other_details(note, "text", "dated", "kind", "said_by", "agreed_by", "agreed", "marking"),
        "author": f"recorded by {fields['author']}" if fields.get("author") else "",
    }
    # Of a note of our own, all is our own: that is there once.
    if (of_text := basis_of(note, "text")) != Basis.ASSIGNED:
        details["said_by"] = with_basis(details["said_by"], basis_of(note, "said_by"))
        details["bases"] = other_bases(note, "dated")
        details["on"] = f"{BELONGS}: {label_of(basis)}" if (basis := _on_basis(note)) else ""
    return LabelledLine(
        format_day(fields["dated"]),
        ((format_text(note), ""),),
        "note",
        details,
        of_text,
        id=note.id,
        under=describe_citations(note, citations),
    )


def _on_basis(note: EntityRow) -> str:
    """The basis on which a note is on the entity that it was read for."""
    return next(iter(parse_bases(note.fields.get("on_basis")).values()), "")


def describe_citations(note: EntityRow, citations: Sequence[EntityRow]) -> tuple[LabelledLine, ...]:
    return tuple(describe_citation(citation) for citation in citations if citation.fields["note"] == note.id)


def describe_citation(citation: EntityRow) -> LabelledLine:
    """An evidence file: its name, reference, size, whether it is attached or its location, its marking."""
    fields = citation.fields
    if fields["left_out"]:
        return LabelledLine("evidence", ((LEFT_OUT, "quiet"),), "citation", id=citation.id)
    size = [format_size(fields["size"])] if isinstance(fields["size"], int) else []
    if fields["embedded"]:
        size.append("kept inside" if fields["kept"] else "not in this copy")
    details = {
        "reference": f"reference {fields['reference']}" if fields["reference"] else "",
        "size": ", ".join(size),
        "place": str(fields["place"] or ""),
        "marking": str(fields["marking"] or ""),
        **other_details(citation, "reference", "marking"),
    }
    return LabelledLine(
        "evidence", ((str(fields["name"] or "name not known"), ""),), "citation", details, id=citation.id
    )


def describe_measure(measure: EntityRow, label: str = "figure") -> LabelledLine:
    """A figure with its unit and period."""
    fields = measure.fields
    parts = [fields["figure"], fields["figure_unit"], fields["figure_period"]]
    text = f"{format_text(measure, 'name')}: " + " ".join(str(part) for part in parts if part)
    details = {"bases": other_bases(measure, "name")}
    return LabelledLine(label, ((text, ""),), "measure", details, basis_of(measure, "figure"), id=measure.id)


def describe_publication(fields: Mapping[str, str | None], age: str = "") -> dict[str, LabelledLine]:
    """The fields of a publication beside its title and code, as lines; `age` is how long ago it was published."""
    lines, bases = {}, parse_bases(fields.get("basis"))
    for name, declared in KINDS["publication"].editable.items():
        text = "" if name in ("title", "code") else format_field(declared, fields[name])
        if text:
            text += f", {age} ago" if age and name == "published" else ""
            basis = bases.get(name, "")
            lines[name] = LabelledLine(
                declared.label, ((text, ""),), name, basis="" if _is_label(name, basis) else basis
            )
    return lines
