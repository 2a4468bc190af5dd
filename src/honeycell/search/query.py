"""What a person typed into the box, taken apart: words, "phrases" and filters; a - in front leaves out."""

from __future__ import annotations

import calendar
import difflib
import re
from dataclasses import dataclass
from datetime import date, timedelta

from honeycell.errors import UsageError
from honeycell.typed import legible

__all__ = ["FILTERS", "HELD", "Part", "parsed", "period"]

FILTERS: dict[str, str] = {
    "from": "who wrote it: us, an organisation, @person or address",
    "to": "who it was to, likewise; also in copy or invited",
    "with": "who wrote it or whom it was to",
    "in": "the list, stream or channel it was said in",
    "kind": "mail, slack, zulip, calendar, ledger, or message, meeting, order, ...",
    "about": "words of the subject",
    "before": "before a day, month or year: 2026-06",
    "after": "from a day, month or year on",
    "on": "on a day, in a month or year",
    "has": "link, question, request or promise",
}
"""Every filter, and what stands behind its colon."""
HELD = ("link", "question", "request", "promise")
_LONGEST = 1_000
_PART = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):(?=\S))?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$", re.ASCII)


@dataclass(frozen=True)
class Part:
    """One condition; a message fulfils all of them."""

    name: str
    """A key of `FILTERS`, or empty: words of the message."""
    value: str
    """What stands behind the colon, or the words."""
    negated: bool
    """Whether what fulfils it is left out."""
    typed: str
    """As it was typed."""


def parsed(text: str) -> tuple[Part, ...]:
    """The parts of a query.

    Raises:
        UsageError: Nothing is asked for, it is too long, or a filter is misspelt (`bad-query`).

    Example:
        >>> [(part.name, part.value) for part in parsed('from:@noor "night shift" before:2026-06')]
        [('from', '@noor'), ('', 'night shift'), ('before', '2026-06')]
    """
    if len(text) > _LONGEST:
        raise _bad(f"a query has at most {_LONGEST:,} characters", text[:40] + "…")
    parts = tuple(_part(found) for found in _PART.finditer(legible(text)))
    if not parts:
        raise _bad("nothing is looked for", text)
    return parts


def period(value: str) -> tuple[date, date]:
    """The first day of a day, month or year, and the day after its last.

    Raises:
        UsageError: It is none of them (`bad-date`).

    Example:
        >>> period("2026-06")
        (datetime.date(2026, 6, 1), datetime.date(2026, 7, 1))
    """
    found = _DATE.match(value.strip())
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = (None if digits is None else int(digits) for digits in found.groups())
        first = date(year or 0, month or 1, day or 1)
        last = date(first.year, month or 12, day or calendar.monthrange(first.year, month or 12)[1])
        return first, last + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(
            "bad-date", f"“{value}” is not a date", value, "write it as 2026, 2026-06 or 2026-06-15"
        ) from None


def _part(found: re.Match[str]) -> Part:
    name, typed = (found["name"] or "").lower(), found[0]
    value = found["phrase"] if found["phrase"] is not None else found["word"]
    if name and name not in FILTERS:
        near = difflib.get_close_matches(name, FILTERS, 1, 0.7)
        if near:
            raise _bad(f"there is no filter “{name}:”", typed, f"did you mean {near[0]}: ?")
        name, value = "", f"{found['name']}:{value}"  # a word with a colon inside: 10:30, http://, std::vector
    return Part(name, value, bool(found["minus"]), typed)


def _bad(message: str, where: str, remedy: str = "") -> UsageError:
    return UsageError(
        "bad-query", message, where, remedy or 'words, "phrases", and ' + ", ".join(f"{name}:" for name in FILTERS)
    )
