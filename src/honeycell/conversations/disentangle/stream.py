"""The messages of one space in order, as arrays: who, when, to whom, in which words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from honeycell.conversations.disentangle.words import Words

__all__ = ["AHEAD", "CUES", "WINDOW", "Stream", "read"]

WINDOW = 100
"""A message answers one of so many before it, or begins a conversation."""
AHEAD = 30
"""So many messages after it say whom a message was for."""

_N_MENTIONS = 3
"""So many addressees of a message are kept."""
_MIN_NAME = 3
"""A shorter name is one only where it is marked as such."""

CUES: tuple[tuple[str, str], ...] = (
    ("asks", r"\?"),
    ("ends asking", r"\?[\s)\"'!.]*$"),
    ("begins as a question", r"^\W*(how|what|why|where|which|who|when|is|are|does|do|did|can|could|would|should|has"
     r"|have|anyone|anybody|any)\b"),
    ("anybody", r"\b(any(one|body)|some(one|body)|every(one|body)|guys|folks|all)\b"),
    ("wants help", r"\b(help|problem|issue|trouble|error|how (do|to|can)|i('m| am) (trying|having|getting))\b"),
    ("greets", r"^\W*(hi+|hello+|hey+|hiya|yo|hola|good (morning|evening|afternoon)|greetings|howdy|re)\b"),
    ("thanks", r"\b(thanks?|thx|thanx|ty|tnx|cheers|tysm|merci|danke|gracias)\b"),
    ("agrees", r"^\W*(yes|yeah|yep|yup|yea|ya|ok|okay|k|sure|right|exactly|indeed|true|correct|got it|i see|ah+|oh+)"
     r"\b"),
    ("denies", r"^\W*(no|nope|nah|not|don'?t|didn'?t|isn'?t|wrong)\b"),
    ("begins as an answer", r"^\W*(try|use|you|because|then|so|it|that|this|just|if|did|what|maybe|well|but|and|or"
     r"|also)\b"),
    ("you", r"\b(you|your|u|ur)\b"),
    ("I", r"\b(i|my|me|i'm|i've|im)\b"),
    ("pointing", r"\b(it|that|this|they|those|these|he|she)\b"),
    ("laughs", r"(\b(lol|haha+|heh+|rofl|lmao)\b|[:;]-?[)DPp(])"),
    ("asks a bot", r"^\s*!\w"),
    ("asks a bot for", r"^\s*!\w+\s*(\||>|about)"),
    ("link", r"https?://|www\."),
    ("path or command", r"(^|\s)(/\w+(/\S*)?|sudo\b|apt(-get)?\b|~/\S+|\$\s)"),
    ("number", r"\d"),
    ("code", r"[{}=`$|]|::|->|\[<-"),
    ("short of words", r"^\W*\w*\W*$"),
    ("goes on", r"(\.\.\.|,|-)\s*$"),
    ("corrects", r"^\s*(\*\w|\w+\*\s*$|s/)"),
    ("shouts", r"!\s*$"),
    ("farewell", r"\b(bye|cya|see (you|ya)|good ?night|gtg|brb|back)\b"),
)  # fmt: skip
"""Manners of speaking that a message shows or not: a name and an expression, matched without regard to case."""

_CUES = tuple(re.compile(pattern, re.IGNORECASE) for _name, pattern in CUES)
_MARKED = re.compile(r"@\*\*([^*]+)\*\*|<@([^>|]+)(?:\|[^>]*)?>")
_TRIM = "\"'`,;:.!?()<>[]{}*~@"
_PLAIN = "\"'`,;:.!?()<>*~@"
"""Without the brackets that nicknames have."""
_ENDS_ADDRESS = ":,;>"
_LONGEST = 2000
"""Who is meant, and of what it is, the beginning of a message says."""
_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """n messages; -1 stands for nobody.

    Attributes:
        speaker: Who wrote, (n,), int64 codes from 0.
        minute: When, (n,), minutes; only differences matter.
        lead: Whom the message addresses, (n,): speakers who wrote among the `WINDOW` messages before or the `AHEAD`
            after it.
        mentions: Whom it names at all, (n, 3).
        absent: Whether it begins by addressing a name that nobody about has, (n,).
        cues: Which of `CUES` it shows, (n, len(CUES)).
        n_words: Its length in words, (n,).
        words: Its words, a ragged array: `words[starts[i]:starts[i + 1]]` are those of message i, numbered by
            `Words`, none twice.
        starts: Where the words of each message begin, (n + 1,).
    """

    speaker: NDArray[np.int64]
    minute: NDArray[np.float64]
    lead: NDArray[np.int64]
    mentions: NDArray[np.int64]
    absent: NDArray[np.bool_]
    cues: NDArray[np.bool_]
    n_words: NDArray[np.int64]
    words: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.speaker)


class _Names:
    """What the authors of a stream are called, and where: a name is theirs who bore it near by."""

    def __init__(self, speaker: NDArray[np.int64], names: Sequence[Sequence[str]]) -> None:
        self._speaker = speaker
        self._places: dict[str, list[int]] = {}
        for i, called in enumerate(names):
            for name in called:
                self._places.setdefault(name, []).append(i)
        for name in list(self._places):
            whole = " ".join(name.lower().split())
            if whole != name:
                places = self._places.pop(name)
                if whole:
                    self._places[whole] = sorted({*self._places.get(whole, ()), *places})
        self.whole: dict[str, list[str]] = {}
        self._loose: dict[str, list[str]] = {}
        for whole in sorted(self._places, key=lambda name: (-len(name), name)):
            first = whole.partition(" ")[0]
            self.whole.setdefault(first, []).append(whole)
            for form in {_LETTERS.sub("", whole), first}:
                if len(form) >= _MIN_NAME:
                    self._loose.setdefault(form, []).append(whole)

    def exactly(self, name: str, i: int) -> int:
        """Whose whole name it is, -1 for nobody's who is about."""
        return self._about((name,), i)

    def loosely(self, form: str, i: int) -> int:
        """Whose name it may stand for: people write less than the whole of it."""
        found = self._about(self._loose.get(form, ()), i)
        return found if found >= 0 else self._about(self._loose.get(_LETTERS.sub("", form), ()), i)

    def _about(self, names: Iterable[str], i: int) -> int:
        """Who of those with these names wrote last before a message, else who writes first after it."""
        before, after = i - WINDOW - 1, i + AHEAD + 1
        for name in names:
            places = self._places.get(name, ())
            at = bisect_left(places, i)
            if at:
                before = max(before, places[at - 1])
            if (further := bisect_right(places, i, at)) < len(places):
                after = min(after, places[further])
        if before >= max(i - WINDOW, 0):
            return int(self._speaker[before])
        return int(self._speaker[after]) if after <= i + AHEAD and after < len(self._speaker) else -1


