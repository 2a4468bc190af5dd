"""Domains of addresses: which of them are organisations, and which one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
from ibis import _

from honeycell.identities.folding import declared

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from publicsuffixlist import PublicSuffixList

    from honeycell.steps import Tables

__all__ = ["host", "is_free", "label", "label_name", "places", "registrable"]


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


def is_free(name: str) -> bool:
    """Whether a host is one of free mail, an address for life, or a platform (`lists/free_mail.txt`)."""
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
    found = [(name, registrable(name)) for name in named if not is_free(name)]
    rows = [(name, domain) for name, domain in found if domain is not None]
    schema = pa.schema([("host", pa.string()), ("domain", pa.string())])
    return t.keep(pa.table([[name for name, _domain in rows], [domain for _name, domain in rows]], schema=schema))


def label(domain: ir.StringColumn) -> ir.StringColumn:
    """The first label of a domain: `acme` of `acme.co.uk`."""
    return domain.re_extract(r"^([^.]+)\.", 1)


def label_name(domain: ir.StringColumn) -> ir.StringColumn:
    """A name from a domain's label: capitals for up to three letters or where there is no vowel.

    `ibm.com` is IBM, `intel.com` Intel, `hpe.com` HPE, `raptor-eng.com` Raptor-eng.
    """
    first = label(domain)
    short = (first.length() <= 3) | ((first.length() <= 4) & ~first.re_search("[aeiouy]"))
    return short.ifelse(first.upper(), first.substr(0, 1).upper() + first.substr(1))
