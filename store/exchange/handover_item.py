"""The lines of one item on the hand-over page; a value that is not simply stated is marked as such."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from store.domain.date_reading import read_date
from store.domain.dates import format_date, format_duration
from store.domain.fields import UNKNOWN, label_of_field
from store.domain.names import fold_name
from store.domain.text import count_of
from store.domain.vocabulary import LEFT_OUT, ClosedBy, label_of
from store.exchange.as_markdown import escape
from store.exchange.spreadsheet_rows import plain
from store.queries.describe import (
    WEAKER,
    LabelledLine,
    basis_of,
    describe_citation,
    describe_notes,
    format_asked,
    format_day,
    format_marking,
    other_bases,
    parse_bases,
)
from store.queries.describe_item import (
    IN_OUR_WORDS,
    NO_STATE,
    describe_head,
    describe_item,
    describe_leads,
    format_publication,
)
from store.queries.describe_records import (
    NONE,
    NOTHING_SENT,
    describe_action,
    describe_link,
    describe_reply,
    describe_submission,
    last_reply,
    latest_day,
)
from store.queries.describe_status import status_basis
from store.queries.filter import WITH_INSPECTORATE
from store.queries.rows import OTHER_FIELDS, EntityRow, ItemDetail, ItemRow, format_text, format_word

NOTES = 3
"""How many notes of an item are on the page, the newest ones."""

_LONG, _SHORT = 600, 240


@dataclass(frozen=True, slots=True)
class Handover:
    """A page being composed: its lead, its day, and the ids of what is on it by kind, which decide its marking."""

    lead: str
    today: date
    included: dict[str, set[str]] = field(default_factory=dict)

    def include(self, kind: str, entity: str) -> None:
        """Record that an entity is on the page."""
        self.included.setdefault(kind, set()).add(entity)


def item_lines(page: Handover, detail: ItemDetail, promises: list[EntityRow]) -> list[str]:
    """The section of an open item; `promises` are its open actions but for dependencies."""
    row = detail.row
    (overview,) = describe_item(detail, "overview")
    facts = {line.key: line for line in (*describe_head(detail, page.today), *overview.lines)}
    waits = [action for action in detail.actions if not is_done(action) and action.fields["kind"] == "dependency"]
    newest = detail.notes[:NOTES]
    lines = [f"### {_name(row)}", "", format_publication(facts["publication"], md), ""]

    def add(label: str, answer: str | list[str]) -> None:
        if isinstance(answer, str):
            lines.append(f"- **{label}**: {answer}")
        elif answer:
            lines.extend([f"- **{label}**:", *(f"  - {line}" for line in answer)])
        else:
            lines.append(f"- **{label}**: {NONE}")

    if marking := format_marking(row.marking):
        add("Marking", md(marking))
    for name, sides in detail.conflicts.items():
        add(f"Several values for {label_of_field('recommendation', name)}", [md(side) for side in sides])
    if part_of := facts.get("part_of"):
        add(part_of.label, _text(part_of))
    if number := facts.get("number"):
        add(number.label, _text(number))
    text = facts.get("text")
    add(text.label if text else label_of(row.kind), _text(text, _LONG) if text else "text not known")
    for name in OTHER_FIELDS:
        if line := facts.get(name):
            add(md(line.label), _text(line))
    add("Status", _status(facts))
    add("Theme", _text(facts["theme"]))
    add("Target", _target(detail, facts, page.today))
    add("Action with", _text(facts.get("next_move")))
    add(f"Newest notes, {len(newest)} of {len(detail.notes)}" if newest else "Notes", [_note(page, n) for n in newest])
    if detail.publication.closed_by == ClosedBy.INSPECTORATE or detail.replies or detail.submissions:
        add("What the inspectorate last said", _last_reply(page, detail))
        if unanswered := _unanswered(detail):
            add("Sent, and no reply to it recorded", [_asked(page, sent) for sent in unanswered])
    else:
        basis = parse_bases(detail.publication.basis).get("closed_by", "")
        add("Who closes it", label_of(detail.publication.closed_by).lower() + _basis(basis))
    add("Promised or planned", [_action(page, action) for action in promises])
    if waits:
        add("Waits on", [_action(page, action) for action in waits])
    add("Where the evidence lies", _evidence(page, detail, newest))
    leads = [line for line in describe_leads(detail) if line.label == "Lead" and line.id]
    mine = [line for line in leads if fold_name(line.text) == fold_name(page.lead)]
    add(f"What {md(page.lead)} does", " · ".join(_part(line) for line in mine) or "not known")
    add("Who else is on it", [f"{md(line.text)}: {_part(line)}" for line in leads if line not in mine])
    if detail.parts:
        add("Parts", [_short(page, part) for part in detail.parts])
    add("Links", [_link(page, link) for link in detail.links])
    return [*lines, ""]


def ended_line(page: Handover, detail: ItemDetail) -> list[str]:
    """The one line of an item that is closed or with the inspectorate."""
    row, values = detail.row, detail.fields["stage"]
    stage = values.value
    how = [md(label_of(row.closed_as)) + _basis(values.basis)]
    if row.closed_as == WITH_INSPECTORATE and detail.submissions:
        how = [_asked(page, detail.submissions[-1])]
    elif isinstance(stage, dict):
        how.append(md(stage.get("day")) or "day not known")
        how += [f"agreed by {md(stage['by'])}"] if stage.get("by") else []
    number = _basis(detail.fields["number"].basis).replace("(", "(its number: ")
    return [f"- {_name(row)}{number}: {' · '.join(how)}"]


def _name(row: ItemRow) -> str:
    return f"{md(row.ref)} · {md(row.title) or LEFT_OUT}"


def _text(line: LabelledLine | None, most: int = 0) -> str:
    """Format the text of a line, with its basis where it is not simply stated."""
    if line is None:
        return "not known"
    return md(line.text, most) + ("" if line.label == IN_OUR_WORDS else _basis(line.basis))


def _status(facts: dict[str, LabelledLine]) -> str:
    stage = _text(facts.get("stage"))
    parts = [_text(facts["status"]), f"stage: {stage[:1].lower()}{stage[1:]}"]
    if believed := facts.get("believed_done"):
        parts.append(f"believed done: {_text(believed)}; {believed.details['rule']}")
    parts += [f"reason: {_text(facts['reason'], _SHORT)}"] if "reason" in facts else []
    return " · ".join(parts)


def _target(detail: ItemDetail, facts: dict[str, LabelledLine], today: date) -> str:
    row = detail.row
    if not row.target_text:
        return NONE
    target = facts["target"]
    parts = [_text(target), *filter(None, [md(target.details["bounds"])])]
    if row.target_latest:
        day = date.fromisoformat(row.target_latest)
        left = f"{format_duration(today, day)} left at the most"
        parts.append(f"**past by {format_duration(day, today)}**" if day < today else left)
    parts += [f"depends on: {_text(facts['condition'])}"] if "condition" in facts else []
    if len(detail.targets) > 1:
        first = detail.targets[0].target["text"]
        parts.append("the first is not known" if first == UNKNOWN else f"first recorded {md(first)}")
    parts += [f"moved later {_text(facts['moved_later'])}"] if "moved_later" in facts else []
    if detail.reasons.get("target"):
        parts.append(f"reason: {md(detail.reasons['target'], _SHORT)}")
    return "; ".join(parts)


def _note(page: Handover, note: EntityRow) -> str:
    page.include("note", note.id)
    if note.fields["left_out"]:
        return LEFT_OUT
    (line,) = describe_notes((note,))
    # The author is named only where nobody else is quoted; the marking comes last.
    names = sorted(line.details, key="marking".__eq__)
    about = [line.details[name] for name in names if name != "author" or not line.details["said_by"]]
    lines = [escape(text) for text in _cut(plain(line.text), _LONG).split("\n") if text.strip()]
    label = " · ".join(md(text) for text in (line.label, *about) if text)
    return f"{label}: " + "\n    ".join(lines) + _basis(line.basis)


def _last_reply(page: Handover, detail: ItemDetail) -> str:
    if (reply := last_reply(detail)) is None:
        return NONE if detail.submissions else NOTHING_SENT
    page.include("reply", reply.id)
    values = reply.fields
    if values["left_out"]:
        return LEFT_OUT
    who = md(values["who"]) or "who is not known"
    line = describe_reply(reply)
    parts = [f"{who}, {_when(page, reply, 'dated')}: **{format_word(reply, 'verdict')}**{_basis(line.basis)}."]
    under = {about.key: about for about in line.under}
    words = under.get("words")
    parts.append(
        f"{words.label.capitalize()}: {_text(words, _LONG)}" if words else "The words of the reply are not known."
    )
    if "discharges" in under:
        parts.append(f"Discharged of it: {_text(under['discharges'], _SHORT)}")
    satisfied = _text(under["would_satisfy"], _LONG) if "would_satisfy" in under else "not known."
    parts.append(f"Evidence still required: {satisfied}")
    parts += [f"{md(text)}." for text in line.details.values() if text]
    return " ".join(parts)


def _unanswered(detail: ItemDetail) -> list[EntityRow]:
    answered = {reply.fields["submission"] for reply in detail.replies}
    return [sent for sent in detail.submissions if sent.id not in answered]


def _asked(page: Handover, sent: EntityRow) -> str:
    page.include("submission", sent.id)
    values = sent.fields
    if values["left_out"]:
        return LEFT_OUT
    asks = f", {asked}{_basis(basis_of(sent, 'asks'))}" if (asked := format_asked(sent)) else ""
    belongs = f", {bases}" if (bases := other_bases(sent, "recommendation")) else ""
    return f"sent {_when(page, sent, 'sent')}{asks}{belongs}"


def _sent(page: Handover, detail: ItemDetail, sent: EntityRow) -> str:
    values = sent.fields
    if values["left_out"]:
        return _asked(page, sent)
    reference = f"reference {md(values['reference'])}" if values["reference"] else "no reference recorded"
    text = f": {md(values['text'], _SHORT)}{_basis(basis_of(sent, 'text'))}" if values["text"] else ""
    details = describe_submission(detail, sent).details
    others = "".join(f", {md(text)}" for name, text in details.items() if text and name != "bases")
    return f"{_asked(page, sent)}, {reference}{others}{text}"


def _action(page: Handover, action: EntityRow) -> str:
    page.include("action", action.id)
    fields, today = action.fields, page.today
    if fields["left_out"]:
        return LEFT_OUT
    line = describe_action(action)
    about = {name: md(text) for name, text in line.details.items()}
    due = date.fromisoformat(str(fields["due_latest"] or today))
    about["due"] += f", **past by {format_duration(due, today)}**" if due < today else ""
    about["whose"] = about["whose"] or "whose: not known"
    if about["said"]:
        about["said"] += _since(str(fields["due_said"] or ""), today)
    else:
        about["said"] = f"recorded {format_date(date.fromisoformat(str(fields['recorded'])[:10]))}"
    kind = "" if line.label in ("", "promise", "dependency") else f"{md(line.label).capitalize()}: "
    return f"{kind}{_text(line, _SHORT)} ({'; '.join(filter(None, about.values()))})"


def _evidence(page: Handover, detail: ItemDetail, above: tuple[EntityRow, ...]) -> list[str]:
    """The lines about evidence: submissions with their references, cited files with their places, notes of evidence."""
    lines = [_sent(page, detail, sent) for sent in detail.submissions]
    lines += [_citation(page, cited) for cited in detail.citations]
    notes = [note for note in detail.notes if note.fields["kind"] == "evidence"]
    if shown := sum(note in above for note in notes):
        lines.append(f"{count_of(shown, 'note')} of evidence above")
    for note in notes:
        if note not in above:
            page.include("note", note.id)
            text = f"{md(format_text(note), _SHORT)}{_basis(basis_of(note, 'text'))}"
            lines.append(f"{md(format_day(note.fields['dated']))}: {text}")
    return lines


def _citation(page: Handover, cited: EntityRow) -> str:
    page.include("citation", cited.id)
    if cited.fields["left_out"]:
        return LEFT_OUT
    line = describe_citation(cited)
    about = line.details | {"place": f"at {line.details['place']}" if line.details["place"] else "place not known"}
    if cited.fields["sha256"]:
        about["sha256"] = f"SHA-256 begins {str(cited.fields['sha256'])[:16]}"
    return "file: " + ", ".join(md(text) for text in (line.text, *about.values()) if text)


def _part(lead: LabelledLine) -> str:
    state = lead.details["state"] or "not known"
    about = [lead.details["role"] or "role not known", state if state == NO_STATE else f"state {state}"]
    about += [f"that this one leads: {label_of(lead.basis)}" if lead.basis else ""]
    return "; ".join(md(text) for text in about if text)


def _link(page: Handover, link: EntityRow) -> str:
    page.include("recommendation", str(link.fields["item"]))
    line = describe_link(link)
    about = " · ".join(md(text) for text in (*(text for text, _ in line.pieces), line.details["progress"]) if text)
    return f"{line.label}{_basis(line.basis)} {about}" + "".join(f" ({_text(why, _SHORT)})" for why in line.under)


def _short(page: Handover, row: ItemRow) -> str:
    page.include("recommendation", row.id)
    status = label_of(row.closed_as if row.closed_as else row.status).lower()
    return f"{_name(row)}: {status}{_basis(status_basis(row.status, row.basis))}"


def is_done(action: EntityRow) -> bool:
    """Whether an action is done."""
    return action.fields["done"] is not None


def _when(page: Handover, entity: EntityRow, name: str) -> str:
    """Format when something happened, as written, and how long ago: "at least" where the day is not exact."""
    values = entity.fields
    exact = values[f"{name}_latest"] and values[f"{name}_earliest"] == values[f"{name}_latest"]
    day = date.fromisoformat(latest_day(entity, name))
    ago = f" ({'' if exact else 'at least '}{format_duration(day, page.today)} ago)" if day < page.today else ""
    return f"{md(values[name]) or 'on a day not known'}{_basis(basis_of(entity, name))}{ago}"


def _since(text: str, today: date) -> str:
    try:
        day = read_date(text)
    except ValueError:
        return ""
    if day.latest is None or day.latest >= today:
        return ""
    return f", {'' if day.earliest == day.latest else 'at least '}{format_duration(day.latest, today)} ago"


def _basis(basis: str) -> str:
    """Format the basis of a value that is neither typed in nor simply stated; else empty."""
    return f" ({label_of(basis)})" if basis in WEAKER else ""


def md(value: object, most: int = 0) -> str:
    """Escape a value for Markdown, on one line; truncated to `most` characters, unless that is 0."""
    text = " ".join(plain(str(value)).split()) if value not in (None, "") else ""
    return escape(_cut(text, most) if most else text)


def _cut(text: str, most: int) -> str:
    """Truncate a text to `most` characters: after a sentence where one ends in the second half, else after a word."""
    if len(text) <= most:
        return text
    head = text[:most]
    end = max(head.rfind(mark) for mark in (". ", ".\n", "? ", "! ")) + 1
    end = end if end > most // 2 else head.rfind(" ")
    return head[: end if end > most // 2 else most].rstrip() + " …"
