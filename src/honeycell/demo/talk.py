"""Direct mail as it is exchanged: conversations begin by a tie's rhythm and go on by its reply behaviour.

Everything is drawn in rounds over whole columns: round 0 holds the openings of all conversations, round 1 what
answers or chases them, and so on. Delays run on the working clock of whoever answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.demo.dice import Dice, Floats, Ints, Truths
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST, RELATIONS, Ties, course
from honeycell.demo.sites import DAY, WORKDAY, instants, working

__all__ = ["SHARE_CHASED", "SHARE_KEPT", "SIGMA_WAIT", "Talk", "season", "talk"]

SIGMA_WAIT = 1.2
"""Spread of the answer's delay: standard deviation of its logarithm."""
SHARE_CHASED = 0.45
"""Of unanswered asks, how many are chased after two to five working days."""
SHARE_KEPT = {0: 0.81, 1: 0.88}
"""Probability that a promise of ours (0) or of anybody else (1) is kept by its date."""
N_ROUNDS = 8

OPENING, ANSWER, CHASER, FULFILMENT = range(4)


@dataclass
class Talk:
    """Messages, column by column; `parent` is a row of the same table or -1."""

    at: Ints
    author: Ints
    to: Ints
    tie: Ints
    conversation: Ints
    parent: Ints
    act: Ints
    """0 opening, 1 answer, 2 chaser, 3 what had been promised."""
    ask: Ints
    """0 nothing, 1 question, 2 request."""
    due: Ints
    """Day number of the promise the message makes, or 0."""
    cc: Ints
    """Three columns; -1 is nobody."""


