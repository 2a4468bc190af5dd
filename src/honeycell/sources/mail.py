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

from honeycell.sources.encoded_words import header_text
from honeycell.sources.mail_dates import MICROSECONDS, Moment, envelope_moment, is_plausible, moment
from honeycell.sources.mail_fields import (
    answered_id,
    header_fields,
    header_rows,
    native_id,
    participants,
    reference_ids,
)  # fmt: skip
from honeycell.sources.mail_hashes import mail_body_hash, mail_template_hash
from honeycell.sources.mail_lists import space_of
from honeycell.sources.mail_text import content_type, mail_text
from honeycell.sources.records import Batch, Records, interaction_id
from honeycell.tables import TABLES

__all__ = ["MailBatch"]

MAX_ROWS = 2_000
MAX_BYTES = 16 * 2**20
"""A batch is full at so many messages, or bytes of raw mail."""

_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.M)
# An expression finds this in half the time that `in` takes.
_QUOTED_FROM = re.compile(rb">From ").search
_BLANKS = b" \t\r\n"

_MAIL = (
    "interaction_id", "copy_hash", "space", "subject", "seconds", "day", "utc_offset_minutes", "message_id",
    "in_reply_to", "references", "body_hash", "template_hash", "n_bytes", "body", "locator", "content_hash",
)  # fmt: skip
"""What `MailBatch.add` finds in one mail; `seconds` and `day` become the columns of the model."""


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
        type_field = get("content-type", "")
        kind, charset = content_type(type_field)
        encoding, disposition = get("content-transfer-encoding", ""), get("content-disposition", "")
        said = mail_text(type_field, encoding, disposition, raw, start)
        data = said.text.encode()
        escaped = _QUOTED_FROM(data) is not None
        if envelope and escaped:
            # Writers of an mbox put the sign there, so that the line does not look like a separator.
            raw, start = _ESCAPED_FROM.sub(rb"\1", raw[start:]), 0
            said = mail_text(type_field, encoding, disposition, raw, start)
            data = said.text.encode()
        text = said.text
        body_hash = mail_body_hash(text, data, escaped)
        subject = header_text(get("subject", ""), charset)

        date_field = get("date", "").strip()
        written = moment(date_field) if date_field else None
        sent = written
        if written is None or not is_plausible(written.seconds, self.now):
            sent = self._fallback(fields, envelope)
        seconds, offset, day = (None, None, None) if sent is None else (sent.seconds, sent.offset_minutes, sent.day)

        space = space_of(fields)
        people = participants(fields, charset, space)
        unused_date = sent is not written or sent is None
        headers = header_rows(fields, kind, charset, unused_date=unused_date, n_cut=said.n_cut)
        message_id = native_id(get("message-id"))
        answered = answered_id(get("in-reply-to"))
        references = reference_ids(get("references"))
        end = len(raw)
        while end > start and raw[end - 1] in _BLANKS:
            end -= 1
        n_body = end - start
        if message_id is None:
            author = ",".join([handle for role, handle, _ in people if role == "from"])
            at = date_field if written is None else str(written.seconds)
            number = interaction_id(f"{author}\n{at}\n{subject}\n{body_hash}")
        else:
            number = interaction_id(message_id)
        fields_read = (number, subject, seconds, offset, answered, references, space, people, headers, n_body)
        digest = hashlib.sha256(repr(fields_read).encode("utf-8", "backslashreplace"))
        digest.update(data)
        copy_hash = digest.hexdigest()[:16]
        self.mails.append(
            (
                number, copy_hash, space, subject or None, seconds, day, offset, message_id, answered, references,
                body_hash, mail_template_hash(text), n_body, data, locator, content_hash,
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
            # These bytes come from `str.encode`: that they are UTF-8 need not be checked again.
            "body": pa.Array.from_buffers(pa.string(), n, pa.array(mail["body"], pa.binary()).buffers()),
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
