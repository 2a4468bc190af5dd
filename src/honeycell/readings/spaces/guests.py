"""Guests and hosts of a space in numbers: arrays in, arrays out; nothing here knows a table.

Replicates are draws of conversations: `counts` says how often each conversation counts in each of them, shape
(replicates, conversations).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints

__all__ = ["MATCHED_WEEKS", "Openings", "Said", "Written", "continuity", "host_free", "lift"]

MATCHED_WEEKS = 4
"""How far away the days lie that a day without a host is compared with."""


@dataclass(frozen=True)
class Said:
    """What was directed at whom, one place for each message and person it was directed at."""

    conversation: Ints
    """By place in the columns of `counts`."""
    giver: Ints
    """By number; whoever is a host on some days and a guest on others counts as two."""
    taker: Ints
    giver_guest: Bools
    taker_guest: Bools
    weight: Floats
    """The part of the message that goes to the taker."""


@dataclass(frozen=True)
class Openings:
    """Conversations that a guest began and somebody else answered."""

    conversation: Ints
    by_guest: Bools
    """Whether the first answer came from a guest."""


@dataclass(frozen=True)
class Written:
    """Messages of persons."""

    conversation: Ints
    day: Ints
    """Days since 1970-01-01."""
    guest: Bools


def lift(said: Said, counts: Floats) -> tuple[Floats, Floats]:
    """G, the share of attention from guest to guest, and G0, the same under proportional mixing, of each replicate.

    Example:
        >>> said = Said(
        ...     np.zeros(2, int), np.array([0, 1]), np.array([1, 2]), np.array([True, True]), np.array([True, False]),
        ...     np.ones(2),
        ... )
        >>> [round(float(part[0]), 3) for part in lift(said, np.ones((1, 1)))]
        [0.5, 0.333]
    """
    n = int(max(said.giver.max(initial=-1), said.taker.max(initial=-1))) + 1
    guest = np.zeros(n, bool)
    guest[said.giver], guest[said.taker] = said.giver_guest, said.taker_guest
    both = said.giver_guest & said.taker_guest
    shares, expected = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    for at, drawn in enumerate(counts):
        w = drawn[said.conversation] * said.weight
        out, into = (np.bincount(who, w, minlength=n) for who in (said.giver, said.taker))
        everybody = out.sum() * into.sum() - (out * into).sum()
        if everybody > 0:
            among = out[guest].sum() * into[guest].sum() - (out * into)[guest].sum()
            shares[at], expected[at] = w[both].sum() / w.sum(), among / everybody
    return shares, expected


def host_free(openings: Openings, counts: Floats) -> Floats:
    """The share of openings that a guest answered first, of each replicate.

    Example:
        >>> host_free(Openings(np.array([0, 1]), np.array([True, False])), np.ones((1, 2)))
        array([0.5])
    """
    drawn = counts[:, openings.conversation]
    total, mine = drawn.sum(axis=1), drawn[:, openings.by_guest].sum(axis=1)
    shares: Floats = np.divide(mine, total, out=np.full(len(counts), np.nan), where=total > 0)
    return shares


def continuity(written: Written, covered: Ints, counts: Floats) -> tuple[Floats, int]:
    """What guests write on days without a host over what they write on days like those with one; and how many days.

    Days are alike on the same weekday within four weeks. The days stay the same in each replicate.

    Args:
        written: What persons wrote, on covered days.
        covered: The covered days, rising.
        counts: How often each conversation counts.

    Example:
        >>> of = Written(np.zeros(3, int), np.array([0, 0, 7]), np.array([False, True, True]))
        >>> continuity(of, np.array([0, 7]), np.ones((1, 1)))
        (array([1.]), 1)
    """
    if not len(covered):
        return np.full(len(counts), np.nan), 0
    first, n = int(covered[0]), int(covered[-1] - covered[0]) + 1
    hosted, known = np.zeros(n, bool), np.zeros(n, bool)
    known[covered - first] = True
    place = written.day - first
    hosted[place[~written.guest]] = True
    steps = [7 * week for week in range(-MATCHED_WEEKS, MATCHED_WEEKS + 1) if week]
    off, usual = [], np.zeros(n)
    for day in np.flatnonzero(known & ~hosted).tolist():
        like = [day + step for step in steps if 0 <= day + step < n and hosted[day + step]]
        if like:
            off.append(day)
            usual[like] += 1 / len(like)
    mine, conversation = place[written.guest], written.conversation[written.guest]
    found = np.full(len(counts), np.nan)
    for at, drawn in enumerate(counts):
        by_day = np.bincount(mine, drawn[conversation], minlength=n)
        if (on_days := float(by_day @ usual)) > 0:
            found[at] = by_day[off].sum() / on_days
    return found, len(off)
