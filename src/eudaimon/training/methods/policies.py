"""Policies whose every response has a known probability: a table, or a language model over a world's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from eudaimon.worlds.exact import Wording


class Policy(Protocol):
    """What a world is trained with."""

    def logprobs(self) -> Tensor:
        """Of every response in every context, (C, R), each row normalised over the responses of the world."""
        ...

    def parameters(self) -> Any:
        """What is learned."""
        ...


class TabularPolicy(nn.Module):
    """Logits in a table, which begin at the reference (C, R)."""

    def __init__(self, reference: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.as_tensor(reference, dtype=torch.float64).log())

    def logprobs(self) -> Tensor:
        """Of every response in every context, (C, R)."""
        return self.logits.log_softmax(-1)


class FeaturePolicy(nn.Module):
    """ref exp(w . f) / Z with features f (C, R, D): what is learned of one response is learned of those like it.

    Args:
        reference: (C, R).
        features: (C, R, D).
    """

    def __init__(self, reference: Tensor, features: Tensor) -> None:
        super().__init__()
        self.reference, self.features = reference.log(), features
        self.weights = nn.Parameter(torch.zeros(features.shape[-1], dtype=features.dtype))

    def logprobs(self) -> Tensor:
        """Of every response in every context, (C, R)."""
        return (self.reference + self.features @ self.weights).log_softmax(-1)


class LanguagePolicy(nn.Module):
    """A causal language model over a world's `Wording`: p(y | x) is the product of its letters' probabilities.

    Words outside the alphabet are muted at a response's places, so that the responses of the world are all there is;
    its number of letters is fixed, so that no end needs to be said.

    Args:
        model: with `wording.words` as its first tokens, in that order (contexts, then letters).
        wording: how the world is written.
    """

    def __init__(self, model: Any, wording: Wording) -> None:
        super().__init__()
        self.model, self.wording = model, wording
        letters = torch.cartesian_prod(*[torch.arange(wording.letters)] * wording.length)
        letters = letters.reshape(-1, wording.length)
        prompts = torch.arange(wording.contexts).repeat_interleave(len(letters))
        said = letters.repeat(wording.contexts, 1)
        self.said, self.ids = said, torch.cat([prompts[:, None], said + wording.contexts], 1)

    def logprobs(self) -> Tensor:
        """Of every response in every context, (C, R), by one pass over all of them."""
        logits = self.model(input_ids=self.ids[:, :-1], use_cache=False).logits
        first = self.wording.contexts
        each = logits[..., first : first + self.wording.letters].log_softmax(-1)
        whole: Tensor = each.gather(2, self.said[..., None])[..., 0].sum(1)
        return whole.reshape(self.wording.contexts, -1)


def fit(policy: Policy, loss: Callable[[], Tensor], steps: int, rate: float) -> list[float]:
    """Adam with a cosine to 0 for so many steps; the losses.

    Args:
        policy: what is trained.
        loss: computed anew at every step.
        steps: how many.
        rate: the peak learning rate.
    """
    optimizer = torch.optim.Adam(policy.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        now = loss()
        now.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        losses.append(float(now.detach()))
    return losses
