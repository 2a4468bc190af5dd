"""Are the parameters that the simulated world is made with found again, inside their intervals as often as is said?

Needs no data: several worlds are simulated and imported. Of each reading, `_inside` is the share of those with a number
whose interval, from the 5th to the 95th percentile, holds what was planted; `_bias` the mean of what was read less what
was planted; `_n` how many. Names that end in `of_pairs` are of two persons, the others of two organisations.

- `goods`, `money`: the share of deals that are to be in time, for each trade in each of four half years.
- `host_free_answers`: the share of guests' questions on the list that a guest is to answer.
- `multiplexity`: the effective number of contexts, its planted value from the shares of contexts in 10 other draws of
  all that happens in the world, on two days; there the whole world is imported.
- Of talk, on three days: what people mail each other directly, and nothing else, is written and imported, and the
  parameters of their ties (how often, who opens, who answers, how soon, until when) are integrated over 30 other draws
  of chance (`validation.recovery.planted`). `attention` is the days with contact, `responsiveness` the chance of an
  answer within a working day, `reciprocity` the share of one side, `initiative` that of the tie's openings,
  `redundancy` the effective number of pairs of as much talk, `dialogue` the share of conversations in which the word
  goes there and back, `vitality` the chance that a pair goes on, for organisations
  weighed by the attention there was. `vitality_off` is the mean difference of chances of pairs and planted ones, in
  tenths of the pairs by chance. What was not calibrated is counted by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from validation.recovery import contexts, ledgers, space, talk
from validation.recovery.told import Told, figures_of

__all__ = ["DATA", "PASS", "main"]

DATA = "."
_READINGS = (
    "goods", "money", "host_free_answers", "attention", "responsiveness", "reciprocity", "redundancy", "dialogue",
    "multiplexity", "vitality", "attention_of_pairs", "responsiveness_of_pairs", "reciprocity_of_pairs",
    "initiative_of_pairs",
)  # fmt: skip
PASS = {f"{name}_inside": (">=", 0.85) for name in _READINGS} | {"vitality_off": ("<=", 0.08)}
_SEEDS = (21, 22, 23)


def main(path: Path) -> dict[str, float | int]:
    """How often an interval holds what was planted, over worlds, relationships and days."""
    told: list[Told] = []
    for seed in _SEEDS:
        for part in (ledgers, space, talk, contexts):
            print(f"world {seed}, {part.__name__.rpartition('.')[2]} ...", file=sys.stderr, flush=True)
            told += part.read_again(seed)
    return figures_of(told) | {"vitality_off": _off([one for one in told if one.reading == "vitality_of_pairs"])}


def _off(told: list[Told]) -> float:
    """Mean absolute difference of the means of chances and of planted ones, over tenths of equal size."""
    by_chance = sorted(told, key=lambda one: one.value)
    tenths = np.array_split(np.array([(one.value, one.planted) for one in by_chance]), 10)
    return round(float(np.mean([abs(one[:, 0].mean() - one[:, 1].mean()) for one in tenths])), 4)
