"""Open contracting (OCDS): awards, contracts and payments out of releases, release packages and record packages.

What later releases say of a contract replaces what earlier ones said: they are copies of one interaction, and the
copy of the latest release shows. So releases need not be merged, and may be read in any order.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from honeycell.errors import SourceError
from honeycell.sources.deals import Document, Party, add_document, files_of, holds, identified, native_id, whole_part
from honeycell.sources.json_rows import Row, json_array, json_lines
from honeycell.sources.records import Batch, Part, Records, batches_of

__all__ = ["SOURCE", "Ocds", "add_release"]

MAX_BYTES = 64 * 2**20
"""A single release larger than this is not read; packages may be of any size."""

_NAMES = re.compile(r"\.(json|jsonl|ndjson)(\.(gz|xz|bz2|zst))?$", re.I)
_LINES = re.compile(r"\.(jsonl|ndjson)(\.\w+)?(#.*)?$", re.I)
_PACKAGED = re.compile(rb'"(records|releases)"\s*:\s*\[')
_HEAD = 2**18
_NOT_IN_FORCE = ("pending", "cancelled", "unsuccessful")

Json = dict[str, Any]


class Ocds:
    """Releases and records of the Open Contracting Data Standard."""

    name = "ocds"

    def recognises(self, path: Path) -> bool:
        """Whether a JSON file names an open contracting process, or one of the first in an archive."""
        return holds(path, _NAMES, lambda head: b'"ocid"' in head)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`).
        """
        yield whole_part(self.name, path, locator)

    def read(self, part: Part) -> Iterator[Batch]:
        """Each award as a message, each contract as an order, each transaction as a payment.

        Raises:
            SourceError: The archive is damaged, or may not be read further; what came before was yielded.
        """
        records = Records(self.name)

        def add(found: tuple[str, Row | SourceError]) -> int:
            where, row = found
            if isinstance(row, SourceError):
                records.skip(where, row.code, row.message)
                return 0
            add_release(records, row, where)
            return len(row.text)

        yield from batches_of(records, _rows(files_of(part, _NAMES)), add)


def _rows(files: Iterator[tuple[str, IO[bytes]]]) -> Iterator[tuple[str, Row | SourceError]]:
    """Releases and records one after the other; a file that is damaged does not hide the next."""
    for where, stream in files:
        try:
            for row in _of_file(where, stream):
                yield f"{where}#record {row.number}", row
        except SourceError as error:
            if error.code not in ("corrupt-file", "empty-file"):
                raise
            yield where, error


def _of_file(where: str, stream: IO[bytes]) -> Iterator[Row]:
    head = stream.read(_HEAD)
    whole = io.BufferedReader(_Joined(head, stream), 2**18)
    packaged = _PACKAGED.search(head)
    if _LINES.search(where):
        yield from json_lines(whole, where)
    elif packaged:
        yield from json_array(whole, where, packaged[1].decode())
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
        yield from json_array(whole, where)
    else:
        data = whole.read(MAX_BYTES + 1).removeprefix(b"\xef\xbb\xbf").strip()
        if not data:
            raise SourceError("empty-file", "the file is empty", where, "")
        if len(data) > MAX_BYTES:
            message = f"the release has more than {MAX_BYTES:,} bytes"
            raise SourceError("corrupt-file", message, where, "pack it as a list of releases")
        yield from json_array(io.BytesIO(b"[" + data + b"]"), where)


class _Joined(io.RawIOBase):
    """What was read of a stream already, and the rest of it."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def add_release(records: Records, row: Row, where: str) -> None:
    """The rows of one release, of the releases of a record, or of those of a package on one line."""
    value = row.value
    if not isinstance(value, dict):
        records.skip(where, "not-json", "it is no JSON object", row.content_hash)
        return
    packed = [one for name in ("records", "releases") for one in _list(value, name)]
    if "ocid" not in value and packed:
        releases = [release for one in packed for release in _releases(one)]
    else:
        releases = _releases(value)
    if not releases:
        records.skip(where, "no-release", "it only links to releases that lie elsewhere", row.content_hash)
    for release in releases:
        _Release(records, release, where, row.content_hash, len(row.text)).add()


def _releases(value: Json) -> list[Json]:
    """The release that a record compiles, else those that it holds; a release is its own."""
    compiled = value.get("compiledRelease")
    if isinstance(compiled, dict):
        return [compiled]
    if "releases" in value or "versionedRelease" in value:
        return [one for one in _list(value, "releases") if "ocid" in one]
    return [value]


class _Unusable(Exception):
    """Why an award, a contract or a payment gives nothing."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass
