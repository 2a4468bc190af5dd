"""Whose turn it mostly is: shares of what is said, beginnings after silence, and when it squares up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import Touch, person, write

from honeycell import readings
from honeycell.engine import Engine
from honeycell.readings.reciprocity import Said, beginnings, evaluate, horizon

MONDAY = datetime(2024, 1, 1, 9)
ANA, BO = person(1), person(2)


def rows(days: list[int], forth: list[int], back: list[int]) -> Said:
    zeros = np.zeros(len(days), np.int64)
    ab, ba = np.array(forth, float), np.array(back, float)
    return Said(zeros, zeros, zeros + 1, np.array(days, np.int64), ab, ba, ab, ba)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30))
def test_the_other_side_gave_the_rest(counts: list[tuple[int, int]]) -> None:
    forth, back = [n for n, _ in counts], [n for _, n in counts]
    days = list(range(len(counts)))
    ours, theirs = (evaluate(one, 1) for one in (rows(days, forth, back), rows(days, back, forth)))
    assert ours.n == theirs.n
    if ours.n[0]:
        assert ours.value[0] + theirs.value[0] == pytest.approx(1.0)
        assert ours.low[0] + theirs.high[0] == pytest.approx(1.0)
        assert 0.0 < ours.low[0] < ours.value[0] < ours.high[0] < 1.0


def test_few_days_lean_on_one_half_and_many_do_not() -> None:
    few, many = (evaluate(rows(list(range(n)), [1] * n, [0] * n), 1) for n in (5, 500))
    assert few.value[0] == pytest.approx((3 + 5) / 11)
    assert many.value[0] > 0.99
    assert many.high[0] - many.low[0] < (few.high[0] - few.low[0]) / 5


def test_a_message_after_a_week_of_silence_begins_anew() -> None:
    #         first on record, within a week, a begins, b begins, both wrote that day
    assert beginnings(rows([0, 5, 20, 40, 60], [1, 0, 1, 0, 1], [0, 1, 0, 1, 1])) == (1, 1)


def test_a_balance_that_turns_every_week_squares_up_within_a_fortnight() -> None:
    days = np.arange(360)
    turn = (days // 7) % 2 == 0
    forth, back = np.where(turn, 3.0, 0.0), np.where(turn, 0.0, 3.0)
    assert horizon(days, forth, back, 359, 1) == 14
    assert horizon(days, np.full(360, 2.0), np.full(360, 2.0), 359, 1) == 1


def test_directions_by_chance_never_square_up() -> None:
    drawn = np.random.default_rng(7)
    found = []
    for _ in range(20):
        forth = drawn.binomial(4, 0.5, 360).astype(float)
        found.append(horizon(np.arange(360), forth, 4.0 - forth, 359, 1))
    assert found.count(None) >= 19
    assert horizon(np.arange(10), np.ones(10), np.ones(10), 9, 1) is None  # twenty messages are too few


@pytest.fixture
def uneven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is shuffled has all of one direction first: each shuffle is as uneven as can be."""
    monkeypatch.setattr(np.random, "default_rng", lambda _seed: SimpleNamespace(permutation=np.sort))


@pytest.mark.usefixtures("uneven")
def test_messages_square_up_where_they_are_twice_as_even_as_shuffled() -> None:
    # Eight of ten go one way on one day, and the other way on the next: 0.6 of 1 by days, 0.2 by threes.
    forth = np.tile([8.0, 2.0], 20)
    assert horizon(np.arange(40), forth, 10.0 - forth, 39, 1) == 3


@pytest.mark.usefixtures("uneven")
@pytest.mark.parametrize(("n", "found"), [(30, 1), (29, None)])
def test_messages_square_up_from_thirty_on(n: int, found: int | None) -> None:
    days, directions = np.arange(10), np.tile([1, 0, 1, 0, 1, 0], 5)[:n]
    forth, total = np.bincount(np.arange(n) // 3, directions), np.bincount(np.arange(n) // 3)
    assert horizon(days, forth, total - forth, 9, 1) == found


@pytest.mark.usefixtures("uneven")
@pytest.mark.parametrize(("n_days", "found"), [(56, 14), (55, None)])
def test_messages_square_up_within_a_quarter_of_what_they_span(n_days: int, found: int | None) -> None:
    days = np.arange(n_days)
    forth = np.where((days // 7) % 2, 3.0, 0.0)
    assert horizon(days, forth, 3.0 - forth, n_days - 1, 1) == found


def test_a_meeting_gives_nobody_the_larger_share(engine: Engine) -> None:
    written = [Touch(MONDAY + timedelta(days=n), ANA, BO, id=f"a{n}") for n in range(20)]
    written += [Touch(MONDAY + timedelta(days=n, hours=2), BO, ANA, id=f"b{n}") for n in range(0, 20, 4)]
    met = [Touch(MONDAY + timedelta(days=n), BO, ANA, kind="meeting", weight=60.0, id=f"m{n}") for n in range(20)]
    t = write(engine, written + met, {ANA: "alder", BO: "birch"})
    state = readings.relationship(t, *readings.find_relationship(t, "alder~birch"), as_of=date(2024, 1, 25))
    (shown,) = (one for one in state.readings if one.reading == "reciprocity")
    assert shown.n == 25
    assert shown.value == pytest.approx((3 + 25 * 0.8) / 31)
    assert shown.n_evidence == 25
    # What was said is told as it was, and no prior with it.
    assert shown.sentence.startswith("Alder gave 80% of what was said between the two (in the long run 61–86%, 25 dir")


def test_who_alone_writes_gave_it_all_and_does_not_give_less_where_there_is_less(engine: Engine) -> None:
    days = [*range(0, 60, 2), *range(150, 220, 10)]
    rows = [Touch(MONDAY + timedelta(days=n), ANA, BO, id=f"{n}") for n in days]
    t = write(engine, rows, {ANA: "alder", BO: "birch"}, [(MONDAY.date(), MONDAY.date() + timedelta(225))])
    state = readings.relationship(t, *readings.find_relationship(t, "alder~birch"))
    (shown,) = (one for one in state.readings if one.reading == "reciprocity")
    assert shown.n == 7
    said = "Alder gave 100% of what was said between the two (in the long run 56–93%, 7 directed contact days); after"
    assert shown.sentence.startswith(f"{said} a week without a message between the same two people, Alder wrote first ")
    assert (shown.trend, {value for value in shown.series if value is not None}) == ("steady", {1.0})
    assert not any("reciprocity is" in sentence for sentence in state.lede)
    found = readings.why(t, state.a, state.b, "reciprocity")
    assert found.parameters["share_given"] == 1.0
