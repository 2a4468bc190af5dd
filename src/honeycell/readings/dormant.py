"""Whom to speak with again: pairs that were strong and have gone quiet. Dormant is not dead.

Dormant is a pair with a chance of contact under one half, a silence of more than four usual gaps of its own, and four
contact days or more (`science.md` 4.1). Advice from ties that slept for years is as useful as that from others, and
newer (Levin, Walter & Murnighan 2011).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from honeycell.readings import vitality
from honeycell.readings.contacts import Sides
from honeycell.readings.covered import covered
from honeycell.readings.everywhere import ours_first
from honeycell.readings.held import held, overlaps
from honeycell.readings.numbers import NO_VALUE, numbers
from honeycell.readings.parties import actors
from honeycell.readings.state import Party
from honeycell.readings.traces import EVER, read
from honeycell.readings.visible import check_owner, check_visible
from honeycell.readings.vitality import WINDOW_DAYS

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["dormant"]


def dormant(t: Tables, person: Party | None = None, as_of: date | None = None) -> pa.Table:
    """Where to take up again what was strong: relationships between organisations, or the people somebody knew.

    Args:
        t: The tables of a cell.
        person: Whose contacts; they see their own, the owner of the cell sees all. By default relationships.
        as_of: The day; by default the last covered one.

    Returns:
        `a b a_name b_name n_contact_days n_pairs last_on`, the most contact days first: the different days of 180 on
        which pairs that are dormant now were in contact, how many pairs they are, and the last of these days. Pairs of
        whom one has left are not among them.

    Raises:
        NotAllowedError: It is not for who asks (`not-for-you`).
    """
    if (on := as_of or covered(t).end) is None:
        return _SCHEMA.empty_table()
    if person is None:
        check_owner(t, "what is dormant between organisations is")
    else:
        check_visible(t, person, on)
    traces = read(t, on, days_from=on - timedelta(WINDOW_DAYS - 1), turns_from=on)
    order = ours_first(t, traces) if person is None else None
    state = held(traces, Sides(a=person, order=order), WINDOW_DAYS)
    pairs = state.pairs(on, WINDOW_DAYS)
    shared, fit = overlaps(state, pairs, WINDOW_DAYS), state.fitted
    chance, _ = vitality.pair_chances(pairs, shared, fit.median_gap_days, fit.persistence)
    # Past the end of an archive all would be dormant.
    known = np.array([one not in NO_VALUE for one in numbers(state, "vitality", on, interval=False).status], bool)
    asleep = vitality.dormant(pairs, chance, fit.median_gap_days) & known[pairs.key] & ~state.left(pairs)
    days = state.contacts
    inside = (days.day > pairs.end - WINDOW_DAYS) & (days.day <= pairs.end)
    # The rows of a pair lie together, and pairs in the order of their rows.
    day = days.day[inside][np.repeat(asleep, pairs.n_days.astype(np.int64))]
    who, at = np.unique((pairs.key if person is None else pairs.b)[asleep], return_inverse=True)
    each = np.unique(np.repeat(at, pairs.n_days[asleep].astype(np.int64)) << 32 | day)
    n_days, n_pairs = (np.bincount(one, minlength=len(who)) for one in (each >> 32, at))
    last = each[np.cumsum(n_days) - 1] & 0xFFFFFFFF
    ids = [days.keys[one] if person is None else (person.id, int(days.persons[one])) for one in who.tolist()]
    sides = actors(t, [one for both in ids for one in both])
    rows = [
        {
            "a": _typed(sides[a]), "b": _typed(sides[b]), "a_name": sides[a].name, "b_name": sides[b].name,
            "n_contact_days": int(n_days[row]), "n_pairs": int(n_pairs[row]),
            "last_on": EVER + timedelta(int(last[row])),
        }
        for row, (a, b) in enumerate(ids)
    ]  # fmt: skip
    strongest = [("n_contact_days", "descending"), ("a", "ascending"), ("b", "ascending")]
    return pa.Table.from_pylist(rows, schema=_SCHEMA).sort_by(strongest)


def _typed(party: Party) -> str:
    return ("@" if party.kind == "person" else "") + party.slug


_SCHEMA = pa.schema([
    ("a", pa.string()), ("b", pa.string()), ("a_name", pa.string()), ("b_name", pa.string()),
    ("n_contact_days", pa.int64()), ("n_pairs", pa.int64()), ("last_on", pa.date32()),
])  # fmt: skip
