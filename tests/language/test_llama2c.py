"""A model from elsewhere: checkpoints of llama2.c, converted, say what llama2.c says, and sit in a council.

Every test runs on a file with random weights in llama2.c's format, against its arithmetic written out in numpy. Those
with `name` run on the pretrained stories260K too, where the development data lies beside the project.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.language.llama2c import (
    KNOWN,
    LETTERS,
    MERGED,
    Floats,
    Shape,
    convert,
    elsewhere,
    read_model,
    read_pieces,
    write_model,
    write_pieces,
)
from transformers import AutoModelForCausalLM, AutoTokenizer

from eudaimon.dialogue import Message
from eudaimon.errors import TemplateError
from eudaimon.language import Branch, Extend
from eudaimon.language.local import LocalModel
from eudaimon.psyche import load_archetypes

TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"
TOLD = (
    "there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She "
    "wanted to play with it, but it was too high.\nLily's mom said, \"Lily, let's go to the park.\" Lily was sad and "
    "didn't know what to do."
)
"""What stories260K says greedily after "Once upon a time,", as its authors print it (stories260K.md)."""
models = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.shared] * bool(name)) for name in KNOWN]
)


def logits_of(shape: Shape, weights: dict[str, Floats], tokens: list[int]) -> NDArray[np.float64]:
    """llama2.c's forward pass, position by position as one; shape (T, V)."""
    size, places = shape.dim // shape.heads, np.arange(len(tokens))
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    angles = places[:, None] * 10000.0 ** (-np.arange(0, size, 2) / size)

    def normal(x, gain):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * gain

    def turned(x):
        even, odd = x[..., 0::2], x[..., 1::2]
        cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
        return np.stack([even * cos - odd * sin, even * sin + odd * cos], -1).reshape(x.shape)

    x = w["embedding"][tokens]
    for i in range(shape.layers):
        h = normal(x, w["att_norm"][i])
        q = turned((h @ w["wq"][i].T).reshape(len(x), shape.heads, size))
        k = turned((h @ w["wk"][i].T).reshape(len(x), shape.kv_heads, size))
        v = (h @ w["wv"][i].T).reshape(len(x), shape.kv_heads, size)
        k, v = (np.repeat(states, shape.heads // shape.kv_heads, axis=1) for states in (k, v))
        scores = np.einsum("ahs,bhs->hab", q, k) / np.sqrt(size)
        scores = np.where(places[:, None] >= places, scores, -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = np.einsum("hab,bhs->ahs", shares / shares.sum(-1, keepdims=True), v).reshape(len(x), -1)
        x = x + mixed @ w["wo"][i].T
        h = normal(x, w["ffn_norm"][i])
        gate = h @ w["w1"][i].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w["w3"][i].T)) @ w["w2"][i].T
    return normal(x, w["norm"]) @ w.get("classifier", w["embedding"]).T


def cut(pieces: list[tuple[bytes, float]], text: str) -> list[int]:
    """llama2.c's encoder: a space before everything, characters or their bytes, then the best pair again and again."""
    number = {piece: i for i, (piece, _) in enumerate(pieces)}
    ids: list[int] = []
    for character in f" {text}" if text else "":
        raw = character.encode()
        ids += [number[raw]] if raw in number else [byte + 3 for byte in raw]
    while True:
        pairs = enumerate(pieces[a][0] + pieces[b][0] for a, b in pairwise(ids))
        joined = [(number[both], at) for at, both in pairs if both in number]
        if not joined:
            return [1, *ids]
        merged, at = max(joined, key=lambda one: (pieces[one[0]][1], -one[1]))
        ids[at : at + 2] = [merged]


@cache
def tokenizers(folder: Path) -> tuple[object, list[tuple[bytes, float]]]:
    elsewhere(folder)
    return AutoTokenizer.from_pretrained(folder), read_pieces(folder / "tokens.bin")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.mark.parametrize("shape", [Shape(32, 48, 2, 4, 2, 300, 64), Shape(16, 24, 1, 2, 2, 270, 32, own=True)])
def test_a_converted_model_reckons_as_llama2c_does(tmp_path: Path, shape: Shape) -> None:
    write_model(tmp_path / "model.bin", shape, seed=1)
    write_pieces(tmp_path / "tokens.bin", MERGED, LETTERS)
    convert(tmp_path / "model.bin", tmp_path / "tokens.bin", tmp_path / "out")
    tokens = [1, 5, 260, 7, 7, 31, 2, 99, 264]
    with torch.inference_mode():
        logits = AutoModelForCausalLM.from_pretrained(tmp_path / "out")(torch.tensor([tokens])).logits[0].numpy()
    known = logits_of(*read_model(tmp_path / "model.bin"), tokens)
    assert np.abs(logits - known).max() <= 1e-4 * known.std()


@given(st.text(st.sampled_from("theandoncewasi .,'Zé\n猫"), max_size=40))
def test_a_converted_tokenizer_cuts_and_joins_text_as_llama2c_does(folder: Path, text: str) -> None:
    tokenizer, pieces = tokenizers(folder)
    ids = tokenizer(text)["input_ids"]
    assert ids == cut(pieces, text)
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


@models
def test_a_story_goes_on_as_llama2c_goes_on(tmp_path: Path, name: str) -> None:
    model = LocalModel.open(elsewhere(tmp_path / "out", name), template=TEMPLATE)
    begun = Message("user", "Once upon a time," if name else "once the")
    said = model.extend([Extend((begun,), max_tokens=110 if name else 12, temperature=0.0)])[0]
    if name:
        assert said.text.startswith(TOLD)
        return
    shape, weights = read_model(tmp_path / "out" / "model.bin")
    ids = cut(read_pieces(tmp_path / "out" / "tokens.bin"), begun.content)
    for _ in range(said.tokens):
        ids.append(int(logits_of(shape, weights, ids)[-1].argmax()))
    whole = model.tokenizer.decode(ids, skip_special_tokens=True)
    assert said.text == whole.removeprefix(begun.content).removeprefix(" ")


@models
def test_it_sits_in_a_council_by_its_cards(tmp_path: Path, name: str) -> None:
    model = LocalModel.open(elsewhere(tmp_path / "out", name, context=2048), template=TEMPLATE)
    cards = load_archetypes()
    asked = (Message("user", "does Tom sell bread?"), Message("assistant", "Tom sells bread, so yes."))
    (heard,) = model.branch([Branch(asked, (cards["sage"].message, cards["fool"].message), max_tokens=8)])
    assert [voice.parsed for voice in heard] == [True, True]
    assert all(sum(voice.probabilities) == pytest.approx(1) for voice in heard)
    assert heard[0].probabilities != heard[1].probabilities


def test_a_model_that_nobody_taught_to_talk_is_refused_until_a_template_is_passed(tmp_path: Path) -> None:
    out = elsewhere(tmp_path / "out")
    with pytest.raises(TemplateError, match="--template"):
        LocalModel.open(out)
    assert LocalModel.open(out, template=TEMPLATE).capabilities.gradients
