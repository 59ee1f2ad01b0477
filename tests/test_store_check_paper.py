"""A paper is checked against the register and against itself: known faults, no false ones, one fault named once."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from paper_faults import Fault, faults
from papers import FORMS, check, composed, found, messages
from typed_paper import TYPED

from seed.large import load_large
from store.commands import AcceptFinding, AddNote, AddPaper, FixFigures, RecordReply, SetTrack
from store.domain.errors import Cancelled
from store.domain.references import find_item, find_paper
from store.domain.vocabulary import Track, Verdict
from store.papers import missing
from store.papers.checking.check import check_page, read_paper_file
from store.papers.checking.findings import Kind
from store.papers.checking.read_text import page_of_text
from store.papers.checking.register_check import check_register
from store.papers.checking.rules import statuses, tables
from store.papers.checking.wording import references_in
from store.papers.docx import docx_bytes
from store.papers.forms import form_names
from store.papers.markdown import to_markdown
from store.queries.papers import papers
from store.register import Register

SOURCES = Path(os.environ.get("FAIRLEAD_SOURCES") or Path(__file__).parent.parent.parent / "shared" / "sources")
NO_SOURCES = (
    "the two source documents are not here: put them in ../shared/sources, or name the folder in FAIRLEAD_SOURCES"
)


@pytest.mark.slow
def test_whatever_items_a_finding_names_are_behind_it(sample: Register) -> None:
    texts = [TYPED, to_markdown(composed(sample, "progress")), to_markdown(composed(sample, "open"))]
    every = [(t, text is not TYPED) for text in texts for t in (text, *(fault.text for fault in few_faults(text, 4)))]
    ids = dict(sample.conn.execute("SELECT reference, id FROM recommendation"))
    codes = frozenset(ref.rpartition("-")[0] for ref in ids)
    seen = set()
    for checked in [*(check(sample, text, markdown=markdown) for text, markdown in every), check_register(sample)]:
        for one in checked.findings:
            named = {f"{r.code}-{n}" for r in references_in(one.message, codes) for n in r.numbers}
            assert {ids[name] for name in named if name in ids} <= set(one.items), one.message
            seen |= {one.rule} if one.items else set()
    assert {"missing", "submitted-as-closed", "own-words", "number-beyond-total"} <= seen


def test_what_a_finding_is_known_by_is_the_same_in_any_words(sample: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TYPED.replace("15\t10\t0\t5", "15\t11\t0\t5").replace("Recommendation 11 has", "OCSA-x1 has")
    before = [*check(sample, text).findings, *check_register(sample).findings]
    monkeypatch.setattr(statuses, "describe", lambda item: "otherwise")
    monkeypatch.setattr(tables, "_NAMES", dict.fromkeys(tables._NAMES, "counted"))
    monkeypatch.setattr(missing, "ranges", lambda names: ["some"])
    after = [*check(sample, text).findings, *check_register(sample).findings]
    assert {one.key for one in after} == {one.key for one in before}
    assert len({one.message for one in after} - {one.message for one in before}) > 2
    # And in any release: these are in registers, beside the reasons why they are no fault.
    assert {one.rule: one.key for one in before if one.line in (74, 78)} == {
        "count-in-table": "47b9b55617",
        "submitted-as-closed": "c3f11a8006",
    }


def test_an_accepted_finding_is_not_named_again_moves_with_its_line_and_comes_back_with_undo(sample: Register) -> None:
    entity = papers(sample.conn)[0].id
    first = check(sample, TYPED).disagreements[0]
    sample.do(AcceptFinding(paper=entity, finding=first.key, why="Counted so by HMICS."))
    again = check(sample, "\n\n" + TYPED)
    assert first.key not in {one.key for one in again.shown}
    assert again.accepted == {first.key: "Counted so by HMICS."}
    sample.undo()
    assert first.key in {one.key for one in check(sample, TYPED).shown}


# -- papers that Fairlead writes


def quarter_after(sample: Register) -> Register:
    """The sample's paper fixed, news of the quarter after it, and the next paper."""
    sample.do(FixFigures(paper=find_paper(sample.conn, None, sample.today())))
    items = {ref: find_item(sample.conn, ref)[0] for ref in ("HC-6", "HC-8", "DA-12", "MHD-8")}
    sample.do(RecordReply(item=items["HC-8"], verdict=Verdict.DISCHARGED, dated="17 September 2024"))
    sample.do(SetTrack(item=items["MHD-8"], track=Track.DELAYED, reason="The Commission is late."))
    sample.do(AddNote(text="The response to HMICS was written.", items=(items["HC-6"],)))
    row = papers(sample.conn)[0]
    sample.do(AddPaper(values={"title": "Progress", "date": "4 December 2024", "meeting": row.meeting}))
    return sample


