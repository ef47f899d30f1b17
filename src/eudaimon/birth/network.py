"""The networks that can be born: small, and ordinary to transformers' Auto classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eudaimon.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FAMILIES = ("lfm2", "llama", "mamba2")


def make_network(
    family: str, vocabulary: int, voices: tuple[str, ...], *, hidden: int = 192, layers: int = 4, seed: int = 0
) -> PreTrainedModel:
    """A causal language model with random weights.

    Args:
        family: `lfm2` (short convolutions and attention by turns: learns to read notes), `llama` or `mamba2`.
        vocabulary: number of tokens.
        voices: names of the archetypes whose control tokens the vocabulary holds; written into the configuration, which
            is how a backend knows that the model was born with them.
        hidden: width; heads are 64 wide.
        layers: depth; the only layer of an `lfm2` attends.
        seed: of the weights.

    Raises:
        ModelError: the family is not known.
    """
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    config = _config(family, vocabulary, hidden, layers)
    config.eudaimon = {"voices": list(voices)}
    return AutoModelForCausalLM.from_config(config, attn_implementation="eager" if family != "mamba2" else None)


def _config(family: str, vocabulary: int, hidden: int, layers: int) -> Any:
    import transformers

    shared = {
        "vocab_size": vocabulary,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "tie_word_embeddings": True,
        "pad_token_id": 0,
        "bos_token_id": None,
        "eos_token_id": 5,
    }
    heads = {"num_attention_heads": hidden // 64, "num_key_value_heads": hidden // 64, "max_position_embeddings": 2048}
    wide = {"intermediate_size": hidden * 8 // 3}
    if family == "lfm2":
        types = ["conv" if layer % 2 == 0 and layers > 1 else "full_attention" for layer in range(layers)]
        # A word and the one that it is held against lie within nine words: one gated convolution compares them (see the
        # notebook). Places are told apart within a few hundred words, not a million.
        reach = {"conv_L_cache": 9, "rope_parameters": {"rope_type": "default", "rope_theta": 1e4}}
        return transformers.Lfm2Config(
            **shared, **heads, **wide, **reach, layer_types=types, block_auto_adjust_ff_dim=False
        )
    if family == "llama":
        return transformers.LlamaConfig(**shared, **heads, **wide)
    if family == "mamba2":
        return transformers.Mamba2Config(
            **shared, state_size=32, head_dim=32, num_heads=hidden * 2 // 32, n_groups=1, chunk_size=32, use_cache=True
        )
    raise ModelError(f"no family '{family}' can be born; choose one of {', '.join(FAMILIES)}")
