"""What is not in a register is shown as not there, everywhere: bodies left out of a copy, and empty fields."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from partial import clear_fields, full_register, leave_out, nullable
from screen import Seat, sitting, sitting_with
from test_tui_safety import PLACES, leave

from store.domain.fields import KINDS
from store.exchange.foreign import open_foreign
from store.register import Author, Register
from tui.app import FairleadApp
from tui.cli.group import cli
from tui.desk.open_register import scratch_folder
from tui.desk.settings import load, update_settings

MORE = (
    "1 j j enter", "2 end enter right right right right right", "2 pagedown enter end", "2 r enter", "2 c down enter", "4 end",
    "4 t n", "3 end enter", "7 end", "7 d", "6 down down", "ctrl+w", "2 f o", "2 f m", "2 f n",
    *(f"2 slash H C minus 6 enter {key}" for key in ("c", "p", "r", "e", "t", "n", "s", "enter right right right end")),
)  # fmt: skip

NEVER = 1e6
"""Seconds until the check begins: it would find that nothing records who left it out, and let nothing be written."""

NOTHING = re.compile(r"(?<![A-Za-z])None(?![A-Za-z ])")
"""Python's own word for nothing, which is no word for a person; "None of" is."""


@pytest.fixture(scope="module")
def full(sample_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with something of every kind; copy it, do not open it."""
    return full_register(sample_built, tmp_path_factory.mktemp("full") / "full.fairlead")


@pytest.fixture
def copy(full: Path, tmp_path: Path) -> Path:
    """A copy of it, that is one's own."""
    path = Path(shutil.copyfile(full, tmp_path / "copy.fairlead"))
    register = Register.open(path)
    update_settings(mine=(path, register.id), name="Test Lead")
    register.close()
    return path


async def look_everywhere(seat: Seat, step: int = 1) -> None:
    """Go to every place there is, or every so-many-th; nothing unforeseen happens there, and nothing is shown as
    None."""
    for place in (*PLACES, *MORE)[::step]:
        await seat.press(*place.split())
        error = seat.unforeseen()
        assert error is None, (place, error)
        assert not NOTHING.search(seat.shown() + seat.toasts), (place, seat.shown(), seat.toasts)
        assert not seat.app._exit, place
        await leave(seat)


def read_all(path: Path, out: Path) -> None:
    """Every command that reads, and every export, of a register in which something is not there."""
    register = Register.open(path)
    conn = register.conn
    ids = [
        conn.execute(f"SELECT min(id) FROM {kind} WHERE withdrawn = 0").fetchone()[0]
        for kind in ("recommendation", "publication")
    ]
    listed = conn.execute(
        "SELECT r.id FROM recommendation r JOIN note_on o ON o.recommendation = r.id WHERE r.listed = 1"
    ).fetchone()
    ids += listed or ()
    register.close()
    commands = [
        ["list"], ["list", "--format", "csv"], ["attention"], ["ledger"], ["themes"], ["log"], ["alike"], ["view", "list"],
        *(["show", entity] for entity in ids), *(["show", entity, "--as-at", "2024-09-18"] for entity in ids), ["evidence", ids[0]],
    ]  # fmt: skip
    commands += [
        [*command, "--format", "json"]
        for command in commands
        if command[0] not in ("alike", "evidence", "view") and "csv" not in command and "--as-at" not in command
    ]
    commands += [["export", str(out / f"all.{suffix}")] for suffix in ("sqlite", "csv", "xlsx", "json", "md")]
    for command in commands:
        ran = CliRunner().invoke(cli, [*command, "--register", str(path)], prog_name="fairlead")
        assert isinstance(ran.exception, SystemExit | None), (command, ran.exception)
        assert ran.exit_code == 0, (command, ran.output)
        assert not NOTHING.search(ran.output), (command, ran.output)
    written = (out / "all.md").read_text(encoding="utf-8") + (out / "all.csv").read_text(encoding="utf-8-sig")
    assert not NOTHING.search(written)


WHOLE = [
    pytest.param("left out", tuple(KINDS), 2, id="half of all bodies"),
    pytest.param("nothing", tuple(KINDS), 1, id="no field says anything"),
]
ALONE = [
    pytest.param("left out", tuple(KINDS), 1, id="all bodies", marks=pytest.mark.slow),
    *(pytest.param("left out", (kind,), 1, id=kind, marks=pytest.mark.slow) for kind in KINDS),
]


@pytest.mark.slow
@pytest.mark.parametrize("given", [False, True], ids=["its owner", "whoever was given it"])
@pytest.mark.parametrize(("how", "kinds", "every"), WHOLE)
async def test_what_is_not_there_is_said_not_to_be_on_every_screen_and_in_every_dialog(
    copy: Path, monkeypatch: pytest.MonkeyPatch, how: str, kinds: tuple[str, ...], every: int, given: bool
) -> None:
    spoil(copy, how, kinds, every)
    monkeypatch.setattr("tui.app.PAUSE_SECONDS", NEVER)
    author = Author("Test Lead")
    register = open_foreign(copy, scratch_folder(), author) if given else Register.open(copy, author)
    async with sitting_with(FairleadApp(register, load()[0]), toasts=True) as seat:
        await look_everywhere(seat)


@pytest.mark.slow
async def test_a_register_of_which_half_was_left_out_can_be_looked_at_and_worked_in(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out(copy, KINDS, every=2)
    monkeypatch.setattr("tui.app.PAUSE_SECONDS", NEVER)
    async with sitting(copy, toasts=True) as seat:
        await look_everywhere(seat, 3)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "kinds", "every"), [*WHOLE, *ALONE])
def test_what_is_not_there_is_said_not_to_be_by_every_command_and_export(
    copy: Path, tmp_path: Path, how: str, kinds: tuple[str, ...], every: int
) -> None:
    spoil(copy, how, kinds, every)
    read_all(copy, tmp_path)


def spoil(path: Path, how: str, kinds: tuple[str, ...], every: int) -> None:
    if how == "left out":
        leave_out(path, kinds, every=every)
    else:
        for kind in kinds:
            clear_fields(path, kind, nullable(kind))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_any_one_kind_may_be_left_out(copy: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    leave_out(copy, [kind])
    monkeypatch.setattr("tui.app.PAUSE_SECONDS", NEVER)
    async with sitting(copy, toasts=True) as seat:
        await look_everywhere(seat, 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "field", [f"{kind}.{field}" for kind in ("publication", "recommendation") for field in nullable(kind)]
)
async def test_any_one_field_may_say_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    kind, _, name = field.partition(".")
    clear_fields(copy, kind, [name])
    monkeypatch.setattr("tui.app.PAUSE_SECONDS", NEVER)
    async with sitting(copy, toasts=True) as seat:
        await look_everywhere(seat, 4)


@pytest.mark.slow
async def test_what_was_left_out_is_called_that_in_the_first_list_and_in_the_others(copy: Path) -> None:
    leave_out(copy, ["publication", "recommendation"])
    async with sitting(copy) as seat:
        seat.sees("left out of this copy")
        await seat.press("enter")
        seat.sees("?-?", "left out of this copy", "A publication without a code")
        await seat.press("7")
        seat.sees("Every change", "left out of this copy")
        await seat.press("l")
        seat.lacks("left out of this copy")
