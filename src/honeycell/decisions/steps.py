"""The decisions in force as derived tables, one for each kind, so that whatever follows from them follows at a refresh.

Not part of `honeycell.decisions` as it is imported, since it loads Arrow.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.decisions.kinds import KINDS
from honeycell.steps import Change, Step, Tables
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["DECISIONS", "STEPS", "decided_anew"]

DECISIONS = "decisions"
"""The name under which a refresh hears that other decisions stand than before."""


def decided_anew(t: Tables) -> Change:
    """The change that makes a refresh look at all decisions again; they are few."""
    nothing = t.keep(pa.table({"decision_id": pa.array([], pa.int64())}))
    return Change(nothing, nothing, nothing)


def _rows(kind: str, t: Tables, keys: ir.Table | None) -> ir.Table:
    schema = TABLES[kind].schema
    standing = t.decided.get(kind)
    return t.keep(schema.empty_table() if standing is None else standing.select(schema.names).cast(schema))


STEPS: tuple[Step, ...] = tuple(Step(kind, (DECISIONS,), partial(_rows, kind)) for kind in KINDS)
"""The first of all steps: nothing that people decided is derived from anything else."""
