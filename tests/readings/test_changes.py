"""Change points: found where they are planted, silent where the season, a gap or a holiday explains it all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import Touch, write
from rich.console import Console

from honeycell import readings
from honeycell.cli.relationship import drawn, lines
from honeycell.cli.terminal import THEME
from honeycell.engine import Engine
from honeycell.ids import written_id
from honeycell.readings.arrays import day_number
from honeycell.readings.changes import exposure as exposures
from honeycell.readings.changes import online, points
from honeycell.readings.changes.alarms import alarms
from honeycell.readings.changes.exposure import Exposure, weekly
from honeycell.readings.changes.points import changes, courses, weeks
from honeycell.readings.changes.state import ChangePoint, Trend
from honeycell.readings.changes.trend import SCALE, after, patience, said, trend, words
from honeycell.readings.changes.wording import sentence, times
from honeycell.readings.contacts import Contacts
from honeycell.readings.covered import Covered, Stretch, covered_of

START = date(2023, 1, 2)
FIRST = (day_number(START) + 3) // 7


def contact(*rates: list[int]) -> Contacts:
    """Relationships of one pair each: so many contact days in each week, from Monday on."""
    key = np.concatenate([np.full(sum(one), at) for at, one in enumerate(rates)])
    day = np.concatenate([np.concatenate([7 * w + np.arange(n) for w, n in enumerate(one)]) for one in rates])
    ones = np.ones(len(key))
    keys = tuple((at, at + 100) for at in range(len(rates)))
    return Contacts(
        keys, np.arange(len(rates) * 2), key, key * 2, key * 2 + 1, day.astype(np.int64) + day_number(START), ones,
        ones, ones,
    )  # fmt: skip


def usual(n: int, active: float = 100.0) -> Exposure:
    return Exposure(FIRST, np.full(n, active), np.ones(n, bool))


def last_day(n: int) -> date:
    return START + timedelta(7 * n - 1)


HALVED = [4, 3, 5, 4, 4, 3, 5, 4, 4, 5] * 4 + [1, 2, 1, 0, 2, 1, 1, 2, 1, 1] * 4


def test_a_fall_is_found_with_its_week_its_levels_and_its_likelihood() -> None:
    (point,) = changes(contact(HALVED), usual(80), last_day(80))
    assert point.on == START + timedelta(7 * 40)
    assert point.between[0] <= point.on <= point.between[1]
    assert 3.5 < point.before.low < point.before.value < point.before.high < 5
    assert point.after.value < 1.7
    assert point.likelihood > 0.99
    assert point.noticed_on is not None
    assert point.on < point.noticed_on < point.on + timedelta(weeks=6)
    assert (point.before.n, point.before.weeks, point.coverage) == (sum(HALVED[:40]), 40, 1.0)
    assert sentence(point) == (
        f"since 9 Oct 2023 {times(point.factor)}: from 4.1 to {point.after.value:.1f} contact days in a usual week,"
        " virtually certain (over 99%)"
    )


def test_nothing_is_said_of_a_steady_relationship_or_of_too_little() -> None:
    steady, few = [2, 3, 1, 2, 4, 2] * 13, [1] + [0] * 70 + [1] * 7
    one, other = courses(contact(steady, few), usual(78), last_day(78))
    assert one.points == ()
    assert one.trend is not None
    assert one.trend.word == "steady"
    assert (other.points, other.trend) == ((), None)


def test_a_season_that_all_share_is_no_change() -> None:
    season = [5] * 30 + [1] * 30
    held = Exposure(FIRST, np.array(season) * 40.0, np.ones(60, bool))
    assert changes(contact(season), held, last_day(60)) == ()
    assert changes(contact(season), usual(60), last_day(60)) != ()


def test_more_mailboxes_make_nobody_speak_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 4: with the guards away a cell that grows threefold makes every relationship fall."""
    grown = Exposure(FIRST, np.array([100.0] * 40 + [300.0] * 16), np.ones(56, bool))
    held = contact([3, 4, 2, 3, 4, 3, 2, 4] * 7)
    (course,) = courses(held, grown, last_day(56))
    assert course.points == ()
    assert course.trend is not None
    assert course.trend.word == "steady"
    monkeypatch.setattr(points, "_LEAST_FACTOR", 0.01)
    assert len(changes(held, grown, last_day(56))) == 1


def gap() -> tuple[Contacts, Covered]:
    """Four contact days a week, but for 26 weeks without an archive."""
    on = covered_of((
        Stretch("mbox", "a", START, START + timedelta(7 * 30 - 1), 1.0),
        Stretch("mbox", "a", START + timedelta(7 * 56), START + timedelta(7 * 90 - 1), 1.0),
    ))  # fmt: skip
    return contact([4, 5, 3] * 10 + [0] * 26 + [4, 5, 3] * 11 + [4]), on


