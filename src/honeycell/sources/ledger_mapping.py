"""How the columns of a ledger are called: by a mapping file beside it, or by names in common use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from honeycell.errors import SourceError
from honeycell.sources.csv_rows import plain_name

__all__ = ["FIELDS", "KINDS", "LedgerMapping", "load_mapping", "mapping_file"]

KINDS = {"order": "goods", "shipment": "goods", "invoice": "money", "payment": "money"}
"""The kinds of rows, and the ledger each belongs to unless a mapping says otherwise."""

# What a column may be called, lower case, letters and digits only; the first that is there counts.
FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "rowid", "recordid", "transactionid"),
    "date": (
        "date", "occurredon", "transactiondate", "documentdate", "postingdate", "orderdate", "invoicedate",
        "paymentdate", "shipdate", "shippedon", "paidon", "orderedon", "invoicedon",
    ),
    "kind": ("kind", "type", "documenttype", "doctype", "transactiontype"),
    "buyer": ("buyer", "customer", "customername", "client", "orderedby"),
    "seller": ("seller", "supplier", "suppliername", "shippedby"),
    "payer": ("payer", "paidby"),
    "payee": ("payee", "paidto", "beneficiary"),
    "party": ("party", "partner", "vendor", "vendorname", "counterparty", "company", "name"),
    "party_id": ("partyid", "vendorid", "customerid", "supplierid"),
    "party_domain": ("partydomain", "domain"),
    "amount": ("amount", "total", "value", "totalamount", "grossamount", "netamount", "price", "sum"),
    "currency": ("currency", "currencycode"),
    "quantity": ("quantity", "qty", "units"),
    "document_number": (
        "documentnumber", "documentno", "docno", "number", "invoicenumber", "invoiceno", "shipmentnumber",
        "paymentnumber", "ordernumber", "orderno", "reference",
    ),
    "order_number": (
        "dealnumber", "deal", "contract", "contractnumber", "purchaseorder", "ponumber", "ordernumber", "orderno",
        "order",
    ),
    "due_on": ("dueon", "duedate", "due"),
    "settled_on": ("settledon", "settleddate", "paiddate", "delivereddate", "deliveredon", "deliverydate"),
    "description": ("description", "text", "subject", "item", "items", "accountdescription", "memo"),
}  # fmt: skip
"""Every field of a ledger, and the headers it is recognised by."""

_SETTINGS = ("kind", "ledger", "currency", "us", "we_are", "date_format", "decimal", "columns", "kinds")
_CHOICES = {
    "kind": tuple(KINDS),
    "ledger": ("money", "goods", "information"),
    "we_are": ("buyer", "seller"),
    "decimal": (".", ","),
}


@dataclass(frozen=True)
class LedgerMapping:
    """What is known of the columns of a ledger before its first row."""

    columns: dict[str, str]
    """Field to header."""
    kind: str = ""
    ledger: str = ""
    currency: str = ""
    us: str = ""
    """Our own party, where a row names only the other."""
    we_are: str = "buyer"
    """buyer (and payer) or seller (and payee)."""
    date_format: str = ""
    """As for `strptime`; empty to find out."""
    decimal: str = ""
    """. or ,; empty to find out."""
    kinds: dict[str, str] = field(default_factory=dict)
    """What the kind column holds, lower case, to one of `KINDS`."""


def mapping_file(path: Path) -> Path | None:
    """The mapping beside a ledger: NAME.mapping.toml, or honeycell-ledger.toml for a whole folder."""
    for name in (f"{plain_name(path)}.mapping.toml", "honeycell-ledger.toml"):
        candidate = path.with_name(name)
        if candidate.is_file():
            return candidate
    return None


def load_mapping(path: Path, header: list[str], where: str) -> LedgerMapping:
    """The mapping of a ledger with this header.

    Args:
        path: The ledger.
        header: Its columns.
        where: How errors name it.

    Raises:
        SourceError: The mapping is no TOML or says what cannot be (`mapping-invalid`), it names a column that the
            ledger lacks, or a column every ledger needs is not there (`column-missing`).
    """
    file = mapping_file(path)
    written = _settings(file) if file is not None else {}
    columns = _recognised(header)
    there = ", ".join(header) or "nothing"
    for name, column in written.pop("columns", {}).items():
        if name not in FIELDS:
            raise _invalid(file, f"there is no field “{name}”", "use one of: " + ", ".join(FIELDS))
        if column == "":
            columns.pop(name, None)
        elif column not in header:
            message = f"the column “{column}” for “{name}” is missing; there is: {there}"
            raise SourceError("column-missing", message, where, f"correct [columns] of {file.name if file else ''}")
        else:
            columns[name] = column
    mapping = LedgerMapping(columns=columns, **written)
    kind = mapping.kind or _kind_by_name(path)
    if not kind and "kind" not in columns:
        kind = "payment" if {"payer", "payee"} & columns.keys() else ""
    mapping = LedgerMapping(**{**mapping.__dict__, "kind": kind})
    _require(mapping, there, where, file or path.with_name(f"{plain_name(path)}.mapping.toml"))
    return mapping


def _settings(file: Path) -> dict[str, Any]:
    """The settings of a mapping file, each of its kind."""
    try:
        written = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise _invalid(file, f"it cannot be opened: {error.strerror or error}", "let this user read it") from error
    except ValueError as error:
        raise _invalid(file, f"it is no TOML: {error}", "see docs/sources/ledger_csv.md") from error
    for name, value in written.items():
        if name not in _SETTINGS:
            raise _invalid(file, f"there is no setting “{name}”", "use one of: " + ", ".join(_SETTINGS))
        if name in ("columns", "kinds"):
            if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
                raise _invalid(file, f'[{name}] needs lines such as name = "text"', "see docs/sources/ledger_csv.md")
        elif not isinstance(value, str):
            raise _invalid(file, f"“{name}” has to be a text in quotation marks", f'write {name} = "…"')
        elif name in _CHOICES and value not in _CHOICES[name]:
            raise _invalid(file, f"“{name}” cannot be “{value}”", "use one of: " + ", ".join(_CHOICES[name]))
    kinds = {key.lower(): kind for key, kind in written.get("kinds", {}).items()}
    unknown = [kind for kind in kinds.values() if kind not in KINDS]
    if unknown:
        raise _invalid(file, f"[kinds] cannot name “{unknown[0]}”", "use one of: " + ", ".join(KINDS))
    return {**written, "kinds": kinds} if kinds else written


def _recognised(header: list[str]) -> dict[str, str]:
    """The columns whose names are in common use."""
    written = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(header)}
    found: dict[str, str] = {}
    for name, candidates in FIELDS.items():
        for candidate in candidates:
            if candidate in written and written[candidate] not in found.values():
                found[name] = written[candidate]
                break
    return found


def _kind_by_name(path: Path) -> str:
    """The kind that the name of the file says: orders-2024.csv."""
    name = plain_name(path).lower()
    return next((kind for kind in KINDS if kind in name), "")


def _require(mapping: LedgerMapping, there: str, where: str, file: Path) -> None:
    """Refuse a ledger that cannot become interactions."""
    columns = mapping.columns
    remedy = f"name it in [columns] of {file.name}"
    if "date" not in columns:
        raise SourceError("column-missing", f"the column “date” is missing; there is: {there}", where, remedy)
    if not {"amount", "quantity"} & columns.keys():
        message = f"a column “amount” or “quantity” is missing; there is: {there}"
        raise SourceError("column-missing", message, where, remedy)
    sides = {"buyer", "payer"} & columns.keys(), {"seller", "payee"} & columns.keys()
    if not any(sides) and "party" not in columns:
        message = f"a column “party”, “buyer” and “seller”, or “payer” and “payee” is missing; there is: {there}"
        raise SourceError("column-missing", message, where, remedy)
    if not all(sides) and not mapping.us:
        message = f"only one party of each row is named and nothing says who the other is; there is: {there}"
        raise SourceError("column-missing", message, where, f'write us = "our name" into {file.name}')
    if not mapping.kind and "kind" not in columns:
        message = f"nothing says whether the rows are orders, shipments, invoices or payments; there is: {there}"
        raise SourceError("column-missing", message, where, f'write kind = "payment" (or another) into {file.name}')


def _invalid(file: Path | None, what: str, remedy: str) -> SourceError:
    return SourceError("mapping-invalid", f"the mapping cannot be used: {what}", str(file), remedy)
