"""What a first guess at all links says of each: which threads there are, and who talks with whom unsaid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.features import log_of
from honeycell.conversations.disentangle.relations import Occurrences, Relations
from honeycell.conversations.disentangle.stream import AHEAD, WINDOW, Stream

__all__ = ["CHOICE", "SITUATION", "Draft", "chosen", "draft"]

_Ints = NDArray[np.int64]
_Floats = NDArray[np.floating]
_JUMPS = (WINDOW - 1).bit_length()

CHOICE: tuple[str, ...] = (
    "score below the best", "chance", "place by chance", "the best by chance",
    "chance of its author", "chance of its thread", "chance of the rest of its thread", "its thread is the likeliest",
    "the latest of its thread", "messages of its thread since", "length of its thread",
    "distance to the latest of its thread", "minutes to the latest of its thread",
    "author is in its thread", "addressee is in its thread", "in the thread of the author's last",
    "distance of the author's latest in its thread",
    "answers to it so far", "answers to it by the author", "it answers the author", "author's last answers its author",
    "author's last answers it", "it begins a conversation", "chance that it begins one",
    "its author next answers the author", "author next answers its author",
    "its author answered the author", "how long ago its author did", "author answered its author",
    "how long ago the author did",
    "its author and author answered each other", "author's next is in its thread",
    "its author is first to answer the message",
    "its author answered somebody else last", "speakers in its thread",
)  # fmt: skip
"""What `Draft.of` says of a candidate, in order."""

SITUATION: tuple[str, ...] = (
    "chance to begin", "best chance", "doubt", "threads in sight", "is answered", "how soon", "author goes on with it",
    "author's last began", "author's last was answered",
)  # fmt: skip
"""What `Draft.situation` says of a message, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A first guess at the links of n messages.

    Attributes:
        stream: The messages.
        of: What they are to each other.
        scores: Of each candidate, the nearest first, and last of none; (n, WINDOW + 1).
        chances: The same as chances, each row adding to 1.
        parent: The likeliest place, itself where it begins a conversation; (n,).
        partner: Its author, -1 where it begins a conversation; (n,).
        talks: Where one speaker answers another.
        answered: Where the first answer to a message is, -1 for none in reach; (n,).
        situation: Of each message what `SITUATION` says; (n, len(SITUATION)).
    """

    stream: Stream
    of: Relations
    scores: _Floats
    chances: _Floats
    parent: _Ints
    partner: _Ints
    talks: Occurrences
    answered: _Ints
    situation: _Floats

    def of_block(self, low: int, high: int, chosen: _Ints) -> NDArray[np.float32]:
        """What the guess says of some candidates.

        Args:
            low: The first message.
            high: The one after the last.
            chosen: Distances less 1 of the candidates, the likeliest first, (high - low, c).

        Returns:
            (high - low, c, len(CHOICE)).
        """
        stream = self.stream
        i = np.arange(low, high)[:, None]
        far = i - np.arange(1, WINDOW + 1)
        known = far >= 0
        j_all = np.maximum(far, 0)
        root = _roots(i, j_all, known, self.parent)
        a, lead = stream.speaker[i], stream.lead[i]
        b_all = stream.speaker[j_all]
        chances = self.chances[low:high]
        tally = _tally(root, chances[:, :-1], b_all == a, (b_all == lead) & (lead >= 0), b_all)
        up = i - self.parent[j_all] - 1
        child_of = np.where((self.parent[j_all] < j_all) & known & (up < WINDOW), up, WINDOW)
        answers, by_author = _answers(child_of, b_all == a)

        c = chosen
        rows = np.arange(high - low)[:, None]
        j = j_all[rows, c]
        b = b_all[rows, c]
        r = root[rows, c]
        mass = tally.mass[rows, r]
        first = tally.first[rows, r]
        p = chances[rows, c]
        best = self.scores[low:high].max(axis=1, keepdims=True)
        own = self.of.own_before[i]
        own_at = np.where(own >= 0, i - own - 1, 0)
        own_parent = np.where(own >= 0, self.parent[np.maximum(own, 0)], -1)
        own_partner = np.where(own >= 0, self.partner[np.maximum(own, 0)], -1)
        span = int(stream.speaker.max(initial=0)) + 1
        back, forth = b * span + a, a * span + b
        wide = np.broadcast_to(i, b.shape)
        back_before, forth_before = self.talks.before(back, wide), self.talks.before(forth, wide)
        goes_on = np.where(self.of.own_after[i] - i <= AHEAD, self.of.own_after[i], -1)
        next_parent = np.where(goes_on >= 0, self.parent[np.maximum(goes_on, 0)], -1)
        next_seen = (next_parent >= 0) & (next_parent < i) & (i - next_parent <= WINDOW)
        next_root = root[rows, np.where(next_seen, i - next_parent - 1, 0)]
        answered = self.answered[i]
        found = np.empty((*c.shape, len(CHOICE)), np.float32)
        latest_j = j_all[rows, first]
        for place, value in enumerate((
            np.maximum(self.scores[low:high][rows, c] - best, -12) / 4,
            p,
            np.arange(c.shape[1])[None] / 16,
            self.scores[low:high][rows, c] >= best,
            _by_author(b_all, chances[:, :-1], b),
            mass, mass - p,
            mass >= tally.mass.max(axis=1, keepdims=True),
            first == c,
            log_of(tally.since[rows, c], WINDOW),
            log_of(tally.count[rows, r], WINDOW),
            log_of(first + 1, WINDOW),
            log_of(stream.minute[i] - stream.minute[latest_j], 60),
            tally.with_author[rows, r] < WINDOW,
            tally.with_lead[rows, r],
            (own >= 0) & (root[rows, own_at] == r),
            1 - log_of(tally.with_author[rows, r], WINDOW),
            log_of(answers[rows, c], 8),
            by_author[rows, c],
            self.partner[j] == a,
            own_partner == b,
            own_parent == j,
            self.parent[j] == j,
            self.chances[j, -1],
            self.talks.after(back, wide) >= 0,
            self.talks.after(forth, wide) >= 0,
            back_before >= 0,
            np.where(back_before >= 0, 1 - log_of(i - back_before, WINDOW), 0),
            forth_before >= 0,
            np.where(forth_before >= 0, 1 - log_of(i - forth_before, WINDOW), 0),
            (back_before >= 0) & (forth_before >= 0),
            next_seen & (next_root == r),
            (answered >= 0) & (stream.speaker[np.maximum(answered, 0)] == b),
            (self.partner[j] >= 0) & (self.partner[j] != a),
            log_of(tally.speakers[rows, r], 10),
        )):  # fmt: skip
            found[..., place] = value
        return found


def draft(stream: Stream, of: Relations, scores: _Floats) -> Draft:
    """A first guess from scores.

    Args:
        stream: The messages.
        of: What they are to each other.
        scores: Of each candidate, (n, WINDOW + 1), as a ranker gives them.

    Returns:
        What the guess says.
    """
    n = len(stream)
    i = np.arange(n)
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    # On a grid, so that sums of them are exact in any order.
    chances = np.rint(shifted / shifted.sum(axis=1, keepdims=True) * 4096) / 4096
    best = scores.argmax(axis=1)
    parent = np.where(best == WINDOW, i, i - best - 1)
    partner = np.where(parent < i, stream.speaker[parent], -1)
    span = int(stream.speaker.max(initial=0)) + 1
    talks = Occurrences(np.where(partner >= 0, stream.speaker * span + partner, -1))
    answered = Occurrences(np.where(parent < i, parent, -1)).after(i, i)
    after, own = np.where(of.own_after - i <= AHEAD, of.own_after, -1), of.own_before
    at_own, at_after = np.maximum(own, 0), np.maximum(after, 0)
    entropy = -(chances * np.log(np.maximum(chances, 1e-9))).sum(axis=1)
    situation = np.stack(
        [
            chances[:, -1], chances.max(axis=1), entropy / 3,
            log_of(_begun(parent), 20),
            answered >= 0, np.where(answered >= 0, 1 - log_of(answered - i, AHEAD), 0),
            (after >= 0) & (parent[at_after] == i),
            (own >= 0) & (parent[at_own] == own),
            (own >= 0) & (answered[at_own] >= 0) & (answered[at_own] < i),
        ],
        axis=1,
    ).astype(np.float32)  # fmt: skip
    return Draft(stream, of, scores, chances, parent, partner, talks, answered, situation)


def _begun(parent: _Ints) -> _Ints:
    """How many of the `AHEAD` messages before each begin a conversation."""
    begun = np.concatenate([[0], np.cumsum(parent == np.arange(len(parent)))])
    i = np.arange(len(parent))
    return np.asarray(begun[i] - begun[np.maximum(i - AHEAD, 0)])


def chosen(scores: _Floats, n: int) -> _Ints:
    """Distances less 1 of the likeliest candidates, (m, n), the likeliest first and of equals the nearest."""
    return np.argsort(-scores[:, :-1], axis=1, kind="stable")[:, :n]


def _roots(i: _Ints, j: _Ints, known: NDArray[np.bool_], parent: _Ints) -> _Ints:
    """The distance less 1 of the eldest that each message in the window leads to without leaving it."""
    itself = np.broadcast_to(np.arange(WINDOW), j.shape)
    up = i - parent[j] - 1
    root = np.where(known & (up < WINDOW), up, itself)
    for _jump in range(_JUMPS):
        root = np.take_along_axis(root, root, 1)
    return root


@dataclass(frozen=True, slots=True, eq=False)
class _Tally:
    """Of each thread in the window (by its eldest), or of each message (`since`)."""

    mass: _Floats
    first: _Ints
    count: _Ints
    with_author: _Ints
    with_lead: NDArray[np.bool_]
    speakers: _Ints
    since: _Ints


def _tally(root: _Ints, chances: _Floats, own: NDArray[np.bool_], led: NDArray[np.bool_], speaker: _Ints) -> _Tally:
    m = len(root)
    rows = np.arange(m)
    mass = np.zeros((m, WINDOW), np.float64)
    first, with_author = np.full((m, WINDOW), WINDOW), np.full((m, WINDOW), WINDOW)
    count, since = np.zeros((m, WINDOW), np.int64), np.zeros((m, WINDOW), np.int64)
    with_lead = np.zeros((m, WINDOW), bool)
    last = np.full((m, WINDOW), -1)
    changes = np.zeros((m, WINDOW), np.int64)
    for k in range(WINDOW):
        r = root[:, k]
        at = (rows, r)
        since[:, k] = count[at]
        first[at] = np.minimum(first[at], k)
        count[at] += 1
        mass[at] += chances[:, k]
        with_author[at] = np.where(own[:, k], np.minimum(with_author[at], k), with_author[at])
        with_lead[at] |= led[:, k]
        changes[at] += last[at] != speaker[:, k]
        last[at] = speaker[:, k]
    return _Tally(mass.astype(np.float32), first, count, with_author, with_lead, changes, since)


def _answers(child_of: _Ints, own: NDArray[np.bool_]) -> tuple[_Ints, NDArray[np.bool_]]:
    """How many answered each message of the window, and whether the author did; column WINDOW is of others."""
    m = len(child_of)
    at = child_of + np.arange(m)[:, None] * (WINDOW + 1)
    answers = np.bincount(at.ravel(), minlength=m * (WINDOW + 1)).reshape(m, -1)
    by_author = np.bincount(at[own], minlength=m * (WINDOW + 1)).reshape(m, -1) > 0
    return answers, by_author


def _by_author(b_all: _Ints, chances: _Floats, b: _Ints) -> _Floats:
    found = np.empty(b.shape, np.float32)
    for place in range(b.shape[1]):
        found[:, place] = (chances * (b_all == b[:, place, None])).sum(axis=1)
    return found
