"""What a reading was before, beside what it is: compared only where it may be, and beside what is usual."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import Touch, write

from honeycell import readings
from honeycell.engine import Engine
from honeycell.ids import id_of
from honeycell.readings import Reading, RelationshipState
from honeycell.readings.arrays import day_number
from honeycell.readings.covered import Stretch, covered_of
from honeycell.readings.rarefied import rarefied
from honeycell.steps import Tables
from honeycell.tables import TABLES

MONDAY = datetime(2023, 1, 2, 9)


def shown(t: Tables, name: str) -> RelationshipState:
    return readings.relationship(t, *readings.find_relationship(t, name))


def one(state: RelationshipState, name: str) -> Reading:
    return next(reading for reading in state.readings if reading.reading == name)


def mailboxes(engine: Engine, since: dict[str, int], days: int, seen: dict[str, list[str]] | None = None) -> None:
    """Mailboxes that are covered from a day on, and which messages each holds."""
    with engine.writing("log") as log:
        on = [(owner, (MONDAY + timedelta(day)).date()) for owner, first in since.items() for day in range(first, days)]
        n = len(on)
        columns = [["mbox"] * n, [owner for owner, _ in on], *([[day for _, day in on]] * 2), [1.0] * n, [1] * n]
        log.append("coverage", pa.table(columns, schema=TABLES["coverage"].schema))
        rows = [
            {"interaction_id": id_of(message), "copy_hash": "0" * 16, "source": "mbox", "locator": f"{owner}/1#0",
             "content_hash": "0" * 32, "batch": 1}
            for owner, held in (seen or {}).items() for message in held
        ]  # fmt: skip
        log.append("sightings", pa.Table.from_pylist(rows, schema=TABLES["sightings"].schema))
        log.publish()


@pytest.mark.parametrize("known", [False, True])
def test_nothing_rises_where_more_mailboxes_are_covered(engine: Engine, known: bool) -> None:
    # Trap 4: ten pairs that write as ever, of whom two are seen until day 220. Cedar writes to Alder's first mailbox.
    since = {f"box-{pair}": 0 if pair < 2 else 220 for pair in range(10)}
    rows, seen = [], {owner: [] for owner in since}
    for day in range(400):
        for pair in range(10):
            if (day + pair) % 5 == 0 and day >= since[f"box-{pair}"]:
                rows.append(Touch(MONDAY + timedelta(day), 1 + pair, 11 + pair, id=f"{pair}-{day}"))
                seen[f"box-{pair}"].append(rows[-1].id)
        if day % 3 == 0:
            rows.append(Touch(MONDAY + timedelta(day), 1, 21, id=f"cedar-{day}"))
            seen["box-0"].append(rows[-1].id)
    members = {n: "alder" if n < 11 else "birch" if n < 21 else "cedar" for n in range(1, 22)}
    mailboxes(engine, since, 400, seen if known else None)
    t = write(engine, rows, members, [])
    state = shown(t, "alder~birch")
    attention = one(state, "attention")
    assert (attention.status, attention.trend) == ("ok", None)
    assert attention.value is not None
    assert all(value is None or value > 0.9 * attention.value for value in attention.series)
    assert attention.series[5] is None
    assert one(state, "redundancy").trend is None
    assert any("no trend is given" in note and "(box-2, box-3, box-4 and 5 more)" in note for note in state.notes)
    assert not any("rising" in sentence for sentence in state.lede)
    # What others connected changes nothing between those who were seen all the time, where it is known who saw them.
    other = shown(t, "alder~cedar")
    assert one(other, "attention").trend == ("steady" if known else None)
    assert any("no trend is given" in note for note in other.notes) == (not known)


def test_archives_of_one_list_by_month_are_one() -> None:
    first = date(2024, 1, 1)
    months = (Stretch("mbox", f"2024-{m:02}.mbox", date(2024, m, 1), date(2024, m, 28), 1.0) for m in range(1, 13))
    assert covered_of(tuple(months)).differing(day_number(first) + 90, day_number(first) + 330, 90) == ()


def test_many_equal_pairs_that_write_less_are_as_many(engine: Engine) -> None:
    # Trap 7: of a hundred equal pairs few contact days show few. Nothing changes but how much there is.
    draw, rows, members = np.random.default_rng(4), [], {}
    for firm, rate in enumerate((0.66, 0.7, 0.8, 1.2, 0.5, 3.0)):
        members |= {firm * 20 + n: f"firm-{2 * firm + n // 10}" for n in range(20)}
        for day in range(360 if firm else 0, 540):
            n = draw.poisson(5.0 if day < 360 else rate)
            for pair in draw.integers(0, 100, n).tolist():
                sides = firm * 20 + pair // 10, firm * 20 + 10 + pair % 10
                rows.append(Touch(MONDAY + timedelta(day), *sides, id=f"{firm}-{day}-{len(rows)}"))
    t = write(engine, rows, members, [(MONDAY.date(), MONDAY.date() + timedelta(539))])
    falling = one(shown(t, "firm-0~firm-1"), "redundancy")
    assert falling.value is not None
    assert 100 < falling.n < 140
    assert falling.value < 75
    assert "contact days of pairs; more days would show more pairs)" in falling.sentence
    assert falling.trend == "steady"
    known = [value for value in falling.series if value is not None]
    assert len(known) == 12
    assert max(known) < 1.15 * min(known)
    # All six are alike, and each lies among what is usual of its number of contact days.
    assert falling.typical is not None
    low, high = falling.typical
    assert low * 0.97 < falling.value < high * 1.03
    assert high < 1.2 * low


@settings(max_examples=25)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(1, 60))
def test_fewer_observations_show_no_more(part: list[int], size: int) -> None:
    parts, none = np.array(part), np.zeros(len(part), np.int64)
    sizes = np.array([1, min(size, len(part)), len(part), len(part) + 1])
    (few, some, whole, more) = rarefied(none, parts, np.ones(len(part)), np.arange(len(part)), sizes)[0]
    shares = np.bincount(parts)[np.bincount(parts) > 0] / len(part)
    assert whole == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))
    assert few == pytest.approx(1.0)
    assert some <= min(size, whole) + 1e-9
    assert np.isnan(more)


def test_a_hundred_equal_parts_show_eighteen_in_twenty_whatever_else_is_asked() -> None:
    part = np.tile(np.arange(100), 10)
    ids, ones, sizes = np.arange(1000), np.ones(1000), np.array([20])
    alone = rarefied(np.zeros(1000, np.int64), part, ones, ids, sizes)[0, 0]
    assert alone == pytest.approx(18.0, abs=0.3)
    both = rarefied(np.repeat([1, 0], 1000), np.tile(part, 2), np.tile(ones, 2), np.tile(ids, 2), sizes, 3)
    assert both[:2, 0].tolist() == [alone, alone]
    assert np.isnan(both[2, 0])


def test_what_is_usual_is_no_wider_than_relationships_differ(engine: Engine) -> None:
    # Rule 1.6: forty relationships in which six of ten messages are answered, seen five to twelve times each.
    draw, rows, members = np.random.default_rng(6), [], {}
    for firm in range(40):
        a, b = 2 * firm, 2 * firm + 1
        members |= {a: f"firm-{a}", b: f"firm-{b}"}
        for turn in range(n := int(draw.integers(5, 13))):
            asked = MONDAY + timedelta(7 * (12 - n + turn))
            rows.append(Touch(asked, a, b, id=f"{firm}-{turn}"))
            wait = timedelta(hours=1) if draw.random() < 0.6 else timedelta(days=3)
            rows.append(Touch(asked + wait, b, a, f"{firm}-{turn}", id=f"{firm}-{turn}-back"))
    t = write(engine, rows, members, [(MONDAY.date(), MONDAY.date() + timedelta(85))])
    found = readings.all_readings(t, date(2023, 3, 28), "organisation")["responsiveness"].drop_null().to_numpy()
    raw = np.quantile(found, [0.1, 0.9])
    typical = one(shown(t, "firm-0~firm-1"), "responsiveness").typical
    assert typical is not None
    assert raw[1] - raw[0] > 0.35
    assert typical[1] - typical[0] < 0.18
    assert 0.45 < typical[0] < 0.6 < typical[1] < 0.7


def test_what_nobody_does_is_usual_next_to_never(engine: Engine) -> None:
    # Six pairs of organisations that write every day and never answer on that day.
    rows = [Touch(MONDAY + timedelta(day), 2 * firm, 2 * firm + 1) for firm in range(6) for day in range(30)]
    t = write(engine, rows, {n: f"firm-{n}" for n in range(12)})
    reading = one(shown(t, "firm-0~firm-1"), "attention")
    assert reading.typical is not None
    assert 25.0 < reading.typical[0] < reading.typical[1] <= 28.0
