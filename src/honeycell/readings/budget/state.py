"""The attention of one person or organisation on a day: to whom it went, beside what was declared, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.errors import NotFoundError
from honeycell.readings.arrays import day_number
from honeycell.readings.budget import alignment
from honeycell.readings.budget.declarations import MISALLOCATION
from honeycell.readings.budget.load import Curve
from honeycell.readings.budget.look import Look, look
from honeycell.readings.budget.parts import ALL, Part
from honeycell.readings.budget.priorities import Priorities
from honeycell.readings.budget.recomputed import recomputed
from honeycell.readings.declared import status
from honeycell.readings.given import organisation_ids
from honeycell.readings.parties import parties
from honeycell.readings.sentences import no_value, percent
from honeycell.readings.state import Evidence, Party, Reading

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Account", "AttentionState", "attention_state", "attention_why"]

_NOT_SEEN = "Not seen: of what others than ours give, only what they give us is in our archives."
COLLEAGUES, NOBODY, OTHERS = "colleagues", "people of no known organisation", "others"


@dataclass(frozen=True)
class Account:
    """The share of the attention that went to one organisation."""

    organisation: Party | None
    """None for colleagues, for people of no known organisation, and for `others` that were declared together."""
    name: str
    share: float
    low: float
    """5th percentile."""
    high: float
    """95th percentile."""
    n_days: int
    """Contact days on which it was given."""
    declared: float | None = None
    """The share that people declared; None where nothing was."""
    log2_times: float | None = None
    """log2 of given over declared: 1 is twice as much; None where one of them is nothing."""
    log2_low: float | None = None
    log2_high: float | None = None


@dataclass(frozen=True)
class AttentionState:
    """The attention of one person or organisation on a day."""

    party: Party
    organisation: Party | None
    """Whom the person stood for on the day, or the organisation itself."""
    as_of: date
    window_days: int
    readings: tuple[Reading, ...]
    accounts: tuple[Account, ...]
    """The largest share first; none where too little was given to say."""
    priorities: Priorities | None
    """What was declared, by whom and when."""
    load: Curve | None
    """The load curve of a person; None where there is too little to say."""
    notes: tuple[str, ...]


def attention_state(t: Tables, party: Party, *, as_of: date | None = None, window_days: int = 90) -> AttentionState:
    """The attention of a person, or of the people of an organisation.

    Args:
        t: The tables of a cell.
        party: Whose attention.
        as_of: The day; by default the last covered one.
        window_days: Days to look back over; Customer distance takes 90 and Capacity two years whatever is asked.
    """
    seen = look(t, party, as_of, window_days)
    readings = tuple(_reading(seen, part) for part in ALL if party.kind in part.declared.levels)
    shown = {one.reading: one.status for one in readings}
    is_enough = shown["customer_share"] == "ok" or shown.get("misallocation") == "ok"
    return AttentionState(
        party, seen.organisation, seen.on, window_days, readings, _accounts(seen) if is_enough else (),
        seen.priorities if party.kind == "organisation" or seen.whole else None,
        seen.curve if shown.get("capacity") in ("ok", "not_observable") and _has_curve(seen) else None, _notes(seen),
    )  # fmt: skip


def attention_why(
    t: Tables, party: Party, reading: str, *, as_of: date | None = None, window_days: int = 90
) -> Evidence:
    """The interactions behind one part, oldest first; none where there is too little for a value.

    Raises:
        NotFoundError: There is no part of this name (`no-such-reading`).
    """
    asked = reading.strip().lower().replace("-", "_").replace(" ", "_")
    there = {part.declared.name: part for part in ALL if party.kind in part.declared.levels}
    if asked not in there:
        raise NotFoundError(
            "no-such-reading", f"the attention of {party.name} has no reading called “{reading}”", reading,
            "these are: " + ", ".join(there),
        )  # fmt: skip
    seen, part = look(t, party, as_of, window_days), there[asked]
    shown = _reading(seen, part)
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": seen.on.isoformat(), "window_days": (shown.window[1] - shown.window[0]).days + 1,
        "from_on": shown.window[0].isoformat(), "party": party.slug,
    }  # fmt: skip
    rows = part.evidence(seen) if shown.value is not None else ()
    parameters |= part.parameters(seen) if shown.value is not None else {}
    return Evidence(
        asked, shown.value, shown.unit, shown.low, shown.high, shown.n, parameters, rows,
        recomputed(asked, rows, parameters, party.id) if shown.value is not None else None,
    )  # fmt: skip


def _reading(seen: Look, part: Part) -> Reading:
    declared, days = part.declared, part.window_days or seen.window_days
    window, coverage = (seen.on - timedelta(days - 1), seen.on), seen.covered.days(seen.end, days) / days
    n, besides = part.n(seen), part.besides(seen)
    found = status(
        coverage=coverage if seen.whole else 0.0, days_since_covered=seen.covered.since(seen.end),
        n=min(n, declared.minimum - 1) if besides else n, minimum=declared.minimum, calibrated=True,
    )  # fmt: skip
    if found != "ok":
        sentence = no_value(declared, found, n, besides) if seen.whole else _NOT_SEEN
        return Reading(
            declared.name, None, declared.unit, None, None, n, coverage, window, declared.reference, found, sentence
        )  # fmt: skip
    numbers = part.found(seen)
    # What never happened in the window, answers that surely get fewer, cannot be told a number.
    found = "ok" if numbers.value is not None else "not_observable"
    return Reading(
        declared.name, numbers.value, declared.unit, numbers.low, numbers.high, n, coverage, window,
        declared.reference, found, numbers.sentence, n_evidence=0 if numbers.value is None else part.n_evidence(seen),
    )  # fmt: skip


def _has_curve(seen: Look) -> bool:
    part = next(part for part in ALL if part.declared.name == "capacity")
    return seen.whole and len(seen.asked.inbound.row) >= part.declared.minimum


def _accounts(seen: Look) -> tuple[Account, ...]:
    """Of an organisation what it gave outward, of a person all; each other organisation, and what is left."""
    rows = seen.outward if seen.party.kind == "organisation" else seen.given
    total = float(rows.w.sum())
    if total <= 0.0:
        return ()
    key = np.where(rows.inside, -2, rows.organisation)
    keys, at = np.unique(key, return_inverse=True)
    share = np.bincount(at, rows.w, minlength=len(keys)) / total
    n_days = np.bincount(np.unique(at << 32 | rows.day) >> 32, minlength=len(keys))
    ids = np.where(keys >= 0, organisation_ids(seen.traces, keys), keys)
    given = dict(zip(ids.tolist(), zip(share.tolist(), n_days.tolist(), strict=True), strict=True))
    wanted = {to.id: part for to, part in seen.priorities.shares} if _compared(seen) and seen.priorities else {}
    named = parties(seen.t, "organisation", [one for one in {*given, *wanted} if one >= 0])
    n = rows.n_days(key)
    found = []
    for one in {*given, *wanted}:
        part, days = given.get(one, (0.0, 0))
        found.append(_account(named.get(one), NOBODY if one == -1 else COLLEAGUES, part, days, n, wanted.get(one)))
    if _compared(seen) and seen.priorities and seen.priorities.others:
        left = sum(one.share for one in found if one.declared is None)
        days = sum(one.n_days for one in found if one.declared is None)
        found.append(_account(None, OTHERS, left, days, n, seen.priorities.others))
    return tuple(sorted(found, key=lambda one: (one.name == OTHERS, -one.share, one.name)))


def _compared(seen: Look) -> bool:
    """Priorities are those of the organisation; nobody's own attention is measured against them."""
    return seen.party.kind == "organisation" and seen.priorities is not None


