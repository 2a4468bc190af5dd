"""Small made-up worlds: the tables that ties are derived from, and a second, slow way to derive them.

The slow way walks row by row and minute by minute, and shares nothing with the expressions it checks.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pyarrow as pa

from honeycell.engine import Engine
from honeycell.steps import Change, Changes, Step, Tables, derive
from honeycell.tables import TABLES
from honeycell.ties import STEPS

START = datetime(2024, 1, 1)
MOVES = date(2024, 1, 3)
TIES = tuple(step.table for step in STEPS)
LOGGED = ("interactions", "participants")


@dataclass
class World:
    """Interactions by id, each with its participants, class and parent; and whose each handle is."""

    interactions: dict[int, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, int | None] = field(default_factory=dict)
    turncoats: frozenset[int] = frozenset({3})
    """Who goes over to the other organisation on `MOVES`."""

    def rows(self, name: str) -> pa.Table:
        """One of the six tables that ties read."""
        made = {
            "interactions": self._interactions,
            "participants": self._participants,
            "classes": self._classes,
            "replies": self._replies,
            "handles": self._handles,
            "affiliations": self._affiliations,
        }[name]()
        return filled(name, made)

    def _interactions(self) -> list[dict[str, Any]]:
        names = set(TABLES["interactions"].schema.names)
        return [{k: v for k, v in row.items() if k in names} for row in self.interactions.values()]

    def _participants(self) -> list[dict[str, Any]]:
        return [
            {"interaction_id": i, "copy_hash": row["copy_hash"], "role": role, "handle": handle, "batch": row["batch"]}
            for i, row in self.interactions.items()
            for role, handle in row["roles"]
        ]

    def _classes(self) -> list[dict[str, Any]]:
        return [{"interaction_id": i, "class": row["class"]} for i, row in self.interactions.items()]

    def _replies(self) -> list[dict[str, Any]]:
        return [
            {
                "interaction_id": i, "parent_id": row["parent"], "how": "in-reply-to",
                "from_handle": author(row), "parent_handle": author(self.interactions[row["parent"]]),
            }
            for i, row in self.interactions.items()
            if row["parent"] in self.interactions
        ]  # fmt: skip

    def _handles(self) -> list[dict[str, Any]]:
        used = {handle for row in self.interactions.values() for _, handle in row["roles"]}
        return [{"handle": handle, "person_id": self.people[handle], "kind": "person"} for handle in sorted(used)]

    def _affiliations(self) -> list[dict[str, Any]]:
        spans = [
            (person, side, *days)
            for person in sorted({person for person in self.people.values() if person})
            for side, days in (
                ((0, (None, MOVES - timedelta(1))), (1, (MOVES, None)))
                if person in self.turncoats
                else ((self.organisation(person, MOVES), (None, None)),)
            )
        ]
        return [
            {
                "person_id": person, "organisation_id": side + 1, "from_on": start or date(2020, 1, 1), "to_on": end,
                "n": 1, "confidence": 1.0, "reason": "test",
            }
            for person, side, start, end in spans
        ]  # fmt: skip

    def organisation(self, person: int, on: date) -> int:
        """0 or 1."""
        return int(on >= MOVES) if person in self.turncoats else person // 2 % 2


def filled(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as a table of the model; what is left out is null."""
    schema = TABLES[name].schema
    return pa.Table.from_pylist([{c: row.get(c) for c in schema.names} for row in rows], schema)


def author(row: dict[str, Any]) -> str | None:
    """The handle that wrote an interaction."""
    return min((handle for role, handle in row["roles"] if role == "from"), default=None)