def read(
    speaker: NDArray[np.int64],
    minute: NDArray[np.float64],
    texts: Sequence[str],
    names: Sequence[Sequence[str]],
    words: Words,
) -> Stream:
    """The messages of one space, in order, with what their texts say of whom they address.

    Args:
        speaker: Codes of the authors from 0, (n,).
        minute: Minutes, (n,), not falling.
        texts: What was written, n texts.
        names: What the author of each is called there, n times any number of names.
        words: How words are numbered.

    Returns:
        The stream.
    """
    speaker = speaker.astype(np.int64)
    known = _Names(speaker, names)
    n = len(texts)
    lead, absent = np.full(n, -1, np.int64), np.zeros(n, bool)
    mentions = np.full((n, _N_MENTIONS), -1, np.int64)
    cues, n_words = np.zeros((n, len(CUES)), bool), np.zeros(n, np.int64)
    numbers: list[int] = []
    starts = np.zeros(n + 1, np.int64)
    search = [(place, pattern.search) for place, pattern in enumerate(_CUES)]
    for i, text in enumerate(texts):
        lead[i], named, absent[i], rest = _addressed(text[:_LONGEST], i, known, words)
        mentions[i, : len(named)] = named
        row = cues[i]
        for place, found in search:
            if found(rest):
                row[place] = True
        tokens = rest.lower().split()
        n_words[i] = len(tokens)
        numbers.extend(words.numbers(tokens))
        starts[i + 1] = len(numbers)
    return Stream(
        speaker, minute.astype(np.float64), lead, mentions, absent, cues, n_words, np.array(numbers, np.int64), starts
    )


def _addressed(text: str, i: int, known: _Names, words: Words) -> tuple[int, list[int], bool, str]:
    """Who is addressed (-1: nobody), who is named, whether a stranger is addressed, the text without the first."""
    named: list[int] = []
    if "@**" in text or "<@" in text:
        opens = _MARKED.match(text.lstrip(" \t("))
        for one, other in _MARKED.findall(text):
            code = known.exactly(" ".join((one or other).lower().split()), i)
            if code >= 0 and code not in named:
                named.append(code)
        text = _MARKED.sub(" ", text)
        if opens and named:
            return named[0], named[:_N_MENTIONS], False, text
    first, missing, rest, low = -1, False, text, text.lower()
    at = 0
    tokens = low.split()
    for place, token in enumerate(tokens):
        at = low.index(token, at)
        begins, ends = token[0] == "@", token[-1] in _ENDS_ADDRESS
        word = token if token in known.whole else token.lstrip("@(\"'*").rstrip(_TRIM)
        code, length = -1, len(token)
        wholes = known.whole.get(word)
        if wholes is None and word != (other := token.strip(_PLAIN)):
            word, wholes = other, known.whole.get(other)
        for whole in wholes or ():
            stands = low.find(whole, at, at + len(token) + len(whole))
            if " " not in whole or stands >= 0:
                code = known.exactly(whole, i)
                if code >= 0:
                    if " " in whole:
                        length = stands - at + len(whole)
                        ends = low[at + length : at + length + 1] in _ENDS_ADDRESS and len(low) > at + length
                    break
        marked = begins or (place == 0 and ends)
        if code < 0 and marked and len(word) >= _MIN_NAME:
            code = known.loosely(word, i)
            missing = place == 0 and code < 0 and not words.common(word)
        elif code >= 0 and not marked and (len(word) < _MIN_NAME or words.common(word)):
            code = -1
        if code >= 0:
            if code not in named:
                named.append(code)
            if place == 0:
                first, rest = code, text[at + length :].lstrip(":, ")
        at += len(token)
    if first < 0 and named and tokens[-1].strip(_TRIM) in known.whole:
        # As in "thanks, name".
        first = named[-1]
    return first, named[:_N_MENTIONS], missing, rest
