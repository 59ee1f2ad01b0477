"""The root click group, with every command; each is in a module of its own, and what they share in base.py."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from store.domain.errors import (
    BadInput,
    Cancelled,
    FairleadError,
    FileAlreadyExists,
    LaterEdits,
    PartyKindRequired,
    ReasonRequired,
    UnresolvedConflict,
)
from store.domain.text import TextError, quote_for_shell, sanitise
from tui.cli import COMMANDS
from tui.cli.base import SAVED, CommandFailed, CommandMisused, CommandStopped, for_stderr
from tui.cli.help import lay_out_help

R = TypeVar("R")

_ERROR = "Error: "
"""What click prints before the message of an error of usage."""

_SAME_VALUES = {"--status": "--track", "--track": "--status"}
"""An option of some commands, and the one of others that takes what was meant: on-track, delayed."""

_ARGUMENTS = "fairlead.arguments"
"""Where the context keeps the arguments after the program's name."""


class Group(click.Group):
    """A click group whose every error is one plain sentence, and whose exit codes are 0, 1, 2 and 130."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        """Parse the program's own options; --help and --version are printed here."""
        return _in_words(lambda: super(Group, self).make_context(info_name, args, *more, **extra))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and note what was typed, for a sentence about it. Raises UsageError for options at odds."""
        ctx.meta[_ARGUMENTS] = list(args)
        if not ctx.resilient_parsing:
            self._check_order(ctx, args)
        found = super().resolve_command(ctx, args)
        if not ctx.resilient_parsing:
            _check_options(ctx, *found)
        return found

    def _check_order(self, ctx: click.Context, args: list[str]) -> None:
        """Raise UsageError where a file, or what a command is of, comes before it: with the line that was meant."""
        ahead, name = args[0], args[1] if len(args) > 1 else ""
        names = self.list_commands(ctx)
        command = self.get_command(ctx, name) if name in names and ahead not in names else None
        if command is None:
            return
        at = 3 if isinstance(command, click.Group) else 2
        first, meant = "first", ["fairlead", *args[1:at], ahead, *args[at:]]
        if Path(ahead).suffix or Path(ahead).exists():
            register = ["--register"] if _takes_register(command) else []
            first, meant = "before the file", ["fairlead", *args[1:], *register, ahead]
        raise click.UsageError(f"The command comes {first}: {' '.join(map(quote_for_shell, meant))}", ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; translate its errors to click's, with their exit codes."""
        return _in_words(lambda: super(Group, self).invoke(ctx), ctx)


