"""The state of a shared space on a day: how the people there talk with each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from honeycell.errors import NotAllowedError, NotFoundError
from honeycell.groups import protection
from honeycell.readings.covered import answer_day
from honeycell.readings.spaces.asked import Asked, SpaceReadings
from honeycell.readings.spaces.idea_flow import IDEAS_OF_SPACE
from honeycell.readings.spaces.off_deck import OFF_DECK
from honeycell.readings.spaces.peer_share import PEER_SHARE
from honeycell.readings.state import Evidence, Reading

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["READINGS", "WINDOW_DAYS", "SpaceState", "space_state", "space_why"]

WINDOW_DAYS = 365

READINGS: tuple[SpaceReadings, ...] = (PEER_SHARE, OFF_DECK, IDEAS_OF_SPACE)
"""What is read of a space, in the order of the page."""


@dataclass(frozen=True)
class SpaceState:
    """The state of a list, stream or channel on a day."""

    space: str
    """Its handle."""
    as_of: date
    window_days: int
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    """What a reader must know."""


def space_state(t: Tables, space: str, as_of: date | None = None, window_days: int = WINDOW_DAYS) -> SpaceState:
    """The state of a shared space.

    Args:
        t: The tables of a cell.
        space: The handle of a list, stream or channel.
        as_of: The day; by default the last covered one.
        window_days: Days that the readings look back over, where they have no window of their own.

    Raises:
        NotAllowedError: Nobody looks at who talks with whom there (`protected-space`).
    """
    asked = _asked(t, space, as_of, window_days)
    return SpaceState(
        space, asked.on, window_days, tuple(reading for some in READINGS for reading in some.read(asked)),
        ("Words are read in this space alone; what the same people send each other elsewhere is counted for off-deck"
         " drift, and not read.",),
    )  # fmt: skip


def space_why(
    t: Tables, space: str, reading: str, as_of: date | None = None, window_days: int = WINDOW_DAYS
) -> Evidence:
    """The interactions behind one reading of a space, oldest first.

    Args:
        t: The tables of a cell.
        space: The handle of a list, stream or channel.
        reading: Its name; of several with one name the number too, as they stand in the state: `off-deck-drift 2`.
        as_of: As it was shown with.
        window_days: As it was shown with.

    Raises:
        NotFoundError: Spaces have no reading of this name, or not so many of it (`no-such-reading`).
        NotAllowedError: Nobody looks at who talks with whom there (`protected-space`).
    """
    asked = re.sub(r"[\s_-]+", "_", reading.strip().lower())
    name, _sign, number = asked.rpartition("_") if re.search(r"_[1-9]\d*$", asked) else (asked, "", "1")
    for some in READINGS:
        if name in (declared.name for declared in some.declared):
            found = replace(_asked(t, space, as_of, window_days), which=int(number))
            if found.which > 1 and found.which > (n := sum(one.reading == name for one in some.read(found))):
                raise NotFoundError("no-such-reading", f"this space has {n} of {name}", reading, f"1 to {n} are there")
            return some.why(found, name)
    these = ", ".join(declared.name for some in READINGS for declared in some.declared)
    raise NotFoundError("no-such-reading", f"a space has no reading called “{reading}”", reading, f"these are: {these}")


def _asked(t: Tables, space: str, as_of: date | None, window_days: int) -> Asked:
    if why := protection(space):
        raise NotAllowedError(
            "protected-space",
            f"nobody looks at who talks with whom in “{space.partition(':')[2]}”: its name says “{why}”",
            space,
            "works councils, unions, personnel, legal, medical and whistle-blower spaces are left alone",
        )
    on, cover = answer_day(t, as_of)
    return Asked(t, space, on, window_days, cover)
