"""Which rules derived tables were made by: those of this code, to the letter."""

from __future__ import annotations

import zlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

__all__ = ["INDEX", "fingerprint"]

_MADE_BY = (
    "ids.py", "tables.py", "steps.py", "zones", "log", "decisions", "identities", "conversations", "ties", "readings",
)  # fmt: skip
"""Where all is that a derived table depends on, besides the log and the decisions."""

INDEX = ("log/view.py", "search/index.py", "search/quotations.py")
"""Where all is that the index of words depends on, besides the log."""


@cache
def fingerprint(made_by: tuple[str, ...] = _MADE_BY) -> int:
    """A number (32 bits) of the code, lists and models that derive tables, or what else is made by these files.

    Where it is another one than that of a cell's tables, they are made again: a refresh by other rules would lay new
    rows beside old ones, and equal no rebuild.
    """
    number = 0
    for name in made_by:
        for file in _files(resources.files("honeycell").joinpath(name)):
            number = zlib.crc32(file.read_bytes(), zlib.crc32(file.name.encode(), number))
    return number


def _files(place: Traversable) -> list[Traversable]:
    if place.is_file():
        return [] if place.name.endswith(".pyc") else [place]
    return [file for inner in sorted(place.iterdir(), key=lambda one: one.name) for file in _files(inner)]
