"""Who is who: handles to persons, persons to organisations, and since when."""

from __future__ import annotations

from honeycell.identities.affiliated import affiliated
from honeycell.steps import Step

__all__ = ["STEPS", "affiliated"]

STEPS: tuple[Step, ...] = ()
