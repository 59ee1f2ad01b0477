"""The pane of one item: its description in tabs, as paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from store.domain.dates import local_time
from store.queries.describe import (
    LabelledLine,
    Piece,
    describe_notes,
    format_change,
    format_details,
    mark_guessed,
    share_basis,
    with_basis,
)
from store.queries.rows import EntityRow, HistoryRow, ItemDetail
from widgets.pane import Pane, Paragraph, Tab

MARGIN = 19
"""Cells before the text, for labels."""

TABS = ("overview", "notes", "submissions", "targets", "history", "links")

_ANSWERS = ("Lead", "Target")
"""Labels that are left out on a commitment, as they only repeat the heading above."""

_BLANK = Paragraph(())


def item_head(detail: ItemDetail, today: date, aged_after: int = 2) -> tuple[Piece, ...]:
    """The line over the tabs: reference, status, marking, publication, age, time left to the target, theme.

    The marking is where no cut reaches it.
    An age of more than `aged_after` years, and a target that has passed, are emphasised.
    """
    from store.queries.describe_item import describe_head

    pieces: list[Piece] = [(f"{detail.row.ref}  ", "strong")]
    status, *others = describe_head(detail, today, aged_after)
    for line in (status, *sorted(others, key=lambda line: line.key != "marking")):
        ((text, style),) = line.pieces
        if line.key == "publication" and detail.publication.published:
            text += f", {detail.publication.published}"
        elif line.key == "status":
            text = mark_guessed(text, line.basis)
        elif line.key == "theme":
            # The overview has its basis and place in the source.
            text = f"theme {mark_guessed(text, line.basis)}"
        pieces += [(text, style), (" · ", "quiet")]
    return tuple(pieces[:-1])


def item_tabs(detail: ItemDetail, changes: int) -> tuple[Tab, ...]:
    """The tabs, with how many entries are in each; `changes` is the length of the history."""
    return (
        Tab("overview", "Overview"),
        Tab("notes", "Notes", len(detail.notes)),
        Tab("submissions", "Submissions", len(detail.submissions)),
        Tab("targets", "Targets, actions", len(detail.targets) + len(detail.actions)),
        Tab("history", "History", changes),
        Tab("links", "Links", len(detail.links) + len(detail.parts)),
    )


class ItemPane(Pane):
    """A pane for one item; the caller gives its detail, and chooses the tab."""

    def show_item(
        self,
        detail: ItemDetail,
        tab: str,
        today: date,
        changes: int,
        history: Sequence[HistoryRow],
        *,
        aged_after: int = 2,
        top: bool = True,
        read_only: bool = False,
    ) -> None:
        """Show one tab of an item; `history` is needed for the history tab only. See `item_head` for `aged_after`.

        Where the register is `read_only`, no key is named that changes it.
        """
        lines = {
            "overview": lambda: overview(detail, read_only),
            "notes": lambda: notes(detail.notes, detail.citations, read_only),
            "submissions": lambda: submissions(detail, read_only),
            "targets": lambda: targets(detail, read_only),
            "history": lambda: history_lines(history),
            "links": lambda: links(detail, read_only),
        }[tab]()
        self.show(item_head(detail, today, aged_after), item_tabs(detail, changes), tab, lines, top=top)

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence in place of an item."""
        self.show(((sentence, "quiet"),), (), "", ())


def _hint(sentence: str, key: str = "") -> Paragraph:
    """A sentence in place of entries, and what to press for one; "" where no key adds any."""
    return Paragraph(((f"{sentence} {key}".rstrip(), "quiet"),))


def _section(detail: ItemDetail, key: str) -> tuple[LabelledLine, ...]:
    # Imported with the first item that is shown, so that the start does not wait for it.
    from store.queries.describe_item import describe_item

    return describe_item(detail, key)[0].lines


def paragraph_of(line: LabelledLine) -> Paragraph:
    """A line of a description as a paragraph: the label in the margin; after the text its basis and its details."""
    if not line.pieces:
        return Paragraph(((line.label, "strong"),))
    details = format_details(line)
    return Paragraph((*line.pieces, _basis(line), (f" · {details}" if details else "", "quiet")), MARGIN, line.label)


