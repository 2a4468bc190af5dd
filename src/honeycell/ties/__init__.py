"""Who with whom, when, how much: from interactions to touches, days, pairs and turns.

`touches` is one row for each interaction and directed pair of persons; `pair_days` and `pairs` are functions of it
alone, `turns` of it and of `terms`: whom each person stood for. Every weight is a multiple of 2^-20, so that sums of
weights are exact in whatever order they are made, and a refresh equals a rebuild to the last bit.
"""

from __future__ import annotations

from honeycell.identities.affiliated import offices, terms
from honeycell.steps import Step
from honeycell.ties.pairs import merged_pair_days, pair_days, pairs, touched_pairs
from honeycell.ties.touches import touched_touches, touches
from honeycell.ties.turns import touched_turns, turns

__all__ = ["STEPS"]

STEPS: tuple[Step, ...] = (
    Step(
        "touches",
        ("interactions", "participants", "variants", "classes", "replies", "handles"),
        touches,
        touched_touches,
    ),
    Step("pair_days", ("touches",), pair_days, merged=merged_pair_days),
    Step("pairs", ("pair_days",), pairs, touched_pairs),
    Step("terms", ("affiliations", "handles"), lambda t, keys: terms(t["affiliations"]).union(offices(t["handles"]))),
    Step("turns", ("touches", "terms"), turns, touched_turns),
)
"""The tables of this stage in the order in which they are derived."""
