"""The log as one row for each interaction, whichever copies of it were seen and in whatever order.

Nearly every interaction has one copy. The few with several differing ones are named in `variants`; of those the
smallest `copy_hash` shows, and the participants are the union of all copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["headers", "interactions", "participants", "texts", "transfers"]

_COPY = ["interaction_id", "copy_hash"]


def interactions(t: Tables) -> ir.Table:
    """What happened, one row for each `interaction_id`.

    Args:
        t: The tables of a cell.

    Returns:
        The columns of `interactions`.

    Example:
        >>> import tempfile, pathlib
        >>> from honeycell.engine import open_engine
        >>> from honeycell.steps import Tables
        >>> t = Tables(open_engine(pathlib.Path(tempfile.mkdtemp())))
        >>> t.arrow(interactions(t).count()).as_py()
        0
    """
    return _shown(t, "interactions")


def texts(t: Tables) -> ir.Table:
    """The body as written, at most one row for each `interaction_id`."""
    return _shown(t, "texts")


def headers(t: Tables) -> ir.Table:
    """The header fields of the copy that shows, any number of rows for each `interaction_id`."""
    return _shown(t, "headers")


def transfers(t: Tables) -> ir.Table:
    """What changed hands, at most one row for each `interaction_id`."""
    return _shown(t, "transfers")


def participants(t: Tables) -> ir.Table:
    """Handles in their roles, one row for each `interaction_id`, `role`, `handle`, over all copies.

    Of several display names the last in code-point order is given; `copy_hash` is the smallest that names the
    handle and `batch` the last commit that did.
    """
    raw = t["participants"]
    names = TABLES["participants"].schema.names
    several = raw.semi_join(t["variants"], "interaction_id")
    merged = several.group_by(["interaction_id", "role", "handle"]).agg(
        copy_hash=several.copy_hash.min(), display_name=several.display_name.max(), batch=several.batch.max()
    )
    return raw.anti_join(t["variants"], "interaction_id").select(*names).union(merged.select(*names))


def _shown(t: Tables, name: str) -> ir.Table:
    """The rows of a table without those of the copies that do not show; one pass over the table."""
    copies = t["variants"].select(*_COPY).distinct()
    smallest = copies.group_by("interaction_id").agg(copy_hash=copies.copy_hash.min())
    return t[name].anti_join(copies.anti_join(smallest, _COPY), _COPY)
