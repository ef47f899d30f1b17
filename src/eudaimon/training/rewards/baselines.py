"""What a reward model has to beat: the longer reply, and a bag of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.rewards.judged import Judged

Array = NDArray[np.float64]


def length_only(taught: Sequence[Judged], tested: Sequence[Judged]) -> Array:
    """The gap in log length of each tested pair, (N,), signed as the taught ones go."""
    sign = 1.0 if _lengths(taught).mean() >= 0 else -1.0
    return sign * _lengths(tested)


def bag_of_words(taught: Sequence[Judged], tested: Sequence[Judged]) -> Array:
    """The gap of each tested pair by logistic regression on differences of TF-IDF, (N,)."""
    from scipy.sparse import vstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    words.fit([text for pair in taught for text in (pair.chosen, pair.rejected)])
    apart = [
        words.transform([p.chosen for p in some]) - words.transform([p.rejected for p in some])
        for some in (taught, tested)
    ]
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=1000)
    model.fit(vstack([apart[0], -apart[0]]), np.repeat([1, 0], len(taught)))
    return np.asarray(model.decision_function(apart[1]))


def _lengths(pairs: Sequence[Judged]) -> Array:
    return np.array([np.log1p(len(pair.chosen)) - np.log1p(len(pair.rejected)) for pair in pairs])
