"""Addresses that are said to be one person's elsewhere than in headers: on a card, or in a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities.folding import name_parts, shown_name

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["MIN_SIGNED", "MOST_ON_A_CARD", "SAID_IN_WORDS", "said_elsewhere"]

MIN_SIGNED = 2
"""Messages whose signature names an address before it is taken to be the author's."""
MOST_ON_A_CARD = 20
"""Addresses beyond which a card is that of a group, whatever it says."""
SAID_IN_WORDS = {
    "card": "a card in an address book names both addresses",
    "signature": "the signature below messages from one address names the other, as nobody else's does",
}
"""The evidence of each rule in words."""
_COUPLE = r"(?i)\s(&|\+|and|und|et|och|og)\s"
_PAIR = ["handle_a", "handle_b"]


def said_elsewhere(t: Tables, persons: ir.Table) -> ir.Table:
    """Pairs of handles that a card or a signature says are one person's.

    A card speaks of one person unless its name is that of a role or of two (`Ana and Bo Silva`), or it has more than
    `MOST_ON_A_CARD` addresses. An address on cards of different names is shared, and counts on none of them.
    A signature counts where `MIN_SIGNED` messages have it, everybody whose signatures name the address bears one name,
    and the address was never seen with a full name that its author has not.

    Args:
        t: The tables of a cell.
        persons: Rows of `profiles` that are persons'.

    Returns:
        `handle_a handle_b full_name rule`, the smaller handle first, each pair once for each rule: `card` (with the
        name on it, as names are compared, where that is a full one) or `signature`.
    """
    known = persons.select("handle")
    return _on_cards(t, known).union(_signed(t, known))


def _on_cards(t: Tables, known: ir.Table) -> ir.Table:
    cards = t["directory"].filter((_.kind == "card") & _.display_name.notnull())
    cards = t.keep(cards.select(card="handle", written="display_name", other="address").distinct())
    named = cards.select("written").distinct().mutate(display_name=shown_name(_.written, ibis.literal("")))
    named = name_parts(t, t.keep(named)).select("written", "full_name", name_kind="kind")
    held = ibis.union(
        cards.select("card", "written", handle="card"),
        cards.filter(_.other.notnull()).select("card", "written", handle="other"),
        distinct=True,
    )
    held = held.inner_join(named, "written").mutate(whose=_.full_name.coalesce(_.written.lower().strip()))
    of_card = ibis.window(group_by=["card", "written"])
    held = t.keep(held.mutate(n=_.handle.count().over(of_card)))
    shared = held.group_by("handle").agg(n=_.whose.nunique()).filter(_.n > 1)
    single = ~_.name_kind.isin(("role", "placeholder", "none")) & ~_.written.re_search(_COUPLE)
    own = held.filter(single & (_.n <= MOST_ON_A_CARD)).anti_join(shared, "handle").semi_join(known, "handle")
    own = t.keep(own.select("card", "written", "full_name", "handle"))
    pairs = own.select("card", "written", "full_name", handle_a="handle").inner_join(
        own.select("card", "written", handle_b="handle"), ["card", "written"]
    )
    pairs = pairs.filter(_.handle_a < _.handle_b).group_by(_PAIR).agg(full_name=_.full_name.min())
    return pairs.select(*_PAIR, "full_name", rule=ibis.literal("card"))


def _signed(t: Tables, known: ir.Table) -> ir.Table:
    signed = t["signed_addresses"].select("interaction_id", a="handle", b="address")
    named = t["names"].filter(_.full_name.notnull())
    order = ibis.window(group_by="handle", order_by=[ibis.desc("n_authored"), ibis.desc("n"), "full_name"])
    main = named.mutate(_rank=ibis.row_number().over(order)).filter(_._rank == 0).select(a="handle", name="full_name")
    counted = signed.group_by("a", "b").agg(n=_.interaction_id.nunique())
    counted = t.keep(counted.left_join(main, "a").mutate(whose=_.name.coalesce(_.a)).select("a", "b", "n", "whose"))
    alone = counted.group_by("b").agg(n=_.whose.nunique()).filter(_.n == 1)
    pairs = counted.filter((_.n >= MIN_SIGNED) & (_.a != _.b)).semi_join(alone, "b").select("a", "b")
    pairs = t.keep(pairs.semi_join(known.select(a="handle"), "a").semi_join(known.select(b="handle"), "b"))
    theirs = pairs.inner_join(named.select(b="handle", full_name="full_name").distinct(), "b")
    shared = theirs.semi_join(named.select(a="handle", full_name="full_name"), ["a", "full_name"])
    pairs = pairs.anti_join(t.keep(theirs.anti_join(shared, ["a", "b"])), ["a", "b"])
    return pairs.select(
        handle_a=ibis.least(_.a, _.b), handle_b=ibis.greatest(_.a, _.b), full_name=ibis.null("string"),
        rule=ibis.literal("signature"),
    ).distinct()  # fmt: skip
