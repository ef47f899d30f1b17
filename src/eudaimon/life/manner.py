"""How a life is lived: how the persona speaks, and who sits in its council."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eudaimon.dialogue import MARK
from eudaimon.errors import InputError
from eudaimon.language import LanguageModel
from eudaimon.psyche import (
    Archetypes,
    Casting,
    Council,
    Everyone,
    Points,
    Settings,
    Touched,
    derived_seed,
    read_pools,
)
from eudaimon.values import Charter


@dataclass(frozen=True, slots=True)
class Manner:
    """Settings of speech and council that stay the same for a whole life; JSON values.

    Attributes:
        pool: the name of the pool that the council is drawn from.
        seats: how many sit in the council for a passage; 0: the whole pool, always.
        comment_tokens: length of a comment.
        reflect: False never pauses.
        points: where it pauses besides acts and the end: at `clauses`, or where it has `learned` to wish for it. Nights
            with gradients teach that in lives of the latter kind, of which the first days therefore hold few pauses.
        temperature: of the persona's speech by day; probes and gates are answered greedily, and at night it
            tries what it seldom says by day (`night.Settings.temperature`).
        max_tokens, passage_tokens, parting_tokens, tries, patience: see `psyche.Settings`.
        cohort: so many conversations are held side by side and stored together.
    """

    pool: str = "village"
    seats: int = 5
    comment_tokens: int = 40
    reflect: bool = True
    points: Literal["clauses", "learned"] = "clauses"
    temperature: float = 0.5
    max_tokens: int = 96
    passage_tokens: int = 32
    parting_tokens: int = 48
    tries: int = 2
    patience: int = 4
    cohort: int = 16

    def speech(self, seed: int, charter: Charter, *, greedy: bool = False) -> Settings:
        """How the persona speaks in a life of this seed under this charter."""
        learned = self.points == "learned"
        return Settings(
            max_tokens=self.max_tokens,
            passage_tokens=self.passage_tokens,
            parting_tokens=self.parting_tokens,
            temperature=0.0 if greedy else self.temperature,
            seed=derived_seed(seed, "speech"),
            points=Points(acts=charter.acts, marks=(MARK,) if learned else (), learned=learned),
            tries=self.tries,
            patience=self.patience,
            reflect=self.reflect,
        )

    def council(self, model: LanguageModel, archetypes: Archetypes) -> Council:
        """The council of this life.

        Raises:
            InputError: there is no pool of this name.
        """
        pools = read_pools(archetypes)
        if self.pool not in pools:
            raise InputError(f"there is no pool '{self.pool}'; choose one of {', '.join(pools)}")
        pool = pools[self.pool]
        casting: Casting = Touched(model, archetypes, pool, self.seats) if self.seats else Everyone(pool)
        return Council(model, archetypes, casting, comment_tokens=self.comment_tokens)
