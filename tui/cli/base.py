"""What the commands of the command line share: exit codes, option types, opening a register, and writing sessions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from store.domain.dates import format_date
from store.domain.errors import (
    FairleadError,
    OpenedReadOnly,
    PartyKindRequired,
    PassphraseRequired,
    ReasonRequired,
)
from store.domain.names import fold_name
from store.domain.text import sanitise
from store.domain.vocabulary import Basis, PartyKind
from store.file.sqlite_errors import translating_errors
from store.queries.filter import Filter
from store.queries.item_list import window
from store.queries.publications import publications
from store.register import ActionResult, Author, AuthorRequired, Register
from tui.cli.layout import terminal_width, wrap_message
from tui.cli.progress import showing_progress
from tui.cli.terminal import at_terminal as at_terminal
from tui.cli.terminal import unlock_file
from tui.cli.typed_choices import OneOf
from tui.cli.typed_dates import describe_dates
from tui.cli.typed_text import FILLED_WORDS, WORDS
from tui.desk.at_risk import at_risk
from tui.desk.author import configured_author, save_author, save_author_id
from tui.desk.open_register import describe_incompleteness, named_register, open_register, scratch_folder
from tui.desk.settings import Settings, load

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from store.commands import Command

F = TypeVar("F", bound=Callable[..., Any])


def print_notice(text: str) -> None:
    """Print a message for the person to stderr, which keeps stdout for data; at a terminal no word of it is cut."""
    click.echo(for_stderr(sanitise(text)), err=True)


def for_stderr(text: str) -> str:
    """A message as it is printed to stderr: with lines as wide as the terminal, where that is one."""
    return wrap_message(text, width) if (width := stderr_width()) else text


def stderr_width() -> int:
    """The width of the terminal that stderr is; 0 where it is none."""
    return terminal_width(sys.stderr) if sys.stderr and sys.stderr.isatty() else 0


class CommandFailed(click.ClickException):
    """Ends a command that failed, with a sentence and exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to stderr."""
        print_notice(self.message)


class CommandMisused(CommandFailed):
    """Ends a command with invalid arguments, with a sentence and exit code 2."""

    exit_code = 2


class CommandStopped(CommandFailed):
    """Ends a command that a person stopped, with a sentence and the exit code of ctrl+c."""

    exit_code = 130


SAVED = "fairlead.saved"
"""Where the context keeps that the command has saved a change."""


class _File(click.Path):
    """A click type for the path of a file."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; an empty one is none, and not the folder that the program runs in."""
        return super().convert(value, param, ctx) if str(value) else self.fail("It is empty. Name a file.", param, ctx)


_PROBLEM = "fairlead.problem"
"""Where the context keeps the problem with the settings that was printed."""

FILE = _File(path_type=Path)


