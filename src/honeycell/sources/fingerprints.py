"""What two texts have in common: fingerprints by which equal and templated words are found."""

from __future__ import annotations

import re

from honeycell.sources.records import short_hash

__all__ = ["body_hash", "countdown", "template_hash"]

_WHITE = re.compile(r"\s+")
_CHANGING = re.compile(r"https?://\S+|<?[\w.+-]+@[\w.-]+>?|@[\w.-]+|\d+")


def body_hash(text: str) -> str:
    """16 hex digits over the words of a text; white space does not count.

    Example:
        >>> body_hash("Good  morning ") == body_hash("Good morning")
        True
    """
    return short_hash(_WHITE.sub(" ", text).strip())


def template_hash(text: str) -> str:
    """16 hex digits over what stays the same in a template: no digits, addresses, links, mentions or case.

    Example:
        >>> template_hash("Build 17 of @ana passed") == template_hash("Build 18 of @bo passed")
        True
    """
    return short_hash(_WHITE.sub(" ", _CHANGING.sub("", text)).strip().casefold())


def countdown(number: int, digits: int) -> str:
    """Hex digits that sort first where the number is largest, to begin a `copy_hash` whose latest copy shows.

    Args:
        number: How late the copy is; below 0 counts as 0.
        digits: How many hex digits.

    Example:
        >>> countdown(0, 3), countdown(1, 3)
        ('fff', 'ffe')
    """
    largest = 16**digits - 1
    return f"{largest - min(max(number, 0), largest):0{digits}x}"
