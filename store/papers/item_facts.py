"""What is recorded of an item, in sentences of a paper, from its description: its status, what was sent and came back,
its target and what is promised."""

from __future__ import annotations

from collections.abc import Iterable

from store.domain.fields import UNKNOWN
from store.domain.vocabulary import Basis, Stage, label_of
from store.papers.frame import Frame
from store.papers.item_names import lowered, lowered_word
from store.queries.describe import GUESS, GUESSED, LabelledLine, basis_of, format_asked, format_times_moved
from store.queries.describe_item import describe_item
from store.queries.describe_records import describe_action, describe_reply, describe_submission
from store.queries.rows import EntityRow, ItemDetail, format_text, format_word


def _include_records(frame: Frame, detail: ItemDetail) -> None:
    """Note that what is recorded of an item is printed."""
    for rows in (detail.submissions, detail.replies, detail.actions, detail.evidence, detail.measures, detail.outcomes):
        frame.include_all(rows)


def lines_of(frame: Frame, detail: ItemDetail, *keys: str) -> list[LabelledLine]:
    """The lines of sections of an item's description; what they are of is then printed."""
    _include_records(frame, detail)
    return [line for section in describe_item(detail, *keys) for line in section.lines]


_SHOWN = ("target", "extension", "delay", "condition", "believed_done", "next_move")
"""The lines of an item's overview that are facts of its progress."""


def facts_of(frame: Frame, detail: ItemDetail) -> Iterable[str]:
    """What is recorded of an open item beside its notes: its status and stage, what was sent and came back, its target."""
    lines = {line.key: line for line in lines_of(frame, detail, "overview") if line.pieces and line.key != "reason"}
    yield _status(frame, detail, lines)
    yield from submissions_of(frame, detail)
    for key in _SHOWN:
        line = lines.get(key)
        if line is None or (key == "target" and not detail.row.target_text):
            continue
        details = (detail for name, detail in line.details.items() if name != "bounds")
        text = frame.brief(", ".join(filter(None, (line.text, *details))), line.basis)
        if key == "target":
            text += _moves(detail)
        yield f"{line.label}: {lowered(text) if key == 'next_move' else text}"
    for action in detail.actions:
        if not action.fields["done"]:
            yield _action(frame, action)


def _moves(detail: ItemDetail) -> str:
    """How often a target was moved later, from which first one, and why."""
    row = detail.row
    if not row.moved_later:
        return ""
    first = f" from {row.first_target}" if row.first_target and row.first_target != row.target_text else ""
    first = " from a day that is not known" if first == " from not known" else first
    why = (detail.reasons.get("target") or "").removesuffix(".")
    return f"; moved later{first}, {format_times_moved(row)}{f': {lowered_word(why)}' if why else ''}"


def _status(frame: Frame, detail: ItemDetail, lines: dict[str, LabelledLine]) -> str:
    """The status of an open item as its stage and whether it is on time, with the reason of a delay."""
    found = []
    for key, before in (("track", ""), ("stage", "stage: ")):
        if key in lines and not (key == "stage" and detail.row.stage == Stage.NOT_STATED):
            found.append(f"{before}{lowered(frame.brief(lines[key].text, lines[key].basis))}")
            why = detail.reasons.get("track") if key == "track" else None
            found[-1] += f", because: {why.removesuffix('.')}" if why else ""
    return f"Status: {'; '.join(found) or 'not stated'}"


def _action(frame: Frame, action: EntityRow) -> str:
    """A promise or other action that is open: "Promise: Submit our response (due in June 2025; Police Scotland)"."""
    details = describe_action(action).details
    due = str(action.fields["due"] or "no day recorded")
    due = due if due.startswith("no ") else f"due {due}"
    about = [frame.brief(due, basis_of(action, "due")), details["condition"]]
    if action.fields["whose"]:
        about.append(frame.brief(str(action.fields["whose"]), basis_of(action, "whose")))
    about += [text for name, text in details.items() if name not in _PRINTED_ALREADY]
    text = frame.brief(format_text(action), basis_of(action, "text"))
    return f"{label_of(str(action.fields['kind'] or 'action'))}: {text} ({'; '.join(filter(None, about))})"


_PRINTED_ALREADY = ("due", "condition", "whose", "since", "said", "bases")
"""The details of an action that are in its sentence already, or that a reader of papers does not need."""


def submissions_of(frame: Frame, detail: ItemDetail) -> Iterable[str]:
    """What was sent, and what came back, a sentence each: each submission, the replies to it, then the other replies."""
    _include_records(frame, detail)
    answered = set()
    for sent in detail.submissions:
        yield _sent(frame, detail, sent)
        for reply in detail.replies:
            if reply.fields["submission"] == sent.id:
                answered.add(reply.id)
                yield _reply(frame, reply)
    yield from (_reply(frame, reply) for reply in detail.replies if reply.id not in answered)


def _when(frame: Frame, entity: EntityRow, name: str) -> str:
    """The day of a submission or reply as it is recorded, in brackets."""
    day = entity.fields[name]
    if day in (None, "", UNKNOWN):
        return "(day not recorded)"
    return f"({frame.brief(str(day), basis_of(entity, name))})"


def _sent(frame: Frame, detail: ItemDetail, sent: EntityRow) -> str:
    """A submission: "Evidence sent (July 2024), asking for a view: the draft report"."""
    line = describe_submission(detail, sent)
    asks = frame.brief(format_asked(sent), basis_of(sent, "asks"))
    reference = f"reference {sent.fields['reference']}" if sent.fields["reference"] else ""
    texts = [
        frame.brief(f"{'with it: ' if one.key == 'evidence' else ''}{one.text.strip()}", one.basis)
        for one in line.under
        if one.key in ("text", "evidence")
    ]
    texts += [text for name, text in line.details.items() if text and name != "bases"]
    head = ", ".join(filter(None, (f"Evidence sent {_when(frame, sent, 'sent')}", asks, reference)))
    head = head if head.endswith(GUESS) else frame.marked(head, *_guessed(line))
    return ": ".join(filter(None, (head, "; ".join(texts))))


def _reply(frame: Frame, reply: EntityRow) -> str:
    """A reply: "HMICS replied (May 2024): remain open. More is needed. Still required: evidence of use."."""
    fields, line = reply.fields, describe_reply(reply)
    verdict = frame.brief(format_word(reply, "verdict").lower(), line.basis, *_guessed(line))
    parts = [f"{fields['who'] or 'A reply'} {'replied' if fields['who'] else ''}".strip()]
    parts[0] += f" {_when(frame, reply, 'dated')}: {verdict}"
    for under in line.under:
        if under.key == "next_move":
            continue
        text = frame.brief(under.text, under.basis)
        if under.key == "words":
            parts.append(text if under.label == "in short" else f"{under.label}: “{text}”")
        else:
            parts.append(f"{_REPLIED[under.key]}: {lowered_word(text)}")
    parts += [text for name, text in line.details.items() if text and name != "bases"]
    return f"{'. '.join(parts)}."


_REPLIED = {"discharges": "Discharges", "would_satisfy": "Still required"}


def _guessed(line: LabelledLine) -> list[Basis]:
    """The guesses among the bases that a line names."""
    return [basis for basis in GUESSED if label_of(basis) in line.details.get("bases", "")]
