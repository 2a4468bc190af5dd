"""Off-deck drift: a side-channel that was planted is said, nothing else is, and nobody is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeycell.cell import Cell, create_cell
from honeycell.errors import NotFoundError
from honeycell.readings import Reading
from honeycell.readings.covered import covered
from honeycell.readings.spaces import off_deck
from honeycell.readings.spaces.asked import Asked
from honeycell.readings.spaces.off_deck_signs import (
    BEFORE,
    EVERYBODY,
    LEAST_PAST,
    NOW,
    RATE,
    Change,
    Sent,
    Window,
    change,
    judged,
    past_of,
)
from honeycell.readings.spaces.off_deck_words import Terms
from honeycell.steps import Tables

MONDAY = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
WEEKS = 36
PEOPLE = [first + last for first in ("an", "to", "mi", "no", "bo", "ce") for last in ("ra", "li", "mo", "ke", "su")]
WORDS = ["amber", "birch", "cloud", "delta", "ember", "field", "grove", "haven", "inlet", "jetty", "knoll", "ledge"]
SPACE = "list:design.lists.example.com"


def posts() -> Iterator[bytes]:
    """Six circles of five; in the last six weeks the first takes most of its talk off the list."""
    chance = np.random.default_rng(3)
    for week in range(WEEKS):
        for place, name in enumerate(PEOPLE):
            circle = [one for one in PEOPLE[place - place % 5 : place - place % 5 + 5] if one != name]
            wider = chance.random() < 0.25
            to = str(chance.choice([one for one in PEOPLE if one not in (name, *circle)] if wider else circle))
            drifts = place < 5 and week >= WEEKS - NOW
            direct = not wider and chance.random() < (0.9 if drifts else 0.3)
            mail = EmailMessage()
            mail["From"], mail["To"] = (f"{one.title()} <{one}@{one}.example>" for one in (name, to))
            mail["Subject"], mail["Message-ID"] = f"Week {week}", f"<{week}.{name}@example.com>"
            minutes = {"days": int(chance.integers(5)), "minutes": int(chance.integers(480))}
            mail["Date"] = format_datetime(MONDAY + timedelta(weeks=week, **minutes))
            if not direct:
                mail["Cc"], mail["List-Id"] = "design@lists.example.com", "<design.lists.example.com>"
                mail["List-Post"] = "<mailto:design@lists.example.com>"
            mail.set_content(" ".join(chance.choice(WORDS, 8)))
            yield mail.as_bytes()


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    folder = tmp_path_factory.mktemp("off_deck")
    (folder / "mail.mbox").write_bytes(b"".join(b"From - Mon Jan  5 09:00:00 2026\n" + one + b"\n" for one in posts()))
    with create_cell(folder / "cell") as made:
        made.import_paths([folder / "mail.mbox"])
        made.refresh()
        yield made


@contextmanager
def asked(cell: Cell, weeks: int = WEEKS) -> Iterator[Asked]:
    """The space as of the last day of a week."""
    with cell.engine.scratch():
        t = Tables(cell.engine)
        yield Asked(t, SPACE, (MONDAY + timedelta(weeks=weeks)).date() - timedelta(1), 365, covered(t))


@pytest.fixture(scope="module")
def found(cell: Cell) -> tuple[Reading, ...]:
    with asked(cell) as space:
        return off_deck.OFF_DECK.read(space)


def test_a_side_channel_that_was_planted_is_said_of_that_group_alone(found: tuple[Reading, ...]) -> None:
    end = (MONDAY + timedelta(weeks=WEEKS)).date() - timedelta(1)
    assert [(one.status, one.trend) for one in found] == [("ok", "rising")] + [("ok", "steady")] * 5
    first = found[0]
    assert None not in (first.value, first.low, first.high)
    assert 0.4 < (first.low or 0) < (first.value or 0) < (first.high or 0)
    assert (first.n, first.n_evidence, first.window) == (30, 110, (end - timedelta(41), end))
    assert first.sentence.startswith(
        "A sign that more of a group's talk happens outside the shared space than before: of what a group of 5 people"
        f" sent to people of this space, {first.value:.0%} of the last 6 weeks could be read by that group alone, and "
    )
    assert first.sentence.endswith(" of 50 past windows of this space.")
    assert {one.sentence[:11] for one in found[1:]} == {"No sign of "}
    assert not any("E-I" in one.sentence for one in found)
    assert any("a rise as large" not in one.sentence for one in found[1:])


def test_nobody_is_named_or_blamed_and_the_value_is_computed_again(cell: Cell, found: tuple[Reading, ...]) -> None:
    said = " ".join(one.sentence for one in found).lower().split()
    assert not {"hidden", "disloyal", "secret", *PEOPLE} & set(said)
    with asked(cell) as space:
        why = off_deck.OFF_DECK.why(space, "off_deck_drift")
    assert {(row.from_person_id, row.to_person_id) for row in why.evidence} == {(0, 0)}
    assert len({row.interaction_id for row in why.evidence}) == len(why.evidence) == 110
    assert (why.value, why.recomputed) == (found[0].value, found[0].value)


def test_why_reaches_each_sub_group_by_its_number(cell: Cell, found: tuple[Reading, ...]) -> None:
    end = found[-1].window[1]
    last = cell.why_space("design", f"off-deck-drift {len(found)}", as_of=end)
    assert (last.value, last.recomputed, len(last.evidence)) == (found[-1].value,) * 2 + (found[-1].n_evidence,)
    assert last.value != found[0].value
    with pytest.raises(NotFoundError, match=f"this space has {len(found)} of off_deck_drift"):
        cell.why_space("design", f"off-deck-drift {len(found) + 1}", as_of=end)


def test_without_enough_past_nothing_is_said_of_a_change(cell: Cell) -> None:
    with asked(cell, 25) as space:
        early = off_deck.OFF_DECK.read(space)
    assert {(one.status, one.trend) for one in early} == {("not_calibrated", None)}
    assert all(one.sentence.startswith("Whether this is a sign cannot be said") for one in early)
    with asked(cell, 25) as space:
        given = off_deck.OFF_DECK.why(space, "off_deck_drift").parameters
    assert all(np.isfinite(one) for one in given.values() if isinstance(one, float))
    with asked(cell, 12) as space:
        assert [one.status for one in off_deck.OFF_DECK.read(space)] == ["thin"]


def test_fewer_than_five_people_are_not_shown(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(off_deck, "DECLARED", replace(off_deck.DECLARED, smallest_group=6))
    with asked(cell) as space:
        (only,) = off_deck.OFF_DECK.read(space)
    assert (only.value, only.n_evidence) == (None, 0)


def sent(rows: list[tuple[int, int, tuple[int, ...]]], since: int = 0) -> Sent:
    """Week, sender and readers of each message."""
    of = [(n, reader) for n, (_week, _sender, readers) in enumerate(rows) for reader in readers]
    week, sender = (np.array([row[part] for row in rows]) for part in (0, 1))
    return Sent(
        week, sender, np.arange(len(rows)), np.array([n for n, _ in of]), np.array([one for _, one in of]),
        np.full(len(rows), since), np.full(len(rows), 1 << 30),
    )  # fmt: skip


def test_what_is_said_in_the_space_is_never_off_deck_and_what_one_other_reads_neither() -> None:
    given = sent([(0, 1, (2, 3)), (0, 1, (EVERYBODY,)), (0, 2, (1, 9)), (1, 3, (1, 2, 3)), (1, 9, (1,))])
    members = np.array([1, 2, 3])
    n, off = given.weekly(members, 0, 1, given.open_to_others(members))
    assert (n.tolist(), off.tolist()) == ([[2, 0], [1, 0], [0, 1]], [[1, 0], [0, 0], [0, 1]])


def test_an_archive_that_begins_within_the_weeks_is_no_change() -> None:
    rows = [(week, 1, (2,)) for week in range(10, 22)]
    members = np.array([1, 2])
    for since, counted in ((0, 12), (2, 12), (10, 0)):
        assert len(sent(rows, since).counted(members, 0, 21)) == counted


def weekly(n: int, off_before: int, off_now: int) -> tuple[np.ndarray, np.ndarray]:
    """Two people who each send n a week."""
    sent_by = np.full((2, BEFORE + NOW), n)
    off = np.full((2, BEFORE + NOW), off_before)
    off[:, BEFORE:] = off_now
    return sent_by, off


def test_the_first_sign_is_that_of_the_science_page() -> None:
    found = change(*weekly(10, 3, 6))
    p = (2 * 16 * 3 + 2 * 6 * 6) / 440
    assert found.dispersion == 1.0
    assert found.z == pytest.approx(0.3 / np.sqrt(p * (1 - p) * (1 / 320 + 1 / 120)))
    # Weeks that swing more than chance does widen it.
    n, off = weekly(10, 3, 6)
    off[:, :BEFORE:2], off[:, 1:BEFORE:2] = 0, 6
    swinging = change(n, off)
    assert swinging.dispersion > 5
    assert swinging.z == pytest.approx(found.z / np.sqrt(swinging.dispersion))


@pytest.mark.parametrize(("before", "now", "enough"), [(60, 20, True), (59, 20, False), (60, 19, False)])
def test_a_change_takes_sixty_messages_before_and_twenty_now(before: int, now: int, enough: bool) -> None:
    assert Change(before, now, 0, 0, 1.0, 0.0, 0.0).enough is enough


def test_when_others_of_them_write_nothing_changed_within_anybody() -> None:
    """Simpson's case: each keeps their share, but who has the larger one writes more."""
    n = np.array([[10] * BEFORE + [2] * NOW, [2] * BEFORE + [10] * NOW])
    off = n * np.array([[0], [1]])
    found = change(n, off)
    assert found.z > 5
    assert found.within == 0.0


