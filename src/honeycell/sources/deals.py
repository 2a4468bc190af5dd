"""Documents of trade as rows of the log: what the formats of business documents have in common.

A document is one interaction between a buyer and a seller. Every document of a deal bears the same `conversation_key`:
the handles of the two parties, and the number of the order. A party is known by the identifier that all of its
documents carry, where there is one: names differ from document to document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO
from unicodedata import normalize

from honeycell.errors import SourceError
from honeycell.sources.amounts import too_large
from honeycell.sources.archives import is_archive, members, names
from honeycell.sources.charsets import without_surrogates
from honeycell.sources.compressed import first_bytes
from honeycell.sources.fingerprints import countdown
from honeycell.sources.records import Part, Records, interaction_id, short_hash
from honeycell.sources.streams import open_stream

__all__ = [
    "Document",
    "Party",
    "add_document",
    "files_of",
    "holds",
    "identified",
    "native_id",
    "party_of",
    "plausible",
    "whole_part",
]

PEEKED = 2**18
"""Bytes of a file by which its format is told."""
PEEKED_MEMBERS = 3
"""Files of an archive whose first bytes are looked at."""

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_EARLIEST = datetime(1970, 1, 1)
_ROLES = {"payment": ("payer", "payee"), "message": ("from", "to")}


@dataclass(frozen=True)
class Party:
    """One side of a deal."""

    handle: str
    name: str


@dataclass(frozen=True)
class Document:
    """What one document of trade says."""

    what: str
    """In words: order, order response, despatch advice, ..."""
    kind: str
    """order, shipment, invoice, payment, or message for what tells of these."""
    ledger: str
    number: str
    deal: str
    """Number of the order (or contract) that it belongs to; empty for its own."""
    giver: Party
    """Buyer, payer, or the author of a message."""
    taker: Party
    """Seller, payee, or who a message is to."""
    at: datetime
    """In UTC, naive; midnight where only a day is written."""
    version: datetime
    """The latest copy of a document shows."""
    within: str = ""
    """What its number is unique in, where that is not its two parties."""
    between: tuple[str, ...] = ()
    """Handles of the parties to the deal, where they are not its own."""
    utc_offset_minutes: int | None = None
    amount: float | None = None
    currency: str = ""
    quantity: float | None = None
    due_on: date | None = None
    settled_on: date | None = None
    answers: tuple[str, ...] = ()
    """Native ids of the documents that it answers, the oldest first."""
    outcome: str = ""
    """A word or two behind the number in its subject: accepted, rejected, ..."""
    note: str = ""
    """What its author wrote into it."""


@lru_cache(maxsize=65_536)
def party_of(name: str, key: str) -> Party | None:
    """A party by its name, or by its key where it has none; an address stays an address.

    Example:
        >>> party_of("Brix & Co.", ""), party_of("", "")
        (Party(handle='ledger:brix-co', name='Brix & Co.'), None)
    """
    if _ADDRESS.fullmatch(name):
        return Party("mailto:" + name.lower(), "")
    slug = "-".join(re.findall(r"\w+", normalize("NFKC", name or key).casefold()))
    return Party(f"ledger:{slug}", name) if slug else None


def identified(identifier: str, name: str) -> Party | None:
    """A party by its identifier, which bears its name, or by its name where it has none.

    Example:
        >>> identified("0088:7300010000001", "Brix & Co.")
        Party(handle='ledger:0088-7300010000001', name='Brix & Co.')
    """
    known = party_of("", identifier)
    return Party(known.handle, name) if known else party_of(name, "")


def native_id(what: str, one: Party, other: Party, number: str) -> str:
    """The id of a document that other documents can name: its kind, its two parties in either order, its number."""
    return f"ledger:{what.replace(' ', '-')}/{_both(one.handle, other.handle)}/{number}"


def plausible(at: datetime | date) -> bool:
    """Whether something can have happened then."""
    moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
    return _EARLIEST <= moment <= datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)


def add_document(records: Records, document: Document, where: str, content_hash: str, n_bytes: int) -> None:
    """Add the rows of one document, or the reason why it gives none."""
    if not plausible(document.at):
        records.skip(where, "implausible-date", f"the date is {document.at:%Y-%m-%d}", content_hash)
        return
    giver, taker, number = document.giver, document.taker, document.number
    if giver.handle == taker.handle:
        records.skip(where, "one-party", f"buyer and seller are both {giver.handle}"[:300], content_hash)
        return
    if fault := too_large(document.amount, document.quantity):
        records.skip(where, "bad-number", fault, content_hash)
        return
    native = native_id(document.what, giver, taker, f"{document.within}/{number}" if document.within else number)
    said = short_hash(*(f"{each.name}={getattr(document, each.name)}" for each in fields(document)))
    latest = countdown(int(document.version.replace(tzinfo=UTC).timestamp()), 8)
    ids = {"interaction_id": interaction_id(native), "copy_hash": latest + said[:8]}
    here = document.at + timedelta(minutes=document.utc_offset_minutes or 0)
    title = f"{document.what} {number}" + (f": {document.outcome}" if document.outcome else "")
    records.add(
        "interactions",
        **ids,
        kind=document.kind,
        channel="ledger",
        conversation_key=f"{_both(*(document.between or (giver.handle, taker.handle)))}|{document.deal or number}",
        subject=without_surrogates(title),
        occurred_at=document.at,
        occurred_on=here.date(),
        utc_offset_minutes=document.utc_offset_minutes,
        message_id=native,
        in_reply_to=document.answers[-1] if document.answers else None,
        references=list(document.answers) or None,
        n_bytes=n_bytes,
    )
    roles = _ROLES.get(document.kind, ("buyer", "seller"))
    for role, party in zip(roles, (giver, taker), strict=True):
        records.add("participants", **ids, role=role, handle=party.handle, display_name=party.name or None)
    if document.note and document.kind == "message":
        records.add("texts", **ids, body=without_surrogates(document.note))
    records.add(
        "transfers",
        **ids,
        ledger=document.ledger,
        amount=document.amount,
        currency=document.currency.upper() or None,
        quantity=document.quantity,
        document_number=number,
        due_on=document.due_on,
        settled_on=document.settled_on,
    )
    records.add("sightings", **ids, source=records.source, locator=where, content_hash=content_hash)


def holds(path: Path, suffix: re.Pattern[str], begins: Callable[[bytes], bool]) -> bool:
    """Whether a file of these names begins so, or one of the first such files of an archive.

    Args:
        path: What is asked about; a folder is none.
        suffix: Found in the names of such files.
        begins: Told by the first bytes, unpacked.
    """
    if not path.is_file():
        return False
    if not is_archive(path):
        return suffix.search(path.name) is not None and begins(first_bytes(path, PEEKED))
    try:
        status = path.stat()
        if not any(suffix.search(name) for name in _listed(path, status.st_mtime_ns, status.st_size)):
            return False
        for n_seen, member in enumerate(members(path, lambda name: suffix.search(name) is not None), 1):
            if begins(member.stream.read(PEEKED)):
                return True
            if n_seen >= PEEKED_MEMBERS:
                return False
    except (SourceError, OSError):
        pass
    return False


@lru_cache(maxsize=4)
def _listed(path: Path, changed_at: int, n_bytes: int) -> list[str]:
    """Names of the members of an archive, which several formats ask for one after the other."""
    return names(path)


def whole_part(source: str, path: Path, locator: str) -> Part:
    """The path as one part.

    Raises:
        SourceError: The file cannot be opened (`file-not-readable`).
    """
    try:
        return Part(source, path, locator, n_bytes=path.stat().st_size)
    except OSError as error:
        message = f"“{path.name}” cannot be opened: {error.strerror or error}"
        raise SourceError("file-not-readable", message, str(path), "check the path and its rights") from error


def files_of(part: Part, suffix: re.Pattern[str]) -> Iterator[tuple[str, IO[bytes]]]:
    """Where each file is, and the file, open: the path itself, unpacked, or the members of an archive.

    Raises:
        SourceError: What the path or a member is damaged by.
    """
    if not is_archive(part.path):
        yield part.locator, open_stream(part.path, part.locator)
        return
    for member in members(part.path, lambda name: suffix.search(name) is not None):
        yield f"{part.locator}/{member.name}", member.stream


def _both(one: str, other: str) -> str:
    return f"{min(one, other)}|{max(one, other)}"
