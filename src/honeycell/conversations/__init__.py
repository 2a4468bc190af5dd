"""What belongs together: interactions to conversations."""

from __future__ import annotations

from honeycell.conversations.ancestors import ancestors, merged_ancestors
from honeycell.conversations.answers import answers, touched_answers
from honeycell.conversations.branched import branched, touched_branched
from honeycell.conversations.conversations import conversations, merged_conversations
from honeycell.conversations.grouped import Grouped, find_interaction, grouped
from honeycell.conversations.joining import LINKING
from honeycell.conversations.joints import joints
from honeycell.conversations.loops import STEPS as _LOOPS
from honeycell.conversations.repaired import repaired, touched_repaired
from honeycell.conversations.repeats import STEPS as _REPEATS
from honeycell.conversations.strands import merged_strands, strands
from honeycell.conversations.threads import threads, touched_threads
from honeycell.steps import Step

__all__ = [
    "STEPS", "Grouped", "ancestors", "answers", "branched", "conversations", "find_interaction", "grouped", "joints",
    "repaired", "strands", "threads",
]  # fmt: skip

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
        "strands", ("interactions", "participants", "variants", "ancestors", "answers"), strands, merged=merged_strands
    ),
    Step(
        "branched",
        ("interactions", "participants", "texts", "variants", "replies", "repaired"),
        branched,
        touched_branched,
    ),
    Step("joints", ("interactions", "participants", "texts", "variants", "transfers", "handles"), joints),
    Step("threads", ("strands", *LINKING), threads, touched_threads),
    Step(
        "conversations", ("threads", "interactions", "variants", "answers"), conversations, merged=merged_conversations
    ),
    *_LOOPS,
    *_REPEATS,
)
"""How interactions belong together, merged but for `answers` and `loops` from what is held and what came last."""
