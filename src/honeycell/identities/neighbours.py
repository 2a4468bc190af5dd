"""Which handles a change may concern: those that changed, and whom they few a name or a key with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities import model
from honeycell.identities.frequencies import NAMES, WORDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["concerned"]


def concerned(t: Tables, changes: Changes) -> ir.Table | None:
    """The handles of which a link to another one may be another than before.

    Those that changed, that a word of a person or a file is about, or that occur in new interactions; those that few
    a word whose frequency changed; and all that few a full name or another group with one of these, or did before: a
    further bearer may make a common name of a rare one, and one that leaves may make it rare again; and all that are
    one address with one of these but for a tag.

    Args:
        t: The tables of a cell.
        changes: What changed upstream of `links`.

    Returns:
        `handle`, kept; None where it may be any of them.
    """
    rarer = changes.get("frequencies")
    if rarer is not None and t.arrow((rarer.keys.kind == NAMES).any()).as_py():
        return None
    traits, reworded = t["traits"], []
    if rarer is not None:
        shared = [rarer.keys.filter(_.kind == kind).select(**{column: "word"}) for kind, column in WORDS]
        reworded = [traits.semi_join(words, words.columns[0]).select("handle") for words in shared]
    if "traits" in changes:
        reworded.append(changes["traits"].keys.select("handle"))
    parts = [*reworded, *_named_in(t, changes)]
    moved = t.keep(ibis.union(*parts).distinct())
    now = [traits.semi_join(moved, "handle")]
    were = [changes["traits"].before.select(*traits.columns)] if "traits" in changes else []
    every = t.keep(ibis.union(*now, *were)) if were else t.keep(now[0])
    addresses = t["profiles"].semi_join(moved, "handle").select("address").distinct()
    parts = [moved, t["profiles"].semi_join(addresses, "address").select("handle")]
    for column in ("full_names", "words"):
        borne = every.select(word=_[column].unnest()).distinct()
        parts.append(traits.select("handle", word=_[column].unnest()).semi_join(t.keep(borne), "word").select("handle"))
    if reworded:
        parts.append(_sharing_keys(t, traits, t.keep(ibis.union(*reworded).distinct()), were))
    return t.keep(ibis.union(*parts).distinct())


def _named_in(t: Tables, changes: Changes) -> list[ir.Table]:
    """The handles that changed rows of other tables are about."""
    columns = {
        "profiles": ("handle",), "names": ("handle",), "participants": ("handle",),
        "signed_addresses": ("handle", "address"), "split": ("handle",), "same_person": ("handle_a", "handle_b"),
        "not_same_person": ("handle_a", "handle_b"),
    }  # fmt: skip
    parts = [
        side.select(handle=column)
        for name, ends in columns.items()
        if name in changes
        for side in (changes[name].before, changes[name].after)
        for column in ends
    ]
    if "directory" in changes:
        said = _.kind.isin(("account", "card"))
        cards = changes["directory"].after.filter(said).select("handle").distinct()
        whole = t["directory"].filter(said).semi_join(cards, "handle")
        address = "mailto:" + _.address.lower().re_replace("^mailto:", "")
        parts += [whole.select("handle"), whole.select(handle=address)]
    return [part.filter(_.handle.notnull()) for part in parts]


def _sharing_keys(t: Tables, traits: ir.Table, changed: ir.Table, were: list[ir.Table]) -> ir.Table:
    """The handles that share a key with one of the changed, unless so many do that it brought nobody together."""
    nowhere = traits.limit(0).select("place")
    mine = [model.keys(one, nowhere) for one in (traits.semi_join(changed, "handle"), *were)]
    wanted = t.keep(ibis.union(*(one.select("key") for one in mine)).distinct())
    every = model.keys(traits, nowhere).semi_join(wanted, "key").group_by("key", "handle")
    every = t.keep(every.agg(sure=(_.meets > 0).max(), most=_.most.max()))
    own = t.keep(every.semi_join(changed, "handle").group_by("key").agg(n_changed=_.count()))
    sized = every.group_by("key").agg(n=_.count(), n_sure=_.sure.sum(), most=_.most.max()).left_join(own, "key")
    sized = t.keep(sized.mutate(few=_.most + _.n_changed.fill_null(0)).select("key", "n", "n_sure", "few"))
    # Where short forms are too many only the others meet.
    met = every.inner_join(sized, "key").filter((_.n <= _.few) | (_.sure & (_.n_sure <= _.few)))
    return met.select("handle")
