"""The description of an item: sections of labelled lines, for the pane, `show`, the hand-over page and the Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from store.domain.dates import format_duration, years_before
from store.domain.fields import KINDS, label_of_field
from store.domain.vocabulary import LEFT_OUT, ActionKind, Basis, Stage, label_of
from store.queries.describe import (
    WEAKER,
    LabelledLine,
    Section,
    basis_of,
    describe_measure,
    describe_notes,
    format_basis,
    format_bounds,
    format_day,
    format_field,
    format_marking,
    format_next_move,
    format_times_moved,
    is_needed,
    parse_bases,
    share_basis,
    share_source,
    with_basis,
)
from store.queries.describe_records import (
    Lines,
    describe_action,
    describe_last_reply,
    describe_link,
    describe_part,
    describe_submissions,
    describe_targets,
    format_action,
    format_extension,
)
from store.queries.describe_status import format_status, mark_past_target, status_basis
from store.queries.rows import OTHER_FIELDS, ItemDetail, format_text, format_word, leads_done

NO_STATE = "state not stated"
"""What is shown of a lead whose own state is not recorded, beside one whose state is."""


def describe_item(detail: ItemDetail, *keys: str) -> tuple[Section, ...]:
    """The sections of an item that these keys name, in their order; all of them where none is named."""
    return tuple(_section(detail, key) for key in keys or SECTIONS)


def _section(detail: ItemDetail, key: str) -> Section:
    title, lines_of = SECTIONS[key]
    lines = tuple(lines_of(detail))
    basis, lines = share_basis(lines) if key == "notes" else ("", lines)
    return Section(key, title, lines, basis)


def describe_head(detail: ItemDetail, today: date, aged_after: int = 2) -> Lines:
    """The head of an item on a day: its status, publication, age, time left to the target, theme and marking.

    The age is emphasised where it is more than `aged_after` years, the time left where the target has passed.
    """
    row, publication = detail.row, detail.publication
    status = format_status(row.status, row.closed_as, publication.publisher or "the inspectorate")
    marked = mark_past_target(row, today, status)
    yield LabelledLine("Status", (marked,), "status", basis=status_basis(row.status, row.basis))
    since = publication.published_latest
    old = format_duration(date.fromisoformat(since), today) if since and since <= today.isoformat() else ""
    details = {
        "code": publication.display_code,
        "published": publication.published or "date not known",
        "age": f"{old} ago" if old else "",
    }
    yield LabelledLine("Publication", ((publication.display_title, "quiet"),), "publication", details)
    if since and old and row.status != "closed":
        is_old = since < years_before(today, aged_after).isoformat()
        yield LabelledLine("Age", ((f"{old} since publication", "strong" if is_old else "quiet"),), "age")
    if row.target_latest and row.status != "closed":
        yield LabelledLine("Time left", (_time_left(row.target_latest, today),), "time-left")
    if row.theme:
        yield LabelledLine("Theme", ((row.theme, "quiet"),), "theme", basis=row.theme_basis or "")
    # The publication is named here too: the higher of the two.
    if marking := format_marking(detail.fields["marking"].value) or format_marking(publication.marking):
        yield LabelledLine("Marking", ((marking, "quiet"),), "marking")


def format_publication(line: LabelledLine, escape: Callable[[str], str] = str) -> str:
    """Format a publication in one line: "Hate Crime (HC), June 2021, 3 yr 2 mo ago"."""
    code, *about = (escape(text) for text in line.details.values() if text)
    return ", ".join((f"{escape(line.text)} ({code})", *about))


def format_copied(detail: ItemDetail) -> str:
    """The reference, title and text of an item as `y` copies them; with the basis of a text that is not the source's."""
    text, value = detail.row.text, detail.fields["text"]
    basis = format_basis(value.basis, value.place) if value.basis in WEAKER else ""
    lines = (f"{detail.row.ref} {detail.row.display_title}", text, f"({basis})" if text and basis else "")
    return "\n".join(filter(None, lines))


IN_OUR_WORDS = label_of(Basis.OURS).capitalize()
"""The label of a text that is not the source's own."""


