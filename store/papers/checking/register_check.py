"""The register against itself and its papers, without a file: figures as published, numbers, conflicts, texts, what is missing."""

from __future__ import annotations

from store.papers.checking.check import Checked, accepted_findings
from store.papers.checking.facts import load_facts
from store.papers.checking.findings import Certainty, Finding, Kind, in_order
from store.papers.checking.pages import Page
from store.papers.missing import missing
from store.queries.conflicts import conflicts
from store.queries.paper_context import changed_since_written
from store.queries.papers import figure_label, figure_lines, paper_texts, papers
from store.register import Register


def check_register(register: Register) -> Checked:
    """Check what the register has against itself, and against each of its papers."""
    conn = register.conn
    rows = papers(conn)
    found: list[Finding] = []
    accepted: dict[str, str] = {}
    for row in rows:
        accepted |= accepted_findings(register, row.id)
        name = f"paper of {row.date or 'no date'}"
        for line in figure_lines(conn, row):
            label = f"{line.code}, {figure_label(line.name)}" if line.code else figure_label(line.name)
            if line.published == "" or (line.differs and not (line.published or "").strip()):
                message = f"{label}: blank as published; by the register {line.derived}."
                found.append(_finding("blank-cell", Kind.WEAKNESS, message, name, str(line.derived), "", line.items))
            elif line.differs:
                message = f"{label}: {line.published} as published; by the register {line.derived}."
                expected = str(line.derived)
                found.append(
                    _finding("figure", Kind.DISAGREEMENT, message, name, expected, line.published or "", line.items)
                )
        for text in paper_texts(conn, row.id):
            for sentence in changed_since_written(conn, row, text):
                found.append(_finding("text-written-before", Kind.WEAKNESS, f"{text.section}: {sentence}", name))
    found += [
        _finding("missing", Kind.WEAKNESS, one.sentence, f"paper of {rows[0].date or 'no date'}", items=one.items)
        for one in (missing(conn, rows[0], register.today().isoformat()) if rows else ())
    ]
    found += _numbers(register)
    if open_ones := conflicts(conn, register.id):
        found.append(
            _finding("conflict", Kind.WEAKNESS, f"Two people wrote different values of {len(open_ones)} fields.")
        )
    return Checked(Page(), in_order(found), accepted)


def _numbers(register: Register) -> list[Finding]:
    found = []
    for one in load_facts(register.conn, None, register.today()).publications:
        if one.total != len(one.items):
            message = f"{one.title}: {one.total} in total as it states; this register has {len(one.items)}."
            found.append(
                _finding("stated-total", Kind.DISAGREEMENT, message, one.title, str(one.total), str(len(one.items)))
            )
        beyond = [row for row in one.rows.values() if one.is_beyond(row.number or "")]
        for row in beyond:
            message = f"{row.ref}: its number is beyond the total of {one.total}."
            found.append(
                _finding("number-beyond-total", Kind.WEAKNESS, message, one.title, "", row.number or "", (row.id,))
            )
    return found


def _finding(
    rule: str, kind: Kind, message: str, section: str = "", expected: str = "", found: str = "", items: tuple[str, ...] = ()
) -> Finding:  # fmt: skip
    return Finding(rule, kind, Certainty.CERTAIN, message, 0, section, "", expected, found, items)
