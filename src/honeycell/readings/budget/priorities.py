"""Priorities: to whom an organisation means to give its attention, as people declared it (`science.md` 4.2 c).

Declared by people, never worked out from revenue or from anything else, and shown with who declared them and when: a
share that nobody looks at again becomes a target.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from honeycell.decisions import OTHERS
from honeycell.errors import NotFoundError, UsageError
from honeycell.readings.parties import find_party
from honeycell.readings.state import Party

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Priorities", "as_decided", "declared", "in_force"]


@dataclass(frozen=True)
class Priorities:
    """Priorities as somebody declared them."""

    decision_id: int
    decided_by: str
    decided_on: date
    why: str | None
    from_on: date | None
    """The first day they hold; None: since ever."""
    shares: tuple[tuple[Party, float], ...]
    """The largest first."""
    others: float
    """What is left for everybody else, those among them whom nobody here answers for."""
    unknown: tuple[str, ...] = ()
    """Names that no organisation here answers to."""


def in_force(t: Tables, organisation: Party, on: date) -> Priorities | None:
    """The priorities of an organisation on a day: the last that were decided of those that held then."""
    found = [one for party, one in _read(t) if party == organisation and (one.from_on is None or one.from_on <= on)]
    return max(found, key=lambda one: one.decision_id, default=None)


def declared(t: Tables) -> pa.Table:
    """All priorities that stand: one row for each share, the latest decision first.

    Returns:
        `of name share from_on decided_on decided_by why decision_id`; `of` is the slug of whose attention it is, and
        `name` that of whom it is meant for, or `others`.
    """
    rows: list[dict[str, Any]] = []
    for party, one in sorted(_read(t), key=lambda found: -found[1].decision_id):
        shares = [*((to.slug, share) for to, share in one.shares), *[(OTHERS, one.others)] * (one.others > 0)]
        rows += [
            {
                "of": party.slug, "name": name, "share": share, "from_on": one.from_on, "decided_on": one.decided_on,
                "decided_by": one.decided_by, "why": one.why, "decision_id": one.decision_id,
            }
            for name, share in shares
        ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_ROWS)


def as_decided(t: Tables, whose: Party, shares: Mapping[str, float]) -> dict[str, str]:
    """Priorities as typed, in the words of the world, which mean the same after a rebuild: domains, else names.

    Args:
        t: The tables of a cell.
        whose: The organisation whose attention it is.
        shares: Organisations as typed, or `others`, and what each is to get.

    Raises:
        NotFoundError: No organisation answers to a name (`no-such-party`).
        UsageError: One is a person, the organisation itself, or named twice (`bad-decision`).
    """
    found: dict[str, float] = {}
    for name, share in shares.items():
        party = None if name == OTHERS else find_party(t, name)
        if party == whose:
            raise UsageError("bad-decision", "that is whose attention it is", name, "name others")
        word = OTHERS if party is None else _written(t, party)
        if word in found:
            raise UsageError("bad-decision", "an organisation stands there twice", name, "name each once")
        found[word] = share
    return {"organisation": _written(t, whose), "shares": json.dumps(found)}


def _written(t: Tables, party: Party) -> str:
    if party.kind == "person":
        raise UsageError("bad-decision", f"{party.name} is a person", party.slug, "name an organisation")
    held = t["organisations"]
    (row,) = t.arrow(held.filter(held.organisation_id == party.id).select("name", "domains")).to_pylist()
    return str(row["domains"][0] if row["domains"] else row["name"])


_ROWS = pa.schema([
    ("of", pa.string()), ("name", pa.string()), ("share", pa.float64()), ("from_on", pa.date32()),
    ("decided_on", pa.date32()), ("decided_by", pa.string()), ("why", pa.string()), ("decision_id", pa.int64()),
])  # fmt: skip


def _read(t: Tables) -> Iterator[tuple[Party, Priorities]]:
    """Every declaration that stands, with whose it is; those of nobody here are left out."""
    rows = t.arrow(t["priorities"]).to_pylist()
    if not rows:
        return
    called = _called(t)

    def party(name: str) -> Party | None:
        if name.lower() in called:
            return called[name.lower()]
        try:
            return find_party(t, name)
        except (NotFoundError, UsageError):
            return None

    for row in rows:
        whose = party(row["organisation"])
        if whose is None:
            continue
        given: dict[Party, float] = {}
        unknown, others = [], 0.0
        for name, share in json.loads(row["shares"]).items():
            to = None if name == OTHERS else party(name)
            if to is not None:
                given[to] = given.get(to, 0.0) + share
                continue
            others += share
            unknown += [name] * (name != OTHERS)
        total = sum(given.values()) + others
        shares = sorted(given.items(), key=lambda one: (-one[1], one[0].slug))
        yield whose, Priorities(
            row["decision_id"], row["decided_by"], row["decided_at"].date(), row["why"], row["from_on"],
            tuple((to, share / total) for to, share in shares), others / total, tuple(unknown),
        )  # fmt: skip


def _called(t: Tables) -> dict[str, Party]:
    """Organisations by their domains, and by names that one alone bears."""
    found: dict[str, Party] = {}
    names: dict[str, list[Party]] = {}
    for row in t.arrow(t["organisations"].select("organisation_id", "slug", "name", "domains")).to_pylist():
        party = Party("organisation", row["organisation_id"], row["slug"], row["name"])
        found |= dict.fromkeys(row["domains"] or [], party)
        names.setdefault(row["name"].lower(), []).append(party)
    return {name: held[0] for name, held in names.items() if len(held) == 1} | found
