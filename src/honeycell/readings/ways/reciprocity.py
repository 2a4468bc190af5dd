"""Reciprocity as a reading: side a's share of what is said, who begins anew, and when it squares up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.arrays import Bools, day_number
from honeycell.readings.declared import ANYBODY, EVERY, PAIR, Declaration
from honeycell.readings.held import Held
from honeycell.readings.ideas.telling import times
from honeycell.readings.reciprocity import (
    KINDS,
    MINIMUM_DAYS,
    STRENGTH,
    Said,
    beginnings,
    evaluate,
    horizon,
    pair_draws,
    pair_shares,
    seen,
)  # fmt: skip
from honeycell.readings.recomputed import share_given
from honeycell.readings.sentences import band, percent
from honeycell.readings.spread import Drawn, drawn_for_persons, share_error
from honeycell.readings.state import EvidenceRow
from honeycell.readings.values import Values
from honeycell.readings.way import Telling, Way
from honeycell.readings.ways.touched import touched

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["RECIPROCITY"]

_DECLARED = Declaration(
    "reciprocity", "Is it two-sided, and over what period does it square up?", "share", 0.0, 1.0, EVERY, MINIMUM_DAYS,
    "directed contact days",
    "side a's share of the attention in messages between the two, as the mean of a beta with 6 directed contact days at"
    " one half (Good 1965 on such a mean; Gouldner 1960 on the norm); balance horizon by shuffled directions",
    "relationships of the same kind in this cell",
    "{a} gave {given} of what was said between the two (in the long run {band}, {n} directed contact days)",
    smallest_group=ANYBODY,
    evidence="every message between the two sides in the window, with its attention and its side",
)  # fmt: skip
_LEAST_BEGINNINGS = 5
_YEAR = 365


def _said(held: Held, on: date, days: int) -> Said:
    return held.said.within(day_number(on), days)


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    n_keys = len(held.contacts.keys)
    return evaluate(_said(held, on, held.window_days), n_keys), np.full(n_keys, True)


def _seen(held: Held, on: date, interval: bool) -> Values:
    return seen(_said(held, on, held.window_days), len(held.contacts.keys))


def _sentence(told: Telling) -> str:
    a, b = told.names
    # What was said is told as it was; that the mean of the beta lies nearer to one half is for the long run.
    given = float(_seen(told.held, told.on, False).value[0])
    parts = [_DECLARED.template.format(a=a, given=percent(given), band=band(told.low, told.high), n=f"{told.n:,}")]
    year = _said(told.held, told.on, _YEAR)
    ours, theirs = beginnings(year)
    if ours + theirs >= _LEAST_BEGINNINGS:
        between = "" if told.held.level == PAIR else " between the same two people"
        parts.append(
            f"after a week without a message{between}, {a} wrote first {times(ours)} in the last year and {b}"
            f" {times(theirs)}"
        )
    sides = told.held.contacts.keys[0]
    squared = horizon(year.day, year.n_ab, year.n_ba, day_number(told.on), (sides[0] + sides[1]) % 2**32)
    if squared is not None:
        parts.append(f"messages square up within {squared:,} {'day' if squared == 1 else 'days'}")
    return "; ".join(parts) + "."


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    rows = touched(t, held, on, held.window_days)
    return tuple(row for row in rows if row.detail["kind"] in KINDS)


def _n_evidence(held: Held, on: date) -> int:
    rows = _said(held, on, held.window_days)
    return int((rows.n_ab + rows.n_ba).sum())


def _drawn(held: Held, on: date) -> Drawn:
    rows, persons = _said(held, on, held.window_days), held.contacts.persons
    pairs, pair = np.unique(rows.a << 32 | rows.b, return_inverse=True)
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    share, n, w = pair_shares(rows, pair, len(pairs))
    draws = pair_draws(rows, drawn_for_persons(persons[a], persons[b]), pair)
    return Drawn(a, b, w, share, share_error(share, n), draws)


RECIPROCITY = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=_n_evidence,
    parameters=lambda held, on: {"strength": STRENGTH},
    seen=_seen,
    mirrored=True,
    proved=share_given,
    drawn=_drawn,
)
