"""By when something is to be done: the words of a sentence that name a day, and which day that is for who wrote them.

Months, weekdays and words like `tomorrow` come from the lists of the languages. A week ends on its Friday, a month on
its last day; a weekday is the next one, never the day of writing; a date without a year is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import TypeAlias

from honeycell.conversations.loops.words import Language, languages

__all__ = ["Due", "due"]

_FRIDAY = 4
_NEXT = re.compile(r"(?i)\b(?:next|nächste[nrsm]?|kommende[nrsm]?|prochaine?|próxim[oa]|que viene|que vem)\b|下")
_PAST = r"(?:last|past|letzte[nrsm]?|vorige[nrsm]?|derni(?:er|ère)|passée?|pasad[oa]|passad[oa]|últim[oa])"
_LAST = re.compile(rf"(?i)(?:\b{_PAST}\s+|上个?)$|^\s+{_PAST}\b")
_Day: TypeAlias = Callable[[re.Match[str], date], date | None]
"""Which day the words found mean, to who wrote them on a day."""


@dataclass(frozen=True)
class Due:
    """A day that a sentence names."""

    on: date
    starts: int
    """Where the words begin, in characters of the sentence."""
    ends: int


def due(sentence: str, language: Language, said_on: date) -> Due | None:
    """The first day that a sentence names, unless it is past.

    Args:
        sentence: As written.
        language: Its language; English dates and those in numbers are known in all.
        said_on: The day of writing, at the clock of who wrote.

    Example:
        >>> from honeycell.conversations.loops.words import languages
        >>> due("I'll send it by Friday.", languages()[0], date(2024, 5, 7)).on
        datetime.date(2024, 5, 10)
    """
    found = [
        Due(on, low, high)
        for on, low, high in _days(sentence, language.name, said_on)
        if on is not None
        and on >= said_on
        and not _LAST.search(sentence[max(low - 12, 0) : low])
        and not _LAST.search(sentence[high : high + 12])
    ]
    return min(found, key=lambda one: (one.starts, -one.ends), default=None)


def _days(sentence: str, language: str, said_on: date) -> Iterator[tuple[date | None, int, int]]:
    for one in languages():
        if one.name in (language, "en"):
            for pattern, day in _rules(one.name):
                for found in pattern.finditer(sentence):
                    yield _safe(day, found, said_on), found.start(), found.end()


def _safe(day: _Day, found: re.Match[str], said_on: date) -> date | None:
    """The day, or None where there is no such day: the 31st of June."""
    try:
        return day(found, said_on)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=32)
def _rules(name: str) -> tuple[tuple[re.Pattern[str], _Day], ...]:
    """What to look for in a language, and which day it is."""
    language = next(one for one in languages() if one.name == name)
    lines = language.lines
    before = _any(lines.get("before", ()))

    def edges(words: str) -> str:
        return rf"(?<!\w)(?:{words})(?!\w)" if language.spaced else words

    rules: list[tuple[str, _Day]] = [
        (r"\b(20\d\d)-(\d\d)-(\d\d)\b", lambda m, _: date(int(m[1]), int(m[2]), int(m[3]))),
        (r"\b(\d{1,2})[./](\d{1,2})[./](20\d\d)\b", lambda m, _: _numbered(int(m[1]), int(m[2]), int(m[3]), name)),
        (r"(?<!\d)(\d{1,2})月(\d{1,2})[日号號]?", lambda m, on: _coming(int(m[2]), int(m[1]), None, on)),
    ]
    if name != "en":
        rules.append((r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(?!\d)", lambda m, on: _coming(int(m[1]), int(m[2]), None, on)))
    for place, line in enumerate(lines.get("months", ())):
        month, day = _any(line.split()), _dated(place + 1)
        above = r"(?:st|nd|rd|th|er|\.|º|°)?"
        rules.append((rf"\b(\d{{1,2}}){above}\s+(?:of\s+|de\s+)?{month}\b\.?(?:,?\s+(?:de\s+)?(20\d\d))?", day))
        rules.append((rf"\b{month}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(20\d\d))?", day))
    for place, line in enumerate(lines.get("weekdays", ())):
        full = _any([one for one in line.split() if len(one) > 3 or not one.isascii()])
        short = _any([one for one in line.split() if len(one) <= 3 and one.isascii()])
        words = rf"(?:(?:{before})\s+){{0,2}}{full}" if before else full
        if short and before:
            words += rf"|(?:{before})\s+{short}"
        rules.append((edges(words) if language.spaced else rf"下?个?{words}", partial(_weekday, place)))
    rules += [(edges(words), day) for group, day in _FIXED.items() if (words := _any(lines.get(group, ())))]
    within = _any(lines.get("in", ()))
    for line, unit in zip(lines.get("days", ()), (1, 7, 30), strict=False):
        pattern = (
            rf"(?<!\w){within}\s+(?:the\s+next\s+|about\s+)?(\d{{1,2}}|an?|one|two|three)\s+{_any(line.split())}\b"
        )
        rules.append((pattern, partial(_after, unit)))
    return tuple((re.compile(pattern, re.I), day) for pattern, day in rules)


def _any(words: Iterable[str]) -> str:
    """A pattern for any of these phrases; empty for none."""
    held = sorted({re.escape(one).replace(r"\ ", r"\s+").replace("'", "['’]") for one in words}, key=len, reverse=True)
    return f"(?:{'|'.join(held)})" if held else ""


def _dated(month: int) -> _Day:
    """A day of this month: the number first found, and the year behind it, if any."""
    return lambda found, on: _coming(int(found[1]), month, found[2], on)


def _after(unit: int, found: re.Match[str], on: date) -> date:
    """So many days, weeks or months from now on."""
    word = found[1].lower()
    return on + timedelta(unit * (int(word) if word.isdigit() else {"two": 2, "three": 3}.get(word, 1)))


def _numbered(first: int, second: int, year: int, name: str) -> date | None:
    """A date in numbers, the day first; in English only where one of the two can be no month."""
    if name != "en" or first > 12:
        return date(year, second, first)
    return date(year, first, second) if second > 12 or first == second else None


def _coming(day: int, month: int, year: str | None, on: date) -> date | None:
    """A date whose year may be missing: the next one, unless it is just past."""
    if year:
        return date(int(year), month, day)
    this = date(on.year, month, day)
    if this >= on:
        return this if (this - on).days < 330 else None
    later = date(on.year + 1, month, day)
    return later if (later - on).days < 330 else None


def _weekday(to: int, found: re.Match[str], on: date) -> date:
    if _NEXT.search(found[0]):
        return on + timedelta(7 + to - on.weekday())
    return on + timedelta((to - on.weekday() - 1) % 7 + 1)


def _end_of_month(on: date) -> date:
    return (on.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


_FIXED: dict[str, _Day] = {
    "today": lambda found, on: on,
    "tomorrow": lambda found, on: on + timedelta(1),
    "week": lambda found, on: on + timedelta((_FRIDAY if on.weekday() <= _FRIDAY else 6) - on.weekday()),
    "next week": lambda found, on: on + timedelta(7 + _FRIDAY - on.weekday()),
    "month": lambda found, on: _end_of_month(on),
}
"""Groups of words that mean one day each."""
