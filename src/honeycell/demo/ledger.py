"""Orders, shipments, invoices and payments as tables, with planted punctuality on each side."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from honeycell.demo.dice import Dice
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.relations import FIRST, LAST
from honeycell.demo.sites import DAY

__all__ = ["TRADES", "Deal", "Trade", "deals", "write_ledger", "write_rows"]


@dataclass(frozen=True)
class Trade:
    """Who buys from whom, how much, and how punctual both are."""

    buyer: int
    seller: int
    n_orders: int
    """Over the 24 months, at scale 1."""
    share_on_time: float
    """Of the shipments, how many arrive by the promised day."""
    share_paid_on_time: float
    """Of the invoices, how many are paid by their due day."""
    currency: str = "EUR"


TRADES = (
    Trade(1, 0, 420, 0.84, 0.72, "GBP"),
    Trade(2, 0, 60, 0.9, 0.85),
    Trade(3, 0, 60, 0.9, 0.9),
    Trade(0, 9, 150, 0.66, 0.95),
    Trade(0, 8, 60, 0.92, 0.95),
    Trade(0, 4, 60, 0.8, 0.95),
)


@dataclass(frozen=True)
class Deal:
    """One order and what became of it; days are day numbers, 0 is not yet."""

    number: str
    trade: int
    ordered: int
    promised: int
    delivered: int
    invoiced: int
    due: int
    paid: int
    quantity: int
    cents: int


def deals(seed: int, scale: float) -> list[Deal]:
    """All orders, in order of their day."""
    dice = Dice(seed, "ledger")
    first, last = FIRST // DAY, LAST // DAY
    made: list[Deal] = []
    for number, trade in enumerate(TRADES):
        for _ in range(max(3, round(trade.n_orders * scale))):
            ordered = first + dice.pick(last - first)
            promised = ordered + 10 + dice.pick(40)
            delivered = promised - dice.pick(4) if dice.roll() < trade.share_on_time else promised + 1 + dice.pick(25)
            invoiced = delivered + 1 + dice.pick(3)
            due = invoiced + 30
            paid = due - dice.pick(8) if dice.roll() < trade.share_paid_on_time else due + 1 + dice.pick(45)
            quantity = 1 + dice.pick(120)

            def until_end(day: int) -> int:
                return day if day < last else 0

            made.append(
                Deal(
                    "",
                    number,
                    ordered,
                    promised,
                    until_end(delivered),
                    until_end(invoiced),
                    due,
                    until_end(paid),
                    quantity,
                    quantity * (900 + dice.pick(60_000)),
                )
            )
    made.sort(key=lambda deal: (deal.ordered, deal.trade, deal.quantity, deal.cents))
    return [Deal(**{**vars(deal), "number": f"O-{place + 1:05d}"}) for place, deal in enumerate(made)]


def _on(day: int) -> str:
    return date.fromordinal(day + 719_163).isoformat() if day else ""


def write_rows(path: Path, header: tuple[str, ...], rows: Iterable[Iterable[object]]) -> int:
    """Write a CSV file with a header; returns how many rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            n += 1
    return n


def write_ledger(folder: Path, made: list[Deal]) -> int:
    """Write the four tables, each with the mapping that names its columns; returns how many documents.

    Parties are organisations, as in most ledgers, so that an order is no contact between two persons.
    """

    def shared(deal: Deal) -> tuple[str, str]:
        trade = TRADES[deal.trade]
        return ORGANISATIONS[trade.buyer].name, ORGANISATIONS[trade.seller].name

    def money(deal: Deal) -> tuple[str, str]:
        return f"{deal.cents // 100}.{deal.cents % 100:02d}", TRADES[deal.trade].currency

    sent = [deal for deal in made if deal.delivered]
    billed = [deal for deal in made if deal.invoiced]
    paid = [deal for deal in made if deal.paid]
    tables: dict[str, tuple[str, list[tuple[object, ...]]]] = {
        "orders": (
            "order_number ordered_on buyer seller quantity amount currency due_on",
            [(d.number, _on(d.ordered), *shared(d), d.quantity, *money(d), _on(d.promised)) for d in made],
        ),
        "shipments": (
            "shipment_number order_number shipped_on buyer seller quantity due_on delivered_on",
            [
                (_as("S", d), d.number, _on(d.delivered - 1), *shared(d), d.quantity, _on(d.promised), _on(d.delivered))
                for d in sent
            ],
        ),
        "invoices": (
            "invoice_number order_number invoiced_on buyer seller amount currency due_on paid_on",
            [(_as("I", d), d.number, _on(d.invoiced), *shared(d), *money(d), _on(d.due), _on(d.paid)) for d in billed],
        ),
        "payments": (
            "payment_number order_number paid_on buyer seller amount currency due_on",
            [(_as("P", d), d.number, _on(d.paid), *shared(d), *money(d), _on(d.due)) for d in paid],
        ),
    }
    for name, (header, rows) in tables.items():
        columns = header.split()
        write_rows(folder / f"{name}.csv", tuple(columns), rows)
        date_column = columns[2] if name != "orders" else columns[1]
        mapping = {
            "id": columns[0],
            "date": date_column,
            "document_number": columns[0],
            "order_number": "order_number",
            "settled_on": {"shipments": "delivered_on", "invoices": "paid_on"}.get(name, ""),
        }
        lines = [
            f'kind = "{name[:-1]}"',
            "",
            "[columns]",
            *(f'{field} = "{column}"' for field, column in mapping.items()),
        ]
        (folder / f"{name}.mapping.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(len(rows) for _, rows in tables.values())


def _as(letter: str, deal: Deal) -> str:
    """The number of a document that belongs to an order."""
    return letter + deal.number[1:]
