"""`fairlead cite` and `fairlead evidence`: the files that notes cite as evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import AmbiguousReference, BadInput, NotFound
from store.domain.references import find_entity, find_item
from store.domain.text import format_size, one_line, quote_for_shell, sanitise
from store.log.describe import owner_references
from store.queries.evidence import all_citations, check_limit, citations_on, extract_attachment, find_file, read_file
from store.queries.item_detail import notes_on
from store.queries.rows import EntityRow, format_text
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    FILE,
    complete_reference,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    register_option,
    short_id,
    writing_options,
)
from tui.cli.options import field_options, field_values
from tui.cli.show import find_either
from tui.cli.typed_text import FILLED_WORDS, WORDS

if TYPE_CHECKING:
    from store.commands import Command

_SHOWN = ("Id", "About", "Evidence file", "Reference", "Size", "Kept inside", "Where it lies", "Marking")
_FIRST_OUT = ("Size", "Reference", "Kept inside", "Where it lies", "Marking")


@click.command("cite", epilog=example('cite CAM-4 Figures.xlsx --reference "IMP/24/117" --author "C3 lead"'))
@click.argument("on", metavar="NOTE-ID|REF", type=WORDS, shell_complete=complete_reference)
@click.argument("file", metavar="FILE|NAME", type=WORDS)
@field_options("citation")
@click.option("--place", type=WORDS, metavar="TEXT", help="Where it lies, instead of the path of FILE; never shared.")
@click.option("--embed", is_flag=True, help="Keep the file itself in the register too; its size is said.")
@click.option("--no-hash", is_flag=True, help="Do not read it: no SHA-256 is recorded.")
@writing_options
def cite(on: str, file: str, embed: bool, no_hash: bool, **given: Any) -> None:
    """Cite a file as evidence on a note: by its name, where it lies, its reference and its SHA-256.

    With a REF it is the item's newest note of kind evidence. A NAME that is no file here is cited by name alone. Prints
    the beginning of the citation's id.
    """
    if embed and no_hash:
        raise BadInput("embed", "A file that is kept inside has its SHA-256: leave out --no-hash or --embed.")
    with open_for_writing(given) as session:
        note = _note(session.register, on)
        more = _facts(session.register, file, embed, no_hash) | {"values": field_values("citation", given)}
        if given["place"]:
            more["where"] = given["place"]

        def build(reason: str | None) -> list[Command]:
            from store.commands import CiteEvidence

            return [CiteEvidence(note=note, reason=reason, **more)]

        done = session.do(build)
        if done.created:
            click.echo(short_id(done.created))


def _note(register: Register, on: str) -> str:
    """Resolve a prefix of a note's id, or a reference to the item's newest evidence note, to the id of the note."""
    try:
        item, reference, _ = find_item(register.conn, on)
    except NotFound as no_item:
        try:
            return find_entity(register.conn, "note", on)
        except NotFound:
            raise no_item from None
    for note in notes_on(register.conn, "recommendation", item):
        if note.fields["kind"] == "evidence":
            print_notice(
                f"On the note of {note.fields['dated'] or 'a day not known'}: {one_line(format_text(note), most=70)}"
            )
            return note.id
    raise BadInput(
        "on",
        f"{reference} has no note of kind evidence yet. Add one: fairlead note {quote_for_shell(reference)} TEXT --kind evidence",
    )


def _facts(register: Register, file: str, embed: bool, no_hash: bool) -> dict[str, Any]:
    """The arguments of CiteEvidence about a file; its name alone where there is no such file."""
    path = find_file(file)
    if path is None:
        if embed:
            raise BadInput("file", f"There is no file {file} here to be kept inside.")
        print_notice(f"There is no file {file} here: it is cited by its name alone.")
        return {"name": file.strip()}
    cited = read_file(path, hashed=False)
    if embed:
        check_limit(register.conn, cited.name, cited.size)
        print_notice(f"{cited.name} is kept inside: {format_size(cited.size)}.")
    if not no_hash:
        cited = read_file(path, keep=embed)
    return {
        "name": cited.name,
        "where": cited.where,
        "size": cited.size,
        "sha256": cited.sha256,
        "content": cited.content,
    }


@click.command("evidence", epilog=example("evidence", "evidence HC-6 --format json"))
@click.argument("on", metavar="REF|CODE", required=False, type=WORDS, shell_complete=complete_reference)
@click.option(
    "--take-out", metavar="ID", type=FILLED_WORDS, help="Write the kept file of that id, or SHA-256, into a folder."
)
@click.option("--to", "folder", type=FILE, metavar="FOLDER", help="The folder; this one unless said.")
@format_option("table", "json")
@register_option
def evidence(register: Path | None, on: str | None, take_out: str | None, folder: Path | None, form: str) -> None:
    """Print the files that notes cite as evidence: of one item or publication, or all.

    With --take-out one that is kept inside is written out, checked by its SHA-256; where it is, is printed. Whether a
    file still lies where it lay when it was cited is told by: fairlead check-file
    """
    if folder and not take_out:
        raise BadInput("to", "--to goes with --take-out.")
    with open_for_reading(register) as opened:
        if take_out:
            _take_out(opened, take_out, folder or Path())
            return
        rows = [_row(opened, citation) for citation in _cited(opened, on)]
        if form == "json":
            printing.as_json_list(rows)
        else:
            printing.table(
                _SHOWN, [_cells(row) for row in rows], wide=("Evidence file",), first_out=_FIRST_OUT, nothing=""
            )
            print_notice(f"{len(rows):,} {'file is' if len(rows) == 1 else 'files are'} cited.")


def _cited(register: Register, on: str | None) -> tuple[EntityRow, ...]:
    if on is None:
        return all_citations(register.conn)
    return citations_on(register.conn, *find_either(register, on))


def _row(register: Register, citation: EntityRow) -> dict[str, Any]:
    fields = citation.fields
    facts = {name: fields[name] for name in ("note", "name", "reference", "sha256", "size", "marking", "place")}
    is_embedded = bool(fields["embedded"] and fields["kept"])
    return (
        {"id": citation.id, "about": owner_references(register.conn, "citation", citation.id)}
        | facts
        | {"kept": is_embedded}
    )


def _cells(row: dict[str, Any]) -> list[str]:
    size = "" if row["size"] is None else format_size(row["size"])
    cells = (row["about"], row["name"], row["reference"], size, "yes" if row["kept"] else "no", row["place"])
    return [short_id(row["id"]), *(str(cell or "") for cell in (*cells, row["marking"]))]


def _take_out(register: Register, start: str, folder: Path) -> None:
    wanted = start.strip().casefold()
    fits = [c for c in all_citations(register.conn) if _begins(c.id, wanted) or _begins(c.fields["sha256"], wanted)]
    if not fits:
        raise NotFound(f"evidence file with the id {start.strip()[:64]}", see="evidence")
    if len({citation.fields["sha256"] or citation.id for citation in fits}) > 1:
        raise AmbiguousReference(
            start, tuple(f"{format_text(citation, 'name')} (id {short_id(citation.id)})" for citation in fits[:4])
        )
    out = extract_attachment(register.conn, next((c for c in fits if c.fields["embedded"]), fits[0]), folder)
    print_notice(f"{out.name} was taken out and is as it was when it was put in.")
    click.echo(sanitise(out))


def _begins(whole: object, start: str) -> bool:
    return len(start) >= 4 and isinstance(whole, str) and whole.startswith(start)
