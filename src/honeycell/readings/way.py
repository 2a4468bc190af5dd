"""The way of a reading of relationships: how it is computed, told and proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.declared import Declaration
from honeycell.readings.held import Held
from honeycell.readings.spread import Drawn
from honeycell.readings.state import EvidenceRow
from honeycell.readings.values import Values

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Parameters", "Telling", "Way"]

Parameters = dict[str, float | int | str | list[float]]


@dataclass(frozen=True)
class Telling:
    """What the sentence of a reading is made from."""

    held: Held
    on: date
    value: float
    low: float | None
    high: float | None
    n: int
    names: tuple[str, str]
    """Of side a and side b."""
    called: Callable[[Sequence[int]], tuple[str, ...]]
    """Names of persons by id."""
    tables: Tables
    """Of the cell, for what is known of one relationship alone."""


@dataclass(frozen=True)
class Way:
    """A reading of relationships."""

    declared: Declaration
    evaluate: Callable[[Held, date, bool], tuple[Values, Bools]]
    """The numbers of every relationship held on a day, with or without interval; and where there is enough besides
    `declared.minimum`."""
    sentence: Callable[[Telling], str]
    """What it says of one relationship that has a value."""
    evidence: Callable[[Tables, Held, date], tuple[EvidenceRow, ...]]
    """The interactions behind it, oldest first."""
    n_evidence: Callable[[Held, date], int]
    """How many rows that is."""
    parameters: Callable[[Held, date], Parameters]
    """All that is needed beside the evidence to compute the value."""
    proved: Callable[[Sequence[EvidenceRow]], Parameters] = lambda _: {}
    """What else the sentence says that follows from the evidence, counted from it."""
    window_days: int | None = None
    """Days it looks back over; None: those asked for."""
    seen: Callable[[Held, date, bool], Values] | None = None
    """Where the value is a share of something, that share with nothing lent to it by a prior, of n of that: what months
    are compared by, and what is usual is worked out from."""
    mirrored: bool = False
    """Whether side b has what side a has not: what is usual does not depend on who is named first."""
    rarefied: Callable[[Held, date, Ints, int], Floats] | None = None
    """Where fewer observations show a smaller value: what so many of them show, (relationships, numbers of them), each
    the mean over so many draws; not-a-number where there are fewer. It is compared at equal numbers alone."""
    drawn: Callable[[Held, date], Drawn] | None = None
    """What is known of the pairs of one relationship; None where pairs have no value of their own."""
    thin: Callable[[Held, date, tuple[str, str]], str] = lambda _held, _on, _names: ""
    """What is said of one relationship, of names a and b, without a number; where empty, how much there is."""
    besides: str = ""
    """What it takes beside the minimum, in words."""
    calibrated: Callable[[Held], bool] = lambda _: True
    """Whether its numbers were checked against this cell's own past."""
    observed: Callable[[Held, date], bool] = lambda _held, _on: True
    """Whether what it looks at has been looked at, where that is more than an archive: else it is not observable."""

    def days(self, window_days: int) -> int:
        """Days it looks back over where `window_days` were asked for."""
        return self.window_days or window_days
