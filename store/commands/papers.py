"""Papers to a committee: add one, choose its publications, fix its figures, write its texts, record what it printed."""

from __future__ import annotations

import re
from datetime import date

from store.commands.base import Command, past_date
from store.commands.values import FieldsCommand, read_value
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.fields import KINDS
from store.domain.names import fold_name
from store.domain.vocabulary import MARKINGS
from store.log.change import Change, heads
from store.log.writer import ChangeWriter
from store.queries.paper_context import context_of
from store.queries.paper_rows import ItemState, PaperRow, paper
from store.queries.paper_states import changes_at, end_of, states_at, states_now
from store.queries.papers import reported_publications


def _paper(writer: ChangeWriter, entity: str) -> PaperRow:
    """A paper that can be edited. Raises NotAllowed for one that is not here, withdrawn or left out."""
    found = paper(writer.conn, entity)
    if found is None:
        raise NotAllowed("That paper is not in this register, or it was withdrawn.")
    (left_out,) = writer.conn.execute("SELECT left_out FROM paper WHERE id = ?", (entity,)).fetchone()
    if left_out:
        raise NotAllowed("That paper was left out of this copy and cannot be edited here.")
    return found


def _set_publications(writer: ChangeWriter, command: Command, entity: str, publications: tuple[str, ...]) -> None:
    rows = writer.conn.execute(
        "SELECT publication, id FROM paper_publication WHERE paper = ? AND withdrawn = 0", (entity,)
    )
    here = dict(rows.fetchall())
    for publication in publications:
        if publication not in here:
            ends = {"paper": entity, "publication": publication}
            writer.create("paper_publication", ends, basis=command.provenance(ends), reason=command.reason)
    for publication in sorted(here.keys() - set(publications)):
        writer.withdraw("paper_publication", here[publication], reason=command.reason)


class AddPaper(FieldsCommand):
    """Add a paper; without `publications` it reports on all that its form counts."""

    entity_kind = "paper"
    publications: tuple[str, ...] = ()
    """The ids of the publications that it reports on."""

    def write(self, writer: ChangeWriter) -> None:
        values = self.read(writer, "title", "date")
        for title, meeting, day in writer.conn.execute(
            "SELECT title, meeting, date_latest FROM paper WHERE withdrawn = 0 AND left_out = 0"
        ).fetchall():
            same = zip(
                (title, meeting, day), (values["title"], values["meeting"], values["date"]["latest"]), strict=True
            )
            if all(fold_name(one or "") == fold_name(other or "") for one, other in same):
                raise NotAllowed(f"The paper of {values['date']['text']} is here already. Correct that one.").at("date")
        entity = writer.create("paper", values, basis=self.provenance(values), reason=self.reason)
        _set_publications(writer, self, entity, self.publications)


class SetPaperPublications(Command):
    """Set the publications that a paper reports on, by their ids; others are taken out. None: all that its form counts."""

    paper: str
    publications: tuple[str, ...]

    def write(self, writer: ChangeWriter) -> None:
        _paper(writer, self.paper)
        _set_publications(writer, self, self.paper, self.publications)


class FixFigures(Command):
    """Fix the figures of a paper at the end of a day, today where none is given: the status, stage and target of every
    item that it reports. They can be fixed again; each fixing is kept."""

    paper: str
    day: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        row = _paper(writer, self.paper)
        day = self._day(writer.today)
        fixed = reported_publications(writer.conn, row, False)
        fixed = [*dict.fromkeys((*fixed, *reported_publications(writer.conn, row, True)))]
        is_today = day == writer.today
        moment = end_of(day.isoformat())
        items = states_now(writer.conn, fixed) if is_today else states_at(writer.conn, fixed, moment)
        if not items:
            when = "" if is_today else f" on {format_date(day)}"
            raise NotAllowed(f"No item of this paper was in the register{when}: there is nothing to fix.").at("day")
        values = {"paper": self.paper, "day": day.isoformat()}
        fixing = writer.create("fixing", values, reason=self.reason)
        for item in items.values():
            changes = writer.log.of_entity(item.id) if is_today else changes_at(writer.log, item.id, moment)
            writer.create("fixed_item", {"fixing": fixing, "recommendation": item.id} | _as_fixed(item, changes))

    def _day(self, today: date) -> date:
        value = past_date(self.day, "day", today)
        if value is None:
            return today
        if value["earliest"] != value["latest"] or not value["latest"]:
            raise BadInput("day", f"“{value['text']}” is more than one day. Name the day at whose end they are fixed.")
        return date.fromisoformat(value["latest"])


