"""Zulip: the official export of an organisation, and messages as JSON lines.

An export has `realm.json` with the users, streams and recipients, and messages by the thousand in
`messages-000001.json` and so on. JSON lines hold the messages of one stream or several, each with its id, time, topic,
sender and content, as the message API gives them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from honeycell.errors import SourceError
from honeycell.sources.archives import is_archive, members, names
from honeycell.sources.compressed import first_bytes
from honeycell.sources.fingerprints import body_hash, countdown, template_hash
from honeycell.sources.json_rows import Row, json_array, json_lines
from honeycell.sources.records import Batch, Part, Records, add_account, batches_of, interaction_id, short_hash
from honeycell.sources.streams import open_stream
from honeycell.sources.zulip_content import mentions, quoted_ids, readable
from honeycell.sources.zulip_realm import Realm, Recipient, load_realm, name_slug

__all__ = ["SOURCE", "ZulipExport"]

FILES_OF_A_PART = 40
"""An export has about a thousand messages in a file."""

_MESSAGES = re.compile(r"(?:.*/)?messages-\d{6}\.json")
_LINES = re.compile(r"(?P<stem>.+)\.(jsonl|ndjson)(\.(gz|xz|bz2|zst))?", re.I)
_RESOLVED = re.compile(r"^✔+\s*")
_BOTS = re.compile(r"(notification|welcome|reminder|email gateway|nagios)[ -]?bot|email ?gateway", re.I)
_EARLIEST = datetime(2005, 1, 1)


class ZulipExport:
    """Exports of Zulip organisations, and their messages as JSON lines."""

    name = "zulip_export"

    def recognises(self, path: Path) -> bool:
        """Whether an archive holds a realm beside messages, or the first line of a file is a message."""
        try:
            if path.is_dir() or is_archive(path):
                listed = names(path)
                return any(_MESSAGES.fullmatch(name) for name in listed) and any(
                    name.rsplit("/", 1)[-1] == "realm.json" for name in listed
                )
            if not (_LINES.fullmatch(path.name) and path.is_file()):
                return False
            first = next(json_lines(io.BytesIO(first_bytes(path, 2**18)), path.name), None)
        except SourceError:
            return False
        return first is not None and isinstance(first.value, dict) and _is_message(first.value)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """Some ten thousand messages a part; one part where the file has to be read in one go.

        Raises:
            SourceError: The path cannot be opened (`file-not-readable`, `corrupt-file`).
        """
        listed = names(path) if path.is_dir() or is_archive(path) else []
        n_bytes = sum((path / name).stat().st_size for name in listed) if path.is_dir() else path.stat().st_size
        if path.is_dir() or path.suffix.lower() == ".zip":
            n_files = sum(1 for name in listed if _MESSAGES.fullmatch(name))
            for start in range(0, n_files, FILES_OF_A_PART):
                stop = min(start + FILES_OF_A_PART, n_files)
                yield Part(self.name, path, locator, start, stop, n_bytes * (stop - start) // n_files)
        else:
            yield Part(self.name, path, locator, n_bytes=n_bytes)

    def read(self, part: Part) -> Iterator[Batch]:
        """The messages of a part; the directory of the organisation comes with the first.

        Raises:
            SourceError: A file is damaged (`corrupt-file`) or the archive may not be read further
                (`archive-too-large`, `archive-climbs-out`); what came before was yielded.
        """
        records = Records(self.name)

        def add(found: tuple[Realm, Row, str]) -> int:
            realm, row, where = found
            _add_message(records, realm, row, where)
            return len(row.text)

        yield from batches_of(records, _rows(part, records), add)


def _rows(part: Part, records: Records) -> Iterator[tuple[Realm, Row, str]]:
    """Each message of a part, and where it lies."""
    lines = _LINES.fullmatch(part.path.name)
    if lines and part.path.is_file():
        stream_name = re.sub(r"^zulip[-_]", "", lines["stem"])
        realm = Realm("", {}, {}, stream_name)
        with open_stream(part.path, part.locator) as stream:
            for row in json_lines(stream, part.locator):
                yield realm, row, f"{part.locator}#record {row.number}"
        return
    realm = load_realm(part.path, part.path.stat().st_mtime_ns)
    if part.start == 0:
        _add_accounts(records, realm, part.locator)
    chosen = None
    if part.stop is not None:
        chosen = set(sorted(filter(_MESSAGES.fullmatch, names(part.path)))[part.start : part.stop])
    for member in members(part.path, lambda name: name in chosen if chosen is not None else _is_messages(name)):
        place = f"{part.locator}/{member.name}"
        for row in json_array(member.stream, place, "zerver_message"):
            yield realm, row, f"{place}#record {row.number}"


def _is_messages(name: str) -> bool:
    return _MESSAGES.fullmatch(name) is not None


def _is_message(row: dict[str, Any]) -> bool:
    has = row.keys()
    return (
        {"id", "content"} <= has
        and bool({"topic", "subject"} & has)
        and bool({"sender", "sender_full_name", "sender_id"} & has)
    )


def _add_accounts(records: Records, realm: Realm, locator: str) -> None:
    for user in realm.users.values():
        if user.address and not user.is_bot:
            place = f"{locator}/realm.json#user {user.key}"
            add_account(records, handle=user.handle, name=user.name, address=user.address, locator=place)


def _add_message(records: Records, realm: Realm, row: Row, where: str) -> None:
    """The rows of one message, or the reason why it gives none."""
    message = row.value
    if not isinstance(message, dict):
        records.skip(where, "not-json", "the line is no JSON object", row.content_hash)
        return
    at = _instant(next((message[key] for key in ("date_sent", "timestamp", "ts") if key in message), None))
    author, name, is_bot = _author(realm, message)
    if at is None or not author or "id" not in message:
        reason = "no-date" if at is None else "no-author" if not author else "no-id"
        records.skip(where, reason, f"the message has the fields {', '.join(sorted(message))}"[:300], row.content_hash)
        return
    content = str(message.get("rendered_content") or message.get("content") or "")
    body = readable(content)
    recipient = _recipient(realm, message)
    native = f"{realm.prefix(recipient)}/{message['id']}"
    topic = str(message.get("topic") or message.get("subject") or "")
    thread = f"{recipient.key}>{_RESOLVED.sub('', topic).casefold()}" if recipient.space else recipient.key
    quoted = [f"{realm.prefix(recipient)}/{key}" for key in quoted_ids(content) if key != str(message["id"])]
    people = {handle: realm.name_of(key) for key in recipient.members if (handle := realm.handle(key))}
    for key, written in mentions(content):
        handle = realm.handle(key) or f"zulip:{name_slug(written)}"
        people.setdefault(handle, realm.name_of(key) or written)
    people.pop(author, None)
    edited_at = _instant(message.get("last_edit_time") or message.get("last_edit_timestamp"))
    latest = countdown(int(edited_at.replace(tzinfo=UTC).timestamp()) if edited_at else 0, 8)
    written_hash = short_hash(native, thread, author, content, *sorted(people), *quoted)
    ids = {"interaction_id": interaction_id(native), "copy_hash": latest + written_hash[:8]}
    offset = realm.offset_minutes(_key(message), at)
    records.add(
        "interactions",
        **ids,
        kind="message",
        channel="zulip",
        space=recipient.space,
        conversation_key=thread,
        subject=topic or None,
        occurred_at=at,
        occurred_on=(at + timedelta(minutes=offset or 0)).date(),
        utc_offset_minutes=offset,
        message_id=native,
        in_reply_to=quoted[0] if quoted else None,
        references=quoted or None,
        body_hash=body_hash(body),
        template_hash=template_hash(body),
        n_bytes=len(row.text.encode("utf-8", "surrogatepass")),
    )
    records.add("participants", **ids, role="from", handle=author, display_name=name or None)
    for handle in sorted(people):
        records.add("participants", **ids, role="to", handle=handle, display_name=people[handle] or None)
    if body:
        records.add("texts", **ids, body=body)
    if is_bot:
        records.add("headers", **ids, name="x-bot", value="1")
    records.add("sightings", **ids, source=records.source, locator=where, content_hash=row.content_hash)


def _key(message: dict[str, Any]) -> int:
    """Number of the sender, or 0 where only the name is known."""
    for field in ("sender_id", "sender"):
        value = message.get(field)
        if isinstance(value, int):
            return value
    return 0


def _author(realm: Realm, message: dict[str, Any]) -> tuple[str, str, bool]:
    """Handle and name of the sender, and whether it is a bot."""
    key = _key(message)
    sender = message.get("sender")
    name = realm.name_of(key) or str(message.get("sender_full_name") or (sender if isinstance(sender, str) else ""))
    handle = realm.handle(key) or (f"zulip:{name_slug(name)}" if name_slug(name) else "")
    user = realm.users.get(key)
    return handle, name, (user is not None and user.is_bot) or _BOTS.fullmatch(name) is not None


def _recipient(realm: Realm, message: dict[str, Any]) -> Recipient:
    """Where the message was sent."""
    known = realm.recipients.get(message["recipient"]) if isinstance(message.get("recipient"), int) else None
    if known is not None:
        return known
    written = message.get("stream") or message.get("display_recipient")
    stream = written if isinstance(written, str) and written else realm.stream or str(message.get("recipient"))
    return Recipient(stream, realm.space(stream), ())


def _instant(seconds: object) -> datetime | None:
    """The instant so many seconds after 1970, or None where it is none or not plausible."""
    if not isinstance(seconds, int | float):
        return None
    try:
        at = datetime(1970, 1, 1) + timedelta(microseconds=round(seconds * 1_000_000))
    except (ValueError, OverflowError):
        return None
    return at if _EARLIEST <= at <= datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1) else None


SOURCE = ZulipExport()
