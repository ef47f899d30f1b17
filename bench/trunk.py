"""A council of six at one point, on prefixes of 256, 1024 and 4096 tokens, against three peers in the same run.

Peers: (a) re-prompting with `transformers.generate`, one voice after the other and all in one batch, which reads the
prefix once for each voice, since it cannot use that the persona has just spoken; (b) the same engine with the cache
copied for each voice. The floor is the measured time of the same forward passes over the same new tokens against one
cache, as one sequence. All are the same tokens: a comment of 12 is 12 forced tokens here and there, and a verdict.
Whether the trunk was encoded before the clock started stands in each row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from bench.models import LARGE, conversation, council, random_model
from bench.table import Row, Table, against, at_least, at_most, either, median_seconds
from eudaimon.language import Branch, LocalModel
from eudaimon.language.track import Track

PREFIXES, LONG = either(((256, 1024, 4096), 4096), ((32, 64), 64))
"""From this prefix on the peer that prompts one by one is timed on one voice and counted six times, and the one that
prompts in one batch is left out: on one thread each would take minutes."""
COMMENTS = (0, 12)
ASKED = {0: (150.0, 3.0), 12: (25.0, 3.0)}
"""How many times as fast as re-prompting and as copies behind the longest prefix, by the length of a comment."""
FLOOR = 1.2
SLOW = 1.0
"""Work that takes longer than so many seconds is timed once."""


def main(fresh: bool = False) -> None:
    table = Table("trunk", fresh, voices=len(council()), seed=0)
    for size in LARGE:
        shared, copying = random_model(size), random_model(size, share=False)
        for prefix in PREFIXES:
            for comment in COMMENTS:
                case = {"model": size.name, "prefix": prefix, "comment_tokens": comment}
                table.measure(case, partial(_rows, shared, copying, prefix, comment))


def _rows(shared: LocalModel, copying: LocalModel, prefix: int, comment: int) -> Iterator[Row]:
    request = Branch(conversation(prefix), council(), max_tokens=comment)
    for model in (shared, copying):
        model.branch([request])  # the trunk is read
    ours = _seconds(partial(shared.branch, [request]))
    copied = _seconds(partial(copying.branch, [request]))
    with _passes() as shapes:
        shared.branch([request])
    floor = _floor(shared, request, shapes)
    fresh = _seconds(lambda: (shared.forget(), shared.branch([request])))
    for batched in (False, True) if prefix < LONG else (False,):
        theirs = _theirs(shared, request, batched, timed=1 if prefix >= LONG else len(request.voices))
        peer = f"transformers.generate, {'batched' if batched else 'one by one'}"
        yield _asked(_row(True, ours, peer, theirs, floor), prefix, ASKED[comment][0])
        yield _row(False, fresh, peer, theirs, None)
    row = _row(True, ours, "cache copied for each voice", copied, floor)
    yield _asked({**row, "ratio_of_bytes": _bytes(copying, prefix, comment)}, prefix, ASKED[comment][1])


def _asked(row: Row, prefix: int, ratio: float) -> Row:
    return at_most(at_least(row, ratio=ratio), over_floor=FLOOR) if prefix >= LONG else row


def _bytes(model: LocalModel, prefix: int, comment: int) -> float:
    """The bytes that copies have to move against ours, which is about their ratio where memory is what is waited for:
    both read the weights in each pass, ours one trunk and theirs one for each voice, after they wrote it."""
    weights = sum(weight.nbytes for weight in model.model.parameters())
    trunk, passes, voices = prefix * model._base.network.traits.bytes_per_token, comment + 2, len(council())
    ours, theirs = passes * (weights + trunk), passes * (weights + voices * trunk) + 2 * voices * trunk
    return theirs / ours


def _theirs(model: LocalModel, request: Branch, batched: bool, timed: int) -> float:
    some = replace(request, voices=request.voices[:timed])
    return _seconds(partial(_generate, model, some, batched)) * len(request.voices) / timed


def _row(encoded: bool, ours: float, peer: str, theirs: float, floor: float | None) -> Row:
    beyond = {"floor_s": floor, "over_floor": ours / floor} if floor else {}
    return {"trunk_encoded_before": encoded, **against(ours, peer, theirs), **beyond}


def _seconds(work: object) -> float:
    """Five repetitions after a warm-up, or one where that took long."""
    return median_seconds(work, slow=SLOW)  # type: ignore[arg-type]


@contextmanager
def _passes() -> Iterator[list[tuple[int, int]]]:
    """The (rows, columns) of every forward pass within."""
    shapes: list[tuple[int, int]] = []
    plain = Track._step

    def noting(self: Track, tokens: torch.Tensor, *rest: Any) -> torch.Tensor:
        shapes.append((tokens.shape[0], tokens.shape[1]))
        return plain(self, tokens, *rest)

    Track._step = noting  # type: ignore[method-assign]
    try:
        yield shapes
    finally:
        Track._step = plain  # type: ignore[method-assign]


@torch.inference_mode()
def _floor(model: LocalModel, request: Branch, shapes: list[tuple[int, int]]) -> float:
    """Seconds of forward passes over as many tokens, as one sequence behind the prefix, with logits for each row."""
    network, ids = model._base.network, list(model._template.prompt(request.conversation).ids)
    cache = network.cache(len(ids) + sum(rows * width for rows, width in shapes) + 8)
    network(torch.tensor([ids]), cache, None, torch.arange(len(ids))[None], 1)

    def passes() -> None:
        length = len(ids)
        for rows, width in shapes:
            new = rows * width
            network(torch.full((1, new), 50), cache, None, torch.arange(length, length + new)[None], rows)
            length += new
        for layer in cache.layers:
            layer.crop(-(length - len(ids)))

    return _seconds(passes)


@torch.inference_mode()
def _generate(model: LocalModel, request: Branch, batched: bool) -> None:
    ids, template = model._template.prompt(request.conversation).ids, model._template
    prompts = torch.tensor([[*ids, template.control(voice.name)] for voice in request.voices])
    new = request.max_tokens + 1  # the verdict is one token
    for part in (prompts,) if batched else prompts.split(1):
        model.model.generate(
            part, attention_mask=torch.ones_like(part), max_new_tokens=new, min_new_tokens=new, do_sample=False,
            pad_token_id=0,
        )  # fmt: skip


if __name__ == "__main__":
    main()
