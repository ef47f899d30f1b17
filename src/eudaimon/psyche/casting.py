"""Casting: which roles a situation summons, from what can be seen alone.

Self-alignment seed: "the training signals we generate consist of summoning roles which should govern the interaction",
after psychodrama. Who has nothing to say dilutes the others: eight voices of which one objects at .1 and seven do not
care at .95 have a mean of .84.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from eudaimon.dialogue import Conversation
from eudaimon.language import Branch, LanguageModel, Voice
from eudaimon.psyche.archetype import Archetypes, pulls_against
from eudaimon.psyche.hearing import Case, Heard, asking, seated
from eudaimon.psyche.pool import Pool


class Casting(Protocol):
    """Chooses who sits."""

    def cast(self, conversations: Sequence[Conversation]) -> list[tuple[str, ...]]:
        """For each conversation, whose last message is an open reply, the names of those who are heard, in order."""
        ...

    def asks(self, conversation: Conversation) -> list[Branch]:
        """What has to be asked of the model before one conversation is cast; mostly one thing or nothing."""
        ...

    def seated(self, answers: Sequence[tuple[Voice, ...]]) -> tuple[str, ...]:
        """Who is heard, by the answers to what `asks` asked."""
        ...


@dataclass(frozen=True)
class Everyone:
    """The whole pool, always."""

    pool: Pool

    def cast(self, conversations: Sequence[Conversation]) -> list[tuple[str, ...]]:
        return [self.pool] * len(conversations)

    def asks(self, conversation: Conversation) -> list[Branch]:
        return []

    def seated(self, answers: Sequence[tuple[Voice, ...]]) -> tuple[str, ...]:
        return self.pool


@dataclass(frozen=True)
class Touched:
    """Those whose concern is touched, by their own account: a verdict without comment is asked of the whole pool, and
    whoever is least ready to let the passage go on is touched most.

    Why this one: it needs nothing but the archetypes themselves, so it works alike for voices that a model was born
    with and for cards; it sees situations that share no word with any card; and it is a pure function of the visible
    text. It leans toward those who object, and the seat of whoever pulls the other way is there to answer that. It
    costs one more prefill of the passage and a token for each voice; where that is dear, seat `Everyone`.

    Attributes:
        model: answers on the sealed base weights.
        archetypes: everybody by name.
        pool: who may be summoned.
        seats: how many sit, unless those who always do are more.
    """

    model: LanguageModel
    archetypes: Archetypes
    pool: Pool
    seats: int = 5

    def cast(self, conversations: Sequence[Conversation]) -> list[tuple[str, ...]]:
        asked = [request for conversation in conversations for request in self.asks(conversation)]
        if not asked:
            return [self.pool] * len(conversations)
        return [self.seated([answer]) for answer in self.model.branch(asked)]

    def asks(self, conversation: Conversation) -> list[Branch]:
        if len(self.pool) <= self.seats:
            return []
        return asking(self.archetypes, [self._case(conversation)], max_tokens=0, temperature=0.0, seed=0)

    def seated(self, answers: Sequence[tuple[Voice, ...]]) -> tuple[str, ...]:
        if not answers:
            return self.pool
        (heard,) = seated(self.archetypes, [self._case(())], answers)
        return seat(self.archetypes, self.pool, {one.archetype.name: _touch(one) for one in heard}, self.seats)

    def _case(self, conversation: Conversation) -> Case:
        return Case(conversation, self.pool)


def _touch(one: Heard) -> float:
    return 1 - one.lets_go_on if one.parsed else 0.0


def seat(archetypes: Archetypes, pool: Pool, touch: Mapping[str, float], seats: int) -> tuple[str, ...]:
    """Who of `pool` sits, in its order, given how much each is touched.

    Always: everyone who holds a floor, the one touched most, and somebody who pulls against that one, where the pool
    has any. The seats that are left go to the most touched. Ties go to the earlier in the pool.
    """
    by_touch = sorted(pool, key=lambda name: -touch[name])
    lead = by_touch[0]
    rivals = [name for name in by_touch if pulls_against(archetypes[lead], archetypes[name])]
    cast = {lead} | {name for name in pool if archetypes[name].holds_floor}
    if rivals and cast.isdisjoint(rivals):
        cast.add(rivals[0])
    for name in by_touch:
        if len(cast) >= seats:
            break
        cast.add(name)
    return tuple(name for name in pool if name in cast)
