"""What the hand-over page says of one item: nothing that is not known, and a guess said to be one."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date

from store.domain.date_reading import read_date
from store.domain.dates import age, say_day
from store.domain.fields import NOT_KNOWN, said_field
from store.domain.names import fold_name
from store.domain.vocabulary import (
    GLYPHS,
    LEFT_OUT,
    MARKINGS,
    Basis,
    ClosedBy,
    Value,
    said,
)
from store.exchange.as_markdown import escape
from store.exchange.spreadsheet_rows import plain
from store.queries.filter import WITH_INSPECTORATE
from store.queries.item_detail import things
from store.queries.rows import ItemDetail, ItemRow, Thing, say_asked, say_text, say_theme, say_word

NOTES = 3
"""The newest so many notes of an item are on the page."""

NONE = "none recorded"
_LONG, _SHORT = 600, 240
_GUESSED = (Basis.DERIVED, Basis.INFERRED, Basis.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Teller:
    """What lines are told from, and which things have been told, by kind: the page is marked as the highest of them."""

    conn: sqlite3.Connection
    lead: str
    today: date
    told: dict[str, set[str]] = field(default_factory=dict)

    def tell(self, kind: str, thing: str) -> None:
        """Note that something is told."""
        self.told.setdefault(kind, set()).add(thing)


def item_lines(teller: Teller, detail: ItemDetail, promises: list[Thing]) -> list[str]:
    """An open item's section; `promises` are its open actions, what it waits on aside."""
    row, known, today = detail.row, detail.fields, teller.today
    waits = [action for action in detail.actions if not is_done(action) and action.fields["kind"] == "dependency"]
    newest = detail.notes[:NOTES]
    lines = [f"### {_name(row)}", "", _publication(detail, today), ""]

    def add(label: str, told: str | list[str]) -> None:
        if isinstance(told, str):
            lines.append(f"- **{label}**: {told}")
        elif told:
            lines.extend([f"- **{label}**:", *(f"  - {line}" for line in told)])
        else:
            lines.append(f"- **{label}**: {NONE}")

    if row.marking not in (None, MARKINGS[0]):
        add("Marking", md(row.marking))
    for name, sides in detail.conflicts.items():
        add(f"Several values for {said_field('recommendation', name)}", [md(side) for side in sides])
    if detail.part_of:
        add("Part of", md(detail.part_of))
    add("Asks", md(row.text, _LONG) or "text not known")
    add("Status", _status(detail))
    add("Theme", md(say_theme(detail)) + (_how(known["theme"]) if row.theme else ""))
    add("Target", _target(detail, today))
    add("Next move", f"{_next(row.next_move, row.next_move_until)}{_how(known['next_move'])}")
    add(
        f"Newest notes, {len(newest)} of {len(detail.notes)}" if newest else "Notes", [_note(teller, n) for n in newest]
    )
    if detail.publication.closed_by == ClosedBy.INSPECTORATE or detail.replies or detail.submissions:
        add("What the inspectorate last said", _last_reply(teller, detail))
        if unanswered := _unanswered(detail):
            add("Sent, and no reply to it recorded", [_asked(teller, sent) for sent in unanswered])
    else:
        add("Who closes it", said(detail.publication.closed_by).lower())
    add("Promised", [_action(teller, action) for action in promises])
    if waits:
        add("Waits on", [_action(teller, action) for action in waits])
    add("Where the evidence lies", _evidence(teller, detail, newest))
    mine = [lead for lead in detail.leads if fold_name(str(lead.fields["name"])) == fold_name(teller.lead)]
    add(f"What {md(teller.lead)} does", " · ".join(_part(lead) for lead in mine) or "not known")
    others = [lead for lead in detail.leads if lead not in mine]
    add("Who else is on it", [f"{md(lead.fields['name'])}: {_part(lead)}" for lead in others])
    if detail.parts:
        add("Parts", [_short(teller, part) for part in detail.parts])
    add("Links", [_link(teller, link) for link in detail.links])
    return [*lines, ""]


