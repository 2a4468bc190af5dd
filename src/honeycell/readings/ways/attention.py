"""Attention as a reading: contact days per four weeks, and the share of what side a gives outward."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from honeycell.readings import attention
from honeycell.readings.arrays import Bools, day_number
from honeycell.readings.declared import ANYBODY, EVERY, Declaration
from honeycell.readings.given import given
from honeycell.readings.held import Held
from honeycell.readings.sentences import amount, band, percent
from honeycell.readings.spread import Drawn, drawn_for, share_error
from honeycell.readings.values import Values
from honeycell.readings.way import Telling, Way
from honeycell.readings.ways.touched import n_touched, touched

__all__ = ["ATTENTION"]

_DECLARED = Declaration(
    "attention", "How much, and is it going where we said it should?", "contact days per 4 weeks", 0.0, 28.0,
    EVERY, 0, "contact days",
    "days with contact between the two sides per 28 covered days; share: attention given to the other side of all"
    " attention given outward (Simon 1971 on what information consumes; Jeffreys 1946 for the intervals)",
    "relationships of the same kind in this cell",
    "In contact on {value} days in every four weeks ({band}){given}.",
    smallest_group=ANYBODY,
    evidence="every interaction of a contact day of the two sides in the window",
)  # fmt: skip


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    covered = held.covered_days(on, held.window_days)
    values = attention.evaluate(held.contacts, day_number(on), held.window_days, covered)
    return values, np.full(len(held.contacts.keys), True)


def _seen(held: Held, on: date, interval: bool) -> Values:
    """Of covered days those with contact; the value counts them by four weeks."""
    values, _ = _evaluate(held, on, interval)
    return replace(values, n=np.maximum(held.covered_days(on, held.window_days), values.n))


def _sentence(told: Telling) -> str:
    share, outward = _share_given(told), ""
    if share is not None:
        (a, b), around = told.names, band(*share[1:])
        outward = f"; {percent(share[0])} of the attention {a} gave outward went to {b} ({around})"
    return _DECLARED.template.format(value=amount(told.value), band=band(told.low, told.high, "amount"), given=outward)


def _share_given(told: Telling) -> tuple[float, float, float] | None:
    """Share of side a's outward attention that went to side b, with its band; none under 20 contact days."""
    held, side = told.held, told.held.sides.a
    if told.n < attention.SHARE_MINIMUM or side is None:
        return None
    out = given(held.traces, side, day_number(told.on), held.window_days)
    if side.kind == "organisation":
        out = out.only(~out.inside)
    total, other = float(out.w.sum()), held.sides.b
    if total <= 0.0 or other is None:
        return None
    share = min(1.0, float(held.pairs(told.on, held.window_days).w_ab.sum()) / total)
    to = out.taker if other.kind == "person" else out.organisation
    return share, *attention.share_band(share, out.n_days(to))


def _drawn(held: Held, on: date) -> Drawn:
    pairs, covered = held.pairs(on, held.window_days), held.covered_days(on, held.window_days)
    days = np.maximum(covered, pairs.n_days)
    chance, period = pairs.n_days / days, attention.PERIOD_DAYS
    draws = attention.pair_draws(pairs, covered, drawn_for(held, pairs))
    return Drawn(pairs.a, pairs.b, pairs.w, period * chance, period**2 * share_error(chance, days), draws)


ATTENTION = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=lambda t, held, on: touched(t, held, on, held.window_days),
    n_evidence=lambda held, on: n_touched(held, on, held.window_days),
    parameters=lambda held, on: {},
    seen=_seen,
    drawn=_drawn,
)
