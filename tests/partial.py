"""Registers in which something is not there: whole bodies left out of a copy, or single fields that are empty."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    CiteEvidence,
    Command,
    DescribeRegister,
    JoinParties,
    MarkReason,
    MoveTarget,
    NothingNew,
    RecordReply,
    SaveView,
    SetLeadState,
    SetNextMove,
    SubmitEvidence,
)
from store.domain.fields import KINDS
from store.domain.references import find_item
from store.domain.vocabulary import ActionKind, LeadState, NextMove, NoteKind, Value, Verdict
from store.file.attachments import pack
from store.log.change import heads, make_change
from store.log.projection import rebuild
from store.log.writer import ChangeWriter
from store.register import Author, Register


def full_register(sample: Path, path: Path) -> Path:
    """A closed register with something of every kind, a copy of the sample with more in it."""
    shutil.copyfile(sample, path)
    register = Register.open(path, Author("Test Lead"))
    conn = register.conn
    hc6, hc5 = (find_item(conn, reference)[0] for reference in ("HC-6", "HC-5"))
    publication, theme = (
        conn.execute(f"SELECT id FROM {kind} ORDER BY id").fetchone()[0] for kind in ("publication", "theme")
    )
    part = register.do(
        AddItem(publication=publication, number="1a", title="A part", part_of=_first_of(conn, publication))
    )
    note = register.do(
        AddNote(items=(hc6,), text="Sent.", kind=NoteKind.EVIDENCE, dated="May 2024", said_by="C3")
    ).created
    assert note and part.created
    register.do_all(
        [
            DescribeRegister(next_committee="December 2024"),
            AddNote(publication=publication, text="Of the publication."),
            AddNote(theme=theme, text="Learned."),
            CiteEvidence(note=note, name="evidence.txt", where="/home/c3/evidence.txt", content=pack(b"What was sent.")),
            AddAction(item=hc6, text="A promise", due="May 2024", whose="C3"),
            AddAction(item=hc6, text="Waits on others", kind=ActionKind.DEPENDENCY, whose="The College", since="2024"),
            AddLink(item=hc6, other=hc5, relation="depends-on", why="It waits."),
            SaveView(name="Late ones", query="status:delayed"),
            NothingNew(items=(hc5,)),
            SetNextMove(item=hc5, who=NextMove.US, until="December 2024"),
        ]
    )  # fmt: skip
    register.do(MoveTarget(item=hc6, text="December 2026", reason="Later.", where="p. 3", condition="once funded"))
    register.do(SubmitEvidence(items=(hc6,), sent="June 2024", note="What was done.", reference="E/1", text="Asked."))
    register.do(
        RecordReply(
            item=hc6, dated="July 2024", verdict=Verdict.PARTLY, next_move=NextMove.US, who="HMICS", words="Not yet.",
            would_satisfy="More.", discharges="The first half.",
        )
    )  # fmt: skip
    item, lead = conn.execute("SELECT l.recommendation, y.name FROM lead l JOIN party y ON y.id = l.party").fetchone()
    register.do(SetLeadState(item=item, lead=lead, state=LeadState.DONE, role="delivers it"))
    _what_no_command_writes(register)
    missing = [kind for kind in KINDS if not conn.execute(f"SELECT 1 FROM {kind} LIMIT 1").fetchone()]
    register.close()
    assert not missing, missing
    return path


def _what_no_command_writes(register: Register) -> None:
    """A paper's fixed figures and texts, and an expunge, beside two names of one and a marked reason."""
    parties = register.conn.execute("SELECT name FROM party WHERE kind = 'unit' ORDER BY name LIMIT 2").fetchall()
    register.do(JoinParties(name=parties[0][0], other=parties[1][0]))
    reason = register.conn.execute("SELECT action FROM change WHERE body LIKE '%Later.%' ORDER BY n").fetchone()[0]
    register.do(MarkReason(action=reason, marking="OFFICIAL-SENSITIVE"))
    register.do(_Fix())


class _Fix(Command):
    """Fixes a paper's figures, writes in it, and expunges nothing."""

    def write(self, writer: ChangeWriter) -> None:
        conn = writer.conn
        paper = conn.execute("SELECT id FROM paper").fetchone()[0]
        item, change = conn.execute(
            "SELECT r.id, c.id FROM recommendation r JOIN change c ON c.entity = r.id"
        ).fetchone()
        fixing = writer.create("fixing", {"paper": paper, "day": "2024-09-18"})
        values = {
            "fixing": fixing, "recommendation": item, "status": "delayed", "stage": {"text": "remain-open"},
            "target": {"text": "June 2025"}, "heads": [change],
        }  # fmt: skip
        writer.create("fixed_item", values)
        text = {"section": "introduction", "text": "We are told.", "context": "closed\t10", "marking": "OFFICIAL"}
        writer.create("paper_text", {"paper": paper} | text)
        writer.create("accepted_finding", {"paper": paper, "finding": "sums 2.8", "reason": "Left blank."})
        writer.create("expunge", {"changes": []})


def _first_of(conn: sqlite3.Connection, publication: str) -> str:
    row = conn.execute("SELECT id FROM recommendation WHERE publication = ? ORDER BY sort_key", (publication,))
    return str(row.fetchone()[0])


def leave_out(path: Path, kinds: Iterable[str], *, every: int = 1) -> None:
    """Leave the bodies of these kinds out of a closed register, as whoever shares a part of one may; of every so-many-
    th."""
    wanted = list(kinds)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        marks = ",".join("?" * len(wanted))
        conn.execute(
            f"UPDATE change SET body = NULL, salt = NULL WHERE kind IN ({marks}) AND n % ? = 0", (*wanted, every)
        )
    _work_out(path)


def clear_fields(path: Path, kind: str, fields: Iterable[str]) -> None:
    """Empty these fields of every entity of a kind, by changes of a desk that may record that."""
    register = Register.open(path, Author("Test Lead"))
    changes = []
    for (entity,) in register.conn.execute(f"SELECT id FROM {kind} ORDER BY id").fetchall():
        here = register.log.of_entity(entity)
        for field in fields:
            changes.append(
                make_change(
                    kind=kind, entity=entity, values={field: Value(None)}, reason=None,
                    parents=[change.id for change in heads(here, field)] or [here[0].id],
                    author="a" * 32, device="b" * 32, time=here[-1].time, action="c" * 32, salt=secrets.token_hex(16),
                )
            )  # fmt: skip
    register.apply(changes)
    register.close()


def nullable(kind: str) -> list[str]:
    """The fields of a kind that a later change may empty, and that a copy may have been left without."""
    return [field for field in KINDS[kind].fields if field not in (*KINDS[kind].ends, *KINDS[kind].names, "withdrawn")]


def _work_out(path: Path) -> None:
    register = Register.open(path)
    with register.file.transaction() as conn:
        rebuild(conn)
    register.close()
