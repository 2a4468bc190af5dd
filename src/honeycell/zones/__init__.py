"""What is whose in a message: the author's own words, and everything else that stands in it.

Pure functions over texts; they know no database. `lines` cuts a text into lines, `marks` says what is seen on each,
`features` adds where they stand, `model` decides what each is, `certain` corrects it where there is no doubt, and
`zoning` puts them together.
"""

from __future__ import annotations

from honeycell.zones.zoning import KINDS, Zone, own_words, zones, zones_of

__all__ = ["KINDS", "Zone", "own_words", "zones", "zones_of"]
