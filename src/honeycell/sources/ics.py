"""Calendars: invitations, replies and cancellations, as files or inside mail.

Several copies of one meeting are one interaction: the id comes from its UID and, in a series, from the start the
occurrence had when the series was written (RECURRENCE-ID). Every occurrence that has begun is an interaction of its
own. Which copy shows is decided by the log, which takes the smallest `copy_hash`; here that hash begins with the
sequence number counted down, then the kind of copy, then the time stamp counted down: so the latest word of the
organiser shows, in whatever order copies arrive.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from honeycell.errors import SourceError
from honeycell.sources.fingerprints import body_hash, countdown, template_hash
from honeycell.sources.records import Batch, Part, Records, interaction_id, short_hash

__all__ = ["SOURCE", "IcsSource", "add_calendar"]

MAX_OCCURRENCES = 1_000
"""Occurrences of one series that are taken, the first ones."""
OPEN_END = timedelta(days=366)
"""How long a series without an end is believed to go on after the last sign of life of its calendar."""
EARLIEST = datetime(1970, 1, 1)
"""Meetings before this have a broken date."""
MAX_BYTES = 256 * 2**20
"""Size of a calendar that is read whole."""

_EVENT = re.compile(r"^BEGIN:VEVENT\r?$.*?^END:VEVENT\r?$", re.M | re.S | re.I)
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?$", re.M | re.S | re.I)
_ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
_SUFFIXES = (".ics", ".ical", ".icalendar", ".ifb")
_EVERY = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_RANKS = {"CANCEL": 0, "REQUEST": 1, "PUBLISH": 1, "ADD": 1, "": 1, "COUNTER": 3, "DECLINECOUNTER": 3, "REPLY": 4}
_EXPANDED = 2


@dataclass(frozen=True)
class _Source:
    """What the rows of one calendar share."""

    records: Records
    locator: str
    content_hash: str
    method: str
    fallback_at: datetime | None
    alive_at: datetime
    now: datetime


@dataclass(frozen=True)
class _Start:
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


def add_calendar(
    records: Records, data: bytes, *, locator: str, content_hash: str, fallback_at: datetime | None
) -> int:
    r"""Add a row for every meeting in the bytes of a calendar.

    Args:
        records: Collects the rows; what cannot be used is skipped there with a reason.
        data: The calendar in iCalendar form (RFC 5545), in any common encoding.
        locator: Where the bytes lie; the number of the event is added to it.
        content_hash: 32 hex digits over the record that holds the bytes.
        fallback_at: When the calendar was sent, in UTC and naive; the date of a cancellation or reply that has
            none, and a sign of life of a series without an end.

    Returns:
        How many events the calendar has. Bad data never raises.

    Example:
        >>> from honeycell.sources import Records
        >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "DTSTART:20240105T090000Z",
        ...          "DTEND:20240105T093000Z", "SUMMARY:Plans", "END:VEVENT", "END:VCALENDAR"]
        >>> records = Records("ics")
        >>> add_calendar(records, "\n".join(lines).encode(), locator="a.ics", content_hash="0" * 32, fallback_at=None)
        1
        >>> records.take().tables["interactions"]["duration_minutes"].to_pylist()
        [30.0]
    """
    with warnings.catch_warnings():
        # icalendar warns of zones it has to guess; its guess is what is wanted.
        warnings.simplefilter("ignore")
        return _add_calendar(records, data, locator, content_hash, fallback_at)


def _add_calendar(records: Records, data: bytes, locator: str, content_hash: str, fallback_at: datetime | None) -> int:
    n_events = 0
    for calendar in _calendars(records, data, locator, content_hash):
        events = list(calendar.walk("VEVENT"))
        stamps = [stamp for event in events for stamp in _stamps(event)]
        if fallback_at is not None:
            stamps.append(fallback_at)
        source = _Source(
            records=records,
            locator=locator,
            content_hash=content_hash,
            method=_text(calendar.get("METHOD")).upper(),
            fallback_at=fallback_at,
            alive_at=max(stamps, default=EARLIEST),
            now=datetime.now(UTC).replace(tzinfo=None),
        )
        moved = _moved(events)
        for event in events:
            n_events += 1
            where = f"{locator} event {n_events}" if "#" in locator else f"{locator}#event {n_events}"
            try:
                _add_event(source, event, where, moved.get(_text(event.get("UID")), set()))
            except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
                records.skip(where, "bad-event", f"{type(error).__name__}: {error}"[:300], content_hash)
    return n_events


def _calendars(records: Records, data: bytes, locator: str, content_hash: str) -> Iterator[Any]:
    """The calendars in the bytes; event by event where the whole cannot be parsed."""
    from icalendar import Calendar, Component

    text = _decoded(data)
    try:
        parsed = Component.from_ical(text, multiple=True)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
        events = _EVENT.findall(text)
        if not events:
            records.skip(locator, "not-a-calendar", f"{type(error).__name__}: {error}"[:300], content_hash)
            return
        zones = "".join(zone + "\n" for zone in _ZONE.findall(text))
        method = re.search(r"^METHOD:(\w+)", text, re.M | re.I)
        head = f"METHOD:{method.group(1)}\n" if method else ""
        for number, event in enumerate(events, 1):
            whole = f"BEGIN:VCALENDAR\n{head}{zones}{event}\nEND:VCALENDAR\n"
            try:
                yield Calendar.from_ical(whole)
            except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as worse:
                detail = f"{type(worse).__name__}: {worse}"[:300]
                records.skip(f"{locator} damaged event {number}", "bad-event", detail, content_hash)
        return
    yield from parsed


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _moved(events: list[Any]) -> dict[str, set[str]]:
    """Occurrences that have an event of their own, by UID: a series does not make them again."""
    moved: dict[str, set[str]] = {}
    for event in events:
        start = _start(event.get("RECURRENCE-ID"))
        if start is not None:
            moved.setdefault(_text(event.get("UID")), set()).add(start.key)
    return moved


def _add_event(source: _Source, event: Any, where: str, moved: set[str]) -> None:
    start = _start(event.get("DTSTART"))
    original = _start(event.get("RECURRENCE-ID"))
    answered = source.method in ("CANCEL", "REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER")
    if start is None and answered:
        at = source.fallback_at
        start = original or (None if at is None else _Start(at, at.date(), None, False))
    if start is None:
        source.records.skip(where, "no-date", "the event has no start that can be read", source.content_hash)
        return
    if start.at < EARLIEST:
        source.records.skip(where, "implausible-date", f"it starts on {start.on}", source.content_hash)
        return
    uid = _text(event.get("UID")) or "content-" + short_hash(start.key, _text(event.get("SUMMARY")), _owner(event))
    series = event.get("RRULE") is not None or event.get("RDATE") is not None
    if original is not None or not series:
        if start.at > source.now:
            source.records.skip(where, "in-the-future", f"it starts on {start.on}", source.content_hash)
            return
        key = "" if original is None else "/" + original.key
        _add_occurrence(source, event, where, f"calendar:{uid}{key}", uid, start, expanded=False)
        return
    for occurrence in _occurrences(source, event, start):
        if occurrence.key not in moved:
            native = f"calendar:{uid}/{occurrence.key}"
            _add_occurrence(source, event, f"{where} {occurrence.key}", native, uid, occurrence, expanded=True)


def _occurrences(source: _Source, event: Any, start: _Start) -> list[_Start]:
    """The starts of a series that are not after now, at most `MAX_OCCURRENCES`, in order."""
    from dateutil.rrule import rrulestr

    begins = _dt(event.get("DTSTART"))
    if not isinstance(begins, date):
        return []
    zone = getattr(begins, "tzinfo", None)
    wall = begins.replace(tzinfo=None) if isinstance(begins, datetime) else datetime(*begins.timetuple()[:3])
    found = {start.key: start}
    for written in _listed(event.get("RRULE")):
        rule = {str(name).upper(): values for name, values in written.items()}
        if str(_listed(rule.get("FREQ"))[0]).upper() not in _EVERY:
            continue
        untils, counts = _listed(rule.pop("UNTIL", None)), _listed(rule.pop("COUNT", None))
        end = source.now if untils or counts else min(source.now, source.alive_at + OPEN_END)
        if untils:
            last = untils[0]
            if not isinstance(last, datetime):
                last = datetime(last.year, last.month, last.day, 23, 59, 59)
            elif last.tzinfo is not None:
                last = last.astimezone(zone or UTC).replace(tzinfo=None)
            end = min(end, last)
        # One day of slack: the rule runs in wall time, the bound is in UTC; the exact bound follows below.
        parts = [f"{name}={','.join(map(_rule_value, _listed(values)))}" for name, values in rule.items()]
        bound = min(end + timedelta(days=1), last) if untils else end + timedelta(days=1)
        text = ";".join([*parts, f"UNTIL={bound:%Y%m%dT%H%M%S}"])
        limit = min(int(counts[0]), MAX_OCCURRENCES) if counts else MAX_OCCURRENCES
        for n, moment in enumerate(rrulestr(text, dtstart=wall)):
            if n >= limit:
                break
            made = _moment(moment.replace(tzinfo=zone) if isinstance(begins, datetime) else moment.date())
            found[made.key] = made
    for listed in _listed(event.get("RDATE")):
        for value in getattr(listed, "dts", ()):
            moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            if isinstance(moment, date):
                more = _moment(moment)
                found[more.key] = more
    for listed in _listed(event.get("EXDATE")):
        for value in getattr(listed, "dts", ()):
            if isinstance(value.dt, date):
                found.pop(_moment(value.dt).key, None)
    begun = [made for made in found.values() if EARLIEST <= made.at <= source.now]
    return sorted(begun, key=lambda made: made.at)[:MAX_OCCURRENCES]


def _rule_value(value: Any) -> str:
    return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)


def _add_occurrence(
    source: _Source, event: Any, where: str, native: str, uid: str, start: _Start, *, expanded: bool
) -> None:
    """The rows of one meeting."""
    status = _text(event.get("STATUS")).lower()
    if source.method == "CANCEL":
        status = "cancelled"
    sequence = _number(event.get("SEQUENCE"))
    rank = (
        _EXPANDED if expanded and source.method in ("REQUEST", "PUBLISH", "ADD", "") else _RANKS.get(source.method, 3)
    )
    if status == "cancelled":
        rank = 0
    stamp = max(_stamps(event), default=source.fallback_at or EARLIEST)
    subject = _text(event.get("SUMMARY"))
    body = _text(event.get("DESCRIPTION"))
    people = sorted(_people(event))
    headers = sorted(_headers(event, source.method, status, sequence))
    minutes = None if start.whole_days else _minutes(event)
    written = short_hash(native, start.key, subject, body, repr(minutes), repr(people), repr(headers))
    copy_hash = countdown(sequence, 3) + f"{rank:x}" + countdown(int(stamp.timestamp()) // 60, 7) + written[:5]
    ids = {"interaction_id": interaction_id(native), "copy_hash": copy_hash}
    add = source.records.add
    add(
        "interactions",
        **ids,
        kind="meeting",
        channel="calendar",
        conversation_key=uid,
        subject=subject or None,
        occurred_at=start.at,
        occurred_on=start.on,
        utc_offset_minutes=start.offset_minutes,
        duration_minutes=minutes,
        message_id=native,
        body_hash=body_hash(body),
        template_hash=template_hash(body),
        n_bytes=len(event.to_ical()),
    )
    for role, handle, name in people:
        add("participants", **ids, role=role, handle=handle, display_name=name or None)
    for name, value in headers:
        add("headers", **ids, name=name, value=value[:1000])
    if body:
        add("texts", **ids, body=body)
    sighting = {"source": source.records.source, "locator": where, "content_hash": source.content_hash}
    add("sightings", **ids, **sighting)


def _people(event: Any) -> set[tuple[str, str, str]]:
    """Role, handle and name of everyone; rooms and other resources are no people."""
    people = set()
    for role, field in (("organiser", "ORGANIZER"), ("attendee", "ATTENDEE")):
        for value in _listed(event.get(field)):
            params = getattr(value, "params", {})
            if str(params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE"):
                continue
            handle, name = _handle(value)
            if handle:
                people.add((role, handle, name))
            sender = _ADDRESS.search(str(params.get("SENT-BY", "")))
            if role == "organiser" and sender:
                people.add(("sender", "mailto:" + sender.group().lower(), ""))
    return people


def _handle(value: Any) -> tuple[str, str]:
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


def _headers(event: Any, method: str, status: str, sequence: int) -> set[tuple[str, str]]:
    headers = {("sequence", str(sequence))}
    if event.get("RECURRENCE-ID") is None:
        headers.add(("series", str(sequence)))
    if method:
        headers.add(("method", method.lower()))
    if status:
        headers.add(("status", status))
    for value in _listed(event.get("ATTENDEE")):
        answer = str(getattr(value, "params", {}).get("PARTSTAT", "")).lower()
        handle, _ = _handle(value)
        if answer and handle:
            headers.add(("partstat", f"{answer} {handle}"))
    location = _text(event.get("LOCATION"))
    if location:
        headers.add(("location", location))
    return headers


def _minutes(event: Any) -> float | None:
    """Length in minutes; null where none is written or it is negative or longer than a week."""
    first, last, length = (_dt(event.get(field)) for field in ("DTSTART", "DTEND", "DURATION"))
    if isinstance(first, datetime) and isinstance(last, datetime):
        if (first.tzinfo is None) != (last.tzinfo is None):
            first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
        length = last - first
    if not isinstance(length, timedelta):
        return None
    return length.total_seconds() / 60 if timedelta(0) <= length <= timedelta(days=7) else None


def _stamps(event: Any) -> list[datetime]:
    """When the copy was written, by DTSTAMP and LAST-MODIFIED."""
    starts = (_start(event.get(field)) for field in ("DTSTAMP", "LAST-MODIFIED"))
    return [start.at for start in starts if start is not None and start.at >= EARLIEST]


def _start(value: Any) -> _Start | None:
    """The instant of a property, or None where it cannot be read."""
    moment = _dt(value)
    return _moment(moment) if isinstance(moment, date) else None


def _dt(value: Any) -> object:
    """The date, instant or length of a property; None where there is none that can be read."""
    return getattr(next(iter(_listed(value)), None), "dt", None)


def _moment(moment: date) -> _Start:
    if not isinstance(moment, datetime):
        return _Start(datetime(moment.year, moment.month, moment.day), moment, None, True)
    offset = moment.utcoffset()
    if offset is None:
        return _Start(moment.replace(tzinfo=None), moment.date(), None, False)
    wall = moment.replace(tzinfo=None)
    return _Start(wall - offset, wall.date(), int(offset.total_seconds() // 60), False)


def _owner(event: Any) -> str:
    return next((_handle(value)[0] for value in _listed(event.get("ORGANIZER"))), "")


def _number(value: Any) -> int:
    try:
        return int(_text(value) or 0)
    except ValueError:
        return 0


def _text(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None or isinstance(value, list) else str(value).strip()


def _listed(value: Any) -> list[Any]:
    """The values of a property, without those that the parser could not read."""
    values = [] if value is None else value if isinstance(value, list) else [value]
    return [one for one in values if not isinstance(one, _broken())]


@cache
def _broken() -> type:
    """What the parser puts in the place of a property it cannot read; imported late, for a quick start."""
    from icalendar import vBroken

    broken: type = vBroken
    return broken


class IcsSource:
    """Calendar files and folders that hold nothing else."""

    name = "ics"

    def recognises(self, path: Path) -> bool:
        """Whether the file, or everything in the folder, is named as a calendar."""
        if path.is_dir():
            names = [entry.suffix.lower() for entry in path.iterdir() if not entry.name.startswith(".")]
            return bool(names) and all(name in _SUFFIXES for name in names)
        return path.suffix.lower() in _SUFFIXES and path.is_file()

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part for each file.

        Raises:
            SourceError: The path cannot be listed (`file-not-readable`).
        """
        try:
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            for file in files:
                if file.suffix.lower() not in _SUFFIXES:
                    continue
                place = f"{locator}/{file.relative_to(path).as_posix()}" if path.is_dir() else locator
                yield Part(self.name, file, place, n_bytes=file.stat().st_size)
        except OSError as error:
            raise _unreadable(path, error) from error

    def read(self, part: Part) -> Iterator[Batch]:
        """The meetings of one file.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`) or is too large to be a calendar.
        """
        import hashlib

        if part.n_bytes > MAX_BYTES:
            message = f"the calendar has {part.n_bytes:,} bytes, more than {MAX_BYTES:,}"
            raise SourceError("archive-too-large", message, part.locator, "split it into several files")
        try:
            data = part.path.read_bytes()
        except OSError as error:
            raise _unreadable(part.path, error) from error
        records = Records(self.name)
        content = hashlib.sha256(data).hexdigest()[:32]
        if not data.strip():
            raise SourceError("empty-file", "the calendar holds nothing", part.locator, "leave it out")
        records.n_records = add_calendar(records, data, locator=part.locator, content_hash=content, fallback_at=None)
        records.n_bytes = len(data)
        yield records.take()


def _unreadable(path: Path, error: OSError) -> SourceError:
    message = f"the calendar cannot be opened: {error.strerror or error}"
    return SourceError("file-not-readable", message, str(path), "let this user read it")


SOURCE = IcsSource()
