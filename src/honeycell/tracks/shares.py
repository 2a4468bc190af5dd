"""Dialogue and openness of a relationship: shares over its conversations (`science.md` 4.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from scipy.special import betaincinv

from honeycell.readings.declared import status
from honeycell.readings.sentences import band, percent

__all__ = ["LEAST", "Counted", "Share", "dialogue", "openness"]

LEAST = {"dialogue": 5, "openness": 20}
"""Conversations, and events, under which there is no number."""
_CHANGES = 2
"""Changes of speaker from which a conversation is a dialogue: there and back."""
_PRESENT = timedelta(28)
"""Who wrote in a space so lately may read what is said there."""
_MET = ("meeting", "call")
_OTHER = {"a": "b", "b": "a"}

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Counted:
    """What a share is counted from."""

    interaction_id: int
    counts: bool


@dataclass(frozen=True)
class Share:
    """One share with all that it is counted from; without a value at status thin and before."""

    name: str
    """dialogue or openness."""
    value: float | None
    """0 to 1: of `evidence`, the part that counts."""
    low: float | None
    """5th percentile."""
    high: float | None
    """95th percentile."""
    n: int
    """Conversations, or events of one side."""
    coverage: float
    """Share of the window in which a sensor was on."""
    status: str
    """not_observable, stale, thin or ok, as of a reading."""
    sentence: str
    evidence: tuple[Counted, ...]
    """The first interaction of each conversation, or each event."""


def dialogue(talks: Sequence[Rows], coverage: float, days_since_covered: int, names: Mapping[str, str]) -> Share:
    """The share of conversations in which the word went from one side to the other and back.

    Args:
        talks: Of each conversation its interactions in order of time, with `interaction_id`, `kind` and `side`.
        coverage: Share of the window in which a sensor was on.
        days_since_covered: Days between the last covered day and the one asked for.
        names: Of the sides `a` and `b`.

    Example:
        >>> said = [{"interaction_id": at, "kind": "message", "side": side} for at, side in enumerate("abab")]
        >>> dialogue([said] * 5, 1.0, 0, {"a": "Aster", "b": "Birch"}).value
        1.0
    """
    evidence, counted = [], []
    for rows in talks:
        spoken = [row["side"] for row in rows if row["kind"] not in _MET and row["side"] in _OTHER]
        if spoken:
            first = int(rows[0]["interaction_id"])
            evidence.append(first)
            if sum(one != after for one, after in pairwise(spoken)) >= _CHANGES:
                counted.append(first)

    def said(value: float, ends: str) -> str:
        return (
            f"In {percent(value)} of {len(evidence):,} conversations ({ends}) the word went from {names['a']} to"
            f" {names['b']} and back, or the other way round."
        )

    return _share("dialogue", "conversations", evidence, counted, coverage, days_since_covered, said)


def openness(
    talks: Sequence[Rows], reached: frozenset[int], ours: str, coverage: float, days_since_covered: int,
    names: Mapping[str, str],
) -> Share:  # fmt: skip
    """The share of what one side said or did in its conversations with the other that reached somebody of the other.

    It reaches whom it was directed at, who met there, and in a space those who wrote there in the four weeks before. Of
    one side alone, as what the other says among itself is not seen.

    Args:
        talks: As of `dialogue`, with `space` and `occurred_on` too.
        reached: Interactions that were directed at somebody of the other side.
        ours: The side: `a` or `b`.
        coverage: As of `dialogue`.
        days_since_covered: As of `dialogue`.
        names: Of the sides `a` and `b`.
    """
    theirs, rows = _OTHER[ours], [row for talk in talks for row in talk]
    wrote: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        if row["space"] and row["side"] == theirs:
            wrote[row["space"]].add(row["occurred_on"])
    evidence = [row for row in rows if row["side"] in (ours, "both")]
    counted = [
        row for row in evidence
        if row["side"] == "both" or row["interaction_id"] in reached
        or any(timedelta(0) <= row["occurred_on"] - on <= _PRESENT for on in wrote.get(row["space"] or "", ()))
    ]  # fmt: skip

    def said(value: float, ends: str) -> str:
        return (
            f"{percent(value)} of what {names[ours]} said in these conversations ({ends}; {len(evidence):,} messages or"
            f" meetings) reached somebody of {names[theirs]}."
        )

    ids, yes = ([int(row["interaction_id"]) for row in some] for some in (evidence, counted))
    return _share("openness", "messages and meetings", ids, yes, coverage, days_since_covered, said)


def _share(
    name: str, things: str, evidence: Sequence[int], counted: Sequence[int], coverage: float, since: int, said: Any
) -> Share:
    n, least, yes = len(evidence), LEAST[name], frozenset(counted)
    listed = tuple(Counted(one, one in yes) for one in evidence)
    stands = status(coverage=coverage, days_since_covered=since, n=n, minimum=least, calibrated=True)
    if stands != "ok":
        why = f"Too little to say: {n:,} {things}; it takes {least}." if stands == "thin" else "Not covered."
        return Share(name, None, None, None, n, coverage, stands, why, listed)
    value = len(counted) / n
    # Jeffreys 1946.
    low, high = (float(betaincinv(len(counted) + 0.5, n - len(counted) + 0.5, at)) for at in (0.05, 0.95))
    low, high = min(low, value), max(high, value)
    return Share(name, value, low, high, n, coverage, stands, said(value, band(low, high)), listed)
