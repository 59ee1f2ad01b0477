"""What is recorded of an item, in sentences of a paper, from its description: its status, what was sent and came back,
its target and what is promised."""

from __future__ import annotations

from collections.abc import Iterable

from store.domain.vocabulary import Stage
from store.papers.frame import Frame
from store.queries.describe import LabelledLine
from store.queries.describe_item import describe_item
from store.queries.rows import ItemDetail


def lowered(text: str) -> str:
    """A text that goes on in a sentence."""
    return f"{text[:1].lower()}{text[1:]}"


def lines_of(frame: Frame, detail: ItemDetail, *keys: str) -> list[LabelledLine]:
    """The lines of sections of an item's description; what they are of is then printed."""
    for rows in (detail.submissions, detail.replies, detail.actions, detail.evidence, detail.measures, detail.outcomes):
        frame.include_all(rows)
    return [line for section in describe_item(detail, *keys) for line in section.lines]


_SHOWN = ("target", "moved_later", "extension", "delay", "condition", "believed_done", "next_move")
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
        text = f"{line.label}: {lowered(frame.described(line)) if key == 'next_move' else frame.described(line)}"
        if key == "target":
            text += _moves(detail)
        if key != "moved_later":
            yield text
    for line in lines_of(frame, detail, "actions"):
        if "✓" not in line.text:
            yield f"{line.label.capitalize() or 'Action'}: {frame.described(line)}"


def _moves(detail: ItemDetail) -> str:
    """How often a target was moved later, from which first one, and why."""
    row = detail.row
    if not row.moved_later:
        return ""
    times = "once" if row.moved_later == 1 else f"{row.moved_later} times"
    first = f", first target {row.first_target}" if row.first_target and row.first_target != row.target_text else ""
    why = detail.reasons.get("target") or ""
    return f"; moved later {'at least ' if row.moved_at_least else ''}{times}{first}{f': {why}' if why else ''}"


def _status(frame: Frame, detail: ItemDetail, lines: dict[str, LabelledLine]) -> str:
    """The status of an open item as its stage and whether it is on time, with the reason of a delay."""
    found = []
    for key, before in (("track", ""), ("stage", "stage: ")):
        if key in lines and not (key == "stage" and detail.row.stage == Stage.NOT_STATED):
            text = frame.described(lines[key])
            found.append(f"{before}{lowered(text)}")
    why = detail.reasons.get("track") or ""
    return f"Status: {'; '.join(found) or 'not stated'}{f' ({why})' if why else ''}"


def submissions_of(frame: Frame, detail: ItemDetail) -> Iterable[str]:
    """What was sent, and what came back, a sentence each."""
    for line in lines_of(frame, detail, "submissions"):
        yield from _flattened(frame, line)


def _flattened(frame: Frame, line: LabelledLine) -> Iterable[str]:
    """A submission or reply in one line, with what lies under it; its replies follow as lines of their own."""
    replies = [under for under in line.under if under.key == "reply"]
    own = [
        f"{under.label}: {frame.described(under)}" if under.label else frame.described(under)
        for under in line.under
        if under.key not in ("reply", "next_move")
    ]
    day = line.label.removeprefix("↳ ")
    verb = "Reply" if line.key == "reply" else "Evidence"
    when = f"{verb} ({day})" if day != "day not known" else f"{verb} (day not recorded)"
    yield f"{when}: {'; '.join([frame.described(line), *own])}"
    for reply in replies:
        yield from _flattened(frame, reply)
