"""Writing down what people decide, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from honeycell.decisions.kinds import KINDS, checked, plain
from honeycell.decisions.standing import last, state, taken_back
from honeycell.decisions.store import UNDO, Store, tables
from honeycell.errors import HoneycellError, NotFoundError, UsageError

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["decide", "undo"]


def decide(store: Store, kind: str, *, by: str, why: str | None = None, **what: str | date | None) -> int:
    """Write a decision down.

    Args:
        store: The cell's decisions.
        kind: A key of `KINDS`.
        by: Who decides.
        why: The reason in words.
        what: The kind's own columns.

    Returns:
        Its `decision_id`: 1 for the first, then one more each time.

    Raises:
        UsageError: The kind is unknown, or what is decided makes no sense (`bad-decision`).
    """
    if kind not in KINDS:
        raise UsageError("bad-decision", f"nothing of kind “{kind}” can be decided", kind, f"decide {', '.join(KINDS)}")
    return _append(store, kind, by, why, checked(KINDS[kind], what))


def undo(store: Store, decision_id: int, *, by: str, why: str | None = None) -> int:
    """Take a decision back: everything is as if it had never been made, whatever came after it.

    An undo is a decision itself; undoing it brings back what it took back.

    Returns:
        The `decision_id` of the undo.

    Raises:
        NotFoundError: There is no such decision (`no-such-decision`).
        UsageError: It is taken back already (`already-undone`), or nobody undoes it (`bad-decision`).
    """
    return _append(store, UNDO, by, why, {}, decision_id)


def _append(
    store: Store,
    kind: str,
    by: str,
    why: str | None,
    own: Mapping[str, str | date | None],
    undoes: int | None = None,
) -> int:
    """Write one row with the next number; whoever loses the race for a number looks again and takes the one after.

    So no lock is held, numbers have no gaps, and a decision is seen only after all those with smaller numbers.
    """
    import sqlalchemy as sa

    common = {"kind": kind, "decided_by": plain("by", by), "undoes": undoes}
    common["why"] = plain("why", why) if why and why.strip() else None
    while True:
        number = 0
        try:
            with store.transaction() as connection:
                # Before all else: who writes between this and the insert takes the number, and the insert fails.
                number = last(connection) + 1
                if undoes is not None:
                    _check_undoable(connection, undoes, number)
                moment = datetime.now(UTC).replace(tzinfo=None)
                connection.execute(
                    tables()["decisions"].insert(), {"decision_id": number, "decided_at": moment, **common}
                )
                if own:
                    connection.execute(tables()[kind].insert(), {"decision_id": number, **own})
            return number
        except HoneycellError as error:
            if not isinstance(error.__cause__, sa.exc.IntegrityError) or state(store) < number:
                raise


def _check_undoable(connection: sa.Connection, decision_id: int, number: int) -> None:
    import sqlalchemy as sa

    if not 0 < decision_id < number:
        raise NotFoundError(
            "no-such-decision", f"there is no decision {decision_id}", str(decision_id), f"the last is {number - 1}"
        )
    decisions = tables()["decisions"].c
    undos = sa.select(decisions.decision_id, decisions.undoes).where(decisions.undoes == decision_id)
    chain = undos.cte("chain", recursive=True)
    chain = chain.union(
        sa.select(decisions.decision_id, decisions.undoes).where(decisions.undoes == chain.c.decision_id)
    )
    links = connection.execute(sa.select(chain).order_by(chain.c.decision_id.desc()))
    gone = taken_back(links)
    if decision_id in gone:
        raise UsageError(
            "already-undone",
            f"decision {decision_id} is taken back already",
            f"decision {gone[decision_id]}",
            f"undo {gone[decision_id]} to bring it back",
        )
