"""What two handles are compared by: the names they bear, and what their address spells."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities.folding import declared, name_parts, plain
from honeycell.identities.levels import spellings
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["NAME", "compared", "traits", "traits_of", "traits_touched"]

NAME = ("name", "name_kind", "full_name", "sorted_name", "loose_name", "given", "family", "given_root", "initials")
"""What is compared of names."""
OFTEN = 0.1
"""Share of what an author wrote from which on a second full name is theirs too."""
LONG_WORD = 6
"""Letters from which on a name of one word tells something."""
_COLUMNS = TABLES["traits"].schema.names


def traits(t: Tables, keys: ir.Table | None) -> ir.Table:
    """What every person's handle is compared by.

    Args:
        t: The tables of a cell.
        keys: The handles wanted (column `handle`), or None for all.

    Returns:
        The rows of `traits`.
    """
    persons, names = t["profiles"].filter(_.kind == "person"), t["names"]
    if keys is not None:
        persons, names = t.keep(persons.semi_join(keys, "handle")), t.keep(names.semi_join(keys, "handle"))
    return traits_of(t, persons, names)


def traits_touched(t: Tables, changes: Changes) -> ir.Table:
    """The handles whose names or profiles changed."""
    return ibis.union(*(changes[name].keys.select("handle") for name in ("names", "profiles") if name in changes))


def traits_of(t: Tables, persons: ir.Table, names: ir.Table) -> ir.Table:
    """What these handles are compared by; of each nothing but its own names and address is looked at.

    The name is the one written most by the author, a full one before one with an initial before a single word; where no
    full name was ever written, the one that `ana.silva@` spells. Placeholders and names of roles are none.

    Args:
        t: The tables of a cell.
        persons: Handles of persons: `handle local place` and whatever else.
        names: The rows of the table `names` of these handles.

    Returns:
        The rows of `traits`.
    """
    best = t.keep(_best_name(t, persons, names))
    whole = persons.left_join(best, "handle").drop("handle_right")
    for part in (_borne(names, persons), _words(names, persons)):
        whole = whole.left_join(t.keep(part), "handle").drop("handle_right")
    login = _.local.lower().re_replace(r"(.)\+.*$", r"\1").re_replace("[-._]", "").nullif("")
    whole = whole.mutate(login=login, label=_.place.re_extract(r"^([^.]{4,})\.", 1).nullif(""))
    return whole.mutate(
        login_is_given=_.login.re_search(_given_names()).fill_null(False),
        login_is_name=_.login.isin((_.given, _.family, *spellings(_.given, _.family))).fill_null(False),
    ).select(*_COLUMNS)


def compared(t: Tables, names: ir.Table) -> ir.Table:
    """What is compared of names (`display_name`), without those of nobody: the columns of `name_parts`.

    `kind` is `name_kind`; a single word is its own `sorted_name`.
    """
    parts = name_parts(t, names).filter(_.kind.isin(("full", "initial", "single"))).rename(name_kind="kind")
    word = (_.name_kind == "single").ifelse(plain(_.display_name).re_replace(r"[^a-z]", "").nullif(""), None)
    return parts.mutate(sorted_name=_.sorted_name.coalesce(word))


def _best_name(t: Tables, persons: ir.Table, names: ir.Table) -> ir.Table:
    """`handle` and the columns of `NAME`, for those that have any."""
    written = names.filter(_.display_name != "").semi_join(persons, "handle")
    written = written.select("handle", "display_name", "n", "n_authored", spelt=ibis.literal(0))
    spelling = r"^[a-z]+(?:[._-][a-z]{2,}){1,2}[0-9]{0,4}$"
    spelt = persons.mutate(_local=_.local.re_replace(r"(.)\+.*$", r"\1")).filter(_._local.re_search(spelling))
    spelt = spelt.select(
        "handle", display_name=_._local.re_replace("[0-9]+$", "").re_replace("[._-]", " "),
        n=ibis.literal(0, "int64"), n_authored=ibis.literal(0, "int64"), spelt=ibis.literal(1),
    )  # fmt: skip
    every = t.keep(written.union(spelt))
    parts = compared(t, t.keep(every.select("display_name").distinct()))
    kind = _.name_kind.cases(("full", 0), ("initial", 1), else_=2)
    order = (kind, _.spelt, _.n_authored.desc(), _.n.desc(), _.display_name)
    ranked = every.inner_join(parts, "display_name").mutate(
        _rank=ibis.row_number().over(ibis.window(group_by="handle", order_by=order))
    )
    return ranked.filter(_._rank == 0).rename(name="display_name").select("handle", *NAME)


def _borne(names: ir.Table, persons: ir.Table) -> ir.Table:
    """`handle full_names`: written by the author, by most who wrote to it, or spelt in the address."""
    named = (
        names.filter(_.full_name.notnull())
        .group_by("handle", "full_name")
        .agg(n=_.n.sum(), n_authored=_.n_authored.sum())
    )
    of = ibis.window(group_by="handle")
    order = ibis.window(group_by="handle", order_by=[ibis.desc("n_authored"), ibis.desc("n"), "full_name"])
    ranked = named.mutate(
        place_among=ibis.row_number().over(order),
        share_authored=_.n_authored / ibis.greatest(_.n_authored.sum().over(of), 1),
    )
    borne = ranked.filter((_.place_among == 0) | (_.share_authored >= OFTEN)).select("handle", "full_name")
    # Where no full name was ever written, ana.silva@ says it.
    spelt = persons.anti_join(borne, "handle").filter(_.local.re_search(r"^[a-z]{2,}[._][a-z]{2,}$"))
    spelt = spelt.select("handle", full_name=_.local.re_replace("[._]", " "))
    return borne.union(spelt).group_by("handle").agg(full_names=_.full_name.collect().sort())


def _words(names: ir.Table, persons: ir.Table) -> ir.Table:
    """`handle words`: names of one word that the author wrote."""
    word = _.display_name.lower().re_replace("[^a-z]", "")
    written = names.filter((_.n_authored > 0) & _.display_name.re_search(rf"^[\w.-]{{{LONG_WORD},}}$"))
    words = written.select("handle", word=word).filter(_.word.length() >= LONG_WORD).distinct()
    words = words.filter(~_.word.re_search("|".join((*declared("role_words"), *declared("placeholder_names")))))
    return words.semi_join(persons, "handle").group_by("handle").agg(words=_.word.collect().sort())


@cache
def _given_names() -> str:
    words = (line.replace(":", " ").split() for line in declared("short_names"))
    return f"^({'|'.join(sorted({word for line in words for word in line}))})$"
