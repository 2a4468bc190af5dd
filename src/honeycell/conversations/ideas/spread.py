"""How phrases went from person to person: who used one first, who could have seen it, and who took it up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.phrases import Phrases, Said

__all__ = ["NEVER", "READ", "WAYS", "Heard", "Spread", "expand", "spread"]

Ints = NDArray[np.int64]

NEVER = int(np.iinfo(np.int64).max)
"""The moment of what did not happen."""
WAYS = ("addressed", "conversation", "joined", "space")
"""How a phrase is met: in a message to oneself; in a conversation that one had written in, or joins later and so reads;
in a space that one wrote in during the four weeks before."""
READ = (0, 1, 2)
"""Of `WAYS` those by which a message is as good as read; a space may be left unread."""
_PRESENT = 28 * 86_400_000_000


@dataclass(frozen=True, eq=False)
class Heard:
    """Who could hear the texts of `Said`.

    Attributes:
        text, to: Texts and whom they were directed at, one pair each; (t,).
        space: Of each text where it was said in the open, -1 elsewhere; (m,).
    """

    text: Ints
    to: Ints
    space: Ints


@dataclass(frozen=True, eq=False)
class Spread:
    """Who met which phrase: a row for each phrase and person who used it or could see it, sorted by both.

    Attributes:
        phrase, person: Which; (r,).
        used: The text in which the person first used it, -1 for none; (r,).
        used_at: When, `NEVER` for none; (r,).
        seen: The text in which it could first be seen in each of `WAYS`, -1 for none; (r, 4).
        seen_at: When, `NEVER` for none; (r, 4). Who joins saw it just before their first word.
        origin: Of each phrase the person who used it first; (p,).
    """

    phrase: Ints
    person: Ints
    used: Ints
    used_at: Ints
    seen: Ints
    seen_at: Ints
    origin: Ints

    def adopted(self) -> NDArray[np.bool_]:
        """Rows of persons who used a phrase that somebody else had used first; (r,)."""
        took: NDArray[np.bool_] = (self.used >= 0) & (self.person != self.origin[self.phrase])
        return took


def spread(found: Phrases, said: Said, heard: Heard) -> Spread:
    """Follow each phrase through the texts."""
    n = int(max(said.person.max(initial=0), heard.to.max(initial=0))) + 1
    person = said.person[found.text]
    users, first = np.unique(found.phrase * n + person, return_index=True)
    here, joined = _within(found, said)
    met = [_earliest(*one, n) for one in (_addressed(found, said, heard), here, joined, _there(found, said, heard))]
    keys = np.unique(np.concatenate([users, *(one[0] for one in met)]))
    used = np.full(len(keys), -1)
    used[np.searchsorted(keys, users)] = found.text[first]
    seen, seen_at = np.full((len(keys), len(WAYS)), -1), np.full((len(keys), len(WAYS)), NEVER)
    for way, (held, at, text) in enumerate(met):
        rows = np.searchsorted(keys, held)
        seen[rows, way], seen_at[rows, way] = text, at
    used_at = np.where(used >= 0, said.at[used], NEVER) if len(said.at) else used
    origin = person[np.searchsorted(found.phrase, np.arange(len(found.size)))]
    return Spread(keys // n, keys % n, used, used_at, seen, seen_at, origin)


def expand(keys: Ints, table: Ints) -> tuple[Ints, Ints]:
    """Pairs of places: of each key, and of each equal value in a sorted table.

    Example:
        >>> expand(np.array([7, 5]), np.array([5, 5, 6]))
        (array([1, 1]), array([0, 1]))
    """
    low = np.searchsorted(table, keys)
    n = np.searchsorted(table, keys, side="right") - low
    left = np.repeat(np.arange(len(keys)), n)
    return left, np.arange(len(left)) - np.repeat(np.cumsum(n) - n, n) + np.repeat(low, n)


def _earliest(phrase: Ints, person: Ints, at: Ints, text: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """For each phrase and person the earliest moment, and the text of it."""
    key = phrase * n + person
    order = np.lexsort((text, at, key))
    held, first = np.unique(key[order], return_index=True)
    return held, at[order][first], text[order][first]


def _addressed(found: Phrases, said: Said, heard: Heard) -> tuple[Ints, Ints, Ints, Ints]:
    order = np.argsort(heard.text, kind="stable")
    use, row = expand(found.text, heard.text[order])
    text = found.text[use]
    return found.phrase[use], heard.to[order][row], said.at[text], text


def _within(found: Phrases, said: Said) -> tuple[tuple[Ints, Ints, Ints, Ints], tuple[Ints, Ints, Ints, Ints]]:
    """Those who had written in the conversation, and those who joined it later."""
    n = int(said.person.max(initial=0)) + 1
    seats, first = np.unique(said.conversation * n + said.person, return_index=True)
    use, row = expand(said.conversation[found.text], seats // n)
    text, person, came = found.text[use], seats[row] % n, first[row]
    other = person != said.person[text]
    here, later = other & (came < text), other & (came > text)
    return (
        (found.phrase[use][here], person[here], said.at[text[here]], text[here]),
        (found.phrase[use][later], person[later], said.at[came[later]] - 1, text[later]),
    )


def _there(found: Phrases, said: Said, heard: Heard) -> tuple[Ints, Ints, Ints, Ints]:
    """Those who wrote in the space in the four weeks before."""
    n = int(said.person.max(initial=0)) + 1
    open_, of = np.flatnonzero(heard.space >= 0), np.flatnonzero(heard.space[found.text] >= 0)
    seats, visit = np.unique(heard.space[open_] * n + said.person[open_], return_inverse=True)
    # Visits in order of seat and time as one number, in which the last before any moment is looked up.
    since = said.at - said.at.min(initial=0)
    span = int(since.max(initial=0)) + 1
    visits = np.sort(visit * span + since[open_])
    use, seat = expand(heard.space[found.text[of]], seats // n)
    use = of[use]
    text, person = found.text[use], seats[seat] % n
    last = np.searchsorted(visits, seat * span + since[text]) - 1
    gone = seat * span + since[text] - visits[last]
    there = (last >= 0) & (visits[last] // span == seat) & (gone <= _PRESENT) & (person != said.person[text])
    return found.phrase[use][there], person[there], said.at[text[there]], text[there]
