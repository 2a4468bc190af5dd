"""Business documents in UBL: one deal is one conversation, whatever its documents call the parties."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from ibis import _

from honeycell.cell import create_cell
from honeycell.sources import recognise
from honeycell.sources.ubl import SOURCE

URN = "urn:oasis:names:specification:ubl:schema:xsd"


def party(role: str, endpoint: str, name: str) -> str:
    scheme, _, number = endpoint.partition(":")
    inside = f'<cbc:EndpointID schemeID="{scheme}">{number}</cbc:EndpointID>' if endpoint else ""
    if name:
        escaped = name.replace("&", "&amp;")
        inside += f"<cac:PartyLegalEntity><cbc:RegistrationName>{escaped}</cbc:RegistrationName></cac:PartyLegalEntity>"
    return f"<cac:{role}><cac:Party>{inside}</cac:Party></cac:{role}>"


def document(
    kind: str,
    number: str,
    day: str = "2024-03-01",
    inside: str = "",
    buyer: str = party("BuyerCustomerParty", "0088:1", "Vantry Ltd"),
    seller: str = party("SellerSupplierParty", "0088:2", "Brix & Co."),
) -> str:
    head = f"<cbc:ID>{number}</cbc:ID>" + (f"<cbc:IssueDate>{day}</cbc:IssueDate>" if day else "")
    spaces = "".join(
        f' xmlns:{short}="{URN}:Common{name}Components-2"' for short, name in (("cac", "Aggregate"), ("cbc", "Basic"))
    )
    return f'<?xml version="1.0"?><{kind} xmlns="{URN}:{kind}-2"{spaces}>{head}{inside}{buyer}{seller}</{kind}>'


def line(kind: str, quantity: str, *counts: str, status: str = "") -> str:
    state = f"<cbc:LineStatusCode>{status}</cbc:LineStatusCode>" if status else ""
    rows = [f"{state}<cbc:{quantity} unitCode='C62'>{count}</cbc:{quantity}>" for count in counts]
    if kind == "OrderLine":
        rows = [f"<cac:LineItem>{row}</cac:LineItem>" for row in rows]
    return "".join(f"<cac:{kind}>{row}</cac:{kind}>" for row in rows)


def total(name: str, amount: str) -> str:
    return f"<cac:{name}><cbc:PayableAmount currencyID='eur'>{amount}</cbc:PayableAmount></cac:{name}>"


OF_ORDER = "<cac:OrderReference><cbc:ID>O-7</cbc:ID></cac:OrderReference>"
PERIOD = (
    "<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:EndDate>2024-03-20</cbc:EndDate>"
    "</cac:RequestedDeliveryPeriod></cac:Delivery>"
)
OF_INVOICE = (
    "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>I-1</cbc:ID></cac:InvoiceDocumentReference>"
    "</cac:BillingReference>"
)
REJECTED = "<cbc:OrderResponseCode>RE</cbc:OrderResponseCode>"
REFUSED = "<cbc:AcceptedIndicator>false</cbc:AcceptedIndicator>"
DEAL = {
    "1-order": document(
        "Order", "O-7", inside="<cbc:IssueTime>10:30:00+02:00</cbc:IssueTime>" + PERIOD
        + total("AnticipatedMonetaryTotal", "150") + line("OrderLine", "Quantity", "10", "5"),
    ),
    "2-response": document(
        "OrderResponse", "R-1", "2024-03-02", "<cbc:OrderResponseCode>CA</cbc:OrderResponseCode>"
        "<cbc:Note>Five will come later.</cbc:Note>" + OF_ORDER,
        buyer=party("BuyerCustomerParty", "0088:1", ""), seller=party("SellerSupplierParty", "0088:2", "Brix"),
    ),
    "3-change": document(
        "OrderChange", "C-1", "2024-03-03", OF_ORDER + line("OrderLine", "Quantity", "12")
        + line("OrderLine", "Quantity", "5", status="2"),
    ),
    "4-despatch": document(
        "DespatchAdvice", "D-1", "2024-03-10", OF_ORDER + line("DespatchLine", "DeliveredQuantity", "7.5", "4.5"),
        buyer=party("BuyerCustomerParty", "", "The buyer") + party("DeliveryCustomerParty", "0088:1", "Dock 4"),
        seller=party("DespatchSupplierParty", "0088:2", "Brix & Co."),
    ),
    "5-receipt": document(
        "ReceiptAdvice", "E-1", "2024-03-12", OF_ORDER + line("ReceiptLine", "ReceivedQuantity", "12"),
        buyer=party("DeliveryCustomerParty", "0088:1", "Vantry Ltd"),
        seller=party("DespatchSupplierParty", "0088:2", "Brix & Co."),
    ),
    "6-invoice": document(
        "Invoice", "I-1", "2024-03-13", "<cbc:DueDate>2024-04-12</cbc:DueDate>" + OF_ORDER
        + total("LegalMonetaryTotal", "120.50") + line("InvoiceLine", "InvoicedQuantity", "12"),
        buyer=party("AccountingCustomerParty", "0088:1", "Vantry Ltd"),
        seller=party("AccountingSupplierParty", "0088:2", "Brix & Co."),
    ),
    "7-credit": document(
        "CreditNote", "N-1", "2024-03-20", OF_ORDER + OF_INVOICE + total("LegalMonetaryTotal", "20.50"),
        buyer=party("AccountingCustomerParty", "0088:1", "Vantry Ltd"),
        seller=party("AccountingSupplierParty", "0088:2", "Brix & Co."),
    ),
}  # fmt: skip


def folder(path: Path, files: dict[str, str]) -> Path:
    archive = path / "deal.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(f"{name}.xml", text)
    return archive


def test_a_deal_from_order_to_credit_note_is_one_conversation(tmp_path: Path, read_all: Any) -> None:
    path = folder(tmp_path, DEAL)
    assert recognise(path) is SOURCE
    found = read_all(SOURCE, path)
    assert not found.failures
    assert not found["skipped"]
    rows = found["interactions"]
    assert {row["conversation_key"] for row in rows} == {"ledger:0088-1|ledger:0088-2|O-7"}
    assert [row["kind"] for row in rows] == [
        "order", "message", "message", "shipment", "message", "invoice", "invoice",
    ]  # fmt: skip
    order, response, change, despatch, receipt, invoice, credit = rows
    assert (order["occurred_at"], order["utc_offset_minutes"]) == (datetime(2024, 3, 1, 8, 30), 120)
    assert found.people(order) == {("buyer", "ledger:0088-1"), ("seller", "ledger:0088-2")}
    assert found.people(response) == {("from", "ledger:0088-2"), ("to", "ledger:0088-1")}
    assert found.people(change) == {("from", "ledger:0088-1"), ("to", "ledger:0088-2")} == found.people(receipt)
    assert response["subject"] == "order response R-1: accepted with changes"
    assert found.text(response) == "Five will come later."
    assert response["in_reply_to"] == order["message_id"] == despatch["in_reply_to"]
    assert credit["references"] == [order["message_id"], invoice["message_id"]]
    moved = [found.of("transfers", row)[0] for row in rows]
    assert [(one["ledger"], one["amount"], one["quantity"]) for one in moved] == [
        ("goods", 150.0, 15.0), ("information", None, None), ("goods", None, 12.0), ("goods", None, 12.0),
        ("information", None, 12.0), ("money", 120.5, 12.0), ("money", -20.5, None),
    ]  # fmt: skip
    assert (moved[0]["currency"], moved[0]["due_on"]) == ("EUR", date(2024, 3, 20))
    assert moved[5]["due_on"] == date(2024, 4, 12)
    assert found["sightings"][0]["locator"] == "deal.zip/1-order.xml"


def test_the_number_of_an_order_means_nothing_between_other_parties(tmp_path: Path, read_all: Any) -> None:
    other = document("Order", "O-7", seller=party("SellerSupplierParty", "0088:3", "Brix & Co."))
    found = read_all(SOURCE, folder(tmp_path, {"a": DEAL["1-order"], "b": other}))
    assert len({row["conversation_key"] for row in found["interactions"]}) == 2


def test_parties_without_identifiers_are_known_by_name_as_in_ledgers(tmp_path: Path, read_all: Any) -> None:
    file = tmp_path / "order.xml"
    bare = (party("BuyerCustomerParty", "", "Vantry Ltd"), party("SellerSupplierParty", "", "Brix & Co."))
    file.write_text(document("Order", "O-7", buyer=bare[0], seller=bare[1]))
    [row] = read_all(SOURCE, file)["interactions"]
    assert row["conversation_key"] == "ledger:brix-co|ledger:vantry-ltd|O-7"


def test_rejections_and_cancellations_say_that_nothing_is_wanted(tmp_path: Path, read_all: Any) -> None:
    said = {
        "a": document("OrderCancellation", "X-1", inside=OF_ORDER),
        "b": document("OrderResponse", "R-2", inside=REJECTED + OF_ORDER),
        "c": document("OrderResponseSimple", "R-3", inside=REFUSED + OF_ORDER),
    }
    found = read_all(SOURCE, folder(tmp_path, said))
    assert [(row["ledger"], row["quantity"]) for row in found["transfers"]] == [("goods", 0.0)] * 3


def test_an_envelope_of_the_network_is_taken_off(tmp_path: Path, read_all: Any) -> None:
    inner = DEAL["1-order"].partition("?>")[2]
    file = tmp_path / "sent.xml"
    file.write_text(f'<StandardBusinessDocument xmlns="urn:sbdh"><Header/>{inner}</StandardBusinessDocument>')
    assert recognise(file) is SOURCE
    assert [row["kind"] for row in read_all(SOURCE, file)["interactions"]] == ["order"]


BOMB = '<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
FETCHED = '<!DOCTYPE o SYSTEM "http://127.0.0.1:9/x.dtd">'
INSIDE = '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declared", [BOMB, FETCHED, INSIDE])
def test_xml_that_declares_anything_is_not_read(tmp_path: Path, read_all: Any, declared: str) -> None:
    evil = DEAL["1-order"].replace("?>", "?>" + declared).replace("Vantry Ltd", "&a;" if "ENTITY" in declared else "V")
    found = read_all(SOURCE, folder(tmp_path, {"a-evil": evil, "b-order": DEAL["1-order"]}))
    assert found.reasons() == ["xml-not-safe"]
    assert found["skipped"][0]["locator"] == "deal.zip/a-evil.xml"
    assert len(found["interactions"]) == 1


def test_what_cannot_be_used_is_said_and_the_rest_goes_on(tmp_path: Path, read_all: Any) -> None:
    bad = {
        "a": DEAL["1-order"][:300],
        "b": document("Order", "O-1", ""),
        "c": document("Order", "O-2", "yesterday"),
        "d": document("Order", "O-3", "1024-01-01"),
        "e": document("Order", "O-4", buyer=""),
        "f": document("Order", "O-5", inside=line("OrderLine", "Quantity", "many")),
        "g": document("Order", ""),
        "h": document("Catalogue", "K-1"),
        "i": document("Order", "O-6", seller=party("SellerSupplierParty", "0088:1", "Vantry Ltd")),
        "j": DEAL["1-order"],
    }
    found = read_all(SOURCE, folder(tmp_path, bad))
    assert found.reasons() == [
        "bad-xml", "no-date", "bad-date", "implausible-date", "no-party", "bad-number", "no-number",
        "not-a-transfer", "one-party",
    ]  # fmt: skip
    assert len(found["interactions"]) == 1


def test_what_a_deal_owes_is_closed_by_its_own_documents(tmp_path: Path) -> None:
    other = "<cac:OrderReference><cbc:ID>O-8</cbc:ID></cac:OrderReference>"
    refused = {
        "8-order": document("Order", "O-8", "2024-03-04", line("OrderLine", "Quantity", "3")),
        "9-no": document("OrderResponse", "R-9", "2024-03-05", REJECTED + other),
    }
    paid = tmp_path / "payments.csv"
    paid.write_text("date,payer,payee,amount,currency,order_number\n2024-04-02,0088:1,0088:2,100,EUR,O-7\n")
    # Nobody ever publishes that the goods of a contract came, so none are waited for.
    contract = tmp_path / "contract.json"
    contract.write_text(
        '{"ocid": "x-1", "buyer": {"name": "Town"}, "contracts": [{"id": "c", "dateSigned": "2024-03-01", '
        '"suppliers": [{"name": "Brix"}], "period": {"endDate": "2024-04-01"}}]}'
    )
    with create_cell(tmp_path / "cell") as cell:
        cell.import_paths([folder(tmp_path, {**DEAL, **refused}), contract, paid])
        cell.refresh()
        loops = cell.engine.to_arrow(cell.engine.table("loops").filter(_.source == "structured")).to_pylist()
        assert {(row["type"], row["outcome"], row["closed_at"].date(), row["owner_handle"]) for row in loops} == {
            ("order line", "done", date(2024, 3, 10), "ledger:0088-2"),
            ("order line", "withdrawn", date(2024, 3, 5), "ledger:0088-2"),
            ("invoice", "done", date(2024, 4, 2), "ledger:0088-1"),
        }
        assert len(loops) == 3
        assert cell.engine.to_arrow(cell.engine.table("conversations").count()).as_py() == 3


@pytest.mark.corpus
def test_real_chains_are_conversations(corpus: Any, read_all: Any) -> None:
    files = sorted(corpus("transactions/peppol-poacc").rglob("*.xml"))
    reasons, keys, n_read = [], [], 0
    for file in files:
        assert recognise(file) is SOURCE
        found = read_all(SOURCE, file)
        assert not found.failures
        reasons += found.reasons()
        n_read += len(found["interactions"])
        if "Advanced Ordering" in str(file):
            keys += [row["conversation_key"] for row in found["interactions"]]
    assert n_read + len(reasons) == len(files)
    assert set(reasons) == {"not-a-transfer", "one-party"}
    # Five scenarios of one order: changes, responses and cancellations.
    assert len(keys) > 10
    assert len(set(keys)) == 1
