"""`serve`, and `keys create|list|revoke`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console, quiet
from eudaimon.cli.options import FIRST, Directory, ModelName, ModelPlace

keys = typer.Typer(no_args_is_help=True, help="The keys of a life's door: who may come in, and as whom.")


def serve(
    directory: Directory = FIRST,
    model: ModelPlace = None,
    model_name: ModelName = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8420,
    commons: Annotated[
        Path | None,
        typer.Option(
            help="The folder of what is held in common: ledger.jsonl, voices/, proposals/. "
            "Default: commons in the life's directory.",
            show_default=False,
        ),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let everybody in without a key, as whoever they say they are.")
    ] = False,
) -> None:
    """Open a life's door: an OpenAI-compatible API, with the council in it, and pages.

    Where no life is in the directory yet, one begins.

    \b
    Examples:
      eudaimon serve
      eudaimon serve --commons commons
      eudaimon serve -d runs/served --model http://localhost:8000/v1 --model-name my-model
    """
    import uvicorn

    from eudaimon.life import Wishes, enter
    from eudaimon.serving import House, Settings, create_app

    quiet(model)
    out = console()
    with out.status("opening the model"):
        life = enter(directory, Wishes(model, model_name))
    with life:
        house = House(life, Settings(insecure=insecure, commons=commons))
        if not insecure and not any(not key.revoked for key in house.keys.all()):
            out.print("Nobody has a key yet: eudaimon keys create --person NAME", style="yellow")
        out.print(f"{life.directory} at http://{host}:{port}", style="bold")
        uvicorn.run(create_app(house), host=host, port=port, log_level="warning")


@keys.command()
def create(
    directory: Directory = FIRST,
    person: Annotated[str, typer.Option(help="The only person that it speaks for.")] = "",
    community: Annotated[str, typer.Option(help="The only community; alone, any person of it.")] = "",
    learn: Annotated[bool, typer.Option("--learn", help="Nights may learn from what is said with it.")] = False,
    steward: Annotated[
        bool, typer.Option("--steward", help="Its holder may let another persona speak, on the page Nights.")
    ] = False,
) -> None:
    """Make a key, and show it once.

    \b
    Examples:
      eudaimon keys create --person ann
      eudaimon keys create --person sue --steward
      eudaimon keys create --community village --learn
    """
    from eudaimon.errors import InputError
    from eudaimon.serving.keys import KeyRing, Scope

    if not person and not community:
        raise InputError("a key belongs to a person or to a community; say --person NAME or --community NAME")
    text, key = KeyRing(Path(directory)).create(Scope(person, community, learn, steward))
    console(stderr=True).print(f"key {key.id}; it is not shown again:")
    typer.echo(text)


@keys.command("list")
def list_(directory: Directory = FIRST) -> None:
    """List all keys; what they are is not kept.

    \b
    Examples:
      eudaimon keys list
    """
    from rich.table import Table

    from eudaimon.serving.keys import KeyRing

    table = Table("key", "person", "community", "nights learn", "steward", "made", "revoked", box=None)
    for key in KeyRing(Path(directory)).all():
        scope = key.scope
        may = ["yes" if one else "" for one in (scope.learns, scope.steward)]
        times = [time.strftime("%Y-%m-%d %H:%M", time.gmtime(at)) if at else "" for at in (key.made, key.revoked)]
        table.add_row(key.id, scope.person or "any", scope.community, *may, *times)
    console().print(table)


@keys.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The key's id.", show_default=False)], directory: Directory = FIRST
) -> None:
    """Let a key in no more, from the next request on.

    \b
    Examples:
      eudaimon keys revoke 1f0c9a3e
    """
    from eudaimon.serving.keys import KeyRing

    console().print(f"{KeyRing(Path(directory)).revoke(name).id} is revoked")
