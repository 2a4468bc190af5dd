"""Organisations: one or more registrable domains each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities.affiliations import owned_domains
from honeycell.identities.claims import ITS_DOMAIN
from honeycell.identities.domains import label_name
from honeycell.identities.folding import plain
from honeycell.identities.persons import slugs

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["organisations"]


def organisations(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every organisation that somebody in the log belongs to, and the one the cell belongs to.

    Args:
        t: The tables of a cell.
        keys: Not looked at: a slug depends on all organisations.

    Returns:
        The rows of `organisations`.
    """
    owned = owned_domains(t)
    members = t["affiliations"].group_by("organisation_id").agg(n_persons=_.person_id.nunique())
    seen = t["handles"].filter(_.organisation_id.notnull()).group_by("organisation_id").agg(first_at=_.first_at.min())
    whole = owned.group_by("organisation_id").agg(
        label=_.label.max(),
        domain=_.domain.min(),
        domains=_.domain.collect().sort(),
        n_domains=_.domain.count(),
        us=_.us.any(),
        declared=_.declared.any(),
        root=_.root.max(),
        reason=_.reason.nullif(ITS_DOMAIN).max(),
    )
    for part in (members, seen):
        whole = whole.left_join(t.keep(part), "organisation_id").drop("organisation_id_right")
    whole = whole.filter(_.us | _.n_persons.notnull() | _.first_at.notnull())
    whole = whole.mutate(
        name=ibis.coalesce(_.label, label_name(_.root)),
        written=ibis.coalesce(_.label, _.root.re_extract(r"^([^.]+)\.", 1)),
        ending=ibis.coalesce(_.domain, _.root).re_extract(r"^[^.]+\.(.+)$", 1).replace(".", "-"),
        n_persons=_.n_persons.fill_null(0),
    )
    bare = plain(whole.written).re_replace("[^a-z0-9]+", "-").re_replace("^-+|-+$", "")
    whole = t.keep(whole.mutate(slug=(bare == "").ifelse("organisation", bare)))
    # Of several with one label the one that is declared keeps it, then the earliest; the others take their ending.
    order = [~_.declared, _.first_at.isnull(), _.first_at, "organisation_id"]
    place = ibis.row_number().over(ibis.window(group_by="slug", order_by=order))
    whole = whole.mutate(_place=place).mutate(
        slug=((_._place == 0) | _.ending.isnull()).ifelse(_.slug, _.slug + "-" + _.ending)
    )
    return slugs(t.keep(whole.drop("_place")), "organisation_id", order).select(
        "organisation_id",
        "name",
        "slug",
        domains=ibis.ifelse(_.n_domains == 0, ibis.literal([], type="array<string>"), _.domains),
        provisional=~_.declared & (_.n_persons == 1),
        us="us",
        n_persons="n_persons",
        reason=ibis.coalesce(_.reason, (_.n_domains == 0).ifelse("a file or a decision names it", ITS_DOMAIN)),
    )