def exposed(held: Contacts, on: Covered, n: int) -> Exposure:
    days = np.arange(7 * n) + day_number(START)
    return weekly(days, np.full(7 * n, 20.0) * np.isin(days, held.day), on, last_day(n))


def test_weeks_without_coverage_are_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 1: with the guard away the gap is a death and a resurrection."""
    held, on = gap()
    assert not exposed(held, on, 90).observed[30:56].any()
    assert changes(held, exposed(held, on, 90), last_day(90)) == ()
    unguarded = replace(exposed(held, on, 90), observed=np.ones(90, bool), active=np.full(90, 100.0))
    assert len(changes(held, unguarded, last_day(90))) == 2
    monkeypatch.setattr(exposures, "_COVERED_DAYS", 0.0)
    days = np.arange(7 * 90) + day_number(START)
    assert weekly(days, np.full(7 * 90, 20.0), on, last_day(90)).observed.all()


def test_the_end_of_coverage_is_no_end() -> None:
    held = contact([4, 5, 3] * 20 + [0] * 30)
    on = covered_of((Stretch("mbox", "a", START, START + timedelta(7 * 60 - 1), 1.0),))
    (course,) = courses(held, exposed(held, on, 90), last_day(90))
    assert course.points == ()
    assert course.trend is not None
    assert course.trend.word == "steady"


def test_what_came_later_is_not_known_before() -> None:
    on = last_day(60)
    assert changes(contact(HALVED), usual(80), on) == changes(contact(HALVED[:60]), usual(60), on)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=40, max_size=40), min_size=2, max_size=4))
def test_one_at_a_time_or_all_at_once_is_the_same(rates: list[list[int]]) -> None:
    rates = [[1, *one] for one in rates]
    everyone = courses(contact(*rates), usual(41), last_day(41))
    for rate, found in zip(rates, everyone, strict=True):
        assert courses(contact(rate), usual(41), last_day(41)) == (found,)


def test_changes_are_the_same_without_trends() -> None:
    for rates in (HALVED, [1, *HALVED]):
        (both,) = courses(contact(rates), usual(80), last_day(80))
        (alone,) = courses(contact(rates), usual(80), last_day(80), trends=False)
        assert alone.points == both.points != ()
        assert (alone.trend, both.trend is None) == (None, False)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=30))
def test_run_lengths_are_probabilities_and_agree_with_the_whole(y: list[int]) -> None:
    """Filtering by run lengths and summing over all segmentations give the same evidence (Fearnhead 2006)."""
    row = np.array([y], float)
    runs = online.filtered(row, np.ones_like(row), np.ones(row.shape, bool))
    assert np.allclose(runs.run[0, :, 1:].sum(0), 1.0)
    assert np.all((runs.up >= 0) & (runs.down >= 0) & (runs.up + runs.down <= 1 + 1e-9))
    chance = online.changed(runs)
    assert np.all((chance >= 0) & (chance <= 1 + 1e-9))
    held = online.filtered(row[:, ::-1], np.ones_like(row), np.ones(row.shape, bool))
    assert np.allclose(online.changed(held)[0, 1:-1], chance[0, 1:-1][::-1])


def test_the_scale_is_ordered_and_a_word_stands_beside_its_number() -> None:
    assert [least for least, _ in SCALE] == sorted((least for least, _ in SCALE), reverse=True)
    assert words(0.66) == "likely"
    assert words(0.0) == "exceptionally unlikely"
    assert said(0.999) == "virtually certain (over 99%)"


def test_a_trend_is_promoted_at_once_and_demoted_slowly_and_slower_for_an_old_tie() -> None:
    def weeks_until(word: str, age: int) -> int:
        for n in range(1, 20):
            sure = np.concatenate([np.zeros(age), np.full(n, 0.95)])
            up, down = (sure, 0 * sure) if word == "rising" else (0 * sure, sure)
            if trend(up, down, np.arange(len(sure))).word == word:
                return n
        return 99

    assert [weeks_until("rising", age) for age in (10, 300)] == [1, 1]
    assert [weeks_until("falling", age) for age in (10, 60, 300)] == [2, 3, 5]
    assert patience(10_000) == 8


def test_no_word_is_older_than_the_change_that_is_shown() -> None:
    # From 1.8 contact days a week to 0.7: no word for the worse was taken up, and now it is as often as it was then.
    week = [2, 1, 2, 3, 1, 2, 2, 1, 2, 2] * 4 + [1, 0, 1, 0, 1, 1] * 8
    for n, word in ((60, "falling"), (85, "steady")):
        (course,) = courses(contact(week[:n]), usual(n), last_day(n))
        assert course.trend is not None
        assert (course.trend.word, course.trend.since) == (word, course.points[-1].on)
    steady = Trend("steady", 0.2, "unlikely", "falling", 0.8, date(2023, 5, 7))
    assert after(steady, START) is steady
    assert after(steady, date(2023, 10, 9)) == Trend("falling", 0.8, "likely", "falling", 0.8, date(2023, 10, 9))


def test_a_single_bad_week_changes_no_word() -> None:
    down = np.array([0.0] * 30 + [0.95] + [0.2] * 5)
    assert trend(0 * down, down, np.arange(36)).word == "steady"


def test_alarms_are_ranked_by_what_is_at_stake_and_capped() -> None:
    (point,) = changes(contact(HALVED), usual(80), last_day(80))
    small = replace(point, after=replace(point.after, value=point.before.value - 0.5))
    unsure = replace(point, likelihood=0.5)
    assert alarms([small, point, unsure], 100) == (1, 0)
    assert alarms([small, point], 50) == (1,)
    assert alarms([point], 49) == ()
    assert alarms([unsure], 500) == ()


def test_a_change_is_shown_with_what_happened_before_and_after_it(engine: Engine) -> None:
    rows = [
        Touch(datetime(2023, 1, 2, 9) + timedelta(7 * w + d), 1, 2, id=f"{w}-{d}")
        for w, n in enumerate(HALVED) for d in range(n)
    ]  # fmt: skip
    rows += [Touch(datetime(2023, 1, 2, 9) + timedelta(7 * w + d), 3, 4) for w in range(80) for d in range(5)]
    t = write(engine, rows, {1: "alder", 2: "birch"}, [(START, last_day(80))])
    shown = readings.relationship(t, *readings.find_relationship(t, "alder~birch"))
    (change,) = shown.changes
    assert change.point.on == date(2023, 10, 9)
    assert (len(change.before), len(change.after)) == (3, 3)
    assert max(one.on for one in change.before) < change.point.on <= min(one.on for one in change.after)
    touches = t.arrow(t["touches"].filter(t["touches"].from_person_id == 1)).to_pylist()
    days = {row["interaction_id"]: row["on"] for row in touches}
    assert all(days[one.interaction_id] == one.on for one in (*change.before, *change.after))
    row = next(line for line in lines(shown) if line[0] == "change")
    assert row[4] == change.sentence
    assert written_id(change.after[0].interaction_id) in str(row[6]).split()
    page = StringIO()
    Console(theme=THEME, width=140, file=page).print(drawn(shown, "alder~birch", 140, coloured=False))
    assert change.sentence[1:] in page.getvalue()


def test_weeks_count_different_days_of_any_pair() -> None:
    held = contact([3, 2], [0, 7])
    assert weeks(held, usual(2), last_day(2)).y.tolist() == [[3, 2], [0, 7]]
    assert weeks(held, usual(2), last_day(2)).known.tolist() == [[True, True], [False, True]]


def test_a_point_cannot_be_made_without_coverage() -> None:
    with pytest.raises(TypeError):
        ChangePoint(START, (START, START), None, None, 1.0, 1.0, "likely", None)  # type: ignore[call-arg, arg-type]


def test_of_all_relationships_the_one_that_changed_is_told(engine: Engine) -> None:
    rows, members = [], {}
    for pair in range(51):
        one, other = 2 * pair + 1, 2 * pair + 2
        members |= {one: f"firm-{one:03}", other: f"firm-{other:03}"}
        # The first is halved, as in HALVED; the others are in touch on one day of each week.
        days = HALVED if pair == 0 else [1] * len(HALVED)
        rows += [
            Touch(datetime(2023, 1, 2, 9) + timedelta(7 * week + day), one, other, id=f"{pair}-{week}-{day}")
            for week, n in enumerate(days) for day in range(n)
        ]  # fmt: skip
    t = write(engine, rows, members, [(START, last_day(80))])
    n_watched, (told,) = readings.watched(t, window_days=400)
    assert n_watched == 51
    assert (told.a.slug, told.b.slug, told.change.point.on) == ("firm-001", "firm-002", date(2023, 10, 9))
    shown = readings.relationship(t, *readings.find_relationship(t, "firm-001~firm-002"))
    assert told.change == shown.changes[0]
    # A window that began after it was noticed; and a quarter of 51 relationships has room for one.
    assert readings.watched(t, window_days=90) == (51, ())
