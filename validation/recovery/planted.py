"""What the ties of a simulated world come to on average, when its chance falls otherwise again and again.

Who there is, who writes to whom, how often, who opens, who answers how soon with which probability and when a tie ends
are parameters of the world (`honeycell.demo.relations.Ties`). The archives hold one draw of them. `Planted` is the mean
over other draws of the very same parameters: an integral over chance, computed from the draws themselves, without
archives and without a line of the code that reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from honeycell.demo.dice import Floats, Ints, Truths
from honeycell.demo.messages import Quiet
from honeycell.demo.people import People
from honeycell.demo.relations import Ties
from honeycell.demo.sites import DAY, WORKDAY, day_number, working
from honeycell.demo.talk import Talk, talk

__all__ = ["DRAWS", "HORIZON", "WINDOW", "YEAR", "Planted", "Said", "dialogues", "drawn", "planted", "said"]

DRAWS = 30
"""Other draws that the mean is taken over."""
WINDOW, HORIZON = 180, 90
"""Days looked back over, and ahead (`honeycell.readings`)."""
YEAR = 365
"""Days of conversations that dialogue is the share of."""


@dataclass(frozen=True)
class Said:
    """What was directed at whom: one place for each message and person it names."""

    day: Ints
    one: Ints
    """Who wrote: the number of a person in the world."""
    other: Ints
    weight: Floats
    """Of one message they sum to 1; Cc has .3 of To."""
    conversation: Ints
    at: Ints
    """Seconds since 1970; `day` is this by the day."""
    waits: Truths
    """Whether it begins to wait for an answer: to somebody in To, where the other spoke last (`science.md` 2.5)."""
    answered: Truths
    """Whether that person answered within one working day of their site."""


def said(everybody: People, quiet: Quiet, spoken: Talk) -> Said:
    """One draw of talk as what it directs at whom."""
    answers = np.flatnonzero(spoken.act == 1)
    asked = spoken.parent[answers]
    site = everybody.site[spoken.author[answers]]
    soon = working(site, spoken.at[answers]) - working(site, spoken.at[asked]) <= WORKDAY
    own = spoken.author[answers] == spoken.to[asked]
    answered = np.zeros(len(spoken.at), bool)
    answered[asked[soon & own]] = True
    copied = _heard(quiet, spoken)
    each = 1.0 / (1.0 + 0.3 * copied.sum(1))
    row, place = np.nonzero(copied)
    whole = np.arange(len(spoken.at))
    never = np.zeros(len(row), bool)
    rows, other = np.concatenate([whole, row]), np.concatenate([spoken.to, spoken.cc[row, place]])
    return Said(
        spoken.at[rows] // DAY, spoken.author[rows], other, np.concatenate([each, 0.3 * each[row]]),
        spoken.conversation[rows], spoken.at[rows],
        _waits(spoken.author[rows], other, spoken.at[rows], len(whole)),
        np.concatenate([answered, never]),
    )  # fmt: skip


def _waits(one: Ints, other: Ints, at: Ints, n_to: int) -> Truths:
    """Of those in To (the first `n_to`), which are the first that one of the two says after the other spoke."""
    pair = np.minimum(one, other) << 32 | np.maximum(one, other)
    order = np.lexsort((at, pair))
    begins = (np.diff(pair[order], prepend=-1) != 0) | (np.diff(one[order], prepend=-1) != 0)
    to = np.flatnonzero(order < n_to)
    _, first = np.unique(np.cumsum(begins)[to], return_index=True)
    found = np.zeros(len(one), bool)
    found[order[to[first]]] = True
    return found


def _heard(quiet: Quiet, spoken: Talk) -> Truths:
    """Which of those in Cc are somebody else, and somebody the author does not keep away from then; (messages, 3)."""
    pairs = np.array(sorted(quiet), np.int64).reshape(-1, 2)
    spans = np.array([quiet[a, b] for a, b in pairs.tolist()], np.int64).reshape(-1, 2)
    keys = pairs[:, 0] << 32 | pairs[:, 1]
    author, at = spoken.author[:, None], spoken.at[:, None]
    wanted = np.minimum(author, spoken.cc) << 32 | np.maximum(author, spoken.cc)
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    silent = (keys[place] == wanted) & (spans[place, 0] <= at) & (at < spans[place, 1]) if len(keys) else False
    return np.asarray((spoken.cc >= 0) & (spoken.cc != author) & (spoken.cc != spoken.to[:, None]) & ~silent)


def drawn(seed: int, everybody: People, tied: Ties, quiet: Quiet, draws: int = DRAWS) -> list[Said]:
    """Other draws of the same ties."""
    return [said(everybody, quiet, talk(seed + 1000 * n, everybody, tied)) for n in range(1, draws + 1)]


@dataclass(frozen=True)
class Planted:
    """Means over draws in the days up to one, of two persons or two organisations; `one` < `other`."""

    one: Ints
    other: Ints
    given: Floats
    """Share of the attention that `one` gave."""
    days: Floats
    """Days with contact, of `WINDOW`."""
    lasts: Floats
    """Chance of contact in the `HORIZON` days after."""
    pairs: Floats
    """Effective number of pairs of persons."""
    answers: Floats
    """Chance that `other` answers `one` within a working day, (relationships, 2): and the other way round."""


def planted(draws: list[Said], on: date, house: Ints | None = None) -> Planted:
    """The means of some draws.

    Args:
        draws: What was said in each.
        on: The last day.
        house: The organisation of each person on it, for organisations; without it of persons.
    """
    end, n = day_number(on), len(draws)
    parts = [_part(draw, number, end, house) for number, draw in enumerate(draws)]
    draw, day, forward, key, pair, weight, waits, hit = (np.concatenate(column) for column in zip(*parts, strict=True))
    keys, at = np.unique(key, return_inverse=True)
    now = (day > end - WINDOW) & (day <= end)

    def total(values: Floats | Truths, where: Truths) -> Floats:
        return np.bincount(at[where], values[where], len(keys)).astype(float)

    def different(*columns: Ints, where: Truths) -> Floats:
        rows = np.unique(np.stack([at, draw, *columns])[:, where], axis=1)
        return np.bincount(rows[0], minlength=len(keys)) / n

    with np.errstate(invalid="ignore", divide="ignore"):
        answers = [total(hit, now & waits & side) / total(waits, now & waits & side) for side in (forward, ~forward)]
        given = total(weight, now & forward) / total(weight, now)
    return Planted(
        keys >> 32, keys & 0xFFFFFFFF, given, different(day, where=now),
        different(where=(day > end) & (day <= end + HORIZON)), _effective(at, draw, pair, weight, now, len(keys)),
        np.stack(answers, axis=1),
    )  # fmt: skip


def dialogues(draws: list[Said], on: date, house: Ints) -> dict[tuple[int, int], float]:
    """Of the conversations of two organisations in a year, those in which the word went there and back.

    Args:
        draws: What was said in each.
        on: The last day.
        house: The organisation of each person on it.

    Returns:
        The mean share, by the two organisations, the smaller number first.
    """
    end, found = day_number(on), list[Ints]()
    for draw in draws:
        one, other = house[draw.one], house[draw.other]
        kept = np.flatnonzero((draw.day > end - YEAR) & (draw.day <= end) & (one != other))
        kept = kept[np.lexsort((draw.at[kept], draw.conversation[kept]))]
        pair = np.minimum(one, other)[kept] << 32 | np.maximum(one, other)[kept]
        talk_of = draw.conversation[kept]
        turned = (np.diff(talk_of, prepend=-1) == 0) & (np.diff(one[kept], prepend=-1) != 0)
        _, first, at = np.unique(talk_of, return_index=True, return_inverse=True)
        both = np.bincount(at, turned) >= 2
        found.append(np.stack([pair[first], both]))
    pair, both = np.concatenate(found, axis=1)
    keys, at = np.unique(pair, return_inverse=True)
    share = np.bincount(at, both) / np.bincount(at)
    return {(key >> 32, key & 0xFFFFFFFF): float(one) for key, one in zip(keys.tolist(), share, strict=True)}


def _part(found: Said, number: int, end: int, house: Ints | None) -> tuple[np.ndarray, ...]:
    kept = (found.day > end - WINDOW) & (found.day <= end + HORIZON)
    one, other = found.one[kept], found.other[kept]
    sides = (one, other) if house is None else (house[one], house[other])
    between = sides[0] != sides[1]
    columns = (
        np.full(len(one), number), found.day[kept], sides[0] < sides[1],
        np.minimum(*sides) << 32 | np.maximum(*sides), np.minimum(one, other) << 32 | np.maximum(one, other),
        found.weight[kept], found.waits[kept], found.answered[kept],
    )  # fmt: skip
    return tuple(column[between] for column in columns)


def _effective(at: Ints, draw: Ints, pair: Ints, weight: Floats, now: Truths, n: int) -> Floats:
    """Hill number of order 1 of the attention of pairs, the mean of draws in which there is any."""
    rows, place = np.unique(np.stack([at, draw, pair])[:, now], axis=1, return_inverse=True)
    each = np.bincount(place.ravel(), weight[now])
    _, whose = np.unique(rows[:2], axis=1, return_inverse=True)
    whose = whose.ravel()
    share = each / np.bincount(whose, each)[whose]
    entropy = np.bincount(whose, -share * np.log(share))
    first = np.unique(whose, return_index=True)[1]
    key = rows[0][first]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.bincount(key, np.exp(entropy), n) / np.bincount(key, minlength=n)
    return found
