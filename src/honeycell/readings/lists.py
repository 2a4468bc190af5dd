"""Lists: every relationship, organisation, person and conversation, as tables. People by name, never by a reading."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from honeycell.groups import Groups
from honeycell.ids import written_id
from honeycell.readings.covered import covered
from honeycell.readings.declarations import NAMES
from honeycell.readings.declared import ORGANISATIONS
from honeycell.readings.everywhere import all_readings
from honeycell.readings.numbers import applies
from honeycell.readings.parties import parties
from honeycell.readings.state import Party, PartyState
from honeycell.readings.visible import check_visible, organisations_of

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["conversations", "organisations", "party_state", "people", "people_in_groups", "relationships"]


def relationships(t: Tables, as_of: date | None = None, window_days: int = 90) -> pa.Table:
    """Every relationship between two organisations with contact or documents in 180 days, most contact days first.

    Returns:
        `a b a_name b_name n_contact_days n_pairs last_on`, a column for each reading of two organisations, `status`.
        Side a is the organisation that the cell belongs to, else the one whose slug comes first. Readings look from a,
        as those of `show a~b`, and are null where they are thin; contact days and pairs are those of the window;
        `status` is that of Vitality.
    """
    on = as_of or covered(t).end
    found = all_readings(t, on, "organisation", window_days=window_days, interval=False) if on else None
    if found is not None and on is not None and (theirs := organisations_of(t, on)) is not None:
        found = found.filter(
            pc.or_(*(pc.is_in(found[side], pa.array(theirs, pa.int64())) for side in ("a_id", "b_id")))
        )
    return _listed(t, found)


def party_state(t: Tables, party: Party, *, as_of: date | None = None, window_days: int = 90) -> PartyState:
    """One party and all its relationships with organisations, the most contact days first."""
    on = as_of or covered(t).end
    found = None
    if on is not None:
        if party.kind == "person":
            check_visible(t, party, on)
        found = all_readings(t, on, "organisation", window_days=window_days, interval=False, of=party)
    return PartyState(party, _listed(t, found, party))


def _listed(t: Tables, found: pa.Table | None, party: Party | None = None) -> pa.Table:
    columns: dict[str, list[object]] = {name: [] for name in _SCHEMA.names}
    if found is not None:
        rows = found.sort_by([("n_contact_days", "descending"), ("a_id", "ascending"), ("b_id", "ascending")])
        sides = _sides(t, rows, party)
        for row in rows.to_pylist():
            one, other = sides[row["a_id"]], sides[row["b_id"]]
            for name, value in (("a", _typed(one)), ("b", _typed(other)), ("a_name", one.name), ("b_name", other.name)):
                columns[name].append(value)
            for name in _SCHEMA.names[4:-1]:
                columns[name].append(row.get(name))
            columns["status"].append(row["vitality_status"])
    return pa.table(columns, schema=_SCHEMA)


def _sides(t: Tables, rows: pa.Table, party: Party | None) -> dict[int, Party]:
    ids = sorted(set(rows["a_id"].to_pylist()) | set(rows["b_id"].to_pylist()))
    found = {party_id: Party("organisation", party_id, written_id(party_id), written_id(party_id)) for party_id in ids}
    if len(ids) > _MANY:
        table = t.arrow(t["organisations"].select("organisation_id", "slug", "name")).to_pylist()
        found |= {row["organisation_id"]: Party("organisation", *row.values()) for row in table}
    else:
        found |= parties(t, "organisation", ids)
    return found | ({party.id: party} if party else {})


_MANY = 500
"""Ids above which the whole table is read."""


def _typed(party: Party) -> str:
    return ("@" if party.kind == "person" else "") + party.slug


_SCHEMA = pa.schema([
    ("a", pa.string()), ("b", pa.string()), ("a_name", pa.string()), ("b_name", pa.string()),
    ("n_contact_days", pa.int64()), ("n_pairs", pa.int64()), ("last_on", pa.date32()),
    *((name, pa.float64()) for name in NAMES if applies(name, ORGANISATIONS)), ("status", pa.string()),
])  # fmt: skip


def organisations(t: Tables) -> pa.Table:
    """Every organisation, by name: `slug name n_persons domains provisional us reason organisation_id`."""
    return t.arrow(
        t["organisations"]
        .select("slug", "name", "n_persons", "domains", "provisional", "us", "reason", "organisation_id")
        .order_by(_.name.lower(), "slug")
    )


def people(t: Tables) -> pa.Table:
    """Every person, by name: `slug name organisation n_handles first_on last_on person_id`."""
    order = [ibis.desc(_.to_on.fill_null(_FAR)), ibis.desc("confidence"), "organisation_id"]
    latest = ibis.window(group_by="person_id", order_by=order)
    current = (
        t["affiliations"]
        .mutate(place=ibis.row_number().over(latest))
        .filter(_.place == 0)
        .inner_join(t["organisations"].select("organisation_id", organisation="name"), "organisation_id")
        .select("person_id", "organisation")
    )
    joined = t["persons"].left_join(current, "person_id")
    return t.arrow(
        joined.select(
            "slug", "name", "organisation", "n_handles", first_on=_.first_at.date(), last_on=_.last_at.date(),
            person_id=_.person_id,
        ).order_by(_.name.lower(), "slug")
    )  # fmt: skip


_FAR = date(9999, 12, 31)


def conversations(t: Tables, of: ibis.Table | None = None) -> pa.Table:
    """Every conversation, or those in `of` (a column `conversation_id`), the latest first; of who asks, their own."""
    named = t["conversations"] if of is None else t["conversations"].semi_join(of, "conversation_id")
    if t.viewer is not None:
        read = t["threads"].semi_join(t.readable, "interaction_id").select("conversation_id").distinct()
        named = named.semi_join(read, "conversation_id")
    return t.arrow(
        named.select("subject", "channel", "space", "n_interactions", "n_authors", first_on=_.first_at.date(),
                last_on=_.last_at.date(), conversation_id=_.conversation_id)
        .order_by(ibis.desc("last_on"), "conversation_id")
    )  # fmt: skip


def people_in_groups(t: Tables, found: Groups) -> pa.Table:
    """The groups in a space, one a row, with the names of their people; the most talk inside first.

    Returns:
        `slugs people n_people since_on n_weeks share_inside n_said n_inside e_i share_again share_by_chance firm
        weekly_said weekly_inside week_on space group_id`; the weekly ones are lists of 26 numbers, the last for the
        week of `week_on`.
    """
    known = parties(t, "person", [one for group in found.groups for one in group.members])
    rows = []
    for group in found.groups:
        members = sorted((known[one] for one in group.members), key=lambda one: (one.name.lower(), one.slug))
        rows.append({
            "slugs": [one.slug for one in members], "people": [one.name for one in members], "n_people": len(members),
            "since_on": group.since_on, "n_weeks": group.n_weeks, "share_inside": group.share_inside,
            "n_said": sum(group.said), "n_inside": sum(group.inside), "e_i": group.e_i,
            "share_again": group.share_again, "share_by_chance": group.share_by_chance, "firm": group.firm,
            "weekly_said": group.said, "weekly_inside": group.inside,
            "week_on": found.week_on, "space": found.space, "group_id": group.group_id,
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_GROUPS)


_GROUPS = pa.schema([
    ("slugs", pa.list_(pa.string())), ("people", pa.list_(pa.string())), ("n_people", pa.int64()),
    ("since_on", pa.date32()), ("n_weeks", pa.int64()), ("share_inside", pa.float64()), ("n_said", pa.int64()),
    ("n_inside", pa.int64()), ("e_i", pa.float64()), ("share_again", pa.float64()),
    ("share_by_chance", pa.float64()), ("firm", pa.bool_()),
    ("weekly_said", pa.list_(pa.int64())), ("weekly_inside", pa.list_(pa.int64())), ("week_on", pa.date32()),
    ("space", pa.string()), ("group_id", pa.int64()),
])  # fmt: skip
