"""The value of a reading of the network from its list of evidence, row by row in plain Python.

Nothing here is shared with how the value shown was computed (`honeycell.readings.recomputed`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from honeycell.readings.state import EvidenceRow

__all__ = ["recomputed"]

Parameters = Mapping[str, float | int | str | list[float]]


def recomputed(reading: str, evidence: Sequence[EvidenceRow], parameters: Parameters) -> float | None:
    """The value of a reading from its evidence and parameters alone; None where they hold nothing to count."""
    if not evidence:
        return None
    return {"hierarchy": _hub_share, "centralisation": _centralisation, "orderedness": _ordered}[reading](
        evidence, parameters
    )


def _hub_share(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    hub = parameters["hub"]
    touching = sum(
        row.weight for row in evidence if hub in (row.detail["from_organisation"], row.detail["to_organisation"])
    )
    return touching / sum(row.weight for row in evidence)


def _centralisation(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    strength: dict[object, float] = defaultdict(float)
    for row in evidence:
        strength[row.detail["from_organisation"]] += row.weight
        strength[row.detail["to_organisation"]] += row.weight
    total, most = sum(row.weight for row in evidence), max(strength.values())
    return sum(most - one for one in strength.values()) / ((len(strength) - 2) * total)


def _ordered(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    days: dict[tuple[int, int], set[object]] = defaultdict(set)
    for row in evidence:
        days[row.from_person_id, row.to_person_id].add(row.detail["on"])
    below: dict[int, set[int]] = defaultdict(set)
    for a, b in {(min(pair), max(pair)) for pair in days}:
        forth, back = len(days.get((a, b), ())), len(days.get((b, a), ()))
        if forth + back >= int(str(parameters["least_days"])):
            if _chance_of_more(forth, back) > float(str(parameters["sure"])):
                below[a].add(b)
            elif _chance_of_more(back, forth) > float(str(parameters["sure"])):
                below[b].add(a)
    people = sorted({*below, *(to for ends in below.values() for to in ends)})
    n, most = len(people), int(str(parameters["targets"]))
    targets = {people[at * (n - 1) // (most - 1)] for at in range(most)} if n > most else set(people)
    shares = []
    for one in people:
        found, todo = {one}, [one]
        while todo:
            new = below[todo.pop()] - found
            found |= new
            todo += new
        shares.append(len((found & targets) - {one}) / len(targets - {one}))
    return sum(max(shares) - share for share in shares) / (n - 1)


def _chance_of_more(forth: int, back: int) -> float:
    """The chance that more than half of the days go forth, under a flat prior: a sum of binomials."""
    n = forth + back + 1
    return float(sum(math.comb(n, k) for k in range(forth + 1)) / 2**n)
