"""Pluralism of three kinds, on any backend: Overton, steerable and distributional; and how plural many centres are."""

from eudaimon.values.pluralism.asking import Answered, Question, answer, exchangeability
from eudaimon.values.pluralism.distances import error_correlation, jensen_shannon, ordinal, total_variation, vendi
from eudaimon.values.pluralism.matching import Match, best_temperature, gain, match, mixed, mixture_weights, tempered
from eudaimon.values.pluralism.overton import Coverage, compose, coverage, sayings
from eudaimon.values.pluralism.steering import Attribute, Steered, charter_words, steer, told_first
from eudaimon.values.pluralism.vectors import Embed, Encoder, words
from eudaimon.values.pluralism.viewpoints import Viewpoint, viewpoints

__all__ = [
    "Answered",
    "Attribute",
    "Coverage",
    "Embed",
    "Encoder",
    "Match",
    "Question",
    "Steered",
    "Viewpoint",
    "answer",
    "best_temperature",
    "charter_words",
    "compose",
    "coverage",
    "error_correlation",
    "exchangeability",
    "gain",
    "jensen_shannon",
    "match",
    "mixed",
    "mixture_weights",
    "ordinal",
    "sayings",
    "steer",
    "tempered",
    "told_first",
    "total_variation",
    "vendi",
    "viewpoints",
    "words",
]
