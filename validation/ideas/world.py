"""A world of mail and chat in which it is known which phrase went from whom to whom.

People belong to organisations, have a favourite topic, and talk mostly to those of the same organisation and topic:
like talks with like. Phrases of three kinds are planted. A *cascade* is taken up, with a probability, by who is sent
it for the first time, and by nobody else: its edges are known. A *fashion* is used by whoever likes its topic from a
day on, whatever they read: it spreads through the like without anybody following anybody. An *influence* is the same,
but whoever has read it is `STRENGTH` times as likely to begin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas import Heard, Said

__all__ = ["KINDS", "STRENGTH", "World", "world"]

Ints = NDArray[np.int64]

KINDS = ("cascade", "fashion", "influence")
STRENGTH = 4.0
"""How much likelier an influence is taken up at each message by who has read it."""
_DAY = 86_400_000_000
_TAKEN_UP = 0.25
"""Of a cascade, by who reads it first."""
_AGAIN = 0.08
"""How often who has used a phrase uses it again."""
_BASE, _FOND = 0.0002, 12.0
"""How likely a message has a fashion for the first time, and how much likelier of who likes its topic."""
_FILLER = 18
_OWN = 0.6
"""Of people, how many like the topic of their organisation best."""


@dataclass(frozen=True, eq=False)
class World:
    """What was said in it, in order of time, and p planted phrases.

    Attributes:
        texts: The messages.
        said: Who, when, in which conversation.
        heard: Who could hear it.
        unit: The organisation of each author.
        phrases: Those planted.
        kind: Of each, as its place in `KINDS`; (p,).
        used: The text in which each person first used each, -1 for none; (people, p).
        source: Of cascades, from whom they have it, -1 for none; (people, p).
    """

    texts: list[str]
    said: Said
    heard: Heard
    unit: Ints
    phrases: list[str]
    kind: Ints
    used: Ints
    source: Ints


@dataclass(frozen=True)
class _Turn:
    """One message to be written."""

    at: int
    talk: int
    by: int
    to: tuple[int, ...]
    topic: int
    in_space: bool


def world(seed: int, n_people: int = 500, n_weeks: int = 52, n_each: int = 80, n_firms: int = 6) -> World:
    """Make a world.

    Args:
        seed: Of all that is drawn.
        n_people: Who write in it, each half a conversation a week on average.
        n_weeks: How long.
        n_each: Phrases of each kind.
        n_firms: Organisations, and as many topics.
    """
    dice = np.random.default_rng(seed)
    firm = dice.integers(0, n_firms, n_people)
    topic = np.where(dice.random(n_people) < _OWN, firm, dice.integers(0, n_firms, n_people))
    turns = _turns(dice, firm, topic, n_weeks)
    words = _words(dice, 300 + 60 * n_firms + 6 * n_each)
    common, about = words[:300], np.array(words[300 : 300 + 60 * n_firms]).reshape(n_firms, 60)
    fresh = words[300 + 60 * n_firms :]
    # A word that is said anyway, and one or two that were not.
    phrases = [
        " ".join([str(dice.choice(about.ravel())), *fresh[2 * n : 2 * n + 1 + n % 2]]) for n in range(3 * n_each)
    ]
    kind, likes = np.repeat(np.arange(3), n_each), dice.integers(0, n_firms, 3 * n_each)
    from_at = dice.uniform(0.15, 0.7, 3 * n_each) * n_weeks * 7 * _DAY
    used, source = (np.full((n_people, 3 * n_each), -1) for _ in range(2))
    read, holds = (np.zeros((n_people, 3 * n_each), bool) for _ in range(2))
    begun = np.zeros(3 * n_each, bool)
    often = 1 / np.arange(1, 301)
    texts, crowd = [], dict[int, dict[int, None]]()
    for text, turn in enumerate(turns):
        by, drawn, open_ = turn.by, dice.random(3 * n_each), from_at <= turn.at
        first = open_ & ~begun & (kind == 0)
        holds[by] |= first
        begun |= first
        fond = np.where(likes == topic[by], _FOND, 1.0) * np.where((kind == 2) & read[by], STRENGTH, 1.0)
        chance = np.where(kind == 0, holds[by].astype(float), np.where(open_, _BASE * fond, 0.0))
        says = np.flatnonzero(drawn < np.where(used[by] >= 0, _AGAIN, chance))
        used[by, says] = np.where(used[by, says] >= 0, used[by, says], text)
        filler = np.where(
            dice.random(_FILLER) < 0.3, dice.choice(about[turn.topic], _FILLER),
            dice.choice(common, _FILLER, p=often / often.sum()),
        ).tolist()  # fmt: skip
        texts.append(". ".join([" ".join(filler[:6]), *_sentences(filler[6:], [phrases[one] for one in says])]) + ".")
        here = crowd.setdefault(turn.talk, {})
        for reader in sorted({*turn.to, *here} - {by}):
            new = says[~read[reader, says]]
            read[reader, new] = True
            taken = new[(kind[new] == 0) & (dice.random(len(new)) < _TAKEN_UP) & ~holds[reader, new]]
            holds[reader, taken], source[reader, taken] = True, by
        here[by] = None
    pairs = np.array([(text, one) for text, turn in enumerate(turns) for one in turn.to], np.int64).reshape(-1, 2)
    person, talks, at = (np.array([getattr(turn, name) for turn in turns], np.int64) for name in ("by", "talk", "at"))
    space = np.array([turn.topic if turn.in_space else -1 for turn in turns], np.int64)
    return World(
        texts,
        Said(person, at, talks),
        Heard(pairs[:, 0], pairs[:, 1], space),
        firm[person],
        phrases,
        kind,
        used,
        source,
    )


def _turns(dice: np.random.Generator, firm: Ints, topic: Ints, n_weeks: int) -> list[_Turn]:
    """Who writes to whom, and who answers; three of ten conversations are in the open, addressed to nobody."""
    n_people = len(firm)
    busy = dice.lognormal(0, 0.6, n_people)
    near = 0.02 + (firm[:, None] == firm) + 2.0 * (topic[:, None] == topic)
    np.fill_diagonal(near, 0.0)
    near /= near.sum(1, keepdims=True)
    turns = []
    for talk in range(n_people * n_weeks // 2):
        at, by = int(dice.uniform(0, n_weeks * 7 * _DAY)), int(dice.choice(n_people, p=busy / busy.sum()))
        asked = dice.choice(n_people, int(dice.integers(1, 5)), replace=False, p=near[by]).tolist()
        in_space, about, last = bool(dice.random() < 0.3), int(topic[by]), by
        turns.append(_Turn(at, talk, by, () if in_space else tuple(asked), about, in_space))
        while dice.random() < 0.55:
            at += int(dice.exponential(0.3) * _DAY) + 60_000_000
            other = int(dice.choice([one for one in (by, *asked) if one != last]))
            turns.append(_Turn(at, talk, other, () if in_space else (last,), about, in_space))
            last = other
    return sorted(turns, key=lambda turn: (turn.at, turn.talk))


def _words(dice: np.random.Generator, n: int) -> list[str]:
    """Words that nobody has seen before."""
    found: dict[str, None] = {}
    while len(found) < n:
        found["".join(str(dice.choice(list("bdfgklmnprstvz"))) + str(dice.choice(list("aeiou"))) for _ in range(3))] = (
            None
        )
    return list(found)


def _sentences(filler: list[str], said: list[str]) -> list[str]:
    """Twelve words in sentences, one for each phrase that is said, with the phrase inside."""
    size = len(filler) // max(len(said), 1)
    parts = [filler[n * size : (n + 1) * size] for n in range(max(len(said), 1))]
    return [" ".join([*part[: size // 2], *said[n : n + 1], *part[size // 2 :]]) for n, part in enumerate(parts)]
