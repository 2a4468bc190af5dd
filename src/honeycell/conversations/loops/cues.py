"""Sentences that open loops or may close them, found once in each message when it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.loops.addressed import EVERYBODY
from honeycell.conversations.loops.due import due
from honeycell.conversations.loops.marks import CLOSING, OPENING, Candidate, candidates
from honeycell.conversations.loops.model import LEAST, chance
from honeycell.conversations.loops.words import languages, prefilter
from honeycell.ids import id_of
from honeycell.log.replies import union_of
from honeycell.tables import TABLES
from honeycell.zones import Zone, zones_of
from honeycell.zones.lexicon import lexicon, words_of

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["cues", "found_in", "touched_cues"]

_SCHEMA = TABLES["cues"].schema
_DIFF = "\ndiff --git a/"
_AT_ONCE = 4_000
"""Messages whose texts are in memory together."""
_LONGEST_CLOSING = 25
"""Words of a sentence that closes something; a longer one tells a story."""
_READ = ("texts", "variants", "classes", "participants", "interactions")


def cues(t: Tables, keys: ir.Table | None) -> pa.Table:
    """What messages that no machine sent ask, promise, or say to be done.

    The engine finds the texts with a cue in a line that is not quoted; of these the sentences are judged, and where
    one is taken for something, the zones of its message say whether its author said it.

    Args:
        t: The tables of a cell.
        keys: The interactions wanted, or None for all.

    Returns:
        The rows of `cues`.
    """
    picked = None if keys is None else log.pick(t, keys)
    said = log.interactions(t, picked, log.FACTS).filter(_.kind == "message")
    classes = t["classes"] if keys is None else t.of_interactions("classes", keys)
    spoken = said.semi_join(classes.filter(_["class"] != "automatic"), "interaction_id")
    spoken = t.keep(spoken.select("interaction_id", "occurred_on"))
    bodies = log.texts(t, picked).select("interaction_id", "body").semi_join(spoken, "interaction_id")
    # One pass over all texts; what is left is little.
    found = t.keep(bodies.filter(_.body.re_search(prefilter())))
    parts = [_deliveries(t, found)]
    asked = t.keep(found.filter(~(_.body.contains(_DIFF) & ~_.body.contains("\n>"))))
    seats = log.participants(t, picked, ("from",), ("interaction_id", "role", "handle", "display_name"))
    authors = seats.semi_join(asked.select("interaction_id"), "interaction_id").group_by("interaction_id")
    authors = authors.agg(handle=_.handle.min(), display_name=_.display_name.max())
    rows = asked.inner_join(spoken, "interaction_id").left_join(authors, "interaction_id")
    batches = t.batches(rows.select("interaction_id", "body", "occurred_on", "handle", "display_name"), _AT_ONCE)
    parts.extend(pa.Table.from_pylist(list(_cues(batch.to_pydict())), _SCHEMA) for batch in batches)
    return pa.concat_tables([_SCHEMA.empty_table(), *parts])


def touched_cues(t: Tables, changes: Changes) -> ir.Table:
    """Interactions that came, that another copy of came, or that are traffic of another class now."""
    return union_of([changes[name].keys.select("interaction_id") for name in _READ if name in changes])


def _deliveries(t: Tables, bodies: ir.Table) -> pa.Table:
    """A patch that a message brings; nothing of it is quoted."""
    patches = bodies.filter(_.body.contains(_DIFF), ~_.body.contains("\n>"))
    starts = _.body.find(_DIFF) + 1
    found = patches.select("interaction_id", starts=starts.cast("int64"))
    nothing = {name: ibis.null(kind) for name, kind in (
        ("called", "string"), ("due_on", "date"), ("due_starts", "int64"), ("due_ends", "int64"),
        ("about", "int64"), ("probability", "float64"),
    )}  # fmt: skip
    rows = found.mutate(type=ibis.literal("done"), ends=_.starts + (len(_DIFF) - 1), **nothing)
    return t.arrow(rows.select(*_SCHEMA.names)).cast(_SCHEMA)


def _cues(batch: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The rows of a batch of messages."""
    names = [
        tuple(filter(None, pair)) for pair in zip(batch["display_name"], map(_address, batch["handle"]), strict=True)
    ]
    found = found_in(batch["body"], names, batch["occurred_on"])
    for interaction_id, rows in zip(batch["interaction_id"], found, strict=True):
        for row in rows:
            yield {"interaction_id": interaction_id, **row}


