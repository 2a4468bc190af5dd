"""Vitality as a reading: how many pairs are likely to go on, and how much of the attention lasts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings import vitality
from honeycell.readings.arrays import Bools
from honeycell.readings.contacts import Pairs
from honeycell.readings.declared import ANYBODY, EVERY, Declaration
from honeycell.readings.held import Held, overlaps
from honeycell.readings.persistence import Hazard
from honeycell.readings.sentences import amount, band, percent
from honeycell.readings.spread import DRAWS, Drawn
from honeycell.readings.state import EvidenceRow
from honeycell.readings.values import Values
from honeycell.readings.vitality import MINIMUM_COVERED_DAYS, WINDOW_DAYS, pair_chances
from honeycell.readings.way import Parameters, Telling, Way
from honeycell.readings.ways.touched import touched, units

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["VITALITY"]

_DECLARED = Declaration(
    "vitality", "Is this alive, or has it gone quiet for them?", "probability", 0.0, 1.0, EVERY, 2, "contact days",
    "P(contact within 90 days) of each pair by a logistic over its rhythm, volume, age, silence, overlap and"
    " BG/NBD (Raeder et al. 2011; Navarro et al. 2017; Fader, Hardie & Lee 2005), over 180 days; of many pairs:"
    " the mean weighted by their attention; recalibrated (isotonic) on the cell's own past where there is enough",
    "what came of pairs like these in this cell, or on public networks until it has a past (not calibrated)",
    "Of {pairs} pairs in touch over the last {days} days, {alive} {are} more likely than not to be in contact again"
    " within {horizon} days; {value} of the attention is expected to last ({band}).",
    smallest_group=ANYBODY,
    evidence="every interaction of a contact day of the two sides, with what its two persons have in common; not of"
    " pairs of whom one has left since",
)  # fmt: skip


def _pairs(held: Held, on: date) -> tuple[Pairs, Pairs]:
    """The pairs in touch in the window: those whose two are still there, and those of whom one has left since."""
    pairs = held.pairs(on, WINDOW_DAYS)
    left = held.left(pairs)
    return pairs.some(~left), pairs.some(left)


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    (pairs, _), n_keys = _pairs(held, on), len(held.contacts.keys)
    shared = overlaps(held, pairs, WINDOW_DAYS)
    hazard = held.fitted.persistence
    values = vitality.evaluate(pairs, shared, n_keys, held.fitted.median_gap_days, hazard, interval=interval)
    return values, np.full(n_keys, held.covered_days(on, WINDOW_DAYS) >= MINIMUM_COVERED_DAYS)


def _sentence(told: Telling) -> str:
    held, around = told.held, band(told.low, told.high)
    (pairs, gone), gap = _pairs(held, told.on), held.fitted.median_gap_days
    hazard, horizon = held.fitted.persistence, held.fitted.persistence.horizon_days
    if len(pairs.key) == 1:
        between, repeats = float((pairs.last - pairs.first).sum()), float((pairs.n_days - 1).sum())
        silence = int(pairs.end - pairs.last.max())
        quiet = "in contact on that very day" if silence == 0 else f"quiet for {silence:,} day{'s' * (silence != 1)}"
        return (
            f"Usually in contact every {amount((between + 2 * gap) / (repeats + 2))} days; now {quiet}."
            f"{_compared(pairs, gap, hazard, 'this quiet,')} The chance of contact within {horizon} days is"
            f" {percent(told.value)} ({around}).{_checked(hazard)}{_departed(gone)}"
        )
    chance, _ = pair_chances(pairs, overlaps(held, pairs, WINDOW_DAYS), gap, hazard)
    alive = int((chance >= 0.5).sum())
    said = _DECLARED.template.format(
        pairs=f"{len(pairs.key):,}", days=WINDOW_DAYS, alive=f"{alive:,}", are="is" if alive == 1 else "are",
        horizon=horizon, value=percent(told.value), band=around,
    )  # fmt: skip
    alike = _compared(pairs, gap, hazard, "as quiet as these, weighed alike,")
    return said + alike + _checked(hazard) + _departed(gone)


def _compared(pairs: Pairs, gap: float, hazard: Hazard, so_quiet: str) -> str:
    """What came of comparable pairs of the cell; nothing where too few are known."""
    found = vitality.comparable(pairs, gap, hazard)
    if found is None:
        return ""
    share, n = found
    return (
        f" Of comparable pairs here that went {so_quiet} {percent(share)} spoke again within {hazard.horizon_days} days"
        f" ({n:,} cases)."
    )


def _departed(gone: Pairs) -> str:
    """What is not counted, since somebody has left; nothing where nobody has."""
    if not len(gone.key):
        return ""
    pairs = "1 more pair, of whom one has" if len(gone.key) == 1 else f"{len(gone.key):,} more pairs, of whom one has"
    return f" Not counted: {pairs} left their organisation since, a departure and not a decline."


def _thin(held: Held, on: date, _names: tuple[str, str]) -> str:
    pairs, gone = _pairs(held, on)
    if len(pairs.key) or not len(gone.key):
        return ""
    who = "One of the two" if len(gone.key) == 1 else f"Of each of the {len(gone.key):,} pairs one"
    return (
        f"{who} who were in touch over the last {WINDOW_DAYS} days has left their organisation since: a departure,"
        " not a decline."
    )


def _checked(hazard: Hazard) -> str:
    """How far chances were off when they were tried on the past of the cell; nothing where they were not."""
    if hazard.calibration_error is None:
        return ""
    off = amount(100 * hazard.calibration_error)
    return f" Tried on this cell's own past, such chances were off by {off} points on average."


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    (pairs, _), persons = _pairs(held, on), held.contacts.persons
    both = zip(persons[pairs.a].tolist(), persons[pairs.b].tolist(), overlaps(held, pairs, WINDOW_DAYS), strict=True)
    shared = {frozenset((a, b)): float(share) for a, b, share in both}
    rows = touched(
        t, held, on, WINDOW_DAYS,
        lambda row: {"overlap": shared.get(frozenset((row["from_person_id"], row["to_person_id"])))},
    )  # fmt: skip
    return tuple(row for row in rows if row.detail["overlap"] is not None)


def _parameters(held: Held, on: date) -> Parameters:
    hazard = held.fitted.persistence
    model = hazard.bgnbd
    return {
        **units(held),
        "n_pairs_departed": len(_pairs(held, on)[1].key),
        "coefficients": [float(value) for value in hazard.coefficients],
        "median_gap_days": held.fitted.median_gap_days,
        "bgnbd_r": model.r, "bgnbd_alpha": model.alpha, "bgnbd_a": model.a, "bgnbd_b": model.b,
        "horizon_days": hazard.horizon_days, "seed": vitality.SEED, "draws": vitality.DRAWS,
        "steps_from": [float(value) for value in hazard.steps_from],
        "steps_to": [float(value) for value in hazard.steps_to],
        "comparable": [float(value) for value in hazard.alike],
        "comparable_met": [float(value) for value in hazard.alike_met],
        **({} if hazard.calibration_error is None else {"calibration_error": hazard.calibration_error}),
    }  # fmt: skip


def _drawn(held: Held, on: date) -> Drawn:
    pairs, _ = _pairs(held, on)
    shared = overlaps(held, pairs, WINDOW_DAYS)
    hazard = held.fitted.persistence
    chance, draws = pair_chances(pairs, shared, held.fitted.median_gap_days, hazard, DRAWS)
    off = (hazard.calibration_error or 0.0) ** 2 * np.pi / 2  # errors whose mean size it is, squared
    return Drawn(pairs.a, pairs.b, pairs.w, chance, draws.var(axis=1, ddof=1) + off, draws)


VITALITY = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=lambda held, on: int(_pairs(held, on)[0].n.sum()),
    parameters=_parameters,
    window_days=WINDOW_DAYS,
    thin=_thin,
    drawn=_drawn,
    calibrated=lambda held: held.fitted.persistence.calibrated,
)
