"""Person in organisation, from a date to a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.engine.functions import id_of
from honeycell.identities.domains import claimed, host, places

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["affiliations", "owned_domains"]

MIN_AUTHORED = 3
"""Who wrote from an address this often used it until they last did; mail to it goes on for years."""


def owned_domains(t: Tables) -> ir.Table:
    """Organisations and their domains, as far as files and addresses in use tell.

    Returns:
        `organisation_id domain label us by_file reason`, kept: one row for each domain of an organisation at which
        the log has a handle, and one without a domain for an organisation that a file names and nobody writes from.
    """
    hosts = t["handles"].select(host=host(_.handle))
    accounts = t["directory"].filter((_.kind == "account") & _.address.notnull()).select(host=host(_.address.lower()))
    known = places(t, hosts.union(accounts))
    files = claimed(t, known)
    by_file = files.select(
        "domain", "us", "reason", organisation_id=id_of(_.key), label="name", by_file=ibis.literal(True)
    )
    rest = known.select("domain").distinct().anti_join(files.filter(_.domain.notnull()), "domain")
    by_domain = rest.select(
        "domain",
        us=ibis.literal(False),
        reason=ibis.literal("its registrable domain"),
        organisation_id=id_of(_.domain),
        label=ibis.null("string"),
        by_file=ibis.literal(False),
    )
    return t.keep(by_file.union(by_domain.select(*by_file.columns)))


def affiliations(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Affiliations by file, and by the domains of the addresses that a person uses.

    A file's word on a person in an organisation replaces what their addresses there show. Use of an address
    begins with its first mention and ends with the last message written from it (its last mention where hardly
    any were). Confidence: 1 by file, 0.9 by domain, 0.5 where a person is alone at a domain.

    Args:
        t: The tables of a cell.
        keys: Not looked at: whether a domain is somebody's alone depends on all persons.

    Returns:
        The rows of `affiliations`.
    """
    by_file = t.keep(_by_file(t))
    used = t["handles"].filter(_.person_id.notnull() & _.organisation_id.notnull() & _.first_at.notnull())
    written = t["names"].group_by("handle").agg(
        n=_.n.sum(), n_authored=_.n_authored.sum(), last_authored_at=_.last_authored_at.max()
    )  # fmt: skip
    used = used.select("handle", "person_id", "organisation_id", "first_at", "last_at").inner_join(written, "handle")
    until = ((_.n_authored >= MIN_AUTHORED) & _.last_authored_at.notnull()).ifelse(_.last_authored_at, _.last_at)
    by_domain = (
        used.mutate(until=until)
        .group_by("person_id", "organisation_id")
        .agg(from_on=_.first_at.min().date(), to_on=_.until.max().date(), n=_.n.sum())
        .mutate(n_there=_.person_id.count().over(ibis.window(group_by="organisation_id")))
        .anti_join(by_file, ["person_id", "organisation_id"])
    )
    named = t["directory"].filter(_.organisation.notnull()).select(
        organisation_id=id_of(_.organisation.strip().lower().re_replace(r"\s+", " "))
    ).distinct().mutate(in_file=ibis.literal(True))  # fmt: skip
    by_domain = by_domain.left_join(named, "organisation_id").drop("organisation_id_right")
    by_domain = by_domain.select(
        "person_id",
        "organisation_id",
        "from_on",
        "to_on",
        "n",
        confidence=((_.n_there == 1) & _.in_file.isnull()).ifelse(0.5, 0.9),
        reason=ibis.literal("the domain of an address"),
    )
    return by_file.union(by_domain.select(*by_file.columns))


def _by_file(t: Tables) -> ir.Table:
    """What files say of persons who are in the log."""
    rows = t["directory"].filter((_.kind == "affiliation") & _.organisation.notnull())
    rows = rows.select(
        "from_on",
        "to_on",
        handle=_.handle.lower(),
        organisation_id=id_of(_.organisation.strip().lower().re_replace(r"\s+", " ")),
    ).filter(_.handle.notnull())
    of = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id")
    spans = t["handles"].filter(_.person_id.notnull()).group_by("person_id").agg(first_at=_.first_at.min())
    joined = rows.inner_join(of, "handle").inner_join(t.keep(spans), "person_id")
    dated = joined.mutate(
        # A file without a first day: since the person was first seen, or ever.
        from_on=ibis.coalesce(_.from_on, _.first_at.date(), ibis.date("1970-01-01")),
        open=_.to_on.isnull(),
    )
    whole = dated.group_by("person_id", "organisation_id", "from_on").agg(
        to_on=_.open.any().ifelse(ibis.null("date"), _.to_on.max())
    )
    return whole.mutate(
        n=ibis.literal(0, "int64"), confidence=ibis.literal(1.0), reason=ibis.literal("a file")
    ).select("person_id", "organisation_id", "from_on", "to_on", "n", "confidence", "reason")  # fmt: skip
