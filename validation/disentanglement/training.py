"""Learn the model of chat from an annotated channel: `python -m validation.disentanglement.training`.

`python -m validation.disentanglement.training [--data FOLDER] [--to FILE] [--without N]`

FOLDER is laid out as the `train` folder of the corpus of Kummerfeld et al. 2019; by default it is unpacked from
`../shared/data/chat/irc`. Nothing is random but by fixed seeds, and linear algebra runs on one thread: on one
machine the same data give the same file, bit by bit. With `--without N` every N-th file is left out, and the model
measured on these.

1. Words: those of at least five files and ten lines that are nobody's name and no address; how rare they are; their
   vectors, from how much more often than by chance two occur in one message, or in a message and the last one of the
   same speaker or of whom it addresses (positive pointwise mutual information, 64 singular vectors).
2. The first ranker, over the 100 messages before. Three more, each without a third of the files, guess at what they
   did not see: these guesses are what the second pass learns from.
3. Three rankers of the second pass, over the 16 likeliest, with other seeds.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.linalg import svds

from honeycell.conversations.disentangle.draft import draft
from honeycell.conversations.disentangle.features import own_features
from honeycell.conversations.disentangle.likeness import Likeness
from honeycell.conversations.disentangle.links import (
    BEFORE,
    Model,
    blocks,
    drafted,
    features,
    features_of_second,
    own_of_second,
)
from honeycell.conversations.disentangle.ranker import Ranker, on_grid
from honeycell.conversations.disentangle.relations import Occurrences, Relations, relations
from honeycell.conversations.disentangle.stream import WINDOW, Stream, read
from honeycell.conversations.disentangle.words import RARITY, VECTOR, Words, bare
from validation.disentanglement import irc, linked, measured
from validation.disentanglement.network import Batch, learnt

__all__ = ["held_apart", "main", "trained"]

_FILES, _LINES = 5, 10
"""A word of fewer files or lines is not kept: it may be somebody's."""
_DIMENSIONS = 64
_FOLDS = 3
_SEEDS = (1, 2, 3)


