"""Which candidate an orphan answers: a ranker over what speaks for each, and how sure it is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.ranker import Ranker, scores
from honeycell.conversations.repair.evidence import OF_MAIL, OF_PAIR, Evidence

__all__ = ["chances", "how", "shipped"]

_QUOTING = tuple(OF_PAIR.index(name) for name in ("quoted in it, of quotation", "quoted twice, of that"))
_ALL = OF_PAIR.index("all in it, of it")
_PART = OF_MAIL.index("is a part")
_ENOUGH = 0.25
"""Share of the lines by which a mail is said to quote another."""


def chances(found: Evidence, ranker: Ranker | None = None) -> NDArray[np.float64]:
    """How likely each candidate is the one that the orphan answers, and last that none is: (n, c + 1).

    Calibrated on the months of a mailing list that the ranker did not learn from: see docs/conversations.md.
    """
    n = np.arange(len(found.orphans))
    given = scores(ranker or shipped(), found.pairs, found.own, n, np.where(found.known, n[:, None], -1))
    weights = np.exp(given - given.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def how(found: Evidence, best: NDArray[np.int64]) -> NDArray[np.str_]:
    """What mostly speaks for the chosen candidate: `quotation`, `series` or `subject`; (n,)."""
    pairs = found.pairs[np.arange(len(best)), best]
    quoted = (pairs[:, _QUOTING].max(axis=1) >= _ENOUGH) | ((pairs[:, _ALL] >= _ENOUGH) & (found.own[:, _PART] == 0))
    return np.where(quoted, "quotation", np.where(found.own[:, _PART] > 0, "series", "subject"))


@cache
def shipped() -> Ranker:
    """The ranker that comes with the package, made by `python -m validation.threads.training`."""
    with np.load(str(files("honeycell.conversations.repair").joinpath("model.npz"))) as held:
        return Ranker.from_integers(**{name: held[name] for name in held if name != "learnt"})
