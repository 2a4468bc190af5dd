"""What belongs together: interactions to conversations."""

from __future__ import annotations

from honeycell.conversations.ancestors import ancestors, merged_ancestors
from honeycell.conversations.answers import answers, touched_answers
from honeycell.conversations.conversations import conversations, merged_conversations
from honeycell.conversations.loops import STEPS as _LOOPS
from honeycell.conversations.repaired import repaired, touched_repaired
from honeycell.conversations.threads import merged_threads, threads
from honeycell.steps import Step

__all__ = ["STEPS", "ancestors", "answers", "conversations", "repaired", "threads"]

STEPS: tuple[Step, ...] = (
    Step("ancestors", ("interactions", "variants"), ancestors, merged=merged_ancestors),
    Step("answers", ("interactions", "participants", "texts", "variants"), answers, touched_answers),
    Step(
        "repaired",
        ("interactions", "participants", "texts", "variants", "replies"),
        repaired,
        touched_repaired,
    ),
    Step(
        "threads", ("interactions", "participants", "variants", "ancestors", "answers"), threads, merged=merged_threads
    ),
    Step(
        "conversations", ("threads", "interactions", "variants", "answers"), conversations, merged=merged_conversations
    ),
    *_LOOPS,
)
"""How interactions belong together, merged but for `answers` and `loops` from what is held and what came last."""
