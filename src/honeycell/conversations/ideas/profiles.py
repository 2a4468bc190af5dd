"""How alike what people talk about is, before a phrase was first used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.phrases import Said, different
from honeycell.conversations.ideas.words import BREAK, Words

__all__ = ["likeness"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SIDE = 256
"""Numbers of a profile: each word adds its rarity to one of them, or takes it away (Weinberger et al. 2009)."""
_SPREAD, _SIGN = 2654435761, 40503
"""Odd multipliers by which words fall on the numbers of a profile."""


def likeness(words: Words, said: Said, born: Ints, users: Iterable[Ints], n_people: int) -> Iterator[Floats]:
    """For each phrase how alike the words of each person, before it was there, are to those of its other users.

    The cosine of profiles, that of the users the sum of theirs at length 1; of a word counts the logarithm of all
    people per person who uses it. NaN for whom nothing is known yet.

    Args:
        words: The words of the texts.
        said: The texts.
        born: Of each phrase the text of its first use, ascending.
        users: Of each phrase who uses it.
        n_people: Persons are numbered below it.
    """
    place = np.flatnonzero((words.stem != BREAK) & ~words.plain[words.stem])
    stem, text = words.stem[place], words.text[place]
    n_users = np.bincount(different(stem, said.person[text])[0], minlength=len(words.plain))
    rarity = np.log(max(n_people, 2) / np.maximum(n_users, 1))
    side = np.arange(len(words.plain)) * _SPREAD % 2**32 * _SIDE >> 32
    sign = np.where(np.arange(len(words.plain)) * _SIGN % 65536 < 32768, 1.0, -1.0)
    profiles = np.zeros((n_people, _SIDE))
    done = 0
    for at, theirs in zip(born.tolist(), users, strict=True):
        end = int(np.searchsorted(text, at))
        new = stem[done:end]
        np.add.at(profiles, (said.person[text[done:end]], side[new]), sign[new] * rarity[new])
        done = end
        size = np.sqrt((profiles**2).sum(1))
        known = theirs[size[theirs] > 0]
        centre = (profiles[known] / size[known, None]).sum(0)
        with np.errstate(invalid="ignore", divide="ignore"):
            near = profiles @ centre / size
            others = np.full(n_people, (centre**2).sum())
            # Nobody is alike to the users because of themselves.
            others[known] += 1 - 2 * near[known]
            near[known] -= 1
            yield near / np.sqrt(np.maximum(others, 0.0))
