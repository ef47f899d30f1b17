"""Births: reproducible, resumable, and ordinary to transformers afterwards."""

import json
from dataclasses import asdict
from itertools import count
from shutil import copytree
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from eudaimon.birth import text, train, village
from eudaimon.birth.network import FAMILIES, make_network
from eudaimon.birth.plan import Plan
from eudaimon.birth.record import read
from eudaimon.birth.resuming import done
from eudaimon.birth.train import Schedule, teach
from eudaimon.birth.village import stages
from eudaimon.dialogue import Message
from eudaimon.errors import FormatError, InputError, ModelError
from eudaimon.language import Extend, LocalModel
from eudaimon.worlds.village.lore import Recipe

SHORT = Schedule(tokens=12_000)


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


gpu = pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"))


@pytest.mark.parametrize("device", ["cpu", gpu])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns(family, device):
    from eudaimon.birth.corpus import Batch

    network = make_network(family, 20, ("sage",), hidden=64, layers=2)
    batch = Batch(torch.arange(1, 17).repeat(4, 1).numpy(), torch.ones(4, 16).numpy())
    loss = teach(network, iter([batch] * 60), Schedule(tokens=64 * 60, rate=5e-3, device=device))
    assert loss < 2.0
    assert network.device.type == "cpu"


@pytest.mark.parametrize("family", FAMILIES)
def test_one_layer_is_enough_to_be_born_and_to_speak(family, tmp_path):
    (tmp_path / "a.txt").write_text("once upon a time")
    text.give_birth(tmp_path / "out", [tmp_path / "a.txt"], family=family, layers=1, schedule=Schedule(tokens=4_000))
    born = LocalModel.open(tmp_path / "out")
    assert born.model.config.num_hidden_layers == 1
    assert born.extend([Extend((Message("user", "when?"),), max_tokens=4)])[0].tokens


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


class Stopped(Exception):
    """The process ends here."""


PLANNED = {"seed": 3, "layers": 2, "schedule": Schedule(tokens=12_000)}
FEW = Recipe(bad=0.1)


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory):
    """A directory in which a birth with few bad helpers was begun and cut off at its first checkpoint."""
    out, save, clock = tmp_path_factory.mktemp("half"), train._save, SimpleNamespace(monotonic=count(0, 100).__next__)

    def once(*arguments):
        save(*arguments)
        raise Stopped

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(train, "_save", once)
        patched.setattr(train, "time", clock)
        with pytest.raises(Stopped):
            village.give_birth(out, **PLANNED, recipe=FEW)
    return out


@pytest.fixture
def half(cut_off, tmp_path):
    """The same, to be changed."""
    return copytree(cut_off, tmp_path / "half")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, r"its recipe\.bad is 0\.1, not 0\.5"),
        ({"recipe": FEW, "seed": 4}, "its seed is 3, not 4"),
        ({"recipe": FEW, "family": "llama"}, "its family is lfm2, not llama"),
        ({"recipe": FEW, "layers": 3}, "its layers is 2, not 3"),
        ({"recipe": FEW, "schedule": Schedule(tokens=9_000)}, r"its schedule\.tokens is 12000, not 9000"),
    ],
)
def test_no_other_birth_goes_on_from_a_checkpoint(half, other, said):
    before = (half / "birth.pt").read_bytes()
    with pytest.raises(InputError, match=rf"{said}\. Give the same options, or another --out"):
        village.give_birth(half, **{**PLANNED, **other})
    assert [path.name for path in half.iterdir()] == ["birth.pt"]
    assert (half / "birth.pt").read_bytes() == before


def test_the_same_birth_goes_on_from_its_checkpoint_and_says_so_in_its_record(half):
    network = village.give_birth(half, **PLANNED, recipe=FEW)
    record = json.loads((half / "birth.json").read_text())
    assert (record["recipe"]["bad"], record["layers"]) == (0.1, 2)
    assert [stage["share"] for stage in record["stages"]] == [0.1, 0.29, 0.25]
    assert [stage["recipe"]["bad"] for stage in record["stages"]] == [0.5, 0.0, 0.4]
    assert network.config.num_hidden_layers == 2


def test_a_checkpoint_goes_on_compiled_or_not(half):
    plan = Plan("village lore", "lfm2", 2, 3, Schedule(12_000, compiled=True), asdict(FEW), stages())
    assert not done(half, plan)


