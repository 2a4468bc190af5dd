"""Whether the decisions are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.decisions.kinds import KINDS
from honeycell.decisions.store import UNDO, Store, tables
from honeycell.errors import HoneycellError

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["check"]


def check(store: Store) -> list[str]:
    """What is wrong with the decisions, in words; an empty list when nothing is.

    Damaged pages, numbers that are missing (a row was removed), undos of what does not exist, decisions whose own
    columns are lost, and kinds that this version does not know and therefore cannot honour.
    """
    import sqlalchemy as sa

    decisions = tables()["decisions"].c
    earlier = sa.select(decisions.decision_id)
    faults = []
    try:
        with store.transaction() as connection:
            if connection.dialect.name == "sqlite":
                found = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars()
                faults += [f"the file is damaged: {line}" for line in found if line != "ok"]
            n, largest = connection.execute(sa.select(sa.func.count(), sa.func.max(decisions.decision_id))).one()
            if n != (largest or 0):
                faults.append(f"{(largest or 0) - n} of {largest} decisions are missing")
            lost = sa.select(decisions.decision_id, decisions.undoes).where(decisions.undoes.not_in(earlier))
            for row in connection.execute(lost.order_by(decisions.decision_id)):
                faults.append(f"decision {row.decision_id} undoes {row.undoes}, which does not exist")
            kinds = sa.select(decisions.kind, sa.func.count()).group_by(decisions.kind).order_by(decisions.kind)
            for kind, n in connection.execute(kinds):
                faults += _faults_of_kind(connection, kind, n)
    except HoneycellError as error:
        faults.append(error.message)
    return faults


def _faults_of_kind(connection: sa.Connection, kind: str, n: int) -> list[str]:
    import sqlalchemy as sa

    if kind == UNDO:
        return []
    if kind not in KINDS:
        return [f"{n} decisions are of kind “{kind}”, which this version does not know: install a newer one"]
    decisions, own = tables()["decisions"].c, tables()[kind].c
    bare = sa.select(decisions.decision_id).where(
        decisions.kind == kind, decisions.decision_id.not_in(sa.select(own.decision_id))
    )
    return [
        f"decision {number} ({kind}) has lost what was decided"
        for number in connection.scalars(bare.order_by(decisions.decision_id))
    ]
