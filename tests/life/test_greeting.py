"""A model that is here is spoken to before a life begins with it, so that one which says nothing is told of."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import torch
from tests.language import tiny
from tokenizers import AddedToken

from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel
from eudaimon.life import Life
from eudaimon.life.limits import greet
from eudaimon.psyche import load_archetypes

os.environ.setdefault("HF_HUB_OFFLINE", "1")

THINKING = ("<think>", "</think>")
BEGUN = "<|im_start|>assistant\n"


def saying(token: str, behind: str = "") -> LocalModel:
    """A model that says one token over and over, by ChatML with this text behind the beginning of a reply."""
    tokenizer = tiny.chatml_tokenizer(tiny.CHATML.replace(BEGUN, BEGUN + behind))
    tokenizer.add_tokens([AddedToken(thought, special=False, normalized=False) for thought in THINKING])
    network = tiny.random_model("gpt_neox", tokenizer)
    with torch.no_grad():
        network.gpt_neox.final_layer_norm.weight.zero_()
        network.gpt_neox.final_layer_norm.bias.fill_(1)
        network.lm_head.weight.zero_()
        network.lm_head.weight[tokenizer.convert_tokens_to_ids(token)] = 1
    return LocalModel(network, tokenizer, name="lately")


def told(model: LocalModel) -> list[str]:
    """What is said of `model` when it has been greeted."""
    return greet(model, next(iter(load_archetypes().values())))


@pytest.mark.parametrize("token", ["<|im_start|>", "<|im_end|>"])
def test_a_model_that_begins_its_reply_with_a_control_token_is_told_of(token: str) -> None:
    (line,) = told(saying(token))
    assert line.startswith("lately@")
    assert "ended its reply before it said a word" in line
    assert "Give a template in which a reply begins behind that token (--template FILE)" in line


@pytest.mark.parametrize(("token", "behind"), [("<think>", ""), ("m", "<think>\n"), ("m", "[THINK]")])
def test_a_model_that_thinks_aloud_is_told_of_also_where_its_template_begins_the_thought(
    token: str, behind: str
) -> None:
    (line,) = told(saying(token, behind))
    assert "begins its replies with a thought" in line
    assert "behind the thought (--template FILE)" in line


@pytest.mark.parametrize("behind", ["", "<think>\n\n</think>\n\n", "[THINK][/THINK]"])
def test_a_model_that_speaks_is_not_told_of_nor_where_its_template_ends_the_thought(behind: str) -> None:
    assert told(saying("m", behind)) == []


def test_a_model_that_was_born_with_voices_is_not_asked() -> None:
    model = open_model()
    assert told(model) == []  # type: ignore[arg-type]
    assert model.usage.calls == 0


def test_a_silent_model_is_lived_with_and_told_of(begin: Callable[..., Life]) -> None:
    silent = saying("<|im_end|>")
    assert begin("silent", silent).warnings()[0] == told(silent)[0]
