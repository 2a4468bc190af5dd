"""The fitted parameters: numbers of the cell that readings lean on, one row for each completed month.

Each is a function of what happened before the first day of its month, so a reading as of any day uses what could
be known then, and a refresh has nothing to do until a month is complete or something old is imported. The hazard
behind Vitality takes longer to fit: only that of the last month is held, an earlier one is fitted when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.log import coverage
from honeycell.readings.arrays import Floats, Ints, numbered
from honeycell.readings.calibration import MINIMUM_PAIRS
from honeycell.readings.coefficients import MEDIAN_GAP_DAYS
from honeycell.readings.contexts import CONTEXTS, context_of
from honeycell.readings.own_past import NAMES as PERSISTENCE
from honeycell.readings.own_past import hazard_as_of, hazard_of, rows_of
from honeycell.readings.persistence import WINDOW_DAYS, Hazard
from honeycell.steps import Step
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = [
    "MINIMUM_TURNS",
    "STEPS",
    "STRENGTH",
    "WORKING_DAY_SECONDS",
    "Fitted",
    "fitted",
    "moments",
    "parameters",
    "touched_parameters",
]

MINIMUM_TURNS = 5
STRENGTH = 6.0
"""Kappa: how many turns the cell's mean weighs against a pair's own, until the cell has enough to say."""
WORKING_DAY_SECONDS = 8 * 3600
_MONTHS = 12
"""Months that a fit looks back over."""
_FOLLOWED_DAYS = 4
"""A turn opened so long ago has seen a whole working day, week-ends included."""
_ENOUGH_PAIRS = 30
"""Directed pairs under which the between-pair variance is not fitted."""
_UNIT = "attention_per_day_"
_CONTEXT = "contact_days_"
_NAMES = ("median_gap_days", "share_answered_mean", "share_answered_strength")
_DEFAULT_UNITS = {"message": 1.0, "meeting": 60.0, "call": 60.0}
Row = tuple[str, date, float, int]
"""A row of `parameters`: name, month, value, n."""


@dataclass(frozen=True)
class Fitted:
    """The parameters as of a day; what a cell cannot say yet is what the package ships."""

    median_gap_days: float
    share_answered_mean: float
    share_answered_strength: float
    units: dict[str, float]
    """Attention of an average contact day by kind."""
    contexts: dict[str, float]
    """Contact days of pairs by context in a year, and days on which two organisations exchanged documents."""
    persistence: Hazard
    """Behind Vitality: the cell's own, recalibrated, where `calibrated`; else the shipped one."""


def fitted(t: Tables, as_of: date) -> Fitted:
    """The latest parameters whose month had begun by `as_of`."""
    rows: list[Row] = [
        (row["name"], row["month_on"], row["value"], row["n"]) for row in t.arrow(t["parameters"]).to_pylist()
    ]
    rows.sort(key=lambda row: row[1])
    held = {name: value for name, on, value, _n in rows if on <= as_of}
    kinds, contexts = (
        {name.removeprefix(prefix): value for name, value in held.items() if name.startswith(prefix)}
        for prefix in (_UNIT, _CONTEXT)
    )
    month = as_of.replace(day=1)
    if rows and month < rows[-1][1]:
        held |= {name: value for name, _on, value, _n in _persistence(t, month, rows)}
    return Fitted(
        held.get("median_gap_days", MEDIAN_GAP_DAYS),
        held.get("share_answered_mean", 0.5),
        held.get("share_answered_strength", STRENGTH),
        _DEFAULT_UNITS | kinds,
        contexts,
        hazard_of(held),
    )


def parameters(t: Tables, keys: ir.Table | None) -> pa.Table:
    """All rows of `parameters`, whatever the keys: names are touched together."""
    last = _month(t)
    rows: list[Row] = []
    if last is not None:
        days = _days(t, last)
        rows = [*_gaps(t, last), *_units(days, last), *_contexts(days, _documents(t, last), last), *_answers(t, last)]
        rows += _persistence(t, last, rows)
    names, months, values, counts = ([row[at] for row in rows] for at in range(4))
    return pa.table([names, months, values, counts], schema=TABLES["parameters"].schema)


def touched_parameters(t: Tables, changes: Changes) -> ir.Table:
    """All names where a month was completed or something before the last completed one changed; else none."""
    last = _month(t)
    held = t.arrow(t["parameters"].month_on.max()).as_py()
    named = (*_NAMES, *PERSISTENCE, *(_UNIT + kind for kind in _kinds(t, changes)), *(_CONTEXT + c for c in CONTEXTS))
    names = t.keep(pa.table({"name": pa.array(named, pa.string())}))
    if last is not None and held == last and not _past_changed(t, changes, last):
        return names.limit(0)
    return names


