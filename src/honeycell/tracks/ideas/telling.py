"""What is said of each phrase: as it is written, who, when, for whom, and how it was passed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.conversations.ideas import NEVER, READ, WAYS, Phrases, Spread, had_read
from honeycell.readings.ideas import EPOCH, HOW, Carried, Read
from honeycell.readings.parties import actors, parties
from honeycell.tracks.ideas.views import Adoption, Idea, Passed

if TYPE_CHECKING:
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["told"]

_DAY = 86_400_000_000


def told(
    t: Tables, held: Read, found: Phrases, went: Spread, carried: Carried, chosen: Sequence[int]
) -> tuple[Idea, ...]:
    """The ideas with these numbers, in this order."""
    uses, rows = (np.searchsorted(of, np.arange(len(found.size) + 1)) for of in (found.phrase, went.phrase))
    passed = _passed(carried, len(found.size))
    users = np.unique(held.said.person[found.text[np.isin(found.phrase, chosen)]])
    names = actors(t, held.persons[users].tolist())
    firms = parties(t, "organisation", held.organisations)
    took, read = went.adopted(), had_read(went)

    def person(number: int) -> Party:
        return names[int(held.persons[number])]

    def firm(text: int) -> str | None:
        return firms[held.organisations[held.unit[text]]].name if held.unit[text] >= 0 else None

    def adoption(row: int) -> Adoption:
        text = int(went.used[row])
        before = np.where(went.seen_at[row] < went.used_at[row], went.seen_at[row], NEVER)
        # What was as good as read goes before what stood in a space.
        read_at = before[list(READ)]
        way = READ[int(read_at.argmin())] if read_at.min() < NEVER else int(before.argmin())
        met = before[way] < NEVER
        source = int(went.seen[row, way])
        return Adoption(
            person(went.person[row]), firm(text), _moment(held, text), int(held.ids[text]), WAYS[way] if met else None,
            person(held.said.person[source]) if met else None, int(held.ids[source]) if met else None,
        )  # fmt: skip

    def idea(phrase: int) -> Idea:
        texts = found.text[uses[phrase] : uses[phrase + 1]]
        part = np.arange(rows[phrase], rows[phrase + 1])
        part = part[took[part]]
        part = part[np.argsort(went.used[part], kind="stable")]
        first, units = int(texts[0]), held.unit[texts]
        theirs = held.unit[went.used[part]]
        days = (went.used_at[part] - held.said.at[first]) / _DAY
        return Idea(
            carried.written[phrase, first], person(held.said.person[first]), firm(first), _moment(held, first),
            int(held.ids[first]), len(texts), len(part), int(read[part].sum()), len(set(units[units >= 0].tolist())),
            int(((theirs >= 0) & (units[0] >= 0) & (theirs != units[0])).sum()),
            float(np.median(days)) if len(days) else None, passed[phrase], tuple(adoption(int(one)) for one in part),
        )  # fmt: skip

    return tuple(idea(phrase) for phrase in chosen)


def _moment(held: Read, text: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(held.said.at[text]))


def _passed(carried: Carried, n: int) -> list[Passed]:
    """How often each phrase was passed on, and how."""
    counts = np.zeros((n, len(HOW)), np.int64)
    np.add.at(counts, (carried.phrase, carried.how), 1)
    return [Passed(*row) for row in counts.tolist()]
