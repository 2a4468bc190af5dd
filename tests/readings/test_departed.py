"""A leaver is told as a departure and not as a decline; and what was strong and went quiet is listed as dormant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from planted import Touch, organisation, person, write

from honeycell.engine import open_engine
from honeycell.errors import NotAllowedError
from honeycell.readings import STEPS, Party, dormant, relationship, vitality, why
from honeycell.readings.contacts import Pairs
from honeycell.readings.everywhere import all_readings
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES
from honeycell.ties import STEPS as TIES
from honeycell.viewers import seen_by

START = date(2024, 1, 1)
ON = date(2024, 6, 20)
STAYS = {
    # Both stayed; told that it ended; writes from another firm now; from a domain of their own; fell silent; wrote
    # from a domain of their own before.
    1: [("alder", START, None, 0.9)],
    11: [("birch", START, None, 0.9)],
    12: [("birch", START, date(2024, 4, 20), 1.0)],
    13: [("birch", START, date(2024, 4, 20), 0.9), ("cedar", date(2024, 4, 25), None, 0.9)],
    14: [("birch", START, date(2024, 4, 20), 0.9), ("firm-1", date(2024, 4, 25), None, 0.5)],
    15: [("birch", START, date(2024, 4, 20), 0.9)],
    16: [("firm-2", START, date(2024, 4, 20), 0.5), ("cedar", date(2024, 4, 25), None, 0.9)],
}


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    engine = open_engine(tmp_path_factory.mktemp("cell"))
    touches = [
        Touch(datetime(2024, 1, 5, 9) + timedelta(days), person(1), person(other), id=f"{other}-{days}")
        for other in STAYS
        if other > 1
        for days in range(0, 165 if other == 11 else 100, 4)
    ]
    write(engine, touches, {n: stays[-1][0] for n, stays in STAYS.items()} | {3: "birch", 4: "firm-2"}, [(START, ON)])
    rows = [
        {"person_id": who, "organisation_id": organisation(where), "from_on": since, "to_on": until, "n": 9,
         "confidence": sure, "reason": "test"}
        for who, stays in STAYS.items()
        for where, since, until, sure in stays
    ]  # fmt: skip
    with engine.writing("derived") as derived:
        derived.replace("affiliations", pa.Table.from_pylist(rows, schema=TABLES["affiliations"].schema))
        derived.publish()
        derive(engine, derived, [*(s for s in TIES if s.table != "touches"), *STEPS], changes=None)
        derived.publish()
    return Tables(engine)


def test_a_leaver_is_a_departure_and_who_fell_silent_is_not(cell: Tables) -> None:
    def found(on: date) -> dict[int, float | None]:
        rows = all_readings(cell, on, "person", interval=False).to_pylist()
        return {row["b_id"]: row["vitality"] for row in rows}

    assert {other for other, value in found(ON).items() if value is None} == {12, 13}
    # Some write from two addresses by turns: only after a month has who wrote from another one left.
    assert {other for other, value in found(date(2024, 5, 15)).items() if value is None} == {12}
    # On a day on which all of them were there nobody knew.
    assert len({value for other, value in found(date(2024, 4, 10)).items() if other > 11}) == 1
    readings = relationship(
        cell, *(Party("person", n, f"person-{n}", f"Person {n}") for n in (1, 12)), as_of=ON
    ).readings
    assert (readings[0].n, readings[0].n_evidence, readings[0].sentence) == (
        0, 0,
        "One of the two who were in touch over the last 180 days has left their organisation since: a departure, not a"
        " decline.",
    )  # fmt: skip


def test_between_organisations_leavers_are_not_counted_and_that_is_said(cell: Tables) -> None:
    sides = [Party("organisation", organisation(name), name, name.title()) for name in ("alder", "birch")]
    reading = relationship(cell, *sides, as_of=ON).readings[0]
    assert (reading.n, reading.n_evidence) == (42 + 2 * 25, 42 + 2 * 25)
    assert reading.sentence.startswith("Of 3 pairs in touch over the last 180 days")
    assert reading.sentence.endswith(
        " Not counted: 2 more pairs, of whom one has left their organisation since, a departure and not a decline."
    )
    shown = why(cell, *sides, "vitality", as_of=ON)
    assert shown.parameters["n_pairs_departed"] == 2
    assert (shown.value, shown.recomputed) == (reading.value, pytest.approx(reading.value, abs=1e-12))


def test_dormant_is_what_was_strong_and_went_quiet_and_has_not_left(cell: Tables) -> None:
    assert dormant(cell, as_of=ON).to_pylist() == [
        {"a": "alder", "b": "birch", "a_name": "Alder", "b_name": "Birch", "n_contact_days": 25, "n_pairs": 2,
         "last_on": date(2024, 4, 10)},
        {"a": "alder", "b": "firm-2", "a_name": "Alder", "b_name": "Firm-2", "n_contact_days": 25, "n_pairs": 1,
         "last_on": date(2024, 4, 10)},
    ]  # fmt: skip
    one = Party("person", 1, "person-1", "Person 1")
    rows = [(row["a"], row["b"], row["n_contact_days"]) for row in dormant(cell, one, ON).to_pylist()]
    assert rows == [("@person-1", f"@person-{other}", 25) for other in (14, 15, 16)]
    # While they spoke nothing slept; and past the end of the archive all would.
    assert not len(dormant(cell, as_of=date(2024, 4, 12)))
    assert not len(dormant(cell, as_of=ON + timedelta(31)))
    # One's own, and nobody else's.
    assert len(dormant(seen_by(cell, 1), one, ON)) == 3
    for whose in (None, one):
        with pytest.raises(NotAllowedError):
            dormant(seen_by(cell, 14), whose, ON)


def test_dormant_takes_four_days_and_more_than_four_gaps() -> None:
    columns = ([0] * 4, [0, 1, 2, 3], [4] * 4, [4.0, 4.0, 3.0, 4.0], [0.0] * 4, [9.0] * 4, *[[1.0] * 4] * 3)
    # A usual gap of (9 + 2 * 3) / 5 = 3 days, or of 3.75.
    pairs, later = (Pairs(end, *map(np.array, columns)) for end in (21, 22))
    chance = np.array([0.4, 0.5, 0.4, 0.4])
    assert not vitality.dormant(pairs, chance, 3.0).any()
    assert vitality.dormant(later, chance, 3.0).tolist() == [True, False, False, True]
    assert vitality.dormant(replace(later, end=99), chance, 3.0).tolist() == [True, False, False, True]
