"""What kind of traffic an interaction is: the first rule that applies, and its words.

The order is that of `science.md` 2.2: in a space, automatic, broadcast, direct. In a space the fields `List-*`,
`Precedence` and `Sender` are the list's and say nothing about the author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.log.replies import changed_interactions, union_of
from honeycell.log.senders import in_spaces, made_spaces
from honeycell.log.spaces import list_handles
from honeycell.log.view import FACTS, SEATS, Picked, authors, headers, interactions, participants, pick
from honeycell.steps import Changes, Step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["CLASSES"]

_MOST_NAMED = 10
"""More persons named in To and Cc make a broadcast, unless somebody answers."""
_NO_REPLY = r"^mailto:(?:[^@]*[-_.+])?(?:no|do[-_.]?not|never)[-_.]?reply[^@]*@"
_BOUNCE = r"^mailto:(?:mailer-daemon|postmaster|bounces?)(?:[-_.+][^@]*)?@"
_UNHEARD_BULK = "Precedence is bulk or junk and no person answered"
_TELLING = (
    "auto-submitted", "x-autoreply", "x-autorespond", "precedence", "return-path", "content-type", "status", "x-bot",
)  # fmt: skip


def _classes(t: Tables, keys: ir.Table | None) -> ir.Table:
    import ibis

    picked = None if keys is None else pick(t, keys)
    rows = interactions(t, picked, FACTS).select("interaction_id", "kind")
    facts = {
        "spoken": in_spaces(t, picked),
        "told": _told(t, picked),
        "named": _named(t, picked),
        "heard": _heard(t, keys),
        "outdated": _outdated(t, picked),
    }
    for name, fact in facts.items():
        kept = t.keep(fact).rename({f"{name}_id": "interaction_id"})
        rows = rows.left_join(kept, rows.interaction_id == kept[f"{name}_id"])
    outside, unheard = rows.space.isnull(), rows.heard_id.isnull()
    message = rows.kind == "message"
    n_addressed = rows.n_addressed.fill_null(0)
    automatic = [
        (rows.auto_submitted.fill_null(False), "Auto-Submitted says that no person sent it"),
        (rows.auto_reply.fill_null(False), "an automatic reply, by its header"),
        (rows.is_bounce.fill_null(False), "a bounce: its return path is empty or it is a delivery report"),
        (rows.handle.re_search(_BOUNCE).fill_null(False), "a bounce: the mail system wrote it"),
        (rows.handle.re_search(_NO_REPLY).fill_null(False), "its address says that no reply is read"),
        (
            rows.is_calendar.fill_null(False) & message,
            "a calendar wrote it: an invitation or an answer to one",
        ),
        (rows.is_bot.fill_null(False), "a bot posted it"),
        (rows.sender_reason.notnull(), ibis.literal("its sender is ").concat(rows.sender_reason)),
        (rows.is_bulk.fill_null(False) & unheard, _UNHEARD_BULK),
    ]
    cases = [
        (rows.is_cancelled.fill_null(False), "automatic", "cancelled"),
        (rows.outdated_id.notnull(), "automatic", "a later version of its series replaced it"),
        (~outside, "in_space", ibis.literal("said in ").concat(rows.space)),
        *((rule, "automatic", reason) for rule, reason in automatic),
        (
            message & (n_addressed > _MOST_NAMED) & unheard,
            "broadcast",
            n_addressed.cast("string").concat(" persons named and none answered"),
        ),
    ]
    return rows.select(
        "interaction_id",
        **{"class": ibis.cases(*((rule, name) for rule, name, _ in cases), else_="direct")},
        reason=ibis.cases(*((rule, reason) for rule, _, reason in cases), else_="from one to few"),
        delegated=rows.has_sender.fill_null(False) & outside,
        n_addressed=n_addressed.cast("int64"),
    )


def _told(t: Tables, keys: Picked | None) -> ir.Table:
    """What the header fields say, of interactions that have any of those that tell."""
    heads = headers(t, keys)
    heads = heads.filter(heads.name.isin(_TELLING))
    name, value = heads.name, heads.value.lower().strip()
    return heads.group_by("interaction_id").agg(
        auto_submitted=((name == "auto-submitted") & ~value.startswith("no")).max(),
        auto_reply=name.isin(["x-autoreply", "x-autorespond"]).max(),
        is_bulk=((name == "precedence") & value.isin(["bulk", "junk"])).max(),
        is_bounce=(
            ((name == "return-path") & (value == "<>")) | ((name == "content-type") & (value == "multipart/report"))
        ).max(),
        is_calendar=((name == "content-type") & (value == "text/calendar")).max(),
        is_cancelled=((name == "status") & (value == "cancelled")).max(),
        is_bot=(name == "x-bot").max(),
    )


def _named(t: Tables, keys: Picked | None) -> ir.Table:
    """Author, what is known of the author, whether another one sent it, and how many persons it names."""
    seats = participants(t, keys, columns=SEATS)
    if keys is not None:
        seats = t.keep(seats)
    by = t.keep(authors(t, keys))
    others = seats.join(by.select("interaction_id", author="handle"), "interaction_id")
    others = others.filter(others.handle != others.author)
    sent = others.filter(others.role == "sender").select("interaction_id").distinct()
    persons = seats.filter(seats.role.isin(["to", "cc", "attendee"])).anti_join(t.keep(list_handles(t)), "handle")
    persons = persons.anti_join(by, ["interaction_id", "handle"])
    persons = persons.group_by("interaction_id").agg(n_addressed=persons.handle.nunique())
    senders = t["senders"].filter(t["senders"].automatic).select("handle", sender_reason="reason")
    ids = seats.select("interaction_id").distinct()
    rows = ids.left_join(by.select("interaction_id", "handle"), "interaction_id").drop("interaction_id_right")
    rows = rows.left_join(senders, "handle").drop("handle_right")
    sent = sent.select(sent_id="interaction_id")
    rows = rows.left_join(sent, rows.interaction_id == sent.sent_id)
    rows = rows.left_join(persons, "interaction_id")
    return rows.select("interaction_id", "handle", "sender_reason", "n_addressed", has_sender=rows.sent_id.notnull())


def _heard(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The interactions that a person other than the author answered."""
    replies = t["replies"]
    if keys is not None:
        replies = replies.semi_join(keys, replies.parent_id == keys.interaction_id)
    machines = t["senders"].filter(t["senders"].automatic)
    people = replies.filter(replies.from_handle != replies.parent_handle)
    people = people.anti_join(machines, people.from_handle == machines.handle)
    return people.select(interaction_id="parent_id").distinct()


