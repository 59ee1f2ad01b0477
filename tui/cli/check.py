"""`fairlead check`: a paper against the register and against itself, before members read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.references import find_paper
from tui.cli import printing
from tui.cli.base import (
    FILE,
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

DISAGREES = 3
"""The exit code where a paper disagrees with the register or with itself."""


@click.command(
    "check",
    epilog=example(
        "check paper.docx",
        "check paper.md --format json",
        'check --accept 4f0c12ab9e "Counted by HMICS so." --author "C3 lead"',
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
    help="Record that a finding is no fault, by its id, and why.",
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

    What disagrees is printed first, then what is true and members will ask about; each with its section and line, both
    values, and how sure it is. Without a file, the register is checked against itself and its papers. Ends with exit code
    3 where something disagrees.
    """
    if accept:
        _accept(accept, named, given)
        return
    from store.papers.checking.check import NOTHING_COMPARED, check_page, paper_of, read_paper_file
    from store.papers.checking.register_check import check_register
    from store.papers.forms import readable_forms

    page = read_paper_file(file) if file else None
    what = f"Checking {file.name}" if file else "Checking the register"
    with open_for_reading(given["register"]) as register, showing_progress(what) as go_on:
        if page is None:
            checked = check_register(register, go_on)
        else:
            entity = find_paper(register.conn, named, register.today()) if named else paper_of(register, page)
            checked = check_page(register, page, entity, readable_forms(folders().forms), go_on)
    findings = checked.findings if everything else checked.shown
    if checked.is_foreign:
        print_notice(NOTHING_COMPARED)
    if form == "json":
        printing.as_json_list(_json(one, checked) for one in findings)
    else:
        _print(findings, checked)
    _summary(checked, everything)
    if checked.disagreements:
        click.get_current_context().exit(DISAGREES)


def _accept(accept: tuple[str, str], named: str | None, given: dict[str, Any]) -> None:
    from store.commands import AcceptFinding

    finding, why = accept
    with open_for_writing(given) as session:
        entity = find_paper(session.register.conn, named, session.register.today())
        session.do(lambda reason: [AcceptFinding(paper=entity, finding=finding, why=why, reason=reason)])


def _json(one: Finding, checked: Checked) -> dict[str, Any]:
    names = ("kind", "rule", "section", "line", "message", "expected", "found", "certainty", "words")
    row = {name: getattr(one, name) for name in names}
    row["line"] = one.line or None
    return row | {"id": one.key, "accepted": checked.accepted.get(one.key)}


def _print(findings: list[Finding], checked: Checked) -> None:
    for kind, title in (("disagreement", "Disagreements"), ("weakness", "Weaknesses: true, but members will ask")):
        of = [one for one in findings if one.kind == kind]
        if not of:
            continue
        printing.heading(f"{title}: {len(of)}" if kind == "disagreement" else f"{title} ({len(of)})")
        printing.table(
            ("Line", "Section", "Finding", "Sure", "Id"),
            (
                (
                    str(one.line or ""),
                    one.section[:24],
                    one.message + (f" Accepted: {checked.accepted[one.key]}" if one.key in checked.accepted else ""),
                    one.certainty,
                    one.key,
                )
                for one in of
            ),
            wide=("Finding",),
            first_out=("Section",),
        )


def _summary(checked: Checked, everything: bool) -> None:
    from store.papers.checking.pages import Account

    page = checked.page
    weak = len(checked.shown) - len(checked.disagreements)
    accepted = len(checked.findings) - len(checked.shown)
    sentence = f"{_count(len(checked.disagreements), 'disagreement')}, {_count(weak, 'weakness', 'weaknesses')}"
    if accepted:
        sentence += f"; {accepted} accepted as no fault{'' if everything else ' (--all)'}"
    print_notice(f"{sentence}.")
    if page.accounts:
        read, of_page = page.count(Account.UNDERSTOOD), page.count(Account.FURNITURE)
        left = page.not_read()
        counted = f"{read} read, {len(checked.compared)} of them compared with the register"
        print_notice(f"{len(page.accounts)} lines: {counted}; {of_page} blank or of the page, {len(left)} not read.")
        for line, words in left if everything else left[:10]:
            print_notice(f"Not read, line {line}: {words[:80] or 'nothing that is text'}")
        if len(left) > 10 and not everything:
            print_notice(f"And {len(left) - 10} more: --all")


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"
