"""One conversation by itself: who said what, in own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ibis import _

from honeycell import log
from honeycell.readings.covered import answer_day
from honeycell.readings.parties import actors
from honeycell.readings.traces import EVER
from honeycell.ties.touches import actors as acting
from honeycell.ties.turns import MOST_ADDRESSED
from honeycell.tracks.flags import flags
from honeycell.tracks.talks import MEETINGS
from honeycell.tracks.views import Conversation, Message, Participant, Unanswered
from honeycell.tracks.words import TITLE, asking, cut, said

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["conversation"]

_COLUMNS = ("interaction_id", "kind", "channel", "space", "subject", "occurred_at", "occurred_on", "duration_minutes")


def conversation(t: Tables, conversation_id: int) -> Conversation:
    """A conversation with all its messages.

    Raises:
        NotFoundError: Nothing is covered at all (`cell-empty`).
    """
    on, _cover = answer_day(t, None)
    rows = _said(t, conversation_id)
    texts = said(t, [row["interaction_id"] for row in rows])
    asked = _asked(t, rows)
    seats = [(row["interaction_id"], one, of) for row in rows for one, of in row["present"].items()]
    names = actors(t, sorted({one for _id, one, _of in seats} | {row["to_person_id"] for row in asked}))
    first = next((words for words, _n in (texts.get(row["interaction_id"], ("", 0)) for row in rows) if words), "")
    n_meetings = sum(row["kind"] in MEETINGS for row in rows)
    return Conversation(
        conversation_id,
        next((row["subject"].strip() for row in rows if (row["subject"] or "").strip()), "") or cut(first, TITLE),
        tuple(sorted({row["channel"] for row in rows})),
        next((row["space"] for row in rows if row["space"]), None),
        on,
        len(rows) - n_meetings,
        n_meetings,
        _people(seats, names),
        tuple(
            Message(
                row["interaction_id"], row["occurred_at"], row["kind"], row["channel"],
                names.get(row["person_id"]), row["handle"], row["present"].get(row["person_id"]), row["answers_id"],
                *texts.get(row["interaction_id"], ("", 0)), row["duration_minutes"],
                len(row["present"]) if row["kind"] in MEETINGS else None,
            )
            for row in rows
        ),
        flags(t, [conversation_id], on, least=0.5).get(conversation_id, ()),
        _unanswered(rows, asked, names, on),
    )  # fmt: skip


def _said(t: Tables, conversation_id: int) -> list[dict[str, Any]]:
    """Everything said in a conversation, in order of time, with who said it for whom and what it answers."""
    members = t["threads"].filter(_.conversation_id == conversation_id)
    members = t.keep(members.select("interaction_id", handle="from_handle"))
    happened = (
        log.interactions(t, None, _COLUMNS)
        .semi_join(members, "interaction_id")
        .filter(_.occurred_at.notnull() & _.occurred_on.notnull())
    )
    known = t.keep(happened.inner_join(members, "interaction_id").left_join(acting(t["handles"]), "handle"))
    rows: list[dict[str, Any]] = t.arrow(known).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"], row["interaction_id"]))
    answers, present = _answers(t, members), _present(t, known)
    return [
        {**row, "answers_id": answers.get(row["interaction_id"]), "present": present.get(row["interaction_id"], {})}
        for row in rows
    ]


def _present(t: Tables, known: ir.Table) -> dict[int, dict[int, str | None]]:
    """Who said each of them, or met there, with the organisation they stood for on that day."""
    met = t["touches"].filter(_.kind.isin(MEETINGS)).select("interaction_id", person_id="from_person_id")
    met = met.inner_join(known.select("interaction_id", "occurred_on"), "interaction_id")
    authors = known.filter(_.person_id.notnull()).select("interaction_id", "person_id", "occurred_on")
    seats = t.keep(authors.union(met.select(authors.columns), distinct=True))
    terms = t["terms"].inner_join(t["organisations"].select("organisation_id", organisation="name"), "organisation_id")
    dated = seats.mutate(day=_.occurred_on.delta(EVER, unit="day")).inner_join(terms, "person_id")
    placed = dated.filter((_.day >= _.from_day) & (_.day < _.to_day))
    seated = ("interaction_id", "person_id")
    found: dict[int, dict[int, str | None]] = {}
    for row in t.arrow(seats.left_join(placed.select(*seated, "organisation"), seated)).to_pylist():
        found.setdefault(row["interaction_id"], {})[row["person_id"]] = row["organisation"]
    return found


def _answers(t: Tables, members: ir.Table) -> dict[int, int]:
    """What each answers within the conversation: by a link, else by what is quoted or said."""
    links = (t[name].semi_join(members, "interaction_id").select("interaction_id", "parent_id")
             for name in ("answers", "repaired", "replies"))  # fmt: skip
    inside = members.select(parent_id="interaction_id")
    found: dict[int, int] = {}
    for rows in links:
        for row in t.arrow(rows.semi_join(inside, "parent_id")).to_pylist():
            found[row["interaction_id"]] = row["parent_id"]
    return {one: parent for one, parent in found.items() if one != parent}


def _asked(t: Tables, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whom the last of them asked: it turned to few, and to nobody who had said something, or it asks."""
    if not rows:
        return []
    last = t["touches"].filter((_.interaction_id == rows[-1]["interaction_id"]) & ~_.broadcast)
    asks = last.filter(_.role.isin(("to", "answered")) & (_.n_addressed <= MOST_ADDRESSED) & ~_.kind.isin(MEETINGS))
    found: list[dict[str, Any]] = t.arrow(asks.select("to_person_id").order_by("to_person_id")).to_pylist()
    silent = not {row["to_person_id"] for row in found} & {one for row in rows for one in row["present"]}
    return found if found and (silent or asking(t, [rows[-1]["interaction_id"]])) else []


def _unanswered(
    rows: Sequence[dict[str, Any]], asked: Sequence[dict[str, Any]], names: Mapping[int, Party], on: date
) -> Unanswered | None:
    if not asked:
        return None
    last = rows[-1]
    persons = tuple(names[row["to_person_id"]] for row in asked if row["to_person_id"] in names)
    return Unanswered("", last["interaction_id"], last["occurred_at"], max(0, (on - last["occurred_on"]).days), persons)


def _people(seats: Sequence[tuple[int, int, str | None]], names: Mapping[int, Party]) -> tuple[Participant, ...]:
    n = Counter(one for _id, one, _of in seats if one in names)
    latest = {one: of for _id, one, of in seats}
    return tuple(Participant(names[one], latest[one], n[one]) for one in sorted(n, key=lambda one: (-n[one], one)))
