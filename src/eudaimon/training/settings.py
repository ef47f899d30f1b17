"""How a consolidation trains."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How hard, how long, and how far from the base.

    Attributes:
        rank: of the LoRA matrices, which are put into all linear layers (Hu et al. 2021, arXiv:2106.09685); the
            update is scaled by 2, whatever the rank.
        beta: DPO's inverse temperature.
        smoothing: share of preferences that may be the wrong way round, in [0, .5).
        supervised: weight of the supervised loss on labels and on the words of letting go; 0 leaves them out.
        epochs: passes over all examples; the last one may be a part of one, which stops at a step.
        batch: examples per step.
        rate: peak learning rate of AdamW; it rises over the first tenth of the steps and falls to 0 by a cosine. Twice
            the usual one took a night's persona three times as far from the base, for less gold and replies that no
            longer parse (`experiments.rates`).
        clip: largest norm of a gradient.
        kl: budget in nats per token: how far from the base the persona may go (see `network.Divergence`).
        seed: of the adapter's first weights and the order of the examples.
        max_tokens: longer examples are left out.
    """

    rank: int = 16
    beta: float = 0.1
    smoothing: float = 0.0
    supervised: float = 1.0
    epochs: float = 2
    batch: int = 8
    rate: float = 5e-4
    clip: float = 1.0
    kl: float = 0.1
    seed: int = 0
    max_tokens: int = 1024

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing < 0.5:
            raise ValueError(
                f"smoothing must lie in [0, .5), but it is {self.smoothing}: from .5 on, preferences say nothing"
            )
        for name in ("rank", "beta", "epochs", "batch", "rate", "clip", "kl", "max_tokens"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, but it is {getattr(self, name)}; give a positive number")
