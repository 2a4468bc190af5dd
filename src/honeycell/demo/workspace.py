"""Chat as an official Slack export: users.json, channels.json and one file for each channel and day, in a zip."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message
from honeycell.demo.people import People
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.spaces import Channel

__all__ = ["BOTS", "stamp", "user_id", "write_workspace"]

TEAM = "T0VANTRY"
BOTS = (("B0DEPLOY", "deploybot"), ("B0TICKET", "ticketbot"), ("B0STANDUP", "standupbot"))
"""Machines that post in the channels of departments: id and name."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def user_id(person: int) -> str:
    """The id of a person in the workspace."""
    digits = ""
    number = person + 50_000
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return f"U0{digits:0>6}"


def stamp(message: Message) -> str:
    """The time stamp that is the id of a message in its channel."""
    return f"{message.at}.{message.number % 1_000_000:06d}"


def _channel_id(number: int) -> str:
    return f"C0NC{number:04d}"


def _words(message: Message) -> str:
    text = "\n".join(message.own).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(f"<@{user_id(person)}>" for person in message.mentions) + (" " if message.mentions else "") + text


def _users(everybody: People, rooms: list[Channel]) -> list[dict[str, object]]:
    """Everybody in any channel; one guest of ten hides the address."""
    listed = sorted({person for room in rooms for person in room.members})
    users: list[dict[str, object]] = []
    for person in listed:
        guest = everybody.organisation[person] != 0
        profile: dict[str, object] = {
            "real_name": everybody.names[person],
            "display_name": everybody.given[person].lower(),
        }
        if not (guest and person % 10 == 3):
            profile["email"] = everybody.addresses[person][0].address
        site = SITES[int(everybody.site[person])]
        users.append(
            {
                "id": user_id(person),
                "team_id": TEAM,
                "name": everybody.addresses[person][0].address.partition("@")[0],
                "real_name": everybody.names[person],
                "deleted": False,
                "is_bot": False,
                "is_restricted": bool(guest),
                "tz_offset": site.standard_minutes * 60,
                "profile": profile,
            }
        )
    return users


def _bot_posts(
    seed: int, rooms: list[Channel], scale: float, first: int, last: int
) -> dict[tuple[str, int], list[dict[str, object]]]:
    """What the machines post, by channel and day."""
    dice = Dice(seed, "bots")
    inner = [room.name for room in rooms if room.name.startswith("team-")]
    posts: dict[tuple[str, int], list[dict[str, object]]] = {}
    for _ in range(round(1500 * scale) if inner else 0):
        bot, name = BOTS[dice.pick(len(BOTS))]
        at = first + dice.pick(last - first)
        room = inner[dice.pick(len(inner))]
        text = f"Build {dice.pick(90_000)} of release {dice.pick(40)} finished in {dice.pick(900)} s"
        post: dict[str, object] = {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": bot,
            "username": name,
            "text": text,
            "ts": f"{at}.{dice.pick(1000) + 999_000:06d}",
        }
        posts.setdefault((room, at // DAY), []).append(post)
    return posts


def write_workspace(
    path: Path,
    seed: int,
    scale: float,
    everybody: People,
    rooms: list[Channel],
    messages: list[Message],
    span: tuple[int, int],
) -> dict[str, str]:
    """Write the export; returns the id of each channel by name.

    Args:
        path: The zip file. Its members are stored, so that its bytes depend on no compressor.
        seed: Chance, for the machines.
        scale: How much.
        everybody: The people.
        rooms: The channels.
        messages: What was said, earliest first, numbered.
        span: First and last instant.
    """
    ids = {room.name: _channel_id(number) for number, room in enumerate(rooms)}
    days = _bot_posts(seed, rooms, scale, *span)
    n_replies: dict[int, int] = {}
    for message in messages:
        if message.root is not None:
            n_replies[message.root.number] = n_replies.get(message.root.number, 0) + 1
    for message in messages:
        event: dict[str, object] = {
            "type": "message",
            "user": user_id(message.author),
            "text": _words(message),
            "ts": stamp(message),
            "team": TEAM,
        }
        if message.root is not None:
            event["thread_ts"] = stamp(message.root)
            event["parent_user_id"] = user_id(message.root.author)
        elif message.number in n_replies:
            event["thread_ts"] = event["ts"]
            event["reply_count"] = n_replies[message.number]
        days.setdefault((message.space, message.at // DAY), []).append(event)
    users = _users(everybody, rooms)
    users += [
        {
            "id": f"U{bot}",
            "team_id": TEAM,
            "name": name,
            "real_name": name,
            "is_bot": True,
            "profile": {"bot_id": bot, "real_name": name},
        }
        for bot, name in BOTS
    ]
    listed = [
        {
            "id": ids[room.name],
            "name": room.name,
            "created": room.since,
            "is_archived": False,
            "members": [user_id(person) for person in room.members],
        }
        for room in rooms
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:

        def put(name: str, value: object) -> None:
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system = 3
            archive.writestr(entry, json.dumps(value, ensure_ascii=False, indent=1))

        put("users.json", users)
        put("channels.json", listed)
        for (room, day), events in sorted(days.items()):
            on = date.fromordinal(day + 719_163).isoformat()
            put(f"{room}/{on}.json", sorted(events, key=lambda event: str(event["ts"])))
    return ids
