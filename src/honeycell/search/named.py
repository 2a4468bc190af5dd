"""People and organisations by the words of their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from honeycell.readings.state import Party
from honeycell.search.index import words_in
from honeycell.search.query import Part

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Group", "named"]


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many in all, and the first of them."""

    total: int
    rows: tuple[Any, ...]


def named(t: Tables, parts: Sequence[Part], limit: int) -> tuple[Group, Group]:
    """The persons and the organisations in whose name or address all words are, by name; who bears just them first."""
    whole = "-".join(word for part in parts for word in words_in(part.value))
    found = _persons(t, parts).union(_organisations(t, parts))
    first = [_.slug != whole, _.name.lower(), "slug"]
    found = found.mutate(
        place=ibis.row_number().over(ibis.window(group_by="kind", order_by=first)),
        total=_.count().over(ibis.window(group_by="kind")),
    )
    rows = t.arrow(found.filter(_.place < limit).order_by("kind", "place")).to_pylist()
    people, organisations = (
        Group(
            max((row["total"] for row in rows if row["kind"] == kind), default=0),
            tuple(Party(kind, row["id"], row["slug"], row["name"]) for row in rows if row["kind"] == kind),
        )
        for kind in ("person", "organisation")
    )
    return people, organisations


def _persons(t: Tables, parts: Sequence[Part]) -> ir.Table:
    persons = t["persons"]
    for part in parts:
        said = _begun(persons.slug, persons.name, part)
        if "@" in part.value:
            asked = part.value.lower().rstrip("*")
            of_address = t["handles"].filter(_.handle.lower().contains(asked)).select("person_id")
            said = said | persons.person_id.isin(of_address.person_id)
        persons = persons.filter(said)
    return persons.select("slug", "name", id="person_id", kind=ibis.literal("person"))


def _organisations(t: Tables, parts: Sequence[Part]) -> ir.Table:
    table = t["organisations"]
    for part in parts:
        domains = " " + table.domains.join(" ")
        table = table.filter(
            _begun(table.slug, table.name, part) | domains.contains(" " + part.value.lower().rstrip("*"))
        )
    return table.select("slug", "name", id="organisation_id", kind=ibis.literal("organisation"))


def _begun(slug: ir.StringColumn, name: ir.StringColumn, part: Part) -> ir.BooleanValue:
    """Whether each word of a part begins a word of the slug; or, in another script, the part is in the name."""
    said = ibis.and_(*(("-" + slug).contains("-" + word) for word in words_in(part.value)))
    return said if part.value.isascii() else said | name.lower().contains(part.value.lower().rstrip("*"))
