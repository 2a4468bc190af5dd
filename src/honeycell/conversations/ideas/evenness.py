"""Words that say how things are said, not what about: they turn up evenly in all conversations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.words import BREAK, Words

__all__ = ["even"]

_EVEN = 0.75
"""A word is even when it is in this share or more of the conversations that it would be in if it fell by chance. What a
conversation is about comes in it again and again, and in few (Church & Gale 1995; Katz 1996)."""
_POINTS = 100


def even(words: Words, conversation: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each stem whether it is spread evenly over conversations; (k,).

    Args:
        words: The words of the texts.
        conversation: Of each text, (m,).
    """
    place = np.flatnonzero(words.stem != BREAK)
    stem, talk = words.stem[place], conversation[words.text[place]]
    n_stems, n_talks = len(words.plain), int(talk.max(initial=-1)) + 1
    n = np.bincount(stem, minlength=n_stems)
    n_held = np.bincount(np.unique(stem * max(n_talks, 1) + talk) // max(n_talks, 1), minlength=n_stems)
    shares = np.bincount(talk, minlength=n_talks) / max(len(talk), 1)
    at = np.geomspace(1, max(len(talk), 2), _POINTS)
    expected = np.interp(n, at, [-np.expm1(-one * shares).sum() for one in at])
    found: NDArray[np.bool_] = n_held >= _EVEN * expected
    return found
