"""Scripts in which words stand side by side without spaces, for whoever puts two pieces of text together."""

from __future__ import annotations

import re

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Their letters, as in a pattern's brackets: Thai, Lao, Burmese, Khmer, Japanese and Chinese. Korean has spaces."""

_BESIDE = re.compile(rf"[{UNSPACED}\u3000-\u303f\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff]")
"""Those, rarer Chinese characters, and the punctuation of such scripts, which brings its own space."""


def unspaced(before: str, after: str) -> bool:
    """Whether no space belongs between `before` and `after`, of whatever words: one of them is of such a script there.

    >>> unspaced("汤姆卖面包，", "所以不行。"), unspaced("Tom sells bread,", "so no.")
    (True, False)
    """
    return bool(_BESIDE.match(before[-1:]) or _BESIDE.match(after[:1]))
