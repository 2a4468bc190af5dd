"""Who writes to whom: ties with a rhythm, a reply behaviour in each direction, and a planted fate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.demo.dice import Dice, Floats, Ints
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.people import People
from honeycell.demo.sites import DAY, FIRST_ON, LAST_ON, day_number

__all__ = ["NEVER", "RELATIONS", "SIGMA_RATE", "Relation", "Ties", "course", "ties"]

NEVER = 1 << 40
"""An instant after everything."""
SIGMA_RATE = 1.4
"""How unequal the ties of a relationship are: standard deviation of the logarithm of their rates."""
FIRST, LAST = day_number(FIRST_ON) * DAY, (day_number(LAST_ON) + 1) * DAY


@dataclass(frozen=True)
class Relation:
    """What is planted for one pair of organisations (at scale 1)."""

    a: int
    b: int
    n_pairs: int
    rate: float
    """Conversations a pair would begin over the 24 months, on average."""
    course: str = "steady"
    """How the amount develops: `steady`, `growing`, `falling`."""
    n_streams: int = 1
    """Pieces of work with people of their own."""
    share_top: float = 0.0
    """Share of all conversations that run between one pair; 0 to leave it to chance."""


RELATIONS = (
    Relation(0, 1, 760, 14.0, "growing-a-little", 14),
    Relation(0, 2, 90, 9.0, "growing", 2),
    Relation(0, 3, 110, 8.0, "steady", 3),
    Relation(0, 4, 70, 9.0, "falling"),
    Relation(0, 5, 16, 20.0, "steady", 1, 0.78),
    Relation(0, 6, 24, 8.0),
    Relation(0, 7, 20, 7.0),
    Relation(0, 8, 50, 7.0),
    Relation(0, 9, 70, 7.0),
    Relation(0, 0, 4600, 1.6),
)
"""Every relationship of the world; the last is our own house."""


def course(name: str, at: Ints) -> Floats:
    """The amount at these instants, as a share of its maximum."""
    part = (at - FIRST) / (LAST - FIRST)
    ends = {"steady": (1.0, 1.0), "growing-a-little": (0.65, 1.0), "growing": (0.2, 1.0), "falling": (1.0, 0.1)}
    start, end = ends[name]
    return start + (end - start) * np.clip(part, 0.0, 1.0)


@dataclass
class Ties:
    """All ties, column by column. Index 0 of a two-column array is a, index 1 is b."""

    a: Ints
    b: Ints
    relation: Ints
    stream: Ints
    rate: Floats
    halves: Ints
    """Regularity: gaps between conversations are gamma with shape `halves` / 2."""
    share_opened_by_a: Floats
    since: Ints
    """First instant."""
    until: Ints
    """Nothing passes between the two from here on."""
    pause_from: Ints
    pause_to: Ints
    fate: list[str]
    """`alive`, `dead`, `paused` or `departed`."""
    answers_ask: Floats
    """Probability that a (column 0) or b (1) answers what asks for something."""
    answers_other: Floats
    """The same for what asks for nothing."""
    median_wait: Floats
    """Median of the answer's delay in working seconds (log-normal)."""
    streams: list[list[int]]
    """The people of each stream; ties name streams by number."""
    stream_names: list[str]


STREAM_NAMES = (
    "Depot roll-out",
    "Signalling upgrade",
    "Spare parts",
    "Night-shift windows",
    "Passenger counts",
    "Invoices and terms",
    "Harrow End depot",
    "Door control",
    "Data exchange",
    "Safety case",
    "Driver training",
    "Fleet renewal",
    "Winter readiness",
    "Station displays",
)


