"""How much likelier a phrase is taken up by those who have seen it than by others like them.

Whenever somebody takes a phrase up, those are looked at who could have done so as well: who wrote in that week, had not
used it, are of the same organisation, write about as much, and talked of things as near to those of its other users.
Among all others the like would seem to follow each other because they are alike, which overstates the effect three to
seven times (Aral, Muchnik & Sundararajan 2009). The ratio of rates is that of Mantel & Haenszel (1959), with every such
moment a stratum of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.phrases import Phrases, Said, different
from honeycell.conversations.ideas.profiles import likeness
from honeycell.conversations.ideas.spread import NEVER, WAYS, Spread, expand
from honeycell.conversations.ideas.words import Words

__all__ = ["LEAST_PHRASES", "Compared", "Lift", "compared", "lift"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_PHRASES = 30
"""Phrases below which nothing is said."""
MOST_PHRASES = 1000
"""Phrases that are looked at, evenly over time where there are more."""
_WEEK = 7 * 86_400_000_000
_SEEN = (WAYS.index("addressed"), WAYS.index("conversation"))
_JOINED = WAYS.index("joined")
_PARTS = (10, 5, 3, 2, 1)
"""Into how many parts people are divided by activity and by topic, finest first."""
_MATCHED = 1 / 3
"""A division is too fine when fewer than this share of moments have both, some who have seen it and some who have not,
that would have without any."""
_DRAWS, _SHUFFLES = 1000, 100


@dataclass(frozen=True)
class Lift:
    """How much likelier those who had seen a phrase took it up than others like them."""

    status: str
    """ok, or thin: fewer than 30 phrases, or nobody to compare with; the numbers are None then."""
    value: float | None
    low: float | None
    """5th and 95th percentile, drawn over phrases."""
    high: float | None
    null: float | None
    """The same with who has seen what dealt out anew among those alike: near 1 unless the method itself leans."""
    null_low: float | None
    null_high: float | None
    unmatched: float | None
    """The same with everybody compared with everybody, whenever and of whatever organisation: not an effect."""
    n_phrases: int
    n_adoptions: int
    """First uses by others than who began, that are looked at."""
    n_compared: int
    """Of these, those with both beside them, some who have seen the phrase and some who have not."""
    n_parts: int
    """Into how many parts people were divided by activity and by topic: ten in a large cell, fewer in a small one."""


@dataclass(frozen=True, eq=False)
class _Moments:
    """Every time e that a phrase was taken up, and who could have taken it up as well.

    Attributes:
        phrase, at: Of each moment; (e,).
        moment, pair: Who was there, one row each: of which moment, and which phrase and person; (k,).
        took: The row of who took it up; (e,).
        row: The same as a row of `Spread`; (e,).
        seen_at: Of each phrase and person when they saw it, `NEVER` for not; (q,).
        of, unit, active, alike: The phrase of each, and the organisation, texts and likeness of the person; (q,).
    """

    phrase: Ints
    at: Ints
    moment: Ints
    pair: Ints
    took: Ints
    row: Ints
    seen_at: Ints
    of: Ints
    unit: Ints
    active: Ints
    alike: Floats


def lift(
    words: Words, found: Phrases, said: Said, went: Spread, unit: Ints, *, elsewhere: bool = False, seed: int = 20,
    times: Callable[[Ints], Floats] | None = None,
) -> Lift:  # fmt: skip
    """The adoption lift over all phrases, with a bootstrap over phrases and a permutation null.

    To have seen it is to have been addressed, or to have written in the conversation before. Who joins a conversation
    with the phrase that is already there is left out: they chose the subject, and the word came with it.

    Args:
        words: The words of the texts.
        found: Phrases and their uses.
        said: The texts.
        went: How the phrases spread.
        unit: Of each text the organisation that its author stood for, -1 for none; (m,).
        elsewhere: Whether to leave out all who use it first in a conversation where somebody else had used it.
        seed: Of what is drawn.
        times: How often each of p phrases is drawn in each of r replicates, (p,) to (p, r); at random by default.
    """
    n_phrases = min(len(found.size), MOST_PHRASES)
    held = _moments(words, found, said, went, unit, elsewhere=elsewhere)
    kept, cell, n_compared, n_parts = _matched(held)
    sums = _sums(kept, kept.seen_at, n_phrases)
    value = _ratio(sums.sum(0))
    if n_phrases < LEAST_PHRASES or value is None:
        return Lift("thin", None, None, None, None, None, None, None, n_phrases, len(held.at), n_compared, n_parts)
    dice = np.random.default_rng(seed)
    counts = dice.poisson(1.0, (n_phrases, _DRAWS)) if times is None else times(_chosen(len(found.size)))
    drawn = [_ratio(one) for one in counts.T @ sums]
    dealt = [_ratio(_sums(kept, _shuffled(kept, cell, dice), n_phrases).sum(0)) for _ in range(_SHUFFLES)]
    null = [one for one in dealt if one is not None]
    return Lift(
        "ok", value, *_range(drawn), float(np.median(null)) if null else None, *_range(dealt),
        _unmatched(held), n_phrases, len(held.at), n_compared, n_parts,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Compared:
    """Every time e that a phrase was taken up, and those alike who could have done so as well.

    Attributes:
        row: Who took it up, as a row of `Spread`; (e,).
        had_read: Whether they had read it; (e,).
        n: Those alike who were there, who took it up among them; (e,).
        n_read: Of these, who had read it; (e,).
        elsewhere: Whether nobody else had used it in that conversation before; (e,).
        by_lot: Both sides of the ratio with readers drawn by lot, on average; (e, 2).
        n_parts: Into how many parts people were divided by activity and by topic.
    """

    row: Ints
    had_read: Bools
    n: Ints
    n_read: Ints
    elsewhere: Bools
    by_lot: Floats
    n_parts: int


def compared(words: Words, found: Phrases, said: Said, went: Spread, unit: Ints, *, seed: int = 20) -> Compared:
    """What the lift is made of, moment by moment; arguments as of `lift`.

    Any part of the moments has a lift: the sum of `had_read * (n - n_read) / n` by that of `~had_read * n_read / n`.
    """
    kept, cell, _n, n_parts = _matched(_moments(words, found, said, went, unit, elsewhere=False))
    seen = kept.seen_at[kept.pair] < kept.at[kept.moment]
    n, n_seen = (np.bincount(of, minlength=len(kept.at)) for of in (kept.moment, kept.moment[seen]))
    dice, by_lot = np.random.default_rng(seed), np.zeros((len(kept.at), 2))
    for _draw in range(_SHUFFLES):
        drawn, others, alike = _sides(kept, _shuffled(kept, cell, dice))
        by_lot += np.stack([drawn * others, ~drawn * alike], axis=1) / _SHUFFLES
    there = _said_there(found, said, went)[kept.row]
    return Compared(kept.row, seen[kept.took], n, n_seen, ~there, by_lot, n_parts)


def _matched(held: _Moments) -> tuple[_Moments, Ints, int, int]:
    """Only those alike at each moment; of whom each is alike, moments with both among those, and how finely divided."""
    n_both = _n_compared(held, np.zeros(len(held.of), np.int64))
    for n_parts in _PARTS:
        cell = _cells(held, n_parts)
        n_compared = _n_compared(held, cell)
        if n_compared >= _MATCHED * n_both:
            break
    return _alike(held, cell), cell, n_compared, n_parts


def _moments(words: Words, found: Phrases, said: Said, went: Spread, unit: Ints, *, elsewhere: bool) -> _Moments:
    n = int(max(went.person.max(initial=0), said.person.max(initial=0))) + 1
    n_all = len(found.size)
    chosen = _chosen(n_all)
    seen_at = went.seen_at[:, _SEEN].min(1)
    took = went.adopted() & np.isin(went.phrase, chosen)
    took &= ~((went.seen_at[:, _JOINED] < went.used_at) & (seen_at >= went.used_at))
    if elsewhere:
        took &= ~_said_there(found, said, went)
    rows = np.flatnonzero(took)
    rows = rows[np.lexsort((went.used[rows], went.phrase[rows]))]
    phrase, at = went.phrase[rows], went.used_at[rows]
    weeks, person = different(said.at // _WEEK, said.person)
    moment, row = expand(at // _WEEK, weeks)
    key = phrase[moment] * n + person[row]
    keys = went.phrase * n + went.person
    place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    known = keys[place] == key if len(keys) else np.zeros(len(key), bool)
    free = ~known | (went.used_at[place] >= at[moment])
    moment, key = moment[free], key[free]
    pairs, pair = np.unique(key, return_inverse=True)
    place = np.minimum(np.searchsorted(keys, pairs), max(len(keys) - 1, 0))
    seen = np.where(keys[place] == pairs, seen_at[place], NEVER) if len(keys) else np.empty(0, np.int64)
    own = np.searchsorted(
        moment * len(pairs) + pair,
        np.arange(len(at)) * len(pairs) + np.searchsorted(pairs, phrase * n + went.person[rows]),
    )
    of, who = pairs // n, pairs % n
    born = found.text[np.searchsorted(found.phrase, chosen)]
    near = np.empty(len(pairs))
    # The organisation of each when the phrase was new: that of their last text before it, or of their first.
    units = np.empty(len(pairs), np.int64)
    first_unit = np.full(n, -1)
    first_unit[said.person[::-1]] = unit[::-1]
    current, done = first_unit, 0
    users = (said.person[found.text[slice(*np.searchsorted(found.phrase, (one, one + 1)))]] for one in chosen)
    alike = likeness(words, said, born, map(np.unique, users), n)
    for one, since, like in zip(chosen.tolist(), born.tolist(), alike, strict=True):
        current[said.person[done:since]] = unit[done:since]
        done = since
        part = slice(*np.searchsorted(of, (one, one + 1)))
        near[part], units[part] = like[who[part]], current[who[part]]
    active = np.bincount(said.person, minlength=n)[who]
    return _Moments(np.searchsorted(chosen, phrase), at, moment, pair, own, rows, seen, of, units, active, near)


def _chosen(n_all: int) -> Ints:
    """The numbers of the phrases that are looked at."""
    return np.unique(np.linspace(0, max(n_all - 1, 0), min(n_all, MOST_PHRASES)).astype(np.int64))


def _said_there(found: Phrases, said: Said, went: Spread) -> Bools:
    """Of each row whether somebody else had used the phrase in the conversation of the person's first use before."""
    n = int(said.conversation.max(initial=0)) + 1
    talks, first = np.unique(found.phrase * n + said.conversation[found.text], return_index=True)
    used = went.used >= 0
    key = went.phrase * n + np.where(used, said.conversation[went.used], 0)
    place = np.minimum(np.searchsorted(talks, key), max(len(talks) - 1, 0))
    return used & (talks[place] == key) & (found.text[first[place]] < went.used) if len(talks) else used