def _kinds(t: Tables, changes: Changes) -> list[str]:
    tables = [t["pair_days"], *([changes["pair_days"].before] if "pair_days" in changes else [])]
    kinds = {kind for table in tables for kind in t.arrow(table.select("kind").distinct())["kind"].to_pylist()}
    return sorted(kinds)


def _past_changed(t: Tables, changes: Changes, last: date) -> bool:
    """Whether a row that the parameters are made of differs, later months aside."""
    parts = []
    if "pair_days" in changes:
        parts.append(
            [rows.filter(rows.on < last) for rows in (changes["pair_days"].before, changes["pair_days"].after)]
        )
    if "turns" in changes:
        parts.append([_followed(rows, last) for rows in (changes["turns"].before, changes["turns"].after)])
    if "loops" in changes:
        parts.append([_exchanged(rows, last) for rows in (changes["loops"].before, changes["loops"].after)])
    if "stretches" in changes:
        parts.append([_stretched(rows, last) for rows in (changes["stretches"].before, changes["stretches"].after)])
    differing = [
        ibis.union(before.difference(after), after.difference(before)).select(one=ibis.literal(1))
        for before, after in parts
    ]
    return bool(differing) and bool(t.arrow(ibis.union(*differing).count()).as_py())


def _stretched(stretches: ir.Table, last: date) -> ir.Table:
    """What was covered before a day."""
    return stretches.filter(_.from_on < last).mutate(to_on=ibis.least(_.to_on, ibis.literal(last)))


def _month(t: Tables) -> date | None:
    """First day of the month in which the latest contact lies."""
    latest: date | None = t.arrow(t["pair_days"].on.max()).as_py()
    return latest.replace(day=1) if latest else None


def _gaps(t: Tables, last: date) -> Iterator[Row]:
    days = t["pair_days"].filter((_.on < last) & (_.n_ab + _.n_ba > 0))
    days = days.select("a_person_id", "b_person_id", "on").distinct()
    before = ibis.window(group_by=["a_person_id", "b_person_id"], order_by="on")
    gaps = days.mutate(gap=_.on.epoch_days() - _.on.lag().over(before).epoch_days()).filter(_.gap.notnull())
    rows = t.arrow(gaps.group_by(month=_.on.truncate("M").cast("date"), gap=_.gap.cast("int64")).agg(n=_.count()))
    month, gap, n = _months(rows["month"]), rows["gap"].to_numpy(), rows["n"].to_numpy()
    for at, on in _ends(month, last):
        held = (month < at) & (month >= at - _MONTHS)
        if held.any():
            yield "median_gap_days", on, _median(gap[held], n[held]), int(n[held].sum())


def _days(t: Tables, last: date) -> pa.Table:
    """Attention and contact days of pairs by month, channel, kind and whether many could hear."""
    days = t["pair_days"].filter((_.on < last) & (_.n_ab + _.n_ba > 0))
    return t.arrow(
        days.group_by("channel", "kind", "in_space", month=_.on.truncate("M").cast("date")).agg(
            # Whole numbers: a sum that does not depend on the order of rows.
            w=((_.w_ab + _.w_ba) * 2.0**20).round().cast("int64").sum(),
            n=_.count(),
        )
    )


def _exchanged(loops: ir.Table, last: date) -> ir.Table:
    """The days before a day on which two exchanged documents, goods and money apart."""
    told = loops.filter((_.source == "structured") & (_.opened_at < datetime(last.year, last.month, last.day)))
    on, kind = _.opened_at.date(), (_.type == "invoice").ifelse("money", "goods")
    return told.select("owner_handle", "counterpart_handle", on=on, context=kind).distinct()


def _documents(t: Tables, last: date) -> pa.Table:
    days = _exchanged(t["loops"], last)
    return t.arrow(days.group_by("context", month=_.on.truncate("M").cast("date")).agg(n=_.count()))


def _contexts(days: pa.Table, documents: pa.Table, last: date) -> Iterator[Row]:
    """Contact days of twelve months by context."""
    keys = zip(*(days[name].to_pylist() for name in ("channel", "kind", "in_space")), strict=True)
    names = np.array([context_of(*key) for key in keys] + documents["context"].to_pylist())
    months = np.concatenate([_months(days["month"]), _months(documents["month"])])
    n = np.concatenate([*_ints(days, "n"), *_ints(documents, "n")])
    for name in sorted(set(names.tolist())):
        for at, on in _ends(months[names == name], last):
            held = (names == name) & (months < at) & (months >= at - _MONTHS)
            if held.any():
                yield _CONTEXT + name, on, float(n[held].sum()), int(n[held].sum())


def _units(rows: pa.Table, last: date) -> Iterator[Row]:
    months, kinds, w, n = _months(rows["month"]), np.array(rows["kind"].to_pylist()), *_ints(rows, "w", "n")
    for kind in sorted(set(kinds.tolist())):
        for at, on in _ends(months[kinds == kind], last):
            held = (kinds == kind) & (months < at) & (months >= at - _MONTHS)
            if held.any() and w[held].sum():
                count = int(n[held].sum())
                yield _UNIT + kind, on, float(w[held].sum()) / 2.0**20 / count, count


