"""The lift: what it makes of phrases that nobody followed anybody in, and of those where reading does something."""

import numpy as np
import pytest
from validation.ideas import planted
from validation.ideas.world import KINDS, World, world

from honeycell.conversations.ideas import (
    Lift,
    Phrases,
    Reader,
    Spread,
    Words,
    compared,
    evidence,
    lift,
    phrases,
    some,
    spread,
)
from honeycell.conversations.ideas.lift import _cells, _Moments
from honeycell.readings.idea_flow import Crossings, counts, evaluate
from honeycell.readings.ideas import Flows


@pytest.fixture(scope="module")
def made() -> World:
    return world(4, n_people=240, n_weeks=40, n_each=40, n_firms=3)


@pytest.fixture(scope="module")
def found(made: World) -> tuple[Words, Phrases, list[int]]:
    reader = Reader()
    reader.read(made.texts)
    words = reader.words(range(len(made.texts)))
    held = phrases(words, made.said, int(made.said.at[0]))
    return words, held, planted_numbers(made, words, held)


def planted_numbers(made: World, words: Words, held: Phrases) -> list[int]:
    """Which planted phrase each is, by the text of its first use."""
    first = held.text[np.searchsorted(held.phrase, np.arange(len(held.size)))]
    born = {int(uses[uses >= 0].min()): number for number, uses in enumerate(made.used.T) if (uses >= 0).any()}
    return [born.get(int(text), -1) for text in first]


def lift_of(kind: str, made: World, found: tuple[Words, Phrases, list[int]]) -> Lift:
    words, held, numbers = found
    mine = np.array([one >= 0 and KINDS[made.kind[one]] == kind for one in numbers])
    part = some(held, made.said, mine[held.phrase])
    return lift(words, part, made.said, spread(part, made.said, made.heard), made.unit)


def test_a_fashion_among_the_alike_is_not_taken_for_influence(
    made: World, found: tuple[Words, Phrases, list[int]]
) -> None:
    fashion, influence = (lift_of(kind, made, found) for kind in ("fashion", "influence"))
    assert fashion.value is not None
    assert fashion.unmatched is not None
    assert influence.low is not None
    assert abs(fashion.value - 1) < 0.6 * abs(fashion.unmatched - 1)
    assert influence.low > fashion.value


def test_who_is_alike_is_of_one_organisation_writes_as_much_and_of_the_same() -> None:
    none, unit, active, like = np.zeros(0, np.int64), *(np.arange(8) >> bit & 1 for bit in range(3))
    held = _Moments(none, none, none, none, none, none, none, np.zeros(8, np.int64), unit, active, like.astype(float))
    assert len(np.unique(_cells(held, 2))) == 8
    assert len(np.unique(_cells(held, 1))) == 2  # the organisation alone


def test_the_lift_is_one_when_readers_are_drawn_by_lot(made: World, found: tuple[Words, Phrases, list[int]]) -> None:
    words, held, _numbers = found
    went = spread(held, made.said, made.heard)
    all_ = lift(words, held, made.said, went, made.unit)
    assert all_.null is not None
    assert 0.9 <= all_.null <= 1.1
    assert lift(words, held, made.said, went, made.unit) == all_
    assert lift(words, held, made.said, went, made.unit, elsewhere=True).n_adoptions <= all_.n_adoptions


def test_the_interval_is_that_of_the_reading_of_the_same_phrases(
    made: World, found: tuple[Words, Phrases, list[int]]
) -> None:
    words, held, _numbers = found
    went = spread(held, made.said, made.heard)
    first = 7 * held.text[np.searchsorted(held.phrase, np.arange(len(held.size)))]
    said = lift(words, held, made.said, went, made.unit, times=lambda phrases: counts(first[phrases], phrases))
    alike = compared(words, held, made.said, went, made.unit)
    none = dict.fromkeys(Flows.__dataclass_fields__, np.zeros(0, np.int64))
    flows = Flows(**(none | {  # type: ignore[arg-type]
        "first_id": first, "phrase": went.phrase[alike.row], "n": alike.n, "n_seen": alike.n_read,
        "seen": alike.had_read,
    }))  # fmt: skip
    rows = np.arange(len(alike.row))
    read, _enough = evaluate(flows, Crossings(np.zeros(len(rows), np.int64), rows, 1))
    assert (said.value, said.low, said.high) == pytest.approx((read.value[0], read.low[0], read.high[0]))


def test_below_thirty_phrases_nothing_is_said(made: World, found: tuple[Words, Phrases, list[int]]) -> None:
    words, held, _numbers = found
    few = some(held, made.said, held.phrase < 20)
    thin = lift(words, few, made.said, spread(few, made.said, made.heard), made.unit)
    assert (thin.status, thin.value, thin.n_phrases) == ("thin", None, 20)
    none = some(held, made.said, held.phrase < 0)
    empty = spread(none, made.said, made.heard)
    assert lift(words, none, made.said, empty, made.unit).status == "thin"
    assert isinstance(empty, Spread)


def test_cascades_are_told_from_what_is_read_by_chance(made: World, found: tuple[Words, Phrases, list[int]]) -> None:
    _words, held, numbers = found
    speaks = evidence(made.said, spread(held, made.said, made.heard))
    kind = np.array([made.kind[one] if one >= 0 else -1 for one in numbers])
    assert np.median(speaks[kind == 0]) > np.median(speaks[kind == 1])


def test_planted_cascades_are_found_with_their_edges(made: World) -> None:
    figures = planted(made)
    assert figures["cascade_recall"] >= 0.8
    assert figures["false_edges"] <= 0.2


def test_what_crosses_between_the_alike_is_compared_with_the_alike(
    made: World, found: tuple[Words, Phrases, list[int]]
) -> None:
    words, held, numbers = found
    fashion = np.array([one >= 0 and KINDS[made.kind[one]] == "fashion" for one in numbers])
    part = some(held, made.said, fashion[held.phrase])
    went = spread(part, made.said, made.heard)
    alike = compared(words, part, made.said, went, made.unit)
    born = part.text[np.searchsorted(part.phrase, went.phrase[alike.row])]
    crosses = made.unit[born] != made.unit[went.used[alike.row]]
    others, read = 1 - alike.n_read / alike.n, alike.n_read / alike.n
    ratio = (alike.had_read * others)[crosses].sum() / (~alike.had_read * read)[crosses].sum()
    unmatched = lift(words, part, made.said, went, made.unit).unmatched
    assert unmatched is not None
    assert abs(ratio - 1) < 0.6 * abs(unmatched - 1)
    assert 0.8 <= alike.by_lot[crosses].sum(0)[0] / alike.by_lot[crosses].sum(0)[1] <= 1.25
