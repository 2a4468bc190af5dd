"""Survival: against an estimator written down naively, and against what can be counted by eye."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeycell.readings import life
from honeycell.readings.responsiveness import Asked, evaluate, worked_seconds


def naive_incidence(times: list[int], outcomes: list[int], at: float) -> float:
    """Aalen and Johansen, one time after the other."""
    chance, surviving = 0.0, 1.0
    for when in sorted(set(times)):
        if when > at:
            break
        at_risk = sum(time >= when for time in times)
        events = sum(time == when and how == life.EVENT for time, how in zip(times, outcomes, strict=True))
        ends = sum(time == when and how != life.CENSORED for time, how in zip(times, outcomes, strict=True))
        chance += surviving * events / at_risk
        surviving *= 1 - ends / at_risk
    return chance


def naive_greenwood(times: list[int], outcomes: list[int], at: float) -> float:
    surviving, total = 1.0, 0.0
    for when in sorted(set(times)):
        at_risk = sum(time >= when for time in times)
        events = sum(time == when and how == life.EVENT for time, how in zip(times, outcomes, strict=True))
        if when > at or not events:
            continue
        surviving *= 1 - events / at_risk
        total += events / (at_risk * (at_risk - events)) if at_risk > events else 0.0
    return surviving**2 * total


watched = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0, 1, 2])), min_size=1, max_size=40)


@given(st.lists(watched, min_size=1, max_size=4), st.integers(0, 12))
def test_incidence_of_many_groups_equals_the_naive_estimator_of_each(groups: list, at: int) -> None:
    group = np.repeat(np.arange(len(groups)), [len(rows) for rows in groups])
    times = np.array([time for rows in groups for time, _ in rows], float)
    outcomes = np.array([how for rows in groups for _, how in rows])
    found = life.incidence(group, len(groups), times, outcomes, at)
    for number, rows in enumerate(groups):
        assert found.value[number] == pytest.approx(naive_incidence(*map(list, zip(*rows, strict=True)), at), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0, 1])), min_size=2, max_size=40), st.integers(0, 9))
def test_the_variance_with_one_cause_is_that_of_greenwood(rows: list, at: int) -> None:
    times, outcomes = [time for time, _ in rows], [how for _, how in rows]
    found = life.incidence(np.zeros(len(rows), int), 1, np.array(times, float), np.array(outcomes), at)
    assert found.variance[0] == pytest.approx(naive_greenwood(times, outcomes, at), abs=1e-12)


def test_completed_answers_alone_would_say_too_much() -> None:
    # Two answered after an hour, two still open after two hours: half, not all, are answered within an hour.
    found = life.incidence(np.zeros(4, int), 1, np.array([1.0, 1, 2, 2]), np.array([1, 1, 0, 0]), 8.0)
    assert found.value[0] == 0.5


def test_the_band_holds_the_value_and_has_width_at_the_ends() -> None:
    for outcomes in ([1] * 8, [0] * 8, [1, 0] * 4):
        found = life.incidence(np.zeros(8, int), 1, np.arange(1.0, 9.0), np.array(outcomes), 8.0)
        low, high = life.band(found)
        assert low[0] <= found.value[0] <= high[0]
        assert high[0] - low[0] > 0.2


def test_the_band_covers_the_truth_about_nine_times_in_ten() -> None:
    rng = np.random.default_rng(7)
    times, until = rng.exponential(1.0, (2000, 60)), rng.uniform(0.5, 3.0, (2000, 60))
    group = np.repeat(np.arange(2000), 60)
    outcome = np.where(times <= until, life.EVENT, life.CENSORED).ravel()
    found = life.incidence(group, 2000, np.minimum(times, until).ravel(), outcome, 1.0)
    low, high = life.band(found)
    inside = np.mean((low <= 1 - np.exp(-1)) & (1 - np.exp(-1) <= high))
    assert 0.87 < inside < 0.93


def test_the_median_is_the_first_time_by_which_half_are_answered() -> None:
    times, once = np.array([1.0, 2, 3, 4]), np.ones((1, 4))
    assert life.medians(times, np.array([1, 1, 1, 1]), once).tolist() == [2.0]
    assert life.medians(times, np.array([1, 0, 0, 0]), once).tolist() == [np.inf]


@given(watched, st.integers(0, 2**32 - 1))
def test_the_median_of_a_replicate_is_that_of_its_rows(rows: list, seed: int) -> None:
    times, outcomes = (np.array(column) for column in zip(*rows, strict=True))
    weights = np.random.default_rng(seed).poisson(1.0, (2, len(rows)))
    for found, weight in zip(life.medians(times, outcomes, weights), weights, strict=True):
        held = [np.repeat(column, weight).tolist() for column in (times, outcomes)]
        half = [at for at in sorted(set(held[0])) if naive_incidence(*held, at) >= 0.5 - 1e-9]
        assert found == (half[0] if half else np.inf)


@given(st.integers(0, 30 * 86_400), st.integers(0, 20 * 86_400), st.sampled_from([-480, 0, 60, 330]))
def test_the_working_clock_counts_week_days_from_nine_to_five(start: int, length: int, offset: int) -> None:
    begin = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(seconds=start)
    expected, minute = 0, timedelta(minutes=30)
    at, end = begin, begin + timedelta(seconds=length)
    while at < end:  # half an hour at a time, cut at the ends
        stop = min(end, at + minute - timedelta(seconds=at.timestamp() % 1800))
        here = at + timedelta(minutes=offset)
        if here.weekday() < 5 and 9 <= here.hour < 17:
            expected += int((stop - at).total_seconds())
        at = stop
    both = np.array([int(moment.timestamp()) * 1_000_000 for moment in (begin, end)])
    opened, closed = worked_seconds(both, np.array([offset, offset]))
    assert closed - opened == expected


def test_inferred_answers_widen_the_band_by_the_root_of_the_share_that_are_named() -> None:
    times, answered = np.arange(40.0) * 1500, np.arange(40) % 4 > 0
    named, inferred = (
        evaluate(
            Asked(
                np.zeros(40, np.int64), np.zeros(40, np.int64), times, times,
                np.where(answered, life.EVENT, life.CENSORED), explicit, answered * 1,
            ),
            1, mean=0.6, strength=6.0, shrunk=True,
        )
        for explicit in (answered, answered & (np.arange(40) % 4 == 1))
    )  # fmt: skip
    assert inferred.value == named.value
    for side in ("low", "high"):
        wide, narrow = (abs(getattr(found, side)[0] - found.value[0]) for found in (inferred, named))
        assert wide == pytest.approx(narrow * 3**0.5)
