"""Ordered ties against networkx and by eye; who is in the middle; and what is never said."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.readings.covered import Stretch, covered_of
from honeycell.readings.network import NetworkState, state
from honeycell.readings.network.heard import Heard
from honeycell.readings.network.hierarchy import between, ties
from honeycell.readings.network.order import TARGETS, one_sided, order, reoriented
from honeycell.readings.network.recomputed import recomputed
from honeycell.readings.spaces.standing import NOBODY
from honeycell.readings.state import EvidenceRow, Party

ARCS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda arc: arc[0] < arc[1]), min_size=2,
                max_size=20, unique=True)  # fmt: skip


def heard(*rows: tuple[int, int, int, float, int, int], in_space: bool = True) -> Heard:
    """Giver, taker, day, weight, organisation of the giver and of the taker."""
    giver, taker, day, weight, one, other = (np.array(column) for column in zip(*rows, strict=True))
    n = np.ones(len(rows), np.int64)
    return Heard(giver, taker, day, np.full(len(rows), in_space), weight.astype(float), n, one, other)


@settings(max_examples=40, deadline=None)
@given(ARCS, st.lists(st.booleans(), min_size=20, max_size=20))
def test_measures_equal_those_of_networkx(arcs: list[tuple[int, int]], turned: list[bool]) -> None:
    pointed = [arc[::-1] if turn else arc for arc, turn in zip(arcs, turned, strict=False)]
    people, place = np.unique(np.array(pointed).ravel(), return_inverse=True)
    tail, head = place.reshape(-1, 2).T
    graph = nx.DiGraph(list(zip(tail.tolist(), head.tolist(), strict=True)))
    found = order(len(people), np.array([tail, head]), np.array([head, tail]))

    reach = {one: len(nx.descendants(graph, one)) / (len(people) - 1) for one in graph}
    expected = sum(max(reach.values()) - share for share in reach.values()) / (len(people) - 1)
    assert found.reaching[0] == pytest.approx(expected)
    assert found.flow[0] == pytest.approx(nx.flow_hierarchy(graph))
    ways = [(b in nx.descendants(graph, a), a in nx.descendants(graph, b)) for a in graph for b in graph if a < b]
    assert found.krackhardt[0] == pytest.approx(1 - sum(map(all, ways)) / sum(map(any, ways)))
    # What is in no circle, and who is joined, is the same whichever way all arcs are read.
    assert (found.flow[1], found.krackhardt[1]) == (found.flow[0], found.krackhardt[0])


def test_many_people_are_measured_against_some_of_them() -> None:
    n = 3 * TARGETS
    tail, head = np.zeros((1, n - 1), np.int64), np.arange(1, n)[None, :]
    assert order(n, tail, head).reaching[0] == pytest.approx(1.0)


def test_an_arc_needs_six_days_and_to_be_sure() -> None:
    # 5 of 5 days is too few days, 6 of 8 is not sure (0.91), 7 of 8 is (0.98).
    assert one_sided(np.array([5, 6, 7]), np.array([0, 2, 1])).tolist() == [0, 0, 1]


def test_reoriented_graphs_are_no_more_ordered_than_chance() -> None:
    draw = np.random.default_rng(3)
    tail, head = np.triu_indices(40, 1)
    kept = draw.random(len(tail)) < 0.12
    tail, head = tail[kept], head[kept]
    null = order(40, *reoriented(tail, head, seed=1))
    again = order(40, *reoriented(tail, head, seed=2, draws=60))
    own = order(40, tail[None, :], head[None, :])
    z = (np.array([own.reaching[0], *again.reaching]) - null.reaching.mean()) / null.reaching.std()
    assert z[0] > 5
    assert np.mean(np.abs(z[1:]) > 2) < 0.15


def test_ties_take_days_not_messages_and_the_same_day_once() -> None:
    days = [(1, 2, day, 1.0, 7, 7) for day in range(6)]
    other = [(2, 1, day, 1.0, 7, 7) for day in (0, 0, 0)]
    found = ties(heard(*days, *other))
    assert (found.n_people, found.n_pairs, found.persons[found.tail].tolist()) == (2, 1, [1])
    # Six messages of one day are one day.
    assert ties(heard(*[(1, 2, 3, 1.0, 7, 7)] * 6)).n_pairs == 0


def test_hub_share_and_centralisation_of_a_star_and_of_a_honeycomb() -> None:
    star = between(heard((1, 2, 1, 1.0, 10, 20), (3, 1, 1, 1.0, 30, 10), (4, 1, 2, 1.0, 40, 10)), 10)
    assert (star.hub_share()[0], star.centralisation()[0], star.n_days) == (1.0, 1.0, 3)
    comb = between(heard((1, 2, 1, 1.0, 10, 20), (2, 3, 1, 1.0, 20, 30), (3, 1, 2, 1.0, 30, 10)), 10)
    assert comb.hub_share()[0] == pytest.approx(2 / 3)
    assert comb.centralisation()[0] == 0.0


def test_only_shared_spaces_count_between_organisations() -> None:
    # Our own mailboxes show what others write to us and never what they write to each other (trap 4).
    seen = heard((1, 2, 1, 1.0, 10, 20), (2, 3, 1, 1.0, 20, 30), (3, 1, 2, 1.0, 30, 10))
    mailbox = replace(seen, giver=np.array([1, 1, 1]), to_organisation=np.array([20, 20, 20]),
                      from_organisation=np.array([10, 10, 10]), in_space=np.zeros(3, bool))  # fmt: skip
    both = Heard(*(np.concatenate([getattr(seen, f.name), getattr(mailbox, f.name)]) for f in fields(Heard)))
    assert between(both, 10).hub_share()[0] == between(seen, 10).hub_share()[0]
    assert len(replace(seen, to_organisation=np.full(3, NOBODY)).between_organisations().day) == 0


def test_the_state_of_the_network_names_no_person_and_no_order_of_them() -> None:
    # Direction is not authority (trap 10): nothing that is shown can hold who is above whom.
    assert [field.name for field in fields(NetworkState)] == ["as_of", "window_days", "population", "readings", "notes"]


def test_no_sentence_note_or_template_names_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    # Six of each of three organisations; each writes to the next ones, who answer on one day of eight.
    pairs = [(1_000_001 + one, 1_000_002 + other) for one in range(18) for other in range(one, min(one + 2, 17))]
    rows = [(a, b, day, 1.0, a % 3, b % 3) for a, b in pairs for day in range(20_000, 20_008)]
    said = heard(*rows, *((b, a, 20_003, 1.0, b % 3, a % 3) for a, b in pairs))
    on = date(2024, 10, 11)
    covered = (Stretch("mbox", "Mia's mailbox", on, on, 1.0), Stretch("mbox", "list", date(2023, 1, 1), on, 1.0))
    monkeypatch.setattr(state, "answer_day", lambda _t, _on: (on, covered_of(covered)))
    monkeypatch.setattr(state, "heard", lambda *_: said)
    monkeypatch.setattr(state, "ours", lambda _t: None)
    monkeypatch.setattr(state, "organisation", lambda _t, _id: Party("organisation", 0, "alder", "Alder"))
    nothing: Any = None
    shown = state.network_state(nothing)
    assert [(one.status, one.value is None) for one in shown.readings] == [("ok", False)] * 3
    assert len(shown.notes) >= 3
    texts = [shown.population, *shown.notes, *(one.sentence for one in shown.readings)]
    assert not [text for text in texts for odd in (" hub", "(z ", "centrality", ", (") if odd in text]
    texts += [one.template for one in state.READINGS]
    # Names have capitals or stand behind an @, and ids are long: whatever else begins with a capital is listed here.
    names = {word for text in texts for word in re.findall(r"\b[A-Z]\w*|@\w+|\b\d{5,}", text)}
    assert names == {"Alder", "Archives", "Between", "Followed", "Of", "So", "That", "The", "What", "With"}


def test_order_is_recomputed_from_its_rows() -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [
        EvidenceRow(day, at, giver, taker, 1.0, "to", {"on": f"2024-01-{day:02d}"})
        for giver, taker in ((1, 2), (2, 3), (3, 4))
        for day in range(1, 8)
    ]
    value = recomputed("orderedness", rows, {"least_days": 6, "sure": 0.95, "targets": TARGETS})
    assert value == pytest.approx(order(4, np.array([[0, 1, 2]]), np.array([[1, 2, 3]])).reaching[0])
