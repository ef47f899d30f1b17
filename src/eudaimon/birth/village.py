"""A birth in the village: a small model that learns to speak, to read notes and to judge, from lore alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.birth.corpus import batches, encode, lore, vocabulary_words
from eudaimon.birth.network import make_network
from eudaimon.birth.plan import Plan
from eudaimon.birth.record import CHECKPOINT, Record, save
from eudaimon.birth.resuming import born, done
from eudaimon.birth.tokenizer import make_tokenizer
from eudaimon.birth.train import Progress, Schedule, teach
from eudaimon.worlds.village.lore import CHILDHOOD, ECHOES, INFANCY, Recipe
from eudaimon.worlds.village.voices import VOICES

if TYPE_CHECKING:
    from transformers import PreTrainedModel

STAGES = ((ECHOES, 0.10, 205), (INFANCY, 0.29, 148), (CHILDHOOD, 0.25, 223))
"""The recipes that come before the final one, the share of all tokens that each takes, and its tokens a document with
padding. Without them neither the circuit that compares nor the one that looks things up forms in time (see the
notebook)."""


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

    Killed and called again, it goes on from its last checkpoint; where it is done already, it gives what was born.

    Args:
        out: directory of the checkpoint.
        seed: of the weights and the lore.
        family: see `make_network`.
        layers: depth of the network.
        schedule: how long and how fast.
        recipe: what lore is made of.
        progress: told the share done and a line of text.

    Raises:
        InputError: another birth was begun or done in `out`.
        ModelError: the family is not known.
    """
    plan = Plan("village lore", family, layers, seed, schedule, asdict(recipe), stages())
    if done(out, plan):
        return born(out)
    voices = tuple(VOICES)
    tokenizer = make_tokenizer(vocabulary_words(), voices)
    vocabulary = tokenizer.get_vocab()
    network = make_network(family, len(vocabulary), voices, layers=layers, seed=seed)
    early = [
        lore(10 * seed + stage, first, int(share * schedule.tokens / length))
        for stage, (first, share, length) in enumerate(STAGES, start=1)
    ]
    rows = (encode(document, vocabulary) for document in chain(*early, lore(10 * seed, recipe)))
    stream, checkpoint = batches(rows, schedule.batch), out / CHECKPOINT
    loss = teach(network, stream, schedule, checkpoint=checkpoint, birth=plan.told(), progress=progress)
    sample = [text for document in lore(10 * seed, recipe, 200) for text, _ in document]
    save(out, network, tokenizer, Record.of(plan, sample, loss))
    return network


def stages() -> tuple[Mapping[str, object], ...]:
    """STAGES as a record keeps them."""
    return tuple({"share": share, "recipe": asdict(early)} for early, share, _ in STAGES)
