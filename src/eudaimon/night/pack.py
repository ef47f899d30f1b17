"""A data pack: what a night would have trained on, for whoever can train where this backend cannot."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eudaimon.dialogue import Signal, SignalKind
from eudaimon.dialogue.formats import trl
from eudaimon.dialogue.formats.lines import read_lines, write_lines

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


CONFIGS, KNOWN = "configs:\n", "eudaimon: "
"""What the line of the card's front begins with that holds, as JSON, what `write_pack` was told besides the signals."""

Row = dict[str, Any]


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
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    rows: dict[trl.Form, list[Row]] = {
        "preference": trl.rows(pairs, "preference"),
        "completion": trl.rows(taught, "completion"),
    }
    for form, some in rows.items():
        if some:
            write_lines(part / f"{form}.jsonl", some)
    card = _card(rows, {"number": number, "model": model, "recipe": recipe})
    (part / "README.md").write_text(card, encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    os.replace(part, out)


def mend_pack(pack: Path, mend: Callable[[Row], Row | None]) -> int:
    """Mend every row of a pack, or leave it out where `mend` gives None: each file all at once, one without rows is
    removed, and the card restated. What else lies there stays, and so does a card without our line in its front.

    Returns:
        How many rows that were.

    Raises:
        FormatError: a line is not a JSON object.
        InputError: a file cannot be read or written.
    """
    files = {path: [row for _, row in read_lines(path)] for path in sorted(pack.glob("*.jsonl"))}
    changed = 0
    for path, rows in files.items():
        mended = [mend(row) for row in rows]
        if differs := sum(one != other for one, other in zip(rows, mended, strict=True)):
            files[path] = [row for row in mended if row is not None]
            write_lines(path, files[path])
        changed += differs
    card = pack / "README.md"
    told = card.read_text(encoding="utf-8") if card.exists() else ""
    if front := [line for line in told.split("\n") if line.startswith(KNOWN)]:
        kept: dict[trl.Form, list[Row]] = {form: files.get(pack / f"{form}.jsonl", []) for form in METHODS}
        if (true := _card(kept, json.loads(front[0].removeprefix(KNOWN)))) != told:
            part = pack / ".README.md.part"
            part.write_text(true, encoding="utf-8")
            os.replace(part, card)
        for form, rows in kept.items():
            if not rows:
                (pack / f"{form}.jsonl").unlink(missing_ok=True)
    return changed


def _card(rows: Mapping[trl.Form, Sequence[Row]], known: Mapping[str, Any]) -> str:
    """The card of a pack of these rows."""
    written = [form for form, some in rows.items() if some]
    return CARD.format(
        front=_front(written, known),
        number=known["number"],
        model=known["model"],
        pairs=len(rows["preference"]),
        partings=sum(row.get("kind") == SignalKind.LETTING_GO for row in rows["preference"]),
        completions=len(rows["completion"]),
        examples="".join(_example(form, known["recipe"]) for form in written),
    )


def _front(written: Sequence[trl.Form], known: Mapping[str, Any]) -> str:
    """What `datasets` reads of the card: a configuration for each file, and for no file that is not there; and what is
    known of the night, for `mend_pack`."""
    configs = "".join(f"- config_name: {form}\n  data_files: {form}.jsonl\n" for form in written)
    return f"---\n{configs and CONFIGS + configs}{KNOWN}{json.dumps(known, ensure_ascii=False)}\n---\n"


def _example(kind: trl.Form, recipe: Mapping[str, float]) -> str:
    """How to train on the rows of one sort."""
    known = {**recipe, "beta": f"beta={recipe['beta']}, " if kind == "preference" else "", "alpha": 2 * recipe["rank"]}
    return EXAMPLE.format(file=f"{kind}.jsonl", method=METHODS[kind], **known)
