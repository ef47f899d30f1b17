"""A model is opened from a directory, and named by what it is."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from types import ModuleType
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

import eudaimon.language
from eudaimon.dialogue import Message
from eudaimon.errors import InputError, ModelError, TemplateError, TooLong
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Extend, LanguageModel
from eudaimon.language.network import Network
from eudaimon.language.opening import end_ids, fingerprint, most_read, template_text

ASKED = (Message("user", "does Tom sell bread?"),)


@pytest.fixture(scope="module")
def saved(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "villager"
    tokenizer = tiny.native_tokenizer()
    tiny.random_model("lfm2", tokenizer).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def test_a_saved_model_opens_as_it_was(tiny: ModuleType, saved: Path) -> None:
    model, known = LocalModel.open(saved, threads=1), tiny.local("lfm2")
    request = Extend(ASKED, max_tokens=6, temperature=0.0)
    said, expected = model.extend([request])[0], known.extend([request])[0]
    assert (said.text, said.finish, said.tokens) == (expected.text, expected.finish, expected.tokens)
    assert model.capabilities.voices == {"sage", "fool", "mother"}
    assert model.capabilities.tier == "W"
    assert isinstance(model, LanguageModel)


@pytest.mark.parametrize("family", ["qwen2", "llama", "gpt_neox"])
def test_a_tokenizer_is_read_as_it_was_saved_beside_any_family(tiny: ModuleType, family: str, tmp_path: Path) -> None:
    known = tiny.local(family)
    known.model.save_pretrained(tmp_path)
    known.tokenizer.save_pretrained(tmp_path)
    assert LocalModel.open(tmp_path)._template.prompt(ASKED) == known._template.prompt(ASKED)


def test_a_name_is_the_directory_and_a_hash_of_the_weights(tiny: ModuleType, saved: Path) -> None:
    model = LocalModel.open(saved)
    name, _, code = model.name.partition("@")
    assert (name, len(code)) == ("villager", 12)
    assert code == tiny.local("lfm2").name.partition("@")[2]
    with torch.no_grad():
        next(model.model.parameters()).view(-1)[0] += 1e-3
    assert fingerprint(model.model)[:12] != code


def test_a_half_precision_checkpoint_has_one_hash_however_it_is_loaded(saved: Path, tmp_path: Path) -> None:
    AutoModelForCausalLM.from_pretrained(saved, dtype=torch.bfloat16).save_pretrained(tmp_path)
    codes = {
        fingerprint(AutoModelForCausalLM.from_pretrained(tmp_path, dtype=d)) for d in (torch.bfloat16, torch.float32)
    }
    assert len(codes) == 1


def test_a_half_precision_model_speaks(saved: Path) -> None:
    model = LocalModel.open(saved, dtype="bfloat16")
    assert model.extend([Extend(ASKED, max_tokens=3, seed=i) for i in range(4)])


@pytest.mark.parametrize("path", ["/no/such/model", "./none", "~/none", "some/where/else"])
def test_a_directory_that_is_missing_is_said(path: str) -> None:
    with pytest.raises(InputError, match="no such model directory"):
        LocalModel.open(path)


def test_a_directory_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        LocalModel.open(tmp_path)


def test_a_directory_without_weights_is_said_with_a_remedy(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text((saved / "config.json").read_text())
    with pytest.raises(ModelError, match="cannot be loaded"):
        LocalModel.open(tmp_path)


def test_a_hub_id_that_cannot_be_reached_is_said_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        LocalModel.open("nobody/nothing")


def test_a_template_may_be_given_as_text_or_as_a_file(tiny: ModuleType, saved: Path, tmp_path: Path) -> None:
    bare, file = tiny.chatml_tokenizer(None), tmp_path / "chat.jinja"
    file.write_text(tiny.CHATML)
    model = tiny.random_model("llama", bare)
    with pytest.raises(TemplateError, match="--template FILE"):
        LocalModel(model, bare)
    said = [LocalModel(model, bare, template=t).extend([Extend(ASKED, 3)]) for t in (tiny.CHATML, file, str(file))]
    assert said[0] == said[1] == said[2]
    file.write_text(tiny.CHATML, encoding="utf-8-sig")
    assert template_text(file) == tiny.CHATML
    with pytest.raises(InputError, match="no such template"):
        LocalModel(model, bare, template=tmp_path / "none.jinja")
    file.write_bytes("{{ messages }} schön".encode("latin-1"))
    with pytest.raises(InputError, match=r"chat\.jinja: this template is not UTF-8"):
        LocalModel(model, bare, template=file)


def test_a_conversation_beyond_the_models_context_is_refused_and_a_reply_is_cut(tiny: ModuleType) -> None:
    tokenizer = tiny.native_tokenizer()
    model = LocalModel(tiny.random_model("llama", tokenizer, max_position_embeddings=40), tokenizer)
    long = (Message("user", "bread " * 30),)
    with pytest.raises(ModelError, match=r"32 tokens.*40 at most"):
        model.extend([Extend(long)])
    short = (Message("user", "bread " * 18),)
    assert all(said.tokens <= 4 for said in model.extend([Extend(short, seed=i) for i in range(9)]))


STATEFUL: dict[str, dict[str, Any]] = {
    "recurrent_gemma": {"num_key_value_heads": 1, "head_dim": 16, "lru_width": 32, "num_hidden_layers": 3},
    "minimax": {"num_key_value_heads": 1, "head_dim": 16, "num_local_experts": 2, "num_experts_per_tok": 1},
    "xlstm": {"num_heads": 2, "num_blocks": 2},
}


@pytest.mark.parametrize("family", STATEFUL)
def test_a_model_that_keeps_its_state_elsewhere_than_in_a_cache_is_refused(tiny: ModuleType, family: str) -> None:
    tokenizer = tiny.native_tokenizer()
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": len(tokenizer), **tiny.ATTENTION}
    model = AutoModelForCausalLM.from_config(CONFIG_MAPPING[family](**(sizes | STATEFUL[family])))
    with pytest.raises(ModelError, match=r"ForCausalLM keeps its state in a way that is not supported.*another model"):
        LocalModel(model.eval(), tokenizer)


@pytest.mark.parametrize("family", ["llama", "gemma2", "gpt_oss", "gpt_neox", "lfm2", "mamba", "mamba2"])
def test_a_model_that_keeps_its_state_in_a_cache_opens_in_any_precision(tiny: ModuleType, family: str) -> None:
    model = tiny.random_model(family, tiny.native_tokenizer()).to(torch.bfloat16)
    assert Network(model).traits.pads


def test_weights_that_are_no_numbers_are_no_matter_of_states(tiny: ModuleType) -> None:
    model = tiny.random_model("llama", tiny.native_tokenizer())
    with torch.no_grad():
        model.lm_head.weight.fill_(torch.nan)
    assert not Network(model).traits.pads


def test_the_room_offers_it_without_loading_it_first() -> None:
    assert eudaimon.language.LocalModel is LocalModel
    with pytest.raises(AttributeError):
        _ = eudaimon.language.no_such_name


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dtype": "float7"}, "no dtype 'float7' for a model; give one of float32, bfloat16, float16"),
        ({"dtype": "nn"}, "no dtype 'nn'"),
        ({"device": "cuda:99"}, "no device 'cuda:99' here; give one of cpu"),
        ({"device": "nowhere"}, "no device 'nowhere' here; give one of cpu"),
    ],
)
def test_what_this_machine_does_not_have_is_said_with_what_it_has(
    saved: Path, options: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        LocalModel.open(saved, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_file_that_is_cut_off_is_told_as_a_model_that_cannot_be_loaded(
    saved: Path, tmp_path: Path, name: str
) -> None:
    place = copytree(saved, tmp_path / "model")
    whole = (place / name).read_bytes()
    (place / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"model cannot be loaded: .*\nGive a directory with config\.json"):
        LocalModel.open(place)


def test_a_broken_template_is_found_when_the_model_is_opened(saved: Path, tmp_path: Path) -> None:
    broken = "line one\n{% for m in messages %}{{ m.content }"
    with pytest.raises(TemplateError, match=r"villager is no Jinja: .*\(its line 2\)\. Mend it.*--template FILE"):
        LocalModel.open(saved, template=broken)
    place = copytree(saved, tmp_path / "model")
    (place / "chat_template.jinja").write_text(broken)
    with pytest.raises(TemplateError, match="model is no Jinja"):
        LocalModel.open(place)
    assert LocalModel.open(place, template="{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ raise_exception('not today') }}", r"refuses turns \['system', 'user'\]: not today"),
        ("{{ messages | nosuchfilter }}", "nosuchfilter"),
        ("hello", "drops a message"),
    ],
)
def test_a_template_that_refuses_the_first_turn_is_found_when_the_model_is_opened(
    saved: Path, template: str, said: str
) -> None:
    with pytest.raises(TemplateError, match=said):
        LocalModel.open(saved, template=template + "{# {{ #}")


def test_a_model_that_sees_too_is_read_by_what_the_configuration_of_its_text_says(tiny: ModuleType) -> None:
    tokenizer = tiny.native_tokenizer()
    text = {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": len(tokenizer), **tiny.ATTENTION}
    text |= tiny.FAMILIES["gemma3_text"] | {"eos_token_id": tokenizer.eos_token_id + 1, "pad_token_id": 0}
    seeing = {"num_hidden_layers": 1, "num_attention_heads": 1, "image_size": 28, "patch_size": 14}
    seeing |= {"hidden_size": 16, "intermediate_size": 16}
    config = CONFIG_MAPPING["gemma3"](text_config=text, vision_config=seeing)
    assert not hasattr(config, "eos_token_id")
    model = AutoModelForCausalLM.from_config(config).eval()
    assert end_ids(model, tokenizer) >= {tokenizer.eos_token_id, tokenizer.eos_token_id + 1}
    assert LocalModel(model, tokenizer).extend([Extend(ASKED, max_tokens=3)])


def longrope(tiny: ModuleType, original: int, **more: Any) -> LocalModel:
    """A model that turns positions by other factors from `original` on."""
    tokenizer = tiny.native_tokenizer()
    rope = {"rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 8, "long_factor": [4.0] * 8}
    sizes = {"original_max_position_embeddings": original, "rope_parameters": rope, **more}
    config = {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": len(tokenizer), **tiny.ATTENTION, **sizes}
    config |= {"pad_token_id": 0, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": None}
    return LocalModel(AutoModelForCausalLM.from_config(CONFIG_MAPPING["phi3"](**config)).eval(), tokenizer)


def test_a_model_whose_positions_turn_otherwise_far_out_is_read_up_to_there(tiny: ModuleType) -> None:
    model = longrope(tiny, original=40)
    with pytest.raises(TooLong, match=r"32 tokens.*reads 40 at most"):
        model.extend([Extend((Message("user", "bread " * 30),))])
    short = (Message("user", "bread " * 18),)
    assert all(said.tokens <= 4 for said in model.extend([Extend(short, seed=i) for i in range(3)]))


@pytest.mark.parametrize("rope", ["yarn", "default"])
def test_other_ways_to_read_far_are_not_cut_off(rope: str) -> None:
    told = {"rope_type": rope, "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 128}
    config = CONFIG_MAPPING["llama"](max_position_embeddings=512, rope_parameters=told)
    assert most_read(config) == 512
    config.rope_parameters = {"full_attention": told | {"rope_type": "longrope"}, "sliding_attention": told}
    assert most_read(config) == 128


def test_a_model_whose_cache_holds_an_index_is_refused(tiny: ModuleType) -> None:
    tokenizer = tiny.native_tokenizer()
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": len(tokenizer), **tiny.ATTENTION}
    sizes |= {"kv_lora_rank": 8, "q_lora_rank": 8, "qk_rope_head_dim": 8, "qk_nope_head_dim": 8, "v_head_dim": 8}
    sizes |= {"n_routed_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "n_group": 1}
    sizes |= {"topk_group": 1, "index_n_heads": 2, "index_head_dim": 16, "index_topk": 4, "num_key_value_heads": 2}
    model = AutoModelForCausalLM.from_config(CONFIG_MAPPING["deepseek_v32"](**sizes)).eval()
    with pytest.raises(ModelError, match=r"keeps its state in a way that is not supported \(an index.*another model"):
        LocalModel(model, tokenizer)


def test_a_home_directory_is_found_where_a_shell_leaves_it_to_others(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(saved.parent))
    assert LocalModel.open("~/villager").name == LocalModel.open(saved).name


def test_a_model_that_lies_where_one_stands_is_named_as_its_directory(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved)
    assert LocalModel.open(".").name.startswith("villager@")
