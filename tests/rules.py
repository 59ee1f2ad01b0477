"""The rules of the work, checked apart from the store: no ending without a reply, no track on what is closed, first
targets."""

from __future__ import annotations

import json

from oracle import Expected, taken_back, values_of

from store.register import Register

LEADS_TO = {
    "discharged": {"discharged"},
    "not-adopted": {"closed-not-adopted"},
    "remain-open": {"remain-open"},
    "more-evidence": {"remain-open"},
    "partly-discharged": {"remain-open"},
}


def broken_rules(register: Register) -> list[str]:
    """What breaks the rules of the work: a line each, as of the tables and the log."""
    expected = Expected(changes=list(register.log.all()))
    found = []
    for item, values in expected.current_of("recommendation").items():
        stage = (values["stage"] or {}).get("text")
        top = expected.heads(item, "stage")
        basis = json.loads(top[-1].body or "{}").get("basis", {}).get("stage", ["entered"])[0] if top else "entered"
        sent = any(s["recommendation"] == item for s in expected.current_of("submission").values())
        replies = [r for r in expected.current_of("reply").values() if r["recommendation"] == item]
        leads_to: set[str] = {"submitted"} if sent else set()
        leads_to = leads_to.union(*(LEADS_TO[r["verdict"]] for r in replies))
        rests = stage in {"submitted", "remain-open", "discharged", "closed-not-adopted"}
        if rests and basis in ("entered", "assigned") and stage not in leads_to:
            found.append(f"{item} stands {stage} with nothing that leads there")
        if (expected.status(item) == "closed") is not (values["track"] is None):
            found.append(f"{item} stands {stage}, on time: {values['track']}")
        first, later = _moves(expected, item)
        row = register.conn.execute(
            "SELECT first_target, moved_later FROM recommendation WHERE id = ?", (item,)
        ).fetchone()
        if row != (first, later):
            found.append(f"{item}: first target and moves {row}, and not {(first, later)}")
    return found


def _moves(expected: Expected, item: str) -> tuple[str | None, int]:
    """The first target and how often it moved later, of one desk's changes in the order in which they were written."""
    mine = [c for c in expected.changes if c.entity == item]
    gone = taken_back(mine)
    targets = [
        target
        for c in mine
        if "target" in c.fields and not c.undoes and c.id not in gone and (target := values_of(c).get("target"))
    ]
    later, latest = 0, None
    for target in targets:
        day = target.get("latest")
        later += bool(latest and day and day > latest)
        latest = day or latest
    return (targets[0]["text"] if targets else None), later
