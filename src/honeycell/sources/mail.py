"""One mail to rows: the path that every message of an archive takes.

The header is cut in one pass and only the fields of the model are looked at; addresses are cached by what was
written; only multiparts see a MIME parser. Rows are collected column by column and become Arrow tables a batch
at a time.
"""

from __future__ import annotations

import hashlib
import re
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from honeycell.sources.addresses import addresses
from honeycell.sources.encoded_words import header_text, repaired
from honeycell.sources.mail_dates import MICROSECONDS, Moment, envelope_moment, is_plausible, moment
from honeycell.sources.mail_hashes import mail_body_hash, mail_template_hash
from honeycell.sources.mail_lists import author_behind, is_personal_tag, space_of, without_tag
from honeycell.sources.mail_text import content_type, mail_text
from honeycell.sources.records import Batch, Records, interaction_id
from honeycell.tables import TABLES

__all__ = ["MailBatch", "header_fields"]

MAX_ROWS = 2_000
MAX_BYTES = 16 * 2**20
"""A batch is full at so many messages, or bytes of raw mail."""
MAX_REFERENCES = 500
MAX_VALUE = 1_000
"""Characters of a header row."""

_FIELD_END = re.compile(r"\n(?![ \t])")
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.M)
_ID = re.compile(r"<([^<>]+)>")

# Fields whose values are rows of `headers`, as they stand.
_KEPT = (
    "list-id", "list-post", "precedence", "auto-submitted", "x-original-from", "x-auto-response-suppress",
    "x-autoreply", "x-autorespond", "feedback-id",
)  # fmt: skip
_PEOPLE = ("to", "cc", "bcc")
_JOINED = {"from", "to", "cc", "bcc", "references"}
_FIELDS = {
    "from", "sender", "reply-to", *_PEOPLE, "subject", "date", "message-id", "in-reply-to", "references", "received",
    "content-type", "content-transfer-encoding", "content-disposition", "return-path", "list-unsubscribe",
    "x-beenthere", "x-mailing-list", "mailing-list", "x-original-sender", *_KEPT,
}  # fmt: skip
_MAIL = (
    "interaction_id", "copy_hash", "space", "subject", "seconds", "day", "utc_offset_minutes", "message_id",
    "in_reply_to", "references", "body_hash", "template_hash", "n_bytes", "body", "locator", "content_hash",
)  # fmt: skip
"""What `MailBatch.add` finds in one mail; `seconds` and `day` become the columns of the model."""


class _Spellings(dict[str, str]):
    """Field names as written to the names above; an empty string for fields that nobody needs."""

    def __missing__(self, written: str) -> str:
        if len(self) > 10_000:
            self.clear()
        name = written.strip().lower()
        found = self[written] = name if name in _FIELDS else ""
        return found


_SPELLINGS = _Spellings()


def header_fields(raw: bytes) -> tuple[dict[str, str], int]:
    r"""The fields of a message that the model needs, folded as written, and where its body begins.

    Repeated address fields are joined; of other repeated fields the first counts.

    Args:
        raw: The message, lines ended by LF.

    Example:
        >>> header_fields(b"Subject: Tea\n at five\nX-Mailer: none\n\nYes?")
        ({'subject': ' Tea\n at five'}, 38)
    """
    end = 0 if raw[:1] == b"\n" else raw.find(b"\n\n")
    start = end + 2 if end > 0 else len(raw) if end < 0 else 1
    head = raw[: end if end >= 0 else len(raw)].decode("utf-8", "surrogateescape")
    fields: dict[str, str] = {}
    spellings = _SPELLINGS
    for field in _FIELD_END.split(head):
        written, colon, value = field.partition(":")
        name = spellings[written]
        if name:
            if name not in fields:
                fields[name] = value
            elif name in _JOINED:
                fields[name] += (", " if name != "references" else " ") + value
        elif not colon and field and not field.startswith(("From ", ">From ")):
            # The empty line before the body is missing: what is no field begins the body.
            start = raw.find(field.encode("utf-8", "surrogateescape"))
            break
    return fields, start


