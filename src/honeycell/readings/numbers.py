"""The four readings of one relationship or of all of them, on one day: what belongs to them, and the numbers from it.

`held` picks what belongs to them; `numbers` evaluates a reading on any day of it. A single relationship, its twelve
months and the whole cell go the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from honeycell.readings import attention, redundancy, responsiveness, vitality
from honeycell.readings.arrays import Floats, Ints, day_number
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import Contacts, Pairs, Sides, contacts, overlap
from honeycell.readings.covered import Covered
from honeycell.readings.declarations import BUILT, declaration
from honeycell.readings.declared import status
from honeycell.readings.parameters import Fitted
from honeycell.readings.responsiveness import Turns, turns_between
from honeycell.readings.traces import Traces
from honeycell.readings.values import Values

__all__ = ["Held", "Numbers", "applies", "covered_days", "held", "level_of", "numbers", "overlaps", "window_of"]

NO_VALUE = ("not_observable", "stale", "thin")
"""Statuses at which value, low and high are null."""


@dataclass(frozen=True)
class Held:
    """All that the readings of some relationships are computed from."""

    traces: Traces
    sides: Sides
    level: str
    contacts: Contacts
    turns: Turns
    turn_key: Ints
    """The relationship of each key of `turns`, as numbered in `contacts`; -1 where it has no contact day."""
    window_days: int

    @property
    def fitted(self) -> Fitted:
        """The parameters of the cell."""
        return self.traces.fitted

    @property
    def covered(self) -> Covered:
        """When sensors were on."""
        return self.traces.covered


@dataclass(frozen=True)
class Numbers:
    """One reading of each relationship on a day."""

    values: Values
    status: tuple[str, ...]
    coverage: float
    window: tuple[date, date]

    def shown(self, at: int) -> tuple[float | None, float | None, float | None]:
        """Value, low and high of one relationship; none at `thin` and before."""
        if self.status[at] in NO_VALUE:
            return None, None, None
        value, low, high = (float(column[at]) for column in (self.values.value, self.values.low, self.values.high))
        return value, (None if np.isnan(low) else low), (None if np.isnan(high) else high)


def level_of(sides: Sides) -> str:
    """pair, person-organisation or organisation-organisation."""
    if sides.a is None or sides.b is None:
        if sides.a is not None and sides.a.kind == "person":
            return "person-organisation"
        return "pair" if sides.level == "person" else "organisation-organisation"
    kinds = {sides.a.kind, sides.b.kind}
    if len(kinds) == 2:
        return "person-organisation"
    return "pair" if kinds == {"person"} else "organisation-organisation"


def applies(reading: str, level: str) -> bool:
    """Whether a reading is made at this level.

    Example:
        >>> applies("redundancy", "pair")
        False
    """
    return level in declaration(reading).levels


def window_of(reading: str, window_days: int) -> int:
    """Days a reading looks back over: its own, or those asked for."""
    return {"vitality": vitality.WINDOW_DAYS, "redundancy": redundancy.WINDOW_DAYS}.get(reading, window_days)


def held(traces: Traces, sides: Sides, window_days: int) -> Held:
    """Pick what belongs to one relationship, or to all of a level."""
    days, turns = contacts(traces, sides), turns_between(traces, sides)
    place = {key: at for at, key in enumerate(days.keys)}
    turn_key = np.array([place.get(key, -1) for key in turns.keys], np.int64)
    return Held(traces, sides, level_of(sides), days, turns, turn_key, window_days)


def overlaps(held: Held, pairs: Pairs) -> Floats:
    """Shared contacts of each pair over the window of Vitality."""
    days = held.traces.days
    inside = (days.day > pairs.end - vitality.WINDOW_DAYS) & (days.day <= pairs.end)
    one, other = days.a[inside], days.b[inside]
    return overlap(pairs.a, pairs.b, np.concatenate([one, other]), np.concatenate([other, one]))


def covered_days(held: Held, reading: str, on: date) -> float:
    """Covered days in a reading's window."""
    return held.covered.days(day_number(on), window_of(reading, held.window_days))


def numbers(held: Held, reading: str, on: date, *, interval: bool = True) -> Numbers:
    """A reading of every relationship held, on a day; without `interval` low and high are not meant."""
    days = window_of(reading, held.window_days)
    values, enough = _EVALUATE[reading](held, on, interval)
    declared, end = declaration(reading), day_number(on)
    since, coverage = held.covered.since(end), held.covered.days(end, days) / days

    is_enough = (values.n >= declared.minimum) & enough
    seen, thin = (
        status(
            coverage=coverage, days_since_covered=since, n=n, minimum=declared.minimum,
            calibrated=reading != "vitality",
        )
        for n in (declared.minimum, declared.minimum - 1)
    )  # fmt: skip
    found = tuple(np.where(is_enough, seen, thin).tolist())
    return Numbers(values, found, coverage, (on - timedelta(days - 1), on))


Enough = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def _vitality(held: Held, on: date, interval: bool) -> tuple[Values, Enough]:
    pairs, n_keys = held.contacts.window(day_number(on), vitality.WINDOW_DAYS), len(held.contacts.keys)
    values = vitality.evaluate(
        pairs, overlaps(held, pairs), n_keys, held.fitted.median_gap_days, SHIPPED, interval=interval
    )
    enough = covered_days(held, "vitality", on) >= vitality.MINIMUM_COVERED_DAYS
    return values, np.full(n_keys, enough)


def _attention(held: Held, on: date, interval: bool) -> tuple[Values, Enough]:
    covered = covered_days(held, "attention", on)
    values = attention.evaluate(held.contacts, day_number(on), held.window_days, covered)
    return values, np.full(len(held.contacts.keys), True)


def _redundancy(held: Held, on: date, interval: bool) -> tuple[Values, Enough]:
    pairs, n_keys = held.contacts.window(day_number(on), redundancy.WINDOW_DAYS), len(held.contacts.keys)
    values = redundancy.evaluate(pairs, held.contacts.persons, n_keys, interval=interval)
    return values, np.bincount(pairs.key, minlength=n_keys) >= redundancy.MINIMUM_PAIRS


def _responsiveness(held: Held, on: date, interval: bool) -> tuple[Values, Enough]:
    """Side b answers side a."""
    asked = held.turns.asked(on, held.window_days, colleagues=held.level != "pair")
    n_keys, n_turn_keys = len(held.contacts.keys), len(held.turns.keys)
    found = responsiveness.evaluate(
        asked, 2 * n_turn_keys, mean=held.fitted.share_answered_mean,
        strength=held.fitted.share_answered_strength, shrunk=held.level == "pair", interval=interval,
    )  # fmt: skip
    columns = []
    for column, missing in ((found.value, np.nan), (found.low, np.nan), (found.high, np.nan), (found.n, 0.0)):
        whole = np.full(n_keys + 1, missing)
        whole[held.turn_key] = column[0::2]
        columns.append(whole[:n_keys])
    return Values(*columns), np.full(n_keys, True)


_EVALUATE: dict[str, Callable[[Held, date, bool], tuple[Values, Enough]]] = {
    "vitality": _vitality, "attention": _attention, "responsiveness": _responsiveness, "redundancy": _redundancy,
}  # fmt: skip
assert tuple(_EVALUATE) == BUILT
