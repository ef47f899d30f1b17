"""`transformers serve` in a process of its own, and a tiny checkpoint for it that says one known sentence.

with served(speaking_checkpoint(tmp_path, "Tom sells cake , so no .")) as url:
    EndpointModel(url, str(tmp_path))
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

BEGIN, END = "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for m in messages %}" + BEGIN + " {{ m.role }} {{ m.content }} " + END + " {% endfor %}"
    "{% if add_generation_prompt %}" + BEGIN + " assistant {% endif %}"
)


def speaking_checkpoint(folder: Path, sentence: str) -> Path:
    """A Llama in `folder` whose every reply is `sentence` (words and marks apart by spaces, none of them twice).

    Attention and feed-forward are zero, embeddings are one-hot and the head maps each word to its successor.
    """
    chain = ["assistant", *sentence.split(), END]
    vocabulary = ["<unk>", BEGIN, "user", "system", *chain]
    _write_tokenizer(folder, vocabulary)
    size = len(vocabulary)
    head, nothing = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    for word, successor in pairwise(chain):
        head[vocabulary.index(successor), vocabulary.index(word)] = 4
    layer = "model.layers.0."
    names = [f"self_attn.{name}_proj" for name in "qkvo"] + [f"mlp.{name}_proj" for name in ("gate", "up", "down")]
    norms = ["model.norm", f"{layer}input_layernorm", f"{layer}post_attention_layernorm"]
    weights = {f"{layer}{name}.weight": nothing.copy() for name in names}
    weights |= {f"{name}.weight": np.ones(size, np.float32) for name in norms}
    weights |= {"model.embed_tokens.weight": np.eye(size, dtype=np.float32), "lm_head.weight": head}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": size,
        "hidden_size": size,
        "intermediate_size": size,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "head_dim": size,
        "max_position_embeddings": 4096,
        "eos_token_id": vocabulary.index(END),
        "pad_token_id": 0,
        "bos_token_id": None,
        "tie_word_embeddings": False,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _write_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    ids = {word: i for i, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens([BEGIN, END])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "<unk>",
        "eos_token": END,
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


@contextmanager
def served(checkpoint: Path, patience: float = 60) -> Iterator[str]:
    """The base url of `transformers serve` with this checkpoint, while the context lasts."""
    port, log = _free_port(), checkpoint / "serve.log"
    run = "from transformers.cli.transformers import app; app()"
    place = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    quiet = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as out:
        command = [sys.executable, "-c", run, "serve", str(checkpoint), *place]
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | quiet)
    try:
        _await(process, f"http://127.0.0.1:{port}/health", log, time.monotonic() + patience)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], health: str, log: Path, deadline: float) -> None:
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                client.get(health).raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.1)
    raise RuntimeError(f"transformers serve did not start:\n{log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        return int(spare.getsockname()[1])
