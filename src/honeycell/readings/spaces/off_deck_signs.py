"""Off-deck drift in numbers: arrays in, arrays out; nothing here knows a table.

`Sent` is what the people of a space sent to each other, `windows` compares the last 6 weeks of each sub-group with the
16 before them, and `judged` says which changes are larger than those that came in the past of the same space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from honeycell.groups import LARGEST, SMALLEST
from honeycell.groups.following import Followed
from honeycell.readings.arrays import Bools, Floats, Ints

__all__ = [
    "BEFORE", "EVERYBODY", "LEAST_BEFORE", "LEAST_NOW", "LEAST_PAST", "LEAST_WEEKS", "NOW", "RATE", "SHOWN_OF",
    "Change", "Judged", "Sent", "Window", "change", "judged", "past_of", "windows",
]  # fmt: skip

BEFORE, NOW = 16, 6
"""Weeks of the own past, and those compared with it (`science.md` 4.10)."""
LEAST_BEFORE, LEAST_NOW = 60, 20
"""Messages in these weeks under which nothing is said."""
EVERYBODY = -1
"""Stands for all who read the space, among the readers of what is said in it."""
RATE = 0.025
"""Share of past windows in which the rule may have spoken: half of the 5 % that is asked for, since windows overlap."""
LEAST_PAST = 50
"""Past windows without which the rule is not calibrated, and says nothing ..."""
LEAST_WEEKS = NOW
"""... and weeks from the first of them to the last: windows that all overlap are one observation."""
SHOWN_OF = 50
"""Past windows, evenly over the past, that the sentence counts in."""
_GRACE = 2
"""Weeks that an archive may be silent at either end of those it covers."""
_LEVELS = np.geomspace(0.5, 0.001, 100)

Second = Callable[[Ints, int], float]
"""A second sign of the members of a sub-group at the end of a week; not-a-number where it cannot be read."""


@dataclass(frozen=True)
class Sent:
    """What the people of a space sent to each other, wherever it was, one place for each message, weeks rising."""

    week: Ints
    sender: Ints
    reach: Ints
    """Which set of readers it had: shape as `week`, values from 0."""
    of: Ints
    """Those sets: the number of the set ..."""
    reader: Ints
    """... and who of the space is in it, or `EVERYBODY`; the sender may be."""
    since: Ints
    """The first week from which on its archive was there, shape as `week` ..."""
    until: Ints
    """... and the last: a message counts in weeks all covered by its archive, or a new archive would be a change."""

    def open_to_others(self, members: Ints) -> Bools:
        """For each set of readers whether somebody of the space is in it who is none of these people."""
        found = np.zeros(int(self.of.max(initial=-1)) + 1, bool)
        found[self.of[~np.isin(self.reader, members)]] = True
        return found

    def counted(self, members: Ints, first: int, last: int) -> Ints:
        """Places of what these people sent in some weeks, seen by an archive that was there all the while."""
        places = np.arange(*np.searchsorted(self.week, [first, last + 1]))
        there = (self.since[places] <= first + _GRACE) & (self.until[places] >= last - _GRACE)
        return places[there & np.isin(self.sender[places], members)]

    def weekly(self, members: Ints, first: int, last: int, open_to_others: Bools) -> tuple[Ints, Ints]:
        """What each member sent in each week, and how much of it nobody else of the space could read.

        Returns:
            Two arrays of messages, shape (members, weeks).
        """
        counted, weeks = self.counted(members, first, last), last - first + 1
        place = np.searchsorted(members, self.sender[counted]) * weeks + self.week[counted] - first
        inside = place[~open_to_others[self.reach[counted]]]
        n, off = (np.bincount(one, minlength=len(members) * weeks) for one in (place, inside))
        return n.reshape(-1, weeks), off.reshape(-1, weeks)


@dataclass(frozen=True)
class Change:
    """Six weeks beside the sixteen before."""

    n_before: int
    n_now: int
    off_before: int
    off_now: int
    """Messages that nobody of the space outside the sub-group could read."""
    dispersion: float
    """Pearson's, of the sixteen weeks; 1 where they vary as chance does, never less."""
    z: float
    """The first sign: (p1 - p0) in standard errors times the root of the dispersion."""
    within: float
    """A second one: the same within each person, so that it is no change when others of them write."""

    @property
    def enough(self) -> bool:
        """Whether there is as much as is needed to say something."""
        return self.n_before >= LEAST_BEFORE and self.n_now >= LEAST_NOW

    @property
    def share_before(self) -> float:
        """Off-deck share of the sixteen weeks."""
        return self.off_before / max(self.n_before, 1)

    @property
    def share_now(self) -> float:
        """Off-deck share of the six weeks."""
        return self.off_now / max(self.n_now, 1)


