"""UBL 2 and Peppol: orders, responses, changes, cancellations, despatch and receipt advices, invoices, credit notes.

The order is named by `OrderReference` in every document after it, the parties by their electronic addresses
(`EndpointID`): names differ from document to document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from honeycell.sources.deals import (
    Document,
    Party,
    add_document,
    files_of,
    holds,
    identified,
    native_id,
    whole_part,
)
from honeycell.sources.records import Batch, Part, Records, batches_of

__all__ = ["SOURCE", "Ubl"]

MAX_BYTES = 64 * 2**20
"""A document larger than this is not read."""

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPACES = {"a": f"{_UBL}CommonAggregateComponents-2", "b": f"{_UBL}CommonBasicComponents-2"}
_NAMES = re.compile(r"\.xml(\.(gz|xz|bz2|zst))?$", re.I)


@dataclass(frozen=True)
class _Form:
    """How one type of document is read."""

    what: str
    kind: str
    ledger: str
    by_buyer: bool
    lines: str = ""
    """Path of its quantities."""
    total: str = ""
    """Path of the element that holds its totals."""


_FORMS = {
    "Order": _Form("order", "order", "goods", True, "a:OrderLine/a:LineItem/b:Quantity", "a:AnticipatedMonetaryTotal"),
    "OrderResponse": _Form("order response", "message", "information", False),
    "OrderResponseSimple": _Form("order response", "message", "information", False),
    "OrderChange": _Form(
        "order change", "message", "goods", True, "a:OrderLine/a:LineItem/b:Quantity", "a:AnticipatedMonetaryTotal"
    ),
    "OrderCancellation": _Form("order cancellation", "message", "goods", True),
    "DespatchAdvice": _Form("despatch advice", "shipment", "goods", False, "a:DespatchLine/b:DeliveredQuantity"),
    "ReceiptAdvice": _Form("receipt advice", "message", "information", True, "a:ReceiptLine/b:ReceivedQuantity"),
    "Invoice": _Form("invoice", "invoice", "money", False, "a:InvoiceLine/b:InvoicedQuantity", "a:LegalMonetaryTotal"),
    "CreditNote": _Form(
        "credit note", "invoice", "money", False, "a:CreditNoteLine/b:CreditedQuantity", "a:LegalMonetaryTotal"
    ),
}
_BUYERS = ("BuyerCustomerParty", "DeliveryCustomerParty", "AccountingCustomerParty")
_SELLERS = ("SellerSupplierParty", "DespatchSupplierParty", "AccountingSupplierParty")
_ANSWERS = {"AB": "received", "AP": "accepted", "CA": "accepted with changes", "RE": "rejected"}
_DELETED = "2"
"""LineStatusCode of a line that a change takes out."""
_REFERENCES = (
    ("order", "a:OrderReference/b:ID"),
    ("order", "a:InvoiceLine/a:OrderLineReference/a:OrderReference/b:ID"),
    ("order", "a:DespatchLine/a:OrderLineReference/a:OrderReference/b:ID"),
    ("order", "a:ReceiptLine/a:OrderLineReference/a:OrderReference/b:ID"),
    ("order change", "a:OrderChangeDocumentReference/b:ID"),
    ("despatch advice", "a:DespatchDocumentReference/b:ID"),
    ("invoice", "a:BillingReference/a:InvoiceDocumentReference/b:ID"),
)
"""What a document refers to, in the order in which a deal goes."""
_DUE = {
    "order": (
        "a:OrderLine/a:LineItem/a:Delivery/a:RequestedDeliveryPeriod/b:EndDate",
        "a:Delivery/a:RequestedDeliveryPeriod/b:EndDate",
        "a:Delivery/a:RequestedDeliveryPeriod/b:StartDate",
        "a:Delivery/b:LatestDeliveryDate",
    ),
    "shipment": ("a:Shipment/a:Delivery/a:EstimatedDeliveryPeriod/b:EndDate",),
    "invoice": ("b:DueDate", "a:PaymentMeans/b:PaymentDueDate", "a:PaymentTerms/b:PaymentDueDate"),
}
_SETTLED = {"shipment": ("a:Shipment/a:Delivery/b:ActualDeliveryDate",)}


class Ubl:
    """Business documents in the Universal Business Language, as Peppol sends them."""

    name = "ubl"

    def recognises(self, path: Path) -> bool:
        """Whether an XML file names a schema of UBL, or one of the first in an archive."""
        return holds(path, _NAMES, lambda head: _UBL.encode() in head)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`).
        """
        yield whole_part(self.name, path, locator)

    def read(self, part: Part) -> Iterator[Batch]:
        """Each document as an interaction.

        Raises:
            SourceError: The archive is damaged, or may not be read further; what came before was yielded.
        """
        records = Records(self.name)

        def add(file: tuple[str, IO[bytes]]) -> int:
            return _add_file(records, *file)

        yield from batches_of(records, files_of(part, _NAMES), add)


