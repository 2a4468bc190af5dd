"""The ideas of one conversation: what somebody said there first, and others said after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas import BREAK, Reader, Said, different, repeated, spelled

if TYPE_CHECKING:
    from honeycell.conversations.ideas import Words
    from honeycell.readings.state import Party
    from honeycell.tracks.views import Conversation, Message

__all__ = ["Counted", "Raised", "Take", "raised"]

Counted = Callable[[Sequence[str]], "tuple[int, list[int]] | None"]
"""How many messages a cell has, and how many have each of these phrases; None where nobody knows."""
_COMMON = 0.1
"""A word in more messages of the cell than this share begins and ends no phrase."""
_ELSEWHERE_SHARE, _ELSEWHERE = 0.001, 10
"""A phrase in more messages elsewhere than this share of all is no idea of this conversation; ten always may be."""
_ABOUT = 4.0
"""How much a conversation has to be about one of the words of a phrase."""
_STATES = ("late", "open", "kept")
"""How a loop may stand; that which presses most first."""
_MOST = 300
"""Phrases that are looked up, those of most people."""


@dataclass(frozen=True)
class Take:
    """Somebody said it."""

    person: Party
    at: datetime
    interaction_id: int


@dataclass(frozen=True)
class Raised:
    """A phrase that one brought up in a conversation, and who took it up there, in order of time."""

    phrase: str
    person: Party
    at: datetime
    interaction_id: int
    taken: tuple[Take, ...]
    """The first time of each who took it up."""
    uses: tuple[Take, ...]
    """Every message of the conversation with it."""
    loop: str | None
    """question, request or promise, where it stands in one."""
    state: str | None
    """kept, late or open: how that stands."""


def raised(talk: Conversation, counted: Counted) -> tuple[Raised, ...]:
    """The ideas of a conversation: those first that most people took up, and that are said least elsewhere.

    Args:
        talk: The conversation.
        counted: How common phrases are in the cell.
    """
    messages = [one for one in talk.messages if one.author is not None and one.words]
    people = list(dict.fromkeys(one.author.id for one in messages if one.author))
    if len(people) < 2:
        return ()
    reader = Reader()
    reader.read(one.words for one in messages)
    words = reader.words(range(len(messages)), {one.author.name for one in messages if one.author})
    person = np.array([people.index(one.author.id) for one in messages if one.author], np.int64)
    usual, about = _weighed(reader.stems(), words, len(messages), counted)
    found = repeated(words, Said(person, np.arange(len(messages)), np.zeros(len(messages), np.int64)), usual)
    opened = np.searchsorted(words.text, np.arange(len(messages)))
    told = []
    for phrase in range(len(found.size)):
        uses = slice(*np.searchsorted(found.phrase, (phrase, phrase + 1)))
        texts, place, size = found.text[uses].tolist(), int(found.word[uses][0]), int(found.size[phrase])
        weight = float(about[words.stem[place : place + size]].max())
        if weight >= _ABOUT:
            written = spelled(messages[texts[0]].words, place - int(opened[texts[0]]), size)
            told.append((-len(set(person[texts].tolist())), -weight, texts, written))
    told = sorted(told)[:_MOST]
    n_all, n = counted([written for *_rank, written in told]) or (0, [0] * len(told))
    least = max(_ELSEWHERE, _ELSEWHERE_SHARE * n_all)
    return tuple(
        _raised(talk, messages, written, texts)
        for (*_rank, texts, written), n_with in zip(told, n, strict=True)
        if n_with - len(texts) <= least
    )


def _weighed(
    stems: Mapping[str, int], words: Words, n_messages: int, counted: Counted
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Of each stem whether it is a common word of the cell, and how much a conversation is about it.

    n ln(n / m) - (n - m), for n messages with it, where m would have it as elsewhere (the deviance of a Poisson count).
    Where nobody knows the cell, common is what is most frequent in the conversation, and all else counts.
    """
    known = counted(list(stems))
    if known is None:
        return words.plain, np.where(words.plain, 0.0, _ABOUT)
    n_all, n_form = known
    n_with = np.zeros(len(words.plain))
    np.maximum.at(n_with, np.fromiter(stems.values(), np.int64, len(stems)), n_form)
    said = words.stem != BREAK
    n_here = np.bincount(different(words.stem[said], words.text[said])[0], minlength=len(words.plain))
    expected = np.maximum(n_with, 1) * n_messages / max(n_all, 1)
    more = n_here * np.log(np.maximum(n_here, 1) / expected) - (n_here - expected)
    return n_with > _COMMON * n_all, np.where(n_here > expected, more, 0.0)


def _raised(talk: Conversation, messages: Sequence[Message], written: str, texts: Sequence[int]) -> Raised:
    said = ((messages[text].author, messages[text]) for text in texts)
    uses = tuple(Take(author, one.occurred_at, one.interaction_id) for author, one in said if author is not None)
    firsts = {one.person.id: one for one in reversed(uses)}
    began, *others = (one for one in uses if firsts[one.person.id] is one)
    folded = " ".join(written.lower().split())
    owed = [one for one in talk.flags if folded in " ".join(one.sentence.lower().split())]
    flag = min(owed, key=lambda one: _STATES.index(one.state), default=None)
    loop, state = (flag.kind, flag.state) if flag else (None, None)
    return Raised(written, began.person, began.at, began.interaction_id, tuple(others), uses, loop, state)
