"""The kinds of entity in a register and their fields: the one place where a field is declared.

From a declaration come the field of a dialog (tui/dialogs/fields.py), the option of a command (tui/cli/options.py), how
what is typed is read (store/commands/values.py), the columns of the tables, and what exports print. The types of stored
values are in store/domain/models.py, the columns in the SQL of store/file/migrations; a test holds both to this.

Light on purpose: the program's start loads it. Names are permanent once released, since the log stores them.
"""

from __future__ import annotations

from store.domain.field_types import BOUNDS, EntityKind, Field, FieldType
from store.domain.vocabulary import (
    MARKINGS,
    ActionKind,
    ClosedBy,
    ItemKind,
    LeadState,
    NextMove,
    NoteKind,
    PartyKind,
    PublicationKind,
    Stage,
    Status,
    Track,
    Verdict,
)

UNKNOWN = "not known"
"""The text of a first target that is lost."""

REGISTER = "register"
"""The id, and the kind, of the one entity with the fields of the register itself: title, marking, day …"""

LINE, TEXT, CHOICE, DATE, PAST_DATE, COMING_DATE, TARGET, PRINTED, WHOLE, ENTITY, CHANGES, OTHER = FieldType


def _end(kind: str, label: str = "") -> Field:
    """An owner, or an end of an association: immutable."""
    return Field(label or kind.capitalize(), ENTITY, names=kind, editable=False)


def _item() -> Field:
    return _end("recommendation", "Item")


def _own(
    label: str,
    type: FieldType = LINE,
    words: str = "",
    parts: tuple[str, ...] = (),
    column: tuple[str, int] | None = None,
) -> Field:
    """A field that its own commands write, and not the generic ones that add and correct."""
    return Field(label, type, words=words, parts=parts, editable=False, column=column)


def _marking(column: tuple[str, int] | None = None) -> Field:
    return Field(
        "Marking", CHOICE, help="How it is marked.", choices=MARKINGS, default=MARKINGS[0], required=True,
        column=column,
    )  # fmt: skip


def _next_move(hint: str = "", help: str = "Who has to act next.") -> Field:
    return Field(
        "Next move", CHOICE, hint, help, words="next move", choices=tuple(NextMove), parts=("until",), editable=False,
        column=("Next move", 20),
    )  # fmt: skip


