"""Which organisation a person stood for on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["NEAR_DAYS", "affiliated", "offices", "terms"]

NEAR_DAYS = 30
"""How far from the nearest affiliation a day may lie and still belong to it. Of what 180 days answer besides, on two
hand-kept files of who worked where, next to nothing is right (docs/identities.md)."""
_NEVER = 2_932_896
"""Days from 1970-01-01 to 9999-12-31: the end of an open affiliation."""


def affiliated(t: Tables, table: ir.Table, person_column: str, on_column: str) -> ir.Table:
    """Join to each row the organisation that its person stood for on its day.

    Of several affiliations on one day counts the one of highest confidence, then that of the latest decision, then of
    most interactions, then of smallest id. Outside all of them counts the nearest, if it is at most `NEAR_DAYS` days
    away (the earlier of two equally near ones).

    Args:
        t: The tables of a cell.
        table: Any rows.
        person_column: Its column with a `person_id`.
        on_column: Its column with a date.

    Returns:
        The rows of `table` with one more column, `organisation_id`; null where there is none.

    Example:
        >>> import tempfile, pathlib
        >>> from honeycell.engine import open_engine
        >>> from honeycell.steps import Tables
        >>> t = Tables(open_engine(pathlib.Path(tempfile.mkdtemp())))
        >>> affiliated(t, t["touches"], "from_person_id", "on").columns[-1]
        'organisation_id'
    """
    spans = terms(t["affiliations"]).select(_term_of="person_id", _from="from_day", _to="to_day", _in="organisation_id")
    day = table[on_column].epoch_days()
    joined = table.left_join(
        spans, [table[person_column] == spans["_term_of"], day >= spans["_from"], day < spans["_to"]]
    )
    kept = {name: joined[name] for name in table.columns if name != "organisation_id"}
    return joined.select(**kept, organisation_id=joined["_in"])


def terms(affiliations: ir.Table) -> ir.Table:
    """Cut affiliations, which may overlap, into spans of days of which each has one organisation.

    Args:
        affiliations: Rows with `person_id organisation_id from_on to_on n confidence decision_id`.

    Returns:
        `person_id organisation_id from_day to_day`, at most one row for a person and a day; days count from
        1970-01-01, `to_day` is exclusive.
    """
    held = affiliations.select(
        "person_id",
        "organisation_id",
        "n",
        "confidence",
        decision=_.decision_id.fill_null(0),
        from_day=_.from_on.epoch_days().cast("int64"),
        to_day=ibis.coalesce(_.to_on.epoch_days().cast("int64") + 1, _NEVER),
    ).filter(_.from_day < _.to_day)
    alone = held.mutate(_of=ibis._.person_id.count().over(ibis.window(group_by="person_id")))
    single = alone.filter(_._of == 1).select("person_id", "organisation_id", "from_day", "to_day")
    several = alone.filter(_._of > 1).drop("_of")
    return _widened(single.union(_elementary(several)))


def offices(handles: ir.Table) -> ir.Table:
    """The role mailboxes, which act for the organisation of their domain: the columns of `terms`, for all days."""
    roles = handles.filter((_.kind == "role") & _.organisation_id.notnull())
    days = {"from_day": ibis.literal(0, "int64"), "to_day": ibis.literal(_NEVER, "int64")}
    return roles.select("organisation_id", person_id="handle_id", **days).select("person_id", "organisation_id", *days)


def _elementary(held: ir.Table) -> ir.Table:
    """Spans between neighbouring ends of a person's affiliations, each with the best that covers it."""
    ends = held.select("person_id", day="from_day").union(held.select("person_id", day="to_day")).distinct()
    order = ibis.window(group_by="person_id", order_by="day")
    spans = ends.mutate(next_day=_.day.lead().over(order)).filter(_.next_day.notnull())
    covers = spans.join(
        held,
        [spans.person_id == held.person_id, spans.day >= held.from_day, spans.day < held.to_day],
    ).select(
        spans.person_id, spans.day, spans.next_day, held.organisation_id, held.confidence, held.decision, held.n
    )  # fmt: skip
    best = ibis.window(
        group_by=["person_id", "day"],
        order_by=[ibis.desc("confidence"), ibis.desc("decision"), ibis.desc("n"), "organisation_id"],
    )
    return (
        covers.mutate(_rank=ibis.row_number().over(best))
        .filter(_._rank == 0)
        .select("person_id", "organisation_id", from_day="day", to_day="next_day")
    )


def _widened(spans: ir.Table) -> ir.Table:
    """Let each span reach into the gaps beside it: half-way to its neighbour, and no further than near."""
    order = ibis.window(group_by="person_id", order_by="from_day")
    beside = spans.mutate(
        _before=_.to_day.lag().over(order),
        _after=_.from_day.lead().over(order),
    )
    # A day at equal distance from both goes to the earlier: of a gap of three days it gets two.
    half_before = (_.from_day - _._before) // 2
    half_after = (_._after - _.to_day) - (_._after - _.to_day) // 2
    return beside.select(
        "person_id",
        "organisation_id",
        from_day=_.from_day - ibis.coalesce(ibis.least(half_before, NEAR_DAYS), NEAR_DAYS),
        to_day=_.to_day + ibis.coalesce(ibis.least(half_after, NEAR_DAYS), NEAR_DAYS),
    )
