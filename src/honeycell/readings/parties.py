"""Who is meant: the organisation or person behind a name as it was typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from honeycell.engine.functions import id_of, written_id
from honeycell.errors import NotFoundError, UsageError
from honeycell.identities.claims import claims
from honeycell.identities.domains import label, places
from honeycell.identities.persons import slugged
from honeycell.readings.state import Party
from honeycell.typed import legible

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["actors", "find_handle", "find_party", "find_relationship", "parties"]

_SHOWN = 5
"""Candidates named in an error."""


def find_party(t: Tables, text: str) -> Party:
    """The organisation or person that answers to a name.

    An organisation answers to its slug, its name, a domain of its own or the label of one; a person to @slug,
    @name, or an address. Both answer to their id, and to the ids and slugs of those who are part of them now, unless
    somebody else bears the slug.

    Raises:
        NotFoundError: Nobody answers to it (`no-such-party`).
        UsageError: More than one do (`ambiguous-name`).
    """
    text = legible(text)
    asked = text.strip().lower()
    person = asked.startswith("@") or "@" in asked
    found = _persons(t, asked) if person else _organisations(t, asked)
    if not found and not person:
        found = _persons(t, "@" + asked)
    found = found or _by_handle(t, text) or _by_id(t, asked)
    found = found or ([] if person else _became(t, asked)) or _formerly(t, asked)
    if not found:
        raise NotFoundError(
            "no-such-party", f"nobody here is called “{text.strip()}”", text.strip(), _remedy(t, asked, person)
        )
    if len(found) > 1:
        raise UsageError(
            "ambiguous-name",
            f"{len(found)} answer to “{text.strip()}”",
            text.strip(),
            "say which: " + ", ".join(_typed(party) for party in found[:_SHOWN]),
        )
    return found[0]


def find_handle(t: Tables, text: str) -> dict[str, Any]:
    """The row of `handles` that is meant by an address, a handle, or a person: theirs is the one they first used.

    Raises:
        NotFoundError: Nobody answers to it, or only an organisation does (`no-such-party`).
        UsageError: More than one answer to it (`ambiguous-name`).
    """
    rows = t.arrow(_handles(t, legible(text))).to_pylist()
    if not rows:
        party = find_party(t, text)
        rows = t.arrow(t["handles"].filter(_.handle_id == party.id)).to_pylist()
        if not rows:
            raise NotFoundError(
                "no-such-party", f"“{text.strip()}” is an organisation", text.strip(), "name an address or a @person"
            )
    found: dict[str, Any] = rows[0]
    return found


def find_relationship(t: Tables, text: str) -> tuple[Party, Party]:
    """The two sides of `A~B`, in the order typed.

    Raises:
        NotFoundError: A side is unknown (`no-such-party`), or both are one (`no-such-relationship`).
        UsageError: It is not two names with ~ between them (`wrong-use`), or one is ambiguous.
    """
    names = text.split("~")
    if len(names) != 2 or not all(name.strip() for name in names):
        raise UsageError("wrong-use", f"“{text}” is not a relationship", text, "write it as A~B, for example ibm~intel")
    a, b = find_party(t, names[0]), find_party(t, names[1])
    if (a.kind, a.id) == (b.kind, b.id):
        raise NotFoundError("no-such-relationship", f"both sides of “{text}” are {a.name}", text, "name two sides")
    return a, b


def parties(t: Tables, kind: str, ids: Sequence[int]) -> dict[int, Party]:
    """The parties with these ids, by id."""
    if not ids:
        return {}
    table = t["persons" if kind == "person" else "organisations"]
    key = f"{kind}_id"
    rows = t.arrow(table.filter(table[key].isin(sorted(set(ids)))).select(key, "slug", "name")).to_pylist()
    return {row[key]: Party(kind, row[key], row["slug"], row["name"]) for row in rows}


def actors(t: Tables, ids: Sequence[int]) -> dict[int, Party]:
    """Who acts in ties and deals, by id: persons, role mailboxes (`mailbox`, by their address), organisations."""
    found = parties(t, "person", ids)
    others = sorted(set(ids) - found.keys())
    if not others:
        return found
    offices = t["handles"].filter((_.kind == "role") & _.handle_id.isin(others))
    rows = t.arrow(offices.select("handle_id", name=_.handle.re_replace("^[a-z]+:", ""))).to_pylist()
    found |= {row["handle_id"]: Party("mailbox", row["handle_id"], row["name"], row["name"]) for row in rows}
    others = sorted(set(ids) - found.keys())
    return found | parties(t, "organisation", others) if others else found


def _organisations(t: Tables, asked: str) -> list[Party]:
    """Those with the best claim: the slug, then the name or a domain, then the label of a domain."""
    rows = t.arrow(t["organisations"].select("organisation_id", "slug", "name", "domains")).to_pylist()
    claims: dict[int, list[Party]] = {}
    for row in rows:
        domains = row["domains"] or []
        if row["slug"] == asked:
            rank = 0
        elif row["name"].lower() == asked or asked in domains:
            rank = 1
        elif any(domain.split(".")[0] == asked for domain in domains):
            rank = 2
        else:
            continue
        claims.setdefault(rank, []).append(Party("organisation", row["organisation_id"], row["slug"], row["name"]))
    return sorted(claims[min(claims)], key=lambda party: party.slug) if claims else []


def _persons(t: Tables, asked: str) -> list[Party]:
    rows = t["persons"]
    if not asked.startswith("@"):
        return _by_handle(t, asked)
    name = asked[1:]
    rank = ibis.greatest((rows.slug == name).ifelse(2, 0), (rows.name.lower() == name.replace("-", " ")).ifelse(1, 0))
    return _best(t, rows.select("slug", "name", id="person_id", rank=rank), "person")


def _handles(t: Tables, text: str) -> ibis.Table:
    """The row of `handles` that is written so, if any: the scheme of mail may be left out, and a name stand before."""
    asked = re.sub(r"^.*<([^<>]*@[^<>]*)>$", r"\1", text.strip())
    return t["handles"].filter(_.handle.isin([asked, asked.lower(), f"mailto:{asked.lower()}"]))


def _by_handle(t: Tables, text: str) -> list[Party]:
    return _holding(t, _handles(t, text))


def _by_id(t: Tables, asked: str) -> list[Party]:
    """Whoever has this id; that of a person is the id of one of their handles, and of no other's."""
    digits = asked.removeprefix("@")
    if not re.fullmatch("[0-7][0-9a-f]{15}", digits):
        return []
    number = int(digits, 16)
    found = _holding(t, t["handles"].filter(_.handle_id == number))
    return found or list(parties(t, "organisation", [number]).values())