def ended_line(teller: Teller, detail: ItemDetail) -> list[str]:
    """The line of an item that is closed, or with the inspectorate."""
    row, stage = detail.row, detail.fields["stage"].value
    how = [md(said(row.closed_as)) + _how(detail.fields["stage"])]
    if row.closed_as == WITH_INSPECTORATE and detail.submissions:
        how = [_asked(teller, detail.submissions[-1])]
    elif isinstance(stage, dict):
        how.append(md(stage.get("day")) or "day not known")
        how += [f"agreed by {md(stage['by'])}"] if stage.get("by") else []
    return [f"- {_name(row)}: {' · '.join(how)}"]


def _name(row: ItemRow) -> str:
    return f"{md(row.ref)} · {md(row.title) or LEFT_OUT}"


def _publication(detail: ItemDetail, today: date) -> str:
    row = detail.publication
    since = f", {age(date.fromisoformat(row.published_latest), today)} ago" if row.published_latest else ""
    return f"{md(row.said_title)} ({md(row.said_code)}), {md(row.published) or 'month not known'}{since}"


def _status(detail: ItemDetail) -> str:
    row, known = detail.row, detail.fields
    told = [
        f"{GLYPHS[row.status]} {said(row.status)}{_how(known['track'])}",
        f"how far: {said(row.stage).lower() if row.stage else 'not known'}{_how(known['stage'])}",
    ]
    if row.believed_done:
        value = known["believed_done"].value
        by = value.get("by") if isinstance(value, dict) else None
        told.append(f"believed done{f' by {md(by)}' if by else ''}, and open until that is agreed")
    if detail.reasons.get("track"):
        told.append(f"reason: {md(detail.reasons['track'], _SHORT)}")
    return " · ".join(told)


def _target(detail: ItemDetail, today: date) -> str:
    row, known = detail.row, detail.fields["target"]
    if not row.target_text:
        return NONE
    value = known.value if isinstance(known.value, dict) else {}
    told = [f"{md(row.target_text)}{_how(known)}"]
    if row.target_latest:
        days = (date.fromisoformat(row.target_latest) - today).days
        told.append(f"**past by {count(-days, 'day')}**" if days < 0 else f"{count(days, 'day')} left at the most")
    if value.get("condition"):
        told.append(f"depends on: {md(value['condition'])}")
    if len(detail.targets) > 1:
        first = detail.targets[0].target["text"]
        told.append("the first is not known" if first == NOT_KNOWN else f"first {md(first)}")
    if row.moved_later:
        times = "once" if row.moved_later == 1 else f"{row.moved_later:,} times"
        told.append(f"moved later {'at least ' if row.moved_at_least else ''}{times}")
    if detail.reasons.get("target"):
        told.append(f"reason: {md(detail.reasons['target'], _SHORT)}")
    return "; ".join(told)


def _next(whose: object, until: object) -> str:
    if not whose:
        return "not known"
    return said(str(whose)) + (f", until {md(until)}" if until else "")


def _note(teller: Teller, note: Thing) -> str:
    teller.tell("note", note.id)
    known = note.fields
    if known["left_out"]:
        return LEFT_OUT
    about = [_day(known["dated"]), md(known["kind"])]
    about.append(f"said by {md(known['said_by'])}" if known["said_by"] else f"recorded by {md(known['author'])}")
    about += [md(known["marking"])] if known["marking"] not in (None, MARKINGS[0]) else []
    lines = [escape(line) for line in _cut(plain(str(known["text"] or "")), _LONG).split("\n") if line.strip()]
    return " · ".join(about) + ": " + "\n    ".join(lines)


def _last_reply(teller: Teller, detail: ItemDetail) -> str:
    if not detail.replies:
        return NONE if detail.submissions else f"{NONE}, nor that anything was sent"
    # Of two replies of which the later day is the same, the one recorded last.
    reply = max(enumerate(detail.replies), key=lambda pair: (_bound(pair[1], "dated"), pair[0]))[1]
    teller.tell("reply", reply.id)
    known = reply.fields
    if known["left_out"]:
        return LEFT_OUT
    who = md(known["who"]) or "who is not known"
    told = [f"{who}, {_when(teller, reply, 'dated')}: **{say_word(reply, 'verdict')}**{_own(reply, 'verdict')}."]
    told.append(f"In its words: {md(known['words'], _LONG)}" if known["words"] else "Its words are not known.")
    if known.get("discharges"):
        told.append(f"Discharged of it: {md(known['discharges'], _SHORT)}")
    told.append(f"What would satisfy: {md(known['would_satisfy'], _LONG) or 'not known.'}")
    return " ".join(told)


