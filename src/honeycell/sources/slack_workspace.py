"""Who and what a Slack export names: members, channels, direct messages, and where its day files lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from honeycell.errors import SourceError
from honeycell.sources.archives import Member, members, names
from honeycell.sources.edn import read_edn
from honeycell.sources.json_rows import json_array, json_lines

__all__ = ["Channel", "Layout", "User", "Workspace", "layout", "load_workspace"]

_LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json", "channels.edn")
_EXPORT_DAY = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.json")
_LOG_DAY = re.compile(r"logs/\d{4}-\d\d-\d\d\.(txt|jsonl?|log)")
_ARCHIVE_SUFFIXES = re.compile(r"(\.(zip|tar|tgz|tbz2|txz|gz|bz2|xz|zst))+$", re.I)


@dataclass(frozen=True)
class Layout:
    """Where things lie in an export."""

    root: str
    """Folder of the lists, empty or ended by a slash."""
    is_log: bool
    """Whether the day files hold events, a line each, of all channels."""
    day_files: tuple[str, ...]
    """Sorted; in a tar file only those among its first members."""

    def is_day(self, name: str) -> bool:
        """Whether a member is a day file."""
        pattern = _LOG_DAY if self.is_log else _EXPORT_DAY
        return name.startswith(self.root) and pattern.fullmatch(name, len(self.root)) is not None


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    key: str
    handle: str
    name: str
    address: str
    """mailto:…, or empty."""
    is_bot: bool
    zone: str
    """Name of the time zone, or empty."""
    offset_minutes: int | None
    """Offset on the day of the export, for want of a zone."""


@dataclass(frozen=True)
class Channel:
    """A channel, or a conversation between few."""

    key: str
    name: str
    space: str | None
    """Handle of the space; None for direct messages."""
    members: tuple[str, ...] = ()
    """Who reads a direct message; not used for spaces, where many can hear."""


@dataclass(frozen=True)
class Workspace:
    """Everything an export says beside its messages."""

    team: str
    layout: Layout
    users: dict[str, User]
    channels: dict[str, Channel]
    """By key."""
    folders: dict[str, Channel] = field(default_factory=dict)
    """By the name of the folder that holds the day files."""

    def handle(self, key: str) -> str:
        """Handle of a member, also of one that the export does not list."""
        user = self.users.get(key)
        return user.handle if user else f"slack:{self.team}/{key}"

    def name(self, key: str) -> str:
        """Name of a member, or an empty string."""
        user = self.users.get(key)
        return user.name if user else ""

    def user_name(self, key: str) -> str:
        """Name of a member, or the key."""
        return self.name(key) or key

    def channel_name(self, key: str) -> str:
        """Name of a channel, or the key."""
        return self.channel(key).name

    def channel(self, key: str) -> Channel:
        """A channel by its key, also one that the export does not list."""
        found = self.channels.get(key)
        return found or Channel(key, key, None if key.startswith("D") else f"slack:{self.team}/{key}")

    def in_folder(self, day_file: str) -> Channel:
        """The channel whose messages a day file of an export holds."""
        folder = day_file[len(self.layout.root) :].split("/", 1)[0]
        return self.folders.get(folder) or self.channels.get(folder) or self.channel(folder)

    def offset_minutes(self, key: str, at: datetime) -> int | None:
        """Offset of a member's clock from UTC at an instant (UTC, naive), or None where it is not known."""
        user = self.users.get(key)
        if user is None:
            return None
        zone = _zone(user.zone) if user.zone else None
        if zone is None:
            return user.offset_minutes
        offset = zone.fromutc(at.replace(tzinfo=zone)).utcoffset()
        return None if offset is None else int(offset.total_seconds() // 60)


def layout(listed: list[str]) -> Layout | None:
    """Where things lie, by the names of the members; None where this is no Slack export.

    Example:
        >>> found = layout(["x/users.json", "x/channels.json", "x/general/2024-01-02.json"])
        >>> found.root, found.is_log, found.day_files
        ('x/', False, ('x/general/2024-01-02.json',))
    """
    every = set(listed)
    for users in sorted((name for name in listed if _last(name) in ("users.json", "users.edn")), key=len):
        root = users[: -len(_last(users))]
        if any(root + name in every for name in _LISTS):
            for is_log in (False, True):
                shape = Layout(root, is_log, ())
                days = tuple(sorted(filter(shape.is_day, listed)))
                if days:
                    return Layout(root, is_log, days)
            return Layout(root, users.endswith(".edn"), ())
    return None


@lru_cache(maxsize=2)
def load_workspace(path: Path, changed_ns: int) -> Workspace:
    """Read the lists of an export; kept, since every part of the export needs them.

    Args:
        path: The export.
        changed_ns: When it was last changed, so that another file under the name is read anew.

    Raises:
        SourceError: The archive or a list is damaged or not an export.
    """
    shape = layout(names(path))
    if shape is None:
        message = "there is no users.json beside a channels.json"
        raise SourceError("source-not-recognised", message, str(path), "name the folder that holds both")
    lists: dict[str, list[dict[str, Any]]] = {}
    wanted = {shape.root + name for name in (*_LISTS, "users.json", "users.edn")}
    try:
        for member in members(path, wanted.__contains__):
            lists[_last(member.name)] = list(_list_rows(member))
    except SourceError as error:
        # The messages are still read; what climbs out is said when they are.
        if error.code != "archive-climbs-out":
            raise
    users = lists.get("users.json") or lists.get("users.edn") or []
    teams = Counter(str(user["team_id"]) for user in users if user.get("team_id"))
    if not teams and shape.is_log:
        teams = _teams(path, shape)
    team = min(teams, key=lambda name: (-teams[name], name)) if teams else _slug(path)
    channels, folders = _channels(lists, team)
    return Workspace(team, shape, {user.key: user for user in _users(users, team)}, channels, folders)


def _list_rows(member: Member) -> Iterator[dict[str, Any]]:
    if member.name.endswith(".edn"):
        try:
            values = read_edn(member.stream.read().decode("utf-8", "replace"))
        except ValueError as error:
            raise SourceError("corrupt-file", f"the list is damaged: {error}", member.name, "fetch it again") from error
    else:
        values = [row.value for row in json_array(member.stream, member.name)]
    for value in values:
        if isinstance(value, dict):
            yield _nested(value) if member.name.endswith(".edn") else value


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """The names of an event log's lists as those of an export."""
    profile = {key.split("/")[1].replace("-", "_"): value for key, value in flat.items() if "profile/" in key}
    rest = {key.split("/")[-1].replace("-", "_"): value for key, value in flat.items() if "profile/" not in key}
    return {**rest, "id": rest.get("slack_id"), "profile": profile, "is_bot": rest.get("bot?") or rest.get("is_bot")}


def _users(rows: list[dict[str, Any]], team: str) -> Iterator[User]:
    for row in rows:
        written = row.get("profile")
        profile = written if isinstance(written, dict) else {}
        key = str(row.get("id"))
        candidates = (profile.get("real_name"), row.get("real_name"), profile.get("display_name"), row.get("name"))
        address = str(profile.get("email") or row.get("email") or "").strip().lower()
        offset = row.get("tz_offset")
        yield User(
            key=key,
            handle=f"slack:{row.get('team_id') or team}/{key}",
            name=next((str(name).strip() for name in candidates if name and str(name).strip()), ""),
            address=f"mailto:{address}" if "@" in address else "",
            is_bot=bool(row.get("is_bot")) or key == "USLACKBOT",
            zone=str(row.get("tz") or ""),
            offset_minutes=int(offset) // 60 if isinstance(offset, int | float) else None,
        )


def _channels(lists: dict[str, list[dict[str, Any]]], team: str) -> tuple[dict[str, Channel], dict[str, Channel]]:
    by_key, by_folder = {}, {}
    for file in _LISTS:
        for row in lists.get(file, ()):
            key = str(row.get("id"))
            name = str(row.get("name") or key)
            direct = file in ("dms.json", "mpims.json")
            readers = tuple(map(str, row.get("members") or ())) if direct else ()
            channel = Channel(key, name, None if direct else f"slack:{team}/{name}", readers)
            by_key[key] = channel
            by_folder[name] = channel
    return by_key, by_folder


def _teams(path: Path, shape: Layout) -> Counter[str]:
    """The workspaces that the first events of a log name."""
    found: Counter[str] = Counter()
    for member in members(path, shape.is_day):
        for row in json_lines(member.stream, member.name):
            if isinstance(row.value, dict) and row.value.get("team"):
                found[str(row.value["team"])] += 1
            if row.number >= 1_000 and found:
                return found
        if found:
            return found
    return found


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _slug(path: Path) -> str:
    return re.sub(r"[^\w.-]+", "-", _ARCHIVE_SUFFIXES.sub("", path.name)).lower()


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]