def change(n: Ints, off: Ints) -> Change:
    """The last six weeks of a sub-group beside the sixteen before (`science.md` 4.10).

    Within persons: the difference of shares summed over strata (Cochran 1954; Mantel & Haenszel 1959), its variance
    widened by the same dispersion.

    Args:
        n: Messages of each member in each of the 22 weeks, shape (members, 22).
        off: Those of them that only the sub-group could read.
    """
    weekly, inside = n[:, :BEFORE].sum(0), off[:, :BEFORE].sum(0)
    n0, n1, y0, y1 = (int(one.sum()) for one in (weekly, n[:, BEFORE:], inside, off[:, BEFORE:]))
    if not n0 or not n1:
        return Change(n0, n1, y0, y1, 1.0, 0.0, 0.0)
    p0, p1, pooled = y0 / n0, y1 / n1, (y0 + y1) / (n0 + n1)
    wrote, dispersion = weekly > 0, 1.0
    if 0 < p0 < 1 and wrote.sum() > 1:
        squares = (inside[wrote] - weekly[wrote] * p0) ** 2 / (weekly[wrote] * p0 * (1 - p0))
        dispersion = max(1.0, float(squares.sum()) / (int(wrote.sum()) - 1))
    spread = dispersion * pooled * (1 - pooled) * (1 / n0 + 1 / n1)
    before, now = n[:, :BEFORE].sum(1), n[:, BEFORE:].sum(1)
    both = (before > 0) & (now > 0)
    a, b = before[both], now[both]
    of_a, of_b = off[both, :BEFORE].sum(1), off[both, BEFORE:].sum(1)
    share, weight = (of_a + of_b) / (a + b), a * b / (a + b)
    variance = dispersion * float((weight * share * (1 - share) * (a + b) / (a + b - 1)).sum())
    difference = float((weight * (of_b / b - of_a / a)).sum())
    return Change(
        n0, n1, y0, y1, dispersion,
        (p1 - p0) / spread**0.5 if spread > 0 else 0.0,
        difference / variance**0.5 if variance > 0 else 0.0,
    )  # fmt: skip


@dataclass(frozen=True)
class Window:
    """A sub-group in six weeks, as it was before them."""

    group_id: int
    week: int
    """The last of the six."""
    members: tuple[int, ...]
    """Who was in it before the six weeks began: nobody is in it because of what is asked."""
    change: Change
    seconds: tuple[float, ...]
    """Second signs: `change.within`, then what was asked for; not-a-number where one cannot be read."""
    earlier: float
    """The first sign of the same sub-group six weeks before, minus infinity where there is none."""
    went: bool | None
    """Whether the share had come back by half in the six weeks after; None while they are not over."""


def windows(
    sent: Sent, tracked: Iterable[tuple[int, Iterable[Followed]]], last: int, *seconds: Second
) -> Iterator[Window]:
    """Every sub-group of 3 to 7 people in every six weeks for which there is enough, weeks rising.

    Args:
        sent: What the people of the space sent.
        tracked: The communities of each week, as `honeycell.groups.follow` gives them.
        last: The last week.
        seconds: Second signs besides `Change.within`.
    """
    first = int(sent.week[0])
    known: dict[frozenset[int], Bools] = {}
    signs: dict[tuple[int, int], float] = {}
    for week, found in tracked:
        end = week + NOW
        start = end - BEFORE - NOW + 1
        if start < first or end > last:
            continue
        for one in found:
            if not SMALLEST <= len(one.members) <= LARGEST:
                continue
            members = np.array(sorted(one.members))
            if one.members not in known:
                known[one.members] = sent.open_to_others(members)
            now = change(*sent.weekly(members, start, end, known[one.members]))
            if not now.enough:
                continue
            went = None
            if end + NOW <= last:
                n, off = sent.weekly(members, end + 1, end + NOW, known[one.members])
                middle = (now.share_before + now.share_now) / 2
                went = bool((off.sum() / max(n.sum(), 1) - middle) * now.z < 0)
            signs[one.group_id, end] = now.z
            others = (now.within, *(second(members, end) for second in seconds))
            earlier = signs.get((one.group_id, end - NOW), -np.inf)
            yield Window(one.group_id, end, tuple(members.tolist()), now, others, earlier, went)


