"""What changed hands between two organisations: goods and money by terms, beside the talk; emotion is not measured.

A ledger of goods asks whether orders were delivered in full by their day, one of money whether invoices were paid by
theirs. Who buys more pays more, so money is held against its terms and not against one half (`science.md` 4.4, 4.5).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from honeycell import log
from honeycell.readings.arrays import Bools, Ints, day_number
from honeycell.readings.declared import ORGANISATIONS, status
from honeycell.readings.follow_through import MINIMUM, WINDOW_DAYS, fell_due, interval
from honeycell.readings.held import Held
from honeycell.readings.sentences import band, percent
from honeycell.readings.state import Ledger, OpenMoney

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["LEDGERS", "ledgers"]

LEDGERS = ("goods", "money")
"""The ledgers that documents keep; that of information is Reciprocity."""
_MOST = 0.9
"""Share of what was due, of which it is said how late it was at most."""
_THINGS = {"goods": ("order", "orders", "delivered", "in full by"), "money": ("invoice", "invoices", "paid", "by")}
"""One thing, several, what is done to it, and how it is done in time."""


def ledgers(t: Tables, held: Held, on: date, names: tuple[str, str]) -> tuple[Ledger, ...]:
    """How each side of one relationship keeps goods and money towards the other, where there are documents.

    Args:
        t: The tables of a cell.
        held: One relationship of two organisations; of any other there are no ledgers.
        on: The day. What was closed later is open.
        names: Of side a and side b.
    """
    end, rows = day_number(on), held.due.rows
    if held.level != ORGANISATIONS:
        return ()
    is_open = (rows.opened <= end) & (rows.closed > end)
    told = (held.due.key == 0) & (is_open | fell_due(rows, end, WINDOW_DAYS))
    seen = (held.covered_days(on, WINDOW_DAYS) / WINDOW_DAYS, held.covered.since(end))
    worth = _worth(t, rows.opening_ids[told & is_open & rows.invoice])
    found = []
    for ledger in LEDGERS:
        for by_b in (False, True):
            mine = told & (held.due.by_b == by_b) & (rows.invoice == (ledger == "money"))
            if mine.any():
                found.append(_kept(held, ledger, mine, is_open, end, seen, worth, names if by_b else names[::-1]))
    return tuple(found)


def _worth(t: Tables, ids: Ints) -> dict[int, tuple[str, float]]:
    """Currency and amount of each invoice that names one."""
    if not len(ids):
        return {}
    picked = log.pick(t, t.keep(pa.table({"interaction_id": pa.array(np.unique(ids))})))
    rows = t.arrow(log.transfers(t, picked).select("interaction_id", "currency", "amount"))
    return {
        row["interaction_id"]: (row["currency"] or "", row["amount"])
        for row in rows.sort_by([("interaction_id", "ascending"), ("amount", "ascending")]).to_pylist()
        if row["amount"]
    }


def _kept(
    held: Held, ledger: str, mine: Bools, is_open: Bools, end: int, seen: tuple[float, int],
    worth: dict[int, tuple[str, float]], names: tuple[str, str],
) -> Ledger:  # fmt: skip
    """One side's; `seen` are coverage and days since, `names` who is owed and who owes."""
    rows, (coverage, since) = held.due.rows, seen
    due = mine & fell_due(rows, end, WINDOW_DAYS)
    opened, late = mine & is_open, mine & is_open & (rows.due <= end)
    n, n_kept = int(due.sum()), int((due & (rows.closed <= rows.due)).sum())
    value = low = high = n_days_late = None
    stands = status(coverage=coverage, days_since_covered=since, n=n, minimum=MINIMUM, calibrated=True)
    if stands == "ok":
        value = n_kept / n
        low, high = (float(end[0]) for end in interval(np.array([float(n_kept)]), np.array([float(n)])))
        n_days_late = _days_late(rows.due[due], rows.closed[due], end)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for at in np.flatnonzero(opened).tolist():
        currency, amount = worth.get(int(rows.opening_ids[at]), ("", 0.0))
        sums[currency][0] += amount
        sums[currency][1] += amount * bool(late[at])
    money = tuple(OpenMoney(currency, *both) for currency, both in sorted(sums.items()) if both[0] > 0)
    places = np.flatnonzero(mine)
    order = np.lexsort((rows.opening_ids[places], rows.opened[places]))
    said = _sentence(ledger, names, (value, low, high), n, n_days_late, (int(opened.sum()), int(late.sum())), money)
    return Ledger(
        ledger, "b" if held.due.by_b[places[0]] else "a", value, low, high, n, coverage, stands, n_days_late,
        int(opened.sum()), int(late.sum()), money, tuple(rows.opening_ids[places[order]].tolist()), said,
    )  # fmt: skip


def _days_late(due: Ints, closed: Ints, end: int) -> int | None:
    """Days past their day by which `_MOST` of things were done (Kaplan & Meier 1958; what is open is censored)."""
    # Loading it takes longer than reading a small cell.
    from scipy.stats import CensoredData, ecdf

    done = closed <= end
    days = np.maximum(np.where(done, closed, end) - due, 0)
    survival = ecdf(CensoredData.right_censored(days, ~done)).sf
    reached = np.flatnonzero(survival.probabilities <= 1 - _MOST + 1e-12)
    return int(survival.quantiles[reached[0]]) if len(reached) else None


def _sentence(
    ledger: str, names: tuple[str, str], share: tuple[float | None, float | None, float | None], n: int,
    n_days_late: int | None, counts: tuple[int, int], money: tuple[OpenMoney, ...],
) -> str:  # fmt: skip
    one, many, done, in_time = _THINGS[ledger]
    owed, owes = names
    value, low, high = share
    if value is None:
        sides = f"of {owed} with {owes}" if ledger == "goods" else f"of {owes} to {owed}"
        said = f"{n:,} {one if n == 1 else many} {sides} fell due: no share is given of fewer than {MINIMUM}"
        if n >= MINIMUM:
            said = f"The archives do not cover what became of {n:,} {many} {sides}"
    else:
        of = f"{owed}'s {n:,} {many}" if ledger == "goods" else f"{n:,} {many} to {owed}"
        said = f"{owes} {done} {percent(value)} of {of} {in_time} their day ({band(low, high)})"
        if n_days_late is None:
            said += ", and less than nine in ten so far"
        elif n_days_late > 0:
            said += f", nine in ten within {n_days_late:,} day{'s' if n_days_late > 1 else ''} after it"
    n_open, n_late = counts
    if not n_open:
        return said + "; nothing is open."
    sums = " and ".join(f"{one.currency} {one.amount:,.0f}".strip() for one in money)
    said += f"; {n_open:,} {'is' if n_open == 1 else 'are'} open" + (f" ({sums})" if sums else "")
    if not n_late:
        return said + ", none past its day."
    if n_open == 1:
        return said + ", past its day."
    late = " and ".join(f"{one.currency} {one.late:,.0f}".strip() for one in money if one.late > 0)
    past = f", {n_late:,} of them past {'its' if n_late == 1 else 'their'} day"
    return said + past + (f" ({late})." if late else ".")
