"""The state of one relationship on a day: its readings, its people, its latest conversations."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
from ibis import _

from honeycell.errors import NotFoundError
from honeycell.log import coverage_end
from honeycell.readings import redundancy, sentences
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import Contacts, Ints, Sides, between, day_number
from honeycell.readings.covered import Covered, covered
from honeycell.readings.declarations import DECLARATIONS, Declaration
from honeycell.readings.facts import answers, exposure, n_evidence, rhythm, share_given
from honeycell.readings.numbers import Held, Numbers, applies, held, numbers
from honeycell.readings.parameters import fitted
from honeycell.readings.parties import parties
from honeycell.readings.spread import spread
from honeycell.readings.state import ConversationLine, Party, PersonInTouch, Reading, RelationshipState
from honeycell.readings.typical import typical

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["answer_day", "held_of", "relationship"]

_MONTHS = 12
_BEFORE = 6
"""Months back that a trend compares with: the windows of 180 days do not overlap then."""
_PEOPLE, _CONVERSATIONS = 5, 5
_CONVERSATION_DAYS = 365
_EVER = date(1970, 1, 1)
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
    on = answer_day(t, as_of)
    points = month_ends(on)
    state = held_of(t, a, b, on, window_days, points[0])
    if not len(state.contacts.day):
        raise NotFoundError(
            "no-such-relationship",
            f"{a.name} and {b.name} were never in contact up to {sentences.day(on)}",
            f"{a.slug}~{b.slug}",
            "`honeycell list relationships` names those there are",
        )
    window = state.contacts.window(day_number(on), window_days)
    people = _people(t, state.contacts, on, window_days)
    losing = exposure(state, on)
    names = {key: party.name for key, party in parties(t, "person", losing.persons).items()}
    common = typical(t, state, on)
    readings = tuple(
        _reading(t, state, declared, points, common, (a, b), names)
        if declared.built
        else _not_built(declared, on, window_days)
        for declared in DECLARATIONS
        if applies(declared.name, state.level)
    )
    days = state.contacts.day
    first, last = (date(1970, 1, 1) + timedelta(int(day)) for day in (days.min(), days.max()))
    return RelationshipState(
        a, b, on, window_days, first, last, len(window.key),
        (len(np.unique(window.a)), len(np.unique(window.b))),
        sentences.lede(
            (a.name, b.name), n_days=int(state.contacts.contact_days(day_number(on), window_days)[0]),
            window_days=window_days, n_pairs=len(window.key), since=first, last=last,
            trends=[(r.reading, r.trend) for r in readings if r.trend],
        ),
        readings, people, _conversations(t, state.sides, on), _notes(t, state.covered, on, window_days),
    )  # fmt: skip


def answer_day(t: Tables, as_of: date | None) -> date:
    """The day asked for, or the last covered one.

    Raises:
        NotFoundError: Nothing is covered at all (`no-such-relationship`).
    """
    on = as_of or coverage_end(t)
    if on is None:
        raise NotFoundError("no-such-relationship", "this cell is empty", "", "bring something in: `honeycell import`")
    return on


def month_ends(on: date) -> tuple[date, ...]:
    """The ends of the eleven months before that of `on`, and `on` itself, oldest first.

    Example:
        >>> month_ends(date(2024, 3, 15))[-3:]
        (datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), datetime.date(2024, 3, 15))
    """
    ends = []
    for back in range(_MONTHS - 1, 0, -1):
        year, month = divmod(on.year * 12 + on.month - 1 - back, 12)
        ends.append(date(year, month + 1, calendar.monthrange(year, month + 1)[1]))
    return (*ends, on)


def held_of(t: Tables, a: Party, b: Party, on: date, window_days: int, since: date) -> Held:
    """What the readings of one relationship need for the days from `since` to `on`."""
    return held(
        t, Sides(a, b), contacts_from=_EVER, turns_from=since - timedelta(window_days - 1), to_on=on,
        fitted=fitted(t, on), covered=covered(t), window_days=window_days,
    )  # fmt: skip


def _not_built(declared: Declaration, on: date, window_days: int) -> Reading:
    window = (on - timedelta(window_days - 1), on)
    return Reading(
        declared.name, None, declared.unit, None, None, 0, 0.0, window, declared.reference, "not_built",
        declared.question,
    )  # fmt: skip


def _reading(
    t: Tables, state: Held, declared: Declaration, points: tuple[date, ...],
    common: dict[str, tuple[float, float]], sides: tuple[Party, Party], names: dict[str, str],
) -> Reading:  # fmt: skip
    name, on = declared.name, points[-1]
    now, then = numbers(state, name, on), numbers(state, name, points[-1 - _BEFORE])
    value, low, high = now.shown(0)
    series = (*(numbers(state, name, point, interval=False).shown(0)[0] for point in points[:-1]), value)
    return Reading(
        name, value, declared.unit, low, high, int(now.values.n[0]), now.coverage, now.window, declared.reference,
        now.status[0], _sentence(t, state, declared, now, sides, names),
        spread(state, name, on) if value is not None and state.level != "pair" else None,
        n_evidence(state, name, on), common.get(name), series, _trend(now, then),
    )  # fmt: skip


def _trend(now: Numbers, then: Numbers) -> str | None:
    """Rising or falling only where the two 90% intervals are apart."""
    _, low, high = now.shown(0)
    _, low_then, high_then = then.shown(0)
    if low is None or high is None or low_then is None or high_then is None:
        return None
    return "rising" if low > high_then else "falling" if high < low_then else "steady"


def _sentence(
    t: Tables, state: Held, declared: Declaration, now: Numbers, sides: tuple[Party, Party], names: dict[str, str]
) -> str:
    value, low, high = now.shown(0)
    called = (sides[0].name, sides[1].name)
    on = now.window[1]
    if value is None:
        extra = f"{redundancy.MINIMUM_PAIRS} pairs" if declared.name == "redundancy" else ""
        return sentences.no_value(declared, now.status[0], int(now.values.n[0]), extra)
    if declared.name == "vitality":
        return sentences.vitality(value, low, high, rhythm(state, on), SHIPPED.horizon_days)
    if declared.name == "attention":
        share = share_given(t, state, sides[0], now.window, int(now.values.n[0]))
        return sentences.attention(value, low, high, called, share)
    if declared.name == "responsiveness":
        forth, back = answers(state, on)
        return sentences.responsiveness(forth, back, called)
    losing = exposure(state, on)
    told = sentences.Exposure(losing.n_pairs, tuple(names.get(p, p) for p in losing.persons), losing.shares)
    return sentences.redundancy(value, low, high, told)


def _people(t: Tables, contacts: Contacts, on: date, window_days: int) -> tuple[PersonInTouch, ...]:
    """Who carries the relationship in the window: the five of each side with the most contact days."""
    end = day_number(on)
    inside = (contacts.day > end - window_days) & (contacts.day <= end)
    w, day = (contacts.w_ab + contacts.w_ba)[inside], contacts.day[inside]
    total = float(w.sum()) or 1.0
    chosen: list[tuple[str, int, float, int, int]] = []
    for side, column in (("a", contacts.a[inside]), ("b", contacts.b[inside])):
        n_days, weight, last = _by_person(column, day, w, len(contacts.persons))
        order = np.lexsort((np.arange(len(n_days)), -weight, -n_days))[:_PEOPLE]
        chosen += [(side, int(p), float(weight[p]), int(n_days[p]), int(last[p])) for p in order if n_days[p]]
    found = parties(t, "person", [contacts.persons[row[1]] for row in chosen])
    return tuple(
        PersonInTouch(found[contacts.persons[p]], side, weight / total, n, date(1970, 1, 1) + timedelta(last))
        for side, p, weight, n, last in chosen
        if contacts.persons[p] in found
    )


def _by_person(person: Ints, day: Ints, w: np.ndarray, n: int) -> tuple[Ints, np.ndarray, Ints]:  # type: ignore[type-arg]
    different = np.unique(person << 32 | day)
    last = np.zeros(n, np.int64)
    np.maximum.at(last, person, day)
    return np.bincount(different >> 32, minlength=n), np.bincount(person, w, minlength=n), last


def _conversations(t: Tables, sides: Sides, on: date) -> tuple[ConversationLine, ...]:
    """The latest conversations in which each side addressed the other."""
    touches = t["touches"].filter(
        (_.on > on - timedelta(_CONVERSATION_DAYS)) & (_.on <= on) & ~_.broadcast
    ).select("interaction_id", "from_person_id", "to_person_id", "on")  # fmt: skip
    ours = between(t, touches, "from_person_id", "to_person_id", "on", sides)
    threads = t["threads"].select("interaction_id", "conversation_id")
    latest = (
        ours.inner_join(threads, "interaction_id")
        .group_by("conversation_id")
        .agg(first_on=_.on.min(), last_on=_.on.max(), n=_.interaction_id.nunique(), n_forth=_.forward.sum(),
             n_all=_.forward.count())
        .filter((_.n_forth > 0) & (_.n_forth < _.n_all))
        .order_by(ibis.desc("last_on"), "conversation_id")
        .limit(_CONVERSATIONS)
    )  # fmt: skip
    named = latest.inner_join(t["conversations"].select("conversation_id", "subject", "channel", "space"),
                              "conversation_id")  # fmt: skip
    rows = t.arrow(named.order_by(ibis.desc("last_on"), "conversation_id")).to_pylist()
    return tuple(
        ConversationLine(row["conversation_id"], row["subject"] or "", row["channel"], row["space"], row["first_on"],
                         row["last_on"], row["n"])
        for row in rows
    )  # fmt: skip


def _notes(t: Tables, known: Covered, on: date, window_days: int) -> tuple[str, ...]:
    from honeycell.readings.unsure import unsure

    notes = []
    share = known.days(day_number(on), window_days) / window_days
    if share < 1.0:
        notes.append(f"{sentences.percent(share)} of the {window_days} days up to {sentences.day(on)} are covered.")
    if missing := known.missing(on, window_days):
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3:,} more" if len(missing) > 3 else "")
        notes.append(f"Not covered for most of that time: {shown}.")
    unaffiliated, provisional = unsure(t, on - timedelta(window_days - 1), on)
    if unaffiliated + provisional >= _UNSURE:
        notes.append(
            f"Of all contact in this window, {sentences.percent(unaffiliated)} is with people of no known organisation"
            f" and {sentences.percent(provisional)} with domains of one person."
        )
    return tuple(notes)
