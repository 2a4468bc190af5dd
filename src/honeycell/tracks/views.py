"""What a question about conversations is answered with: plain frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from honeycell.readings.state import Party
    from honeycell.tracks.ideas import Raised
    from honeycell.tracks.shares import Share

__all__ = [
    "Conversation",
    "Event",
    "Flag",
    "Lane",
    "Message",
    "Participant",
    "Person",
    "Silence",
    "Tracks",
    "Unanswered",
    "Week",
]


@dataclass(frozen=True)
class Event:
    """One interaction of a conversation."""

    interaction_id: int
    occurred_at: datetime
    """UTC."""
    side: str
    """Whose it is: `a`, `b`, `both` (they met) or `other`, somebody of neither."""
    kind: str
    """message, meeting, call, ticket_event, order, shipment, invoice or payment."""
    size: float
    """Characters outside quoted lines; minutes of a meeting or call."""


@dataclass(frozen=True)
class Silence:
    """Days without anything, more than is usual for the conversation."""

    from_on: date
    """The day of the last thing before."""
    to_on: date
    """The day of the next, or the last day looked at."""
    n_days: int


@dataclass(frozen=True)
class Flag:
    """A question, request, promise or document of trade that is owed, and what became of it by the day looked at."""

    loop_id: int
    interaction_id: int
    """What opened it."""
    kind: str
    """question, request, promise, order line, invoice or ticket."""
    side: str
    """Who owes it: `a`, `b` or `other`."""
    owner: Party | None
    """Who owes it, where it is somebody in particular."""
    opened_at: datetime
    due_on: date | None
    state: str
    """`kept`, `late` or `open`."""
    sentence: str
    """The words that say it; empty for documents of trade."""
    probability: float
    """How sure that it is one, 0 to 1."""


@dataclass(frozen=True)
class Unanswered:
    """What was asked, and nobody who was asked has reacted to in this conversation."""

    side: str
    """Who is to answer: `a` or `b`; empty where a conversation has no sides."""
    interaction_id: int
    """The first that is unanswered."""
    opened_at: datetime
    n_days: int
    """Whole days since then."""
    persons: tuple[Party, ...]
    """Whom it addressed."""


@dataclass(frozen=True)
class Person:
    """Somebody who takes part in a conversation."""

    person: Party
    side: str
    """`a`, `b` or `other`."""
    n: int
    """Interactions they are the author of, in the window."""


@dataclass(frozen=True)
class Lane:
    """One conversation on the time axis."""

    conversation_id: int
    title: str
    """Its subject, or the first own words where it has none."""
    channels: tuple[str, ...]
    space: str | None
    people: tuple[Person, ...]
    n_messages: int
    """In the window, whoever wrote them; documents of trade among them."""
    n_meetings: int
    events: tuple[Event, ...]
    """In order of time."""
    silences: tuple[Silence, ...]
    flags: tuple[Flag, ...]
    turn: str
    """Whose turn it is: `a`, `b`, `up_to_date`, or `nobody` after 60 days without anything."""
    unanswered: Unanswered | None


@dataclass(frozen=True)
class Week:
    """How much was written in seven days, over all conversations."""

    from_on: date
    n_a: int
    n_b: int
    n_other: int


@dataclass(frozen=True)
class Tracks:
    """The conversations of a relationship on one time axis."""

    a: Party
    b: Party
    us: str | None
    """Which side is the organisation the cell belongs to: `a`, `b` or none."""
    as_of: date
    from_on: date
    """First day of the axis."""
    lanes: tuple[Lane, ...]
    """Those that wait for a, those that wait for b, and the others; of each the latest first."""
    n_lanes: int
    """How many there are, drawn or not."""
    n_messages: int
    n_meetings: int
    n_waiting: tuple[int, int]
    """Conversations whose turn is that of a, of b."""
    weeks: tuple[Week, ...]
    """From the first day of the axis on; the last ends on `as_of`, the first may be shorter."""
    shares: tuple[Share, ...] = ()
    """Dialogue, and openness of us (of a, where neither is us)."""


@dataclass(frozen=True)
class Message:
    """One interaction of a conversation, with what its author says."""

    interaction_id: int
    occurred_at: datetime
    """UTC."""
    kind: str
    channel: str
    author: Party | None
    """A person or a role mailbox; None for lists, machines and where nobody is named."""
    author_handle: str | None
    organisation: str | None
    """For whom the author stood on that day."""
    answers_id: int | None
    """The interaction of this conversation that it answers."""
    words: str
    """Own words only: without what it quotes, greets, signs or was given by machines."""
    n_characters: int
    """Of the text as it was written."""
    duration_minutes: float | None
    n_present: int | None
    """How many met, of a meeting."""


@dataclass(frozen=True)
class Participant:
    """Somebody who takes part in a conversation."""

    person: Party
    organisation: str | None
    """For whom they stood the last time."""
    n: int
    """Interactions they are the author of, or meetings they were asked to."""


@dataclass(frozen=True)
class Conversation:
    """One conversation by itself."""

    conversation_id: int
    title: str
    channels: tuple[str, ...]
    space: str | None
    as_of: date
    n_messages: int
    n_meetings: int
    people: tuple[Participant, ...]
    """Authors, and who met; who did most often first."""
    messages: tuple[Message, ...]
    """In order of time."""
    flags: tuple[Flag, ...]
    """Its questions, requests and promises."""
    unanswered: Unanswered | None
    """Whom the last message asked."""
    ideas: tuple[Raised, ...] = ()
    """Phrases that one brought up and others took up, those first that most people did."""
