"""Plain decoding, one row, greedy, against `transformers.generate` on the same model: 128 tokens behind 64.

The floor is what no loop can do without: the products with the model's weights, one row at a time. What is above it are
the operations between the products, and the loop.
"""

from __future__ import annotations

from functools import partial

import torch

from bench.models import SIZES, Size, conversation, random_model
from bench.table import Row, Table, against, either, in_turn
from eudaimon.language import Extend, LocalModel

PROMPT, NEW = either((64, 128), (16, 8))


def main(fresh: bool = False) -> None:
    table = Table("decoding", fresh, prompt_tokens=PROMPT, new_tokens=NEW, trunk_encoded_before=False, seed=0)
    for size in SIZES:
        table.measure({"model": size.name}, partial(_row, size))


def _row(size: Size) -> Row:
    model = random_model(size)
    works = (partial(_extend, model), partial(_generate, model), partial(_products, model))
    ours, theirs, floor = in_turn(works, repeats=3)
    return {
        "parameters": model.model.num_parameters(), **against(ours, "transformers.generate", theirs), "floor_s": floor,
        "over_floor": ours / floor, "ours_tokens_s": NEW / ours,
    }  # fmt: skip


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