def _unanswered(detail: ItemDetail) -> list[Thing]:
    answered = {reply.fields["submission"] for reply in detail.replies}
    return [sent for sent in detail.submissions if sent.id not in answered]


def _asked(teller: Teller, sent: Thing) -> str:
    teller.tell("submission", sent.id)
    known = sent.fields
    if known["left_out"]:
        return LEFT_OUT
    asks = f", {asked}{_own(sent, 'asks')}" if (asked := say_asked(sent)) else ""
    return f"sent {_when(teller, sent, 'sent')}{asks}"


def _sent(teller: Teller, sent: Thing) -> str:
    known = sent.fields
    if known["left_out"]:
        return _asked(teller, sent)
    reference = f"reference {md(known['reference'])}" if known["reference"] else "no reference recorded"
    text = f": {md(known['text'], _SHORT)}" if known["text"] else ""
    return f"{_asked(teller, sent)}, {reference}{text}"


def _action(teller: Teller, action: Thing) -> str:
    teller.tell("action", action.id)
    known, today = action.fields, teller.today
    if known["left_out"]:
        return LEFT_OUT
    told = ["by when is not known"]
    if known["due"]:
        past = (today - date.fromisoformat(str(known["due_latest"]))).days if known["due_latest"] else 0
        told = [f"by when: {md(known['due'])}" + (f", **past by {count(past, 'day')}**" if past > 0 else "")]
    if known["due_condition"]:
        told.append(f"depends on: {md(known['due_condition'])}")
    if said_in := ", ".join(str(known[name]) for name in ("due_said", "due_where") if known[name]):
        told.append(f"said {md(said_in)}{_since(str(known['due_said'] or ''), today)}")
    else:
        told.append(f"recorded {say_day(date.fromisoformat(str(known['recorded'])[:10]))}")
    if known.get("since"):
        told.append(f"waiting since {md(known['since'])}")
    told.append(f"whose: {md(known['whose']) or 'not known'}")
    kind = "" if known["kind"] in (None, "promise", "dependency") else f"{md(say_word(action, 'kind'))}: "
    return f"{kind}{md(known['text'], _SHORT)} ({'; '.join(told)})"


_CITED = """
SELECT c.*, (SELECT group_concat(l.place, '; ') FROM location l WHERE l.citation = c.id AND l.withdrawn = 0) AS places
  FROM note_on o JOIN note n ON n.id = o.note AND n.withdrawn = 0 JOIN citation c ON c.note = n.id AND c.withdrawn = 0
 WHERE o.recommendation = ? AND o.withdrawn = 0 ORDER BY c.name, c.id
"""


def _evidence(teller: Teller, detail: ItemDetail, above: tuple[Thing, ...]) -> list[str]:
    """Where the evidence lies: what was sent, under which reference; files by name and place; notes of evidence."""
    lines = [_sent(teller, sent) for sent in detail.submissions]
    lines += [_citation(teller, cited) for cited in things(teller.conn, "citation", _CITED, (detail.row.id,))]
    notes = [note for note in detail.notes if note.fields["kind"] == "evidence"]
    if shown := sum(note in above for note in notes):
        lines.append(f"{count(shown, 'note')} of evidence above")
    for note in notes:
        if note not in above:
            teller.tell("note", note.id)
            lines.append(f"{_day(note.fields['dated'])}: {md(say_text(note), _SHORT)}")
    return lines