def _followed(turns: ir.Table, last: date) -> ir.Table:
    """Turns old enough to tell, each with whether it was answered within one working day."""
    within = (
        (_.working_wait_seconds <= WORKING_DAY_SECONDS)
        & (_.wait_seconds <= _FOLLOWED_DAYS * 86_400)
        & _.cause.isin(("explicit", "inferred"))
    )
    known = turns.filter(~_.anew).select(
        "from_person_id", "to_person_id", "opening_id",
        on=(_.opened_at + ibis.interval(days=_FOLLOWED_DAYS)).date(),
        answered=within.fill_null(False).cast("int64"),
    )  # fmt: skip
    return known.filter(_.on < last)


def _answers(t: Tables, last: date) -> Iterator[Row]:
    counted = (
        _followed(t["turns"], last)
        .group_by("from_person_id", "to_person_id", month=_.on.truncate("M").cast("date"))
        .agg(x=_.answered.sum(), n=_.count())
    )
    rows = t.arrow(counted)
    persons, (asker, asked) = numbered(rows["from_person_id"], rows["to_person_id"])
    pair = np.unique(asker * len(persons) + asked, return_inverse=True)[1]
    month, (x, n) = _months(rows["month"]), _ints(rows, "x", "n")
    for at, on in _ends(month, last):
        held = (month < at) & (month >= at - _MONTHS)
        turns = np.bincount(pair[held], n[held])
        share = np.bincount(pair[held], x[held])[turns >= MINIMUM_TURNS] / turns[turns >= MINIMUM_TURNS]
        if len(share) == 0:
            if held.any():
                yield "share_answered_mean", on, float(x[held].sum() / n[held].sum()), int(n[held].sum())
            continue
        mean, strength = moments(share, turns[turns >= MINIMUM_TURNS].astype(float))
        yield "share_answered_mean", on, mean, len(share)
        if len(share) >= _ENOUGH_PAIRS:
            yield "share_answered_strength", on, strength, len(share)


def moments(share: Floats, n: Floats) -> tuple[float, float]:
    """Mean and strength of a beta over pairs by the method of moments (`science.md` 3), strength 2 to 50."""
    mean = float(share.mean())
    between = float(share.var(ddof=1) - np.mean(share * (1.0 - share) / (n - 1.0))) if len(share) > 1 else 0.0
    spread = mean * (1.0 - mean)
    if between <= 0.0 or spread <= 0.0:
        return mean, 50.0
    return mean, float(np.clip(spread / between - 1.0, 2.0, 50.0))


def _persistence(t: Tables, month: date, rows: Sequence[Row]) -> Iterator[Row]:
    """The hazard behind Vitality fitted on what happened before a month; nothing where that is too little."""
    years = [month.replace(year=month.year - back) for back in range(3)]
    n_days = sum(n for name, on, _value, n in rows if name.startswith(_UNIT) and on in years)
    # A contact day lies in the window of so many cut-offs at most: a small cell is spared the query.
    if n_days * (WINDOW_DAYS // 28 + 1) < MINIMUM_PAIRS:
        return
    medians = {on: value for name, on, value, _n in rows if name == "median_gap_days"}
    hazard = hazard_as_of(t, month, medians)
    if hazard is not None:
        for name, value in rows_of(hazard).items():
            yield name, month, value, hazard.n


def _ends(month: Ints, last: date) -> Iterator[tuple[int, date]]:
    """The months after the first one with data, up to `last`: number and first day."""
    if len(month):
        for at in range(int(month.min()) + 1, last.year * 12 + last.month):
            yield at, date(at // 12, at % 12 + 1, 1)


def _months(column: pa.ChunkedArray) -> Ints:
    """Months since the year 0, January 0."""
    days: Ints = column.cast(pa.date32()).to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return days


def _ints(rows: pa.Table, *names: str) -> list[Ints]:
    return [rows[name].to_numpy().astype(np.int64) for name in names]


def _median(value: Ints, times: Ints) -> float:
    """The middle of values that each occur some times; the mean of the two middle ones where they differ."""
    order = np.argsort(value, kind="stable")
    running, n = np.cumsum(times[order]), int(times.sum())
    low, high = (value[order][np.searchsorted(running, at, side="right")] for at in ((n - 1) // 2, n // 2))
    return float(low + high) / 2.0


STEPS: tuple[Step, ...] = (
    Step("stretches", ("coverage",), lambda t, keys: coverage(t)),
    Step("parameters", ("pair_days", "turns", "loops", "stretches"), parameters, touched_parameters),
)
"""What readings lean on; they themselves are evaluated when they are read. The first is small."""
