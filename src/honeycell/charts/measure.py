"""How wide words are, without a font: by the usual widths of sans-serif letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["fitted", "width"]

_BOLD = 1.07
_OTHER = 62
_WIDTHS = {
    letter: em
    for em, letters in {
        0: "\u200b\u200c\u200d", 25: "ijl'|", 31: "It,.:;! /\u2009·\N{NO-BREAK SPACE}", 36: "fr()[]-{}‐", 40: '"°',
        46: "*sJcz", 55: "kvxyéa?eL", 60: "bdghnopqu0123456789$FT_–", 66: "ABEPSXYZV&", 70: "KRU+<=>~^#↔",
        75: "CDHNw", 80: "GOQ", 87: "Mm", 98: "W%@…—",
    }.items()
    for letter in letters
}  # fmt: skip
"""Hundredths of the size of the face; between those of Arial and DejaVu Sans, as those of Inter are."""


def width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide words are, in the unit of `size`; a little more than they will be in most faces.

    Example:
        >>> width("ill", 10) < width("www", 10) < width("www", 10, bold=True)
        True
    """
    return sum(map(_em, words)) * size / 100 * (_BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def _em(letter: str) -> int:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 100
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, _OTHER)


def fitted(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """The words, cut with an ellipsis where they are wider than the room; nothing where not even that fits.

    Example:
        >>> fitted("Service schedule renewal", 100, 13)
        'Service sched…'
        >>> fitted("Service", 4, 13)
        ''
    """
    if width(words, size, bold=bold) <= room:
        return words
    left = room - width("…", size, bold=bold)
    kept = 0
    for letter in words:
        left -= width(letter, size, bold=bold)
        if left < 0:
            break
        kept += 1
    return words[:kept].rstrip() + "…" if kept else ""
