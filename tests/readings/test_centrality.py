"""Degree, closeness, eigenvector centrality and PageRank are those of another implementation."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.readings.arrays import Ints
from honeycell.readings.network import centrality
from honeycell.readings.network.prominence import prominence

_NETWORKS = st.integers(3, 30).flatmap(
    lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1))
)


def _network(n: int, ties: Any) -> tuple[Ints, Ints, Any]:
    arcs = np.array(sorted(ties))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(arcs.tolist())
    return arcs[:, 0], arcs[:, 1], graph


@settings(max_examples=60, deadline=None)
@given(_NETWORKS)
def test_closeness_and_pagerank_of_any_network(network: Any) -> None:
    n, ties = network
    ties = {(a, b) for a, b in ties if a != b} or {(0, 1)}
    tail, head, graph = _network(n, ties)
    near = nx.closeness_centrality(graph.to_undirected(), wf_improved=False)
    expected = [near[one] if near[one] else np.nan for one in range(n)]
    np.testing.assert_allclose(centrality.closeness(tail, head, n), expected, rtol=1e-12)
    ranked = nx.pagerank(graph, tol=1e-13, max_iter=1000)
    found = prominence(tail, head, np.ones(len(tail)), n)
    np.testing.assert_allclose(found, [ranked[one] for one in range(n)], rtol=1e-9)
    assert centrality.degree(tail, head, n).tolist() == [graph.degree(one) for one in range(n)]


def test_closeness_counts_from_more_places_than_are_counted_at_once(monkeypatch: Any) -> None:
    dice = np.random.default_rng(3)
    tail = dice.integers(0, 300, 500)
    head = (tail + dice.integers(1, 300, 500)) % 300
    whole = centrality.closeness(tail, head, 300)
    monkeypatch.setattr(centrality, "_SOURCES", 64)
    monkeypatch.setattr(centrality, "_WORDS", 7)
    np.testing.assert_array_equal(centrality.closeness(tail, head, 300), whole)


def test_eigenvector_of_a_connected_network() -> None:
    dice = np.random.default_rng(4)
    ring = np.arange(200)
    extra = dice.integers(0, 200, (2, 900))
    ties = {(int(a), int(b)) for a, b in zip(*extra, strict=True) if a != b} | set(
        zip(ring.tolist(), np.roll(ring, 1).tolist(), strict=True)
    )
    tail, head, graph = _network(200, ties)
    named = nx.eigenvector_centrality_numpy(graph)
    expected = np.array([named[one] for one in range(200)])
    np.testing.assert_allclose(centrality.eigenvector(tail, head, 200), expected / expected.max(), rtol=1e-8)


def test_what_reaches_who_gives_nothing_goes_to_everybody() -> None:
    shares = prominence(np.array([0]), np.array([1]), np.ones(1), 3)
    rest = 1 / (2 + 1.85)
    np.testing.assert_allclose(shares, [rest, 1.85 * rest, rest])
