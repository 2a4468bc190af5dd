"""The log as one row for each interaction, whichever copies of it were seen and in whatever order.

Nearly every interaction has one copy. The few with several differing ones are named in `variants`; of those the
smallest `copy_hash` shows, and the participants are the union of all copies.

Every function takes `keys`: a table with a column `interaction_id`, or what `pick` made of one, to have the rows of
these interactions only. Ids are random, so nothing but reading a whole column finds them; but what came with the
latest commits lies together. An interaction without variants has all its rows in one commit, so those of new
interactions are taken from there, and older files are read only for older keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = [
    "FACTS",
    "SEATS",
    "Picked",
    "authors",
    "headers",
    "interactions",
    "participants",
    "pick",
    "texts",
    "transfers",
]

_COPY = ["interaction_id", "copy_hash"]
FACTS = (
    "interaction_id", "kind", "channel", "space", "conversation_key", "occurred_at", "occurred_on",
    "utc_offset_minutes", "duration_minutes", "template_hash",
)  # fmt: skip
"""Columns of `interactions` that are small; of older interactions these are read once in a refresh for all steps."""
SEATS = ("interaction_id", "role", "handle")
"""Columns of `participants` that say who took part; of older interactions read once in a refresh for all steps."""


@dataclass(frozen=True)
class Picked:
    """Interactions whose rows are wanted."""

    new: ir.Table
    """Ids whose rows all came with commits that no derived table has seen."""
    old: ir.Table | None
    """The other ids; None when there are none, so that nothing is read for them."""
    batch: int
    """The last commit that derived tables have seen."""


def pick(t: Tables, keys: ir.Table) -> Picked:
    """Sort keys by where their rows lie; for several looks at the same keys."""
    keys, batch = t.keep(keys.select("interaction_id").distinct()), t.derived_batch
    said = t["interactions"].filter(t["interactions"].batch > batch)
    new = said.select("interaction_id").semi_join(keys, "interaction_id").anti_join(t["variants"], "interaction_id")
    new = t.keep(new.distinct())
    old = t.keep(keys.anti_join(new, "interaction_id"))
    return Picked(new, old if t.arrow(old.count()).as_py() else None, batch)


def interactions(
    t: Tables, keys: ir.Table | Picked | None = None, columns: tuple[str, ...] = ()
) -> ir.Table:  # fmt: skip
    """What happened, one row for each `interaction_id`.

    Args:
        t: The tables of a cell.
        keys: Only these interactions; None for all.
        columns: Only these columns; all when there are none.

    Example:
        >>> import tempfile, pathlib
        >>> from honeycell.engine import open_engine
        >>> from honeycell.steps import Tables
        >>> t = Tables(open_engine(pathlib.Path(tempfile.mkdtemp())))
        >>> t.arrow(interactions(t).count()).as_py()
        0
    """
    return _shown(t, "interactions", keys, columns or _all("interactions"))


def texts(t: Tables, keys: ir.Table | Picked | None = None) -> ir.Table:
    """The body as written, at most one row for each `interaction_id`."""
    return _shown(t, "texts", keys, _all("texts"))


def headers(t: Tables, keys: ir.Table | Picked | None = None) -> ir.Table:
    """The header fields of the copy that shows, any number of rows for each `interaction_id`."""
    return _shown(t, "headers", keys, _all("headers"))


def transfers(t: Tables, keys: ir.Table | Picked | None = None) -> ir.Table:
    """What changed hands, at most one row for each `interaction_id`."""
    return _shown(t, "transfers", keys, _all("transfers"))


def participants(
    t: Tables, keys: ir.Table | Picked | None = None, roles: tuple[str, ...] = (), columns: tuple[str, ...] = ()
) -> ir.Table:
    """Handles in their roles, one row for each `interaction_id`, `role`, `handle`, over all copies.

    Of several display names the last in code-point order is given; `copy_hash` is the smallest that names the
    handle and `batch` the last commit that did.

    Args:
        t: The tables of a cell.
        keys: Only these interactions; None for all.
        roles: Only these roles; all when there are none.
        columns: Only these columns, those of `SEATS` among them; all when there are none.
    """
    names = columns or _all("participants")
    raw = t["participants"]
    if roles:
        raw = raw.filter(raw.role.isin(roles))
    if keys is not None and not isinstance(keys, Picked):
        keys = pick(t, keys)
    if keys is not None:
        new = _of_new(raw, keys).select(*names)
        if keys.old is None:
            return new
        several = t.of_older("participants", keys.old, names)
        if roles:
            several = several.filter(several.role.isin(roles))
    else:
        new = raw.anti_join(t["variants"], "interaction_id").select(*names)
        several = raw.semi_join(t["variants"], "interaction_id").select(*names)
    shown = {name: getattr(several[name], how)() for name, how in _OF_COPIES.items() if name in names}
    merged = several.group_by(list(SEATS)).agg(**shown) if shown else several.select(*SEATS).distinct()
    return new.union(merged.select(*names))


_OF_COPIES = {"copy_hash": "min", "display_name": "max", "batch": "max"}
"""What shows of several copies that name the same handle in the same role."""


def authors(t: Tables, keys: ir.Table | Picked | None = None) -> ir.Table:
    """Who an interaction is from: `interaction_id handle`; the first handle by name where several are.

    The author of a message is in role `from`, that of a meeting is its organiser.
    """
    seats = participants(t, keys, ("from", "organiser"), SEATS)
    return seats.group_by("interaction_id").agg(handle=seats.handle.min())


def _of_new(rows: ir.Table, keys: Picked) -> ir.Table:
    return rows.filter(rows.batch > keys.batch).semi_join(keys.new, "interaction_id")


def _all(name: str) -> tuple[str, ...]:
    return tuple(TABLES[name].schema.names)


def _shown(t: Tables, name: str, keys: ir.Table | Picked | None, columns: tuple[str, ...]) -> ir.Table:
    """The rows of a table without those of the copies that do not show; one pass over the table."""
    copies = t["variants"].select(*_COPY).distinct()
    smallest = copies.group_by("interaction_id").agg(copy_hash=copies.copy_hash.min())
    hidden = copies.anti_join(smallest, _COPY)
    if keys is None:
        return t[name].anti_join(hidden, _COPY).select(*columns)
    picked = keys if isinstance(keys, Picked) else pick(t, keys)
    new = _of_new(t[name], picked).select(*columns)
    if picked.old is None:
        return new
    older = t.of_older(name, picked.old, tuple(dict.fromkeys((*_COPY, *columns))))
    return new.union(older.anti_join(hidden, _COPY).select(*columns))
