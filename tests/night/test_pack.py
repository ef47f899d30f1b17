"""A data pack, for whoever can train where this backend cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from datasets import load_dataset

from eudaimon.dialogue import Message, Signal, SignalKind
from eudaimon.dialogue.formats import trl
from eudaimon.night.pack import mend_pack, write_pack

RECIPE = {"beta": 0.1, "rate": 1e-3, "epochs": 2, "rank": 16}
ASKED = (Message("system", "Tom sells bread."), Message("user", "what does Tom sell?"))
PAIR = Signal("p", 2, SignalKind.PAIR, "e", ASKED, "Tom sells bread.", "so no.", 0.5, "because")
LABEL = Signal("l", 2, SignalKind.LABEL, "e", ASKED, "bread, so yes.", "", 0.9, "good enough")
PARTING = Signal("g", 2, SignalKind.LETTING_GO, "e", ASKED, "so no.", "yes, yes.", 0.4, "let go")


def test_a_pack_holds_every_signal_in_trls_columns_and_says_how_to_train_on_it(tmp_path: Path) -> None:
    write_pack([LABEL, PAIR, PARTING], tmp_path / "night-2", number=2, model="a-model 🦊", recipe=RECIPE)
    assert trl.read(tmp_path / "night-2" / "preference.jsonl") == [PAIR, PARTING]
    assert [one.chosen for one in trl.read(tmp_path / "night-2" / "completion.jsonl")] == [LABEL.chosen, PARTING.chosen]
    card = (tmp_path / "night-2" / "README.md").read_text()
    assert "2 preferences (of which 1 are" in card
    assert "a-model 🦊" in card
    columns = json.loads((tmp_path / "night-2" / "preference.jsonl").read_text().splitlines()[0])
    assert all(f"`{column}`" in card for column in columns)


def test_a_pack_is_replaced_whole_and_empty_files_are_left_out(tmp_path: Path) -> None:
    for signals in ([LABEL, PAIR], [PAIR]):
        write_pack(signals, tmp_path / "night-2", number=2, model="m", recipe=RECIPE)
    assert sorted(file.name for file in (tmp_path / "night-2").iterdir()) == ["README.md", "preference.jsonl"]
    assert [place.name for place in tmp_path.iterdir()] == ["night-2"]


@pytest.mark.parametrize(
    ("signals", "kinds"),
    [([PAIR, LABEL], ["preference", "completion"]), ([PAIR], ["preference"]), ([LABEL], ["completion"])],
)
def test_a_card_speaks_of_the_files_that_are_there_alone(
    tmp_path: Path, signals: list[Signal], kinds: list[str]
) -> None:
    write_pack(signals, tmp_path / "pack", number=2, model="m 🦊", recipe=RECIPE)
    card = (tmp_path / "pack" / "README.md").read_text()
    assert re.findall("data_files: (.*)", card) == [f"{kind}.jsonl" for kind in kinds]
    assert re.findall('data_files="(.*?)"', card) == [f"{kind}.jsonl" for kind in kinds]
    for kind in kinds:
        rows = load_dataset(str(tmp_path / "pack"), kind, cache_dir=str(tmp_path / "cache"), split="train")
        assert [len(rows), rows.column_names[0]] == [1, "prompt"]


@pytest.mark.parametrize("form", ["preference", "completion"])
def test_a_pack_whose_last_row_of_a_sort_goes_says_so(tmp_path: Path, form: trl.Form) -> None:
    write_pack([PAIR, LABEL], tmp_path / "pack", number=2, model="m", recipe=RECIPE)
    (tmp_path / "pack" / "adapter").mkdir()
    kinds = {"preference": SignalKind.PAIR, "completion": SignalKind.LABEL}
    assert mend_pack(tmp_path / "pack", lambda row: None if row["kind"] == kinds[form] else row) == 1
    (left,) = set(kinds) - {form}
    names = sorted(file.name for file in (tmp_path / "pack").iterdir())
    assert names == ["README.md", "adapter", f"{left}.jsonl"]
    card = (tmp_path / "pack" / "README.md").read_text()
    write_pack([LABEL if left == "completion" else PAIR], tmp_path / "like", number=2, model="m", recipe=RECIPE)
    assert card == (tmp_path / "like" / "README.md").read_text()


def test_a_card_that_others_wrote_stays(tmp_path: Path) -> None:
    write_pack([PAIR], tmp_path / "pack", number=2, model="m", recipe=RECIPE)
    (tmp_path / "pack" / "README.md").write_text("ours")
    assert mend_pack(tmp_path / "pack", lambda row: None) == 1
    assert (tmp_path / "pack" / "README.md").read_text() == "ours"
    assert trl.read(tmp_path / "pack" / "preference.jsonl") == []


@pytest.mark.slow
@pytest.mark.parametrize("signals", [[PAIR, PARTING], [LABEL, LABEL]])
def test_the_cards_example_trains(
    tmp_path: Path, tiny: ModuleType, monkeypatch: pytest.MonkeyPatch, signals: list[Signal]
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    model = tiny.model()
    for part in (model.model, model.tokenizer):
        part.save_pretrained(tmp_path / "model")
    write_pack(signals, tmp_path / "pack", number=2, model="m", recipe=RECIPE)
    card = (tmp_path / "pack" / "README.md").read_text()
    found = re.search(r"```python\n(.*?)```", card, re.DOTALL)
    assert found
    code = found[1].replace("PATH OR NAME OF THE MODEL", str(tmp_path / "model"))
    code = code.replace('Config("adapter", ', 'Config("adapter", use_cpu=True, bf16=True, report_to=[], ')
    monkeypatch.chdir(tmp_path / "pack")
    written: dict[str, object] = {}
    exec(compile(code, "card", "exec"), written)
    written["trainer"].save_model("adapter")  # type: ignore[attr-defined]
    assert (tmp_path / "pack" / "adapter" / "adapter_model.safetensors").is_file()
