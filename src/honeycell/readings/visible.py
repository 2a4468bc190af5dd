"""Whose numbers are for whom. What the words of a message are for whom is in `honeycell.viewers`.

What is of a person is for that person, what is of two people for these two, what is of an organisation for its people;
what is between two organisations is for theirs and for ours. Whoever has not read all that was said there sees numbers
of at least five people on either side, and of the ends of months, so that no two answers differ by one person. The
owner of the cell, who holds its files, sees all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.errors import NotAllowedError
from honeycell.readings.arrays import Bools, Ints, day_number
from honeycell.readings.declared import GROUP
from honeycell.readings.state import Party, RelationshipState

if TYPE_CHECKING:
    from honeycell.readings.contacts import Contacts, Pairs
    from honeycell.steps import Tables

__all__ = [
    "FEWER", "USUAL_DAYS", "as_shown", "check_numbers", "check_owner", "check_sides", "check_usual", "check_visible",
    "few", "organisations_of", "reads_all",
]  # fmt: skip

FEWER = "Fewer than five people on one side: shown to those who have read what was said."
USUAL_DAYS = 90


def check_owner(t: Tables, what: str) -> None:
    """Only the owner of the cell may ask.

    Raises:
        NotAllowedError: Somebody else does (`not-for-you`).
    """
    if t.viewer is not None:
        raise NotAllowedError("not-for-you", f"{what} for the owner of the cell", "", "ask whoever keeps this cell")


def check_visible(t: Tables, whose: Party, on: date) -> None:
    """What is of a person is for themselves, what is of an organisation for its people.

    Args:
        t: The tables of a cell, as who looks sees them.
        whose: Whose numbers they are.
        on: The day as of which they are looked at.

    Raises:
        NotAllowedError: They are not for them (`not-for-you`).
    """
    if t.viewer is None or (whose.kind == "person" and t.viewer == whose.id):
        return
    if whose.kind == "organisation" and whose.id in _stands_for(t, t.viewer, on):
        return
    raise NotAllowedError(
        "not-for-you", f"this is for {'the people of ' if whose.kind == 'organisation' else ''}{whose.name}",
        whose.slug, f"ask {whose.name}",
    )  # fmt: skip


def check_sides(t: Tables, a: Party, b: Party, on: date) -> None:
    """What is between two parties is for either side: of two people for these two, else also for ours.

    Raises:
        NotAllowedError: It is not for who looks (`not-for-you`).
    """
    if t.viewer is None or any(one.kind == "person" and one.id == t.viewer for one in (a, b)):
        return
    if a.kind == b.kind == "organisation" and ((theirs := organisations_of(t, on)) is None or {a.id, b.id} & theirs):
        return
    raise NotAllowedError(
        "not-for-you", f"what is between {a.name} and {b.name} is for them", f"{a.slug}~{b.slug}", f"ask {a.name}"
    )


def organisations_of(t: Tables, on: date) -> set[int] | None:
    """The organisations whose relationships are for who asks, on a day: their own; None for all, to our own people."""
    if t.viewer is None:
        return None
    us = t.arrow(t["organisations"].filter(_.us).select("organisation_id"))["organisation_id"].to_pylist()
    theirs = _stands_for(t, t.viewer, on)
    return None if theirs & set(us) else theirs


def check_numbers(t: Tables, contacts: Contacts, on: date, as_of: date | None, window_days: int) -> bool:
    """Whether numbers of a relationship are shown; words decide nothing here, people do.

    Args:
        t: The tables of a cell, as who looks sees them.
        contacts: Of this one relationship.
        on: The day.
        as_of: The day as it was asked for.
        window_days: Days to look back, as asked for.

    Returns:
        True where who looks has read all of it, or five people and more stand on either side.

    Raises:
        NotAllowedError: They have not read all of it, and it is another day or window than the usual (`not-for-you`).
    """
    if t.viewer is None:
        return True
    window = contacts.window(day_number(on), min(window_days, USUAL_DAYS))
    people = tuple(contacts.persons[np.unique(side)] for side in (window.a, window.b))
    if _reads_all(t, people, on, window_days):
        return True
    check_usual(t, as_of, window_days)
    return min(len(one) for one in people) >= GROUP


def check_usual(t: Tables, as_of: date | None, window_days: int) -> None:
    """Whoever may not read everything asks for ends of months and the usual window.

    Raises:
        NotAllowedError: It is another day or window (`not-for-you`).
    """
    if t.viewer is None:
        return
    if (as_of is not None and (as_of + timedelta(1)).day != 1) or window_days != USUAL_DAYS:
        raise NotAllowedError(
            "not-for-you", "numbers of any day and window are for those who have read what was said", str(as_of or ""),
            f"ask for the last day of a month and for {USUAL_DAYS} days",
        )  # fmt: skip


def reads_all(t: Tables, ids: Sequence[int]) -> bool:
    """Whether who asks may read all of these interactions."""
    if t.viewer is None:
        return True
    said = t.keep(pa.table({"interaction_id": pa.array(ids, pa.int64())}))
    return not t.arrow(said.anti_join(t.readable, "interaction_id").limit(1).count()).as_py()


def few(window: Pairs, n: int) -> Bools:
    """Of n relationships, which have fewer than five people on one side in a window; (n,)."""
    sides = (np.unique(window.key << 32 | side) >> 32 for side in (window.a, window.b))
    n_a, n_b = (np.bincount(keys, minlength=n) for keys in sides)
    found: Bools = np.minimum(n_a, n_b) < GROUP
    return found


def as_shown(t: Tables, state: RelationshipState, contacts: Contacts, as_of: date | None) -> RelationshipState:
    """A relationship as it is shown to who asks: with its numbers, or saying why there are none.

    Raises:
        NotAllowedError: As `check_numbers`.
    """
    if t.viewer is None:
        return state
    if check_numbers(t, contacts, state.as_of, as_of, state.window_days):
        # Fewer people may have taken part in earlier months.
        return replace(state, readings=tuple(replace(one, series=()) for one in state.readings))
    readings = tuple(
        replace(
            one, value=None, low=None, high=None, spread=None, typical=None, series=(), trend=None, n_evidence=0,
            status="not_observable", sentence=FEWER,
        )
        for one in state.readings
    )  # fmt: skip
    return replace(state, readings=readings, changes=(), trend=None, ledgers=(), lede=state.lede[:1])


def _reads_all(t: Tables, people: tuple[Ints, ...], on: date, days: int) -> bool:
    a, b = (t.keep(pa.table({"person_id": pa.array(side, pa.int64())})) for side in people)
    said = t["touches"].filter(_.on > on - timedelta(days), _.on <= on)
    there = said.semi_join(a.select(from_person_id="person_id"), "from_person_id")
    back = said.semi_join(b.select(from_person_id="person_id"), "from_person_id")
    ids = ibis.union(
        there.semi_join(b.select(to_person_id="person_id"), "to_person_id").select("interaction_id"),
        back.semi_join(a.select(to_person_id="person_id"), "to_person_id").select("interaction_id"),
    )
    return not t.arrow(ids.anti_join(t.readable, "interaction_id").limit(1).count()).as_py()


def _stands_for(t: Tables, person_id: int, on: date) -> set[int]:
    """The organisations that a person stood for on a day: none or one."""
    day = day_number(on)
    held = t["terms"].filter(_.person_id == person_id, _.from_day <= day, _.to_day > day)
    return set(t.arrow(held.select("organisation_id"))["organisation_id"].to_pylist())
