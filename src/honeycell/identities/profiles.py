"""What each handle is by itself: a person's, a role, a list or a machine's, and where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.engine.functions import id_of
from honeycell.identities.claims import PARTY_HANDLE, claims
from honeycell.identities.domains import host, places
from honeycell.identities.folding import declared
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["profiles"]

_ITSELF = "the address itself"
_MACHINE_LIKE = (
    r"(^|[-+._])(no[-_.]?reply|do[-_.]?not[-_.]?reply)([-+._]|$)|^owner-|-(bounces|request|owner|errors)([+-]|$)"
)
_LIST_LIKE = r"[-_.](list|lists|devel|developers?|users|announce|discuss|maintainers|patches|core-team)$"
MOST_STRANGERS = 3
"""A mailbox from which so many write under names that share no word with its main name is shared."""
ENOUGH_TO_SHARE = 4
"""Fewer messages do not tell a shared mailbox from one that was lent."""
LARGE_DOMAIN = 3
"""Authors from whom on a domain is an employer rather than somebody's own."""
_COLUMNS = TABLES["profiles"].schema.names


def profiles(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every handle of the log, and the addresses that a file gives for its chat accounts.

    Args:
        t: The tables of a cell.
        keys: Not looked at: a new author may make an employer of a domain.

    Returns:
        The rows of `profiles`.
    """
    seen = (
        t["names"]
        .group_by("handle")
        .agg(
            first_at=_.first_at.min(),
            last_at=_.last_at.max(),
            first_authored_at=_.first_authored_at.min(),
            last_authored_at=_.last_authored_at.max(),
        )
    )
    accounts = t["directory"].filter((_.kind == "account") & _.address.notnull() & _.handle.notnull())
    accounts = accounts.select("handle", address="mailto:" + _.address.lower().re_replace("^mailto:", ""))
    accounts = accounts.semi_join(seen, "handle").group_by("handle").agg(account=_.address.min())
    unseen = accounts.select(handle="account").distinct().anti_join(seen, "handle")
    at = ibis.null("timestamp(6)")
    seen = seen.union(
        unseen.mutate(first_at=at, last_at=at, first_authored_at=at, last_authored_at=at).cast(seen.schema())
    )
    every = seen.left_join(accounts, "handle").drop("handle_right")
    every = t.keep(every.mutate(
        handle_id=id_of(_.handle),
        local=_.handle.re_extract(r"^mailto:(.*)@[^@]*$", 1),
        host=host(ibis.coalesce(_.account, _.handle)),
        platform=_.handle.startswith("mailto:").ifelse(None, _.handle.re_extract(r"^([a-z]+:[^/]*/|[a-z]+:)", 1)),
    ))  # fmt: skip
    every = t.keep(every.left_join(_spelling(every, t["names"]), "handle").drop("handle_right"))
    kinds = t.keep(_kinds(t, every))
    placed = _placed(t, every, kinds)
    placed = t.keep(placed)
    large = placed.filter((_.kind == "person") & _.first_authored_at.notnull() & _.place.notnull())
    large = large.group_by("place").agg(n=_.count()).filter(_.n >= LARGE_DOMAIN)
    large = large.select("place", is_large=ibis.literal(True))
    base = "mailto:" + _.local.re_replace(r"(.)\+.*$", r"\1") + "@" + _.host
    return (
        placed.left_join(large, "place")
        .drop("place_right")
        .mutate(
            spells=_.spells.fill_null(False),
            is_employer=_.is_large.fill_null(False),
            address=(_.local == "").ifelse(_.handle, base),
        )
        .select(*_COLUMNS)
    )


def _spelling(every: ir.Table, names: ir.Table) -> ir.Table:
    """`handle spells`: whether the local part is a usual spelling of the full name, and no number tells it apart."""
    named = names.filter(_.full_name.notnull()).select("handle", "full_name").distinct()
    named = named.inner_join(every.select("handle", "local"), "handle").select(
        "handle",
        login=_.local.re_replace("[-._]", ""),
        given=_.full_name.re_extract(r"^(\S+)", 1),
        family=_.full_name.re_extract(r"(\S+)$", 1),
        whole=_.full_name.replace(" ", ""),
    )
    g, f = _.given.substr(0, 1), _.family.substr(0, 1)
    usual = (
        _.whole,
        _.given,
        _.family,
        _.given + _.family,
        _.family + _.given,
        g + _.family,
        _.family + g,
        _.given + f,
    )
    return named.group_by("handle").agg(spells=_.login.isin(usual).any())


def _placed(t: Tables, every: ir.Table, kinds: ir.Table) -> ir.Table:
    """With the registrable domain and the organisation of each handle."""
    known = places(t, every.select("host"))
    said = claims(t, known)
    keyed = known.left_join(said.domains, "domain").select(
        "host", place=ibis.coalesce(_.key, _.domain), key=ibis.coalesce(_.key, _.domain)
    )
    placed = every.inner_join(kinds, "handle").left_join(t.keep(keyed), "host").drop("host_right")
    parties = said.parties.rename(party="key")
    placed = placed.left_join(parties, "handle").drop("handle_right").mutate(key=ibis.coalesce(_.key, _.party))
    # A domain at which there are only lists and machines is a server, not an organisation.
    peopled = placed.filter(_.kind.isin(("person", "role", "organisation"))).select("key").distinct()
    peopled = t.keep(peopled.filter(_.key.notnull()).mutate(organisation_id=id_of(_.key)))
    return placed.left_join(peopled, "key").drop("key_right")


def _kinds(t: Tables, every: ir.Table) -> ir.Table:
    """`handle kind reason`: organisation, list, automatic, role or person, the first that applies."""
    lists = log.list_handles(t).select("handle").distinct().mutate(is_list=ibis.literal(True))
    senders = t["senders"].filter(_.automatic).select("handle", automatic=_.reason.fill_null("an automatic sender"))
    whole = every.select("handle", "local", "host", "first_authored_at")
    for part in (lists, senders, _shared(t["names"]), _anonymous(t["names"]), _single(t["names"], every)):
        whole = whole.left_join(part, "handle").drop("handle_right")
    silent = _.first_authored_at.isnull()
    hosts = "|".join(declared("list_hosts")).replace(".", r"\.")
    at_list_host = _.host.re_search(rf"^(lists?|mailman|listserv|sympa|groups)\.|^({hosts})$")
    list_like = silent & (
        at_list_host | _.local.re_search(_LIST_LIKE) | (_.word.isin(("list", "lists", "mailing")) & ~_.has_full_name)
    )
    machine = _mailboxes("automatic_mailboxes", "[-_+0-9]")
    cases = t.keep(
        whole.mutate(
            is_list=_.is_list.fill_null(False),
            is_machine=_.local.re_search(machine) | _.local.re_search(_MACHINE_LIKE),
            is_list_like=list_like.fill_null(False),
            is_office=_.local.re_search(_mailboxes("role_mailboxes", "[-_0-9]")) & _.is_single.isnull(),
            is_nobody=(silent & _.word.notnull() & ~_.has_full_name).fill_null(False),
        )
    )
    return cases.select(
        "handle",
        kind=ibis.cases(
            (_.handle.startswith(PARTY_HANDLE), "organisation"),
            (_.is_list, "list"),
            (_.is_machine | _.automatic.notnull(), "automatic"),
            (_.is_list_like, "list"),
            (_.is_office | _.n_strangers.notnull() | _.is_nobody, "role"),
            else_="person",
        ),
        reason=ibis.cases(
            (_.handle.startswith(PARTY_HANDLE), "a party of a ledger"),
            (_.is_list, "the address of a list or channel"),
            (_.is_machine, "only programs write from “" + _.local + "@”"),
            (_.automatic.notnull(), _.automatic),
            (_.is_list_like, "named as a list, and nobody writes from it"),
            (_.is_office, "“" + _.local + "@” is a role"),
            (_.n_strangers.notnull(), "shared: " + _.n_strangers.cast("string") + " different persons write from it"),
            (_.is_nobody, "its name says “" + _.word + "”, and nobody writes from it"),
            else_=_ITSELF,
        ),
    )


def _mailboxes(list_name: str, further: str) -> str:
    return f"^({'|'.join(declared(list_name))})({further}.*)?$"


def _anonymous(names: ir.Table) -> ir.Table:
    """`handle word has_full_name`: a word in a display name that no person's name has, if any."""
    words = "|".join(declared("role_words"))
    found = names.filter(_.display_name != "").select(
        "handle", "full_name", word=_.display_name.lower().re_extract(rf"\b({words})\b", 1)
    )
    return found.group_by("handle").agg(word=_.word.nullif("").min(), has_full_name=_.full_name.notnull().any())


def _shared(names: ir.Table) -> ir.Table:
    """`handle n_strangers`: mailboxes from which several persons write, and how many.

    A stranger's name has no word of the mailbox's main name. Three are a role however they call themselves; one is
    enough where the main name and the stranger's are both somebody's with an address of their own.
    """
    named = names.filter(_.full_name.notnull())
    elsewhere = named.group_by("full_name").agg(elsewhere=_.handle.nunique() > 1)
    by = (
        named.filter(_.n_authored > 0)
        .group_by("handle", "full_name")
        .agg(n=_.n_authored.sum())
        .mutate(given=_.full_name.re_extract(r"^(\S+)", 1), family=_.full_name.re_extract(r"(\S+)$", 1))
    )
    by = by.inner_join(elsewhere, "full_name")
    main = ibis.window(group_by="handle", order_by=[ibis.desc("n"), "full_name"])
    by = by.mutate(in_latin=_.full_name.re_search(r"^[\x00-\x7f]+$"))
    by = by.mutate(
        main_given=_.given.first().over(main),
        main_family=_.family.first().over(main),
        main_elsewhere=(_.elsewhere & _.in_latin).first().over(main),
    )
    parts = [_.main_given, _.main_family]
    strange = ~_.given.isin(parts) & ~_.family.isin(parts)
    known = strange & _.elsewhere & _.in_latin & _.main_elsewhere
    counted = by.group_by("handle").agg(
        n_strangers=strange.sum(), n_strange=_.n.sum(where=strange), n_known=_.n.sum(where=known), n=_.n.sum()
    )
    shared = counted.filter(
        ((_.n_strangers >= MOST_STRANGERS) & (_.n_strange * 10 >= _.n * 3))
        | ((_.n_known.fill_null(0) * 5 >= _.n) & (_.n >= ENOUGH_TO_SHARE))
    )
    return shared.select("handle", n_strangers=_.n_strangers + 1)


def _single(names: ir.Table, every: ir.Table) -> ir.Table:
    """`handle is_single`: the only mailbox that anybody writes from at its host, under one full name alone."""
    authors = every.filter(_.first_authored_at.notnull()).group_by("host").agg(n_authors=_.count())
    alone = every.semi_join(authors.filter(_.n_authors == 1), "host").select("handle")
    written = names.filter(_.n_authored > 0).group_by("handle").agg(n=_.full_name.nunique())
    return written.filter(_.n == 1).semi_join(alone, "handle").select("handle", is_single=ibis.literal(True))
