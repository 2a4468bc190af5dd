"""The second sign of off-deck drift: the rarer words of a sub-group and those of the others in the space move apart.

Only what is said in the space itself is read, where everybody there can read it, in its author's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.ideas import Reader
from honeycell.groups.talk import Spoken, week_of
from honeycell.readings.arrays import Floats, Ints, column, ints
from honeycell.readings.spaces.off_deck_signs import BEFORE, NOW
from honeycell.zones import zones_of

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["LEAST_TERMS", "Terms", "distance", "terms"]

RARE, LEAST_MESSAGES = 0.05, 3
"""A term is in no more than this share of the messages, and in no fewer than so many."""
LEAST_TERMS = 40
"""Rare terms that the sub-group used in each of the compared six weeks, at the least."""
_MOST_TERMS = 400
_DRAWS = 3
_AT_ONCE = 4096
_BLOCKS = (BEFORE + NOW - 6, 0, 5, 10)
"""First weeks of the compared six weeks among the 22, the last of them first."""


@dataclass(frozen=True)
class Terms:
    """Rare terms said in a space, one place for each time one was said, weeks rising."""

    week: Ints
    person: Ints
    term: Ints

    def farther(self, members: Ints, week: int) -> float:
        """How much farther the words of a sub-group are from the others' than in the sixteen weeks before.

        Jensen and Shannon's distance (Lin 1991; Endres and Schindelin 2003) of the last six weeks, less the mean of
        three times six weeks before. All are drawn to the same number of terms: a distance grows where less is said.

        Args:
            members: Ids of persons.
            week: The last of the 22 weeks.

        Returns:
            From -1 to 1; not-a-number where too few rare terms were said.
        """
        sides = []
        for block in _BLOCKS:
            first = week - BEFORE - NOW + 1 + block
            places = slice(*np.searchsorted(self.week, [first, first + NOW]))
            mine = np.isin(self.person[places], members)
            sides.append((self.term[places][mine], self.term[places][~mine]))
        sizes = [min(len(side[n]) for side in sides) for n in (0, 1)]
        if min(sizes) < LEAST_TERMS:
            return float("nan")
        dice, size = np.random.default_rng(week), [min(one, _MOST_TERMS) for one in sizes]
        apart = [
            np.mean([
                distance(*(dice.choice(side, n, replace=False) for side, n in zip(pair, size, strict=True)))
                for _draw in range(_DRAWS)
            ])
            for pair in sides
        ]  # fmt: skip
        return float(apart[0] - np.mean(apart[1:]))


def distance(one: Ints, other: Ints) -> float:
    """Jensen and Shannon's distance of two lists of terms: 0 for the same shares, 1 for nothing in common.

    Example:
        >>> distance(np.array([1, 1, 2]), np.array([3])), distance(np.array([1, 2]), np.array([2, 1, 1, 2]))
        (1.0, 0.0)
    """
    known, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    shares = [np.bincount(part, minlength=len(known)) / len(part) for part in (place[: len(one)], place[len(one) :])]
    middle = (shares[0] + shares[1]) / 2
    return float(np.sqrt(max(0.0, sum(_divergence(share, middle) for share in shares) / 2)))


def _divergence(share: Floats, middle: Floats) -> float:
    said = share > 0
    return float((share[said] * np.log2(share[said] / middle[said])).sum())


def terms(t: Tables, there: Spoken, people: Ints) -> Terms | None:
    """The rare terms that these people said in a space; None where there are none.

    Args:
        t: The tables of a cell.
        there: What was said in it.
        people: Ids of persons who belong to it.
    """
    members = t.keep(pa.table({"person_id": column(people)}))
    said = there.messages.filter(_.kind == "message")
    said = said.semi_join(t["classes"].filter(_["class"] != "automatic"), "interaction_id")
    writers = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id").semi_join(members, "person_id")
    said = t.keep(said.inner_join(writers, "handle").select("interaction_id", "occurred_on", "person_id"))
    said = said.inner_join(log.texts(t).select("interaction_id", "body"), "interaction_id").filter(_.body.notnull())
    said = said.order_by("occurred_on", "interaction_id")
    reader, weeks, persons = Reader(), list[Ints](), list[Ints]()
    for batch in t.batches(said.select("person_id", "body", week=week_of(_.occurred_on)), _AT_ONCE):
        bodies = batch.column("body").to_pylist()
        reader.read(
            "\n\n".join(body[one.start : one.end].strip("\n") for one in zones if one.kind == "own")
            for body, zones in zip(bodies, zones_of(bodies), strict=True)
        )
        weeks.append(ints(batch.column("week")))
        persons.append(ints(batch.column("person_id")))
    if not weeks:
        return None
    week, person = np.concatenate(weeks), np.concatenate(persons)
    words = reader.words(range(len(week)))
    said_there = words.stem >= 0
    stem, text = words.stem[said_there], words.text[said_there]
    once = np.unique(np.stack([stem, text]), axis=1)
    in_messages = np.bincount(once[0], minlength=len(words.plain))
    rare = (in_messages >= LEAST_MESSAGES) & (in_messages <= RARE * len(week)) & ~words.plain
    kept = rare[stem]
    return Terms(week[text[kept]], person[text[kept]], stem[kept]) if kept.any() else None
