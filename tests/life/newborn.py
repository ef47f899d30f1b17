"""A newborn of the village with random weights: born with the archetypes, small, and of no wisdom at all."""

from __future__ import annotations

from pathlib import Path


def tiny_newborn(out: Path) -> Path:
    """A checkpoint in the directory `out`, like the embedded model's but untaught."""
    from eudaimon.birth.corpus import vocabulary_words
    from eudaimon.birth.network import make_network
    from eudaimon.birth.tokenizer import make_tokenizer
    from eudaimon.worlds.village.voices import VOICES

    tokenizer = make_tokenizer(vocabulary_words(), VOICES)
    make_network("lfm2", len(tokenizer), tuple(VOICES), hidden=64, layers=2).save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out
