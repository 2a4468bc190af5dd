"""What the ranker looks at, each declared with what it says.

`PAIR` are of a message and one before it that it may answer ("it"), `OWN` of a message alone; messages come as arrays
of any shape. All are between -1 and about 3. Nearly all follow Kummerfeld et al. 2019; added is what comes after a
message, for whoever annotated links had read on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.relations import Relations
from honeycell.conversations.disentangle.stream import AHEAD, CUES, WINDOW, Stream

__all__ = ["OWN", "PAIR", "Feature", "Pairs", "log_of", "own_features", "pair_features", "pairs"]

_Ints = NDArray[np.int64]
_Truths = NDArray[np.bool_]
_Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Messages and what they may answer; -1 stands for nobody.

    Attributes:
        stream: The stream.
        of: What its messages are to each other.
        i: Places of the messages, broadcastable to the shape of `j`.
        j: Places of the candidates, the nearest first along the last axis.
        a: Authors of the messages.
        b: Authors of the candidates.
        lead: Whom the messages address.
        its_lead: Whom the candidates address.
        asks: Whether the messages ask.
        it_asks: Whether the candidates do.
        gap: Minutes between.
        own: Places of the authors' last messages before.
    """

    stream: Stream
    of: Relations
    i: _Ints
    j: _Ints
    a: _Ints
    b: _Ints
    lead: _Ints
    its_lead: _Ints
    asks: _Truths
    it_asks: _Truths
    gap: NDArray[np.float64]
    own: _Ints


