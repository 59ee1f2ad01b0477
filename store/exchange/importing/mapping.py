"""A mapping, which can be kept and used again: which column is which field, and what the words of a file are here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from store.domain.errors import BadInput, FileMissing
from store.domain.text import one_line
from store.exchange.importing.cells import separators_in
from store.exchange.importing.columns import missing_columns
from store.exchange.importing.tables import Source

_FORMAT = "fairlead-import-mapping"
_MOST = 5_000_000


@dataclass(slots=True)
class ImportMapping:
    """The choices of a person about a file; what is not in it is guessed."""

    columns: dict[str, str] = field(default_factory=dict)
    """Heading or letter of a column to the name of a field, or "nothing"."""
    words: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """Field to the words of the file and what they are here; None for nothing."""
    codes: dict[str, str] = field(default_factory=dict)
    """Title of a publication in the file to its code."""
    splits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field to the separators at which its cells are several names; empty for none."""
    sheet: str | None = None
    publication: str | None = None
    """The code of the publication of every row, where no column names it."""
    hidden: bool = False
    """Whether hidden columns are taken."""
    comments: bool = False
    """Whether comments on cells are taken, as notes."""
    plan: bool | None = None
    """Whether new publications are plans, whose items are commitments; None: where the file calls them so."""

    def merged_with(self, other: ImportMapping) -> ImportMapping:
        """This mapping with the choices of another over it."""
        words = {
            name: {**self.words.get(name, {}), **other.words.get(name, {})} for name in {*self.words, *other.words}
        }
        return ImportMapping(
            {**self.columns, **other.columns}, words, {**self.codes, **other.codes}, {**self.splits, **other.splits},
            other.sheet or self.sheet, other.publication or self.publication, other.hidden or self.hidden,
            other.comments or self.comments, self.plan if other.plan is None else other.plan,
        )  # fmt: skip


def proposed_separators(cells: Mapping[str, int] | None = None, texts: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The separators at which a column's names are split unless a person chooses otherwise.

    Not at "and" and "/": one post's name often has them ("Digital/ICT lead").
    """
    found = cells if cells is not None else separators_in(texts)
    return tuple(separator for separator in found if separator not in ("and", "/"))


def fit_mapping(saved: ImportMapping, source: Source, sheet: str | None) -> tuple[ImportMapping, str]:
    """A saved mapping as it fits a file: without the columns that it does not have, which a sentence names."""
    table = source.table(sheet or saved.sheet)
    if table is None:
        return saved, ""
    missing = missing_columns(table, saved.columns)
    columns = {name: field for name, field in saved.columns.items() if name not in missing}
    names = ", ".join(one_line(name, most=60) for name in missing)
    return replace(
        saved, columns=columns
    ), f"Columns of the choices that this file does not have: {names}." if missing else ""


def to_json(mapping: ImportMapping) -> str:
    """A mapping as text, to be kept in a file."""
    choices = {
        "format": _FORMAT,
        "sheet": mapping.sheet,
        "publication": mapping.publication,
        "columns": mapping.columns,
        "words": mapping.words,
        "codes": mapping.codes,
        "split": {name: list(separators) for name, separators in mapping.splits.items()},
        "hidden columns": mapping.hidden,
        "comments": mapping.comments,
        "plans": mapping.plan,
    }
    return json.dumps(choices, ensure_ascii=False, indent=2) + "\n"


def read_mapping(path: Path) -> ImportMapping:
    """The mapping in a file that `to_json` wrote. Raises FileMissing or BadInput."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST))
    except FileNotFoundError:
        raise FileMissing(path) from None
    except (OSError, ValueError, RecursionError):
        raise BadInput("mapping", f"{path.name} is no mapping that can be read.") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise BadInput("mapping", f"{path.name} is no mapping that Fairlead wrote.")
    words = {name: _texts(path, inner, none=True) for name, inner in _dict(path, found.get("words")).items()}
    splits = _dict(path, found.get("split"))
    if not all(isinstance(one, list) and all(isinstance(s, str) and s for s in one) for one in splits.values()):
        raise BadInput("mapping", f"{path.name}: “split” has something else than lists of separators.")
    return ImportMapping(
        {name: str(value) for name, value in _texts(path, found.get("columns")).items()},
        words,
        {name: str(value) for name, value in _texts(path, found.get("codes")).items()},
        {name: tuple(one) for name, one in splits.items()},
        found["sheet"] if isinstance(found.get("sheet"), str) else None,
        found["publication"] if isinstance(found.get("publication"), str) else None,
        found.get("hidden columns") is True,
        found.get("comments") is True,
        found.get("plans") if isinstance(found.get("plans"), bool) else None,
    )


def _dict(path: Path, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadInput("mapping", f"{path.name} has a list or a text where names and values should be.")
    return found


def _texts(path: Path, found: Any, *, none: bool = False) -> dict[str, str | None]:
    texts = _dict(path, found)
    if not all(isinstance(value, str) or (none and value is None) for value in texts.values()):
        raise BadInput("mapping", f"{path.name} has a value that is no text.")
    return texts
