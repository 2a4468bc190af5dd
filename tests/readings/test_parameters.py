"""Parameters: functions of completed months, the same after a refresh as after a rebuild."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import planted
import pytest
from planted import Touch, person, write

from honeycell.engine import Engine, open_engine
from honeycell.readings import STEPS
from honeycell.readings.parameters import fitted, moments
from honeycell.steps import Change, Tables, derive
from honeycell.tables import TABLES
from honeycell.ties import STEPS as TIES


def rows(t: Tables) -> list[dict[str, object]]:
    return t.arrow(t["parameters"]).sort_by([("name", "ascending"), ("month_on", "ascending")]).to_pylist()


def test_the_median_gap_is_that_of_the_months_before(engine: Engine) -> None:
    start = datetime(2024, 1, 1, 9)
    touches = [Touch(start + timedelta(days=day), person(1), person(2), id=str(day)) for day in (0, 2, 4, 10, 40, 41)]
    t = write(engine, touches, {person(1): "alder", person(2): "birch"})
    gaps = [row for row in rows(t) if row["name"] == "median_gap_days"]
    # Gaps 2, 2, 6 end in January; 30 and 1 end in February, which is not complete.
    assert [(row["month_on"], row["value"], row["n"]) for row in gaps] == [(date(2024, 2, 1), 2.0, 3)]
    assert fitted(t, date(2024, 2, 20)).median_gap_days == 2.0
    assert fitted(t, date(2024, 1, 20)).median_gap_days == 4.0  # shipped: nothing was complete then


def test_share_and_strength_of_a_planted_beta_are_recovered(engine: Engine) -> None:
    rng = np.random.default_rng(2)
    touches = []
    for pair in range(150):
        chance = rng.beta(6 * 0.6, 6 * 0.4)
        for week in range(30):
            at = datetime(2024, 1, 1, 10) + timedelta(weeks=week)
            key = f"{pair}-{week}"
            touches.append(Touch(at, person(1 + pair), person(1001 + pair), id=f"q{key}"))
            late = timedelta(hours=1) if rng.random() < chance else timedelta(days=5)
            # To five people: an answer that asks nothing back.
            touches.append(
                Touch(at + late, person(1001 + pair), person(1 + pair), f"q{key}", n_addressed=5, id=f"r{key}")
            )
    t = write(engine, touches, {person(1): "alder"})
    found = fitted(t, date(2024, 7, 20))
    assert found.share_answered_mean == pytest.approx(0.6, abs=0.04)
    assert 4.0 < found.share_answered_strength < 9.0


def test_the_chance_in_few_turns_is_not_taken_for_a_difference_between_pairs() -> None:
    rng = np.random.default_rng(4)
    turns = rng.integers(5, 9, 20_000)
    mean, strength = moments(rng.binomial(turns, rng.beta(6 * 0.6, 6 * 0.4, len(turns))) / turns, turns.astype(float))
    assert mean == pytest.approx(0.6, abs=0.01)
    # With the variance of the sampling left in it would be 2.6.
    assert strength == pytest.approx(6.0, abs=0.4)


@pytest.mark.parametrize("split", [date(2024, 1, 10), date(2024, 2, 20), date(2023, 6, 15)])
def test_a_refresh_gives_the_parameters_of_a_rebuild(tmp_path: Path, split: date) -> None:
    touches, members = planted.correspondence(5)
    # An old archive that comes late is among what is added.
    first = [touch for touch in touches if touch.at.date() <= split and touch.id[-1] != "3"]
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    engines = whole, parts = open_engine(tmp_path / "whole"), open_engine(tmp_path / "parts")
    expected = rows(write(whole, touches, members))
    t = write(parts, first, members)
    assert rows(t) != expected
    with parts.writing("derived") as derived:
        before, now = t.keep(t["touches"]), whole.to_arrow(whole.table("touches"))
        derived.replace("touches", now)
        after = t.keep(now)
        change = Change(after.select("interaction_id").distinct(), before, after)
        derive(parts, derived, [*(s for s in TIES if s.table != "touches"), *STEPS], changes={"touches": change})
        derived.publish()
    assert rows(Tables(parts)) == expected
    for engine in engines:
        engine.close()


def test_nothing_is_fitted_again_until_a_month_is_complete(engine: Engine) -> None:
    from honeycell.readings.parameters import touched_parameters

    start = datetime(2024, 1, 1, 9)
    touches = [Touch(start + timedelta(days=day), person(1), person(2), id=str(day)) for day in range(0, 50, 2)]
    t = write(engine, touches, {person(1): "alder", person(2): "birch"})
    held = t["pair_days"].select(*TABLES["pair_days"].schema.names)
    today = held.on.max().as_scalar()
    earlier = t.keep(held.filter(held.on < today))
    unchanged = {"pair_days": Change(t.keep(held.select("a_person_id", "b_person_id").distinct()), earlier, held)}
    assert t.arrow(touched_parameters(t, unchanged).count()).as_py() == 0
    without = t.keep(held.filter(held.on != date(2024, 1, 5)))
    changed = {"pair_days": Change(t.keep(held.select("a_person_id", "b_person_id").distinct()), without, held)}
    assert t.arrow(touched_parameters(t, changed).count()).as_py() > 0
