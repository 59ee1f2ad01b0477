"""The kinds of entity in a register and their fields: the one place where a field is declared, with work_fields.py.

From a declaration come the field of a dialog (tui/dialogs/fields.py), the option of a command (tui/cli/options.py), how
what is typed is read (store/commands/values.py), the columns of the tables, and what exports print. The types of stored
values are in store/domain/models.py, the columns in the SQL of store/file/migrations; a test holds both to this.

Light on purpose: the program's start loads it. Names are permanent once released, since the log stores them.
"""

from __future__ import annotations

from store.domain.field_types import (
    BOUNDS,
    EntityKind,
    Field,
    FieldType,
    end_field,
    item_field,
    marking_field,
    next_move_field,
    own_field,
)
from store.domain.vocabulary import (
    ClosedBy,
    ItemKind,
    LeadState,
    NoteKind,
    PartyKind,
    PublicationKind,
    Response,
    Stage,
    Track,
)
from store.domain.work_fields import WORK

UNKNOWN = "not known"
"""The text of a first target that is lost."""

REGISTER = "register"
"""The id, and the kind, of the one entity with the fields of the register itself: title, marking, day …"""

LINE, TEXT, CHOICE, PAST_DATE, COMING_DATE, TARGET, PRINTED, WHOLE, ENTITY, CHANGES, OTHER = FieldType


