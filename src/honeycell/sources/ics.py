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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from honeycell.errors import SourceError
from honeycell.sources.calendar_series import occurrences
from honeycell.sources.calendar_values import (
    EARLIEST,
    Start,
    handle_of,
    minutes_of,
    number_of,
    people_of,
    stamps_of,
    start_of,
    text_of,
    values_of,
)
from honeycell.sources.fingerprints import body_hash, countdown, template_hash
from honeycell.sources.records import Batch, Part, Records, interaction_id, short_hash

__all__ = ["SOURCE", "IcsSource", "add_calendar"]

MAX_BYTES = 256 * 2**20
"""Size of a calendar that is read whole."""

_EVENT = re.compile(r"^BEGIN:VEVENT\r?$.*?^END:VEVENT\r?$", re.M | re.S | re.I)
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?$", re.M | re.S | re.I)
_FAULTS = (ValueError, TypeError, AttributeError, LookupError, OverflowError, OSError, RecursionError)
"""What parsing damaged calendars raises; OSError where a zone has the name of a folder of zones."""
_SUFFIXES = (".ics", ".ical", ".icalendar", ".ifb")
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
        stamps = [stamp for event in events for stamp in stamps_of(event)]
        stamps += [start.at for event in events if (start := start_of(event.get("DTSTART"))) is not None]
        if fallback_at is not None:
            stamps.append(fallback_at)
        source = _Source(
            records=records,
            locator=locator,
            content_hash=content_hash,
            method=text_of(calendar.get("METHOD")).upper(),
            fallback_at=fallback_at,
            alive_at=max(stamps, default=EARLIEST),
            now=datetime.now(UTC).replace(tzinfo=None),
        )
        moved = _moved(events)
        for event in events:
            n_events += 1
            where = f"{locator} event {n_events}" if "#" in locator else f"{locator}#event {n_events}"
            try:
                _add_event(source, event, where, moved.get(text_of(event.get("UID")), set()))
            except _FAULTS as error:
                records.skip(where, "bad-event", f"{type(error).__name__}: {error}"[:300], content_hash)
    return n_events


def _calendars(records: Records, data: bytes, locator: str, content_hash: str) -> Iterator[Any]:
    """The calendars in the bytes; event by event where the whole cannot be parsed."""
    from icalendar import Calendar, Component

    text = _decoded(data)
    try:
        parsed = Component.from_ical(text, multiple=True)
    except _FAULTS as error:
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
            except _FAULTS as worse:
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
        start = start_of(event.get("RECURRENCE-ID"))
        if start is not None:
            moved.setdefault(text_of(event.get("UID")), set()).add(start.key)
    return moved


def _add_event(source: _Source, event: Any, where: str, moved: set[str]) -> None:
    start = start_of(event.get("DTSTART"))
    original = start_of(event.get("RECURRENCE-ID"))
    answered = source.method in ("CANCEL", "REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER")
    if start is None and answered:
        at = source.fallback_at
        start = original or (None if at is None else Start(at, at.date(), None, False))
    if start is None:
        source.records.skip(where, "no-date", "the event has no start that can be read", source.content_hash)
        return
    if start.at < EARLIEST:
        source.records.skip(where, "implausible-date", f"it starts on {start.on}", source.content_hash)
        return
    uid = text_of(event.get("UID")) or "content-" + short_hash(start.key, text_of(event.get("SUMMARY")), _owner(event))
    series = event.get("RRULE") is not None or event.get("RDATE") is not None
    if original is not None or not series:
        if start.at > source.now:
            source.records.skip(where, "in-the-future", f"it starts on {start.on}", source.content_hash)
            return
        key = "" if original is None else "/" + original.key
        _add_occurrence(source, event, where, f"calendar:{uid}{key}", uid, start, expanded=False)
        return
    for occurrence in occurrences(event, start, now=source.now, alive_at=source.alive_at):
        if occurrence.key not in moved:
            native = f"calendar:{uid}/{occurrence.key}"
            _add_occurrence(source, event, f"{where} {occurrence.key}", native, uid, occurrence, expanded=True)


def _add_occurrence(
    source: _Source, event: Any, where: str, native: str, uid: str, start: Start, *, expanded: bool
) -> None:
    """The rows of one meeting."""
    status = text_of(event.get("STATUS")).lower()
    if source.method == "CANCEL":
        status = "cancelled"
    sequence = number_of(event.get("SEQUENCE"))
    rank = (
        _EXPANDED if expanded and source.method in ("REQUEST", "PUBLISH", "ADD", "") else _RANKS.get(source.method, 3)
    )
    if status == "cancelled":
        rank = 0
    stamp = max(stamps_of(event), default=source.fallback_at or EARLIEST)
    subject = text_of(event.get("SUMMARY"))
    body = text_of(event.get("DESCRIPTION"))
    people = sorted(people_of(event))
    headers = sorted(_headers(event, source.method, status, sequence))
    minutes = None if start.whole_days else minutes_of(event)
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
        n_bytes=len(subject.encode()) + len(body.encode()),
    )
    for role, handle, name in people:
        add("participants", **ids, role=role, handle=handle, display_name=name or None)
    for name, value in headers:
        add("headers", **ids, name=name, value=value[:1000])
    if body:
        add("texts", **ids, body=body)
    sighting = {"source": source.records.source, "locator": where, "content_hash": source.content_hash}
    add("sightings", **ids, **sighting)


def _headers(event: Any, method: str, status: str, sequence: int) -> set[tuple[str, str]]:
    headers = {("sequence", str(sequence))}
    if event.get("RECURRENCE-ID") is None:
        headers.add(("series", str(sequence)))
    if method:
        headers.add(("method", method.lower()))
    if status:
        headers.add(("status", status))
    for value in values_of(event.get("ATTENDEE")):
        answer = str(getattr(value, "params", {}).get("PARTSTAT", "")).lower()
        handle, _ = handle_of(value)
        if answer and handle:
            headers.add(("partstat", f"{answer} {handle}"))
    location = text_of(event.get("LOCATION"))
    if location:
        headers.add(("location", location))
    return headers


def _owner(event: Any) -> str:
    return next((handle_of(value)[0] for value in values_of(event.get("ORGANIZER"))), "")


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
