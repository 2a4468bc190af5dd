"""What a reading of the texts found, kept beside the tables of the cell until these change.

`ideas/STATE/DAY.npz`: one file for each day that was asked for. To read every text takes a second for a thousand
messages, which is too much for each refresh.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from honeycell.readings import keeping
from honeycell.readings.ideas.flows import Flows
from honeycell.readings.keeping import State

__all__ = ["keep", "kept"]


def keep(state: State, found: Flows, on: date) -> None:
    """Keep what was found; where the folder cannot be written it is read again the next time."""
    keeping.keep(state, "ideas", str(on), asdict(found))


def kept(state: State, on: date) -> Flows | None:
    """What was found of all that was known on a day; None where the texts have not been read since tables changed."""
    held: dict[str, Any] | None = keeping.kept(state, "ideas", str(on))
    if held is None or held.keys() != Flows.__dataclass_fields__.keys():
        return None
    return Flows(**{**held, **{name: int(held[name]) for name in ("day", "n_parts")}})
