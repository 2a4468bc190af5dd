"""How large an amount or a quantity may be."""

from __future__ import annotations

__all__ = ["LARGEST", "too_large"]

LARGEST = 1e14
"""Beyond it a float no longer tells cents apart, and ten-thousandths, which are added up, leave 64 bits."""


def too_large(*numbers: float | None) -> str | None:
    """What is said of the first number that is none to reckon with; None where all are.

    Example:
        >>> too_large(12.5, None), too_large(3e14)
        (None, '3e+14 is larger than any amount or quantity that can be reckoned with')
    """
    found = next((one for one in numbers if one is not None and not abs(one) <= LARGEST), None)
    return None if found is None else f"{found:g} is larger than any amount or quantity that can be reckoned with"