def _as_fixed(item: ItemState, changes: list[Change]) -> dict[str, object]:
    every = {name: heads(changes, name) for name in KINDS["recommendation"].fields}
    values: dict[str, object] = {
        name: every[name][-1].value(name).value if every[name] else None for name in ("stage", "target")
    }
    return values | {
        "status": item.status,
        "closed_as": item.closed_as or None,
        "heads": sorted({change.id for top in every.values() for change in top}),
    }


class WriteText(Command):
    """Write a text of a paper, under a section of its form: of one publication, or of the whole.

    What it speaks of is stored with it as it is now. To confirm a form's default is to write it.
    """

    paper: str
    section: str
    publication: str | None = None
    text: str
    marking: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        row = _paper(writer, self.paper)
        if not self.section.strip():
            raise BadInput("section", "A text of a paper is under a section: name it.")
        if not self.text.strip():
            raise BadInput("text", "There is no text. To take a text away, withdraw it.")
        ends = {"paper": self.paper, "section": self.section.strip(), "publication": self.publication}
        values = {"text": self.text, "context": context_of(writer.conn, row, self.publication, self.text) or None}
        marking = {"marking": self.marking} if self.marking else {}
        text = _text_of(writer, self.paper, self.section.strip(), self.publication)
        if text is None:
            whole = ends | values | {"marking": self.marking or row.marking or MARKINGS[0]}
            writer.create("paper_text", whole, basis=self.provenance({"text": self.text}), reason=self.reason)
            return
        for name, value in (values | marking).items():
            basis = self.basis if name == "text" else "entered"
            writer.set("paper_text", text, name, value, basis=basis, place=self.place, reason=self.reason)


def _text_of(writer: ChangeWriter, entity: str, section: str, publication: str | None) -> str | None:
    row = writer.conn.execute(
        "SELECT id FROM paper_text WHERE paper = ? AND section = ? AND publication IS ? AND withdrawn = 0",
        (entity, section, publication),
    ).fetchone()
    return str(row[0]) if row else None


class WithdrawText(Command):
    """Withdraw a text of a paper: the form's default takes its place."""

    paper: str
    section: str
    publication: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        text = _text_of(writer, self.paper, self.section.strip(), self.publication)
        if text is None:
            raise NotAllowed("Nothing is written there.")
        writer.withdraw("paper_text", text, reason=self.reason)


class AcceptFinding(Command):
    """Accept a finding of a check as no fault, by its id, and why: it is not named again. An empty `why` takes that back."""

    paper: str
    finding: str
    why: str

    def write(self, writer: ChangeWriter) -> None:
        _paper(writer, self.paper)
        finding = self.finding.strip().casefold()
        if not re.fullmatch(r"[0-9a-f]{10}", finding):
            raise BadInput(
                "finding", "A finding is named by the ten letters and digits that the check prints beside it."
            )
        row = writer.conn.execute(
            "SELECT id FROM accepted_finding WHERE paper = ? AND finding = ? AND withdrawn = 0", (self.paper, finding)
        ).fetchone()
        if not self.why.strip():
            if row is None:
                raise NotAllowed("That finding was not accepted.")
            writer.withdraw("accepted_finding", row[0], reason=self.reason)
        elif row is not None:
            writer.set(
                "accepted_finding", row[0], "reason", self.why.strip(), basis="entered", place=None, reason=self.reason
            )
        else:
            ends = {"paper": self.paper, "finding": finding}
            writer.create("accepted_finding", ends | {"reason": self.why.strip()}, reason=self.reason)


class RecordFigure(Command):
    """Record a figure as a paper printed it, of one publication or of the whole; an empty one is a blank, not zero."""

    paper: str
    name: str
    value: str
    publication: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        _paper(writer, self.paper)
        name = re.sub(r"[\s_]+", "-", self.name.strip().casefold())
        if not name:
            raise BadInput("name", "A figure needs a name: total, closed, on-track, delayed.")
        grouped = re.match(r"\s*(\d{1,3}(?:,\d{3})+)(?!\d)", self.value)
        figure = read_value("figure", "figure", self.value, writer.today) or {"text": "", "number": None}
        if grouped:
            figure["number"] = int(grouped[1].replace(",", ""))
        values = {"paper": self.paper, "publication": self.publication, "name": name, "figure": figure}
        writer.create("figure", values, basis=self.provenance({"figure": figure}), reason=self.reason)
