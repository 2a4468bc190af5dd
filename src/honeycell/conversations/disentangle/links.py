"""What each message of a stream answers: two passes over blocks, linear in the length of the stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.draft import Draft, chosen, draft
from honeycell.conversations.disentangle.features import own_features, pair_features, pairs
from honeycell.conversations.disentangle.likeness import Likeness
from honeycell.conversations.disentangle.ranker import GRID, Ranker, on_grid, scores
from honeycell.conversations.disentangle.relations import Relations, relations
from honeycell.conversations.disentangle.stream import AHEAD, WINDOW, Stream, read
from honeycell.conversations.disentangle.words import Words

__all__ = [
    "AFTER", "BEFORE", "Links", "Model", "blocks", "conversations", "drafted", "features", "features_of_second", "link",
    "load", "own_of_second", "shipped",
]  # fmt: skip

_CHOSEN = 16
"""So many candidates of the first pass are looked at again."""
BEFORE, AFTER = 4 * WINDOW, 2 * AHEAD
"""What a message answers depends on no more than so many messages before and after it."""

_BLOCK = 256
_CHUNK = 20_000
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learnt: words, the ranker of the first pass, and those of the second, whose scores are added."""

    words: Words
    first: Ranker
    second: Sequence[Ranker]

    def first_alone(self) -> Model:
        """The same without a second pass."""
        return replace(self, second=())


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What n messages answer.

    Attributes:
        parent: The place of what each answers, its own where it begins a conversation; (n,).
        probability: How likely that is right, in thousandths of 0 to 1; (n,).
    """

    parent: _Ints
    probability: NDArray[np.float64]


def link(
    speaker: _Ints,
    minute: NDArray[np.float64],
    texts: Sequence[str],
    names: Sequence[Sequence[str]],
    model: Model | None = None,
) -> Links:
    """What each message of one space answers.

    Args:
        speaker: Codes of the authors from 0, (n,), in the order of the messages.
        minute: When each was written in minutes from any instant, (n,), not falling.
        texts: What was written, n texts.
        names: What the author of each is called there, n times any number of names.
        model: What was learnt; by default what is shipped.

    Returns:
        The links. Each depends on the `BEFORE` messages before and the `AFTER` after the message alone.

    Examples:
        >>> import numpy as np
        >>> texts = ["how do I mount a disk?", "morning all", "ann: with mount, as root"]
        >>> names = [["Ann Lee", "ann"], ["bo"], ["cy"]]
        >>> link(np.array([0, 1, 2]), np.array([0.0, 0.0, 1.0]), texts, names).parent.tolist()
        [0, 1, 0]
    """
    model = model or shipped()
    parts = []
    for low in range(0, len(texts), _CHUNK):
        high = min(low + _CHUNK, len(texts))
        begin, end = max(low - BEFORE, 0), min(high + AFTER, len(texts))
        stream = read(speaker[begin:end], minute[begin:end], texts[begin:end], names[begin:end], model.words)
        found = _linked(stream, model)
        kept = slice(low - begin, high - begin)
        parts.append((found.parent[kept] + begin, found.probability[kept]))
    if not parts:
        return Links(np.empty(0, np.int64), np.empty(0))
    return Links(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))


def conversations(parent: _Ints) -> _Ints:
    """The first message of the conversation of each, (n,), from what each answers."""
    first = parent.copy()
    while not np.array_equal(first, further := first[first]):
        first = further
    return first


def _linked(stream: Stream, model: Model) -> Links:
    n = len(stream)
    of, like = relations(stream), Likeness(stream, model.words)
    own = on_grid(own_features(stream, of))
    found, kept, nearest = drafted(stream, of, own, like, model.first)
    guess = draft(stream, of, found)
    if not model.second:
        return Links(guess.parent, guess.chances.max(axis=1))
    own = own_of_second(own, guess, like)
    parent, probability = np.arange(n), np.ones(n)
    for low, high in blocks(n):
        i = np.arange(low, high)
        given = features_of_second(kept[low:high], guess, nearest[low:high], low, high)
        j = i[:, None] - nearest[low:high] - 1
        total = np.add.reduce([scores(ranker, given, own, i, j) for ranker in model.second]) / len(model.second)
        best = total.argmax(axis=1)
        rows = np.arange(high - low)
        parent[low:high] = np.where(best == nearest.shape[1], i, j[rows, np.minimum(best, nearest.shape[1] - 1)])
        chances = np.exp(total - total.max(axis=1, keepdims=True))
        probability[low:high] = np.round(1 / chances.sum(axis=1), 3)
    return Links(parent, probability)


def blocks(n: int) -> Iterator[tuple[int, int]]:
    """Ranges of messages to look at together."""
    for low in range(0, n, _BLOCK):
        yield low, min(low + _BLOCK, n)


def features(stream: Stream, of: Relations, like: Likeness, low: int, high: int) -> tuple[NDArray[np.float64], _Ints]:
    """Features of the first pass on the grid, (high - low, WINDOW, f), and the places of the candidates."""
    i = np.arange(low, high)[:, None]
    j = i - np.arange(1, WINDOW + 1)
    own = pair_features(pairs(stream, of, i, np.maximum(j, 0)))
    found = on_grid(np.concatenate([own, like.of(low, high)], axis=2))
    found[j < 0] = 0
    return found, np.maximum(j, -1)


def drafted(
    stream: Stream, of: Relations, own: NDArray[np.float64], like: Likeness, ranker: Ranker
) -> tuple[NDArray[np.float64], NDArray[np.int16], _Ints]:
    """Scores of the first pass, and of the likeliest candidates the features (times `GRID`) and distances less 1."""
    n = len(stream)
    found = np.empty((n, WINDOW + 1))
    parts, nearest = [], np.empty((n, _CHOSEN), np.int64)
    for low, high in blocks(n):
        given, j = features(stream, of, like, low, high)
        found[low:high] = scores(ranker, given, own, np.arange(low, high), j)
        nearest[low:high] = chosen(found[low:high], _CHOSEN)
        kept = np.take_along_axis(given, nearest[low:high, :, None], 1)
        parts.append((kept * GRID).astype(np.int16))
    return found, np.concatenate(parts) if parts else np.empty((0, _CHOSEN, 0), np.int16), nearest


def own_of_second(own: NDArray[np.float64], guess: Draft, like: Likeness) -> NDArray[np.float64]:
    """Features of a message in the second pass: what the guess says of it, and its subject too."""
    return np.concatenate([own, on_grid(guess.situation), 2 * like.standing], axis=1)


def features_of_second(
    kept: NDArray[np.int16], guess: Draft, nearest: _Ints, low: int, high: int
) -> NDArray[np.float64]:
    """Features of the second pass on the grid, (high - low, _CHOSEN, f)."""
    return np.concatenate([kept / GRID, on_grid(guess.of_block(low, high, nearest))], axis=2)


def load(path: str) -> Model:
    """A model from its file.

    Args:
        path: A file as `validation.disentanglement.training` writes it.

    Returns:
        The model.
    """
    with np.load(path) as kept:
        parts: dict[str, dict[str, NDArray[np.int16]]] = {}
        for name in kept.files:
            part, _, weight = name.partition(".")
            parts.setdefault(part, {})[weight] = kept[name]
    words = parts.pop("words")
    first, *second = (Ranker.from_integers(**parts[part]) for part in sorted(parts))
    return Model(Words(**words), first, tuple(second))  # type: ignore[arg-type]


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    return load(str(files(__package__) / "model.npz"))
