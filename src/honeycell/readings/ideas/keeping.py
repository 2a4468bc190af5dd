"""What a reading of the texts found, kept beside the tables of the cell until these change.

`ideas/STATE/DAY.npz`: one file for each day that was asked for, of the state of the tables that it was read from. It is
no table: to read every text takes a second for a thousand messages, which is too much for each refresh.
"""

from __future__ import annotations

import os
import shutil
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.ideas.flows import Flows

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["keep", "kept"]

_MARKS = ("batch", "derived_batch", "decisions", "decided_at", "rules")
"""What tells one state of the derived tables from another."""


def keep(t: Tables, found: Flows, on: date) -> None:
    """Keep what was found; where the folder cannot be written it is read again the next time."""
    path = _path(t, on)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.parent.iterdir():
            if other != path.parent:
                shutil.rmtree(other, ignore_errors=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with part.open("wb") as file:
            np.savez_compressed(file, **asdict(found))
        part.replace(path)


def kept(t: Tables, on: date) -> Flows | None:
    """What was found of all that was known on a day; None where the texts have not been read since tables changed."""
    try:
        with np.load(_path(t, on)) as file:
            held = {name: file[name] for name in Flows.__dataclass_fields__}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    return Flows(**{**held, **{name: int(held[name]) for name in ("day", "n_parts")}})


def _path(t: Tables, on: date) -> Path:
    folder, marks = t.state
    state = zlib.crc32(repr([marks.get(name) for name in _MARKS]).encode())
    return folder / "ideas" / f"{state:08x}" / f"{on}.npz"
