"""Which phrases went from whom to whom in a cell, read when it is asked and kept beside its tables."""

from __future__ import annotations

from honeycell.readings.ideas.flows import NOBODY, Flows, flows, shown
from honeycell.readings.ideas.keeping import keep, kept
from honeycell.readings.ideas.passing import HOW, Carried, carried
from honeycell.readings.ideas.reading import EPOCH, Read, own, read

__all__ = [
    "EPOCH",
    "HOW",
    "NOBODY",
    "Carried",
    "Flows",
    "Read",
    "carried",
    "flows",
    "keep",
    "kept",
    "own",
    "read",
    "shown",
]
