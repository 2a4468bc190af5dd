"""Where many can hear: a mailing list shared by three parties, and chat channels, one of them a side-channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.demo.correspondence import is_quiet
from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message, Quiet, compose
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST, Ties
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.talk import season

__all__ = [
    "LIST", "SHARE_AMONG", "SHARE_DIVERTED", "SHARE_HOST", "SIDE_FROM", "Channel", "channels", "chat", "mailing_list",
]  # fmt: skip

LIST = "northline-users@lists.northline.example"
"""Address of the shared list."""
SIDE_FROM = FIRST + 546 * DAY
"""From here (31 March 2026) a circle takes part of its talk to a channel of its own."""
SHARE_DIVERTED = 0.6
"""Of what the circle says among itself, how much moves to its own channel."""
SHARE_AMONG = 0.8
"""Of what is begun in a channel that has circles, how much is talk of one of them."""
_CIRCLES = 4
"""None may hold so much of the talk of its channel that it is no sub-group of it: at resolution 3 a community is never
a third of the whole."""
SHARE_HOST = 0.4
"""Of the answers on the list, how many are to be ours, the hosts'."""


@dataclass(frozen=True)
class Channel:
    """A chat channel."""

    name: str
    members: tuple[int, ...]
    n_threads: int
    """At scale 1."""
    circles: tuple[tuple[int, ...], ...] = ()
    """People who talk much among themselves."""
    side: str = ""
    """The channel that the talk of the first circle moves to."""
    since: int = FIRST


