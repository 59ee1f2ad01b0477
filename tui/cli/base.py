"""What every command of the command line shares: its exit codes, its options, how it opens a register, and how it
writes."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from store.domain.dates import format_date
from store.domain.errors import BadInput, FairleadError, LaterEdits, OpenedReadOnly, ReasonRequired, UnresolvedConflict
from store.domain.text import TextError, sanitise
from store.domain.vocabulary import Basis
from store.file.sqlite_errors import translating_errors
from store.queries.filter import Filter
from store.queries.item_list import window
from store.queries.publications import publications
from store.register import ActionResult, Author, AuthorRequired, Register
from tui.desk.open_register import (
    at_risk,
    configured_author,
    named_register,
    open_register,
    save_author,
    save_author_id,
    scratch_folder,
)
from tui.desk.settings import Settings, load

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from store.commands import Command

F = TypeVar("F", bound=Callable[..., Any])


def at_terminal() -> bool:
    """Whether somebody is there to answer a question."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def print_notice(text: str) -> None:
    """Print something for the person: on stderr, never among the data."""
    click.echo(sanitise(text), err=True)


class CommandFailed(click.ClickException):
    """The end of a command that could not be done, in one sentence."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Show it."""
        print_notice(self.message)


class CommandMisused(CommandFailed):
    """The end of a command given in a way that cannot be taken, in one sentence."""

    exit_code = 2


class Group(click.Group):
    """A click group whose every error is one plain sentence, and whose exit codes are 0, 1 and 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for; its errors are reported."""
        try:
            ended = super().invoke(ctx)
            sys.stdout.flush()
            return ended
        except click.UsageError as error:
            raise click.UsageError(sanitise(error.format_message()), error.ctx) from None
        except (BadInput, TextError, ReasonRequired) as error:
            raise CommandMisused(str(error)) from None
        except LaterEdits as error:
            raise CommandMisused(f"{error} To undo it all the same: --force") from None
        except UnresolvedConflict as error:
            raise CommandFailed(f"{error} To settle it with the value you gave: --resolve") from None
        except FairleadError as error:
            raise CommandFailed(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise CommandFailed(f"It could not be written: {error.strerror or 'no reason was given'}.") from None


class Words(click.ParamType[str]):
    """A text from the command line; bytes that are no characters become �."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, in characters that can be written."""
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in str(value))


WORDS = Words()
FILE = click.Path(path_type=Path)


def plain(word: str) -> str:
    """A word of the register as the command line writes it: lower case, with hyphens."""
    return "-".join(word.casefold().split())


class OneOf(click.ParamType[str]):
    """One of a few words, in any case, with hyphens or spaces; or '' for none, where it is `optional`."""

    name = "word"

    def __init__(self, words: Sequence[str], *, optional: bool = False) -> None:
        self.words = tuple(str(word) for word in words)
        self.optional = optional

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, for the help."""
        return f"[{'|'.join(self.words)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as the register writes it."""
        by_plain_word = {plain(word): word for word in self.words}
        wanted = plain(str(value))
        if self.optional and not wanted:
            return ""
        if wanted not in by_plain_word:
            self.fail(f"{Words().convert(value, None, None)!r} is not one of {', '.join(self.words)}.", param, ctx)
        return by_plain_word[wanted]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class SomeOf(OneOf):
    """Some of a few words, between commas; an option of it may also be repeated (see `flatten_values`)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words, between commas."""
        convert = super().convert
        return ",".join(convert(word, param, ctx) for word in str(value).split(",") if word.strip())

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so, after those that are there."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + word) for word in self.words if word.startswith(last)]


def flatten_values(values: Sequence[str]) -> tuple[str, ...]:
    """The values of a repeated option, each of which may be a list between commas."""
    return tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))


