"""The base told to be a good helper: what a tag gives that costs nothing, on the lives of the claim `sleep`.

python -m eudaimon.experiments.kindly              to `results/kindly.json` (minutes); goes on where it was

Rule 4 of the village (no straw persona) asks for it beside every training. A part of lore carries `<kindly>` before a
good helper speaks; the same weights are told so behind all notes. Same births, villages, conversations and chances as
`sleep`, so that the base is worth here what it was there. It was run after that claim, so it is a control and no claim.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

NOTES, KINDLY = "<notes> {{ m.content }} ", "<notes> {{ m.content }} <kindly> "
"""The notes in a newborn's template, and with the tag behind them, as lore has it."""


def told_to_be_kind(model: LocalModel) -> LocalModel:
    """The same weights, told behind all notes that a good helper speaks."""
    from eudaimon.language.local import LocalModel

    template = model.tokenizer.chat_template.replace(NOTES, KINDLY)
    return LocalModel(model.model, model.tokenizer, template=template, name="kindly")


def one_life(desk: Desk) -> dict[str, Any]:
    """What the base is worth, and the base that is told."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field, evidence
    from eudaimon.experiments.arms.speech import by_day

    model, field = born(desk), Field.of(desk)
    tagged = Speaker(told_to_be_kind(model), None, by_day(desk.life.seed, reflect=False))
    worth = {
        "base": nights.tested(desk, model, field, ""),
        "told": desk.once("test told", lambda: nights.measured(model, field, tagged)),
    }
    return {arm: {"gold": evidence(one), "parsed": one["parsed"]} for arm, one in worth.items()}


def tell(births: Path, runs: Path, results: Path, watch: Callable[[int, int, str], None]) -> Path:
    """Every life; writes `kindly.json` below `results`."""
    from dataclasses import asdict

    from eudaimon.evals.statistics import interval, paired
    from eudaimon.experiments.harness.desk import Desk, lives_of, write_json
    from eudaimon.experiments.harness.look import versions
    from eudaimon.experiments.sleep import REGISTRATION

    lives, found = lives_of(REGISTRATION), []
    code = versions(runs, births, sorted({life.birth for life in lives}))
    for life in lives:
        watch(life.index, len(lives), "the base, and told")
        desk = Desk(life, runs / str(life.index), births, REGISTRATION.conversations)
        desk.folder.mkdir(parents=True, exist_ok=True)
        found.append(one_life(desk))
    blocks = [life.birth for life in lives]
    gold = {arm: [one[arm]["gold"] for one in found] for arm in ("base", "told")}
    page = {
        "code": code,
        "lives": [
            {"birth": life.birth, "village": life.village, **one} for life, one in zip(lives, found, strict=True)
        ],
        **{arm: asdict(interval(some, blocks)) for arm, some in gold.items()},
        "gain": asdict(paired(gold["told"], gold["base"], blocks)),
    }
    write_json(results / "kindly.json", page)
    return results / "kindly.json"


def kindly_section(results: Path) -> str:
    """The figures in `kindly.json` as a section of the evidence, beside those of `sleep`."""
    head, path = "## The base told to be a good helper\n", results / "kindly.json"
    if not path.exists():
        return f"{head}\nNot run yet: `python -m eudaimon.experiments.kindly`.\n"
    page = json.loads(path.read_text(encoding="utf-8"))
    rows = [["the base", _told(page["base"])], ["told to be a good helper (`<kindly>`)", _told(page["told"])]]
    rows.append(["the latter minus the former", _told(page["gain"])])
    sleep = results / "experiments" / "sleep.json"
    if sleep.exists():
        controls = json.loads(sleep.read_text(encoding="utf-8"))["controls"]
        for name in ("gold: no sleep", "gold: slept", "gold: supervised training on good lore"):
            value, (low, high) = controls[name]["value"], controls[name]["interval"]
            rows.append([f"`sleep`, {name.removeprefix('gold: ')}", f"{value:.3f} [{low:.3f}, {high:.3f}]"])
    return "\n".join(
        [
            head,
            f"Rule 4, at {page['code']}, on the lives of `sleep` and after it, so a control and no claim: what the tag "
            "that part of lore carries before good helpers is worth, which costs nothing.\n",
            table(("persona", "gold [95%]"), rows),
        ]
    )


def _told(estimate: dict[str, float]) -> str:
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps

    parser = parser_of("kindly", __doc__)
    said = parser.parse_args(words)
    with steps("kindly") as watch:
        print(tell(said.births, said.runs, said.results, watch))


if __name__ == "__main__":
    main()
