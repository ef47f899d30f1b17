"""Lore's recipe swept: what voices that err together, and good or bad helpers, make of a council and of its night.

python -m eudaimon.experiments.recipes [CELL...]   to `results/recipes/CELL.json`; births (half an hour of one core
                                                   each) and lives go on where they were, if they were stopped

One birth of the same seed by each recipe, one life each in a development village, so a look and no claim: rules 3 (no
Condorcet for free) and 4 (no straw persona) of the village. Beside the born persona stand the same weights told by
lore's own tag to be a good helper (`<kindly>`), which costs nothing: what a tag gives, no night has to teach.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.kindly import told_to_be_kind
from eudaimon.experiments.tables import table
from eudaimon.worlds.village.lore import Recipe

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk

RECIPES = {
    "usual": Recipe(),
    "errors apart": Recipe(correlation=0.0),
    "errors together": Recipe(correlation=0.9),
    "few bad helpers": Recipe(bad=0.1),
    "most helpers bad": Recipe(bad=0.9),
}
BIRTH, VILLAGE, SEED = 0, 0, 4000
"""The births' seed, a development one; where each life is lived, and by which chances."""
PEOPLE, PER_KIND, TOKENS = 300, 40, 18_000_000
"""Test conversations; situations of each kind that voices judge; tokens that are read at birth."""
ARMS = {
    "persona": "born persona",
    "kindly": "told to be kind",
    "council": "before the council",
    "judge": "before a generic judge",
    "slept": "after a night",
    "generic": "after a judge's night",
    "lore": "after as much good lore",
}


