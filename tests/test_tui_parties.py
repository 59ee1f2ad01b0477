"""New names of leads: asked about once; two names of one; and the marking of a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from examples import invoke
from screen import sitting

from store.register import Register
from tui.desk.settings import update_settings


@pytest.fixture(autouse=True)
def without_party_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the kind of each new name."""
    monkeypatch.setattr(Register, "party_kinds", {})


def parties(path: Path, name: str) -> list[tuple[str, str]]:
    register = Register.open(path)
    rows = register.conn.execute("SELECT id, kind FROM party WHERE name = ?", (name,)).fetchall()
    register.close()
    return [(str(row[0]), str(row[1])) for row in rows]


@pytest.fixture
def mine(sample_path: Path) -> Path:
    """The sample as a register of one's own."""
    register = Register.open(sample_path)
    update_settings(mine=(sample_path, register.id))
    register.close()
    return sample_path


def edit(path: Path, *arguments: str) -> Result:
    return invoke("edit", *arguments, "--author", "Test Lead", "--register", str(path))


async def test_the_app_asks_once_what_a_new_name_is(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c")
        await seat.choose("Leads")
        await seat.answer(leads="Field Unit")
        seat.sees("Nobody here is called Field Unit yet. What is it?", "a person", "a body")
        await seat.press("u")
        seat.sees("Field Unit")
    assert [kind for _, kind in parties(sample_path, "Field Unit")] == ["unit"]


async def test_a_new_name_that_begins_as_a_recorded_one_does_is_asked_about_beside_it(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c")
        await seat.choose("Leads")
        await seat.answer(leads="C3; Local Pol")
        seat.sees("Nobody here is called Local Pol yet. Is it one of these, who are", "1  Local Policing", "a body")
        await seat.press("1")
        seat.sees("Lead               C3", "Lead               Local Policing")
    assert not parties(sample_path, "Local Pol")


async def test_whoever_leaves_the_question_about_a_new_name_is_where_they_typed_it(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        await seat.press("a", "enter")
        await seat.answer(title="Check cells", leads="Local Pol", target="June 2030")
        await seat.press("escape")
        await seat.write("icing")
        await seat.press("ctrl+s")
        seat.lacks("A new name")
        assert "Local Policing" in seat.shown()


async def test_what_was_added_is_told_after_the_question_about_a_new_name(sample_path: Path) -> None:
    async with sitting(sample_path, toasts=True, at="2") as seat:
        await seat.press("a", "enter")
        await seat.answer(title="Check cells", leads="Custody Division")
        seat.sees("Nobody here is called Custody Division yet.")
        await seat.press("u")
        seat.sees("▌ CA-7: recommendation added")


def test_the_command_line_refuses_a_name_of_which_nobody_said_what_it_is(mine: Path) -> None:
    refused = edit(mine, "HC-6", "--lead", "Field Unit")
    assert refused.exit_code == 2
    assert '"Field Unit" is new here: say whether it is a person, a unit or a body' in refused.stderr
    assert edit(mine, "HC-6", "--lead", "Field Unit", "--new-is", "unit").exit_code == 0
    assert edit(mine, "HC-5", "--lead", "Field Unit").exit_code == 0


def test_a_unit_of_one_name_has_one_id_on_every_desk_and_a_person_has_not(sample_path: Path, tmp_path: Path) -> None:
    ids: list[str] = []
    for kind, name in (
        ("unit", "field unit"),
        ("body", "Field Unit"),
        ("person", "Ann Other"),
        ("person", "Ann Other"),
    ):
        path = tmp_path / f"{len(ids)}.fairlead"
        path.write_bytes(sample_path.read_bytes())
        register = Register.open(path)
        register.close()
        invoke("keep", str(path), "--as", str(tmp_path / f"own{len(ids)}.fairlead"))
        own = tmp_path / f"own{len(ids)}.fairlead"
        assert edit(own, "HC-6", "--lead", name, "--new-is", kind).exit_code == 0
        ids.append(parties(own, name)[0][0])
    assert ids[0] == ids[1] and ids[2] != ids[3]


def test_two_names_of_one_lead_are_shown_and_listed_as_one(mine: Path) -> None:
    for item, name in (("HC-6", "C Three"), ("HC-5", "C3")):
        assert edit(mine, item, "--lead", name, "--new-is", "unit").exit_code == 0
    assert edit(mine, "lead", "C Three", "--same-as", "C3").exit_code == 0
    listed = invoke("list", "lead:C3", "--format", "csv", "--register", str(mine)).stdout
    assert "HC-6" in listed and "HC-5" in listed and "C Three" not in listed
    assert edit(mine, "lead", "C Three", "--same-as", "").exit_code == 0
    assert "HC-6" not in invoke("list", "lead:C3", "--format", "csv", "--register", str(mine)).stdout


async def test_two_names_are_joined_from_the_palette(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+p")
        await seat.choose("one lead")
        seat.sees("Two names of one lead")
        await seat.answer(name="NHS Boards", other="NHS 24")
    register = Register.open(sample_path)
    assert register.conn.execute("SELECT shown_name FROM party WHERE name = 'NHS Boards'").fetchone() == ("NHS 24",)
    register.close()


async def test_a_reason_is_marked_from_the_history(mine: Path) -> None:
    set_ = ("set", "HC-6", "--track", "on-track", "--reason", "It goes well.", "--author", "Test Lead")
    assert invoke(*set_, "--register", str(mine)).exit_code == 0
    async with sitting(mine) as seat:
        await seat.press("7", "m")
        seat.sees("How is the reason marked?", "It goes well.")
        await seat.press("s")
    register = Register.open(mine)
    assert register.conn.execute("SELECT marking FROM reason_marking").fetchone() == ("OFFICIAL-SENSITIVE",)
    register.close()
