"""Idea flow as a reading: how much likelier a phrase of the other side is taken up where it had been read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.arrays import Bools, Ints, day_number
from honeycell.readings.declared import GROUP, ORGANISATIONS, SPACE, Declaration
from honeycell.readings.held import Held
from honeycell.readings.idea_flow import (
    LEAST_COMPARED,
    MINIMUM,
    WINDOW_DAYS,
    between,
    by_lot,
    crossings,
    evaluate,
    recent,
    without_echoes,
)  # fmt: skip
from honeycell.readings.ideas import Flows
from honeycell.readings.ideas.telling import NOT_READ, example, handed_on, likelier, rows_of, times
from honeycell.readings.state import EvidenceRow
from honeycell.readings.values import Values
from honeycell.readings.way import Telling, Way

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["IDEA_FLOW"]

_DECLARED = Declaration(
    "idea_flow", "Whose ideas travel, and across which boundary?", "times as likely", 0.0, None,
    (ORGANISATIONS, SPACE), MINIMUM, "crossing phrases",
    "adoption lift: of new phrases that one side began, the rate at which people of the other take them up who had read"
    " them, by that of colleagues of theirs who had not and wrote in the same week (Mantel & Haenszel 1959; Aral,"
    " Muchnik & Sundararajan 2009 on why the like are compared with the like)",
    "colleagues of the same week, as much and about the same things, who had not read it",
    "In {years} years {phrases} went across: {by_b} somebody of {b} took up what began at {a}, {by_a} the other way"
    " round; {likelier}.", NOT_READ,
    smallest_group=GROUP,
    evidence="the first use of each phrase that crossed, each time somebody took it up, and each time it was passed on",
)  # fmt: skip
_BESIDES = f"{LEAST_COMPARED} times that some colleagues had read one and others had not"


def _flows(held: Held, on: date) -> Flows | None:
    """What was read of that day; what was read of another day knows more, or less."""
    flows = held.traces.flows
    return flows if flows is not None and flows.day == day_number(on) else None


def _keys(held: Held) -> Ints:
    return np.array(held.contacts.keys, np.int64).reshape(-1, 2)


def _evaluate(held: Held, on: date, interval: bool) -> tuple[Values, Bools]:
    flows, keys = _flows(held, on), _keys(held)
    if flows is None:
        nothing = np.full(len(keys), np.nan)
        return Values(nothing, nothing, nothing, np.zeros(len(keys))), np.zeros(len(keys), bool)
    return evaluate(flows, crossings(flows, keys), interval=interval)


def _rows(held: Held, flows: Flows) -> tuple[Ints, Ints]:
    """The times of the one relationship held that somebody took a phrase up, and that one was passed on."""
    keys = _keys(held)
    passed = (between(flows.whose_of, flows.passed_of, keys) >= 0) & recent(flows, flows.passed_at)
    return crossings(flows, keys).row, np.flatnonzero(passed)


def _across(held: Held, names: tuple[str, str], flows: Flows, rows: Ints, lift: str) -> str:
    """How often each side took up what the other began, and how much likelier where it had been read."""
    (a, b), (of_a, of_b) = names, held.contacts.keys[0]
    n = len(np.unique(flows.phrase[rows]))
    by_b, by_a = (int((flows.taken_of[rows] == side).sum()) for side in (of_b, of_a))
    return _DECLARED.template.format(
        years=WINDOW_DAYS // 365, phrases=times(n, "phrase"), a=a, b=b, by_a=times(by_a), by_b=times(by_b),
        likelier=lift,
    )  # fmt: skip


def _thin(held: Held, on: date, names: tuple[str, str]) -> str:
    """How often each side took up what the other began, where that is too seldom for more."""
    flows = _flows(held, on)
    if flows is None or not len(rows := _rows(held, flows)[0]):
        return ""
    few = f"too few to say more, which takes at least {MINIMUM} phrases and {_BESIDES}"
    return _across(held, names, flows, rows, few)


def _sentence(told: Telling) -> str:
    flows = _flows(told.held, told.on)
    assert flows is not None
    rows, passed = _rows(told.held, flows)
    lift = likelier(told.value, told.low, told.high, by_lot(flows, rows), without_echoes(flows, rows), flows.n_parts)
    parts = (
        _across(told.held, told.names, flows, rows, lift), handed_on(flows.how[passed], "from one to the other"),
        example(flows, rows, told.called, "across this boundary"),
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def _evidence(t: Tables, held: Held, on: date) -> tuple[EvidenceRow, ...]:
    flows = _flows(held, on)
    if flows is None:
        return ()
    a, b = held.contacts.keys[0]
    return rows_of(flows, *_rows(held, flows), {a: "a", b: "b"})


def _n_evidence(held: Held, on: date) -> int:
    flows = _flows(held, on)
    if flows is None:
        return 0
    rows, passed = _rows(held, flows)
    return len(rows) + len(passed) + len(np.union1d(flows.phrase[rows], flows.passed[passed]))


IDEA_FLOW = Way(
    _DECLARED,
    evaluate=_evaluate,
    sentence=_sentence,
    evidence=_evidence,
    n_evidence=_n_evidence,
    parameters=lambda held, on: {},
    window_days=WINDOW_DAYS,
    thin=_thin,
    besides=_BESIDES,
    observed=lambda held, on: _flows(held, on) is not None,
)
