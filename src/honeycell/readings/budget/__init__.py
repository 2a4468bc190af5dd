"""The attention budget of a person or an organisation: to whom it went, to whom it was meant to go, and its limits."""

from __future__ import annotations

from honeycell.readings.budget.declarations import PARTS
from honeycell.readings.budget.priorities import Priorities, as_decided, declared, in_force
from honeycell.readings.budget.state import Account, AttentionState, attention_state, attention_why

__all__ = [
    "PARTS", "Account", "AttentionState", "Priorities", "as_decided", "attention_state", "attention_why",
    "declared", "in_force",
]  # fmt: skip
