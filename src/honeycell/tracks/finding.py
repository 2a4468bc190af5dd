"""Which conversation is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ibis import _

from honeycell.errors import NotFoundError, UsageError
from honeycell.ids import written_id

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["find_conversation"]

_SHOWN = 5


def find_conversation(t: Tables, text: str) -> int:
    """The conversation with this id, or that of the interaction with it; the first six digits or more will do.

    Raises:
        NotFoundError: There is none (`no-such-conversation`).
        UsageError: More than one begin so (`ambiguous-name`).
    """
    asked = text.strip().lower()
    found: list[int] = []
    if re.fullmatch("[0-7][0-9a-f]{5,15}", asked):
        low, high = (int(asked.ljust(16, digit), 16) for digit in "0f")
        for id_ in ("conversation_id", "interaction_id"):
            named = t["threads"].filter(_[id_].between(low, high)).select("conversation_id").distinct()
            found = found or sorted(t.arrow(named.limit(_SHOWN + 1))["conversation_id"].to_pylist())
    if not found:
        raise NotFoundError(
            "no-such-conversation", f"no conversation has the id “{text.strip()}”", text.strip(),
            "`honeycell list conversations` names them all",
        )  # fmt: skip
    if len(found) > 1:
        raise UsageError(
            "ambiguous-name", f"more than one conversation begins with “{asked}”", asked,
            "say which: " + ", ".join(written_id(one) for one in found[:_SHOWN]),
        )  # fmt: skip
    return found[0]
