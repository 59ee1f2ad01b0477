"""Checks a paper against the register and against itself: reads the file, asks the register, and runs every rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from store.domain.errors import Cancelled, FairleadError, Refused
from store.domain.fields import REGISTER
from store.domain.references import find_paper
from store.domain.vocabulary import MARKINGS
from store.exchange.redaction import ever_marked
from store.file.office_parts import read_regular_file
from store.papers.checking.context import Check
from store.papers.checking.facts import load_facts
from store.papers.checking.findings import Finding, Kind, in_order
from store.papers.checking.outline import compared_lines, outline
from store.papers.checking.own_page import unlike
from store.papers.checking.own_words import OwnWords, compare
from store.papers.checking.pages import Account, Page, PageHeading
from store.papers.checking.read_docx import read_docx
from store.papers.checking.read_text import read_text
from store.papers.checking.rules import (
    captions,
    counts,
    dates,
    events,
    head,
    item_lists,
    names,
    numbers,
    shares,
    statuses,
    structure,
    tables,
    tallies,
    themes,
    weaknesses,
)
from store.papers.checking.written_before import since_written
from store.papers.compose import compose_read, missing_of, read_frame
from store.papers.document import Document
from store.papers.forms import Form
from store.papers.frame import Frame
from store.papers.write import at_most
from store.queries.leads import party_names
from store.queries.papers import PaperRow, paper, papers
from store.register import Register

SUFFIXES = (".docx", ".md", ".markdown", ".txt")
"""The kinds of file that are checked, by the end of the name."""

_ALIKE = 0.05
"""Where more lines differ than this share of a page's, another paper or lead of the register may be meant."""
_MOST_OTHERS = 12
_LITTLE = 10
"""Where fewer than one in so many of the lines that were read could be held to the register, that is named: no finding means
little."""

NOTHING_COMPARED = "No publication of this register is named in it: nothing could be compared."

Progress = Callable[[int, int], bool]

RULES = (
    *structure.FIRST, *tables.RULES, *numbers.FIRST, *statuses.RULES, *item_lists.RULES, *numbers.RULES, *themes.RULES, *dates.RULES,
    *counts.RULES, *tallies.RULES, *shares.RULES, *captions.RULES, *structure.RULES, *head.RULES, *names.RULES, *events.RULES, *weaknesses.RULES,
)  # fmt: skip
"""Every rule, in the order in which they are applied: what one finds is right for those after it."""


@dataclass(slots=True)
class Checked:
    """A paper that was checked: its page, what was found, and what of it was accepted as no fault."""

    page: Page
    findings: list[Finding]
    accepted: dict[str, str] = field(default_factory=dict)
    """The reasons of findings that are no fault, by their keys."""
    written_here: bool = False
    """Whether Fairlead wrote it."""
    compared: frozenset[int] = frozenset()
    """The lines that are about a publication of the register, and were held to what it has."""

    def count_compared(self) -> tuple[int, int]:
        """How many lines were compared with the register, and of how many that were read."""
        return _count_compared(self.page, self.compared)

    @property
    def is_little_compared(self) -> bool:
        """Whether next to nothing could be compared with the register."""
        compared, read = self.count_compared()
        return compared * _LITTLE < read

    @property
    def shown(self) -> list[Finding]:
        """What was found and not accepted."""
        return [one for one in self.findings if one.key not in self.accepted]

    @property
    def disagreements(self) -> list[Finding]:
        """The disagreements that were not accepted."""
        return [one for one in self.shown if one.kind == Kind.DISAGREEMENT]


