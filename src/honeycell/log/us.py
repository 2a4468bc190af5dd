"""Whose cell this is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.log.commit import commit
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.engine import Engine
    from honeycell.steps import Tables

__all__ = ["declare_us", "us"]

_SOURCE = "cell"


def declare_us(engine: Engine, name: str, domains: Sequence[str] = ()) -> None:
    """Write down the organisation that the cell belongs to, and its mail domains, in the directory.

    Args:
        engine: The cell's engine.
        name: The organisation as it is to be shown.
        domains: Its mail domains; each becomes a row of kind `domain` (one row without a domain if there are none).
    """
    schema = pa.schema([column for column in TABLES["directory"].schema if column.name != "batch"])
    rows = []
    cleaned: list[str | None] = [domain.strip().lower().removeprefix("@") for domain in domains]
    for domain in cleaned or [None]:
        digest = hashlib.sha256(f"{_SOURCE}\0{name}\0{domain or ''}".encode()).hexdigest()[:32]
        rows.append({
            "record_hash": digest, "kind": "domain", "organisation": name, "domain": domain,
            "source": _SOURCE, "locator": "us",
        })  # fmt: skip
    with engine.writing("log") as writer:
        batch = engine.snapshot.marks.get("batch", 0) + 1
        commit(engine, writer, {"directory": pa.Table.from_pylist(rows, schema=schema)}, import_id=0, batch=batch)
        writer.mark("batch", batch)
        writer.publish()


def us(t: Tables) -> ir.Table:
    """The cell's own organisation: `organisation domain`, no row when the cell belongs to nobody."""
    directory = t["directory"]
    return directory.filter(directory.source == _SOURCE).select("organisation", "domain")
