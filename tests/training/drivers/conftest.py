"""A tiny model on disk, and data of each method."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

torch.set_num_threads(1)
WORDS = (
    "<pad> <end> <unk> user assistant : who sells bread milk salt Tom Ann Ida and not so yes no is it ? . A B".split()
)
TEMPLATE = (
    "{% for m in messages %}{{ m.role }} : {{ m.content }} <end> {% endfor %}"
    "{% if add_generation_prompt %}assistant :{% endif %}"
)


def make_model(path: Path, places: int = 64, **tokenizer: Any) -> Path:
    """A Llama of two layers with random weights and a tokenizer of words."""
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = {"pad_token": "<pad>", "eos_token": "<end>", "unk_token": "<unk>", **tokenizer}
    fast = PreTrainedTokenizerFast(tokenizer_object=made, **{k: v for k, v in special.items() if v is not None})
    fast.chat_template = TEMPLATE
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": None}
    LlamaForCausalLM(
        LlamaConfig(vocab_size=len(WORDS), max_position_embeddings=places, **sizes, **ends)
    ).save_pretrained(path)
    fast.save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


ROWS: dict[str, list[dict[str, Any]]] = {
    "sft": [{"prompt": "who sells bread ?", "completion": f" {name} sells it ."} for name in ("Tom", "Ann", "Ida")] * 4,
    "dpo": [
        {"prompt": "who sells bread ?", "chosen": f" {name} sells it .", "rejected": " no , no .", "care": 0.5}
        for name in ("Tom", "Ann", "Ida")
    ]
    * 4,
    "rlhf": [{"prompt": f"who sells {good} ?", "good": good} for good in ("bread", "milk", "salt")] * 4,
}
ROWS["reward"] = [{key: row[key] for key in ("prompt", "chosen", "rejected")} for row in ROWS["dpo"]]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Writes rows as JSON lines and gives the path."""

    def write(rows: list[dict[str, Any]] | str, name: str = "data.jsonl") -> str:
        rows = ROWS[rows] if isinstance(rows, str) else rows
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
def rewards(tmp_path: Path) -> Path:
    """A file of reward functions, good and bad ones."""
    path = tmp_path / "rewards.py"
    path.write_text(
        "def short(prompts, completions, **columns):\n    return [-float(len(c.split())) for c in completions]\n"
        "def nan(prompts, completions, **columns):\n    return [0.0] * (len(completions) - 1) + [float('nan')]\n"
        "def few(prompts, completions, **columns):\n    return [0.0]\n"
        "def raises(prompts, completions, good, **columns):\n    return [{'bread': 1.0}[one] for one in good]\n",
        encoding="utf-8",
    )
    return path
