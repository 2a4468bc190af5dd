"""ASC X12: purchase orders (850), their answers (855) and changes (860), ship notices (856) and invoices (810).

The order is named by its purchase order number in every document after it, the parties by the identifiers of the
envelope (ISA): who sends an order gets its invoice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

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
from honeycell.sources.x12_sets import Segment, Transaction, element, moment, transactions

__all__ = ["SOURCE", "X12", "add_transaction"]

MAX_BYTES = 256 * 2**20
"""A file larger than this is not read."""

_NAMES = re.compile(r"\.(edi|x12|850|855|856|860|810|txt|dat)(\.(gz|xz|bz2|zst))?$", re.I)
_BEGINS = re.compile(rb"\A(\xef\xbb\xbf)?\s*(ISA[^\w \t\r\n]|(GS|ST)[^\w\s]\w+[^\w\s])")
_BUYERS = ("BY", "BT", "OB")
_SELLERS = ("SE", "SU", "VN", "II", "SF", "RI")
_ORDER_DUE = ("002", "010", "038", "037")
"""DTM qualifiers of an order: delivery requested, requested ship, ship no later, ship not before."""
_ANSWERS = {
    "AC": "received, with changes", "AD": "accepted", "AE": "accepted with changes", "AH": "held", "AK": "received",
    "AP": "accepted", "AT": "accepted", "RD": "rejected", "RF": "rejected", "RJ": "rejected", "RO": "rejected",
}  # fmt: skip
_CANCELS, _CREDITS = "01", ("CR", "CN")


class X12:
    """Business documents in ASC X12."""

    name = "x12"

    def recognises(self, path: Path) -> bool:
        """Whether a file begins as an interchange does, or one of the first in an archive."""
        return holds(path, _NAMES, lambda head: _BEGINS.match(head) is not None)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`).
        """
        yield whole_part(self.name, path, locator)

    def read(self, part: Part) -> Iterator[Batch]:
        """Each document as an interaction; a ship notice is one for each order that it sends.

        Raises:
            SourceError: The archive is damaged, or may not be read further; what came before was yielded.
        """
        records = Records(self.name)

        def add(found: tuple[str, Transaction | str]) -> int:
            where, one = found
            if isinstance(one, str):
                reason, _, detail = one.partition(": ")
                records.skip(where, reason, detail)
                return 0
            add_transaction(records, one, where)
            return len(one.text)

        yield from batches_of(records, _found(files_of(part, _NAMES)), add)


def _found(files: Iterator[tuple[str, IO[bytes]]]) -> Iterator[tuple[str, Transaction | str]]:
    """Each transaction set and where it is, or the reason why a file has none."""
    for where, stream in files:
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            yield where, f"too-large: the file has more than {MAX_BYTES:,} bytes"
            continue
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
        number = 0
        for number, one in enumerate(transactions(text), 1):
            yield f"{where}#record {number}", one
        if not number:
            yield where, "no-interchange: there is no envelope (ISA) with a transaction in it"


def add_transaction(records: Records, one: Transaction, where: str) -> None:
    """The rows of one transaction set, or the reason why it gives none."""
    digest = hashlib.sha256(one.text.encode()).hexdigest()[:32]
    made = _FORMS.get(one.kind)
    if made is None:
        records.skip(where, "not-a-transfer", f"“{one.kind[:20]}” is no transaction set that is read", digest)
        return
    if one.fault:
        records.skip(where, "truncated", one.fault, digest)
        return
    try:
        documents = list(made(one))
    except _Unusable as error:
        records.skip(where, error.reason, str(error)[:300], digest)
        return
    for document in documents:
        add_document(records, document, where, digest, len(one.text.encode()))


