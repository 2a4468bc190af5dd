"""Who answers guests on the list of a simulated world, beside the share that was planted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from honeycell.cell import create_cell
from honeycell.demo import write_world
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.spaces import SHARE_HOST
from validation.recovery.told import Told

__all__ = ["ENDS", "SCALE", "read_again"]

SCALE = 0.3
ENDS = (date(2025, 9, 30), date(2026, 9, 30))
"""The ends of the two years that are read."""


def read_again(seed: int) -> Iterator[Told]:
    """The share of guests' questions that a guest answered first, in each year of one world."""
    with tempfile.TemporaryDirectory() as place:
        world = write_world(Path(place) / "world", seed=seed, scale=SCALE)
        with create_cell(Path(place) / "cell", ORGANISATIONS[0].name, ORGANISATIONS[0].domains) as cell:
            lists = sorted((world.folder / "mail" / "lists").iterdir())
            cell.import_paths([world.folder / "organisations.csv", *lists])
            cell.refresh()
            for on in ENDS:
                for one in cell.space("northline", as_of=on, window_days=365).readings:
                    if one.reading == "host_free_answers" and one.value is not None:
                        yield Told(one.reading, one.value, one.low or 0.0, one.high or 0.0, 1 - SHARE_HOST)
