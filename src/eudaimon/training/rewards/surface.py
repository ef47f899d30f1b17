"""What can be seen of a reply without knowing what it says: its length, its shape, what it takes up of the prompt."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

NAMES = (
    "letters",
    "words",
    "words, squared",
    "different words",
    "words a sentence",
    "line breaks",
    "list items",
    "questions",
    "exclamations",
    "words that the prompt has",
    "the prompt's words that are taken up",
    "refusing words",
    "you",
    "I",
)
REFUSING = {"sorry", "cannot", "can't", "unable"}


def surface(prompt: str, reply: str) -> NDArray[np.float64]:
    """The figures of `NAMES`, each of about unit size; lengths as logarithms, so that twice as long is the same step.

    >>> dict(zip(NAMES, surface("who sells bread?", "Tom sells bread.").round(3).tolist()))["words that the prompt has"]
    0.667
    """
    words, asked = (re.findall(r"[\w']+", text.lower()) for text in (reply, prompt))
    known, used, count = set(asked), set(words), max(1, len(words))
    long = np.log1p(len(words))
    return np.array(
        [
            np.log1p(len(reply)),
            long,
            long**2 / 10,
            len(used) / count,
            count / max(1, len(re.findall(r"[.!?]+", reply))) / 20,
            reply.count("\n") / 10,
            len(re.findall(r"^\s*(?:\d+\.|[-*])", reply, re.MULTILINE)) / 5,
            reply.count("?") / 3,
            reply.count("!") / 3,
            sum(word in known for word in words) / count,
            len(known & used) / max(1, len(known)),
            float(bool(used & REFUSING)),
            10 * sum(word in ("you", "your") for word in words) / count,
            10 * sum(word in ("i", "my", "me") for word in words) / count,
        ]
    )