KINDS: dict[str, EntityKind] = {
    "register": EntityKind(
        {
            "title": Field("Title", help="What the register is called.", required=True),
            "marking": marking_field(),
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
            "priorities": Field(
                "Priorities", TEXT, "from the highest, a line each: High = fundamental; critical",
                "A priority, the highest first; repeat it. After = other words for it, between semicolons.",
                option="priority",
            ),
            "kinds": Field(
                "Own kinds", TEXT, "kinds of item, counted with recommendations, a line each",
                "A kind of item of your own, counted with recommendations; repeat it.", option="own-kind",
                words="kinds of its own",
            ),
            "kinds_apart": Field(
                "Counted apart", TEXT, "kinds of item, counted apart as commitments are, a line each",
                "A kind of item of your own, counted apart as commitments are; repeat it.", option="own-kind-apart",
                words="kinds of its own that are counted apart",
            ),
            "delay_kinds": Field(
                "Kinds of delay", TEXT, "kinds of delay, a line each", "A kind of delay; repeat it.", option="delay-kind",
                words="kinds of delay",
            ),
        },
        label="title",
    ),
    "party": EntityKind(
        {
            "name": own_field("Name"),
            "kind": Field("Kind", CHOICE, choices=tuple(PartyKind), editable=False),
        },
        label="name",
    ),
    "same_party": EntityKind(
        {"party": end_field("party", "Name"), "other": end_field("party", "The same as")},
        ends=("party", "other"),
        words="same as",
    ),
    "theme": EntityKind(
        {
            "name": Field("Name", required=True),
            "definition": Field("Definition", TEXT, help="What it takes in."),
            "position": Field("Position", WHOLE),
            "publication": end_field("publication"),
        },
        label="name",
    ),
    "outcome": EntityKind({"number": own_field("Number"), "text": own_field("Text", TEXT)}, label="text"),
    "publication": EntityKind(
        {
            "title": Field("Title", help="Its title.", required=True),
            "code": Field(
                "Code", LINE, "what people say: HC; proposed if left empty", "Its code, as in HC-6.", metavar="CODE",
                limit=20, required=True,
            ),
            "publisher": Field("Publisher", LINE, "such as HMICS", "Who published it.", metavar="NAME"),
            "published": Field("Published", PAST_DATE, "such as June 2021", "When it was published, as far as known."),
            "kind": Field(
                "Kind", CHOICE, help="A report has recommendations, a plan commitments.",
                choices=tuple(PublicationKind), default=PublicationKind.REPORT, required=True,
            ),
            "closed_by": Field(
                "Items closed by", CHOICE, help="Who closes its items.", words="items closed by",
                choices=tuple(ClosedBy), required=True, if_empty="Say who closes its items.",
            ),
            "stated_total": Field(
                "Total, as printed", PRINTED, "as printed: 15", "How many items it says it has.", option="total",
                words="total, as printed",
            ),
            "last_update": Field(
                "Last update", PAST_DATE, help="When the last update was, as far as known.", words="last update"
            ),
            "stated_updates": Field(
                "No. of updates", LINE, "as printed", "How many updates, as printed.", option="updates",
                words="updates, as printed",
            ),
            "link": Field(
                "Link", LINE, "https://…, as anybody can follow it", "Where anybody can read it: https://…", metavar="URL",
            ),
            "marking": marking_field(),
            "published_printed": own_field("Published, as printed", words="published, as printed"),
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
                "Kind", CHOICE, help="What it is, or a kind of your own.", metavar="KIND", choices=tuple(ItemKind),
                lists=("kinds", "kinds_apart"), required=True, column=("Kind", 16),
            ),
            "theme": Field("Theme", ENTITY, help="Its theme.", metavar="NAME", names="theme", column=("Theme", 18)),
            "response": Field(
                "Response", CHOICE, help="Whether it is accepted; it alters no status.", choices=tuple(Response),
                column=("Response", 16),
            ),
            "priority": Field(
                "Priority", CHOICE, "", "Its priority: High, Medium, Low, or as the register has it.", metavar="NAME",
                lists=("priorities",), column=("Priority", 12),
            ),
            "percent_done": Field(
                "Done, in per cent", WHOLE, "as its owner says it: 60", "How much is done in per cent, as its owner says it.",
                words="how much is done, in per cent", bounds=(0, 100), column=("Done, in per cent", 10),
            ),
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
            "marking": marking_field(("Marking", 20)),
            "publication": end_field("publication"),
            "label": own_field("Label"),
            "stage": Field(
                "Stage", CHOICE, help="Its stage.", words="stage", choices=tuple(Stage),
                parts=("day", *BOUNDS, "by", "asks"), editable=False, column=("Stage", 18),
            ),
            "review": Field(
                "Looked at again", COMING_DATE, "when the risk is looked at again",
                "When a risk that is accepted is looked at again.", words="when it is looked at again", editable=False,
                column=("Looked at again", 16),
            ),
            "track": Field(
                "On time?", CHOICE, "where the item stays open", "Is it on time?", words="on time?",
                choices=tuple(Track), editable=False, column=("On time?", 12),
            ),
            "believed_done": own_field("Believed done", words="believed done", parts=("by",), column=("Believed done", 16)),
            "next_move": next_move_field(),
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
            "recommendation": item_field(),
            "party": end_field("party"),
            "role": Field("Role", LINE, "what they do in it; empty for none", editable=False),
            "state": Field("State", CHOICE, choices=tuple(LeadState), editable=False),
        },
        ends=("recommendation", "party"),
    ),
    "contribution": EntityKind(
        {"recommendation": item_field(), "outcome": end_field("outcome")}, ends=("recommendation", "outcome"), words="outcome"
    ),
    "link": EntityKind(
        {
            "recommendation": item_field(),
            "other": end_field("recommendation", "Other item"),
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
            "dated": Field("Dated", PAST_DATE, "today, if left empty", "Its date, as far as known.", column=("Date", 16)),
            "said_by": Field(
                "Said by", LINE, "if not by whoever records it", "Who said it.", metavar="NAME", words="said by",
                column=("Said by", 20),
            ),
            "agreed_by": Field(
                "Agreed by", LINE, "who signs it off before it goes to a committee", "Who agreed it.", metavar="NAME",
                words="agreed by", column=("Agreed by", 20),
            ),
            "agreed": Field(
                "Agreed on", PAST_DATE, "today, if left empty and somebody agreed it", "When it was agreed; today unless said.",
                words="when it was agreed", column=("Agreed on", 16),
            ),
            "marking": marking_field(("Marking", 20)),
        },
        label="text",
    ),
    "note_on": EntityKind(
        {
            "note": end_field("note"),
            "recommendation": item_field(),
            "publication": end_field("publication"),
            "theme": end_field("theme"),
            "paper": end_field("paper"),
        },
        ends=("note", "recommendation", "publication", "theme", "paper"),
        words="note",
    ),
} | WORK  # fmt: skip


def label_of_field(kind: str, name: str) -> str:
    """The label of a field in a sentence; of an unknown kind, too."""
    field = KINDS[kind].fields.get(name) if kind in KINDS else None
    return (field.words if field else "") or name.replace("_", " ")


def label_of_kind(kind: str) -> str:
    """The label of a kind of entity in a sentence."""
    return (KINDS[kind].words if kind in KINDS else "") or kind.replace("_", " ")