def complete_reference(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shell completion of references: codes of publications, then items of the publication typed."""
    from click.shell_completion import CompletionItem

    try:
        with open_for_reading(ctx.params.get("register")) as register:
            code, dash, _ = incomplete.upper().partition("-")
            if not dash:
                codes = [
                    each for row in publications(register.conn) if (each := row.code or "").startswith(code) and each
                ]
                if len(codes) != 1:
                    return [CompletionItem(each) for each in codes]
                code = codes[0]
            shown = Filter(publication=(code,), parts=True)
            rows = window(register.conn, shown, "ref", register.today(), 0, 500)
        return [
            CompletionItem(row.ref, help=row.display_title)
            for row in rows
            if row.ref.upper().startswith(incomplete.upper())
        ]
    except (FairleadError, OSError):
        return []


def register_option(command: F) -> F:
    """Decorate a command with --register."""
    return click.option("--register", type=FILE, metavar="FILE", help="The register, instead of your usual one.")(
        command
    )


def as_at_option(command: F) -> F:
    """Decorate a reading command with --as-at."""
    return click.option("--as-at", type=FILLED_WORDS, metavar="DAY", help="As it was known at the end of that day.")(
        command
    )


def format_option(*formats: str) -> Callable[[F], F]:
    """Decorate a command with --format, of these formats."""
    return click.option(
        "--format", "form", type=OneOf(formats), default="table", help="How to print it; table unless said."
    )


def writing_options(command: F) -> F:
    """Decorate a writing command with its common options (see `open_for_writing`)."""
    command = click.option(
        "--author", type=FILLED_WORDS, metavar="NAME", help="Who is writing, instead of your usual name."
    )(command)
    command = click.option("--resolve", is_flag=True, help="Settle a field that has several values side by side.")(
        command
    )
    command = click.option("--reason", type=WORDS, metavar="TEXT", help="Why; '' for none given.")(command)
    return register_option(command)


def new_party_option(command: F) -> F:
    """Give a command that takes names of leads what those are that nobody here has yet."""
    return click.option(
        "--new-is", type=OneOf(list(PartyKind)), help="What a name is that is new here; at a terminal it is asked."
    )(command)


def basis_options(command: F) -> F:
    """Decorate a command with --basis and --place."""
    command = click.option("--place", type=WORDS, metavar="TEXT", help="Where in the source.")(command)
    help_text = "How it is known; stated, derived and inferred record it as published."
    return click.option("--basis", type=OneOf(list(Basis)), help=help_text)(command)


def load_settings() -> Settings:
    """Load the settings; a problem with their file is printed, once a command."""
    settings, problem = load()
    context = click.get_current_context(silent=True)
    if problem and not (context and context.meta.get(_PROBLEM) == problem):
        print_notice(problem)
        if context:
            context.meta[_PROBLEM] = problem
    return settings


def report_incompleteness(register: Register) -> None:
    """Report what is missing from a register that was opened."""
    if missing := describe_incompleteness(register):
        print_notice(missing)


@contextmanager
def open_for_reading(named: Path | None, as_at: str | None = None) -> Iterator[Register]:
    """Open the register of a reading command for the block; with `as_at`, a snapshot of that day.

    Raises BadInput where `as_at` is not a day, or is in the future.
    """
    path = named_register(named)
    try:
        register = _open_with_progress(path)
    except PassphraseRequired:
        unlock_file(path)
        register = _open_with_progress(path)
    try:
        report_incompleteness(register)
        with translating_errors(register.path):
            if as_at is None:
                yield register
            else:
                with _as_at(register, as_at) as snapshot:
                    yield snapshot
    finally:
        register.close()


def _open_with_progress(path: Path) -> Register:
    with showing_progress(f"Checking {path.name}") as go_on:
        return open_register(path, load_settings(), go_on=go_on)


@contextmanager
def _as_at(register: Register, text: str) -> Iterator[Register]:
    from store.as_at import describe_news, parse_past_day

    day = parse_past_day(text, register.today())
    snapshot = register.as_at(day, scratch_folder() / "as-at.fairlead")
    try:
        with translating_errors(snapshot.path):
            print_notice(f"As at {format_date(day)}. {describe_news(register.conn, snapshot.late_news, day)}".rstrip())
            yield snapshot
    finally:
        snapshot.close()
        snapshot.path.unlink(missing_ok=True)


@dataclass(slots=True)
class WritingSession:
    """A register opened for writing, with the reason and the resolution of conflicts given as options."""

    register: Register
    settings: Settings
    reason: str | None
    resolve: bool

    def do(self, build: Callable[[str | None], Sequence[Command]]) -> ActionResult:
        """Execute the commands that `build` makes for a reason, as one action; ask for the reason if it is required."""
        try:
            done = self._ask_parties(build(self.reason))
        except ReasonRequired as error:
            if not at_terminal():
                raise
            print_notice(str(error).partition(":")[0].rstrip(", ") + ".")
            asked = "Reason (empty for none given)"
            reason = click.prompt(asked, default="", type=WORDS, show_default=False, err=True)
            done = self._ask_parties(build(reason))
        return self.done(done)

    def _ask_parties(self, commands: Sequence[Command]) -> ActionResult:
        """Do these commands; what a new name is, is asked for at a terminal, once for each."""
        while True:
            try:
                return self.register.do_all(commands, resolving=self.resolve)
            except PartyKindRequired as error:
                if not at_terminal():
                    raise
                asked = f"{error.name} is new here. What is it?"
                kind = click.prompt(asked, type=click.Choice(list(map(str, PartyKind))), err=True)
                self.register.party_kinds = {**self.register.party_kinds, fold_name(error.name): PartyKind(kind)}

    def done(self, done: ActionResult) -> ActionResult:
        """Print the summary of an action and how its dates were understood, and save the id of its author in the settings."""
        context = click.get_current_context(silent=True)
        if done.action and context:
            context.meta[SAVED] = True
        print_notice(done.summary)
        if done.action and context:
            for sentence in describe_dates(context, self.register.today()):
                print_notice(sentence)
        if self.register.author:
            save_author_id(self.settings, self.register.author, done)
        return done


@contextmanager
def open_for_writing(given: dict[str, Any]) -> Iterator[WritingSession]:
    """Open the register of a writing command for the block, with an author.

    Removes the options of `writing_options` from `given`. Raises FromElsewhere, OpenedReadOnly or AuthorRequired.
    """
    named, author = given.pop("register", None), given.pop("author", None)
    reason, resolve = given.pop("reason", None), given.pop("resolve", False)
    new_is = given.pop("new_is", None)
    settings = load_settings()
    path = named_register(named)
    register = open_register(path, settings, to_write=True)
    try:
        if register.read_only_reason:
            raise OpenedReadOnly(register.read_only_reason)
        register.author, settings = require_author(settings, author)
        if new_is:
            register.party_kinds = {"": PartyKind(new_is)}
        report_incompleteness(register)
        if risk := at_risk(path):
            print_notice(risk)
        with translating_errors(register.path):
            yield WritingSession(register, settings, reason, resolve)
    finally:
        register.close()


def require_author(settings: Settings, named: str | None) -> tuple[Author, Settings]:
    """The author and the settings; where none is configured, ask at a terminal and save. Raises AuthorRequired."""
    author = configured_author(settings, named)
    if author is None and at_terminal():
        name = click.prompt("Who is writing? The name that others will see", type=WORDS, err=True)
        settings, author = save_author(settings, name, settings.acts_for)
    if author is None:
        raise AuthorRequired
    return author, settings


def short_id(entity: str) -> str:
    """The short form of an id, which commands print and accept."""
    return entity[:8]


def example(*lines: str) -> str:
    """The epilog of a command's help: examples that work on the sample register."""
    return "\b\nFor example:\n" + "\n".join(f"  fairlead {line}" for line in lines)
