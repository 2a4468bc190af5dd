"""Ledgers: parties, roles, amounts and dates, with and without a mapping."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources.ledger_csv import SOURCE


def table(path: Path, name: str, text: str, mapping: str = "", encoding: str = "utf-8") -> Path:
    """A table file with the mapping beside it."""
    file = path / name
    file.write_bytes(text.encode(encoding))
    if mapping:
        file.with_name(name.partition(".")[0] + ".mapping.toml").write_text(mapping, encoding="utf-8")
    return file


ORDERS = """Order number,Order date,Buyer,Seller,Quantity,Amount,Currency,Due date
O-1,2024-03-01,Vantry Ltd,Brix & Co.,12,"1,250.50",gbp,2024-03-20
O-2,2024-03-02,ana@example.com,Brix & Co.,,,,
"""


def test_common_headers_need_no_mapping(tmp_path: Path, read_all: Any) -> None:
    file = table(tmp_path, "orders.csv", ORDERS)
    assert SOURCE.recognises(file)
    found = read_all(SOURCE, file)
    first, second = found["interactions"]
    assert (first["kind"], first["channel"], first["occurred_on"]) == ("order", "ledger", date(2024, 3, 1))
    assert found.people(first) == {("buyer", "ledger:vantry-ltd"), ("seller", "ledger:brix-co")}
    assert found.people(second) == {("buyer", "mailto:ana@example.com"), ("seller", "ledger:brix-co")}
    [goods] = found.of("transfers", first)
    assert (goods["ledger"], goods["amount"], goods["currency"], goods["quantity"]) == ("goods", 1250.5, "GBP", 12.0)
    assert (goods["document_number"], goods["due_on"], goods["settled_on"]) == ("O-1", date(2024, 3, 20), None)
    [empty] = found.of("transfers", second)
    assert (empty["amount"], empty["quantity"], empty["due_on"]) == (None, None, None)
    assert {row["display_name"] for row in found["participants"]} == {"Vantry Ltd", "Brix & Co.", None}


# The layout of a public body's published payments: one supplier a row, no number of its own.
PAYMENTS = """ID;VendorID;Vendor;AccountDescription;DocNo;Amount;Date;Source
0;;NORTH PRINTERS LTD;Printing;5100;1.390,11;01.04.2008;7-april
1;;NORTH PRINTERS LTD;Printing;5100;1.390,11;01.04.2008;8-april
2;17;KÜHL GMBH;Other Supplies & Services;;(978,00);30.04.2008;9-april
3;;;Nobody;;5,00;30.04.2008;10-april
"""
MAPPING = """
kind = "payment"
us = "Council of Exampleton"
currency = "GBP"

[columns]
id = ""
description = "AccountDescription"
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_mapping_says_who_we_are_and_what_the_rows_are(tmp_path: Path, read_all: Any, encoding: str) -> None:
    file = table(tmp_path, "spend.csv", PAYMENTS, MAPPING, encoding)
    assert SOURCE.recognises(file)
    found = read_all(SOURCE, file)
    first, again, credit = found["interactions"]
    assert found.people(first) == {("payer", "ledger:council-of-exampleton"), ("payee", "ledger:north-printers-ltd")}
    assert first["interaction_id"] != again["interaction_id"]
    assert first["conversation_key"] == again["conversation_key"]
    assert found.people(credit) == {("payer", "ledger:council-of-exampleton"), ("payee", "ledger:kühl-gmbh")}
    assert [row["amount"] for row in found["transfers"]] == [1390.11, 1390.11, -978.0]
    assert first["occurred_at"] == datetime(2008, 4, 1)
    assert found["transfers"][0]["settled_on"] == date(2008, 4, 1)
    assert first["subject"] == "Printing"
    assert found.reasons() == ["no-party"]


def test_equal_rows_are_several_transfers_and_the_same_file_again_is_the_same(tmp_path: Path, read_all: Any) -> None:
    rows = "Date,Payer,Payee,Amount\n" + "2024-01-05,Vantry,Brix,10\n" * 3
    first = read_all(SOURCE, table(tmp_path, "payments.csv", rows))
    assert len({row["interaction_id"] for row in first["interactions"]}) == 3
    packed = tmp_path / "longer-payments.csv.gz"
    packed.write_bytes(gzip.compress((rows + "2024-02-01,Vantry,Brix,20\n").encode()))
    longer = read_all(SOURCE, packed)
    ids = {row["interaction_id"] for row in longer["interactions"]}
    assert {row["interaction_id"] for row in first["interactions"]} < ids
    assert len(ids) == 4


def test_one_mapping_serves_a_folder_and_a_kind_column_many_kinds(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "honeycell-ledger.toml").write_text(
        'us = "Vantry"\nwe_are = "seller"\ncurrency = "EUR"\n\n[columns]\nparty = "Who"\ndate = "When"\nkind = "What"\n'
        'order_number = "Deal"\n\n[kinds]\nRE = "invoice"\nLS = "shipment"\nZE = "payment"\n'
    )
    rows = "\n".join(
        ["What,When,Who,Amount,Deal", "RE,2024-05-01,Brix,10,D1", "LS,2024-04-28,Brix,,D1", "ZE,2024-05-20,Brix,10,D1",
         "XX,2024-05-20,Brix,1,D1"]
    )  # fmt: skip
    found = read_all(SOURCE, table(tmp_path, "journal.csv", rows))
    assert [row["kind"] for row in found["interactions"]] == ["invoice", "shipment", "payment"]
    assert [found.people(row) for row in found["interactions"]] == [
        {("seller", "ledger:vantry"), ("buyer", "ledger:brix")},
        {("seller", "ledger:vantry"), ("buyer", "ledger:brix")},
        {("payee", "ledger:vantry"), ("payer", "ledger:brix")},
    ]
    assert [row["ledger"] for row in found["transfers"]] == ["money", "goods", "money"]
    assert len({row["conversation_key"] for row in found["interactions"]}) == 1
    assert found.reasons() == ["not-a-transfer"]