def season(at: Ints) -> Floats:
    """How busy the time of the year is: less in August and around the new year."""
    day = (at // DAY - FIRST // DAY + 274) % 365
    busy: Floats = np.where((day > 212) & (day < 243), 0.55, np.where((day > 354) | (day < 4), 0.3, 1.0))
    return busy


def _openings(dice: Dice, everybody: People, table: Ties) -> tuple[Ints, Ints, Ints]:
    """Tie, instant and side (0: a opens) of every conversation."""
    n_drawn = np.ceil(table.rate * 1.4 + 4 * np.sqrt(table.rate) + 3).astype(np.int64)
    tie = np.repeat(np.arange(len(n_drawn)), n_drawn)
    gap = dice.gamma(table.halves[tie]) * ((LAST - FIRST) / DAY * 5 / 7 * WORKDAY / table.rate)[tie]
    first = np.cumsum(n_drawn) - n_drawn
    gap[first] *= dice.share(len(first))
    total = np.cumsum(gap)
    since_start = total - np.repeat(total[first] - gap[first], n_drawn)
    begin = working(everybody.site[table.a], np.full(len(n_drawn), FIRST, dtype=np.int64))
    side = (dice.share(len(tie)) >= table.share_opened_by_a[tie]).astype(np.int64)
    at = instants(everybody.site[table.a[tie]], begin[tie] + np.minimum(since_start, 600 * WORKDAY))
    opener = np.where(side == 0, table.a[tie], table.b[tie])
    # The opener's own clock decides the hour; one in twenty-five writes in the evening.
    at = instants(everybody.site[opener], working(everybody.site[opener], at) + dice.whole(len(tie), 3 * 3600))
    at = at + np.where(dice.share(len(tie)) < 0.04, 8 * 3600 + dice.whole(len(tie), 3600), 0)
    keep = (at < LAST) & (at >= table.since[tie]) & (everybody.is_away(opener, at) == 0)
    busy = season(at)
    for number, relation in enumerate(RELATIONS):
        inside = table.relation[tie] == number
        busy[inside] *= course(relation.course, at[inside])
    keep &= dice.share(len(tie)) < busy
    return tie[keep], at[keep], side[keep]


def _quiet(table: Ties, tie: Ints, at: Ints) -> Truths:
    """Whether a tie is dead or pauses at this instant."""
    quiet: Truths = (at >= table.until[tie]) | ((at >= table.pause_from[tie]) & (at < table.pause_to[tie]))
    return quiet


def _cc(dice: Dice, table: Ties, tie: Ints, author: Ints, to: Ints) -> Ints:
    """Up to three people of the stream beside the two who talk."""
    widest = max(len(members) for members in table.streams)
    members = np.full((len(table.streams), widest), -1, dtype=np.int64)
    for number, stream in enumerate(table.streams):
        members[number, : len(stream)] = stream
    size = np.array([len(stream) for stream in table.streams], dtype=np.int64)[table.stream[tie]]
    chosen = np.full((len(tie), 3), -1, dtype=np.int64)
    wanted = np.searchsorted(np.array([0.62, 0.84, 0.94]), dice.share(len(tie)), side="right")
    for place in range(3):
        one = members[table.stream[tie], dice.whole(len(tie), size)]
        fits = (wanted > place) & (one != author) & (one != to)
        for earlier in range(place):
            fits &= one != chosen[:, earlier]
        chosen[:, place] = np.where(fits, one, -1)
    return chosen


def _after(everybody: People, who: Ints, at: Ints, delay: Ints | Floats) -> Ints:
    """The instant `delay` working seconds after `at` for each person; later if they are away then."""
    then = instants(everybody.site[who], working(everybody.site[who], at) + np.maximum(delay, 40))
    back = everybody.is_away(who, then)
    home = instants(everybody.site[who], working(everybody.site[who], back) + np.maximum(delay, 40) % (2 * WORKDAY))
    return np.maximum(np.where(back > 0, home, then), at + 40)


def _next_round(dice: Dice, everybody: People, table: Ties, last: Talk, rows: Ints, depth: int) -> Talk:
    """Answers to, chasers after and fulfilments of what was said in the last round."""
    n = len(last.at)
    side = (last.to == table.b[last.tie]).astype(np.int64)
    responder = last.to.copy()
    helper = last.cc[:, 0]
    steps_in = (
        (helper >= 0)
        & (everybody.organisation[helper] == everybody.organisation[responder])
        & (dice.share(n) < 0.12)
        & (last.act != FULFILMENT)
    )
    responder[steps_in] = helper[steps_in]
    chance = np.where(last.ask > 0, table.answers_ask[last.tie, side], table.answers_other[last.tie, side])
    chance = np.where((last.ask == 0) & (depth > 1), chance * 0.6, chance)
    answered = dice.share(n) < chance
    wait = table.median_wait[last.tie, side] * np.exp(SIGMA_WAIT * dice.normal(n))
    promises = (last.ask == 2) & (dice.share(n) < 0.3)
    ahead = 1 + dice.whole(n, 8)
    asks = np.where(dice.share(n) < 0.22, 1 + dice.whole(n, 2), 0)
    answer_at = _after(everybody, responder, last.at, np.minimum(wait, 25 * WORKDAY))
    due = np.where(
        promises,
        instants(everybody.site[responder], working(everybody.site[responder], answer_at) + ahead * WORKDAY) // DAY,
        0,
    )
    answer = Talk(
        answer_at, responder, last.author, last.tie, last.conversation, rows, np.full(n, ANSWER), asks, due, last.cc
    )
    # Who promised delivers: mostly before the day is over, some late, some never.
    ours = everybody.organisation[last.author] == 0
    kept = np.where(ours, SHARE_KEPT[0], SHARE_KEPT[1])
    fortune = dice.share(n)
    early = _after(
        everybody, last.author, last.at, 3600 + dice.share(n) * np.maximum(last.due - last.at // DAY, 1) * 0.6 * WORKDAY
    )
    late = (last.due + 1 + dice.whole(n, 12)) * DAY + 9 * 3600
    deliver_at = np.where(fortune < kept, np.minimum(early, last.due * DAY + 15 * 3600), late)
    delivers = (last.due > 0) & (fortune < kept + (1 - kept) * 0.5) & (deliver_at > last.at)
    delivery = Talk(
        deliver_at,
        last.author,
        last.to,
        last.tie,
        last.conversation,
        rows,
        np.full(n, FULFILMENT),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        last.cc,
    )
    chased = ~answered & (last.ask > 0) & (dice.share(n) < SHARE_CHASED)
    chase_at = _after(everybody, last.author, last.at, (2 + 3 * dice.share(n)) * WORKDAY)
    chaser = Talk(
        chase_at,
        last.author,
        last.to,
        last.tie,
        last.conversation,
        rows,
        np.full(n, CHASER),
        last.ask,
        np.zeros(n, np.int64),
        last.cc,
    )
    answered &= last.due == 0
    return _joined([_taken(answer, answered), _taken(delivery, delivers), _taken(chaser, chased)])


def _taken(table: Talk, which: Truths) -> Talk:
    return Talk(**{name: column[which] for name, column in vars(table).items()})


def _joined(tables: list[Talk]) -> Talk:
    return Talk(**{name: np.concatenate([getattr(table, name) for table in tables]) for name in vars(tables[0])})


def talk(seed: int, everybody: People, table: Ties) -> Talk:
    """All direct mail between persons, in no particular order."""
    dice = Dice(seed, "talk")
    tie, at, side = _openings(dice, everybody, table)
    n = len(tie)
    author = np.where(side == 0, table.a[tie], table.b[tie])
    to = np.where(side == 0, table.b[tie], table.a[tie])
    ask = np.searchsorted(np.array([0.35, 0.7]), dice.share(n), side="right").astype(np.int64)
    cc = _cc(dice, table, tie, author, to)
    zero = np.zeros(n, dtype=np.int64)
    last = Talk(at, author, to, tie, np.arange(n), zero - 1, zero, ask, zero, cc)
    keep = ~_quiet(table, last.tie, last.at)
    last = _taken(last, keep)
    rounds, n_rows = [last], len(last.at)
    for depth in range(1, N_ROUNDS + 1):
        rows = np.arange(n_rows - len(last.at), n_rows)
        last = _next_round(dice, everybody, table, last, rows, depth)
        last = _taken(last, (last.at < LAST) & ~_quiet(table, last.tie, last.at))
        rounds.append(last)
        n_rows += len(last.at)
    return _joined(rounds)
