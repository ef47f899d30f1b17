"""Words that a model does not know."""

from __future__ import annotations

import re
from typing import Any

from eudaimon.language import LanguageModel


def words_of(text: str) -> list[str]:
    """Words and marks, in order."""
    return re.findall(r"\w+|[^\w\s]", text)


def strange_words(model: LanguageModel, text: str) -> list[str]:
    """The words of `text` for which a model with a closed vocabulary has no token, in order, each once.

    Empty for models that can spell anything, and for those whose tokenizer is not here.
    """
    tokenizer: Any = getattr(model, "tokenizer", None)
    unknown = getattr(tokenizer, "unk_token_id", None)
    if unknown is None:
        return []
    return [
        word
        for word in dict.fromkeys(words_of(text))
        if unknown in tokenizer(word, add_special_tokens=False)["input_ids"]
    ]
