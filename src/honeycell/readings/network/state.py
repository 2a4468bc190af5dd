"""The state of the network of a cell on a day: its readings, and on which population they were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.errors import NotFoundError
from honeycell.readings.arrays import Floats, day_number
from honeycell.readings.covered import Covered, answer_day
from honeycell.readings.declared import Declaration, status
from honeycell.readings.network.heard import Heard, heard, rows_behind
from honeycell.readings.network.hierarchy import (
    CENTRALISATION,
    DECLARED,
    LEAST_ORGANISATIONS,
    ORDERED,
    SEED,
    Between,
    Ties,
    between,
    ties,
)
from honeycell.readings.network.order import LEAST_DAYS, SURE, TARGETS
from honeycell.readings.network.recomputed import recomputed
from honeycell.readings.sentences import no_value, percent
from honeycell.readings.spaces.standing import NOBODY, organisation, ours
from honeycell.readings.state import Evidence, Party, Reading

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["READINGS", "WINDOW_DAYS", "NetworkState", "network_state", "network_why"]

WINDOW_DAYS = 365
READINGS = (DECLARED, CENTRALISATION, ORDERED)
"""What is read of the network, in the order of the page."""


@dataclass(frozen=True)
class NetworkState:
    """The state of the whole cell as one network on a day."""

    as_of: date
    window_days: int
    population: str
    """Whose talk was looked at, in words: figures of different populations are not comparable."""
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    """What a reader must know."""


def network_state(t: Tables, as_of: date | None = None, window_days: int = WINDOW_DAYS) -> NetworkState:
    """The state of the network of a cell.

    Args:
        t: The tables of a cell.
        as_of: The day; by default the last covered one.
        window_days: Days to look back.
    """
    seen = _seen(t, as_of, window_days)
    whose = f"the people of {seen.us.name}" if seen.us else "everybody who writes in the shared spaces of this cell"
    return NetworkState(
        seen.on, window_days,
        f"Between organisations: what is said in shared spaces, where all are seen alike. Between people: {whose}.",
        tuple(_reading(seen, declared) for declared in READINGS), _notes(seen),
    )  # fmt: skip


def network_why(t: Tables, reading: str, as_of: date | None = None, window_days: int = WINDOW_DAYS) -> Evidence:
    """The messages behind one reading of the network, oldest first; none where there is too little for a value.

    Raises:
        NotFoundError: The network has no reading of this name (`no-such-reading`).
    """
    name = reading.strip().lower().replace("-", "_").replace(" ", "_")
    names = [declared.name for declared in READINGS]
    if name not in names:
        raise NotFoundError(
            "no-such-reading", f"the network has no reading called “{reading}”", reading,
            "these are: " + ", ".join(names),
        )  # fmt: skip
    seen = _seen(t, as_of, window_days)
    shown = _reading(seen, READINGS[names.index(name)])
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": seen.on.isoformat(), "window_days": window_days, "from_on": shown.window[0].isoformat(),
    }  # fmt: skip
    if name == ORDERED.name:
        parameters |= {
            "least_days": LEAST_DAYS,
            "sure": SURE,
            "targets": TARGETS,
            "draws": seen.ties.n_draws,
            "seed": SEED,
        }
        if shown.value is not None:
            for measure in ("reaching", "flow", "krackhardt"):
                found = seen.ties.chance(measure)
                parameters |= {measure: found.value, f"{measure}_by_chance": found.mean, f"{measure}_z": found.z}
    elif seen.hub:
        parameters |= {"hub": seen.hub.slug}
    rows = rows_behind(t, _behind(seen, name), seen.on, window_days) if shown.value is not None else ()
    return Evidence(
        name, shown.value, shown.unit, shown.low, shown.high, shown.n, parameters, rows,
        recomputed(name, rows, parameters),
    )  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """What the readings are made of."""

    on: date
    window_days: int
    covered: Covered
    us: Party | None
    hub: Party | None
    """Ours, or the organisation that is part of most; None where there is none."""
    said: Heard
    inside: Heard
    """What the population of ordered-ness said to each other."""
    between: Between
    ties: Ties


def _seen(t: Tables, as_of: date | None, window_days: int) -> _Seen:
    on, cover = answer_day(t, as_of)
    us, said = ours(t), heard(t, on, window_days)
    among = between(said, us.id if us else None)
    # Of others only what they say in shared spaces is seen whole; of ours, all of it.
    own = (said.from_organisation == us.id) & (said.to_organisation == us.id) if us else said.in_space
    hub = us or (organisation(t, int(among.organisations[among.hub])) if among.hub >= 0 else None)
    inside = said.only(own)
    return _Seen(on, window_days, cover, us, hub, said, inside, among, ties(inside))


def _behind(seen: _Seen, name: str) -> Heard:
    if name != ORDERED.name:
        return seen.said.between_organisations()
    rows, of, n = seen.inside, seen.ties, len(seen.ties.persons)
    arcs = np.minimum(of.tail, of.head) * n + np.maximum(of.tail, of.head)
    known = np.isin(rows.giver, of.persons) & np.isin(rows.taker, of.persons)
    giver, taker = (np.searchsorted(of.persons, np.where(known, who, 0)) for who in (rows.giver, rows.taker))
    return rows.only(known & np.isin(np.minimum(giver, taker) * n + np.maximum(giver, taker), arcs))


def _reading(seen: _Seen, declared: Declaration) -> Reading:
    window = (seen.on - timedelta(seen.window_days - 1), seen.on)
    end, among, of, fewest = day_number(seen.on), seen.between, seen.ties, declared.smallest_group
    coverage = seen.covered.days(end, seen.window_days) / seen.window_days
    if declared is ORDERED:
        n, enough, extra = len(of.tail), of.n_people >= fewest, f"{fewest} people"
    else:
        n, extra = (
            among.n_days,
            f"{LEAST_ORGANISATIONS} organisations{', ours among them,' if seen.us else ''} and {fewest} people",
        )
        enough = len(among.organisations) >= LEAST_ORGANISATIONS and among.n_people >= fewest and among.hub >= 0
    found = status(
        coverage=coverage, days_since_covered=seen.covered.since(end), n=n if enough else min(n, declared.minimum - 1),
        minimum=declared.minimum, calibrated=True,
    )  # fmt: skip
    if found != "ok":
        sentence = no_value(declared, found, n, extra)
        return Reading(
            declared.name, None, declared.unit, None, None, n, coverage, window, declared.reference, found, sentence
        )  # fmt: skip
    value, low, high = _numbers(seen, declared)
    return Reading(
        declared.name, value, declared.unit, low, high, n, coverage, window, declared.reference, found,
        _sentence(seen, declared, value, low, high), n_evidence=int(_behind(seen, declared.name).n.sum()),
    )  # fmt: skip


def _numbers(seen: _Seen, declared: Declaration) -> tuple[float, float, float]:
    """Value, 5th and 95th percentile by bootstrap over persons."""
    if declared is ORDERED:
        value = float(seen.ties.own.reaching[0])
        return value, *_around(value, seen.ties.replicates())
    counts = seen.between.counts()
    if declared is DECLARED:
        value = float(seen.between.hub_share()[0])
        low, high = np.nanquantile(seen.between.hub_share(counts), [0.05, 0.95])
        return value, min(float(low), value), max(float(high), value)
    value = float(seen.between.centralisation()[0])
    return value, *_around(value, seen.between.centralisation(counts))


def _around(value: float, replicates: Floats) -> tuple[float, float]:
    """Leaving people out moves these measures themselves, so the replicates say how wide the interval is."""
    low, middle, high = np.nanquantile(replicates, [0.05, 0.5, 0.95])
    return max(0.0, value - float(middle - low)), min(1.0, value + float(high - middle))


def _sentence(seen: _Seen, declared: Declaration, value: float, low: float, high: float) -> str:
    band = f"{low * 100:.0f}–{high * 100:.0f}%"
    if declared is DECLARED and seen.hub:
        return DECLARED.template.format(
            value=percent(value), hub=seen.hub.name, band=band, rest=percent(1 - value),
            which="" if seen.us else ", the organisation that is part of most",
        )  # fmt: skip
    if declared is CENTRALISATION:
        n = len(seen.between.organisations)
        return CENTRALISATION.template.format(organisations=f"{n:,}", value=percent(value), band=band)
    of, reach, flow = seen.ties, seen.ties.chance("reaching"), seen.ties.chance("flow")
    said = (
        "more of a chain than chance makes" if reach.z > 2 else "less of a chain than chance makes" if reach.z < -2
        else "no more of a chain than chance makes"
    )  # fmt: skip
    first = ORDERED.template.format(
        pairs=f"{of.n_pairs:,}", days=LEAST_DAYS, arcs=f"{len(of.tail):,}", value=f"{value:.2f}",
        band=f"{low:.2f}–{high:.2f}", null=f"{reach.mean:.2f}",
    )  # fmt: skip
    return (
        f"{first} {percent(flow.value)} lie in no circle (by chance {percent(flow.mean)}). So it is {said}. That does"
        " not say who decides: in a firm whose chart is known the manager wrote more in about half of such pairs."
    )


def _notes(seen: _Seen) -> tuple[str, ...]:
    notes = []
    if not seen.us:
        notes.append(
            "The cell does not say whose it is: the organisation that is part of most is looked at in place of ours."
        )
    inside = seen.said.only(seen.said.in_space)
    nowhere = (inside.from_organisation == NOBODY) | (inside.to_organisation == NOBODY)
    if len(nowhere) and (left := float(inside.weight[nowhere].sum() / inside.weight.sum())) > 0.05:
        notes.append(
            f"{percent(left)} of what is said in shared spaces is with people of no organisation, or of a domain with"
            " one person: left aside between organisations."
        )
    notes.append("What others say to each other outside these spaces is not seen, so their own order is not read.")
    if missing := seen.covered.missing(seen.on, seen.window_days):
        notes.append(
            f"Archives that cover less than half of the window: {len(missing):,}. With fewer mailboxes everything looks"
            " more concentrated than it is."
        )
    return tuple(notes)
