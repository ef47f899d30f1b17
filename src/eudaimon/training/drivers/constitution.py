"""Constitutional AI from prompts to adapter: revise, learn the revisions, weigh pairs by principles, learn those.

    revisions.jsonl     replies, criticisms, revisions          by the model
    revised/            supervised stage: a run's directory     TRL's SFTTrainer
    model/              the model with what it learned          both adapters' base
    weighed.jsonl       pairs, weighed by every principle       replies by model/, weights by the first model
    pairs.jsonl         the same with TRL's columns
    preferred/          stage of preferences: a run's directory TRL's DPOTrainer

Each file is written whole or not at all, and what is there is not made again: a killed run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eudaimon.dialogue import Message
from eudaimon.dialogue.formats.lines import read_lines, write_lines
from eudaimon.errors import InputError, TrainingError
from eudaimon.language import Extend, LanguageModel
from eudaimon.language.backend import open_model
from eudaimon.training.constitution import Principle, Weighed, prefer, report, revise, soft_rows
from eudaimon.training.drivers.directory import write
from eudaimon.training.drivers.plan import Plan, Told
from eudaimon.training.drivers.rows import fingerprint, read_rows
from eudaimon.training.drivers.train import train

Stage = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Constitution:
    """How a model is brought up by principles.

    Attributes:
        plan: model, data (a column `prompt` of strings), out, and how both stages train; its method is not looked at.
        principles: what it is judged by.
        rounds: of criticism and revision.
        copies: rows a pair, by which soft labels are rounded.
        max_tokens: a reply, at most.
        beta: of DPO.
    """

    plan: Plan
    principles: tuple[Principle, ...]
    rounds: int = 1
    copies: int = 10
    max_tokens: int = 128
    beta: float = 0.1


def bring_up(how: Constitution, told: Told = lambda done, total, figures: None, stage: Stage = str) -> dict[str, Any]:
    """All stages; figures of both runs and the report of the principles.

    Raises:
        InputError: the data have no prompts.
        TrainingError: `out` holds another run.
        CapabilityError: the model cannot score continuations.
    """
    out, plan = how.plan.out, how.plan
    prompts = _prompts(plan.data)
    _begin(how, prompts)
    stage("replies, criticised and revised")
    revisions = _once(
        out / "revisions.jsonl", lambda: _revised(open_model(plan.model, template=plan.template), how, prompts)
    )
    stage("learning the revisions")
    first = train(replace(plan, method="sft", data=str(out / "revisions.jsonl"), out=out / "revised", options={}), told)
    stage("pairs, weighed by principles")
    _once(out / "weighed.jsonl", lambda: _weighed(how, prompts, first.weights))
    weighed = [Weighed(**row) for _, row in read_lines(out / "weighed.jsonl")]
    if not (out / "pairs.jsonl").exists():
        write_lines(out / "pairs.jsonl", soft_rows(weighed, how.copies))
    stage("learning the preferences")
    pairs = {"method": "dpo", "model": str(out / "model"), "data": str(out / "pairs.jsonl"), "out": out / "preferred"}
    second = train(replace(plan, **pairs, options={"beta": how.beta}), told)  # type: ignore[arg-type]
    found = report(weighed)
    conflicts = {f"{a} against {b}": share for (a, b), share in found.conflicts.items()}
    figures = {
        "prompts": len(prompts), "revisions": len(revisions), "revised": first.figures, "preferred": second.figures,
        "conflicts": conflicts, "turned without": found.turned, "moved without": found.moved,
    }  # fmt: skip
    write(out / "finished.json", figures)
    return {**figures, "adapter": str(second.weights), "model": str(out / "model")}


def _prompts(data: str) -> list[str]:
    rows = read_rows(data)
    for row in rows:
        if not isinstance(row.columns.get("prompt"), str) or not row.columns["prompt"].strip():
            raise row.fault("cai needs the column 'prompt' with a string in every row; fill it or drop the row")
    return [row.columns["prompt"] for row in rows]


def _begin(how: Constitution, prompts: Sequence[str]) -> None:
    card = {
        "settings": {**how.plan.settings(), "rounds": how.rounds, "copies": how.copies, "tokens": how.max_tokens},
        "principles": [asdict(one) for one in how.principles],
        "data": fingerprint(read_rows(how.plan.data)),
    }
    path = how.plan.out / "cai.json"
    if path.exists():
        import json

        if json.loads(path.read_text(encoding="utf-8")) != json.loads(json.dumps(card)):
            raise TrainingError(
                f"{how.plan.out} holds a run with other settings, principles or data; choose another --out"
            )
        return
    if how.plan.out.exists() and any(how.plan.out.iterdir()):
        raise TrainingError(f"{how.plan.out} holds files but no run; choose another directory (--out)")
    write(path, card)


def _once(path: Path, make: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    if not path.exists():
        write_lines(path, make())
    return [row for _, row in read_lines(path)]


def _revised(model: LanguageModel, how: Constitution, prompts: Sequence[str]) -> list[dict[str, Any]]:
    found = revise(model, prompts, how.principles, how.rounds, how.plan.seed, how.max_tokens)
    rows = [one.row for one in found if one.replies[-1]]
    if not rows:
        raise InputError(
            "the model said nothing at all when it revised, so there is nothing to learn; try another model"
        )
    return rows


def _weighed(how: Constitution, prompts: Sequence[str], adapter: Path) -> list[dict[str, Any]]:
    """Two replies of the revised model to each prompt, weighed by the model as it was; the revised model is kept."""
    from eudaimon.language.opening import adapted, load

    plan = how.plan
    base, tokenizer = load(plan.model, "float32", "cpu")
    (adapted(base, adapter) if plan.rank else load(adapter, "float32", "cpu")[0]).save_pretrained(plan.out / "model")
    tokenizer.save_pretrained(plan.out / "model")
    speaker = open_model(plan.out / "model", template=plan.template)
    asked = [
        Extend((Message("user", prompt),), max_tokens=how.max_tokens, seed=plan.seed + place)
        for prompt in prompts
        for place in (101, 202)
    ]
    said = [one.text.strip() for one in speaker.extend(asked)]
    pairs = [(prompt, a, b) for prompt, a, b in zip(prompts, said[::2], said[1::2], strict=True) if a and b and a != b]
    if not pairs:
        raise InputError(
            "the revised model says the same twice to every prompt, so nothing can be preferred; give more"
        )
    return [asdict(one) for one in prefer(open_model(plan.model, template=plan.template), pairs, how.principles)]
