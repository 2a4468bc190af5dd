"""How many share a name, a login or a place, roughly: the common says less than the rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["LEAST_NAMES", "NAMES", "WORDS", "counted", "frequencies", "frequencies_touched"]

LEAST_NAMES = 1_024
"""Fewer names than this are a piece of a larger population, not one in which every name is common."""
_EXACT = 8
"""Up to here numbers are exact, from here on rounded up to the next of four steps to the double."""
NAMES = "names"
"""The kind under which it stands how many names there are in all."""
WORDS = (("given", "given"), ("family", "family"), ("name", "sorted_name"), ("login", "login"), ("place", "place"))
"""The kinds of words, and the column of `traits` that has them."""


def frequencies(t: Tables, keys: ir.Table | None) -> ir.Table:
    """How many handles or names share each word; see `counted`.

    Args:
        t: The tables of a cell.
        keys: The words wanted (columns `kind word`), or None for all.

    Returns:
        The rows of `frequencies`.
    """
    return counted(t["traits"], keys)


def frequencies_touched(t: Tables, changes: Changes) -> ir.Table:
    """The words of handles whose traits changed, as they were and as they are; how many names there are, always."""
    every = changes["traits"].before.union(changes["traits"].after)
    words = [every.select(kind=ibis.literal(kind), word=column).filter(_.word.notnull()) for kind, column in WORDS]
    return t.keep(ibis.union(*words).union(every.limit(1).select(kind=ibis.literal(NAMES), word=ibis.literal(""))))


def counted(traits: ir.Table, keys: ir.Table | None = None) -> ir.Table:
    """How many different names have a word (`given`, `family`), or handles (`name`, `login`, `place`).

    Beyond `_EXACT` it is rounded up, so that the scores of all who share a word stand until a quarter more do.

    Args:
        traits: The table `traits`.
        keys: The words wanted (columns `kind word`), or None for all.

    Returns:
        The rows of `frequencies`: `kind word n`. A word that is not there has but one. How many names there are
        stands as the word "" of the kind `NAMES`, as a power of two.
    """
    full = traits.filter(_.name_kind == "full").select("sorted_name", "given", "family").distinct()
    parts = [_of(full if kind in ("given", "family") else traits, kind, column, keys) for kind, column in WORDS]
    n_names = ibis.greatest(_.n, LEAST_NAMES)
    names = full.aggregate(n=_.count()).select(
        kind=ibis.literal(NAMES), word=ibis.literal(""), n=(2 ** (n_names + 0.5).log2().floor()).cast("int64")
    )
    return ibis.union(*parts, names)


def _of(rows: ir.Table, kind: str, column: str, keys: ir.Table | None) -> ir.Table:
    words = rows.select(word=column).filter(_.word.notnull())
    if keys is not None:
        words = words.semi_join(keys.filter(_.kind == kind), "word")
    step = 2 ** ((_.n - 0.5).log2().floor() - 2)
    rounded = (_.n <= _EXACT).ifelse(_.n, ((_.n / step).ceil() * step).cast("int64"))
    shared = words.group_by("word").agg(n=_.count()).filter(_.n > 1)
    return shared.select("word", n=rounded).select("word", "n", kind=ibis.literal(kind)).select("kind", "word", "n")
