"""The errors that are shown to a person: a class for each cause, each with its message."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from store.domain.text import quote_for_shell


class FairleadError(Exception):
    """Base class of every error that is shown to a person; str(error) is the message."""

    field: str = ""
    """The field of the input that it is about, where it is about one."""

    def at(self, field: str) -> Self:
        """The same error, about this field."""
        self.field = field
        return self


class FileMissing(FairleadError):
    """A file that does not exist; `to_start` where a register could be started there."""

    def __init__(self, path: Path, *, to_start: bool = False) -> None:
        start = (
            f", or start one with: fairlead new {quote_for_shell(path)}" if to_start and path.parent.is_dir() else ""
        )
        super().__init__(f"There is no file {path}. Check the name{start or '.'}")


class FileAlreadyExists(FairleadError):
    """A file that would be overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already. Choose another name.")


class FolderMissing(FairleadError):
    """A folder that does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no folder {path}. Make it first, or choose another place.")


class NotARegister(FairleadError):
    """A file that is not SQLite, or not Fairlead's."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is not a Fairlead register: {why}.")


class NotASqliteFile(NotARegister):
    """A file of another kind: a spreadsheet, a document."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it is not a SQLite file")


class NewerVersion(FairleadError):
    """A register written by a later Fairlead than this one."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was written by a newer Fairlead. Update this one to open it; the file is unharmed.")


class OlderVersion(FairleadError):
    """A register written by an earlier Fairlead, which cannot be migrated since it is read-only."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was written by an older Fairlead and can only be read where it is. Copy it to a folder of your own, "
            "and open the copy."
        )


class Damaged(FairleadError):
    """A corrupt register."""

    def __init__(self, path: Path, what: str = "its contents do not check") -> None:
        self.path = path
        super().__init__(
            f"{path} is damaged: {what}. Nothing will be written to it. Open a backup, or see fairlead check-file."
        )


class ReadOnly(FairleadError):
    """A register, or its folder, that cannot be written to."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} can only be read. Work on a copy of your own: fairlead keep {quote_for_shell(path)}")


class OpenedReadOnly(FairleadError):
    """A change requested of a register that was opened read-only."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


class Busy(FairleadError):
    """A register that another program has locked; `reading` where nothing was to be saved."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        super().__init__(
            f"{path} is busy: another program is writing to it, and it cannot be read just now. Try again in a moment."
            if reading
            else f"{path} is busy: another program has it open and is writing. Nothing was saved; try again in a moment."
        )


class DiskFull(FairleadError):
    """No room left on the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk that holds {path} is full. Nothing was saved just now; your earlier work is safe. "
            "Free some space and save again."
        )


class FileMoved(FairleadError):
    """The register's file was moved, replaced or deleted while it was open."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was moved, replaced or deleted by another program. Nothing was saved just now. "
            "Close Fairlead, put the file back or open a backup."
        )


class CannotWrite(FairleadError):
    """A file that could not be written, with the reason."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} could not be written: {why}.")


class Refused(FairleadError):
    """An untrusted file that is not accepted, with the reason."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is refused: {why}. Nothing was taken from it.")


class PassphraseRequired(FairleadError):
    """An encrypted file that is read before its passphrase was given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is encrypted: its passphrase is asked for at a terminal, and is no argument.")


class WrongPassphrase(FairleadError):
    """A passphrase that does not open a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"That passphrase does not open {path}, or the file was altered on its way. Nothing was taken from it."
        )


class Cancelled(FairleadError):
    """A long operation that a person cancelled."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was stopped. Nothing was changed.")


class SameFile(FairleadError):
    """A requested file that is the register already open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is the register that is open already.")


class BadInput(FairleadError):
    """Invalid input: which field, and why."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(why)


class UnclearDate(BadInput):
    """A target or due date that is asked about: not understood though it seems to have a day, or in an unlikely year.

    A person may insist on it; `how` names the option.
    """

    def __init__(self, field: str, why: str, how: str = "To keep it as words, without a day, give --as-words.") -> None:
        super().__init__(field, f"--{field.replace('_', '-')}: {why} {how}")


class NotFound(FairleadError):
    """A reference without a match; `see` is the command that lists what there is."""

    def __init__(self, reference: str, near: tuple[str, ...] = (), see: str = "list") -> None:
        hint = f" Did you mean {' or '.join(near)}?" if near else f" See: fairlead {see}"
        super().__init__(f"There is no {reference} in this register.{hint}")


class AmbiguousReference(FairleadError):
    """A reference with more than one match: asked about, never guessed."""

    def __init__(self, reference: str, matches: tuple[str, ...]) -> None:
        super().__init__(f"{reference} fits more than one: {'; '.join(matches)}. Name one by its id.")


class NotAllowed(FairleadError):
    """A change that the rules do not allow, with the rule as its message."""


class PartyKindRequired(FairleadError):
    """A name that no party here has, whose kind has to be chosen."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f'"{name}" is new here: say whether it is a person, a unit or a body (--new-is unit).')


class ReasonRequired(FairleadError):
    """A change that requires a reason, which was neither given nor declined."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} needs a reason: give one with --reason, or --reason '' for none given.")


class StaleEdit(FairleadError):
    """An edit based on an outdated read: another edit came first; the message has both values."""

    def __init__(self, what: str, field: str, theirs: str, yours: str, who: str) -> None:
        self.what, self.field, self.theirs, self.yours, self.who = what, field, theirs, yours, who
        super().__init__(
            f"{what}: {field} was changed by {who} while you looked at it. It is now {theirs}; you wanted {yours}."
        )


class UnresolvedConflict(FairleadError):
    """An edit of a field in conflict without `resolving`; the message has all its values."""

    def __init__(self, what: str, field: str, values: tuple[str, ...]) -> None:
        self.what, self.field, self.values = what, field, values
        super().__init__(
            f"{what}: {field} has {len(values)} values side by side ({'; '.join(values)}). Say which one holds."
        )


class CannotUndo(FairleadError):
    """Nothing to undo, or an undo that later edits prevent."""


class LaterEdits(CannotUndo):
    """An undo that would override later edits; it may be confirmed."""

    def __init__(self, what: tuple[str, ...]) -> None:
        super().__init__(f"Changed again since: {'; '.join(what)}. Undoing would overrule that.")
