"""The words by which loops are known, in several languages.

Each language is a page in `lists/`: groups of phrases under headings in brackets, one phrase a line. Whoever misses a
language adds its page; nothing is trained for it, since the model knows groups, not words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from honeycell.zones.lexicon import words_of

__all__ = ["CUES", "GROUPS", "Language", "Said", "language_of", "languages", "prefilter"]

CUES = ("ask", "can", "suggest", "tell", "wonder", "vow", "we vow", "offer", "done", "withdrawn", "again")
"""Groups one phrase of which makes a sentence worth a look; a question mark does too."""
GROUPS = (
    *CUES, "you", "me", "wh", "aux", "if", "not", "think", "act", "be", "rhetorical", "everyone", "thanks",
    "past",
)  # fmt: skip
"""Groups that features are made of; the others are parts of dates (`due`)."""
_COMMON = ("you", "me", "not", "wh", "if", "before", "aux", "vow", "we vow", "tomorrow", "today")
"""Groups whose words tell a language."""
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]")


class Said(NamedTuple):
    """A sentence as phrases are looked for in it."""

    text: str
    """In lower case, with straight apostrophes."""
    words: tuple[str, ...]

    @classmethod
    def of(cls, sentence: str) -> Said:
        """From a sentence as written."""
        text = sentence.lower().replace("’", "'")
        return cls(text, tuple(words_of(text)))


@dataclass(frozen=True)
class Phrases:
    """Groups of phrases of a language, found in one pass over the words of a sentence."""

    by_first: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """First word of a phrase to the phrases, as words, and their groups; the longest first."""
    unspaced: tuple[tuple[str, str], ...]
    """Phrases of a script that does not part words, and their groups."""

    def found(self, said: Said) -> dict[str, tuple[int, int]]:
        """The groups of which a phrase is there: at which word the first begins, and how many words it has.

        (0, 0) in a script that does not part words.
        """
        held = {group: (0, 0) for phrase, group in self.unspaced if phrase in said.text}
        words, by_first = said.words, self.by_first
        if not by_first.keys().isdisjoint(words):
            for place, word in enumerate(words):
                for phrase, group in by_first.get(word, ()):
                    n = len(phrase)
                    if group not in held and (n == 1 or words[place : place + n] == phrase):
                        held[group] = place, n
        return held

    def begins(self, words: tuple[str, ...]) -> set[str]:
        """The groups one of whose phrases words begin with."""
        entries = self.by_first.get(words[0], ()) if words else ()
        return {group for phrase, group in entries if words[: len(phrase)] == phrase}


@dataclass(frozen=True)
class Language:
    """The page of one language."""

    name: str
    cues: Phrases
    """Of the groups `CUES`."""
    others: Phrases
    """Of the other `GROUPS`."""
    lines: dict[str, tuple[str, ...]]
    """The lines of each group as written."""
    common: frozenset[str]
    """Words that are often met in a text of the language."""
    spaced: bool
    """Whether its script parts words."""


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """Every language, English first; read once in a process."""
    pages = [file for file in resources.files(__package__).joinpath("lists").iterdir() if file.name.endswith(".txt")]
    found = [_language(page.name.removesuffix(".txt"), page.read_text("utf-8")) for page in pages]
    return tuple(sorted(found, key=lambda one: (one.name != "en", one.name)))


def _language(name: str, page: str) -> Language:
    lines: dict[str, list[str]] = {}
    group = ""
    for line in page.splitlines():
        if line.startswith("["):
            group = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            lines.setdefault(group, []).append(line.strip())
    common = {word for name in _COMMON for word in lines.get(name, ()) if " " not in word}
    return Language(
        name,
        _phrases(lines, CUES),
        _phrases(lines, [group for group in GROUPS if group not in CUES]),
        {group: tuple(held) for group, held in lines.items()},
        frozenset(common),
        not any(_UNSPACED.search(line) for line in lines.get("ask", ())),
    )


def _phrases(lines: Mapping[str, Iterable[str]], groups: Iterable[str]) -> Phrases:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    unspaced = []
    for group in groups:
        for line in lines.get(group, ()):
            words = tuple(words_of(line))
            if _UNSPACED.search(line):
                unspaced.append((line, group))
            elif words:
                by_first.setdefault(words[0], []).append((words, group))
    # The longest of a group first: it is the one that counts.
    held = {first: tuple(sorted(entries, key=lambda one: -len(one[0]))) for first, entries in by_first.items()}
    return Phrases(held, tuple(unspaced))


def language_of(sentences: Iterable[Said]) -> Language:
    """The language most of whose common words sentences have; English where none has more.

    Example:
        >>> language_of([Said.of("Könntest du mir das bis Freitag schicken?")]).name
        'de'
    """
    said, known = list(sentences), languages()
    text = "".join(one.text for one in said)
    if not text.isascii() and (n := len(_UNSPACED.findall(text))) and 4 * n > len(text.strip()):
        return next(one for one in known if not one.spaced)
    words = {word for one in said for word in one.words}
    return max(known, key=lambda one: len(one.common & words))


@lru_cache(maxsize=1)
def prefilter() -> str:
    """A regular expression that finds every text with a cue, or a patch, in a line that is not quoted; and some more.

    Made of what RE2 and Java have in common, for the engine.
    """
    spaced, unspaced = set[str](), set[str]()
    for language in languages():
        then = _either(line for group in ("act", "then") for line in language.lines.get(group, ()))
        for group in CUES:
            for line in language.lines.get(group, ()):
                if _UNSPACED.search(line):
                    unspaced.add(line)
                else:
                    follows = rf"(?:\s+(?:{then})|\s*[.,:;!?)])" if line.endswith("…") else ""
                    spaced.add(_either([line]) + follows)
    phrases = "|".join(sorted(spaced))
    return (
        rf"(?i)(?:^|\n)(?:[^>\n](?:[^\n]*\PL)?)?(?:(?:{phrases})(?:\PL|$)|[^\n]*[^\s?] ?\?[\x22')\]]*(?:\s|$)"
        rf"|[^\n]*(?:[？?]|{'|'.join(sorted(unspaced))})[^\x00-\x7f])|\ndiff --git a/"
    )


def _either(lines: Iterable[str]) -> str:
    """A pattern for any of these phrases."""
    return "|".join(sorted(r"[\s-]+".join(word.replace("'", "['’]") for word in words_of(line)) for line in lines))
