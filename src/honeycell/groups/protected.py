"""Spaces that are never looked at for groups: works councils, unions, personnel, law, health, whistle-blowers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

__all__ = ["protection"]

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]")


def protection(space: str) -> str | None:
    """The words in the name of a space by which nobody looks at the groups in it; None where there are none.

    Args:
        space: The handle of a list, stream or channel.

    Example:
        >>> [protection(one) for one in ("slack:T1/emea-works-council", "zulip:acme/Betriebsrat", "slack:T1/three")]
        ['works council', 'betriebsrat', None]
    """
    kind, _, name = unicodedata.normalize("NFC", space).casefold().partition(":")
    # The host of a list and the workspace of a channel are shared by all of them; .hr is Croatia.
    name = re.split("[.@]", name)[0] if kind in ("list", "mailto") else name.partition("/")[2] or name
    words = f" {' '.join(_WORD.findall(name))} "
    return next((one for one in _phrases() if (one if _UNSPACED.search(one) else f" {one} ") in words), None)


@cache
def _phrases() -> tuple[str, ...]:
    page = resources.files("honeycell.groups").joinpath("protected.txt").read_text("utf-8")
    lines = (unicodedata.normalize("NFC", line.strip()).casefold() for line in page.splitlines())
    # The longest first, so that the reason names as much as there is.
    return tuple(
        sorted({line for line in lines if line and not line.startswith("#")}, key=lambda one: (-len(one), one))
    )
