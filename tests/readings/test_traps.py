"""The traps of `science.md` section 9: each has tests that fail without its guard, named in `docs/readings/traps.md`.

Those that had none elsewhere are here.
"""

from __future__ import annotations

import ast
import hashlib
import lzma
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from planted import Touch, write

from honeycell import readings
from honeycell.conversations.loops.cues import found_in
from honeycell.decisions.kinds import KINDS
from honeycell.engine import Engine
from honeycell.readings import Declaration, Reading, RelationshipState, bgnbd, find_party
from honeycell.readings.arrays import day_number
from honeycell.readings.contacts import Sides
from honeycell.readings.held import held
from honeycell.readings.network import NetworkState
from honeycell.readings.spaces import SpaceState
from honeycell.readings.traces import EVER, Spans, read
from honeycell.tables import TABLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "readings" / "traps.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LATER = {3, 9}
"""Traps of procedures that are not built."""
MONDAY = datetime(2024, 1, 8, 10)

PINNED = {
    "networks/CDNOW_sample.txt": (6_919, "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a"),
    "networks/cdnow_tx.csv": (2_357, "7ddd11b55be3227edfc1d58675154e96971b0de3ad37ddd9280d1dba154b8b2f"),
    "networks/college-msg.txt.xz": (59_835, "e00ba2415373dee52c00616065bcceaa4750e78de60d1855c76470600f10740f"),
    "networks/manufacturing/communication.csv.xz": (
        82_928,
        "be4b46dd1cdf80c80d796e50dbbac08f713a2ab84b513886d26011719530899e",
    ),
    "networks/manufacturing/reportsto.csv": (155, "0def9d25dbf1df3cbe04661966034810dafd95aad16e7d0295435cbdf47896d0"),
}
"""Lines and SHA-256, unpacked, of the public data that figures in the pages are of."""


def test_every_trap_names_tests_that_are_there() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [int(number) for number, *_ in rows] == list(range(1, 19))
    for number, _trap, _guard, tests in rows:
        named = re.findall(r"`(\w+)::(\w+)`", tests)
        assert bool(named) != (int(number) in LATER), number
        for module, test in named:
            trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob(f"{module}.py")]
            assert test in {getattr(one, "name", "") for tree in trees for one in tree.body}, test


def test_mailboxes_that_were_not_covered_are_named_beside_the_readings(engine: Engine) -> None:
    # Trap 4: fewer pairs are seen with fewer mailboxes, and nothing in the numbers says so.
    rows = [Touch(MONDAY + timedelta(days=at), 1 + at % 3, 4 + at % 3) for at in range(60)]
    members = {1: "alder", 2: "alder", 3: "alder", 4: "birch", 5: "birch", 6: "birch"}
    days = [date(2023, 10, 1) + timedelta(at) for at in range(40)]
    columns = [["mbox"] * 40, ["Ana's mailbox"] * 40, days, days, [1.0] * 40, [1] * 40]
    with engine.writing("log") as log:
        log.append("coverage", pa.table(columns, schema=TABLES["coverage"].schema))
        log.publish()
    t = write(engine, rows, members)
    shown = readings.relationship(t, *readings.find_relationship(t, "alder~birch"), window_days=60)
    assert "Not covered for most of that time: Ana's mailbox." in shown.notes
    early = readings.relationship(t, *readings.find_relationship(t, "alder~birch"), window_days=180)
    assert any("are covered" in note for note in early.notes)


@pytest.mark.parametrize(("n_days", "status"), [(19, "thin"), (20, "ok")])
def test_few_contact_days_have_no_number_of_pairs(engine: Engine, n_days: int, status: str) -> None:
    # Trap 7: of three equal pairs, a few days show fewer than three; 20 is the number of the science page.
    rows = [Touch(MONDAY + timedelta(days=at), 1 + at % 3, 4 + at % 3) for at in range(n_days)]
    t = write(engine, rows, {1: "alder", 2: "alder", 3: "alder", 4: "birch", 5: "birch", 6: "birch"})
    shown = readings.relationship(t, *readings.find_relationship(t, "alder~birch"))
    [found] = [one for one in shown.readings if one.reading == "redundancy"]
    assert (found.status, found.n, found.value is None) == (status, n_days, status == "thin")


