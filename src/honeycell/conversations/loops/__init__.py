"""What somebody owes somebody: questions, requests and promises in texts, orders and invoices in ledgers."""

from __future__ import annotations

from honeycell.conversations.loops.cues import cues, touched_cues
from honeycell.conversations.loops.loops import loops, touched_loops
from honeycell.steps import Step

__all__ = ["STEPS", "cues", "loops"]

STEPS: tuple[Step, ...] = (
    Step("cues", ("texts", "variants", "classes", "participants", "interactions"), cues, touched_cues),
    Step(
        "loops",
        ("transfers", "threads", "cues", "replies", "answers", "conversations", "spaces", "participants", "variants"),
        loops,
        touched_loops,
    ),
)
"""After `threads`: but for an answer to the very message, a loop closes within the conversation it was opened in."""
