"""Which domains and names are one organisation: by files, by labels of domains, and by what people decided.

Every domain and every name of an organisation is a *node*; its *key* is the node that it belongs to in the end, ever,
and an organisation's id is made of its key. What belongs to something from a day or until a day only keeps its own
key; `Claims.eras` says whose it was when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.identities.belonging import Era, Link, above, end, eras, standing
from honeycell.identities.company_names import company_key
from honeycell.identities.domains import is_free, label, registrable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["DECIDED", "ITS_DOMAIN", "PARTY_HANDLE", "Claims", "claims"]

DECIDED = ("same_organisation", "not_same_organisation", "affiliation")
"""The decisions that organisations follow from."""
ITS_DOMAIN = "its registrable domain"
"""Why a domain is an organisation's where nobody says anything."""
PARTY_HANDLE = "ledger:"
"""How the handle of a party of a ledger begins."""
_PARTY = "party"
"""The kind of what a ledger says of an organisation, beside the kinds of the directory."""
_WHOLE = ("merged", "renamed", "subsidiary")
"""Roles of organisations; the others are of one domain or one name."""


class Claims(NamedTuple):
    """What is known of organisations beside the domains that addresses have; all kept."""

    domains: ir.Table
    """`domain node key reason`: the domains that a file or a decision gives to something."""
    organisations: ir.Table
    """`key name us`: those that a file or a decision speaks of; `name` is null for a mere domain."""
    names: ir.Table
    """`written node key`: each name of an organisation as files and decisions write it."""
    eras: ir.Table
    """`node since until key`: whose a node was when; no rows for a node that is always its key's."""
    above: ir.Table
    """`key since until above`: of a subsidiary, what it belonged to."""
    parties: ir.Table
    """`handle key`: the parties of ledgers, each an organisation that is only named."""


_DAYS = {"since": pa.date32(), "until": pa.date32()}
_NOTHING = tuple(
    pa.schema(columns)
    for columns in (
        dict.fromkeys(("domain", "node", "key", "reason"), pa.string()),
        {"key": pa.string(), "name": pa.string(), "us": pa.bool_()},
        dict.fromkeys(("written", "node", "key"), pa.string()),
        {"node": pa.string(), **_DAYS, "key": pa.string()},
        {"key": pa.string(), **_DAYS, "above": pa.string()},
        dict.fromkeys(("handle", "key"), pa.string()),
    )
)
"""The columns of `Claims` where nobody says anything, as in most cells: then no question is worth its time."""


