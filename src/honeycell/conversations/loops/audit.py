"""How often what texts were found to say is really there, by the judgement of people over a sample.

Detectors that were learnt elsewhere degrade, so each cell is audited by itself. What is judged is whether a loop was
opened, and not whether it was closed, so Follow-through counts none of them even then: many are closed by a telephone
call or by words that close nothing here, and a share of those kept would be too low. The sample are the loops whose
ids are smallest after hashing, so that it is by chance, the same at each call, and changes little when mail comes in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ibis import _

from honeycell.conversations.loops.marks import OPENING
from honeycell.engine.functions import id_of
from honeycell.ids import written_id

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["BOUND", "KIND", "SIZE", "Audit", "Share", "audit", "sample", "wilson"]

SIZE = 200
"""Loops in the sample."""
BOUND = 0.80
"""The precision that is asked for (`science.md` 4.5)."""
KIND = "judged_loop"
"""The kind of decision that holds one judgement."""
_Z = 1.959964


@dataclass(frozen=True)
class Share:
    """How many of those judged are right."""

    n_right: int
    n_wrong: int
    n_unsure: int
    """Judged, but nobody could tell; these do not count."""
    precision: float | None
    """Share of the right ones among right and wrong; None before the first judgement."""
    low: float
    """Of the interval at 95 % (Wilson 1927)."""
    high: float


@dataclass(frozen=True)
class Audit:
    """What is known of the sample."""

    n_sample: int
    n_judged: int
    all: Share
    by_type: dict[str, Share]
    passed: bool
    """Whether the whole sample is judged, and precision is at least `BOUND`."""


def sample(t: Tables, judged: pa.Table | None, size: int = SIZE) -> pa.Table:
    """The loops to be judged, and the judgements that stand.

    Args:
        t: The tables of a cell.
        judged: Decisions in force of the kind `judged_loop`, in the order in which they were made; None for none.
        size: Loops in the sample.

    Returns:
        `loop_id interaction_id type starts ends probability verdict`, in the order of the sample; `verdict` is yes,
        no, unsure or null.
    """
    found = t["loops"].filter(_.source == "text").mutate(order=id_of("loop audit " + _.loop_id.cast("string")))
    rows = t.arrow(
        found.order_by("order").limit(size).select("loop_id", "interaction_id", "type", "starts", "ends", "probability")
    )
    last = {} if judged is None else {_key(row): row["verdict"] for row in judged.to_pylist()}
    keys = [(written_id(row["interaction_id"]), row["type"], str(row["starts"])) for row in rows.to_pylist()]
    return rows.append_column("verdict", pa.array([last.get(key) for key in keys], pa.string()))


def audit(rows: pa.Table) -> Audit:
    """What the judgements of a sample say.

    Args:
        rows: What `sample` gives.
    """
    verdicts = rows.select(["type", "verdict"]).to_pylist()
    whole = _share(row["verdict"] for row in verdicts)
    judged = whole.n_right + whole.n_wrong + whole.n_unsure
    by_type = {name: _share(row["verdict"] for row in verdicts if row["type"] == name) for name in OPENING}
    enough = bool(verdicts) and judged == len(verdicts) and whole.precision is not None
    return Audit(len(verdicts), judged, whole, by_type, enough and (whole.precision or 0) >= BOUND)


def wilson(n_right: int, n: int) -> tuple[float, float]:
    """The interval of a share at 95 % (Wilson 1927); 0 to 1 where nothing was seen.

    Example:
        >>> [round(end, 2) for end in wilson(8, 10)]
        [0.49, 0.94]
    """
    if not n:
        return 0.0, 1.0
    share, extra = n_right / n, _Z**2 / n
    middle = (share + extra / 2) / (1 + extra)
    half = _Z / (1 + extra) * math.sqrt(share * (1 - share) / n + extra / (4 * n))
    return middle - half, middle + half


def _share(verdicts: Iterable[str | None]) -> Share:
    held = list(verdicts)
    right, wrong, unsure = (held.count(name) for name in ("yes", "no", "unsure"))
    n = right + wrong
    return Share(right, wrong, unsure, right / n if n else None, *wilson(right, n))


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["interaction"], row["type"], row["starts"]
