"""What is owed: loops with the people and organisations on both sides, as they stood on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.loops.audit import sample
from honeycell.readings.parties import find_party, find_relationship
from honeycell.readings.traces import EVER
from honeycell.readings.visible import check_owner
from honeycell.ties.touches import actors

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["owed", "to_judge"]

_SCHEMA = pa.schema(
    {
        "type": pa.string(), "state": pa.string(), "owner": pa.string(), "counterpart": pa.string(),
        "words": pa.string(), "opened_on": pa.date32(), "due_on": pa.date32(), "n_days_late": pa.int64(),
        "closed_on": pa.date32(), "probability": pa.float64(), "source": pa.string(),
        "owner_organisation": pa.string(),
        "counterpart_organisation": pa.string(), "owner_slug": pa.string(), "counterpart_slug": pa.string(),
        "loop_id": pa.int64(), "conversation_id": pa.int64(), "interaction_id": pa.int64(), "closing_id": pa.int64(),
    }
)  # fmt: skip
_SIDES = ("owner", "counterpart")
_OPEN = ("open", "dropped")


def owed(t: Tables, name: str | None = None, *, open_only: bool = False, as_of: date | None = None) -> pa.Table:
    """Loops, those that are open first: what is most late, then what is due next, then the newest.

    Args:
        t: The tables of a cell.
        name: `A~B` for what either of the two owes the other; one name for what it owes or is owed; None for all.
        open_only: Leave out what was closed.
        as_of: How it stood on this day; today's state for None, and then nothing is late.

    Returns:
        One row for each loop: `owner` owes `counterpart`, null where nobody in particular was meant; `words` are the
        sentence, or the number of a document; `state` is that of the table `loops`, on the day asked for.

    Raises:
        NotFoundError: No party answers to the name.
        UsageError: The name is ambiguous, or not of the form `A~B`.
    """
    rows = _on_day(t["loops"], as_of)
    if t.viewer is not None:
        rows = rows.semi_join(t.readable, "interaction_id")
    if open_only:
        rows = rows.filter(_.state.isin(_OPEN))
    rows = t.keep(rows)
    for side in _SIDES:
        rows = _with_side(t, rows, side)
    rows = t.keep(rows)
    if name is not None:
        rows = t.keep(rows.filter(_named(*_asked(t, name))))
    rows = rows.left_join(_words(t, rows), "loop_id").drop("loop_id_right")
    is_open = _.state.isin(_OPEN)
    rows = rows.mutate(
        opened_on=_.opened_at.date(),
        is_closed=~is_open,
        late=_.n_days_late.fill_null(0),
        # What is closed is in the order of opening, whatever was due when.
        next_on=is_open.ifelse(_.due_on, None),
    )
    order = ["is_closed", ibis.desc("late"), _.next_on.isnull(), "next_on", ibis.desc("opened_at"), "loop_id"]
    found = t.arrow(rows.order_by(order).select(*_SCHEMA.names))
    return found.cast(_SCHEMA)


def to_judge(t: Tables, judged: pa.Table | None) -> pa.Table:
    """The loops of the audit's sample that nobody judged yet, with what a person has to see.

    Returns:
        The columns of `honeycell.conversations.loops.audit.sample`, and `author`, `subject`, `occurred_at`, `body`.
    """
    check_owner(t, "the audit of loops is")
    rows = sample(t, judged)
    keys = t.keep(rows.select(["interaction_id"]))
    said = log.interactions(t, keys, ("interaction_id", "subject", "occurred_at"))
    bodies = log.texts(t, keys).select("interaction_id", "body")
    authors = log.authors(t, keys).select("interaction_id", author="handle")
    seen = said.left_join(bodies, "interaction_id").left_join(authors, "interaction_id")
    known = {row["interaction_id"]: row for row in t.arrow(seen.select(*said.columns, "body", "author")).to_pylist()}
    for name, kind in (("author", pa.string()), ("subject", pa.string()), ("occurred_at", pa.timestamp("us")),
                       ("body", pa.string())):  # fmt: skip
        values = [known[one][name] for one in rows["interaction_id"].to_pylist()]
        rows = rows.append_column(name, pa.array(values, kind))
    return rows


def _on_day(loops: ir.Table, as_of: date | None) -> ir.Table:
    """Loops as they stood: `state`, `closed_on`, `n_days_late`."""
    if as_of is None:
        return loops.mutate(state=_.outcome, closed_on=_.closed_at.date(), n_days_late=ibis.null("int64"))
    end = datetime(as_of.year, as_of.month, as_of.day) + timedelta(1)
    loops = loops.filter(_.opened_at.isnull() | (_.opened_at < end))
    later = _.closed_at >= end
    rows = loops.mutate(
        state=later.fill_null(False).ifelse("open", _.outcome), closed_on=later.ifelse(None, _.closed_at.date())
    )
    is_late = _.state.isin(_OPEN) & (_.due_on < as_of)
    return rows.mutate(n_days_late=is_late.ifelse(-_.due_on.delta(as_of, unit="day"), None).cast("int64"))


def _with_side(t: Tables, rows: ir.Table, side: str) -> ir.Table:
    """Who a side is: `_id` of the person or role mailbox, `_organisation_id` on that day, names and slugs."""
    handle = f"{side}_handle"
    acting = actors(t["handles"]).select(**{handle: "handle"}, actor="person_id")
    places = t["handles"].select(**{handle: "handle"}, place="organisation_id")
    whole = rows.left_join(acting, handle).drop(f"{handle}_right").left_join(places, handle).drop(f"{handle}_right")
    dated = whole.select("loop_id", "actor", day=_.opened_at.date().delta(EVER, unit="day"))
    terms = t["terms"].select("from_day", "to_day", actor="person_id", stood_for="organisation_id")
    stood = dated.inner_join(terms, "actor").filter(_.day >= _.from_day, _.day < _.to_day)
    stood = stood.group_by("loop_id").agg(stood_for=_.stood_for.min())
    whole = whole.left_join(stood, "loop_id").drop("loop_id_right")
    whole = whole.mutate(of=ibis.coalesce(_.stood_for, _.place))
    persons = t["persons"].select(actor="person_id", person="name", person_slug="slug")
    organisations = t["organisations"].select(of="organisation_id", firm="name", firm_slug="slug")
    whole = whole.left_join(persons, "actor").drop("actor_right").left_join(organisations, "of").drop("of_right")
    named = whole.rename({f"{side}_id": "actor", f"{side}_organisation_id": "of"})
    # An organisation may itself be the side, as in ledgers.
    itself = _[f"{side}_id"].isnull() & ~_[handle].startswith("mailto:")
    return named.mutate(
        **{
            side: ibis.coalesce(_.person, itself.ifelse(_.firm, None), _[handle].re_replace("^[a-z]+:", "")),
            f"{side}_slug": ibis.coalesce("@" + _.person_slug, itself.ifelse(_.firm_slug, None)),
            f"{side}_organisation": _.firm,
        }
    ).drop("place", "stood_for", "person", "person_slug", "firm", "firm_slug")


def _asked(t: Tables, name: str) -> tuple[Party, Party | None]:
    return find_relationship(t, name) if "~" in name else (find_party(t, name), None)


def _named(a: Party, b: Party | None) -> ir.BooleanValue:
    def stands(side: str, party: Party) -> ir.BooleanValue:
        column = f"{side}_organisation_id" if party.kind == "organisation" else f"{side}_id"
        return (_[column] == party.id).fill_null(False)

    owner, counterpart = _SIDES
    if b is None:
        return stands(owner, a) | stands(counterpart, a)
    return (stands(owner, a) & stands(counterpart, b)) | (stands(owner, b) & stands(counterpart, a))


def _words(t: Tables, rows: ir.Table) -> ir.Table:
    """`loop_id words`: the sentence, or the number of the document."""
    keys = t.keep(rows.select("interaction_id").distinct())
    picked = log.pick(t, keys)
    mine = rows.select("loop_id", "interaction_id", "starts", "ends", "source")
    bodies = log.texts(t, picked).select("interaction_id", "body")
    said = mine.filter(_.source == "text").inner_join(bodies, "interaction_id")
    said = said.select("loop_id", words=_.body.substr(_.starts, _.ends - _.starts).re_replace(r"\s+", " "))
    numbers = log.transfers(t, picked).select("interaction_id", "document_number")
    written = mine.filter(_.source != "text").inner_join(numbers, "interaction_id")
    return said.union(written.select("loop_id", words="document_number"))
