"""Which way a relationship goes, in words that say how likely that is; and when the word is changed.

The words are those of the Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010), and the number stands
beside each. A word for the better is taken up in the week it becomes likely; one for the worse only when it has been
very likely for some weeks, the more of them the older the tie is.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.changes.exposure import monday
from honeycell.readings.changes.state import Trend
from honeycell.readings.traces import EVER

__all__ = ["DEMOTE", "PROMOTE", "SCALE", "after", "patience", "said", "trend", "words"]

SCALE = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.05, "very unlikely"),
    (0.01, "extremely unlikely"),
    (0.0, "exceptionally unlikely"),
)
"""From which probability on each word is used."""
PROMOTE = 0.66
"""`likely`: that a tie grows is worth knowing early, and costs little where it was chance."""
DEMOTE = 0.90
"""`very likely`: that a tie fades is acted upon, and those who are told so of a sound one stop listening."""
_KEEP = 0.5
"""More likely than not: a word that stands is kept so long, and does not flicker about the line it came in by."""
_WEEKS, _MOST = 2, 8
"""Weeks in a row before a word for the worse: two bridge one holiday; beyond eight a quarter would be half over."""
_NAMES = {-1: "falling", 0: "steady", 1: "rising"}


def words(likelihood: float) -> str:
    """The word of the scale for a probability.

    Example:
        >>> words(0.93), words(0.5)
        ('very likely', 'about as likely as not')
    """
    return next(word for least, word in SCALE if likelihood >= least)


def said(likelihood: float) -> str:
    """Word and number.

    Example:
        >>> said(0.934)
        'very likely (93%)'
    """
    number = "over 99%" if likelihood > 0.99 else "under 1%" if likelihood < 0.01 else f"{int(likelihood * 100)}%"
    return f"{words(likelihood)} ({number})"


def patience(age_weeks: float) -> int:
    """Weeks in a row that a tie of this age must look worse before it is said.

    Decay slows with age (Burt 2000): each doubling of a tie's age past half a year buys another week.

    Example:
        >>> [patience(weeks) for weeks in (10, 52, 104, 520)]
        [2, 3, 4, 6]
    """
    return min(_MOST, _WEEKS + int(np.log2(max(1.0, age_weeks / 26))))


def trend(up: Floats, down: Floats, week: Ints, first: int = 0) -> Trend:
    """The trend at the end of the last week, as it came about week by week.

    Args:
        up: For each week, one at least, at its end, the probability of a level above the one before a recent change.
        down: The same for below.
        week: Their numbers.
        first: The place of the week of the first contact; the age counts from it.
    """
    standing, since, worse = 0, first, 0
    for at in range(first, len(up)):
        meant = 1 if up[at] >= PROMOTE else -1 if down[at] >= DEMOTE else 0
        if meant == 0 and standing and (up, down)[standing < 0][at] >= _KEEP:
            meant = standing
        worse = worse + 1 if meant < standing else 0
        if meant > standing or worse >= patience(float(week[at] - week[first])):
            standing, since, worse = meant, at, 0
    chance = {1: up[-1], -1: down[-1], 0: 1 - up[-1] - down[-1]}
    likelihood, best = float(np.clip(chance[standing], 0.0, 1.0)), max(chance, key=lambda word: chance[word])
    return Trend(
        _NAMES[standing], likelihood, words(likelihood), _NAMES[best], float(np.clip(chance[best], 0.0, 1.0)),
        EVER + timedelta(int(monday(week)[since]) + 6),
    )  # fmt: skip


def after(one: Trend, changed_on: date) -> Trend:
    """The trend beside a change that is shown: a word that was taken up before it is of a level that is no more.

    What is likeliest by now then stands instead, from the change on: who reads of the change has nothing to wait for.
    """
    if one.since >= changed_on:
        return one
    chance = one.likeliest_likelihood
    return Trend(one.likeliest, chance, words(chance), one.likeliest, chance, changed_on)
