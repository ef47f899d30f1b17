"""How many archetypes are heard about many passages in one call, and how a role speaks through its members.

A role is not asked: its comment is its members' comments, asked once and shared with every other role that they
belong to; its probabilities are the normalised geometric mean of theirs, p_role(v) ~ prod_m p_m(v)^(1/M) (a logarithmic
opinion pool, Genest & Zidek 1986). One member that rules a verdict out thereby rules it out for the role.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from eudaimon.dialogue import VERDICTS, Comment, Conversation
from eudaimon.language import Branch, LanguageModel, Voice
from eudaimon.psyche.archetype import Archetype, Archetypes, speakers
from eudaimon.psyche.seal import seal_of

CHOICES = tuple(str(verdict) for verdict in VERDICTS)


@dataclass(frozen=True, slots=True)
class Case:
    """Something to be heard about: a conversation with an open reply, and the names of those who are asked."""

    conversation: Conversation
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one of those asked said; `parsed` is False where it could not be read, and then it abstains."""

    archetype: Archetype
    comment: Comment
    parsed: bool = True

    @property
    def lets_go_on(self) -> float:
        """Probability of continue."""
        return self.comment.probabilities[0]

    @property
    def lets_go(self) -> float:
        """Probability of surrender."""
        return self.comment.probabilities[2]


def hear_all(
    model: LanguageModel,
    archetypes: Archetypes,
    cases: Sequence[Case],
    *,
    max_tokens: int,
    temperature: float = 0.0,
    seed: int = 0,
) -> list[tuple[Heard, ...]]:
    """What each case's names say of it, in order; one `branch` for all cases, always on the sealed base weights."""
    requests = asking(archetypes, cases, max_tokens=max_tokens, temperature=temperature, seed=seed)
    return seated(archetypes, cases, model.branch(requests) if requests else [])


def asking(
    archetypes: Archetypes, cases: Sequence[Case], *, max_tokens: int, temperature: float, seed: int
) -> list[Branch]:
    """What a model is asked, so that `seated` can tell what each case's names say of it."""
    return [
        Branch(
            case.conversation,
            tuple(archetype.message for archetype in speakers(archetypes, case.names)),
            max_tokens=max_tokens,
            choices=CHOICES,
            temperature=temperature,
            seed=seed,
            sealed=True,
        )
        for case in cases
    ]


def seated(
    archetypes: Archetypes, cases: Sequence[Case], answers: Sequence[tuple[Voice, ...]]
) -> list[tuple[Heard, ...]]:
    """What each case's names say of it, by the answers to what `asking` asked."""
    asked = [speakers(archetypes, case.names) for case in cases]
    return [
        _seated(archetypes, case, {archetype.name: voice for archetype, voice in zip(who, voices, strict=True)})
        for case, who, voices in zip(cases, asked, answers, strict=True)
    ]


def _seated(archetypes: Archetypes, case: Case, voices: dict[str, Voice]) -> tuple[Heard, ...]:
    return tuple(
        _compose(archetypes[name], [voices[member] for member in archetypes[name].members or (name,)])
        for name in case.names
    )


def _compose(archetype: Archetype, voices: Sequence[Voice]) -> Heard:
    """One archetype's own voice, or a role's made of its members'; members that cannot be read abstain."""
    parsed = [voice for voice in voices if voice.parsed]
    text = " / ".join(voice.text.strip() for voice in voices if voice.text.strip())
    comment = Comment(archetype.name, text, _pooled(parsed), seal_of(archetype).digest)
    # To whom all verdicts are equally probable, to the last bit, they are one word: a model that knows none of them.
    told = any(len(set(voice.probabilities)) > 1 for voice in parsed)
    return Heard(archetype, comment, told)


def _pooled(voices: Sequence[Voice]) -> tuple[float, float, float]:
    """Normalised geometric mean of the voices' probabilities; indifferent where there are none."""
    if not voices:
        return (1 / 3, 1 / 3, 1 / 3)
    if len(voices) == 1:
        alone = voices[0].probabilities
        return (alone[0], alone[1], alone[2])
    columns = zip(*(voice.probabilities for voice in voices), strict=True)
    logs = [fmean(math.log(max(p, 1e-300)) for p in column) for column in columns]
    continues, revises, surrenders = (math.exp(log - max(logs)) for log in logs)
    total = continues + revises + surrenders
    return (continues / total, revises / total, surrenders / total)
