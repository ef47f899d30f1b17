"""How far two distributions over the same options are apart, and how many stances there effectively are.

>>> jensen_shannon([1.0, 0.0], [0.0, 1.0]), total_variation([0.5, 0.5], [0.75, 0.25]), ordinal([1, 0, 0], [0, 0, 1])
(1.0, 0.25, 1.0)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import jensenshannon

Shares = npt.ArrayLike


def jensen_shannon(p: Shares, q: Shares) -> float:
    """Jensen-Shannon distance in [0, 1]: the square root of the divergence with logarithms to base 2 (Lin 1991)."""
    a, b = _shares(p), _shares(q)
    return float(jensenshannon(a, b, base=2)) if not np.allclose(a, b, atol=1e-12) else 0.0


def total_variation(p: Shares, q: Shares) -> float:
    """Half the summed absolute difference, in [0, 1]."""
    return float(np.abs(_shares(p) - _shares(q)).sum() / 2)


def ordinal(p: Shares, q: Shares) -> float:
    """The 1-Wasserstein distance where options are in order and one step apart, as a share of the longest way."""
    steps = np.abs(np.cumsum(_shares(p) - _shares(q)))[:-1]
    return float(steps.mean()) if len(steps) else 0.0


def vendi(similarity: npt.ArrayLike) -> float:
    """The effective number of distinct stances: exp of the entropy of the eigenvalues of K / n (Friedman and Dieng
    2023, "The Vendi score"). 1 where all are alike, n where no two have anything in common.

    Args:
        similarity: (n, n), symmetric and positive semidefinite, with ones along the diagonal.

    Raises:
        ValueError: it is no such matrix.
    """
    k = np.asarray(similarity, dtype=float)
    if k.ndim != 2 or k.shape[0] != k.shape[1] or not np.allclose(k, k.T) or not np.allclose(np.diag(k), 1):
        raise ValueError("a similarity is a square symmetric matrix with ones along its diagonal; scale it so")
    values = np.linalg.eigvalsh(k / len(k))
    if values.min() < -1e-6:
        raise ValueError("a similarity has no negative eigenvalues; use a kernel such as the cosine")
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def error_correlation(errors: npt.ArrayLike) -> float:
    """Mean correlation of the errors of any two centres; `errors` is (centres, cases). A centre that never or always
    errs correlates with nobody and is left out.

    Raises:
        ValueError: fewer than two centres err at times.
    """
    rows = np.asarray(errors, dtype=float)
    rows = rows[rows.std(1) > 0]
    if len(rows) < 2:
        raise ValueError("errors correlate between two centres at least that err at times and not always; add cases")
    return float(np.corrcoef(rows)[np.triu_indices(len(rows), 1)].mean())


def _shares(p: Shares) -> npt.NDArray[np.float64]:
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or (values < 0).any() or not values.sum() > 0:
        raise ValueError("a distribution is a row of shares, none negative and not all zero; mend it")
    return np.asarray(values / values.sum())
