"""Dates, counts and shares as a person reads them, and text from outside made safe to print."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

__all__ = [
    "FRACTIONS",
    "amount",
    "count",
    "day",
    "escaped",
    "likelihood",
    "named",
    "number",
    "plain",
    "share",
    "shown_handle",
    "size",
    "some",
    "unit_of",
    "written",
]

# Controls (escape sequences of a terminal among them), line separators and the marks that turn text around:
# names and subjects come from strangers.
_HIDDEN = "\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[\x00-\x1f{_HIDDEN}]+")
_LONGEST = 44
"""Characters of a name that are shown: what is longer was written to be mistaken for something else."""
FRACTIONS = ("probability", "share")
"""Units that are written as per cent."""
_MANY = re.compile(r"^(?!times)((?:open )?\w+)s\b")
"""The first noun of a unit, in the plural."""
_SHORT = {"contact days per 4 weeks": "days in 4 weeks"}


def plain(text: object) -> str:
    r"""Text on one line, without anything that a terminal would obey.

    Example:
        >>> plain("Re:\tlunch\x1b[2J")
        'Re: lunch [2J'
    """
    return _UNSAFE.sub(" ", str(text)).strip()


def named(text: object) -> str:
    """A name that somebody gave themselves, as `plain` and no longer than a name is.

    Example:
        >>> named("Ana Silva"), len(named("Ana" * 9999))
        ('Ana Silva', 44)
    """
    name = plain(text)
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def escaped(page: str) -> str:
    r"""JSON that says the same without the signs a terminal would obey; JSON itself escapes those below 32.

    Example:
        >>> escaped('["\x9b31m"]')
        '["\\u009b31m"]'
    """
    return re.sub(f"[{_HIDDEN}]", lambda found: f"\\u{ord(found[0]):04x}", page)


def day(on: date | None) -> str:
    """A date as `5 Oct 2026`; empty for None.

    Example:
        >>> day(date(2026, 10, 5))
        '5 Oct 2026'
    """
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return "" if on is None else f"{on.day} {months[on.month - 1]} {on.year}"


def count(n: int) -> str:
    """A whole number with its thousands apart.

    Example:
        >>> count(12522)
        '12,522'
    """
    return f"{n:,}"


def share(part: float) -> str:
    """A fraction as per cent, with a decimal below ten.

    Example:
        >>> share(0.314), share(0.0052)
        ('31 %', '0.5 %')
    """
    percent = 100 * part
    return f"{percent:.1f} %" if 0 < percent < 9.95 else f"{percent:.0f} %"


def likelihood(probability: float) -> str:
    """A probability in words and per cent, the words those of the IPCC (Mastrandrea and others, 2010).

    Example:
        >>> likelihood(0.97), likelihood(0.5), likelihood(0.998), likelihood(0.0)
        ('extremely likely (97 %)', 'as likely as not (50 %)', 'virtually certain (99.8 %)', 'certainly not (0 %)')
    """
    if probability in (0.0, 1.0):
        return "certain (100 %)" if probability else "certainly not (0 %)"
    words = next(words for least, words in _LIKELIHOODS if probability >= least)
    percent = 100 * probability
    shown = f"{min(percent, 99.9):.1f}" if percent > 99.05 else f"{percent:.0f}" if percent >= 0.95 else "below 1"
    return f"{words} ({shown} %)"


_LIKELIHOODS = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.9, "very likely"),
    (0.66, "likely"),
    (0.33, "as likely as not"),
    (0.1, "unlikely"),
    (0.05, "very unlikely"),
    (0.0, "extremely unlikely"),
)


def shown_handle(handle: str) -> str:
    """A handle as a person writes it.

    Example:
        >>> shown_handle("mailto:ana@example.com"), shown_handle("slack:T1/U2")
        ('ana@example.com', 'slack:T1/U2')
    """
    return plain(handle.removeprefix("mailto:"))


def some(n: int, noun: str) -> str:
    """How many, with the noun.

    Example:
        >>> some(1, "message"), some(1200, "message"), some(2, "address"), some(0, "person")
        ('1 message', '1,200 messages', '2 addresses', '0 people')
    """
    many = "people" if noun == "person" else noun + ("es" if noun.endswith("s") else "s")
    return f"{count(n)} {noun if n == 1 else many}"


def number(value: float, unit: str) -> str:
    """A value without its unit: fractions as per cent, the rest with two figures.

    Example:
        >>> number(0.58, "probability"), number(6.24, "pairs"), number(1234.5, "pairs")
        ('58 %', '6.2', '1,234')
    """
    if unit in FRACTIONS:
        return share(value)
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"


def unit_of(unit: str, number: str = "") -> str:
    """The unit as it stands behind a number; empty for fractions, whose numbers bear it.

    Example:
        >>> unit_of("contact days per 4 weeks"), unit_of("contact days per 4 weeks", "1"), unit_of("probability")
        ('days in 4 weeks', 'day in 4 weeks', '')
    """
    said = "" if unit in FRACTIONS else _SHORT.get(unit, unit)
    return _MANY.sub(r"\1", said.replace("people", "person")) if number == "1" else said


def amount(value: float | None, unit: str) -> str:
    """A value in its unit; a dash for None.

    Example:
        >>> amount(0.58, "probability"), amount(6.2, "pairs"), amount(1.0, "contexts"), amount(None, "pairs")
        ('58 %', '6.2 pairs', '1 context', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    shown = number(value, unit)
    return f"{shown} {unit_of(unit, shown)}".rstrip()


def size(n_bytes: float) -> str:
    """Bytes as B, kB, MB or GB.

    Example:
        >>> size(1_700_000_000)
        '1.7 GB'
    """
    if n_bytes < 1000:
        return f"{n_bytes:.0f} B"
    for unit in ("kB", "MB", "GB"):
        n_bytes /= 1000
        if n_bytes < 1000 or unit == "GB":
            break
    return f"{n_bytes:.1f} {unit}" if n_bytes < 10 else f"{n_bytes:.0f} {unit}"


def written(value: Any) -> str:
    """A cell of a table on one line, for programs: ISO dates, plain numbers, empty for null.

    Example:
        >>> written(date(2026, 10, 5)), written(["a", "b"]), written(None)
        ('2026-10-05', 'a b', '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return " ".join(written(one) for one in value)
    return plain(value)
