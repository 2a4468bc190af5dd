"""What a question about a relationship is answered with: plain frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from honeycell.readings.changes.state import Change, Trend
from honeycell.readings.unmeasured import UNMEASURED

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Contrast",
    "ConversationLine",
    "Evidence",
    "EvidenceRow",
    "Floor",
    "Ledger",
    "OpenMoney",
    "Party",
    "PartyState",
    "PersonInTouch",
    "Quantiles",
    "Reading",
    "RelationshipState",
    "SpaceLine",
    "Spread",
    "Upside",
]


@dataclass(frozen=True)
class Party:
    """One side of a relationship."""

    kind: str
    """`organisation` or `person`; of those in touch also `mailbox`, a role that acts for its organisation."""
    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class PartyState:
    """One side by itself, and everybody it has to do with."""

    party: Party
    relationships: pa.Table
    """One row for each of its relationships; the columns of `honeycell list relationships`."""


@dataclass(frozen=True)
class Quantiles:
    """Floor, middle and upside, in the unit of the reading."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Contrast:
    """What the pairs at the upper end of a reading do differently from the others: a practice, and nobody's name."""

    practice: str
    """contact_days, both_ways, meetings, in_private, addressees, channels, years or in_common."""
    unit: str
    upside: float
    """Mean over the pairs at the upper end."""
    others: float
    """Mean over the others."""
    low: float
    """5th percentile of the difference."""
    high: float
    """95th percentile of the difference."""
    size: float
    """The difference in standard deviations between pairs (Cohen 1988)."""


@dataclass(frozen=True)
class Upside:
    """The pairs at the upper end of a reading, and what they do differently."""

    n_pairs: int
    n_people: int
    n_others: int
    """Pairs that they are held against."""
    contrasts: tuple[Contrast, ...]
    """The largest first, at most three; none where either group is of fewer than five people."""
    sentence: str


@dataclass(frozen=True)
class Floor:
    """What no pair is meant to lie under, as people agreed it."""

    least: float
    """In the unit of the reading."""
    decided_by: str
    decided_on: date
    why: str | None


@dataclass(frozen=True)
class Spread:
    """Floor, middle and upside over the pairs of a relationship, from pooled posterior draws, by their attention."""

    p10: float
    p50: float
    p90: float
    each: Quantiles
    """The same, each pair counting as one."""
    n_pairs: int
    tau_squared: float | None
    """Variance between pairs that is no noise, in the squared unit; None where too little was seen to tell."""
    i_squared: float | None
    """Its share of what differs between pairs as they were seen, 0 to 1."""
    floor: Floor | None
    """The agreed floor; None where none is agreed."""
    share_below: float | None
    """Share of the attention that lies below it, 0 to 1."""
    share_below_each: float | None
    """Share of the pairs."""
    upside: Upside


@dataclass(frozen=True)
class Reading:
    """One measure of a relationship; it cannot be made without `n`, `coverage` and `status`."""

    reading: str
    """Name: vitality, attention, responsiveness, redundancy, ..."""
    value: float | None
    """In `unit`; null at status `thin` and before."""
    unit: str
    low: float | None
    """5th percentile."""
    high: float | None
    """95th percentile."""
    n: int
    """Effective observations: contact days, turns, pairs."""
    coverage: float
    """Share of the window in which a sensor was on, 0 to 1."""
    window: tuple[date, date]
    """First and last day looked at."""
    reference: str
    """What it is compared with, in words."""
    status: str
    """not_observable, stale, thin, not_calibrated or ok: the first that applies."""
    sentence: str
    """In plain units, for a person."""
    spread: Spread | None = None
    n_evidence: int = 0
    """Interactions behind it: as many as `why` lists."""
    typical: tuple[float, float] | None = None
    """10th and 90th percentile of the same reading over relationships of this cell (`honeycell.readings.typical`)."""
    series: tuple[float | None, ...] = ()
    """At the end of each of the last twelve months, oldest first, what may be compared (`honeycell.readings.past`): of
    an effective number that of as many observations, of a share that without a prior; null where other archives were
    covered. So the last need not be `value`."""
    trend: str | None = None
    """rising, falling or steady against six months before; null where it cannot be said."""


