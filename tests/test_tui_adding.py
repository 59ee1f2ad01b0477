"""Adding publications and their items from the keyboard: proposed numbers, one after another, names to choose from."""

from __future__ import annotations

from pathlib import Path

from screen import Seat, recorded, sitting
from textual.widgets import Input

from store.commands import AddItem
from store.register import Register
from widgets.line import LineInput


async def _keys(seat: Seat, *keys: str) -> int:
    """Press keys, and count them."""
    await seat.press(*keys)
    return len(keys)


def _titles(path: Path) -> dict[str, str]:
    register = Register.open(path)
    try:
        return dict(register.conn.execute("SELECT reference, title FROM recommendation").fetchall())
    finally:
        register.close()


async def test_a_publication_and_three_recommendations_take_few_keys_beside_what_is_typed(empty: Register) -> None:
    path = empty.path
    async with sitting(path) as seat:
        keys = await _keys(seat, "a")
        await seat.write("Custody Review")
        keys += await _keys(seat, "ctrl+s")
        assert "Custody Review" in seat.line("▌")
        keys += await _keys(seat, "enter")
        seat.sees("CR has no recommendations yet. Press a to add the first one")
        assert "a add" in seat.lines()[-1]
        keys += await _keys(seat, "a")
        await seat.write("Check cells more often")
        keys += await _keys(seat, "ctrl+g")
        seat.sees("Add a recommendation to CR")
        await seat.write("Record every check")
        keys += await _keys(seat, "ctrl+g")
        await seat.write("Publish the figures")
        keys += await _keys(seat, "ctrl+s")
        seat.sees("3 recommendations")
        assert "CR-3" in seat.line("▌")
    assert keys <= 20
    assert _titles(path) == {
        "CR-1": "Check cells more often",
        "CR-2": "Record every check",
        "CR-3": "Publish the figures",
    }


async def test_the_next_number_is_proposed_for_what_it_is_numbered_within(empty: Register) -> None:
    from store.commands import AddPublication

    made = str(empty.do(AddPublication(title="Hate Crime", code="HC")).created)
    for number, scope in (("7", None), ("10a", None), ("2", "Fife")):
        empty.do(AddItem(publication=made, number=number, title="One", scope=scope))
    async with sitting(empty.path, at="enter a") as seat:
        numbers = [entry.value for entry in seat.app.screen.query(Input)][:1]
        assert numbers == ["11"]
        await seat.answer(title="Another", scope="Fife")
    assert ("3", "Fife") in {
        (number, scope) for number, scope in empty.conn.execute("SELECT number, scope FROM recommendation").fetchall()
    }


async def test_a_number_that_is_taken_is_refused_at_its_field(empty: Register) -> None:
    from store.commands import AddPublication

    made = str(empty.do(AddPublication(title="Hate Crime", code="HC")).created)
    empty.do(AddItem(publication=made, number="6", title="One"))
    async with sitting(empty.path, at="enter a") as seat:
        await seat.answer(number="6", title="Another")
        seat.sees("Number: HC-6 is here already.")
        assert seat.app.focused is seat.app.screen.query(Input).first()


async def test_a_lead_is_chosen_from_those_that_are_recorded(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c")
        await seat.choose("leads")
        await seat.press("ctrl+u", "down")
        await seat.choose("c3")
        await seat.press("enter")
    assert [lead.fields["name"] for lead in recorded(sample_path, "HC-6").leads] == ["C3"]


async def test_a_draft_that_was_thrown_away_is_not_offered_again(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("n")
        await seat.write("Half a note")
        await seat.press("escape", "n")
        seat.sees("Half a note", "Your draft from before is here again.")
        await seat.press("ctrl+t")
        assert "Thrown away" in seat.toasts
        await seat.press("n")
        seat.lacks("Half a note", "Your draft from before")
        assert list(seat.app.drafts.titles()) == []


async def test_the_code_that_is_proposed_is_seen_while_the_title_is_typed(sample_path: Path) -> None:
    async with sitting(sample_path, at="1 a") as seat:
        seat.sees("what people say: HC; proposed if left empty")
        await seat.write("Custody Follow-up")
        seat.sees("CFU")
        await seat.press("ctrl+u")
        seat.sees("proposed if left empty")
        # The code of the crime audit is taken: the year is added.
        await seat.write("Crime Audit")
        await seat.answer(published="June 2024")
        seat.sees("CA24")


async def test_a_name_that_is_typed_in_a_list_of_leads_is_added_to_those_that_are_there(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CCP-10")
        await seat.press("c")
        await seat.choose("leads")
        entry = seat.app.focused
        assert isinstance(entry, LineInput) and entry.selection.is_empty
        await seat.write("; NHS 24\n")
        assert "lead added: NHS 24" in seat.toasts and "withdrawn" not in seat.toasts
        await seat.press("c")
        await seat.choose("number")
        entry = seat.app.focused
        assert isinstance(entry, LineInput) and not entry.selection.is_empty, "a single value is not replaced"
