"""Vitality fitted on a cell's own past: what is looked at, from when on, and that it says what comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from honeycell.engine import Engine, open_engine
from honeycell.readings import STEPS, calibration, persistence, vitality
from honeycell.readings.arrays import Floats, day_number
from honeycell.readings.calibration import Cut
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import Pairs
from honeycell.readings.covered import Stretch, covered_of
from honeycell.readings.held import Held
from honeycell.readings.own_past import cut_offs
from honeycell.readings.parameters import fitted, touched_parameters
from honeycell.readings.recomputed import recomputed
from honeycell.readings.state import EvidenceRow
from honeycell.readings.way import Telling
from honeycell.readings.ways.vitality import VITALITY
from honeycell.steps import Change, Tables, derive
from honeycell.tables import TABLES

START, END = date(2022, 1, 1), date(2023, 12, 20)
Stretches = tuple[tuple[date, date], ...]
WHOLE: Stretches = ((START, END),)
PARAMETERS = tuple(step for step in STEPS if step.table == "parameters")


def contact() -> pa.Table:
    """Pairs that meet at rates of their own until they stop; far more often than on any public network."""
    rng, rows = np.random.default_rng(7), []
    for pair in range(420):
        day, rate = rng.uniform(0, 450), rng.gamma(1.5, 0.04) + 0.004
        ends = day + rng.exponential(400)
        days = set()
        while (day := day + rng.exponential(1 / rate)) < min(ends, (END - START).days):
            days.add(int(day))
        rows += [(pair, 1_000 + pair % 211, START + timedelta(n)) for n in sorted(days)]
    return pair_days(rows)


def pair_days(rows: list[tuple[int, int, date]], n: int = 1) -> pa.Table:
    """Days of pairs with `n` messages; with none, a broadcast instead."""
    return pa.Table.from_pylist(
        [
            {"a_person_id": a, "b_person_id": b, "on": on, "channel": "mail", "kind": "message", "in_space": False,
             "w_ab": float(n), "w_ba": 0.0, "n_ab": n, "n_ba": 0, "n_broadcast": 1 - n}
            for a, b, on in rows
        ],
        schema=TABLES["pair_days"].schema,
    )  # fmt: skip


def stretches(spans: Stretches) -> pa.Table:
    rows = [["mbox"] * len(spans), ["list"] * len(spans), *map(list, zip(*spans, strict=True)), [1.0] * len(spans)]
    return pa.table(rows, schema=TABLES["stretches"].schema)


def derived(folder: Path, days: pa.Table, spans: Stretches = WHOLE) -> tuple[Engine, Tables]:
    folder.mkdir()
    engine = open_engine(folder)
    with engine.writing("derived") as writer:
        writer.replace("pair_days", days)
        writer.replace("stretches", stretches(spans))
        writer.publish()
        derive(engine, writer, PARAMETERS, changes=None)
        writer.publish()
    return engine, Tables(engine)


def rows(t: Tables) -> list[dict[str, object]]:
    held = t.arrow(t["parameters"]).sort_by([("name", "ascending"), ("month_on", "ascending")])
    return list(held.to_pylist())


def before(days: pa.Table, end: date) -> pa.Table:
    return days.filter(pa.array([on < end for on in days["on"].to_pylist()]))


@pytest.fixture(scope="module")
def days() -> pa.Table:
    return contact()


@pytest.fixture(scope="module")
def cell(days: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    engine, t = derived(tmp_path_factory.mktemp("cell") / "whole", days)
    yield t
    engine.close()


def test_a_cell_with_a_past_is_fitted_on_it_and_says_how_far_off_it_was(cell: Tables) -> None:
    found = fitted(cell, END).persistence
    assert found.calibrated
    assert found.calibration_error is not None
    assert 0.0 < found.calibration_error < 0.1
    assert len(found.steps_from) == len(found.steps_to) > 3
    assert np.all(np.diff(found.steps_from) > 0)
    assert np.all(np.diff(found.steps_to) > 0)
    # Trap 11: the parameters of BG/NBD drift from cut-off to cut-off; they are not fitted anew.
    assert found.bgnbd == SHIPPED.bgnbd


def test_own_chances_come_true_where_the_shipped_ones_do_not(cell: Tables, days: pa.Table) -> None:
    then = END - timedelta(SHIPPED.horizon_days)
    a, b, n = (days[name].to_numpy() for name in ("a_person_id", "b_person_id", "n_ab"))
    held = calibration.contact_days(a, b, np.array([day_number(on) for on in days["on"].to_pylist()]), n)
    now = fitted(cell, then)
    cut = calibration.cut(held, day_number(then), 180, 90, now.median_gap_days)
    errors = []
    for hazard in (now.persistence, SHIPPED):
        chance = persistence.predict(cut.rows(hazard.bgnbd, 90), hazard.coefficients)
        errors.append(calibration.calibration_error(persistence.recalibrated(chance, hazard), cut.met))
    own, shipped = errors
    assert now.persistence.calibrated
    assert own < 0.08 < shipped


def test_as_of_an_earlier_day_it_is_what_a_cell_that_ended_then_holds(days: pa.Table, tmp_path: Path) -> None:
    then = date(2023, 10, 12)
    engine, cut = derived(tmp_path / "cut", before(days, then), ((START, then),))
    whole_engine, whole = derived(tmp_path / "whole", days)
    held, asked = fitted(cut, then).persistence, fitted(whole, then).persistence
    assert held.calibrated
    assert held.calibration_error == asked.calibration_error
    for name in ("coefficients", "covariance", "steps_from", "steps_to"):
        assert np.array_equal(getattr(held, name), getattr(asked, name))
    assert asked.calibration_error != fitted(whole, END).persistence.calibration_error
    assert not fitted(whole, date(2022, 9, 1)).persistence.calibrated
    engine.close()
    whole_engine.close()


@pytest.mark.parametrize("split", [date(2023, 9, 10), date(2023, 12, 5)])
def test_a_refresh_gives_the_fit_of_a_rebuild(cell: Tables, days: pa.Table, tmp_path: Path, split: date) -> None:
    engine, t = derived(tmp_path / "parts", before(days, split), ((START, split),))
    with engine.writing("derived") as writer:
        was = {name: t.keep(t[name]) for name in ("pair_days", "stretches")}
        now = {"pair_days": t.keep(days), "stretches": t.keep(stretches(WHOLE))}
        for name, table in (("pair_days", days), ("stretches", stretches(WHOLE))):
            writer.replace(name, table)
        changes = {name: Change(now[name].select(*TABLES[name].replaced_by), was[name], now[name]) for name in now}
        derive(engine, writer, PARAMETERS, changes=changes)
        writer.publish()
    assert rows(Tables(engine)) == rows(cell)
    engine.close()


def test_a_broadcast_is_no_contact(cell: Tables, days: pa.Table, tmp_path: Path) -> None:
    # Trap 2: lists reach everybody, and foretelling them is no merit.
    said = pair_days([(pair, 1_000 + pair % 211, START + timedelta(300)) for pair in range(420)], n=0)
    engine, t = derived(tmp_path / "said", pa.concat_tables([days, said]))
    assert rows(t) == rows(cell)
    engine.close()


def test_the_end_of_an_archive_is_no_mass_death(
    days: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Enough for the few cut-offs that are left.
    monkeypatch.setattr(calibration, "MINIMUM_PAIRS", 1_000)
    monkeypatch.setattr(calibration, "MINIMUM_ENDED", 100)
    # Trap 1: a gap in the archive, and all is quiet in it.
    gap = (date(2023, 1, 1), date(2023, 4, 30))
    parts = ((START, gap[0]), (gap[1], END))
    seen = covered_of(tuple(Stretch("mbox", "list", *span, 1.0) for span in parts))
    months = cut_offs(date(2023, 12, 1), seen)
    assert max(month for month in months if month < gap[1]) == date(2022, 10, 1)
    assert (min(month for month in months if month > gap[0]), months[-1]) == (date(2023, 5, 1), date(2023, 9, 1))
    whole = covered_of((Stretch("mbox", "list", START, END, 1.0),))
    assert cut_offs(date(2023, 6, 1), whole) == [date(2022 + at // 12, at % 12 + 1, 1) for at in range(3, 15)]
    silent = days.filter(pa.array([not gap[0] < on < gap[1] for on in days["on"].to_pylist()]))
    one = np.ones(1)
    chances = []
    for name, spans in (("blind", WHOLE), ("told", parts)):
        engine, t = derived(tmp_path / name, silent, spans)
        hazard = fitted(t, END).persistence
        lively = persistence.features(
            9 * one, 150 * one, 4 * one, 0 * one, 9 * one, median_gap=15.0, bgnbd=hazard.bgnbd, horizon=90
        )
        chances.append(float(persistence.recalibrated(persistence.predict(lively, hazard.coefficients), hazard)[0]))
        assert hazard.calibrated
        engine.close()
    blind, told = chances
    assert told > blind + 0.1


def test_what_was_covered_counts_as_the_past_too(cell: Tables) -> None:
    held = cell.keep(cell["stretches"])
    longer, shorter = (cell.keep(stretches(((START, end),))) for end in (END + timedelta(9), date(2023, 3, 1)))
    later = {"stretches": Change(held, held, longer)}
    assert cell.arrow(touched_parameters(cell, later).count()).as_py() == 0
    earlier = {"stretches": Change(held, shorter, held)}
    assert cell.arrow(touched_parameters(cell, earlier).count()).as_py() > 0


def test_too_few_pairs_or_endings_leave_the_shipped_coefficients(days: pa.Table) -> None:
    a, b, n = (days[name].to_numpy() for name in ("a_person_id", "b_person_id", "n_ab"))
    held = calibration.contact_days(a, b, np.array([day_number(on) for on in days["on"].to_pylist()]), n)
    eves = [day_number(date(2022 + at // 12, at % 12 + 1, 1)) - 1 for at in range(4, 20)]
    cuts = [calibration.cut(held, eve, 180, 90) for eve in eves]
    assert calibration.own_hazard([], SHIPPED) is None
    assert calibration.own_hazard(cuts[:4], SHIPPED) is None
    assert calibration.own_hazard(cuts, SHIPPED) is not None
    for outcome in (0.0, 1.0):
        all_one = [replace(one, met=np.full(len(one.met), outcome)) for one in cuts]
        assert calibration.own_hazard(all_one, SHIPPED) is None


@pytest.fixture(scope="module")
def cuts(days: pa.Table) -> list[Cut]:
    a, b, n = (days[name].to_numpy() for name in ("a_person_id", "b_person_id", "n_ab"))
    held = calibration.contact_days(a, b, np.array([day_number(on) for on in days["on"].to_pylist()]), n)
    return [calibration.cut(held, day_number(date(2022, 6, 30)) + 30 * at, 180, 90) for at in range(15)]


def test_it_takes_2000_pairs_and_300_of_either_outcome_that_were_over_by_the_last_cut_off(cuts: list[Cut]) -> None:
    last = cuts[-1]

    def fit(n: int, n_met: int) -> persistence.Hazard | None:
        """From `n` pairs of which so many met, over by the last cut-off; and as many that were not."""
        at = np.arange(n) % len(last.met)
        drawn = {name: getattr(last, name)[at] for name in ("n_days", "age", "silence", "overlap", "n_interactions")}
        past = replace(last, pair=np.arange(n), met=(np.arange(n) * 7 % n < n_met).astype(float), **drawn)
        return calibration.own_hazard(
            [replace(past, day=last.day - 90), replace(past, day=last.day - 89), last], SHIPPED
        )

    assert fit(2_000, 300) is not None
    assert fit(1_999, 900) is None
    assert fit(2_000, 299) is None
    assert fit(2_000, 2_000 - 300) is not None
    assert fit(2_000, 2_000 - 299) is None


def test_isotonic_steps_set_right_what_a_logistic_says_too_high(cuts: list[Cut]) -> None:
    twice = replace(SHIPPED, coefficients=2.0 * SHIPPED.coefficients)
    mended = calibration.with_steps(twice, cuts)
    rows, met = np.concatenate([one.rows(SHIPPED.bgnbd, 90) for one in cuts]), np.concatenate([one.met for one in cuts])
    chance = persistence.predict(rows, twice.coefficients)
    off, off_still = (
        calibration.calibration_error(persistence.recalibrated(chance, hazard), met) for hazard in (twice, mended)
    )
    assert off_still < 0.02 < 0.1 < off


def test_every_cut_off_is_looked_at_with_the_one_bgnbd_that_is_shipped(cuts: list[Cut]) -> None:
    # Trap 11: fitted anew for each month, its parameters drift.
    def rows(some: list[Cut]) -> Floats:
        return np.concatenate([
            persistence.features(
                one.n_days, one.age, one.silence, one.overlap, one.n_interactions,
                median_gap=one.median_gap, bgnbd=SHIPPED.bgnbd, horizon=90,
            )
            for one in some
        ])  # fmt: skip

    found = calibration.own_hazard(cuts, SHIPPED)
    assert found is not None
    past = cuts[:-3]
    fits = [
        persistence.fit(rows(some), *(np.concatenate([getattr(one, name) for one in some]) for name in ("met", "pair")))
        for some in (cuts, past)
    ]
    assert np.array_equal(found.coefficients, fits[0][0])
    assert found.covariance == pytest.approx(fits[0][1], abs=1e-8)
    then = calibration.with_steps(replace(SHIPPED, coefficients=fits[1][0]), past)
    said = persistence.recalibrated(persistence.predict(rows(cuts[-1:]), then.coefficients), then)
    assert found.calibration_error == calibration.calibration_error(said, cuts[-1].met)


def test_the_error_is_of_what_the_checking_fit_could_not_have_seen(cuts: list[Cut]) -> None:
    unlike = [*cuts[:-2], replace(cuts[-2], met=1.0 - cuts[-2].met), cuts[-1]]
    one, other = (calibration.own_hazard(some, SHIPPED) for some in (cuts, unlike))
    assert one is not None
    assert other is not None
    assert one.calibration_error == other.calibration_error
    assert not np.allclose(one.coefficients, other.coefficients)


def test_a_recalibrated_value_follows_from_its_evidence() -> None:
    hazard = replace(SHIPPED, steps_from=np.array([0.1, 0.5, 0.8]), steps_to=np.array([0.02, 0.3, 0.7]))
    end, model = date(2023, 5, 1), hazard.bgnbd
    for back in ([0, 9, 30], [70, 90], [3, 4, 5, 6, 9, 80, 99], [170]):
        evidence = [
            EvidenceRow(n, datetime(2023, 5, 1) - timedelta(day), 1, 2, 1.0, "to",
                        {"on": (end - timedelta(day)).isoformat(), "kind": "message", "overlap": 0.2})
            for n, day in enumerate(back)
        ]  # fmt: skip
        one = np.ones(1)
        rows = persistence.features(
            len(back) * one, max(back) * one, min(back) * one, 0.2 * one, len(back) * one, median_gap=6.0,
            bgnbd=model, horizon=90,
        )  # fmt: skip
        value = float(persistence.recalibrated(persistence.predict(rows, hazard.coefficients), hazard)[0])
        assert recomputed("vitality", evidence, {
            "as_of": end.isoformat(), "median_gap_days": 6.0, "horizon_days": 90, "bgnbd_r": model.r,
            "bgnbd_alpha": model.alpha, "bgnbd_a": model.a, "bgnbd_b": model.b,
            "coefficients": hazard.coefficients.tolist(), "steps_from": hazard.steps_from.tolist(),
            "steps_to": hazard.steps_to.tolist(),
        }) == pytest.approx(value, abs=1e-12)  # fmt: skip


def test_a_cut_counts_a_pair_as_the_definitions_say() -> None:
    one, other, day, n = (np.array(column) for column in ([1, 1, 1, 2, 1], [2, 2, 2, 3, 3], [3, 3, 9, 8, 14], [1] * 5))
    cut = calibration.cut(calibration.contact_days(one, other, day, n), 10, 9, 5)
    assert (cut.n_days.tolist(), cut.n_interactions.tolist()) == ([2.0, 1.0], [3.0, 1.0])
    assert (cut.age.tolist(), cut.silence.tolist(), cut.met.tolist()) == ([7.0, 2.0], [1.0, 2.0], [0.0, 0.0])
    assert (cut.median_gap, calibration.n_pairs(calibration.contact_days(one, other, day, n), 10, 2)) == (6.0, 1)
    met = calibration.cut(calibration.contact_days(one, other, day, n), 8, 8, 1)
    assert met.met.tolist() == [1.0, 0.0]
    assert calibration.cut(calibration.contact_days(one, other, day, n), 10, 9, 5, None, slice(1, None, 2)).pair == (
        2 << 32 | 3
    )


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 50)), min_size=1, max_size=20))
def test_pooling_is_isotonic_regression(values: list[tuple[float, int]]) -> None:
    level, size = [value for value, _ in values], [n for _, n in values]
    found = calibration.pooled(list(range(len(level))), level, size)[1]
    expected = isotonic_regression(np.array(level), weights=np.array(size, float)).x
    assert found == pytest.approx(np.unique(found) if len(found) > 1 else found)
    assert np.abs(expected[:, None] - found[None, :]).min(axis=1).max() == pytest.approx(0.0, abs=1e-9)
    assert np.abs(expected[:, None] - found[None, :]).min(axis=0).max() == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.lists(st.floats(0.01, 0.99), max_size=8, unique=True))
def test_recalibration_keeps_order_and_bounds(chances: list[float], steps: list[float]) -> None:
    hazard = replace(SHIPPED, steps_from=np.sort(np.array(steps)), steps_to=np.sort(np.array(steps)) ** 2)
    found = persistence.recalibrated(np.sort(np.array(chances)), hazard)
    assert np.all(np.diff(found) >= 0)
    assert np.all((found >= 0) & (found <= 1))
    if not steps:
        assert np.array_equal(found, np.sort(np.array(chances)))


def test_a_reading_goes_through_the_isotonic_steps() -> None:
    pairs = Pairs(180, *(np.array([one]) for one in (0, 0, 1)), *(np.array([one]) for one in (9.0, 1, 170, 4, 4, 9)))
    stepped = replace(SHIPPED, steps_from=np.array([0.01, 0.99]), steps_to=np.array([0.2, 0.3]))
    (plain,), (low,) = (
        vitality.evaluate(pairs, np.zeros(1), 1, 10.0, hazard, interval=False).value for hazard in (SHIPPED, stepped)
    )
    assert plain > 0.6
    assert low == pytest.approx(0.2 + 0.1 * (plain - 0.01) / 0.98)


def test_how_far_off_chances_were_goes_into_the_interval() -> None:
    pairs = Pairs(
        180, *(np.array([one]) for one in (0, 0, 1)), *(np.array([float(one)]) for one in (9, 1, 170, 4, 4, 9))
    )
    tried = replace(SHIPPED, covariance=SHIPPED.covariance * 1e-6, calibration_error=0.04)
    (sure, off) = (
        vitality.evaluate(pairs, np.zeros(1), 1, 10.0, hazard)
        for hazard in (replace(tried, calibration_error=None), tried)
    )
    assert off.value == sure.value
    assert sure.high[0] - sure.low[0] < 0.01
    assert off.high[0] - off.value[0] == pytest.approx(1.645 * 0.04 * (np.pi / 2) ** 0.5, abs=0.002)


def test_what_came_of_comparable_pairs_is_counted_in_this_cell(cell: Tables, cuts: list[Cut]) -> None:
    seen, met = dict[int, int](), dict[int, int]()
    for one in cuts:
        for at in range(len(one.met)):
            gap = (one.age[at] - one.silence[at] + 2 * one.median_gap) / (one.n_days[at] + 1)
            quiet = sum(one.silence[at] / gap >= times for times in (1, 2, 4, 8, 16))
            key = quiet + 6 * (one.n_days[at] >= 4)
            seen[key] = seen.get(key, 0) + 1
            met[key] = met.get(key, 0) + int(one.met[at])
    own = calibration.own_hazard(cuts, SHIPPED)
    assert own is not None
    assert [own.alike.tolist(), own.alike_met.tolist()] == [
        [held.get(at, 0) for at in range(12)] for held in (seen, met)
    ]
    # Two of each side; the first pair spoke on 4 days of 10 and has been quiet for 9, its usual gap being (9 + 12) / 5.
    columns = ([0, 0], [0, 1], [2, 3], [4.0, 1.0], [0.0, 17.0], [9.0, 17.0], [3.0, 1.0], *[[1.0, 1.0]] * 2)
    pairs = Pairs(18, *map(np.array, columns))
    share, n = vitality.comparable(pairs, 6.0, own) or (0.0, 0)
    assert (share, n) == (pytest.approx((2 * met[8] / seen[8] + met[0] / seen[0]) / 3), seen[8] + seen[0])
    one = SimpleNamespace(
        pairs=lambda _on, _days: pairs.some(slice(1)), left=lambda some: np.zeros(len(some.key), bool),
        fitted=SimpleNamespace(median_gap_days=6.0, persistence=replace(own, calibration_error=0.042)),
    )  # fmt: skip
    told = Telling(cast("Held", one), END, 0.41, 0.3, 0.5, 4, ("Ana", "Bo"), lambda ids: (), cell)
    assert VITALITY.sentence(told) == (
        f"Usually in contact every 4.2 days; now quiet for 9 days. Of comparable pairs here that went this quiet,"
        f" {met[8] / seen[8]:.0%} spoke again within 90 days ({seen[8]} cases). The chance of contact within 90 days is"
        " 41% (30–50%). Tried on this cell's own past, such chances were off by 4.2 points on average."
    )
    few = replace(own, alike=np.where(np.arange(12) == 8, 19, own.alike))
    assert vitality.comparable(pairs, 6.0, few) is None
    assert vitality.comparable(pairs, 6.0, SHIPPED) is None
    # And the parameters of the cell hold it.
    held = fitted(cell, END).persistence
    assert held.alike.sum() > held.alike_met.sum() > 1_000
