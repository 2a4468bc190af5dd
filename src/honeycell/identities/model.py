"""How likely two handles are one person's: the model of Fellegi and Sunter (1969) over declared levels.

Each level of `levels.COMPARISONS` has two chances, learnt without labels and shipped as numbers in `model.json`: that a
pair of one person's comes out like this (`m`), and that a pair of two persons' does (`u`). A pair's odds are those of
any two handles, times `m / u` of each comparison. `docs/identities-model.md` says what it was learnt from.
"""

from __future__ import annotations

import json
import math
from functools import cache, reduce
from importlib import resources
from operator import add
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from honeycell.identities.frequencies import NAMES, WORDS
from honeycell.identities.levels import COMPARISONS, MOST_AT_OWN, outcome, spellings
from honeycell.identities.traits import NAME

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["SIDE", "both_sides", "candidates", "keys", "named", "parameters", "score"]

MOST_BEARERS = 30
"""Handles that share a key beyond which the key is too common to compare all of them with one another."""
MOST_LOGINS = 8
"""The same for logins, and for a surname with an initial."""
SIDE = dict.fromkeys((*NAME, "login", "label", "host", "place"), "string")
SIDE |= dict.fromkeys(("n_given", "n_family", "n_bearers", "n_names", "n_login", "n_place"), "int64")
SIDE |= dict.fromkeys(("login_is_given", "login_is_name"), "bool") | dict.fromkeys(
    ("first_at", "last_at"), "timestamp(6)"
)
"""What is compared of each of two handles, and its type."""


@cache
def parameters() -> dict[str, Any]:
    """The numbers of the model, and what they were learnt from.

    Returns:
        `prior`, the chance that any two handles are one person's; `comparisons`, for each the `[m, u]` of its levels;
        `thresholds`: from `linked` on a pair is one person's, from `asked` on somebody is asked; and `made`.
    """
    page = resources.files("honeycell.identities").joinpath("model.json")
    numbers: dict[str, Any] = json.loads(page.read_text("utf-8"))
    return numbers


def named(traits: ir.Table, profiles: ir.Table, frequencies: ir.Table) -> ir.Table:
    """Handles with what the model compares of them, one row each.

    Args:
        traits: Rows of the table `traits`.
        profiles: The table `profiles`, or `handle host first_at last_at` of it.
        frequencies: The table `frequencies`.

    Returns:
        `handle` and the columns of `SIDE`: `n_given` and `n_family`, how many different names have this given or family
        name, `n_bearers`, how many handles have the name, `n_names`, how many names there are, as a power of two;
        `n_login`, how many handles have the login, `n_place`, how many are at the place.
    """
    whole = traits.inner_join(profiles.select("handle", "host", "first_at", "last_at"), "handle")
    for (kind, column), n in zip(WORDS, ("n_given", "n_family", "n_bearers", "n_login", "n_place"), strict=True):
        of_kind = frequencies.filter(_.kind == kind).select(**{column: "word", n: "n"})
        whole = whole.left_join(of_kind, column).drop(f"{column}_right")
        whole = whole.mutate(**{n: _[column].notnull().ifelse(_[n].fill_null(1), None)})
    whole = whole.cross_join(frequencies.filter(_.kind == NAMES).select(n_names="n"))
    return whole.mutate(n_given=_.n_given.fill_null(1), n_family=_.n_family.fill_null(1)).select("handle", *SIDE)


def candidates(t: Tables, traits: ir.Table, frequencies: ir.Table, among: ir.Table | None = None) -> ir.Table:
    """The pairs of handles that are worth comparing: those that share a key (`keys`).

    What more than `MOST_BEARERS` handles share (`MOST_LOGINS` for logins and initials) brings nobody together: a name
    as common as that says too little.

    Args:
        t: The tables of a cell.
        traits: The table `traits`.
        frequencies: The table `frequencies`.
        among: The handles (column `handle`) one of which a pair must have, or None for all pairs.

    Returns:
        `handle_a handle_b`, kept, the smaller handle first.
    """
    few = frequencies.filter((_.kind == "place") & (_.n > MOST_AT_OWN)).select(place="word")
    every = keys(traits, few)
    if among is not None:
        wanted = t.keep(keys(t.keep(traits.semi_join(among, "handle")), few).select("key").distinct())
        every = every.semi_join(wanted, "key")
    of_key = ibis.window(group_by="key")
    n, n_sure = _.count().over(of_key), (_.meets > _SHORT).sum().over(of_key)
    every = t.keep(every.group_by("key", "handle").agg(meets=_.meets.max(), most=_.most.max()))
    sized = t.keep(every.mutate(n=n, n_sure=n_sure))
    met = t.keep(sized.filter((_.n > 1) & ((_.n <= _.most) | ((_.n_sure <= _.most) & (_.meets > _SHORT)))))
    met = met.select("key", "handle", "meets")
    other = met.rename(handle_b="handle", meets_b="meets")
    least, most = ibis.least(_.meets, _.meets_b), ibis.greatest(_.meets, _.meets_b)
    together = (least + most >= _ALL) & ((least == _SHORT) | (most < _NAMES))
    pairs = met.inner_join(other, "key").filter((_.handle < _.handle_b) & together)
    return t.keep(pairs.select("handle_b", handle_a="handle").select("handle_a", "handle_b").distinct())


