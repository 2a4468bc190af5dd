"""How wide the interval of Redundancy is: both people of a pair may be drawn or not."""

from __future__ import annotations

import numpy as np
import pytest

from honeycell.readings.contacts import Pairs
from honeycell.readings.redundancy import evaluate


@pytest.mark.parametrize("busy", ["a", "b"])
def test_a_pair_counts_as_often_as_both_its_people_are_drawn(busy: str) -> None:
    # One person of one side with six of the other: what moves the number of pairs is which of the six are drawn.
    one, six, none, n = np.zeros(6, np.int64), np.arange(1, 7), np.zeros(6), np.full(6, 10.0)
    a, b = (one, six) if busy == "a" else (six, one)
    found = evaluate(Pairs(0, one, a, b, n, none, none, n, none, n), np.arange(100, 107), 1)
    assert found.value[0] == pytest.approx(6.0)
    assert 2.0 < found.low[0] < 5.0
