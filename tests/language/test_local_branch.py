"""Every voice is heard as if it alone had been asked, from one reading of what all of them hear."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.language.decoding import Written
from eudaimon.language.dialect import LEAD, ask
from eudaimon.language.local import SPARE, LocalModel
from eudaimon.language.model import Branch, Score, Usage
from eudaimon.language.verdict import asking, heard

FAMILIES = ("llama", "qwen2", "mistral", "gemma", "gpt_neox", "lfm2", "mamba", "mamba2")
CHOICES = ("continue", "revise", "surrender")
CONVERSATION = (
    Message("system", "Tom sells bread."),
    Message("user", "does Tom sell bread?"),
    Message("assistant", "yes, Tom sells"),
)
BORN = tuple(Message("council", "", name) for name in ("sage", "fool", "mother"))
CARDS = (Message("council", "You are old and see far.", "sage"), Message("council", "You laugh.", "fool"))


def shares(scores: list[float]) -> list[float]:
    return torch.tensor(scores).softmax(-1).tolist()


def chained(tiny: ModuleType, model: Any, ids: list[int], choice: tuple[int, ...]) -> float:
    """Log-probability of a choice's tokens after `ids`, one full forward pass each."""
    return sum(float(tiny.next_logprobs(model, [*ids, *choice[:i]])[token]) for i, token in enumerate(choice))


@pytest.mark.parametrize("limit", [0, 6])
@pytest.mark.parametrize("family", FAMILIES)
def test_born_voices_equal_separate_full_forward_passes(tiny: ModuleType, family: str, limit: int) -> None:
    model = tiny.local(family)
    template = model._template
    for asked, voice in zip(BORN, model.branch([Branch(CONVERSATION, BORN, max_tokens=limit)])[0], strict=True):
        ids = [*template.prompt(CONVERSATION).ids, template.control(asked.name)]
        said, _ = tiny.greedy(model.model, ids, limit, model._ends)
        comment = [token for token in said if token not in model._ends]
        logprobs = tiny.next_logprobs(model.model, [*ids, *comment, template.control("verdict")])
        expected = shares([float(logprobs[template.control(choice)]) for choice in CHOICES])
        assert voice.probabilities == pytest.approx(expected, abs=1e-4)
        assert (voice.tokens, voice.text) == (len(said), model.tokenizer.decode(comment))


@pytest.mark.parametrize("family", FAMILIES)
def test_other_voices_equal_separate_full_forward_passes(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family, native=False)
    template = model._template
    for asked, voice in zip(CARDS, model.branch([Branch(CONVERSATION, CARDS, max_tokens=6)])[0], strict=True):
        prompt = template.asked(CONVERSATION, asked, CHOICES, True)
        said, _ = tiny.greedy(model.model, prompt.ids, 6, model._ends)
        comment = [token for token in said if token not in model._ends]
        text = template.decode(comment, prompt).rstrip("\ufffd")
        assert "\n" not in text, "the weights are such that no line ends early; how lines end is tested below"
        lead = template.encode(f"\n{LEAD}" if text else LEAD)
        choices = [template.encode(f" {choice}") for choice in CHOICES]
        assert max(map(len, choices)) > 1
        expected = shares([chained(tiny, model.model, [*prompt.ids, *comment, *lead], choice) for choice in choices])
        assert voice.probabilities == pytest.approx(expected, abs=1e-4)
        assert voice.tokens == len(said)


@pytest.mark.parametrize("family", ["llama", "lfm2", "mamba2"])
def test_a_verdict_without_comment_is_the_softmax_of_the_choices_scores(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family, native=False)
    for asked, voice in zip(CARDS, model.branch([Branch(CONVERSATION, CARDS, max_tokens=0)])[0], strict=True):
        told = (*ask(CONVERSATION, asked, CHOICES, comment=False), Message("assistant", LEAD))
        scores = model.score([Score(told, tuple(f" {choice}" for choice in CHOICES))])[0]
        assert voice.probabilities == pytest.approx(shares(list(scores)), abs=1e-4)
        assert (voice.text, voice.tokens, voice.parsed) == ("", 0, True)


@pytest.mark.parametrize("room", [0, 1])
@pytest.mark.parametrize("native", [True, False])
def test_a_voice_that_has_no_room_for_a_comment_says_none_and_decides(
    tiny: ModuleType, native: bool, room: int
) -> None:
    known, asked = tiny.local("llama", native), (BORN if native else CARDS)[:1]
    prompt = known._template.asked(CONVERSATION, asked[0], CHOICES, True)
    most = len(prompt.ids) + SPARE + room
    tokenizer = known.tokenizer
    model = LocalModel(tiny.random_model("llama", tokenizer, max_position_embeddings=most), tokenizer)
    ((voice,),) = model.branch([Branch(CONVERSATION, asked, max_tokens=6)])
    assert voice.tokens == room
    assert room or not voice.text
    assert sum(voice.probabilities) == pytest.approx(1.0)
    if native and not room:
        template = model._template
        logprobs = tiny.next_logprobs(model.model, [*prompt.ids, template.control("verdict")])
        expected = shares([float(logprobs[template.control(choice)]) for choice in CHOICES])
        assert voice.probabilities == pytest.approx(expected, abs=1e-4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(["old ", "moon", ".", "\n", "Ver", "dict", ":", LEAD, " no", "é"]), min_size=1))
