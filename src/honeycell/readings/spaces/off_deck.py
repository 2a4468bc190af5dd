"""Off-deck drift: whether more of a sub-group's talk happens outside the shared space than before (`science.md` 4.10).

Of groups only, never of one person: nobody is named, and sub-groups of fewer than five people are counted as the past
of the space and not shown. `off_deck_seen` reads what was sent, `off_deck_signs` compares, `off_deck_words` reads the
second sign in what is said in the space itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from scipy.special import betaincinv

from honeycell.groups import Talk, follow, talk, weeks_of
from honeycell.readings.arrays import Ints, day_number
from honeycell.readings.declared import GROUP, SPACE, Declaration, status
from honeycell.readings.sentences import percent
from honeycell.readings.spaces.asked import Asked, SpaceReadings
from honeycell.readings.spaces.off_deck_seen import Seen, seen
from honeycell.readings.spaces.off_deck_signs import (
    BEFORE,
    LEAST_NOW,
    NOW,
    Judged,
    judged,
    past_of,
    windows,
)
from honeycell.readings.spaces.off_deck_words import terms
from honeycell.readings.state import Evidence, EvidenceRow, Reading

__all__ = ["DECLARED", "OFF_DECK", "Drift", "drifts", "e_i", "recomputed"]

_WEEKS = BEFORE + NOW
_FIRST = date(1970, 1, 5)
_NOBODY = 0
"""Stands for a person in evidence: nobody is named."""

DECLARED = Declaration(
    "off_deck_drift", "Is a side-channel pulling away from the shared space?", "share", 0.0, 1.0, (SPACE,), LEAST_NOW,
    "messages",
    "of what people of a sub-group of 3 to 7 sent to people of the space in 6 weeks, the share that only the sub-group"
    " could read, beside the 16 weeks before, in standard errors widened by Pearson's dispersion; a change is said"
    " where it is larger than those of the past of this space, with a second sign (rarer words, or each person by"
    " themselves) or in the six weeks before too (Krackhardt & Stern 1988; Cochran 1954; Lin 1991)",
    "its own 16 weeks before, and what came and went in this space",
    "{sign}: of what a group of {k} people sent to people of this space, {p1} of the last {now} weeks could be read by"
    " that group alone, and {p0} of the {before} weeks before. Of the pairs they talk in here {others} are with people"
    " outside the group{past}.",
    smallest_group=GROUP,
    evidence="every message of the sub-group to people of the space, inside it or wider; whose they are is not said",
)  # fmt: skip

_SIGN = {
    (True, True): "A sign that more of a group's talk happens outside the shared space than before",
    (False, True): "No sign of it",
    (False, False): "Whether this is a sign cannot be said, for too little of the past of this space is here",
}
"""By whether a change is said, and whether the rule is calibrated."""


@dataclass(frozen=True)
class Drift:
    """A sub-group of a space: its reading, and what it was judged by."""

    group_id: int
    judged: Judged
    e_i: float
    """Over 26 weeks of talk in the space, from -1, all ties inside, to 1 (Krackhardt and Stern, 1988)."""
    reading: Reading


def drifts(asked: Asked) -> tuple[Drift, ...]:
    """The drift of each sub-group of at least five people for which there is enough, those with a change first."""
    return _found(asked)[1]


def _read(asked: Asked) -> tuple[Reading, ...]:
    """A reading of each sub-group; where there is none, one that says why."""
    sent, found = _found(asked)
    return tuple(one.reading for one in found) or (_none(asked, sent),)


def _found(asked: Asked) -> tuple[Seen | None, tuple[Drift, ...]]:
    t, last = asked.tables, _last_week(asked.on)
    said = talk(t, asked.spoken)
    tracked = list(follow(asked.space, weeks_of(said, last))) if len(said.wrote) else []
    if not tracked:
        return None, ()
    people = np.unique(np.concatenate([said.regulars(week) for week, _found in tracked]))
    sent = seen(t, asked.space, people, asked.on)
    if not sent.elsewhere:
        return sent, ()
    words = terms(t, asked.spoken, people)
    found = list(windows(sent.sent, tracked, last, *([] if words is None else [words.farther])))
    now = [one for one in found if one.week == last]
    shown = [one for one in judged(now, past_of(found, last)) if len(one.window.members) >= DECLARED.smallest_group]
    each = [_drift(asked, said, last, one) for one in shown]
    return sent, tuple(sorted(each, key=lambda one: (not one.judged.alert, one.group_id)))


def _drift(asked: Asked, said: Talk, last: int, one: Judged) -> Drift:
    change, coverage = one.window.change, asked.covered.days(day_number(_end(last)), 7 * _WEEKS) / (7 * _WEEKS)
    found = status(
        coverage=coverage, days_since_covered=asked.covered.since(day_number(asked.on)), n=change.n_now,
        minimum=LEAST_NOW, calibrated=one.calibrated,
    )  # fmt: skip
    a, b = (0.5 + of / change.dispersion for of in (change.off_now, change.n_now - change.off_now))
    index = e_i(said, np.array(one.window.members), last)
    value, known = change.share_now, found in ("ok", "not_calibrated")
    sentence = DECLARED.template.format(
        sign=_SIGN[one.alert, one.calibrated], k=len(one.window.members), p1=percent(value),
        p0=percent(change.share_before), now=NOW, before=BEFORE, others=percent((1 + index) / 2),
        past=f"; a rise as large came and went in {one.n_as_large} of {one.n_shown} past windows of this space"
        if one.n_shown and value > change.share_before else "",
    )  # fmt: skip
    trend = "rising" if one.alert else "steady" if one.calibrated else None
    return Drift(one.window.group_id, one, index, Reading(
        DECLARED.name, value if known else None, DECLARED.unit, *_interval(a, b, value, known), change.n_now, coverage,
        (_end(last) - timedelta(7 * NOW - 1), _end(last)), DECLARED.reference, found, sentence,
        n_evidence=change.n_before + change.n_now, trend=trend if known else None,
    ))  # fmt: skip


def _interval(a: float, b: float, value: float, known: bool) -> tuple[float | None, float | None]:
    """5th and 95th percentile of the share: Jeffreys' posterior of as many messages as the dispersion leaves."""
    if not known:
        return None, None
    return min(value, float(betaincinv(a, b, 0.05))), max(value, float(betaincinv(a, b, 0.95)))


