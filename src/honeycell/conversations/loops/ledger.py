"""Loops that a ledger holds: an order line until it is delivered, an invoice until it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.engine.functions import id_of
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["ledger_loops"]

_COLUMNS = TABLES["loops"].schema.names
_FACTS = ("interaction_id", "kind", "occurred_at")
_LOOPS = {
    "order": ("order line", "shipment", "quantity", "seller", "buyer"),
    "invoice": ("invoice", "payment", "amount", "buyer", "seller"),
}
"""Kind of the interaction that opens: type, kind of those that close, what is counted, who owes, to whom."""
_FINE = 10_000
"""Parts of one into which quantities and amounts are counted, so that sums are exact."""


def ledger_loops(t: Tables, threads: ir.Table) -> ir.Table:
    """The rows of `loops` that orders and invoices open.

    One is closed on the day that its own document names. Where it names none, the shipments or payments of the same
    deal close its orders or invoices in turn, the earliest first; those without a quantity or amount count for nothing.
    A credit closes invoices as a payment does. Of an order, the last message of its deal that names a quantity of goods
    says how much is wanted now; where that is nothing, the order is withdrawn. What is ordered in no ledger of goods
    (a contract that is only published) opens nothing.

    Args:
        t: The tables of a cell.
        threads: Rows of `threads`: whole conversations.
    """
    keys = t.keep(threads.select("interaction_id", "conversation_id"))
    picked = log.pick(t, keys)
    moved = log.transfers(t, picked).select(
        "interaction_id", "ledger", "quantity", "amount", "due_on", "settled_on"
    )  # fmt: skip
    said = log.interactions(t, picked, _FACTS)
    rows = t.keep(moved.inner_join(said, "interaction_id").inner_join(keys, "interaction_id"))
    rows = rows.filter((_.kind != "order") | (_.ledger == "goods"))
    wanted = rows.filter(_.kind == "message", _.ledger == "goods", _.quantity.notnull())
    last = ibis.window(group_by="conversation_id", order_by=[_.occurred_at.desc(), _.interaction_id.desc()])
    wanted = wanted.mutate(_rank=ibis.row_number().over(last)).filter(_._rank == 0).select(
        "conversation_id", wanted="quantity", told_id="interaction_id", told_on=_.occurred_at.date()
    )  # fmt: skip
    rows = rows.left_join(wanted, "conversation_id").drop("conversation_id_right")
    rows = t.keep(rows.mutate(quantity=(_.kind == "order").ifelse(_.wanted.coalesce(_.quantity), _.quantity)))
    parts = []
    seats = log.participants(t, picked, ("buyer", "seller"), log.SEATS)
    for kind, (type_, closing, counted, owner, counterpart) in _LOOPS.items():
        sized = rows.mutate(size=(_[counted].fill_null(0) * _FINE).round().cast("int64"))
        opened = _summed(sized.filter(_.kind == kind, _["size"] >= 0))
        credit = _.kind == kind
        paid = sized.filter((_.kind == closing) | (credit & (_["size"] < 0)))
        paid = _summed(paid.mutate(size=credit.ifelse(-_["size"], _["size"]))).filter(_["size"] > 0)
        # The first whose sum reaches that of what was asked until then.
        reached = opened.inner_join(paid, ["conversation_id", paid.reached >= opened.reached], rname="{name}_paid")
        reached = reached.group_by("interaction_id").agg(closing_id=_.interaction_id_paid.argmin(_.reached_paid))
        day = paid.select(closing_id="interaction_id", paid_on=ibis.coalesce(_.settled_on, _.occurred_at.date()))
        found = opened.left_join(reached, "interaction_id").drop("interaction_id_right")
        found = found.left_join(day, "closing_id").drop("closing_id_right")
        for role, name in ((owner, "owner_handle"), (counterpart, "counterpart_handle")):
            who = seats.filter(_.role == role).group_by("interaction_id").agg(**{name: _.handle.min()})
            found = found.left_join(who, "interaction_id").drop("interaction_id_right")
        kept_on = ibis.coalesce(_.settled_on, _.paid_on)
        withdrawn = kept_on.isnull() & (_.kind == "order") & (_.wanted == 0).fill_null(False)
        closed_on = withdrawn.ifelse(_.told_on, kept_on)
        parts.append(
            found.mutate(
                loop_id=id_of(_.interaction_id.cast("string") + f" {type_}"),
                type=ibis.literal(type_),
                starts=ibis.null("int64"), ends=ibis.null("int64"),
                opened_at="occurred_at",
                due_starts=ibis.null("int64"), due_ends=ibis.null("int64"),
                probability=ibis.literal(1.0),
                closed_at=closed_on.cast("timestamp(6)"),
                closing_id=withdrawn.ifelse(_.told_id, _.closing_id),
                outcome=withdrawn.ifelse("withdrawn", kept_on.notnull().ifelse("done", "open")),
                source=ibis.literal("structured"),
            ).select(*_COLUMNS)
        )  # fmt: skip
    return ibis.union(*parts)


def _summed(sized: ir.Table) -> ir.Table:
    """Rows with `reached`, the sum of `size` up to each within its conversation."""
    until = ibis.cumulative_window(group_by="conversation_id", order_by=[_.occurred_at, _.interaction_id])
    return sized.mutate(reached=_["size"].sum().over(until))
