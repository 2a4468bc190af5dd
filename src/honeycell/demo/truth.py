"""What was planted, written beside the data: never imported, asked for by validations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from honeycell.demo.ideas import IDEAS, SHARE_TAKEN_UP, Adoption
from honeycell.demo.ledger import TRADES, write_rows
from honeycell.demo.letters import GAP_MONTHS, SHARE_DELEGATED, Office
from honeycell.demo.machines import MACHINES
from honeycell.demo.messages import Message
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.people import People
from honeycell.demo.relations import NEVER, RELATIONS, Ties
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.spaces import LIST, SHARE_AMONG, SHARE_DIVERTED, SHARE_HOST, SIDE_FROM, Channel
from honeycell.demo.talk import SHARE_CHASED, SHARE_KEPT, SIGMA_WAIT
from honeycell.demo.workspace import BOTS, TEAM, user_id

__all__ = ["native_id", "write_truth"]


def _on(day: int | None) -> str:
    return "" if day is None else date.fromordinal(day + 719_163).isoformat()


def _at(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if 0 < at < NEVER else ""


def native_id(message: Message | None, channels: dict[str, str]) -> str:
    """The id a message has in its archive: Message-ID, or `slack:TEAM/CHANNEL/TIME`."""
    if message is None:
        return ""
    if message.kind == "chat":
        return f"slack:{TEAM}/{channels[message.space]}/{message.at}.{message.number % 1_000_000:06d}"
    return message.message_id


def write_truth(
    folder: Path,
    *,
    office: Office,
    ties: Ties,
    rooms: list[Channel],
    channels: dict[str, str],
    messages: list[Message],
    kept: dict[int, list[str]],
    adoptions: list[Adoption],
    seed: int,
    scale: float,
) -> None:
    """Write every table of the truth; `docs/demo.md` explains them field by field."""
    everybody = office.everybody
    _write_people(folder, office, rooms)
    write_rows(
        folder / "ties.csv",
        (
            "a_person",
            "b_person",
            "organisations",
            "fate",
            "from_on",
            "ends_on",
            "pause_from_on",
            "pause_to_on",
            "conversations_planned",
            "gap_shape",
            "share_opened_by_a",
            "a_answers_asks",
            "b_answers_asks",
            "a_answers_others",
            "b_answers_others",
            "a_median_working_seconds",
            "b_median_working_seconds",
        ),
        (
            (
                _key(int(ties.a[k])),
                _key(int(ties.b[k])),
                f"{ORGANISATIONS[RELATIONS[int(ties.relation[k])].a].short}~{ORGANISATIONS[RELATIONS[int(ties.relation[k])].b].short}",
                ties.fate[k],
                _at(int(ties.since[k]))[:10],
                _at(int(ties.until[k]))[:10],
                _at(int(ties.pause_from[k]))[:10],
                _at(int(ties.pause_to[k]))[:10],
                f"{ties.rate[k]:.3f}",
                f"{ties.halves[k] / 2:.1f}",
                f"{ties.share_opened_by_a[k]:.3f}",
                *(f"{ties.answers_ask[k, side]:.3f}" for side in (0, 1)),
                *(f"{ties.answers_other[k, side]:.3f}" for side in (0, 1)),
                *(f"{ties.median_wait[k, side]:.0f}" for side in (0, 1)),
            )
            for k in range(len(ties.a))
        ),
    )
    seen = [message for message in messages if message.kind == "chat" or message.number in kept]
    write_rows(
        folder / "messages.csv",
        ("native_id", "at", "kind", "space", "author", "to", "cc", "answers", "conversation", "language", "archives"),
        (
            (
                native_id(m, channels),
                _at(m.at),
                m.kind,
                m.space,
                _key(m.author),
                _keys(m.to),
                _keys(m.cc),
                native_id(m.parent, channels),
                _root(m).number,
                m.language,
                ";".join(kept.get(m.number, ())),
            )
            for m in seen
        ),
    )
    write_rows(
        folder / "lost.csv",
        ("native_id", "at", "kind", "author", "to", "cc", "why"),
        (
            (
                m.message_id,
                _at(m.at),
                m.kind,
                _key(m.author),
                _keys(m.to),
                _keys(m.cc),
                "gap"
                if office.gap in (m.author, *m.to, *m.cc) and office.month(m.at // DAY) in GAP_MONTHS
                else "nobody of ours had it",
            )
            for m in messages
            if m.kind != "chat" and m.number not in kept
        ),
    )
    _write_loops(folder, everybody, seen, channels)
    write_rows(
        folder / "ideas.csv",
        ("phrase", "person", "first_used_at", "native_id", "exposed_by"),
        (
            (
                IDEAS[one.idea],
                _key(one.person),
                _at(one.message.at),
                native_id(one.message, channels),
                native_id(one.exposed_by, channels),
            )
            for one in adoptions
            if one.message.kind == "chat" or one.message.number in kept
        ),
    )
    write_rows(
        folder / "idea_uses.csv",
        ("phrase", "native_id", "person", "at"),
        ((IDEAS[m.idea], native_id(m, channels), _key(m.author), _at(m.at)) for m in seen if m.idea >= 0),
    )
    side = next((room for room in rooms if room.side), None)
    world = {
        "seed": seed,
        "scale": scale,
        "organisations": [{"name": one.name, "slug": one.short, "domains": one.domains} for one in ORGANISATIONS],
        "relationships": [
            {
                "organisations": f"{ORGANISATIONS[one.a].short}~{ORGANISATIONS[one.b].short}",
                "course": one.course,
                "share_top_pair": one.share_top or None,
            }
            for one in RELATIONS
        ],
        "sites": [
            {
                "name": site.name,
                "standard_offset_minutes": site.standard_minutes,
                "summer_time": site.summer,
                "holidays": [f"{m:02d}-{d:02d}" for m, d in site.holidays],
            }
            for site in SITES
        ],
        "replies": {
            "spread_of_log_wait": SIGMA_WAIT,
            "share_of_unanswered_asks_chased": SHARE_CHASED,
            "promises_kept_by_us": SHARE_KEPT[0],
            "promises_kept_by_others": SHARE_KEPT[1],
        },
        "mailbox_gap": {"person": _key(office.gap), "archive": office.own_mailbox[office.gap], "months": GAP_MONTHS},
        "mass_senders": [{"name": name, "address": address, "sign": sign} for name, address, _, sign in MACHINES],
        "bots": [{"bot_id": bot, "name": name} for bot, name in BOTS],
        "delegation": {"author": _key(office.director), "assistant": _key(office.assistant), "share": SHARE_DELEGATED},
        "list": {"address": LIST, "share_answered_by_host": SHARE_HOST, "host": ORGANISATIONS[0].short},
        "side_channel": None
        if side is None
        else {
            "space": side.name,
            "side": side.side,
            "from": _at(SIDE_FROM),
            "share_diverted": SHARE_DIVERTED,
            "people": [_key(p) for p in side.circles[0]],
            "share_among_circles": SHARE_AMONG,
            "circles": [[_key(p) for p in circle] for circle in side.circles],
        },
        "ideas": {"share_taken_up": SHARE_TAKEN_UP, "phrases": IDEAS},
        "trades": [
            {
                "buyer": ORGANISATIONS[t.buyer].short,
                "seller": ORGANISATIONS[t.seller].short,
                "share_delivered_on_time": t.share_on_time,
                "share_paid_on_time": t.share_paid_on_time,
            }
            for t in TRADES
        ],
    }
    (folder / "world.json").write_text(json.dumps(world, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _key(person: int) -> str:
    """How the truth names a person or mailbox."""
    return f"P{person:05d}"


def _keys(people: Iterable[int]) -> str:
    return ";".join(_key(person) for person in people)


def _root(message: Message) -> Message:
    if message.root is not None:
        return message.root
    while message.parent is not None:
        message = message.parent
    return message


def _write_people(folder: Path, office: Office, rooms: list[Channel]) -> None:
    everybody = office.everybody
    in_chat = {person for room in rooms for person in room.members}
    write_rows(
        folder / "people.csv",
        ("person", "name", "kind", "organisation", "site", "department", "namesake"),
        (
            (
                _key(p),
                everybody.names[p],
                everybody.kinds[p],
                ORGANISATIONS[int(everybody.organisation[p])].short if everybody.organisation[p] >= 0 else "",
                SITES[int(everybody.site[p])].name,
                int(everybody.department[p]) if everybody.department[p] >= 0 else "",
                ";".join(_key(b if a == p else a) for a, b in everybody.homonyms if p in (a, b)),
            )
            for p in range(len(everybody.names))
        ),
    )
    bounces = LIST.replace("@", "-bounces@")
    rows = [(f"mailto:{address}", "", "list", "", "") for address in (LIST, bounces)]
    for person, addresses in enumerate(everybody.addresses):
        rows += [
            (f"mailto:{one.address}", _key(person), one.kind, _on(one.from_day), _on(one.to_day)) for one in addresses
        ]
        if person in in_chat:
            rows.append((f"slack:{TEAM}/{user_id(person)}", _key(person), "chat", "", ""))
    write_rows(folder / "handles.csv", ("handle", "person", "kind", "from_on", "to_on"), rows)
    affiliations: list[tuple[str, str, str, str]] = []
    for person in range(everybody.n_persons):
        move = everybody.moves.get(person)
        own = ORGANISATIONS[int(everybody.organisation[person])].short
        affiliations.append((_key(person), own, "", _on(move.day - 1) if move else ""))
        if move:
            affiliations.append((_key(person), ORGANISATIONS[move.to_organisation].short, _on(move.day), ""))
    write_rows(folder / "affiliations.csv", ("person", "organisation", "from_on", "to_on"), affiliations)
    write_rows(
        folder / "absences.csv",
        ("person", "from_on", "to_on"),
        (
            (_key(p), _on(int(everybody.away[p, k]) // DAY), _on(int(everybody.away[p, k + 1]) // DAY - 1))
            for p in range(everybody.n_persons)
            for k in range(0, everybody.away.shape[1], 2)
            if everybody.away[p, k]
        ),
    )


def _write_loops(folder: Path, everybody: People, seen: list[Message], channels: dict[str, str]) -> None:
    """Every question, request and promise with the message that closed it."""
    first_answer: dict[int, Message] = {}
    first_delivery: dict[int, Message] = {}
    for message in seen:
        parent = message.parent
        if parent is None or message.kind == "away":
            continue
        if message.act == 3:
            first_delivery.setdefault(parent.number, message)
        elif message.act == 1 and message.author != parent.author:
            # An answer to a chaser answers what was asked first as well.
            while parent is not None:
                first_answer.setdefault(parent.number, message)
                parent = parent.parent if parent.act == 2 else None
    rows: list[tuple[object, ...]] = []
    for message in seen:
        answer = first_answer.get(message.number)
        if message.asked and message.act != 2:
            kind = "question" if message.ask == 1 else "request"
            closing = answer
            if answer is not None and answer.due:
                closing = first_delivery.get(answer.number)
            rows.append(
                (
                    kind,
                    native_id(message, channels),
                    _at(message.at),
                    _keys(message.to),
                    _key(message.author),
                    "",
                    native_id(closing, channels),
                    _at(closing.at) if closing else "",
                    native_id(answer, channels),
                    message.language,
                    message.asked,
                )
            )
        if message.promised:
            closing = first_delivery.get(message.number)
            rows.append(
                (
                    "promise",
                    native_id(message, channels),
                    _at(message.at),
                    _key(message.author),
                    _keys(message.to),
                    _on(message.due),
                    native_id(closing, channels),
                    _at(closing.at) if closing else "",
                    "",
                    message.language,
                    message.promised,
                )
            )
    write_rows(
        folder / "loops.csv",
        (
            "kind",
            "native_id",
            "opened_at",
            "owner",
            "counterpart",
            "due_on",
            "closed_by",
            "closed_at",
            "first_answer",
            "language",
            "sentence",
        ),
        rows,
    )