def _members(dice: Dice, everybody: People, organisation: int, n: int, start: int) -> list[int]:
    """`n` people of the organisation from a moving window over its first part, so that streams overlap a little."""
    inside = np.flatnonzero(everybody.organisation[: everybody.n_persons] == organisation)
    window = inside[(start + np.arange(min(len(inside), n + n // 2))) % len(inside)]
    return [int(window[k]) for k in np.sort(dice.order(len(window))[: min(n, len(window))])]


def _pairs(dice: Dice, ours: list[int], theirs: list[int], n: int) -> list[tuple[int, int]]:
    """`n` different pairs; a few people of each side are in many of them."""
    seen: dict[tuple[int, int], None] = {}
    for _ in range(n * 4):
        one = ours[int(dice.roll() ** 1.8 * len(ours))]
        other = theirs[int(dice.roll() ** 1.6 * len(theirs))]
        if one != other and (other, one) not in seen:
            seen[(one, other)] = None
        if len(seen) == n:
            break
    return list(seen)


def ties(seed: int, scale: float, everybody: People) -> Ties:
    """Draw all ties with their rhythm, reply behaviour and fate."""
    dice = Dice(seed, "ties")
    rows: list[tuple[int, int, int, int]] = []
    streams: list[list[int]] = []
    stream_names: list[str] = []
    offset = 0
    for number, relation in enumerate(RELATIONS):
        n_pairs = max(round(relation.n_pairs * scale), 4)
        if relation.b == 0:
            rows += _inside(dice, everybody, number, n_pairs, streams, stream_names)
            continue
        n_streams = max(1, round(relation.n_streams * min(1.0, scale**0.5)))
        for stream in range(n_streams):
            share = max(3, n_pairs // n_streams)
            ours = _members(dice, everybody, 0, max(3, round(share**0.5 * 2.2)), offset)
            theirs = _members(
                dice, everybody, relation.b, max(3, round(share**0.5 * 2.0)), stream * max(3, round(share**0.5 * 2.2))
            )
            offset += max(3, round(share**0.5 * 2.4))
            if number == 0 and stream == 0:
                # The account's own people begin the first stream.
                ours, theirs = _first(ours, list(range(6))), _first(theirs, list(range(*_span(everybody, 1, 4))))
            streams.append(ours + theirs)
            name = (
                STREAM_NAMES[stream % len(STREAM_NAMES)]
                if number == 0
                else f"{ORGANISATIONS[relation.b].name} {stream + 1}"
            )
            stream_names.append(name)
            rows += [(one, other, number, len(streams) - 1) for one, other in _pairs(dice, ours, theirs, share)]
    once: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for row in rows:
        once.setdefault((min(row[:2]), max(row[:2])), row)
    table = np.array(list(once.values()), dtype=np.int64)
    return _drawn(dice, everybody, table, streams, stream_names)


def _first(members: list[int], leading: list[int]) -> list[int]:
    return leading + [person for person in members if person not in leading]


def _span(everybody: People, organisation: int, n: int) -> tuple[int, int]:
    start = int(np.flatnonzero(everybody.organisation == organisation)[0])
    return start, start + n


def _inside(
    dice: Dice, everybody: People, relation: int, n: int, streams: list[list[int]], stream_names: list[str]
) -> list[tuple[int, int, int, int]]:
    """Pairs within our house: two of three within a group, the others anywhere."""
    us = np.flatnonzero(everybody.organisation[: everybody.n_persons] == 0)
    groups: dict[int, list[int]] = {}
    for person in us.tolist():
        groups.setdefault(int(everybody.group[person]), []).append(person)
    numbers = {group: len(streams) + place for place, group in enumerate(groups)}
    streams += list(groups.values())
    stream_names += [f"team {place + 1}" for place in range(len(groups))]
    rows = []
    for _ in range(n):
        one = int(us[dice.pick(len(us))])
        group = int(everybody.group[one])
        others = groups[group] if dice.roll() < 0.66 else us
        other = int(others[dice.pick(len(others))])
        if one != other:
            rows.append((one, other, relation, numbers[group]))
    return rows


def _drawn(dice: Dice, everybody: People, table: Ints, streams: list[list[int]], stream_names: list[str]) -> Ties:
    n = len(table)
    a, b, relation, stream = (np.ascontiguousarray(table[:, column]) for column in range(4))
    mean = np.array([one.rate for one in RELATIONS])[relation]
    # Log-normal, so a few ties carry most of the talk; cut at 15 times the mean.
    rate = np.minimum(mean * np.exp(SIGMA_RATE * dice.normal(n) - SIGMA_RATE**2 / 2), mean * 15)
    for number, one in enumerate(RELATIONS):
        inside = np.flatnonzero(relation == number)
        if one.share_top:
            top, rest = inside[0], inside[1:]
            rate[top] = rate[rest].sum() * one.share_top / (1 - one.share_top)
    # The first people of both houses talk often, whatever chance says.
    account = np.concatenate([np.flatnonzero((relation == 0) & (a == person))[:4] for person in (0, 1)])
    rate[account] = np.maximum(rate[account], 120.0)
    person_asks = np.clip(0.72 + 0.14 * dice.normal(everybody.n_persons), 0.25, 0.97)
    person_wait = 3600 * np.exp(0.9 + 0.55 * dice.normal(everybody.n_persons))
    both = np.stack([a, b], axis=1)
    answers_ask = np.clip(person_asks[both] + 0.06 * dice.normal(2 * n).reshape(n, 2), 0.1, 0.98)
    since = np.full(n, FIRST, dtype=np.int64)
    late = (relation != len(RELATIONS) - 1) & (dice.share(n) < 0.3)
    since[late] = FIRST + dice.whole(n, LAST - FIRST - 120 * DAY)[late]
    until, pause_from, pause_to = np.full(n, NEVER), np.full(n, NEVER), np.full(n, NEVER)
    fate = np.zeros(n, dtype=np.int64)
    chance, when, length = dice.share(n), dice.share(n), dice.share(n)
    # Only ties with a rhythm to lose get a planted fate.
    eligible = (rate >= 8.0) & ~late & (relation != len(RELATIONS) - 1)
    eligible[account] = False
    for number, one in enumerate(RELATIONS):
        if one.share_top:
            eligible[np.flatnonzero(relation == number)[0]] = False
    day = ((FIRST // DAY) + 180 + np.floor(when * 420)).astype(np.int64) * DAY
    dead, paused = eligible & (chance < 0.2), eligible & (chance >= 0.2) & (chance < 0.4)
    until[dead], fate[dead] = day[dead], 1
    pause_from[paused], fate[paused] = day[paused], 2
    pause_to[paused] = (day + (45 + np.floor(length * 75)).astype(np.int64) * DAY)[paused]
    stays = dice.share(n) < 0.4
    for person, move in sorted(everybody.moves.items()):
        touched = ((a == person) | (b == person)) & ~stays & (until > move.day * DAY)
        until[touched], fate[touched] = move.day * DAY, 3
        pause_from[touched], pause_to[touched] = NEVER, NEVER
    return Ties(
        a,
        b,
        relation,
        stream,
        rate,
        halves=1 + dice.whole(n, 4),
        share_opened_by_a=np.clip(0.5 + 0.2 * dice.normal(n), 0.08, 0.92),
        since=since,
        until=until,
        pause_from=pause_from,
        pause_to=pause_to,
        fate=[("alive", "dead", "paused", "departed")[number] for number in fate.tolist()],
        answers_ask=answers_ask,
        answers_other=answers_ask * 0.4,
        median_wait=np.clip(person_wait[both] * np.exp(0.3 * dice.normal(2 * n)).reshape(n, 2), 600, 60_000),
        streams=streams,
        stream_names=stream_names,
    )
