"""The tables of a cell as one person sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["WITHHELD", "open_spaces", "readable", "seen_by"]

WITHHELD = "▒▒▒"
"""Stands where words are that somebody may not read."""
_SPEAKS = ("from", "sender", "organiser")
_HIDDEN = "bcc"
"""The role that those who took part do not see either."""


def seen_by(t: Tables, person_id: int) -> Tables:
    """The tables as a person sees them.

    Rows stay what they are, so that everybody counts the same: who, when, by which channel and how much. Words are
    there where `readable` says so and `WITHHELD` elsewhere; words of a row that is of no one interaction are withheld.
    Of blind copies the author and whoever received one know.

    Args:
        t: The tables as they are.
        person_id: The person who asks.
    """
    mine = t.keep(_handles(t, person_id))
    may_read = t.keep(readable(t, person_id))
    wrote = t.keep(_took_part(t, mine, _SPEAKS))

    def shown(name: str, table: ir.Table) -> ir.Table:
        model = TABLES.get(name)
        if model is None:
            return table
        if name == "participants":
            known = table.filter(_.role == _HIDDEN).semi_join(wrote, "interaction_id")
            own = table.filter(_.role == _HIDDEN).semi_join(mine, "handle").anti_join(wrote, "interaction_id")
            return ibis.union(table.filter(_.role != _HIDDEN), known, own)
        words = [column.name for column in model.columns if column.words and column.name in table.columns]
        if not words:
            return table
        if model.said_in is None:
            return table.mutate(**{word: _withheld(table[word]) for word in words})
        read = may_read.select(readable_id="interaction_id")
        joined = table.left_join(read, table[model.said_in] == read.readable_id)
        hidden = joined.readable_id.isnull()
        return joined.mutate(
            **{word: hidden.ifelse(_withheld(joined[word]), joined[word]) for word in words}
        ).select(table.columns)  # fmt: skip

    return t.shown_to(person_id, may_read, shown)


def readable(t: Tables, person_id: int) -> ir.Table:
    """The interactions whose words a person may read: column `interaction_id`, each once.

    They are in it, in whatever role, or it was said in a space that is open to them.
    """
    mine = _handles(t, person_id)
    there = t["interactions"].filter(_.space.notnull()).select("interaction_id", "space")
    heard = there.semi_join(open_spaces(t, person_id), "space").select("interaction_id")
    return _took_part(t, mine).union(heard, distinct=True)


def open_spaces(t: Tables, person_id: int) -> ir.Table:
    """The spaces whose words a person may read: column `space`, each once.

    Those that a file says are open to all (`directory`), and those where they spoke themselves.
    """
    said = t["directory"].filter(_.kind == "open").select(space="handle")
    spoke = _took_part(t, _handles(t, person_id), _SPEAKS)
    there = t["interactions"].filter(_.space.notnull()).semi_join(spoke, "interaction_id").select("space")
    return said.union(there, distinct=True)


def _handles(t: Tables, person_id: int) -> ir.Table:
    return t["handles"].filter(_.person_id == person_id).select("handle")


def _took_part(t: Tables, handles: ir.Table, roles: tuple[str, ...] = ()) -> ir.Table:
    seats = t["participants"]
    seats = seats.filter(seats.role.isin(roles)) if roles else seats
    return seats.semi_join(handles, "handle").select("interaction_id").distinct()


def _withheld(words: ir.Value) -> ir.Value:
    """The mark, where there are any words."""
    return words.isnull().ifelse(ibis.null("string"), ibis.literal(WITHHELD))
