"""Does the effective number of pairs say more about what is kept than volume does? (`science.md` 4.6).

Takes a folder like email-Eu-core (rows of mails in `*temporal*`, rows `person department` in `*labels*`) or like
manufacturing (`communication.csv`, `reportsto.csv`: a unit is all below one report of whoever stands on top), whose
departments are taken for organisations; or a cell, or mail to make one of, with organisations of its own. As of every
30 days: D1 of 120 days by the product's code, and whether the attention of the next 90 days is at least half of what it
was, by the day. A logistic regression on log D1 and log volume, both standardised; 90 % intervals are bootstraps over
relations. `auc_margin`: AUC of D1 less that of volume. Figures are of relations for which the product gives D1 (20
contact days, 3 pairs), `all_` of whatever had contact, as in `science.md`; so the mark, on email-Eu-core alone, is on
`all_` (`scoreboard`). Nothing was chosen by these figures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.readings import persistence
from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.contacts import Contacts, Sides, by_pair_and_day, contacts, rows_of
from honeycell.readings.redundancy import MINIMUM_DAYS, MINIMUM_PAIRS, evaluate
from honeycell.readings.traces import EVER, read
from honeycell.steps import Tables
from validation.cells import is_mail, opened
from validation.departments import department_rows
from validation.hierarchy import bosses, mails
from validation.persistence import BROADCAST, MONTH, auc, feed_end

__all__ = ["DATA", "Cuts", "chart_units", "main", "unit_contacts"]

DATA = "networks/manufacturing"
WINDOW, HORIZON, KEPT = 120, 90, 0.5
REPLICATES, SEED = 1000, 20261123


def main(path: Path) -> dict[str, float | int]:
    """Coefficients beside each other with their intervals, and AUC of each alone and of both."""
    held = unit_contacts(path)
    days = range(int(held.day.min()) + WINDOW, feed_end(held.day) - HORIZON + 1, MONTH)
    shown = _figures(_cuts(held, days, MINIMUM_PAIRS, MINIMUM_DAYS))
    return shown | {f"all_{name}": figure for name, figure in _figures(_cuts(held, days, 1, 1)).items()}


def _figures(cuts: Cuts) -> dict[str, float | int]:
    scaled = np.column_stack([np.ones(len(cuts.kept)), _standard(np.log(cuts.d1)), _standard(np.log(cuts.volume))])
    beta, _ = persistence.fit(scaled, cuts.kept, cuts.relation)
    relations, place = np.unique(cuts.relation, return_inverse=True)
    drawn, found = np.random.default_rng(SEED), []
    for _ in range(REPLICATES):
        times = np.bincount(drawn.integers(len(relations), size=len(relations)), minlength=len(relations))
        rows = np.repeat(np.arange(len(place)), times[place])
        found.append(persistence.fit(scaled[rows], cuts.kept[rows], cuts.relation[rows])[0])
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    of_d1, of_volume = auc(cuts.d1, cuts.kept), auc(cuts.volume, cuts.kept)
    return {
        "coefficient": float(beta[1]), "coefficient_low": float(low[1]), "coefficient_high": float(high[1]),
        "coefficient_volume": float(beta[2]), "coefficient_volume_low": float(low[2]),
        "coefficient_volume_high": float(high[2]), "auc": of_d1, "auc_volume": of_volume,
        "auc_margin": of_d1 - of_volume, "auc_both": auc(scaled @ beta, cuts.kept),
        "share_kept": float(cuts.kept.mean()), "n": len(cuts.kept), "n_relations": len(relations),
        "n_cuts": len(np.unique(cuts.day)),
    }  # fmt: skip


@dataclass(frozen=True)
class Cuts:
    """Relations as of some days: what they were, and whether half of it was kept."""

    relation: Ints
    day: Ints
    d1: Floats
    volume: Floats
    kept: Floats


def _cuts(held: Contacts, days: range, least_pairs: int, least_days: int) -> Cuts:
    n_keys, parts = len(held.keys), list[tuple[Ints, Ints, Floats, Floats, Floats]]()
    for day in days:
        before, after = held.window(day, WINDOW), held.window(day + HORIZON, HORIZON)
        found = evaluate(before, held.persons, n_keys, interval=False)
        volume, then = (np.bincount(pairs.key, pairs.w, minlength=n_keys) for pairs in (before, after))
        n_pairs = np.bincount(before.key, minlength=n_keys)
        at = np.flatnonzero((n_pairs >= least_pairs) & (found.n >= least_days))
        kept = (then / HORIZON >= KEPT * volume / WINDOW)[at].astype(float)
        parts.append((at, np.full(len(at), day), found.value[at], volume[at], kept))
    if sum(len(part[0]) for part in parts) < 20:
        raise SystemExit(f"too few relations of {least_pairs} pairs and {least_days} contact days")
    return Cuts(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def unit_contacts(path: Path) -> Contacts:
    """Contact days between people of different units; one message is one unit of attention, shared over its readers."""
    if is_mail(path):
        with opened(path) as cell:
            traces = read(Tables(cell.engine), cell.as_of or date.max, days_from=EVER, turns_from=date.max)
        return contacts(traces, rows_of(traces, Sides()))
    if any(path.glob("*labels*")):
        sender, receiver, second = department_rows(path, "temporal")[:, :3].T
        unit = {int(person): int(number) for person, number in department_rows(path, "labels")[:, :2]}
    else:
        sender, receiver, second, names = mails(path)
        unit = chart_units(bosses(path / "reportsto.csv", {name: at for at, name in enumerate(names)}))
    rows = np.unique(np.column_stack([sender, second, receiver])[sender != receiver], axis=0)
    _, message, size = np.unique(rows[:, :2], axis=0, return_inverse=True, return_counts=True)
    n = size[message.ravel()]
    rows, weight = rows[n <= BROADCAST], 1.0 / n[n <= BROADCAST]
    of = np.full(int(max(sender.max(), receiver.max())) + 1, -1)
    of[list(unit)] = list(unit.values())
    ones, others = of[rows[:, 0]], of[rows[:, 2]]
    inside = (ones >= 0) & (others >= 0) & (ones != others)
    rows, weight, forward = rows[inside], weight[inside], (ones < others)[inside]
    a, b = (np.where(forward, rows[:, one], rows[:, other]) for one, other in ((0, 2), (2, 0)))
    day = rows[:, 1] // 86_400
    sides, key = np.unique(np.column_stack([of[a], of[b]]), axis=0, return_inverse=True)
    columns, sums = by_pair_and_day(
        (key.ravel(), a, b, day), [np.where(forward, weight, 0.0), np.where(forward, 0.0, weight), np.ones(len(a))]
    )
    keys = tuple((int(one), int(other)) for one, other in sides)
    return Contacts(keys, np.arange(len(of)), *columns, *sums)


def chart_units(boss: dict[int, int]) -> dict[int, int]:
    """The unit of each person: who, under the top of their chart, they are or report to; tops are in none.

    A chart that goes round has no top, and its people no unit.
    """
    found = {}
    for person in boss:
        way = [person]
        while (above := boss.get(way[-1])) is not None and above not in way:
            way.append(above)
        if above is None:
            found[person] = way[-2]
    sizes = Counter(found.values())
    return {person: unit for person, unit in found.items() if sizes[unit] > 1}


def _standard(values: Floats) -> Floats:
    standard: Floats = (values - values.mean()) / values.std()
    return standard
