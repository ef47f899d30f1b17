"""A data pack: what a night would have trained on, for whoever can train where this backend cannot."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from eudaimon.dialogue import Signal, SignalKind
from eudaimon.dialogue.formats import trl

CARD = """{front}# Night {number}

What this night learned from, in the columns that TRL's trainers expect. {pairs} preferences (of which {partings} are
letting go over going on) and {completions} completions that the council let pass. The model that spoke: `{model}`.
Where to pause (`<reflect>`) is not in it: TRL ends the reply after every completion, and a mark stands in its middle.

| column | what it holds |
|---|---|
| `prompt` | the conversation before the reply |
| `chosen`, `rejected` | the reply to learn and the one to unlearn (`preference.jsonl`, for `DPOTrainer`) |
| `completion` | a reply to learn (`completion.jsonl`, for `SFTTrainer`) |
| `margin` | how far apart the council's scores of the two are; for a completion its score |
| `reason` | why, in plain English |
| `id`, `night`, `kind`, `episode`, `open_reply` | where the row came from |
{examples}"""

EXAMPLE = """
Train an adapter with TRL on `{file}`:

```python
from datasets import load_dataset
from peft import LoraConfig
from trl import {method}Config, {method}Trainer

trainer = {method}Trainer(
    "PATH OR NAME OF THE MODEL",
    args={method}Config("adapter", {beta}learning_rate={rate}, num_train_epochs={epochs}),
    train_dataset=load_dataset("json", data_files="{file}", split="train"),
    peft_config=LoraConfig(r={rank}, lora_alpha={alpha}, target_modules="all-linear"),
)
trainer.train()
```
"""

METHODS: Mapping[trl.Form, str] = {"preference": "DPO", "completion": "SFT"}
"""What TRL calls the training on each sort of rows."""


def write_pack(signals: Sequence[Signal], out: Path, *, number: int, model: str, recipe: dict[str, float]) -> None:
    """Write the pack to the directory `out`, which appears, or is replaced, in one step when all is on disk.

    Args:
        signals: the night's.
        out: where to: `preference.jsonl`, `completion.jsonl` and the card, `README.md`; no file without rows.
        number: the night.
        model: name of the model that spoke.
        recipe: `beta`, `rate`, `epochs` and `rank` for the card's example.

    Raises:
        InputError: it cannot be written.
    """
    pairs = [signal for signal in signals if signal.rejected]
    taught = [signal for signal in signals if signal.kind in (SignalKind.LABEL, SignalKind.LETTING_GO)]
    partings = sum(signal.kind is SignalKind.LETTING_GO for signal in signals)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    rows: dict[trl.Form, list[Signal]] = {"preference": pairs, "completion": taught}
    written = [kind for kind, some in rows.items() if some]
    for kind in written:
        trl.write(part / f"{kind}.jsonl", rows[kind], kind)
    counts = {"pairs": len(pairs), "partings": partings, "completions": len(taught)}
    examples = "".join(_example(kind, recipe) for kind in written)
    card = CARD.format(front=_front(written), number=number, model=model, examples=examples, **counts)
    (part / "README.md").write_text(card, encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    os.replace(part, out)


def _front(written: Sequence[trl.Form]) -> str:
    """What `datasets` reads of the card: a configuration for each file, and for no file that is not there."""
    if not written:
        return ""
    configs = "".join(f"- config_name: {kind}\n  data_files: {kind}.jsonl\n" for kind in written)
    return f"---\nconfigs:\n{configs}---\n"


def _example(kind: trl.Form, recipe: Mapping[str, float]) -> str:
    """How to train on the rows of one sort."""
    known = {**recipe, "beta": f"beta={recipe['beta']}, " if kind == "preference" else "", "alpha": 2 * recipe["rank"]}
    return EXAMPLE.format(file=f"{kind}.jsonl", method=METHODS[kind], **known)
