"""What a question about ideas is answered with: plain frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from honeycell.conversations.ideas import Lift
    from honeycell.readings.state import Party

__all__ = ["Adoption", "Idea", "Ideas", "Passed"]


@dataclass(frozen=True)
class Adoption:
    """Somebody's first own use of a phrase that somebody else began."""

    person: Party
    organisation: str | None
    """For whom they stood then."""
    at: datetime
    interaction_id: int
    way: str | None
    """How they met it first: addressed, conversation, joined or space; None: in nothing that is here."""
    source: Party | None
    """By whom."""
    source_id: int | None
    """In which interaction."""


@dataclass(frozen=True)
class Passed:
    """Messages that passed a phrase on in somebody else's words: certain where it was read."""

    n_forwards: int
    n_quotations: int
    n_links: int


@dataclass(frozen=True)
class Idea:
    """A phrase and where it went."""

    phrase: str
    """As it was written first."""
    person: Party
    """Who used it first."""
    organisation: str | None
    at: datetime
    interaction_id: int
    n_uses: int
    """Messages with it."""
    n_adopted: int
    """People who took it up after."""
    n_read: int
    """Of these, who had read it: in a message to them, or in a conversation of theirs."""
    n_organisations: int
    """For whom those stand who use it."""
    n_crossings: int
    """Who took it up outside the organisation of who began."""
    median_days: float | None
    """Until half of those who took it up had."""
    passed: Passed
    adoptions: tuple[Adoption, ...]
    """In order of time."""


@dataclass(frozen=True)
class Ideas:
    """What went from person to person, and how much it does to have read something."""

    as_of: date | None
    scope: str | None
    """The space or relationship that was looked at; None for the whole cell."""
    n_messages: int
    """That were read: all of the cell."""
    n_people: int
    """Their authors."""
    ideas: tuple[Idea, ...]
    """Those first that were passed on most surely."""
    n_counted_only: int
    """Phrases that fewer than three people used where many can hear: they are not shown."""
    lift: Lift
    """How much likelier those who had read a phrase took it up than others like them."""
    lift_elsewhere: Lift
    """The same without those who took it up in a conversation where somebody else had used it."""
