"""Dates and numbers of ledgers, in the style that a file writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from honeycell.errors import SourceError

__all__ = ["DateStyle", "amount_of", "date_style", "decimal_style", "moment_of"]

_ISO = "ISO 8601"
_DATE_FORMATS = (
    _ISO, "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y",
    "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y%m%d",
)  # fmt: skip
_MONTH_FIRST = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y", "%d/%m/%y": "%m/%d/%y"}
_NOT_A_NUMBER = re.compile(r"[^\d.,]")
_TIME = re.compile(r"[T ]\d{1,2}:\d\d")


@dataclass(frozen=True)
class DateStyle:
    """How the dates of a file are written."""

    date_format: str


def date_style(written: list[str], wanted: str, where: str) -> DateStyle:
    """The one style that reads most dates of a sample.

    Args:
        written: Dates as the file has them.
        wanted: The format a mapping names, or empty.
        where: How errors name the file.

    Raises:
        SourceError: Day and month cannot be told apart (`mapping-invalid`).

    Example:
        >>> date_style(["31/12/2024", "01/02/2025"], "", "a.csv").date_format
        '%d/%m/%Y'
    """
    if wanted:
        return DateStyle(wanted)
    sample = [text for text in dict.fromkeys(written) if text]
    n_read = {style: sum(_reads(text, style) for text in sample) for style in _DATE_FORMATS}
    best = max(_DATE_FORMATS, key=lambda style: n_read[style])
    other = _MONTH_FIRST.get(best)
    if other and n_read[best] == n_read[other] and _differ(sample, best, other):
        message = f"whether “{sample[0]}” has the day or the month first cannot be told"
        remedy = f'write date_format = "{best}" or "{other}" into the mapping'
        raise SourceError("mapping-invalid", message, where, remedy)
    return DateStyle(best)


def moment_of(written: str, style: DateStyle) -> datetime | None:
    """The moment in UTC, naive; midnight where only a day is written; None where nothing is.

    Raises:
        ValueError: It is written in another style.

    Example:
        >>> moment_of("2024-03-31T10:00:00+02:00", DateStyle("ISO 8601"))
        datetime.datetime(2024, 3, 31, 8, 0)
    """
    if not written:
        return None
    if style.date_format == _ISO:
        at = datetime.fromisoformat(written)
    else:
        try:
            at = datetime.strptime(written, style.date_format)
        except ValueError:
            # A time of day behind the date adds nothing that a ledger is asked for.
            at = datetime.strptime(_TIME.split(written, maxsplit=1)[0], style.date_format)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def decimal_style(written: list[str]) -> str:
    """The sign before the decimals, by how the numbers of a sample end.

    Example:
        >>> decimal_style(["1.234,50", "12,00"]), decimal_style(["1,234.50", "1,000"])
        (',', '.')
    """
    commas = sum(1 for text in written if re.search(r",\d{1,2}\D*$", text))
    points = sum(1 for text in written if re.search(r"\.\d{1,2}\D*$", text))
    return "," if commas > points else "."


def amount_of(written: str, decimal: str) -> float | None:
    """The number; negative by a minus before or after it or by parentheses; None where nothing is written.

    Raises:
        ValueError: It is no number.

    Example:
        >>> amount_of("€ 1.234,50", ","), amount_of("(978)", "."), amount_of("", ".")
        (1234.5, -978.0, None)
    """
    text = written.strip()
    if not text or text in ("-", "–"):
        return None
    bare = _NOT_A_NUMBER.sub("", text)
    if "e" in text.lower() and re.fullmatch(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+", text):
        return float(text)
    whole = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    try:
        number = float(whole)
    except ValueError:
        raise ValueError(f"“{written[:80]}” is no number") from None
    negative = text.startswith(("-", "−", "(")) or text.endswith(("-", ")")) or re.match(r"\D*-\d", text) is not None
    return -number if negative else number


def _reads(text: str, style: str) -> bool:
    try:
        moment_of(text, DateStyle(style))
    except ValueError:
        return False
    return True


def _differ(sample: list[str], one: str, other: str) -> bool:
    readable = [text for text in sample if _reads(text, one)]
    return any(moment_of(text, DateStyle(one)) != moment_of(text, DateStyle(other)) for text in readable)
