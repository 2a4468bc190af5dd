"""Multiplexity as a reading: in how many kinds of context two sides meet, and with how many others in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from honeycell.ids import written_id
from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.contacts import number_of, placed
from honeycell.readings.contexts import CONTEXTS, DOCUMENTS, context_of
from honeycell.readings.declared import ANYBODY, EVERY, ORGANISATIONS, PAIR, Declaration
from honeycell.readings.held import Held
from honeycell.readings.multiplexity import MINIMUM_DAYS, WINDOW_DAYS, Met, evaluate, expected, met, pair_draws, pooled
from honeycell.readings.rarefied import rarefied
from honeycell.readings.recomputed import together as counted
from honeycell.readings.sentences import amount, band, listed, percent
from honeycell.readings.spread import Drawn, drawn_for_persons
from honeycell.readings.state import EvidenceRow
from honeycell.readings.traces import EVER
from honeycell.readings.values import Values
from honeycell.readings.way import Parameters, Telling, Way
from honeycell.readings.ways.together import n_together, together
from honeycell.readings.ways.touched import Detail, n_touched, touched

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["MULTIPLEXITY"]

_DECLARED = Declaration(
    "multiplexity", "Do the two know each other in more than one capacity?", "contexts", 1.0, float(len(CONTEXTS)),
    EVERY, MINIMUM_DAYS, "contact days of pairs",
    "exp(-sum p ln p) over the shares p of the contexts (ledger, class of channel, in private or where many hear) among"
    " the contact days of pairs in 180 days (Hill 1973; Verbrugge 1979), beside what so many days would show if they"
    " were spread as all of the cell are (Chao et al. 2014)",
    "as many contact days spread as those of the whole cell in a year",
    "{a} and {b} meet in {value} kinds of context ({band}): {contexts}; as much contact drawn from all of this cell"
    " shows {expected}.",
    smallest_group=ANYBODY,
    evidence="every interaction of a contact day of the two sides in the window with its context, its conversation and"
    " how many people took part in that, and every order and invoice between two organisations",
)  # fmt: skip
_STRONG = 2
"""Contact days each way that make a tie strong."""
_NAMED = 3


def _met(held: Held, on: date) -> Met:
    return met(held.traces.days, held.rows, held.due, day_number(on))


def _pooled(held: Held) -> Floats:
    """The shares of the cell's contexts; documents are between organisations alone."""
    names = [name for name in CONTEXTS if held.level == ORGANISATIONS or name not in DOCUMENTS]
    return pooled(held.fitted.contexts, names)


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    keys = held.contacts.keys
    known, is_pair = _pooled(held) > 0, held.level == PAIR
    found = evaluate(_met(held, on), held.contacts.persons, len(keys), known, pair=is_pair, interval=interval)
    # One meeting of many is a contact day of many pairs. Where a cell knows one context alone, that says nothing.
    enough = held.contacts.contact_days(day_number(on), WINDOW_DAYS) >= MINIMUM_DAYS
    return found, enough & (known.sum() > 1)


def _rarefied(held: Held, on: date, sizes: Ints, draws: int) -> Floats:
    found, persons = _met(held, on), np.append(held.contacts.persons, 0)
    n = found.n.astype(np.int64)
    number = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    ids = np.repeat(persons[found.a] + persons[found.b] + (found.context << 32), n) + number
    key, context = np.repeat(found.key, n), np.repeat(found.context, n)
    return rarefied(key, context, np.ones(len(key)), ids, sizes, len(held.contacts.keys), draws)


def _sentence(told: Telling) -> str:
    held, on = told.held, told.on
    counts, (a, b) = _met(held, on).counts(1)[0], told.names
    order = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())].tolist()
    names = [f"{name} ({percent(counts[at] / counts.sum())})" for at, name in enumerate(CONTEXTS.values())]
    shown = [names[at] for at in order[:_NAMED]] + (["others"] if len(order) > _NAMED else [])
    usual = float(expected(np.array([counts.sum()]), _pooled(held))[0])
    said = _DECLARED.template.format(
        a=a, b=b, value=amount(told.value), band=band(told.low, told.high, "amount"), contexts=listed(shown),
        expected=amount(usual),
    )  # fmt: skip
    if len(order) == 1:
        said = f"{a} and {b} meet in one kind of context: {shown[0]}; as much contact drawn from all of this cell shows"
        said += f" {amount(usual)}."
    third, strong = _in_common(held, on)
    if third:
        said += f" {third:,} other{'s are' if third != 1 else ' is'} in touch with both"
        said += f", {strong:,} of them often, both ways and with each of the two." if strong else "."
    return said + _in_company(told)


def _in_company(told: Telling) -> str:
    """What they have in common besides: the conversations of several people in which they were in touch."""
    n_talks, n_pairs = n_together(together(told.tables, told.held, told.on, WINDOW_DAYS))
    if told.held.level == PAIR:
        where = f"in {n_talks:,}" if n_pairs else "in not even two"
        return f" They were in touch {where} conversations of three or more people."
    a, b = told.names
    pairs = f"{n_pairs:,} pairs of people were" if n_pairs > 1 else f"{'one' if n_pairs else 'no'} pair of people was"
    return f" Between {a} and {b} {pairs} in touch in two or more conversations of three or more."