class _Release:
    """One release, and where its rows go."""

    records: Records
    value: Json
    where: str
    content_hash: str
    n_bytes: int

    def add(self) -> None:
        """Add what changed hands, or why nothing did."""
        self.ocid = _text(self.value, "ocid")
        self.parties = {_text(one, "id"): one for one in _list(self.value, "parties") if _text(one, "id")}
        self.awards = {_text(one, "id"): one for one in _list(self.value, "awards")}
        if not self.ocid:
            self._skip("", _Unusable("no-number", "the release has no ocid"))
            return
        try:
            self.version = _moment(self.value.get("date")) or datetime(1970, 1, 1)
        except ValueError:
            self.version = datetime(1970, 1, 1)
        every = [("award", one) for one in _list(self.value, "awards")]
        every += [("contract", one) for one in _list(self.value, "contracts")]
        if not every:
            self._skip("", _Unusable("not-a-transfer", "the release has neither award nor contract"))
        for what, one in every:
            place = f"/{what} {_text(one, 'id')}"
            try:
                if what == "award":
                    self._add_award(one)
                else:
                    self._add_contract(one, place)
            except _Unusable as error:
                self._skip(place, error)
            except ValueError as error:
                self._skip(place, _Unusable("bad-date", str(error)))

    def _skip(self, place: str, error: _Unusable) -> None:
        self.records.skip(self.where + place, error.reason, str(error)[:300], self.content_hash)

    def _add_award(self, award: Json) -> None:
        """The decision: a message of the buyer to each supplier."""
        _in_force(award)
        at = _moment(award.get("date"))
        if at is None:
            raise _Unusable("no-date", "the award has no date")
        for supplier in self._suppliers(award):
            self._emit("award", "message", "information", award, at, self._buyer(award), supplier)

    def _add_contract(self, contract: Json, place: str) -> None:
        """The order, from the buyer to each supplier of its award, and what was paid for it.

        Its ledger is money: nothing here ever says that the goods came, so none are waited for.
        """
        _in_force(contract)
        award = self.awards.get(_text(contract, "awardID"), {})
        if not award and len(self.awards) == 1 and not _text(contract, "awardID"):
            award = next(iter(self.awards.values()))
        suppliers = self._suppliers(contract if _list(contract, "suppliers") else award)
        buyer = self._buyer(contract)
        at = _moment(contract.get("dateSigned")) or _moment(award.get("date"))
        if at is None:
            self._skip(place, _Unusable("no-date", "neither the contract nor its award has a date"))
        else:
            due = _moment(_dict(contract, "period").get("endDate"))
            answers = _text(award, "id")
            for supplier in suppliers:
                self._emit(
                    "contract", "order", "money", contract, at, buyer, supplier,
                    share=len(suppliers), due_on=due.date() if due else None,
                    quantity=_quantity(contract),
                    answers=(native_id("award", buyer, supplier, f"{self.ocid}/{answers}"),) if answers else (),
                )  # fmt: skip
        paid = _list(_dict(contract, "implementation"), "transactions")
        for number, payment in enumerate(paid, 1):
            inside = f"{place}/payment {_text(payment, 'id') or number}"
            try:
                self._add_payment(payment, contract, number, buyer, suppliers)
            except _Unusable as error:
                self._skip(inside, error)
            except ValueError as error:
                self._skip(inside, _Unusable("bad-date", str(error)))

    def _add_payment(self, payment: Json, contract: Json, number: int, buyer: Party, suppliers: list[Party]) -> None:
        at = _moment(payment.get("date"))
        if at is None:
            raise _Unusable("no-date", "the payment has no date")
        payer = self._organisation(payment.get("payer") or payment.get("providerOrganization")) or buyer
        payee = self._organisation(payment.get("payee") or payment.get("receiverOrganization"))
        if payee is None:
            if len(suppliers) != 1:
                raise _Unusable("no-party", "the payment names no payee")
            payee = suppliers[0]
        name = f"{_text(contract, 'id')}/{_text(payment, 'id') or number}"
        # It belongs to the deal, whoever pays.
        self._emit(
            "payment", "payment", "money", {**payment, "id": name}, at, payer, payee, settled_on=at.date(),
            between=(buyer.handle, suppliers[0].handle if len(suppliers) == 1 else payee.handle),
        )  # fmt: skip

    def _emit(
        self,
        what: str,
        kind: str,
        ledger: str,
        one: Json,
        at: datetime,
        giver: Party,
        taker: Party,
        *,
        share: int = 1,
        due_on: date | None = None,
        settled_on: date | None = None,
        between: tuple[str, ...] = (),
        quantity: float | None = None,
        answers: tuple[str, ...] = (),
    ) -> None:
        # The value of a contract with several suppliers is not any one's.
        worth = (_dict(one, "value") or _dict(one, "amount")) if share == 1 else {}
        document = Document(
            what=what,
            kind=kind,
            ledger=ledger,
            number=_text(one, "id"),
            within=self.ocid,
            between=between,
            deal=self.ocid,
            giver=giver,
            taker=taker,
            at=at,
            version=max(self.version, datetime(1970, 1, 1)),
            amount=_number(worth.get("amount")),
            currency=_text(worth, "currency"),
            quantity=quantity,
            due_on=due_on,
            settled_on=settled_on,
            answers=answers,
            outcome=_text(one, "title")[:200],
        )
        add_document(self.records, document, self.where, self.content_hash, self.n_bytes)

    def _buyer(self, one: Json) -> Party:
        """The buyer of an award or contract, of the process, or else who runs its tender."""
        tender = _dict(self.value, "tender")
        named = [one.get("buyer"), self.value.get("buyer")]
        named += [party for party in self.parties.values() if "buyer" in _texts(party, "roles")][:1]
        named += [tender.get("procuringEntity")]
        named += [party for party in self.parties.values() if "procuringEntity" in _texts(party, "roles")][:1]
        found = next((party for each in named if (party := self._organisation(each)) is not None), None)
        if found is None:
            raise _Unusable("no-party", "the release names no buyer")
        return found

    def _suppliers(self, one: Json) -> list[Party]:
        found = [party for each in _list(one, "suppliers") if (party := self._organisation(each)) is not None]
        if not found:
            raise _Unusable("no-party", "no supplier is named")
        return list({party.handle: party for party in found}.values())

    def _organisation(self, reference: Any) -> Party | None:
        """A party by what refers to it; the list of parties knows more."""
        if not isinstance(reference, dict):
            return None
        known = self.parties.get(_text(reference, "id"), {})
        identifier = _dict(known, "identifier") or _dict(reference, "identifier")
        name = _text(known, "name") or _text(reference, "name") or _text(identifier, "legalName")
        number = f"{_text(identifier, 'scheme')}:{_text(identifier, 'id')}" if _text(identifier, "id") else ""
        return identified(number, name) or identified(_text(reference, "id"), "")


def _in_force(one: Json) -> None:
    status = _text(one, "status")
    if status in _NOT_IN_FORCE:
        raise _Unusable("not-in-force", f"its status is {status}")


def _quantity(contract: Json) -> float | None:
    there = [number for item in _list(contract, "items") if (number := _number(item.get("quantity"))) is not None]
    return sum(there) if there else None


def _moment(written: Any) -> datetime | None:
    """An instant in UTC, naive; None where there is none.

    Raises:
        ValueError: It cannot be read.
    """
    if not written:
        return None
    try:
        at = datetime.fromisoformat(str(written).strip())
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise ValueError(f"cannot be read: {str(written)[:80]}") from None


def _number(value: Any) -> float | None:
    """A number, also one that is written as a text.

    Raises:
        _Unusable: It is none (`bad-number`).
    """
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise _Unusable("bad-number", f"“{str(value)[:80]}” is no number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise _Unusable("bad-number", f"“{value}” is no number")
    return number


def _dict(value: Json, name: str) -> Json:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: Json, name: str) -> list[Json]:
    found = value.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(value: Json, name: str) -> list[str]:
    found = value.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _text(value: Json, name: str) -> str:
    found = value.get(name)
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


SOURCE = Ocds()
