"""The rooms of the house and the direction of the doors, by what the files import and by what Python then loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = ("store", "widgets", "tui", "seed")
MAY_IMPORT = {"store": set(), "widgets": {"store"}, "tui": {"widgets", "store", "seed"}, "seed": {"store"}}
WIDGETS_MAY_KNOW = {"store.domain.vocabulary", "store.queries.rows", "store.queries.filter", "store.domain.text"}
ONLY_IN = {
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "textual": {"tui", "widgets"},
    "socket": set(),
    "ssl": set(),
    "http": set(),
    "urllib.request": set(),
}
FILES = sorted(path.relative_to(HOUSE) for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((HOUSE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_go_one_way(file: Path) -> None:
    room = file.parts[0]
    ours = {name.partition(".")[0] for name in imports(file)} & set(ROOMS)
    assert ours <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("file", [file for file in FILES if file.parts[0] == "widgets"], ids=str)
def test_widgets_know_the_stores_words_rows_filter_and_text_and_never_the_register(file: Path) -> None:
    modules = {name for name in imports(file) if name.startswith("store.") and name.count(".") == 1}
    assert modules <= WIDGETS_MAY_KNOW


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_library_stays_in_its_rooms(file: Path) -> None:
    for library, rooms in ONLY_IN.items():
        used = any(name == library or name.startswith(f"{library}.") for name in imports(file))
        assert not used or file.parts[0] in rooms, library


def loaded(statement: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    made = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in made.stdout.split()}


def test_the_start_path_of_the_store_loads_nothing_heavy() -> None:
    found = loaded("import store.register, store.queries.item_list, store.queries.filter, store.domain.vocabulary")
    assert not found & {"textual", "rich", "pydantic", "sqlite_utils"}


@pytest.mark.parametrize(
    "module",
    [
        "store",
        "store.commands",
        "store.as_at",
        "store.queries.item_detail",
        "store.queries.history",
        "store.log.change_log",
        "store.log.projection",
    ],
)
def test_the_store_loads_nothing_of_the_screen(module: str) -> None:
    assert not loaded(f"import {module}") & {"textual", "rich", "widgets", "tui", "seed"}


def test_opening_and_reading_a_register_loads_nothing_heavy(sample_path: Path) -> None:
    found = loaded(
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from store.queries.filter import Filter\n"
        "from store.queries.item_list import counts, publications, window\n"
        "from store.register import Register\n"
        f"register = Register.open(Path({str(sample_path)!r}))\n"
        "today = register.today()\n"
        "assert window(register.conn, Filter(), 'ref', today) and publications(register.conn)\n"
        "assert counts(register.conn, Filter(), today) == (66, 5)\n"
        "register.close()"
    )
    assert not found & {"textual", "rich", "pydantic", "sqlite_utils", "widgets", "tui", "seed"}