def main() -> None:
    """Learn, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, help="a folder of annotated files")
    arguments.add_argument("--to", type=Path, default=Path("src/honeycell/conversations/disentangle/model.npz"))
    arguments.add_argument("--without", type=int, default=0, metavar="N", help="leave out every N-th file; measure it")
    chosen = arguments.parse_args()
    with irc.unpacked(chosen.data, "train") as folder:
        channels = irc.read(folder)
    held: list[irc.Channel] = []
    if chosen.without:
        channels, held = held_apart(channels, chosen.without)
    began = time.perf_counter()
    model = trained(channels)
    _write(model, chosen.to)
    _say(f"{chosen.to}: {chosen.to.stat().st_size} bytes, {time.perf_counter() - began:.0f} s")
    for name, one in (("first pass alone", model.first_alone()), ("both", model)) if held else ():
        print(name, json.dumps(measured(held, lambda channel, by=one: linked(channel, by))))


def held_apart(channels: Sequence[irc.Channel], n: int) -> tuple[list[irc.Channel], list[irc.Channel]]:
    """The files to learn from, and every n-th, which is not among them."""
    held = set(range(n - 1, len(channels), n))
    return (
        [channel for place, channel in enumerate(channels) if place not in held],
        [channel for place, channel in enumerate(channels) if place in held],
    )


def trained(channels: Sequence[irc.Channel]) -> Model:
    """What the annotated files teach."""
    words = _words(channels)
    _say(f"{len(words.keys)} words")
    held = [_Held.of_channel(channel, words) for channel in channels]
    pairs = np.concatenate([one.pairs() for one in held])
    own = [one.own.astype(np.float32) for one in held]
    truth = np.concatenate([one.truth for one in held])
    fold = np.repeat(np.arange(len(held)) % _FOLDS, [len(one.truth) for one in held])
    window = np.broadcast_to(np.arange(WINDOW), (len(truth), WINDOW))
    give = _giver(held, pairs, own, truth, window)
    known = np.flatnonzero(truth.any(axis=1))
    _say(f"{len(truth)} messages, {pairs.shape[2]} features of a pair, {own[0].shape[1]} of a message")

    def first(which: NDArray[np.int64], seed: int) -> Ranker:
        return learnt(give, which, (64, 32), epochs=6, rate=3e-3, dropped=0.1, seed=seed)

    apart = [first(known[fold[known] != k], 10 + k) for k in range(_FOLDS)]
    _say("guesses learnt")
    whole = first(known, 0)
    _say("first pass learnt")
    del give, pairs
    guessed = [one.guessed(apart[k % _FOLDS]) for k, one in enumerate(held)]
    nearest = np.concatenate([one[2] for one in guessed])
    truth = np.concatenate([np.take_along_axis(truth[:, :-1], nearest, 1), truth[:, -1:]], axis=1)
    give = _giver(held, np.concatenate([one[0] for one in guessed]), [one[1] for one in guessed], truth, nearest)
    known = np.flatnonzero(truth.any(axis=1))
    second = []
    for seed in _SEEDS:
        second.append(learnt(give, known, (128, 64), epochs=7, rate=2e-3, dropped=0.3, seed=seed))
        _say("second pass learnt")
    return Model(words, whole, tuple(second))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """The end of a file: its annotated messages and what comes before, as far as it matters.

    `first` is the place of the first annotated message, `truth` of which candidates the annotated ones answer,
    (n - first, WINDOW + 1).
    """

    stream: Stream
    of: Relations
    like: Likeness
    own: NDArray[np.float64]
    first: int
    truth: NDArray[np.bool_]

    @classmethod
    def of_channel(cls, channel: irc.Channel, words: Words) -> _Held:
        begin = max(int(np.searchsorted(channel.lines, irc.FIRST)) - BEFORE, 0)
        lines = channel.lines[begin:]
        stream = read(
            channel.speaker[begin:], channel.minute[begin:], channel.texts[begin:], channel.names[begin:], words
        )
        of = relations(stream)
        first = int(np.searchsorted(lines, irc.FIRST))
        place = {int(line): at for at, line in enumerate(lines)}
        truth = np.zeros((len(lines) - first, WINDOW + 1), bool)
        for child, parent in channel.links:
            if child in place and parent in place and (far := place[child] - place[parent]) <= WINDOW:
                truth[place[child] - first, far - 1] = True  # -1, the last, where it answers itself
        return cls(stream, of, Likeness(stream, words), on_grid(own_features(stream, of)), first, truth)

    def pairs(self) -> NDArray[np.float32]:
        """Features of the first pass of the annotated messages."""
        parts = [
            features(self.stream, self.of, self.like, self.first + low, self.first + high)[0].astype(np.float32)
            for low, high in blocks(len(self.truth))
        ]
        return np.concatenate(parts)

    def guessed(self, ranker: Ranker) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        """Features of the second pass of pairs and of messages, and the candidates looked at again."""
        found, kept, nearest = drafted(self.stream, self.of, self.own, self.like, ranker)
        guess = draft(self.stream, self.of, found)
        n = len(self.stream)
        pairs = features_of_second(kept[self.first :], guess, nearest[self.first :], self.first, n)
        own = own_of_second(self.own, guess, self.like)
        return pairs.astype(np.float32), own.astype(np.float32), nearest[self.first :]


def _giver(held, pairs, own, truth, far):  # type: ignore[no-untyped-def]
    """What is known of examples: `far` are the distances less 1 of the candidates."""
    ends = np.cumsum([0, *(len(one) for one in own)])
    i = np.concatenate([np.arange(one.first, len(one.stream)) + end for one, end in zip(held, ends[:-1], strict=True)])
    whole = np.concatenate(own)
    begin = np.repeat(ends[:-1], [len(one.truth) for one in held])

    def give(some: NDArray[np.int64]) -> Batch:
        j = np.maximum(i[some][:, None] - far[some] - 1, begin[some][:, None])
        return Batch(pairs[some], whole[i[some]], whole[j], truth[some])

    return give


def _words(channels: Sequence[irc.Channel]) -> Words:
    names = {name.lower() for channel in channels for called in channel.names for name in called}
    names |= {"".join(filter(str.isalpha, name)) for name in names}
    lines, in_files = Counter[str](), Counter[str]()
    n = 0
    for channel in channels:
        seen: set[str] = set()
        for text in channel.texts:
            n += 1
            found = {bare(token) for token in text.lower().split()}
            lines.update(found)
            seen |= found
        in_files.update(seen)
    common = {word for word, count in lines.items() if count * 400 >= n and in_files[word] * 2 >= len(channels)}
    kept = sorted(
        (
            word
            for word, count in lines.items()
            if word and count >= _LINES and in_files[word] >= _FILES and (word in common or word not in names)
            and "@" not in word and "://" not in word
        ),
        key=lambda word: (-lines[word], word),
    )  # fmt: skip
    keys = np.array([crc32(word.encode()) for word in kept], np.uint32)
    rarity = np.rint(np.log(n / np.array([lines[word] for word in kept])) * RARITY).astype(np.int16)
    words = Words(keys, rarity, np.zeros((len(keys), _DIMENSIONS), np.int8))
    return replace(words, vectors=_vectors(channels, words))


def _vectors(channels: Sequence[irc.Channel], words: Words) -> NDArray[np.int8]:
    n = len(words.keys)
    here, around = [], []
    for channel in channels:
        stream = read(channel.speaker, channel.minute, channel.texts, channel.names, words)
        i = np.arange(len(stream))
        spoken = Occurrences(stream.speaker)
        row, known = np.repeat(i, np.diff(stream.starts)), stream.words < n
        has = csr_array((np.ones(known.sum()), (row[known], stream.words[known])), shape=(len(i), n))
        near = has.copy()
        for other in (spoken.before(stream.speaker, i, 50), spoken.before(stream.lead, i, 50)):
            met = other >= 0
            near = near + csr_array((np.ones(met.sum()), (i[met], other[met])), shape=(len(i), len(i))) @ has
        here.append(has)
        around.append(near)
    both = csr_array(vstack(here)).T @ csr_array(vstack(around))
    both = coo_array(both + both.T)
    row, column = both.coords
    often = np.bincount(row, both.data, n)
    context = often**0.75
    gain = np.log(both.data / (np.maximum(often, 1)[row] * (context / context.sum())[column]))
    more = gain > 0
    matrix = csr_array((gain[more], (row[more], column[more])), shape=(n, n))
    left, strength, _right = svds(matrix, k=_DIMENSIONS, v0=np.ones(n))
    order = np.argsort(-strength)
    vectors = left[:, order] * np.sqrt(strength[order])
    vectors *= np.where(vectors.sum(axis=0) < 0, -1, 1)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.clip(np.rint(vectors * VECTOR * 2), -127, 127).astype(np.int8)


def _write(model: Model, path: Path) -> None:
    kept = {"words.keys": model.words.keys, "words.rarity": model.words.rarity, "words.vectors": model.words.vectors}
    for name, ranker in (("1", model.first), *((f"2.{n}", one) for n, one in enumerate(model.second))):
        kept |= {f"{name.replace('.', '-')}.{weight}": numbers for weight, numbers in ranker.integers().items()}
    with path.open("wb") as file:
        np.savez(file, **kept)  # type: ignore[arg-type]


def _say(what: str) -> None:
    print(time.strftime("%H:%M:%S"), what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
