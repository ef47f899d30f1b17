"""The model and tokenizer of a run, with what TRL takes for granted looked after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eudaimon.errors import CapabilityError, InputError, ModelError, TemplateError
from eudaimon.language.opening import load, load_tokenizer, template_text
from eudaimon.training.drivers.columns import FORMS
from eudaimon.training.drivers.plan import Plan
from eudaimon.training.drivers.rows import Row

PLACES = 1024
"""Tokens a row, where neither the plan nor the model says fewer."""


def open_tokenizer(plan: Plan, rows: Sequence[Row]) -> Any:
    """The tokenizer, which can pad and, where rows are conversations, knows a chat template.

    Raises:
        ModelError: it has no token that can pad.
        TemplateError: rows are conversations and it has no template.
    """
    try:
        tokenizer = load_tokenizer(plan.model)
    except Exception as error:  # `tokenizers` says what is wrong with a file in errors of no kind
        raise ModelError(f"{plan.model} has no tokenizer that can be loaded: {error}") from error
    if tokenizer.pad_token is None and tokenizer.eos_token is None:
        raise ModelError(
            f"the tokenizer of {plan.model} has neither a pad token nor an end token; set one in its "
            'tokenizer_config.json ("pad_token": "...")'
        )
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    tokenizer.chat_template = template_text(plan.template) or tokenizer.chat_template
    row = rows[0]
    spoken = [c for form in FORMS[plan.method] for c in form if isinstance(row.columns.get(c), list)]
    if spoken and tokenizer.chat_template is None:
        raise TemplateError(
            f"{row.source}:{row.number}: '{spoken[0]}' is a conversation, but {plan.model} has no chat template; give "
            "one (--template FILE), or write the column as plain text"
        )
    return tokenizer


def open_policy(plan: Plan) -> Any:
    """The causal language model; on the CPU, from where the trainer takes it to its device."""
    return load(plan.model, "float32", "cpu")[0]


def open_judge(plan: Plan, tokenizer: Any) -> Any:
    """The same weights with a head for one reward.

    Raises:
        CapabilityError: no such head can be put on this architecture.
        InputError, ModelError: there is no such model, or its weights cannot be read.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification

    from eudaimon.training.drivers.classifier import known_as_classifier

    known_as_classifier(plan.model)
    torch.manual_seed(plan.seed)
    try:
        model = AutoModelForSequenceClassification.from_pretrained(plan.model, num_labels=1, dtype=torch.float32)
    except ValueError as error:
        raise CapabilityError(
            f"{plan.model} cannot become a reward model: {str(error).splitlines()[0][:200]} Choose a model whose "
            "family has a sequence classifier (Llama, Qwen, Gemma, Mistral, ...)."
        ) from error
    except OSError as error:
        raise InputError(f"there is no such model: {error}", path=plan.model) from error
    except SafetensorError as error:
        raise ModelError(f"the weights of {plan.model} cannot be read: {error}; put a whole copy there") from error
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def places(plan: Plan, config: Any) -> int:
    """How many tokens a row may have."""
    most = getattr(config, "max_position_embeddings", None) or PLACES
    return int(min(plan.max_tokens or PLACES, most))
