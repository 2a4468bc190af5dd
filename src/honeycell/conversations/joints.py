"""What belongs together across channels: mails, chats, meetings and documents that share a name and a person.

How sure each kind is has been set by hand, for want of anything to learn it from; `docs/conversations.md` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.repair.subjects import read
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["joints"]

_COLUMNS = TABLES["joints"].schema.names
_FACTS = ("interaction_id", "channel", "subject", "conversation_key", "occurred_at", "message_id")
_DAYS = 14
"""How far apart two interactions may be that share no more than a name."""
_NUMBER = r"\b([A-Z][A-Z0-9]{0,9}-\d{3,}(?:-\d+)*|#\d{4,})\b"
"""A number of a ticket or document: ABC-1234, #12345."""
_NAMED = r"([A-Za-z0-9][\w.+=%$-]{5,}@[\w-]+(?:\.[\w-]+)+)"
"""What may be the Message-ID in the address of an archived mail."""
_TAIL, _SHORTEST = 8, 8
_INVITED, _LINKED, _NUMBERED, _ALIKE, _NEAR, _LONG = 0.99, 0.95, 0.8, 0.6, 0.1, 0.1


def joints(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Pairs of interactions of different channels that belong to one conversation.

    - `invitation`: a meeting, and the mail that its invitation came with.
    - `link`: a chat message that names the Message-ID of a mail, as addresses of archives do.
    - `number`: the number of a ticket or document in the subject of a mail and in a chat message, topic, meeting or
      ledger.
    - `subject`: the subject of a mail, and the same topic of a chat or name of a meeting.

    The last two need a person who takes part in both, within two weeks; of several the nearest in time counts.

    Args:
        t: The tables of a cell.
        keys: Interactions (column `interaction_id`), or None for all.

    Returns:
        The rows of `joints`.
    """
    others = t.keep(log.interactions(t, columns=_FACTS).filter(_.channel != "mail", _.occurred_at.notnull()))
    if not t.arrow(others.count()).as_py():
        return t["joints"].limit(0).select(*_COLUMNS)
    mails = log.interactions(t, columns=_FACTS).filter(_.channel == "mail", _.occurred_at.notnull())
    chats = others.filter(_.channel.isin(("slack", "zulip")))
    said = t.keep(log.texts(t).semi_join(chats, "interaction_id").select("interaction_id", "body"))
    named = [_linked(said, mails), _shared(t, mails, others, said)]
    whole = ibis.union(_invited(t, others), *named)
    whole = whole if keys is None else whole.semi_join(keys, "interaction_id")
    best = ibis.window(group_by=["interaction_id", "parent_id"], order_by=[_.probability.desc(), _.how, _.what])
    return whole.mutate(_rank=ibis.row_number().over(best)).filter(_._rank == 0).select(*_COLUMNS)


def _row(rows: ir.Table, how: str, probability: ir.Value | float, what: ir.Value) -> ir.Table:
    return rows.select(
        "interaction_id",
        "parent_id",
        probability=ibis.literal(probability) if isinstance(probability, float) else probability,
        how=ibis.literal(how),
        what=what,
    )


def _invited(t: Tables, others: ir.Table) -> ir.Table:
    """Meetings, and the mails in which they were found: the place of a meeting begins with that of its mail."""
    seen = t["sightings"].select("interaction_id", "source", "locator")
    meetings = seen.semi_join(others.filter(_.channel == "calendar"), "interaction_id")
    inside = meetings.filter(_.locator.contains(" event ")).select(
        parent_id="interaction_id", source="source", locator=_.locator.re_replace(r" event .*$", "")
    )
    mails = seen.filter(~_.locator.contains(" event "))
    found = mails.inner_join(t.keep(inside), ["source", "locator"]).filter(_.interaction_id != _.parent_id)
    found = found.select("interaction_id", "parent_id").distinct()
    subjects = others.select(parent_id="interaction_id", what=_.subject.fill_null(""))
    return _row(found.inner_join(subjects, "parent_id"), "invitation", _INVITED, _.what)


def _linked(said: ir.Table, mails: ir.Table) -> ir.Table:
    """Chat messages that name the id of a mail."""
    naming = said.filter(_.body.contains("@")).select("interaction_id", what=_.body.re_extract(_NAMED, 1))
    named = mails.select(parent_id="interaction_id", what="message_id")
    return _row(naming.filter(_.what != "").inner_join(named, "what"), "link", _LINKED, _.what)


def _shared(t: Tables, mails: ir.Table, others: ir.Table, said: ir.Table) -> ir.Table:
    """Mails and what shares a number or a subject with them, and a person."""
    topic = (_.channel == "zulip").ifelse(_.conversation_key, _.subject).fill_null("")
    titled = t.keep(read(others.mutate(subject=topic)).filter(_.about.length() >= _SHORTEST, _.about.contains(" ")))
    numbered = others.left_join(said, "interaction_id").select(
        "interaction_id",
        "occurred_at",
        text=topic + " " + _.body.fill_null(""),
    )
    written = t["transfers"].select("interaction_id", text="document_number").filter(_.text.notnull()).distinct()
    written = written.inner_join(others.select("interaction_id", "occurred_at"), "interaction_id")
    written = written.select("interaction_id", "occurred_at", "text")
    theirs = ibis.union(
        _keyed(titled, "subject", _.about),
        _keyed(numbered, "number", _.text.re_extract(_NUMBER, 1)),
        _keyed(written.filter(_.text.re_search(r"\d{3}")), "number", _.text.upper()),
    )
    theirs = t.keep(theirs.distinct())
    tails = t.keep(titled.select(tail=_.subject.strip().right(_TAIL).lower()).distinct())
    ending = mails.filter(_.subject.notnull()).mutate(tail=_.subject.strip().right(_TAIL).lower())
    alike = read(ending.semi_join(tails, "tail").drop("tail"))
    ours = ibis.union(
        _keyed(alike, "subject", _.about),
        _keyed(mails.filter(_.subject.re_search(r"-\d{3}|#\d{4}")), "number", _.subject.upper().re_extract(_NUMBER, 1)),
    )
    ours = t.keep(ours.semi_join(theirs, ["how", "what"]).distinct())
    mail_people, their_people = _people(t, ours), _people(t, theirs.semi_join(ours, ["how", "what"]))
    both = mail_people.inner_join(
        their_people.select("how", "what", "person", parent_id="interaction_id", at="occurred_at"),
        ["how", "what", "person"],
    )
    hours = (_.occurred_at.epoch_seconds() - _.at.epoch_seconds()).abs() / 3600
    both = both.mutate(hours=hours).filter(_.hours <= _DAYS * 24)
    near = ibis.window(group_by=["interaction_id", "how", "what"], order_by=[_.hours, _.parent_id])
    first = both.mutate(_rank=ibis.row_number().over(near)).filter(_._rank == 0)
    base = (_.how == "number").ifelse(_NUMBERED, _ALIKE)
    sure = base + (_.hours <= 72).ifelse(_NEAR, 0.0) + (_.what.length() >= 3 * _SHORTEST).ifelse(_LONG, 0.0)
    return first.select("interaction_id", "parent_id", probability=sure.round(3), how="how", what="what")


def _keyed(rows: ir.Table, how: str, what: ir.Value) -> ir.Table:
    """`interaction_id occurred_at how what`."""
    named = rows.select("interaction_id", "occurred_at", how=ibis.literal(how), what=what)
    return named.filter(_.what.fill_null("") != "")


def _people(t: Tables, rows: ir.Table) -> ir.Table:
    """The rows once for each person who takes part."""
    seats = log.participants(
        t, t.keep(rows.select("interaction_id").distinct()), columns=("interaction_id", "role", "handle")
    )
    persons = t["handles"].filter(_.kind == "person").select("handle", person="person_id")
    who = t.keep(seats.inner_join(persons, "handle").select("interaction_id", "person").distinct())
    return t.keep(
        rows.inner_join(who, "interaction_id").select("interaction_id", "occurred_at", "how", "what", "person")
    )
