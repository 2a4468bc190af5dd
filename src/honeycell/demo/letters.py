"""Messages as real mail: RFC 5322 and MIME as five mail programs write it, in mboxrd files by archive and month."""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from honeycell.demo.messages import Message
from honeycell.demo.mime import CHARSETS, encoded_words, mime_body, phrase
from honeycell.demo.people import DEPARTMENTS, People
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.spaces import LIST
from honeycell.demo.wording import WORDINGS

__all__ = ["GAP_MONTHS", "SHARE_DELEGATED", "Office", "write_mail"]

GAP_MONTHS = ("2025-11", "2025-12")
"""Months for which one mailbox has no archive."""
SHARE_DELEGATED = 0.6
"""Of the mail of our director, how much her assistant sends."""
FOOTER = (
    "_______________________________________________\n"
    "northline-users mailing list\n"
    f"{LIST}\n"
    "https://lists.northline.example/northline-users\n"
)
LIST_HEADERS = (
    "Sender: northline-users-bounces@lists.northline.example\n"
    "List-Id: Users of Northline <northline-users.lists.northline.example>\n"
    "List-Unsubscribe: <https://lists.northline.example/northline-users/leave>\n"
    f"List-Post: <mailto:{LIST}>\n"
    "Precedence: list\n"
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FROM_LINE = re.compile(rb"(?m)^(?=>*From )")
PROGRAMS = ("Tern 4.2", "Office Post 16", "Pocket Mail", "Quillpost 2.9", "Flowmail 7")


@dataclass
class Office:
    """Our side's archives and what the writer remembers of names and days."""

    everybody: People
    own_mailbox: dict[int, str]
    """People whose mailbox is archived on its own, and its name."""
    gap: int
    """The person whose archive lacks the months of `GAP_MONTHS`."""
    assistant: int
    director: int
    all_staff: int
    with_answers: set[int] = field(default_factory=set)
    _names: dict[tuple[int, int, int], str] = field(default_factory=dict)
    _days: dict[int, str] = field(default_factory=dict)

    def archives(self, message: Message) -> list[str]:
        """Which of our archives hold a copy: those of the author and of everybody addressed."""
        day = message.at // DAY
        found: dict[str, None] = {}
        for person in (message.author, *message.to, *message.cc):
            if person == self.all_staff:
                found.update(dict.fromkeys(DEPARTMENTS))
            elif person < self.everybody.n_persons and self.everybody.organisation_on(person, day) == 0:
                mailbox = self.own_mailbox.get(person)
                if mailbox is None:
                    mailbox = (
                        DEPARTMENTS[int(self.everybody.department[person])]
                        if self.everybody.organisation[person] == 0
                        else "accounts"
                    )
                elif person == self.gap and self.month(day) in GAP_MONTHS:
                    continue
                found[mailbox] = None
            elif self.everybody.kinds[person] == "role":
                found[DEPARTMENTS[int(self.everybody.department[person])]] = None
        return list(found)

    def month(self, day: int) -> str:
        """The month of a day, 2025-11."""
        return date.fromordinal(day + 719_163).isoformat()[:7]

    def named(self, person: int, day: int, roll: float, client: int, *, author: bool) -> tuple[str, str]:
        """A person as `name <address>` for a header, and the bare address."""
        address = self.everybody.address_on(person, day, roll if author else 0.0)
        style = (person * 7 + 4) % 20
        key = (person, client, style)
        written = self._names.get(key)
        if written is None:
            name = self.everybody.names[person]
            given, _, family = name.partition(" ")
            if self.everybody.kinds[person] != "person":
                shown = name
            elif style == 0:
                shown = f"{family}, {given}"
            elif style == 1:
                shown = f"{given} {family} (ext)"
            elif style == 2:
                shown = name.lower()
            elif style == 3 and not author:
                shown = ""
            else:
                shown = name
            written = self._names[key] = phrase(shown, CHARSETS[client], "B" if client == 1 else "Q")
        return (f"{written} <{address}>" if written else address), address

    def stamp(self, at: int, site: int) -> tuple[str, int]:
        """An instant as a Date header at the offset of a site, and that offset."""
        offset = SITES[site].offset_at(at)
        day, second = divmod(at + offset * 60, DAY)
        shown = self._days.get(day)
        if shown is None:
            on = date.fromordinal(day + 719_163)
            shown = self._days[day] = f"{WEEKDAYS[on.weekday()]}, {on.day:02d} {MONTHS[on.month - 1]} {on.year}"
        sign, minutes = ("-", -offset) if offset < 0 else ("+", offset)
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        return f"{shown} {clock} {sign}{minutes // 60:02d}{minutes % 60:02d}", offset


def _wrapped(lines: list[str]) -> list[str]:
    """Paragraphs broken at 76 characters, as a mail program does."""
    broken: list[str] = []
    for line in lines:
        rest = line
        while len(rest) > 76:
            cut = rest.rfind(" ", 0, 77)
            if cut <= 0:
                break
            broken.append(rest[:cut])
            rest = rest[cut + 1 :]
        broken.append(rest)
    return broken


def _text(office: Office, message: Message, client: int) -> str:
    """The whole text of a mail: own words, signature, quotation, in the order the program uses."""
    everybody = office.everybody
    own = _wrapped(message.own)
    if message.kind in ("mass", "away"):
        return "\n".join(own) + "\n"
    if message.number % 211 == 0:
        own.insert(-1 if len(own) > 1 else 0, "From here on nothing changes for you.")
    person = message.author
    if client != 2 and message.kind != "list" and everybody.kinds[person] == "person":
        mark = "-- " if client in (0, 3) else "____________"
        organisation = (
            everybody.addresses[person][-1].address.partition("@")[2].partition(".")[0].replace("-", " ").title()
        )
        own += ["", mark, everybody.names[person], f"{organisation}, {SITES[int(everybody.site[person])].name}"]
        if client == 1:
            own.append(f"+00 555 {person:06d}")
    parent = message.parent
    if parent is None or (message.act == 2 and client == 2):
        return "\n".join(own) + "\n"
    wording = WORDINGS[message.language]
    when, _ = office.stamp(parent.at, int(everybody.site[message.author]))
    who = everybody.names[parent.author]
    above = _wrapped(parent.own)
    if client == 1:
        block = [
            "",
            "-----Original Message-----",
            f"From: {who}",
            f"Sent: {when[5:-6]}",
            f"To: {everybody.names[message.author]}",
            f"Subject: {parent.subject}",
            "",
            *above,
        ]
        return "\n".join(own + block) + "\n"
    quoted = [wording.on_date.format(when=when[:-9], who=who), *(f"> {line}" if line else ">" for line in above)]
    if parent.parent is not None and client != 2:
        quoted += [f">> {line}" if line else ">>" for line in _wrapped(parent.parent.own)]
    if client == 0:
        return "\n".join([*quoted, "", *own]) + "\n"
    return "\n".join([*own, "", *quoted]) + "\n"


def _ancestors(message: Message) -> list[str]:
    """Ids of the messages it answers, oldest first; at most eight, as some programs keep."""
    found: list[str] = []
    one = message.parent
    while one is not None and len(found) < 8:
        found.append(one.message_id)
        one = one.parent
    return found[::-1]


def _written(office: Office, message: Message) -> tuple[str, str, str, str, bytes]:
    """The mail as From header, address, further headers, subject and body."""
    everybody = office.everybody
    client = int(everybody.client[message.author])
    day = message.at // DAY
    roll = (message.number * 0.618034) % 1.0
    sender, address = office.named(message.author, day, roll, client, author=True)
    stamp, _ = office.stamp(message.at, int(everybody.site[message.author]))
    to = [office.named(person, day, 0.0, client, author=False)[0] for person in message.to]
    cc = [office.named(person, day, 0.0, client, author=False)[0] for person in message.cc]
    if message.kind == "list":
        shown = f"Northline users <{LIST}>"
        (cc if to else to).append(shown)
    subject = message.subject
    if message.parent is not None and message.kind != "away":
        subject = WORDINGS[message.language].reply + subject
    elif message.kind == "away":
        subject = "Automatic reply: " + subject
    if not subject.isascii() and message.number % 997 != 5:
        subject = encoded_words(subject, CHARSETS[client], "B" if client in (1, 2) else "Q")
    lines = [f"To: {_comma(to)}\n"]
    if cc:
        lines.append(f"Cc: {_comma(cc)}\n")
    lines.append(f"Date: {stamp}\n")
    if message.message_id:
        lines.append(f"Message-ID: <{message.message_id}>\n")
    ids = [one for one in _ancestors(message) if one]
    if ids and message.act != 3:
        lines.append(f"In-Reply-To: <{ids[-1]}>\n")
        # One program of five keeps no References.
        if client != 2:
            lines.append("References: " + "\n ".join(f"<{one}>" for one in ids) + "\n")
    elif ids:
        lines.append("References: " + "\n ".join(f"<{one}>" for one in ids) + "\n")
    if message.author == office.director and roll < SHARE_DELEGATED:
        lines.append(f"Sender: {office.named(office.assistant, day, 0.0, client, author=True)[0]}\n")
    if message.kind in ("mass", "away") and message.extra:
        lines.append(message.extra + "\n")
    else:
        lines.append(f"User-Agent: {PROGRAMS[client]}\n")
    head, body = mime_body(message, _text(office, message, client), client)
    lines.append(head)
    return sender, address, "".join(lines), subject, body


def _comma(names: list[str]) -> str:
    return ",\n ".join(names)


def write_mail(
    folder: Path, office: Office, messages: list[Message], tell: Callable[[int], None]
) -> dict[int, list[str]]:
    """Write all mail, in order of time, and say which archives hold each message.

    Args:
        folder: Where the archives go: `DEPARTMENT/2025-03.mbox`, `lists/northline-users/2025-03.mbox.xz`, ...
        office: Our side.
        messages: Mail of all kinds, earliest first, numbered.
        tell: Called with the number of messages written, now and then.
    """
    kept: dict[int, list[str]] = {}
    open_month = ""
    files: dict[str, list[bytes]] = {}
    for count, message in enumerate(messages):
        day = message.at // DAY
        month = office.month(day)
        if month != open_month:
            _close(folder, open_month, files)
            open_month = month
            tell(count)
        archives = office.archives(message)
        in_list = message.kind == "list"
        if not archives and not in_list:
            continue
        sender, address, headers, subject, body = _written(office, message)
        if b"From " in body:
            body = FROM_LINE.sub(b">", body)
        utc, _ = office.stamp(message.at + 3, 1) if message.number % 2 else office.stamp(message.at + 2, 0)
        on = date.fromordinal(day + 719_163)
        second = message.at % DAY
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        line = f"From {address} {WEEKDAYS[on.weekday()]} {MONTHS[on.month - 1]} {on.day:2d} {clock} {on.year}\n"
        if in_list and not message.to:
            archives = []
        for archive in archives:
            way = f"from {address.partition('@')[2]} by mx-{archive.rpartition('/')[2]}.vantry.example; {utc}"
            head = f"{line}Received: {way}\nFrom: {sender}\nSubject: {subject}\n{headers}\n"
            files.setdefault(archive, []).append(head.encode() + body + b"\n")
        if in_list:
            shown = sender
            extra = LIST_HEADERS
            if address.endswith("aldermoor-rail.example"):
                # This domain forbids others to send in its name, so the list writes its own.
                name = f"{office.everybody.names[message.author]} via northline-users"
                shown = f"{phrase(name, 'utf-8', 'Q')} <{LIST}>"
                extra += f"Reply-To: {sender}\nX-Original-From: {sender}\n"
            head = f"{line}From: {shown}\nSubject: [northline-users] {subject}\n{headers}{extra}\n"
            files.setdefault("lists/northline-users", []).append(head.encode() + body + FOOTER.encode() + b"\n")
            archives = [*archives, "lists/northline-users"]
        kept[message.number] = archives
    _close(folder, open_month, files)
    tell(len(messages))
    return kept


def _close(folder: Path, month: str, files: dict[str, list[bytes]]) -> None:
    """Write the files of a month; lists and one department are kept compressed."""
    for archive, mails in files.items():
        place = folder / archive
        place.mkdir(parents=True, exist_ok=True)
        data = b"".join(mails)
        if archive.startswith("lists/") or archive == "labs":
            (place / f"{month}.mbox.xz").write_bytes(lzma.compress(data, preset=1))
        else:
            (place / f"{month}.mbox").write_bytes(data)
    files.clear()
