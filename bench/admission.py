"""Continuous admission: conversations that end at different times, against batch after batch.

48 replies (24 at 125M) of 4 to 63 tokens behind 96, eight at a time. The peer is the same engine, which lets nobody in
before a batch is over; both say the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch

from bench.models import SIZES, Size, conversation, random_model
from bench.table import Row, Table, against, either, in_turn
from eudaimon.language import Extend, LocalModel, admission

REPLIES, PREFIX, SLOTS = either((48, 96, 8), (4, 16, 2))
NEVER = 10**9


def main(fresh: bool = False) -> None:
    table = Table("admission", fresh, replies=REPLIES, prefix=PREFIX, slots=SLOTS, trunk_encoded_before=False, seed=0)
    for size in SIZES:
        table.measure({"model": size.name}, partial(_row, size))


def _row(size: Size) -> Row:
    model = random_model(size)
    large = size.width >= 512
    replies = REPLIES // 2 if large else REPLIES
    limits = torch.randint(4, 64, (replies,), generator=torch.Generator().manual_seed(1)).tolist()
    asked = [Extend(conversation(PREFIX, i), max_tokens=most, temperature=0.0) for i, most in enumerate(limits)]
    model._batch_tokens = SLOTS * (PREFIX + 34)
    with _waiting():
        batches = _said(model, asked)
        calls = model.usage.calls
    assert _said(model, asked) == batches
    passes = {"passes": model.usage.calls, "peer_passes": calls}
    works = partial(_said, model, asked), partial(_waits, model, asked)
    ours, theirs = in_turn(works, repeats=1 if large else 3, warm=True)
    return {**against(ours, "batch after batch", theirs), **passes, "replies": replies, "replies_s": replies / ours}


def _said(model: LocalModel, asked: list[Extend]) -> list[str]:
    model.forget()
    model.usage.calls = 0
    return [said.text for said in model.extend(asked)]


def _waits(model: LocalModel, asked: list[Extend]) -> None:
    with _waiting():
        _said(model, asked)


@contextmanager
def _waiting() -> Iterator[None]:
    """Within it nobody is admitted while others are under way."""
    before = admission.SHARE, admission.PATIENCE
    admission.SHARE, admission.PATIENCE = NEVER, NEVER
    try:
        yield
    finally:
        admission.SHARE, admission.PATIENCE = before


if __name__ == "__main__":
    main()
