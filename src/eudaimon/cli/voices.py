"""`voices import|groups|slate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eudaimon.cli.console import console

if TYPE_CHECKING:
    from eudaimon.governance.voices import Opinions, Standing
    from eudaimon.governance.voices.opinions import Floats

app = typer.Typer(no_args_is_help=True, help="What many people say: opinion groups, and what bridges them.")

Export = Annotated[
    Path, typer.Argument(help="A folder with Polis's participants-votes.csv and comments.csv.", show_default=False)
]
Voices = Annotated[Path, typer.Argument(help="A file that voices import wrote.", show_default=False)]
Seed = Annotated[int, typer.Option("--seed", help="Of k-means.")]


@app.command("import")
def import_(
    export: Export, out: Annotated[Path, typer.Option("--out", "-o", help="Where to.")] = Path("voices.json")
) -> None:
    """Read a conversation that was exported from Polis, check it, and keep it as one file.

    \b
    Examples:
      eudaimon voices import my-conversation --out voices.json
    """
    from eudaimon.governance.voices import read_export, write_opinions

    opinions = read_export(export)
    digest = write_opinions(out, opinions)
    told = console()
    votes = int(opinions.counts.sum())
    told.print(f"{len(opinions.participants)} participants, {len(opinions.statements)} statements, {votes} votes")
    for note in opinions.notes:
        told.print(f"note: {note}")
    told.print(f"written to {out} (digest {digest[:16]})")


Trust = Annotated[bool, typer.Option("--trust", help="People who vote alike share a voice, where nobody keeps a roll.")]
Roll = Annotated[Path | None, typer.Option(help="A file with the id of every voter, one a line.", show_default=False)]


@app.command()
def groups(
    voices: Voices,
    count: Annotated[int | None, typer.Option(help="How many groups. Default: as the silhouette says.")] = None,
    picture: Annotated[Path | None, typer.Option("--map", help="Draw the opinion map to this .svg or .png.")] = None,
    seed: Seed = 0,
    trust: Trust = False,
    roll: Roll = None,
) -> None:
    """Find opinion groups as Polis does; show what stands for each and what bridges them.

    \b
    Examples:
      eudaimon voices groups voices.json
      eudaimon voices groups voices.json --map map.svg
      eudaimon voices groups voices.json --trust
    """
    from eudaimon.governance.voices import consensus, draw_map, find_groups, representative, tally

    opinions, weights = _heard(voices, trust, roll)
    found = find_groups(opinions, count=count, seed=seed, weights=weights)
    tallies, told = tally(opinions, found.labels), console()
    scores = ", ".join(f"{k}: {score:.3f}" for k, score in found.silhouettes.items())
    told.print(
        f"{found.count} groups of {', '.join(map(str, found.sizes))} (silhouette {scores or 'of one group: none'})"
    )
    for group, standing in enumerate(representative(opinions, tallies)):
        told.print(f"\ngroup {group + 1}, {found.sizes[group]} participants", style="bold")
        _tell(opinions, standing)
    told.print("\neverybody", style="bold")
    both = consensus(opinions)
    _tell(opinions, [*both["agree"], *both["disagree"]])
    if picture is not None:
        told.print(f"\nmap drawn to {draw_map(opinions, found, tallies, picture)}")


@app.command()
def slate(
    voices: Voices,
    size: Annotated[int, typer.Option(help="How many statements.")] = 5,
    seed: Seed = 0,
    trust: Trust = False,
    roll: Roll = None,
) -> None:
    """Choose a few statements that leave no large minority without one, and that bridge the groups.

    \b
    Examples:
      eudaimon voices slate voices.json --size 5
      eudaimon voices slate voices.json --roll voters.txt
    """
    from rich.table import Table

    from eudaimon.governance.voices import choose_slate, find_groups, tally

    opinions, weights = _heard(voices, trust, roll)
    found = find_groups(opinions, seed=seed, weights=weights)
    chosen, tallies = choose_slate(opinions, found.labels, size, weights), tally(opinions, found.labels)
    heads = [f"group {group + 1}" for group in range(found.count)]
    table = Table("id", *heads, "statement", box=None)
    for j in chosen.statements:
        agreed = [f"{a} of {n}" for a, n in zip(tallies.agree.votes[:, j], tallies.seen[:, j], strict=True)]
        table.add_row(opinions.statements[j].id, *agreed, opinions.statements[j].text)
    told = console()
    told.print(table)
    told.print(
        f"{chosen.represented:.0%} of the voters agree with at least one; {chosen.lowest:.0%} of the least served "
        "group. "
        f"{chosen.needed} of {size} were needed so that no {1 / size:.0%} of the voters who think alike goes without."
    )


def _heard(voices: Path, trusting: bool, roll: Path | None) -> tuple[Opinions, Floats | None]:
    """A conversation, of those on the roll if there is one, and how much each counts if not alike."""
    from eudaimon.errors import InputError
    from eudaimon.governance.voices import enrolled, read_opinions, trust

    opinions = read_opinions(voices)
    if roll is not None:
        try:
            names = {line.strip() for line in roll.read_text(encoding="utf-8").splitlines() if line.strip()}
        except (OSError, UnicodeDecodeError) as wrong:
            raise InputError(f"no roll can be read ({wrong}); give a text file", path=roll) from None
        opinions = enrolled(opinions, names)
    weights = trust(opinions) if trusting else None
    said = console()
    for note in opinions.notes if roll else ():
        said.print(f"note: {note}")
    if weights is not None:
        said.print(f"{len(weights)} voters weigh {weights.sum():.1f}; {int((weights < 0.2).sum())} weigh less than .2")
    return opinions, weights


def _tell(opinions: Opinions, standing: list[Standing]) -> None:
    for one in standing:
        text = opinions.statements[one.statement]
        console().print(f"  {one.side:8} {one.votes:4} of {one.seen:4}  {text.id:>4}  {text.text}")
