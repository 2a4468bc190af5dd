"""Is a side-channel that was planted found, and how often is one found where none was planted?

Reads what `validation.persistence` reads: bare rows `sender receiver time`, of which those of one sender and one second
are one message (more than ten receivers are a broadcast), or a cell. The shared spaces are everybody, and the
communities of the first 16 weeks at resolution 1 with at least eight people. Sub-groups are followed from week 16 on,
and every six weeks of each are judged by thresholds set on the windows that were over before those six weeks began.
Planted: a share of what the people of one sub-group sent wider in these six weeks goes to the sub-group alone, one
sub-group at a time. On bare rows there are no words: the second sign is the change within each person.

Figures: `detected_50` the share of windows found where half was moved, `false_alarms` where nothing was, each with its
count and the 5th and 95th percentile over draws of sub-groups (a sub-group has many windows, and they overlap).
`nominal` is how often the first sign passes the nominal 1 % where nothing was planted; `first_*` is the first sign
alone, its threshold set on the past in the same way. `worlds_*` are the same figures of four made-up worlds
(`validation.subgroups.planted`, 60 people and eight groups, 60 weeks), which were looked at once, when all was settled.

With a folder that `honeycell demo --to` has made (at scale 1), the side-channel that is planted there instead.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.cell import open_cell
from honeycell.groups import LEAST, WEEKS, Talk, communities, follow, spoken, talk, weeks_of
from honeycell.groups.following import SAME, Followed
from honeycell.log import find_space
from honeycell.readings.spaces.off_deck_seen import seen
from honeycell.readings.spaces.off_deck_signs import (
    BEFORE,
    LEAST_PAST,
    LEAST_WEEKS,
    NOW,
    RATE,
    Sent,
    Window,
    change,
    judged,
    past_of,
    windows,
)
from honeycell.readings.spaces.off_deck_words import terms
from honeycell.steps import Tables
from validation.persistence import BROADCAST
from validation.persistence import read_rows as rows_of
from validation.subgroups.planted import planted

__all__ = ["DATA", "PASS", "main"]

DATA = "networks/manufacturing/communication.csv.xz"
PASS = {"detected_50": (">=", 0.75), "false_alarms": ("<=", 0.05)}
SHARES = (0.1, 0.2, 0.3, 0.5)
"""Of what the sub-group sent wider, how much is moved."""
DRAWS = 2000
LAST_DAY = "2026-09-27"
"""Up to which the demo is read."""
_WORLDS = 4
_NOMINAL = 2.326
_FAR = 1 << 30

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Space:
    """A shared space: what was sent in it, and its sub-groups week by week."""

    sent: Sent
    tracked: list[tuple[int, list[Followed]]]


@dataclass(frozen=True)
class Tried:
    """One window, as it was and with each share planted."""

    group: tuple[int, int]
    alarm: bool
    first_alarm: bool
    detected: tuple[bool, ...]
    first_detected: bool


def main(path: Path) -> dict[str, float | int]:
    """Figures for one network and the made-up worlds, or for the demo."""
    if (path / "world" / "truth").is_dir():
        return _of_demo(path)
    figures = _rates([list(_spaces(*_messages(path)))])
    made = [planted(seed, weeks=60).talk for seed in range(_WORLDS)]
    # One space each: everybody.
    worlds = _rates([[next(_spaces(one.message, one.said, one.speaker, one.hearer))] for one in made])
    return figures | {f"worlds_{name}": value for name, value in worlds.items()}


def _rates(sets: list[list[Space]]) -> dict[str, float | int]:
    """How often the rule speaks, and the first sign alone, over sets of spaces that each have a past of their own."""
    tried, every = list[Tried](), list[Window]()
    for number, spaces in enumerate(sets):
        last = max(int(space.sent.week[-1]) for space in spaces)
        found = [(n, one) for n, space in enumerate(spaces) for one in windows(space.sent, space.tracked, last)]
        every += [one for _n, one in found]
        tried += [replace(one, group=(1000 * number + one.group[0], one.group[1])) for one in _tried(spaces, found)]
    if not tried:
        raise SystemExit("too few sub-groups send enough for as long as is needed")
    columns = {"false_alarms": [one.alarm for one in tried]}
    columns |= {f"detected_{100 * share:.0f}": [one.detected[n] for one in tried] for n, share in enumerate(SHARES)}
    columns |= {"first_false_alarms": [one.first_alarm for one in tried]}
    columns |= {"first_detected_50": [one.first_detected for one in tried]}
    figures: dict[str, float | int] = {
        "windows": len(tried), "groups": len({one.group for one in tried}),
        "n_false_alarms": sum(columns["false_alarms"]), "all_windows": len(every),
        "nominal": round(float(np.mean([one.change.z > _NOMINAL for one in every])), 3),
    }  # fmt: skip
    for name, values in columns.items():
        figures |= {name: round(float(np.mean(values)), 3)}
        figures |= dict(zip((f"{name}_low", f"{name}_high"), _interval(tried, values), strict=True))
    return figures


def _of_demo(path: Path) -> dict[str, float | int]:
    """The side-channel that the demo plants: how near a sub-group comes to its people, and what is said of it.

    Returns:
        `nearest`, the largest share in common (Jaccard) of the planted people and a sub-group in the half year around
        the beginning; of the sub-groups of mostly these people, the first week after the beginning in which the rule
        speaks (`first_week`, -1 for none), in how many of the 22 weeks from it on (`weeks`) and of those before
        (`before` of `windows_before`); `elsewhere` of `windows_elsewhere`, of all other sub-groups.
    """
    planted_here = json.loads((path / "world/truth/world.json").read_text("utf-8"))["side_channel"]
    with (path / "world/truth/handles.csv").open(encoding="utf-8", newline="") as file:
        handles = {row["handle"] for row in csv.DictReader(file) if row["person"] in planted_here["people"]}
    with open_cell(path / "cell") as cell, cell.engine.scratch():
        t, last = Tables(cell.engine), (date.fromisoformat(LAST_DAY) - date(1970, 1, 5)).days // 7
        known = t.arrow(t["handles"].select("handle", "person_id")).to_pylist()
        people = frozenset(one["person_id"] for one in known if one["handle"] in handles and one["person_id"])
        space = find_space(t, planted_here["space"])
        there = spoken(t, space, date.fromisoformat(LAST_DAY))
        said = talk(t, there)
        tracked = list(follow(space, weeks_of(said, last)))
        regulars = np.unique(np.concatenate([said.regulars(week) for week, _found in tracked]))
        sent = seen(t, space, regulars, date.fromisoformat(LAST_DAY)).sent
        words = terms(t, there, regulars)
    found = list(windows(sent, tracked, last, *([] if words is None else [words.farther])))
    began = (date.fromisoformat(planted_here["from"][:10]) - date(1970, 1, 5)).days // 7
    spoke = [(one, judged([one], past_of(found, one.week))[0]) for one in found]
    theirs = [(one.week - began, of) for one, of in spoke if _shared(frozenset(one.members), people) >= SAME]
    others = [of for one, of in spoke if _shared(frozenset(one.members), people) < SAME]
    weeks = [week for week, of in theirs if of.alert and 0 <= week < BEFORE + NOW]
    before = [of for week, of in theirs if week < 0 and of.calibrated]
    near = [_shared(one.members, people) for week, some in tracked if abs(week - began) <= WEEKS // 2 for one in some]
    return {
        "nearest": round(max(near, default=0.0), 3), "first_week": min(weeks, default=-1), "weeks": len(weeks),
        "before": sum(of.alert for of in before), "windows_before": len(before),
        "elsewhere": sum(of.alert for of in others), "windows_elsewhere": sum(of.calibrated for of in others),
    }  # fmt: skip


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _tried(spaces: list[Space], found: list[tuple[int, Window]]) -> Iterator[Tried]:
    """Every window for which there is enough past, judged as it was and with each share planted."""
    found.sort(key=lambda one: (one[1].week, one[0], one[1].group_id))
    dice = np.random.default_rng(1)
    for week in sorted({one.week for _n, one in found}):
        past = past_of([one for _n, one in found], week)
        if len(past) < LEAST_PAST or past[-1].week - past[0].week < LEAST_WEEKS:
            continue
        first_from = float(np.quantile([one.change.z for one in past], 1 - RATE))
        now = [(n, one) for n, one in found if one.week == week]
        planted = [[_planted(spaces[n].sent, one, share, dice) for n, one in now] for share in SHARES]
        alerts = [[one.alert for one in judged(some, past)] for some in ([one for _n, one in now], *planted)]
        for place, (n, one) in enumerate(now):
            yield Tried(
                (n, one.group_id), alerts[0][place], one.change.z > first_from,
                tuple(some[place] for some in alerts[1:]), planted[-1][place].change.z > first_from,
            )  # fmt: skip


def _planted(sent: Sent, window: Window, share: float, dice: np.random.Generator) -> Window:
    """The same window, had a share of the wider messages of its last weeks gone to the sub-group alone."""
    members, week = np.array(window.members), window.week
    now = (sent.week > week - NOW) & (sent.week <= week)
    wider = now & np.isin(sent.sender, members) & sent.open_to_others(members)[sent.reach]
    own = int(sent.of.max()) + 1
    reach = np.where(wider & (dice.random(len(wider)) < share), own, sent.reach)
    moved = replace(
        sent, reach=reach, of=np.append(sent.of, np.full(len(members), own)), reader=np.append(sent.reader, members)
    )
    other = change(*moved.weekly(members, week - BEFORE - NOW + 1, week, moved.open_to_others(members)))
    return replace(window, change=other, seconds=(other.within,))


def _interval(tried: list[Tried], values: list[bool]) -> tuple[float, float]:
    """5th and 95th percentile of a mean, sub-groups drawn with replacement."""
    _groups, place = np.unique([one.group for one in tried], axis=0, return_inverse=True)
    n, hits = np.bincount(place.ravel()), np.bincount(place.ravel(), values)
    drawn = np.random.default_rng(2).integers(0, len(n), (DRAWS, len(n)))
    low, high = np.quantile(hits[drawn].sum(1) / n[drawn].sum(1), (0.05, 0.95))
    return round(float(low), 3), round(float(high), 3)


def _messages(path: Path) -> tuple[Ints, Ints, Ints, Ints]:
    """Message, week, sender and receiver, one place for each receiver of what is no broadcast; weeks from 0."""
    sender, receiver, second = rows_of(path)
    # Weeks begin on Monday; the first and the last may be parts of weeks.
    week = (second // 86_400 - 4) // 7
    kept = (sender != receiver) & (week > week.min()) & (week < week.max())
    rows = np.unique(np.stack([week[kept], second[kept], sender[kept], receiver[kept]]), axis=1)
    _message, place = np.unique(rows[:3], axis=1, return_inverse=True)
    message = place.ravel()
    few = np.bincount(message)[message] <= BROADCAST
    return message[few], rows[0, few] - rows[0].min(), rows[2, few], rows[3, few]


def _spaces(message: Ints, week: Ints, sender: Ints, receiver: Ints) -> Iterator[Space]:
    """Everybody, then the larger communities of the first sixteen weeks."""
    everybody, early = np.unique(np.concatenate([sender, receiver])), week < BEFORE
    first = _talk(message[early], week[early], sender[early], receiver[early])
    circles = [np.array(sorted(one)) for one in communities(first, 1) if len(one) >= LEAST]
    for n, people in enumerate([everybody, *circles]):
        inside = np.isin(sender, people) & np.isin(receiver, people)
        rows = message[inside], week[inside], sender[inside], receiver[inside]
        known, at, place = np.unique(rows[0], return_index=True, return_inverse=True)
        whole = np.zeros(len(known), np.int64)
        sent = Sent(rows[1][at], rows[2][at], np.arange(len(known)), place, rows[3], whole, whole + _FAR)
        talk, last = _talk(*rows), int(week.max())
        weeks = [
            (one, communities(talk.only(slice(*np.searchsorted(talk.said, [one - WEEKS + 1, one + 1])))))
            for one in range(BEFORE - 1, last + 1)
        ]
        yield Space(sent, list(follow(f"space {n}", weeks)))


def _talk(message: Ints, week: Ints, sender: Ints, receiver: Ints) -> Talk:
    _message, place, n = np.unique(message, return_inverse=True, return_counts=True)
    return Talk(sender[:0], week[:0], message, message, week, sender, receiver, 1 / n[place])