def generated(empty: Register) -> Register:
    """A register of 22 publications, and a paper about it."""
    for _ in load_large(empty, 400):
        pass
    empty.do(AddPaper(values={"title": "Progress", "date": "18 September 2024"}))
    return empty


@pytest.mark.parametrize("form", sorted(form_names()))
def test_a_paper_that_was_written_from_the_sample_disagrees_with_nothing(
    sample: Register, tmp_path: Path, form: str
) -> None:
    document = composed(sample, form, lead="C3" if form == "lead" else None)
    path = tmp_path / "paper.docx"
    path.write_bytes(docx_bytes(document))
    for checked in (
        check(sample, to_markdown(document), markdown=True),
        check_page(sample, read_paper_file(path), document.paper, FORMS),
    ):
        assert checked.written_here
        assert found(checked) == []
        assert {one.message for one in checked.findings} == set(document.missing)


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted(form_names()))
@pytest.mark.parametrize("which", ["after", "generated"])
def test_a_paper_that_was_written_from_another_register_disagrees_with_nothing(
    sample: Register, empty: Register, form: str, which: str
) -> None:
    register = quarter_after(sample) if which == "after" else generated(empty)
    lead = None
    if form == "lead":
        lead = register.conn.execute(
            "SELECT y.shown_name FROM lead l JOIN party y ON y.id = l.party WHERE y.shown_name IS NOT NULL LIMIT 1"
        ).fetchone()[0]
    document = composed(register, form, lead=lead)
    checked = check(register, to_markdown(document), markdown=True)
    assert found(checked) == []
    assert {one.message for one in checked.findings} == set(document.missing)


@pytest.mark.slow
def test_what_was_altered_in_a_written_paper_is_named_by_its_cell_and_word(sample: Register) -> None:
    text = to_markdown(composed(sample, "progress"))
    altered = text.replace("| Hate Crime | 15 | 10 |", "| Hate Crime | 15 | 12 |", 1)
    one = check(sample, altered, markdown=True).disagreements
    assert [(f.line, f.message) for f in one] == [
        (
            altered[: altered.index("| Hate Crime | 15 | 12 |")].count("\n") + 1,
            "Hate Crime, Closed: “12” here; the register has “10”.",
        )
    ]
    altered = text.replace("- Target: June 2025; moved", "- Target: June 2026; moved", 1)
    assert [f.message for f in check(sample, altered, markdown=True).disagreements] == [
        "“June 2026” here; the register has “June 2025”."
    ]


# -- one fault at a time


def few_faults(text: str, most: int) -> list[Fault]:
    """Some of the single faults that a text can have, by chance, and always the same."""
    every = list(faults(text))
    random.Random(15).shuffle(every)
    return every[:most]


def named_alone(register: Register, text: str, most: int, *, markdown: bool) -> tuple[int, list[str]]:
    """How many of so many single faults are named at their place and nothing else with them; and the others in words."""
    before = {one.key for one in check(register, text, markdown=markdown).findings}
    good, others = 0, list[str]()
    for fault in few_faults(text, most):
        findings = check(register, fault.text, markdown=markdown).findings
        new = [one for one in findings if one.kind == Kind.DISAGREEMENT and one.key not in before]
        if len(new) == 1 and abs(new[0].line - fault.line) <= 3:
            good += 1
        else:
            line = fault.text.split("\n")[fault.line - 1]
            others.append(
                f"{fault.what}, line {fault.line}: {line[:100]} -> {[(one.line, one.message) for one in new]}"
            )
    return good, others


@pytest.mark.slow
@pytest.mark.parametrize("form", [None, "audit"])
def test_a_few_single_faults_are_each_named_alone(sample: Register, form: str | None) -> None:
    text = to_markdown(composed(sample, form)) if form else TYPED
    good, others = named_alone(sample, text, 12, markdown=form is not None)
    assert good >= 11, others


