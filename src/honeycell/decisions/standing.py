"""What stands: the decisions that nobody took back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from honeycell.decisions.kinds import KINDS, Kind
from honeycell.decisions.store import Store, tables

if TYPE_CHECKING:
    import pyarrow as pa
    import sqlalchemy as sa

__all__ = ["Decision", "history", "last", "made_at", "standing", "state", "taken_back"]


@dataclass(frozen=True)
class Decision:
    """One decision as a person reads it."""

    decision_id: int
    kind: str
    """A key of `KINDS`, or `undo`."""
    decided_at: datetime
    """UTC."""
    decided_by: str
    why: str | None
    undoes: int | None
    """The decision that it takes back."""
    undone_by: int | None
    """The decision in force that takes this one back: null while this one is in force itself."""
    what: dict[str, str | date | None]
    """The kind's own columns."""


def state(store: Store) -> int:
    """The number of the last decision, 0 before the first: what changes whenever decisions do."""
    with store.transaction() as connection:
        return last(connection)


def made_at(store: Store, decision_id: int) -> datetime | None:
    """When a decision was made, UTC; None if there is no such decision."""
    import sqlalchemy as sa

    decisions = tables()["decisions"].c
    with store.transaction() as connection:
        moment: datetime | None = connection.scalar(
            sa.select(decisions.decided_at).where(decisions.decision_id == decision_id)
        )
    return moment


def standing(store: Store, *, up_to: int | None = None) -> dict[str, pa.Table]:
    """The decisions in force, one table a kind, in the order in which they were made.

    Args:
        store: The cell's decisions.
        up_to: A `state`: leave out all later decisions, and later undos.

    Returns:
        For each key of `KINDS`, `decision_id decided_at decided_by why` and the kind's own columns.
    """
    import pyarrow as pa

    with store.transaction() as connection:
        # Rows are never changed, so all reads up to one number see one state, whoever writes meanwhile.
        end = last(connection) if up_to is None else up_to
        gone = _gone(connection, end)
        return {
            name: pa.Table.from_pylist(
                [row for row in _rows(connection, kind, end) if row["decision_id"] not in gone], _schema(kind)
            )
            for name, kind in KINDS.items()
        }


def history(store: Store) -> list[Decision]:
    """Every decision and every undo, the newest first."""
    import sqlalchemy as sa

    decisions = tables()["decisions"]
    with store.transaction() as connection:
        end = last(connection)
        gone = _gone(connection, end)
        own = {
            row["decision_id"]: {column.name: row[column.name] for column in kind.columns}
            for kind in KINDS.values()
            for row in _rows(connection, kind, end)
        }
        query = sa.select(decisions).where(decisions.c.decision_id <= end).order_by(decisions.c.decision_id.desc())
        return [
            Decision(
                row.decision_id, row.kind, row.decided_at, row.decided_by, row.why, row.undoes,
                gone.get(row.decision_id), own.get(row.decision_id, {}),
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def last(connection: sa.Connection) -> int:
    """The largest `decision_id`, 0 if there is none."""
    import sqlalchemy as sa

    return connection.scalar(sa.select(sa.func.max(tables()["decisions"].c.decision_id))) or 0


def taken_back(undos: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Which decisions are not in force, and the earliest undo in force that takes each back.

    Args:
        undos: The `decision_id` of an undo and of what it undoes, the newest first. An undo comes after what it
            undoes, so all that could take it back have been met before it.

    Example:
        >>> taken_back([(5, 4), (4, 1), (3, 2)])
        {4: 5, 2: 3}
    """
    gone: dict[int, int] = {}
    for decision_id, undoes in undos:
        if decision_id not in gone:
            gone[undoes] = decision_id
    return gone


def _gone(connection: sa.Connection, end: int) -> dict[int, int]:
    import sqlalchemy as sa

    decisions = tables()["decisions"].c
    query = sa.select(decisions.decision_id, decisions.undoes).where(decisions.undoes > 0, decisions.decision_id <= end)
    return taken_back(connection.execute(query.order_by(decisions.decision_id.desc())))


def _rows(connection: sa.Connection, kind: Kind, end: int) -> Iterable[sa.RowMapping]:
    import sqlalchemy as sa

    decisions, own = tables()["decisions"], tables()[kind.name]
    query = sa.select(decisions, *(own.c[column.name] for column in kind.columns)).join_from(decisions, own)
    return connection.execute(query.where(decisions.c.decision_id <= end).order_by(decisions.c.decision_id)).mappings()


def _schema(kind: Kind) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("decision_id", pa.int64()),
            ("decided_at", pa.timestamp("us")),
            ("decided_by", pa.string()),
            ("why", pa.string()),
            *((column.name, pa.date32() if column.form == "DATE" else pa.string()) for column in kind.columns),
        ]
    )
