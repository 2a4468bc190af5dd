"""Readings of small worlds that can be checked by eye, and of larger ones checked against another way."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import planted
import pyarrow as pa
import pytest
from planted import Touch, person, write

from honeycell import readings
from honeycell.engine import Engine, open_engine
from honeycell.errors import NotFoundError, UsageError
from honeycell.readings import Evidence, Reading, RelationshipState
from honeycell.readings.contacts import Sides
from honeycell.readings.covered import covered
from honeycell.readings.held import held
from honeycell.readings.responsiveness import Asked
from honeycell.readings.state import Floor
from honeycell.readings.traces import EVER, read
from honeycell.readings.upside import practices
from honeycell.readings.ways import WAYS
from honeycell.readings.ways.responsiveness import half
from honeycell.steps import Tables
from honeycell.tables import TABLES

ANA, BO, CY, DEE = (person(n) for n in (1, 2, 3, 4))
MONDAY = datetime(2024, 1, 8, 10)


def state(t: Tables, name: str, **options: object) -> RelationshipState:
    return readings.relationship(t, *readings.find_relationship(t, name), **options)  # type: ignore[arg-type]


def evidence(t: Tables, name: str, reading: str, **options: object) -> Evidence:
    return readings.why(t, *readings.find_relationship(t, name), reading, **options)  # type: ignore[arg-type]


def one(shown: RelationshipState, name: str) -> Reading:
    return next(reading for reading in shown.readings if reading.reading == name)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    engine = open_engine(tmp_path_factory.mktemp("large"))
    touches, members = planted.correspondence(1)
    return write(engine, touches, members)


@pytest.fixture
def six(engine: Engine) -> Tables:
    """Six messages on four days between Ana and Bo of Alder, and Cy and Dee of Birch; 56 days are covered."""
    rows = [
        Touch(MONDAY, ANA, CY, id="1"),
        Touch(MONDAY + timedelta(hours=2), CY, ANA, "1", id="2"),
        Touch(MONDAY + timedelta(days=7), ANA, CY, id="3"),
        Touch(MONDAY + timedelta(days=8), BO, DEE, id="4"),
        Touch(MONDAY + timedelta(days=8, hours=1), DEE, BO, "4", id="5"),
        Touch(MONDAY + timedelta(days=14), ANA, DEE, id="6"),
    ]
    members = {ANA: "alder", BO: "alder", CY: "birch", DEE: "birch"}
    return write(engine, rows, members, [(date(2024, 1, 1), date(2024, 2, 25))])


def test_attention_counts_different_days_per_four_covered_weeks(six: Tables) -> None:
    attention = one(state(six, "alder~birch", window_days=56), "attention")
    assert (attention.value, attention.n, attention.status) == (2.0, 4, "ok")
    assert attention.low is not None
    assert attention.high is not None
    assert attention.low < 2.0 < attention.high
    assert attention.n_evidence == 6


def test_days_that_no_archive_covers_are_no_silence(six: Tables) -> None:
    half = one(state(six, "alder~birch", window_days=112), "attention")
    assert (half.value, half.coverage) == (2.0, 0.5)
    after = one(state(six, "alder~birch", as_of=date(2025, 6, 1)), "attention")
    assert (after.status, after.value, after.low, after.coverage) == ("not_observable", None, None, 0.0)
    stale = one(state(six, "alder~birch", as_of=date(2024, 4, 20)), "attention")
    assert (stale.status, stale.value) == ("stale", None)


def test_of_days_that_no_archive_covers_nothing_is_said(large: Tables) -> None:
    end = covered(large).end
    assert end is not None
    later = state(large, "alder~birch", as_of=end + timedelta(400))
    assert later.lede[0].startswith("Nothing of the last 90 days is on record; the last contact before was on ")
    assert later.trend is None
    partly = state(large, "alder~birch", as_of=end + timedelta(60))
    assert " on record in the last 90" in partly.lede[0]


def test_too_few_observations_are_thin_and_have_no_number(six: Tables) -> None:
    shown = state(six, "alder~birch")
    for name in ("responsiveness", "redundancy"):
        assert (one(shown, name).status, one(shown, name).value) == ("thin", None)
    assert "4 turns" in one(shown, "responsiveness").sentence


def test_two_organisations_have_every_reading_that_is_of_relationships(six: Tables) -> None:
    shown = state(six, "alder~birch")
    assert [reading.reading for reading in shown.readings] == list(WAYS)
    with pytest.raises(NotFoundError, match="honeycell network"):
        evidence(six, "alder~birch", "hierarchy")


def test_two_people_have_the_readings_of_two_people(six: Tables) -> None:
    names = [reading.reading for reading in state(six, "@person-1~@person-3").readings]
    assert names == ["vitality", "attention", "responsiveness", "reciprocity", "follow_through", "multiplexity"]
    with pytest.raises(NotFoundError, match="one pair"):
        evidence(six, "@person-1~@person-3", "redundancy")


def test_people_and_pairs_of_a_relationship_are_those_who_were_in_contact(six: Tables) -> None:
    shown = state(six, "alder~birch")
    assert (shown.n_pairs, shown.n_people) == (3, (2, 2))
    assert (shown.since, shown.last) == (MONDAY.date(), MONDAY.date() + timedelta(14))
    assert [(p.person.slug, p.side, p.contact_days) for p in shown.people] == [
        ("person-1", "a", 3), ("person-2", "a", 1), ("person-3", "b", 2), ("person-4", "b", 2),
    ]  # fmt: skip
    assert state(six, "@person-1~birch").n_people == (1, 2)


def test_responsiveness_is_what_can_be_counted(engine: Engine) -> None:
    # Ten messages on ten Mondays at ten: six answered after two hours, two after two days, two never.
    rows = []
    for week in range(10):
        asked = MONDAY + timedelta(weeks=week)
        rows.append(Touch(asked, ANA, CY, id=f"q{week}"))
        if week < 8:
            wait = timedelta(hours=2) if week < 6 else timedelta(days=2)
            rows.append(Touch(asked + wait, CY, ANA, f"q{week}", id=f"r{week}"))
        else:
            rows.append(Touch(asked + timedelta(hours=1), BO, CY, id=f"o{week}"))
    t = write(engine, rows, {ANA: "alder", BO: "alder", CY: "birch", DEE: "birch"})
    answers = one(state(t, "alder~birch", as_of=date(2024, 3, 20)), "responsiveness")
    # Ana's last turn opened at week 8 and still waits; week 9 only chases it. Bo's waits since week 8 too.
    # Few turns are shrunk to the cell's mean, and what still waits counts as unanswered.
    assert (answers.value, answers.n) == (pytest.approx(shrunk(t, "alder~birch", 6, 10)), 10)
    assert answers.sentence.startswith("Birch answers 54% of Alder's direct messages within a working day (")
    assert "), half of them within 2.0 working hours (2.0–" in answers.sentence
    assert re.search(r"; 20% \(\d+–\d+%\) stay unanswered for 30 days\.", answers.sentence)


def shrunk(t: Tables, name: str, answered: int, n: int) -> float:
    parameters = evidence(t, name, "responsiveness").parameters
    mean, strength = parameters["cell_mean"], parameters["cell_strength"]
    assert isinstance(mean, float)
    assert isinstance(strength, float)
    return (answered + strength * mean) / (n + strength)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Dee answers what Ana asks Cy; four pairs of Cedar and Firm 1 answer every other time, and always a year ago."""
    rows = []
    for week in range(10):
        asked = MONDAY + timedelta(weeks=week)
        rows += [Touch(asked, ANA, CY, id=f"q{week}"),
                 Touch(asked + timedelta(minutes=50), DEE, ANA, f"q{week}", id=f"r{week}")]  # fmt: skip
        for pair in range(4):
            before = week - 52
            for turn, days in ((week, 3 * (week % 2)), (before, 0)):
                at = MONDAY + timedelta(weeks=turn)
                rows += [Touch(at, 11 + pair, 21 + pair, id=f"q{pair}.{turn}"),
                         Touch(at + timedelta(days, 3600), 21 + pair, 11 + pair, f"q{pair}.{turn}",
                               id=f"r{pair}.{turn}")]  # fmt: skip
    members = {ANA: "alder", CY: "birch", DEE: "birch"}
    members |= {person(n): "cedar" if n < 20 else "firm-1" for one in (11, 21) for n in range(one, one + 4)}
    return write(open_engine(tmp_path_factory.mktemp("desk")), rows, members, [(date(2022, 11, 1), date(2024, 3, 14))])


