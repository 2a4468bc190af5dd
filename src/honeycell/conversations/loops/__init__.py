"""What somebody owes somebody: questions, requests and promises in texts, orders and invoices in ledgers."""

from __future__ import annotations

from honeycell.conversations.loops.loops import loops, touched_loops
from honeycell.steps import Step

__all__ = ["STEPS", "loops"]

STEPS: tuple[Step, ...] = (Step("loops", ("transfers", "threads"), loops, touched_loops),)
"""After `threads`: a loop closes within the conversation that it was opened in."""
