"""What a backend cannot do, said plainly."""

from __future__ import annotations

import math
import re
from typing import Any

from eudaimon.dialogue import Message
from eudaimon.errors import EndpointGarbled
from eudaimon.language import Branch, Extend, LanguageModel
from eudaimon.language.endpoint import SAMPLES
from eudaimon.life.words import strange_words, words_of
from eudaimon.life.world import World
from eudaimon.psyche import Archetype, Archetypes, load_archetypes, pool_of, pulls_against, speakers

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


_THOUGHT = re.compile(
    r"[<\[◁]\|?(?P<end>/|end_)?(start_|begin_|seed:)?(think(ing)?|thoughts?|reason(ing)?)\|?[>\]▷]", re.IGNORECASE
)
"""What families begin and end a thought with: `<think>`, `[THINK]`, `◁think▷`, `<seed:think>`, `<|START_THINKING|>`."""

_BEHIND = "Give a template in which a reply begins behind"


def greet(model: LanguageModel, archetype: Archetype) -> list[str]:
    """Ask `model` one small question, where only that tells what it can do: before a life begins with it.

    Returns:
        That its verdict could not be read, where it said something else; of a model here, that its replies are empty,
        or begin with a thought.

    Raises:
        EndpointError: it does not answer, or without a word that can be read.
    """
    if model.capabilities.gradients:
        return _spoken_to(model)
    heard = (Message("user", "Good day."), Message("assistant", "Good day."))
    ((voice,),) = model.branch([Branch(heard, (archetype.message,), max_tokens=8)])
    if voice.parsed:
        return []
    if not voice.text:
        raise EndpointGarbled(
            f"{model.name} answers, but neither a comment nor a verdict can be read from what it says as "
            f"{archetype.name}: its council would let everything stand. Remedy: a model that thinks before it answers "
            "spends its few words on that, so serve it with thinking switched off; else serve another."
        )
    return [
        f"{model.name} was asked for a verdict as {archetype.name}, and none can be read from what it says. A council "
        "that cannot be read lets everything stand: serve a model that does as it is asked, with thinking switched off."
    ]


def _spoken_to(model: LanguageModel) -> list[str]:
    """Whether a model that is here thinks aloud, or says nothing, when it is spoken to. Both are told and not refused:
    a small model may be silent once by chance. What was born with voices speaks by a template of its own."""
    if model.capabilities.voices:
        return []
    first = (Message("system", "You are a kind helper."), Message("user", "Good day."))
    (said,) = model.extend([Extend(first, max_tokens=8, temperature=0.0)])
    model.forget()  # a life that goes on is not greeted, and says the same to the last bit
    template: Any = getattr(model, "template", None)
    if _thinks(getattr(template, "opening", "")) or _THOUGHT.match(said.text):
        return [
            f"{model.name} begins its replies with a thought, which the persona would say to people. {_BEHIND} the "
            "thought (--template FILE); else serve it with thinking switched off, or give another model."
        ]
    if said.finish != "end" or said.text.strip():
        return []
    return [
        f"{model.name} was wished a good day and ended its reply before it said a word; if it answers people so, its "
        "days are empty. Some models begin a reply with a control token, as those that think aloud do (gpt-oss, "
        f"Magistral). {_BEHIND} that token (--template FILE); else serve it with thinking switched off, or give "
        "another model."
    ]


def _thinks(opening: str) -> bool:
    """Whether a text ends within a thought."""
    marks = [*_THOUGHT.finditer(opening)]
    return bool(marks) and not marks[-1]["end"]


def limits(model: LanguageModel) -> list[str]:
    """What `model` can and cannot do in a life, one line of plain English each."""
    can = model.capabilities
    lines = [_TIERS[can.tier].format(name=model.name)]
    if not can.voices:
        lines.append("It was not born with the archetypes: each is asked by its card, in plain English.")
    if not can.blend:
        lines.append("It takes no undertone.")
    return lines


def price(model: LanguageModel, archetypes: Archetypes, pool: str, seats: int) -> list[str]:
    """What a pause costs where every voice is a request; nothing where a model is here."""
    if not model.capabilities.remote:
        return []
    speaking = sorted((len(speakers(archetypes, [name])) for name in pool_of(archetypes, pool)), reverse=True)
    asked = sum(speaking) if 0 < seats < len(speaking) else 0
    heard, each = sum(speaking[: seats or None]), 1 if model.capabilities.logprobs else SAMPLES
    who = f"{asked} voices are asked whether they are touched, and {heard} are heard" if asked else f"{heard} are heard"
    return [
        f"A pause costs about {(asked + heard) * each} requests: {who}{'' if each == 1 else f', each {each} times'}. "
        f"A smaller --pool makes it cheaper{', and --seats 0, by which the whole pool is heard unasked' * bool(asked)}."
    ]


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


def voiceless(model: LanguageModel, archetypes: Archetypes, pool: str) -> list[str]:
    """Who in `pool` means nothing to a model that was born with voices, and has no words for any other's card."""
    born, seated = model.capabilities.voices, speakers(archetypes, pool_of(archetypes, pool))
    dumb = [one.name for one in seated if one.name not in born and strange_words(model, one.card)]
    if not born or not dumb:
        return []
    return [
        f"{', '.join(dumb)} will not be understood: {model.name} was born with its archetypes and has no words for "
        "another's card, so that they abstain. Give a model of your own (--model)."
    ]


def unopposed(archetypes: Archetypes, pool: str) -> list[str]:
    """Who in `pool` is pulled the other way by nobody in it; nothing where somebody pulls against each."""
    seated = [archetypes[name] for name in pool_of(archetypes, pool)]
    alone = [one.name for one in seated if not any(pulls_against(one, other) for other in seated)]
    return [f"In this pool nobody pulls against {', '.join(alone)}."] if alone else []


def undecided(world: World, confidence: float) -> list[str]:
    """Whether so few stand at the gate that no night can be adopted, however much better it made the persona."""
    many, enough = len(world.gate(1)), math.ceil(-math.log2(1 - confidence))  # of n gains one sign in 2^n is this one
    if many >= enough:
        return []
    return [
        f"{many or 'Nobody'} stand{'' if many > 1 else 's'} at the gate, where {enough} have to, at least: what fewer "
        f"say might come by chance more often than {1 - confidence:.2f} allows, so that no night can be adopted. Give "
        "more conversations."
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
