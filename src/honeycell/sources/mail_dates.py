"""Date fields of mail: the instant, the offset the sender wrote, and whether it is plausible."""

from __future__ import annotations

import re
import time
from datetime import date
from email.utils import parsedate_tz
from functools import lru_cache
from typing import NamedTuple

__all__ = ["MICROSECONDS", "Moment", "envelope_moment", "is_plausible", "moment"]

MICROSECONDS = 1_000_000
EARLIEST = (date(1971, 1, 1).toordinal() - date(1970, 1, 1).toordinal()) * 86_400
"""Earlier dates come from clocks that were never set."""
SLACK_SECONDS = 2 * 86_400
"""A date further ahead of the clock of this machine is not believed."""

UNKNOWN = -10_000
"""Stands for an offset of which the sender says that it means nothing."""

_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = dict(
    jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12
)  # fmt: skip
_DAY = re.compile(r"(?:[A-Za-z]{3,9}\s*,?\s*)?(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})[, ]\s*")
_OFFSET = re.compile(r"\s*([+-])(\d{2})(\d{2})(?!\d)")
_ZERO = re.compile(r"\+0000|\b(?:GMT|UTC?|Z)\b")
_COMMENT = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_ASCTIME = re.compile(
    rb"([A-Za-z]{3}) +(\d{1,2}) +(\d{1,2}):(\d{2})(?::(\d{2}))? +"
    rb"(?:([+-]\d{4}|[A-Z]{1,5}) +)?(\d{4})(?: +([+-]\d{4}))?\s*$"
)


class Moment(NamedTuple):
    """An instant and the day it was where it was written."""

    seconds: int
    """Since 1970-01-01, UTC."""
    offset_minutes: int | None
    """The offset as written; None where none was, or `-0000`."""

    @property
    def day(self) -> int:
        """Days since 1970-01-01 at the offset as written (UTC if none)."""
        return (self.seconds + 60 * (self.offset_minutes or 0)) // 86_400


@lru_cache(maxsize=4096)
def _days(year: int, month: str, day: int) -> int:
    """Days from 1970-01-01 to a date.

    Raises:
        ValueError: There is no such date.
    """
    return date(year, _MONTHS.get(month.lower(), 0), day).toordinal() - _EPOCH


def moment(value: str) -> Moment | None:
    """The moment of a date field (RFC 5322, RFC 850, asctime and their neighbours), or None.

    Example:
        >>> moment("Fri, 29 Mar 2019 19:37:21 +0530")
        Moment(seconds=1553868441, offset_minutes=330)
        >>> moment("Fri, 29 Mar 2019 14:07:21 -0000").offset_minutes is None
        True
    """
    # "Fri, 29 Mar 2019 " and "+0530" come again and again; only the clock in between is new each time.
    colon = value.find(":")
    days = _day(value[: max(0, colon - 2)])
    clock = value[colon - 2 : colon + 6]
    if days is None or len(clock) < 8 or clock[5] != ":" or not (clock[:2] + clock[3:5] + clock[6:]).isdigit():
        return _forgiving(value)
    hour, minute, second = int(clock[:2]), int(clock[3:5]), min(int(clock[6:]), 59)
    zone = _zone(value[colon + 6 :])
    if hour > 24 or minute > 59 or zone is None:
        return _forgiving(value)
    seconds = 86_400 * days + 3600 * hour + 60 * minute + second
    return _checked(seconds, zone) if zone != UNKNOWN else Moment(seconds, None)


@lru_cache(maxsize=4096)
def _day(written: str) -> int | None:
    """Days from 1970-01-01 to a date such as `Fri, 29 Mar 2019 `, or None where it is written otherwise."""
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    day, month, year = match.groups()
    try:
        return _days(int(year), month, int(day))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _zone(written: str) -> int | None:
    """Minutes of a numeric offset, `UNKNOWN` for `-0000`, or None where it is written otherwise."""
    match = _OFFSET.match(written)
    if match is None:
        return 0 if re.fullmatch(r"\s+(?:GMT|UTC?|Z)\b.*", written, re.S) else None
    sign, hours, minutes = match.groups()
    offset = 60 * int(hours) + int(minutes)
    if sign == "-":
        return -offset or UNKNOWN
    return offset


def _checked(seconds: int, offset: int) -> Moment:
    """An offset that no place on earth has is none."""
    return Moment(seconds - 60 * offset, offset) if -720 <= offset <= 840 else Moment(seconds, None)


def _forgiving(value: str) -> Moment | None:
    """What the standard library makes of it; it knows the named zones of North America."""
    try:
        parsed = parsedate_tz(_COMMENT.sub(" ", value) if "(" in value else value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if parsed is None:
        return None
    year, month, day, hour, minute, second, *_, offset = parsed
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    if not (0 <= hour <= 24 and 0 <= minute <= 59 and 0 <= second <= 61):
        return None
    seconds = 86_400 * days + 3600 * hour + 60 * minute + min(second, 59)
    # The library makes no difference between an offset of zero and none.
    if not offset and _ZERO.search(value) is None:
        return Moment(seconds, None)
    return _checked(seconds, int((offset or 0) / 60))


def envelope_moment(line: bytes) -> Moment | None:
    """The date at the end of an mbox separator (asctime, in UTC where no zone stands), without an offset.

    Example:
        >>> envelope_moment(b"From ana@example.com Fri Mar 29 14:07:21 2019")
        Moment(seconds=1553868441, offset_minutes=None)
    """
    match = _ASCTIME.search(line)
    if match is None:
        return None
    month, day, hour, minute, second, zone, year, zone_after = match.groups()
    try:
        days = _days(int(year), month.decode(), int(day))
    except ValueError:
        return None
    seconds = 86_400 * days + 3600 * int(hour) + 60 * int(minute) + min(int(second or 0), 59)
    written = zone_after or zone or b""
    if written[:1] in (b"+", b"-"):
        minutes = 60 * int(written[1:3]) + int(written[3:5])
        seconds -= 60 * (minutes if written[:1] == b"+" else -minutes)
    return Moment(seconds, None)


def is_plausible(seconds: int, now: float | None = None) -> bool:
    """Whether mail can have been sent then: from 1971 to two days after now (or the clock)."""
    return EARLIEST <= seconds <= (time.time() if now is None else now) + SLACK_SECONDS