@given(st.integers(0, 10), st.integers(0, 10))
def test_more_off_deck_never_lowers_either_sign(before: int, now: int) -> None:
    found, less = change(*weekly(10, before, now)), change(*weekly(10, before, max(0, now - 1)))
    assert found.z >= less.z
    assert found.within >= less.within - 1e-9


def window(z: float, within: float, earlier: float = -np.inf, week: int = 0, went: bool | None = True) -> Window:
    return Window(1, week, (1, 2, 3), Change(100, 40, 10, 10, 1.0, z, within), (within,), earlier, went)


def past_windows(scale: float = 1.0) -> list[Window]:
    """A past in which both signs swing together, as wide as told."""
    chance = np.random.default_rng(5)
    drawn = scale * chance.standard_normal((200, 2))
    return [window(z, 0.6 * z + 0.8 * other, week=place // 10) for place, (z, other) in enumerate(drawn.tolist())]


def test_one_sign_by_itself_is_no_alert() -> None:
    past = past_windows()
    cases = [window(9, 9), window(9, -9), window(-9, 9), window(9, -9, earlier=9), window(9, np.nan)]
    assert [one.alert for one in judged(cases, past)] == [True, False, False, True, False]


def test_trap_8_a_space_that_swings_more_needs_more() -> None:
    """The nominal level would speak of both: it is the space's own past that counts."""
    calm, wild = (judged([window(4, 4)], past_windows(scale))[0] for scale in (1.0, 4.0))
    assert (calm.alert, wild.alert) == (True, False)
    assert max(calm.rate, wild.rate) <= RATE
    assert wild.first_from > 2 * calm.first_from
    assert wild.n_as_large > calm.n_as_large


def test_too_little_past_or_one_that_all_overlaps_calibrates_nothing() -> None:
    past = past_windows()
    for some in (past[: LEAST_PAST - 1], [replace(one, week=3) for one in past], []):
        (found,) = judged([window(99, 99)], some)
        assert (found.calibrated, found.alert, found.rate) == (False, False, 1.0)


def test_the_past_ends_where_the_six_weeks_begin() -> None:
    found = [window(0, 0, week=week) for week in range(30)]
    assert max(one.week for one in past_of(found, 29)) == 29 - NOW


def test_a_change_that_stayed_did_not_come_and_go() -> None:
    past = [window(5, 5, week=week, went=week % 2 == 0) for week in range(60)]
    assert judged([window(4, 4)], past)[0].n_as_large == sum(one % 2 == 0 for one in np.linspace(0, 59, 50).astype(int))


def test_words_that_move_apart_are_a_sign_and_fewer_words_are_none() -> None:
    chance = np.random.default_rng(1)
    rows = [(week, person, int(chance.integers(30))) for week in range(22) for person in range(8) for _one in range(8)]
    week, person, term = np.array(rows).T
    members = np.array([0, 1, 2])
    same = Terms(week, person, term)
    apart = Terms(week, person, np.where((week >= BEFORE) & (person < 3), term + 100, term))
    fewer = np.flatnonzero((week < BEFORE) | (person >= 3) | (chance.random(len(week)) < 0.4))
    assert apart.farther(members, 21) > 0.5
    assert abs(same.farther(members, 21)) < 0.1
    assert abs(Terms(week[fewer], person[fewer], term[fewer]).farther(members, 21)) < 0.1
    assert np.isnan(Terms(week[week > 9], person[week > 9], term[week > 9]).farther(members, 21))
