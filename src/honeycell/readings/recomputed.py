"""The value of a reading from its list of evidence, row by row in plain Python.

Nothing here is shared with how the value shown was computed: it is what a reader with pencil, paper and the
parameters under `why` would do, and a test holds the two equal.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from honeycell.readings.state import EvidenceRow

__all__ = ["recomputed", "share_given", "together"]

Parameters = Mapping[str, float | int | str | list[float]]

_WORKING_DAY = 8 * 3600


def recomputed(reading: str, evidence: Sequence[EvidenceRow], parameters: Parameters) -> float | None:
    """The value of a reading from its evidence and parameters alone; None where they hold nothing to count."""
    if not evidence and reading != "attention":
        return None
    return _RECOMPUTE[reading](evidence, parameters)


def _attention(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    days = len({row.detail["on"] for row in evidence})
    return 28.0 * days / max(_number(parameters, "covered_days"), days)


def _redundancy(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    carried = [weight for _, weight in _pairs(evidence, parameters).values()]
    total = sum(carried)
    return math.exp(-sum(w / total * math.log(w / total) for w in carried if w > 0))


def _multiplexity(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    days = {
        (frozenset((row.from_person_id, row.to_person_id)), row.detail["on"], row.detail["context"]) for row in evidence
    }
    shares = [count / len(days) for count in Counter(context for _, _, context in days).values()]
    return math.exp(-sum(share * math.log(share) for share in shares))


def together(evidence: Sequence[EvidenceRow]) -> dict[str, float | int | str | list[float]]:
    """Conversations of three or more people in which the two sides were in touch, and the pairs that were in two."""
    talks: dict[frozenset[int], set[object]] = defaultdict(set)
    for row in evidence:
        if int(row.detail.get("people") or 0) > 2:
            talks[frozenset((row.from_person_id, row.to_person_id))].add(row.detail["conversation"])
    shared = {talk for held in talks.values() for talk in held}
    return {
        "conversations_of_several": len(shared), "pairs_together": sum(len(held) > 1 for held in talks.values())
    }  # fmt: skip


def share_given(evidence: Sequence[EvidenceRow]) -> dict[str, float | int | str | list[float]]:
    """The share of attention in some messages that side a gave; nothing where there are none."""
    total = sum(row.weight for row in evidence)
    return {"share_given": sum(row.weight for row in evidence if row.detail["side"] == "a") / total} if total else {}


def _reciprocity(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    days = len({(frozenset((row.from_person_id, row.to_person_id)), row.detail["on"], row.detail["side"])
                for row in evidence})  # fmt: skip
    given = _number(share_given(evidence), "share_given")
    strength = _number(parameters, "strength")
    return (strength / 2 + days * given) / (strength + days)


def _follow_through(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    due = [row.detail for row in evidence if row.role == "opening"]
    kept = [one for one in due if one["closed_on"] is not None and str(one["closed_on"]) <= str(one["due_on"])]
    return len(kept) / len(due)


def _repetition(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    messages = {row.interaction_id for row in evidence if row.role != "first"}
    again = {row.interaction_id for row in evidence if row.role.endswith(" again")}
    mean, strength = _number(parameters, "cell_mean"), _number(parameters, "cell_strength")
    return (0.5 + strength * mean + len(again)) / (1.0 + strength + len(messages))


def _vitality(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    kept = weights = 0.0
    for rows, weight in _pairs(evidence, parameters).values():
        kept += weight * _chance(rows, parameters)
        weights += weight
    return kept / weights


def _pairs(
    evidence: Sequence[EvidenceRow], parameters: Parameters
) -> dict[frozenset[int], tuple[list[EvidenceRow], float]]:
    """The rows and the attention of each pair, in units of an average contact day of the kind."""
    rows: dict[frozenset[int], list[EvidenceRow]] = defaultdict(list)
    for row in evidence:
        rows[frozenset((row.from_person_id, row.to_person_id))].append(row)
    return {
        pair: (held, sum(row.weight / _number(parameters, f"attention_per_day_{row.detail['kind']}") for row in held))
        for pair, held in rows.items()
    }


def _chance(rows: Sequence[EvidenceRow], parameters: Parameters) -> float:
    """The chance that one pair is in contact within the horizon (`science.md` 4.1)."""
    as_of = date.fromisoformat(str(parameters["as_of"]))
    days = {date.fromisoformat(str(row.detail["on"])) for row in rows}
    age, silence = (as_of - min(days)).days, (as_of - max(days)).days
    x, tx = len(days) - 1, age - silence
    r, alpha, a, b = (_number(parameters, f"bgnbd_{name}") for name in ("r", "alpha", "a", "b"))
    odds = a / (b + x - 1) * ((alpha + age) / (alpha + tx)) ** (r + x) if x else 0.0
    horizon = _number(parameters, "horizon_days")
    pi = (1 - ((alpha + age) / (alpha + age + horizon)) ** (r + x)) / (1 + odds)
    pi = min(max(pi, 1e-6), 1 - 1e-6)
    gap = (tx + 2 * _number(parameters, "median_gap_days")) / (x + 2)
    overlap = float(rows[0].detail["overlap"] or 0.0)
    features = (
        1.0, math.log1p(silence / gap), math.log(len(days)), math.log1p(age), silence / 30, overlap,
        math.log(pi / (1 - pi)), math.log(len(rows)),
    )  # fmt: skip
    coefficients = parameters["coefficients"]
    assert isinstance(coefficients, list)
    chance = 1 / (1 + math.exp(-sum(f * c for f, c in zip(features, coefficients, strict=True))))
    before, after = parameters["steps_from"], parameters["steps_to"]
    assert isinstance(before, list)
    assert isinstance(after, list)
    steps = list(zip([0.0, *before, 1.0], [0.0, *after, 1.0], strict=True))
    (x0, y0), (x1, y1) = next(pair for pair in pairwise(steps) if chance <= pair[1][0])
    return y0 + (y1 - y0) * (chance - x0) / (x1 - x0)


def _responsiveness(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    """One minus Kaplan & Meier, or Aalen & Johansen where colleagues or meetings end turns, at eight working hours."""
    end = datetime.combine(date.fromisoformat(str(parameters["as_of"])) + timedelta(1), time())
    closings = {row.detail["turn"]: row.occurred_at for row in evidence if row.role == "closing"}
    turns = [
        (row, closings.get(row.detail["turn"]) or datetime.max, str(row.detail["cause"]))
        for row in evidence
        if row.role == "opening"
    ]
    first_answer: dict[int, datetime] = defaultdict(lambda: datetime.max)
    for row, closed, cause in turns:
        if cause != "met":
            first_answer[row.interaction_id] = min(first_answer[row.interaction_id], closed)
    ends: list[tuple[int, str]] = []
    for row, closed, cause in turns:
        offset = int(row.detail["responder_offset_minutes"] or 0)
        at = min(closed, first_answer[row.interaction_id])
        how = "answered" if at == closed and cause in ("explicit", "inferred") else "otherwise"
        if at >= end:
            at, how = end, "open"
        ends.append((_worked(row.occurred_at, at, offset), how))
    share = _incidence(ends)
    n, mean, strength = len(ends), _number(parameters, "cell_mean"), _number(parameters, "cell_strength")
    return (n * share + strength * mean) / (n + strength)


def _incidence(ends: Sequence[tuple[int, str]]) -> float:
    answered, surviving, at_risk = 0.0, 1.0, len(ends)
    for at in sorted({seconds for seconds, _ in ends if seconds <= _WORKING_DAY}):
        here = [how for seconds, how in ends if seconds == at]
        answered += surviving * here.count("answered") / at_risk
        surviving *= 1 - (len(here) - here.count("open")) / at_risk
        at_risk -= len(here)
    return answered


def _worked(start: datetime, end: datetime, offset_minutes: int) -> int:
    """Seconds between two instants on Monday to Friday, 9 to 17 at an offset; counted up to two working days."""
    here = timedelta(minutes=offset_minutes)
    start, end = (at.replace(microsecond=0, tzinfo=UTC) + here for at in (start, end))
    total, day = 0, start.date()
    while day <= end.date() and total <= 2 * _WORKING_DAY:
        if day.weekday() < 5:
            opens = max(start, datetime.combine(day, time(9), UTC))
            closes = min(end, datetime.combine(day, time(17), UTC))
            total += max(0, int((closes - opens).total_seconds()))
        day += timedelta(1)
    return total


def _idea_flow(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    """Of each time that somebody took a phrase up who could be compared, the share of the others like them."""
    had = had_not = 0.0
    for row in evidence:
        if row.role == "taken up" and "n_alike" in row.detail:
            n, n_read = (int(row.detail[name] or 0) for name in ("n_alike", "n_had_read"))
            had += (n - n_read) / n if row.detail["had_read"] else 0.0
            had_not += 0.0 if row.detail["had_read"] else n_read / n
    return had / had_not


def _dialogue(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    """Of the conversations in which anything was said, those in which the side changed twice."""
    spoken: dict[object, str] = defaultdict(str)
    for row in evidence:
        if row.role == "said" and row.detail["side"] in ("a", "b"):
            spoken[row.detail["conversation"]] += str(row.detail["side"])
    return sum("aba" in said or "bab" in said for said in map(_squeezed, spoken.values())) / len(spoken)


def _squeezed(said: str) -> str:
    """Without what repeats the letter before."""
    return "".join(one for at, one in enumerate(said) if said[at - 1 : at] != one)


def _openness(evidence: Sequence[EvidenceRow], parameters: Parameters) -> float:
    """Of what one side said or met for, what was directed, met, or said where the other side wrote shortly before."""
    side, within = parameters["side"], timedelta(_number(parameters, "present_days"))
    heard: dict[object, list[date]] = defaultdict(list)
    for row in evidence:
        if row.detail["side"] not in (side, "both") and row.detail["space"]:
            heard[row.detail["space"]].append(date.fromisoformat(str(row.detail["on"])))
    ours = [row for row in evidence if row.detail["side"] in (side, "both")]
    reached = 0
    for row in ours:
        on = date.fromisoformat(str(row.detail["on"]))
        there = any(on - within <= day <= on for day in heard[row.detail["space"]])
        reached += row.detail["directed"] == 1 or there
    return reached / len(ours)


def _number(parameters: Parameters, name: str) -> float:
    value = parameters.get(name, 1.0)
    assert not isinstance(value, list)
    return float(value)


_RECOMPUTE = {
    "vitality": _vitality, "attention": _attention, "responsiveness": _responsiveness, "reciprocity": _reciprocity,
    "follow_through": _follow_through, "redundancy": _redundancy, "multiplexity": _multiplexity,
    "repetition": _repetition, "idea_flow": _idea_flow, "dialogue": _dialogue, "openness": _openness,
}  # fmt: skip
