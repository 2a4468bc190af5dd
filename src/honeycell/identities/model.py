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

from honeycell.identities.folding import declared, name_parts, plain
from honeycell.identities.levels import COMPARISONS, MOST_AT_OWN, outcome, spellings

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["NAME", "SIDE", "both_sides", "candidates", "compared", "named", "parameters", "score"]

MOST_BEARERS = 30
"""Handles that share a key beyond which the key is too common to compare all of them with one another."""
MOST_LOGINS = 8
"""The same for logins, and for a surname with an initial."""
LEAST_NAMES = 1_024
"""Fewer names than this are a piece of a larger population, not one in which every name is common."""
NAME = ("name", "name_kind", "full_name", "sorted_name", "loose_name", "given", "family", "given_root", "initials")
"""What is compared of names."""
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


def named(t: Tables, persons: ir.Table, names: ir.Table) -> ir.Table:
    """Handles with what the model compares of them, one row each.

    The name is the one written most by the author, a full one before one with an initial before a single word; where no
    full name was ever written, the one that `ana.silva@` spells. Placeholders and names of roles are none.

    Args:
        t: The tables of a cell.
        persons: Handles of persons: `handle local host place platform first_at last_at` and whatever else.
        names: The table `names`.

    Returns:
        The columns of `persons` and, kept, the columns of `name_parts` (`kind` as `name_kind`), all null without a
        name; `n_given` and `n_family`, how many different names have this given or family name, `n_bearers`, how many
        handles have the name, `n_names`, how many names there are, as a power of two; `login`, the local part
        without tag and separators, `login_is_given` and `login_is_name`, whether it is a given name or a spelling of
        the own name, and `n_login`, how many handles have it; `n_place`, how many handles are at the place.
    """
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
    best = t.keep(ranked.filter(_._rank == 0).rename(name="display_name").select("handle", *NAME))
    full = t.keep(best.filter(_.name_kind == "full").select("sorted_name", "given", "family").distinct())
    of_given = full.group_by("given").agg(n_given=_.count())
    of_family = full.group_by("family").agg(n_family=_.count())
    best = best.left_join(of_given, "given").drop("given_right")
    best = best.left_join(of_family, "family").drop("family_right")
    of_name = best.group_by("sorted_name").agg(n_bearers=_.count())
    best = best.left_join(of_name, "sorted_name").drop("sorted_name_right")
    n_names = 2 ** max(t.arrow(full.count()).as_py(), LEAST_NAMES).bit_length() // 2
    login = _.local.lower().re_replace(r"(.)\+.*$", r"\1").re_replace("[-._]", "").nullif("")
    whole = persons.left_join(best, "handle").drop("handle_right").mutate(login=login)
    whole = t.keep(
        whole.mutate(
            n_given=_.n_given.fill_null(1),
            n_family=_.n_family.fill_null(1),
            n_names=ibis.literal(n_names, "int64"),
            label=_.place.re_extract(r"^([^.]{4,})\.", 1).nullif(""),
            login_is_given=_.login.re_search(_given_names()).fill_null(False),
            login_is_name=_.login.isin((_.given, _.family, *spellings(_.given, _.family))).fill_null(False),
        )
    )
    of_login = whole.group_by("login").agg(n_login=_.count())
    of_place = whole.group_by("place").agg(n_place=_.count())
    whole = whole.left_join(of_login, "login").drop("login_right").left_join(of_place, "place").drop("place_right")
    return t.keep(whole)


def compared(t: Tables, names: ir.Table) -> ir.Table:
    """What the model compares of names (`display_name`), without those of nobody: the columns of `name_parts`.

    `kind` is `name_kind`; a single word is its own `sorted_name`.
    """
    parts = name_parts(t, names).filter(_.kind.isin(("full", "initial", "single"))).rename(name_kind="kind")
    word = (_.name_kind == "single").ifelse(plain(_.display_name).re_replace(r"[^a-z]", "").nullif(""), None)
    return parts.mutate(sorted_name=_.sorted_name.coalesce(word))


@cache
def _given_names() -> str:
    words = (line.replace(":", " ").split() for line in declared("short_names"))
    return f"^({'|'.join(sorted({word for line in words for word in line}))})$"


def candidates(t: Tables, named: ir.Table) -> ir.Table:
    """The pairs of handles that are worth comparing.

    Those that share a full name in any order or spelling, a surname and a form of one given name, a surname and an
    initial, or a login; and those of which one's login spells the other's name. A single word, a placeholder and the
    name of a role bring nobody together, nor does what more than `MOST_BEARERS` handles share (`MOST_LOGINS` for
    logins and initials): a name as common as that says too little.

    Args:
        t: The tables of a cell.
        named: As `named` gives it.

    Returns:
        `handle_a handle_b`, kept, the smaller handle first.
    """
    is_full = _.name_kind.fill_null("") == "full"
    full, other = named.filter(is_full), named.filter(~is_full)
    # `quic_asilva@` and `asilva12@` meet `asilva@`.
    bare = _.local.lower().re_replace(r"\+.*$|[0-9]+$", "")
    parts = (
        bare.re_replace("[-._]", ""),
        bare.re_extract(r"[-._]([^-._]+)$", 1),
        bare.re_extract(r"^([^-._]+)[-._]", 1),
    )
    spelt = (_.given, _.family, *spellings(_.given, _.family))
    initial = _.family + " " + _.initials
    keys = [
        _keyed(full, "name ", _.sorted_name, MOST_BEARERS),
        _keyed(full, "sound ", _.loose_name, MOST_BEARERS),
        _keyed(full, "root ", _.family + " " + _.given_root, MOST_BEARERS),
        _keyed(full, "initial ", initial, MOST_LOGINS, meets=_SHORT),
        _keyed(other.filter(_.name_kind == "initial"), "initial ", initial, MOST_LOGINS, meets=_ALL),
        _keyed(named.filter(_.login.length() >= 4), "login ", _.login, MOST_LOGINS, meets=is_full.ifelse(_ALIKE, _ALL)),
        *(_keyed(named.filter(part.length() >= 5), "login ", part, MOST_LOGINS) for part in parts),
        # `ana@silva.example` meets whoever is called Silva.
        _keyed(other.filter(_.n_place <= MOST_AT_OWN), "login ", _.label, MOST_LOGINS, meets=_NAMES),
        *(_keyed(full.filter(one.length() >= 4), "login ", one, MOST_LOGINS, meets=_SHORT) for one in spelt),
    ]
    every = ibis.union(*keys).group_by("key", "handle").agg(meets=_.meets.max(), most=_.most.max())
    of_key = ibis.window(group_by="key")
    n, n_sure = _.count().over(of_key), (_.meets > _SHORT).sum().over(of_key)
    sized = t.keep(t.keep(every).mutate(n=n, n_sure=n_sure))
    met = t.keep(sized.filter((_.n > 1) & ((_.n <= _.most) | ((_.n_sure <= _.most) & (_.meets > _SHORT)))))
    met = met.select("key", "handle", "meets")
    pairs = met.inner_join(met.rename(handle_b="handle", meets_b="meets"), "key")
    least, most = ibis.least(_.meets, _.meets_b), ibis.greatest(_.meets, _.meets_b)
    together = (least + most >= _ALL) & ((least == _SHORT) | (most < _NAMES))
    pairs = pairs.filter((_.handle < _.handle_b) & together)
    return t.keep(pairs.select("handle_b", handle_a="handle").select("handle_a", "handle_b").distinct())


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