@pytest.mark.parametrize(
    ("name", "header", "missing"),
    [
        ("orders.csv", "Buyer,Seller,Amount", "date"),
        ("orders.csv", "Date,Buyer,Seller", "amount"),
        ("orders.csv", "Date,Amount", "party"),
        ("orders.csv", "Date,Amount,Vendor", "who the other is"),
        ("table.csv", "Date,Amount,Buyer,Seller", "orders, shipments, invoices or payments"),
    ],
)
def test_a_missing_column_is_named_with_what_is_there(
    tmp_path: Path, read_all: Any, name: str, header: str, missing: str
) -> None:
    found = read_all(SOURCE, table(tmp_path, name, header + "\n" + ",".join("1" * 4) + "\n"))
    [error] = found.failures
    assert error.code == "column-missing"
    assert missing in error.message
    assert header.replace(",", ", ") in error.message
    assert error.where == name
    assert "mapping.toml" in error.remedy


@pytest.mark.parametrize(
    ("mapping", "code", "said"),
    [
        ("kind = order", "mapping-invalid", "no TOML"),
        ('kind = "gift"', "mapping-invalid", "gift"),
        ('colour = "red"', "mapping-invalid", "colour"),
        ("us = 7", "mapping-invalid", "us"),
        ('[columns]\nbuyr = "Buyer"', "mapping-invalid", "buyr"),
        ('[columns]\nbuyer = "Byer"', "column-missing", "Byer"),
        ('[kinds]\nRE = "bill"', "mapping-invalid", "bill"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(
    tmp_path: Path, read_all: Any, mapping: str, code: str, said: str
) -> None:
    [error] = read_all(SOURCE, table(tmp_path, "orders.csv", ORDERS, mapping)).failures
    assert error.code == code
    assert said in error.message
    assert error.remedy


def test_dates_that_can_be_read_in_two_ways_are_not_guessed(tmp_path: Path, read_all: Any) -> None:
    rows = "Date,Buyer,Seller,Amount\n03/04/2024,A,B,1\n05/06/2024,A,B,2\n"
    [error] = read_all(SOURCE, table(tmp_path, "orders.csv", rows)).failures
    assert error.code == "mapping-invalid"
    assert "date_format" in error.remedy
    told = read_all(SOURCE, table(tmp_path, "orders.csv", rows, 'date_format = "%m/%d/%Y"'))
    assert [row["occurred_on"] for row in told["interactions"]] == [date(2024, 3, 4), date(2024, 5, 6)]
    (tmp_path / "orders.mapping.toml").unlink()
    clear = read_all(SOURCE, table(tmp_path, "orders.csv", rows + "31/01/2024,A,B,3\n"))
    assert [row["occurred_on"].month for row in clear["interactions"]] == [4, 6, 1]


def test_rows_that_cannot_be_used_are_skipped_with_a_reason(tmp_path: Path, read_all: Any) -> None:
    rows = (
        "Date,Buyer,Seller,Amount\n2024-01-05,A,B,10\nsoon,A,B,1\n,A,B,1\n2206-01-01,A,B,1\n1904-01-01,A,B,1\n"
        "2024-01-05,A,B,plenty\n2024-01-05,A,,3\n2024-01-06,A\n"
    )
    found = read_all(SOURCE, table(tmp_path, "orders.csv", rows))
    assert found.reasons() == [
        "bad-date", "no-date", "implausible-date", "implausible-date", "bad-number", "no-party", "no-party",
    ]  # fmt: skip
    assert len(found["interactions"]) == 1
    assert found["skipped"][0]["locator"] == "orders.csv#record 2"
    assert found.n_records == 8


def test_an_empty_table_and_a_text_are_told_apart_from_ledgers(tmp_path: Path, read_all: Any) -> None:
    [error] = read_all(SOURCE, table(tmp_path, "orders.csv", "\n\n")).failures
    assert error.code == "empty-file"
    assert not SOURCE.recognises(table(tmp_path, "people.csv", "name,organisation\nAna,Brix\n"))
    assert not SOURCE.recognises(table(tmp_path, "amounts.txt", ORDERS))


@pytest.mark.corpus
def test_real_payments_are_read_whole(corpus: Any, read_all: Any, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(corpus("transactions/gla.tar.xz")) as archive:
        member = next(one for one in archive if one.name.endswith(".csv"))
        stream = archive.extractfile(member)
        assert stream is not None
        (tmp_path / "all.csv").write_bytes(stream.read())
    (tmp_path / "all.mapping.toml").write_text('kind = "payment"\nus = "The authority"\ncurrency = "GBP"\n')
    found = read_all(SOURCE, tmp_path / "all.csv")
    assert not found.failures
    assert found.n_records == 28_145 == len(found["interactions"]) + len(found["skipped"])
    assert len({row["interaction_id"] for row in found["interactions"]}) == len(found["interactions"])
