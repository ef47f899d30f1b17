"""Archetypes as a reward, and a scalar reward, optimised by changing weights: by TRL's RLOO, as the command drives it.

python -m eudaimon.experiments.optimised      to `results/optimised.json`; a run goes on where it was, if it was stopped

`compatibility` presses on a reward by choosing among what the base says; here the persona itself is trained on it, with
no price on distance, until it has gone as far as the steps go. Development births and villages, one life a birth, no
claim: it is looked at whether what is found by choosing holds where weights move. Rewards: the council's score bounded
by the aspiration, as nights have it; the same, not bounded; and the scalar reward of `compatibility`, trained in the
same life. Prompts are people of the gate split, gold is of people of the test split.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

BIRTHS = (0, 1)
PEOPLE, REPLIES, LONGEST = 56, 4, 64
"""Test conversations, replies to each at temperature 1, and tokens of a reply, at most."""
PROMPTS, STEPS, BATCH, GROUP, RATE, EVERY = 280, 120, 16, 4, 3e-4, 15
TAUGHT, LEARNED, ROWS, SCALAR_RATE = 3000, 120, 16, 5e-4
"""Of the scalar reward, as in `compatibility`."""
BASE, SCALAR = "base", "scalar reward"


def rewards_of(birth: Path, scalar: Path) -> dict[str, str]:
    """By arm, the reward's name as `train rlhf --reward` takes it."""
    council = "eudaimon.life.rewards:council"
    return {
        "council, bounded": f"{council}({birth})",
        "council, maximised": f"{council}({birth}, 1)",
        SCALAR: str(scalar),
    }


def one_life(desk: Desk) -> dict[str, list[dict[str, float]]]:
    """By arm, what the persona's replies are worth and how far they are from the base, along its training."""
    from eudaimon.experiments.arms import compatible
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.harness.births import birth_at
    from eudaimon.worlds.village import Split

    model, field = born(desk), Field.of(desk)
    asked = Field.of(desk, split=Split.GATE, count=PROMPTS)
    prompts = desk.folder / "prompts.jsonl"
    prompts.write_text(
        "".join(json.dumps({"prompt": compatible.as_messages(heard)}) + "\n" for heard in compatible.openings(asked)),
        encoding="utf-8",
    )
    taught = partial(compatible.lore_pairs, desk, TAUGHT)
    learn = partial(compatible.train_scalar, desk, taught, steps=LEARNED, rows=ROWS, rate=SCALAR_RATE)
    desk.once("training scalar", learn)
    birth = birth_at(desk.births, desk.life.birth)
    told = {BASE: [desk.once("at base", partial(at, desk, model, field, None))]}
    for arm, reward in rewards_of(birth, desk.folder / compatible.SCALAR / "model").items():
        desk.once(f"training {arm}", partial(train_on, desk, birth, prompts, arm, reward))
        steps = desk.folder / arm / "checkpoints"
        told[arm] = [
            desk.once(f"at {arm} {step}", partial(at, desk, model, field, steps / f"checkpoint-{step}"))
            for step in range(EVERY, STEPS + 1, EVERY)
        ]
    return told


def train_on(desk: Desk, birth: Path, prompts: Path, arm: str, reward: str) -> Mapping[str, Any]:
    """The persona, trained on a reward alone."""
    from eudaimon.training.drivers import Plan, train

    options = {"rewards": [reward], "beta": 0.0, "group": GROUP, "completion": LONGEST}
    plan = Plan(
        "rlhf", str(birth), str(prompts), desk.folder / arm, steps=STEPS, batch=BATCH, rate=RATE, save_every=EVERY,
        seed=desk.life.seed % 2**31, keep=STEPS // EVERY, options=options,
    )  # fmt: skip
    return train(plan).figures


