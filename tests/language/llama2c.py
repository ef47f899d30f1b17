"""Checkpoints of llama2.c (Andrej Karpathy, 2023) as ordinary Hugging Face ones: a model that comes from elsewhere.

A checkpoint is a header of seven int32 (dim, hidden_dim, layers, heads, kv_heads, vocabulary, context; the vocabulary
is negative where the classifier has weights of its own) and float32 arrays one behind the other. A tokenizer is an
int32 and, for every token, a float32 score, an int32 length and so many bytes; ids 0 to 2 are <unk>, <s> and </s>, 3
to 258 the bytes, and pieces with the higher score are merged first, as SentencePiece's BPE does.
"""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, normalizers, processors
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

Floats = NDArray[np.float32]
REAL = Path(__file__).parents[3] / "shared" / "models" / "stories260K"
"""A pretrained one, in the development data beside the project."""

KNOWN = ["", *([REAL.name] if REAL.is_dir() else [])]
"""The names of the models that `elsewhere` can make here."""

MERGED = [" t", "he", " a", "nd", " the", " and", "on", "ce", "once", " w", "as", " was", "er", "in", "ing"]
LETTERS = " etaoinshrdlucmfwypvbgkjqxz.,?!'"
"""Pieces of the tokenizer beside the random weights."""


