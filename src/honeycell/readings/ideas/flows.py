"""Who took up whose phrases: of the whole cell, as plain columns from which every relationship and space is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas import LEAST_PEOPLE, Phrases, Spread, compared, different, had_read
from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.ideas.passing import Carried
from honeycell.readings.ideas.reading import Read

__all__ = ["NOBODY", "Flows", "flows", "shown"]

NOBODY = -1
"""Stands where there is no organisation or no space."""


@dataclass(frozen=True, eq=False)
class Flows:
    """p phrases, e times that somebody took one up, and k times that a message passed one on as it stood.

    Persons, organisations and interactions by id, times in microseconds since 1970 (UTC), organisations as of the day.

    Attributes:
        day: What was known on this day, in days since 1970-01-01.
        n_parts: Into how many parts people were divided, to compare the like: `honeycell.conversations.ideas`.
        spaces: The handles of spaces; the columns of spaces hold places in it.
        first_id, first_at, first_by, first_of, first_in: The first use of each phrase, its author, for whom they
            stood, and the space; (p,).
        words: The phrase as it was written first; empty where fewer than three people used it in a space; (p,).
        phrase, taken_id, taken_at, taken_by, taken_of, taken_in: Each time that somebody took one up; (e,).
        read: Whether they had read it, by whatever way; (e,).
        elsewhere: Whether nobody else had used it in that conversation before; (e,).
        seen: Whether they had read it, as the lift counts: not by joining later; (e,).
        n, n_seen: Those alike who could have taken it up as well, and of these who had read it; 0 where nobody is
            compared; (e,).
        by_lot: Both sides of the ratio with readers drawn by lot; (e, 2).
        passed, passed_id, passed_at, passed_in: The phrase of each time that one was passed on, the message, when and
            the space; (k,).
        whose, whose_of, passed_by, passed_of: Whose words they were, who passed them on, and for whom each stood; (k,).
        how: As its place in `honeycell.readings.ideas.HOW`; (k,).
    """

    day: int
    n_parts: int
    spaces: NDArray[np.str_]
    first_id: Ints
    first_at: Ints
    first_by: Ints
    first_of: Ints
    first_in: Ints
    words: NDArray[np.str_]
    phrase: Ints
    taken_id: Ints
    taken_at: Ints
    taken_by: Ints
    taken_of: Ints
    taken_in: Ints
    read: Bools
    elsewhere: Bools
    seen: Bools
    n: Ints
    n_seen: Ints
    by_lot: Floats
    passed: Ints
    passed_id: Ints
    passed_at: Ints
    passed_in: Ints
    whose: Ints
    whose_of: Ints
    passed_by: Ints
    passed_of: Ints
    how: Ints

    @property
    def crosses(self) -> Bools:
        """Whether who took a phrase up stood for another organisation than who began it; (e,)."""
        before = self.first_of[self.phrase]
        found: Bools = (before != NOBODY) & (self.taken_of != NOBODY) & (before != self.taken_of)
        return found


def flows(held: Read, found: Phrases, went: Spread, passed: Carried, on: date) -> Flows:
    """Put together what a reading of the texts found.

    Args:
        held: All that was said up to the day.
        found: The phrases.
        went: How they spread.
        passed: How they are written, and what passed them on.
        on: The day.
    """
    alike = compared(held.words, found, held.said, went, held.unit)
    organisations = np.array([*held.organisations, NOBODY], np.int64)
    first = found.text[np.searchsorted(found.phrase, np.arange(len(found.size)))]
    rows = np.flatnonzero(went.adopted())
    rows = rows[np.lexsort((went.used[rows], went.phrase[rows]))]
    used = went.used[rows]
    # Moments stand in the same order, without those who joined and those of phrases that are not looked at.
    at = np.searchsorted(_order(went, rows), _order(went, alike.row))
    n, n_seen, by_lot = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64), np.zeros((len(rows), 2))
    seen, elsewhere = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    n[at], n_seen[at], by_lot[at], seen[at], elsewhere[at] = (
        alike.n, alike.n_read, alike.by_lot, alike.had_read, alike.elsewhere
    )  # fmt: skip
    written = [passed.written[number, int(text)] for number, text in enumerate(first)]
    return Flows(
        day_number(on), alike.n_parts, np.array(held.spaces, str), held.ids[first], held.said.at[first],
        held.persons[held.said.person[first]], organisations[held.unit[first]], held.heard.space[first],
        np.where(shown(held, found), np.array(written, str), ""), went.phrase[rows], held.ids[used],
        went.used_at[rows], held.persons[went.person[rows]], organisations[held.unit[used]], held.heard.space[used],
        had_read(went)[rows], elsewhere, seen, n, n_seen, by_lot,
        passed.phrase, held.ids[passed.by], held.said.at[passed.by], held.heard.space[passed.by],
        held.persons[held.said.person[passed.source]], organisations[held.unit[passed.source]],
        held.persons[held.said.person[passed.by]], organisations[held.unit[passed.by]], passed.how,
    )  # fmt: skip


def _order(went: Spread, rows: Ints) -> Ints:
    """One number for phrase and first use, in whose order the rows stand."""
    return went.phrase[rows] * (int(went.used.max(initial=0)) + 1) + went.used[rows]


def shown(held: Read, found: Phrases) -> Bools:
    """Of each phrase whether three people used it where many can hear."""
    heard = held.heard.space[found.text] >= 0
    phrase, _person = different(found.phrase[heard], held.said.person[found.text[heard]])
    n_people: Bools = np.bincount(phrase, minlength=len(found.size)) >= LEAST_PEOPLE
    return n_people
