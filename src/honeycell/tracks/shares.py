"""Dialogue and openness of a relationship: shares over its conversations (`science.md` 4.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from scipy.special import betaincinv

from honeycell.readings.declared import ANYBODY, EVERY, Declaration, status
from honeycell.readings.sentences import band, no_value, percent
from honeycell.tracks.talks import MEETINGS, OTHER

__all__ = ["DIALOGUE", "OPENNESS", "PRESENT_DAYS", "Counted", "Share", "dialogue", "openness"]

_CHANGES = 2
"""Changes of speaker from which a conversation is a dialogue: there and back."""
PRESENT_DAYS = 28
"""Who wrote in a space so lately may read what is said there."""
_WHOLE = "every message and meeting of either side in their conversations, with its conversation, side and space"

DIALOGUE = Declaration(
    "dialogue", "Do the two talk with each other?", "share", 0.0, 1.0, EVERY, 5, "conversations",
    "conversations of the two with two or more changes of speaker between them, meetings left out, / all of them; beta"
    " posterior (Jeffreys 1946)",
    "all conversations of the two",
    "In {value} of {n} conversations of {days} days ({band}) the word went from {a} to {b} and back, or the other way"
    " round.",
    smallest_group=ANYBODY, evidence=_WHOLE,
)  # fmt: skip
OPENNESS = Declaration(
    "openness", "Does what our side says reach the other?", "share", 0.0, 1.0, EVERY, 20, "messages and meetings",
    "messages and meetings of one side in their conversations that were directed at the other, met with it, or said in"
    " a space where it had written in the 28 days before, / all of that side; beta posterior (Jeffreys 1946)",
    "all that this side said or met for in them",
    "Of what {ours} said in conversations with {theirs} {value} reached them ({band}, {n} messages or meetings).",
    smallest_group=ANYBODY, evidence=_WHOLE,
)  # fmt: skip

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


def dialogue(
    talks: Sequence[Rows], coverage: float, days_since_covered: int, names: Mapping[str, str], days: int
) -> Share:
    """The share of conversations in which the word went from one side to the other and back.

    Args:
        talks: Of each conversation its interactions in order of time, with `interaction_id`, `kind` and `side`.
        coverage: Share of the window in which a sensor was on.
        days_since_covered: Days between the last covered day and the one asked for.
        names: Of the sides `a` and `b`.
        days: How many they are of.

    Example:
        >>> said = [{"interaction_id": at, "kind": "message", "side": side} for at, side in enumerate("abab")]
        >>> dialogue([said] * 5, 1.0, 0, {"a": "Aster", "b": "Birch"}, 365).value
        1.0
    """
    evidence, counted = [], []
    for rows in talks:
        spoken = [row["side"] for row in rows if row["kind"] not in MEETINGS and row["side"] in OTHER]
        if spoken:
            first = int(rows[0]["interaction_id"])
            evidence.append(first)
            if sum(one != after for one, after in pairwise(spoken)) >= _CHANGES:
                counted.append(first)

    def said(value: float, ends: str) -> str:
        return DIALOGUE.template.format(
            n=f"{len(evidence):,}", days=f"{days:,}", value=percent(value), a=names["a"], b=names["b"], band=ends
        )

    return _share(DIALOGUE, evidence, counted, coverage, days_since_covered, said)


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
    theirs, rows = OTHER[ours], [row for talk in talks for row in talk]
    wrote: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        if row["space"] and row["side"] == theirs:
            wrote[row["space"]].add(row["occurred_on"])
    evidence = [row for row in rows if row["side"] in (ours, "both")]
    counted = [
        row for row in evidence
        if row["side"] == "both" or row["interaction_id"] in reached
        or any(0 <= (row["occurred_on"] - on).days <= PRESENT_DAYS for on in wrote.get(row["space"] or "", ()))
    ]  # fmt: skip

    def said(value: float, ends: str) -> str:
        return OPENNESS.template.format(
            value=percent(value), ours=names[ours], theirs=names[theirs], band=ends, n=f"{len(evidence):,}"
        )

    ids, yes = ([int(row["interaction_id"]) for row in some] for some in (evidence, counted))
    return _share(OPENNESS, ids, yes, coverage, days_since_covered, said)


def _share(
    declared: Declaration, evidence: Sequence[int], counted: Sequence[int], coverage: float, since: int, said: Any
) -> Share:
    n, name, yes = len(evidence), declared.name, frozenset(counted)
    listed = tuple(Counted(one, one in yes) for one in evidence)
    stands = status(coverage=coverage, days_since_covered=since, n=n, minimum=declared.minimum, calibrated=True)
    if stands != "ok":
        return Share(name, None, None, None, n, coverage, stands, no_value(declared, stands, n), listed)
    value = len(counted) / n
    # Jeffreys 1946.
    low, high = (float(betaincinv(len(counted) + 0.5, n - len(counted) + 0.5, at)) for at in (0.05, 0.95))
    low, high = min(low, value), max(high, value)
    return Share(name, value, low, high, n, coverage, stands, said(value, band(low, high)), listed)
