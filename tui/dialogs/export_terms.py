"""The questions on what terms a file leaves, and their answers."""

from __future__ import annotations

from pathlib import Path

from store.domain.errors import BadInput
from store.domain.vocabulary import MARKINGS
from store.exchange.redaction import Terms
from widgets.form_field import FormField, Values

_YES_OR_NO = (("no", "No"), ("yes", "Yes"))

_MORE = {
    "withdrawn": "With what was withdrawn",
    "locations": "With where files lie",
    "files": "With evidence files",
    "flattened": "Without history",
}
"""What goes along with a file only where it is asked for, and what makes a register one to be read alone."""


def terms_fields(suffix: str, *, came_encrypted: bool) -> tuple[FormField, ...]:
    """The fields for a file of this kind, of a register that may have come encrypted."""
    asked = {".sqlite": tuple(_MORE), ".json": ("withdrawn",)}.get(suffix, ())
    markings = tuple((m, m) for m in MARKINGS)
    return (
        FormField("marking", "Marked at most", "choice", value=MARKINGS[-1], choices=markings, required=True),
        _yes_or_no("nameless", "Without names of persons"),
        *(_yes_or_no(name, _MORE[name]) for name in asked),
        *passphrase_fields("none, and it can be read by anybody"),
        *clear_field(came_encrypted=came_encrypted),
    )


def clear_field(*, came_encrypted: bool) -> tuple[FormField, ...]:
    """The question whether a file of a register that came encrypted leaves in the clear."""
    return (_yes_or_no("clear", "In the clear, though it came encrypted"),) if came_encrypted else ()


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


def _yes_or_no(name: str, label: str) -> FormField:
    return FormField(name, label, "choice", value="no", choices=_YES_OR_NO, required=True)


def terms_from(values: Values) -> Terms:
    """The terms that were chosen."""
    return Terms(
        max_marking=values["marking"] or MARKINGS[-1],
        with_withdrawn=values.get("withdrawn") == "yes",
        with_locations=values.get("locations") == "yes",
        with_files=values.get("files") == "yes",
        without_names=values.get("nameless") == "yes",
        flattened=values.get("flattened") == "yes",
    )


def passphrase_from(values: Values) -> str | None:
    """The passphrase that was typed twice, or None. Raises BadInput where it is short, or the two differ."""
    from store.exchange.encrypted import check_passphrase

    passphrase, again = values.get("passphrase") or "", values.get("again") or ""
    if not passphrase and not again:
        return None
    check_passphrase(passphrase, again)
    return passphrase


def named_as(path: Path, suffix: str, passphrase: str | None) -> Path:
    """A path with the ending of its kind, and of an encrypted file where it has a passphrase."""
    if path.suffix.casefold() == ".age":
        path = path.with_suffix("")
    path = path if path.suffix == suffix else path.with_name(path.name + suffix)
    return path.with_name(f"{path.name}.age") if passphrase else path
