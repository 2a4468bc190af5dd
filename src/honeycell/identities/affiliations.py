"""Person in organisation, from a date to a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell.engine.functions import id_of
from honeycell.identities.claims import ITS_DOMAIN, Claims, claims
from honeycell.identities.company_names import company_key
from honeycell.identities.domains import is_free, label, places, registrable
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["affiliations", "owned_domains"]

MIN_AUTHORED = 3
"""Who wrote from an address this often used it until they last did; mail to it goes on for years."""
SILENT_DAYS = 180
"""For so long who is written to and writes from nowhere else is still where they last wrote from."""
MIN_OTHERS = 3
"""Persons at a domain that a signature can mean."""
ON_A_CARD = 0.7
"""Confidence of what a card says: less than that of an address in use at another organisation."""
MIN_SIGNED = 2
"""Messages under which an organisation stands before its author is taken to be of it."""


def owned_domains(t: Tables) -> ir.Table:
    """Organisations and their domains, as far as files, decisions and addresses in use tell.

    Returns:
        `organisation_id domain label us declared reason`, kept: one row for each domain of an organisation at which
        the log has a handle or of which a decision speaks, and one without a domain for an organisation that is only
        named. `label` is its name, null for one that is known by its domain.
    """
    known = places(t, t["profiles"].select("host"))
    said = claims(t, known)
    rest = known.select("domain").distinct().anti_join(said.domains, "domain")
    rest = rest.mutate(key="domain", reason=ibis.literal(ITS_DOMAIN))
    domains = said.domains.select("domain", "key", "reason").union(rest.select("domain", "key", "reason"))
    bare = said.organisations.anti_join(domains, "key").select(domain=ibis.null("string"), key="key")
    domains = domains.union(bare.mutate(reason=ibis.null("string")))
    told = said.organisations.mutate(declared=ibis.literal(True))
    return t.keep(
        domains.left_join(told, "key")
        .drop("key_right")
        .select(
            "domain",
            "reason",
            organisation_id=id_of(_.key),
            root=_.key,
            label=_.name,
            us=_.us.fill_null(False),
            declared=_.declared.fill_null(False),
        )
    )


def affiliations(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Affiliations by decision, by file, and by the domains of the addresses that a person uses.

    The word of a person or a file on somebody in an organisation replaces what their addresses there show. Use of an
    address begins with its first mention and ends with the last message written from it (its last mention where
    hardly any were, or within `SILENT_DAYS` where the person has written from no other address since). What belonged to
    another organisation for a time is cut at those days, and a subsidiary's people are with the organisation above it
    as well. Confidence: 1 by decision and file, 0.9 by domain, 0.7 by a card, 0.5 where a person is alone at a domain;
    above a subsidiary nine tenths of it.

    Args:
        t: The tables of a cell.
        keys: Not looked at: whether a domain is somebody's alone depends on all persons.

    Returns:
        The rows of `affiliations`.
    """
    known = places(t, t["profiles"].select("host"))
    said = claims(t, known)
    of = t.keep(t["handles"].filter(_.person_id.notnull()).select("handle", "person_id"))
    by_decision = _by_decision(t, of, said)
    rows = t.keep(_placed(by_decision, said))
    by_domain = _by_domain(t, known, of, said)
    by_file, by_card = _by_file(t, of, said)
    for weaker in (by_file, by_domain, by_card, _by_signature(t, of, said, by_domain)):
        placed = t.keep(_placed(weaker, said).anti_join(rows, ["person_id", "key"]))
        rows = t.keep(rows.union(placed))
    rows = rows.union(_upwards(rows, said).anti_join(rows, ["person_id", "key"]))
    whole = rows.mutate(organisation_id=id_of(_.key))
    # Two stays that begin on one day are one: that of the larger decision, or the surer one.
    first = ibis.window(
        group_by=["person_id", "key", "from_on"],
        order_by=[ibis.desc(_.decision_id.fill_null(0)), ibis.desc("confidence"), "to_on", "reason"],
    )
    return (
        whole.mutate(_rank=ibis.row_number().over(first))
        .filter(_._rank == 0)
        .select(*TABLES["affiliations"].schema.names)
    )


