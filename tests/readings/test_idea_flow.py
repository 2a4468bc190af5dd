"""Idea flow: what crosses a boundary, what is compared, and what a quotation is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from honeycell.cell import Cell, create_cell
from honeycell.readings.idea_flow import MINIMUM, WINDOW_DAYS, between, by_lot, crossings, evaluate
from honeycell.readings.ideas import NOBODY, Flows
from honeycell.readings.ideas.keeping import keep, kept
from honeycell.readings.ideas.telling import rows_of
from honeycell.readings.recomputed import recomputed

DAY = 86_400_000_000
FIRMS = (5, 7, 9)


def flows(n: int, seen: int, *, at: int = 1000) -> Flows:
    """Phrases that one of firm 5 began and one of firm 7 took up, each with 4 alike, 2 of whom had read it."""
    whole, empty = np.arange(n), np.zeros(0, np.int64)
    return Flows(
        2000, 1, np.array(["list:works"]), 100 + whole, np.full(n, at * DAY - DAY), np.full(n, 1), np.full(n, 5),
        np.zeros(n, np.int64), np.array(["lantern log"] * n), whole, 500 + whole, np.full(n, at * DAY), np.full(n, 2),
        np.full(n, 7), np.zeros(n, np.int64), np.ones(n, bool), np.ones(n, bool), whole < seen, np.full(n, 4),
        np.full(n, 2), np.full((n, 2), 0.25), *[empty] * 9,
    )  # fmt: skip


def test_the_lift_is_that_of_those_who_had_read_it_by_those_alike_who_had_not() -> None:
    held = flows(40, 30)
    values, enough = evaluate(held, crossings(held, np.array([[5, 7], [5, 9]])))
    assert values.value[0] == pytest.approx(30 / 10)
    assert values.low[0] < 3 < values.high[0]
    assert (values.n.tolist(), enough.tolist()) == ([40, 0], [True, False])
    assert by_lot(held, np.arange(40)) == pytest.approx(1.0)


def test_whoever_reads_the_evidence_comes_to_the_same_number() -> None:
    held = flows(40, 30)
    rows = rows_of(held, np.arange(40), np.zeros(0, np.int64), {5: "a", 7: "b"})
    assert recomputed("idea_flow", rows, {}) == pytest.approx(3.0)
    assert {row.interaction_id for row in rows} == {*range(100, 140), *range(500, 540)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.floats(0, 1, exclude_max=True), some.integers(0, 255)), min_size=1), some.booleans())
def test_a_damaged_keeping_is_as_good_as_none(tmp_path: Path, strokes: list[tuple[float, int]], torn: bool) -> None:
    state, on = (tmp_path, {"batch": 1}), date(2026, 1, 5)
    keep(state, flows(40, 30), on)
    [file] = tmp_path.rglob("*.npz")
    whole = bytearray(file.read_bytes())
    for place, byte in strokes:
        whole[int(place * len(whole))] = byte
    file.write_bytes(whole[: len(whole) // 2] if torn else whole)
    found = kept(state, on)
    assert found is None or (not torn and found.words.tolist() == flows(40, 30).words.tolist())


def test_nothing_older_than_the_window_counts() -> None:
    held = flows(40, 30, at=2000 - WINDOW_DAYS)
    assert not len(crossings(held, np.array([[5, 7]])).row)


def test_where_all_or_none_alike_had_read_it_nothing_is_compared() -> None:
    held = replace(flows(40, 30), n_seen=np.full(40, 4))
    values, enough = evaluate(held, crossings(held, np.array([[5, 7]])))
    assert (values.n.tolist(), enough.tolist()) == ([40], [False])
    few = flows(MINIMUM - 1, 20)
    assert evaluate(few, crossings(few, np.array([[5, 7]])))[0].n[0] < MINIMUM


@given(some.lists(some.tuples(*[some.sampled_from([*FIRMS, NOBODY])] * 2), max_size=20))
def test_a_boundary_is_the_same_from_either_side(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(side, np.int64) for side in (zip(*pairs, strict=True) if pairs else ((), ())))
    keys = np.array([[9, 5], [5, 7]])
    found = between(one, other, keys)
    assert found.tolist() == between(other, one, keys[:, ::-1]).tolist()
    expected = [{frozenset((5, 9)): 0, frozenset((5, 7)): 1}.get(frozenset(pair), -1) for pair in pairs]
    assert found.tolist() == expected


PEOPLE = ("ana@aster.example", "tom@aster.example", "bo@birch.example", "eva@birch.example")
USES = {(60, 0): "Keep a lantern log here.", (64, 2): "Who reads a lantern log?", (70, 1): "Our lantern log is long.",
        (76, 0): "A lantern log helps."}  # fmt: skip
NOUNS = ("pump", "valve", "gate", "ramp", "tower", "bridge", "signal", "motor", "panel", "switch")
VERBS = ("opens", "closes", "holds", "turns", "stops", "lifts", "waits")


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    """A list of two firms: three use a phrase of Ana's, and Eva quotes it without saying it."""
    folder, mails = tmp_path_factory.mktemp("ideas"), []
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for day in range(80):
        for n, person in enumerate(PEOPLE):
            mail = EmailMessage()
            mail["From"], mail["To"] = person, "works@lists.aster.example"
            mail["List-Id"], mail["List-Post"] = "<works.lists.aster.example>", "<mailto:works@lists.aster.example>"
            mail["Date"] = format_datetime(start + timedelta(days=day, hours=n))
            mail["Message-ID"], mail["Subject"] = f"<{day}.{n}@works.example>", f"Day {day} of {n}"
            one, other = NOUNS[(day + n) % 10], NOUNS[(3 * day + n) % 10]
            body = f"The {one} {VERBS[day % 7]} when a {other} {VERBS[(day + n) % 7]}. {USES.get((day, n), '')}"
            if (day, n) == (61, 3):
                mail["In-Reply-To"] = "<60.0@works.example>"
                body = "Ana wrote:\n> Keep a lantern log here.\n\nNot on the bridge.\n"
            mail.set_content(body)
            mails.append(b"From - Mon Jan  5 09:00:00 2026\n" + mail.as_bytes() + b"\n")
    (folder / "works.mbox").write_bytes(b"".join(mails))
    with create_cell(folder / "cell", us="Aster", domains=["aster.example"]) as made:
        made.import_paths([folder / "works.mbox"])
        made.refresh()
        yield made


