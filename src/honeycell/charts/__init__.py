"""Pictures as SVG: pure functions from what the cell answers to text.

The same functions serve files, pages and notebooks; none knows a cell. Every picture says in words what it shows.
"""

from __future__ import annotations

from honeycell.charts.flow import flow
from honeycell.charts.png import png
from honeycell.charts.tokens import DARK, LIGHT, THEMES, VARIABLES, Tokens
from honeycell.charts.tracks import LANES, tracks

__all__ = ["DARK", "LANES", "LIGHT", "THEMES", "VARIABLES", "Tokens", "flow", "png", "tracks"]