def _citation(teller: Teller, cited: Thing) -> str:
    teller.tell("citation", cited.id)
    known = cited.fields
    if known["left_out"]:
        return LEFT_OUT
    told = [md(known["name"]) or "name not known"]
    told.append(f"at {md(known['places'])}" if known["places"] else "place not known")
    told += [f"reference {md(known['reference'])}"] if known["reference"] else []
    told += [f"SHA-256 begins {md(str(known['sha256'])[:16])}"] if known["sha256"] else []
    told += ["kept in this register"] if known["embedded"] else []
    return "file: " + ", ".join(told)


def _part(lead: Thing) -> str:
    role, state = md(lead.fields["role"]), lead.fields["state"]
    return f"{role or 'role not known'}; state {md(said(str(state))).lower() if state else 'not known'}"


_RELATIONS = {
    "same-work": ("same work as", "same work as"),
    "depends-on": ("depends on", "needed by"),
    "supersedes": ("supersedes", "superseded by"),
    "same-as": ("the same as", "joined from"),
}


def _link(teller: Teller, link: Thing) -> str:
    known = link.fields
    teller.tell("recommendation", str(known["item"]))
    # A tie of which only the ends are in this copy has no relation.
    both_ways = _RELATIONS.get(str(known["relation"]), ("tied to", "tied to"))
    relation = both_ways[known["direction"] == "in"]
    why = f" ({md(known['why'], _SHORT)})" if known["why"] else ""
    return f"{relation} {md(known['reference'])} · {md(known['title']) or LEFT_OUT}{why}"


def _short(teller: Teller, row: ItemRow) -> str:
    teller.tell("recommendation", row.id)
    return f"{_name(row)}: {said(row.closed_as if row.closed_as else row.status).lower()}"


def is_done(action: Thing) -> bool:
    """Whether an action is done."""
    return action.fields["done"] is not None


def _bound(thing: Thing, name: str) -> str:
    """The last day on which it can have happened: a day not known is not after the one on which it was recorded."""
    earliest, latest = thing.fields[f"{name}_earliest"], thing.fields[f"{name}_latest"]
    recorded = str(thing.fields["recorded"])[:10]
    if latest and earliest == latest:
        return str(latest)
    return min(str(latest or recorded), max(recorded, str(earliest or "")))


def _when(teller: Teller, thing: Thing, name: str) -> str:
    """When something happened, as written, and how long ago: "at least" where the day is not known."""
    known = thing.fields
    exact = known[f"{name}_latest"] and known[f"{name}_earliest"] == known[f"{name}_latest"]
    days = (teller.today - date.fromisoformat(_bound(thing, name))).days
    ago = f" ({'' if exact else 'at least '}{count(days, 'day')} ago)" if days > 0 else ""
    return f"{md(known[name]) or 'on a day not known'}{_own(thing, name)}{ago}"


def _day(text: object) -> str:
    return "day not known" if text in (None, "", NOT_KNOWN) else md(text)


def _since(text: str, today: date) -> str:
    try:
        day = read_date(text)
    except ValueError:
        return ""
    days = (today - day.latest).days if day.latest else 0
    return f", {'' if day.earliest == day.latest else 'at least '}{count(days, 'day')} ago" if days > 0 else ""


def _how(known: Value) -> str:
    """How a value is known, where it is worked out or our own label."""
    return f" ({said(known.basis)})" if known.value is not None and known.basis in _GUESSED else ""


def _own(thing: Thing, name: str) -> str:
    bases = json.loads(str(thing.fields["basis"])) if thing.fields.get("basis") else {}
    return f" ({said(bases[name])})" if bases.get(name) in _GUESSED else ""


def count(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def md(value: object, most: int = 0) -> str:
    """A value on one line in which nothing is markup; cut where it is longer than `most`."""
    text = " ".join(plain(str(value)).split()) if value not in (None, "") else ""
    return escape(_cut(text, most) if most else text)


def _cut(text: str, most: int) -> str:
    """The beginning of a text: to the end of a sentence where one ends in its second half, else of a word."""
    if len(text) <= most:
        return text
    head = text[:most]
    end = max(head.rfind(mark) for mark in (". ", ".\n", "? ", "! ")) + 1
    end = end if end > most // 2 else head.rfind(" ")
    return head[: end if end > most // 2 else most].rstrip() + " …"