def test_a_line_of_comment_is_followed_by_the_lead_wherever_it_ended(tiny: ModuleType, pieces: list[str]) -> None:
    template, text = tiny.local(native=False)._template, "".join(pieces)
    task = asking(template, Branch(CONVERSATION, CARDS), CARDS[0])
    ends = [text.index(stop) + len(stop) for stop in task.stop if stop in text]
    cut = text[: min(ends)] if ends else text
    ids = list(template.encode(text))
    said = next(ids[: i + 1] for i in range(len(ids)) if template.decode(ids[: i + 1], task.prompt).startswith(cut))
    assert task.closing
    words = task.closing.words(Written(said, cut, "stop" if ends else "length"))
    lead = "" if cut.endswith(LEAD) else LEAD if cut.endswith("\n") else f"\n{LEAD}"
    assert template.decode([*said[:-1], *words], task.prompt) == cut + lead


def test_the_prefix_is_read_once_however_many_voices_hear_it(tiny: ModuleType) -> None:
    model = tiny.local("lfm2")
    trunk = len(model._template.prompt(CONVERSATION).ids)
    for voices in (BORN[:1], BORN):
        model.forget()
        model.usage = Usage()
        said = model.branch([Branch(CONVERSATION, voices, max_tokens=5)])[0]
        cut = sum(voice.tokens == 5 for voice in said)  # their last token is read before the verdict
        assert model.usage.encoded - trunk - 2 * len(voices) in range(cut + 1)
        assert model.usage.decoded == sum(voice.tokens for voice in said)


def test_cards_share_all_that_stands_before_the_question(tiny: ModuleType) -> None:
    model = tiny.local("llama", native=False)
    prompts = [model._template.asked(CONVERSATION, card, CHOICES, False).ids for card in CARDS]
    shared = len(model._template.prompt(CONVERSATION).ids)
    model.forget()
    model.usage = Usage()
    model.branch([Branch(CONVERSATION, CARDS, max_tokens=0)])
    assert model.usage.encoded < sum(map(len, prompts)) - shared + 40  # 40: the choices' own tokens, twice


def test_a_voice_says_the_same_whoever_else_is_asked(tiny: ModuleType) -> None:
    model = tiny.local("mamba2")
    every = model.branch([Branch(CONVERSATION, BORN, max_tokens=6, temperature=1.0, seed=3)])[0]
    alone = model.branch([Branch(CONVERSATION, BORN[1:2], max_tokens=6, temperature=1.0, seed=3)])[0]
    assert every[1].text == alone[0].text
    assert every[1].probabilities == pytest.approx(alone[0].probabilities, abs=1e-4)
    assert len({voice.text for voice in every}) == 3, "and no two of them draw the same noise"


def test_a_stranger_to_a_born_model_is_asked_by_its_card(tiny: ModuleType) -> None:
    model = tiny.local("llama")
    owl = Message("council", "You see far.", "owl")
    prompt = model._template.asked(CONVERSATION, owl, CHOICES, True)
    assert prompt.ids == model._template.prompt(ask(CONVERSATION, owl, CHOICES)).ids
    sage, stranger = model.branch([Branch(CONVERSATION, (BORN[0], owl), max_tokens=4)])[0]
    (alone,) = model.branch([Branch(CONVERSATION, BORN[:1], max_tokens=4)])[0]
    assert sage.probabilities == pytest.approx(alone.probabilities, abs=1e-4)
    assert sum(stranger.probabilities) == pytest.approx(1.0)


def test_numbers_that_are_none_are_no_verdict(tiny: ModuleType) -> None:
    voice = heard(Written(scores=[float("nan")] * 3))
    assert not voice.parsed
    assert voice.probabilities == (1 / 3, 1 / 3, 1 / 3)


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("family", ["qwen2", "lfm2", "mamba", "mamba2"])
def test_scores_equal_separate_full_forward_passes(tiny: ModuleType, family: str, native: bool) -> None:
    model, texts = tiny.local(family, native), (" bread, so no.", " salt", "")
    prompt = model._template.prompt(CONVERSATION)
    for text, score in zip(texts, model.score([Score(CONVERSATION, texts)])[0], strict=True):
        expected = chained(tiny, model.model, list(prompt.ids), model._template.encode(text))
        assert score == pytest.approx(expected, abs=1e-4)


def test_scoring_reads_the_prompt_once(tiny: ModuleType) -> None:
    model = tiny.local("llama")
    model.forget()
    model.usage = Usage()
    model.score([Score(CONVERSATION, ("bread", "no", "salt, so no."))])
    assert model.usage.encoded == len(model._template.prompt(CONVERSATION).ids) + 1 + 1 + 5