@pytest.mark.slow
def test_of_a_hundred_single_faults_in_three_papers_ninety_five_are_each_named_alone(sample: Register) -> None:
    good, others = 0, list[str]()
    for form in (None, "progress", "open"):
        text = to_markdown(composed(sample, form)) if form else TYPED
        named, rest = named_alone(sample, text, 34, markdown=form is not None)
        good, others = good + named, [*others, *rest]
    assert good >= 0.95 * 102, others


# -- the sources


def source(name: str) -> Path:
    path = SOURCES / name
    if not path.exists():
        pytest.skip(NO_SOURCES)
    return path


def test_the_paper_of_september_2024_has_its_known_faults_named_and_few_others(sample: Register) -> None:
    path = source("hmics-improvement-plans-2024-09.txt")
    checked = check_page(sample, read_paper_file(path), papers(sample.conn)[0].id, FORMS)
    rows = {(one.kind.value, one.rule, one.line, one.certainty.value) for one in checked.findings}
    assert {
        ("disagreement", "closed-since", 42, "possible"),
        ("disagreement", "submitted-as-closed", 145, "likely"),
        ("disagreement", "submitted-as-closed", 211, "likely"),
        ("disagreement", "submitted-as-closed", 273, "likely"),
        ("disagreement", "figure-order", 404, "certain"),
        ("disagreement", "name-two-ways", 83, "possible"),
        ("weakness", "blank-cell", 312, "certain"),
        ("weakness", "number-beyond-total", 314, "certain"),
        ("weakness", "theme-unused", 398, "certain"),
    } <= rows
    assert len(checked.findings) < 40
    assert not checked.page.not_read()


def test_a_plan_from_a_website_is_checked_and_nothing_is_found_against_it(sample: Register) -> None:
    path = source("collaborative-commitments-plan.txt")
    checked = check_page(sample, read_paper_file(path), None, FORMS)
    assert found(checked) == []


# -- the register itself


def test_the_register_is_checked_against_itself_and_its_papers(sample: Register) -> None:
    checked = check_register(sample)
    assert checked.disagreements == []
    assert "MHD, Delayed: blank as published; by the register 0." in messages(checked)
    sample.do(SetTrack(item=find_item(sample.conn, "MHD-8")[0], track=Track.DELAYED, reason="Late."))
    assert "MHD, On track: 13 as published; by the register 12." in messages(check_register(sample))


def test_the_check_of_the_register_shows_how_far_it_is_and_stops(sample: Register) -> None:
    seen: list[tuple[int, int]] = []
    check_register(sample, lambda done, of: seen.append((done, of)) or True)  # type: ignore[func-returns-value]
    assert seen == [(n, seen[-1][1]) for n in range(1, seen[-1][1] + 1)]
    with pytest.raises(Cancelled):
        check_register(sample, lambda done, of: done < 2)


# -- speed


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "seconds"), [(".txt", 5), (".docx", 20)])
def test_a_hundred_pages_are_checked_in_time(
    sample: Register, tmp_path: Path, suffix: str, seconds: float, of_word: Callable[[str], bytes]
) -> None:
    text = "\n".join(TYPED.replace("\n2.", f"\n{n}.") for n in range(2, 42))
    path = tmp_path / f"paper{suffix}"
    path.write_bytes(text.encode() if suffix == ".txt" else of_word(text))
    start = time.process_time()
    check_page(sample, read_paper_file(path), papers(sample.conn)[0].id, FORMS)
    assert time.process_time() - start < seconds


@pytest.fixture
def of_word() -> Callable[[str], bytes]:
    """Makes a document of Word of a text, a paragraph for each line."""

    def make(text: str) -> bytes:
        import io

        from docx import Document as new_document

        document = new_document()
        for line in text.split("\n"):
            document.add_paragraph(line)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return make


def test_a_check_that_is_stopped_stops(sample: Register) -> None:
    page = page_of_text(Path("paper.txt"), TYPED, markdown=False)
    with pytest.raises(Cancelled):
        check_page(sample, page, None, FORMS, lambda done, of: done < 5)


def test_a_copy_is_left_as_it_was(sample_built: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(sample_built, tmp_path / "copy.fairlead"))
    register = Register.open(path)
    before = register.conn.total_changes
    check(register, TYPED)
    assert register.conn.total_changes == before
    register.close()
