"""Compilation: a charter becomes norms, principles, rubrics, rewards, filters, items; what becomes nothing is told."""

from eudaimon.values.compilation.compiling import Compiled, compile_charter, write_compiled
from eudaimon.values.compilation.functions import Reward, data_filter, judge, judged_reward, rewards
from eudaimon.values.compilation.product import TARGETS, Line, Product, Target
from eudaimon.values.compilation.templating import FIELDS, Templates

__all__ = [
    "FIELDS",
    "TARGETS",
    "Compiled",
    "Line",
    "Product",
    "Reward",
    "Target",
    "Templates",
    "compile_charter",
    "data_filter",
    "judge",
    "judged_reward",
    "rewards",
    "write_compiled",
]
