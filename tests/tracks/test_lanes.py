"""The tracks of a small cell: which conversations, whose events, whose turn."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from honeycell.cell import Cell
from honeycell.errors import HoneycellError
from honeycell.ids import id_of, written_id
from honeycell.readings.recomputed import recomputed
from mails import calendar, cell_of, event, mail

END = datetime(2026, 6, 30, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return END - timedelta(days)


MAILS = [
    # Answered; a third firm puts in a word.
    mail(ago(100), "ana", "noor", "Delivery", "d1"),
    mail(ago(99), "noor", "ana", "Re: Delivery", "d2", "d1"),
    mail(ago(98), "cleo", "ana noor", "Re: Delivery", "d3", "d2"),
    mail(ago(20), "ana", "noor", "Re: Delivery", "d4", "d2"),
    mail(ago(19), "noor", "ana", "Re: Delivery", "d5", "d4", "Done.\n\n> a long quotation\n> of what was said\n"),
    mail(ago(18), "ana", "noor", "Re: Delivery", "d6", "d5"),
    # On them for nine days; chased once, and a colleague of the asked could answer.
    mail(ago(9), "ana", "noor", "Invoice", "i1"),
    mail(ago(5), "ana", "noor", "Re: Invoice", "i2", "i1"),
    # On us since four days.
    mail(ago(6), "tom", "bo", "Training", "t1"),
    mail(ago(4), "bo", "tom", "Re: Training", "t2", "t1"),
    # A colleague answered.
    mail(ago(8), "ana", "bo", "Holidays", "h1"),
    mail(ago(7), "noor", "ana tom bo cleo", "Re: Holidays", "h2", "h1"),
    # An answer that asks nothing.
    mail(ago(12), "ana", "bo", "Catering", "c1"),
    mail(ago(11), "bo", "ana", "Re: Catering", "c2", "c1", "Friday is fine."),
    # Long ago.
    mail(ago(150), "bo", "ana", "Old question", "o1"),
    # Between others, and a round mail: nothing of these two.
    mail(ago(3), "cleo", "bo", "Elsewhere", "e1"),
    mail(ago(500), "ana", "noor", "Years ago", "y1"),
    mail(END, "cleo", "dora", "The end", "z1"),
]
MEETINGS = calendar(
    *(event("weekly@x", ago(7 * n), 45, "Weekly", ["ana", "noor"], series=True) for n in range(1, 9)),
    event("inside@x", ago(2), 30, "Inside", ["ana", "tom"]),
)


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    with cell_of(tmp_path_factory.mktemp("tracks") / "one", MAILS, calendar=MEETINGS, us="Aster") as made:
        yield made


def conversation(number: str) -> int:
    return id_of(f"{number}@aster.example")


def test_lanes_are_the_conversations_in_which_one_side_turned_to_the_other(cell: Cell) -> None:
    view = cell.tracks("aster~bellwether")
    assert [(lane.title, lane.turn) for lane in view.lanes] == [
        ("Training", "a"), ("Invoice", "b"), ("Delivery", "b"), ("Weekly", "up_to_date"), ("Holidays", "up_to_date"),
        ("Catering", "up_to_date"), ("Old question", "nobody"),
    ]  # fmt: skip
    assert (view.n_lanes, view.n_waiting, view.us, view.as_of) == (7, (1, 2), "a", date(2026, 6, 30))
    assert (view.n_messages, view.n_meetings) == (6 + 2 + 2 + 2 + 2 + 1, 8)
    assert view.from_on == date(2025, 7, 1)


def test_everything_said_in_a_conversation_is_on_its_lane_on_the_side_of_its_author(cell: Cell) -> None:
    (lane,) = (lane for lane in cell.tracks("aster~bellwether").lanes if lane.title == "Delivery")
    assert lane.conversation_id == conversation("d1")
    assert [one.side for one in lane.events] == ["a", "b", "other", "a", "b", "a"]
    assert [one.occurred_at for one in lane.events] == sorted(one.occurred_at for one in lane.events)
    people = {one.person.name: (one.side, one.n) for one in lane.people}
    assert people == {"Ana Silva": ("a", 3), "Noor Albrecht": ("b", 2), "Cleo Park": ("other", 1)}
    assert [(one.n_days) for one in lane.silences] == [78]
    sizes = {one.interaction_id: one.size for one in lane.events}
    assert sizes[id_of("d5@aster.example")] < 15


def test_the_other_way_round_the_sides_change(cell: Cell) -> None:
    there, back = cell.tracks("aster~bellwether"), cell.tracks("bellwether~aster")
    other = {"a": "b", "b": "a"}
    assert back.us == "b"
    assert {lane.title: lane.turn for lane in back.lanes} == {
        lane.title: other.get(lane.turn, lane.turn) for lane in there.lanes
    }
    assert [(week.n_b, week.n_a, week.n_other) for week in back.weeks] == [
        (week.n_a, week.n_b, week.n_other) for week in there.weeks
    ]


def test_it_is_known_who_waits_for_whom_since_when(cell: Cell) -> None:
    waiting = {lane.title: lane.unanswered for lane in cell.tracks("aster~bellwether").lanes}
    invoice, training = waiting["Invoice"], waiting["Training"]
    assert invoice
    assert training
    assert (invoice.side, invoice.n_days, [one.name for one in invoice.persons]) == ("b", 9, ["Noor Albrecht"])
    assert (training.side, training.n_days, [one.name for one in training.persons]) == ("a", 4, ["Tom Reed"])
    assert invoice.interaction_id == id_of("i1@aster.example")
    assert waiting["Holidays"] is None, "a colleague answered"
    assert waiting["Old question"]


def test_a_series_of_meetings_is_one_lane_of_both(cell: Cell) -> None:
    (lane,) = (lane for lane in cell.tracks("aster~bellwether").lanes if lane.title == "Weekly")
    assert {(one.side, one.kind, one.size) for one in lane.events} == {("both", "meeting", 45.0)}
    assert (lane.n_messages, lane.n_meetings) == (0, 8)
    assert {(one.person.name, one.side) for one in lane.people} == {("Ana Silva", "a"), ("Noor Albrecht", "b")}


def test_the_weeks_count_every_message_once(cell: Cell) -> None:
    view = cell.tracks("aster~bellwether")
    assert sum(week.n_a + week.n_b + week.n_other for week in view.weeks) == view.n_messages
    assert (view.weeks[-1].n_a, view.weeks[-1].n_b) == (2, 1)
    assert len(view.weeks) == 53
    assert view.weeks[0].from_on == view.from_on


def test_a_limit_leaves_room_for_each_kind_and_changes_no_count(cell: Cell) -> None:
    whole, view = cell.tracks("aster~bellwether"), cell.tracks("aster~bellwether", limit=3)
    assert [lane.title for lane in view.lanes] == ["Training", "Delivery", "Weekly"]
    assert (view.n_lanes, view.n_messages, view.n_waiting, view.weeks) == (
        whole.n_lanes, whole.n_messages, whole.n_waiting, whole.weeks
    )  # fmt: skip
    assert [lane.title for lane in cell.tracks("aster~bellwether", limit=5).lanes].count("Training") == 1
    assert len(cell.tracks("aster~bellwether", limit=5).lanes) == 5


def test_on_an_earlier_day_nothing_later_is_known(cell: Cell) -> None:
    view = cell.tracks("aster~bellwether", as_of=date(2026, 6, 25), window_days=10)
    turns = {lane.title: lane.turn for lane in view.lanes}
    assert turns == {"Invoice": "b", "Training": "b", "Holidays": "up_to_date", "Weekly": "up_to_date",
                     "Catering": "up_to_date"}  # fmt: skip
    assert all(view.from_on <= one.occurred_at.date() <= view.as_of for lane in view.lanes for one in lane.events)


def test_between_two_persons_their_colleagues_are_others(cell: Cell) -> None:
    lane, answered = cell.tracks("@ana-silva~@bo-dahl", window_days=60).lanes
    assert (answered.title, answered.turn, [one.side for one in answered.events]) == (
        "Catering",
        "up_to_date",
        ["a", "b"],
    )
    assert (lane.title, lane.turn, [one.side for one in lane.events]) == ("Holidays", "b", ["a", "other"])
    assert [lane.title for lane in cell.tracks("@tom-reed~bellwether").lanes] == ["Training", "Holidays"]


def test_who_shares_no_conversation_has_no_lane(cell: Cell) -> None:
    view = cell.tracks("aster~cinder", window_days=30)
    assert (view.lanes, view.n_lanes, view.n_messages) == ((), 0, 0)
    assert len(cell.tracks("aster~cinder").lanes) == 1


def test_conversations_between_two_are_those_of_the_lanes(cell: Cell) -> None:
    listed = cell.conversations("aster~bellwether", window_days=365)
    assert set(listed["conversation_id"].to_pylist()) == {
        lane.conversation_id for lane in cell.tracks("aster~bellwether").lanes
    }
    assert cell.conversations().num_rows > listed.num_rows


def test_one_conversation_has_own_words_and_what_answers_what(cell: Cell) -> None:
    found = cell.conversation(written_id(conversation("d1")))
    assert (found.title, found.n_messages, found.n_meetings, found.channels) == ("Delivery", 6, 0, ("mail",))
    assert [(one.person.name, one.organisation, one.n) for one in found.people] == [
        ("Ana Silva", "Aster", 3), ("Noor Albrecht", "Bellwether", 2), ("Cleo Park", "Cinder", 1),
    ]  # fmt: skip
    fifth = found.messages[4]
    assert fifth.words == "Done."
    assert fifth.n_characters > 40
    assert fifth.answers_id == id_of("d4@aster.example")
    assert found.unanswered
    assert [one.name for one in found.unanswered.persons] == ["Noor Albrecht"]


def test_who_met_takes_part_in_a_conversation(cell: Cell) -> None:
    weekly = next(lane for lane in cell.tracks("aster~bellwether").lanes if lane.title == "Weekly")
    found = cell.conversation(written_id(weekly.conversation_id))
    assert {(one.person.name, one.organisation, one.n) for one in found.people} == {
        ("Ana Silva", "Aster", 8), ("Noor Albrecht", "Bellwether", 8),
    }  # fmt: skip
    assert {(one.n_present, one.duration_minutes, one.words) for one in found.messages} == {(2, 45.0, "")}
    assert found.unanswered is None


@pytest.mark.parametrize("digits", [6, 8, 16])
def test_a_conversation_is_found_by_its_first_digits_or_by_one_of_its_interactions(cell: Cell, digits: int) -> None:
    whole = conversation("t1")
    assert cell.conversation(written_id(whole)[:digits]).conversation_id == whole
    assert cell.conversation(written_id(id_of("t2@aster.example"))[:digits]).conversation_id == whole


@pytest.mark.parametrize("text", ["0000000000000000", "none", "ab", "ffffffffffffffff", "12345678901234567"])
def test_an_unknown_conversation_is_an_error_with_a_remedy(cell: Cell, text: str) -> None:
    with pytest.raises(HoneycellError) as raised:
        cell.conversation(text)
    assert (raised.value.code, raised.value.exit_status) == ("no-such-conversation", 4)
    assert raised.value.remedy


@pytest.mark.parametrize(("name", "value", "n"), [("dialogue", 1 / 6, 6), ("openness", None, 16)])
def test_dialogue_and_openness_stand_beside_the_readings_and_follow_from_what_why_lists(
    cell: Cell, name: str, value: float | None, n: int
) -> None:
    (read,) = (one for one in cell.show("aster~bellwether").beside if one.reading == name)
    (shared,) = (one for one in cell.tracks("aster~bellwether").shares if one.name == name)
    assert (read.value, read.n, read.window[1]) == (value, n, END.date())
    assert (shared.value, shared.low, shared.high, shared.n) == (read.value, read.low, read.high, read.n)
    found = cell.why("aster~bellwether", name)
    assert (found.value, found.recomputed, len(found.evidence)) == (value, value, read.n_evidence)
    counted = [one.counts for one in shared.evidence]
    assert recomputed(name, found.evidence, found.parameters) == sum(counted) / len(counted)
