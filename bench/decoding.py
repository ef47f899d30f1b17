"""Plain decoding, one row, greedy, against `transformers.generate` on the same model: 128 tokens behind 64.

Two more stand beside them: the bare loop (`bare.py`), which is what Python can reach on this machine, and the products
with the model's weights alone, as PyTorch's linear layers compute them one row at a time.
"""

from __future__ import annotations

from functools import partial

import torch

from bench.bare import Bare
from bench.models import SIZES, Size, conversation, random_model
from bench.table import Row, Table, against, at_least, either, in_turn
from eudaimon.language import Extend, LocalModel

PROMPT, NEW = either((64, 128), (16, 8))
ASKED = {"3M": 2.5, "10M": 1.8, "125M": 1.15}
"""How many times as fast as `generate`."""


def main(fresh: bool = False) -> None:
    table = Table("decoding", fresh, prompt_tokens=PROMPT, new_tokens=NEW, trunk_encoded_before=False, seed=0)
    for size in SIZES:
        table.measure({"model": size.name}, partial(_row, size))


def _row(size: Size) -> Row:
    model = random_model(size)
    bare, ids = Bare(model.model), model._template.prompt(conversation(PROMPT)).ids
    works = (
        partial(_extend, model), partial(_generate, model), partial(bare.extend, ids, NEW), partial(_products, model)
    )  # fmt: skip
    ours, theirs, loop, products = in_turn(works, repeats=5 if size.width < 512 else 3)
    row = {
        "parameters": model.model.num_parameters(), **against(ours, "transformers.generate", theirs),
        "bare_loop_s": loop, "over_bare_loop": ours / loop, "products_s": products, "ours_tokens_s": NEW / ours,
    }  # fmt: skip
    return at_least(row, ratio=ASKED.get(size.name, 1.0))


def _extend(model: LocalModel) -> None:
    model.forget()
    (said,) = model.extend([Extend(conversation(PROMPT), max_tokens=NEW, temperature=0.0)])
    assert said.tokens == NEW


@torch.inference_mode()
def _generate(model: LocalModel) -> None:
    ids = torch.tensor([model._template.prompt(conversation(PROMPT)).ids])
    said = model.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=NEW,
        min_new_tokens=NEW,
        do_sample=False,
        pad_token_id=0,
    )
    assert said.shape[1] == ids.shape[1] + NEW


@torch.inference_mode()
def _products(model: LocalModel) -> None:
    layers = [module for module in model.model.modules() if isinstance(module, torch.nn.Linear)]
    given = {layer.in_features: torch.randn(1, layer.in_features) for layer in layers}
    for _ in range(NEW):
        for layer in layers:
            torch.nn.functional.linear(given[layer.in_features], layer.weight)


if __name__ == "__main__":
    main()
