"""Papers to a committee: their figures beside what is derived, fixing them, what changed since, and what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from partial import clear_fields
from screen import history_of

from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    AddPaper,
    Command,
    FixFigures,
    MoveTarget,
    RecordFigure,
    RecordReply,
    SetPaperPublications,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    WithdrawText,
    WriteText,
    correct,
)
from store.domain.errors import AmbiguousReference, BadInput, FairleadError, NotAllowed, NotFound
from store.domain.references import find_item, find_paper, find_publication
from store.domain.vocabulary import NextMove, Track, Verdict
from store.papers.missing import missing
from store.queries.history import history
from store.queries.paper_context import changed_since_written
from store.queries.papers import (
    Movements,
    PaperRow,
    between_fixings,
    figure_lines,
    movements,
    paper,
    paper_before,
    paper_texts,
    papers,
    reported_publications,
    since_fixing,
    states,
)
from store.register import Author, Register

WRITER = Author("Test Lead")

COMMITTEE = "SPA Policing Performance Committee"
SIX = ["OCSA-11", "HC-3", "HC-8", "CAM-2", "DA-3", "DA-4"]


def item(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


def publication(register: Register, code: str) -> str:
    return find_publication(register.conn, code)[0]


def newest(register: Register) -> PaperRow:
    return papers(register.conn)[0]


def moved(register: Register, row: PaperRow) -> Movements:
    reported = reported_publications(register.conn, row, False)
    return movements(register.conn, row, states(register.conn, row, reported))


def references(found: Movements, name: str, *, undated: bool = False) -> list[str]:
    return [movement.reference for movement in getattr(found, name) if movement.undated == undated]


def add_paper(register: Register, day: str, *codes: str, **more: str) -> PaperRow:
    """The paper of that day to the committee of the sample's."""
    chosen = tuple(publication(register, code) for code in codes)
    values = {"title": "Progress", "meeting": COMMITTEE, "date": day} | more
    entity = register.do(AddPaper(values=values, publications=chosen)).created
    found = paper(register.conn, entity or "")
    assert found
    return found


# -- figures


def test_the_sample_derives_every_figure_that_was_published_but_for_the_blank(sample: Register) -> None:
    lines = [line for line in figure_lines(sample.conn, newest(sample)) if line.publication]
    assert len(lines) == 24
    assert [(line.code, line.name, line.published, line.derived) for line in lines if line.differs] == [
        ("MHD", "delayed", "", 0)
    ]
    assert all(len(line.items) == line.derived for line in lines)


def test_what_is_open_in_all_is_derived_under_a_name_of_its_own(sample: Register) -> None:
    whole = {line.name: line for line in figure_lines(sample.conn, newest(sample)) if not line.publication}
    assert [(line.published, line.derived) for line in whole.values()] == [
        ("135", None), ("21", None), ("6", 6), (None, 38), (None, 6),
    ]  # fmt: skip
    assert len(whole["open-of-this-register"].items) == 38


def test_closed_since_the_last_update_are_six_and_one_without_a_day(sample: Register) -> None:
    found = moved(sample, newest(sample))
    assert references(found, "closed") == SIX
    assert references(found, "closed", undated=True) == ["DA-12"]
    assert found.since == "March 2024, the last update"
    assert references(found, "moved_later") == ["CA-2", "CA-3", "CA-4", "CA-5", "CA-6"]
    assert references(found, "came_back") == ["CA-2", "CA-3", "CA-4", "CA-5", "CA-6", "HC-6", "HC-10"]
    assert not (found.reopened or found.delayed or found.added)


def test_a_paper_may_name_the_day_that_its_changes_are_counted_from(sample: Register) -> None:
    sample.do(correct("paper", newest(sample).id, since="1 August 2024"))
    found = moved(sample, newest(sample))
    assert found.since == "1 August 2024"
    assert references(found, "sent") == ["CA-3", "CA-4", "CA-5"]
    assert references(found, "closed") == []
    assert references(found, "closed", undated=True) == [*SIX, "DA-12"]


