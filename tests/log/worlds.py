"""A source of tests: one JSON object a line, and small worlds written in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from honeycell import log
from honeycell.engine import Engine
from honeycell.errors import SourceError
from honeycell.sources import Batch, Part, Records, interaction_id, short_hash
from honeycell.steps import Tables, derive
from honeycell.tables import LOG


class JsonLines:
    """Lines `{"id", "body", "from", "to", "at", ...}`; `{"skip": reason}` cannot be used, `!` breaks the file."""

    name = "jsonl"

    def recognises(self, path: Path) -> bool:
        return path.suffix == ".jsonl"

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        size = path.stat().st_size
        cut = max(1, size // 4) if size > 1000 else size
        for start in range(0, size, cut):
            yield Part(self.name, path, locator, start, min(start + cut, size), n_bytes=min(cut, size - start))

    def read(self, part: Part) -> Iterator[Batch]:
        records = Records(self.name)
        at = part.start
        with part.path.open("rb") as file:
            if at:
                file.seek(at - 1)
                at += len(file.readline()) - 1
            while part.stop is None or at < part.stop:
                line = file.readline()
                if not line:
                    break
                if line.startswith(b"!"):
                    yield records.take()
                    raise SourceError("corrupt-file", "the rest is damaged", f"{part.locator}#{at}", "")
                _add(records, line, f"{part.locator}#{at}-{len(line)}")
                at += len(line)
                if records.n_records >= 200:
                    yield records.take()
        yield records.take()


SOURCE = JsonLines()


def _add(records: Records, line: bytes, locator: str) -> None:
    content = short_hash(line) * 2
    records.n_records += 1
    records.n_bytes += len(line)
    said = json.loads(line)
    if "skip" in said:
        records.skip(locator, said["skip"], "as told", content)
        return
    body = said.get("body", "")
    ids = {"interaction_id": interaction_id(said["id"]), "copy_hash": short_hash(line)}
    at = datetime.fromisoformat(said["at"]) if said.get("at") else None
    records.add(
        "interactions", **ids, kind=said.get("kind", "message"), channel=said.get("channel", "mail"),
        space=said.get("space"), conversation_key=said.get("series"), message_id=said["id"],
        in_reply_to=said.get("answers"),
        references=said.get("references", []), subject=said.get("subject"), occurred_at=at,
        occurred_on=at.date() if at else None, body_hash=short_hash(body), n_bytes=len(line),
        template_hash=short_hash("".join(c for c in body if not c.isdigit())),
    )  # fmt: skip
    records.add("texts", **ids, body=body)
    for role in ("from", "sender", "to", "cc"):
        for handle in said.get(role, []):
            records.add("participants", **ids, role=role, handle=f"mailto:{handle}", display_name=said.get("name"))
    for name, value in said.get("headers", {}).items():
        records.add("headers", **ids, name=name, value=value)
    records.add("sightings", **ids, source="jsonl", locator=locator, content_hash=content)


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    """A file of these records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def log_state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every log table but `imports`, sorted, without the numbers of imports and commits."""
    engine.reopen()
    state = {}
    for table in LOG:
        if table.name != "imports":
            names = [name for name in table.schema.names if name not in ("batch", "import_id")]
            rows: pa.Table = engine.to_arrow(engine.table(table.name).select(*names))
            state[table.name] = sorted(tuple(map(str, row.values())) for row in rows.to_pylist())
    return state


def day(number: int) -> str:
    """An instant at noon of the numbered day of 2020."""
    return (
        datetime.combine(date.fromordinal(date(2020, 1, 1).toordinal() + number), datetime.min.time())
        .replace(hour=12)
        .isoformat()
    )


def refresh(engine: Engine, *, rebuild: bool = False) -> None:
    """Derive the log's own tables from what came since the last refresh, or from everything."""
    with engine.writing("derived") as writer, engine.scratch():
        marks = engine.snapshot.marks
        changes = None if rebuild else log.changes_since(Tables(engine), marks.get("derived_batch", 0))
        derive(engine, writer, log.STEPS, changes=changes)
        writer.mark("derived_batch", marks.get("batch", 0))
        writer.publish()


def derived_state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """The tables derived from the log alone, sorted."""
    state = {}
    for step in log.STEPS:
        rows: pa.Table = engine.to_arrow(engine.table(step.table))
        state[step.table] = sorted(tuple(map(str, row.values())) for row in rows.to_pylist())
    return state
