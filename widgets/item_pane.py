"""Everything of one item, in tabs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from store.domain.dates import age, years_before
from store.domain.text import say_size
from store.domain.vocabulary import LEFT_OUT, said
from store.queries.rows import HistoryRow, ItemDetail, Thing, say_asked, say_others, say_text, say_theme, say_word
from widgets.item_lines import MARGIN as MARGIN
from widgets.item_lines import (
    ending_lines,
    item_line,
    lead_lines,
    link_lines,
    own_basis,
    say_basis,
    say_moved,
    window_lines,
)
from widgets.item_lines import status_words as status_words
from widgets.pane import Line, Pane, Tab

BASES = {"derived": "†", "inferred": "†", "assigned": "†"}
"""† stands for what was worked out or is our own label; the overview says which, and where in the source."""

TABS = ("overview", "notes", "submissions", "targets", "history", "links")

Pieces = tuple[tuple[str, str], ...]


def item_head(detail: ItemDetail, today: date, aged_after: int = 2) -> Pieces:
    """The line over the tabs: reference, status, publication, the two clocks (age and days to the target), theme.

    What is past its target, or open more than `aged_after` years, stands out.
    """
    publication, row = detail.publication, detail.row
    since = publication.published_latest
    parts = [(publication.said_title + (f", {publication.published}" if publication.published else ""), "quiet")]
    if since and row.status != "closed":
        old = since < years_before(today, aged_after).isoformat()
        parts.append((age(date.fromisoformat(since), today) + " since publication", "strong" if old else "quiet"))
    if row.target_latest and row.status != "closed":
        days = (date.fromisoformat(row.target_latest) - today).days
        parts.append(_to_target(days))
    if row.theme:
        parts.append((f"theme {row.theme}" + BASES.get(row.theme_basis or "", ""), "quiet"))
    if publication.marking not in (None, "OFFICIAL") or detail.fields["marking"].value not in (None, "OFFICIAL"):
        parts.append((str(detail.fields["marking"].value or publication.marking), "quiet"))
    word, style = status_words(row.status, row.closed_as, publication.publisher or "the inspectorate")
    told = [piece for part in parts for piece in ((" · ", "quiet"), part)]
    return ((f"{row.ref}  ", "strong"), (word, style), *told)


def _to_target(days: int) -> tuple[str, str]:
    """How far off the target is, and how that is shown."""
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    if days < 0:
        return f"{count} past its target", "status--delayed"
    return f"{count} to its target" if days else "target today", "quiet"


def item_tabs(detail: ItemDetail, changes: int) -> tuple[Tab, ...]:
    """The tabs, with how many things are in each; `changes` is the length of the history."""
    return (
        Tab("overview", "Overview"),
        Tab("notes", "Notes", len(detail.notes)),
        Tab("submissions", "Submissions", len(detail.submissions)),
        Tab("targets", "Targets, actions", len(detail.targets) + len(detail.actions)),
        Tab("history", "History", changes),
        Tab("links", "Links", len(detail.links) + len(detail.parts)),
    )


class ItemPane(Pane):
    """Shows an item. It is told the item whole; which tab is shown is its caller's to say."""

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
    ) -> None:
        """Show one tab of an item; `history` is needed for the history tab only. See `item_head` for `aged_after`."""
        lines = {
            "overview": lambda: overview(detail),
            "notes": lambda: notes(detail.notes, detail.citations),
            "submissions": lambda: submissions(detail),
            "targets": lambda: targets(detail),
            "history": lambda: history_lines(history),
            "links": lambda: links(detail),
        }[tab]()
        self.show(item_head(detail, today, aged_after), item_tabs(detail, changes), tab, lines, top=top)

    def show_nothing(self, sentence: str) -> None:
        """Show that there is no item here."""
        self.show(((sentence, "quiet"),), (), "", ())


