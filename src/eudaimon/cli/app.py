"""The commands, under one roof."""

from __future__ import annotations

from typing import Annotated

import typer

from eudaimon.cli import (
    archetypes,
    authority,
    ballot,
    birth,
    charters,
    chatting,
    experiments,
    governance,
    ledger,
    living,
    personas,
    release,
    reporting,
    serving,
    training,
    voices,
)
from eudaimon.cli.console import Commands
from eudaimon.cli.groups import Group

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def eudaimon(
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code an error came from.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
) -> None:
    """A language model with an inner life: a council of archetypes by day, nights that train, mornings that decide.

    Begin with eudaimon live, which lives three days and writes a report; then eudaimon chat.
    """
    if version:
        from eudaimon import __version__

        typer.echo(__version__)
        raise typer.Exit


app.command("live")(living.live)
app.command("day")(living.day)
app.command("sleep")(living.sleep)
app.command("chat")(chatting.chat)
app.command("report")(reporting.report)
app.add_typer(personas.app, name="persona", cls=Group)
app.add_typer(archetypes.app, name="archetypes", cls=Group)
app.add_typer(charters.app, name="charter", cls=Group)
app.add_typer(experiments.app, name="experiment", cls=Group)
app.add_typer(voices.app, name="voices", cls=Group)
app.add_typer(ballot.app, name="ballot", cls=Group)
app.add_typer(authority.app, name="authority", cls=Group)
app.add_typer(release.app, name="release", cls=Group)
app.add_typer(ledger.app, name="ledger", cls=Group)
app.add_typer(governance.app, name="governance", cls=Group)
app.command("serve")(serving.serve)
app.add_typer(serving.keys, name="keys", cls=Group)
app.command("birth")(birth.birth)
app.add_typer(training.app, name="train", cls=Group)