def _cells(held: _Moments, n_parts: int) -> Ints:
    """Of each phrase and person whom they are alike: one number of phrase, organisation, activity and topic; (q,)."""
    cell = (held.of * (int(held.unit.max(initial=0)) + 2) + held.unit + 1) * n_parts**2
    ends = np.append(np.flatnonzero(np.diff(held.of, prepend=-1)), len(held.of))
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        topic = _part(np.nan_to_num(held.alike[start:end], nan=-2.0), n_parts)
        cell[start:end] += _part(held.active[start:end], n_parts) * n_parts + topic
    return cell


def _part(values: Floats | Ints, n_parts: int) -> Ints:
    """Into which part of equally many each value falls; equal ones into one."""
    return np.searchsorted(np.sort(values), values) * n_parts // max(len(values), 1)


def _alike(held: _Moments, cell: Ints) -> _Moments:
    """Only those who are alike who took the phrase up."""
    near = cell[held.pair] == cell[held.pair[held.took]][held.moment]
    return replace(held, moment=held.moment[near], pair=held.pair[near], took=(np.cumsum(near) - 1)[held.took])


def _sides(held: _Moments, seen_at: Ints) -> tuple[Bools, Floats, Floats]:
    """Of each moment whether who took it up had seen it, and the shares of those there who had not and who had."""
    seen = seen_at[held.pair] < held.at[held.moment]
    n, n_seen = (np.bincount(held.moment, of, minlength=len(held.at)) for of in (None, seen))
    return seen[held.took], 1 - n_seen / np.maximum(n, 1), n_seen / np.maximum(n, 1)