@dataclass(frozen=True)
class Judged:
    """A window beside the past of its space."""

    window: Window
    calibrated: bool
    """Whether there was enough past to calibrate on."""
    alert: bool
    """The first sign with a second one, or in the six weeks before too; never where the rule is not calibrated."""
    n_past: int
    """Past windows that the rule was calibrated on."""
    rate: float
    """Share of them in which the rule would have spoken; 1 where it is not calibrated."""
    first_from: float
    """The first sign is there above this."""
    seconds_from: tuple[float, ...]
    """Each second sign is there above this."""
    n_shown: int
    """Past windows that the sentence counts in, at most `SHOWN_OF`."""
    n_as_large: int
    """Those of them in which a change as large came and went."""


def past_of(found: Sequence[Window], week: int) -> list[Window]:
    """The windows that were over before the six weeks up to this one began."""
    return [one for one in found if one.week <= week - NOW]


def judged(now: Sequence[Window], past: Sequence[Window], rate: float = RATE) -> list[Judged]:
    """Say of each window whether its change is larger than those of the past.

    One level stands for all signs: each has to be among its own largest at that level. It is the widest one at which
    the whole rule spoke in no more than `rate` of the past windows.

    Args:
        now: Windows to judge.
        past: Those that came before, of whatever sub-group of the space.
        rate: The share of past windows in which the rule may have spoken.
    """
    if not now:
        return []
    first, seconds, earlier = _columns(past)
    chosen, spoke = (np.inf, (np.inf,) * len(now[0].seconds)), 1.0
    calibrated = len(past) >= LEAST_PAST and past[-1].week - past[0].week >= LEAST_WEEKS
    if calibrated:
        for level in _LEVELS:
            bounds = float(np.quantile(first, 1 - level)), tuple(_quantile(one, 1 - level) for one in seconds.T)
            spoke = float(_speaks(first, seconds, earlier, *bounds).mean())
            chosen = bounds
            if spoke <= rate:
                break
    shown = [past[one] for one in np.unique(np.linspace(0, len(past) - 1, min(SHOWN_OF, len(past))).astype(int))]
    alerts = _speaks(*_columns(now), *chosen)
    return [
        Judged(
            one, calibrated, bool(alert), len(past), spoke, *chosen, len(shown),
            sum(other.went is True and _as_large(other.change.z, one.change.z) for other in shown),
        )
        for one, alert in zip(now, alerts, strict=True)
    ]  # fmt: skip


def _as_large(one: float, other: float) -> bool:
    """Whether a change goes the same way as another, and at least as far."""
    return one >= other if other >= 0 else one <= other


def _columns(found: Sequence[Window]) -> tuple[Floats, Floats, Floats]:
    return (
        np.array([one.change.z for one in found], float),
        np.array([one.seconds for one in found], float),
        np.array([one.earlier for one in found], float),
    )


def _speaks(
    first: Floats, seconds: Floats, earlier: Floats, first_from: float, seconds_from: tuple[float, ...]
) -> Bools:
    """The first sign, and a second one or the first six weeks before; what is not known is no sign."""
    return (first > first_from) & ((seconds > np.array(seconds_from)).any(1) | (earlier > first_from))


def _quantile(values: Floats, share: float) -> float:
    known = values[~np.isnan(values)]
    return float(np.quantile(known, share)) if len(known) >= LEAST_PAST else np.inf
