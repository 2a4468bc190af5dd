"""Which handles are one person: links by evidence, and the vetoes against them.

Evidence, strongest first: a file says so; the same address with a tag; the same full name at one organisation;
the same full name. A name that several people bear links nothing outside one organisation, and no chain of links
joins two handles that cannot be one person: the weakest links of such a chain go until it falls apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["MOST_PLACES", "OVERLAP_DAYS", "bearers", "components", "links", "without_conflicts"]

MOST_PLACES = 4
"""A full name borne at more places than this at one time is a common name and links nothing by itself."""
OVERLAP_DAYS = 30
"""Two handles that cannot be one person's wrote during at least this many of the same days."""
LARGE_DOMAIN = 3
"""Authors from whom on a domain is an employer rather than somebody's own."""
BY_FILE, BY_TAG, BY_NAME_THERE, BY_NAME = 4, 3, 2, 1


def bearers(names: ir.Table, persons: ir.Table) -> ir.Table:
    """The full names that handles bear: written by the author, by most who wrote to it, or spelt in the address.

    Args:
        names: The table `names`.
        persons: Handles of persons with `handle local host address place is_employer platform spells first_at last_at
            first_authored_at last_authored_at`.

    Returns:
        The columns of `persons` and `full_name`, one row for each handle and full name.
    """
    named = (
        names.filter(_.full_name.notnull())
        .group_by("handle", "full_name")
        .agg(n=_.n.sum(), n_authored=_.n_authored.sum())
    )
    of = ibis.window(group_by="handle")
    order = ibis.window(group_by="handle", order_by=[ibis.desc("n_authored"), ibis.desc("n"), "full_name"])
    ranked = named.mutate(
        place_among=ibis.row_number().over(order),
        share_authored=_.n_authored / ibis.greatest(_.n_authored.sum().over(of), 1),
    )
    borne = ranked.filter((_.place_among == 0) | (_.share_authored >= 0.1)).select("handle", "full_name")
    # Where no full name was ever written, ana.silva@ says it.
    spelt = persons.anti_join(borne, "handle").filter(_.local.re_search(r"^[a-z]{2,}[._][a-z]{2,}$"))
    spelt = spelt.select("handle", full_name=_.local.re_replace("[._]", " "))
    return borne.union(spelt).inner_join(persons, "handle")


def links(t: Tables, persons: ir.Table, names: ir.Table) -> ir.Table:
    """Links between handles, before vetoes over several links.

    Args:
        t: The tables of a cell.
        persons: As for `bearers`.
        names: The table `names`.

    Returns:
        `a b evidence full_name`, kept: two handles, the strength of the evidence (1 to 4) and the name, if any.
    """
    every = bearers(names, persons)
    n_bearers = _.handle.count().over(ibis.window(group_by="full_name"))
    borne = t.keep(every.mutate(n_bearers=n_bearers).filter(_.n_bearers > 1))
    ambiguous = t.keep(_ambiguous(t, borne))
    clear = _starred(borne.anti_join(ambiguous, "full_name"), ["full_name"], BY_NAME)
    same_place = borne.filter(_.place.notnull())
    among = same_place.semi_join(ambiguous, "full_name").mutate(group=_.full_name + " " + _.place)
    among = t.keep(among)
    torn = conflicts(among, "group")
    there = ibis.union(
        _starred(same_place.anti_join(ambiguous, "full_name"), ["full_name", "place"], BY_NAME_THERE),
        _starred(among.anti_join(torn, "group"), ["full_name", "place"], BY_NAME_THERE),
    )
    tagged = _starred(persons.mutate(full_name=ibis.null("string")), ["address"], BY_TAG)
    accounts = t["directory"].filter((_.kind == "account") & _.address.notnull())
    accounts = accounts.select(a=_.handle, b="mailto:" + _.address.lower().re_replace("^mailto:", "")).distinct()
    accounts = accounts.semi_join(persons.select(a="handle"), "a").semi_join(persons.select(b="handle"), "b")
    accounts = accounts.mutate(evidence=ibis.literal(BY_FILE, "int64"), full_name=ibis.null("string"))
    return t.keep(ibis.union(clear, there, tagged, accounts.select(*clear.columns)))


def _starred(rows: ir.Table, group: list[str], evidence: int) -> ir.Table:
    """Link every handle of a group to its first one: enough to connect it."""
    first = rows.handle.min().over(ibis.window(group_by=group))
    linked = rows.mutate(_first=first).filter(_._first != _.handle)
    return linked.select(
        a="_first", b="handle", evidence=ibis.literal(evidence, "int64"), full_name="full_name"
    ).distinct()


