"""What many people say: conversations, opinion groups, statements that bridge them, slates, moral graphs."""

from eudaimon.governance.voices.drafting import Draft, draft_statements
from eudaimon.governance.voices.groups import Grouping, find_groups, in_conversation
from eudaimon.governance.voices.manipulation import STRATEGIES, Attack, attack, reversed_pairs, with_sybils
from eudaimon.governance.voices.moralgraph import MoralGraph, Transition, feedback_arcs, moral_graph, pagerank
from eudaimon.governance.voices.opinions import Opinions, Statement
from eudaimon.governance.voices.picture import draw_map
from eudaimon.governance.voices.plane import Plane, plane
from eudaimon.governance.voices.polis import read_export
from eudaimon.governance.voices.record import read_opinions, write_opinions
from eudaimon.governance.voices.representative import Standing, consensus, representative
from eudaimon.governance.voices.slate import Slate, choose_slate, is_justified, worst_share
from eudaimon.governance.voices.tallies import Side, Tallies, tally
from eudaimon.governance.voices.trust import enrolled, trust

__all__ = [
    "STRATEGIES",
    "Attack",
    "Draft",
    "Grouping",
    "MoralGraph",
    "Opinions",
    "Plane",
    "Side",
    "Slate",
    "Standing",
    "Statement",
    "Tallies",
    "Transition",
    "attack",
    "choose_slate",
    "consensus",
    "draft_statements",
    "draw_map",
    "enrolled",
    "feedback_arcs",
    "find_groups",
    "in_conversation",
    "is_justified",
    "moral_graph",
    "pagerank",
    "plane",
    "read_export",
    "read_opinions",
    "representative",
    "reversed_pairs",
    "tally",
    "trust",
    "with_sybils",
    "worst_share",
    "write_opinions",
]
