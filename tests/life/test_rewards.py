"""Archetypes as a reward by name: the same council as by day, bounded, for the command that trains."""

import json
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn
from typer.testing import CliRunner

from eudaimon.cli.app import app
from eudaimon.errors import InputError
from eudaimon.language.local import LocalModel
from eudaimon.life.manner import Manner
from eudaimon.life.rewards import council
from eudaimon.night import CouncilCritic
from eudaimon.psyche import load_archetypes
from eudaimon.training.drivers.rewarding import find_reward

ASKED = [[{"role": "user", "content": "who sells bread?"}]] * 2
SAID = ["Tom does .", "no . leave it ."]


@pytest.fixture(scope="module")
def newborn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_newborn(tmp_path_factory.mktemp("newborn") / "tiny")


def test_it_is_the_council_of_days_and_more_than_enough_is_no_better(newborn: Path) -> None:
    from eudaimon.dialogue import Message

    critic = CouncilCritic.of(Manner().council(LocalModel.open(newborn), load_archetypes()))
    heard = (Message("user", "who sells bread?"),)
    scores = [one.score for one in critic.score([(heard, said) for said in SAID])]
    assert council(str(newborn), "1")(ASKED, SAID) == pytest.approx(scores, abs=1e-5)
    low = min(scores) / 2
    assert council(str(newborn), str(low))(ASKED, SAID) == pytest.approx([low, low], abs=1e-5)


def test_a_reward_that_is_made_by_name_says_what_it_cannot_be_made_of(newborn: Path) -> None:
    made = find_reward(f"eudaimon.life.rewards:council({newborn}, 0.2)")
    assert callable(made)
    assert max(made(ASKED, SAID)) <= 0.2
    with pytest.raises(InputError, match="could not convert string to float: 'much'"):
        find_reward(f"eudaimon.life.rewards:council({newborn}, much)")
    with pytest.raises(InputError, match="give what its function takes"):
        find_reward("eudaimon.life.rewards:council()")
    with pytest.raises(InputError, match="made no reward, but 'a/b'; let it return a function"):
        find_reward("posixpath:join(a, b)")


def test_the_command_trains_on_the_council_of_the_model_itself(newborn: Path, tmp_path: Path) -> None:
    (tmp_path / "prompts.jsonl").write_text(
        "".join(json.dumps({"prompt": ASKED[0]}) + "\n" for _ in range(8)), encoding="utf-8"
    )
    words = ["train", "rlhf", "--model", str(newborn), "--data", str(tmp_path / "prompts.jsonl"), "--reward", "council"]
    words += ["--out", str(tmp_path / "run"), "--steps", "10", "--batch", "4", "--group", "2", "--completion", "4"]
    ran = CliRunner().invoke(app, [*words, "--rank", "2"])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "run" / "adapter" / "adapter_config.json").is_file()
    state = next((tmp_path / "run" / "checkpoints").glob("*/trainer_state.json"))
    logged = [one for one in json.loads(state.read_text(encoding="utf-8"))["log_history"] if "reward" in one]
    assert 0 < logged[0]["rewards/commentary/mean"] <= 0.5
