"""Sentences of a text that may be its author's own: those of lines that are not quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Sentence", "readable_end", "sentences"]

_BLOCK = re.compile(r"(?:^(?![^\S\n]*(?:>|\||$)).*\n?)+", re.M)
"""Lines that follow each other, none of them blank or quoted."""
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|\n(?=[^\S\n]*(?:[-*+•]|\(?\d{1,2}[.)])\s)")
_SHORTENED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|Mr|Mrs|Ms|Dr|Nr|z\.B|bzw|ca|usw)|\b[A-Z])\.$")
_PATCH = re.compile(r"^(?:diff --git a/|---\n(?=[^\n]*\|\s*\d+ [+-]))", re.M)
LONGEST = 400
"""Characters of a sentence; what is longer is a table, a log or not parted, and nobody's question."""


@dataclass(frozen=True)
class Sentence:
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
    head: str
    """What stands before it in its block, for a greeting in the same line."""


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
    end = readable_end(text)
    for block in _BLOCK.finditer(text, 0, end):
        places = list(_parts(block[0]))
        before = text[: block.start()].rstrip()
        below = before[before.rfind("\n") + 1 :].lstrip().startswith(">")
        for at, (low, high) in enumerate(places):
            if high - low <= LONGEST:
                yield Sentence(
                    block[0][low:high], block.start() + low, block.start() + high, at == 0, at == len(places) - 1,
                    below, block[0][:low],
                )  # fmt: skip


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