def _time_left(target: str, today: date) -> tuple[str, str]:
    """The time left until the target."""
    day = date.fromisoformat(target)
    if day < today:
        return f"{format_duration(day, today)} late", "status--delayed"
    return f"{format_duration(today, day)} to its target" if day > today else "target today", "quiet"


# -- the overview


def _overview(detail: ItemDetail) -> Lines:
    """The recorded fields of an item, and where they are from."""
    for line in share_source(tuple(_recorded(detail)), detail.fields["title"].basis):
        if line.label == IN_OUR_WORDS:
            # The label has its basis.
            line.mark = line.shown_basis.removeprefix(label_of(Basis.OURS)).lstrip(", ")
        yield line
    if detail.nothing_new:
        still = detail.nothing_new[-1].fields
        text = f"{format_day(still['dated'])}, {still['author'] or 'name not known'}"
        yield from _field(detail, "Nothing new", text, "nothing_new")


def _recorded(detail: ItemDetail) -> Lines:
    """The recorded fields of an item; of a commitment under its plan's headings, what no plan has before and after."""
    yield LabelledLine("Title", ((detail.row.display_title, "strong"),), "title")
    yield from describe_last_reply(detail)
    yield from describe_promised(detail)
    for name, sides in detail.conflicts.items():
        conflict = f"Several values: {'; '.join(sides)}"
        yield LabelledLine(label_of_field("recommendation", name), ((conflict, "status--delayed"),), "conflict")
    if detail.fields["number"].basis in WEAKER:
        yield from _field(detail, "Number", detail.row.number, "number")
    yield from _field(detail, "Part of", detail.part_of, "part_of", basis=False)
    if question := _next_step(detail):
        yield LabelledLine("To do", ((question, "accent"),), "next-step")
    if detail.row.kind == "commitment":
        yield from _asks(detail)
        yield from map(describe_part, detail.parts)
        yield LabelledLine("What will this do?")
        yield from _benefits(detail)
        yield from _contents(detail)
        yield LabelledLine("Who will lead?")
        yield from describe_leads(detail)
        yield LabelledLine("When will we do it by?")
        yield from _target(detail, "no date is recorded")
        yield from _waits_on(detail)
        yield LabelledLine("Recorded here")
        yield from _progress(detail)
        yield from _theme(detail)
    else:
        yield from _asks(detail)
        yield from _progress(detail)
        yield from _target(detail, "none")
        yield from _theme(detail)
        yield from describe_leads(detail)
        yield from _contents(detail)
        yield from map(describe_part, detail.parts)


def _field(
    detail: ItemDetail, label: str, text: str | None, name: str, style: str = "", *, basis: bool = True
) -> Lines:
    """A value with its basis; no line where it is empty."""
    value = detail.fields.get(name) if basis else None
    if text:
        how, place = (value.basis, value.place) if value else ("", None)
        yield LabelledLine(label, ((text, style),), name, basis=how, place=place)


MOST_PROMISES = 3
"""The most open actions of an item that its overview names."""


def describe_promised(detail: ItemDetail) -> Lines:
    """The open actions that are due first, dependencies apart, MOST_PROMISES at most, and how many more there are."""
    waiting = [
        action for action in detail.actions if not action.fields["done"] and action.fields["kind"] != "dependency"
    ]
    waiting.sort(key=lambda action: str(action.fields["due_latest"] or "9999"))
    for n, action in enumerate(waiting[:MOST_PROMISES], 1):
        line = describe_action(action)
        more = f"{len(waiting) - n} more" if n == MOST_PROMISES < len(waiting) else ""
        label = "Planned" if action.fields["kind"] == ActionKind.MILESTONE else "Promised"
        yield LabelledLine(label, line.pieces, "promised", {"due": line.details["due"], "more": more}, line.basis)


def _asks(detail: ItemDetail) -> Lines:
    """The text of an item, and its declared fields that have no line of their own (OTHER_FIELDS)."""
    label = IN_OUR_WORDS if detail.fields["text"].basis == Basis.OURS else label_of(detail.row.kind)
    yield from _field(detail, label, detail.row.text, "text")
    for name, declared in OTHER_FIELDS.items():
        yield from _field(detail, declared.label, format_field(declared, detail.fields[name].value), name)


