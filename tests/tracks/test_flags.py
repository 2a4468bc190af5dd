"""What was promised stands on the track: by whom, until when, and whether the day has passed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from honeycell.cell import Cell
from honeycell.ids import id_of, written_id
from honeycell.readings import find_relationship
from honeycell.tracks import Flag
from honeycell.tracks.flags import SURE, flags
from honeycell.tracks.sides import sides
from mails import cell_of, mail

PROMISE = "Dear Ana,\n\nI'll send the drawings to you by Friday.\n\nBest regards\nBo\n"


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    monday = datetime(2026, 6, 1, 9, tzinfo=UTC)
    mails = [
        mail(monday, "ana", "bo", "Drawings", "d1", text="Could you send me the revised drawings?"),
        mail(monday.replace(hour=14), "bo", "ana", "Re: Drawings", "d2", "d1", PROMISE),
        mail(datetime(2026, 6, 30, tzinfo=UTC), "cleo", "dora", "The end", "z1"),
    ]
    with cell_of(tmp_path_factory.mktemp("flags") / "one", mails) as made:
        yield made


def flags_of(cell: Cell, name: str, on: date) -> tuple[Flag, ...]:
    """The flags of the one conversation, however sure they are."""
    with cell._asked() as t:
        held = sides(t, *find_relationship(t, name))
        conversation = id_of("d1@aster.example")
        return flags(t, [conversation], on, held=held, least=0.3, kinds=("promise",)).get(conversation, ())


@pytest.mark.parametrize(("day", "state"), [(4, "open"), (5, "open"), (6, "late"), (30, "late")])
def test_a_promise_is_open_until_its_day_and_late_from_then_on(cell: Cell, day: int, state: str) -> None:
    (flag,) = flags_of(cell, "aster~bellwether", date(2026, 6, day))
    assert (flag.kind, flag.side, flag.state, flag.due_on) == ("promise", "b", state, date(2026, 6, 5))
    assert flag.owner
    assert flag.owner.name == "Bo Dahl"
    assert flag.sentence == PROMISE.splitlines()[2]
    assert flag.interaction_id == id_of("d2@aster.example")


def test_nothing_is_promised_before_it_was_said_and_the_side_is_that_of_who_owes(cell: Cell) -> None:
    assert flags_of(cell, "aster~bellwether", date(2026, 5, 31)) == ()
    assert [flag.side for flag in flags_of(cell, "bellwether~aster", date(2026, 6, 30))] == ["a"]
    assert [flag.side for flag in flags_of(cell, "aster~cinder", date(2026, 6, 30))] == ["other"]


def test_only_what_is_sure_is_drawn(cell: Cell) -> None:
    (lane,) = cell.tracks("aster~bellwether").lanes
    assert all(flag.probability >= SURE for flag in lane.flags)


def test_a_conversation_tells_of_what_is_likely_too(cell: Cell) -> None:
    found = cell.conversation(written_id(id_of("d1@aster.example")))
    assert "promise" in {flag.kind for flag in found.flags}
    assert {flag.side for flag in found.flags} == {"other"}
