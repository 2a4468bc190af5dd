"""Spread: the width of what differs between pairs, neither blown up by noise nor shrunk away."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from honeycell.readings.draws import poisson, resampled, uniform
from honeycell.readings.life import Incidence
from honeycell.readings.multiplexity import Met
from honeycell.readings.multiplexity import pair_draws as pair_contexts
from honeycell.readings.responsiveness import pair_draws
from honeycell.readings.spread import Drawn, between, pooled, share_error, spread
from honeycell.readings.state import Floor, Quantiles, Upside
from honeycell.readings.upside import contrasts


def test_pooled_draws_recover_the_width_between_pairs_at_eight_turns() -> None:
    rng = np.random.default_rng(8)
    widths, raw = [], []
    for _ in range(20):
        truth = rng.beta(6 * 0.6, 6 * 0.4, 300)
        share = rng.binomial(8, truth) / 8
        n = np.full(300, 8.0)
        found = Incidence(share, np.zeros(300), n)
        draws = pair_draws(found, 0.6, 6.0, rng.random((300, 50)))
        floor, _, upside = pooled(draws, np.ones(300))
        low, high = np.quantile(truth, [0.1, 0.9])
        widths.append((upside - floor) / (high - low))
        raw.append((np.quantile(share, 0.9) - np.quantile(share, 0.1)) / (high - low))
    assert np.mean(widths) == pytest.approx(1.0, abs=0.1)
    assert np.mean(raw) > 1.2


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_draws_of_what_nobody_or_everybody_does_are_numbers(share: float) -> None:
    found = Incidence(np.full(2, share), np.zeros(2), np.full(2, 9.0))
    assert pair_draws(found, share, 6.0, np.full((2, 3), 0.5)) == pytest.approx(share)


def test_a_pair_counts_by_its_attention() -> None:
    draws = np.array([[0.2] * 50, [0.8] * 50])
    assert pooled(draws, np.array([1.0, 99.0]))[0] == 0.8
    assert pooled(draws, np.array([99.0, 1.0]))[2] == 0.2


def test_each_pair_counts_once_beside_that_and_what_lies_below_a_floor_is_counted_both_ways() -> None:
    draws, nothing = np.array([[0.2] * 50, [0.8] * 50]), np.full(2, np.nan)
    drawn = Drawn(np.array([0, 1]), np.array([2, 3]), np.array([1.0, 99.0]), nothing, nothing, draws)
    upper = Upside(1, 2, 1, (), "")
    floor = Floor(0.5, "dee", date(2024, 1, 1), None)
    found = spread(drawn, floor, upper)
    assert (found.p10, found.p90, found.each) == (0.8, 0.8, Quantiles(0.2, 0.2, 0.8))
    assert (found.floor, found.share_below, found.share_below_each) == (floor, pytest.approx(0.01), 0.5)
    assert (found.tau_squared, found.i_squared, found.n_pairs) == (None, None, 2)
    assert (spread(drawn, None, upper).share_below, spread(drawn, None, upper).share_below_each) == (None, None)


@pytest.mark.parametrize("n", [3, 8])
def test_what_pairs_differ_by_is_told_from_noise(n: int) -> None:
    rng = np.random.default_rng(n)
    truth = rng.beta(6 * 0.6, 6 * 0.4, 20_000)
    for share, true in ((rng.binomial(n, truth) / n, truth.var()), (rng.binomial(n, 0.6, 20_000) / n, 0.0)):
        tau_squared, i_squared = between(share, share_error(share, np.full(20_000, float(n))))
        assert tau_squared == pytest.approx(true, abs=0.003)
        assert i_squared == pytest.approx(true / (true + np.mean(0.6 * 0.4 - true) / n), abs=0.03)


def test_the_contexts_of_pairs_differ_as_much_as_they_do() -> None:
    # Two contexts, shares of each pair around .5: seen over 12 days, read as wide as the truth, raw wider.
    rng = np.random.default_rng(3)
    for strength in (4.0, 40.0):
        p = rng.beta(strength / 2, strength / 2, 600)
        truth = np.exp(-(p * np.log(p) + (1 - p) * np.log1p(-p)))
        days = rng.binomial(12, p).astype(float)
        pair, context = np.tile(np.arange(600), 2), np.repeat([0, 1], 600)
        found = Met(np.zeros(1200, int), context, pair, pair + 600, np.concatenate([days, 12 - days]))
        seen, error, draws = pair_contexts(found, pair, rng.random((600, 50)))
        floor, middle, upside = pooled(draws, np.ones(600))
        low, half, high = np.quantile(truth, [0.1, 0.5, 0.9])
        assert middle == pytest.approx(half, abs=0.05)
        assert upside - floor == pytest.approx(high - low, abs=0.12)
        assert seen.max() <= 2.0 + 1e-9
        assert np.isfinite(error).all()


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


def test_the_largest_differences_of_the_upper_end_are_found_and_chance_is_none() -> None:
    rng = np.random.default_rng(4)
    n, upper = 80, np.arange(80) < 20
    done = rng.normal(size=(n, 8))
    done[:, 2] += 3.0 * upper  # what they do more,
    done[:, 5] -= 2.0 * upper  # and less;
    done[::7, 5] = np.nan
    done[:, 6] = 1.0  # and what all do alike
    found = contrasts(done, upper, rng.integers(0, 40, n), rng.integers(40, 80, n))
    assert [at for at, *_ in found[:2]] == [2, 5]
    for (_, up, rest, low, high, size), planted in zip(found, (3.0, -2.0), strict=False):
        assert low < up - rest < high
        assert low < planted < high
        assert size == pytest.approx(planted, abs=0.6)
    n_false = sum(
        len(contrasts(rng.normal(size=(n, 8)), upper, rng.integers(0, 40, n), rng.integers(40, 80, n)))
        for _ in range(20)
    )
    assert n_false <= 4


def test_a_replicate_draws_each_group_from_itself_alone() -> None:
    group = np.array([3, 1, 3, 3, 1, 2])
    counts = resampled(group, 400)
    for one in (1, 2, 3):
        assert np.all(counts[:, group == one].sum(axis=1) == np.sum(group == one))
    assert counts.mean(axis=0) == pytest.approx(np.ones(6), abs=0.15)
