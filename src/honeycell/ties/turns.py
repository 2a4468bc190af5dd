"""Turns: one side speaks and waits for the other (`science.md` 2.5).

The touches of a pair, in order of time, fall into *runs*: one side speaks, or the two meet. A run of s towards r
opens a turn at its first touch in role To or answered that names at most three persons. The turn closes

- `explicit`, at the first later touch of r towards s that answers the opening by its native links, if there is one;
- else where the next run begins: `inferred` if r speaks, `met` if the two meet;
- else it is open.

A run ends when the other speaks, so an explicit answer that comes later moves the end of its own turn and keeps no
other from opening. What s adds before the end is counted in `n_chased` and does not restart the clock.

Between organisations an answer by a colleague of r ends a turn as well: a message by native link to what s asked r, of
somebody who is of the same organisation on that day, where neither r nor a colleague spoke, nor the two met, since it
was asked. What s asks r after that opens a turn `anew`, which between two persons does no more than chase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from honeycell.ties import clock
from honeycell.ties.pairs import PAIR, directions

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Change, Changes, Tables

__all__ = ["touched_turns", "turns"]

MOST_ADDRESSED = 3
"""A touch that names more persons than this asks nobody in particular."""

_BETWEEN = ("from_person_id", "to_person_id")
_SPEAKING = ("message", "ticket_event")
_MEETING = ("meeting", "call")
_A, _B, _MET = 0, 1, 2
_UNKNOWN = -32_768
"""Stands for an offset that was not written, since `argmin` passes over nulls."""
_ANSWER = ("answer_id", "answer_at", "answer_offset", "own_at_answer")
_COLLEAGUE = ("colleague_answer_id", "colleague_person_id", "colleague_at")
_COLUMNS = (
    "opening_id", "from_person_id", "to_person_id", "opened_at", "closing_id", "closed_at", "cause", "n_chased",
    *_COLLEAGUE, "anew",
)  # fmt: skip
_RUN = (*PAIR, "speaker", "others")
_NEXT = ("next_at", "next_id", "next_offset", "next_speaker")


def turns(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The turns of these directed pairs, or of all."""
    touches = t["touches"]
    if keys is None:
        return timed(_closed(_numbered(touches), t.keep(_by_colleagues(t, touches))), clock.weekly_offsets(touches))
    pairs = keys.select(
        a_person_id=ibis.least(_.from_person_id, _.to_person_id),
        b_person_id=ibis.greatest(_.from_person_id, _.to_person_id),
    ).distinct()
    between = t.keep(touches.semi_join(directions(pairs), _BETWEEN))
    closed = t.keep(_closed(_numbered(between), t.keep(_by_colleagues(t, between))).semi_join(keys, _BETWEEN))
    responders = closed.select(from_person_id="to_person_id").distinct()
    return timed(closed, clock.weekly_offsets(touches.semi_join(responders, "from_person_id")))


def _numbered(touches: ir.Table) -> ir.Table:
    """What was spoken in each pair, in order, with how often each side and both had spoken so far."""
    forward = _.from_person_id < _.to_person_id
    spoken = touches.filter(
        # A meeting is written both ways; once is enough.
        ~_.broadcast & (_.kind.isin(_SPEAKING) | (_.kind.isin(_MEETING) & forward))
    ).select(
        "interaction_id", "occurred_at", "in_reply_to_id",
        a_person_id=ibis.least(_.from_person_id, _.to_person_id),
        b_person_id=ibis.greatest(_.from_person_id, _.to_person_id),
        speaker=ibis.ifelse(_.kind.isin(_MEETING), _MET, ibis.ifelse(forward, _A, _B)).cast("int8"),
        asks=_asks(_),
        offset=_.utc_offset_minutes.fill_null(_UNKNOWN).cast("int16"),
    )  # fmt: skip
    so_far = ibis.cumulative_window(group_by=PAIR, order_by=["occurred_at", "interaction_id"])
    return (
        spoken.mutate(
            **{
                name: (_.speaker == side).cast("int32").sum().over(so_far).cast("int32")
                for name, side in (("n_a", _A), ("n_b", _B), ("n_met", _MET))
            }
        )
        .mutate(
            at=_.n_a + _.n_b + _.n_met,
            own=_.speaker.cases((_A, _.n_a), (_B, _.n_b), else_=_.n_met),
        )
        .mutate(others=_.at - _.own)
    )


def _asks(touch: Any) -> ir.BooleanValue:
    """Whether a touch asks the person something: it may open a turn."""
    return touch.role.isin(("to", "answered")) & (touch.n_addressed <= MOST_ADDRESSED) & ~touch.kind.isin(_MEETING)


