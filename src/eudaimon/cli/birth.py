"""`birth`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from eudaimon.cli.console import console, if_stopped, quiet
from eudaimon.cli.options import Device

OF_LORE = ("bad", "error", "correlation")
"""Options that say what lore is made of."""


def birth(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help="The directory of the model.")] = Path("runs/newborn"),
    seed: Annotated[int, typer.Option(help="Of the weights and of what is read; 1 is the embedded model's.")] = 1,
    family: Annotated[
        Literal["lfm2", "llama", "mamba2"], typer.Option(help="The architecture; lfm2 learns to read notes best.")
    ] = "lfm2",
    layers: Annotated[int, typer.Option(min=1, help="Its depth.")] = 4,
    tokens: Annotated[int, typer.Option(min=1, help="How many tokens are read.")] = 18_000_000,
    device: Device = None,
    compile: Annotated[bool, typer.Option("--compile", help="Use torch.compile: faster, needs a C compiler.")] = False,
    bad: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of lore's helpers that are bad.")] = 0.5,
    error: Annotated[float, typer.Option(min=0.0, max=0.5, help="How often a voice of lore misreads notes.")] = 0.08,
    correlation: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Of the voices' misreadings; 1: all misread together.")
    ] = 0.5,
    text: Annotated[
        list[Path] | None,
        typer.Option(help="Real text (.txt, .jsonl, .json, .csv) instead of village lore.", show_default=False),
    ] = None,
) -> None:
    """Bring a small model into being: from village lore, or from real text.

    Stopped and called again, it goes on from its last checkpoint.

    \b
    Examples:
      eudaimon birth --out runs/newborn --seed 0 --compile
      eudaimon birth --out runs/tiny --layers 2 --tokens 200000
      eudaimon birth --out runs/together --correlation .9 --compile
      eudaimon birth --out runs/llama --family llama --device cuda
      eudaimon birth --out runs/reader --text stories.txt --text questions.csv
    """
    from rich.progress import Progress

    from eudaimon.birth.record import CHECKPOINT, RECORD
    from eudaimon.birth.train import Schedule
    from eudaimon.language.opening import check_device

    sources = {name: context.get_parameter_source(name) for name in OF_LORE}
    given = [f"--{name}" for name, source in sources.items() if source and source.name == "COMMANDLINE"]
    if text and given:
        raise typer.BadParameter(
            f"{', '.join(given)} say what village lore is made of, and with --text none is read; leave one of them out"
        )
    quiet()
    hint = f"To go on from the checkpoint in {out}, call the command that began it again."
    if_stopped(context, lambda: hint if (out / CHECKPOINT).is_file() else None)
    check_device(device or "cpu")
    schedule, there = Schedule(tokens=tokens, compiled=compile, device=device or "cpu"), (out / RECORD).is_file()
    with Progress(console=console(), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)

        def told(share: float, what: str) -> None:
            bar.update(task, completed=share, description=what)

        if text:
            from eudaimon.birth import text as reading

            say = bar.console.print
            reading.give_birth(
                out, text, seed=seed, family=family, layers=layers, schedule=schedule, progress=told, say=say
            )
        else:
            from eudaimon.birth import village
            from eudaimon.evals.card import measure, write_card
            from eudaimon.language.backend import open_model
            from eudaimon.worlds.village.lore import Recipe

            recipe = Recipe(bad=bad, error=error, correlation=correlation)
            village.give_birth(
                out, seed=seed, family=family, layers=layers, schedule=schedule, recipe=recipe, progress=told
            )
            if not (there and (out / "card.json").is_file()):
                bar.update(task, completed=1.0, description="measuring its card")
                write_card(out, measure(open_model(out)))
    born = "this birth is there already" if there else "born"
    console().print(f"{born}: {out} (eudaimon live --model {out})")
