"""A tree of texts that shares its trunk gives the logits of separate full forward passes, however it grew."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.language.fan import Fan, Sight
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Branch, Extend, Usage
from eudaimon.language.network import Network
from eudaimon.language.reading import Reader, read_on
from eudaimon.language.trunk import BranchLayer, attend

SHARING = ("llama", "qwen2", "qwen3", "mistral", "gemma", "gemma2", "gemma3_text", "gpt_oss", "gpt_neox", "lfm2")
FAMILIES = (*SHARING, "mamba2")
words = st.lists(st.integers(20, 50), min_size=1, max_size=7).map(tuple)
branches = st.lists(st.lists(st.integers(20, 50), max_size=5).map(tuple), min_size=2, max_size=4)
tree = st.lists(st.one_of(words, st.integers(0, 4), branches), min_size=2, max_size=6)
few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
many = settings(few, max_examples=60)


def check(model: Any, texts: list[tuple[int, ...]], logits: torch.Tensor) -> None:
    with torch.inference_mode():
        for text, row in zip(texts, logits, strict=True):
            full = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1].float()
            torch.testing.assert_close(row, full, atol=1e-4, rtol=1e-4)


def grown(model: Any, reader: Reader, forest: list[list[Any]]) -> None:
    """Grow, crop and branch the trees of a forest side by side, and check every leaf."""
    trunks = [[(21 + number, 30, 40)] for number in range(len(forest))]
    for step in range(max(map(len, forest))):
        prompts: list[tuple[int, ...]] = []
        suffixes: list[tuple[int, ...]] = []
        for trunk, deeds in zip(trunks, forest, strict=True):
            deed = deeds[step] if step < len(deeds) else [(), (33,)]
            if isinstance(deed, tuple):
                trunk.append(trunk[-1] + deed)
            elif isinstance(deed, int):  # back to an earlier settled point
                del trunk[max(1, len(trunk) - deed) :]
            leaves = deed if isinstance(deed, list) else [(), (34, 35)]
            prompts += [trunk[-1]] * len(leaves)
            suffixes += leaves
        track = read_on(reader.read(prompts, 8, Usage()), suffixes, 8, Usage())
        texts = [prompt + suffix for prompt, suffix in zip(prompts, suffixes, strict=True)]
        check(model, texts, track.logits)
        while len(texts) > 1:  # speak on, one token a step, and drop a branch after each
            said = [20 + (7 * i + len(texts)) % 30 for i in range(len(texts))]
            track.feed(torch.tensor(said)[:, None])
            texts = [(*text, token) for text, token in zip(texts, said, strict=True)]
            check(model, texts, track.logits)
            kept = [i for i in range(len(texts)) if i != step % len(texts)]
            track.select(torch.tensor(kept))
            texts = [texts[i] for i in kept]


@pytest.mark.parametrize("family", FAMILIES)
@few
@given(forest=st.lists(tree, min_size=1, max_size=3))
@torch.inference_mode()
def test_random_trees_equal_separate_full_forward_passes(tiny: ModuleType, family: str, forest: list[Any]) -> None:
    model = tiny.local(family).model
    grown(model, Reader(Network(model), 10_000), forest)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
@many
@given(forest=st.lists(tree, min_size=1, max_size=4))
@torch.inference_mode()
def test_many_random_trees_equal_separate_full_forward_passes(tiny: ModuleType, family: str, forest: list[Any]) -> None:
    model = tiny.local(family).model
    grown(model, Reader(Network(model), 10_000), forest)


@pytest.mark.parametrize("family", SHARING)
@torch.inference_mode()
def test_these_families_share_their_trunks(tiny: ModuleType, family: str) -> None:
    network = Network(tiny.local(family).model)
    assert network.traits.shares
    track = Reader(network, 1000).read([(21, 22, 23)] * 3, 4, Usage())
    layers = [layer for layer in track.cache.layers if isinstance(layer, BranchLayer)]
    assert layers
    assert all(layer.trunk[0].shape[0] == 1 for layer in layers), "one row of keys, whoever reads them"


def test_a_state_without_attention_has_no_trunk_to_share(tiny: ModuleType) -> None:
    assert not Network(tiny.local("mamba2").model).traits.shares
    assert not Network(tiny.local("llama").model, share=False).traits.shares


@pytest.mark.parametrize("family", ["llama", "gemma2", "lfm2", "mamba2"])
@pytest.mark.parametrize("limit", [0, 6])
def test_the_sampled_text_is_the_same_with_shared_trunks_and_without(tiny: ModuleType, family: str, limit: int) -> None:
    tokenizer = tiny.native_tokenizer()
    model = tiny.random_model(family, tokenizer)
    on, off = LocalModel(model, tokenizer), LocalModel(model, tokenizer, share=False)
    voices = tuple(Message("council", "", name) for name in tiny.VOICES)
    texts = ("does Tom sell bread?", "no", "who keeps salt and milk, please?")
    talks = [(Message("user", text), Message("assistant", "yes, Tom")) for text in texts]
    asked = [Branch(talk, voices, max_tokens=limit, temperature=1.0, seed=4) for talk in talks]
    for shared, copied in zip(on.branch(asked), off.branch(asked), strict=True):
        for one, other in zip(shared, copied, strict=True):
            assert one.text == other.text
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
    speak = [Extend(talk, max_tokens=9, seed=seed) for talk in talks for seed in (1, 2)]
    assert [said.text for said in on.extend(speak)] == [said.text for said in off.extend(speak)]


@settings(max_examples=40, deadline=None)
@given(data=st.data(), window=st.sampled_from([None, 3, 6, 50]), sinks=st.booleans(), seed=st.integers(0, 99))
def test_attention_to_trunk_and_own_words_is_attention_to_all(
    data: st.DataObject, window: int | None, sinks: bool, seed: int
) -> None:
    torch.manual_seed(seed)
    lengths = torch.tensor(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    owners = torch.tensor(data.draw(st.lists(st.integers(0, len(lengths) - 1), min_size=1, max_size=5)))
    before, new = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 3))
    rows, width = len(owners), int(lengths.max())
    own = torch.tensor(data.draw(st.lists(st.integers(0, before), min_size=rows, max_size=rows))) + new
    trunk = torch.randn(2, len(lengths), 2, width, 8)
    mine, query = torch.randn(2, rows, 2, before + new, 8), torch.randn(rows, 4, new, 8)
    layer = BranchLayer.__new__(BranchLayer)
    layer.trunk, layer.keys, layer.values, layer.window = (trunk[0], trunk[1]), mine[0], mine[1], window
    layer.sight = Sight(Fan(owners, lengths, width), lengths[owners] + own, before + new, new)
    sink = torch.randn(4) if sinks else None
    answer, _ = attend(None, query, layer, layer, None, s_aux=sink)
    for row, owner in enumerate(owners.tolist()):
        parts = [trunk[:, owner, :, width - lengths[owner] :], mine[:, row, :, before + new - own[row] :]]
        keys, values = torch.cat(parts, dim=2).repeat_interleave(2, dim=1)
        apart = torch.arange(keys.shape[1])[-new:, None] - torch.arange(keys.shape[1])
        seen = (apart >= 0) & (apart < (window or 99))
        products = (query[row] @ keys.transpose(1, 2) / 8**0.5).masked_fill(~seen, -torch.inf)
        if sink is not None:
            products = torch.cat([products, sink[:, None, None].expand(-1, new, 1)], dim=2)
        expected = products.softmax(-1)[..., : keys.shape[1]] @ values
        torch.testing.assert_close(answer[row].transpose(0, 1), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU; the same code is tested on the CPU above")
@pytest.mark.parametrize("family", SHARING)
@torch.inference_mode()
def test_on_a_gpu_too(tiny: ModuleType, family: str) -> None:
    model = tiny.random_model(family, tiny.native_tokenizer()).cuda()
    track = Reader(Network(model), 1000).read([tuple(range(20, 50))] * 3, 4, Usage())
    track.feed(torch.tensor([[21], [22], [23]], device="cuda"))
    for token, row in zip((21, 22, 23), track.logits, strict=True):
        full = model(input_ids=torch.tensor([[*range(20, 50), token]], device="cuda"), use_cache=False)
        torch.testing.assert_close(row, full.logits[0, -1], atol=1e-3, rtol=1e-3)
