"""Forward passes of a policy over batches: log-probabilities of completions, and how far it is from its reference."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor

from eudaimon.language import LanguageModel, Usage
from eudaimon.language.precision import halved
from eudaimon.language.shares import Progress, shared_out
from eudaimon.training.examples import Batch, chosen_alone

MUTE = -1e9
"""Stands for minus infinity: differences of it stay finite."""


class Policy:
    """A model with an adapter, and the same model without it as its reference.

    Args:
        model: a `PeftModel` over a causal language model.
        usage: counts every pass: as trained where gradients are wanted, else as encoded.
        mark: the control token that marks where to reflect, where there is one. Words are weighed given that it does
            not come, as they are where nobody listens for it; whether it comes is learned apart (see `marks`).
    """

    def __init__(self, model: Any, usage: Usage, mark: int | None = None) -> None:
        self.model, self.core, self.usage, self.mark = model, model.get_base_model(), usage, mark
        self.device = self.core.device
        self._keeps = "logits_to_keep" in inspect.signature(self.core.forward).parameters

    @contextmanager
    def reference(self) -> Iterator[None]:
        """Within it the model answers without its adapter."""
        with self.model.disable_adapter():
            yield

    def logprobs(self, batch: Batch) -> Tensor:
        """Log-probabilities over the vocabulary at each place where a completion's token may come next, shape
        (R, T - 1 - start, V), in single precision.

        Where weights are single, the forward pass runs in half of that where that is fast (see `halved`).
        """
        self.usage.calls += 1
        if torch.is_grad_enabled():
            self.usage.trained += batch.tokens
        else:
            self.usage.encoded += batch.tokens
        ids = batch.ids.to(self.device)
        places = torch.arange(batch.start, ids.shape[1] - 1, device=self.device)
        kept = {"logits_to_keep": places} if self._keeps else {}
        with halved(self.device.type):
            logits: Tensor = self.core(input_ids=ids, use_cache=False, **kept).logits
        return self._muted((logits if self._keeps else logits[:, places]).float()).log_softmax(-1)

    def said(self, batch: Batch) -> Tensor:
        """Log-probability of each completion's tokens, 0 elsewhere, shape (R, T - 1 - start)."""
        targets = batch.ids[:, batch.start + 1 :, None].to(self.device)
        each: Tensor = self.logprobs(batch).gather(2, targets)[..., 0]
        return each * batch.said[:, batch.start :].to(self.device)

    @torch.no_grad()
    def thought(self, prompt: Sequence[int]) -> tuple[Tensor, Tensor]:
        """What the model thinks after `prompt`, as its last layer is given it, (d,), and the logarithm of the summed
        exponentials of the logits of all tokens but the mark, (); in double precision."""
        given: list[Tensor] = []
        head = self.core.get_output_embeddings()
        hook = head.register_forward_pre_hook(lambda module, arguments: given.append(arguments[0]))
        self.usage.calls, self.usage.encoded = self.usage.calls + 1, self.usage.encoded + len(prompt)
        try:
            kept = {"logits_to_keep": 1} if self._keeps else {}
            logits = self.core(input_ids=torch.tensor([[*prompt]], device=self.device), use_cache=False, **kept).logits
        finally:
            hook.remove()
        return given[0][0, -1].double(), self._muted(logits[0, -1].double()).logsumexp(0)

    def _muted(self, logits: Tensor) -> Tensor:
        """`logits` (..., V) without the mark."""
        if self.mark is None:
            return logits
        mute = torch.zeros(logits.shape[-1], dtype=logits.dtype, device=logits.device)
        mute[self.mark] = MUTE
        return logits + mute


class Divergence:
    """How far a policy is from its reference on what was chosen, in nats per token.

    The mean, over all tokens y_t of the chosen replies, of KL(policy || reference) = sum_v p(v | y_<t) (log p(v | y_<t)
    - log q(v | y_<t)), v over the whole vocabulary. It estimates the divergence on the persona's own replies, which
    after training resemble the chosen ones. Marks are not said, so they are left out.

    Args:
        model: whose policy it is; batches are shared out among processes where it is one that can be.
        policy: may change between calls.
        batches: what it is measured on.
    """

    def __init__(self, model: LanguageModel, policy: Policy, batches: Sequence[Batch]) -> None:
        self._model, self._policy = model, policy
        with torch.no_grad(), policy.reference():
            self._before = [(batch, self._chosen(batch)) for batch in map(chosen_alone, batches)]

    def __call__(self) -> float:
        """The divergence of the policy as it is now."""
        found = shared_out(self._model, [partial(self._on, *one) for one in self._before])
        return sum(nats for nats, _ in found) / max(1, sum(tokens for _, tokens in found))

    @torch.no_grad()
    def _on(self, batch: Batch, before: Tensor, progress: Progress) -> tuple[float, int]:
        """The divergence on one batch, summed over so many tokens."""
        now = self._chosen(batch)
        return float((now.exp() * (now - before)).sum()), len(now)

    def _chosen(self, batch: Batch) -> Tensor:
        """Log-probabilities at every token of the replies of `batch`, (tokens, V)."""
        said = batch.said[:, batch.start :].to(self._policy.device).clone()
        said[list(batch.marks)] = False
        return self._policy.logprobs(batch)[said]
