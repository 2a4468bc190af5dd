"""Calendars: what became of each meeting, whatever came first and whoever wrote the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources import Records
from honeycell.sources.ics import SOURCE, add_calendar

HASH = "0" * 32


def calendar(*events: str, method: str = "", extra: str = "") -> bytes:
    """A calendar with these events, each given by its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//"]
    lines += [f"METHOD:{method}"] * bool(method) + extra.splitlines()
    for event in events:
        lines += ["BEGIN:VEVENT", *(line.strip() for line in event.strip().splitlines()), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(data: bytes, fallback_at: datetime | None = None, locator: str = "a.ics") -> tuple[int, dict[str, list[Any]]]:
    """The number of events and the rows of a calendar."""
    records = Records("ics")
    n_events = add_calendar(records, data, locator=locator, content_hash=HASH, fallback_at=fallback_at)
    tables = records.take().tables
    names = ("interactions", "participants", "headers", "texts", "sightings", "skipped")
    return n_events, {name: tables[name].to_pylist() if name in tables else [] for name in names}


PLANS = """
UID:plans@example.com
SUMMARY:Plans\\, and more
DTSTART;TZID=Europe/Lisbon:20240701T090000
DTEND;TZID=Europe/Lisbon:20240701T094500
ORGANIZER;CN=Ana Silva;SENT-BY="mailto:office@example.com":MAILTO:Ana@Example.com
ATTENDEE;CN="Bo Li";PARTSTAT=ACCEPTED:mailto:bo@example.org
ATTENDEE;CN=cy@example.org;PARTSTAT=DECLINED:mailto:cy@example.org
ATTENDEE;CUTYPE=ROOM;CN=Blue room:mailto:blue@example.com
DESCRIPTION:We meet\\nat nine.
SEQUENCE:2
DTSTAMP:20240620T080000Z
"""


def test_an_invitation_becomes_a_meeting_with_its_answers_and_those_who_did_not_decline() -> None:
    n_events, rows = read(calendar(PLANS, method="REQUEST"))
    assert n_events == 1
    [meeting] = rows["interactions"]
    assert (meeting["kind"], meeting["channel"], meeting["subject"]) == ("meeting", "calendar", "Plans, and more")
    assert meeting["occurred_at"] == datetime(2024, 7, 1, 8)
    assert (meeting["occurred_on"], meeting["utc_offset_minutes"]) == (date(2024, 7, 1), 60)
    assert meeting["duration_minutes"] == 45
    assert meeting["conversation_key"] == "plans@example.com"
    assert {(row["role"], row["handle"], row["display_name"]) for row in rows["participants"]} == {
        ("organiser", "mailto:ana@example.com", "Ana Silva"),
        ("sender", "mailto:office@example.com", None),
        ("attendee", "mailto:bo@example.org", "Bo Li"),
    }
    headers = {(row["name"], row["value"]) for row in rows["headers"]}
    assert {("partstat", "accepted mailto:bo@example.org"), ("partstat", "declined mailto:cy@example.org")} <= headers
    assert {("method", "request"), ("sequence", "2")} <= headers
    assert [row["body"] for row in rows["texts"]] == ["We meet\nat nine."]
    assert [row["locator"] for row in rows["sightings"]] == ["a.ics#event 1"]


def test_the_smallest_copy_hash_is_the_latest_word_of_the_organiser() -> None:
    def copies(*calendars: bytes) -> list[Any]:
        found = [read(data)[1]["interactions"][0] for data in calendars]
        assert len({row["interaction_id"] for row in found}) == 1
        return sorted(found, key=lambda row: row["copy_hash"])

    first = calendar(PLANS.replace("SEQUENCE:2", "SEQUENCE:0"), method="REQUEST")
    moved = calendar(PLANS.replace("T090000", "T093000"), method="REQUEST")
    reworded = calendar(PLANS.replace("20240620T", "20240621T").replace("more", "cake"), method="REQUEST")
    reply = calendar(
        "UID:plans@example.com\nSEQUENCE:2\nDTSTAMP:20240625T080000Z\nDTSTART:20240701T080000Z", method="REPLY"
    )
    assert [row["occurred_at"].minute for row in copies(first, moved)] == [30, 0]
    assert copies(moved, reworded)[0]["subject"] == "Plans, and cake"
    assert copies(reply, moved)[0]["subject"] == "Plans, and more"
    off = calendar("UID:plans@example.com\nSEQUENCE:2\nDTSTART:20240701T080000Z", method="CANCEL")
    shown = copies(moved, off, first)[0]
    assert shown["duration_minutes"] is None


def test_a_cancellation_bears_its_status_by_method_or_by_status() -> None:
    by_method = calendar("UID:1\nDTSTART:20240701T080000Z", method="CANCEL")
    by_status = calendar("UID:1\nDTSTART:20240701T080000Z\nSTATUS:CANCELLED")
    for data in (by_method, by_status):
        headers = {(row["name"], row["value"]) for row in read(data)[1]["headers"]}
        assert ("status", "cancelled") in headers


def test_a_cancellation_without_a_date_takes_the_date_of_its_mail() -> None:
    _, rows = read(calendar("UID:1", method="CANCEL"), datetime(2024, 6, 30, 12), "list.mbox#0-500")
    assert rows["interactions"][0]["occurred_at"] == datetime(2024, 6, 30, 12)
    assert rows["sightings"][0]["locator"] == "list.mbox#0-500 event 1"
    assert read(calendar("UID:1"), datetime(2024, 6, 30, 12))[1]["skipped"][0]["reason"] == "no-date"


WEEKLY = """
UID:weekly
DTSTART;TZID=Europe/Berlin:20240318T090000
DURATION:PT30M
RRULE:FREQ=WEEKLY;COUNT=4
"""


def test_each_occurrence_of_a_series_is_a_meeting_at_its_wall_clock_time() -> None:
    _, rows = read(calendar(WEEKLY))
    assert [row["occurred_at"] for row in rows["interactions"]] == [
        datetime(2024, 3, 18, 8), datetime(2024, 3, 25, 8), datetime(2024, 4, 1, 7), datetime(2024, 4, 8, 7),
    ]  # fmt: skip
    assert {row["duration_minutes"] for row in rows["interactions"]} == {30}
    assert {row["conversation_key"] for row in rows["interactions"]} == {"weekly"}
    assert len({row["interaction_id"] for row in rows["interactions"]}) == 4


def test_exceptions_additions_and_moved_occurrences_are_honoured() -> None:
    series = WEEKLY + "EXDATE;TZID=Europe/Berlin:20240325T090000\nRDATE;TZID=Europe/Berlin:20240410T150000\n"
    moved = "UID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20240401T090000\nDTSTART:20240402T100000Z\nSEQUENCE:1"
    _, rows = read(calendar(series, moved))
    starts = sorted(row["occurred_at"] for row in rows["interactions"])
    assert starts == [
        datetime(2024, 3, 18, 8), datetime(2024, 4, 2, 10), datetime(2024, 4, 8, 7), datetime(2024, 4, 10, 13),
    ]  # fmt: skip


def test_a_moved_occurrence_from_another_file_meets_the_occurrence_of_the_series() -> None:
    moved = "UID:weekly\nRECURRENCE-ID:20240401T070000Z\nDTSTART:20240402T100000Z"
    series = {row["interaction_id"]: row for row in read(calendar(WEEKLY))[1]["interactions"]}
    [alone] = read(calendar(moved))[1]["interactions"]
    assert alone["interaction_id"] in series
    assert alone["copy_hash"] < series[alone["interaction_id"]]["copy_hash"]


def test_until_in_utc_ends_a_series_in_wall_time() -> None:
    rule = WEEKLY.replace("COUNT=4", "UNTIL=20240401T070000Z")
    assert len(read(calendar(rule))[1]["interactions"]) == 3
    assert len(read(calendar(rule.replace("070000Z", "065959Z")))[1]["interactions"]) == 2


def test_a_series_without_an_end_stops_a_year_after_the_last_sign_of_life() -> None:
    endless = WEEKLY.replace(";COUNT=4", "") + "DTSTAMP:20240301T000000Z"
    last = max(row["occurred_at"] for row in read(calendar(endless))[1]["interactions"])
    assert datetime(2025, 3, 10) < last <= datetime(2025, 3, 20)
    later = max(row["occurred_at"] for row in read(calendar(endless), datetime(2024, 9, 1))[1]["interactions"])
    assert last < later <= datetime(2025, 9, 3)
    unstamped = read(calendar(WEEKLY.replace(";COUNT=4", "")))[1]["interactions"]
    assert 52 <= len(unstamped) <= 54


def test_what_has_not_happened_yet_is_no_interaction() -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    _, rows = read(calendar(f"UID:1\nDTSTART:{soon:%Y%m%dT%H%M%SZ}"))
    assert not rows["interactions"]
    assert rows["skipped"][0]["reason"] == "in-the-future"
    begun = soon - timedelta(days=9)
    _, rows = read(calendar(f"UID:2\nDTSTART:{begun:%Y%m%dT%H%M%SZ}\nRRULE:FREQ=WEEKLY;COUNT=10"))
    assert len(rows["interactions"]) == 1


def test_a_series_that_never_matches_ends() -> None:
    never = "UID:1\nDTSTART:20240101T090000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert len(read(calendar(never))[1]["interactions"]) == 1
    for rule in ("FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0;BYMONTH=2", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=DAILY;COUNT=-3"):
        assert len(read(calendar(f"UID:1\nDTSTART:20240101T090000Z\nRRULE:{rule}"))[1]["interactions"]) == 1


def test_windows_zone_names_and_own_zones_are_understood() -> None:
    _, rows = read(calendar("UID:1\nDTSTART;TZID=Pacific Standard Time:20240109T093000"))
    assert rows["interactions"][0]["occurred_at"] == datetime(2024, 1, 9, 17, 30)
    zone = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530"
    _, rows = read(calendar("UID:1\nDTSTART;TZID=Ours:20240109T093000", extra=zone + "\nEND:STANDARD\nEND:VTIMEZONE"))
    assert rows["interactions"][0]["utc_offset_minutes"] == 330


def test_a_whole_day_has_no_length_and_no_offset() -> None:
    _, rows = read(calendar("UID:1\nDTSTART;VALUE=DATE:20240701\nDTEND;VALUE=DATE:20240703"))
    [day] = rows["interactions"]
    assert (day["occurred_on"], day["duration_minutes"], day["utc_offset_minutes"]) == (date(2024, 7, 1), None, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a calendar",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"\xff\xfe\x00\xd8garbage",
        bytes(range(256)) * 40,
        calendar("UID:1\nDTSTART:yesterday"),
        calendar("UID:1\nDTSTART:20240101T000000Z\nRRULE:FREQ=NEVER"),
        calendar("UID:1\nDTSTART;TZID=Europe:20240101T000000"),
        calendar("UID:1\nDTSTART:20240101T000000Z\nDURATION:soon\nATTENDEE:nobody\nSEQUENCE:many"),
        calendar("UID:1\nDTSTART:00010101T000000Z\nRRULE:FREQ=DAILY"),
        calendar("UID:1\nDTSTART:20240101T000000Z\nRRULE:FREQ=YEARLY;RSCALE=HEBREW"),
    ],
)
def test_bad_calendars_never_raise(data: bytes) -> None:
    n_events, rows = read(data)
    assert n_events == 0 or len(rows["interactions"]) + len(rows["skipped"]) == n_events


def test_one_damaged_event_does_not_hide_the_others() -> None:
    good = "UID:{}\nDTSTART:20240701T080000Z"
    data = calendar(good.format(1), "UID:2\nDTSTART;TZID=X:2024X701T080000", good.format(3))
    broken = data.replace(b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nno end at all\r\n", 1)
    for text in (data, broken):
        keys = {row["conversation_key"] for row in read(text)[1]["interactions"]}
        assert {"1", "3"} <= keys


def test_files_of_other_encodings_are_read(tmp_path: Path, read_all: Any) -> None:
    event = calendar("UID:1\nSUMMARY:Grüße\nDTSTART:20240701T080000Z").decode()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1"):
        file = tmp_path / f"{encoding}.ics"
        file.write_bytes(event.encode(encoding))
        assert SOURCE.recognises(file)
        assert [row["subject"] for row in read_all(SOURCE, file)["interactions"]] == ["Grüße"]
    assert SOURCE.recognises(tmp_path)
    assert read_all(SOURCE, tmp_path).n_records == 4
    (tmp_path / "notes.txt").write_text("")
    assert not SOURCE.recognises(tmp_path)


@pytest.mark.corpus
def test_real_invitations_all_become_meetings(corpus: Any, read_all: Any) -> None:
    found = read_all(SOURCE, corpus("meetings/openbmc-invites"))
    assert found.n_records == 47
    assert not found.failures
    assert found["skipped"] == []
    assert len({row["conversation_key"] for row in found["interactions"]}) >= 20
    assert all(row["utc_offset_minutes"] is not None for row in found["interactions"])
    assert any(row["value"] == "cancelled" for row in found["headers"])
