"""What people decided: the second of the two truths, append-only and undoable.

Importing this loads no database: SQLAlchemy comes with the first store that is opened.
"""

from __future__ import annotations

from honeycell.decisions.deciding import decide, undo
from honeycell.decisions.kinds import KINDS, OTHERS, Column, Kind
from honeycell.decisions.standing import Decision, history, made_at, standing, state
from honeycell.decisions.store import Store, find_store, open_store
from honeycell.decisions.wholeness import check

__all__ = [
    "KINDS",
    "OTHERS",
    "Column",
    "Decision",
    "Kind",
    "Store",
    "check",
    "decide",
    "find_store",
    "history",
    "made_at",
    "open_store",
    "standing",
    "state",
    "undo",
]
