"""Add and correct publications and items, their leads, outcomes, theme and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.text import one_line
from store.domain.vocabulary import label_of
from store.queries import publications
from store.queries.item_detail import outcomes, themes
from store.queries.leads import split_leads
from store.queries.rows import EntityRow, ItemDetail, PublicationRow, format_text, format_word
from tui.dialogs.edits import agree_note, correct_note
from tui.dialogs.evidence import cite_evidence, show_evidence
from tui.dialogs.fields import (
    correct_fields,
    form_field,
    form_fields,
    listed_choices,
    next_move_fields,
    non_empty,
    other_item,
)
from tui.dialogs.hand_over import hand_over_selected
from tui.dialogs.lead_progress import lead_options, set_lead
from tui.dialogs.leads import correct_leads
from tui.dialogs.measures import edit_measure, measure_options
from tui.dialogs.replies import correct_reply, correct_submission
from tui.dialogs.selection import Selection, edit
from widgets.ask import Answer, Ask, AskReason
from widgets.form import FormField
from widgets.picker import MultiPicker, Picker, PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


_SAME_IN_THE_NEXT = ("kind", "scope", "marking")
"""The fields of an item that the next one begins with, where they are added one after another."""


def _item_fields(app: RegisterApp, values: Mapping[str, object], publication: str) -> tuple[FormField, ...]:
    allocated = tuple(themes(app.register.conn, publication))
    listed = listed_choices(app, values)
    return form_fields(
        "recommendation",
        values,
        without=("part_of",),
        theme={"choices": allocated},
        kind=listed["kind"],
        priority=listed["priority"],
    )


def add_item(
    app: RegisterApp, publication: PublicationRow, then: Callable[[str], None], like: Mapping[str, object] | None = None
) -> None:
    """Add a recommendation or commitment to a publication, and call `then` with its id; `like` has values to begin with.

    Its number is proposed: the next one of its kind, of what it is numbered within.
    """
    from store.commands import AddItem

    numbers = publications.numbers_in(app.register.conn, publication.id)

    def propose(values: Mapping[str, object]) -> str:
        return publications.next_number(numbers, str(values.get("scope") or ""), str(values.get("kind") or ""))

    def build(values: Values) -> Sequence[Command]:
        leads = split_leads(app.register.conn, [values["leads"] or ""])
        more = {"publication": publication.id, "leads": leads, "as_words": True}
        return [AddItem.model_validate(non_empty(values) | more)]

    kind = "commitment" if publication.kind == "plan" else "recommendation"
    held = {"kind": kind} | dict(like or {})
    held["number"] = propose(held)
    fields = [
        replace(field, propose=propose) if field.name == "number" else field
        for field in _item_fields(app, held, publication.id)
    ]
    fields[3:3] = [
        FormField("leads", "Leads", hint="with semicolons: C3; Local Policing"),
        form_field("recommendation", "target"),
    ]
    key = f"add item {publication.id}"
    app.open_form(
        key,
        f"Add a {kind} to {publication.display_code}, {publication.display_title}",
        tuple(fields),
        build,
        first_focus="title",
        then=lambda done: then(done.items[0]),
        another=lambda values: add_item(app, publication, then, {name: values[name] for name in _SAME_IN_THE_NEXT}),
    )


def correct(app: RegisterApp, selection: Selection) -> None:
    """Choose what to correct: of one item anything that is recorded, of several what they can have in common."""
    if selection.detail is None:
        _correct_many(app, selection)
    else:
        _correct_one(app, selection, selection.detail)


def _correct_many(app: RegisterApp, selection: Selection) -> None:
    options = (
        PickOption("theme", "Theme"),
        PickOption("leads", "Leads: all of them, in place of those there are"),
        PickOption("next move", "Who has to act next"),
        PickOption("hand over", "Hand over from one lead to another"),
    )
    choices = {
        "theme": _correct_theme,
        "leads": correct_leads,
        "next move": _correct_next_move,
        "hand over": hand_over_selected,
    }
    app.push_screen(
        Picker(f"Correct {selection.name}", options), lambda key: choices[key](app, selection) if key else None
    )


def _correct_one(app: RegisterApp, selection: Selection, detail: ItemDetail) -> None:
    """Choose what to correct: the item itself, its leads, outcomes or links, or one of its notes."""
    ref = detail.row.ref
    options = [
        PickOption("itself", "Number, title, text, kind, theme, marking"),
        PickOption("leads", "Leads", note=detail.row.leads or "none"),
        *lead_options(detail),
        *([PickOption("hand over", "Hand over from one lead to another")] if detail.leads else []),
        PickOption("outcomes", "Outcomes", count=len(detail.outcomes)),
        PickOption("next move", "Who has to act next", note=label_of(detail.row.next_move)),
        PickOption("link", "Add a link to another item"),
    ]
    options += note_options(detail.notes)
    for sent in detail.submissions:
        options.append(
            PickOption(f"submission {sent.id}", f"Evidence sent {sent.fields['sent'] or 'on a day not known'}")
        )
    for reply in detail.replies:
        verdict = format_word(reply, "verdict").lower()
        options.append(
            PickOption(f"reply {reply.id}", f"Reply {reply.fields['dated'] or 'of a day not known'}: {verdict}")
        )
    options += measure_options(detail.measures)
    options.append(PickOption("evidence", "Evidence files", count=len(detail.citations)))
    for link in detail.links:
        options.append(PickOption(f"link {link.id}", f"Withdraw the link to {link.fields['reference']}"))
    options.append(PickOption(f"recommendation {detail.row.id}", f"Withdraw {ref} itself"))

    def on_choice(key: str | None) -> None:
        if key is None:
            return
        if key == "leads":
            correct_leads(app, selection)
        elif key == "hand over":
            hand_over_selected(app, selection)
        elif key == "next move":
            _correct_next_move(app, selection)
        elif key in _CORRECTIONS:
            _CORRECTIONS[key](app, detail)
        elif key.startswith("lead "):
            set_lead(app, detail, next(lead for lead in detail.leads if key == f"lead {lead.id}"))
        elif key.startswith("measure"):
            edit_measure(app, ref, detail.measures, key, item=detail.row.id)
        elif key.startswith(("submission ", "reply ")):
            _ask_about_round(app, detail, *key.split(" "))
        elif " " in key:
            kind, _, entity = key.partition(" ")
            withdraw(app, kind, entity, ref if kind == "recommendation" else f"a link of {ref}")
        else:
            ask_about_note(app, ref, next(note for note in detail.notes if note.id == key))

    app.push_screen(Picker(f"Correct {ref}", tuple(options)), on_choice)


def _ask_about_round(app: RegisterApp, detail: ItemDetail, kind: str, entity: str) -> None:
    """Correct a submission or a reply, or withdraw it: the stage then follows from those that are left."""
    ref = detail.row.ref
    rounds = detail.submissions if kind == "submission" else detail.replies
    found = next(one for one in rounds if one.id == entity)

    def on_choice(answer: str | None) -> None:
        if answer == "correct" and kind == "submission":
            correct_submission(app, ref, found)
        elif answer == "correct":
            correct_reply(app, ref, found)
        elif answer == "withdraw":
            withdraw(app, kind, entity, f"a {kind} of {ref}")

    answers = (Answer("c", "correct it", "correct"), Answer("w", "withdraw it", "withdraw"))
    sentence = f"Where {ref} stands follows from what is sent and replied: withdrawn, it does not count any more."
    app.push_screen(Ask(f"A {kind} of {ref}", sentence, answers), on_choice)


def _correct_itself(app: RegisterApp, detail: ItemDetail) -> None:
    row, values = detail.row, {name: value.value for name, value in detail.fields.items()}
    fields = _item_fields(app, values, detail.publication.id)
    correct_fields(app, "recommendation", row.id, f"Correct {row.ref}", values, fields)


def _correct_theme(app: RegisterApp, selection: Selection) -> None:
    choices = tuple(themes(app.register.conn, ""))
    field = form_field("recommendation", "theme", choices=choices, hint="none takes it away")

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        from store.commands import correct

        return [correct("recommendation", item, theme=values["theme"]) for item in items]

    edit(app, selection, "theme", f"Theme of {selection.name}", (field,), build)


def _correct_outcomes(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import SetOutcomes

    options = tuple(PickOption(entity, name) for entity, name in outcomes(app.register.conn))
    held = tuple(outcome.id for outcome in detail.outcomes)
    seen = app.register.newest()

    def on_choice(chosen: tuple[str, ...] | None) -> None:
        if chosen is not None:
            app.do([SetOutcomes(item=detail.row.id, outcomes=chosen)], seen=seen)

    title = f"Outcomes that {detail.row.ref} contributes to"
    app.push_screen(MultiPicker(title, options, ticked=held, empty="This register has no outcomes yet."), on_choice)


def _correct_next_move(app: RegisterApp, selection: Selection) -> None:
    value = selection.detail.fields["next_move"].value if selection.detail else None
    fields = next_move_fields(value if isinstance(value, dict) else {})

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        from store.commands import SetNextMove

        return [SetNextMove.model_validate(values | {"item": item}) for item in items]

    edit(app, selection, "next move", f"Who has to act next on {selection.name}", fields, build)


_RELATIONS = (
    ("same-work", "is the same work as"),
    ("depends-on", "depends on"),
    ("supersedes", "supersedes"),
    ("same-as", "is the same item as"),
)


def _add_link(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import AddLink

    fields = (
        FormField("other", "Other item", required=True, hint="a reference: HC-6"),
        FormField("relation", f"{detail.row.ref}", "choice", value="same-work", choices=_RELATIONS, required=True),
        form_field("link", "why"),
    )

    def build(values: Values) -> Sequence[Command]:
        other = other_item(app, values)
        return [AddLink.model_validate({"item": detail.row.id} | values | {"other": other})]

    intro = "An item that is the same as another is joined to it: not counted, and its reference leads there."
    app.open_form(f"link {detail.row.id}", f"Link {detail.row.ref} to another item", fields, build, intro=intro)


_CORRECTIONS = {
    "itself": _correct_itself,
    "outcomes": _correct_outcomes,
    "link": _add_link,
    "evidence": show_evidence,
}


def withdraw(app: RegisterApp, kind: str, entity: str, what: str) -> None:
    """Withdraw an entity, after asking why."""
    from store.commands import Withdraw

    def on_choice(reason: str | None) -> None:
        if reason is not None:
            app.do([Withdraw(kind=kind, entity=entity, reason=reason)])

    sentence = "It goes out of sight and stays in the history. Why? Left empty, no reason is given."
    app.push_screen(AskReason(f"Withdraw {what}", sentence), on_choice)


def ask_about_note(app: RegisterApp, what: str, note: EntityRow) -> None:
    """Correct a note, or withdraw it."""

    def on_choice(answer: str | None) -> None:
        if answer == "correct":
            correct_note(app, what, note)
        elif answer == "agree":
            agree_note(app, what, note)
        elif answer == "cite":
            cite_evidence(app, what, note)
        elif answer == "withdraw":
            withdraw(app, "note", note.id, f"a note on {what}")

    answers = (
        Answer("c", "correct it", "correct"),
        Answer("a", "record who agreed it", "agree"),
        Answer("f", "cite an evidence file", "cite"),
        Answer("w", "withdraw it", "withdraw"),
    )
    app.push_screen(Ask(f"A note on {what}", one_line(format_text(note), most=400), answers), on_choice)


def note_options(notes: Sequence[EntityRow]) -> list[PickOption]:
    return [PickOption(n.id, f"{n.fields['dated'] or ''}  {one_line(format_text(n), most=70)}") for n in notes]
