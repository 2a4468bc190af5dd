"""Which silences are said."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from honeycell.tracks.silences import LEAST_DAYS, silences

START = date(2025, 1, 1)


def days(*after: int) -> list[date]:
    return [START + timedelta(n) for n in after]


def found(at: list[date], until: int, covered: bool = True) -> list[int]:
    return [one.n_days for one in silences(at, START + timedelta(until), lambda first, last: covered)]


def test_a_gap_beyond_forty_days_and_beyond_habit_is_a_silence() -> None:
    assert found(days(0, 3, 6, 50, 52), 52) == [44]
    assert found(days(0, 3, 6, 46, 48), 48) == []


def test_who_meets_every_five_weeks_is_not_silent_after_seven() -> None:
    assert found(days(0, 35, 70, 105, 154), 154) == []
    assert found(days(0, 35, 70, 105, 215), 215) == [110]


def test_a_conversation_that_was_over_soon_is_over() -> None:
    assert found(days(0, 2, 4), 200) == []
    assert found(days(0, 30, 60, 90), 190) == []
    assert found(days(0, 20, 60, 100), 190) == []
    assert found(days(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100), 190) == [90]


def test_days_that_nobody_watched_are_no_silence() -> None:
    assert found(days(0, 3, 6, 90), 90, covered=False) == []


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40), st.integers(0, 400))
def test_silences_lie_between_events_and_never_overlap(after: list[int], later: int) -> None:
    at = sorted(days(*after))
    on = at[-1] + timedelta(later)
    said = silences(at, on, lambda first, last: True)
    for one in said:
        assert one.n_days == (one.to_on - one.from_on).days > LEAST_DAYS
        assert one.from_on in at
        assert one.to_on in at or one.to_on == on
        assert not [day for day in at if one.from_on < day < one.to_on]
    assert all(before.to_on <= following.from_on for before, following in pairwise(said))