def one_life(desk: Desk) -> dict[str, Any]:
    """A day and its nights from one birth: how voices err, and what every persona's replies are worth."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.evals.card import agreements, correlations
    from eudaimon.experiments.arms import critics, nights, rivals
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field, evidence
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.life import Manner
    from eudaimon.psyche import Council, Everyone, load_archetypes

    model, field, manner = born(desk), Field.of(desk), Manner()
    desk.once("day", partial(nights.live_day, desk, model, gated=False))
    judges = {"slept": nights.council, "generic": critics.generic}
    slept = {
        arm: desk.once(f"night {arm}", partial(nights.sleep_as, desk, model, arm, judge, gated=False))
        for arm, judge in judges.items()
    }
    examples = int(slept["slept"]["figures"].get("examples", 1))
    rivals.train_awake(desk, model, "lore", partial(rivals.good_lore, examples), slept["slept"]["flops"])
    worn = {"persona": "", "lore": "lore"} | {arm: night["candidate"] for arm, night in slept.items()}
    worth = {arm: nights.tested(desk, model, field, adapter) for arm, adapter in worn.items()}
    generic = Council(model, {"judge": critics.JUDGE}, Everyone(("judge",)), comment_tokens=manner.comment_tokens)
    for arm, judge in (("council", manner.council(model, load_archetypes())), ("judge", generic)):
        model.load_adapter(None)
        actor = Speaker(model, judge, by_day(desk.life.seed))
        worth[arm] = desk.once(f"test before {arm}", partial(nights.measured, model, field, actor))
    tagged = Speaker(told_to_be_kind(model), None, by_day(desk.life.seed, reflect=False))
    worth["kindly"] = desk.once("test kindly", lambda: nights.measured(model, field, tagged))
    village = desk.life.village
    return {
        "errors": desk.once("errors", partial(correlations, model, village, PER_KIND)),
        "agreements": desk.once("agreements", partial(agreements, model, village, PER_KIND)),
        "gold": {arm: evidence(worth[arm]) for arm in ARMS},
        "parsed": {arm: worth[arm]["parsed"] for arm in ARMS},
        "learned from": {arm: int(night["figures"].get("examples", 0)) for arm, night in slept.items()},
    }


def live_by(cell: str, births: Path, runs: Path, results: Path, watch: Callable[[int, int, str], None]) -> Path:
    """Birth and life by one recipe; writes `recipes/CELL.json` below `results`.

    Args:
        cell: of `RECIPES`; the usual recipe's birth is that of all experiments.
        births: of experiments.
        runs: where other births and the lives lie.
        results, watch: where to, and who is told of every unit.
    """
    from eudaimon.birth.train import Schedule
    from eudaimon.birth.village import give_birth
    from eudaimon.experiments.harness.births import fingerprint
    from eudaimon.experiments.harness.desk import Desk, Life, write_json
    from eudaimon.experiments.harness.provenance import code_version

    recipe, folder = RECIPES[cell], runs / cell
    if recipe != RECIPES["usual"]:
        births = folder / "births"
        if not (births / str(BIRTH) / "birth.json").is_file():
            schedule = Schedule(tokens=TOKENS, compiled=True)
            give_birth(
                births / str(BIRTH),
                seed=BIRTH,
                schedule=schedule,
                recipe=recipe,
                progress=lambda share, text: watch(int(1000 * share), 1000, f"birth, {text}"),
            )
    begun = partial(watch, 0, 1)
    desk = Desk(Life(0, BIRTH, VILLAGE, SEED), folder / "life", births, PEOPLE, begun=begun)
    desk.folder.mkdir(parents=True, exist_ok=True)
    figures = one_life(desk)
    kept = {"code": code_version(Path(__file__)), "birth": fingerprint(births, BIRTH), **figures}
    write_json(results / "recipes" / f"{cell}.json", kept)
    return results / "recipes" / f"{cell}.json"


def recipes_section(results: Path) -> str:
    """The figures of all cells as a section of the evidence."""
    head = "## Lore by other recipes\n"
    pages = {cell: _page(results / "recipes" / f"{cell}.json") for cell in RECIPES}
    lived = {cell: page for cell, page in pages.items() if page}
    missing = [cell for cell in RECIPES if cell not in lived]
    still = f"Not lived yet: {', '.join(missing)}: `python -m eudaimon.experiments.recipes`.\n"
    if not lived:
        return f"{head}\n{still}"
    errors = [
        [cell, f"{RECIPES[cell].correlation:g}", f"{RECIPES[cell].bad:g}", *_voices(page)]
        for cell, page in lived.items()
    ]
    gold = [[cell, *(f"{page['gold'][arm]:.3f}" for arm in ARMS)] for cell, page in lived.items()]
    example = next(iter(lived.values()))
    return "\n".join(
        [
            head,
            f"One birth of seed {BIRTH} and one life in village {VILLAGE} by each recipe, at "
            f"{', '.join(dict.fromkeys(page['code'] for page in lived.values()))}: a look and no claim. *Found*: mean "
            "correlation (phi) of errors over the pairs of archetypes. Then how often whole replies pass exactly when "
            "they did every duty: by the archetypes one by one (mean and best), by the majority of them, where all "
            "must let it pass, and by the generic judge. The births of all recipes but the usual one were begun on a "
            "GPU and finished on a CPU; on a CPU alone the same commands give births that differ from these.\n",
            table(
                (
                    "recipe",
                    "errors' correlation",
                    "bad helpers",
                    "found",
                    *(_NAMES[name] for name in example["agreements"]),
                ),
                errors,
            ),
            f"Mean gold over {PEOPLE} conversations, all families but the positive control; nights are taken "
            "ungated.\n",
            table(("recipe", *ARMS.values()), gold),
            *([still] if missing else []),
        ]
    )


_NAMES = {"mean": "a voice", "best": "the best", "majority": "majority", "all": "all", "judge": "generic judge"}


def _voices(page: Mapping[str, Any]) -> list[str]:
    pairs = [phi for pair, phi in page["errors"].items() if "judge" not in pair]
    shared = f"{fmean(pairs):.2f} ({len(pairs)} pairs)" if pairs else "no pair errs"
    return [shared, *(f"{share:.2f}" for share in page["agreements"].values())]


def _page(path: Path) -> Mapping[str, Any] | None:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps

    parser = parser_of("recipes", __doc__, "for births and lives")
    parser.add_argument("cells", nargs="*", metavar="CELL", help=f"by default all of: {', '.join(RECIPES)}")
    said = parser.parse_args(words)
    if unknown := [cell for cell in said.cells if cell not in RECIPES]:
        parser.error(f"there is no cell {', '.join(map(repr, unknown))}; there are: {', '.join(RECIPES)}")
    for cell in said.cells or RECIPES:
        with steps(f"recipes, {cell}") as watch:
            print(live_by(cell, said.births, said.runs, said.results, watch))


if __name__ == "__main__":
    main()