def claims(t: Tables, known: ir.Table) -> Claims:
    """What files and decisions say of organisations.

    A row of the directory names a domain (kind `domain`, and affiliations with one); an organisation
    that is only named owns the one domain whose label is its name. Of two rows that give one domain to
    different organisations the one of kind `domain` counts, then the one of smaller key.

    Args:
        t: The tables of a cell.
        known: The registrable domains in use (column `domain`).
    """
    parties = _parties(t)
    rows = t["directory"].filter(_.organisation.notnull() & (_.organisation.strip() != ""))
    rows = rows.select("kind", "domain", written="organisation")
    rows = rows.union(parties.select(kind=ibis.literal(_PARTY), domain=ibis.null("string"), written="written"))
    decided = _decided(t)
    written = t.keep(rows.select("written").union(decided).distinct())
    if not t.arrow(written.count()).as_py():
        return Claims(*(t.keep(schema.empty_table()) for schema in _NOTHING))
    keyed = _keyed(t, written)
    rows = t.keep(rows.inner_join(keyed, "written"))
    ours = log.us(t).select(written="organisation").inner_join(keyed, "written").select("key").distinct()
    spelt = _.written.strip()
    filed = spelt.min(where=_.kind != _PARTY)
    named = t.keep(rows.group_by("key").agg(name=ibis.coalesce(filed, spelt.min())))
    owned = _owned(t, rows)
    free = t.keep(known.select("domain").distinct().anti_join(owned, "domain").mutate(label=_bare(label(_.domain))))
    alone = free.inner_join(named.anti_join(owned, "key").mutate(label=_bare(_.key)), "label")
    alone = alone.group_by("key").agg(domain=_.domain.min(), n=_.count()).filter(_.n == 1)
    alone = alone.select("domain", "key", reason=ibis.literal("a file names it as its domain is labelled"))
    owned = t.keep(owned.union(alone))
    # A name that only people use means the one domain with that label, as it is shown.
    spare = free.anti_join(owned, "domain").group_by("label").agg(domain=_.domain.min(), n=_.count()).filter(_.n == 1)
    said = decided.inner_join(keyed, "written").anti_join(named, "key").mutate(label=_bare(_.key))
    said = said.filter(~_.key.contains(".")).inner_join(spare, "label").select("written", "domain").distinct()
    keyed = t.keep(keyed.left_join(said, "written").select("written", node=_.domain.coalesce(_.key)))
    graph = _graph(t, keyed, owned)
    nodes = t.keep(graph.nodes)
    held = owned.select("domain", "reason", base="key")
    extra = nodes.filter(_.is_domain).select(domain="node", reason=ibis.null("string"), base="node")
    held = held.union(extra.anti_join(held, "domain"))
    by_domain = nodes.select(domain="node", own_key="key", decided="decided")
    by_base = nodes.select(base="node", base_key="key", base_decided="decided")
    held = held.left_join(by_domain, "domain").drop("domain_right").left_join(by_base, "base").drop("base_right")
    domains = held.select(
        "domain",
        node=_.own_key.notnull().ifelse(_.domain, _.base),
        key=ibis.coalesce(_.own_key, _.base_key, _.base),
        reason=ibis.coalesce(_.own_key.notnull().ifelse(_.decided, _.base_decided), _.reason, ITS_DOMAIN),
    )
    names = keyed.left_join(nodes, "node").select("written", "node", key=_.key.coalesce(_.node), plain=~_.is_domain)
    names = t.keep(names.mutate(plain=_.plain.fill_null(True)))
    spoken = names.left_join(named.rename(node="key"), "node").drop("node_right")
    spoken = spoken.left_join(ours.select(node="key", us=ibis.literal(True)), "node").drop("node_right")
    # By its own name, not by that of what became part of it.
    own = (_.node == _.key) & (_.name.notnull() | _.plain)
    organisations = spoken.group_by("key").agg(
        name=_.name.coalesce(_.written.strip()).min(where=own), us=_.us.fill_null(False).any()
    )
    found = parties.inner_join(names, "written").select("handle", "key")
    return Claims(
        t.keep(domains), t.keep(organisations), names.drop("plain"), t.keep(graph.eras), t.keep(graph.above),
        t.keep(found),
    )  # fmt: skip


def _parties(t: Tables) -> ir.Table:
    """`handle written`, kept: the name of each party of a ledger, of several the least."""
    rows = t["names"].filter(_.handle.startswith(PARTY_HANDLE))
    by_handle = rows.group_by("handle").agg(written=_.display_name.strip().nullif("").min())
    slug = _.handle.substr(len(PARTY_HANDLE)).replace("-", " ").capitalize()
    return t.keep(by_handle.mutate(written=ibis.coalesce(_.written, slug)))


def _decided(t: Tables) -> ir.Table:
    """`written`: the domains and names in decisions."""
    parts = [t[name].select(written=side) for name in DECIDED[:2] for side in ("organisation_a", "organisation_b")]
    return t.keep(ibis.union(*parts, t["affiliation"].select(written="organisation")).distinct())


def _keyed(t: Tables, written: ir.Table) -> ir.Table:
    """`written key`, kept: the registrable domain of what is a host, else the name as it is compared."""
    keyed = t.keep(written.mutate(key=company_key(_.written), exact=_exact(_.written)))
    hosts = t.arrow(keyed.filter(_.key.contains(".")).select("key").distinct())["key"].to_pylist()
    domains = [registrable(name) or name for name in hosts]
    schema = pa.schema([("key", pa.string()), ("domain", pa.string())])
    keyed = keyed.left_join(t.keep(pa.table([hosts, domains], schema=schema)), "key").drop("key_right")
    # Two names that are compared as one, of which somebody says that they are two, are what they are to the letter.
    pairs = t["not_same_organisation"].select(a="organisation_a", b="organisation_b")
    two = pairs.filter(company_key(_.a) == company_key(_.b))
    exact = (
        two.select(exact=_exact(_.a)).union(two.select(exact=_exact(_.b))).distinct().mutate(apart=ibis.literal(True))
    )
    keyed = keyed.left_join(t.keep(exact), "exact").drop("exact_right")
    return t.keep(
        keyed.select("written", key=_.apart.notnull().ifelse(_.exact, _.domain.coalesce(_.key)))
    )  # fmt: skip


def _exact(name: ir.StringColumn) -> ir.StringColumn:
    return name.strip().lower().re_replace(r"\s+", " ")


