"""The morning gate, tried with candidates that learned nothing: how often is one of them taken for better?

python -m eudaimon.experiments.gating              to `results/gating.json` (minutes); goes on where it was

Rule 6 of the village: twenty adapters of noise, each made so strong that it lies as far from the base as a night's
candidate, before people of its own, judged by the sealed council of the embedded model. At most one in twenty may pass.
Noise makes a persona worse, and a gate that only ever meets worse ones is hardly tried; so the base stands before the
same people as its own candidate, too, with other chances: then the true gain is 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel
    from eudaimon.life import Life
    from eudaimon.night import Critic
    from eudaimon.night.gate import Held

CANDIDATES, WANTED, SEED = 20, 0.06, 5000
"""How many, how far from the base they are (nats per token; candidates of the claim `sleep` were .06 at the gate), and
the first one's chances."""
ALLOWED = 1
"""How many may pass."""
AT_GATE = 96
"""People before the gate, as in a life."""


def try_gate(model: LocalModel, runs: Path, results: Path, watch: Callable[[int, int, str], None]) -> Path:
    """Every candidate; writes `gating.json` below `results`."""
    from eudaimon.experiments.harness.desk import Desk, Life, write_json
    from eudaimon.experiments.harness.provenance import code_version

    found = []
    for number in range(CANDIDATES):
        desk = Desk(Life(number, 0, number, SEED + number), runs / str(number), runs, AT_GATE)
        desk.folder.mkdir(parents=True, exist_ok=True)
        watch(number, CANDIDATES, "noise at the gate")
        found.append(desk.once("candidate", partial(one_candidate, desk, model)))
    page = {"code": code_version(Path(__file__)), "model": model.name, "wanted": WANTED, "candidates": found}
    write_json(results / "gating.json", page)
    return results / "gating.json"


def one_candidate(desk: Desk, model: LocalModel) -> dict[str, Any]:
    """Noise at the wanted distance, before people of its own village."""
    import shutil

    from eudaimon.experiments.arms import matching, nights
    from eudaimon.life import Life, VillageWorld
    from eudaimon.night import gate

    seed = desk.life.seed
    shutil.rmtree(desk.folder / "life", ignore_errors=True)  # of a call that was stopped
    noise(model, desk.folder / "noise", nights.NIGHTS.training.rank, seed)
    far = matching.distance(model, desk.folder / "noise", matching.said_by_base(desk, model))
    strength, kl = matching.strength_at(far, WANTED, far(1.0))
    world = VillageWorld(desk.life.village, 0, AT_GATE, probed=False)
    with Life.begin(desk.folder / "life", model, seed=seed, world=world, nights=nights.NIGHTS) as life:
        people, critic = life.world.gate(1), nights.council(life)
        held = []
        for worn, chances in ((0.0, seed), (strength, seed), (0.0, seed + 1)):
            matching.dressed(desk, model, "noise", worn)
            held.append(gate.hold(model, people, life.nights, chances))
        model.load_adapter(None)
        noisy, itself = (_tried(held[0], other, critic, life) for other in held[1:])
    return {"strength": strength, "kl": kl, **noisy, "itself": itself}


def _tried(current: Held, candidate: Held, critic: Critic, life: Life) -> dict[str, Any]:
    """What the gate makes of a candidate, and to how many people it said something else."""
    from eudaimon.night import gate

    report = gate.decide(*gate.compare(current, candidate, critic, life.charter), life.nights)
    pairs = zip(current.episodes, candidate.episodes, strict=True)
    return {
        "adopted": report.adopted,
        "differ": sum(one.messages != other.messages for one, other in pairs),
        **report.figures,
    }


def noise(model: LocalModel, out: Path, rank: int, seed: int) -> None:
    """An adapter whose update is drawn from a normal distribution."""
    import torch

    from eudaimon.training import adapter

    begun = adapter.begin(model.model, rank, seed)
    chances = torch.Generator().manual_seed(seed)
    for weight in adapter.seconds(begun):
        weight.data = torch.randn(weight.shape, generator=chances) * 0.2
    adapter.write(begun, out, model.name)


def gating_section(path: Path) -> str:
    """The figures in `gating.json` as a section of the evidence."""
    head = "## The morning gate\n"
    if not path.exists():
        return f"{head}\nNot tried yet: `python -m eudaimon.experiments.gating`.\n"
    page = json.loads(path.read_text(encoding="utf-8"))
    noisy = page["candidates"]
    itself = [one["itself"] for one in noisy]
    rows = [
        [str(number), f"{one['kl']:.3f}", *_row(one), *_row(same)]
        for number, (one, same) in enumerate(zip(noisy, itself, strict=True))
    ]
    columns = ("said otherwise", "gain by the council", "p", "gate")
    return "\n".join(
        [
            head,
            f"Rule 6, at {page['code']}: {len(noisy)} adapters of noise, {page['wanted']:g} nats per token from the "
            f"base, before {AT_GATE} people each, judged by the council of {page['model']}. {_passed(noisy)} Noise "
            "mostly does harm, so that this is no hard trial. Then the base as its own candidate before the same "
            f"people, with other chances: {_passed(itself)}\n",
            table(("candidate", "KL", *columns, *(f"itself: {name}" for name in columns)), rows),
        ]
    )


def _row(one: Mapping[str, Any]) -> list[str]:
    return [
        f"{one['differ']:.0f} of {one['conversations']:.0f}",
        f"{one['gain']:+.3f}",
        f"{one['chance']:.3f}",
        "**adopted**" if one["adopted"] else "rolled back",
    ]


def _passed(found: Sequence[Mapping[str, Any]]) -> str:
    """How many passed, how large the true share may be, and how good they were."""
    from eudaimon.evals.statistics import rate_upper

    passed = sum(one["adopted"] for one in found)
    told = "within what is allowed" if passed <= ALLOWED else f"**more than the {ALLOWED} that may**"
    better, gain = sum(one["gain"] > 0 for one in found), fmean(one["gain"] for one in found)
    most = rate_upper(passed, len(found))
    return (
        f"{passed} passed, {told} (at most {most:.0%} by the 95% bound); {better} were better by the council's mean "
        f"score, which changed by {gain:+.3f}."
    )


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from typing import cast

    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps
    from eudaimon.language.backend import open_model

    parser = parser_of("gating", __doc__, "for adapters and what was found", births=False)
    said = parser.parse_args(words)
    with steps("gating") as watch:
        print(try_gate(cast("LocalModel", open_model()), said.runs, said.results, watch))


if __name__ == "__main__":
    main()
