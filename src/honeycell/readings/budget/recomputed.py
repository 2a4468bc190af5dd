"""The value of a part of the attention from its list of evidence, row by row in plain Python.

Nothing here is shared with how the value shown was computed (`honeycell.readings.recomputed`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from honeycell.readings.state import EvidenceRow

__all__ = ["recomputed"]

Parameters = Mapping[str, float | int | str | list[float]]

_OTHERS = "others"
_WORKING_DAY = timedelta(hours=8)


def recomputed(reading: str, evidence: Sequence[EvidenceRow], parameters: Parameters, party_id: int) -> float | None:
    """The value of a part from its evidence and parameters alone; None where they hold nothing to count."""
    if reading == "customer_distance":
        return _distance(evidence, parameters, party_id)
    if not evidence:
        return None
    if reading == "capacity":
        return _capacity(evidence, parameters)
    return {"misallocation": _moved, "customer_share": _customers, "active_relationships": _people}[reading](
        evidence, parameters
    )


def _moved(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    declared = _named(parameters, "declared_")
    given = dict.fromkeys(declared, 0.0)
    for row in evidence:
        to = str(row.detail["to_organisation"])
        given[to if to in declared else _OTHERS] += _weight(row, parameters)
    total = sum(given.values())
    return sum(abs(given[one] / total - share) for one, share in declared.items()) / 2


def _customers(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    customers = _named(parameters, "customer_")
    to = sum(_weight(row, parameters) for row in evidence if row.detail["to_organisation"] in customers)
    return to / sum(_weight(row, parameters) for row in evidence)


def _people(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    given: dict[int, float] = defaultdict(float)
    for row in evidence:
        given[row.to_person_id] += _weight(row, parameters)
    total = sum(given.values())
    return math.exp(-sum(w / total * math.log(w / total) for w in given.values() if w > 0))


def _distance(evidence: Sequence[EvidenceRow], parameters: Parameters, start: int) -> float:
    days: dict[tuple[int, int], set[object]] = defaultdict(set)
    of: dict[int, object] = {}
    for row in evidence:
        days[row.from_person_id, row.to_person_id].add(row.detail["on"])
        of[row.from_person_id], of[row.to_person_id] = row.detail["from_customer"], row.detail["to_customer"]
    each = float(str(parameters["each_way_days"]))
    beside: dict[int, set[int]] = defaultdict(set)
    for (one, other), there in days.items():
        if len(there) >= each and len(days.get((other, one), ())) >= each:
            beside[one].add(other)
    steps, edge = {start: 0}, {start}
    while edge:
        edge = {new for one in edge for new in beside[one]} - steps.keys()
        steps |= dict.fromkeys(edge, max(steps.values()) + 1)
    return sum(
        weight * max(1, min([4, *(steps[one] for one, at in of.items() if at == name and one in steps)]))
        for name, weight in _named(parameters, "customer_").items()
    )


def _capacity(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float | None:
    """Loads one by one, pooled neighbours, and the pool-adjacent-violators rule (Barlow and others 1972)."""
    closings = {row.detail["turn"]: row for row in evidence if row.role == "closing"}
    opened = sorted((row for row in evidence if row.role == "opening"), key=lambda row: row.occurred_at)
    turns: list[tuple[int, bool]] = []
    for at, row in enumerate(opened):
        if not row.detail["counted"]:
            continue
        closing = closings.get(row.detail["turn"])
        answered = closing is not None and _worked(row, closing.occurred_at) <= _WORKING_DAY
        waiting = 0
        for other in reversed(opened[:at]):
            if other.occurred_at + timedelta(7) <= row.occurred_at:
                break
            ended = closings.get(other.detail["turn"])
            is_before = other.occurred_at < row.occurred_at
            waiting += is_before and (ended is None or ended.occurred_at > row.occurred_at)
        turns.append((waiting, answered))
    by_load: dict[int, list[bool]] = defaultdict(list)
    for waiting, answered in turns:
        by_load[waiting].append(answered)
    least, points = max(20, len(turns) // 20), [(min(by_load), list[bool]())]
    for waiting in sorted(by_load):
        if len(points[-1][1]) >= least:
            points.append((waiting, []))
        points[-1][1].extend(by_load[waiting])
    if len(points) > 1 and len(points[-1][1]) < least:
        points[-2][1].extend(points.pop()[1])
    low: list[bool] = []
    for _from, here in points:
        low += here
        if len(low) >= len(turns) / 4:
            break
    blocks: list[list[float]] = []
    for _from, here in points:
        blocks.append([sum(here), len(here), 1])
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] > blocks[-2][0] * blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    chances = [yes / n for yes, n, many in blocks for _ in range(int(many))]
    under = float(str(parameters["share_of_low"])) * sum(low) / len(low)
    return next((float(start) for (start, _), chance in zip(points, chances, strict=True) if chance < under), None)


def _worked(row: EvidenceRow, end: datetime) -> timedelta:
    """Working time between a message and an instant: Monday to Friday, 9 to 17 at the responder's offset."""
    here = timedelta(minutes=int(row.detail["offset_minutes"] or 0))
    start, end = ((at + here).replace(microsecond=0, tzinfo=None) for at in (row.occurred_at, end))
    total, on = timedelta(), start.date()
    while on <= end.date() and total <= 2 * _WORKING_DAY:
        if on.weekday() < 5:
            opens, closes = max(start, _at(on, 9)), min(end, _at(on, 17))
            total += max(timedelta(), closes - opens)
        on += timedelta(1)
    return total


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour))


def _weight(row: EvidenceRow, parameters: Parameters) -> float:
    return row.weight / float(str(parameters[f"attention_per_day_{row.detail['kind']}"]))


def _named(parameters: Parameters, prefix: str) -> dict[str, float]:
    return {
        name.removeprefix(prefix): float(str(value)) for name, value in parameters.items() if name.startswith(prefix)
    }
