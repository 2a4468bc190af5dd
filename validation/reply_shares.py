"""What share is answered within a day, told while some still wait: is it what turns out? (`science.md` 4.3).

As of each day, only turns opened in the last 7 days are looked at, as the product cuts them; the truth is what the same
turns turned out to be. Errors are mean absolute differences in points of a hundred, for 24 and 48 hours by the wall
clock: `km_` of the product's estimator, `life_table_` of one over 64 bins (and `life_table_off_`, `life_table_most_off`
how far that is from the product's), `naive_` of answered so far over asked, `completed_` of what is answered alone.
`split_half_r`: shares within a day of the same directed pairs, by two halves of 20 turns. Rows as for `persistence`;
turns as in `science.md` 2.5 where nothing says what answers what. Nothing was chosen by these figures; a mark
is set on email-Eu-core alone (`scoreboard`).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from honeycell.readings import life
from honeycell.readings.arrays import Floats, Ints, column
from honeycell.readings.responsiveness import Asked, Turns
from honeycell.readings.traces import CAUSES, OPEN, TurnRows
from validation.persistence import feed_end, read_rows

__all__ = ["DATA", "life_table", "main", "turns_of"]

DATA = "networks/manufacturing/communication.csv.xz"
MOST_ADDRESSED = 3
HOUR, DAY = 3600, 86_400
WINDOW_DAYS = 7
HALF, REPLICATES, SEED = 20, 50, 20261123
LEAST_TURNS = 50
"""Turns in a week below which the share of that week is not told."""
BINS = DAY * 2.0 ** (np.arange(-42, 22) / 4)
"""Ends of the 64 bins of the life table, in seconds: from one minute to 38 days, one of them a day and one two."""


def main(path: Path) -> dict[str, float | int]:
    """Errors in points over all days that can be looked back at, medians in hours, and the split-half correlation."""
    turns = turns_of(*read_rows(path))
    opened, waited = turns.rows.opened // 1_000_000, (turns.rows.closed - turns.rows.opened) / 1e6
    errors: list[list[float]] = []
    medians: list[tuple[float, float]] = []
    first, end = int(opened.min()) // DAY, feed_end(opened // DAY)
    for day in range(first + WINDOW_DAYS - 1, end - 2):
        asked = turns.asked(date(1970, 1, 1) + timedelta(days=day), WINDOW_DAYS)
        if len(asked.group) < LEAST_TURNS:
            continue
        later = waited[(opened // DAY > day - WINDOW_DAYS) & (opened // DAY <= day)]
        errors.append([off for hours in (24, 48) for off in _errors(asked, later, hours * HOUR)])
        done = asked.wall_seconds[asked.outcome == life.EVENT]
        answered = later[later < 30 * DAY]
        medians.append((float(np.median(done)), float(np.median(answered))))
    if not errors:
        raise SystemExit(f"{path}: no week has {LEAST_TURNS} turns")
    names = [f"{name}_{hours}" for hours in (24, 48) for name in _ESTIMATES]
    figures: dict[str, float | int] = dict(zip(names, np.mean(errors, axis=0).tolist(), strict=True))
    off = np.array(errors)[:, [_ESTIMATES.index("life_table_off") + len(_ESTIMATES) * at for at in (0, 1)]]
    r, n_pairs = _split_half(turns, waited, end)
    completed, true = np.mean(medians, axis=0) / HOUR
    return figures | {
        "life_table_most_off": float(off.max()), "completed_median_hours": float(completed),
        "true_median_hours": float(true), "split_half_r": r, "n_split_pairs": n_pairs, "n_days": len(errors),
        "n_turns": len(opened),
    }  # fmt: skip


_ESTIMATES = ("km_error", "life_table_error", "naive_error", "completed_error", "life_table_off")


def _errors(asked: Asked, later: Floats, within: int) -> list[float]:
    """Of one day, how far each estimate of the share answered `within` seconds is from what turned out, in points."""
    time, outcome = asked.wall_seconds, asked.outcome
    truth = float(np.mean(later <= within))
    exact = float(life.incidence(asked.group, 1, time, outcome, within).value[0])
    binned = life_table(time, outcome, within)
    soon = (outcome == life.EVENT) & (time <= within)
    completed = soon.sum() / max(1, int(np.sum(outcome == life.EVENT)))
    told = [100 * abs(share - truth) for share in (exact, binned, float(soon.mean()), float(completed))]
    return [*told, 100 * abs(binned - exact)]


def life_table(time: Floats, outcome: Ints, at: float) -> float:
    """The share answered by `at`, from counts in 64 bins alone; within a bin the hazard is even in log time."""
    edges = np.concatenate([[0.0], BINS])
    place = np.minimum(np.searchsorted(BINS, time), len(BINS) - 1)
    answered, open_still = (np.bincount(place, outcome == how, minlength=len(BINS)) for how in (life.EVENT, 0))
    at_risk = len(time) - np.concatenate([[0.0], np.cumsum(answered + open_still)[:-1]])
    exposed = np.maximum(at_risk - open_still / 2, 1e-9)
    survived = np.cumsum(np.log1p(-np.minimum(answered / exposed, 1 - 1e-12)))
    known = np.concatenate([[0.0], survived])
    return float(1.0 - np.exp(np.interp(np.log1p(at), np.log1p(edges), known)))


def _split_half(turns: Turns, waited: Floats, end: int) -> tuple[float, int]:
    """The mean correlation over draws of two halves of each pair's turns, of the share answered within a day."""
    rows = turns.rows
    known = rows.opened // 1_000_000 < (end - 1) * DAY
    pair = rows.from_person * len(turns.persons) + rows.to_person
    _, place, n = np.unique(pair[known], return_inverse=True, return_counts=True)
    in_time = waited[known] <= DAY
    busy = np.flatnonzero(n >= 2 * HALF)
    if len(busy) < 20:
        return float("nan"), len(busy)
    order = np.argsort(place, kind="stable")
    parts = np.split(in_time[order], np.cumsum(n)[:-1])
    drawn, found = np.random.default_rng(SEED), []
    for _ in range(REPLICATES):
        halves = np.array([drawn.permutation(parts[at])[: 2 * HALF].reshape(2, HALF).mean(axis=1) for at in busy])
        found.append(np.corrcoef(halves.T)[0, 1])
    return float(np.mean(found)), len(busy)


