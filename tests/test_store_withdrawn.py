"""What was withdrawn is shown nowhere: one entity of each kind, with a word of its own that is looked for in every
room."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    CiteEvidence,
    Command,
    NothingNew,
    RecordReply,
    SaveView,
    SetLeads,
    SetOutcomes,
    SubmitEvidence,
    Withdraw,
)
from store.domain.errors import NotFound
from store.domain.references import find_publication
from store.domain.vocabulary import ActionKind, NextMove, NoteKind, Track, Verdict
from store.exchange.export import export
from store.exchange.handover import hand_over
from store.log.writer import ChangeWriter
from store.queries.attention import attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.evidence import all_citations
from store.queries.facets import facet
from store.queries.filter import FACETS, Filter
from store.queries.item_detail import evidence_notes, item_detail, measures_of, notes_on, outcomes, themes
from store.queries.item_list import counts, window
from store.queries.leads import anybody_leads, open_items_of
from store.queries.own_summary import own_summary
from store.queries.publications import (
    publication,
    publications,
    publications_count,
    totals,
)
from store.queries.query_names import filter_for, newest_paper
from store.queries.reply_ledger import ledger, ledger_rows
from store.queries.saved_views import saved_views
from store.queries.similar import find_similar
from store.queries.themes import NONE_OF, learning_notes, status_tallies
from store.register import Author, Register


class Make(Command):
    """Make an entity that no command makes."""

    kind: str
    values: dict[str, Any]

    def write(self, writer: ChangeWriter) -> None:
        writer.create(self.kind, self.values)


def day(text: str, iso: str) -> dict[str, str]:
    return {"text": text, "earliest": iso, "latest": iso}


def fill(register: Register) -> None:
    """HC-6 with one of each kind of entity under it, and what it hangs on; each has the name of its kind, as
    "Areply"."""
    do = register.do

    def made(command: Command) -> str:
        return do(command).created or ""

    where = made(AddPublication(title="Hate Crime", code="HC", published="June 2021"))
    theme = made(AddTheme(name="Atheme"))
    six = made(AddItem(publication=where, number="6", title="Train the officers", theme=theme, track=Track.ON_TRACK))
    seven = made(AddItem(publication=where, number="7", title="Alinkedto"))
    part = made(AddItem(publication=where, number="6a", part_of=six, title="Apart"))
    another = made(AddPublication(title="Apublication", code="APUB"))
    one = made(AddItem(publication=another, number="1", title="Train the officers"))
    outcome = made(Make(kind="outcome", values={"number": "1", "text": "Anoutcome"}))
    do(SetLeads(item=six, leads=("Alead",)))
    do(SetLeads(item=part, leads=("Apartlead",)))
    do(SetOutcomes(item=six, outcomes=(outcome,)))
    do(AddLink(item=six, relation="depends-on", other=seven, why="Alink"))
    do(AddLink(item=six, relation="same-work", other=one, why="Samework"))
    do(AddNote(items=(six,), text="Anote", dated="May 2024"))
    do(AddNote(items=(six,), kind=NoteKind.LEARNING, text="Alearned"))
    do(AddNote(theme=theme, kind=NoteKind.LEARNING, text="Athemenote"))
    do(AddNote(publication=where, text="Apublicationnote"))
    evidence = made(AddNote(items=(six,), kind=NoteKind.EVIDENCE, text="Anevidence"))
    do(CiteEvidence(note=evidence, name="Acitation.pdf", where="/srv/Alocation.pdf"))
    do(SubmitEvidence(items=(six,), sent="2024-08-01", reference="Asubmission", asks="view"))
    refusal = Verdict.REMAIN_OPEN
    do(RecordReply(item=six, dated="2024-09-01", verdict=refusal, words="Areply", next_move=NextMove.US))
    do(AddAction(item=six, text="Apromise"))
    do(AddAction(item=six, kind=ActionKind.DEPENDENCY, text="Adependency"))
    do(NothingNew(items=(six,), dated="3 September 2024"))
    do(Make(kind="measure", values={"recommendation": six, "name": "Ameasure", "figure": {"text": "12", "number": 12}}))
    do(Make(kind="measure", values={"publication": where, "name": "Apubmeasure", "figure": {"text": "7", "number": 7}}))
    paper = made(Make(kind="paper", values={"title": "Apaper", "date": day("5 June 2024", "2024-06-05")}))
    figure = {"paper": paper, "publication": where, "name": "Afigure", "figure": {"text": "3", "number": 3}}
    do(Make(kind="figure", values=figure))
    do(SaveView(name="Aview", query="status:delayed"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register's file, to be copied."""
    patch = pytest.MonkeyPatch()
    patch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    register = Register.create(tmp_path_factory.mktemp("full") / "full.fairlead", Author("Test Lead"))
    fill(register)
    register.close()
    patch.undo()
    return register.path