def pairs(stream: Stream, of: Relations, i: _Ints, j: _Ints) -> Pairs:
    """Messages at `i` and candidates at `j`."""
    asking = stream.cues[:, 0]
    return Pairs(
        stream, of, i, j, stream.speaker[i], stream.speaker[j], stream.lead[i], stream.lead[j], asking[i], asking[j],
        stream.minute[i] - stream.minute[j], of.own_before[i],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """Something said of a pair, or of a message.

    Attributes:
        name: What it says.
        of: Numbers or truths for pairs or for messages.
    """

    name: str
    of: Callable[[Pairs], _Array]


def log_of(counts: _Array, most: float) -> _Array:
    """The logarithm of one more than counts, 1 at `most`."""
    found: _Array = np.log1p(np.maximum(counts, 0)) / np.log1p(most)
    return found


def _soon(ahead: _Ints) -> _Array:
    return np.where((ahead > 0) & (ahead <= AHEAD), 1 - log_of(ahead, AHEAD), 0)


def _names(p: Pairs, message: _Ints, speaker: _Ints) -> _Array:
    found: _Array = p.stream.mentions[message, 0] == speaker
    for place in range(1, p.stream.mentions.shape[1]):
        found = found | (p.stream.mentions[message, place] == speaker)
    return found


def _since(here: _Array) -> _Array:
    """How many of the candidates nearer than this one have it."""
    found: _Array = np.cumsum(here, axis=-1) - here
    return found


def _nearest(here: _Array) -> _Array:
    """Whether this candidate is the nearest that has it."""
    found: _Array = here & (_since(here) == 0)
    return found


def _both(x: _Ints, y: _Ints) -> _Array:
    found: _Array = (x == y) & (x >= 0)
    return found


def _latest(p: Pairs, after: _Ints) -> _Array:
    found: _Array = (after < 0) | (after >= p.i)
    return found


def _to_own(p: Pairs) -> _Array:
    far = p.j - p.own
    return np.where(p.own >= 0, np.sign(far) * log_of(np.abs(far), WINDOW), 0)


def _between(p: Pairs) -> _Array:
    at = p.of.leader_after_at[p.j]
    return (at >= 0) & (at < p.i)


PAIR: tuple[Feature, ...] = (
    Feature("distance", lambda p: log_of(p.i - p.j, WINDOW)),
    Feature("distance, linear", lambda p: (p.i - p.j) / WINDOW),
    Feature("the message before", lambda p: p.i - p.j == 1),
    Feature("the one before that", lambda p: p.i - p.j == 2),
    Feature("one of five before", lambda p: p.i - p.j <= 5),
    Feature("minutes", lambda p: log_of(p.gap, 60)),
    Feature("same minute", lambda p: p.gap < 1),
    Feature("within a minute or two", lambda p: p.gap < 2),
    Feature("within five minutes", lambda p: p.gap <= 5),
    Feature("minutes over pace", lambda p: np.minimum(p.gap / (p.of.pace[p.i] + 1), 5) / 5),
    Feature("same author", lambda p: p.a == p.b),
    Feature("author's last", lambda p: p.own == p.j),
    Feature("author's last and the message before", lambda p: (p.own == p.j) & (p.i - p.j == 1)),
    Feature("addresses its author", lambda p: p.lead == p.b),
    Feature("names its author", lambda p: _names(p, p.i, p.b)),
    Feature("it addresses the author", lambda p: p.its_lead == p.a),
    Feature("it names the author", lambda p: _names(p, p.j, p.a)),
    Feature("addresses another", lambda p: (p.lead >= 0) & (p.lead != p.b)),
    Feature("it addresses another", lambda p: (p.its_lead >= 0) & (p.its_lead != p.a)),
    Feature("both address one person", lambda p: _both(p.lead, p.its_lead)),
    Feature("it names the addressee", lambda p: (p.lead >= 0) & _names(p, p.j, p.lead)),
    Feature("neither addresses anybody", lambda p: (p.lead < 0) & (p.its_lead < 0)),
    Feature("its author's latest", lambda p: _latest(p, p.of.own_after[p.j])),
    Feature(
        "its author's latest but one",
        lambda p: ~_latest(p, p.of.own_after[p.j]) & _latest(p, p.of.own_second[p.j]),
    ),
    Feature(
        "its author's latest but two",
        lambda p: ~_latest(p, p.of.own_second[p.j]) & _latest(p, p.of.own_third[p.j]),
    ),
    Feature("author spoke since", lambda p: log_of(_since(p.a == p.b), 20)),
    Feature("author has not spoken since", lambda p: _since(p.a == p.b) == 0),
    Feature("author was addressed since", lambda p: log_of(_since(p.its_lead == p.a), 10)),
    Feature("last to address the author", lambda p: p.of.leader_before_at[p.i] == p.j),
    Feature("its author last addressed the author", lambda p: _both(p.of.leader_before[p.i], p.b)),
    Feature("author last addressed its author", lambda p: _both(p.of.led_before[p.i], p.b)),
    Feature("author next addresses its author", lambda p: _both(p.of.led_after[p.i], p.b)),
    Feature("its author is next to address the author", lambda p: _both(p.of.leader_after[p.i], p.b)),
    Feature("its author last addressed the author before it", lambda p: _both(p.of.led_before[p.j], p.a)),
    Feature("its author then addresses the author", lambda p: _both(p.of.led_after[p.j], p.a)),
    Feature("its author was last addressed by the author", lambda p: _both(p.of.leader_before[p.j], p.a)),
    Feature("its author is then addressed by the author", lambda p: _both(p.of.leader_after[p.j], p.a)),
    Feature("by this message", lambda p: p.of.leader_after_at[p.j] == p.i),
    Feature("its author was addressed between", _between),
    Feature("its author then addresses another", lambda p: (p.of.led_after[p.j] >= 0) & (p.of.led_after[p.j] != p.a)),
    Feature("its author last addressed the addressee", lambda p: _both(p.of.led_before[p.j], p.lead)),
    Feature("it addresses whom the author last addressed", lambda p: _both(p.its_lead, p.of.led_before[p.i])),
    Feature("it addresses who last addressed the author", lambda p: _both(p.its_lead, p.of.leader_before[p.i])),
    Feature("before the author's last", lambda p: p.j < p.own),
    Feature("distance to the author's last", _to_own),
    Feature("a question and an answer", lambda p: p.it_asks & ~p.asks),
    Feature("a question and a question", lambda p: p.it_asks & p.asks),
    Feature("questions since", lambda p: log_of(_since(p.it_asks), 20)),
    Feature("latest question", lambda p: _nearest(p.it_asks)),
    Feature("latest question of another", lambda p: _nearest(p.it_asks & (p.a != p.b))),
    Feature("latest of another", lambda p: _nearest(p.a != p.b)),
    Feature("latest of the addressee", lambda p: (p.lead == p.b) & _latest(p, p.of.own_after[p.j])),
    Feature("latest question of the addressee", lambda p: _nearest(p.it_asks & (p.lead == p.b))),
    Feature("latest to address the addressee", lambda p: _nearest(_both(p.lead, p.its_lead))),
)
"""Of a message and a candidate."""


def _since_own(p: Pairs) -> _Array:
    return np.where(p.own >= 0, log_of(p.i - p.own, WINDOW), 1)


def _minutes_since_own(p: Pairs) -> _Array:
    return np.where(p.own >= 0, log_of(p.stream.minute[p.i] - p.stream.minute[p.own], 60), 1.5)


def _minutes_since_any(p: Pairs) -> _Array:
    return log_of(p.stream.minute[p.i] - p.stream.minute[np.maximum(p.i - 1, 0)], 60)


def _was_addressed(p: Pairs) -> _Array:
    at = p.of.leader_before_at[p.i]
    return np.where(at >= 0, 1 - log_of(p.i - at, WINDOW), 0)


def _cue(name: str, place: int) -> Feature:
    return Feature(name, lambda p: p.stream.cues[p.i, place])


OWN: tuple[Feature, ...] = (
    Feature("words", lambda p: log_of(p.stream.n_words[p.i], 50)),
    Feature("addresses somebody", lambda p: p.lead >= 0),
    Feature("names somebody", lambda p: p.stream.mentions[p.i, 0] >= 0),
    Feature("names two", lambda p: p.stream.mentions[p.i, 1] >= 0),
    Feature("addresses a stranger", lambda p: p.stream.absent[p.i]),
    Feature("author has not spoken", lambda p: p.own < 0),
    Feature("author's messages before", lambda p: log_of(p.of.n_own[p.i], WINDOW)),
    Feature("messages since the author's last", _since_own),
    Feature("minutes since the author's last", _minutes_since_own),
    Feature("minutes since the message before", _minutes_since_any),
    Feature("pace", lambda p: log_of(p.of.pace[p.i], 60)),
    Feature("author goes on", lambda p: _soon(p.of.own_after[p.i] - p.i)),
    Feature("author is addressed next", lambda p: p.of.leader_after[p.i] >= 0),
    Feature("author was addressed", _was_addressed),
    Feature(
        "addressed since the author's last",
        lambda p: (p.of.leader_before_at[p.i] > p.own) & (p.of.leader_before_at[p.i] >= 0),
    ),
    Feature("author addressed somebody before", lambda p: p.of.led_before[p.i] >= 0),
    Feature("author addresses somebody next", lambda p: p.of.led_after[p.i] >= 0),
    Feature("addresses whom it addressed before", lambda p: _both(p.lead, p.of.led_before[p.i])),
    Feature("addresses who addressed it", lambda p: _both(p.lead, p.of.leader_before[p.i])),
    Feature("is addressed soon", lambda p: _soon(p.of.leader_after_at[p.i] - p.i)),
    *(_cue(name, place) for place, (name, _pattern) in enumerate(CUES)),
)
"""Of a message alone."""


def pair_features(p: Pairs) -> NDArray[np.float32]:
    """All of `PAIR`, along a new last axis."""
    found = np.empty((*np.broadcast_shapes(p.i.shape, p.j.shape), len(PAIR)), np.float32)
    for place, feature in enumerate(PAIR):
        found[..., place] = feature.of(p)
    return found


def own_features(stream: Stream, of: Relations) -> NDArray[np.float32]:
    """All of `OWN` of every message, (n, len(OWN))."""
    i = np.arange(len(stream))
    p = pairs(stream, of, i, i)
    return np.stack([np.asarray(feature.of(p), np.float32) for feature in OWN], axis=1)