def _address(handle: str | None) -> str | None:
    return handle.partition(":")[2] if handle else None


def found_in(
    texts: Sequence[str], names: Sequence[Sequence[str]], said_on: Sequence[date | None]
) -> list[list[dict[str, Any]]]:
    """For each message the rows of `cues` that its own words give, without its id.

    Args:
        texts: The messages.
        names: Of who wrote each.
        said_on: When, at the clock of who wrote it; None where not known.
    """
    judged = [list(_judged(text)) for text in texts]
    places = [n for n, held in enumerate(judged) if held]
    zoned = zones_of([texts[n] for n in places], senders=[names[n] for n in places])
    rows: list[list[dict[str, Any]]] = [[] for _text in texts]
    for n, parts in zip(places, zoned, strict=True):
        own = [part for part in parts if part.kind == "own"]
        greeted = _greeted(texts[n], parts)
        rows[n] = [
            _row(one, type_, likely, greeted, said_on[n])
            for one, type_, likely in judged[n]
            if any(part.start <= one.sentence.starts and one.sentence.ends <= part.end for part in own)
        ]
    return rows


def _judged(text: str) -> Iterator[tuple[Candidate, str, float | None]]:
    """Sentences, what each is taken for, and how likely it is that; a question and a request are never both."""
    for one in candidates(text):
        likely = {name: p for name in one.types if name in OPENING and (p := chance(name, one.seen)) >= LEAST}
        if "question" in likely and "request" in likely:
            del likely["question" if likely["request"] >= likely["question"] else "request"]
        for name, p in likely.items():
            yield one, name, p
        for name in CLOSING:
            closes = name in one.types and len(one.said.words) <= _LONGEST_CLOSING
            if closes and not (name == "done" and (likely or _is_denied(one))):
                yield one, name, None


def _is_denied(one: Candidate) -> bool:
    return one.sentence.text.endswith("?") or "not" in one.language.others.found(one.said)


def _row(one: Candidate, type_: str, likely: float | None, greeted: str | None, said_on: date | None) -> dict[str, Any]:
    sentence = one.sentence
    dated = type_ in ("request", "promise") and said_on is not None
    day = due(sentence.text, one.language, said_on) if dated and said_on else None
    return {
        "type": type_,
        "starts": sentence.starts,
        "ends": sentence.ends,
        "called": (_called(sentence.text) or greeted) if likely else None,
        "due_on": day and day.on,
        "due_starts": day and sentence.starts + day.starts,
        "due_ends": day and sentence.starts + day.ends,
        "about": id_of(" ".join(one.said.words)) if likely else None,
        "probability": likely,
    }


def _greeted(text: str, parts: Iterable[Zone]) -> str | None:
    """Who is greeted, without the words of greeting: `ana` of `Hi Ana,`."""
    for part in parts:
        if part.kind == "salutation":
            words = words_of(text[part.start : part.end].lower())[:8]
            rest = words[lexicon().salutations.leading(words) :]
            return EVERYBODY if _everybody().intersection(rest) else " ".join(rest[:3]) or None
    return None


@cache
def _everybody() -> frozenset[str]:
    return frozenset(word for one in languages() for word in one.lines.get("everyone", ()))


def _called(sentence: str) -> str | None:
    """Whom a sentence itself addresses: `ana` of `Ana, could you` and of `@Ana could you`."""
    head = sentence[:40]
    if head.startswith("@"):
        words = head.strip("@*").replace("*", " ").split()
        return words[0].lower().strip(",:") if words else None
    name, comma, _rest = head.partition(",")
    held = name.split()
    is_name = comma and len(held) <= 2 and all(word[:1].isupper() and word.isalpha() for word in held)
    return name.lower() if is_name else None