class _Unusable(Exception):
    """Why a transaction set gives nothing."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class _Sides:
    buyer: Party
    seller: Party
    version: datetime


def _sides(one: Transaction, segments: list[Segment], *, buyer_sends: bool, at: datetime) -> _Sides:
    """The parties, by the names in the document and the identifiers of the envelope."""
    named: dict[str, Segment] = {}
    for segment in segments:
        if segment[0] == "N1":
            named.setdefault(element(segment, 1), segment)
    keys = (one.sender, one.receiver) if buyer_sends else (one.receiver, one.sender)
    sides: list[Party] = []
    for key, roles in zip(keys, (_BUYERS, _SELLERS), strict=True):
        segment = next((named[role] for role in roles if role in named and any(named[role][2:])), ["N1"])
        party = identified(key if key.partition(":")[2] else element(segment, 4), element(segment, 2))
        if party is None:
            raise _Unusable("no-party", f"neither document nor envelope names the {'seller' if sides else 'buyer'}")
        sides.append(party)
    return _Sides(sides[0], sides[1], max(one.sent_at or at, at))


def _order(one: Transaction) -> Iterator[Document]:
    begin = one.first("BEG")
    number, at = _numbered(begin, 3), _dated(begin, 5)
    sides = _sides(one, one.segments, buyer_sends=True, at=at)
    if element(begin, 1) == _CANCELS:
        return iter([_telling("order cancellation", one, sides, number, number, at, quantity=0.0)])
    lines = [segment for segment in one.segments if segment[0] == "PO1"]
    total = next(
        (_number(element(one_, 2)) for one_ in one.segments if one_[0] == "AMT" and element(one_, 1) in ("TT", "GV")),
        None,
    )
    priced = [(_number(element(line, 2)), _number(element(line, 4))) for line in lines]
    if total is None and priced and all(price is not None for _, price in priced):
        total = sum((count or 0) * (price or 0) for count, price in priced)
    dues = {element(segment, 1): element(segment, 2) for segment in reversed(one.segments) if segment[0] == "DTM"}
    due = next((day for name in _ORDER_DUE if name in dues and (day := moment(dues[name])) is not None), None)
    return iter([
        Document(
            what="order", kind="order", ledger="goods", number=number, deal=number, giver=sides.buyer,
            taker=sides.seller, at=at, version=sides.version, amount=total, currency=element(one.first("CUR"), 2),
            quantity=_sum(count for count, _ in priced), due_on=due.date() if due else None,
        )
    ])  # fmt: skip


def _response(one: Transaction) -> Iterator[Document]:
    begin = one.first("BAK")
    number, at = _numbered(begin, 3), _dated(begin, 4)
    sides = _sides(one, one.segments, buyer_sends=False, at=at)
    answer = _ANSWERS.get(element(begin, 2), element(begin, 2))
    own = element(begin, 8) or number
    quantity = 0.0 if answer == "rejected" else None
    return iter([_telling("order response", one, sides, own, number, at, quantity=quantity, outcome=answer)])


def _change(one: Transaction) -> Iterator[Document]:
    begin = one.first("BCH")
    number = _numbered(begin, 3)
    at = _dated(begin, 11 if element(begin, 11) else 6)
    sides = _sides(one, one.segments, buyer_sends=True, at=at)
    own = element(begin, 5) or element(begin, 4)
    if element(begin, 1) == _CANCELS:
        return iter([_telling("order cancellation", one, sides, number, number, at, quantity=0.0)])
    own = f"{number}/{own}" if own else number
    return iter([_telling("order change", one, sides, own, number, at)])


def _shipment(one: Transaction) -> Iterator[Document]:
    begin = one.first("BSN")
    number = _numbered(begin, 2)
    day = _dated(begin, 3)
    at = moment(element(begin, 3), element(begin, 4)) or day
    # The levels of the shipment come first; what stands below the level of an order is that order's.
    shared: list[Segment] = []
    orders: list[list[Segment]] = []
    for segment in one.segments:
        if segment[0] == "HL" and element(segment, 3) == "O":
            orders.append([])
        (orders[-1] if orders else shared).append(segment)
    due = next((named for segment in one.segments if segment[0] == "DTM" and element(segment, 1) == "017"
                and (named := moment(element(segment, 2))) is not None), None)  # fmt: skip
    for at_, segments in enumerate(orders or [[]]):
        below = segments if orders else shared
        deal = next((element(segment, 1) for segment in below if segment[0] == "PRF"), "")
        sides = _sides(one, segments + shared, buyer_sends=False, at=at)
        own = f"{number}/{deal or at_ + 1}" if len(orders) > 1 else number
        yield Document(
            what="ship notice", kind="shipment", ledger="goods", number=own, deal=deal, giver=sides.buyer,
            taker=sides.seller, at=at, version=sides.version,
            quantity=_sum(_number(element(segment, 2)) for segment in below if segment[0] == "SN1"),
            due_on=due.date() if due else None,
            answers=(native_id("order", sides.buyer, sides.seller, deal),) if deal else (),
        )  # fmt: skip


def _invoice(one: Transaction) -> Iterator[Document]:
    begin = one.first("BIG")
    number, at = _numbered(begin, 2), _dated(begin, 1)
    deal = element(begin, 4)
    sides = _sides(one, one.segments, buyer_sends=False, at=at)
    amount = _number(element(one.first("TDS"), 1), hundredths=True)
    quantity = _sum(_number(element(segment, 2)) for segment in one.segments if segment[0] == "IT1")
    credit = element(begin, 7) in _CREDITS
    if credit:
        amount, quantity = (None if value is None else -abs(value) for value in (amount, quantity))
    terms = one.first("ITD")
    due = moment(element(terms, 6))
    days = _number(element(terms, 7))
    # A year near 9999 has no ten years after it.
    if due is None and days is not None and 0 <= days <= 3_650 and at.year < 9_900:
        due = at + timedelta(days=days)
    return iter([
        Document(
            what="credit note" if credit else "invoice", kind="invoice", ledger="money", number=number, deal=deal,
            giver=sides.buyer, taker=sides.seller, at=at, version=sides.version, amount=amount,
            currency=element(one.first("CUR"), 2), quantity=quantity, due_on=due.date() if due else None,
            answers=(native_id("order", sides.buyer, sides.seller, deal),) if deal else (),
        )
    ])  # fmt: skip


def _telling(
    what: str,
    one: Transaction,
    sides: _Sides,
    number: str,
    deal: str,
    at: datetime,
    *,
    quantity: float | None = None,
    outcome: str = "",
) -> Document:
    """A document that tells of an order; a quantity of 0 takes it back."""
    by_buyer = what != "order response"
    return Document(
        what=what,
        kind="message",
        ledger="information" if quantity is None else "goods",
        number=number,
        deal=deal,
        giver=sides.buyer if by_buyer else sides.seller,
        taker=sides.seller if by_buyer else sides.buyer,
        at=at,
        version=sides.version,
        quantity=quantity,
        answers=(native_id("order", sides.buyer, sides.seller, deal),),
        outcome=outcome,
        note="\n".join(text for segment in one.segments if segment[0] == "MSG" and (text := element(segment, 1))),
    )


_FORMS: dict[str, Callable[[Transaction], Iterator[Document]]] = {
    "850": _order,
    "855": _response,
    "856": _shipment,
    "860": _change,
    "810": _invoice,
}


def _numbered(segment: Segment, number: int) -> str:
    found = element(segment, number)
    if not found:
        raise _Unusable("no-number", f"{segment[0]}{number:02d} has no number")
    return found


def _dated(segment: Segment, number: int) -> datetime:
    written = element(segment, number)
    if not written:
        raise _Unusable("no-date", f"{segment[0]}{number:02d} has no date")
    at = moment(written)
    if at is None:
        raise _Unusable("bad-date", f"cannot be read: {written[:80]}")
    return at


def _number(written: str, *, hundredths: bool = False) -> float | None:
    """A number, of which the last two digits may be decimals that have no point.

    Raises:
        _Unusable: It is none (`bad-number`).
    """
    if not written:
        return None
    if not re.fullmatch(r"[+-]?(\d{1,30}\.?\d*|\.\d+)", written):
        raise _Unusable("bad-number", f"“{written[:80]}” is no number")
    return float(written) / 100 if hundredths and "." not in written else float(written)


def _sum(values: Iterator[float | None]) -> float | None:
    """The sum of what there is; None where there is nothing."""
    there = [value for value in values if value is not None]
    return sum(there) if there else None


SOURCE = X12()
