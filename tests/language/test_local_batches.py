"""A batch says what each of its rows would say alone, in every family of models."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Message, with_reply
from eudaimon.language.backend import NEWBORN
from eudaimon.language.batching import Job, batches
from eudaimon.language.decoding import Lockstep
from eudaimon.language.local import CPU_TOKENS, MOST_TOKENS, LocalModel
from eudaimon.language.model import Branch, Extend, Extension, Score, Usage, Voice

FAMILIES = ("llama", "qwen2", "mistral", "gemma", "gpt_neox", "lfm2", "mamba", "mamba2")
NOTES = Message("system", "Tom sells bread, Ann bakes honey.")
QUESTIONS = ("does Tom sell bread?", "no", "is it far from the well to the river, please?", "who keeps salt and milk?")
CONVERSATIONS = (
    *((NOTES, Message("user", text)) for text in QUESTIONS),
    (NOTES, Message("user", "no"), Message("assistant", "Tom sells bread,")),
    (NOTES, Message("user", "no"), Message("assistant", "Tom sells"), Message("council", "a well", "sage", "revise")),
)
VOICES = tuple(Message("council", f"You are {name}.", name) for name in ("sage", "fool", "owl"))
relaxed = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def same(one: Extension, other: Extension) -> bool:
    return (one.text, one.finish, one.tokens) == (other.text, other.finish, other.tokens) and (
        abs(one.logprob - other.logprob) < 1e-4
    )


def close(one: tuple[Voice, ...], other: tuple[Voice, ...]) -> bool:
    return all(
        p.text == q.text and np.allclose(p.probabilities, q.probabilities, atol=1e-4)
        for p, q in zip(one, other, strict=True)
    )


def alone(model: LocalModel, verb: str, requests: list[Any]) -> list[Any]:
    """Each request's answer by itself, with nothing kept of any other."""
    answers = []
    for request in requests:
        model.forget()
        answers += getattr(model, verb)([request])
    model.forget()
    return answers


