"""Readings of guests and hosts a second time, row by row from their evidence (`honeycell.readings.recomputed`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from honeycell.readings.state import EvidenceRow

__all__ = ["RECOMPUTE"]

Parameters = Mapping[str, float | int | str | list[float]]


def _lift(evidence: Sequence[EvidenceRow], _: Parameters) -> float:
    out: dict[tuple[int, object], float] = defaultdict(float)
    into: dict[tuple[int, object], float] = defaultdict(float)
    giver: tuple[int, object]
    taker: tuple[int, object]
    among = total = 0.0
    for row in evidence:
        giver, taker = (row.from_person_id, row.detail["from_side"]), (row.to_person_id, row.detail["to_side"])
        out[giver] += row.weight
        into[taker] += row.weight
        total += row.weight
        if giver[1] == taker[1] == "guest":
            among += row.weight
    guests = expected = everybody = 0.0
    for giver, given in out.items():
        rest = total - into.get(giver, 0.0)
        everybody += given * rest
        if giver[1] == "guest":
            guests = sum(w for who, w in into.items() if who[1] == "guest" and who != giver)
            expected += given * guests
    return (among / total) / (expected / everybody)


def _host_free(evidence: Sequence[EvidenceRow], _: Parameters) -> float:
    answers = [row.detail["side"] for row in evidence if row.role == "answer"]
    return answers.count("guest") / len(answers)


def _continuity(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    days = parameters["covered_on"]
    assert isinstance(days, list)
    hosted, written = set(), dict.fromkeys(map(int, days), 0)
    for row in evidence:
        day = date.fromisoformat(str(row.detail["on"])).toordinal() - date(1970, 1, 1).toordinal()
        if row.detail["side"] == "host":
            hosted.add(day)
        else:
            written[day] += 1
    off = usual = 0.0
    for day, n in written.items():
        like = [written[other] for other in hosted if 0 < abs(day - other) <= 28 and (day - other) % 7 == 0]
        if day not in hosted and like:
            off += n
            usual += sum(like) / len(like)
    return off / usual


RECOMPUTE = {"peer_share": _lift, "host_free_answers": _host_free, "host_off_continuity": _continuity}
"""By reading: from some rows and the parameters beside them to the value."""
