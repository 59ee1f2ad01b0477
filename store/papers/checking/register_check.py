"""The register against itself and its papers, without a file: figures as published, numbers, conflicts, texts, what is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from store.domain.errors import Cancelled
from store.papers.checking.check import Checked, Progress, accepted_findings
from store.papers.checking.facts import Facts, load_facts
from store.papers.checking.findings import Certainty, Finding, Kind, in_order
from store.papers.checking.pages import Page
from store.papers.checking.written_before import item_of
from store.papers.missing import missing
from store.queries.conflicts import conflicts
from store.queries.paper_context import changes_since_written
from store.queries.papers import PaperRow, figure_label, figure_lines, paper_texts, papers
from store.register import Register


def check_register(register: Register, go_on: Progress | None = None) -> Checked:
    """Check what the register has against itself, and against each of its papers.

    Raises Cancelled where `go_on`, given how many steps are done of how many, gives False.
    """
    conn = register.conn
    rows = papers(conn)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if go_on and not go_on(done, len(rows) + 4):
            raise Cancelled("The check")

    accepted: dict[str, str] = {}
    facts = load_facts(conn, None, register.today())
    step()
    found: list[Finding] = []
    for row in rows:
        accepted |= accepted_findings(register, row.id)
        found += _paper(conn, row, facts)
        step()
    for lacking in missing(conn, rows[0], register.today().isoformat()) if rows else ():
        about = (rows[0].id, lacking.kind)
        found.append(
            _finding("missing", Kind.WEAKNESS, lacking.sentence, _name(rows[0]), items=lacking.items, about=about)
        )
    step()
    found += _numbers(facts)
    step()
    if open_ones := conflicts(conn, register.id):
        items = dict.fromkeys(item for one in open_ones if (item := item_of(conn, one.kind, one.entity)))
        message = f"Two people wrote different values of {len(open_ones)} fields."
        found.append(_finding("conflict", Kind.WEAKNESS, message, items=tuple(items), about=(str(len(open_ones)),)))
    step()
    return Checked(Page(), in_order(found), accepted)


def _name(row: PaperRow) -> str:
    return f"paper of {row.date or 'no date'}"


def _paper(conn: sqlite3.Connection, row: PaperRow, facts: Facts) -> Iterator[Finding]:
    """One paper: its figures as published against the register, and its texts against what has changed since."""
    cut = {one.row.id for one in facts.publications if one.is_cut}
    for line in figure_lines(conn, row):
        if line.publication in cut or (line.publication is None and cut):
            continue
        label = f"{line.code}, {figure_label(line.name)}" if line.code else figure_label(line.name)
        about = (row.id, line.publication or "", line.name, line.published or "", str(line.derived))
        if line.published == "" or (line.differs and not (line.published or "").strip()):
            message = f"{label}: blank as published; by the register {line.derived}."
            yield _finding(
                "blank-cell", Kind.WEAKNESS, message, _name(row), str(line.derived), items=line.items, about=about
            )
        elif line.differs:
            message = f"{label}: {line.published} as published; by the register {line.derived}."
            yield _finding(
                "figure",
                Kind.DISAGREEMENT,
                message,
                _name(row),
                str(line.derived),
                line.published or "",
                line.items,
                about,
            )
    for text in paper_texts(conn, row.id):
        for change in changes_since_written(conn, row, text):
            message = f"{text.section}: {change.sentence}"
            of_text = (row.id, text.section, text.publication or "", *change.about)
            items = (change.item,) if change.item else ()
            yield _finding("text-written-before", Kind.WEAKNESS, message, _name(row), items=items, about=of_text)


def _numbers(facts: Facts) -> Iterator[Finding]:
    """What each publication states of its numbers against the items that are here."""
    for one in facts.publications:
        here = one.count("total")
        if here is not None and one.total != here:
            message = f"{one.title}: {one.total} in total as it states; this register has {here}."
            yield _finding(
                "stated-total", Kind.DISAGREEMENT, message, one.title, str(one.total), str(here),
                tuple(item.id for item in one.items), (one.row.id, str(one.total), str(here)),
            )  # fmt: skip
        for row in one.rows.values():
            if one.is_beyond(row.number or ""):
                message = f"{row.ref}: its number is beyond the total of {one.total}."
                yield _finding(
                    "number-beyond-total", Kind.WEAKNESS, message, one.title, "", row.number or "", (row.id,),
                    (row.number or "", str(one.total)),
                )  # fmt: skip


def _finding(
    rule: str, kind: Kind, message: str, section: str = "", expected: str = "", found: str = "",
    items: tuple[str, ...] = (), about: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    return Finding(rule, kind, Certainty.CERTAIN, message, 0, section, "", expected, found, items, about)
