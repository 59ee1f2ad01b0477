"""`fairlead show`: one item, or one publication, whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from store.domain.dates import age
from store.domain.errors import NotFound
from store.domain.references import find_item, find_publication
from store.domain.vocabulary import Basis, said
from store.queries.filter import NO_CODE, Filter
from store.queries.item_detail import item_detail, notes_on
from store.queries.publications import publication as publication_row
from store.queries.rows import (
    ItemDetail,
    PublicationRow,
    Thing,
    ask_to_end,
    say_asked,
    say_bounds,
    say_lead,
    say_leads_done,
    say_others,
    say_progress,
    say_relation,
    say_text,
    say_theme,
    say_word,
)
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    WORDS,
    as_at_option,
    complete_reference,
    example,
    format_option,
    reading,
    register_option,
    short,
)
from tui.cli.list_items import in_hyphens, items
from tui.cli.printing import heading, line, paragraph


def find_either(register: Register, what: str) -> tuple[str, str]:
    """The kind (recommendation or publication) and id of what a reference or a code means. Raises NotFound or FitsSeveral."""
    try:
        return "publication", find_publication(register.conn, what)[0]
    except NotFound:
        return "recommendation", find_item(register.conn, what)[0]


@click.command("show", epilog=example("show HC-6", "show HC-6 --format json", "show HC --as-at 2024-09-18"))
@click.argument("what", metavar="REF|CODE", type=WORDS, shell_complete=complete_reference)
@format_option("table", "json")
@as_at_option
@register_option
def show(register: Path | None, what: str, form: str, as_at: str | None) -> None:
    """Show an item, or a publication, whole.

    An item comes with its notes, submissions, targets and, as JSON, its whole history. Notes and actions carry the
    beginning of their id, by which `fairlead edit` takes them.
    """
    with reading(register, as_at) as opened:
        kind, thing = find_either(opened, what)
        if form == "json":
            printing.as_json(_json(opened, kind, thing))
        elif kind == "publication":
            _publication(opened, thing)
        else:
            detail = item_detail(opened.conn, thing)
            if detail is None:
                raise NotFound(what)
            _item(opened, detail)


def _json(register: Register, kind: str, thing: str) -> dict[str, Any]:
    from store.exchange.json_rows import item_whole, list_row, publication_whole

    if kind == "recommendation":
        found = item_whole(register.conn, thing)
        if found is None:
            raise NotFound(thing)
        whole = in_hyphens(found)
        return whole | {"parts": [in_hyphens(part) for part in whole["parts"]]}
    row = publication_row(register.conn, thing)
    if row is None:
        raise NotFound(thing)
    listed = items(register, Filter(publication=(row.code or NO_CODE,)), "ref")
    return publication_whole(register.conn, row) | {"items": [in_hyphens(list_row(item)) for item in listed]}


def _item(register: Register, detail: ItemDetail) -> None:
    row, fields, today = detail.row, detail.fields, register.today()
    heading(f"{row.ref} · {row.said_title}")
    published = detail.publication
    since = f", {age(_day(published.published_latest), today)}" if published.published_latest else ""
    line(
        "Publication",
        f"{published.said_title} ({published.said_code}), {published.published or 'month not known'}{since}",
    )
    line("Kind", said(row.kind))
    line("Part of", detail.part_of)
    line("Status", said(row.status) + (f", {said(row.closed_as).lower()}" if row.closed_as else ""))
    for label, name in (("How far", "stage"), ("On time?", "track"), ("Believed done", "believed_done")):
        if fields[name].value is not None:
            line(label, _value(detail, name))
    line("Next move", _value(detail, "next_move") if row.next_move else None)
    line("Theme", say_theme(detail) + (_how_known(detail, "theme") if row.theme else ""))
    line("Leads", _leads(detail.leads, row.kind) or "none")
    for part in detail.parts:
        of_part = [lead for lead in detail.part_leads if lead.fields["part"] == part.ref]
        line(f"Leads of {part.ref}", _leads(of_part, row.kind))
    line("Their parts", say_leads_done(detail))
    line("To do", ask_to_end(detail))
    line("Target", _target(detail))
    for name, label, text in say_others(detail):
        line(label, text + _how_known(detail, name))
    line("Marking", fields["marking"].value)
    line("Last change", row.updated)
    for name, values in detail.conflicts.items():
        line(f"Several values for {name.replace('_', ' ')}", "; ".join(values))
    if row.text:
        paragraph(row.text)
    _things("Parts", [f"{part.ref} · {part.said_title} · {said(part.status)}" for part in detail.parts])
    _things("Notes", map(_note, detail.notes))
    for sent in detail.submissions:
        heading("Evidence sent")
        asked = ", ".join(filter(None, (str(sent.fields["sent"] or "on a day not known"), say_asked(sent))))
        paragraph(f"{asked}. {say_text(sent) if sent.fields['text'] or sent.fields['left_out'] else ''}".strip())
    for reply in detail.replies:
        known = reply.fields
        heading("Reply")
        said_by = f" by {known['who']}" if known["who"] else ""
        paragraph(
            f"{known['dated'] or 'on a day not known'}{said_by}: {say_word(reply, 'verdict')}. "
            f"{say_text(reply, 'words') if known['words'] or known['left_out'] else ''}"
        )
        line("What would satisfy", known["would_satisfy"])
    if len(detail.targets) > 1:
        steps = [f"{step.target['text']}{f' ({step.reason})' if step.reason else ''}" for step in detail.targets]
        _things("Targets", steps)
    _things("Actions", map(_action, detail.actions))
    _things("Links", [_link(link) for link in detail.links])
    _things("Outcomes", [f"{o.fields['number'] or ''} {say_text(o)}".strip() for o in detail.outcomes])
    _things(
        "Figures",
        [
            f"{say_text(m, 'name')}: {m.fields['figure'] or ''} {m.fields['figure_unit'] or ''}".rstrip()
            for m in detail.measures
        ],
    )


def _publication(register: Register, thing: str) -> None:
    row = publication_row(register.conn, thing)
    if row is None:
        raise NotFound(thing)
    heading(f"{row.said_code} · {row.said_title}")
    since = f", {age(_day(row.published_latest), register.today())} ago" if row.published_latest else ""
    line("Publisher", row.publisher)
    line("Published", f"{row.published or 'not known'}{since}")
    line("Closed by", said(row.closed_by))
    line("Items as printed", row.stated_total)
    line("Last update", row.last_update)
    line("Updates so far", row.stated_updates)
    line("Marking", row.marking)
    line("Items here", _standing(row))
    _things("Notes", map(_note, notes_on(register.conn, "publication", thing)))
    heading("Items")
    listed = items(register, Filter(publication=(row.code or NO_CODE,), parts=True), "ref")
    cells = (
        (item.ref, item.said_title, said(item.status), said(item.stage), item.target_text or "") for item in listed
    )
    printing.table(
        ("Ref", "Recommendation", "Status", "How far", "Target"), cells, wide="Recommendation", status="Status"
    )


def _standing(row: PublicationRow) -> str:
    made_of = [
        f"{n} {what}"
        for n, what in (
            (row.with_inspectorate, "with the inspectorate"),
            (row.discharged, "discharged"),
            (row.closed_otherwise, "otherwise"),
        )
        if n
    ]
    closed = f"{row.closed} closed" + (f" ({', '.join(made_of)})" if made_of else "")
    return f"{row.total}: {closed}, {row.on_track} on track, {row.delayed} delayed, {row.not_stated} not stated"


def _things(name: str, texts: Any) -> None:
    for n, text in enumerate(texts):
        if not n:
            heading(name)
        paragraph(text)


def _note(note: Thing) -> str:
    known = note.fields
    by = f", {known['said_by']}" if known["said_by"] else ""
    marked = f", {known['marking']}" if known["marking"] not in (None, "OFFICIAL") else ""
    kind = f" · {known['kind']}" if known["kind"] else ""
    return f"{short(note.id)} · {known['dated'] or 'day not known'}{kind}{by}{marked}: {say_text(note)}"


def _action(action: Thing) -> str:
    known = action.fields
    due = f", due {known['due']}" if known["due"] else ""
    done = f", done {known['done']}" if known["done"] else ""
    whose = f", {known['whose']}" if known["whose"] else ""
    return f"{short(action.id)} · {say_word(action, 'kind').lower()}{due}{whose}{done}: {say_text(action)}"


def _link(link: Thing) -> str:
    known = link.fields
    why = f" ({known['why']})" if known["why"] else ""
    if known["gone"]:
        stands = "withdrawn"
    else:
        waiting = known["closed_as"] == "with-inspectorate"
        status = "with the inspectorate" if waiting else said(str(known["status"] or "not-known")).lower()
        stands = ", ".join(part for part in (status, say_progress(link).lower()) if part)
    return f"{say_relation(link)} {known['reference']} {known['title'] or ''}: {stands}{why}"


def _leads(leads: Sequence[Thing], kind: str | None) -> str:
    names = []
    for lead in leads:
        about = say_lead(lead, commitment=kind == "commitment")
        names.append(f"{lead.fields['name'] or 'name not known'}{f' ({about})' if about else ''}")
    return "; ".join(names)


def _value(detail: ItemDetail, name: str) -> str:
    from store.log.describe import say_value

    return say_value(detail.fields[name].value) + _how_known(detail, name)


def _target(detail: ItemDetail) -> str | None:
    row = detail.row
    if not row.target_text:
        return None
    least = "at least " if row.moved_at_least else ""
    moved = (
        f", moved later {least}{row.moved_later} time{'' if row.moved_later == 1 else 's'}" if row.moved_later else ""
    )
    target = detail.fields["target"].value
    bounds = f" ({said_so})" if (said_so := say_bounds(target)) else ""
    on = f", on condition: {target['condition']}" if isinstance(target, dict) and target.get("condition") else ""
    return f"{row.target_text}{bounds}{_how_known(detail, 'target')}{on}{moved}"


def _how_known(detail: ItemDetail, name: str) -> str:
    known = detail.fields[name]
    if known.basis in (Basis.ENTERED, Basis.STATED):
        return ""
    return f" † {said(known.basis)}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)
