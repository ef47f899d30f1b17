"""`charter new|check|diff|fork|merge|rollback|explain|propose|compile|traditions`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eudaimon.cli.console import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eudaimon.values import Charter
    from eudaimon.values.taxonomy import Tradition

app = typer.Typer(no_args_is_help=True, help="Charters: what people ask of a persona, in files that anybody can read.")

Day = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="As of this day; default: every article.", show_default=False),
]
Under = Annotated[
    list[Path] | None,
    typer.Option("--under", help="A wider charter whose floors stand above this one; repeatable.", show_default=False),
]
Out = Annotated[Path, typer.Argument(help="The file to write; never one that exists.", show_default=False)]
File = Annotated[Path, typer.Argument(help="A charter (YAML).", show_default=False)]
Name = Annotated[str, typer.Option("--id", help="Whose charter it is, in one word.")]


@app.command()
def new(out: Out, name: Name = "ours") -> None:
    """Write a charter to begin with, its JSON Schema beside it, so that editors complete and check.

    \b
    Examples:
      eudaimon charter new ours.yaml
      eudaimon charter new mill-lane.yaml --id mill-lane
    """
    from eudaimon.values.charter.founding import found

    for path in found(out, name):
        console().print(f"{path} is written")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Charters (YAML).", show_default=False)], under: Under = None
) -> None:
    """Check charters, each alone and then together, under wider ones if there are any. Exit code 1 if one is wrong.

    \b
    Examples:
      eudaimon charter check ours.yaml
      eudaimon charter check mine.yaml --under ours.yaml --under commons.yaml
    """
    from eudaimon.values import layered, read_charter
    from eudaimon.values.charter import inspect_charter

    wrong = 0
    for path in files:
        document, faults = inspect_charter(path)
        for fault in faults:
            console(stderr=True).print(str(fault), style="red")
        if not faults and under:
            layered([*map(read_charter, under), document.value])
        if not faults:
            one = document.value
            told = f"{len(one.articles)} articles, {len(one.floors)} of them floors, {one.digest[:12]}"
            console().print(f"{path}: {one.id}, version {one.version}, is in order ({told})")
        wrong += len(faults)
    if wrong:
        raise typer.Exit(1)


@app.command()
def diff(old: File, new: File) -> None:
    """Say what changed by meaning, not by lines, and which floors were lowered by it. Exit code 1 if one was.

    \b
    Examples:
      eudaimon charter diff ours.yaml theirs.yaml
    """
    from eudaimon.values import diff as changes
    from eudaimon.values import read_charter

    before, after = read_charter(old), read_charter(new)
    for change in changes(before, after):
        console().print(str(change))
    if not changes(before, after):
        console().print("they say the same")
    if _tell_lowered(before, after):
        raise typer.Exit(1)


@app.command()
def fork(file: File, out: Out, name: Name) -> None:
    """Make a charter of its own that says the same and remembers where it came from.

    \b
    Examples:
      eudaimon charter fork ours.yaml hill-lane.yaml --id hill-lane
    """
    from eudaimon.values import fork as forked
    from eudaimon.values import read_charter

    _write(out, forked(read_charter(file), name))


@app.command()
def merge(
    base: File,
    ours: Annotated[Path, typer.Argument(help="Our charter, that came from the base.", show_default=False)],
    theirs: Annotated[Path, typer.Argument(help="Their charter, that came from it too.", show_default=False)],
    out: Out,
) -> None:
    """Bring together what two charters made of a third. Conflicts are shown, and then nothing is written.

    \b
    Examples:
      eudaimon charter merge base.yaml ours.yaml theirs.yaml merged.yaml
    """
    from eudaimon.values import merge as merged
    from eudaimon.values import read_charter

    made = merged(read_charter(base), read_charter(ours), read_charter(theirs))
    for conflict in made.conflicts:
        console(stderr=True).print(str(conflict), style="red")
        for whose, said in (("base", conflict.base), ("ours", conflict.ours), ("theirs", conflict.theirs)):
            console(stderr=True).print(f"  {whose}: {'nothing' if said is None else said}")
    for fault in made.faults:
        console(stderr=True).print(f"together: {fault.message}", style="red")
    if not made.clean:
        console(stderr=True).print("Nothing is written. Make one side say what both can agree to, and merge again.")
        raise typer.Exit(1)
    _write(out, made.charter)


@app.command()
def rollback(file: File, earlier: File, out: Out) -> None:
    """Write the next version, saying again what an earlier one said. Floors that would go by it stop it.

    \b
    Examples:
      eudaimon charter rollback ours.yaml ours-2.yaml ours-4.yaml
    """
    from eudaimon.values import read_charter, rolled_back

    now, then = read_charter(file), read_charter(earlier)
    if _tell_lowered(now, then):
        console(stderr=True).print("Nothing is written. Whoever owns these floors has to let them go by an amendment.")
        raise typer.Exit(1)
    _write(out, rolled_back(now, then))


@app.command()
def explain(
    file: File,
    context: Annotated[
        str, typer.Option("--in", help="What is known: age=14, danger, not consent, topic=health, roles=nurse+parent.")
    ] = "",
    day: Day = None,
    under: Under = None,
) -> None:
    """Say which articles bind in a context, and how their tensions are settled there, step by step.

    \b
    Examples:
      eudaimon charter explain ours.yaml --in "danger, not asked_for_advice"
      eudaimon charter explain mine.yaml --under ours.yaml --in "danger" --on 2027-01-01
    """
    from eudaimon.values import layered, read_charter
    from eudaimon.values.resolution import resolve
    from eudaimon.values.scope import read_context

    charter = read_charter(file)
    if under:
        charter = layered([*map(read_charter, under), charter])
    found = resolve(charter, read_context(context, charter.context), day.date() if day else None)
    console().print(found.story())


@app.command()
def propose(
    file: File,
    cases: Annotated[
        Path, typer.Argument(help="Decided cases, JSON lines with context, winner and loser.", show_default=False)
    ],
    tension: Annotated[str, typer.Option(help="The tension's id.")],
    out: Annotated[
        Path | None, typer.Option(help="Write the amended charter here; else only say.", show_default=False)
    ] = None,
) -> None:
    """Propose rules that a charter lacks, from cases that people decided, for people to read.

    \b
    Examples:
      eudaimon charter propose ours.yaml decided.jsonl --tension choice-or-guidance
      eudaimon charter propose ours.yaml decided.jsonl --tension choice-or-guidance --out ours-2.yaml
    """
    from eudaimon.errors import InputError
    from eudaimon.values import diff as differences
    from eudaimon.values import read_charter
    from eudaimon.values.adaptation import amend, read_dilemmas
    from eudaimon.values.adaptation import propose as proposed

    charter = read_charter(file)
    draft, found = proposed(charter, tension, read_dilemmas(cases, charter))
    for one in found:
        console().print(str(one))
    if not found:
        console().print("no rule of plain words would decide these cases better")
    if out and found:
        amended = amend(charter, differences(charter, draft), ())
        if amended.charter is None:
            raise InputError("; ".join(amended.refused))
        _write(out, amended.charter)


@app.command("compile")
def compile_(
    file: File,
    out: Annotated[Path, typer.Argument(help="The folder to write into.", show_default=False)],
    templates: Annotated[
        Path | None, typer.Option(help="A folder with templates of your own.", show_default=False)
    ] = None,
    day: Day = None,
) -> None:
    """Turn a charter into norms, principles, rubrics, rewards, filters and items, and say which lines become nothing.

    \b
    Examples:
      eudaimon charter compile ours.yaml compiled
      eudaimon charter compile ours.yaml compiled --templates my-templates
    """
    from eudaimon.values import read_charter
    from eudaimon.values.compilation import TARGETS, Templates, compile_charter, write_compiled

    compiled = compile_charter(read_charter(file), day.date() if day else None, Templates(templates))
    written = write_compiled(compiled, out)
    console().print(", ".join(f"{len(compiled.of(one))} {one}s" for one in TARGETS))
    for path in written:
        console().print(f"{path} is written")
    for (part, name, field), why in compiled.idle:
        console().print(f"becomes nothing: {part[:-1]} '{name}', {field}: {why}", style="yellow")


@app.command()
def traditions(
    linked: Annotated[
        Path | None, typer.Option(help="Write all values and their crosswalk here, as JSON-LD.", show_default=False)
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Write questions on every value here, as JSON lines.", show_default=False)
    ] = None,
    place: Annotated[
        Path | None, typer.Option(help="A charter to place among the values; needs an encoder.", show_default=False)
    ] = None,
    encoder: Annotated[
        Path | None, typer.Option(help="The directory of a sentence encoder.", show_default=False)
    ] = None,
    more: Annotated[
        list[Path] | None, typer.Option(help="A file with traditions of your own.", show_default=False)
    ] = None,
) -> None:
    """Show what different traditions hold good and how their values hang together; where does a charter stand?

    \b
    Examples:
      eudaimon charter traditions
      eudaimon charter traditions --linked values.jsonld --items items.jsonl
      eudaimon charter traditions --place ours.yaml --encoder ./my-sentence-encoder
    """
    import json

    from eudaimon.dialogue.formats.lines import write_lines
    from eudaimon.values import taxonomy

    known, out = taxonomy.read_traditions(*(more or ())), console()
    if place is not None:
        _place(place, encoder, known)
    elif linked is None and items is None:
        for line in taxonomy.told(known):
            out.print(line)
    if linked is not None:
        linked.write_text(json.dumps(taxonomy.linked_data(known), ensure_ascii=False, indent=1), encoding="utf-8")
        out.print(f"{linked} is written")
    if items is not None:
        made = taxonomy.items(known)
        write_lines(items, [one.sample for one in made])
        out.print(
            f"{items} is written: {len(made)} questions; {taxonomy.coverage(known, made):.0%} of values have four"
        )


def _place(charter: Path, encoder: Path | None, known: Sequence[Tradition]) -> None:
    """Say which values each article is near to."""
    from eudaimon.errors import InputError
    from eudaimon.values import read_charter, taxonomy
    from eudaimon.values.pluralism import Encoder

    if encoder is None:
        raise InputError("words alone do not tell what an article means; give a sentence encoder with --encoder")
    found = taxonomy.place(read_charter(charter), known, Encoder(encoder))
    for article, near in found.articles.items():
        values = ", ".join(f"{name} ({how:.2f})" for name, how in near)
        console().print(f"{article}: {values or 'near to nothing'}")
    console().print(f"nobody in it speaks for: {', '.join(found.silent) or 'nothing is missing'}")


def _tell_lowered(before: Charter, after: Charter) -> bool:
    """Say which floors `after` lowers; whether any is lowered for certain."""
    from eudaimon.values import lowered

    found = lowered(before, after)
    for one in found:
        console(stderr=True).print(f"{'lowers a floor' if one.certain else 'to be judged'}: {one}", style="red")
    return any(one.certain for one in found)


def _write(out: Path, charter: Charter) -> None:
    from eudaimon.errors import InputError
    from eudaimon.values import write_charter

    if out.exists():
        raise InputError("exists already, and nothing is written over; give another name", path=out)
    write_charter(out, charter)
    console().print(f"{out} is written: {charter.id}, version {charter.version}, {charter.digest[:12]}")
