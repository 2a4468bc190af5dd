"""Mail that nobody answers: newsletters, alarms, reminders by template, absence notes, and news to many by hand."""

from __future__ import annotations

import numpy as np

from honeycell.demo.correspondence import is_quiet
from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message, Quiet
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST, Ties
from honeycell.demo.sites import DAY, FIRST_ON, LAST_ON, day_number

__all__ = ["EVERYBODY", "MACHINES", "absence_notes", "broadcasts", "mass_mail"]

MACHINES = (
    ("Quillfeather Weekly", "news@quillfeather.example", 7, "List-Unsubscribe and Precedence: bulk"),
    ("Vantry Announcements", "announcements@vantry.example", 0, "to the address of all staff, never answered"),
    ("Depot Monitoring", "alerts@vantry-labs.example", 0, "Auto-Submitted: auto-generated"),
    ("Timesheets", "timesheets@vantry.example", 0, "no telling header: one template, never answered"),
    ("Ferrywood Travel", "no-reply@ferrywood.example", -1, "no-reply address"),
)
"""Name, address, organisation (-1: none of ours) and what gives each away."""

EVERYBODY = "all-staff@vantry.example"
"""Reaches all of us."""


def mass_mail(seed: int, scale: float, everybody: People, machines: list[int], all_staff: int) -> list[Message]:
    """What the machines send over the whole time."""
    dice = Dice(seed, "machines")
    news, announcements, alerts, timesheets, travel = machines
    us = np.flatnonzero(everybody.organisation[: everybody.n_persons] == 0)
    readers = us[dice.order(len(us))[: max(2, round(14 * scale))]].tolist()
    watchers = everybody.in_department("operations")[: max(2, round(9 * scale))].tolist()
    late = us[dice.order(len(us))[: max(4, round(60 * scale))]].tolist()
    made: list[Message] = []

    def send(at: int, who: int, to: int, subject: str, lines: list[str], extra: str = "") -> None:
        made.append(Message(at, who, (to,), kind="mass", subject=subject, own=lines, extra=extra))

    for week, day in enumerate(range(day_number(FIRST_ON), day_number(LAST_ON) + 1, 7)):
        morning = day * DAY + 6 * 3600
        for place, reader in enumerate(readers):
            send(
                morning + 7 * place,
                news,
                reader,
                f"Quillfeather Weekly, issue {week + 1}",
                [
                    f"Rail and road in week {week + 1}: {dice.pick(90)} stories, {dice.pick(12)} charts.",
                    "",
                    "You receive this because you asked for it.",
                ],
                "List-Unsubscribe: <https://quillfeather.example/stop>\nPrecedence: bulk",
            )
        send(
            morning + 7200,
            announcements,
            all_staff,
            f"This week at Vantry ({week + 1})",
            [
                f"Dear all, canteen closes at {13 + dice.pick(3)} on Friday.",
                "",
                f"New starters this week: {dice.pick(20)}.",
            ],
        )
        for _ in range(round(7 * max(scale, 0.3))):
            depot = ("Harrow End", "Wexcombe", "Dunmere")[dice.pick(3)]
            send(
                morning + dice.pick(6 * DAY),
                alerts,
                watchers[dice.pick(len(watchers))],
                f"ALARM {depot} door {dice.pick(40)}",
                [f"Sensor {dice.pick(9000)} at {depot} reports {dice.pick(100)}.", f"Trace {dice.pick(10**9)}"],
                "Auto-Submitted: auto-generated",
            )
        for _ in range(max(1, round(7 * scale))):
            person = late[dice.pick(len(late))]
            send(
                morning + 4 * DAY + dice.pick(3600),
                timesheets,
                person,
                f"Timesheet for week {week + 1}",
                [
                    f"Dear {everybody.given[person]},",
                    "",
                    f"Your timesheet for week {week + 1} is not complete.",
                    "Please fill it in today.",
                ],
            )
        for _ in range(max(1, round(4 * scale))):
            person = late[dice.pick(len(late))]
            send(
                morning + dice.pick(5 * DAY),
                travel,
                person,
                f"Your booking {dice.pick(10**6):06d}",
                [
                    f"Seat {dice.pick(80)}, {('train', 'ferry', 'coach')[dice.pick(3)]} {dice.pick(900)} is booked.",
                    "Do not reply to this mail.",
                ],
            )
    return [message for message in made if message.at < LAST]


def broadcasts(seed: int, scale: float, everybody: People, ties: Ties, quiet: Quiet) -> list[Message]:
    """People who write to more than ten named persons at once; nobody answers."""
    dice = Dice(seed, "broadcasts")
    pools = [stream for stream in ties.streams if len(stream) > 14] or [ties.streams[0]]
    made: list[Message] = []
    for _ in range(max(4, round(90 * scale))):
        pool = pools[dice.pick(len(pools))]
        author = pool[dice.pick(len(pool))]
        at = FIRST + dice.pick((LAST - FIRST) // DAY) * DAY + 36_000 + dice.pick(20_000)
        to = tuple(person for person in pool if person != author and not is_quiet(quiet, author, person, at))[:40]
        if len(to) > 10:
            made.append(
                Message(
                    at,
                    author,
                    to,
                    kind="broadcast",
                    subject=f"Minutes and dates {1 + dice.pick(52)}",
                    own=[
                        "Dear all,",
                        "",
                        f"the minutes of meeting {1 + dice.pick(90)} are on the shared drive.",
                        "",
                        "Regards,",
                        everybody.given[author],
                    ],
                )
            )
    return made


def absence_notes(seed: int, everybody: People, received: list[Message]) -> list[Message]:
    """Automatic answers of people who are away; they come from the person's own address."""
    dice = Dice(seed, "absence")
    made: list[Message] = []
    for message in received:
        whom = message.to[0] if message.kind == "talk" else -1
        if whom < 0 or dice.roll() > 0.35:
            continue
        blocks = everybody.away[whom].tolist()
        if any(blocks[k] <= message.at < blocks[k + 1] for k in range(0, len(blocks), 2)) and message.at + 5 < LAST:
            made.append(
                Message(
                    message.at + 5,
                    whom,
                    (message.author,),
                    (),
                    message,
                    "away",
                    subject=message.subject,
                    language=message.language,
                    own=["I am out of the office and will read your mail when I am back."],
                    extra="Auto-Submitted: auto-replied",
                )
            )
    return made
