"""How likely a sentence opens a loop of a type: one logistic regression for each type over what is seen of it.

Weights are whole multiples of 1/4096 and chances are rounded to thousandths, so that the same sentence has the same
chance on every machine. `model.json` holds the weights, already calibrated, and what they were learnt from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from honeycell.conversations.loops.marks import FEATURES, OPENING

__all__ = ["GRID", "LEAST", "chance", "weights"]

GRID = 4096
"""Weights are multiples of 1 / GRID."""
LEAST = 0.5
"""From this chance on a sentence is taken for what the model says."""


@lru_cache(maxsize=1)
def weights() -> dict[str, tuple[int, ...]]:
    """For each type the weights of all features, times `GRID`; read once in a process."""
    page = json.loads(resources.files(__package__).joinpath("model.json").read_text("utf-8"))
    return {name: tuple(page["weights"][name].get(feature, 0) for feature in FEATURES) for name in OPENING}


def chance(type_: str, seen: Sequence[int]) -> float:
    """How likely a sentence with these features is of a type, from 0 to 1 in thousandths.

    Args:
        type_: One of `OPENING`.
        seen: Places of its features in `FEATURES`.
    """
    held = weights()[type_]
    return round(1 / (1 + math.exp(-sum(held[place] for place in seen) / GRID)), 3)
