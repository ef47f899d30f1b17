"""Does casting summon those whose concern is touched? Scored against a caster that sees only words.

Who is touched by a clause follows from lore's own rules, on notes read rightly. A cast is scored by its recall: the
share of those touched who sit, over clauses by which more than nobody and fewer than all seats are touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from statistics import fmean
from typing import Any

from eudaimon.dialogue import Conversation
from eudaimon.evals.card import Case, cases_of, mood_of
from eudaimon.evals.templates import asked_of, masked, notes_of, tokens
from eudaimon.language import LanguageModel
from eudaimon.psyche import Archetypes, Pool, Touched
from eudaimon.psyche.casting import seat
from eudaimon.worlds.village import KINDS, Split


def recalls(
    model: LanguageModel, archetypes: Archetypes, pool: Pool, seats: int = 5, each: int = 30, taught: int = 300
) -> dict[str, float]:
    """Mean recall of the touched by caster: the archetypes' own account (`touched`), a bag of words fitted on lore, and
    chance; all seat the holders of floors and somebody who pulls against the first.

    Args:
        model: whose archetypes give their account.
        archetypes, pool: who may be summoned.
        seats: how many sit.
        each: held-out situations of every kind.
        taught: situations of every kind, of lore, that the bag of words is fitted on.
    """
    fresh = [case for kind in KINDS for case in cases_of(kind, each)]
    wanted = [_touched(case, pool) for case in fresh]
    kept = [i for i, some in enumerate(wanted) if 0 < len(some) < seats]
    talks, wanted = [fresh[i].conversation for i in kept], [wanted[i] for i in kept]
    known = [case for kind in KINDS for case in cases_of(kind, taught, split=Split.LORE)]
    ranks = {"bag of words": _bag(known, pool, talks), "chance": _chance(pool, talks)}
    casts = {name: [seat(archetypes, pool, one, seats) for one in touches] for name, touches in ranks.items()} | {
        "touched": Touched(model, archetypes, pool, seats).cast(talks)
    }
    return {
        name: fmean(_recall(cast, some) for cast, some in zip(found, wanted, strict=True))
        for name, found in casts.items()
    }


def _touched(case: Case, pool: Pool) -> set[str]:
    return {voice for voice in pool if mood_of(voice, case) != "asleep"}


def _recall(cast: Sequence[str], wanted: set[str]) -> float:
    return len(wanted & set(cast)) / len(wanted)


def _bag(known: Sequence[Case], pool: Pool, talks: Sequence[Conversation]) -> list[dict[str, float]]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    heard = [case.conversation for case in known]
    found: list[dict[str, float]] = [{} for _ in talks]
    for voice in pool:
        bag: Any = make_pipeline(CountVectorizer(analyzer=_words), LogisticRegression(max_iter=300))
        bag.fit(heard, [mood_of(voice, case) != "asleep" for case in known])
        for one, chance in zip(found, bag.predict_proba(talks)[:, 1], strict=True):
            one[voice] = float(chance)
    return found


def _chance(pool: Pool, talks: Sequence[Conversation]) -> list[dict[str, float]]:
    rng = Random(0)
    return [{voice: rng.random() for voice in pool} for _ in talks]


def _words(messages: Conversation) -> list[str]:
    """Every word of the notes, of the person and of the reply, apart, as it stands and with names masked."""
    parts = (("notes", notes_of(messages)), ("person", asked_of(messages)), ("helper", messages[-1].content))
    return [f"{part} {token}" for part, text in parts for token in (*tokens(text), *masked(text).split())]
