"""`fairlead new`, `keep`, `check-file` and `completion`: registers as files, and the shell."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from store.domain.text import quote_for_shell, sanitise
from store.register import Register
from tui.cli.base import (
    FILE,
    CommandMisused,
    example,
    load_settings,
    print_notice,
    register_option,
    report_incompleteness,
    require_author,
)
from tui.cli.options import field_options
from tui.cli.progress import showing_progress
from tui.cli.terminal import unlock_file
from tui.cli.typed_choices import OneOf
from tui.cli.typed_text import FILLED_WORDS
from tui.desk.at_risk import at_risk
from tui.desk.author import configured_author, save_author_id
from tui.desk.open_register import (
    fill_with_sample,
    fill_with_themes,
    keep_register,
    named_register,
    new_register,
    open_register,
    open_to_check,
)


@click.command(
    "new", epilog=example('new improvement.fairlead --title "Our register" --author "C3 lead"', "new trial.db --sample")
)
@click.argument("file", type=FILE)
@click.option("--sample", is_flag=True, help="With the sample in it: a committee paper of September 2024 and a plan.")
@field_options("register", "title", "marking")
@click.option("--author", type=FILLED_WORDS, metavar="NAME", help="Who is writing, instead of your usual name.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(file: Path, sample: bool, title: str | None, marking: str | None, author: str | None, force: bool) -> None:
    """Start a register of your own: empty but for the six themes, unless --sample fills it."""
    if sample and (title or marking):
        raise CommandMisused(
            "The sample has its title and marking. Correct them afterwards with: fairlead edit register"
        )
    settings = load_settings()
    current_author = configured_author(settings, author)
    if current_author is None and (title or marking):
        current_author, settings = require_author(settings, author)

    def fill(register: Register) -> None:
        fill_with_themes(register)
        if current_author is not None:
            from store.commands import DescribeRegister

            given: dict[str, Any] = {"title": title, "marking": marking}
            register.author = current_author
            done = register.do(DescribeRegister(values={name: value for name, value in given.items() if value}))
            save_author_id(settings, current_author, done)

    new_register(file, fill_with_sample if sample else fill, force=force)
    print_notice(
        f"{file} is a new register of yours{', with the sample in it' if sample else ''}. "
        f"Open it with: fairlead {quote_for_shell(file)}"
    )
    if risk := at_risk(file):
        print_notice(risk)


@click.command("keep", epilog=example("keep theirs.fairlead --as ours.fairlead"))
@click.argument("file", type=FILE)
@click.option("--as", "out", type=FILE, metavar="OUT", help="Where; in Fairlead's data folder unless said.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def keep(file: Path, out: Path | None, force: bool) -> None:
    """Save a file from elsewhere as a register of your own, and work in that; theirs stays as it is.

    Prints where it is.
    """
    unlock_file(file)
    with showing_progress(f"Checking {file.name}") as go_on:
        copy = keep_register(file, out, load_settings(), force=force, go_on=go_on)
    with closing(open_register(copy, load_settings())) as own:
        report_incompleteness(own)
    print_notice(
        f"{file} was checked and kept as a register of your own. Open it with: fairlead {quote_for_shell(copy)}"
    )
    click.echo(sanitise(copy))


@click.command("check-file", epilog=example("check-file"))
@click.argument("file", type=FILE, required=False)
@register_option
@click.pass_context
def check_file(ctx: click.Context, file: Path | None, register: Path | None) -> None:
    """Check a register: its file, every change in its history, and that its tables are what the history adds up to.

    Prints what is wrong, a line each, and then ends with exit code 1.
    """
    from store.exchange.integrity import check

    path = named_register(file or register)
    unlock_file(path)
    with showing_progress(f"Checking {path.name}") as go_on:
        # A file from elsewhere is read first, and then checked like any other.
        reading = open_to_check(path, load_settings(), lambda done, of: go_on(done, 2 * of))
        with reading as opened:
            start = 1 if opened.path != path else 0
            found = check(opened, lambda done, of: go_on(start * of + done, (1 + start) * of))
    for sentence in (*found.faults, *found.remarks):
        click.echo(sanitise(sentence))
    print_notice(f"{path}: {found.summary}")
    if not found.sound:
        ctx.exit(1)


@click.command("completion", epilog=example("completion bash"))
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes the shell complete commands, options and references.

    For bash put it in a file that ~/.bashrc reads; for zsh likewise from ~/.zshrc; for fish in
    ~/.config/fish/completions/fairlead.fish.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "fairlead", "_FAIRLEAD_COMPLETE").source())