def _add_file(records: Records, where: str, stream: IO[bytes]) -> int:
    """The rows of one file, or the reason why it gives none; how many bytes it has."""
    data = stream.read(MAX_BYTES + 1)
    digest = hashlib.sha256(data).hexdigest()[:32]
    if len(data) > MAX_BYTES:
        records.skip(where, "too-large", f"the document has more than {MAX_BYTES:,} bytes")
        return len(data)
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        records.skip(where, "xml-not-safe", f"it declares types or entities of its own: {error}"[:300], digest)
    except (ParseError, ValueError, LookupError) as error:
        records.skip(where, "bad-xml", f"it is no whole XML: {error}"[:300], digest)
    else:
        _add_root(records, _unwrapped(root), where, digest, len(data))
    return len(data)


def _unwrapped(root: Element) -> Element:
    """The document in the envelope that networks send it in (StandardBusinessDocument), or the root itself."""
    if root.tag.startswith(f"{{{_UBL}"):
        return root
    return next((child for child in root if child.tag.startswith(f"{{{_UBL}")), root)


def _add_root(records: Records, root: Element, where: str, digest: str, n_bytes: int) -> None:
    space, _, kind = root.tag.rpartition("}")
    form = _FORMS.get(kind) if space.startswith(f"{{{_UBL}") else None
    if form is None:
        records.skip(where, "not-a-transfer", f"“{kind[:80]}” is no document that is read", digest)
        return
    number = _text(root, "b:ID")
    if not number:
        records.skip(where, "no-number", "the document has no number of its own", digest)
        return
    try:
        at, offset = _moment(root)
        due, settled = (_latest(root, paths.get(form.kind, ())) for paths in (_DUE, _SETTLED))
    except ValueError as error:
        records.skip(where, "bad-date", str(error)[:300], digest)
        return
    if at is None:
        records.skip(where, "no-date", "the document has no IssueDate", digest)
        return
    buyer, seller = _party(root, _BUYERS), _party(root, _SELLERS)
    if buyer is None or seller is None:
        missing = "buyer" if buyer is None else "seller"
        records.skip(where, "no-party", f"the document names no {missing}", digest)
        return
    try:
        amount, currency, quantity = _measures(root, form)
    except ValueError as error:
        records.skip(where, "bad-number", str(error)[:300], digest)
        return
    ledger, outcome = form.ledger, ""
    if form.what == "order response":
        code = _text(root, "b:OrderResponseCode")
        accepted = _text(root, "b:AcceptedIndicator").lower()
        code = code or {"true": "AP", "false": "RE"}.get(accepted, "")
        outcome = _ANSWERS.get(code, code)
        if code == "RE":
            ledger, quantity = "goods", 0.0
    elif form.what == "order cancellation":
        quantity = 0.0
    elif form.what == "credit note":
        amount, quantity = (None if value is None else -value for value in (amount, quantity))
    referred = [(what, _text(root, path)) for what, path in _REFERENCES]
    named = [(what, text) for what, text in referred if text and what != form.what]
    deal = next((text for what, text in named if what == "order"), "") or next((text for _, text in named), "")
    in_roles = (buyer, seller) if form.kind != "message" or form.by_buyer else (seller, buyer)
    document = Document(
        what=form.what,
        kind=form.kind,
        ledger=ledger,
        number=number,
        deal=number if form.kind == "order" else deal,
        giver=in_roles[0],
        taker=in_roles[1],
        at=at,
        version=at,
        utc_offset_minutes=offset,
        amount=amount,
        currency=currency,
        quantity=quantity,
        due_on=due,
        settled_on=settled,
        answers=tuple(dict.fromkeys(native_id(what, buyer, seller, text) for what, text in named)),
        outcome=outcome,
        note="\n".join(
            filter(None, (_plain(one) for name in ("Note", "CancellationNote") for one in _all(root, name)))
        ),
    )
    add_document(records, document, where, digest, n_bytes)


