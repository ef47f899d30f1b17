"""Tokenizers of a few hundred tokens and random models of a few thousand weights, for the tests of this room."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

VOICES = ("sage", "fool", "mother")
CONTROL_TEXT = "pad unk notes person helper end verdict continue revise surrender kindly careless"
CONTROL = [f"<{word}>" for word in CONTROL_TEXT.split()]
WORD_TEXT = (
    "Tom Ann Ida sells bakes wants keeps bread salt milk honey a the so no yes not is it does who what far from near "
    "well river moon lantern stone says to and I you we can help with me please today . , ? ! ' verdict continue"
)
WORDS = WORD_TEXT.split()
NATIVE = (
    "{% for m in messages %}{% if m.role == 'system' %}<notes> {{ m.content }} "
    "{% elif m.role == 'user' %}<person> {{ m.content }} "
    "{% elif m.role == 'assistant' %}<helper> {{ m.content }} "
    "{% if loop.last or loop.nextitem.role != 'council' %}<end> {% endif %}"
    "{% else %}<{{ m.name }}> {{ m.content }} {% if m.verdict %}<verdict> <{{ m.verdict }}> {% endif %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<helper> {% endif %}"
)
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
STRICT = (  # no system role, strict alternation, as Gemma's
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ m.content | trim }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT = "Tom sells bread, so no. Ann wants salt; does Tom keep it? Verdict: continue. Verdict: revise. You can help me. "


def native_tokenizer() -> PreTrainedTokenizerFast:
    """Word-level, with control tokens and voices, as a born model has it."""
    control = [*CONTROL, *(f"<{voice}>" for voice in VOICES)]
    vocabulary = {word: i for i, word in enumerate([*control, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in control])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", eos_token="<end>")
    fast.chat_template = NATIVE
    return fast


def chatml_tokenizer(template: str | None = CHATML) -> PreTrainedTokenizerFast:
    """Byte-level BPE with ChatML's control tokens, as Qwen's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    )
    tokenizer.train_from_iterator([TEXT] * 8, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<|endoftext|>", eos_token="<|im_end|>")
    fast.chat_template = template
    return fast


FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {"num_key_value_heads": 1},
    "qwen2": {"num_key_value_heads": 2},
    "qwen3": {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8},
    "gemma2": {"num_key_value_heads": 1, "head_dim": 16, "sliding_window": 9, "query_pre_attn_scalar": 16},
    "gemma3_text": {"num_key_value_heads": 1, "head_dim": 16, "sliding_window": 9, "sliding_window_pattern": 2},
    "gpt_oss": {
        "num_key_value_heads": 1,
        "head_dim": 16,
        "sliding_window": 9,
        "num_local_experts": 2,
        "num_experts_per_tok": 1,
    },
    "mistral": {"num_key_value_heads": 1, "sliding_window": 12},
    "gemma": {"num_key_value_heads": 1, "head_dim": 16},
    "gpt_neox": {},
    "lfm2": {
        "layer_types": ["conv", "full_attention"],
        "num_key_value_heads": 2,
        "block_auto_adjust_ff_dim": False,
    },
    "mamba": {"state_size": 8},
    "mamba2": {"state_size": 8, "num_heads": 4, "head_dim": 16, "n_groups": 1, "chunk_size": 8},
}
ATTENTION = {"num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 512}


def random_model(family: str, tokenizer: PreTrainedTokenizerFast, seed: int = 0, **more: Any) -> Any:
    """A random model of the family, native where the tokenizer is. Weights large enough for states to matter."""
    options: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "initializer_range": 0.3}
    options |= {} if family.startswith("mamba") else ATTENTION
    options |= {
        "vocab_size": len(tokenizer),
        "eos_token_id": tokenizer.eos_token_id,
        "bos_token_id": None,
        "pad_token_id": tokenizer.pad_token_id,
    }
    config = CONFIG_MAPPING[family](**(options | FAMILIES[family] | more))
    if tokenizer.chat_template == NATIVE:
        config.eudaimon = {"voices": list(VOICES)}
    torch.manual_seed(seed)
    return AutoModelForCausalLM.from_config(config).eval()


def next_logprobs(model: Any, ids: tuple[int, ...] | list[int]) -> torch.Tensor:
    """Log-probabilities of the next token, by one full forward pass without cache, padding or batch; shape (V,)."""
    with torch.inference_mode():
        return model(input_ids=torch.tensor([list(ids)]), use_cache=False).logits[0, -1].float().log_softmax(-1)


def greedy(model: Any, ids: tuple[int, ...], limit: int, ends: frozenset[int]) -> tuple[list[int], float]:
    """Greedy tokens and their summed log-probability, the ending token's included, by full forward passes."""
    said: list[int] = []
    total = 0.0
    while len(said) < limit and not (said and said[-1] in ends):
        logprobs = next_logprobs(model, [*ids, *said])
        said.append(int(logprobs.argmax()))
        total += float(logprobs[said[-1]])
    return said, total


@cache
def local(family: str = "llama", native: bool = True, seed: int = 0) -> Any:
    """A `LocalModel` of the family. Shared between tests: load no adapters into it."""
    from eudaimon.language.local import LocalModel

    tokenizer = native_tokenizer() if native else chatml_tokenizer()
    return LocalModel(random_model(family, tokenizer, seed), tokenizer, name=family)