def test_what_a_colleague_answers_is_a_turn_that_the_one_asked_did_not_answer(desk: Tables) -> None:
    answers, why = one(state(desk, "alder~birch"), "responsiveness"), evidence(desk, "alder~birch", "responsiveness")
    assert (answers.value, answers.n) == (pytest.approx(shrunk(desk, "alder~birch", 0, 10)), 10)
    assert why.recomputed == pytest.approx(answers.value)
    assert {row.from_person_id for row in why.evidence if row.role == "closing"} == {DEE}
    assert answers.low is not None
    assert answers.value is not None
    assert answers.low < answers.value - 0.05  # ten turns leave that much open downwards, too
    assert ", each by the person asked (" in answers.sentence
    assert "; colleagues answer 100% for them, and 0% (0–26%) stay unanswered for 30 days." in answers.sentence
    # Between two persons nobody else counts: Ana still waits for Cy.
    assert (one(state(desk, "@person-1~@person-3"), "responsiveness")).n == 1


def test_the_spread_is_of_draws_as_wide_as_what_is_not_known_of_each_pair(desk: Tables) -> None:
    # Trap 6: ten turns say the same of every pair, and the mean of each pair would have no width at all.
    spread = one(state(desk, "cedar~firm-1"), "responsiveness").spread
    assert spread is not None
    assert spread.p90 - spread.p10 > 0.2


