"""The words of texts as numbers: folded, stemmed where the language is certain, and what parts phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import tantivy
from numpy.typing import NDArray

from honeycell.conversations.loops.words import languages

__all__ = ["BREAK", "Reader", "Words", "spelled"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BREAK = -1
"""Stands where no phrase goes on: the end of a clause, a number, an address, the name of a part of a program."""
_PIECE = re.compile(r"\n[ \t]*\n|\n[ \t]*(?=[-*+•>|#(\[]|\d+[.)])|\S+")
"""A token, or where a paragraph or a point of a list begins."""
_TOKEN = re.compile(r"^([^\w]*)([^\W\d_]+(?:['’\-‐][^\W\d_]+)*)([^\w]*)$")
"""A plain word, with the marks before and behind it."""
_INSIDE = re.compile(r"[^\-‐]+")
_MIXED = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
"""A capital inside a word, as names in programs have."""
_STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "pt": "portuguese"}
_CERTAIN = 3
"""Common words that a text has of its language, at the least; and more than twice those of any other."""
_COVERED = 0.4
"""The most frequent words that together make so much of all that is said in a language begin and end no phrase."""


@dataclass(frozen=True, eq=False)
class Words:
    """The words of m texts, one behind the other, n in all with what parts them.

    Attributes:
        stem: Of each word the number of its stem, `BREAK` between phrases; (n,).
        text: The text it stands in, ascending; (n,).
        capital: Whether it is written with a capital; (n,).
        plain: Of each stem whether it is among the most frequent; (k,).
        name: Of each stem whether it is part of a person's name and mostly written as one; (k,).
    """

    stem: Ints
    text: Ints
    capital: Bools
    plain: Bools
    name: Bools


class Reader:
    """Turns texts into numbers, batch by batch: what is said of a word is known when all are read."""

    def __init__(self) -> None:
        self._forms: dict[str, int] = {}
        self._pieces: dict[str, tuple[int, ...]] = {}
        self._said: list[Ints] = []
        self._tongue: list[int] = []
        self._stem: list[int] = []

    def read(self, texts: Iterable[str]) -> None:
        """Read some more texts."""
        for text in texts:
            said = [number for piece in _PIECE.findall(text) for number in self._numbers(piece)]
            self._said.append(np.array([*said, BREAK], np.int64))
            self._tongue.append(_tongue(text))

    def _numbers(self, piece: str) -> tuple[int, ...]:
        """Twice the number of each word in it, and one more with a capital; `BREAK` for what parts."""
        known = self._pieces.get(piece)
        if known is None:
            forms = self._forms
            known = self._pieces[piece] = tuple(
                BREAK if word is None else 2 * forms.setdefault(_folded(word), len(forms)) + word[0].isupper()
                for word, _start in _words(piece)
            )
        return known

    def words(self, order: Iterable[int], names: Iterable[str] = ()) -> Words:
        """All that was read; the same in whatever order the texts were read.

        Args:
            order: Which text comes first, which second, and so on, by when they were read. Stems are numbered in it.
            names: Of the persons of the cell.
        """
        order = list(order)
        said = np.concatenate([np.empty(0, np.int64), *(self._said[one] for one in order)])
        text = np.repeat(np.arange(len(order)), [len(self._said[one]) for one in order])
        known, form, capital = said != BREAK, said >> 1, (said & 1).astype(bool)
        tongue = self._of_forms(form[known], np.array(self._tongue, np.int64)[order][text[known]])
        # What is shared out by number, in profiles and among equals, must not hang on which text came first to hand.
        forms, stems = list(self._forms), dict[tuple[str, int], int]()
        first = np.full(len(forms), len(said))
        np.minimum.at(first, form[known], np.flatnonzero(known))
        self._stem = number = [0] * len(forms)
        for place in np.argsort(first, kind="stable").tolist():
            one = int(tongue[place])
            number[place] = stems.setdefault((_stemmed(forms[place], one), one), len(stems))
        stem = np.array([*number, BREAK])[np.where(known, form, len(number))]
        capital &= known
        plain = _plain(stem[known], np.array([one for _stem, one in stems], np.int64))
        # What follows a word stands inside a sentence: a capital there is not the first of it.
        inside = known & np.roll(known, 1)
        seen = np.bincount(stem[inside], minlength=len(stems))
        name = 2 * np.bincount(stem[inside & capital], minlength=len(stems)) > seen
        borne = {_folded(word) for one in names for word in re.findall(r"[^\W\d_]{2,}", one)}
        held = np.zeros(len(stems), bool)
        held[[number[self._forms[word]] for word in borne if word in self._forms]] = True
        return Words(stem, text, capital, plain, name & held)

    def stems(self) -> dict[str, int]:
        """Every word that was read, folded, and the number of its stem in what `words` gave."""
        return dict(zip(self._forms, self._stem, strict=True))

    def _of_forms(self, form: Ints, tongue: Ints) -> Ints:
        """The language of each word: that of most texts with it whose language is certain, -1 where there is none.

        One word has one stem, in whatever text it stands.
        """
        sure, n = tongue >= 0, len(languages())
        counts = np.bincount(form[sure] * n + tongue[sure], minlength=len(self._forms) * n).reshape(-1, n)
        return np.where(counts.any(1), counts.argmax(1), -1)


def spelled(text: str, word: int, size: int) -> str:
    r"""A phrase as it is written in a text.

    Args:
        text: The text.
        word: Its first word: how many words and breaks stand before it, as `Words` counts them.
        size: Words of it.

    Example:
        >>> spelled("We could try, in spring, a two-lamp\nrule.", 8, 3)
        'two-lamp rule'
    """
    places = [
        None if part is None else (piece.start() + start, piece.start() + start + len(part))
        for piece in _PIECE.finditer(text)
        for part, start in _words(piece[0])
    ]
    held = [one for one in places[word : word + size] if one is not None]
    return " ".join(text[held[0][0] : held[-1][1]].split()) if held else ""


def _words(piece: str) -> list[tuple[str | None, int]]:
    """The words of a piece and where they begin; None for a break."""
    found = _TOKEN.match(piece)
    if found is None or _MIXED.search(found[2]):
        return [(None, 0)]
    words = [(one[0], found.start(2) + one.start()) for one in _INSIDE.finditer(found[2])]
    return [*([(None, 0)] if found[1] else []), *words, *([(None, found.end(2))] if found[3] else [])]


@cache
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(one for one in parts if not unicodedata.combining(one))


@cache
def _common() -> tuple[frozenset[str], ...]:
    return tuple(one.common for one in languages())


def _tongue(text: str) -> int:
    """The place of the text's language in `languages`, -1 where it is not certain."""
    words = set(text.lower().split())
    n = sorted(((len(words & common), -place) for place, common in enumerate(_common())), reverse=True)
    return -n[0][1] if n[0][0] >= _CERTAIN and n[0][0] > 2 * n[1][0] else -1


@cache
def _stemmer(name: str) -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer(name)).build()


def _stemmed(word: str, tongue: int) -> str:
    """The stem of a word (Porter's Snowball, 2001), or the word where there is no stemmer for it."""
    name = _STEMMERS.get(languages()[tongue].name) if tongue >= 0 else None
    return _stemmer(name).analyze(word)[0] if name else word


def _plain(stem: Ints, tongue: Ints) -> Bools:
    """Of each stem whether it is one of the most frequent that cover `_COVERED` of what is said in its language."""
    counts = np.bincount(stem, minlength=len(tongue))
    order = np.lexsort((np.arange(len(tongue)), -counts, tongue))
    before = np.cumsum(counts[order]) - counts[order]
    first = np.searchsorted(tongue[order], tongue[order])
    total = np.bincount(tongue + 1, counts)[tongue[order] + 1]
    found = np.zeros(len(tongue), bool)
    found[order] = before - before[first] < _COVERED * total
    return found
