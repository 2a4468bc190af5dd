"""BG/NBD: how often something happens, and whether it has stopped (Fader, Hardie & Lee 2005).

While alive a pair meets at a rate that differs between pairs (gamma: shape `r`, rate `alpha`); after each
contact it ends with a chance that differs too (beta: `a`, `b`). Three numbers of a pair suffice: `x` repeat
contacts, the last of them at `tx`, seen until `T` after the first, all in one unit of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BgNbd", "fit", "log_likelihood", "probability_of_contact"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BgNbd:
    """The four parameters, for times in one unit."""

    r: float
    alpha: float
    a: float
    b: float


def log_likelihood(model: BgNbd, x: Floats, tx: Floats, seen: Floats, times: Floats | None = None) -> float:
    """The logarithm of the likelihood of pairs with `x` repeat contacts, the last at `tx`, seen until `seen`.

    `times` counts how many pairs share a row (default one each). Source: Fader, Hardie & Lee 2005, eq. 6.

    Example:
        >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> round(log_likelihood(model, np.array([2.0]), np.array([30.43]), np.array([38.86])), 3)
        -9.459
    """
    from scipy.special import betaln, gammaln

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    going = betaln(a, b + x) - (r + x) * np.log(alpha + seen)
    repeats = np.maximum(x, 1)
    ended = betaln(a + 1, b + repeats - 1) - (r + x) * np.log(alpha + tx)
    each = shared + np.where(x > 0, np.logaddexp(going, ended), going)
    return float(np.sum(each if times is None else each * times))


def fit(x: Floats, tx: Floats, seen: Floats, start: BgNbd | None = None, most: float = 1e4) -> BgNbd:
    """The most likely parameters; each is kept under `most`, since they drift where data say little.

    `start` is where the search begins (the parameters of an earlier fit, say).
    """
    from scipy.optimize import minimize

    rows, times = np.unique(np.column_stack([x, tx, seen]), axis=0, return_counts=True)
    scale = max(float(np.mean(seen)) / 10.0, 1e-9)
    begin = start or BgNbd(0.5, scale, 0.8, 2.5)
    first = np.log([begin.r, begin.alpha, begin.a, begin.b])

    def cost(logs: Floats) -> float:
        model = BgNbd(*np.exp(np.clip(logs, -12.0, np.log(most))).tolist())
        return -log_likelihood(model, rows[:, 0], rows[:, 1], rows[:, 2], times.astype(float)) / len(x)

    found: Any = minimize(cost, first, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-12})
    return BgNbd(*np.exp(np.clip(found.x, -12.0, np.log(most))).tolist())


def probability_of_contact(model: BgNbd, x: Floats, tx: Floats, seen: Floats, horizon: float) -> Floats:
    """The chance of at least one contact in the `horizon` after `seen`, as `science.md` 4.1 writes π.

    Example:
        >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> probability_of_contact(model, np.array([2.0]), np.array([30.43]), np.array([38.86]), 39.0).round(2)
        array([0.55])
    """
    repeats = np.maximum(x, 1)
    odds = (model.a / (model.b + repeats - 1)) * ((model.alpha + seen) / (model.alpha + tx)) ** (model.r + x)
    alive = 1.0 / (1.0 + np.where(x > 0, odds, 0.0))
    quiet = ((model.alpha + seen) / (model.alpha + seen + horizon)) ** (model.r + x)
    probability: Floats = alive * (1.0 - quiet)
    return probability
