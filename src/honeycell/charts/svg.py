"""SVG as text: elements with everything escaped, and the shapes that several charts share."""

from __future__ import annotations

import re
from html import escape

from honeycell.charts.measure import fitted
from honeycell.charts.tokens import SANS

__all__ = ["document", "element", "hexagon", "text"]

# What XML forbids, and what turns text around: names and subjects come from strangers.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """An element; `_` in the name of an attribute stands for `-`, what is inside is markup already.

    Example:
        >>> element("line", x1=0, x2=10.25, stroke_width=1)
        '<line x1="0" x2="10.2" stroke-width="1"/>'
    """
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    body = "".join(inside)
    return f"<{name}{words}>{body}</{name}>" if body else f"<{name}{words}/>"


def text(
    x: float, y: float, words: str, size: float, fill: str, *, room: float | None = None, bold: bool = False,
    anchor: str = "start",
) -> str:  # fmt: skip
    """Words at a place, cut with an ellipsis where they are wider than the room; nothing where none fit."""
    shown = said(words)
    shown = shown if room is None else fitted(shown, room, size, bold=bold)
    if not shown:
        return ""
    more: dict[str, str | float] = {"font_weight": 600} if bold else {}
    more |= {"text_anchor": anchor} if anchor != "start" else {}
    return element("text", escape(shown), x=x, y=y, font_size=size, fill=fill, **more)


def said(words: str) -> str:
    """Words on one line, without what XML forbids or what turns text around."""
    return _UNSAFE.sub(" ", words).strip()


def hexagon(x: float, y: float, radius: float, **attributes: str | float) -> str:
    """A hexagon that stands on a corner."""
    corners = ((0, -1), (0.866, -0.5), (0.866, 0.5), (0, 1), (-0.866, 0.5), (-0.866, -0.5))
    points = " ".join(f"{x + radius * dx:.1f},{y + radius * dy:.1f}" for dx, dy in corners)
    return element("polygon", points=points, **attributes)


def document(width: float, height: float, label: str, *inside: str) -> str:
    """A whole picture, with what it shows in words for those who do not see it."""
    return element(
        "svg", element("title", escape(said(label))), *inside, xmlns="http://www.w3.org/2000/svg", width=width,
        height=height, viewBox=f"0 0 {_value(width)} {_value(height)}", role="img", aria_label=said(label),
        font_family=SANS,
    )  # fmt: skip


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:.1f}".removesuffix(".0")