class MailBatch:
    """Collects mails as rows until there are enough for a batch."""

    def __init__(self, source: str) -> None:
        """Start an empty batch of the named source."""
        self.source = source
        self.now = time.time()
        self._clear()

    def _clear(self) -> None:
        self.records = Records(self.source)
        self.n_records = 0
        self.n_bytes = 0
        self.mails: list[tuple[Any, ...]] = []
        """One row a mail: the columns `_MAIL`."""
        self.people: list[tuple[str, str, str | None]] = []
        """Role, handle and display name; `n_people` of them belong to a mail."""
        self.n_people: list[int] = []
        self.headers: list[tuple[str, str]] = []
        self.n_headers: list[int] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to `take`."""
        return self.n_records >= MAX_ROWS or self.n_bytes >= MAX_BYTES

    def add(self, raw: bytes, locator: str, envelope: bytes = b"") -> None:
        """Add the rows of one message, or a row of `skipped`.

        Args:
            raw: The message as it lies in its file, without the separator of an mbox.
            locator: Where it lies.
            envelope: The separator line of an mbox, whose date is the last resort.
        """
        self.n_bytes += len(raw)
        content_hash = hashlib.sha256(raw).hexdigest()[:32]
        raw = _with_line_feeds(raw)
        fields, start = header_fields(raw)
        if not fields:
            detail = "none of its first lines is a header field of mail"
            self.skip(locator, "not-a-message", detail, content_hash)
            return
        self.n_records += 1
        get = fields.get
        body = raw[start:]
        type_field = get("content-type", "")
        said = mail_text(
            type_field, get("content-transfer-encoding", ""), get("content-disposition", ""), body
        )  # fmt: skip
        if envelope and ">From " in said.text:
            # Writers of an mbox put the sign there, so that the line does not look like a separator.
            body = _ESCAPED_FROM.sub(rb"\1", body)
            said = mail_text(type_field, get("content-transfer-encoding", ""), get("content-disposition", ""), body)
        text = said.text
        body_hash = mail_body_hash(text)
        charset = content_type(type_field)[1]
        subject = header_text(get("subject", ""), charset)

        written = moment(get("date", "").strip()) if "date" in fields else None
        sent = written
        if written is None or not is_plausible(written.seconds, self.now):
            sent = self._fallback(fields, envelope)
        seconds, offset, day = (None, None, None) if sent is None else (sent.seconds, sent.offset_minutes, sent.day)

        space = space_of(fields)
        people = _participants(fields, charset, space)
        headers = _header_rows(fields, charset, unused_date=sent is not written or sent is None, n_cut=said.n_cut)

        message_id = _message_id(get("message-id"))
        answered = _answered(get("in-reply-to"))
        references = _references(get("references"))
        n_body = len(body.rstrip())
        if message_id is None:
            author = ",".join([handle for role, handle, _ in people if role == "from"])
            at = get("date", "").strip() if written is None else str(written.seconds)
            native = f"{author}\n{at}\n{subject}\n{body_hash}"
        else:
            native = message_id
        number = interaction_id(native)
        fields_read = (number, subject, seconds, offset, answered, references, space, people, headers, n_body)
        digest = hashlib.sha256(repr(fields_read).encode("utf-8", "backslashreplace"))
        digest.update(text.encode())
        copy_hash = digest.hexdigest()[:16]
        self.mails.append(
            (
                number, copy_hash, space, subject or None, seconds, day, offset, message_id, answered, references,
                body_hash, mail_template_hash(text), n_body, text, locator, content_hash,
            )
        )  # fmt: skip
        self.people += people
        self.n_people.append(len(people))
        self.headers += headers
        self.n_headers.append(len(headers))
        if said.calendars:
            self._add_calendars(said.calendars, locator, content_hash, seconds)

    def _fallback(self, fields: dict[str, str], envelope: bytes) -> Moment | None:
        """The moment the mail was received, where the sender's date cannot be believed."""
        received = fields.get("received", "").rpartition(";")[2]
        for found in (moment(" ".join(received.split())) if received else None, envelope_moment(envelope)):
            if found is not None and is_plausible(found.seconds, self.now):
                return Moment(found.seconds, None)
        return None

    def _add_calendars(self, calendars: Any, locator: str, content_hash: str, seconds: int | None) -> None:
        """Meetings that the mail carries are interactions of their own."""
        from honeycell.sources.ics import add_calendar

        at = None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        for calendar in calendars:
            add_calendar(self.records, calendar, locator=locator, content_hash=content_hash, fallback_at=at)

    def skip(self, locator: str, reason: str, detail: str, content_hash: str | None = None) -> None:
        """Add a record that could not be used, with a kebab-case reason and what was found."""
        self.n_records += 1
        self.records.skip(locator, reason, detail, content_hash)

    def take(self, n_bytes: int | None = None) -> Batch:
        """The rows collected so far as a batch; the collection starts anew.

        Args:
            n_bytes: Bytes of the part that the batch stands for, where they are not those of the mails.
        """
        others = self.records.take().tables
        tables = self._tables() if self.mails else {}
        for name, table in others.items():
            tables[name] = pa.concat_tables([tables[name], table]) if name in tables else table
        batch = Batch(tables, self.n_records, self.n_bytes if n_bytes is None else n_bytes)
        self._clear()
        return batch

    def _tables(self) -> dict[str, pa.Table]:
        n = len(self.mails)
        mail = dict(zip(_MAIL, zip(*self.mails, strict=True), strict=True))
        ids, copies = pa.array(mail["interaction_id"]), pa.array(mail["copy_hash"])
        instants = pc.multiply(pa.array(mail["seconds"], pa.int64()), MICROSECONDS).cast(pa.timestamp("us"))

        def repeated(counts: list[int]) -> dict[str, pa.Array]:
            rows = pa.array(np.repeat(np.arange(n), counts))
            return {"interaction_id": ids.take(rows), "copy_hash": copies.take(rows)}

        mail |= {
            "interaction_id": ids,
            "copy_hash": copies,
            "kind": pa.repeat("message", n),
            "channel": pa.repeat("mail", n),
            "source": pa.repeat(self.source, n),
            "occurred_at": instants,
            "occurred_on": pa.array(mail["day"], pa.int32()).cast(pa.date32()),
        }
        roles, handles, names = zip(*self.people, strict=True) if self.people else ((), (), ())
        fields, values = zip(*self.headers, strict=True) if self.headers else ((), ())
        people = {**repeated(self.n_people), "role": roles, "handle": handles, "display_name": names}
        headers = {**repeated(self.n_headers), "name": fields, "value": values}
        columns = {"interactions": mail, "participants": people, "texts": mail, "headers": headers, "sightings": mail}
        return {table: _table(table, found) for table, found in columns.items()}


