"""Redundancy as a reading: the effective number of pairs, and what goes with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from honeycell.readings.arrays import Bools
from honeycell.readings.declared import ANYBODY, ORGANISATIONS, PERSON_ORGANISATION, Declaration
from honeycell.readings.held import Held
from honeycell.readings.redundancy import MINIMUM_DAYS, MINIMUM_PAIRS, WINDOW_DAYS, evaluate, losses
from honeycell.readings.sentences import amount, band, listed, percent
from honeycell.readings.values import Values
from honeycell.readings.way import Telling, Way
from honeycell.readings.ways.touched import n_touched, touched, units

__all__ = ["REDUNDANCY"]

_DECLARED = Declaration(
    "redundancy", "What is lost if the busiest person leaves?", "pairs", 1.0, None,
    (PERSON_ORGANISATION, ORGANISATIONS), MINIMUM_DAYS, "contact days",
    "exp(-sum q ln q) over the pairs' shares q of attention in 180 days (Hill 1973; Jost 2006); L1, L3: share lost"
    " without the one, the three persons chosen greedily",
    "relationships of the same kind in this cell",
    "Over the last {days} days {pairs} pairs talked, and it behaves like {value} equal ones ({band}).",
    smallest_group=ANYBODY,
    evidence="every interaction of a contact day of the two sides in the window",
)  # fmt: skip


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    pairs, n_keys = held.pairs(on, WINDOW_DAYS), len(held.contacts.keys)
    values = evaluate(pairs, held.contacts.persons, n_keys, interval=interval)
    return values, np.bincount(pairs.key, minlength=n_keys) >= MINIMUM_PAIRS


def _sentence(told: Telling) -> str:
    pairs = told.held.pairs(told.on, WINDOW_DAYS)
    said = _DECLARED.template.format(
        days=WINDOW_DAYS, pairs=f"{len(pairs.key):,}", value=amount(told.value),
        band=band(told.low, told.high, "amount"),
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
    return said + "."


REDUNDANCY = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=lambda t, held, on: touched(t, held, on, WINDOW_DAYS),
    n_evidence=lambda held, on: n_touched(held, on, WINDOW_DAYS),
    parameters=lambda held, on: units(held),
    window_days=WINDOW_DAYS,
    besides=f"{MINIMUM_PAIRS} pairs",
)
