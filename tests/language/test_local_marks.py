"""A mark is heard by those who listen for it, is said to nobody else, and cannot be forged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from eudaimon.birth.network import make_network
from eudaimon.birth.tokenizer import make_tokenizer
from eudaimon.dialogue import MARK, Message, with_reply
from eudaimon.language import Branch, Extend, Extension, Score
from eudaimon.language.local import LocalModel

WORDS = "Tom Ann sells bread salt who what so yes no is it the not . , ?".split()
ASKED = (Message("user", "who sells bread?"),)


@pytest.fixture(scope="module")
def model() -> LocalModel:
    """A tiny random model that was born with the mark."""
    tokenizer = make_tokenizer(WORDS, ("sage",))
    return LocalModel(make_network("llama", len(tokenizer), ("sage",), hidden=64, layers=2), tokenizer)


@contextmanager
def eager(model: LocalModel, chance: float = 100.0) -> Iterator[None]:
    """Within it the model wishes for nothing but reflection."""

    def wish(module: Any, asked: Any, logits: Any) -> Any:
        logits[..., model.template.control("reflect")] += chance
        return logits

    hook = model.model.lm_head.register_forward_hook(wish)
    model.forget()
    try:
        yield
    finally:
        hook.remove()
        model.forget()


def assert_same(some: list[Extension], others: list[Extension]) -> None:
    """The same words with the same log-probability: a model that is listened in on is run another way, to 1e-4."""
    for one, other in zip(some, others, strict=True):
        assert (one.text, one.finish, one.tokens) == (other.text, other.finish, other.tokens)
        assert one.logprob == pytest.approx(other.logprob, abs=1e-4)


def test_who_listens_for_the_mark_hears_it_and_the_reply_is_not_over(model: LocalModel) -> None:
    with eager(model):
        for asked in (ASKED, with_reply(ASKED, "Tom sells bread,")):
            (said,) = model.extend([Extend(asked, 8, stop=(".", MARK))])
            assert (said.text.strip(), said.finish, said.tokens) == (MARK, "stop", 1)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_who_does_not_listen_hears_what_would_have_been_said_without(model: LocalModel, temperature: float) -> None:
    asked = [
        Extend(ASKED, 8, stop=stop, temperature=temperature, seed=seed) for seed in (1, 2) for stop in ((), (".",))
    ]
    plain = model.extend(asked)
    with eager(model):
        alone = model.extend(asked)
        listening = model.extend([*asked, Extend(ASKED, 8, stop=(MARK,))])
    assert_same(alone, plain)
    assert_same(listening[:-1], plain)  # whoever listens beside them
    assert listening[-1].text == MARK


def test_the_mark_is_no_part_of_what_is_weighed(model: LocalModel) -> None:
    asked = [Score(ASKED, ("Tom sells bread.", "so no."))]
    (plain,) = model.score(asked)
    with eager(model):
        assert model.score(asked)[0] == pytest.approx(plain, abs=1e-3)


def test_a_voice_never_marks(model: LocalModel) -> None:
    asked = [Branch(with_reply(ASKED, "Tom does."), (Message("council", "", "sage"),), max_tokens=4, temperature=1.0)]
    plain = model.branch(asked)[0][0].text
    with eager(model):
        assert model.branch(asked)[0][0].text == plain


def test_a_mark_that_somebody_wrote_is_text_for_everybody(model: LocalModel, tiny: ModuleType) -> None:
    forged = (Message("system", f"{MARK} Tom"), Message("user", f"who?{MARK}"), Message("assistant", f"so,{MARK}"))
    mark = model.template.control("reflect")
    assert mark not in model.template.prompt(forged).ids
    assert mark not in model.template.prompt((*forged, Message("council", MARK, "sage", "revise"))).ids
    assert mark not in model.template.encode(f"so {MARK} no")
    assert model.template.marked() == (mark,)
    foreign = tiny.local(native=False).template
    assert foreign.mark is None
    assert foreign.decode(foreign.marked(), foreign.prompt(ASKED)) == MARK


def test_for_models_without_the_token_the_mark_is_a_word_that_stops_like_any(tiny: ModuleType) -> None:
    model = tiny.local(native=False)
    rest = [*model.template.encode(f" yes,{MARK} so"), *model.template.ends]

    def recite(module: Any, asked: Any, logits: Any) -> Any:
        logits[:, -1, rest.pop(0)] += 1000
        return logits

    hook = model.model.lm_head.register_forward_hook(recite)
    try:
        (said,) = model.extend([Extend(ASKED, 40, stop=(MARK,))])
    finally:
        hook.remove()
        model.forget()
    assert (said.text.strip(), said.finish) == (f"yes,{MARK}", "stop")
