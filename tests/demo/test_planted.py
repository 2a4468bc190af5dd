"""What the ties of the simulated world come to on average, counted by hand on three messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from validation.recovery.planted import dialogues, planted, said
from validation.recovery.told import Told, figures_of

from honeycell.demo.people import people
from honeycell.demo.sites import DAY, day_number
from honeycell.demo.talk import Talk

ON = date(2025, 6, 4)
MORNING = day_number(ON) * DAY + 10 * 3600


def test_the_means_of_three_messages_are_those_counted_by_hand() -> None:
    everybody = people(7, 0.02)
    # 3 asks 70, with 4 in Cc; 70 answers after an hour; a day later 3 says something that nobody answers.
    nothing = np.zeros(3, np.int64)
    found = said(everybody, {}, Talk(
        at=MORNING + np.array([0, 3600, DAY]), author=np.array([3, 70, 3]), to=np.array([70, 3, 70]), tie=nothing,
        conversation=np.array([0, 0, 1]), parent=np.array([-1, 0, -1]), act=np.array([0, 1, 0]), ask=nothing,
        due=nothing, cc=np.array([[4, -1, -1], [-1, -1, -1], [3, -1, -1]]),
    ))  # fmt: skip
    assert found.weight.round(2).tolist() == [0.77, 1.0, 1.0, 0.23]
    pairs = planted([found, found], ON)
    assert list(zip(pairs.one, pairs.other, strict=True)) == [(3, 4), (3, 70)]
    assert pairs.given.round(2).tolist() == [1.0, 0.43]
    assert pairs.days.tolist() == [1.0, 1.0]
    assert pairs.lasts.tolist() == [0.0, 1.0]
    assert pairs.answers[1].tolist() == [1.0, 0.0]
    houses = planted([found], date(2025, 6, 5), everybody.organisation)
    assert (houses.one.tolist(), houses.other.tolist(), houses.days.tolist()) == ([0], [1], [2.0])
    assert houses.pairs.round(2).tolist() == [1.0]
    assert houses.answers.tolist() == [[0.5, 0.0]]
    # Once there and back needs a third message.
    assert dialogues([found], date(2025, 6, 5), everybody.organisation) == {(0, 1): 0.0}
    again = replace(found, conversation=np.zeros_like(found.conversation))
    assert dialogues([again], date(2025, 6, 5), everybody.organisation) == {(0, 1): 1.0}


def test_an_interval_is_inside_where_it_holds_what_was_planted() -> None:
    told = [Told("goods", 0.5, 0.4, 0.6, planted) for planted in (0.4, 0.55, 0.7, 0.39)]
    assert figures_of(told) == {"goods_inside": 0.5, "goods_bias": -0.01, "goods_n": 4}
