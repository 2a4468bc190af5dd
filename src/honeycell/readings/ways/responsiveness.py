"""Responsiveness as a reading: side b answers side a, and the other way round in its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings import life
from honeycell.readings.arrays import Bools
from honeycell.readings.declared import ANYBODY, EVERY, PAIR, Declaration
from honeycell.readings.held import Held
from honeycell.readings.responsiveness import (
    MINIMUM_TURNS,
    WORKING_DAY_SECONDS,
    Asked,
    evaluate,
    pair_draws,
    plateau,
)  # fmt: skip
from honeycell.readings.sentences import amount, band, percent
from honeycell.readings.spread import Drawn, drawn_for_persons, share_error
from honeycell.readings.state import EvidenceRow
from honeycell.readings.traces import CAUSES
from honeycell.readings.values import Values
from honeycell.readings.way import Parameters, Telling, Way

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["RESPONSIVENESS"]

_DECLARED = Declaration(
    "responsiveness", "How fast do they answer, and how often never?", "probability", 0.0, 1.0, EVERY, MINIMUM_TURNS,
    "turns",
    "P(answer within one working day of 8 hours) on the responder's working clock, cause-specific (Kaplan & Meier"
    " 1958; Aalen & Johansen 1978), over the turns opened in the window; for two persons shrunk to the cell's mean",
    "relationships of the same kind in this cell",
    "{b} answers {value} of {a}'s direct messages within a working day ({band}, {n} turns){half}; {never} stay"
    " unanswered for 30 days.",
    smallest_group=ANYBODY,
    evidence="the message that opened each turn and what ended it: an answer, a colleague's, a meeting; or neither",
)  # fmt: skip


def _asked(held: Held, on: date) -> Asked:
    return held.turns.asked(on, held.window_days, colleagues=held.level != PAIR)


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    return _answered(held, on, interval, held.level == PAIR), np.full(len(held.contacts.keys), True)


def _answered(held: Held, on: date, interval: bool, shrunk: bool) -> Values:
    n_keys = len(held.contacts.keys)
    found = evaluate(
        _asked(held, on), 2 * len(held.turns.keys), mean=held.fitted.share_answered_mean,
        strength=held.fitted.share_answered_strength, shrunk=shrunk, interval=interval,
    )  # fmt: skip
    columns = []
    for column, missing in ((found.value, np.nan), (found.low, np.nan), (found.high, np.nan), (found.n, 0.0)):
        whole = np.full(n_keys + 1, missing)
        whole[held.turn_key] = column[0::2]
        columns.append(whole[:n_keys])
    return Values(*columns)


@dataclass(frozen=True)
class _Answers:
    """One side answering the other."""

    value: float
    low: float
    high: float
    n: int
    plateau: float
    """Answered within 30 days."""
    median_hours: float | None
    """Working hours until half are answered, where more than half ever are."""


def _answers(held: Held, on: date) -> tuple[_Answers, _Answers]:
    """Side b answering side a, and the other way round."""
    asked = _asked(held, on)
    found = evaluate(
        asked, 2, mean=held.fitted.share_answered_mean, strength=held.fitted.share_answered_strength,
        shrunk=held.level == PAIR,
    )  # fmt: skip
    ever = plateau(asked, 2)

    def side(at: int) -> _Answers:
        mine = asked.group == at
        median = life.median(asked.working_seconds[mine], asked.outcome[mine]) if ever[at] > 0.5 else None
        return _Answers(
            float(found.value[at]), float(found.low[at]), float(found.high[at]), int(found.n[at]), float(ever[at]),
            median / 3600.0 if median is not None else None,
        )  # fmt: skip

    return side(0), side(1)


def _sentence(told: Telling) -> str:
    a, b = told.names
    answers, back = _answers(told.held, told.on)
    half = f", half of them within {_hours(answers.median_hours)}" if answers.median_hours is not None else ""
    never = max(0.0, 1.0 - answers.plateau)
    said = _DECLARED.template.format(
        a=a, b=b, value=percent(answers.value), band=band(answers.low, answers.high), n=f"{answers.n:,}", half=half,
        never=percent(never),
    )  # fmt: skip
    if back.n < MINIMUM_TURNS:
        return said
    return f"{said} {a} answers {percent(back.value)} of {b}'s ({band(back.low, back.high)}, {back.n:,})."


def _hours(hours: float) -> str:
    if hours < 1.0:
        return f"{max(1, round(hours * 60))} minutes"
    return f"{amount(hours)} working hours"


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    """The opening of each turn that side a opened, and its closing where there was one by then."""
    turns, rows, found = held.turns, held.turns.rows, []
    for number, at in enumerate(turns.opened_by_a(on, held.window_days)):
        asker, asked = (int(turns.persons[who[at]]) for who in (rows.from_person, rows.to_person))
        closed = turns.closed_by(at, on)
        cause = CAUSES[rows.cause[at]] if closed else None
        found.append(
            EvidenceRow(
                int(rows.opening_ids[rows.opening[at]]), turns.opened_at(at), asker, asked, 1.0, "opening",
                {"turn": number, "cause": cause, "responder_offset_minutes": int(rows.offset_minutes[at])},
            )
        )  # fmt: skip
        closing = rows.closing_ids[at].as_py()
        if closed and closing is not None:
            found.append(EvidenceRow(closing, closed, asked, asker, 1.0, "closing", {"turn": number, "cause": cause}))
    found.sort(key=lambda row: (row.occurred_at, row.interaction_id, row.to_person_id))
    return tuple(found)


def _n_evidence(held: Held, on: date) -> int:
    opened = held.turns.opened_by_a(on, held.window_days)
    return len(opened) + sum(held.turns.closed_by(int(at), on) is not None for at in opened)


def _parameters(held: Held, on: date) -> Parameters:
    fit = held.fitted
    return {
        "cell_mean": fit.share_answered_mean, "cell_strength": fit.share_answered_strength,
        "shrunk": int(held.level == PAIR), "colleagues": int(held.level != PAIR),
        "working_day_seconds": WORKING_DAY_SECONDS,
    }  # fmt: skip


def _drawn(held: Held, on: date) -> Drawn:
    asked = _asked(held, on)
    mine = asked.group == 0
    directed, group = np.unique(asked.person[mine], return_inverse=True)
    some = Asked(
        group, asked.person[mine], asked.working_seconds[mine], asked.wall_seconds[mine], asked.outcome[mine],
        asked.explicit[mine], asked.answered_by[mine],
    )  # fmt: skip
    mean, strength = held.fitted.share_answered_mean, held.fitted.share_answered_strength
    found = evaluate(some, len(directed), mean=mean, strength=strength, shrunk=False, interval=False)
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