def _answered_by_others(touches: ir.Table, asked: ir.Table) -> ir.Table:
    """What these touches ask one person and another answers by native link: one row for each person and answer.

    `asked_id from_person_id to_person_id`, and of the answer `colleague_answer_id colleague_person_id colleague_at on`.
    """
    asking = asked.filter(~_.broadcast & _.kind.isin(_SPEAKING) & _asks(_)).select(
        *_BETWEEN, asked_id="interaction_id"
    )  # fmt: skip
    answers = touches.filter(~_.broadcast & _.kind.isin(_SPEAKING) & _.in_reply_to_id.notnull()).select(
        "on", from_person_id="to_person_id", asked_id="in_reply_to_id", colleague_answer_id="interaction_id",
        colleague_person_id="from_person_id", colleague_at="occurred_at",
    )  # fmt: skip
    return asking.inner_join(answers, ["asked_id", "from_person_id"]).filter(_.colleague_person_id != _.to_person_id)


def _by_colleagues(t: Tables, asked: ir.Table) -> ir.Table:
    """Of what these touches ask, the answers of others who on the day are of the same organisation as who was asked."""
    found = _answered_by_others(t["touches"], asked).mutate(day=_.on.epoch_days())
    spans = t["terms"].select("organisation_id", "from_day", "to_day", person="person_id")
    for person in ("to_person_id", "colleague_person_id"):
        held = found.inner_join(spans, [found[person] == spans.person])
        held = held.filter((held.day >= held.from_day) & (held.day < held.to_day))
        found = held.select(*found.columns, **{f"{person}_of": held.organisation_id})
    forward = found.from_person_id < found.to_person_id
    return found.filter(found.to_person_id_of == found.colleague_person_id_of).select(
        "asked_id", *_COLLEAGUE,
        a_person_id=ibis.least(_.from_person_id, _.to_person_id),
        b_person_id=ibis.greatest(_.from_person_id, _.to_person_id),
        speaker=ibis.ifelse(forward, _A, _B).cast("int8"),
    )  # fmt: skip


def _later(at: ir.Value, identity: ir.Value, than_at: ir.Value, than: ir.Value) -> ir.BooleanValue:
    """Whether something happened after something else, in the order of touches."""
    return (at > than_at) | ((at == than_at) & (identity > than))


def _cut(openings: ir.Table, numbered: ir.Table, answers: ir.Table) -> ir.Table:
    """The openings of runs, each with the colleague's answer that ends it first, and those that come after one."""
    asking = numbered.filter(_.asks).select(*_RUN, "at", "own", asked_at="occurred_at", asked_id="interaction_id")
    in_order = ibis.window(group_by=list(_RUN), order_by=["colleague_at", "colleague_answer_id"])
    before = {
        "since_at": ibis._.colleague_at.lag().over(in_order),
        "since_id": ibis._.colleague_answer_id.lag().over(in_order),
    }
    within = (
        answers.inner_join(asking.drop("at", "own"), [*PAIR, "speaker", "asked_id"])
        .select(*_RUN, "asked_id", "asked_at", *_COLLEAGUE)
        .inner_join(openings.select(*_RUN, "next_at", "next_id"), list(_RUN))
        .filter(_later(_.colleague_at, _.colleague_answer_id, _.asked_at, _.asked_id))
        .filter(_.next_at.isnull() | _later(_.next_at, _.next_id, _.colleague_at, _.colleague_answer_id))
    )
    # A message that a colleague had the time to answer, and answered something else, is of an earlier turn.
    first = _.since_at.isnull() | _later(_.asked_at, _.asked_id, _.since_at, _.since_id)
    ends = within.mutate(**before).filter(first).select(*_RUN, *_COLLEAGUE)
    ends = ends.mutate(**before, is_last=_.colleague_at.lead().over(in_order).isnull())
    nobody = {name: ibis.null(ends[name].type()) for name in _COLLEAGUE}
    parts = ibis.union(
        ends.filter(_.since_at.notnull()).select(*_RUN, "since_at", "since_id", *_COLLEAGUE),
        ends.filter(_.is_last).select(*_RUN, since_at="colleague_at", since_id="colleague_answer_id", **nobody),
    )
    again = (
        parts.inner_join(asking, list(_RUN))
        .filter(_later(_.asked_at, _.asked_id, _.since_at, _.since_id))
        .group_by([*_RUN, "since_id", *_COLLEAGUE])
        .agg(
            opened=_.at.min(),
            opened_at=_.asked_at.min(),
            opening_id=_.asked_id.argmin(_.at),
            own_at_opening=_.own.min(),
        )
        .drop("since_id")
        .mutate(anew=True)
    )
    ended = ends.filter(_.since_at.isnull()).select(*_RUN, *_COLLEAGUE)
    own = openings.left_join(ended, list(_RUN)).select(*openings.columns, *_COLLEAGUE).mutate(anew=False)
    rest = openings.select(*_RUN, "own_at_end", *_NEXT)
    return own.union(rest.inner_join(again, list(_RUN)).select(*own.columns))


