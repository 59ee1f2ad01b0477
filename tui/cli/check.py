"""`fairlead check`: a paper against the register and against itself, before members read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.references import find_paper
from store.domain.text import one_line
from tui.check_words import PAPERS, caption_of, counts, name_little_compared
from tui.cli import printing
from tui.cli.base import (
    FILE,
    CommandMisused,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.progress import showing_progress
from tui.cli.typed_text import FILLED_WORDS, WORDS
from tui.desk.settings import folders

if TYPE_CHECKING:
    from store.papers.checking.check import Checked
    from store.papers.checking.findings import Finding
    from store.register import Register

DISAGREES = 3
"""The exit code where a paper disagrees with the register or with itself."""


@click.command(
    "check",
    epilog=example(
        "check paper.docx",
        "check paper.md --format json",
        'check paper.docx --accept cda961d470 "HMICS does not give the day." --author "C3 lead"',
    ),
)
@click.argument("file", type=FILE, required=False, metavar="[PAPER]")
@click.option(
    "--paper",
    "named",
    type=FILLED_WORDS,
    metavar="DATE",
    help="Which paper it is; by its own date unless given, else the newest.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Also what was accepted as no fault, and the lines that were not read."
)
@click.option(
    "--accept",
    nargs=2,
    type=WORDS,
    metavar="FINDING REASON",
    help="Record that a finding of this check is no fault, by its id, and why; '' for a fault after all.",
)
@format_option("table", "json")
@writing_options
def check(
    file: Path | None,
    named: str | None,
    everything: bool,
    accept: tuple[str, str] | None,
    form: str,
    **given: Any,
) -> None:  # fmt: skip
    """Check a paper, .docx, .md or .txt, line by line against the register and against itself.

    What disagrees is printed first, then what is true and members will ask about; each with both values, its section, its
    words in the paper and its line, how sure it is, and its id. Without a file, the register is checked against itself and its papers. Ends with exit code
    3 where something disagrees.
    """
    if accept:
        _accept(file, accept, named, given)
        return
    with open_for_reading(given["register"]) as register:
        checked, _ = _check(register, file, named)
    findings = checked.findings if everything else checked.shown
    if little := name_little_compared(checked):
        print_notice(little)
    if form == "json":
        printing.as_json_list(_json(one, checked) for one in findings)
    else:
        _print(findings, checked)
    _summary(checked, everything)
    if checked.disagreements:
        click.get_current_context().exit(DISAGREES)


def _check(register: Register, file: Path | None, named: str | None) -> tuple[Checked, str | None]:
    """Check a file, or without one the register; also the id of the paper that it is."""
    from store.papers.checking.check import check_page, paper_of, read_paper_file
    from store.papers.checking.register_check import check_register
    from store.papers.forms import readable_forms

    if file and file.is_dir():
        raise CommandMisused(f"{file} is a folder. Name a file in it, {PAPERS}.")
    page = read_paper_file(file) if file else None
    what = f"Checking {file.name}" if file else "Checking the register"
    with showing_progress(what) as go_on:
        entity = find_paper(register.conn, named, register.today()) if named else paper_of(register, page)
        if page is None:
            return check_register(register, go_on), entity
        return check_page(register, page, entity, readable_forms(folders().forms), go_on), entity


def _accept(file: Path | None, accept: tuple[str, str], named: str | None, given: dict[str, Any]) -> None:
    """Accept a finding that the check has now; an empty reason takes that back, also of one that is found no more."""
    from store.commands import AcceptFinding

    finding, why = accept[0].strip().casefold(), accept[1]
    with open_for_writing(given) as session:
        checked, entity = _check(session.register, file, named)
        if entity is None:
            raise CommandMisused(
                "There is no paper in this register to keep that with. One is added by: fairlead paper new"
            )
        acceptable = {one.key for one in checked.findings} | (set() if why.strip() else set(checked.accepted))
        if finding not in acceptable:
            what = f"the check of {file.name}" if file else "the check of the register itself"
            way = (
                ""
                if file
                else " One of a paper is accepted with its file: fairlead check PAPER --accept FINDING REASON"
            )
            raise CommandMisused(f"No finding of {what} has the id {one_line(accept[0], most=40)}.{way}")
        session.do(lambda reason: [AcceptFinding(paper=entity, finding=finding, why=why, reason=reason)])


def _json(one: Finding, checked: Checked) -> dict[str, Any]:
    names = ("kind", "rule", "section", "line", "message", "expected", "found", "certainty", "words")
    row = {name: getattr(one, name) for name in names}
    row["line"] = one.line or None
    return row | {"id": one.key, "accepted": checked.accepted.get(one.key)}


def _print(findings: list[Finding], checked: Checked) -> None:
    """Print each finding with its place below it: the section, the table, the words in the paper, and then the line."""
    for kind, title in (("disagreement", "Disagreements"), ("weakness", "Weaknesses: true, but members will ask")):
        of = [one for one in findings if one.kind == kind]
        if not of:
            continue
        printing.heading(f"{title}: {len(of)}" if kind == "disagreement" else f"{title} ({len(of)})")
        for one in of:
            printing.paragraph(one_line(one.message, most=2000))
            words = "" if one.words in one.section else f"“{one_line(one.words, most=200)}”"
            line = f"line {one.line}" if one.line else ""
            place = filter(None, (one.section, caption_of(checked.page, one.line), words, line, one.certainty, one.key))
            printing.paragraph(" · ".join(place), indent="    ")
            if one.key in checked.accepted:
                printing.paragraph(f"Accepted: {checked.accepted[one.key]}", indent="    ")


def _summary(checked: Checked, everything: bool) -> None:
    from store.papers.checking.pages import Account

    page = checked.page
    accepted = len(checked.findings) - len(checked.shown)
    sentence = ", ".join(counts(checked))
    if accepted:
        sentence += f"; {accepted} accepted as no fault{'' if everything else ' (--all)'}"
    print_notice(f"{sentence[0].upper()}{sentence[1:]}.")
    if page.accounts:
        (compared, read), of_page = checked.count_compared(), page.count(Account.FURNITURE)
        left = page.not_read()
        counted = f"{read} read, {compared} of them compared with the register"
        print_notice(f"{len(page.accounts)} lines: {counted}; {of_page} blank or of the page, {len(left)} not read.")
        for line, words in left if everything else left[:10]:
            print_notice(f"Not read, line {line}: {words[:80] or 'nothing that is text'}")
        if len(left) > 10 and not everything:
            print_notice(f"And {len(left) - 10} more: --all")