def overview(detail: ItemDetail) -> list[Line]:
    """What is recorded of an item, each value with how it is known; of a commitment under its plan's own headings."""
    lines = [Line(((detail.row.said_title, "strong"),), MARGIN, said(detail.row.kind))]
    for field, sides in detail.conflicts.items():
        several = "Several values: " + "; ".join(sides)
        lines.append(Line(((several, "status--delayed"),), MARGIN, field.replace("_", " ")))
    lines += _known(detail, "Part of", detail.part_of)
    lines += ending_lines(detail)
    if detail.row.kind == "commitment":
        lines += [
            _heading("What will this do?"),
            *_asks(detail, ""),
            *_benefits(detail),
            *_brings(detail),
            _heading("Who will lead?"),
            *lead_lines(detail, ""),
            _heading("When will we do it by?"),
            *window_lines(detail),
            _heading("Where does it stand?"),
            *_standing(detail),
            *_theme(detail),
        ]
    else:
        lines += [
            *_asks(detail, "Asks"),
            *_standing(detail),
            *_target(detail),
            *_theme(detail),
            *lead_lines(detail),
            *_brings(detail),
        ]
    if detail.nothing_new:
        still = detail.nothing_new[-1].fields
        lines += _known(detail, "Nothing new", f"{_day(still['dated'])}, {still['author']}")
    newest = next((note for note in detail.notes if note.fields["kind"] == "position"), None)
    if newest:
        lines += [Line((), 0), *notes((newest,), detail.citations)]
    return lines


def _heading(words: str) -> Line:
    return Line(((words, "strong"),), 0)


def _known(detail: ItemDetail, label: str, text: str | None, field: str = "", style: str = "") -> list[Line]:
    """A value with how it is known; nothing where there is none."""
    value = detail.fields.get(field)
    how = say_basis(value.basis, value.place) if value else ""
    return [Line(((text, style), (how, "quiet")), MARGIN, label)] if text else []


def _asks(detail: ItemDetail, label: str) -> list[Line]:
    lines = _known(detail, label, detail.row.text, "text")
    for name, other, text in say_others(detail):
        lines += _known(detail, other, text, name)
    return lines


def _standing(detail: ItemDetail) -> list[Line]:
    row, known = detail.row, detail.fields
    lines = _known(detail, "How far", _stage(known["stage"].value), "stage")
    if row.track:
        lines += _known(detail, "On time?", said(row.track), "track", f"status--{row.track}")
        if "track" in detail.reasons:
            lines += _known(detail, "", detail.reasons["track"] or "no reason given")
    if row.believed_done:
        by = _part(known["believed_done"].value, "by")
        text = f"by {by}; still open until it is agreed" if by else "yes"
        lines += _known(detail, "Believed done", text, "believed_done")
    if row.next_move:
        until = _part(known["next_move"].value, "until")
        text = said(row.next_move) + (f", until {until}" if until else "")
        lines += _known(detail, "Next move", text, "next_move")
    return lines


def _target(detail: ItemDetail) -> list[Line]:
    row = detail.row
    lines = _known(detail, "Target", row.target_text or "none", "target" if row.target_text else "")
    return lines + (_known(detail, "Moved later", say_moved(row)) if row.moved_later else [])


def _theme(detail: ItemDetail) -> list[Line]:
    return _known(detail, "Theme", say_theme(detail), "theme" if detail.row.theme else "")


def _benefits(detail: ItemDetail) -> list[Line]:
    told = [note for note in detail.notes if note.fields["kind"] == "benefit"]
    return [Line(((say_text(n), ""),), MARGIN, "Benefit") for n in told]


def _brings(detail: ItemDetail) -> list[Line]:
    """The outcomes that it contributes to, its parts, its figures."""
    lines = []
    for outcome in detail.outcomes:
        number = f"{outcome.fields['number']}: " if outcome.fields["number"] else ""
        text = f"{number}{say_text(outcome)}"
        lines.append(Line(((text, ""), (own_basis(outcome, "outcome"), "quiet")), MARGIN, "Outcome"))
    lines += [item_line(part, "Part") for part in detail.parts]
    return lines + [Line(((_measure(measure), ""),), MARGIN, "Measure") for measure in detail.measures]