def _closed(numbered: ir.Table, by_colleagues: ir.Table) -> ir.Table:
    """Turns with their ends, and the offset of the closing message (`_UNKNOWN` without one)."""
    runs = (
        # Nothing of the others lies between two touches with equal `others`.
        numbered.group_by(list(_RUN)).agg(
            first=_.at.min(),
            first_at=_.occurred_at.min(),
            first_id=_.interaction_id.argmin(_.at),
            first_offset=_.offset.argmin(_.at),
            opened=_.at.min(where=_.asks),
            opened_at=_.occurred_at.min(where=_.asks),
            opening_id=_.interaction_id.argmin(_.at, where=_.asks),
            own_at_opening=_.own.min(where=_.asks),
            own_at_end=_.own.max(),
        )
    )
    following = ibis.window(group_by=PAIR, order_by="first")
    openings = (
        runs.mutate(
            next_at=_.first_at.lead().over(following),
            next_id=_.first_id.lead().over(following),
            next_offset=_.first_offset.lead().over(following),
            next_speaker=_.speaker.lead().over(following),
        )
        .filter(_.opening_id.notnull())
        .select(*_RUN, "opened", "opened_at", "opening_id", "own_at_opening", "own_at_end", *_NEXT)
    )
    openings = _cut(openings, numbered, by_colleagues)
    answers = numbered.filter(_.in_reply_to_id.notnull()).select(
        *PAIR, "at", "n_a", "n_b",
        opening_id="in_reply_to_id",
        speaker=(1 - _.speaker).cast("int8"),
        answer_id=_.interaction_id,
        answer_at=_.occurred_at,
        answer_offset=_.offset,
    )  # fmt: skip
    explicit = (
        openings.select(*PAIR, "speaker", "opening_id", "opened")
        .inner_join(answers, [*PAIR, "speaker", "opening_id"])
        .filter(_.at > _.opened)
        .group_by([*PAIR, "speaker", "opening_id"])
        .agg(
            answer_id=_.answer_id.argmin(_.at),
            answer_at=_.answer_at.min(),
            answer_offset=_.answer_offset.argmin(_.at),
            own_at_answer=ibis.ifelse(_.speaker == _A, _.n_a, _.n_b).min(),
        )
    )
    # Named first and computed after: Ibis cannot join on a column that a join itself computes.
    closed = openings.left_join(explicit, [*PAIR, "speaker", "opening_id"]).select(*openings.columns, *_ANSWER)
    answered = _.answer_id.notnull()
    end = ibis.ifelse(answered, _.own_at_answer, _.own_at_end)
    return closed.select(
        "opening_id", "opened_at", *_COLLEAGUE, "anew",
        from_person_id=ibis.ifelse(_.speaker == _A, _.a_person_id, _.b_person_id),
        to_person_id=ibis.ifelse(_.speaker == _A, _.b_person_id, _.a_person_id),
        closing_id=ibis.ifelse(answered, _.answer_id, _.next_id),
        closed_at=ibis.ifelse(answered, _.answer_at, _.next_at),
        cause=ibis.cases(
            (answered, "explicit"),
            (_.next_speaker == _MET, "met"),
            (_.next_speaker.notnull(), "inferred"),
        ),
        n_chased=(end - _.own_at_opening).cast("int64"),
        closing_offset=ibis.cases(
            (answered, _.answer_offset),
            (_.next_speaker.notnull() & (_.next_speaker != _MET), _.next_offset),
            else_=_UNKNOWN,
        ).cast("int16"),
    )  # fmt: skip


