"""Can twins be told apart without reading? They should not: they differ in which fact is whose, and in nothing else.

A bag of words and a length classifier see the notes and what the person said, and guess the side. An AUROC above .55
means that the generator gives the side away. Situations are drawn from the generator itself, not from a split: where a
kind has few canonical situations, a split's own list of them could be memorised, which says nothing about the twins.
Kinds whose two sides are alike have no twins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from eudaimon.dialogue import Conversation
from eudaimon.evals.lessons import heard
from eudaimon.evals.statistics import Estimate, auroc_interval
from eudaimon.evals.templates import asked_of, masked, notes_of, tokens
from eudaimon.worlds.village import KINDS, Situation, Villager, words, write
from eudaimon.worlds.village.helpers import BAD, Character, reply
from eudaimon.worlds.village.village import VILLAGERS, situations

LIMIT = 0.55


@dataclass(frozen=True, slots=True)
class Separability:
    """How far the two sides of one kind of situation can be told apart.

    Attributes:
        words: AUROC of a bag of words.
        length: AUROC of lengths alone.
        seen: how many moments the classifiers were tested on.
    """

    words: Estimate
    length: Estimate
    seen: int

    @property
    def passes(self) -> bool:
        """Whether neither AUROC is above LIMIT."""
        return max(self.words.value, self.length.value) <= LIMIT


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment at which the helper is to speak: which draw it belongs to, its side, and what has been said."""

    draw: int
    side: int
    messages: Conversation


def separability(kind: str, draws: int = 4000, later: bool = False, seed: int = 0) -> Separability:
    """How far the sides of `kind` can be told apart, fitted on half of the draws and tested on the other half.

    Args:
        kind: which sort of situation.
        draws: situations, half of them on either side.
        later: look at every turn of a conversation with a helper who takes one side for the other half of the time,
            instead of at the first words alone. One who reads would tell the side: people press whoever disagrees.
        seed: of the draws.
    """
    moments = [moment for number in range(draws) for moment in _moments(kind, number, later, seed)]
    known = [moment for moment in moments if moment.draw < draws // 2]
    fresh = [moment for moment in moments if moment.draw >= draws // 2]
    bag, ruler = _bag(), _ruler()
    return Separability(_area(bag, known, fresh), _area(ruler, known, fresh), len(fresh))


def _moments(kind: str, number: int, later: bool, seed: int) -> list[_Moment]:
    rng = Random(f"twins {seed} {kind} {number}")
    villagers = tuple(rng.sample(words.PEOPLE, VILLAGERS))
    situation = situations(rng, villagers, [kind], number % 2, distract=2)[0]
    talks = _talks(situation, number, rng) if later else [Villager(situation, number).begin()]
    return [_Moment(number, situation.side, messages) for messages in talks]


def _talks(situation: Situation, seed: int, rng: Random) -> list[Conversation]:
    """Every beginning of a conversation that ends with the person's words, with a helper who does not know the side."""
    character = rng.choice(BAD) if rng.random() < 0.5 else Character.GOOD
    villager, kind = Villager(situation, seed), KINDS[situation.kind]
    if rng.random() < 0.5:
        situation = replace(situation, side=1 - situation.side, notes=situation.twin, twin=situation.notes)
    found: list[Conversation] = []
    said: Conversation | None = villager.begin()
    while said is not None:
        found.append(said)
        turn = sum(message.role == "user" for message in said) - 1
        said = heard(villager, said, write(reply(character, kind, situation, turn, rng)))
    return found


def _area(classifier: Any, known: Sequence[_Moment], fresh: Sequence[_Moment]) -> Estimate:
    classifier.fit([moment.messages for moment in known], [moment.side for moment in known])
    scores = classifier.decision_function([moment.messages for moment in fresh])
    return auroc_interval(scores, [moment.side for moment in fresh], [moment.draw for moment in fresh])


def _bag() -> Any:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        CountVectorizer(analyzer=_words), LogisticRegression(C=0.02, max_iter=200, tol=1e-2, solver="liblinear")
    )


def _ruler() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    return make_pipeline(FunctionTransformer(_lengths), StandardScaler(), LogisticRegression())


def _words(messages: Conversation) -> list[str]:
    """Every word of the notes and of the person, apart, as it stands and with names masked."""
    return [
        f"{part} {token}"
        for part, text in (("notes", notes_of(messages)), ("person", asked_of(messages)))
        for token in (*tokens(text), *masked(text).split())
    ]


def _lengths(conversations: Sequence[Conversation]) -> list[list[float]]:
    """Characters and words of the notes and of the person, and how many notes there are."""
    texts = [(notes_of(messages), asked_of(messages)) for messages in conversations]
    return [[len(n), len(n.split()), n.count("."), len(p), len(p.split())] for n, p in texts]