def turns_of(sender: Ints, receiver: Ints, second: Ints) -> Turns:
    """The turns of all directed pairs, as one group: a run of one side opens one, the run of the other ends it.

    Rows with one sender and one second are one message to many; to more than three it asks nobody, to more than ten it
    is a broadcast and neither opens nor answers.
    """
    rows = np.unique(np.column_stack([second, sender, receiver])[sender != receiver], axis=0)
    _, message, size = np.unique(rows[:, :2], axis=0, return_inverse=True, return_counts=True)
    n = size[message.ravel()]
    rows, n = rows[n <= 10], n[n <= 10]
    at, one, other = rows.T
    n_persons = int(max(sender.max(), receiver.max())) + 1
    pair = np.minimum(one, other) * n_persons + np.maximum(one, other)
    order = np.lexsort((one, at, pair))
    at, one, other, pair, asks = at[order], one[order], other[order], pair[order], (n <= MOST_ADDRESSED)[order]
    new = np.concatenate([[True], (np.diff(pair) != 0) | (np.diff(one) != 0)])
    run, starts = np.cumsum(new) - 1, np.flatnonzero(new)
    after = np.minimum(np.arange(len(starts)) + 1, len(starts) - 1)
    ended = (after > np.arange(len(starts))) & (pair[starts[after]] == pair[starts])
    end = np.where(ended, at[starts[after]] * 1_000_000, OPEN)
    asking = np.flatnonzero(asks)
    opening = asking[np.unique(run[asking], return_index=True)[1]]
    closed = end[run[opening]]
    nothing = column(np.zeros(len(opening), np.int64))
    inferred = np.full(len(opening), CAUSES.index("inferred"))
    found = TurnRows(
        np.arange(len(opening)), nothing, nothing, one[opening], other[opening], at[opening] * 1_000_000, closed,
        inferred, np.zeros(len(opening), np.int64), np.full(len(opening), OPEN), nothing, nothing,
        np.full(len(opening), False),
    )  # fmt: skip
    same = np.zeros(len(opening), np.int64)
    return Turns(((0, 1),), same, np.full(len(opening), True), np.arange(n_persons), found)
