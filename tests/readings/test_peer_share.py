"""Guests and hosts in numbers: against sums written out, and planted worlds."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.readings.spaces import peer_share
from honeycell.readings.spaces.guests import Openings, Said, Written, continuity, host_free, lift

ONE = np.ones((1, 1))
EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.25, 0.5, 1.0])).filter(lambda e: e[0] != e[1]),
    min_size=1, max_size=25,
)  # fmt: skip


def said(edges: list[tuple[int, int, float]], hosts: set[int]) -> Said:
    giver, taker, weight = (np.array(column) for column in zip(*edges, strict=True))
    from_guest, to_guest = (~np.isin(who, list(hosts)) for who in (giver, taker))
    return Said(np.zeros(len(edges), np.int64), giver, taker, from_guest, to_guest, weight.astype(float))


@settings(max_examples=40, deadline=None)
@given(EDGES, st.sets(st.integers(0, 5)))
def test_lift_equals_the_sum_over_all_pairs(edges: list[tuple[int, int, float]], hosts: set[int]) -> None:
    out, into = np.zeros(6), np.zeros(6)
    for giver, taker, weight in edges:
        out[giver] += weight
        into[taker] += weight
    pairs = [(x, y) for x in range(6) for y in range(6) if x != y]
    among = sum(out[x] * into[y] for x, y in pairs if x not in hosts and y not in hosts)
    share, expected = lift(said(edges, hosts), ONE)
    guests = sum(w for giver, taker, w in edges if giver not in hosts and taker not in hosts)
    assert share[0] == pytest.approx(guests / sum(w for *_, w in edges))
    assert expected[0] == pytest.approx(among / sum(out[x] * into[y] for x, y in pairs), abs=1e-12)


def test_lift_finds_what_is_planted() -> None:
    draw = np.random.default_rng(4)
    hosts = set(range(25))

    def world(times: float) -> float:
        """The lift where a guest picks a guest so many times as readily as anybody else does."""
        edges = []
        for giver in draw.integers(0, 50, 6000):
            likes = np.where((np.arange(50) >= 25) & (giver >= 25), times, 1.0)
            likes[giver] = 0.0
            edges.append((int(giver), int(draw.choice(50, p=likes / likes.sum())), 1.0))
        share, expected = lift(said(edges, hosts), ONE)
        return float(share[0] / expected[0])

    assert world(1.0) == pytest.approx(1.0, abs=0.03)
    assert world(3.0) > 1.05
    assert world(1 / 3) < 0.9


def test_the_same_person_as_host_and_as_guest_is_two() -> None:
    # Person 0 wrote as a guest and, later, as a host: nothing of the first goes to the hosts.
    from_guest, to_guest = np.array([True, False]), np.array([True, True])
    of = Said(np.zeros(2, np.int64), np.array([0, 2]), np.array([1, 1]), from_guest, to_guest, np.ones(2))
    assert lift(of, ONE)[0].tolist() == [0.5]


def test_first_answers_are_counted_by_conversation() -> None:
    openings = Openings(np.array([0, 1, 2, 3]), np.array([True, True, True, False]))
    # In the second draw the last conversation came up three times.
    assert host_free(openings, np.array([[1, 1, 1, 1], [1, 0, 1, 3]])).tolist() == [0.75, 0.4]


def test_days_without_a_host_are_compared_with_the_same_weekday() -> None:
    # Guests write three on Mondays with a host and one on Mondays without; Tuesdays never have a host.
    mondays, tuesdays = [0, 7, 14, 21], [1, 8, 15, 22]
    rows = [(day, False) for day in mondays[:2]]
    rows += [(day, True) for day in mondays[:2] for _ in range(3)] + [(day, True) for day in mondays[2:]]
    rows += [(day, True) for day in tuesdays for _ in range(9)]
    day, guest = (np.array(column) for column in zip(*rows, strict=True))
    written = Written(np.zeros(len(day), np.int64), day, guest)
    found, n = continuity(written, np.arange(28), ONE)
    assert (found[0], n) == (pytest.approx(1 / 3), 2)


def test_a_day_that_no_archive_covers_is_no_day_without_a_host() -> None:
    written = Written(np.zeros(3, np.int64), np.array([0, 0, 7]), np.array([False, True, True]))
    assert continuity(written, np.array([0, 7]), ONE)[1] == 1
    assert continuity(Written(*(part[:2] for part in (written.conversation, written.day, written.guest))),
                      np.array([0]), ONE)[1] == 0  # fmt: skip


@pytest.mark.parametrize(("n_guests", "n_begun", "status"), [(4, 50, "thin"), (5, 50, "ok"), (5, 49, "thin")])
def test_fewer_guests_than_five_and_fewer_conversations_than_fifty_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, n_guests: int, n_begun: int, status: str
) -> None:
    on = date(2024, 6, 30)
    covered = SimpleNamespace(days=lambda _end, days: float(days), since=lambda _end: 0)
    asked: Any = SimpleNamespace(on=on, window=(on, on), window_days=365, covered=covered)
    there: Any = SimpleNamespace(n_guests=n_guests, n_begun=n_begun, n_hosts=2)
    for declared in peer_share.PEER_SHARE.declared:
        monkeypatch.setitem(peer_share._NUMBERS, declared.name, lambda _: ([0.9, 0.8, 1.0], 80))
        monkeypatch.setitem(peer_share._SENTENCE, declared.name, lambda *_: "said")
        monkeypatch.setattr(peer_share, "_n_rows", lambda *_: 1)
        assert peer_share._reading(asked, there, declared).status == status