def _bare(name: ir.StringColumn) -> ir.StringColumn:
    return name.re_replace(r"[^\p{L}\p{N}]", "")


def _owned(t: Tables, rows: ir.Table) -> ir.Table:
    """`domain key reason`, kept: the domains that files give away."""
    hosts = t.arrow(rows.filter(_.domain.notnull()).select("domain").distinct())["domain"].to_pylist()
    pairs = [(name, registrable(name)) for name in hosts if not is_free(name.lower())]
    schema = pa.schema([("written", pa.string()), ("owned", pa.string())])
    found = t.keep(pa.table([[a for a, _b in pairs], [b for _a, b in pairs]], schema=schema))
    by_file = rows.inner_join(found.filter(_.owned.notnull()), rows.domain == found.written).select(
        "key", domain="owned", rank=(_.kind == "affiliation").cast("int64")
    )
    first = ibis.row_number().over(ibis.window(group_by="domain", order_by=["rank", "key"]))
    by_file = by_file.mutate(_rank=first).filter(_._rank == 0)
    return t.keep(by_file.select("domain", "key", reason=ibis.literal("a file names its domain")))


class _Graph(NamedTuple):
    nodes: pa.Table
    """`node key decided is_domain` of every node in a decision."""
    eras: pa.Table
    above: pa.Table


def _graph(t: Tables, keyed: ir.Table, owned: ir.Table) -> _Graph:
    """What follows from decisions, which are few."""
    same, apart_rows = (t.arrow(t[name]).to_pylist() for name in DECIDED[:2])
    texts = _decided(t).inner_join(keyed, "written").select("written", "node")
    node_of = dict(zip(*t.arrow(texts).to_pydict().values(), strict=True))
    owner = t.arrow(owned.semi_join(texts, owned.domain == texts.node).select("domain", "key")).to_pylist()
    apart = [(row["decision_id"], *(node_of[row[f"organisation_{side}"]] for side in "ab")) for row in apart_rows]

    def link(row: Mapping[str, Any], whose: Mapping[str, Link]) -> Link:
        a, b = node_of[row["organisation_a"]], end(whose, node_of[row["organisation_b"]])
        a = end(whose, a) if row["role"] in _WHOLE else a
        return Link(row["decision_id"], a, b, row["from_on"] or date.min, row["to_on"] or date.max)

    # First what a domain or a name is another word for, then what organisations became, then what has dates.
    ever = [row for row in same if row["role"] == "renamed" or not (row["from_on"] or row["to_on"])]
    links = [Link(0, row["domain"], row["key"]) for row in owner]
    links += [link(row, {}) for row in ever if row["role"] not in _WHOLE]
    whose = standing(links, apart)
    links += [
        link(row, whose)._replace(since=date.min, until=date.max)
        for row in ever
        if row["role"] in ("merged", "renamed")
    ]
    whose = standing(links, apart)
    dated = [row for row in same if row not in ever]
    lasting = [link(row, whose) for row in dated if row["role"] != "subsidiary"]
    parents = [link(row, whose) for row in same if row["role"] == "subsidiary"]
    nodes = sorted({*node_of.values(), *(row["key"] for row in owner)})
    found = [era for era in eras([*links, *lasting], apart) if lasting]
    return _Graph(
        pa.table(
            {
                "node": pa.array(nodes, pa.string()),
                "key": pa.array([end(whose, node) for node in nodes], pa.string()),
                "decided": pa.array([_because(whose, node) for node in nodes], pa.string()),
                "is_domain": pa.array([registrable(node) == node for node in nodes], pa.bool_()),
            }
        ),
        _dated(found, "node", "key"),
        _dated([Era(up.a, up.since, up.until, up.b) for up in above(parents)], "key", "above"),
    )


def _because(whose: Mapping[str, Link], node: str) -> str | None:
    """The decisions on the way from a node to its end, in words."""
    numbers = []
    while node in whose:
        numbers.append(whose[node].number)
        node = whose[node].b
    decided = [str(number) for number in numbers if number]
    return "decision " + " and ".join(decided) if decided else None


def _dated(found: list[Era], node: str, key: str) -> pa.Table:
    """Eras with null for the first and the last of all days."""
    columns = [
        pa.array([era.node for era in found], pa.string()),
        pa.array([None if era.since == date.min else era.since for era in found], pa.date32()),
        pa.array([None if era.until == date.max else era.until for era in found], pa.date32()),
        pa.array([era.end for era in found], pa.string()),
    ]
    return pa.table(columns, names=[node, "since", "until", key])