def _table(table: str, columns: dict[str, Any]) -> pa.Table:
    """The columns in the order and with the types of the model; one left out is null."""
    fields = [field for field in TABLES[table].schema if field.name != "batch"]
    n_rows = len(columns["interaction_id"])
    arrays = []
    for field in fields:
        column = columns.get(field.name)
        if column is None:
            column = pa.nulls(n_rows, field.type)
        elif isinstance(column, tuple):
            column = pa.array(column, field.type)
        arrays.append(column)
    return pa.table(arrays, schema=pa.schema(fields))


def _with_line_feeds(raw: bytes) -> bytes:
    """The message with its lines ended by LF and without empty lines before its header."""
    end = raw.find(b"\n")
    if end < 0:
        raw = raw.replace(b"\r", b"\n")
    elif raw[end - 1 : end] == b"\r":
        raw = raw.replace(b"\r\n", b"\n")
    return raw.lstrip(b"\n") if raw[:1] == b"\n" else raw


def _participants(fields: dict[str, str], charset: str, space: str | None) -> list[tuple[str, str, str | None]]:
    """Role, handle and display name of everyone in the header, each once in a role."""
    found: list[tuple[str, str, str | None]] = []
    for role, name in (("from", "from"), ("sender", "sender"), ("reply_to", "reply-to")):
        value = fields.get(name)
        if value is not None:
            for handle, display_name in addresses(_one_line(value, charset)):
                found.append((role, without_tag(handle) if is_personal_tag(role, handle) else handle, display_name))
    for role in _PEOPLE:
        value = fields.get(role)
        if value is not None:
            for handle, display_name in addresses(_one_line(value, charset)):
                found.append((role, handle, display_name))
    return author_behind(found, fields, space)