KINDS: dict[str, EntityKind] = {
    "register": EntityKind(
        {
            "title": Field("Title", help="What the register is called.", required=True),
            "marking": _marking(),
            "day": Field(
                "Day", LINE, "2024-09-18; empty for today", "The day it stands at, as 2024-09-18; '' for today.",
                metavar="DAY",
            ),
            "next_committee": Field(
                "Next committee", COMING_DATE, help="When the next committee meets, as far as known.",
                words="next committee",
            ),
            "aged_after": Field(
                "Old after", WHOLE, "years open since publication; 2 if empty",
                "Years since publication after which an open item is old.", bounds=(1, 50),
                words="years until an open item counts as old",
            ),
            "stale_after": Field(
                "Stale after", WHOLE, "days without a word; 90 if empty",
                "Days without a word after which one is stale.", bounds=(1, 3650),
                words="days without a word until an item counts as stale",
            ),
            "embed_limit": Field(
                "Evidence inside", WHOLE, "largest file kept inside, in MB; 5 if empty",
                "The largest evidence file kept inside, in MB.", bounds=(0, 1000),
                words="largest evidence file to keep inside, in MB",
            ),
            "move_reasons": Field(
                "Reasons to move", TEXT, "usual reasons to move a target, a line each",
                "A usual reason to move a target; repeat it.", option="move-reason",
                words="usual reasons to move a target",
            ),
        },
        label="title",
    ),
    "party": EntityKind(
        {
            "name": _own("Name"),
            "kind": Field("Kind", CHOICE, choices=tuple(PartyKind), editable=False),
        },
        label="name",
    ),
    "same_party": EntityKind(
        {"party": _end("party", "Name"), "other": _end("party", "The same as")},
        ends=("party", "other"),
        words="same as",
    ),
    "theme": EntityKind(
        {
            "name": Field("Name", required=True),
            "definition": Field("Definition", TEXT, help="What it takes in."),
            "position": Field("Position", WHOLE),
            "publication": _end("publication"),
        },
        label="name",
    ),
    "outcome": EntityKind({"number": _own("Number"), "text": _own("Text", TEXT)}, label="text"),
    "publication": EntityKind(
        {
            "title": Field("Title", help="Its title.", required=True),
            "code": Field(
                "Code", LINE, "what people say: HC; proposed if left empty", "Its code, as in HC-6.", metavar="CODE",
                limit=20, required=True,
            ),
            "publisher": Field("Publisher", LINE, "HMICS", "Who published it.", metavar="NAME"),
            "published": Field("Published", DATE, "June 2021", "When it was published, as far as known."),
            "kind": Field(
                "Kind", CHOICE, help="A report has recommendations, a plan commitments.",
                choices=tuple(PublicationKind), default=PublicationKind.REPORT, required=True,
            ),
            "closed_by": Field(
                "Closed by", CHOICE, help="Who closes its items.", words="closed by", choices=tuple(ClosedBy),
                required=True,
            ),
            "stated_total": Field(
                "Total it states", PRINTED, "as printed: 15", "How many items it says it has.", option="total",
                words="total, as printed",
            ),
            "last_update": Field(
                "Last update", DATE, help="When the last update was, as far as known.", words="last update"
            ),
            "stated_updates": Field(
                "No. of updates", LINE, "as printed", "How many updates, as printed.", option="updates",
                words="updates, as printed",
            ),
            "marking": _marking(),
            "published_printed": _own("Published, as printed", words="published, as printed"),
        },
        label="code",
    ),
    "recommendation": EntityKind(
        {
            "number": Field(
                "Number", LINE, "as printed; empty if not known", "Its number; a name, so 10a will do.", limit=20,
                column=("Number", 9),
            ),
            "title": Field(
                "Title", LINE, "short, in your own words", "A short name in your own words.", required=True,
                column=("Title", 50),
            ),
            "text": Field("What it asks", TEXT, help="Its text, as known.", column=("Text", 60)),
            "kind": Field(
                "Kind", CHOICE, help="What it is.", choices=tuple(ItemKind), required=True, column=("Kind", 16)
            ),
            "theme": Field("Theme", ENTITY, help="Its theme.", metavar="NAME", names="theme", column=("Theme", 18)),
            "addressed_to": Field(
                "Addressed to", help="To whom it is addressed.", metavar="NAME", words="addressed to",
                column=("Addressed to", 24),
            ),
            "part_of": Field(
                "Part of", ENTITY, help="The item that it is a part of.", metavar="REF", words="part of",
                names="recommendation", column=("Part of", 12),
            ),
            "scope": Field(
                "Numbered within", LINE, "a body whose items are numbered by themselves; empty for none",
                "The body or part within which it is numbered, where each has a 1 of its own.", metavar="NAME",
                words="numbered within", limit=60, column=("Numbered within", 18),
            ),
            "marking": _marking(("Marking", 20)),
            "publication": _end("publication"),
            "label": _own("Label"),
            "stage": Field(
                "Stage", CHOICE, help="Its stage.", words="stage", choices=tuple(Stage),
                parts=("day", *BOUNDS, "by", "asks"), editable=False, column=("Stage", 18),
            ),
            "track": Field(
                "On time?", CHOICE, "where the item stays open", "Is it on time?", words="on time?",
                choices=tuple(Track), editable=False, column=("On time?", 12),
            ),
            "believed_done": _own("Believed done", words="believed done", parts=("by",), column=("Believed done", 16)),
            "next_move": _next_move(),
            "target": Field(
                "Target", TARGET, "June 2025, or as it was said", "When it is to be done, as written.",
                editable=False, column=("Target", 22),
            ),
        },
        label="title",
        words="item",
    ),
    "lead": EntityKind(
        {
            "recommendation": _item(),
            "party": _end("party"),
            "role": Field("Role", LINE, "what they do in it; empty for none", editable=False),
            "state": Field("State", CHOICE, choices=tuple(LeadState), editable=False),
        },
        ends=("recommendation", "party"),
    ),
    "contribution": EntityKind(
        {"recommendation": _item(), "outcome": _end("outcome")}, ends=("recommendation", "outcome"), words="outcome"
    ),
    "link": EntityKind(
        {
            "recommendation": _item(),
            "other": _end("recommendation", "Other item"),
            "relation": Field(
                "Relation", CHOICE, choices=("same-work", "depends-on", "supersedes", "same-as"), editable=False
            ),
            "why": Field("Why", LINE, "how it is known", "Why they belong together."),
        },
        ends=("relation", "recommendation", "other"),
    ),
    "note": EntityKind(
        {
            "text": Field(
                "Note", TEXT, help="What it says.", required=True,
                if_empty="The note is empty. Write something, or leave it.", column=("Note", 80),
            ),
            "kind": Field(
                "Kind", CHOICE, help="What it is for.", choices=tuple(NoteKind), as_stored=True,
                default=NoteKind.POSITION, required=True, column=("Kind", 12),
            ),
            "dated": Field("Dated", DATE, "today, if left empty", "Its date, as far as known.", column=("Date", 16)),
            "said_by": Field(
                "Said by", LINE, "if not by whoever records it", "Who said it.", metavar="NAME", words="said by",
                column=("Said by", 20),
            ),
            "marking": _marking(("Marking", 20)),
        },
        label="text",
    ),
    "note_on": EntityKind(
        {
            "note": _end("note"),
            "recommendation": _item(),
            "publication": _end("publication"),
            "theme": _end("theme"),
            "paper": _end("paper"),
        },
        ends=("note", "recommendation", "publication", "theme", "paper"),
        words="note",
    ),
    "submission": EntityKind(
        {
            "recommendation": _item(),
            "sent": Field(
                "Sent on", PAST_DATE, help="When it was sent, as far as known.", required=True,
                if_empty="Say when it was sent.", column=("Sent", 16),
            ),
            "asks": Field(
                "Asking for", CHOICE, help="What is asked for; closure unless said.", choices=("closure", "view"),
                default="closure", required=True, editable=False, column=("Asks for", 10),
            ),
            "reference": Field(
                "Reference", LINE, "what it was sent under", "The reference it was sent under.",
                column=("Their reference", 16),
            ),
            "text": Field(
                "In short", LINE, "what was sent", "What was sent, in a few words.", column=("Evidence", 60)
            ),
            "marking": _marking(),
        },
        label="text",
    ),
    "evidence": EntityKind({"submission": _end("submission"), "note": _end("note")}, ends=("submission", "note")),
    "reply": EntityKind(
        {
            "recommendation": _item(),
            "submission": _end("submission"),
            "verdict": Field(
                "Verdict", CHOICE, help="What it says; only a reply discharges.", choices=tuple(Verdict),
                required=True, editable=False, column=("Verdict", 20),
            ),
            "dated": Field(
                "Dated", PAST_DATE, help="The day of the reply, as far as known.", required=True,
                if_empty="Say when the reply was.", column=("Reply", 16),
            ),
            "who": Field("Who", help="Who replied.", metavar="NAME", column=("Who replied", 20)),
            "words": Field("Words of the reply", TEXT, "as they were written", "The words of the reply.", column=("Words", 60)),
            "would_satisfy": Field(
                "Evidence still required", TEXT, "what they say they still want to see", "The evidence that they still require.",
                words="evidence still required", column=("Evidence still required", 40),
            ),
            "discharges": Field(
                "Discharged part", LINE, "where only a part of it is discharged",
                "Which part is discharged, where it is partly.", words="what of it is discharged",
                column=("Discharged part", 30),
            ),
            "next_move": _next_move(
                "whose it is, where the item stays open", "Who has to act next, where it stays open."
            ),
            "marking": _marking(),
            "unevidenced": _own("Without evidence or words", OTHER, words="without evidence or words"),
        },
        label="words",
    ),
    "reason_marking": EntityKind(
        {"change": _own("Change", CHANGES), "marking": _marking()}, ends=("change",), words="marking of a reason"
    ),
    "action": EntityKind(
        {
            "recommendation": _item(),
            "text": Field(
                "What", TEXT, "what is promised or has to happen", "What is to be done.", required=True,
                if_empty="Say what is to be done.", column=("Text", 60),
            ),
            "due": Field("By when", TARGET, "as it was said", "By when, as written; '' for not said."),
            "whose": Field(
                "Whose", LINE, "who has to do it; of a dependency, who is waited for",
                "Who does it; of a dependency, who is waited for.", metavar="NAME", column=("Whose", 20),
            ),
            "kind": Field(
                "Kind", CHOICE, help="What it is.", choices=tuple(ActionKind), as_stored=True,
                default=ActionKind.PROMISE, required=True, column=("What", 12),
            ),
            "since": Field(
                "Waits since", DATE, "of a dependency", "Since when a dependency waits, as far as known.",
                column=("Waits since", 16),
            ),
            "done": Field("Done", PAST_DATE, editable=False, column=("Done", 16)),
            "marking": _marking(),
        },
        label="text",
    ),
    "nothing_new": EntityKind(
        {"recommendation": _item(), "dated": _own("Dated", PAST_DATE)}, label="dated", words="nothing new"
    ),
    "citation": EntityKind(
        {
            "note": _end("note"),
            "name": _own("Name"),
            "reference": Field("Reference", LINE, "its number where it is filed", "Its reference number."),
            "sha256": _own("SHA-256", OTHER, words="SHA-256"),
            "size": _own("Size", OTHER),
            "embedded": _own("Kept inside", OTHER),
            "marking": _marking(),
        },
        label="name",
        words="evidence file",
    ),
    "location": EntityKind(
        {"citation": _end("citation", "Evidence file"), "place": _own("Where it lies")},
        label="place",
        words="place of an evidence file",
    ),
    "view": EntityKind(
        {"name": _own("Name"), "query": _own("Query"), "sort": _own("Sorted by"), "columns": _own("Columns")},
        label="name",
    ),
    "measure": EntityKind(
        {
            "publication": _end("publication"),
            "recommendation": _item(),
            "name": _own("Name"),
            "figure": _own("Figure", PRINTED, parts=("number", "unit", "period")),
        },
        label="name",
    ),
    "paper": EntityKind(
        {
            "title": _own("Title"),
            "meeting": _own("Meeting"),
            "date": _own("Date", DATE),
            "location": _own("Location"),
            "presenter": _own("Presenter"),
            "purpose": _own("Purpose"),
            "appendix": _own("Appendix"),
            "marking": _marking(),
        },
        label="title",
    ),
    "figure": EntityKind(
        {
            "paper": _end("paper"),
            "publication": _end("publication"),
            "name": _own("Name"),
            "figure": _own("Figure", PRINTED),
        },
        ends=("paper", "publication", "name"),
        label="name",
    ),
    "fixing": EntityKind({"paper": _end("paper"), "day": _own("Day")}, label="day", words="fixing of figures"),
    "fixed_item": EntityKind(
        {
            "fixing": _end("fixing"),
            "recommendation": _item(),
            "status": Field("Status", CHOICE, choices=tuple(Status), editable=False),
            "closed_as": _own("Closed as", words="closed as"),
            "stage": Field(
                "Stage", CHOICE, words="stage", choices=tuple(Stage), parts=("day", *BOUNDS, "by", "asks"),
                editable=False,
            ),
            "target": _own("Target", TARGET),
            "heads": _own("Heads", CHANGES),
        },
        ends=("fixing", "recommendation"),
        words="status in a paper",
    ),
    "expunge": EntityKind({"changes": _own("Changes", CHANGES)}, words="taking out for good"),
}  # fmt: skip


def label_of_field(kind: str, name: str) -> str:
    """The label of a field in a sentence; of an unknown kind, too."""
    field = KINDS[kind].fields.get(name) if kind in KINDS else None
    return (field.words if field else "") or name.replace("_", " ")


def label_of_kind(kind: str) -> str:
    """The label of a kind of entity in a sentence."""
    return (KINDS[kind].words if kind in KINDS else "") or kind.replace("_", " ")
