"""Persons: one or more handles each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.engine.functions import written_id
from honeycell.identities.folding import plain

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["persons", "slugged", "slugs"]


def persons(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every person, by the name they write most often, a full name before another as frequent.

    Args:
        t: The tables of a cell.
        keys: Not looked at: a slug depends on all persons of the same name.

    Returns:
        The rows of `persons`.
    """
    own = t["handles"].filter(_.person_id.notnull())
    named = own.select("handle", "person_id").inner_join(t["names"].filter(_.display_name != ""), "handle")
    counted = named.group_by("person_id", "display_name").agg(
        n=_.n.sum(), n_authored=_.n_authored.sum(), is_short=_.full_name.isnull().all()
    )
    often = [ibis.desc("n_authored"), ibis.desc("n"), "is_short", "display_name"]
    order = ibis.window(group_by="person_id", order_by=often)
    chosen = counted.mutate(_rank=ibis.row_number().over(order)).filter(_._rank == 0)
    whole = own.group_by("person_id").agg(
        n_handles=_.count(),
        first_at=_.first_at.min(),
        last_at=_.last_at.max(),
        address=_.handle.min(where=_.handle_id == _.person_id),
    )
    whole = whole.left_join(t.keep(chosen.select("person_id", "display_name")), "person_id").drop("person_id_right")
    whole = whole.mutate(name=ibis.coalesce(_.display_name, _.address.re_replace("^[a-z]+:", "")))
    login = slugged(_.address.re_replace("^[a-z]+:", "").re_replace("@.*$", ""))
    bare = slugged(_.name.re_replace("@.*$", ""))
    # A name in letters that have no plain form is typed by the login.
    whole = t.keep(whole.mutate(slug=ibis.coalesce(bare.nullif(""), login.nullif(""), "person")))
    order_of_arrival = [_.first_at.isnull(), _.first_at, _.address]
    return slugs(whole, "person_id", order_of_arrival).select(
        "person_id", "name", "slug", "n_handles", "first_at", "last_at"
    )


def slugged(text: ir.StringColumn) -> ir.StringColumn:
    """Names as they are typed: small Latin letters and digits with `-` between them; empty where none are left."""
    return plain(text).re_replace("[^a-z0-9]+", "-").re_replace("^-+|-+$", "")


def slugs(rows: ir.Table, id_column: str, order: list[ibis.Deferred]) -> ir.Table:
    """Make the column `slug` unique: the first of a name keeps it, the others get digits of their id.

    Four digits, or all sixteen where four would not tell two apart or spell somebody's plain slug.
    """
    place = ibis.row_number().over(ibis.window(group_by="slug", order_by=order))
    short = rows.mutate(_place=place, _short=_.slug + "-" + written_id(_[id_column]).substr(0, 4))
    short = short.mutate(_wanted=(_._place == 0).ifelse(_.slug, _._short))
    first = ibis.window(group_by="_wanted", order_by=[_._place != 0, id_column])
    unique = short.mutate(_again=ibis.row_number().over(first))
    return unique.mutate(
        slug=(_._again == 0).ifelse(_._wanted, _.slug + "-" + written_id(_[id_column]))
    ).drop("_place", "_short", "_wanted", "_again")  # fmt: skip