def _one_line(value: str, charset: str) -> str:
    """The value unfolded, with raw 8-bit bytes decoded; encoded words stay for after the cutting."""
    if "\n" in value:
        value = value.replace("\n", " ")
    return value if value.isascii() else repaired(value, charset)


def _header_rows(fields: dict[str, str], charset: str, *, unused_date: bool, n_cut: int) -> list[tuple[str, str]]:
    """Name and value of the fields that are kept for later stages, in a fixed order."""
    rows = [(name, header_text(fields[name], charset)[:MAX_VALUE]) for name in _KEPT if name in fields]
    if "list-unsubscribe" in fields:
        rows.append(("list-unsubscribe", _without_tokens(fields["list-unsubscribe"])))
    kind = content_type(fields.get("content-type", ""))[0]
    if kind in ("text/calendar", "multipart/report"):
        rows.append(("content-type", kind))
    if "return-path" in fields and fields["return-path"].strip() == "<>":
        rows.append(("return-path", "<>"))
    if unused_date and "date" in fields:
        rows.append(("date", header_text(fields["date"], charset)[:MAX_VALUE]))
    if n_cut:
        rows.append(("truncated", f"{n_cut} characters"))
    return rows


def _without_tokens(value: str) -> str:
    """The hosts of the links by which one leaves a list: their paths name the reader of this very copy."""
    hosts = re.findall(r"(https?)://([^/\s<>?]+)|(mailto):[^@\s<>?]*@([^\s<>?,]+)", value)
    return ", ".join(dict.fromkeys(f"{a or c}:{b or d}".lower() for a, b, c, d in hosts))[:MAX_VALUE]


def _message_id(value: str | None) -> str | None:
    """The native id without angle brackets and white space."""
    if value is None:
        return None
    found = _ID.search(value)
    native = "".join((found.group(1) if found else value.strip("<> \t\n")).split())
    return (repaired(native) if not native.isascii() else native) or None


def _answered(value: str | None) -> str | None:
    """The id in an In-Reply-To; mail programs used to write sentences around it, ids last."""
    if value is None:
        return None
    found = _ID.findall(value)
    if not found:
        native = value.strip("<> \t\n")
        return _message_id(native) if native and len(native.split()) == 1 else None
    if len(found) > 1 and not value.lstrip().startswith("<"):
        found = [native for native in found if "@" in native][::-1] or found
    return _message_id(f"<{found[0]}>")


def _references(value: str | None) -> list[str] | None:
    """The ids of the ancestors, oldest first, each once."""
    if value is None:
        return None
    found = _ID.findall(value) if "<" in value else [word for word in value.split() if "@" in word]
    if len(found) > MAX_REFERENCES:
        found = found[:1] + found[1 - MAX_REFERENCES :]
    clean = [native for native in map(_reference, found) if native]
    return list(dict.fromkeys(clean)) or None


def _reference(native: str) -> str:
    if native.isascii() and not any(blank in native for blank in " \t\n\r"):
        return native
    return repaired("".join(native.split()))
