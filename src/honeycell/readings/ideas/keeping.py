"""What a reading of the texts found, kept beside the tables of the cell until these change.

`ideas/STATE/DAY.npz`: one file for each day that was asked for, of the state of the tables that it was read from. It is
no table: to read every text takes a second for a thousand messages, which is too much for each refresh.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.readings.ideas.flows import Flows

__all__ = ["keep", "kept"]

State = tuple[Path, Mapping[str, int]]
"""The folder of the cell, and the marks of the state in which its tables are read: `honeycell.steps.Tables.state`."""

_MARKS = ("batch", "derived_batch", "decisions", "decided_at", "rules")
"""What tells one state of the derived tables from another."""


def keep(state: State, found: Flows, on: date) -> None:
    """Keep what was found; where the folder cannot be written it is read again the next time."""
    path = _path(state, on)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.parent.iterdir():
            if other != path.parent:
                shutil.rmtree(other, ignore_errors=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with part.open("wb") as file:
            np.savez_compressed(file, **asdict(found))
        part.replace(path)


def kept(state: State, on: date) -> Flows | None:
    """What was found of all that was known on a day; None where the texts have not been read since tables changed."""
    try:
        with _path(state, on).open("rb") as stored, np.load(stored) as file:
            held = {name: file[name] for name in Flows.__dataclass_fields__}
    except Exception:  # a damaged file raises what it likes (zlib, zipfile, tokenize): it is read anew
        return None
    return Flows(**{**held, **{name: int(held[name]) for name in ("day", "n_parts")}})


def _path(state: State, on: date) -> Path:
    folder, marks = state
    of = zlib.crc32(repr([marks.get(name) for name in _MARKS]).encode())
    return folder / "ideas" / f"{of:08x}" / f"{on}.npz"
