"""What has to be told twice, and what only looks like it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeycell import cell as cells
from honeycell import readings
from honeycell.cell import Cell
from honeycell.cli import words
from honeycell.conversations.repeats import particulars, repeats
from honeycell.conversations.repeats.likeness import likeness, said
from honeycell.engine import Engine
from honeycell.readings.repetition import Inbound, evaluate, learning
from honeycell.readings.ways.repetition import upward
from honeycell.steps import Tables
from honeycell.tables import TABLES

START = datetime(2024, 1, 8, 9, tzinfo=UTC)
ON = date(2024, 4, 30)
PEOPLE = {"ana": "Ana Silva", "bo": "Bo Dahl", "cy": "Cy Moon"}
HOSTS = {"ana": "alder.example", "bo": "birch.example", "cy": "birch.example"}
PARTS = ("pump", "valve", "boiler", "filter", "sensor", "piston", "bearing", "gasket", "rotor", "turbine", "nozzle")
PLACES = ("harbour", "quarry", "brewery", "foundry", "sawmill", "dairy", "tannery", "shipyard", "bakery")


class Box:
    """Mails as tests write them down; each is known by the order in which it is written."""

    def __init__(self) -> None:
        self.mails: list[tuple[datetime, EmailMessage]] = []

    def write(self, by: str, day: float, text: str, answers: int | None = None, subject: str = "", to: str = "") -> int:
        number = len(self.mails)
        one, at = EmailMessage(), START + timedelta(days=day, minutes=number)
        whom = to or ("bo" if by == "ana" else "ana")
        one["Message-ID"] = f"<{number}@box.example>"
        one["From"], one["To"] = (f"{PEOPLE[who]} <{who}@{HOSTS[who]}>" for who in (by, whom))
        one["Date"], one["Subject"] = format_datetime(at), subject or f"About {PARTS[number % 11]} {number}"
        if answers is not None:
            one["In-Reply-To"] = one["References"] = f"<{answers}@box.example>"
        one.set_content(text)
        self.mails.append((at, one))
        return number

    def settled(self, by: str, day: float, text: str, subject: str = "") -> int:
        """Something that is asked, and answered a day later."""
        asked = self.write(by, day, text, subject=subject)
        helper = "bo" if by == "ana" else "ana"
        self.write(helper, day + 1, "It is the second one from the left, as ever.\n", asked, "Re: it", to=by)
        return asked


def question(number: int) -> str:
    part, place = PARTS[number % 11], PLACES[number % 9]
    return f"Which {part} did the people of the {place} choose for the winter of number {number}, and who paid for it?"


LONG = "Could you tell me which lubricant belongs into the northern pump housing before the spring inspection begins?"
DOUBT = " Or is that what the foreman wanted to say?\n"
ROUND = "Which colour shall the railing along the western staircase have, once the scaffolding outside is gone?\n"
SURVEY = "Which newspaper do the drivers in your village read while the ferry crosses towards the island?\n"
FORM = "Could you please confirm that the pallets of delivery {} reach our northern warehouse on {} before noon?\n"


def written() -> Box:
    """Bo of Birch asks Ana of Alder: one question twice, and much that only looks like a repeat."""
    box = Box()
    for number in range(33):
        box.write("bo", 75 + number % 25, question(number) + "\n")
    first = box.settled("bo", 60, LONG + DOUBT, "Lubricant")
    box.write("bo", 80, LONG + DOUBT, subject="Once more")  # the repeat
    box.write("bo", 81, f"> {LONG}\n{DOUBT}", subject="Thanks")  # quotes it
    box.write("bo", 82, LONG + DOUBT, first + 1, "Re: it")  # an answer, with what it answers below and no sign of it
    box.write("cy", 82, LONG + DOUBT, subject="A question")  # a colleague, who asks once
    for letter in "ABCDEFG":  # asked again and again
        box.settled("ana", 20 + 2 * ord(letter) - 130, SURVEY, f"Survey {letter}")
    for version in ("", " v2"):  # the next version of what was delivered
        box.settled("ana", 40 + 3 * len(version), ROUND, f"[PATCH{version}] Railing")
    for number in range(4):  # a form, filled anew
        box.settled("bo", 70 + 5 * number, FORM.format(40210 + number, f"{3 + number} May"), f"Delivery {number}")
    box.write("bo", 84, ROUND, subject="Railing")
    box.write("bo", 86, ROUND, subject="Railing again")  # chased, for nobody had answered
    ask = "Which serial number and which order does the broken rotor have?\n"
    for day, helper, known in ((64, "bo", ""), (88, "cy", ""), (90, "bo", " Is it SN-448812 of AB-10234?")):
        asked = box.write("ana", day, ask.strip() + known + "\n", subject=f"Rotor {day}", to=helper)
        box.write(helper, day + 1, "It is SN-448812, of order AB-10234, as on the plate.\n", asked, f"Re: Rotor {day}")
    for number in range(5):  # in everybody's mouth before it is given
        text = f"Why is the {PARTS[number]} for KN-771234 of depot DP-55021 not in the {PLACES[number]} yet?\n"
        box.write("bo", 60 + 2 * number, text, subject=f"Missing {number}")
    asked = box.write("ana", 91, "Which number and which depot do you have?\n", subject="Depot")
    box.write("bo", 92, "We have KN-771234, and depot DP-55021, as on every invoice.\n", asked, "Re: Depot")
    assert first == 33
    return box


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    """The later half of the mails came first."""
    folder = tmp_path_factory.mktemp("box")
    mails = [one for _at, one in sorted(written().mails, key=lambda pair: pair[0])]
    with cells.create_cell(folder / "cell") as made:
        for number, part in enumerate((mails[40:], mails[:40])):
            place = folder / str(number)
            place.mkdir()
            for at, one in enumerate(part):
                (place / f"{at}.eml").write_bytes(bytes(one))
            made.import_paths([place])
            made.refresh()
        yield made


def subjects(cell: Cell) -> dict[str, set[tuple[str, str]]]:
    t = Tables(cell.engine)
    named = dict(zip(*t.arrow(t["interactions"].select("interaction_id", "subject")).columns, strict=True))
    named = {key.as_py(): subject.as_py() for key, subject in named.items()}
    found: dict[str, set[tuple[str, str]]] = {}
    for row in t.arrow(t["repeats"]).to_pylist():
        found.setdefault(row["rule"], set()).add((named[row["earlier_id"]], named[row["interaction_id"]]))
    return found


def test_what_was_settled_is_asked_again_and_what_was_given_is_given_again(cell: Cell) -> None:
    found = subjects(cell)
    surveys = {pair for pair in found["asked"] if pair[0].startswith("Survey")}
    assert {later for _earlier, later in surveys} == {f"Survey {letter}" for letter in "BCDE"}  # from then on a form
    # Whoever asks: that Cy is another person than Bo is known when a relationship is read.
    assert found["asked"] - surveys == {("Lubricant", "Once more"), ("Lubricant", "A question")}
    assert found["told"] == {("Re: Rotor 64", "Re: Rotor 88")}


def test_only_messages_repeat_and_what_is_ordered_again_is_ordered(cell: Cell, engine: Engine) -> None:
    t, named = Tables(cell.engine), ("Lubricant", "Once more")
    again = {pair for pairs in subjects(cell).values() for pair in pairs}
    tables = {name: t.arrow(t[name]) for name in ("interactions", "texts", "cues", "loops", "particulars", "threads")}
    rows = tables["interactions"].to_pylist()
    ordered = [{**row, "kind": "order"} if row["subject"] == named[1] else row for row in rows]
    tables["interactions"] = pa.Table.from_pylist(ordered, tables["interactions"].schema)
    for layer, write in (("log", "append"), ("derived", "replace")):
        with engine.writing(layer) as writer:
            for name, held in tables.items():
                if TABLES[name].layer == layer:
                    getattr(writer, write)(name, held)
            writer.publish()
    of = {row["interaction_id"]: row["subject"] for row in rows}
    found = {(of[row["earlier_id"]], of[row["interaction_id"]]) for row in repeats(Tables(engine), None).to_pylist()}
    assert named in again
    assert found == again - {named}


def test_the_tables_are_those_of_a_rebuild_though_the_older_half_came_last(cell: Cell) -> None:
    t = Tables(cell.engine)
    for name, anew in (("particulars", t.arrow(particulars(t, None))), ("repeats", repeats(t, None))):
        held = t.arrow(t[name]).select(anew.column_names)
        assert held.num_rows
        assert sorted(map(str, held.to_pylist())) == sorted(map(str, anew.to_pylist()))


def test_a_relationship_counts_what_one_person_asks_twice_and_what_an_organisation_tells_twice(cell: Cell) -> None:
    t = Tables(cell.engine)
    pair = readings.find_relationship(t, "alder~birch")
    found = readings.why(t, *pair, "repetition", as_of=ON)
    again = [row.role for row in found.evidence if row.role.endswith("again")]
    assert again == ["asked again", "told again"]
    assert found.n == len({row.interaction_id for row in found.evidence if row.role != "first"})
    assert found.value == found.recomputed
    assert found.low is not None
    assert found.high is not None
    assert found.low < 2 / found.n < found.high
    (shown,) = (r for r in readings.relationship(t, *pair, as_of=ON).readings if r.reading == "repetition")
    assert (shown.value, shown.n_evidence) == (found.value, len(found.evidence))
    low, high = (words.number(end, shown.unit).removesuffix(" %") for end in (found.low, found.high))
    assert f"({low}–{high}%)" in shown.sentence  # as the table has it
    assert shown.sentence.startswith(words.number(found.value, shown.unit).replace(" ", "") + " of the")
    assert found.high == upward(np.array(found.high))
    assert "the 2 pairs of messages are under `why`" in shown.sentence
    assert "went through one person of Alder (6 questions)" in shown.sentence
    (back,) = (r for r in readings.relationship(t, *reversed(pair), as_of=ON).readings if r.reading == "repetition")
    assert (back.status, back.value) == ("thin", None)


def test_a_person_of_the_other_side_is_told_twice_by_the_organisation(cell: Cell) -> None:
    t = Tables(cell.engine)
    one = readings.why(t, *readings.find_relationship(t, "@ana-silva~birch"), "repetition", as_of=ON)
    both = readings.why(t, *readings.find_relationship(t, "alder~birch"), "repetition", as_of=ON)
    assert (one.value, one.n) == (both.value, both.n)


def test_all_relationships_have_the_numbers_of_each(cell: Cell) -> None:
    t = Tables(cell.engine)
    (row,) = readings.all_readings(t, ON, "organisation").to_pylist()
    slugs = {one["organisation_id"]: one["slug"] for one in t.arrow(t["organisations"]).to_pylist()}
    pair = readings.find_relationship(t, f"{slugs[row['a_id']]}~{slugs[row['b_id']]}")
    (shown,) = (r for r in readings.relationship(t, *pair, as_of=ON).readings if r.reading == "repetition")
    assert (row["repetition"], row["repetition_n"]) == (shown.value, shown.n)


def test_a_day_knows_nothing_of_what_came_later(cell: Cell) -> None:
    t = Tables(cell.engine)
    before = readings.why(t, *readings.find_relationship(t, "alder~birch"), "repetition", as_of=date(2024, 3, 27))
    assert not [row for row in before.evidence if row.role.endswith("again")]


WORDS = st.lists(st.sampled_from(sorted({*PARTS, *PLACES})), min_size=12, max_size=30, unique=True)


@given(WORDS)
def test_a_text_is_like_itself_and_a_form_filled_anew_is_not(words: list[str]) -> None:
    text = " ".join(words)
    assert likeness(said(text), said(text)) == 1.0
    assert likeness(said(text + " 17 May"), said(text + " 24 May")) is None
    assert likeness(said(text, "Report 5"), said(text, "Report 6")) is None
    # What one adds that the other lacks makes it no other matter.
    assert likeness(said(text + " 17"), said(text)) is not None


def test_what_may_be_asked_of_anything_is_no_repeat() -> None:
    polite = said("Hello, could you please let me know when you have an update for us?")
    assert likeness(polite, polite) is None


def test_few_messages_lean_on_the_cell_and_many_do_not() -> None:
    def rows(n: int, n_again: int) -> Inbound:
        one, no = np.arange(n), np.zeros(n, np.int64)
        later = np.arange(n_again)
        return Inbound(no, no > 0, one, no, no, no, no, later, later, later > 0, later.astype(float))

    few, many = (evaluate(rows(n, n // 10), 1, 0, 1, 0.02, 20.0) for n in (30, 1000))
    assert few.value[0] == pytest.approx((3 + 0.4 + 0.5) / 51)
    assert many.value[0] == pytest.approx(0.1, abs=0.002)
    (never,) = evaluate(rows(50, 0), 1, 0, 1, 0.0, 50.0).high
    assert 0.01 < never < 0.05
    assert many.high[0] - many.low[0] < few.high[0] - few.low[0]


def test_a_share_that_falls_as_the_two_know_each_other_has_a_slope_below_zero() -> None:
    day = np.repeat(np.arange(360), 20)
    n = len(day)
    rate = 0.3 * ((day + 30) / 30) ** -0.8
    later = np.flatnonzero(np.random.default_rng(5).random(n) < rate)
    no = np.zeros(n, np.int64)
    found = Inbound(no, no > 0, np.arange(n), no, no, day, day, later, later, later > 0, later.astype(float))
    learnt = learning(found, 359, 360, np.arange(-30, 360), np.full(390, 20.0))
    assert learnt is not None
    assert learnt.low < -0.8 < learnt.high < 0.0
    assert learning(found, 359, 90, np.arange(360), np.full(360, 20.0)) is None
