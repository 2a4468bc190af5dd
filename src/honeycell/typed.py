"""What a person typed."""

from __future__ import annotations

__all__ = ["legible"]


def legible(text: str) -> str:
    r"""A text with a question mark for half a character, such as a shell makes of bytes that are not UTF-8.

    Nobody and nothing in a cell is called so, and no engine takes it.

    Example:
        >>> legible("caf\udcff")
        'caf?'
    """
    return text.encode(errors="replace").decode()
