"""What was said before: messages that ask again what was settled, or give again what had been given."""

from __future__ import annotations

from honeycell.conversations.repeats.particulars import SETTLED, particulars, telling, touched_particulars
from honeycell.conversations.repeats.repeats import ASKED, DAYS, TOLD, repeats, touched_repeats
from honeycell.steps import Step

__all__ = ["ASKED", "DAYS", "SETTLED", "STEPS", "TOLD", "particulars", "repeats", "telling"]

STEPS: tuple[Step, ...] = (
    Step("particulars", ("texts", "variants", "loops"), particulars, touched_particulars),
    Step("repeats", ("texts", "variants", "loops", "cues", "threads", "particulars"), repeats, touched_repeats),
)
"""After `loops`: only a message that opens or closes one asks or tells anything."""
