"""The questions on what terms a file leaves, and their answers."""

from __future__ import annotations

from pathlib import Path

from store.domain.errors import BadInput
from store.domain.vocabulary import MARKINGS
from store.exchange.redaction import Terms
from widgets.form_field import FormField, Values

_IN_IT, _LEFT_OUT = ("in", "in it"), ("out", "left out")

_IN_OR_OUT = {
    "without_names": ("names", "Names of persons", "in", ""),
    "with_withdrawn": ("withdrawn", "What was withdrawn", "out", ""),
    "with_locations": ("locations", "Where files lie", "out", ""),
    "with_files": ("files", "Evidence files", "out", ""),
    "flattened": ("history", "History", "in", "left out: it can be read, and not taken in"),
}
"""Of each field of `Terms` that is yes or no: the form's field, its label, what is usual, and a hint."""

_ASKED = {".sqlite": tuple(_IN_OR_OUT), ".json": ("without_names", "with_withdrawn")}

USUAL = "As it is set, all that was listed goes, and no names are left out."
"""What is usual, for whoever has no wish of their own."""

CAME_ENCRYPTED = "It came encrypted: give a passphrase, or choose in the last line that it leaves in the clear."


def terms_fields(suffix: str, has_effect: frozenset[str] | None, *, came_encrypted: bool) -> tuple[FormField, ...]:
    """The fields for a file of this kind, of a register that may have come encrypted.

    `has_effect` are the fields of `Terms` that alter this file: no other is asked for. None is not known: all are.
    """
    asked = [name for name in _ASKED.get(suffix, ("without_names",)) if has_effect is None or name in has_effect]
    marking = (marking_field(),) if has_effect is None or "max_marking" in has_effect else ()
    return (
        *marking,
        *(
            FormField(name, label, "choice", value, (_IN_IT, _LEFT_OUT), True, hint)
            for name, label, value, hint in map(_IN_OR_OUT.__getitem__, asked)
        ),
        *passphrase_fields("none, and it can be read by anybody"),
        *clear_field(came_encrypted=came_encrypted),
    )


def marking_field() -> FormField:
    """The highest marking that leaves: as high as there is, unless another is chosen."""
    choices = tuple((m, f"up to {m}") for m in MARKINGS)
    return FormField("marking", "Marking", "choice", value=MARKINGS[-1], choices=choices, required=True)


def clear_field(*, came_encrypted: bool) -> tuple[FormField, ...]:
    """The question whether a file of a register that came encrypted leaves in the clear."""
    return (
        (FormField("clear", "In the clear", "choice", "no", (("no", "No"), ("yes", "Yes")), True, "it came encrypted"),)
        if came_encrypted
        else ()
    )


def check_clear(values: Values, passphrase: str | None) -> None:
    """Check that what came encrypted leaves in the clear only where that was asked for. Raises BadInput."""
    if not passphrase and values.get("clear") == "no":
        raise BadInput("clear", "It came encrypted: give a passphrase, or say that it leaves in the clear.")


def passphrase_fields(hint: str) -> tuple[FormField, FormField]:
    """The two fields for a new passphrase."""
    return (
        FormField("passphrase", "Passphrase", "secret", hint=hint),
        FormField("again", "Repeat passphrase", "secret"),
    )


def terms_from(values: Values) -> Terms:
    """The terms that were chosen."""
    return Terms(
        max_marking=values.get("marking") or MARKINGS[-1],
        with_withdrawn=values.get("withdrawn") == "in",
        with_locations=values.get("locations") == "in",
        with_files=values.get("files") == "in",
        without_names=values.get("names") == "out",
        flattened=values.get("history") == "out",
    )


def passphrase_from(values: Values) -> str | None:
    """The passphrase that was typed twice, or None. Raises BadInput where it is short, the two differ, or the name of the
    file is that of an encrypted one and there is none."""
    from store.exchange.encrypted import check_passphrase

    passphrase, again = values.get("passphrase") or "", values.get("again") or ""
    if not passphrase and not again:
        if (values.get("path") or "").strip().casefold().endswith(".age"):
            raise BadInput("passphrase", "A file whose name ends in .age is written under a passphrase: type one.")
        return None
    check_passphrase(passphrase, again)
    return passphrase


def named_as(path: Path, suffix: str, passphrase: str | None) -> Path:
    """A path with the ending of its kind, and of an encrypted file where it has a passphrase."""
    if path.suffix.casefold() == ".age":
        path = path.with_suffix("")
    path = path if path.suffix == suffix else path.with_name(path.name + suffix)
    return path.with_name(f"{path.name}.age") if passphrase else path
