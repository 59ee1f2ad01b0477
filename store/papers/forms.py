"""Forms of papers: readable files with the sections of a paper in their order, read and validated here.

Those that come with the program are in the folder forms beside this file; a person's own are files of theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from store.domain.errors import BadInput
from store.domain.text import TextError, decode, one_line, validate_text

SHIPPED = Path(__file__).parent / "forms"

Option = bool | int | str | tuple[str, ...]

DEFAULT_FORM = "progress"
"""The form of a paper of which none is recorded."""

LARGEST = 200_000
"""Bytes: no form that a person can read is larger."""

NOTES_PRINTED = ("position", "decision", "evidence", "event", "benefit")
"""The kinds of note that a form may ask for."""


@dataclass(frozen=True, slots=True)
class OptionRule:
    """What an option of a section may be: its value where a form is silent, and which words or numbers it takes."""

    default: Option
    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


_NUMBERED = {"numbered": OptionRule(True), "level": OptionRule(1, least=1, most=2)}
_YEARS = OptionRule(2, least=1, most=20)
_TEXT = {
    "section": OptionRule(""),
    "default": OptionRule(""),
    "prompt": OptionRule(""),
    "confirm": OptionRule(False),
}

KINDS: dict[str, dict[str, OptionRule]] = {
    "purpose": {},
    "text": _TEXT,
    "background": {"updates": OptionRule(True), "totals": OptionRule(True), "opening": OptionRule("")},
    "status": {"figure": OptionRule(True), "table": OptionRule(True), "closed_as": OptionRule(True)},
    "closed": {},
    "changes": {
        "of": OptionRule(
            ("reopened", "delayed", "moved", "added", "sent", "replied"),
            ("reopened", "delayed", "moved", "added", "sent", "replied"),
        )
    },
    "publications": {
        "parts": OptionRule(("closures", "progress", "risks"), ("closures", "progress", "risks")),
        "notes": OptionRule(("position", "decision"), NOTES_PRINTED),
        "closures": OptionRule("Closures"),
        "progress": OptionRule("Progress since last update"),
        "risks": OptionRule("Challenges and risks"),
    },
    "themes": {"counts": OptionRule(True), "learned": OptionRule(True), "definitions": OptionRule(True)},
    "open": {"years": _YEARS},
    "old": {"years": _YEARS, "table": OptionRule(True)},
    "delays": {},
    "positions": {},
    "recurring": {},
    "commitments": {"leads": OptionRule(True), "benefits": OptionRule(True)},
    "measures": {},
    "links": {},
    "priorities": {},
    "extensions": {},
    "overdue": {},
    "rag": {"amber_within_days": OptionRule(31, least=1, most=400)},
    "lead": {},
    "references": {},
}
"""The kinds of section there are, each composed by a function of its own, and the options that each takes."""


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of a form: its heading ("" to go on under the one before), its kind and every option of that kind."""

    heading: str
    kind: str
    options: dict[str, Option]

    @property
    def numbered(self) -> bool:
        """Whether its heading has a number."""
        return bool(self.options["numbered"])

    @property
    def level(self) -> int:
        """The level of its heading: 1, or 2 for one that lies under the section before it."""
        return int(str(self.options["level"]))

    def words(self, name: str) -> tuple[str, ...]:
        """An option that is a list."""
        value = self.options[name]
        return value if isinstance(value, tuple) else (str(value),)

    def text(self, name: str) -> str:
        """An option that is a text."""
        return str(self.options[name])

    def number(self, name: str) -> int:
        """An option that is a number."""
        return int(str(self.options[name]))

    def flag(self, name: str) -> bool:
        """An option that is yes or no."""
        return bool(self.options[name])


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """A place for text that people write: its section, its heading, and whether there is one for each publication."""

    section: str
    heading: str
    each_publication: bool = False
    default: str = ""
    confirm: bool = False
    """Whether a person has to confirm the default before the paper goes out."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name, its title, what it is for, what it counts, and its sections in order."""

    name: str
    title: str
    about: str
    sections: tuple[FormSection, ...]
    apart: bool = False
    """Whether it is of what is counted apart, a plan's commitments."""
    short: bool = False
    """Whether it is to fit on a page: the table at its head has only what is needed there, and in Word it is set close."""
    lead: bool = False
    """Whether it is of one lead, who has to be named."""
    closing: str = ""
    """What is printed under its end; "" for nothing."""

    @property
    def written(self) -> tuple[WrittenSection, ...]:
        """The places in it for text that people write."""
        found: list[WrittenSection] = []
        for section in self.sections:
            if section.kind == "text":
                found.append(
                    WrittenSection(
                        section.text("section"),
                        section.heading,
                        False,
                        section.text("default"),
                        section.flag("confirm"),
                    )
                )
            if section.kind == "publications":
                found.append(WrittenSection(INTRODUCTION, "Introduction", True))
                if "risks" in section.words("parts"):
                    found.append(WrittenSection(RISKS, section.text("risks"), True))
        return tuple(found)


INTRODUCTION, RISKS = "introduction", "risks"
"""The sections of text that each publication of a paper has."""


def form_names(own: Path | None = None) -> dict[str, Path]:
    """The forms there are, by name: those in a folder of the person's own, which come first, and those shipped."""
    found: dict[str, Path] = {}
    for folder in (own, SHIPPED):
        if folder is not None and folder.is_dir():
            for path in sorted(folder.glob("*.toml")):
                found.setdefault(path.stem, path)
    return found


