"""The state of one relationship on a day: its readings, its people, its latest conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell.errors import NotFoundError
from honeycell.ids import written_id
from honeycell.readings import sentences
from honeycell.readings.arrays import day_number
from honeycell.readings.changes.evidence import told
from honeycell.readings.contacts import Contacts, Sides
from honeycell.readings.covered import Covered, answer_day
from honeycell.readings.declarations import DECLARATIONS
from honeycell.readings.declared import PAIR, STALE_DAYS, Declaration
from honeycell.readings.floors import in_force
from honeycell.readings.held import Held, held
from honeycell.readings.ledgers import ledgers
from honeycell.readings.numbers import applies
from honeycell.readings.parameters import fitted
from honeycell.readings.parties import actors
from honeycell.readings.past import Past, month_ends, past, seen_through
from honeycell.readings.state import (
    ConversationLine,
    Floor,
    Party,
    PersonInTouch,
    Reading,
    RelationshipState,
    SpaceLine,
)
from honeycell.readings.traces import EVER, read
from honeycell.readings.upside import over_pairs
from honeycell.readings.usual import Usual, usual
from honeycell.readings.visible import as_shown, check_sides
from honeycell.readings.way import Telling
from honeycell.readings.ways import WAYS
from honeycell.readings.ways.touched import contact_days

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["relationship"]

_PEOPLE, _CONVERSATIONS, _SPACES = 5, 5, 3
_CONVERSATION_DAYS = _YEAR = 365
_UNSURE = 0.05
"""Share of unaffiliated mail above which a note says so."""


def relationship(
    t: Tables, a: Party, b: Party, *, as_of: date | None = None, window_days: int = 90
) -> RelationshipState:
    """The state of the relationship between two parties.

    Args:
        t: The tables of a cell.
        a: One side; sentences look from it.
        b: The other.
        as_of: The day; by default the last covered one.
        window_days: Days that Attention, Responsiveness and the people look back over.

    Raises:
        NotFoundError: The two were never in contact up to that day (`no-such-relationship`).
    """
    on, cover = answer_day(t, as_of)
    check_sides(t, a, b, on)
    points = month_ends(on)
    known = (fitted(t, on), cover)
    turns_from = on - timedelta(_YEAR + window_days - 1)
    traces = read(t, on, days_from=EVER, turns_from=turns_from, of=(a, b), known=known)
    state = held(traces, Sides(a, b), window_days)
    met = _met(state, on)
    if met is None:
        raise NotFoundError(
            "no-such-relationship",
            f"no contact of {a.name} and {b.name} is on record up to {sentences.day(on)}",
            f"{a.slug}~{b.slug}",
            "`honeycell list relationships` names those there are",
        )
    window = state.contacts.window(day_number(on), window_days)
    carrying = _carrying(state.contacts, on, window_days)
    persons = actors(t, [row.person_id for row in carrying])
    common = usual(t, state.level, on, window_days, turns_from, known)

    def called(ids: Sequence[int]) -> tuple[str, ...]:
        known = persons if all(one in persons for one in ids) else actors(t, ids)
        return tuple(known[one].name if one in known else written_id(one) for one in ids)

    declared, seen = [one for one in DECLARATIONS if applies(one.name, state.level)], seen_through(t, state, points)
    pasts, floors = [past(state, one.name, points, seen) for one in declared], in_force(t, on)
    readings = tuple(
        _reading(t, state, one, before, common, (a.name, b.name), called, floors.get(one.name))
        for one, before in zip(declared, pasts, strict=True)
    )
    changes, trend = told(t, state.contacts, cover, on)
    conversations, spaces = _conversations(t, state, on)
    first, last = met
    found = RelationshipState(
        a, b, on, window_days, first, last, len(window.key),
        (len(np.unique(window.a)), len(np.unique(window.b))),
        _lede(state, (a.name, b.name), on, window_days, len(window.key), met, readings),
        readings, _people(carrying, persons), conversations,
        _notes(cover, common, on, window_days) + _not_compared(pasts),
        changes, None if cover.since(day_number(on)) > STALE_DAYS else trend,
        ledgers(t, state, on, (a.name, b.name)), spaces,
    )  # fmt: skip
    return as_shown(t, found, state.contacts, as_of)


def _met(state: Held, on: date) -> tuple[date, date] | None:
    """First and last day of contact, or where two organisations only ever exchanged documents, of those."""
    days, due = state.contacts.day, state.due
    if not len(days):
        days = due.rows.opened[(due.key == 0) & (due.rows.opened <= day_number(on))]
    return (EVER + timedelta(int(days.min())), EVER + timedelta(int(days.max()))) if len(days) else None


def _lede(
    state: Held, names: tuple[str, str], on: date, window_days: int, n_pairs: int, met: tuple[date, date],
    readings: Sequence[Reading],
) -> tuple[str, ...]:  # fmt: skip
    first, last = met
    if not len(state.contacts.day):
        return (sentences.documents_only(names, first, last),)
    return sentences.lede(
        names, n_days=int(state.contacts.contact_days(day_number(on), window_days)[0]), window_days=window_days,
        n_covered=round(state.covered_days(on, window_days)), n_pairs=n_pairs, since=first, last=last,
        trends=[(r.reading, r.trend) for r in readings if r.trend],
    )  # fmt: skip


def _reading(
    t: Tables, state: Held, declared: Declaration, before: Past, common: Usual, names: tuple[str, str],
    called: Callable[[Sequence[int]], tuple[str, ...]], floor: Floor | None,
) -> Reading:  # fmt: skip
    name, way, now, on = declared.name, WAYS[declared.name], before.now, before.now.window[1]
    value, low, high = now.shown(0)
    n = int(now.values.n[0])
    if value is None:
        thin = way.thin(state, on, names) if now.status[0] == "thin" else ""
        sentence = thin or sentences.no_value(declared, now.status[0], n, way.besides)
    else:
        sentence = way.sentence(Telling(state, on, value, low, high, n, names, called, t))
    spread = None if value is None or state.level == PAIR else over_pairs(state, on, way, floor)
    return Reading(
        name, value, declared.unit, low, high, n, now.coverage, now.window, declared.reference, now.status[0],
        sentence, spread, way.n_evidence(state, on), common.beside(name, n), before.series, before.trend,
    )  # fmt: skip


@dataclass(frozen=True)
class _Carrying:
    side: str
    person_id: int
    share: float
    n_days: int
    last: int


def _carrying(contacts: Contacts, on: date, window_days: int) -> tuple[_Carrying, ...]:
    """Who carries the relationship in the window: the five of each side with the most contact days."""
    end = day_number(on)
    inside = (contacts.day > end - window_days) & (contacts.day <= end)
    w, day = (contacts.w_ab + contacts.w_ba)[inside], contacts.day[inside]
    total = float(w.sum()) or 1.0
    chosen = []
    for side, people in (("a", contacts.a[inside]), ("b", contacts.b[inside])):
        who, at = np.unique(people, return_inverse=True)
        different = np.unique(at << 32 | day)
        n_days, weight = np.bincount(different >> 32, minlength=len(who)), np.bincount(at, w, minlength=len(who))
        last = np.zeros(len(who), np.int64)
        np.maximum.at(last, at, day)
        order = np.lexsort((who, -weight, -n_days))[:_PEOPLE]
        chosen += [
            _Carrying(side, int(contacts.persons[who[p]]), float(weight[p]) / total, int(n_days[p]), int(last[p]))
            for p in order
        ]
    return tuple(chosen)


def _people(carrying: tuple[_Carrying, ...], persons: dict[int, Party]) -> tuple[PersonInTouch, ...]:
    return tuple(
        PersonInTouch(persons[row.person_id], row.side, min(1.0, row.share), row.n_days, EVER + timedelta(row.last))
        for row in carrying
        if row.person_id in persons
    )


def _conversations(t: Tables, state: Held, on: date) -> tuple[tuple[ConversationLine, ...], tuple[SpaceLine, ...]]:
    """The latest conversations in which each side addressed the other, and the spaces where they had them."""
    held = contact_days(t, state, on, _CONVERSATION_DAYS)
    touches = t["touches"].filter((_.on > on - timedelta(_CONVERSATION_DAYS)) & (_.on <= on) & ~_.broadcast)
    both = (
        touches.inner_join(held, ["from_person_id", "to_person_id", "on"])
        .inner_join(t["threads"].select("interaction_id", "conversation_id"), "interaction_id")
        .group_by("conversation_id")
        .agg(first_on=_.on.min(), last_on=_.on.max(), n=_.interaction_id.nunique(), forth=_.forward.max(),
             back=(1 - _.forward).max())
        .filter((_.forth == 1) & (_.back == 1))
    )  # fmt: skip
    named = both.inner_join(t["conversations"].select("conversation_id", "subject", "channel", "space"),
                            "conversation_id")  # fmt: skip
    rows = t.arrow(named).sort_by([("last_on", "descending"), ("conversation_id", "ascending")])
    lines = tuple(
        ConversationLine(row["conversation_id"], row["subject"] or "", row["channel"], row["space"], row["first_on"],
                         row["last_on"], row["n"])
        for row in rows.slice(0, _CONVERSATIONS).to_pylist()
    )  # fmt: skip
    had = Counter(rows["space"].drop_null().to_pylist())
    spaces = tuple(SpaceLine(*one) for one in sorted(had.items(), key=lambda one: (-one[1], one[0]))[:_SPACES])
    return lines, spaces


def _notes(known: Covered, common: Usual, on: date, window_days: int) -> tuple[str, ...]:
    notes = []
    share = known.days(day_number(on), window_days) / window_days
    if share < 1.0:
        notes.append(f"{sentences.percent(share)} of the {window_days} days up to {sentences.day(on)} are covered.")
    if missing := known.missing(on, window_days):
        notes.append(f"Not covered for most of that time: {_some(missing)}.")
    if common.nowhere + common.unsure >= _UNSURE:
        notes.append(
            f"Of all contact in this window, {sentences.percent(common.nowhere)} is with people of no known"
            f" organisation and {sentences.percent(common.unsure)} with domains of one person."
        )
    return tuple(notes)


def _not_compared(pasts: Sequence[Past]) -> tuple[str, ...]:
    """That months are left out, and for the sake of which archives."""
    differing = sorted({name for one in pasts for name in one.differing})
    if not differing:
        return ()
    return (
        f"Before, other archives were covered than today ({_some(differing)}): months that cannot be compared are left"
        " out of the twelve, and no trend is given against them.",
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