def notes(things: Sequence[Thing], citations: Sequence[Thing] = ()) -> list[Line]:
    """Notes, newest first, each with the evidence files that it cites: day and kind in the margin."""
    lines: list[Line] = []
    for note in things:
        fields = note.fields
        who = f"said by {fields['said_by']}" if fields["said_by"] else ""
        about = [
            str(fields["kind"] or ""),
            who,
            "" if fields["marking"] in (None, "OFFICIAL") else str(fields["marking"]),
        ]
        about.append(f"recorded by {fields['author']}" if fields.get("author") else "")
        text = say_text(note)
        lines.append(Line(((" · ".join(part for part in about if part), "quiet"),), MARGIN, _day(fields["dated"])))
        lines.append(Line(((text, ""),), MARGIN))
        lines += [citation_line(citation) for citation in citations if citation.fields["note"] == note.id]
        lines.append(Line(()))
    return lines or [Line((("No notes. Press n to add one.", "quiet"),))]


def citation_line(citation: Thing) -> Line:
    """An evidence file in a line: its name, reference, size, whether it is kept inside or where it lies, its marking."""
    fields = citation.fields
    if fields["left_out"]:
        return Line(((LEFT_OUT, "quiet"),), MARGIN, "evidence")
    size = [say_size(fields["size"])] if isinstance(fields["size"], int) else []
    if fields["embedded"]:
        size.append("kept inside" if fields["kept"] else "not in this copy")
    about = [f"reference {fields['reference']}" if fields["reference"] else "", ", ".join(size)]
    about += [str(fields["place"] or ""), str(fields["marking"] or "")]
    more = "".join(f" · {part}" for part in about if part)
    return Line(((str(fields["name"] or "name not known"), ""), (more, "quiet")), MARGIN, "evidence")


def submissions(detail: ItemDetail) -> list[Line]:
    """Evidence sent, each with the notes that went with it and the replies to it; then replies to nothing known."""
    lines: list[Line] = []
    for sent in detail.submissions:
        fields = sent.fields
        asks = ", ".join(filter(None, ("sent", say_asked(sent))))
        reference = f" · reference {fields['reference']}" if fields["reference"] else ""
        basis = own_basis(sent, "sent") or own_basis(sent, "asks") or own_basis(sent, "text")
        lines.append(Line(((asks + reference, "strong"), (basis, "quiet")), MARGIN, _day(fields["sent"])))
        lines += _text_of(sent, "text")
        with_it = [note for note in detail.evidence if note.fields["submission"] == sent.id]
        lines += [line for note in with_it for line in _evidence(note, detail.citations)]
        lines += [line for reply in detail.replies if reply.fields["submission"] == sent.id for line in _reply(reply)]
        lines.append(Line(()))
    known = {sent.id for sent in detail.submissions}
    lines += [line for reply in detail.replies if reply.fields["submission"] not in known for line in _reply(reply)]
    return lines or [Line((("Nothing has been sent, as far as this register knows.", "quiet"),))]


def _evidence(note: Thing, citations: Sequence[Thing]) -> list[Line]:
    """A note that went with evidence sent, and the files that it cites."""
    gone = "  (withdrawn since)" if note.fields["withdrawn"] else ""
    lines = _text_of(note, "text", "with it", f"  {_day(note.fields['dated'])}{gone}")
    return lines + [citation_line(citation) for citation in citations if citation.fields["note"] == note.id]


def _text_of(thing: Thing, field: str, label: str = "", after: str = "") -> list[Line]:
    """A text as a paragraph, with a quiet word after it; nothing where there is none."""
    text = LEFT_OUT if thing.fields["left_out"] else thing.fields[field]
    return [Line(((str(text), ""), (after, "quiet")), MARGIN, label)] if text else []


