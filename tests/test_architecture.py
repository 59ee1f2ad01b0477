"""The rooms of the house and the direction of the doors, by what the files import and by what Python then loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent
TOP = ("store", "widgets", "seed", "tui")

FLOORS = (
    "store.domain",
    "store.log",
    "store.file",
    "store.queries",
    "store.commands",
    "store.as_at",
    "store.receive",
    "store.register",
    "store.exchange",
    "store.papers",
    "widgets",
    "seed",
    "tui.keys",
    "tui.messages",
    "tui.summary_line",
    "tui.check_words",
    "tui.desk",
    "tui.terminal",
    "tui.toast",
    "tui.boundary",
    "tui.typed_ahead",
    "tui.palette",
    "tui.charts",
    "tui.colours",
    "tui.cli",
    "tui.tables",
    "tui.recorded_names",
    "tui.questions",
    "tui.register_app",
    "tui.background",
    "tui.dialogs",
    "tui.screens",
    "tui.navigation",
    "tui.app",
    "tui.__main__",
)
"""Every room, and every file beside one, from the bottom up: each imports only what is below it, and
itself."""

NEVER = {
    "widgets": (
        "store.log",
        "store.file",
        "store.commands",
        "store.as_at",
        "store.register",
        "store.exchange",
        "store.papers",
    ),
    "seed": ("widgets",),
    "tui.check_words": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.terminal": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.toast": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.boundary": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.typed_ahead": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.desk": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.charts": ("widgets", "tui.keys", "tui.messages", "tui.summary_line"),
    "tui.cli": ("widgets", "tui.messages", "tui.summary_line"),
    "tui.tables": ("tui.cli",),
    "tui.recorded_names": ("tui.cli",),
    "tui.questions": ("tui.cli",),
    "tui.register_app": ("tui.cli",),
    "tui.background": ("tui.cli",),
    "tui.dialogs": ("tui.cli",),
    "tui.screens": ("tui.cli",),
    "tui.navigation": ("tui.cli",),
    "tui.app": ("tui.cli",),
}
"""What a room imports nothing of, although it lies below."""

WIDGETS_MAY_KNOW = {
    "store.queries.rows",
    "store.queries.filter",
    "store.queries.describe",
    "store.queries.describe_item",
}
"""Of the queries, what widgets are given and what they show: rows, filters and descriptions, never what reads a
register."""

ONLY_IN = {
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "textual": {"tui", "widgets"},
    "socket": set(),
    "ssl": set(),
    "http": set(),
    "urllib.request": set(),
}

WORD_AND_PICTURES = {"docx", "lxml", "matplotlib", "numpy", "PIL", "plotext"}
"""What is not loaded before a document or a picture is asked for."""

FILES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path
    for top in TOP
    for path in sorted((HOUSE / top).rglob("*.py"))
}
"""Every module of ours by its name."""

PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}


@cache
def imported(module: str) -> frozenset[str]:
    """Every module that a file imports, wherever in it; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def ours(module: str) -> set[str]:
    """The files of ours that a file imports; a package counts where a name is taken from it, not where it is on the
    way."""
    found = imported(module) & FILES.keys() - {module}
    return {name for name in found if name not in PACKAGES or not any(n.startswith(f"{name}.") for n in found)}


def room(module: str) -> str:
    """The floor that a module is on; the top-level packages themselves are on none."""
    parts = module.split(".")
    return parts[0] if parts[0] in ("widgets", "seed") else ".".join(parts[:2])


def reached(module: str) -> set[str]:
    """Every file of ours that a file imports, and what those import, and so on."""
    seen: set[str] = set()
    ahead = [module]
    while ahead:
        for name in ours(ahead.pop()) - seen:
            seen.add(name)
            ahead.append(name)
    return seen


def test_every_file_is_in_a_room() -> None:
    assert {room(module) for module in FILES} - {"store", "tui"} == set(FLOORS)


def test_imports_go_one_way() -> None:
    climbing = [
        f"{module} -> {name}"
        for module in FILES
        for name in ours(module) - {"store", "tui"}
        if FLOORS.index(room(name)) > FLOORS.index(room(module)) or room(name) in NEVER.get(room(module), ())
    ]
    assert climbing == []


def test_there_is_no_circle_of_imports() -> None:
    assert [module for module in FILES if module in reached(module)] == []


