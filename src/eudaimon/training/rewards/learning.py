"""Learning a reward by Bradley and Terry's law: one model or an ensemble, one objective or several, on judged pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eudaimon.errors import TrainingError
from eudaimon.training.methods.preferences import bradley_terry
from eudaimon.training.rewards.encoder import Encoder, bags
from eudaimon.training.rewards.judged import Judged, split_by_prompt

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learning:
    """How.

    Attributes:
        members: of the ensemble; each begins otherwise and sees pairs in another order.
        heads: objectives.
        epochs: at most; a tenth of the prompts is held back, and the epoch that foresees it best is kept.
        batch: pairs a step.
        rate: of AdamW.
        decay: its weight decay.
        smoothing: share of labels that may be the wrong way round.
        seed: of everything that is drawn.
    """

    members: int = 1
    heads: int = 1
    epochs: int = 12
    batch: int = 32
    rate: float = 3e-3
    decay: float = 0.05
    smoothing: float = 0.05
    seed: int = 0


class RewardModel:
    """An ensemble of encoders. Rewards are relative: only differences within a prompt say anything."""

    def __init__(self, members: Sequence[Encoder]) -> None:
        self.members = list(members)

    @torch.no_grad()
    def rewards(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """Of each reply by each member and objective, (E, N, K)."""
        asked, said = bags(prompts), bags(replies)
        return np.stack([member.eval()(asked, said).double().numpy() for member in self.members])

    def gaps(self, pairs: Sequence[Judged]) -> Array:
        """Mean over members of reward(chosen) - reward(rejected), by each pair's own objective, (N,)."""
        prompts = [pair.prompt for pair in pairs]
        better, worse = (self.rewards(prompts, [getattr(p, s) for p in pairs]) for s in ("chosen", "rejected"))
        return np.asarray((better - worse).mean(0)[np.arange(len(pairs)), [pair.head for pair in pairs]])

    def __call__(self, prompts: Sequence[str], completions: Sequence[str], **columns: object) -> list[float]:
        """Of TRL's shape: the ensemble's mean, objectives summed."""
        return [float(one) for one in self.rewards(prompts, completions).mean(0).sum(-1)]


def learn(pairs: Sequence[Judged], how: Learning | None = None) -> RewardModel:
    """Learn a reward from judged pairs.

    Raises:
        TrainingError: there are no pairs, or one is judged by an objective that there is not.
    """
    how = how or Learning()
    if not pairs or max(pair.head for pair in pairs) >= how.heads:
        raise TrainingError(
            f"a reward needs pairs, judged by objectives 0 to {how.heads - 1}; give more, or more heads"
        )
    return RewardModel([_member(pairs, how, how.seed + number) for number in range(how.members)])


def _member(pairs: Sequence[Judged], how: Learning, seed: int) -> Encoder:
    torch.manual_seed(seed)
    model = Encoder(how.heads)
    taught, held = split_by_prompt(pairs, 0.9, salt="held back")
    taught, held = (taught, held) if taught and held else (list(pairs), list(pairs))
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=how.decay)
    chance, best, kept = np.random.default_rng(seed), float("inf"), model.state_dict()
    for _ in range(how.epochs):
        order = chance.permutation(len(taught))
        model.train()
        for start in range(0, len(order), how.batch):
            loss = _loss(model, [taught[place] for place in order[start : start + how.batch]], how.smoothing)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        model.eval()
        with torch.no_grad():
            now = float(_loss(model, held, how.smoothing))
        if now < best:
            best, kept = now, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    return model


def _loss(model: Encoder, some: Sequence[Judged], smoothing: float) -> Tensor:
    prompts = bags([pair.prompt for pair in some])
    better, worse = (model(prompts, bags([getattr(pair, side) for pair in some])) for side in ("chosen", "rejected"))
    heads = torch.tensor([pair.head for pair in some])[:, None]
    gap = (better - worse).gather(1, heads)[:, 0]
    return bradley_terry(gap, torch.tensor([pair.margin for pair in some]), smoothing).mean()