def test_texts_that_nobody_read_yet_are_not_silence(cell: Cell) -> None:
    shown = {one.reading: one for one in cell.space("works", as_of=date(2026, 3, 20)).readings}["idea_flow"]
    assert (shown.status, shown.value, shown.coverage) == ("not_observable", None, 0.0)
    assert "honeycell ideas" in shown.sentence


def test_a_quotation_is_no_adoption_and_is_counted_apart(cell: Cell) -> None:
    found = cell.ideas()
    assert [one.phrase for one in found.ideas] == ["lantern log"]
    assert {taken.person.slug for taken in found.ideas[0].adoptions} == {"bo", "tom"}
    assert found.ideas[0].passed.n_quotations == 1
    rows = cell.why_space("works", "idea_flow").evidence
    assert [row.role for row in rows] == ["first use", "quoted", "taken up", "taken up"]


def test_where_too_few_crossed_for_a_number_it_is_said_how_often_each_way(cell: Cell) -> None:
    cell.ideas()
    for name, ways in (("aster~birch", "1 time somebody of Birch took up what began at Aster, 0 times"),
                       ("birch~aster", "0 times somebody of Aster took up what began at Birch, 1 time")):  # fmt: skip
        shown = {one.reading: one for one in cell.show(name).readings}["idea_flow"]
        assert (shown.status, shown.value, shown.n) == ("thin", None, 1)
        assert shown.sentence.startswith(f"In 3 years 1 phrase went across: {ways} the other way round; too few")


def test_what_is_read_of_a_day_knows_nothing_later(cell: Cell) -> None:
    cell.ideas()
    early = date(2026, 1, 5) + timedelta(72)
    assert not cell.why_space("works", "idea_flow", as_of=early).evidence
    cell.ideas(as_of=early)
    days = [row.occurred_at.date() for row in cell.why_space("works", "idea_flow", as_of=early).evidence]
    assert days
    assert max(days) <= early


@pytest.mark.parametrize(("n_people", "status"), [(3, "thin"), (4, "ok")])
def test_of_a_space_it_takes_five_people(
    cell: Cell, monkeypatch: pytest.MonkeyPatch, n_people: int, status: str
) -> None:
    space = cell.space("works").space
    read = replace(flows(40, 30), spaces=np.array([space]), taken_by=2 + np.arange(40) % n_people)
    monkeypatch.setattr("honeycell.readings.spaces.idea_flow.kept", lambda _tables, _on: read)
    shown = {one.reading: one for one in cell.space("works").readings}["idea_flow"]
    assert (shown.status, shown.value is None) == (status, status == "thin")