class Program(Group):
    """The group of all commands. Each is imported when it is called, or when the help lists it: no other waits for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name, or None."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            module, _, name = COMMANDS[cmd_name].partition(".")
            command: click.Command = getattr(import_module(f"tui.cli.{module}"), name)
            lay_out_help(command)
            self.add_command(command)
        return super().get_command(ctx, cmd_name)


def _takes_register(command: click.Command) -> bool:
    """Whether a command has the option --register, or of a group any command in it."""
    inside = command.commands.values() if isinstance(command, click.Group) else ()
    return any(param.name == "register" for param in command.params) or any(map(_takes_register, inside))


def _check_options(ctx: click.Context, name: str | None, command: click.Command | None, args: list[str]) -> None:
    """Raise UsageError where an option that takes one value has several, or two are given of which one is meant."""
    if command is None:
        return
    inner = command.context_class(command, parent=ctx, info_name=name)
    try:
        _, rest, given = command.make_parser(inner).parse_args(args=list(args))
    except click.UsageError:
        # What cannot be parsed is refused when the command parses it.
        return
    if isinstance(command, click.Group):
        if rest:
            _check_options(inner, *command.resolve_command(inner, rest))
        return
    options = [param for param in given if isinstance(param, click.Option)]
    for option in options:
        one_of = [*option.opts, *option.secondary_opts]
        if option.multiple or options.count(option) == 1 or (option.is_flag and not option.secondary_opts):
            continue
        twice = (
            f"{one_of[0]} is given {'twice' if options.count(option) == 2 else 'more than once'}, and takes one value."
        )
        raise click.UsageError(f"Give one of {' and '.join(one_of)}." if option.secondary_opts else twice, inner)
    if {"--apply", "--dry-run"} <= {name for option in options for name in option.opts}:
        raise click.UsageError("Give --dry-run to look only, or --apply to do it; not both.", inner)


def _in_words(run: Callable[[], R], ctx: click.Context | None = None) -> R:
    """Run what may fail; whatever is expected to becomes one plain sentence and an exit code."""
    try:
        try:
            return run()
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        lines = for_stderr(f"{_ERROR}{sanitise(_plain(error))}")
        raise click.UsageError(lines.removeprefix(_ERROR), error.ctx) from None
    except (BadInput, TextError, ReasonRequired, PartyKindRequired) as error:
        raise CommandMisused(str(error)) from None
    except LaterEdits as error:
        raise CommandMisused(f"{error} To undo it all the same: --force") from None
    except FileAlreadyExists as error:
        raise CommandFailed(f"{error} To write over it: --force") from None
    except UnresolvedConflict as error:
        raise CommandFailed(f"{error} To settle it with the value you gave: --resolve") from None
    except Cancelled as error:
        raise CommandStopped(str(error)) from None
    except KeyboardInterrupt:
        raise CommandStopped("Stopped.") from None
    except FairleadError as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        why = "nothing takes it (stdout is closed)" if error.errno == errno.EBADF else (error.strerror or "").lower()
        saved = " The change was saved all the same." if ctx and ctx.meta.get(SAVED) else ""
        raise CommandFailed(f"What is printed could not be written: {why or 'no reason was given'}.{saved}") from None


def _plain(error: click.UsageError) -> str:
    """The message of an error of usage, with what can be done about a text that begins with a hyphen."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error.format_message()
    meant = _SAME_VALUES.get(error.option_name, "")
    if any(meant in param.opts for param in error.ctx.command.params):
        return f"No such option: {error.option_name}. Here it is {meant}."
    if error.possibilities:
        return error.format_message()
    takes = [param.name for param in error.ctx.command.params if isinstance(param, click.Argument)]
    text = next(filter(_holds(error.option_name), error.ctx.meta.get(_ARGUMENTS, ())), "")
    if not (takes and text):
        return error.format_message()
    what = f"{text} is taken for an option, because it begins with a hyphen."
    if "query" in takes:
        phrase = '"' + text.replace('"', "") + '"'
        return (
            f"{what} A query says what is shown; nothing can be left out with a minus. "
            f"To search for the words: {error.ctx.command_path} -- {quote_for_shell(phrase)}"
        )
    if text[2:3].isalpha() and text.startswith("--") and not text.partition("=")[0].count(" "):
        return (
            f"No such option: {error.option_name}. If it is a text, it goes last, after two: -- {quote_for_shell(text)}"
        )
    return f"{what} Such a text goes last, after two: -- {quote_for_shell(text)}"


def _holds(option: str) -> Callable[[str], bool]:
    """Whether an argument is what click read this option from: each letter after one hyphen is an option to it."""
    letter = option[1:]

    def holds(text: str) -> bool:
        is_short = len(letter) == 1 and text.startswith("-") and not text.startswith("--")
        return text.startswith(option) or (is_short and letter in text)

    return holds


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(version("fairlead"))
        except PackageNotFoundError:
            click.echo("not installed")
        ctx.exit()


@click.group(
    "fairlead",
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
For example:
  fairlead new trial.db --sample
  fairlead list --register trial.db --status delayed

\b
FAIRLEAD_REGISTER  the register, where --register does not name it
FAIRLEAD_AUTHOR    who is writing, where --author does not say
FAIRLEAD_TODAY     the day, as 2024-09-18
FAIRLEAD_HOME      the folder for all that Fairlead keeps

Exit codes: 0 done, 1 could not, 2 misused, 3 done with conflicts left. Data goes to stdout, talk to stderr.""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """The desk copy of an improvement register.

    `fairlead` opens the screens on the register used last, `fairlead FILE` on that one; a command's name wins over a
    file's, so write ./list for a file called list.
    """


lay_out_help(cli)
