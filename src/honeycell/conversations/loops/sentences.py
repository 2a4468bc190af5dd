"""Sentences of a text that may be its author's own: those of lines that are not quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Sentence", "readable_end", "sentences"]

_BLOCK = re.compile(r"(?:^(?![^\S\n]*(?:>|\||$)).*\n?)+", re.M)
"""Lines that follow each other, none of them blank or quoted."""
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|\n(?=[^\S\n]*(?:[-*+•]|\(?\d{1,2}[.)])\s)")
_SHORTENED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|Mr|Mrs|Ms|Dr|Nr|z\.B|bzw|ca|usw)|\b[A-Z])\.$")
_PATCH = re.compile(r"^(?:diff --git a/|---\n(?=[^\n]*\|\s*\d+ [+-]))", re.M)
LONGEST, MOST_WORDS = 400, 60
"""Characters and words of a sentence; what is longer is a table, a log or not parted, and nobody's question."""


class Sentence(NamedTuple):
    """One sentence, and where it stands."""

    text: str
    starts: int
    ends: int
    first: bool
    """The first of its block."""
    last: bool
    """The last of its block."""
    below_quotation: bool
    """Whether its block stands right below a quoted line, blank ones aside."""


def readable_end(text: str) -> int:
    """Where the patch begins that a message holds, or the end: nobody speaks to anybody below it."""
    found = _PATCH.search(text)
    return found.start() if found else len(text)


def sentences(text: str) -> Iterator[Sentence]:
    r"""The sentences of the lines of a text that are not quoted, up to a patch.

    Example:
        >>> [one.text for one in sentences("Hi Ana,\n\nsee below. Can you\ncome?\n\n> Tea?\nYes.\n")]
        ['Hi Ana,', 'see below.', 'Can you\ncome?', 'Yes.']
    """
    end, done = readable_end(text), 0
    for block in _BLOCK.finditer(text, 0, end):
        held, start = block[0], block.start()
        below = text[done:start].rstrip().rpartition("\n")[2].lstrip().startswith(">")
        done = block.end()
        places = list(_parts(held))
        last = len(places) - 1
        for at, (low, high) in enumerate(places):
            if high - low <= LONGEST and held.count(" ", low, high) < MOST_WORDS:
                yield Sentence(held[low:high], start + low, start + high, at == 0, at == last, below)


def _parts(block: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a block stand; an abbreviation ends none."""
    low, size = 0, len(block.rstrip())
    for found in _END.finditer(block, 0, size):
        high = found.end()
        if found[0] == "." and high < size and _SHORTENED.search(block, max(low, high - 8), high):
            continue
        yield from _stripped(block, low, high)
        low = high
    yield from _stripped(block, low, size)


def _stripped(block: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The same place without the space around it; none where nothing else is there."""
    piece = block[low:high]
    if kept := piece.strip():
        begin = low + piece.index(kept[0])
        yield begin, begin + len(kept)
