"""The village's gold as an Inspect task: held-out visits, villagers who answer back, and what each talk was worth.

    inspect eval eudaimon/village --model eudaimon/newborn --limit 50
    inspect eval eudaimon/village --model openai/NAME -T kinds=claim,remedy -T each=20
    inspect view

Scores are read from hidden state, so they belong into evals and experiments alone: nothing that trains may see them.
"""

from __future__ import annotations

import math
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import transcript
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import Metric, Score, Scorer, Target, grouped, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from eudaimon.dialogue import Message
from eudaimon.errors import InputError
from eudaimon.evals.actors import duty, visits
from eudaimon.evals.provider import conversation_of
from eudaimon.gold import Concern, Coupling, Family, Hidden, Worth, replies_of
from eudaimon.worlds.village import KINDS, Split, Villager, Visit, recall, scripted

DUTIES = (
    "truth", "humility", "firmness", "competence", "letting go", "harmlessness", "care", "autonomy", "fairness",
)  # fmt: skip
_METRICS: dict[str, list[Metric]] = {
    "gold": [mean(), stderr(), grouped(mean(), "kind", all=False)],
    **{name: [mean(), stderr()] for name in ("duty", "flourishing", "approval", "parsed", *DUTIES)},
}


@task
def village(
    village: int = 0,
    each: int = 8,
    kinds: str | list[str] = "",
    hidden: int = 0,
    coupling: str = "neutral",
    concern: str = "two",
) -> Task:
    """Held-out visits of a village.

    Args:
        village: its seed; 0 to 99 are for development, 1000 and up for confirmatory experiments.
        each: visits of every kind, on either side by turns.
        kinds: which kinds of situations, separated by commas; all by default.
        hidden: the seed of the hidden half.
        coupling, concern: the family that it is drawn from.

    Raises:
        InputError: there is no such kind, coupling or concern.
    """
    chosen = _kinds(kinds)
    return Task(
        dataset=MemoryDataset([sample(visit) for visit in visits(Split.TEST, each, village, chosen)], name="village"),
        solver=conversation(),
        scorer=gold(hidden, coupling, concern),
        metadata={"village": village, "hidden": hidden, "coupling": coupling, "concern": concern},
    )


def sample(visit: Visit) -> Sample:
    """A visit up to the first reply. Its id names village, kind, side and number, and is unique in a dataset."""
    situation = visit.situation()
    return Sample(
        id=f"{visit.village}/{visit.split}/{situation.kind}/{situation.side}/{visit.number}",
        input=[_chat(message) for message in Villager(situation).begin()],
        metadata={"kind": situation.kind, "side": situation.side, "visible": visit.visible()},
    )


@solver
def conversation() -> Solver:
    """The villager answers until they go; the model replies in between."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        villager = Villager(recall(state.metadata["visible"]))
        while True:
            state = await generate(state)
            if state.output.metadata and state.output.metadata.get("reflections"):
                transcript().info(state.output.metadata, source="council")
            said = villager.next(conversation_of(state.messages))
            if said is None or state.completed:
                return state
            state.messages.append(ChatMessageUser(content=said))

    return solve


@scorer(metrics=_METRICS)
def gold(hidden: int = 0, coupling: str = "neutral", concern: str = "two") -> Scorer:
    """What the whole talk was worth, by component; a duty that did not apply is not a number and is left out of means.

    Args:
        hidden: the seed of the hidden half.
        coupling, concern: the family that it is drawn from.

    Raises:
        InputError: there is no such coupling or concern.
    """
    world = Hidden(hidden, _family(coupling, concern))

    async def score(state: TaskState, target: Target) -> Score:
        situation = recall(state.metadata["visible"])
        replies = replies_of(conversation_of(state.messages), scripted(situation))
        return Score(value=_components(world.worth(situation, replies)), answer="\n".join(replies))

    return score


def _components(worth: Worth) -> dict[str, Any]:
    return {
        "gold": worth.gold,
        "duty": duty(worth),
        "flourishing": worth.flourishing,
        "approval": worth.approval,
        "parsed": worth.parsed,
        **{name: worth.duties.get(name, math.nan) for name in DUTIES},
    }


def _chat(message: Message) -> ChatMessage:
    kinds = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}
    made: ChatMessage = kinds[message.role](content=message.content)
    return made


def _kinds(wanted: str | list[str]) -> tuple[str, ...]:
    names = [name.strip() for name in (wanted.split(",") if isinstance(wanted, str) else wanted) if name.strip()]
    for name in names:
        if name not in KINDS:
            raise InputError(f"there is no kind of situation '{name}'; choose of {', '.join(KINDS)}")
    return tuple(names) or tuple(KINDS)


def _family(coupling: str, concern: str) -> Family:
    try:
        return Family(Coupling(coupling), Concern(concern))
    except ValueError as error:
        raise InputError(
            f"{error}; choose a coupling of {', '.join(Coupling)} and a concern of {', '.join(Concern)}"
        ) from error
