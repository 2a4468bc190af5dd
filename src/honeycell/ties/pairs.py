"""Pairs of persons: what passed between them each day, and the state of the tie over all days.

`pair_days` is a plain sum, so that parts of it merge by addition. `pairs` is the ordered state of `science.md`
2.6 over *contact days*: days with at least one interaction either way that is no broadcast, in any channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = [
    "days_of_pairs",
    "directions",
    "merged_pair_days",
    "pair_days",
    "pairs",
    "sides",
    "state_of_pairs",
    "touched_pairs",
]

PAIR = ("a_person_id", "b_person_id")
CONTEXT = ("channel", "kind", "in_space")
_SUMS = ("w_ab", "w_ba", "n_ab", "n_ba")
_BETWEEN = ("from_person_id", "to_person_id")


def pair_days(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The days of these pairs, or of all."""
    touches = t["touches"]
    if keys is not None:
        touches = touches.semi_join(directions(keys), _BETWEEN)
    return days_of_pairs(touches)


def days_of_pairs(touches: ir.Table) -> ir.Table:
    """Touches added up by pair, day and context: channel, kind, and whether many could hear.

    Args:
        touches: Columns `from_person_id, to_person_id, on, channel, kind, in_space, weight, broadcast`.

    Returns:
        The columns of `pair_days`; broadcasts count in `n_broadcast` alone.
    """
    return (
        sides(touches)
        .group_by([*PAIR, "on", *CONTEXT])
        .agg(**{name: _[name].sum() for name in (*_SUMS, "n_broadcast")})
    )


def sides(touches: ir.Table) -> ir.Table:
    """Each touch as a row of `pair_days` of its own, not added up yet."""
    forward = _.from_person_id < _.to_person_id
    counts = ~_.broadcast
    return touches.select(
        "on", *CONTEXT,
        a_person_id=ibis.ifelse(forward, _.from_person_id, _.to_person_id),
        b_person_id=ibis.ifelse(forward, _.to_person_id, _.from_person_id),
        w_ab=ibis.ifelse(forward & counts, _.weight, 0.0),
        w_ba=ibis.ifelse(~forward & counts, _.weight, 0.0),
        n_ab=(forward & counts).cast("int64"),
        n_ba=(~forward & counts).cast("int64"),
        n_broadcast=_.broadcast.cast("int64"),
    )  # fmt: skip


def merged_pair_days(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """The pairs of the touches that went and of those that came, and their days: what is held, less, plus."""
    change = changes["touches"]
    gone, come = days_of_pairs(change.before), days_of_pairs(change.after)
    keys = t.keep(ibis.union(gone.select(*PAIR), come.select(*PAIR)).distinct())
    sums = (*_SUMS, "n_broadcast")
    held = t["pair_days"].semi_join(keys, PAIR)
    parts = (held, come, gone.mutate(**{name: -gone[name] for name in sums}))
    columns = (*PAIR, "on", *CONTEXT)
    days = (
        ibis.union(*(part.select(*columns, *sums) for part in parts))
        .group_by(list(columns))
        .agg(**{name: _[name].sum() for name in sums})
    )
    # Weights are exact, so nothing is left of a day that went.
    return keys, days.filter((_.n_ab + _.n_ba + _.n_broadcast) > 0)


def pairs(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The state of these ties, or of all."""
    days = t["pair_days"]
    if keys is not None:
        days = days.semi_join(keys, PAIR)
    return state_of_pairs(days)


def state_of_pairs(days: ir.Table) -> ir.Table:
    """The ordered state of `science.md` 2.6 (S3) of each pair with a contact day.

    Args:
        days: Columns of `pair_days`. A day may have any number of rows: what is asked of it is added up.

    Returns:
        The columns of `pairs`; `s1` and `s2` are sums of whole days, so exact.
    """
    ties = (
        days.filter((_.n_ab + _.n_ba) > 0)
        .mutate(day=_.on.delta(ibis.date(1970, 1, 1), unit="day").cast("int32"))
        .group_by(list(PAIR))
        .agg(
            first_on=_.on.min(),
            last_on=_.on.max(),
            # A sorted list for each pair: a window over all days takes twice the time and memory. Sorted here and
            # not in a next step, which Ibis would write into the function below, once more for each day.
            days=_.day.collect().sort(),
            **{name: _[name].sum() for name in _SUMS},
        )
    )
    # Between two rows of one day the gap is 0; behind the last day there is none, which is null.
    gaps = ties.mutate(gaps=ties.days.map(lambda day, place: (ties.days[place + 1] - day).cast("int64")))
    return gaps.select(
        *PAIR, "first_on", "last_on", *_SUMS,
        n_days=gaps.gaps.filter(lambda gap: gap > 0).length() + 1,
        s1=_.last_on.delta(_.first_on, unit="day").cast("float64"),
        s2=gaps.gaps.map(lambda gap: gap * gap).sums().fill_null(0).cast("float64"),
    )  # fmt: skip


def touched_pairs(t: Tables, changes: Changes) -> ir.Table:
    """The pairs whose days changed."""
    return changes["pair_days"].keys


def directions(keys: ir.Table) -> ir.Table:
    """Unordered pairs (`a_person_id, b_person_id`) as directed ones, both ways."""
    return ibis.union(
        keys.select(from_person_id="a_person_id", to_person_id="b_person_id"),
        keys.select(from_person_id="b_person_id", to_person_id="a_person_id"),
    )