@dataclass(frozen=True)
class PersonInTouch:
    """Somebody of one side and how much of the relationship goes through them."""

    person: Party
    side: str
    """`a` or `b`."""
    share: float
    """Of the attention between the two sides in the window, 0 to 1."""
    contact_days: int
    last_on: date


@dataclass(frozen=True)
class ConversationLine:
    """A conversation that both sides take part in."""

    conversation_id: int
    subject: str
    channel: str
    space: str | None
    first_on: date
    last_on: date
    n_interactions: int


@dataclass(frozen=True)
class OpenMoney:
    """Money of one currency that was to be paid and is not, on the day."""

    currency: str
    amount: float
    """Of open invoices, whole; more than 0."""
    late: float
    """Of it, of invoices past their day."""


@dataclass(frozen=True)
class Ledger:
    """How one side keeps one ledger towards the other; without a value at status thin and before."""

    ledger: str
    """goods or money."""
    side: str
    """`a` or `b`: who delivers, or pays."""
    value: float | None
    """Share of what fell due in 180 days that was done in full by its day, 0 to 1."""
    low: float | None
    """5th percentile."""
    high: float | None
    """95th percentile."""
    n: int
    """Orders or invoices that fell due."""
    coverage: float
    """Share of the window in which a sensor was on."""
    status: str
    """not_observable, stale, thin or ok, as of a reading."""
    n_days_late: int | None
    """Days past its day by which nine in ten were done, what is open censored; None where fewer were."""
    n_open: int
    """Open on the day, due or not."""
    n_late: int
    """Of these, past their day."""
    open: tuple[OpenMoney, ...]
    """Of invoices, by currency."""
    evidence: tuple[int, ...]
    """Ids of the orders or invoices that fell due or are open, oldest first."""
    sentence: str


@dataclass(frozen=True)
class SpaceLine:
    """A list, stream or channel in which both sides take part."""

    space: str
    n_conversations: int
    """Of the two, in a year."""


@dataclass(frozen=True)
class RelationshipState:
    """The state of a relationship on a day."""

    a: Party
    b: Party
    as_of: date
    window_days: int
    since: date | None
    """First contact day."""
    last: date | None
    """Last contact day."""
    n_pairs: int
    """Pairs with contact in the window."""
    n_people: tuple[int, int]
    """Persons of a and of b with contact in the window."""
    lede: tuple[str, ...]
    """One or two sentences that say how things stand."""
    readings: tuple[Reading, ...]
    """Those made at this level, in the order of the science page."""
    people: tuple[PersonInTouch, ...]
    conversations: tuple[ConversationLine, ...]
    notes: tuple[str, ...] = ()
    """What a reader must know: coverage, how much of the mail is unaffiliated or provisional."""
    changes: tuple[Change, ...] = ()
    """The newest weeks in which the amount of contact changed, newest first, each with what happened beside it."""
    trend: Trend | None = None
    """Which way the amount of contact goes; None where there is too little to say."""
    ledgers: tuple[Ledger, ...] = ()
    """How each side keeps goods and money towards the other; none where there are no documents."""
    spaces: tuple[SpaceLine, ...] = ()
    """Where the two had most of their conversations of a year for all to hear; each has readings of its own."""
    beside: tuple[Reading, ...] = ()
    """Dialogue and openness, which stand beside the readings; over the conversations of a year."""
    unmeasured: tuple[str, str] = UNMEASURED
    """What is not measured, and that it is not, in so many words."""


@dataclass(frozen=True)
class EvidenceRow:
    """One interaction behind a reading."""

    interaction_id: int
    occurred_at: datetime
    from_person_id: int
    to_person_id: int
    weight: float
    role: str
    """What it is for the reading: contact, opening, closing, ..."""
    detail: dict[str, str | float | int | None] = field(default_factory=dict)
    """Further facts that the recomputation needs: wait_seconds, cause, ..."""


@dataclass(frozen=True)
class Evidence:
    """A reading, the interactions behind it, and all that is needed to compute the value from them."""

    reading: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    n: int
    parameters: dict[str, float | int | str | list[float]]
    """Priors, coefficients, seed, window: value is a function of these and of `evidence`."""
    evidence: tuple[EvidenceRow, ...]
    recomputed: float | None
    """The value computed from `evidence` and `parameters` alone."""
