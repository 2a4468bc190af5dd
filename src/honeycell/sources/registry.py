"""Which sources there are, and which one recognises a path."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from honeycell.errors import NotFoundError
from honeycell.sources.records import Source

__all__ = ["recognise", "source_named", "sources"]


@cache
def sources() -> dict[str, Source]:
    """Every installed source by name, found by entry point."""
    return {point.name: point.load() for point in sorted(entry_points(group="honeycell.sources"), key=lambda p: p.name)}


def source_named(name: str) -> Source:
    """The source of this name.

    Raises:
        NotFoundError: No source has this name (`no-such-source`).
    """
    try:
        return sources()[name]
    except KeyError:
        raise NotFoundError(
            "no-such-source", f"no source is called “{name}”", name, "one of: " + ", ".join(sources())
        ) from None


def recognise(path: Path) -> Source | None:
    """The source that recognises the path, or None; table files are asked after archives and mail."""
    for source in sources().values():
        if source.recognises(path):
            return source
    return None
