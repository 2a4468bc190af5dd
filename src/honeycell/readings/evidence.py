"""The interactions behind a reading, with all that is needed to compute its value from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from honeycell.errors import NotAllowedError, NotFoundError
from honeycell.readings.contacts import Sides
from honeycell.readings.covered import answer_day
from honeycell.readings.declarations import NAMES, named
from honeycell.readings.declared import NETWORK, ORGANISATIONS, PERSON_ORGANISATION, SPACE
from honeycell.readings.held import held, level_of
from honeycell.readings.numbers import applies, numbers
from honeycell.readings.parameters import fitted
from honeycell.readings.recomputed import recomputed
from honeycell.readings.state import Evidence, Party
from honeycell.readings.traces import read
from honeycell.readings.visible import FEWER, check_numbers, check_sides
from honeycell.readings.way import Parameters
from honeycell.readings.ways import WAYS

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["why"]

_OF = {
    PERSON_ORGANISATION: "organisations: two people are one pair",
    ORGANISATIONS: "two organisations",
    SPACE: "a shared space: `honeycell space NAME`",
    NETWORK: "the whole cell: `honeycell network`",
}
"""What a reading is of that is not made of the two that were named, by its first level."""


def why(t: Tables, a: Party, b: Party, reading: str, *, as_of: date | None = None, window_days: int = 90) -> Evidence:
    """The interactions behind one reading of a relationship, oldest first.

    Args:
        t: The tables of a cell.
        a: One side; Responsiveness is that of the other side towards it.
        b: The other.
        reading: Its name as typed.
        as_of: The day; by default the last covered one.
        window_days: As it was shown with.

    Raises:
        NotFoundError: No reading has this name, or it is not made at this level (`no-such-reading`).
    """
    declared = named(reading)
    level = level_of(Sides(a, b))
    if not applies(declared.name, level):
        raise NotFoundError(
            "no-such-reading", f"{declared.name} is read of {_OF[declared.levels[0]]}", reading,
            "these are: " + ", ".join(name for name in NAMES if applies(name, level)),
        )  # fmt: skip
    on, cover = answer_day(t, as_of)
    check_sides(t, a, b, on)
    way = WAYS[declared.name]
    days = way.days(window_days)
    traces = read(
        t, on, days_from=on - timedelta(days - 1), turns_from=on - timedelta(window_days - 1), of=(a, b),
        known=(fitted(t, on), cover),
    )  # fmt: skip
    state = held(traces, Sides(a, b), window_days)
    if not check_numbers(t, state.contacts, on, as_of, window_days):
        raise NotAllowedError("not-for-you", FEWER, f"{a.slug}~{b.slug}", "ask one of those who took part")
    parameters: Parameters = {
        "as_of": on.isoformat(), "window_days": days, "from_on": (on - timedelta(days - 1)).isoformat(),
        "covered_days": state.covered_days(on, days), **way.parameters(state, on),
    }  # fmt: skip
    rows = way.evidence(t, state, on)
    now = numbers(state, declared.name, on)
    value, low, high = now.shown(0) if now.status else (None, None, None)
    return Evidence(
        declared.name, value, declared.unit, low, high, int(now.values.n[0]) if now.status else 0,
        {**parameters, **way.proved(rows)}, rows,
        recomputed(declared.name, rows, parameters) if value is not None else None,
    )  # fmt: skip
