"""What was worked out of the whole cell when it was asked for, kept beside its tables until these change.

`KIND/STATE/NAME.npz` in the folder of the cell: columns, of the state of the tables that they were read from. It is no
table: what is kept here costs too much for each refresh, or is wanted too seldom.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "State", "keep", "kept", "once"]

Columns = dict[str, NDArray[Any]]
State = tuple[Path, Mapping[str, int]]
"""The folder of the cell, and the marks of the state in which its tables are read: `honeycell.steps.Tables.state`."""

_MARKS = ("batch", "derived_batch", "decisions", "decided_at", "rules")
"""What tells one state of the derived tables from another."""


def keep(state: State, kind: str, name: str, found: Columns) -> None:
    """Keep columns, and nothing of earlier states; where the folder cannot be written they are found again."""
    path = _path(state, kind, name)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.parent.iterdir():
            if other != path.parent:
                shutil.rmtree(other, ignore_errors=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **found)
        part.replace(path)


def kept(state: State, kind: str, name: str) -> Columns | None:
    """The columns kept of this state; None where there are none."""
    try:
        with _path(state, kind, name).open("rb") as stored, np.load(stored) as file:
            return {column: file[column] for column in file.files}
    except Exception:  # a damaged file raises what it likes (zlib, zipfile, tokenize): it is found anew
        return None


def once(state: State, kind: str, name: str, find: Callable[[], Columns]) -> Columns:
    """The columns kept of this state, or else those found now, which are kept where the tables have a state at all."""
    if "derived_batch" not in state[1]:
        return find()
    held = kept(state, kind, name)
    if held is None:
        keep(state, kind, name, held := find())
    return held


def _path(state: State, kind: str, name: str) -> Path:
    folder, marks = state
    of = zlib.crc32(repr([marks.get(mark) for mark in _MARKS]).encode())
    return folder / kind / f"{of:08x}" / f"{name}.npz"
