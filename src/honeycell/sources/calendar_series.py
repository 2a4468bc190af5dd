"""The occurrences of a series of meetings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from honeycell.sources.calendar_values import EARLIEST, Start, date_of, moment_of, values_of

__all__ = ["MAX_OCCURRENCES", "OPEN_END", "occurrences"]

MAX_OCCURRENCES = 1_000
"""Occurrences of one series that are taken, the first ones."""
OPEN_END = timedelta(days=366)
"""How long a series without an end is believed to go on after the last sign of life of its calendar."""

_EVERY = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")


def occurrences(event: Any, start: Start, *, now: datetime, alive_at: datetime) -> list[Start]:
    """The starts of a series that are not after now, at most `MAX_OCCURRENCES`, in order.

    Args:
        event: The event that has RRULE or RDATE.
        start: Its own start, which is the first occurrence.
        now: UTC, naive.
        alive_at: The last sign of life of the calendar, UTC, naive.
    """
    begins = date_of(event.get("DTSTART"))
    found = {start.key: start}
    if isinstance(begins, date):
        for rule in values_of(event.get("RRULE")):
            found |= {made.key: made for made in _by_rule(rule, begins, now, alive_at)}
    found |= {made.key: made for made in _listed(event.get("RDATE"))}
    for dropped in _listed(event.get("EXDATE")):
        found.pop(dropped.key, None)
    begun = [made for made in found.values() if EARLIEST <= made.at <= now]
    return sorted(begun, key=lambda made: made.at)[:MAX_OCCURRENCES]


def _by_rule(written: Any, begins: date, now: datetime, alive_at: datetime) -> Iterator[Start]:
    """The starts that an RRULE makes; it runs in wall time, so that nine o'clock stays nine o'clock in summer."""
    from dateutil.rrule import rrulestr

    rule = {str(name).upper(): values_of(values) for name, values in written.items()}
    # A step of none would never end, and steps of hours or less are no rhythm of meetings.
    if str(rule["FREQ"][0]).upper() not in _EVERY or int(rule.get("INTERVAL", [1])[0]) < 1:
        return
    timed = isinstance(begins, datetime)
    zone = begins.tzinfo if isinstance(begins, datetime) else None
    wall = begins.replace(tzinfo=None) if isinstance(begins, datetime) else datetime(*begins.timetuple()[:3])
    untils, counts = rule.pop("UNTIL", None), rule.pop("COUNT", None)
    # One day of slack: what is after now in UTC is dropped by `occurrences`.
    bound = (now if untils or counts else min(now, alive_at + OPEN_END)) + timedelta(days=1)
    if untils:
        bound = min(bound, _wall_time(untils[0], zone))
    parts = [f"{name}={','.join(map(_rule_value, values))}" for name, values in rule.items()]
    limit = min(max(int(counts[0]), 1), MAX_OCCURRENCES) if counts else MAX_OCCURRENCES
    moments = rrulestr(";".join([*parts, f"UNTIL={bound:%Y%m%dT%H%M%S}"]), dtstart=wall)
    for moment in islice(moments, limit):
        yield moment_of(moment.replace(tzinfo=zone) if timed else moment.date())


def _wall_time(until: date, zone: tzinfo | None) -> datetime:
    """The last instant of a series on the clocks of its zone; a day counts to its end."""
    if not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day, 23, 59, 59)
    return until if until.tzinfo is None else until.astimezone(zone or UTC).replace(tzinfo=None)


def _listed(value: Any) -> Iterator[Start]:
    """The starts that RDATE or EXDATE list; of a period its beginning."""
    for listed in values_of(value):
        for one in getattr(listed, "dts", ()):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if isinstance(moment, date):
                yield moment_of(moment)


def _rule_value(value: Any) -> str:
    return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)
