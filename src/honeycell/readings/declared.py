"""What a reading is: its declaration, and the statuses that stand for a number that cannot be given."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "ANYBODY", "EVERY", "GROUP", "NETWORK", "ORGANISATIONS", "PAIR", "PERSON_ORGANISATION", "SPACE", "STALE_DAYS",
    "Declaration", "status",
]  # fmt: skip

PAIR, PERSON_ORGANISATION, ORGANISATIONS = "pair", "person-organisation", "organisation-organisation"
SPACE, NETWORK = "space", "network"
EVERY = (PAIR, PERSON_ORGANISATION, ORGANISATIONS)
ANYBODY, GROUP = 1, 5
"""Smallest groups: of a relationship, which is shown to whom its people are shown; of what is said of many."""


@dataclass(frozen=True)
class Declaration:
    """What a reading is."""

    name: str
    """The one word used in Python, column, URL, command and page."""
    question: str
    """The question it answers."""
    unit: str
    """Of `Reading.value`."""
    lowest: float
    """Least possible value."""
    highest: float | None
    """Greatest possible value; None where there is no bound."""
    levels: tuple[str, ...]
    """Where it can be read."""
    minimum: int
    """Effective observations under which it is `thin`."""
    observation: str
    """What is counted in `Reading.n`."""
    smallest_group: int = field(kw_only=True)
    """People of whom it is made, fewer than which it is not shown."""
    formula: str
    """How the value is computed, and the source."""
    reference: str
    """What it is compared with."""
    evidence: str = field(kw_only=True)
    """What `why` lists, in words."""
    template: str
    """The sentence, slots in braces."""
    unseen: str = ""
    """What is said where it is not observable, of a reading that needs more than an archive."""


STALE_DAYS = 30
"""Days after the last covered one from which on nothing is said of today."""


def status(*, coverage: float, days_since_covered: int, n: int, minimum: int, calibrated: bool) -> str:
    """The first status that applies of a reading that is built.

    Args:
        coverage: Share of the window in which a sensor was on.
        days_since_covered: Days between the last covered day and the day asked for.
        n: Effective observations.
        minimum: Fewer than this is thin.
        calibrated: Whether its numbers were checked against this cell's own past.

    Example:
        >>> status(coverage=1.0, days_since_covered=0, n=4, minimum=5, calibrated=True)
        'thin'
    """
    if coverage <= 0.0:
        return "not_observable"
    if days_since_covered > STALE_DAYS:
        return "stale"
    if n < minimum:
        return "thin"
    return "ok" if calibrated else "not_calibrated"
