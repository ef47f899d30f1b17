"""Every method of `eudaimon train` against TRL's own trainer: the same model, rows, batch and steps.

`python -m bench training` writes results/bench/training.json. Seconds are of `trainer.train()`, our log and progress
included; ours and theirs take turns in one process, first the one and then the other, so that a drift of the machine's
speed meets both. Peak memory is each side's own: a process for itself that builds the trainer and trains once.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.table import write

STEPS, TURNS = 20, 11
METHODS = ("sft", "dpo", "reward", "rlhf")
SIDES = {"ours": True, "peer": False}


def main(steps: int = STEPS, turns: int = TURNS) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        model = make_model(Path(folder) / "model")
        rows = [{"method": method, **compared(method, model, Path(folder), steps, turns)} for method in METHODS]
    write("training", rows, parameters="3M", batch=8, steps=steps, turns=turns)


def compared(method: str, model: Path, folder: Path, steps: int, turns: int) -> dict[str, Any]:
    """Both sides' medians, the median of the turns' ratios with the least and the most, and both peaks."""
    took: dict[str, list[float]] = {side: [] for side in SIDES}
    for turn in range(turns + 1):
        for side in sorted(SIDES, reverse=bool(turn % 2)):
            spent = seconds(build(method, model, folder / f"{method} {turn} {side}", steps, SIDES[side]))
            if turn:  # the first turn warms up
                took[side].append(spent)
    ratios = sorted(a / b for a, b in zip(took["ours"], took["peer"], strict=True))
    return {
        **{f"{side}_steps_per_s": steps / statistics.median(times) for side, times in took.items()},
        "peer": "trl",
        "ratio_of_times": statistics.median(ratios),
        "least_ratio": ratios[0],
        "most_ratio": ratios[-1],
        **{f"{side}_peak_MiB": alone(method, model, folder, steps, side) for side in SIDES},
    }


def alone(method: str, model: Path, folder: Path, steps: int, side: str) -> float:
    """Peak memory of one side in MiB, in a process of its own."""
    command = [sys.executable, "-m", "bench.training", method, str(model), str(folder / f"{method} {side}"), side]
    done = subprocess.run([*command, str(steps)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def seconds(trainer: Any) -> float:
    """Of training alone."""
    began = time.perf_counter()
    trainer.train()
    return time.perf_counter() - began


def build(method: str, model: Path, out: Path, steps: int, mine: bool) -> Any:
    """A trainer, ours (as `eudaimon train` makes it) or TRL's with the same configuration."""
    from transformers import PrinterCallback

    from eudaimon.training.drivers import Plan, columns
    from eudaimon.training.drivers.methods import make_trainer
    from eudaimon.training.drivers.opening import open_tokenizer
    from eudaimon.training.drivers.progress import Progress
    from eudaimon.training.drivers.rows import Row
    from eudaimon.training.drivers.train import _dataset, common

    options = {"rewards": ["bench.training:short"], "group": 8, "completion": 16} if method == "rlhf" else {}
    plan = Plan(method, str(model), "bench", out, steps=steps, options=options)  # type: ignore[arg-type]
    rows = [Row("bench", number, row) for number, row in enumerate(data(method), start=1)]
    form, tokenizer = columns.checked(rows, plan.method), open_tokenizer(plan, rows)
    settings = {**common(plan, out / "checkpoints"), "save_strategy": "no"}
    if mine:
        trainer = make_trainer(plan, tokenizer, _dataset(rows, form, plan), 128, settings)
        trainer.remove_callback(PrinterCallback)
        out.mkdir(parents=True, exist_ok=True)
        trainer.add_callback(Progress(out / "log.jsonl", lambda done, total, figures: None))
        return trainer
    return bare(method, model, tokenizer, _dataset(rows, form, plan), settings)


def bare(method: str, model: Path, tokenizer: Any, dataset: Any, settings: dict[str, Any]) -> Any:
    """TRL alone."""
    import trl
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    task = "SEQ_CLS" if method == "reward" else "CAUSAL_LM"
    parts = {
        "train_dataset": dataset, "processing_class": tokenizer,
        "peft_config": LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type=task),
    }  # fmt: skip
    if method == "reward":
        judge = AutoModelForSequenceClassification.from_pretrained(model, num_labels=1)
        judge.config.pad_token_id = tokenizer.pad_token_id
        config = trl.RewardConfig(max_length=128, center_rewards_coefficient=0.01, **settings)
        return trl.RewardTrainer(model=judge, args=config, **parts)
    policy = AutoModelForCausalLM.from_pretrained(model)
    if method == "sft":
        return trl.SFTTrainer(model=policy, args=trl.SFTConfig(max_length=128, **settings), **parts)
    if method == "dpo":
        return trl.DPOTrainer(model=policy, args=trl.DPOConfig(max_length=128, **settings), **parts)
    config = trl.RLOOConfig(num_generations=8, max_completion_length=16, beta=0.05, **settings)
    return trl.RLOOTrainer(model=policy, reward_funcs=[short], args=config, **parts)


def short(prompts: list[str], completions: list[str], **columns: object) -> list[float]:
    """A reward that costs nothing."""
    return [-float(len(completion)) for completion in completions]


def data(method: str) -> list[dict[str, str]]:
    """256 rows of some forty words."""
    words = [f"w{(7 * number) % 500}" for number in range(4000)]
    text = [" ".join(words[start : start + 24]) for start in range(0, 3000, 5)]
    if method == "rlhf":
        return [{"prompt": a} for a in text[:256]]
    if method == "sft":
        return [{"prompt": a, "completion": f" {b}"} for a, b in zip(text[:256], text[256:512], strict=True)]
    three = zip(text[:256], text[256:512], text[300:556], strict=True)
    return [{"prompt": a, "chosen": f" {b}", "rejected": f" {c}"} for a, b, c in three]


def make_model(path: Path) -> Path:
    """A Llama of three million parameters with random weights and a tokenizer of words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    names = ["<pad>", "<end>", "<unk>", *(f"w{number}" for number in range(500))]
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(names)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="<end>", unk_token="<unk>")
    sizes = {"hidden_size": 192, "intermediate_size": 512, "num_hidden_layers": 6, "num_attention_heads": 3}
    config = LlamaConfig(vocab_size=len(names), max_position_embeddings=256, pad_token_id=0, eos_token_id=1, **sizes)
    LlamaForCausalLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


if __name__ == "__main__":
    from eudaimon.training.drivers.train import peak

    method, model, out, side, steps = sys.argv[1:]
    seconds(build(method, Path(model), Path(out), int(steps), SIDES[side]))
    print(peak())