def _placed(rows: ir.Table, said: Claims) -> ir.Table:
    """Rows cut where their `node` went from one organisation to another; one for each stay."""
    eras = said.eras.select(node="node", since="since", until="until", era_key="key")
    cut = rows.left_join(eras, "node").drop("node_right").mutate(
        key=ibis.coalesce(_.era_key, _.key),
        from_on=ibis.greatest(_.from_on, _.since),
        to_on=ibis.least(_.to_on, _.until),
    )  # fmt: skip
    cut = cut.filter(_.to_on.isnull() | (_.from_on <= _.to_on))
    return cut.group_by("person_id", "key", "decision_id", "since", "until", "stay").agg(
        from_on=_.from_on.min(),
        to_on=_.to_on.isnull().any().ifelse(ibis.null("date"), _.to_on.max()),
        n=_.n.sum(),
        confidence=_.confidence.max(),
        reason=_.reason.min(),
    ).drop("since", "until", "stay")  # fmt: skip


def _upwards(rows: ir.Table, said: Claims) -> ir.Table:
    """What the people of subsidiaries belong to as well."""
    above = said.above.select(key="key", up="above", since="since", until="until")
    joined = rows.inner_join(above, "key").mutate(
        from_on=ibis.greatest(_.from_on, _.since), to_on=ibis.least(_.to_on, _.until)
    )
    joined = joined.filter(_.to_on.isnull() | (_.from_on <= _.to_on))
    up = joined.select(
        "person_id", "decision_id", "from_on", "to_on", "n", node="up", key="up", stay=_.from_on,
        confidence=(_.confidence * 9).floor() / 10, reason=_.reason + ", of a subsidiary",
    )  # fmt: skip
    return _placed(up, said)


def _by_decision(t: Tables, of: ir.Table, said: Claims) -> ir.Table:
    """What people decided of persons who are in the log."""
    rows = t["affiliation"].rename(written="organisation").inner_join(said.names, "written")
    rows = rows.select("handle", "node", "key", "decision_id", "from_on", "to_on")
    told = _told(t, rows, of, 1.0, "decision " + _.decision_id.cast("string"))
    return told


def _by_file(t: Tables, of: ir.Table, said: Claims) -> tuple[ir.Table, ir.Table]:
    """What files say of persons who are in the log; and what cards do, which know no days and grow old."""
    rows = t["directory"].filter((_.kind == "affiliation") & _.handle.notnull())
    rows = rows.mutate(written=_.organisation, handle=_.handle.lower()).inner_join(said.names, "written")
    rows = rows.select("handle", "node", "key", "from_on", "to_on", "source", decision_id=ibis.null("int64"))
    on_card = _.source == "vcard"
    by_file = _told(t, rows.filter(~on_card), of, 1.0, ibis.literal("a file"))
    return by_file, _told(t, rows.filter(on_card), of, ON_A_CARD, ibis.literal("a card"))


def _told(t: Tables, rows: ir.Table, of: ir.Table, confidence: float, reason: ir.Value) -> ir.Table:
    """One row for each stay that is told of; without a first day since the person was first seen, or ever."""
    spans = t["handles"].filter(_.person_id.notnull()).group_by("person_id").agg(first_at=_.first_at.min())
    joined = rows.inner_join(of, "handle").inner_join(t.keep(spans), "person_id")
    since = ibis.coalesce(_.from_on, _.first_at.date(), ibis.date("1970-01-01"))
    return t.keep(
        joined.mutate(reason=reason, from_on=since).select(
            "person_id", "node", "key", "decision_id", "from_on", "to_on", "reason",
            n=ibis.literal(0, "int64"), confidence=ibis.literal(confidence), stay=_.from_on,
        )
    )  # fmt: skip


