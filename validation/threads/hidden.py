"""Mail whose headers are hidden, so that what was hidden can be asked for."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

__all__ = ["Head", "by_subject", "hide", "mails"]

_ID = re.compile(r"<([^<>\s]+)>")
_NAMES = re.compile(rb"(?mi)^(?:references|in-reply-to):.*\n(?:[ \t].*\n)*")
_BEGINS = re.compile(rb"(?m)^From \S.*\d{4}\s*$")
_REPLY = re.compile(r"\s*(?:re|aw|sv|fwd?)(?:\[\d+\])?\s*:\s*", re.I)


@dataclass(frozen=True)
class Head:
    """What the header of a mail says, read by the standard library."""

    message_id: str
    named: tuple[str, ...]
    """The ids it names, the one it answers last."""
    subject: str
    at: float
    """When, in seconds since 1970; 0 where it does not say."""


def mails(path: Path) -> Iterator[Head]:
    """The heads of all mails below a path that have an id, whatever they lie in."""
    from email.utils import parsedate_to_datetime

    parser = BytesHeaderParser(policy=compat32)
    for _, parts in _files(path):
        for part in parts:
            head = part.partition(b"\n")[2] if part.startswith(b"From ") else part
            fields = parser.parsebytes(head.removeprefix(b"\n"))
            own = _ID.findall(" ".join(str(fields.get("message-id", "")).split()))
            if not own:
                continue
            named = [one for name in ("references", "in-reply-to") for one in _ID.findall(str(fields.get(name, "")))]
            try:
                at = parsedate_to_datetime(str(fields.get("date", ""))).timestamp()
            except ValueError:
                at = 0.0
            yield Head(own[0], tuple(named), " ".join(str(fields.get("subject", "")).split()), at)


def hide(path: Path, to: Path) -> None:
    """Copy mail without the headers that name other mails."""
    for file, parts in _files(path):
        copy = to / (file.relative_to(path) if path.is_dir() else Path(file.name))
        copy.parent.mkdir(parents=True, exist_ok=True)
        without = []
        for part in parts:
            head, between, body = part.partition(b"\n\n")
            without.append(_NAMES.sub(b"", head + b"\n").removesuffix(b"\n") + between + body)
        copy.with_suffix(copy.suffix.removesuffix(".xz")).write_bytes(b"".join(without))


def by_subject(heads: Sequence[Head]) -> dict[str, str]:
    """The plain rule to compare with: the latest mail before of the same subject, `Re:` aside."""
    latest: dict[str, str] = {}
    found = {}
    for head in sorted(heads, key=lambda head: head.at):
        about = head.subject
        while (bare := _REPLY.sub("", about, count=1)) != about and _REPLY.match(about):
            about = bare
        about = about.casefold().strip()
        if about and about in latest:
            found[head.message_id] = latest[about]
        latest[about] = head.message_id
    return found


def _files(path: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """Every file below a path, and its mails."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        data = lzma.decompress(file.read_bytes()) if file.suffix == ".xz" else file.read_bytes()
        starts = [match.start() for match in _BEGINS.finditer(data)]
        if not starts or starts[0] > 0:
            starts = [0]
        yield file, [data[low:high] for low, high in zip(starts, [*starts[1:], len(data)], strict=True)]
