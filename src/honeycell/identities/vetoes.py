"""What speaks so much against two handles being one person's that no evidence but a person's word joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["OVERLAP_DAYS", "rivals", "vetoed", "who_talk"]

OVERLAP_DAYS = 30
"""Two handles that cannot be one person's wrote during at least this many of the same days."""
TALKS = 3
"""So many messages each way, to the other alone, are a conversation of two."""
_SIDE = ("address", "host", "place", "platform", "spells", "is_employer", "first_authored_at", "last_authored_at")


def vetoed(pairs: ir.Table, profiles: ir.Table, talking: ir.Table) -> ir.Table:
    """Pairs with what speaks against them.

    Args:
        pairs: `handle_a handle_b` and whatever else.
        profiles: The table `profiles`.
        talking: As `who_talk` gives it.

    Returns:
        The columns of `pairs` and `against`: words, or null. In order: two accounts on one chat platform; the two
        write to each other; two mailboxes at one host of an organisation that both wrote during `OVERLAP_DAYS` of the
        same days, unless both spell the name (`ana.silva`, `asilva`: colleagues of one name get `ana.silva2`); two
        employers likewise, or one in the midst of the time at the other.
    """
    one = profiles.select(handle_a="handle", **{f"{name}_a": name for name in _SIDE})
    other = profiles.select(handle_b="handle", **{f"{name}_b": name for name in _SIDE})
    both = pairs.inner_join(one, "handle_a").inner_join(other, "handle_b")
    both = both.left_join(talking.mutate(talk=ibis.literal(True)), ["handle_a", "handle_b"])
    mailboxes = _.platform_a.isnull() & _.platform_b.isnull() & (_.host_a == _.host_b) & _.place_a.notnull()
    employers = _.is_employer_a & _.is_employer_b & (_.place_a != _.place_b)
    apart = _.address_a != _.address_b
    return both.select(
        *pairs.columns,
        against=ibis.cases(
            (apart & (_.platform_a == _.platform_b), "two accounts on one chat platform"),
            (apart & _.talk.notnull(), "they write to each other"),
            (
                apart & mailboxes & ~(_.spells_a & _.spells_b) & _wrote_together(),
                "two mailboxes at " + _.host_a + " in use at the same time",
            ),
            (
                employers & (_wrote_together() | _in_the_midst()),
                "at " + _.place_a + " and at " + _.place_b + " at the same time",
            ),
        ),
    )


def who_talk(t: Tables, pairs: ir.Table) -> ir.Table:
    """Of these pairs those who write to each other alone, each at least `TALKS` times: `handle_a handle_b`.

    Who copies their other address, or forwards to it, does so one way.
    """
    wanted = t.keep(pairs.select("handle_a", "handle_b").distinct())
    names = t.keep(wanted.select(handle="handle_a").union(wanted.select(handle="handle_b"), distinct=True))
    seats = t["participants"].select("interaction_id", "role", "handle").semi_join(names, "handle")
    seats = t.keep(seats.filter(_.role.isin(("from", "to"))).distinct())
    written = seats.filter(_.role == "from").select("interaction_id", writer="handle")
    read = seats.filter(_.role == "to").select("interaction_id", reader="handle")
    sent = written.inner_join(read, "interaction_id").filter(_.writer != _.reader)
    sent = sent.select(
        handle_a=ibis.least(_.writer, _.reader), handle_b=ibis.greatest(_.writer, _.reader), forth=_.writer < _.reader
    ).semi_join(wanted, ["handle_a", "handle_b"])
    counted = sent.group_by("handle_a", "handle_b").agg(n_forth=_.forth.sum(), n=_.count())
    return t.keep(counted.filter((_.n_forth >= TALKS) & (_.n - _.n_forth >= TALKS)).select("handle_a", "handle_b"))


def rivals(members: ir.Table, group: str) -> ir.Table:
    """The groups in which two employers had somebody at the same time, taking all handles there together.

    One address may be too short-lived to conflict by itself where the addresses at its employer together do.

    Args:
        members: Rows of `profiles` with the column `group`.
        group: Its name.
    """
    spans = (
        members.filter(_.is_employer & _.first_authored_at.notnull())
        .group_by(group, "place")
        .agg(first_authored_at=_.first_authored_at.min(), last_authored_at=_.last_authored_at.max())
    )
    sides = ("place", "first_authored_at", "last_authored_at")
    pairs = spans.select(group, **{f"{name}_a": name for name in sides}).inner_join(
        spans.select(group, **{f"{name}_b": name for name in sides}), group
    )
    torn = pairs.filter((_.place_a != _.place_b) & (_wrote_together() | _in_the_midst()))
    return torn.select(group).distinct()


def _in_the_midst() -> ibis.Deferred:
    """One began and ended well within the time of the other."""
    a_inside = (_days(_.first_authored_at_b, _.first_authored_at_a) >= OVERLAP_DAYS) & (
        _days(_.last_authored_at_a, _.last_authored_at_b) >= OVERLAP_DAYS
    )
    b_inside = (_days(_.first_authored_at_a, _.first_authored_at_b) >= OVERLAP_DAYS) & (
        _days(_.last_authored_at_b, _.last_authored_at_a) >= OVERLAP_DAYS
    )
    return a_inside | b_inside


def _days(start: ibis.Deferred, end: ibis.Deferred) -> ibis.Deferred:
    return (end.epoch_seconds() - start.epoch_seconds()) / 86_400


def _wrote_together() -> ibis.Deferred:
    last = ibis.least(_.last_authored_at_a, _.last_authored_at_b)
    # The least of two skips a missing one, so both are asked for.
    both = _.first_authored_at_a.notnull() & _.first_authored_at_b.notnull()
    return both & (_days(ibis.greatest(_.first_authored_at_a, _.first_authored_at_b), last) >= OVERLAP_DAYS)
