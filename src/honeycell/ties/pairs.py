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

__all__ = ["days_of_pairs", "directions", "pair_days", "pairs", "state_of_pairs", "touched_pair_days", "touched_pairs"]

PAIR = ("a_person_id", "b_person_id")
_BETWEEN = ("from_person_id", "to_person_id")


def pair_days(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The days of these pairs, or of all."""
    touches = t["touches"]
    if keys is not None:
        touches = touches.semi_join(directions(keys), _BETWEEN)
    return days_of_pairs(touches)


def days_of_pairs(touches: ir.Table) -> ir.Table:
    """Touches added up by pair, day, channel and kind.

    Args:
        touches: Columns `from_person_id, to_person_id, on, channel, kind, weight, broadcast`.

    Returns:
        The columns of `pair_days`; broadcasts count in `n_broadcast` alone.
    """
    forward = _.from_person_id < _.to_person_id
    counts = ~_.broadcast
    return (
        touches.select(
            "on", "channel", "kind",
            a_person_id=ibis.ifelse(forward, _.from_person_id, _.to_person_id),
            b_person_id=ibis.ifelse(forward, _.to_person_id, _.from_person_id),
            w_ab=ibis.ifelse(forward & counts, _.weight, 0.0),
            w_ba=ibis.ifelse(~forward & counts, _.weight, 0.0),
            n_ab=(forward & counts).cast("int64"),
            n_ba=(~forward & counts).cast("int64"),
            n_broadcast=_.broadcast.cast("int64"),
        )
        .group_by([*PAIR, "on", "channel", "kind"])
        .agg(**{name: _[name].sum() for name in ("w_ab", "w_ba", "n_ab", "n_ba", "n_broadcast")})
    )  # fmt: skip


def touched_pair_days(t: Tables, changes: Changes) -> ir.Table:
    """The pairs of the touches that went and of those that came."""
    change = changes["touches"]
    between = ibis.union(change.before.select(*_BETWEEN), change.after.select(*_BETWEEN))
    return between.select(
        a_person_id=ibis.least(_.from_person_id, _.to_person_id),
        b_person_id=ibis.greatest(_.from_person_id, _.to_person_id),
    )


def pairs(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The state of these ties, or of all."""
    days = t["pair_days"]
    if keys is not None:
        days = days.semi_join(keys, PAIR)
    return state_of_pairs(days)


def state_of_pairs(days: ir.Table) -> ir.Table:
    """The ordered state of `science.md` 2.6 (S3) of each pair with a contact day.

    Args:
        days: Columns of `pair_days`.

    Returns:
        The columns of `pairs`; `s1` and `s2` are sums of whole days, so exact.
    """
    sums = ("w_ab", "w_ba", "n_ab", "n_ba")
    contact = (
        days.filter((_.n_ab + _.n_ba) > 0)
        .group_by([*PAIR, "on"])
        .agg(**{name: _[name].sum() for name in sums})
    )  # fmt: skip
    before = _.on.lag().over(ibis.window(group_by=PAIR, order_by="on"))
    return (
        contact.mutate(gap=_.on.delta(before, unit="day").fill_null(0).cast("int64"))
        .group_by(list(PAIR))
        .agg(
            first_on=_.on.min(),
            last_on=_.on.max(),
            n_days=_.count(),
            s1=_.gap.sum().cast("float64"),
            s2=(_.gap * _.gap).sum().cast("float64"),
            **{name: _[name].sum() for name in sums},
        )
    )


def touched_pairs(t: Tables, changes: Changes) -> ir.Table:
    """The pairs whose days changed."""
    return changes["pair_days"].keys


def directions(keys: ir.Table) -> ir.Table:
    """Unordered pairs (`a_person_id, b_person_id`) as directed ones, both ways."""
    return ibis.union(
        keys.select(from_person_id="a_person_id", to_person_id="b_person_id"),
        keys.select(from_person_id="b_person_id", to_person_id="a_person_id"),
    )
