"""Is the spread of answers over pairs as wide as it is? Busy pairs seen through few of their turns (`science.md` 5.1).

Of directed pairs with many turns the share answered within a day is known well; its 10th and 90th percentile over the
pairs are the truth. Each pair is then seen through a few turns drawn from its own, and the width is read from raw
shares, from shrunk ones, and from posterior draws pooled over the pairs as the product does. Rows as for `persistence`.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.draws import uniform
from honeycell.readings.parameters import moments
from honeycell.readings.responsiveness import pair_draws
from honeycell.readings.spread import DRAWS, pooled
from honeycell.readings.values import Values
from validation.persistence import read_rows

__all__ = ["DATA", "PASS", "main"]

DATA = "networks/manufacturing/communication.csv.xz"
PASS = {"pooled_error_8": ("<=", 0.10)}

MOST_ADDRESSED = 3
DAY = 86_400
BUSY = 40
"""Turns of a pair from which its share is taken as known."""
REPLICATES = 50
SEED = 20261123


def main(path: Path) -> dict[str, float | int]:
    """Relative errors of the width from the 10th to the 90th percentile, for pairs seen through 4, 8 and 16 turns."""
    answered = [np.array(turns) for turns in _turns(*read_rows(path)).values() if len(turns) >= BUSY]
    if len(answered) < 20:
        raise SystemExit(f"{path}: only {len(answered)} pairs have {BUSY} turns")
    known = np.array([turns.mean() for turns in answered])
    low, high = np.quantile(known, [0.1, 0.9])
    figures: dict[str, float | int] = {"n_pairs": len(answered), "p10": float(low), "p90": float(high)}
    drawn = np.random.default_rng(SEED)
    for n in (4, 8, 16):
        errors = np.array([_widths(answered, n, drawn, at) for at in range(REPLICATES)]) / (high - low) - 1.0
        raw, shrunk, whole = errors.mean(axis=0)
        figures |= {f"raw_{n}": float(raw), f"shrunk_{n}": float(shrunk), f"pooled_{n}": float(whole)}
    return figures | {"pooled_error_8": abs(float(figures["pooled_8"]))}


def _widths(answered: list[Ints], n: int, drawn: np.random.Generator, seed: int) -> tuple[float, float, float]:
    """The width by raw shares, by shrunk ones, and by pooled draws, of pairs each seen through `n` of its turns."""
    share = np.array([drawn.choice(turns, n, replace=False).mean() for turns in answered])
    size = np.full(len(share), float(n))
    mean, strength = moments(share, size)
    seen = Values(share, share, share, size)
    seeds = np.arange(len(share), dtype=np.uint64) + np.uint64(1_000_003 * (seed + 1))
    floor, _, upside = pooled(pair_draws(seen, mean, strength, uniform(seeds, DRAWS)), np.ones(len(share)))
    return _width(share), _width((n * share + strength * mean) / (n + strength)), upside - floor


def _width(shares: Floats) -> float:
    low, high = np.quantile(shares, [0.1, 0.9])
    return float(high - low)


def _turns(sender: Ints, receiver: Ints, second: Ints) -> dict[tuple[int, int], list[bool]]:
    """For each asker and asked, whether each turn was answered within a day; turns too late to tell are left out."""
    named: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one, other, at in zip(sender.tolist(), receiver.tolist(), second.tolist(), strict=True):
        if one != other:
            named[at, one].append(other)
    end, opened = int(second.max()), dict[tuple[int, int], int]()
    found: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for (at, one), others in sorted(named.items()):
        for other in others:
            if (asked := opened.pop((other, one), None)) is not None:
                found[other, one].append(at - asked <= DAY)
            if len(set(others)) <= MOST_ADDRESSED and at <= end - DAY:
                opened.setdefault((one, other), at)
    for pair in opened:
        found[pair].append(False)
    return found