def _progress(detail: ItemDetail) -> Lines:
    row, fields = detail.row, detail.fields
    yield from _field(detail, "Stage", _format_stage(fields["stage"].value), "stage")
    again = KINDS["recommendation"].fields["review"]
    yield from _field(detail, again.label, format_field(again, fields["review"].value), "review")
    if row.stage == Stage.RISK_ACCEPTED and detail.reasons.get("stage"):
        yield LabelledLine("", ((detail.reasons["stage"], ""),), "reason")
    if row.track:
        yield from _field(detail, "On time?", label_of(row.track), "track", f"status--{row.track}")
        if "track" in detail.reasons:
            yield LabelledLine("", ((detail.reasons["track"] or "no reason given", ""),), "reason")
    if row.believed_done:
        value = fields["believed_done"].value
        by = value.get("by") if isinstance(value, dict) else None
        (line,) = _field(detail, "Believed done", f"by {by}" if by else "yes", "believed_done")
        line.details["rule"] = "still open until it is agreed"
        yield line
    move = fields["next_move"].value
    until = move.get("until") if isinstance(move, dict) else None
    yield from _field(detail, "Action with", format_next_move(row.next_move, until), "next_move")


def _format_stage(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    more = [str(value[name]) for name in ("day", "by") if value.get(name)]
    agreed = "accepted" if value["text"] == Stage.RISK_ACCEPTED else "agreed"
    if not value.get("day") and value.get("by"):
        more.insert(0, "")
    return label_of(str(value["text"])) + (f", {f', {agreed} by '.join(more)}" if more else "").replace(", , ", ", ")


def _target(detail: ItemDetail, none: str) -> Lines:
    """The target: as written, with its bounds and condition; how often it was moved later."""
    row, value = detail.row, detail.fields["target"]
    target = value.value if isinstance(value.value, dict) else {}
    basis, place = (value.basis, value.place) if target else ("", None)
    text = ((row.target_text or none, ""),)
    yield LabelledLine("Target", text, "target", {"bounds": format_bounds(target)}, basis, place)
    if row.moved_later:
        yield LabelledLine("Moved later", ((format_times_moved(row), ""),), "moved_later")
    if extension := format_extension(target):
        yield LabelledLine("Extension", ((extension.removeprefix("extension").lstrip(": "), ""),), "extension")
    yield from _delay(target)
    if target.get("condition"):
        yield LabelledLine("On condition", ((str(target["condition"]), ""),), "condition")


def _delay(target: dict[str, Any]) -> Lines:
    if target.get("delay"):
        yield LabelledLine("Kind of delay", ((str(target["delay"]), ""),), "delay")


def _theme(detail: ItemDetail) -> Lines:
    """The theme of an item, or that it has none, or that its name was left out."""
    theme = detail.row.theme
    text = theme or (LEFT_OUT if detail.fields["theme"].value else "not recorded here")
    yield from _field(detail, "Theme", text, "theme", basis=bool(theme))


def _benefits(detail: ItemDetail) -> Lines:
    """The benefits of a plan's item; a basis that all have is after the last."""
    lines = [
        LabelledLine("Benefit", ((format_text(note), ""),), "benefit", basis=basis_of(note, "text"), id=note.id)
        for note in detail.notes
        if note.fields["kind"] == "benefit"
    ]
    bases = {line.basis for line in lines}
    if len(lines) > 1 and len(bases) == 1 and bases <= WEAKER:
        *others, last = lines
        for line in others:
            line.mark = ""
        last.mark = f"{'both' if len(lines) == 2 else f'all {len(lines)}'} {label_of(last.basis)}"
    yield from lines


def _contents(detail: ItemDetail) -> Lines:
    """The outcomes that an item contributes to, and its figures."""
    for outcome in detail.outcomes:
        number = f"{outcome.fields['number']}: " if outcome.fields["number"] else ""
        text = ((f"{number}{format_text(outcome)}", ""),)
        basis = parse_bases(outcome.fields.get("contribution_basis")).get("outcome", "")
        details = {"contributes": f"that it contributes: {label_of(basis)}" if basis else ""}
        yield LabelledLine("Outcome", text, "outcome", details, basis_of(outcome, "text", "number"), id=outcome.id)
    for measure in detail.measures:
        yield describe_measure(measure, "Measure")


def describe_leads(detail: ItemDetail) -> Lines:
    """The leads of an item and of its parts, each with role and own state, and how many have done their part.

    The state of a lead is shown where one is recorded; on a commitment of every lead as soon as one has it.
    """
    leads = (*detail.leads, *detail.part_leads)
    has_states = detail.row.kind == "commitment" and any(lead.fields["state"] for lead in leads)
    for n, lead in enumerate(leads):
        label = "Lead" if n < len(detail.leads) else str(lead.fields["part"])
        name = str(lead.fields["name"] or "name not known")
        state = format_word(lead, "state").lower() if lead.fields["state"] else NO_STATE if has_states else ""
        details = {
            "role": with_basis(str(lead.fields["role"] or ""), basis_of(lead, "role")),
            "state": LEFT_OUT if lead.fields["left_out"] else with_basis(state, basis_of(lead, "state")),
        }
        yield LabelledLine(label, ((name, ""),), "lead", details, basis_of(lead, "party"), id=lead.id)
    if not leads:
        none = "none recorded of this part" if detail.part_of else "none recorded"
        yield LabelledLine("Lead", ((none, ""),), "lead")
    if count := _leads_done(detail):
        yield LabelledLine("", ((f"{count}.", "quiet"),), "leads-done")


def _leads_done(detail: ItemDetail) -> str:
    """How many leads have done their part: "3 of 5 leads have done their part; of 1 it is not stated".

    "" where there is only one lead, or no state is recorded.
    """
    done, count = leads_done(detail)
    silent = sum(1 for lead in (*detail.leads, *detail.part_leads) if not lead.fields["state"])
    if count < 2 or silent == count:
        return ""
    those = " (those of its parts among them)" if detail.part_leads else ""
    unstated = f"; of {silent} it is not stated" if silent else ""
    have = "has" if done == 1 else "have"
    return f"{done} of {count} leads {have} done their part{those}{unstated}"


def _next_step(detail: ItemDetail) -> str:
    """The question what to do next with an open item whose leads have all done their part; "" for any other."""
    done, count = leads_done(detail)
    if not count or done < count or detail.row.status == "closed" or detail.row.stage == "submitted":
        return ""
    who = "Its lead has" if count == 1 else f"All {count} leads have"
    inspected = detail.publication.closed_by == "inspectorate"
    what = "send evidence, asking for closure" if inspected else "record it as delivered"
    return f"{who} done their part: {what}?"


def _waits_on(detail: ItemDetail) -> Lines:
    """The links and actions that an item depends on, done or not."""
    yield from map(describe_link, filter(is_needed, detail.links))
    for action in detail.actions:
        fields = action.fields
        if fields["kind"] == "dependency":
            details = {
                "whose": with_basis(f"whose: {fields['whose']}" if fields["whose"] else "", basis_of(action, "whose")),
                "since": with_basis(f"since {fields['since']}" if fields["since"] else "", basis_of(action, "since")),
                "done": with_basis(f"done {fields['done']}", basis_of(action, "done"))
                if fields["done"]
                else "not done yet",
            }
            text = ((format_action(action), ""),)
            yield LabelledLine("Waits on", text, "dependency", details, basis_of(action, "text"), id=action.id)


SECTIONS: dict[str, tuple[str, Callable[[ItemDetail], Iterable[LabelledLine]]]] = {
    "overview": ("Overview", _overview),
    "notes": ("Notes", lambda detail: describe_notes(detail.notes, detail.citations)),
    "submissions": ("Submissions", describe_submissions),
    "targets": ("Targets", describe_targets),
    "actions": ("Actions", lambda detail: map(describe_action, detail.actions)),
    "parts": ("Parts", lambda detail: map(describe_part, detail.parts)),
    "links": ("Links", lambda detail: map(describe_link, detail.links)),
}
"""The sections of an item by key: the title, and the function that yields the lines, called on demand."""
