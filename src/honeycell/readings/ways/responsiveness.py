"""Responsiveness as a reading: side b answers side a, and the other way round in its sentence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings import life
from honeycell.readings.arrays import Bools, day_number
from honeycell.readings.declared import ANYBODY, EVERY, Declaration
from honeycell.readings.held import Held
from honeycell.readings.responsiveness import (
    BY_ASKED,
    BY_COLLEAGUE,
    MINIMUM_TURNS,
    WORKING_DAY_SECONDS,
    Asked,
    ended_by,
    evaluate,
    median,
    pair_draws,
    within_a_day,
)  # fmt: skip
from honeycell.readings.sentences import amount, band, percent
from honeycell.readings.spread import Drawn, drawn_for_persons, share_error
from honeycell.readings.state import EvidenceRow
from honeycell.readings.traces import CAUSES
from honeycell.readings.values import Values
from honeycell.readings.way import Parameters, Telling, Way

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["RESPONSIVENESS", "half"]

_DECLARED = Declaration(
    "responsiveness", "How fast do they answer, and how often never?", "probability", 0.0, 1.0, EVERY, MINIMUM_TURNS,
    "turns",
    "P(who is asked answers within one working day of 8 hours) on the responder's working clock, cause-specific beside"
    " colleagues' answers and meetings (Kaplan & Meier 1958; Aalen & Johansen 1978), over the turns opened in the"
    " window; shrunk to the cell's mean",
    "relationships of the same kind in this cell",
    "{b} answers {value} of {a}'s direct messages within a working day{by} ({band}, {n} turns){half}; {others}{never}"
    " ({never_band}) stay unanswered for 30 days.{then}",
    smallest_group=ANYBODY,
    evidence="the message that opened each turn and what ended it: an answer, a colleague's, a meeting; or neither",
)  # fmt: skip
_YEAR = timedelta(365)


def _asked(held: Held, on: date) -> Asked:
    return held.turns.asked(on, held.window_days)


def _found(held: Held, on: date, *, interval: bool, shrunk: bool = True) -> Values:
    """Of each key of the turns side b answering side a, and side a answering side b."""
    fit = held.fitted
    return evaluate(
        _asked(held, on), 2 * len(held.turns.keys), mean=fit.share_answered_mean,
        strength=fit.share_answered_strength, shrunk=shrunk, interval=interval,
    )  # fmt: skip


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    return _answered(held, on, interval, True), np.full(len(held.contacts.keys), True)


def _answered(held: Held, on: date, interval: bool, shrunk: bool) -> Values:
    n_keys = len(held.contacts.keys)
    found = _found(held, on, interval=interval, shrunk=shrunk)
    columns = []
    for column, missing in ((found.value, np.nan), (found.low, np.nan), (found.high, np.nan), (found.n, 0.0)):
        whole = np.full(n_keys + 1, missing)
        whole[held.turn_key] = column[0::2]
        columns.append(whole[:n_keys])
    return Values(*columns)


def _sentence(told: Telling) -> str:
    held, (a, b) = told.held, told.names
    found = _found(held, told.on, interval=True)
    asked = _asked(held, told.on)
    asked = asked.only(asked.group == 0)
    ever = ended_by(asked, 1, BY_ASKED, BY_COLLEAGUE)
    low, high = (float(end[0]) for end in life.band(ever))
    others = float(ended_by(asked, 1, BY_COLLEAGUE).value[0])
    said = _DECLARED.template.format(
        a=a, b=b, value=percent(told.value), band=band(told.low, told.high), n=f"{told.n:,}", half=half(asked),
        by=", each by the person asked" if others else "",
        others=f"colleagues answer {percent(others)} for them, and " if others else "",
        never=percent(max(0.0, 1.0 - float(ever.value[0]))), never_band=band(1.0 - high, 1.0 - low),
        then=_year_ago(held, told.on),
    )  # fmt: skip
    value, low, high, n = (float(column[1]) for column in (found.value, found.low, found.high, found.n))
    if n < MINIMUM_TURNS:
        return said
    return f"{said} {a} answers {percent(value)} of {b}'s ({band(low, high)}, {int(n):,})."


def _year_ago(held: Held, on: date) -> str:
    """The value of a year before, where there is one that the same archives cover."""
    then = _found(held, on - _YEAR, interval=False)
    ends = (day_number(on - _YEAR), day_number(on))
    if then.n[0] < MINIMUM_TURNS or held.covered.differing(*ends, held.window_days):
        return ""
    return f" A year ago {percent(float(then.value[0]))}."


def half(asked: Asked) -> str:
    """By when half are answered, where more than half ever are."""
    found = median(asked)
    if found is None:
        return ""
    if found[0] < 3600.0:
        unit, numbers = "minute", [f"{max(1.0, seconds / 60):.0f}" for seconds in found]
    else:
        unit, numbers = "hour", [amount(seconds / 3600) for seconds in found]
    middle, low, high = numbers
    around = f"{low}–{high}" if np.isfinite(found[2]) else f"{low} or more"
    return f", half of them within {middle} working {unit if middle == '1' else f'{unit}s'} ({around})"


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    """The opening of each turn that side a opened, and its closing where there was one by then."""
    turns, rows, found = held.turns, held.turns.rows, []
    for number, at in enumerate(turns.opened_by_a(on, held.window_days)):
        asker, asked = (int(turns.persons[who[at]]) for who in (rows.from_person, rows.to_person))
        ended = turns.closed_by(at, on)
        closed, by_colleague = ended or (None, False)
        cause = "colleague" if by_colleague else CAUSES[rows.cause[at]] if closed else None
        found.append(
            EvidenceRow(
                int(rows.opening_ids[rows.opening[at]]), turns.opened_at(at), asker, asked, 1.0, "opening",
                {"turn": number, "cause": cause, "responder_offset_minutes": int(rows.offset_minutes[at])},
            )
        )  # fmt: skip
        closing = (rows.colleague_answer_ids if by_colleague else rows.closing_ids)[at].as_py()
        who = rows.colleague_ids[at].as_py() if by_colleague else asked
        if closed and closing is not None:
            found.append(EvidenceRow(closing, closed, who, asker, 1.0, "closing", {"turn": number, "cause": cause}))
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id, row.to_person_id))
    return tuple(found)


def _n_evidence(held: Held, on: date) -> int:
    opened = held.turns.opened_by_a(on, held.window_days)
    return len(opened) + sum(held.turns.closed_by(int(at), on) is not None for at in opened)


def _parameters(held: Held, on: date) -> Parameters:
    fit = held.fitted
    return {
        "cell_mean": fit.share_answered_mean, "cell_strength": fit.share_answered_strength,
        "working_day_seconds": WORKING_DAY_SECONDS,
    }  # fmt: skip


def _drawn(held: Held, on: date) -> Drawn:
    asked = _asked(held, on)
    mine = asked.group == 0
    directed, group = np.unique(asked.person[mine], return_inverse=True)
    found = within_a_day(asked.only(mine, group), len(directed))
    mean, strength = held.fitted.share_answered_mean, held.fitted.share_answered_strength
    persons, n = held.turns.persons, len(held.turns.persons)
    a, b = directed // n, directed % n
    draws = pair_draws(found, mean, strength, drawn_for_persons(persons[a], persons[b]))
    return Drawn(a, b, found.n, found.value, share_error(found.value, found.n), draws)


RESPONSIVENESS = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=_n_evidence,
    parameters=_parameters,
    seen=lambda held, on, interval: _answered(held, on, interval, False),
    drawn=_drawn,
)
