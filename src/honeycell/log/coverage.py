"""When the sensors were on: which days each imported archive covers.

The log holds a row for every day on which an archive has a record: a set, so the order of imports does not matter
and nothing that was wrong once has to be taken back. What is read are the stretches of those days. An archive that
falls silent for so long that its own rhythm forbids it was off, and a few records dated far away from all others
(a wrong clock, 2106) stretch nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["coverage", "coverage_end", "covered_days"]

_SILENCE_DAYS = 30
"""A shorter silence is never taken for a sensor that was off: people go on holiday."""
_CHANCE = 1e-4
"""A silence is too long when fewer than this many of its length would come by chance in the whole archive."""
_STRAY_SHARE = 0.05
"""A stretch with a smaller share of the archive's days stands for nothing but wrong dates, ..."""
_STRAY_DAYS = 5
"""... if it has fewer days than this."""


def covered_days(dated: ir.Table, known: ir.Table) -> ir.Table:
    """The rows that `coverage` lacks, one for each day of each owner; the owner is the first part of the locator.

    Args:
        dated: `source locator occurred_on` of records; without a date a record covers nothing.
        known: The log's table `coverage`.
    """
    import ibis

    archive = dated.locator.re_extract(r"^([^/#]+)", 1)
    days = dated.filter(dated.occurred_on.notnull())
    # A meeting of next year is in the calendar today; that does not make next year observed.
    days = days.filter(days.occurred_on <= ibis.literal(date.today()))
    days = days.select("source", owner=archive, from_on="occurred_on", to_on="occurred_on").distinct()
    days = days.anti_join(known, ["source", "owner", "from_on"])
    return days.mutate(share_complete=ibis.literal(1.0))


def coverage(t: Tables) -> ir.Table:
    """The stretches of days that each archive covers, whatever the number and order of imports.

    Returns:
        `source owner from_on to_on share_complete`: several rows for an owner when there is a silence in between
        that is too long for it: at least 30 days, and with `p` the share of its days that bear a record,
        `n_days * (1 - p) ** silence < 1e-4`.
    """
    import ibis

    by_owner = ibis.window(group_by=["source", "owner"], order_by="from_on")
    days = t["coverage"].select("source", "owner", "from_on").distinct()
    days = days.mutate(gap=(days.from_on.epoch_days() - days.from_on.lag().over(by_owner).epoch_days()).fill_null(0))
    rhythm = days.group_by(["source", "owner"]).agg(
        n_days=days.count(), n_open=ibis.least(days.gap, _SILENCE_DAYS).sum() + 1
    )
    days = days.join(rhythm, ["source", "owner"])
    share_silent = 1.0 - days.n_days / ibis.greatest(days.n_open, days.n_days + 1)
    off = (days.gap >= _SILENCE_DAYS) & (days.n_days * share_silent ** (days.gap - 1) < _CHANCE)
    days = days.mutate(opens=off.cast("int64"))
    days = days.mutate(stretch=days.opens.sum().over(by_owner))
    stretches = days.group_by(["source", "owner", "n_days", "stretch"]).agg(
        from_on=days.from_on.min(), to_on=days.from_on.max(), n_in=days.count()
    )
    stray = (stretches.n_in < _STRAY_DAYS) & (stretches.n_in < _STRAY_SHARE * stretches.n_days)
    kept = stretches.filter(~stray).mutate(share_complete=ibis.literal(1.0))
    return kept.select("source", "owner", "from_on", "to_on", "share_complete")


def coverage_end(t: Tables) -> date | None:
    """The last day that any archive covers; None while nothing is covered."""
    end: date | None = t.arrow(coverage(t).to_on.max()).as_py()
    return end
