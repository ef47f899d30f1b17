"""Reward models from scratch, small enough for every experiment, held against length and a bag of words."""

from eudaimon.training.rewards.baselines import bag_of_words, length_only
from eudaimon.training.rewards.calibration import Calibration, calibrate, temperature
from eudaimon.training.rewards.encoder import Encoder
from eudaimon.training.rewards.judged import Judged, split_by_prompt
from eudaimon.training.rewards.learning import Learning, RewardModel, learn
from eudaimon.training.rewards.linear import linear_head
from eudaimon.training.rewards.ngrams import NgramLearning, NgramReward, learn_ngrams
from eudaimon.training.rewards.relevance import Relevance, ToThePoint
from eudaimon.training.rewards.sanity import Sanity, sanity

__all__ = [
    "Calibration",
    "Encoder",
    "Judged",
    "Learning",
    "NgramLearning",
    "NgramReward",
    "Relevance",
    "RewardModel",
    "Sanity",
    "ToThePoint",
    "bag_of_words",
    "calibrate",
    "learn",
    "learn_ngrams",
    "length_only",
    "linear_head",
    "sanity",
    "split_by_prompt",
    "temperature",
]
