"""Births: reproducible, resumable, and ordinary to transformers afterwards."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from eudaimon.birth import text, village
from eudaimon.birth.network import FAMILIES, make_network
from eudaimon.birth.train import Schedule, teach
from eudaimon.errors import FormatError, InputError, ModelError

SHORT = Schedule(tokens=30_000)


def weights(network):
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.fixture(scope="module")
def newborn(tmp_path_factory):
    out = tmp_path_factory.mktemp("newborn")
    village.give_birth(out, seed=3, layers=2, schedule=SHORT)
    return out


def test_a_born_model_loads_as_any_other_with_its_template_and_voices(newborn):
    model = AutoModelForCausalLM.from_pretrained(newborn)
    tokenizer = AutoTokenizer.from_pretrained(newborn)
    assert "council" in tokenizer.chat_template
    assert "sage" in model.config.eudaimon["voices"]
    assert next(AutoModelForCausalLM.from_pretrained(newborn).parameters()).dtype == torch.bfloat16


def test_a_birth_tells_how_to_repeat_it(newborn):
    record = json.loads((newborn / "birth.json").read_text())
    assert record["seed"] == 3
    assert record["recipe"]["bad"] == 0.5
    assert len(record["data_hash"]) == 64
    assert not (newborn / "birth.pt").exists()


def test_the_same_seed_gives_the_same_model(newborn, tmp_path):
    again = village.give_birth(tmp_path, seed=3, layers=2, schedule=SHORT)
    saved = AutoModelForCausalLM.from_pretrained(newborn).float()
    assert torch.equal(weights(again.bfloat16().float()), weights(saved))


def test_training_that_is_cut_off_goes_on_to_the_same_model(tmp_path):
    from eudaimon.birth.corpus import Batch

    def stream():
        generator = torch.Generator().manual_seed(0)
        while True:
            ids = torch.randint(1, 40, (4, 16), generator=generator)
            yield Batch(ids.numpy(), torch.ones(4, 16).numpy())

    whole, halves = (make_network("lfm2", 40, (), hidden=64, layers=2) for _ in range(2))
    schedule = Schedule(tokens=64 * 12)
    teach(whole, stream(), schedule)
    checkpoint = tmp_path / "birth.pt"

    class CutOff(Exception):
        pass

    def cut():
        for number, batch in enumerate(stream()):
            if number == 6:
                raise CutOff
            yield batch

    with pytest.raises(CutOff):
        teach(halves, cut(), schedule, checkpoint=checkpoint, every=0)
    fresh = make_network("lfm2", 40, (), hidden=64, layers=2, seed=9)
    teach(fresh, stream(), schedule, checkpoint=checkpoint)
    assert torch.equal(weights(fresh), weights(whole))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns(family):
    from eudaimon.birth.corpus import Batch

    network = make_network(family, 20, ("sage",), hidden=64, layers=2)
    batch = Batch(torch.arange(1, 17).repeat(4, 1).numpy(), torch.ones(4, 16).numpy())
    loss = teach(network, iter([batch] * 60), Schedule(tokens=64 * 60, rate=5e-3))
    assert loss < 2.0


def test_an_unknown_family_is_refused_by_name():
    with pytest.raises(ModelError, match="choose one of lfm2, llama, mamba2"):
        make_network("rwkv", 20, ())


def test_a_model_is_born_from_real_text_of_every_kind(tmp_path):
    (tmp_path / "a.txt").write_text("once upon a time\n<|endoftext|>\nthe end of it")
    (tmp_path / "b.jsonl").write_text(
        '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
    )
    (tmp_path / "c.json").write_text('[{"instruction": "say hi", "input": "", "output": "hi"}]')
    (tmp_path / "d.csv").write_text("questionText,answerText\nwhy?,because\n")
    files = [tmp_path / name for name in ("a.txt", "b.jsonl", "c.json", "d.csv")]
    assert [len(text.read_file(file)) for file in files] == [2, 1, 1, 1]
    out = tmp_path / "out"
    text.give_birth(out, files, layers=2, schedule=Schedule(tokens=20_000))
    tokenizer = AutoTokenizer.from_pretrained(out)
    rendered = tokenizer.apply_chat_template([{"role": "user", "content": "why?"}], tokenize=False)
    assert rendered == "<|im_start|>user\nwhy?<|im_end|>\n"


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        ("a.csv", "title,answer\nx,y\n", FormatError, "questionText"),
        ("a.json", '[{"instruction": "x"}]', FormatError, "output"),
        ("a.json", "[{", FormatError, "a.json:1"),
        ("a.md", "x", InputError, "are not read"),
        ("a.txt", "\n\n", InputError, "no text"),
    ],
)
def test_bad_text_files_are_named_with_the_remedy(tmp_path, name, content, error, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(error, match=said):
        text.read_file(tmp_path / name)