def _start(dice: Dice, everybody: People, author: int) -> int:
    """A working instant of the author, somewhere in the simulated time."""
    clock = SITES[int(everybody.site[author])]
    day = np.array([FIRST + dice.pick((LAST - FIRST) // DAY) * DAY])
    return int(clock.instants(clock.working(day) + int(dice.roll() * 8 * 3600))[0])


def _away(everybody: People, person: int, at: int) -> bool:
    blocks = everybody.away[person].tolist()
    return any(blocks[k] <= at < blocks[k + 1] for k in range(0, len(blocks), 2))


def mailing_list(seed: int, scale: float, everybody: People, ties: Ties, quiet: Quiet) -> list[Message]:
    """Posts and answers on the shared list; we host it, and guests answer guests in a planted share."""
    dice = Dice(seed, "list")
    persons = np.arange(everybody.n_persons)
    members: dict[int, list[int]] = {}
    for organisation, n in ((0, 60), (1, 140), (2, 12), (3, 25), (8, 14)):
        inside = persons[everybody.organisation[persons] == organisation]
        members[organisation] = inside[: max(4, round(n * min(1.0, scale * 2)))].tolist()
    guests = [person for organisation, inside in members.items() if organisation for person in inside]
    made: list[Message] = []
    for _ in range(round(1250 * scale)):
        asker = guests if dice.roll() < 0.7 else members[0]
        author = asker[int(dice.roll() ** 1.5 * len(asker))]
        at = _start(dice, everybody, author)
        if at >= LAST or _away(everybody, author, at) or dice.roll() > float(season(np.array([at]))[0]):
            continue
        root = Message(at, author, (), kind="list", space=LIST, ask=1, thing=dice.pick(210))
        compose(dice, everybody, root, author, brief=True)
        thread = [root]
        made.append(root)
        while len(thread) < 9 and dice.roll() < 0.68:
            parent = thread[-1] if dice.roll() < 0.6 else thread[0]
            crowd = members[0] if dice.roll() < SHARE_HOST else guests
            replier = crowd[int(dice.roll() ** 1.7 * len(crowd))]
            at = thread[-1].at + int(600 + 90_000 * dice.roll() ** 3)
            if (
                replier == parent.author
                or at >= LAST
                or _away(everybody, replier, at)
                or is_quiet(quiet, replier, parent.author, at)
            ):
                break
            # Half keep the asked person in To and the list in Cc, half write to the list alone.
            to = (parent.author,) if dice.roll() < 0.5 else ()
            answer = Message(
                at,
                replier,
                to,
                (),
                parent,
                "list",
                LIST,
                root.subject,
                act=1,
                ask=int(dice.roll() < 0.15),
                thing=root.thing,
            )
            compose(dice, everybody, answer, parent.author, brief=True)
            thread.append(answer)
            made.append(answer)
    return made


def channels(seed: int, scale: float, everybody: People, ties: Ties) -> list[Channel]:
    """The chat channels: shared ones for the streams with them, inner ones for departments, a side-channel."""
    dice = Dice(seed, "channels")
    made: list[Channel] = []
    shared = [number for number, _ in enumerate(ties.streams) if _with_them(ties, number)]
    for place, stream in enumerate(shared[:8]):
        members = tuple(ties.streams[stream])
        name = "northline-" + ties.stream_names[stream].lower().split(" ")[0].replace("/", "-")
        name = f"{name}-{place + 1}"
        if place == 0:
            ours = [p for p in members if everybody.organisation[p] == 0]
            theirs = [p for p in members if everybody.organisation[p] == 1]
            found = [ours[3 * k + 2 : 3 * k + 5] + theirs[2 * k + 2 : 2 * k + 4] for k in range(_CIRCLES)]
            circles = tuple(tuple(circle) for circle in found if len(circle) > 2)
            made.append(Channel(name, members, 1200, circles, "depot-east"))
            made.append(Channel("depot-east", circles[0], 0, since=SIDE_FROM))
        else:
            made.append(Channel(name, members, 230))
    us = np.flatnonzero(everybody.organisation[: everybody.n_persons] == 0)
    made.append(Channel("general", tuple(us[: max(20, len(us) // 2)].tolist()), 300))
    for department in range(12):
        inside = us[everybody.department[us] == department]
        size = min(len(inside), 30 + dice.pick(40))
        if size >= 3:
            made.append(Channel(f"team-{department + 1:02d}", tuple(inside[:size].tolist()), 190))
    return made


def _with_them(ties: Ties, stream: int) -> bool:
    return bool(((ties.stream == stream) & (ties.relation == 0)).any())


def chat(seed: int, scale: float, everybody: People, rooms: list[Channel], quiet: Quiet) -> list[Message]:
    """Chat: openings at working hours, answers within minutes, half of them in threads, some mentions."""
    dice = Dice(seed, "chat")
    made: list[Message] = []
    for room in rooms:
        for _ in range(round(room.n_threads * scale)):
            among = bool(room.circles) and dice.roll() < SHARE_AMONG
            circle = dice.pick(len(room.circles)) if among else -1
            members = room.circles[circle] if among else room.members
            author = members[int(dice.roll() ** 1.4 * len(members))]
            at = _start(dice, everybody, author)
            if at >= LAST or _away(everybody, author, at) or dice.roll() > float(season(np.array([at]))[0]):
                continue
            moved = circle == 0 and at >= SIDE_FROM and dice.roll() < SHARE_DIVERTED
            space = room.side if moved else room.name
            root = Message(at, author, (), kind="chat", space=space, ask=dice.pick(3), thing=dice.pick(210))
            compose(dice, everybody, root, author, brief=True)
            conversation = [root]
            made.append(root)
            threaded = dice.roll() < 0.7
            while len(conversation) < 12 and dice.roll() < 0.76:
                replier = members[int(dice.roll() ** 1.3 * len(members))]
                parent = conversation[-1] if conversation[-1].author != replier else root
                at = conversation[-1].at + int(20 + 2400 * dice.roll() ** 3)
                if at >= LAST or any(is_quiet(quiet, replier, one.author, at) for one in conversation):
                    break
                if replier == parent.author or _away(everybody, replier, at):
                    continue
                answer = Message(
                    at, replier, (), (), parent if threaded else None, "chat", space, act=1, thing=root.thing
                )
                answer.ask = int(dice.roll() < 0.2)
                answer.root = root if threaded else None
                if dice.roll() < 0.3:
                    answer.mentions = (parent.author,)
                compose(dice, everybody, answer, parent.author, brief=True)
                conversation.append(answer)
                made.append(answer)
    return made
