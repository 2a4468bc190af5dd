"""What two texts have in common, and which of two copies is the later: hashes for chat and calendars."""

from __future__ import annotations

import hashlib
import re

__all__ = ["body_hash", "countdown", "template_hash"]

TEMPLATE_CHARACTERS = 1_000
"""How much of a text shows whether it was made from a template."""

_WHITE = b" \t\n\r\x0b\x0c"
_WHITE_AND_DIGITS = _WHITE + b"0123456789"
_LINK = re.compile(r"https?://\S+")
_NAMED = re.compile(r"\S*@\S+")


def body_hash(text: str) -> str:
    """16 hex digits over the words of a text; white space does not count.

    Example:
        >>> body_hash("Good  morning ") == body_hash("Good morning")
        True
    """
    return hashlib.sha256(text.encode().translate(None, _WHITE)).hexdigest()[:16]


def template_hash(text: str) -> str:
    """16 hex digits over what stays the same in a template: no digits, addresses, links, mentions or case.

    Example:
        >>> template_hash("Build 17 of @ana passed") == template_hash("build 18 of @bo passed")
        True
    """
    head = text[:TEMPLATE_CHARACTERS]
    if "://" in head:
        head = _LINK.sub("", head)
    if "@" in head:
        head = _NAMED.sub("", head)
    return hashlib.sha256(head.lower().encode().translate(None, _WHITE_AND_DIGITS)).hexdigest()[:16]


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
