"""The readings of relationships that this version computes, each in a file of its own."""

from __future__ import annotations

from honeycell.readings.way import Way
from honeycell.readings.ways.attention import ATTENTION
from honeycell.readings.ways.follow_through import FOLLOW_THROUGH
from honeycell.readings.ways.idea_flow import IDEA_FLOW
from honeycell.readings.ways.multiplexity import MULTIPLEXITY
from honeycell.readings.ways.reciprocity import RECIPROCITY
from honeycell.readings.ways.redundancy import REDUNDANCY
from honeycell.readings.ways.repetition import REPETITION
from honeycell.readings.ways.responsiveness import RESPONSIVENESS
from honeycell.readings.ways.vitality import VITALITY

__all__ = ["WAYS"]

WAYS: dict[str, Way] = {
    way.declared.name: way
    for way in (
        VITALITY,
        ATTENTION,
        RESPONSIVENESS,
        RECIPROCITY,
        FOLLOW_THROUGH,
        REDUNDANCY,
        MULTIPLEXITY,
        REPETITION,
        IDEA_FLOW,
    )
}
"""By name, in the order of the science page."""
