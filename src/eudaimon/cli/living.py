"""`live`, `day` and `sleep`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from eudaimon.cli.bars import bars
from eudaimon.cli.console import console, if_stopped, lived, quiet
from eudaimon.cli.options import FIRST, Device, Directory, Dtype, ModelName, ModelPlace, Template, Undertone, weights

if TYPE_CHECKING:
    from eudaimon.life import Life, Step


def live(
    context: typer.Context,
    directory: Directory = FIRST,
    days: Annotated[int, typer.Option(min=1, help="How many days and nights the life has in all.")] = 3,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Of everything that is drawn; the village is its last two digits; default 1.",
            show_default=False,
        ),
    ] = None,
    model: ModelPlace = None,
    model_name: ModelName = None,
    template: Template = None,
    device: Device = None,
    dtype: Dtype = None,
    people: Annotated[
        Path | None,
        typer.Option(help="A JSONL file of people's conversations: their questions are the day.", show_default=False),
    ] = None,
    conversations: Annotated[
        int | None,
        typer.Option(min=1, help="A day, at most; default 36 in the village, 48 of people's.", show_default=False),
    ] = None,
    pool: Annotated[
        str | None,
        typer.Option(
            help="The pool of archetypes, by name, or who sits in it, with commas; default village.", show_default=False
        ),
    ] = None,
    seats: Annotated[
        int | None,
        typer.Option(
            min=0, help="How many of the pool sit for a passage; 0: all, always; default 5.", show_default=False
        ),
    ] = None,
    reflect: Annotated[
        bool | None,
        typer.Option("--reflect/--no-reflect", help="Whether the persona pauses; default yes.", show_default=False),
    ] = None,
    points: Annotated[
        Literal["clauses", "learned"] | None,
        typer.Option(help="Where it pauses: at clauses (default), or at its own marks.", show_default=False),
    ] = None,
    charter: Annotated[
        Path | None, typer.Option(help="A charter of your own (YAML) instead of the shipped one.", show_default=False)
    ] = None,
    archetypes: Annotated[
        Path | None, typer.Option(help="Archetypes of your own (YAML) beside the shipped ones.", show_default=False)
    ] = None,
    coupling: Annotated[
        Literal["aligned", "neutral", "opposed"] | None,
        typer.Option(help="How approval tracks flourishing in the village; default neutral.", show_default=False),
    ] = None,
    concern: Annotated[
        Literal["one", "two", "all"] | None,
        typer.Option(help="How many concerns conflict in the village; default two.", show_default=False),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            help="A ledger that rules over the life; its kernel is asked before every turn.", show_default=False
        ),
    ] = None,
    agent: Annotated[
        str | None, typer.Option(help="Who the persona is to the ledger; default helper.", show_default=False)
    ] = None,
    under: Annotated[
        str | None, typer.Option(help="The ledger's charter to live under; default commons.", show_default=False)
    ] = None,
    undertone: Undertone = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, help="Seconds without a word from an endpoint; default 60.", show_default=False),
    ] = None,
    retries: Annotated[
        int | None, typer.Option(min=0, help="How often an endpoint is asked again; default 5.", show_default=False)
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Requests to an endpoint at a time; default 8.", show_default=False)
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            help="postgresql://USER@HOST/NAME: a database for the life's rows alone; default life.db in the directory.",
            show_default=False,
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove the life that is there, and begin anew.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Where to write the report; default report.html in the directory.", show_default=False),
    ] = None,
) -> None:
    """Live days and nights, and write a report of what changed and why.

    A life that is in the directory already goes on where it was, however it was stopped. An endpoint's key is read from
    EUDAIMON_API_KEY, or else from OPENAI_API_KEY.

    \b
    Examples:
      eudaimon live   # three days in the village, with the embedded model
      eudaimon live --directory runs/second --seed 2 --days 1 --conversations 12
      eudaimon live -d runs/smol --model HuggingFaceTB/SmolLM2-135M-Instruct --people questions.jsonl
      eudaimon live -d runs/ruled --authority commons/ledger.jsonl --under village --people questions.jsonl
      eudaimon live -d runs/served --model http://localhost:8000/v1 --model-name my-model --timeout 300
      eudaimon live -d runs/kept --store postgresql://ann@localhost/kept
      eudaimon live -d runs/gran --model DIR --archetypes mine.yaml --pool sage,fool,guardian,grandmother
    """
    from eudaimon.gold import Concern, Coupling
    from eudaimon.life import Wishes, enter

    wishes = Wishes(
        model,
        model_name,
        template,
        device,
        dtype,
        seed,
        people,
        days,
        conversations,
        pool,
        seats,
        reflect,
        points,
        charter,
        archetypes,
        coupling and Coupling(coupling),
        concern and Concern(concern),
        authority,
        agent,
        under,
        weights(undertone),
        timeout,
        retries,
        concurrency,
        store,
    )
    quiet(model)
    with console().status("opening the model"):
        life = enter(directory, wishes, fresh=fresh)
    again = f"eudaimon live --directory {quote(str(directory))} --days {days}"
    if_stopped(context, f"What was lived is kept. To go on: {again}")
    with lived(life):
        _introduce(life)
        if not (steps := life.remaining(days)):
            console().print(f"  {days} days and nights are lived already; for another: --days {life.next.number}")
        _go_through(life, steps)
        console().print(f"report: {life.report(report)}")


def day(
    context: typer.Context, directory: Directory = FIRST, model: ModelPlace = None, model_name: ModelName = None
) -> None:
    """Live the next day of a life, or the rest of one that was stopped.

    \b
    Examples:
      eudaimon day
      eudaimon day --directory runs/second
    """
    from eudaimon.life import Doing

    with lived(_entered(directory, model, model_name)) as life:
        steps = life.due(Doing.DAY)
        if_stopped(context, f"What was lived is kept. To go on: eudaimon day --directory {quote(str(directory))}")
        _go_through(life, steps)


def sleep(
    context: typer.Context, directory: Directory = FIRST, model: ModelPlace = None, model_name: ModelName = None
) -> None:
    """Sleep the night after a day: learn from it, and let the morning gate decide what is adopted.

    \b
    Examples:
      eudaimon sleep
      eudaimon sleep --directory runs/second
    """
    from eudaimon.life import Doing

    with lived(_entered(directory, model, model_name)) as life:
        steps = life.due(Doing.NIGHT)
        if_stopped(context, f"What was slept is kept. To go on: eudaimon sleep --directory {quote(str(directory))}")
        _go_through(life, steps)


def _entered(directory: Path, model: str | None, model_name: str | None) -> Life:
    from eudaimon.life import reopen

    quiet(model)
    with console().status("opening the model"):
        return reopen(directory, model, model_name)


def _introduce(life: Life) -> None:
    begun = life.record
    out = console()
    where = "among people" if begun.world == "people" else f"in the {begun.world}"
    out.print(f"{life.directory}: a life {where}, seed {begun.seed}, pool {begun.pool}", style="bold")
    for line in (*life.limits(), *life.warnings()):
        out.print(f"  {line}")
    out.print(f"  next: {life.next}")


def _go_through(life: Life, steps: list[Step]) -> None:
    with bars(steps) as (progress, out):
        for step in steps:
            out.print(str(life.take(step, progress)))
