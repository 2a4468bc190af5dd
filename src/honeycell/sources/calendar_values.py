"""What the properties of a calendar event say: when, how long, who, in words and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

__all__ = [
    "EARLIEST",
    "Start",
    "date_of",
    "handle_of",
    "minutes_of",
    "moment_of",
    "number_of",
    "people_of",
    "stamps_of",
    "start_of",
    "text_of",
    "values_of",
]

EARLIEST = datetime(1970, 1, 1)
"""Meetings before this have a broken date."""

_ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")


@dataclass(frozen=True)
class Start:
    """When an occurrence begins."""

    at: datetime
    """In UTC, naive."""
    on: date
    offset_minutes: int | None
    whole_days: bool

    @property
    def key(self) -> str:
        """The start as it appears in ids."""
        return f"{self.on:%Y%m%d}" if self.whole_days else f"{self.at:%Y%m%dT%H%M%SZ}"


def people_of(event: Any) -> set[tuple[str, str, str]]:
    """Role, handle and name of everyone who has not declined; rooms and other resources are no people."""
    people = set()
    for role, field in (("organiser", "ORGANIZER"), ("attendee", "ATTENDEE")):
        for value in values_of(event.get(field)):
            params = getattr(value, "params", {})
            if str(params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE"):
                continue
            if role == "attendee" and str(params.get("PARTSTAT", "")).upper() == "DECLINED":
                continue
            handle, name = handle_of(value)
            if handle:
                people.add((role, handle, name))
            sender = _ADDRESS.search(str(params.get("SENT-BY", "")))
            if role == "organiser" and sender:
                people.add(("sender", "mailto:" + sender.group().lower(), ""))
    return people


def handle_of(value: Any) -> tuple[str, str]:
    """Handle and name of an organiser or attendee; an empty handle where no address can be found."""
    params = getattr(value, "params", {})
    name = str(params.get("CN", "")).strip().strip("\"'").strip()
    written = re.sub(r"(?i)^(mailto:)+", "", str(value).strip())
    for text in (written, str(params.get("EMAIL", "")), name):
        found = _ADDRESS.search(text)
        if found:
            address = found.group().lower()
            return "mailto:" + address, "" if name.lower() == address else name
    return "", name


def minutes_of(event: Any) -> float | None:
    """Length in minutes; null where none is written or it is negative or longer than a week."""
    first, last, length = (date_of(event.get(field)) for field in ("DTSTART", "DTEND", "DURATION"))
    if isinstance(first, datetime) and isinstance(last, datetime):
        if (first.tzinfo is None) != (last.tzinfo is None):
            first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
        length = last - first
    if not isinstance(length, timedelta):
        return None
    return length.total_seconds() / 60 if timedelta(0) <= length <= timedelta(days=7) else None


def stamps_of(event: Any) -> list[datetime]:
    """When the copy was written, by DTSTAMP and LAST-MODIFIED."""
    starts = (start_of(event.get(field)) for field in ("DTSTAMP", "LAST-MODIFIED"))
    return [start.at for start in starts if start is not None and start.at >= EARLIEST]


def start_of(value: Any) -> Start | None:
    """The instant of a property, or None where it cannot be read."""
    moment = date_of(value)
    try:
        return moment_of(moment) if isinstance(moment, date) else None
    except OverflowError:
        return None


def date_of(value: Any) -> object:
    """The date, instant or length of a property; None where there is none that can be read."""
    return getattr(next(iter(values_of(value)), None), "dt", None)


def moment_of(moment: date) -> Start:
    """A day or an instant as a start.

    Example:
        >>> moment_of(date(2024, 7, 1)).key, moment_of(datetime(2024, 7, 1, 9)).key
        ('20240701', '20240701T090000Z')
    """
    if not isinstance(moment, datetime):
        return Start(datetime(moment.year, moment.month, moment.day), moment, None, True)
    offset = moment.utcoffset()
    if offset is None:
        return Start(moment.replace(tzinfo=None), moment.date(), None, False)
    wall = moment.replace(tzinfo=None)
    return Start(wall - offset, wall.date(), int(offset.total_seconds() // 60), False)


def number_of(value: Any) -> int:
    """The number of a property, 0 where there is none that can be read."""
    try:
        return int(text_of(value) or 0)
    except ValueError:
        return 0


def text_of(value: Any) -> str:
    """The text of a property, of several the first; empty where there is none."""
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None or isinstance(value, list) else str(value).strip()


def values_of(value: Any) -> list[Any]:
    """The values of a property, without those that the parser could not read."""
    values = [] if value is None else value if isinstance(value, list) else [value]
    return [one for one in values if not isinstance(one, _broken())]


@cache
def _broken() -> type:
    """What the parser puts in the place of a property it cannot read; imported late, for a quick start."""
    from icalendar import vBroken

    broken: type = vBroken
    return broken
