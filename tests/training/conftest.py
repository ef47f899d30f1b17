"""Tiny models, and signals to train them on."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from eudaimon.birth.network import make_network
from eudaimon.birth.tokenizer import make_tokenizer
from eudaimon.dialogue import Message, Signal, SignalKind
from eudaimon.language.local import LocalModel

os.environ.setdefault("HF_HUB_OFFLINE", "1")
torch.set_num_threads(1)

WORDS = "Tom Ann Ida sells bread salt milk who does what so yes no is it the notes not say . , ?".split()
VOICES = ("sage", "fool")


def born(family: str) -> LocalModel:
    tokenizer = make_tokenizer(WORDS, VOICES)
    return LocalModel(make_network(family, len(tokenizer), VOICES, hidden=64, layers=2), tokenizer, name=family)


def chatml(**size: Any) -> LocalModel:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    controls = ["<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=controls,
    )
    tokenizer.train_from_iterator(["Tom sells bread, so no. what does Tom sell?<reflect>"] * 8, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>")
    fast.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    torch.manual_seed(0)
    size = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2} | size
    return LocalModel(LlamaForCausalLM(LlamaConfig(vocab_size=len(fast), **size)), fast, name="chatml")


@pytest.fixture(scope="session")
def foreign() -> Callable[..., LocalModel]:
    """Makes a tiny random model that was born elsewhere: another vocabulary and template, no mark, no voices."""
    return chatml


@pytest.fixture(scope="session")
def native() -> Callable[[str], LocalModel]:
    """Makes a tiny random model of a family, with voices of its own."""
    return born


@pytest.fixture
def model() -> LocalModel:
    """A tiny random model with short convolutions and attention."""
    return born("lfm2")


@pytest.fixture
def signals() -> list[Signal]:
    """Ten preferences, four labels and two lettings-go, of different lengths."""

    def signal(number: int, kind: SignalKind, chosen: str, rejected: str = "") -> Signal:
        notes = " ".join(f"{name} sells {good}." for name, good in zip(("Tom", "Ann"), goods[number % 3], strict=True))
        prompt = (Message("system", notes), Message("user", "what does Tom sell?" + " so what?" * (number % 4)))
        return Signal(f"night-1/{kind}/{number}", 1, kind, "day-1/1", prompt, chosen, rejected, 0.5)

    goods = (("bread", "salt"), ("milk", "bread"), ("salt", "milk"))
    pairs = [signal(i, SignalKind.PAIR, f"Tom sells {goods[i % 3][0]}, so yes.", "so no.") for i in range(10)]
    labels = [signal(i, SignalKind.LABEL, "the notes say so.") for i in range(4)]
    return [*pairs, *labels, *(signal(i, SignalKind.LETTING_GO, "it is so.", "yes, yes.") for i in range(2))]
