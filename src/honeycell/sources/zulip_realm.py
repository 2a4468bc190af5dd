"""Who and what a Zulip export names: users, streams, and who reads a direct message."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from honeycell.errors import SourceError
from honeycell.sources.archives import members
from honeycell.sources.json_rows import json_array

__all__ = ["Realm", "Recipient", "User", "load_realm", "name_slug"]

_PERSONAL, _STREAM = 1, 2
_SPOOLED_BYTES = 64 * 2**20
_USER_TABLES = ("zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm")


@dataclass(frozen=True)
class User:
    """Somebody with an account, or a bot."""

    key: int
    handle: str
    name: str
    address: str
    """mailto:…, or empty."""
    is_bot: bool
    zone: str
    """Name of the time zone, or empty."""


@dataclass(frozen=True)
class Recipient:
    """Where a message can be sent."""

    key: str
    space: str | None
    """Handle of the stream; None for direct messages."""
    members: tuple[int, ...]
    """Who reads a direct message."""


@dataclass(frozen=True)
class Realm:
    """Everything an export says beside its messages."""

    name: str
    """Its subdomain; empty where only messages are known."""
    users: dict[int, User]
    recipients: dict[int, Recipient]
    stream: str = ""
    """Name of the stream of messages that do not say theirs."""

    def handle(self, key: int) -> str:
        """Handle of a user, also of one that the export does not list; empty where only names are known."""
        user = self.users.get(key)
        if user is not None:
            return user.handle
        return f"zulip:{self.name}/{key}" if self.name and key else ""

    def name_of(self, key: int) -> str:
        """Name of a user, or an empty string."""
        user = self.users.get(key)
        return user.name if user else ""

    def space(self, stream: str) -> str:
        """Handle of a stream."""
        return f"zulip:{self.name}/{stream}" if self.name else f"zulip:{stream}"

    def prefix(self, recipient: Recipient) -> str:
        """What comes before the number of a message in its id: numbers are given once in a realm."""
        return f"zulip:{self.name}" if self.name else f"zulip:{recipient.key}"

    def offset_minutes(self, key: int, at: datetime) -> int | None:
        """Offset of a user's clock from UTC at an instant (UTC, naive), or None where it is not known."""
        user = self.users.get(key)
        zone = _zone(user.zone) if user is not None and user.zone else None
        if zone is None:
            return None
        offset = zone.fromutc(at.replace(tzinfo=zone)).utcoffset()
        return None if offset is None else int(offset.total_seconds() // 60)


def name_slug(name: str) -> str:
    """A name as part of a handle.

    Example:
        >>> name_slug("Ana  da Silva (she)")
        'ana-da-silva-she'
    """
    return "-".join(re.findall(r"[\w.]+", normalize("NFKC", name).casefold()))


@lru_cache(maxsize=2)
def load_realm(path: Path, changed_ns: int) -> Realm:
    """Read `realm.json` of an export; kept, since every part of the export needs it.

    Args:
        path: The export.
        changed_ns: When it was last changed, so that another file under the name is read anew.

    Raises:
        SourceError: The archive or the file is damaged, or there is none.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    try:
        for member in members(path, lambda name: name.rsplit("/", 1)[-1] == "realm.json"):
            with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as copy:
                for chunk in iter(lambda stream=member.stream: stream.read(2**20), b""):  # type: ignore[misc]
                    copy.write(chunk)
                for table in ("zerver_realm", *_USER_TABLES, "zerver_stream", "zerver_recipient"):
                    tables[table] = list(_rows(copy, member.name, table))
                direct = {int(row["id"]) for row in tables["zerver_recipient"] if row.get("type") != _STREAM}
                tables["zerver_subscription"] = [
                    row for row in _rows(copy, member.name, "zerver_subscription") if row.get("recipient") in direct
                ]
    except SourceError as error:
        # The messages are still read; what climbs out is said when they are.
        if error.code != "archive-climbs-out":
            raise
    if not tables:
        raise SourceError("source-not-recognised", "there is no realm.json", str(path), "name the folder that holds it")
    realm = tables["zerver_realm"][0] if tables["zerver_realm"] else {}
    name = str(realm.get("string_id") or realm.get("name") or "") or path.stem
    users = {user.key: user for table in _USER_TABLES for user in _users(tables[table], name)}
    return Realm(name, users, dict(_recipients(tables, name)))


def _rows(copy: IO[bytes], where: str, table: str) -> Iterator[dict[str, Any]]:
    copy.seek(0)
    return (row.value for row in json_array(copy, where, table) if isinstance(row.value, dict))


def _users(rows: list[dict[str, Any]], realm: str) -> Iterator[User]:
    for row in rows:
        key = row.get("id")
        if not isinstance(key, int):
            continue
        is_bot = bool(row.get("is_bot")) or "full_name" not in row
        # Where addresses are hidden, `email` is made up from the number of the user.
        address = str(row.get("delivery_email") or row.get("email") or "").strip().lower()
        made_up = re.fullmatch(rf"user{key}@.*", address) is not None
        yield User(
            key=key,
            handle=f"zulip:{realm}/{key}",
            name=str(row.get("full_name") or row.get("email") or "").strip(),
            address=f"mailto:{address}" if "@" in address and not made_up and not is_bot else "",
            is_bot=is_bot,
            zone=str(row.get("timezone") or ""),
        )


def _recipients(tables: dict[str, list[dict[str, Any]]], realm: str) -> Iterator[tuple[int, Recipient]]:
    streams = {row.get("id"): str(row.get("name")) for row in tables["zerver_stream"]}
    readers: dict[int, list[int]] = {}
    for row in tables["zerver_subscription"]:
        readers.setdefault(int(row["recipient"]), []).append(int(row["user_profile"]))
    for row in tables["zerver_recipient"]:
        key, target = int(row["id"]), row.get("type_id")
        if row.get("type") == _STREAM:
            name = streams.get(target, f"stream-{target}")
            yield key, Recipient(name, f"zulip:{realm}/{name}", ())
        elif row.get("type") == _PERSONAL and isinstance(target, int):
            yield key, Recipient(f"direct-{key}", None, (target,))
        else:
            yield key, Recipient(f"direct-{key}", None, tuple(sorted(readers.get(key, ()))))


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