def complete_reference(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """References that begin so, for the shell: publications' codes, then the items of the one that is typed."""
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
    """Give a command --register."""
    return click.option("--register", type=FILE, metavar="FILE", help="The register, instead of your usual one.")(
        command
    )


def as_at_option(command: F) -> F:
    """Give a command that reads --as-at."""
    return click.option("--as-at", type=WORDS, metavar="DAY", help="As it was known on that day, UTC.")(command)


def format_option(*formats: str) -> Callable[[F], F]:
    """Give a command --format."""
    return click.option(
        "--format", "form", type=OneOf(formats), default="table", help="How to print it; table unless said."
    )


def writing_options(command: F) -> F:
    """Give a command what every command that writes takes."""
    command = click.option("--author", type=WORDS, metavar="NAME", help="Who is writing, instead of your usual name.")(
        command
    )
    command = click.option("--resolve", is_flag=True, help="Settle a field that has several values side by side.")(
        command
    )
    command = click.option("--reason", type=WORDS, metavar="TEXT", help="Why; '' for none given.")(command)
    return register_option(command)


def basis_options(command: F) -> F:
    """Give a command how its values are known."""
    command = click.option("--place", type=WORDS, metavar="TEXT", help="Where in the source.")(command)
    help_text = "How it is known; stated, derived and inferred record it as published."
    return click.option("--basis", type=OneOf(list(Basis)), help=help_text)(command)


def settings_now() -> Settings:
    """The settings; what was wrong with their file is reported."""
    settings, problem = load()
    if problem:
        print_notice(problem)
    return settings


@contextmanager
def open_for_reading(named: Path | None, as_at: str | None = None) -> Iterator[Register]:
    """The register that a reading command is about, open; as it was known on a day, where one is given.

    Raises BadInput for what is not a day, or is one that has not come.
    """
    register = open_register(named_register(named), settings_now())
    try:
        with translating_errors(register.path):
            if as_at is None:
                yield register
            else:
                with _as_at(register, as_at) as past:
                    yield past
    finally:
        register.close()


@contextmanager
def _as_at(register: Register, text: str) -> Iterator[Register]:
    from store.as_at import describe_late_news, parse_past_day

    day = parse_past_day(text, register.today())
    past = register.as_at(day, scratch_folder() / "as-at.fairlead")
    try:
        with translating_errors(past.path):
            print_notice(f"As at {format_date(day)}. {describe_late_news(past.late_news, day)}".rstrip())
            yield past
    finally:
        past.close()
        past.path.unlink(missing_ok=True)


@dataclass(slots=True)
class WritingSession:
    """A register open to be written, and how its questions are answered."""

    register: Register
    settings: Settings
    reason: str | None
    resolve: bool

    def do(self, build: Callable[[str | None], Sequence[Command]]) -> ActionResult:
        """Do the commands that `build` makes for a reason, as one action; a reason required is asked for at a
        terminal."""
        try:
            done = self.register.do_all(build(self.reason), resolving=self.resolve)
        except ReasonRequired as error:
            if not at_terminal():
                raise
            print_notice(str(error).partition(":")[0].rstrip(", ") + ".")
            reason = click.prompt("Reason (empty for none given)", default="", show_default=False, err=True)
            done = self.register.do_all(build(reason), resolving=self.resolve)
        return self.done(done)

    def done(self, done: ActionResult) -> ActionResult:
        """Report what was done, and keep the id that its author has."""
        print_notice(done.summary)
        if self.register.author:
            save_author_id(self.settings, self.register.author, done)
        return done


@contextmanager
def open_for_writing(given: dict[str, Any]) -> Iterator[WritingSession]:
    """The register that a writing command is about, open, with somebody writing.

    Takes what `writing_options` adds out of the options given. Raises FromElsewhere, OpenedReadOnly or AuthorRequired.
    """
    named, author = given.pop("register", None), given.pop("author", None)
    reason, resolve = given.pop("reason", None), given.pop("resolve", False)
    settings = settings_now()
    path = named_register(named)
    register = open_register(path, settings, to_write=True)
    try:
        if register.read_only_reason:
            raise OpenedReadOnly(register.read_only_reason)
        register.author, settings = require_author(settings, author)
        if risk := at_risk(path):
            print_notice(risk)
        with translating_errors(register.path):
            yield WritingSession(register, settings, reason, resolve)
    finally:
        register.close()


def require_author(settings: Settings, named: str | None) -> tuple[Author, Settings]:
    """Who is writing; at a terminal asked for once and kept. Raises AuthorRequired."""
    author = configured_author(settings, named)
    if author is None and at_terminal():
        name = click.prompt("Who is writing? The name that others will see", err=True)
        settings, author = save_author(settings, name, settings.acts_for)
    if author is None:
        raise AuthorRequired
    return author, settings


def short(entity: str) -> str:
    """The beginning of an id, as commands print and take it."""
    return entity[:8]


def example(*lines: str) -> str:
    """The end of a command's help: examples that work on the sample as they are."""
    return "\b\nFor example:\n" + "\n".join(f"  fairlead {line}" for line in lines)