def made_up(random: Random, n: int, batch: int, world: World | None = None) -> World:
    """A world with `n` more interactions than the given one, at any time, earlier or later.

    In some of them, one after the other, somebody asks one person and is answered by whomever.
    """
    world = replace(world, interactions={k: dict(v) for k, v in world.interactions.items()},
                    people=dict(world.people)) if world else World()  # fmt: skip
    for number in range(8):
        # Two handles of one person, and one that is nobody's.
        world.people.setdefault(f"mailto:h{number}@example.com", None if number == 7 else number % 6 + 1)
    handles = sorted(world.people)
    for _ in range(n):
        identity = random.getrandbits(63)
        at = START + timedelta(days=random.choice((0, 0, 1, 3, 20, 70, 140)), minutes=random.randrange(0, 2880, 20))
        offset = random.choice((None, 0, 60, 60, -300))
        kind = random.choice(("message",) * 9 + ("meeting", "order"))
        undated = random.random() < 0.03
        roles = _roles(random, kind, handles)
        if asks_one := kind == "message" and random.random() < 0.6:
            at = START + timedelta(days=200, minutes=20 * len(world.interactions) - random.choice((0, 0, 500)))
            answered = random.random() < 0.5
            roles = [("from", random.choice(handles[1:7]) if answered else handles[0]),
                     ("to", handles[0 if answered else 1])]  # fmt: skip
        latest = list(world.interactions)[-3 if asks_one else -6 :]
        world.interactions[identity] = {
            "interaction_id": identity,
            "copy_hash": "0",
            "batch": batch,
            "kind": kind,
            "channel": random.choice(("mail", "mail", "slack")),
            "space": random.choice((None, None, "list:dev")),
            "occurred_at": None if undated else at + timedelta(microseconds=random.choice((0, 500_000))),
            "occurred_on": None if undated else (at + timedelta(minutes=offset or 0)).date(),
            "utc_offset_minutes": offset,
            "duration_minutes": random.choice((None, 30.0, 50.0)) if kind == "meeting" else None,
            "class": "direct" if asks_one else random.choice(("direct",) * 6 + ("broadcast", "automatic")),
            "roles": roles,
            "parent": random.choice([None, *latest]) if kind == "message" else None,
        }
    return world


def said(*messages: tuple[int, int, int, int, int | None], world: World | None = None) -> World:
    """Direct messages of three people: id, minute, from whom, to whom, what it answers; and those of another world."""
    handles: dict[str, int | None] = {f"mailto:{one}": one for one in (1, 2, 3)}
    made = World(dict(world.interactions) if world else {}, handles, frozenset())
    for identity, minute, one, other, parent in messages:
        at = START + timedelta(minutes=minute)
        made.interactions[identity] = {
            "interaction_id": identity, "copy_hash": "0", "batch": 2 if world else 1, "kind": "message",
            "channel": "mail", "space": None, "occurred_at": at, "occurred_on": at.date(), "utc_offset_minutes": 0,
            "duration_minutes": None, "class": "direct", "parent": parent,
            "roles": [("from", f"mailto:{one}"), ("to", f"mailto:{other}")],
        }  # fmt: skip
    return made


def _roles(random: Random, kind: str, handles: list[str]) -> list[tuple[str, str]]:
    some = random.sample(handles, random.randint(2, 5))
    if kind == "order":
        return [("buyer", some[0]), ("seller", some[1])]
    if kind == "meeting":
        return [("organiser", some[0]), *(("attendee", handle) for handle in some)]
    named = [(random.choice(("to", "to", "cc", "bcc")), handle) for handle in some[1:]]
    again = [("cc", some[1])] if random.random() < 0.2 else []
    return sorted({("from", some[0]), *named, *again})


def write(engine: Engine, world: World) -> dict[str, list[dict[str, Any]]]:
    """Write a whole world and rebuild its ties; the derived tables as sorted rows."""
    with engine.writing("log") as writer:
        for name in LOGGED:
            writer.append(name, world.rows(name))
        writer.publish()
    return _derive(engine, world, None)


