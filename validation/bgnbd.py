"""Does BG/NBD give the published fit of the CDNOW customers (Fader, Hardie & Lee 2005, table 2)?

Reads `networks/CDNOW_sample.txt` (customer, number in the sample, day, discs, dollars; a line for each purchase) and
counts for each customer as the paper does: weeks since the first purchase, 39 of them from the first day of 1997;
purchases of one day are one. `cdnow_tx.csv` beside it holds the same counts as others made them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.readings import bgnbd

__all__ = ["DATA", "PASS", "main"]

DATA = "networks"
PASS = {
    "log_likelihood_off": ("<=", 0.1), "published_log_likelihood_off": ("<=", 0.1), "parameters_off": ("<=", 0.005),
    "counted_otherwise": ("==", 0),
}  # fmt: skip
PUBLISHED, LOG_LIKELIHOOD = bgnbd.BgNbd(0.243, 4.414, 0.793, 2.426), -9582.4
_FIRST, _DAYS = date(1997, 1, 1).toordinal(), 273

Floats = NDArray[np.float64]


def main(path: Path) -> dict[str, float | int]:
    """The fit, how far it is from the published one, and customers that the two files count differently."""
    x, tx, seen = _counts(path / "CDNOW_sample.txt")
    found = bgnbd.fit(x, tx, seen)
    off = [abs(getattr(found, name) - getattr(PUBLISHED, name)) for name in ("r", "alpha", "a", "b")]
    likelihood = bgnbd.log_likelihood(found, x, tx, seen)
    theirs = np.genfromtxt(path / "cdnow_tx.csv", delimiter=",", names=True)
    same = (theirs["x"] == x) & np.isclose(theirs["t_x"], tx, atol=0.006) & np.isclose(theirs["T"], seen, atol=0.006)
    return {
        "r": found.r, "alpha": found.alpha, "a": found.a, "b": found.b,
        "log_likelihood": likelihood,
        "log_likelihood_off": abs(likelihood - LOG_LIKELIHOOD),
        "published_log_likelihood_off": abs(bgnbd.log_likelihood(PUBLISHED, x, tx, seen) - LOG_LIKELIHOOD),
        "parameters_off": max(off),
        "n": len(x),
        "counted_otherwise": int((~same).sum()),
    }  # fmt: skip


def _counts(path: Path) -> tuple[Floats, Floats, Floats]:
    """Repeat purchases, the last of them and the time seen, in weeks, of each customer in the order of the file."""
    bought: dict[str, set[int]] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        _, customer, day, *_ = line.split()
        on = date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal() - _FIRST
        if on < _DAYS:
            bought.setdefault(customer, set()).add(on)
    first = np.array([min(days) for days in bought.values()])
    last = np.array([max(days) for days in bought.values()])
    x = np.array([len(days) - 1 for days in bought.values()], float)
    return x, (last - first) / 7.0, (_DAYS - 1 - first) / 7.0
