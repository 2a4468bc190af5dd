"""Orders and invoices as loops."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from honeycell.cell import Cell, create_cell


def table_of(folder: Path, name: str, kind: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text)
    header = text.partition("\n")[0].split(",")
    columns = "\n".join(f'{column} = "{column}"' for column in header)
    path.with_name(f"{name}.mapping.toml").write_text(f'kind = "{kind}"\n\n[columns]\n{columns}\n')
    return path


def loops_of(cell: Cell) -> list[dict[str, Any]]:
    found = cell.engine.to_arrow(cell.engine.table("loops")).to_pylist()
    return sorted(found, key=lambda row: (row["opened_at"], row["type"]))


def brief(row: dict[str, Any]) -> tuple[object, ...]:
    return row["type"], row["outcome"], row["closed_at"] and row["closed_at"].date()


ORDERS = """id,date,buyer,seller,order_number,quantity,due_on
1,2026-01-01,Aster,Brook,D1,10,2026-01-20
2,2026-01-02,Aster,Brook,D1,5,2026-01-30
3,2026-01-03,Aster,Brook,D2,,2026-01-30
"""
SHIPMENTS = """id,date,buyer,seller,order_number,quantity,settled_on
1,2026-01-10,Aster,Brook,D1,8,2026-01-12
2,2026-01-11,Aster,Brook,D1,4,2026-01-14
3,2026-01-12,Aster,Brook,D2,1,2026-01-15
"""


@pytest.fixture
def cell(tmp_path: Path) -> Any:
    with create_cell(tmp_path / "cell") as made:
        yield made


def test_an_order_line_is_done_when_all_that_was_ordered_before_and_it_has_come(cell: Cell, tmp_path: Path) -> None:
    cell.import_paths([table_of(tmp_path, "orders", "order", ORDERS)])
    cell.refresh()
    assert [brief(row) for row in loops_of(cell)] == [("order line", "open", None)] * 3
    cell.import_paths([table_of(tmp_path, "shipments", "shipment", SHIPMENTS)])
    cell.refresh()
    found = loops_of(cell)
    assert [brief(row) for row in found] == [
        ("order line", "done", date(2026, 1, 14)),
        ("order line", "open", None),
        ("order line", "done", date(2026, 1, 15)),
    ]
    assert {row["owner_handle"] for row in found} == {"ledger:brook"}
    assert {row["counterpart_handle"] for row in found} == {"ledger:aster"}
    assert found[0]["due_on"] == date(2026, 1, 20)
    assert {row["probability"] for row in found} == {1.0}
    assert [finding.message for finding in cell.doctor() if not finding.ok] == []


def test_an_invoice_is_done_on_its_own_day_or_by_what_is_paid_for_the_deal(cell: Cell, tmp_path: Path) -> None:
    invoices = """id,date,buyer,seller,order_number,amount,currency,due_on,settled_on
1,2026-01-01,Aster,Brook,D1,10.10,EUR,2026-01-20,
2,2026-01-02,Aster,Brook,D1,0.20,EUR,2026-01-20,
3,2026-01-03,Aster,Brook,D9,7,EUR,2026-01-20,2026-01-19
"""
    payments = """id,date,payer,payee,order_number,amount,currency
1,2026-01-10,Aster,Brook,D1,10.20,EUR
2,2026-01-25,Aster,Brook,D1,0.10,EUR
"""
    cell.import_paths(
        [table_of(tmp_path, "invoices", "invoice", invoices), table_of(tmp_path, "payments", "payment", payments)]
    )
    cell.refresh()
    found = loops_of(cell)
    assert [row["closed_at"] for row in found] == [datetime(2026, 1, 10), datetime(2026, 1, 25), datetime(2026, 1, 19)]
    assert [row["closing_id"] is None for row in found] == [False, False, True]
    assert {row["owner_handle"] for row in found} == {"ledger:aster"}


@pytest.mark.parametrize("amount", ["1e308", "1e400", "-1e15", "9" * 40])
def test_an_amount_larger_than_any_stops_nobody(cell: Cell, tmp_path: Path, amount: str) -> None:
    """It was kept, and its ten-thousandths did not fit: no refresh of the cell came to an end again."""
    rows = f"1,2026-01-01,Aster,Brook,D1,{amount},2026-01-20\n2,2026-01-02,Aster,Brook,D2,100000000000000,2026-01-30\n"
    header = "id,date,buyer,seller,order_number,amount,due_on\n"
    result = cell.import_paths([table_of(tmp_path, "invoices", "invoice", header + rows)])
    assert result.skipped == {"bad-number": 1}
    cell.refresh()
    assert [brief(row) for row in loops_of(cell)] == [("invoice", "open", None)]