def _by_domain(t: Tables, known: ir.Table, of: ir.Table, said: Claims) -> ir.Table:
    """Where the addresses are that persons use."""
    used = t["handles"].filter(_.organisation_id.notnull() & _.first_at.notnull())
    used = used.select("handle", "first_at", "last_at").inner_join(of, "handle")
    used = used.inner_join(t["profiles"].select("handle", "host"), "handle").inner_join(known, "host")
    written = t["names"].group_by("handle").agg(
        n=_.n.sum(), n_authored=_.n_authored.sum(), last_authored_at=_.last_authored_at.max()
    )  # fmt: skip
    last = of.inner_join(written, "handle").group_by("person_id").agg(last_anywhere_at=_.last_authored_at.max())
    used = used.inner_join(written, "handle").left_join(said.domains, "domain").drop("domain_right")
    used = used.left_join(t.keep(last), "person_id").drop("person_id_right")
    # Mail to an address goes on for years after its owner has left; but who only listens is still there.
    silent = ibis.least(_.last_at, _.last_authored_at + ibis.interval(days=SILENT_DAYS))
    written_until = (_.last_authored_at == _.last_anywhere_at).ifelse(silent, _.last_authored_at)
    until = ((_.n_authored >= MIN_AUTHORED) & _.last_authored_at.notnull()).ifelse(written_until, _.last_at)
    used = used.mutate(until=until, node=_.node.coalesce(_.domain), key=_.key.coalesce(_.domain))
    spans = used.group_by("person_id", "node", "key").agg(
        from_on=_.first_at.min().date(), to_on=_.until.max().date(), n=_.n.sum()
    )
    spans = spans.mutate(n_there=_.person_id.nunique().over(ibis.window(group_by="key")))
    told = said.organisations.select("key", declared=ibis.literal(True))
    spans = t.keep(spans).left_join(told, "key").drop("key_right")
    return t.keep(
        spans.select(
            "person_id", "node", "key", "from_on", "to_on", "n",
            decision_id=ibis.null("int64"), stay=ibis.null("date"),
            confidence=((_.n_there == 1) & _.declared.isnull()).ifelse(0.5, 0.9),
            reason=ibis.literal("the domain of an address"),
        )
    )  # fmt: skip


def _by_signature(t: Tables, of: ir.Table, said: Claims, by_domain: ir.Table) -> ir.Table:
    """What persons on free mail write below their messages, where it is an organisation that others are known to be of.

    That is the name of one by file or decision; or a domain, or its label, at which enough others are.
    """
    signed = t["signatures"].inner_join(of, "handle")
    hosts = t.arrow(signed.filter(_.words.contains(".")).select("words").distinct())["words"].to_pylist()
    hosts = [name for name in hosts if not is_free(name)]
    pairs = [pa.array(hosts, pa.string()), pa.array([registrable(name) for name in hosts], pa.string())]
    there = by_domain.group_by("node", "key").agg(n=_.person_id.nunique())
    told = said.organisations.select("key", declared=ibis.literal(True))
    there = t.keep(there.left_join(told, "key").drop("key_right").filter((_.n >= MIN_OTHERS) | _.declared.notnull()))
    domains = there.filter(_.node.contains(".")).mutate(label=label(_.node))
    given = said.domains.semi_join(told, "key").select("node", "key", domain="domain")
    domains = t.keep(domains.select("node", "key", "label", domain="node"))
    given = given.anti_join(domains, "domain")
    hosted = t.keep(pa.table(pairs, names=["words", "domain"])).inner_join(
        domains.drop("label").union(given.select("node", "key", "domain")), "domain"
    )
    labelled = domains.group_by("label").agg(n=_.count(), node=_.node.min(), key=_.key.min()).filter(_.n == 1)
    names = said.names.select("node", "key", words=company_key(_.written))
    known = names.union(hosted.select("node", "key", "words")).union(labelled.select("node", "key", words="label"))
    first = ibis.row_number().over(ibis.window(group_by="words", order_by=["key", "node"]))
    known = known.distinct().mutate(_rank=first).filter(_._rank == 0)
    found = signed.inner_join(t.keep(known), "words").group_by("person_id", "node", "key").agg(
        from_on=_.on.min(), to_on=_.on.max(), n=_.interaction_id.nunique()
    )  # fmt: skip
    return t.keep(
        found.filter(_.n >= MIN_SIGNED).select(
            "person_id", "node", "key", "from_on", "to_on", "n",
            decision_id=ibis.null("int64"), stay=ibis.null("date"),
            confidence=ibis.cases((_.n >= 10, 0.8), (_.n >= 5, 0.7), else_=0.6),
            reason=ibis.literal("a signature"),
        )
    )  # fmt: skip
