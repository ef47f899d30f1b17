"""A run that is killed without warning goes on where it was, to the same weights to the last bit."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eudaimon.training.drivers.directory import RunDirectory

Written = Callable[..., str]


def command(method: str, model: Path, data: str, out: Path, rewards: Path) -> list[str]:
    words = ["train", method, "--model", str(model), "--data", data, "--out", str(out), "--steps", "12", "--batch", "4"]
    words += ["--rank", "4", "--save-every", "3", "--rate", "0.01"]
    if method == "rlhf":
        words += ["--reward", f"{rewards}:short", "--group", "2", "--completion", "4"]
    return [sys.executable, "-m", "eudaimon", *words]


def kill_after(words: list[str], checkpoint: Path) -> None:
    """Start it and kill it as soon as this checkpoint begins to be written."""
    run = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while run.poll() is None and not checkpoint.exists():
        time.sleep(0.002)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("method", ["sft", "dpo", "reward", "rlhf"])
def test_a_killed_run_ends_with_the_weights_that_it_would_have_had(
    method: str, model: Path, written: Written, rewards: Path, tmp_path: Path
) -> None:
    data = written(method)
    subprocess.run(command(method, model, data, tmp_path / "whole", rewards), check=True, capture_output=True)
    words = command(method, model, data, tmp_path / "killed", rewards)
    for step in (3, 6):
        kill_after(words, tmp_path / "killed" / "checkpoints" / f"checkpoint-{step}")
    subprocess.run(words, check=True, capture_output=True)
    weights = [tmp_path / name / "adapter" / "adapter_model.safetensors" for name in ("whole", "killed")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    figures = RunDirectory(tmp_path / "killed").finished
    assert figures is not None
    assert figures["resumed at"] in (3, 6)


def test_a_half_written_checkpoint_is_not_gone_on_from(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    for step, state in ((3, "{}"), (6, '{"half'), (9, None)):
        folder = tmp_path / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        if state is not None:
            (folder / "trainer_state.json").write_text(state)
    found = run.last_checkpoint()
    assert found is not None
    assert found.name == "checkpoint-3"


@pytest.mark.slow
def test_two_processes_train_one_run_together(model: Path, written: Written, rewards: Path, tmp_path: Path) -> None:
    words = command("dpo", model, written("dpo"), tmp_path / "run", rewards)[3:]
    launch = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "-m", "eudaimon"]
    done = subprocess.run([sys.executable, *launch, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "run" / "adapter" / "adapter_model.safetensors").exists()
    figures = RunDirectory(tmp_path / "run").finished
    assert figures is not None
    assert figures["steps"] == 12
    assert done.stdout.count("12 steps") == 1
