"""What a backend cannot do, said plainly."""

from __future__ import annotations

from eudaimon.dialogue import Message
from eudaimon.language import Branch, LanguageModel
from eudaimon.life.words import strange_words, words_of
from eudaimon.life.world import World
from eudaimon.psyche import Archetype, Archetypes, load_archetypes, pool_of

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


MANY = 0.1
"""The share of strange words from which on people are told."""


def unread(model: LanguageModel, world: World) -> list[str]:
    """Whether `model` lacks words for much of what people come with, on the first day."""
    texts = [text for talk in world.talks(1) if (text := talk.person.next(talk.opening))]
    words = [word for text in texts for word in words_of(text)]
    strange = {word for word in dict.fromkeys(words) if strange_words(model, word)}
    share = sum(word in strange for word in words) / max(1, len(words))
    if share < MANY:
        return []
    return [
        f"{model.name} has no word for {share:.0%} of what these people say, so it cannot answer them; it knows its "
        "village alone. Give a model of your own (--model)."
    ]


def unseated(archetypes: Archetypes, pool: str) -> list[str]:
    """Which archetypes that do not ship sit in no council drawn from `pool`."""
    shipped, seated = load_archetypes(), pool_of(archetypes, pool)
    inside = {member for name in seated for member in (name, *archetypes[name].members)}
    left = [name for name in archetypes if name not in shipped and name not in inside]
    if not left:
        return []
    return [
        f"{', '.join(left)} will not be heard: the pool is {', '.join(seated)}. Say who sits, with commas "
        f"(--pool {','.join((*seated, *left))})."
    ]
