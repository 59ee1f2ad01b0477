"""Finding again: views that are kept and picked, columns, a typed query, and what changed since a day or the last
paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, history_of, sitting
from wide import widely

from store.commands import AddTheme, SaveView, Withdraw
from store.queries.saved_views import saved_views
from store.register import Author, Register
from tui.desk.settings import load, update_settings
from widgets.form import Form

LATE = "status:delayed publication:HC"


def saved(path: Path) -> list[tuple[str, str, str, str | None]]:
    """The views on the disk."""
    register = Register.open(path)
    try:
        return [(view.name, view.query, view.sort, view.columns) for view in saved_views(register.conn)]
    finally:
        register.close()


def refs(seat: Seat) -> list[str]:
    """The references that the list shows."""
    lines = seat.lines()
    first = next(n for n, line in enumerate(lines) if "Ref" in line and "Recommendation" in line) + 1
    found = []
    for line in lines[first:]:
        if line.startswith("──"):
            break
        if line.strip():
            found.append(line[2:].split()[0])
    return found


async def query(seat: Seat, text: str) -> None:
    """Type a query."""
    await seat.press("colon")
    await seat.answer(query=text)


async def keep(seat: Seat, name: str) -> None:
    """Keep the list as a view."""
    await seat.press("v")
    await seat.choose("keep this list")
    await seat.answer(name=name)


@pytest.mark.slow
async def test_a_list_is_kept_as_a_view_and_picked_again_with_its_sort_and_columns(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x") as seat:
        await query(seat, LATE)
        await seat.press("o")
        await seat.choose("changed here")
        await seat.press("v")
        await seat.choose("columns")
        await seat.answer(columns="ref next status title")
        await keep(seat, "Late in HC")
        assert "u takes it back" in seat.toasts
        shown = refs(seat)
        assert sorted(shown) == sorted(["HC-2", "HC-5", "HC-6", "HC-10", "HC-13"])
        await seat.press("x", "o")
        await seat.choose("reference")
        assert len(refs(seat)) > 5
        await seat.press("v")
        await seat.choose("late in hc")
        assert refs(seat) == shown
        header = seat.line("Ref")
        assert (
            header.index("Ref") < header.index("Action with") < header.index("Status") < header.index("Recommendation")
        )
        await keep(seat, "late in hc")
    assert saved(sample_path) == [("late in hc", LATE, "updated", "ref next status title")]


@pytest.mark.slow
async def test_a_view_is_forgotten_and_one_key_brings_it_back(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x") as seat:
        await seat.press("v")
        seat.lacks("Forget a view")
        await seat.press("escape")
        await query(seat, LATE)
        await keep(seat, "Late in HC")
        await seat.press("v")
        await seat.choose("forget")
        await seat.choose("late")
        assert saved(sample_path) == []
        await seat.press("u")
        assert [view[0] for view in saved(sample_path)] == ["Late in HC"]
        assert history_of(sample_path)[0].kind == "view"


@pytest.mark.slow
async def test_the_start_view_is_shown_at_the_next_start_and_not_when_there_is_none(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x") as seat:
        await query(seat, LATE)
        await seat.press("v")
        await seat.choose("columns")
        await seat.answer(columns="ref status target title")
        await keep(seat, "Late in HC")
        update_settings(columns=None)
        await seat.press("v")
        await seat.choose("start with")
        await seat.choose("late in hc")
        assert seat.toasts == "Fairlead starts with Late in HC."
    assert load()[0].start_view == "Late in HC"
    async with sitting(sample_path) as seat:
        await seat.press("2")
        seat.sees("5 of 66 recommendations")
        assert seat.line("Ref").replace("↑", "").split()[:3] == ["Ref", "Status", "Target"]
        assert refs(seat) == ["HC-2", "HC-5", "HC-6", "HC-10", "HC-13"]
        await seat.press("v")
        await seat.choose("start with")
        await seat.choose("none")
        assert seat.toasts == "Fairlead starts as usual."
    assert load()[0].start_view is None
    async with sitting(sample_path, at="2") as seat:
        seat.sees("66 recommendations · 5 commitments")


async def test_a_start_view_that_is_not_here_or_cannot_be_shown_leaves_the_list_as_usual(sample_path: Path) -> None:
    update_settings(start_view="Not in this file")
    async with sitting(sample_path, at="2") as seat:
        seat.sees("66 recommendations · 5 commitments")


@pytest.mark.parametrize("as_start", [False, True])
async def test_a_view_of_a_theme_that_is_not_there_any_more_says_so(sample_path: Path, as_start: bool) -> None:
    register = Register.open(sample_path, Author("Another"))
    theme = register.do(AddTheme(name="Passing")).created
    register.do(SaveView(name="Of a theme", query="theme:passing", sort="ref"))
    register.do(Withdraw(kind="theme", entity=str(theme)))
    register.close()
    if as_start:
        update_settings(start_view="Of a theme")
    async with sitting(sample_path, at="2") as seat:
        if not as_start:
            await seat.press("v")
            await seat.choose("of a theme")
        assert "The view Of a theme cannot be shown: " in seat.toasts and "passing" in seat.toasts
        seat.sees("66 recommendations · 5 commitments")
        assert refs(seat)


@pytest.mark.slow
async def test_columns_are_chosen_and_ordered_and_are_there_again_after_a_restart(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x v") as seat:
        await seat.choose("columns")
        await seat.answer(columns="ref, colour")
        seat.sees("There is no column called colour. The columns are: ref,")
        await seat.answer(columns="Ref, Leads status title")
        header = seat.line("Ref")
        assert header.index("Ref") < header.index("Lead") < header.index("Status") < header.index("Recommendation")
        assert "Target" not in header
    assert load()[0].columns == "ref leads status title"
    async with sitting(sample_path, at="2 x") as seat:
        assert seat.line("Ref").split() == header.split()
        await seat.press("v")
        await seat.choose("columns")
        await seat.answer(columns="")
        assert "Target" in seat.line("Ref")
    assert load()[0].columns is None
    async with sitting(sample_path, at="2 x") as seat:
        assert "Target" in seat.line("Ref")


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
@pytest.mark.parametrize("by", [("colon",), ("f", "q")])
async def test_a_query_is_typed_and_its_error_points_at_the_word(
    sample_path: Path, size: tuple[int, int], by: tuple[str, ...]
) -> None:
    async with sitting(sample_path, size, at="2 x") as seat:
        await seat.press(*by)
        await seat.answer(query="pub:HC status:delayd")
        assert isinstance(seat.app.screen, Form)
        seat.sees('There is no status "delayd" here. Did you mean status:delayed?')
        lines = seat.lines()
        n = next(n for n, line in enumerate(lines) if "pub:HC status:delayd" in line)
        assert lines[n + 1].index("^") == lines[n].index("delayd")
        assert lines[n + 1].count("^") == len("delayd")
        await seat.answer(query='status:delayed theme:"better practice" moved>=1')
        seat.sees("1 of 66 recommendations", "CA-6")
        await seat.press(*by)
        assert "moved" in seat.line("Query")
        await seat.press("escape")
        seat.sees("1 of 66 recommendations")
        await query(seat, "")
        seat.sees("66 recommendations · 5 commitments")


async def test_a_query_for_mine_goes_by_whom_one_acts_for(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x colon") as seat:
        await seat.answer(query="mine")
        seat.sees("^^^^")
        await seat.press("escape")
    update_settings(acts_for=("C3",))
    async with sitting(sample_path, at="2 x colon") as seat:
        await seat.answer(query="mine")
        assert refs(seat) == ["CAM-1", "CAM-4"]


@pytest.mark.slow
async def test_what_changed_since_a_day_or_since_the_paper(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-04")
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s", "o", "escape", "x")
        for since, counted in (
            ("4 Nov 2024", "1 of 66"),
            ("yesterday", "1 of 66"),
            ("paper", "1 of 66"),
            ("", "66 rec"),
        ):
            await seat.press("f", "a")
            seat.sees("A day or a month, or paper: that of 18 September 2024. Empty shows all again.")
            await seat.answer(since=since)
            seat.sees(counted)
            assert refs(seat) == ["HC-6"] or not since
        for since in ("September 2024", "18/9/24"):
            await seat.press("f", "a")
            await seat.answer(since=since)
            assert len(refs(seat)) > 5
        await seat.press("f", "a")
        await seat.answer(since="one day")
        assert isinstance(seat.app.screen, Form)
        await seat.press("escape", "x")
        seat.sees("66 recommendations · 5 commitments")


async def test_without_a_paper_since_the_paper_is_refused_in_words(empty: Register) -> None:
    path = empty.path
    empty.close()
    async with sitting(path, at="2 f a") as seat:
        await seat.answer(since="paper")
        seat.sees("No paper of a committee is recorded in this register. Write a day.")


@pytest.mark.slow
async def test_a_view_may_hold_a_query_that_is_typed_wrongly_only_after_it_is_said(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 x v") as seat:
        await seat.choose("keep this list")
        await seat.answer(name="Wrong", query="status:delayd")
        seat.sees("Did you mean status:delayed?")
        assert saved(sample_path) == []
        await seat.answer(query="status:delayed")
        assert saved(sample_path) == [("Wrong", "status:delayed", "ref", None)]
