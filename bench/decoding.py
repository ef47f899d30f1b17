"""Plain decoding, one row, greedy, against `transformers.generate` on the same model: 128 tokens behind 64."""

from __future__ import annotations

from functools import partial

import torch

from bench.models import SIZES, conversation, random_model
from bench.table import median_seconds, write
from eudaimon.language import Extend, LocalModel

PROMPT, NEW = 64, 128


def main() -> None:
    rows = []
    for size in SIZES:
        model = random_model(size)
        ours = median_seconds(partial(_extend, model), repeats=3)
        theirs = median_seconds(partial(_generate, model), repeats=3)
        rows.append({
            "model": size.name, "parameters": model.model.num_parameters(), "new_tokens": NEW, "ours_s": ours,
            "peer": "transformers.generate", "peer_s": theirs, "ratio": theirs / ours, "ours_tokens_s": NEW / ours,
        })  # fmt: skip
    write("decoding", rows, prompt_tokens=PROMPT, trunk_encoded_before=False)


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


if __name__ == "__main__":
    main()
