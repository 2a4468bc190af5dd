"""The conversations of a relationship as tracks on one time axis.

A conversation is of a relationship when in it somebody of one side turned to somebody of the other in the window;
everything said in it then is drawn, whoever said it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.readings.covered import answer_day
from honeycell.readings.parties import actors
from honeycell.readings.traces import EVER
from honeycell.ties.touches import actors as acting
from honeycell.ties.turns import MOST_ADDRESSED
from honeycell.tracks.flags import flags
from honeycell.tracks.shares import Share, dialogue, openness
from honeycell.tracks.sides import sided, sides
from honeycell.tracks.silences import silences
from honeycell.tracks.views import Event, Flag, Lane, Person, Tracks, Unanswered, Week
from honeycell.tracks.words import QUOTED, TITLE, asking, cut, said

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.covered import Covered
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["MEETINGS", "conversations_between", "tracks"]

MEETINGS = ("meeting", "call")
QUIET_DAYS = 60
"""Days without anything after which it is nobody's turn any more."""
_SPEAKING = ("message", "ticket_event")
_FLAGGED = ("promise", "order line", "invoice", "ticket")
"""Loops that are drawn: of questions and requests there are too many."""
_COVERED = 0.9
"""Share of the days of a silence on which a sensor must have been on."""
_OTHER = {"a": "b", "b": "a"}
_ORDER = {"a": 0, "b": 1}


def tracks(
    t: Tables, a: Party, b: Party, *, as_of: date | None = None, window_days: int = 365, limit: int | None = None
) -> Tracks:
    """The conversations between two parties on one time axis.

    Args:
        t: The tables of a cell.
        a: One side.
        b: The other.
        as_of: The last day; by default the last covered one.
        window_days: Days on the axis, as far back as anything is covered.
        limit: How many lanes, the most urgent; None for all. The counts are those of all.

    Raises:
        NotFoundError: Nothing is covered at all (`no-such-relationship`).
    """
    on, cover = answer_day(t, as_of)
    first = max(on - timedelta(window_days - 1), min(on, EVER + timedelta(cover.first)))
    held = sides(t, a, b)
    across = t.keep(_across(t, held, first, on))
    found = _gathered(t, across, held, first, on)
    _ask(t, found, on)
    lanes = _lanes(t, _chosen(found, limit), held, on, cover)
    counts = [_counted(one.rows) for one in found]
    turns, us = [one.turn for one in found], _us(t, a, b)
    return Tracks(
        a, b, us, on, first, lanes, len(found), sum(n for n, _n in counts), sum(n for _n, n in counts),
        (turns.count("a"), turns.count("b")), _weeks((row for one in found for row in one.rows), first, on),
        _shares(found, us or "a", {"a": a.name, "b": b.name}, cover, first, on),
    )  # fmt: skip


def conversations_between(t: Tables, a: Party, b: Party, *, as_of: date | None, window_days: int) -> ir.Table:
    """`conversation_id`: those in which somebody of one side turned to somebody of the other in the window."""
    on, _cover = answer_day(t, as_of)
    first = on - timedelta(window_days - 1)
    return _across(t, sides(t, a, b), first, on).select("conversation_id").distinct()


@dataclass
class _Talk:
    """What was found of one conversation."""

    conversation_id: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Its interactions in order of time."""
    across: list[dict[str, Any]] = field(default_factory=list)
    """What went from one side to the other, in order of time."""
    speaker: str = ""
    """The side that spoke last."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What of it the other side has not reacted to, and ought to."""
    turn: str = ""

    @property
    def n_days(self) -> int:
        """On how many days something was said."""
        return len({row["occurred_on"] for row in self.rows})

    @property
    def latest(self) -> tuple[datetime, int]:
        """When its last interaction was."""
        return self.rows[-1]["occurred_at"], self.conversation_id

    def last(self, side: str) -> datetime:
        """When somebody of this side last said something."""
        return max((row["occurred_at"] for row in self.rows if row["side"] in (side, "both")), default=datetime.min)


