"""A search: people, organisations, promises and messages that fulfil a query, and why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import tantivy

from honeycell import log
from honeycell.errors import HoneycellError
from honeycell.readings.state import Party
from honeycell.search.excerpts import Excerpt, excerpt
from honeycell.search.filters import all_of, holding, likely, meaning, phrases, readable_by
from honeycell.search.index import open_index
from honeycell.search.named import Group, named
from honeycell.search.query import Part, parsed
from honeycell.search.quotations import without_quotations
from honeycell.zones import own_words

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Found", "Group", "Message", "Obstacle", "Promise", "search"]

_OF_A_PROMISE = ("interaction_id", "starts", "ends", "owner_handle", "due_on", "outcome")
_EXTRA = 20
"""Hits taken beyond those shown, so that those of one second always come in one order."""


@dataclass(frozen=True)
class Message:
    """An interaction that fulfils the query."""

    interaction_id: int
    conversation_id: int | None
    on: date | None
    at: datetime | None
    author: Party | None
    """The person who wrote it, or None: a machine or a role mailbox."""
    address: str
    """The handle it was written from; empty where there is none."""
    subject: Excerpt
    words: Excerpt
    """The author's own words around the first match, or from their beginning."""
    space: str | None
    channel: str
    kind: str


@dataclass(frozen=True)
class Promise:
    """A promise in a message that fulfils the query."""

    interaction_id: int
    on: date | None
    owner: str | None
    """The address of who promised."""
    words: Excerpt
    due_on: date | None
    outcome: str


@dataclass(frozen=True)
class Obstacle:
    """A part of a query that nothing fulfils together with the others."""

    part: str
    n_alone: int
    """Messages that fulfil it by itself."""
    n_without: int
    """Messages that fulfil all the others."""


@dataclass(frozen=True)
class Found:
    """What a search found."""

    people: Group
    organisations: Group
    promises: Group
    messages: Group
    obstacles: tuple[Obstacle, ...]
    """Why there is no message, part by part; empty where there is one."""


def search(t: Tables, path: Path | None, text: str, limit: int = 5) -> Found:
    """Look for what was typed.

    Args:
        t: The tables of a cell.
        path: Where its index is.
        text: The query; `honeycell.search.FILTERS` says what it may hold.
        limit: Rows of each group.

    Raises:
        HoneycellError: The index is not there or cannot be read (`index-unavailable`).
        UsageError: The query cannot be understood (`bad-query`, `bad-date`, `ambiguous-name`, `loops-unknown`).
        NotFoundError: A filter names what is not there (`no-such-party`, `no-such-space`).
    """
    parts = parsed(text)
    searcher = _searcher(path)
    may_read = [] if t.viewer is None else [(readable_by(t, t.viewer), False)]
    asked = [(meaning(t, searcher, part), part.negated) for part in parts]
    wanted = [phrase for part in parts if not (part.name or part.negated) for phrase in phrases(part)]
    about = [phrase for part in parts if part.name == "about" and not part.negated for phrase in phrases(part)]
    total, ids = _hits(searcher, all_of([*asked, *may_read]), limit)
    loops = t.arrow(likely(t, "promise").select(*_OF_A_PROMISE).order_by("starts"))
    promising = holding(loops["interaction_id"].to_pylist())
    n_promising, owed = _hits(searcher, all_of([*asked, *may_read, (promising, False)]), limit)
    rows = _facts(t, list({*ids, *owed}))
    nobody = Group(0, ()), Group(0, ())
    people, organisations = nobody if any(p.name or p.negated for p in parts) else named(t, parts, limit)
    promises = [
        _promise(loop, rows[number], wanted)
        for number in owed
        for loop in loops.filter(pc.equal(loops["interaction_id"], number)).to_pylist()
        if number in rows
    ]
    return Found(
        people,
        organisations,
        Group(n_promising, tuple(promises[:limit])),
        Group(total, tuple(_message(rows[number], wanted, about) for number in ids if number in rows)),
        () if total else _obstacles(searcher, parts, asked, may_read),
    )


