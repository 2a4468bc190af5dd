"""What documents owe between two organisations, and what is done by its day."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from honeycell import cell as cells
from honeycell import readings
from honeycell.cell import Cell
from honeycell.errors import NotFoundError
from honeycell.readings.follow_through import Due, evaluate, standing
from honeycell.readings.ledgers import _sentence
from honeycell.readings.state import RelationshipState
from honeycell.readings.traces import NEVER, DueRows
from honeycell.readings.ways.follow_through import FOLLOW_THROUGH
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
    # Cedar only ever sent invoices: twelve, four paid five days late, and the last three, in two currencies, not yet.
    bills = [
        {
            "buyer": "Alder", "seller": "Cedar", "invoice": f"C{n}", "date": f"2024-04-{n + 1:02}", "amount": 100 + n,
            "currency": "EUR" if n < 11 else "USD", "due": f"2024-05-{n + 1:02}" if n < 11 else "2024-06-30",
            "paid": "" if n >= 9 else f"2024-05-{n + (6 if n < 4 else 1):02}",
        }
        for n in range(12)
    ]  # fmt: skip
    with (folder / "invoices.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(bills[0]))
        writer.writeheader()
        writer.writerows(bills)
    (folder / "invoices.mapping.toml").write_text(
        'kind = "invoice"\n[columns]\nsettled_on = "paid"\ndue_on = "due"\nid = "invoice"\n'
    )
    made = cells.create_cell(folder / "cell")
    made.import_paths([folder / "orders.csv", folder / "invoices.csv", folder / "mail.mbox"])
    made.refresh()
    return made


def shown(cell: Cell, name: str) -> RelationshipState:
    t = Tables(cell.engine)
    return readings.relationship(t, *readings.find_relationship(t, name), as_of=ON)


def test_the_party_of_a_ledger_is_the_organisation_whose_domain_has_its_name(cell: Cell) -> None:
    rows = cell.engine.to_arrow(cell.engine.table("organisations").select("name", "domains")).to_pylist()
    assert {row["name"]: row["domains"] for row in rows} == {
        "Alder": ["alder.example"], "Birch Works Ltd.": ["birch-works.example"], "Cedar": [],
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
    # Of thirty orders thirteen took fifteen days at most, eighteen sixteen; of twelve invoices five thirty, nine
    # thirty-five.
    assert {name: at for name, at in found.parameters.items() if "open" in name or "usual" in name} == {
        "n_open": 2, "n_open_late": 2, "n_open_aged": 0, "usual_days_order": 16, "usual_days_invoice": 35,
    }  # fmt: skip
    assert len([row for row in found.evidence if row.role == "opening"]) == 30


def test_what_falls_due_later_says_nothing_yet() -> None:
    column = np.array
    rows = DueRows(
        column([0, 0, 0, 0]), column([1, 1, 1, 1]), column([1, 1, 1, 1]), column([5, 5, 50, 5]),
        column([4, NEVER, 2, 3]), column([False, False, False, True]), column([False] * 4),
        column([7, 8, 9, 10]),
        pa.chunked_array([[None] * 4], pa.int64()),
    )  # fmt: skip
    due = Due(column([0] * 4), column([True] * 4), rows)
    now = evaluate(due, 1, 10, 180)
    # The third was done early; counting it before its day is over would flatter whoever is early with some. The
    # fourth was withdrawn: nobody kept it, and nobody broke it.
    assert (now.n[0], now.value[0]) == (2, 0.5)


def rows_of(owner: list[int], opened: list[int], due: list[int], closed: list[int]) -> DueRows:
    """Orders, half of which take ten days; 0 and 1 owe each other."""
    n, one = len(owner), np.array(owner)
    ids = pa.chunked_array([[None] * n], pa.int64())
    return DueRows(one, 1 - one, *map(np.array, (opened, due, closed)), np.zeros(n, bool), np.zeros(n, bool),
                   np.arange(n), ids, (10, NEVER))  # fmt: skip


def test_what_is_open_for_more_than_twice_the_usual_is_aged() -> None:
    rows = rows_of([1, 1, 1, 0], [79, 80, 10, 10], [NEVER, 90, NEVER, NEVER], [NEVER, NEVER, 60, NEVER])
    ours, theirs = standing(Due(np.zeros(4, int), rows.owner == 1, rows), 0, 100, 180)
    assert (theirs.n_open, theirs.n_late, theirs.n_aged) == (2, 1, 1)
    assert (ours.n_open, ours.n_late, ours.n_aged) == (1, 0, 1)
    never = standing(Due(np.zeros(4, int), rows.owner == 1, replace(rows, usual_days=(NEVER, NEVER))), 0, 100, 180)
    assert [side.n_aged for side in never] == [0, 0]


def test_the_other_direction_has_its_interval_too() -> None:
    rows = rows_of([0] * 30, [10] * 30, [50] * 30, [40] * 18 + [NEVER] * 12)
    told: Any = SimpleNamespace(
        held=SimpleNamespace(due=Due(np.zeros(30, int), np.zeros(30, bool), rows)), names=("Alder", "Birch"),
        on=date(1970, 4, 11), value=0.5, low=0.4, high=0.6, n=10,
    )  # fmt: skip
    # The beta of 18.5 and 12.5.
    assert FOLLOW_THROUGH.sentence(told).endswith(
        " Alder kept 60% of 30 towards Birch (45–74%); 12 are open, 12 past their day, 12 for more than twice as long"
        " as usual."
    )


def test_two_that_only_ever_exchanged_documents_have_a_relationship(cell: Cell) -> None:
    state = shown(cell, "alder~cedar")
    assert (state.since, state.last, state.n_pairs) == (date(2024, 4, 1), date(2024, 4, 12), 0)
    assert state.lede == (
        "Alder and Cedar exchanged orders or invoices from 1 Apr 2024 to 12 Apr 2024; no message or meeting of theirs"
        " is here.",
    )
    values = {r.reading: r.value for r in state.readings}
    assert (values["vitality"], values["responsiveness"], values["attention"]) == (None, None, 0.0)
    (paid,) = state.ledgers
    assert (paid.ledger, paid.side, paid.status, paid.n) == ("money", "a", "ok", 11)
    assert (paid.n_open, paid.n_late, len(paid.evidence)) == (3, 2, 12)
    assert paid.value == pytest.approx(5 / 11)
    assert [(one.currency, one.amount, one.late) for one in paid.open] == [("EUR", 219.0, 219.0), ("USD", 111.0, 0.0)]
    # Of those paid, nine in ten were within five days; those that are open may take longer (trap 5).
    assert paid.n_days_late is None
    assert paid.sentence == (
        "Alder paid 45% of 11 invoices to Cedar by their day (23–69%), and less than nine in ten so far; 3 are open"
        " (EUR 219 and USD 111), 2 of them past their day (EUR 219)."
    )
    assert "Emotion is not measured" in state.unmeasured[1]


def test_a_ledger_gives_no_share_where_a_reading_would_not(cell: Cell) -> None:
    t = Tables(cell.engine)
    parties = readings.find_relationship(t, "alder~cedar")
    (paid,) = readings.relationship(t, *parties, as_of=date(2024, 5, 3)).ledgers
    assert (paid.status, paid.value, paid.n, paid.n_late) == ("thin", None, 3, 3)
    assert "no share is given of fewer than 10" in paid.sentence
    (paid,) = readings.relationship(t, *parties, as_of=date(2024, 9, 5)).ledgers
    assert (paid.status, paid.value) == ("stale", None)
    assert "do not cover" in paid.sentence


@pytest.mark.parametrize(
    ("counts", "said"),
    [((1, 1), "; 1 is open, past its day."), ((1, 0), "; 1 is open, none past its day."),
     ((3, 1), "; 3 are open, 1 of them past its day."), ((3, 2), "; 3 are open, 2 of them past their day.")],
)  # fmt: skip
def test_one_open_thing_is_one(counts: tuple[int, int], said: str) -> None:
    sentence = _sentence("money", ("Alder", "Cedar"), (None, None, None), 3, None, counts, ())
    assert sentence.endswith(said)


def test_two_without_letters_or_documents_have_none(cell: Cell) -> None:
    with pytest.raises(NotFoundError):
        shown(cell, "birch-works~cedar")


def test_the_list_looks_from_the_side_that_stands_first(cell: Cell) -> None:
    rows = readings.relationships(Tables(cell.engine), ON).to_pylist()
    assert {(row["a"], row["b"]) for row in rows} == {("alder", "birch-works-ltd"), ("alder", "cedar")}
    for row in rows:
        shown_as = {r.reading: r.value for r in shown(cell, f"{row['a']}~{row['b']}").readings}
        for name, value in shown_as.items():
            assert row.get(name) == value
    (cedar,) = (row for row in rows if row["b"] == "cedar")
    assert (cedar["n_pairs"], cedar["last_on"]) == (0, date(2024, 4, 12))
