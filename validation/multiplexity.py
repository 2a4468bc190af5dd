"""Does multiplexity stay true where there is little contact? On planted pairs whose contexts are known.

Needs no data: pairs are planted whose contact days fall by chance into four contexts with shares of their own, and read
after 10, 20, 40 and 100 days. `ratio_N` is the mean of what was read of N days divided by what is expected of so many
(1 where little contact is corrected for), `of_limit_N` divided by what endless contact would show (below 1: the trap of
entropy at low volume). `holds_N` is how often the interval holds what is expected of N days of the pair, where it says
nine times in ten; too rarely at few days, where a context that was not met yet cannot be drawn again. `alone_N` is the
share of pairs that were met in one context alone and have no width at all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from honeycell.readings.contexts import CONTEXTS
from honeycell.readings.multiplexity import Met, evaluate, expected

__all__ = ["DATA", "main"]

DATA = "."
_SEED, _PAIRS, _CONTEXTS = 11, 1_000, 4


def main(path: Path) -> dict[str, float]:
    """What was read of planted pairs, against what was planted."""
    drawn = np.random.default_rng(_SEED)
    shares = drawn.dirichlet(np.ones(_CONTEXTS), _PAIRS)
    limit = np.exp(-(shares * np.log(shares)).sum(1))
    padded = np.pad(shares, ((0, 0), (0, len(CONTEXTS) - _CONTEXTS)))
    known = np.arange(len(CONTEXTS)) < _CONTEXTS
    figures: dict[str, float] = {"n_pairs": _PAIRS}
    for n in (10, 20, 40, 100):
        days = drawn.multinomial(n, shares)
        key, context = np.nonzero(days)
        found = Met(key, context, 2 * key, 2 * key + 1, days[key, context].astype(float))
        read = evaluate(found, np.arange(2 * _PAIRS), _PAIRS, known, pair=True)
        usual = np.array([expected(np.array([float(n)]), own)[0] for own in padded])
        held = (read.low <= usual + 1e-9) & (usual <= read.high + 1e-9)
        figures |= {
            f"ratio_{n}": float((read.value / usual).mean()), f"of_limit_{n}": float((read.value / limit).mean()),
            f"holds_{n}": float(held.mean()), f"alone_{n}": float(((days > 0).sum(1) == 1).mean()),
        }  # fmt: skip
    return figures