def _none(asked: Asked, sent: Seen | None) -> Reading:
    coverage = asked.covered.days(day_number(asked.on), 7 * _WEEKS) / (7 * _WEEKS)
    only_here = sent is not None and not sent.elsewhere
    sentence = (
        "Only this space is seen: what its people say to each other elsewhere is in no archive."
        if only_here
        else f"No sub-group of at least {DECLARED.smallest_group} people has sent enough in these"
        f" {_WEEKS} weeks to say more."
    )
    found = "not_observable" if only_here else status(
        coverage=coverage, days_since_covered=asked.covered.since(day_number(asked.on)), n=0, minimum=LEAST_NOW,
        calibrated=False,
    )  # fmt: skip
    return Reading(
        DECLARED.name, None, DECLARED.unit, None, None, 0, coverage,
        (asked.on - timedelta(7 * NOW - 1), asked.on), DECLARED.reference, found, sentence,
    )  # fmt: skip


def e_i(said: Talk, members: Ints, week: int) -> float:
    """(E-I)/(E+I) over pairs with a message between them in the space in 26 weeks (Krackhardt and Stern, 1988).

    Returns:
        0 where there is no such pair.
    """
    now = said.among(said.regulars(week), week)
    pairs = np.stack([np.minimum(now.speaker, now.hearer), np.maximum(now.speaker, now.hearer)])
    inside = np.isin(np.unique(pairs, axis=1), members).sum(0)
    n_out, n_in = int((inside == 1).sum()), int((inside == 2).sum())
    return (n_out - n_in) / max(n_out + n_in, 1)


def _why(asked: Asked, name: str) -> Evidence:
    """The messages behind the one that is asked of; whose they are is not said."""
    sent, found = _found(asked)
    if sent is None or not found:
        return Evidence(name, None, DECLARED.unit, None, None, 0, {"as_of": asked.on.isoformat()}, (), None)
    return evidence(sent, found[asked.which - 1])


def evidence(sent: Seen, drift: Drift) -> Evidence:
    """The messages of the 22 weeks behind the reading of a sub-group, oldest first; nobody is named."""
    one = drift.judged
    members, last = np.array(one.window.members), one.window.week
    places = sent.sent.counted(members, last - _WEEKS + 1, last)
    inside = ~sent.sent.open_to_others(members)[sent.sent.reach[places]]
    found = [
        EvidenceRow(
            int(sent.ids[place]), datetime.fromtimestamp(int(sent.at[place]) / 1e6, UTC).replace(tzinfo=None),
            _NOBODY, _NOBODY, 1.0, "inside" if off else "wider",
            {"weeks": "now" if sent.sent.week[place] > last - NOW else "before"},
        )
        for place, off in zip(places, inside, strict=True)
    ]  # fmt: skip
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id))
    # What is not known is no number: left out, as JSON has none for it.
    signs = {"z": one.window.change.z, "z_above": one.first_from, "z_six_weeks_before": one.window.earlier}
    for sign, value, above in zip(("within", "words"), one.window.seconds, one.seconds_from, strict=False):
        signs |= {sign: value, f"{sign}_above": above}
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": _end(last).isoformat(), "weeks_now": NOW, "weeks_before": BEFORE, "people": len(members),
        "share_before": one.window.change.share_before, "dispersion": one.window.change.dispersion,
        "past_windows": one.n_past, "share_of_past_windows": one.rate, "e_i": drift.e_i,
        **{sign: value for sign, value in signs.items() if np.isfinite(value)},
    }  # fmt: skip
    reading = drift.reading
    return Evidence(
        DECLARED.name, reading.value, DECLARED.unit, reading.low, reading.high, reading.n, parameters, tuple(found),
        recomputed(found, parameters) if reading.value is not None else None,
    )  # fmt: skip


def recomputed(rows: Sequence[EvidenceRow], parameters: Mapping[str, object]) -> float | None:
    """The off-deck share of the last weeks from the evidence alone, row by row."""
    now = [row.role for row in rows if row.detail["weeks"] == "now"]
    return now.count("inside") / len(now) if now else None


def _last_week(on: date) -> int:
    """The last whole week up to a day."""
    return ((on + timedelta(1)).toordinal() - _FIRST.toordinal()) // 7 - 1


def _end(week: int) -> date:
    return _FIRST + timedelta(weeks=week, days=6)


OFF_DECK = SpaceReadings((DECLARED,), _read, _why)
"""What takes part in the state of a space."""
