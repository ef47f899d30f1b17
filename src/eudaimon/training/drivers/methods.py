"""Which of TRL's trainers each method drives, and with what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eudaimon.errors import InputError, TrainingError
from eudaimon.training.drivers.opening import open_judge, open_policy
from eudaimon.training.drivers.plan import Method, Plan
from eudaimon.training.drivers.rewarding import find_reward, to_the_point

OPTIONS: dict[Method, dict[str, Any]] = {
    "sft": {},
    "dpo": {
        "loss": "sigmoid",
        "beta": 0.1,
        "smoothing": 0.0,
        "margins": (),
        "weights": (),
        "held_out": 0.0,
        "stop": False,
    },
    "reward": {"centre": 0.01},
    "rlhf": {
        "advantage": "rloo",
        "beta": 0.05,
        "group": 8,
        "completion": 64,
        "temperature": 1.0,
        "rewards": (),
        "reward_weights": (),
        "to_the_point": "",
        "to_the_point_unit": 1.0,
    },
}
"""What each method's options are by default."""


def options_of(plan: Plan) -> dict[str, Any]:
    """The plan's options, completed.

    Raises:
        TrainingError: one is not known.
    """
    known = OPTIONS[plan.method]
    if unknown := set(plan.options) - set(known):
        raise TrainingError(
            f"{plan.method} has no option {', '.join(sorted(unknown))}; it has {', '.join(known) or 'none'}"
        )
    told = {**known, **plan.options}
    if not 0 <= told.get("held_out", 0) < 1:
        raise TrainingError(f"the share that is held out must lie in [0, 1), but it is {told['held_out']}")
    if not 0 <= told.get("smoothing", 0) < 0.5:
        raise TrainingError(f"the share of flipped labels must lie in [0, 0.5), but it is {told['smoothing']}")
    if told.get("smoothing") and told["loss"] == "ipo":
        raise TrainingError("IPO has no label smoothing; take the loss sigmoid or robust, or no smoothing")
    return told


def lora(plan: Plan) -> Any:
    """PEFT's configuration of the adapter; None where all weights are trained."""
    from peft import LoraConfig

    if not plan.rank:
        return None
    task = "SEQ_CLS" if plan.method == "reward" else "CAUSAL_LM"
    return LoraConfig(r=plan.rank, lora_alpha=2 * plan.rank, target_modules="all-linear", task_type=task)


def make_trainer(plan: Plan, tokenizer: Any, dataset: Any, limit: int, common: dict[str, Any]) -> Any:
    """TRL's trainer, ready to train.

    Raises:
        InputError: a reward cannot be found.
        CapabilityError: the model cannot be what the method needs.
    """
    return _MAKERS[plan.method](plan, tokenizer, dataset, limit, common)


def _sft(plan: Plan, tokenizer: Any, dataset: Any, limit: int, common: dict[str, Any]) -> Any:
    from trl import SFTConfig, SFTTrainer

    return SFTTrainer(
        model=open_policy(plan),
        args=SFTConfig(max_length=limit, **common),
        train_dataset=dataset,
        processing_class=tokenizer,
        peft_config=lora(plan),
    )


def _dpo(plan: Plan, tokenizer: Any, dataset: Any, limit: int, common: dict[str, Any]) -> Any:
    from trl import DPOConfig, DPOTrainer

    from eudaimon.training.drivers.margins import margins_of, shift
    from eudaimon.training.drivers.watching import Watch

    told = options_of(plan)
    modpo = bool(told["margins"])
    first = float(told["weights"][0]) if modpo else 1.0
    conservative = told["loss"] == "sigmoid" and told["smoothing"] > 0
    config = DPOConfig(
        max_length=limit,
        beta=told["beta"] / first,
        loss_type=["robust" if conservative else told["loss"]],
        label_smoothing=0.0 if conservative else told["smoothing"],
        precompute_ref_log_probs=modpo,
        **common,
    )
    held = None
    if told["held_out"]:
        parts = dataset.train_test_split(told["held_out"], seed=plan.seed)
        dataset, held = parts["train"], parts["test"]
    margins = margins_of(dataset, told["margins"], told["weights"], told["beta"]) if modpo else []
    trainer = DPOTrainer(
        model=open_policy(plan),
        args=config,
        train_dataset=dataset,
        eval_dataset=held,
        processing_class=tokenizer,
        peft_config=lora(plan),
    )
    if conservative:
        trainer.label_smoothing = conservative_as_robust(told["smoothing"])
    if modpo:
        shift(trainer, margins)
    if held is not None:
        trainer.add_callback(Watch(trainer, plan.out / "overfitting.json", told["stop"]))
    return trainer


def conservative_as_robust(smoothing: float) -> float:
    """The share of flipped labels with which TRL's robust loss is label-smoothed DPO, which TRL has not.

    With L(-d) = L(d) + beta d, smoothed DPO is L(d) + e beta d and robust DPO is L(d) - f beta d / (1 - 2 f); they are
    the same where f = -e / (1 - 2 e).

    >>> round(conservative_as_robust(0.1), 6)
    -0.125
    """
    return -smoothing / (1 - 2 * smoothing)


def _reward(plan: Plan, tokenizer: Any, dataset: Any, limit: int, common: dict[str, Any]) -> Any:
    from trl import RewardConfig, RewardTrainer

    return RewardTrainer(
        model=open_judge(plan, tokenizer),
        args=RewardConfig(max_length=limit, center_rewards_coefficient=options_of(plan)["centre"], **common),
        train_dataset=dataset,
        processing_class=tokenizer,
        peft_config=lora(plan),
    )


def _rlhf(plan: Plan, tokenizer: Any, dataset: Any, limit: int, common: dict[str, Any]) -> Any:
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

    told = options_of(plan)
    if not told["rewards"]:
        raise InputError("rlhf needs a reward; give one (--reward file.py:function, or a reward model's directory)")
    rewards, weights = [find_reward(name) for name in told["rewards"]], list(told["reward_weights"])
    if told["to_the_point"]:
        weights = [*(weights or [1.0] * len(rewards)), 1.0]
        rewards.append(to_the_point(told["to_the_point"], told["to_the_point_unit"]))
    shared: dict[str, Any] = {
        "num_generations": told["group"],
        "max_completion_length": told["completion"],
        "temperature": told["temperature"],
        "beta": told["beta"],
        "reward_weights": weights or None,
        **common,
    }
    parts = {
        "reward_funcs": rewards,
        "train_dataset": dataset,
        "processing_class": tokenizer,
        "peft_config": lora(plan),
    }
    model = plan.model if not plan.rank else open_policy(plan)
    if told["advantage"] == "rloo":
        return RLOOTrainer(model=model, args=RLOOConfig(**shared), **parts)
    scale = "group" if told["advantage"] == "grpo" else "none"
    return GRPOTrainer(model=model, args=GRPOConfig(scale_rewards=scale, loss_type="dr_grpo", **shared), **parts)


_MAKERS: dict[Method, Callable[[Plan, Any, Any, int, dict[str, Any]], Any]] = {
    "sft": _sft,
    "dpo": _dpo,
    "reward": _reward,
    "rlhf": _rlhf,
}
