"""The interactions behind a reading, with all that is needed to compute its value from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ibis import _

from honeycell.errors import NotFoundError
from honeycell.readings import vitality
from honeycell.readings.arrays import day_number
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import Sides
from honeycell.readings.declarations import BUILT, named
from honeycell.readings.numbers import Held, applies, covered_days, held, numbers, overlaps, window_of
from honeycell.readings.parameters import fitted
from honeycell.readings.recomputed import recomputed
from honeycell.readings.relationship import answer_day, contact_days
from honeycell.readings.state import Evidence, EvidenceRow, Party
from honeycell.readings.traces import CAUSES, read

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["why"]


def why(t: Tables, a: Party, b: Party, reading: str, *, as_of: date | None = None, window_days: int = 90) -> Evidence:
    """The interactions behind one reading of a relationship, oldest first.

    Args:
        t: The tables of a cell.
        a: One side; Responsiveness is that of the other side towards it.
        b: The other.
        reading: Its name as typed.
        as_of: The day; by default the last covered one.
        window_days: As it was shown with.

    Raises:
        NotFoundError: No reading has this name, it is not built, or not made at this level (`no-such-reading`).
    """
    declared = named(reading)
    if not declared.built:
        raise NotFoundError(
            "no-such-reading", f"{declared.name} is not built yet: {declared.question}", reading,
            "these are: " + ", ".join(BUILT),
        )  # fmt: skip
    on, cover = answer_day(t, as_of)
    days = window_of(declared.name, window_days)
    traces = read(
        t, on, days_from=on - timedelta(days - 1), turns_from=on - timedelta(window_days - 1), of=(a, b),
        known=(fitted(t, on), cover),
    )  # fmt: skip
    state = held(traces, Sides(a, b), window_days)
    if not applies(declared.name, state.level):
        raise NotFoundError(
            "no-such-reading", f"two people are one pair: {declared.name} is read between organisations", reading,
            "these are: " + ", ".join(name for name in BUILT if applies(name, state.level)),
        )  # fmt: skip
    parameters = _parameters(state, declared.name, on)
    rows = _turns(state, on) if declared.name == "responsiveness" else _touches(t, state, declared.name, on)
    now = numbers(state, declared.name, on)
    value, low, high = now.shown(0) if now.status else (None, None, None)
    return Evidence(
        declared.name, value, declared.unit, low, high, int(now.values.n[0]) if now.status else 0, parameters, rows,
        recomputed(declared.name, rows, parameters) if value is not None else None,
    )  # fmt: skip


def _parameters(state: Held, reading: str, on: date) -> dict[str, float | int | str | list[float]]:
    days, fit = window_of(reading, state.window_days), state.fitted
    shared: dict[str, float | int | str | list[float]] = {
        "as_of": on.isoformat(), "window_days": days, "from_on": (on - timedelta(days - 1)).isoformat(),
        "covered_days": covered_days(state, reading, on),
    }  # fmt: skip
    units: dict[str, float] = {f"attention_per_day_{kind}": size for kind, size in sorted(fit.units.items())}
    if reading == "attention":
        return shared
    if reading == "redundancy":
        return shared | units
    if reading == "responsiveness":
        return shared | {
            "cell_mean": fit.share_answered_mean, "cell_strength": fit.share_answered_strength,
            "shrunk": int(state.level == "pair"), "colleagues": int(state.level != "pair"),
            "working_day_seconds": 28_800,
        }  # fmt: skip
    model = SHIPPED.bgnbd
    return shared | units | {
        "coefficients": [float(value) for value in SHIPPED.coefficients], "median_gap_days": fit.median_gap_days,
        "bgnbd_r": model.r, "bgnbd_alpha": model.alpha, "bgnbd_a": model.a, "bgnbd_b": model.b,
        "horizon_days": SHIPPED.horizon_days, "seed": vitality.SEED, "draws": vitality.DRAWS,
    }  # fmt: skip


def _touches(t: Tables, state: Held, reading: str, on: date) -> tuple[EvidenceRow, ...]:
    days = window_of(reading, state.window_days)
    touches = t["touches"].filter((_.on > on - timedelta(days)) & (_.on <= on) & ~_.broadcast)
    ours = touches.inner_join(contact_days(t, state, on, days), ["from_person_id", "to_person_id", "on"]).select(
        "interaction_id", "occurred_at", "from_person_id", "to_person_id", "on", "weight", "role", "channel", "kind"
    )
    rows = t.arrow(ours).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"], row["interaction_id"], row["from_person_id"], row["to_person_id"]))
    shared = _overlap(state, on) if reading == "vitality" else {}
    found = []
    for row in rows:
        detail: dict[str, str | float | int | None] = {
            "on": row["on"].isoformat(), "channel": row["channel"], "kind": row["kind"],
        }  # fmt: skip
        if shared:
            detail["overlap"] = shared[frozenset((row["from_person_id"], row["to_person_id"]))]
        found.append(
            EvidenceRow(
                row["interaction_id"], row["occurred_at"], row["from_person_id"], row["to_person_id"], row["weight"],
                row["role"], detail,
            )
        )  # fmt: skip
    return tuple(found)


def _overlap(state: Held, on: date) -> dict[frozenset[int], float]:
    pairs, persons = state.contacts.window(day_number(on), vitality.WINDOW_DAYS), state.contacts.persons
    shares = overlaps(state, pairs)
    return {
        frozenset((a, b)): float(share)
        for a, b, share in zip(persons[pairs.a].tolist(), persons[pairs.b].tolist(), shares, strict=True)
    }  # fmt: skip


def _turns(state: Held, on: date) -> tuple[EvidenceRow, ...]:
    """The opening of each turn that side a opened, and its closing where there was one by then."""
    turns, held_rows, found = state.turns, state.turns.rows, []
    for number, at in enumerate(turns.opened_by_a(on, state.window_days)):
        asker, asked = (int(turns.persons[who[at]]) for who in (held_rows.from_person, held_rows.to_person))
        closed = turns.closed_by(at, on)
        cause = CAUSES[held_rows.cause[at]] if closed else None
        found.append(
            EvidenceRow(
                int(held_rows.opening_ids[held_rows.opening[at]]), turns.opened_at(at), asker, asked, 1.0, "opening",
                {"turn": number, "cause": cause, "responder_offset_minutes": int(held_rows.offset_minutes[at])},
            )
        )  # fmt: skip
        closing = held_rows.closing_ids[at].as_py()
        if closed and closing is not None:
            found.append(EvidenceRow(closing, closed, asked, asker, 1.0, "closing", {"turn": number, "cause": cause}))
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id, row.to_person_id))
    return tuple(found)
