"""One party and its relationships, drawn for a person."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from honeycell.cli import listing
from honeycell.cli.relationship import head
from honeycell.cli.words import count, day

if TYPE_CHECKING:
    from honeycell.readings.state import PartyState

__all__ = ["drawn"]


def drawn(state: PartyState, as_of: date | None, width: int) -> RenderableType:
    """The page of `show NAME`: who it is, and whom it has to do with."""
    n = state.relationships.num_rows
    facts = [f"{count(n)} relationship" + ("" if n == 1 else "s"), *([f"read {day(as_of)}"] if as_of else [])]
    called = ("@" if state.party.kind == "person" else "") + state.party.slug
    return Group(
        Text(),
        head(state.party, None, facts, width),
        Text(),
        listing.drawn(listing.paired(state.relationships), width, 30, "; all with --csv"),
        Text(f"\n  honeycell show {called}~…     --json for scripts\n", "quiet"),
    )
