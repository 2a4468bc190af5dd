"""The log shows one row for each interaction, whatever copies of it came in."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest

from honeycell import log
from honeycell.engine import Engine
from honeycell.steps import Tables
from honeycell.tables import TABLES


def rows(name: str, *records: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(records), schema=TABLES[name].schema)


COPIES = (
    {"interaction_id": 1, "copy_hash": "b", "subject": "later copy", "batch": 1},
    {"interaction_id": 1, "copy_hash": "a", "subject": "first by hash", "batch": 2},
    {"interaction_id": 2, "copy_hash": "c", "subject": "alone", "batch": 1},
)
SEATS = (
    {"interaction_id": 1, "copy_hash": "b", "role": "to", "handle": "mailto:x@example.com", "batch": 1},
    {"interaction_id": 1, "copy_hash": "a", "role": "to", "handle": "mailto:x@example.com",
     "display_name": "X", "batch": 2},
    {"interaction_id": 1, "copy_hash": "b", "role": "cc", "handle": "mailto:y@example.com", "batch": 1},
    {"interaction_id": 2, "copy_hash": "c", "role": "to", "handle": "mailto:z@example.com", "batch": 1},
)  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_smallest_copy_shows_and_participants_are_the_union(engine: Engine, order: tuple[int, ...]) -> None:
    with engine.writing("log") as writer:
        writer.append("interactions", rows("interactions", *(COPIES[i] for i in order)))
        writer.append("participants", rows("participants", *SEATS))
        writer.append(
            "variants",
            rows(
                "variants",
                *(
                    {k: c[k] for k in ("interaction_id", "copy_hash", "batch")}
                    for c in (COPIES[i] for i in order)
                    if c["interaction_id"] == 1
                ),
            ),
        )
        writer.publish()
    t = Tables(engine)
    shown = t.arrow(log.interactions(t).select("interaction_id", "subject").order_by("interaction_id")).to_pylist()
    assert shown == [
        {"interaction_id": 1, "subject": "first by hash"},
        {"interaction_id": 2, "subject": "alone"},
    ]
    seats = t.arrow(log.participants(t).select("interaction_id", "role", "handle", "display_name")).to_pylist()
    assert sorted(tuple(seat.values()) for seat in seats if seat["display_name"] is None) == [
        (1, "cc", "mailto:y@example.com", None),
        (2, "to", "mailto:z@example.com", None),
    ]
    assert [seat for seat in seats if seat["display_name"] == "X"] == [
        {"interaction_id": 1, "role": "to", "handle": "mailto:x@example.com", "display_name": "X"}
    ]
    assert list(log.participants(t).schema()) == TABLES["participants"].schema.names


def test_an_empty_log_has_no_rows_in_any_view(engine: Engine) -> None:
    t = Tables(engine)
    for view in (log.interactions, log.participants, log.texts, log.headers, log.transfers):
        assert t.arrow(view(t).count()).as_py() == 0
