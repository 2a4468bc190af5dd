"""Redundancy as a reading: the effective number of pairs, and what goes with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.contacts import Pairs
from honeycell.readings.declared import ANYBODY, ORGANISATIONS, PERSON_ORGANISATION, Declaration
from honeycell.readings.held import Held
from honeycell.readings.rarefied import rarefied
from honeycell.readings.redundancy import (
    MINIMUM_DAYS,
    MINIMUM_PAIRS,
    READY_WINDOW_DAYS,
    WINDOW_DAYS,
    evaluate,
    losses,
    share_ready,
)  # fmt: skip
from honeycell.readings.sentences import amount, band, listed, percent
from honeycell.readings.values import Values
from honeycell.readings.way import Parameters, Telling, Way
from honeycell.readings.ways.touched import n_touched, touched, units

__all__ = ["REDUNDANCY"]

_DECLARED = Declaration(
    "redundancy", "What is lost if the busiest person leaves?", "pairs", 1.0, None,
    (PERSON_ORGANISATION, ORGANISATIONS), MINIMUM_DAYS, "contact days",
    "exp(-sum q ln q) over the pairs' shares q of attention in 180 days (Hill 1973; Jost 2006); L1, L3: share lost"
    " without the one, the three persons chosen greedily, of either side and of each alone; re-routable: the part of it"
    " whose counterpart has 3 contact days in 90 with somebody else of the leaver's side",
    "relationships of the same kind in this cell",
    "Over the last {days} days {pairs} pairs talked, and it behaves like {value} equal ones ({band}, {n} contact days"
    " of pairs{few}).",
    smallest_group=ANYBODY,
    evidence="every interaction of a contact day of the two sides in the window",
)  # fmt: skip

_BUSIEST = 3
_UNSEEN = 0.1
"""The contact days of pairs that met once are as large a share as contact not seen yet (Good 1953); from here on it is
said."""


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    pairs, n_keys = held.pairs(on, WINDOW_DAYS), len(held.contacts.keys)
    values = evaluate(pairs, held.contacts.persons, n_keys, interval=interval)
    return values, np.bincount(pairs.key, minlength=n_keys) >= MINIMUM_PAIRS


def _rarefied(held: Held, on: date, sizes: Ints, draws: int) -> Floats:
    days, end = held.contacts, day_number(on)
    rows = np.flatnonzero((days.day > end - WINDOW_DAYS) & (days.day <= end))
    a, b = days.a[rows], days.b[rows]
    ids, w = days.persons[a] + days.persons[b] + days.day[rows], (days.w_ab + days.w_ba)[rows]
    return rarefied(days.key[rows], a << 32 | b, w, ids, sizes, len(days.keys), draws)


def _sentence(told: Telling) -> str:
    pairs = told.held.pairs(told.on, WINDOW_DAYS)
    said = _DECLARED.template.format(
        days=WINDOW_DAYS, pairs=f"{len(pairs.key):,}", value=amount(told.value),
        band=band(told.low, told.high, "amount"), n=f"{told.n:,}",
        few="; more days would show more pairs" if (pairs.n_days == 1).sum() > _UNSEEN * told.n else "",
    )  # fmt: skip
    # The three persons of either side chosen greedily, and the attention lost with the first one, two, three.
    found = losses(pairs, 1)
    chosen: Sequence[int] = [int(told.held.contacts.persons[p]) for p in found.persons[0] if p >= 0]
    if not chosen:
        return said
    names, shares = told.called(chosen), found.share[0]
    said += f" Without {names[0]} {percent(float(shares[0]))} of it goes"
    if len(names) > 1:
        said += f"; without {listed(names)} {percent(float(shares[len(names) - 1]))}"
    ready = float(share_ready(pairs, told.held.pairs(told.on, READY_WINDOW_DAYS), found)[0])
    said += f", {percent(ready) if ready else 'none'} of that with a ready second contact."
    return said + _of_one_side(told.names, pairs)


def _of_one_side(names: tuple[str, str], pairs: Pairs) -> str:
    """What goes with the three busiest of one side, where that has more than three."""
    lost = [
        f"of {name} alone {percent(float(losses(pairs, 1, side=side).share[0, -1]))}"
        for name, side in zip(names, "ab", strict=True)
        if len(np.unique(getattr(pairs, side))) > _BUSIEST
    ]
    return f" Without the three busiest {' goes, '.join(lost)}{' goes' * (len(lost) == 1)}." if lost else ""


def _parameters(held: Held, on: date) -> Parameters:
    """The units of attention, and what the sentence says besides."""
    pairs = held.pairs(on, WINDOW_DAYS)
    lost = {side: losses(pairs, 1, side=side) for side in ("ab", "a", "b")}
    ready = share_ready(pairs, held.pairs(on, READY_WINDOW_DAYS), lost["ab"])
    return {
        **units(held),
        **{f"lost_{k}_of_{side}": float(found.share[0, k - 1]) for side, found in lost.items() for k in (1, _BUSIEST)},
        "share_ready": float(np.nan_to_num(ready[0])),
    }


REDUNDANCY = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=lambda t, held, on: touched(t, held, on, WINDOW_DAYS),
    n_evidence=lambda held, on: n_touched(held, on, WINDOW_DAYS),
    parameters=_parameters,
    window_days=WINDOW_DAYS,
    rarefied=_rarefied,
    besides=f"{MINIMUM_PAIRS} pairs",
)
