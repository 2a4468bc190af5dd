"""What is said of a relationship's changes: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Change", "ChangePoint", "Level", "Seen", "Trend"]


@dataclass(frozen=True)
class Level:
    """Contact days in a week of the relationship's usual exposure, while a level held."""

    value: float
    low: float
    """5th percentile."""
    high: float
    """95th percentile."""
    n: int
    """Contact days seen."""
    weeks: int
    """Weeks looked at."""
    from_on: date
    to_on: date


@dataclass(frozen=True)
class ChangePoint:
    """A week in which a relationship changed."""

    on: date
    """The Monday of the first week of the new level."""
    between: tuple[date, date]
    """Mondays between which the first week lies with 90% probability."""
    before: Level
    after: Level
    factor: float
    """How many times as often afterwards."""
    likelihood: float
    """Probability of a change of this direction within four weeks of `on`."""
    in_words: str
    """The same on the scale of `honeycell.readings.changes.trend`."""
    noticed_on: date | None
    """The last day of the week at whose end it was first likely, by what was known then; null where it never was."""
    coverage: float
    """Share of the weeks from the beginning of `before` to the end of `after` that could be looked at."""
    status: str = "not_calibrated"
    """Likelihoods have been checked on planted changes, not on this cell's own past."""


@dataclass(frozen=True)
class Trend:
    """The trend of a relationship at the end of a week."""

    word: str
    """rising, falling or steady."""
    likelihood: float
    """Probability that it is so: of a change of that direction within half a year, or of none."""
    in_words: str
    """The same on the scale. A word for the worse waits; while it does, the one that stands may be unlikely."""
    likeliest: str
    """The word that is most probable by now; `word`, but for that waiting."""
    likeliest_likelihood: float
    since: date
    """The last day of the week at whose end the word was taken up; never before the last change that is shown."""


@dataclass(frozen=True)
class Seen:
    """An interaction beside a change."""

    interaction_id: int
    on: date


@dataclass(frozen=True)
class Change:
    """A change point as it is shown: in words, with what happened before and after it."""

    point: ChangePoint
    sentence: str
    before: tuple[Seen, ...]
    """Those of the last contact days before it, oldest first."""
    after: tuple[Seen, ...]
    """Those of the first contact days from it on; none only where no contact followed."""
