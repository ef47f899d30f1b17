"""The morning gate: is the candidate better, and does it keep what must not be lost?

Both personas answer the same held-out people without reflection; the sealed critic scores every reply. The candidate is
adopted only if all of this holds:

* it is better: the mean of the differences between the two personas' scores of the same conversation is worth a change,
  and larger than chance explains by the paired sign-flip test (Fisher 1935, "The design of experiments", 21): if the
  candidate is no better, every difference might as well have the other sign. At the usual confidence of .95, at most
  one in twenty such candidates passes, also where only a few conversations differ at all and Student's test would let
  up to one in eight through;
* floors: its replies break the charter's floors, on visible text, no more often than the current persona's;
* fluency: its words are not much less likely under the base;
* divergence: mean log p(reply | candidate) - log p(reply | base) over its own replies, in nats per word, is within the
  budget.

Gold is never asked: selecting on gold is training on gold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from eudaimon.dialogue import Decision, Episode, GateReport
from eudaimon.errors import NotTaken
from eudaimon.language import LanguageModel, Score, fitted
from eudaimon.night.critic import Critic, Said
from eudaimon.night.settings import Settings
from eudaimon.night.turns import Turn, turns, words
from eudaimon.psyche import Pause, Progress, Talk, converse
from eudaimon.values import Charter, floors

SOURCE = "gate"
"""Of the episodes that a gate leaves behind."""
CURRENT, CANDIDATE = "current", "candidate"
"""As whom a persona stood at the gate: the last part of its episodes' names."""
EXACT, FLIPS = 14, 10_000
"""Up to how many differences all signs are tried, and how many are drawn beyond that."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How one persona did at the gate.

    Attributes:
        scores: the critic's score of each conversation (the mean over its replies), in [0, 1].
        broken: how many of the charter's floors its replies broke, over all conversations.
        fluency: mean log-probability of its words under the base, in nats; None where the model cannot tell.
        kl: how far its replies are from the base, in nats per word; None where the model cannot tell.
    """

    scores: tuple[float, ...]
    broken: int = 0
    fluency: float | None = None
    kl: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of the gate: whether it holds, and why, with figures."""

    holds: bool
    reason: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Held:
    """What one persona said at the gate: whole conversations, and how it said it; see `Answers`."""

    episodes: tuple[Episode, ...]
    fluency: float | None = None
    kl: float | None = None

    @property
    def said(self) -> list[list[Said]]:
        """The replies of each conversation."""
        return [[(turn.conversation, turn.said) for turn in turns(episode)] for episode in self.episodes]


def hold(
    model: LanguageModel,
    talks: Sequence[Talk],
    settings: Settings,
    seed: int,
    progress: Progress = lambda done, total: None,
) -> Held:
    """Let the persona that `model` speaks as answer everybody; with the same seed, two personas have equal chances."""
    speech = replace(settings.speech, reflect=False, undertone=None, seed=seed)
    held = converse(talks, model, _Nobody(), speech, day=0, persona="", progress=progress)
    return Held(tuple(held), *_measured(model, held))


def compare(current: Held, candidate: Held, critic: Critic, charter: Charter) -> tuple[Answers, Answers]:
    """Have both judged. What both said in the same place is judged once, so that it counts the same to the last bit."""
    different = list(dict.fromkeys(one for held in (current, candidate) for some in held.said for one in some))
    scores = {said: found.score for said, found in zip(different, critic.score(different), strict=True)}
    broken = floors(charter)
    answers = [
        Answers(
            tuple(fmean([scores[one] for one in some]) if some else 0.0 for some in held.said),
            sum(len(broken(episode.messages)) for episode in held.episodes),
            held.fluency,
            held.kl,
        )
        for held in (current, candidate)
    ]
    return answers[0], answers[1]


def kept(held: Held, answers: Answers, stood: str, persona: str, night: int) -> list[Episode]:
    """What a persona said at the gate, to be stored: `<conversation>/<stood>`, with the critic's score of it in
    `visible`."""
    return [
        replace(
            episode,
            id=f"{episode.id}/{stood}",
            day=night,
            persona=persona,
            source=SOURCE,
            visible={**episode.visible, "score": score},
        )
        for episode, score in zip(held.episodes, answers.scores, strict=True)
    ]


def decide(current: Answers, candidate: Answers, settings: Settings) -> GateReport:
    """Adopt the candidate, or roll it back, and say why: what fails comes first."""
    findings = [
        _better(current.scores, candidate.scores, settings),
        _keeps_floors(current.broken, candidate.broken),
        *_fluent(current.fluency, candidate.fluency, settings.fluency),
        *_near(candidate.kl, settings.kl),
    ]
    reasons = [one.reason for one in sorted(findings, key=lambda one: one.holds)]
    figures = {name: value for one in findings for name, value in one.figures.items()}
    return GateReport(all(one.holds for one in findings), tuple(reasons), figures)


def chance(gains: Sequence[float]) -> float:
    """How probable a mean gain at least as large as that of `gains` is, if each gain might have either sign: the
    one-sided p-value of the sign-flip test.

    Exact for up to 14 gains that are not 0, else estimated from 9,999 flips, which count the observation itself as one
    (Phipson & Smyth 2010), so that the test keeps its level.

    >>> chance([0.5, 0.25, 0.0]), chance([0.0, 0.0])
    (0.25, 1.0)
    """
    import numpy as np

    moved = np.array([gain for gain in gains if gain])
    if len(moved) <= EXACT:
        signs = 1 - 2 * (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1)
    else:
        signs = 1 - 2 * np.random.default_rng(0).integers(0, 2, size=(FLIPS, len(moved)), dtype=np.int8)
        signs[0] = 1
    sums = signs @ moved
    return float((sums >= moved.sum() - 1e-12).mean())


def _better(current: Sequence[float], candidate: Sequence[float], settings: Settings) -> Finding:
    if not current:
        return Finding(False, "nobody came to the gate, so nothing shows that the candidate is better", {})
    gains = [after - before for before, after in zip(current, candidate, strict=True)]
    gain, odds = fmean(gains), chance(gains)
    holds = gain >= settings.least_gain and odds <= 1 - settings.confidence
    figures = {
        "conversations": float(len(gains)),
        "score current": fmean(current),
        "score candidate": fmean(candidate),
        "gain": gain,
        "chance": odds,
    }
    reason = (
        f"the council gives {fmean(candidate):.3f}, before {fmean(current):.3f}, over {len(gains)} conversations: "
        f"a gain of {gain:+.3f}, where {settings.least_gain:.3f} is needed, and as much would come by chance "
        f"with p = {odds:.3f}, where {1 - settings.confidence:.2f} is allowed"
    )
    return Finding(holds, reason, figures)


def _keeps_floors(current: int, candidate: int) -> Finding:
    figures = {"floors broken current": float(current), "floors broken candidate": float(candidate)}
    return Finding(candidate <= current, f"floors broken on visible text: {candidate}, before {current}", figures)


def _fluent(current: float | None, candidate: float | None, bound: float) -> list[Finding]:
    if current is None or candidate is None:
        return []
    holds = candidate >= current - bound
    reason = f"fluency {candidate:.2f} nats per word, before {current:.2f}, {bound:.2f} less is allowed"
    return [Finding(holds, reason, {"fluency current": current, "fluency candidate": candidate})]


def _near(kl: float | None, budget: float) -> list[Finding]:
    if kl is None:
        return []
    return [
        Finding(kl <= budget, f"{kl:.3f} nats per word from the base, {budget:.2f} are allowed", {"kl at gate": kl})
    ]


def _measured(model: LanguageModel, held: Sequence[Episode]) -> tuple[float | None, float | None]:
    """Fluency and divergence of the replies in some conversations."""
    spoken = [turn for episode in held for turn in turns(episode)]
    if not model.capabilities.scores:
        return None, None
    base = _likely(model, spoken, sealed=True)
    if base is None or not model.capabilities.gradients:
        return base, None
    own = _likely(model, spoken, sealed=False)
    return base, None if own is None else own - base


def _likely(model: LanguageModel, spoken: Sequence[Turn], *, sealed: bool) -> float | None:
    """Mean log-probability of the words that were said, in nats; None where there are none that the model takes."""
    found = fitted([Score(turn.conversation, (turn.said,), sealed=sealed) for turn in spoken], model.score)
    read = [(turn, one) for turn, one in zip(spoken, found, strict=True) if not isinstance(one, NotTaken)]
    count = sum(words(turn.said) for turn, _ in read)
    return sum(sum(one) for _, one in read) / count if count else None


class _Nobody:
    """A judge that nobody asks."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        return []
