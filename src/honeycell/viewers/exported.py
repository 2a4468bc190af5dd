"""Which rows of a table leave the cell with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.errors import NotAllowedError
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["exported"]

_KNOWN = ("organisations", "spaces", "persons")
"""Who and what there is: facts that every person of a cell sees."""


def exported(t: Tables, name: str) -> ir.Table:
    """The rows of a table that whoever asks may take along.

    The owner of the cell takes all; a person the rows of what they may read, and those that name them.

    Raises:
        NotAllowedError: No row of it is of one interaction or one person (`not-for-you`).
    """
    columns = TABLES[name].schema.names
    table, said_in = t[name].select(*columns), TABLES[name].said_in
    if t.viewer is None or name in _KNOWN:
        return table
    if said_in is not None:
        return table.semi_join(t.readable.rename({said_in: "interaction_id"}), said_in)
    if people := [column for column in columns if column.endswith("person_id")]:
        return table.filter(ibis.or_(*(table[column] == t.viewer for column in people)))
    if handles := [column for column in columns if column in ("handle", "handle_a", "handle_b")]:
        own = t.arrow(t["handles"].filter(_.person_id == t.viewer).select("handle"))["handle"].to_pylist()
        return table.filter(ibis.or_(*(table[column].isin(own) for column in handles)))
    raise NotAllowedError("not-for-you", f"“{name}” is for the owner of the cell", name, "ask whoever keeps this cell")