def timed(closed: ir.Table, weekly: ir.Table) -> ir.Table:
    """Turns with the time they waited, by the wall clock and by the responder's working clock."""
    usual = clock.usual_offsets(weekly)
    # Who wrote at one offset only needs no look at the weeks: all rules give that one.
    moving = usual.filter(_.n_offsets > 1).select("person_id")
    asked = closed.mutate(week=clock.week(_.opened_at))
    needed = asked.select("week", person_id=_.to_person_id).distinct().semi_join(moving, "person_id")
    recent = clock.recent_offsets(weekly.semi_join(moving, "person_id"), needed)
    known = (
        asked.left_join(usual.select(to_person_id="person_id", usual="offset"), "to_person_id")
        .select(*_COLUMNS, "closing_offset", "week", "usual")
        .left_join(
            recent.select("week", to_person_id="person_id", recent="offset"), ["to_person_id", "week"]
        )
        .select(
            *_COLUMNS,
            responder_offset_minutes=ibis.coalesce(
                _.recent, _.closing_offset.nullif(_UNKNOWN), _.usual, 0
            ).cast("int16"),
        )
    )  # fmt: skip
    return known.mutate(
        wait_seconds=_.closed_at.truncate("s").epoch_seconds().cast("int64")
        - _.opened_at.truncate("s").epoch_seconds().cast("int64"),
        working_wait_seconds=clock.working_seconds(_.opened_at, _.closed_at, _.responder_offset_minutes),
    )


def touched_turns(t: Tables, changes: Changes) -> ir.Table:
    """The pairs of changed touches, those who wait for somebody whose clock moved, and those a colleague answers."""
    parts = _asked_of_colleagues(t, changes["terms"]) if "terms" in changes else []
    if "touches" in changes:
        columns = (*_BETWEEN, "occurred_at", "role", "weight", "utc_offset_minutes", "in_reply_to_id")
        change = changes["touches"]
        before, after = (t.keep(rows.select(*columns)) for rows in (change.before, change.after))
        changed = ibis.union(before, after)
        answered = t.keep(changed.filter(_.in_reply_to_id.notnull()).select(interaction_id="in_reply_to_id").distinct())
        parts += [
            changed.select(*_BETWEEN),
            changed.select(from_person_id="to_person_id", to_person_id="from_person_id"),
            t.of_interactions("touches", answered).select(*_BETWEEN),
            *_waiting_soon_after(t, clock.weekly_offsets(changed)),
            *_waiting_for_moved(t, before, after),
        ]
    return ibis.union(*parts)


def _asked_of_colleagues(t: Tables, terms: Change) -> list[ir.Table]:
    """Who asked somebody and was answered by somebody else, one of whom stands for another organisation than before."""
    moved = t.keep(
        ibis.union(terms.before.difference(terms.after), terms.after.difference(terms.before))
        .select("person_id").distinct()
    )  # fmt: skip
    touches = t["touches"]
    by, of = (
        _answered_by_others(touches.semi_join(moved, touches.from_person_id == moved.person_id), touches),
        _answered_by_others(touches, touches.semi_join(moved, touches.to_person_id == moved.person_id)),
    )
    return [by.select(*_BETWEEN), of.select(*_BETWEEN)]


def _waiting_soon_after(t: Tables, weekly: ir.Table) -> list[ir.Table]:
    """Who waited, in the weeks that look back at what changed, for somebody who wrote it."""
    weekly = t.keep(weekly)
    earliest = t.arrow(weekly.week.min()).as_py()
    if earliest is None:
        return []
    weeks = (
        weekly.mutate(later=ibis.range(1, clock.WEEKS + 1).unnest())
        .select(to_person_id="person_id", week=(_.week + _.later).cast("int32"))
        .distinct()
    )
    # Most changes are news, and few turns are later still: of the others one column is looked at.
    later = t["turns"].filter(_.opened_at >= clock.begin(earliest + 1))
    return [later.mutate(week=clock.week(_.opened_at)).semi_join(weeks, ["to_person_id", "week"]).select(*_BETWEEN)]


def _waiting_for_moved(t: Tables, before: ir.Table, after: ir.Table) -> list[ir.Table]:
    """Who waits for a person whose most frequent offset is another than it was."""
    writers = ibis.union(before, after).select("from_person_id").distinct()
    now = t.keep(clock.weekly_offsets(t["touches"].semi_join(writers, "from_person_id")))
    was = (
        ibis.union(now, clock.weekly_offsets(before), clock.weekly_offsets(after).mutate(n=-_.n))
        .group_by("person_id", "week", "offset")
        .agg(n=_.n.sum())
        .filter(_.n > 0)
    )
    usual_now, usual_then = (clock.usual_offsets(weekly).select("person_id", "offset") for weekly in (now, was))
    moved = ibis.union(usual_now.difference(usual_then), usual_then.difference(usual_now))
    moved = t.keep(moved.select(to_person_id="person_id"))
    if not t.arrow(moved.count()).as_py():
        return []
    return [t["turns"].semi_join(moved, "to_person_id").select(*_BETWEEN)]
