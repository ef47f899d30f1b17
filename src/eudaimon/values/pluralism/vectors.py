"""Texts as unit vectors: by their words, which needs nothing, or by a sentence encoder that somebody has on disk.

Words find what is said in the same words. Whether two sentences mean the same, or whether one is about the topic at
all, they cannot tell: an encoder can (mean-pooled token states, Reimers and Gurevych 2019, "Sentence-BERT").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eudaimon.errors import ModelError

Array = npt.NDArray[np.float64]
Embed = Callable[[Sequence[str], Sequence[str]], Array]
"""Texts, and all texts that are known beside them, to unit vectors (N, V) of the former."""
BATCH = 32


def words(texts: Sequence[str], known: Sequence[str]) -> Array:
    """(N, V) unit vectors of words and pairs of words, weighed by how rare they are in `known`."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    maker = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english")
    maker.fit(known)
    return np.asarray(maker.transform(texts).toarray())


class Encoder:
    """A sentence encoder on disk: a directory of a Hugging Face model that was trained for sentences, such as those of
    the sentence-transformers library. Nothing is downloaded.

    Args:
        path: the directory.

    Raises:
        ModelError: there is none that can be read.
    """

    def __init__(self, path: str | Path) -> None:
        from transformers import AutoModel, AutoTokenizer

        if not (Path(path) / "config.json").exists():
            raise ModelError(f"{path} holds no model (config.json is not there); give a sentence encoder's directory")
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(path, local_files_only=True)
            self._model: Any = AutoModel.from_pretrained(path, local_files_only=True).eval()
        except (OSError, ValueError) as wrong:
            raise ModelError(f"{path} cannot be read as a sentence encoder ({wrong}); give another") from None
        self._known: dict[str, Array] = {}

    def __call__(self, texts: Sequence[str], known: Sequence[str]) -> Array:
        """(N, V) unit vectors; what is known beside them does not matter."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        by_length = sorted(fresh, key=len)  # alike lengths share a batch, so that little is padded
        for start in range(0, len(by_length), BATCH):
            some = by_length[start : start + BATCH]
            self._known.update(zip(some, self._encode(some), strict=True))
        return np.asarray([self._known[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> Array:
        import torch

        with torch.no_grad():
            batch = self._tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
            states, mask = self._model(**batch).last_hidden_state, batch["attention_mask"].unsqueeze(-1)
            means = (states * mask).sum(1) / mask.sum(1)
        return np.asarray(torch.nn.functional.normalize(means).numpy(), dtype=np.float64)
