"""How a life is lived: how the persona speaks, and who sits in its council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from eudaimon.dialogue import MARK
from eudaimon.language import LanguageModel
from eudaimon.psyche import Archetypes, Council, Points, Settings, derived_seed, undertone
from eudaimon.psyche.council import COMMENT_TOKENS, SEATS
from eudaimon.values import Charter


@dataclass(frozen=True, slots=True)
class Manner:
    """Settings of speech and council that stay the same for a whole life; JSON values.

    Attributes:
        pool: the name of the pool that the council is drawn from, or the names of those who are in it, with commas.
        seats: how many sit in the council for a passage; 0: the whole pool, always.
        comment_tokens: length of a comment.
        reflect: False never pauses.
        points: where it pauses besides acts and the end: at `clauses`, or where it has `learned` to wish for it. Nights
            with gradients teach that in lives of the latter kind, of which the first days therefore hold few pauses.
        temperature: of the persona's speech by day; probes and gates are answered greedily, and at night it
            tries what it seldom says by day (`night.Settings.temperature`).
        max_tokens, passage_tokens, parting_tokens, tries, patience: see `psyche.Settings`.
        undertone: archetypes that colour the speech at every word, by name with the weight of their log-ratio; empty
            for none. The model has to be able to blend; probes and gates go without.
        cohort: at most so many conversations are held side by side; those of a local model are stored together, those
            of an endpoint one by one, as they end.
    """

    pool: str = "village"
    seats: int = SEATS
    comment_tokens: int = COMMENT_TOKENS
    reflect: bool = True
    points: Literal["clauses", "learned"] = "clauses"
    temperature: float = 0.5
    max_tokens: int = 96
    passage_tokens: int = 32
    parting_tokens: int = 48
    tries: int = 2
    patience: int = 4
    undertone: Mapping[str, float] = field(default_factory=dict)
    cohort: int = 14

    def speech(
        self, seed: int, charter: Charter, archetypes: Archetypes | None = None, *, greedy: bool = False
    ) -> Settings:
        """How the persona speaks in a life of this seed under this charter; the undertone is of these archetypes.

        Raises:
            InputError: the undertone names somebody who is not among them.
        """
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
            undertone=None if greedy or not self.undertone else undertone(archetypes or {}, self.undertone),
        )

    def council(self, model: LanguageModel, archetypes: Archetypes) -> Council:
        """The council of this life.

        Raises:
            InputError: there is no pool of this name, or nobody in it holds a floor; see `pool_of`.
        """
        return Council.seated(model, archetypes, self.pool, self.seats, self.comment_tokens)
