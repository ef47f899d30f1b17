"""A head for one reward over any causal family: transformers' own classifier, or its generic one.

More than half of the causal families of transformers (the embedded model's among them) bring no sequence classifier.
`GenericForSequenceClassification` reads the body's last state at a row's last token, which is all that those have that
bring one, so it is put over the family's own body and registered: whoever opens such a directory later, TRL included,
finds it by the same call as any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eudaimon.errors import CapabilityError


def known_as_classifier(path: str | Path) -> None:
    """See to it that `AutoModelForSequenceClassification` knows the family of the model at `path` (or hub id).

    Raises:
        CapabilityError: the family is no causal one, or its body cannot stand alone.
    """
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification, PreTrainedModel
    from transformers.modeling_layers import GenericForSequenceClassification

    family = type(AutoConfig.from_pretrained(path))
    if family in AutoModelForSequenceClassification._model_mapping:
        return
    if family not in AutoModelForCausalLM._model_mapping:
        raise CapabilityError(
            f"{path} cannot become a reward model: {family.__name__} is neither a causal family nor one with a "
            "classifier in transformers. Choose a causal model."
        )
    causal: Any = AutoModelForCausalLM._model_mapping[family]
    body = next(one for one in causal.__mro__ if issubclass(one, PreTrainedModel) and not _speaks(one))
    name = causal.__name__.replace("ForCausalLM", "") + "ForSequenceClassification"
    made: Any = type(
        name,
        (GenericForSequenceClassification, body),
        {"base_model_prefix": causal.base_model_prefix, "config_class": family},
    )
    # transformers passes over native families but for `exist_ok`, lest remote code take their place
    AutoModelForSequenceClassification.register(family, made, exist_ok=True)


def _speaks(family: Any) -> bool:
    """Whether a class of a family is a model with a forward pass of its own, and not what its models share."""
    return "forward" in vars(family)