@dataclass(frozen=True)
class Shape:
    """The header; `own` says that the classifier has weights of its own."""

    dim: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    context: int
    own: bool = False

    @property
    def arrays(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the arrays in the file, in order."""
        size, of_layer = self.dim // self.heads, (self.layers,)
        kv = (*of_layer, self.kv_heads * size, self.dim)
        square, up, down = (self.dim, self.dim), (self.hidden, self.dim), (self.dim, self.hidden)
        return {
            "embedding": (self.vocabulary, self.dim),
            "att_norm": (*of_layer, self.dim),
            "wq": of_layer + square,
            "wk": kv,
            "wv": kv,
            "wo": of_layer + square,
            "ffn_norm": (*of_layer, self.dim),
            "w1": of_layer + up,
            "w2": of_layer + down,
            "w3": of_layer + up,
            "norm": (self.dim,),
            "cos": (self.context, size // 2),
            "sin": (self.context, size // 2),
            **({"classifier": (self.vocabulary, self.dim)} if self.own else {}),
        }


def read_model(path: Path) -> tuple[Shape, dict[str, Floats]]:
    """The header and the arrays."""
    content = path.read_bytes()
    *sizes, vocabulary, context = struct.unpack_from("<7i", content)
    shape, at = Shape(*sizes, abs(vocabulary), context, vocabulary < 0), 28
    arrays: dict[str, Floats] = {}
    for name, dimensions in shape.arrays.items():
        count = int(np.prod(dimensions))
        arrays[name] = np.frombuffer(content, "<f4", count, at).reshape(dimensions)
        at += 4 * count
    assert at == len(content), "the file holds something else"
    return shape, arrays


def write_model(path: Path, shape: Shape, seed: int) -> None:
    """A checkpoint of this shape with random weights."""
    draw = np.random.default_rng(seed)
    arrays = [draw.normal(0, 0.3, dimensions).astype("<f4") for dimensions in shape.arrays.values()]
    *sizes, vocabulary, context, own = astuple(shape)
    header = struct.pack("<7i", *sizes, -vocabulary if own else vocabulary, context)
    path.write_bytes(header + b"".join(array.tobytes() for array in arrays))


def read_pieces(path: Path) -> list[tuple[bytes, float]]:
    """Every token's bytes and score, by id."""
    content, at, pieces = path.read_bytes(), 4, []
    while at < len(content):
        score, length = struct.unpack_from("<fi", content, at)
        pieces.append((content[at + 8 : at + 8 + length], score))
        at += 8 + length
    return pieces


def write_pieces(path: Path, merged: list[str], letters: str) -> None:
    """A tokenizer of the bytes, of pieces that are merged from each other, and of single letters."""
    control = [b"<unk>", b"\n<s>\n", b"\n</s>\n", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    scored = [(piece, 0.0) for piece in control]
    scored += [(piece.encode(), float(-rank)) for rank, piece in enumerate([*merged, *letters])]
    longest = max(len(piece) for piece, _ in scored)
    rows = [struct.pack("<fi", score, len(piece)) + piece for piece, score in scored]
    path.write_bytes(struct.pack("<i", longest) + b"".join(rows))


def convert(model: Path, pieces: Path, out: Path, context: int | None = None) -> Path:
    """Writes a Hugging Face checkpoint to `out`. It has no chat template: nobody taught this model to talk.

    `context` is how far it may read; by default as far as it was trained to.
    """
    shape, arrays = read_model(model)
    _network(shape, arrays, context or shape.context).save_pretrained(out)
    _tokenizer(read_pieces(pieces)).save_pretrained(out)
    return out


def elsewhere(out: Path, name: str = "", context: int | None = None) -> Path:
    """A converted model in `out`: the pretrained one (`name` as in REAL), or by default one with random weights."""
    if name:
        return convert(REAL / f"{name}.bin", REAL / "tok512.bin", out, context)
    out.mkdir(parents=True, exist_ok=True)
    write_pieces(out / "tokens.bin", MERGED, LETTERS)
    write_model(out / "model.bin", Shape(32, 48, 2, 4, 2, 259 + len(MERGED) + len(LETTERS), 256), seed=0)
    return convert(out / "model.bin", out / "tokens.bin", out, context)


def _network(shape: Shape, arrays: dict[str, Floats], context: int) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.dim,
        intermediate_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        max_position_embeddings=context,
        rms_norm_eps=1e-5,
        tie_word_embeddings=not shape.own,
        bos_token_id=1,
        eos_token_id=2,
    )
    network = LlamaForCausalLM(config)
    weights = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    told = {"model.embed_tokens.weight": weights["embedding"], "model.norm.weight": weights["norm"]}
    told["lm_head.weight"] = weights.get("classifier", weights["embedding"])
    for layer in range(shape.layers):
        told |= {f"model.layers.{layer}.{name}": tensor for name, tensor in _layer(shape, weights, layer).items()}
    network.load_state_dict(told)
    return network


def _layer(shape: Shape, weights: dict[str, torch.Tensor], layer: int) -> dict[str, torch.Tensor]:
    def halved(matrix: torch.Tensor, heads: int) -> torch.Tensor:
        """llama2.c turns neighbours (2i, 2i + 1) of a head; transformers turns (i, i + half)."""
        return matrix.view(heads, -1, 2, shape.dim).transpose(1, 2).reshape(matrix.shape)

    return {
        "input_layernorm.weight": weights["att_norm"][layer],
        "self_attn.q_proj.weight": halved(weights["wq"][layer], shape.heads),
        "self_attn.k_proj.weight": halved(weights["wk"][layer], shape.kv_heads),
        "self_attn.v_proj.weight": weights["wv"][layer],
        "self_attn.o_proj.weight": weights["wo"][layer],
        "post_attention_layernorm.weight": weights["ffn_norm"][layer],
        "mlp.gate_proj.weight": weights["w1"][layer],
        "mlp.down_proj.weight": weights["w2"][layer],
        "mlp.up_proj.weight": weights["w3"][layer],
    }


def _tokenizer(pieces: list[tuple[bytes, float]]) -> PreTrainedTokenizerFast:
    names = [piece.decode().strip("\n").replace(" ", "▁") for piece, _ in pieces]
    vocabulary = {name: number for number, name in enumerate(names)}
    model = models.BPE(vocabulary, _merges(names, pieces), unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps: list[Any] = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )


def _merges(names: list[str], pieces: list[tuple[bytes, float]]) -> list[tuple[str, str]]:
    """Every pair of pieces that makes a piece, those with the highest score first."""
    known = set(names[259:])
    by_score = sorted(range(259, len(names)), key=lambda number: -pieces[number][1])
    return [
        (names[number][:cut], names[number][cut:])
        for number in by_score
        for cut in range(1, len(names[number]))
        if {names[number][:cut], names[number][cut:]} <= known
    ]
