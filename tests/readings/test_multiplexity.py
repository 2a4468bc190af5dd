"""In how many kinds of context two meet, beside how many so many days would show."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import Touch, write

from honeycell import readings
from honeycell.engine import Engine
from honeycell.ids import id_of
from honeycell.readings.contexts import CONTEXTS, context_of
from honeycell.readings.multiplexity import Met, evaluate, expected
from honeycell.steps import Tables
from honeycell.tables import TABLES

CELL = np.array([0.5, 0.25, 0.15, 0.1])
KNOWN = np.arange(len(CONTEXTS)) < 4
ANA, BO, CY, DEE, EVE = 1, 2, 3, 4, 5


def drawn(n: int, n_pairs: int, shares: np.ndarray = CELL) -> tuple[Met, np.ndarray]:
    """Pairs that meet on `n` days each, in contexts by chance; with the ids of their persons."""
    counts = np.random.default_rng(n).multinomial(n, shares, n_pairs)
    key, context = np.nonzero(counts)
    return Met(key, context, 2 * key, 2 * key + 1, counts[key, context].astype(float)), np.arange(2 * n_pairs) + 1_000


@pytest.mark.parametrize("n", [10, 20, 60, 400])
def test_what_is_typical_is_of_so_much_contact(n: int) -> None:
    """D1 of few days is low whatever the relationship (trap 7): all of these meet as the cell does."""
    found, persons = drawn(n, 600)
    value = evaluate(found, persons, 600, KNOWN, pair=True, interval=False).value
    usual = expected(np.array([float(n)]), CELL)[0]
    assert value.mean() / usual == pytest.approx(1.0, abs=0.02)
    whole = float(np.exp(-(CELL * np.log(CELL)).sum()))
    assert (value.mean() / whole < 0.9) == (n == 10)


@pytest.mark.parametrize(("n", "least"), [(10, 0.84), (40, 0.84), (100, 0.84)])
def test_the_interval_holds_what_is_expected_of_two_people_about_as_often_as_it_says(n: int, least: float) -> None:
    found, persons = drawn(n, 1_000)
    now = evaluate(found, persons, 1_000, KNOWN, pair=True)
    usual = expected(np.array([float(n)]), CELL)[0]
    assert least <= float(((now.low <= usual) & (usual <= now.high)).mean()) <= 0.96


def test_who_was_met_in_one_context_may_be_met_in_another_yet() -> None:
    found, persons = drawn(12, 3, np.array([1.0, 0.0, 0.0, 0.0]))
    for pair in (True, False):
        now = evaluate(found, persons, 3, KNOWN, pair=pair)
        assert set(now.value) | set(now.low) == {1.0}
        assert (now.high > 1.2).all()


@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=6))
def test_it_lies_between_one_and_the_number_of_contexts(rows: list[list[int]]) -> None:
    counts = np.array(rows)
    key, context = np.nonzero(counts)
    found = Met(key, context, 2 * key, 2 * key + 1, counts[key, context].astype(float))
    for pair in (True, False):
        now = evaluate(found, np.arange(2 * len(counts)), len(counts), KNOWN, pair=pair)
        met = counts.sum(1) > 0
        assert (now.n == counts.sum(1)).all()
        assert np.isnan(now.value[~met]).all()
        assert (now.value[met] >= 1 - 1e-9).all()
        assert (now.value[met] <= (counts > 0).sum(1)[met] + 1e-9).all()
        assert (now.low[met] <= now.value[met]).all()
        assert (now.value[met] <= now.high[met]).all()


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_one_context_is_exactly_one(days: list[int]) -> None:
    at = np.arange(len(days))
    found = Met(at, 0 * at, 2 * at, 2 * at + 1, np.array(days, float))
    now = evaluate(found, np.arange(2 * len(days)), len(days), KNOWN, pair=False)
    assert set(now.value) | set(now.low) == {1.0}


def test_every_channel_and_kind_has_a_context() -> None:
    for channel in ("mail", "slack", "zulip", "calendar", "ledger", "something new"):
        for kind in ("message", "meeting", "call", "ticket_event", "order", "shipment", "invoice", "payment"):
            assert {context_of(channel, kind, heard) for heard in (False, True)} <= CONTEXTS.keys()


def test_two_channels_of_a_class_are_one_context_and_those_in_common_are_counted(engine: Engine) -> None:
    start = datetime(2024, 1, 1, 9)
    rows = []
    for day in range(80):
        at = start + timedelta(day)
        rows += [Touch(at, ANA, CY, id=f"a{day}"), Touch(at, CY, ANA, id=f"b{day}")]
        rows += [Touch(at, ANA, BO, id=f"c{day}"), Touch(at, BO, ANA, id=f"d{day}")]
        rows += [Touch(at, BO, CY, id=f"e{day}"), Touch(at, CY, BO, id=f"f{day}")]
        rows += [Touch(at, DEE, ANA, id=f"g{day}"), Touch(at, DEE, EVE, id=f"h{day}")]
        if day % 4 == 0:
            both = {"kind": "meeting", "weight": 30.0, "id": f"m{day}"}
            rows += [Touch(at, ANA, CY, **both), Touch(at, CY, ANA, **both)]
    t = write(engine, rows, {ANA: "alder", CY: "birch"}, [(date(2024, 1, 1), date(2024, 3, 20))])
    state = readings.relationship(t, *readings.find_relationship(t, "@person-1~@person-3"))
    (read,) = (one for one in state.readings if one.reading == "multiplexity")
    shares = np.array([80, 20]) / 100
    assert read.value == pytest.approx(float(np.exp(-(shares * np.log(shares)).sum())))
    assert (read.status, read.n) == ("ok", 100)
    assert "Person 1 and Person 3 meet in 1.6 kinds of context" in read.sentence
    assert "mail (80%) and meetings (20%)" in read.sentence
    # Person 4 only ever wrote to one of the two; person 2 talks with both, and they with him.
    common = "1 other is in touch with both, 1 of them often, both ways and with each of the two."
    assert read.sentence.endswith(f"{common} They were in touch in not even two conversations of three or more people.")
    firms = readings.relationship(t, *readings.find_relationship(t, "alder~birch"))
    (read,) = (one for one in firms.readings if one.reading == "multiplexity")
    alone = "Between Alder and Birch no pair of people was in touch in two or more conversations of three or more."
    assert read.sentence.endswith(f"1 other is in touch with both. {alone}")
    found = readings.why(t, *readings.find_relationship(t, "alder~birch"), "multiplexity")
    assert found.recomputed == pytest.approx(found.value)
    assert (found.parameters["conversations_of_several"], found.parameters["pairs_together"]) == (0, 0)
    # In the third no third person takes part, in the fourth the two are not in touch with each other.
    talks = {"a0": 1, "c0": 1, "e1": 2, "b1": 2, "a2": 3, "b2": 3, "c3": 4, "e3": 4}
    with engine.writing("derived") as derived:
        derived.replace("threads", pa.Table.from_pylist(
            [{"interaction_id": id_of(one), "conversation_id": talk, "reason": "test", "occurred_at": start}
             for one, talk in talks.items()], TABLES["threads"].schema))  # fmt: skip
        derived.publish()
    t = Tables(engine)
    for name, said in (
        ("@person-1~@person-3", "They were in touch in 2 conversations of three or more people."),
        ("alder~birch", "one pair of people was in touch in two or more conversations of three or more."),
    ):
        sides = readings.find_relationship(t, name)
        (read,) = (one for one in readings.relationship(t, *sides).readings if one.reading == "multiplexity")
        assert read.sentence.endswith(said)
        found = readings.why(t, *sides, "multiplexity")
        assert (found.parameters["conversations_of_several"], found.parameters["pairs_together"]) == (2, 1)
        assert len(found.evidence) == read.n_evidence


def test_a_cell_of_one_context_says_nothing_of_contexts(engine: Engine) -> None:
    rows = [Touch(datetime(2024, 1, 1, 9) + timedelta(day), ANA, CY, id=f"a{day}") for day in range(80)]
    t = write(engine, rows, {ANA: "alder", CY: "birch"})
    (read,) = (
        one
        for one in readings.relationship(t, *readings.find_relationship(t, "alder~birch")).readings
        if one.reading == "multiplexity"
    )
    assert (read.status, read.value) == ("thin", None)
    assert "two kinds of context connected to the cell" in read.sentence


def test_documents_alone_have_a_number_where_a_cell_knows_no_person() -> None:
    goods, money = (list(CONTEXTS).index(name) for name in ("goods", "money"))
    nobody = np.full(2, -1)
    met = Met(np.zeros(2, np.int64), np.array([goods, money]), nobody, nobody, np.array([10.0, 10.0]))
    found = evaluate(met, np.zeros(0, np.int64), 1, np.ones(len(CONTEXTS), bool), pair=False)
    assert (found.value[0], found.n[0]) == (pytest.approx(2.0), 20)
