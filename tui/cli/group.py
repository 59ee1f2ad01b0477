"""The root click group, with every command; each is in a module of its own, and what they share in base.py."""

from __future__ import annotations

import click

from tui.cli.add import add
from tui.cli.alike import alike_items
from tui.cli.attention import attention_list
from tui.cli.base import Group
from tui.cli.edit import edit
from tui.cli.evidence import cite, evidence
from tui.cli.export import export
from tui.cli.files import check_file, completion, keep, new
from tui.cli.handover import handover
from tui.cli.history import log, redo, undo
from tui.cli.ledger import ledger_command
from tui.cli.list_items import list_items
from tui.cli.replies import nothing_new, reply, submit
from tui.cli.set import note, set_status
from tui.cli.show import show
from tui.cli.themes import themes
from tui.cli.views import view


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
    cls=Group,
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

Exit codes: 0 done, 1 could not, 2 misused. Data goes to stdout, talk to stderr.""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """The desk copy of an improvement register.

    `fairlead` opens the screens on the register used last, `fairlead FILE` on that one; a command's name wins over a
    file's, so write ./list for a file called list.
    """


for command in (
    new,
    keep,
    list_items,
    show,
    add,
    edit,
    set_status,
    note,
    submit,
    reply,
    nothing_new,
    attention_list,
    ledger_command,
    themes,
    log,
    undo,
    redo,
    export,
    handover,
    view,
    alike_items,
    cite,
    evidence,
    check_file,
    completion,
):
    cli.add_command(command)
