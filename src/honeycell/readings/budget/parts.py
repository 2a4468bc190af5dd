"""Each part of the attention of one person or organisation: its numbers, what they say, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.budget import alignment, distance, variety
from honeycell.readings.budget.declarations import (
    ACTIVE_RELATIONSHIPS,
    CAPACITY,
    CUSTOMER_DISTANCE,
    CUSTOMER_SHARE,
    MISALLOCATION,
)
from honeycell.readings.budget.evidence import gifts, openings, path
from honeycell.readings.budget.load import BACK_DAYS, SHARE_OF_LOW
from honeycell.readings.budget.look import Look, numbered
from honeycell.readings.declared import Declaration
from honeycell.readings.given import Given, organisation_ids
from honeycell.readings.rarefied import rarefied
from honeycell.readings.sentences import amount, band, day, percent
from honeycell.readings.state import EvidenceRow
from honeycell.readings.way import Parameters

__all__ = ["ALL", "Found", "Part", "against_declared"]


@dataclass(frozen=True)
class Found:
    """The numbers of a part, and what they say."""

    value: float | None
    """None where there is nothing to compute it from."""
    low: float | None
    high: float | None
    sentence: str


@dataclass(frozen=True)
class Part:
    """A part of the reading."""

    declared: Declaration
    n: Callable[[Look], int]
    """Effective observations."""
    besides: Callable[[Look], str]
    """What is missing besides the minimum, in words; empty where nothing is."""
    found: Callable[[Look], Found]
    evidence: Callable[[Look], tuple[EvidenceRow, ...]]
    n_evidence: Callable[[Look], int]
    parameters: Callable[[Look], Parameters]
    window_days: int | None = None
    """Days it looks back over; None: those asked for."""


def against_declared(seen: Look) -> tuple[Floats, Floats, Ints]:
    """Share given to and declared for each declared organisation, last everybody else, and a number for each."""
    assert seen.priorities is not None
    ids = np.array([to.id for to, _ in seen.priorities.shares], np.int64)
    declared = np.array([*(share for _, share in seen.priorities.shares), seen.priorities.others])
    out = seen.outward
    at = numbered(organisation_ids(seen.traces, out.organisation), ids)
    given = np.bincount(np.where(at < 0, len(ids), at), out.w, minlength=len(ids) + 1)
    return given / (float(given.sum()) or 1.0), declared, np.append(ids, 1)


def _misallocation(seen: Look) -> Found:
    given, declared, who = against_declared(seen)
    assert seen.priorities is not None
    n = _n_outward(seen)
    value = float(alignment.misallocation(given, declared))
    low, high = alignment.misallocation_band(given, declared, n, who)
    names = [to.name for to, _ in seen.priorities.shares]
    most = int(np.argmax(np.abs(given - declared)[: len(names)]))
    lows, highs = alignment.share_bands(given, n)
    said = MISALLOCATION.template.format(
        share=percent(float(given[most])), name=seen.party.name, account=names[most],
        share_band=band(float(lows[most]), float(highs[most])), who=seen.priorities.decided_by,
        declared=percent(float(declared[most])), when=day(seen.priorities.decided_on), value=percent(value),
        band=band(low, high),
    )  # fmt: skip
    if value <= alignment.by_chance(declared, n, who):
        said += f", no more than chance would show over {n:,} contact days with the share just as declared"
    return Found(value, low, high, said + ".")


def _customer_share(seen: Look) -> Found:
    rows = seen.given
    value = min(1.0, float(_to_customers(seen).w.sum()) / float(rows.w.sum()))
    lows, highs = alignment.share_bands(np.array([value]), rows.n_days(rows.organisation))
    low, high = min(float(lows[0]), value), max(float(highs[0]), value)
    said = CUSTOMER_SHARE.template.format(
        value=percent(value), name=seen.party.name, customers=_customers(seen), band=band(low, high)
    )
    return Found(value, low, high, said)


def _to_customers(seen: Look) -> Given:
    return seen.given.only(seen.customer_of(seen.given.organisation) >= 0)


def _customers(seen: Look) -> str:
    n = len(seen.customers.ids)
    if not seen.customers.declared:
        return "other organisations"
    assert seen.priorities is not None
    names = [to.name for to, _ in seen.priorities.shares]
    return names[0] if n == 1 else f"the {n:,} organisations that {seen.priorities.decided_by} declared"


def _customer_distance(seen: Look) -> Found:
    ids, weight = seen.customers.ids, np.array(seen.customers.weight)
    customer = numbered(seen.standing, ids)
    graph, start = seen.ties.strong().graph(), seen.place_in_ties
    steps = distance.distances(distance.steps(graph, start).steps, customer, len(ids))
    value = float(steps @ weight)
    drawn = distance.distances(distance.replicates(graph, start, seen.ties.persons), customer, len(ids)) @ weight
    low, high = distance.width(value, drawn, 1.0, float(distance.FURTHEST))
    one, far = int((steps == 1).sum()), int((steps > 2).sum())
    around, n = f" ({band(low, high, 'amount')})", f"{len(ids):,}"
    if seen.customers.declared:
        whom = f"customers{around}, each counting by its declared share: of {n} priority accounts"
    else:
        assert seen.organisation is not None
        whom = f"other organisations{around}: of {n} that {seen.organisation.name} is in contact with"
    said = CUSTOMER_DISTANCE.template.format(
        name=seen.party.name, value=amount(value), customers=whom, one=f"{one:,}", far=f"{far:,}"
    )
    return Found(value, low, high, said)


def _active_relationships(seen: Look) -> Found:
    rows = seen.given
    takers, at = np.unique(rows.taker, return_inverse=True)
    w = np.bincount(at, rows.w).astype(float)
    value = float(variety.effective(w[None, :])[0])
    low, high = variety.band(w, seen.traces.persons[takers])
    said = ACTIVE_RELATIONSHIPS.template.format(
        name=seen.party.name, people=f"{len(takers):,}", value=amount(value), band=band(low, high, "amount")
    )
    enough = [one for one in (rows, *seen.past()) if len(one.day) >= variety.LEAST_DAYS]
    if len(enough) < 3:
        return Found(value, low, high, said + ".")
    least = min(len(one.day) for one in enough)
    now, *past = (_of_days(seen, one, least) for one in enough)
    return Found(
        value, low, high,
        f"{said}. At equal amount, {least:,} contact days, that is {amount(now)}; in {len(past)} windows of the two"
        f" years before it was {amount(min(past))} to {amount(max(past))}.",
    )  # fmt: skip


def _of_days(seen: Look, rows: Given, n_days: int) -> float:
    """The number that so many of some contact days show."""
    ids = seen.traces.persons[rows.taker] + rows.day
    return float(rarefied(np.zeros_like(rows.taker), rows.taker, rows.w, ids, np.array([n_days]))[0, 0])


def _capacity(seen: Look) -> Found:
    curve = seen.curve
    if curve.capacity is None:
        return Found(
            None, None, None,
            f"{percent(curve.at_low)} of messages to {seen.party.name} are answered within a working day while few"
            f" others wait; with up to {int(seen.asked.inbound.load.max()):,} waiting that does not surely fall below"
            " four fifths of it.",
        )  # fmt: skip
    point = int(np.searchsorted(curve.from_load, curve.capacity))
    high = "open" if curve.high is None else amount(curve.high)
    said = CAPACITY.template.format(
        chance=percent(curve.at_low), name=seen.party.name, value=curve.capacity,
        band=f"{amount(curve.low or 0.0)}–{high}", less=percent(float(curve.chance[point])),
    )  # fmt: skip
    return Found(float(curve.capacity), curve.low, curve.high, said)


def _n_outward(seen: Look) -> int:
    return seen.outward.n_days(seen.outward.organisation)


def _nobody(seen: Look) -> str:
    if seen.organisation is None:
        return "an organisation that they are known to stand for"
    if seen.party.kind == "organisation" and seen.n_givers < MISALLOCATION.smallest_group:
        return f"{MISALLOCATION.smallest_group} people"
    return ""


def _no_customer(seen: Look) -> str:
    return _nobody(seen) or ("" if len(seen.customers.ids) else "a customer")


def _units(seen: Look) -> Parameters:
    return {f"attention_per_day_{kind}": size for kind, size in sorted(seen.traces.fitted.units.items())}


def _declared(seen: Look) -> Parameters:
    if seen.priorities is None:
        return {}
    one = seen.priorities
    return {
        "decided_by": one.decided_by, "decided_on": one.decided_on.isoformat(), "decision": one.decision_id,
        **{f"declared_{to.slug}": share for to, share in one.shares}, "declared_others": one.others,
    }  # fmt: skip


def _customer_weights(seen: Look) -> Parameters:
    slugs = {to.id: to.slug for to, _ in seen.priorities.shares} if seen.priorities else {}
    rows = seen.t.arrow(seen.t["organisations"].select("organisation_id", "slug"))
    slugs |= dict(zip(rows["organisation_id"].to_pylist(), rows["slug"].to_pylist(), strict=True))
    return {
        f"customer_{slugs[one]}": weight
        for one, weight in zip(seen.customers.ids.tolist(), seen.customers.weight, strict=True)
    }


ALL = (
    Part(
        MISALLOCATION, _n_outward,
        lambda seen: _nobody(seen) or ("" if seen.priorities else "declared priorities: `honeycell priorities set`"),
        _misallocation, lambda seen: gifts(seen, seen.outward), lambda seen: int(seen.outward.n.sum()),
        lambda seen: _units(seen) | _declared(seen),
    ),
    Part(
        CUSTOMER_SHARE, lambda seen: seen.given.n_days(seen.given.organisation), _no_customer, _customer_share,
        lambda seen: gifts(seen, seen.given), lambda seen: int(seen.given.n.sum()),
        lambda seen: _units(seen) | _customer_weights(seen),
    ),
    Part(
        CUSTOMER_DISTANCE, lambda seen: seen.n_days_in_ties, _no_customer, _customer_distance, path,
        lambda seen: len(path(seen)), lambda seen: _customer_weights(seen) | {"each_way_days": distance.EACH_WAY},
        distance.WINDOW_DAYS,
    ),
    Part(
        ACTIVE_RELATIONSHIPS, lambda seen: len(seen.given.day), lambda seen: "", _active_relationships,
        lambda seen: gifts(seen, seen.given), lambda seen: int(seen.given.n.sum()), _units,
    ),
    Part(
        CAPACITY, lambda seen: len(seen.asked.inbound.row), lambda seen: "", _capacity,
        openings, lambda seen: len(openings(seen)), lambda seen: {"share_of_low": SHARE_OF_LOW}, BACK_DAYS,
    ),
)  # fmt: skip
"""In the order of the page."""