def readable_forms(own: Path | None = None) -> list[Form]:
    """Every form that can be read; one at fault is named where it is used to write a paper."""
    found = []
    for name in form_names(own):
        with suppress(BadInput):
            found.append(load_form(name, own))
    return found


def load_form(name: str, own: Path | None = None) -> Form:
    """Load a form by its name, or by the path of its file. Raises BadInput, naming the file and the key at fault."""
    names = form_names(own)
    if name in names:
        return read_form(names[name])
    path = Path(name)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        return read_form(path)
    near = get_close_matches(name, names, n=1)
    meant = f' Perhaps "{near[0]}".' if near else ""
    there = ", ".join(names)
    raise BadInput(
        "form", f'There is no form "{one_line(name, most=80)}", nor a file of that name.{meant} There are: {there}.'
    )


def read_form(path: Path) -> Form:
    """Read a form from its file. Raises BadInput, naming the file and the key at fault."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise _fault(path, f"it cannot be read: {(error.strerror or 'no reason was given').lower()}") from None
    if size > LARGEST:
        raise _fault(path, f"it has {size:,} bytes, more than any form")
    try:
        text, _ = decode(data)
        tables = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise _fault(path, f"it is not TOML: {error}") from None
    except (TextError, UnicodeDecodeError) as error:
        raise _fault(path, str(error).rstrip(".")) from None
    except RecursionError:
        raise _fault(path, "it is nested too deeply") from None
    return _Reader(path).form(tables)


def _fault(path: Path, what: str) -> BadInput:
    return BadInput("form", f"The form {path.name} cannot be used: {what}.")


class _Reader:
    """Reads one form; what is wrong in it is named with its key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def form(self, tables: dict[str, Any]) -> Form:
        takes = ("name", "title", "about", "apart", "lead", "short", "closing", "section")
        self._check_keys(tables, takes, "")
        sections = tables.get("section")
        if not isinstance(sections, list) or not sections:
            raise self._wrong("section", "there has to be at least one [[section]]")
        return Form(
            name=self._text(tables, "name", "", default=self._path.stem) or self._path.stem,
            title=self._text(tables, "title", ""),
            about=self._text(tables, "about", "", default=""),
            sections=tuple(self._section(n, table) for n, table in enumerate(sections, start=1)),
            apart=self._flag(tables, "apart"),
            lead=self._flag(tables, "lead"),
            short=self._flag(tables, "short"),
            closing=self._text(tables, "closing", "", default=""),
        )

    def _section(self, n: int, table: Any) -> FormSection:
        where = f"section {n}, "
        if not isinstance(table, dict):
            raise self._wrong(f"section {n}", "it has to be a table, [[section]]")
        kind = self._text(table, "kind", where)
        if kind not in KINDS:
            raise self._wrong(f"{where}kind", self._not_one_of(kind, KINDS))
        rules = _NUMBERED | KINDS[kind]
        self._check_keys(table, ("kind", "heading", *rules), where)
        options = {name: self._option(table, name, rule, where) for name, rule in rules.items()}
        if kind == "text" and not options["section"]:
            raise self._wrong(f"{where}section", "it names the text that is kept with the paper, and is missing")
        return FormSection(self._text(table, "heading", where, default=""), kind, options)

    def _option(self, table: dict[str, Any], name: str, rule: OptionRule, where: str) -> Option:
        if name not in table:
            return rule.default
        value, key = table[name], f"{where}{name}"
        if isinstance(rule.default, bool):
            return self._flag(table, name, where)
        if isinstance(rule.default, int):
            if isinstance(value, bool) or not isinstance(value, int) or not rule.least <= value <= rule.most:
                raise self._wrong(key, f"it has to be a whole number from {rule.least} to {rule.most}")
            return value
        if isinstance(rule.default, tuple):
            if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
                raise self._wrong(key, 'it has to be a list of words, as ["progress", "risks"]')
            for word in value:
                if word not in rule.words:
                    raise self._wrong(key, self._not_one_of(word, rule.words))
            return tuple(dict.fromkeys(value))
        return self._text(table, name, where)

    def _text(self, table: dict[str, Any], name: str, where: str, default: str | None = None) -> str:
        if name not in table:
            if default is None:
                raise self._wrong(f"{where}{name}", "it is missing")
            return default
        value = table[name]
        if not isinstance(value, str):
            raise self._wrong(f"{where}{name}", "it has to be a text in quotation marks")
        try:
            return validate_text(value, lines=True).strip()
        except TextError as error:
            raise self._wrong(f"{where}{name}", str(error).rstrip(".")) from None

    def _flag(self, table: dict[str, Any], name: str, where: str = "") -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            raise self._wrong(f"{where}{name}", "it has to be true or false")
        return value

    def _check_keys(self, table: dict[str, Any], takes: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in takes:
                raise self._wrong(f"{where}{one_line(key, most=60)}", self._not_one_of(key, takes))

    def _not_one_of(self, word: str, there: Iterable[str]) -> str:
        there = list(there)
        near = get_close_matches(word, there, n=1)
        return f'"{one_line(word, most=60)}" is none of {", ".join(there)}' + (f"; perhaps {near[0]}" if near else "")

    def _wrong(self, key: str, what: str) -> BadInput:
        return _fault(self._path, f"{key}: {what}")
