"""Dialogue and openness of a relationship, as they stand beside its readings, and what they are counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from honeycell.ids import written_id
from honeycell.readings.covered import Covered, answer_day
from honeycell.readings.recomputed import recomputed
from honeycell.readings.state import Evidence, EvidenceRow, Reading
from honeycell.readings.traces import EVER
from honeycell.readings.visible import check_sides, reads_all
from honeycell.tracks.shares import DIALOGUE, OPENNESS, PRESENT_DAYS, Share, dialogue, openness
from honeycell.tracks.sides import sides
from honeycell.tracks.talks import MEETINGS, Talk, talks_between, us

if TYPE_CHECKING:
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["BESIDE", "beside", "shares", "why_beside"]

BESIDE = {one.name: one for one in (DIALOGUE, OPENNESS)}
"""What stands beside the readings of a relationship, by name."""
_DAYS = 365
_ONLY_READERS = "Shown to those who may read all of it."


def beside(t: Tables, a: Party, b: Party, as_of: date | None = None) -> tuple[Reading, ...]:
    """Dialogue, and openness of us (of `a`, where neither is us), over the conversations of a year.

    Args:
        t: The tables of a cell.
        a: One side.
        b: The other.
        as_of: The day; by default the last covered one.
    """
    found, said, _ours, (first, on) = _read(t, a, b, as_of)
    n = sum(row["side"] != "other" for talk in found for row in talk.rows)
    return tuple(
        Reading(
            one.name, one.value, BESIDE[one.name].unit, one.low, one.high, one.n, one.coverage, (first, on),
            BESIDE[one.name].reference, one.status, one.sentence, n_evidence=n,
        )
        for one in said
    )  # fmt: skip


def why_beside(t: Tables, a: Party, b: Party, name: str, as_of: date | None = None) -> Evidence:
    """Everything either side said or met for in their conversations, oldest first, and which side it is counted for.

    Args:
        t: The tables of a cell.
        a: One side.
        b: The other.
        name: One of `BESIDE`.
        as_of: As it was shown with.
    """
    found, said, ours, (first, on) = _read(t, a, b, as_of)
    one = next(one for one in said if one.name == name)
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": on.isoformat(), "window_days": _DAYS, "from_on": first.isoformat(), "covered": one.coverage,
        **({"side": ours, "present_days": PRESENT_DAYS} if name == OPENNESS.name else {}),
    }  # fmt: skip
    rows = _rows(found)
    return Evidence(
        name, one.value, BESIDE[name].unit, one.low, one.high, one.n, parameters, rows,
        recomputed(name, rows, parameters) if one.value is not None else None,
    )  # fmt: skip


def shares(
    t: Tables, found: Sequence[Talk], ours: str, names: Mapping[str, str], cover: Covered, first: date, on: date
) -> tuple[Share, Share]:
    """Dialogue, and openness of one side; without numbers for who may not read all of it.

    Args:
        t: The tables of a cell, as who looks sees them.
        found: The conversations.
        ours: The side: `a` or `b`.
        names: Of the sides `a` and `b`.
        cover: When sensors were on.
        first: The first day looked at.
        on: The last.
    """
    days, end = (on - first).days + 1, (on - EVER).days
    seen, talks = (cover.days(end, days) / days, cover.since(end)), [one.rows for one in found]
    reached = frozenset(row["interaction_id"] for one in found for row in one.across if row["side"] == ours)
    both = dialogue(talks, *seen, names, days), openness(talks, reached, ours, *seen, names)
    if reads_all(t, [row["interaction_id"] for talk in talks for row in talk]):
        return both
    a, b = (
        replace(one, value=None, low=None, high=None, status="not_observable", sentence=_ONLY_READERS, evidence=())
        for one in both
    )
    return a, b


def _read(
    t: Tables, a: Party, b: Party, as_of: date | None
) -> tuple[list[Talk], tuple[Share, Share], str, tuple[date, date]]:
    on, cover = answer_day(t, as_of)
    check_sides(t, a, b, on)
    first = on - timedelta(_DAYS - 1)
    found, ours = talks_between(t, sides(t, a, b), first, on), us(t, a, b) or "a"
    return found, shares(t, found, ours, {"a": a.name, "b": b.name}, cover, first, on), ours, (first, on)


def _rows(found: Sequence[Talk]) -> tuple[EvidenceRow, ...]:
    rows = []
    for talk in found:
        ways = {row["interaction_id"]: (row["from_person_id"], row["to_person_id"]) for row in reversed(talk.across)}
        for row in talk.rows:
            if row["side"] != "other":
                both = ways.get(row["interaction_id"])
                detail = {
                    "side": row["side"], "directed": int(bool(both)), "conversation": written_id(talk.conversation_id),
                    "space": row["space"], "on": row["occurred_on"].isoformat(), "channel": row["channel"],
                }  # fmt: skip
                role = "met" if row["kind"] in MEETINGS else "said"
                who = both or (row["person_id"], row["person_id"])
                rows.append(EvidenceRow(row["interaction_id"], row["occurred_at"], *who, 1.0, role, detail))
    return tuple(sorted(rows, key=lambda row: (row.occurred_at, row.interaction_id)))
