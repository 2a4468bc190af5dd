"""The hazard behind Vitality: published parameters, planted coefficients, real networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from honeycell.readings import bgnbd, persistence
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import overlap


@pytest.mark.corpus
def test_bgnbd_reproduces_the_published_fit_of_cdnow(corpus: Callable[[str], Path]) -> None:
    rows = np.genfromtxt(corpus("networks/cdnow_tx.csv"), delimiter=",", names=True)
    x, tx, seen = rows["x"].astype(float), rows["t_x"], rows["T"]
    published = bgnbd.BgNbd(0.243, 4.414, 0.793, 2.426)
    assert bgnbd.log_likelihood(published, x, tx, seen) == pytest.approx(-9582.4, abs=0.1)
    found = bgnbd.fit(x, tx, seen)
    assert bgnbd.log_likelihood(found, x, tx, seen) == pytest.approx(-9582.4, abs=0.1)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.005)


def test_somebody_seen_just_now_is_likelier_to_return_than_somebody_long_gone() -> None:
    model = bgnbd.BgNbd(0.243, 4.414, 0.793, 2.426)
    now, gone = bgnbd.probability_of_contact(model, np.full(2, 5.0), np.array([38.0, 5.0]), np.full(2, 38.86), 10.0)
    assert now > 0.5 > gone


def test_a_planted_logistic_is_recovered_within_its_own_uncertainty() -> None:
    rng = np.random.default_rng(3)
    rows = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 3))])
    planted = np.array([-0.5, 1.0, -2.0, 0.25])
    met = (rng.random(20_000) < persistence.predict(rows, planted)).astype(float)
    found, covariance = persistence.fit(rows, met, np.arange(20_000))
    assert np.all(np.abs(found - planted) < 3.5 * np.sqrt(np.diag(covariance)))


def test_repeating_every_row_does_not_make_the_clustered_covariance_smaller() -> None:
    rng = np.random.default_rng(4)
    rows = np.column_stack([np.ones(500), rng.normal(size=500)])
    met = (rng.random(500) < 0.4).astype(float)
    _, once = persistence.fit(rows, met, np.arange(500))
    _, four = persistence.fit(np.tile(rows, (4, 1)), np.tile(met, 4), np.tile(np.arange(500), 4))
    assert np.diag(four) == pytest.approx(np.diag(once), rel=0.01)


def test_the_shipped_hazard_falls_with_silence_and_rises_with_contact_days() -> None:
    def chance(n_days: float, silence: float) -> float:
        one = np.ones(1)
        rows = persistence.features(
            one * n_days, one * 150.0, one * silence, one * 0.1, one * n_days, median_gap=5.0,
            bgnbd=SHIPPED.bgnbd, horizon=90.0,
        )  # fmt: skip
        return float(persistence.predict(rows, SHIPPED.coefficients)[0])

    assert chance(20, 2) > chance(20, 60) > chance(20, 140)
    assert chance(40, 5) > chance(10, 5) > chance(2, 5)
    assert len(SHIPPED.coefficients) == len(persistence.FEATURES)
    assert np.all(np.linalg.eigvalsh(SHIPPED.covariance) > 0)


def test_overlap_equals_that_of_sets() -> None:
    rng = np.random.default_rng(5)
    edges = {tuple(sorted(pair)) for pair in rng.integers(0, 30, (120, 2)).tolist() if pair[0] != pair[1]}
    beside = {n: {b if a == n else a for a, b in edges if n in (a, b)} for n in range(30)}
    a, b = (np.array(column) for column in zip(*sorted(edges), strict=True))
    expected = []
    for one, other in sorted(edges):
        either = (beside[one] | beside[other]) - {one, other}
        expected.append(len(beside[one] & beside[other]) / len(either) if either else 0.0)
    both = np.concatenate([a, b]), np.concatenate([b, a])
    assert overlap(a, b, *both) == pytest.approx(expected)


@pytest.mark.corpus
def test_manufacturing_mail_is_foretold_better_than_by_volume(corpus: Callable[[str], Path]) -> None:
    from validation.persistence import main

    figures = main(corpus("networks/manufacturing"))
    assert figures["auc"] >= 0.81
    assert figures["auc_often"] >= 0.75
    assert figures["auc"] - figures["baseline_auc"] >= 0.015
    assert figures["ece_worst_cut"] <= 0.11
    assert figures["ece_worst_cut"] < figures["shipped_ece_worst_cut"]
