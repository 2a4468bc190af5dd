"""What a part of a query means: the documents that fulfil it.

Persons, organisations and spaces are looked up when they are asked for, so that a decision on who is who needs no new
index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis
import tantivy
from ibis import _

from honeycell.errors import NotFoundError, UsageError
from honeycell.log import find_spaces
from honeycell.readings import find_party
from honeycell.readings.spaces.standing import ANEW
from honeycell.search.index import NO_DAY, SCHEMA, words_in
from honeycell.search.query import FILTERS, HELD, Part, period
from honeycell.viewers import open_spaces

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["all_of", "holding", "likely", "meaning", "phrases", "readable_by"]

Query = tantivy.Query
_EVER = date.max.toordinal() - date(1970, 1, 1).toordinal()


def meaning(t: Tables, searcher: tantivy.Searcher, part: Part) -> tantivy.Query:
    """The documents that fulfil a part of a query, its - aside.

    Raises:
        NotFoundError: Nobody, or no space, answers to a name (`no-such-party`, `no-such-space`).
        UsageError: More than one do (`ambiguous-name`), a date is none (`bad-date`), a value makes no sense or
            nothing in the cell tells (`bad-query`, `loops-unknown`).
    """
    if part.name in ("from", "to", "with"):
        # Of blind copies others do not know.
        received = ("to", "bcc") if t.viewer is None else ("to",)
        roles = {"from": ("from",), "to": received, "with": ("from", *received)}[part.name]
        return _any([_sent(t, role, part.value) for role in roles])
    if part.name in ("before", "after", "on"):
        first, end = period(part.value)
        return _days(None if part.name == "before" else first, {"before": first, "on": end}.get(part.name))
    if part.name == "in":
        known = [space for space, _n in searcher.terms_with_prefix("space", "")]
        return Query.term_set_query(SCHEMA, "space", find_spaces(part.value, known))
    if part.name == "kind":
        return _kind(searcher, part)
    if part.name == "has":
        return _held(t, part)
    return _any([_phrase("subject" if part.name == "about" else "words", words) for words in phrases(part)])


def phrases(part: Part) -> list[tuple[str, ...]]:
    """The words that a part without a name looks for, as they are indexed; the last ends with * where any end will do.

    Raises:
        UsageError: There is no letter or digit in it (`bad-query`).
    """
    words = words_in(part.value)
    if not words:
        raise UsageError("bad-query", f"“{part.typed}” has neither letter nor digit", part.typed, "look for a word")
    if part.value.endswith("*"):
        words[-1] += "*"
    return [tuple(words)]


def all_of(queries: Sequence[tuple[tantivy.Query, bool]]) -> tantivy.Query:
    """The documents that fulfil every query, or, where it is negated, do not."""
    occurs = [(tantivy.Occur.MustNot if negated else tantivy.Occur.Must, query) for query, negated in queries]
    return Query.boolean_query([(tantivy.Occur.Must, Query.all_query()), *occurs])


def likely(t: Tables, kind: str) -> ir.Table:
    """The loops of this type that there are more likely than not."""
    return t["loops"].filter((_.type == kind) & (_.probability >= 0.5))


def holding(ids: Sequence[int]) -> tantivy.Query:
    """The documents of these interactions."""
    return Query.term_set_query(SCHEMA, "id", list(ids))


def readable_by(t: Tables, person_id: int) -> tantivy.Query:
    """The documents that a person may read, as `honeycell.viewers.readable` says."""
    handles = t.arrow(t["handles"].filter(_.person_id == person_id).select("handle"))["handle"].to_pylist()
    spaces = t.arrow(open_spaces(t, person_id))["space"].to_pylist()
    seats = [Query.term_set_query(SCHEMA, role, handles) for role in ("from", "to", "bcc")]
    return _any([*seats, Query.term_set_query(SCHEMA, "space", spaces)])


def _any(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(tantivy.Occur.Should, one) for one in queries])


def _phrase(field: str, words: Sequence[str]) -> tantivy.Query:
    *before, last = words
    if last.endswith("*"):
        if before:
            return Query.phrase_prefix_query(SCHEMA, field, [*before, last[:-1]])
        return Query.regex_query(SCHEMA, field, re.escape(last[:-1]) + ".*")
    return Query.phrase_query(SCHEMA, field, list(words)) if before else Query.term_query(SCHEMA, field, last, "basic")


def _days(first: date | None, end: date | None) -> tantivy.Query:
    """The documents of days from the first to the one before the end; none without a plausible day."""
    epoch = date(1970, 1, 1).toordinal()
    return _between(
        NO_DAY + 1 if first is None else first.toordinal() - epoch, None if end is None else end.toordinal() - epoch
    )


def _between(low: int, high: int | None) -> tantivy.Query:
    """The documents of days from `low` to the one before `high`."""
    last = _EVER if high is None else high - 1
    return Query.range_query(SCHEMA, "day", tantivy.FieldType.Integer, lower_bound=low, upper_bound=last)


def _sent(t: Tables, field: str, value: str) -> tantivy.Query:
    """The documents with somebody in a role: an address, a person with all addresses, or an organisation's."""
    asked = value.strip().lower()
    if asked == "us":
        return _of_organisations(t, field, _us(t))
    written = t["handles"].filter(_.handle.lower().isin([asked, f"mailto:{asked}"])).select("handle")
    handles = t.arrow(written)["handle"].to_pylist()
    if not handles:
        party = find_party(t, value)
        if party.kind == "organisation":
            return _of_organisations(t, field, [party.id])
        handles = t.arrow(t["handles"].filter(_.person_id == party.id).select("handle"))["handle"].to_pylist()
    return Query.term_set_query(SCHEMA, field, handles)


