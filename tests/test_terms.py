"""The terms of the code: the words that were retired stay away, and what the architecture page names is there."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.domain.field_types import TARGET_PARTS
from store.domain.fields import KINDS

HOUSE = Path(__file__).parent.parent
FILES = sorted(path for room in ("store", "widgets", "tui", "seed") for path in (HOUSE / room).rglob("*.py"))
TESTS = sorted((HOUSE / "tests").rglob("*.py"))

RETIRED = {
    "thing": "entity",
    "things": "entities",
    "tie": "association",
    "ties": "associations",
    "tied": "associated",
    "pen": "change writer",
    "say": "report, describe, show",
    "says": "states",
    "said": "stated, recorded",
    "saying": "describing",
    "tell": "show, report",
    "tells": "shows",
    "told": "given, shown, reported",
    "stand": "are",
    "stands": "is, represents",
    "anew": "again",
    "owe": "require",
    "owed": "required",
    "upkeep": "maintenance",
}
"""Words that were ours alone, each with the term that took its place: in no name, and in no docstring or comment."""

RETIRED_NAMES = {
    "hand": "author context",
    "teller": "page",
    "standing": "status, current",
    "around": "dependents",
    "careful": "untrusted",
    "kept": "attachment, saved",
    "filling": "bulk load",
    "going": "navigation, closing",
    "together": "bulk, batch",
    "several": "bulk, batch",
    "owes": "requires",
    "looking": "read-only",
    "known": "what exactly: values, existing, context",
    "refold": "project",
}
"""Words that mean something in a sentence, and nothing to who searches for a name."""

STORED = {
    name
    for kind in KINDS.values()
    for field, declared in kind.fields.items()
    for name in (*declared.columns(field), *declared.parts, *TARGET_PARTS)
}
"""Names of what is stored, which are the words of the field: a name in the code that is one of these is that field."""

ALLOWED = STORED | {"said_on", "said_before"}
"""Beside those of fields: a derived column, and what the query `said<` asks for."""

ALLOWED_IN_TESTS = ALLOWED - {"said"}
"""A test gives that field a value by its keyword; what it defines under the name is a variable, and no field."""


def words_of(name: str) -> list[str]:
    """The words that a name is made of, in lower case; to hand over is what a lead does."""
    return [
        word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", re.sub("hand_?over", "", name, flags=re.I))
    ]


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that is defined or used, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name


def defined_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that is defined, with its line, but for tests: the name of a test is a sentence."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if not name.startswith("test_"):
                    yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name


def prose_in(source: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every docstring and comment, with its line; what is quoted in one is the screen's or the user's.

    The docstring of a command of the command line is its help, in the words of the field.
    """
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        is_help = any("command(" in ast.unparse(each) for each in getattr(node, "decorator_list", ()))
        for statement in body if isinstance(body, list) and not is_help else ():
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield statement.lineno, text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("room", ["store", "widgets", "tui", "seed"])
def test_no_name_has_a_word_that_was_retired(room: str) -> None:
    retired = RETIRED | RETIRED_NAMES
    found = [
        f"{path.relative_to(HOUSE)}:{line}: {name} ({retired[word]})"
        for path in FILES
        if path.is_relative_to(HOUSE / room)
        for line, name in names_in(ast.parse(path.read_text(encoding="utf-8")))
        if name not in ALLOWED
        for word in words_of(name)
        if word in retired
    ]
    assert found == []


def test_no_name_that_the_tests_define_has_a_word_that_was_retired() -> None:
    retired = RETIRED | RETIRED_NAMES
    found = [
        f"{path.relative_to(HOUSE)}:{line}: {name} ({retired[word]})"
        for path in TESTS
        for line, name in defined_in(ast.parse(path.read_text(encoding="utf-8")))
        if name not in ALLOWED_IN_TESTS
        for word in words_of(name)
        if word in retired
    ]
    assert found == []


@pytest.mark.parametrize("room", ["store", "widgets", "tui", "seed", "tests"])
def test_no_docstring_or_comment_has_a_word_that_was_retired(room: str) -> None:
    found = []
    for path in (*FILES, *TESTS):
        if path.is_relative_to(HOUSE / room):
            source = path.read_text(encoding="utf-8")
            for line, text in prose_in(source, ast.parse(source)):
                plain = re.sub(r'"[^"]*"|`[^`]*`', "", text)
                found += [
                    f"{path.relative_to(HOUSE)}:{line}: {word} ({RETIRED[word]})"
                    for word in re.findall(r"[a-z]+", plain.lower())
                    if word in RETIRED
                ]
    assert found == []


def test_every_name_on_the_architecture_page_is_one_of_the_code() -> None:
    page = (HOUSE / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    code = {name for path in FILES for _, name in names_in(ast.parse(path.read_text(encoding="utf-8")))}
    named = re.findall(r"`(_?[A-Za-z]\w{2,}(?:\.\w+)?)(?:\([^`]*\))?`", page)
    missing = {name for name in named if not {*name.split(".")} <= code | STORED}
    assert (
        missing - {"add", "edit", "store", "widgets", "seed", "tui", "sqlar", "COMMIT", "fairlead", "undoes"} == set()
    )
