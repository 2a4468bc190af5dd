"""Who may see what. Rules that a caller cannot forget: they are in the tables that are asked, not in the pages.

Everybody who asks is a person of the cell, or its owner, who holds the files and sees all of them. `seen_by` gives the
tables as a person sees them: words (`WORDS` in `honeycell.tables`) of what they took part in and of spaces that are
open to them, and a mark in place of all others. Whose numbers are for whom is in `honeycell.readings.visible`.
"""

from __future__ import annotations

from honeycell.viewers.exported import exported
from honeycell.viewers.shown import WITHHELD, open_spaces, readable, seen_by

__all__ = ["WITHHELD", "exported", "open_spaces", "readable", "seen_by"]
