"""Meetings: every stream meets in a rhythm, pairs meet now and then; calendars by department; invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.demo.correspondence import is_quiet
from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message, Quiet
from honeycell.demo.people import DEPARTMENTS, People
from honeycell.demo.relations import FIRST, LAST, Ties
from honeycell.demo.sites import DAY, SITES

__all__ = ["Meeting", "invitations", "meetings", "write_calendars"]


@dataclass(frozen=True)
class Meeting:
    """One meeting."""

    uid: str
    at: int
    minutes: int
    organiser: int
    attendees: tuple[int, ...]
    subject: str
    cancelled: bool
    by_mail: bool
    """Whether an invitation was sent by mail as well."""
    recurs: bool
    """Whether it is one of a series, whose uid it bears."""


def meetings(seed: int, scale: float, everybody: People, ties: Ties, quiet: Quiet) -> list[Meeting]:
    """All meetings, earliest first; nobody meets somebody a quiet tie keeps them from."""
    dice = Dice(seed, "meetings")
    made: list[Meeting] = []

    def add(at: int, organiser: int, others: list[int], subject: str, minutes: int, series: str = "") -> None:
        people = [organiser]
        for person in others:
            if person not in people and not any(is_quiet(quiet, person, one, at) for one in people):
                people.append(person)
        if len(people) > 1 and FIRST <= at < LAST - 7200:
            made.append(
                Meeting(
                    (series or f"{len(made):06d}-{at:x}") + "@calendar.vantry.example",
                    at,
                    minutes,
                    organiser,
                    tuple(people[1:]),
                    subject,
                    dice.roll() < 0.05,
                    dice.roll() < 0.2,
                    bool(series),
                )
            )

    cross = sorted({int(stream) for stream in ties.stream[ties.relation < 9].tolist()})
    for stream in cross:
        members = ties.streams[stream]
        ours = [person for person in members if everybody.organisation[person] == 0]
        theirs = [person for person in members if everybody.organisation[person] != 0]
        every = 14 if len(members) > 12 else 28
        start = FIRST // DAY + dice.pick(14)
        for day in range(start - start % 7 + 5 + dice.pick(4), LAST // DAY, every):
            organiser = ours[dice.pick(min(3, len(ours)))]
            others = [ours[dice.pick(len(ours))] for _ in range(1 + dice.pick(3))] + [
                theirs[dice.pick(len(theirs))] for _ in range(1 + dice.pick(4))
            ]
            add(
                _morning(everybody, organiser, day) + 1800 * dice.pick(14),
                organiser,
                others,
                f"{ties.stream_names[stream]}: regular",
                (30, 45, 60)[dice.pick(3)],
                f"stream-{stream}",
            )
    n_pairs = len(ties.a)
    weight = np.cumsum(ties.rate)
    for _ in range(round(1700 * scale)):
        tie = min(int(np.searchsorted(weight, dice.roll() * weight[-1])), n_pairs - 1)
        one, other = int(ties.a[tie]), int(ties.b[tie])
        day = FIRST // DAY + dice.pick((LAST - FIRST) // DAY)
        at = _morning(everybody, one, day) + 1800 * dice.pick(14)
        if (day + 3) % 7 >= 5 or at < ties.since[tie]:
            continue
        add(at, one, [other], f"{everybody.given[one]} and {everybody.given[other]}", (15, 30, 30, 60)[dice.pick(4)])
    return sorted(made, key=lambda meeting: (meeting.at, meeting.uid))


def _morning(everybody: People, person: int, day: int) -> int:
    """Nine o'clock where the person works."""
    site = SITES[int(everybody.site[person])]
    nine = day * DAY + 9 * 3600
    return nine - site.offset_at(nine) * 60


def _utc(at: int) -> str:
    day, second = divmod(at, DAY)
    on = date.fromordinal(day + 719_163)
    return f"{on:%Y%m%d}T{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}Z"


def _folded(line: str) -> str:
    """A content line in pieces of at most 75 bytes (RFC 5545, 3.1)."""
    if line.isascii():
        return "\r\n ".join([line[:75], *(line[start : start + 74] for start in range(75, len(line), 74))])
    pieces: list[str] = []
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])


def _event(everybody: People, meeting: Meeting) -> str:
    day = meeting.at // DAY
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"DTSTAMP:{_utc(meeting.at - 5 * DAY)}",
        f"DTSTART:{_utc(meeting.at)}",
        f"DTEND:{_utc(meeting.at + 60 * meeting.minutes)}",
        f"SUMMARY:{meeting.subject.replace(',', chr(92) + ',')}",
        f"SEQUENCE:{int(meeting.cancelled)}",
        *([f"RECURRENCE-ID:{_utc(meeting.at)}"] if meeting.recurs else []),
        f"STATUS:{'CANCELLED' if meeting.cancelled else 'CONFIRMED'}",
        f'ORGANIZER;CN="{everybody.names[meeting.organiser]}":mailto:{everybody.address_on(meeting.organiser, day)}',
    ]
    for person in (meeting.organiser, *meeting.attendees):
        answer = ("ACCEPTED", "ACCEPTED", "TENTATIVE", "NEEDS-ACTION")[(person + meeting.at) % 4]
        answer = "ACCEPTED" if person == meeting.organiser else answer
        who = f'CN="{everybody.names[person]}";PARTSTAT={answer};ROLE=REQ-PARTICIPANT'
        lines.append(f"ATTENDEE;{who}:mailto:{everybody.address_on(person, day)}")
    lines.append("END:VEVENT")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _calendar(events: list[str], method: str) -> str:
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tern//Calendar 4//EN\r\nMETHOD:{method}\r\n"
    return head + "".join(events) + "END:VCALENDAR\r\n"


def invitations(everybody: People, held: list[Meeting], quiet: Quiet) -> list[Message]:
    """The mails that invite to some of the meetings."""
    made: list[Message] = []
    for meeting in held:
        at = meeting.at - 4 * DAY - meeting.at % 3600 - 1200
        if not meeting.by_mail or meeting.cancelled or at < FIRST or everybody.organisation[meeting.organiser] != 0:
            continue
        if any(is_quiet(quiet, meeting.organiser, person, at) for person in meeting.attendees):
            continue
        made.append(
            Message(
                at,
                meeting.organiser,
                meeting.attendees,
                kind="invitation",
                subject=meeting.subject,
                own=[f"Invitation: {meeting.subject}", f"{meeting.minutes} minutes."],
                extra=_calendar([_event(everybody, meeting)], "REQUEST"),
            )
        )
    return made


def write_calendars(folder: Path, everybody: People, held: list[Meeting]) -> None:
    """One calendar a department and year, by the organiser's department."""
    calendars: dict[tuple[str, str], list[str]] = {}
    for meeting in held:
        department = int(everybody.department[meeting.organiser])
        year = date.fromordinal(meeting.at // DAY + 719_163).isoformat()[:4]
        calendars.setdefault((DEPARTMENTS[max(department, 0)], year), []).append(_event(everybody, meeting))
    folder.mkdir(parents=True, exist_ok=True)
    for (owner, year), events in calendars.items():
        (folder / f"{owner}-{year}.ics").write_bytes(_calendar(events, "PUBLISH").encode())
