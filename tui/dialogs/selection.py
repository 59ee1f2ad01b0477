"""Edits of the selected items: of one at once; of ticked items as one action, after a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.domain.references import references_of
from store.queries.item_list import titles_of
from store.queries.rows import ItemDetail
from store.register import ActionResult
from tui.recorded_names import with_names
from widgets.form import Form, FormField
from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

MAX_ITEMS = 1_000
"""The most items that are edited as one action."""

Then = Callable[[ActionResult], None]

BuildForItems = Callable[[Sequence[str]], "Sequence[Command]"]
"""Makes the commands for some items; for one item it makes one."""

Build = Callable[["Values", Sequence[str]], "Sequence[Command]"]
"""Makes the commands of a form's answers for some items; for one item it makes one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The items that an edit is of, by id: the one under the cursor, or the ticked ones."""

    items: tuple[str, ...]
    detail: ItemDetail | None = None
    """The detail of the one item; None where several are ticked."""
    then: Then | None = None
    """Called when the edit is done."""
    is_ticked: bool = False
    """Whether the items were ticked: one of them may be out of sight."""

    @property
    def name(self) -> str:
        """What is selected: "HC-6", "3 items"."""
        return self.detail.row.ref if self.detail else count_of(self.items)


def count_of(items: Sequence[str]) -> str:
    """The number of items as text."""
    return f"{len(items):,} item{'' if len(items) == 1 else 's'}"


def edit(
    app: RegisterApp,
    selection: Selection,
    key: str,
    title: str,
    fields: tuple[FormField, ...],
    build: Build,
    *,
    reasons: tuple[str, ...] = (),
    first_focus: str | None = None,
    intro: str | None = None,
    describe_saved: Callable[[Values], str] | None = None,
    remark: Callable[[Values, str], str] | None = None,
) -> None:
    """Ask for the fields of an edit in a form, and run its commands.

    One item is edited by RegisterApp.open_form, which documents `intro` and `describe_saved`; its draft is saved under
    `key` and the item. What is typed for ticked items is a draft for whichever are ticked next, until they are changed.
    They are previewed, with one reason for all; `reasons` are the usual ones, and
    `remark` makes what is shown beside the change of an item from the answers.
    """
    if selection.detail is not None:
        app.open_form(
            f"{key} {selection.items[0]}",
            title,
            fields,
            lambda values: build(values, selection.items),
            first_focus=first_focus,
            intro=intro,
            then=selection.then,
            describe_saved=describe_saved,
        )
        return

    draft_key = f"{key} {selection.items[0] if len(selection.items) == 1 else 'ticked'}"

    def check(values: Values) -> str | None:
        build(values, selection.items)
        # The preview may be left.
        form.save_draft_now()
        return None

    def done(result: ActionResult) -> None:
        app.drafts.delete(draft_key)
        if selection.then:
            selection.then(result)

    def go_on(values: Values | None) -> None:
        if values is not None:
            remarks = {item: remark(values, item) for item in selection.items} if remark else None
            preview(app, title, selection.items, lambda items: build(values, items), done, reasons, remarks)

    form = Form(
        title,
        with_names(app.register, fields),
        intro=intro,
        first_focus=first_focus,
        **app.draft_arguments(draft_key, title),
        submit=check,
        today=app.register.today(),
    )
    app.push_screen(form, go_on)


def act(app: RegisterApp, selection: Selection, title: str, build: BuildForItems, *, seen: int | None = None) -> None:
    """Run an edit without a form: of one item at once, of ticked items after a preview under the title."""
    if selection.detail is not None:
        app.do(build(selection.items), seen=seen, then=selection.then)
    else:
        preview(app, title, selection.items, build, selection.then)


def preview(
    app: RegisterApp,
    title: str,
    items: Sequence[str],
    build: BuildForItems,
    then: Then | None,
    reasons: tuple[str, ...] = (),
    remarks: Mapping[str, str] | None = None,
) -> None:
    """Preview the change of each item, ask for one reason, and run the commands of those not left out as one action.

    `remarks` are shown beside the changes, by item.
    """
    if app.register.author is None:
        app.ask_author(lambda: preview(app, title, items, build, then, reasons, remarks))
        return

    names, titles = references_of(app.register.conn, items), titles_of(app.register.conn, items)
    seen = app.register.newest()
    found = app.register.preview([build([item])[0] for item in items], [names[item] for item in items])
    lines = tuple(
        PreviewLine(
            item, names[item], row.what, row.now, row.new, row.refused or "",
            "needs a reason" if row.requires_reason else (remarks or {}).get(item, ""), titles.get(item, ""),
        )
        for item, row in zip(items, found, strict=True)
    )  # fmt: skip
    is_reason_required = any(row.requires_reason for row in found)

    def on_choice(answer: PreviewAccepted | None) -> None:
        if answer is None:
            return
        wanted = [line.key for line in lines if not line.refused and line.key not in answer.left_out]
        reason = answer.reason if is_reason_required else answer.reason or None
        commands = [command.model_copy(update={"reason": reason}) for command in build(wanted)]
        app.do(commands, seen=seen, then=then)

    app.push_screen(
        Preview(title, lines, reason="owed" if is_reason_required else "optional", reasons=reasons), on_choice
    )