def test_widgets_know_words_rows_filters_and_descriptions_and_never_the_register() -> None:
    current = {name for module in FILES if room(module) == "widgets" for name in ours(module)}
    assert {name for name in current if name.startswith("store.queries")} <= WIDGETS_MAY_KNOW
    assert not {room(name) for name in reached("store.queries.describe_item")} & {"store.log", "store.file"}


def test_each_library_stays_in_its_rooms() -> None:
    strangers = [
        f"{module}: {library}"
        for module in FILES
        for library, tops in ONLY_IN.items()
        if module.split(".")[0] not in tops
        and any(name == library or name.startswith(f"{library}.") for name in imported(module))
    ]
    assert strangers == []


def test_the_files_that_the_architecture_page_names_are_there() -> None:
    page = (HOUSE / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {word.strip("`.,:;()") for word in page.replace("|", " ").split()}
    paths = {word for word in named if word.startswith((*(f"{top}/" for top in TOP), "tests/", "docs/"))}
    assert len(paths) > 40
    assert sorted(path for path in paths if not (HOUSE / path).exists()) == []


def loaded(statement: str) -> set[str]:
    """The modules that a fresh Python has loaded after a statement: the outside ones by their first name, ours
    whole."""
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    made = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    return {name if name in FILES else name.partition(".")[0] for name in made.stdout.split()}


def test_the_start_path_of_the_store_loads_nothing_heavy() -> None:
    found = loaded("import store.register, store.queries.item_list, store.queries.filter, store.domain.vocabulary")
    assert not found & {"textual", "rich", "pydantic", "sqlite_utils"}


def test_the_store_loads_nothing_of_the_screen() -> None:
    modules = ", ".join(name for name in FILES if name.startswith("store"))
    assert not loaded(f"import {modules}") & {"textual", "rich", "widgets", "tui", "seed", *WORD_AND_PICTURES}


def test_the_command_line_and_the_desk_load_nothing_of_the_screen() -> None:
    modules = ", ".join(name for name in FILES if name.startswith(("tui.cli", "tui.desk")))
    assert not loaded(f"import {modules}") & {"textual", "widgets", "tui.app", "tui.dialogs", "tui.screens"}


def test_what_a_change_needs_is_loaded_while_the_person_still_chooses() -> None:
    found = loaded("from tui.register_app import _load_commands as load\nload()")
    assert {"store.commands", "store.log.writer", "store.log.describe", "pydantic"} <= found


def test_opening_and_reading_a_register_loads_nothing_heavy(sample_path: Path) -> None:
    found = loaded(
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from store.queries.filter import Filter\n"
        "from store.queries.item_list import counts, window\n"
        "from store.queries.publications import publications\n"
        "from store.register import Register\n"
        f"register = Register.open(Path({str(sample_path)!r}))\n"
        "today = register.today()\n"
        "assert window(register.conn, Filter(), 'ref', today) and publications(register.conn)\n"
        "assert counts(register.conn, Filter(), today) == (66, 5)\n"
        "register.close()"
    )
    assert not found & {"textual", "rich", "pydantic", "sqlite_utils", "widgets", "tui", "seed"}


def _is_read(node: ast.AST | None) -> bool:
    """Whether this runs a query and leaves its rows to be read."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute"


def test_no_loop_over_a_query_that_is_still_read_raises() -> None:
    # The error holds the loop's frame, and with it the query: the register would be busy for as long as it is shown.
    found = []
    for name, path in FILES.items():
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            nodes = list(ast.walk(function))
            read = {ast.unparse(t) for n in nodes if isinstance(n, ast.Assign) and _is_read(n.value) for t in n.targets}
            found += [
                f"{name}:{loop.lineno}"
                for loop in nodes
                if isinstance(loop, ast.For) and (_is_read(loop.iter) or ast.unparse(loop.iter) in read)
                if any(isinstance(node, ast.Raise) for line in loop.body for node in ast.walk(line))
            ]
    assert found == []


def test_no_handler_of_a_message_calls_that_of_its_base_which_textual_calls_itself() -> None:
    """`on_event` is none: the app's own way in."""
    found = []
    for path in (*(HOUSE / "tui").rglob("*.py"), *(HOUSE / "widgets").rglob("*.py")):
        calls = re.findall(r"super\(\)\.(_?on_\w+)", path.read_text(encoding="utf-8"))
        found += [f"{path.name}: {name}" for name in calls if name != "on_event"]
    assert found == []