def _basis(line: LabelledLine) -> Piece:
    """The basis of a line, after its text."""
    return (f"  ({line.shown_basis})" if line.shown_basis else "", "quiet")


def _paragraphs_of(lines: Iterable[LabelledLine]) -> list[Paragraph]:
    """Lines as paragraphs, each followed by its nested lines."""
    return [shown for line in lines for shown in (paragraph_of(line), *_paragraphs_of(line.under))]


def overview(detail: ItemDetail, read_only: bool = False) -> list[Paragraph]:
    """The overview tab: the recorded values, each with its basis, and the newest note of the kind position."""
    lines: list[Paragraph] = []
    is_commitment = detail.row.kind == "commitment"
    for line in _section(detail, "overview"):
        if line.key == "next-step":
            key = "e" if "evidence" in line.text else "s, then w"
            line = replace(line, label="", pieces=(*line.pieces, ("" if read_only else f"  {key}", "quiet")))
        elif is_commitment and line.label in _ANSWERS:
            line = replace(line, label="")
        lines += _paragraphs_of((line,))
    newest = next((note for note in detail.notes if note.fields["kind"] == "position"), None)
    return lines + ([Paragraph((), 0), *notes((newest,), detail.citations)] if newest else [])


def notes(
    entities: Sequence[EntityRow], citations: Sequence[EntityRow] = (), read_only: bool = False
) -> list[Paragraph]:
    """Notes, newest first, each with the evidence files that it cites: day and kind in the margin."""
    basis, described = share_basis(describe_notes(entities, citations))
    lines = [Paragraph(((basis[:1].upper() + basis[1:], "quiet"),), MARGIN), _BLANK] if basis else []
    for note in described:
        lines += [
            Paragraph(((format_details(note), "quiet"),), MARGIN, note.label),
            Paragraph((*note.pieces, _basis(note)), MARGIN),
            *_paragraphs_of(note.under),
            _BLANK,
        ]
    return lines or [_hint("No notes.", "" if read_only else "Press n to add one.")]


def submissions(detail: ItemDetail, read_only: bool = False) -> list[Paragraph]:
    """Submissions, each with its evidence notes and replies; then replies without a submission."""
    lines: list[Paragraph] = []
    for line in _section(detail, "submissions"):
        lines += _paragraphs_of((line,)) + ([_BLANK] if line.key == "submission" else [])
    send = "" if read_only else "Press e to send evidence."
    sent = lines or [_hint("Nothing has been sent, as far as this register knows.", send)]
    return [*sent, _hint(f"Press i to list the evidence files{'' if read_only else ' and to add one'}.")]


def targets(detail: ItemDetail, read_only: bool = False) -> list[Paragraph]:
    """Targets, from the first to the current one, then actions, done ones last."""
    lines = _paragraphs_of(_section(detail, "targets"))
    lines = lines or [_hint("No target is recorded.", "" if read_only else "Press t to give it one.")]
    for action in _section(detail, "actions"):
        lines += [
            _BLANK,
            Paragraph((*action.pieces, _basis(action)), MARGIN, action.label),
            Paragraph(((format_details(action), "quiet"),), MARGIN),
        ]
    return lines


def history_lines(rows: Sequence[HistoryRow]) -> list[Paragraph]:
    """Changes, newest first."""
    lines: list[Paragraph] = []
    for row in rows:
        change = format_change(row, with_its_basis=False)
        basis = with_basis(" ", row.basis).rstrip()
        undone = "  (taken back)" if row.undone else ""
        reason = f"  {row.reason}" if row.reason else "  no reason given" if row.reason == "" else ""
        pieces = ((f"{row.field} ", "quiet"), (change, ""), (f"{basis}{reason}{undone}  {row.author}", "quiet"))
        lines.append(Paragraph(pieces, MARGIN, local_time(row.time)))
    return lines or [_hint("No changes.")]


def links(detail: ItemDetail, read_only: bool = False) -> list[Paragraph]:
    """Parts, then links to other items."""
    parts = [replace(part, label="part") for part in _section(detail, "parts")]
    lines = _paragraphs_of((*parts, *_section(detail, "links")))
    return lines or [_hint("No links.", "" if read_only else "Press c to add one.")]
