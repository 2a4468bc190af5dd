"""The ledgers of simulated worlds, each time beside the share that was planted; nothing but ledgers is imported."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from honeycell import readings
from honeycell.cell import create_cell
from honeycell.demo.ledger import TRADES, deals, write_ledger
from honeycell.demo.names import ORGANISATIONS
from honeycell.steps import Tables
from validation.recovery.told import Told

__all__ = ["ENDS", "read_again"]

ENDS = tuple(date(2026, 9, 20) - timedelta(180 * back) for back in range(4))
"""The ends of the half years that are read."""


def read_again(seed: int, ends: Iterable[date] = ENDS) -> Iterator[Told]:
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
                        share = trade.share_on_time if one.ledger == "goods" else trade.share_paid_on_time
                        if one.value is not None:
                            yield Told(one.ledger, one.value, one.low or 0.0, one.high or 0.0, share)
