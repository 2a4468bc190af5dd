"""Repetition as a reading: what side b had to tell side a twice, with the pairs of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from honeycell.ids import written_id
from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.declared import ANYBODY, ORGANISATIONS, PERSON_ORGANISATION, Declaration
from honeycell.readings.held import Held
from honeycell.readings.repetition import MINIMUM, counts, evaluate, hand_offs, learning
from honeycell.readings.sentences import amount, percent
from honeycell.readings.state import EvidenceRow
from honeycell.readings.values import Values, shares
from honeycell.readings.way import Telling, Way

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["REPETITION"]

_DECLARED = Declaration(
    "repetition", "Do they have to tell us twice?", "share", 0.0, 1.0, (PERSON_ORGANISATION, ORGANISATIONS), MINIMUM,
    "messages that ask or answer",
    "of the messages in which side b asks side a something or answers it, the share that says what b had said before:"
    " asks again what was settled, or gives again two rare particulars; mean of a beta, shrunk to the cell's share"
    " (Dixon, Freeman & Toman 2010)",
    "what people of this cell ask and answer in a year",
    "{value} of the {n} messages in which {b} asked or answered {a} something in the last {days} days said what it had"
    " told {a} before ({band}); {pairs} under `why`",
    smallest_group=ANYBODY,
    evidence="every message that asks or answers; then each that repeats, below the one it repeats",
)  # fmt: skip
_DECIMAL_BELOW = 0.0995
"""Shares below are shown with a decimal."""
_YEAR = 365
_LEAST_LOOPS = 5
"""Settled questions from which it is said through how many hands they went."""


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    n_keys, told = len(held.contacts.keys), held.traces.told
    found = evaluate(held.inbound, n_keys, day_number(on), held.window_days, told.mean, told.strength)
    return replace(found, high=upward(found.high)), np.full(n_keys, True)


def upward(share: Floats) -> Floats:
    """Shares rounded up to the last figure that is shown: what is said to be at most so much is no more.

    Example:
        >>> upward(np.array([0.0121, 0.012, 0.121])).tolist()
        [0.013, 0.012, 0.13]
    """
    parts = np.where(share < _DECIMAL_BELOW, 1000.0, 100.0)
    return np.ceil(np.round(share * parts, 6)) / parts


def _seen(held: Held, on: date, interval: bool) -> Values:
    n, again = counts(held.inbound, len(held.contacts.keys), day_number(on), held.window_days)
    return shares(np.divide(again, n, out=np.full(len(n), np.nan), where=n > 0), n)


def _pairs(held: Held, on: date, *, forward: bool = False) -> Ints:
    """Places, among the repeats, of those of the window."""
    found = held.inbound
    chosen: Ints = np.flatnonzero(found.counted(day_number(on), held.window_days, forward=forward)[found.later])
    return chosen


def _sentence(told: Telling) -> str:
    (a, b), held, on = told.names, told.held, told.on
    n_pairs = len(_pairs(held, on))
    if n_pairs:
        said = _DECLARED.template.format(
            a=a, b=b, value=_part(told.value), n=f"{told.n:,}", days=held.window_days, band=_band(told.low, told.high),
            pairs="the pair of messages is" if n_pairs == 1 else f"the {n_pairs:,} pairs of messages are",
        )  # fmt: skip
    else:
        most = "" if told.high is None else f" (at most {_part(told.high)})"
        said = (
            f"None of the {told.n:,} messages in which {b} asked or answered {a} something in the last"
            f" {held.window_days} days is seen to say what it had told {a} before; judged with the rest of this cell"
            f" {_part(told.value)} do{most}"
        )
    handed = hand_offs(held.traces, held.sides, day_number(on), held.window_days)
    if handed is not None and handed[1] >= _LEAST_LOOPS:
        people, n = handed
        hands = f"one person of {a}" if people < 1.05 else f"{amount(people)} people of {a}"
        said += f"; a question of {b} that was settled went through {hands} ({n:,} questions)"
    learnt = learning(held.inbound, day_number(on), _YEAR, held.contacts.day, held.contacts.n)
    if learnt is not None and (learnt.high < 0.0 or learnt.low > 0.0):
        change = percent(abs(1.0 - 2.0**learnt.slope))
        which = "less" if learnt.slope < 0.0 else "more"
        said += f"; with each doubling of what passed between the two it is {change} {which}"
    return said + "."


def _part(share: float) -> str:
    """A share as the table beside it has it."""
    return f"{share:.1%}" if 0.0 < share < _DECIMAL_BELOW else f"{share:.0%}"


def _band(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_part(low).removesuffix('%')}–{_part(high)}"


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    """Each message that counts, oldest first; then the repeats, each below what it repeats."""
    found, persons = held.inbound, held.traces.persons
    counted = np.flatnonzero(found.counted(day_number(on), held.window_days, forward=False))
    pairs = _pairs(held, on)
    once = np.setdiff1d(counted, found.later[pairs])

    def row(at: int, role: str, **detail: str | float | int | None) -> EvidenceRow:
        when = datetime.fromtimestamp(int(found.at[at]) / 1e6, UTC).replace(tzinfo=None)
        return EvidenceRow(
            int(found.interaction[at]), when, int(persons[found.giver[at]]), int(persons[found.taker[at]]), 1.0, role,
            detail,
        )  # fmt: skip

    rows = [row(at, "once") for at in once[np.lexsort((found.interaction[once], found.at[once]))].tolist()]
    later = found.later[pairs]
    for number, pair in enumerate(pairs[np.lexsort((found.interaction[later], found.at[later]))].tolist(), 1):
        first, again = int(found.earlier[pair]), int(found.later[pair])
        told = bool(found.told[pair])
        how = "told again" if told else "asked again"
        alike = None if told else float(found.similarity[pair])
        rows.append(row(first, "first", message=written_id(int(found.interaction[first])), pair=number))
        rows.append(row(again, how, message=written_id(int(found.interaction[again])), pair=number, similarity=alike))
    return tuple(rows)


def _n_evidence(held: Held, on: date) -> int:
    counted = held.inbound.counted(day_number(on), held.window_days, forward=False)
    return int(counted.sum()) + len(_pairs(held, on))


REPETITION = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=_n_evidence,
    seen=_seen,
    parameters=lambda held, on: {"cell_mean": held.traces.told.mean, "cell_strength": held.traces.told.strength},
)