def _ambiguous(t: Tables, borne: ir.Table) -> ir.Table:
    """Full names that more than one person bears: common ones, and those with a conflict."""
    where = ibis.coalesce(_.place, _.handle)
    spans = (
        borne.filter(_.platform.isnull() & _.first_at.notnull())
        .group_by("full_name", where=where)
        .agg(first_at=_.first_at.min(), last_at=_.last_at.max())
    )
    ends = ibis.union(
        spans.select("full_name", at="first_at", step=ibis.literal(1, "int64")),
        spans.select("full_name", at="last_at", step=ibis.literal(-1, "int64")),
    )
    # Arrivals before departures of the same instant: seen in one message is seen together.
    order = ibis.window(group_by="full_name", order_by=["at", ibis.desc("step")], preceding=None, following=0)
    common = t.keep(
        ends.mutate(n=_.step.sum().over(order)).group_by("full_name").agg(n=_.n.max()).filter(_.n > MOST_PLACES)
        .select("full_name")
    )  # fmt: skip
    torn = conflicts(borne.anti_join(common, "full_name"), "full_name")
    return common.union(torn.select("full_name")).distinct()


def conflicts(members: ir.Table, group: str) -> ir.Table:
    """The groups in which two handles cannot be one person's.

    Two accounts on one chat platform; two addresses at one employer's host that both wrote during `OVERLAP_DAYS`
    of the same days, unless both spell the name (`ana.silva`, `asilva`: colleagues of one name get `ana.silva2`);
    addresses at two employers that wrote during as many of the same days, or one in the midst of the other's time.
    Addressed side by side is no conflict: people copy their other address.

    Returns:
        One column, `group`.
    """
    wanted = ["handle", "address", "host", "place", "platform", "spells", "first_authored_at", "last_authored_at"]
    one = members.select(group, *wanted).distinct()
    other = one.rename({f"{name}_": name for name in wanted})
    pairs = one.inner_join(other, group).filter((_.handle < _.handle_) & (_.address != _.address_))
    mailboxes = _.platform.isnull() & _.platform_.isnull() & (_.host == _.host_) & _.place.notnull()
    colleagues = mailboxes & ~(_.spells & _.spells_) & _wrote_together()
    torn = pairs.filter((_.platform == _.platform_) | colleagues).select(group)
    spans = (
        members.filter(_.is_employer & _.first_authored_at.notnull())
        .group_by(group, "place")
        .agg(first_authored_at=_.first_authored_at.min(), last_authored_at=_.last_authored_at.max())
    )
    others = spans.rename({f"{name}_": name for name in ("place", "first_authored_at", "last_authored_at")})
    rivals = spans.inner_join(others, group).filter(_.place != _.place_)
    midst = (_days(_.first_authored_at, _.first_authored_at_) >= OVERLAP_DAYS) & (
        _days(_.last_authored_at_, _.last_authored_at) >= OVERLAP_DAYS
    )
    return torn.union(rivals.filter(_wrote_together() | midst).select(group)).distinct()


def _days(start: ibis.Deferred, end: ibis.Deferred) -> ibis.Deferred:
    return (end.epoch_seconds() - start.epoch_seconds()) / 86_400


def _wrote_together() -> ibis.Deferred:
    last = ibis.least(_.last_authored_at, _.last_authored_at_)
    # The least of two skips a missing one, so both are asked for.
    both = _.first_authored_at.notnull() & _.first_authored_at_.notnull()
    return both & (_days(ibis.greatest(_.first_authored_at, _.first_authored_at_), last) >= OVERLAP_DAYS)


def without_conflicts(t: Tables, linked: ir.Table, persons: ir.Table) -> tuple[ir.Table, ir.Table]:
    """The links that stand, and the component of each handle that has one.

    In a component with a conflict the weakest kind of link goes, then the next; a file's word stands.

    Returns:
        The links, and `handle component`; both kept.
    """
    for weakest in (BY_NAME, BY_NAME_THERE, BY_TAG):
        members = components(t, linked)
        torn = t.keep(conflicts(members.inner_join(persons, "handle"), "component"))
        if not t.arrow(torn.count()).as_py():
            return linked, members
        gone = members.semi_join(torn, "component").select(a="handle")
        linked = t.keep(
            linked.filter(_.evidence > weakest).union(linked.filter(_.evidence <= weakest).anti_join(gone, "a"))
        )
    return linked, components(t, linked)


def components(t: Tables, linked: ir.Table) -> ir.Table:
    """The connected component of each linked handle: `handle component`, kept; components are numbered."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = t.arrow(linked.select("a", "b"))
    handles = pa.chunked_array([*pairs["a"].chunks, *pairs["b"].chunks], pa.string()).combine_chunks()
    coded = handles.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    n = len(coded.dictionary)
    if not n:
        return t.keep(pa.table({"handle": pa.array([], pa.string()), "component": pa.array([], pa.int64())}))
    half = len(codes) // 2
    graph = coo_array((np.ones(half, np.int8), (codes[:half], codes[half:])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1]
    return t.keep(pa.table({"handle": coded.dictionary, "component": pa.array(labels, pa.int64())}))
