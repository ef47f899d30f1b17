"""A birth in the village: a small model that learns to speak, to read notes and to judge, from lore alone."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.birth.corpus import batches, encode, lore, vocabulary_words
from eudaimon.birth.network import make_network
from eudaimon.birth.record import Record, save
from eudaimon.birth.tokenizer import make_tokenizer
from eudaimon.birth.train import Progress, Schedule, teach
from eudaimon.worlds.village.lore import CHILDHOOD, ECHOES, INFANCY, Recipe
from eudaimon.worlds.village.voices import VOICES

if TYPE_CHECKING:
    from transformers import PreTrainedModel

STAGES = ((ECHOES, 0.06, 130), (INFANCY, 0.32, 165), (CHILDHOOD, 0.24, 185))
"""The recipes that come before the final one, the share of all tokens that each takes, and its tokens a document.
Without them neither the circuit that compares nor the one that looks things up forms in time (see the notebook)."""


def give_birth(
    out: Path,
    *,
    seed: int = 0,
    family: str = "lfm2",
    layers: int = 4,
    schedule: Schedule = Schedule(),
    recipe: Recipe = Recipe(),
    progress: Progress = lambda share, text: None,
) -> PreTrainedModel:
    """Trains a model on lore and saves it to `out` as an ordinary checkpoint (bf16) with its chat template.

    Killed and called again, it goes on from its last checkpoint.

    Args:
        out: directory of the checkpoint.
        seed: of the weights and the lore.
        family: see `make_network`.
        layers: depth of the network.
        schedule: how long and how fast.
        recipe: what lore is made of.
        progress: told the share done and a line of text.
    """
    voices = tuple(VOICES)
    tokenizer = make_tokenizer(vocabulary_words(), voices)
    vocabulary = tokenizer.get_vocab()
    network = make_network(family, len(vocabulary), voices, layers=layers, seed=seed)
    stages = [
        lore(10 * seed + stage, early, int(share * schedule.tokens / length))
        for stage, (early, share, length) in enumerate(STAGES, start=1)
    ]
    rows = (encode(document, vocabulary) for document in chain(*stages, lore(10 * seed, recipe)))
    loss = teach(network, batches(rows, schedule.batch), schedule, checkpoint=out / "birth.pt", progress=progress)
    sample = [text for document in lore(10 * seed, recipe, 200) for text, _ in document]
    save(out, network, tokenizer, Record.of("village lore", family, seed, schedule, asdict(recipe), sample, loss))
    return network