def _party(root: Element, names: tuple[str, ...]) -> Party | None:
    """The first of these parties with an electronic address, else the first with a name or number."""
    found = [party for name in names if (party := root.find(f"a:{name}/a:Party", _SPACES)) is not None]
    found.sort(key=lambda party: party.find("b:EndpointID", _SPACES) is None)
    for party in found:
        numbers = [
            f"{node.get('schemeID') or ''}:{_plain(node)}"
            for path in ("b:EndpointID", "a:PartyIdentification/b:ID", "a:PartyLegalEntity/b:CompanyID")
            if (node := party.find(path, _SPACES)) is not None and _plain(node)
        ]
        name = _text(party, "a:PartyLegalEntity/b:RegistrationName") or _text(party, "a:PartyName/b:Name")
        made = identified(numbers[0] if numbers else "", name)
        if made is not None:
            return made
    return None


def _measures(root: Element, form: _Form) -> tuple[float | None, str, float | None]:
    """Amount, its currency, and the quantity over all lines.

    Raises:
        ValueError: One of them is no number.
    """
    paths = [f"{form.total}/b:{name}" for name in ("PayableAmount", "TaxInclusiveAmount", "LineExtensionAmount")]
    node = (
        next((found for path in paths if (found := root.find(path, _SPACES)) is not None), None) if form.total else None
    )
    amount = None if node is None else _number(node)
    currency = (node.get("currencyID") if node is not None else "") or _text(root, "b:DocumentCurrencyCode")
    taken = {id(line.find("b:Quantity", _SPACES)) for line in root.iterfind("a:OrderLine/a:LineItem", _SPACES)
             if _text(line, "b:LineStatusCode") == _DELETED}  # fmt: skip
    lines = root.findall(form.lines, _SPACES) if form.lines else []
    quantity = sum(_number(line) for line in lines if id(line) not in taken) if lines else None
    return amount, currency, quantity


def _moment(root: Element) -> tuple[datetime | None, int | None]:
    """When it was issued, in UTC, and the offset as written.

    Raises:
        ValueError: It cannot be read.
    """
    day, time = _text(root, "b:IssueDate"), _text(root, "b:IssueTime")
    if not day:
        return None, None
    on = _date(day)
    try:
        at = datetime.fromisoformat(f"{on.isoformat()}T{time or '00:00:00'}")
    except ValueError:
        raise ValueError(f"cannot be read: {day} {time}") from None
    if at.tzinfo is None:
        return at, None
    shift = at.utcoffset()
    return at.astimezone(UTC).replace(tzinfo=None), None if shift is None else int(shift.total_seconds() // 60)


def _latest(root: Element, paths: tuple[str, ...]) -> date | None:
    """The latest date at the first of the paths where there is one.

    Raises:
        ValueError: One cannot be read.
    """
    for path in paths:
        dates = [_date(text) for node in root.iterfind(path, _SPACES) if (text := _plain(node))]
        if dates:
            return max(dates)
    return None


def _date(text: str) -> date:
    """A date, its zone cut off."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"cannot be read: {text[:80]}") from None


def _number(node: Element) -> float:
    text = _plain(node)
    if not re.fullmatch(r"[+-]?(\d{1,30}\.?\d*|\.\d+)", text):
        raise ValueError(f"“{text[:80]}” is no number")
    return float(text)


def _text(node: Element, path: str) -> str:
    found = node.find(path, _SPACES)
    return "" if found is None else _plain(found)


def _all(node: Element, name: str) -> list[Element]:
    return node.findall(f"b:{name}", _SPACES)


def _plain(node: Element) -> str:
    return (node.text or "").strip()


SOURCE = Ubl()
