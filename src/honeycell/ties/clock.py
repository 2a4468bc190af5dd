"""The responder's working clock: Monday to Friday, 9 to 17, at the offset they live at.

A person's offset at a time is the one they wrote most often over the eight calendar weeks before the week of that
time; failing that the offset of a given message of theirs; failing that the one they wrote most often ever; failing
that UTC. "Often" counts messages (a message to three is one), ties go to the smaller offset.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["WEEKS", "begin", "recent_offsets", "usual_offsets", "week", "weekly_offsets", "working_seconds"]

WEEKS = 8
"""Calendar weeks that a recent offset looks back over."""
_MONDAY = 4 * 86_400
"""Seconds from the epoch, a Thursday, to the first Monday after it."""
_OPENS, _CLOSES = 9 * 3_600, 17 * 3_600


def week(at: ir.TimestampValue) -> ir.IntegerValue:
    """Number of the calendar week (Monday to Sunday, UTC) of an instant since the epoch."""
    return ((_seconds(at) - _MONDAY) / 604_800).floor().cast("int32")


def begin(week: int) -> datetime:
    """The instant at which a calendar week begins."""
    return datetime(1970, 1, 5) + timedelta(weeks=week)


def working_seconds(start: ir.TimestampValue, end: ir.TimestampValue, offset: ir.NumericValue) -> ir.IntegerValue:
    """Seconds between two instants that fall on Monday to Friday, 9 to 17, at an offset in minutes."""
    return _worked(end, offset) - _worked(start, offset)


def _seconds(at: ir.TimestampValue) -> ir.IntegerValue:
    # Truncated first: engines differ in what an epoch does with fractions of a second.
    return at.truncate("s").epoch_seconds().cast("int64")


def _worked(at: ir.TimestampValue, offset: ir.NumericValue) -> ir.IntegerValue:
    """Working seconds from the first Monday after the epoch up to an instant."""
    local = _seconds(at) + offset.cast("int64") * 60 - _MONDAY
    weeks = (local / 604_800).floor().cast("int64")
    rest = local - weeks * 604_800
    day = (rest / 86_400).floor().cast("int64")
    today = (rest - day * 86_400).clip(_OPENS, _CLOSES) - _OPENS
    length = _CLOSES - _OPENS
    return weeks * (5 * length) + ibis.least(day, 5) * length + ibis.ifelse(day < 5, today, 0)


def weekly_offsets(touches: ir.Table) -> ir.Table:
    """How many messages each person wrote at which offset in which week: `person_id, week, offset, n`."""
    return (
        touches.filter(_.utc_offset_minutes.notnull() & (_.role != "attendee"))
        .group_by(person_id=_.from_person_id, week=week(_.occurred_at), offset=_.utc_offset_minutes)
        # The touches of one message sum to 1.
        .agg(n=_.weight.sum())
        .mutate(n=(_.n + 0.5).floor().cast("int64"))
    )


def usual_offsets(weekly: ir.Table) -> ir.Table:
    """The offset each person wrote most often ever, and how many different ones: `person_id, offset, n_offsets`."""
    totals = weekly.group_by("person_id", "offset").agg(n=_.n.sum())
    return totals.group_by("person_id").agg(offset=_most_often(), n_offsets=_.count())


def recent_offsets(weekly: ir.Table, needed: ir.Table) -> ir.Table:
    """The offset each person wrote most often over the eight weeks before: `person_id, week, offset`.

    Args:
        weekly: As `weekly_offsets` gives it.
        needed: Columns `person_id, week`; no others are answered.
    """
    ahead = weekly.mutate(later=ibis.range(1, WEEKS + 1).unnest())
    return (
        ahead.select("person_id", "offset", "n", week=(_.week + _.later).cast("int32"))
        .inner_join(needed, ["person_id", "week"])
        .group_by("person_id", "week", "offset")
        .agg(n=_.n.sum())
        .group_by("person_id", "week")
        .agg(offset=_most_often())
    )


def _most_often() -> ir.IntegerScalar:
    # One number that no two offsets share, so that the answer does not depend on the order of rows.
    return _.offset.argmax(_.n * 4_096 - _.offset.cast("int64"))
