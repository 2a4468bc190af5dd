"""Who sends and never listens: automatic senders, by what they do over everything they sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.log.replies import changed_interactions, union_of
from honeycell.log.spaces import handles_of, list_handles
from honeycell.log.view import FACTS, SEATS, Picked, authors, headers, interactions, participants, pick
from honeycell.steps import Changes, Step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["SENDERS", "in_spaces", "made_spaces"]

_NEWSLETTER_SENDS = 3
_TEMPLATE_SENDS = 50
_TEMPLATE_REPEATS = 5
"""Sends for each different body, on average: a repetition of 0.8."""


def in_spaces(t: Tables, keys: ir.Table | Picked | None) -> ir.Table:
    """The interactions said in a space: `interaction_id space`, with the handle that says so."""
    import ibis

    spaces = t.keep(list_handles(t))
    if keys is not None and not isinstance(keys, Picked):
        keys = pick(t, keys)
    said, seats = interactions(t, keys, FACTS), participants(t, keys, ("to", "cc", "bcc"), SEATS)
    native = said.semi_join(spaces, said.space == spaces.handle)
    native = native.select("interaction_id", space="space", rank=ibis.literal(0))
    named = seats.semi_join(spaces, "handle")
    named = named.select("interaction_id", space="handle", rank=ibis.literal(1))
    both = native.union(named)
    # The space the source names, else the first one by name among those addressed.
    return both.group_by("interaction_id").agg(
        space=ibis.coalesce(both.space.min(where=both["rank"] == 0), both.space.min())
    )


def made_spaces(t: Tables, changes: Changes) -> ir.Table | None:
    """The handles that became those of a space by a change; None when no handle did."""
    if "spaces" not in changes:
        return None
    change, key = changes["spaces"], ["handle", "how", "author"]
    before = t["spaces"].select(*key).anti_join(change.keys, key).union(change.before.select(*key))
    return t.keep(handles_of(t["spaces"]).anti_join(handles_of(before), "handle"))


def _senders(t: Tables, keys: ir.Table | None) -> ir.Table:
    import ibis

    replies = t["replies"]
    talk = replies.filter(replies.from_handle != replies.parent_handle)
    asked, asking = talk.select(handle="parent_handle"), talk.select(handle="from_handle")
    if keys is not None:
        asked, asking = asked.semi_join(keys, "handle"), asking.semi_join(keys, "handle")
    people = t.keep(asked.distinct().semi_join(asking, "handle"))
    sent = t.keep(_sent(t, people, keys))
    bots = t["headers"].filter(t["headers"].name == "x-bot").select("interaction_id").distinct()
    bots = t.keep(authors(t, bots).select("handle").distinct())
    counted = _counted(t, sent, talk, whole=keys is None)
    nothing = ibis.null("int64")
    rows = counted.mutate(converses=ibis.literal(False)).select(_COLUMNS)
    rows = rows.union(
        people.select(
            "handle", converses=ibis.literal(True), n_sent=nothing, n_answered=nothing, n_answering=nothing,
            n_templates=nothing, n_unsubscribe=nothing,
        )
    )  # fmt: skip
    is_bot = bots.select(bot_handle="handle")
    rows = rows.left_join(is_bot, rows.handle == is_bot.bot_handle)
    reason = ibis.cases(
        (rows.bot_handle.notnull(), "a bot, by its own account"),
        (
            (rows.n_sent >= _NEWSLETTER_SENDS) & (rows.n_answered == 0) & (2 * rows.n_unsubscribe >= rows.n_sent),
            "a newsletter: it offers to unsubscribe and nobody ever answered it",
        ),
        (
            (rows.n_sent >= _TEMPLATE_SENDS)
            & (rows.n_answering == 0)
            & (_TEMPLATE_REPEATS * rows.n_templates <= rows.n_sent),
            "a machine: it never answers and repeats the same text, digits aside",
        ),
    )
    return rows.mutate(reason=reason, automatic=reason.notnull()).drop("bot_handle")


_COLUMNS = ["handle", "converses", "n_sent", "n_answered", "n_answering", "n_templates", "n_unsubscribe"]


def _sent(t: Tables, people: ir.Table, keys: ir.Table | None) -> ir.Table:
    """`interaction_id handle` of everything sent by those who do not converse."""
    if keys is None:
        return authors(t).anti_join(people, "handle")
    others = t.keep(keys.select("handle").anti_join(people, "handle"))
    seats = t["participants"].filter(t["participants"].role.isin(["from", "organiser"]))
    named = seats.semi_join(others, "handle").select("interaction_id").distinct()
    return authors(t, t.keep(named)).semi_join(others, "handle")


def _counted(t: Tables, sent: ir.Table, talk: ir.Table, *, whole: bool) -> ir.Table:
    import ibis

    picked = None if whole else pick(t, sent)
    said, heads = interactions(t, picked, FACTS).select("interaction_id", "template_hash"), headers(t, picked)
    answered = talk.semi_join(sent, talk.parent_id == sent.interaction_id).select(answered_id="parent_id").distinct()
    answering = talk.semi_join(sent, "interaction_id").select(answering_id="interaction_id").distinct()
    offers = heads.filter(heads.name == "list-unsubscribe").semi_join(sent, "interaction_id")
    offers = offers.select("interaction_id").distinct()
    offers = t.keep(offers)
    offers = offers.anti_join(in_spaces(t, offers), "interaction_id").select(offer_id="interaction_id")
    rows = sent.join(said, "interaction_id")
    rows = rows.left_join(answered, rows.interaction_id == answered.answered_id)
    rows = rows.left_join(answering, rows.interaction_id == answering.answering_id)
    rows = rows.left_join(offers, rows.interaction_id == offers.offer_id)
    counted = rows.group_by("handle").agg(
        n_sent=rows.count(),
        n_answered=rows.answered_id.count(),
        n_answering=rows.answering_id.count(),
        # Without words there is nothing to repeat.
        n_templates=rows.template_hash.nunique() + rows.template_hash.isnull().sum(),
        n_unsubscribe=rows.offer_id.count(),
    )
    return counted.mutate(n_templates=counted.n_templates.cast("int64"), n_sent=ibis.coalesce(counted.n_sent, 0))


def _touched(t: Tables, changes: Changes) -> ir.Table:
    """Authors of what changed, unless they are known to converse and nothing was taken back."""
    # An answer that is no longer one may end a conversation: that touches everybody.
    surely, perhaps = [], []
    changed = changed_interactions(changes)
    if changed is not None:
        picked = pick(t, changed)
        seats = participants(t, picked, ("from", "organiser"), SEATS)
        perhaps.append(seats.select("handle"))
        heads = headers(t, picked)
        surely.append(seats.semi_join(heads.filter(heads.name == "x-bot"), "interaction_id").select("handle"))
    if "replies" in changes:
        before, after = changes["replies"].before, changes["replies"].after
        surely += [before.select(handle="parent_handle"), before.select(handle="from_handle")]
        perhaps += [after.select(handle="parent_handle"), after.select(handle="from_handle")]
    made = made_spaces(t, changes)
    if made is not None:
        perhaps.append(_writing_to(t, made))
    held = t["senders"]
    people = held.filter(held.converses).select("handle")
    if perhaps:
        surely.append(union_of(perhaps).anti_join(people, "handle"))
    touched = union_of(surely)
    return touched.filter(touched.handle.notnull())


def _writing_to(t: Tables, spaces: ir.Table) -> ir.Table:
    """Who wrote what is now known to be said in one of the spaces."""
    said, seats = t["interactions"], t["participants"]
    ids = said.semi_join(spaces, said.space == spaces.handle).select("interaction_id")
    ids = t.keep(ids.union(seats.semi_join(spaces, "handle").select("interaction_id"), distinct=True))
    seats = seats.semi_join(ids, "interaction_id")
    return seats.filter(seats.role.isin(["from", "organiser"])).select("handle")


SENDERS = Step(
    "senders", ("interactions", "participants", "headers", "variants", "replies", "spaces"), _senders, _touched
)
