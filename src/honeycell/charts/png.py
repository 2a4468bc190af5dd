"""A picture as PNG: drawn by resvg, with the faces that the system has."""

from __future__ import annotations

from functools import cache

from honeycell.charts.tokens import SANS
from honeycell.errors import NotFoundError

__all__ = ["png"]

_SCALE = 2.0


def png(svg: str) -> bytes:
    """An SVG as PNG, two pixels for each of its units.

    Raises:
        NotFoundError: The system has no face to write words with (`no-font`): they would be missing without a sign.
    """
    import resvg_py

    if not _writes():
        raise NotFoundError(
            "no-font", "this system has no font to write words with", "",
            "install one, such as Inter, Noto Sans or DejaVu Sans; or write an SVG with --to FILE.svg",
        )  # fmt: skip
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_SCALE, font_family=SANS.split(", ")[0]))


@cache
def _writes() -> bool:
    """Whether words leave a trace."""
    import resvg_py

    def page(words: str) -> bytes:
        written = f'<text y="16" font-size="14">{words}</text>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">{written}</svg>'
        return bytes(resvg_py.svg_to_bytes(svg_string=svg))

    return page("H") != page("")
