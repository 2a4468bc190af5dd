"""A search: people, organisations, promises and messages that fulfil a query, and why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import tantivy
from ibis import _

from honeycell import log
from honeycell.errors import HoneycellError
from honeycell.readings.state import Party
from honeycell.search.excerpts import Excerpt, excerpt
from honeycell.search.filters import all_of, holding, meaning, phrases
from honeycell.search.index import open_index, words_in
from honeycell.search.query import Part, parsed
from honeycell.search.quotations import without_quotations
from honeycell.zones import own_words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Found", "Group", "Message", "Obstacle", "Promise", "search"]

_EXTRA = 20
"""Hits taken beyond those shown, so that those of one second always come in one order."""


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many in all, and the first of them."""

    total: int
    rows: tuple[Any, ...]


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
    asked = [(meaning(t, searcher, part), part.negated) for part in parts]
    wanted = [phrase for part in parts if not (part.name or part.negated) for phrase in phrases(part)]
    total, ids = _hits(searcher, all_of(asked), limit)
    n_promising, promising = _hits(searcher, all_of([*asked, (holding(t, "promise"), False)]), limit)
    named = not any(part.name or part.negated for part in parts)
    return Found(
        _people(t, parts, limit) if named else Group(0, ()),
        _organisations(t, parts, limit) if named else Group(0, ()),
        Group(n_promising, _promises(t, promising, wanted)[:limit]),
        Group(total, _messages(t, ids, wanted, [p for part in parts if part.name == "about" for p in phrases(part)])),
        _obstacles(searcher, parts, asked) if not total else (),
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
    searcher: tantivy.Searcher, parts: Sequence[Part], asked: Sequence[tuple[tantivy.Query, bool]]
) -> tuple[Obstacle, ...]:
    """For each part how much there is by itself and without it; those first that keep most away."""

    def count(queries: Sequence[tuple[tantivy.Query, bool]]) -> int:
        result: Any = searcher.search(all_of(queries), 1)
        return int(result.count) if queries else 0

    found = [
        Obstacle(part.typed, count([asked[n]]), count([*asked[:n], *asked[n + 1 :]])) for n, part in enumerate(parts)
    ]
    return tuple(sorted(found, key=lambda one: (-one.n_without, one.n_alone)))


def _messages(
    t: Tables, ids: Sequence[int], wanted: Sequence[Sequence[str]], about: Sequence[Sequence[str]]
) -> tuple[Message, ...]:
    rows = _facts(t, ids)
    found = []
    for number in ids:
        row = rows.get(number)
        if row is None:  # of an import that came after this reader opened the cell
            continue
        words = excerpt(own_words(row["body"] or ""), wanted)
        if not words.marks:
            pasted = excerpt(without_quotations(row["body"] or ""), wanted)
            words = pasted if pasted.marks else words
        author = None if row["person_id"] is None else Party("person", row["person_id"], row["slug"], row["name"])
        subject = excerpt(row["subject"] or "", [*wanted, *about], 200)
        found.append(
            Message(
                number, row["conversation_id"], row["occurred_on"], row["occurred_at"], author, row["handle"] or "",
                subject, words, row["space"], row["channel"], row["kind"],
            )
        )  # fmt: skip
    return tuple(found)


def _facts(t: Tables, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What is shown of interactions, by id."""
    if not ids:
        return {}
    these = _.interaction_id.isin(ids)
    columns = ("interaction_id", "kind", "channel", "space", "subject", "occurred_at", "occurred_on")
    seats = log.participants(t, None, ("from", "organiser"), ("interaction_id", "role", "handle")).filter(these)
    authors = seats.group_by("interaction_id").agg(handle=_.handle.min())
    persons = t["persons"].select("person_id", "name", "slug")
    whose = authors.left_join(t["handles"].select("handle", "person_id"), "handle").drop("handle_right")
    whose = whose.left_join(persons, "person_id").drop("person_id_right")
    facts = log.interactions(t, None, columns).filter(these)
    facts = facts.left_join(whose, "interaction_id").drop("interaction_id_right")
    for more in (
        log.texts(t).select("interaction_id", "body"),
        t["threads"].select("interaction_id", "conversation_id"),
    ):
        facts = facts.left_join(more.filter(these), "interaction_id").drop("interaction_id_right")
    rows = t.arrow(facts).to_pylist()
    return {row["interaction_id"]: row for row in rows}


def _promises(t: Tables, ids: Sequence[int], wanted: Sequence[Sequence[str]]) -> tuple[Promise, ...]:
    if not ids:
        return ()
    these = _.interaction_id.isin(ids)
    loops = t["loops"].filter((_.type == "promise") & these)
    texts = log.texts(t).filter(these).select("interaction_id", "body")
    facts = log.interactions(t, None, ("interaction_id", "occurred_on")).filter(these)
    rows = t.arrow(loops.inner_join(texts, "interaction_id").inner_join(facts, "interaction_id")).to_pylist()
    rows.sort(key=lambda row: (ids.index(row["interaction_id"]), row["starts"] or 0))
    return tuple(
        Promise(
            row["interaction_id"], row["occurred_on"], row["owner_handle"],
            excerpt((row["body"] or "")[row["starts"] or 0 : row["ends"]], wanted), row["due_on"], row["outcome"],
        )
        for row in rows
    )  # fmt: skip


def _people(t: Tables, parts: Sequence[Part], limit: int) -> Group:
    """Persons all of whose words are looked for in their name, or whose address is."""
    persons = t["persons"]
    for part in parts:
        typed = part.value.lower().rstrip("*")
        of_address = t["handles"].filter(_.handle.lower().contains(typed)).select("person_id")
        said = _begun(persons.slug, persons.name, part)
        persons = persons.filter(said | persons.person_id.isin(of_address.person_id) if "@" in typed else said)
    return _group(t, persons.select("slug", "name", id="person_id"), "person", parts, limit)


def _organisations(t: Tables, parts: Sequence[Part], limit: int) -> Group:
    table = t["organisations"]
    for part in parts:
        typed = part.value.lower().rstrip("*")
        said = _begun(table.slug, table.name, part)
        table = table.filter(said | (" " + table.domains.join(" ")).contains(" " + typed))
    return _group(t, table.select("slug", "name", id="organisation_id"), "organisation", parts, limit)


def _begun(slug: ir.StringColumn, name: ir.StringColumn, part: Part) -> ir.BooleanValue:
    """Whether each word of a part begins a word of the slug, or the part a word of the name, in whatever script."""
    typed = part.value.lower().rstrip("*")
    by_slug = ibis.and_(*(("-" + slug).contains("-" + word) for word in words_in(part.value)))
    return by_slug | (name.lower().contains(typed) if not typed.isascii() else ibis.literal(False))


def _group(t: Tables, found: ir.Table, kind: str, parts: Sequence[Part], limit: int) -> Group:
    """By name, whoever is called just so first."""
    whole = "-".join(word for part in parts for word in words_in(part.value))
    kept = t.keep(found)
    rows = t.arrow(kept.order_by(_.slug != whole, _.name.lower(), "slug").limit(limit)).to_pylist()
    total = t.arrow(kept.count()).as_py()
    return Group(total, tuple(Party(kind, row["id"], row["slug"], row["name"]) for row in rows))
