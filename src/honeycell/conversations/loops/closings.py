"""What closes a loop: the first answer, delivery, withdrawal or repetition after it.

Every function gives `loop_id closing_id closed_at outcome`, one row for each thing that may have closed a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["closings", "subject_keys"]

_COLUMNS = ("loop_id", "closing_id", "closed_at", "outcome")
_ASKED = ("question", "request")
_PATCH = r"(?i)^(?:\s*(?:re|fwd?|aw|wg|sv|antw)\s*:\s*)*\[[^\]]*patch[^\]]*\]\s*"


def closings(t: Tables, opened: ir.Table, said: ir.Table, marks: ir.Table) -> ir.Table:
    """The first thing that closed each loop, for those that are closed.

    Args:
        t: The tables of a cell.
        opened: `loop_id type interaction_id conversation_id from_handle owner_handle opened_at channel about`.
        said: What was said in these conversations, and the answers to it in others: `interaction_id conversation_id
            from_handle occurred_at`.
        marks: What messages say: `interaction_id done withdrawn again promises asks`.

    Returns:
        `loop_id closing_id closed_at outcome`.
    """
    events = said.filter(_.occurred_at.notnull()).left_join(marks, "interaction_id").drop("interaction_id_right")
    events = t.keep(
        events.mutate(**{name: _[name].fill_null(False) for name in marks.columns if name != "interaction_id"})
    )
    opened = opened.filter(_.opened_at.notnull())
    every = ibis.union(
        _linked(t, opened, events),
        _unlinked(t, opened.filter(_.channel != "mail"), events),
        _said_later(opened, events),
        _said_again(opened),
        _delivered_elsewhere(t, opened),
    )
    first = ibis.window(group_by="loop_id", order_by=[_.closed_at, _.closing_id, _.outcome])
    return every.mutate(_rank=ibis.row_number().over(first)).filter(_._rank == 0).select(*_COLUMNS)


def subject_keys(conversations: ir.Table) -> ir.Table:
    """`conversation_id key first_interaction_id first_at`: what a series of patches is called, whatever its version."""
    patches = conversations.filter(_.subject.re_search(_PATCH))
    key = _.subject.re_replace(_PATCH, "").lower().strip()
    return patches.select("conversation_id", "first_interaction_id", "first_at", key=key).filter(_.key != "")


def _linked(t: Tables, opened: ir.Table, events: ir.Table) -> ir.Table:
    """Answers to the very message, in whatever conversation, or to what its author added to it in the same one."""
    links = t["replies"].select("interaction_id", "parent_id", "from_handle", "parent_handle")
    links = t.keep(links.inner_join(events.select("interaction_id", "conversation_id"), "interaction_id"))
    own = links.filter(_.from_handle == _.parent_handle)
    own = own.select("conversation_id", middle="interaction_id", first="parent_id")
    further = links.inner_join(own, [links.parent_id == own.middle, "conversation_id"])
    both = ibis.union(
        links.select("interaction_id", "parent_id", within=ibis.null("int64")),
        further.select("interaction_id", parent_id="first", within="conversation_id"),
        distinct=True,
    )
    answers = both.inner_join(events, "interaction_id").select(
        "within", "done", "promises", "parent_id", closed_at="occurred_at", closing_id="interaction_id",
        author="from_handle",
    )  # fmt: skip
    asked = opened.filter(_.type.isin(_ASKED))
    found = asked.inner_join(answers, asked.interaction_id == answers.parent_id)
    found = found.filter(_.within.isnull() | (_.within == _.conversation_id))
    return _answered(found.filter(_.author != _.from_handle))


def _answered(found: ir.Table) -> ir.Table:
    """What an answer by somebody else makes of what was asked.

    Anybody answers a question. A request is done by whoever says so; its owner else answers it, or promises, and then
    the promise stands.
    """
    owner = _.owner_handle.isnull() | (_.author == _.owner_handle)
    outcome = ibis.cases(
        (_.type == "question", "answered"),
        (_.done, "done"),
        (owner & _.promises, "superseded"),
        (owner, "answered"),
    )
    return found.mutate(outcome=outcome).filter(_.outcome.notnull()).select(*_COLUMNS)


def _unlinked(t: Tables, opened: ir.Table, events: ir.Table) -> ir.Table:
    """In a chat what comes next, where it names nothing that it answers: by the owner, or by anybody else."""
    free = events.anti_join(t["replies"], "interaction_id")
    asked = opened.filter(_.type.isin(_ASKED))
    by_owner = _next(asked.filter(_.owner_handle.notnull()).mutate(by=_.owner_handle), free, "from_handle")
    # Where it is for nobody in particular: whoever speaks next and is not who asked.
    order = ibis.window(group_by="conversation_id", order_by=[_.occurred_at, _.interaction_id])
    turns = free.mutate(before=_.from_handle.lag().over(order)).filter(~_.from_handle.identical_to(_.before))
    anybody = _next(asked.filter(_.owner_handle.isnull()).mutate(by=_.conversation_id.cast("string")), turns, None)
    both = by_owner.union(anybody).filter(_.author != _.from_handle)
    return _answered(both)


def _said_later(opened: ir.Table, events: ir.Table) -> ir.Table:
    """What the owner says to be done, and what who opened it takes back or asks for again."""
    parts = []
    for flag, outcome, who, types in (
        ("done", "done", "owner_handle", ("request", "promise")),
        ("withdrawn", "withdrawn", "from_handle", (*_ASKED, "promise")),
        ("again", "superseded", "from_handle", _ASKED),
    ):
        wanted = events.filter(_[flag] & (_.asks | (flag != "again")))
        mine = opened.filter(_.type.isin(types), _[who].notnull()).mutate(by=_[who])
        found = _next(mine, wanted, "from_handle")
        parts.append(found.select("loop_id", "closing_id", "closed_at", outcome=ibis.literal(outcome)))
    return ibis.union(*parts)


def _next(opened: ir.Table, events: ir.Table, author: str | None) -> ir.Table:
    """The first event after each loop in its conversation whose author is `by`; by anybody for None.

    One pass in the order of time, so that a talk of any length is gone through once.
    """
    by = events[author] if author else events.conversation_id.cast("string")
    ordered = events.select(
        "conversation_id", "occurred_at", "done", "promises", by=by, id="interaction_id", author="from_handle"
    )  # fmt: skip
    place = ibis.window(group_by=["conversation_id", "by"], order_by=[_.occurred_at, _.id])
    ordered = ordered.mutate(place=ibis.row_number().over(place))
    loops = opened.select(
        "conversation_id", "by", "loop_id", occurred_at="opened_at", id="interaction_id", place=ibis.null("int64")
    )
    both = ordered.select("conversation_id", "by", "occurred_at", "id", "place", loop_id=ibis.null("int64")).union(
        loops.select("conversation_id", "by", "occurred_at", "id", "place", "loop_id")
    )
    # From the latest back: at a loop the smallest place so far is that of the first event after it.
    back = ibis.cumulative_window(
        group_by=["conversation_id", "by"],
        order_by=[ibis.desc("occurred_at"), ibis.desc("id"), _.loop_id.isnull()],
    )
    found = both.mutate(next=_.place.min().over(back)).filter(_.loop_id.notnull(), _.next.notnull())
    found = found.select("loop_id", "conversation_id", "by", place="next")
    found = found.inner_join(ordered, ["conversation_id", "by", "place"])
    found = found.select("loop_id", "done", "promises", "author", closed_at="occurred_at", closing_id="id")
    return opened.select("loop_id", "type", "from_handle", "owner_handle").inner_join(found, "loop_id")


def _said_again(opened: ir.Table) -> ir.Table:
    """The same words by the same author in a later message: the later one stands."""
    order = ibis.window(
        group_by=["conversation_id", "from_handle", "type", "about"], order_by=[_.opened_at, _.interaction_id, _.starts]
    )
    ahead = opened.mutate(closing_id=_.interaction_id.lead().over(order), closed_at=_.opened_at.lead().over(order))
    again = ahead.filter(_.closing_id.notnull(), _.closing_id != _.interaction_id)
    return again.select("loop_id", "closing_id", "closed_at", outcome=ibis.literal("superseded"))


def _delivered_elsewhere(t: Tables, opened: ir.Table) -> ir.Table:
    """A series of patches that its owner sent again, as another conversation."""
    keys = t.keep(subject_keys(t["conversations"]))
    asked = opened.filter(_.type != "question", _.owner_handle.notnull())
    asked = asked.select("loop_id", "conversation_id", "owner_handle", "opened_at")
    mine = asked.inner_join(keys.select("conversation_id", "key"), "conversation_id")
    sent = keys.select("key", "first_at", closing_id="first_interaction_id", other="conversation_id")
    authors = t["threads"].select(closing_id="interaction_id", author="from_handle")
    later = mine.inner_join(sent, "key").filter(_.other != _.conversation_id, _.first_at > _.opened_at)
    later = later.inner_join(authors, "closing_id").filter(_.author == _.owner_handle)
    return later.select("loop_id", "closing_id", closed_at="first_at", outcome=ibis.literal("done"))
