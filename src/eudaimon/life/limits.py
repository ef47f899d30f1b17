"""What a backend cannot do, said plainly."""

from __future__ import annotations

from eudaimon.dialogue import Message
from eudaimon.language import Branch, LanguageModel
from eudaimon.psyche import Archetype

_TIERS = {
    "W": "{name} is here with its weights (tier W): nights train a LoRA adapter, archetypes judge on the base weights.",
    "L": (
        "{name} gives log-probabilities but no gradients (tier L): its nights write a data pack with TRL's columns, "
        "and lessons that go before the conversation, instead of weights."
    ),
    "T": (
        "{name} gives text alone (tier T): verdicts are counted from samples, and its nights write a data pack with "
        "TRL's columns, and lessons that go before the conversation, instead of weights."
    ),
}


def greet(model: LanguageModel, archetype: Archetype) -> None:
    """Ask `model` one small question, where only that tells what it can do: before a life begins with it.

    Raises:
        EndpointError: it does not answer.
    """
    if not model.capabilities.gradients:
        heard = (Message("user", "Good day."), Message("assistant", "Good day."))
        model.branch([Branch(heard, (archetype.message,), max_tokens=8)])


def limits(model: LanguageModel) -> list[str]:
    """What `model` can and cannot do in a life, one line of plain English each."""
    can = model.capabilities
    lines = [_TIERS[can.tier].format(name=model.name)]
    if not can.voices:
        lines.append("It was not born with the archetypes: each is asked by its card, in plain English.")
    if not can.blend:
        lines.append("It takes no undertone.")
    return lines