def test_the_sentence_says_what_it_was_a_year_ago(desk: Tables) -> None:
    shown = state(desk, "cedar~firm-1")
    assert f" A year ago {shrunk(desk, 'cedar~firm-1', 40, 40):.0%}." in one(shown, "responsiveness").sentence
    assert "A year ago" not in one(state(desk, "alder~birch"), "responsiveness").sentence


@pytest.mark.parametrize(
    ("seconds", "said"), [(20.0, "1 working minute (1–1)"), (300.0, "5 working minutes (5–5)"), (7200.0, "2.0 working")]
)
def test_the_median_is_said_by_the_working_clock(seconds: float, said: str) -> None:
    times, one_pair = np.full(9, seconds), np.zeros(9, np.int64)
    asked = Asked(one_pair, one_pair, times, times, np.full(9, 1), np.full(9, True), np.full(9, 1))
    assert half(asked).startswith(f", half of them within {said}")


def test_redundancy_of_equal_pairs_is_their_number_and_one_heavy_pair_lowers_it(engine: Engine) -> None:
    people = [person(n) for n in range(1, 9)]
    rows = [
        Touch(MONDAY + timedelta(days=day), people[pair], people[pair + 4], id=f"{pair}-{day}")
        for pair in range(4)
        for day in range(8)
    ]
    members = {p: "alder" if n < 4 else "birch" for n, p in enumerate(people)}
    t = write(engine, rows, members)
    shown = one(state(t, "alder~birch"), "redundancy")
    assert shown.value == pytest.approx(4.0)
    assert "Without Person 1 25% of it goes" in shown.sentence


