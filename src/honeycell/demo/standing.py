"""Standing matters: a thread that a stream shared with the customer never finishes with, for as long as time runs."""

from __future__ import annotations

import numpy as np

from honeycell.demo.correspondence import is_quiet
from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message, Quiet, compose
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST, Ties
from honeycell.demo.sites import DAY, SITES

__all__ = ["standing"]

MOST = 8
"""Streams with such a thread, from half scale on."""
_PAIRS = 2
"""Strongest ties of a stream, whose people keep its thread."""


def standing(seed: int, scale: float, everybody: People, ties: Ties, quiet: Quiet) -> list[Message]:
    """The messages of all standing matters; every third of them rests once for a quarter of a year."""
    dice = Dice(seed, "standing")
    alive = np.array([fate == "alive" for fate in ties.fate], dtype=bool)
    shared = sorted({int(stream) for stream in ties.stream[(ties.relation == 0) & alive].tolist()})
    made: list[Message] = []
    for place, stream in enumerate(shared[: max(1, round(MOST * min(1.0, 2 * scale)))]):
        rows = np.flatnonzero((ties.relation == 0) & (ties.stream == stream) & alive)
        strongest = rows[np.argsort(-ties.rate[rows], kind="stable")][:_PAIRS].tolist()
        pairs = [(int(ties.a[row]), int(ties.b[row])) for row in strongest]
        begins = max(FIRST, *(int(ties.since[row]) for row in strongest))
        rests = FIRST + (300 + dice.pick(250)) * DAY if place % 3 == 1 else LAST
        made += _thread(dice, everybody, f"{ties.stream_names[stream]}: open points", pairs, begins, rests, quiet)
    return made


def _thread(
    dice: Dice, everybody: People, subject: str, pairs: list[tuple[int, int]], begins: int, rests: int, quiet: Quiet
) -> list[Message]:
    made: list[Message] = []
    day, resumes = begins // DAY + dice.pick(40), rests // DAY + 80 + dice.pick(40)
    while True:
        pair = pairs[dice.pick(len(pairs))]
        parent = made[-1] if made else None
        # Mostly whoever was written to writes next, in the pair that did or in the other.
        turn = 1 if parent and parent.author in (one for one, _ in pairs) else 0
        author, whom = (pair[turn], pair[1 - turn]) if dice.roll() < 0.85 else (pair[1 - turn], pair[turn])
        clock = SITES[int(everybody.site[author])]
        worked = clock.working(np.array([day * DAY])) + int(dice.roll() * 8 * 3600)
        at = max(int(clock.instants(worked)[0]), parent.at + 3600 if parent else 0)
        if at >= LAST:
            return made
        if not is_quiet(quiet, author, whom, at):
            asks = int(dice.roll() < 0.3)
            message = Message(
                at, author, (whom,), (), parent, subject=subject, ask=asks, act=1 if parent else 0,
                thing=parent.thing if parent else dice.pick(210),
            )  # fmt: skip
            compose(dice, everybody, message, whom)
            made.append(message)
        day = max(day, at // DAY) + 2 + int(14 * dice.roll() ** 2)
        if rests <= day * DAY and day < resumes:
            day = resumes
