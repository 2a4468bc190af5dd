"""Spread: the width of what differs between pairs, neither blown up by noise nor shrunk away."""

from __future__ import annotations

import numpy as np
import pytest

from honeycell.readings.draws import poisson, uniform
from honeycell.readings.responsiveness import pair_draws
from honeycell.readings.spread import pooled
from honeycell.readings.values import Values


def test_pooled_draws_recover_the_width_between_pairs_at_eight_turns() -> None:
    rng = np.random.default_rng(8)
    widths, raw = [], []
    for _ in range(20):
        truth = rng.beta(6 * 0.6, 6 * 0.4, 300)
        share = rng.binomial(8, truth) / 8
        n = np.full(300, 8.0)
        found = Values(share, share, share, n)
        draws = pair_draws(found, 0.6, 6.0, rng.random((300, 50)))
        spread = pooled(draws, np.ones(300))
        low, high = np.quantile(truth, [0.1, 0.9])
        widths.append((spread.p90 - spread.p10) / (high - low))
        raw.append((np.quantile(share, 0.9) - np.quantile(share, 0.1)) / (high - low))
    assert np.mean(widths) == pytest.approx(1.0, abs=0.1)
    assert np.mean(raw) > 1.2


def test_a_pair_counts_by_its_attention() -> None:
    draws = np.array([[0.2] * 50, [0.8] * 50])
    assert pooled(draws, np.array([1.0, 99.0])).p10 == 0.8
    assert pooled(draws, np.array([99.0, 1.0])).p90 == 0.2


def test_draws_depend_on_whom_they_concern_and_on_nothing_else() -> None:
    ids = np.array([170, 187, 2**62], np.uint64)
    assert np.array_equal(uniform(ids, 5)[::-1], uniform(ids[::-1], 5))
    assert len(np.unique(uniform(ids, 50))) == 150


def test_draws_are_spread_evenly_and_counts_have_mean_and_variance_one() -> None:
    many = np.arange(4000, dtype=np.uint64)
    numbers = uniform(many, 50)
    assert np.histogram(numbers, 10, (0, 1))[0] / numbers.size == pytest.approx(np.full(10, 0.1), abs=0.005)
    counts = poisson(many, 50)
    assert counts.mean() == pytest.approx(1.0, abs=0.02)
    assert counts.var() == pytest.approx(1.0, abs=0.03)