def _us(t: Tables) -> list[int]:
    ids: list[int] = t.arrow(t["organisations"].filter(_.us).select("organisation_id"))["organisation_id"].to_pylist()
    if not ids:
        raise NotFoundError("no-such-party", "this cell does not know who is us", "us", ANEW)
    return ids


def _of_organisations(t: Tables, field: str, ids: Sequence[int]) -> tantivy.Query:
    """The documents with somebody who stood for one of these organisations on the day, or with a machine of theirs."""
    handles, wanted = t["handles"], _.organisation_id.isin(ids)
    acting = handles.mutate(actor_id=_.person_id.coalesce(_.handle_id)).select("handle", "actor_id")
    terms = t["terms"].filter(wanted).select("person_id", "from_day", "to_day")
    held = acting.inner_join(terms, acting.actor_id == terms.person_id).select("handle", "from_day", "to_day")
    machines = handles.filter(wanted & (_.kind == "automatic"))
    always = machines.select("handle", from_day=ibis.literal(0, "int64"), to_day=ibis.literal(_EVER, "int64"))
    by_days: dict[tuple[int, int], list[str]] = {}
    for row in t.arrow(held.union(always)).to_pylist():
        by_days.setdefault((row["from_day"], row["to_day"]), []).append(row["handle"])
    queries = []
    for (first, end), some in by_days.items():
        query = Query.term_set_query(SCHEMA, field, some)
        whole = first <= 0 and end >= _EVER
        queries.append(query if whole else all_of([(query, False), (_between(first, end), False)]))
    return _any(queries) if queries else Query.empty_query()


def _kind(searcher: tantivy.Searcher, part: Part) -> tantivy.Query:
    known = [kind for kind, _n in searcher.terms_with_prefix("kind", "")]
    if part.value.lower() not in known:
        raise UsageError(
            "bad-query", f"nothing here is of the kind “{part.value}”", part.typed, "one of: " + ", ".join(known)
        )
    return Query.term_query(SCHEMA, "kind", part.value.lower(), "basic")


def _held(t: Tables, part: Part) -> tantivy.Query:
    kind = part.value.lower()
    if kind == "link":
        return Query.term_query(SCHEMA, "has", kind, "basic")
    if kind not in HELD:
        raise UsageError("bad-query", f"no message is known to have “{part.value}”", part.typed, FILTERS["has"])
    if not t.arrow(t["loops"].filter(_.source == "text").limit(1).count()).as_py():
        raise UsageError(
            "loops-unknown", f"no {kind} was found in any text of this cell", part.typed, "run `honeycell refresh`"
        )
    return holding(t.arrow(likely(t, kind).select("interaction_id").distinct())["interaction_id"].to_pylist())
