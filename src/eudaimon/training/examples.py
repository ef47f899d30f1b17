"""Signals as token ids: exactly those that the persona reads and says when it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from eudaimon.dialogue import Conversation, Message, Signal, SignalKind, open_reply, with_reply

if TYPE_CHECKING:
    from eudaimon.language.template import Template

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A signal as token ids.

    Attributes:
        prompt: what is read.
        chosen: what is learned, with the token that ends a reply; for a mark the mark alone, wished or not.
        rejected: what is unlearned; empty for a label and for a mark.
        supervised: whether `chosen` is also learned by example.
        wished: whether the mark is to come after the prompt; None for all that is no mark.
    """

    prompt: Ids
    chosen: Ids
    rejected: Ids
    supervised: bool
    wished: bool | None = None

    @property
    def sides(self) -> tuple[Ids, ...]:
        """The completions: chosen, and rejected where there is one."""
        return (self.chosen, self.rejected) if self.rejected else (self.chosen,)

    @property
    def length(self) -> int:
        """Tokens of the longer side, prompt included."""
        return len(self.prompt) + max(map(len, self.sides))

    @property
    def tokens(self) -> int:
        """Tokens of all sides, the prompt with each."""
        return sum(len(self.prompt) + len(side) for side in self.sides)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some examples, every side a row, padded on the right, where causal models never look.

    Attributes:
        examples: E of them.
        ids: (R, T) tokens; rows are all chosen sides, then the rejected sides of those examples that have one.
        said: (R, T - 1) bool, whether token t + 1 belongs to the completion.
        pairs: numbers, among the E, of the examples that have a rejected side, in the order of their rows.
        marks: numbers, among the E, of those that are marks.
        start: the first position t at which any completion is predicted.
    """

    examples: tuple[Example, ...]
    ids: Tensor
    said: Tensor
    pairs: tuple[int, ...]
    marks: tuple[int, ...]
    start: int

    @property
    def tokens(self) -> int:
        """Tokens in it, padding not counted."""
        return sum(example.tokens for example in self.examples)


def example_of(signal: Signal, template: Template) -> Example:
    """`signal` in tokens. What a mark's text says never becomes the control token: its kind does."""
    if signal.kind is SignalKind.MARK:
        return Example(template.prompt(signal.prompt).ids, template.marked(), (), False, wished=bool(signal.chosen))
    prompt, chosen = tokens_of(signal.prompt, signal.chosen, template)
    rejected = tokens_of(signal.prompt, signal.rejected, template)[1] if signal.rejected else ()
    return Example(prompt, chosen, rejected, signal.kind is not SignalKind.PAIR)


def tokens_of(conversation: Conversation, reply: str, template: Template) -> tuple[Ids, Ids]:
    """What is read before `reply` is said (as the rest of an open reply, where there is one), and what is then said,
    with what ends it in the template."""
    whole = with_reply(conversation, open_reply(conversation) + reply)
    prompt, said = template.prompt(conversation).ids, template.prompt(whole).ids
    if said[: len(prompt)] != prompt:  # tokens that span the beginning of the reply: no speaker could have said them
        said = prompt + template.encode(template.prompt(conversation).held + reply)
    # How a template ends a turn shows where another turn follows.
    closed, spoken = template.prompt((*whole, Message("user", "and then?"))).ids, said[len(prompt) :]
    end = len(said) if closed[: len(said)] == said else _behind(spoken, closed)
    return prompt, (*spoken, *template.ending(closed[end:]))


def _behind(spoken: Ids, closed: Ids) -> int:
    """Where `spoken` ends the last time in `closed`; its length where it is not there. Templates of models that think
    put an empty thought before the reply that is to come and leave it out of those that were."""
    places = range(len(closed) - len(spoken), -1, -1) if spoken else ()
    start = next((at for at in places if closed[at : at + len(spoken)] == spoken), None)
    return len(closed) if start is None else start + len(spoken)


def batches(examples: Sequence[Example], size: int) -> list[Batch]:
    """All examples in batches of at most `size`, the like lengths together, so that little is padding."""
    order = sorted(examples, key=lambda example: example.length)
    return [_batch(tuple(order[start : start + size])) for start in range(0, len(order), size)]


def parted(batch: Batch, parts: int) -> tuple[Batch, ...]:
    """The same examples in at most so many batches of about as many tokens: each goes, the longest first, to the one
    that has the fewest."""
    dealt: list[list[Example]] = [[] for _ in range(parts)]
    for example in sorted(batch.examples, key=lambda one: -one.tokens):
        min(dealt, key=lambda some: sum(one.tokens for one in some)).append(example)
    return tuple(_batch(tuple(some)) for some in dealt if some)


def chosen_alone(batch: Batch) -> Batch:
    """The same examples without their rejected sides."""
    return _batch(tuple(replace(example, rejected=()) for example in batch.examples))


def shuffled(count: int, steps: int, seed: int) -> Iterator[int]:
    """`steps` of the numbers below `count`: all of them once in each epoch, in another order each time."""
    for epoch, done in enumerate(range(0, steps, max(1, count))):
        order = list(range(count))
        Random(f"{seed} {epoch}").shuffle(order)
        yield from order[: steps - done]


def _batch(some: tuple[Example, ...]) -> Batch:
    pairs = tuple(place for place, example in enumerate(some) if example.rejected)
    marks = tuple(place for place, example in enumerate(some) if example.wished is not None)
    sides = [(e.prompt, e.chosen) for e in some] + [(some[place].prompt, some[place].rejected) for place in pairs]
    width = max(example.length for example in some)
    ids = torch.zeros(len(sides), width, dtype=torch.long)
    said = torch.zeros(len(sides), width - 1, dtype=torch.bool)
    for row, (prompt, completion) in enumerate(sides):
        end = len(prompt) + len(completion)
        ids[row, :end] = torch.tensor([*prompt, *completion])
        said[row, len(prompt) - 1 : end - 1] = True
    return Batch(some, ids, said, pairs, marks, min(len(example.prompt) for example in some) - 1)
