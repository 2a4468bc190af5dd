"""Turns of phrase that some people share and nobody used before: which there are, and who used them when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.evenness import even
from honeycell.conversations.ideas.words import BREAK, Words

__all__ = ["LEAST_PEOPLE", "Phrases", "Said", "different", "phrases", "repeated", "some"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SIZES = (2, 3, 4, 5)
"""Words of a phrase."""
LEAST_PEOPLE = 3
"""A phrase of fewer is shown to nobody, and says nothing of how it spread."""
MOST_SHARE, MOST_PEOPLE = 0.001, 30
"""A phrase that more people use than this share of all is common language; but thirty always may: in a cell of 500 a
tenth of a percent is nobody, and an idea that went well has left the circle of three."""
SETTLED_DAYS = 30
"""What is seen earlier may be older than the archive."""
LEAST_CONVERSATIONS = 2
"""What is said in one conversation alone is its matter."""
CHANCE = 0.1
"""New is what would not turn up so late by chance, had it always been said as often as later: of a phrase of n
conversations that comes when a share s of all texts is written, (1 - s) ** n is less."""
BOUND = 32.0
"""Words make a phrase when they meet so many times as often as they would by chance, for each word after the first."""
RARE = 30
"""A word with fewer uses elsewhere says what a phrase is about; of others only those that keep to few conversations."""
SAME = 0.95
"""A longer phrase stays for a shorter one in it when it has this share of its uses, or all but one; else the other."""
_NEAR = 8
"""Words within which two phrases with the same uses are parts of one."""
_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Said:
    """The texts in which phrases are looked for: m, in order of time.

    Attributes:
        person: Who said it, (m,).
        at: Microseconds since 1970, UTC; (m,).
        conversation: Of each text, (m,).
    """

    person: Ints
    at: Ints
    conversation: Ints


@dataclass(frozen=True, eq=False)
class Phrases:
    """Phrases and their uses; of a phrase several times in one text only the first counts.

    Attributes:
        phrase: Of each use the number of its phrase, ascending; (u,).
        text: The text, ascending within a phrase; (u,).
        word: Where in the words of all texts it begins; (u,).
        size: Of each phrase how many words it has; (p,).
    """

    phrase: Ints
    text: Ints
    word: Ints
    size: Ints


def phrases(words: Words, said: Said, from_at: int) -> Phrases:
    """The phrases of 2 to 5 words that are new, bound together, rare, and shared by three people or more.

    Longer ones are looked for only where both ends are shared (Agrawal & Srikant 1994). Of phrases that are part of
    each other, or have the same uses, one stays (`SAME`).

    Args:
        words: The words of the texts.
        said: The texts.
        from_at: When the sensors were on first.
    """
    grams = _grams(words, said.person[words.text], LEAST_PEOPLE)
    usual = even(words, said.conversation)
    kept = [_worthy(words, said, gram, size, from_at, usual) for size, gram in zip(SIZES, grams, strict=True)]
    return _without_parts(words, grams, kept)


def repeated(words: Words, said: Said, usual: Bools) -> Phrases:
    """The phrases of a few texts that two people or more use.

    Args:
        words: The words of the texts.
        said: The texts.
        usual: Of each stem whether no phrase begins or ends with it; (k,).
    """
    grams = _grams(words, said.person[words.text], 2)
    kept = []
    for size, gram in zip(SIZES, grams, strict=True):
        _number, first = np.unique(gram[gram >= 0], return_index=True)
        stems = words.stem[np.flatnonzero(gram >= 0)[first][:, None] + np.arange(size)]
        kept.append(np.append(~usual[stems[:, 0]] & ~usual[stems[:, -1]] & ~words.name[stems].any(1), False))
    return _without_parts(words, grams, kept)


def some(found: Phrases, said: Said, use: Bools) -> Phrases:
    """Some of the uses, and the phrases that three people or more share in them.

    Args:
        found: Phrases.
        said: The texts.
        use: Which uses; (u,).
    """
    phrase, text, word = found.phrase[use], found.text[use], found.word[use]
    n_people = np.bincount(different(phrase, said.person[text])[0], minlength=len(found.size))
    kept = n_people >= LEAST_PEOPLE
    still = kept[phrase]
    return Phrases((np.cumsum(kept) - 1)[phrase[still]], text[still], word[still], found.size[kept])


def different(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """The different pairs, in order."""
    n = int(b.max(initial=0)) + 1
    pairs = np.unique(a * n + b)
    return pairs // n, pairs % n


def _grams(words: Words, person: Ints, least: int) -> list[Ints]:
    """For each of `SIZES` the number of the phrase that begins at each word, -1 where so many do not share it."""
    gram, n = _shared(np.where(words.stem == BREAK, -1, words.stem), person, least)
    found = []
    for _size in SIZES:
        after = np.append(gram[1:], -1)
        gram, n = _shared(np.where((gram >= 0) & (after >= 0), gram * n + after, -1), person, least)
        found.append(gram)
    return found


def _shared(key: Ints, person: Ints, least: int) -> tuple[Ints, int]:
    """Numbers of those keys that so many people use, -1 for all else; and how many there are."""
    place = np.flatnonzero(key >= 0)
    keys, number = np.unique(key[place], return_inverse=True)
    n_people = np.bincount(different(number, person[place])[0], minlength=len(keys))
    kept = n_people >= least
    found = np.full(len(key), -1, np.int64)
    found[place] = np.where(kept, np.cumsum(kept) - 1, -1)[number]
    return found, int(kept.sum())


def _worthy(words: Words, said: Said, gram: Ints, size: int, from_at: int, usual: Bools) -> Bools:
    """Of each number in `gram` whether it is a phrase worth following; one more at the end, for none."""
    place = np.flatnonzero(gram >= 0)
    n = int(gram.max(initial=-1)) + 1
    number, text = gram[place], words.text[place]
    first = np.full(n, len(gram))
    np.minimum.at(first, number, place)
    stems = words.stem[first[:, None] + np.arange(size)]
    n_people, n_conversations = (
        np.bincount(different(number, of[text])[0], minlength=n) for of in (said.person, said.conversation)
    )
    most = max(MOST_SHARE * len(np.unique(said.person)), MOST_PEOPLE)
    born = words.text[first]
    ok = (n_people <= most) & (n_conversations >= LEAST_CONVERSATIONS)
    ok &= said.at[born] >= from_at + SETTLED_DAYS * _DAY
    ok &= (1 - born / len(said.at)) ** n_conversations <= CHANCE
    ok &= ~words.plain[stems[:, 0]] & ~words.plain[stems[:, -1]] & ~words.name[stems].any(1)
    # A name, of whatever: most uses have two capitals side by side, or one at each word that could be without.
    proper = words.capital & (words.stem != BREAK) & ~words.plain[words.stem]
    parts = [proper[place + step] for step in range(size)]
    bare = np.zeros(len(place), bool)
    for step, one in enumerate(parts):
        bare |= ~one & ~words.plain[words.stem[place + step]]
    for one, after in pairwise(parts):
        bare &= ~(one & after)
    ok &= 2 * np.bincount(number[bare], minlength=n) > np.bincount(number, minlength=n)
    counts = np.bincount(words.stem[words.stem != BREAK], minlength=len(words.plain))
    specific = ~usual[stems] | (counts[stems] - np.bincount(number, minlength=n)[:, None] < RARE)
    ok &= (specific & ~words.plain[stems]).any(1)
    by_chance = (counts[stems] / max(counts.sum(), 1)).prod(1) * counts.sum()
    ok &= np.bincount(number, minlength=n) >= by_chance * BOUND ** (size - 1)
    return np.append(ok, False)


def _without_parts(words: Words, grams: list[Ints], kept: list[Bools]) -> Phrases:
    """The uses of those kept that are not part of another; numbered in order of their first use."""
    uses: dict[tuple[int, int], Ints] = {}
    for size, gram, ok in zip(SIZES, grams, kept, strict=True):
        place = np.flatnonzero(ok[gram])
        _pair, first = np.unique(gram[place] * len(words.text) + words.text[place], return_index=True)
        place = place[first]
        for run in np.split(place, np.flatnonzero(np.diff(gram[place])) + 1) if len(place) else ():
            uses[size, int(gram[run[0]])] = run
    gone: set[tuple[int, int]] = set()
    same: dict[bytes, tuple[int, int]] = {}
    for key, place in uses.items():
        size, start = key[0], place[0]
        for short in range(2, size):
            for step in range(size - short + 1):
                part = (short, int(grams[short - 2][start + step]))
                if part in uses:
                    n = len(uses[part])
                    gone.add(part if len(place) >= min(SAME * n, n - 1) else key)
        alike = same.get(texts := words.text[place].tobytes())
        if alike is not None and abs(uses[alike][0] - start) < _NEAR:
            gone.add(alike)
        same[texts] = key
    left = sorted(uses.keys() - gone, key=lambda key: (uses[key][0], key[0]))
    places = [uses[key] for key in left]
    place = np.concatenate([np.empty(0, np.int64), *places])
    number = np.repeat(np.arange(len(left)), [len(one) for one in places])
    return Phrases(number, words.text[place], place, np.array([size for size, _number in left], np.int64))