def _across(t: Tables, held: ir.Table, first: date, on: date) -> ir.Table:
    """What went from a person of one side to a person of the other: broadcasts say nothing to anybody."""
    touches = t["touches"].filter((_.on >= first) & (_.on <= on) & ~_.broadcast)
    touches = touches.select(
        "interaction_id", "from_person_id", "to_person_id", "occurred_at", "on", "kind",
        asks=_.role.isin(("to", "answered")) & (_.n_addressed <= MOST_ADDRESSED) & _.kind.isin(_SPEAKING),
    )  # fmt: skip
    ways = sided(sided(touches, held, "from_person_id", "on", "side"), held, "to_person_id", "on", "to_side")
    ways = ways.filter(_.side != _.to_side)
    return ways.inner_join(t["threads"].select("interaction_id", "conversation_id"), "interaction_id")


def _gathered(t: Tables, across: ir.Table, held: ir.Table, first: date, on: date) -> list[_Talk]:
    talks: dict[int, _Talk] = {}
    for row in _rows(t, _events(t, across, held, first, on)):
        talks.setdefault(row["conversation_id"], _Talk(row["conversation_id"])).rows.append(row)
    for row in _rows(t, across):
        if row["conversation_id"] in talks:
            talks[row["conversation_id"]].across.append(row)
    return list(talks.values())


