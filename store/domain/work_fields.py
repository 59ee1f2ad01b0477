"""The kinds of entity that record the work on items, and their fields: submissions, replies, actions, papers …

What follows from a declaration is written in store/domain/fields.py.
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
from store.domain.vocabulary import ActionKind, Stage, Status, Verdict

LINE, TEXT, CHOICE, PAST_DATE, COMING_DATE, TARGET, PRINTED, WHOLE, ENTITY, CHANGES, OTHER = FieldType

WORK: dict[str, EntityKind] = {
    "submission": EntityKind(
        {
            "recommendation": item_field(),
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
            "marking": marking_field(),
        },
        label="text",
    ),
    "evidence": EntityKind({"submission": end_field("submission"), "note": end_field("note")}, ends=("submission", "note")),
    "reply": EntityKind(
        {
            "recommendation": item_field(),
            "submission": end_field("submission"),
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
            "next_move": next_move_field(
                "whose it is, where the item stays open", "Who has to act next, where it stays open."
            ),
            "marking": marking_field(),
            "unevidenced": own_field("Without evidence or words", OTHER, words="without evidence or words"),
        },
        label="words",
    ),
    "reason_marking": EntityKind(
        {"change": own_field("Change", CHANGES), "marking": marking_field()}, ends=("change",), words="marking of a reason"
    ),
    "action": EntityKind(
        {
            "recommendation": item_field(),
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
                "Waits since", PAST_DATE, "of a dependency", "Since when a dependency waits, as far as known.",
                column=("Waits since", 16),
            ),
            "done": Field("Done", PAST_DATE, editable=False, column=("Done", 16)),
            "marking": marking_field(),
        },
        label="text",
    ),
    "nothing_new": EntityKind(
        {"recommendation": item_field(), "dated": own_field("Dated", PAST_DATE)}, label="dated", words="nothing new"
    ),
    "citation": EntityKind(
        {
            "note": end_field("note"),
            "name": own_field("Name"),
            "reference": Field("Reference", LINE, "its number where it is filed", "Its reference number."),
            "sha256": own_field("SHA-256", OTHER, words="SHA-256"),
            "size": own_field("Size", OTHER),
            "embedded": own_field("Kept inside", OTHER),
            "marking": marking_field(),
        },
        label="name",
        words="evidence file",
    ),
    "location": EntityKind(
        {
            "citation": end_field("citation", "Evidence file"),
            "publication": end_field("publication"),
            "place": own_field("Where it lies"),
        },
        label="place",
        words="place of a file",
    ),
    "view": EntityKind(
        {"name": own_field("Name"), "query": own_field("Query"), "sort": own_field("Sorted by"), "columns": own_field("Columns")},
        label="name",
    ),
    "measure": EntityKind(
        {
            "publication": end_field("publication"),
            "recommendation": item_field(),
            "name": Field("What", LINE, "what it counts: referrals", "What it counts.", required=True),
            "figure": Field(
                "Figure", PRINTED, "as printed: 4,141", "The figure, as printed.", required=True,
                parts=("number", "unit", "period"),
            ),
        },
        label="name",
    ),
    "paper": EntityKind(
        {
            "title": Field("Title", LINE, "what is printed at its head", "Its title.", required=True),
            "meeting": Field("Committee", LINE, "the committee that it goes to", "The committee that it goes to.", option="committee", words="committee"),
            "date": Field("Date of meeting", COMING_DATE, "18 September 2024", "The day of the meeting.", required=True, words="date"),
            "location": Field("Place", LINE, "where it meets", "Where the committee meets.", words="place"),
            "presenter": Field("Presented by", LINE, help="Who presents it.", words="presenter"),
            "asked": Field("Members are asked", LINE, "For Discussion", "What members are asked to do.", words="what members are asked"),
            "purpose": Field("Purpose", TEXT, "what the paper is for", "What it is for."),
            "appendix": Field("Appendix attached", LINE, "No", "Whether an appendix is attached, or which.", words="appendix"),
            "form": Field("Form", LINE, "progress", "The form that it is written in.", words="form"),
            "since": Field(
                "Changes since", PAST_DATE, "the paper before it, if left empty",
                "The day from which changes are counted; else from the paper before it.", words="changes since",
            ),
            "marking": marking_field(),
        },
        label="title",
    ),
    "paper_publication": EntityKind(
        {"paper": end_field("paper"), "publication": end_field("publication")},
        ends=("paper", "publication"),
        words="publication of a paper",
    ),
    "paper_text": EntityKind(
        {
            "paper": end_field("paper"),
            "publication": end_field("publication"),
            "section": own_field("Section"),
            "text": Field("Text", TEXT, help="What it says.", editable=False),
            "context": own_field("Written of", TEXT, words="what it was written of"),
            "marking": marking_field(),
        },
        ends=("paper", "publication", "section"),
        label="section",
        words="text of a paper",
    ),
    "accepted_finding": EntityKind(
        {
            "paper": end_field("paper"),
            "finding": own_field("Finding"),
            "reason": own_field("Why it is no fault", words="why it is no fault"),
        },
        ends=("paper", "finding"),
        label="reason",
        words="finding that is no fault",
    ),
    "figure": EntityKind(
        {
            "paper": end_field("paper"),
            "publication": end_field("publication"),
            "name": own_field("Name"),
            "figure": own_field("Figure", PRINTED),
        },
        ends=("paper", "publication", "name"),
        label="name",
    ),
    "fixing": EntityKind({"paper": end_field("paper"), "day": own_field("Day")}, label="day", words="fixing of figures"),
    "fixed_item": EntityKind(
        {
            "fixing": end_field("fixing"),
            "recommendation": item_field(),
            "status": Field("Status", CHOICE, choices=tuple(Status), editable=False),
            "closed_as": own_field("Closed as", words="closed as"),
            "stage": Field(
                "Stage", CHOICE, words="stage", choices=tuple(Stage), parts=("day", *BOUNDS, "by", "asks"),
                editable=False,
            ),
            "target": own_field("Target", TARGET),
            "heads": own_field("Heads", CHANGES),
        },
        ends=("fixing", "recommendation"),
        words="status in a paper",
    ),
    "expunge": EntityKind({"changes": own_field("Changes", CHANGES)}, words="taking out for good"),
}  # fmt: skip
