"""Pairs of handles that something says are one person's, and what comes of it: linked, not linked, to be decided.

Rules first, the strongest that holds: a person's word; a file's; the same address with a tag; a card that names both;
answers that are asked for at the other address, or a signature that names it; the same full name at one organisation;
the same full name; a word that an address spells. For all other pairs the model (`honeycell.identities.model`). Then
what speaks against it (`honeycell.identities.vetoes`), which beats all but words of persons and files. What is neither
linked nor ruled out waits for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities import model
from honeycell.identities.named import SAID_IN_WORDS, said_elsewhere
from honeycell.identities.neighbours import concerned
from honeycell.identities.vetoes import rivals, vetoed, who_talk
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["MOST_PLACES", "STRENGTH", "links", "links_anew"]

MOST_PLACES = 4
"""A full name borne at more places than this at one time is a common name and links nothing by itself."""
MOST_PLACES_EVER = 9
"""Nor does one that is borne at more places than this in all: few people have had so many employers."""
MOST_BEARERS = 30
"""Handles of one name, or of one name at one place, beyond which not every pair of them is looked at."""
MOST_TAGGED = 8
"""Handles of one address that are looked at with all others of it: enough for no one's leaving to part the rest."""
DOUBTFUL = 0.5
"""Score below which one full name at two places links nothing."""
ASKED_FOR = 2
"""Times that answers were asked for at another address."""
STRENGTH = {
    "person": 8, "account": 7, "tag": 6, "card": 5, "reply-to": 4, "signature": 4, "name-there": 3, "name": 2,
    "login": 1, "model": 1,
}  # fmt: skip
"""Rules by how much they weigh where two of them cannot both hold."""
_PROBABILITY = {
    "account": 0.99, "tag": 0.98, "card": 0.97, "reply-to": 0.95, "signature": 0.95, "name-there": 0.97, "name": 0.9,
    "login": 0.85,
}  # fmt: skip
_PAIR = ["handle_a", "handle_b"]
_COLUMNS = TABLES["links"].schema.names
_LINKED, _NOT_LINKED, _OPEN = "linked", "not linked", "to be decided"