def _rows(t: Tables, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = t.arrow(table).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"], row["interaction_id"]))
    return rows


def _events(t: Tables, across: ir.Table, held: ir.Table, first: date, on: date) -> ir.Table:
    """Everything said in the conversations, with whose it is."""
    members = t["threads"].semi_join(across, "conversation_id")
    members = t.keep(members.select("interaction_id", "conversation_id", handle="from_handle"))
    columns = ("interaction_id", "kind", "channel", "space", "occurred_at", "occurred_on", "duration_minutes")
    happened = (
        log.interactions(t, None, columns)
        .semi_join(members, "interaction_id")
        .filter((_.occurred_on >= first) & (_.occurred_on <= on))
    )
    machines = t["classes"].filter(_["class"] == "automatic").select("interaction_id")
    said = t.keep(happened.inner_join(members, "interaction_id").left_join(acting(t["handles"]), "handle"))
    by_author = said.filter(_.person_id.notnull()).anti_join(machines, "interaction_id")
    by_author = sided(by_author, held, "person_id", "occurred_on", "author_side")
    # A meeting, and a document of trade, has no author who would have to be of a side.
    ways = across.group_by("interaction_id").agg(low=_.side.min(), high=_.side.max())
    known = said.left_join(by_author.select("interaction_id", "author_side"), "interaction_id")
    known = known.drop("interaction_id_right").left_join(ways, "interaction_id")
    whose = ibis.cases((_.low != _.high, "both"), (_.low.notnull(), _.low), else_=_.author_side.fill_null("other"))
    return known.select(
        "interaction_id", "conversation_id", "kind", "channel", "space", "occurred_at", "occurred_on",
        "duration_minutes", "person_id", author_side=_.author_side.fill_null("other"), side=whose,
    )  # fmt: skip


def _ask(t: Tables, talks: Sequence[_Talk], on: date) -> None:
    """Find out of each conversation what is unanswered, and whose turn it is.

    The side that spoke last waits where it asked somebody of the other, whoever of the other would have answered: it
    turned to three persons at most, as the turns of `honeycell.ties.turns`, and the other has said nothing in this
    conversation so far, or is asked something. An answer that asks nothing ends the matter; whether one does is not
    looked at any more when it is long ago.
    """
    doubtful: set[int] = set()
    for talk in talks:
        talk.speaker = max(_OTHER, key=talk.last)
        since = talk.last(_OTHER[talk.speaker])
        last = (row for row in talk.across if row["side"] == talk.speaker and row["occurred_at"] > since)
        talk.asked = [row for row in last if row["asks"]]
        latest = max((row["occurred_on"] for row in talk.rows if row["side"] != "other"), default=date.min)
        if (on - latest).days > QUIET_DAYS:
            talk.turn = "nobody"
            talk.asked = talk.asked if since == datetime.min else []
        elif since != datetime.min:
            doubtful.update(row["interaction_id"] for row in talk.asked)
    silent = doubtful - asking(t, sorted(doubtful))
    for talk in talks:
        talk.asked = [row for row in talk.asked if row["interaction_id"] not in silent]
        talk.turn = talk.turn or (_OTHER[talk.speaker] if talk.asked else "up_to_date")


def _chosen(talks: Sequence[_Talk], limit: int | None) -> list[_Talk]:
    """The lanes that are drawn, in their order: those that wait for a, for b, and the others; the latest of each first.

    Each of the three has a third of the room, and what the others leave; who was talking on most days has it first.
    """
    groups: tuple[list[_Talk], ...] = ([], [], [])
    for talk in sorted(talks, key=lambda one: (one.n_days, one.latest), reverse=True):
        groups[_ORDER.get(talk.turn, 2)].append(talk)
    shares = [len(group) if limit is None else min(len(group), limit // len(groups)) for group in groups]
    for n, group in enumerate(groups):
        shares[n] += min(len(group) - shares[n], (limit or 0) - sum(shares)) if limit else 0
    chosen = (sorted(group[:n], key=lambda one: one.latest) for group, n in zip(groups, shares, strict=True))
    return [talk for group in chosen for talk in reversed(group)]


def _counted(rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    n_meetings = sum(row["kind"] in MEETINGS for row in rows)
    return len(rows) - n_meetings, n_meetings


def _lanes(t: Tables, talks: Sequence[_Talk], held: ir.Table, on: date, cover: Covered) -> tuple[Lane, ...]:
    if not talks:
        return ()
    sizes = _sizes(t, [row["interaction_id"] for talk in talks for row in talk.rows if row["kind"] not in MEETINGS])
    people = {talk.conversation_id: _people(talk) for talk in talks}
    names = actors(t, [one for found in people.values() for one in found])
    titles, ids = _titles(t, talks), [talk.conversation_id for talk in talks]
    owed = flags(t, ids, on, held=held, kinds=_FLAGGED)
    return tuple(
        _lane(talk, on, cover, sizes, names, people[one], titles[one], owed.get(one, ()))
        for one, talk in zip(ids, talks, strict=True)
    )


def _lane(
    talk: _Talk, on: date, cover: Covered, sizes: dict[int, int], names: dict[int, Party],
    people: dict[int, tuple[str, int]], title: str, owed: tuple[Flag, ...],
) -> Lane:  # fmt: skip
    n_messages, n_meetings = _counted(talk.rows)
    return Lane(
        talk.conversation_id,
        title,
        tuple(sorted({row["channel"] for row in talk.rows})),
        next((row["space"] for row in talk.rows if row["space"]), None),
        tuple(Person(names[one], side, n) for one, (side, n) in people.items() if one in names),
        n_messages,
        n_meetings,
        tuple(_event(row, sizes) for row in talk.rows),
        silences([row["occurred_on"] for row in talk.rows], on, _watched(cover)),
        tuple(flag for flag in owed if flag.opened_at >= talk.rows[0]["occurred_at"]),
        talk.turn,
        _unanswered(talk.asked, on, names),
    )  # fmt: skip


def _event(row: dict[str, Any], sizes: dict[int, int]) -> Event:
    one = row["interaction_id"]
    size = row["duration_minutes"] or 0.0 if row["kind"] in MEETINGS else sizes.get(one, 0)
    return Event(one, row["occurred_at"], row["side"], row["kind"], float(size))


def _unanswered(asked: Sequence[dict[str, Any]], on: date, names: dict[int, Party]) -> Unanswered | None:
    if not asked:
        return None
    first = asked[0]
    whom = dict.fromkeys(row["to_person_id"] for row in asked if row["interaction_id"] == first["interaction_id"])
    return Unanswered(
        _OTHER[first["side"]], first["interaction_id"], first["occurred_at"], max(0, (on - first["on"]).days),
        tuple(names[one] for one in sorted(whom) if one in names),
    )  # fmt: skip


def _people(talk: _Talk) -> dict[int, tuple[str, int]]:
    """Who took part or was turned to, their latest side, and how much they wrote; who wrote most first."""
    whose: dict[int, str] = {}
    wrote: dict[int, int] = defaultdict(int)
    for row in talk.across:
        whose[row["from_person_id"]], whose[row["to_person_id"]] = row["side"], row["to_side"]
    for row in talk.rows:
        if row["person_id"] is not None:
            wrote[row["person_id"]] += 1
            whose.setdefault(row["person_id"], row["author_side"])
    return {one: (whose[one], wrote[one]) for one in sorted(whose, key=lambda one: (-wrote[one], one))}


def _sizes(t: Tables, ids: Sequence[int]) -> dict[int, int]:
    """Characters of each message outside lines marked as quoted."""
    wanted = pa.table({"interaction_id": pa.array(ids, pa.int64())})
    sizes = (
        log.texts(t)
        .semi_join(t.keep(wanted), "interaction_id")
        .select("interaction_id", n=_.body.re_replace(QUOTED, "").length())
    )
    rows = t.arrow(sizes)
    return dict(zip(rows["interaction_id"].to_pylist(), rows["n"].to_pylist(), strict=True))


def _titles(t: Tables, talks: Sequence[_Talk]) -> dict[int, str]:
    chosen = t["conversations"].filter(_.conversation_id.isin([talk.conversation_id for talk in talks]))
    rows = t.arrow(chosen.select("conversation_id", "subject", "first_interaction_id")).to_pylist()
    untitled = [row["first_interaction_id"] for row in rows if not (row["subject"] or "").strip()]
    words = said(t, untitled)
    return {
        row["conversation_id"]: (row["subject"] or "").strip()
        or cut(words.get(row["first_interaction_id"], ("", 0))[0], TITLE)
        for row in rows
    }


def _watched(cover: Covered) -> Any:
    def watched(first: date, last: date) -> bool:
        days = (last - first).days
        end = (last - EVER).days - 1
        return cover.days(end, days) >= _COVERED * days

    return watched


def _weeks(rows: Iterable[dict[str, Any]], first: date, on: date) -> tuple[Week, ...]:
    n_weeks = math.ceil(((on - first).days + 1) / 7)
    counts = {side: [0] * n_weeks for side in ("a", "b", "other")}
    for row in rows:
        if row["kind"] not in MEETINGS:
            counts[row["side"] if row["side"] in counts else "other"][
                n_weeks - 1 - (on - row["occurred_on"]).days // 7
            ] += 1
    start = on - timedelta(7 * n_weeks - 1)
    return tuple(
        Week(max(first, start + timedelta(7 * n)), *(counts[side][n] for side in ("a", "b", "other")))
        for n in range(n_weeks)
    )


def _shares(
    found: Sequence[_Talk], ours: str, names: dict[str, str], cover: Covered, first: date, on: date
) -> tuple[Share, ...]:
    days, end = (on - first).days + 1, (on - EVER).days
    seen, talks = (cover.days(end, days) / days, cover.since(end)), [one.rows for one in found]
    reached = frozenset(row["interaction_id"] for one in found for row in one.across if row["side"] == ours)
    return dialogue(talks, *seen, names), openness(talks, reached, ours, *seen, names)


def _us(t: Tables, a: Party, b: Party) -> str | None:
    ids = t.arrow(t["organisations"].filter(_.us).select("organisation_id"))["organisation_id"].to_pylist()
    return next((side for party, side in ((a, "a"), (b, "b")) if party.kind != "person" and party.id in ids), None)
