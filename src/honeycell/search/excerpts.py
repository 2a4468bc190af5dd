"""The words around a match, as a person reads them, and where in them the matches are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from honeycell.search.index import UNSPACED, words_in

__all__ = ["Excerpt", "excerpt"]

_WORD = re.compile(f"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})[^\\W_])+")
_LONGEST_TEXT = 200_000
_BEFORE = 50
"""Characters shown before the first match."""


@dataclass(frozen=True)
class Excerpt:
    """A piece of a text on one line."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """From where to where matches stand in it, in characters."""


def excerpt(text: str, phrases: Sequence[Sequence[str]], width: int = 160) -> Excerpt:
    r"""The first match in a text with what stands around it; the beginning where there is none.

    Args:
        text: The text.
        phrases: Words as they are indexed, one or more in a row; * at the end of the last for any end.
        width: Characters to give, at most.

    Example:
        >>> found = excerpt("The night\nshift  starts.", [("shift",)])
        >>> found.text, [found.text[start:end] for start, end in found.marks]
        ('The night shift starts.', ['shift'])
    """
    line = " ".join(text[:_LONGEST_TEXT].split())
    matches = _matches(line, phrases)
    start = max(0, matches[0][0] - _BEFORE) if matches and matches[0][1] > width else 0
    if start:
        start = line.find(" ", start, matches[0][0]) + 1 or matches[0][0]
    end = len(line)
    if end > start + width:
        end = line.rfind(" ", start, start + width)
        end = end if end > start + width // 2 else start + width
    before, after = "…" if start else "", "…" if end < len(line) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in matches if start <= a and b <= end)
    return Excerpt(before + line[start:end].rstrip() + after, marks)


def _matches(line: str, phrases: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    if not phrases:
        return []
    places, words = [], []
    for found in _WORD.finditer(line):
        for word in (found[0].lower(),) if found[0].isascii() else words_in(found[0]):
            places.append(found.span())
            words.append(word)
    marks = {
        (places[n][0], places[n + len(phrase) - 1][1])
        for phrase in phrases
        for n in range(len(words) - len(phrase) + 1)
        if all(map(_fits, phrase, words[n:]))
    }
    return sorted(marks)


def _fits(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