def _sums(held: _Moments, seen_at: Ints, n_phrases: int) -> Floats:
    """Both sides of the ratio of each phrase; (p, 2)."""
    seen, others, alike = _sides(held, seen_at)
    return np.stack(
        [np.bincount(held.phrase, side, minlength=n_phrases) for side in (seen * others, ~seen * alike)], axis=1
    )


def _n_compared(held: _Moments, cell: Ints) -> int:
    """Moments with both among those alike."""
    _seen, others, alike = _sides(near := _alike(held, cell), near.seen_at)
    return int(((others > 0) & (alike > 0)).sum())


def _shuffled(held: _Moments, cell: Ints, dice: np.random.Generator) -> Ints:
    """When each saw it, dealt out anew among those who are alike."""
    home = np.argsort(cell, kind="stable")
    seen_at = np.empty_like(held.seen_at)
    seen_at[home] = held.seen_at[np.lexsort((dice.random(len(cell)), cell))]
    return seen_at


def _unmatched(held: _Moments) -> float | None:
    """The ratio of all rates together."""
    seen = held.seen_at[held.pair] < held.at[held.moment]
    n = np.bincount(seen, minlength=2)
    n_took = np.bincount(seen[held.took], minlength=2)
    return float(n_took[1] * n[0] / (n_took[0] * n[1])) if n_took[0] * n[1] else None


def _ratio(sums: Floats) -> float | None:
    return float(sums[0] / sums[1]) if sums[1] > 0 else None


def _range(values: list[float | None]) -> tuple[float | None, float | None]:
    """5th and 95th percentile; where nobody took a phrase up without having seen it there is no upper bound."""
    low, high = np.quantile([np.inf if one is None else one for one in values], [0.05, 0.95], method="nearest")
    return float(low), float(high) if np.isfinite(high) else None
