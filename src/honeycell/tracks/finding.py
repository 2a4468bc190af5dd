"""Which conversation is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibis import _

from honeycell.conversations.grouped import only_id
from honeycell.ids import ids_beginning

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["find_conversation"]

_SHOWN = 6
"""So many are enough to say that there are several, and which."""


def find_conversation(t: Tables, text: str) -> int:
    """The conversation with this id, or that of the interaction with it; the first six digits or more will do.

    Raises:
        NotFoundError: There is none (`no-such-conversation`).
        UsageError: More than one begin so (`ambiguous-name`).
    """
    asked = text.strip()
    found: list[int] = []
    if span := ids_beginning(asked):
        for id_ in ("conversation_id", "interaction_id"):
            named = t["threads"].filter(_[id_].between(*span)).select("conversation_id").distinct()
            found = found or sorted(t.arrow(named.limit(_SHOWN))["conversation_id"].to_pylist())
    return only_id(found, asked)