def _reply(reply: Thing) -> list[Line]:
    fields = reply.fields
    verdict = f"{fields['who'] or 'Reply'}: {say_word(reply, 'verdict').lower()}"
    lines = [Line(((verdict, "strong"), (own_basis(reply, "verdict"), "quiet")), MARGIN, f"↳ {_day(fields['dated'])}")]
    if fields["discharges"]:
        lines.append(Line(((str(fields["discharges"]), ""),), MARGIN, "discharges"))
    lines += _text_of(reply, "words", "its words")
    if fields["would_satisfy"]:
        lines.append(Line(((str(fields["would_satisfy"]), ""),), MARGIN, "would satisfy"))
    if fields["next_move"]:
        until = f", until {fields['next_move_until']}" if fields["next_move_until"] else ""
        lines.append(Line(((said(str(fields["next_move"])) + until, ""),), MARGIN, "next move"))
    return lines


def targets(detail: ItemDetail) -> list[Line]:
    """The target from its first to the present one, then the actions, done ones last."""
    lines: list[Line] = []
    for n, step in enumerate(detail.targets):
        label = "First target" if n == 0 else "moved later" if step.later else "changed"
        parts = [str(step.target["text"] or "none")]
        parts += [
            f"{word} {step.target[key]}" for word, key in (("said", "said"), ("in", "where")) if step.target.get(key)
        ]
        if step.target.get("condition"):
            parts.append(f"depends on: {step.target['condition']}")
        why = step.reason if step.reason else "no reason given" if step.reason == "" else ""
        lines.append(Line(((" · ".join(parts), "strong"), (f"  {why}" if why else "", "quiet")), MARGIN, label))
    if not detail.targets:
        lines.append(Line((("No target is recorded. Press t to give it one.", "quiet"),)))
    for action in detail.actions:
        fields = action.fields
        done = f"done {_day(fields['done'])}" if fields["done"] else f"due {fields['due'] or 'not known'}"
        said_in = [str(fields[key]) for key in ("due_said", "due_where") if fields[key]]
        about = [
            done,
            f"whose: {fields['whose']}" if fields["whose"] else "",
            f"waits since {fields['since']}" if fields["since"] else "",
            f"said {', '.join(said_in)}" if said_in else "",
        ]
        mark = "✓ " if fields["done"] else ""
        lines += [
            Line(()),
            Line(((f"{mark}{say_text(action)}", ""),), MARGIN, str(fields["kind"] or "")),
            Line(((" · ".join(part for part in about if part), "quiet"),), MARGIN),
        ]
    return lines


def history_lines(rows: Sequence[HistoryRow]) -> list[Line]:
    """Changes, newest first."""
    lines: list[Line] = []
    for row in rows:
        change = f"{row.before} → {row.after}" if row.before else row.after
        undone = "  (taken back)" if row.undone else ""
        reason = f"  {row.reason}" if row.reason else "  no reason given" if row.reason == "" else ""
        pieces = ((f"{row.field} ", "quiet"), (change, ""), (f"{reason}{undone}  {row.author}", "quiet"))
        lines.append(Line(pieces, MARGIN, row.time[:16].replace("T", " ")))
    return lines or [Line((("No changes.", "quiet"),))]


def links(detail: ItemDetail) -> list[Line]:
    """Other items this one is tied to, and its parts."""
    lines = [*(item_line(part, "part") for part in detail.parts), *link_lines(detail.links)]
    return lines or [Line((("No links. Press c to add one.", "quiet"),))]


def _stage(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    more = [str(value[k]) for k in ("day", "by") if value.get(k)]
    return said(str(value["text"])) + (f", {', agreed by '.join(more)}" if more else "")


def _measure(measure: Thing) -> str:
    fields = measure.fields
    parts = [fields["figure"], fields["figure_unit"], fields["figure_period"]]
    return f"{say_text(measure, 'name')}: " + " ".join(str(part) for part in parts if part)


def measure_line(measure: Thing) -> Line:
    """A figure with its unit and period, as a paragraph."""
    return Line(((_measure(measure), ""),), MARGIN, "figure")


def _day(text: object) -> str:
    return str(text) if text else "day not known"


def _part(value: object, part: str) -> str | None:
    return _text(value.get(part)) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return str(value) if value else None
