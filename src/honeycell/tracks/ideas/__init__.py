"""Where ideas go in a cell, in a space, or in a relationship."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from honeycell import log
from honeycell.conversations import ideas as science
from honeycell.conversations.ideas import Phrases
from honeycell.progress import Progress
from honeycell.readings.arrays import Bools, day_number
from honeycell.tracks.ideas.raised import Raised, Take, raised
from honeycell.tracks.ideas.reading import Read, read
from honeycell.tracks.ideas.telling import told
from honeycell.tracks.ideas.views import Adoption, Idea, Ideas, Passed
from honeycell.tracks.sides import sides as sides_of

if TYPE_CHECKING:
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["Adoption", "Idea", "Ideas", "Passed", "Raised", "Take", "ideas", "raised"]

_DAY = 86_400_000_000


def ideas(
    t: Tables, *, space: str | None = None, sides: tuple[Party, Party] | None = None, scope: str | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
) -> Ideas:  # fmt: skip
    """The ideas of a cell, of one space, or of a relationship: those that people of both sides use.

    A phrase is new and rare by all that was said in the cell, whichever part of it is asked for.

    Args:
        t: The tables of a cell.
        space: The handle of a list, stream or channel, or None.
        sides: The two parties of a relationship, or None.
        scope: How the answer calls what is looked at.
        progress: Told how far it is.
    """
    held = read(t, progress)
    start = t.arrow(t["stretches"].from_on.min()).as_py()
    found = science.phrases(held.words, held.said, day_number(start) * _DAY if start else 0)
    if space is not None:
        here = held.spaces.index(space) if space in held.spaces else len(held.spaces)
        found = science.some(found, held.said, held.heard.space[found.text] == here)
    if sides is not None:
        found = _between(t, held, found, sides)
    went = science.spread(found, held.said, held.heard)
    lifts = [science.lift(held.words, found, held.said, went, held.unit, elsewhere=one) for one in (False, True)]
    shown = _shown(held, found)
    order = np.lexsort((np.arange(len(shown)), -science.evidence(held.said, went)))
    chosen = [one for one in order.tolist() if shown[one]]
    return Ideas(
        log.coverage_end(t), scope, len(held.ids), len(held.persons), told(t, held, found, went, chosen),
        int((~shown).sum()), lifts[0], lifts[1],
    )  # fmt: skip


def _between(t: Tables, held: Read, found: Phrases, parties: tuple[Party, Party]) -> Phrases:
    """Phrases that people of both sides use, with their uses alone."""
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for row in t.arrow(sides_of(t, *parties)).to_pylist():
        spans.setdefault(row["person_id"], []).append((row["from_day"], row["to_day"], "ab".index(row["side"])))
    ids, days = held.persons[held.said.person[found.text]], held.said.at[found.text] // _DAY
    side = np.full(len(found.text), -1)
    for use, (one, day) in enumerate(zip(ids.tolist(), days.tolist(), strict=True)):
        for start, end, of in spans.get(one, ()):
            side[use] = of if start <= day < end else side[use]
    both = [np.bincount(found.phrase[side == of], minlength=len(found.size)) > 0 for of in (0, 1)]
    return science.some(found, held.said, (side >= 0) & (both[0] & both[1])[found.phrase])


def _shown(held: Read, found: Phrases) -> Bools:
    """Of each phrase whether three people used it where many can hear."""
    heard = held.heard.space[found.text] >= 0
    phrase, _person = science.different(found.phrase[heard], held.said.person[found.text[heard]])
    n_people: Bools = np.bincount(phrase, minlength=len(found.size)) >= science.LEAST_PEOPLE
    return n_people
