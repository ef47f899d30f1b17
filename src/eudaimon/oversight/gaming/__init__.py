"""Detectors of gaming, fitted on some kinds of exploit and tested on kinds that they never saw."""

from eudaimon.oversight.gaming.attack import adapted, hidden_best
from eudaimon.oversight.gaming.detector import Detector, fit_detector
from eudaimon.oversight.gaming.evidence import NAMES, evidence
from eudaimon.oversight.gaming.intending import intending, person, understood
from eudaimon.oversight.gaming.trials import Trial, draw_trials, left_out

__all__ = [
    "NAMES",
    "Detector",
    "Trial",
    "adapted",
    "draw_trials",
    "evidence",
    "fit_detector",
    "hidden_best",
    "intending",
    "left_out",
    "person",
    "understood",
]