def test_the_busiest_person_is_found_whichever_side_they_are_on(engine: Engine) -> None:
    rows = [Touch(MONDAY + timedelta(days=day), person(1 + day % 4), person(9), id=f"{day}") for day in range(30)] + [
        Touch(MONDAY + timedelta(days=day), person(1), person(8), id=f"x{day}") for day in range(10)
    ]
    members = {person(n): "alder" if n < 5 else "birch" for n in (1, 2, 3, 4, 8, 9)}
    t = write(engine, rows, members)
    shown = one(state(t, "alder~birch"), "redundancy")
    assert "Without Person 9 75% of it goes; without Person 9 and Person 1 100%" in shown.sentence


def test_what_goes_with_the_busiest_has_a_second_contact_where_a_colleague_met_them_too(engine: Engine) -> None:
    # Person 1 carries 60 of 100; of that 40 with 6, whom 2 met three times of late, and 20 with 7, whom 3 met twice.
    days = {(1, 6): range(60, 100), (1, 7): range(80, 100), (2, 6): (80, 85, 95), (3, 7): (90, 95), (4, 8): range(18),
            (5, 9): range(17)}  # fmt: skip
    rows = [
        Touch(MONDAY + timedelta(days=day), *pair, id=f"{pair}{day}") for pair, held in days.items() for day in held
    ]
    members = {person(n): "alder" if n < 6 else "birch" for n in range(1, 10)}
    t = write(engine, rows, members)
    shown = one(state(t, "alder~birch"), "redundancy").sentence
    assert "Without Person 1 60% of it goes; without Person 1, Person 4 and Person 5 95%, 42% of that with a" in shown
    assert "ready second contact. Without the three busiest of Alder alone 95% goes, of Birch alone 83%." in shown
    told = evidence(t, "alder~birch", "redundancy").parameters
    assert (told["share_ready"], told["lost_3_of_b"]) == (pytest.approx(40 / 95), pytest.approx(0.83))
    assert (told["lost_1_of_a"], told["lost_1_of_b"]) == (pytest.approx(0.60), pytest.approx(0.43))
    shown = one(state(t, "@person-1~birch"), "redundancy").sentence  # two pairs: too few
    assert "ready" not in shown


def test_a_meeting_weighs_like_a_contact_day_of_its_kind_and_not_like_its_minutes(engine: Engine) -> None:
    rows = []
    for day in range(60):  # two months, so that a month is complete and the units are fitted
        rows.append(Touch(MONDAY + timedelta(days=day), ANA, CY, id=f"m{day}"))
        both = {"kind": "meeting", "weight": 60.0, "id": f"c{day}"}
        rows += [Touch(MONDAY + timedelta(days=day), *pair, None, **both) for pair in ((BO, DEE), (DEE, BO))]
        rows.append(Touch(MONDAY + timedelta(days=day), BO, CY, id=f"n{day}"))
    t = write(engine, rows, {ANA: "alder", BO: "alder", CY: "birch", DEE: "birch"})
    assert one(state(t, "alder~birch"), "redundancy").value == pytest.approx(3.0)


# What documents owe and what texts say is in files of their own: here nobody owes or says anything.
@pytest.mark.parametrize("reading", sorted(WAYS.keys() - {"follow_through", "repetition", "idea_flow"}))
def test_every_value_follows_from_the_evidence_that_why_lists(large: Tables, reading: str) -> None:
    rng = np.random.default_rng(11)
    people = [f"@person-{n}" for n in range(1, 30)]
    names = ["alder~birch", "cedar~birch", "birch~alder"]
    names += ["~".join(rng.choice(people, 2, replace=False)) for _ in range(12)]
    names += [f"{rng.choice(people)}~{rng.choice(['alder', 'birch', 'cedar'])}" for _ in range(3)]
    compared = 0
    for name in names:
        as_of = date(2023, 7, 1) + timedelta(int(rng.integers(0, 320)))
        try:
            found, shown = evidence(large, name, reading, as_of=as_of), state(large, name, as_of=as_of)
        except NotFoundError:
            continue
        read = one(shown, reading)
        assert (found.value, found.low, found.high, found.n) == (read.value, read.low, read.high, read.n)
        assert len(found.evidence) == read.n_evidence
        if found.value is None:
            assert found.recomputed is None
        else:
            assert found.recomputed == pytest.approx(found.value, abs=1e-9)
            assert found.low is not None
            assert found.high is not None
            assert found.low <= found.value <= found.high
            compared += 1
    assert compared >= 3


