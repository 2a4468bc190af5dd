"""What documents owe between two organisations, and what is done by its day."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from honeycell import cell as cells
from honeycell import readings
from honeycell.cell import Cell
from honeycell.readings.follow_through import Due, evaluate
from honeycell.readings.state import RelationshipState
from honeycell.readings.traces import NEVER, DueRows
from honeycell.steps import Tables

ON = date(2024, 5, 31)
MAIL = """From {a} Mon Jan  1 10:00:00 2024
From: {name} <{a}>
To: {b}
Date: Mon, 1 Jan 2024 10:00:00 +0000
Message-ID: <{n}@x.example>
Subject: Prices

They follow.

"""


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    """Thirty orders of Alder at Birch Works from January on: every third comes late, the last two not at all."""
    folder = tmp_path_factory.mktemp("deals")
    rows = [
        {
            "buyer": "Alder", "seller": "Birch Works Ltd.", "order_number": str(n),
            "date": f"2024-0{1 + n // 6}-0{1 + n % 6}",
            "due_date": f"2024-0{1 + n // 6}-20", "quantity": "5",
            "delivered": "" if n >= 28 else f"2024-0{1 + n // 6}-{'25' if n % 3 == 0 else '18'}",
        }
        for n in range(30)
    ]  # fmt: skip
    with (folder / "orders.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "orders.mapping.toml").write_text(
        'kind = "order"\n[columns]\nsettled_on = "delivered"\ndue_on = "due_date"\nid = "order_number"\n'
    )
    people = [("ana@alder.example", "bo@birch-works.example"), ("bo@birch-works.example", "ana@alder.example")]
    letters = "".join(
        MAIL.format(a=a, b=b, n=n, name=("Ana Silva", "Bo Dahl")[n % 2]) for n, (a, b) in enumerate(people * 3)
    )
    (folder / "mail.mbox").write_text(letters)
    made = cells.create_cell(folder / "cell")
    made.import_paths([folder / "orders.csv", folder / "mail.mbox"])
    made.refresh()
    return made


def shown(cell: Cell, name: str) -> RelationshipState:
    t = Tables(cell.engine)
    return readings.relationship(t, *readings.find_relationship(t, name), as_of=ON)


def test_the_party_of_a_ledger_is_the_organisation_whose_domain_has_its_name(cell: Cell) -> None:
    rows = cell.engine.to_arrow(cell.engine.table("organisations").select("name", "domains")).to_pylist()
    assert {row["name"]: row["domains"] for row in rows} == {
        "Alder": ["alder.example"], "Birch Works Ltd.": ["birch-works.example"],
    }  # fmt: skip
    assert {row["name"] for row in cell.people().to_pylist()} == {"Ana Silva", "Bo Dahl"}


def test_the_share_done_by_its_day_is_that_of_what_fell_due(cell: Cell) -> None:
    (theirs,) = (r for r in shown(cell, "alder~birch-works").readings if r.reading == "follow_through")
    # Ten of the thirty came late, and of the two that did not come none is among those.
    assert (theirs.status, theirs.n) == ("ok", 30)
    assert theirs.value == pytest.approx(18 / 30)
    assert "Birch Works Ltd. kept 60% of its dates towards Alder" in theirs.sentence
    assert "2 are open, 2 past their day" in theirs.sentence
    (ours,) = (r for r in shown(cell, "birch-works~alder").readings if r.reading == "follow_through")
    assert (ours.status, ours.n) == ("thin", 0)


def test_why_lists_the_documents_and_their_number_follows(cell: Cell) -> None:
    t = Tables(cell.engine)
    found = readings.why(t, *readings.find_relationship(t, "alder~birch-works"), "follow_through", as_of=ON)
    assert found.recomputed == found.value
    assert len([row for row in found.evidence if row.role == "opening"]) == 30


def test_what_falls_due_later_says_nothing_yet() -> None:
    column = np.array
    rows = DueRows(
        column([0, 0, 0, 0]), column([1, 1, 1, 1]), column([1, 1, 1, 1]), column([5, 5, 50, 5]),
        column([4, NEVER, 2, 3]), column([False, False, False, True]), column([7, 8, 9, 10]),
        pa.chunked_array([[None] * 4], pa.int64()),
    )  # fmt: skip
    due = Due(column([0] * 4), column([True] * 4), rows)
    now = evaluate(due, 1, 10, 180)
    # The third was done early; counting it before its day is over would flatter whoever is early with some. The
    # fourth was withdrawn: nobody kept it, and nobody broke it.
    assert (now.n[0], now.value[0]) == (2, 0.5)