def read_paper_file(path: Path) -> Page:
    """Read a paper from a file of text, Markdown or Word. Raises FairleadError."""
    suffix = path.suffix.casefold()
    data = read_regular_file(path)
    if data.startswith(b"SQLite format 3\0"):
        raise Refused(path, "it is a register, which is what check-file is for")
    if suffix not in SUFFIXES:
        raise Refused(path, f"a paper that is checked ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
    return read_docx(path, data) if suffix == ".docx" else read_text(path, data)


def paper_of(register: Register, page: Page | None, shown: str | None = None) -> str | None:
    """The id of the paper that a file is: that of the date at its head, else the one that is shown, else the newest; None
    where there is none."""
    head = page.head.get("date") if page else None
    day = head.cells[1] if head and len(head.cells) > 1 else None
    for named in (*filter(None, (day, shown)), None):
        try:
            return find_paper(register.conn, named, register.today())
        except (FairleadError, ValueError):
            continue
    return None


def check_page(
    register: Register, page: Page, entity: str | None, forms: Sequence[Form] = (), go_on: Progress | None = None
) -> Checked:
    """Check a paper that was read. `entity` is the paper that it is, by the register; None for none that is recorded.

    `forms` are those that Fairlead may have written it in. Raises Cancelled where `go_on` gives False.
    """
    marking = page.marking if page.marking in MARKINGS else MARKINGS[-1]
    is_less = marking != MARKINGS[-1] and _has_higher(register, marking)
    with at_most(register, marking) if is_less else nullcontext(register) as shown:
        return _check(shown, register, page, entity, forms, go_on or (lambda done, of: True))


def _has_higher(register: Register, marking: str) -> bool:
    """Whether anything in a register ever bore a marking above one."""
    return bool(ever_marked(register.conn, MARKINGS[MARKINGS.index(marking) + 1 :]) - {REGISTER})


def _check(
    shown: Register, register: Register, page: Page, entity: str | None, forms: Sequence[Form], go_on: Progress
) -> Checked:
    steps = len(RULES) + 3
    done = 0

    def look() -> None:
        if not go_on(done, steps):
            raise Cancelled("The check")

    def step() -> None:
        nonlocal done
        done = min(done + 1, steps)
        look()

    row = paper(shown.conn, entity) if entity else None
    step()
    own, frame = _own_words(shown, page, row, forms, step, look)
    if own.findings and shown is not register:
        # It may count what it does not print, as a page of figures does, or be marked lower than what it prints.
        whole = _own_words(register, page, paper(register.conn, entity) if entity else None, forms, look, look)
        if len(whole[0].findings) < len(own.findings) and whole[0].is_ours:
            own, frame = whole
    facts = load_facts(shown.conn, frame.row if frame else row, register.today())
    step()
    if own.findings and facts.is_cut and shown is register:
        # What this copy would write lacks what was left out of it: a line that is another need not be wrong.
        own, frame = OwnWords(page, own.lines), None
    check = Check(own.page, outline(own.page, facts), facts, own_lines=own.lines)
    step()
    check.findings = [check.with_items(one) for one in own.findings]
    if own.is_ours and frame is not None:
        check.page.form = check.page.form or frame.form.name
        for lacking in () if frame.row.fixings else missing_of(frame):
            weaknesses.add_missing(check, lacking)
    for rule in RULES:
        if not (own.is_ours and rule in weaknesses.RULES):
            rule(check)
        step()
    compared = own.lines | compared_lines(check.outline, facts)
    number, lines = _count_compared(page, compared)
    if not compared and page.accounts:
        check.weak("nothing-compared", NOTHING_COMPARED)
    elif number * _LITTLE < lines:
        are = "is" if number == 1 else "are"
        message = f"Only {number} of {lines} lines {are} about a publication of this register: the rest could not be compared."
        check.weak("little-compared", message, about=("lines",))
    return Checked(page, in_order(check.findings), accepted_findings(register, entity), own.is_ours, compared)


def _count_compared(page: Page, compared: frozenset[int]) -> tuple[int, int]:
    read = {n for n, (account, _) in enumerate(page.accounts, 1) if account == Account.UNDERSTOOD}
    return len(read & compared), len(read)


def accepted_findings(register: Register, entity: str | None) -> dict[str, str]:
    """The findings of a paper that were accepted as no fault: the reasons, by their keys."""
    rows = register.conn.execute(
        "SELECT finding, COALESCE(reason, '') FROM accepted_finding WHERE paper = ? AND withdrawn = 0", (entity,)
    )
    return dict(rows.fetchall())


def _own_words(
    shown: Register,
    page: Page,
    row: PaperRow | None,
    forms: Sequence[Form],
    step: Callable[[], None],
    look: Callable[[], None],
) -> tuple[OwnWords, Frame | None]:
    """The page beside what the register writes now, in the form whose headings it has.

    `look` is called before each paper that is written, and raises where the check is cancelled.
    """
    if row is None:
        return OwnWords(page), None
    headings = {block.text.casefold() for block in page.blocks if isinstance(block, PageHeading)}
    likely = sorted(forms, key=lambda form: -_fits(form, page, headings))
    for form in likely[:2]:
        if _fits(form, page, headings) < 0.5:
            break
        written = _Written(shown, page, form, look)
        frame, composed, differs = written.most_alike([(row, _lead(page))])
        if 2 * differs > _ALIKE * len(page.blocks):
            # A date, or a name, at its head may be the one that is wrong.
            step()
            rows = [one for one in papers(shown.conn)[:_MOST_OTHERS] if one.id != row.id]
            names = page.lead, *(party_names(shown.conn) if form.lead else ())
            words = " ".join(text for _, text in page.lines())
            leads = [name for name in names if name and name in words][:_MOST_OTHERS]
            frame, composed, _ = written.most_alike(
                [(row, _lead(page)), *((one, _lead(page)) for one in rows), *((row, lead) for lead in leads)]
            )
        if frame and composed and (found := compare(page, composed)).is_ours:
            if found.findings:
                found = since_written(shown, page, composed, found, form, step)
            return found, frame
    return OwnWords(page), None


@dataclass(slots=True)
class _Written:
    """What the register writes now in a form, for a page that may be that."""

    register: Register
    page: Page
    form: Form
    look: Callable[[], None]

    def most_alike(self, others: Sequence[tuple[PaperRow, str]]) -> tuple[Frame | None, Document | None, int]:
        """The one, of papers and of whom they are for, with the fewest lines that differ, and how many those are.

        Those of the first count half: another is taken only where it is far more like.
        """
        best: tuple[Frame | None, Document | None, int] = (None, None, unlike(self.page, None))
        for n, (row, lead) in enumerate(others):
            self.look()
            try:
                frame = read_frame(self.register.conn, row, self.form, today=self.register.today(), lead=lead or None)
                composed = compose_read(frame, max_marking=MARKINGS[-1])
            except FairleadError:
                continue
            differs = unlike(self.page, composed)
            if differs < best[2]:
                best = (frame, composed, differs if n else differs // 2)
        return best


def _lead(page: Page) -> str:
    """Whom a page is for: as its head has it, which people read, else as the file has it recorded."""
    line = page.head.get("for")
    return line.cells[1] if line and len(line.cells) > 1 else page.lead


def _fits(form: Form, page: Page, headings: set[str]) -> float:
    """How many of a form's headings a page has, the form that the file names first."""
    if page.form == form.name:
        return 2.0
    wanted = [section.heading.casefold() for section in form.sections if section.heading]
    return sum(1 for heading in wanted if heading in headings) / max(len(wanted), 1)