def extend(engine: Engine, before: World, after: World) -> dict[str, list[dict[str, Any]]]:
    """Append what the second world has more, and refresh."""
    fresh = replace(after, interactions={i: row for i, row in after.interactions.items()
                                         if i not in before.interactions})  # fmt: skip
    with engine.writing("log") as writer:
        for name in LOGGED:
            writer.append(name, fresh.rows(name))
        writer.publish()
    changes: Changes = {}
    if fresh.interactions:
        keys = engine.keep(pa.table({"interaction_id": list(fresh.interactions)}))
        for name in LOGGED:
            added = engine.keep(fresh.rows(name))
            changes[name] = Change(keys, added.limit(0), added)
    return _derive(engine, after, changes)


def _derive(engine: Engine, world: World, changes: Changes | None) -> dict[str, list[dict[str, Any]]]:
    given = tuple(
        # A step whose rows are given; None marks a small table, so that it is always compared.
        Step(name, LOGGED if changes else (), lambda t, keys, name=name: world.rows(name), None)
        for name in ("classes", "replies", "handles", "affiliations")
    )
    if changes is not None and not changes:  # only people moved
        held = engine.table("interactions").limit(0)
        changes = {"interactions": Change(held.select("interaction_id"), held, held)}
        given = tuple(Step(s.table, ("interactions",), s.rows, None) for s in given)
    with engine.writing("derived") as writer:
        derive(engine, writer, (*given, *STEPS), changes=changes)
        writer.publish()
    return read(engine)


