"""What a reading says in plain units: templates with numbers, no feelings, no verdicts on anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from honeycell.readings.declared import Declaration

__all__ = ["amount", "band", "day", "documents_only", "lede", "listed", "no_value", "percent"]

_NONE, _ALL = 0.005, 0.995
"""Shares that would be printed as 0% or 100% without being it."""


def percent(share: float) -> str:
    """A share in per cent; what is nearly nothing or nearly all is not rounded to it.

    Example:
        >>> percent(0.584), percent(0.001), percent(0.0)
        ('58%', 'less than 1%', '0%')
    """
    if 0.0 < share < _NONE:
        return "less than 1%"
    if _ALL < share < 1.0:
        return "more than 99%"
    return f"{share:.0%}"


def amount(value: float) -> str:
    """A number with as many digits as it deserves.

    Example:
        >>> amount(3.14159), amount(31.4159)
        ('3.1', '31')
    """
    return f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def day(on: date) -> str:
    """A date as it is read: 5 Oct 2026."""
    return f"{on.day} {on:%b %Y}"


def no_value(declared: Declaration, status: str, n: int, extra: str = "") -> str:
    """Why there is no number."""
    if status == "not_observable":
        return declared.unseen or "No archive covers this window, so nothing can be said of it."
    if status == "stale":
        return "The archives end more than 30 days before this day."
    seen, least = _times(n, declared.observation), f"{declared.minimum} {declared.observation}"
    if extra and n >= declared.minimum:
        return f"Too little to say: {seen} in this window would be enough, but it also takes {extra}."
    return f"Too little to say: {seen} in this window; it takes at least {least}" + (f" and {extra}." if extra else ".")


def _times(n: int, things: str) -> str:
    thing = things if n != 1 else things.removesuffix("s")
    return f"{n:,} {thing}" if n else f"no {things}"


def band(low: float | None, high: float | None, form: str = "percent") -> str:
    """The interval of a share, or with `form` amount of any number; empty where there is none."""
    if low is None or high is None:
        return ""
    if form == "percent":
        return f"{low * 100:.0f}–{high * 100:.0f}%"
    return f"{amount(low)}–{amount(high)}"


def listed(names: Sequence[str]) -> str:
    """Names with commas and a last and."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def lede(
    names: tuple[str, str], *, n_days: int, window_days: int, n_covered: int, n_pairs: int, since: date, last: date,
    trends: Sequence[tuple[str, str]],
) -> tuple[str, ...]:  # fmt: skip
    """One or two sentences that say how things stand; of days that no archive covers, nothing.

    Example:
        >>> asked = {"window_days": 90, "n_pairs": 2, "since": date(2025, 1, 2), "last": date(2026, 3, 1), "trends": ()}
        >>> lede(("Alder", "Brook"), n_days=3, n_covered=16, **asked)[0]
        'Alder and Brook were in contact on 3 days of the 16 on record in the last 90, through 2 pairs of people.'
        >>> lede(("Alder", "Brook"), n_days=0, n_covered=0, **asked)[0]
        'Nothing of the last 90 days is on record; the last contact before was on 1 Mar 2026.'
    """
    a, b = names
    seen = f"the last {window_days}"
    if n_covered < window_days:
        seen = f"the {n_covered:,} on record in the last {window_days}"
    if n_days:
        of = "one pair of people" if n_pairs == 1 else f"{n_pairs:,} pairs of people"
        first = f"{a} and {b} were in contact on {_times(n_days, 'days')} of {seen}, through {of}."
    elif n_covered:
        first = f"{a} and {b} were not in contact on any day of {seen}; the last time was {day(last)}."
    else:
        first = f"Nothing of the last {window_days} days is on record; the last contact before was on {day(last)}."
    moved = [f"{reading} is {trend}" for reading, trend in trends if trend != "steady"]
    if moved:
        return first, f"Against six months before, {listed(moved)}."
    if trends:
        return first, "Against six months before, nothing measured here has clearly changed."
    return first, f"The first contact on record was {day(since)}."


def documents_only(names: tuple[str, str], first: date, last: date) -> str:
    """How two stand of whom no message or meeting is here."""
    when = f"on {day(first)}" if first == last else f"from {day(first)} to {day(last)}"
    return f"{names[0]} and {names[1]} exchanged orders or invoices {when}; no message or meeting of theirs is here."
