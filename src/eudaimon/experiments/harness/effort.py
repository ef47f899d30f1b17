"""Equal effort: arms of an experiment are compared only where they cost the same, within 5%.

Work is counted in floating-point operations, from the tokens that were put through the model: 2 N forward a token for N
parameters, and twice that again backward (Kaplan et al. 2020, "Scaling laws for neural language models", 2.1). Where
most weights are frozen, the backward pass still carries the gradient through all N (2 N), but forms weight gradients
for the T that are trained alone (2 T).
"""

from __future__ import annotations

from collections.abc import Mapping

from eudaimon.errors import ExperimentError
from eudaimon.language import Usage

TOLERANCE = 0.05


def flops(usage: Usage, parameters: int, trained: int | None = None) -> float:
    """Floating-point operations of what `usage` counts.

    Args:
        usage: tokens read and written (forward alone) and trained on (forward and backward).
        parameters: N of the model, adapters included.
        trained: T, how many of them are trained; all by default.

    >>> flops(Usage(encoded=10, decoded=5), 100)
    3000.0
    >>> flops(Usage(trained=10), 100), flops(Usage(trained=10), 100, trained=1)
    (6000.0, 4020.0)
    """
    forward = 2.0 * parameters * (usage.encoded + usage.decoded + usage.trained)
    return forward + (2.0 * parameters + 2.0 * (parameters if trained is None else trained)) * usage.trained


def total(*usages: Usage) -> Usage:
    """The work of several models or phases together."""
    return Usage(
        encoded=sum(u.encoded for u in usages),
        decoded=sum(u.decoded for u in usages),
        trained=sum(u.trained for u in usages),
        calls=sum(u.calls for u in usages),
    )


def spread(efforts: Mapping[str, float]) -> float:
    """How far arms are apart: (largest - smallest) / largest; 0 where nobody worked."""
    most = max(efforts.values(), default=0.0)
    return (most - min(efforts.values())) / most if most else 0.0


def require_equal(efforts: Mapping[str, float], tolerance: float = TOLERANCE) -> float:
    """The spread of efforts (FLOPs, pairs, nats of KL, trials) by arm.

    Raises:
        ExperimentError: it is above `tolerance`; names the arms at both ends.
    """
    apart = spread(efforts)
    if apart > tolerance:
        least, most = min(efforts, key=efforts.__getitem__), max(efforts, key=efforts.__getitem__)
        raise ExperimentError(
            f"arms must be matched within {tolerance:.0%}, but '{least}' ({efforts[least]:.3g}) and '{most}' "
            f"({efforts[most]:.3g}) are {apart:.1%} apart; give '{least}' more, or '{most}' less"
        )
    return apart
