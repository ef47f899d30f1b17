"""Models of random weights and a given size, for measuring: a Llama with grouped queries, and words `w0`, `w1`, ... of
which no stop string is made. Nothing that they say means anything, and nothing ends before its limit."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from bench.table import either
from eudaimon.dialogue import Conversation, Message
from eudaimon.language import LocalModel

VOICES = ("sage", "mother", "father", "fool", "guardian", "shadow")
CONTROL = ("pad", "unk", "notes", "person", "helper", "end", "verdict", "continue", "revise", "surrender", *VOICES)
TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'user' %}<person> {{ m.content }} "
    "{% elif m.role == 'assistant' %}<helper> {{ m.content }} "
    "{% if loop.last or loop.nextitem.role != 'council' %}<end> {% endif %}"
    "{% else %}<{{ m.name or 'sage' }}> {{ m.content }} {% if m.verdict %}<verdict> <{{ m.verdict }}> {% endif %}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}<helper> {% endif %}"
)


@dataclass(frozen=True, slots=True)
class Size:
    """A model's make; `name` is about its number of parameters."""

    name: str
    width: int
    layers: int
    heads: int
    groups: int
    inner: int
    words: int


SIZES = either(
    (
        Size("3M", 192, 6, 6, 2, 512, 2048),
        Size("10M", 256, 10, 8, 2, 704, 8192),
        Size("125M", 768, 12, 12, 4, 2816, 32000),
    ),
    (Size("tiny", 32, 2, 4, 2, 64, 2048),),
)
LARGE = SIZES[-2:]
"""Those that councils are measured on."""


def random_model(size: Size, dtype: torch.dtype = torch.float32, device: str = "cpu", share: bool = True) -> LocalModel:
    """A model of this size in which no token ends a reply, so that every case says as many tokens."""
    words = [*(f"<{word}>" for word in CONTROL), *(f"w{i}" for i in range(size.words - len(CONTROL)))]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([AddedToken(f"<{word}>", special=True, normalized=False) for word in CONTROL])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", eos_token="<end>", chat_template=TEMPLATE
    )
    config = LlamaConfig(
        vocab_size=size.words, hidden_size=size.width, num_hidden_layers=size.layers, num_attention_heads=size.heads,
        num_key_value_heads=size.groups, intermediate_size=size.inner, max_position_embeddings=16384,
        tie_word_embeddings=True, eos_token_id=None, pad_token_id=0, bos_token_id=None,
    )  # fmt: skip
    config.eudaimon = {"voices": list(VOICES)}
    torch.manual_seed(0)
    model = LlamaForCausalLM(config).to(device, dtype).eval()
    with torch.no_grad():  # control tokens are never said: their logits are the least
        model.get_input_embeddings().weight[: len(CONTROL)].mul_(1e-3)
    local = LocalModel(model, fast, name=size.name, share=share, batch_tokens=2**17)
    local._ends = frozenset()
    return local


def conversation(tokens: int, seed: int = 0) -> Conversation:
    """A question and the beginning of a reply that take about so many tokens."""
    drawn = torch.randint(0, 1500, (tokens - 3,), generator=torch.Generator().manual_seed(seed)).tolist()
    words = [f"w{i}" for i in drawn]
    return Message("user", " ".join(words[:-8])), Message("assistant", " ".join(words[-8:]))


def council() -> tuple[Message, ...]:
    """The voices that sit."""
    return tuple(Message("council", "", name=name) for name in VOICES)