def test_parameters_stay_bounded_where_data_say_little() -> None:
    # Trap 11: pairs that all go on at one rate say nothing of how pairs end, and the likelihood rises for ever.
    x, seen = np.full(50, 40.0), np.full(50, 40.0)
    found = bgnbd.fit(x, seen, seen)
    assert max(found.r, found.alpha, found.a, found.b) <= 1e4 * (1 + 1e-9)
    tight = bgnbd.fit(x, seen, seen, most=50.0)
    assert max(tight.r, tight.alpha, tight.a, tight.b) <= 50.0 * (1 + 1e-9)
    alive = bgnbd.probability_of_contact(found, x[:1], seen[:1], seen[:1], 30.0)
    assert 0.99 < alive[0] <= 1.0


@pytest.mark.corpus
@pytest.mark.parametrize("name", PINNED)
def test_public_data_are_the_copies_that_figures_are_of(corpus: Callable[[str], Path], name: str) -> None:
    # Trap 12: public copies are truncated, relabelled, deduplicated.
    raw = corpus(name).read_bytes()
    whole = lzma.decompress(raw) if name.endswith(".xz") else raw
    assert (whole.count(b"\n"), hashlib.sha256(whole).hexdigest()) == PINNED[name]


def test_who_changes_sides_takes_no_contact_along(engine: Engine) -> None:
    # Trap 14: whom somebody stood for counts on the day of each contact.
    rows = [Touch(MONDAY + timedelta(days=at), 1, 2) for at in range(10)]
    t = write(engine, rows, {1: "alder", 2: "birch"})
    alder, birch = (find_party(t, name) for name in ("alder", "birch"))
    traces = read(t, date(2024, 2, 1), days_from=EVER, turns_from=date(2024, 1, 1))
    place = {int(one): at for at, one in enumerate(traces.organisations)}
    person = {int(one): at for at, one in enumerate(traces.persons)}
    moves, never = day_number(MONDAY.date()) + 4, day_number(date(2100, 1, 1))
    spans = Spans(
        np.array([person[1], person[2], person[2]]), np.array([0, 0, moves]), np.array([never, moves, never]),
        np.array([place[alder.id], place[birch.id], place[alder.id]]),
    )  # fmt: skip
    found = held(replace(traces, spans=spans), Sides(alder, birch), 90)
    assert found.contacts.day.tolist() == [day_number(MONDAY.date()) + at for at in range(4)]
    assert len(found.turns.key) == 1  # what went on after the day is a colleague's


ASK = "Please send me the logs by Friday."


@pytest.mark.parametrize(
    ("text", "types"),
    [
        (ASK, ["request"]),
        (f"Thanks, I see.\n\n-----Original Message-----\nFrom: Bo\nTo: Ana\nSubject: Logs\n\n{ASK}\n", []),
    ],
)
def test_what_is_only_quoted_is_asked_by_nobody(text: str, types: list[str]) -> None:
    # Trap 16, where no mark at the beginning of a line gives it away.
    assert [row["type"] for row in found_in([text], [["Ana"]], [None])[0]] == types


SAID = """
    a as_of b beside changes conversations coverage evidence formula high highest last lede ledgers levels low lowest
    minimum n n_evidence n_pairs n_people name notes observation people population question reading readings reference
    sentence series since smallest_group space spaces spread status template trend typical unit unmeasured unseen value
    window window_days
"""
DECIDED = """
    from_on handle handle_a handle_b interaction interaction_a interaction_b least organisation organisation_a
    organisation_b reading role shares starts to_on type verdict
"""
"""The fields of readings and states, and what decisions hold: `shares` are of all attention, and of no reading; `least`
is the agreed floor under which the lower end of a spread lies (science 5.1), and nothing is said of a value by it."""


def test_no_reading_has_a_target() -> None:
    # Trap 17: what is aimed at is no measure any more.
    # What people may decide of and what is said of a reading is all here: a target by any name would be one more.
    shapes = (Declaration, Reading, RelationshipState, SpaceState, NetworkState)
    assert {field.name for shape in shapes for field in fields(shape)} <= set(SAID.split())
    assert {column.name for kind in KINDS.values() for column in kind.columns} <= set(DECIDED.split())
    # Tables are made from what is in the log and what was decided, so a plain word is enough there.
    names = {name for table in TABLES.values() if table.layer == "derived" for name in table.schema.names}
    words = {word for name in names for word in name.split("_")}
    assert words.isdisjoint(
        {"aim", "aims", "target", "targets", "goal", "goals", "quota", "norm", "threshold", "score", "rank"}
    )