def test_one_relationship_and_all_at_once_give_the_same_numbers(large: Tables) -> None:
    as_of = date(2024, 2, 10)
    for level, kind in (("organisation", "organisation"), ("person", "person")):
        everything = readings.all_readings(large, as_of, level).to_pylist()
        assert len(everything) >= 3
        for row in everything[:: max(1, len(everything) // 6)]:
            sides = [readings.Party(kind, row[key], str(row[key]), str(row[key])) for key in ("a_id", "b_id")]
            shown = readings.relationship(large, *sides, as_of=as_of)
            assert row["n_pairs"] == shown.n_pairs
            for reading in shown.readings:
                name = reading.reading
                assert reading.status == row[f"{name}_status"]
                for part, value in (("", reading.value), ("_low", reading.low), ("_high", reading.high)):
                    assert row[name + part] == pytest.approx(value, abs=1e-9)


def test_the_months_of_the_series_are_what_was_shown_then(large: Tables) -> None:
    now = state(large, "alder~birch", as_of=date(2024, 3, 31))
    then = state(large, "alder~birch", as_of=date(2024, 2, 29))
    assert one(now, "attention").series[-2] == one(then, "attention").value
    # This one leans on parameters, and those of today hold for the whole series.
    assert one(now, "vitality").series[-2] == pytest.approx(one(then, "vitality").value, rel=0.02)


def test_as_of_a_day_equals_a_cell_that_ends_on_that_day(large: Tables, tmp_path: Path) -> None:
    as_of = date(2024, 1, 20)
    touches, members = planted.correspondence(1)
    early = [touch for touch in touches if touch.at.date() <= as_of]
    engine = open_engine(tmp_path)
    t = write(engine, early, members, [(date(2023, 1, 2), as_of)])
    for reading in WAYS:
        whole, cut = (one(state(tables, "alder~birch", as_of=as_of), reading) for tables in (large, t))
        if reading == "responsiveness":
            # A turn that was closed by inference may be closed by a later explicit answer in the longer cell.
            assert cut.value == pytest.approx(whole.value, abs=0.05)
        else:
            assert (cut.value, cut.low, cut.high) == pytest.approx((whole.value, whole.low, whole.high))
    engine.close()


def test_redundancy_equals_the_definition_over_touches(large: Tables) -> None:
    as_of, members = date(2024, 2, 10), planted.correspondence(1)[1]
    touches = planted.correspondence(1)[0]
    unit = next(
        row["value"]
        for row in large.arrow(large["parameters"]).to_pylist()
        if row["name"] == "attention_per_day_meeting" and row["month_on"] == date(2024, 2, 1)
    )
    message = next(
        row["value"]
        for row in large.arrow(large["parameters"]).to_pylist()
        if row["name"] == "attention_per_day_message" and row["month_on"] == date(2024, 2, 1)
    )
    weights: dict[frozenset[str], float] = defaultdict(float)
    for touch in touches:
        sides = {members.get(touch.sender), members.get(touch.receiver)}
        if sides == {"alder", "birch"} and as_of - timedelta(180) < touch.at.date() <= as_of:
            weights[frozenset((touch.sender, touch.receiver))] += touch.weight / (
                unit if touch.kind == "meeting" else message
            )
    shares = [w / sum(weights.values()) for w in weights.values()]
    expected = math.exp(-sum(q * math.log(q) for q in shares))
    assert one(state(large, "alder~birch", as_of=as_of), "redundancy").value == pytest.approx(expected, abs=1e-9)


def test_every_reading_of_pairs_has_a_spread_and_the_upper_end_has_no_names(large: Tables) -> None:
    shown = state(large, "alder~birch", as_of=date(2024, 2, 10))
    found = {one_.reading: one_.spread for one_ in shown.readings if one_.spread}
    assert [*found] == ["vitality", "attention", "responsiveness", "reciprocity", "multiplexity"]
    for over in found.values():
        assert over.p10 <= over.p50 <= over.p90
        assert over.each.p10 <= over.each.p50 <= over.each.p90
        assert over.tau_squared is not None
        assert over.i_squared is not None
        assert 0.0 <= over.i_squared <= 1.0
        assert (over.upside.n_pairs, over.upside.n_others) == (-(-over.n_pairs // 4), over.n_pairs * 3 // 4)
        assert not over.upside.contrasts or over.upside.n_people >= 5
        assert "Person" not in str(over)
    assert {seen.practice for seen in found["attention"].upside.contrasts}.isdisjoint({"contact_days"})
    two = one(state(large, "@person-1~@person-13", as_of=date(2024, 2, 10)), "attention")
    assert two.spread is None


def test_what_lies_under_the_floor_that_was_agreed_last_is_said_of_the_day(engine: Engine, six: Tables) -> None:
    made = [
        {"decision_id": n, "decided_at": datetime(2024, 1, n), "decided_by": "dee", "why": why, "reading": "attention",
         "least": least, "from_on": on}
        for n, least, on, why in ((1, "0.4", None, None), (2, "20", date(2024, 2, 20), "plan"))
    ]  # fmt: skip
    with engine.writing("derived") as writer:
        writer.replace("floors", pa.Table.from_pylist(made, schema=TABLES["floors"].schema))
        writer.publish()
    t = Tables(engine)
    for as_of, floor, least, most in (
        (date(2024, 2, 19), Floor(0.4, "dee", date(2024, 1, 1), None), 0.0, 0.5),
        (date(2024, 2, 25), Floor(20.0, "dee", date(2024, 1, 2), "plan"), 0.99, 1.0),
    ):
        spread = one(state(t, "alder~birch", as_of=as_of, window_days=50), "attention").spread
        assert spread is not None
        assert spread.floor == floor
        assert spread.share_below is not None
        assert spread.share_below_each is not None
        assert least <= spread.share_below <= spread.share_below_each <= most


def test_an_upper_end_of_fewer_than_five_people_is_only_counted(six: Tables) -> None:
    spread = one(state(six, "alder~birch", window_days=56), "attention").spread
    assert spread is not None
    upside = spread.upside
    assert (upside.n_pairs, upside.n_people, upside.n_others, upside.contrasts) == (1, 2, 2, ())
    assert upside.sentence == "Upper end: 1 of 3 pairs, 2 people; fewer than five, so they are not compared."


def test_what_pairs_do_is_counted_from_their_messages_and_meetings(large: Tables) -> None:
    as_of, (touches, members) = date(2024, 2, 10), planted.correspondence(1)
    sides = readings.find_relationship(large, "alder~birch")
    of_all = held(read(large, as_of, days_from=EVER, turns_from=as_of), Sides(*sides), 90)
    drawn = WAYS["attention"].drawn
    assert drawn is not None
    pairs = drawn(of_all, as_of)
    found = practices(of_all, as_of, 90, pairs)
    met = [t for t in touches if {members.get(t.sender), members.get(t.receiver)} == {"alder", "birch"}]
    for at, (a, b) in enumerate(of_all.contacts.persons[np.stack([pairs.a, pairs.b], axis=1)].tolist()):
        ever = [t for t in met if {t.sender, t.receiver} == {a, b} and t.at.date() <= as_of]
        of_late = [t for t in ever if t.at.date() > as_of - timedelta(90)]
        by_day: dict[date, set[tuple[str, int]]] = defaultdict(set)
        for t in of_late:
            by_day[t.at.date()].add((t.kind, t.sender))
        messages = [t for t in of_late if t.kind == "message"]
        both = [day for day, held_ in by_day.items() if {("message", a), ("message", b)} <= held_]
        meetings = [day for day, held_ in by_day.items() if ("meeting", a) in held_]
        expected = [
            28 * len(by_day) / 90, len(both) / len(by_day), len(meetings) / len(by_day), 1.0,
            len(messages) / sum(t.weight for t in messages) if messages else math.nan, 1.0,
            (as_of - min(t.at.date() for t in ever)).days / 365.25,
        ]  # fmt: skip
        assert found[at, :7] == pytest.approx(expected, nan_ok=True), (a, b)


def test_a_pair_that_keeps_writing_is_livelier_than_one_that_stopped(engine: Engine) -> None:
    rows = [Touch(MONDAY + timedelta(days=3 * n), ANA, CY, id=f"a{n}") for n in range(50)]
    rows += [Touch(MONDAY + timedelta(days=3 * n), BO, DEE, id=f"b{n}") for n in range(12)]
    t = write(engine, rows, {ANA: "alder", BO: "alder", CY: "birch", DEE: "birch"})
    alive, quiet = (one(state(t, name), "vitality") for name in ("@person-1~@person-3", "@person-2~@person-4"))
    assert alive.value is not None
    assert quiet.value is not None
    assert alive.value > 0.8 > 0.5 > quiet.value
    assert alive.status == "not_calibrated"
    assert "quiet for 114 days" in quiet.sentence


def test_nobody_is_found_by_a_wrong_name_and_the_near_ones_are_named(six: Tables) -> None:
    with pytest.raises(NotFoundError) as error:
        readings.find_party(six, "aldr")
    assert (error.value.code, error.value.remedy) == ("no-such-party", "did you mean alder?")
    for name in ("Alder", "alder.example", "ALDER"):
        assert readings.find_party(six, name).slug == "alder"
    with pytest.raises(UsageError) as usage:
        readings.find_relationship(six, "alder")
    assert usage.value.code == "wrong-use"
    with pytest.raises(NotFoundError) as none:
        state(six, "@person-2~@person-3")
    assert none.value.code == "no-such-relationship"


def test_people_are_listed_by_name(six: Tables) -> None:
    names = readings.people(six)["name"].to_pylist()
    assert names == sorted(names, key=str.lower)
    assert not set(readings.NAMES) & set(readings.people(six).schema.names)


def test_relationships_are_listed_by_contact_days(large: Tables) -> None:
    rows = readings.relationships(large)
    assert rows["n_contact_days"].to_pylist() == sorted(rows["n_contact_days"].to_pylist(), reverse=True)
    assert {(row["a"], row["b"]) for row in rows.to_pylist()} == {
        ("alder", "birch"), ("alder", "cedar"), ("birch", "cedar"),
    }  # fmt: skip
    own = readings.party_state(large, readings.find_party(large, "@person-3")).relationships
    assert set(own["a"].to_pylist()) == {"@person-3"}


def test_relationships_are_seen_from_whose_the_cell_is(engine: Engine, six: Tables) -> None:
    (before,) = readings.relationships(six).to_pylist()
    known = six.arrow(six["organisations"])
    whose = pa.array([slug == "birch" for slug in known["slug"].to_pylist()])
    with engine.writing("derived") as derived:
        derived.replace("organisations", known.set_column(known.schema.get_field_index("us"), "us", whose))
        derived.publish()
    (row,) = readings.relationships(Tables(engine)).to_pylist()
    assert (before["a"], row["a"], row["b"]) == ("alder", "birch", "alder")
    assert row["n_contact_days"] == before["n_contact_days"]
