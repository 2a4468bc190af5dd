"""Whether two texts say the same: pure functions over own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from honeycell.conversations.loops.words import languages
from honeycell.zones.lexicon import words_of

__all__ = ["LEAST_LIKE", "LEAST_RATIO", "NO_PARTICULAR", "TOKEN", "Said", "likeness", "particulars_of", "said"]

LEAST_LIKE = 0.6
"""Jaccard likeness of the runs of words from which two texts may be one (`science.md` 4.8)."""
LEAST_RATIO = 0.5
"""Share of the score of a text against itself that it has against the other."""
_RUN = 5
"""Words of a run (a shingle: Broder 1997)."""
_LEAST_WORDS = 6
"""Different words of the matter that both hold: `could you have a look, please` may be asked of anything."""
_K1, _B = 1.2, 0.75
"""Of BM25 (Robertson & Walker 1994)."""
TOKEN = r"(?:^|[\s(\[{\x22'#:=,;])((?:[A-Za-z]{1,8}[-_/]?)?[0-9][A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*)"
"""A word with a digit in its head, such as numbers of orders, serials and values have."""
NO_PARTICULAR = (
    r"^[0-9]{1,4}$|^[^0-9]*[0-9]{1,2}[^0-9]*$|^[A-Z]{1,2}[0-9]{1,3}$|^[0-9]+[.][0-9]+$|^0X|^V[0-9]"
    r"|^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|^[0-9]{8}T"
)
"""What is too short, a decimal, a date, a version or an address in a program: no particular, in capitals."""
_TOKEN, _NONE = re.compile(TOKEN, re.M), re.compile(NO_PARTICULAR)
_PAGE = re.compile(r"\S+://\S+")
_WITH_DIGIT = re.compile(r"[\w./:-]*[0-9][\w./:-]*")


@dataclass(frozen=True, slots=True)
class Said:
    """The own words of a message, as two are compared."""

    runs: frozenset[int]
    """Hashes of its runs of five words; good within one process."""
    matter: Counter[str]
    """Its words, without those that any text has."""
    marks: frozenset[str]
    """What holds a digit: numbers, dates, addresses of pages."""
    particulars: frozenset[str]


def said(text: str, subject: str = "") -> Said:
    """What is compared of a message.

    Args:
        text: The own words of its author.
        subject: Its subject, whose numbers and dates tell one matter from another.
    """
    words = words_of(text.lower())
    runs = frozenset(hash(tuple(words[at : at + _RUN])) for at in range(len(words) - _RUN + 1))
    matter = Counter(word for word in words if len(word) > 2 and word not in _plain())
    marks = frozenset(found.strip("./:-").lower() for found in _WITH_DIGIT.findall(f"{subject}\n{text}"))
    return Said(runs, matter, marks, particulars_of(text))


def particulars_of(text: str) -> frozenset[str]:
    """The particulars that a text names: numbers of orders and tickets, serials, values.

    Example:
        >>> sorted(particulars_of("Order AB-10234 of 2024-05-07, unit SN/55120, at 10:30; see https://example.com/99999"))
        ['AB-10234', 'SN/55120']
    """
    found = (one.upper() for one in _TOKEN.findall(_PAGE.sub(" ", text)))
    return frozenset(one for one in found if not _NONE.search(one))


def likeness(later: Said, earlier: Said) -> float | None:
    """How much two texts are one: Jaccard likeness of their runs of words; None where they are not taken for one.

    A form that was filled anew is none: each holds a number, a date or an address that the other does not.
    """
    if later.marks - earlier.marks and earlier.marks - later.marks:
        return None
    if len(later.matter.keys() & earlier.matter.keys()) < _LEAST_WORDS:
        return None
    either = len(later.runs | earlier.runs)
    alike = len(later.runs & earlier.runs) / either if either else 0.0
    return alike if alike >= LEAST_LIKE and _ratio(later.matter, earlier.matter) >= LEAST_RATIO else None


def _ratio(asked: Counter[str], held: Counter[str]) -> float:
    """The score of BM25 of a text by the words of another, as a share of that of the other by its own.

    Every word weighs the same: weights by a cell's frequencies would change what was a repeat when mail comes in.
    """
    mean = (asked.total() + held.total()) / 2
    return _score(asked, held, mean) / _score(asked, asked, mean)


def _score(asked: Collection[str], held: Counter[str], mean: float) -> float:
    length = _K1 * (1 - _B + _B * held.total() / mean)
    return sum(held[word] * (_K1 + 1) / (held[word] + length) for word in set(asked) if word in held)


@cache
def _plain() -> frozenset[str]:
    """Words of the phrases by which loops are known, in every language: they are in any question."""
    return frozenset(
        word
        for language in languages()
        for lines in language.lines.values()
        for line in lines
        for word in words_of(line.lower())
    )
