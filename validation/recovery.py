"""Are the shares that the simulated world is made with found again, inside their intervals about as often as is said?

Needs no data: only the ledgers of several worlds are simulated and imported. In each half year, for each trade, the
ledgers of goods and of money are read; `inside` is the share of those with a number whose interval, from the 5th to the
95th percentile, holds the planted share, `bias` the mean of what was read less what was planted.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from honeycell import readings
from honeycell.cell import create_cell
from honeycell.demo.ledger import TRADES, deals, write_ledger
from honeycell.demo.names import ORGANISATIONS
from honeycell.readings.state import Ledger
from honeycell.steps import Tables

__all__ = ["DATA", "ENDS", "PASS", "main", "read_again"]

DATA = "."
PASS = {"inside": (">=", 0.85)}
_SEEDS = (21, 22, 23)
ENDS = tuple(date(2026, 9, 20) - timedelta(180 * back) for back in range(4))
"""The ends of the half years that are read."""


def main(path: Path) -> dict[str, float | int]:
    """How often an interval holds what was planted, over worlds, trades, half years and both ledgers."""
    found: list[tuple[Ledger, float]] = []
    for seed in _SEEDS:
        print(f"world {seed} ...", file=sys.stderr, flush=True)
        found += read_again(seed, ENDS)
    figures: dict[str, float | int] = {}
    for name, some in (
        ("", found),
        ("goods_", [one for one in found if one[0].ledger == "goods"]),
        ("money_", [one for one in found if one[0].ledger == "money"]),
    ):
        inside = [(one.low or 0.0) <= planted <= (one.high or 0.0) for one, planted in some]
        off = [(one.value or 0.0) - planted for one, planted in some]
        figures |= {f"{name}inside": float(np.mean(inside)), f"{name}bias": float(np.mean(off)), f"{name}n": len(some)}
    return figures


def read_again(seed: int, ends: Iterable[date]) -> Iterator[tuple[Ledger, float]]:
    """Each ledger of one world that has a number on one of these days, and the share it was made with."""
    with tempfile.TemporaryDirectory() as place:
        write_ledger(Path(place) / "ledger", deals(seed, 1.0))
        with create_cell(Path(place) / "cell") as cell:
            cell.import_paths(sorted((Path(place) / "ledger").glob("*.csv")))
            cell.refresh()
            t = Tables(cell.engine)
            for trade in TRADES:
                buyer, seller = (readings.find_party(t, ORGANISATIONS[at].name) for at in (trade.buyer, trade.seller))
                for on in ends:
                    for one in readings.relationship(t, buyer, seller, as_of=on).ledgers:
                        # Goods are the seller's to deliver, money the buyer's to pay.
                        if one.value is not None:
                            yield one, trade.share_on_time if one.ledger == "goods" else trade.share_paid_on_time
