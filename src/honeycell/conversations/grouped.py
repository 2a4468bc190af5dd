"""Interactions as people name them, and the conversations that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from ibis import _

from honeycell.errors import NotFoundError, UsageError
from honeycell.ids import ids_beginning, written_id
from honeycell.typed import legible

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Grouped", "find_interaction", "grouped", "only_id"]

_SHOWN = 5


@dataclass(frozen=True)
class Grouped:
    """A conversation as far as a decision about it is told."""

    conversation_id: int
    first_interaction_id: int
    subject: str
    n_interactions: int


def find_interaction(t: Tables, text: str) -> int:
    """The interaction that is meant: by its id, by its Message-ID, or the first of the conversation with this id.

    Args:
        t: The tables of a cell.
        text: Six or more of the 16 digits of an id, or a Message-ID.

    Raises:
        NotFoundError: There is none (`no-such-conversation`).
        UsageError: Several ids begin so (`ambiguous-name`).
    """
    asked = legible(text.strip())
    found: list[int] = []
    if "@" in asked:
        said = t["interactions"].filter(_.message_id == asked.strip("<>"))
        found = t.arrow(said.select("interaction_id").distinct().limit(_SHOWN))["interaction_id"].to_pylist()
    elif span := ids_beginning(asked):
        named = t["conversations"].filter(_.conversation_id.between(*span))
        named = named.select(interaction_id="first_interaction_id", asked_id="conversation_id")
        for rows in (t["threads"].filter(_.interaction_id.between(*span)).select("interaction_id"), named):
            kept = rows.select("interaction_id").distinct().limit(_SHOWN + 1)
            found = found or sorted(t.arrow(kept)["interaction_id"].to_pylist())
    return only_id(found, asked)


def only_id(found: Sequence[int], asked: str) -> int:
    """The one id that was found for what somebody typed.

    Raises:
        NotFoundError: None was (`no-such-conversation`).
        UsageError: Several were (`ambiguous-name`).
    """
    if not found:
        raise NotFoundError(
            "no-such-conversation", f"no message or conversation has the id “{asked}”", asked,
            "`honeycell list conversations` and `honeycell conversation ID --json` name them",
        )  # fmt: skip
    if len(found) > 1:
        raise UsageError(
            "ambiguous-name", f"more than one id begins with “{asked}”", asked,
            "say which: " + ", ".join(written_id(one) for one in found[:_SHOWN]),
        )  # fmt: skip
    return found[0]


def grouped(t: Tables, interactions: Sequence[int]) -> tuple[Grouped, ...]:
    """The conversations that these interactions are in, in the order in which they began."""
    keys = t.keep(pa.table({"interaction_id": pa.array(interactions, pa.int64())}))
    named = t["threads"].semi_join(keys, "interaction_id").select("conversation_id").distinct()
    rows = t["conversations"].semi_join(t.keep(named), "conversation_id").order_by("first_at", "conversation_id")
    columns = ("conversation_id", "first_interaction_id", "subject", "n_interactions")
    return tuple(
        Grouped(**{**row, "subject": row["subject"] or ""}) for row in t.arrow(rows.select(*columns)).to_pylist()
    )
