"""Slack: the official export as a zip file or folder, and event logs of a workspace.

An export has one folder for each channel and one file for each day in it, with edits made and deletions gone. An
event log has one file for each day, a JSON event a line, where an edit or a deletion follows later: it is read
twice, first for what became of each message, so that words that were deleted or replaced are never taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from honeycell.errors import SourceError
from honeycell.sources.archives import is_archive, members, names
from honeycell.sources.fingerprints import body_hash, countdown, template_hash
from honeycell.sources.json_rows import Row, json_array, json_lines
from honeycell.sources.mrkdwn import mentioned, readable
from honeycell.sources.records import BATCH_RECORDS, Batch, Part, Records, add_account, interaction_id, short_hash
from honeycell.sources.slack_workspace import Channel, Workspace, layout, load_workspace

__all__ = ["SOURCE", "SlackExport"]

FILES_OF_A_PART = 400

_WORDS = (None, "me_message", "thread_broadcast", "file_share", "file_comment", "bot_message", "slackbot_response")
"""Subtypes under which somebody says something."""
_EARLIEST = datetime(2009, 1, 1)

T = TypeVar("T")


@dataclass(frozen=True)
class _Fate:
    """What became of the messages of an event log, by channel and time stamp."""

    edited: dict[tuple[str, str], str]
    """Time stamp of the last event that changed the message."""
    deleted: set[tuple[str, str]]


class SlackExport:
    """Exports and event logs of Slack workspaces."""

    name = "slack_export"

    def recognises(self, path: Path) -> bool:
        """Whether a folder or archive holds a list of users beside one of channels."""
        if not (path.is_dir() or is_archive(path)):
            return False
        try:
            return layout(names(path)) is not None
        except SourceError:
            return False

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """Some hundred day files a part; one part where the files have to be read in one go.

        Raises:
            SourceError: The path cannot be opened (`file-not-readable`, `corrupt-file`), or is no export.
        """
        listed = names(path)
        found = layout(listed)
        if found is None:
            message = "there is no users.json beside a channels.json"
            raise SourceError("source-not-recognised", message, str(path), "name the folder that holds both")
        n_bytes = sum((path / name).stat().st_size for name in listed) if path.is_dir() else path.stat().st_size
        is_tar = is_archive(path) and path.suffix.lower() != ".zip"
        if is_tar or found.is_log:
            yield Part(self.name, path, locator, n_bytes=n_bytes)
            return
        n_files = len(found.day_files)
        for start in range(0, max(n_files, 1), FILES_OF_A_PART):
            stop = min(start + FILES_OF_A_PART, n_files)
            yield Part(self.name, path, locator, start, stop, n_bytes * (stop - start) // max(n_files, 1))

    def read(self, part: Part) -> Iterator[Batch]:
        """The messages of the day files of a part; the directory of the workspace comes with the first.

        Raises:
            SourceError: A file is damaged (`corrupt-file`) or the archive may not be read further
                (`archive-too-large`, `archive-climbs-out`); what came before was yielded.
        """
        workspace = load_workspace(part.path, part.path.stat().st_mtime_ns)
        records = Records(self.name)
        if part.start == 0:
            _add_accounts(records, workspace, part.locator)
        chosen = None if part.stop is None else set(workspace.layout.day_files[part.start : part.stop])
        fate = _fate(part.path, workspace) if workspace.layout.is_log else _Fate({}, set())
        read = json_lines if workspace.layout.is_log else json_array
        failures: list[SourceError] = []
        days = members(part.path, workspace.layout.is_day if chosen is None else chosen.__contains__)
        for member in _until_damage(days, failures):
            place = f"{part.locator}/{member.name}"
            channel = None if workspace.layout.is_log else workspace.in_folder(member.name)
            for row in _until_damage(read(member.stream, place), failures):
                _add_event(records, workspace, fate, channel, row, f"{place}#record {row.number}")
                records.n_records += 1
                records.n_bytes += len(row.text)
                if records.n_records >= BATCH_RECORDS:
                    yield records.take()
        if records.n_records or part.start == 0:
            yield records.take()
        if failures:
            raise failures[0]


def _until_damage(items: Iterator[T], failures: list[SourceError]) -> Iterator[T]:
    """The items up to the first that is damaged, so that one bad day file does not hide the next."""
    try:
        yield from items
    except SourceError as error:
        failures.append(error)


def _fate(path: Path, workspace: Workspace) -> _Fate:
    edited: dict[tuple[str, str], str] = {}
    deleted: set[tuple[str, str]] = set()
    for member in members(path, workspace.layout.is_day):
        for row in json_lines(member.stream, member.name):
            if '"message_changed"' not in row.text and '"message_deleted"' not in row.text:
                continue
            event = row.value
            if not isinstance(event, dict):
                continue
            channel, stamp = str(event.get("channel")), str(event.get("event_ts") or event.get("ts"))
            message = event.get("message")
            if event.get("subtype") == "message_deleted":
                deleted.add((channel, str(event.get("deleted_ts"))))
            elif event.get("subtype") == "message_changed" and isinstance(message, dict):
                key = (channel, str(message.get("ts")))
                edited[key] = max(edited.get(key, ""), stamp)
    return _Fate(edited, deleted)


def _add_accounts(records: Records, workspace: Workspace, locator: str) -> None:
    for user in workspace.users.values():
        if user.address and not user.is_bot:
            place = f"{locator}/users#{user.key}"
            add_account(records, handle=user.handle, name=user.name, address=user.address, locator=place)


def _add_event(
    records: Records, workspace: Workspace, fate: _Fate, channel: Channel | None, row: Row, where: str
) -> None:
    """The rows of one event, or the reason why it gives none."""
    event = row.value
    if not isinstance(event, dict):
        records.skip(where, "not-json", "the line is no JSON object", row.content_hash)
        return
    if channel is None:
        channel = workspace.channel(str(event.get("channel")))
    changed_at = ""
    if event.get("subtype") == "message_changed" and isinstance(event.get("message"), dict):
        changed_at = str(event.get("event_ts") or event.get("ts"))
        event = event["message"]
    stamp = str(event.get("ts"))
    key = (channel.key, stamp)
    subtype = event.get("subtype")
    if key in fate.deleted or subtype == "tombstone":
        records.skip(where, "deleted", "the message was deleted later", row.content_hash)
    elif subtype not in _WORDS or event.get("type", "message") != "message":
        records.skip(where, "not-a-message", str(subtype or event.get("type")), row.content_hash)
    elif fate.edited.get(key, "") != changed_at:
        records.skip(where, "edited-later", "a later event holds the words that stand", row.content_hash)
    else:
        at = _instant(stamp)
        if at is None:
            records.skip(where, "no-date", f"the time stamp is “{stamp[:40]}”", row.content_hash)
        else:
            _add_message(records, workspace, channel, event, at, row, where)


def _add_message(
    records: Records, workspace: Workspace, channel: Channel, event: dict[str, Any], at: datetime, row: Row, where: str
) -> None:
    stamp = str(event["ts"])
    author, name, is_bot = _author(workspace, event)
    if not author:
        records.skip(where, "no-author", "neither a member nor a bot is named", row.content_hash)
        return
    raw = _words(event)
    body = readable(raw, workspace.user_name, workspace.channel_name)
    thread = str(event.get("thread_ts") or stamp)
    native = f"slack:{workspace.team}/{channel.key}/{stamp}"
    parent = f"slack:{workspace.team}/{channel.key}/{thread}" if thread != stamp else None
    addressed = dict.fromkeys([*channel.members, *mentioned(raw)])
    people = {(key, workspace.handle(key)) for key in addressed if workspace.handle(key) != author}
    edited = event.get("edited")
    edited_at = _instant(str(edited.get("ts"))) if isinstance(edited, dict) else None
    latest = countdown(int(edited_at.replace(tzinfo=UTC).timestamp()) if edited_at else 0, 8)
    content = short_hash(native, thread, author, raw, *sorted(handle for _, handle in people))
    ids = {"interaction_id": interaction_id(native), "copy_hash": latest + content[:8]}
    offset = workspace.offset_minutes(str(event.get("user")), at)
    records.add(
        "interactions",
        **ids,
        kind="message",
        channel="slack",
        space=channel.space,
        conversation_key=f"{channel.key}/{thread}",
        occurred_at=at,
        occurred_on=(at + timedelta(minutes=offset or 0)).date(),
        utc_offset_minutes=offset,
        message_id=native,
        in_reply_to=parent,
        references=[parent] if parent else None,
        body_hash=body_hash(body),
        template_hash=template_hash(body),
        n_bytes=len(row.text.encode("utf-8", "surrogatepass")),
    )
    records.add("participants", **ids, role="from", handle=author, display_name=name or None)
    for key, handle in sorted(people):
        records.add("participants", **ids, role="to", handle=handle, display_name=workspace.name(key) or None)
    if body:
        records.add("texts", **ids, body=body)
    if is_bot:
        records.add("headers", **ids, name="x-bot", value="1")
    records.add("sightings", **ids, source=records.source, locator=where, content_hash=row.content_hash)


def _author(workspace: Workspace, event: dict[str, Any]) -> tuple[str, str, bool]:
    """Handle and name of the author, and whether it is a bot."""
    comment = event.get("comment")
    user = event.get("user") or (comment.get("user") if isinstance(comment, dict) else None)
    bot = event.get("bot_id")
    if user:
        known = workspace.users.get(str(user))
        profile = event.get("user_profile")
        written = (profile.get("real_name") or profile.get("name")) if isinstance(profile, dict) else ""
        is_bot = bool(bot) or str(user) == "USLACKBOT" or (known is not None and known.is_bot)
        return workspace.handle(str(user)), workspace.name(str(user)) or str(written or ""), is_bot
    profile = event.get("bot_profile")
    name = str(event.get("username") or (profile.get("name") if isinstance(profile, dict) else "") or "")
    if not bot and not name:
        return "", "", False
    return f"slack:{workspace.team}/{bot or 'bot-' + '-'.join(name.lower().split())}", name, True


def _words(event: dict[str, Any]) -> str:
    """What was said: the text; for files what was said of them; for bots what they attached."""
    text = str(event.get("text") or "")
    comment = event.get("comment")
    file = event.get("file")
    if event.get("subtype") == "file_comment" and isinstance(comment, dict):
        return str(comment.get("comment") or "")
    if event.get("subtype") == "file_share" and isinstance(file, dict):
        said = file.get("initial_comment")
        return str(said.get("comment") or text) if isinstance(said, dict) else text
    if text:
        return text
    attached = [one for one in event.get("attachments") or () if isinstance(one, dict)]
    parts = [str(one.get(field)) for one in attached for field in ("pretext", "title", "text") if one.get(field)]
    return "\n".join(parts or [str(one["fallback"]) for one in attached if one.get("fallback")])


def _instant(stamp: str) -> datetime | None:
    """The instant of a time stamp such as 1517781728.000107, or None where it is none or not plausible."""
    seconds, _, fraction = stamp.partition(".")
    try:
        at = datetime(1970, 1, 1) + timedelta(
            seconds=int(seconds), microseconds=int((fraction or "0")[:6].ljust(6, "0"))
        )
    except (ValueError, OverflowError):
        return None
    return at if _EARLIEST <= at <= datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1) else None


SOURCE = SlackExport()
