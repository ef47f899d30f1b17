"""`serve`, and `keys create|list|revoke`."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console, lived, quiet
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
    requests: Annotated[int, typer.Option(help="Requests answered at the same time; others get 429.", min=1)] = 1200,
    each: Annotated[int, typer.Option(help="Of one key at the same time.", min=1)] = 1200,
    tokens: Annotated[int, typer.Option(help="Tokens that one reply may have.", min=1)] = 1024,
    seconds: Annotated[float, typer.Option(help="Seconds that one request may take.", min=0.1)] = 300,
    body: Annotated[int, typer.Option(help="Bytes that a request's body may have.", min=1)] = 1_000_000,
    grace: Annotated[float, typer.Option(help="Seconds to finish what is in flight, when told to end.", min=0)] = 20,
) -> None:
    """Open a life's door: an OpenAI-compatible API, with the council in it, and pages.

    Where no life is in the directory yet, one begins. On SIGTERM nobody else is let in; what is in flight is finished,
    or stored as far as it got. Traces go where OTEL_EXPORTER_OTLP_ENDPOINT says, if it says anything.

    \b
    Examples:
      eudaimon serve
      eudaimon serve --commons commons
      eudaimon serve -d runs/served --model http://localhost:8000/v1 --model-name my-model
    """
    from eudaimon.errors import InputError

    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise InputError("the door needs more libraries; pip install 'eudaimon[serve]'")
    import uvicorn

    from eudaimon.life import Wishes, enter
    from eudaimon.serving import House, Limits, Settings, create_app

    quiet(model)
    out = console()
    with out.status("opening the model"):
        life = enter(directory, Wishes(model, model_name))
    with lived(life):
        limits = Limits(body=body, tokens=tokens, seconds=seconds, requests=requests, requests_each=each, grace=grace)
        house = House(life, Settings(insecure=insecure, limits=limits, commons=commons))
        if not insecure and not any(not key.revoked for key in house.keys.all()):
            out.print("Nobody has a key yet: eudaimon keys create --person NAME", style="yellow")
        out.print(f"{life.directory} at http://{host}:{port}", style="bold")
        ending = max(1, round(grace))
        app = create_app(house)
        uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=ending)


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
