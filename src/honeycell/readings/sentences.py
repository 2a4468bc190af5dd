"""What a reading says in plain units: templates with numbers, no feelings, no verdicts on anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from honeycell.readings.declared import Declaration
from honeycell.readings.redundancy import WINDOW_DAYS

__all__ = [
    "Answers", "Exposure", "Rhythm", "amount", "attention", "day", "lede", "no_value", "percent", "redundancy",
    "responsiveness", "vitality",
]  # fmt: skip

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
        return "No archive covers this window, so nothing can be said of it."
    if status == "stale":
        return "The archives end more than 30 days before this day."
    least = f"{declared.minimum} {declared.observation}" + (f" and {extra}" if extra else "")
    seen = _times(n, declared.observation)
    return f"Too little to say: {seen} in this window; it takes at least {least}."


def _times(n: int, things: str) -> str:
    thing = things if n != 1 else things.removesuffix("s")
    return f"{n:,} {thing}" if n else f"no {things}"


def _band(low: float | None, high: float | None, form: str = "percent") -> str:
    if low is None or high is None:
        return ""
    if form == "percent":
        return f"{low * 100:.0f}–{high * 100:.0f}%"
    return f"{amount(low)}–{amount(high)}"


@dataclass(frozen=True)
class Rhythm:
    """How the pairs of a relationship stand."""

    n_pairs: int
    n_alive: int
    """Pairs with a chance of at least one half."""
    gap_days: float
    """Mean days between contact days, for a single pair."""
    silence_days: int
    """Days since the last contact day."""


def vitality(value: float, low: float | None, high: float | None, rhythm: Rhythm, horizon: int) -> str:
    """The sentence of Vitality, for one pair or many."""
    band = _band(low, high)
    if rhythm.n_pairs == 1:
        quiet = "in contact on that very day" if rhythm.silence_days == 0 else f"quiet for {rhythm.silence_days:,} days"
        return (
            f"Usually in contact every {amount(rhythm.gap_days)} days, now {quiet}: the chance of contact within"
            f" {horizon} days is {percent(value)} ({band})."
        )
    likely = "is" if rhythm.n_alive == 1 else "are"
    return (
        f"Of {rhythm.n_pairs:,} pairs in touch over the last {WINDOW_DAYS} days, {rhythm.n_alive:,} {likely} more"
        f" likely than not to be in contact again within {horizon} days; {percent(value)} of the attention is expected"
        f" to last ({band})."
    )


def attention(
    value: float,
    low: float | None,
    high: float | None,
    names: tuple[str, str],
    share: tuple[float, float, float] | None,
) -> str:
    """The sentence of Attention; `share` is value, low and high of what side a gave outward."""
    said = f"In contact on {amount(value)} days in every four weeks ({_band(low, high, 'amount')})"
    if share is None:
        return said + "."
    of_it, band = percent(share[0]), _band(*share[1:])
    return f"{said}; {of_it} of the attention {names[0]} gave outward went to {names[1]} ({band})."


@dataclass(frozen=True)
class Answers:
    """One side answering the other."""

    value: float
    low: float | None
    high: float | None
    n: int
    plateau: float
    """Answered within 30 days."""
    median_hours: float | None
    """Working hours until half are answered, where more than half ever are."""


def responsiveness(answers: Answers, back: Answers | None, names: tuple[str, str]) -> str:
    """The sentence of Responsiveness: side b answers side a, and the other way round."""
    a, b = names
    half = f", half of them within {_hours(answers.median_hours)}" if answers.median_hours is not None else ""
    never = max(0.0, 1.0 - answers.plateau)
    said = (
        f"{b} answers {percent(answers.value)} of {a}'s direct messages within a working day"
        f" ({_band(answers.low, answers.high)}, {answers.n:,} turns){half};"
        f" {percent(never)} stay unanswered for 30 days."
    )
    if back is None:
        return said
    return f"{said} {a} answers {percent(back.value)} of {b}'s ({_band(back.low, back.high)}, {back.n:,})."


def _hours(hours: float) -> str:
    if hours < 1.0:
        return f"{max(1, round(hours * 60))} minutes"
    return f"{amount(hours)} working hours"


@dataclass(frozen=True)
class Exposure:
    """What goes with whom."""

    n_pairs: int
    names: tuple[str, ...]
    """The one, two, three persons whose leaving costs most, in order."""
    shares: tuple[float, ...]
    """Attention gone with the first one, two, three."""


def redundancy(value: float, low: float | None, high: float | None, exposure: Exposure) -> str:
    """The sentence of Redundancy."""
    said = (
        f"Over the last {WINDOW_DAYS} days {exposure.n_pairs:,} pairs talked, and it behaves like {amount(value)} equal"
        f" ones ({_band(low, high, 'amount')})."
    )
    if not exposure.names:
        return said
    said += f" Without {exposure.names[0]} {percent(exposure.shares[0])} of it goes"
    if len(exposure.names) > 1:
        said += f"; without {_listed(exposure.names)} {percent(exposure.shares[len(exposure.names) - 1])}"
    return said + "."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def lede(
    names: tuple[str, str], *, n_days: int, window_days: int, n_pairs: int, since: date, last: date,
    trends: Sequence[tuple[str, str]],
) -> tuple[str, ...]:  # fmt: skip
    """One or two sentences that say how things stand."""
    a, b = names
    if n_days:
        of = "one pair of people" if n_pairs == 1 else f"{n_pairs:,} pairs of people"
        first = f"{a} and {b} were in contact on {_times(n_days, 'days')} of the last {window_days}, through {of}."
    else:
        first = f"{a} and {b} were not in contact in the last {window_days} days; the last time was {day(last)}."
    moved = [f"{reading} is {trend}" for reading, trend in trends if trend != "steady"]
    if moved:
        return first, f"Against six months before, {_listed(moved)}."
    if trends:
        return first, "Against six months before, nothing measured here has clearly changed."
    return first, f"The first contact on record was {day(since)}."