def at(desk: Desk, model: LocalModel, field: Field, adapter: Path | None) -> dict[str, float]:
    """Gold of first replies, with its deviation, and KL to the base in nats a reply, by what is said."""
    from eudaimon.experiments.arms.compatible import openings
    from eudaimon.experiments.arms.field import CONTROL
    from eudaimon.gold import FAMILIES
    from eudaimon.language import Extend, Score
    from eudaimon.psyche import derived_seed

    model.load_adapter(adapter)
    people = list(zip(field.situations, openings(field), strict=True))
    several = [(situation, heard) for situation, heard in people for _ in range(REPLIES)]
    said = model.extend(
        [
            Extend(heard, LONGEST, temperature=1.0, seed=derived_seed(desk.life.seed, situation.key, n))
            for n, (situation, heard) in enumerate(several)
        ]
    )
    texts = [one.text.strip() for one in said]
    scores = [Score(heard, (text,), sealed=False) for (_, heard), text in zip(several, texts, strict=True) if text]
    likely = [one[0] for one in model.score(scores)]
    model.load_adapter(None)
    before = [one[0] for one in model.score(scores)]
    hiddens = [hidden for family, hidden in zip(FAMILIES, field.hiddens, strict=True) if family != CONTROL]
    golds = [
        fmean(hidden.worth(situation, [text]).gold for hidden in hiddens)
        for (situation, _), text in zip(several, texts, strict=True)
    ]
    kl = fmean([a - b for a, b in zip(likely, before, strict=True)] or [0.0])
    return {"gold": fmean(golds), "deviation": stdev(golds), "kl": kl, "said": len(set(texts)) / len(texts)}


def optimise(births: Path, runs: Path, results: Path, watch: Callable[[int, int, str], None]) -> Path:
    """Every life; writes `optimised.json` below `results`."""
    from eudaimon.experiments.harness.desk import Desk, Life, write_json
    from eudaimon.experiments.harness.look import versions

    lives, code = {}, versions(runs, births, BIRTHS)
    for place, birth in enumerate(BIRTHS):
        life = Life(place, birth, place, 1000 + place)
        desk = Desk(life, runs / f"birth-{birth}", births, PEOPLE, begun=partial(watch, place, len(BIRTHS)))
        desk.folder.mkdir(parents=True, exist_ok=True)
        lives[str(birth)] = one_life(desk)
    write_json(results / "optimised.json", {"code": code, "lives": lives})
    return results / "optimised.json"


def optimised_section(path: Path) -> str:
    """The figures in `optimised.json` as a section of the evidence."""
    head = "## Archetypes as a reward, optimised by weights\n"
    if not path.exists():
        return f"{head}\nNot run yet: `python -m eudaimon.experiments.optimised`.\n"
    page = json.loads(path.read_text(encoding="utf-8"))
    rows = []
    for birth, arms in page["lives"].items():
        base = arms[BASE][0]
        for arm, points in arms.items():
            worth = [(one["gold"] - base["gold"]) / (base["deviation"] or 1.0) for one in points]
            best = max(range(len(points)), key=lambda n: worth[n])
            figures = (worth[best], points[best]["kl"], worth[-1], points[-1]["kl"], points[-1]["said"])
            rows.append([birth, arm, *(f"{figure:.2f}" for figure in figures)])
    columns = (
        "birth",
        "reward",
        "highest gold, SD over the base",
        "at nats a reply",
        "gold at the end",
        "at nats a reply",
        "different replies",
    )
    return "\n".join(
        [
            head,
            f"At {page['code']}: RLOO with no price on distance, {STEPS} steps of {BATCH} replies; development births, "
            "one life each, so a look and no claim.\n",
            table(columns, rows),
            "![Gold against distance from the base, by reward](optimised.png)\n",
        ]
    )


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps

    parser = parser_of("optimised", __doc__, "for what is trained")
    said = parser.parse_args(words)
    with steps("optimised") as watch:
        print(optimise(said.births, said.runs, said.results, watch))


if __name__ == "__main__":
    main()
