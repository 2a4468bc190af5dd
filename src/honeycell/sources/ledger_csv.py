"""Orders, shipments, invoices and payments from table files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from honeycell.errors import SourceError
from honeycell.sources.amounts import too_large
from honeycell.sources.csv_rows import CsvRow, csv_rows, header_of, is_table_file, table_part
from honeycell.sources.deals import Party, party_of
from honeycell.sources.ledger_mapping import FIELDS, KINDS, LedgerMapping, load_mapping, mapping_file
from honeycell.sources.ledger_values import DateStyle, amount_of, date_style, decimal_style, moment_of
from honeycell.sources.records import Batch, Part, Records, batches_of, interaction_id, short_hash

__all__ = ["SOURCE", "LedgerCsv"]

SAMPLE_ROWS = 1_000
"""Rows by which the styles of dates and numbers are found out."""

_EARLIEST = datetime(1970, 1, 1)


class LedgerCsv:
    """Tables of what was ordered, sent, billed and paid."""

    name = "ledger_csv"

    def recognises(self, path: Path) -> bool:
        """Whether a table has a mapping beside it, or columns for a date and an amount or quantity."""
        if not (is_table_file(path) and path.is_file()):
            return False
        if mapping_file(path) is not None:
            return True
        names = {re.sub(r"[^a-z0-9]", "", name.lower()) for name in header_of(path)}
        measured = names & {*FIELDS["amount"], *FIELDS["quantity"]}
        dated = names & {*FIELDS["date"], *FIELDS["due_on"]}
        traded = names & {name for side in ("buyer", "seller", "payer", "payee", "party") for name in FIELDS[side]}
        return bool(measured) and bool(dated or traded)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`).
        """
        yield table_part(self.name, path, locator)

    def read(self, part: Part) -> Iterator[Batch]:
        """The rows of the ledger as interactions, each with its transfer.

        Raises:
            SourceError: A column is missing (`column-missing`), the mapping cannot be used (`mapping-invalid`),
                the table is empty (`empty-file`) or damaged.
        """
        records = Records(self.name)
        ledger = _opened(part)

        def add(row: CsvRow) -> int:
            _add_row(records, ledger, row, f"{part.locator}#record {row.number}")
            return row.n_bytes

        yield from batches_of(records, csv_rows(part.path, part.locator), add)


@dataclass(frozen=True)
class _Ledger:
    """A ledger with everything found out that reading its rows needs."""

    mapping: LedgerMapping
    dates: DateStyle
    decimal: str
    seen: dict[str, int]
    """How often a row without a number of its own was met with the same content: equal rows are several payments."""
    domains: set[tuple[str, str]]
    now: datetime


@dataclass(frozen=True)
class _Entry:
    """What one row says."""

    row: CsvRow
    where: str
    value: dict[str, str]
    kind: str
    buyer: Party
    seller: Party
    at: datetime
    amount: float | None
    quantity: float | None
    due: datetime | None
    settled: datetime | None


def _opened(part: Part) -> _Ledger:
    header = header_of(part.path)
    if not header:
        raise SourceError("empty-file", "the table holds nothing", part.locator, "leave it out")
    mapping = load_mapping(part.path, header, part.locator)
    sample = []
    try:
        for row in csv_rows(part.path, part.locator):
            sample.append(row.values)
            if len(sample) >= SAMPLE_ROWS:
                break
    except SourceError:
        # Damage is met again, and said, when the rows are read.
        pass
    days = [row.get(mapping.columns["date"], "") for row in sample]
    amounts = [row.get(mapping.columns.get("amount", ""), "") for row in sample]
    return _Ledger(
        mapping=mapping,
        dates=date_style(days, mapping.date_format, part.locator),
        decimal=mapping.decimal or decimal_style(amounts),
        seen={},
        domains=set(),
        now=datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1),
    )


