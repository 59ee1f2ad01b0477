"""The records of an item as labelled lines: submissions and replies, targets and actions, parts and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten

from store.domain.vocabulary import LEFT_OUT, ClosedBy, Extension, Stage, Status, label_of
from store.queries.describe import (
    WEAKER,
    LabelledLine,
    basis_of,
    describe_citations,
    format_asked,
    format_day,
    format_next_move,
    format_progress,
    format_relation,
    other_bases,
    other_details,
    with_basis,
)
from store.queries.describe_status import format_status, status_basis
from store.queries.rows import EntityRow, ItemDetail, ItemRow, format_text, format_word

Lines = Iterator[LabelledLine]


# -- submissions and replies


def describe_submissions(detail: ItemDetail) -> Lines:
    """Submissions, each with its notes and replies; then replies without a submission."""
    yield from (describe_submission(detail, sent) for sent in detail.submissions)
    sent_here = {sent.id for sent in detail.submissions}
    yield from (describe_reply(reply) for reply in detail.replies if reply.fields["submission"] not in sent_here)


def describe_submission(detail: ItemDetail, sent: EntityRow) -> LabelledLine:
    """A submission: what it asks for; under that its text, its notes, the replies to it."""
    fields = sent.fields
    asks = with_basis(format_asked(sent), basis_of(sent, "asks"))
    when = f"sent (when: {label_of(basis)})" if (basis := basis_of(sent, "sent")) in WEAKER else "sent"
    reference = f" · reference {fields['reference']}" if fields["reference"] else ""
    under = [*_paragraph(sent, "text")]
    under += [_evidence(note, detail.citations) for note in detail.evidence if note.fields["submission"] == sent.id]
    under += [describe_reply(reply) for reply in detail.replies if reply.fields["submission"] == sent.id]
    return LabelledLine(
        format_day(fields["sent"]),
        ((", ".join(filter(None, (when, asks))) + reference, "strong"),),
        "submission",
        other_details(sent, "sent", "reference", "text") | {"bases": other_bases(sent, "recommendation")},
        id=sent.id,
        under=tuple(under),
    )


def _paragraph(entity: EntityRow, name: str, label: str = "") -> Lines:
    """A text on a line of its own; no line where it is empty."""
    text = LEFT_OUT if entity.fields["left_out"] else entity.fields[name]
    if text:
        yield LabelledLine(label, ((str(text), ""),), name, basis=basis_of(entity, name))


def _evidence(note: EntityRow, citations: tuple[EntityRow, ...]) -> LabelledLine:
    """A note of a submission, and the files that it cites."""
    gone = "  (withdrawn since)" if note.fields["withdrawn"] else ""
    return LabelledLine(
        "with it",
        ((format_text(note), ""), (f"  {format_day(note.fields['dated'])}{gone}", "quiet")),
        "evidence",
        basis=basis_of(note, "text"),
        id=note.id,
        under=describe_citations(note, citations),
    )


def describe_reply(reply: EntityRow) -> LabelledLine:
    """A reply: its verdict, and under that its words, what of it is discharged, what would satisfy, who moves next."""
    fields = reply.fields
    verdict = f"{fields['who'] or 'Reply'}: {format_word(reply, 'verdict').lower()}"
    said = {
        "discharges": ("discharges", str(fields["discharges"] or "")),
        "words": (label_of_words(reply), LEFT_OUT if fields["left_out"] else str(fields["words"] or "")),
        "would_satisfy": ("evidence still required", str(fields["would_satisfy"] or "")),
        "next_move": ("action with", format_next_move(fields["next_move"], fields["next_move_until"])),
    }
    return LabelledLine(
        f"↳ {format_day(fields['dated'])}",
        ((verdict, "strong"),),
        "reply",
        other_details(reply, "verdict", "dated", "who", "words", "would_satisfy", "discharges", "next_move")
        | {"bases": other_bases(reply, "dated", "who", "recommendation", "submission")},
        basis_of(reply, "verdict"),
        id=reply.id,
        under=tuple(
            LabelledLine(label, ((text, ""),), name, basis=basis_of(reply, name))
            for name, (label, text) in said.items()
            if text
        ),
    )


def last_reply(detail: ItemDetail) -> EntityRow | None:
    """The newest reply to an item, or None."""
    return newest_reply(detail.replies)


def newest_reply(replies: Sequence[EntityRow]) -> EntityRow | None:
    """The newest of replies in the order of their recording: by the last day that it may be of, one without any day
    before those with one. None where there is none."""

    def day(reply: EntityRow) -> str:
        return latest_day(reply, "dated") if reply.fields["dated_latest"] else ""

    return max(reversed(replies), key=day, default=None)


NONE = "none recorded"

NOTHING_SENT = f"{NONE}, nor that anything was sent"
"""What is shown of the last reply where there is none, nor a submission."""

TWO_LINES = 96
"""Characters that, with a basis after them, take two lines of the pane in a narrow window."""


def describe_last_reply(detail: ItemDetail) -> Lines:
    """What was replied last and when, who has to act next, and what is still required; without a reply, what was sent."""
    reply, row = last_reply(detail), detail.row
    if reply is None:
        yield from _sent(detail)
        return
    line = describe_reply(reply)
    day = reply.fields["dated"] or "date not known"
    move = ""
    if row.stage == Stage.SUBMITTED:
        move = "evidence sent since, no reply yet"
    elif row.status != Status.CLOSED and row.next_move:
        move = format_next_move(row.next_move, row.next_move_until)
        move = with_basis(f"action with {move[:1].lower()}{move[1:]}", detail.fields["next_move"].basis)
    pieces = (*line.pieces, (f", {day}", ""))
    yield LabelledLine("Last reply", pieces, "last-reply", {"next_move": move}, line.basis)
    if (required := reply.fields["would_satisfy"]) and row.status != Status.CLOSED:
        text = shorten(str(required), TWO_LINES, placeholder=" …")
        yield LabelledLine("Still required", ((text, ""),), "still-required", basis=basis_of(reply, "would_satisfy"))


def _sent(detail: ItemDetail) -> Lines:
    """What was sent last of an item without a reply; of an open one that an inspectorate closes, that it is not recorded."""
    if detail.submissions:
        newest = detail.submissions[-1]
        text = f"{format_day(newest.fields['sent'])}, {format_asked(newest)}; no reply recorded"
        yield LabelledLine("Sent", ((text, ""),), "sent", basis=basis_of(newest, "asks"))
    elif detail.row.status != Status.CLOSED and detail.publication.closed_by == ClosedBy.INSPECTORATE:
        yield LabelledLine("Last reply", ((NOTHING_SENT, "quiet"),), "last-reply")


def latest_day(entity: EntityRow, name: str) -> str:
    """The last possible day of a partial date, ISO: no later than the recording where it is not exact."""
    earliest, latest = entity.fields[f"{name}_earliest"], entity.fields[f"{name}_latest"]
    recorded = str(entity.fields["recorded"])[:10]
    if latest and earliest == latest:
        return str(latest)
    return min(str(latest or recorded), max(recorded, str(earliest or "")))


def label_of_words(reply: EntityRow) -> str:
    """The label of the words of a reply: its own where they are stated or typed in as such."""
    is_ours = basis_of(reply, "words") in WEAKER and not reply.fields["left_out"]
    return "in short" if is_ours else f"{reply.fields['who']}'s words" if reply.fields["who"] else "words of the reply"


# -- targets and actions, parts and links


def describe_targets(detail: ItemDetail) -> Lines:
    """The targets of an item, from the first to the current one."""
    for n, step in enumerate(detail.targets):
        label = "First recorded" if n == 0 else "moved later" if step.later else "changed"
        target = step.target
        parts = [str(target["text"] or "none")]
        parts += [f"{word} {target[key]}" for word, key in (("said", "said"), ("in", "where")) if target.get(key)]
        if target.get("condition"):
            parts.append(f"depends on: {target['condition']}")
        reason = ": ".join(filter(None, (str(target.get("delay") or ""), step.reason)))
        reason = reason or ("no reason given" if step.reason == "" else "")
        if extension := format_extension(target):
            parts.append(extension)
        pieces = ((" · ".join(parts), "strong"),)
        yield LabelledLine(label, pieces, "target", {"reason": reason}, step.basis, step.place)


def format_extension(target: Mapping[str, object]) -> str:
    """Whether an extension was asked for, by whom, and how it was decided; "" where there is nothing of that."""
    if not target.get("decision"):
        return ""
    until, asked_by = target.get("asked_for"), target.get("asked_by")
    asked = (f" to {until}" if until else "") + (f" asked for by {asked_by}" if asked_by else " asked for")
    if target["decision"] == Extension.ASKED:
        return f"extension{asked}"
    decided = "".join(
        f", {word}{target[key]}" for word, key in (("by ", "decided_by"), ("", "decided")) if target.get(key)
    )
    return f"extension{asked if until or asked_by else ''}: {target['decision']}{decided}"


def describe_action(action: EntityRow) -> LabelledLine:
    """An action: by when it is due or that it is done, its owner, since when it waits, when and where that was
    stated."""
    fields = action.fields
    source = ", ".join(str(fields[name]) for name in ("due_said", "due_where") if fields[name])
    details = {
        "due": with_basis(f"done {format_day(fields['done'])}", basis_of(action, "done"))
        if fields["done"]
        else with_basis(f"due {fields['due'] or 'not known'}", basis_of(action, "due")),
        "condition": f"depends on: {fields['due_condition']}" if fields["due_condition"] else "",
        "whose": with_basis(f"whose: {fields['whose']}" if fields["whose"] else "", basis_of(action, "whose")),
        "since": with_basis(f"waits since {fields['since']}" if fields["since"] else "", basis_of(action, "since")),
        "said": f"said {source}" if source else "",
        **other_details(action, "text", "kind", "due", "whose", "since"),
    }
    text, kind = ((format_action(action), ""),), str(fields["kind"] or "")
    return LabelledLine(kind, text, "action", details, basis_of(action, "text"), id=action.id)


def format_action(action: EntityRow) -> str:
    """The text of an action, ticked where it is done."""
    return f"{'✓ ' if action.fields['done'] else ''}{format_text(action)}"


def describe_part(row: ItemRow) -> LabelledLine:
    """A part with its status."""
    pieces = ((f"{row.ref}  {row.display_title}  ", ""), format_status(row.status, row.closed_as))
    return LabelledLine("Part", pieces, "part", basis=status_basis(row.status, row.basis), id=row.id)


def describe_link(link: EntityRow) -> LabelledLine:
    """A link with the status of the item at its other end; of one that is depended on, whether it still blocks."""
    fields = link.fields
    pieces = [(f"{fields['reference']}  ", ""), (f"{fields['title'] or ''}  ", "")]
    progress = ""
    if fields["gone"]:
        pieces.append(("withdrawn", "quiet"))
    elif fields["status"]:
        closer = str(fields["publisher"] or "the inspectorate")
        status, style = format_status(str(fields["status"]), str(fields["closed_as"]), closer)
        pieces.append((with_basis(status, status_basis(fields["status"], fields["item_basis"])), style))
        progress = format_progress(link)
    basis = basis_of(link, "relation")
    return LabelledLine(
        format_relation(link),
        tuple(pieces),
        "link",
        {"progress": progress, "basis": f"that they are linked: {label_of(basis)}" if basis else ""},
        basis,
        mark="",
        id=link.id,
        under=tuple(_why(link)),
    )


def _why(link: EntityRow) -> Lines:
    """Why two items are linked; no line where that is not recorded."""
    if link.fields["why"]:
        yield LabelledLine("", ((str(link.fields["why"]), "quiet"),), "why", basis=basis_of(link, "why"))
