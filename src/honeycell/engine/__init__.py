"""The only place that knows a database engine.

`open_engine` gives an `Engine`: read a table, keep an intermediate result, run an expression to Arrow; and,
inside `Engine.writing`, append, replace, replace by key, delete, publish. Tables live in Delta Lake tables
(`honeycell.engine.store`); one small file, replaced atomically, names the version of every table, so that a
reader in any process sees a whole state and is never locked out.
"""

from __future__ import annotations

from honeycell.engine.duck import Engine, Writer, open_engine
from honeycell.engine.machine import cores, memory_limit_bytes
from honeycell.engine.store import Snapshot

__all__ = ["Engine", "Snapshot", "Writer", "cores", "memory_limit_bytes", "open_engine"]
