"""Attention against what was declared, its spread, its limits and its distance: planted, and counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import networkx as nx
import numpy as np
import planted
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import Touch, write
from validation.attention import PLANTED, asked, fitted

from honeycell.engine import Engine, open_engine
from honeycell.errors import NotAllowedError, NotFoundError
from honeycell.readings import attention
from honeycell.readings.arrays import day_number
from honeycell.readings.budget import (
    AttentionState,
    alignment,
    attention_state,
    attention_why,
    distance,
    in_force,
    load,
    variety,
)
from honeycell.readings.given import given as gifts
from honeycell.readings.parties import find_party
from honeycell.readings.rarefied import rarefied
from honeycell.readings.state import Reading
from honeycell.readings.traces import EVER, Spans, read
from honeycell.readings.visible import check_visible
from honeycell.steps import Tables
from honeycell.tables import TABLES
from honeycell.viewers import seen_by

AS_OF = date(2024, 1, 20)
SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8).map(lambda parts: np.array(parts) / sum(parts))
DAY = 86_400_000_000


def declare(engine: Engine, *rows: tuple[str, str, date | None]) -> None:
    """Organisation, shares as JSON, first day."""
    made = [
        {"decision_id": n, "decided_at": datetime(2024, 1, n), "decided_by": "dee", "why": "plan", "organisation": of,
         "shares": shares, "from_on": since} for n, (of, shares, since) in enumerate(rows, 1)
    ]  # fmt: skip
    with engine.writing("derived") as writer:
        writer.replace("priorities", pa.Table.from_pylist(made, schema=TABLES["priorities"].schema))
        writer.publish()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    engine = open_engine(tmp_path_factory.mktemp("budget"))
    tables = write(engine, *planted.correspondence(1))
    declare(engine, ("alder.example", '{"birch.example": 0.2, "cedar.example": 0.5, "others": 0.3}', None))
    yield tables
    engine.close()


def state(t: Tables, name: str, as_of: date = AS_OF) -> AttentionState:
    return attention_state(t, find_party(t, name), as_of=as_of)


def one(shown: AttentionState, name: str) -> Reading:
    return next(reading for reading in shown.readings if reading.reading == name)


# --- alignment ---------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(SHARES, SHARES)
def test_misallocation_is_what_would_have_to_move(one_way: np.ndarray, other: np.ndarray) -> None:
    n = min(len(one_way), len(other))
    a, p = (part[:n] / part[:n].sum() for part in (one_way, other))
    moved = float(alignment.misallocation(a, p))
    assert 0.0 <= moved <= 1.0
    assert moved == pytest.approx(np.maximum(a - p, 0).sum())
    assert alignment.misallocation(a, a) == 0.0
    low, high = alignment.misallocation_band(a, p, 40, np.arange(n))
    assert 0.0 <= low <= moved <= high <= 1.0


def test_a_planted_gap_is_inside_its_interval() -> None:
    draw, declared = np.random.default_rng(5), np.array([0.4, 0.3, 0.2, 0.1])
    meant = np.array([0.2, 0.25, 0.15, 0.4])
    gap, inside, chance = float(alignment.misallocation(meant, declared)), 0, 0
    for _ in range(40):
        low, high = alignment.misallocation_band(draw.multinomial(300, meant) / 300, declared, 300, np.arange(4))
        inside += low <= gap <= high
        as_declared = float(alignment.misallocation(draw.multinomial(300, declared) / 300, declared))
        chance += as_declared <= alignment.by_chance(declared, 300, np.arange(4))
    assert gap == pytest.approx(0.3)
    assert inside >= 33
    # Who gives just as declared still shows a gap; it is told from a real one.
    assert chance >= 35


# --- variety -----------------------------------------------------------------------------------------------


@given(SHARES)
def test_effective_people_lie_between_one_and_all(share: np.ndarray) -> None:
    assert 1.0 <= float(variety.effective(share[None, :])[0]) <= len(share) + 1e-9


def test_fewer_contact_days_show_fewer_people_unless_amounts_are_equal() -> None:
    # Trap: entropy at low volume. The same person, one window with a quarter of the other's contact days.
    draw, shares = np.random.default_rng(2), np.full(40, 1 / 40)
    busy, quiet = draw.choice(40, 200, p=shares), draw.choice(40, 50, p=shares)
    raw = [float(variety.effective(np.bincount(who).astype(float)[None, :])[0]) for who in (busy, quiet)]
    assert raw[1] < 0.85 * raw[0]
    equal = [
        rarefied(np.zeros_like(who), who, np.ones(len(who)), np.arange(len(who)), np.array([50]))[0, 0]
        for who in (busy, quiet)
    ]
    assert equal[1] == pytest.approx(equal[0], rel=0.12)
    assert equal[1] == pytest.approx(raw[1])


# --- load --------------------------------------------------------------------------------------------------


def test_a_planted_capacity_is_found_and_none_where_none_is() -> None:
    found = [fitted(*asked(seed, True)) for seed in range(12)]
    assert {curve.capacity for curve in found} <= {PLANTED - 1, PLANTED, PLANTED + 1}
    assert sum((c.low or 0) <= PLANTED <= (c.high or np.inf) for c in found) >= 11
    assert all(np.all(np.diff(curve.chance) <= 1e-12) for curve in found)
    # A fit that never rises falls in any noise, and most where few are answered anyway.
    draw = np.random.default_rng(1)
    flat = [
        load.curve(load.Inbound(np.arange(300), np.arange(300) * DAY, draw.poisson(3, 300), draw.random(300) < 0.35))
        for _ in range(40)
    ]
    assert sum(curve.capacity is not None for curve in flat) <= 2


def test_a_message_counts_once_it_was_there_for_a_working_day() -> None:
    # Trap: completed only. On Thursday, 50 messages come and 20 are answered at once; on Friday nothing is known of
    # the others, and to count those 20 alone would say that everything is answered.
    thursday = (datetime(2024, 3, 7, 15) - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    opened = thursday + np.arange(50) * 1_000_000
    closed = np.where(np.arange(50) < 20, opened + 60_000_000, opened + 400 * DAY)
    nothing = np.zeros(50, np.int64)
    fresh = load.inbound(opened, closed, nothing > 0, nothing, date(2024, 3, 7))
    assert len(fresh.row) == 0
    later = load.inbound(opened, closed, nothing > 0, nothing, date(2024, 3, 8))
    assert (len(later.row), int(later.answered.sum())) == (50, 20)


def test_what_waits_is_what_is_not_answered_for_a_week() -> None:
    opened = np.array([0, 1, 2, 8, 20]) * DAY + 4 * DAY
    closed = np.array([1.5, 99, 2.5, 99, 99]) * DAY + 4 * DAY
    nothing = np.zeros(5, np.int64)
    found = load.inbound(opened, closed.astype(np.int64), nothing > 0, nothing, date(1970, 3, 1))
    # The second waits until its week is over on day 8, so the fourth finds nobody waiting.
    assert found.load.tolist() == [0, 1, 1, 0, 0]
    met = load.inbound(opened, closed.astype(np.int64), np.arange(5) == 2, nothing, date(1970, 3, 1))
    assert met.row.tolist() == [0, 1, 3, 4]


def test_a_quarter_of_twenty_days_is_known_as_well_as_that() -> None:
    # The beta of 5.5 and 15.5: days count, not messages.
    assert attention.share_band(0.25, 20) == pytest.approx((0.1215, 0.4286), abs=1e-4)
    assert alignment.share_bands(np.array([0.25]), 20) == pytest.approx((0.1215, 0.4286), abs=1e-4)


# --- distance ----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] < e[1]), min_size=1, unique=True))
def test_steps_equal_those_of_networkx(edges: list[tuple[int, int]]) -> None:
    a, b = np.array(edges).T
    enough = np.full(len(a), distance.EACH_WAY)
    ties = distance.Ties(np.arange(10), a, b, enough, enough)
    far = nx.single_source_shortest_path_length(nx.Graph([*edges, (0, 0)]), 0)
    expected = [min(far.get(one, 4), 4) for one in range(10)]
    assert distance.steps(ties.graph(), 0).steps.tolist() == expected
    drawn = distance.replicates(ties.graph(), 0, np.arange(10))
    # Leaving people out never brings anybody nearer.
    assert np.all(drawn >= np.array(expected))
    assert np.all(drawn.min(axis=0) == expected) or len(edges) > 0


def test_a_tie_takes_two_days_each_way(engine: Engine) -> None:
    monday = datetime(2024, 1, 8, 10)
    rows = [Touch(monday + timedelta(days=at), 1, 2) for at in range(30)]
    rows += [Touch(monday + timedelta(days=3), 2, 1)]
    t = write(engine, rows, {1: "alder", 2: "birch"})
    found = distance.ties(t, date(2024, 2, 10))
    assert (found.days_ab.tolist(), found.days_ba.tolist(), len(found.strong().a)) == ([30], [1], 0)
    shown = one(state(t, "@person-1", date(2024, 2, 10)), "customer_distance")
    assert (shown.value, shown.status) == (4.0, "ok")
    assert "of 1 that Alder is in contact with, 0 at one step and 1 at more than two" in shown.sentence


def test_whom_people_stood_for_counts_as_of_the_day(engine: Engine) -> None:
    # Trap: a person who changes sides takes nothing along.
    monday = datetime(2024, 1, 8, 10)
    t = write(engine, [Touch(monday + timedelta(days=at), 1, 2) for at in range(10)], {1: "alder", 2: "birch"})
    traces = read(t, date(2024, 2, 1), days_from=EVER, turns_from=date(2024, 2, 2))
    moved, day = traces.spans, day_number(date(2024, 1, 12))
    spans = Spans(
        np.array([*moved.person, moved.person[-1]]), np.array([*moved.from_day, day]),
        np.array([moved.to_day[0], day, moved.to_day[1]]), np.array([*moved.organisation, moved.organisation[0]]),
    )  # fmt: skip
    found = gifts(replace(traces, spans=spans), find_party(t, "alder"), day_number(date(2024, 2, 1)), 90)
    assert (len(found.day), int(found.inside.sum())) == (10, 6)


# --- the whole ---------------------------------------------------------------------------------------------


def test_shares_are_those_of_the_touches_and_sum_to_one(world: Tables) -> None:
    touches, members = planted.correspondence(1)
    shown = state(world, "alder")
    given_to: dict[str, float] = defaultdict(float)
    kinds = {"message": 1.0} | {
        key.removeprefix("attention_per_day_"): float(str(value))
        for key, value in attention_why(
            world, find_party(world, "alder"), "misallocation", as_of=AS_OF
        ).parameters.items()
        if key.startswith("attention_per_day_")
    }
    for touch in touches:
        inside = AS_OF - timedelta(90) < touch.at.date() <= AS_OF
        to = members.get(touch.receiver, "")
        if inside and members.get(touch.sender) == "alder" and to != "alder":
            given_to[to] += touch.weight / kinds[touch.kind]
    total = sum(given_to.values())
    assert {(a.organisation.slug if a.organisation else ""): a.share for a in shown.accounts if a.name != "others"} == (
        pytest.approx({name: part / total for name, part in given_to.items()})
    )
    others = shown.accounts[-1]
    declared = {"birch": 0.2, "cedar": 0.5, "others": 0.3}
    assert (others.name, others.declared) == ("others", 0.3)
    moved = sum(abs(given_to[name] / total - part) for name, part in declared.items() if name != "others")
    moved += abs(others.share - 0.3)
    assert one(shown, "misallocation").value == pytest.approx(moved / 2)
    assert "of what goes outward (" in one(shown, "misallocation").sentence
    assert "of all the attention Alder gave, to colleagues too, went" in one(shown, "customer_share").sentence
    assert sum(a.share for a in state(world, "@person-11").accounts) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["alder", "@person-11", "@person-24"])
def test_every_value_follows_from_the_rows_that_why_lists(world: Tables, name: str) -> None:
    shown = state(world, name)
    assert any(reading.value is not None for reading in shown.readings)
    for reading in shown.readings:
        found = attention_why(world, find_party(world, name), reading.reading, as_of=AS_OF)
        assert (found.value, len(found.evidence)) == (reading.value, reading.n_evidence)
        assert found.recomputed == (None if reading.value is None else pytest.approx(reading.value))
        if reading.value is None:
            assert reading.low is reading.high is None
        else:
            assert reading.low is not None
            assert reading.low <= reading.value <= (reading.high or np.inf)


def test_capacity_follows_from_its_rows(engine: Engine) -> None:
    opened, closed = asked(3, True, 300)
    rows = []
    for n, (start, end) in enumerate(zip(opened.tolist(), closed.tolist(), strict=True)):
        came, answered = (datetime(2023, 1, 2) + timedelta(microseconds=at - 4 * DAY) for at in (start, end))
        rows.append(Touch(came, 100 + n, 1, id=f"q{n}"))
        if answered < datetime(2023, 10, 29):
            rows.append(Touch(answered, 1, 100 + n, f"q{n}", id=f"a{n}"))
    t = write(engine, rows, {1: "alder"})
    found = attention_why(t, find_party(t, "@person-1"), "capacity", as_of=date(2023, 10, 28))
    assert found.value is not None
    assert found.recomputed == found.value == pytest.approx(PLANTED, abs=2)


def test_as_of_a_day_equals_a_cell_that_ends_on_that_day(world: Tables, engine: Engine) -> None:
    touches, members = planted.correspondence(1)
    cut = write(engine, [t for t in touches if t.at.date() <= AS_OF], members, [(date(2023, 1, 2), AS_OF)])
    declare(engine, ("alder.example", '{"birch.example": 0.2, "cedar.example": 0.5, "others": 0.3}', None))
    for name in ("alder", "@person-11", "@person-24"):
        whole, early = state(world, name), state(cut, name)
        assert early.accounts == whole.accounts
        for ours, theirs in zip(early.readings, whole.readings, strict=True):
            assert replace(ours, coverage=1.0) == replace(theirs, coverage=1.0)


def test_too_few_people_and_too_few_days_have_no_number(engine: Engine) -> None:
    rows = [Touch(datetime(2024, 1, 8, 10) + timedelta(days=at), 1 + at % 4, 20) for at in range(40)]
    t = write(engine, rows, {**dict.fromkeys(range(1, 5), "alder"), 20: "birch"})
    shown = state(t, "alder", date(2024, 2, 10))
    assert [reading.value for reading in shown.readings] == [None, None]
    assert shown.accounts == ()
    assert "5 people" in one(shown, "customer_share").sentence
    assert {reading.status for reading in state(t, "@person-2", date(2024, 2, 10)).readings} == {"thin"}


def test_people_of_no_organisation_have_what_needs_none(engine: Engine) -> None:
    rows = [Touch(datetime(2024, 1, 8, 10) + timedelta(days=at), 1, 2 + at % 4) for at in range(40)]
    t = write(engine, rows, {}, [(date(2024, 1, 1), date(2024, 3, 1))])
    shown = state(t, "@person-1", date(2024, 2, 20))
    assert {reading.reading: reading.status for reading in shown.readings} == {
        "customer_share": "thin", "customer_distance": "thin", "active_relationships": "ok", "capacity": "thin",
    }  # fmt: skip
    assert one(shown, "active_relationships").value == pytest.approx(4.0)
    assert {reading.status for reading in state(t, "@person-1", date(2025, 1, 1)).readings} == {
        "not_observable",
        "stale",
    }


def test_nothing_given_to_customers_is_a_share_of_nothing_with_its_evidence(engine: Engine) -> None:
    rows = [Touch(datetime(2024, 1, 8, 10) + timedelta(days=at), 1, 2) for at in range(30)]
    t = write(engine, [*rows, Touch(datetime(2024, 2, 1, 12), 3, 2)], {1: "alder", 2: "alder", 3: "birch"})
    share = one(state(t, "@person-1", date(2024, 2, 6)), "customer_share")
    assert (share.value, share.low, share.status, share.n_evidence) == (0.0, 0.0, "ok", 30)
    assert share.high is not None
    assert 0.0 < share.high < 0.1


def test_the_declaration_that_holds_is_the_last_one_decided_of_those_begun(world: Tables, engine: Engine) -> None:
    t = write(engine, *planted.correspondence(2))
    assert in_force(t, find_party(t, "alder"), AS_OF) is None
    declare(
        engine,
        ("alder.example", '{"birch.example": 1.0}', None),
        ("alder.example", '{"Cedar": 0.5, "nobody.example": 0.5}', date(2024, 1, 1)),
        ("birch.example", '{"cedar.example": 1.0}', None),
    )
    before, after = (in_force(t, find_party(t, "alder"), on) for on in (date(2023, 12, 31), date(2024, 1, 1)))
    assert before is not None
    assert [(to.slug, share) for to, share in before.shares] == [("birch", 1.0)]
    assert after is not None
    assert ([(to.slug, share) for to, share in after.shares], after.others) == ([("cedar", 0.5)], 0.5)
    assert after.unknown == ("nobody.example",)
    assert (after.decided_by, after.decided_on, after.why) == ("dee", date(2024, 1, 2), "plan")


def test_what_is_ones_own_is_for_oneself_and_what_is_of_all_for_all_of_them(world: Tables) -> None:
    alder, ana, bo, noor = (find_party(world, name) for name in ("alder", "@person-1", "@person-2", "@person-14"))
    check_visible(world, ana, AS_OF)
    check_visible(seen_by(world, ana.id), ana, AS_OF)
    check_visible(seen_by(world, bo.id), alder, AS_OF)
    for viewer, whose in ((bo, ana), (noor, alder), (noor, ana)):
        with pytest.raises(NotAllowedError, match="this is for"):
            attention_state(seen_by(world, viewer.id), whose, as_of=AS_OF)


def test_a_name_that_is_no_reading_is_answered_with_those_there_are(world: Tables) -> None:
    with pytest.raises(NotFoundError) as met:
        attention_why(world, find_party(world, "alder"), "capacity")
    assert met.value.remedy == "these are: misallocation, customer_share"