def _outdated(t: Tables, keys: Picked | None) -> ir.Table:
    """The occurrences that were made from an older version of their series than the newest that is known."""
    own = _series(t, keys)
    if keys is not None:
        own = t.keep(own)
        if not t.arrow(own.count()).as_py():
            return own.select("interaction_id")
    every = _series(t, None)
    newest = every.group_by("conversation_key").agg(newest=every.version.max())
    rows = own.join(newest, "conversation_key")
    return rows.filter(rows.version < rows.newest).select("interaction_id").distinct()


def _series(t: Tables, keys: Picked | None) -> ir.Table:
    heads = headers(t, keys)
    heads = heads.filter(heads.name == "series").select("interaction_id", version=heads.value.cast("int64"))
    said = interactions(t, keys, FACTS).select("interaction_id", "conversation_key")
    return heads.join(said, "interaction_id")


def _siblings(t: Tables, changes: Changes) -> ir.Table | None:
    """All occurrences of the series of which something new was read."""
    if "headers" not in changes:
        return None
    heads = changes["headers"].after
    heads = t.keep(heads.filter(heads.name == "series").select("interaction_id").distinct())
    if not t.arrow(heads.count()).as_py():
        return None
    said = t["interactions"].select("interaction_id", "conversation_key")
    keys = said.semi_join(heads, "interaction_id").select("conversation_key").distinct()
    return said.semi_join(keys, "conversation_key").select("interaction_id")


def _touched(t: Tables, changes: Changes) -> ir.Table:
    touched = []
    siblings = _siblings(t, changes)
    if siblings is not None:
        touched.append(siblings)
    changed = changed_interactions(changes)
    if changed is not None:
        touched.append(changed)
    if "replies" in changes:
        classes = t["classes"]
        # A first answer changes the class of those only that waited for one; nearly all did not.
        unheard = classes.filter((classes["class"] == "broadcast") | (classes.reason == _UNHEARD_BULK))
        gained = changes["replies"].after.select(interaction_id="parent_id")
        touched.append(gained.semi_join(unheard, "interaction_id"))
        touched.append(changes["replies"].before.select(interaction_id="parent_id"))
    seats, said, replies = t["participants"], t["interactions"], t["replies"]
    if "senders" in changes:
        judged = ["handle", "automatic", "reason"]
        before, after = (rows.select(*judged) for rows in (changes["senders"].before, changes["senders"].after))
        differing = before.difference(after).union(after.difference(before))
        # A row that comes or goes without a verdict changes nothing.
        turned = t.keep(differing.filter(differing.automatic).select("handle").distinct())
        touched.append(seats.semi_join(turned, "handle").select("interaction_id"))
        by = replies.semi_join(turned, replies.from_handle == turned.handle)
        touched.append(by.select(interaction_id="parent_id"))
    made = made_spaces(t, changes)
    if made is not None:
        touched.append(seats.semi_join(made, "handle").select("interaction_id"))
        touched.append(said.semi_join(made, said.space == made.handle).select("interaction_id"))
    return union_of(touched)


CLASSES = Step(
    "classes",
    ("interactions", "participants", "headers", "variants", "replies", "senders", "spaces"),
    _classes,
    _touched,
)
