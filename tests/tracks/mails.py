"""Mails and meetings between two invented firms."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from honeycell.cell import Cell, create_cell

PEOPLE = {
    "ana": "Ana Silva <ana@aster.example>", "tom": "Tom Reed <tom@aster.example>",
    "noor": "Noor Albrecht <noor@bellwether.example>", "bo": "Bo Dahl <bo@bellwether.example>",
    "cleo": "Cleo Park <cleo@cinder.example>", "dora": "Dora Ivanova <dora@cinder.example>",
}  # fmt: skip


def mail(
    on: datetime, sender: str, to: str, subject: str, number: str, answers: str = "", text: str = "Which day?"
) -> bytes:
    """One mail; several receivers have a space between them."""
    written = EmailMessage()
    written["From"], written["Date"], written["Subject"] = PEOPLE[sender], format_datetime(on), subject
    written["To"] = ", ".join(PEOPLE[one] for one in to.split())
    written["Message-ID"] = f"<{number}@aster.example>"
    if answers:
        written["In-Reply-To"] = written["References"] = f"<{answers}@aster.example>"
    written.set_content(text)
    return written.as_bytes()


def cell_of(folder: Path, mails: list[bytes], *, calendar: str = "", us: str | None = None) -> Cell:
    """A cell of these mails, and a calendar."""
    folder.mkdir()
    (folder / "all.mbox").write_bytes(b"".join(b"From - Mon Jan  5 09:00:00 2026\n" + one + b"\n" for one in mails))
    paths = [folder / "all.mbox"]
    if calendar:
        (folder / "meetings.ics").write_text(calendar, encoding="utf-8")
        paths.append(folder / "meetings.ics")
    cell = create_cell(folder / "cell", us=us, domains=["aster.example"] if us else [])
    cell.import_paths(paths)
    cell.refresh()
    return cell


def event(uid: str, on: datetime, minutes: int, subject: str, people: list[str], series: bool = False) -> str:
    """One event of a calendar; the first person organises."""
    stamp = f"{on:%Y%m%dT%H%M%SZ}"
    handles = [PEOPLE[one].split("<")[1].rstrip(">") for one in people]
    return "\r\n".join([
        "BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}", f"DTSTART:{stamp}",
        f"DTEND:{on + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}", f"SUMMARY:{subject}",
        *([f"RECURRENCE-ID:{stamp}"] if series else []),
        f"ORGANIZER:mailto:{handles[0]}", *(f"ATTENDEE:mailto:{one}" for one in handles), "END:VEVENT", "",
    ])  # fmt: skip


def calendar(*events: str) -> str:
    """A whole calendar."""
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"
