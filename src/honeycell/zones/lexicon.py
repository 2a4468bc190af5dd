"""The words by which lines are told apart, in many languages, and how a line is looked up in them.

The lists are pages in `lists/`, one phrase a line; whoever misses a language adds its lines there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Hints", "Lexicon", "Phrases", "lexicon", "words_of"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]")
_LONGEST = 6
"""Words of a phrase at the beginning of a line, at most."""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case.

    Example:
        >>> words_of("g'day, mates! 2 + 2")
        ["g'day", 'mates']
    """
    return _WORD.findall(text)


@dataclass(frozen=True)
class Phrases:
    """Phrases that are looked for at the ends of a line."""

    spaced: frozenset[str]
    """Of scripts that part words: looked for at the beginning; words joined by one blank."""
    first: frozenset[str]
    """The first words of `spaced`."""
    unspaced: tuple[str, ...]
    """Of scripts that do not: looked for as they are."""
    endings: tuple[str, ...]
    """Looked for at the end, in any script."""

    def leading(self, words: list[str]) -> int:
        """How many of the first words are a phrase; the longest counts, 0 for none."""
        if not words or words[0] not in self.first:
            return 0
        for n in range(min(_LONGEST, len(words)), 0, -1):
            if " ".join(words[:n]) in self.spaced:
                return n
        return 0


@dataclass(frozen=True)
class Hints:
    """Phrases that are looked for anywhere in a line."""

    by_word: dict[str, tuple[str, ...]]
    """The longest word of a phrase, by which most lines are dismissed, to the phrases that have it."""
    unspaced: tuple[str, ...]

    def found(self, line: str, words: list[str]) -> bool:
        """Whether a line in lower case, or its words, hold one of the phrases."""
        if not self.by_word.keys().isdisjoint(words):
            joined = f" {' '.join(words)} "
            if any(phrase in joined for word in words for phrase in self.by_word.get(word, ())):
                return True
        return not line.isascii() and any(phrase in line for phrase in self.unspaced)


@dataclass(frozen=True)
class Lexicon:
    """All lists, as lines are looked up in them."""

    salutations: Phrases
    closings: Phrases
    headers: dict[str, str]
    """Name of a field to the field: `from`, `date`, `to`, `cc`, `subject`, `other`."""
    writing: frozenset[str]
    """Words that say that somebody wrote something."""
    writing_unspaced: tuple[str, ...]
    openers: frozenset[str]
    """Words with which the line above a quotation may begin."""
    originals: Hints
    """Between dashes or alone: a message that is answered or passed on follows."""
    devices: Hints
    footers: Hints
    invitations: Hints


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists, read once in a process."""
    attributions = _page("attributions")
    writing = [line for line in attributions if not line.startswith("^")]
    return Lexicon(
        salutations=_phrases(_page("salutations")),
        closings=_phrases(_page("closings")),
        headers={
            name.strip().lower(): field
            for line in _page("header_names")
            for field, _, names in [line.partition(":")]
            for name in names.split(",")
        },
        writing=frozenset(word for line in writing for word in words_of(line.lower())[-1:]),
        writing_unspaced=tuple(line for line in writing if _UNSPACED.search(line)),
        openers=frozenset(words_of(line.lower())[0] for line in attributions if line.startswith("^")),
        originals=_hints(_page("originals")),
        devices=_hints(_page("devices")),
        footers=_hints(_page("footers")),
        invitations=_hints(_page("invitations")),
    )


def _page(name: str) -> list[str]:
    text = resources.files("honeycell.zones").joinpath("lists", f"{name}.txt").read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _phrases(lines: Iterable[str]) -> Phrases:
    spaced, unspaced, endings = set(), set(), set()
    for line in lines:
        if line.startswith("*"):
            endings.add(line[1:])
            continue
        if _UNSPACED.search(line):
            unspaced.add(line)
        words = words_of(line.lower())
        if words and len(words[0]) > 1:
            spaced.add(" ".join(words))
    first = frozenset(one.split(" ")[0] for one in spaced)
    return Phrases(frozenset(spaced), first, tuple(sorted(unspaced)), tuple(sorted(endings)))


def _hints(lines: Iterable[str]) -> Hints:
    by_word: dict[str, list[str]] = {}
    unspaced = []
    for line in lines:
        words = words_of(line.lower())
        if _UNSPACED.search(line):
            unspaced.append(line.lower())
        elif words:
            by_word.setdefault(max(words, key=len), []).append(f" {' '.join(words)} ")
    return Hints({word: tuple(phrases) for word, phrases in by_word.items()}, tuple(unspaced))