def read(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """The tables of the stage as sorted rows."""
    t = Tables(engine)
    return {
        name: sorted(t.arrow(t[name].select(*TABLES[name].schema.names)).to_pylist(), key=str) for name in TIES
    }  # fmt: skip


# --- the slow way ---------------------------------------------------------------------------------------------


def slow_touches(world: World) -> list[dict[str, Any]]:
    """Row by row, as `science.md` 2.2, 2.3 say it."""
    touches = []
    for identity, row in world.interactions.items():
        if row["class"] == "automatic" or row["occurred_at"] is None:
            continue
        parent = world.interactions.get(row["parent"] or "")
        answered = world.people.get(author(parent) or "") if parent else None
        shared = {
            "interaction_id": identity, "occurred_at": row["occurred_at"], "on": row["occurred_on"],
            "channel": row["channel"], "kind": row["kind"], "broadcast": row["class"] == "broadcast",
            "utc_offset_minutes": row["utc_offset_minutes"], "in_space": row["space"] is not None,
        }  # fmt: skip
        by_role = defaultdict(set)
        for role, handle in row["roles"]:
            if world.people[handle]:
                by_role[role].add(world.people[handle])
        if row["kind"] == "meeting":
            there = by_role["organiser"] | by_role["attendee"]
            weight = Fraction(row["duration_minutes"] or 0) / (len(there) - 1) if len(there) > 1 else Fraction(0)
            touches += [
                {**shared, "from_person_id": s, "to_person_id": r, "role": "attendee",
                 "weight": weight, "n_addressed": len(there) - 1}
                for s in there for r in there if s != r
            ]  # fmt: skip
            continue
        sender, to = ("buyer", "seller") if row["kind"] == "order" else ("from", "to")
        if not by_role[sender]:
            continue
        writer = min(by_role[sender])
        roles: dict[str, str] = dict.fromkeys(by_role["cc"], "cc")
        if answered and (row["space"] or row["channel"] == "slack") and row["kind"] == "message":
            roles[answered] = "answered"
        roles |= dict.fromkeys(by_role[to], "to")
        roles.pop(writer, None)
        share = {r: Fraction(3, 10) if role == "cc" else Fraction(1) for r, role in roles.items()}
        touches += [
            {**shared, "from_person_id": writer, "to_person_id": r, "role": role,
             "weight": share[r] / sum(share.values()), "n_addressed": len(roles)}
            for r, role in roles.items()
        ]  # fmt: skip
    for touch in touches:
        touch["weight"] = int(touch["weight"] * 2**20 + Fraction(1, 2)) / 2**20
        parent = world.interactions.get(world.interactions[touch["interaction_id"]]["parent"] or "")
        by_receiver = parent and world.people.get(author(parent) or "") == touch["to_person_id"]
        touch["in_reply_to_id"] = parent["interaction_id"] if parent and by_receiver else None
    return touches


def slow_turns(world: World, touches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Walk through each pair in order of time, with the answers of colleagues of who is asked."""
    spoken = [t for t in touches if not t["broadcast"] and t["kind"] in ("message", "meeting")]
    people = {t["from_person_id"] for t in spoken} | {t["to_person_id"] for t in spoken}
    turns = []
    for s in sorted(people):
        for r in sorted(people - {s}):
            between = [t for t in spoken if {t["from_person_id"], t["to_person_id"]} == {s, r}]
            walked = sorted(
                [t for t in between if t["kind"] == "message" or t["from_person_id"] == s]
                + _slow_answers(world, spoken, s, r),
                key=_moment,
            )
            turn, waiting, spoke, answered = None, False, -1, -1
            for place, touch in enumerate(walked):
                if touch["from_person_id"] not in (s, r):
                    asked = next(at for at, t in enumerate(walked) if t["interaction_id"] == touch["in_reply_to_id"])
                    if not spoke < asked < place:
                        continue
                    if turn is not None and answered < asked:
                        turn |= {"colleague_answer_id": touch["interaction_id"], "colleague_at": touch["occurred_at"],
                                 "colleague_person_id": touch["from_person_id"]}  # fmt: skip
                        turn = None
                    answered = place
                elif touch["kind"] == "meeting" or touch["from_person_id"] == r:
                    turn, waiting, spoke = None, False, place
                elif turn is None and _slow_asks(touch):
                    later = [t for t in walked[place + 1 :] if t["from_person_id"] in (s, r)]
                    turn = _slow_turn(touch, later, s, r, touches) | {"anew": waiting}
                    turns.append(turn)
                    waiting = True
    return turns


def _moment(touch: dict[str, Any]) -> tuple[datetime, int]:
    return touch["occurred_at"], touch["interaction_id"]


def _slow_asks(touch: dict[str, Any]) -> bool:
    return touch["kind"] == "message" and touch["role"] in ("to", "answered") and touch["n_addressed"] <= 3


def _slow_answers(world: World, spoken: list[dict[str, Any]], s: int, r: int) -> list[dict[str, Any]]:
    """Answers to what s asked r by others of the organisation that r is of on the day."""
    asked = {t["interaction_id"] for t in spoken
             if (t["from_person_id"], t["to_person_id"]) == (s, r) and _slow_asks(t)}  # fmt: skip
    return [
        t
        for t in spoken
        if t["to_person_id"] == s and t["from_person_id"] != r and t["in_reply_to_id"] in asked
        and world.organisation(t["from_person_id"], t["on"]) == world.organisation(r, t["on"])
    ]  # fmt: skip


def _slow_turn(
    opening: dict[str, Any], later: list[dict[str, Any]], s: str, r: str, touches: list[dict[str, Any]]
) -> dict[str, Any]:
    theirs = [t for t in later if t["kind"] == "message" and t["from_person_id"] == r]
    explicit = [t for t in theirs if t["in_reply_to_id"] == opening["interaction_id"]]
    others = [t for t in later if t["kind"] == "meeting" or t["from_person_id"] == r]
    closing = (explicit or others or [None])[0]
    cause = None
    if closing:
        cause = "explicit" if explicit else "met" if closing["kind"] == "meeting" else "inferred"
    until = later[: later.index(closing)] if closing else later
    offset = slow_offset(r, opening["occurred_at"], closing if cause != "met" else None, touches)
    ended = closing["occurred_at"].replace(microsecond=0) if closing else None
    began = opening["occurred_at"].replace(microsecond=0)
    return {
        "opening_id": opening["interaction_id"], "from_person_id": s, "to_person_id": r,
        "opened_at": opening["occurred_at"],
        "closing_id": closing["interaction_id"] if closing else None,
        "closed_at": closing["occurred_at"] if closing else None,
        "cause": cause,
        "n_chased": sum(t["kind"] == "message" and t["from_person_id"] == s for t in until),
        "wait_seconds": int((ended - began).total_seconds()) if ended else None,
        "working_wait_seconds": slow_working_seconds(began, ended, offset) if ended else None,
        "responder_offset_minutes": offset,
        "colleague_answer_id": None, "colleague_person_id": None, "colleague_at": None,
    }  # fmt: skip


def slow_offset(person: str, at: datetime, closing: dict[str, Any] | None, touches: list[dict[str, Any]]) -> int:
    """The offset a person lives at, by the four rules in turn."""
    written: dict[str, dict[str, Any]] = {
        t["interaction_id"]: t
        for t in touches
        if t["from_person_id"] == person and t["utc_offset_minutes"] is not None and t["role"] != "attendee"
    }
    monday = at.date() - timedelta(days=at.weekday())
    recent = [
        t["utc_offset_minutes"]
        for t in written.values()
        if monday - timedelta(weeks=8) <= t["occurred_at"].date() < monday
    ]
    if recent:
        return _mode(recent)
    if closing and closing["utc_offset_minutes"] is not None:
        return int(closing["utc_offset_minutes"])
    ever = [t["utc_offset_minutes"] for t in written.values()]
    return _mode(ever) if ever else 0


def _mode(offsets: list[int]) -> int:
    counts = Counter(offsets)
    return min(counts, key=lambda offset: (-counts[offset], offset))


def slow_working_seconds(start: datetime, end: datetime, offset: int) -> int:
    """Go through the days and cut each to the hours from 9 to 17."""
    start, end = start + timedelta(minutes=offset), end + timedelta(minutes=offset)
    day: date = start.date()
    total = 0.0
    while day <= end.date():
        opens = datetime(day.year, day.month, day.day, 9)
        closes = opens + timedelta(hours=8)
        if day.weekday() < 5:
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return int(total)


def slow_pairs(touches: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Days of pairs and pairs, added up one touch after another."""
    days: dict[tuple[Any, ...], dict[str, Any]] = {}
    for t in touches:
        a, b = sorted((t["from_person_id"], t["to_person_id"]))
        key = (a, b, t["on"], t["channel"], t["kind"], t["in_space"])
        row = days.setdefault(key, {"w_ab": 0.0, "w_ba": 0.0, "n_ab": 0, "n_ba": 0, "n_broadcast": 0})
        if t["broadcast"]:
            row["n_broadcast"] += 1
        else:
            way = "ab" if t["from_person_id"] == a else "ba"
            row[f"w_{way}"] += t["weight"]
            row[f"n_{way}"] += 1
    names = ("a_person_id", "b_person_id", "on", "channel", "kind", "in_space")
    rows = [{**dict(zip(names, key, strict=True)), **row} for key, row in days.items()]
    by_pair = defaultdict(list)
    for row in rows:
        if row["n_ab"] + row["n_ba"]:
            by_pair[row["a_person_id"], row["b_person_id"]].append(row)
    pairs = []
    for (a, b), held in by_pair.items():
        on = sorted({row["on"] for row in held})
        gaps = [(later - earlier).days for earlier, later in itertools.pairwise(on)]
        pairs.append({
            "a_person_id": a, "b_person_id": b, "first_on": on[0], "last_on": on[-1], "n_days": len(on),
            "s1": float(sum(gaps)), "s2": float(sum(gap * gap for gap in gaps)),
            **{name: sum(row[name] for row in held) for name in ("w_ab", "w_ba", "n_ab", "n_ba")},
        })  # fmt: skip
    return rows, pairs
