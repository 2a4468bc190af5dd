"""Particulars that messages name, so that what was given twice is found without reading a text twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.repeats.likeness import NO_PARTICULAR, TOKEN
from honeycell.engine.functions import all_matches, id_of
from honeycell.log.replies import union_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["SETTLED", "particulars", "telling", "touched_particulars"]

_MOST = 40
"""Different ones of a message that tells something; more stand in a list or a log."""
_NOT_OWN = r"(?m)^[ \t]*[>|].*$|\S+://\S+"
_PATCH = "(?s)\ndiff --git a/.*"
SETTLED = ("answered", "done")
"""Outcomes by which something that was asked came to its end as its owner wanted."""


def particulars(t: Tables, keys: ir.Table | None) -> ir.Table:
    """What messages name that open or close a loop, quoted lines, patches and addresses of pages aside.

    Args:
        t: The tables of a cell.
        keys: The interactions wanted, or None for all.

    Returns:
        The rows of `particulars`.
    """
    tell = telling(t["loops"])
    tell = t.keep(tell if keys is None else tell.semi_join(keys, "interaction_id"))
    bodies = log.texts(t, None if keys is None else tell).semi_join(tell, "interaction_id")
    own = _.body.re_replace(_PATCH, "").re_replace(_NOT_OWN, " ")
    found = bodies.select("interaction_id", name=all_matches(own, f"(?m){TOKEN}").unnest()).mutate(name=_.name.upper())
    named = t.keep(found.filter(~_.name.re_search(NO_PARTICULAR)).distinct())
    few = named.group_by("interaction_id").agg(n=_.count()).filter(_.n <= _MOST)
    return named.semi_join(few, "interaction_id").select("interaction_id", particular_id=id_of(_.name))


def touched_particulars(t: Tables, changes: Changes) -> ir.Table:
    """Interactions with another text now, and those that open or close another loop."""
    touched = [changes[name].keys.select("interaction_id") for name in ("texts", "variants") if name in changes]
    if "loops" in changes:
        touched += [telling(part) for part in (changes["loops"].before, changes["loops"].after)]
    return union_of(touched)


def telling(loops: ir.Table) -> ir.Table:
    """`interaction_id` of what opens a loop of a text, and of what settles one."""
    text = loops.filter(_.source == "text")
    settled = text.filter(_.outcome.isin(SETTLED)).select(interaction_id="closing_id")
    return ibis.union(text.select("interaction_id"), settled, distinct=True)
