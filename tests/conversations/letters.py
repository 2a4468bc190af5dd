"""A log of a few mails, chats and meetings, and what is derived from it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from honeycell import conversations, identities, log
from honeycell.decisions import steps as decisions
from honeycell.engine import Engine, open_engine
from honeycell.ids import id_of
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

START = datetime.datetime(2024, 1, 1)
TABLES_MADE = ("repaired", "branched", "joints", "strands", "threads", "conversations", "ancestors")
_LATER = ("cues", "loops", "particulars", "repeats")


def mail(
    message_id: str,
    subject: str,
    text: str = "",
    *,
    hour: float = 0,
    by: str = "ana",
    to: str = "list",
    references: Iterable[str] = (),
    copy: str = "0",
    **columns: Any,
) -> dict[str, Any]:
    refs = list(references)
    return {
        "interaction_id": id_of(message_id),
        "copy_hash": copy * 16,
        "kind": "message",
        "channel": "mail",
        "subject": subject,
        "occurred_at": START + datetime.timedelta(hours=hour),
        "utc_offset_minutes": 0,
        "message_id": message_id,
        "in_reply_to": refs[-1] if refs else None,
        "references": refs,
        "text": text,
        "by": by,
        "to": to,
        **columns,
    }


def add(engine: Engine, rows: Sequence[dict[str, Any]], batch: int) -> None:
    def keys(row: dict[str, Any]) -> dict[str, Any]:
        return {"interaction_id": row["interaction_id"], "copy_hash": row["copy_hash"]}

    facts = [{name: value for name, value in row.items() if name not in ("text", "by", "to")} for row in rows]
    seats = [
        {**keys(row), "role": role, "handle": f"mailto:{who}@example.com", "display_name": who.title()}
        for row in rows
        for role, who in (("from", row["by"]), ("to", row["to"]))
    ]
    texts = [{**keys(row), "body": row["text"]} for row in rows]
    write(engine, {"interactions": facts, "participants": seats, "texts": texts}, batch)


def write(engine: Engine, rows: Mapping[str, Sequence[dict[str, Any]]], batch: int) -> None:
    """Append rows to the log, and name the interactions that there are several copies of by now."""
    copy = ("interaction_id", "copy_hash")
    with engine.writing("log") as writer:
        held, known = (
            {tuple(row.values()) for row in engine.to_arrow(engine.table(name).select(*copy)).to_pylist()}
            for name in ("interactions", "variants")
        )
        every = held | {(row["interaction_id"], row["copy_hash"]) for row in rows["interactions"]}
        n_copies = Counter(interaction_id for interaction_id, _hash in every)
        fresh = sorted(one for one in every - known if n_copies[one[0]] > 1)
        variants = [dict(zip(copy, one, strict=True)) for one in fresh]
        for name, data in {**rows, "variants": variants}.items():
            dated = [{**row, "batch": batch} for row in data]
            writer.append(name, pa.Table.from_pylist(dated, schema=TABLES[name].schema))
        writer.publish()


def refresh(
    engine: Engine, since: int | None, decided: Mapping[str, pa.Table] | None = None, *, people: bool = False
) -> None:
    """Derive conversations, and who is who before them where it matters."""
    steps = (*decisions.STEPS, *log.STEPS, *(identities.STEPS if people else ()), *conversations.STEPS)
    steps = tuple(step for step in steps if step.table not in _LATER)
    with engine.writing("derived") as writer, engine.scratch():
        changes = None
        if since is not None:
            tables = Tables(engine)
            changes = changes_since(tables, since) | {decisions.DECISIONS: decisions.decided_anew(tables)}
        derive(engine, writer, steps, changes=changes, decided=decided)
        writer.mark("derived_batch", engine.snapshot.marks.get("batch", 0))
        writer.publish()


def made(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted(
            engine.to_arrow(engine.table(name)).to_pylist(), key=lambda row: [row[key] for key in TABLES[name].key]
        )
        for name in TABLES_MADE
    }


def cell(
    folder: Path,
    *batches: Sequence[dict[str, Any]],
    decided: Sequence[Mapping[str, pa.Table] | None] = (),
    people: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """What is made of batches of rows, each with the decisions that stand then, the last as often as needed."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(folder)
    try:
        for number, rows in enumerate(batches, 1):
            add(engine, rows, number)
            stand = decided[min(number, len(decided)) - 1] if decided else None
            refresh(engine, None if number == 1 else number - 1, stand, people=people)
        for stand in decided[len(batches) :]:
            refresh(engine, len(batches), stand, people=people)
        return made(engine)
    finally:
        engine.close()