def keys(traits: ir.Table, large: ir.Table) -> ir.Table:
    """What brings handles together: each looked at by itself.

    A full name in any order or spelling, a surname and a form of one given name, a surname and an initial, or a login;
    and that one's login spells the other's name. A single word, a placeholder and the name of a role are no keys.

    Args:
        traits: Rows of the table `traits`.
        large: The places (column `place`) that are nobody's own.

    Returns:
        `handle key most meets`, with repeats: how many may share the key, and whom it meets.
    """
    is_full = _.name_kind.fill_null("") == "full"
    full, other = traits.filter(is_full), traits.filter(~is_full)
    # `quic_asilva@` and `asilva12@` meet `asilva@`.
    bare = _.local.lower().re_replace(r"\+.*$|[0-9]+$", "")
    parts = (
        bare.re_replace("[-._]", ""),
        bare.re_extract(r"[-._]([^-._]+)$", 1),
        bare.re_extract(r"^([^-._]+)[-._]", 1),
    )
    spelt = (_.given, _.family, *spellings(_.given, _.family))
    initial = _.family + " " + _.initials
    return ibis.union(
        _keyed(full, "name ", _.sorted_name, MOST_BEARERS),
        _keyed(full, "sound ", _.loose_name, MOST_BEARERS),
        _keyed(full, "root ", _.family + " " + _.given_root, MOST_BEARERS),
        _keyed(full, "initial ", initial, MOST_LOGINS, meets=_SHORT),
        _keyed(other.filter(_.name_kind == "initial"), "initial ", initial, MOST_LOGINS, meets=_ALL),
        _keyed(
            traits.filter(_.login.length() >= 4), "login ", _.login, MOST_LOGINS, meets=is_full.ifelse(_ALIKE, _ALL)
        ),
        *(_keyed(traits.filter(part.length() >= 5), "login ", part, MOST_LOGINS) for part in parts),
        # `ana@silva.example` meets whoever is called Silva.
        _keyed(other.anti_join(large, "place"), "login ", _.label, MOST_LOGINS, meets=_NAMES),
        *(_keyed(full.filter(one.length() >= 4), "login ", one, MOST_LOGINS, meets=_SHORT) for one in spelt),
    )


_SHORT, _ALIKE, _ALL, _NAMES = 0, 1, 2, 3
"""Of a key: a short form of the name; what is compared with its like; also with short forms; only with those."""


def _keyed(rows: ir.Table, kind: str, key: ibis.Deferred, most: int, *, meets: int | ibis.Deferred = 1) -> ir.Table:
    keyed = rows.select("handle", key=kind + key, most=ibis.literal(most), meets=meets)
    return keyed.cast({"meets": "int8"}).filter(_.key.notnull())


def both_sides(pairs: ir.Table, named: ir.Table) -> ir.Table:
    """Pairs (`handle_a handle_b`) with what the model compares of both: `family_a family_b` and so on."""
    one = named.select(handle_a="handle", **{f"{name}_a": name for name in SIDE})
    other = named.select(handle_b="handle", **{f"{name}_b": name for name in SIDE})
    return pairs.inner_join(one, "handle_a").inner_join(other, "handle_b")


def score(t: Tables, pairs: ir.Table, named: ir.Table) -> ir.Table:
    """How likely each pair is one person's, and by what.

    Args:
        t: The tables of a cell.
        pairs: `handle_a handle_b` and whatever else.
        named: As `named` gives it.

    Returns:
        The columns of `pairs` and, kept, `features` (`name=short place=other`: the comparisons that say something, in
        order), `probability` (0 to 1) and `evidence`, the same in words.
    """
    came_out = {f"_{one.name}": outcome(one) for one in COMPARISONS}
    levelled = both_sides(pairs, named).select(*pairs.columns, **came_out)
    texts, words, weights = [], [], []
    for comparison in COMPARISONS:
        level = _[f"_{comparison.name}"]
        at = [(n, one) for n, one in enumerate(comparison.levels) if one.known]
        chances = parameters()["comparisons"][comparison.name]
        weights.append(level.cases(*((n, math.log(m / u)) for n, one in at for m, u in [chances[one.name]]), else_=0.0))
        texts.append(level.cases(*((n, f"{comparison.name}={one.name} ") for n, one in at), else_=""))
        words.append(level.cases(*((n, f"{one.words}, ") for n, one in at if one.words), else_=""))
    total: ibis.Deferred = reduce(add, weights, _log_odds(parameters()["prior"]))
    return t.keep(
        levelled.select(
            *pairs.columns,
            features=reduce(add, texts).strip(),
            probability=1.0 / (1.0 + (-total).exp()),
            evidence=reduce(add, words).re_replace(", $", ""),
        )
    )


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
