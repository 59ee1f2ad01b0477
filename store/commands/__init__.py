"""Commands: the edits that a person can make, by subject. A command checks its rules and writes its changes."""

from store.commands.actions import AddAction, FinishAction, MoveTarget
from store.commands.base import Command
from store.commands.correct import Correct, correct
from store.commands.evidence import CiteEvidence, EmbedEvidence
from store.commands.items import AddItem, SetLeads, SetNextMove, SetOutcomes
from store.commands.lead_state import HandOver, NothingNew, SetLeadState
from store.commands.links import AddLink
from store.commands.measures import AddMeasure, CorrectMeasure
from store.commands.notes import AddNote, CorrectNote
from store.commands.papers import (
    AcceptFinding,
    AddPaper,
    FixFigures,
    RecordFigure,
    SetPaperPublications,
    WithdrawText,
    WriteText,
)
from store.commands.parties import JoinParties, SeparateParties
from store.commands.publications import AddPublication, SetPublicationFile, propose_code
from store.commands.reasons import MarkReason
from store.commands.register import DescribeRegister
from store.commands.status import BelieveDone, SetReview, SetStage, SetTrack
from store.commands.submissions import RecordReply, SubmitEvidence
from store.commands.themes import AddTheme
from store.commands.views import SaveView
from store.commands.withdraw import Withdraw

__all__ = [
    "AcceptFinding",
    "AddAction",
    "AddItem",
    "AddLink",
    "AddMeasure",
    "AddNote",
    "AddPaper",
    "AddPublication",
    "AddTheme",
    "BelieveDone",
    "CiteEvidence",
    "Command",
    "Correct",
    "CorrectMeasure",
    "CorrectNote",
    "DescribeRegister",
    "EmbedEvidence",
    "FinishAction",
    "FixFigures",
    "HandOver",
    "JoinParties",
    "MarkReason",
    "MoveTarget",
    "NothingNew",
    "RecordFigure",
    "RecordReply",
    "SaveView",
    "SeparateParties",
    "SetLeadState",
    "SetLeads",
    "SetNextMove",
    "SetOutcomes",
    "SetPaperPublications",
    "SetPublicationFile",
    "SetReview",
    "SetStage",
    "SetTrack",
    "SubmitEvidence",
    "Withdraw",
    "WithdrawText",
    "WriteText",
    "correct",
    "propose_code",
]
