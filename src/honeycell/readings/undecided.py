"""The queue: pairs of persons of whom nobody knows yet whether they are one, those first that change most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.readings.visible import check_owner

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.steps import Tables

__all__ = ["undecided"]

_SIDE = ("person_id", "slug", "name", "organisations", "first_on", "last_on", "n_sent", "handles")


def undecided(t: Tables, limit: int | None = None) -> pa.Table:
    """Pairs of persons of whom some handles may be one person's, ranked by what a wrong answer would change.

    That is the attention of the lighter of the two, given and received, over all time: so much would be counted for
    the wrong person. A pair about which somebody decided does not come back.

    Args:
        t: The tables of a cell.
        limit: Rows; None for all.

    Returns:
        One row a pair: `a_handle b_handle probability reason against rule weight n_links` of the surest link between
        the two, and for both `a_` and `b_` `person_id slug name organisations first_on last_on n_sent handles`.
    """
    check_owner(t, "who may be one person is")
    held = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id")
    open_links = _between(t["links"].filter(_.outcome == "to be decided"), held)
    said = ibis.union(*(t[kind].select("handle_a", "handle_b") for kind in ("same_person", "not_same_person")))
    decided = _between(said, held).select("low", "high")
    alone = t["split"].select("handle")
    for side in ("handle_a", "handle_b"):
        open_links = open_links.anti_join(alone.rename({side: "handle"}), side)
    surest = ibis.window(group_by=["low", "high"], order_by=[ibis.desc("probability"), "handle_a", "handle_b"])
    pairs = open_links.anti_join(decided, ["low", "high"]).mutate(
        place=ibis.row_number().over(surest), n_links=_.count().over(ibis.window(group_by=["low", "high"]))
    )
    pairs = t.keep(pairs.filter(_.place == 0))
    persons = t.keep(_persons_of(pairs).distinct())
    weights = t.keep(_weights(t, persons))
    for side in ("a", "b"):
        weighed = weights.rename({f"{side}_person_id": "person_id", f"{side}_weight": "weight"})
        pairs = pairs.left_join(weighed, f"{side}_person_id").drop(f"{side}_person_id_right")
    # Nobody has a weight who was only ever named.
    pairs = pairs.mutate(weight=ibis.least(_.a_weight.fill_null(0.0), _.b_weight.fill_null(0.0)))
    order = [ibis.desc("weight"), ibis.desc("probability"), "handle_a", "handle_b"]
    pairs = t.keep(pairs.order_by(order).limit(limit))
    known = t.keep(_described(t, t.keep(persons.semi_join(_persons_of(pairs), "person_id"))))
    for side in ("a", "b"):
        described = known.rename({f"{side}_{name}": name for name in _SIDE})
        pairs = pairs.inner_join(described, f"{side}_person_id")
    rows = pairs.select(
        "weight", "probability", "reason", "against", "rule", "n_links", "handle_a", "handle_b",
        *(f"{side}_{name}" for side in ("a", "b") for name in _SIDE),
    ).order_by(order)  # fmt: skip
    return t.arrow(rows.rename(a_handle="handle_a", b_handle="handle_b"))


def _between(pairs: ibis.Table, held: ibis.Table) -> ibis.Table:
    """Pairs of handles of two persons, with `a_person_id b_person_id`, and both in order as `low high`."""
    for side in ("a", "b"):
        pairs = pairs.inner_join(held.rename({f"handle_{side}": "handle", f"{side}_person_id": "person_id"}),
                                 f"handle_{side}")  # fmt: skip
    apart = pairs.filter(_.a_person_id != _.b_person_id)
    return apart.mutate(low=ibis.least(_.a_person_id, _.b_person_id), high=ibis.greatest(_.a_person_id, _.b_person_id))


def _persons_of(pairs: ibis.Table) -> ibis.Table:
    return pairs.select(person_id="a_person_id").union(pairs.select(person_id="b_person_id"))


def _weights(t: Tables, persons: ibis.Table) -> ibis.Table:
    """`person_id weight`: the attention they gave and received."""
    ties = t["pairs"]
    sides = (ties.select(person_id=f"{side}_person_id", weight=_.w_ab + _.w_ba) for side in ("a", "b"))
    return ibis.union(*sides).semi_join(persons, "person_id").group_by("person_id").agg(weight=_.weight.sum())


def _described(t: Tables, persons: ibis.Table) -> ibis.Table:
    """What tells one person from another: the columns of a side, one row each."""
    held = t["handles"].semi_join(persons, "person_id").select("person_id", "handle")
    sent = held.inner_join(t["names"], "handle").group_by("person_id").agg(n_sent=_.n_authored.sum())
    addresses = held.group_by("person_id").agg(handles=_.handle.collect().sort())
    member = t["affiliations"].semi_join(persons, "person_id").inner_join(t["organisations"], "organisation_id")
    member = member.group_by("person_id").agg(organisations=_.name.collect(distinct=True).sort())
    whole = t["persons"].semi_join(persons, "person_id")
    for part in (sent, addresses, member):
        whole = whole.left_join(t.keep(part), "person_id").drop("person_id_right")
    return whole.select(
        "person_id", "slug", "name", "organisations", "n_sent", "handles",
        first_on=_.first_at.date(), last_on=_.last_at.date(),
    )  # fmt: skip