# -- fixing


def test_the_quarter_after_is_as_a_list_made_by_hand(sample: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register as the public record of early 2025 has it: of CAM the third alone is open, and targets are revised."""
    first = newest(sample)
    sample.do(FixFigures(paper=first.id))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-03-05")

    def send(*names: str) -> Command:
        items = tuple(item(sample, name) for name in names)
        return SubmitEvidence(items=items, sent="10 December 2024", note="What was done.")

    def reply(name: str, verdict: Verdict, **more: object) -> Command:
        values = {"item": item(sample, name), "dated": "15 January 2025", "verdict": verdict, "words": "Seen."} | more
        return RecordReply.model_validate(values)

    def move(name: str, target: str) -> Command:
        return MoveTarget(item=item(sample, name), text=target, reason="The audit moved.")

    def delay(name: str) -> Command:
        return SetTrack(item=item(sample, name), track=Track.DELAYED, reason="Training.")

    later = [move(name, "December 2025") for name in ("CA-2", "CA-3", "CA-4", "CA-5", "CA-6")]
    later += [move(name, "June 2025") for name in ("MHD-2", "MHD-4", "MHD-7", "MHD-13")]
    open_still = {"next_move": NextMove.US, "track": Track.DELAYED}
    for command in (
        send("CAM-1", "CAM-4", "CAM-5", "MHD-14", "HC-6"),
        *(reply(name, Verdict.DISCHARGED) for name in ("CAM-1", "CAM-2", "CAM-4", "CAM-5", "MHD-14")),
        reply("HC-6", Verdict.REMAIN_OPEN, **open_still),
        reply("HC-8", Verdict.MORE_EVIDENCE, **open_still),
        *later,
        # A first target, one that is made more precise, and one that is brought forward, are not moved later.
        move("CAM-3", "September 2025"),
        *(delay(name) for name in ("MHD-3", "MHD-5", "MHD-13")),
        AddItem(publication=publication(sample, "DA"), number="14", title="Found by the follow-up"),
    ):  # fmt: skip
        sample.do(command)
    row = add_paper(sample, "12 March 2025", "OCSA", "CA", "HC", "CAM", "DA", "MHD")
    found = moved(sample, row)
    assert found.since == "18 September 2024, when the figures of the paper before were fixed"
    assert references(found, "closed") == ["CAM-1", "CAM-4", "CAM-5", "MHD-14"]
    assert references(found, "reopened") == ["HC-8"]
    assert references(found, "delayed") == ["HC-8", "MHD-3", "MHD-5", "MHD-13"]
    assert references(found, "added") == ["DA-14"]
    assert references(found, "moved_later") == [
        "CA-2", "CA-3", "CA-4", "CA-5", "CA-6", "MHD-2", "MHD-4", "MHD-7", "MHD-13",
    ]  # fmt: skip
    assert references(found, "sent") == ["HC-6", "CAM-1", "CAM-4", "CAM-5", "MHD-14"]
    assert references(found, "came_back") == ["HC-6", "HC-8"]
    assert not any(m.undated for m in (*found.closed, *found.sent, *found.came_back))
    cam = {line.name: line.derived for line in figure_lines(sample.conn, row) if line.code == "CAM"}
    assert cam == {"total": 8, "closed": 7, "on-track": 0, "delayed": 1}
    (closed,) = (m for m in found.closed if m.reference == "CAM-1")
    assert (closed.before, closed.after) == ("Delayed", "Closed: discharged")


def test_of_a_publication_that_the_paper_before_did_not_report_the_register_decides(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = newest(sample)
    sample.do(SetPaperPublications(paper=first.id, publications=(publication(sample, "CA"),)))
    assert sample.do(FixFigures(paper=first.id)).summary.endswith("6 items")
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-01")
    sample.do(SetTrack(item=item(sample, "MHD-3"), track=Track.DELAYED, reason="Training."))
    found = moved(sample, add_paper(sample, "4 December 2024", "CA", "DA", "MHD"))
    assert references(found, "delayed") == ["MHD-3"]
    assert not (found.added or found.closed or found.sent)


def test_late_news_alters_nothing_that_was_fixed_and_is_listed(sample: Register) -> None:
    row = newest(sample)
    before = figure_lines(sample.conn, row)
    sample.do(FixFigures(paper=row.id))
    sample.do(SetTrack(item=item(sample, "HC-2"), track=Track.ON_TRACK))
    sample.do(MoveTarget(item=item(sample, "HC-5"), text="June 2025", reason="Later."))
    sample.do(AddNote(items=(item(sample, "HC-6"),), text="No news of its status."))
    sample.do(Withdraw(kind="recommendation", entity=item(sample, "HC-13")))
    sample.do(AddItem(publication=publication(sample, "HC"), number="16", title="A new one"))
    row = newest(sample)
    derived = [(line.name, line.derived, line.items) for line in figure_lines(sample.conn, row)]
    assert derived == [(line.name, line.derived, line.items) for line in before]
    assert [(m.reference, m.before, m.after) for m in since_fixing(sample.conn, row)] == [
        ("HC-2", "Delayed", "On track"),
        ("HC-5", "target none", "target June 2025"),
        ("HC-16", "", "added, not stated"),
        ("HC-13", "Delayed", "withdrawn"),
    ]


def test_what_another_desk_had_written_by_then_and_nobody_knew_is_late_news(sample_path: Path, tmp_path: Path) -> None:
    """The fixing comes to a desk that has a newer status and evidence sent; both are news there, as where it was fixed."""
    copy = Path(shutil.copyfile(sample_path, tmp_path / "copy.fairlead"))
    register, other = Register.open(sample_path, WRITER), Register.open(copy, Author("C3 lead"))
    other.do(SetTrack(item=item(other, "HC-5"), track=Track.ON_TRACK))
    other.do(SubmitEvidence(items=(item(other, "HC-2"),), sent="September 2024", note="What was done."))
    register.do(FixFigures(paper=newest(register).id))
    ours, theirs = [*register.log.all()], [*other.log.all()]
    register.apply(theirs)
    other.apply(ours)
    for desk in (register, other):
        assert [m.reference for m in since_fixing(desk.conn, newest(desk))] == ["HC-2", "HC-5"]
        found = moved(desk, add_paper(desk, "4 December 2024", "HC"))
        assert (references(found, "closed"), references(found, "sent")) == (["HC-2"], ["HC-2"])
        desk.close()


def test_figures_can_be_fixed_again_and_both_fixings_stay(sample: Register) -> None:
    row = newest(sample)
    sample.do(FixFigures(paper=row.id))
    sample.do(SetTrack(item=item(sample, "HC-2"), track=Track.ON_TRACK))
    sample.do(FixFigures(paper=row.id))
    row = newest(sample)
    assert [fixing.items for fixing in row.fixings] == [66, 66]
    assert [(m.reference, m.before, m.after) for m in between_fixings(sample.conn, row)] == [
        ("HC-2", "Delayed", "On track")
    ]
    assert since_fixing(sample.conn, row) == []


def test_figures_fixed_at_the_end_of_a_past_day_are_those_of_that_day(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-01")
    sample.do(SetTrack(item=item(sample, "HC-2"), track=Track.ON_TRACK))
    sample.do(AddItem(publication=publication(sample, "HC"), number="16", title="A new one"))
    sample.do(Withdraw(kind="recommendation", entity=item(sample, "HC-13")))
    row = newest(sample)
    sample.do(FixFigures(paper=row.id, day="20 September 2024"))
    row = newest(sample)
    assert (row.fixings[0].day, row.fixings[0].items) == ("2024-09-20", 66)
    assert not [line for line in figure_lines(sample.conn, row) if line.differs and line.published]
    assert [m.reference for m in since_fixing(sample.conn, row)] == ["HC-2", "HC-16", "HC-13"]
    found = moved(sample, add_paper(sample, "4 December 2024", "HC"))
    assert references(found, "added") == ["HC-16"]


def test_without_a_fixing_the_register_as_at_the_day_of_the_paper_before_decides(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-01")
    sample.do(SubmitEvidence(items=(item(sample, "HC-2"),), sent="October 2024", note="What was done."))
    sample.do(SetTrack(item=item(sample, "MHD-3"), track=Track.DELAYED, reason="Training."))
    row = add_paper(sample, "4 December 2024", "HC", "MHD")
    found = moved(sample, row)
    assert found.since == "18 September 2024, the day of the paper before"
    assert (references(found, "closed"), references(found, "sent")) == (["HC-2"], ["HC-2"])
    assert references(found, "delayed") == ["MHD-3"]
    assert not any(m.undated for m in (*found.closed, *found.sent))


def test_what_is_long_past_and_recorded_only_now_was_not_sent_since(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.do(FixFigures(paper=newest(sample).id))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-01")
    sample.do(SubmitEvidence(items=(item(sample, "HC-6"),), sent="May 2022", note="An old one."))
    sample.do(
        SubmitEvidence(items=(item(sample, "HC-2"),), sent="10 September 2024", note="It was late to be recorded.")
    )
    found = moved(sample, add_paper(sample, "4 December 2024", "HC"))
    assert references(found, "sent") == ["HC-2"]


def test_a_fixing_of_nothing_or_of_a_day_to_come_is_refused(sample: Register) -> None:
    row = newest(sample)
    with pytest.raises(NotAllowed, match="was in the register on 1 March 2024"):
        sample.do(FixFigures(paper=row.id, day="1 March 2024"))
    with pytest.raises(BadInput, match="has not come yet"):
        sample.do(FixFigures(paper=row.id, day="October 2024"))
    with pytest.raises(BadInput, match="more than one day"):
        sample.do(FixFigures(paper=row.id, day="August 2024"))


# -- papers


def test_the_paper_before_is_the_newest_earlier_one_to_the_same_committee(sample: Register) -> None:
    second = add_paper(sample, "4 December 2024")
    add_paper(sample, "1 October 2024", meeting="Audit Committee")
    before = paper_before(sample.conn, second)
    assert before and before.date == "18 September 2024"
    assert paper_before(sample.conn, before) is None


def test_a_paper_without_publications_reports_on_all_that_its_form_counts(sample: Register) -> None:
    row = add_paper(sample, "4 December 2024")
    assert len(reported_publications(sample.conn, row, False)) == 6
    assert reported_publications(sample.conn, row, True) == [publication(sample, "CCP")]
    sample.do(SetPaperPublications(paper=row.id, publications=(publication(sample, "HC"),)))
    assert reported_publications(sample.conn, newest(sample), False) == [publication(sample, "HC")]
    assert sample.do(FixFigures(paper=row.id)).summary == "Paper of 4 December 2024: figures fixed, 15 items"


def test_a_paper_is_found_by_its_date_as_any_date_is_written(sample: Register) -> None:
    row, today = newest(sample), sample.today()
    for named in ("18 September 2024", "18/9/24", "Sep-24", "2024-09-18", row.id[:8], None):
        assert find_paper(sample.conn, named, today) == row.id
    add_paper(sample, "4 December 2024")
    with pytest.raises(AmbiguousReference, match="4 December 2024 Progress"):
        find_paper(sample.conn, "2024", today)
    with pytest.raises(NotFound, match="no paper of 2023"):
        find_paper(sample.conn, "2023", today)


def test_the_same_paper_is_not_added_twice_and_one_needs_a_date(sample: Register) -> None:
    row = newest(sample)
    with pytest.raises(NotAllowed, match="18 September 2024 is here already"):
        sample.do(AddPaper(title=row.title, meeting=row.meeting, date="18/9/2024"))
    with pytest.raises(BadInput, match="date"):
        sample.do(AddPaper(title="Progress"))


@pytest.mark.parametrize("name", ["fix", "text", "figure", "add", "publications", "withdraw"])
def test_each_command_of_a_paper_is_one_action_that_undo_takes_back(sample: Register, name: str) -> None:
    row = newest(sample)
    command: Command = {
        "fix": FixFigures(paper=row.id),
        "text": WriteText(paper=row.id, section="introduction", text="Text."),
        "figure": RecordFigure(paper=row.id, name="Discharged", value="3"),
        "add": AddPaper(title="Progress", date="4 December 2024", publications=row.publications),
        "publications": SetPaperPublications(paper=row.id, publications=row.publications[:2]),
        "withdraw": Withdraw(kind="paper", entity=row.id),
    }[name]

    def shown() -> object:
        every = papers(sample.conn)
        return [(one, figure_lines(sample.conn, one), paper_texts(sample.conn, one.id)) for one in every]

    before = shown()
    sample.do(command)
    assert shown() != before
    sample.undo()
    assert shown() == before
    sample.redo()
    assert shown() != before


def test_a_fixing_is_one_line_of_the_history(sample: Register) -> None:
    done = sample.do(FixFigures(paper=newest(sample).id))
    assert done.summary == "Paper of 18 September 2024: figures fixed, 66 items"
    rows = history(sample.conn, action=done.action, limit=None)
    assert [(row.about, row.field, row.after) for row in rows] == [
        ("Paper of 18 September 2024", "figures fixed", "66 items")
    ]
    sample.do(WriteText(paper=newest(sample).id, section="introduction", text="HC-6 waits."))
    done = sample.do(WriteText(paper=newest(sample).id, section="introduction", text="HC-6 and HC-5 wait."))
    assert [row.field for row in history(sample.conn, action=done.action, limit=None)] == ["introduction: text"]


def test_a_figure_is_recorded_as_printed(sample: Register) -> None:
    row, hc = newest(sample), publication(sample, "HC")
    for name, value in (("On track", ""), ("delayed", "4"), ("total", "1,015 recs")):
        sample.do(RecordFigure(paper=row.id, publication=hc, name=name, value=value))
    lines = {line.name: line for line in figure_lines(sample.conn, row) if line.publication == hc}
    assert [(lines[n].published, lines[n].number, lines[n].differs) for n in ("on-track", "delayed", "total")] == [
        ("", None, True), ("4", 4, True), ("1,015 recs", 1015, True),
    ]  # fmt: skip


# -- texts


def test_a_text_tells_what_it_speaks_of_and_has_changed_since(sample: Register) -> None:
    row, hc = newest(sample), publication(sample, "HC")
    words = "Recs 2 to 3 & 5 are one matter, CAM-1 another. Five are delayed; there were 99 visits."
    sample.do(WriteText(paper=row.id, section="introduction", publication=hc, text=words))
    (text,) = paper_texts(sample.conn, row.id)
    assert (text.text, text.marking, text.author) == (words, "OFFICIAL", "Test Lead")
    assert changed_since_written(sample.conn, row, text) == []
    sample.do(SetTrack(item=item(sample, "HC-5"), track=Track.ON_TRACK))
    sample.do(SetTrack(item=item(sample, "HC-13"), track=Track.ON_TRACK))
    sample.do(MoveTarget(item=item(sample, "CAM-1"), text="June 2025", reason="Later."))
    sample.do(Withdraw(kind="recommendation", entity=item(sample, "HC-2")))
    assert changed_since_written(sample.conn, row, text) == [
        "HC-2 is not in the paper any more.",
        "HC-5: Delayed → On track.",
        "CAM-1: target none → June 2025.",
        "HC, delayed: 5 → 2.",
    ]
    sample.do(WriteText(paper=row.id, section="introduction", publication=hc, text="Two are delayed."))
    (text,) = paper_texts(sample.conn, row.id)
    assert changed_since_written(sample.conn, row, text) == []


def test_a_text_is_withdrawn_and_written_again(sample: Register) -> None:
    row = newest(sample)
    with pytest.raises(NotAllowed, match="Nothing is written there"):
        sample.do(WithdrawText(paper=row.id, section="risks"))
    with pytest.raises(BadInput, match="no text"):
        sample.do(WriteText(paper=row.id, section="risks", text=" "))
    sample.do(WriteText(paper=row.id, section="risks", text="One."))
    sample.do(WithdrawText(paper=row.id, section="risks"))
    assert paper_texts(sample.conn, row.id) == []
    sample.do(WriteText(paper=row.id, section="risks", text="Two."))
    assert [text.text for text in paper_texts(sample.conn, row.id)] == ["Two."]


def test_nothing_is_written_in_a_paper_that_was_withdrawn(sample: Register, sample_path: Path) -> None:
    row = newest(sample)
    sample.do(Withdraw(kind="paper", entity=row.id))
    before = history_of(sample_path)
    for command in (
        FixFigures(paper=row.id),
        WriteText(paper=row.id, section="risks", text="Two."),
        RecordFigure(paper=row.id, name="total", value="3"),
        SetPaperPublications(paper=row.id, publications=()),
    ):
        with pytest.raises(FairleadError, match="withdrawn"):
            sample.do(command)
    assert history_of(sample_path) == before


# -- what is missing


def test_what_is_missing_is_named_with_the_items_behind_it(sample: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-03-05")
    sample.do(SetTrack(item=item(sample, "MHD-3"), track=Track.DELAYED, reason=""))
    sample.do(AddAction(item=item(sample, "HC-2"), text="Send it", due="1 October 2024"))
    sample.do(AddNote(items=(item(sample, "HC-5"),), text="Agreed.", dated="1 March 2025", agreed_by="ACC"))
    sample.do(AddNote(items=(item(sample, "HC-6"),), text="Not agreed yet.", dated="1 March 2025"))
    sample.do(correct("recommendation", item(sample, "HC-10"), marking="OFFICIAL-SENSITIVE"))
    row = add_paper(sample, "12 March 2025", "HC", "MHD")
    sample.do(WriteText(paper=row.id, section="legal", text="None.", marking="OFFICIAL-SENSITIVE"))
    confirm = {"financial": "Financial", "legal": "Legal"}
    found = missing(sample.conn, row, "2025-03-05", confirm=confirm)
    by = {one.sentence: one.items for one in found}
    assert [*by][1:] == [
        "HC-6 has a position that nobody agreed.",
        "MHD-3 is delayed, with no reason.",
        "HC-2, MHD-11, MHD-12 have a promise gone by.",
        "MHD-2, MHD-4, MHD-7, MHD-13, MHD-14 are on track though past their targets.",
        "HC-10 is marked higher than the paper.",
        "Nobody has confirmed: Financial.",
        "A text is marked higher than the paper: legal.",
    ]
    first = found[0]
    assert first.sentence.startswith("HC-2, HC-10, HC-13, MHD-2,")
    assert first.sentence.endswith("have no position since the last paper.")
    assert item(sample, "HC-6") not in first.items


def test_without_a_paper_before_and_a_day_that_is_missing(empty: Register) -> None:
    made = empty.do(AddPaper(title="Progress", date="4 December 2024")).created
    row = paper(empty.conn, made or "")
    assert row
    assert [one.sentence for one in missing(empty.conn, row, "2024-09-18")] == [
        "There is no paper before it, and no day that its changes are counted from.",
        "No item is in its publications.",
    ]


def test_fixing_figures_touches_no_item(sample_path: Path) -> None:
    """An open item without a track, as another desk may have written it, stays as it is."""
    clear_fields(sample_path, "recommendation", ["track"])
    register = Register.open(sample_path, WRITER)
    done = register.do(FixFigures(paper=newest(register).id))
    kinds = register.conn.execute("SELECT DISTINCT kind FROM change WHERE action = ?", (done.action,)).fetchall()
    assert {kind for (kind,) in kinds} == {"fixing", "fixed_item"}
    register.close()
