"""Ties of made-up worlds: against a slow second way, and a refresh against a rebuild."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from honeycell.engine import Engine, open_engine
from honeycell.tables import TABLES

from .world import extend, made_up, read, said, slow_pairs, slow_touches, slow_turns, write

seeds = st.integers(0, 2**32 - 1)
# A seed says nothing by its size, so there is nothing to shrink.
phases = (Phase.explicit, Phase.generate)


@contextmanager
def empty() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        try:
            yield engine
        finally:
            engine.close()


def ordered(name: str, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(({column: row[column] for column in TABLES[name].schema.names} for row in rows), key=str)


@settings(max_examples=6, deadline=None, derandomize=True, phases=phases)
@given(seeds)
def test_tables_are_those_of_a_walk_through_every_row(seed: int) -> None:
    world = made_up(Random(seed), 120, 1)
    touches = slow_touches(world)
    days, pairs = slow_pairs(touches)
    with empty() as engine:
        held = write(engine, world)
    assert len(touches) > 50
    assert held["touches"] == ordered("touches", touches)
    assert held["pair_days"] == ordered("pair_days", days)
    assert held["pairs"] == ordered("pairs", pairs)
    turns = slow_turns(world, touches)
    assert held["turns"] == ordered("turns", turns)
    assert any(turn["colleague_at"] for turn in turns)


@settings(max_examples=3, deadline=None, derandomize=True, phases=phases)
@given(seeds, st.integers(1, 40))
def test_refresh_gives_the_tables_of_a_rebuild(seed: int, n: int) -> None:
    random = Random(seed)
    first = made_up(random, 80, 1)
    second = made_up(random, n, 2, first)
    third = made_up(random, n, 3, second)
    # Somebody turns out to be two, and a mailbox to be a person.
    third.people["mailto:h1@example.com"] = 170
    third.people["mailto:h7@example.com"] = 187
    third.turncoats = frozenset({2, 4})
    with empty() as engine:
        write(engine, first)
        extend(engine, first, second)
        refreshed = extend(engine, second, third)
    with empty() as engine:
        rebuilt = write(engine, third)
    assert refreshed == rebuilt


def test_refresh_follows_a_person_who_moved_without_any_new_message() -> None:
    world = made_up(Random(5), 60, 1)
    moved = replace(world, people={**world.people, "mailto:h2@example.com": None})
    with empty() as engine:
        before = write(engine, world)
        refreshed = extend(engine, world, moved)
    with empty() as engine:
        rebuilt = write(engine, moved)
    assert before != refreshed == rebuilt


def test_refresh_follows_a_colleague_who_answers_and_one_who_was_none() -> None:
    asked = said((11, 0, 1, 2, None), (13, 100, 1, 2, None))
    answered = said((12, 50, 3, 1, 11), world=asked)
    moved = replace(answered, turncoats=frozenset({3}))
    found = []
    with empty() as engine:
        write(engine, asked)
        for before, after in ((asked, answered), (answered, moved)):
            turns = extend(engine, before, after)["turns"]
            assert turns == ordered("turns", slow_turns(after, slow_touches(after)))
            asked_of_2 = [turn for turn in turns if turn["to_person_id"] == 2]
            found.append([(turn["opening_id"], turn["colleague_answer_id"], turn["anew"]) for turn in asked_of_2])
    assert found == [[(11, 12, False), (13, None, True)], [(11, None, False)]]


def test_a_message_is_one_unit_of_attention(engine: Engine) -> None:
    write(engine, made_up(Random(1), 150, 1))
    sums: dict[str, float] = defaultdict(float)
    for touch in read(engine)["touches"]:
        if touch["kind"] == "message":
            sums[touch["interaction_id"]] += touch["weight"]
    assert sums
    assert all(abs(total - 1) < 1e-5 for total in sums.values())
