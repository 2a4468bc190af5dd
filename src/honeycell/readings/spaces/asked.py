"""What a reading of a shared space is asked, and how one takes part in its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from honeycell.groups import Spoken, spoken
from honeycell.readings.covered import Covered
from honeycell.readings.declared import Declaration
from honeycell.readings.state import Evidence, Reading

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Asked", "SpaceReadings"]


@dataclass(frozen=True)
class Asked:
    """A space, a day and how far to look back."""

    tables: Tables
    space: str
    """Its handle."""
    on: date
    window_days: int
    covered: Covered
    which: int = 1
    """Of several readings of a name, which one `why` is asked of: as they stand in the state, from 1."""

    @cached_property
    def spoken(self) -> Spoken:
        """What was said in it up to the day, of which all of its readings are made."""
        return spoken(self.tables, self.space, self.on)

    @property
    def window(self) -> tuple[date, date]:
        """First and last day looked at."""
        return self.on - timedelta(self.window_days - 1), self.on


@dataclass(frozen=True)
class SpaceReadings:
    """Readings that are made together, from the same rows."""

    declared: tuple[Declaration, ...]
    read: Callable[[Asked], tuple[Reading, ...]]
    """One reading for each declaration, in their order."""
    why: Callable[[Asked, str], Evidence]
    """The interactions behind the one of this name."""