def _account(
    organisation: Party | None, else_named: str, share: float, n_days: int, n: int, declared: float | None
) -> Account:
    lows, highs = alignment.share_bands(np.array([share]), n)
    low, high = min(float(lows[0]), share), max(float(highs[0]), share)
    name = organisation.name if organisation else else_named
    if declared is None:
        return Account(organisation, name, share, low, high, n_days)
    times = alignment.times(np.array([share, low, high]), np.full(3, declared))
    middle, least, most = (None if np.isnan(one) else float(one) for one in times)
    return Account(organisation, name, share, low, high, n_days, declared, middle, least, most)


def _notes(seen: Look) -> tuple[str, ...]:
    notes = []
    if seen.party.kind == "organisation" and seen.n_givers < MISALLOCATION.smallest_group:
        notes.append(
            f"Fewer than {MISALLOCATION.smallest_group} people: what they give is theirs. `honeycell attention @NAME`"
            " is for one."
        )
    if seen.priorities is None and seen.organisation is not None and seen.whole:
        notes.append(
            f"Nobody has declared the priorities of {seen.organisation.name}, so every other organisation counts as a"
            " customer, alike."
        )
    if seen.priorities is not None and seen.priorities.unknown:
        notes.append(f"Declared and not known here: {', '.join(seen.priorities.unknown)}; counted with others.")
    rows = seen.outward if seen.party.kind == "organisation" else seen.given
    total = float(rows.w.sum())
    nowhere = float(rows.w[(rows.organisation < 0) & ~rows.inside].sum()) / total if total else 0.0
    if nowhere >= 0.05 and seen.whole:
        of_it = "what went outward" if seen.party.kind == "organisation" else "it"
        notes.append(f"{percent(nowhere)} of {of_it} went to people of no known organisation.")
    share = seen.covered.days(day_number(seen.on), seen.window_days) / seen.window_days
    if share < 1.0:
        notes.append(f"{percent(share)} of the {seen.window_days} days are covered.")
    notes.append("Telephone and corridor are not seen.")
    return tuple(notes)
