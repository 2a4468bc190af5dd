"""Working time at places with and without summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from honeycell.demo.dice import Dice
from honeycell.demo.sites import SITES, WORKDAY, day_number

ZONES = {
    "Rotterdam": "Europe/Amsterdam",
    "Leeds": "Europe/London",
    "Toronto": "America/Toronto",
    "Pune": "Asia/Kolkata",
}


@pytest.mark.parametrize("site", [site for site in SITES if site.name in ZONES], ids=lambda site: site.name)
def test_offsets_are_those_of_the_real_zone(site) -> None:
    zone = ZoneInfo(ZONES[site.name])
    start = int(datetime(2024, 10, 1, tzinfo=UTC).timestamp())
    at = np.arange(start, start + 730 * 86_400, 1800)
    real = [int(datetime.fromtimestamp(one, zone).utcoffset().total_seconds()) // 60 for one in at.tolist()]
    assert site.offset_minutes(at).tolist() == real
    assert [site.offset_at(one) for one in at[::97].tolist()] == real[::97]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_the_working_clock_and_its_inverse_agree(site) -> None:
    worked = np.arange(60 * WORKDAY, 500 * WORKDAY, 5557)
    at = site.instants(worked)
    assert site.working(at).tolist() == worked.tolist()
    local = [datetime.fromtimestamp(one + site.offset_at(one) * 60, UTC) for one in at.tolist()]
    assert all(one.weekday() < 5 and 9 <= one.hour < 17 for one in local)
    assert not any((one.month, one.day) in site.holidays for one in local)


def test_the_working_clock_stands_still_over_the_weekend() -> None:
    leeds = SITES[1]
    friday, monday = (day_number(date(2025, 3, day)) * 86_400 for day in (7, 10))
    evening, morning = friday + 20 * 3600, monday + 8 * 3600
    assert leeds.working(np.array([evening])) == leeds.working(np.array([morning]))


def test_chance_never_changes() -> None:
    dice = Dice(7, "test")
    assert dice.whole(6, 1000).tolist() == PINNED
    assert abs(dice.normal(20_000).std() - 1) < 0.03
    gamma = dice.gamma(np.full(20_000, 4))
    assert abs(gamma.mean() - 1) < 0.03
    # Shape 2: variance 1/2.
    assert abs(gamma.var() - 0.5) < 0.04
    assert sorted(dice.order(50).tolist()) == list(range(50))


PINNED = [991, 454, 541, 738, 2, 259]
"""The first numbers of the stream: numpy promises to keep it, and all worlds hang on it."""
