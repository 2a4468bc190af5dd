"""Follow-through as a reading: what side b does by its day, what side a does, and what is open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.arrays import Bools, Ints, day_number
from honeycell.readings.declared import ANYBODY, EVERY, Declaration
from honeycell.readings.follow_through import (
    MINIMUM,
    WINDOW_DAYS,
    Standing,
    evaluate,
    fell_due,
    interval,
    standing,
)
from honeycell.readings.held import Held
from honeycell.readings.sentences import band, percent
from honeycell.readings.state import EvidenceRow
from honeycell.readings.traces import EVER, NEVER
from honeycell.readings.values import Values
from honeycell.readings.way import Telling, Way

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["FOLLOW_THROUGH"]

_DECLARED = Declaration(
    "follow_through", "What is open, and are promises kept?", "share", 0.0, 1.0, EVERY, MINIMUM,
    "orders and invoices due",
    "of the order lines and invoices that side b owed and that fell due in 180 days, the share done by their day;"
    " promises found in texts stay out, as how they were closed is not audited (Winograd & Flores 1986 on promises;"
    " Azarbonyad, Sim & White 2019 on detectors)",
    "relationships of the same kind in this cell",
    "Over the last {days} days {b} kept {value} of its dates towards {a} ({band}, {n} order lines and invoices due);"
    " {open}.",
    smallest_group=ANYBODY,
    evidence="the order line or invoice that fell due, and the delivery or payment that closed it",
)  # fmt: skip


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    n_keys = len(held.contacts.keys)
    return evaluate(held.due, n_keys, day_number(on), WINDOW_DAYS), np.full(n_keys, True)


def _sentence(told: Telling) -> str:
    a, b = told.names
    ours, theirs = standing(told.held.due, 0, day_number(told.on), WINDOW_DAYS)
    said = _DECLARED.template.format(
        days=WINDOW_DAYS, a=a, b=b, value=percent(told.value), band=band(told.low, told.high), n=f"{theirs.n_due:,}",
        open=_open(theirs),
    )  # fmt: skip
    if ours.n_due < MINIMUM:
        return said
    low, high = interval(np.array([ours.n_kept], float), np.array([ours.n_due], float))
    kept, around = percent(ours.n_kept / ours.n_due), band(float(low[0]), float(high[0]))
    return f"{said} {a} kept {kept} of {ours.n_due:,} towards {b} ({around}); {_open(ours)}."


def _open(of: Standing) -> str:
    n, n_late, n_aged = of.n_open, of.n_late, of.n_aged
    if not n:
        return "nothing is open"
    late = "none of them late" if not n_late else f"{n_late:,} past {'its' if n_late == 1 else 'their'} day"
    aged = f", {n_aged:,} for more than twice as long as usual" if n_aged else ""
    return f"{n:,} {'is' if n == 1 else 'are'} open, {late}{aged}"


def _parameters(held: Held, on: date) -> dict[str, float | int | str | list[float]]:
    """What is open of what side b owes, and how long half of such things take; left out where that is not known."""
    _, theirs = standing(held.due, 0, day_number(on), WINDOW_DAYS)
    usual = zip(("order", "invoice"), held.due.rows.usual_days, strict=True)
    return {
        "n_open": theirs.n_open, "n_open_late": theirs.n_late, "n_open_aged": theirs.n_aged,
        **{f"usual_days_{name}": days for name, days in usual if days != NEVER},
    }  # fmt: skip


def _rows(held: Held, on: date) -> Ints:
    """Places of what side b owed and what fell due in the window, by opening."""
    end, due = day_number(on), held.due
    rows = np.flatnonzero((due.key == 0) & due.by_b & fell_due(due.rows, end, WINDOW_DAYS))
    found: Ints = rows[np.lexsort((due.rows.opening_ids[rows], due.rows.opened[rows]))]
    return found


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    """The document that opened each thing due, and the one that closed it where there was one by then."""
    rows, found, end = held.due.rows, [], day_number(on)
    a, b = held.contacts.keys[0]
    for number, at in enumerate(_rows(held, on).tolist()):
        opened, due, closed = (int(column[at]) for column in (rows.opened, rows.due, rows.closed))
        is_closed = closed <= end and closed != NEVER
        detail: dict[str, str | float | int | None] = {
            "thing": number, "due_on": _day(due).isoformat(),
            "closed_on": _day(closed).isoformat() if is_closed else None,
        }  # fmt: skip
        found.append(EvidenceRow(int(rows.opening_ids[at]), _instant(opened), a, b, 1.0, "opening", detail))
        closing = rows.closing_ids[at].as_py()
        if is_closed and closing is not None:
            found.append(EvidenceRow(closing, _instant(closed), b, a, 1.0, "closing", {"thing": number}))
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id))
    return tuple(found)


def _n_evidence(held: Held, on: date) -> int:
    rows, at = held.due.rows, _rows(held, on)
    closed = at[rows.closed[at] <= day_number(on)].tolist()
    return len(at) + sum(rows.closing_ids[one].as_py() is not None for one in closed)


def _day(number: int) -> date:
    return EVER + timedelta(number)


def _instant(number: int) -> datetime:
    return datetime.combine(_day(number), datetime.min.time())


FOLLOW_THROUGH = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=_n_evidence,
    parameters=_parameters,
    window_days=WINDOW_DAYS,
    seen=lambda held, on, interval: _evaluate(held, on, interval)[0],
)
