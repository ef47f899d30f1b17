"""The morning gate, tried with candidates that learned nothing: how often is one of them taken for better?

python -m eudaimon.experiments.gating              to `results/gating.json` (minutes); goes on where it was

Rule 6 of the village: twenty adapters of noise, each made so strong that it lies as far from the base as a night's
candidate, before people of its own, judged by the sealed council of the embedded model. At most one in twenty may pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

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
        for worn in (0.0, strength):
            matching.dressed(desk, model, "noise", worn)
            held.append(gate.hold(model, people, life.nights, seed))
        model.load_adapter(None)
        report = gate.decide(*gate.compare(held[0], held[1], critic, life.charter), life.nights)
    differ = sum(one.messages != other.messages for one, other in zip(*(h.episodes for h in held), strict=True))
    return {"adopted": report.adopted, "strength": strength, "kl": kl, "differ": differ, **report.figures}


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
    found = page["candidates"]
    passed = sum(one["adopted"] for one in found)
    better = sum(one["gain"] > 0 for one in found)
    told = "within what is allowed" if passed <= ALLOWED else f"**more than the {ALLOWED} that may**"
    rows = [
        [
            str(number),
            f"{one['kl']:.3f}",
            f"{one['differ']:.0f} of {one['conversations']:.0f}",
            f"{one['gain']:+.3f}",
            f"{one['chance']:.3f}",
            "**adopted**" if one["adopted"] else "rolled back",
        ]
        for number, one in enumerate(found)
    ]
    return "\n".join(
        [
            head,
            f"Rule 6, at {page['code']}: {len(found)} adapters of noise, {page['wanted']:g} nats per token from the "
            f"base as a night's candidates are, before {AT_GATE} people each, judged by the council of "
            f"{page['model']}. "
            f"{passed} passed, {told}; {better} were better by the council's mean score.\n",
            table(("candidate", "KL", "said otherwise", "gain by the council", "p", "gate"), rows),
        ]
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
