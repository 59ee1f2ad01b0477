"""Many at once: what is ticked takes one edit together, previewed, as one action that one key takes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, history_of, recorded, sitting
from wide import widely

from store.queries.rows import ItemDetail
from store.register import Register
from tui.dialogs import selection
from widgets.preview import Preview

FIVE = ("CA-2", "CA-3", "CA-4", "CA-5", "CA-6")


async def tick(seat: Seat, *references: str) -> None:
    """Tick these in the list, each found by a search."""
    for reference in references:
        await seat.press("2", "slash", "ctrl+u")
        await seat.write(reference)
        await seat.press("enter", "home", "space")
    await seat.press("slash", "ctrl+u", "enter")


async def tick_five(seat: Seat) -> None:
    """Tick CA-2 to CA-6 with the space bar, in the list of their publication."""
    await seat.press("2", "colon")
    await seat.answer(query="publication:CA")
    await seat.press("home", *"j" * 1)
    assert "CA-2" in next(line for line in seat.lines() if line.startswith("▌"))
    await seat.press(*["space"] * 5)


def ticked(seat: Seat) -> list[str]:
    """The references of the rows with a tick."""
    return [line[2:].split()[0] for line in seat.lines() if line[1:2] == "✓"]


def targets_of(path: Path) -> list[tuple[str | None, int, bool, str | None]]:
    """Target, moves, whether at least so many, and first target of the five."""
    rows = [recorded(path, reference).row for reference in FIVE]
    return [(row.target_text, row.moved_later, row.moved_at_least, row.first_target) for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([WIDE, NARROW], 1))
async def test_five_targets_move_in_one_previewed_action_with_one_reason_and_one_undo(
    sample_path: Path, size: tuple[int, int]
) -> None:
    before = targets_of(sample_path)
    async with sitting(sample_path, size) as seat:
        await tick_five(seat)
        assert ticked(seat) == list(FIVE)
        seat.sees("5 ticked")
        await seat.press("t")
        seat.sees("Move the target of 5 items")
        await seat.write("December 2025")
        await seat.press("ctrl+s")
        seat.sees("5 of 5 will change", "needs a reason")
        for reference in FIVE:
            line = next(line for line in seat.lines() if "│" in line and f"✓ {reference} " in line)
            assert line.index("June 2025") < line.index("December 2025")
        assert targets_of(sample_path) == before
        await seat.press("enter")
        await seat.write("The audit moved")
        await seat.press("ctrl+s")
        assert "CA-2: target June 2025 → December 2025 and 4 more" in seat.toasts
        assert ticked(seat) == []
        shown = "\n".join(line for line in seat.lines() if "December 2025" in line)
        assert shown.count("≥ 2") == 5 or size == NARROW
        after = targets_of(sample_path)
        assert [row[:3] for row in after] == [("December 2025", 2, True)] * 5
        assert [row[3] for row in after] == [row[3] for row in before]
        made = [row for row in history_of(sample_path) if row.field == "target"][:5]
        assert {row.about for row in made} == set(FIVE)
        assert len({row.action for row in made}) == 1 and {row.reason for row in made} == {"The audit moved"}
        await seat.press("u")
        assert targets_of(sample_path) == before
        await seat.press("ctrl+r")
        assert targets_of(sample_path) == after
        await seat.press("u")
    assert targets_of(sample_path) == before


async def test_all_that_a_filter_shows_are_ticked_by_one_key_and_unticked_by_it_again(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x colon") as seat:
        await seat.answer(query="publication:CA next:inspectorate")
        await seat.press("asterisk")
        assert ticked(seat) == list(FIVE)
        await seat.press("asterisk")
        assert ticked(seat) == []
        await seat.press("space", "asterisk")
        assert ticked(seat) == list(FIVE)
        await seat.press("home", "space")
        assert ticked(seat) == list(FIVE[1:])
        await seat.press("asterisk", "x")
        seat.sees("5 ticked", "66 recommendations")


@pytest.mark.slow
async def test_a_usual_reason_is_chosen_and_written_on(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await tick_five(seat)
        await seat.press("t")
        await seat.answer(text="December 2025")
        await seat.press("tab", "down")
        await seat.choose("another body")
        await seat.write(", the SPA")
        await seat.press("enter")
        assert history_of(sample_path, "CA-4")[0].reason == "Waiting on another body, the SPA"


@pytest.mark.slow
async def test_a_reason_left_empty_counts_as_none_given(sample_path: Path) -> None:
    two = ("MHD-2", "MHD-4")
    async with sitting(sample_path) as seat:
        await tick(seat, *two)
        await seat.press("t")
        await seat.answer(text="December 2025")
        await seat.press("enter", "enter")
        assert {recorded(sample_path, ref).targets[-1].reason for ref in two} == {""}
        await seat.press("3", "end")
        seat.sees("2 with no reason given ▸")
        await seat.press("enter")
        seat.sees("2 of 66 recommendations", *two)


@pytest.mark.slow
async def test_that_no_reason_was_given_counts_only_where_one_was_owed(sample_path: Path) -> None:
    def without() -> list[str]:
        register = Register.open(sample_path)
        rows = register.conn.execute("SELECT reference FROM recommendation WHERE no_reason = 1 ORDER BY reference")
        found = [str(row[0]) for row in rows]
        register.close()
        return found

    async with sitting(sample_path) as seat:
        await tick(seat, "HC-6", "MHD-2")
        await seat.press("t")
        await seat.answer(text="December 2025")
        await seat.press("ctrl+s")
        assert without() == ["MHD-2"]
        await tick(seat, "CA-1", "HC-2")
        await seat.press("s", "o", "ctrl+s")
        assert recorded(sample_path, "CA-1").row.status == "on-track"
        assert without() == ["CA-1", "MHD-2"]
        await seat.open("HC-10")
        await seat.press("t")
        await seat.answer(text="December 2025")
        await seat.press("t")
        await seat.answer(text="November 2025")
        assert without() == ["CA-1", "MHD-2"]
        await seat.press("t")
        await seat.answer(text="March 2026")
        assert without() == ["CA-1", "HC-10", "MHD-2"]


@pytest.mark.slow
async def test_what_is_refused_is_shown_with_why_and_left_out_is_what_the_person_leaves_out(sample_path: Path) -> None:
    before = targets_of(sample_path)
    async with sitting(sample_path) as seat:
        await tick_five(seat)
        await tick(seat, "CA-1")
        seat.sees("6 ticked")
        await seat.press("t")
        await seat.answer(text="December 2025")
        seat.sees("5 of 6 will change · 1 refused")
        seat.sees("Refused: CA-1 is closed")
        await seat.press("end", "space")
        seat.sees("CA-1 cannot be taken: CA-1 is closed")
        await seat.press("home", "j", "space")
        seat.sees("4 of 6 will change · 1 refused · 1 left out")
        await seat.press("ctrl+s")
        after = targets_of(sample_path)
        assert after[1] == before[1]
        assert [row[0] for row in (after[0], *after[2:])] == ["December 2025"] * 4
        assert recorded(sample_path, "CA-1").row.target_text is None
        await seat.press("u")
        assert targets_of(sample_path) == before


@pytest.mark.slow
async def test_where_everything_is_refused_nothing_is_taken(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await tick(seat, "CA-1", "CAM-6")
        before = seat.register.newest()
        await seat.press("t")
        await seat.answer(text="December 2025")
        seat.sees("None of 2 will change · 2 refused")
        await seat.press("ctrl+s")
        seat.sees("Every line is refused, so there is nothing to take.")
        assert isinstance(seat.app.screen, Preview)
        await seat.press("escape")
        assert seat.register.newest() == before
        seat.sees("2 ticked")


@pytest.mark.slow
async def test_esc_changes_nothing_keeps_the_ticks_and_on_the_list_takes_them_away_first(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x slash") as seat:
        await seat.write("CA-2")
        await seat.press("enter", "space")
        before = seat.register.newest()
        await seat.press("t")
        seat.sees("Target of CA-2")
        await seat.press("escape")
        for keys in (("t",), ("t", "1", "ctrl+s"), ("s",), ("c",), ("s", "d"), ("full_stop",), ("n",)):
            await seat.press(*keys)
            assert len(seat.app.screen_stack) > 2, keys
            while len(seat.app.screen_stack) > 2:
                await seat.press("escape")
            assert ticked(seat) == ["CA-2"], keys
        assert seat.register.newest() == before
        await seat.press("escape")
        assert ticked(seat) == []
        seat.sees('"CA-2"')
        await seat.press("escape")
        seat.sees("Everything")


async def test_more_than_the_most_that_go_together_are_not_ticked(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MAX_ITEMS", 10)
    async with sitting(sample_path, at="2 x asterisk") as seat:
        assert "at most 10 are edited together. Filter the list first." in seat.toasts
        assert ticked(seat) == []
        await seat.press("3", "asterisk")
        assert "at most 10 are edited together" in seat.toasts
        await seat.press("ctrl+p")
        await seat.choose("hand over")
        await seat.answer(lead="Mental Health Taskforce", to="Local Policing")
        seat.sees("at most 10 go together.")


def test_the_most_that_go_together_are_a_thousand() -> None:
    assert selection.MAX_ITEMS == 1_000


@pytest.mark.slow
async def test_nothing_under_the_cursor_is_said_by_the_keys_that_tick(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x slash") as seat:
        await seat.write("nothing like it")
        await seat.press("enter", "space")
        assert "There is no item under the cursor." in seat.toasts
        await seat.press("asterisk")
        assert "There is nothing here to tick." in seat.toasts


def offered(seat: Seat) -> list[str]:
    """The lines of the panel that is open: letters, labels, headings and notes."""
    return [line.split("│")[1].strip() for line in seat.lines() if line.count("│") > 1]


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_one_ticked_item_is_offered_what_it_is_offered_under_the_cursor_and_it_is_ticked_no_longer(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size, at="2 x slash") as seat:
        await seat.write("CCP")
        await seat.press("enter", "home", *"jjj")
        assert seat.line("▌").split()[1] == "CCP-11"
        await seat.press("s")
        seat.sees("CCP-11", "l  How far NHS 24 has got…")
        under_the_cursor = offered(seat)
        await seat.press("escape", "space")
        assert ticked(seat) == ["CCP-11"] and "CCP-12" in seat.line("▌")
        await seat.press("s")
        assert offered(seat) == under_the_cursor
        await seat.press("l", "d")
        assert "NHS 24: not stated → done" in seat.toasts
        assert ticked(seat) == []
        lead = next(lead for lead in recorded(sample_path, "CCP-11").leads if lead.fields["name"] == "NHS 24")
        assert lead.fields["state"] == "done"
        # In one more key, without a preview, as under the cursor; what is left keeps the tick.
        await seat.press("home", *"jjj", "space", "s", "escape")
        assert ticked(seat) == ["CCP-11"]
        await seat.press("s", "o")
        assert recorded(sample_path, "CCP-11").row.status == "on-track" and ticked(seat) == []


async def test_the_dialogs_of_one_ticked_item_are_its_own_and_only_what_has_no_dialog_is_previewed(
    sample_path: Path,
) -> None:
    async with sitting(sample_path) as seat:
        await tick(seat, "CAM-1")
        await seat.press("c")
        seat.sees("Correct CAM-1", "How far C3 has got", "Hand over from one lead to another")
        await seat.press("escape", "t")
        seat.sees("Target of CAM-1")
        await seat.press("escape", "n")
        seat.sees("Add a note to CAM-1")
        await seat.write("Read together")
        await seat.press("ctrl+s")
        assert "Read together" in [note.fields["text"] for note in recorded(sample_path, "CAM-1").notes]
        assert ticked(seat) == []
        await tick(seat, "CAM-1")
        await seat.press("full_stop")
        assert isinstance(seat.app.screen, Preview)
        await seat.press("enter")
        assert recorded(sample_path, "CAM-1").row.said_on and ticked(seat) == []


TWO = ("HC-2", "HC-5")

Reading = Callable[[ItemDetail], object]


EDITS: list[tuple[str, dict[str, str], Reading, object]] = [
    ("s o", {}, lambda d: d.row.status, "on-track"),
    ("s n", {}, lambda d: d.row.stage, "not-started"),
    ("s b", {}, lambda d: d.row.believed_done, True),
    ("n", {"text": "Said of both"}, lambda d: "Said of both" in [n.fields["text"] for n in d.notes], True),
    ("full_stop", {}, lambda d: d.row.said_on, "2025-01-15"),
    ("p", {"text": "Send a draft"}, lambda d: "Send a draft" in [a.fields["text"] for a in d.actions], True),
    ("e", {"note": "The figures"}, lambda d: d.row.stage, "submitted"),
    ("s e", {"note": "The figures"}, lambda d: d.row.stage, "submitted"),
    ("r", {"verdict": "m", "next_move": "u", "track": "o"}, lambda d: d.row.stage, "remain-open"),
    ("c theme", {"theme": "c"}, lambda d: d.row.theme, "Compliance"),
    ("c leads", {"leads": "C3; Local Policing"}, lambda d: d.row.leads, "C3; Local Policing"),
    ("c next", {"who": "a", "until": "May 2025"}, lambda d: (d.row.next_move, d.row.next_move_until), ("other", "May 2025")),
]  # fmt: skip
"""Keys, what is typed into the form, what is looked at of an item, and what that becomes."""


def read_two(path: Path, read: Reading) -> list[object]:
    """What is recorded of the two, as they are on the disk."""
    return [read(recorded(path, reference)) for reference in TWO]


@pytest.mark.slow
async def test_each_key_acts_on_all_that_are_ticked_previewed_as_one_action(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    async with sitting(sample_path, at="2 colon") as seat:
        await seat.answer(query="publication:HC")
        for keys, answers, read, becomes in EDITS:
            await seat.hurry("home", "j", "space", "j", "j", "space")
            assert ticked(seat) == list(TWO), keys
            before, number = read_two(sample_path, read), seat.register.newest()
            key, _, more = keys.partition(" ")
            await seat.press(key)
            if key == "c":
                await seat.choose(more)
            elif more:
                await seat.press(more)
            if answers:
                await seat.answer(**answers)
            assert isinstance(seat.app.screen, Preview), (keys, seat.shown())
            seat.sees("2 of 2 will change")
            assert (read_two(sample_path, read), seat.register.newest()) == (before, number), keys
            await seat.press("ctrl+s")
            assert read_two(sample_path, read) == [becomes] * 2 != before, keys
            made = [row for row in history_of(sample_path) if row.n > number and row.kind != "party"]
            assert len({row.action for row in made}) == 1, keys
            assert ticked(seat) == [], keys
            await seat.press("u")
            assert read_two(sample_path, read) == before, keys


@pytest.mark.slow
async def test_the_same_status_again_is_refused_line_by_line(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await tick(seat, *TWO, "MHD-2")
        await seat.press("s", "c")
        seat.sees("1 of 3 will change · 2 refused")
        await seat.press("escape", "s", "d")
        seat.sees("1 of 3 will change · 2 refused", "needs a reason")
        await seat.press("enter")
        await seat.write("Staff left")
        await seat.press("enter")
        assert recorded(sample_path, "MHD-2").row.status == "delayed"
        assert history_of(sample_path, "MHD-2")[0].reason == "Staff left"


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_what_is_typed_for_ticked_items_is_kept_as_a_draft(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size) as seat:
        await tick(seat, "MHD-2", "MHD-3")
        await seat.press("n")
        seat.sees("Add a note to 2 items", "esc leave, kept as a draft")
        await seat.write("Half a thought")
        await seat.press("escape", "n")
        seat.sees("Your draft from before is here again.", "Half a thought")
        # Whichever are ticked next, and of one item there is another draft.
        await seat.press("escape", "escape", "n")
        seat.lacks("Half a thought")
        await seat.press("escape")
        await tick(seat, "MHD-2", "CA-2", "CA-3")
        await seat.press("n")
        seat.sees("Add a note to 3 items", "Your draft from before is here again.", "Half a thought")
        await seat.press("ctrl+t")
        assert "Thrown away." in seat.toasts
        await seat.press("n")
        seat.lacks("Your draft from before", "Half a thought")
        # What a preview was left with is there too, until it is recorded.
        await seat.write("A whole thought")
        await seat.press("ctrl+s")
        seat.sees("3 of 3 will change")
        await seat.press("escape", "n")
        seat.sees("Your draft from before is here again.", "A whole thought")
        await seat.press("ctrl+s", "ctrl+s")
        assert "A whole thought" in str(recorded(sample_path, "CA-3").notes[0].fields["text"])
        await tick(seat, "MHD-2", "MHD-3")
        await seat.press("n")
        seat.lacks("Your draft from before", "A whole thought")
    async with sitting(sample_path, size) as seat:
        assert "A draft is kept" not in seat.toasts


@pytest.mark.slow
async def test_items_are_handed_over_together_from_the_ticks_and_from_the_palette(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await tick(seat, "CAM-1", "CAM-4", "HC-2")
        await seat.press("c")
        await seat.choose("hand over")
        await seat.answer(lead="C3", to="Local Policing")
        seat.sees("2 of 3 will change · 1 refused")
        line = next(line for line in seat.lines() if "✓ CAM-4" in line)
        assert line.index(" C3 ") < line.index("Local Policing")
        seat.sees("Submit our response to HMICS.", "none recorded, nor that anything was sent")
        # Who leads on it already keeps the role that they have.
        seat.lacks("Role that goes over")
        await seat.press("escape")
        assert "C3" in recorded(sample_path, "CAM-1").row.leads
        await seat.press("ctrl+p")
        await seat.choose("hand over")
        await seat.answer(lead="Nobody we know", to="Response")
        seat.sees("Nobody we know leads on nothing that is open.")
        await seat.answer(lead="c3", to="Response")
        seat.sees("2 of 2 will change", "Role that goes over: leads the improvement (in our words)")
        await seat.press("j")
        # What C3 believes of it is no role.
        seat.lacks("Role that goes over")
        await seat.press("ctrl+s")
        for reference in ("CAM-1", "CAM-4"):
            leads = recorded(sample_path, reference).row.leads.split("; ")
            assert "Response" in leads and "C3" not in leads, leads
        await seat.press("u")
        assert "C3" in recorded(sample_path, "CAM-1").row.leads


@pytest.mark.slow
async def test_the_first_edit_together_asks_who_is_writing_and_goes_on(sample_path: Path) -> None:
    async with sitting(sample_path, author=None) as seat:
        await tick(seat, *TWO)
        await seat.press("full_stop")
        seat.sees("Who is writing?")
        await seat.answer(name="Ann Lead")
        seat.sees("Nothing new on 2 items", "2 of 2 will change")
        await seat.press("ctrl+s")
        assert history_of(sample_path, "HC-5")[0].author == "Ann Lead"


@pytest.mark.slow
async def test_a_new_name_with_a_comma_is_never_taken_for_several_without_a_word(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await tick(seat, *TWO)
        await seat.press("c")
        await seat.choose("leads")
        await seat.answer(leads="Fleet, Estates")
        seat.sees("Fleet is no lead here", "double quotes")
        await seat.answer(leads="C3, Local Policing")
        seat.sees("2 of 2 will change")


async def test_while_items_are_ticked_the_bottom_line_has_what_acts_on_them_all(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 space space") as seat:
        bottom = seat.lines()[-1]
        assert "s status" in bottom and "c correct" in bottom and "space tick" in bottom
        assert "esc clear 2 ticked" in bottom and "a add" not in bottom
        await seat.press("escape")
        bottom = seat.lines()[-1]
        assert "a add" in bottom and "space tick" in bottom and "ticked" not in bottom


@pytest.mark.slow
async def test_the_preview_has_the_title_beside_the_reference(sample_path: Path) -> None:
    for size in ((120, 36), (80, 24)):
        async with sitting(sample_path, size) as seat:
            await tick(seat, "CAM-1", "HC-6")
            await seat.press("full_stop")
            assert "Third-part" in next(line for line in seat.lines() if "✓ HC-6" in line)
            await seat.press("escape")


@pytest.mark.slow
@pytest.mark.parametrize("is_long", [False, True])
async def test_what_was_edited_under_a_filter_stays_in_sight_until_the_next_move(
    sample_path: Path, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_long:
        # A worker reads the list, as in a large register.
        monkeypatch.setattr("tui.tables.items.SHORT", 0)
        monkeypatch.setattr("store.queries.item_list.is_few", lambda *_: False)
    async with sitting(sample_path, at="2 f d") as seat:
        await seat.until(lambda: "21 of 66" in seat.shown(), "the list is not read")
        await seat.press("space", "space", "s", "o", "ctrl+s")
        await seat.until(lambda: "2 edited fit no longer, in sight until you move" in seat.shown(), "they are gone")
        assert sum("■ On track" in line for line in seat.lines()) == 2
        seat.sees("19 of 66")
        await seat.press("j")
        await seat.until(lambda: "■ On track" not in seat.shown(), "they do not go")
        seat.lacks("fit no longer")
        await seat.press("home", "s", "o")
        await seat.until(lambda: "1 edited fits no longer" in seat.shown(), "it is gone")
        seat.sees("18 of 66")
        await seat.press("u")
        await seat.until(lambda: "19 of 66" in seat.shown(), "it is not back")
        seat.lacks("no longer")
