"""The gradient of a batch, in parts that two processes take side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import torch
from numpy.typing import NDArray
from torch import Tensor

from eudaimon.language.shares import Helper, Progress, by_one_thread, helper, shared_out
from eudaimon.training.examples import Batch, parted
from eudaimon.training.loss import gaps, loss
from eudaimon.training.network import Policy
from eudaimon.training.settings import Settings

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel

PARTS = 2
"""Of a batch of a model that one thread serves, on however many cores: the same parts round alike."""

Arrays = list[NDArray[Any] | None]
"""Of each weight; None where it has no gradient."""

Asked = tuple[list[NDArray[Any]], int, int]
"""The weights as they are, the number of a batch, and that of a part of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part of a batch: its share of the batch's mean loss, the gap of each of its pairs, and, from a
    helper, its gradient for each weight."""

    loss: float
    gaps: tuple[float, ...]
    gradient: Arrays = field(default_factory=list)


@dataclass(frozen=True)
class Gradients:
    """See `of`.

    Attributes:
        policy: whose weights are trained.
        weights: those.
        work: the batches, each in its parts.
        before: the reference's log-probability of each row, part by part.
        settings: of the loss.
        beside: who does one part of each batch, if there is anybody.
    """

    policy: Policy
    weights: Sequence[torch.nn.Parameter]
    work: Sequence[tuple[Batch, ...]]
    before: Sequence[Sequence[Tensor]]
    settings: Settings
    beside: Helper[Asked, Part] | None = None

    @classmethod
    @contextmanager
    def of(cls, model: LocalModel, policy: Policy, batches: Sequence[Batch], settings: Settings) -> Iterator[Self]:
        """Gradients of `batches`, which must not change within it; `policy` is of `model`."""
        weights = [weight for weight in policy.model.parameters() if weight.requires_grad]
        work = [parted(batch, PARTS if by_one_thread(model) else 1) for batch in batches]
        before = _reference(model, policy, work)
        alone = cls(policy, weights, work, before, settings)
        with helper(model, alone._elsewhere) as beside:
            yield cls(policy, weights, work, before, settings, beside)

    def add(self, number: int) -> list[Part]:
        """Add the gradient of the mean loss of batch `number` to that of the weights; what came of its parts."""
        count = len(self.work[number])
        if self.beside is None or count == 1:
            return [self._part(number, place) for place in range(count)]
        self.beside.ask(([weight.detach().numpy() for weight in self.weights], number, 1))
        mine, theirs = self._part(number, 0), self.beside.answer()
        for weight, gradient in zip(self.weights, theirs.gradient, strict=True):
            if gradient is not None:
                more = torch.from_numpy(gradient)
                weight.grad = more if weight.grad is None else weight.grad.add_(more)
        return [mine, theirs]

    def _part(self, number: int, place: int) -> Part:
        batch = self.work[number][place]
        said = self.policy.said(batch)
        gap = gaps(said, self.before[number][place], batch)
        of_all = len(batch.examples) / sum(len(part.examples) for part in self.work[number])
        value = loss(said, gap, batch, self.settings) * of_all
        value.backward()  # type: ignore[no-untyped-call]
        return Part(float(value.detach()), tuple(gap.detach().tolist()))

    def _elsewhere(self, asked: Asked) -> Part:
        """What a helper does: a part, with the weights as they are by now."""
        values, number, place = asked
        for weight, value in zip(self.weights, values, strict=True):
            weight.data.copy_(torch.from_numpy(value))
            weight.grad = None
        part = self._part(number, place)
        gradient = [None if weight.grad is None else weight.grad.numpy() for weight in self.weights]
        return Part(part.loss, part.gaps, gradient)


def _reference(model: LocalModel, policy: Policy, work: Sequence[tuple[Batch, ...]]) -> list[list[Tensor]]:
    """The reference's log-probability of each completion, part by part; where nothing is compared with it, 0."""

    @torch.no_grad()
    def of(part: Batch, progress: Progress) -> list[float]:
        with policy.reference():
            said: list[float] = policy.said(part).sum(1).tolist()
            return said

    needed = [part for parts in work for part in parts if part.pairs]
    found = iter(shared_out(model, [partial(of, part) for part in needed]))
    rows = [[next(found) if part.pairs else [0.0] * len(part.ids) for part in parts] for parts in work]
    return [[torch.tensor(row, device=policy.device) for row in parts] for parts in rows]
