"""Every handle: what it is, whom it belongs to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.engine.functions import id_of
from honeycell.identities import links as linking
from honeycell.identities.domains import claimed, host, places
from honeycell.identities.folding import declared

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["handles"]

_ITSELF = "the address itself"
_MACHINE_LIKE = (
    r"(^|[-+._])(no[-_.]?reply|do[-_.]?not[-_.]?reply)([-+._]|$)|^owner-|-(bounces|request|owner|errors)([+-]|$)"
)
_LIST_LIKE = r"[-_.](list|lists|devel|developers?|users|announce|discuss|maintainers|patches|core-team)$"
MOST_STRANGERS = 3
"""A mailbox from which so many write under names that share no word with its main name is shared."""


def handles(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every handle of the log, and the addresses that a file gives for its chat accounts.

    Args:
        t: The tables of a cell.
        keys: Not looked at: a new handle may change whom another one belongs to.

    Returns:
        The rows of `handles`.
    """
    known = t.keep(_described(t))
    persons = t.keep(known.filter(_.kind == "person"))
    linked = linking.links(t, persons, t["names"])
    linked, members = linking.without_conflicts(t, linked, persons)
    owner = ibis.window(group_by="component", order_by=[_.first_at.isnull(), _.first_at, "handle"])
    of_component = members.inner_join(known.select("handle", "first_at", "handle_id"), "handle").mutate(
        person_id=_.handle_id.first().over(owner)
    )
    owners = t.keep(of_component.select("handle", "person_id"))
    why = t.keep(_best_link(linked))
    whole = (
        known.left_join(owners, "handle")
        .drop("handle_right")
        .left_join(why, "handle")
        .drop("handle_right")
        .mutate(linked=_.person_id.notnull() & (_.person_id != _.handle_id))
    )
    is_person = whole.kind == "person"
    return whole.select(
        "handle_id",
        "handle",
        "kind",
        person_id=is_person.ifelse(whole.person_id.fill_null(whole.handle_id), None),
        organisation_id="organisation_id",
        reason=ibis.cases(
            (~is_person, whole.reason), (whole.linked, whole.link_reason), else_=_ITSELF
        ),
        probability=ibis.cases(
            (~is_person, 1.0), (whole.linked, whole.link_probability), else_=1.0
        ),
        first_at="first_at",
        last_at="last_at",
    )  # fmt: skip


def _described(t: Tables) -> ir.Table:
    """What each handle is by itself: kind and reason, host, organisation, and when it was in use."""
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
    large = large.group_by("place").agg(n=_.count()).filter(_.n >= linking.LARGE_DOMAIN)
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
    files = claimed(t, known)
    owned = files.filter(_.domain.notnull()).select("domain", "key")
    keyed = known.left_join(owned, "domain").select(
        "host", place=ibis.coalesce(_.key, _.domain), key=ibis.coalesce(_.key, _.domain)
    )
    placed = every.inner_join(kinds, "handle").left_join(t.keep(keyed), "host").drop("host_right")
    # A domain at which there are only lists and machines is a server, not an organisation.
    peopled = placed.filter(_.kind.isin(("person", "role"))).select("key").distinct()
    peopled = t.keep(peopled.filter(_.key.notnull()).mutate(organisation_id=id_of(_.key)))
    return placed.left_join(peopled, "key").drop("key_right")


def _kinds(t: Tables, every: ir.Table) -> ir.Table:
    """`handle kind reason`: list, automatic, role or person, the first that applies."""
    lists = log.list_handles(t).select("handle").distinct().mutate(is_list=ibis.literal(True))
    senders = t["senders"].filter(_.automatic).select("handle", automatic=_.reason.fill_null("an automatic sender"))
    whole = every.select("handle", "local", "host", "first_authored_at")
    for part in (lists, senders, _shared(t["names"]), _anonymous(t["names"])):
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
            is_office=_.local.re_search(_mailboxes("role_mailboxes", "[-_0-9]")),
            is_nobody=(silent & _.word.notnull() & ~_.has_full_name).fill_null(False),
        )
    )
    return cases.select(
        "handle",
        kind=ibis.cases(
            (_.is_list, "list"),
            (_.is_machine | _.automatic.notnull(), "automatic"),
            (_.is_list_like, "list"),
            (_.is_office | _.n_strangers.notnull() | _.is_nobody, "role"),
            else_="person",
        ),
        reason=ibis.cases(
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
    """`handle n_strangers`: mailboxes from which several persons write, and how many."""
    by = (
        names.filter(_.full_name.notnull() & (_.n_authored > 0))
        .group_by("handle", "full_name")
        .agg(n=_.n_authored.sum())
        .mutate(given=_.full_name.re_extract(r"^(\S+)", 1), family=_.full_name.re_extract(r"(\S+)$", 1))
    )
    main = ibis.window(group_by="handle", order_by=[ibis.desc("n"), "full_name"])
    by = by.mutate(main_given=_.given.first().over(main), main_family=_.family.first().over(main))
    parts = [_.main_given, _.main_family]
    strange = ~_.given.isin(parts) & ~_.family.isin(parts)
    counted = by.group_by("handle").agg(
        n_strangers=strange.sum(), n_strange=_.n.sum(where=strange), n=_.n.sum()
    )  # fmt: skip
    shared = counted.filter((_.n_strangers >= MOST_STRANGERS) & (_.n_strange * 10 >= _.n * 3))
    return shared.select("handle", n_strangers=_.n_strangers + 1)


def _best_link(linked: ir.Table) -> ir.Table:
    """`handle link_reason link_probability`: the strongest evidence by which a handle belongs to its person."""
    ends = linked.select("evidence", "full_name", handle="a").union(linked.select("evidence", "full_name", handle="b"))
    order = ibis.window(group_by="handle", order_by=[ibis.desc("evidence"), "full_name"])
    best = ends.mutate(_rank=ibis.row_number().over(order)).filter(_._rank == 0)
    same = "the same full name “" + _.full_name + "”"
    return best.select(
        "handle",
        link_reason=ibis.cases(
            (_.evidence == linking.BY_FILE, "a file gives this address for the account"),
            (_.evidence == linking.BY_TAG, "the same address with a tag"),
            (_.evidence == linking.BY_NAME_THERE, same + " at the same organisation"),
            else_=same,
        ),
        link_probability=ibis.cases(
            (_.evidence == linking.BY_FILE, 0.99),
            (_.evidence == linking.BY_TAG, 0.98),
            (_.evidence == linking.BY_NAME_THERE, 0.97),
            else_=0.9,
        ),
    )