def _searcher(path: Path | None) -> tantivy.Searcher:
    try:
        if path is None:
            raise ValueError("none was made")
        return open_index(path).searcher()
    except (ValueError, OSError) as error:
        raise HoneycellError(
            "index-unavailable",
            f"the index of words cannot be read: {str(error).splitlines()[0]}",
            str(path or ""),
            "run `honeycell refresh --rebuild`",
        ) from error


def _hits(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> tuple[int, list[int]]:
    """How many documents fulfil a query, and the ids of the latest."""
    result: Any = searcher.search(query, limit + _EXTRA, order_by_field="at")
    ids = [int(number or 0) for number in searcher.fast_field_values("id", [address for _at, address in result.hits])]
    latest = sorted(zip([-at for at, _address in result.hits], ids, strict=True))
    return result.count, [number for _at, number in latest[:limit]]


def _obstacles(
    searcher: tantivy.Searcher,
    parts: Sequence[Part],
    asked: Sequence[tuple[tantivy.Query, bool]],
    may_read: Sequence[tuple[tantivy.Query, bool]],
) -> tuple[Obstacle, ...]:
    """For each part how much there is by itself and without it; those first that keep most away."""

    def count(queries: Sequence[tuple[tantivy.Query, bool]]) -> int:
        result: Any = searcher.search(all_of([*queries, *may_read]), 1)
        return int(result.count) if queries else 0

    found = [
        Obstacle(part.typed, count([asked[n]]), count([*asked[:n], *asked[n + 1 :]])) for n, part in enumerate(parts)
    ]
    return tuple(sorted(found, key=lambda one: (-one.n_without, one.n_alone)))


def _facts(t: Tables, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What is shown of interactions, by id; one is absent if its import came after this reader opened the cell."""
    if not ids:
        return {}
    # Joined, not filtered by: only so the engine leaves the texts of other interactions packed.
    these = t.keep(pa.table({"interaction_id": pa.array(ids, pa.int64())}))
    columns = ("interaction_id", "kind", "channel", "space", "subject", "occurred_at", "occurred_on")
    facts = log.interactions(t, None, columns).semi_join(these, "interaction_id")
    talks = t["threads"].select("interaction_id", "conversation_id", handle="from_handle")
    for more in (log.texts(t).select("interaction_id", "body"), talks):
        asked = more.semi_join(these, "interaction_id")
        facts = facts.left_join(asked, "interaction_id").drop("interaction_id_right")
    whose = (
        t["handles"]
        .select("handle", "person_id")
        .inner_join(t["persons"].select("person_id", "name", "slug"), "person_id")
    )
    facts = facts.left_join(whose, "handle").drop("handle_right")
    return {row["interaction_id"]: row for row in t.arrow(facts).to_pylist()}


def _message(row: dict[str, Any], wanted: Sequence[Sequence[str]], about: Sequence[Sequence[str]]) -> Message:
    words = excerpt(own_words(row["body"] or ""), wanted)
    if not words.marks:
        pasted = excerpt(without_quotations(row["body"] or ""), wanted)
        words = pasted if pasted.marks else words
    return Message(
        row["interaction_id"], row["conversation_id"], row["occurred_on"], row["occurred_at"],
        None if row["person_id"] is None else Party("person", row["person_id"], row["slug"], row["name"]),
        row["handle"] or "", excerpt(row["subject"] or "", [*wanted, *about], 200), words, row["space"],
        row["channel"], row["kind"],
    )  # fmt: skip


def _promise(loop: dict[str, Any], row: dict[str, Any], wanted: Sequence[Sequence[str]]) -> Promise:
    said = (row["body"] or "")[loop["starts"] or 0 : loop["ends"]]
    return Promise(
        loop["interaction_id"], row["occurred_on"], loop["owner_handle"], excerpt(said, wanted), loop["due_on"],
        loop["outcome"],
    )  # fmt: skip
