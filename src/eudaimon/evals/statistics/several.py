"""Several hypotheses at once.

Holm 1979, "A simple sequentially rejective multiple test procedure" (Scand. J. Statist. 6).
"""

from __future__ import annotations

from collections.abc import Mapping


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p-values by name, in the order given: p_(i) becomes max over j <= i of min(1, (m - j + 1) p_(j)).

    Rejecting those at most alpha keeps the chance of any false rejection at alpha, however the tests depend.

    >>> holm({"sleep": 0.01, "loop": 0.04, "pools": 0.03})
    {'sleep': 0.03, 'loop': 0.06, 'pools': 0.06}
    """
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p) - rank) * value))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p}
