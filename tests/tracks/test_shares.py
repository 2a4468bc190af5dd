"""Dialogue and openness: what counts, and under how much nothing is said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from honeycell.tracks.shares import Share, dialogue, openness

DAY = date(2026, 3, 2)
NAMES = {"a": "Aster", "b": "Birch"}


def talk(sides: str, first: int = 0, *, space: str | None = None, kind: str = "message") -> list[dict[str, object]]:
    """One interaction a day, each by the side that the letter names; `o` is somebody else."""
    of = {"o": "other", "m": "both"}
    return [
        {"interaction_id": first + at, "kind": "meeting" if one == "m" else kind, "side": of.get(one, one),
         "space": space, "occurred_on": DAY + timedelta(at)}
        for at, one in enumerate(sides)
    ]  # fmt: skip


def counted(share: Share) -> list[int]:
    return [one.interaction_id for one in share.evidence if one.counts]


@pytest.mark.parametrize(
    ("sides", "counts"), [("ab", False), ("aba", True), ("aob", False), ("aoboa", True), ("amb", False)]
)
def test_a_dialogue_is_there_and_back_between_the_two(sides: str, counts: bool) -> None:
    found = dialogue([talk(sides, 10 * n) for n in range(5)], 1.0, 0, NAMES, 365)
    assert (found.value, found.n) == (float(counts), 5)
    assert [(one.interaction_id, one.counts) for one in found.evidence] == [(10 * n, counts) for n in range(5)]


def test_a_meeting_alone_is_no_conversation_to_count() -> None:
    assert dialogue([talk("mm")], 1.0, 0, NAMES, 365).n == 0


def test_under_five_conversations_or_twenty_events_there_is_no_number() -> None:
    few = dialogue([talk("aba", 10 * n) for n in range(4)], 1.0, 0, NAMES, 365)
    assert (few.status, few.value, few.low) == ("thin", None, None)
    assert openness([talk("a" * 19)], frozenset(), "a", 1.0, 0, NAMES).status == "thin"
    assert openness([talk("a" * 20)], frozenset(), "a", 0.0, 0, NAMES).status == "not_observable"


def test_what_reaches_somebody_of_the_other_side_is_sent_met_or_said_where_they_wrote() -> None:
    rows = [*talk("a" * 18), *talk("mm", 50)]
    found = openness([rows], frozenset({0, 1}), "a", 1.0, 0, NAMES)
    assert (found.value, counted(found)) == (4 / 20, [0, 1, 50, 51])
    assert openness([talk("b" + "a" * 20, space="list:works")], frozenset(), "a", 1.0, 0, NAMES).value == 1.0
    late = talk("b" + "a" * 40, space="list:works")
    assert len(counted(openness([late], frozenset(), "a", 1.0, 0, NAMES))) == 28
    assert openness([talk("b" + "a" * 20)], frozenset(), "a", 1.0, 0, NAMES).value == 0.0


def test_only_one_side_is_looked_at() -> None:
    rows = [*talk("a" * 20), *talk("b" * 30, 100)]
    assert openness([rows], frozenset(range(100, 130)), "a", 1.0, 0, NAMES).value == 0.0


@given(some.lists(some.text("abom", max_size=8), max_size=9))
def test_the_share_is_that_of_its_evidence_and_lies_in_its_interval(talks: list[str]) -> None:
    found = dialogue([talk(sides, 100 * n) for n, sides in enumerate(talks) if sides], 1.0, 0, NAMES, 365)
    if found.value is not None and found.low is not None and found.high is not None:
        assert found.value == len(counted(found)) / len(found.evidence)
        assert found.low <= found.value <= found.high