def links(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every pair of handles that something speaks for.

    Args:
        t: The tables of a cell.
        keys: Not looked at: a refresh asks `links_anew`.

    Returns:
        The rows of `links`.
    """
    return _links(t, None)


def links_anew(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """The pairs of handles that changes upstream may concern, and their rows: all others stand as they are."""
    among = concerned(t, changes)
    rows = t.keep(_links(t, among))
    held = t["links"] if among is None else _having(t["links"], among)
    return held.select(*_PAIR).union(rows.select(*_PAIR)), rows


def _links(t: Tables, among: ir.Table | None) -> ir.Table:
    """The rows of `links`; where handles are given, those of pairs that have one of them."""
    persons = t.keep(t["profiles"].filter(_.kind == "person"))
    named, unclear = _by_name(t, persons, among)
    found = t.keep(ibis.union(named, *(part.select(*named.columns) for part in _by_address(t, persons, among))))
    found = found if among is None else t.keep(_having(found, among))
    order = ibis.window(group_by=_PAIR, order_by=[ibis.desc(_.rule.cases(*STRENGTH.items(), else_=0)), "full_name"])
    best = found.mutate(place_among=ibis.row_number().over(order)).filter(_.place_among == 0).drop("place_among")
    further = model.candidates(t, t["traits"], t["frequencies"], among)
    further = (further if among is None else _having(further, among)).anti_join(best, _PAIR)
    further = further.select(*_PAIR, full_name=ibis.null("string"), rule=ibis.literal("model"))
    pairs = t.keep(best.union(further))
    known = t["traits"]
    if among is not None:
        known = known.semi_join(t.keep(_ends(pairs)), "handle")
    scored = model.score(t, pairs, t.keep(model.named(known, persons, t["frequencies"])))
    likely = scored.filter((_.rule != "model") | (_.probability >= model.parameters()["thresholds"]["asked"]))
    likely = t.keep(likely.rename(score="probability"))
    weighed = vetoed(likely, persons, who_talk(t, likely.filter(~_.rule.isin(("account", "tag")))))
    weighed = t.keep(weighed.left_join(unclear, _PAIR).drop("handle_a_right", "handle_b_right"))
    decided = _with_decisions(t, t.keep(_judged(weighed).select(*_COLUMNS)), persons)
    return decided if among is None else _having(decided, among)


def _ends(pairs: ir.Table) -> ir.Table:
    """`handle`: both of each pair, with repeats."""
    return ibis.union(*(pairs.select(handle=side) for side in _PAIR))


def _having(pairs: ir.Table, among: ir.Table) -> ir.Table:
    """The pairs that have one of these handles."""
    either = (pairs.semi_join(among.select(**{side: "handle"}), side) for side in _PAIR)
    return ibis.union(*either, distinct=True)


def _judged(weighed: ir.Table) -> ir.Table:
    """With what comes of each pair: a file's word stands, then vetoes, then doubts, then rules, then the score."""
    by_file, by_model = _.rule == "account", _.rule == "model"
    sure = _.score >= model.parameters()["thresholds"]["linked"]
    # A rule needs no score, but a name alone that the model calls common is not enough either.
    common = (_.score < DOUBTFUL) & _.features.re_search(r"^name=(frequent|common|order)\b")
    doubt = _.doubt.coalesce(common.ifelse("many bear such a name", None))
    doubtful = (_.rule == "name") & doubt.notnull()
    words = by_model.ifelse(_.evidence, _words())
    return weighed.mutate(
        outcome=ibis.cases(
            (by_file, _LINKED),
            (_.against.notnull(), _NOT_LINKED),
            (doubtful | (by_model & ~sure), _OPEN),
            else_=_LINKED,
        ),
        probability=ibis.cases(
            (by_file, 0.99),
            (_.against.notnull(), ibis.least(_.score, 0.02)),
            (by_model, _.score),
            (doubtful, ibis.least(_.score, 0.9)),
            else_=_.rule.cases(*_PROBABILITY.items(), else_=0.5),
        ).round(6),  # engines differ in the last digits of a logarithm, and so may two runs
        decided_by=by_model.ifelse("model", "rule"),
        reason=doubtful.ifelse(words + ", but " + doubt, words),
        against=by_file.ifelse(ibis.null("string"), _.against),
    )


def _by_name(t: Tables, persons: ir.Table, among: ir.Table | None) -> tuple[ir.Table, ir.Table]:
    """Pairs of one full name; and those whose name more than one person may bear, with the doubt in words."""
    every = t["traits"].select("handle", full_name=_.full_names.unnest())
    every = t.keep(_meeting(every, "full_name", among).inner_join(persons, "handle"))
    borne = t.keep(every.mutate(n=_.handle.count().over(ibis.window(group_by="full_name"))).filter(_.n > 1))
    few = borne.filter(_.n <= MOST_BEARERS)
    many = borne.filter((_.n > MOST_BEARERS) & _.place.notnull())
    there = ibis.window(group_by=["full_name", "place"])
    many = many.mutate(n=_.handle.count().over(there)).filter((_.n > 1) & (_.n <= MOST_BEARERS))
    sides = ("handle", "place")
    pairs = t.keep(
        ibis.union(_paired(few, ["full_name"], sides), _paired(many, ["full_name", "place"], sides))
        .group_by(_PAIR)
        .agg(full_name=_.full_name.min(), same_place=(_.place_a == _.place_b).fill_null(False).any())
    )
    rule = _.same_place.ifelse("name-there", "name")
    named = t.keep(pairs.select(*_PAIR, "full_name", rule=rule))
    doubts = _common(borne).union(_torn(t, named, borne, persons)).group_by("full_name").agg(doubt=_.doubt.min())
    return named, t.keep(named.inner_join(t.keep(doubts), "full_name").select(*_PAIR, "doubt"))


def _meeting(rows: ir.Table, group: str, among: ir.Table | None) -> ir.Table:
    """The rows of the groups to which one of these handles belongs, or all."""
    return rows if among is None else rows.semi_join(rows.semi_join(among, "handle").select(group).distinct(), group)


def _paired(rows: ir.Table, group: list[str], sides: tuple[str, ...]) -> ir.Table:
    """Every pair of handles of a group, once."""
    columns = dict.fromkeys((*sides, "place"))
    one = rows.select(*(name for name in group if name != "place"), **{f"{name}_a": name for name in columns})
    other = rows.select(*(name for name in group if name != "place"), **{f"{name}_b": name for name in columns})
    both = one.inner_join(other, [name for name in group if name != "place"]).filter(_.handle_a < _.handle_b)
    if "place" in group:
        both = both.filter(_.place_a == _.place_b)
    return both.select(*_PAIR, "full_name", "place_a", "place_b")


def _common(borne: ir.Table) -> ir.Table:
    """Full names that many bear, at one time or one after another: `full_name doubt`."""
    where = ibis.coalesce(_.place, _.handle)
    spans = (
        borne.filter(_.platform.isnull())
        .group_by("full_name", where=where)
        .agg(first_at=_.first_at.min(), last_at=_.last_at.max())
    )
    dated = spans.filter(_.first_at.notnull())
    ends = ibis.union(
        dated.select("full_name", at="first_at", step=ibis.literal(1, "int64")),
        dated.select("full_name", at="last_at", step=ibis.literal(-1, "int64")),
    )
    # Arrivals before departures of the same instant: seen in one message is seen together.
    order = ibis.window(group_by="full_name", order_by=["at", ibis.desc("step")], preceding=None, following=0)
    at_once = ends.mutate(n=_.step.sum().over(order)).group_by("full_name").agg(n=_.n.max())
    at_once = at_once.filter(_.n > MOST_PLACES).select("full_name", "n", when=ibis.literal(" places at one time"))
    ever = spans.group_by("full_name").agg(n=_.count()).filter(_.n > MOST_PLACES_EVER)
    ever = ever.select("full_name", "n", when=ibis.literal(" places in all")).anti_join(at_once, "full_name")
    return at_once.union(ever).select(
        "full_name", doubt="the name is common: it is borne at " + _.n.cast("string") + _.when
    )


def _torn(t: Tables, named: ir.Table, borne: ir.Table, persons: ir.Table) -> ir.Table:
    """Full names of which two bearers cannot be one person: `full_name doubt`."""
    ruled_out = vetoed(named, persons, who_talk(t, named)).filter(_.against.notnull()).select("full_name")
    torn = t.keep(ruled_out.union(rivals(borne, "full_name"), distinct=True))
    return torn.mutate(doubt=ibis.literal("more than one person bears this name here"))


def _by_address(t: Tables, persons: ir.Table, among: ir.Table | None) -> list[ir.Table]:
    """Pairs by what is said of addresses, and what they spell: `handle_a handle_b full_name rule`."""
    nameless = ibis.null("string")
    alike = _meeting(persons.select("handle", "address"), "address", among)
    place = ibis.row_number().over(ibis.window(group_by="address", order_by="handle"))
    firsts = alike.mutate(place=place).filter(_.place < MOST_TAGGED).select("address", handle_a="handle")
    tagged = firsts.inner_join(alike.rename(handle_b="handle"), "address").filter(_.handle_a < _.handle_b)
    tagged = tagged.select(*_PAIR, full_name=nameless, rule=ibis.literal("tag"))
    accounts = t["directory"].filter((_.kind == "account") & _.address.notnull())
    accounts = accounts.select(a=_.handle, b="mailto:" + _.address.lower().re_replace("^mailto:", "")).distinct()
    accounts = accounts.semi_join(persons.select(a="handle"), "a").semi_join(persons.select(b="handle"), "b")
    accounts = accounts.filter(_.a != _.b).select(
        handle_a=ibis.least(_.a, _.b), handle_b=ibis.greatest(_.a, _.b), full_name=nameless,
        rule=ibis.literal("account"),
    ).distinct()  # fmt: skip
    return [tagged, accounts, _asked_for(t, persons), said_elsewhere(t, persons), _by_login(t, among)]


def _by_login(t: Tables, among: ir.Table | None) -> ir.Table:
    """Pairs under one name of one word, which links nobody by itself, where an address of the two spells it."""
    words = _meeting(t["traits"].select("handle", "place", "local", full_name=_.words.unnest()), "full_name", among)
    borne = words.mutate(n=_.handle.count().over(ibis.window(group_by="full_name")))
    borne = borne.mutate(spelt=_.local.lower().re_replace("[^a-z]", "").contains(_.full_name))
    borne = t.keep(borne.filter((_.n > 1) & (_.n <= MOST_PLACES)))
    pairs = _paired(borne, ["full_name"], ("handle",))
    spelt = borne.filter(_.spelt).select("handle", "full_name").distinct()
    either = (pairs.semi_join(spelt.select("full_name", **{side: "handle"}), [side, "full_name"]) for side in _PAIR)
    return ibis.union(*either, distinct=True).select(*_PAIR, "full_name", rule=ibis.literal("login"))


def _asked_for(t: Tables, persons: ir.Table) -> ir.Table:
    """A writer and the one address at which they alone ask for answers, unless its name is another one."""
    seats = t["participants"].select("interaction_id", "role", "handle")
    answers = t.keep(seats.filter(_.role == "reply_to").select("interaction_id", b="handle").semi_join(
        persons.select(b="handle"), "b").distinct())  # fmt: skip
    writers = seats.filter(_.role == "from").semi_join(answers, "interaction_id").select("interaction_id", a="handle")
    asked = answers.inner_join(writers.distinct(), "interaction_id")
    # Who asks for answers at two of others' addresses asks others.
    n_others = (_.a != _.b).sum().over(ibis.window(group_by=["interaction_id", "a"]))
    asked = asked.mutate(n_others=n_others).group_by("a", "b").agg(n=(_.n_others == 1).sum())
    alone = ibis.window(group_by="b")
    asked = asked.mutate(n_writers=_.a.count().over(alone)).filter((_.n_writers == 1) & (_.n >= ASKED_FOR))
    named = t["names"].filter(_.full_name.notnull())
    asked = t.keep(asked.filter(_.a != _.b).semi_join(persons.select(a="handle"), "a"))
    own = named.select(b="handle", full_name="full_name").inner_join(asked.select("a", "b"), "b")
    theirs = named.select(a="handle", full_name="full_name").distinct()
    others = own.select("a", "b").distinct().anti_join(own.semi_join(theirs, ["a", "full_name"]), ["a", "b"])
    return asked.anti_join(others, ["a", "b"]).select(
        handle_a=ibis.least(_.a, _.b), handle_b=ibis.greatest(_.a, _.b), full_name=ibis.null("string"),
        rule=ibis.literal("reply-to"),
    ).distinct()  # fmt: skip


def _words() -> ir.StringColumn:
    same = "the same full name “" + _.full_name.fill_null("") + "”"
    return ibis.cases(
        (_.rule == "account", "a file gives this address for the account"),
        (_.rule == "tag", "the same address with a tag"),
        *((_.rule == rule, words) for rule, words in SAID_IN_WORDS.items()),
        (_.rule == "reply-to", "asks for answers at the other address, as nobody else does"),
        (_.rule == "name-there", same + " at the same organisation"),
        (_.rule == "login", "the same name “" + _.full_name.fill_null("") + "”, which an address of theirs spells"),
        else_=same,
    )


def _with_decisions(t: Tables, found: ir.Table, persons: ir.Table) -> ir.Table:
    """The pairs with what persons decided of them; of contradicting decisions the last one holds."""
    known = persons.select("handle")
    said = ibis.union(
        t["same_person"].select(*_PAIR, "decision_id", "decided_by", "why", same=ibis.literal(True)),
        t["not_same_person"].select(*_PAIR, "decision_id", "decided_by", "why", same=ibis.literal(False)),
    )
    last = said.group_by(_PAIR).agg(decision_id=_.decision_id.max())
    said = said.semi_join(last, [*_PAIR, "decision_id"])
    both = ibis.or_
    left = t["split"].group_by("handle").agg(split_id=_.decision_id.max())
    for side in _PAIR:
        said = said.left_join(left.select(**{side: "handle", f"split_{side}": "split_id"}), side)
        said = said.drop(f"{side}_right")
    outlived = [_[f"split_{side}"].fill_null(0) > _.decision_id for side in _PAIR]
    said = t.keep(said.filter(~(_.same & both(*outlived))).drop("split_handle_a", "split_handle_b"))
    for side in _PAIR:
        said = said.semi_join(known.select(**{side: "handle"}), side)
    by = "said by " + _.decided_by + _.why.isnull().ifelse("", ": " + _.why.fill_null(""))
    decided = t.keep(said.select(
        *_PAIR, rule=ibis.literal("person"), features="person=" + _.same.ifelse("same", "apart"),
        probability=_.same.ifelse(1.0, 0.0), outcome=_.same.ifelse(_LINKED, _NOT_LINKED),
        decided_by=ibis.literal("person"), against=_.same.ifelse(ibis.null("string"), by),
        reason=by,
    ))  # fmt: skip
    rest = found.anti_join(decided, _PAIR)
    alone = ibis.union(*(rest.semi_join(left.select(**{side: "handle"}), side) for side in _PAIR))
    alone = t.keep(alone.distinct())
    stands = alone.mutate(
        outcome=ibis.literal(_NOT_LINKED), probability=ibis.literal(0.0), decided_by=ibis.literal("person"),
        against=ibis.literal("one of the two was split off"),
    )  # fmt: skip
    return ibis.union(
        decided.select(*_COLUMNS), stands.select(*_COLUMNS), rest.anti_join(alone, _PAIR).select(*_COLUMNS)
    )
