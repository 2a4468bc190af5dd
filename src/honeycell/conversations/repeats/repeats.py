"""Messages that say what was said before: they ask what was settled, or give what had been given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.repeats.likeness import Said, likeness, said
from honeycell.conversations.repeats.particulars import SETTLED
from honeycell.ids import id_of
from honeycell.log.replies import union_of
from honeycell.tables import TABLES
from honeycell.zones import zones_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["ASKED", "TOLD", "repeats", "touched_repeats"]

ASKED, TOLD = "asked", "told"
"""The rules: what was settled is asked again, what had been given is given again because it was asked for."""
DAYS = 180
"""How long after a message another may repeat it."""
_MOST_USES = 5
"""Messages with the same question; what is asked more often is a form."""
_MOST_CONVERSATIONS = 5
"""Conversations that a particular is rare in."""
_LEAST_SHARED = 2
"""Particulars that a message gives again."""
_PATCH = r"(?i)^\s*\[[^\]]*patch"
"""Subject of a series of patches: its next version is a delivery, not a question asked again."""
_AT_ONCE = 4_000
"""Messages whose texts are in memory together."""
_SCHEMA = TABLES["repeats"].schema
_PAIR = ["interaction_id", "earlier_id"]


def repeats(t: Tables, keys: ir.Table | None) -> pa.Table:
    """Messages that repeat an earlier one, by whomever; who they are is asked when it is read.

    `asked`: both ask, with one sentence the same; the earlier was settled before the later came; of their own words
    the runs of five are alike (`likeness`). `told`: the later answers a question or request, and shares two rare
    particulars with one of another conversation. Only what came before a message says whether it is a repeat, so that
    mail that comes in later changes nothing.

    Args:
        t: The tables of a cell.
        keys: The later interactions wanted, or None for all.

    Returns:
        The rows of `repeats`.
    """
    pairs = t.keep(_asked(t, keys).union(_told(t, keys)))
    if not t.arrow(pairs.count()).as_py():
        return _SCHEMA.empty_table()
    ends = t.keep(pairs.select("interaction_id").union(pairs.select(interaction_id="earlier_id")).distinct())
    facts = log.interactions(t, ends, ("interaction_id", "kind", "subject"))
    facts = facts.filter(_.kind == "message", ~_.subject.fill_null("").re_search(_PATCH))
    bodies = log.texts(t, ends).select("interaction_id", "body")
    texts = facts.inner_join(bodies, "interaction_id").select("interaction_id", "subject", "body")
    known = {key: one for batch in t.batches(texts, _AT_ONCE) for key, one in _read(batch.to_pydict())}
    rows = []
    for row in t.arrow(pairs).to_pylist():
        later, earlier = known.get(row["interaction_id"]), known.get(row["earlier_id"])
        if later is not None and earlier is not None:
            named = later.particulars & earlier.particulars
            # What stands in quoted words alone, or in the question too, was not given by the author.
            shared = sum(row["given"] is None or id_of(name) in row["given"] for name in named)
            alike = likeness(later, earlier) if row["rule"] == ASKED else None
            if alike is not None or (row["rule"] == TOLD and shared >= _LEAST_SHARED):
                found = {name: row[name] for name in (*_PAIR, "rule")}
                rows.append({**found, "similarity": alike, "n_shared": shared})
    return pa.Table.from_pylist(rows, _SCHEMA)


def touched_repeats(t: Tables, changes: Changes) -> ir.Table:
    """What shares a question or a particular with an interaction of which something else is known."""
    ids = [changes[name].keys.select("interaction_id") for name in changes if name in ("texts", "variants", "threads")]
    sentences, names = [t["cues"].limit(0)], [t["particulars"].limit(0)]
    for name, held in (("cues", sentences), ("particulars", names)):
        if name in changes:
            held += [changes[name].before, changes[name].after]
    if "loops" in changes:
        for part in (changes["loops"].before, changes["loops"].after):
            text = part.filter(_.source == "text")
            closing = text.filter(_.closing_id.notnull())
            ids += [text.select("interaction_id"), closing.select(interaction_id="closing_id")]
    of = t.keep(union_of([t["repeats"].select("interaction_id").limit(0), *ids]).distinct())
    sentences.append(t["cues"].semi_join(of, "interaction_id"))
    names.append(t["particulars"].semi_join(of, "interaction_id"))
    questions = t.keep(ibis.union(*sentences).filter(_.about.notnull()).select("about").distinct())
    named = t.keep(ibis.union(*names).select("particular_id").distinct())
    asking, naming = _asking(t, questions), _naming(t, named)
    held_too = ibis.union(
        t["cues"].semi_join(questions, "about").select("interaction_id"),
        t["particulars"].semi_join(named, "particular_id").select("interaction_id"),
        of,
    )
    return ibis.union(
        asking.select("interaction_id"),
        naming.select("interaction_id"),
        t["repeats"].semi_join(held_too, "interaction_id").select("interaction_id"),
    )


def _asking(t: Tables, questions: ir.Table | None) -> ir.Table:
    """What asks with these words, or any, the first few of each question.

    Returns:
        `about interaction_id conversation_id at settled_at`.
    """
    cues = t["cues"].select("interaction_id", "type", "starts", "about").filter(_.about.notnull())
    if questions is not None:
        cues = t.keep(cues.semi_join(questions, "about"))
    loops = t["loops"].filter(_.source == "text", _.type.isin(("question", "request")), _.opened_at.notnull())
    asks = loops.inner_join(cues, ["interaction_id", "type", "starts"])
    settled = _.closed_at.min(where=_.outcome.isin(SETTLED))
    asks = asks.group_by("about", "interaction_id", "conversation_id").agg(at=_.opened_at.min(), settled_at=settled)
    order = ibis.window(group_by="about", order_by=[_["at"], _.interaction_id])
    return t.keep(asks.mutate(place=ibis.row_number().over(order)).filter(_.place < _MOST_USES).drop("place"))


def _naming(t: Tables, named: ir.Table | None) -> ir.Table:
    """What names these particulars, or any, while they are rare.

    Returns:
        `particular_id interaction_id conversation_id at from_handle`.
    """
    rows = t["particulars"] if named is None else t["particulars"].semi_join(named, "particular_id")
    said_in = t["threads"].filter(_.occurred_at.notnull())
    said_in = said_in.select("interaction_id", "conversation_id", "from_handle", at="occurred_at")
    rows = t.keep(rows.inner_join(said_in, "interaction_id"))
    both = ["particular_id", "conversation_id"]
    first = rows.group_by(both).agg(first_at=_["at"].min())
    order = ibis.window(group_by="particular_id", order_by=[_.first_at, _.conversation_id])
    rare = first.mutate(place=ibis.row_number().over(order)).filter(_.place < _MOST_CONVERSATIONS).select(both)
    return t.keep(rows.semi_join(rare, both))


def _asked(t: Tables, keys: ir.Table | None) -> ir.Table:
    """`interaction_id earlier_id rule` of what asks in the same words what was settled."""
    questions = None
    if keys is not None:
        questions = t["cues"].semi_join(keys, "interaction_id").filter(_.about.notnull()).select("about").distinct()
    asking = _asking(t, questions)
    later = asking if keys is None else asking.semi_join(keys, "interaction_id")
    before = asking.filter(_.settled_at.notnull()).select(
        "about", "settled_at", earlier_id="interaction_id", earlier_at="at", elsewhere="conversation_id"
    )
    pairs = later.drop("settled_at").inner_join(before, "about")
    # An answer by mail often holds the question without a sign of quotation, and a chat says things in several goes.
    pairs = pairs.filter(_.settled_at < _["at"], _near(), _.elsewhere != _.conversation_id)
    return pairs.select(*_PAIR).distinct().mutate(rule=ibis.literal(ASKED), given=ibis.null("array<int64>"))


def _told(t: Tables, keys: ir.Table | None) -> ir.Table:
    """`interaction_id earlier_id rule` of answers that share rare particulars with what was said elsewhere."""
    named = None
    if keys is not None:
        named = t["particulars"].semi_join(keys, "interaction_id").select("particular_id").distinct()
    naming = _naming(t, named)
    asked = t["loops"].filter(_.source == "text", _.type.isin(("question", "request")), _.outcome.isin(SETTLED))
    answers = t.keep(asked.select("interaction_id", "closing_id").distinct())
    later = naming.semi_join(answers.select(interaction_id="closing_id"), "interaction_id")
    later = later if keys is None else later.semi_join(keys, "interaction_id")
    # What the question names itself is not what it asks for; and an answer often holds the question, unmarked.
    named_by_us = naming.inner_join(answers, "interaction_id").select("particular_id", interaction_id="closing_id")
    later = later.anti_join(named_by_us, ["interaction_id", "particular_id"])
    # The first by each author in a conversation: what they add to it later gives nothing that was not there.
    order = ibis.window(
        group_by=["particular_id", "conversation_id", "from_handle"], order_by=[_["at"], _.interaction_id]
    )
    first = naming.mutate(place=ibis.row_number().over(order)).filter(_.place == 0)
    first = first.select("particular_id", earlier_id="interaction_id", earlier_at="at", elsewhere="conversation_id")
    pairs = later.inner_join(first, "particular_id")
    pairs = pairs.filter(_.earlier_at < _["at"], _near(), _.elsewhere != _.conversation_id)
    shared = pairs.group_by(*_PAIR).agg(n=_.particular_id.nunique(), given=_.particular_id.collect())
    shared = shared.filter(_.n >= _LEAST_SHARED)
    return shared.select(*_PAIR, rule=ibis.literal(TOLD), given="given")


def _near() -> ir.BooleanValue:
    return _.earlier_at >= _["at"] - ibis.interval(days=DAYS)


def _read(batch: dict[str, list[Any]]) -> Iterator[tuple[int, Said]]:
    """The own words of a batch of messages, as they are compared."""
    bodies = batch["body"]
    for key, subject, body, parts in zip(
        batch["interaction_id"], batch["subject"], bodies, zones_of(bodies), strict=True
    ):
        own = "\n".join(body[part.start : part.end] for part in parts if part.kind == "own")
        yield key, said(own, subject or "")
