"""Phrases that a message passes on in somebody else's words: in what it quotes or forwards."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["passed_in"]

_BETWEEN = re.compile(r"[\s>|]+")


def passed_in(quoted: str, written: Iterable[str]) -> list[bool]:
    r"""Of each phrase whether it stands in what a message quotes, however its lines are broken.

    Args:
        quoted: The quoted lines.
        written: The phrases as their authors wrote them.

    Example:
        >>> passed_in("> We could try a two-lamp\n> rule.\n", ["two-lamp rule", "lamp post"])
        [True, False]
    """
    held = f" {_BETWEEN.sub(' ', quoted).lower()} "
    return [_BETWEEN.sub(" ", one).lower() in held for one in written]