def _add_row(records: Records, ledger: _Ledger, row: CsvRow, where: str) -> None:
    """The rows of one order, shipment, invoice or payment, or the reason why it gives none."""
    mapping = ledger.mapping
    if row.fault:
        records.skip(where, "bad-row", row.fault)
        return
    value = {name: row.values.get(column, "") for name, column in mapping.columns.items()}
    kind = _kind(mapping, value.get("kind", ""))
    if kind is None:
        records.skip(where, "not-a-transfer", f"“{value['kind'][:80]}” is no kind of transfer", row.content_hash)
        return
    try:
        at = moment_of(value["date"], ledger.dates)
        due, settled = (moment_of(value.get(name, ""), ledger.dates) for name in ("due_on", "settled_on"))
    except ValueError:
        dates = ", ".join(value[name] for name in ("date", "due_on", "settled_on") if value.get(name))
        records.skip(where, "bad-date", f"cannot be read: {dates}"[:300], row.content_hash)
        return
    if at is None or not _EARLIEST <= at <= ledger.now:
        reason = "no-date" if at is None else "implausible-date"
        records.skip(where, reason, f"the date is “{value['date'][:80]}”", row.content_hash)
        return
    try:
        amount, quantity = (amount_of(value.get(name, ""), ledger.decimal) for name in ("amount", "quantity"))
    except ValueError as error:
        records.skip(where, "bad-number", str(error)[:300], row.content_hash)
        return
    if fault := too_large(amount, quantity):
        records.skip(where, "bad-number", fault, row.content_hash)
        return
    buyer, seller = _parties(mapping, value)
    if buyer is None or seller is None:
        records.skip(where, "no-party", "the row names no other party", row.content_hash)
        return
    entry = _Entry(row, where, value, kind, buyer, seller, at, amount, quantity, due, settled)
    _add_transfer(records, ledger, entry)


def _add_transfer(records: Records, ledger: _Ledger, entry: _Entry) -> None:
    """The rows of one transfer."""
    mapping, value, row, where = ledger.mapping, entry.value, entry.row, entry.where
    kind, at, due, settled = entry.kind, entry.at, entry.due, entry.settled
    buyer, seller = entry.buyer, entry.seller
    roles = ("payer", "payee") if kind == "payment" else ("buyer", "seller")
    number = value.get("document_number", "")
    content = short_hash(kind, *sorted(f"{name}={text}" for name, text in value.items() if text), mapping.currency)
    if value.get("id"):
        native = f"ledger:{kind}/{buyer.handle}/{seller.handle}/{value['id']}"
    else:
        count = ledger.seen[content] = ledger.seen.get(content, 0) + 1
        native = f"ledger:{kind}/{buyer.handle}/{seller.handle}/{number}/{content}/{count}"
    ids = {"interaction_id": interaction_id(native), "copy_hash": content}
    midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    deal = value.get("order_number") or number
    records.add(
        "interactions",
        **ids,
        kind=kind,
        channel="ledger",
        conversation_key=f"{min(buyer.handle, seller.handle)}|{max(buyer.handle, seller.handle)}|{deal}"
        if deal
        else None,
        subject=value.get("description") or None,
        occurred_at=at,
        occurred_on=at.date(),
        utc_offset_minutes=None if midnight else 0,
        message_id=native,
        n_bytes=row.n_bytes,
    )
    for role, party in zip(roles, (buyer, seller), strict=True):
        records.add("participants", **ids, role=role, handle=party.handle, display_name=party.name or None)
    records.add(
        "transfers",
        **ids,
        ledger=mapping.ledger or KINDS[kind],
        amount=entry.amount,
        currency=(value.get("currency") or mapping.currency).upper() or None,
        quantity=entry.quantity,
        document_number=number or None,
        due_on=due.date() if due else None,
        settled_on=settled.date() if settled else (at.date() if kind == "payment" else None),
    )
    records.add("sightings", **ids, source=records.source, locator=where, content_hash=row.content_hash)
    domain = value.get("party_domain", "").lower()
    if domain and (value.get("party", ""), domain) not in ledger.domains:
        ledger.domains.add((value.get("party", ""), domain))
        digest = short_hash("domain", domain, value.get("party", ""), "None", "None")
        records.add(
            "directory",
            record_hash=digest + short_hash(digest),
            kind="domain",
            organisation=value.get("party", ""),
            domain=domain,
            source=records.source,
            locator=where,
        )


def _kind(mapping: LedgerMapping, written: str) -> str | None:
    """The kind of a row, or None where what is written is none."""
    lower = written.lower()
    if lower in mapping.kinds:
        return mapping.kinds[lower]
    found = next((kind for kind in KINDS if kind in lower), None) if lower else None
    return found or mapping.kind or None


def _parties(mapping: LedgerMapping, value: dict[str, str]) -> tuple[Party | None, Party | None]:
    """Buyer (or payer) and seller (or payee)."""
    other = party_of(value.get("party", ""), value.get("party_id", ""))
    us = party_of(mapping.us, "")
    buyer = party_of(value.get("buyer") or value.get("payer") or "", "")
    seller = party_of(value.get("seller") or value.get("payee") or "", "")
    we_buy = mapping.we_are == "buyer"
    if buyer is None:
        buyer = us if we_buy or seller is not None else other
    if seller is None:
        seller = other if we_buy and buyer is us else us
    return buyer, seller


SOURCE = LedgerCsv()
