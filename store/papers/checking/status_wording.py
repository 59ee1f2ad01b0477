"""The status that a paper reports in a sentence or a cell, in any of its wordings."""

from __future__ import annotations

import re

_NOT_YET = r"\bnot\b|\buntil\b|\byet to\b|\bwill\b|\bto be\b|\bcan\b|\bcould\b|\bwould\b|\bonce\b|\bif\b|\bbefore\b|\bno longer\b|\bbeing\b|\bnor\b|\bseek|\bthat (?:it|they|this|these) (?:should )?be\b|\brequest\w*|\bask\w*|\bin the coming\b"
_STATES = (
    ("considered-closed", r"\bconsider\w* (?:\w+ ){0,4}?(?:closed|complete\w*)\b|\b(?:believe|think|thought|regard)\w* (?:\w+ ){0,5}?(?:done|complete|finished)"),
    ("submitted", r"\b(?:submitted|proposed|put forward|sent|proposing) (?:to \w+ )?for (?:closure|discharge|consideration of (?:closure|discharge))|\bproposed for closure|\bsubmitted to \w+ for (?:review|closure|discharge|consideration)|\b(?:awaiting|awaits?) (?:\w+ ){0,3}?(?:review|verification|discharge|closure|decision|answer|reply|verdict)|\b(?:is|are) (?:now |still )?with (?:hmics|the inspectorate)\b|\b(?:gone|went|sent|passed) to (?:hmics|the inspectorate) (?:\w+ ){0,7}?(?:closed|closure|discharged?)\b"),
    ("open", r"\b(?:remain\w*|stay\w*|kept|keep|still) (?:\w+ )?(?:open|ongoing|outstanding|live)\b|\b(?:is|are|be|been) (?:still |currently )?(?:open|ongoing|outstanding|live)\b|\brecommendations? ongoing\b|\breopened\b|\b(?:declined|refused|did not agree) to (?:close|discharge)\b|\b(?:kept|remain\w*) open\b"),
    ("discharged", r"\bdischarged\b"),
    ("closed", r"\b(?:closed|completed|concluded|finalised)\b|\b(?:is|are|were|was|been) (?:now |all |both )*(?:done|finished)\b|\b(?:is|are) (?:now |currently |all )*complete\b|\bagreed (?:to close|closure|its closure)\b"),
    ("on-track", r"\bon track\b|\bon target\b|\bon (?:schedule|course)\b|\bgoing to plan\b|\bahead of schedule\b"),
    ("delayed", r"\bdelayed\b|\bbehind schedule\b|\boff track\b|\boverdue\b|\b(?:is|are|running|remain\w*) (?:now |all |both |still |open and |running )*late\b"),
    ("open", r"\b(?:have|has) (?:commenced|begun|started)\b|\b(?:is|are) (?:progressing|under way|underway|being progressed)\b|\b(?:still|yet) to (?:be )?(?:closed?|completed?)\b|\b(?:has|have|is|are|was|were) not (?:yet )?(?:been )?completed?\b"),
    ("submitted", r"\b(?:recommendations?|actions?) (?:(?:is|are|was|were|has been|have been) )?(?:submitted|sent) to (?:hmics|the inspectorate)\b"),
)  # fmt: skip


def status_in(text: str) -> str:
    """The status that a clause reports: closed, discharged, submitted, open, on-track, delayed; "" for none, or not yet.

    What is only considered closed is `considered-closed`.
    """
    plain = text.casefold()
    for name, pattern in _STATES:
        found = re.search(pattern, plain)
        if not found:
            continue
        if name in ("closed", "discharged") and re.search(_NOT_YET, plain[: found.start()][-40:]):
            continue
        return name
    return ""