def _formerly(t: Tables, asked: str) -> list[Party]:
    """Who holds a handle whose person could have borne the slug: spelt as one of its names or as its login."""
    slug = asked.removeprefix("@")
    held = t["handles"].filter(_.person_id.notnull())
    names = held.inner_join(t["names"].filter(_.display_name != ""), "handle")
    spelt = ibis.union(
        names.select("handle_id", "person_id", slug=slugged(_.display_name.re_replace("@.*$", ""))),
        held.select("handle_id", "person_id", slug=slugged(_.handle.re_replace("^[a-z]+:", "").re_replace("@.*$", ""))),
    )
    whole = _.slug == slug
    numbered = re.fullmatch("(.+)-([0-9a-f]{4}|[0-9a-f]{16})", slug)
    if numbered:
        stem, digits = numbered.groups()
        whole = whole | ((_.slug == stem) & written_id(_.handle_id).startswith(digits))
    return _holding(t, spelt.filter(whole))


def _became(t: Tables, asked: str) -> list[Party]:
    """The organisation that a domain or name belongs to now which had this id or could have borne this slug."""
    said = claims(t, places(t, t["profiles"].select("host")))
    once = said.names.select("node", "key", text="written").union(said.domains.select("node", "key", text="domain"))
    once = once.union(said.domains.select(node="domain", key="key", text="domain"))
    spelt = once.mutate(
        written=written_id(id_of(_.node)),
        slug=slugged(label(_.text).nullif("").coalesce(_.text)),
        whole=slugged(_.text),
    )
    meant = (_.written == asked) | (_.slug == asked) | (_.whole == asked)
    numbered = re.fullmatch("(.+)-([0-9a-f]{4}|[0-9a-f]{16})", asked)
    if numbered:
        stem, digits = numbered.groups()
        meant = meant | ((_.slug == stem) & _.written.startswith(digits))
    ids = t.arrow(spelt.filter(meant).select(id=id_of(_.key)).distinct())["id"].to_pylist()
    return sorted(parties(t, "organisation", ids).values(), key=lambda party: party.slug)


def _holding(t: Tables, handles: ibis.Table) -> list[Party]:
    """The persons to whom these handles belong."""
    ids = t.arrow(handles.filter(_.person_id.notnull()).select("person_id").distinct())["person_id"].to_pylist()
    return sorted(parties(t, "person", ids).values(), key=lambda party: party.slug)


def _best(t: Tables, candidates: ibis.Table, kind: str) -> list[Party]:
    rows = t.arrow(candidates.filter(_.rank > 0).order_by(ibis.desc("rank"), "slug").limit(50)).to_pylist()
    return [Party(kind, row["id"], row["slug"], row["name"]) for row in rows if row["rank"] == rows[0]["rank"]]


def _remedy(t: Tables, asked: str, person: bool) -> str:
    table = t["persons" if person else "organisations"]
    slugs = t.arrow(table.select("slug"))["slug"].to_pylist()
    near = difflib.get_close_matches(asked.removeprefix("@"), slugs, 3, 0.6)
    if near:
        return "did you mean " + " or ".join(("@" if person else "") + slug for slug in near) + "?"
    return "`honeycell list " + ("people`" if person else "organisations`") + " names everybody"


def _typed(party: Party) -> str:
    return ("@" if party.kind == "person" else "") + party.slug
