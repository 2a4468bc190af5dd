"""Where ideas go in a cell, in a space, or in a relationship."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell import log
from honeycell.conversations import ideas as science
from honeycell.conversations.ideas import Phrases
from honeycell.progress import Progress
from honeycell.readings.arrays import day_number
from honeycell.readings.idea_flow import counts
from honeycell.readings.ideas import Read, carried, flows, keep, kept, read, shown
from honeycell.tracks.ideas.raised import Raised, Take, raised
from honeycell.tracks.ideas.telling import told
from honeycell.tracks.ideas.views import Adoption, Idea, Ideas, Passed
from honeycell.tracks.sides import sides as sides_of

if TYPE_CHECKING:
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["Adoption", "Idea", "Ideas", "Passed", "Raised", "Take", "ideas", "raised"]

_DAY = 86_400_000_000


def ideas(
    t: Tables, *, as_of: date | None = None, space: str | None = None, sides: tuple[Party, Party] | None = None,
    scope: str | None = None, progress: Callable[[Progress], None] = lambda step: None,
) -> Ideas:  # fmt: skip
    """The ideas of a cell, of one space, or of a relationship: those that people of both sides use.

    A phrase is new and rare by all that was said in the cell, whichever part of it is asked for. What went from one
    organisation to another is kept for the reading Idea flow.

    Args:
        t: The tables of a cell.
        as_of: The day: nothing later is read; by default the last covered one.
        space: The handle of a list, stream or channel, or None.
        sides: The two parties of a relationship, or None.
        scope: How the answer calls what is looked at.
        progress: Told how far it is.
    """
    on = as_of or log.coverage_end(t)
    held = read(t, progress, on)
    start = t.arrow(t["stretches"].from_on.min()).as_py()
    whole = found = science.phrases(held.words, held.said, day_number(start) * _DAY if start else 0)
    if space is not None:
        here = held.spaces.index(space) if space in held.spaces else len(held.spaces)
        found = science.some(found, held.said, held.heard.space[found.text] == here)
    if sides is not None:
        found = _between(t, held, found, sides)
    went, passed = science.spread(found, held.said, held.heard), carried(t, held, found)
    # What one person may read is not what was said in the cell.
    if on is not None and t.viewer is None and kept(t.state, on) is None:
        if found is whole:
            keep(t.state, flows(held, whole, went, passed, on), on)
        else:
            everywhere = science.spread(whole, held.said, held.heard), carried(t, held, whole)
            keep(t.state, flows(held, whole, *everywhere, on), on)
    first = held.ids[found.text[np.searchsorted(found.phrase, np.arange(len(found.size)))]]
    lifts = [
        science.lift(held.words, found, held.said, went, held.unit, elsewhere=one,
                     times=lambda phrases: counts(first[phrases], phrases))
        for one in (False, True)
    ]  # fmt: skip
    is_shown = shown(held, found)
    order = np.lexsort((np.arange(len(is_shown)), -science.evidence(held.said, went)))
    chosen = [one for one in order.tolist() if is_shown[one]]
    return Ideas(
        on, scope, len(held.ids), len(held.persons), told(t, held, found, went, passed, chosen),
        int((~is_shown).sum()), lifts[0], lifts[1],
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