@pytest.mark.parametrize("opening", ["\n\n", " \n", " ", ""], ids=repr)
def test_a_reply_that_begins_with_white_space_is_said_from_its_first_word_on(
    tiny: ModuleType, opening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = tiny.local("llama", False), (Message("user", "who sells bread?"),)
    dictated = iter(model.template.encode(f"{opening}Tom sells bread,\nso no"))
    monkeypatch.setattr(Lockstep, "_sample", lambda self, logits, speaking: torch.tensor([next(dictated)]))
    said: list[str] = []
    for _ in range(2):
        conversation = with_reply(asked, "".join(said)) if said else asked
        said += [one.text for one in model.extend([Extend(conversation, stop=(",", "\n"))])]
    assert said == ["Tom sells bread,", "\n"]


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_extends_as_its_rows_do_alone(tiny: ModuleType, family: str, native: bool) -> None:
    model = tiny.local(family, native)
    requests = [
        Extend(c, max_tokens=9, stop=(".",), temperature=t, seed=i)
        for i, c in enumerate(CONVERSATIONS)
        for t in (0.0, 1.0)
    ]
    singly = alone(model, "extend", requests)
    assert all(same(one, other) for one, other in zip(model.extend(requests), singly, strict=True))


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.long
def test_a_batch_branches_as_its_rows_do_alone(tiny: ModuleType, family: str, native: bool) -> None:
    model = tiny.local(family, native)
    requests = [Branch(c, VOICES[1:], max_tokens=4, temperature=1.0, seed=i) for i, c in enumerate(CONVERSATIONS[3:])]
    singly = alone(model, "branch", requests)
    assert all(close(one, other) for one, other in zip(model.branch(requests), singly, strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_scores_as_its_rows_do_alone(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family)
    requests = [Score(c, ("Tom sells bread.", "no", "", "yes, so can I.")) for c in CONVERSATIONS]
    singly = alone(model, "score", requests)
    assert np.allclose(model.score(requests), singly, atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy_text_is_that_of_full_forward_passes(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family)
    requests = [Extend(c, max_tokens=9, temperature=0.0) for c in CONVERSATIONS]
    for request, said in zip(requests, model.extend(requests), strict=True):
        prompt = model._template.prompt(request.conversation)
        ids, logprob = tiny.greedy(model.model, prompt.ids, 9, model._ends)
        assert said.tokens == len(ids)
        assert said.logprob == pytest.approx(logprob, abs=1e-4)
        assert said.finish == ("end" if ids[-1] in model._ends else "length")
        assert said.text == model._template.decode([i for i in ids if i not in model._ends], prompt)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_kept_of_a_conversation_changes_no_answer(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family)
    model.forget()
    for reply in ("no", "no, Tom sells", "no, Tom sells bread, so Ann", "no, Tom sells bread, so Ann wants salt."):
        grown = [(*conversation[:2], Message("assistant", reply)) for conversation in CONVERSATIONS[:5:2]]
        grown.append((*CONVERSATIONS[1], Message("assistant", reply.split(",")[0])))
        extends = [Extend(c, max_tokens=5, temperature=0.0) for c in grown]
        branches = [Branch(c, VOICES[:2], max_tokens=3, temperature=0.0) for c in grown]
        said, heard = model.extend(extends), model.branch(branches)
        kept = model._base._kept
        assert all(same(one, other) for one, other in zip(said, alone(model, "extend", extends), strict=True))
        assert all(close(one, other) for one, other in zip(heard, alone(model, "branch", branches), strict=True))
        model._base._kept = kept


def test_what_was_read_a_moment_ago_is_not_read_again(tiny: ModuleType) -> None:
    model = tiny.local("lfm2")
    opened = (*CONVERSATIONS[0], Message("assistant", "no, Tom sells"))
    read = {}
    for budget in (model._base._budget, 0):
        model.forget()
        model._base._budget, before = budget, model._base._budget
        model.usage = Usage()
        model.extend([Extend(CONVERSATIONS[0], max_tokens=1)])
        model.branch([Branch(opened, VOICES[:1], max_tokens=0)])
        model.extend([Extend((*opened[:-1], Message("assistant", "no, Tom sells bread,")), max_tokens=1)])
        model._base._budget, read[budget] = before, model.usage.encoded
    lengths = [len(model._template.prompt(c).ids) for c in (CONVERSATIONS[0], opened)]
    assert list(read.values()) == [lengths[1] + 2 + 2, sum(lengths) + 2 + lengths[1] + 2]


def test_what_several_prompts_begin_with_is_read_once(tiny: ModuleType) -> None:
    model = tiny.local("lfm2")
    said = ["no, Tom", "no, Tom sells", "no, Tom sells bread", "yes, so", "yes, so bread"]
    asked = [Branch((*CONVERSATIONS[0], Message("assistant", one)), VOICES[:1], max_tokens=0) for one in said]
    alone = [model.branch([one])[0] for one in asked if not model.forget()]
    model.forget()
    model.usage = Usage()
    together = model.branch(asked)
    assert all(close(one, other) for one, other in zip(together, alone, strict=True))
    prompts = [model._template.prompt(one.conversation).ids for one in asked]
    shared = next(n for n, ids in enumerate(zip(*prompts, strict=False)) if len(set(ids)) > 1)
    assert shared > max(map(len, prompts)) / 2
    assert model.usage.encoded == shared + sum(len(prompt) - shared + 2 for prompt in prompts)


@given(
    sizes=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 5)), max_size=20),
    limit=st.integers(1, 200),
    most=st.integers(1, 30),
)
def test_batches_hold_every_request_once_and_no_more_than_fits(
    sizes: list[tuple[int, int]], limit: int, most: int
) -> None:
    def fits(rows: int, tokens: int) -> bool:
        return tokens <= limit and rows <= most

    jobs = [Job((0,) * length, ((),) * rows) for length, rows in sizes]
    cut = list(batches(jobs, range(len(jobs)), fits))
    assert sorted(number for batch in cut for number in batch) == list(range(len(jobs)))
    assert all(
        len(batch) == 1 or fits(sum(jobs[i].rows for i in batch), sum(jobs[i].size for i in batch)) for batch in cut
    )


def test_no_more_is_kept_than_fits(tiny: ModuleType) -> None:
    model = LocalModel(tiny.local("llama").model, tiny.local("llama").tokenizer, batch_tokens=100)
    for conversation in CONVERSATIONS:
        model.extend([Extend(conversation, max_tokens=2)])
        assert sum(len(kept.rows) * kept.track.width for kept in model._base._kept) <= 100
    assert model._base._kept
    model.forget()
    assert not model._base._kept


@pytest.mark.parametrize(("family", "row"), [("mamba2", 2 * 4 * (80 * 4 + 4 * 16 * 8)), ("lfm2", 4 * 32 * 3)])
def test_states_count_in_what_is_kept_and_in_what_is_under_way(
    tiny: ModuleType, monkeypatch: pytest.MonkeyPatch, family: str, row: int
) -> None:
    free = tiny.local(family)
    traits, longest = free._base.network.traits, max(len(free._template.prompt(c).ids) for c in CONVERSATIONS) + 9
    assert traits.bytes_per_row == row
    most = 3 * (row + longest * traits.bytes_per_token)
    monkeypatch.setattr("eudaimon.language.local.CACHE_BYTES", most)
    model = LocalModel(free.model, free.tokenizer)
    monkeypatch.setattr(model, "_batch_tokens", 10**6)  # what tokens alone would let in
    monkeypatch.setattr(model._base, "_budget", 10**6)
    requests = [Extend(c, max_tokens=9, temperature=0.0) for c in CONVERSATIONS * 2]
    waiter, together = model.scheduler(), 0
    answers = [waiter.extend(request) for request in requests]
    while waiter.step():
        together = max(together, *(lane._talk.rows for lane in waiter._lanes))
        kept = model._base._kept
        assert sum(len(one.rows) * (row + one.track.width * traits.bytes_per_token) for one in kept) <= most
    assert 3 <= together < len(requests)
    assert model._base._kept
    pairs = zip([answer.result(timeout=0) for answer in answers], free.extend(requests), strict=True)
    assert all(same(one, other) for one, other in pairs)
    scored = model.score([Score(c, ("no", "yes")) for c in CONVERSATIONS])
    assert np.allclose(scored, free.score([Score(c, ("no", "yes")) for c in CONVERSATIONS]), atol=1e-4)
    assert len(list(model._batches([model._scoring(Score(c, ("no", "yes"))) for c in CONVERSATIONS]))) > 1


def test_the_embedded_models_batches_are_what_tokens_alone_make_them() -> None:
    model = LocalModel.open(NEWBORN)
    batch, kept = model._batch_tokens, model._kept_tokens
    assert (batch, kept) == (CPU_TOKENS, MOST_TOKENS)
    assert model._base.fits(batch // 16, batch), "if its rows have read 16 tokens or more"
    assert model._base.fits(kept // 3, kept), "and no prompt is shorter than three tokens"


def test_a_network_that_padding_would_mislead_is_batched_by_length(tiny: ModuleType) -> None:
    tokenizer = tiny.native_tokenizer()
    network = tiny.random_model("lfm2", tokenizer, conv_bias=True)
    for name, weight in network.named_parameters():  # biases are born zero, and mislead nobody then
        if name.endswith("bias"):
            torch.nn.init.normal_(weight)
    model = LocalModel(network, tokenizer)
    assert not model._base.network.traits.pads
    requests = [Extend(c, max_tokens=9, temperature=0.0) for c in CONVERSATIONS]
    singly = alone(model, "extend", requests)
    assert all(same(one, other) for one, other in zip(model.extend(requests), singly, strict=True))


def test_small_batches_say_what_a_large_one_says(tiny: ModuleType) -> None:
    large = tiny.local("lfm2")
    small = LocalModel(large.model, large.tokenizer, batch_tokens=60)
    requests = [Extend(c, max_tokens=9, seed=i) for i, c in enumerate(CONVERSATIONS * 3)]
    pairs = zip(large.extend(requests), small.extend(requests), strict=True)
    assert all(same(one, other) for one, other in pairs)


@relaxed
@given(order=st.permutations(range(len(CONVERSATIONS))), size=st.integers(1, 6), seed=st.integers(-(2**70), 2**70))
def test_a_seed_says_the_same_in_whatever_company(tiny: ModuleType, order: list[int], size: int, seed: int) -> None:
    model = tiny.local("lfm2")
    requests = [Extend(CONVERSATIONS[i], max_tokens=7, stop=(",", "."), seed=seed) for i in order[:size]]
    singly = alone(model, "extend", requests)
    assert all(same(one, other) for one, other in zip(model.extend(requests), singly, strict=True))


def test_sampled_frequencies_are_the_softmax(tiny: ModuleType) -> None:
    model, conversation, heat = tiny.local("llama"), CONVERSATIONS[0], 0.7
    requests = [Extend(conversation, max_tokens=1, temperature=heat, seed=seed) for seed in range(4000)]
    said = [extension.text for extension in model.extend(requests)]
    prompt = model._template.prompt(conversation)
    expected = (tiny.next_logprobs(model.model, prompt.ids) / heat).softmax(-1)
    likeliest = [i for i in expected.argsort(descending=True).tolist() if i not in model._ends][:5]
    for token in likeliest:
        share = said.count(model._template.decode([token], prompt)) / len(said)
        p = float(expected[token])
        assert abs(share - p) < 4.5 * (p * (1 - p) / len(said)) ** 0.5


def test_equal_conversations_are_read_once_a_batch(tiny: ModuleType) -> None:
    model = tiny.local("llama")
    model.forget()
    model.usage = Usage()
    said = model.extend([Extend(CONVERSATIONS[0], max_tokens=4, seed=seed) for seed in range(8)])
    assert model.usage.encoded == len(model._template.prompt(CONVERSATIONS[0]).ids)
    assert model.usage.decoded == sum(extension.tokens for extension in said)
    assert len({extension.text for extension in said}) > 1


@relaxed
@given(start=st.integers(0, 6), length=st.integers(1, 4), native=st.booleans())
def test_text_ends_right_after_the_first_stop_string(tiny: ModuleType, start: int, length: int, native: bool) -> None:
    model, conversation = tiny.local("mamba2", native), CONVERSATIONS[0]
    whole = model.extend([Extend(conversation, max_tokens=12, temperature=0.0, seed=1)])[0].text
    stop = whole[start : start + length]
    said = model.extend([Extend(conversation, max_tokens=12, temperature=0.0, stop=(stop,))])[0]
    if stop and "\ufffd" not in whole:
        assert said.text == whole[: whole.index(stop) + len(stop)]
        assert said.finish == "stop"


def test_no_tokens_means_no_text(tiny: ModuleType) -> None:
    assert tiny.local().extend([Extend(CONVERSATIONS[0], max_tokens=0)]) == [Extension("", "length")]


def test_nothing_asked_is_nothing_answered(tiny: ModuleType) -> None:
    model = tiny.local()
    assert model.extend([]) == model.branch([]) == model.score([]) == []
    assert model.branch([Branch(CONVERSATIONS[0], ())]) == [()]
    assert model.score([Score(CONVERSATIONS[0], ())]) == [()]