def _in_common(held: Held, on: date) -> tuple[int, int]:
    """How many persons of neither side are in touch with both; of two persons, how many strongly (Krackhardt 1998)."""
    days, end = held.traces.days, day_number(on)
    inside = np.flatnonzero((days.day > end - WINDOW_DAYS) & (days.day <= end))
    one, other, day = days.a[inside], days.b[inside], days.day[inside]
    assert held.sides.a is not None
    assert held.sides.b is not None
    around: list[Ints] = []
    for side, far in ((held.sides.a, held.sides.b), (held.sides.b, held.sides.a)):
        mine, theirs = number_of(held.traces, side), number_of(held.traces, far)
        met_ = []
        for near, away in ((one, other), (other, one)):
            ours = placed(held.traces, near, day, side) == mine
            outside = (placed(held.traces, away, day, side) != mine) & (placed(held.traces, away, day, far) != theirs)
            met_.append(away[ours & outside])
        around.append(np.unique(np.concatenate(met_)))
    third = np.intersect1d(around[0], around[1])
    if held.level != PAIR:
        return len(third), 0
    a, b = (number_of(held.traces, side) for side in (held.sides.a, held.sides.b))
    n_ab, n_ba = days.n_ab[inside] > 0, days.n[inside] > days.n_ab[inside]

    def strong(person: int, partner: int) -> bool:
        both = ((one == person) & (other == partner)) | ((one == partner) & (other == person))
        return all(len(np.unique(day[both & way])) >= _STRONG for way in (n_ab, n_ba))

    embedded = [z for z in third.tolist() if strong(a, z) and strong(b, z)] if strong(a, b) else []
    return len(third), len(embedded)


def _documents(held: Held, on: date) -> Ints:
    """Places of the orders and invoices of the window."""
    rows, end = held.due.rows, day_number(on)
    return np.flatnonzero((held.due.key == 0) & (rows.opened > end - WINDOW_DAYS) & (rows.opened <= end))


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    """What passed between persons, and the orders and invoices of organisations, oldest first."""
    rows, (a, b) = held.due.rows, held.contacts.keys[0]
    talks = {
        row["interaction_id"]: {"conversation": written_id(row["conversation_id"]), "people": row["n_people"]}
        for row in together(t, held, on, WINDOW_DAYS).to_pylist()
    }

    def more(row: Mapping[str, Any]) -> Detail:
        context = context_of(row["channel"], row["kind"], row["in_space"])
        return {"context": context, **talks.get(row["interaction_id"], {})}

    found = list(touched(t, held, on, WINDOW_DAYS, more))
    for at in _documents(held, on).tolist():
        day = EVER + timedelta(int(rows.opened[at]))
        from_id, to_id = (b, a) if held.due.by_b[at] else (a, b)
        detail: dict[str, str | float | int | None] = {
            "on": day.isoformat(), "context": "money" if rows.invoice[at] else "goods",
        }  # fmt: skip
        opening = int(rows.opening_ids[at])
        found.append(
            EvidenceRow(opening, datetime.combine(day, datetime.min.time()), from_id, to_id, 1.0, "opening", detail)
        )
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id, row.from_person_id, row.to_person_id))
    return tuple(found)


def _parameters(held: Held, on: date) -> Parameters:
    n, shares = _met(held, on).counts(1).sum(1), _pooled(held)
    third, strong = _in_common(held, on)
    usual = float(expected(n, shares)[0]) if shares.any() else 1.0
    value = float(evaluate(_met(held, on), held.contacts.persons, 1, shares > 0, pair=False, interval=False).value[0])
    return {
        "expected_contexts": usual, "ratio_to_expected": value / usual, "others_in_common": third,
        "strong_in_common": strong,
        **{f"cell_share_{name}": float(share) for name, share in zip(CONTEXTS, shares, strict=True) if share},
    }  # fmt: skip


def _drawn(held: Held, on: date) -> Drawn:
    """Of the pairs of persons; documents are of none."""
    found, persons = _met(held, on), held.contacts.persons
    talk = Met(*(getattr(found, name)[found.a >= 0] for name in found.__dataclass_fields__))
    pairs, pair = np.unique(talk.a << 32 | talk.b, return_inverse=True)
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    known = pair_draws(talk, pair, drawn_for_persons(persons[a], persons[b]))
    return Drawn(a, b, np.bincount(pair, talk.n, minlength=len(pairs)).astype(float), *known)


MULTIPLEXITY = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=lambda held, on: n_touched(held, on, WINDOW_DAYS) + len(_documents(held, on)),
    parameters=_parameters,
    proved=counted,
    window_days=WINDOW_DAYS,
    rarefied=_rarefied,
    drawn=_drawn,
    besides=f"{MINIMUM_DAYS} days with contact, and two kinds of context connected to the cell",
)
