"""Domains of addresses: which of them are organisations, and which one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.identities.folding import declared

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from publicsuffixlist import PublicSuffixList

    from honeycell.steps import Tables

__all__ = ["claimed", "host", "label_name", "places", "registrable"]


_CLAIMED = pa.schema([(name, pa.string()) for name in ("domain", "key", "name")]).append(pa.field("us", pa.bool_()))
_CLAIMED = _CLAIMED.append(pa.field("reason", pa.string()))


_INVENTED = frozenset({"example", "test"})
"""Suffixes that nobody can own (RFC 2606): organisations under them are invented, as in the demo."""


@cache
def registrable(name: str) -> str | None:
    """The registrable domain of a host, by the public suffix list; None for what is not on the public net.

    Example:
        >>> registrable("us.ibm.com"), registrable("mail.example.co.uk"), registrable("build-7.local")
        ('ibm.com', 'example.co.uk', None)
    """
    labels = name.strip(".").lower().split(".")
    if len(labels) > 1 and labels[-1] in _INVENTED:
        return ".".join(labels[-2:])
    found: str | None = _suffixes(False).privatesuffix(name.strip(".").lower())
    if found is None:
        # A platform's own domain (github.io) is a suffix for its customers, yet its staff write from it.
        found = _suffixes(True).privatesuffix(name.strip(".").lower())
    return found


@cache
def _suffixes(icann: bool) -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False, only_icann=icann)


def _is_free(name: str) -> bool:
    parts = name.split(".")
    free = _free()
    return any(".".join(parts[start:]) in free for start in range(len(parts) - 1))


@cache
def _free() -> frozenset[str]:
    return frozenset(declared("free_mail"))


def host(handle: ir.StringColumn) -> ir.StringColumn:
    """The host of a mail address, as a handle or bare; empty for other handles."""
    return handle.re_extract(r"^(?:mailto:)?[^:]*@([^@]+)$", 1)


def places(t: Tables, hosts: ir.Table) -> ir.Table:
    """What is known of each host.

    Args:
        t: The tables of a cell.
        hosts: Rows with a column `host`.

    Returns:
        `host domain`, kept, one row for each host that has a registrable domain which is not free mail.
    """
    named = t.arrow(hosts.select("host").filter(_.host != "").distinct())["host"].to_pylist()
    # One look-up a distinct host; the suffix list has no vectorised form.
    found = [(name, registrable(name)) for name in named if not _is_free(name)]
    rows = [(name, domain) for name, domain in found if domain is not None]
    schema = pa.schema([("host", pa.string()), ("domain", pa.string())])
    return t.keep(pa.table([[name for name, _domain in rows], [domain for _name, domain in rows]], schema=schema))


def claimed(t: Tables, known: ir.Table) -> ir.Table:
    """Which organisation a file gives each domain to.

    A row of the directory names a domain (kind `domain`, and affiliations with one); an organisation
    that is only named owns the one domain whose label is its name.

    Args:
        t: The tables of a cell.
        known: The registrable domains in use (column `domain`).

    Returns:
        `domain key name us reason`, kept, one row for each organisation of a file (`key`: its name folded) and
        each of its domains; `domain` is null where a file names none and none is found.
    """
    rows = t["directory"].filter(_.organisation.notnull() & (_.organisation.strip() != ""))
    if not t.arrow(rows.count()).as_py():
        return t.keep(_CLAIMED.empty_table())
    rows = rows.select("kind", "organisation", "domain", key=_folded(_.organisation))
    ours = log.us(t).select(key=_folded(_.organisation)).distinct().mutate(us=ibis.literal(True))
    named = rows.group_by("key").agg(name=_.organisation.strip().min())
    named = t.keep(named.left_join(ours, "key").select("key", "name", us=_.us.fill_null(False)))
    hosts = t.arrow(rows.filter(_.domain.notnull()).select("domain").distinct())["domain"].to_pylist()
    pairs = [(name, registrable(name)) for name in hosts if not _is_free(name.lower())]
    schema = pa.schema([("written", pa.string()), ("domain", pa.string())])
    owned = t.keep(pa.table([[a for a, _b in pairs], [b for _a, b in pairs]], schema=schema))
    by_file = rows.join(owned, rows.domain == owned.written).select(
        "key", domain=owned.domain, rank=(rows.kind == "affiliation").cast("int64")
    )
    first = ibis.row_number().over(ibis.window(group_by="domain", order_by=["rank", "key"]))
    by_file = by_file.filter(_.domain.notnull()).mutate(_rank=first).filter(_._rank == 0)
    by_file = t.keep(by_file.select("key", "domain", reason=ibis.literal("a file names its domain")))
    by_label = (
        known.select("domain")
        .distinct()
        .anti_join(by_file, "domain")
        .mutate(key=_.domain.re_extract(r"^([^.]+)\.", 1))
        .inner_join(named.anti_join(by_file, "key").select(_key="key", key=_.key.re_replace("[^a-z0-9]", "")), "key")
    )
    alone = by_label.group_by("_key").agg(domain=_.domain.min(), n=_.count()).filter(_.n == 1)
    alone = alone.select(key="_key", domain="domain", reason=ibis.literal("a file names it as its domain is labelled"))
    owners = by_file.union(alone)
    return t.keep(named.left_join(owners, "key").select("domain", "key", "name", "us", "reason"))


def _folded(name: ir.StringColumn) -> ir.StringColumn:
    return name.strip().lower().re_replace(r"\s+", " ")


def label_name(domain: ir.StringColumn) -> ir.StringColumn:
    """A name from a domain's label: capitals for up to three letters or where there is no vowel.

    `ibm.com` is IBM, `intel.com` Intel, `hpe.com` HPE, `raptor-eng.com` Raptor-eng.
    """
    label = domain.re_extract(r"^([^.]+)\.", 1)
    short = (label.length() <= 3) | ((label.length() <= 4) & ~label.re_search("[aeiouy]"))
    return short.ifelse(label.upper(), label.substr(0, 1).upper() + label.substr(1))
