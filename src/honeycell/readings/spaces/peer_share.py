"""Peer share: do the guests entertain the guests?

Hosts are the persons of the organisation that the cell belongs to, as of the day; guests are all others who write. What
guests say to each other elsewhere is not seen here: a lower bound. Three readings from the same messages: how much of
the talk goes from guest to guest beside what mixing in proportion would make of it, who answers guests first, and
whether it goes on when the hosts are silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from ibis import _

from honeycell.readings.arrays import Floats, Ints, day_number, floats, ints
from honeycell.readings.declared import GROUP, SPACE, Declaration, status
from honeycell.readings.draws import poisson
from honeycell.readings.sentences import amount, no_value, percent
from honeycell.readings.spaces.asked import Asked, SpaceReadings
from honeycell.readings.spaces.guests import Openings, Said, Written, continuity, host_free, lift
from honeycell.readings.spaces.recomputed import RECOMPUTE
from honeycell.readings.spaces.standing import ANEW, ours, standing
from honeycell.readings.state import Evidence, EvidenceRow, Reading

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CONTINUITY", "DECLARED", "HOST_FREE", "PEER_SHARE", "read", "why"]

REPLICATES = 200
LEAST_CONVERSATIONS = 50

DECLARED = Declaration(
    "peer_share", "Do the guests entertain the guests?", "times expected", 0.0, None, (SPACE,), LEAST_CONVERSATIONS,
    "conversations begun by guests",
    "G / G0: the share of attention that goes from guest to guest, over the same share if everybody gave and got as"
    " much as they do, but mixed in proportion: the sum of out_x in_y over pairs of guests by that over all pairs"
    " (Newman 2003 on mixing in proportion)",
    "proportional mixing of the same people",
    "{share} of what is said here goes from guest to guest ({share_band}); if everybody talked with whomever came by it"
    " would be {expected}: {value} times as much ({band}). {guests} guests began {n} conversations; {hosts}"
    " wrote.",
    smallest_group=GROUP,
    evidence="every message of the space that is directed at somebody, and whether host or guest wrote and got it",
)  # fmt: skip
"""The headline: peer lift."""
HOST_FREE = Declaration(
    "host_free_answers", "Who answers a guest first?", "share", 0.0, 1.0, (SPACE,), 20,
    "answered conversations begun by guests",
    "of the conversations that a guest began and somebody else answered, those whose first answer is a guest's (Kraut &"
    " Resnick 2012 on communities online)",
    "none: a share of what guests begin",
    "Of {n} conversations that guests began and somebody answered, a guest was first in {value} ({band}); {more} no"
    " answer.",
    smallest_group=GROUP,
    evidence="the first message of each of these conversations, and its first answer",
)  # fmt: skip
CONTINUITY = Declaration(
    "host_off_continuity", "Does it go on when the hosts are silent?", "times matched days", 0.0, None, (SPACE,), 10,
    "days without a host",
    "messages of guests on covered days on which no host wrote, over the mean of those on days with a host of the same"
    " weekday within four weeks (Cochran & Rubin 1973 on comparing the like)",
    "days on which a host wrote",
    "On {n} days without a word from a host guests wrote {value} times as much ({band}) as on the same weekdays around"
    " them with one.",
    smallest_group=GROUP,
    evidence="every message of the space on a covered day, and whether host or guest wrote it",
)  # fmt: skip
_ALL = (DECLARED, HOST_FREE, CONTINUITY)


def read(asked: Asked) -> tuple[Reading, ...]:
    """The three readings of a space."""
    there = _there(asked)
    return tuple(_reading(asked, there, declared) for declared in _ALL)


def why(asked: Asked, name: str) -> Evidence:
    """The messages behind one of them, oldest first; none where there is too little for a value."""
    there = _there(asked)
    shown = _reading(asked, there, next(declared for declared in _ALL if declared.name == name))
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": asked.on.isoformat(), "window_days": asked.window_days, "from_on": asked.window[0].isoformat(),
        "replicates": REPLICATES,
    }  # fmt: skip
    rows: tuple[EvidenceRow, ...] = ()
    if shown.value is not None and there is not None:
        rows = _ROWS[name](there)
        if name == CONTINUITY.name:
            parameters["covered_on"] = [float(day) for day in there.covered]
    return Evidence(
        name, shown.value, shown.unit, shown.low, shown.high, shown.n, parameters, rows,
        RECOMPUTE[name](rows, parameters) if rows else None,
    )  # fmt: skip


PEER_SHARE = SpaceReadings(_ALL, read, why)
"""The three as part of the state of a space."""


@dataclass(frozen=True)
class _There:
    """All that is read of a space, by conversation."""

    counts: Floats
    """How often each conversation is drawn, shape (replicates, conversations)."""
    said: Said
    openings: Openings
    written: Written
    covered: Ints
    """Covered days of the window."""
    n_begun: int
    """Conversations that guests began in the window."""
    n_guests: int
    """Guests who wrote in it."""
    n_hosts: int
    directed: pa.Table
    """The rows of `said`."""
    messages: pa.Table
    """The rows of `written`."""
    opened: Ints
    """Of each place of `openings`, the rows of its opening and its first answer in `messages`, shape (n, 2)."""


def _there(asked: Asked) -> _There | None:
    """What is read of the space; None where nobody is host."""
    t, us, start = asked.tables, ours(asked.tables), day_number(asked.window[0])
    if us is None:
        return None
    inside = asked.spoken.messages.filter(_.kind == "message")
    persons = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id")
    messages = t.arrow(
        inside.anti_join(t["classes"].filter(_["class"] == "automatic"), "interaction_id")
        .inner_join(persons, "handle")
        .select("interaction_id", "occurred_on", "occurred_at", "channel", "conversation_id", "person_id")
        .order_by("occurred_at", "interaction_id")
    )  # fmt: skip
    directed = t.arrow(
        asked.spoken.directed.filter((_.on > asked.on - timedelta(asked.window_days)) & (_.on <= asked.on))
        .inner_join(inside.select("interaction_id", "channel", "conversation_id"), "interaction_id")
        .order_by("occurred_at", "interaction_id", "to_person_id")
    )  # fmt: skip

    author, day = ints(messages["person_id"]), ints(messages["occurred_on"])
    guest = standing(t, author, day) != us.id
    conversations, talk = np.unique(ints(messages["conversation_id"]), return_inverse=True)
    opened = _opened(talk, author, len(conversations))
    # Of the conversations begun in the window by guests, where somebody else has answered by the day.
    begun = guest[opened[:, 0]] & (day[opened[:, 0]] >= start)
    answered = np.flatnonzero(begun & (opened[:, 1] >= 0))
    covered = np.array(
        [at for at in range(start, day_number(asked.on) + 1) if asked.covered.days(at, 1) > 0], np.int64
    )  # fmt: skip
    now = np.flatnonzero(np.isin(day, covered))
    place, kept = np.full(len(messages), -1), messages.take(now)
    place[now] = np.arange(len(now))
    on = ints(directed["on"])
    givers, takers = ints(directed["from_person_id"]), ints(directed["to_person_id"])
    from_guest, to_guest = standing(t, givers, on) != us.id, standing(t, takers, on) != us.id
    _people, number = np.unique(
        np.concatenate([np.stack([givers, from_guest]), np.stack([takers, to_guest])], axis=1), axis=1,
        return_inverse=True,
    )  # fmt: skip
    number = number.ravel()
    return _There(
        poisson(conversations.astype(np.uint64), REPLICATES).T,
        Said(
            np.searchsorted(conversations, ints(directed["conversation_id"])), number[: len(on)], number[len(on) :],
            from_guest, to_guest, floats(directed["weight"]),
        ),
        Openings(answered, guest[opened[answered, 1]]), Written(talk[now], day[now], guest[now]), covered,
        int(begun.sum()), len(np.unique(author[now][guest[now]])), len(np.unique(author[now][~guest[now]])),
        directed, kept, place[opened[answered]],
    )  # fmt: skip


def _opened(talk: Ints, author: Ints, n: int) -> Ints:
    """The rows of the first message of each conversation and of the first one by somebody else, -1 where there is none.

    Args:
        talk: The conversation of each message, oldest first.
        author: Its author.
        n: Conversations.
    """
    found = np.full((n, 2), -1)
    kept, first = np.unique(talk, return_index=True)
    found[kept, 0] = first
    others = np.flatnonzero(author != author[found[talk, 0]])
    answered, at = np.unique(talk[others], return_index=True)
    found[answered, 1] = others[at]
    return found


def _reading(asked: Asked, there: _There | None, declared: Declaration) -> Reading:
    end = day_number(asked.on)
    coverage = asked.covered.days(end, asked.window_days) / asked.window_days
    if there is None:
        said = f"Nobody is host here: the cell does not say which organisation it belongs to. To say it, {ANEW}."
        return _none(asked, declared, 0, coverage, "not_observable", said)
    numbers, n = _NUMBERS[declared.name](there)
    enough = there.n_guests >= declared.smallest_group and there.n_begun >= LEAST_CONVERSATIONS and there.n_hosts > 0
    found = status(
        coverage=coverage, days_since_covered=asked.covered.since(end),
        n=n if enough and not np.isnan(numbers[0]) else min(n, declared.minimum - 1), minimum=declared.minimum,
        calibrated=True,
    )  # fmt: skip
    if found != "ok":
        if found == "thin" and not there.n_hosts:
            return _none(asked, declared, n, coverage, found, "No host wrote here in this window.")
        guests, talks = f"{declared.smallest_group} guests", f"{LEAST_CONVERSATIONS} conversations of guests"
        extra = guests if declared is DECLARED else talks
        return _none(asked, declared, n, coverage, found, no_value(declared, found, n, extra))
    value, low, high = numbers[0], *np.nanquantile(numbers[1:], [0.05, 0.95])
    low, high = min(float(low), value), max(float(high), value)
    return Reading(
        declared.name, value, declared.unit, low, high, n, coverage, asked.window, declared.reference, found,
        _SENTENCE[declared.name](there, n, value, low, high), n_evidence=_n_rows(there, declared.name),
    )  # fmt: skip


def _none(asked: Asked, declared: Declaration, n: int, coverage: float, found: str, said: str) -> Reading:
    return Reading(
        declared.name, None, declared.unit, None, None, n, coverage, asked.window, declared.reference, found, said
    )  # fmt: skip


def _whole(there: _There) -> Floats:
    """All conversations once, then each draw of them."""
    return np.vstack([np.ones((1, there.counts.shape[1])), there.counts])


def _peer(there: _There) -> tuple[list[float], int]:
    shares, expected = lift(there.said, _whole(there))
    ratio = np.divide(shares, expected, out=np.full(len(shares), np.nan), where=expected > 0)
    return ratio.tolist(), there.n_begun


def _free(there: _There) -> tuple[list[float], int]:
    return host_free(there.openings, _whole(there)).tolist(), len(there.openings.conversation)


def _continues(there: _There) -> tuple[list[float], int]:
    found, n = continuity(there.written, there.covered, _whole(there))
    return found.tolist(), n


_NUMBERS = {DECLARED.name: _peer, HOST_FREE.name: _free, CONTINUITY.name: _continues}
"""The value, then that of each draw; and the observations."""


def _peer_sentence(there: _There, n: int, value: float, low: float, high: float) -> str:
    shares, expected = lift(there.said, _whole(there))
    band = np.nanquantile(shares[1:], [0.05, 0.95]) * 100
    return DECLARED.template.format(
        share=percent(shares[0]), share_band=f"{band[0]:.0f}–{band[1]:.0f}%", expected=percent(expected[0]),
        value=f"{value:.2f}", band=f"{low:.2f}–{high:.2f}", guests=f"{there.n_guests:,}", n=f"{n:,}",
        hosts="1 host" if there.n_hosts == 1 else f"{there.n_hosts:,} hosts",
    )  # fmt: skip


def _free_sentence(there: _There, n: int, value: float, low: float, high: float) -> str:
    return HOST_FREE.template.format(
        n=f"{n:,}", value=percent(value), band=f"{low * 100:.0f}–{high * 100:.0f}%",
        more="1 more has" if there.n_begun - n == 1 else f"{there.n_begun - n:,} more have",
    )  # fmt: skip


def _continuity_sentence(there: _There, n: int, value: float, low: float, high: float) -> str:
    said = CONTINUITY.template.format(n=f"{n:,}", value=amount(value), band=f"{amount(low)}–{amount(high)}")
    return f"{said} Hosts and guests also rest on the same days, so this does not say that hosts make guests write."


_SENTENCE = {DECLARED.name: _peer_sentence, HOST_FREE.name: _free_sentence, CONTINUITY.name: _continuity_sentence}

_SIDES = ("host", "guest")


def _directed_rows(there: _There) -> tuple[EvidenceRow, ...]:
    sides = zip(there.said.giver_guest.tolist(), there.said.taker_guest.tolist(), strict=True)
    return tuple(
        EvidenceRow(
            row["interaction_id"], row["occurred_at"], row["from_person_id"], row["to_person_id"], row["weight"],
            row["role"],
            {"on": row["on"].isoformat(), "channel": row["channel"], "from_side": _SIDES[giver],
             "to_side": _SIDES[taker]},
        )
        for row, (giver, taker) in zip(there.directed.to_pylist(), sides, strict=True)
    )  # fmt: skip


def _opening_rows(there: _There) -> tuple[EvidenceRow, ...]:
    rows, guest, found = there.messages.to_pylist(), there.written.guest.tolist(), []
    for opening, answer in there.opened.tolist():
        asker, answerer = rows[opening]["person_id"], rows[answer]["person_id"]
        found.append(_message(rows[opening], "opening", "guest", asker, answerer))
        found.append(_message(rows[answer], "answer", _SIDES[guest[answer]], answerer, asker))
    return tuple(sorted(found, key=lambda row: (row.occurred_at, row.interaction_id, row.role)))


def _message_rows(there: _There) -> tuple[EvidenceRow, ...]:
    sides = (_SIDES[guest] for guest in there.written.guest.tolist())
    return tuple(
        _message(row, "message", side, row["person_id"], row["person_id"])
        for row, side in zip(there.messages.to_pylist(), sides, strict=True)
    )


def _message(row: dict[str, Any], role: str, side: str, giver: int, taker: int) -> EvidenceRow:
    return EvidenceRow(
        row["interaction_id"], row["occurred_at"], giver, taker, 1.0, role,
        {"on": row["occurred_on"].isoformat(), "channel": row["channel"], "side": side},
    )  # fmt: skip


_ROWS = {DECLARED.name: _directed_rows, HOST_FREE.name: _opening_rows, CONTINUITY.name: _message_rows}


def _n_rows(there: _There, name: str) -> int:
    """Rows that `why` lists."""
    if name == DECLARED.name:
        return len(there.said.giver)
    return there.opened.size if name == HOST_FREE.name else len(there.written.day)
