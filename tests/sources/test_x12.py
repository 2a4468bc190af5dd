"""Business documents in X12: envelopes in many hands, orders and what follows them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.sources import recognise
from honeycell.sources.records import Records
from honeycell.sources.x12 import SOURCE, add_transaction
from honeycell.sources.x12_sets import transactions

BUYER, SELLER = ("ZZ", "VANTRY"), ("01", "123456789")


def interchange(*sets: str, sender: Any = BUYER, receiver: Any = SELLER, e: str = "*", end: str = "~\n") -> str:
    """An interchange with header of fixed width; segments of a set are parted by `;` and elements by `*`."""
    sides = e.join(f"{kind}{e}{name:<15}" for kind, name in (sender, receiver))
    head = e.join(["ISA", "00", " " * 10, "00", " " * 10, sides, "240301", "0930", "U", "00401", "000000001", "0", "P"])
    lines = [f"{head}{e}>", f"GS{e}PO{e}A{e}B{e}20240301{e}0930{e}1{e}X{e}004010"]
    for text in sets:
        lines += [segment.strip().replace("*", e) for segment in text.split(";")]
    return end.join([*lines, f"GE{e}1{e}1", f"IEA{e}1{e}000000001", ""])


def a_set(kind: str, *segments: str) -> str:
    return ";".join([f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"])


ORDER = a_set(
    "850", "BEG*00*SA*PO-9**20240301", "CUR*BY*usd", "DTM*010*20240315", "DTM*002*20240320", "N1*BY*Vantry Ltd*92*17",
    "N1*SE*Brix & Co.", "PO1*1*10*EA*2.50", "PO1*2*4*EA*1.25", "CTT*2",
)  # fmt: skip
RESPONSE = a_set("855", "BAK*00*AC*PO-9*20240302")
REJECTED = a_set("855", "BAK*00*RD*PO-9*20240302****R-2")
CHANGE = a_set("860", "BCH*04*SA*PO-9**2*20240304", "POC*1*QI*12*2*EA")
CANCELLED = a_set("860", "BCH*01*SA*PO-9***20240305")
NOTICE = a_set(
    "856", "BSN*00*S-1*20240310*1345", "HL*1**S", "DTM*017*20240312", "HL*2*1*O", "PRF*PO-9", "HL*3*2*I", "SN1**10*EA",
    "HL*4*1*O", "PRF*PO-10", "HL*5*4*I", "SN1**3*EA", "CTT*5",
)  # fmt: skip
INVOICE = a_set(
    "810", "BIG*20240311*I-5*20240301*PO-9", "CUR*SE*USD", "ITD*01*3*****30", "IT1*1*10*EA*2.5", "TDS*2500", "CTT*1"
)
CREDIT = a_set("810", "BIG*20240320*K-5*20240301*PO-9***CR", "TDS*500")


def test_a_deal_from_order_to_credit_is_one_conversation(tmp_path: Path, read_all: Any) -> None:
    file = tmp_path / "deal.edi"
    sent = interchange(ORDER, CHANGE, CANCELLED)
    answered = interchange(RESPONSE, NOTICE, INVOICE, CREDIT, sender=SELLER, receiver=BUYER)
    file.write_text(sent + answered)
    assert recognise(file) is SOURCE
    found = read_all(SOURCE, file)
    assert not found["skipped"]
    rows = {row["subject"]: row for row in found["interactions"]}
    between = "ledger:01-123456789|ledger:zz-vantry"
    assert {row["conversation_key"] for row in rows.values()} == {f"{between}|PO-9", f"{between}|PO-10"}
    assert list(rows) == [
        "order PO-9", "order change PO-9/2", "order cancellation PO-9", "order response PO-9: received, with changes",
        "ship notice S-1/PO-9", "ship notice S-1/PO-10", "invoice I-5", "credit note K-5",
    ]  # fmt: skip
    order, invoice, notice = rows["order PO-9"], rows["invoice I-5"], rows["ship notice S-1/PO-9"]
    assert found.people(order) == {("buyer", "ledger:zz-vantry"), ("seller", "ledger:01-123456789")}
    assert found.people(order) == found.people(invoice) == found.people(notice)
    assert found.people(rows["order response PO-9: received, with changes"]) == {
        ("from", "ledger:01-123456789"), ("to", "ledger:zz-vantry"),
    }  # fmt: skip
    assert invoice["in_reply_to"] == order["message_id"] == notice["in_reply_to"]
    assert notice["occurred_at"] == datetime(2024, 3, 10, 13, 45)
    moved = {row["document_number"]: row for row in found["transfers"] if row["ledger"] != "information"}
    wanted = found.of("transfers", order)[0]
    assert (wanted["amount"], wanted["quantity"], wanted["currency"]) == (30.0, 14.0, "USD")
    assert wanted["due_on"] == date(2024, 3, 20)
    assert (moved["S-1/PO-9"]["quantity"], moved["S-1/PO-10"]["quantity"]) == (10.0, 3.0)
    assert (moved["I-5"]["amount"], moved["I-5"]["due_on"]) == (25.0, date(2024, 4, 10))
    assert moved["K-5"]["amount"] == -5.0
    assert found.of("transfers", rows["order cancellation PO-9"])[0]["quantity"] == 0.0
    assert {row["display_name"] for row in found.of("participants", order)} == {"Vantry Ltd", "Brix & Co."}


def test_a_rejection_says_that_nothing_is_wanted(tmp_path: Path, read_all: Any) -> None:
    file = tmp_path / "no.x12"
    file.write_text(interchange(REJECTED, sender=SELLER, receiver=BUYER))
    found = read_all(SOURCE, file)
    assert [row["subject"] for row in found["interactions"]] == ["order response R-2: rejected"]
    assert (found["transfers"][0]["ledger"], found["transfers"][0]["quantity"]) == ("goods", 0.0)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from("*|^+\x1d"), st.sampled_from(["~", "~\n", "~\r\n", "\n", "'", "\x1c"]), st.integers(1, 3))
def test_any_separators_read_alike(element: str, end: str, times: int) -> None:
    text = "".join(interchange(ORDER, NOTICE, e=element, end=end) for _ in range(times))
    found = list(transactions(text))
    plain = list(transactions(interchange(ORDER, NOTICE)))
    assert [one.segments for one in found] == [one.segments for one in plain] * times
    assert {(one.sender, one.receiver) for one in found} == {("ZZ:VANTRY", "01:123456789")}


@pytest.mark.parametrize(
    ("written", "instead"),
    [("  ", ""), ("*>~", "*~"), ("*>~\n", "*>~"), ("00401", "99999")],
    ids=["blanks taken out", "last element left out", "on one line", "unknown version"],
)
def test_damaged_headers_are_read(written: str, instead: str) -> None:
    [one] = transactions(interchange(ORDER).replace(written, instead))
    assert (one.kind, one.sender) == ("850", "ZZ:VANTRY")
    assert one.first("BEG")[3] == "PO-9"


def test_what_cannot_be_used_is_said_and_the_rest_goes_on(tmp_path: Path, read_all: Any) -> None:
    file = tmp_path / "all.edi"
    sets = (
        a_set("837", "BHT*0019"),
        ORDER.replace("*20240301", "*"),
        ORDER.replace("*20240301", "*20241399"),
        ORDER.replace("*20240301", "*10240301"),
        ORDER.replace("PO-9", ""),
        ORDER.replace("2.50", "two"),
        ORDER.replace("2.50", "9" * 20),
        ORDER.rpartition(";SE")[0],
        ORDER,
    )
    file.write_text(interchange(*sets) + interchange(ORDER, receiver=BUYER))
    found = read_all(SOURCE, file)
    assert found.reasons() == [
        "not-a-transfer", "no-date", "bad-date", "implausible-date", "no-number", "bad-number", "bad-number",
        "truncated", "one-party",
    ]  # fmt: skip
    assert found["skipped"][1]["locator"] == "all.edi#record 2"
    assert len(found["interactions"]) == 1


def test_a_document_without_its_envelope_needs_names(tmp_path: Path, read_all: Any) -> None:
    file = tmp_path / "bare.edi"
    file.write_text(ORDER.replace(";", "~\n") + "~")
    [row] = read_all(SOURCE, file)["interactions"]
    assert row["conversation_key"] == "ledger:17|ledger:brix-co|PO-9"
    file.write_text(RESPONSE.replace(";", "~\n") + "~")
    assert read_all(SOURCE, file).reasons() == ["no-party"]
    file.write_text("ISA*00*")
    assert read_all(SOURCE, file).reasons() == ["no-interchange"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.text(alphabet="*~>IS A9\n\x1d", max_size=6), st.integers(0, 40))
def test_damage_stops_nothing(at: int, written: str, n_lost: int) -> None:
    text = interchange(ORDER, INVOICE)
    records = Records("x12")
    for one in transactions(text[:at] + written + text[at + n_lost :] + interchange(NOTICE)):
        add_transaction(records, one, "x.edi")
    assert records.take().tables["interactions"].num_rows >= 2


@pytest.mark.corpus
def test_real_documents_are_read_or_said_to_be_left_out(corpus: Any, read_all: Any) -> None:
    reasons, kinds = [], []
    for file in sorted(corpus("transactions/x12").rglob("*.edi")):
        assert recognise(file) is SOURCE
        found = read_all(SOURCE, file)
        assert not found.failures
        reasons += found.reasons()
        kinds += [row["kind"] for row in found["interactions"]]
    assert set(reasons) == {"not-a-transfer", "no-party", "no-interchange"}
    assert {"order", "message", "shipment", "invoice"} == set(kinds)


def test_terms_beyond_the_last_year_stop_nothing() -> None:
    head = "ISA*00**00**ZZ*A*ZZ*B*240102*0900*U*00401*1*0*P*>~GS*IN*A*B*20240102*0900*1*X*004010~"
    late = "ST*810*1~BIG*99991231*7~N1*BY*Brix~N1*SE*Sorrel~ITD*01*3*****3650~SE*5*1~"
    records = Records("x12")
    for one in transactions(head + late + "GE*1*1~IEA*1*1~"):
        add_transaction(records, one, "a.edi")
    assert records.take().tables["skipped"]["reason"].to_pylist() == ["implausible-date"]


def test_a_document_of_many_lines_is_read_in_time_that_grows_with_them() -> None:
    lines = 400_000
    text = "ISA*00**00**ZZ*A*ZZ*B*240102*0900*U*00401*1*0*P*>~ST*850*1~BEG*00*SA*7**20240102~" + "PO1*1~" * lines
    # Copying the text once for each line takes minutes here; once at the end takes a second.
    (one,) = transactions(text + "SE*3*1~")
    assert len(one.segments) == lines + 1
    assert one.text.endswith("PO1*1~SE*3*1~")
