"""What a message is to the others of its stream, found once for all features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.stream import AHEAD, WINDOW, Stream

__all__ = ["Occurrences", "Relations", "relations"]

_Ints = NDArray[np.int64]


class Occurrences:
    """Where each of several things occurs, for finding the last before and the first after a place.

    Args:
        codes: What occurs at each place, (m,); negative is nothing.
        places: The places, (m,), rising; by default 0 to m - 1.
    """

    def __init__(self, codes: _Ints, places: _Ints | None = None) -> None:
        places = np.arange(len(codes)) if places is None else places
        self._span = int(places.max(initial=0)) + 2 * (WINDOW + AHEAD) + 2
        kept = codes >= 0
        self._keys = np.sort(codes[kept] * self._span + places[kept] + WINDOW)
        self._ends = np.concatenate([[-1], self._keys, [-1]])

    def before(self, codes: _Ints, places: _Ints, reach: int = WINDOW) -> _Ints:
        """The last place before, -1 where there is none in reach."""
        at = self._ends[np.searchsorted(self._keys, codes * self._span + places + WINDOW)]
        found = at - codes * self._span - WINDOW
        return np.where((codes >= 0) & (at >= 0) & (found >= places - reach) & (found >= 0), found, -1)

    def after(self, codes: _Ints, places: _Ints, reach: int = AHEAD) -> _Ints:
        """The first place after, -1 where there is none in reach."""
        at = self._ends[np.searchsorted(self._keys, codes * self._span + places + WINDOW, "right") + 1]
        found = at - codes * self._span - WINDOW
        return np.where((codes >= 0) & (at >= 0) & (found <= places + reach) & (found > places), found, -1)

    def between(self, codes: _Ints, low: _Ints, high: _Ints) -> _Ints:
        """How often it occurs at low < place < high."""
        base = codes * self._span + WINDOW
        upper = np.searchsorted(self._keys, base + high)
        return np.where(codes >= 0, np.maximum(upper - np.searchsorted(self._keys, base + low, "right"), 0), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Places of other messages, (n,) each; -1 where there is none in reach.

    Attributes:
        own_before: The author's last message before.
        own_after: The author's next message, within `WINDOW`.
        own_second: And the one after that, within `WINDOW` of the first.
        own_third: And the next.
        n_own: How many the author wrote in the `WINDOW` before.
        led_before: Whom the author last addressed before (a speaker).
        led_after: Whom the author next addresses.
        leader_before: Who last addressed the author (a speaker).
        leader_before_at: Where.
        leader_after: Who next addresses the author (a speaker).
        leader_after_at: Where.
        pace: Minutes that the last 10 messages took.
    """

    own_before: _Ints
    own_after: _Ints
    own_second: _Ints
    own_third: _Ints
    n_own: _Ints
    led_before: _Ints
    led_after: _Ints
    leader_before: _Ints
    leader_before_at: _Ints
    leader_after: _Ints
    leader_after_at: _Ints
    pace: NDArray[np.float64]


def relations(stream: Stream) -> Relations:
    """Of every message of a stream."""
    n = len(stream)
    i = np.arange(n)
    speaker, lead = stream.speaker, stream.lead
    spoken = Occurrences(speaker)
    leads = np.flatnonzero(lead >= 0)
    leading, led = Occurrences(speaker[leads], leads), Occurrences(lead[leads], leads)

    def at(values: _Ints, places: _Ints) -> _Ints:
        return np.where(places >= 0, values[places], -1) if n else places

    after = spoken.after(speaker, i, WINDOW)
    second = at(after, after)
    leader_before, leader_after = led.before(speaker, i), led.after(speaker, i)
    return Relations(
        own_before=spoken.before(speaker, i),
        own_after=after,
        own_second=second,
        own_third=at(after, second),
        n_own=spoken.between(speaker, i - WINDOW - 1, i),
        led_before=at(lead, leading.before(speaker, i)),
        led_after=at(lead, leading.after(speaker, i)),
        leader_before=at(speaker, leader_before),
        leader_before_at=leader_before,
        leader_after=at(speaker, leader_after),
        leader_after_at=leader_after,
        pace=stream.minute - stream.minute[np.maximum(i - 10, 0)],
    )
