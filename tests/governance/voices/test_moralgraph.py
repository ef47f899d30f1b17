"""Moral graphs: circles are found, the lightest set of edges breaks them, and PageRank is networkx'."""

from itertools import combinations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices import Transition, feedback_arcs, moral_graph, pagerank

NAMES = tuple("abcdef")
edges_of = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]),
    st.floats(0.33, 1.0),
    max_size=11,
)


def acyclic(edges) -> bool:
    return networkx.is_directed_acyclic_graph(networkx.DiGraph(list(edges)))


@given(edges_of)
@settings(max_examples=150)
def test_the_feedback_arcs_break_every_circle_at_the_least_weight(edges) -> None:
    removed = feedback_arcs(NAMES, edges)
    assert acyclic(edge for edge in edges if edge not in removed)
    weight = sum(edges[edge] for edge in removed)
    best = min(
        sum(edges[edge] for edge in some)
        for size in range(len(edges) + 1)
        for some in combinations(edges, size)
        if acyclic(edge for edge in edges if edge not in some)
    )
    assert weight == pytest.approx(best)


@given(edges_of)
def test_pagerank_is_networkx(edges) -> None:
    graph = networkx.DiGraph()
    graph.add_nodes_from(NAMES)
    graph.add_weighted_edges_from((source, target, w) for (source, target), w in edges.items())
    theirs = networkx.pagerank(graph, alpha=0.85, max_iter=500, tol=1e-12)
    ours = pagerank(NAMES, edges)
    assert ours == pytest.approx(theirs, abs=1e-6)
    assert sum(ours.values()) == pytest.approx(1)


def test_edges_are_kept_by_the_published_rule() -> None:
    assert Transition("a", "b", 6, 2, 1).kept
    assert not Transition("a", "b", 5, 3, 1).kept, "(5 - 3) / 9 is below .33"
    assert not Transition("a", "b", 1, 0, 0).kept, "one is not two"
    assert Transition("a", "b", 1, 1, 1).entropy == pytest.approx(1.585, abs=1e-3)


def test_a_circle_in_peoples_judgement_is_shown_and_the_rest_is_ordered() -> None:
    found = moral_graph(
        [
            Transition("order", "care", 8, 1, 0), Transition("care", "wisdom", 9, 0, 0),
            Transition("wisdom", "order", 3, 0, 1), Transition("order", "care", 2, 0, 0),
            Transition("pride", "order", 4, 0, 0), Transition("care", "pride", 1, 3, 0),
        ]
    )  # fmt: skip
    assert found.circular == (("wisdom", "order"),)
    assert found.edges["order", "care"] == pytest.approx(9 / 11)
    assert ("care", "pride") not in found.edges
    assert found.order == ("pride", "order", "care", "wisdom")


def test_a_value_is_not_compared_with_itself_and_no_answers_give_no_graph() -> None:
    with pytest.raises(GovernanceError, match="compared with itself"):
        moral_graph([Transition("a", "a", 3)])
    assert moral_graph([]).order == ()