def test_a_checkpoint_that_does_not_say_whose_it_is_is_refused(half):
    kept = torch.load(half / "birth.pt", weights_only=True)
    del kept["state"]["birth"]
    torch.save(kept, half / "birth.pt")
    with pytest.raises(InputError, match=r"birth\.pt: it does not say of which birth it is; remove it"):
        village.give_birth(half, **PLANNED)


def test_a_birth_that_is_done_is_not_done_again_and_no_other_takes_its_place(newborn, monkeypatch):
    monkeypatch.setattr(village, "teach", lambda *a, **k: pytest.fail("it is there already"))
    before = (newborn / "model.safetensors").read_bytes()
    again = village.give_birth(newborn, seed=3, layers=2, schedule=SHORT)
    assert torch.equal(weights(again), weights(AutoModelForCausalLM.from_pretrained(newborn).float()))
    with pytest.raises(InputError, match="another birth was begun here: its seed is 3, not 5"):
        village.give_birth(newborn, seed=5, layers=2, schedule=SHORT)
    with pytest.raises(InputError, match=r"its recipe\.bad .*; and 1 more\. Give the same options"):
        village.give_birth(newborn, family="llama", layers=3, seed=4, schedule=SHORT, recipe=Recipe(0.1, 0.2))
    assert (newborn / "model.safetensors").read_bytes() == before


def born_of_lore(out, tmp_path):
    village.give_birth(out, layers=2, schedule=Schedule(tokens=3_000))


def born_of_text(out, tmp_path):
    (tmp_path / "a.txt").write_text("once upon a time")
    text.give_birth(out, [tmp_path / "a.txt"], layers=2, schedule=Schedule(tokens=3_000))


@pytest.mark.parametrize("birth", [born_of_lore, born_of_text])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("config.json", r"a model is here already \(config\.json\)"),
        ("model-00001-of-00002.safetensors", "a model is here already"),
        ("pytorch_model.bin", "a model is here already"),
        ("life.db", r"a life is here already \(life\.db\)"),
        ("store.url", "a life is here already"),
    ],
)
def test_no_birth_is_written_over_a_model_or_a_life(tmp_path, birth, name, said):
    out = tmp_path / "mine"
    out.mkdir()
    (out / name).write_text("mine")
    with pytest.raises(InputError, match=rf"mine: {said}.*; give another --out"):
        birth(out, tmp_path)
    assert {path.name: path.read_text() for path in out.iterdir()} == {name: "mine"}


def test_a_birth_goes_into_a_directory_that_holds_other_files_and_into_no_file(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.md").write_text("mine")
    born_of_text(out, tmp_path)
    assert {"notes.md", "birth.json", "config.json"} <= {path.name for path in out.iterdir()}
    with pytest.raises(InputError, match=r"notes\.md: it is a file, and a birth needs a directory"):
        born_of_text(out / "notes.md", tmp_path)


def test_a_record_from_before_layers_and_stages_were_kept_is_read(newborn, tmp_path):
    old = json.loads((newborn / "birth.json").read_text())
    del old["layers"], old["stages"]
    (tmp_path / "birth.json").write_text(json.dumps(old))
    (tmp_path / "config.json").write_bytes((newborn / "config.json").read_bytes())
    assert read(tmp_path)["layers"] == 2
    assert done(tmp_path, Plan("village lore", "lfm2", 2, 3, SHORT, asdict(Recipe()), stages()))
    (tmp_path / "birth.json").write_text("{}")
    with pytest.raises(InputError, match=r"birth\.json: it is no record of a birth"):
        read(tmp_path)


def test_a_birth_from_text_goes_on_with_the_same_text_alone(tmp_path):
    (tmp_path / "a.txt").write_text("once upon a time")
    schedule = Schedule(tokens=4_000)
    text.give_birth(tmp_path / "out", [tmp_path / "a.txt"], layers=2, schedule=schedule)
    text.give_birth(tmp_path / "out", [tmp_path / "a.txt"], layers=2, schedule=schedule)
    (tmp_path / "a.txt").write_text("twice upon a time")
    with pytest.raises(InputError, match=r"its recipe\.sha256\.0 is .*, not "):
        text.give_birth(tmp_path / "out", [tmp_path / "a.txt"], layers=2, schedule=schedule)
