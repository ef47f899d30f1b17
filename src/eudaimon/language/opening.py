"""Models, tokenizers and templates from directories, with errors that say what to do."""

from __future__ import annotations

import copy
import hashlib
import os
from pathlib import Path
from typing import Any

from eudaimon.errors import InputError, ModelError

DTYPES = ("float32", "bfloat16", "float16")

MERGED = 200_000_000
"""Up to so many parameters in single precision an adapter is merged into a copy of the weights (faster); above, the
copy shares the weights and adds the adapter to their outputs (no memory)."""


def load(path: str | Path, dtype: str, device: str) -> tuple[Any, Any]:
    """A causal language model and its tokenizer, from a directory or the hub.

    Raises:
        InputError: there is no such directory, or it holds no model; or there is no such dtype or device here.
        ModelError: it cannot be loaded.
    """
    import torch
    from transformers import AutoModelForCausalLM

    check_dtype(dtype)
    check_device(device)
    check_directory(path)
    path = at_home(path)
    try:
        tokenizer = load_tokenizer(path)
        model = AutoModelForCausalLM.from_pretrained(path, dtype=getattr(torch, dtype)).to(device)
    except Exception as error:  # of a file that is cut off or foreign, every library says so in an error of its own
        raise ModelError(
            f"{path} cannot be loaded: {error}\nGive a directory with config.json, weights and tokenizer.json, or the "
            "id of a model that the hub's cache holds (unset HF_HUB_OFFLINE to have it fetched)."
        ) from error
    return model, tokenizer


def adapted(model: Any, path: str | Path) -> Any:
    """`model` with a LoRA adapter of PEFT's, as a copy: the modules of `model` stay as they are, bit by bit.

    Raises:
        ModelError: the adapter was made for another model.
    """
    import torch
    from peft import PeftModel
    from safetensors import SafetensorError

    merge = model.dtype == torch.float32 and model.num_parameters() <= MERGED
    shared = {} if merge else {id(weight): weight for weight in model.parameters()}
    marks = [(weight, weight.requires_grad) for weight in shared.values()]
    try:
        persona = PeftModel.from_pretrained(copy.deepcopy(model, shared), path)
    except (RuntimeError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(f"the adapter in {path} does not fit this model: {error}") from error
    finally:
        for weight, mark in marks:  # PEFT freezes them, and a CPU chooses its kernels, thus the last bits, by that
            weight.requires_grad_(mark)
    return persona.merge_and_unload() if merge else persona


def fingerprint(model: Any) -> str:
    """SHA-256 (hex) of the family and all weights by name, shape and value in single precision, so that a bfloat16
    checkpoint has the same one however it is loaded."""
    told, seen = hashlib.sha256(type(model).__name__.encode()), set()
    for name, tensor in sorted(model.state_dict().items()):
        if tensor.data_ptr() not in seen:  # tied weights count once
            seen.add(tensor.data_ptr())
            told.update(f"{name}{tuple(tensor.shape)}".encode())
            told.update(tensor.detach().float().cpu().contiguous().numpy().tobytes())
    return told.hexdigest()


def load_tokenizer(path: str | Path) -> Any:
    """The tokenizer as its tokenizer.json says. AutoTokenizer rebuilds some families' own from the vocabulary alone
    (a word-level one beside a Qwen2 model came back as byte-level), also where the directory asks for no such class."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast
    from transformers.models.auto.tokenization_auto import get_tokenizer_config

    path = at_home(path)
    told = get_tokenizer_config(path).get("tokenizer_class")
    plain = told in ("TokenizersBackend", "PreTrainedTokenizerFast")
    return (PreTrainedTokenizerFast if plain else AutoTokenizer).from_pretrained(path)


def template_text(template: str | Path | None) -> str | None:
    """A chat template's text, from a file where `template` names one.

    Raises:
        InputError: there is no such file, or it is not UTF-8.
    """
    if template is None or (isinstance(template, str) and ("{" in template or "\n" in template)):
        return template
    if not Path(template).is_file():
        raise InputError("there is no such template. Give a file with a Jinja chat template.", path=template)
    try:
        return Path(template).read_text(encoding="utf-8-sig")  # a byte order mark is no part of a prompt
    except UnicodeDecodeError as error:
        raise InputError("this template is not UTF-8. Save it as UTF-8.", path=template) from error


def end_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends a reply, as tokenizer, model and generation settings say; where a model sees and hears,
    too, the configuration of its text may be the only one that does."""
    settings = (model.config, model.config.get_text_config(), model.generation_config)
    told = [tokenizer.eos_token_id, *(getattr(one, "eos_token_id", None) for one in settings)]
    return frozenset(i for ids in told if ids is not None for i in (ids if isinstance(ids, list) else [ids]))


def most_read(config: Any) -> int | None:
    """How many tokens a model reads at most; None where nothing is said. LongRoPE turns all positions by other factors
    from its original length on: who has read up to there, in pieces or beside longer rows, would have read otherwise
    than in one piece. So that length is its end."""
    text = config.get_text_config()
    most = getattr(text, "max_position_embeddings", None)
    told = getattr(text, "rope_parameters", None) or {}
    ropes = [told, *(one for one in told.values() if isinstance(one, dict))]  # some tell them for each kind of layer
    long = [rope for rope in ropes if rope.get("rope_type") == "longrope"]
    original = getattr(text, "original_max_position_embeddings", None)
    ends = [rope.get("original_max_position_embeddings") or original for rope in long]
    return min((end for end in (most, *ends) if end), default=None)


def check_dtype(dtype: str) -> None:
    """Tell a precision that models do not run in here."""
    if dtype not in DTYPES:
        raise InputError(f"there is no dtype '{dtype}' for a model; give one of {', '.join(DTYPES)}")


def check_device(device: str) -> None:
    """Tell a device that this machine, or this installation of torch, does not have."""
    import torch

    kind, many = torch.accelerator.current_accelerator(), torch.accelerator.device_count()
    here = ["cpu", *(f"{kind.type}:{number}" for number in range(many) if kind)]
    if not {device, f"{device}:0"} & set(here):
        raise InputError(f"there is no device '{device}' here; give one of {', '.join(here)}, or install torch for it")


def at_home(path: str | Path) -> str | Path:
    """`path` with the home directory in place of `~`: a shell leaves that to others in `--model=~/mine`."""
    return os.path.expanduser(path) if str(path).startswith("~") else path


def name_of(path: str | Path) -> str:
    """What a model from there is called: as its directory is, also where the path does not say so (`.`)."""
    place = Path(at_home(path))
    return place.resolve().name if place.is_dir() else place.name


def check_directory(path: str | Path) -> None:
    """Tell a directory that is missing or holds no model from a hub id."""
    directory = Path(at_home(path))
    if directory.is_dir():
        if not (directory / "config.json").is_file():
            raise InputError("this directory has no config.json, so it holds no Hugging Face model.", path=path)
    elif directory.exists() or directory.is_absolute() or str(path).startswith((".", "~")) or str(path).count("/") > 1:
        raise InputError("there is no such model directory. Check the path, or give a hub id (OWNER/NAME).", path=path)
