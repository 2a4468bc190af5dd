"""The conversations of a relationship as tracks on one time axis."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.readings.covered import answer_day
from honeycell.readings.parties import actors
from honeycell.readings.traces import EVER
from honeycell.readings.visible import check_sides
from honeycell.tracks.beside import shares
from honeycell.tracks.flags import flags
from honeycell.tracks.sides import sides
from honeycell.tracks.silences import silences
from honeycell.tracks.talks import MEETINGS, OTHER, Talk, across, talks_between, us
from honeycell.tracks.views import Event, Flag, Lane, Person, Tracks, Unanswered, Week
from honeycell.tracks.words import QUOTED, TITLE, asking, cut, said

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.covered import Covered
    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["conversations_between", "tracks"]

QUIET_DAYS = 60
"""Days without anything after which it is nobody's turn any more."""
_FLAGGED = ("promise", "order line", "invoice", "ticket")
"""Loops that are drawn: of questions and requests there are too many."""
_COVERED = 0.9
"""Share of the days of a silence on which a sensor must have been on."""
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
        NotFoundError: Nothing is covered at all (`cell-empty`).
    """
    on, cover = answer_day(t, as_of)
    check_sides(t, a, b, on)
    first = max(on - timedelta(window_days - 1), min(on, EVER + timedelta(cover.first)))
    held = sides(t, a, b)
    found = talks_between(t, held, first, on)
    _ask(t, found, on)
    lanes = _lanes(t, _chosen(found, limit), held, on, cover)
    counts = [_counted(one.rows) for one in found]
    turns, ours = [one.turn for one in found], us(t, a, b)
    return Tracks(
        a, b, ours, on, first, lanes, len(found), sum(n for n, _n in counts), sum(n for _n, n in counts),
        (turns.count("a"), turns.count("b")), _weeks((row for one in found for row in one.rows), first, on),
        shares(t, found, ours or "a", {"a": a.name, "b": b.name}, cover, first, on),
    )  # fmt: skip


def conversations_between(t: Tables, a: Party, b: Party, *, as_of: date | None, window_days: int) -> ir.Table:
    """`conversation_id`: those in which somebody of one side turned to somebody of the other in the window."""
    on, _cover = answer_day(t, as_of)
    check_sides(t, a, b, on)
    first = on - timedelta(window_days - 1)
    return across(t, sides(t, a, b), first, on).select("conversation_id").distinct()


def _ask(t: Tables, talks: Sequence[Talk], on: date) -> None:
    """Find out of each conversation what is unanswered, and whose turn it is.

    The side that spoke last waits where it asked somebody of the other, whoever of the other would have answered: it
    turned to three persons at most, as the turns of `honeycell.ties.turns`, and the other has said nothing in this
    conversation so far, or is asked something. An answer that asks nothing ends the matter; whether one does is not
    looked at any more when it is long ago.
    """
    doubtful: set[int] = set()
    for talk in talks:
        talk.speaker = max(OTHER, key=talk.last)
        since = talk.last(OTHER[talk.speaker])
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
        talk.turn = talk.turn or (OTHER[talk.speaker] if talk.asked else "up_to_date")


def _chosen(talks: Sequence[Talk], limit: int | None) -> list[Talk]:
    """The lanes that are drawn, in their order: those that wait for a, for b, and the others; the latest of each first.

    Each of the three has a third of the room, and what the others leave; who was talking on most days has it first.
    """
    groups: tuple[list[Talk], ...] = ([], [], [])
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


def _lanes(t: Tables, talks: Sequence[Talk], held: ir.Table, on: date, cover: Covered) -> tuple[Lane, ...]:
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
    talk: Talk, on: date, cover: Covered, sizes: dict[int, int], names: dict[int, Party],
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
        OTHER[first["side"]], first["interaction_id"], first["occurred_at"], max(0, (on - first["on"]).days),
        tuple(names[one] for one in sorted(whom) if one in names),
    )  # fmt: skip


def _people(talk: Talk) -> dict[int, tuple[str, int]]:
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


def _titles(t: Tables, talks: Sequence[Talk]) -> dict[int, str]:
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