@pytest.fixture
def full(filled: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of it, open."""
    register = Register.open(Path(shutil.copyfile(filled, tmp_path / "full.fairlead")), Author("Test Lead"))
    yield register
    register.close()


def ids(register: Register) -> dict[str, str]:
    """Items by number, withdrawn or not."""
    return dict(register.conn.execute("SELECT number, id FROM recommendation WHERE code = 'HC'").fetchall())


def _attention(register: Register) -> object:
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, Filter(parts=True), rules)
    rows = attention_rows(register.conn, rules, [*found.seqs, *found.folded], [*found.flags, *found.folded_flags])
    return [(row.item.ref, row.because) for row in rows]


def _own_numbers(register: Register) -> object:
    own = own_summary(register.conn, ("Alead",), rules_of(register.conn, register.today()))
    return own and own.describe(register.today())


def _ledger(register: Register) -> object:
    today = register.today()
    return ledger_rows(register.conn, today, ledger(register.conn, Filter(), today).row_numbers)


def _searched(register: Register) -> object:
    words = {"Anote": "note", "Alead": "lead", "Anevidence": "evidence", "Apart": "part", "Alinkedto": "linked"}
    today = register.today()
    return [w for w in words if window(register.conn, Filter(search=w, parts=True), "ref", today)]


def _detail(name: str, number: str = "6") -> Callable[[Register], object]:
    def look(register: Register) -> object:
        detail = item_detail(register.conn, ids(register)[number])
        found = getattr(detail, name)
        return [(t.id, t.fields) for t in found] if name != "parts" else found

    return look


def _publication(register: Register, code: str = "HC") -> str:
    return str(register.conn.execute("SELECT id FROM publication WHERE code = ?", (code,)).fetchone()[0])


def _theme_notes(register: Register) -> object:
    theme = register.conn.execute("SELECT id FROM theme").fetchone()[0]
    return notes_on(register.conn, "theme", theme)


def _query(register: Register) -> object:
    """What a typed query may name; and the paper that it may go by."""
    today, found = register.today(), []
    for query in ("theme:atheme", "lead:alead", "lead:apartlead", "outcome:1", "pub:apub"):
        try:
            found.append((query, filter_for(register.conn, query, today)))
        except Exception:
            continue
    return found, newest_paper(register.conn, today)


def _page(register: Register) -> object:
    try:
        return hand_over(register.conn, "Alead", register.today()).text
    except NotFound:
        return "Nobody is called so."


def _tallies(by: str) -> Callable[[Register], object]:
    return lambda register: status_tallies(register.conn, by, Filter(), register.today())


def _facet(name: str) -> Callable[[Register], object]:
    return lambda register: facet(register.conn, Filter(), name, register.today())


PLACES: dict[str, Callable[[Register], object]] = {
    **{
        f"the item's {name}": _detail(name)
        for name in (
            *("notes", "citations", "evidence", "submissions", "replies", "actions", "leads", "part_leads"),
            *("outcomes", "links", "measures", "nothing_new", "parts"),
        )
    },
    "the links of the other end": _detail("links", "7"),
    "the item's evidence notes": lambda r: evidence_notes(r.conn, ids(r)["6"]),
    "the list": lambda r: window(r.conn, Filter(parts=True), "ref", r.today()),
    "the counts": lambda r: counts(r.conn, Filter(), r.today()),
    "the publications": lambda r: (publications(r.conn), totals(r.conn)),
    "the publication's notes": lambda r: notes_on(r.conn, "publication", _publication(r)),
    "the publication's measures": lambda r: measures_of(r.conn, _publication(r)),
    "the theme's notes": _theme_notes,
    "the themes to choose from": lambda r: themes(r.conn, _publication(r)),
    "the outcomes to choose from": lambda r: outcomes(r.conn),
    "attention": _attention,
    "one's own numbers": _own_numbers,
    "the ledger": _ledger,
    "the search": _searched,
    "the views": lambda r: saved_views(r.conn),
    "the citations to check": lambda r: all_citations(r.conn),
    "what a query may name": _query,
    "whose open items there are": lambda r: (open_items_of(r.conn, "Alead"), anybody_leads(r.conn)),
    "what is alike": lambda r: find_similar(r.conn, Filter(), r.today()),
    "a page to hand over": _page,
    **{f"where each {by} stands": _tallies(by) for by in NONE_OF},
    **{f"the facet {name}": _facet(name) for name in FACETS},
    "what was learned": lambda r: [
        learning_notes(r.conn, by, shown, r.today(), 9)
        for by, shown in (("theme", Filter(theme=("Atheme",))), ("lead", Filter(lead=("Alead",))))
    ],
}


def shown_texts(register: Register) -> dict[str, str]:
    """What is shown in each place."""
    return {name: repr(look(register)) for name, look in PLACES.items()}


def written(register: Register, suffix: str) -> str:
    """All that a file of everything holds."""
    out = register.path.with_name(f"out{suffix}")
    export(register, out, Filter(parts=True), force=True)
    if suffix == ".xlsx":
        return repr([[cell.value for cell in row] for sheet in openpyxl.load_workbook(out) for row in sheet])
    text = out.read_text(encoding="utf-8")
    if suffix == ".json":
        # The history shows what was withdrawn, and is meant to.
        return repr(json.loads(text, object_hook=lambda o: {k: v for k, v in o.items() if k != "history"}))
    return text


def has_word(word: str, text: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def association_sql(to: str, end: str = "note") -> str:
    column = {"note": "text", "party": "name"}[end]
    return f"SELECT t.id FROM {{kind}} t JOIN {end} e ON e.id = t.{end} WHERE e.{column} = '{to}'"


def where(column: str, value: str) -> str:
    return f"SELECT id FROM {{kind}} WHERE {column} = '{value}'"


ONLY = "SELECT id FROM {kind}"
NOTES_OF_IT = ("the item's notes", "the search")

WITHDRAWN: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "a theme": (
        *("theme", ONLY, "Atheme"),
        ("the list", "a page to hand over", "where each theme stands", "the facet theme"),
        ("what was learned",),
    ),
    "an item": (
        *("recommendation", where("number", "7"), "Alinkedto", ("the item's links", "a page to hand over")),
        ("the counts", "the publications", "attention", "where each theme stands", "the facet theme"),
    ),
    "a part": ("recommendation", where("number", "6a"), "Apart", (), ("the item's part_leads",)),
    "a publication": (
        *("publication", where("code", "APUB"), "APUB", ("the item's links", "a page to hand over")),
        ("the counts", "the publications", "what a query may name", "the facet publication"),
    ),
    "an outcome": ("outcome", ONLY, "Anoutcome", (), ("what a query may name", "the facet outcome")),
    "an item's outcome": (
        *("contribution", ONLY, "Anoutcome", ("the outcomes to choose from", "where each outcome stands")),
        ("the facet outcome",),
    ),
    "a lead": (
        "lead",
        association_sql("Alead", "party"),
        "Alead",
        (),
        ("attention", "one's own numbers", "whose open items there are"),
    ),
    "a part's lead": ("lead", association_sql("Apartlead", "party"), "Apartlead", (), ()),
    "a link": ("link", where("relation", "depends-on"), "Alink", (), ("the links of the other end",)),
    "a link of the same work": ("link", where("relation", "same-work"), "Samework", (), ("what is alike",)),
    "a note": ("note", where("text", "Anote"), "Anote", (), ()),
    "a note's item": ("note_on", association_sql("Anote"), "Anote", (), ()),
    "what was learned": ("note", where("text", "Alearned"), "Alearned", (), ()),
    "what was learned of an item": ("note_on", association_sql("Alearned"), "Alearned", (), ()),
    "a note on a theme": ("note", where("text", "Athemenote"), "Athemenote", (), ()),
    "a note's theme": ("note_on", association_sql("Athemenote"), "Athemenote", (), ()),
    "a note on a publication": ("note", where("text", "Apublicationnote"), "Apublicationnote", (), ()),
    "a note's publication": ("note_on", association_sql("Apublicationnote"), "Apublicationnote", (), ()),
    # A note that went with evidence sent stays shown there, as withdrawn since.
    "an evidence note": (
        *("note", where("text", "Anevidence"), "Anevidence", ("the item's evidence",)),
        ("the item's citations", "the item's evidence notes", "the citations to check"),
    ),
    "an evidence note's item": (
        *("note_on", association_sql("Anevidence"), "Anevidence", ("the item's evidence",)),
        ("the item's citations", "the item's evidence notes"),
    ),
    "what went with evidence sent": (
        *("evidence", ONLY, "Anevidence", (*NOTES_OF_IT, "a page to hand over")),
        ("the item's evidence", "the item's evidence notes"),
    ),
    "a citation": ("citation", ONLY, "Acitation", (), ()),
    "where a cited file lies": ("location", ONLY, "Alocation", (), ()),
    "evidence sent": ("submission", ONLY, "Asubmission", (), ("the item's evidence", "the item's evidence notes")),
    "a reply": ("reply", ONLY, "Areply", (), ("attention", "the facet stage")),
    "a promise": ("action", where("text", "Apromise"), "Apromise", (), ("one's own numbers",)),
    "a dependency": ("action", where("text", "Adependency"), "Adependency", (), ()),
    "that nothing is new": ("nothing_new", ONLY, "3 September 2024", (), ()),
    "a measure": ("measure", where("name", "Ameasure"), "Ameasure", (), ()),
    "a publication's measure": ("measure", where("name", "Apubmeasure"), "Apubmeasure", (), ()),
    "a paper": ("paper", ONLY, "Apaper", (), ("what a query may name",)),
    "a figure": ("figure", ONLY, "Afigure", (), ()),
    "a view": ("view", ONLY, "Aview", (), ()),
}
"""What is withdrawn: its kind, how it is found, its word, where that may still be shown, and what changes with it."""


@pytest.fixture(scope="module")
def before(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is shown of it all before it is withdrawn."""
    patch = pytest.MonkeyPatch()
    patch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    register = Register.open(Path(shutil.copyfile(filled, tmp_path_factory.mktemp("before") / "full.fairlead")))
    found = shown_texts(register)
    register.close()
    patch.undo()
    return found


def withdraw(register: Register, what: str) -> None:
    kind, sql, *_ = WITHDRAWN[what]
    if kind == "publication":
        # Its items go first.
        items = register.conn.execute("SELECT id FROM recommendation WHERE code = 'APUB'").fetchall()
        register.do_all([Withdraw(kind="recommendation", entity=entity) for (entity,) in items])
    (entity,) = register.conn.execute(sql.format(kind=kind)).fetchone()
    register.do(Withdraw(kind=kind, entity=entity))


def test_every_room_tells_of_something_while_it_stands(before: dict[str, str]) -> None:
    words = {word for *_, word, _, _ in WITHDRAWN.values()} | {"Alead", "HC-6", "recommendation", "OFFICIAL"}
    silent = {place for place, text in before.items() if not any(has_word(word, text) for word in words)}
    assert silent == {
        # These show numbers, statuses, and whether an entity has gone with another.
        *(
            "the item's evidence notes",
            "the counts",
            "one's own numbers",
            "whose open items there are",
            "what is alike",
        ),
        *("the facet status", "the facet stage", "the facet next_move", "the facet target", "the facet outcome"),
        *("the facet response", "the facet priority", "the facet delay", "the facet extension"),
    }


@pytest.mark.parametrize("what", WITHDRAWN)
def test_what_was_withdrawn_is_told_in_no_room(what: str, full: Register, before: dict[str, str]) -> None:
    *_, word, still, changed = WITHDRAWN[what]
    withdraw(full, what)
    after = shown_texts(full)
    assert [place for place in after if has_word(word, after[place])] == [place for place in after if place in still]
    assert [place for place in changed if before[place] == after[place]] == []


def test_a_publication_that_was_withdrawn_is_found_neither_by_itself_nor_by_its_code(full: Register) -> None:
    entity = full.conn.execute("SELECT id FROM publication WHERE code = 'APUB'").fetchone()[0]
    assert publication(full.conn, entity) is not None and publications_count(full.conn) == 2
    withdraw(full, "a publication")
    assert publication(full.conn, entity) is None and publications_count(full.conn) == 1
    with pytest.raises(NotFound):
        find_publication(full.conn, "APUB")


ASSOCIATIONS = ("note_on", "evidence", "contribution", "lead", "location", "link")


@pytest.mark.parametrize("of_associations", [True, False], ids=["associations", "other entities"])
def test_what_was_withdrawn_is_in_no_file_for_reading(of_associations: bool, full: Register) -> None:
    files = (".csv", ".xlsx", ".json", ".md")
    before = {suffix: written(full, suffix) for suffix in files}
    words = set()
    for what, (kind, _, word, *_) in WITHDRAWN.items():
        # An item goes on showing its theme, and which items it is linked to.
        if (kind in ASSOCIATIONS) is of_associations and kind not in ("theme", "recommendation", "publication"):
            withdraw(full, what)
            words.add(word)
    words -= {"Anevidence", "Anoutcome"} if of_associations else set()
    assert {word for word in words if any(has_word(word, text) for text in before.values())} == words - {
        "Aview",
        "Alocation",
    }
    after = {suffix: written(full, suffix) for suffix in files}
    assert [(word, suffix) for word in sorted(words) for suffix, text in after.items() if has_word(word, text)] == []
