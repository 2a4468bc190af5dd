"""Answers told while some still wait: the turns of rows, and the estimators beside each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.reply_shares import BINS, life_table, turns_of

from honeycell.readings import life
from honeycell.readings.traces import OPEN

HOUR = 3600


def _turns(*rows: tuple[int, int, int]) -> list[tuple[int, int, int, int | None]]:
    """Asker, asked, hour of opening and of closing, by hour."""
    found = turns_of(*(np.array(column) for column in zip(*((a, b, at * HOUR) for a, b, at in rows), strict=True))).rows
    hours = [(found.opened // (HOUR * 1_000_000)).tolist(), (found.closed // (HOUR * 1_000_000)).tolist()]
    closed = [None if at == OPEN // (HOUR * 1_000_000) else at for at in hours[1]]
    return sorted(zip(found.from_person.tolist(), found.to_person.tolist(), hours[0], closed, strict=True))


def test_a_run_opens_one_turn_and_the_first_answer_ends_it() -> None:
    assert _turns((1, 2, 0), (1, 2, 3), (2, 1, 5), (2, 1, 6), (1, 2, 9)) == [
        (1, 2, 0, 5), (1, 2, 9, None), (2, 1, 5, 9),
    ]  # fmt: skip


def test_rows_of_one_second_are_one_message_and_one_to_many_asks_nobody() -> None:
    assert _turns((1, 2, 0), (1, 2, 0), (2, 1, 5)) == [(1, 2, 0, 5), (2, 1, 5, None)]
    to_many = [(1, other, 0) for other in range(2, 6)]
    assert _turns(*to_many, (2, 1, 5)) == [(2, 1, 5, None)]
    broadcast = [(1, other, 7) for other in range(2, 14)]
    assert _turns((2, 1, 5), *broadcast) == [(2, 1, 5, None)]


@given(st.integers(0, 2**32 - 1))
def test_counts_in_bins_say_nearly_what_exact_times_say(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    times, until = np.exp(drawn.normal(9.5, 2.0, 300)), drawn.uniform(HOUR, 7 * 24 * HOUR, 300)
    outcome = np.where(times <= until, life.EVENT, life.CENSORED)
    seen = np.minimum(times, until)
    for at in BINS[(BINS >= HOUR) & (BINS <= 2 * 24 * HOUR)]:
        exact = life.incidence(np.zeros(300, int), 1, seen, outcome, float(at)).value[0]
        assert life_table(seen, outcome, float(at)) == pytest.approx(exact, abs=0.005)
